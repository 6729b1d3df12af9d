#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

static const StoreOps *const ops = &cache_store_ops;

static void put_one(Cache *cache, Str bytes)
{
    assert_true(status_ok(ops->begin(cache)));
    ops->put_blob(cache, blob_hash(bytes), bytes);
    assert_true(status_ok(ops->commit(cache)));
}

static bool has(Cache *cache, Str bytes)
{
    Arena *arena = arena_new(NULL);
    Str out;
    bool found = status_ok(ops->get_blob(cache, blob_hash(bytes), arena, &out));
    if (found)
        assert_true(str_eq(out, bytes));
    arena_free(arena);
    return found;
}

static Str filled(Arena *arena, size_t bytes, char c)
{
    char *data = arena_alloc(arena, bytes);
    memset(data, c, bytes);
    return (Str){ data, bytes };
}

static void of_all_sizes_around_the_limit(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    Arena *arena = arena_new(NULL);
    const size_t sizes[] = { 0, 1, 8000, 65535, 65536, 65537, 3000000 };
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        Str bytes = filled(arena, sizes[i], 'q');
        assert_false(has(cache, bytes));
        put_one(cache, bytes);
        assert_true(has(cache, bytes));
        const char *file = fixture_cas_path(&fixture, blob_hash(bytes));
        assert_int_equal(file_size(file), sizes[i] > 65536 ? sizes[i] : 0);
    }
    cache_close(cache);
    cache = fixture_open(&fixture);
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++)
        assert_true(has(cache, filled(arena, sizes[i], 'q')));
    arena_free(arena);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void putting_twice_stores_once(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    put_one(cache, STR("twice"));
    put_one(cache, STR("twice"));
    assert_int_equal(sql_number(fixture_db_path(&fixture, ""), "SELECT count(*) FROM blob"), 1);
    cache_close(cache);
    fixture_release(&fixture);
}

static void a_damaged_row_is_absent_and_heals(void **state)
{
    (void)state;
    const char *const damages[] = {
        "UPDATE blob SET data = CAST('wrong' AS BLOB)",
        "UPDATE blob SET data = 'right'",
        "UPDATE blob SET data = 5",
        "UPDATE blob SET data = NULL",
        "UPDATE blob SET data = zeroblob(100000)",
    };
    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        Fixture fixture;
        fixture_init(&fixture);
        Cache *cache = fixture_open(&fixture);
        put_one(cache, STR("right"));
        sql_run(fixture_db_path(&fixture, ""), damages[i]);
        assert_false(has(cache, STR("right")));
        assert_false(has(cache, STR("right")));
        /* A row without bytes looks like one whose file was collected: no damage. */
        assert_int_equal(fixture.warnings, i == 3 ? 0 : 1);
        put_one(cache, STR("right"));
        assert_true(has(cache, STR("right")));
        cache_close(cache);
        fixture_release(&fixture);
    }
}

static void a_damaged_file_is_absent_and_heals(void **state)
{
    (void)state;
    for (int damage = 0; damage < 5; damage++) {
        Fixture fixture;
        fixture_init(&fixture);
        Cache *cache = fixture_open(&fixture);
        Arena *arena = arena_new(NULL);
        Str bytes = filled(arena, 100000, 'z');
        put_one(cache, bytes);
        const char *path = fixture_cas_path(&fixture, blob_hash(bytes));
        if (damage == 0)
            file_flip_bit(path, 77777, 3);
        else if (damage == 1)
            file_truncate_to(path, 99999);
        else if (damage == 2)
            file_truncate_to(path, 0);
        else if (damage == 3)
            file_truncate_to(path, 100001);
        else
            assert_int_equal(remove(path), 0);
        assert_false(has(cache, bytes));
        assert_int_equal(fixture.warnings, damage == 4 ? 0 : 1);
        put_one(cache, bytes);
        assert_true(has(cache, bytes));
        cache_close(cache);
        arena_free(arena);
        fixture_release(&fixture);
    }
}

static void a_directory_or_fifo_in_place_of_a_file(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        Fixture fixture;
        fixture_init(&fixture);
        Cache *cache = fixture_open(&fixture);
        Arena *arena = arena_new(NULL);
        Str bytes = filled(arena, 100000, 'z');
        put_one(cache, bytes);
        const char *path = fixture_cas_path(&fixture, blob_hash(bytes));
        assert_int_equal(remove(path), 0);
        assert_int_equal(kind ? mkfifo(path, 0600) : mkdir(path, 0700), 0);
        assert_false(has(cache, bytes));
        assert_int_equal(fixture.warnings, 1);
        cache_close(cache);
        arena_free(arena);
        fixture_release(&fixture);
    }
}

static void files_serve_other_workspaces(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *a = fixture_open(&fixture), *b = fixture_open_workspace(&fixture, "e2", "/ws/b");
    Arena *arena = arena_new(NULL);
    Str big = filled(arena, 100000, 'z'), small = filled(arena, 100, 'z');
    put_one(a, big);
    put_one(a, small);
    assert_true(has(b, big));
    assert_false(has(b, small));
    arena_free(arena);
    cache_close(a);
    cache_close(b);
    fixture_release(&fixture);
}

/* ---- threads ---- */

enum { THREADS = 8, THREAD_READS = 200, STORED_BUILDS = 20 };

typedef struct {
    Cache *cache;
    atomic_int threads, wrong, absent;
} Shared;

static void *read_at_random(void *argument)
{
    Shared *shared = argument;
    Random random = { test_seed() + (uint64_t)atomic_fetch_add(&shared->threads, 1) };
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < THREAD_READS; i++) {
        Str wanted = build_blob(arena, random_below(&random, STORED_BUILDS),
                                (int)random_below(&random, BUILD_BLOBS));
        Str got;
        if (!status_ok(ops->get_blob(shared->cache, blob_hash(wanted), arena, &got)))
            atomic_fetch_add(&shared->absent, 1);
        else if (!str_eq(got, wanted))
            atomic_fetch_add(&shared->wrong, 1);
        arena_clear(arena);
    }
    arena_free(arena);
    return NULL;
}

static void many_threads_read_while_one_writes(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Shared shared = { .cache = fixture_open(&fixture) };
    for (uint64_t i = 0; i < STORED_BUILDS; i++)
        assert_true(status_ok(build_put(shared.cache, i)));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_at_random, &shared), 0);
    for (uint64_t i = STORED_BUILDS; i < 2 * STORED_BUILDS; i++)
        assert_true(status_ok(build_put(shared.cache, i)));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&shared.wrong), 0);
    assert_int_equal(atomic_load(&shared.absent), 0);
    cache_close(shared.cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

/* The file is replaced under readers: they may miss, they may not err. */
static void readers_survive_the_replacement_of_the_file(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Shared shared = { .cache = fixture_open(&fixture) };
    for (uint64_t i = 0; i < STORED_BUILDS; i++)
        assert_true(status_ok(build_put(shared.cache, i)));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_at_random, &shared), 0);
    for (uint64_t i = 0; i < 10; i++) {
        remove(fixture_db_path(&fixture, ""));
        assert_int_equal(build_put(shared.cache, i).code, STATUS_NOT_FOUND);
        assert_true(status_ok(build_put_alone(shared.cache, i)));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&shared.wrong), 0);
    cache_close(shared.cache);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_all_sizes_around_the_limit),
        cmocka_unit_test(putting_twice_stores_once),
        cmocka_unit_test(a_damaged_row_is_absent_and_heals),
        cmocka_unit_test(a_damaged_file_is_absent_and_heals),
        cmocka_unit_test(a_directory_or_fifo_in_place_of_a_file),
        cmocka_unit_test(files_serve_other_workspaces),
        cmocka_unit_test(many_threads_read_while_one_writes),
        cmocka_unit_test(readers_survive_the_replacement_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
