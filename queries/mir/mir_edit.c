#include "mir/mir_edit.h"

void mir_edit_init(MirEdit *edit, Arena *arena, Interners *in, DefId owner)
{
    *edit = (MirEdit){ .arena = arena, .in = in, .owner = owner };
    mir_local_vec_init(&edit->locals, arena);
    mir_edit_block_vec_init(&edit->blocks, arena);
    mir_place_vec_init(&edit->places, arena);
    mir_projection_vec_init(&edit->projections, arena);
    mir_rvalue_vec_init(&edit->rvalues, arena);
    mir_operand_vec_init(&edit->operands, arena);
    u32_vec_init(&edit->lists, arena);
    mir_switch_target_vec_init(&edit->switch_targets, arena);
    mir_scope_vec_init(&edit->scopes, arena);
    ty_vec_init(&edit->user_types, arena);
    mir_body_vec_init(&edit->promoteds, arena);
    mir_local_vec_push(&edit->locals, (MirLocal){ 0 });
    mir_edit_block_vec_push(&edit->blocks, (MirEditBlock){ 0 });
    mir_place_vec_push(&edit->places, (MirPlace){ 0 });
    mir_rvalue_vec_push(&edit->rvalues, (MirRvalue){ 0 });
    mir_operand_vec_push(&edit->operands, (MirOperand){ 0 });
    mir_scope_vec_push(&edit->scopes, (MirScope){ 0 });
}

void mir_edit_from_body(MirEdit *edit, Arena *arena, Interners *in, const MirBody *body)
{
    mir_edit_init(edit, arena, in, body->owner);
    edit->argument_count = body->argument_count;
    mir_local_vec_clear(&edit->locals);
    mir_local_vec_append(&edit->locals, body->locals, body->local_count);
    mir_place_vec_clear(&edit->places);
    mir_place_vec_append(&edit->places, body->places, body->place_count);
    mir_projection_vec_append(&edit->projections, body->projections, body->projection_count);
    mir_rvalue_vec_clear(&edit->rvalues);
    mir_rvalue_vec_append(&edit->rvalues, body->rvalues, body->rvalue_count);
    mir_operand_vec_clear(&edit->operands);
    mir_operand_vec_append(&edit->operands, body->operands, body->operand_count);
    u32_vec_append(&edit->lists, body->lists, body->list_count);
    mir_switch_target_vec_append(&edit->switch_targets, body->switch_targets,
                                 body->switch_target_count);
    mir_scope_vec_clear(&edit->scopes);
    mir_scope_vec_append(&edit->scopes, body->scopes, body->scope_count);
    ty_vec_append(&edit->user_types, body->user_types, body->user_type_count);
    mir_body_vec_append(&edit->promoteds, body->promoteds, body->promoted_count);
    for (uint32_t i = 1; i < body->block_count; i++) {
        const MirBlock *from = &body->blocks[i];
        MirEditBlock block = { .terminator = from->terminator, .is_cleanup = from->is_cleanup };
        mir_statement_vec_init(&block.statements, arena);
        if (from->statements.count)
            mir_statement_vec_append(&block.statements, body->statements + from->statements.start,
                                     from->statements.count);
        mir_edit_block_vec_push(&edit->blocks, block);
    }
}

MirBody mir_edit_tables(const MirEdit *edit)
{
    return (MirBody){
        .owner = edit->owner,
        .locals = edit->locals.items,
        .local_count = edit->locals.count,
        .argument_count = edit->argument_count,
        .places = edit->places.items,
        .place_count = edit->places.count,
        .projections = edit->projections.items,
        .projection_count = edit->projections.count,
        .rvalues = edit->rvalues.items,
        .rvalue_count = edit->rvalues.count,
        .operands = edit->operands.items,
        .operand_count = edit->operands.count,
        .lists = edit->lists.items,
        .list_count = edit->lists.count,
        .switch_targets = edit->switch_targets.items,
        .switch_target_count = edit->switch_targets.count,
        .scopes = edit->scopes.items,
        .scope_count = edit->scopes.count,
    };
}

/* ---- locals, places -------------------------------------------------------------------------- */

MirLocalId mir_edit_local(MirEdit *edit, MirLocal local)
{
    return mir_local_id_make(mir_local_vec_push(&edit->locals, local));
}

MirLocalId mir_edit_temp(MirEdit *edit, TyId ty, uint32_t span, uint32_t scope)
{
    return mir_edit_local(edit,
                          (MirLocal){ .ty = ty, .is_mut = true, .span = span, .scope = scope });
}

MirBlockId mir_edit_block(MirEdit *edit, bool is_cleanup)
{
    MirEditBlock block = { .is_cleanup = is_cleanup };
    mir_statement_vec_init(&block.statements, edit->arena);
    return mir_block_id_make(mir_edit_block_vec_push(&edit->blocks, block));
}

MirPlaceId mir_edit_place(MirEdit *edit, MirLocalId local)
{
    return mir_place_id_make(mir_place_vec_push(&edit->places, (MirPlace){ .local = local }));
}

MirPlaceId mir_edit_project(MirEdit *edit, MirPlaceId base, MirProjection projection)
{
    MirPlace place = *mir_place_vec_at(&edit->places, base.v);
    IdRange run = { edit->projections.count, place.projections.count + 1 };
    for (uint32_t i = 0; i < place.projections.count; i++) {
        MirProjection step =
            *mir_projection_vec_at(&edit->projections, place.projections.start + i);
        mir_projection_vec_push(&edit->projections, step);
    }
    mir_projection_vec_push(&edit->projections, projection);
    place.projections = run;
    return mir_place_id_make(mir_place_vec_push(&edit->places, place));
}

MirPlaceId mir_edit_deref(MirEdit *edit, MirPlaceId base)
{
    return mir_edit_project(edit, base, (MirProjection){ .kind = MIR_PROJECT_DEREF });
}

MirPlaceId mir_edit_field(MirEdit *edit, MirPlaceId base, uint32_t field, TyId ty)
{
    return mir_edit_project(edit, base,
                            (MirProjection){ .kind = MIR_PROJECT_FIELD, .index = field, .ty = ty });
}

MirPlaceId mir_edit_index(MirEdit *edit, MirPlaceId base, MirLocalId index)
{
    return mir_edit_project(edit, base,
                            (MirProjection){ .kind = MIR_PROJECT_INDEX, .local = index });
}

TyId mir_edit_place_ty(const MirEdit *edit, MirPlaceId place)
{
    MirBody tables = mir_edit_tables(edit);
    return mir_place_ty(edit->in, &tables, place).ty;
}

TyId mir_edit_operand_ty(const MirEdit *edit, MirOperandId operand)
{
    MirBody tables = mir_edit_tables(edit);
    return mir_operand_ty(edit->in, &tables, operand);
}

/* ---- operands -------------------------------------------------------------------------------- */

static MirOperandId push_operand(MirEdit *edit, MirOperand operand)
{
    return mir_operand_id_make(mir_operand_vec_push(&edit->operands, operand));
}

MirOperandId mir_edit_copy(MirEdit *edit, MirPlaceId place, uint32_t span)
{
    return push_operand(edit,
                        (MirOperand){ .kind = MIR_OPERAND_COPY, .place = place, .span = span });
}

MirOperandId mir_edit_move(MirEdit *edit, MirPlaceId place, uint32_t span)
{
    return push_operand(edit,
                        (MirOperand){ .kind = MIR_OPERAND_MOVE, .place = place, .span = span });
}

MirOperandId mir_edit_const(MirEdit *edit, MirConst constant, uint32_t span)
{
    return push_operand(
        edit, (MirOperand){ .kind = MIR_OPERAND_CONST, .constant = constant, .span = span });
}

MirOperandId mir_edit_scalar(MirEdit *edit, TyId ty, Uint128 bits, uint32_t span)
{
    MirConst constant = {
        .kind = MIR_CONST_SCALAR, .ty = ty, .low = uint128_low(bits), .high = uint128_high(bits)
    };
    return mir_edit_const(edit, constant, span);
}

MirOperandId mir_edit_zero_sized(MirEdit *edit, TyId ty, uint32_t span)
{
    return mir_edit_const(edit, (MirConst){ .kind = MIR_CONST_ZERO_SIZED, .ty = ty }, span);
}

IdRange mir_edit_operand_list(MirEdit *edit, const MirOperandId *operands, uint32_t count)
{
    IdRange range = { edit->lists.count, count };
    for (uint32_t i = 0; i < count; i++)
        u32_vec_push(&edit->lists, operands[i].v);
    return range;
}

/* ---- rvalues --------------------------------------------------------------------------------- */

MirRvalueId mir_edit_rvalue(MirEdit *edit, MirRvalue rvalue)
{
    return mir_rvalue_id_make(mir_rvalue_vec_push(&edit->rvalues, rvalue));
}

MirRvalueId mir_edit_use(MirEdit *edit, MirOperandId operand)
{
    return mir_edit_rvalue(edit, (MirRvalue){ .kind = MIR_RVALUE_USE, .as.use.operand = operand });
}

MirRvalueId mir_edit_ref(MirEdit *edit, MirBorrowKind borrow, MirPlaceId place)
{
    return mir_edit_rvalue(edit,
                           (MirRvalue){ .kind = MIR_RVALUE_REF,
                                        .as.ref = { .borrow = (uint8_t)borrow, .place = place } });
}

MirRvalueId mir_edit_binary(MirEdit *edit, BinaryOp op, MirOperandId lhs, MirOperandId rhs)
{
    return mir_edit_rvalue(
        edit, (MirRvalue){ .kind = MIR_RVALUE_BINARY,
                           .as.binary = { .op = (uint8_t)op, .lhs = lhs, .rhs = rhs } });
}

MirRvalueId mir_edit_checked_binary(MirEdit *edit, BinaryOp op, MirOperandId lhs, MirOperandId rhs)
{
    return mir_edit_rvalue(
        edit, (MirRvalue){ .kind = MIR_RVALUE_CHECKED_BINARY,
                           .as.checked_binary = { .op = (uint8_t)op, .lhs = lhs, .rhs = rhs } });
}

MirRvalueId mir_edit_unary(MirEdit *edit, UnaryOp op, MirOperandId operand)
{
    return mir_edit_rvalue(edit,
                           (MirRvalue){ .kind = MIR_RVALUE_UNARY,
                                        .as.unary = { .op = (uint8_t)op, .operand = operand } });
}

MirRvalueId mir_edit_cast(MirEdit *edit, MirCastKind cast, MirOperandId operand, TyId ty)
{
    return mir_edit_rvalue(
        edit, (MirRvalue){ .kind = MIR_RVALUE_CAST,
                           .as.cast = { .cast = (uint8_t)cast, .operand = operand, .ty = ty } });
}

MirRvalueId mir_edit_aggregate(MirEdit *edit, MirAggregateKind kind, TyId ty, uint32_t variant,
                               const MirOperandId *operands, uint32_t count)
{
    MirRvalue_aggregate aggregate = { .aggregate = (uint8_t)kind,
                                      .ty = ty,
                                      .variant = variant,
                                      .union_field = MIR_VARIANT_NONE,
                                      .operands = mir_edit_operand_list(edit, operands, count) };
    return mir_edit_rvalue(edit,
                           (MirRvalue){ .kind = MIR_RVALUE_AGGREGATE, .as.aggregate = aggregate });
}

/* ---- statements and terminators -------------------------------------------------------------- */

void mir_edit_push(MirEdit *edit, MirBlockId block, MirStatement statement, MirSource source)
{
    MirEditBlock *at = mir_edit_block_at(edit, block);
    rsc_assert(at->terminator.kind == MIR_TERMINATOR_NONE);
    statement.span = source.span;
    statement.scope = source.scope;
    mir_statement_vec_push(&at->statements, statement);
}

void mir_edit_assign(MirEdit *edit, MirBlockId block, MirPlaceId place, MirRvalueId rvalue,
                     MirSource source)
{
    mir_edit_push(edit, block,
                  (MirStatement){ .kind = MIR_STATEMENT_ASSIGN,
                                  .as.assign = { .place = place, .rvalue = rvalue } },
                  source);
}

void mir_edit_terminate(MirEdit *edit, MirBlockId block, MirTerminator terminator, MirSource source)
{
    MirEditBlock *at = mir_edit_block_at(edit, block);
    rsc_assert(at->terminator.kind == MIR_TERMINATOR_NONE);
    terminator.span = source.span;
    terminator.scope = source.scope;
    at->terminator = terminator;
}

void mir_edit_goto(MirEdit *edit, MirBlockId block, MirBlockId target, MirSource source)
{
    MirTerminator terminator = { .kind = MIR_TERMINATOR_GOTO, .as.goto_.target = target };
    mir_edit_terminate(edit, block, terminator, source);
}

void mir_edit_switch(MirEdit *edit, MirBlockId block, MirOperandId discriminant,
                     const MirSwitchTarget *targets, uint32_t target_count, MirBlockId otherwise,
                     MirSource source)
{
    IdRange range = { edit->switch_targets.count, target_count };
    mir_switch_target_vec_append(&edit->switch_targets, targets, target_count);
    MirTerminator terminator = {
        .kind = MIR_TERMINATOR_SWITCH_INT,
        .as.switch_int = { .discriminant = discriminant, .targets = range, .otherwise = otherwise }
    };
    mir_edit_terminate(edit, block, terminator, source);
}
