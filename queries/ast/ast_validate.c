/* Checks a tree against its tables: an id that is not called `_or_none` names a node, lists hold
 * nodes, places are in order. */
#include <string.h>

#include "ast/ast.h"

typedef struct {
    const Ast *ast;
    const char *node; /* the field's owner */
    Text *problems;
} Validator;

static void complain(Validator *v, const char *field, const char *what)
{
    text_addf(v->problems, "%s.%s %s\n", v->node, field, what);
}

static void check_id(Validator *v, const char *field, uint32_t id, uint32_t limit)
{
    bool may_be_none = strstr(field, "_or_none") != NULL;
    if (id == 0 && !may_be_none)
        complain(v, field, "is none");
    if (id != 0 && id >= limit)
        complain(v, field, "is out of range");
}

static void check_list(Validator *v, const char *field, IdRange list, uint32_t limit)
{
    if (list.start > v->ast->list_count || list.count > v->ast->list_count - list.start) {
        complain(v, field, "is out of range");
        return;
    }
    for (uint32_t i = 0; i < list.count; i++) {
        uint32_t id = v->ast->lists[list.start + i];
        if (id == 0 || id >= limit)
            complain(v, field, "holds no node");
    }
}

static void check_places(Validator *v, AstPos lo, AstPos hi)
{
    if (lo > hi)
        complain(v, "hi", "is before lo");
}

/* By field kind: ids and lists of them; all others hold anything. */
#define CHECK_ast_expr(v, field, id)    check_id(v, field, (id)->v, (v)->ast->expr_count);
#define CHECK_ast_pat(v, field, id)     check_id(v, field, (id)->v, (v)->ast->pat_count);
#define CHECK_ast_ty(v, field, id)      check_id(v, field, (id)->v, (v)->ast->ty_count);
#define CHECK_ast_stmt(v, field, id)    check_id(v, field, (id)->v, (v)->ast->stmt_count);
#define CHECK_ast_item(v, field, id)    check_id(v, field, (id)->v, (v)->ast->item_count);
#define CHECK_ast_block(v, field, id)   check_id(v, field, (id)->v, (v)->ast->block_count);
#define CHECK_ast_path(v, field, id)    check_id(v, field, (id)->v, (v)->ast->path_count);
#define CHECK_ast_segment(v, field, id) check_id(v, field, (id)->v, (v)->ast->segment_count);
#define CHECK_ast_args(v, field, id)    check_id(v, field, (id)->v, (v)->ast->args_count);
#define CHECK_ast_generic_arg(v, field, id) \
    check_id(v, field, (id)->v, (v)->ast->generic_arg_count);
#define CHECK_ast_lifetime(v, field, id) check_id(v, field, (id)->v, (v)->ast->lifetime_count);
#define CHECK_ast_generics(v, field, id) check_id(v, field, (id)->v, (v)->ast->generics_count);
#define CHECK_ast_generic_param(v, field, id) \
    check_id(v, field, (id)->v, (v)->ast->generic_param_count);
#define CHECK_ast_where(v, field, id)         check_id(v, field, (id)->v, (v)->ast->where_count);
#define CHECK_ast_bound(v, field, id)         check_id(v, field, (id)->v, (v)->ast->bound_count);
#define CHECK_ast_arm(v, field, id)           check_id(v, field, (id)->v, (v)->ast->arm_count);
#define CHECK_ast_branch(v, field, id)        check_id(v, field, (id)->v, (v)->ast->branch_count);
#define CHECK_ast_field_init(v, field, id)    check_id(v, field, (id)->v, (v)->ast->field_init_count);
#define CHECK_ast_field_pat(v, field, id)     check_id(v, field, (id)->v, (v)->ast->field_pat_count);
#define CHECK_ast_let(v, field, id)           check_id(v, field, (id)->v, (v)->ast->let_count);
#define CHECK_ast_closure(v, field, id)       check_id(v, field, (id)->v, (v)->ast->closure_count);
#define CHECK_ast_param(v, field, id)         check_id(v, field, (id)->v, (v)->ast->param_count);
#define CHECK_ast_fn_header(v, field, id)     check_id(v, field, (id)->v, (v)->ast->fn_header_count);
#define CHECK_ast_fn_ptr(v, field, id)        check_id(v, field, (id)->v, (v)->ast->fn_ptr_count);
#define CHECK_ast_field_def(v, field, id)     check_id(v, field, (id)->v, (v)->ast->field_def_count);
#define CHECK_ast_variant(v, field, id)       check_id(v, field, (id)->v, (v)->ast->variant_count);
#define CHECK_ast_vis(v, field, id)           check_id(v, field, (id)->v, (v)->ast->vis_count);
#define CHECK_ast_attr(v, field, id)          check_id(v, field, (id)->v, (v)->ast->attr_count);
#define CHECK_ast_macro_call(v, field, id)    check_id(v, field, (id)->v, (v)->ast->macro_call_count);
#define CHECK_ast_use_tree(v, field, id)      check_id(v, field, (id)->v, (v)->ast->use_tree_count);
#define CHECK_ast_builtin(v, field, id)       check_id(v, field, (id)->v, (v)->ast->builtin_count);
#define CHECK_ast_arm_list(v, field, list)    check_list(v, field, *(list), (v)->ast->arm_count);
#define CHECK_ast_branch_list(v, field, list) check_list(v, field, *(list), (v)->ast->branch_count);
#define CHECK_ast_attr_list(v, field, list)   check_list(v, field, *(list), (v)->ast->attr_count);
#define CHECK_ast_bound_list(v, field, list)  check_list(v, field, *(list), (v)->ast->bound_count);
#define CHECK_ast_expr_list(v, field, list)   check_list(v, field, *(list), (v)->ast->expr_count);
#define CHECK_ast_field_def_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->field_def_count);
#define CHECK_ast_field_init_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->field_init_count);
#define CHECK_ast_field_pat_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->field_pat_count);
#define CHECK_ast_generic_arg_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->generic_arg_count);
#define CHECK_ast_generic_param_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->generic_param_count);
#define CHECK_ast_param_list(v, field, list) check_list(v, field, *(list), (v)->ast->param_count);
#define CHECK_ast_pat_list(v, field, list)   check_list(v, field, *(list), (v)->ast->pat_count);
#define CHECK_ast_segment_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->segment_count);
#define CHECK_ast_stmt_list(v, field, list) check_list(v, field, *(list), (v)->ast->stmt_count);
#define CHECK_ast_ty_list(v, field, list)   check_list(v, field, *(list), (v)->ast->ty_count);
#define CHECK_ast_use_tree_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->use_tree_count);
#define CHECK_ast_variant_list(v, field, list) \
    check_list(v, field, *(list), (v)->ast->variant_count);
#define CHECK_ast_where_list(v, field, list)   check_list(v, field, *(list), (v)->ast->where_count);
#define CHECK_ast_arg_kind(v, field, value)    (void)(value);
#define CHECK_ast_args_style(v, field, value)  (void)(value);
#define CHECK_ast_binary_op(v, field, value)   (void)(value);
#define CHECK_ast_block_mode(v, field, value)  (void)(value);
#define CHECK_ast_bound_kind(v, field, value)  (void)(value);
#define CHECK_ast_capture(v, field, value)     (void)(value);
#define CHECK_ast_ctor(v, field, value)        (void)(value);
#define CHECK_ast_delimiter(v, field, value)   (void)(value);
#define CHECK_ast_ident(v, field, value)       (void)(value);
#define CHECK_ast_ident_list(v, field, value)  (void)(value);
#define CHECK_ast_macro_style(v, field, value) (void)(value);
#define CHECK_ast_param_kind(v, field, value)  (void)(value);
#define CHECK_ast_pos(v, field, value)         (void)(value);
#define CHECK_ast_safety(v, field, value)      (void)(value);
#define CHECK_ast_self_kind(v, field, value)   (void)(value);
#define CHECK_ast_unary_op(v, field, value)    (void)(value);
#define CHECK_ast_use_kind(v, field, value)    (void)(value);
#define CHECK_ast_vis_kind(v, field, value)    (void)(value);
#define CHECK_bool(v, field, value)            (void)(value);
#define CHECK_item(v, field, value)            (void)(value);
#define CHECK_range(v, field, value)           (void)(value);
#define CHECK_sym(v, field, value)             (void)(value);
#define CHECK_token_kind(v, field, value)      (void)(value);
#define CHECK_u32(v, field, value)             (void)(value);
#define CHECK_u8(v, field, value)              (void)(value);

#define F(kind, CType, name) CHECK_##kind(v, #name, &self->name)
#define P(kind, CType, items, count)
#define N(kind, CType, items, count)
#define RECORD(T, lower, FIELDS)                                               \
    RSC_MAYBE_UNUSED static void validate_##lower(Validator *v, const T *self) \
    {                                                                          \
        v->node = #lower;                                                      \
        FIELDS                                                                 \
    }
#include "ast/ast_record.def"
#undef P
#undef N

#define NODE(U, l, FIELDS)                     \
    case AST_EXPR_##U: {                       \
        const AstExpr_##l *self = &node->as.l; \
        v->node = "expr " #l;                  \
        (void)self;                            \
        FIELDS return;                         \
    }
static void validate_ast_expr(Validator *v, const AstExpr *node)
{
    switch ((AstExprKind)node->kind) {
#include "ast/ast_expr.def"
    case AST_EXPR_NONE:
    case AST_EXPR_KIND_COUNT:
        break;
    }
    v->node = "expr";
    complain(v, "kind", "is none");
}
#define NODE(U, l, FIELDS)                    \
    case AST_PAT_##U: {                       \
        const AstPat_##l *self = &node->as.l; \
        v->node = "pat " #l;                  \
        (void)self;                           \
        FIELDS return;                        \
    }
static void validate_ast_pat(Validator *v, const AstPat *node)
{
    switch ((AstPatKind)node->kind) {
#include "ast/ast_pat.def"
    case AST_PAT_NONE:
    case AST_PAT_KIND_COUNT:
        break;
    }
    v->node = "pat";
    complain(v, "kind", "is none");
}
#define NODE(U, l, FIELDS)                   \
    case AST_TY_##U: {                       \
        const AstTy_##l *self = &node->as.l; \
        v->node = "ty " #l;                  \
        (void)self;                          \
        FIELDS return;                       \
    }
static void validate_ast_ty(Validator *v, const AstTy *node)
{
    switch ((AstTyKind)node->kind) {
#include "ast/ast_ty.def"
    case AST_TY_NONE:
    case AST_TY_KIND_COUNT:
        break;
    }
    v->node = "ty";
    complain(v, "kind", "is none");
}
#define NODE(U, l, FIELDS)                     \
    case AST_STMT_##U: {                       \
        const AstStmt_##l *self = &node->as.l; \
        v->node = "stmt " #l;                  \
        (void)self;                            \
        FIELDS return;                         \
    }
static void validate_ast_stmt(Validator *v, const AstStmt *node)
{
    switch ((AstStmtKind)node->kind) {
#include "ast/ast_stmt.def"
    case AST_STMT_NONE:
    case AST_STMT_KIND_COUNT:
        break;
    }
    v->node = "stmt";
    complain(v, "kind", "is none");
}
#define NODE(U, l, FIELDS)                     \
    case AST_ITEM_##U: {                       \
        const AstItem_##l *self = &node->as.l; \
        v->node = "item " #l;                  \
        (void)self;                            \
        FIELDS return;                         \
    }
static void validate_ast_item(Validator *v, const AstItem *node)
{
    switch ((AstItemKind)node->kind) {
#include "ast/ast_item.def"
    case AST_ITEM_NONE:
    case AST_ITEM_KIND_COUNT:
        break;
    }
    v->node = "item";
    complain(v, "kind", "is none");
}

bool ast_validate(const Ast *ast, Text *problems)
{
    Validator validator = { ast, "ast", problems };
    Validator *v = &validator;
    size_t before = problems->bytes;
#define ALL(lower, array, count)                             \
    for (uint32_t i = 1; i < ast->count; i++) {              \
        validate_##lower(v, &ast->array[i]);                 \
        check_places(v, ast->array[i].lo, ast->array[i].hi); \
    }
    ALL(ast_expr, exprs, expr_count)
    ALL(ast_pat, pats, pat_count)
    ALL(ast_ty, tys, ty_count)
    ALL(ast_stmt, stmts, stmt_count)
    ALL(ast_item, items, item_count)
    ALL(ast_block, blocks, block_count)
    ALL(ast_path, paths, path_count)
    ALL(ast_segment, segments, segment_count)
    ALL(ast_args, arg_lists, args_count)
    ALL(ast_generic_arg, generic_args, generic_arg_count)
    ALL(ast_lifetime, lifetimes, lifetime_count)
    ALL(ast_generics, generics, generics_count)
    ALL(ast_generic_param, generic_params, generic_param_count)
    ALL(ast_where, predicates, where_count)
    ALL(ast_bound, bounds, bound_count)
    ALL(ast_arm, arms, arm_count)
    ALL(ast_branch, branches, branch_count)
    ALL(ast_field_init, field_inits, field_init_count)
    ALL(ast_field_pat, field_pats, field_pat_count)
    ALL(ast_let, lets, let_count)
    ALL(ast_closure, closures, closure_count)
    ALL(ast_param, params, param_count)
    ALL(ast_fn_header, fn_headers, fn_header_count)
    ALL(ast_fn_ptr, fn_ptrs, fn_ptr_count)
    ALL(ast_field_def, field_defs, field_def_count)
    ALL(ast_variant, variants, variant_count)
    ALL(ast_vis, visibilities, vis_count)
    ALL(ast_attr, attrs, attr_count)
    ALL(ast_macro_call, macro_calls, macro_call_count)
    ALL(ast_use_tree, use_trees, use_tree_count)
    ALL(ast_builtin, builtins, builtin_count)
#undef ALL
    return problems->bytes == before;
}
