/* Processes that die, compete and clean up at any moment. $RSCC_KILL_RUNS: how many deaths. */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

enum { COMPACT_EVERY = 7, BUILDS_PER_LIFE_MAX = 100 };

/* Shared with the children. Builds [first, committed) are stored; next_first is what first is about
 * to become. */
typedef struct {
    Fixture fixture;
    _Atomic uint64_t first, next_first, committed;
    atomic_int holders, lease_errors, wrong, failures, commits;
    atomic_bool stop;
} Shared;

static Shared *shared_new(void)
{
    Shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    fixture_init(&shared->fixture);
    return shared;
}

static void shared_free(Shared *shared)
{
    fixture_release(&shared->fixture);
    munmap(shared, sizeof *shared);
}

static pid_t start(void (*body)(Shared *shared), Shared *shared)
{
    pid_t child = fork();
    if (child == 0) {
        body(shared);
        _exit(0);
    }
    assert_true(child > 0);
    return child;
}

static void wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) != child) {
    }
}

/* ---- death ---- */

static void build_until_killed(Shared *shared)
{
    Cache *cache = fixture_open(&shared->fixture);
    if (builds_read(cache, shared->first).wrong)
        shared->wrong++;
    uint64_t build = shared->committed;
    for (int i = 0; i < BUILDS_PER_LIFE_MAX; i++, build++) {
        bool alone = build % COMPACT_EVERY == 0;
        if (alone)
            shared->next_first = build;
        Status status = alone ? build_put_alone(cache, build) : build_put(cache, build);
        if (!status_ok(status)) {
            shared->failures++;
            break;
        }
        shared->committed = build + 1;
        shared->first = shared->next_first;
        if (build % 5 == 0)
            cache_idle(cache);
    }
    for (;;)
        pause();
}

/* What is stored is what was reported, or one more if death came between commit and report. */
static void expect_whole_builds(Shared *shared)
{
    Cache *cache = fixture_open(&shared->fixture);
    assert_true(cache_has_lease(cache));
    ReadBack read = builds_read(cache, shared->first);
    if (read.wrong && shared->next_first != shared->first) {
        shared->first = shared->next_first;
        read = builds_read(cache, shared->first);
    }
    assert_false(read.wrong);
    assert_int_equal(read.blobs_absent, 0);
    uint64_t stored = shared->first + read.segments;
    assert_in_range(stored, shared->committed, shared->committed + 1);
    shared->committed = stored;
    cache_close(cache);
    assert_int_equal(shared->fixture.warnings, 0);
}

static void committed_builds_survive_death(void **state)
{
    (void)state;
    Shared *shared = shared_new();
    Random random = { test_seed() };
    int lives = test_count("RSCC_KILL_RUNS", 50);
    for (int i = 0; i < lives || shared->committed == 0; i++) {
        pid_t child = start(build_until_killed, shared);
        usleep((useconds_t)random_below(&random, 30000));
        kill(child, SIGKILL);
        wait_for(child);
        assert_int_equal(shared->wrong, 0);
        assert_int_equal(shared->failures, 0);
        expect_whole_builds(shared);
    }
    shared_free(shared);
}

/* ---- competition ---- */

static void open_build_close(Shared *shared)
{
    Fixture own = shared->fixture;
    Arena *arena = arena_new(NULL);
    while (!shared->stop) {
        Cache *cache = fixture_open(&own);
        bool held = cache_has_lease(cache);
        if (held && shared->holders++ > 0)
            shared->lease_errors++;
        ReadBack read = builds_read(cache, 0);
        shared->wrong += read.wrong || read.blobs_absent;
        Str blob = build_blob(arena, read.segments, 1);
        cache_store_ops.put_blob(cache, blob_hash(blob), blob);
        if (held && status_ok(build_put(cache, read.segments)))
            shared->commits++;
        else if (held)
            shared->failures++;
        if (held)
            shared->holders--;
        cache_close(cache);
        arena_clear(arena);
    }
    if (own.warnings)
        print_error("%s\n", own.warning);
    shared->failures += own.warnings;
    arena_free(arena);
}

static void one_of_several_processes_has_the_lease(void **state)
{
    (void)state;
    Shared *shared = shared_new();
    pid_t children[3];
    for (size_t i = 0; i < ARRAY_COUNT(children); i++)
        children[i] = start(open_build_close, shared);
    int commits = test_count("RSCC_COMPETE_COMMITS", 60);
    while (shared->commits < commits && shared->failures == 0)
        usleep(1000);
    shared->stop = true;
    for (size_t i = 0; i < ARRAY_COUNT(children); i++)
        wait_for(children[i]);
    assert_int_equal(shared->lease_errors, 0);
    assert_int_equal(shared->wrong, 0);
    assert_int_equal(shared->failures, 0);
    Cache *cache = fixture_open(&shared->fixture);
    assert_int_equal(builds_read(cache, 0).segments, shared->commits);
    cache_close(cache);
    shared_free(shared);
}

static void hold_the_lease(Shared *shared)
{
    Cache *cache = fixture_open(&shared->fixture);
    shared->holders = cache_has_lease(cache) && status_ok(build_put(cache, 0));
    for (;;)
        pause();
}

static void death_frees_the_lease(void **state)
{
    (void)state;
    Shared *shared = shared_new();
    pid_t child = start(hold_the_lease, shared);
    while (!shared->holders)
        usleep(1000);
    Cache *cache = fixture_open(&shared->fixture);
    assert_false(cache_has_lease(cache));
    assert_int_equal(builds_read(cache, 0).segments, 1);
    assert_int_equal(build_put(cache, 1).code, STATUS_BUSY);
    kill(child, SIGKILL);
    wait_for(child);
    assert_true(status_ok(build_put(cache, 1)));
    assert_true(cache_has_lease(cache));
    assert_int_equal(builds_read(cache, 0).segments, 2);
    cache_close(cache);
    assert_int_equal(shared->fixture.warnings, 0);
    shared_free(shared);
}

/* ---- tools beside an engine ---- */

static void run_tools(Shared *shared)
{
    Text report;
    text_init(&report, NULL);
    while (!shared->stop) {
        uint64_t number;
        CacheStats stats;
        shared->failures += !status_ok(cache_gc(shared->fixture.dir, 200000, &number));
        shared->failures += !status_ok(cache_verify(shared->fixture.dir, &number, &report));
        shared->wrong += number > 0;
        shared->failures += !status_ok(cache_stats(shared->fixture.dir, &stats));
        if (shared->commits % 3 == 0)
            shared->failures += !status_ok(cache_clear(shared->fixture.dir));
        shared->commits++;
        text_clear(&report);
    }
    text_release(&report);
}

static void tools_run_beside_an_engine(void **state)
{
    (void)state;
    Shared *shared = shared_new();
    Cache *cache = fixture_open(&shared->fixture);
    pid_t child = start(run_tools, shared);
    uint64_t first = 0, next = 0;
    int clears_seen = 0, rounds = test_count("RSCC_TOOL_ROUNDS", 150);
    for (int i = 0; i < rounds || shared->commits < 2; i++) {
        Status status = build_put(cache, next);
        if (status.code == STATUS_NOT_FOUND) {
            clears_seen++;
            first = next;
            status = build_put_alone(cache, next);
        }
        assert_true(status_ok(status));
        next++;
        assert_false(builds_read(cache, first).wrong);
        assert_int_equal(shared->wrong, 0);
        /* Reading again tells the cache that it knows what is left after a clear. */
        if (builds_read(cache, first).segments == 0)
            first = next;
    }
    shared->stop = true;
    wait_for(child);
    assert_int_equal(shared->failures, 0);
    cache_close(cache);
    assert_int_equal(shared->fixture.warnings, 0);
    print_message("%d tool rounds, %d clears noticed\n", shared->commits, clears_seen);
    shared_free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_builds_survive_death),
        cmocka_unit_test(one_of_several_processes_has_the_lease),
        cmocka_unit_test(death_frees_the_lease),
        cmocka_unit_test(tools_run_beside_an_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
