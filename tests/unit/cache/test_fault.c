/* Every file operation of SQLite fails once, then every one from there on: the first, the second,
 * the third, ... until a run meets no failure. Whatever fails, nothing crashes, nothing wrong comes
 * back, the user is told once, and afterwards the store is whole. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "unit/cache/cache_fixture.h"
#include "unit/cache/fault_vfs.h"
#include "unit/unit.h"

enum { STORED_BUILDS = 3, RUNS_MAX = 2000 };

static const Fp request = { 5, 6 };

/* Reads and writes; true if everything that was stored came back and everything was stored. */
static bool use_store(Fixture *fixture)
{
    Cache *cache = fixture_open(fixture);
    ReadBack read = builds_read(cache, 0);
    assert_false(read.wrong);
    bool complete = read.segments == STORED_BUILDS && read.blobs_absent == 0;
    complete = status_ok(build_put(cache, read.segments)) && complete;
    complete = status_ok(cache_record_put(cache, request, STR("record"))) && complete;
    Arena *arena = arena_new(NULL);
    Str record;
    if (cache_record_get(cache, request, arena, &record))
        assert_true(str_eq(record, STR("record")));
    else
        complete = false;
    arena_free(arena);
    cache_idle(cache);
    cache_close(cache);
    return complete;
}

/* After the trouble: what is there is a run of builds from the first on, and more can be stored. */
static void expect_sound(Fixture *fixture)
{
    Fixture after = *fixture;
    after.warnings = 0;
    Cache *cache = fixture_open(&after);
    ReadBack read = builds_read(cache, 0);
    assert_false(read.wrong);
    assert_int_equal(read.blobs_absent, 0);
    assert_true(status_ok(build_put(cache, read.segments)));
    assert_int_equal(builds_read(cache, 0).segments, read.segments + 1);
    cache_close(cache);
    assert_int_equal(after.warnings, 0);
}

static void store_builds(Fixture *fixture)
{
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < STORED_BUILDS; i++)
        assert_true(status_ok(build_put(cache, i)));
    cache_close(cache);
}

/* One run with a failure; false once there was none left to give. */
static bool fault_run(FaultVfsPlan plan, bool existing)
{
    Fixture fixture;
    fixture_init(&fixture);
    if (existing)
        store_builds(&fixture);
    fixture.warnings = 0;
    fault_vfs_set(plan);
    bool complete = use_store(&fixture);
    int failures = fault_vfs_failures();
    fault_vfs_set((FaultVfsPlan){ 0 });
    if (existing && !complete)
        assert_int_equal(fixture.warnings, 1);
    assert_true(fixture.warnings <= 1);
    if (!failures) {
        assert_int_equal(fixture.warnings, 0);
        assert_true(complete || !existing);
    }
    expect_sound(&fixture);
    fixture_release(&fixture);
    return failures > 0;
}

/* $RSCC_FAULT_STEP: every how manyth operation (1: all). */
static void fault_runs(unsigned operations, int code)
{
    int step = test_count("RSCC_FAULT_STEP", 2);
    fault_vfs_install();
    for (int lasting = 0; lasting < 2; lasting++) {
        for (int existing = 0; existing < 2; existing++) {
            int at = 1;
            FaultVfsPlan plan = { .operations = operations, .code = code, .lasting = lasting };
            do {
                plan.at = at;
                at += step;
                assert_true(at < RUNS_MAX);
            } while (fault_run(plan, existing));
        }
    }
    fault_vfs_uninstall();
}

static void reads_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_READ, SQLITE_IOERR_READ);
}

static void writes_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_WRITE, SQLITE_IOERR_WRITE);
}

static void the_disk_is_full(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_WRITE, SQLITE_FULL);
}

static void syncs_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_SYNC, SQLITE_IOERR_FSYNC);
}

static void opens_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_OPEN, SQLITE_CANTOPEN);
}

static void deletes_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_DELETE, SQLITE_IOERR_DELETE);
}

static void writes_are_forbidden(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_WRITE, SQLITE_READONLY);
}

static void locks_fail(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_LOCK, SQLITE_IOERR_LOCK);
}

static void locks_are_taken(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_LOCK, SQLITE_BUSY);
}

static void shared_memory_fails(void **state)
{
    (void)state;
    fault_runs(FAULT_VFS_SHM, SQLITE_IOERR_SHMMAP);
}

/* ---- a file system without shared memory ---- */

static void expect_journal_mode(const Fixture *fixture, const char *wanted)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(fixture_db_path(fixture, ""), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "PRAGMA journal_mode", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), wanted);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

static void without_shared_memory_the_rollback_journal(void **state)
{
    (void)state;
    for (int existing = 0; existing < 2; existing++) {
        Fixture fixture;
        fixture_init(&fixture);
        if (existing) {
            store_builds(&fixture);
            expect_journal_mode(&fixture, "wal");
        }
        fault_vfs_install();
        fault_vfs_set((FaultVfsPlan){ .no_shared_memory = true });
        if (!existing)
            store_builds(&fixture);
        assert_true(use_store(&fixture));
        fault_vfs_uninstall();
        assert_int_equal(file_size(fixture_db_path(&fixture, "-wal")), 0);
        assert_int_equal(sql_number(fixture_db_path(&fixture, ""), "SELECT count(*) FROM segment"),
                         4);
        /* Where there is some the log comes back. */
        Cache *cache = fixture_open(&fixture);
        assert_int_equal(builds_read(cache, 0).segments, STORED_BUILDS + 1);
        cache_close(cache);
        expect_journal_mode(&fixture, "wal");
        assert_int_equal(fixture.warnings, 0);
        fixture_release(&fixture);
    }
}

/* ---- a database locked by another process ---- */

static sqlite3 *lock_database(const char *path, const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    return handle;
}

static void a_locked_database_is_done_without(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_builds(&fixture);
    sqlite3 *other = lock_database(fixture_db_path(&fixture, ""),
                                   "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;"
                                   "DELETE FROM segment WHERE id = 77");
    Cache *cache = fixture_open(&fixture);
    assert_int_equal(builds_read(cache, 0).segments, 0);
    assert_int_equal(build_put(cache, 0).code, STATUS_BUSY);
    assert_int_equal(fixture.warnings, 1);
    assert_non_null(strstr(fixture.warning, "locked"));
    sqlite3_close(other);
    /* Free again: builds are stored again, from the start since nothing was read. */
    assert_int_equal(build_put(cache, 0).code, STATUS_NOT_FOUND);
    assert_true(status_ok(build_put_alone(cache, 0)));
    assert_int_equal(builds_read(cache, 0).segments, 1);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 1);
    fixture_release(&fixture);
}

static StatusCode get_code(Cache *cache, Fp hash)
{
    Arena *arena = arena_new(NULL);
    Str out;
    Status status = cache_store_ops.get_blob(cache, hash, arena, &out);
    arena_free(arena);
    return status.code;
}

/* With the rollback journal a commit locks readers out for its time: what is there is not told to
 * be gone, and what is in a file is had all the same. */
static void a_blob_behind_a_lock_is_not_lost(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    fault_vfs_install();
    fault_vfs_set((FaultVfsPlan){ .no_shared_memory = true });
    store_builds(&fixture);
    Cache *cache = fixture_open(&fixture);
    Arena *arena = arena_new(NULL);
    Fp small = blob_hash(build_blob(arena, 0, 0)), big = blob_hash(build_blob(arena, 0, 3));
    Fp nowhere = blob_hash(STR("nowhere"));
    assert_int_equal(get_code(cache, small), STATUS_OK);
    assert_int_equal(get_code(cache, nowhere), STATUS_NOT_FOUND);
    sqlite3 *other = lock_database(fixture_db_path(&fixture, ""), "BEGIN EXCLUSIVE");
    assert_int_equal(get_code(cache, small), STATUS_BUSY);
    assert_int_equal(get_code(cache, nowhere), STATUS_BUSY);
    assert_int_equal(get_code(cache, big), STATUS_OK);
    sqlite3_close(other);
    assert_int_equal(get_code(cache, small), STATUS_OK);
    arena_free(arena);
    cache_close(cache);
    fault_vfs_uninstall();
    fixture_release(&fixture);
}

static void a_writer_that_holds_on_is_not_waited_for_ever(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    store_builds(&fixture);
    Cache *cache = fixture_open(&fixture);
    sqlite3 *other = lock_database(fixture_db_path(&fixture, ""), "BEGIN IMMEDIATE");
    assert_int_equal(builds_read(cache, 0).segments, STORED_BUILDS);
    assert_int_equal(build_put(cache, STORED_BUILDS).code, STATUS_BUSY);
    /* Outside a transaction only the first blob waits. */
    Arena *arena = arena_new(NULL);
    for (uint64_t i = 50; i < 60; i++) {
        Str blob = build_blob(arena, i, 0);
        assert_false(cache_store_ops.put_blob(cache, blob_hash(blob), blob));
    }
    arena_free(arena);
    assert_int_equal(fixture.warnings, 1);
    sqlite3_close(other);
    assert_true(status_ok(build_put(cache, STORED_BUILDS)));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 1);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_fail),
        cmocka_unit_test(writes_fail),
        cmocka_unit_test(the_disk_is_full),
        cmocka_unit_test(syncs_fail),
        cmocka_unit_test(opens_fail),
        cmocka_unit_test(deletes_fail),
        cmocka_unit_test(writes_are_forbidden),
        cmocka_unit_test(locks_fail),
        cmocka_unit_test(locks_are_taken),
        cmocka_unit_test(shared_memory_fails),
        cmocka_unit_test(without_shared_memory_the_rollback_journal),
        cmocka_unit_test(a_locked_database_is_done_without),
        cmocka_unit_test(a_blob_behind_a_lock_is_not_lost),
        cmocka_unit_test(a_writer_that_holds_on_is_not_waited_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
