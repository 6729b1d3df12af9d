/* Generic parameters and where-clauses of items. */
#include "ty/ty_lower.h"
#include "ty/ty_priv.h"

DefId ty_header_owner(const Interners *in, DefId def)
{
    DefKind kind = def_kind(in, def);
    while (kind == DEF_FIELD || kind == DEF_CTOR || kind == DEF_VARIANT || kind == DEF_TYPE_PARAM ||
           kind == DEF_LIFETIME_PARAM || kind == DEF_CONST_PARAM) {
        def = def_parent(in, def);
        kind = def_kind(in, def);
    }
    return def;
}

/* ---- lifetimes of functions and impls ---- */

static bool hir_ty_has_lifetime(const HirBody *nodes, HirTyId ty, DefId param);

static bool hir_path_has_lifetime(const HirBody *nodes, const HirPath *path, DefId param)
{
    for (uint32_t s = 0; s < path->segments.count; s++) {
        const HirSegment *segment = &nodes->segments[path->segments.start + s];
        for (uint32_t a = 0; a < segment->args.count; a++) {
            const HirGenericArg *arg = &nodes->generic_args[segment->args.start + a];
            if (arg->kind == HIR_ARG_LIFETIME &&
                def_id_eq(nodes->lifetimes[arg->lifetime.v].param, param))
                return true;
            if (arg->kind == HIR_ARG_TYPE && hir_ty_has_lifetime(nodes, arg->ty, param))
                return true;
        }
    }
    return !hir_ty_id_is_none(path->self_ty_or_none) &&
           hir_ty_has_lifetime(nodes, path->self_ty_or_none, param);
}

static bool hir_list_has_lifetime(const HirBody *nodes, IdRange list, DefId param)
{
    for (uint32_t i = 0; i < list.count; i++) {
        if (hir_ty_has_lifetime(nodes, hir_ty_id_make(nodes->lists[list.start + i]), param))
            return true;
    }
    return false;
}

static bool hir_ty_has_lifetime(const HirBody *nodes, HirTyId id, DefId param)
{
    if (hir_ty_id_is_none(id))
        return false;
    const HirTy *ty = &nodes->tys[id.v];
    switch ((HirTyKind)ty->kind) {
    case HIR_TY_PATH:
        return hir_path_has_lifetime(nodes, &nodes->paths[ty->as.path.path.v], param);
    case HIR_TY_REF:
        return def_id_eq(nodes->lifetimes[ty->as.ref.lifetime.v].param, param) ||
               hir_ty_has_lifetime(nodes, ty->as.ref.pointee, param);
    case HIR_TY_PTR:
        return hir_ty_has_lifetime(nodes, ty->as.ptr.pointee, param);
    case HIR_TY_ARRAY:
        return hir_ty_has_lifetime(nodes, ty->as.array.element, param);
    case HIR_TY_SLICE:
        return hir_ty_has_lifetime(nodes, ty->as.slice.element, param);
    case HIR_TY_TUPLE:
        return hir_list_has_lifetime(nodes, ty->as.tuple.elements, param);
    case HIR_TY_FN_PTR:
        return hir_list_has_lifetime(nodes, ty->as.fn_ptr.params, param) ||
               hir_ty_has_lifetime(nodes, ty->as.fn_ptr.output_or_none, param);
    case HIR_TY_NONE:
    case HIR_TY_ERROR:
    case HIR_TY_INFER:
    case HIR_TY_NEVER:
    case HIR_TY_KIND_COUNT:
        return false;
    }
    RSC_UNREACHABLE();
}

static bool predicate_has_lifetime(const HirBody *nodes, const HirPredicate *predicate, DefId param)
{
    return def_id_eq(nodes->lifetimes[predicate->bounded_lifetime.v].param, param) ||
           def_id_eq(nodes->lifetimes[predicate->outlives_or_none.v].param, param) ||
           hir_ty_has_lifetime(nodes, predicate->bounded_ty, param) ||
           (!hir_path_id_is_none(predicate->trait_or_none) &&
            hir_path_has_lifetime(nodes, &nodes->paths[predicate->trait_or_none.v], param));
}

static bool lifetime_is_late_bound(const HirItem *header, DefId param)
{
    for (uint32_t i = 0; i < header->predicate_count; i++) {
        if (predicate_has_lifetime(&header->nodes, &header->predicates[i], param))
            return false;
    }
    return hir_list_has_lifetime(&header->nodes, header->inputs, param);
}

static bool header_is_fn(const HirItem *header)
{
    return header->inputs.count > 0 || !hir_ty_id_is_none(header->output_or_none);
}

uint32_t ty_late_bound_index(const HirItem *header, DefId lifetime_param)
{
    uint32_t index = 0;
    for (uint32_t i = 0; header_is_fn(header) && i < header->param_count; i++) {
        const HirGenericParam *param = &header->params[i];
        if (param->kind != GENERIC_LIFETIME || !lifetime_is_late_bound(header, param->def))
            continue;
        if (def_id_eq(param->def, lifetime_param))
            return index;
        index++;
    }
    return UINT32_MAX;
}

uint32_t ty_late_bound_count(const HirItem *header)
{
    uint32_t count = 0;
    for (uint32_t i = 0; header_is_fn(header) && i < header->param_count; i++)
        count += header->params[i].kind == GENERIC_LIFETIME &&
                 lifetime_is_late_bound(header, header->params[i].def);
    return count;
}

uint32_t ty_anonymous_count(const HirItem *header)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i < header->nodes.lifetime_count; i++)
        count += header->nodes.lifetimes[i].kind == HIR_LIFETIME_ELIDED;
    return count;
}

/* ---- generics_of ---- */

static bool def_has_header(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION ||
           kind == DEF_TRAIT || kind == DEF_TYPE_ALIAS || kind == DEF_IMPL || kind == DEF_CONST ||
           kind == DEF_STATIC || kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST ||
           kind == DEF_ASSOC_TYPE || kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC;
}

static bool def_inherits_generics(DefKind kind)
{
    return kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST || kind == DEF_ASSOC_TYPE ||
           kind == DEF_CTOR || kind == DEF_VARIANT || kind == DEF_FIELD;
}

static void push_param(Generics *out, GenericParam param)
{
    param.index = out->parent_count + out->param_count;
    out->params[out->param_count++] = param;
}

static GenericParam generic_param(Job *job, DefId item, const HirItem *header,
                                  const HirGenericParam *param)
{
    GenericParam result = { .def = param->def,
                            .name = def_name(job_interners(job), param->def),
                            .kind = param->kind,
                            .has_default = param->kind == GENERIC_TYPE &&
                                           !hir_ty_id_is_none(param->const_ty_or_default) };
    if (param->kind == GENERIC_CONST) {
        TyLower lower = ty_lower_item(job, item, header, ELISION_STATIC);
        result.const_ty = ty_lower(&lower, param->const_ty_or_default);
    }
    return result;
}

/* Own parameters in the order of indices: Self, lifetimes, lifetimes without a name, types and
 * constants. */
static void own_generics(Job *job, DefId item, Generics *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, item);
    const HirItem *header = q_hir_item(job, item);
    uint32_t anonymous = kind == DEF_IMPL ? ty_anonymous_count(header) : 0;
    out->params =
        arena_alloc_array(job_out(job), header->param_count + anonymous + 1, sizeof *out->params);
    if (kind == DEF_TRAIT) {
        out->has_self = true;
        push_param(out, (GenericParam){
                            .def = item, .name = sym_intern_c(in, "Self"), .kind = GENERIC_TYPE });
    }
    bool is_fn = kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN;
    for (uint32_t i = 0; i < header->param_count; i++) {
        const HirGenericParam *param = &header->params[i];
        if (param->kind == GENERIC_LIFETIME &&
            !(is_fn && lifetime_is_late_bound(header, param->def)))
            push_param(out, generic_param(job, item, header, param));
    }
    for (uint32_t i = 0; i < anonymous; i++)
        push_param(out, (GenericParam){ .kind = GENERIC_LIFETIME });
    for (uint32_t i = 0; i < header->param_count; i++) {
        if (header->params[i].kind != GENERIC_LIFETIME)
            push_param(out, generic_param(job, item, header, &header->params[i]));
    }
}

void generics_of_provide(Job *job, DefId key, Generics *out)
{
    const Interners *in = job_interners(job);
    DefKind kind = def_kind(in, key);
    if (def_inherits_generics(kind)) {
        out->parent_or_none = ty_header_owner(in, def_parent(in, key));
        if (kind == DEF_CTOR || kind == DEF_VARIANT || kind == DEF_FIELD)
            out->parent_or_none = ty_header_owner(in, key);
        out->parent_count = generics_count(q_generics_of(job, out->parent_or_none));
    }
    if (def_has_header(kind))
        own_generics(job, key, out);
}

const GenericParam *generics_param(Job *job, const Generics *generics, uint32_t index)
{
    while (index < generics->parent_count)
        generics = q_generics_of(job, generics->parent_or_none);
    index -= generics->parent_count;
    return index < generics->param_count ? &generics->params[index] : NULL;
}

static GenericArg identity_arg(Interners *in, const GenericParam *param)
{
    switch ((GenericParamKind)param->kind) {
    case GENERIC_TYPE:
        return arg_of_ty(ty_param(in, param->index, param->name));
    case GENERIC_LIFETIME:
        return arg_of_region(region_intern(
            in,
            (RegionRecord){ .kind = REGION_PARAM, .index = param->index, .name = param->name.v }));
    case GENERIC_CONST:
        return arg_of_const(const_intern(in, (ConstRecord){ .kind = CONST_PARAM,
                                                            .ty = param->const_ty.v,
                                                            .index_or_def = param->index,
                                                            .name_or_args = param->name.v }));
    }
    RSC_UNREACHABLE();
}

ArgsId args_identity(Job *job, DefId item)
{
    Interners *in = job_interners(job);
    const Generics *generics = q_generics_of(job, item);
    uint32_t count = generics_count(generics);
    GenericArg *args = arena_alloc_array(job_scratch(job), count, sizeof *args);
    for (uint32_t i = 0; i < count; i++) {
        const GenericParam *param = generics_param(job, generics, i);
        args[i] = param ? identity_arg(in, param) : arg_of_ty(ty_error(in));
    }
    return args_intern(in, args, count);
}

/* ---- predicates_of ---- */

bool predicate_is_supertrait(const Interners *in, const Predicate *predicate, DefId trait_def)
{
    if (predicate->kind != PREDICATE_TRAIT || def_id_eq(predicate->trait_ref.trait_def, trait_def))
        return false;
    ArgSlice args = args_get(in, predicate->trait_ref.args);
    if (args.count == 0 || arg_kind(args.items[0]) != ARG_TY)
        return false;
    const Ty *self = ty_get(in, arg_ty(args.items[0]));
    return self->kind == TY_PARAM && self->as.param.index == 0;
}

static Predicate trait_predicate(Interners *in, DefId trait_def, TyId self, uint32_t span)
{
    GenericArg arg = arg_of_ty(self);
    return (Predicate){ .kind = PREDICATE_TRAIT,
                        .trait_ref = { trait_def, args_intern(in, &arg, 1) },
                        .span = span };
}

/* The left side of a bound: bounds without one are on Self of a trait, or on the associated type
 * itself. */
static TyId bounded_ty(TyLower *lower, DefId item, const HirPredicate *predicate)
{
    if (!hir_ty_id_is_none(predicate->bounded_ty))
        return ty_lower(lower, predicate->bounded_ty);
    if (def_kind(lower->in, item) == DEF_ASSOC_TYPE)
        return ty_projection(lower->in, item, args_identity(lower->job, item));
    return ty_param(lower->in, 0, sym_intern_c(lower->in, "Self"));
}

static void lower_predicate(TyLower *lower, DefId item, const HirPredicate *written,
                            PredicateVec *out)
{
    Predicate predicate = { .span = written->span };
    if (!hir_lifetime_id_is_none(written->bounded_lifetime)) {
        predicate.kind = PREDICATE_REGION_OUTLIVES;
        predicate.longer = ty_lower_region(lower, written->bounded_lifetime);
        predicate.shorter = ty_lower_region(lower, written->outlives_or_none);
        predicate_vec_push(out, predicate);
        return;
    }
    TyId self = bounded_ty(lower, item, written);
    if (hir_path_id_is_none(written->trait_or_none)) {
        predicate.kind = PREDICATE_TY_OUTLIVES;
        predicate.ty = self;
        predicate.shorter = ty_lower_region(lower, written->outlives_or_none);
        predicate_vec_push(out, predicate);
        return;
    }
    TraitRef trait_ref = ty_lower_trait_ref(lower, written->trait_or_none, self);
    if (def_id_is_none(trait_ref.trait_def))
        return;
    predicate.kind = PREDICATE_TRAIT;
    predicate.trait_ref = trait_ref;
    predicate_vec_push(out, predicate);
    ty_lower_constraints(lower, written->trait_or_none, trait_ref, out);
}

static bool is_maybe_sized(TyLower *lower, DefId item, const HirItem *header, TyId self)
{
    for (uint32_t i = 0; i < header->predicate_count; i++) {
        const HirPredicate *predicate = &header->predicates[i];
        if (predicate->is_maybe && ty_id_eq(bounded_ty(lower, item, predicate), self))
            return true;
    }
    return false;
}

/* Type parameters and associated types are Sized unless they say `?Sized`. */
static void implied_sized(TyLower *lower, DefId item, const HirItem *header, PredicateVec *out)
{
    SymId name = sym_intern_c(lower->in, "sized");
    DefId sized = q_lang_item(lower->job, (LangItemKey){ def_crate(lower->in, item), name })->def;
    if (def_id_is_none(sized))
        return;
    TyLower quiet = *lower; /* the bounds are lowered again below, with reports */
    quiet.is_quiet = true;
    const Generics *generics = q_generics_of(lower->job, item);
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *param = &generics->params[i];
        if (param->kind != GENERIC_TYPE || def_id_eq(param->def, item))
            continue;
        TyId self = ty_param(lower->in, param->index, param->name);
        if (!is_maybe_sized(&quiet, item, header, self))
            predicate_vec_push(out, trait_predicate(lower->in, sized, self, 0));
    }
    if (def_kind(lower->in, item) != DEF_ASSOC_TYPE ||
        def_kind(lower->in, def_parent(lower->in, item)) != DEF_TRAIT)
        return;
    TyId self = ty_projection(lower->in, item, args_identity(lower->job, item));
    if (!is_maybe_sized(&quiet, item, header, self))
        predicate_vec_push(out, trait_predicate(lower->in, sized, self, 0));
}

void predicates_of_provide(Job *job, DefId key, Predicates *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, key);
    if (!def_has_header(kind))
        return;
    const HirItem *header = q_hir_item(job, key);
    TyLower lower = ty_lower_item(job, key, header, ELISION_ERROR);
    PredicateVec predicates;
    predicate_vec_init(&predicates, job_out(job));
    if (kind == DEF_TRAIT)
        predicate_vec_push(
            &predicates,
            (Predicate){ .kind = PREDICATE_TRAIT, .trait_ref = { key, args_identity(job, key) } });
    implied_sized(&lower, key, header, &predicates);
    for (uint32_t i = 0; i < header->predicate_count; i++) {
        if (!header->predicates[i].is_maybe)
            lower_predicate(&lower, key, &header->predicates[i], &predicates);
    }
    out->items = predicates.items;
    out->count = predicates.count;
}
