/* Types, lifetimes, anonymous constants. */
#include "lower/lower_priv.h"

HirTyId ty_push(Lower *l, HirTyKind kind, AstPos lo, AstPos hi, HirTy ty)
{
    ty.kind = (uint8_t)kind;
    ty.span = lower_span(l, lo, hi);
    return hir_ty_id_make(hir_ty_vec_push(&l->b->tys, ty));
}

static HirTyId unsupported(Lower *l, const AstTy *ty, const char *feature)
{
    lower_unsupported(l, ty->lo, ty->hi, feature);
    return ty_push(l, HIR_TY_ERROR, ty->lo, ty->hi, (HirTy){ 0 });
}

/* ---- lifetimes ---- */

static HirLifetimeId push_lifetime(Lower *l, HirLifetimeKind kind, DefId param, AstPos lo,
                                   AstPos hi)
{
    HirLifetime lifetime = { .kind = (uint8_t)kind, .param = param, .span = lower_span(l, lo, hi) };
    return hir_lifetime_id_make(hir_lifetime_vec_push(&l->b->lifetimes, lifetime));
}

HirLifetimeId lower_lifetime(Lower *l, AstLifetimeId id, AstPos lo, AstPos hi)
{
    if (id.v == 0)
        return push_lifetime(l, HIR_LIFETIME_ELIDED, def_id_none(), lo, hi);
    const AstLifetime *node = &l->source->ast->lifetimes[id.v];
    Str name = lower_text(l, node->name.name);
    if (str_eq(name, STR("'static")))
        return push_lifetime(l, HIR_LIFETIME_STATIC, def_id_none(), node->lo, node->hi);
    if (str_eq(name, STR("'_")))
        return push_lifetime(l, HIR_LIFETIME_INFER, def_id_none(), node->lo, node->hi);
    DefId param = scope_find_lifetime(l, node->name.name);
    if (!def_id_is_none(param))
        return push_lifetime(l, HIR_LIFETIME_PARAM, param, node->lo, node->hi);
    Diag *diag = diag_new(l->job, DIAG_CODE_undeclared_lifetime, lower_at(l, node->lo, node->hi));
    lower_emit(l, diag_primary_label(diag_arg(diag, name), "undeclared lifetime"));
    return push_lifetime(l, HIR_LIFETIME_ERROR, def_id_none(), node->lo, node->hi);
}

/* ---- anonymous constants ---- */

/* `N` or `{ N }` where N is a const parameter. */
static DefId bare_const_parameter(Lower *l, AstExprId id)
{
    const AstExpr *expr = ast_expr(l->source->ast, id);
    if (expr->kind == AST_EXPR_BLOCK && expr->as.block.mode == AST_BLOCK_PLAIN) {
        const AstBlock *block = &l->source->ast->blocks[expr->as.block.block.v];
        if (block->stmts.count != 1)
            return def_id_none();
        const AstStmt *stmt = ast_stmt(
            l->source->ast, ast_stmt_id_make(ast_list_at(l->source->ast, block->stmts, 0)));
        return stmt->kind == AST_STMT_EXPR ? bare_const_parameter(l, stmt->as.expr.expr)
                                           : def_id_none();
    }
    if (expr->kind != AST_EXPR_PATH)
        return def_id_none();
    Res res = lower_try_path(l, expr->as.path.path, NAMESPACE_VALUE);
    bool is_param = res.kind == RES_DEF && def_kind(l->in, res.def) == DEF_CONST_PARAM;
    return is_param ? res.def : def_id_none();
}

static uint32_t outer_parity(const Builder *b)
{
    while (b->outer)
        b = b->outer;
    return b->parity;
}

DefId lower_anon_const(Lower *l, AstExprId id, DefId parent)
{
    DefId param = bare_const_parameter(l, id);
    if (!def_id_is_none(param))
        return param;
    const AstExpr *expr = ast_expr(l->source->ast, id);
    /* Those of the header and those of the body are numbered apart: a change in one renames none of
     * the other. */
    DefId def = def_id_is_none(parent) ? def_child(l->in, l->owner, DEF_ANON_CONST, sym_id_none(),
                                                   2 * l->const_count++ + outer_parity(l->b))
                                       : def_child(l->in, parent, DEF_ANON_CONST, sym_id_none(), 0);
    Builder inner;
    TokenSpan own = lower_place_of(l, expr->lo, expr->hi);
    builder_init(&inner, l->scratch, def, 1, own);
    inner.outer = l->b;
    l->b = &inner;
    uint32_t ribs = l->ribs.count, labels = l->labels.count;
    scope_push(l, (Rib){ .kind = RIB_BARRIER });
    label_rib_vec_push(&l->labels, (LabelRib){ .is_barrier = true, .barrier = "constant" });
    HirExprId value = lower_expr(l, id);
    scope_pop_to(l, ribs);
    l->labels.count = labels;
    l->b = inner.outer;
    LoweredConst made = { .def = def, .body = builder_finish(&inner, l->out) };
    made.body.value = value;
    span_vec_push(&inner.spans, own);
    made.spans = builder_spans(&inner, l->out, &made.span_count);
    lowered_const_vec_push(&l->consts, made);
    return def;
}

/* ---- function pointers ---- */

bool lower_abi(Lower *l, const AstFnHeader *header, AstPos lo, AstPos hi, uint8_t *abi)
{
#define X(U, text) text,
    static const char *const names[] = { ABI_TABLE(X) };
#undef X
    *abi = header->is_extern ? ABI_C : ABI_RUST;
    if (sym_id_is_none(header->abi))
        return true;
    Str text = lower_text(l, header->abi);
    if (text.bytes >= 2 && text.data[0] == '"')
        text = (Str){ text.data + 1, text.bytes - 2 };
    for (uint8_t i = 0; i < ABI_COUNT; i++) {
        if (str_eq(text, str_from_c(names[i]))) {
            *abi = i;
            return true;
        }
    }
    Diag *diag = diag_new(l->job, DIAG_CODE_invalid_abi, lower_at(l, lo, hi));
    lower_emit(l, diag_primary_label(diag_arg(diag, text), "invalid ABI"));
    return false;
}

static HirTyId lower_fn_ptr(Lower *l, const AstTy *ty)
{
    const AstFnPtr *node = &l->source->ast->fn_ptrs[ty->as.fn_ptr.fn_ptr.v];
    const AstFnHeader *header = &l->source->ast->fn_headers[node->header.v];
    HirTy made = { .as.fn_ptr = { .is_unsafe = header->safety == AST_SAFETY_UNSAFE,
                                  .is_variadic = header->is_variadic } };
    uint32_t ribs = l->ribs.count;
    if (node->for_params.count > 0)
        lower_unsupported(l, ty->lo, ty->hi, "a function pointer with `for<..>`");
    lower_abi(l, header, header->lo, header->hi, &made.as.fn_ptr.abi);
    U32Vec params;
    u32_vec_init(&params, l->scratch);
    for (uint32_t i = 0; i < node->params.count; i++) {
        const AstParam *param =
            &l->source->ast->params[ast_list_at(l->source->ast, node->params, i)];
        if (!lower_is_configured(l, param->attrs, param->lo, param->hi))
            continue;
        if (param->is_variadic)
            made.as.fn_ptr.is_variadic = true;
        else
            u32_vec_push(&params, lower_ty(l, param->ty_or_none).v);
    }
    made.as.fn_ptr.params = builder_list(l->b, &params);
    if (node->output_or_none.v)
        made.as.fn_ptr.output_or_none = lower_return_ty(l, node->output_or_none);
    scope_pop_to(l, ribs);
    return ty_push(l, HIR_TY_FN_PTR, ty->lo, ty->hi, made);
}

/* ---- by kind ---- */

static HirTyId lower_ref(Lower *l, const AstTy *ty)
{
    HirTy made = { .as.ref.is_mut = ty->as.ref.is_mut };
    if (ty->as.ref.is_pinned)
        return unsupported(l, ty, "a pinned reference");
    made.as.ref.lifetime =
        lower_lifetime(l, ty->as.ref.lifetime_or_none, ty->lo, ty->lo + (1u << AST_POS_SHIFT));
    made.as.ref.pointee = lower_ty(l, ty->as.ref.pointee);
    return ty_push(l, HIR_TY_REF, ty->lo, ty->hi, made);
}

static HirTyId lower_tuple(Lower *l, const AstTy *ty)
{
    U32Vec elements;
    u32_vec_init(&elements, l->scratch);
    for (uint32_t i = 0; i < ty->as.tuple.elements.count; i++)
        u32_vec_push(
            &elements,
            lower_ty(l, ast_ty_id_make(ast_list_at(l->source->ast, ty->as.tuple.elements, i))).v);
    HirTy made = { .as.tuple.elements = builder_list(l->b, &elements) };
    return ty_push(l, HIR_TY_TUPLE, ty->lo, ty->hi, made);
}

static HirTyId lower_macro_ty(Lower *l, const AstTy *ty)
{
    Expanded expanded;
    if (!macro_begin(l, ty->as.macro_call.call, AST_FRAGMENT_TY, &expanded))
        return ty_push(l, HIR_TY_ERROR, ty->lo, ty->hi, (HirTy){ 0 });
    HirTyId made = l->source->ast->ty.v ? lower_ty(l, l->source->ast->ty) : hir_ty_id_none();
    macro_end(l, &expanded);
    return made.v ? made : ty_push(l, HIR_TY_ERROR, ty->lo, ty->hi, (HirTy){ 0 });
}

static HirTyId lower_kind(Lower *l, const AstTy *ty)
{
    HirTy made = { 0 };
    switch ((AstTyKind)ty->kind) {
    case AST_TY_INFER:
        return ty_push(l, HIR_TY_INFER, ty->lo, ty->hi, made);
    case AST_TY_NEVER:
        lower_gate(l, GATE_NEVER_TYPE, ty->lo, ty->hi);
        return ty_push(l, HIR_TY_NEVER, ty->lo, ty->hi, made);
    case AST_TY_PATH:
        made.as.path.path = lower_path(l, ty->as.path.path, PATH_TYPE);
        return ty_push(l, HIR_TY_PATH, ty->lo, ty->hi, made);
    case AST_TY_REF:
        return lower_ref(l, ty);
    case AST_TY_PTR:
        made.as.ptr.is_mut = ty->as.ptr.is_mut;
        made.as.ptr.pointee = lower_ty(l, ty->as.ptr.pointee);
        return ty_push(l, HIR_TY_PTR, ty->lo, ty->hi, made);
    case AST_TY_ARRAY:
        made.as.array.element = lower_ty(l, ty->as.array.element);
        made.as.array.length = lower_anon_const(l, ty->as.array.length, def_id_none());
        return ty_push(l, HIR_TY_ARRAY, ty->lo, ty->hi, made);
    case AST_TY_SLICE:
        made.as.slice.element = lower_ty(l, ty->as.slice.element);
        return ty_push(l, HIR_TY_SLICE, ty->lo, ty->hi, made);
    case AST_TY_TUPLE:
        return lower_tuple(l, ty);
    case AST_TY_PAREN:
        return lower_ty(l, ty->as.paren.inner);
    case AST_TY_FN_PTR:
        return lower_fn_ptr(l, ty);
    case AST_TY_MACRO_CALL:
        return lower_macro_ty(l, ty);
    case AST_TY_TRAIT_OBJECT:
        return unsupported(l, ty, "a trait object type");
    case AST_TY_IMPL_TRAIT:
        return unsupported(l, ty, "`impl Trait`");
    case AST_TY_TYPEOF:
        return unsupported(l, ty, "`typeof`");
    case AST_TY_UNSAFE_BINDER:
        return unsupported(l, ty, "an unsafe binder type");
    case AST_TY_PATTERN:
        return unsupported(l, ty, "a pattern type");
    case AST_TY_FIELD_OF:
        return unsupported(l, ty, "a field representing type");
    case AST_TY_NONE:
    case AST_TY_ERROR:
        l->b->has_error = true;
        return ty_push(l, HIR_TY_ERROR, ty->lo, ty->hi, made);
    case AST_TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

HirTyId lower_ty(Lower *l, AstTyId id)
{
    const AstTy *ty = ast_ty(l->source->ast, id);
    HirTyId made = lower_enter(l, ty->lo, ty->hi)
                       ? lower_kind(l, ty)
                       : ty_push(l, HIR_TY_ERROR, ty->lo, ty->hi, (HirTy){ 0 });
    lower_leave(l);
    return made;
}

HirTyId lower_return_ty(Lower *l, AstTyId id)
{
    const AstTy *ty = ast_ty(l->source->ast, id);
    return ty->kind == AST_TY_NEVER ? ty_push(l, HIR_TY_NEVER, ty->lo, ty->hi, (HirTy){ 0 })
                                    : lower_ty(l, id);
}
