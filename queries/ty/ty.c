/* Interned types, argument lists, regions and constants.
 *
 * Records are zero-filled and without padding that matters, so that equal things are equal bytes.
 * The flags of a type are computed once, from the flags of its children. */
#include <string.h>

#include "ty/ty_priv.h"

/* ---- flags ---- */

static void flags_join(TyFlags *into, TyFlags child)
{
    into->has_error |= child.has_error;
    into->has_param |= child.has_param;
    into->has_infer |= child.has_infer;
    into->has_projection |= child.has_projection;
    into->has_bound |= child.has_bound;
    into->has_region_var |= child.has_region_var;
    into->has_region |= child.has_region;
    if (child.depth > into->depth)
        into->depth = child.depth;
    into->weight =
        child.weight > UINT32_MAX - into->weight ? UINT32_MAX : into->weight + child.weight;
}

static TyFlags ty_flags(const Interners *in, TyId ty)
{
    const Ty *t = ty_get(in, ty);
    return (TyFlags){ t->has_error,      t->has_param, t->has_infer,
                      t->has_projection, t->has_bound, t->has_region_var,
                      t->has_region,     t->depth,     t->weight };
}

static TyFlags region_flags(const Interners *in, RegionId region)
{
    RegionKind kind = (RegionKind)region_get(in, region).kind;
    return (TyFlags){ .has_region = kind != REGION_ERASED,
                      .has_error = kind == REGION_ERROR,
                      .has_param = kind == REGION_PARAM,
                      .has_bound = kind == REGION_BOUND,
                      .has_region_var = kind == REGION_VAR };
}

TyFlags const_flags(const Interners *in, ConstId konst)
{
    ConstRecord record = const_get(in, konst);
    TyFlags flags = { .has_error = record.kind == CONST_ERROR,
                      .has_param = record.kind == CONST_PARAM,
                      .has_infer = record.kind == CONST_INFER };
    if (record.kind == CONST_UNEVALUATED)
        flags_join(&flags, args_flags(in, args_id_make(record.name_or_args)));
    return flags;
}

TyFlags args_flags(const Interners *in, ArgsId args)
{
    TyFlags flags = { 0 };
    ArgSlice list = args_get(in, args);
    for (uint32_t i = 0; i < list.count; i++) {
        switch (arg_kind(list.items[i])) {
        case ARG_TY:
            flags_join(&flags, ty_flags(in, arg_ty(list.items[i])));
            break;
        case ARG_REGION:
            flags_join(&flags, region_flags(in, arg_region(list.items[i])));
            break;
        case ARG_CONST:
            flags_join(&flags, const_flags(in, arg_const(list.items[i])));
            break;
        }
    }
    return flags;
}

/* What a field adds to the flags, by field kind. */
#define FLAGS_u8(value)     ((void)0)
#define FLAGS_u32(value)    ((void)0)
#define FLAGS_bool(value)   ((void)0)
#define FLAGS_sym(value)    ((void)0)
#define FLAGS_def(value)    ((void)0)
#define FLAGS_ty(value)     flags_join(&flags, ty_flags(in, value))
#define FLAGS_args(value)   flags_join(&flags, args_flags(in, value))
#define FLAGS_region(value) flags_join(&flags, region_flags(in, value))
#define FLAGS_konst(value)  flags_join(&flags, const_flags(in, value))

static TyFlags children_flags(const Interners *in, const Ty *ty)
{
    TyFlags flags = { 0 };
    switch ((TyKind)ty->kind) {
#define F(field_kind, CType, name) FLAGS_##field_kind(as->name);
#define TY(U, l, FIELDS)                               \
    case TY_##U: {                                     \
        const Ty_##l *as RSC_MAYBE_UNUSED = &ty->as.l; \
        FIELDS                                         \
        return flags;                                  \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static TyFlags own_flags(TyKind kind)
{
    return (TyFlags){ .has_error = kind == TY_ERROR,
                      .has_param = kind == TY_PARAM,
                      .has_infer = kind == TY_INFER,
                      .has_projection = kind == TY_PROJECTION,
                      .has_bound = kind == TY_BOUND };
}

/* ---- types ---- */

/* Copies the fields of the kind alone into a zeroed record. */
static void copy_fields(Ty *to, const Ty *from)
{
    switch ((TyKind)from->kind) {
#define F(field_kind, CType, name) to_as->name = from_as->name;
#define TY(U, l, FIELDS)                                      \
    case TY_##U: {                                            \
        Ty_##l *to_as RSC_MAYBE_UNUSED = &to->as.l;           \
        const Ty_##l *from_as RSC_MAYBE_UNUSED = &from->as.l; \
        FIELDS                                                \
        return;                                               \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

TyId ty_intern(Interners *in, const Ty *ty)
{
    TyFlags flags = children_flags(in, ty);
    flags_join(&flags, own_flags((TyKind)ty->kind));
    if (flags.depth >= TY_DEPTH_MAX || flags.weight >= TY_WEIGHT_MAX)
        return ty_too_large(in);
    Ty record;
    memset(&record, 0, sizeof record);
    record.kind = ty->kind;
    record.has_error = flags.has_error;
    record.has_param = flags.has_param;
    record.has_infer = flags.has_infer;
    record.has_projection = flags.has_projection;
    record.has_bound = flags.has_bound;
    record.has_region_var = flags.has_region_var;
    record.has_region = flags.has_region;
    record.depth = (uint8_t)(flags.depth + 1);
    record.weight = flags.weight + 1;
    copy_fields(&record, ty);
    return ty_id_make(intern(in, INTERN_ty, &record, sizeof record));
}

/* None is an error type: so are the values of cancelled and cyclic queries. */
const Ty *ty_get(const Interners *in, TyId ty)
{
    static const Ty error_ty = { .kind = TY_ERROR, .has_error = 1, .depth = 1, .weight = 1 };
    if (ty_id_is_none(ty))
        return &error_ty;
    return intern_record(in, INTERN_ty, ty.v, NULL);
}

/* ---- argument lists, regions, constants ---- */

ArgSlice args_get(const Interners *in, ArgsId args)
{
    if (args_id_is_none(args))
        return (ArgSlice){ NULL, 0 };
    size_t bytes;
    const GenericArg *items = intern_record(in, INTERN_args, args.v, &bytes);
    return (ArgSlice){ items, (uint32_t)(bytes / sizeof(GenericArg)) };
}

ArgsId args_intern(Interners *in, const GenericArg *args, uint32_t count)
{
    return args_id_make(intern(in, INTERN_args, args, count * sizeof(GenericArg)));
}

RegionRecord region_get(const Interners *in, RegionId region)
{
    if (region_id_is_none(region))
        return (RegionRecord){ .kind = REGION_ERROR };
    return *(const RegionRecord *)intern_record(in, INTERN_region, region.v, NULL);
}

RegionId region_intern(Interners *in, RegionRecord record)
{
    return region_id_make(intern(in, INTERN_region, &record, sizeof record));
}

ConstRecord const_get(const Interners *in, ConstId konst)
{
    if (const_id_is_none(konst))
        return (ConstRecord){ .kind = CONST_ERROR };
    return *(const ConstRecord *)intern_record(in, INTERN_konst, konst.v, NULL);
}

ConstId const_intern(Interners *in, ConstRecord record)
{
    _Static_assert(sizeof(ConstRecord) == 32, "no padding");
    return const_id_make(intern(in, INTERN_konst, &record, sizeof record));
}

/* ---- constructors ---- */

static TyId ty_leaf(Interners *in, TyKind kind)
{
    return ty_intern(in, &(Ty){ .kind = (uint8_t)kind });
}

TyId ty_error(Interners *in)
{
    return ty_leaf(in, TY_ERROR);
}

TyId ty_too_large(Interners *in)
{
    return ty_intern(in, &(Ty){ .kind = TY_ERROR, .as.error = { .is_too_large = true } });
}

/* Goes into what has an error alone. */
static WalkAction find_too_large(void *context, GenericArg arg)
{
    if (arg_kind(arg) != ARG_TY)
        return arg_kind(arg) == ARG_CONST ? WALK_INTO : WALK_SKIP;
    const Ty *ty = ty_get(context, arg_ty(arg));
    if (ty->kind == TY_ERROR && ty->as.error.is_too_large)
        return WALK_STOP;
    return ty->has_error ? WALK_INTO : WALK_SKIP;
}

bool ty_has_too_large(const Interners *in, TyId ty)
{
    return !arg_walk(in, arg_of_ty(ty), find_too_large, (void *)(uintptr_t)in);
}

bool args_have_too_large(const Interners *in, ArgsId args)
{
    ArgSlice list = args_get(in, args);
    for (uint32_t i = 0; i < list.count; i++) {
        if (!arg_walk(in, list.items[i], find_too_large, (void *)(uintptr_t)in))
            return true;
    }
    return false;
}

TyId ty_unit(Interners *in)
{
    return ty_tuple(in, NULL, 0);
}

TyId ty_never(Interners *in)
{
    return ty_leaf(in, TY_NEVER);
}

TyId ty_primitive(Interners *in, PrimitiveTy primitive)
{
    static const struct {
        uint8_t kind, width;
    } primitives[] = {
#define X(U, name, kind, width) { kind, width },
        PRIMITIVE_TABLE(X)
#undef X
    };
    rsc_assert(primitive < PRIMITIVE_COUNT);
    Ty ty = { .kind = primitives[primitive].kind };
    uint8_t width = primitives[primitive].width;
    if (ty.kind == TY_INT)
        ty.as.int_.width = width;
    else if (ty.kind == TY_UINT)
        ty.as.uint.width = width;
    else if (ty.kind == TY_FLOAT)
        ty.as.float_.width = width;
    return ty_intern(in, &ty);
}

TyId ty_ref(Interners *in, RegionId region, TyId pointee, bool is_mut)
{
    return ty_intern(in, &(Ty){ .kind = TY_REF, .as.ref = { region, pointee, is_mut, 0 } });
}

TyId ty_ptr(Interners *in, TyId pointee, bool is_mut)
{
    return ty_intern(in, &(Ty){ .kind = TY_PTR, .as.ptr = { pointee, is_mut, 0 } });
}

TyId ty_tuple(Interners *in, const TyId *elements, uint32_t count)
{
    GenericArg few[8] = { { 0 } };
    GenericArg *args = count <= ARRAY_COUNT(few) ? few : heap_alloc(count * sizeof *args);
    for (uint32_t i = 0; i < count; i++)
        args[i] = arg_of_ty(elements[i]);
    Ty ty = { .kind = TY_TUPLE, .as.tuple.elements = args_intern(in, args, count) };
    if (args != few)
        heap_free(args);
    return ty_intern(in, &ty);
}

TyId ty_array(Interners *in, TyId element, ConstId length)
{
    return ty_intern(in, &(Ty){ .kind = TY_ARRAY, .as.array = { element, length, 0 } });
}

TyId ty_slice(Interners *in, TyId element)
{
    return ty_intern(in, &(Ty){ .kind = TY_SLICE, .as.slice.element = element });
}

TyId ty_adt(Interners *in, DefId def, ArgsId args)
{
    return ty_intern(in, &(Ty){ .kind = TY_ADT, .as.adt = { def, args, 0 } });
}

TyId ty_fn_def(Interners *in, DefId def, ArgsId args)
{
    return ty_intern(in, &(Ty){ .kind = TY_FN_DEF, .as.fn_def = { def, args, 0 } });
}

TyId ty_fn_ptr(Interners *in, Arena *scratch, const FnSig *sig)
{
    GenericArg *types = arena_alloc_array(scratch, sig->input_count + 1, sizeof *types);
    for (uint32_t i = 0; i < sig->input_count; i++)
        types[i] = arg_of_ty(sig->inputs[i]);
    types[sig->input_count] = arg_of_ty(sig->output);
    return ty_intern(
        in, &(Ty){ .kind = TY_FN_PTR,
                   .as.fn_ptr = { .inputs_and_output = args_intern(in, types, sig->input_count + 1),
                                  .abi = sig->abi,
                                  .is_unsafe = sig->is_unsafe,
                                  .is_variadic = sig->is_variadic } });
}

TyId ty_param(Interners *in, uint32_t index, SymId name)
{
    return ty_intern(in, &(Ty){ .kind = TY_PARAM, .as.param = { index, name, 0 } });
}

TyId ty_projection(Interners *in, DefId assoc_ty, ArgsId args)
{
    return ty_intern(in, &(Ty){ .kind = TY_PROJECTION, .as.projection = { assoc_ty, args, 0 } });
}

TyId ty_infer(Interners *in, InferKind kind, uint32_t variable)
{
    return ty_intern(in, &(Ty){ .kind = TY_INFER, .as.infer = { (uint8_t)kind, variable, 0 } });
}

RegionId region_erased(Interners *in)
{
    return region_intern(in, (RegionRecord){ .kind = REGION_ERASED });
}

RegionId region_static(Interners *in)
{
    return region_intern(in, (RegionRecord){ .kind = REGION_STATIC });
}

RegionId region_bound(Interners *in, uint32_t binder, uint32_t index)
{
    return region_intern(
        in, (RegionRecord){ .kind = REGION_BOUND, .index = index, .binder_or_universe = binder });
}

ConstId const_value(Interners *in, TyId ty, uint64_t low, uint64_t high)
{
    return const_intern(in,
                        (ConstRecord){ .kind = CONST_VALUE, .ty = ty.v, .low = low, .high = high });
}

ConstId const_usize(Interners *in, uint64_t value)
{
    return const_value(in, ty_primitive(in, PRIMITIVE_USIZE), value, 0);
}

ConstId const_error(Interners *in)
{
    return const_intern(in, (ConstRecord){ .kind = CONST_ERROR, .ty = ty_error(in).v });
}
