/* Private to traits. */
#ifndef RSCC_TRAITS_TRAITS_PRIV_H
#define RSCC_TRAITS_TRAITS_PRIV_H

#include "resolve/resolve.h"
#include "traits/traits_infer.h"

/* The goals that led to the present one: an entry knows what asked for it. Against inductive cycles
 * and endless recursion. */
typedef struct {
    TraitRef goal;   /* as resolved when it was selected */
    uint32_t parent; /* entry + 1, 0: the outermost */
    uint32_t depth;
} Trail;
VEC_TYPE(TrailVec, trail_vec, Trail)

enum { CHOICES_MAX = 1 << 14 };

struct Solver {
    Job *job;
    Interners *in;
    Infer *infer;
    TypingEnv env;
    Arena *arena;
    Predicates assumptions;
    TrailVec trail;
    uint32_t asker; /* trail entry + 1 of the goal being worked on */
    TrailVec
        projections; /* under way, innermost last; `goal`: the associated type with its arguments */
    uint32_t choices_open; /* nesting of candidate_choose */
    uint32_t
        choices; /* made since the outermost one began: branching goals must not take for ever */
};

typedef enum {
    CANDIDATE_ASSUMPTION,
    CANDIDATE_IMPL,
    CANDIDATE_NEGATIVE_IMPL,
    CANDIDATE_BUILTIN
} CandidateKind;
typedef struct {
    uint8_t kind; /* CandidateKind */
    DefId impl;
    Predicate assumption;
} Candidate;
VEC_TYPE(CandidateVec, candidate_vec, Candidate)

/* One step: chooses how the predicate holds, unifies what that fixes, and pushes what remains to be
 * shown. Trail entry `asker` (+ 1; 0: nobody) asks; *entry: the goal's own entry + 1, for what it
 * leads to. */
GoalResult solver_select_for(Solver *solver, const Predicate *predicate, uint32_t asker,
                             PredicateVec *nested, uint32_t *entry);
TraitRef solver_resolve_trait_ref(const Solver *solver, TraitRef trait_ref);
TyId trait_ref_self(const Interners *in, TraitRef trait_ref);
/* Is the trait the lang item of this name? */
bool trait_is_lang(Job *job, DefId trait_def, const char *name);
Predicate predicate_of_trait(TraitRef trait_ref, uint32_t span);

/* ---- where-clauses (traits_env.c) ---- */
Predicates assumptions_of(Solver *solver, DefId item);

/* ---- candidates (traits_candidates.c) ---- */
/* All ways the resolved goal might hold, by its header alone. */
void candidates_assemble(Solver *solver, TraitRef goal, CandidateVec *out);
/* The impl's arguments with the header unified to the goal; its where-clauses go to nested. False:
 * it does not fit. */
bool candidate_match_impl(Solver *solver, DefId impl, TraitRef goal, uint32_t span,
                          PredicateVec *nested, ArgsId *args);
/* Chooses one candidate. `goal` is resolved, its self type no variable. */
GoalResult candidate_choose(Solver *solver, TraitRef goal, Candidate *out);

/* ---- built-in impls (traits_builtin.c) ---- */
typedef enum { BUILTIN_UNKNOWN, BUILTIN_HOLDS, BUILTIN_FAILS } BuiltinAnswer;
/* Does the language itself say that the type implements the trait? It does if the trait holds for
 * all of `parts` too. */
BuiltinAnswer builtin_impl(Solver *solver, DefId trait_def, TyId self, TyId **parts,
                           uint32_t *part_count);
/* A cycle among goals of this trait proves them: auto traits and Sized. */
bool trait_is_coinductive(Job *job, DefId trait_def);

/* ---- projections (traits_project.c) ---- */
/* What a projection with resolved args stands for. HOLDS with the projection itself: it is rigid.
 */
GoalResult projection_step(Solver *solver, DefId assoc, ArgsId args, uint32_t span,
                           PredicateVec *nested, TyId *out);
/* A bound that an associated type declares, for a projection with these args: normalized, its self
 * type apart. */
Predicate item_bound(Solver *solver, const Predicate *declared, ArgsId args);
ArgsId args_truncate(Interners *in, ArgsId args, uint32_t count);
/* The item of an impl that implements an item of its trait; none: the default is used. */
DefId impl_item_for(Job *job, DefId impl, DefId trait_item);
/* Arguments for the impl's item: those of the impl, then the trait item's own, lifetimes apart. */
ArgsId impl_item_args(Job *job, DefId impl_item, ArgsId impl_args, DefId trait_item, ArgsId args);

/* ---- self types reduced for the index of impls (traits_simplify.c) ---- */
typedef struct {
    uint8_t kind; /* SimplifiedKind */
    uint8_t detail;
    DefId def;
} Simplified;
Simplified ty_simplify(const Interners *in, TyId ty);

#endif
