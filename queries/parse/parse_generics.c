/* Generic parameters, bounds, where clauses. Reference: "Generic parameters", "Trait and lifetime
 * bounds". */
#include "parse/parse_priv.h"

/* ---- bounds ---- */

bool parse_may_begin_bound(const Parser *p)
{
    return parse_is_path_start(p) || parse_is(p, TOKEN_LIFETIME) || parse_is(p, TOKEN_KW_FOR) ||
           parse_is(p, TOKEN_QUESTION) || parse_is(p, TOKEN_NOT) || parse_is(p, TOKEN_TILDE) ||
           parse_is(p, TOKEN_KW_CONST) || parse_is(p, TOKEN_KW_ASYNC) ||
           parse_is(p, TOKEN_KW_USE) || parse_is(p, TOKEN_OPEN_PAREN) ||
           parse_is_fragment(p, AST_FRAGMENT_TY) ||
           (parse_is(p, TOKEN_OPEN_BRACKET) && parse_peek(p, 1) == TOKEN_KW_CONST);
}

/* `const`, `~const`, `[const]`, `async`, `?`, `!`. */
static uint8_t parse_modifiers(Parser *p)
{
    uint8_t modifiers = 0;
    if (parse_eat(p, TOKEN_TILDE)) {
        parse_expect(p, TOKEN_KW_CONST);
        modifiers |= AST_BOUND_MAYBE_CONST;
    } else if (parse_is(p, TOKEN_OPEN_BRACKET)) {
        parse_advance(p);
        parse_expect(p, TOKEN_KW_CONST);
        parse_expect(p, TOKEN_CLOSE_BRACKET);
        modifiers |= AST_BOUND_MAYBE_CONST;
    } else if (parse_eat(p, TOKEN_KW_CONST)) {
        modifiers |= AST_BOUND_ALWAYS_CONST;
    }
    if (parse_eat(p, TOKEN_KW_ASYNC))
        modifiers |= AST_BOUND_ASYNC;
    if (parse_eat(p, TOKEN_QUESTION))
        modifiers |= AST_BOUND_MAYBE;
    else if (parse_eat(p, TOKEN_NOT))
        modifiers |= AST_BOUND_NEGATIVE;
    return modifiers;
}

/* `use<'a, T>`: what the opaque type captures. */
static AstBoundId parse_use_bound(Parser *p, AstPos lo)
{
    AstBound bound = { .lo = lo, .kind = AST_BOUND_USE };
    parse_advance(p);
    uint32_t list = parse_list_begin(p);
    parse_expect_part(p, TOKEN_LT);
    while (!parse_check_part(p, TOKEN_GT) && !p->failed) {
        AstGenericArg arg = { .lo = parse_pos(p) };
        if (parse_is(p, TOKEN_LIFETIME)) {
            arg.kind = AST_ARG_LIFETIME;
            arg.lifetime_or_none = parse_lifetime(p);
        } else {
            arg.kind = AST_ARG_TYPE;
            arg.ty_or_none = parse_ty(p);
        }
        arg.hi = p->prev_hi;
        parse_list_add(p, parse_push_generic_arg(p, arg).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    bound.captures = parse_list_end(p, list);
    parse_expect_part(p, TOKEN_GT);
    bound.hi = p->prev_hi;
    return parse_push_bound(p, bound);
}

AstBoundId parse_trait_bound(Parser *p, AstPos lo, IdRange for_params, uint8_t modifiers)
{
    AstBound bound = {
        .lo = lo, .kind = AST_BOUND_TRAIT, .modifiers = modifiers, .for_params = for_params
    };
    bound.path_or_none = parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL)
                             ? parse_qualified_path(p, PATH_TYPE)
                             : parse_path(p, PATH_TYPE);
    bound.hi = p->prev_hi;
    return parse_push_bound(p, bound);
}

static AstBoundId parse_bound(Parser *p)
{
    AstPos lo = parse_pos(p);
    if (parse_is(p, TOKEN_LIFETIME)) {
        AstBound bound = { .lo = lo,
                           .kind = AST_BOUND_OUTLIVES,
                           .lifetime_or_none = parse_lifetime(p) };
        bound.hi = p->prev_hi;
        return parse_push_bound(p, bound);
    }
    if (parse_is(p, TOKEN_KW_USE))
        return parse_use_bound(p, lo);
    bool has_parens = parse_eat(p, TOKEN_OPEN_PAREN);
    uint8_t modifiers = parse_modifiers(p);
    IdRange for_params = parse_for_params(p);
    modifiers |= parse_modifiers(p);
    AstBoundId bound = parse_trait_bound(p, lo, for_params, modifiers);
    if (has_parens && parse_expect(p, TOKEN_CLOSE_PAREN))
        p->bounds.items[bound.v].hi = p->prev_hi;
    return bound;
}

/* Bounds joined by `+`, perhaps none. */
IdRange parse_bounds(Parser *p)
{
    uint32_t list = parse_list_begin(p);
    if (!parse_enter(p))
        return parse_no_list();
    while (parse_may_begin_bound(p)) {
        parse_list_add(p, parse_bound(p).v);
        if (!parse_eat_part(p, TOKEN_PLUS))
            break;
    }
    parse_leave(p);
    return parse_list_end(p, list);
}

/* ---- parameters ---- */

static AstGenericParam parse_lifetime_param(Parser *p)
{
    AstGenericParam param = { .kind = AST_PARAM_LIFETIME };
    AstLifetimeId lifetime = parse_lifetime(p);
    param.name = p->lifetimes.items[lifetime.v].name;
    if (parse_eat(p, TOKEN_COLON))
        param.bounds = parse_bounds(p);
    return param;
}

static AstExprId parse_const_default(Parser *p)
{
    if (parse_is(p, TOKEN_OPEN_BRACE))
        return parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED, ast_lifetime_id_none(),
                                parse_pos(p));
    if (parse_is_literal(p) || parse_is(p, TOKEN_MINUS) || parse_is(p, TOKEN_OPEN_FRAGMENT))
        return parse_literal_or_minus(p);
    return parse_atom(p);
}

static AstGenericParam parse_const_param(Parser *p)
{
    AstGenericParam param = { .kind = AST_PARAM_CONST };
    parse_advance(p);
    param.name = parse_ident(p);
    parse_expect(p, TOKEN_COLON);
    param.ty_or_none = parse_ty(p);
    if (parse_eat_part(p, TOKEN_EQ))
        param.default_or_none = parse_const_default(p);
    return param;
}

static AstGenericParam parse_type_param(Parser *p)
{
    AstGenericParam param = { .kind = AST_PARAM_TYPE, .name = parse_ident(p) };
    if (parse_eat(p, TOKEN_COLON))
        param.bounds = parse_bounds(p);
    if (parse_eat_part(p, TOKEN_EQ))
        param.ty_or_none = parse_ty(p);
    return param;
}

/* Behind `<`, up to and with `>`. */
static IdRange parse_param_list(Parser *p)
{
    uint32_t list = parse_list_begin(p);
    while (!parse_check_part(p, TOKEN_GT) && !p->failed) {
        AstPos lo = parse_pos(p);
        IdRange attrs = parse_outer_attributes(p);
        AstGenericParam param = parse_is(p, TOKEN_LIFETIME)   ? parse_lifetime_param(p)
                                : parse_is(p, TOKEN_KW_CONST) ? parse_const_param(p)
                                                              : parse_type_param(p);
        param.lo = lo;
        param.hi = p->prev_hi;
        param.attrs = attrs;
        parse_list_add(p, parse_push_generic_param(p, param).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    IdRange params = parse_list_end(p, list);
    parse_expect_part(p, TOKEN_GT);
    return params;
}

AstGenericsId parse_generic_params(Parser *p)
{
    AstGenerics generics = { .lo = parse_pos(p), .hi = parse_pos(p) };
    if (parse_eat_part(p, TOKEN_LT)) {
        generics.params = parse_param_list(p);
        generics.hi = p->prev_hi;
    }
    return parse_push_generics(p, generics);
}

IdRange parse_for_params(Parser *p)
{
    if (!parse_is(p, TOKEN_KW_FOR))
        return parse_no_list();
    parse_advance(p);
    parse_expect_part(p, TOKEN_LT);
    return parse_param_list(p);
}

/* ---- where ---- */

/* `T = U`, which means nothing so far; at the sign. */
static void parse_equality(Parser *p, AstPos lo)
{
    parse_advance(p);
    parse_ty(p);
    SyntaxError *error = parse_error_late(p, DIAG_CODE_parse_where_equality, lo, p->prev_hi);
    error->primary_label = "not supported";
    error->note =
        "see issue #20041 <https://github.com/rust-lang/rust/issues/20041> for more information";
}

static AstWhereId parse_predicate(Parser *p, IdRange attrs)
{
    AstWhere predicate = { .lo = parse_pos(p), .attrs = attrs };
    if (parse_is(p, TOKEN_LIFETIME)) {
        predicate.lifetime_or_none = parse_lifetime(p);
    } else {
        predicate.for_params = parse_for_params(p);
        predicate.ty_or_none = parse_ty(p);
    }
    bool is_equality = ast_lifetime_id_is_none(predicate.lifetime_or_none) &&
                       (parse_is(p, TOKEN_EQ) || parse_is(p, TOKEN_EQ_EQ));
    if (is_equality)
        parse_equality(p, predicate.lo);
    else if (parse_expect(p, TOKEN_COLON))
        predicate.bounds = parse_bounds(p);
    predicate.hi = p->prev_hi;
    return parse_push_where(p, predicate);
}

static bool may_begin_predicate(const Parser *p)
{
    return parse_is(p, TOKEN_LIFETIME) || parse_is(p, TOKEN_KW_FOR) || parse_may_begin_ty(p);
}

void parse_where_clause(Parser *p, AstGenericsId generics)
{
    if (!parse_eat(p, TOKEN_KW_WHERE))
        return;
    uint32_t list = parse_list_begin(p);
    IdRange before = p->generics.items[generics.v].predicates; /* a type alias may have two */
    for (uint32_t i = 0; i < before.count; i++)
        parse_list_add(p, p->lists.items[before.start + i]);
    for (;;) {
        IdRange attrs = parse_outer_attributes(p);
        if (!may_begin_predicate(p))
            break;
        parse_list_add(p, parse_predicate(p, attrs).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    AstGenerics *node = &p->generics.items[generics.v];
    node->hi = p->prev_hi;
    node->predicates = parse_list_end(p, list);
}
