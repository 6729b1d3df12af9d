/* The store: a restarted engine is as good as a warm one, and no damage gives anything but
 * recomputation. */
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

static const char main_text[] = "include base\na = + ! 1 * b k\nb = + c # base\nc = ? % k d e\n"
                                "d = + a 1\ne = + y nowhere\nk = 6\nbig = 0000001039\n";
static const char base_text[] = "y = 2\nz = + y % y\nw = @ z\nv = * z z\n";

typedef struct {
    ToyDisk disk;
    MemoryStore store;
} Fixture;

static void fixture_init(Fixture *f)
{
    f->disk = (ToyDisk){ .count = 0 };
    toy_disk_write(&f->disk, "main", main_text);
    toy_disk_write(&f->disk, "base", base_text);
    memory_store_init(&f->store);
}

static void fixture_release(Fixture *f)
{
    memory_store_release(&f->store);
    toy_disk_release(&f->disk);
}

static ToyConfig with_store(MemoryStore *store)
{
    return (ToyConfig){ .store = store, .history = 8 };
}

static char *dump_everything(Toy *toy)
{
    Text text;
    text_init(&text, NULL);
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    text_addf(&text, "= %llu\n", (unsigned long long)run.number);
    toy_dump(toy, run.request, &text);
    engine_request_free(run.request);
    return text.data;
}

static void expect(Toy *toy, const char *expected)
{
    char *seen = dump_everything(toy);
    assert_string_equal(seen, expected);
    assert_int_equal(toy->bugs.bytes, 0);
    free(seen);
}

static char *fresh_dump(const ToyDisk *disk)
{
    Toy toy;
    toy_open(&toy, disk, (ToyConfig){ 0 });
    toy_update(&toy);
    char *dump = dump_everything(&toy);
    toy_close(&toy);
    return dump;
}

/* Opens on the store, brings up to date, runs everything, persists. */
static void build(Fixture *f, const char *expected)
{
    Toy toy;
    toy_open(&toy, &f->disk, with_store(&f->store));
    toy_update(&toy);
    expect(&toy, expected);
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_close(&toy);
}

static void restart_executes_nothing(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    uint64_t steps;
    engine_request_counters(run.request, &steps);
    assert_int_equal(toy_executed_all(run.request), 0);
    assert_int_equal(steps, 0);
    assert_int_equal(engine_request_counters(run.request, NULL)[Q_everything].loaded, 1);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* The table may also be read inside the first revision, as long as no input is set yet. */
static void loads_inside_a_revision(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    Toy toy;
    toy_open(&toy, &f.disk, (ToyConfig){ .store = &f.store, .history = 8, .load_late = true });
    engine_revision_begin(toy.engine);
    engine_load(toy.engine);
    engine_revision_end(toy.engine);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed_all(run.request), 0);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* Without those that only bring back a value nobody stores. */
static uint32_t real_executions(EngineRequest *request, QueryKind kind)
{
    uint32_t count, executions = 0;
    const TraceEntry *trace = engine_request_trace(request, &count);
    for (uint32_t i = 0; i < count; i++)
        executions += trace[i].kind == kind && trace[i].reason != WHY_VALUE_NEEDED;
    return executions;
}

static void restart_after_an_edit_executes_what_a_warm_engine_would(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *before = fresh_dump(&f.disk);
    Toy warm, cold;
    toy_open(&warm, &f.disk, (ToyConfig){ .history = 8 });
    toy_update(&warm);
    expect(&warm, before);
    build(&f, before);
    toy_disk_write(&f.disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_open(&cold, &f.disk, with_store(&f.store));
    toy_update(&warm);
    toy_update(&cold);
    ToyRun warm_run = toy_everything(&warm), cold_run = toy_everything(&cold);
    for (QueryKind kind = 0; kind < TOY_QUERY_COUNT; kind++)
        assert_int_equal(real_executions(warm_run.request, kind),
                         real_executions(cold_run.request, kind));
    engine_request_free(warm_run.request);
    engine_request_free(cold_run.request);
    char *after = fresh_dump(&f.disk);
    expect(&warm, after);
    expect(&cold, after);
    toy_close(&warm);
    toy_close(&cold);
    free(before);
    free(after);
    fixture_release(&f);
}

/* Marks are not stored: what an engine knew to be out of date and did not get to has to be found
 * again. */
static void unread_changes_survive_a_restart(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    free(dump_everything(&toy));
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_disk_write(&f.disk, "base", "y = 77\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_update(&toy); /* the eager layer sees it, nobody asks for more */
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_close(&toy);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    free(expected);
    fixture_release(&f);
}

static void check_revert(bool restart)
{
    Fixture f;
    Toy toy;
    fixture_init(&f);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    char *first = dump_everything(&toy);
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_disk_write(&f.disk, "base", "y = 4\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_update(&toy);
    free(dump_everything(&toy));
    assert_true(status_ok(engine_persist(toy.engine)));
    if (restart) {
        toy_close(&toy);
        toy_open(&toy, &f.disk, with_store(&f.store));
    }
    toy_disk_write(&f.disk, "base", base_text);
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 0);
    assert_true(engine_request_counters(run.request, NULL)[Q_cell_value].trace_hits > 0);
    engine_request_free(run.request);
    expect(&toy, first);
    toy_close(&toy);
    free(first);
    fixture_release(&f);
}

static void going_back_executes_nothing_expensive(void **state)
{
    (void)state;
    check_revert(false);
    check_revert(true);
}

/* Only the last traces are kept. */
static void history_is_bounded(void **state)
{
    (void)state;
    Fixture f;
    Toy toy;
    fixture_init(&f);
    toy_open(&toy, &f.disk, (ToyConfig){ .store = &f.store, .history = 3 });
    for (int i = 0; i < 6; i++) {
        char text[64];
        snprintf(text, sizeof text, "y = %d\n", 100 + i);
        toy_disk_write(&f.disk, "base", text);
        toy_update(&toy);
        free(dump_everything(&toy));
    }
    for (int i = 5; i >= 3; i--) {
        char text[64];
        snprintf(text, sizeof text, "y = %d\n", 100 + i);
        toy_disk_write(&f.disk, "base", text);
        toy_update(&toy);
        ToyRun run = toy_everything(&toy);
        assert_int_equal(toy_executed(run.request, Q_cell_value), 0);
        engine_request_free(run.request);
    }
    toy_disk_write(&f.disk, "base", "y = 100\n");
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_true(toy_executed(run.request, Q_cell_value) > 0);
    engine_request_free(run.request);
    toy_close(&toy);
    fixture_release(&f);
}

/* Many builds, each by a process of its own. */
static void compacts(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    for (int i = 0; i < 120; i++) {
        char text[96];
        snprintf(text, sizeof text, "y = %d\nz = + y %% y\nw%d = @ z\nv = * z z\n", i, i);
        toy_disk_write(&f.disk, "base", text);
        char *expected = fresh_dump(&f.disk);
        build(&f, expected);
        free(expected);
    }
    /* Segments did not pile up: they were rewritten when most of their records were dead. */
    assert_true(f.store.segments.count < 100);
    assert_int_equal(f.store.commits, 120);
    fixture_release(&f);
}

/* What is dropped with old segments is what nobody can ask for any more. */
static void a_worn_store_is_rewritten(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    for (int i = 0; i < 20; i++) { /* the history has 8 of them */
        char text[200];
        snprintf(text, sizeof text, "include base\na = + ! 1 * b k\nk = 6\nb = 3\nbig = 000000%d\n",
                 1039 + 40 * i); /* with notes that make them blobs */
        toy_disk_write(&f.disk, "main", text);
        char *expected = fresh_dump(&f.disk);
        build(&f, expected);
        free(expected);
    }
    assert_int_equal(f.store.segments.count, 20);
    uint32_t blobs = map_count(&f.store.blob_index);
    assert_true(blobs >= 20);
    f.store.is_worn = true;
    toy_disk_write(&f.disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    f.store.is_worn = false;
    assert_int_equal(f.store.segments.count, 1);
    assert_true(map_count(&f.store.blob_index) < blobs);
    /* Nothing that is left was lost: neither values nor what the history has. */
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "big");
    assert_int_equal(toy_executed(run.request, Q_cell_value), 0);
    engine_request_free(run.request);
    toy_disk_write(&f.disk, "main",
                   "include base\na = + ! 1 * b k\nk = 6\nb = 3\nbig = 0000001639\n");
    toy_update(&toy);
    run = toy_value(&toy, "main", "big");
    assert_int_equal(run.number, 1639);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 0);
    engine_request_free(run.request);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* Nor does it wait for anybody: not even one exclusive phase. */
static void no_change_stops_nobody(void **state)
{
    (void)state;
    Fixture f;
    Toy toy;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    expect(&toy, expected);
    f.store.busy = true;
    assert_int_equal(engine_persist(toy.engine).code, STATUS_BUSY);
    f.store.busy = false;
    assert_true(status_ok(engine_persist(toy.engine))); /* what failed is still due */
    assert_int_equal(f.store.commits, 1);
    uint64_t phases = engine_stats(toy.engine).exclusive_phases;
    for (int i = 0; i < 600; i++) { /* more than are remembered one by one */
        ToyRun run = i % 2 ? toy_everything(&toy) : toy_value(&toy, "main", "a");
        assert_false(engine_request_left_results(run.request));
        engine_request_free(run.request);
        assert_true(status_ok(engine_persist(toy.engine)));
    }
    assert_int_equal(engine_stats(toy.engine).exclusive_phases, phases);
    toy_disk_write(&f.disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_true(engine_request_left_results(run.request));
    engine_request_free(run.request);
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(f.store.commits, 2);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

static void ask_then_store(Job *job, void *argument)
{
    Toy *toy = argument;
    uint64_t phases = engine_stats(toy->engine).exclusive_phases;
    q_everything(job, (UnitKey){ 0 });
    assert_true(status_ok(engine_persist(toy->engine)));
    assert_int_equal(engine_stats(toy->engine).exclusive_phases, phases);
}

/* What a request made is due when it has ended: until then nobody else's end waits for it. (It
 * would wait for itself here.) */
static void what_runs_is_not_waited_for(void **state)
{
    (void)state;
    Fixture f;
    Toy toy;
    fixture_init(&f);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    assert_true(status_ok(engine_persist(toy.engine)));
    uint32_t commits = f.store.commits;
    EngineRequest *request = engine_request_new(toy.engine);
    assert_true(engine_request_run(request, ask_then_store, &toy));
    assert_true(engine_request_left_results(request));
    engine_request_free(request);
    assert_int_equal(f.store.commits, commits);
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(f.store.commits, commits + 1);
    toy_close(&toy);
    fixture_release(&f);
}

static void no_change_writes_nothing(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    build(&f, expected);
    assert_int_equal(f.store.commits, 1);
    free(expected);
    fixture_release(&f);
}

static void lost_blobs_are_made_again(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    f.store.lose_blobs = true;
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "big"); /* its note makes it a blob */
    assert_true(run.complete);
    assert_int_equal(run.number, 1039);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 1);
    uint32_t count;
    assert_int_equal(engine_request_trace(run.request, &count)[0].reason, WHY_VALUE_NEEDED);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* What another process keeps from being read is made again, for this once: nothing is to be stored
 * anew, and later it is read. */
static void locked_blobs_are_not_lost(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    for (int locked = 1; locked >= 0; locked--) {
        f.store.lock_blobs = locked;
        ToyRun run = toy_value(&toy, "main", "big");
        assert_int_equal(run.number, 1039);
        assert_int_equal(toy_executed(run.request, Q_cell_value), locked);
        engine_request_free(run.request);
        assert_true(status_ok(engine_persist(toy.engine)));
        engine_drop_values(toy.engine);
    }
    assert_int_equal(f.store.commits, 1);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* And put back: the next process finds them. */
static void lost_blobs_are_put_back(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    map_clear(&f.store.blob_index);
    for (uint32_t process = 0; process < 2; process++) {
        Toy toy;
        toy_open(&toy, &f.disk, with_store(&f.store));
        toy_update(&toy);
        ToyRun run = toy_value(&toy, "main", "big");
        assert_true(run.complete);
        assert_int_equal(run.number, 1039);
        assert_int_equal(toy_executed(run.request, Q_cell_value), process == 0);
        engine_request_free(run.request);
        assert_true(status_ok(engine_persist(toy.engine)));
        toy_close(&toy);
    }
    free(expected);
    fixture_release(&f);
}

/* As `rscc cache clear` does while a daemon lives: it stores all it has at its next build. */
static void a_cleared_store_is_filled_again(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    expect(&toy, expected);
    assert_true(status_ok(engine_persist(toy.engine)));
    str_vec_clear(&f.store.segments);
    map_clear(&f.store.blob_index);
    f.store.was_cleared = true;
    toy_disk_write(&f.disk, "base", "y = 3\nz = + y % y\nw = @ z\nv = * z z\n");
    free(expected);
    expected = fresh_dump(&f.disk);
    toy_update(&toy);
    expect(&toy, expected);
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_close(&toy);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 0);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

static void failures_are_tried_again(void **state)
{
    (void)state;
    Fixture f;
    Toy toy;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    expect(&toy, expected);
    f.store.busy = true;
    assert_int_equal(engine_persist(toy.engine).code, STATUS_BUSY);
    assert_true(f.store.blobs.count > 0); /* content-addressed: good for whoever holds the lease */
    f.store.busy = false;
    f.store.fail_commit = true;
    assert_int_equal(engine_persist(toy.engine).code, STATUS_NO_SPACE);
    assert_int_equal(f.store.segments.count, 0);
    f.store.fail_commit = false;
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_close(&toy);
    build(&f, expected);
    assert_int_equal(f.store.commits, 1);
    free(expected);
    fixture_release(&f);
}

/* A value that the store did not take, with the lease or without, is not promised to the next
 * process: no segment refers to what is not there, and who needs it makes it again. */
static void refused_blobs_do_not_count_as_stored(void **state)
{
    (void)state;
    for (int busy = 0; busy < 2; busy++) {
        Fixture f;
        Toy toy;
        fixture_init(&f);
        char *expected = fresh_dump(&f.disk);
        toy_open(&toy, &f.disk, with_store(&f.store));
        toy_update(&toy);
        expect(&toy, expected);
        f.store.refuse_blobs = true;
        f.store.busy = busy;
        assert_int_equal(engine_persist(toy.engine).code, busy ? STATUS_BUSY : STATUS_OK);
        f.store.refuse_blobs = f.store.busy = false;
        assert_int_equal(f.store.blobs.count, 0);
        assert_true(status_ok(engine_persist(toy.engine)));
        assert_int_equal(f.store.commits, 1);
        assert_int_equal(memory_store_missing(&f.store), 0);
        engine_drop_values(toy.engine);
        ToyRun run = toy_value(&toy, "main", "big");
        assert_int_equal(run.number, 1039);
        assert_int_equal(toy_executed(run.request, Q_cell_value), 1);
        engine_request_free(run.request);
        assert_true(status_ok(engine_persist(toy.engine)));
        toy_close(&toy);
        assert_int_equal(memory_store_missing(&f.store), 0);
        assert_true(f.store.blobs.count > 0);
        build(&f, expected);
        free(expected);
        fixture_release(&f);
    }
}

typedef struct {
    Fixture *fixture;
    Toy *toy;
    const char *text; /* of main, while the store writes */
    uint32_t calls;
} Meanwhile;

static void edit_and_ask(void *context)
{
    Meanwhile *m = context;
    if (m->calls++ > 0)
        return;
    toy_disk_write(&m->fixture->disk, "main", m->text);
    toy_update(m->toy);
    char *expected = fresh_dump(&m->fixture->disk);
    expect(m->toy, expected);
    free(expected);
}

/* An edit, a new revision and a request between what was gathered and its commit. */
static void check_meanwhile(const char *text, bool failing, bool cleared)
{
    Fixture f;
    fixture_init(&f);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    free(dump_everything(&toy));
    if (cleared)
        assert_true(status_ok(engine_persist(toy.engine)));
    toy_disk_write(&f.disk, "main", "include base\na = + y 1\nbig = 0000002078\n");
    toy_update(&toy);
    free(dump_everything(&toy));
    Meanwhile meanwhile = { &f, &toy, text, 0 };
    f.store.on_commit = edit_and_ask;
    f.store.on_commit_context = &meanwhile;
    f.store.fail_commit = failing;
    f.store.was_cleared = cleared;
    alarm(60); /* a request that waits for the store waits for ever */
    assert_int_equal(status_ok(engine_persist(toy.engine)), !failing);
    alarm(0);
    assert_int_equal(meanwhile.calls, cleared ? 2 : 1);
    f.store.on_commit = NULL;
    f.store.fail_commit = false;
    char *expected = fresh_dump(&f.disk);
    expect(&toy, expected);
    Fixture restarted = { .disk = f.disk };
    memory_store_copy(&restarted.store, &f.store);
    build(&restarted, expected);
    memory_store_release(&restarted.store);
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_close(&toy);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed_all(run.request), 0);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

static void requests_go_on_while_the_store_writes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "include base\na = + y 2\nbig = 0000003117\n", /* new */
        main_text,                                     /* an earlier one */
        "include base\na = + y 1\nbig = 0000002078\n", /* no edit */
        "a = 1\n",
    };
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        check_meanwhile(texts[i], false, false);
        check_meanwhile(texts[i], true, false);
        check_meanwhile(texts[i], false, true);
    }
}

static void values_come_back_from_the_store(void **state)
{
    (void)state;
    Fixture f;
    Toy toy;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    expect(&toy, expected);
    assert_true(status_ok(engine_persist(toy.engine)));
    engine_drop_values(toy.engine);
    assert_int_equal(engine_stats(toy.engine).values_in_memory, 0);
    ToyRun run = toy_value(&toy, "main", "big");
    assert_int_equal(run.number, 1039);
    assert_int_equal(toy_executed_all(run.request), 0);
    assert_int_equal(engine_request_counters(run.request, NULL)[Q_cell_value].loaded, 1);
    engine_request_free(run.request);
    expect(&toy, expected);
    toy_close(&toy);
    free(expected);
    fixture_release(&f);
}

/* ---- damage ---- */

static void check_damaged(Fixture *f, const MemoryStore *damaged, const char *expected)
{
    Fixture copy = { f->disk, { 0 } };
    memory_store_copy(&copy.store, damaged);
    build(&copy, expected);
    /* What it wrote over the damage is good. */
    Toy toy;
    toy_open(&toy, &f->disk, with_store(&copy.store));
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed_all(run.request), 0);
    engine_request_free(run.request);
    toy_close(&toy);
    memory_store_release(&copy.store);
}

static void every_damaged_byte_costs_recomputation_only(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    toy_disk_write(&f.disk, "main", "include base\na = + ! 1 b\nb = a\nc = # base\n");
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    Str segment = f.store.segments.items[0];
    char *bytes = (char *)segment.data;
    for (size_t at = 0; at < segment.bytes; at++) {
        bytes[at] = (char)(bytes[at] ^ (1 << (at % 8)));
        check_damaged(&f, &f.store, expected);
        bytes[at] = (char)(bytes[at] ^ (1 << (at % 8)));
    }
    for (size_t length = 0; length < segment.bytes; length += 7) {
        f.store.segments.items[0].bytes = length;
        check_damaged(&f, &f.store, expected);
    }
    free(expected);
    fixture_release(&f);
}

/* A newer segment is damaged: the older one still counts. */
static void older_segments_survive(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    toy_disk_write(&f.disk, "base", "y = 5\n");
    char *edited = fresh_dump(&f.disk);
    build(&f, edited);
    assert_int_equal(f.store.segments.count, 2);
    char *bytes = (char *)f.store.segments.items[1].data;
    bytes[f.store.segments.items[1].bytes / 2] ^= 4;
    toy_disk_write(&f.disk, "base", base_text);
    Toy toy;
    toy_open(&toy, &f.disk, with_store(&f.store));
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_int_equal(toy_executed_all(run.request), 0);
    engine_request_free(run.request);
    expect(&toy, expected);
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(f.store.segments.count, 1);
    toy_close(&toy);
    build(&f, expected);
    free(expected);
    free(edited);
    fixture_release(&f);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Bytes that no checksum protects: whatever is decoded, nothing crashes, nor does a request on it.
 */
static void hostile_bytes_do_not_crash(void **state)
{
    (void)state;
    Fixture f;
    fixture_init(&f);
    char *expected = fresh_dump(&f.disk);
    build(&f, expected);
    Str segment = f.store.segments.items[0];
    uint32_t seed = 7, accepted = 0;
    for (int i = 0; i < 3000; i++) {
        uint32_t length =
            i % 5 ? (uint32_t)segment.bytes : next_random(&seed) % (uint32_t)(segment.bytes + 1);
        char *bytes = malloc(length ? length : 1);
        memcpy(bytes, segment.data, length);
        for (uint32_t k = 0; length && k <= next_random(&seed) % 4; k++)
            bytes[next_random(&seed) % length] = (char)next_random(&seed);
        Toy toy;
        toy_open(&toy, &f.disk, (ToyConfig){ .history = 2 });
        if (engine_segment_load(toy.engine, (Str){ bytes, length })) {
            accepted++;
            toy_update(&toy);
            engine_request_free(toy_everything(&toy).request);
        }
        toy_close(&toy);
        free(bytes);
    }
    assert_true(accepted > 0);
    free(expected);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restart_executes_nothing),
        cmocka_unit_test(loads_inside_a_revision),
        cmocka_unit_test(restart_after_an_edit_executes_what_a_warm_engine_would),
        cmocka_unit_test(unread_changes_survive_a_restart),
        cmocka_unit_test(going_back_executes_nothing_expensive),
        cmocka_unit_test(history_is_bounded),
        cmocka_unit_test(compacts),
        cmocka_unit_test(a_worn_store_is_rewritten),
        cmocka_unit_test(no_change_writes_nothing),
        cmocka_unit_test(no_change_stops_nobody),
        cmocka_unit_test(what_runs_is_not_waited_for),
        cmocka_unit_test(lost_blobs_are_made_again),
        cmocka_unit_test(locked_blobs_are_not_lost),
        cmocka_unit_test(lost_blobs_are_put_back),
        cmocka_unit_test(a_cleared_store_is_filled_again),
        cmocka_unit_test(failures_are_tried_again),
        cmocka_unit_test(refused_blobs_do_not_count_as_stored),
        cmocka_unit_test(requests_go_on_while_the_store_writes),
        cmocka_unit_test(values_come_back_from_the_store),
        cmocka_unit_test(every_damaged_byte_costs_recomputation_only),
        cmocka_unit_test(older_segments_survive),
        cmocka_unit_test(hostile_bytes_do_not_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
