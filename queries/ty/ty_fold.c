/* Folding and walking of types, generated from ty_kinds.def: a new kind needs no line here. */
#include "ty/ty_priv.h"

/* Kinds without children are left alone. */
#define HAS_u8     false
#define HAS_u32    false
#define HAS_bool   false
#define HAS_sym    false
#define HAS_def    false
#define HAS_ty     true
#define HAS_args   true
#define HAS_region true
#define HAS_konst  true

static const bool has_children[TY_KIND_COUNT] = {
#define F(field_kind, CType, name) || HAS_##field_kind
#define TY(U, l, FIELDS)           [TY_##U] = false FIELDS,
#include "ty/ty_kinds.def"
#undef F
};

/* ---- folding ---- */

static RegionId region_fold(TyFolder *folder, RegionId region)
{
    return folder->fold_region ? folder->fold_region(folder, region) : region;
}

#define FOLD_u8(value)     (value)
#define FOLD_u32(value)    (value)
#define FOLD_bool(value)   (value)
#define FOLD_sym(value)    (value)
#define FOLD_def(value)    (value)
#define FOLD_ty(value)     ty_fold(folder, value)
#define FOLD_args(value)   args_fold(folder, value)
#define FOLD_region(value) region_fold(folder, value)
#define FOLD_konst(value)  const_fold(folder, value)

static TyId fold_fields(TyFolder *folder, Ty ty)
{
    switch ((TyKind)ty.kind) {
#define F(field_kind, CType, name) as->name = FOLD_##field_kind(as->name);
#define TY(U, l, FIELDS)                        \
    case TY_##U: {                              \
        Ty_##l *as RSC_MAYBE_UNUSED = &ty.as.l; \
        FIELDS                                  \
        return ty_intern(folder->in, &ty);      \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

TyId ty_fold_children(TyFolder *folder, TyId ty)
{
    const Ty *record = ty_get(folder->in, ty);
    if (!has_children[record->kind])
        return ty;
    bool enters_binder = record->kind == TY_FN_PTR;
    folder->binder += enters_binder;
    TyId folded = fold_fields(folder, *record);
    folder->binder -= enters_binder;
    return folded;
}

TyId ty_fold(TyFolder *folder, TyId ty)
{
    return folder->fold_ty ? folder->fold_ty(folder, ty) : ty_fold_children(folder, ty);
}

ConstId const_fold_children(TyFolder *folder, ConstId konst)
{
    ConstRecord record = const_get(folder->in, konst);
    if (record.kind != CONST_UNEVALUATED)
        return konst;
    record.name_or_args = args_fold(folder, args_id_make(record.name_or_args)).v;
    return const_intern(folder->in, record);
}

ConstId const_fold(TyFolder *folder, ConstId konst)
{
    return folder->fold_const ? folder->fold_const(folder, konst)
                              : const_fold_children(folder, konst);
}

static GenericArg arg_fold(TyFolder *folder, GenericArg arg)
{
    switch (arg_kind(arg)) {
    case ARG_TY:
        return arg_of_ty(ty_fold(folder, arg_ty(arg)));
    case ARG_REGION:
        return arg_of_region(region_fold(folder, arg_region(arg)));
    case ARG_CONST:
        return arg_of_const(const_fold(folder, arg_const(arg)));
    }
    RSC_UNREACHABLE();
}

ArgsId args_fold(TyFolder *folder, ArgsId args)
{
    ArgSlice list = args_get(folder->in, args);
    if (list.count == 0)
        return args;
    GenericArg few[8];
    GenericArg *folded =
        list.count <= ARRAY_COUNT(few) ? few : heap_alloc(list.count * sizeof *folded);
    bool changed = false;
    for (uint32_t i = 0; i < list.count; i++) {
        folded[i] = arg_fold(folder, list.items[i]);
        changed |= folded[i].tagged != list.items[i].tagged;
    }
    ArgsId result = changed ? args_intern(folder->in, folded, list.count) : args;
    if (folded != few)
        heap_free(folded);
    return result;
}

/* ---- walking ---- */

static bool walk_list(const Interners *in, ArgsId args, TyVisitor visit, void *context)
{
    ArgSlice list = args_get(in, args);
    for (uint32_t i = 0; i < list.count; i++) {
        if (!arg_walk(in, list.items[i], visit, context))
            return false;
    }
    return true;
}

#define WALK_u8(value)     true
#define WALK_u32(value)    true
#define WALK_bool(value)   true
#define WALK_sym(value)    true
#define WALK_def(value)    true
#define WALK_ty(value)     arg_walk(in, arg_of_ty(value), visit, context)
#define WALK_args(value)   walk_list(in, value, visit, context)
#define WALK_region(value) arg_walk(in, arg_of_region(value), visit, context)
#define WALK_konst(value)  arg_walk(in, arg_of_const(value), visit, context)

static bool walk_ty_children(const Interners *in, TyId id, TyVisitor visit, void *context)
{
    const Ty *ty = ty_get(in, id);
    switch ((TyKind)ty->kind) {
#define F(field_kind, CType, name)    \
    if (!WALK_##field_kind(as->name)) \
        return false;
#define TY(U, l, FIELDS)                               \
    case TY_##U: {                                     \
        const Ty_##l *as RSC_MAYBE_UNUSED = &ty->as.l; \
        FIELDS                                         \
        return true;                                   \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static bool walk_const_children(const Interners *in, ConstId konst, TyVisitor visit, void *context)
{
    ConstRecord record = const_get(in, konst);
    return record.kind != CONST_UNEVALUATED ||
           walk_list(in, args_id_make(record.name_or_args), visit, context);
}

bool arg_walk(const Interners *in, GenericArg arg, TyVisitor visit, void *context)
{
    WalkAction action = visit(context, arg);
    if (action != WALK_INTO)
        return action == WALK_SKIP;
    switch (arg_kind(arg)) {
    case ARG_TY:
        return walk_ty_children(in, arg_ty(arg), visit, context);
    case ARG_REGION:
        return true;
    case ARG_CONST:
        return walk_const_children(in, arg_const(arg), visit, context);
    }
    RSC_UNREACHABLE();
}
