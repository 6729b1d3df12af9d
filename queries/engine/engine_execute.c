/* Execution: running a provider and making its memo. */
#include "engine/engine_priv.h"

/* ---- running ---- */

/* For crash reports. Reading interned things takes no lock. */
static void describe_run(const void *argument, Text *out)
{
    const Job *run = argument;
    text_add_char(out, '(');
    node_query(run->engine, run->node)
        ->key->describe(run->engine->config.interners, &run->node->key, out);
    text_add_char(out, ')');
}

static void provide(Job *run, const QueryInfo *query, void *out)
{
    Engine *engine = run->engine;
    const InputOps *input = &engine->config.input;
    if (!(query->flags & QF_INPUT))
        query->provide(run, &run->node->key, out);
    else if (input->load)
        input->load(input->context, engine, run->node->kind, &run->node->key, run->out, out);
}

void *node_run_provider(Job *run, Arena **arena)
{
    const QueryInfo *query = node_query(run->engine, run->node);
    run->out = arena_new_small(NULL);
    void *out = arena_alloc_zeroed(run->out, query->value->bytes);
    CrashFrame crash = { NULL, query->name, describe_run, run };
    crash_frame_push(&crash);
    provide(run, query, out);
    crash_frame_pop(&crash);
    *arena = run->out;
    run->out = NULL;
    if (atomic_load(&run->cycle))
        run->stop = STOP_CYCLE;
    if (run->stop == STOP_NONE)
        return out;
    arena_free(*arena);
    *arena = NULL;
    return NULL;
}

Encoder *worker_encode(Worker *worker, const QueryInfo *query, const void *value)
{
    enum { KEPT_BUCKETS = 256, KEPT_BYTES = 1 << 20 };
    Encoder *e = &worker->encoder;
    if (e->dictionary.bucket_count > KEPT_BUCKETS || e->capacity > KEPT_BYTES) {
        encoder_release(e);
        encoder_init(e, NULL, worker->engine->config.interners, ENCODE_CANONICAL);
    }
    e->count = 0;
    if (e->dictionary.key_bytes)
        map_clear(&e->dictionary);
    query->value->encode(e, value);
    return e;
}

/* ---- the memo ---- */

void job_note_finished(Job *run, Finished finished)
{
    finished_vec_push(&run->worker->finished, finished);
    atomic_bool *left = &run->request->left_results;
    if (!atomic_load_explicit(left, memory_order_relaxed)) /* the line stays shared */
        atomic_store_explicit(left, true, memory_order_relaxed);
}

void node_set_deps(Job *run, const uint32_t *words, uint32_t count)
{
    Node *node = run->node;
    Finished finished = { .node = node };
    if (count != node->dep_words || (count && memcmp(words, node->deps, count * sizeof *words))) {
        finished.relink = true;
        finished.old_deps = node->deps;
        finished.old_words = node->dep_words;
        finished.old_in_slab = (node->flags & NODE_SLAB_DEPS) != 0;
        node->deps = NULL;
        if (count) {
            node->deps = heap_alloc(count * sizeof *words);
            memcpy(node->deps, words, count * sizeof *words);
        }
        counter_add(&run->worker->edges, (int64_t)count - node->dep_words);
        node->dep_words = count;
        node->flags &= (uint16_t)~NODE_SLAB_DEPS;
    }
    job_note_finished(run, finished);
}

uint8_t node_summarize_deps(const Engine *engine, const Node *node, bool *deep)
{
    uint8_t durability = DURABILITY_HIGH;
    for (uint32_t i = 0; i < node->dep_words; i++) {
        if (node->deps[i] & DEP_MARK)
            continue;
        const Node *dep = node_at(engine, node->deps[i]);
        if (dep->durability < durability)
            durability = dep->durability;
        *deep |= dep->deep;
    }
    return durability;
}

void node_keep_encoded(Node *node, const Encoder *e)
{
    encoded_value_release(node->encoded);
    node->encoded = encoded_value_new(e->bytes, e->count);
    node->flags &= (uint16_t)~(NODE_BLOB_STORED | NODE_BLOB_DUE);
    if (e->count > INLINE_VALUE_BYTES)
        node->flags |= NODE_BLOB_DUE;
}

/* The bytes are kept until the store has them; small ones for as long as the node lives, because
 * the store cannot give them back one by one. */
static void keep_encoded(Engine *engine, Node *node, const Encoder *e, bool same_value)
{
    if (!query_stores_value(node_query(engine, node)) || !engine->config.store)
        return;
    if (same_value && (node->encoded || (node->flags & NODE_BLOB_STORED)))
        return;
    node_keep_encoded(node, e);
}

static void replace_side(Node *node, SideList *side)
{
    heap_free(node->side);
    node->side = side;
}

/* Early cutoff: the value is what it was, so dependents need not look. Not if it depends on
 * something less durable than before: a dependent's shallow check would rest on the old durability.
 * Not for a member of a cycle: its dependents ran with an error. */
bool node_cuts_off(const Node *node, Fp fp, uint8_t durability)
{
    return node_has_memo(node) && fp_eq(node->val_fp, fp) && !(node->flags & NODE_IN_CYCLE) &&
           durability >= node->durability;
}

static bool commit(Job *run, Arena *arena, const void *out)
{
    Engine *engine = run->engine;
    Node *node = run->node;
    const QueryInfo *query = node_query(engine, node);
    QueryCounters *counters = &run->slice->counters[node->kind];
    bool hashed = !(query->flags & QF_NO_HASH);
    Fp fp = { 0, 0 };
    bool same_value = false;
    if (hashed) {
        Encoder *e = worker_encode(run->worker, query, out);
        fp = encoder_fingerprint(e, 0);
        counters->bytes += e->count;
        same_value = node_has_memo(node) && fp_eq(node->val_fp, fp);
        keep_encoded(engine, node, e, same_value);
    }
    node_drop_value(run->worker, node);
    node_set_value(run->worker, node, arena, out);
    replace_side(node, frame_side_list(run->frame));
    node_set_deps(run, run->frame->deps.items, run->frame->deps.count);
    bool deep = node->side != NULL;
    uint8_t durability = (query->flags & QF_INPUT) ? (uint8_t)DURABILITY_LOW
                                                   : node_summarize_deps(engine, node, &deep);
    bool unchanged = hashed && node_cuts_off(node, fp, durability);
    if (!unchanged)
        node->changed = engine->revision;
    counters->cutoff += unchanged;
    node->val_fp = fp;
    node->durability = durability;
    node->deep = deep;
    node->flags &= (uint16_t)~(NODE_IN_CYCLE | NODE_FORCED);
    atomic_store_explicit(&node->verified, engine->revision, memory_order_release);
    if (query->flags & QF_EXPENSIVE)
        node_history_record(engine, node);
    return !unchanged;
}

bool node_execute(Job *run, ExecutionReason reason, const Node *cause)
{
    uint32_t trace = trace_begin(run, reason, cause);
    run->mode = RUN_EXECUTE;
    Arena *arena;
    void *out = node_run_provider(run, &arena);
    bool changed = true;
    if (out)
        changed = commit(run, arena, out);
    else if (run->stop == STOP_CYCLE)
        node_finish_cycle(run);
    bool finished = out || run->stop == STOP_CYCLE;
    trace_end(run, trace, changed, !finished);
    return finished;
}

/* ---- members of cycles ---- */

/* The dependencies up to and with the one that closed the cycle: what an edit has to touch for the
 * cycle to go away. Kept flat, for a parallel group may have been cut off in the middle. */
static void set_cycle_deps(Job *run)
{
    Frame *frame = run->frame;
    if (run->mode == RUN_VERIFY) {
        frame_give(run->worker, frame);
        frame = run->frame = frame_take(run->worker);
        for (uint32_t i = 0; i < run->prefix_words; i++) {
            if (!(run->prefix[i] & DEP_MARK))
                frame_add_dep(frame, run->prefix[i]);
        }
    }
    node_set_deps(run, frame->deps.items, frame->deps.count);
}

/* One member tells the user. Only the cycle as such decides what is said, so what members emitted
 * on the way is dropped. */
static SideList *cycle_side_list(Job *run, const Cycle *cycle)
{
    const CycleMember *first = &cycle->members[0];
    CycleFn handler = run->engine->cycle_handler;
    bool is_first = first->kind == run->node->kind &&
                    memcmp(&first->key, &run->node->key, sizeof first->key) == 0;
    frame_clear_side(run->frame);
    if (!is_first || !handler)
        return NULL;
    handler(run, cycle->members, cycle->count);
    return frame_side_list(run->frame);
}

static void set_error_memo(Job *run, const Cycle *cycle)
{
    Engine *engine = run->engine;
    Node *node = run->node;
    const QueryInfo *query = node_query(engine, node);
    set_cycle_deps(run);
    SideList *side = cycle_side_list(run, cycle);
    node_drop_value(run->worker, node);
    node_set_value(run->worker, node, NULL, query->value->error_value);
    replace_side(node, side);
    encoded_value_release(node->encoded);
    node->encoded = NULL;
    node->val_fp = (Fp){ 0, 0 };
    if (!(query->flags & QF_NO_HASH))
        node->val_fp =
            encoder_fingerprint(worker_encode(run->worker, query, query->value->error_value), 0);
    node->durability = DURABILITY_LOW;
    node->deep = true;
    node->changed = engine->revision;
    node->flags &= (uint16_t)~(NODE_FORCED | NODE_BLOB_DUE | NODE_BLOB_STORED);
    node->flags |= NODE_IN_CYCLE;
}

void node_finish_cycle(Job *run)
{
    Cycle *cycle = atomic_load(&run->cycle);
    if (run->mode == RUN_IGNORE) {
        engine_value_mismatch(run, (Fp){ 0, 0 });
        run->stop = STOP_CANCELLED;
        atomic_store(&run->cycle, NULL);
        cycle_leave(run->engine, cycle);
        return;
    }
    if (!cycle->unchanged)
        set_error_memo(run, cycle);
    atomic_store_explicit(&run->node->verified, run->engine->revision, memory_order_release);
}
