#include <string.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

enum { STORED_BUILDS = 6 };

static void store_builds(Fixture *fixture)
{
    fixture_init(fixture);
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < STORED_BUILDS; i++)
        assert_true(status_ok(build_put(cache, i)));
    assert_true(status_ok(cache_record_put(cache, (Fp){ 1, 1 }, STR("record"))));
    cache_close(cache);
}

/* The number of damaged things; the report must name `wanted` (NULL: be empty). */
static uint64_t verify(const Fixture *fixture, const char *wanted)
{
    uint64_t damaged;
    Text report;
    text_init(&report, NULL);
    text_add_c(&report, "");
    assert_true(status_ok(cache_verify(fixture->dir, &damaged, &report)));
    if (wanted)
        assert_non_null(strstr(report.data, wanted));
    else
        assert_int_equal(report.bytes, 0);
    text_release(&report);
    return damaged;
}

static void a_sound_store_has_nothing_to_report(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    assert_int_equal(verify(&fixture, NULL), 0);
    Cache *cache = fixture_open(&fixture);
    assert_int_equal(verify(&fixture, NULL), 0);
    assert_int_equal(builds_read(cache, 0).blobs_absent, 0);
    cache_close(cache);
    fixture_release(&fixture);
}

static void damaged_rows_are_found_and_removed(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *named;
        uint64_t damaged, segments_left;
    } cases[] = {
        { "UPDATE segment SET data = zeroblob(5) WHERE id = 4", "segments", 1, 3 },
        { "UPDATE blob SET data = zeroblob(5) WHERE id IN (1, 2)", "blob", 2, STORED_BUILDS },
        { "UPDATE blob SET hash = 'text' WHERE id = 1", "blob", 1, STORED_BUILDS },
        { "UPDATE record SET sum = zeroblob(16)", "record", 1, STORED_BUILDS },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Fixture fixture;
        store_builds(&fixture);
        sql_run(fixture_db_path(&fixture, ""), cases[i].sql);
        assert_int_equal(verify(&fixture, cases[i].named), cases[i].damaged);
        assert_int_equal(verify(&fixture, NULL), 0);
        Cache *cache = fixture_open(&fixture);
        assert_int_equal(builds_read(cache, 0).segments, cases[i].segments_left);
        cache_close(cache);
        assert_int_equal(fixture.warnings, 0);
        fixture_release(&fixture);
    }
}

static void damaged_files_are_found_and_removed(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    Arena *arena = arena_new(NULL);
    const char *path = fixture_cas_path(&fixture, blob_hash(build_blob(arena, 2, 3)));
    file_flip_bit(path, 1000, 1);
    assert_int_equal(verify(&fixture, "file"), 1);
    assert_int_equal(file_size(path), 0);
    assert_int_equal(verify(&fixture, NULL), 0);
    arena_free(arena);
    fixture_release(&fixture);
}

static void a_hopeless_database_is_removed(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    file_flip_bit(fixture_db_path(&fixture, ""), 3, 3);
    assert_int_equal(verify(&fixture, "removed"), 1);
    assert_int_equal(file_size(fixture_db_path(&fixture, "")), 0);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void what_an_engine_loses_to_verify_it_writes_again(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_int_equal(builds_read(cache, 0).segments, STORED_BUILDS);
    sql_run(fixture_db_path(&fixture, ""), "UPDATE segment SET sum = zeroblob(16) WHERE id = 3");
    assert_int_equal(verify(&fixture, "segments"), 1);
    assert_int_equal(build_put(cache, STORED_BUILDS).code, STATUS_NOT_FOUND);
    assert_true(status_ok(build_put_alone(cache, 0)));
    assert_int_equal(builds_read(cache, 0).segments, 1);
    cache_close(cache);
    fixture_release(&fixture);
}

/* ---- stats ---- */

static void stats_count(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    Cache *cache = fixture_open_workspace(&fixture, "e2", "/ws/b");
    CacheStats stats;
    assert_true(status_ok(cache_stats(fixture.dir, &stats)));
    assert_int_equal(stats.workspaces, 2);
    assert_int_equal(stats.segments, STORED_BUILDS);
    assert_int_equal(stats.blobs, STORED_BUILDS * BUILD_BLOBS);
    assert_int_equal(stats.records, 1);
    assert_int_equal(stats.cap_bytes, 10737418240);
    uint64_t nodes = 0, files = 0;
    Arena *arena = arena_new(NULL);
    for (uint64_t i = 0; i < STORED_BUILDS; i++) {
        nodes += build_segment(arena, i).bytes;
        files += i % 2 ? 0 : build_blob(arena, i, 3).bytes;
    }
    arena_free(arena);
    assert_int_equal(stats.nodes_bytes, nodes);
    assert_int_equal(stats.cas_bytes, files);
    assert_int_equal(stats.total_bytes, stats.cas_bytes + stats.database_bytes);
    assert_true(stats.database_bytes > nodes);
    cache_close(cache);
    fixture_release(&fixture);
}

/* ---- clear ---- */

static void clear_removes_everything_nobody_uses(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    assert_true(status_ok(cache_clear(fixture.dir)));
    CacheStats stats;
    assert_true(status_ok(cache_stats(fixture.dir, &stats)));
    assert_int_equal(stats.total_bytes, 0);
    assert_int_equal(stats.workspaces, 0);
    fixture_release(&fixture);
}

static void clear_empties_what_is_in_use(void **state)
{
    (void)state;
    Fixture fixture;
    store_builds(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_int_equal(builds_read(cache, 0).segments, STORED_BUILDS);
    uint64_t before = fixture_total_bytes(&fixture);
    assert_true(status_ok(cache_clear(fixture.dir)));
    assert_true(fixture_total_bytes(&fixture) < before);
    CacheStats stats;
    assert_true(status_ok(cache_stats(fixture.dir, &stats)));
    assert_int_equal(stats.segments + stats.blobs + stats.records + stats.cas_bytes, 0);
    assert_int_equal(build_put(cache, STORED_BUILDS).code, STATUS_NOT_FOUND);
    assert_true(status_ok(build_put_alone(cache, 0)));
    assert_true(status_ok(build_put(cache, 1)));
    ReadBack read = builds_read(cache, 0);
    assert_int_equal(read.segments, 2);
    assert_int_equal(read.blobs_absent, 0);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_store_has_nothing_to_report),
        cmocka_unit_test(damaged_rows_are_found_and_removed),
        cmocka_unit_test(damaged_files_are_found_and_removed),
        cmocka_unit_test(a_hopeless_database_is_removed),
        cmocka_unit_test(what_an_engine_loses_to_verify_it_writes_again),
        cmocka_unit_test(stats_count),
        cmocka_unit_test(clear_removes_everything_nobody_uses),
        cmocka_unit_test(clear_empties_what_is_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
