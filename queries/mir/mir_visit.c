#include "mir/mir_priv.h"

typedef struct {
    const MirEdit *edit;
    PlaceFn fn;
    void *context;
} Visit;

static void visit_operand(const Visit *v, MirOperandId id)
{
    const MirOperand *operand = mir_operand_vec_at(&v->edit->operands, id.v);
    if (operand->kind != MIR_OPERAND_CONST)
        v->fn(v->context, operand->place, USE_READ);
}

static void visit_list(const Visit *v, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++)
        visit_operand(v, mir_operand_id_make(v->edit->lists.items[list.start + i]));
}

static void visit_rvalue(const Visit *v, const MirRvalue *r)
{
    switch ((MirRvalueKind)r->kind) {
    case MIR_RVALUE_USE:
        visit_operand(v, r->as.use.operand);
        return;
    case MIR_RVALUE_REPEAT:
        visit_operand(v, r->as.repeat.operand);
        return;
    case MIR_RVALUE_REF:
        v->fn(v->context, r->as.ref.place, USE_BORROW);
        return;
    case MIR_RVALUE_RAW_PTR:
        v->fn(v->context, r->as.raw_ptr.place, USE_BORROW);
        return;
    case MIR_RVALUE_LEN:
        v->fn(v->context, r->as.len.place, USE_READ);
        return;
    case MIR_RVALUE_CAST:
        visit_operand(v, r->as.cast.operand);
        return;
    case MIR_RVALUE_BINARY:
        visit_operand(v, r->as.binary.lhs);
        visit_operand(v, r->as.binary.rhs);
        return;
    case MIR_RVALUE_CHECKED_BINARY:
        visit_operand(v, r->as.checked_binary.lhs);
        visit_operand(v, r->as.checked_binary.rhs);
        return;
    case MIR_RVALUE_UNARY:
        visit_operand(v, r->as.unary.operand);
        return;
    case MIR_RVALUE_DISCRIMINANT:
        v->fn(v->context, r->as.discriminant.place, USE_READ);
        return;
    case MIR_RVALUE_AGGREGATE:
        visit_list(v, r->as.aggregate.operands);
        return;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        return;
    }
}

void mir_visit_statement(const MirEdit *edit, const MirStatement *s, PlaceFn fn, void *context)
{
    Visit v = { edit, fn, context };
    if (s->kind == MIR_STATEMENT_ASSIGN) {
        visit_rvalue(&v, mir_rvalue_vec_at(&edit->rvalues, s->as.assign.rvalue.v));
        fn(context, s->as.assign.place, USE_WRITE);
    } else if (s->kind == MIR_STATEMENT_SET_DISCRIMINANT) {
        fn(context, s->as.set_discriminant.place, USE_BORROW);
    } else if (s->kind == MIR_STATEMENT_FAKE_READ) {
        fn(context, s->as.fake_read.place, USE_READ);
    } else if (s->kind == MIR_STATEMENT_ASCRIBE_USER_TYPE) {
        fn(context, s->as.ascribe_user_type.place, USE_READ);
    }
}

void mir_visit_terminator(const MirEdit *edit, const MirTerminator *t, PlaceFn fn, void *context)
{
    Visit v = { edit, fn, context };
    if (t->kind == MIR_TERMINATOR_SWITCH_INT) {
        visit_operand(&v, t->as.switch_int.discriminant);
    } else if (t->kind == MIR_TERMINATOR_DROP) {
        fn(context, t->as.drop.place, USE_BORROW);
    } else if (t->kind == MIR_TERMINATOR_CALL) {
        visit_operand(&v, t->as.call.function);
        visit_list(&v, t->as.call.args);
        fn(context, t->as.call.destination, USE_WRITE);
    } else if (t->kind == MIR_TERMINATOR_ASSERT) {
        visit_operand(&v, t->as.assert_.condition);
        visit_list(&v, t->as.assert_.message_args);
    }
}
