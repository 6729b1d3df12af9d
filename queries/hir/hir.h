/* HIR: bodies and item headers with names resolved and macros gone.
 *
 * A HirBody is flat: nodes of each kind in an array, referenced by 32-bit ids (0 none), lists as runs of ids in `lists`. It holds
 * local ids and DefIds, no marks and no positions: each node has a `span`, an index into span_table(owner), numbered in the
 * order of lowering. `while` and `for` are loops; `if let` chains are IF over LET and BINARY(AND). */
#ifndef RSCC_HIR_HIR_H
#define RSCC_HIR_HIR_H

#include "source/source.h"

ID_TYPE(HirExprId, hir_expr_id)
ID_TYPE(HirPatId, hir_pat_id)
ID_TYPE(HirTyId, hir_ty_id)
ID_TYPE(HirStmtId, hir_stmt_id)
ID_TYPE(HirBlockId, hir_block_id)
ID_TYPE(HirPathId, hir_path_id)
ID_TYPE(HirSegmentId, hir_segment_id)
ID_TYPE(HirLiteralId, hir_literal_id)
ID_TYPE(HirLifetimeId, hir_lifetime_id)
ID_TYPE(HirLocalId, hir_local_id)
ID_TYPE(HirLabelId, hir_label_id) /* of a loop or labelled block: its own number in the body */

/* UNARY(UPPER, text, lang item of the operator trait) */
#define UNARY_OP_TABLE(X) X(NEG, "-", "neg") X(NOT, "!", "not") X(DEREF, "*", "deref")
/* BINARY(UPPER, text, lang item, lang item of the assigning form, class) */
#define BINARY_OP_TABLE(X)                                   \
    X(ADD, "+", "add", "add_assign", ARITHMETIC)             \
    X(SUB, "-", "sub", "sub_assign", ARITHMETIC)             \
    X(MUL, "*", "mul", "mul_assign", ARITHMETIC)             \
    X(DIV, "/", "div", "div_assign", ARITHMETIC)             \
    X(REM, "%", "rem", "rem_assign", ARITHMETIC)             \
    X(BIT_AND, "&", "bitand", "bitand_assign", BITWISE)      \
    X(BIT_OR, "|", "bitor", "bitor_assign", BITWISE)         \
    X(BIT_XOR, "^", "bitxor", "bitxor_assign", BITWISE)      \
    X(SHL, "<<", "shl", "shl_assign", SHIFT)                 \
    X(SHR, ">>", "shr", "shr_assign", SHIFT)                 \
    X(EQ, "==", "eq", NULL, COMPARISON)                      \
    X(NE, "!=", "eq", NULL, COMPARISON)                      \
    X(LT, "<", "partial_ord", NULL, COMPARISON)              \
    X(LE, "<=", "partial_ord", NULL, COMPARISON)             \
    X(GT, ">", "partial_ord", NULL, COMPARISON)              \
    X(GE, ">=", "partial_ord", NULL, COMPARISON)             \
    X(AND, "&&", NULL, NULL, LAZY)                           \
    X(OR, "||", NULL, NULL, LAZY)
typedef enum {
#define X(U, text, lang) UNARY_##U,
    UNARY_OP_TABLE(X)
#undef X
} UnaryOp;
typedef enum {
#define X(U, text, lang, assign, class) BINARY_##U,
    BINARY_OP_TABLE(X)
#undef X
} BinaryOp;

typedef enum { LOOP_SOURCE_LOOP, LOOP_SOURCE_WHILE, LOOP_SOURCE_FOR } HirLoopSource;

/* What a path's resolved part stands for. */
typedef enum {
    RES_ERROR,      /* reported */
    RES_DEF,        /* `def` */
    RES_LOCAL,      /* `local` */
    RES_PRIMITIVE,  /* `primitive`: PrimitiveTy (ty/ty.h) */
    RES_SELF_TYPE,  /* `Self`: `def` is the impl, trait, struct, enum or union */
    RES_SELF_CTOR,  /* `Self(..)` as a value: `def` is the impl */
} ResKind;
typedef struct {
    uint8_t kind; /* ResKind */
    uint8_t primitive;
    DefId def;
    HirLocalId local;
} Res;

/* `segments` first..: the segments of the written path. The first `resolved` of them name `res`; the rest are to be looked up as
 * associated items of it (type-relative). `self_ty`: of `<T>::f` and `<T as Trait>::f`; with a trait, res is the trait's item. */
typedef struct {
    Res res;
    IdRange segments; /* consecutive HirSegmentId */
    uint32_t resolved;
    HirTyId self_ty_or_none;
    uint32_t span;
} HirPath;
typedef enum { HIR_ARG_LIFETIME, HIR_ARG_TYPE, HIR_ARG_CONST, HIR_ARG_INFER } HirArgKind;
typedef struct {
    uint8_t kind; /* HirArgKind */
    HirLifetimeId lifetime;
    HirTyId ty;
    DefId konst; /* ANON_CONST, or CONST_PARAM when the argument is just a parameter's name */
} HirGenericArg;
/* Associated type constraint `Item = T`. */
typedef struct {
    SymId name;
    HirTyId ty;
    uint32_t span;
} HirConstraint;
typedef struct {
    SymId name;
    IdRange args;        /* in generic_args */
    IdRange constraints; /* in constraints */
    bool has_args;       /* `<..>` was written */
    uint32_t span;
} HirSegment;

typedef enum {
    HIR_LITERAL_INT, HIR_LITERAL_FLOAT, HIR_LITERAL_BOOL, HIR_LITERAL_CHAR, HIR_LITERAL_STR,
    HIR_LITERAL_BYTE, HIR_LITERAL_BYTE_STR, HIR_LITERAL_C_STR, HIR_LITERAL_ERROR,
} HirLiteralKind;
typedef struct {
    uint8_t kind;         /* HirLiteralKind */
    uint8_t suffix;       /* PrimitiveTy + 1, 0 none */
    uint64_t low, high;   /* integer, bool, char, byte */
    SymId text;           /* float: its digits; strings: the unescaped bytes */
} HirLiteral;

typedef enum { HIR_LIFETIME_ELIDED, HIR_LIFETIME_STATIC, HIR_LIFETIME_PARAM, HIR_LIFETIME_INFER, HIR_LIFETIME_ERROR } HirLifetimeKind;
typedef struct {
    uint8_t kind;
    DefId param; /* with PARAM */
    uint32_t span;
} HirLifetime;

typedef struct {
    SymId name;
    HirPatId pat; /* the binding pattern that introduces it (the first of an or-pattern) */
    bool is_mut;
    bool by_ref;
    uint32_t span;
} HirLocal;

typedef struct {
    IdRange statements; /* list of HirStmtId */
    HirExprId tail_or_none;
    bool is_unsafe;
    uint32_t span;
} HirBlock;
typedef struct {
    HirPatId pat;
    HirExprId guard_or_none;
    HirExprId body;
    uint32_t span;
} HirArm;
typedef struct {
    SymId name;
    HirExprId value;
    uint32_t span;
} HirFieldInit;
typedef struct {
    SymId name;
    HirPatId pat;
    uint32_t span;
} HirFieldPat;

/* Node structs and unions (HirExpr, HirPat, HirTy, HirStmt: kind, span, as.<lower>) are generated from hir_*.def by
 * hir/hir_nodes.h. */
#include "hir/hir_nodes.h"

/* A value that providers build and others read; arrays are indexed by id (entry 0 unused). */
typedef struct {
    DefId owner;
    HirExpr *exprs;      uint32_t expr_count;
    HirPat *pats;        uint32_t pat_count;
    HirTy *tys;          uint32_t ty_count;
    HirStmt *stmts;      uint32_t stmt_count;
    HirBlock *blocks;    uint32_t block_count;
    HirPath *paths;      uint32_t path_count;
    HirSegment *segments; uint32_t segment_count;
    HirGenericArg *generic_args; uint32_t generic_arg_count;
    HirConstraint *constraints; uint32_t constraint_count;
    HirLiteral *literals; uint32_t literal_count;
    HirLifetime *lifetimes; uint32_t lifetime_count;
    HirLocal *locals;    uint32_t local_count;
    HirArm *arms;        uint32_t arm_count;
    HirFieldInit *fields; uint32_t field_count;
    HirFieldPat *field_pats; uint32_t field_pat_count;
    uint32_t *lists;     uint32_t list_count;
    uint32_t label_count;
    IdRange params;      /* list of HirPatId; none for constants */
    HirExprId value;     /* the body's expression; none for a body that has none (extern fn, required trait method) */
    bool has_error;      /* lowering reported something */
} HirBody;

/* The header of an item: generics and the types that its kind has. One struct for all kinds; unused parts are empty. The types live in the
 * same arrays as a body's, in `nodes` (whose owner is the item). */
typedef struct {
    DefId def;
    uint8_t kind; /* HirGenericParamKind */
    HirTyId const_ty_or_default; /* const parameter: its type; type parameter: default, none */
    uint32_t span;
} HirGenericParam;
/* `T: Trait<..>` (lifetimes: `'a: 'b` with bounded_lifetime). */
typedef struct {
    HirTyId bounded_ty;
    HirLifetimeId bounded_lifetime;
    HirPathId trait_or_none;
    HirLifetimeId outlives_or_none;
    bool is_maybe; /* `?Sized` */
    uint32_t span;
} HirPredicate;
typedef struct {
    DefId def;
    SymId name;
    HirTyId ty;
    uint32_t span;
} HirFieldDef;
typedef enum { HIR_CTOR_STRUCT, HIR_CTOR_TUPLE, HIR_CTOR_UNIT } HirCtorKind;
typedef struct {
    DefId def;
    SymId name;
    IdRange fields; /* in field_defs */
    uint8_t ctor;   /* HirCtorKind */
    DefId discriminant_or_none; /* ANON_CONST */
    uint32_t span;
} HirVariantDef;
typedef struct {
    DefId def;
    DefKind kind;
    SymId name;
    bool has_default; /* fn with body, const with value */
    bool has_self;    /* fn with a self parameter: a method */
} HirAssocItem;
typedef struct {
    HirBody nodes;
    HirGenericParam *params;  uint32_t param_count;  /* own, without the parent's; lifetimes first */
    HirPredicate *predicates; uint32_t predicate_count;
    /* functions */
    IdRange inputs;           /* list of HirTyId in nodes.lists; `self` included, with its type written out */
    HirTyId output_or_none;
    uint8_t abi;              /* Abi, ty/ty.h */
    bool is_unsafe, is_const, is_variadic, has_self, has_body;
    /* structs, enums, unions: at least one variant for a struct */
    HirVariantDef *variants;  uint32_t variant_count;
    HirFieldDef *field_defs;  uint32_t field_def_count;
    /* const, static, type alias, field-like: its type */
    HirTyId ty_or_none;
    bool is_mut;
    /* impls and traits */
    HirPathId trait_or_none;
    HirTyId self_ty_or_none;
    bool is_negative, is_auto, is_default;
    HirAssocItem *assoc_items; uint32_t assoc_item_count;
    /* attributes that later stages ask for, as data: see hir_attrs below */
    SymId lang_item, link_name, export_name, rustc_intrinsic;
    bool no_mangle, is_inline, is_cold, track_caller, repr_c, repr_transparent, repr_packed;
    uint8_t repr_int;  /* PrimitiveTy + 1 of `#[repr(u8)]` etc. */
    uint32_t repr_align;
} HirItem;

#endif
