/* Expressions: operators by binding power, prefixes, postfixes. Reference: "Expression precedence".
 */
#include "ast/ast_operator.h"
#include "parse/parse_priv.h"

#define EXPR(U, lower, ...) \
    push_expr(p, lo, (AstExpr){ .kind = AST_EXPR_##U, .as.lower = { __VA_ARGS__ } })

static AstExprId push_expr(Parser *p, AstPos lo, AstExpr expr)
{
    expr.lo = lo;
    expr.hi = p->prev_hi;
    return parse_push_expr(p, expr);
}

AstExprId parse_expr_error(Parser *p, AstPos lo)
{
    return push_expr(p, lo, (AstExpr){ .kind = AST_EXPR_ERROR });
}

AstPos parse_expr_lo(const Parser *p, AstExprId expr)
{
    return p->exprs.items[expr.v].lo;
}

/* ---- prefixes ---- */

bool parse_is_literal(const Parser *p)
{
    return p->kind == TOKEN_KW_TRUE || p->kind == TOKEN_KW_FALSE ||
           (p->kind != PARSE_END && token_class((TokenKind)p->kind) == TOKEN_CLASS_LITERAL);
}

bool parse_may_begin_expr(const Parser *p)
{
    static const TokenKind starts[] = {
        TOKEN_OPEN_PAREN,    TOKEN_OPEN_BRACE,  TOKEN_OPEN_BRACKET, TOKEN_OPEN_FRAGMENT,
        TOKEN_NOT,           TOKEN_MINUS,       TOKEN_STAR,         TOKEN_AND,
        TOKEN_AND_AND,       TOKEN_OR,          TOKEN_OR_OR,        TOKEN_DOT_DOT,
        TOKEN_DOT_DOT_EQ,    TOKEN_DOT_DOT_DOT, TOKEN_LIFETIME,     TOKEN_POUND,
        TOKEN_KW_ASYNC,      TOKEN_KW_DO,       TOKEN_KW_BOX,       TOKEN_KW_BREAK,
        TOKEN_KW_CONST,      TOKEN_KW_CONTINUE, TOKEN_KW_FOR,       TOKEN_KW_GEN,
        TOKEN_KW_IF,         TOKEN_KW_LET,      TOKEN_KW_LOOP,      TOKEN_KW_MATCH,
        TOKEN_KW_MOVE,       TOKEN_KW_RETURN,   TOKEN_KW_TRY,       TOKEN_KW_UNSAFE,
        TOKEN_KW_WHILE,      TOKEN_KW_YIELD,    TOKEN_KW_STATIC,    TOKEN_KW_BECOME,
        TOKEN_KW_UNDERSCORE, TOKEN_L_ARROW,
    };
    if (parse_is_literal(p) || parse_is_path_start(p))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        if (p->kind == (uint32_t)starts[i])
            return true;
    }
    return false;
}

static AstExprId parse_prefix(Parser *p);
static AstExprId parse_operators(Parser *p, uint32_t min_power);

/* `&x`, `&mut x`, `&raw const x`; `&&x` is two of them. */
static AstExprId parse_borrow(Parser *p, AstPos lo)
{
    parse_expect_part(p, TOKEN_AND);
    uint32_t next = parse_peek(p, 1);
    bool is_raw = parse_is(p, TOKEN_KW_RAW) && (next == TOKEN_KW_MUT || next == TOKEN_KW_CONST);
    if (is_raw)
        parse_advance(p);
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    if (is_raw && !is_mut)
        parse_expect(p, TOKEN_KW_CONST);
    AstExprId operand = parse_prefix(p);
    if (is_raw)
        return EXPR(RAW_REF, raw_ref, is_mut, operand);
    return EXPR(REF, ref, is_mut, operand);
}

static AstExprId parse_unary(Parser *p, AstPos lo, AstUnaryOp op)
{
    parse_advance(p);
    AstExprId operand = parse_prefix(p);
    return EXPR(UNARY, unary, (uint8_t)op, operand);
}

/* `+1` is no expression; what is meant is clear. */
static void skip_leading_plus(Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    if (!parse_is(p, TOKEN_PLUS) || (next != TOKEN_INT && next != TOKEN_FLOAT))
        return;
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_leading_plus, parse_pos(p), parse_token_hi(p));
    error->primary_label = "unexpected `+`";
    parse_advance(p);
}

static AstExprId parse_prefix_kind(Parser *p, AstPos lo)
{
    skip_leading_plus(p);
    if (parse_is(p, TOKEN_NOT))
        return parse_unary(p, lo, AST_UNARY_NOT);
    if (parse_is(p, TOKEN_MINUS))
        return parse_unary(p, lo, AST_UNARY_NEG);
    if (parse_is(p, TOKEN_STAR))
        return parse_unary(p, lo, AST_UNARY_DEREF);
    if (parse_is(p, TOKEN_AND) || parse_is(p, TOKEN_AND_AND))
        return parse_borrow(p, lo);
    AstExprId base = parse_atom(p);
    return parse_postfix_rest(p, base, lo);
}

static AstExprId parse_prefix(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (!parse_enter(p))
        return parse_expr_error(p, lo);
    IdRange attrs = parse_outer_attributes(p);
    AstExprId expr = parse_prefix_kind(p, lo);
    parse_leave(p);
    if (attrs.count == 0)
        return expr;
    return EXPR(ATTRIBUTED, attributed, attrs, expr);
}

/* ---- postfixes ---- */

bool parse_needs_semi(const Parser *p, AstExprId id)
{
    const AstExpr *expr = &p->exprs.items[id.v];
    AstExprKind kind = (AstExprKind)expr->kind;
    if (kind == AST_EXPR_ATTRIBUTED)
        return parse_needs_semi(p, expr->as.attributed.inner);
    if (kind == AST_EXPR_BLOCK) {
        AstBlockMode mode = (AstBlockMode)expr->as.block.mode;
        return mode == AST_BLOCK_ASYNC || mode == AST_BLOCK_GEN || mode == AST_BLOCK_ASYNC_GEN;
    }
    return kind != AST_EXPR_IF && kind != AST_EXPR_MATCH && kind != AST_EXPR_WHILE &&
           kind != AST_EXPR_LOOP && kind != AST_EXPR_FOR;
}

static bool is_complete(const Parser *p, AstExprId expr)
{
    return (p->restrictions & EXPR_STATEMENT) && !parse_needs_semi(p, expr);
}

/* `x.0.1` comes as `x . 0.1`: the number is two fields, each named by its digits. */
static AstExprId parse_float_fields(Parser *p, AstExprId base, AstPos lo)
{
    const Token *token = parse_token(p);
    Str text = sym_text(p->context->interners, token->text);
    AstIdent ident = { .mark = token->mark, .at = parse_pos(p), .kind = TOKEN_INT };
    size_t point = 0;
    while (point < text.bytes && text.data[point] >= '0' && text.data[point] <= '9')
        point++;
    Str second = { text.data + point + 1, text.bytes > point ? text.bytes - point - 1 : 0 };
    bool is_plain = point > 0 && point < text.bytes && text.data[point] == '.';
    for (size_t i = 0; i < second.bytes; i++)
        is_plain &= second.data[i] >= '0' && second.data[i] <= '9';
    if (!is_plain) {
        SyntaxError *error =
            parse_error(p, DIAG_CODE_parse_unexpected, parse_pos(p), parse_token_hi(p));
        parse_error_arg(p, error, parse_found(p));
        parse_advance(p);
        return parse_expr_error(p, lo);
    }
    parse_advance(p);
    ident.name = sym_intern(p->context->interners, (Str){ text.data, point });
    AstExprId first = EXPR(FIELD, field, base, ident);
    if (second.bytes == 0) { /* `x.0.`: the point belongs to what follows */
        p->prev_kind = TOKEN_DOT;
        return first;
    }
    ident.name = sym_intern(p->context->interners, second);
    return EXPR(FIELD, field, first, ident);
}

void parse_check_index(Parser *p)
{
    LiteralValue value;
    if (!parse_is(p, TOKEN_INT) ||
        !literal_value(p->context->interners, p->context->scratch, TOKEN_INT, parse_token(p)->text,
                       &value) ||
        value.suffix.bytes == 0)
        return;
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_tuple_suffix, parse_pos(p), parse_token_hi(p));
    error->primary_label = arena_printf(p->errors->arena, "invalid suffix `%.*s`",
                                        (int)value.suffix.bytes, value.suffix.data);
}

static AstExprId parse_tuple_field(Parser *p, AstExprId base, AstPos lo)
{
    LiteralValue value;
    parse_check_index(p);
    AstIdent name = parse_take_word(p);
    Str text = sym_text(p->context->interners, name.name);
    bool has_suffix =
        literal_value(p->context->interners, p->context->scratch, TOKEN_INT, name.name, &value) &&
        value.suffix.bytes > 0 && value.suffix.bytes < text.bytes;
    if (has_suffix)
        name.name =
            sym_intern(p->context->interners, (Str){ text.data, text.bytes - value.suffix.bytes });
    return EXPR(FIELD, field, base, name);
}

/* `.name`, `.name(..)`, `.name::<T>(..)`. */
static AstExprId parse_member(Parser *p, AstExprId base, AstPos lo)
{
    AstSegmentId segment = parse_segment(p, PATH_EXPR);
    const AstSegment *node = &p->segments.items[segment.v];
    if (parse_check(p, TOKEN_OPEN_PAREN)) {
        parse_advance(p);
        IdRange args = parse_expr_list(p, TOKEN_CLOSE_PAREN);
        return EXPR(METHOD_CALL, method_call, base, segment, args);
    }
    AstIdent name = node->name;
    if (!ast_args_id_is_none(node->args_or_none) && !p->failed) {
        const AstArgs *args = &p->arg_lists.items[node->args_or_none.v];
        parse_error_late(p, DIAG_CODE_parse_field_generics, args->lo, args->hi);
    }
    return EXPR(FIELD, field, base, name);
}

/* Behind the point. */
static AstExprId parse_dot(Parser *p, AstExprId base, AstPos lo)
{
    if (parse_is(p, TOKEN_KW_AWAIT) && p->context->edition >= EDITION_2018) {
        parse_advance(p);
        return EXPR(AWAIT, await, base);
    }
    if (parse_is(p, TOKEN_KW_MATCH))
        return parse_match_rest(p, base, true, lo);
    if (parse_is(p, TOKEN_INT))
        return parse_tuple_field(p, base, lo);
    if (parse_is(p, TOKEN_FLOAT))
        return parse_float_fields(p, base, lo);
    if (parse_is_path_segment(p, p->kind))
        return parse_member(p, base, lo);
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_unexpected, parse_pos(p), parse_token_hi(p));
    parse_error_arg(p, error, parse_found(p));
    p->failed = true;
    p->kind = PARSE_END;
    return parse_expr_error(p, lo);
}

static bool is_chain_too_long(Parser *p, uint32_t length)
{
    if (p->depth + length < PARSE_DEPTH_MAX)
        return false;
    uint32_t depth = p->depth;
    p->depth = PARSE_DEPTH_MAX;
    parse_enter(p);
    p->depth = depth;
    return true;
}

/* Each step makes the tree one deeper, so the length of a chain is bounded like nesting. */
AstExprId parse_postfix_rest(Parser *p, AstExprId base, AstPos lo)
{
    for (uint32_t length = 0; !p->failed && !is_chain_too_long(p, length); length++) {
        bool pending_dot =
            p->prev_kind == TOKEN_DOT && p->exprs.items[base.v].kind == AST_EXPR_FIELD;
        if (parse_eat(p, TOKEN_QUESTION))
            base = EXPR(TRY, try_, base);
        else if (pending_dot || parse_eat(p, TOKEN_DOT))
            base = parse_dot(p, base, lo);
        else if (is_complete(p, base))
            return base;
        else if (parse_is(p, TOKEN_OPEN_PAREN))
            base = parse_call_args(p, base, lo);
        else if (parse_is(p, TOKEN_OPEN_BRACKET)) {
            parse_advance(p);
            AstExprId index = parse_expr(p);
            parse_expect(p, TOKEN_CLOSE_BRACKET);
            base = EXPR(INDEX, index, base, index);
        } else {
            return base;
        }
    }
    return base;
}

/* ---- binary operators ---- */

/* What follows `..` may be missing: before `)`, `]`, `}`, `,`, `;`, `=>`, and the block of a
 * condition. */
static bool range_has_end(const Parser *p)
{
    if (parse_is(p, TOKEN_OPEN_BRACE) && (p->restrictions & EXPR_NO_STRUCT_LITERAL))
        return false;
    return parse_may_begin_expr(p);
}

static void check_range(Parser *p, AstPos operator_lo, AstPos operator_hi, uint8_t token,
                        bool has_end)
{
    if (token == TOKEN_DOT_DOT_DOT)
        parse_error(p, DIAG_CODE_parse_three_dots, operator_lo, operator_hi)->help =
            "use `..` for an exclusive range, or `..=` for an inclusive range";
    else if (token == TOKEN_DOT_DOT_EQ && !has_end)
        parse_error(p, DIAG_CODE_parse_range_no_end, operator_lo, operator_hi)->help =
            "inclusive ranges must be bounded at the end (`..=b` or `a..=b`)";
}

/* At `..`; `low` may be none. */
static AstExprId parse_range_rest(Parser *p, AstExprId low, AstPos lo)
{
    AstPos operator_lo = parse_pos(p);
    uint8_t token = (uint8_t)p->kind;
    parse_advance(p);
    AstPos operator_hi = p->prev_hi;
    AstExprId high = ast_expr_id_none();
    bool has_end = range_has_end(p);
    if (has_end)
        high = parse_operators(p, AST_POWER_RANGE + 1);
    check_range(p, operator_lo, operator_hi, token, has_end);
    return EXPR(RANGE, range, low, high, token != TOKEN_DOT_DOT);
}

/* `a == b == c` and the like: comparisons do not chain. */
static void check_chain(Parser *p, AstExprId lhs, const AstOperator *op, AstPos at)
{
    const AstExpr *inner = &p->exprs.items[lhs.v];
    bool is_chain = op->power == AST_POWER_COMPARE && inner->kind == AST_EXPR_BINARY &&
                    inner->as.binary.op >= AST_BINARY_EQ && inner->as.binary.op <= AST_BINARY_GE;
    if (!is_chain)
        return;
    AstPos inner_at = inner->as.binary.op_at;
    uint32_t token = inner_at >> AST_POS_SHIFT;
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_chained_comparison, inner_at, ast_pos(token + 1, 0));
    syntax_error_label(p->errors, error,
                       (SyntaxLabel){ at, ast_pos((at >> AST_POS_SHIFT) + 1, 0), "", true });
    bool may_be_generic = inner->as.binary.op == AST_BINARY_LT && op->op == AST_BINARY_GT;
    if (!may_be_generic)
        return;
    error->help = "use `::<...>` instead of `<...>` to specify lifetime, type, or const arguments";
    error->note = NULL;
}

/* `a<-b` was an operator once: it is not read as `a < -b`. */
static void take_binary_operator(Parser *p, const AstOperator *op)
{
    if (op->token != TOKEN_L_ARROW) {
        AstPos lo = parse_pos(p);
        bool may_be_strict = op->token == TOKEN_EQ_EQ || op->token == TOKEN_NE;
        parse_advance(p);
        if (!may_be_strict || !parse_is(p, TOKEN_EQ))
            return;
        parse_advance(p);
        parse_error_with(p, DIAG_CODE_parse_comparison_operator, lo, p->prev_hi,
                         op->token == TOKEN_NE ? "!==" : "===");
        return;
    }
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_unexpected, parse_pos(p), parse_token_hi(p));
    parse_error_arg(p, error, STR("`<-`"));
    error->help = "if you meant to write a comparison against a negative value, add a space "
                  "between `<` and `-`";
    parse_eat_part(p, TOKEN_LT);
}

/* `let` beside `&&` came with Rust 2024. */
static void check_let_chain(Parser *p, AstExprId operand)
{
    const AstExpr *expr = &p->exprs.items[operand.v];
    bool is_guard = p->restrictions & EXPR_GUARD;
    if (expr->kind == AST_EXPR_LET && p->context->edition < EDITION_2024 && !is_guard)
        parse_error(p, DIAG_CODE_parse_let_chain, expr->lo, expr->hi);
}

static AstExprId parse_operator_rest(Parser *p, AstExprId lhs, const AstOperator *op, AstPos lo)
{
    AstPos at = parse_pos(p);
    AstExprId rhs;
    switch ((AstOperatorKind)op->kind) {
    case AST_OPERATOR_RANGE:
        return parse_range_rest(p, lhs, lo);
    case AST_OPERATOR_CAST: {
        parse_advance(p);
        AstTyId ty = parse_ty_no_plus(p);
        return EXPR(CAST, cast, lhs, ty);
    }
    case AST_OPERATOR_BINARY:
        check_chain(p, lhs, op, at);
        take_binary_operator(p, op);
        rhs = parse_operators(p, op->power + 1u);
        if (op->op == AST_BINARY_AND) {
            check_let_chain(p, lhs);
            check_let_chain(p, rhs);
        }
        return EXPR(BINARY, binary, op->op, at, lhs, rhs);
    case AST_OPERATOR_ASSIGN:
        parse_advance(p);
        rhs = parse_operators(p, op->power);
        return EXPR(ASSIGN, assign, at, lhs, rhs);
    case AST_OPERATOR_ASSIGN_OP:
        parse_advance(p);
        rhs = parse_operators(p, op->power);
        return EXPR(ASSIGN_OP, assign_op, op->op, at, lhs, rhs);
    }
    RSC_UNREACHABLE();
}

/* In `Foo<{ N }, 3 > x` an argument's expression ends before `>`. */
static bool ends_const_arg(const Parser *p)
{
    return (p->restrictions & EXPR_CONST) && (parse_is(p, TOKEN_GT) || parse_is(p, TOKEN_GE) ||
                                              parse_is(p, TOKEN_SHR) || parse_is(p, TOKEN_SHR_EQ));
}

AstExprId parse_expr_rest(Parser *p, AstExprId lhs, uint32_t min_power)
{
    AstPos lo = parse_expr_lo(p, lhs);
    parse_expect_more(p, EXPECT_OPERATOR);
    for (uint32_t length = 0; !p->failed && !is_chain_too_long(p, length); length++) {
        if (is_complete(p, lhs))
            return lhs;
        const AstOperator *op = ast_operator_of(p->kind);
        if (!op || op->power < min_power || ends_const_arg(p))
            return lhs;
        uint32_t saved = p->restrictions;
        p->restrictions &= ~(uint32_t)EXPR_STATEMENT;
        if (op->token != TOKEN_AND_AND)
            p->restrictions &= ~(uint32_t)EXPR_ALLOW_LET;
        lhs = parse_operator_rest(p, lhs, op, lo);
        p->restrictions = saved;
        if (op->kind == AST_OPERATOR_RANGE)
            return lhs; /* no operator takes a range as its left side */
        parse_expect_more(p, EXPECT_OPERATOR);
    }
    return lhs;
}

static AstExprId parse_operators(Parser *p, uint32_t min_power)
{
    AstPos lo = parse_pos(p);
    if (!parse_enter(p))
        return parse_expr_error(p, lo);
    bool is_range = parse_is(p, TOKEN_DOT_DOT) || parse_is(p, TOKEN_DOT_DOT_EQ) ||
                    parse_is(p, TOKEN_DOT_DOT_DOT);
    AstExprId expr;
    if (is_range)
        expr = parse_range_rest(p, ast_expr_id_none(), lo);
    else
        expr = parse_expr_rest(p, parse_prefix(p), min_power);
    parse_leave(p);
    return expr;
}

AstExprId parse_expr_restricted(Parser *p, uint32_t restrictions)
{
    uint32_t saved = p->restrictions;
    p->restrictions = restrictions;
    AstExprId expr = parse_operators(p, AST_POWER_NONE);
    p->restrictions = saved;
    return expr;
}

AstExprId parse_expr_scrutinee(Parser *p)
{
    uint32_t saved = p->restrictions;
    p->restrictions = EXPR_NO_STRUCT_LITERAL;
    AstExprId expr = parse_operators(p, AST_POWER_AND + 1);
    p->restrictions = saved;
    return expr;
}

AstExprId parse_expr(Parser *p)
{
    return parse_expr_restricted(p, 0);
}

/* What a pattern or a constant argument may hold: a literal, `-` and a literal, or a macro
 * parameter's expression. */
AstExprId parse_literal_or_minus(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (parse_is(p, TOKEN_OPEN_FRAGMENT))
        return parse_atom(p);
    bool is_negative = parse_eat(p, TOKEN_MINUS);
    AstExprId literal = parse_is(p, TOKEN_OPEN_FRAGMENT) ? parse_atom(p) : parse_literal(p);
    if (!is_negative)
        return literal;
    return EXPR(UNARY, unary, AST_UNARY_NEG, literal);
}
