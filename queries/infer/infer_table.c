/* Variables, their classes and values, snapshots. */
#include "infer/infer.h"
#include "infer/infer_priv.h"

Infer *infer_new(Job *job, Arena *arena)
{
    Infer *infer = arena_new_object(arena, Infer);
    infer->job = job;
    infer->in = job_interners(job);
    for (int i = 0; i < TABLE_COUNT; i++)
        variable_vec_init(&infer->tables[i], arena);
    undo_vec_init(&infer->undo, arena);
    infer->walk = arena_new_object(arena, InferWalk);
    u32_vec_init(&infer->walk->seen, arena);
    u32_vec_init(&infer->walk->value, arena);
    return infer;
}

/* ---- variables ---- */

static uint32_t new_variable(Infer *infer, uint32_t table, InferOrigin origin)
{
    return variable_vec_push(&infer->tables[table], (Variable){ .origin = origin });
}

TyId infer_new_ty(Infer *infer, InferOrigin origin)
{
    return ty_infer(infer->in, INFER_TY, new_variable(infer, INFER_TY, origin));
}

TyId infer_new_int(Infer *infer)
{
    return ty_infer(infer->in, INFER_INT, new_variable(infer, INFER_INT, (InferOrigin){ 0 }));
}

TyId infer_new_float(Infer *infer)
{
    return ty_infer(infer->in, INFER_FLOAT, new_variable(infer, INFER_FLOAT, (InferOrigin){ 0 }));
}

ConstId infer_new_const(Infer *infer, TyId ty, InferOrigin origin)
{
    return const_intern(infer->in,
                        (ConstRecord){ .kind = CONST_INFER,
                                       .ty = ty.v,
                                       .index_or_def = new_variable(infer, TABLE_CONST, origin) });
}

uint32_t infer_count(const Infer *infer, InferKind kind)
{
    return infer->tables[kind].count;
}

static const Variable *variable_of(const Infer *infer, TyId ty)
{
    const Ty *record = ty_get(infer->in, ty);
    rsc_assert(record->kind == TY_INFER);
    return infer_variable(infer, record->as.infer.kind, record->as.infer.variable);
}

InferOrigin infer_origin(const Infer *infer, TyId variable)
{
    return variable_of(infer, variable)->origin;
}

InferOrigin infer_const_origin(const Infer *infer, ConstId variable)
{
    ConstRecord record = const_get(infer->in, variable);
    rsc_assert(record.kind == CONST_INFER);
    return infer_variable(infer, TABLE_CONST, record.index_or_def)->origin;
}

uint32_t infer_root(const Infer *infer, uint32_t table, uint32_t variable)
{
    const Variable *v = infer_variable(infer, table, variable);
    while (v->parent) {
        variable = v->parent - 1;
        v = infer_variable(infer, table, variable);
    }
    return variable;
}

Variable *infer_touch(Infer *infer, uint32_t table, uint32_t index)
{
    Variable *variable = variable_vec_at(&infer->tables[table], index);
    if (infer->open_snapshots)
        undo_vec_push(&infer->undo, (Undo){ (uint8_t)table, index, *variable });
    return variable;
}

void infer_mark_diverging(Infer *infer, TyId variable)
{
    const Ty *record = ty_get(infer->in, infer_shallow(infer, variable));
    if (record->kind == TY_INFER && record->as.infer.kind == INFER_TY)
        infer_touch(infer, INFER_TY, record->as.infer.variable)->is_diverging = true;
}

bool infer_is_diverging(const Infer *infer, TyId variable)
{
    TyId root = infer_shallow(infer, variable);
    return ty_kind(infer->in, root) == TY_INFER && variable_of(infer, root)->is_diverging;
}

/* ---- what variables stand for ---- */

TyId infer_shallow(const Infer *infer, TyId ty)
{
    const Ty *record = ty_get(infer->in, ty);
    while (record->kind == TY_INFER) {
        InferKind kind = (InferKind)record->as.infer.kind;
        uint32_t root = infer_root(infer, kind, record->as.infer.variable);
        uint32_t value = infer_variable(infer, kind, root)->value;
        if (value == 0)
            return ty_infer(infer->in, kind, root);
        ty = ty_id_make(value); /* an integer variable, or a type */
        record = ty_get(infer->in, ty);
    }
    return ty;
}

ConstId infer_shallow_const(const Infer *infer, ConstId konst)
{
    ConstRecord record = const_get(infer->in, konst);
    if (record.kind != CONST_INFER)
        return konst;
    uint32_t root = infer_root(infer, TABLE_CONST, record.index_or_def);
    uint32_t value = infer_variable(infer, TABLE_CONST, root)->value;
    if (value)
        return const_id_make(value);
    record.index_or_def = root;
    return const_intern(infer->in, record);
}

void infer_walk_begin(const Infer *infer)
{
    InferWalk *walk = infer->walk;
    if (++walk->walk == 0) { /* numbers begin again: nothing may look seen */
        walk->seen.count = walk->value.count = 0;
        walk->walk = 1;
    }
    while (walk->seen.count < infer->tables[INFER_TY].count) {
        u32_vec_push(&walk->seen, 0);
        u32_vec_push(&walk->value, 0);
    }
}

bool infer_walk_seen(const Infer *infer, uint32_t root, uint32_t *value)
{
    const InferWalk *walk = infer->walk;
    *value = walk->value.items[root];
    return walk->seen.items[root] == walk->walk;
}

void infer_walk_note(const Infer *infer, uint32_t root, uint32_t value)
{
    infer->walk->seen.items[root] = infer->walk->walk;
    infer->walk->value.items[root] = value;
}

static TyId resolve_ty(TyFolder *folder, TyId ty)
{
    const Infer *infer = folder->context;
    const Ty *record = ty_get(folder->in, ty);
    if (!record->has_infer)
        return ty;
    TyId known = infer_shallow(infer, ty);
    if (ty_kind(folder->in, known) == TY_INFER)
        return known;
    if (record->kind != TY_INFER || record->as.infer.kind != INFER_TY)
        return ty_fold_children(folder, known);
    uint32_t root = infer_root(infer, INFER_TY, record->as.infer.variable), value;
    if (!infer_walk_seen(infer, root, &value)) {
        value = ty_fold_children(folder, known).v;
        infer_walk_note(infer, root, value);
    }
    return ty_id_make(value);
}

static ConstId resolve_const(TyFolder *folder, ConstId konst)
{
    return const_fold_children(folder, infer_shallow_const(folder->context, konst));
}

static TyFolder resolver(const Infer *infer)
{
    infer_walk_begin(infer);
    return (TyFolder){ .in = infer->in,
                       .fold_ty = resolve_ty,
                       .fold_const = resolve_const,
                       .context = (void *)infer };
}

TyId infer_resolve(const Infer *infer, TyId ty)
{
    TyFolder folder = resolver(infer);
    return ty_fold(&folder, ty);
}

ArgsId infer_resolve_args(const Infer *infer, ArgsId args)
{
    TyFolder folder = resolver(infer);
    return args_fold(&folder, args);
}

ConstId infer_resolve_const(const Infer *infer, ConstId konst)
{
    TyFolder folder = resolver(infer);
    return const_fold(&folder, konst);
}

/* ---- snapshots ---- */

InferSnapshot infer_snapshot(Infer *infer)
{
    infer->open_snapshots++;
    return (InferSnapshot){ infer->undo.count, infer->tables[INFER_TY].count,
                            infer->tables[INFER_INT].count, infer->tables[INFER_FLOAT].count,
                            infer->tables[TABLE_CONST].count };
}

void infer_rollback(Infer *infer, InferSnapshot snapshot)
{
    rsc_assert(infer->open_snapshots > 0 && infer->undo.count >= snapshot.undo_count);
    infer->open_snapshots--;
    while (infer->undo.count > snapshot.undo_count) {
        Undo undo = undo_vec_pop(&infer->undo);
        *variable_vec_at(&infer->tables[undo.table], undo.index) = undo.before;
    }
    infer->tables[INFER_TY].count = snapshot.ty_count;
    infer->tables[INFER_INT].count = snapshot.int_count;
    infer->tables[INFER_FLOAT].count = snapshot.float_count;
    infer->tables[TABLE_CONST].count = snapshot.const_count;
}

void infer_commit(Infer *infer, InferSnapshot snapshot)
{
    rsc_assert(infer->open_snapshots > 0 && infer->undo.count >= snapshot.undo_count);
    infer->open_snapshots--;
    if (infer->open_snapshots == 0)
        undo_vec_clear(&infer->undo);
}
