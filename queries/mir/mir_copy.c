/* Copy propagation, the cheap kind: building MIR makes a temporary for each operand, so that the
 * order of evaluation is right; most of them carry a value over a few statements in which nothing
 * can change it.
 *
 * `_t = use x; ... move _t ...` becomes `... x ...` if _t is a temporary with this one assignment
 * and this one use, both in one block, and x is a constant, or a local (or a field of one) that is
 * not written, dead or reachable through a pointer in between. */
#include "mir/mir_priv.h"

typedef struct {
    uint32_t writes, reads, borrows;
    uint32_t def_block, def_index;
    uint32_t use_block, use_index;
    bool is_projected; /* written or read in part */
} LocalFacts;

typedef struct {
    MirEdit *edit;
    LocalFacts *facts; /* by local */
    uint32_t block, index;
} Copies;

static void note_place(void *context, MirPlaceId id, PlaceUse use)
{
    Copies *c = context;
    const MirPlace *place = mir_place_vec_at(&c->edit->places, id.v);
    LocalFacts *facts = &c->facts[place->local.v];
    bool through_pointer = false;
    for (uint32_t i = 0; i < place->projections.count; i++) {
        const MirProjection *step = &c->edit->projections.items[place->projections.start + i];
        through_pointer = through_pointer || step->kind == MIR_PROJECT_DEREF;
        if (step->kind == MIR_PROJECT_INDEX) {
            LocalFacts *index = &c->facts[step->local.v];
            index->reads++;
            index->is_projected = true; /* only a local can stand there */
        }
    }
    facts->is_projected = facts->is_projected || place->projections.count > 0;
    if (use == USE_WRITE && !through_pointer) {
        facts->writes++;
        facts->def_block = c->block;
        facts->def_index = c->index;
    } else {
        facts->reads++;
        facts->use_block = c->block;
        facts->use_index = c->index;
    }
    if (use == USE_BORROW && !through_pointer)
        facts->borrows++;
}

static void collect(Copies *c)
{
    MirEdit *edit = c->edit;
    for (c->block = 1; c->block < edit->blocks.count; c->block++) {
        const MirEditBlock *block = &edit->blocks.items[c->block];
        for (c->index = 0; c->index < block->statements.count; c->index++)
            mir_visit_statement(edit, &block->statements.items[c->index], note_place, c);
        mir_visit_terminator(edit, &block->terminator, note_place, c);
    }
}

static bool is_temporary(const Copies *c, uint32_t local)
{
    const MirLocal *record = &c->edit->locals.items[local];
    return local != MIR_RETURN_LOCAL.v && !record->is_argument && !record->is_user_variable;
}

/* The local of a place that is nothing but it, or fields of it; 0 for others. */
static uint32_t plain_local(const MirEdit *edit, MirPlaceId id, bool allow_fields)
{
    const MirPlace *place = mir_place_vec_at(&edit->places, id.v);
    for (uint32_t i = 0; i < place->projections.count; i++) {
        uint8_t kind = edit->projections.items[place->projections.start + i].kind;
        bool is_field = kind == MIR_PROJECT_FIELD || kind == MIR_PROJECT_DOWNCAST;
        if (!allow_fields || !is_field)
            return 0;
    }
    return place->local.v;
}

typedef struct {
    const MirEdit *edit;
    uint32_t local;
    bool found;
} WriteSearch;

static void find_write(void *context, MirPlaceId id, PlaceUse use)
{
    WriteSearch *search = context;
    const MirPlace *place = mir_place_vec_at(&search->edit->places, id.v);
    if (use != USE_READ && place->local.v == search->local)
        search->found = true;
}

/* Nothing between the statements touches the local but to read it. A borrow counts as touching. */
static bool is_undisturbed(const MirEdit *edit, const MirEditBlock *block, uint32_t local,
                           uint32_t from, uint32_t to)
{
    WriteSearch search = { edit, local, false };
    for (uint32_t i = from + 1; i < to && !search.found; i++) {
        const MirStatement *s = &block->statements.items[i];
        bool dies = s->kind == MIR_STATEMENT_STORAGE_DEAD && s->as.storage_dead.local.v == local;
        if (dies)
            return false;
        mir_visit_statement(edit, s, find_write, &search);
    }
    return !search.found;
}

/* The use is itself what writes: `x = (move _t, ...)` may not become `x = (copy x, ...)` for
 * aggregates, which are written part by part. */
static bool use_writes(const MirEdit *edit, const MirEditBlock *block, uint32_t local, uint32_t at)
{
    WriteSearch search = { edit, local, false };
    if (at < block->statements.count)
        mir_visit_statement(edit, &block->statements.items[at], find_write, &search);
    else
        mir_visit_terminator(edit, &block->terminator, find_write, &search);
    return search.found;
}

static bool source_is_stable(const Copies *c, const MirEditBlock *block, const MirOperand *source,
                             const LocalFacts *facts)
{
    if (source->kind == MIR_OPERAND_CONST)
        return true;
    uint32_t local = plain_local(c->edit, source->place, true);
    return local != 0 && c->facts[local].borrows == 0 &&
           is_undisturbed(c->edit, block, local, facts->def_index, facts->use_index) &&
           !use_writes(c->edit, block, local, facts->use_index);
}

/* Replaces the operand that moves or copies out of the local. */
static bool replace_operand(MirEdit *edit, MirOperandId id, uint32_t local,
                            const MirOperand *source)
{
    MirOperand *operand = mir_operand_vec_at(&edit->operands, id.v);
    if (operand->kind == MIR_OPERAND_CONST || plain_local(edit, operand->place, false) != local)
        return false;
    uint32_t span = operand->span;
    *operand = *source;
    operand->span = span;
    return true;
}

typedef struct {
    MirEdit *edit;
    uint32_t local;
    const MirOperand *source;
    bool done;
} Replace;

static void replace_in(Replace *r, MirOperandId id)
{
    if (!mir_operand_id_is_none(id) && !r->done)
        r->done = replace_operand(r->edit, id, r->local, r->source);
}

static void replace_in_list(Replace *r, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++)
        replace_in(r, mir_operand_id_make(r->edit->lists.items[list.start + i]));
}

static void replace_in_rvalue(Replace *r, const MirRvalue *rvalue)
{
    if (rvalue->kind == MIR_RVALUE_USE)
        replace_in(r, rvalue->as.use.operand);
    else if (rvalue->kind == MIR_RVALUE_REPEAT)
        replace_in(r, rvalue->as.repeat.operand);
    else if (rvalue->kind == MIR_RVALUE_CAST)
        replace_in(r, rvalue->as.cast.operand);
    else if (rvalue->kind == MIR_RVALUE_UNARY)
        replace_in(r, rvalue->as.unary.operand);
    else if (rvalue->kind == MIR_RVALUE_AGGREGATE)
        replace_in_list(r, rvalue->as.aggregate.operands);
    else if (rvalue->kind == MIR_RVALUE_BINARY) {
        replace_in(r, rvalue->as.binary.lhs);
        replace_in(r, rvalue->as.binary.rhs);
    } else if (rvalue->kind == MIR_RVALUE_CHECKED_BINARY) {
        replace_in(r, rvalue->as.checked_binary.lhs);
        replace_in(r, rvalue->as.checked_binary.rhs);
    }
}

static void replace_in_terminator(Replace *r, const MirTerminator *t)
{
    if (t->kind == MIR_TERMINATOR_SWITCH_INT) {
        replace_in(r, t->as.switch_int.discriminant);
    } else if (t->kind == MIR_TERMINATOR_CALL) {
        replace_in(r, t->as.call.function);
        replace_in_list(r, t->as.call.args);
    } else if (t->kind == MIR_TERMINATOR_ASSERT) {
        replace_in(r, t->as.assert_.condition);
        replace_in_list(r, t->as.assert_.message_args);
    }
}

static bool replace_use(MirEdit *edit, MirEditBlock *block, uint32_t at, uint32_t local,
                        const MirOperand *source)
{
    Replace r = { edit, local, source, false };
    if (at == block->statements.count) {
        replace_in_terminator(&r, &block->terminator);
        return r.done;
    }
    const MirStatement *s = &block->statements.items[at];
    if (s->kind == MIR_STATEMENT_ASSIGN)
        replace_in_rvalue(&r, mir_rvalue_vec_at(&edit->rvalues, s->as.assign.rvalue.v));
    return r.done;
}

static bool is_carrier(const Copies *c, uint32_t local)
{
    const LocalFacts *f = &c->facts[local];
    return is_temporary(c, local) && f->writes == 1 && f->reads == 1 && f->borrows == 0 &&
           !f->is_projected && f->def_block == f->use_block && f->def_index < f->use_index;
}

/* The chain `_a = x; _b = move _a; f(move _b)` is followed because defs are looked at in order. */
static void propagate_from(Copies *c, uint32_t block_index, uint32_t at)
{
    MirEdit *edit = c->edit;
    MirEditBlock *block = &edit->blocks.items[block_index];
    MirStatement *s = &block->statements.items[at];
    if (s->kind != MIR_STATEMENT_ASSIGN)
        return;
    uint32_t local = plain_local(edit, s->as.assign.place, false);
    const MirRvalue *rvalue = mir_rvalue_vec_at(&edit->rvalues, s->as.assign.rvalue.v);
    if (local == 0 || rvalue->kind != MIR_RVALUE_USE || !is_carrier(c, local))
        return;
    MirOperand source = *mir_operand_vec_at(&edit->operands, rvalue->as.use.operand.v);
    const LocalFacts *facts = &c->facts[local];
    if (!source_is_stable(c, block, &source, facts) ||
        !replace_use(edit, block, facts->use_index, local, &source))
        return;
    s->kind = MIR_STATEMENT_NOP;
    if (source.kind == MIR_OPERAND_CONST)
        return;
    LocalFacts *moved = &c->facts[mir_place_vec_at(&edit->places, source.place.v)->local.v];
    if (moved->use_block == block_index && moved->use_index == at)
        moved->use_index = facts->use_index;
}

void mir_pass_copy_propagation(MirEdit *edit)
{
    Arena *scratch = arena_new(edit->arena);
    Copies c = { .edit = edit };
    c.facts = arena_alloc_zeroed(scratch, edit->locals.count * sizeof *c.facts);
    collect(&c);
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        for (uint32_t s = 0; s < edit->blocks.items[i].statements.count; s++)
            propagate_from(&c, i, s);
    }
    arena_free(scratch);
}
