#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

static const StoreOps *const ops = &cache_store_ops;
static const uint64_t no_cap = UINT64_MAX;
enum { DAY = 24 * 3600 };

static uint64_t collect(const Fixture *fixture, uint64_t cap)
{
    uint64_t freed;
    assert_true(status_ok(cache_gc(fixture->dir, cap, &freed)));
    return freed;
}

static void age_rows(const Fixture *fixture)
{
    sql_run(fixture_db_path(fixture, ""), "UPDATE blob SET made = made - 86400");
}

static int64_t rows(const Fixture *fixture)
{
    return sql_number(fixture_db_path(fixture, ""), "SELECT count(*) FROM blob");
}

static bool big_file_is_there(const Fixture *fixture, uint64_t build)
{
    Arena *arena = arena_new(NULL);
    bool there = file_size(fixture_cas_path(fixture, blob_hash(build_blob(arena, build, 3)))) > 0;
    arena_free(arena);
    return there;
}

/* ---- what nothing refers to ---- */

static void live_blobs_stay_and_dead_ones_go(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    for (uint64_t i = 0; i < 6; i++)
        assert_true(status_ok(build_put(cache, i)));
    assert_true(status_ok(build_put_alone(cache, 6)));
    assert_true(status_ok(build_put(cache, 7)));
    age_rows(&fixture);
    fixture_age_all(&fixture, DAY);
    uint64_t before = fixture_total_bytes(&fixture);
    /* The engine has it open all the while. */
    uint64_t freed = collect(&fixture, no_cap);
    assert_true(freed > 0);
    assert_true(fixture_total_bytes(&fixture) <= before - freed);
    assert_int_equal(rows(&fixture), 2 * BUILD_BLOBS);
    assert_false(big_file_is_there(&fixture, 0) || big_file_is_there(&fixture, 4));
    assert_true(big_file_is_there(&fixture, 6));
    ReadBack read = builds_read(cache, 6);
    assert_int_equal(read.segments, 2);
    assert_int_equal(read.blobs_absent, 0);
    assert_false(read.wrong);
    assert_true(status_ok(build_put(cache, 8)));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void young_garbage_may_belong_to_a_build_under_way(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    assert_true(
        status_ok(build_put_alone(cache, 2))); /* what only build 0 referred to goes at once */
    assert_int_equal(rows(&fixture), BUILD_BLOBS);
    ops->put_blob(cache, blob_hash(STR("young")), STR("young")); /* no segment refers to it yet */
    collect(&fixture, no_cap);
    assert_int_equal(rows(&fixture), BUILD_BLOBS + 1);
    assert_true(big_file_is_there(&fixture, 0)); /* others may be about to */
    /* A time that has not come yet is no protection. */
    sql_run(fixture_db_path(&fixture, ""), "UPDATE blob SET made = made + 864000000");
    fixture_age_all(&fixture, -DAY);
    collect(&fixture, no_cap);
    assert_int_equal(rows(&fixture), BUILD_BLOBS);
    assert_false(big_file_is_there(&fixture, 0));
    cache_close(cache);
    fixture_release(&fixture);
}

/* An engine that is told so puts all it has: then the file is as big as what is alive. */
static void what_was_put_wears_the_store_out(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    Arena *arena = arena_new(NULL);
    char *bytes = arena_alloc_zeroed(arena, 60000);
    uint32_t builds = 0, rewrites = 0;
    uint64_t largest = 0;
    for (; builds < 600; builds++) {
        memcpy(bytes, &builds, sizeof builds);
        Str blob = { bytes, 60000 };
        Fp hash = blob_hash(blob);
        assert_true(status_ok(ops->begin(cache)));
        ops->put_blob(cache, hash, blob);
        if (ops->is_worn(cache)) {
            ops->drop_segments(cache);
            rewrites++;
        }
        ops->put_segment(cache, STR("segment"));
        ops->refer_blobs(cache, &hash, 1);
        assert_true(status_ok(ops->commit(cache)));
        if (builds % 200 == 100) { /* what it knows of the wear is in the file */
            cache_close(cache);
            cache = fixture_open(&fixture);
            (void)builds_read(cache, 0);
        }
        uint64_t size = fixture_total_bytes(&fixture);
        largest = size > largest ? size : largest;
    }
    assert_true(rewrites >= 3);
    assert_true(rows(&fixture) < 300);
    assert_true(largest < (uint64_t)32 << 20); /* of 36 MB put; the log is most of it */
    arena_free(arena);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void without_references_everything_stays(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    assert_true(status_ok(ops->begin(cache)));
    ops->drop_segments(cache);
    ops->put_segment(cache, STR("says nothing about blobs"));
    assert_true(status_ok(ops->commit(cache)));
    age_rows(&fixture);
    fixture_age_all(&fixture, DAY);
    collect(&fixture, no_cap);
    assert_int_equal(rows(&fixture), BUILD_BLOBS);
    assert_true(big_file_is_there(&fixture, 0));
    cache_close(cache);
    fixture_release(&fixture);
}

static void blobs_of_records_stay(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    Arena *arena = arena_new(NULL);
    Fp hashes[2] = { blob_hash(build_blob(arena, 0, 3)), blob_hash(build_blob(arena, 0, 1)) };
    assert_true(status_ok(cache_record_put_blobs(cache, (Fp){ 1, 1 }, STR("r"), hashes, 2)));
    assert_true(status_ok(build_put_alone(cache, 1)));
    age_rows(&fixture);
    fixture_age_all(&fixture, DAY);
    collect(&fixture, no_cap);
    assert_int_equal(rows(&fixture), BUILD_BLOBS + 2);
    assert_true(big_file_is_there(&fixture, 0));
    arena_free(arena);
    cache_close(cache);
    fixture_release(&fixture);
}

static void files_another_workspace_refers_to_stay(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *a = fixture_open(&fixture), *b = fixture_open_workspace(&fixture, "e1", "/ws/b");
    assert_true(status_ok(build_put(a, 0)));
    assert_true(status_ok(build_put(b, 0)));
    assert_true(status_ok(build_put_alone(a, 2)));
    fixture_age_all(&fixture, DAY);
    collect(&fixture, no_cap);
    assert_true(big_file_is_there(&fixture, 0));
    assert_true(status_ok(build_put_alone(b, 4)));
    fixture_age_all(&fixture, DAY);
    collect(&fixture, no_cap);
    assert_false(big_file_is_there(&fixture, 0));
    assert_true(big_file_is_there(&fixture, 2) && big_file_is_there(&fixture, 4));
    cache_close(a);
    cache_close(b);
    fixture_release(&fixture);
}

/* ---- the cap ---- */

static void workspace_name(int i, char *out, size_t bytes)
{
    snprintf(out, bytes, "/ws/%d", i);
}

/* Workspaces 0 .. count-1 with build 2 * i each, workspace i last used i + 1 days ago; all closed.
 */
static void store_workspaces(Fixture *fixture, int count)
{
    char name[32], path[600];
    for (int i = 0; i < count; i++) {
        workspace_name(i, name, sizeof name);
        Cache *cache = fixture_open_workspace(fixture, i % 2 ? "e1" : "e2", name);
        assert_true(status_ok(build_put(cache, 2 * (uint64_t)i)));
        cache_close(cache);
    }
    fixture_age_all(fixture, DAY);
    for (int i = 0; i < count; i++) {
        workspace_name(i, name, sizeof name);
        fixture_db_path_of(fixture, i % 2 ? "e1" : "e2", name, path, sizeof path);
        strcpy(path + strlen(path) - 3, ".lease");
        file_age(path, DAY * (i + 1));
    }
}

static bool workspace_is_there(const Fixture *fixture, int i)
{
    char name[32], path[600];
    workspace_name(i, name, sizeof name);
    fixture_db_path_of(fixture, i % 2 ? "e1" : "e2", name, path, sizeof path);
    return file_size(path) > 0;
}

static void least_recently_used_workspaces_go_first(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_workspaces(&fixture, 5);
    uint64_t total = fixture_total_bytes(&fixture);
    collect(&fixture, no_cap);
    for (int i = 0; i < 5; i++)
        assert_true(workspace_is_there(&fixture, i) &&
                    big_file_is_there(&fixture, 2 * (uint64_t)i));
    for (int left = 4; left >= 0; left--) {
        uint64_t cap = fixture_total_bytes(&fixture) - 2000;
        collect(&fixture, cap);
        assert_true(fixture_total_bytes(&fixture) <= cap);
        for (int i = 0; i < 5; i++) {
            assert_int_equal(workspace_is_there(&fixture, i), i < left);
            assert_int_equal(big_file_is_there(&fixture, 2 * (uint64_t)i), i < left);
        }
    }
    assert_true(fixture_total_bytes(&fixture) < total / 50);
    /* Epochs that are empty are gone. */
    assert_int_not_equal(access(fixture_path(&fixture, "e1"), F_OK), 0);
    fixture_release(&fixture);
}

static void a_workspace_in_use_stays(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_workspaces(&fixture, 3);
    Cache *oldest = fixture_open_workspace(&fixture, "e2", "/ws/2");
    fixture_age_all(&fixture, 100 * DAY);
    uint64_t freed = collect(&fixture, 1);
    assert_true(freed > 0);
    assert_false(workspace_is_there(&fixture, 0) || workspace_is_there(&fixture, 1));
    assert_true(workspace_is_there(&fixture, 2));
    /* Its database stays; the files go, by last use, as far as needed: recomputation. */
    assert_false(big_file_is_there(&fixture, 4));
    ReadBack read = builds_read(oldest, 4);
    assert_int_equal(read.segments, 1);
    assert_int_equal(read.blobs_absent, 1);
    assert_false(read.wrong);
    assert_true(status_ok(build_put(oldest, 5)));
    cache_close(oldest);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void workspaces_unused_for_a_month_go(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_workspaces(&fixture, 2);
    fixture_age_all(&fixture, 31 * DAY);
    collect(&fixture, no_cap);
    assert_false(workspace_is_there(&fixture, 0) || workspace_is_there(&fixture, 1));
    assert_false(big_file_is_there(&fixture, 0) || big_file_is_there(&fixture, 2));
    fixture_release(&fixture);
}

/* ---- odds and ends ---- */

static void leftovers_go_and_strange_things_stay(void **state)
{
    (void)state;
    Fixture fixture, outside;
    fixture_init(&fixture);
    fixture_init(&outside);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    cache_close(cache);
    char shard[300], temporary[400], link[400], target[400], note[300];
    snprintf(shard, sizeof shard, "%.200s/cas/00", fixture.dir);
    (void)!mkdir(shard, 0700);
    snprintf(temporary, sizeof temporary, "%.290s/.rscc-tmp-1-2", shard);
    file_put(temporary, "x", 1);
    snprintf(note, sizeof note, "%.200s/note.txt", fixture.dir);
    file_put(note, "x", 1);
    /* A link to a directory elsewhere, with a file of a fitting name in it. */
    snprintf(target, sizeof target, "%.200s/ffffffffffffffffffffffffffffffff", outside.dir);
    file_put(target, "precious", 8);
    snprintf(link, sizeof link, "%.200s/cas/ff", fixture.dir);
    remove(link);
    assert_int_equal(symlink(outside.dir, link), 0);
    fixture_age_all(&fixture, DAY);
    file_age(target, DAY);
    collect(&fixture, 1);
    assert_int_equal(file_size(temporary), 0);
    assert_int_equal(file_size(note), 1);
    assert_int_equal(file_size(target), 8);
    assert_true(status_ok(cache_clear(fixture.dir)));
    assert_int_equal(file_size(target), 8);
    fixture_release(&fixture);
    fixture_release(&outside);
}

static void a_directory_that_is_not_there(void **state)
{
    (void)state;
    uint64_t freed = 7, damaged = 7;
    CacheStats stats;
    Text report;
    text_init(&report, NULL);
    assert_true(status_ok(cache_gc("/nonexistent/rscc", 1, &freed)));
    assert_int_equal(freed, 0);
    assert_true(status_ok(cache_stats("/nonexistent/rscc", &stats)));
    assert_int_equal(stats.total_bytes, 0);
    assert_true(status_ok(cache_verify("/nonexistent/rscc", &damaged, &report)));
    assert_int_equal(damaged, 0);
    assert_true(status_ok(cache_clear("/nonexistent/rscc")));
    text_release(&report);
}

static void damaged_databases_do_not_stop_it(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_workspaces(&fixture, 3);
    char path[600];
    fixture_db_path_of(&fixture, "e1", "/ws/1", path, sizeof path);
    file_put(path, "garbage", 7);
    collect(&fixture, no_cap);
    assert_true(workspace_is_there(&fixture, 0) && workspace_is_there(&fixture, 2));
    assert_false(workspace_is_there(&fixture, 1));
    assert_true(big_file_is_there(&fixture, 0) && big_file_is_there(&fixture, 4));
    fixture_release(&fixture);
}

static void it_runs_by_itself_when_due(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_workspaces(&fixture, 3);
    Cache *cache = fixture_open(&fixture);
    fixture_age_all(&fixture, 2 * DAY);
    /* The cap of this cache is 10 GiB: only what nothing refers to goes. */
    file_put(fixture_path(&fixture, "e1/.rscc-tmp-9-9"), "x", 1);
    file_age(fixture_path(&fixture, "e1/.rscc-tmp-9-9"), DAY);
    cache_collect(cache);
    assert_int_equal(file_size(fixture_path(&fixture, "e1/.rscc-tmp-9-9")), 0);
    assert_true(workspace_is_there(&fixture, 0));
    /* Not again so soon. */
    file_put(fixture_path(&fixture, "e1/.rscc-tmp-9-9"), "x", 1);
    file_age(fixture_path(&fixture, "e1/.rscc-tmp-9-9"), DAY);
    cache_collect(cache);
    cache_close(cache);
    assert_int_equal(file_size(fixture_path(&fixture, "e1/.rscc-tmp-9-9")), 1);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_blobs_stay_and_dead_ones_go),
        cmocka_unit_test(young_garbage_may_belong_to_a_build_under_way),
        cmocka_unit_test(what_was_put_wears_the_store_out),
        cmocka_unit_test(without_references_everything_stays),
        cmocka_unit_test(blobs_of_records_stay),
        cmocka_unit_test(files_another_workspace_refers_to_stay),
        cmocka_unit_test(least_recently_used_workspaces_go_first),
        cmocka_unit_test(a_workspace_in_use_stays),
        cmocka_unit_test(workspaces_unused_for_a_month_go),
        cmocka_unit_test(leftovers_go_and_strange_things_stay),
        cmocka_unit_test(a_directory_that_is_not_there),
        cmocka_unit_test(damaged_databases_do_not_stop_it),
        cmocka_unit_test(it_runs_by_itself_when_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
