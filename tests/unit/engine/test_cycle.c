/* Cycles: the same values, side results and fingerprints from every entry, with any number of
 * threads; recovery by an edit. */
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

/* x reaches the cycle a b c and is no member; d needs itself; e and f share a node with two ways
 * round. */
static const char cyclic[] = "x = + 1 a\n"
                             "a = + ! 5 b\n"
                             "b = c\n"
                             "c = + 2 a\n"
                             "d = + d 1\n"
                             "e = + f g\n"
                             "f = + 1 e\n"
                             "g = + e f\n"
                             "p = + % q 1\n"
                             "q = p\n";
static const char *const cells[] = { "x", "a", "b", "c", "d", "e", "f", "g", "p", "q" };

static void dump_values(Toy *toy, Text *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        ToyRun run = toy_value(toy, "main", cells[i]);
        assert_true(run.complete);
        text_addf(out, "%s = %llu\n", cells[i], (unsigned long long)run.number);
        toy_dump(toy, run.request, out);
        engine_request_free(run.request);
    }
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    toy_dump(toy, run.request, out);
    engine_request_free(run.request);
}

/* Everything as seen after `first` was asked for first; NULL: after everything at once. */
static void observe(const ToyDisk *disk, const char *first, uint32_t threads, Text *out)
{
    Toy toy;
    toy_open(&toy, disk, (ToyConfig){ .threads = threads });
    toy_update(&toy);
    ToyRun run = first ? toy_value(&toy, "main", first) : toy_everything(&toy);
    engine_request_free(run.request);
    dump_values(&toy, out);
    toy_close(&toy);
}

static void check_all_entries(const ToyDisk *disk, const Text *expected, uint32_t threads)
{
    for (size_t i = 0; i <= ARRAY_COUNT(cells); i++) {
        Text text;
        text_init(&text, NULL);
        observe(disk, i < ARRAY_COUNT(cells) ? cells[i] : NULL, threads, &text);
        assert_string_equal(text.data, expected->data);
        text_release(&text);
    }
}

static void entry_does_not_matter(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Text expected;
    text_init(&expected, NULL);
    toy_disk_write(&disk, "main", cyclic);
    observe(&disk, "x", 1, &expected);
    check_all_entries(&disk, &expected, 1);
    for (int i = 0; i < 5; i++)
        check_all_entries(&disk, &expected, 4);
    text_release(&expected);
    toy_disk_release(&disk);
}

typedef struct {
    char text[4096];
} Sides;

static void add_side(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    Sides *sides = context;
    (void)kind, (void)key;
    size_t at = strlen(sides->text);
    snprintf(sides->text + at, sizeof sides->text - at, "%.*s;", (int)bytes.bytes, bytes.data);
}

static void one_member_reports(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_disk_write(&disk, "main", cyclic);
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "x");
    assert_int_equal(run.number, 1); /* 1 + a, whose error value counts 0 */
    Sides sides = { "" };
    engine_request_side_results(run.request, add_side, &sides);
    /* Which member comes first is decided by key fingerprints; the ring's order is not. */
    const char *rings[] = { "cycle: cell_value main::a cell_value main::b cell_value main::c;",
                            "cycle: cell_value main::b cell_value main::c cell_value main::a;",
                            "cycle: cell_value main::c cell_value main::a cell_value main::b;" };
    assert_true(!strcmp(sides.text, rings[0]) || !strcmp(sides.text, rings[1]) ||
                !strcmp(sides.text, rings[2]));
    engine_request_free(run.request);
    run = toy_value(&toy, "main", "a");
    assert_int_equal(run.number, 666);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
}

/* After each edit of a sequence that breaks and makes cycles, the warm engine equals a fresh one.
 */
static void recovers(void **state)
{
    (void)state;
    static const char *const edits[] = {
        "x = + 1 a\na = b\nb = c\nc = a\n",
        "x = + 1 a\na = b\nb = c\nc = 7\n",              /* broken at the end */
        "x = + 1 a\na = b\nb = c\nc = a\n",              /* and back */
        "x = + 1 a\na = b\nb = + b 1\nc = a\n",          /* a smaller cycle: a is no member now */
        "x = + 1 a\na = b\nb = c\nc = + a k\nk = 3\n",   /* k is asked for only after a */
        "x = + 1 a\na = b\nb = c\nc = + k a\nk = 3\n",   /* before */
        "x = + 1 a\na = b\nb = c\nc = ? k 5 a\nk = 3\n", /* decides */
        "x = + 1 a\na = b\nb = c\nc = ? k 5 a\nk = 0\n",
        "-- moved\nx = + 1 a\na = b\nb = c\nc = ? k 5 a\nk = 0\n",
        "x = + 1 a\na = b\nb = c\nc = ? k 5 a\nk = 1\n",
        "x = + 1 a\na = + # main 1\nb = c\nc = a\n", /* through a parallel group */
        "x = + 1 a\na = 666\nb = c\nc = a\n",        /* the value that the error had */
        "x = 1\n",
    };
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        ToyDisk disk = { .count = 0 };
        Toy warm;
        toy_disk_write(&disk, "main", edits[0]);
        toy_open(&warm, &disk, (ToyConfig){ .threads = threads, .history = 4, .verify = true });
        for (size_t i = 0; i < ARRAY_COUNT(edits); i++) {
            Text seen, expected;
            text_init(&seen, NULL);
            text_init(&expected, NULL);
            toy_disk_write(&disk, "main", edits[i]);
            toy_update(&warm);
            dump_values(&warm, &seen);
            observe(&disk, NULL, 1, &expected);
            assert_string_equal(seen.data, expected.data);
            text_release(&seen);
            text_release(&expected);
        }
        assert_int_equal(warm.bugs.bytes, 0);
        toy_close(&warm);
        toy_disk_release(&disk);
    }
}

/* An edit beside a cycle leaves its members' memos alone. */
static void unchanged_cycle_is_verified(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Toy toy;
    toy_disk_write(&disk, "main", "x = + 1 a\na = + % k b\nb = a\nk = 2\n");
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    engine_request_free(toy_value(&toy, "main", "x").request);
    toy_disk_write(&disk, "main", "x = + 1 a\na = + % k b\nb = a\nk = 4\n");
    toy_update(&toy);
    ToyRun run = toy_value(&toy, "main", "x");
    assert_int_equal(run.number, 1);
    assert_int_equal(toy_executed(run.request, Q_cell_value), 1); /* k */
    assert_int_equal(toy_executed(run.request, Q_cell_parity), 1);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
}

/* A request that nests too deep ends, poisons nothing, and a shallower one works. */
static void too_deep_is_an_end_of_the_request(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    Text text;
    text_init(&text, NULL);
    for (int i = 0; i < 300; i++)
        text_addf(&text, "c%d = + 1 c%d\n", i, i + 1);
    text_add_c(&text, "c300 = 1\n");
    toy_disk_write(&disk, "main", text.data);
    Toy toy;
    toy_open(&toy, &disk, (ToyConfig){ .depth_limit = 200 });
    toy_update(&toy);
    CycleMember where;
    ToyRun run = toy_value(&toy, "main", "c0");
    assert_false(run.complete);
    assert_true(engine_request_overflowed(run.request, &where));
    engine_request_free(run.request);
    run = toy_value(&toy, "main", "c150");
    assert_true(run.complete);
    assert_false(engine_request_overflowed(run.request, NULL));
    assert_int_equal(run.number, 151);
    engine_request_free(run.request);
    run = toy_value(&toy, "main", "c0");
    assert_true(run.complete);
    assert_int_equal(run.number, 301);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_does_not_matter),
        cmocka_unit_test(one_member_reports),
        cmocka_unit_test(recovers),
        cmocka_unit_test(unchanged_cycle_is_verified),
        cmocka_unit_test(too_deep_is_an_end_of_the_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
