#include "infer/infer.h"
#include "unit/unit.h"

/* Runs a test's body inside a job of an engine without queries. */
typedef struct {
    void (*body)(Infer *infer, Interners *in);
} Test;

static void run(Job *job, void *argument)
{
    Test *test = argument;
    test->body(infer_new(job, job_scratch(job)), job_interners(job));
}

static void with_infer(void (*body)(Infer *infer, Interners *in))
{
    Interners *in = interners_new();
    Engine *engine = engine_new(&(EngineConfig){ .interners = in, .threads = 1 });
    EngineRequest *request = engine_request_new(engine);
    Test test = { body };
    assert_true(engine_request_run(request, run, &test));
    engine_request_free(request);
    engine_free(engine);
    interners_free(in);
}

static TyId variable(Infer *infer)
{
    return infer_new_ty(infer, (InferOrigin){ 0 });
}

static TyId pair(Interners *in, TyId a, TyId b)
{
    TyId both[] = { a, b };
    return ty_tuple(in, both, 2);
}

static void variables_body(Infer *infer, Interners *in)
{
    TyId a = variable(infer), b = variable(infer), c = variable(infer);
    TyId u8 = ty_primitive(in, PRIMITIVE_U8), i8 = ty_primitive(in, PRIMITIVE_I8);
    assert_true(infer_unify(infer, a, b));
    assert_true(infer_unify(infer, pair(in, b, u8), pair(in, c, u8)));
    assert_true(infer_unify(infer, c, u8));
    assert_true(ty_id_eq(infer_resolve(infer, ty_slice(in, a)), ty_slice(in, u8)));
    assert_false(infer_unify(infer, a, i8));
    assert_false(infer_can_unify(infer, b, i8));
    assert_true(infer_can_unify(infer, b, ty_error(in)));
}

static void test_variables(void **state)
{
    (void)state;
    with_infer(variables_body);
}

static void numbers_body(Infer *infer, Interners *in)
{
    TyId i = infer_new_int(infer), f = infer_new_float(infer), v = variable(infer);
    TyId u16 = ty_primitive(in, PRIMITIVE_U16), f32 = ty_primitive(in, PRIMITIVE_F32);
    assert_false(infer_can_unify(infer, i, f));
    assert_false(infer_can_unify(infer, i, f32));
    assert_false(infer_can_unify(infer, f, u16));
    assert_false(infer_can_unify(infer, i, ty_primitive(in, PRIMITIVE_CHAR)));
    assert_true(infer_unify(infer, v, i));
    assert_false(infer_can_unify(infer, v, f32));
    assert_true(infer_unify(infer, v, u16));
    assert_true(ty_id_eq(infer_shallow(infer, i), u16));
    TyId w = variable(infer);
    assert_true(infer_unify(infer, f, w));
    assert_true(infer_unify(infer, w, f32));
    assert_true(ty_id_eq(infer_shallow(infer, f), f32));
}

static void test_numbers(void **state)
{
    (void)state;
    with_infer(numbers_body);
}

static void occurs_body(Infer *infer, Interners *in)
{
    TyId a = variable(infer), b = variable(infer);
    assert_false(infer_unify(infer, a, ty_slice(in, a)));
    assert_true(infer_unify(infer, b, ty_slice(in, a)));
    assert_false(infer_unify(infer, a, pair(in, b, b)));
    assert_true(infer_unify(infer, a, ty_unit(in)));
}

static void test_no_type_contains_itself(void **state)
{
    (void)state;
    with_infer(occurs_body);
}

static void atomic_body(Infer *infer, Interners *in)
{
    TyId a = variable(infer), u8 = ty_primitive(in, PRIMITIVE_U8);
    /* The first halves agree, the second do not: nothing stays bound. */
    assert_false(infer_unify(infer, pair(in, a, u8), pair(in, u8, ty_unit(in))));
    assert_int_equal(ty_kind(in, infer_shallow(infer, a)), TY_INFER);
}

static void test_failure_changes_nothing(void **state)
{
    (void)state;
    with_infer(atomic_body);
}

static void snapshot_body(Infer *infer, Interners *in)
{
    TyId a = variable(infer), b = variable(infer), u8 = ty_primitive(in, PRIMITIVE_U8);
    InferSnapshot outer = infer_snapshot(infer);
    assert_true(infer_unify(infer, a, b));
    InferSnapshot inner = infer_snapshot(infer);
    variable(infer);
    infer_mark_diverging(infer, a);
    assert_true(infer_unify(infer, b, u8));
    infer_commit(infer, inner);
    assert_true(ty_id_eq(infer_shallow(infer, a), u8));
    infer_rollback(infer, outer); /* undoes what an inner snapshot kept */
    assert_int_equal(infer_count(infer, INFER_TY), 2);
    assert_false(ty_id_eq(infer_shallow(infer, a), infer_shallow(infer, b)));
    assert_false(infer_is_diverging(infer, a));
    outer = infer_snapshot(infer);
    assert_true(infer_unify(infer, a, u8));
    infer_commit(infer, outer);
    assert_true(ty_id_eq(infer_shallow(infer, a), u8));
}

static void test_snapshots(void **state)
{
    (void)state;
    with_infer(snapshot_body);
}

static void diverging_body(Infer *infer, Interners *in)
{
    (void)in;
    TyId a = variable(infer), b = variable(infer), c = variable(infer);
    infer_mark_diverging(infer, a);
    assert_true(infer_unify(infer, b, c));
    assert_true(infer_unify(infer, c, a));
    assert_true(infer_is_diverging(infer, b));
}

static void test_diverging_classes(void **state)
{
    (void)state;
    with_infer(diverging_body);
}

static void const_body(Infer *infer, Interners *in)
{
    TyId usize = ty_primitive(in, PRIMITIVE_USIZE), u8 = ty_primitive(in, PRIMITIVE_U8);
    ConstId n = infer_new_const(infer, usize, (InferOrigin){ 0 });
    TyId open = ty_array(in, u8, n), three = ty_array(in, u8, const_usize(in, 3));
    assert_true(infer_unify(infer, open, three));
    assert_true(ty_id_eq(infer_resolve(infer, open), three));
    assert_false(infer_unify(infer, open, ty_array(in, u8, const_usize(in, 4))));
    assert_true(infer_unify(infer, open, ty_array(in, u8, const_error(in))));
}

static void test_constants(void **state)
{
    (void)state;
    with_infer(const_body);
}

static void regions_body(Infer *infer, Interners *in)
{
    TyId u8 = ty_primitive(in, PRIMITIVE_U8);
    assert_true(infer_unify(infer, ty_ref(in, region_static(in), u8, false),
                            ty_ref(in, region_erased(in), u8, false)));
    assert_false(infer_unify(infer, ty_ref(in, region_erased(in), u8, true),
                             ty_ref(in, region_erased(in), u8, false)));
}

static void test_regions_do_not_matter(void **state)
{
    (void)state;
    with_infer(regions_body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_no_type_contains_itself),
        cmocka_unit_test(test_failure_changes_nothing),
        cmocka_unit_test(test_snapshots),
        cmocka_unit_test(test_diverging_classes),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_regions_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
