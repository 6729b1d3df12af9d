/* What every body must keep: run after building and after the passes in debug builds. */
#include "mir/mir.h"

typedef struct {
    Interners *in;
    const MirBody *body;
    MirPhase phase;
    const char *problem;
} Check;

static void require(Check *c, bool holds, const char *problem)
{
    if (!holds && !c->problem)
        c->problem = problem;
}

/* ---- ids ------------------------------------------------------------------------------------- */

static void check_local(Check *c, MirLocalId local)
{
    require(c, local.v != 0 && local.v < c->body->local_count, "a local out of range");
}

static void check_projection(Check *c, MirPlaceTy *ty, const MirProjection *p)
{
    TyKind kind = ty_kind(c->in, ty->ty);
    bool is_pointer = kind == TY_REF || kind == TY_PTR;
    bool is_sequence = kind == TY_ARRAY || kind == TY_SLICE;
    if (p->kind == MIR_PROJECT_DEREF)
        require(c, is_pointer, "a dereference of something that is no pointer");
    if (p->kind == MIR_PROJECT_INDEX) {
        check_local(c, p->local);
        require(c, is_sequence, "an index into something that is no array or slice");
    }
    if (p->kind == MIR_PROJECT_CONSTANT_INDEX || p->kind == MIR_PROJECT_SUBSLICE)
        require(c, is_sequence, "an element of something that is no array or slice");
    if (!c->problem)
        *ty = mir_project_ty(c->in, *ty, p);
}

static void check_place(Check *c, MirPlaceId id)
{
    require(c, id.v != 0 && id.v < c->body->place_count, "a place out of range");
    if (c->problem)
        return;
    const MirPlace *place = &c->body->places[id.v];
    check_local(c, place->local);
    if (c->problem)
        return;
    MirPlaceTy ty = { c->body->locals[place->local.v].ty, MIR_VARIANT_NONE };
    for (uint32_t i = 0; i < place->projections.count && !c->problem; i++)
        check_projection(c, &ty, &c->body->projections[place->projections.start + i]);
}

static void check_operand(Check *c, MirOperandId id)
{
    require(c, id.v != 0 && id.v < c->body->operand_count, "an operand out of range");
    if (c->problem)
        return;
    const MirOperand *operand = &c->body->operands[id.v];
    if (operand->kind != MIR_OPERAND_CONST)
        check_place(c, operand->place);
    else
        require(c, !ty_id_is_none(operand->constant.ty), "a constant without a type");
}

static void check_block(Check *c, MirBlockId id, bool may_be_none)
{
    require(c, (may_be_none && id.v == 0) || (id.v != 0 && id.v < c->body->block_count),
            "a block out of range");
}

/* ---- types ----------------------------------------------------------------------------------- */

/* Projections may stand for each other until the instance is known. */
static bool types_agree(Check *c, TyId a, TyId b)
{
    if (ty_get(c->in, a)->has_projection || ty_get(c->in, b)->has_projection)
        return true;
    return ty_id_eq(ty_erase_regions(c->in, a), ty_erase_regions(c->in, b));
}

static void check_rvalue_operands(Check *c, const MirRvalue *r)
{
    if (r->kind == MIR_RVALUE_USE)
        check_operand(c, r->as.use.operand);
    if (r->kind == MIR_RVALUE_REPEAT)
        check_operand(c, r->as.repeat.operand);
    if (r->kind == MIR_RVALUE_REF)
        check_place(c, r->as.ref.place);
    if (r->kind == MIR_RVALUE_RAW_PTR)
        check_place(c, r->as.raw_ptr.place);
    if (r->kind == MIR_RVALUE_LEN)
        check_place(c, r->as.len.place);
    if (r->kind == MIR_RVALUE_DISCRIMINANT)
        check_place(c, r->as.discriminant.place);
    if (r->kind == MIR_RVALUE_CAST)
        check_operand(c, r->as.cast.operand);
    if (r->kind == MIR_RVALUE_UNARY)
        check_operand(c, r->as.unary.operand);
    if (r->kind == MIR_RVALUE_BINARY) {
        check_operand(c, r->as.binary.lhs);
        check_operand(c, r->as.binary.rhs);
    }
    if (r->kind == MIR_RVALUE_CHECKED_BINARY) {
        check_operand(c, r->as.checked_binary.lhs);
        check_operand(c, r->as.checked_binary.rhs);
    }
    IdRange list = { 0, 0 };
    if (r->kind == MIR_RVALUE_AGGREGATE)
        list = r->as.aggregate.operands;
    for (uint32_t i = 0; i < list.count; i++)
        check_operand(c, mir_operand_id_make(c->body->lists[list.start + i]));
}

static void check_assign(Check *c, const MirStatement_assign *assign)
{
    check_place(c, assign->place);
    require(c, assign->rvalue.v != 0 && assign->rvalue.v < c->body->rvalue_count,
            "an rvalue out of range");
    if (c->problem)
        return;
    const MirRvalue *rvalue = &c->body->rvalues[assign->rvalue.v];
    check_rvalue_operands(c, rvalue);
    if (c->problem)
        return;
    TyId target = mir_place_ty(c->in, c->body, assign->place).ty;
    require(c, types_agree(c, target, mir_rvalue_ty(c->in, c->body, rvalue)),
            "an assignment between different types");
}

/* ---- statements and terminators -------------------------------------------------------------- */

static void check_statement(Check *c, const MirStatement *s)
{
    bool is_borrowck_only =
        s->kind == MIR_STATEMENT_FAKE_READ || s->kind == MIR_STATEMENT_ASCRIBE_USER_TYPE;
    require(c, !is_borrowck_only || c->phase == MIR_PHASE_BUILT,
            "a statement for borrow checking in optimized MIR");
    if (s->kind == MIR_STATEMENT_ASSIGN)
        check_assign(c, &s->as.assign);
    if (s->kind == MIR_STATEMENT_SET_DISCRIMINANT)
        check_place(c, s->as.set_discriminant.place);
    if (s->kind == MIR_STATEMENT_STORAGE_LIVE)
        check_local(c, s->as.storage_live.local);
    if (s->kind == MIR_STATEMENT_STORAGE_DEAD)
        check_local(c, s->as.storage_dead.local);
    if (s->kind == MIR_STATEMENT_FAKE_READ)
        check_place(c, s->as.fake_read.place);
}

static void check_call(Check *c, const MirTerminator_call *call)
{
    check_operand(c, call->function);
    for (uint32_t i = 0; i < call->args.count; i++)
        check_operand(c, mir_operand_id_make(c->body->lists[call->args.start + i]));
    check_place(c, call->destination);
    check_block(c, call->target_or_none, true);
    if (c->problem)
        return;
    TyKind kind = ty_kind(c->in, mir_operand_ty(c->in, c->body, call->function));
    require(c, kind == TY_FN_DEF || kind == TY_FN_PTR, "a call of something that is no function");
}

static void check_switch(Check *c, const MirTerminator_switch_int *s)
{
    check_operand(c, s->discriminant);
    check_block(c, s->otherwise, false);
    for (uint32_t i = 0; i < s->targets.count; i++)
        check_block(c, c->body->switch_targets[s->targets.start + i].target, false);
}

static void check_assert(Check *c, const MirTerminator_assert_ *a)
{
    check_operand(c, a->condition);
    check_block(c, a->target, false);
    check_block(c, a->unwind, true);
    if (!c->problem)
        require(c, ty_kind(c->in, mir_operand_ty(c->in, c->body, a->condition)) == TY_BOOL,
                "an assertion of something that is no bool");
}

static void check_terminator(Check *c, const MirTerminator *t)
{
    bool is_false = t->kind == MIR_TERMINATOR_FALSE_EDGE || t->kind == MIR_TERMINATOR_FALSE_UNWIND;
    require(c, !is_false || c->phase == MIR_PHASE_BUILT, "a false edge in optimized MIR");
    require(c, t->kind != MIR_TERMINATOR_NONE, "a block without a terminator");
    if (t->kind == MIR_TERMINATOR_GOTO)
        check_block(c, t->as.goto_.target, false);
    if (t->kind == MIR_TERMINATOR_SWITCH_INT)
        check_switch(c, &t->as.switch_int);
    if (t->kind == MIR_TERMINATOR_DROP) {
        check_place(c, t->as.drop.place);
        check_block(c, t->as.drop.target, false);
    }
    if (t->kind == MIR_TERMINATOR_CALL)
        check_call(c, &t->as.call);
    if (t->kind == MIR_TERMINATOR_ASSERT)
        check_assert(c, &t->as.assert_);
}

static void check_body(Check *c)
{
    const MirBody *body = c->body;
    require(c, body->local_count > MIR_RETURN_LOCAL.v + body->argument_count,
            "fewer locals than arguments");
    require(c, body->block_count > 1, "no blocks");
    for (uint32_t i = 1; i < body->block_count && !c->problem; i++) {
        const MirBlock *block = &body->blocks[i];
        for (uint32_t s = 0; s < block->statements.count && !c->problem; s++)
            check_statement(c, &body->statements[block->statements.start + s]);
        check_terminator(c, &block->terminator);
    }
}

void mir_validate(Interners *in, const MirBody *body, MirPhase phase)
{
    if (body->has_error)
        return;
    Check check = { in, body, phase, NULL };
    check_body(&check);
    if (!check.problem)
        return;
    Text text;
    text_init(&text, NULL);
    text_addf(&text, "%s in\n", check.problem);
    mir_dump(in, body, &text);
    assert_fail(text.data, __FILE__, __LINE__, __func__);
}
