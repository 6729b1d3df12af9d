/* Quiet moments: a few nodes are executed again and compared. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

enum { ALL = 1000 };

static const char main_text[] = "include base\na = + ! 1 * b k\nb = + c # base\nc = ? % k d e\n"
                                "d = + a 1\ne = + y nowhere\nk = 6\nm = $\nn = + m 1\n";
static const char base_text[] = "y = 2\nz = + y % y\nw = @ z\nv = * z z\n";

typedef struct {
    ToyDisk disk;
    Toy toy;
    ToyMeddler meddler;
} Fixture;

static void ask_everything(Toy *toy)
{
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    engine_request_free(run.request);
}

static void fixture_init(Fixture *f, uint32_t threads)
{
    *f = (Fixture){ .disk = { .count = 0 } };
    toy_disk_write(&f->disk, "main", main_text);
    toy_disk_write(&f->disk, "base", base_text);
    toy_open(&f->toy, &f->disk, (ToyConfig){ .threads = threads });
    toy_update(&f->toy);
    ask_everything(&f->toy);
}

static void fixture_release(Fixture *f)
{
    toy_close(&f->toy);
    toy_disk_release(&f->disk);
}

static void pure_providers_are_found_pure(void **state)
{
    (void)state;
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        Fixture f;
        fixture_init(&f, threads);
        uint32_t all = engine_verify_sample(f.toy.engine, ALL);
        assert_true(all > 20);
        assert_int_equal(engine_verify_sample(f.toy.engine, 5), 5);
        assert_int_equal(engine_verify_sample(f.toy.engine, 0), 0);
        assert_int_equal(f.toy.bugs.bytes, 0);
        fixture_release(&f);
    }
}

static void an_impure_provider_is_found(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
    engine_verify_sample(f.toy.engine, ALL);
    assert_non_null(strstr(f.toy.bugs.data, "cell_value"));
    assert_non_null(strstr(f.toy.bugs.data, "another value"));
    assert_null(strchr(strchr(f.toy.bugs.data, '\n') + 1, '\n')); /* that one alone */
    fixture_release(&f);
}

/* It is one bug, however often it is found, and again after an edit. */
static void a_bug_is_reported_once(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
    for (uint32_t i = 0; i < 3; i++) {
        engine_verify_sample(f.toy.engine, ALL);
        toy_update(&f.toy);
        ask_everything(&f.toy);
    }
    assert_true(atomic_load(&f.meddler.calls) >= 3);
    assert_non_null(strstr(f.toy.bugs.data, "another value"));
    assert_null(strchr(strchr(f.toy.bugs.data, '\n') + 1, '\n'));
    fixture_release(&f);
}

static uint64_t value_of(Toy *toy, const char *name)
{
    ToyRun run = toy_value(toy, "main", name);
    assert_true(run.complete);
    engine_request_free(run.request);
    return run.number;
}

/* Its memo says something else than its provider, and so may what was made from that. */
static void a_doubted_value_is_executed_again(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    assert_int_equal(value_of(&f.toy, "n"), 2);
    assert_false(engine_revision_is_due(f.toy.engine));
    engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
    engine_verify_sample(f.toy.engine, ALL);
    assert_true(engine_revision_is_due(f.toy.engine));
    engine_revision_begin(f.toy.engine);
    engine_revision_end(f.toy.engine);
    assert_false(engine_revision_is_due(f.toy.engine));
    ToyRun run = toy_value(&f.toy, "main", "n");
    assert_true(run.number > 100);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 2);
    engine_request_free(run.request);
    fixture_release(&f);
}

static void persist(Toy *toy)
{
    assert_true(status_ok(engine_persist(toy->engine)));
}

/* Not what was stored before, nor by a process that ends without having executed it again. */
static void a_doubted_value_is_not_stored(void **state)
{
    (void)state;
    Fixture f = { .disk = { .count = 0 } };
    toy_disk_write(&f.disk, "main", main_text);
    toy_disk_write(&f.disk, "base", base_text);
    for (uint32_t stored_before = 0; stored_before < 2; stored_before++) {
        MemoryStore store;
        memory_store_init(&store);
        ToyConfig config = { .threads = 1, .store = &store, .history = 8 };
        toy_open(&f.toy, &f.disk, config);
        toy_update(&f.toy);
        ask_everything(&f.toy);
        if (stored_before)
            persist(&f.toy);
        engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
        engine_verify_sample(f.toy.engine, ALL);
        persist(&f.toy);
        toy_close(&f.toy);
        toy_open(&f.toy, &f.disk, config);
        toy_update(&f.toy);
        ToyRun run = toy_everything(&f.toy);
        assert_int_equal(toy_executed(run.request, Q_cell_value), 1);
        engine_request_free(run.request);
        persist(&f.toy);
        toy_close(&f.toy);
        toy_open(&f.toy, &f.disk, config);
        toy_update(&f.toy);
        run = toy_everything(&f.toy);
        assert_int_equal(toy_executed_all(run.request), 0); /* and then it is stored */
        engine_request_free(run.request);
        toy_close(&f.toy);
        memory_store_release(&store);
    }
    toy_disk_release(&f.disk);
}

/* Small samples are others each time, so that in the end each node had its turn; and in each
 * process they are the same. */
static void samples_take_turns(void **state)
{
    (void)state;
    uint32_t rounds[2] = { 0, 0 };
    for (uint32_t process = 0; process < 2; process++) {
        Fixture f;
        fixture_init(&f, 1 + process);
        engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
        for (; f.toy.bugs.bytes == 0 && rounds[process] < 1000; rounds[process]++)
            engine_verify_sample(f.toy.engine, 2);
        assert_true(f.toy.bugs.bytes > 0);
        fixture_release(&f);
    }
    assert_true(rounds[0] > 1);
    assert_int_equal(rounds[0], rounds[1]);
}

/* What a user or a test counts has nothing of it, and nothing is left to be stored. */
static void nobody_counts_samples(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    EngineStats before = engine_stats(f.toy.engine);
    toy_update_sheet(&f.toy, "base"); /* no change: counters of the step go to the next request */
    assert_true(engine_verify_sample(f.toy.engine, ALL) > 0);
    EngineStats after = engine_stats(f.toy.engine);
    assert_int_equal(after.nodes, before.nodes);
    assert_int_equal(after.edges, before.edges);
    assert_int_equal(after.values_in_memory, before.values_in_memory);
    assert_int_equal(after.revision, before.revision);
    ToyRun run = toy_everything(&f.toy);
    uint64_t steps;
    uint32_t traced;
    const QueryCounters *counters = engine_request_counters(run.request, &steps);
    engine_request_trace(run.request, &traced);
    for (QueryKind kind = 0; kind < TOY_QUERY_COUNT; kind++) {
        assert_int_equal(counters[kind].executed, 0);
        assert_int_equal(counters[kind].verified, 0);
        assert_int_equal(counters[kind].reused, kind == Q_everything);
    }
    assert_int_equal(steps + traced, 0);
    assert_false(engine_request_left_results(run.request));
    engine_request_free(run.request);
    fixture_release(&f);
}

/* After an edit the counters of the revision step belong to the request that follows, and a sample
 * in between does not take them. */
static void the_step_before_is_the_next_requests(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    toy_disk_write(&f.disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_update(&f.toy);
    engine_verify_sample(f.toy.engine, ALL);
    ToyRun run = toy_everything(&f.toy);
    assert_int_equal(toy_executed(run.request, Q_sheet_tokens), 1);
    engine_request_free(run.request);
    assert_int_equal(f.toy.bugs.bytes, 0);
    fixture_release(&f);
}

static void nothing_is_brought_into_memory(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    engine_drop_values(f.toy.engine);
    uint64_t values = engine_stats(f.toy.engine).values_in_memory;
    engine_verify_sample(f.toy.engine, ALL);
    assert_int_equal(engine_stats(f.toy.engine).values_in_memory, values);
    toy_disk_write(&f.disk, "base", "y = 9\n"); /* nor is a file read that has changed meanwhile */
    engine_verify_sample(f.toy.engine, ALL);
    assert_int_equal(f.toy.bugs.bytes, 0);
    fixture_release(&f);
}

/* ---- giving way ---- */

typedef struct {
    Fixture *fixture;
    pthread_t thread;
    void *(*command)(void *);
    uint32_t calls;
} Interruption;

static void *make_revision(void *argument)
{
    Fixture *f = argument;
    toy_disk_write(&f->disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_update(&f->toy);
    return NULL;
}

static void *make_request(void *argument)
{
    Fixture *f = argument;
    ToyRun run = toy_value(&f->toy, "main", "k");
    assert_true(run.complete);
    engine_request_free(run.request);
    return NULL;
}

/* A command comes while a provider runs in a sample: the provider is told to end. */
static void interrupt(Job *job, void *context)
{
    Interruption *i = context;
    if (i->calls++ == 0)
        assert_int_equal(pthread_create(&i->thread, NULL, i->command, i->fixture), 0);
    while (!job_cancelled(job))
        sched_yield();
}

static void check_interruption(void *(*command)(void *))
{
    Fixture f;
    fixture_init(&f, 1);
    uint32_t all = engine_verify_sample(f.toy.engine, ALL);
    Interruption interruption = { .fixture = &f, .command = command };
    f.meddler = (ToyMeddler){ .meddle = interrupt, .context = &interruption };
    engine_set_service(f.toy.engine, SERVICE_CODEGEN, &f.meddler);
    assert_true(engine_verify_sample(f.toy.engine, ALL) < all);
    assert_int_equal(interruption.calls, 1);
    pthread_join(interruption.thread, NULL);
    assert_int_equal(f.toy.bugs.bytes, 0); /* what was cut short says nothing */
    engine_set_service(f.toy.engine, SERVICE_CODEGEN, NULL);
    ask_everything(&f.toy);
    assert_true(engine_verify_sample(f.toy.engine, ALL) > 20);
    assert_int_equal(f.toy.bugs.bytes, 0);
    fixture_release(&f);
}

static void a_command_interrupts(void **state)
{
    (void)state;
    check_interruption(make_revision);
    check_interruption(make_request);
}

static void sample_in_a_request(Job *job, void *argument)
{
    (void)job;
    assert_int_equal(engine_verify_sample(((Fixture *)argument)->toy.engine, ALL), 0);
}

static void nothing_begins_beside_a_request(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f, 1);
    EngineRequest *request = engine_request_new(f.toy.engine);
    assert_true(engine_request_run(request, sample_in_a_request, &f));
    engine_request_free(request);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pure_providers_are_found_pure),
        cmocka_unit_test(an_impure_provider_is_found),
        cmocka_unit_test(a_bug_is_reported_once),
        cmocka_unit_test(a_doubted_value_is_executed_again),
        cmocka_unit_test(a_doubted_value_is_not_stored),
        cmocka_unit_test(samples_take_turns),
        cmocka_unit_test(nobody_counts_samples),
        cmocka_unit_test(the_step_before_is_the_next_requests),
        cmocka_unit_test(nothing_is_brought_into_memory),
        cmocka_unit_test(a_command_interrupts),
        cmocka_unit_test(nothing_begins_beside_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
