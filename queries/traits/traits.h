/* The trait solver as other stages see it: closed questions (no inference variables) about trait
 * goals, normalization, and the function behind a trait method. Type check asks the same solver
 * with inference variables through traits/traits_infer.h.
 *
 * There is one solver. A goal is a predicate, the where-clauses that may be assumed, and the typing
 * mode. Regions in goals are erased. A closed goal looks for impls in the crates of its own DefIds
 * (that is where coherence lets impls be); what it reads (trait_impls, impl_header, predicates_of)
 * become dependencies of the job that asks. */
#ifndef RSCC_TRAITS_TRAITS_H
#define RSCC_TRAITS_TRAITS_H

#include "ty/ty.h"

typedef enum {
    TYPING_CHECK,     /* bodies: opaque types hide, `default` items stay unresolved */
    TYPING_COHERENCE, /* may these two impls overlap: what cannot be refuted may hold */
    TYPING_BORROWCK,
    TYPING_MONO, /* everything is known and revealed: const evaluation, layout, codegen */
} TypingMode;

/* What a question may assume. env: the item whose where-clauses hold, its parent's included (none:
 * nothing may be assumed, and the goal has no parameters). crate: whose dependencies are searched
 * by goals with inference variables; none for closed ones. */
typedef struct {
    DefId env_or_none;
    DefId crate_or_none;
    uint32_t mode; /* TypingMode */
} TypingEnv;
static inline TypingEnv typing_env_mono(void)
{
    return (TypingEnv){ .mode = TYPING_MONO };
}

/* Does the closed goal hold? Reports nothing; what could not be decided (too deep, its own premise)
 * answers false, and is reported where the goal is an obligation. Cost: a few reads of trait_impls
 * plus the nested goals; each question is solved anew. */
bool trait_goal_holds(Job *job, TypingEnv env, TraitRef goal);
/* The same for who reports: undecided is E0275. */
typedef enum { TRAIT_GOAL_HOLDS, TRAIT_GOAL_FAILS, TRAIT_GOAL_UNDECIDED } TraitGoalAnswer;
TraitGoalAnswer trait_goal_answer(Job *job, TypingEnv env, TraitRef goal);

/* Replaces every projection that has a definition in this mode, deeply; regions come out erased.
 * What cannot be normalized (a projection on a parameter) stays. With TYPING_MONO and no parameters
 * nothing stays, except after errors: then ty_error. */
TyId normalize_ty(Job *job, TypingEnv env, TyId ty);
ArgsId normalize_args(Job *job, TypingEnv env, ArgsId args);
/* The type of a field, signature or other item-level type of a generic item, for these args:
 * substituted and normalized. */
TyId normalize_substituted(Job *job, TypingEnv env, TyId ty, ArgsId args);
/* The same for a whole signature; late-bound regions erased; the arrays are in the arena. */
FnSig normalize_fn_sig(Job *job, TypingEnv env, const FnSig *sig, ArgsId args, Arena *arena);

typedef enum {
    INSTANCE_ITEM, /* def is a function, constructor, foreign function or associated constant, args
                      its own */
    INSTANCE_CLONE_SHIM, /* Clone::clone of a tuple or array: the self type is the first of args */
    INSTANCE_INTRINSIC,  /* a function that the code generator knows by name */
    INSTANCE_FAILED,     /* no impl: only after errors */
} InstanceKind;
typedef struct {
    uint8_t kind; /* InstanceKind */
    DefId def;
    ArgsId args;
} ResolvedInstance;
/* What a use of `def` with `args` (closed, normalized or not) stands for: items of traits become
 * the impl's item, or the trait's default with the args of the trait; anything else is itself. args
 * come out normalized and region-erased. */
ResolvedInstance instance_resolve(Job *job, TypingEnv env, DefId def, ArgsId args);

/* Is there a type that both impls of one trait, or both inherent impls, are for? What cannot be
 * refuted may be. */
bool impls_overlap(Job *job, DefId a, DefId b);

/* Properties of types; parameters are judged by the where-clauses of env. */
bool ty_is_copy(Job *job, TypingEnv env, TyId ty);
bool ty_is_sized(Job *job, TypingEnv env, TyId ty);
/* Something runs when a value of this type dies: an impl of Drop on it or in one of its parts.
 * Parameters that are not Copy: true. */
bool ty_needs_drop(Job *job, TypingEnv env, TyId ty);
/* The `drop` function of the Drop impl of a struct, enum or union; none if there is no impl. */
DefId adt_drop_method(Job *job, DefId adt);

#define QUERY QUERY_DECLARE
#include "traits/traits_queries.def"
#undef QUERY

#endif
