/* Patterns. Reference: "Patterns". */
#include "parse/parse_priv.h"

#define PAT(U, lower, ...) \
    push_pat(p, lo, (AstPat){ .kind = AST_PAT_##U, .as.lower = { __VA_ARGS__ } })
#define PAT_0(U) push_pat(p, lo, (AstPat){ .kind = AST_PAT_##U })

static AstPatId push_pat(Parser *p, AstPos lo, AstPat pat)
{
    pat.lo = lo;
    pat.hi = p->prev_hi;
    return parse_push_pat(p, pat);
}

/* ---- ranges ---- */

/* May a range's bound begin with the n-th token from here? */
static bool may_begin_bound(const Parser *p, uint32_t n)
{
    uint32_t kind = n == 0 ? p->kind : parse_peek(p, n);
    if (kind == PARSE_END)
        return false;
    bool is_literal = token_class((TokenKind)kind) == TOKEN_CLASS_LITERAL ||
                      kind == TOKEN_KW_TRUE || kind == TOKEN_KW_FALSE;
    return is_literal || kind == TOKEN_MINUS || kind == TOKEN_PATH_SEP || kind == TOKEN_LT ||
           kind == TOKEN_SHL || kind == TOKEN_OPEN_FRAGMENT || kind == TOKEN_KW_CONST ||
           kind == TOKEN_OPEN_PAREN || parse_is_path_segment(p, kind);
}

static bool is_range_operator(const Parser *p)
{
    return parse_is(p, TOKEN_DOT_DOT) || parse_is(p, TOKEN_DOT_DOT_EQ) ||
           parse_is(p, TOKEN_DOT_DOT_DOT);
}

static AstExprId expr_of_path(Parser *p, AstPathId path, AstPos lo)
{
    AstExpr expr = { .kind = AST_EXPR_PATH, .lo = lo, .hi = p->prev_hi, .as.path = { path } };
    return parse_push_expr(p, expr);
}

/* `const { .. }`, which is no pattern. */
static AstExprId parse_const_bound(Parser *p, AstPos lo)
{
    AstExprId block = parse_const_block(p);
    if (!p->failed)
        parse_error(p, DIAG_CODE_parse_const_pattern, ast_pos((lo >> AST_POS_SHIFT) + 1, 0),
                    p->prev_hi)
            ->help =
            "use a named `const`-item or an `if`-guard (`x if x == const { ... }`) instead";
    return p->failed ? block : parse_expr_error(p, lo);
}

/* A literal, `-` literal, path, or const block. */
static AstExprId parse_range_bound(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (parse_is(p, TOKEN_KW_CONST))
        return parse_const_bound(p, lo);
    if (parse_is(p, TOKEN_OPEN_PAREN)) {
        AstExprId inner = parse_atom(p);
        if (!p->failed)
            parse_error(p, DIAG_CODE_parse_bound_parentheses, lo, p->prev_hi);
        return inner;
    }
    if (parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL))
        return expr_of_path(p, parse_qualified_path(p, PATH_EXPR), lo);
    if (parse_is_path_start(p) || parse_is_fragment(p, AST_FRAGMENT_TY))
        return expr_of_path(p, parse_path(p, PATH_EXPR), lo);
    return parse_literal_or_minus(p);
}

static AstPatId parse_range(Parser *p, AstExprId low, AstPos lo)
{
    bool inclusive = !parse_is(p, TOKEN_DOT_DOT), is_three_dots = parse_is(p, TOKEN_DOT_DOT_DOT);
    AstPos operator_lo = parse_pos(p);
    parse_advance(p);
    AstExprId high = ast_expr_id_none();
    uint32_t then = parse_peek(p, 2);
    bool is_extra = inclusive && !is_three_dots && parse_is(p, TOKEN_EQ) && may_begin_bound(p, 1) &&
                    (then == TOKEN_EQ || then == TOKEN_FAT_ARROW || then == TOKEN_OR ||
                     then == TOKEN_KW_IF); /* not `let 0..= = 1` */
    if (is_extra) {
        parse_advance(p);
        parse_error(p, DIAG_CODE_parse_extra_equals, operator_lo, p->prev_hi)->note =
            "inclusive ranges end with a single equals sign (`..=`)";
    }
    if (is_three_dots && ast_expr_id_is_none(low) && may_begin_bound(p, 0))
        parse_error(p, DIAG_CODE_parse_range_to_dots, operator_lo, p->prev_hi);
    if (may_begin_bound(p, 0))
        high = parse_range_bound(p);
    else if (inclusive)
        parse_error(p, DIAG_CODE_parse_range_no_end, operator_lo, p->prev_hi)->help =
            "inclusive ranges must be bounded at the end (`..=b` or `a..=b`)";
    return PAT(RANGE, range, low, high, inclusive, is_three_dots);
}

/* ---- parts ---- */

/* Attributes of a pattern in a list are allowed, and mean nothing. */
static uint32_t pat_element(Parser *p)
{
    (void)parse_outer_attributes(p);
    return parse_pat(p).v;
}

static AstPatId parse_paren_pat(Parser *p, AstPos lo)
{
    bool ends_in_comma;
    parse_advance(p);
    IdRange elements = parse_comma_list(p, TOKEN_CLOSE_PAREN, pat_element, &ends_in_comma);
    uint32_t first = elements.count ? p->lists.items[elements.start] : 0;
    if (elements.count == 1 && !ends_in_comma && p->pats.items[first].kind != AST_PAT_REST)
        return PAT(PAREN, paren, ast_pat_id_make(first));
    return PAT(TUPLE, tuple, elements);
}

/* Behind `&` and `box` a range needs parentheses. */
static AstPatId parse_pat_no_range(Parser *p)
{
    AstPatId id = parse_pat_one(p);
    const AstPat *pat = &p->pats.items[id.v];
    bool is_old = pat->kind == AST_PAT_RANGE && pat->as.range.is_three_dots &&
                  !ast_expr_id_is_none(pat->as.range.low_or_none);
    if (pat->kind == AST_PAT_RANGE && !is_old && !p->failed)
        parse_error(p, DIAG_CODE_parse_range_ambiguous, pat->lo, pat->hi);
    return id;
}

static AstPatId parse_ref_pat(Parser *p, AstPos lo)
{
    parse_expect_part(p, TOKEN_AND);
    if (parse_is(p, TOKEN_LIFETIME)) {
        SyntaxError *error =
            parse_error(p, DIAG_CODE_parse_lifetime_in_pattern, parse_pos(p), parse_token_hi(p));
        parse_error_arg(p, error, parse_found(p));
        parse_advance(p);
    }
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    AstPatId inner = parse_pat_no_range(p);
    return PAT(REF, ref, is_mut, inner);
}

/* `x`, `x @ pattern`, with what stands before it. */
static AstPatId parse_binding(Parser *p, AstPos lo, bool by_ref, bool ref_mut, bool is_mut)
{
    AstIdent name = parse_is(p, TOKEN_KW_SELF_LOWER) ? parse_take_word(p) : parse_ident(p);
    AstPatId sub = ast_pat_id_none();
    if (parse_eat(p, TOKEN_AT))
        sub = parse_pat_one(p);
    return PAT(IDENT, ident, by_ref, ref_mut, is_mut, name, sub);
}

/* `{ a, b: pattern, ref mut c, .. }` behind the path. */
static AstFieldPat parse_field_pat(Parser *p)
{
    AstFieldPat field = { .lo = parse_pos(p) };
    bool is_number = parse_is(p, TOKEN_INT);
    parse_check_index(p);
    if ((parse_is_ident(p) || is_number) && parse_peek(p, 1) == TOKEN_COLON) {
        field.name = parse_take_word(p);
        parse_advance(p);
        field.pat = parse_pat(p);
        return field;
    }
    AstPos lo = parse_pos(p);
    if (is_number) { /* the fields of a tuple, as if they had names */
        bool is_first = p->prev_kind == TOKEN_OPEN_BRACE;
        field.name = parse_take_word(p);
        if (is_first)
            parse_error_late(p, DIAG_CODE_parse_tuple_as_struct, lo, p->prev_hi);
        p->has_error = true;
        field.pat = PAT_0(ERROR);
        return field;
    }
    bool is_box = parse_eat(p, TOKEN_KW_BOX);
    AstPos binding_lo = parse_pos(p);
    bool by_ref = parse_eat(p, TOKEN_KW_REF), is_mut = parse_eat(p, TOKEN_KW_MUT);
    field.is_shorthand = true;
    field.pat = parse_binding(p, binding_lo, by_ref, by_ref && is_mut, !by_ref && is_mut);
    field.name = p->pats.items[field.pat.v].as.ident.name;
    if (is_box)
        field.pat = PAT(BOX, box, field.pat);
    return field;
}

static AstPatId parse_struct_pat(Parser *p, AstPathId path, AstPos lo)
{
    bool has_rest = false;
    uint32_t list = parse_list_begin(p);
    parse_advance(p);
    while (!parse_check(p, TOKEN_CLOSE_BRACE) && !p->failed) {
        IdRange attrs = parse_outer_attributes(p);
        has_rest = parse_eat(p, TOKEN_DOT_DOT);
        if (has_rest)
            break;
        AstFieldPat field = parse_field_pat(p);
        field.attrs = attrs;
        field.hi = p->prev_hi;
        parse_list_add(p, parse_push_field_pat(p, field).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    IdRange fields = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACE);
    return PAT(STRUCT, struct_, path, fields, has_rest);
}

static AstPatId parse_path_pat(Parser *p, AstPos lo)
{
    bool is_qualified = parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL);
    AstPathId path = is_qualified ? parse_qualified_path(p, PATH_EXPR) : parse_path(p, PATH_EXPR);
    if (is_range_operator(p))
        return parse_range(p, expr_of_path(p, path, lo), lo);
    if (parse_check(p, TOKEN_OPEN_BRACE))
        return parse_struct_pat(p, path, lo);
    if (parse_check(p, TOKEN_OPEN_PAREN)) {
        parse_advance(p);
        IdRange elements = parse_comma_list(p, TOKEN_CLOSE_PAREN, pat_element, NULL);
        return PAT(TUPLE_STRUCT, tuple_struct, path, elements);
    }
    if (!is_qualified && parse_check(p, TOKEN_NOT)) {
        parse_advance(p);
        return PAT(MACRO_CALL, macro_call, parse_macro_args(p, path, lo));
    }
    return PAT(PATH, path, path);
}

/* A word that stands alone is a binding. */
static bool is_binding(const Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    if (!parse_is_ident(p))
        return false;
    return next != TOKEN_PATH_SEP && next != TOKEN_OPEN_PAREN && next != TOKEN_OPEN_BRACE &&
           next != TOKEN_NOT && next != TOKEN_DOT_DOT && next != TOKEN_DOT_DOT_EQ &&
           next != TOKEN_DOT_DOT_DOT;
}

static AstPatId parse_literal_pat(Parser *p, AstPos lo)
{
    AstExprId literal = parse_literal_or_minus(p);
    if (is_range_operator(p))
        return parse_range(p, literal, lo);
    return PAT(EXPR, expr, literal);
}

/* A pattern that a macro parameter stood for. */
static AstPatId parse_fragment_pat(Parser *p, AstPos lo)
{
    uint32_t close = parse_fragment_enter(p);
    AstPatId inner = parse_pat(p);
    parse_fragment_leave(p, close);
    return PAT(PAREN, paren, inner);
}

static AstPatId parse_mut_pat(Parser *p, AstPos lo)
{
    parse_advance(p);
    if (parse_is(p, TOKEN_KW_REF)) { /* `mut ref x` */
        parse_advance(p);
        return parse_binding(p, lo, true, parse_eat(p, TOKEN_KW_MUT), true);
    }
    return parse_binding(p, lo, false, false, true);
}

static AstPatId parse_ref_binding(Parser *p, AstPos lo)
{
    parse_advance(p);
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    return parse_binding(p, lo, true, is_mut, false);
}

/* `..` alone is the rest of a list; with a bound behind it a range. */
static AstPatId parse_dots_pat(Parser *p, AstPos lo)
{
    bool is_range = may_begin_bound(p, 1) || (parse_is(p, TOKEN_DOT_DOT_EQ));
    if (is_range)
        return parse_range(p, ast_expr_id_none(), lo);
    bool is_three_dots = parse_is(p, TOKEN_DOT_DOT_DOT);
    parse_advance(p);
    if (is_three_dots)
        parse_error(p, DIAG_CODE_parse_dots_pattern, lo, p->prev_hi)->primary_label =
            "not a valid pattern";
    return PAT_0(REST);
}

static AstPatId parse_const_pat(Parser *p, AstPos lo)
{
    AstExprId block = parse_const_bound(p, lo);
    if (is_range_operator(p))
        return parse_range(p, block, lo);
    return PAT(EXPR, expr, block);
}

static AstPatId parse_pat_kind(Parser *p, AstPos lo)
{
    if (parse_is(p, TOKEN_AND) || parse_is(p, TOKEN_AND_AND))
        return parse_ref_pat(p, lo);
    if (parse_is(p, TOKEN_OPEN_PAREN))
        return parse_paren_pat(p, lo);
    if (parse_is(p, TOKEN_OPEN_BRACKET)) {
        parse_advance(p);
        IdRange elements = parse_comma_list(p, TOKEN_CLOSE_BRACKET, pat_element, NULL);
        return PAT(SLICE, slice, elements);
    }
    if (is_range_operator(p))
        return parse_dots_pat(p, lo);
    if (parse_eat(p, TOKEN_KW_UNDERSCORE))
        return PAT_0(WILD);
    if (parse_is(p, TOKEN_KW_MUT))
        return parse_mut_pat(p, lo);
    if (parse_is(p, TOKEN_KW_REF))
        return parse_ref_binding(p, lo);
    if (parse_eat(p, TOKEN_KW_BOX)) {
        AstPatId inner = parse_pat_no_range(p);
        return PAT(BOX, box, inner);
    }
    if (parse_is(p, TOKEN_KW_CONST) && parse_peek(p, 1) == TOKEN_OPEN_BRACE)
        return parse_const_pat(p, lo);
    if (parse_eat(p, TOKEN_NOT))
        return PAT_0(NEVER);
    if (parse_is_fragment(p, AST_FRAGMENT_PAT) || parse_is_fragment(p, AST_FRAGMENT_PAT_PARAM))
        return parse_fragment_pat(p, lo);
    if (is_binding(p))
        return parse_binding(p, lo, false, false, false);
    if (parse_is_path_start(p) || parse_is_fragment(p, AST_FRAGMENT_TY))
        return parse_path_pat(p, lo);
    if (parse_is_literal(p) || parse_is(p, TOKEN_MINUS) || parse_is(p, TOKEN_OPEN_FRAGMENT))
        return parse_literal_pat(p, lo);
    parse_fail(p, "pattern");
    return PAT_0(ERROR);
}

AstPatId parse_pat_one(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (!parse_enter(p))
        return PAT_0(ERROR);
    AstPatId pat = parse_pat_kind(p, lo);
    parse_leave(p);
    return pat;
}

/* `||` between patterns, where it cannot end the parameters of a closure. */
static bool is_or_or(const Parser *p)
{
    return parse_is(p, TOKEN_OR_OR) && p->sub == 0;
}

static bool take_or_or(Parser *p)
{
    if (!is_or_or(p))
        return false;
    parse_error(p, DIAG_CODE_parse_or_or_pattern, parse_pos(p), parse_token_hi(p));
    parse_advance(p);
    return true;
}

/* A `|` that nothing follows. */
static bool ends_alternatives(Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    bool is_last = next == TOKEN_FAT_ARROW || next == TOKEN_KW_IF || next == TOKEN_EQ ||
                   next == TOKEN_CLOSE_PAREN || next == TOKEN_CLOSE_BRACKET ||
                   next == TOKEN_CLOSE_BRACE || next == TOKEN_COMMA || next == TOKEN_SEMI ||
                   next == TOKEN_COLON || next == TOKEN_KW_IN;
    if (!is_last || (!parse_is(p, TOKEN_OR) && !is_or_or(p)))
        return false;
    parse_error_with(p, DIAG_CODE_parse_or_trailing, parse_pos(p), parse_token_hi(p),
                     parse_is(p, TOKEN_OR) ? "|" : "||");
    parse_advance(p);
    return true;
}

AstPatId parse_pat(Parser *p)
{
    AstPos lo = parse_pos(p);
    bool has_leading = parse_is(p, TOKEN_OR);
    if (has_leading)
        parse_advance(p);
    else
        take_or_or(p);
    AstPatId first = parse_pat_one(p);
    if (!parse_check(p, TOKEN_OR) && !is_or_or(p))
        return first;
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, first.v);
    while (!ends_alternatives(p) && (take_or_or(p) || parse_eat(p, TOKEN_OR)))
        parse_list_add(p, parse_pat_one(p).v);
    if (p->stack.count == list + 1) {
        p->stack.count = list;
        return first;
    }
    IdRange alternatives = parse_list_end(p, list);
    return PAT(OR, or, alternatives);
}
