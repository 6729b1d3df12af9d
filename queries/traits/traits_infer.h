/* The solver with inference variables: for type check, and inside the closed questions of traits.h.
 *
 * A Solver lives as long as one body's type check (or one closed question). Obligations that cannot
 * be decided yet wait in a Fulfill until inference knows more. */
#ifndef RSCC_TRAITS_TRAITS_INFER_H
#define RSCC_TRAITS_TRAITS_INFER_H

#include "infer/infer.h"
#include "traits/traits.h"
#include "ty/ty_lower.h"

typedef struct Solver Solver;

Solver *solver_new(Job *job, Infer *infer, TypingEnv env, Arena *arena);
/* The where-clauses that may be assumed, supertraits included. */
const Predicates *solver_assumptions(const Solver *solver);

typedef enum {
    GOAL_HOLDS,
    GOAL_FAILS,
    GOAL_AMBIGUOUS, /* inference must know more first */
    GOAL_CYCLE,     /* it is its own premise, which proves nothing: an error of who asks as a whole,
                       a candidate that does not apply where there is a choice */
    GOAL_OVERFLOW,  /* deeper than the recursion limit: an answer of the root goal only */
} GoalResult;

enum { SOLVER_DEPTH_MAX = 128 };

/* Decides the predicate with everything it leads to, and changes nothing. */
GoalResult solver_evaluate(Solver *solver, const Predicate *predicate);

/* Replaces projections by what they stand for. One that waits for inference becomes a variable, and
 * a PROJECTION predicate that will bind it is pushed to `pending`. Of a trait that does not hold it
 * becomes an error type, and the trait goal is pushed. */
TyId solver_normalize(Solver *solver, TyId ty, uint32_t span, PredicateVec *pending);
ArgsId solver_normalize_args(Solver *solver, ArgsId args, uint32_t span, PredicateVec *pending);

/* The where-clauses of an item and its parents for these args, normalized; `span` goes into each as
 * its cause. */
void solver_obligations_of(Solver *solver, DefId item, ArgsId args, uint32_t span,
                           PredicateVec *out);
/* Fresh variables for all parameters of an item. */
ArgsId solver_fresh_args(Solver *solver, DefId item, uint32_t span);

/* ---- pending obligations ---- */

typedef struct {
    Predicate predicate; /* predicate.span: the place in the body that asks */
    Predicate root;      /* the obligation it comes from */
    uint32_t asker;      /* the solver's: which goal asked */
    GoalResult result;   /* of a failed one: FAILS, CYCLE or OVERFLOW */
} Obligation;
VEC_TYPE(ObligationVec, obligation_vec, Obligation)

typedef struct {
    Solver *solver;
    ObligationVec pending;
    ObligationVec failed; /* taken out by the owner, who reports them */
} Fulfill;

void fulfill_init(Fulfill *fulfill, Solver *solver, Arena *arena);
void fulfill_add(Fulfill *fulfill, const Predicate *predicate);
/* Works on the pending ones until nothing changes. Returns whether anything was decided. */
bool fulfill_select(Fulfill *fulfill);
/* What the obligations come to: FAILS if one does, whatever the others; else OVERFLOW or CYCLE. */
GoalResult fulfill_verdict(const Fulfill *fulfill);

#endif
