/* The solver: selection step by step, evaluation as a whole, pending obligations. */
#include "traits/traits_priv.h"

Solver *solver_new(Job *job, Infer *infer, TypingEnv env, Arena *arena)
{
    Solver *solver = arena_new_object(arena, Solver);
    solver->job = job;
    solver->in = job_interners(job);
    solver->infer = infer;
    solver->env = env;
    solver->arena = arena;
    trail_vec_init(&solver->trail, arena);
    trail_vec_init(&solver->projections, arena);
    if (!def_id_is_none(env.env_or_none))
        solver->assumptions = assumptions_of(solver, env.env_or_none);
    return solver;
}

const Predicates *solver_assumptions(const Solver *solver)
{
    return &solver->assumptions;
}

/* ---- helpers ---- */

TraitRef solver_resolve_trait_ref(const Solver *solver, TraitRef trait_ref)
{
    return (TraitRef){ trait_ref.trait_def, infer_resolve_args(solver->infer, trait_ref.args) };
}

TyId trait_ref_self(const Interners *in, TraitRef trait_ref)
{
    ArgSlice args = args_get(in, trait_ref.args);
    return args.count && arg_kind(args.items[0]) == ARG_TY ? arg_ty(args.items[0]) : ty_id_none();
}

Predicate predicate_of_trait(TraitRef trait_ref, uint32_t span)
{
    return (Predicate){ .kind = PREDICATE_TRAIT, .trait_ref = trait_ref, .span = span };
}

static bool is_general_variable(const Interners *in, TyId ty)
{
    const Ty *record = ty_get(in, ty);
    return record->kind == TY_INFER && record->as.infer.kind == INFER_TY;
}

ArgsId solver_fresh_args(Solver *solver, DefId item, uint32_t span)
{
    const Generics *generics = q_generics_of(solver->job, item);
    uint32_t count = generics_count(generics);
    GenericArg *args = arena_alloc_array(solver->arena, count, sizeof *args);
    for (uint32_t i = 0; i < count; i++) {
        const GenericParam *param = generics_param(solver->job, generics, i);
        InferOrigin origin = { .span = span, .param_or_none = param ? param->def : def_id_none() };
        if (!param || param->kind == GENERIC_TYPE)
            args[i] = arg_of_ty(infer_new_ty(solver->infer, origin));
        else if (param->kind == GENERIC_LIFETIME)
            args[i] = arg_of_region(region_erased(solver->in));
        else
            args[i] = arg_of_const(infer_new_const(solver->infer, param->const_ty, origin));
    }
    return args_intern(solver->in, args, count);
}

/* ---- obligations of an item ---- */

static void push_obligation(Solver *solver, const Predicate *written, ArgsId args, uint32_t span,
                            PredicateVec *out)
{
    if (written->kind != PREDICATE_TRAIT && written->kind != PREDICATE_PROJECTION)
        return;
    Predicate predicate = predicate_substitute(solver->in, written, args);
    predicate.span = span;
    predicate.trait_ref.args = solver_normalize_args(
        solver, args_erase_regions(solver->in, predicate.trait_ref.args), span, out);
    if (!ty_id_is_none(predicate.ty))
        predicate.ty =
            solver_normalize(solver, ty_erase_regions(solver->in, predicate.ty), span, out);
    predicate_vec_push(out, predicate);
}

void solver_obligations_of(Solver *solver, DefId item, ArgsId args, uint32_t span,
                           PredicateVec *out)
{
    while (!def_id_is_none(item)) {
        const Predicates *own = q_predicates_of(solver->job, item);
        for (uint32_t i = 0; i < own->count; i++)
            push_obligation(solver, &own->items[i], args, span, out);
        item = q_generics_of(solver->job, item)->parent_or_none;
    }
}

/* ---- cycles ---- */

/* Records the goal in the trail. HOLDS or CYCLE: it is its own premise, which is fine if every
 * goal of the ring is coinductive; AMBIGUOUS: it is new. */
static GoalResult trail_enter(Solver *solver, TraitRef goal, uint32_t asker, uint32_t *entry)
{
    uint32_t depth = asker ? solver->trail.items[asker - 1].depth + 1 : 0;
    if (depth > SOLVER_DEPTH_MAX)
        return GOAL_OVERFLOW;
    bool coinductive = true;
    for (uint32_t at = asker; at; at = solver->trail.items[at - 1].parent) {
        const Trail *above = &solver->trail.items[at - 1];
        coinductive = coinductive && trait_is_coinductive(solver->job, above->goal.trait_def);
        if (def_id_eq(above->goal.trait_def, goal.trait_def) &&
            args_id_eq(above->goal.args, goal.args))
            return coinductive ? GOAL_HOLDS : GOAL_CYCLE;
    }
    *entry = trail_vec_push(&solver->trail, (Trail){ goal, asker, depth }) + 1;
    return GOAL_AMBIGUOUS;
}

/* ---- selection ---- */

static GoalResult confirm_builtin(Solver *solver, TraitRef goal, uint32_t span,
                                  PredicateVec *nested)
{
    TyId *parts;
    uint32_t count;
    BuiltinAnswer answer =
        builtin_impl(solver, goal.trait_def, trait_ref_self(solver->in, goal), &parts, &count);
    rsc_assert(answer == BUILTIN_HOLDS);
    for (uint32_t i = 0; i < count; i++) {
        GenericArg part = arg_of_ty(solver_normalize(solver, parts[i], span, nested));
        TraitRef trait_ref = { goal.trait_def, args_intern(solver->in, &part, 1) };
        predicate_vec_push(nested, predicate_of_trait(trait_ref, span));
    }
    return GOAL_HOLDS;
}

static GoalResult confirm(Solver *solver, const Candidate *candidate, TraitRef goal, uint32_t span,
                          PredicateVec *nested)
{
    ArgsId args;
    switch ((CandidateKind)candidate->kind) {
    case CANDIDATE_ASSUMPTION:
        return infer_unify_args(solver->infer, candidate->assumption.trait_ref.args, goal.args)
                   ? GOAL_HOLDS
                   : GOAL_FAILS;
    case CANDIDATE_IMPL:
        return candidate_match_impl(solver, candidate->impl, goal, span, nested, &args)
                   ? GOAL_HOLDS
                   : GOAL_FAILS;
    case CANDIDATE_BUILTIN:
        return confirm_builtin(solver, goal, span, nested);
    case CANDIDATE_NEGATIVE_IMPL:
        return GOAL_FAILS;
    }
    RSC_UNREACHABLE();
}

static GoalResult select_trait(Solver *solver, const Predicate *predicate, uint32_t asker,
                               PredicateVec *nested, uint32_t *entry)
{
    TraitRef goal = solver_resolve_trait_ref(solver, predicate->trait_ref);
    if (def_id_is_none(goal.trait_def) || args_flags(solver->in, goal.args).has_error)
        return GOAL_HOLDS;
    if (is_general_variable(solver->in, trait_ref_self(solver->in, goal)))
        return GOAL_AMBIGUOUS;
    GoalResult cycle = trail_enter(solver, goal, asker, entry);
    if (cycle != GOAL_AMBIGUOUS)
        return cycle;
    uint32_t outer = solver->asker;
    solver->asker = *entry;
    Candidate candidate;
    GoalResult result = candidate_choose(solver, goal, &candidate);
    if (result == GOAL_HOLDS)
        result = confirm(solver, &candidate, goal, predicate->span, nested);
    solver->asker = outer;
    return result;
}

static GoalResult select_projection(Solver *solver, const Predicate *predicate,
                                    PredicateVec *nested)
{
    ArgsId args = infer_resolve_args(solver->infer, predicate->trait_ref.args);
    TyId found;
    GoalResult result = projection_step(solver, predicate->trait_ref.trait_def, args,
                                        predicate->span, nested, &found);
    if (result != GOAL_HOLDS)
        return result;
    return infer_unify(solver->infer, found, predicate->ty) ? GOAL_HOLDS : GOAL_FAILS;
}

GoalResult solver_select_for(Solver *solver, const Predicate *predicate, uint32_t asker,
                             PredicateVec *nested, uint32_t *entry)
{
    *entry = asker;
    switch ((PredicateKind)predicate->kind) {
    case PREDICATE_TRAIT:
        return select_trait(solver, predicate, asker, nested, entry);
    case PREDICATE_PROJECTION:
        return select_projection(solver, predicate, nested);
    case PREDICATE_TY_OUTLIVES:
    case PREDICATE_REGION_OUTLIVES:
        return GOAL_HOLDS; /* the borrow checker's */
    }
    RSC_UNREACHABLE();
}

GoalResult solver_evaluate(Solver *solver, const Predicate *predicate)
{
    Fulfill fulfill;
    fulfill_init(&fulfill, solver, solver->arena);
    InferSnapshot snapshot = infer_snapshot(solver->infer);
    fulfill_add(&fulfill, predicate);
    fulfill_select(&fulfill);
    infer_rollback(solver->infer, snapshot);
    return fulfill_verdict(&fulfill);
}

/* ---- pending obligations ---- */

void fulfill_init(Fulfill *fulfill, Solver *solver, Arena *arena)
{
    fulfill->solver = solver;
    obligation_vec_init(&fulfill->pending, arena);
    obligation_vec_init(&fulfill->failed, arena);
}

void fulfill_add(Fulfill *fulfill, const Predicate *predicate)
{
    obligation_vec_push(&fulfill->pending, (Obligation){ .predicate = *predicate,
                                                         .root = *predicate,
                                                         .asker = fulfill->solver->asker });
}

/* One obligation: decided ones leave their nested ones at the end of the list. Returns whether it
 * was decided. */
static bool work_on(Fulfill *fulfill, const Obligation *obligation)
{
    Solver *solver = fulfill->solver;
    PredicateVec nested;
    predicate_vec_init(&nested, solver->arena);
    uint32_t entry;
    GoalResult result =
        solver_select_for(solver, &obligation->predicate, obligation->asker, &nested, &entry);
    if (result == GOAL_AMBIGUOUS) {
        obligation_vec_push(&fulfill->pending, *obligation);
        return false;
    }
    if (result != GOAL_HOLDS) {
        Obligation failed = *obligation;
        failed.result = result;
        obligation_vec_push(&fulfill->failed, failed);
        return true;
    }
    for (uint32_t i = 0; i < nested.count; i++)
        obligation_vec_push(
            &fulfill->pending,
            (Obligation){ .predicate = nested.items[i], .root = obligation->root, .asker = entry });
    return true;
}

GoalResult fulfill_verdict(const Fulfill *fulfill)
{
    GoalResult result = fulfill->pending.count > 0 ? GOAL_AMBIGUOUS : GOAL_HOLDS;
    for (uint32_t i = 0; i < fulfill->failed.count; i++) {
        GoalResult failed = fulfill->failed.items[i].result;
        if (failed == GOAL_FAILS)
            return GOAL_FAILS;
        if (result != GOAL_OVERFLOW)
            result = failed;
    }
    return result;
}

bool fulfill_select(Fulfill *fulfill)
{
    bool any = false, progress = true;
    while (progress && !job_cancelled(fulfill->solver->job)) {
        progress = false;
        uint32_t count = fulfill->pending.count;
        for (uint32_t i = 0; i < count; i++) {
            Obligation obligation = fulfill->pending.items[i];
            progress |= work_on(fulfill, &obligation);
        }
        /* The worked-on ones are in front, what remains of them and what is new behind. */
        uint32_t rest = fulfill->pending.count - count;
        if (rest > 0)
            memmove(fulfill->pending.items, fulfill->pending.items + count,
                    rest * sizeof(Obligation));
        fulfill->pending.count = rest;
        any |= progress;
    }
    return any;
}
