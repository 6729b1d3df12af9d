/* Which locals are SSA values, and in which order blocks are emitted.
 *
 * A local is an SSA value if its type is a scalar, a pair or zero-sized, its address is never
 * taken, and it is assigned as a whole exactly once, at a point that dominates every use.
 * Dominators: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm". */
#include "codegen/codegen_priv.h"

typedef struct {
    CgFunction *f;
    uint32_t *rank;        /* block -> position in reverse postorder + 1, 0 unreachable */
    uint32_t *dominator;   /* block -> immediate dominator */
    uint32_t *def_block;   /* local -> block of its assignment, 0 none */
    uint32_t *def_index;   /* local -> statement there; UINT32_MAX: by the terminator */
    bool *is_memory;       /* local */
    uint32_t block, index; /* of the visit */
} Analysis;

#define BY_TERMINATOR UINT32_MAX /* no enumerator: those are int */

/* ---- order ----------------------------------------------------------------------------------- */

typedef struct {
    uint32_t block;
    U32Vec targets;
    uint32_t next;
} OrderFrame;
VEC_TYPE(OrderFrameVec, order_frame_vec, OrderFrame)

static void push_target(void *context, MirBlockId *target)
{
    u32_vec_push(context, target->v);
}

static OrderFrame order_frame(CgFunction *f, uint32_t block)
{
    OrderFrame frame = { .block = block };
    u32_vec_init(&frame.targets, f->m->arena);
    MirTerminator terminator = f->body->blocks[block].terminator;
    mir_terminator_targets(&terminator, f->body->switch_targets, push_target, &frame.targets);
    return frame;
}

/* Cleanup blocks are not reached: this back end does not unwind yet. */
static bool is_wanted(CgFunction *f, const bool *seen, uint32_t block)
{
    return !seen[block] && !f->body->blocks[block].is_cleanup;
}

static void find_order(CgFunction *f)
{
    uint32_t count = f->body->block_count;
    bool *seen = arena_alloc_zeroed(f->m->arena, count);
    uint32_t *postorder = arena_alloc_array(f->m->arena, count, sizeof *postorder);
    uint32_t done = 0;
    OrderFrameVec stack;
    order_frame_vec_init(&stack, f->m->arena);
    seen[1] = true;
    order_frame_vec_push(&stack, order_frame(f, 1));
    while (stack.count > 0) {
        OrderFrame *top = &stack.items[stack.count - 1];
        if (top->next == top->targets.count) {
            postorder[done++] = top->block;
            stack.count--;
            continue;
        }
        uint32_t target = top->targets.items[top->next++];
        if (is_wanted(f, seen, target)) {
            seen[target] = true;
            order_frame_vec_push(&stack, order_frame(f, target));
        }
    }
    f->order = arena_alloc_array(f->m->arena, done, sizeof *f->order);
    f->order_count = done;
    for (uint32_t i = 0; i < done; i++)
        f->order[i] = postorder[done - 1 - i];
}

/* ---- dominators ------------------------------------------------------------------------------ */

static uint32_t common_dominator(const Analysis *a, uint32_t x, uint32_t y)
{
    while (x != y) {
        while (a->rank[x] > a->rank[y])
            x = a->dominator[x];
        while (a->rank[y] > a->rank[x])
            y = a->dominator[y];
    }
    return x;
}

typedef struct {
    Analysis *a;
    uint32_t from;
    bool changed;
} DominatorStep;

static void meet_edge(void *context, MirBlockId *target)
{
    DominatorStep *step = context;
    Analysis *a = step->a;
    if (target->v == 1 || a->rank[target->v] == 0)
        return;
    uint32_t old = a->dominator[target->v];
    uint32_t new = old ? common_dominator(a, old, step->from) : step->from;
    if (new != old) {
        a->dominator[target->v] = new;
        step->changed = true;
    }
}

static void find_dominators(Analysis *a)
{
    CgFunction *f = a->f;
    a->dominator[1] = 1;
    DominatorStep step = { .a = a };
    do {
        step.changed = false;
        for (uint32_t i = 0; i < f->order_count; i++) {
            step.from = f->order[i];
            if (a->dominator[step.from] == 0)
                continue;
            MirTerminator terminator = f->body->blocks[step.from].terminator;
            mir_terminator_targets(&terminator, f->body->switch_targets, meet_edge, &step);
        }
    } while (step.changed);
}

static bool dominates(const Analysis *a, uint32_t x, uint32_t y)
{
    while (a->rank[y] > a->rank[x])
        y = a->dominator[y];
    return x == y;
}

/* ---- assignments and uses -------------------------------------------------------------------- */

static bool has_register_class(CgFunction *f, uint32_t local)
{
    const Layout *layout = cg_layout(f, cg_mono_ty(f, f->body->locals[local].ty));
    return layout->cls != LAYOUT_MEMORY || layout_is_zero_sized(layout);
}

static void define(Analysis *a, MirPlaceId id)
{
    const MirPlace *place = &a->f->body->places[id.v];
    uint32_t local = place->local.v;
    const MirProjection *steps = a->f->body->projections + place->projections.start;
    bool through_pointer = place->projections.count > 0 && steps[0].kind == MIR_PROJECT_DEREF;
    if (through_pointer)
        return; /* a use, seen by visit_place */
    if (place->projections.count > 0 || a->def_block[local] != 0)
        a->is_memory[local] = true;
    a->def_block[local] = a->block;
    a->def_index[local] = a->index;
}

static void use_local(Analysis *a, uint32_t local)
{
    uint32_t def = a->def_block[local];
    if (def == 0 || a->is_memory[local])
        return; /* checked at the end, when all assignments are known */
    bool same_block = def == a->block;
    bool before = same_block ? a->def_index[local] < a->index : dominates(a, def, a->block);
    if (!before)
        a->is_memory[local] = true;
}

/* Projections that stay within registers: fields, then a pointer followed. */
static bool stays_value(const Analysis *a, const MirPlace *place)
{
    for (uint32_t i = 0; i < place->projections.count; i++) {
        uint8_t kind = a->f->body->projections[place->projections.start + i].kind;
        if (kind == MIR_PROJECT_DEREF)
            return true;
        if (kind != MIR_PROJECT_FIELD && kind != MIR_PROJECT_DOWNCAST)
            return false;
    }
    return true;
}

static bool has_deref(const Analysis *a, const MirPlace *place)
{
    for (uint32_t i = 0; i < place->projections.count; i++) {
        if (a->f->body->projections[place->projections.start + i].kind == MIR_PROJECT_DEREF)
            return true;
    }
    return false;
}

/* is_address: the place's address is taken, which is harmless only behind a pointer. */
static void visit_place(Analysis *a, MirPlaceId id, bool is_address)
{
    const MirPlace *place = &a->f->body->places[id.v];
    if (!stays_value(a, place) || (is_address && !has_deref(a, place)))
        a->is_memory[place->local.v] = true;
    use_local(a, place->local.v);
    for (uint32_t i = 0; i < place->projections.count; i++) {
        const MirProjection *step = &a->f->body->projections[place->projections.start + i];
        if (step->kind == MIR_PROJECT_INDEX)
            use_local(a, step->local.v);
    }
}

static void visit_operand(Analysis *a, MirOperandId id)
{
    const MirOperand *operand = &a->f->body->operands[id.v];
    if (operand->kind != MIR_OPERAND_CONST)
        visit_place(a, operand->place, false);
}

static void visit_operands(Analysis *a, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++)
        visit_operand(a, mir_operand_id_make(a->f->body->lists[list.start + i]));
}

static void visit_rvalue(Analysis *a, const MirRvalue *r)
{
    switch ((MirRvalueKind)r->kind) {
    case MIR_RVALUE_USE:
        visit_operand(a, r->as.use.operand);
        return;
    case MIR_RVALUE_REPEAT:
        visit_operand(a, r->as.repeat.operand);
        return;
    case MIR_RVALUE_REF:
        visit_place(a, r->as.ref.place, true);
        return;
    case MIR_RVALUE_RAW_PTR:
        visit_place(a, r->as.raw_ptr.place, true);
        return;
    case MIR_RVALUE_LEN:
        visit_place(a, r->as.len.place, false);
        return;
    case MIR_RVALUE_CAST:
        visit_operand(a, r->as.cast.operand);
        return;
    case MIR_RVALUE_BINARY:
        visit_operand(a, r->as.binary.lhs);
        visit_operand(a, r->as.binary.rhs);
        return;
    case MIR_RVALUE_CHECKED_BINARY:
        visit_operand(a, r->as.checked_binary.lhs);
        visit_operand(a, r->as.checked_binary.rhs);
        return;
    case MIR_RVALUE_UNARY:
        visit_operand(a, r->as.unary.operand);
        return;
    case MIR_RVALUE_DISCRIMINANT:
        visit_place(a, r->as.discriminant.place, false);
        return;
    case MIR_RVALUE_AGGREGATE:
        visit_operands(a, r->as.aggregate.operands);
        return;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        return;
    }
}

/* Assigning to a part, or through a pointer, reads the local. */
static void visit_target(Analysis *a, MirPlaceId place)
{
    if (a->f->body->places[place.v].projections.count > 0)
        visit_place(a, place, false);
}

static void visit_statement(Analysis *a, const MirStatement *s)
{
    if (s->kind == MIR_STATEMENT_ASSIGN) {
        visit_rvalue(a, &a->f->body->rvalues[s->as.assign.rvalue.v]);
        visit_target(a, s->as.assign.place);
    }
    if (s->kind == MIR_STATEMENT_SET_DISCRIMINANT)
        visit_place(a, s->as.set_discriminant.place, true);
}

static void visit_terminator(Analysis *a, const MirTerminator *t)
{
    if (t->kind == MIR_TERMINATOR_SWITCH_INT)
        visit_operand(a, t->as.switch_int.discriminant);
    if (t->kind == MIR_TERMINATOR_DROP)
        visit_place(a, t->as.drop.place, true);
    if (t->kind == MIR_TERMINATOR_CALL) {
        visit_operand(a, t->as.call.function);
        visit_operands(a, t->as.call.args);
        visit_target(a, t->as.call.destination);
    }
    if (t->kind == MIR_TERMINATOR_ASSERT) {
        visit_operand(a, t->as.assert_.condition);
        visit_operands(a, t->as.assert_.message_args);
    }
    if (t->kind == MIR_TERMINATOR_RETURN)
        use_local(a, MIR_RETURN_LOCAL.v);
}

static void find_defs(Analysis *a)
{
    const MirBody *body = a->f->body;
    for (uint32_t i = 0; i < a->f->order_count; i++) {
        a->block = a->f->order[i];
        const MirBlock *block = &body->blocks[a->block];
        for (a->index = 0; a->index < block->statements.count; a->index++) {
            const MirStatement *s = &body->statements[block->statements.start + a->index];
            if (s->kind == MIR_STATEMENT_ASSIGN)
                define(a, s->as.assign.place);
        }
        a->index = BY_TERMINATOR;
        if (block->terminator.kind == MIR_TERMINATOR_CALL)
            define(a, block->terminator.as.call.destination);
    }
}

static void find_uses(Analysis *a)
{
    const MirBody *body = a->f->body;
    for (uint32_t i = 0; i < a->f->order_count; i++) {
        a->block = a->f->order[i];
        const MirBlock *block = &body->blocks[a->block];
        for (a->index = 0; a->index < block->statements.count; a->index++)
            visit_statement(a, &body->statements[block->statements.start + a->index]);
        a->index = BY_TERMINATOR;
        visit_terminator(a, &block->terminator);
    }
}

void cg_analyze(CgFunction *f)
{
    find_order(f);
    uint32_t blocks = f->body->block_count, locals = f->body->local_count;
    Arena *arena = f->m->arena;
    Analysis a = { .f = f };
    a.rank = arena_alloc_zeroed(arena, blocks * sizeof *a.rank);
    a.dominator = arena_alloc_zeroed(arena, blocks * sizeof *a.dominator);
    a.def_block = arena_alloc_zeroed(arena, locals * sizeof *a.def_block);
    a.def_index = arena_alloc_zeroed(arena, locals * sizeof *a.def_index);
    a.is_memory = arena_alloc_zeroed(arena, locals * sizeof *a.is_memory);
    for (uint32_t i = 0; i < f->order_count; i++)
        a.rank[f->order[i]] = i + 1;
    find_dominators(&a);
    uint32_t last_argument = MIR_RETURN_LOCAL.v + f->body->argument_count;
    find_defs(&a);
    for (uint32_t i = MIR_RETURN_LOCAL.v + 1; i <= last_argument; i++)
        a.is_memory[i] = a.is_memory[i] || a.def_block[i] != 0; /* assigned again */
    find_uses(&a);
    for (uint32_t i = MIR_RETURN_LOCAL.v; i < locals; i++) {
        bool is_argument = i > MIR_RETURN_LOCAL.v && i <= last_argument;
        bool is_defined = is_argument || a.def_block[i] != 0;
        f->locals[i].is_ssa = is_defined && !a.is_memory[i] && has_register_class(f, i);
    }
}
