#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

/* ---- where the cache is ---- */

static const char *environment[3]; /* RSCC_CACHE_DIR, XDG_CACHE_HOME, HOME */

static const char *lookup(const char *name)
{
    static const char *const names[] = { "RSCC_CACHE_DIR", "XDG_CACHE_HOME", "HOME" };
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0)
            return environment[i];
    return NULL;
}

static const char *default_dir(Arena *arena, const char *own, const char *xdg, const char *home)
{
    environment[0] = own;
    environment[1] = xdg;
    environment[2] = home;
    return cache_default_dir(lookup, arena);
}

static void default_dir_follows_the_environment(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    assert_string_equal(default_dir(arena, "/c", "/x", "/h"), "/c");
    assert_string_equal(default_dir(arena, "", "/x", "/h"), "/x/rscc");
    assert_string_equal(default_dir(arena, NULL, "relative", "/h"), "/h/.cache/rscc");
    assert_null(default_dir(arena, NULL, NULL, NULL));
    assert_null(default_dir(arena, NULL, "", ""));
    assert_null(default_dir(arena, NULL, NULL, "relative"));
    arena_free(arena);
}

/* ---- a cache that cannot remember ---- */

static void remembers_nothing(Cache *cache)
{
    const StoreOps *ops = &cache_store_ops;
    Arena *arena = arena_new(NULL);
    Str out;
    assert_false(status_ok(ops->begin(cache)));
    assert_false(ops->put_blob(cache, blob_hash(STR("x")), STR("x")));
    assert_false(status_ok(ops->get_blob(cache, blob_hash(STR("x")), arena, &out)));
    assert_false(status_ok(cache_record_put(cache, (Fp){ 1, 1 }, STR("r"))));
    assert_false(cache_record_get(cache, (Fp){ 1, 1 }, arena, &out));
    assert_int_equal(builds_read(cache, 0).segments, 0);
    assert_false(ops->is_worn(cache));
    assert_false(cache_has_lease(cache));
    cache_idle(cache);
    arena_free(arena);
}

static void without_a_directory_one_warning(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    const char *const dirs[] = { NULL, "", "/proc/none/cache", "/dev/null/cache" };
    for (size_t i = 0; i < ARRAY_COUNT(dirs); i++) {
        Fixture other = { 0 };
        if (dirs[i])
            snprintf(other.dir, sizeof other.dir, "%s", dirs[i]);
        Cache *cache = fixture_open(&other);
        remembers_nothing(cache);
        assert_int_equal(other.warnings, 1);
        cache_close(cache);
        assert_int_equal(other.warnings, 1);
    }
    fixture_release(&fixture);
}

static void a_file_where_a_directory_belongs(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    file_put(fixture_path(&fixture, "e1"), "x", 1);
    Cache *cache = fixture_open(&fixture);
    remembers_nothing(cache);
    assert_int_equal(fixture.warnings, 1);
    cache_close(cache);
    fixture_release(&fixture);
}

/* ---- the ordinary case ---- */

static void a_new_directory_is_private_and_tagged(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Fixture below = { 0 };
    snprintf(below.dir, sizeof below.dir, "%.200s/a/b", fixture.dir);
    cache_close(fixture_open(&below));
    struct stat s;
    assert_int_equal(stat(below.dir, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    assert_true(file_size(fixture_path(&below, "CACHEDIR.TAG")) > 43);
    assert_int_equal(below.warnings, 0);
    fixture_release(&fixture);
}

static void what_is_put_is_there_after_reopening(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(cache_has_lease(cache));
    for (uint64_t i = 0; i < 5; i++)
        assert_true(status_ok(build_put(cache, i)));
    cache_close(cache);
    /* The last connection wrote the log back. */
    assert_int_equal(file_size(fixture_db_path(&fixture, "-wal")), 0);
    cache = fixture_open(&fixture);
    ReadBack read = builds_read(cache, 0);
    assert_int_equal(read.segments, 5);
    assert_int_equal(read.blobs_absent, 0);
    assert_false(read.wrong);
    assert_true(status_ok(build_put(cache, 5)));
    assert_int_equal(builds_read(cache, 0).segments, 6);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void workspaces_and_epochs_are_apart(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *a = fixture_open_workspace(&fixture, "e1", "/ws/a");
    Cache *b = fixture_open_workspace(&fixture, "e1", "/ws/b");
    Cache *c = fixture_open_workspace(&fixture, "e2", "/ws/a");
    assert_true(cache_has_lease(a) && cache_has_lease(b) && cache_has_lease(c));
    assert_true(status_ok(build_put(a, 0)));
    assert_int_equal(builds_read(b, 0).segments, 0);
    assert_int_equal(builds_read(c, 0).segments, 0);
    assert_int_equal(builds_read(a, 0).segments, 1);
    cache_close(a);
    cache_close(b);
    cache_close(c);
    fixture_release(&fixture);
}

/* ---- the lease ---- */

static void the_second_of_two_has_no_lease(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *first = fixture_open(&fixture);
    assert_true(status_ok(build_put(first, 0)));
    Cache *second = fixture_open(&fixture);
    assert_true(cache_has_lease(first));
    assert_false(cache_has_lease(second));
    assert_int_equal(builds_read(second, 0).segments, 1);
    assert_int_equal(cache_store_ops.begin(second).code, STATUS_BUSY);
    assert_int_equal(cache_record_put(second, (Fp){ 1, 2 }, STR("r")).code, STATUS_BUSY);
    /* Blobs it may put. */
    Arena *arena = arena_new(NULL);
    Str blob = build_blob(arena, 7, 0), big = build_blob(arena, 8, 3), out;
    assert_true(cache_store_ops.put_blob(second, blob_hash(blob), blob));
    assert_true(cache_store_ops.put_blob(second, blob_hash(big), big));
    assert_true(status_ok(cache_store_ops.get_blob(first, blob_hash(blob), arena, &out)));
    assert_true(str_eq(out, blob));
    assert_true(status_ok(cache_store_ops.get_blob(first, blob_hash(big), arena, &out)));
    assert_true(str_eq(out, big));
    arena_free(arena);
    cache_close(first);
    cache_close(second);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void a_free_lease_is_taken_by_the_next_build(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *first = fixture_open(&fixture);
    assert_true(status_ok(build_put(first, 0)));
    Cache *second = fixture_open(&fixture);
    assert_int_equal(builds_read(second, 0).segments, 1);
    assert_true(status_ok(build_put(first, 1)));
    cache_close(first);
    /* What it read is no longer all there is: it may not append to it. */
    assert_int_equal(build_put(second, 2).code, STATUS_NOT_FOUND);
    assert_true(cache_has_lease(second));
    assert_true(status_ok(build_put_alone(second, 9)));
    assert_true(status_ok(build_put(second, 10)));
    cache_close(second);
    Cache *third = fixture_open(&fixture);
    ReadBack read = builds_read(third, 9);
    assert_int_equal(read.segments, 2);
    assert_false(read.wrong);
    cache_close(third);
    fixture_release(&fixture);
}

static void a_reader_sees_commits_but_not_what_is_under_way(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    Arena *arena = arena_new(NULL);
    Str out;
    Fp hash = blob_hash(STR("abc"));
    assert_true(status_ok(cache_store_ops.begin(cache)));
    cache_store_ops.put_blob(cache, hash, STR("abc"));
    assert_false(status_ok(cache_store_ops.get_blob(cache, hash, arena, &out)));
    assert_true(status_ok(cache_store_ops.commit(cache)));
    assert_true(status_ok(cache_store_ops.get_blob(cache, hash, arena, &out)));
    assert_true(str_eq(out, STR("abc")));
    /* Closing with an open transaction is a rollback. */
    assert_true(status_ok(cache_store_ops.begin(cache)));
    cache_store_ops.put_segment(cache, STR("never"));
    cache_close(cache);
    cache = fixture_open(&fixture);
    assert_int_equal(builds_read(cache, 0).segments, 0);
    cache_close(cache);
    arena_free(arena);
    fixture_release(&fixture);
}

/* ---- other files in its place ---- */

static void is_replaced_with_one_warning(Fixture *fixture)
{
    Cache *cache = fixture_open(fixture);
    assert_int_equal(fixture->warnings, 1);
    assert_int_equal(builds_read(cache, 0).segments, 0);
    assert_true(status_ok(build_put(cache, 0)));
    cache_close(cache);
    cache = fixture_open(fixture);
    assert_int_equal(builds_read(cache, 0).segments, 1);
    cache_close(cache);
    assert_int_equal(fixture->warnings, 1);
}

static void foreign_files_are_replaced(void **state)
{
    (void)state;
    char garbage[10000];
    memset(garbage, 'x', sizeof garbage);
    for (int i = 0; i < 4; i++) {
        Fixture fixture;
        fixture_init(&fixture);
        cache_close(fixture_open(&fixture));
        const char *path = fixture_db_path(&fixture, "");
        if (i == 0)
            file_put(path, garbage, sizeof garbage);
        else if (i == 1)
            sql_run(path, "PRAGMA application_id=1");
        else if (i == 2)
            sql_run(path, "CREATE TABLE extra(x)");
        else
            sql_run(path, "UPDATE meta SET value = CAST('e2' AS BLOB) WHERE key = 'epoch'");
        is_replaced_with_one_warning(&fixture);
        fixture_release(&fixture);
    }
}

static void an_empty_file_is_filled(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    cache_close(fixture_open(&fixture));
    file_put(fixture_db_path(&fixture, ""), "", 0);
    file_put(fixture_db_path(&fixture, "-wal"), "stale", 5);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void a_newer_format_is_left_alone(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    cache_close(cache);
    sql_run(fixture_db_path(&fixture, ""), "PRAGMA user_version=99");
    cache = fixture_open(&fixture);
    assert_int_equal(builds_read(cache, 0).segments, 0);
    assert_false(status_ok(build_put(cache, 1)));
    assert_false(status_ok(build_put(cache, 2)));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 1);
    assert_non_null(strstr(fixture.warning, "another version"));
    assert_int_equal(sql_number(fixture_db_path(&fixture, ""), "SELECT count(*) FROM segment"), 1);
    fixture_release(&fixture);
}

/* ---- trouble while it is open ---- */

static void a_removed_directory_is_made_again(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    fixture_release(&fixture);
    assert_int_equal(build_put(cache, 1).code, STATUS_NOT_FOUND);
    assert_true(status_ok(build_put_alone(cache, 2)));
    cache_close(cache);
    cache = fixture_open(&fixture);
    ReadBack read = builds_read(cache, 2);
    assert_int_equal(read.segments, 1);
    assert_int_equal(read.blobs_absent, 0);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void a_removed_database_is_made_again(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    assert_int_equal(remove(fixture_db_path(&fixture, "")), 0);
    assert_int_equal(build_put(cache, 1).code, STATUS_NOT_FOUND);
    assert_true(status_ok(build_put_alone(cache, 2)));
    assert_int_equal(builds_read(cache, 2).segments, 1);
    cache_close(cache);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_dir_follows_the_environment),
        cmocka_unit_test(without_a_directory_one_warning),
        cmocka_unit_test(a_file_where_a_directory_belongs),
        cmocka_unit_test(a_new_directory_is_private_and_tagged),
        cmocka_unit_test(what_is_put_is_there_after_reopening),
        cmocka_unit_test(workspaces_and_epochs_are_apart),
        cmocka_unit_test(the_second_of_two_has_no_lease),
        cmocka_unit_test(a_free_lease_is_taken_by_the_next_build),
        cmocka_unit_test(a_reader_sees_commits_but_not_what_is_under_way),
        cmocka_unit_test(foreign_files_are_replaced),
        cmocka_unit_test(an_empty_file_is_filled),
        cmocka_unit_test(a_newer_format_is_left_alone),
        cmocka_unit_test(a_removed_directory_is_made_again),
        cmocka_unit_test(a_removed_database_is_made_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
