/* The inference table of one body (or of one solver call): variables for types, integers, floats
 * and constants, unification, snapshots.
 *
 * Regions are not inferred here. Bodies are type-checked with erased regions; borrow checking makes
 * region variables of its own for every region of the MIR, so whatever type check would infer about
 * them would be thrown away. Two types that differ in regions alone therefore unify.
 *
 * A variable is a TY_INFER type (or CONST_INFER constant) numbered from 0 within its table.
 * Threads: one. Memory: the arena's. */
#ifndef RSCC_INFER_INFER_H
#define RSCC_INFER_INFER_H

#include "ty/ty.h"

typedef struct Infer Infer;

/* Why a variable exists: for messages that it could not be inferred. */
typedef struct {
    uint32_t span;       /* in span_table of the body */
    DefId param_or_none; /* the generic parameter it stands for */
} InferOrigin;

Infer *infer_new(Job *job, Arena *arena);

TyId infer_new_ty(Infer *infer, InferOrigin origin);
TyId infer_new_int(Infer *infer);
TyId infer_new_float(Infer *infer);
ConstId infer_new_const(Infer *infer, TyId ty, InferOrigin origin);
uint32_t infer_count(const Infer *infer, InferKind kind);
InferOrigin infer_origin(const Infer *infer, TyId variable);
InferOrigin infer_const_origin(const Infer *infer, ConstId variable);

/* The type a variable stands for, if known, else the variable that represents its class; other
 * types are themselves. */
TyId infer_shallow(const Infer *infer, TyId ty);
ConstId infer_shallow_const(const Infer *infer, ConstId konst);
/* Everything known put in, deeply. */
TyId infer_resolve(const Infer *infer, TyId ty);
ArgsId infer_resolve_args(const Infer *infer, ArgsId args);
ConstId infer_resolve_const(const Infer *infer, ConstId konst);

/* Makes the two equal, or changes nothing and returns false. Error types equal everything.
 * Unevaluated constants are evaluated when their value decides. Cost: the smaller of the two types,
 * plus an occurs check. */
bool infer_unify(Infer *infer, TyId a, TyId b);
bool infer_unify_args(Infer *infer, ArgsId a, ArgsId b);
bool infer_unify_const(Infer *infer, ConstId a, ConstId b);
/* Whether they could be made equal; changes nothing. */
bool infer_can_unify(Infer *infer, TyId a, TyId b);

/* A diverging variable stands for the value of an expression that never gives one; its class falls
 * back to `()` or `!`. */
void infer_mark_diverging(Infer *infer, TyId variable);
bool infer_is_diverging(const Infer *infer, TyId variable);

typedef struct {
    uint32_t undo_count, ty_count, int_count, float_count, const_count;
} InferSnapshot;
/* Snapshots nest; each ends in exactly one of the two. */
InferSnapshot infer_snapshot(Infer *infer);
void infer_rollback(Infer *infer, InferSnapshot snapshot);
void infer_commit(Infer *infer, InferSnapshot snapshot);

#endif
