/* Blocks and statements. Reference: "Statements". A statement that is malformed becomes an error
 * node; the next one is read as if nothing had happened. */
#include "parse/parse_priv.h"

#define STMT(U, lower, ...) \
    push_stmt(p, lo, (AstStmt){ .kind = AST_STMT_##U, .as.lower = { __VA_ARGS__ } })
#define STMT_0(U) push_stmt(p, lo, (AstStmt){ .kind = AST_STMT_##U })

static AstStmtId push_stmt(Parser *p, AstPos lo, AstStmt stmt)
{
    stmt.lo = lo;
    stmt.hi = p->prev_hi;
    return parse_push_stmt(p, stmt);
}

/* Behind what a macro took for a statement no semicolon is needed. */
static bool ends_fragment(const Parser *p)
{
    if (p->failed || p->sub != 0 || p->at > p->count)
        return false;
    for (uint32_t at = p->at; at > 0; at--) { /* brackets of other fragments may follow */
        const Token *before = &p->tokens[at - 1];
        bool is_bracket =
            before->kind == TOKEN_OPEN_FRAGMENT || before->kind == TOKEN_CLOSE_FRAGMENT;
        if (!is_bracket || before->kind == TOKEN_CLOSE_FRAGMENT)
            return is_bracket && before->flags == AST_FRAGMENT_STMT;
    }
    return false;
}

/* ---- let ---- */

/* What would be hard to read in front of `else`. */
static void check_let_else(Parser *p, AstExprId init)
{
    const AstExpr *expr = &p->exprs.items[init.v];
    if (p->failed)
        return;
    bool is_lazy = expr->kind == AST_EXPR_BINARY &&
                   (expr->as.binary.op == AST_BINARY_AND || expr->as.binary.op == AST_BINARY_OR);
    if (is_lazy)
        parse_error_with(p, DIAG_CODE_parse_lazy_let_else, expr->lo, expr->hi,
                         expr->as.binary.op == AST_BINARY_AND ? "&&" : "||");
    else if (p->tokens[(expr->hi >> AST_POS_SHIFT) - 1].kind == TOKEN_CLOSE_BRACE)
        parse_error(p, DIAG_CODE_parse_before_else, expr->hi - (1u << AST_POS_SHIFT), expr->hi);
}

static AstStmtId parse_let(Parser *p, IdRange attrs, AstPos lo, bool is_super)
{
    AstLet let = { .lo = lo, .attrs = attrs, .is_super = is_super };
    parse_advance(p);
    let.pat = parse_pat(p);
    const AstPat *pat = &p->pats.items[let.pat.v];
    if (pat->kind == AST_PAT_OR && !p->failed)
        parse_error(p, DIAG_CODE_parse_or_in_let, pat->lo, pat->hi);
    if (parse_eat(p, TOKEN_COLON))
        let.ty_or_none = parse_ty(p);
    if (parse_eat_part(p, TOKEN_EQ))
        let.init_or_none = parse_expr(p);
    if (!ast_expr_id_is_none(let.init_or_none) && parse_eat(p, TOKEN_KW_ELSE)) {
        check_let_else(p, let.init_or_none);
        let.else_or_none = parse_block(p);
    }
    if (!ends_fragment(p))
        parse_expect_semi(p);
    let.hi = p->prev_hi;
    return STMT(LET, let, parse_push_let(p, let));
}

/* ---- expressions and macro calls ---- */

/* `m! { .. }` is a statement unless a method is called on it. */
static bool ends_macro_stmt(const Parser *p)
{
    return p->prev_kind == TOKEN_CLOSE_BRACE && !parse_is(p, TOKEN_DOT) &&
           !parse_is(p, TOKEN_QUESTION);
}

static AstStmtId finish_expr_stmt(Parser *p, IdRange attrs, AstExprId expr, AstPos lo,
                                  uint32_t close)
{
    bool needs_semi = parse_needs_semi(p, expr);
    if (parse_eat(p, TOKEN_SEMI)) {
        const AstExpr *node = &p->exprs.items[expr.v];
        if (node->kind == AST_EXPR_MACRO_CALL)
            return STMT(MACRO, macro, attrs, AST_MACRO_SEMI, node->as.macro_call.call);
        return STMT(SEMI, semi, attrs, expr);
    }
    if (close != PARSE_END)
        parse_expect_more(p, close);
    bool at_end = p->kind == close || ends_fragment(p);
    if (needs_semi && !at_end && !p->failed && parse_expect_semi(p))
        return STMT(SEMI, semi, attrs, expr);
    return STMT(EXPR, expr, attrs, expr);
}

/* A path may be a macro call, which is a statement of its own; else it begins an expression. */
static AstStmtId parse_path_stmt(Parser *p, IdRange attrs, AstPos lo, uint32_t close)
{
    AstPathId path = parse_path(p, PATH_EXPR);
    uint32_t saved = p->restrictions;
    p->restrictions = EXPR_STATEMENT;
    AstExprId expr = parse_path_expr(p, path, lo);
    bool is_macro = !p->failed && p->exprs.items[expr.v].kind == AST_EXPR_MACRO_CALL;
    if (is_macro && ends_macro_stmt(p)) {
        p->restrictions = saved;
        AstMacroCallId call = p->exprs.items[expr.v].as.macro_call.call;
        bool has_semi = parse_eat(p, TOKEN_SEMI);
        return STMT(MACRO, macro, attrs, has_semi ? AST_MACRO_SEMI : AST_MACRO_BRACES, call);
    }
    expr = parse_postfix_rest(p, expr, lo);
    expr = parse_expr_rest(p, expr, 0);
    p->restrictions = saved;
    return finish_expr_stmt(p, attrs, expr, lo, close);
}

static bool is_path_stmt(const Parser *p)
{
    bool is_builtin = parse_is(p, TOKEN_KW_BUILTIN) && parse_peek(p, 1) == TOKEN_POUND;
    return (parse_is(p, TOKEN_PATH_SEP) || parse_is_path_segment(p, p->kind)) &&
           !parse_is_closure(p) && !is_builtin &&
           !(parse_is(p, TOKEN_KW_TRY) && parse_peek(p, 1) == TOKEN_OPEN_BRACE);
}

/* Items are cut out of bodies only. Does one begin here, in a block of a header? */
static bool is_item_of_header(const Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    if (p->shape.kind == 0)
        return false;
    if (parse_is(p, TOKEN_KW_FN) || parse_is(p, TOKEN_KW_CONST) || parse_is(p, TOKEN_KW_STATIC))
        return parse_kind_is_ident(p, next) && parse_peek(p, 2) != TOKEN_OR;
    return parse_is(p, TOKEN_KW_STRUCT) || parse_is(p, TOKEN_KW_ENUM) ||
           parse_is(p, TOKEN_KW_TRAIT) || parse_is(p, TOKEN_KW_TYPE) || parse_is(p, TOKEN_KW_MOD) ||
           parse_is(p, TOKEN_KW_IMPL) || parse_is(p, TOKEN_KW_PUB) ||
           (parse_is(p, TOKEN_KW_USE) && next != TOKEN_OR && next != TOKEN_OR_OR);
}

/* Behind its `;` or its braces. */
static AstStmtId skip_item_of_header(Parser *p, AstPos lo)
{
    bool is_value =
        parse_is(p, TOKEN_KW_CONST) || parse_is(p, TOKEN_KW_STATIC) || parse_is(p, TOKEN_KW_USE);
    SyntaxError *error = parse_error_late(p, DIAG_CODE_unsupported, lo, parse_token_hi(p));
    parse_error_arg(p, error, STR("an item in the block of a type"));
    for (bool is_last = false; !is_last && p->kind != PARSE_END && p->kind != TOKEN_CLOSE_BRACE;) {
        is_last = parse_is(p, TOKEN_SEMI) || (!is_value && parse_is(p, TOKEN_OPEN_BRACE));
        if (token_class((TokenKind)p->kind) == TOKEN_CLASS_OPEN)
            parse_jump(p, parse_close_of(p, p->at) + 1);
        else
            parse_advance(p);
    }
    return STMT_0(ERROR);
}

static AstStmtId parse_stmt(Parser *p, uint32_t close)
{
    AstPos lo = parse_pos(p);
    if (parse_eat(p, TOKEN_SEMI))
        return STMT_0(EMPTY);
    if (parse_is(p, TOKEN_ITEM)) {
        ItemId item = token_item(*parse_token(p));
        parse_advance(p);
        return STMT(ITEM, item, item);
    }
    IdRange attrs = parse_outer_attributes(p);
    if (attrs.count > 0 && (p->kind == close || p->kind == PARSE_END) && !p->failed) {
        parse_error(p, DIAG_CODE_parse_statement_after_attributes, lo, p->prev_hi);
        return STMT_0(ERROR);
    }
    if (is_item_of_header(p))
        return skip_item_of_header(p, lo);
    if (parse_is(p, TOKEN_KW_LET))
        return parse_let(p, attrs, lo, false);
    if (parse_is(p, TOKEN_KW_SUPER) && parse_peek(p, 1) == TOKEN_KW_LET) {
        parse_advance(p);
        return parse_let(p, attrs, lo, true);
    }
    if (is_path_stmt(p))
        return parse_path_stmt(p, attrs, lo, close);
    AstExprId expr = parse_expr_restricted(p, EXPR_STATEMENT);
    return finish_expr_stmt(p, attrs, expr, lo, close);
}

/* ---- recovery ---- */

/* Does a statement end behind the brace that closes just before `at`? */
static bool may_end_statement(const Parser *p, uint32_t at, uint32_t end)
{
    if (at >= end)
        return true;
    TokenKind kind = (TokenKind)p->tokens[at].kind;
    TokenClass class = token_class(kind);
    return class != TOKEN_CLASS_PUNCT && class != TOKEN_CLASS_CLOSE && kind != TOKEN_KW_ELSE &&
           kind != TOKEN_KW_AS && kind != TOKEN_OPEN_PAREN && kind != TOKEN_OPEN_BRACE;
}

/* Skips what is left of the statement that began at `from`: to behind its `;`, to the next `let` or
 * item, or to the end of the block. */
static void recover(Parser *p, uint32_t from, uint32_t end)
{
    uint32_t failed_at = p->at, at = from;
    p->failed = false;
    p->is_broken = true;
    while (at < end) {
        TokenKind kind = (TokenKind)p->tokens[at].kind;
        if (at > from && at >= failed_at && (kind == TOKEN_KW_LET || kind == TOKEN_ITEM))
            break;
        at = token_tree_end(p->tokens, p->count, at);
        bool is_behind = at > failed_at;
        if (is_behind && kind == TOKEN_SEMI)
            break;
        if (is_behind && kind == TOKEN_OPEN_BRACE && may_end_statement(p, at, end))
            break;
    }
    parse_jump(p, at < end ? at : end);
}

/* Statements up to the token that closes the block (PARSE_END: of the run). */
IdRange parse_stmts(Parser *p, uint32_t close)
{
    uint32_t list = parse_list_begin(p), end = p->count;
    bool is_bounded = false; /* the end of the block is looked up at the first error */
    while (p->kind != close && p->kind != PARSE_END) {
        uint32_t from = p->at, depth = p->depth, restrictions = p->restrictions,
                 stack = p->stack.count;
        AstStmtId stmt = parse_stmt(p, close);
        if (p->failed && !p->is_given_up) {
            if (!is_bounded && close != PARSE_END) {
                for (end = from; end < p->count && p->tokens[end].kind != close;)
                    end = token_tree_end(p->tokens, p->count, end);
                is_bounded = true;
            }
            p->depth = depth;
            p->restrictions = restrictions;
            p->stack.count = stack;
            recover(p, from, end);
            AstStmt error = { .kind = AST_STMT_ERROR, .lo = ast_pos(from, 0), .hi = p->prev_hi };
            stmt = parse_push_stmt(p, error);
        }
        parse_list_add(p, stmt.v);
    }
    return parse_list_end(p, list);
}

AstBlockId parse_block(Parser *p)
{
    AstBlock block = { .lo = parse_pos(p) };
    uint32_t saved = p->restrictions;
    bool is_entered =
        parse_check(p, TOKEN_OPEN_BRACE) ? parse_enter(p) : (parse_fail_expected(p), false);
    p->restrictions = 0;
    if (is_entered) {
        parse_advance(p);
        block.attrs = parse_inner_attributes(p);
        block.stmts = parse_stmts(p, TOKEN_CLOSE_BRACE);
        parse_expect(p, TOKEN_CLOSE_BRACE);
        parse_leave(p);
    }
    p->restrictions = saved;
    block.hi = p->prev_hi;
    return parse_push_block(p, block);
}
