#include <string.h>

#include "base/ir_table.h"
#include "unit/base/toy_ir.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    Interners *interners;
    ToyBody body;
} Fixture;

static ToyExpr literal(uint64_t value)
{
    return (
        ToyExpr){ .kind = TOY_EXPR_LITERAL, .span = 7, .as.literal = { .value = { value, 0 } } };
}

/* call f(2, -(3 * x)) with one arm whose body is the error, and nothing called in it. */
static void fill_body(Fixture *f)
{
    SymId x = sym_intern_c(f->interners, "x"), fn = sym_intern_c(f->interners, "f\n");
    ToyTyId ty = { intern(f->interners, INTERN_ty, "T", 1) };
    ToyExpr exprs[9] = { { .kind = TOY_EXPR_NONE } };
    exprs[1] = literal(2);
    exprs[2] = literal(3);
    exprs[2].as.literal.value.high = 1;
    exprs[3] = (ToyExpr){ .kind = TOY_EXPR_NAME, .as.name = { x } };
    exprs[4] = (ToyExpr){ .kind = TOY_EXPR_BINARY, .as.binary = { TOY_OP_MUL, { 2 }, { 3 } } };
    exprs[5] = (ToyExpr){ .kind = TOY_EXPR_NEG, .as.neg = { { 4 } } };
    exprs[6] = (ToyExpr){ .kind = TOY_EXPR_NAME, .as.name = { fn } };
    exprs[7] = (ToyExpr){ .kind = TOY_EXPR_ERROR };
    exprs[8] = (ToyExpr){ .kind = TOY_EXPR_CALL, .as.call = { { 6 }, true, { 1, 2 }, { 0, 1 } } };
    static const uint32_t lists[] = { 9999, 1, 5 };
    ToyArm arms[] = { { { 2 }, { 7 }, ty } };
    static const uint64_t numbers[] = { 10, UINT64_MAX };
    f->body = (ToyBody){ .weight = -5, .source = { 3, 4 }, .local_count = 3, .value = { 8 } };
    f->body.exprs = arena_copy(f->arena, exprs, sizeof exprs);
    f->body.expr_count = 9;
    f->body.lists = arena_copy(f->arena, lists, sizeof lists);
    f->body.list_count = 3;
    f->body.arms = arena_copy(f->arena, arms, sizeof arms);
    f->body.arm_count = 1;
    f->body.numbers = arena_copy(f->arena, numbers, sizeof numbers);
    f->body.number_count = 2;
}

static int fixture_make(void **state)
{
    Fixture *f = heap_alloc_zeroed(sizeof *f);
    f->arena = arena_new(NULL);
    f->interners = interners_new();
    fill_body(f);
    *state = f;
    return 0;
}

static int fixture_free(void **state)
{
    Fixture *f = *state;
    interners_free(f->interners);
    arena_free(f->arena);
    heap_free(f);
    return 0;
}

static void interned_text(const Interners *interners, InternKind kind, uint32_t id, Text *out)
{
    assert_int_equal(kind, INTERN_ty);
    text_addf(out, "ty:%s", (const char *)intern_record(interners, kind, id, NULL));
}

static Str dump_body(const Fixture *f, const ToyBody *body, const Interners *interners, bool json,
                     bool flat)
{
    Text text;
    text_init(&text, f->arena);
    IrDump dump = { .out = &text,
                    .interners = interners,
                    .pool = body,
                    .json = json,
                    .flat = flat,
                    .interned_text = interned_text };
    toy_body_dump(&dump, NULL, body);
    return text_str(&text);
}

static Encoder encode_body(const Fixture *f)
{
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    toy_body_encode(&e, &f->body);
    return e;
}

static void a_body_comes_back_in_another_process(void **state)
{
    Fixture *f = *state;
    Encoder e = encode_body(f);
    Interners *others = interners_new();
    sym_intern_c(others, "moves the ids");
    Decoder d;
    decoder_init(&d, e.bytes, e.count, f->arena, others);
    ToyBody body;
    toy_body_decode(&d, &body, &body);
    assert_true(decoder_finish(&d));
    Str before = dump_body(f, &f->body, f->interners, false, true);
    assert_string_equal(dump_body(f, &body, others, false, true).data, before.data);
    Encoder again;
    encoder_init(&again, f->arena, others, ENCODE_CANONICAL);
    toy_body_encode(&again, &body);
    assert_int_equal(again.count, e.count);
    assert_memory_equal(again.bytes, e.bytes, e.count);
    interners_free(others);
}

static void the_tree_dump_is_golden(void **state)
{
    Fixture *f = *state;
    assert_string_equal(dump_body(f, &f->body, f->interners, false, false).data,
                        "toy_body local_count=3 weight=-5 source=3+4\n"
                        "  numbers:\n"
                        "    10\n"
                        "    18446744073709551615\n"
                        "  value: call span=0 is_tail=true\n"
                        "    callee_or_none: name span=0 name=\"f\\n\"\n"
                        "    args:\n"
                        "      literal span=7 value=0x2\n"
                        "      neg span=0\n"
                        "        operand: binary span=0 op=mul\n"
                        "          lhs: literal span=7 value=0x10000000000000003\n"
                        "          rhs: name span=0 name=\"x\"\n"
                        "    arms:\n"
                        "      toy_arm local=l2 ty=ty:T\n"
                        "        body: error span=0");
}

static void the_flat_dump_lists_the_tables(void **state)
{
    Fixture *f = *state;
    Str text = dump_body(f, &f->body, f->interners, false, true);
    assert_non_null(strstr(text.data, "\n  exprs:\n    none\n    literal span=7 value=0x2\n"));
    assert_non_null(strstr(text.data, "\n    binary span=0 op=mul lhs=e2 rhs=e3\n"));
    assert_non_null(
        strstr(text.data, "\n    call span=0 callee_or_none=e6 is_tail=true args=[e1 e5]"));
}

static void the_json_dump_is_golden(void **state)
{
    Fixture *f = *state;
    f->body.value = toy_expr_id_make(5);
    f->body.number_count = 0;
    assert_string_equal(
        dump_body(f, &f->body, f->interners, true, false).data,
        "{\"node\":\"toy_body\",\"local_count\":3,\"weight\":-5,\"source\":\"3+4\","
        "\"value\":{\"node\":\"neg\",\"span\":0,\"operand\":{\"node\":\"binary\",\"span\":0,"
        "\"op\":\"mul\",\"lhs\":{\"node\":\"literal\",\"span\":7,"
        "\"value\":\"0x10000000000000003\"},\"rhs\":{\"node\":\"name\",\"span\":0,"
        "\"name\":\"x\"}}}}");
    f->body.value = toy_expr_id_make(8);
    Str json = dump_body(f, &f->body, f->interners, true, false);
    assert_non_null(strstr(json.data, "\"args\":[{\"node\":\"literal\""));
    assert_non_null(strstr(json.data, "},{\"node\":\"neg\""));
    assert_non_null(strstr(json.data, "\"name\":\"f\\n\""));
}

static void an_interned_id_prints_as_its_fingerprint(void **state)
{
    Fixture *f = *state;
    Text text;
    text_init(&text, f->arena);
    IrDump dump = { .out = &text, .interners = f->interners, .pool = &f->body };
    toy_arm_dump(&dump, NULL, &f->body.arms[0]);
    Fp fp = intern_fingerprint(f->interners, INTERN_ty, f->body.arms[0].ty.v);
    const char *expected = arena_printf(f->arena, "toy_arm local=l2 ty=#%.16s\n", fp_hex(fp).text);
    assert_true(str_starts_with(text_str(&text), str_from_c(expected)));
}

/* A chain of negations deeper than a dump goes. */
static void a_deep_dump_is_cut(void **state)
{
    Fixture *f = *state;
    enum { DEPTH = 2000 };
    ToyExpr *exprs = arena_alloc_zeroed(f->arena, (DEPTH + 1) * sizeof(ToyExpr));
    exprs[1] = literal(1);
    for (uint32_t i = 2; i <= DEPTH; i++)
        exprs[i] = (ToyExpr){ .kind = TOY_EXPR_NEG, .as.neg = { { i - 1 } } };
    ToyBody body = { .exprs = exprs, .expr_count = DEPTH + 1, .value = { DEPTH } };
    Str text = dump_body(f, &body, f->interners, false, false);
    assert_true(str_ends_with(text, STR("operand: ...")));
    Str json = dump_body(f, &body, f->interners, true, false);
    assert_non_null(strstr(json.data, "{\"node\":\"...\"}}}"));
}

typedef struct {
    uint32_t kinds[16], ids[16], count;
} Visits;

static void record_visit(void *context, uint32_t kind, uint32_t id)
{
    Visits *visits = context;
    visits->kinds[visits->count] = kind;
    visits->ids[visits->count++] = id;
}

static void walk_visits_ids_in_field_order(void **state)
{
    Fixture *f = *state;
    Visits visits = { .count = 0 };
    IrWalk walk = { .pool = &f->body, .visit = record_visit, .context = &visits };
    toy_expr_walk(&walk, &f->body.exprs[8]);
    assert_int_equal(visits.count, 6);
    const uint32_t kinds[] = { IR_LOCAL_toy_expr,  IR_LOCAL_toy_expr, IR_LOCAL_toy_expr,
                               IR_LOCAL_toy_local, IR_LOCAL_toy_expr, INTERN_ty };
    const uint32_t ids[] = { 6, 1, 5, 2, 7, f->body.arms[0].ty.v };
    assert_memory_equal(visits.kinds, kinds, sizeof kinds);
    assert_memory_equal(visits.ids, ids, sizeof ids);
    visits.count = 0;
    f->body.exprs[8].as.call = (ToyExpr_call){ .is_tail = false };
    toy_expr_walk(&walk, &f->body.exprs[8]);
    toy_expr_walk(&walk, &f->body.exprs[0]);
    assert_int_equal(visits.count, 0);
}

static bool decodes(Fixture *f, const uint8_t *bytes, size_t count)
{
    uint8_t *exact = heap_alloc(count);
    memcpy(exact, bytes, count);
    Decoder d;
    decoder_init(&d, exact, count, f->arena, f->interners);
    ToyBody body;
    toy_body_decode(&d, &body, &body);
    bool finished = decoder_finish(&d);
    /* Whatever was accepted can be used: the dump follows every id. */
    if (finished)
        dump_body(f, &body, f->interners, false, true);
    heap_free(exact);
    return finished;
}

static void every_truncation_is_rejected(void **state)
{
    Fixture *f = *state;
    Encoder e = encode_body(f);
    assert_true(decodes(f, e.bytes, e.count));
    for (size_t count = 0; count < e.count; count++)
        assert_false(decodes(f, e.bytes, count));
}

static void damage_never_reads_outside(void **state)
{
    Fixture *f = *state;
    Encoder e = encode_body(f);
    for (size_t at = 0; at < e.count; at++) {
        uint8_t original = e.bytes[at];
        for (unsigned flip = 1; flip < 256; flip++) {
            e.bytes[at] = (uint8_t)(original ^ flip);
            decodes(f, e.bytes, e.count);
        }
        e.bytes[at] = original;
    }
}

static bool survives_encoding(Fixture *f)
{
    Encoder e = encode_body(f);
    return decodes(f, e.bytes, e.count);
}

static void ids_outside_their_tables_are_rejected(void **state)
{
    Fixture *f = *state;
    ToyExpr *call = &f->body.exprs[8];
    call->as.call.callee_or_none.v = 9;
    assert_false(survives_encoding(f));
    call->as.call.callee_or_none.v = 6;
    call->as.call.args = (IdRange){ 2, 2 };
    assert_false(survives_encoding(f));
    call->as.call.args = (IdRange){ 0, 2 }; /* lists[0] is no expression */
    assert_false(survives_encoding(f));
    call->as.call.args = (IdRange){ 1, 2 };
    call->as.call.arms = (IdRange){ 1, 1 };
    assert_false(survives_encoding(f));
    call->as.call.arms = (IdRange){ 1, 0 };
    assert_true(survives_encoding(f));
    f->body.exprs[4].as.binary.op = TOY_OP_COUNT;
    assert_false(survives_encoding(f));
}

static void dispatch_reaches_every_handler(void **state)
{
    Fixture *f = *state;
    assert_int_equal(toy_eval_dispatch(&f->body, f->body.value, &f->body.exprs[8]), 2 - 3 * 100);
}

static void names_and_sizes(void **state)
{
    (void)state;
    assert_true(str_eq(toy_expr_kind_name(TOY_EXPR_BINARY), STR("binary")));
    assert_true(str_eq(toy_expr_kind_name(TOY_EXPR_NONE), STR("none")));
    assert_true(str_eq(ir_kind_name("struct_"), STR("struct")));
    assert_int_equal(sizeof(ToyExpr_error), 0);
    assert_int_equal(sizeof(ToyExpr_binary), 12);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
    const struct CMUnitTest tests[] = {
        TEST(a_body_comes_back_in_another_process),
        TEST(the_tree_dump_is_golden),
        TEST(the_flat_dump_lists_the_tables),
        TEST(the_json_dump_is_golden),
        TEST(an_interned_id_prints_as_its_fingerprint),
        TEST(a_deep_dump_is_cut),
        TEST(walk_visits_ids_in_field_order),
        TEST(every_truncation_is_rejected),
        TEST(damage_never_reads_outside),
        TEST(ids_outside_their_tables_are_rejected),
        TEST(dispatch_reaches_every_handler),
        TEST(names_and_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
