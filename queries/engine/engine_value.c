/* Values of green nodes that are not in memory: decoded from the store, or made again by the
 * provider, which has to give the value whose fingerprint the memo has. */
#include "engine/engine_priv.h"

enum { REPORTED_BUGS_MAX = 32 };

void *value_decode(Engine *engine, const QueryInfo *query, const void *bytes, size_t count,
                   Arena **arena)
{
    *arena = arena_new_small(NULL);
    void *value = arena_alloc_zeroed(*arena, query->value->bytes);
    Decoder d;
    decoder_init(&d, bytes, count, *arena, engine->config.interners);
    query->value->decode(&d, value);
    if (decoder_finish(&d))
        return value;
    arena_free(*arena);
    *arena = NULL;
    return NULL;
}

/* A value that is not there, or damaged, is lost: who makes it again puts it back. One that cannot
 * be read now is made again for this once. */
static Str get_blob(const Engine *engine, Node *node, Arena *arena)
{
    Str bytes = { NULL, 0 };
    Status status =
        engine->config.store->get_blob(engine->config.store_context, node->val_fp, arena, &bytes);
    if (status.code == STATUS_NOT_FOUND || status.code == STATUS_CORRUPT)
        node->flags &= (uint16_t)~NODE_BLOB_STORED;
    return status_ok(status) ? bytes : (Str){ NULL, 0 };
}

static bool load_from_store(Job *run)
{
    Engine *engine = run->engine;
    Node *node = run->node;
    const QueryInfo *query = node_query(engine, node);
    Str bytes = { NULL, 0 };
    Arena *temporary = NULL, *arena;
    if (node->encoded) {
        bytes = (Str){ (const char *)node->encoded->data, node->encoded->bytes };
    } else if ((node->flags & NODE_BLOB_STORED) && engine->config.store) {
        temporary = arena_new(NULL);
        bytes = get_blob(engine, node, temporary);
    }
    void *value = bytes.data ? value_decode(engine, query, bytes.data, bytes.bytes, &arena) : NULL;
    arena_free(temporary);
    if (!value)
        return false;
    node_set_value(run->worker, node, arena, value);
    run->slice->counters[node->kind].loaded++;
    return true;
}

/* The store lost a value, which has just been made again. */
static void put_back(Job *run, const Encoder *encoded)
{
    Node *node = run->node;
    bool is_there = node->encoded || (node->flags & NODE_BLOB_STORED);
    if (is_there || !query_stores_value(node_query(run->engine, node)) ||
        !run->engine->config.store)
        return;
    node_keep_encoded(node, encoded);
    job_note_finished(run, (Finished){ .node = node });
}

static bool run_again(Job *run)
{
    Node *node = run->node;
    const QueryInfo *query = node_query(run->engine, node);
    Arena *arena;
    uint32_t trace = trace_begin(run, WHY_VALUE_NEEDED, NULL);
    run->mode = RUN_IGNORE;
    void *out = node_run_provider(run, &arena);
    if (!out && run->stop == STOP_CYCLE) {
        node_finish_cycle(run);
        if (run->request->internal)
            out = (void *)query->value->error_value;
    }
    Fp found = node->val_fp;
    const Encoder *encoded = NULL;
    if (arena && !(query->flags & QF_NO_HASH)) {
        encoded = worker_encode(run->worker, query, out);
        found = encoder_fingerprint(encoded, 0);
    }
    bool same = fp_eq(found, node->val_fp);
    if (encoded && same)
        put_back(run, encoded);
    if (arena && !same)
        engine_value_mismatch(run, found);
    /* The revision step itself cannot be restarted: it goes on with what it got, and another step
     * follows. */
    bool served = out && (same || run->request->internal);
    if (served)
        node_set_value(run->worker, node, arena, out);
    else
        arena_free(arena);
    trace_end(run, trace, !same, !served);
    return served;
}

bool node_materialize(Job *run)
{
    if (run->node->flags & NODE_IN_CYCLE) {
        node_set_value(run->worker, run->node, NULL,
                       node_query(run->engine, run->node)->value->error_value);
        return true;
    }
    return load_from_store(run) || run_again(run);
}

/* ---- bugs, and files that changed under us ---- */

/* A node that is executed over and over is one bug, and many nodes are hardly more of them. */
static bool is_news(Engine *engine, const Node *node)
{
    Fp fp = fp_combine(node->key_fp, (Fp){ node->kind, 0 });
    pthread_mutex_lock(&engine->lock);
    bool existed = map_count(&engine->reported_bugs) >= REPORTED_BUGS_MAX;
    if (!existed)
        map_put(&engine->reported_bugs, &fp, &existed);
    pthread_mutex_unlock(&engine->lock);
    return !existed;
}

void engine_report_bug(Engine *engine, const Node *node, const char *what)
{
    if (!is_news(engine, node))
        return;
    const QueryInfo *query = node_query(engine, node);
    Text text;
    text_init(&text, NULL);
    text_addf(&text, "internal error: %s(", query->name);
    query->key->describe(engine->config.interners, &node->key, &text);
    text_addf(&text, "): %s", what);
    if (engine->config.report)
        engine->config.report(engine->config.report_context, text_str(&text));
    else
        crash_report_survived(text.data);
    text_release(&text);
}

void engine_value_mismatch(Job *run, Fp found)
{
    Engine *engine = run->engine;
    bool is_input = (node_query(engine, run->node)->flags & QF_INPUT) != 0;
    if (!is_input) {
        engine_report_bug(engine, run->node,
                          fp_is_zero(found) ? "made again, it was in a cycle"
                                            : "made again, it had another value");
    }
    pthread_mutex_lock(&engine->lock);
    node_vec_push(&engine->outdated, run->node);
    for (EngineRequest *r = engine->requests; r; r = r->older) {
        if (r->internal)
            continue;
        atomic_store(&r->outdated, true);
        request_cancel_locked(r);
    }
    pthread_mutex_unlock(&engine->lock);
}
