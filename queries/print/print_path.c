/* Paths, generic arguments and parameters, bounds, macro calls, attributes, visibility. */
#include "print/print_priv.h"

/* ---- names ---- */

void print_lifetime(Printer *p, AstLifetimeId id)
{
    print_ident(p, ast_lifetime(p->ast, id)->name);
}

void print_label(Printer *p, AstLifetimeId id)
{
    if (ast_lifetime_id_is_none(id))
        return;
    print_lifetime(p, id);
    print_word(p, TOKEN_COLON);
}

void print_field_names(Printer *p, IdRange names)
{
    for (uint32_t i = 0; i < names.count; i++) {
        if (i > 0)
            print_joint(p, TOKEN_DOT);
        print_ident(p, p->ast->idents[names.start + i]);
    }
}

/* ---- paths ---- */

static void print_const_arg(Printer *p, AstExprId id)
{
    AstExprKind kind = (AstExprKind)ast_expr(p->ast, id)->kind;
    bool is_bare = kind == AST_EXPR_LITERAL || kind == AST_EXPR_UNARY || kind == AST_EXPR_BLOCK;
    if (!is_bare) {
        print_kind(p, TOKEN_OPEN_BRACE);
        print_space(p);
    }
    print_constant(p, id);
    if (!is_bare) {
        print_space(p);
        print_kind(p, TOKEN_CLOSE_BRACE);
    }
}

static void print_args(Printer *p, AstArgsId id);

static void print_generic_arg(Printer *p, AstGenericArgId id)
{
    const AstGenericArg *arg = ast_generic_arg(p->ast, id);
    AstArgKind kind = (AstArgKind)arg->kind;
    bool is_equal = kind == AST_ARG_EQ_TYPE || kind == AST_ARG_EQ_CONST;
    print_ident(p, arg->name);
    if (!ast_args_id_is_none(arg->name_args_or_none))
        print_args(p, arg->name_args_or_none);
    if (is_equal)
        print_spaced(p, TOKEN_EQ);
    if (kind == AST_ARG_BOUND) {
        print_word(p, TOKEN_COLON);
        print_bounds(p, arg->bounds);
    }
    if (!ast_lifetime_id_is_none(arg->lifetime_or_none))
        print_lifetime(p, arg->lifetime_or_none);
    if (!ast_ty_id_is_none(arg->ty_or_none))
        print_ty(p, arg->ty_or_none);
    if (!ast_expr_id_is_none(arg->expr_or_none))
        print_const_arg(p, arg->expr_or_none);
}

void print_generic_args(Printer *p, IdRange args)
{
    for (uint32_t i = 0; i < args.count; i++) {
        print_comma(p, i);
        print_generic_arg(p, ast_generic_arg_id_make(ast_list_at(p->ast, args, i)));
    }
}

/* `>` of `>>`. */
static void print_open_angle(Printer *p)
{
    print_joint(p, TOKEN_LT);
}

static void print_close_angle(Printer *p)
{
    print_joint(p, TOKEN_GT);
}

static void print_args(Printer *p, AstArgsId id)
{
    const AstArgs *args = ast_args(p->ast, id);
    if (args->style == AST_ARGS_ANGLE) {
        print_open_angle(p);
        print_generic_args(p, args->args);
        print_close_angle(p);
        return;
    }
    print_kind(p, TOKEN_OPEN_PAREN);
    if (args->style == AST_ARGS_RETURN)
        print_kind(p, TOKEN_DOT_DOT);
    print_generic_args(p, args->args);
    print_kind(p, TOKEN_CLOSE_PAREN);
    print_return_ty(p, args->output_or_none, false);
}

void print_segment(Printer *p, AstSegmentId id, PrintPathStyle style)
{
    const AstSegment *segment = ast_segment(p->ast, id);
    print_ident(p, segment->name);
    if (ast_args_id_is_none(segment->args_or_none))
        return;
    if (style == PRINT_PATH_EXPR)
        print_kind(p, TOKEN_PATH_SEP);
    print_args(p, segment->args_or_none);
}

static void print_segments(Printer *p, IdRange segments, uint32_t from, uint32_t to,
                           PrintPathStyle style)
{
    for (uint32_t i = from; i < to; i++) {
        if (i > from)
            print_kind(p, TOKEN_PATH_SEP);
        print_segment(p, ast_segment_id_make(ast_list_at(p->ast, segments, i)), style);
    }
}

/* `<T as A::B>::`; `<<T as A>::B as C>` may begin with `<<`. */
static void print_qself(Printer *p, const AstPath *path)
{
    if (p->out.last.kind == TOKEN_LT)
        print_open_angle(p);
    else
        print_kind(p, TOKEN_LT);
    print_ty(p, path->qself_or_none);
    if (path->qself_segments > 0) {
        print_spaced(p, TOKEN_KW_AS);
        if (path->is_global)
            print_kind(p, TOKEN_PATH_SEP);
        print_segments(p, path->segments, 0, path->qself_segments, PRINT_PATH_TYPE);
    }
    print_close_angle(p);
    print_kind(p, TOKEN_PATH_SEP);
}

void print_path(Printer *p, AstPathId id, PrintPathStyle style)
{
    const AstPath *path = ast_path(p->ast, id);
    if (!ast_ty_id_is_none(path->qself_or_none))
        print_qself(p, path);
    else if (path->is_global)
        print_kind(p, TOKEN_PATH_SEP);
    print_segments(p, path->segments, path->qself_segments, path->segments.count, style);
}

/* ---- bounds ---- */

static void print_modifiers(Printer *p, uint8_t modifiers)
{
    if (modifiers & AST_BOUND_MAYBE_CONST) {
        print_kind(p, TOKEN_OPEN_BRACKET);
        print_kind(p, TOKEN_KW_CONST);
        print_word(p, TOKEN_CLOSE_BRACKET);
    }
    print_word_if(p, modifiers & AST_BOUND_ALWAYS_CONST, TOKEN_KW_CONST);
    print_word_if(p, modifiers & AST_BOUND_ASYNC, TOKEN_KW_ASYNC);
    if (modifiers & AST_BOUND_MAYBE)
        print_kind(p, TOKEN_QUESTION);
    if (modifiers & AST_BOUND_NEGATIVE)
        print_kind(p, TOKEN_NOT);
}

void print_bound(Printer *p, AstBoundId id)
{
    const AstBound *bound = ast_bound(p->ast, id);
    if (bound->kind == AST_BOUND_OUTLIVES) {
        print_lifetime(p, bound->lifetime_or_none);
    } else if (bound->kind == AST_BOUND_USE) {
        print_kind(p, TOKEN_KW_USE);
        print_open_angle(p);
        print_generic_args(p, bound->captures);
        print_close_angle(p);
    } else {
        print_for(p, bound->for_params);
        print_modifiers(p, bound->modifiers);
        print_path(p, bound->path_or_none, PRINT_PATH_TYPE);
    }
}

void print_bounds(Printer *p, IdRange bounds)
{
    for (uint32_t i = 0; i < bounds.count; i++) {
        if (i > 0)
            print_spaced(p, TOKEN_PLUS);
        print_bound(p, ast_bound_id_make(ast_list_at(p->ast, bounds, i)));
    }
}

void print_colon_bounds(Printer *p, IdRange bounds)
{
    if (bounds.count == 0)
        return;
    print_word(p, TOKEN_COLON);
    print_bounds(p, bounds);
}

/* ---- parameters ---- */

static void print_generic_param(Printer *p, AstGenericParamId id)
{
    const AstGenericParam *param = ast_generic_param(p->ast, id);
    bool is_const = param->kind == AST_PARAM_CONST;
    print_docs(p, param->lo);
    print_attrs(p, param->attrs);
    print_word_if(p, is_const, TOKEN_KW_CONST);
    print_ident(p, param->name);
    print_colon_bounds(p, param->bounds);
    if (is_const)
        print_word(p, TOKEN_COLON);
    else if (!ast_ty_id_is_none(param->ty_or_none))
        print_spaced(p, TOKEN_EQ);
    if (!ast_ty_id_is_none(param->ty_or_none))
        print_ty(p, param->ty_or_none);
    if (!ast_expr_id_is_none(param->default_or_none)) {
        print_spaced(p, TOKEN_EQ);
        print_constant(p, param->default_or_none);
    }
}

void print_generic_params(Printer *p, IdRange params)
{
    print_open_angle(p);
    for (uint32_t i = 0; i < params.count; i++) {
        print_comma(p, i);
        print_generic_param(p, ast_generic_param_id_make(ast_list_at(p->ast, params, i)));
    }
    print_close_angle(p);
}

void print_for(Printer *p, IdRange params)
{
    if (params.count == 0)
        return;
    print_kind(p, TOKEN_KW_FOR);
    print_generic_params(p, params);
    print_space(p);
}

static void print_predicate(Printer *p, AstWhereId id)
{
    const AstWhere *predicate = ast_where(p->ast, id);
    print_attrs(p, predicate->attrs);
    print_for(p, predicate->for_params);
    if (!ast_lifetime_id_is_none(predicate->lifetime_or_none))
        print_lifetime(p, predicate->lifetime_or_none);
    else
        print_ty(p, predicate->ty_or_none);
    print_word(p, TOKEN_COLON);
    print_bounds(p, predicate->bounds);
    p->out.gap = PRINT_GAP_NEEDED; /* no space behind `T:` */
    print_kind(p, TOKEN_COMMA);
    print_line(p);
}

bool print_where(Printer *p, AstGenericsId id)
{
    IdRange predicates = ast_generics(p->ast, id)->predicates;
    if (predicates.count == 0)
        return false;
    print_line(p);
    print_kind(p, TOKEN_KW_WHERE);
    p->out.indent++;
    print_line(p);
    for (uint32_t i = 0; i < predicates.count; i++)
        print_predicate(p, ast_where_id_make(ast_list_at(p->ast, predicates, i)));
    p->out.indent--;
    return true;
}

/* ---- macro calls and attributes ---- */

void print_delimited(Printer *p, uint8_t delimiter, IdRange args)
{
    if (delimiter == AST_DELIMITER_NONE)
        return;
    if (delimiter == AST_DELIMITER_BRACE)
        print_space(p);
    print_run(p, args.start - 1, args.start + args.count + 1);
}

void print_macro_call(Printer *p, AstMacroCallId id)
{
    const AstMacroCall *call = ast_macro_call(p->ast, id);
    print_path(p, call->path, PRINT_PATH_EXPR); /* taken in types too */
    print_kind(p, TOKEN_NOT);
    if (!sym_id_is_none(call->name.name)) {
        print_space(p);
        print_ident(p, call->name);
        print_space(p);
    }
    print_delimited(p, call->delimiter, call->args);
}

static void print_attr(Printer *p, AstAttrId id)
{
    const AstAttr *attr = ast_attr(p->ast, id);
    print_docs(p, attr->lo);
    print_kind(p, TOKEN_POUND);
    if (attr->is_inner)
        print_kind(p, TOKEN_NOT);
    print_kind(p, TOKEN_OPEN_BRACKET);
    if (attr->is_unsafe) {
        print_kind(p, TOKEN_KW_UNSAFE);
        print_kind(p, TOKEN_OPEN_PAREN);
    }
    print_path(p, attr->path, PRINT_PATH_TYPE);
    print_delimited(p, attr->delimiter, attr->args);
    if (!ast_expr_id_is_none(attr->value_or_none)) {
        print_spaced(p, TOKEN_EQ);
        print_expr(p, attr->value_or_none);
    }
    if (attr->is_unsafe)
        print_kind(p, TOKEN_CLOSE_PAREN);
    print_kind(p, TOKEN_CLOSE_BRACKET);
    print_docs(p, attr->hi);
}

void print_attrs(Printer *p, IdRange attrs)
{
    for (uint32_t i = 0; i < attrs.count; i++) {
        print_attr(p, ast_attr_id_make(ast_list_at(p->ast, attrs, i)));
        print_space(p);
    }
}

void print_attr_lines(Printer *p, IdRange attrs)
{
    for (uint32_t i = 0; i < attrs.count; i++) {
        print_attr(p, ast_attr_id_make(ast_list_at(p->ast, attrs, i)));
        print_line(p);
    }
}

/* ---- visibility ---- */

void print_visibility(Printer *p, AstVisId id)
{
    const AstVis *vis = ast_vis(p->ast, id);
    if (vis->kind == AST_VIS_INHERITED)
        return;
    print_kind(p, TOKEN_KW_PUB);
    if (vis->kind != AST_VIS_PUB) {
        print_kind(p, TOKEN_OPEN_PAREN);
        print_word_if(p, vis->kind == AST_VIS_IN, TOKEN_KW_IN);
        print_path(p, vis->path_or_none, PRINT_PATH_TYPE);
        print_kind(p, TOKEN_CLOSE_PAREN);
    }
    print_space(p);
}
