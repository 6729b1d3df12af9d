/* Types, and the parameters of functions. */
#include "print/print_priv.h"

#define IR_TABLE           "ast/ast_ty.def"
#define IR_NODE            AstTy
#define IR_KIND            AST_TY
#define IR_DISPATCH        print_ty
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Printer *p
#define IR_DISPATCH_ARGS   p
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

void print_ty(Printer *p, AstTyId id)
{
    const AstTy *ty = ast_ty(p->ast, id);
    print_docs(p, ty->lo);
    p->lo = ty->lo;
    p->hi = ty->hi;
    print_ty_dispatch(p, ty);
}

/* Is it written with `+`? A bound that stands alone has one behind it, or it would be a type's
 * name. */
static bool has_plus(const AstTy *ty)
{
    AstTyKind kind = (AstTyKind)ty->kind;
    if (kind == AST_TY_IMPL_TRAIT)
        return ty->as.impl_trait.bounds.count > 1;
    return kind == AST_TY_TRAIT_OBJECT && ty->as.trait_object.bounds.count > 1;
}

void print_ty_no_plus(Printer *p, AstTyId id)
{
    bool has_parens = has_plus(ast_ty(p->ast, id));
    if (has_parens)
        print_kind(p, TOKEN_OPEN_PAREN);
    print_ty(p, id);
    if (has_parens)
        print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_return_ty(Printer *p, AstTyId id, bool allows_plus)
{
    if (ast_ty_id_is_none(id))
        return;
    print_spaced(p, TOKEN_ARROW);
    if (allows_plus)
        print_ty(p, id);
    else
        print_ty_no_plus(p, id);
}

/* ---- the end of a type ---- */

static AstTyId output_of_path(const Ast *ast, AstPathId id, bool *may_have_args)
{
    const AstPath *path = ast_path(ast, id);
    *may_have_args = true;
    if (path->segments.count == 0)
        return ast_ty_id_none();
    uint32_t last = ast_list_at(ast, path->segments, path->segments.count - 1);
    AstArgsId args = ast_segment(ast, ast_segment_id_make(last))->args_or_none;
    *may_have_args = ast_args_id_is_none(args);
    return *may_have_args ? ast_ty_id_none() : ast_args(ast, args)->output_or_none;
}

static AstTyId output_of_bounds(const Ast *ast, IdRange bounds, bool *may_have_args)
{
    *may_have_args = false;
    if (bounds.count == 0)
        return ast_ty_id_none();
    uint32_t last = ast_list_at(ast, bounds, bounds.count - 1);
    const AstBound *bound = ast_bound(ast, ast_bound_id_make(last));
    if (ast_path_id_is_none(bound->path_or_none))
        return ast_ty_id_none();
    return output_of_path(ast, bound->path_or_none, may_have_args);
}

/* The type at the end of a type, or none. */
static AstTyId last_part(const Ast *ast, const AstTy *ty, bool *may_have_args)
{
    *may_have_args = false;
    AstTyKind kind = (AstTyKind)ty->kind;
    if (kind == AST_TY_REF)
        return ty->as.ref.pointee;
    if (kind == AST_TY_PTR)
        return ty->as.ptr.pointee;
    if (kind == AST_TY_UNSAFE_BINDER)
        return ty->as.unsafe_binder.inner;
    if (kind == AST_TY_FN_PTR)
        return ast_fn_ptr(ast, ty->as.fn_ptr.fn_ptr)->output_or_none;
    if (kind == AST_TY_PATH)
        return output_of_path(ast, ty->as.path.path, may_have_args);
    if (kind == AST_TY_IMPL_TRAIT)
        return output_of_bounds(ast, ty->as.impl_trait.bounds, may_have_args);
    if (kind == AST_TY_TRAIT_OBJECT)
        return output_of_bounds(ast, ty->as.trait_object.bounds, may_have_args);
    return ast_ty_id_none();
}

bool print_ty_takes(const Ast *ast, AstTyId id, TokenKind next)
{
    bool is_angle = next == TOKEN_LT || next == TOKEN_SHL || next == TOKEN_L_ARROW;
    while (!ast_ty_id_is_none(id)) {
        const AstTy *ty = ast_ty(ast, id);
        bool may_have_args;
        bool is_bounds = ty->kind == AST_TY_IMPL_TRAIT ||
                         (ty->kind == AST_TY_TRAIT_OBJECT && ty->as.trait_object.has_dyn);
        if (has_plus(ty) || (next == TOKEN_PLUS && is_bounds))
            return !has_plus(ty); /* in parentheses */
        id = last_part(ast, ty, &may_have_args);
        if (is_angle && may_have_args)
            return true;
    }
    return false;
}

/* ---- kinds ---- */

void print_ty_error(Printer *p, const AstTy_error *node)
{
    (void)node;
    print_run(p, p->lo >> AST_POS_SHIFT, p->hi >> AST_POS_SHIFT);
}

void print_ty_infer(Printer *p, const AstTy_infer *node)
{
    (void)node;
    print_kind(p, TOKEN_KW_UNDERSCORE);
}

void print_ty_never(Printer *p, const AstTy_never *node)
{
    (void)node;
    print_kind(p, TOKEN_NOT);
}

void print_ty_path(Printer *p, const AstTy_path *node)
{
    print_path(p, node->path, PRINT_PATH_TYPE);
}

/* `mut`, `pin mut`, `pin const`, or nothing. */
static void print_reference_mutability(Printer *p, bool is_pinned, bool is_mut)
{
    if (is_pinned) {
        print_name(p, "pin");
        print_space(p);
    }
    print_word_if(p, is_mut, TOKEN_KW_MUT);
    print_word_if(p, is_pinned && !is_mut, TOKEN_KW_CONST);
}

void print_ty_ref(Printer *p, const AstTy_ref *node)
{
    if (p->out.last.kind == TOKEN_AND)
        print_joint(p, TOKEN_AND); /* `&&T` is two */
    else
        print_kind(p, TOKEN_AND);
    if (!ast_lifetime_id_is_none(node->lifetime_or_none)) {
        print_lifetime(p, node->lifetime_or_none);
        print_space(p);
    }
    print_reference_mutability(p, node->is_pinned, node->is_mut);
    print_ty_no_plus(p, node->pointee);
}

void print_ty_ptr(Printer *p, const AstTy_ptr *node)
{
    print_kind(p, TOKEN_STAR);
    print_word(p, node->is_mut ? TOKEN_KW_MUT : TOKEN_KW_CONST);
    print_ty_no_plus(p, node->pointee);
}

void print_ty_array(Printer *p, const AstTy_array *node)
{
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_ty(p, node->element);
    print_word(p, TOKEN_SEMI);
    print_constant(p, node->length);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_ty_slice(Printer *p, const AstTy_slice *node)
{
    print_kind(p, TOKEN_OPEN_BRACKET);
    print_ty(p, node->element);
    print_kind(p, TOKEN_CLOSE_BRACKET);
}

void print_ty_tuple(Printer *p, const AstTy_tuple *node)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    for (uint32_t i = 0; i < node->elements.count; i++) {
        print_comma(p, i);
        print_ty(p, ast_ty_id_make(ast_list_at(p->ast, node->elements, i)));
    }
    if (node->elements.count == 1)
        print_kind(p, TOKEN_COMMA);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_ty_paren(Printer *p, const AstTy_paren *node)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    print_ty(p, node->inner);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_ty_fn_ptr(Printer *p, const AstTy_fn_ptr *node)
{
    const AstFnPtr *fn_ptr = ast_fn_ptr(p->ast, node->fn_ptr);
    print_for(p, fn_ptr->for_params);
    print_fn_qualifiers(p, ast_fn_header(p->ast, fn_ptr->header));
    print_kind(p, TOKEN_KW_FN);
    print_params(p, fn_ptr->params);
    print_return_ty(p, fn_ptr->output_or_none, false);
}

/* Rust 2015 takes `dyn ::A` for a path. */
static bool dyn_needs_parens(const Printer *p, IdRange bounds)
{
    AstBoundId first = ast_bound_id_make(ast_list_at(p->ast, bounds, 0));
    const AstBound *bound = ast_bound(p->ast, first);
    if (ast_path_id_is_none(bound->path_or_none) || bound->modifiers || bound->for_params.count)
        return false;
    const AstPath *path = ast_path(p->ast, bound->path_or_none);
    return path->is_global || !ast_ty_id_is_none(path->qself_or_none);
}

static void print_dyn(Printer *p, IdRange bounds)
{
    print_word(p, TOKEN_KW_DYN);
    if (bounds.count == 0 || !dyn_needs_parens(p, bounds)) {
        print_bounds(p, bounds);
        return;
    }
    print_kind(p, TOKEN_OPEN_PAREN);
    print_bound(p, ast_bound_id_make(ast_list_at(p->ast, bounds, 0)));
    print_kind(p, TOKEN_CLOSE_PAREN);
    if (bounds.count > 1)
        print_spaced(p, TOKEN_PLUS);
    print_bounds(p, (IdRange){ bounds.start + 1, bounds.count - 1 });
}

void print_ty_trait_object(Printer *p, const AstTy_trait_object *node)
{
    if (node->has_dyn) {
        print_dyn(p, node->bounds);
        return;
    }
    print_bounds(p, node->bounds);
    const AstBound *only =
        ast_bound(p->ast, ast_bound_id_make(ast_list_at(p->ast, node->bounds, 0)));
    bool looks_like_name =
        node->bounds.count == 1 && only->for_params.count == 0 && only->modifiers == 0;
    if (looks_like_name) {
        print_space(p);
        print_kind(p, TOKEN_PLUS);
    }
}

void print_ty_impl_trait(Printer *p, const AstTy_impl_trait *node)
{
    print_word(p, TOKEN_KW_IMPL);
    print_bounds(p, node->bounds);
}

void print_ty_typeof_(Printer *p, const AstTy_typeof_ *node)
{
    print_kind(p, TOKEN_KW_TYPEOF);
    print_kind(p, TOKEN_OPEN_PAREN);
    print_expr(p, node->expr);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_ty_unsafe_binder(Printer *p, const AstTy_unsafe_binder *node)
{
    print_kind(p, TOKEN_KW_UNSAFE);
    print_generic_params(p, node->params);
    print_space(p);
    print_ty_no_plus(p, node->inner);
}

/* `builtin # name(` */
static void print_builtin(Printer *p, const char *name)
{
    print_word(p, TOKEN_KW_BUILTIN);
    print_word(p, TOKEN_POUND);
    print_name(p, name);
    print_kind(p, TOKEN_OPEN_PAREN);
}

void print_ty_pattern(Printer *p, const AstTy_pattern *node)
{
    print_builtin(p, "pattern_type");
    print_ty(p, node->base);
    print_space(p);
    print_name(p, "is");
    print_space(p);
    print_pat(p, node->pat);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_ty_field_of(Printer *p, const AstTy_field_of *node)
{
    print_builtin(p, "field_of");
    print_ty(p, node->base);
    print_word(p, TOKEN_COMMA);
    print_field_names(p, node->fields);
    print_kind(p, TOKEN_CLOSE_PAREN);
}

void print_ty_macro_call(Printer *p, const AstTy_macro_call *node)
{
    print_macro_call(p, node->call);
}

/* ---- functions ---- */

void print_fn_qualifiers(Printer *p, const AstFnHeader *header)
{
    print_word_if(p, header->is_default, TOKEN_KW_DEFAULT);
    print_word_if(p, header->is_const, TOKEN_KW_CONST);
    print_word_if(p, header->is_async, TOKEN_KW_ASYNC);
    print_word_if(p, header->is_gen, TOKEN_KW_GEN);
    print_word_if(p, header->safety == AST_SAFETY_UNSAFE, TOKEN_KW_UNSAFE);
    print_word_if(p, header->safety == AST_SAFETY_SAFE, TOKEN_KW_SAFE);
    print_word_if(p, header->is_extern, TOKEN_KW_EXTERN);
    if (!sym_id_is_none(header->abi)) {
        print_symbol(p, TOKEN_STR, header->abi);
        print_space(p);
    }
}

static void print_self(Printer *p, const AstParam *param)
{
    if (param->self_kind == AST_SELF_REF || param->self_kind == AST_SELF_REF_MUT) {
        print_kind(p, TOKEN_AND);
        if (!ast_lifetime_id_is_none(param->self_lifetime_or_none)) {
            print_lifetime(p, param->self_lifetime_or_none);
            print_space(p);
        }
        print_reference_mutability(p, param->is_pinned, param->self_kind == AST_SELF_REF_MUT);
    }
    print_pat(p, param->pat_or_none);
    if (!ast_ty_id_is_none(param->ty_or_none)) {
        print_word(p, TOKEN_COLON);
        print_ty(p, param->ty_or_none);
    }
}

static void print_param(Printer *p, AstParamId id)
{
    const AstParam *param = ast_param(p->ast, id);
    print_docs(p, param->lo);
    print_attrs(p, param->attrs);
    if (param->self_kind != AST_SELF_NONE) {
        print_self(p, param);
        return;
    }
    if (!ast_pat_id_is_none(param->pat_or_none)) {
        print_pat(p, param->pat_or_none);
        print_word(p, TOKEN_COLON);
    }
    if (param->is_variadic)
        print_kind(p, TOKEN_DOT_DOT_DOT);
    else
        print_ty(p, param->ty_or_none);
}

void print_params(Printer *p, IdRange params)
{
    print_kind(p, TOKEN_OPEN_PAREN);
    for (uint32_t i = 0; i < params.count; i++) {
        print_comma(p, i);
        print_param(p, ast_param_id_make(ast_list_at(p->ast, params, i)));
    }
    print_kind(p, TOKEN_CLOSE_PAREN);
}
