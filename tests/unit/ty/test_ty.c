#include "ty/ty.h"
#include "unit/unit.h"

typedef struct {
    Interners *in;
    Arena *arena;
    DefId crate, point, option, trait_def, assoc;
} Fixture;

static DefId child(Fixture *f, DefId parent, DefKind kind, const char *name)
{
    return def_child(f->in, parent, kind, sym_intern_c(f->in, name), 0);
}

static int setup(void **state)
{
    Fixture *f = heap_alloc_zeroed(sizeof *f);
    f->in = interners_new();
    f->arena = arena_new(NULL);
    f->crate = def_id_intern(
        f->in, (PathRecord){ .kind = DEF_CRATE, .name = sym_intern_c(f->in, "app").v });
    f->point = child(f, f->crate, DEF_STRUCT, "Point");
    f->option = child(f, f->crate, DEF_ENUM, "Option");
    f->trait_def = child(f, f->crate, DEF_TRAIT, "Shape");
    f->assoc = child(f, f->trait_def, DEF_ASSOC_TYPE, "Unit");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    arena_free(f->arena);
    interners_free(f->in);
    heap_free(f);
    return 0;
}

static TyId prim(Fixture *f, PrimitiveTy primitive)
{
    return ty_primitive(f->in, primitive);
}

static TyId param(Fixture *f, uint32_t index, const char *name)
{
    return ty_param(f->in, index, sym_intern_c(f->in, name));
}

static ArgsId args1(Fixture *f, TyId ty)
{
    GenericArg arg = arg_of_ty(ty);
    return args_intern(f->in, &arg, 1);
}

static TyId option_of(Fixture *f, TyId ty)
{
    return ty_adt(f->in, f->option, args1(f, ty));
}

static TyId fn_ptr(Fixture *f, TyId input, TyId output, Abi abi, bool is_unsafe, bool is_variadic)
{
    GenericArg types[] = { arg_of_ty(input), arg_of_ty(output) };
    return ty_intern(f->in, &(Ty){ .kind = TY_FN_PTR,
                                   .as.fn_ptr = { .inputs_and_output = args_intern(f->in, types, 2),
                                                  .abi = (uint8_t)abi,
                                                  .is_unsafe = is_unsafe,
                                                  .is_variadic = is_variadic } });
}

static void assert_text(Fixture *f, TyId ty, const char *expected)
{
    assert_string_equal(ty_text_in(f->in, ty, f->arena).data, expected);
}

static void test_equal_types_are_one(void **state)
{
    Fixture *f = *state;
    Ty dirty;
    memset(&dirty, 0xEE, sizeof dirty); /* only the kind's own fields may count */
    dirty.kind = TY_SLICE;
    dirty.as.slice.element = prim(f, PRIMITIVE_U8);
    assert_true(ty_id_eq(ty_intern(f->in, &dirty), ty_slice(f->in, prim(f, PRIMITIVE_U8))));
    assert_false(ty_id_eq(prim(f, PRIMITIVE_U8), prim(f, PRIMITIVE_I8)));
    assert_false(ty_id_eq(prim(f, PRIMITIVE_ISIZE), prim(f, PRIMITIVE_I64)));
    assert_true(ty_is_unit(f->in, ty_unit(f->in)));
    assert_false(ty_is_unit(f->in, ty_never(f->in)));
}

static void test_flags_come_from_the_whole_tree(void **state)
{
    Fixture *f = *state;
    const Ty *plain = ty_get(f->in, option_of(f, prim(f, PRIMITIVE_I32)));
    assert_false(plain->has_param || plain->has_infer || plain->has_error || plain->has_region);
    TyId deep = ty_ref(f->in, region_erased(f->in), option_of(f, param(f, 1, "T")), false);
    assert_true(ty_get(f->in, deep)->has_param);
    assert_false(ty_get(f->in, deep)->has_region);
    assert_true(ty_get(f->in, ty_ref(f->in, region_static(f->in), deep, true))->has_region);
    TyId projection = ty_projection(f->in, f->assoc, args1(f, ty_infer(f->in, INFER_INT, 3)));
    assert_true(ty_get(f->in, ty_slice(f->in, projection))->has_projection);
    assert_true(ty_get(f->in, ty_slice(f->in, projection))->has_infer);
    assert_true(ty_get(f->in, option_of(f, ty_error(f->in)))->has_error);
    ConstId length = const_intern(f->in, (ConstRecord){ .kind = CONST_PARAM, .index_or_def = 0 });
    assert_true(ty_get(f->in, ty_array(f->in, prim(f, PRIMITIVE_U8), length))->has_param);
}

static void test_too_deep_is_an_error_type(void **state)
{
    Fixture *f = *state;
    TyId ty = prim(f, PRIMITIVE_U8);
    for (int i = 0; i < TY_DEPTH_MAX - 1; i++)
        ty = ty_slice(f->in, ty);
    assert_false(ty_is_error(f->in, ty));
    assert_int_equal(ty_get(f->in, ty)->depth, TY_DEPTH_MAX);
    assert_true(ty_is_error(f->in, ty_slice(f->in, ty)));
}

static void test_none_is_an_error_type(void **state)
{
    Fixture *f = *state;
    assert_true(ty_is_error(f->in, ty_id_none()));
    assert_int_equal(args_get(f->in, args_id_none()).count, 0);
    assert_int_equal(const_get(f->in, const_id_none()).kind, CONST_ERROR);
    assert_int_equal(region_get(f->in, region_id_none()).kind, REGION_ERROR);
}

static void test_substitution(void **state)
{
    Fixture *f = *state;
    TyId t = param(f, 0, "T"), u = param(f, 1, "U");
    RegionId a = region_intern(f->in, (RegionRecord){ .kind = REGION_PARAM, .index = 2 });
    ConstId n = const_intern(f->in, (ConstRecord){ .kind = CONST_PARAM, .index_or_def = 3 });
    TyId pair[] = { ty_ref(f->in, a, option_of(f, t), false), ty_array(f->in, u, n) };
    TyId generic = fn_ptr(f, ty_tuple(f->in, pair, 2), t, ABI_RUST, false, false);
    GenericArg list[] = { arg_of_ty(prim(f, PRIMITIVE_U8)), arg_of_ty(u),
                          arg_of_region(region_static(f->in)),
                          arg_of_const(const_usize(f->in, 7)) };
    TyId result = ty_substitute(f->in, generic, args_intern(f->in, list, 4));
    assert_text(f, result, "fn((&'static Option<u8>, [U; 7])) -> u8");
    /* Missing and misfit arguments are what errors leave behind. */
    assert_true(ty_is_error(f->in, ty_substitute(f->in, t, args_empty(f->in))));
    GenericArg misfit = arg_of_const(const_usize(f->in, 7));
    assert_true(ty_is_error(f->in, ty_substitute(f->in, t, args_intern(f->in, &misfit, 1))));
}

static void test_erasing_regions(void **state)
{
    Fixture *f = *state;
    TyId bound = ty_ref(f->in, region_bound(f->in, 0, 0), prim(f, PRIMITIVE_STR), false);
    TyId erased = ty_ref(f->in, region_erased(f->in), prim(f, PRIMITIVE_STR), false);
    Ty higher = *ty_get(f->in, fn_ptr(f, bound, bound, ABI_RUST, false, false));
    higher.as.fn_ptr.bound_count = 1;
    assert_true(ty_id_eq(ty_erase_regions(f->in, ty_intern(f->in, &higher)),
                         fn_ptr(f, erased, erased, ABI_RUST, false, false)));
    assert_true(ty_id_eq(ty_erase_regions(f->in, erased), erased));
}

static void test_text(void **state)
{
    Fixture *f = *state;
    TyId i32 = prim(f, PRIMITIVE_I32), t = param(f, 0, "T");
    assert_text(f, i32, "i32");
    assert_text(f, prim(f, PRIMITIVE_USIZE), "usize");
    assert_text(f, prim(f, PRIMITIVE_F64), "f64");
    assert_text(f, ty_never(f->in), "!");
    assert_text(f, ty_unit(f->in), "()");
    assert_text(f, ty_tuple(f->in, &i32, 1), "(i32,)");
    assert_text(f, ty_adt(f->in, f->point, args_empty(f->in)), "Point");
    assert_text(f, option_of(f, ty_ref(f->in, region_erased(f->in), t, true)), "Option<&mut T>");
    assert_text(f, ty_ref(f->in, region_static(f->in), prim(f, PRIMITIVE_STR), false),
                "&'static str");
    assert_text(f, ty_ptr(f->in, ty_slice(f->in, i32), false), "*const [i32]");
    assert_text(f, ty_array(f->in, i32, const_usize(f->in, 3)), "[i32; 3]");
    assert_text(f, ty_infer(f->in, INFER_INT, 1), "{integer}");
    assert_text(f, ty_infer(f->in, INFER_TY, 1), "_");
    assert_text(f, ty_projection(f->in, f->assoc, args1(f, t)), "<T as Shape>::Unit");
    assert_text(f, fn_ptr(f, i32, ty_unit(f->in), ABI_C, true, true),
                "unsafe extern \"C\" fn(i32, ...)");
}

static void test_const_text(void **state)
{
    Fixture *f = *state;
    TyId i8 = prim(f, PRIMITIVE_I8), i128 = prim(f, PRIMITIVE_I128);
    assert_text(f, ty_array(f->in, i8, const_value(f->in, i8, 0xFF, 0)), "[i8; -1]");
    assert_text(f, ty_array(f->in, i8, const_value(f->in, i128, UINT64_MAX, UINT64_MAX >> 1)),
                "[i8; 170141183460469231731687303715884105727]");
    assert_text(f, ty_array(f->in, i8, const_value(f->in, prim(f, PRIMITIVE_BOOL), 1, 0)),
                "[i8; true]");
}

static WalkAction count_refs(void *context, GenericArg arg)
{
    struct {
        Interners *in;
        uint32_t refs, visits;
    } *counts = context;
    counts->visits++;
    if (arg_kind(arg) == ARG_TY && ty_kind(counts->in, arg_ty(arg)) == TY_REF)
        return ++counts->refs == 2 ? WALK_STOP : WALK_SKIP;
    return WALK_INTO;
}

static void test_walk_skips_and_stops(void **state)
{
    Fixture *f = *state;
    TyId reference = ty_ref(f->in, region_erased(f->in), prim(f, PRIMITIVE_U8), false);
    TyId list[] = { prim(f, PRIMITIVE_U8), reference, reference, reference };
    struct {
        Interners *in;
        uint32_t refs, visits;
    } counts = { f->in, 0, 0 };
    assert_false(arg_walk(f->in, arg_of_ty(ty_tuple(f->in, list, 4)), count_refs, &counts));
    assert_int_equal(counts.refs, 2);
    assert_int_equal(counts.visits, 4); /* the tuple, u8, and two references without their parts */
}

/* Encoded by one set of interners, decoded by another where the ids differ. */
static void test_codec_between_processes(void **state)
{
    Fixture *f = *state;
    TyId projection = ty_projection(f->in, f->assoc, args1(f, param(f, 0, "T")));
    ConstId unevaluated =
        const_intern(f->in, (ConstRecord){ .kind = CONST_UNEVALUATED,
                                           .ty = prim(f, PRIMITIVE_USIZE).v,
                                           .index_or_def = child(f, f->point, DEF_ANON_CONST, "").v,
                                           .name_or_args = args_empty(f->in).v });
    TyId list[] = { fn_ptr(f, projection, ty_never(f->in), ABI_C, false, true),
                    ty_array(f->in, option_of(f, prim(f, PRIMITIVE_CHAR)), unevaluated),
                    ty_ref(f->in, region_bound(f->in, 1, 2), prim(f, PRIMITIVE_STR), true) };
    TyId ty = ty_tuple(f->in, list, 3);
    Encoder e;
    encoder_init(&e, f->arena, f->in, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_ty, ty.v);
    Interners *other = interners_new();
    for (int i = 0; i < 9; i++)
        ty_primitive(other, (PrimitiveTy)i);
    Decoder d;
    decoder_init(&d, e.bytes, e.count, f->arena, other);
    TyId decoded = ty_id_make(decode_interned(&d, INTERN_ty));
    assert_true(decoder_finish(&d));
    assert_string_equal(ty_text_in(other, decoded, f->arena).data,
                        ty_text_in(f->in, ty, f->arena).data);
    assert_true(fp_eq(intern_fingerprint(other, INTERN_ty, decoded.v),
                      intern_fingerprint(f->in, INTERN_ty, ty.v)));
    interners_free(other);
}

static void test_damaged_bytes_are_refused(void **state)
{
    Fixture *f = *state;
    TyId ty = ty_array(f->in, option_of(f, prim(f, PRIMITIVE_CHAR)), const_usize(f->in, 4));
    Encoder e;
    encoder_init(&e, f->arena, f->in, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_ty, ty.v);
    for (size_t at = 0; at < e.count; at++) {
        for (int flip = 1; flip < 256; flip <<= 1) {
            uint8_t *bytes = arena_copy(f->arena, e.bytes, e.count);
            bytes[at] ^= (uint8_t)flip;
            Decoder d;
            decoder_init(&d, bytes, e.count, f->arena, f->in);
            decode_interned(&d, INTERN_ty); /* another type or a failure: never a crash */
        }
        Decoder cut;
        decoder_init(&cut, e.bytes, at, f->arena, f->in);
        decode_interned(&cut, INTERN_ty);
        assert_true(cut.failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equal_types_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(test_flags_come_from_the_whole_tree, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_deep_is_an_error_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_none_is_an_error_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_substitution, setup, teardown),
        cmocka_unit_test_setup_teardown(test_erasing_regions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_const_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_walk_skips_and_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codec_between_processes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damaged_bytes_are_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
