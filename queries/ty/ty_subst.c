/* Substitution of parameters and the standard folds over regions. */
#include "ty/ty_priv.h"

/* ---- parameters -> args ---- */

/* An argument that is missing or of the wrong kind is left over from an error that was reported
 * where the arguments were made. */
static bool param_arg(TyFolder *folder, uint32_t index, ArgKind kind, GenericArg *out)
{
    const ArgSlice *args = folder->context;
    if (index >= args->count || arg_kind(args->items[index]) != kind)
        return false;
    *out = args->items[index];
    return true;
}

static TyId substitute_ty(TyFolder *folder, TyId ty)
{
    const Ty *record = ty_get(folder->in, ty);
    GenericArg arg;
    if (!record->has_param)
        return ty;
    if (record->kind != TY_PARAM)
        return ty_fold_children(folder, ty);
    return param_arg(folder, record->as.param.index, ARG_TY, &arg) ? arg_ty(arg)
                                                                   : ty_error(folder->in);
}

static RegionId substitute_region(TyFolder *folder, RegionId region)
{
    RegionRecord record = region_get(folder->in, region);
    GenericArg arg;
    if (record.kind != REGION_PARAM)
        return region;
    return param_arg(folder, record.index, ARG_REGION, &arg) ? arg_region(arg)
                                                             : region_erased(folder->in);
}

static ConstId substitute_const(TyFolder *folder, ConstId konst)
{
    ConstRecord record = const_get(folder->in, konst);
    GenericArg arg;
    if (record.kind != CONST_PARAM)
        return const_fold_children(folder, konst);
    return param_arg(folder, record.index_or_def, ARG_CONST, &arg) ? arg_const(arg)
                                                                   : const_error(folder->in);
}

static TyFolder substitution(Interners *in, ArgSlice *args)
{
    return (TyFolder){ .in = in,
                       .fold_ty = substitute_ty,
                       .fold_region = substitute_region,
                       .fold_const = substitute_const,
                       .context = args };
}

TyId ty_substitute(Interners *in, TyId ty, ArgsId args)
{
    ArgSlice slice = args_get(in, args);
    TyFolder folder = substitution(in, &slice);
    return ty_fold(&folder, ty);
}

ArgsId args_substitute(Interners *in, ArgsId list, ArgsId args)
{
    ArgSlice slice = args_get(in, args);
    TyFolder folder = substitution(in, &slice);
    return args_fold(&folder, list);
}

ConstId const_substitute(Interners *in, ConstId konst, ArgsId args)
{
    ArgSlice slice = args_get(in, args);
    TyFolder folder = substitution(in, &slice);
    return const_fold(&folder, konst);
}

RegionId region_substitute(Interners *in, RegionId region, ArgsId args)
{
    ArgSlice slice = args_get(in, args);
    TyFolder folder = substitution(in, &slice);
    return substitute_region(&folder, region);
}

TraitRef trait_ref_substitute(Interners *in, TraitRef trait_ref, ArgsId args)
{
    return (TraitRef){ trait_ref.trait_def, args_substitute(in, trait_ref.args, args) };
}

Predicate predicate_substitute(Interners *in, const Predicate *predicate, ArgsId args)
{
    Predicate result = *predicate;
    if (!args_id_is_none(result.trait_ref.args))
        result.trait_ref = trait_ref_substitute(in, result.trait_ref, args);
    if (!ty_id_is_none(result.ty))
        result.ty = ty_substitute(in, result.ty, args);
    if (!region_id_is_none(result.longer))
        result.longer = region_substitute(in, result.longer, args);
    if (!region_id_is_none(result.shorter))
        result.shorter = region_substitute(in, result.shorter, args);
    return result;
}

/* ---- regions -> erased ---- */

static TyId erase_ty(TyFolder *folder, TyId ty)
{
    if (!ty_get(folder->in, ty)->has_region)
        return ty;
    TyId erased = ty_fold_children(folder, ty);
    const Ty *record = ty_get(folder->in, erased);
    if (record->kind != TY_FN_PTR || record->as.fn_ptr.bound_count == 0)
        return erased;
    Ty unbound = *record;
    unbound.as.fn_ptr.bound_count = 0;
    return ty_intern(folder->in, &unbound);
}

static RegionId erase_region(TyFolder *folder, RegionId region)
{
    (void)region;
    return region_erased(folder->in);
}

TyId ty_erase_regions(Interners *in, TyId ty)
{
    TyFolder folder = { .in = in, .fold_ty = erase_ty, .fold_region = erase_region };
    return ty_fold(&folder, ty);
}

ArgsId args_erase_regions(Interners *in, ArgsId args)
{
    TyFolder folder = { .in = in, .fold_ty = erase_ty, .fold_region = erase_region };
    return args_fold(&folder, args);
}
