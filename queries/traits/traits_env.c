/* The where-clauses that may be assumed: those of an item and its parents, with supertraits,
 * normalized by themselves. */
#include "traits/traits_priv.h"

static bool has_predicate(const PredicateVec *list, const Predicate *predicate)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const Predicate *other = &list->items[i];
        if (other->kind == predicate->kind &&
            def_id_eq(other->trait_ref.trait_def, predicate->trait_ref.trait_def) &&
            args_id_eq(other->trait_ref.args, predicate->trait_ref.args) &&
            ty_id_eq(other->ty, predicate->ty))
            return true;
    }
    return false;
}

/* Regions do not matter to the solver: predicates on them are left out. */
static void add_predicate(Interners *in, const Predicate *predicate, PredicateVec *out)
{
    if (predicate->kind != PREDICATE_TRAIT && predicate->kind != PREDICATE_PROJECTION)
        return;
    Predicate erased = *predicate;
    erased.trait_ref.args = args_erase_regions(in, erased.trait_ref.args);
    if (!ty_id_is_none(erased.ty))
        erased.ty = ty_erase_regions(in, erased.ty);
    if (!has_predicate(out, &erased))
        predicate_vec_push(out, erased);
}

/* Where-clauses of the trait that follow from `Self: Trait`: supertraits and what they say about
 * associated types. */
static void add_implied(Solver *solver, const Predicate *of, PredicateVec *out)
{
    DefId trait_def = of->trait_ref.trait_def;
    const Predicates *predicates = q_predicates_of(solver->job, trait_def);
    for (uint32_t i = 0; i < predicates->count; i++) {
        const Predicate *super = &predicates->items[i];
        if (super->kind != PREDICATE_PROJECTION &&
            !predicate_is_supertrait(solver->in, super, trait_def))
            continue;
        Predicate implied = predicate_substitute(solver->in, super, of->trait_ref.args);
        add_predicate(solver->in, &implied, out);
    }
}

/* Each predicate is looked at once, also in a cycle of supertraits. */
static void elaborate(Solver *solver, PredicateVec *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        Predicate predicate = list->items[i];
        if (predicate.kind == PREDICATE_TRAIT)
            add_implied(solver, &predicate, list);
    }
}

static void normalize_assumptions(Solver *solver, const PredicateVec *raw, PredicateVec *out)
{
    PredicateVec nested;
    predicate_vec_init(&nested, solver->arena);
    for (uint32_t i = 0; i < raw->count; i++) {
        Predicate predicate = raw->items[i];
        predicate.trait_ref.args =
            solver_normalize_args(solver, predicate.trait_ref.args, 0, &nested);
        if (!ty_id_is_none(predicate.ty))
            predicate.ty = solver_normalize(solver, predicate.ty, 0, &nested);
        if (!has_predicate(out, &predicate))
            predicate_vec_push(out, predicate);
    }
}

Predicates assumptions_of(Solver *solver, DefId item)
{
    PredicateVec raw, normalized;
    predicate_vec_init(&raw, solver->arena);
    predicate_vec_init(&normalized, solver->arena);
    while (!def_id_is_none(item)) {
        const Predicates *own = q_predicates_of(solver->job, item);
        for (uint32_t i = 0; i < own->count; i++)
            add_predicate(solver->in, &own->items[i], &raw);
        item = q_generics_of(solver->job, item)->parent_or_none;
    }
    elaborate(solver, &raw);
    solver->assumptions = (Predicates){ raw.items, raw.count };
    normalize_assumptions(solver, &raw, &normalized);
    return (Predicates){ normalized.items, normalized.count };
}
