/* Code generation, mono collection and linking from hand-built MIR, down to running programs. */
#include <string.h>

#include "unit/codegen/fixture.h"
#include "unit/unit.h"

static const MirSource nowhere = { 0, 1 };

/* Calls a function item; goes on in a new block. */
static MirBlockId call(Fixture *f, MirEdit *edit, MirBlockId block, const FixtureItem *callee,
                       const MirOperandId *args, uint32_t count, MirLocalId destination)
{
    MirBlockId next = mir_edit_block(edit, false);
    MirTerminator_call terminator = {
        .function = mir_edit_zero_sized(edit, fixture_fn_ty(f, callee), 0),
        .args = mir_edit_operand_list(edit, args, count),
        .destination = mir_edit_place(edit, destination),
        .target_or_none = next,
    };
    mir_edit_terminate(edit, block,
                       (MirTerminator){ .kind = MIR_TERMINATOR_CALL, .as.call = terminator },
                       nowhere);
    return next;
}

static void ret(MirEdit *edit, MirBlockId block)
{
    mir_edit_terminate(edit, block, (MirTerminator){ .kind = MIR_TERMINATOR_RETURN }, nowhere);
}

static FixtureItem *declare_printf(Fixture *f)
{
    TyId text = ty_ptr(f->in, fixture_ty(f, PRIMITIVE_U8), false);
    return fixture_foreign_fn(f, "printf", &text, 1, fixture_ty(f, PRIMITIVE_I32), true);
}

static MirOperandId c_string(Fixture *f, MirEdit *edit, const char *text)
{
    TyId ty = ty_ptr(f->in, fixture_ty(f, PRIMITIVE_U8), false);
    MirConst constant = { .kind = MIR_CONST_C_STR, .ty = ty };
    constant.text = sym_intern_c(f->in, text);
    return mir_edit_const(edit, constant, 0);
}

/* fn main() { printf("%d\n", value()); } */
static void prints(void **state)
{
    (void)state;
    Fixture *f = fixture_open();
    TyId i32 = fixture_ty(f, PRIMITIVE_I32);
    FixtureItem *print = declare_printf(f);

    FixtureItem *value = fixture_fn(f, "value", &i32, 1, i32);
    MirEdit edit = fixture_body(f, value);
    MirBlockId block = mir_edit_block(&edit, false);
    MirOperandId operand = mir_edit_copy(&edit, mir_edit_place(&edit, mir_local_id_make(2)), 0);
    MirRvalueId sum =
        mir_edit_binary(&edit, BINARY_ADD, operand, mir_edit_scalar(&edit, i32, 2, 0));
    mir_edit_assign(&edit, block, mir_edit_place(&edit, MIR_RETURN_LOCAL), sum, nowhere);
    ret(&edit, block);
    fixture_set_body(f, value, &edit);

    FixtureItem *main_fn = fixture_fn(f, "main", NULL, 0, ty_unit(f->in));
    edit = fixture_body(f, main_fn);
    MirLocalId number = mir_edit_temp(&edit, i32, 0, 1), printed = mir_edit_temp(&edit, i32, 0, 1);
    block = mir_edit_block(&edit, false);
    MirOperandId forty = mir_edit_scalar(&edit, i32, 40, 0);
    block = call(f, &edit, block, value, &forty, 1, number);
    MirOperandId args[2] = { c_string(f, &edit, "%d\n"),
                             mir_edit_move(&edit, mir_edit_place(&edit, number), 0) };
    block = call(f, &edit, block, print, args, 2, printed);
    ret(&edit, block);
    fixture_set_body(f, main_fn, &edit);

    CodegenOptions levels[2] = { codegen_options_dev(), codegen_options_release() };
    for (uint32_t i = 0; i < 2; i++) {
        FixtureRun run = fixture_run(f, levels[i]);
        assert_true(run.built);
        assert_string_equal(run.output, "42\n");
        assert_int_equal(run.exit_code, 0);
    }
    fixture_close(f);
}

/* fn main() { nowhere(); } with nobody to define `nowhere`. */
static void a_refused_link_is_an_error(void **state)
{
    (void)state;
    Fixture *f = fixture_open();
    FixtureItem *missing =
        fixture_foreign_fn(f, "rscc_test_nowhere", NULL, 0, ty_unit(f->in), false);
    FixtureItem *main_fn = fixture_fn(f, "main", NULL, 0, ty_unit(f->in));
    MirEdit edit = fixture_body(f, main_fn);
    MirBlockId block = mir_edit_block(&edit, false);
    MirLocalId unit = mir_edit_temp(&edit, ty_unit(f->in), 0, 1);
    ret(&edit, call(f, &edit, block, missing, NULL, 0, unit));
    fixture_set_body(f, main_fn, &edit);
    assert_int_equal(fixture_binary(f, codegen_options_dev()).bytes, 0);
    assert_int_equal(f->diagnostics, 1);
    fixture_close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints),
        cmocka_unit_test(a_refused_link_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
