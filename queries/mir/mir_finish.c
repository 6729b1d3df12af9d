/* From a growing body to a flat one.
 *
 * Copies what reachable blocks use, in the order in which they use it, so the result does not
 * remember how it was built. */
#include "mir/mir_edit.h"

typedef struct {
    const MirEdit *from;
    MirEdit to; /* side tables only */
    MirStatementVec statements;
    uint32_t *block_map; /* old id -> new id, 0 for unreachable ones */
} Finish;

/* ---- reachability ---------------------------------------------------------------------------- */

typedef struct {
    bool *seen;
    U32Vec *todo;
} Reach;

static void reach_block(void *context, MirBlockId *target)
{
    Reach *reach = context;
    if (reach->seen[target->v])
        return;
    reach->seen[target->v] = true;
    u32_vec_push(reach->todo, target->v);
}

/* New ids keep the order of the old ones: blocks come out in the order of making. */
static uint32_t number_blocks(const MirEdit *edit, uint32_t *block_map, Arena *scratch)
{
    bool *seen = arena_alloc_zeroed(scratch, edit->blocks.count);
    U32Vec todo;
    u32_vec_init(&todo, scratch);
    Reach reach = { seen, &todo };
    MirBlockId entry = { 1 };
    reach_block(&reach, &entry);
    while (todo.count > 0) {
        MirEditBlock *block = mir_edit_block_at(edit, mir_block_id_make(u32_vec_pop(&todo)));
        rsc_assert(block->terminator.kind != MIR_TERMINATOR_NONE);
        mir_terminator_targets(&block->terminator, edit->switch_targets.items, reach_block, &reach);
    }
    uint32_t next = 1;
    block_map[0] = 0; /* none stays none */
    for (uint32_t i = 1; i < edit->blocks.count; i++)
        block_map[i] = seen[i] ? next++ : 0;
    return next;
}

/* ---- one function per field kind of the tables ----------------------------------------------- */

/* Fields that hold no id of the body, or one that does not change. */
#define MAP_NOTHING(kind, CType)                                \
    static void map_##kind(const Finish *f, const CType *field) \
    {                                                           \
        (void)f, (void)field;                                   \
    }
MAP_NOTHING(u8, uint8_t)
MAP_NOTHING(u32, uint32_t)
MAP_NOTHING(bool, bool)
MAP_NOTHING(ty, TyId)
MAP_NOTHING(konst, ConstId)
MAP_NOTHING(mir_local, MirLocalId)
MAP_NOTHING(mir_fake_read_cause, uint8_t)
MAP_NOTHING(mir_assert_kind, uint8_t)
MAP_NOTHING(mir_borrow_kind, uint8_t)
MAP_NOTHING(mir_cast_kind, uint8_t)
MAP_NOTHING(mir_aggregate_kind, uint8_t)
MAP_NOTHING(binary_op, uint8_t)
MAP_NOTHING(unary_op, uint8_t)

static void map_mir_block(Finish *f, MirBlockId *field)
{
    field->v = f->block_map[field->v];
}

static void map_mir_place(Finish *f, MirPlaceId *field)
{
    if (field->v == 0)
        return;
    MirPlace place = *mir_place_vec_at(&f->from->places, field->v);
    IdRange run = { f->to.projections.count, place.projections.count };
    if (run.count)
        mir_projection_vec_append(&f->to.projections,
                                  f->from->projections.items + place.projections.start, run.count);
    place.projections = run.count ? run : (IdRange){ 0, 0 };
    field->v = mir_place_vec_push(&f->to.places, place);
}

static void map_mir_operand(Finish *f, MirOperandId *field)
{
    if (field->v == 0)
        return;
    MirOperand operand = *mir_operand_vec_at(&f->from->operands, field->v);
    if (operand.kind != MIR_OPERAND_CONST)
        map_mir_place(f, &operand.place);
    field->v = mir_operand_vec_push(&f->to.operands, operand);
}

static void map_mir_operand_list(Finish *f, IdRange *field)
{
    IdRange from = *field;
    MirOperandId *operands = arena_alloc_array(f->to.arena, from.count, sizeof(MirOperandId));
    for (uint32_t i = 0; i < from.count; i++) {
        operands[i].v = f->from->lists.items[from.start + i];
        map_mir_operand(f, &operands[i]);
    }
    *field = from.count ? mir_edit_operand_list(&f->to, operands, from.count) : (IdRange){ 0, 0 };
}

static void map_mir_switch_targets(Finish *f, IdRange *field)
{
    IdRange from = *field;
    field->start = from.count ? f->to.switch_targets.count : 0;
    for (uint32_t i = 0; i < from.count; i++) {
        MirSwitchTarget target = f->from->switch_targets.items[from.start + i];
        map_mir_block(f, &target.target);
        mir_switch_target_vec_push(&f->to.switch_targets, target);
    }
}

static void map_rvalue_fields(Finish *f, MirRvalue *rvalue);

static void map_mir_rvalue(Finish *f, MirRvalueId *field)
{
    MirRvalue rvalue = *mir_rvalue_vec_at(&f->from->rvalues, field->v);
    map_rvalue_fields(f, &rvalue);
    field->v = mir_rvalue_vec_push(&f->to.rvalues, rvalue);
}

#define F(kind, CType, name) map_##kind(f, &fields->name);
#define NODE(U, l, FIELDS)                     \
    case MIR_RVALUE_##U: {                     \
        MirRvalue_##l *fields = &rvalue->as.l; \
        (void)fields;                          \
        FIELDS                                 \
        return;                                \
    }
static void map_rvalue_fields(Finish *f, MirRvalue *rvalue)
{
    switch ((MirRvalueKind)rvalue->kind) {
#include "mir/mir_rvalue.def"
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}
#define NODE(U, l, FIELDS)                           \
    case MIR_STATEMENT_##U: {                        \
        MirStatement_##l *fields = &statement->as.l; \
        (void)fields;                                \
        FIELDS                                       \
        return;                                      \
    }
static void map_statement(Finish *f, MirStatement *statement)
{
    switch ((MirStatementKind)statement->kind) {
#include "mir/mir_statement.def"
    case MIR_STATEMENT_NONE:
    case MIR_STATEMENT_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}
#define NODE(U, l, FIELDS)                             \
    case MIR_TERMINATOR_##U: {                         \
        MirTerminator_##l *fields = &terminator->as.l; \
        (void)fields;                                  \
        FIELDS                                         \
        return;                                        \
    }
static void map_terminator(Finish *f, MirTerminator *terminator)
{
    switch ((MirTerminatorKind)terminator->kind) {
#include "mir/mir_terminator.def"
    case MIR_TERMINATOR_NONE:
    case MIR_TERMINATOR_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}
#undef F

/* ---- assembling ------------------------------------------------------------------------------ */

static MirBlock finish_block(Finish *f, const MirEditBlock *block)
{
    MirBlock flat = { .terminator = block->terminator, .is_cleanup = block->is_cleanup };
    flat.statements.start = f->statements.count;
    for (uint32_t i = 0; i < block->statements.count; i++) {
        MirStatement statement = block->statements.items[i];
        if (statement.kind == MIR_STATEMENT_NOP)
            continue;
        map_statement(f, &statement);
        mir_statement_vec_push(&f->statements, statement);
    }
    flat.statements.count = f->statements.count - flat.statements.start;
    map_terminator(f, &flat.terminator);
    return flat;
}

#define COPY_OUT(field, vec) \
    (out->field = arena_copy(out_arena, (vec).items, (vec).count * sizeof *(vec).items))

static void copy_tables(const Finish *f, Arena *out_arena, MirBody *out)
{
    const MirEdit *from = f->from, *to = &f->to;
    COPY_OUT(locals, from->locals), out->local_count = from->locals.count;
    COPY_OUT(scopes, from->scopes), out->scope_count = from->scopes.count;
    COPY_OUT(user_types, from->user_types), out->user_type_count = from->user_types.count;
    COPY_OUT(promoteds, from->promoteds), out->promoted_count = from->promoteds.count;
    COPY_OUT(statements, f->statements), out->statement_count = f->statements.count;
    COPY_OUT(places, to->places), out->place_count = to->places.count;
    COPY_OUT(projections, to->projections), out->projection_count = to->projections.count;
    COPY_OUT(rvalues, to->rvalues), out->rvalue_count = to->rvalues.count;
    COPY_OUT(operands, to->operands), out->operand_count = to->operands.count;
    COPY_OUT(lists, to->lists), out->list_count = to->lists.count;
    COPY_OUT(switch_targets, to->switch_targets);
    out->switch_target_count = to->switch_targets.count;
}

void mir_edit_finish(const MirEdit *edit, Arena *out_arena, MirBody *out)
{
    Arena *scratch = arena_new(edit->arena);
    Finish f = { .from = edit };
    f.block_map = arena_alloc_array(scratch, edit->blocks.count, sizeof *f.block_map);
    uint32_t block_count = number_blocks(edit, f.block_map, scratch);
    mir_edit_init(&f.to, scratch, edit->in, edit->owner);
    mir_statement_vec_init(&f.statements, scratch);
    *out = (MirBody){ .owner = edit->owner,
                      .argument_count = edit->argument_count,
                      .block_count = block_count };
    out->blocks = arena_alloc_array(out_arena, block_count, sizeof(MirBlock));
    out->blocks[0] = (MirBlock){ 0 };
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        if (f.block_map[i] != 0)
            out->blocks[f.block_map[i]] = finish_block(&f, &edit->blocks.items[i]);
    }
    copy_tables(&f, out_arena, out);
    arena_free(scratch);
}
