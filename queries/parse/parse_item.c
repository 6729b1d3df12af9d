/* Item headers. Reference: "Items". The run ends where the body or the children begin; whatever
 * else stands at its end was put there because something is missing, and is complained about. */
#include "parse/parse_priv.h"

#define ITEM(U, lower, ...) \
    push_item(p, lo, (AstItem){ .kind = AST_ITEM_##U, .as.lower = { __VA_ARGS__ } })

static AstItemId push_item(Parser *p, AstPos lo, AstItem item)
{
    item.lo = lo;
    item.hi = p->prev_hi;
    return parse_push_item(p, item);
}

/* ---- visibility ---- */

/* `pub (A, B)` restricts nothing: that is the type of a tuple's field. */
static bool is_restriction(const Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    bool is_word = next == TOKEN_KW_CRATE || next == TOKEN_KW_SELF_LOWER || next == TOKEN_KW_SUPER;
    return parse_is(p, TOKEN_OPEN_PAREN) &&
           (next == TOKEN_KW_IN || (is_word && parse_peek(p, 2) == TOKEN_CLOSE_PAREN));
}

static AstVisKind restriction_kind(const Parser *p)
{
    return parse_is(p, TOKEN_KW_IN)      ? AST_VIS_IN
           : parse_is(p, TOKEN_KW_CRATE) ? AST_VIS_CRATE
           : parse_is(p, TOKEN_KW_SUPER) ? AST_VIS_SUPER
                                         : AST_VIS_SELF;
}

/* `pub (a)`: `in` is missing. The restriction is passed over. */
static void skip_wrong_restriction(Parser *p)
{
    parse_advance(p);
    AstPos lo = parse_pos(p);
    parse_path(p, PATH_MODULE);
    AstPos hi = p->prev_hi;
    if (!parse_expect(p, TOKEN_CLOSE_PAREN))
        return;
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_visibility_path, lo, hi);
    error->help = "some possible visibility restrictions are:\n"
                  "`pub(crate)`: visible only on the current crate\n"
                  "`pub(super)`: visible only in the current module's parent\n"
                  "`pub(in path::to::module)`: visible only on the specified path";
    error->suggestion = "make this visible only to the module with `in`";
    error->suggestion_lo = error->suggestion_hi = lo;
    error->replacement = "in ";
    error->applicability = APPLICABLE_MACHINE;
}

AstVisId parse_visibility(Parser *p, bool is_before_type)
{
    AstVis vis = { .lo = parse_pos(p), .hi = parse_pos(p) };
    if (!parse_is(p, TOKEN_KW_PUB))
        return parse_push_vis(p, vis);
    parse_advance(p);
    vis.kind = AST_VIS_PUB;
    if (is_restriction(p)) {
        parse_advance(p);
        vis.kind = (uint8_t)restriction_kind(p);
        if (vis.kind == AST_VIS_IN)
            parse_advance(p);
        vis.path_or_none = parse_path(p, PATH_MODULE);
        parse_expect(p, TOKEN_CLOSE_PAREN);
    } else if (!is_before_type && parse_is(p, TOKEN_OPEN_PAREN)) {
        skip_wrong_restriction(p);
    }
    vis.hi = p->prev_hi;
    return parse_push_vis(p, vis);
}

/* ---- functions ---- */

static SymId parse_abi(Parser *p)
{
    if (!parse_is(p, TOKEN_STR) && !parse_is(p, TOKEN_RAW_STR))
        return sym_id_none();
    SymId abi = parse_token(p)->text;
    parse_advance(p);
    return abi;
}

/* Up to `fn`, in rustc's order; each at most once. */
AstFnHeader parse_fn_qualifiers(Parser *p)
{
    AstFnHeader header = { .lo = parse_pos(p) };
    header.is_default = parse_is(p, TOKEN_KW_DEFAULT) && parse_peek(p, 1) != TOKEN_OPEN_PAREN;
    if (header.is_default)
        parse_advance(p);
    header.is_const = parse_eat(p, TOKEN_KW_CONST);
    AstPos async_lo = parse_pos(p);
    header.is_async = parse_eat(p, TOKEN_KW_ASYNC);
    if (header.is_async && p->context->edition == EDITION_2015) {
        SyntaxError *error = parse_error(p, DIAG_CODE_parse_async_2015, async_lo, p->prev_hi);
        error->primary_label = "to use `async fn`, switch to Rust 2018 or later";
        error->help = "pass `--edition 2024` to `rustc`";
        error->note = "for more on editions, read https://doc.rust-lang.org/edition-guide";
    }
    if (parse_is(p, TOKEN_KW_GEN)) {
        header.is_gen = true;
        parse_advance(p);
    }
    if (parse_eat(p, TOKEN_KW_UNSAFE)) {
        header.safety = AST_SAFETY_UNSAFE;
    } else if (parse_is(p, TOKEN_KW_SAFE)) {
        header.safety = AST_SAFETY_SAFE;
        parse_advance(p);
    }
    header.is_extern = parse_eat(p, TOKEN_KW_EXTERN);
    if (header.is_extern)
        header.abi = parse_abi(p);
    header.hi = p->prev_hi;
    return header;
}

/* `*self`, `*mut self`, `*const self`: how many tokens stand before `self`, or 0. */
static uint32_t self_pointer_prefix(const Parser *p)
{
    uint32_t next = parse_peek(p, 1);
    if (!parse_is(p, TOKEN_STAR))
        return 0;
    if (next == TOKEN_KW_SELF_LOWER)
        return 1;
    bool is_qualified = next == TOKEN_KW_MUT || next == TOKEN_KW_CONST;
    return is_qualified && parse_peek(p, 2) == TOKEN_KW_SELF_LOWER ? 2 : 0;
}

/* How many tokens stand before `self`; UINT32_MAX if the parameter is another. */
static uint32_t self_prefix(const Parser *p)
{
    uint32_t n = 0;
#define KIND(n) ((n) == 0 ? p->kind : parse_peek(p, n))
    bool is_ref = KIND(n) == TOKEN_AND;
    if (is_ref)
        n++;
    if (is_ref && KIND(n) == TOKEN_LIFETIME)
        n++;
    if (is_ref && KIND(n) == TOKEN_IDENT && KIND(n + 2) == TOKEN_KW_SELF_LOWER)
        n++;
    if (KIND(n) == TOKEN_KW_MUT || (is_ref && KIND(n) == TOKEN_KW_CONST))
        n++;
    bool is_self = KIND(n) == TOKEN_KW_SELF_LOWER && KIND(n + 1) != TOKEN_PATH_SEP;
#undef KIND
    return is_self ? n : UINT32_MAX;
}

static AstPatId push_self_pat(Parser *p, AstPos lo, bool is_mut)
{
    AstIdent name = parse_take_word(p);
    AstPat pat = { .kind = AST_PAT_IDENT, .lo = lo, .hi = p->prev_hi };
    pat.as.ident.is_mut = is_mut;
    pat.as.ident.name = name;
    return parse_push_pat(p, pat);
}

static void parse_self_param(Parser *p, AstParam *param, ParamStyle style)
{
    AstPos lo = parse_pos(p);
    for (uint32_t pointer = self_pointer_prefix(p); pointer > 0; pointer--) {
        parse_advance(p);
        if (pointer == 1)
            parse_error(p, DIAG_CODE_parse_self_pointer, parse_pos(p), parse_token_hi(p))
                ->primary_label = "cannot pass `self` by raw pointer";
    }
    bool is_ref = parse_is(p, TOKEN_AND);
    if (is_ref)
        parse_advance(p);
    if (is_ref && parse_is(p, TOKEN_LIFETIME))
        param->self_lifetime_or_none = parse_lifetime(p);
    param->is_pinned = is_ref && parse_eat_pin(p);
    bool is_mut = parse_is(p, TOKEN_KW_MUT);
    if (is_mut || parse_is(p, TOKEN_KW_CONST))
        parse_advance(p);
    param->self_kind = is_ref ? (is_mut ? AST_SELF_REF_MUT : AST_SELF_REF) : AST_SELF_VALUE;
    param->pat_or_none = push_self_pat(p, is_ref ? parse_pos(p) : lo, is_mut && !is_ref);
    if (!is_ref && parse_eat(p, TOKEN_COLON)) {
        param->self_kind = AST_SELF_TYPED;
        param->ty_or_none = parse_ty(p);
    }
    if (style == PARAMS_FN)
        return;
    SyntaxError *error = parse_error_late(p, DIAG_CODE_parse_self_parameter, lo, p->prev_hi);
    error->primary_label = "not semantically valid as function parameter";
    error->note = "associated functions are those in `impl` or `trait` definitions";
    param->self_kind = 0;
    param->ty_or_none =
        parse_push_ty(p, (AstTy){ .kind = AST_TY_ERROR, .lo = lo, .hi = p->prev_hi });
}

/* Is there `name:` before the type? Names may be left out in function pointers. */
static bool is_named_param(const Parser *p)
{
    uint32_t n = 0;
    if (parse_is(p, TOKEN_KW_MUT) || parse_is(p, TOKEN_AND) || parse_is(p, TOKEN_AND_AND))
        n = 1;
    uint32_t kind = n == 0 ? p->kind : parse_peek(p, n);
    return (parse_kind_is_ident(p, kind) || kind == TOKEN_KW_UNDERSCORE ||
            kind == TOKEN_KW_SELF_LOWER) &&
           parse_peek(p, n + 1) == TOKEN_COLON;
}

/* In traits of 2015 names may be left out, so what begins a parameter is taken for a type: a
 * pattern it must be if `:` follows. */
static bool is_unfit_pattern(const Parser *p)
{
    uint32_t n = parse_is_ident(p) ? 1 : 0;
    uint32_t at = parse_peek_index(p, n);
    bool is_tree = at < p->count && (p->tokens[at].kind == TOKEN_OPEN_PAREN ||
                                     p->tokens[at].kind == TOKEN_OPEN_BRACE);
    if (!is_tree || (n == 0 && parse_is(p, TOKEN_OPEN_BRACE)))
        return false;
    uint32_t behind = parse_close_of(p, at) + 1;
    return behind < p->count && p->tokens[behind].kind == TOKEN_COLON;
}

static void check_param_pat(Parser *p, AstPatId id, bool has_leading, bool is_unfit)
{
    const AstPat *pat = &p->pats.items[id.v];
    if (is_unfit)
        parse_error(p, DIAG_CODE_parse_pattern_in_trait, pat->lo, pat->hi);
    else if (pat->kind == AST_PAT_OR || has_leading)
        parse_error(p, DIAG_CODE_parse_or_in_parameter, pat->lo, pat->hi);
}

static void parse_plain_param(Parser *p, ParamStyle style, AstParam *param)
{
    bool may_be_unnamed = style == PARAMS_FN_PTR ||
                          (p->context->edition == EDITION_2015 && p->shape.parent == DEF_TRAIT);
    bool has_pat = !may_be_unnamed || is_named_param(p);
    if (parse_eat(p, TOKEN_DOT_DOT_DOT)) {
        param->is_variadic = true;
        return;
    }
    bool is_pattern_in_trait = !has_pat && style == PARAMS_FN && is_unfit_pattern(p);
    if (has_pat || is_pattern_in_trait) {
        bool has_leading = parse_is(p, TOKEN_OR);
        param->pat_or_none = parse_pat(p);
        check_param_pat(p, param->pat_or_none, has_leading, is_pattern_in_trait);
        parse_expect(p, TOKEN_COLON);
    }
    if (parse_eat(p, TOKEN_DOT_DOT_DOT))
        param->is_variadic = true;
    else
        param->ty_or_none = parse_ty(p);
}

IdRange parse_params(Parser *p, ParamStyle style, bool *is_variadic)
{
    uint32_t list = parse_list_begin(p);
    bool is_first = true;
    *is_variadic = false;
    parse_expect(p, TOKEN_OPEN_PAREN);
    while (!parse_check(p, TOKEN_CLOSE_PAREN) && !p->failed) {
        AstParam param = { .lo = parse_pos(p) };
        param.attrs = parse_outer_attributes(p);
        bool is_self =
            self_prefix(p) != UINT32_MAX || (style == PARAMS_FN && self_pointer_prefix(p) > 0);
        if (is_self && (is_first || style == PARAMS_FN))
            parse_self_param(p, &param, style);
        else
            parse_plain_param(p, style, &param);
        *is_variadic |= param.is_variadic;
        param.hi = p->prev_hi;
        if (is_self && !is_first && !p->failed) {
            parse_error(p, DIAG_CODE_parse_self_not_first, param.lo, param.hi)->primary_label =
                "must be the first parameter of an associated function";
            param.self_kind = 0;
            param.ty_or_none =
                parse_push_ty(p, (AstTy){ .kind = AST_TY_ERROR, .lo = param.lo, .hi = param.hi });
        }
        parse_list_add(p, parse_push_param(p, param).v);
        is_first = false;
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    IdRange params = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_PAREN);
    return params;
}

static bool needs_body(ItemShape shape)
{
    return shape.kind == DEF_FN || (shape.kind == DEF_ASSOC_FN && shape.parent == DEF_IMPL);
}

/* The header ends here: the body follows, or `;`. */
static bool finish_without_body(Parser *p)
{
    if (p->kind == PARSE_END && !p->failed)
        return false;
    parse_check(p, TOKEN_OPEN_BRACE);
    if (parse_is(p, TOKEN_SEMI))
        parse_advance(p);
    else if (needs_body(p->shape))
        parse_fail_expected(p);
    else
        parse_expect_semi(p);
    return true;
}

static AstItemId parse_fn(Parser *p, AstPos lo)
{
    AstFnHeader header = parse_fn_qualifiers(p);
    parse_expect(p, TOKEN_KW_FN);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    IdRange params = parse_params(p, PARAMS_FN, &header.is_variadic);
    AstTyId output = parse_return_ty(p, true);
    parse_where_clause(p, generics);
    header.has_body = !finish_without_body(p);
    return ITEM(FN, fn, name, generics, parse_push_fn_header(p, header), params, output);
}

/* ---- data types ---- */

static void label_parent(Parser *p, SyntaxError *error, AstIdent name, const char *what)
{
    const char *text = arena_printf(p->errors->arena, "while parsing this %s", what);
    SyntaxLabel label = { name.at, ast_pos((name.at >> AST_POS_SHIFT) + 1, 0), text, false };
    syntax_error_label(p->errors, error, label);
}

/* An error in the list of fields or variants names the item it is in. */
static void label_new_error(Parser *p, uint32_t errors, AstIdent name, const char *what)
{
    if (p->failed && p->errors->count > errors)
        label_parent(p, &p->errors->items[errors], name, what);
}

static AstFieldDef parse_field(Parser *p, bool is_tuple)
{
    AstFieldDef field = { .lo = parse_pos(p) };
    field.attrs = parse_outer_attributes(p);
    field.vis = parse_visibility(p, is_tuple);
    if (parse_is(p, TOKEN_KW_UNSAFE) && parse_peek(p, 2) == TOKEN_COLON) {
        field.is_unsafe = true;
        parse_advance(p);
    }
    field.name.at = parse_pos(p);
    if (!is_tuple) {
        field.name = parse_ident(p);
        parse_expect(p, TOKEN_COLON);
    }
    field.ty = parse_ty(p);
    if (parse_is(p, TOKEN_EQ)) {
        parse_advance(p);
        field.default_or_none = parse_expr(p);
    }
    field.hi = p->prev_hi;
    return field;
}

static uint32_t named_field_element(Parser *p)
{
    return parse_push_field_def(p, parse_field(p, false)).v;
}

static uint32_t tuple_field_element(Parser *p)
{
    return parse_push_field_def(p, parse_field(p, true)).v;
}

/* Another field follows on a line of its own: the comma is missing, and read as if it were there.
 */
static bool recover_field_comma(Parser *p)
{
    bool is_field =
        parse_is(p, TOKEN_KW_PUB) || (parse_is_ident(p) && parse_peek(p, 1) == TOKEN_COLON);
    if (p->failed || !is_field || !parse_line_breaks(p, p->at))
        return false;
    SyntaxError *error = parse_error(p, DIAG_CODE_parse_expected, p->prev_hi, p->prev_hi);
    parse_error_arg(p, error, STR("`,`, or `}`"));
    parse_error_arg(p, error, parse_found(p));
    error->suggestion = "try adding a comma";
    error->suggestion_lo = error->suggestion_hi = p->prev_hi;
    error->replacement = ",";
    error->applicability = APPLICABLE_MACHINE;
    return true;
}

/* `{ a: A, .. }` or `(A, ..)`. */
static IdRange parse_fields(Parser *p, bool is_tuple)
{
    parse_advance(p);
    if (is_tuple)
        return parse_comma_list(p, TOKEN_CLOSE_PAREN, tuple_field_element, NULL);
    uint32_t list = parse_list_begin(p);
    while (!parse_check(p, TOKEN_CLOSE_BRACE) && !p->failed) {
        parse_list_add(p, named_field_element(p));
        if (!parse_eat(p, TOKEN_COMMA) && !recover_field_comma(p))
            break;
    }
    IdRange fields = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACE);
    return fields;
}

/* "expected `where`, `{`, `(`, or `;` after struct name, found ..". */
static void fail_after_name(Parser *p)
{
    SyntaxError *error =
        parse_error(p, DIAG_CODE_parse_after_struct_name, parse_pos(p), parse_token_hi(p));
    parse_error_arg(p, error, parse_found(p));
    error->primary_label = "expected `where`, `{`, `(`, or `;` after struct name";
    p->failed = true;
    p->kind = PARSE_END;
}

static AstItemId parse_struct(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    uint32_t errors = p->errors->count;
    IdRange fields = parse_no_list();
    AstCtor ctor = AST_CTOR_UNIT;
    bool has_where = parse_is(p, TOKEN_KW_WHERE);
    parse_where_clause(p, generics);
    if (parse_is(p, TOKEN_OPEN_BRACE)) {
        ctor = AST_CTOR_STRUCT;
        fields = parse_fields(p, false);
    } else if (parse_is(p, TOKEN_OPEN_PAREN) && !has_where) {
        ctor = AST_CTOR_TUPLE;
        fields = parse_fields(p, true);
        parse_where_clause(p, generics);
        parse_expect_semi(p);
    } else if (!parse_is(p, TOKEN_SEMI) && !p->failed && !has_where) {
        fail_after_name(p);
    } else {
        parse_expect(p, TOKEN_SEMI);
    }
    label_new_error(p, errors, name, "struct");
    return ITEM(STRUCT, struct_, name, generics, (uint8_t)ctor, fields);
}

static AstItemId parse_union(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    parse_where_clause(p, generics);
    uint32_t errors = p->errors->count;
    IdRange fields = parse_no_list();
    if (parse_check(p, TOKEN_OPEN_BRACE))
        fields = parse_fields(p, false);
    else
        parse_fail_expected(p);
    label_new_error(p, errors, name, "union");
    return ITEM(UNION, union_, name, generics, fields);
}

static AstVariant parse_variant(Parser *p)
{
    AstVariant variant = { .lo = parse_pos(p), .ctor = AST_CTOR_UNIT };
    variant.attrs = parse_outer_attributes(p);
    variant.vis = parse_visibility(p, false);
    variant.name = parse_ident(p);
    if (parse_check(p, TOKEN_OPEN_BRACE)) {
        variant.ctor = AST_CTOR_STRUCT;
        variant.fields = parse_fields(p, false);
    } else if (parse_check(p, TOKEN_OPEN_PAREN)) {
        variant.ctor = AST_CTOR_TUPLE;
        variant.fields = parse_fields(p, true);
    }
    if (parse_eat(p, TOKEN_EQ))
        variant.discriminant_or_none = parse_expr(p);
    variant.hi = p->prev_hi;
    return variant;
}

/* `struct S { .. }` where a variant should be. */
static bool is_nested_data(const Parser *p)
{
    bool is_data =
        parse_is(p, TOKEN_KW_STRUCT) || parse_is(p, TOKEN_KW_ENUM) || parse_is(p, TOKEN_KW_UNION);
    return is_data && parse_kind_is_ident(p, parse_peek(p, 1));
}

static void skip_nested_data(Parser *p)
{
    AstPos lo = parse_pos(p);
    const char *keyword = token_spelling((TokenKind)p->kind);
    while (p->kind != PARSE_END && !parse_is(p, TOKEN_COMMA) && !parse_is(p, TOKEN_CLOSE_BRACE)) {
        if (token_class((TokenKind)p->kind) == TOKEN_CLASS_OPEN)
            parse_jump(p, parse_close_of(p, p->at) + 1);
        else
            parse_advance(p);
    }
    SyntaxError *error =
        parse_error_with(p, DIAG_CODE_parse_nested_in_enum, lo, p->prev_hi, keyword);
    error->help = "consider creating a new item instead of nesting it";
}

/* What follows may well be the next element: the comma is missing, and read as if it were there. */
static bool recover_missing_comma(Parser *p)
{
    if (!parse_is_ident(p) || p->failed)
        return false;
    parse_check(p, TOKEN_CLOSE_BRACE);
    parse_fail_expected(p);
    p->failed = false;
    parse_jump(p, p->at);
    return true;
}

static AstItemId parse_enum(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    parse_where_clause(p, generics);
    parse_expect(p, TOKEN_OPEN_BRACE);
    uint32_t list = parse_list_begin(p), errors = p->errors->count;
    while (!parse_check(p, TOKEN_CLOSE_BRACE) && !p->failed) {
        if (is_nested_data(p))
            skip_nested_data(p);
        else
            parse_list_add(p, parse_push_variant(p, parse_variant(p)).v);
        if (!parse_eat(p, TOKEN_COMMA) && !recover_missing_comma(p))
            break;
    }
    IdRange variants = parse_list_end(p, list);
    parse_expect(p, TOKEN_CLOSE_BRACE);
    label_new_error(p, errors, name, "enum");
    return ITEM(ENUM, enum_, name, generics, variants);
}

/* ---- traits and impls ---- */

static void check_alias(Parser *p, AstPos lo, AstIdent name, bool is_auto, bool is_unsafe,
                        bool has_bounds)
{
    AstPos hi = ast_pos((name.at >> AST_POS_SHIFT) + 1, 0);
    if (has_bounds)
        parse_error(p, DIAG_CODE_parse_alias_bounds, hi, p->prev_hi);
    if (is_auto)
        parse_error_with(p, DIAG_CODE_parse_alias_qualifier, lo, hi, "auto")->primary_label =
            "trait aliases cannot be `auto`";
    if (is_unsafe)
        parse_error_with(p, DIAG_CODE_parse_alias_qualifier, lo, hi, "unsafe")->primary_label =
            "trait aliases cannot be `unsafe`";
}

static AstItemId parse_trait(Parser *p, AstPos lo)
{
    bool is_const = parse_eat(p, TOKEN_KW_CONST);
    bool is_unsafe = parse_eat(p, TOKEN_KW_UNSAFE), is_auto = parse_eat(p, TOKEN_KW_AUTO);
    parse_expect(p, TOKEN_KW_TRAIT);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    IdRange bounds = parse_no_list();
    bool has_colon = parse_eat(p, TOKEN_COLON);
    if (has_colon)
        bounds = parse_bounds(p);
    if (parse_eat(p, TOKEN_EQ)) {
        check_alias(p, lo, name, is_auto, is_unsafe, has_colon);
        bounds = parse_bounds(p);
        parse_where_clause(p, generics);
        parse_expect_semi(p);
        return ITEM(TRAIT_ALIAS, trait_alias, name, generics, bounds, is_const);
    }
    parse_where_clause(p, generics);
    if (p->kind != PARSE_END)
        parse_expect(p, TOKEN_OPEN_BRACE);
    return ITEM(TRAIT, trait, name, generics, bounds, is_unsafe, is_auto, is_const);
}

/* `impl <T as Trait>::X { .. }` has no generics. */
static bool impl_has_generics(const Parser *p)
{
    uint32_t next = parse_peek(p, 1), then = parse_peek(p, 2);
    if (!parse_is(p, TOKEN_LT))
        return false;
    if (next == TOKEN_POUND || next == TOKEN_GT || next == TOKEN_KW_CONST)
        return true;
    return (next == TOKEN_LIFETIME || parse_kind_is_ident(p, next)) &&
           (then == TOKEN_GT || then == TOKEN_COMMA || then == TOKEN_COLON || then == TOKEN_EQ ||
            then == TOKEN_SHR);
}

/* `impl Trait for ..` was how an auto trait was declared. */
static AstTyId parse_obsolete_dots(Parser *p, AstPos impl_lo)
{
    AstPos lo = parse_pos(p);
    parse_advance(p);
    parse_error_late(p, DIAG_CODE_parse_impl_for_dots, impl_lo, p->prev_hi)->help =
        "use `auto trait Trait {}` instead";
    return parse_push_ty(p, (AstTy){ .kind = AST_TY_ERROR, .lo = lo, .hi = p->prev_hi });
}

static void check_inherent(Parser *p, AstTyId self_ty, bool is_unsafe, bool is_default,
                           bool is_negative)
{
    AstPos lo = p->tys.items[self_ty.v].lo, hi = p->tys.items[self_ty.v].hi;
    if (is_negative)
        parse_error(p, DIAG_CODE_parse_inherent_negative, lo - (1u << AST_POS_SHIFT), hi)
            ->primary_label = "inherent impl for this type";
    if (is_unsafe)
        parse_error(p, DIAG_CODE_parse_unsafe_inherent_impl, lo, hi)->primary_label =
            "inherent impl for this type";
    if (is_default)
        parse_error(p, DIAG_CODE_parse_inherent_default, lo, hi)->primary_label =
            "inherent impl for this type";
}

static AstItemId parse_impl(Parser *p, AstPos lo)
{
    bool is_default = parse_is(p, TOKEN_KW_DEFAULT);
    if (is_default)
        parse_advance(p);
    bool is_const = parse_eat(p, TOKEN_KW_CONST), is_unsafe = parse_eat(p, TOKEN_KW_UNSAFE);
    parse_expect(p, TOKEN_KW_IMPL);
    AstGenericsId generics;
    if (impl_has_generics(p))
        generics = parse_generic_params(p);
    else
        generics = parse_push_generics(p, (AstGenerics){ .lo = parse_pos(p), .hi = parse_pos(p) });
    is_const |= parse_eat(p, TOKEN_KW_CONST);
    uint32_t behind_not = parse_peek(p, 1); /* `impl ! {}` is for the type */
    bool is_negative =
        parse_is(p, TOKEN_NOT) && behind_not != PARSE_END && behind_not != TOKEN_KW_WHERE;
    if (is_negative)
        parse_advance(p);
    AstTyId self_ty = parse_ty(p);
    AstPathId trait = ast_path_id_none();
    if (parse_eat(p, TOKEN_KW_FOR)) {
        const AstTy *first = &p->tys.items[self_ty.v];
        if (first->kind == AST_TY_PATH)
            trait = first->as.path.path;
        else
            parse_error(p, DIAG_CODE_parse_expected_trait, first->lo, first->hi);
        if (parse_is(p, TOKEN_DOT_DOT))
            self_ty = parse_obsolete_dots(p, lo);
        else
            self_ty = parse_ty(p);
    }
    if (ast_path_id_is_none(trait) && !p->failed)
        check_inherent(p, self_ty, is_unsafe, is_default, is_negative);
    parse_where_clause(p, generics);
    if (p->kind != PARSE_END)
        parse_expect(p, TOKEN_OPEN_BRACE);
    return ITEM(IMPL, impl, generics, trait, self_ty, is_unsafe, is_const, is_negative, is_default);
}

/* ---- values, aliases ---- */

/* `NAME: T`, `NAME`: up to where the value begins. */
static AstTyId parse_value_ty(Parser *p)
{
    AstTyId ty = ast_ty_id_none();
    if (parse_eat(p, TOKEN_COLON))
        ty = parse_ty(p);
    return ty;
}

/* The run ends, or `;` does, or the `=` of `>=`. */
static void finish_value_header(Parser *p)
{
    bool is_rest_of_split = parse_is(p, TOKEN_EQ) && p->sub > 0;
    if (is_rest_of_split)
        parse_advance(p);
    if (p->kind == PARSE_END)
        return;
    parse_check(p, TOKEN_EQ);
    parse_expect_semi(p);
}

static AstItemId parse_const(Parser *p, AstPos lo)
{
    bool is_default = parse_is(p, TOKEN_KW_DEFAULT);
    if (is_default)
        parse_advance(p);
    parse_expect(p, TOKEN_KW_CONST);
    if (parse_is(p, TOKEN_KW_MUT)) {
        parse_error(p, DIAG_CODE_parse_const_mut, parse_pos(p), parse_token_hi(p));
        parse_advance(p);
    }
    AstIdent name = parse_is(p, TOKEN_KW_UNDERSCORE) ? parse_take_word(p) : parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    AstTyId ty = parse_value_ty(p);
    parse_where_clause(p, generics);
    if (ast_ty_id_is_none(ty) && !p->failed)
        parse_error_arg(p, parse_error(p, DIAG_CODE_parse_missing_type, p->prev_hi, p->prev_hi),
                        STR("const"));
    finish_value_header(p);
    return ITEM(CONST, const_, name, generics, ty, is_default);
}

static AstItemId parse_static(Parser *p, AstPos lo)
{
    AstSafety safety = AST_SAFETY_DEFAULT;
    if (parse_is(p, TOKEN_KW_DEFAULT))
        parse_advance(p);
    if (parse_eat(p, TOKEN_KW_UNSAFE)) {
        safety = AST_SAFETY_UNSAFE;
    } else if (parse_is(p, TOKEN_KW_SAFE)) {
        safety = AST_SAFETY_SAFE;
        parse_advance(p);
    }
    parse_expect(p, TOKEN_KW_STATIC);
    bool is_mut = parse_eat(p, TOKEN_KW_MUT);
    AstIdent name = parse_ident(p);
    AstTyId ty = parse_value_ty(p);
    if (ast_ty_id_is_none(ty) && !p->failed)
        parse_error_arg(p, parse_error(p, DIAG_CODE_parse_missing_type, p->prev_hi, p->prev_hi),
                        is_mut ? STR("static mut") : STR("static"));
    finish_value_header(p);
    return ITEM(STATIC, static_, name, ty, is_mut, (uint8_t)safety);
}

static AstItemId parse_type_alias(Parser *p, AstPos lo)
{
    bool is_default = parse_is(p, TOKEN_KW_DEFAULT);
    if (is_default)
        parse_advance(p);
    parse_expect(p, TOKEN_KW_TYPE);
    AstIdent name = parse_ident(p);
    AstGenericsId generics = parse_generic_params(p);
    IdRange bounds = parse_no_list();
    if (parse_eat(p, TOKEN_COLON))
        bounds = parse_bounds(p);
    bool has_where = parse_is(p, TOKEN_KW_WHERE);
    parse_where_clause(p, generics);
    AstTyId ty = ast_ty_id_none();
    if (parse_eat_part(p, TOKEN_EQ))
        ty = parse_ty(p);
    if (!ast_ty_id_is_none(ty) || !has_where)
        parse_where_clause(p, generics);
    parse_expect_semi(p);
    return ITEM(TYPE_ALIAS, type_alias, name, generics, bounds, ty, is_default);
}

/* ---- modules and imports ---- */

static AstItemId parse_mod(Parser *p, AstPos lo)
{
    bool is_unsafe = parse_eat(p, TOKEN_KW_UNSAFE);
    if (is_unsafe)
        parse_error_late(p, DIAG_CODE_parse_unsafe_module, lo, p->prev_hi);
    parse_expect(p, TOKEN_KW_MOD);
    AstIdent name = parse_ident(p);
    bool is_inline = p->kind == PARSE_END;
    if (!is_inline) {
        parse_check(p, TOKEN_OPEN_BRACE);
        parse_expect(p, TOKEN_SEMI);
    }
    return ITEM(MOD, mod, name, is_unsafe, is_inline);
}

static AstItemId parse_foreign_mod(Parser *p, AstPos lo)
{
    bool is_unsafe = parse_eat(p, TOKEN_KW_UNSAFE);
    parse_expect(p, TOKEN_KW_EXTERN);
    SymId abi = parse_abi(p);
    return ITEM(FOREIGN_MOD, foreign_mod, is_unsafe, abi);
}

static AstIdent parse_rename(Parser *p)
{
    if (!parse_eat(p, TOKEN_KW_AS))
        return (AstIdent){ .at = parse_pos(p) };
    return parse_is(p, TOKEN_KW_UNDERSCORE) ? parse_take_word(p) : parse_ident(p);
}

static AstItemId parse_extern_crate(Parser *p, AstPos lo)
{
    parse_expect(p, TOKEN_KW_EXTERN);
    parse_expect(p, TOKEN_KW_CRATE);
    AstIdent name = parse_is(p, TOKEN_KW_SELF_LOWER) ? parse_take_word(p) : parse_ident(p);
    AstIdent rename = parse_rename(p);
    parse_expect_semi(p);
    return ITEM(EXTERN_CRATE, extern_crate, name, rename);
}

static AstUseTreeId parse_use_tree(Parser *p);

static uint32_t use_element(Parser *p)
{
    return parse_use_tree(p).v;
}

static IdRange parse_use_list(Parser *p)
{
    parse_advance(p);
    return parse_comma_list(p, TOKEN_CLOSE_BRACE, use_element, NULL);
}

/* `*` or `{..}` behind an optional prefix that ends with `::`. */
static bool parse_use_end(Parser *p, AstUseTree *tree)
{
    if (parse_eat(p, TOKEN_STAR)) {
        tree->kind = AST_USE_GLOB;
        return true;
    }
    if (!parse_check(p, TOKEN_OPEN_BRACE))
        return false;
    tree->kind = AST_USE_NESTED;
    tree->children = parse_use_list(p);
    return true;
}

static void parse_use_path(Parser *p, AstUseTree *tree)
{
    uint32_t next = parse_peek(p, 1);
    bool is_global_end =
        parse_is(p, TOKEN_PATH_SEP) && (next == TOKEN_STAR || next == TOKEN_OPEN_BRACE);
    if (is_global_end) {
        AstPath path = { .lo = parse_pos(p), .is_global = true };
        parse_advance(p);
        path.hi = p->prev_hi;
        tree->prefix_or_none = parse_push_path(p, path);
        parse_use_end(p, tree);
        return;
    }
    if (parse_use_end(p, tree))
        return;
    tree->prefix_or_none = parse_path(p, PATH_MODULE);
    if (parse_eat(p, TOKEN_PATH_SEP)) {
        if (!parse_use_end(p, tree))
            parse_ident(p);
        return;
    }
    tree->kind = AST_USE_SIMPLE;
    tree->rename = parse_rename(p);
}

static AstUseTreeId parse_use_tree(Parser *p)
{
    AstUseTree tree = { .lo = parse_pos(p) };
    if (parse_enter(p)) {
        parse_use_path(p, &tree);
        parse_leave(p);
    }
    tree.hi = p->prev_hi;
    return parse_push_use_tree(p, tree);
}

static AstItemId parse_use(Parser *p, AstPos lo)
{
    parse_advance(p);
    AstUseTreeId tree = parse_use_tree(p);
    parse_expect_semi(p);
    return ITEM(USE, use, tree);
}

/* ---- macros ---- */

static AstItemId parse_macro(Parser *p, AstPos lo)
{
    bool is_macro_rules = parse_is(p, TOKEN_KW_MACRO_RULES);
    parse_advance(p);
    if (is_macro_rules)
        parse_expect(p, TOKEN_NOT);
    AstIdent name = parse_ident(p);
    if (p->kind != PARSE_END) {
        parse_check(p, TOKEN_OPEN_PAREN);
        parse_expect(p, TOKEN_OPEN_BRACE);
    }
    return ITEM(MACRO, macro, name, is_macro_rules);
}

static AstItemId parse_macro_call(Parser *p, AstPos lo)
{
    AstPathId path = parse_path(p, PATH_MODULE);
    parse_expect(p, TOKEN_NOT);
    return ITEM(MACRO_CALL, macro_call, path);
}

/* By kind of definition. */
typedef AstItemId (*ItemFn)(Parser *p, AstPos lo);
static const ItemFn item_parsers[DEF_KIND_COUNT] = {
    [DEF_FN] = parse_fn,
    [DEF_ASSOC_FN] = parse_fn,
    [DEF_FOREIGN_FN] = parse_fn,
    [DEF_STRUCT] = parse_struct,
    [DEF_UNION] = parse_union,
    [DEF_ENUM] = parse_enum,
    [DEF_TRAIT] = parse_trait,
    [DEF_IMPL] = parse_impl,
    [DEF_CONST] = parse_const,
    [DEF_ASSOC_CONST] = parse_const,
    [DEF_STATIC] = parse_static,
    [DEF_FOREIGN_STATIC] = parse_static,
    [DEF_TYPE_ALIAS] = parse_type_alias,
    [DEF_ASSOC_TYPE] = parse_type_alias,
    [DEF_MOD] = parse_mod,
    [DEF_FOREIGN_MOD] = parse_foreign_mod,
    [DEF_EXTERN_CRATE] = parse_extern_crate,
    [DEF_USE] = parse_use,
    [DEF_MACRO] = parse_macro,
    [DEF_MACRO_CALL] = parse_macro_call,
};

/* What stands behind a header that is complete. */
static uint32_t behind_header(DefKind kind)
{
    bool is_value = kind == DEF_CONST || kind == DEF_ASSOC_CONST || kind == DEF_STATIC ||
                    kind == DEF_FOREIGN_STATIC;
    bool is_macro = kind == DEF_MACRO || kind == DEF_MACRO_CALL;
    return is_value   ? (uint32_t)TOKEN_EQ
           : is_macro ? (uint32_t)PARSE_END
                      : (uint32_t)TOKEN_OPEN_BRACE;
}

static void check_macro_visibility(Parser *p, const AstVis *vis)
{
    bool is_rules = parse_is(p, TOKEN_KW_MACRO_RULES);
    if (vis->kind == AST_VIS_INHERITED || p->failed)
        return;
    Text text;
    text_init(&text, p->errors->arena);
    for (uint32_t at = vis->lo >> AST_POS_SHIFT; at < vis->hi >> AST_POS_SHIFT; at++) {
        bool is_in = at > 0 && p->tokens[at - 1].kind == TOKEN_KW_IN;
        text_add_c(&text, is_in ? " " : "");
        token_text(p->context->interners, p->tokens[at], &text);
    }
    SyntaxError *error = parse_error_with(p, DIAG_CODE_parse_macro_visibility, vis->lo, vis->hi,
                                          is_rules ? "macro_rules" : "macro");
    parse_error_arg(p, error, text_str(&text));
    error->suggestion = is_rules ? "try exporting the macro" : "remove the visibility";
    error->suggestion_lo = vis->lo;
    error->suggestion_hi = vis->hi;
    error->replacement = is_rules ? "#[macro_export]" : "";
    error->applicability = is_rules ? APPLICABLE_MAYBE : APPLICABLE_MACHINE;
}

/* The run was cut as an item of the kind, so the keyword is there. */
void parse_header(Parser *p, ItemShape shape, Ast *ast)
{
    p->shape = shape;
    p->end_kind = behind_header((DefKind)shape.kind);
    ast->vis = parse_visibility(p, false);
    AstPos lo = parse_pos(p);
    if (shape.kind == DEF_MACRO_CALL || parse_is(p, TOKEN_KW_MACRO_RULES))
        check_macro_visibility(p, &p->visibilities.items[ast->vis.v]);
    ItemFn parse = shape.kind < DEF_KIND_COUNT ? item_parsers[shape.kind] : NULL;
    ast->item = parse ? parse(p, lo) : push_item(p, lo, (AstItem){ .kind = AST_ITEM_ERROR });
    if (p->kind != PARSE_END && !p->has_error)
        parse_fail_expected(p);
}

void parse_body(Parser *p, DefKind kind, Ast *ast)
{
    AstPos lo = parse_pos(p);
    bool is_fn = kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN;
    if (p->kind == PARSE_END)
        return;
    if (is_fn) {
        ast->expr =
            parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED, ast_lifetime_id_none(), lo);
    } else {
        parse_eat(p, TOKEN_EQ);
        ast->expr = parse_expr(p);
        if (kind == DEF_CONST || kind == DEF_ASSOC_CONST)
            parse_expect_more(p, TOKEN_KW_WHERE);
        parse_expect_semi(p);
    }
    if (p->kind != PARSE_END && !p->has_error)
        parse_fail_expected(p);
}
