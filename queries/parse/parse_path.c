/* Paths, generic arguments, macro calls. Reference: "Paths". */
#include "parse/parse_priv.h"

bool parse_is_path_segment(const Parser *p, uint32_t kind)
{
    return parse_kind_is_ident(p, kind) || kind == TOKEN_KW_CRATE || kind == TOKEN_KW_SUPER ||
           kind == TOKEN_KW_SELF_LOWER || kind == TOKEN_KW_SELF_UPPER ||
           kind == TOKEN_KW_DOLLAR_CRATE;
}

bool parse_is_path_start(const Parser *p)
{
    return parse_is(p, TOKEN_PATH_SEP) || parse_is(p, TOKEN_LT) || parse_is(p, TOKEN_SHL) ||
           parse_is_path_segment(p, p->kind);
}

/* ---- generic arguments ---- */

static AstGenericArgId push_arg(Parser *p, AstGenericArg arg, AstPos lo)
{
    arg.lo = lo;
    arg.hi = p->prev_hi;
    return parse_push_generic_arg(p, arg);
}

static bool is_const_arg(const Parser *p)
{
    return parse_is(p, TOKEN_OPEN_BRACE) || parse_is_literal(p) || parse_is(p, TOKEN_MINUS) ||
           parse_is_fragment(p, AST_FRAGMENT_EXPR) ||
           parse_is_fragment(p, AST_FRAGMENT_EXPR_2021) ||
           parse_is_fragment(p, AST_FRAGMENT_LITERAL) ||
           (parse_is(p, TOKEN_KW_CONST) && parse_peek(p, 1) == TOKEN_OPEN_BRACE);
}

static AstExprId parse_const_arg(Parser *p)
{
    if (parse_is(p, TOKEN_OPEN_BRACE))
        return parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED, ast_lifetime_id_none(),
                                parse_pos(p));
    if (parse_is(p, TOKEN_KW_CONST))
        return parse_const_block(p);
    return parse_literal_or_minus(p);
}

/* `Item = T`, `Item: Bound`: behind the name and its own arguments. */
static AstGenericArg parse_constraint(Parser *p, AstIdent name, AstArgsId args)
{
    AstGenericArg arg = { .name = name, .name_args_or_none = args };
    if (parse_eat(p, TOKEN_COLON)) {
        arg.kind = AST_ARG_BOUND;
        arg.bounds = parse_bounds(p);
        return arg;
    }
    parse_expect(p, TOKEN_EQ);
    if (parse_is(p, TOKEN_LIFETIME) && parse_peek(p, 1) != TOKEN_PLUS) {
        AstPos lo = parse_pos(p);
        parse_advance(p);
        parse_error(p, DIAG_CODE_parse_lifetime_constraint, lo, p->prev_hi)->primary_label =
            "lifetime is not allowed here";
        arg.kind = AST_ARG_EQ_TYPE;
        arg.ty_or_none =
            parse_push_ty(p, (AstTy){ .kind = AST_TY_ERROR, .lo = lo, .hi = p->prev_hi });
    } else if (is_const_arg(p)) {
        arg.kind = AST_ARG_EQ_CONST;
        arg.expr_or_none = parse_const_arg(p);
    } else {
        arg.kind = AST_ARG_EQ_TYPE;
        arg.ty_or_none = parse_ty(p);
    }
    return arg;
}

/* A type that is a bare name, perhaps with arguments, turns out to be the name of a constraint. */
static bool constraint_name(const Parser *p, AstTyId ty, AstIdent *name, AstArgsId *args)
{
    const AstTy *node = &p->tys.items[ty.v];
    if (node->kind != AST_TY_PATH)
        return false;
    const AstPath *path = &p->paths.items[node->as.path.path.v];
    if (path->is_global || path->segments.count != 1 || !ast_ty_id_is_none(path->qself_or_none))
        return false;
    const AstSegment *segment = &p->segments.items[p->lists.items[path->segments.start]];
    *name = segment->name;
    *args = segment->args_or_none;
    return true;
}

static AstGenericArgId parse_generic_arg(Parser *p)
{
    AstPos lo = parse_pos(p);
    AstGenericArg arg = { .kind = AST_ARG_TYPE };
    if (parse_is(p, TOKEN_LIFETIME) && parse_peek(p, 1) != TOKEN_PLUS) {
        arg.kind = AST_ARG_LIFETIME;
        arg.lifetime_or_none = parse_lifetime(p);
        return push_arg(p, arg, lo);
    }
    if (is_const_arg(p)) {
        arg.kind = AST_ARG_CONST;
        arg.expr_or_none = parse_const_arg(p);
        return push_arg(p, arg, lo);
    }
    if (parse_kind_is_ident(p, p->kind) &&
        (parse_peek(p, 1) == TOKEN_EQ || parse_peek(p, 1) == TOKEN_COLON)) {
        AstIdent name = parse_take_word(p);
        return push_arg(p, parse_constraint(p, name, ast_args_id_none()), lo);
    }
    arg.ty_or_none = parse_ty(p);
    AstIdent name;
    AstArgsId args;
    if ((parse_is(p, TOKEN_EQ) || parse_is(p, TOKEN_COLON)) &&
        constraint_name(p, arg.ty_or_none, &name, &args))
        arg = parse_constraint(p, name, args);
    return push_arg(p, arg, lo);
}

/* `<A, B>`; the current token begins with `<`. */
AstArgsId parse_angle_args(Parser *p)
{
    AstPos lo = parse_pos(p);
    parse_expect_part(p, TOKEN_LT);
    uint32_t list = parse_list_begin(p);
    while (!parse_check_part(p, TOKEN_GT) && !p->failed) {
        parse_list_add(p, parse_generic_arg(p).v);
        if (!parse_eat(p, TOKEN_COMMA))
            break;
    }
    AstArgs args = { .lo = lo, .style = AST_ARGS_ANGLE, .args = parse_list_end(p, list) };
    parse_expect_part(p, TOKEN_GT);
    args.hi = p->prev_hi;
    return parse_push_args(p, args);
}

static uint32_t ty_arg_element(Parser *p)
{
    AstPos lo = parse_pos(p);
    AstGenericArg arg = { .kind = AST_ARG_TYPE, .ty_or_none = parse_ty(p) };
    return push_arg(p, arg, lo).v;
}

/* `(A, B) -> C` of the Fn traits, and `(..)`. */
static AstArgsId parse_paren_args(Parser *p)
{
    AstArgs args = { .lo = parse_pos(p), .style = AST_ARGS_PAREN };
    parse_advance(p);
    if (parse_is(p, TOKEN_DOT_DOT) && parse_peek(p, 1) == TOKEN_CLOSE_PAREN) {
        args.style = AST_ARGS_RETURN;
        parse_advance(p);
    }
    args.args = parse_comma_list(p, TOKEN_CLOSE_PAREN, ty_arg_element, NULL);
    args.output_or_none = parse_return_ty(p, false);
    args.hi = p->prev_hi;
    return parse_push_args(p, args);
}

/* ---- segments ---- */

static bool begins_args(const Parser *p, uint32_t kind)
{
    (void)p;
    return kind == TOKEN_LT || kind == TOKEN_SHL || kind == TOKEN_L_ARROW;
}

static AstArgsId parse_segment_args(Parser *p, PathStyle style)
{
    if (style == PATH_MODULE)
        return ast_args_id_none();
    bool is_behind_sep = parse_is(p, TOKEN_PATH_SEP) &&
                         (begins_args(p, parse_peek(p, 1)) || parse_peek(p, 1) == TOKEN_OPEN_PAREN);
    if (is_behind_sep)
        parse_advance(p);
    else if (style == PATH_EXPR)
        return ast_args_id_none();
    if (begins_args(p, p->kind))
        return parse_angle_args(p);
    if (parse_is(p, TOKEN_OPEN_PAREN))
        return parse_paren_args(p);
    return ast_args_id_none();
}

AstSegmentId parse_segment(Parser *p, PathStyle style)
{
    AstSegment segment = { .lo = parse_pos(p) };
    if (parse_is_path_segment(p, p->kind))
        segment.name = parse_take_word(p);
    else
        segment.name = parse_ident(p);
    segment.args_or_none = parse_segment_args(p, style);
    segment.hi = p->prev_hi;
    return parse_push_segment(p, segment);
}

/* Segments joined by `::`, added to the list under construction. */
static void parse_segments(Parser *p, PathStyle style)
{
    do {
        parse_list_add(p, parse_segment(p, style).v);
        bool is_more = parse_is(p, TOKEN_PATH_SEP) &&
                       (style != PATH_MODULE || parse_is_path_segment(p, parse_peek(p, 1)));
        if (!is_more) {
            if (style != PATH_MODULE)
                parse_expect_more(p, TOKEN_PATH_SEP);
            return;
        }
        parse_advance(p);
    } while (!p->failed);
}

/* ---- paths ---- */

/* `$t` in a path: a type that a macro parameter stood for, as the path that it is or as `<$t>`. */
static AstPathId parse_fragment_path(Parser *p, PathStyle style)
{
    AstPos lo = parse_pos(p);
    AstTyId ty = parse_ty_no_plus(p);
    const AstTy *node = &p->tys.items[ty.v];
    if (!parse_is(p, TOKEN_PATH_SEP) && !ast_ty_id_is_none(ty) && node->kind == AST_TY_PATH)
        return node->as.path.path;
    AstPath path = { .lo = lo, .qself_or_none = ty };
    uint32_t list = parse_list_begin(p);
    if (parse_expect(p, TOKEN_PATH_SEP))
        parse_segments(p, style);
    path.segments = parse_list_end(p, list);
    path.hi = p->prev_hi;
    return parse_push_path(p, path);
}

AstPathId parse_path(Parser *p, PathStyle style)
{
    if (parse_is_fragment(p, AST_FRAGMENT_TY))
        return parse_fragment_path(p, style);
    AstPath path = { .lo = parse_pos(p) };
    uint32_t list = parse_list_begin(p);
    if (parse_is(p, TOKEN_PATH_SEP)) {
        path.is_global = true;
        parse_advance(p);
    }
    parse_segments(p, style);
    path.segments = parse_list_end(p, list);
    path.hi = p->prev_hi;
    return parse_push_path(p, path);
}

AstPathId parse_qualified_path(Parser *p, PathStyle style)
{
    AstPath path = { .lo = parse_pos(p), .hi = parse_pos(p) };
    if (!parse_enter(p))
        return parse_push_path(p, path);
    parse_expect_part(p, TOKEN_LT);
    path.qself_or_none = parse_ty(p);
    uint32_t list = parse_list_begin(p);
    if (parse_eat(p, TOKEN_KW_AS)) {
        path.is_global = parse_eat(p, TOKEN_PATH_SEP);
        parse_segments(p, PATH_TYPE);
        path.qself_segments = p->stack.count - list;
    }
    parse_expect_part(p, TOKEN_GT);
    if (parse_expect(p, TOKEN_PATH_SEP))
        parse_segments(p, style);
    path.segments = parse_list_end(p, list);
    path.hi = p->prev_hi;
    parse_leave(p);
    return parse_push_path(p, path);
}

/* ---- macro calls ---- */

AstMacroCallId parse_macro_args(Parser *p, AstPathId path, AstPos lo)
{
    AstMacroCall call = { .lo = lo, .path = path };
    if (parse_is_ident(p))
        call.name = parse_take_word(p);
    bool opens = parse_check_delimiter(p);
    if (opens)
        call.delimiter = (uint8_t)parse_delimited(p, &call.args);
    else
        parse_fail_expected(p);
    call.hi = p->prev_hi;
    return parse_push_macro_call(p, call);
}
