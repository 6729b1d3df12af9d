/* Blocks, statements, branches, loops and the ways out of them. */
#include "mir/mir_priv.h"

/* ---- extended temporaries -------------------------------------------------------------------- */

/* The operand of an extending `&`: what it is made of is borrowed for as long. */
static void mark_borrowed(MirBuild *b, HirExprId id)
{
    for (;;) {
        b->extended[id.v] = true;
        const HirExpr *e = hir_expr(b->hir, id);
        if (e->kind == HIR_EXPR_FIELD)
            id = e->as.field.base;
        else if (e->kind == HIR_EXPR_INDEX)
            id = e->as.index.base;
        else if (e->kind == HIR_EXPR_UNARY && e->as.unary.op == UNARY_DEREF)
            id = e->as.unary.operand;
        else
            break;
    }
    build_mark_extended(b, id);
}

static void mark_list(MirBuild *b, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++)
        build_mark_extended(b, build_expr_at(b, list, i));
}

/* Reference, destructors: "extending based on expressions". */
void build_mark_extended(MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    bool autoref = false;
    IdRange steps = b->types->expr_adjustments[id.v];
    for (uint32_t i = 0; i < steps.count; i++)
        autoref = autoref || b->types->adjustments[steps.start + i].kind == ADJUST_BORROW;
    if (autoref && b->is_const)
        b->extended[id.v] = true;
    if (e->kind == HIR_EXPR_REF)
        mark_borrowed(b, e->as.ref.operand);
    else if (e->kind == HIR_EXPR_RAW_REF)
        mark_borrowed(b, e->as.raw_ref.operand);
    else if (e->kind == HIR_EXPR_TUPLE)
        mark_list(b, e->as.tuple.elements);
    else if (e->kind == HIR_EXPR_ARRAY)
        mark_list(b, e->as.array.elements);
    else if (e->kind == HIR_EXPR_CAST)
        build_mark_extended(b, e->as.cast.operand);
    else if (e->kind == HIR_EXPR_STRUCT)
        for (uint32_t i = 0; i < e->as.struct_.fields.count; i++)
            build_mark_extended(b, b->hir->fields[e->as.struct_.fields.start + i].value);
    else if (e->kind == HIR_EXPR_CALL && b->is_const)
        mark_list(b, e->as.call.args);
    else if (e->kind == HIR_EXPR_BLOCK) {
        HirExprId tail = hir_block(b->hir, e->as.block.block)->tail_or_none;
        if (!hir_expr_id_is_none(tail))
            build_mark_extended(b, tail);
    } else if (e->kind == HIR_EXPR_IF) {
        build_mark_extended(b, e->as.if_.then_branch);
        if (!hir_expr_id_is_none(e->as.if_.else_or_none))
            build_mark_extended(b, e->as.if_.else_or_none);
    } else if (e->kind == HIR_EXPR_MATCH) {
        for (uint32_t i = 0; i < e->as.match.arms.count; i++)
            build_mark_extended(b, b->hir->arms[e->as.match.arms.start + i].body);
    }
}

/* `let ref x = value;`: the pattern borrows. */
static bool pat_borrows(const MirBuild *b, HirPatId id)
{
    const HirPat *pat = hir_pat(b->hir, id);
    IdRange list = { 0, 0 };
    if (pat->kind == HIR_PAT_BINDING)
        return pat->as.binding.by_ref;
    if (pat->kind == HIR_PAT_TUPLE)
        list = pat->as.tuple.elements;
    if (pat->kind == HIR_PAT_TUPLE_STRUCT)
        list = pat->as.tuple_struct.elements;
    if (pat->kind == HIR_PAT_SLICE)
        list = pat->as.slice.elements;
    if (pat->kind == HIR_PAT_OR)
        list = pat->as.or.alternatives;
    for (uint32_t i = 0; i < list.count; i++) {
        if (pat_borrows(b, hir_pat_id_make(hir_list_at(b->hir, list, i))))
            return true;
    }
    if (pat->kind != HIR_PAT_STRUCT)
        return false;
    for (uint32_t i = 0; i < pat->as.struct_.fields.count; i++) {
        if (pat_borrows(b, b->hir->field_pats[pat->as.struct_.fields.start + i].pat))
            return true;
    }
    return false;
}

/* ---- let ------------------------------------------------------------------------------------- */

static const HirPat_binding *plain_binding(const MirBuild *b, HirPatId id)
{
    const HirPat *pat = hir_pat(b->hir, id);
    bool is_plain = pat->kind == HIR_PAT_BINDING && b->types->binding_modes[id.v] == 0 &&
                    hir_pat_id_is_none(pat->as.binding.sub_or_none);
    return is_plain ? &pat->as.binding : NULL;
}

static void ascribe(MirBuild *b, MirPlaceId place, HirTyId written)
{
    uint32_t span = hir_ty(b->hir, written)->span;
    for (uint32_t i = 0; i < b->types->user_type_count; i++) {
        if (b->types->user_type_spans[i] != span)
            continue;
        MirStatement_ascribe_user_type ascription = { .place = place, .user_type = i };
        build_statement(b,
                        (MirStatement){ .kind = MIR_STATEMENT_ASCRIBE_USER_TYPE,
                                        .as.ascribe_user_type = ascription },
                        span);
        return;
    }
}

static void let_binding(MirBuild *b, const HirStmt_let *let, const HirPat_binding *binding)
{
    MirPlaceId place = build_place_of(b, b->locals[binding->local.v]);
    build_into(b, place, adjusted(b, let->init_or_none));
    build_fake_read(b, MIR_FAKE_READ_LET, place, hir_pat(b->hir, let->pat)->span);
    if (!hir_ty_id_is_none(let->ty_or_none))
        ascribe(b, place, let->ty_or_none);
}

static void let_pattern(MirBuild *b, const HirStmt_let *let)
{
    MirPlaceId place = build_as_place(b, adjusted(b, let->init_or_none));
    build_fake_read(b, MIR_FAKE_READ_LET, place, hir_pat(b->hir, let->pat)->span);
    if (!hir_ty_id_is_none(let->ty_or_none))
        ascribe(b, place, let->ty_or_none);
    build_irrefutable(b, let->pat, place);
}

static void let_else(MirBuild *b, const HirStmt_let *let, uint32_t depth, uint32_t span)
{
    Exit otherwise = { build_new_block(b), depth };
    MirPlaceId place = build_as_place(b, adjusted(b, let->init_or_none));
    build_refutable(b, let->pat, place, otherwise, span);
    MirBlockId matched = b->block;
    b->block = otherwise.block;
    MirPlaceId never = build_place_of(b, build_local(b, ty_never(b->in), span));
    build_block(b, never, let->else_or_none, hir_label_id_none());
    mir_edit_terminate(&b->edit, b->block, (MirTerminator){ .kind = MIR_TERMINATOR_UNREACHABLE },
                       build_source(b, span));
    b->block = matched;
}

static void let_statement(MirBuild *b, const HirStmt_let *let, uint32_t span)
{
    uint32_t block_depth = build_depth(b);
    bool has_init = !hir_expr_id_is_none(let->init_or_none);
    bool has_else = !hir_block_id_is_none(let->else_or_none);
    build_declare_bindings(b, let->pat, block_depth, true);
    if (!has_init)
        return;
    build_mark_extended(b, let->init_or_none);
    if (pat_borrows(b, let->pat))
        mark_borrowed(b, let->init_or_none);
    uint32_t outer_extended = b->extended_depth;
    b->extended_depth = block_depth;
    uint32_t outer = build_begin_temps(b);
    const HirPat_binding *binding = plain_binding(b, let->pat);
    if (has_else)
        let_else(b, let, build_depth(b), span);
    else if (binding)
        let_binding(b, let, binding);
    else
        let_pattern(b, let);
    build_end_temps(b, outer, span);
    b->extended_depth = outer_extended;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void statement(MirBuild *b, HirStmtId id)
{
    const HirStmt *stmt = hir_stmt(b->hir, id);
    if (stmt->kind == HIR_STMT_LET) {
        let_statement(b, &stmt->as.let, stmt->span);
        return;
    }
    HirExprId expr = stmt->kind == HIR_STMT_SEMI ? stmt->as.semi.expr : stmt->as.expr.expr;
    uint32_t outer = build_begin_temps(b);
    build_effect(b, expr);
    build_end_temps(b, outer, stmt->span);
}

static void block_contents(MirBuild *b, MirPlaceId destination, const HirBlock *block)
{
    for (uint32_t i = 0; i < block->statements.count; i++)
        statement(b, hir_stmt_id_make(hir_list_at(b->hir, block->statements, i)));
    if (hir_expr_id_is_none(block->tail_or_none)) {
        if (ty_is_unit(b->in, mir_edit_place_ty(&b->edit, destination)))
            build_assign_unit(b, destination, block->span);
        return;
    }
    uint32_t span = build_span(b, block->tail_or_none);
    uint32_t outer = b->is_2024 ? build_begin_temps(b) : 0;
    build_into(b, destination, adjusted(b, block->tail_or_none));
    if (b->is_2024)
        build_end_temps(b, outer, span);
}

static bool declares(const MirBuild *b, const HirBlock *block)
{
    for (uint32_t i = 0; i < block->statements.count; i++) {
        if (hir_stmt(b->hir, hir_stmt_id_make(hir_list_at(b->hir, block->statements, i)))->kind ==
            HIR_STMT_LET)
            return true;
    }
    return false;
}

void build_block(MirBuild *b, MirPlaceId destination, HirBlockId id, HirLabelId label_or_none)
{
    const HirBlock *block = hir_block(b->hir, id);
    uint32_t outer_source = b->source_scope;
    MirBlockId after = mir_block_id_none();
    if (!hir_label_id_is_none(label_or_none)) {
        after = build_new_block(b);
        LabelTarget target = { .break_exit = { after, build_depth(b) },
                               .destination = destination };
        b->labels[label_or_none.v] = target;
    }
    if (declares(b, block))
        b->source_scope =
            mir_scope_vec_push(&b->edit.scopes, (MirScope){ outer_source, block->span });
    build_push_scope(b);
    block_contents(b, destination, block);
    build_pop_scope(b, block->span);
    b->source_scope = outer_source;
    if (mir_block_id_is_none(after))
        return;
    build_goto(b, after, block->span);
    b->block = after;
}

/* ---- conditions ------------------------------------------------------------------------------ */

/* Jumps to the exit if the operand is false. */
static void test_operand(MirBuild *b, MirOperandId condition, bool exit_on, Exit otherwise,
                         uint32_t span)
{
    MirBlockId go_on = build_new_block(b), leave = build_new_block(b);
    build_branch(b, condition, exit_on ? leave : go_on, exit_on ? go_on : leave, span);
    b->block = leave;
    build_exit(b, otherwise, span);
    b->block = go_on;
}

static void condition_or(MirBuild *b, const HirExpr_binary *node, Exit otherwise, uint32_t span)
{
    MirBlockId second = build_new_block(b), success = build_new_block(b);
    build_condition(b, node->lhs, (Exit){ second, build_depth(b) });
    build_goto(b, success, span);
    b->block = second;
    build_condition(b, node->rhs, otherwise);
    build_goto(b, success, span);
    b->block = success;
}

static void condition_let(MirBuild *b, const HirExpr_let *node, Exit otherwise, uint32_t span)
{
    build_declare_bindings(b, node->pat, build_depth(b), true);
    MirPlaceId place = build_as_place(b, adjusted(b, node->init));
    build_refutable(b, node->pat, place, otherwise, span);
}

/* Temporaries of a plain condition die before the branch. */
static void condition_value(MirBuild *b, HirExprId id, Exit otherwise)
{
    uint32_t span = build_span(b, id);
    MirPlaceId value = build_place_of(b, build_local(b, build_bool(b), span));
    uint32_t outer = build_begin_temps(b);
    build_into(b, value, adjusted(b, id));
    build_end_temps(b, outer, span);
    test_operand(b, mir_edit_move(&b->edit, value, span), false, otherwise, span);
}

void build_condition(MirBuild *b, HirExprId id, Exit otherwise)
{
    const HirExpr *e = hir_expr(b->hir, id);
    bool is_plain = b->types->expr_adjustments[id.v].count == 0;
    bool is_binary = e->kind == HIR_EXPR_BINARY && is_plain;
    if (is_binary && e->as.binary.op == BINARY_AND) {
        build_condition(b, e->as.binary.lhs, otherwise);
        build_condition(b, e->as.binary.rhs, otherwise);
    } else if (is_binary && e->as.binary.op == BINARY_OR) {
        condition_or(b, &e->as.binary, otherwise, e->span);
    } else if (e->kind == HIR_EXPR_LET) {
        condition_let(b, &e->as.let, otherwise, e->span);
    } else {
        condition_value(b, id, otherwise);
    }
}

/* ---- if -------------------------------------------------------------------------------------- */

void build_if(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_if_ *node)
{
    uint32_t span = build_span(b, id);
    MirBlockId on_else = build_new_block(b), join = build_new_block(b);
    Exit otherwise = { on_else, build_depth(b) };
    uint32_t outer = build_begin_temps(b); /* bindings and temporaries of `let` conditions */
    build_condition(b, node->condition, otherwise);
    build_into(b, destination, adjusted(b, node->then_branch));
    build_end_temps(b, outer, span);
    build_goto(b, join, span);
    b->block = on_else;
    if (!hir_expr_id_is_none(node->else_or_none))
        build_into(b, destination, adjusted(b, node->else_or_none));
    else
        build_assign_unit(b, destination, span);
    build_goto(b, join, span);
    b->block = join;
}

/* ---- loops ----------------------------------------------------------------------------------- */

void build_loop(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_loop *node)
{
    uint32_t span = build_span(b, id);
    MirBlockId head = build_new_block(b), body = build_new_block(b), after = build_new_block(b);
    build_goto(b, head, span);
    b->block = head;
    MirTerminator enter = { .kind = MIR_TERMINATOR_FALSE_UNWIND,
                            .as.false_unwind = { .real = body, .unwind = build_unwind(b) } };
    mir_edit_terminate(&b->edit, b->block, enter, build_source(b, span));
    b->block = body;
    LabelTarget target = { .break_exit = { after, build_depth(b) },
                           .continue_exit = { head, build_depth(b) },
                           .destination = destination };
    b->labels[node->label.v] = target;
    MirPlaceId unit = build_place_of(b, build_local(b, ty_unit(b->in), span));
    uint32_t outer = build_begin_temps(b);
    build_block(b, unit, node->body, hir_label_id_none());
    build_end_temps(b, outer, span);
    build_goto(b, head, span);
    b->block = after;
}

void build_break(MirBuild *b, HirExprId id, const HirExpr_break_ *node)
{
    uint32_t span = build_span(b, id);
    const LabelTarget *target = &b->labels[node->target.v];
    MirPlaceId destination = target->destination;
    Exit exit = target->break_exit;
    if (!hir_expr_id_is_none(node->value_or_none))
        build_into(b, destination, adjusted(b, node->value_or_none));
    else if (ty_is_unit(b->in, mir_edit_place_ty(&b->edit, destination)))
        build_assign_unit(b, destination, span);
    build_exit(b, exit, span);
}

void build_continue(MirBuild *b, HirExprId id, const HirExpr_continue_ *node)
{
    build_exit(b, b->labels[node->target.v].continue_exit, build_span(b, id));
}

void build_return(MirBuild *b, HirExprId id, const HirExpr_return_ *node)
{
    uint32_t span = build_span(b, id);
    MirPlaceId result = mir_edit_place(&b->edit, MIR_RETURN_LOCAL);
    if (!hir_expr_id_is_none(node->value_or_none))
        build_into(b, result, adjusted(b, node->value_or_none));
    else
        build_assign_unit(b, result, span);
    build_exit(b, b->return_exit, span);
}
