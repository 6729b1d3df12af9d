/* Blocks, statements, branches, loops and the ways out of them. */
#include "typeck/typeck_priv.h"

/* ---- statements ---- */

static void check_let_else(Typeck *cx, HirBlockId block)
{
    bool diverged = cx->diverges;
    cx->diverges = false;
    TyId ty = typeck_block(cx, block, expect_none(), NULL);
    if (!ty_is_never(cx->in, infer_shallow(cx->infer, ty)) && !cx->diverges) {
        Diag *diag =
            typeck_diag(cx, DIAG_CODE_let_else_does_not_diverge, hir_block(cx->body, block)->span);
        Str text = typeck_ty_text(cx, ty);
        diag_primary_label(diag, "expected `!`, found `%.*s`", (int)text.bytes, text.data);
        typeck_emit(cx, diag);
    }
    cx->diverges = diverged;
}

static void check_init(Typeck *cx, HirExprId init, TyId ty, uint32_t ty_span)
{
    TyId found = typeck_expr(cx, init, expect_ty(ty));
    if (typeck_coerce(cx, init, found, ty))
        return;
    Diag *diag = typeck_mismatch(cx, expr_span(cx, init), ty, found);
    if (diag)
        typeck_emit(cx, diag_label(diag, typeck_at(cx, ty_span), "expected due to this"));
}

/* The type of the variable without an annotation: the value of a diverging initializer can be of
 * any type. */
static TyId init_ty(Typeck *cx, HirExprId init, uint32_t span)
{
    TyId ty = typeck_expr(cx, init, expect_none());
    if (!ty_is_never(cx->in, infer_shallow(cx->infer, ty)))
        return ty;
    TyId any = typeck_new_var(cx, span);
    typeck_coerce(cx, init, ty, any);
    return any;
}

static void check_let(Typeck *cx, const HirStmt_let *let)
{
    uint32_t span = hir_pat(cx->body, let->pat)->span;
    bool has_init = !hir_expr_id_is_none(let->init_or_none);
    TyId ty;
    if (!hir_ty_id_is_none(let->ty_or_none)) {
        ty = typeck_lower_ty(cx, let->ty_or_none);
        if (has_init)
            check_init(cx, let->init_or_none, ty, hir_ty(cx->body, let->ty_or_none)->span);
    } else {
        ty = has_init ? init_ty(cx, let->init_or_none, span) : typeck_new_var(cx, span);
    }
    typeck_pat_top(cx, let->pat, ty);
    if (!hir_block_id_is_none(let->else_or_none))
        check_let_else(cx, let->else_or_none);
}

static void check_statement(Typeck *cx, HirStmtId id)
{
    const HirStmt *stmt = hir_stmt(cx->body, id);
    bool diverged = cx->diverges;
    cx->diverges = false;
    switch ((HirStmtKind)stmt->kind) {
    case HIR_STMT_LET:
        check_let(cx, &stmt->as.let);
        break;
    case HIR_STMT_EXPR:
        typeck_expr_coerced(cx, stmt->as.expr.expr, cx->unit);
        break;
    case HIR_STMT_SEMI:
        typeck_expr(cx, stmt->as.semi.expr, expect_none());
        break;
    case HIR_STMT_NONE:
    case HIR_STMT_KIND_COUNT:
        RSC_UNREACHABLE();
    }
    cx->diverges |= diverged;
}

/* ---- blocks ---- */

/* The end is reached and gives `()`, which does not fit. The body of a function is blamed on its
 * return type. */
static void report_no_tail(Typeck *cx, const HirBlock *block, TyId expected)
{
    const HirExpr *body = hir_expr(cx->body, cx->body->value);
    bool is_body = body->kind == HIR_EXPR_BLOCK &&
                   hir_block(cx->body, body->as.block.block) == block && cx->return_span;
    Diag *diag = typeck_mismatch(cx, is_body ? cx->return_span : block->span, expected, cx->unit);
    if (!diag)
        return;
    if (is_body)
        diag_label(diag, typeck_at(cx, 0),
                   "implicitly returns `()` as its body has no tail or `return` expression");
    typeck_emit(cx, diag);
}

static void check_end(Typeck *cx, const HirBlock *block, Merge *merge)
{
    if (!cx->diverges && !merge_add_unit(cx, merge))
        report_no_tail(cx, block, ty_id_is_none(merge->merged) ? merge->expected : merge->merged);
}

TyId typeck_block(Typeck *cx, HirBlockId id, Expect expect, LabelScope *label_or_null)
{
    const HirBlock *block = hir_block(cx->body, id);
    Merge own, *merge = label_or_null ? &label_or_null->merge : &own;
    merge_init(cx, merge, expect_known(cx, expect, false));
    cx->unsafe_depth += block->is_unsafe;
    for (uint32_t i = 0; i < block->statements.count; i++)
        check_statement(cx, hir_stmt_id_make(hir_list_at(cx->body, block->statements, i)));
    if (!hir_expr_id_is_none(block->tail_or_none)) {
        TyId ty = typeck_expr(cx, block->tail_or_none, expect);
        merge_add(cx, merge, block->tail_or_none, ty, MERGE_BLOCK_TAIL);
    } else {
        check_end(cx, block, merge);
    }
    cx->unsafe_depth -= block->is_unsafe;
    if (label_or_null && label_or_null->was_left)
        cx->diverges = false;
    return merge_finish(cx, merge);
}

TyId typeck_expr_block(Typeck *cx, HirExprId id, Expect expect, const HirExpr_block *node)
{
    (void)id;
    if (hir_label_id_is_none(node->label_or_none))
        return typeck_block(cx, node->block, expect, NULL);
    LabelScope *scope = &cx->labels[node->label_or_none.v];
    *scope = (LabelScope){ .is_open = true, .takes_value = true };
    TyId ty = typeck_block(cx, node->block, expect, scope);
    scope->is_open = false;
    return ty;
}

/* ---- branches ---- */

static void report_if_without_else(Typeck *cx, HirExprId id, TyId expected)
{
    if (ty_get(cx->in, typeck_resolved(cx, expected))->has_error) {
        cx->has_error = true;
        return;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_if_may_be_missing_else, expr_span(cx, id));
    Str text = typeck_ty_text(cx, expected);
    diag_primary_label(diag, "expected `%.*s`, found `()`", (int)text.bytes, text.data);
    diag_note(diag, "`if` expressions without `else` evaluate to `()`");
    diag_help(diag, "consider adding an `else` block that evaluates to the expected type");
    typeck_emit(cx, diag);
}

TyId typeck_expr_if_(Typeck *cx, HirExprId id, Expect expect, const HirExpr_if_ *node)
{
    typeck_expr_coerced(cx, node->condition, cx->bool_);
    bool condition_diverges = cx->diverges;
    Expect branch = expect_for_branches(cx, expect);
    Merge merge;
    merge_init(cx, &merge, expect_known(cx, branch, false));
    cx->diverges = false;
    TyId then_ty = typeck_expr(cx, node->then_branch, branch);
    merge_add(cx, &merge, node->then_branch, then_ty, MERGE_IF_ELSE);
    bool then_diverges = cx->diverges;
    if (hir_expr_id_is_none(node->else_or_none)) {
        cx->diverges = condition_diverges;
        if (!merge_add_unit(cx, &merge)) {
            report_if_without_else(cx, id,
                                   ty_id_is_none(merge.merged) ? merge.expected : merge.merged);
            return cx->error;
        }
        return merge_finish(cx, &merge);
    }
    cx->diverges = false;
    TyId else_ty = typeck_expr(cx, node->else_or_none, branch);
    merge_add(cx, &merge, node->else_or_none, else_ty, MERGE_IF_ELSE);
    cx->diverges = condition_diverges || (then_diverges && cx->diverges);
    return merge_finish(cx, &merge);
}

TyId typeck_expr_let(Typeck *cx, HirExprId id, Expect expect, const HirExpr_let *node)
{
    (void)id, (void)expect;
    TyId ty = init_ty(cx, node->init, hir_pat(cx->body, node->pat)->span);
    typeck_pat_top(cx, node->pat, ty);
    return cx->bool_;
}

static void check_arm(Typeck *cx, const HirArm *arm, TyId scrutinee, Expect expect, Merge *merge)
{
    typeck_pat_top(cx, arm->pat, scrutinee);
    cx->diverges = false;
    if (!hir_expr_id_is_none(arm->guard_or_none)) {
        typeck_expr_coerced(cx, arm->guard_or_none, cx->bool_);
        cx->diverges = false; /* a guard that diverges leaves the other arms */
    }
    TyId ty = typeck_expr(cx, arm->body, expect);
    merge_add(cx, merge, arm->body, ty, MERGE_MATCH_ARM);
}

TyId typeck_expr_match(Typeck *cx, HirExprId id, Expect expect, const HirExpr_match *node)
{
    (void)id;
    TyId scrutinee = typeck_expr(cx, node->scrutinee, expect_none());
    bool scrutinee_diverges = cx->diverges, all_diverge = true;
    Expect branch = expect_for_branches(cx, expect);
    TyId target = expect_known(cx, branch, false);
    Merge merge;
    merge_init(cx, &merge,
               ty_id_is_none(target) || ty_is_unit(cx->in, target) ? ty_id_none() : target);
    for (uint32_t i = 0; i < node->arms.count; i++) {
        check_arm(cx, &cx->body->arms[node->arms.start + i], scrutinee, branch, &merge);
        all_diverge &= cx->diverges;
    }
    cx->diverges = scrutinee_diverges || all_diverge;
    return merge_finish(cx, &merge);
}

/* ---- loops ---- */

TyId typeck_expr_loop(Typeck *cx, HirExprId id, Expect expect, const HirExpr_loop *node)
{
    (void)id;
    LabelScope *scope = &cx->labels[node->label.v];
    bool is_loop = node->source == LOOP_SOURCE_LOOP;
    *scope = (LabelScope){
        .is_open = true, .is_loop = true, .takes_value = is_loop, .source = node->source
    };
    merge_init(cx, &scope->merge, is_loop ? expect_known(cx, expect, false) : cx->unit);
    TyId body = typeck_block(cx, node->body, expect_ty(cx->unit), NULL);
    (void)body; /* `()` or never, or it was reported */
    scope->is_open = false;
    if (!scope->was_left)
        return cx->never;
    cx->diverges = false;
    return merge_finish(cx, &scope->merge);
}

static void report_break_value(Typeck *cx, HirExprId id, const LabelScope *scope)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_break_value_not_allowed, expr_span(cx, id));
    diag_arg(diag, scope->source == LOOP_SOURCE_FOR ? STR("`for`") : STR("`while`"));
    diag_primary_label(diag, "can only break with a value inside `loop` or breakable block");
    typeck_emit(cx, diag);
}

static void break_with_value(Typeck *cx, HirExprId id, HirExprId value, LabelScope *scope)
{
    TyId wanted = ty_id_is_none(scope->merge.merged) ? scope->merge.expected : scope->merge.merged;
    Expect expect =
        ty_id_is_none(wanted) || !scope->takes_value ? expect_none() : expect_ty(wanted);
    TyId ty = typeck_expr(cx, value, expect);
    if (!scope->takes_value)
        report_break_value(cx, id, scope);
    else
        merge_add(cx, &scope->merge, value, ty, MERGE_BREAK);
}

static void break_without_value(Typeck *cx, HirExprId id, LabelScope *scope)
{
    if (merge_add_unit(cx, &scope->merge))
        return;
    TyId expected =
        ty_id_is_none(scope->merge.merged) ? scope->merge.expected : scope->merge.merged;
    typeck_report_mismatch(cx, expr_span(cx, id), expected, cx->unit);
}

TyId typeck_expr_break_(Typeck *cx, HirExprId id, Expect expect, const HirExpr_break_ *node)
{
    (void)expect;
    LabelScope *scope = &cx->labels[node->target.v];
    if (hir_label_id_is_none(node->target) || !scope->is_open) { /* reported by lowering */
        cx->has_error = true;
        if (!hir_expr_id_is_none(node->value_or_none))
            typeck_expr(cx, node->value_or_none, expect_none());
        return cx->never;
    }
    scope->was_left = true;
    if (hir_expr_id_is_none(node->value_or_none))
        break_without_value(cx, id, scope);
    else
        break_with_value(cx, id, node->value_or_none, scope);
    return cx->never;
}

TyId typeck_expr_continue_(Typeck *cx, HirExprId id, Expect expect, const HirExpr_continue_ *node)
{
    (void)id, (void)expect;
    const LabelScope *scope = &cx->labels[node->target.v];
    if (hir_label_id_is_none(node->target) || !scope->is_open)
        cx->has_error = true;
    return cx->never;
}

/* ---- return ---- */

TyId typeck_expr_return_(Typeck *cx, HirExprId id, Expect expect, const HirExpr_return_ *node)
{
    (void)expect;
    bool has_value = !hir_expr_id_is_none(node->value_or_none);
    if (ty_id_is_none(cx->return_ty)) {
        typeck_emit(cx, typeck_diag(cx, DIAG_CODE_return_outside_fn, expr_span(cx, id)));
        if (has_value)
            typeck_expr(cx, node->value_or_none, expect_none());
        return cx->never;
    }
    if (has_value) {
        TyId ty = typeck_expr(cx, node->value_or_none, expect_ty(cx->return_ty));
        merge_add(cx, &cx->returns, node->value_or_none, ty, MERGE_RETURN);
    } else if (!merge_add_unit(cx, &cx->returns)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_return_without_value, expr_span(cx, id));
        diag_primary_label(diag, "return type is not `()`");
        if (cx->return_span) {
            Str text = typeck_ty_text(cx, cx->return_ty);
            diag_label(diag, typeck_at(cx, cx->return_span),
                       "expected `%.*s` because of this return type", (int)text.bytes, text.data);
        }
        typeck_emit(cx, diag);
    }
    return cx->never;
}
