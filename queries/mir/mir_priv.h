/* Private to mir: building a body from HIR and type check results, and the passes.
 *
 * Building walks expressions in the order of evaluation with a cursor: the block that is open now.
 * What follows a diverging expression goes to a block that nothing reaches and that mir_edit_finish
 * leaves out. An expression is met in one of four ways: as a place, as an operand, as an rvalue, or
 * written into a given place; each kind has its own natural way and the others go through it.
 *
 * Temporaries live until the end of the innermost terminating scope (statement, condition, arm,
 * ...); those whose lifetime `let` extends, until the end of the block around it (Reference:
 * destructors). */
#ifndef RSCC_MIR_MIR_PRIV_H
#define RSCC_MIR_MIR_PRIV_H

#include "hir/hir.h"
#include "lower/lower.h"
#include "mir/mir_edit.h"
#include "traits/traits.h"
#include "typeck/typeck.h"

/* An expression after the first `steps` of its adjustments. */
typedef struct {
    HirExprId id;
    uint32_t steps;
} Adjusted;

/* What happens to a local when a scope ends. */
typedef struct {
    MirLocalId local;
    bool is_value; /* the value is dropped; else the storage dies */
    uint32_t span;
    MirBlockId cleanup; /* cached: where unwinding goes on from here; none: not made */
} ScopeDrop;
VEC_TYPE(ScopeDropVec, scope_drop_vec, ScopeDrop)
typedef struct {
    ScopeDropVec drops;
} BuildScope;
VEC_TYPE(BuildScopeVec, build_scope_vec, BuildScope)

/* A place to jump to: a block and the number of scopes that are open there. */
typedef struct {
    MirBlockId block;
    uint32_t depth;
} Exit;

/* A loop or labelled block. */
typedef struct {
    Exit break_exit, continue_exit;
    MirPlaceId destination; /* of the value that `break` gives */
} LabelTarget;

typedef struct {
    Job *job;
    Interners *in;
    Arena *arena;
    const HirBody *hir;
    const TypeckResults *types;
    TypingEnv env;
    bool is_2024;  /* edition: temporaries of tails and conditions die earlier */
    bool is_const; /* the body of a constant or static: what it borrows lives forever */
    MirEdit edit;
    MirBlockId block; /* the cursor: open */
    uint32_t source_scope;
    BuildScopeVec scopes;    /* outermost first; depth = count */
    uint32_t temp_depth;     /* depth of the scope whose end temporaries die at */
    uint32_t extended_depth; /* the same for extended ones; 0: never */
    bool *extended;          /* by HirExprId */
    MirLocalId *locals;      /* by HirLocalId */
    MirLocalId *guard_refs;  /* by HirLocalId: in a guard, a reference to what will be bound */
    LabelTarget *labels;     /* by HirLabelId */
    Exit return_exit;
    Map copy_cache; /* TyId -> is Copy */
    bool has_error;
} MirBuild;

/* ---- helpers (mir_build.c) ---- */
static inline Adjusted unadjusted(HirExprId id)
{
    return (Adjusted){ id, 0 };
}
Adjusted adjusted(const MirBuild *b, HirExprId id);
TyId build_expr_ty(const MirBuild *b, Adjusted e);
const Adjustment *build_last_step(const MirBuild *b, Adjusted e);
static inline uint32_t build_span(const MirBuild *b, HirExprId id)
{
    return hir_expr(b->hir, id)->span;
}
static inline MirSource build_source(const MirBuild *b, uint32_t span)
{
    return (MirSource){ span, b->source_scope };
}
static inline HirExprId build_expr_at(const MirBuild *b, IdRange list, uint32_t i)
{
    return hir_expr_id_make(hir_list_at(b->hir, list, i));
}
void build_unsupported(MirBuild *b, uint32_t span, const char *feature);
bool build_is_copy(MirBuild *b, TyId ty);
/* The type with its constants evaluated; the body has an error if one has no value. */
TyId build_evaluated(MirBuild *b, TyId ty);
TyId build_bool(const MirBuild *b);
TyId build_usize(const MirBuild *b);
/* A local without storage markers. */
MirLocalId build_local(MirBuild *b, TyId ty, uint32_t span);
static inline MirPlaceId build_place_of(MirBuild *b, MirLocalId local)
{
    return mir_edit_place(&b->edit, local);
}
void build_assign(MirBuild *b, MirPlaceId place, MirRvalueId rvalue, uint32_t span);
void build_assign_operand(MirBuild *b, MirPlaceId place, MirOperandId operand, uint32_t span);
void build_assign_unit(MirBuild *b, MirPlaceId place, uint32_t span);
/* Copies or moves out of a place, as its type wants. */
MirOperandId build_consume(MirBuild *b, MirPlaceId place, uint32_t span);
MirBlockId build_new_block(MirBuild *b);
void build_goto(MirBuild *b, MirBlockId target, uint32_t span);
/* Two-way branch on a bool. */
void build_branch(MirBuild *b, MirOperandId condition, MirBlockId on_true, MirBlockId on_false,
                  uint32_t span);
void build_statement(MirBuild *b, MirStatement statement, uint32_t span);
void build_fake_read(MirBuild *b, MirFakeReadCause cause, MirPlaceId place, uint32_t span);
/* The cursor goes to a block that nothing reaches. */
void build_diverge(MirBuild *b);
MirOperandId build_fn_operand(MirBuild *b, DefId def, ArgsId args, uint32_t span);

/* ---- scopes (mir_build_scope.c) ---- */
void build_push_scope(MirBuild *b);
/* Ends the innermost scope at the cursor. */
void build_pop_scope(MirBuild *b, uint32_t span);
/* Opens a scope that temporaries die with; gives what build_end_temps wants back. */
uint32_t build_begin_temps(MirBuild *b);
void build_end_temps(MirBuild *b, uint32_t outer, uint32_t span);
/* StorageLive now; StorageDead, and the drop of a value, when the scope of the depth ends. 0:
 * never. */
void build_storage(MirBuild *b, MirLocalId local, uint32_t depth, uint32_t span);
/* The same without StorageLive, for locals that several paths bring to life. */
void build_schedule(MirBuild *b, MirLocalId local, uint32_t depth, uint32_t span);
/* Leaves all scopes deeper than the exit's and goes there; the cursor diverges. */
void build_exit(MirBuild *b, Exit exit, uint32_t span);
static inline uint32_t build_depth(const MirBuild *b)
{
    return b->scopes.count;
}
/* Where a call at the cursor unwinds to. */
MirBlockId build_unwind(MirBuild *b);

/* ---- expressions (mir_build_expr.c) ---- */
MirPlaceId build_as_place(MirBuild *b, Adjusted e);
MirOperandId build_as_operand(MirBuild *b, Adjusted e);
MirRvalueId build_as_rvalue(MirBuild *b, Adjusted e);
void build_into(MirBuild *b, MirPlaceId destination, Adjusted e);
/* For effects only. */
void build_effect(MirBuild *b, HirExprId id);
/* A temporary that holds the value. */
MirLocalId build_as_temp(MirBuild *b, Adjusted e);
/* A local that holds the value and is not written to any more: the variable itself where that is
 * certain. */
MirLocalId build_as_stable_local(MirBuild *b, Adjusted e);
/* The constant operand that the expression is, without evaluating anything; false if it is none. */
bool build_as_constant(MirBuild *b, Adjusted e, MirOperandId *operand);
MirPlaceId build_local_place(MirBuild *b, HirLocalId local);

/* ---- operators (mir_build_op.c) ---- */
MirRvalueId build_binary(MirBuild *b, BinaryOp op, MirOperandId lhs, MirOperandId rhs, TyId ty,
                         uint32_t span);
MirRvalueId build_unary(MirBuild *b, HirExprId id, const HirExpr_unary *node);
MirRvalueId build_cast(MirBuild *b, HirExprId id, const HirExpr_cast *node);
void build_assert(MirBuild *b, MirOperandId condition, bool expected, MirAssertKind message,
                  const MirOperandId *args, uint32_t count, uint32_t span);
MirPlaceId build_index(MirBuild *b, HirExprId id, const HirExpr_index *node);
MirConst build_literal(MirBuild *b, const HirLiteral *literal, TyId ty, bool negative);

/* ---- calls and aggregates (mir_build_call.c) ---- */
void build_call_operands(MirBuild *b, MirPlaceId destination, MirOperandId function,
                         const MirOperandId *args, uint32_t count, bool diverges, uint32_t span);
void build_call(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_call *node);
void build_method_call(MirBuild *b, MirPlaceId destination, HirExprId id,
                       const HirExpr_method_call *node);
MirRvalueId build_struct(MirBuild *b, HirExprId id, const HirExpr_struct_ *node);
MirRvalueId build_list_aggregate(MirBuild *b, MirAggregateKind kind, TyId ty, IdRange elements);
/* Deref::deref of a place, as a place. */
MirPlaceId build_overloaded_deref(MirBuild *b, MirPlaceId base, const Adjustment *step,
                                  uint32_t span);

/* ---- blocks and control flow (mir_build_flow.c) ---- */
void build_block(MirBuild *b, MirPlaceId destination, HirBlockId id, HirLabelId label_or_none);
void build_if(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_if_ *node);
void build_loop(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_loop *node);
/* Goes on at the cursor if the condition holds, else to the exit. Bindings of `let` go to the
 * innermost scope. */
void build_condition(MirBuild *b, HirExprId id, Exit otherwise);
void build_break(MirBuild *b, HirExprId id, const HirExpr_break_ *node);
void build_continue(MirBuild *b, HirExprId id, const HirExpr_continue_ *node);
void build_return(MirBuild *b, HirExprId id, const HirExpr_return_ *node);
void build_mark_extended(MirBuild *b, HirExprId init);

/* ---- patterns (mir_build_pat.c, mir_build_match.c) ---- */
typedef enum {
    PAT_ANY,
    PAT_BIND,    /* local, mode, sub */
    PAT_VALUE,   /* scalar `low` */
    PAT_ITEM,    /* a constant compared with ==: `constant` */
    PAT_RANGE,   /* scalars low..=high */
    PAT_VARIANT, /* variant, then fields */
    PAT_FIELDS,  /* fields of a struct or tuple */
    PAT_DEREF,   /* sub: of what the reference points to */
    PAT_SLICE,   /* elements in front, rest, elements behind */
    PAT_ALTERNATIVES,
} PatKind;
typedef struct Pat Pat;
typedef struct {
    uint32_t index;
    const Pat *pat;
    TyId ty;
} FieldPat;
struct Pat {
    uint8_t kind;  /* PatKind */
    uint8_t mode;  /* BIND: 0 by value, 1 by reference, 2 by mutable reference */
    bool has_rest; /* SLICE */
    TyId ty;       /* of the place it matches */
    uint32_t span;
    HirLocalId local;
    const Pat *sub; /* BIND (may be NULL), DEREF, rest of SLICE (may be NULL) */
    Uint128 low, high;
    MirConst constant;
    uint32_t variant, variant_count;
    FieldPat *fields; /* VARIANT, FIELDS; SLICE: elements, index = position */
    uint32_t field_count;
    uint32_t front; /* SLICE: of the elements, how many stand in front of the rest */
    const Pat **alternatives;
    uint32_t alternative_count;
};
const Pat *build_pat(MirBuild *b, HirPatId id);
/* Declares the locals that a pattern binds; storage is scheduled in the scope of the depth. live:
 * StorageLive at the cursor too. */
void build_declare_bindings(MirBuild *b, HirPatId pat, uint32_t depth, bool live);
/* Binds what cannot fail to match. */
void build_irrefutable(MirBuild *b, HirPatId pat, MirPlaceId place);
/* Binds if it matches and goes on at the cursor; else goes to the exit. */
void build_refutable(MirBuild *b, HirPatId pat, MirPlaceId place, Exit otherwise, uint32_t span);
void build_match(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_match *node);

/* ---- promotion (mir_promote.c) ---- */
/* The operand `&value` as a promoted constant, if the operand of `&` can be evaluated at compile
 * time without failing and nobody can tell its address apart. */
bool build_promoted_ref(MirBuild *b, HirExprId operand, TyId ref_ty, MirOperandId *result);

/* ---- passes (mir_optimize.c, mir_copy.c) ---- */
/* Removes what only borrow checking reads: fake reads, ascriptions, false edges; drops of types
 * that need none. Requires: any body. Preserves: meaning. */
void mir_pass_cleanup(Job *job, TypingEnv env, MirEdit *edit);
/* Jumps to jumps, blocks with one way in behind blocks with one way out, switches with one way out.
 */
void mir_pass_simplify_cfg(MirEdit *edit);
/* Temporaries that only carry a value from one statement to another of the same block. */
void mir_pass_copy_propagation(MirEdit *edit);
/* Locals that nothing mentions; renumbers the rest. */
void mir_pass_unused_locals(MirEdit *edit);

/* ---- visiting places (mir_visit.c) ---- */
typedef enum {
    USE_READ,   /* copied or moved out of, or inspected */
    USE_WRITE,  /* assigned as a whole */
    USE_BORROW, /* its address is taken */
} PlaceUse;
typedef void (*PlaceFn)(void *context, MirPlaceId place, PlaceUse use);
/* Every place that a statement or terminator names, reads before writes. Storage markers name none.
 */
void mir_visit_statement(const MirEdit *edit, const MirStatement *statement, PlaceFn fn,
                         void *context);
void mir_visit_terminator(const MirEdit *edit, const MirTerminator *terminator, PlaceFn fn,
                          void *context);

#endif
