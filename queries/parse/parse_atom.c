/* Expressions that begin with a token of their own: literals, paths, groups, blocks. Reference:
 * "Expressions". */
#include "parse/parse_priv.h"

#define EXPR(U, lower, ...) \
    push_expr(p, lo, (AstExpr){ .kind = AST_EXPR_##U, .as.lower = { __VA_ARGS__ } })
#define EXPR_0(U) push_expr(p, lo, (AstExpr){ .kind = AST_EXPR_##U })

static AstExprId push_expr(Parser *p, AstPos lo, AstExpr expr)
{
    expr.lo = lo;
    expr.hi = p->prev_hi;
    return parse_push_expr(p, expr);
}

/* ---- literals ---- */

static bool is_one_of(Str text, const char *const *set, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(text, str_from_c(set[i])))
            return true;
    }
    return false;
}

static bool is_valid_suffix(const LiteralValue *value)
{
    static const char *const ints[] = { "i8", "i16", "i32", "i64", "i128", "isize",
                                        "u8", "u16", "u32", "u64", "u128", "usize" };
    static const char *const floats[] = { "f16", "f32", "f64", "f128" };
    if (value->suffix.bytes == 0)
        return true;
    if (value->kind == TOKEN_INT)
        return is_one_of(value->suffix, ints, ARRAY_COUNT(ints));
    return value->kind == TOKEN_FLOAT && is_one_of(value->suffix, floats, ARRAY_COUNT(floats));
}

/* `i256`: looks like the suffix of a type with that many bits. */
static bool looks_like_width(Str suffix, const char *letters)
{
    if (suffix.bytes < 2 || !strchr(letters, suffix.data[0]))
        return false;
    for (size_t i = 1; i < suffix.bytes; i++) {
        if (suffix.data[i] < '0' || suffix.data[i] > '9')
            return false;
    }
    return true;
}

static const char *literal_noun(TokenKind kind)
{
    return kind == TOKEN_CHAR       ? "char"
           : kind == TOKEN_BYTE     ? "byte"
           : kind == TOKEN_BYTE_STR ? "byte string"
           : kind == TOKEN_C_STR    ? "C string"
                                    : "string";
}

/* `0b1f32`: an integer with a suffix that begins with f is taken for a float. */
static bool report_float_base(Parser *p, SymId sym, AstPos lo)
{
    Str text = sym_text(p->context->interners, sym);
    char base = text.bytes > 1 && text.data[0] == '0' ? text.data[1] : '0';
    if (base != 'b' && base != 'o')
        return false;
    SyntaxError *error = parse_error_late(p, DIAG_CODE_lex_float_base, lo, p->prev_hi);
    parse_error_arg(p, error, base == 'b' ? STR("binary") : STR("octal"));
    error->primary_label = "not supported";
    return true;
}

static void report_number_suffix(Parser *p, const LiteralValue *value, AstPos lo)
{
    bool is_float = value->kind == TOKEN_FLOAT || value->suffix.data[0] == 'f',
         is_width = looks_like_width(value->suffix, is_float ? "f" : "iu");
    Str shown = is_width ? (Str){ value->suffix.data + 1, value->suffix.bytes - 1 } : value->suffix;
    DiagCode code = is_width   ? DIAG_CODE_parse_number_width
                    : is_float ? DIAG_CODE_parse_float_suffix
                               : DIAG_CODE_parse_int_suffix;
    SyntaxError *error = parse_error_late(p, code, lo, p->prev_hi);
    parse_error_arg(p, error, shown);
    parse_error_arg(p, error, is_float ? STR("float") : STR("integer"));
    if (!is_width)
        error->primary_label =
            arena_printf(p->errors->arena, "invalid suffix `%.*s`", (int)shown.bytes, shown.data);
    error->help = is_width && is_float ? "valid widths are 32 and 64"
                  : is_width           ? "valid widths are 8, 16, 32, 64 and 128"
                  : is_float
                      ? "valid suffixes are `f32` and `f64`"
                      : "the suffix must be one of the numeric types (`u32`, `isize`, `f32`, etc.)";
}

/* Suffixes and sizes: macro input may hold any, expressions may not. */
static void check_literal(Parser *p, TokenKind kind, SymId text, AstPos lo)
{
    LiteralValue value;
    if (kind == TOKEN_KW_TRUE || kind == TOKEN_KW_FALSE ||
        !literal_value(p->context->interners, p->context->scratch, kind, text, &value))
        return;
    if (value.kind == TOKEN_INT && value.is_too_large) {
        parse_error_late(p, DIAG_CODE_parse_int_too_large, lo, p->prev_hi)->note =
            "value exceeds limit of `340282366920938463463374607431768211455`";
    } else if (!is_valid_suffix(&value)) {
        if (value.kind == TOKEN_INT || value.kind == TOKEN_FLOAT) {
            bool is_float = value.suffix.data[0] == 'f';
            if (!is_float || !report_float_base(p, text, lo))
                report_number_suffix(p, &value, lo);
            return;
        }
        SyntaxError *error = parse_error_late(p, DIAG_CODE_parse_literal_suffix, lo, p->prev_hi);
        parse_error_arg(p, error, str_from_c(literal_noun((TokenKind)value.kind)));
        error->primary_label = arena_printf(p->errors->arena, "invalid suffix `%.*s`",
                                            (int)value.suffix.bytes, value.suffix.data);
    }
}

AstExprId parse_literal(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (!parse_is_literal(p)) {
        parse_fail(p, "expression");
        return EXPR_0(ERROR);
    }
    TokenKind kind = (TokenKind)p->kind;
    SymId text = parse_token(p)->text;
    parse_advance(p);
    if (kind == TOKEN_LITERAL_ERROR) {
        p->has_error = true;
        return EXPR_0(ERROR);
    }
    check_literal(p, kind, text, lo);
    return EXPR(LITERAL, literal, (uint8_t)kind, text);
}

/* ---- groups ---- */

/* Expressions up to the closing delimiter, which is taken. */
static uint32_t expr_element(Parser *p)
{
    return parse_expr(p).v;
}

IdRange parse_expr_list(Parser *p, TokenKind close)
{
    return parse_comma_list(p, close, expr_element, NULL);
}

AstExprId parse_call_args(Parser *p, AstExprId callee, AstPos lo)
{
    parse_advance(p);
    IdRange args = parse_expr_list(p, TOKEN_CLOSE_PAREN);
    return EXPR(CALL, call, callee, args);
}

static AstExprId parse_paren(Parser *p, AstPos lo)
{
    bool ends_in_comma;
    parse_advance(p);
    IdRange elements = parse_comma_list(p, TOKEN_CLOSE_PAREN, expr_element, &ends_in_comma);
    if (elements.count == 1 && !ends_in_comma)
        return EXPR(PAREN, paren, ast_expr_id_make(p->lists.items[elements.start]));
    return EXPR(TUPLE, tuple, elements);
}

/* `[a, b]` or `[a; n]`. */
static AstExprId parse_array(Parser *p, AstPos lo)
{
    parse_advance(p);
    if (parse_eat(p, TOKEN_CLOSE_BRACKET))
        return EXPR(ARRAY, array, parse_no_list());
    AstExprId first = parse_expr(p);
    if (parse_eat(p, TOKEN_SEMI)) {
        AstExprId length = parse_expr(p);
        parse_expect(p, TOKEN_CLOSE_BRACKET);
        return EXPR(REPEAT, repeat, first, length);
    }
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, first.v);
    while (parse_eat(p, TOKEN_COMMA) && !parse_check(p, TOKEN_CLOSE_BRACKET) && !p->failed)
        parse_list_add(p, parse_expr(p).v);
    IdRange elements = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACKET);
    return EXPR(ARRAY, array, elements);
}

/* ---- paths ---- */

/* `name: value`, or `name` alone. */
static AstFieldInit parse_field_init(Parser *p)
{
    AstFieldInit field = { .lo = parse_pos(p) };
    AstPos lo = parse_pos(p);
    parse_check_index(p);
    field.name = parse_is(p, TOKEN_INT) ? parse_take_word(p) : parse_ident(p);
    if (field.name.kind == TOKEN_INT || parse_check(p, TOKEN_COLON)) {
        parse_expect(p, TOKEN_COLON);
        field.value = parse_expr(p);
        return field;
    }
    field.is_shorthand = true;
    AstSegment segment = { .lo = lo, .hi = p->prev_hi, .name = field.name };
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, parse_push_segment(p, segment).v);
    AstPath path = { .lo = lo, .hi = p->prev_hi, .segments = parse_list_end(p, list) };
    field.value = EXPR(PATH, path, parse_push_path(p, path));
    return field;
}

/* Behind the path, at `{`. */
static AstExprId parse_struct_literal(Parser *p, AstPathId path, AstPos lo)
{
    AstExprId base = ast_expr_id_none();
    bool has_rest = false;
    uint32_t list = parse_list_begin(p);
    parse_advance(p);
    while (!parse_check(p, TOKEN_CLOSE_BRACE) && !p->failed) {
        IdRange attrs = parse_outer_attributes(p);
        has_rest = parse_eat(p, TOKEN_DOT_DOT);
        if (has_rest) {
            if (!parse_check(p, TOKEN_CLOSE_BRACE))
                base = parse_expr(p);
            break;
        }
        AstFieldInit field = parse_field_init(p);
        field.attrs = attrs;
        field.hi = p->prev_hi;
        parse_list_add(p, parse_push_field_init(p, field).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    IdRange fields = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACE);
    return EXPR(STRUCT, struct_, path, fields, base, has_rest);
}

/* Not the block of a condition: `{ name: ..` or `{ name, ..`. */
static bool is_certain_literal(const Parser *p)
{
    uint32_t then = parse_peek(p, 2);
    return parse_is(p, TOKEN_OPEN_BRACE) && parse_kind_is_ident(p, parse_peek(p, 1)) &&
           (then == TOKEN_COLON || then == TOKEN_COMMA);
}

AstExprId parse_path_expr(Parser *p, AstPathId path, AstPos lo)
{
    bool is_qualified = !p->failed && !ast_ty_id_is_none(p->paths.items[path.v].qself_or_none);
    if (!is_qualified && parse_check(p, TOKEN_NOT)) {
        parse_advance(p);
        return EXPR(MACRO_CALL, macro_call, parse_macro_args(p, path, lo));
    }
    if (!(p->restrictions & EXPR_NO_STRUCT_LITERAL) && parse_check(p, TOKEN_OPEN_BRACE))
        return parse_struct_literal(p, path, lo);
    if (is_certain_literal(p)) { /* it needs parentheses */
        uint32_t saved = p->restrictions;
        p->restrictions = 0;
        AstExprId literal = parse_struct_literal(p, path, lo);
        p->restrictions = saved;
        if (!p->failed)
            parse_error(p, DIAG_CODE_parse_struct_literal, lo, p->prev_hi);
        return literal;
    }
    return EXPR(PATH, path, path);
}

/* ---- what a macro parameter stood for ---- */

static AstExprId parse_fragment_expr(Parser *p, AstPos lo)
{
    uint32_t close = parse_fragment_enter(p);
    AstExprId inner = parse_expr(p);
    parse_fragment_leave(p, close);
    return EXPR(PAREN, paren, inner);
}

/* ---- words ---- */

static AstExprId parse_optional_value(Parser *p)
{
    bool is_block = parse_is(p, TOKEN_OPEN_BRACE) && (p->restrictions & EXPR_NO_STRUCT_LITERAL);
    if (is_block || !parse_may_begin_expr(p))
        return ast_expr_id_none();
    uint32_t kept = p->restrictions & (EXPR_NO_STRUCT_LITERAL | EXPR_CONST);
    return parse_expr_restricted(p, kept);
}

static AstExprId parse_break(Parser *p, AstPos lo)
{
    AstLifetimeId label = ast_lifetime_id_none();
    uint32_t next = parse_peek(p, 2);
    parse_advance(p);
    bool is_labeled_value = parse_peek(p, 1) == TOKEN_COLON && next != PARSE_END;
    if (parse_is(p, TOKEN_LIFETIME) && is_labeled_value) {
        AstPos value_lo = parse_pos(p);
        AstExprId loop = parse_labeled(p);
        if (!p->failed)
            parse_error(p, DIAG_CODE_parse_label_in_break, value_lo, p->prev_hi);
        return EXPR(BREAK, break_, label, loop);
    }
    if (parse_is(p, TOKEN_LIFETIME))
        label = parse_label(p);
    AstExprId value = parse_optional_value(p);
    return EXPR(BREAK, break_, label, value);
}

static AstExprId parse_continue(Parser *p, AstPos lo)
{
    AstLifetimeId label = ast_lifetime_id_none();
    parse_advance(p);
    if (parse_is(p, TOKEN_LIFETIME))
        label = parse_label(p);
    return EXPR(CONTINUE, continue_, label);
}

/* `let pattern = scrutinee`, where a condition allows it. */
static AstExprId parse_let_expr(Parser *p, AstPos lo)
{
    bool is_allowed = p->restrictions & EXPR_ALLOW_LET;
    if (!is_allowed) {
        SyntaxError *error = parse_error(p, DIAG_CODE_parse_expected, lo, parse_token_hi(p));
        parse_error_arg(p, error, STR("expression"));
        parse_error_arg(p, error, STR("`let` statement"));
        error->note = "only supported directly in conditions of `if` and `while` expressions";
    }
    parse_advance(p);
    AstPatId pat = parse_pat(p);
    parse_expect(p, TOKEN_EQ);
    AstExprId scrutinee = parse_expr_scrutinee(p);
    return EXPR(LET, let, pat, scrutinee);
}

AstExprId parse_const_block(Parser *p)
{
    AstPos lo = parse_pos(p);
    parse_advance(p);
    return parse_block_expr(p, AST_BLOCK_CONST, AST_CAPTURE_NEEDED, ast_lifetime_id_none(), lo);
}

/* `async`, `gen`, `async gen`, with `move` and a block. */
static bool is_async_block(const Parser *p)
{
    uint32_t n = 0;
    if (!parse_is(p, TOKEN_KW_ASYNC) && !parse_is(p, TOKEN_KW_GEN))
        return false;
    if (parse_is(p, TOKEN_KW_ASYNC) && parse_peek(p, 1) == TOKEN_KW_GEN)
        n = 1;
    uint32_t next = parse_peek(p, n + 1);
    return next == TOKEN_OPEN_BRACE || ((next == TOKEN_KW_MOVE || next == TOKEN_KW_USE) &&
                                        parse_peek(p, n + 2) == TOKEN_OPEN_BRACE);
}

static AstExprId parse_async_block(Parser *p, AstPos lo)
{
    bool is_async = parse_is(p, TOKEN_KW_ASYNC);
    if (is_async)
        parse_advance(p);
    bool is_gen = parse_eat(p, TOKEN_KW_GEN);
    AstCapture capture = parse_capture(p);
    AstBlockMode mode = is_async && is_gen ? AST_BLOCK_ASYNC_GEN
                        : is_gen           ? AST_BLOCK_GEN
                                           : AST_BLOCK_ASYNC;
    return parse_block_expr(p, mode, capture, ast_lifetime_id_none(), lo);
}

/* `builtin # offset_of(T, a.b)` and its kin; at `builtin`. */
static AstExprId parse_builtin(Parser *p, AstPos lo)
{
    parse_advance(p);
    parse_advance(p);
    AstBuiltin builtin = { .lo = lo, .name = parse_ident(p) };
    Str name = sym_text(p->context->interners, builtin.name.name);
    bool is_offset = str_eq(name, STR("offset_of")),
         is_ascription = str_eq(name, STR("type_ascribe"));
    parse_expect(p, TOKEN_OPEN_PAREN);
    uint32_t list = parse_list_begin(p);
    if (is_offset) {
        builtin.ty_or_none = parse_ty(p);
        parse_expect(p, TOKEN_COMMA);
        builtin.names.start = p->idents.count;
        do {
            bool is_index = parse_is(p, TOKEN_INT) || parse_is(p, TOKEN_FLOAT);
            ast_ident_vec_push(&p->idents, is_index ? parse_take_word(p) : parse_ident(p));
        } while (parse_eat(p, TOKEN_DOT));
        builtin.names.count = p->idents.count - builtin.names.start;
        parse_eat(p, TOKEN_COMMA);
    } else if (!parse_is(p, TOKEN_CLOSE_PAREN)) {
        parse_list_add(p, parse_expr(p).v);
        if (parse_eat(p, TOKEN_COMMA) && (is_ascription || !parse_is(p, TOKEN_CLOSE_PAREN)))
            builtin.ty_or_none = parse_ty(p);
    }
    builtin.args = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_PAREN);
    builtin.hi = p->prev_hi;
    return EXPR(BUILTIN, builtin, parse_push_builtin(p, builtin));
}

static AstExprId parse_jump_expr(Parser *p, AstPos lo)
{
    TokenKind kind = (TokenKind)p->kind;
    if (kind == TOKEN_KW_BREAK)
        return parse_break(p, lo);
    if (kind == TOKEN_KW_CONTINUE)
        return parse_continue(p, lo);
    parse_advance(p);
    if (kind == TOKEN_KW_DO)
        parse_expect(p, TOKEN_KW_YEET);
    if (kind == TOKEN_KW_BECOME) {
        AstExprId value = parse_expr_restricted(p, p->restrictions & EXPR_NO_STRUCT_LITERAL);
        return EXPR(BECOME, become, value);
    }
    AstExprId value = parse_optional_value(p);
    if (kind == TOKEN_KW_DO)
        return EXPR(YEET, yeet, value);
    if (kind == TOKEN_KW_YIELD)
        return EXPR(YIELD, yield, value);
    return EXPR(RETURN, return_, value);
}

static bool is_jump(const Parser *p)
{
    return parse_is(p, TOKEN_KW_RETURN) || parse_is(p, TOKEN_KW_BREAK) ||
           parse_is(p, TOKEN_KW_CONTINUE) || parse_is(p, TOKEN_KW_YIELD) ||
           parse_is(p, TOKEN_KW_BECOME) ||
           (parse_is(p, TOKEN_KW_DO) && parse_peek(p, 1) == TOKEN_KW_YEET);
}

static AstExprId parse_plain_block(Parser *p, AstBlockMode mode, AstPos lo)
{
    if (mode != AST_BLOCK_PLAIN)
        parse_advance(p);
    return parse_block_expr(p, mode, AST_CAPTURE_NEEDED, ast_lifetime_id_none(), lo);
}

/* `async` that begins no block and no closure. */
static AstExprId fail_async(Parser *p, AstPos lo)
{
    parse_advance(p);
    bool is_other = !parse_check(p, TOKEN_KW_MOVE) && !parse_check(p, TOKEN_KW_USE) &&
                    !parse_check(p, TOKEN_OPEN_BRACE) && !parse_check(p, TOKEN_OR) &&
                    !parse_check(p, TOKEN_OR_OR);
    if (!is_other)
        parse_advance(p);
    parse_fail_expected(p);
    return parse_expr_error(p, lo);
}

/* Expressions that a keyword begins; *found tells whether one did. */
static AstExprId parse_keyword_expr(Parser *p, AstPos lo, bool *found)
{
    bool block_follows = parse_peek(p, 1) == TOKEN_OPEN_BRACE;
    *found = true;
    if (parse_is(p, TOKEN_KW_IF))
        return parse_if(p);
    if (parse_is(p, TOKEN_KW_MATCH))
        return parse_match(p);
    if (parse_is(p, TOKEN_KW_WHILE))
        return parse_while(p, ast_lifetime_id_none(), lo);
    if (parse_is(p, TOKEN_KW_FOR))
        return parse_for(p, ast_lifetime_id_none(), lo);
    if (parse_is(p, TOKEN_KW_LOOP))
        return parse_loop(p, ast_lifetime_id_none(), lo);
    if (parse_is(p, TOKEN_KW_UNSAFE))
        return parse_plain_block(p, AST_BLOCK_UNSAFE, lo);
    if (parse_is(p, TOKEN_KW_CONST) && block_follows)
        return parse_plain_block(p, AST_BLOCK_CONST, lo);
    if (parse_is(p, TOKEN_KW_TRY) && block_follows)
        return parse_plain_block(p, AST_BLOCK_TRY, lo);
    if (is_async_block(p))
        return parse_async_block(p, lo);
    if (is_jump(p))
        return parse_jump_expr(p, lo);
    if (parse_is(p, TOKEN_KW_LET))
        return parse_let_expr(p, lo);
    if (parse_is(p, TOKEN_KW_BUILTIN) && parse_peek(p, 1) == TOKEN_POUND)
        return parse_builtin(p, lo);
    if (parse_is(p, TOKEN_KW_ASYNC) && !parse_is_ident(p))
        return fail_async(p, lo);
    *found = false;
    return ast_expr_id_none();
}

AstExprId parse_atom(Parser *p)
{
    AstPos lo = parse_pos(p);
    bool found;
    if (parse_is_literal(p))
        return parse_literal(p);
    if (parse_is(p, TOKEN_OPEN_PAREN))
        return parse_paren(p, lo);
    if (parse_is(p, TOKEN_OPEN_BRACE))
        return parse_plain_block(p, AST_BLOCK_PLAIN, lo);
    if (parse_is(p, TOKEN_OPEN_BRACKET))
        return parse_array(p, lo);
    if (parse_is_closure(p))
        return parse_closure(p);
    AstExprId keyword = parse_keyword_expr(p, lo, &found);
    if (found)
        return keyword;
    if (parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL))
        return parse_path_expr(p, parse_qualified_path(p, PATH_EXPR), lo);
    if (parse_is_path_start(p) || parse_is_fragment(p, AST_FRAGMENT_TY))
        return parse_path_expr(p, parse_path(p, PATH_EXPR), lo);
    if (parse_is(p, TOKEN_OPEN_FRAGMENT))
        return parse_fragment_expr(p, lo);
    if (parse_is(p, TOKEN_LIFETIME))
        return parse_labeled(p);
    if (parse_eat(p, TOKEN_KW_UNDERSCORE))
        return EXPR_0(UNDERSCORE);
    parse_fail(p, "expression");
    return EXPR_0(ERROR);
}
