/* MIR as data: finishing, encoding, the text form, and the passes on small bodies. */
#include <string.h>

#include "mir/mir_priv.h"
#include "unit/unit.h"

static const MirSource nowhere = { 0, 1 };

typedef struct {
    Arena *arena;
    Interners *in;
    DefId owner;
    TyId i32, boolean;
} Fixture;

static Fixture open_fixture(void)
{
    Fixture f = { .arena = arena_new(NULL), .in = interners_new() };
    PathRecord root = { .kind = DEF_CRATE, .name = sym_intern_c(f.in, "app").v, .hash = 1 };
    DefId crate = def_id_intern(f.in, root);
    f.owner = def_child(f.in, crate, DEF_FN, sym_intern_c(f.in, "f"), 0);
    f.i32 = ty_primitive(f.in, PRIMITIVE_I32);
    f.boolean = ty_primitive(f.in, PRIMITIVE_BOOL);
    return f;
}

static void close_fixture(Fixture *f)
{
    interners_free(f->in);
    arena_free(f->arena);
}

/* fn f(_2: i32) -> i32, without blocks. */
static MirEdit new_body(Fixture *f)
{
    MirEdit edit;
    mir_edit_init(&edit, f->arena, f->in, f->owner);
    mir_edit_local(&edit, (MirLocal){ .ty = f->i32, .is_mut = true });
    mir_edit_local(&edit, (MirLocal){ .ty = f->i32, .is_argument = true });
    edit.argument_count = 1;
    return edit;
}

static MirLocalId temp(Fixture *f, MirEdit *edit)
{
    return mir_edit_temp(edit, f->i32, 0, 1);
}

static MirOperandId copy_of(MirEdit *edit, uint32_t local)
{
    return mir_edit_copy(edit, mir_edit_place(edit, mir_local_id_make(local)), 0);
}

static MirOperandId move_of(MirEdit *edit, MirLocalId local)
{
    return mir_edit_move(edit, mir_edit_place(edit, local), 0);
}

static void assign_use(MirEdit *edit, MirBlockId block, MirLocalId local, MirOperandId operand)
{
    mir_edit_assign(edit, block, mir_edit_place(edit, local), mir_edit_use(edit, operand), nowhere);
}

static void ret(MirEdit *edit, MirBlockId block)
{
    mir_edit_terminate(edit, block, (MirTerminator){ .kind = MIR_TERMINATOR_RETURN }, nowhere);
}

static const char *text_of(Fixture *f, const MirBody *body)
{
    Text text;
    text_init(&text, f->arena);
    mir_dump(f->in, body, &text);
    return text.data;
}

static const char *finished_text(Fixture *f, const MirEdit *edit)
{
    MirBody body;
    mir_edit_finish(edit, f->arena, &body);
    mir_validate(f->in, &body, MIR_PHASE_OPTIMIZED);
    return text_of(f, &body);
}

/* _1 = Add(copy _2, const 5); if _2 == 0 return else _1 = 7; with a block nobody reaches. */
static MirBody sample(Fixture *f, bool with_junk)
{
    MirEdit edit = new_body(f);
    MirBlockId start = mir_edit_block(&edit, false);
    if (with_junk) {
        MirBlockId junk = mir_edit_block(&edit, false);
        assign_use(&edit, junk, MIR_RETURN_LOCAL, mir_edit_scalar(&edit, f->i32, 99, 0));
        ret(&edit, junk);
    }
    MirBlockId zero = mir_edit_block(&edit, false), other = mir_edit_block(&edit, false);
    MirRvalueId sum =
        mir_edit_binary(&edit, BINARY_ADD, copy_of(&edit, 2), mir_edit_scalar(&edit, f->i32, 5, 0));
    mir_edit_assign(&edit, start, mir_edit_place(&edit, MIR_RETURN_LOCAL), sum, nowhere);
    MirSwitchTarget target = { .target = zero };
    mir_edit_switch(&edit, start, copy_of(&edit, 2), &target, 1, other, nowhere);
    ret(&edit, zero);
    assign_use(&edit, other, MIR_RETURN_LOCAL, mir_edit_scalar(&edit, f->i32, uint128_mask(32), 0));
    ret(&edit, other);
    MirBody body;
    mir_edit_finish(&edit, f->arena, &body);
    return body;
}

static void prints(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirBody body = sample(&f, false);
    assert_string_equal(text_of(&f, &body),
                        "fn f(_2: i32) -> i32 {\n"
                        "    let mut _1: i32;\n"
                        "    let _2: i32;\n"
                        "\n"
                        "    bb1: {\n"
                        "        _1 = Add(copy _2, const 5_i32);\n"
                        "        switchInt(copy _2) -> [0: bb2, otherwise: bb3];\n"
                        "    }\n"
                        "\n"
                        "    bb2: {\n"
                        "        return;\n"
                        "    }\n"
                        "\n"
                        "    bb3: {\n"
                        "        _1 = const -1_i32;\n"
                        "        return;\n"
                        "    }\n"
                        "}\n");
    close_fixture(&f);
}

static Str encoded(Fixture *f, const MirBody *body)
{
    Encoder e;
    encoder_init(&e, f->arena, f->in, ENCODE_CANONICAL);
    mir_body_encode(&e, body);
    return (Str){ (const char *)e.bytes, e.count };
}

static void finishing_forgets_how_it_was_built(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirBody plain = sample(&f, false), junk = sample(&f, true);
    assert_true(str_eq(encoded(&f, &plain), encoded(&f, &junk)));
    MirEdit edit;
    mir_edit_from_body(&edit, f.arena, f.in, &plain);
    MirBody again;
    mir_edit_finish(&edit, f.arena, &again);
    assert_true(str_eq(encoded(&f, &plain), encoded(&f, &again)));
    close_fixture(&f);
}

static void survives_encoding(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirBody body = sample(&f, false);
    Str bytes = encoded(&f, &body);
    Decoder d;
    MirBody decoded;
    decoder_init(&d, bytes.data, bytes.bytes, f.arena, f.in);
    mir_body_decode(&d, &decoded, &decoded);
    assert_true(decoder_finish(&d));
    assert_string_equal(text_of(&f, &decoded), text_of(&f, &body));
    close_fixture(&f);
}

/* Every prefix is refused; every changed byte is refused or gives a body whose ids are in range. */
static void damage_is_found(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirBody body = sample(&f, false);
    Str bytes = encoded(&f, &body);
    for (size_t length = 0; length < bytes.bytes; length++) {
        Decoder d;
        MirBody decoded;
        decoder_init(&d, bytes.data, length, f.arena, f.in);
        mir_body_decode(&d, &decoded, &decoded);
        assert_false(decoder_finish(&d));
    }
    for (size_t at = 0; at < bytes.bytes; at++) {
        char *changed = arena_copy(f.arena, bytes.data, bytes.bytes);
        changed[at] ^= 0x55;
        Decoder d;
        MirBody decoded;
        decoder_init(&d, changed, bytes.bytes, f.arena, f.in);
        mir_body_decode(&d, &decoded, &decoded);
        for (uint32_t i = 1; i < decoded.place_count; i++)
            assert_true(decoded.places[i].local.v < decoded.local_count);
    }
    close_fixture(&f);
}

/* ---- passes ---------------------------------------------------------------------------------- */

/* bb1 -> bb2 (empty) -> bb3 { _1 = 1; } -> bb4 { return } becomes one block. */
static void chains_are_merged(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirEdit edit = new_body(&f);
    MirBlockId blocks[4];
    for (uint32_t i = 0; i < 4; i++)
        blocks[i] = mir_edit_block(&edit, false);
    for (uint32_t i = 0; i < 3; i++) {
        if (i == 2)
            assign_use(&edit, blocks[i], MIR_RETURN_LOCAL, mir_edit_scalar(&edit, f.i32, 1, 0));
        mir_edit_goto(&edit, blocks[i], blocks[i + 1], nowhere);
    }
    ret(&edit, blocks[3]);
    mir_pass_simplify_cfg(&edit);
    assert_non_null(strstr(finished_text(&f, &edit), "bb1: {\n"
                                                     "        _1 = const 1_i32;\n"
                                                     "        return;\n"
                                                     "    }\n}"));
    close_fixture(&f);
}

static void an_empty_loop_stays(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirEdit edit = new_body(&f);
    MirBlockId start = mir_edit_block(&edit, false), loop = mir_edit_block(&edit, false);
    mir_edit_goto(&edit, start, loop, nowhere);
    mir_edit_goto(&edit, loop, loop, nowhere);
    mir_pass_simplify_cfg(&edit);
    assert_non_null(strstr(finished_text(&f, &edit), "goto -> bb"));
    close_fixture(&f);
}

/* _3 = copy _2; _4 = move _3; _1 = move _4 */
static void copies_are_propagated(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirEdit edit = new_body(&f);
    MirLocalId a = temp(&f, &edit), b = temp(&f, &edit);
    MirBlockId start = mir_edit_block(&edit, false);
    assign_use(&edit, start, a, copy_of(&edit, 2));
    assign_use(&edit, start, b, move_of(&edit, a));
    assign_use(&edit, start, MIR_RETURN_LOCAL, move_of(&edit, b));
    ret(&edit, start);
    mir_pass_copy_propagation(&edit);
    mir_pass_unused_locals(&edit);
    const char *text = finished_text(&f, &edit);
    assert_non_null(strstr(text, "bb1: {\n        _1 = copy _2;\n        return;"));
    assert_null(strstr(text, "_3"));
    close_fixture(&f);
}

/* _3 = copy _2; _2 = 9; _1 = move _3: the old value is wanted. */
static void a_changed_source_is_not(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirEdit edit = new_body(&f);
    MirLocalId old = temp(&f, &edit), argument = { 2 };
    MirBlockId start = mir_edit_block(&edit, false);
    assign_use(&edit, start, old, copy_of(&edit, 2));
    assign_use(&edit, start, argument, mir_edit_scalar(&edit, f.i32, 9, 0));
    assign_use(&edit, start, MIR_RETURN_LOCAL, move_of(&edit, old));
    ret(&edit, start);
    mir_pass_copy_propagation(&edit);
    assert_non_null(strstr(finished_text(&f, &edit), "_1 = move _3;"));
    close_fixture(&f);
}

/* _3 = copy _2; _4 = &mut _2; *_4 = 9; _1 = move _3 */
static void a_borrowed_source_is_not(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    MirEdit edit = new_body(&f);
    TyId reference = ty_ref(f.in, region_erased(f.in), f.i32, true);
    MirLocalId old = temp(&f, &edit), pointer = mir_edit_temp(&edit, reference, 0, 1);
    MirBlockId start = mir_edit_block(&edit, false);
    MirPlaceId argument = mir_edit_place(&edit, mir_local_id_make(2));
    assign_use(&edit, start, old, copy_of(&edit, 2));
    mir_edit_assign(&edit, start, mir_edit_place(&edit, pointer),
                    mir_edit_ref(&edit, MIR_BORROW_MUT, argument), nowhere);
    mir_edit_assign(&edit, start, mir_edit_deref(&edit, mir_edit_place(&edit, pointer)),
                    mir_edit_use(&edit, mir_edit_scalar(&edit, f.i32, 9, 0)), nowhere);
    assign_use(&edit, start, MIR_RETURN_LOCAL, move_of(&edit, old));
    ret(&edit, start);
    mir_pass_copy_propagation(&edit);
    assert_non_null(strstr(finished_text(&f, &edit), "_1 = move _3;"));
    close_fixture(&f);
}

/* ---- the validator --------------------------------------------------------------------------- */

static void break_types(void *argument)
{
    Fixture *f = argument;
    MirEdit edit = new_body(f);
    MirBlockId start = mir_edit_block(&edit, false);
    assign_use(&edit, start, MIR_RETURN_LOCAL, mir_edit_scalar(&edit, f->boolean, 1, 0));
    ret(&edit, start);
    finished_text(f, &edit);
}

static void break_deref(void *argument)
{
    Fixture *f = argument;
    MirEdit edit = new_body(f);
    MirBlockId start = mir_edit_block(&edit, false);
    MirPlaceId place = mir_edit_deref(&edit, mir_edit_place(&edit, mir_local_id_make(2)));
    assign_use(&edit, start, MIR_RETURN_LOCAL, mir_edit_copy(&edit, place, 0));
    ret(&edit, start);
    finished_text(f, &edit);
}

static void break_phase(void *argument)
{
    Fixture *f = argument;
    MirEdit edit = new_body(f);
    MirBlockId start = mir_edit_block(&edit, false);
    MirStatement read = { .kind = MIR_STATEMENT_FAKE_READ };
    read.as.fake_read.place = mir_edit_place(&edit, mir_local_id_make(2));
    mir_edit_push(&edit, start, read, nowhere);
    ret(&edit, start);
    finished_text(f, &edit);
}

static void broken_bodies_are_bugs(void **state)
{
    (void)state;
    Fixture f = open_fixture();
    assert_true(unit_asserts(break_types, &f));
    assert_true(unit_asserts(break_deref, &f));
    assert_true(unit_asserts(break_phase, &f));
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints),
        cmocka_unit_test(finishing_forgets_how_it_was_built),
        cmocka_unit_test(survives_encoding),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(chains_are_merged),
        cmocka_unit_test(an_empty_loop_stays),
        cmocka_unit_test(copies_are_propagated),
        cmocka_unit_test(a_changed_source_is_not),
        cmocka_unit_test(a_borrowed_source_is_not),
        cmocka_unit_test(broken_bodies_are_bugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
