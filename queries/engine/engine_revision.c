/* Revisions: setting inputs, the eager fact layer, dirty marks.
 *
 * From each node that changed, marks go up the reverse edges to everything that may be out of date,
 * except that they stop below eager nodes' dependents: an eager node that a mark reaches is
 * verified at once, in rounds, and marks go on from it only if it changed. While that goes on an
 * unmarked node may be out of date through an eager node that has not been looked at yet; so in the
 * eager phase no mark is trusted, and nodes are verified from their dependencies alone
 * (node_is_valid). After it come the eager nodes of ordered kinds, kind by kind: everything that
 * one of them reads has been looked at, so marks are trusted. */
#include "engine/engine_priv.h"

enum {
    REPAIR_ROUNDS_MAX = 3,
    SETTLE_END = UINT16_MAX, /* above all kinds */
};

/* ---- inputs ---- */

static void note_input_change(Engine *engine, Node *node, Durability durability)
{
    engine->next_revision = engine->revision + 1;
    node->changed = engine->next_revision;
    for (int d = 0; d <= (int)durability; d++)
        engine->last_changed[d] = engine->next_revision;
    node_vec_push(&engine->changed_inputs, node);
}

static void keep_input_bytes(Engine *engine, Node *node, const Encoder *e)
{
    encoded_value_release(node->encoded);
    node->encoded = NULL;
    node->flags &= (uint16_t)~(NODE_BLOB_DUE | NODE_BLOB_STORED);
    if (!engine->config.store || !(node_query(engine, node)->flags & QF_PERSIST))
        return;
    node->encoded = encoded_value_new(e->bytes, e->count);
    if (e->count > INLINE_VALUE_BYTES)
        node->flags |= NODE_BLOB_DUE;
}

/* The value as decoded from its own bytes: the engine's copy shares nothing with the caller's. */
static void store_input_value(Engine *engine, Node *node, const QueryInfo *query, const Encoder *e)
{
    Worker *worker = engine->workers[0];
    Arena *arena;
    void *value = value_decode(engine, query, e->bytes, e->count, &arena);
    rsc_assert(value != NULL);
    node_drop_value(worker, node);
    node_set_value(worker, node, arena, value);
}

static void set_input(Engine *engine, Node *node, const void *value, Durability durability)
{
    const QueryInfo *query = node_query(engine, node);
    Encoder *e = worker_encode(engine->workers[0], query, value);
    Fp fp = encoder_fingerprint(e, 0);
    bool same = node_has_memo(node) && fp_eq(fp, node->val_fp);
    Durability old_durability = (Durability)node->durability;
    node->durability = (uint8_t)durability;
    if (same && !atomic_load(&node->value)) /* at hand anyway */
        store_input_value(engine, node, query, e);
    if (same && durability >= old_durability)
        return;
    /* Dependents relied on the old durability, so both levels have to hear of the change. */
    note_input_change(engine, node,
                      node_has_memo(node) && old_durability > durability ? old_durability
                                                                         : durability);
    if (!same) {
        keep_input_bytes(engine, node, e);
        store_input_value(engine, node, query, e);
        node->val_fp = fp;
    }
    atomic_store(&node->verified, engine->next_revision);
    atomic_store(&node->state, NODE_GREEN);
    engine_note_unsaved(engine, node);
}

void engine_input_set(Engine *engine, QueryKind kind, const QueryKey *key, const void *value,
                      Durability durability)
{
    rsc_assert(engine->in_revision);
    rsc_assert(engine_query(engine, kind)->flags & QF_INPUT);
    Node *node = node_intern(engine, &engine->workers[0]->encoder, kind, key);
    node->flags |= NODE_SET_INPUT;
    set_input(engine, node, value, durability);
}

static void reload_input(Engine *engine, Node *node)
{
    const InputOps *input = &engine->config.input;
    if (!input->load)
        return;
    Arena *arena = arena_new(NULL);
    void *value = arena_alloc_zeroed(arena, node_query(engine, node)->value->bytes);
    input->load(input->context, engine, node->kind, &node->key, arena, value);
    node->flags &= (uint16_t)~NODE_SET_INPUT;
    set_input(engine, node, value, (Durability)node->durability);
    arena_free(arena);
}

void engine_input_reload(Engine *engine, QueryKind kind, const QueryKey *key)
{
    rsc_assert(engine->in_revision);
    rsc_assert(engine_query(engine, kind)->flags & QF_INPUT);
    reload_input(engine, node_intern(engine, &engine->workers[0]->encoder, kind, key));
}

void engine_for_each_input(Engine *engine, EngineInputFn fn, void *context)
{
    NodeVec inputs;
    node_vec_init(&inputs, NULL);
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (!(node->flags & NODE_FREE) && (node_query(engine, node)->flags & QF_INPUT) &&
            node_has_memo(node))
            node_vec_push(&inputs, node);
    }
    node_vec_sort(&inputs);
    for (uint32_t i = 0; i < inputs.count; i++) {
        const Node *node = inputs.items[i];
        fn(context, node->kind, &node->key, node->val_fp);
    }
    node_vec_release(&inputs);
}

/* ---- marks ---- */

typedef struct {
    NodeVec work;
    NodeVec eager; /* marked eager nodes, to be verified in the next round */
} Marks;

static void mark(Engine *engine, Marks *marks, Node *node, bool stop_at_eager)
{
    uint32_t verified = atomic_load_explicit(&node->verified, memory_order_relaxed);
    if (verified == engine->revision || atomic_load(&node->state) != NODE_GREEN)
        return;
    atomic_store(&node->verified, engine->revision - 1);
    atomic_store(&node->state, NODE_MARKED);
    bool eager = (node_query(engine, node)->flags & QF_EAGER) != 0;
    if (eager && stop_at_eager && node_is_ordered(engine, node))
        engine_note_late(engine, node);
    else
        node_vec_push(eager && stop_at_eager ? &marks->eager : &marks->work, node);
}

static void mark_above(Engine *engine, Marks *marks, const Node *changed, bool stop_at_eager)
{
    for (uint32_t i = 0; i < changed->dependent_count; i++)
        mark(engine, marks, node_at(engine, changed->dependents[i]), stop_at_eager);
    while (marks->work.count > 0) {
        const Node *node = node_vec_pop(&marks->work);
        for (uint32_t i = 0; i < node->dependent_count; i++)
            mark(engine, marks, node_at(engine, node->dependents[i]), stop_at_eager);
    }
}

/* Side results are not part of a fingerprint: an eager node may gain some without a change that
 * marks its dependents. */
static void spread_deep(Engine *engine, Node *node)
{
    NodeVec work;
    node_vec_init(&work, NULL);
    node_vec_push(&work, node);
    while (work.count > 0) {
        const Node *from = node_vec_pop(&work);
        for (uint32_t i = 0; i < from->dependent_count; i++) {
            Node *dependent = node_at(engine, from->dependents[i]);
            if (dependent->deep)
                continue;
            dependent->deep = true;
            node_vec_push(&work, dependent);
        }
    }
    node_vec_release(&work);
}

void engine_spread_deep(Engine *engine, const NodeVec *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        if (nodes->items[i]->deep)
            spread_deep(engine, nodes->items[i]);
    }
}

/* ---- the eager phase ---- */

typedef struct {
    Engine *engine;
    Marks *marks;
    QueryKind end; /* of ordered nodes: the kinds below it are looked at */
} EagerPhase;

static void verify_eager(Job *job, uint32_t index, void *argument)
{
    const NodeVec *round = argument;
    job_fetch(job, round->items[index], NEED_GREEN);
}

/* Links what the round executed, and marks from what changed. */
static void after_round(Engine *engine, Marks *marks)
{
    NodeVec finished;
    node_vec_init(&finished, NULL);
    engine_link_finished(engine, &finished);
    engine_spread_deep(engine, &finished);
    for (uint32_t i = 0; i < finished.count; i++) {
        if (finished.items[i]->changed == engine->revision)
            mark_above(engine, marks, finished.items[i], true);
    }
    node_vec_release(&finished);
}

/* After an overflow or a cancellation: what could not be verified is treated as changed. */
static void give_up(Engine *engine, Marks *marks, const NodeVec *round)
{
    for (uint32_t i = 0; i < round->count; i++)
        mark_above(engine, marks, round->items[i], false);
}

static void run_rounds(Job *job, void *argument)
{
    const EagerPhase *phase = argument;
    Engine *engine = phase->engine;
    Marks *marks = phase->marks;
    while (marks->eager.count > 0) {
        NodeVec round = marks->eager;
        node_vec_init(&marks->eager, NULL);
        job_parallel_for(job, round.count, verify_eager, &round);
        if (job_cancelled(job))
            give_up(engine, marks, &round);
        after_round(engine, marks);
        node_vec_release(&round);
    }
}

static void begin_step(Engine *engine, EngineRequest *step)
{
    EngineRequest *owner = step->owner = engine->step_owner;
    pthread_mutex_lock(&engine->lock);
    engine->step = step;
    if (owner && atomic_load(&owner->cancelled))
        request_cancel_locked(step);
    pthread_mutex_unlock(&engine->lock);
    if (owner && atomic_load(&owner->cancel_countdown) >= 0)
        engine_request_cancel_at(step, (uint32_t)atomic_load(&owner->cancel_countdown));
}

static void end_step(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    EngineRequest *step = engine->step;
    engine->step = NULL;
    pthread_mutex_unlock(&engine->lock);
    if (step->owner) /* a hostile hook goes on counting */
        atomic_store(&step->owner->cancel_countdown, atomic_load(&step->cancel_countdown));
    step->owner = NULL;
}

/* Runs a part of a revision as a request of the engine's own; what it did is counted with the next
 * request. */
static void run_step(Engine *engine, void (*root)(Job *job, void *argument), Marks *marks,
                     QueryKind end)
{
    EngineRequest *step = engine_request_new(engine);
    step->internal = true;
    begin_step(engine, step);
    EagerPhase phase = { engine, marks, end };
    request_run_root(step, root, &phase);
    request_gather(step);
    end_step(engine);
    if (atomic_load(&step->left_results))
        atomic_store(&engine->something_due, true);
    if (engine->revision_request)
        request_take_revision_step(step, engine->revision_request);
    engine_request_free(engine->revision_request);
    engine->revision_request = step;
}

static void run_eager_phase(Engine *engine, Marks *marks)
{
    if (marks->eager.count == 0)
        return;
    engine->eager_phase = true;
    run_step(engine, run_rounds, marks, 0);
    engine->eager_phase = false;
}

/* ---- ordered eager nodes ---- */

void engine_note_late(Engine *engine, Node *node)
{
    if (node->flags & NODE_LATE)
        return;
    node->flags |= NODE_LATE;
    node_vec_push(&engine->late, node);
}

void engine_forget_late(Engine *engine, Node *node)
{
    if (!(node->flags & NODE_LATE))
        return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < engine->late.count; i++) {
        if (engine->late.items[i] != node)
            engine->late.items[kept++] = engine->late.items[i];
    }
    engine->late.count = kept;
}

static QueryKind lowest_kind(const Engine *engine)
{
    QueryKind lowest = UINT16_MAX;
    for (uint32_t i = 0; i < engine->late.count; i++) {
        if (engine->late.items[i]->kind < lowest)
            lowest = engine->late.items[i]->kind;
    }
    return lowest;
}

/* Takes the nodes of the lowest kind out of the list: what they depend on is below every node that
 * is still in it, so marks can be trusted there. */
static NodeVec take_kind(Engine *engine, QueryKind kind)
{
    NodeVec taken;
    node_vec_init(&taken, NULL);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < engine->late.count; i++) {
        Node *node = engine->late.items[i];
        if (node->kind != kind) {
            engine->late.items[kept++] = node;
            continue;
        }
        node->flags &= (uint16_t)~NODE_LATE;
        node_vec_push(&taken, node);
    }
    engine->late.count = kept;
    node_vec_sort(&taken);
    return taken;
}

/* A round that was cut short. In engine_settle it waits for the next one, which after an overflow
 * would fare no better; requests on a revision do not wait for its rest. */
static bool put_back(const EagerPhase *phase, const Job *job, const NodeVec *round)
{
    Engine *engine = phase->engine;
    if (engine->in_revision || job->request->overflowed) {
        give_up(engine, phase->marks, round);
        return false;
    }
    for (uint32_t i = 0; i < round->count; i++) {
        if (atomic_load(&round->items[i]->state) != NODE_GREEN)
            engine_note_late(engine, round->items[i]);
    }
    return true;
}

static void ordered_rounds(Job *job, void *argument)
{
    const EagerPhase *phase = argument;
    QueryKind done = 0;
    for (QueryKind kind; (kind = lowest_kind(phase->engine)) < phase->end;) {
        rsc_assert(kind > done); /* a kind reads lower ones only */
        done = kind;
        NodeVec round = take_kind(phase->engine, kind);
        job_parallel_for(job, round.count, verify_eager, &round);
        bool is_put_back = job_cancelled(job) && put_back(phase, job, &round);
        after_round(phase->engine, phase->marks);
        node_vec_release(&round);
        if (is_put_back)
            return;
    }
}

/* The first kind that a revision step leaves alone. */
static QueryKind end_of_revision_step(const Engine *engine)
{
    QueryKind first_late = engine->config.first_late_kind;
    return first_late ? first_late : SETTLE_END;
}

/* Looks at the ordered nodes of the kinds below `end`. */
static void run_ordered(Engine *engine, Marks *marks, QueryKind end)
{
    if (lowest_kind(engine) >= end)
        return;
    run_step(engine, ordered_rounds, marks, end);
    rsc_assert(marks->eager.count == 0);
}

bool engine_settle(Engine *engine, EngineRequest *owner)
{
    engine_exclusive_begin(engine);
    if (engine->late_closed) {
        engine->late_closed = false;
        engine->step_owner = owner;
        engine_link_finished(engine, NULL);
        Marks marks = { 0 };
        run_ordered(engine, &marks, SETTLE_END);
        node_vec_release(&marks.work);
        node_vec_release(&marks.eager);
        engine->step_owner = NULL;
        engine->late_closed = engine->late.count > 0;
    }
    bool settled = !engine->late_closed;
    engine_exclusive_end(engine);
    return settled;
}

/* ---- the step ---- */

void engine_revision_begin(Engine *engine)
{
    engine_exclusive_begin(engine);
    engine->in_revision = true;
    engine->next_revision = engine->revision;
    engine_link_finished(engine, NULL);
}

void engine_revision_owner(Engine *engine, EngineRequest *owner)
{
    rsc_assert(engine->in_revision);
    engine->step_owner = owner;
}

/* Values that turned out not to be what their memos say: inputs are read again, others are executed
 * anew. */
static void repair_outdated(Engine *engine)
{
    NodeVec outdated = engine->outdated;
    node_vec_init(&engine->outdated, NULL);
    for (uint32_t i = 0; i < outdated.count; i++) {
        Node *node = outdated.items[i];
        bool is_input = (node_query(engine, node)->flags & QF_INPUT) != 0;
        if (is_input && (node->flags & NODE_SET_INPUT))
            continue; /* whoever set it has to set it again */
        if (is_input) {
            node_drop_value(engine->workers[0], node);
            reload_input(engine, node);
        } else if (!(node->flags & NODE_FORCED) || atomic_load(&node->state) != NODE_MARKED) {
            node->flags |= NODE_FORCED;
            note_input_change(engine, node, DURABILITY_HIGH);
            atomic_store(&node->state, NODE_MARKED);
            atomic_store(&node->verified, engine->revision);
        }
    }
    node_vec_release(&outdated);
}

bool engine_revision_is_due(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    bool is_due = engine->outdated.count > 0;
    pthread_mutex_unlock(&engine->lock);
    return is_due;
}

static void make_revision(Engine *engine)
{
    Marks marks = { 0 };
    engine->revision = engine->next_revision;
    atomic_store(&engine->known_revision, engine->revision);
    for (uint32_t i = 0; i < engine->changed_inputs.count; i++)
        mark_above(engine, &marks, engine->changed_inputs.items[i], true);
    node_vec_clear(&engine->changed_inputs);
    run_eager_phase(engine, &marks);
    run_ordered(engine, &marks, end_of_revision_step(engine));
    node_vec_release(&marks.work);
    node_vec_release(&marks.eager);
}

uint32_t engine_revision_end(Engine *engine)
{
    rsc_assert(engine->in_revision);
    repair_outdated(engine);
    for (int i = 0; i < REPAIR_ROUNDS_MAX && engine->next_revision != engine->revision; i++) {
        make_revision(engine);
        repair_outdated(engine);
    }
    engine->late_closed = engine->late.count > 0;
    engine->step_owner = NULL;
    engine->in_revision = false;
    uint32_t revision = engine->revision;
    engine_exclusive_end(engine);
    return revision;
}
