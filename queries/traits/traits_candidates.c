/* Candidates: where-clauses, bounds of associated types, impls, built-in impls; and the choice
 * among them. */
#include "traits/traits_priv.h"

/* ---- where to look for impls ---- */

typedef struct {
    const Interners *in;
    U32Vec *crates; /* DefIds, each once */
} CrateSearch;

static void crate_add(U32Vec *set, DefId crate)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->items[i] == crate.v)
            return;
    }
    u32_vec_push(set, crate.v);
}

static WalkAction crate_visit(void *context, GenericArg arg)
{
    const CrateSearch *search = context;
    if (arg_kind(arg) != ARG_TY)
        return WALK_INTO;
    const Ty *ty = ty_get(search->in, arg_ty(arg));
    if (ty->kind == TY_ADT)
        crate_add(search->crates, def_crate(search->in, ty->as.adt.def));
    else if (ty->kind == TY_FOREIGN)
        crate_add(search->crates, def_crate(search->in, ty->as.foreign.def));
    else if (ty->kind == TY_CLOSURE)
        crate_add(search->crates, def_crate(search->in, ty->as.closure.def));
    return WALK_INTO;
}

/* Coherence lets an impl stand only in the crate of the trait or of a type in its header. What
 * inference does not know yet may come from any crate that is visible. */
static void crates_of_goal(Solver *solver, TraitRef goal, U32Vec *out)
{
    crate_add(out, def_crate(solver->in, goal.trait_def));
    CrateSearch search = { solver->in, out };
    ArgSlice args = args_get(solver->in, goal.args);
    for (uint32_t i = 0; i < args.count; i++)
        arg_walk(solver->in, args.items[i], crate_visit, &search);
    if (!args_flags(solver->in, goal.args).has_infer || def_id_is_none(solver->env.crate_or_none))
        return;
    const DefList *visible = q_visible_crates(solver->job, solver->env.crate_or_none);
    for (uint32_t i = 0; i < visible->count; i++)
        crate_add(out, visible->items[i]);
}

/* ---- impls ---- */

/* Unifies the header of the impl, for fresh arguments, with the goal. */
static bool match_header(Solver *solver, DefId impl, TraitRef goal, uint32_t span,
                         PredicateVec *nested, ArgsId *args)
{
    const ImplHeader *header = q_impl_header(solver->job, impl);
    *args = solver_fresh_args(solver, impl, span);
    ArgsId trait_args =
        args_erase_regions(solver->in, args_substitute(solver->in, header->trait_ref.args, *args));
    trait_args = solver_normalize_args(solver, trait_args, span, nested);
    return infer_unify_args(solver->infer, trait_args, goal.args);
}

bool candidate_match_impl(Solver *solver, DefId impl, TraitRef goal, uint32_t span,
                          PredicateVec *nested, ArgsId *args)
{
    if (!match_header(solver, impl, goal, span, nested, args))
        return false;
    solver_obligations_of(solver, impl, *args, span, nested);
    return true;
}

static bool impl_may_match(Solver *solver, DefId impl, TraitRef goal)
{
    PredicateVec nested;
    predicate_vec_init(&nested, solver->arena);
    ArgsId args;
    InferSnapshot snapshot = infer_snapshot(solver->infer);
    bool matches = match_header(solver, impl, goal, 0, &nested, &args);
    infer_rollback(solver->infer, snapshot);
    return matches;
}

static void assemble_impls(Solver *solver, TraitRef goal, CandidateVec *out)
{
    U32Vec crates;
    u32_vec_init(&crates, solver->arena);
    crates_of_goal(solver, goal, &crates);
    Simplified self = ty_simplify(solver->in, trait_ref_self(solver->in, goal));
    for (uint32_t c = 0; c < crates.count; c++) {
        TraitImplsKey key = { .crate = def_id_make(crates.items[c]),
                              .trait_def = goal.trait_def,
                              .kind = self.kind,
                              .detail = self.detail,
                              .def = self.def };
        const DefList *impls = q_trait_impls(solver->job, key);
        for (uint32_t i = 0; i < impls->count; i++) {
            DefId impl = impls->items[i];
            if (!impl_may_match(solver, impl, goal))
                continue;
            bool is_negative = q_impl_header(solver->job, impl)->is_negative;
            candidate_vec_push(
                out, (Candidate){ .kind = is_negative ? CANDIDATE_NEGATIVE_IMPL : CANDIDATE_IMPL,
                                  .impl = impl });
        }
    }
}

/* ---- where-clauses and bounds of associated types ---- */

static void assemble_assumption(Solver *solver, TraitRef goal, const Predicate *predicate,
                                CandidateVec *out)
{
    if (predicate->kind != PREDICATE_TRAIT ||
        !def_id_eq(predicate->trait_ref.trait_def, goal.trait_def))
        return;
    InferSnapshot snapshot = infer_snapshot(solver->infer);
    bool fits = infer_unify_args(solver->infer, predicate->trait_ref.args, goal.args);
    infer_rollback(solver->infer, snapshot);
    if (fits)
        candidate_vec_push(out,
                           (Candidate){ .kind = CANDIDATE_ASSUMPTION, .assumption = *predicate });
}

/* `<T as Trait>::Assoc: Bound` holds by the declaration of Assoc. */
static void assemble_item_bounds(Solver *solver, TraitRef goal, CandidateVec *out)
{
    const Ty *self = ty_get(solver->in, trait_ref_self(solver->in, goal));
    if (self->kind != TY_PROJECTION)
        return;
    const Predicates *bounds = q_predicates_of(solver->job, self->as.projection.def);
    for (uint32_t i = 0; i < bounds->count; i++) {
        if (bounds->items[i].kind != PREDICATE_TRAIT ||
            !def_id_eq(bounds->items[i].trait_ref.trait_def, goal.trait_def))
            continue;
        Predicate bound = item_bound(solver, &bounds->items[i], self->as.projection.args);
        assemble_assumption(solver, goal, &bound, out);
    }
}

void candidates_assemble(Solver *solver, TraitRef goal, CandidateVec *out)
{
    for (uint32_t i = 0; i < solver->assumptions.count; i++)
        assemble_assumption(solver, goal, &solver->assumptions.items[i], out);
    assemble_item_bounds(solver, goal, out);
    if (out->count == 0) /* a where-clause wins over impls anyway */
        assemble_impls(solver, goal, out);
    if (out->count > 0)
        return;
    TyId *parts;
    uint32_t part_count;
    if (builtin_impl(solver, goal.trait_def, trait_ref_self(solver->in, goal), &parts,
                     &part_count) == BUILTIN_HOLDS)
        candidate_vec_push(out, (Candidate){ .kind = CANDIDATE_BUILTIN });
}

/* ---- choice ---- */

/* Whether the candidate holds with all it leads to; changes nothing. */
static GoalResult candidate_evaluate(Solver *solver, const Candidate *candidate, TraitRef goal)
{
    if (candidate->kind != CANDIDATE_IMPL)
        return GOAL_HOLDS;
    Fulfill nested;
    fulfill_init(&nested, solver, solver->arena);
    PredicateVec predicates;
    predicate_vec_init(&predicates, solver->arena);
    InferSnapshot snapshot = infer_snapshot(solver->infer);
    ArgsId args;
    bool fits = candidate_match_impl(solver, candidate->impl, goal, 0, &predicates, &args);
    for (uint32_t i = 0; i < predicates.count; i++)
        fulfill_add(&nested, &predicates.items[i]);
    fulfill_select(&nested);
    infer_rollback(solver->infer, snapshot);
    return fits ? fulfill_verdict(&nested) : GOAL_FAILS;
}

/* One that leads back to the goal does not apply, except in coherence, where that is not known.
 * True if one could not be evaluated to the end: it stays. */
static bool drop_failing(Solver *solver, TraitRef goal, CandidateVec *candidates)
{
    uint32_t kept = 0;
    bool overflowed = false;
    for (uint32_t i = 0; i < candidates->count; i++) {
        GoalResult result = candidate_evaluate(solver, &candidates->items[i], goal);
        overflowed |= result == GOAL_OVERFLOW;
        if (result != GOAL_FAILS && (result != GOAL_CYCLE || solver->env.mode == TYPING_COHERENCE))
            candidates->items[kept++] = candidates->items[i];
    }
    candidates->count = kept;
    return overflowed;
}

/* Is every type that `a` is for one that `b` is for? Then a specializes b. */
static bool impl_specializes(Solver *solver, DefId a, DefId b)
{
    TypingEnv env = { .env_or_none = a, .mode = solver->env.mode };
    Infer *infer = infer_new(solver->job, solver->arena);
    Solver *inner = solver_new(solver->job, infer, env, solver->arena);
    TraitRef goal = q_impl_header(solver->job, a)->trait_ref;
    goal.args = args_erase_regions(solver->in, goal.args);
    return candidate_evaluate(inner, &(Candidate){ .kind = CANDIDATE_IMPL, .impl = b }, goal) ==
           GOAL_HOLDS;
}

static bool choose_most_special(Solver *solver, const CandidateVec *candidates, Candidate *out)
{
    for (uint32_t i = 0; i < candidates->count; i++) {
        bool is_best = candidates->items[i].kind == CANDIDATE_IMPL;
        for (uint32_t j = 0; is_best && j < candidates->count; j++)
            is_best = i == j || (candidates->items[j].kind == CANDIDATE_IMPL &&
                                 impl_specializes(solver, candidates->items[i].impl,
                                                  candidates->items[j].impl));
        if (is_best) {
            *out = candidates->items[i];
            return true;
        }
    }
    return false;
}

/* Where-clauses win over impls; several different ones are ambiguous only while inference could
 * choose. */
static GoalResult choose_assumption(Solver *solver, TraitRef goal, const CandidateVec *candidates,
                                    Candidate *out)
{
    const Candidate *first = NULL;
    bool several = false;
    for (uint32_t i = 0; i < candidates->count; i++) {
        const Candidate *candidate = &candidates->items[i];
        if (candidate->kind != CANDIDATE_ASSUMPTION)
            continue;
        several |= first && !args_id_eq(first->assumption.trait_ref.args,
                                        candidate->assumption.trait_ref.args);
        first = first ? first : candidate;
    }
    if (!first)
        return GOAL_FAILS;
    *out = *first;
    return several && args_flags(solver->in, goal.args).has_infer ? GOAL_AMBIGUOUS : GOAL_HOLDS;
}

typedef struct {
    const Interners *in;
    DefId crate;
    bool found;
} LocalSearch;

static WalkAction local_visit(void *context, GenericArg arg)
{
    LocalSearch *search = context;
    if (arg_kind(arg) != ARG_TY)
        return WALK_INTO;
    const Ty *ty = ty_get(search->in, arg_ty(arg));
    search->found |=
        ty->kind == TY_ADT && def_id_eq(def_crate(search->in, ty->as.adt.def), search->crate);
    return search->found ? WALK_STOP : WALK_INTO;
}

/* An argument that is not known, in front of which there are only references, may be a type of
 * another crate. */
static bool may_be_foreign(const Interners *in, GenericArg arg)
{
    if (arg_kind(arg) != ARG_TY)
        return false;
    const Ty *ty = ty_get(in, arg_ty(arg));
    while (ty->kind == TY_REF)
        ty = ty_get(in, ty->as.ref.pointee);
    return ty->kind == TY_INFER && ty->as.infer.kind == INFER_TY;
}

/* For coherence: that there is no impl can be relied on only if this crate decides about it, and
 * none that depends on it. */
static bool goal_is_knowable(Solver *solver, TraitRef goal)
{
    LocalSearch search = { .in = solver->in, .crate = solver->env.crate_or_none };
    if (solver->env.mode != TYPING_COHERENCE)
        return true;
    ArgSlice args = args_get(solver->in, goal.args);
    for (uint32_t i = 0; i < args.count; i++) {
        if (may_be_foreign(solver->in, args.items[i]))
            return false;
    }
    if (def_id_eq(def_crate(solver->in, goal.trait_def), search.crate))
        return true;
    for (uint32_t i = 0; i < args.count && !search.found; i++)
        arg_walk(solver->in, args.items[i], local_visit, &search);
    return search.found;
}

static GoalResult choose(Solver *solver, TraitRef goal, Candidate *out)
{
    CandidateVec candidates;
    candidate_vec_init(&candidates, solver->arena);
    candidates_assemble(solver, goal, &candidates);
    bool overflowed = candidates.count > 1 && drop_failing(solver, goal, &candidates);
    if (candidates.count == 0)
        return goal_is_knowable(solver, goal) ? GOAL_FAILS : GOAL_AMBIGUOUS;
    GoalResult result = choose_assumption(solver, goal, &candidates, out);
    if (result != GOAL_FAILS)
        return result;
    if (overflowed)
        return GOAL_OVERFLOW;
    if (candidates.count > 1) {
        if (args_flags(solver->in, goal.args).has_infer ||
            !choose_most_special(solver, &candidates, out))
            return GOAL_AMBIGUOUS;
        return GOAL_HOLDS;
    }
    *out = candidates.items[0];
    return out->kind == CANDIDATE_NEGATIVE_IMPL ? GOAL_FAILS : GOAL_HOLDS;
}

GoalResult candidate_choose(Solver *solver, TraitRef goal, Candidate *out)
{
    if (solver->choices_open == 0)
        solver->choices = 0;
    if (solver->choices++ >= CHOICES_MAX)
        return GOAL_OVERFLOW;
    solver->choices_open++;
    GoalResult result = choose(solver, goal, out);
    solver->choices_open--;
    return result;
}
