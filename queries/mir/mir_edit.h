/* A MIR body under construction: what MIR building, the passes and tests work on.
 *
 * Like MirBody, but growing, with the statements of each block in a vector of their own.
 * mir_edit_finish gives the flat, canonical body: unreachable blocks are gone, and side tables hold
 * only what is used, in the order of use, so bodies that read alike encode alike. */
#ifndef RSCC_MIR_MIR_EDIT_H
#define RSCC_MIR_MIR_EDIT_H

#include "base/vec.h"
#include "base/wide.h"
#include "mir/mir.h"

VEC_TYPE(MirStatementVec, mir_statement_vec, MirStatement)
typedef struct {
    MirStatementVec statements;
    MirTerminator terminator; /* kind NONE: still open */
    bool is_cleanup;
} MirEditBlock;

VEC_TYPE(MirLocalVec, mir_local_vec, MirLocal)
VEC_TYPE(MirEditBlockVec, mir_edit_block_vec, MirEditBlock)
VEC_TYPE(MirPlaceVec, mir_place_vec, MirPlace)
VEC_TYPE(MirProjectionVec, mir_projection_vec, MirProjection)
VEC_TYPE(MirRvalueVec, mir_rvalue_vec, MirRvalue)
VEC_TYPE(MirOperandVec, mir_operand_vec, MirOperand)
VEC_TYPE(MirSwitchTargetVec, mir_switch_target_vec, MirSwitchTarget)
VEC_TYPE(MirScopeVec, mir_scope_vec, MirScope)
VEC_TYPE(TyVec, ty_vec, TyId)
VEC_TYPE(MirBodyVec, mir_body_vec, MirBody)

/* Vectors that are indexed by id begin with an unused entry. */
typedef struct {
    Arena *arena;
    Interners *in;
    DefId owner;
    uint32_t argument_count;
    MirLocalVec locals;
    MirEditBlockVec blocks;
    MirPlaceVec places;
    MirProjectionVec projections;
    MirRvalueVec rvalues;
    MirOperandVec operands;
    U32Vec lists;
    MirSwitchTargetVec switch_targets;
    MirScopeVec scopes;
    TyVec user_types;
    MirBodyVec promoteds; /* [0] is promoted 1 */
} MirEdit;

void mir_edit_init(MirEdit *edit, Arena *arena, Interners *in, DefId owner);
/* A working copy; the body is only read during the call. */
void mir_edit_from_body(MirEdit *edit, Arena *arena, Interners *in, const MirBody *body);
/* Every block that can be reached must have its terminator. */
void mir_edit_finish(const MirEdit *edit, Arena *out_arena, MirBody *out);
/* The side tables as a body, for the functions that read one; without blocks. Good until the next
 * change. */
MirBody mir_edit_tables(const MirEdit *edit);

MirLocalId mir_edit_local(MirEdit *edit, MirLocal local);
MirLocalId mir_edit_temp(MirEdit *edit, TyId ty, uint32_t span, uint32_t scope);
MirBlockId mir_edit_block(MirEdit *edit, bool is_cleanup);
static inline MirEditBlock *mir_edit_block_at(const MirEdit *edit, MirBlockId block)
{
    return mir_edit_block_vec_at(&edit->blocks, block.v);
}

MirPlaceId mir_edit_place(MirEdit *edit, MirLocalId local);
MirPlaceId mir_edit_project(MirEdit *edit, MirPlaceId base, MirProjection projection);
MirPlaceId mir_edit_deref(MirEdit *edit, MirPlaceId base);
MirPlaceId mir_edit_field(MirEdit *edit, MirPlaceId base, uint32_t field, TyId ty);
MirPlaceId mir_edit_index(MirEdit *edit, MirPlaceId base, MirLocalId index);
TyId mir_edit_place_ty(const MirEdit *edit, MirPlaceId place);
TyId mir_edit_operand_ty(const MirEdit *edit, MirOperandId operand);

MirOperandId mir_edit_copy(MirEdit *edit, MirPlaceId place, uint32_t span);
MirOperandId mir_edit_move(MirEdit *edit, MirPlaceId place, uint32_t span);
MirOperandId mir_edit_const(MirEdit *edit, MirConst constant, uint32_t span);
MirOperandId mir_edit_scalar(MirEdit *edit, TyId ty, Uint128 bits, uint32_t span);
/* Unit, function items and other values without bytes. */
MirOperandId mir_edit_zero_sized(MirEdit *edit, TyId ty, uint32_t span);
IdRange mir_edit_operand_list(MirEdit *edit, const MirOperandId *operands, uint32_t count);

MirRvalueId mir_edit_rvalue(MirEdit *edit, MirRvalue rvalue);
MirRvalueId mir_edit_use(MirEdit *edit, MirOperandId operand);
MirRvalueId mir_edit_ref(MirEdit *edit, MirBorrowKind borrow, MirPlaceId place);
MirRvalueId mir_edit_binary(MirEdit *edit, BinaryOp op, MirOperandId lhs, MirOperandId rhs);
MirRvalueId mir_edit_checked_binary(MirEdit *edit, BinaryOp op, MirOperandId lhs, MirOperandId rhs);
MirRvalueId mir_edit_unary(MirEdit *edit, UnaryOp op, MirOperandId operand);
MirRvalueId mir_edit_cast(MirEdit *edit, MirCastKind cast, MirOperandId operand, TyId ty);
MirRvalueId mir_edit_aggregate(MirEdit *edit, MirAggregateKind kind, TyId ty, uint32_t variant,
                               const MirOperandId *operands, uint32_t count);

/* Where statements and terminators stand in the source. */
typedef struct {
    uint32_t span, scope;
} MirSource;
void mir_edit_assign(MirEdit *edit, MirBlockId block, MirPlaceId place, MirRvalueId rvalue,
                     MirSource source);
/* kind and payload of *statement are set; its source is put in. */
void mir_edit_push(MirEdit *edit, MirBlockId block, MirStatement statement, MirSource source);
/* The block must be open. */
void mir_edit_terminate(MirEdit *edit, MirBlockId block, MirTerminator terminator,
                        MirSource source);
void mir_edit_goto(MirEdit *edit, MirBlockId block, MirBlockId target, MirSource source);
void mir_edit_switch(MirEdit *edit, MirBlockId block, MirOperandId discriminant,
                     const MirSwitchTarget *targets, uint32_t target_count, MirBlockId otherwise,
                     MirSource source);

#endif
