/* Projections: associated types looked up through where-clauses and impls, and normalization. */
#include "traits/traits_priv.h"

ArgsId args_truncate(Interners *in, ArgsId args, uint32_t count)
{
    ArgSlice list = args_get(in, args);
    return list.count <= count ? args : args_intern(in, list.items, count);
}

/* ---- items of impls ---- */

DefId impl_item_for(Job *job, DefId impl, DefId trait_item)
{
    const Interners *in = job_interners(job);
    const AssocItems *items = q_assoc_items(job, impl);
    for (uint32_t i = 0; i < items->count; i++) {
        if (sym_id_eq(items->items[i].name, def_name(in, trait_item)) &&
            items->items[i].kind == def_kind(in, trait_item))
            return items->items[i].def;
    }
    return def_id_none();
}

/* The next own argument of the trait's item that is no lifetime. */
static GenericArg next_own_arg(ArgSlice args, uint32_t *cursor, GenericArg otherwise)
{
    while (*cursor < args.count) {
        GenericArg arg = args.items[(*cursor)++];
        if (arg_kind(arg) != ARG_REGION)
            return arg;
    }
    return otherwise;
}

ArgsId impl_item_args(Job *job, DefId impl_item, ArgsId impl_args, DefId trait_item, ArgsId args)
{
    Interners *in = job_interners(job);
    const Generics *generics = q_generics_of(job, impl_item);
    uint32_t count = generics_count(generics);
    ArgSlice from_impl = args_get(in, impl_args), from_trait = args_get(in, args);
    uint32_t cursor = q_generics_of(job, trait_item)->parent_count;
    GenericArg *result = arena_alloc_array(job_scratch(job), count, sizeof *result);
    for (uint32_t i = 0; i < count; i++) {
        const GenericParam *param = generics_param(job, generics, i);
        GenericArg error = arg_of_ty(ty_error(in));
        if (i < generics->parent_count)
            result[i] = i < from_impl.count ? from_impl.items[i] : error;
        else if (param && param->kind == GENERIC_LIFETIME)
            result[i] = arg_of_region(region_erased(in));
        else
            result[i] = next_own_arg(from_trait, &cursor, error);
    }
    return args_intern(in, result, count);
}

/* ---- one projection ---- */

/* `T: Trait<Assoc = U>` among the predicates. */
static GoalResult project_by_predicate(Solver *solver, DefId assoc, ArgsId args,
                                       const Predicate *predicate, TyId *out)
{
    if (predicate->kind != PREDICATE_PROJECTION ||
        !def_id_eq(predicate->trait_ref.trait_def, assoc))
        return GOAL_FAILS;
    uint32_t known = args_get(solver->in, predicate->trait_ref.args).count;
    if (!infer_unify_args(solver->infer, predicate->trait_ref.args,
                          args_truncate(solver->in, args, known)))
        return GOAL_FAILS;
    *out = predicate->ty;
    return GOAL_HOLDS;
}

/* The self type stays: it is the projection whose bounds these are. */
static ArgsId normalize_bound_args(Solver *solver, ArgsId args, PredicateVec *pending)
{
    ArgSlice list = args_get(solver->in, args);
    if (list.count < 2)
        return args;
    ArgsId rest = args_intern(solver->in, list.items + 1, list.count - 1);
    ArgSlice normal = args_get(solver->in, solver_normalize_args(solver, rest, 0, pending));
    GenericArg *all = arena_alloc_array(solver->arena, list.count, sizeof *all);
    all[0] = list.items[0];
    for (uint32_t i = 0; i < normal.count; i++)
        all[i + 1] = normal.items[i];
    return args_intern(solver->in, all, list.count);
}

Predicate item_bound(Solver *solver, const Predicate *declared, ArgsId args)
{
    PredicateVec pending; /* what a rigid projection needs holds where its type is written */
    predicate_vec_init(&pending, solver->arena);
    Predicate bound = predicate_substitute(solver->in, declared, args);
    ArgsId erased = args_erase_regions(solver->in, bound.trait_ref.args);
    bound.trait_ref.args = normalize_bound_args(solver, erased, &pending);
    if (!ty_id_is_none(bound.ty))
        bound.ty = solver_normalize(solver, ty_erase_regions(solver->in, bound.ty), 0, &pending);
    return bound;
}

static GoalResult project_by_assumption(Solver *solver, DefId assoc, ArgsId args, TyId *out)
{
    for (uint32_t i = 0; i < solver->assumptions.count; i++) {
        if (project_by_predicate(solver, assoc, args, &solver->assumptions.items[i], out) ==
            GOAL_HOLDS)
            return GOAL_HOLDS;
    }
    const Ty *self = ty_get(solver->in, arg_ty(args_get(solver->in, args).items[0]));
    if (self->kind != TY_PROJECTION)
        return GOAL_FAILS;
    const Predicates *bounds = q_predicates_of(solver->job, self->as.projection.def);
    for (uint32_t i = 0; i < bounds->count; i++) {
        if (bounds->items[i].kind != PREDICATE_PROJECTION ||
            !def_id_eq(bounds->items[i].trait_ref.trait_def, assoc))
            continue;
        Predicate bound = item_bound(solver, &bounds->items[i], self->as.projection.args);
        if (project_by_predicate(solver, assoc, args, &bound, out) == GOAL_HOLDS)
            return GOAL_HOLDS;
    }
    return GOAL_FAILS;
}

static GoalResult project_by_impl(Solver *solver, DefId assoc, ArgsId args, DefId impl,
                                  ArgsId impl_args, TyId *out)
{
    DefId item = impl_item_for(solver->job, impl, assoc);
    ArgsId item_args = args;
    if (def_id_is_none(item))
        item = assoc; /* the trait's default, or an item that is missing and reported there */
    else
        item_args = impl_item_args(solver->job, item, impl_args, assoc, args);
    TyId ty = ty_substitute(solver->in, q_type_of(solver->job, item)->ty, item_args);
    *out = ty_erase_regions(solver->in, ty);
    return GOAL_HOLDS;
}

static GoalResult project_by_candidate(Solver *solver, DefId assoc, ArgsId args, TraitRef goal,
                                       uint32_t span, PredicateVec *nested, TyId *out)
{
    Candidate candidate;
    ArgsId impl_args;
    GoalResult result = candidate_choose(solver, goal, &candidate);
    if (result != GOAL_HOLDS)
        return result;
    if (candidate.kind == CANDIDATE_ASSUMPTION) {
        infer_unify_args(solver->infer, candidate.assumption.trait_ref.args, goal.args);
        *out = ty_projection(solver->in, assoc, infer_resolve_args(solver->infer, args));
        return GOAL_HOLDS;
    }
    if (candidate.kind != CANDIDATE_IMPL ||
        !candidate_match_impl(solver, candidate.impl, goal, span, nested, &impl_args))
        return GOAL_FAILS;
    result = project_by_impl(solver, assoc, args, candidate.impl,
                             infer_resolve_args(solver->infer, impl_args), out);
    *out = solver_normalize(solver, *out, span, nested);
    return result;
}

/* Its own value is asked for, or the nesting is too deep. */
static bool projection_is_under_way(const Solver *solver, TraitRef projection)
{
    for (uint32_t i = 0; i < solver->projections.count; i++) {
        const TraitRef *other = &solver->projections.items[i].goal;
        if (def_id_eq(other->trait_def, projection.trait_def) &&
            args_id_eq(other->args, projection.args))
            return true;
    }
    return solver->projections.count >= SOLVER_DEPTH_MAX;
}

GoalResult projection_step(Solver *solver, DefId assoc, ArgsId args, uint32_t span,
                           PredicateVec *nested, TyId *out)
{
    DefId trait_def = def_parent(solver->in, assoc);
    if (args_flags(solver->in, args).has_error) {
        *out = ty_error(solver->in);
        return GOAL_HOLDS;
    }
    uint32_t trait_count = generics_count(q_generics_of(solver->job, trait_def));
    TraitRef goal = { trait_def, args_truncate(solver->in, args, trait_count) };
    const Ty *self = ty_get(solver->in, trait_ref_self(solver->in, goal));
    if (self->kind == TY_INFER && self->as.infer.kind == INFER_TY)
        return GOAL_AMBIGUOUS;
    if (project_by_assumption(solver, assoc, args, out) == GOAL_HOLDS)
        return GOAL_HOLDS;
    TraitRef projection = { assoc, args };
    if (projection_is_under_way(solver, projection))
        return GOAL_CYCLE;
    trail_vec_push(&solver->projections, (Trail){ .goal = projection });
    GoalResult result = project_by_candidate(solver, assoc, args, goal, span, nested, out);
    trail_vec_pop(&solver->projections);
    return result;
}

/* ---- normalization ---- */

typedef struct {
    Solver *solver;
    uint32_t span;
    PredicateVec *pending;
} Normalizer;

static TyId defer_projection(Normalizer *normalizer, const Ty_projection *projection)
{
    Solver *solver = normalizer->solver;
    TyId variable = infer_new_ty(solver->infer, (InferOrigin){ .span = normalizer->span });
    predicate_vec_push(normalizer->pending,
                       (Predicate){ .kind = PREDICATE_PROJECTION,
                                    .trait_ref = { projection->def, projection->args },
                                    .ty = variable,
                                    .span = normalizer->span });
    return variable;
}

/* The trait does not hold: whoever works on the pending obligations will say so. */
static TyId failed_projection(Normalizer *normalizer, const Ty_projection *projection)
{
    Solver *solver = normalizer->solver;
    DefId trait_def = def_parent(solver->in, projection->def);
    uint32_t count = generics_count(q_generics_of(solver->job, trait_def));
    TraitRef trait_ref = { trait_def, args_truncate(solver->in, projection->args, count) };
    predicate_vec_push(normalizer->pending, predicate_of_trait(trait_ref, normalizer->span));
    return ty_error(solver->in);
}

static TyId normalize_projection(Normalizer *normalizer, const Ty *ty)
{
    Solver *solver = normalizer->solver;
    Ty_projection projection = ty->as.projection;
    projection.args = infer_resolve_args(solver->infer, projection.args);
    TyId found;
    switch (projection_step(solver, projection.def, projection.args, normalizer->span,
                            normalizer->pending, &found)) {
    case GOAL_HOLDS:
        return found;
    case GOAL_AMBIGUOUS:
        return defer_projection(normalizer, &projection);
    case GOAL_FAILS:
    case GOAL_CYCLE:
    case GOAL_OVERFLOW:
        return failed_projection(normalizer, &projection);
    }
    RSC_UNREACHABLE();
}

/* Inner projections first: the arguments of an outer one are normalized. */
static TyId normalize_fold(TyFolder *folder, TyId ty)
{
    if (!ty_get(folder->in, ty)->has_projection)
        return ty;
    TyId folded = ty_fold_children(folder, ty);
    const Ty *record = ty_get(folder->in, folded);
    return record->kind == TY_PROJECTION ? normalize_projection(folder->context, record) : folded;
}

TyId solver_normalize(Solver *solver, TyId ty, uint32_t span, PredicateVec *pending)
{
    Normalizer normalizer = { solver, span, pending };
    TyFolder folder = { .in = solver->in, .fold_ty = normalize_fold, .context = &normalizer };
    return ty_fold(&folder, ty);
}

ArgsId solver_normalize_args(Solver *solver, ArgsId args, uint32_t span, PredicateVec *pending)
{
    if (!args_flags(solver->in, args).has_projection)
        return args;
    Normalizer normalizer = { solver, span, pending };
    TyFolder folder = { .in = solver->in, .fold_ty = normalize_fold, .context = &normalizer };
    return args_fold(&folder, args);
}
