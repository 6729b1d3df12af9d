/* Private to print: the printer of trees. One handler for each kind of node (base/README.md). */
#ifndef RSCC_PRINT_PRINT_PRIV_H
#define RSCC_PRINT_PRINT_PRIV_H

#include "ast/ast_operator.h"
#include "print/print.h"

/* What the place of an expression asks of it; from the parser's restrictions. */
enum {
    PLACE_STATEMENT = 1,  /* it begins a statement: a block-like expression would end it */
    PLACE_FIRST = 2,      /* its first token is the statement's: attributes and `m! {}` too */
    PLACE_NO_STRUCT = 4,  /* a condition: `{` begins the block */
    PLACE_NO_BRACE = 8,   /* what begins with `{` is not taken for a value */
    PLACE_LEFT = 16,      /* left of an operator, or called or indexed */
    PLACE_ANY_RANGE = 32, /* behind an operator, where `..b` may stand whatever the power */
};
typedef struct {
    uint8_t power; /* the least: AST_POWER_ */
    uint8_t flags; /* PLACE_ */
    uint8_t next;  /* TokenKind of the operator behind it; TOKEN_EOF: what follows ends it */
} PrintPlace;

typedef struct {
    PrintTokens out;
    const PrintSource *source;
    const Ast *ast; /* of the run being printed */
    const TokenRun *run;
    uint32_t item;
    Anchor anchor;
    uint32_t child;   /* of the item: the nested one that comes next */
    uint32_t docs;    /* tokens of the file before which all doc comments are printed */
    PrintPlace place; /* of the expression being printed */
    AstPos lo, hi;    /* of the node being printed */
} Printer;

/* ---- words ---- */
static inline void print_kind(Printer *p, TokenKind kind)
{
    print_tokens_add(&p->out, (Token){ .kind = (uint8_t)kind });
}
static inline void print_space(Printer *p)
{
    print_tokens_gap(&p->out, PRINT_GAP_SPACE);
}
static inline void print_line(Printer *p)
{
    print_tokens_gap(&p->out, PRINT_GAP_LINE);
}
/* `word ` */
static inline void print_word(Printer *p, TokenKind kind)
{
    print_kind(p, kind);
    print_space(p);
}
static inline void print_word_if(Printer *p, bool is_there, TokenKind kind)
{
    if (is_there)
        print_word(p, kind);
}
/* ` = ` */
static inline void print_spaced(Printer *p, TokenKind kind)
{
    print_space(p);
    print_word(p, kind);
}
/* A token that may touch the last one, because the parser splits what comes of it. */
static inline void print_joint(Printer *p, TokenKind kind)
{
    print_tokens_gap(&p->out, PRINT_GAP_NONE);
    print_kind(p, kind);
}
void print_ident(Printer *p, AstIdent ident);
/* A name that the grammar knows, as a token of kind IDENT. */
void print_name(Printer *p, const char *name);
void print_symbol(Printer *p, TokenKind kind, SymId text);
/* `, ` if it is not the first of a list. */
void print_comma(Printer *p, uint32_t i);
void print_open_brace(Printer *p);
void print_close_brace(Printer *p);
/* The doc comments before a token of the run, on lines of their own, once. */
void print_docs(Printer *p, AstPos at);
/* At the end of a list of items: those of a module that has nothing else. */
void print_last_docs(Printer *p, uint32_t item);
/* The tokens [lo, hi) of the run. */
void print_run(Printer *p, uint32_t lo, uint32_t hi);
/* The tree of (item, anchor) is the one that is printed until print_leave. */
typedef struct {
    const Ast *ast;
    const TokenRun *run;
    uint32_t item;
    Anchor anchor;
} PrintPart;
PrintPart print_enter(Printer *p, uint32_t item, Anchor anchor);
void print_leave(Printer *p, PrintPart part);

/* ---- print_path.c ---- */
typedef enum { PRINT_PATH_EXPR, PRINT_PATH_TYPE } PrintPathStyle;
void print_path(Printer *p, AstPathId id, PrintPathStyle style);
void print_segment(Printer *p, AstSegmentId id, PrintPathStyle style);
void print_lifetime(Printer *p, AstLifetimeId id);
/* `'a: `, if there is one. */
void print_label(Printer *p, AstLifetimeId id);
void print_generic_args(Printer *p, IdRange args);
void print_bounds(Printer *p, IdRange bounds);
void print_bound(Printer *p, AstBoundId id);
/* `: A + B`, unless it is empty. */
void print_colon_bounds(Printer *p, IdRange bounds);
/* `<A, B>` */
void print_generic_params(Printer *p, IdRange params);
/* `for<'a> `, if there is something between the brackets. */
void print_for(Printer *p, IdRange params);
/* The where clause, on lines of its own; false if there is none. */
bool print_where(Printer *p, AstGenericsId id);
void print_macro_call(Printer *p, AstMacroCallId id);
/* Behind a macro's or an attribute's path. */
void print_delimited(Printer *p, uint8_t delimiter, IdRange args);
/* Attributes, each behind another on a line, or each on a line of its own. */
void print_attrs(Printer *p, IdRange attrs);
void print_attr_lines(Printer *p, IdRange attrs);
void print_visibility(Printer *p, AstVisId id);
/* `a.b` */
void print_field_names(Printer *p, IdRange names);

/* ---- print_ty.c ---- */
void print_ty(Printer *p, AstTyId id);
/* Where `A + B` must be in parentheses. */
void print_ty_no_plus(Printer *p, AstTyId id);
/* ` -> T`, if there is one. */
void print_return_ty(Printer *p, AstTyId id, bool allows_plus);
/* The type that ends a type: whether `<`, or `+`, behind it would belong to it. */
bool print_ty_takes(const Ast *ast, AstTyId id, TokenKind next);
void print_params(Printer *p, IdRange params);
void print_fn_qualifiers(Printer *p, const AstFnHeader *header);

/* ---- print_pat.c ---- */
void print_pat(Printer *p, AstPatId id);     /* with alternatives */
void print_pat_one(Printer *p, AstPatId id); /* without */

/* ---- print_expr.c ---- */
void print_expr(Printer *p, AstExprId id);
void print_expr_in(Printer *p, AstExprId id, PrintPlace place);
/* A constant in a type: a block with nothing but a value stays in the line. */
void print_constant(Printer *p, AstExprId id);
/* Which an expression statement, or an arm's expression, need not end in `;` or `,`. */
bool print_is_block_like(const Ast *ast, AstExprId id);

/* ---- print_stmt.c ---- */
void print_block(Printer *p, AstBlockId id);
void print_stmts(Printer *p, IdRange stmts);

/* ---- print_item.c ---- */
/* The item of a TOKEN_ITEM in the body being printed. */
void print_nested(Printer *p, ItemId item);

#define IR_TABLE           "ast/ast_expr.def"
#define IR_NODE            AstExpr
#define IR_KIND            AST_EXPR
#define IR_DISPATCH        print_expr
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#include "base/ir_dispatch_declare.h"
#define IR_TABLE           "ast/ast_pat.def"
#define IR_NODE            AstPat
#define IR_KIND            AST_PAT
#define IR_DISPATCH        print_pat
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#include "base/ir_dispatch_declare.h"
#define IR_TABLE           "ast/ast_ty.def"
#define IR_NODE            AstTy
#define IR_KIND            AST_TY
#define IR_DISPATCH        print_ty
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#include "base/ir_dispatch_declare.h"
#define IR_TABLE           "ast/ast_stmt.def"
#define IR_NODE            AstStmt
#define IR_KIND            AST_STMT
#define IR_DISPATCH        print_stmt
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#include "base/ir_dispatch_declare.h"
#define IR_TABLE           "ast/ast_item.def"
#define IR_NODE            AstItem
#define IR_KIND            AST_ITEM
#define IR_DISPATCH        print_item
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#include "base/ir_dispatch_declare.h"

#endif
