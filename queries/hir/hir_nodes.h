/* The node structs of HIR, generated from its tables. Included by hir/hir.h only. */
#ifndef RSCC_HIR_HIR_NODES_H
#define RSCC_HIR_HIR_NODES_H


#define F(kind, CType, name) CType name;
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } HirExpr_##l;
#include "hir/hir_expr.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } HirPat_##l;
#include "hir/hir_pat.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } HirTy_##l;
#include "hir/hir_ty.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } HirStmt_##l;
#include "hir/hir_stmt.def"
#undef F

#define NODE(U, l, FIELDS) HIR_EXPR_##U,
typedef enum {
    HIR_EXPR_NONE,
#include "hir/hir_expr.def"
    HIR_EXPR_KIND_COUNT
} HirExprKind;
#define NODE(U, l, FIELDS) HIR_PAT_##U,
typedef enum {
    HIR_PAT_NONE,
#include "hir/hir_pat.def"
    HIR_PAT_KIND_COUNT
} HirPatKind;
#define NODE(U, l, FIELDS) HIR_TY_##U,
typedef enum {
    HIR_TY_NONE,
#include "hir/hir_ty.def"
    HIR_TY_KIND_COUNT
} HirTyKind;
#define NODE(U, l, FIELDS) HIR_STMT_##U,
typedef enum {
    HIR_STMT_NONE,
#include "hir/hir_stmt.def"
    HIR_STMT_KIND_COUNT
} HirStmtKind;

#define NODE(U, l, FIELDS) HirExpr_##l l;
typedef struct {
    uint8_t kind; /* HirExprKind */
    uint32_t span;
    union {
#include "hir/hir_expr.def"
    } as;
} HirExpr;
#define NODE(U, l, FIELDS) HirPat_##l l;
typedef struct {
    uint8_t kind; /* HirPatKind */
    uint32_t span;
    union {
#include "hir/hir_pat.def"
    } as;
} HirPat;
#define NODE(U, l, FIELDS) HirTy_##l l;
typedef struct {
    uint8_t kind; /* HirTyKind */
    uint32_t span;
    union {
#include "hir/hir_ty.def"
    } as;
} HirTy;
#define NODE(U, l, FIELDS) HirStmt_##l l;
typedef struct {
    uint8_t kind; /* HirStmtKind */
    uint32_t span;
    union {
#include "hir/hir_stmt.def"
    } as;
} HirStmt;

#endif
