/* Blocks and statements, one a line. */
#include "print/print_priv.h"

#define IR_TABLE           "ast/ast_stmt.def"
#define IR_NODE            AstStmt
#define IR_KIND            AST_STMT
#define IR_DISPATCH        print_stmt
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#define IR_DISPATCH_ARGS   p
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

static void print_stmt(Printer *p, AstStmtId id)
{
    const AstStmt *stmt = ast_stmt(p->ast, id);
    print_docs(p, stmt->lo);
    p->lo = stmt->lo;
    p->hi = stmt->hi;
    print_stmt_dispatch(p, stmt);
    print_line(p);
}

/* A value that is not the last statement: a macro made it, or it is block-like. */
static bool needs_semi(const Printer *p, IdRange stmts, uint32_t i)
{
    const AstStmt *stmt = ast_stmt(p->ast, ast_stmt_id_make(ast_list_at(p->ast, stmts, i)));
    return i + 1 < stmts.count && stmt->kind == AST_STMT_EXPR &&
           !print_is_block_like(p->ast, stmt->as.expr.expr);
}

void print_stmts(Printer *p, IdRange stmts)
{
    for (uint32_t i = 0; i < stmts.count; i++) {
        print_stmt(p, ast_stmt_id_make(ast_list_at(p->ast, stmts, i)));
        if (!needs_semi(p, stmts, i))
            continue;
        p->out.gap = PRINT_GAP_NEEDED;
        print_kind(p, TOKEN_SEMI);
        print_line(p);
    }
}

void print_block(Printer *p, AstBlockId id)
{
    const AstBlock *block = ast_block(p->ast, id);
    print_open_brace(p);
    print_attr_lines(p, block->attrs);
    print_stmts(p, block->stmts);
    print_close_brace(p);
}

/* In front of `else` stands neither `}` nor a lazy operator. */
static bool init_needs_parens(const Printer *p, const AstLet *let)
{
    if (ast_block_id_is_none(let->else_or_none))
        return false;
    const AstExpr *init = ast_expr(p->ast, let->init_or_none);
    bool is_lazy = init->kind == AST_EXPR_BINARY &&
                   (init->as.binary.op == AST_BINARY_AND || init->as.binary.op == AST_BINARY_OR);
    return is_lazy || p->run->tokens[(init->hi >> AST_POS_SHIFT) - 1].kind == TOKEN_CLOSE_BRACE;
}

static void print_init(Printer *p, const AstLet *let)
{
    bool has_parens = init_needs_parens(p, let);
    print_spaced(p, TOKEN_EQ);
    if (has_parens)
        print_kind(p, TOKEN_OPEN_PAREN);
    print_expr(p, let->init_or_none);
    if (has_parens)
        print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_stmt_let(Printer *p, const AstStmt_let *node)
{
    const AstLet *let = ast_let(p->ast, node->let);
    print_attr_lines(p, let->attrs);
    print_word_if(p, let->is_super, TOKEN_KW_SUPER);
    print_word(p, TOKEN_KW_LET);
    print_pat(p, let->pat);
    if (!ast_ty_id_is_none(let->ty_or_none)) {
        print_word(p, TOKEN_COLON);
        print_ty(p, let->ty_or_none);
    }
    if (!ast_expr_id_is_none(let->init_or_none))
        print_init(p, let);
    if (!ast_block_id_is_none(let->else_or_none)) {
        print_spaced(p, TOKEN_KW_ELSE);
        print_block(p, let->else_or_none);
    }
    print_kind(p, TOKEN_SEMI);
}

void print_stmt_item(Printer *p, const AstStmt_item *node)
{
    print_nested(p, node->item);
}

static void print_first_expr(Printer *p, IdRange attrs, AstExprId id, bool has_semi)
{
    PrintPlace place = { .flags = PLACE_STATEMENT | PLACE_FIRST, .next = TOKEN_EOF };
    const AstExpr *expr = ast_expr(p->ast, id);
    bool is_call = expr->kind == AST_EXPR_MACRO_CALL;
    bool is_braced = is_call && ast_macro_call(p->ast, expr->as.macro_call.call)->delimiter ==
                                    AST_DELIMITER_BRACE;
    if (is_braced || (is_call && has_semi))
        place.power = AST_POWER_POSTFIX + 1; /* it would be a statement of its own kind */
    print_attr_lines(p, attrs);
    print_expr_in(p, id, place);
}

void print_stmt_expr(Printer *p, const AstStmt_expr *node)
{
    print_first_expr(p, node->attrs, node->expr, false);
}

void print_stmt_semi(Printer *p, const AstStmt_semi *node)
{
    print_first_expr(p, node->attrs, node->expr, true);
    print_kind(p, TOKEN_SEMI);
}

void print_stmt_macro(Printer *p, const AstStmt_macro *node)
{
    print_attr_lines(p, node->attrs);
    print_macro_call(p, node->call);
    if (node->style == AST_MACRO_SEMI)
        print_kind(p, TOKEN_SEMI);
}

void print_stmt_empty(Printer *p, const AstStmt_empty *node)
{
    (void)node;
    print_kind(p, TOKEN_SEMI);
}

void print_stmt_error(Printer *p, const AstStmt_error *node)
{
    (void)node;
    print_run(p, p->lo >> AST_POS_SHIFT, p->hi >> AST_POS_SHIFT);
}
