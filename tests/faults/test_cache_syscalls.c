/* The first, second, third, ... system call on a file fails, or the process dies there. Covers what
 * SQLite does and what the content-addressed files, directories and locks do. $RSCC_SYSCALL_STEP:
 * every how manyth call (1: all). */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "faults/syscall_gate.h"
#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

enum { STORED_BUILDS = 2, NEW_BUILDS = 3, CALLS_MAX = 5000 };

/* Shared with the child: it reports without a system call. */
typedef struct {
    Fixture fixture;
    uint64_t read, committed; /* builds [0, committed) are stored */
    bool wrong, finished;
} Shared;

static void use_store(void *argument)
{
    Shared *shared = argument;
    Cache *cache = fixture_open(&shared->fixture);
    ReadBack read = builds_read(cache, 0);
    shared->wrong = read.wrong;
    shared->read = read.segments;
    for (uint64_t i = 0; i < NEW_BUILDS; i++) {
        if (!status_ok(build_put(cache, read.segments + i)))
            break;
        shared->committed = read.segments + i + 1;
        (void)!status_ok(cache_record_put(cache, (Fp){ i, i }, STR("record")));
    }
    cache_idle(cache);
    cache_close(cache);
    shared->finished = true;
}

static Shared *shared_new(void)
{
    Shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    return shared;
}

static void store_builds(Fixture *fixture)
{
    fixture_init(fixture);
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < STORED_BUILDS; i++)
        assert_true(status_ok(build_put(cache, i)));
    cache_close(cache);
}

/* A run of builds. After death: with all their blobs, and at least those that were committed. After
 * an error blobs may be absent, and the process may have started anew. */
static void expect_whole(Shared *shared, bool died)
{
    Fixture after = shared->fixture;
    after.warnings = 0;
    Cache *cache = fixture_open(&after);
    ReadBack read = builds_read(cache, 0);
    assert_false(read.wrong);
    if (died) {
        assert_int_equal(read.blobs_absent, 0);
        assert_in_range(read.segments, shared->committed, shared->committed + 1);
    }
    assert_true(status_ok(build_put(cache, read.segments)));
    assert_int_equal(builds_read(cache, 0).segments, read.segments + 1);
    cache_close(cache);
    assert_int_equal(after.warnings, 0);
}

/* False once the plan was not met any more. */
static bool one_run(GatePlan plan)
{
    Shared *shared = shared_new();
    store_builds(&shared->fixture);
    shared->committed = STORED_BUILDS;
    GateResult result;
    if (!gate_run(use_store, shared, plan, &result)) {
        fixture_release(&shared->fixture);
        munmap(shared, sizeof *shared);
        skip();
    }
    assert_false(shared->wrong);
    if (plan.error || !result.hits)
        assert_true(shared->finished && WIFEXITED(result.status));
    if (shared->fixture.warnings > 1)
        fail_msg("call %d: %d warnings, the last: %s", plan.at, shared->fixture.warnings,
                 shared->fixture.warning);
    if (!result.hits)
        assert_int_equal(shared->fixture.warnings, 0);
    expect_whole(shared, result.hits && !plan.error);
    fixture_release(&shared->fixture);
    munmap(shared, sizeof *shared);
    return result.hits > 0;
}

static void runs(bool lasting, int error)
{
    int step = test_count("RSCC_SYSCALL_STEP", 3), at = 1;
    GatePlan plan = { .lasting = lasting, .error = error };
    do {
        plan.at = at;
        at += step;
        assert_true(at < CALLS_MAX);
    } while (one_run(plan));
}

static void death_at_every_call(void **state)
{
    (void)state;
    runs(false, 0);
}

static void one_call_finds_the_disk_full(void **state)
{
    (void)state;
    runs(false, ENOSPC);
}

static void the_disk_stays_full(void **state)
{
    (void)state;
    runs(true, ENOSPC);
}

static void one_call_fails(void **state)
{
    (void)state;
    runs(false, EIO);
}

static void all_calls_fail(void **state)
{
    (void)state;
    runs(true, EIO);
}

static void everything_becomes_read_only(void **state)
{
    (void)state;
    runs(true, EROFS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(death_at_every_call), cmocka_unit_test(one_call_finds_the_disk_full),
        cmocka_unit_test(the_disk_stays_full), cmocka_unit_test(one_call_fails),
        cmocka_unit_test(all_calls_fail),      cmocka_unit_test(everything_becomes_read_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
