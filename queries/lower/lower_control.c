/* Control flow: conditions, loops, labels, match, closures. */
#include "lower/lower_priv.h"

static HirExprId push(Lower *l, HirExprKind kind, const AstExpr *expr, HirExpr made)
{
    return expr_push(l, kind, expr->lo, expr->hi, made);
}

/* ---- if ---- */

static HirExprId lower_branches(Lower *l, const AstExpr *expr, uint32_t from);

/* What follows a branch: the next one, the block of `else`, or none. */
static HirExprId lower_else(Lower *l, const AstExpr *expr, uint32_t next)
{
    if (next < expr->as.if_.branches.count) {
        HirExprId made = lower_enter(l, expr->lo, expr->hi) ? lower_branches(l, expr, next)
                                                            : expr_error(l, expr->lo, expr->hi);
        lower_leave(l);
        return made;
    }
    if (ast_block_id_is_none(expr->as.if_.else_or_none))
        return hir_expr_id_none();
    return lower_block_as_expr(l, expr->as.if_.else_or_none);
}

/* Bindings of `let` conditions are in scope in the then-block alone. */
static HirExprId lower_branches(Lower *l, const AstExpr *expr, uint32_t from)
{
    const Ast *ast = l->source->ast;
    const AstBranch *branch =
        ast_branch(ast, ast_branch_id_make(ast_list_at(ast, expr->as.if_.branches, from)));
    uint32_t ribs = l->ribs.count;
    HirExpr made = { .as.if_.condition = lower_expr(l, branch->condition) };
    made.as.if_.then_branch = lower_block_as_expr(l, branch->then_block);
    scope_pop_to(l, ribs);
    made.as.if_.else_or_none = lower_else(l, expr, from + 1);
    return expr_push(l, HIR_EXPR_IF, branch->lo, expr->hi, made);
}

/* Branches nest, and what comes later goes through them as deep as they do. */
HirExprId lower_if(Lower *l, const AstExpr *expr)
{
    if (l->depth + expr->as.if_.branches.count > LOWER_DEPTH_MAX && !l->is_too_deep) {
        lower_unsupported(l, expr->lo, expr->hi, "a chain of this many `else if`");
        l->is_too_deep = true;
    }
    if (l->is_too_deep)
        return expr_error(l, expr->lo, expr->hi);
    return lower_branches(l, expr, 0);
}

/* ---- loops ---- */

static HirLabelId begin_loop(Lower *l, AstLifetimeId label, HirLoopSource source)
{
    LabelRib rib = { .label = { ++l->b->label_count }, .is_loop = true, .source = (uint8_t)source };
    if (label.v) {
        const AstIdent *name = &l->source->ast->lifetimes[label.v].name;
        rib.name = name->name;
        rib.context = scope_context(l, name->mark);
        rib.span = lower_place_of(l, name->at, name->at + (1u << AST_POS_SHIFT));
    }
    label_rib_vec_push(&l->labels, rib);
    return rib.label;
}

HirExprId lower_loop(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.loop = { .source = LOOP_SOURCE_LOOP } };
    made.as.loop.label = begin_loop(l, expr->as.loop.label_or_none, LOOP_SOURCE_LOOP);
    made.as.loop.body = lower_block(l, expr->as.loop.body);
    label_rib_vec_pop(&l->labels);
    return push(l, HIR_EXPR_LOOP, expr, made);
}

static HirBlockId push_block(Lower *l, const AstExpr *at, HirExprId tail)
{
    HirBlock block = { .tail_or_none = tail, .span = lower_span(l, at->lo, at->hi) };
    return hir_block_id_make(hir_block_vec_push(&l->b->blocks, block));
}

/*   loop { if condition { body } else { break } }   */
HirExprId lower_while(Lower *l, const AstExpr *expr)
{
    HirLabelId label = begin_loop(l, expr->as.while_.label_or_none, LOOP_SOURCE_WHILE);
    uint32_t ribs = l->ribs.count;
    l->labels.items[l->labels.count - 1].in_condition = true;
    HirExpr branch = { .as.if_.condition = lower_expr(l, expr->as.while_.condition) };
    l->labels.items[l->labels.count - 1].in_condition = false;
    branch.as.if_.then_branch = lower_block_as_expr(l, expr->as.while_.body);
    scope_pop_to(l, ribs);
    HirExpr leave = { .as.break_.target = label };
    HirExpr otherwise = { .as.block.block =
                              push_block(l, expr, push(l, HIR_EXPR_BREAK, expr, leave)) };
    branch.as.if_.else_or_none = push(l, HIR_EXPR_BLOCK, expr, otherwise);
    HirExpr made = { .as.loop = { .label = label, .source = LOOP_SOURCE_WHILE } };
    made.as.loop.body = push_block(l, expr, push(l, HIR_EXPR_IF, expr, branch));
    label_rib_vec_pop(&l->labels);
    return push(l, HIR_EXPR_LOOP, expr, made);
}

/* ---- break and continue ---- */

/* The label that a name means here; NULL: none. *unreachable: it is one, but behind a closure or
 * constant. Walks outwards past the definitions of macros as names of locals do. */
static const LabelRib *find_label(Lower *l, const AstIdent *name, bool *unreachable)
{
    uint32_t context = scope_context(l, name->mark);
    for (;;) {
        *unreachable = false;
        for (uint32_t i = l->labels.count; i > 0; i--) {
            const LabelRib *rib = &l->labels.items[i - 1];
            if (rib->is_barrier)
                *unreachable = true;
            else if (sym_id_eq(rib->name, name->name) && rib->context == context)
                return rib;
        }
        if (context == 0 || !scope_has_macro(l, l->contexts.items[context].macro))
            return NULL;
        context = l->contexts.items[context].parent;
    }
}

static void report_label(Lower *l, const AstIdent *name, const LabelRib *rib)
{
    DiagSpan span = lower_at(l, name->at, name->at + (1u << AST_POS_SHIFT));
    Str text = lower_text(l, name->name);
    Diag *diag =
        diag_new(l->job, rib ? DIAG_CODE_label_unreachable : DIAG_CODE_label_undeclared, span);
    diag_arg(diag, text);
    diag_primary_label(diag, "%s label `%.*s`", rib ? "unreachable" : "undeclared", (int)text.bytes,
                       text.data);
    if (rib) {
        diag_label(diag, diag_at_tokens(rib->span), "unreachable label defined here");
        diag_note(diag,
                  "labels are unreachable through functions, closures, async blocks and modules");
    }
    lower_emit(l, diag);
}

static void report_outside(Lower *l, const AstExpr *expr, const LabelRib *barrier, const char *word)
{
    bool is_closure =
        barrier && barrier->barrier && barrier->barrier[0] == 'c' && barrier->barrier[1] == 'l';
    Diag *diag = diag_new(l->job, is_closure ? DIAG_CODE_break_in_closure : DIAG_CODE_break_outside,
                          lower_at(l, expr->lo, expr->hi));
    bool is_break = word[0] == 'b';
    diag_argf(diag, "%s", word);
    if (is_closure) {
        diag_primary_label(diag, "cannot `%s` inside of a closure", word);
        diag_label(diag, diag_at_tokens(barrier->span), "enclosing closure");
    } else {
        diag_argf(diag, "%s", is_break ? "loop or labeled block" : "loop");
        diag_primary_label(diag, "cannot `%s` outside of a loop%s", word,
                           is_break ? " or labeled block" : "");
    }
    lower_emit(l, diag);
}

static void report_in_condition(Lower *l, const AstExpr *expr, const char *word)
{
    Diag *diag = diag_new(l->job, DIAG_CODE_break_in_condition, lower_at(l, expr->lo, expr->hi));
    lower_emit(l,
               diag_primary_label(diag, "unlabeled `%s` in the condition of a `while` loop", word));
}

/* The innermost loop, for a jump without a label. */
static const LabelRib *innermost_loop(Lower *l, const AstExpr *expr, const char *word)
{
    for (uint32_t i = l->labels.count; i > 0; i--) {
        const LabelRib *rib = &l->labels.items[i - 1];
        if (rib->is_barrier) {
            report_outside(l, expr, rib, word);
            return NULL;
        }
        if (!rib->is_loop) {
            Diag *diag =
                diag_new(l->job, DIAG_CODE_break_unlabeled, lower_at(l, expr->lo, expr->hi));
            diag_argf(diag, "%s", word);
            lower_emit(l, diag_primary_label(
                              diag,
                              "`%s` statements that would diverge to or through a labeled block "
                              "need to bear a label",
                              word));
            return NULL;
        }
        if (rib->in_condition) {
            report_in_condition(l, expr, word);
            return NULL;
        }
        return rib;
    }
    report_outside(l, expr, NULL, word);
    return NULL;
}

/* A jump whose label is a mistake may be outside of any loop besides. */
static void report_if_outside(Lower *l, const AstExpr *expr, const char *word)
{
    const LabelRib *innermost = l->labels.count ? &l->labels.items[l->labels.count - 1] : NULL;
    if (!innermost || innermost->is_barrier)
        report_outside(l, expr, innermost, word);
}

static const LabelRib *jump_target(Lower *l, const AstExpr *expr, AstLifetimeId label,
                                   const char *word)
{
    if (label.v == 0)
        return innermost_loop(l, expr, word);
    const AstIdent *name = &l->source->ast->lifetimes[label.v].name;
    bool unreachable;
    const LabelRib *rib = find_label(l, name, &unreachable);
    if (rib && !unreachable)
        return rib;
    report_label(l, name, rib);
    report_if_outside(l, expr, word);
    return NULL;
}

HirExprId lower_break(Lower *l, const AstExpr *expr)
{
    const LabelRib *found = jump_target(l, expr, expr->as.break_.label_or_none, "break");
    LabelRib target = found ? *found : (LabelRib){ .is_barrier = true };
    HirExpr made = { .as.break_.target = target.label };
    if (expr->as.break_.value_or_none.v)
        made.as.break_.value_or_none = lower_expr(l, expr->as.break_.value_or_none);
    if (!found)
        return expr_error(l, expr->lo, expr->hi);
    if (made.as.break_.value_or_none.v && target.is_loop && target.source != LOOP_SOURCE_LOOP) {
        Diag *diag = diag_new(l->job, DIAG_CODE_break_value, lower_at(l, expr->lo, expr->hi));
        diag_primary_label(diag, "can only break with a value inside `loop` or breakable block");
        lower_emit(l, diag);
        made.as.break_.value_or_none = hir_expr_id_none();
    }
    return push(l, HIR_EXPR_BREAK, expr, made);
}

HirExprId lower_continue(Lower *l, const AstExpr *expr)
{
    const LabelRib *target = jump_target(l, expr, expr->as.continue_.label_or_none, "continue");
    if (!target)
        return expr_error(l, expr->lo, expr->hi);
    if (!target->is_loop) {
        Diag *diag = diag_new(l->job, DIAG_CODE_continue_block, lower_at(l, expr->lo, expr->hi));
        diag_primary_label(diag, "labeled blocks cannot be `continue`'d");
        diag_label(diag, diag_at_tokens(target->span), "labeled block the `continue` points to");
        lower_emit(l, diag);
        return expr_error(l, expr->lo, expr->hi);
    }
    HirExpr made = { .as.continue_.target = target->label };
    return push(l, HIR_EXPR_CONTINUE, expr, made);
}

/* ---- blocks ---- */

HirExprId lower_block_expr(Lower *l, const AstExpr *expr)
{
    static const char *const features[] = { NULL,
                                            NULL,
                                            "a `const` block",
                                            "an `async` block",
                                            "a `gen` block",
                                            "an `async gen` block",
                                            "a `try` block" };
    const char *feature = features[expr->as.block.mode];
    HirExpr made = { 0 };
    if (feature) {
        lower_unsupported(l, expr->lo, expr->hi, feature);
        return expr_error(l, expr->lo, expr->hi);
    }
    if (expr->as.block.label_or_none.v) {
        made.as.block.label_or_none = begin_loop(l, expr->as.block.label_or_none, LOOP_SOURCE_LOOP);
        l->labels.items[l->labels.count - 1].is_loop = false;
    }
    made.as.block.block = lower_block(l, expr->as.block.block);
    l->b->blocks.items[made.as.block.block.v].is_unsafe = expr->as.block.mode == AST_BLOCK_UNSAFE;
    if (expr->as.block.label_or_none.v)
        label_rib_vec_pop(&l->labels);
    return push(l, HIR_EXPR_BLOCK, expr, made);
}

/* ---- match ---- */

static HirArm lower_arm(Lower *l, const AstArm *node)
{
    uint32_t ribs = l->ribs.count;
    HirArm arm = { .span = lower_span(l, node->lo, node->hi) };
    arm.pat = lower_pat(l, node->pat, PATTERN_OF_MATCH);
    if (node->guard_or_none.v)
        arm.guard_or_none = lower_expr(l, node->guard_or_none);
    if (node->body_or_none.v) {
        arm.body = lower_expr(l, node->body_or_none);
    } else {
        lower_unsupported(l, node->lo, node->hi, "a match arm without a body");
        arm.body = expr_error(l, node->lo, node->hi);
    }
    scope_pop_to(l, ribs);
    return arm;
}

HirExprId lower_match(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.match.scrutinee = lower_expr(l, expr->as.match.scrutinee) };
    HirArmVec arms;
    hir_arm_vec_init(&arms, l->scratch);
    const Source *s = l->source;
    for (uint32_t i = 0; i < expr->as.match.arms.count; i++) {
        const AstArm *node = &s->ast->arms[ast_list_at(s->ast, expr->as.match.arms, i)];
        if (lower_is_configured(l, node->attrs, node->lo, node->hi))
            hir_arm_vec_push(&arms, lower_arm(l, node));
    }
    made.as.match.arms = (IdRange){ l->b->arms.count, arms.count };
    hir_arm_vec_append(&l->b->arms, arms.items, arms.count);
    return push(l, HIR_EXPR_MATCH, expr, made);
}

/* ---- closures ---- */

static void lower_closure_params(Lower *l, const AstClosure *node, HirExpr *made)
{
    U32Vec pats, tys;
    BindingVec seen;
    u32_vec_init(&pats, l->scratch);
    u32_vec_init(&tys, l->scratch);
    binding_vec_init(&seen, l->scratch);
    for (uint32_t i = 0; i < node->params.count; i++) {
        const AstParam *param =
            &l->source->ast->params[ast_list_at(l->source->ast, node->params, i)];
        if (!lower_is_configured(l, param->attrs, param->lo, param->hi))
            continue;
        HirTyId ty = param->ty_or_none.v
                         ? lower_ty(l, param->ty_or_none)
                         : ty_push(l, HIR_TY_INFER, param->lo, param->hi, (HirTy){ 0 });
        u32_vec_push(&tys, ty.v);
        u32_vec_push(&pats, lower_pat_with(l, param->pat_or_none, &seen, PATTERN_OF_PARAMETER).v);
    }
    made->as.closure.params = builder_list(l->b, &pats);
    made->as.closure.param_tys = builder_list(l->b, &tys);
}

HirExprId lower_closure(Lower *l, const AstExpr *expr)
{
    const AstClosure *node = &l->source->ast->closures[expr->as.closure.closure.v];
    if (node->is_async || node->is_gen || node->is_const || node->is_static ||
        node->capture == AST_CAPTURE_USE || node->has_for) {
        lower_unsupported(l, expr->lo, expr->hi, "this kind of closure");
        return expr_error(l, expr->lo, expr->hi);
    }
    uint32_t ribs = l->ribs.count;
    HirExpr made = { .as.closure.is_move = node->capture == AST_CAPTURE_MOVE };
    made.as.closure.def =
        def_child(l->in, l->owner, DEF_CLOSURE, sym_id_none(), l->closure_count++);
    const AstExpr *body = ast_expr(l->source->ast, node->body);
    label_rib_vec_push(&l->labels, (LabelRib){ .is_barrier = true,
                                               .barrier = "closure",
                                               .span = lower_place_of(l, expr->lo, body->lo) });
    lower_closure_params(l, node, &made);
    if (node->output_or_none.v)
        made.as.closure.return_or_none = lower_ty(l, node->output_or_none);
    made.as.closure.body = lower_expr(l, node->body);
    label_rib_vec_pop(&l->labels);
    scope_pop_to(l, ribs);
    return push(l, HIR_EXPR_CLOSURE, expr, made);
}
