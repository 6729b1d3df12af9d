/* Private to typeck: the state of one body's type check, and what its files offer each other. */
#ifndef RSCC_TYPECK_TYPECK_PRIV_H
#define RSCC_TYPECK_TYPECK_PRIV_H

#include "lower/lower.h"
#include "traits/traits_infer.h"
#include "ty/ty_lower.h"
#include "typeck/typeck.h"

/* What the place of an expression wants of it. TYPE: it will be coerced to this type, so blocks and
 * branches do that inside. CAST, UNSIZED: hints for literals and elements; it will be cast to the
 * type, or is an rvalue behind a pointer to this unsized type. */
typedef enum { EXPECT_NONE, EXPECT_TYPE, EXPECT_CAST, EXPECT_UNSIZED } ExpectKind;
typedef struct {
    ExpectKind kind;
    TyId ty;
} Expect;

/* Several expressions that give one value: branches, arms, breaks, returns. */
typedef struct {
    TyId expected; /* none: the first one decides */
    TyId merged;   /* so far; none before the first */
    U32Vec exprs;  /* HirExprIds that were merged */
} Merge;

/* A loop or labelled block that can be left. */
typedef struct {
    bool is_open;     /* we are inside */
    bool is_loop;     /* `continue` may name it */
    bool takes_value; /* `break value` is allowed: `loop` and blocks */
    bool was_left;    /* some `break` names it */
    uint8_t source;   /* HirLoopSource */
    Merge merge;
} LabelScope;

typedef struct {
    HirExprId expr;
    TyId from, to;
    uint32_t from_span;
} DeferredCast;
VEC_TYPE(DeferredCastVec, deferred_cast_vec, DeferredCast)

typedef enum {
    UNSAFE_CALL,
    UNSAFE_DEREF,
    UNSAFE_MUT_STATIC,
    UNSAFE_EXTERN_STATIC,
    UNSAFE_UNION_FIELD,
} UnsafeKind;
typedef struct {
    UnsafeKind kind;
    uint32_t span;
    DefId def; /* the function that is called */
} UnsafeUse;
VEC_TYPE(UnsafeUseVec, unsafe_use_vec, UnsafeUse)
VEC_TYPE(AdjustmentVec, adjustment_vec, Adjustment)
VEC_TYPE(TyVec, ty_vec, TyId)

/* A type that must be Sized, checked when it is known. */
typedef struct {
    TyId ty;
    uint32_t span;
    const char *note;
} SizedCheck;
VEC_TYPE(SizedCheckVec, sized_check_vec, SizedCheck)

typedef struct {
    Job *job;
    Interners *in;
    Arena *arena; /* dies with the check */
    DefId owner;
    DefId module;
    const HirBody *body;
    Infer *infer;
    Solver *solver;
    Fulfill fulfill;
    TyLower lower;
    TyId return_ty; /* none: not in a function */
    Merge returns;
    uint32_t return_span; /* of the written return type, 0 none */
    LabelScope *labels;   /* by HirLabelId */
    bool diverges;        /* what comes next is not reached */
    bool has_error;
    uint32_t depth; /* of nested expressions and patterns */
    uint32_t open_snapshots;
    uint32_t unsafe_depth;
    TypeckResults r; /* arrays in `arena`, with variables in them until the end */
    AdjustmentVec adjustments;
    TyVec pat_deref_tys;
    TyVec user_types;
    U32Vec user_type_spans;
    DeferredCastVec casts;
    UnsafeUseVec unsafe_uses;
    UnsafeUseVec calls; /* in a constant context: what is called (kind unused) */
    const char
        *const_noun; /* "constants", "statics", "constant functions"; NULL: code that only runs */
    SizedCheckVec sized_checks;
    PredicateVec said_bounds; /* trait goals at places that were reported */
    SizedCheckVec neg_checks; /* negated integers whose type was not known */
    TyId unit, never, bool_, usize, error;
} Typeck;

/* Expressions nested deeper are refused: each level is a few stack frames. What lowering lets pass
 * (LOWER_DEPTH_MAX) makes at most four levels of each of its own. */
enum { TYPECK_DEPTH_MAX = 6500 };

/* ---- context (typeck.c) ---- */
static inline DiagSpan typeck_at(const Typeck *cx, uint32_t span)
{
    return diag_at((Span){ cx->owner, span });
}
/* What stands behind the first part of a whole: the arguments of a call, the brackets of an index.
 * Reads where tokens stand: only errors ask. */
DiagSpan typeck_behind(const Typeck *cx, uint32_t part, uint32_t whole);
/* Suggests the field with a similar name; else (false) says which there are. */
bool typeck_suggest_field(Typeck *cx, Diag *diag, uint32_t span, SymId wanted, const SymId *names,
                          uint32_t count);
/* `S`, `E::V` */
Str typeck_variant_text(Typeck *cx, DefId variant);
static inline uint32_t expr_span(const Typeck *cx, HirExprId id)
{
    return hir_expr(cx->body, id)->span;
}
static inline HirExprId expr_at(const Typeck *cx, IdRange list, uint32_t i)
{
    return hir_expr_id_make(hir_list_at(cx->body, list, i));
}
static inline HirPatId pat_at(const Typeck *cx, IdRange list, uint32_t i)
{
    return hir_pat_id_make(hir_list_at(cx->body, list, i));
}
/* Starts a diagnostic; the body has an error from now on. */
Diag *typeck_diag(Typeck *cx, DiagCode code, uint32_t span);
void typeck_emit(Typeck *cx, Diag *diag);
void typeck_unsupported(Typeck *cx, uint32_t span, const char *feature);
/* E0282 where a type must be known now. */
void typeck_needs_annotation(Typeck *cx, uint32_t span);
DefId typeck_lang(Typeck *cx, const char *name);
TyId typeck_new_var(Typeck *cx, uint32_t span);
/* What is tried and perhaps taken back: inference and the obligations registered since. Nothing
 * pending is worked on inside. */
typedef struct {
    InferSnapshot infer;
    uint32_t pending_count;
} TypeckSnapshot;
TypeckSnapshot typeck_snapshot(Typeck *cx);
void typeck_rollback(Typeck *cx, TypeckSnapshot snapshot);
void typeck_commit(Typeck *cx, TypeckSnapshot snapshot);
/* What a type is known to be: works on pending obligations if it is a variable. */
TyId typeck_known(Typeck *cx, TyId ty);
static inline const Ty *typeck_known_ty(Typeck *cx, TyId ty)
{
    return ty_get(cx->in, typeck_known(cx, ty));
}
TyId typeck_resolved(const Typeck *cx, TyId ty);
bool typeck_is_general_var(const Typeck *cx, TyId ty);
/* A type of an item for these args: substituted, erased, normalized. */
TyId typeck_instantiate(Typeck *cx, TyId ty, ArgsId args, uint32_t span);
TyId typeck_normalize(Typeck *cx, TyId ty, uint32_t span);
void typeck_register(Typeck *cx, const Predicate *predicate);
void typeck_register_item(Typeck *cx, DefId item, ArgsId args, uint32_t span);
void typeck_register_trait(Typeck *cx, DefId trait_def, ArgsId args, uint32_t span);
void typeck_require_sized(Typeck *cx, TyId ty, uint32_t span, const char *note);
TyId typeck_lower_ty(Typeck *cx, HirTyId ty);
bool typeck_is_visible(const Typeck *cx, DefId visible_in);

/* ---- results (typeck_results.c) ---- */
void results_init(Typeck *cx);
void results_set_callee(Typeck *cx, HirExprId expr, DefId def, ArgsId args);
/* Adds steps after those the expression has already. */
void results_adjust(Typeck *cx, HirExprId expr, const Adjustment *steps, uint32_t count);
/* The type after adjustments. */
TyId results_adjusted_ty(const Typeck *cx, HirExprId expr);
/* Puts what inference found into the final value. */
void results_finish(Typeck *cx, TypeckResults *out);

/* ---- expressions (typeck_expr*.c) ---- */
static inline Expect expect_none(void)
{
    return (Expect){ EXPECT_NONE, { 0 } };
}
static inline Expect expect_ty(TyId ty)
{
    return (Expect){ EXPECT_TYPE, ty };
}
/* What is expected, as far as known; none: nothing. Mere hints count only where `or_hint`. */
TyId expect_known(Typeck *cx, Expect expect, bool or_hint);
/* For branches: a variable is no expectation, lest the first branch decide. */
Expect expect_for_branches(Typeck *cx, Expect expect);

#define IR_TABLE           "hir/hir_expr.def"
#define IR_NODE            HirExpr
#define IR_KIND            HIR_EXPR
#define IR_DISPATCH        typeck_expr
#define IR_DISPATCH_RETURN TyId
#define IR_DISPATCH_PARAMS Typeck *cx, HirExprId id, Expect expect
#include "base/ir_dispatch_declare.h"

TyId typeck_expr(Typeck *cx, HirExprId id, Expect expect);
/* Checks and coerces to the type; reports a mismatch. Gives the type after coercion: `ty`, or an
 * error. */
TyId typeck_expr_coerced(Typeck *cx, HirExprId id, TyId ty);
/* An array or slice element type that the expectation wants; none: nothing. */
TyId expect_element(Typeck *cx, Expect expect);
TyId typeck_literal_ty(Typeck *cx, const HirLiteral *literal, Expect expect, uint32_t span);
/* label_or_null: the block can be left through it. */
TyId typeck_block(Typeck *cx, HirBlockId id, Expect expect, LabelScope *label_or_null);
/* E0070, E0067: the left side of an assignment must be a place. */
bool typeck_is_place(const Typeck *cx, HirExprId id);

/* ---- places (typeck_place.c) ---- */
/* The types reached by `*`, one after the other. */
typedef struct {
    Typeck *cx;
    uint32_t span;
    TyId ty;           /* the present one, known as far as can be */
    Adjustment *steps; /* derefs so far */
    uint32_t count, capacity;
    bool too_deep;
} Autoderef;
Autoderef autoderef_start(Typeck *cx, TyId ty, uint32_t span);
/* One more `*`, built in or through Deref; false: none. */
bool autoderef_next(Autoderef *deref);
/* The expression is used in a place that mutates: overloaded `*` and indexing in it become their
 * `_mut` forms. */
void typeck_place_make_mut(Typeck *cx, HirExprId id);
/* `<base as Trait>::method(args)` of an operator: its instantiated signature; obligations are
 * registered. False: the trait does not hold, nothing is registered. `other`: the second type
 * argument of the trait, or none. */
typedef struct {
    DefId method;
    ArgsId args;
    FnSig sig;
} OperatorMethod;
bool typeck_operator_method(Typeck *cx, const char *trait_lang, const char *method, TyId self,
                            TyId other_or_none, uint32_t span, OperatorMethod *out);

void typeck_ops_finish(Typeck *cx);

/* ---- calls (typeck_call.c) ---- */
/* A signature for these args: erased, normalized; arrays in cx->arena. */
FnSig typeck_fn_sig(Typeck *cx, DefId def, ArgsId args, uint32_t span);
FnSig typeck_fn_ptr_sig(Typeck *cx, const Ty_fn_ptr *ty);
/* Checks arguments against the signature's inputs (without self) and gives the output. callee: what
 * is called, none for pointers. */
typedef struct {
    HirExprId call;
    uint32_t span; /* where a wrong number is reported */
    DefId callee_or_none;
    IdRange args;
    const TyId *inputs;
    uint32_t input_count;
    TyId output;
    bool is_variadic;
} CallArgs;
TyId typeck_call_args(Typeck *cx, const CallArgs *call, Expect expect);

/* ---- paths (typeck_path.c) ---- */
/* What a path in an expression or pattern stands for. */
typedef struct {
    Res res; /* RES_ERROR: reported. RES_DEF with FN, CTOR, CONST, ...; RES_LOCAL */
    ArgsId args;
    TyId ty; /* of the value */
} ValuePath;
ValuePath typeck_value_path(Typeck *cx, const HirPath *path);
/* What a struct literal or struct pattern names: the type, and the variant in adt_def. NULL:
 * reported. */
const VariantDef *typeck_struct_path(Typeck *cx, const HirPath *path, TyId *ty,
                                     uint32_t *variant_index);
/* The index of the variant that has this VARIANT or CTOR (or its struct). */
const VariantDef *typeck_variant_of(Typeck *cx, DefId def, uint32_t *variant_index);
ArgsId typeck_path_args(Typeck *cx, DefId def, ArgsId parent_args, HirSegmentId segment_or_none,
                        uint32_t span);

/* ---- methods (typeck_probe.c, typeck_method.c) ---- */
typedef enum { PROBE_METHOD, PROBE_PATH } ProbeMode;
typedef enum { PICK_INHERENT, PICK_ASSUMPTION, PICK_TRAIT } PickKind;
typedef enum { AUTOREF_NONE, AUTOREF_SHARED, AUTOREF_MUT } AutorefKind;
typedef struct {
    DefId item;
    uint8_t item_kind; /* DefKind */
    uint8_t kind;      /* PickKind */
    DefId container;   /* impl or trait */
    TraitRef assumption;
    TyId self_ty; /* of the step the pick was made at, before autoref */
    uint32_t deref_count;
    bool unsize;     /* array -> slice after the derefs */
    uint8_t autoref; /* AutorefKind */
} Pick;
typedef enum {
    PROBE_FOUND,
    PROBE_NOT_FOUND,
    PROBE_AMBIGUOUS,
    PROBE_PRIVATE,
    PROBE_BAD_TYPE
} ProbeResult;
typedef struct {
    ProbeResult result;
    Pick pick;
    Adjustment *derefs; /* the receiver's steps, pick.deref_count of them */
    DefId other;        /* AMBIGUOUS: a second one; PRIVATE: the private one */
} Probe;
Probe typeck_probe(Typeck *cx, ProbeMode mode, TyId self_ty, SymId name, uint32_t span);
/* The item's arguments for a pick: of the impl or trait, then its own from the segment. */
ArgsId typeck_pick_args(Typeck *cx, const Pick *pick, TyId self_ty, HirSegmentId segment,
                        uint32_t span);

/* ---- coercion (typeck_coerce.c) ---- */
/* Makes the expression, of type `from`, fit `to`: records adjustments. False: it does not fit, and
 * nothing changed. */
bool typeck_coerce(Typeck *cx, HirExprId expr, TyId from, TyId to);
/* The same without an expression to adjust: could it be coerced? Changes nothing. */
bool typeck_can_coerce(Typeck *cx, TyId from, TyId to);
void merge_init(Typeck *cx, Merge *merge, TyId expected_or_none);
/* Adds an expression's type; reports with `why` where it does not fit. */
typedef enum {
    MERGE_BLOCK_TAIL,
    MERGE_IF_ELSE,
    MERGE_MATCH_ARM,
    MERGE_BREAK,
    MERGE_RETURN,
    MERGE_ARRAY
} MergeWhy;
void merge_add(Typeck *cx, Merge *merge, HirExprId expr, TyId ty, MergeWhy why);
/* A way out without an expression: `()`. False: it does not fit; the caller reports. */
bool merge_add_unit(Typeck *cx, Merge *merge);
/* The common type: `!` if nothing was added. */
TyId merge_finish(Typeck *cx, const Merge *merge);

/* ---- patterns (typeck_pat.c) ---- */
typedef enum { BIND_MOVE, BIND_REF, BIND_REF_MUT } BindMode;

#define IR_TABLE           "hir/hir_pat.def"
#define IR_NODE            HirPat
#define IR_KIND            HIR_PAT
#define IR_DISPATCH        typeck_pat
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Typeck *cx, HirPatId id, TyId expected, BindMode mode
#include "base/ir_dispatch_declare.h"

/* Checks a pattern against a value of the type. */
void typeck_pat_top(Typeck *cx, HirPatId id, TyId expected);
/* Gives every binding in the pattern a type, before anything mentions it. */
TyId typeck_local_ty(Typeck *cx, HirLocalId local);

/* ---- casts, unsafety, end (typeck_cast.c, typeck_unsafe.c, typeck_fallback.c) ---- */
void typeck_casts_finish(Typeck *cx);
void typeck_note_unsafe(Typeck *cx, UnsafeKind kind, uint32_t span, DefId def);
void typeck_unsafe_finish(Typeck *cx);
/* A call of `def` at the span, written or through an operator: E0015 in constants, E0040 of
 * Drop::drop. */
void typeck_note_call(Typeck *cx, DefId def, uint32_t span, bool is_written);
void typeck_const_finish(Typeck *cx);
/* Integers to i32, floats to f64, diverging variables to (). Gives false if nothing was left to
 * decide. */
bool typeck_fallback(Typeck *cx);
/* E0282 for what is still unknown. */
void typeck_report_unknown(Typeck *cx);
void typeck_sized_finish(Typeck *cx);

/* ---- messages (typeck_report.c) ---- */
/* As ty_text, with signatures of functions; resolved first. */
Str typeck_ty_text(Typeck *cx, TyId ty);
/* E0308 at the expression or place, with "expected `A`, found `B`". NULL: one of them has an error
 * in it, nothing to say. */
Diag *typeck_mismatch(Typeck *cx, uint32_t span, TyId expected, TyId found);
Diag *typeck_mismatch_because(Typeck *cx, const char *message, uint32_t span, TyId expected,
                              TyId found);
void typeck_report_mismatch(Typeck *cx, uint32_t span, TyId expected, TyId found);
/* E0277, E0271, E0275 for obligations that failed. */
void typeck_report_failed(Typeck *cx);
void typeck_report_bound(Typeck *cx, TraitRef trait_ref, uint32_t span, const char *note_or_null);
void typeck_report_ambiguous(Typeck *cx, const Predicate *predicate);
/* E0277 in the words of the operator whose trait has this lang item's name; false: there is none.
 */
bool typeck_report_operator(Typeck *cx, Str lang, TyId lhs, TyId rhs, uint32_t span);
/* "struct `S`", "type `i32`", "reference `&T`" ... */
Str typeck_sort_text(Typeck *cx, TyId ty);

#endif
