/* What is executed after an edit: early cutoff, order of verification, negative facts, the eager
 * firewall, side results. */
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

typedef struct {
    ToyDisk disk;
    Toy toy;
} Fixture;

static void open_with(Fixture *f, const char *sheet, const char *text, ToyConfig config)
{
    f->disk = (ToyDisk){ .count = 0 };
    toy_disk_write(&f->disk, sheet, text);
    toy_open(&f->toy, &f->disk, config);
    toy_update(&f->toy);
}

static void close_fixture(Fixture *f)
{
    toy_close(&f->toy);
    toy_disk_release(&f->disk);
}

static void edit(Fixture *f, const char *sheet, const char *text)
{
    toy_disk_write(&f->disk, sheet, text);
    toy_update(&f->toy);
}

/* Runs, checks the value, returns the request. */
static EngineRequest *run_value(Fixture *f, const char *name, uint64_t number)
{
    ToyRun run = toy_value(&f->toy, "main", name);
    assert_true(run.complete);
    assert_int_equal(run.number, number);
    return run.request;
}

static void check_value(Fixture *f, const char *name, uint64_t number)
{
    engine_request_free(run_value(f, name, number));
}

static void check_executed(EngineRequest *request, QueryKind kind, uint64_t count)
{
    assert_int_equal(toy_executed(request, kind), count);
}

static void evaluates(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 * b 3\nb = 4\nc = ? 0 a b\nd = % b\ne = # main\n",
              (ToyConfig){ 0 });
    check_value(&f, "a", 13);
    check_value(&f, "c", 4);
    check_value(&f, "d", 0);
    close_fixture(&f);
}

static void nothing_changed_runs_nothing(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 b\nb = 4\n", (ToyConfig){ 0 });
    check_value(&f, "a", 5);
    uint32_t before = engine_stats(f.toy.engine).revision;
    assert_int_equal(toy_update(&f.toy), before);
    EngineRequest *request = run_value(&f, "a", 5);
    uint64_t steps;
    engine_request_counters(request, &steps);
    assert_int_equal(toy_executed_all(request), 0);
    assert_int_equal(steps, 0);
    engine_request_free(request);
    close_fixture(&f);
}

static void projection_cuts_off(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 100 p\np = % b\nb = 4\n", (ToyConfig){ 0 });
    check_value(&f, "a", 100);
    edit(&f, "main", "a = + 100 p\np = % b\nb = 6\n");
    EngineRequest *request = run_value(&f, "a", 100);
    check_executed(request, Q_cell_value,
                   1); /* b; its parity is the same, so p and a are not run */
    check_executed(request, Q_cell_parity, 1);
    assert_int_equal(engine_request_counters(request, NULL)[Q_cell_parity].cutoff, 1);
    engine_request_free(request);
    edit(&f, "main", "a = + 100 p\np = % b\nb = 7\n");
    request = run_value(&f, "a", 101);
    check_executed(request, Q_cell_value, 3);
    engine_request_free(request);
    close_fixture(&f);
}

static void eager_layer_stops_marks(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 b\nb = 4\n", (ToyConfig){ 0 });
    check_value(&f, "a", 5);
    edit(&f, "main", "-- moved\n\na = + 1 b\nb = 4\n");
    EngineRequest *request = run_value(&f, "a", 5);
    uint64_t steps;
    engine_request_counters(request, &steps);
    assert_int_equal(steps, 0); /* no formula changed: nothing above is even marked */
    check_executed(request, Q_sheet_tokens, 1);
    check_executed(request, Q_cell_formula, 2);
    check_executed(request, Q_cell_value, 0);
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    assert_int_equal(count, 3);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(trace[i].reason, WHY_EAGER);
    engine_request_free(request);
    close_fixture(&f);
}

static void positions_are_read_by_who_asks(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 @ b\nb = 4\nc = b\n", (ToyConfig){ 0 });
    check_value(&f, "a", 3);
    check_value(&f, "c", 4);
    edit(&f, "main", "\na = + 1 @ b\nb = 4\nc = b\n");
    EngineRequest *request = run_value(&f, "a", 4);
    check_executed(request, Q_cell_value, 1);
    engine_request_free(request);
    request = run_value(&f, "c", 4);
    check_executed(request, Q_cell_value, 0);
    engine_request_free(request);
    close_fixture(&f);
}

static void negative_facts_are_facts(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "include base\na = x\n", (ToyConfig){ 0 });
    toy_disk_write(&f.disk, "base", "x = 1\n");
    toy_update(&f.toy);
    check_value(&f, "a", 1);
    /* No cell that was read changes; one appears that was looked for and absent. */
    edit(&f, "main", "include base\na = x\nx = 2\n");
    check_value(&f, "a", 2);
    edit(&f, "main", "include base\na = x\n");
    check_value(&f, "a", 1);
    /* A sheet that was absent. */
    edit(&f, "main", "include other\ninclude base\na = x\n");
    check_value(&f, "a", 1);
    edit(&f, "other", "x = 3\n");
    check_value(&f, "a", 3);
    toy_disk_remove(&f.disk, "other");
    toy_update(&f.toy);
    check_value(&f, "a", 1);
    close_fixture(&f);
}

/* a asks for k, then (if k) for b. When k and b change at once, b must not be asked for before a's
 * provider says so. */
static void deleted_dependency_is_not_asked_for(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = ? k b 7\nk = 1\nb = c\nc = 5\n", (ToyConfig){ 0 });
    check_value(&f, "a", 5);
    edit(&f, "main", "a = ? k b 7\nk = 0\nc = 5\n");
    EngineRequest *request = run_value(&f, "a", 7);
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    CellKey b = toy_cell(&f.toy, "main", "b");
    for (uint32_t i = 0; i < count; i++)
        assert_false(trace[i].kind == Q_cell_value && memcmp(&trace[i].key, &b, sizeof b) == 0);
    engine_request_free(request);
    close_fixture(&f);
}

static void trace_names_the_cause(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 b\nb = 4\n", (ToyConfig){ 0 });
    check_value(&f, "a", 5);
    edit(&f, "main", "a = + 1 b\nb = 5\n");
    EngineRequest *request = run_value(&f, "a", 6);
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    const TraceEntry *last = &trace[count - 1];
    CellKey a = toy_cell(&f.toy, "main", "a"), b = toy_cell(&f.toy, "main", "b");
    assert_int_equal(last->kind, Q_cell_value);
    assert_memory_equal(&last->key, &a, sizeof a);
    assert_int_equal(last->reason, WHY_DEPENDENCY);
    assert_int_equal(last->cause_kind, Q_cell_value);
    assert_memory_equal(&last->cause_key, &b, sizeof b);
    assert_true(last->changed);
    engine_request_free(request);
    close_fixture(&f);
}

typedef struct {
    char text[1024];
} Sides;

static void add_side(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    Sides *sides = context;
    (void)kind, (void)key;
    size_t at = strlen(sides->text);
    snprintf(sides->text + at, sizeof sides->text - at, "%.*s;", (int)bytes.bytes, bytes.data);
}

static void check_sides(EngineRequest *request, const char *expected)
{
    Sides sides = { "" };
    engine_request_side_results(request, add_side, &sides);
    assert_string_equal(sides.text, expected);
    engine_request_free(request);
}

static void side_results_are_replayed(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + b c\nb = ! 1\nc = 2\n", (ToyConfig){ 0 });
    check_sides(run_value(&f, "a", 3), "warning 1;");
    check_sides(run_value(&f, "a", 3), "warning 1;");
    check_sides(run_value(&f, "c", 2), "");
    edit(&f, "main", "a = + b c\nb = ! 1\nc = 3\n");
    EngineRequest *request = run_value(&f, "a", 4);
    check_executed(request, Q_cell_value, 2);
    check_sides(request, "warning 1;");
    edit(&f, "main", "a = + b c\nb = 1\nc = 3\n");
    check_sides(run_value(&f, "a", 4), "");
    close_fixture(&f);
}

/* The value stays the same, so nothing above is executed, and yet a side result has come. */
static void side_results_come_through_a_cutoff(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + b 1\nb = + c 1\nc = 0\n", (ToyConfig){ 0 });
    check_sides(run_value(&f, "a", 2), "");
    edit(&f, "main", "a = + b 1\nb = + c 1\nc = ! 0\n");
    EngineRequest *request = run_value(&f, "a", 2);
    check_executed(request, Q_cell_value, 1);
    check_sides(request, "warning 0;");
    edit(&f, "main", "a = + b 1\nb = + c 1\nc = 0\n");
    check_sides(run_value(&f, "a", 2), "");
    close_fixture(&f);
}

/* The same for the eager layer, where no mark gets above the node. */
static void eager_side_results_come_through_a_cutoff(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = 1\nb = 2\n", (ToyConfig){ 0 });
    ToyRun run = toy_everything(&f.toy);
    check_sides(run.request, "");
    edit(&f, "main", "a = 1\nb = 2\nb = 3\n");
    run = toy_everything(&f.toy);
    check_executed(run.request, Q_everything, 0);
    check_sides(run.request, "a name is defined twice;");
    edit(&f, "main", "a = 1\nb = 2\n");
    run = toy_everything(&f.toy);
    check_sides(run.request, "");
    close_fixture(&f);
}

/* Durability: what hangs on the sheet list alone is not looked at when a sheet changes. */
static void low_edit_leaves_medium_alone(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = 1\n", (ToyConfig){ 0 });
    ToyRun run = toy_everything(&f.toy);
    engine_request_free(run.request);
    toy_disk_write(&f.disk, "main", "a = 2\n");
    toy_update_sheet(&f.toy, "main");
    run = toy_everything(&f.toy);
    assert_int_equal(run.number, 2);
    check_executed(run.request, Q_sheet_list, 0);
    engine_request_free(run.request);
    close_fixture(&f);
}

/* An input set with less durability than before has to be seen by what relied on the old one. */
static void lowering_durability_is_a_change(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = 1\n", (ToyConfig){ 0 });
    engine_request_free(toy_everything(&f.toy).request);
    SymId name = sym_intern_c(f.toy.interners, "main");
    NamesValue list = { { &name, 1 } };
    QueryKey key = { { 0, 0 } };
    uint32_t before = engine_stats(f.toy.engine).revision;
    engine_revision_begin(f.toy.engine);
    engine_input_set(f.toy.engine, Q_sheet_list, &key, &list, DURABILITY_LOW);
    assert_int_equal(engine_revision_end(f.toy.engine), before + 1);
    list.names.count = 0;
    engine_revision_begin(f.toy.engine);
    engine_input_set(f.toy.engine, Q_sheet_list, &key, &list, DURABILITY_LOW);
    engine_revision_end(f.toy.engine);
    ToyRun run = toy_everything(&f.toy);
    assert_int_equal(run.number, 0);
    engine_request_free(run.request);
    close_fixture(&f);
}

/* A change and its undoing within one revision are none; across revisions without a request nothing
 * is executed either way, as long as the eager layer ends where it was. */
static void unread_revisions(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + 1 b\nb = 4\n", (ToyConfig){ 0 });
    check_value(&f, "a", 5);
    edit(&f, "main", "a = + 1 b\nb = 5\n");
    edit(&f, "main", "a = + 1 b\nb = 6\n");
    check_value(&f, "a", 7);
    edit(&f, "main", "a = + 1 c\nb = 6\nc = 9\n");
    edit(&f, "main", "a = + 1 b\nb = 6\n");
    check_value(&f, "a", 7);
    close_fixture(&f);
}

static void verify_mode_is_quiet(void **state)
{
    (void)state;
    Fixture f;
    open_with(&f, "main", "a = + ! 1 b\nb = # other\n", (ToyConfig){ .verify = true });
    edit(&f, "other", "x = 1\ny = % x\nz = + x nowhere\n");
    for (int i = 0; i < 3; i++) {
        ToyRun run = toy_everything(&f.toy);
        assert_int_equal(engine_request_verify_failures(run.request, NULL), 0);
        engine_request_free(run.request);
        edit(&f, "other", i == 0 ? "x = 3\ny = % x\n" : "y = 5\n");
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates),
        cmocka_unit_test(nothing_changed_runs_nothing),
        cmocka_unit_test(projection_cuts_off),
        cmocka_unit_test(eager_layer_stops_marks),
        cmocka_unit_test(positions_are_read_by_who_asks),
        cmocka_unit_test(negative_facts_are_facts),
        cmocka_unit_test(deleted_dependency_is_not_asked_for),
        cmocka_unit_test(trace_names_the_cause),
        cmocka_unit_test(side_results_are_replayed),
        cmocka_unit_test(side_results_come_through_a_cutoff),
        cmocka_unit_test(eager_side_results_come_through_a_cutoff),
        cmocka_unit_test(low_edit_leaves_medium_alone),
        cmocka_unit_test(lowering_durability_is_a_change),
        cmocka_unit_test(unread_revisions),
        cmocka_unit_test(verify_mode_is_quiet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
