/* The structs of the AST, generated from its tables. Included by ast/ast.h only. */
#ifndef RSCC_AST_AST_NODES_H
#define RSCC_AST_AST_NODES_H

#define F(kind, CType, name) CType name;
#define RECORD(Camel, lower, plural, FIELDS) \
    typedef struct {                         \
        AstPos lo, hi;                       \
        FIELDS                               \
    } Ast##Camel;
#include "ast/ast_record.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } AstExpr_##l;
#include "ast/ast_expr.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } AstPat_##l;
#include "ast/ast_pat.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } AstTy_##l;
#include "ast/ast_ty.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } AstStmt_##l;
#include "ast/ast_stmt.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } AstItem_##l;
#include "ast/ast_item.def"
#undef F

#define NODE(U, l, FIELDS) AST_EXPR_##U,
typedef enum {
    AST_EXPR_NONE,
#include "ast/ast_expr.def"
    AST_EXPR_KIND_COUNT
} AstExprKind;
#define NODE(U, l, FIELDS) AST_PAT_##U,
typedef enum {
    AST_PAT_NONE,
#include "ast/ast_pat.def"
    AST_PAT_KIND_COUNT
} AstPatKind;
#define NODE(U, l, FIELDS) AST_TY_##U,
typedef enum {
    AST_TY_NONE,
#include "ast/ast_ty.def"
    AST_TY_KIND_COUNT
} AstTyKind;
#define NODE(U, l, FIELDS) AST_STMT_##U,
typedef enum {
    AST_STMT_NONE,
#include "ast/ast_stmt.def"
    AST_STMT_KIND_COUNT
} AstStmtKind;
#define NODE(U, l, FIELDS) AST_ITEM_##U,
typedef enum {
    AST_ITEM_NONE,
#include "ast/ast_item.def"
    AST_ITEM_KIND_COUNT
} AstItemKind;

#define NODE(U, l, FIELDS) AstExpr_##l l;
typedef struct {
    uint8_t kind; /* AstExprKind */
    AstPos lo, hi;
    union {
#include "ast/ast_expr.def"
    } as;
} AstExpr;
#define NODE(U, l, FIELDS) AstPat_##l l;
typedef struct {
    uint8_t kind; /* AstPatKind */
    AstPos lo, hi;
    union {
#include "ast/ast_pat.def"
    } as;
} AstPat;
#define NODE(U, l, FIELDS) AstTy_##l l;
typedef struct {
    uint8_t kind; /* AstTyKind */
    AstPos lo, hi;
    union {
#include "ast/ast_ty.def"
    } as;
} AstTy;
#define NODE(U, l, FIELDS) AstStmt_##l l;
typedef struct {
    uint8_t kind; /* AstStmtKind */
    AstPos lo, hi;
    union {
#include "ast/ast_stmt.def"
    } as;
} AstStmt;
#define NODE(U, l, FIELDS) AstItem_##l l;
typedef struct {
    uint8_t kind; /* AstItemKind */
    AstPos lo, hi;
    union {
#include "ast/ast_item.def"
    } as;
} AstItem;

#endif
