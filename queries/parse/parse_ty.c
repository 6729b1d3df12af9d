/* Types. Reference: "Types". */
#include "parse/parse_priv.h"

#define TY(U, lower, ...) push_ty(p, lo, (AstTy){ .kind = AST_TY_##U, .as.lower = { __VA_ARGS__ } })

#define TY_0(U) push_ty(p, lo, (AstTy){ .kind = AST_TY_##U })

static AstTyId push_ty(Parser *p, AstPos lo, AstTy ty)
{
    ty.lo = lo;
    ty.hi = p->prev_hi;
    return parse_push_ty(p, ty);
}

static AstTyId parse_ty_at(Parser *p, bool allow_plus);

/* Is it named by a keyword of the edition (`'let`)? */
static bool is_keyword_lifetime(const Parser *p)
{
    const Token *token = parse_token(p);
    if (!parse_is(p, TOKEN_LIFETIME) || (token->flags & TOKEN_RAW))
        return false;
    Str text = sym_text(p->context->interners, token->text);
    TokenKind kind = token_word_kind((Str){ text.data + 1, text.bytes - 1 });
    TokenClass class = token_class(kind);
    return class == TOKEN_CLASS_KEYWORD || (class == TOKEN_CLASS_EDITION_KEYWORD &&
                                            !token_kind_is_ident(kind, p->context->edition));
}

AstLifetimeId parse_label(Parser *p)
{
    if (is_keyword_lifetime(p))
        parse_error(p, DIAG_CODE_parse_label_keyword, parse_pos(p), parse_token_hi(p));
    AstLifetime label = { .lo = parse_pos(p), .name = parse_take_word(p) };
    label.hi = p->prev_hi;
    return parse_push_lifetime(p, label);
}

AstLifetimeId parse_lifetime(Parser *p)
{
    AstLifetime lifetime = { .lo = parse_pos(p) };
    if (is_keyword_lifetime(p)) {
        Str text = sym_text(p->context->interners, parse_token(p)->text);
        if (!str_eq(text, STR("'static")) && !str_eq(text, STR("'_")))
            parse_error(p, DIAG_CODE_parse_lifetime_keyword, lifetime.lo, parse_token_hi(p));
    }
    if (parse_is(p, TOKEN_LIFETIME))
        lifetime.name = parse_take_word(p);
    else
        parse_fail(p, "lifetime");
    lifetime.hi = p->prev_hi;
    return parse_push_lifetime(p, lifetime);
}

/* `fn`, perhaps with qualifiers. */
static bool is_fn_ptr(const Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    if (parse_is(p, TOKEN_KW_FN) || parse_is(p, TOKEN_KW_EXTERN))
        return true;
    bool is_qualifier =
        parse_is(p, TOKEN_KW_UNSAFE) || parse_is(p, TOKEN_KW_CONST) || parse_is(p, TOKEN_KW_ASYNC);
    return is_qualifier &&
           (next == TOKEN_KW_FN || next == TOKEN_KW_EXTERN || next == TOKEN_KW_UNSAFE);
}

/* `dyn` is a word of its own in 2015: there it must be followed by a bound and not go on as a path.
 */
static bool is_dyn(const Parser *p)
{
    if (!parse_is(p, TOKEN_KW_DYN))
        return false;
    if (p->context->edition >= EDITION_2018)
        return true;
    uint32_t next = parse_peek(p, 1);
    return next == TOKEN_LIFETIME || next == TOKEN_QUESTION || next == TOKEN_KW_FOR ||
           next == TOKEN_OPEN_PAREN || (parse_is_path_segment(p, next) && next != TOKEN_KW_AS);
}

bool parse_may_begin_ty(const Parser *p)
{
    switch (p->kind) {
    case TOKEN_OPEN_PAREN:
    case TOKEN_OPEN_BRACKET:
    case TOKEN_NOT:
    case TOKEN_STAR:
    case TOKEN_AND:
    case TOKEN_AND_AND:
    case TOKEN_QUESTION:
    case TOKEN_LIFETIME:
    case TOKEN_KW_UNDERSCORE:
    case TOKEN_KW_FOR:
    case TOKEN_KW_IMPL:
    case TOKEN_KW_DYN:
    case TOKEN_KW_FN:
    case TOKEN_KW_UNSAFE:
    case TOKEN_KW_EXTERN:
    case TOKEN_KW_TYPEOF:
    case TOKEN_OPEN_FRAGMENT:
        return true;
    default:
        return parse_is_path_start(p);
    }
}

static uint32_t ty_element(Parser *p)
{
    return parse_ty(p).v;
}

/* A first bound that is there already, and what `+` adds. */
static IdRange parse_more_bounds(Parser *p, AstBoundId first, bool allow_plus)
{
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, first.v);
    if (allow_plus && parse_eat_part(p, TOKEN_PLUS)) {
        IdRange more = parse_bounds(p);
        for (uint32_t i = 0; i < more.count; i++)
            parse_list_add(p, p->lists.items[more.start + i]);
    }
    return parse_list_end(p, list);
}

/* What stands in parentheses before `+` as the first of several bounds; none if it is no bound. */
static AstBoundId paren_bound(Parser *p, AstTyId inner, AstPos lo)
{
    const AstTy *ty = &p->tys.items[inner.v];
    bool is_single = ty->kind == AST_TY_TRAIT_OBJECT && !ty->as.trait_object.has_dyn &&
                     ty->as.trait_object.bounds.count == 1;
    if (is_single)
        return ast_bound_id_make(p->lists.items[ty->as.trait_object.bounds.start]);
    if (ty->kind != AST_TY_PATH)
        return ast_bound_id_none();
    AstBound bound = {
        .lo = lo, .hi = p->prev_hi, .kind = AST_BOUND_TRAIT, .path_or_none = ty->as.path.path
    };
    return parse_push_bound(p, bound);
}

/* `(`: unit, parenthesized, tuple, or `(Bound) + ..`. */
static AstTyId parse_paren_ty(Parser *p, AstPos lo, bool allow_plus)
{
    bool ends_in_comma;
    parse_advance(p);
    IdRange elements = parse_comma_list(p, TOKEN_CLOSE_PAREN, ty_element, &ends_in_comma);
    bool is_one = elements.count == 1 && !ends_in_comma;
    AstBoundId bound = ast_bound_id_none();
    if (is_one && allow_plus && parse_is(p, TOKEN_PLUS))
        bound = paren_bound(p, ast_ty_id_make(p->lists.items[elements.start]), lo);
    if (!ast_bound_id_is_none(bound)) {
        IdRange bounds = parse_more_bounds(p, bound, true);
        return TY(TRAIT_OBJECT, trait_object, false, bounds);
    }
    if (is_one)
        return TY(PAREN, paren, ast_ty_id_make(p->lists.items[elements.start]));
    return TY(TUPLE, tuple, elements);
}

static AstTyId parse_bracket_ty(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstTyId element = parse_ty(p);
    if (parse_eat(p, TOKEN_SEMI)) {
        AstExprId length = parse_expr(p);
        parse_expect(p, TOKEN_CLOSE_BRACKET);
        return TY(ARRAY, array, element, length);
    }
    parse_expect(p, TOKEN_CLOSE_BRACKET);
    return TY(SLICE, slice, element);
}

static AstTyId parse_ptr_ty(Parser *p, AstPos lo)
{
    parse_advance(p);
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    if (!is_mut && !parse_eat(p, TOKEN_KW_CONST)) {
        SyntaxError *error =
            parse_error(p, DIAG_CODE_parse_ptr_mutability, p->prev_hi - 16, p->prev_hi);
        error->help = "add `mut` or `const` here";
    }
    AstTyId pointee = parse_ty_no_plus(p);
    return TY(PTR, ptr, is_mut, pointee);
}

bool parse_eat_pin(Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    bool is_pin = parse_is(p, TOKEN_IDENT) &&
                  str_eq(sym_text(p->context->interners, parse_token(p)->text), STR("pin")) &&
                  (next == TOKEN_KW_MUT || next == TOKEN_KW_CONST);
    if (is_pin)
        parse_advance(p);
    return is_pin;
}

/* `&'a mut T`; `&&T` is two of them. */
static AstTyId parse_ref_ty(Parser *p, AstPos lo)
{
    parse_expect_part(p, TOKEN_AND);
    AstLifetimeId lifetime = ast_lifetime_id_none();
    if (parse_is(p, TOKEN_LIFETIME))
        lifetime = parse_lifetime(p);
    bool is_pinned = parse_eat_pin(p);
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    if (is_pinned && !is_mut)
        parse_expect(p, TOKEN_KW_CONST);
    AstTyId pointee = parse_ty_no_plus(p);
    return TY(REF, ref, lifetime, is_pinned, is_mut, pointee);
}

/* `const` and `async` are read, but mean nothing here. */
static AstFnHeader parse_fn_ptr_qualifiers(Parser *p, AstPos lo)
{
    AstFnHeader header = parse_fn_qualifiers(p);
    if (header.is_const)
        parse_error_with(p, DIAG_CODE_parse_fn_ptr_qualifier, lo, p->prev_hi, "const");
    if (header.is_async)
        parse_error_with(p, DIAG_CODE_parse_fn_ptr_qualifier, lo, p->prev_hi, "async");
    header.is_const = header.is_async = false;
    return header;
}

static AstTyId parse_fn_ptr_ty(Parser *p, AstPos lo, IdRange for_params)
{
    AstFnPtr fn_ptr = { .lo = lo, .for_params = for_params };
    AstFnHeader header = parse_fn_ptr_qualifiers(p, lo);
    parse_expect(p, TOKEN_KW_FN);
    fn_ptr.params = parse_params(p, PARAMS_FN_PTR, &header.is_variadic);
    fn_ptr.output_or_none = parse_return_ty(p, false);
    fn_ptr.header = parse_push_fn_header(p, header);
    fn_ptr.hi = p->prev_hi;
    return TY(FN_PTR, fn_ptr, parse_push_fn_ptr(p, fn_ptr));
}

/* `for<'a> fn(..)` or `for<'a> Trait + ..`. */
static AstTyId parse_for_ty(Parser *p, AstPos lo, bool allow_plus)
{
    IdRange for_params = parse_for_params(p);
    if (is_fn_ptr(p))
        return parse_fn_ptr_ty(p, lo, for_params);
    AstBoundId bound = parse_trait_bound(p, lo, for_params, 0);
    IdRange bounds = parse_more_bounds(p, bound, allow_plus);
    return TY(TRAIT_OBJECT, trait_object, false, bounds);
}

/* `impl A + B`, `dyn A + B`. */
static AstTyId parse_bounds_ty(Parser *p, AstPos lo, bool is_impl, bool allow_plus)
{
    parse_advance(p);
    IdRange bounds = parse_bounds(p);
    if (!allow_plus && bounds.count > 1 && !p->failed)
        parse_error(p, DIAG_CODE_parse_ambiguous_plus, lo, p->prev_hi);
    if (bounds.count == 0)
        parse_error_late(p, DIAG_CODE_parse_no_bound, lo, p->prev_hi);
    if (is_impl)
        return TY(IMPL_TRAIT, impl_trait, bounds);
    return TY(TRAIT_OBJECT, trait_object, true, bounds);
}

/* A path: the type it names, a macro call, or the first of several bounds. */
static AstTyId parse_path_ty(Parser *p, AstPos lo, bool allow_plus)
{
    bool is_qualified = parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL);
    AstPathId path = is_qualified ? parse_qualified_path(p, PATH_TYPE) : parse_path(p, PATH_TYPE);
    if (!is_qualified && parse_check(p, TOKEN_NOT)) {
        parse_advance(p);
        return TY(MACRO_CALL, macro_call, parse_macro_args(p, path, lo));
    }
    if (!allow_plus || is_qualified || !parse_check_part(p, TOKEN_PLUS))
        return TY(PATH, path, path);
    AstBound bound = { .lo = lo, .hi = p->prev_hi, .kind = AST_BOUND_TRAIT, .path_or_none = path };
    IdRange bounds = parse_more_bounds(p, parse_push_bound(p, bound), true);
    return TY(TRAIT_OBJECT, trait_object, false, bounds);
}

/* `builtin # pattern_type(T is P)`, `builtin # field_of(T, a)`; at `builtin`. */
static AstTyId parse_builtin_ty(Parser *p, AstPos lo)
{
    parse_advance(p);
    parse_advance(p);
    Str name =
        parse_is(p, TOKEN_IDENT) ? sym_text(p->context->interners, parse_token(p)->text) : STR("");
    bool is_pattern = str_eq(name, STR("pattern_type"));
    if (!is_pattern && !str_eq(name, STR("field_of"))) {
        parse_fail(p, "`pattern_type` or `field_of`");
        return TY_0(ERROR);
    }
    parse_advance(p);
    parse_expect(p, TOKEN_OPEN_PAREN);
    AstTyId base = parse_ty(p);
    if (is_pattern) {
        parse_ident(p); /* `is` */
        AstPatId pat = parse_pat(p);
        parse_expect(p, TOKEN_CLOSE_PAREN);
        return TY(PATTERN, pattern, base, pat);
    }
    IdRange fields = { p->idents.count, 0 };
    parse_expect(p, TOKEN_COMMA);
    do {
        ast_ident_vec_push(&p->idents, parse_ident(p));
    } while (parse_eat(p, TOKEN_DOT));
    fields.count = p->idents.count - fields.start;
    parse_expect(p, TOKEN_CLOSE_PAREN);
    return TY(FIELD_OF, field_of, base, fields);
}

/* `unsafe<'a> T`. */
static AstTyId parse_binder_ty(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstGenericsId generics = parse_generic_params(p);
    IdRange params = p->generics.items[generics.v].params;
    AstTyId inner = parse_ty_no_plus(p);
    return TY(UNSAFE_BINDER, unsafe_binder, params, inner);
}

/* A type that a macro parameter stood for. */
static AstTyId parse_fragment_ty(Parser *p, AstPos lo)
{
    uint32_t close = parse_fragment_enter(p);
    AstTyId inner = parse_ty_at(p, true);
    parse_fragment_leave(p, close);
    if (p->failed)
        return inner;
    bool is_path = p->tys.items[inner.v].kind == AST_TY_PATH;
    if (is_path && parse_is(p, TOKEN_PATH_SEP)) {
        AstPath path = { .lo = lo, .qself_or_none = inner };
        parse_advance(p);
        uint32_t list = parse_list_begin(p);
        do {
            parse_list_add(p, parse_segment(p, PATH_TYPE).v);
        } while (parse_eat(p, TOKEN_PATH_SEP));
        path.segments = parse_list_end(p, list);
        path.hi = p->prev_hi;
        return TY(PATH, path, parse_push_path(p, path));
    }
    return is_path ? inner : TY(PAREN, paren, inner);
}

static AstTyId parse_typeof_ty(Parser *p, AstPos lo)
{
    parse_advance(p);
    parse_expect(p, TOKEN_OPEN_PAREN);
    parse_expr(p);
    parse_expect(p, TOKEN_CLOSE_PAREN);
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_typeof, lo, p->prev_hi);
    error->primary_label = "reserved keyword";
    return TY_0(ERROR);
}

/* A bare `'a + Trait` or `?Trait`. */
static bool is_bare_bound(const Parser *p)
{
    return parse_is(p, TOKEN_LIFETIME) || parse_is(p, TOKEN_QUESTION);
}

static AstTyId parse_ty_kind(Parser *p, AstPos lo, bool allow_plus)
{
    if (parse_is(p, TOKEN_OPEN_PAREN))
        return parse_paren_ty(p, lo, allow_plus);
    if (parse_is(p, TOKEN_OPEN_BRACKET))
        return parse_bracket_ty(p, lo);
    if (parse_is(p, TOKEN_STAR))
        return parse_ptr_ty(p, lo);
    if (parse_is(p, TOKEN_AND) || parse_is(p, TOKEN_AND_AND))
        return parse_ref_ty(p, lo);
    if (parse_eat(p, TOKEN_NOT))
        return TY_0(NEVER);
    if (parse_eat(p, TOKEN_KW_UNDERSCORE))
        return TY_0(INFER);
    if (parse_is(p, TOKEN_KW_UNSAFE) && (parse_peek(p, 1) == TOKEN_LT))
        return parse_binder_ty(p, lo);
    if (is_fn_ptr(p))
        return parse_fn_ptr_ty(p, lo, parse_no_list());
    if (parse_is(p, TOKEN_KW_FOR))
        return parse_for_ty(p, lo, allow_plus);
    if (parse_is(p, TOKEN_KW_IMPL))
        return parse_bounds_ty(p, lo, true, allow_plus);
    if (is_dyn(p))
        return parse_bounds_ty(p, lo, false, allow_plus);
    if (parse_is(p, TOKEN_KW_TYPEOF))
        return parse_typeof_ty(p, lo);
    if (parse_is(p, TOKEN_KW_BUILTIN) && parse_peek(p, 1) == TOKEN_POUND)
        return parse_builtin_ty(p, lo);
    if (parse_is_fragment(p, AST_FRAGMENT_TY))
        return parse_fragment_ty(p, lo);
    if (parse_is_path_start(p))
        return parse_path_ty(p, lo, allow_plus);
    if (is_bare_bound(p) && allow_plus) {
        IdRange bounds = parse_bounds(p);
        return TY(TRAIT_OBJECT, trait_object, false, bounds);
    }
    parse_fail(p, "type");
    return TY_0(ERROR);
}

static AstTyId parse_ty_at(Parser *p, bool allow_plus)
{
    AstPos lo = parse_pos(p);
    if (!parse_enter(p))
        return TY_0(ERROR);
    AstTyId ty = parse_ty_kind(p, lo, allow_plus);
    if (allow_plus && !p->failed && parse_is(p, TOKEN_PLUS)) {
        parse_advance(p);
        parse_bounds(p);
        parse_error(p, DIAG_CODE_parse_plus_without_path, lo, p->prev_hi);
        ty = TY_0(ERROR);
    }
    parse_leave(p);
    return ty;
}

AstTyId parse_ty(Parser *p)
{
    return parse_ty_at(p, true);
}

AstTyId parse_ty_no_plus(Parser *p)
{
    return parse_ty_at(p, false);
}

AstTyId parse_return_ty(Parser *p, bool allow_plus)
{
    if (!parse_eat(p, TOKEN_ARROW))
        return ast_ty_id_none();
    return parse_ty_at(p, allow_plus);
}
