/* mir_optimized: drop elaboration and the cheap passes. */
#include "mir/mir_priv.h"

/* ---- cleanup --------------------------------------------------------------------------------- */

static void make_goto(MirTerminator *terminator, MirBlockId target)
{
    terminator->kind = MIR_TERMINATOR_GOTO;
    terminator->as.goto_ = (MirTerminator_goto_){ .target = target };
}

/* Types with parameters are asked again when the instance is known. */
static bool never_drops(Job *job, TypingEnv env, const MirEdit *edit, MirPlaceId place)
{
    return !ty_needs_drop(job, env, mir_edit_place_ty(edit, place));
}

static void clean_terminator(Job *job, TypingEnv env, MirEdit *edit, MirTerminator *t)
{
    if (t->kind == MIR_TERMINATOR_FALSE_EDGE)
        make_goto(t, t->as.false_edge.real);
    else if (t->kind == MIR_TERMINATOR_FALSE_UNWIND)
        make_goto(t, t->as.false_unwind.real);
    else if (t->kind == MIR_TERMINATOR_DROP && never_drops(job, env, edit, t->as.drop.place))
        make_goto(t, t->as.drop.target);
}

void mir_pass_cleanup(Job *job, TypingEnv env, MirEdit *edit)
{
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        MirEditBlock *block = &edit->blocks.items[i];
        clean_terminator(job, env, edit, &block->terminator);
        for (uint32_t s = 0; s < block->statements.count; s++) {
            MirStatement *statement = &block->statements.items[s];
            if (statement->kind == MIR_STATEMENT_FAKE_READ ||
                statement->kind == MIR_STATEMENT_ASCRIBE_USER_TYPE)
                statement->kind = MIR_STATEMENT_NOP;
        }
    }
    edit->user_types.count = 0;
}

/* ---- control flow ---------------------------------------------------------------------------- */

static bool is_empty(const MirEditBlock *block)
{
    for (uint32_t i = 0; i < block->statements.count; i++) {
        if (block->statements.items[i].kind != MIR_STATEMENT_NOP)
            return false;
    }
    return true;
}

typedef struct {
    MirEdit *edit;
    uint32_t *ways_in; /* by block: from blocks that are reached */
    U32Vec todo;
} Cfg;

/* Where a jump to the block ends up. A cycle of empty blocks (`loop {}`) is left as it is. */
static void skip_empty(void *context, MirBlockId *target)
{
    const Cfg *cfg = context;
    MirBlockId at = *target;
    for (uint32_t steps = 0; steps < cfg->edit->blocks.count; steps++) {
        const MirEditBlock *block = mir_edit_block_at(cfg->edit, at);
        if (block->terminator.kind != MIR_TERMINATOR_GOTO || !is_empty(block))
            break;
        at = block->terminator.as.goto_.target;
    }
    *target = at;
}

/* A switch whose ways all lead to one block. */
static void simplify_switch(MirEdit *edit, MirTerminator *t)
{
    if (t->kind != MIR_TERMINATOR_SWITCH_INT)
        return;
    const MirTerminator_switch_int *s = &t->as.switch_int;
    for (uint32_t i = 0; i < s->targets.count; i++) {
        MirBlockId target = edit->switch_targets.items[s->targets.start + i].target;
        if (!mir_block_id_eq(target, s->otherwise))
            return;
    }
    make_goto(t, s->otherwise);
}

static void count_way(void *context, MirBlockId *target)
{
    Cfg *cfg = context;
    if (cfg->ways_in[target->v]++ == 0)
        u32_vec_push(&cfg->todo, target->v);
}

static void count_ways(Cfg *cfg)
{
    MirBlockId entry = { 1 };
    count_way(cfg, &entry);
    while (cfg->todo.count > 0) {
        MirEditBlock *block =
            mir_edit_block_at(cfg->edit, mir_block_id_make(u32_vec_pop(&cfg->todo)));
        mir_terminator_targets(&block->terminator, cfg->edit->switch_targets.items, count_way, cfg);
    }
}

/* Appends blocks that are reached from here alone. */
static void merge_chain(Cfg *cfg, uint32_t index)
{
    MirEditBlock *block = &cfg->edit->blocks.items[index];
    while (block->terminator.kind == MIR_TERMINATOR_GOTO) {
        uint32_t next = block->terminator.as.goto_.target.v;
        if (next == index || next == 1 || cfg->ways_in[next] != 1)
            return;
        MirEditBlock *tail = &cfg->edit->blocks.items[next];
        mir_statement_vec_append(&block->statements, tail->statements.items,
                                 tail->statements.count);
        block->terminator = tail->terminator;
        cfg->ways_in[next] = 0;
        tail->statements.count = 0;
    }
}

void mir_pass_simplify_cfg(MirEdit *edit)
{
    Arena *scratch = arena_new(edit->arena);
    Cfg cfg = { .edit = edit };
    cfg.ways_in = arena_alloc_zeroed(scratch, edit->blocks.count * sizeof *cfg.ways_in);
    u32_vec_init(&cfg.todo, scratch);
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        MirTerminator *t = &edit->blocks.items[i].terminator;
        mir_terminator_targets(t, edit->switch_targets.items, skip_empty, &cfg);
        simplify_switch(edit, t);
    }
    count_ways(&cfg);
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        if (cfg.ways_in[i] > 0)
            merge_chain(&cfg, i);
    }
    arena_free(scratch);
}

/* ---- unused locals --------------------------------------------------------------------------- */

typedef struct {
    MirEdit *edit;
    uint32_t *map; /* old number -> 1 if mentioned, then the new number */
} Locals;

static void mention(void *context, MirPlaceId id, PlaceUse use)
{
    (void)use;
    Locals *l = context;
    const MirPlace *place = mir_place_vec_at(&l->edit->places, id.v);
    l->map[place->local.v] = 1;
    for (uint32_t i = 0; i < place->projections.count; i++) {
        const MirProjection *step = &l->edit->projections.items[place->projections.start + i];
        l->map[step->local.v] = 1;
    }
}

static void find_mentioned(Locals *l)
{
    MirEdit *edit = l->edit;
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        const MirEditBlock *block = &edit->blocks.items[i];
        for (uint32_t s = 0; s < block->statements.count; s++)
            mir_visit_statement(edit, &block->statements.items[s], mention, l);
        mir_visit_terminator(edit, &block->terminator, mention, l);
    }
}

static void renumber_storage(const Locals *l, MirStatement *s)
{
    MirLocalId *local = NULL;
    if (s->kind == MIR_STATEMENT_STORAGE_LIVE)
        local = &s->as.storage_live.local;
    if (s->kind == MIR_STATEMENT_STORAGE_DEAD)
        local = &s->as.storage_dead.local;
    if (!local)
        return;
    local->v = l->map[local->v];
    if (local->v == 0)
        s->kind = MIR_STATEMENT_NOP;
}

static void renumber(const Locals *l)
{
    MirEdit *edit = l->edit;
    for (uint32_t i = 1; i < edit->places.count; i++)
        edit->places.items[i].local.v = l->map[edit->places.items[i].local.v];
    for (uint32_t i = 0; i < edit->projections.count; i++)
        edit->projections.items[i].local.v = l->map[edit->projections.items[i].local.v];
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        MirEditBlock *block = &edit->blocks.items[i];
        for (uint32_t s = 0; s < block->statements.count; s++)
            renumber_storage(l, &block->statements.items[s]);
    }
}

/* Unreachable blocks are cleared, so that they mention nothing. */
static void clear_unreached(MirEdit *edit, Arena *scratch)
{
    Cfg cfg = { .edit = edit };
    cfg.ways_in = arena_alloc_zeroed(scratch, edit->blocks.count * sizeof *cfg.ways_in);
    u32_vec_init(&cfg.todo, scratch);
    count_ways(&cfg);
    for (uint32_t i = 1; i < edit->blocks.count; i++) {
        if (cfg.ways_in[i] > 0)
            continue;
        edit->blocks.items[i].statements.count = 0;
        edit->blocks.items[i].terminator = (MirTerminator){ .kind = MIR_TERMINATOR_UNREACHABLE };
    }
}

void mir_pass_unused_locals(MirEdit *edit)
{
    Arena *scratch = arena_new(edit->arena);
    clear_unreached(edit, scratch);
    Locals l = { .edit = edit };
    l.map = arena_alloc_zeroed(scratch, edit->locals.count * sizeof *l.map);
    find_mentioned(&l);
    uint32_t kept = 1, fixed = MIR_RETURN_LOCAL.v + edit->argument_count;
    l.map[0] = 0;
    for (uint32_t i = 1; i < edit->locals.count; i++) {
        if (i > fixed && l.map[i] == 0)
            continue;
        l.map[i] = kept;
        edit->locals.items[kept++] = edit->locals.items[i];
    }
    edit->locals.count = kept;
    renumber(&l);
    arena_free(scratch);
}

/* ---- the query ------------------------------------------------------------------------------- */

static void optimize(Job *job, const MirBody *from, MirBody *out)
{
    Interners *in = job_interners(job);
    bool is_anon = def_kind(in, from->owner) == DEF_ANON_CONST;
    TypingEnv env = { .env_or_none = is_anon ? def_parent(in, from->owner) : from->owner,
                      .mode = TYPING_CHECK };
    MirEdit edit;
    mir_edit_from_body(&edit, job_scratch(job), in, from);
    mir_pass_cleanup(job, env, &edit);
    mir_pass_simplify_cfg(&edit);
    mir_pass_copy_propagation(&edit);
    mir_pass_unused_locals(&edit);
    for (uint32_t i = 0; i < edit.promoteds.count; i++) {
        MirBody promoted;
        optimize(job, &from->promoteds[i], &promoted);
        edit.promoteds.items[i] = promoted;
    }
    mir_edit_finish(&edit, job_out(job), out);
    out->is_promoted = from->is_promoted;
#ifdef RSCC_DEBUG_ASSERTS
    mir_validate(in, out, MIR_PHASE_OPTIMIZED);
#endif
}

void mir_optimized_provide(Job *job, DefId key, MirBody *out)
{
    const MirBody *built = q_mir_built(job, key);
    if (built->has_error)
        *out = (MirBody){ .owner = key, .has_error = true };
    else
        optimize(job, built, out);
}
