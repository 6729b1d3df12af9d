/* Encoding, decoding and walking of MIR: generated from the tables. */
#include "engine/query_value.h"
#include "mir/mir.h"

#define IR_POOL MirBody

/* Numbers in text: MIR has a text form of its own (mir_dump). */
#define MIR_ENUM_KIND(kind, COUNT)                                                         \
    IR_SCALAR_KIND(kind, uint8_t, encode_u8(e, *v), *v = (uint8_t)ir_read_index(d, COUNT), \
                   ir_print_number(dump, name, *v))
MIR_ENUM_KIND(mir_projection_kind, MIR_PROJECT_DOWNCAST + 1)
MIR_ENUM_KIND(mir_const_kind, MIR_CONST_PROMOTED + 1)
MIR_ENUM_KIND(mir_operand_kind, MIR_OPERAND_CONST + 1)
MIR_ENUM_KIND(mir_borrow_kind, MIR_BORROW_TWO_PHASE_MUT + 1)
MIR_ENUM_KIND(mir_cast_kind, MIR_CAST_TRANSMUTE + 1)
MIR_ENUM_KIND(mir_aggregate_kind, MIR_AGGREGATE_RAW_PTR + 1)
MIR_ENUM_KIND(mir_fake_read_cause, MIR_FAKE_READ_INDEX + 1)
MIR_ENUM_KIND(mir_assert_kind, MIR_ASSERT_COUNT)
MIR_ENUM_KIND(binary_op, BINARY_OR + 1)
MIR_ENUM_KIND(unary_op, UNARY_DEREF + 1)

IR_REF_KIND(mir_local, MirLocalId, "_", pool->local_count)
IR_REF_KIND(mir_block, MirBlockId, "bb", pool->block_count)
IR_REF_KIND(mir_place, MirPlaceId, "p", pool->place_count)
IR_REF_KIND(mir_rvalue, MirRvalueId, "r", pool->rvalue_count)
IR_REF_KIND(mir_operand, MirOperandId, "o", pool->operand_count)
IR_LIST_KIND(mir_operand_list, mir_operand, MirOperandId, lists, list_count)
IR_RUN_KIND(mir_projection_run, mir_projection, projections, projection_count)
IR_RUN_KIND(mir_statement_run, mir_statement, statements, statement_count)
IR_RUN_KIND(mir_switch_targets, mir_switch_target, switch_targets, switch_target_count)

/* A promoted is a body of its own, and its own pool. Promoteds do not nest. */
IR_FIELD_FN void ir_encode_mir_promoted(Encoder *e, const MirBody *body)
{
    rsc_assert(body->is_promoted && body->promoted_count == 0);
    mir_body_encode(e, body);
}
IR_FIELD_FN void ir_decode_mir_promoted(Decoder *d, const void *pool, MirBody *body)
{
    const MirBody *outer = pool;
    if (outer->is_promoted) {
        decoder_fail(d);
        return;
    }
    mir_body_decode(d, body, body);
    if (!body->is_promoted || body->promoted_count != 0)
        decoder_fail(d);
}
IR_FIELD_FN void ir_walk_mir_promoted(const IrWalk *walk, const MirBody *body)
{
    IrWalk inner = *walk;
    inner.pool = body;
    mir_body_walk(&inner, body);
}
IR_FIELD_FN void ir_dump_mir_promoted(IrDump *dump, const char *name, const MirBody *body)
{
    const void *outer = dump->pool;
    dump->pool = body;
    mir_body_dump(dump, name, body);
    dump->pool = outer;
}

#define IR_TABLE  "mir/mir_statement.def"
#define IR_NODE   MirStatement
#define IR_KIND   MIR_STATEMENT
#define IR_PREFIX mir_statement
#define IR_COMMON F(u32, uint32_t, span) F(u32, uint32_t, scope)
#include "base/ir_define.h"
#define IR_TABLE  "mir/mir_terminator.def"
#define IR_NODE   MirTerminator
#define IR_KIND   MIR_TERMINATOR
#define IR_PREFIX mir_terminator
#define IR_COMMON F(u32, uint32_t, span) F(u32, uint32_t, scope)
#include "base/ir_define.h"
#define IR_TABLE  "mir/mir_rvalue.def"
#define IR_NODE   MirRvalue
#define IR_KIND   MIR_RVALUE
#define IR_PREFIX mir_rvalue
#define IR_COMMON
#include "base/ir_define.h"
#define IR_TABLE "mir/mir_records.def"
#include "base/ir_records_define.h"

QUERY_VALUE_INFO(MirBody, mir_body, { .has_error = true })
