/* Scopes: what lives how long, on every way out. */
#include "mir/mir_priv.h"

void build_push_scope(MirBuild *b)
{
    BuildScope scope;
    scope_drop_vec_init(&scope.drops, b->arena);
    build_scope_vec_push(&b->scopes, scope);
}

static void emit_drop(MirBuild *b, const ScopeDrop *drop, MirBlockId unwind, uint32_t span)
{
    if (!drop->is_value) {
        MirStatement dead = { .kind = MIR_STATEMENT_STORAGE_DEAD,
                              .as.storage_dead.local = drop->local };
        build_statement(b, dead, span);
        return;
    }
    MirBlockId next = build_new_block(b);
    MirTerminator terminator = {
        .kind = MIR_TERMINATOR_DROP,
        .as.drop = { .place = build_place_of(b, drop->local), .target = next, .unwind = unwind }
    };
    mir_edit_terminate(&b->edit, b->block, terminator, build_source(b, span));
    b->block = next;
}

/* ---- unwinding ------------------------------------------------------------------------------- */

static MirBlockId resume_block(MirBuild *b)
{
    MirBlockId block = mir_edit_block(&b->edit, true);
    mir_edit_terminate(&b->edit, block, (MirTerminator){ .kind = MIR_TERMINATOR_UNWIND_RESUME },
                       build_source(b, 0));
    return block;
}

static MirBlockId cleanup_drop(MirBuild *b, const ScopeDrop *drop, MirBlockId next)
{
    MirBlockId block = mir_edit_block(&b->edit, true);
    MirTerminator terminator = { .kind = MIR_TERMINATOR_DROP,
                                 .as.drop = { .place = build_place_of(b, drop->local),
                                              .target = next } };
    mir_edit_terminate(&b->edit, block, terminator, build_source(b, drop->span));
    return block;
}

/* The chain of drops from drop `index` of the scope at `depth` outwards. Blocks are kept with the
 * drops, so each is made once. */
static MirBlockId unwind_from(MirBuild *b, uint32_t depth, uint32_t index)
{
    MirBlockId next = mir_block_id_none();
    for (uint32_t d = 0; d < depth; d++) {
        ScopeDropVec *drops = &b->scopes.items[d].drops;
        uint32_t end = d + 1 == depth ? index : drops->count;
        for (uint32_t i = 0; i < end; i++) {
            ScopeDrop *drop = &drops->items[i];
            if (!drop->is_value)
                continue;
            if (mir_block_id_is_none(drop->cleanup)) {
                if (mir_block_id_is_none(next))
                    next = resume_block(b);
                drop->cleanup = cleanup_drop(b, drop, next);
            }
            next = drop->cleanup;
        }
    }
    return next;
}

MirBlockId build_unwind(MirBuild *b)
{
    uint32_t depth = build_depth(b);
    return unwind_from(b, depth, depth ? b->scopes.items[depth - 1].drops.count : 0);
}

/* ---- ending ---------------------------------------------------------------------------------- */

static void end_scope(MirBuild *b, uint32_t depth, uint32_t span)
{
    for (uint32_t i = b->scopes.items[depth - 1].drops.count; i-- > 0;) {
        ScopeDrop drop = b->scopes.items[depth - 1].drops.items[i];
        MirBlockId unwind = drop.is_value ? unwind_from(b, depth, i) : mir_block_id_none();
        emit_drop(b, &drop, unwind, span);
    }
}

void build_pop_scope(MirBuild *b, uint32_t span)
{
    end_scope(b, build_depth(b), span);
    b->scopes.count--;
}

void build_exit(MirBuild *b, Exit exit, uint32_t span)
{
    rsc_assert(exit.depth <= build_depth(b));
    for (uint32_t depth = build_depth(b); depth > exit.depth; depth--)
        end_scope(b, depth, span);
    build_goto(b, exit.block, span);
    build_diverge(b);
}

uint32_t build_begin_temps(MirBuild *b)
{
    uint32_t outer = b->temp_depth;
    build_push_scope(b);
    b->temp_depth = build_depth(b);
    return outer;
}

void build_end_temps(MirBuild *b, uint32_t outer, uint32_t span)
{
    rsc_assert(b->temp_depth == build_depth(b));
    build_pop_scope(b, span);
    b->temp_depth = outer;
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* What was cached for scopes inside assumed that nothing is added further out. */
static void forget_cleanups(MirBuild *b, uint32_t depth)
{
    for (uint32_t d = depth; d < build_depth(b); d++) {
        ScopeDropVec *drops = &b->scopes.items[d].drops;
        for (uint32_t i = 0; i < drops->count; i++)
            drops->items[i].cleanup = mir_block_id_none();
    }
}

void build_schedule(MirBuild *b, MirLocalId local, uint32_t depth, uint32_t span)
{
    if (depth == 0)
        return;
    rsc_assert(depth <= build_depth(b));
    MirLocal record = *mir_local_vec_at(&b->edit.locals, local.v);
    ScopeDropVec *drops = &b->scopes.items[depth - 1].drops;
    if (!record.is_argument)
        scope_drop_vec_push(drops, (ScopeDrop){ .local = local, .span = span });
    if (!ty_needs_drop(b->job, b->env, record.ty))
        return;
    scope_drop_vec_push(drops, (ScopeDrop){ .local = local, .is_value = true, .span = span });
    forget_cleanups(b, depth);
    const Ty *ty = ty_get(b->in, record.ty);
    if (!ty->has_param && !ty->has_projection)
        build_unsupported(b, span, "a value whose type implements Drop");
}

void build_storage(MirBuild *b, MirLocalId local, uint32_t depth, uint32_t span)
{
    MirStatement live = { .kind = MIR_STATEMENT_STORAGE_LIVE, .as.storage_live.local = local };
    build_statement(b, live, span);
    build_schedule(b, local, depth, span);
}
