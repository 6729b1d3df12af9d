/* Memory between requests: the budget, nodes nobody reaches any more, and no growth over thousands
 * of revisions. */
#include <malloc.h>
#include <stdio.h>

#include "base/sanitizer.h"
#include "engine/engine_priv.h"
#include "unit/engine/toy.h"
#include "unit/unit.h"

static void run_everything(Toy *toy)
{
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    engine_request_free(run.request);
}

static void budget_is_kept(void **state)
{
    (void)state;
    enum { BUDGET = 20000 };
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    Toy toy;
    Text text;
    memory_store_init(&store);
    text_init(&text, NULL);
    for (int i = 0; i < 200; i++)
        text_addf(&text, "c%d = 0000000000%d\n", i, 40 * i + 39);
    toy_disk_write(&disk, "main", text.data);
    toy_open(&toy, &disk, (ToyConfig){ .store = &store, .budget = BUDGET });
    toy_update(&toy);
    run_everything(&toy);
    assert_true(engine_stats(toy.engine).value_bytes > 2 * BUDGET);
    assert_true(status_ok(engine_persist(toy.engine)));
    engine_trim(toy.engine);
    assert_true(engine_stats(toy.engine).value_bytes <= BUDGET);
    /* What was read last stays: another value is read, and it alone is fetched from memory after
     * the next trim. */
    ToyRun run = toy_value(&toy, "main", "c7");
    assert_int_equal(run.number, 319);
    engine_request_free(run.request);
    engine_trim(toy.engine);
    run = toy_value(&toy, "main", "c7");
    assert_int_equal(engine_request_counters(run.request, NULL)[Q_cell_value].loaded, 0);
    engine_request_free(run.request);
    toy_close(&toy);
    memory_store_release(&store);
    toy_disk_release(&disk);
    text_release(&text);
}

static void first_to_drop_go_first(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    Text text;
    text_init(&text, NULL);
    for (int i = 0; i < 100; i++)
        text_addf(&text, "c%d = 40\n", i);
    toy_disk_write(&disk, "main", text.data);
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    run_everything(&toy);
    uint64_t before = engine_stats(toy.engine).value_bytes;
    toy_close(&toy);
    toy_open(&toy, &disk, (ToyConfig){ .budget = before - 5000 });
    toy_update(&toy);
    run_everything(&toy);
    engine_trim(toy.engine);
    assert_true(engine_stats(toy.engine).value_bytes <= before - 5000);
    for (int i = 0; i < 100; i++) { /* formulas went, values stayed */
        char name[8];
        snprintf(name, sizeof name, "c%d", i);
        ToyRun run = toy_value(&toy, "main", name);
        assert_int_equal(toy_executed_all(run.request), 0);
        engine_request_free(run.request);
    }
    toy_close(&toy);
    toy_disk_release(&disk);
    text_release(&text);
}

/* Whatever can be had again may go. */
static void everything_can_be_dropped(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_disk_write(&disk, "main", "a = + 1 b\nb = 2\n");
    toy_open(&toy, &disk, (ToyConfig){ .budget = 1 });
    toy_update(&toy);
    run_everything(&toy);
    engine_trim(toy.engine);
    /* The list stays: it was set, and there is no store to have it. */
    assert_int_equal(engine_stats(toy.engine).values_in_memory, 1);
    ToyRun run = toy_value(&toy, "main", "a");
    assert_int_equal(run.number, 3);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
}

static void edit(Toy *toy, ToyDisk *disk, int i)
{
    char text[256];
    snprintf(text, sizeof text,
             "a%d = + b%d ! 1\nb%d = %d\nlong = 00000000000000000%d\nk = # other\n", i, i, i, i,
             i % 50);
    toy_disk_write(disk, "main", text);
    snprintf(text, sizeof text, "x = %% y\ny = %d\nz%d = y\n", i, i % 5);
    toy_disk_write(disk, "other", text);
    toy_update(toy);
    run_everything(toy);
}

static size_t heap_in_use(void)
{
    return mallinfo2().uordblks + mallinfo2().hblkhd;
}

/* Each revision has cells nobody will ask for again. */
static void nothing_grows(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    Toy toy;
    memory_store_init(&store);
    toy_open(&toy, &disk,
             (ToyConfig){ .store = &store, .history = 4, .keep_revisions = 10, .budget = 8000 });
    size_t heap_before = 0;
    EngineStats before = { .nodes = 0 };
    for (int i = 0; i < 3000; i++) {
        edit(&toy, &disk, i);
        if (i % 4 == 0) {
            assert_true(status_ok(engine_persist(toy.engine)));
            engine_trim(toy.engine);
        }
        if (i == 1000) {
            before = engine_stats(toy.engine);
            heap_before = heap_in_use() - arena_held_bytes(store.arena);
        }
    }
    EngineStats after = engine_stats(toy.engine);
    assert_true(after.nodes <= before.nodes + before.nodes / 2);
    assert_true(after.edges <= before.edges + before.edges / 2);
    assert_true(after.nodes < 1000);
    size_t heap_after = heap_in_use() - arena_held_bytes(store.arena);
    if (!RSC_ASAN &&
        !RSC_TSAN) /* they have an allocator of their own; names of cells are interned for good */
        assert_true(heap_after < heap_before + 600000);
    assert_int_equal(toy.bugs.bytes, 0);
    toy_close(&toy);
    memory_store_release(&store);
    toy_disk_release(&disk);
}

/* Each revision gives every cell a new name: long before keep_revisions are over, what is left
 * behind would be many times what is alive. */
static void renaming_everything_does_not_pile_up(void **state)
{
    (void)state;
    enum { CELLS = 2000, ROUNDS = 40 };
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    uint64_t first = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Text text;
        text_init(&text, NULL);
        for (int i = 0; i < CELLS; i++)
            text_addf(&text, "r%dc%d = %d\n", round, i, i);
        toy_disk_write(&disk, "main", text.data);
        toy_update(&toy);
        run_everything(&toy);
        engine_trim(toy.engine);
        text_release(&text);
        if (round == 0)
            first = engine_stats(toy.engine).nodes;
    }
    assert_true(engine_stats(toy.engine).nodes < ROUNDS / 2 * first);
    toy_close(&toy);
    toy_disk_release(&disk);
}

static uint64_t segment_bytes(const MemoryStore *store)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < store->segments.count; i++)
        bytes += store->segments.items[i].bytes;
    return bytes;
}

/* The same with a process for each edit, none of which has a quiet moment: neither what is loaded
 * nor what is stored grows beyond a few times what is alive. */
static void processes_do_not_pile_up(void **state)
{
    (void)state;
    enum { CELLS = 1000, ROUNDS = 64 };
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    memory_store_init(&store);
    uint64_t first_nodes = 0, first_bytes = 0, most_nodes = 0, most_bytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Toy toy;
        Text text;
        text_init(&text, NULL);
        for (int i = 0; i < CELLS; i++)
            text_addf(&text, "r%dc%d = %d\n", round, i, i);
        toy_disk_write(&disk, "main", text.data);
        toy_open(&toy, &disk, (ToyConfig){ .store = &store });
        toy_update(&toy);
        run_everything(&toy);
        uint64_t nodes = engine_stats(toy.engine).nodes;
        assert_true(status_ok(engine_persist(toy.engine)));
        uint64_t bytes = segment_bytes(&store);
        if (round == 0) {
            first_nodes = nodes;
            first_bytes = bytes;
        }
        most_nodes = nodes > most_nodes ? nodes : most_nodes;
        most_bytes = bytes > most_bytes ? bytes : most_bytes;
        toy_close(&toy);
        text_release(&text);
    }
    assert_true(most_nodes < ROUNDS / 2 * first_nodes);
    assert_true(most_bytes < 3 * ROUNDS / 4 * first_bytes);
    memory_store_release(&store);
    toy_disk_release(&disk);
}

/* Processes that take turns with different questions, and edit something else: a sweep in one of
 * them leaves the other its answers, though no segment has had them for long; answers to a question
 * that is asked no more go. */
static void sweeps_know_what_other_processes_asked(void **state)
{
    (void)state;
    enum { KEPT = 6, ROUNDS = 60 };
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    memory_store_init(&store);
    toy_disk_write(&disk, "main", "a = 0000000039\nb = 0000000079\nonce = 0000000119\n");
    uint64_t nodes[2] = { 0, 0 };
    for (int round = 0; round < ROUNDS; round++) {
        static const char *const questions[] = { "a", "b" };
        Toy toy;
        char text[64];
        snprintf(text, sizeof text, "x%d = %d\n", round, round);
        toy_disk_write(&disk, "other", text);
        toy_open(&toy, &disk, (ToyConfig){ .store = &store, .keep_revisions = KEPT });
        toy_update(&toy);
        ToyRun run = toy_value(&toy, "main", questions[round % 2]);
        assert_int_equal(toy_executed(run.request, Q_cell_value), round < 2);
        engine_request_free(run.request);
        if (round == 0)
            engine_request_free(toy_value(&toy, "main", "once").request);
        snprintf(text, sizeof text, "x%d", round);
        engine_request_free(toy_value(&toy, "other", text).request);
        assert_true(status_ok(engine_persist(toy.engine)));
        if (round == ROUNDS / 2 || round == ROUNDS - 1)
            nodes[round == ROUNDS - 1] = engine_stats(toy.engine).nodes;
        toy_close(&toy);
    }
    assert_true(nodes[1] < 2 * nodes[0]);
    Toy toy;
    toy_open(&toy, &disk, (ToyConfig){ .store = &store, .keep_revisions = KEPT });
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "once");
    assert_int_equal(toy_executed(run.request, Q_cell_value), 1);
    engine_request_free(run.request);
    toy_close(&toy);
    memory_store_release(&store);
    toy_disk_release(&disk);
}

/* A sweep is news for the store, though no node is: who has it not sweeps again. */
static void a_sweep_is_stored(void **state)
{
    (void)state;
    enum { KEPT = 6 };
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    Toy toy;
    memory_store_init(&store);
    toy_open(&toy, &disk, (ToyConfig){ .store = &store, .keep_revisions = KEPT });
    for (int i = 0; i < KEPT + 2; i++) {
        edit(&toy, &disk, i);
        assert_true(status_ok(engine_persist(toy.engine)));
    }
    uint32_t commits = store.commits;
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(store.commits, commits);
    engine_trim(toy.engine);
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(store.commits, commits + 1);
    assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(store.commits, commits + 1);
    toy_close(&toy);
    memory_store_release(&store);
    toy_disk_release(&disk);
}

static void cut_short_root(Job *job, void *argument)
{
    const CellKey *cells = argument;
    (void)q_cell_value(job, cells[0]);
    (void)q_cell_value(job, cells[1]);
}

/* Commands that were cancelled know some of their roots, and push out none that is complete. */
static void cancelled_requests_push_nothing_out(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_disk_write(&disk, "main", "a = 1\np = 2\nq = 3\n");
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    run_everything(&toy);
    assert_int_equal(toy.engine->roots.count, 1);
    static const char *const names[] = { "p", "q" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        CellKey cells[] = { toy_cell(&toy, "main", names[i]), toy_cell(&toy, "main", "a") };
        EngineRequest *request = engine_request_new(toy.engine);
        engine_request_cancel_at(request, 1);
        assert_false(engine_request_run(request, cut_short_root, cells));
        assert_int_equal(request->root_deps.count, 1);
        engine_request_free(request);
    }
    assert_int_equal(toy.engine->roots.count, 1);
    toy_close(&toy);
    toy_disk_release(&disk);
}

/* A swept node that comes back is made anew, and what a history still names can be asked for again.
 */
static void swept_nodes_come_back(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    MemoryStore store;
    Toy toy;
    memory_store_init(&store);
    toy_disk_write(&disk, "main", "a = + b 1\nb = 5\n");
    toy_open(&toy, &disk, (ToyConfig){ .store = &store, .history = 4, .keep_revisions = 3 });
    toy_update(&toy);
    run_everything(&toy);
    uint64_t nodes = engine_stats(toy.engine).nodes;
    toy_disk_write(&disk, "main", "a = 7\n"); /* b is gone; the history of a names it */
    for (int i = 0; i < 12; i++) {
        char text[64];
        snprintf(text, sizeof text, "y = %d\n", i);
        toy_disk_write(&disk, "other", text);
        toy_update(&toy);
        run_everything(&toy);
        engine_trim(toy.engine);
    }
    assert_true(engine_stats(toy.engine).nodes <= nodes + 12);
    assert_true(status_ok(engine_persist(toy.engine)));
    toy_disk_write(&disk, "main", "a = + b 1\nb = 5\n");
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "a");
    assert_int_equal(run.number, 6);
    assert_int_equal(engine_request_counters(run.request, NULL)[Q_cell_value].trace_hits,
                     1); /* a; b was swept */
    assert_int_equal(toy_executed(run.request, Q_cell_value), 1);
    engine_request_free(run.request);
    toy_close(&toy);
    /* Nor does the store have it: what the history names is there by key. */
    toy_open(&toy, &disk, (ToyConfig){ .store = &store, .history = 4 });
    toy_update(&toy);
    run = toy_value(&toy, "main", "a");
    assert_int_equal(run.number, 6);
    engine_request_free(run.request);
    toy_close(&toy);
    memory_store_release(&store);
    toy_disk_release(&disk);
}

/* The engine may be swept, or be at another revision, when somebody looks at what a request
 * reached. */
static void what_was_reached_outlives_the_nodes(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    Text before, after;
    text_init(&before, NULL);
    text_init(&after, NULL);
    toy_open(&toy, &disk, (ToyConfig){ .keep_revisions = 3 });
    edit(&toy, &disk, 0);
    ToyRun run = toy_everything(&toy);
    toy_dump(&toy, run.request, &before);
    assert_non_null(strstr(before.data, "b0"));
    for (int i = 1; i < 20; i++)
        edit(&toy, &disk, i);
    uint64_t nodes = engine_stats(toy.engine).nodes;
    engine_trim(toy.engine);
    assert_true(engine_stats(toy.engine).nodes < nodes);
    toy_dump(&toy, run.request, &after);
    assert_string_equal(after.data, before.data);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
    text_release(&before);
    text_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budget_is_kept),
        cmocka_unit_test(first_to_drop_go_first),
        cmocka_unit_test(everything_can_be_dropped),
        cmocka_unit_test(nothing_grows),
        cmocka_unit_test(renaming_everything_does_not_pile_up),
        cmocka_unit_test(swept_nodes_come_back),
        cmocka_unit_test(processes_do_not_pile_up),
        cmocka_unit_test(sweeps_know_what_other_processes_asked),
        cmocka_unit_test(a_sweep_is_stored),
        cmocka_unit_test(cancelled_requests_push_nothing_out),
        cmocka_unit_test(what_was_reached_outlives_the_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
