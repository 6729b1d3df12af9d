/* Type check of bodies: one body at a time (functions, constants, statics, anonymous constants).
 *
 * The result is indexed by the ids of hir_body(def). Regions in it are ERASED; user-written types
 * that borrow checking will need are kept apart in user_types. Error types never cascade: one
 * cause, one diagnostic. */
#ifndef RSCC_TYPECK_TYPECK_H
#define RSCC_TYPECK_TYPECK_H

#include "ty/ty.h"

/* ADJUST(UPPER): one step of the implicit change from an expression's own type to the type its
 * context sees. */
typedef enum {
    ADJUST_NEVER_TO_ANY,
    ADJUST_DEREF,            /* built-in `*` */
    ADJUST_OVERLOADED_DEREF, /* through Deref::deref(_mut): `method` */
    ADJUST_BORROW,           /* & or &mut (is_mut) */
    ADJUST_RAW_BORROW,       /* &raw */
    ADJUST_REIFY_FN,         /* function item -> function pointer */
    ADJUST_UNSAFE_FN,        /* fn pointer -> unsafe fn pointer */
    ADJUST_CLOSURE_FN,       /* closure -> fn pointer */
    ADJUST_MUT_TO_CONST,     /* *mut T -> *const T */
    ADJUST_UNSIZE,           /* [T; N] -> [T], T -> dyn Trait behind a pointer */
} AdjustKind;
typedef struct {
    uint8_t kind; /* AdjustKind */
    bool is_mut;
    bool two_phase; /* a borrow of an autoref'd `&mut` method receiver */
    TyId target;    /* the type after this step */
    DefId method;   /* OVERLOADED_DEREF */
} Adjustment;

typedef enum {
    CAST_NUMERIC,
    CAST_PTR_PTR,
    CAST_PTR_ADDR,
    CAST_ADDR_PTR,
    CAST_ENUM_INT,
    CAST_INT_CHAR,
    CAST_BOOL_INT,
    CAST_CHAR_INT,
    CAST_FN_PTR_ADDR,
    CAST_ARRAY_PTR,
    CAST_COERCION,
    CAST_ERROR,
    CAST_FN_PTR_PTR
} CastKind;

typedef struct {
    DefId owner;
    bool has_error; /* something was reported: no MIR is built from this body */
    TyId *expr_tys;
    uint32_t expr_count; /* by HirExprId; before adjustments */
    TyId *pat_tys;
    uint32_t pat_count; /* by HirPatId; of the place the pattern matches, after default binding
                           modes are peeled: see pat_derefs */
    TyId *local_tys;
    uint32_t local_count; /* by HirLocalId: the variable's own type */
    /* Runs in `adjustments` by HirExprId. */
    IdRange *expr_adjustments;
    Adjustment *adjustments;
    uint32_t adjustment_count;
    /* What a path expression, method call, overloaded operator or index stands for; by HirExprId;
     * none elsewhere. */
    DefId *callees;
    ArgsId *callee_args;
    /* The same for path patterns and struct patterns, by HirPatId: variant, struct, constant. */
    DefId *pat_defs;
    ArgsId *pat_args;
    /* Field index of FIELD expressions, variant index of struct expressions and patterns. */
    uint32_t *field_indices;       /* by HirExprId */
    uint32_t *variant_indices;     /* by HirExprId */
    uint32_t *pat_variant_indices; /* by HirPatId */
    uint8_t *cast_kinds;           /* by HirExprId; CAST nodes */
    /* Default binding modes: how many references are peeled before the pattern applies (their types
     * in pat_deref_tys), and for bindings whether they bind by reference. */
    IdRange *pat_derefs; /* by HirPatId, in pat_deref_tys: outermost first */
    TyId *pat_deref_tys;
    uint32_t pat_deref_ty_count;
    uint8_t *binding_modes; /* by HirPatId: 0 by move, 1 by ref, 2 by ref mut */
    /* Types the user wrote in the body, regions kept, by index; (span, type) for user-type
     * annotations in MIR. */
    TyId *user_types;
    uint32_t *user_type_spans;
    uint32_t user_type_count;
} TypeckResults;

extern const ValueInfo value_info_TypeckResults;

#define QUERY QUERY_DECLARE
#include "typeck/typeck_queries.def"
#undef QUERY

#endif
