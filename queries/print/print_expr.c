/* Expressions. Parentheses are added by the rules that the parser reads by: powers, what a
 * statement's first expression may be, what a condition's may be, and what swallows an operator
 * that follows. */
#include "print/print_priv.h"

#define IR_TABLE           "ast/ast_expr.def"
#define IR_NODE            AstExpr
#define IR_KIND            AST_EXPR
#define IR_DISPATCH        print_expr
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#define IR_DISPATCH_ARGS   p
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

/* ---- places ---- */

/* A part that extends to where the whole does, behind an operator or a word. */
static PrintPlace place_right(PrintPlace whole, uint32_t power)
{
    uint32_t kept = PLACE_NO_STRUCT;
    return (PrintPlace){ (uint8_t)power, (uint8_t)(whole.flags & kept), whole.next };
}

/* The first part, with an operator behind it. */
static PrintPlace place_left(PrintPlace whole, uint32_t power, TokenKind next)
{
    uint32_t kept = PLACE_NO_STRUCT | PLACE_STATEMENT | PLACE_FIRST | PLACE_NO_BRACE;
    return (PrintPlace){ (uint8_t)power, (uint8_t)((whole.flags & kept) | PLACE_LEFT),
                         (uint8_t)next };
}

/* The base of `.` and `?`, which do not end a statement's block. */
static PrintPlace place_base(PrintPlace whole, TokenKind next)
{
    PrintPlace place = place_left(whole, AST_POWER_POSTFIX, next);
    place.flags &= (uint8_t)~PLACE_LEFT;
    return place;
}

/* The operand of a prefix: it may be a block, but not a called one, in a statement. */
static PrintPlace place_operand(PrintPlace whole)
{
    PrintPlace place = place_right(whole, AST_POWER_PREFIX);
    place.flags |= whole.flags & PLACE_STATEMENT;
    return place;
}

static PrintPlace place_free(void)
{
    return (PrintPlace){ .power = AST_POWER_NONE, .next = TOKEN_EOF };
}

static PrintPlace place_condition(void)
{
    return (PrintPlace){ .flags = PLACE_NO_STRUCT, .next = TOKEN_EOF };
}

/* ---- when parentheses are needed ---- */

bool print_is_block_like(const Ast *ast, AstExprId id)
{
    const AstExpr *expr = ast_expr(ast, id);
    AstExprKind kind = (AstExprKind)expr->kind;
    if (kind == AST_EXPR_ATTRIBUTED)
        return print_is_block_like(ast, expr->as.attributed.inner);
    if (kind == AST_EXPR_BLOCK) {
        AstBlockMode mode = (AstBlockMode)expr->as.block.mode;
        return mode != AST_BLOCK_ASYNC && mode != AST_BLOCK_GEN && mode != AST_BLOCK_ASYNC_GEN;
    }
    return kind == AST_EXPR_IF || kind == AST_EXPR_MATCH || kind == AST_EXPR_WHILE ||
           kind == AST_EXPR_LOOP || kind == AST_EXPR_FOR;
}

static uint32_t power_of(const AstExpr *expr)
{
    AstExprKind kind = (AstExprKind)expr->kind;
    if (kind == AST_EXPR_BINARY)
        return ast_operator_find(AST_OPERATOR_BINARY, (AstBinaryOp)expr->as.binary.op)->power;
    if (kind == AST_EXPR_ASSIGN || kind == AST_EXPR_ASSIGN_OP)
        return AST_POWER_ASSIGN;
    if (kind == AST_EXPR_RANGE)
        return AST_POWER_RANGE;
    if (kind == AST_EXPR_CAST)
        return AST_POWER_CAST;
    bool is_prefix = kind == AST_EXPR_UNARY || kind == AST_EXPR_REF || kind == AST_EXPR_RAW_REF ||
                     kind == AST_EXPR_ATTRIBUTED;
    return is_prefix ? AST_POWER_PREFIX : AST_POWER_POSTFIX;
}

/* Operators that may as well begin an expression. */
static bool may_begin_expr(TokenKind next)
{
    return next == TOKEN_MINUS || next == TOKEN_STAR || next == TOKEN_AND ||
           next == TOKEN_AND_AND || next == TOKEN_OR || next == TOKEN_OR_OR || next == TOKEN_LT ||
           next == TOKEN_SHL || next == TOKEN_DOT_DOT || next == TOKEN_DOT_DOT_EQ ||
           next == TOKEN_OPEN_PAREN || next == TOKEN_OPEN_BRACKET;
}

static bool value_takes(AstExprId value_or_none, TokenKind next)
{
    return !ast_expr_id_is_none(value_or_none) || may_begin_expr(next);
}

static bool range_takes(const AstExpr_range *range, TokenKind next)
{
    const AstOperator *op = ast_operator_of(next);
    if (ast_expr_id_is_none(range->high_or_none))
        return may_begin_expr(next);
    return !op || op->power > AST_POWER_RANGE;
}

/* Would the expression take the operator behind it, and what follows that? */
static bool takes_next(const Printer *p, const AstExpr *expr, TokenKind next)
{
    AstExprKind kind = (AstExprKind)expr->kind;
    if (next == TOKEN_EOF)
        return false;
    if (kind == AST_EXPR_CLOSURE)
        return ast_ty_id_is_none(ast_closure(p->ast, expr->as.closure.closure)->output_or_none);
    if (kind == AST_EXPR_CAST)
        return print_ty_takes(p->ast, expr->as.cast.ty, next);
    if (kind == AST_EXPR_RANGE)
        return range_takes(&expr->as.range, next);
    if (kind == AST_EXPR_RETURN)
        return value_takes(expr->as.return_.value_or_none, next);
    if (kind == AST_EXPR_BREAK)
        return value_takes(expr->as.break_.value_or_none, next);
    if (kind == AST_EXPR_YIELD)
        return value_takes(expr->as.yield.value_or_none, next);
    if (kind == AST_EXPR_YEET)
        return value_takes(expr->as.yeet.value_or_none, next);
    return kind == AST_EXPR_BECOME;
}

/* At the beginning of a statement, what would end it or be taken for something else. */
static bool ends_statement(const Printer *p, AstExprId id, PrintPlace place)
{
    const AstExpr *expr = ast_expr(p->ast, id);
    bool is_left = place.flags & PLACE_LEFT;
    if ((place.flags & PLACE_STATEMENT) && is_left && print_is_block_like(p->ast, id))
        return true;
    if (!(place.flags & PLACE_FIRST))
        return false;
    if (expr->kind == AST_EXPR_MACRO_CALL)
        return is_left &&
               ast_macro_call(p->ast, expr->as.macro_call.call)->delimiter == AST_DELIMITER_BRACE;
    return expr->kind == AST_EXPR_ATTRIBUTED;
}

static bool is_bare_block(const AstExpr *expr)
{
    return expr->kind == AST_EXPR_BLOCK && expr->as.block.mode == AST_BLOCK_PLAIN &&
           ast_lifetime_id_is_none(expr->as.block.label_or_none);
}

static bool has_power(const AstExpr *expr, PrintPlace place)
{
    bool is_prefix_range =
        expr->kind == AST_EXPR_RANGE && ast_expr_id_is_none(expr->as.range.low_or_none);
    if (expr->kind == AST_EXPR_RANGE && (place.flags & PLACE_LEFT))
        return false;
    if (is_prefix_range && (place.flags & PLACE_ANY_RANGE))
        return true;
    return power_of(expr) >= place.power;
}

static bool needs_parens(const Printer *p, AstExprId id, PrintPlace place)
{
    const AstExpr *expr = ast_expr(p->ast, id);
    if (!has_power(expr, place) || ends_statement(p, id, place) ||
        takes_next(p, expr, (TokenKind)place.next))
        return true;
    if ((place.flags & PLACE_NO_STRUCT) && expr->kind == AST_EXPR_STRUCT)
        return true;
    return (place.flags & PLACE_NO_BRACE) && is_bare_block(expr);
}

void print_expr_in(Printer *p, AstExprId id, PrintPlace place)
{
    const AstExpr *expr = ast_expr(p->ast, id);
    PrintPlace saved = p->place;
    bool has_parens = needs_parens(p, id, place);
    print_docs(p, expr->lo);
    if (has_parens)
        print_kind(p, TOKEN_OPEN_PAREN);
    p->place = has_parens ? place_free() : place;
    p->lo = expr->lo;
    p->hi = expr->hi;
    print_expr_dispatch(p, expr);
    p->place = saved;
    if (has_parens)
        print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_expr(Printer *p, AstExprId id)
{
    print_expr_in(p, id, place_free());
}

static void print_exprs(Printer *p, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++) {
        print_comma(p, i);
        print_expr(p, ast_expr_id_make(ast_list_at(p->ast, list, i)));
    }
}

/* ---- atoms ---- */

/* Something was missing, and reported: the tokens that are there. */
void print_expr_error(Printer *p, const AstExpr_error *node)
{
    (void)node;
    print_run(p, p->lo >> AST_POS_SHIFT, p->hi >> AST_POS_SHIFT);
}

void print_expr_literal(Printer *p, const AstExpr_literal *node)
{
    print_symbol(p, (TokenKind)node->kind, node->text);
}

void print_expr_path(Printer *p, const AstExpr_path *node)
{
    print_path(p, node->path, PRINT_PATH_EXPR);
}

void print_expr_tuple(Printer *p, const AstExpr_tuple *node)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    print_exprs(p, node->elements);
    if (node->elements.count == 1)
        print_kind(p, TOKEN_COMMA);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_expr_array(Printer *p, const AstExpr_array *node)
{
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_exprs(p, node->elements);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_expr_repeat(Printer *p, const AstExpr_repeat *node)
{
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_expr(p, node->element);
    print_word(p, TOKEN_SEMI);
    print_expr(p, node->length);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_expr_paren(Printer *p, const AstExpr_paren *node)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    print_expr(p, node->inner);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

static void print_field_init(Printer *p, AstFieldInitId id)
{
    const AstFieldInit *field = ast_field_init(p->ast, id);
    print_docs(p, field->lo);
    print_attrs(p, field->attrs);
    if (!field->is_shorthand) {
        print_ident(p, field->name);
        print_word(p, TOKEN_COLON);
    }
    print_expr(p, field->value);
}

/* `, ..base }` */
static void print_struct_rest(Printer *p, const AstExpr_struct_ *node)
{
    print_comma(p, node->fields.count);
    print_kind(p, TOKEN_DOT_DOT);
    if (!ast_expr_id_is_none(node->base_or_none))
        print_expr(p, node->base_or_none);
}

void print_expr_struct_(Printer *p, const AstExpr_struct_ *node)
{
    print_path(p, node->path, PRINT_PATH_EXPR);
    print_space(p);
    print_kind(p, TOKEN_OPEN_BRACE);
    bool is_empty = node->fields.count == 0 && !node->has_rest;
    if (!is_empty)
        print_space(p);
    for (uint32_t i = 0; i < node->fields.count; i++) {
        print_comma(p, i);
        print_field_init(p, ast_field_init_id_make(ast_list_at(p->ast, node->fields, i)));
    }
    if (node->has_rest)
        print_struct_rest(p, node);
    if (!is_empty)
        print_space(p);
    print_kind(p, TOKEN_CLOSE_BRACE);
}

void print_expr_underscore(Printer *p, const AstExpr_underscore *node)
{
    (void)node;
    print_kind(p, TOKEN_KW_UNDERSCORE);
}

void print_expr_macro_call(Printer *p, const AstExpr_macro_call *node)
{
    print_macro_call(p, node->call);
}

void print_expr_builtin(Printer *p, const AstExpr_builtin *node)
{
    const AstBuiltin *builtin = ast_builtin(p->ast, node->builtin);
    bool has_ty = !ast_ty_id_is_none(builtin->ty_or_none);
    print_word(p, TOKEN_KW_BUILTIN);
    print_word(p, TOKEN_POUND);
    print_ident(p, builtin->name);
    print_kind(p, TOKEN_OPEN_PAREN);
    print_exprs(p, builtin->args);
    if (has_ty) {
        print_comma(p, builtin->args.count);
        print_ty(p, builtin->ty_or_none);
    }
    if (builtin->names.count)
        print_word(p, TOKEN_COMMA);
    print_field_names(p, builtin->names);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

static bool is_one_value(const Printer *p, const AstExpr *expr)
{
    if (!is_bare_block(expr))
        return false;
    const AstBlock *block = ast_block(p->ast, expr->as.block.block);
    if (block->stmts.count != 1 || block->attrs.count > 0)
        return false;
    uint32_t only = ast_list_at(p->ast, block->stmts, 0);
    const AstStmt *stmt = ast_stmt(p->ast, ast_stmt_id_make(only));
    return stmt->kind == AST_STMT_EXPR && stmt->as.expr.attrs.count == 0;
}

void print_constant(Printer *p, AstExprId id)
{
    const AstExpr *expr = ast_expr(p->ast, id);
    if (!is_one_value(p, expr)) {
        print_expr(p, id);
        return;
    }
    const AstBlock *block = ast_block(p->ast, expr->as.block.block);
    print_word(p, TOKEN_OPEN_BRACE);
    print_stmts(p, block->stmts);
    p->out.gap = PRINT_GAP_NEEDED;
    print_space(p);
    print_kind(p, TOKEN_CLOSE_BRACE);
}

/* ---- prefixes ---- */

void print_expr_unary(Printer *p, const AstExpr_unary *node)
{
    static const uint8_t tokens[] = {
        [AST_UNARY_NEG] = TOKEN_MINUS, [AST_UNARY_NOT] = TOKEN_NOT, [AST_UNARY_DEREF] = TOKEN_STAR
    };
    PrintPlace place = place_operand(p->place);
    print_kind(p, (TokenKind)tokens[node->op]);
    print_expr_in(p, node->operand, place);
}

static void print_borrow(Printer *p)
{
    if (p->out.last.kind == TOKEN_AND)
        print_joint(p, TOKEN_AND); /* `&&x` is two */
    else
        print_kind(p, TOKEN_AND);
}

void print_expr_ref(Printer *p, const AstExpr_ref *node)
{
    PrintPlace place = place_operand(p->place);
    print_borrow(p);
    print_word_if(p, node->is_mut, TOKEN_KW_MUT);
    print_expr_in(p, node->operand, place);
}

void print_expr_raw_ref(Printer *p, const AstExpr_raw_ref *node)
{
    PrintPlace place = place_operand(p->place);
    print_borrow(p);
    print_word(p, TOKEN_KW_RAW);
    print_word(p, node->is_mut ? TOKEN_KW_MUT : TOKEN_KW_CONST);
    print_expr_in(p, node->operand, place);
}

void print_expr_attributed(Printer *p, const AstExpr_attributed *node)
{
    PrintPlace place = place_operand(p->place);
    if (ast_expr(p->ast, node->inner)->kind == AST_EXPR_ATTRIBUTED)
        place.power = AST_POWER_POSTFIX; /* each has its own attributes */
    print_attrs(p, node->attrs);
    print_expr_in(p, node->inner, place);
}

/* ---- postfixes ---- */

static void print_args(Printer *p, IdRange args)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    print_exprs(p, args);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

/* A field that is called would be a method. */
static bool is_named_field(const Printer *p, AstExprId id)
{
    const AstExpr *expr = ast_expr(p->ast, id);
    return expr->kind == AST_EXPR_FIELD && expr->as.field.name.kind != TOKEN_INT;
}

void print_expr_call(Printer *p, const AstExpr_call *node)
{
    PrintPlace place = place_left(p->place, AST_POWER_POSTFIX, TOKEN_OPEN_PAREN);
    if (is_named_field(p, node->callee))
        place.power = AST_POWER_POSTFIX + 1;
    print_expr_in(p, node->callee, place);
    print_args(p, node->args);
}

/* Behind a number, `.` and a name are no part of it. */
static void print_dot(Printer *p, bool has_name)
{
    if (has_name && p->out.last.kind == TOKEN_INT)
        print_joint(p, TOKEN_DOT);
    else
        print_kind(p, TOKEN_DOT);
}

void print_expr_method_call(Printer *p, const AstExpr_method_call *node)
{
    print_expr_in(p, node->receiver, place_base(p->place, TOKEN_DOT));
    print_dot(p, true);
    print_segment(p, node->segment, PRINT_PATH_EXPR);
    print_args(p, node->args);
}

void print_expr_field(Printer *p, const AstExpr_field *node)
{
    bool is_index = node->name.kind == TOKEN_INT;
    print_expr_in(p, node->base, place_base(p->place, TOKEN_DOT));
    bool is_behind_field = is_index && ast_expr(p->ast, node->base)->kind == AST_EXPR_FIELD;
    print_dot(p, !is_index || is_behind_field);
    print_ident(p, node->name);
}

void print_expr_index(Printer *p, const AstExpr_index *node)
{
    print_expr_in(p, node->base, place_left(p->place, AST_POWER_POSTFIX, TOKEN_OPEN_BRACKET));
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_expr(p, node->index);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_expr_await(Printer *p, const AstExpr_await *node)
{
    print_expr_in(p, node->operand, place_base(p->place, TOKEN_DOT));
    print_dot(p, true);
    print_kind(p, TOKEN_KW_AWAIT);
}

void print_expr_try_(Printer *p, const AstExpr_try_ *node)
{
    print_expr_in(p, node->operand, place_base(p->place, TOKEN_QUESTION));
    print_kind(p, TOKEN_QUESTION);
}

/* ---- operators ---- */

static void print_operator(Printer *p, const AstOperator *op, AstExprId lhs, AstExprId rhs)
{
    bool to_the_right = op->power == AST_POWER_ASSIGN;
    bool groups_left = !to_the_right && op->power != AST_POWER_COMPARE;
    PrintPlace place = p->place;
    print_expr_in(
        p, lhs, place_left(place, groups_left ? op->power : op->power + 1u, (TokenKind)op->token));
    print_spaced(p, (TokenKind)op->token);
    PrintPlace right = place_right(place, to_the_right ? op->power : op->power + 1u);
    right.flags |= PLACE_ANY_RANGE;
    print_expr_in(p, rhs, right);
}

void print_expr_binary(Printer *p, const AstExpr_binary *node)
{
    print_operator(p, ast_operator_find(AST_OPERATOR_BINARY, (AstBinaryOp)node->op), node->lhs,
                   node->rhs);
}

void print_expr_assign(Printer *p, const AstExpr_assign *node)
{
    print_operator(p, ast_operator_of(TOKEN_EQ), node->place, node->value);
}

void print_expr_assign_op(Printer *p, const AstExpr_assign_op *node)
{
    print_operator(p, ast_operator_find(AST_OPERATOR_ASSIGN_OP, (AstBinaryOp)node->op), node->place,
                   node->value);
}

void print_expr_cast(Printer *p, const AstExpr_cast *node)
{
    print_expr_in(p, node->operand, place_left(p->place, AST_POWER_CAST, TOKEN_KW_AS));
    print_spaced(p, TOKEN_KW_AS);
    print_ty_no_plus(p, node->ty);
}

void print_expr_range(Printer *p, const AstExpr_range *node)
{
    TokenKind token = node->inclusive ? TOKEN_DOT_DOT_EQ : TOKEN_DOT_DOT;
    PrintPlace place = p->place;
    if (!ast_expr_id_is_none(node->low_or_none))
        print_expr_in(p, node->low_or_none, place_left(place, AST_POWER_RANGE + 1, token));
    print_kind(p, token);
    if (ast_expr_id_is_none(node->high_or_none))
        return;
    PrintPlace high = place_right(place, AST_POWER_RANGE + 1);
    high.flags |= PLACE_ANY_RANGE;
    if (place.flags & PLACE_NO_STRUCT)
        high.flags |= PLACE_NO_BRACE;
    print_expr_in(p, node->high_or_none, high);
}

/* ---- blocks ---- */

static void print_block_mode(Printer *p, AstBlockMode mode)
{
    print_word_if(p, mode == AST_BLOCK_UNSAFE, TOKEN_KW_UNSAFE);
    print_word_if(p, mode == AST_BLOCK_CONST, TOKEN_KW_CONST);
    print_word_if(p, mode == AST_BLOCK_TRY, TOKEN_KW_TRY);
    print_word_if(p, mode == AST_BLOCK_ASYNC || mode == AST_BLOCK_ASYNC_GEN, TOKEN_KW_ASYNC);
    print_word_if(p, mode == AST_BLOCK_GEN || mode == AST_BLOCK_ASYNC_GEN, TOKEN_KW_GEN);
}

static void print_capture(Printer *p, AstCapture capture)
{
    print_word_if(p, capture == AST_CAPTURE_MOVE, TOKEN_KW_MOVE);
    print_word_if(p, capture == AST_CAPTURE_USE, TOKEN_KW_USE);
}

void print_expr_block(Printer *p, const AstExpr_block *node)
{
    print_label(p, node->label_or_none);
    print_block_mode(p, (AstBlockMode)node->mode);
    print_capture(p, (AstCapture)node->capture);
    print_block(p, node->block);
}

void print_expr_if_(Printer *p, const AstExpr_if_ *node)
{
    for (uint32_t i = 0; i < node->branches.count; i++) {
        const AstBranch *branch =
            ast_branch(p->ast, ast_branch_id_make(ast_list_at(p->ast, node->branches, i)));
        if (i > 0)
            print_spaced(p, TOKEN_KW_ELSE);
        print_word(p, TOKEN_KW_IF);
        print_expr_in(p, branch->condition, place_condition());
        print_space(p);
        print_block(p, branch->then_block);
    }
    if (ast_block_id_is_none(node->else_or_none))
        return;
    print_spaced(p, TOKEN_KW_ELSE);
    print_block(p, node->else_or_none);
}

/* `&&` and `||` end what is matched. */
void print_expr_let(Printer *p, const AstExpr_let *node)
{
    PrintPlace place = { AST_POWER_AND + 1, PLACE_NO_STRUCT | PLACE_ANY_RANGE, p->place.next };
    print_word(p, TOKEN_KW_LET);
    print_pat(p, node->pat);
    print_spaced(p, TOKEN_EQ);
    print_expr_in(p, node->scrutinee, place);
}

void print_expr_while_(Printer *p, const AstExpr_while_ *node)
{
    print_label(p, node->label_or_none);
    print_word(p, TOKEN_KW_WHILE);
    print_expr_in(p, node->condition, place_condition());
    print_space(p);
    print_block(p, node->body);
}

void print_expr_for_(Printer *p, const AstExpr_for_ *node)
{
    print_label(p, node->label_or_none);
    print_word(p, TOKEN_KW_FOR);
    print_word_if(p, node->is_await, TOKEN_KW_AWAIT);
    print_pat(p, node->pat);
    print_spaced(p, TOKEN_KW_IN);
    print_expr_in(p, node->iterator, place_condition());
    print_space(p);
    print_block(p, node->body);
}

void print_expr_loop(Printer *p, const AstExpr_loop *node)
{
    print_label(p, node->label_or_none);
    print_word(p, TOKEN_KW_LOOP);
    print_block(p, node->body);
}

static void print_arm(Printer *p, AstArmId id)
{
    const AstArm *arm = ast_arm(p->ast, id);
    PrintPlace place = { .flags = PLACE_STATEMENT, .next = TOKEN_EOF };
    print_docs(p, arm->lo);
    print_attr_lines(p, arm->attrs);
    print_pat(p, arm->pat);
    if (!ast_expr_id_is_none(arm->guard_or_none)) {
        print_spaced(p, TOKEN_KW_IF);
        print_expr(p, arm->guard_or_none);
    }
    if (!ast_expr_id_is_none(arm->body_or_none)) {
        print_spaced(p, TOKEN_FAT_ARROW);
        print_expr_in(p, arm->body_or_none, place);
    }
    bool is_block = !ast_expr_id_is_none(arm->body_or_none) &&
                    ast_expr(p->ast, arm->body_or_none)->kind == AST_EXPR_BLOCK &&
                    print_is_block_like(p->ast, arm->body_or_none);
    if (!is_block)
        print_kind(p, TOKEN_COMMA);
    print_line(p);
}

void print_expr_match(Printer *p, const AstExpr_match *node)
{
    if (node->is_postfix) {
        print_expr_in(p, node->scrutinee, place_base(p->place, TOKEN_DOT));
        print_dot(p, true);
        print_word(p, TOKEN_KW_MATCH);
    } else {
        print_word(p, TOKEN_KW_MATCH);
        print_expr_in(p, node->scrutinee, place_condition());
        print_space(p);
    }
    print_open_brace(p);
    print_attr_lines(p, node->attrs);
    for (uint32_t i = 0; i < node->arms.count; i++)
        print_arm(p, ast_arm_id_make(ast_list_at(p->ast, node->arms, i)));
    print_close_brace(p);
}

/* ---- closures ---- */

static void print_closure_words(Printer *p, const AstClosure *closure)
{
    if (closure->has_for) {
        print_kind(p, TOKEN_KW_FOR);
        print_generic_params(p, closure->for_params);
        print_space(p);
    }
    print_word_if(p, closure->is_const, TOKEN_KW_CONST);
    print_word_if(p, closure->is_static, TOKEN_KW_STATIC);
    print_word_if(p, closure->is_async, TOKEN_KW_ASYNC);
    print_word_if(p, closure->is_gen, TOKEN_KW_GEN);
    print_capture(p, (AstCapture)closure->capture);
}

static void print_closure_param(Printer *p, AstParamId id)
{
    const AstParam *param = ast_param(p->ast, id);
    print_attrs(p, param->attrs);
    print_pat_one(p, param->pat_or_none);
    if (!ast_ty_id_is_none(param->ty_or_none)) {
        print_word(p, TOKEN_COLON);
        print_ty(p, param->ty_or_none);
    }
}

void print_expr_closure(Printer *p, const AstExpr_closure *node)
{
    const AstClosure *closure = ast_closure(p->ast, node->closure);
    PrintPlace body = place_right(p->place, AST_POWER_NONE);
    print_closure_words(p, closure);
    print_kind(p, TOKEN_OR);
    for (uint32_t i = 0; i < closure->params.count; i++) {
        print_comma(p, i);
        print_closure_param(p, ast_param_id_make(ast_list_at(p->ast, closure->params, i)));
    }
    print_joint(p, TOKEN_OR);
    print_return_ty(p, closure->output_or_none, false);
    print_space(p);
    print_expr_in(p, closure->body, body);
}

/* ---- jumps ---- */

static void print_value(Printer *p, AstExprId value_or_none)
{
    PrintPlace place = place_right(p->place, AST_POWER_NONE);
    if (ast_expr_id_is_none(value_or_none))
        return;
    if (place.flags & PLACE_NO_STRUCT)
        place.flags |= PLACE_NO_BRACE;
    print_space(p);
    print_expr_in(p, value_or_none, place);
}

static void print_jump_label(Printer *p, AstLifetimeId label_or_none)
{
    if (ast_lifetime_id_is_none(label_or_none))
        return;
    print_space(p);
    print_lifetime(p, label_or_none);
}

void print_expr_break_(Printer *p, const AstExpr_break_ *node)
{
    print_kind(p, TOKEN_KW_BREAK);
    print_jump_label(p, node->label_or_none);
    print_value(p, node->value_or_none);
}

void print_expr_continue_(Printer *p, const AstExpr_continue_ *node)
{
    print_kind(p, TOKEN_KW_CONTINUE);
    print_jump_label(p, node->label_or_none);
}

void print_expr_return_(Printer *p, const AstExpr_return_ *node)
{
    print_kind(p, TOKEN_KW_RETURN);
    print_value(p, node->value_or_none);
}

void print_expr_become(Printer *p, const AstExpr_become *node)
{
    print_kind(p, TOKEN_KW_BECOME);
    print_value(p, node->value);
}

void print_expr_yield(Printer *p, const AstExpr_yield *node)
{
    print_kind(p, TOKEN_KW_YIELD);
    print_value(p, node->value_or_none);
}

void print_expr_yeet(Printer *p, const AstExpr_yeet *node)
{
    print_word(p, TOKEN_KW_DO);
    print_kind(p, TOKEN_KW_YEET);
    print_value(p, node->value_or_none);
}
