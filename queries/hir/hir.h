/* HIR: bodies and item headers with names resolved and macros gone.
 *
 * A HirBody is flat: nodes of each kind in an array, referenced by 32-bit ids (0 none), lists as
 * runs of ids in `lists`. It holds local ids and DefIds, no marks and no positions: each node has a
 * `span`, an index into span_table(owner), numbered in the order of lowering. `while` and `for` are
 * loops; `if let` chains are IF over LET and BINARY(AND). */
#ifndef RSCC_HIR_HIR_H
#define RSCC_HIR_HIR_H

#include "base/ir_table.h"
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
ID_TYPE(HirLabelId,
        hir_label_id) /* of a loop or labelled block: its own number in the body, 1..label_count */

/* UNARY(UPPER, text, lang item of the operator trait) */
#define UNARY_OP_TABLE(X) X(NEG, "-", "neg") X(NOT, "!", "not") X(DEREF, "*", "deref")
/* BINARY(UPPER, text, lang item, lang item of the assigning form, class) */
#define BINARY_OP_TABLE(X)                              \
    X(ADD, "+", "add", "add_assign", ARITHMETIC)        \
    X(SUB, "-", "sub", "sub_assign", ARITHMETIC)        \
    X(MUL, "*", "mul", "mul_assign", ARITHMETIC)        \
    X(DIV, "/", "div", "div_assign", ARITHMETIC)        \
    X(REM, "%", "rem", "rem_assign", ARITHMETIC)        \
    X(BIT_AND, "&", "bitand", "bitand_assign", BITWISE) \
    X(BIT_OR, "|", "bitor", "bitor_assign", BITWISE)    \
    X(BIT_XOR, "^", "bitxor", "bitxor_assign", BITWISE) \
    X(SHL, "<<", "shl", "shl_assign", SHIFT)            \
    X(SHR, ">>", "shr", "shr_assign", SHIFT)            \
    X(EQ, "==", "eq", NULL, COMPARISON)                 \
    X(NE, "!=", "eq", NULL, COMPARISON)                 \
    X(LT, "<", "partial_ord", NULL, COMPARISON)         \
    X(LE, "<=", "partial_ord", NULL, COMPARISON)        \
    X(GT, ">", "partial_ord", NULL, COMPARISON)         \
    X(GE, ">=", "partial_ord", NULL, COMPARISON)        \
    X(AND, "&&", NULL, NULL, LAZY)                      \
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

/* PRIMITIVE(UPPER, name, kind, width) in the order of suffixes and of RES_PRIMITIVE. */
#define PRIMITIVE_TABLE(X)               \
    X(BOOL, "bool", TY_BOOL, 0)          \
    X(CHAR, "char", TY_CHAR, 0)          \
    X(STR, "str", TY_STR, 0)             \
    X(I8, "i8", TY_INT, INT_8)           \
    X(I16, "i16", TY_INT, INT_16)        \
    X(I32, "i32", TY_INT, INT_32)        \
    X(I64, "i64", TY_INT, INT_64)        \
    X(I128, "i128", TY_INT, INT_128)     \
    X(ISIZE, "isize", TY_INT, INT_SIZE)  \
    X(U8, "u8", TY_UINT, INT_8)          \
    X(U16, "u16", TY_UINT, INT_16)       \
    X(U32, "u32", TY_UINT, INT_32)       \
    X(U64, "u64", TY_UINT, INT_64)       \
    X(U128, "u128", TY_UINT, INT_128)    \
    X(USIZE, "usize", TY_UINT, INT_SIZE) \
    X(F16, "f16", TY_FLOAT, FLOAT_16)    \
    X(F32, "f32", TY_FLOAT, FLOAT_32)    \
    X(F64, "f64", TY_FLOAT, FLOAT_64) X(F128, "f128", TY_FLOAT, FLOAT_128)
typedef enum {
#define X(U, name, kind, width) PRIMITIVE_##U,
    PRIMITIVE_TABLE(X)
#undef X
        PRIMITIVE_COUNT
} PrimitiveTy;
typedef enum { INT_8, INT_16, INT_32, INT_64, INT_128, INT_SIZE } IntWidth;
typedef enum { FLOAT_16, FLOAT_32, FLOAT_64, FLOAT_128 } FloatWidth;
/* ABI(UPPER, "name") */
#define ABI_TABLE(X)                    \
    X(RUST, "Rust")                     \
    X(C, "C")                           \
    X(SYSTEM, "system")                 \
    X(RUST_CALL, "rust-call")           \
    X(RUST_INTRINSIC, "rust-intrinsic") \
    X(C_UNWIND, "C-unwind")             \
    X(EFIAPI, "efiapi") X(SYSV64, "sysv64") X(WIN64, "win64") X(VECTORCALL, "vectorcall")
typedef enum {
#define X(U, name) ABI_##U,
    ABI_TABLE(X)
#undef X
        ABI_COUNT
} Abi;

/* What a path's resolved part stands for. */
#define RES_KIND_TABLE(X)                                                                   \
    X(ERROR, "error")         /* reported */                                                \
    X(DEF, "def")             /* `def` */                                                   \
    X(LOCAL, "local")         /* `local` */                                                 \
    X(PRIMITIVE, "primitive") /* `primitive`: PrimitiveTy */                                \
    X(SELF_TYPE, "Self type") /* `Self`: `def` is the impl, trait, struct, enum or union */ \
    X(SELF_CTOR, "Self ctor") /* `Self(..)` or `Self` as a value: `def` is the impl */
typedef enum {
#define X(U, text) RES_##U,
    RES_KIND_TABLE(X)
#undef X
        RES_KIND_COUNT
} ResKind;

#define HIR_LOOP_SOURCE_TABLE(X) X(LOOP, "loop") X(WHILE, "while") X(FOR, "for")
#define HIR_ARG_TABLE(X)         X(LIFETIME, "lifetime") X(TYPE, "type") X(CONST, "const") X(INFER, "infer")
#define HIR_LITERAL_TABLE(X) \
    X(INT, "int")            \
    X(FLOAT, "float")        \
    X(BOOL, "bool")          \
    X(CHAR, "char")          \
    X(STR, "str") X(BYTE, "byte") X(BYTE_STR, "byte str") X(C_STR, "c str") X(ERROR, "error")
#define HIR_LIFETIME_TABLE(X) \
    X(ELIDED, "elided") X(STATIC, "static") X(PARAM, "param") X(INFER, "infer") X(ERROR, "error")
#define HIR_CTOR_TABLE(X)  X(STRUCT, "{}") X(TUPLE, "()") X(UNIT, "unit")
#define HIR_PARAM_TABLE(X) X(LIFETIME, "lifetime") X(TYPE, "type") X(CONST, "const")

#define X(U, text) LOOP_SOURCE_##U,
typedef enum { HIR_LOOP_SOURCE_TABLE(X) HIR_LOOP_SOURCE_COUNT } HirLoopSource;
#undef X
#define X(U, text) HIR_ARG_##U,
typedef enum { HIR_ARG_TABLE(X) HIR_ARG_KIND_COUNT } HirArgKind;
#undef X
#define X(U, text) HIR_LITERAL_##U,
typedef enum { HIR_LITERAL_TABLE(X) HIR_LITERAL_KIND_COUNT } HirLiteralKind;
#undef X
#define X(U, text) HIR_LIFETIME_##U,
typedef enum { HIR_LIFETIME_TABLE(X) HIR_LIFETIME_KIND_COUNT } HirLifetimeKind;
#undef X
#define X(U, text) HIR_CTOR_##U,
typedef enum { HIR_CTOR_TABLE(X) HIR_CTOR_KIND_COUNT } HirCtorKind;
#undef X
#define X(U, text) HIR_PARAM_##U,
typedef enum {
    HIR_PARAM_TABLE(X) HIR_PARAM_KIND_COUNT
} HirGenericParamKind; /* as GenericParamKind, ty/ty.h */
#undef X

#define IR_TABLE  "hir/hir_expr.def"
#define IR_NODE   HirExpr
#define IR_KIND   HIR_EXPR
#define IR_PREFIX hir_expr
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_declare.h"

#define IR_TABLE  "hir/hir_pat.def"
#define IR_NODE   HirPat
#define IR_KIND   HIR_PAT
#define IR_PREFIX hir_pat
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_declare.h"

#define IR_TABLE  "hir/hir_ty.def"
#define IR_NODE   HirTy
#define IR_KIND   HIR_TY
#define IR_PREFIX hir_ty
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_declare.h"

#define IR_TABLE  "hir/hir_stmt.def"
#define IR_NODE   HirStmt
#define IR_KIND   HIR_STMT
#define IR_PREFIX hir_stmt
#define IR_COMMON F(hir_span, uint32_t, span)
#include "base/ir_declare.h"

#define IR_TABLE "hir/hir_records.def"
#define IR_RECORD_TYPES
#include "base/ir_records_declare.h"

extern const ValueInfo value_info_HirBody, value_info_HirItem;

/* Kinds of local ids, for walks. */
enum {
    IR_LOCAL_hir_expr = IR_LOCAL_FIRST,
    IR_LOCAL_hir_pat,
    IR_LOCAL_hir_pat_ref,
    IR_LOCAL_hir_ty,
    IR_LOCAL_hir_stmt,
    IR_LOCAL_hir_block,
    IR_LOCAL_hir_path,
    IR_LOCAL_hir_segment,
    IR_LOCAL_hir_literal,
    IR_LOCAL_hir_lifetime,
    IR_LOCAL_hir_local,
    IR_LOCAL_hir_label,
};

const char *unary_op_text(UnaryOp op);

static inline const HirExpr *hir_expr(const HirBody *body, HirExprId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->expr_count);
    return &body->exprs[id.v];
}
static inline const HirPat *hir_pat(const HirBody *body, HirPatId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->pat_count);
    return &body->pats[id.v];
}
static inline const HirTy *hir_ty(const HirBody *body, HirTyId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->ty_count);
    return &body->tys[id.v];
}
static inline const HirStmt *hir_stmt(const HirBody *body, HirStmtId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->stmt_count);
    return &body->stmts[id.v];
}
static inline const HirBlock *hir_block(const HirBody *body, HirBlockId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->block_count);
    return &body->blocks[id.v];
}
static inline const HirPath *hir_path(const HirBody *body, HirPathId id)
{
    rsc_debug_assert(id.v != 0 && id.v < body->path_count);
    return &body->paths[id.v];
}
/* The i-th segment of a path. */
static inline const HirSegment *hir_path_segment(const HirBody *body, const HirPath *path,
                                                 uint32_t i)
{
    rsc_debug_assert(i < path->segments.count);
    return &body->segments[path->segments.start + i];
}
/* The i-th entry of a list, as a bare id. */
static inline uint32_t hir_list_at(const HirBody *body, IdRange list, uint32_t i)
{
    rsc_debug_assert(i < list.count && list.start + i < body->list_count);
    return body->lists[list.start + i];
}

/* With arrays of its own. */
void hir_body_copy(Arena *arena, const HirBody *from, HirBody *to);
void hir_item_copy(Arena *arena, const HirItem *from, HirItem *to);

/* Checks what encoding and decoding rely on: ids and runs in range, required children there,
 * patterns of locals bindings. False with the first violation in *problem. Run on everything
 * lowering makes in builds with expensive checks. */
bool hir_body_validate(Interners *interners, const HirBody *body, Text *problem);
bool hir_item_validate(Interners *interners, const HirItem *item, Text *problem);

/* Indented text, one node a line, names of definitions as paths; `json`: one JSON object. No spans.
 */
void hir_body_print(const Interners *interners, const HirBody *body, bool json, Text *out);
void hir_item_print(const Interners *interners, const HirItem *item, bool json, Text *out);

#endif
