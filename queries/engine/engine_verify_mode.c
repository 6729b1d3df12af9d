/* Verify mode: everything a request reached is executed again, beside its memo, and has to come out
 * the same: value, dependencies and side results. What was found green and what was just executed
 * alike. Without verify mode the same is done with a few nodes in quiet moments; a memo that did
 * not come out again is not trusted any more. */
#include "engine/engine_priv.h"

typedef struct {
    EngineRequest *request; /* that is told of differences; NULL: EngineConfig.report is */
    NodeVec nodes;
    NodeVec doubted; /* without a request: those with differences, maybe twice */
    uint32_t compared;
} VerifyCall;

static void report(VerifyCall *call, Engine *engine, Node *node, const char *what)
{
    EngineRequest *request = call->request;
    if (!request) {
        engine_report_bug(engine, node, what);
        node_vec_push(&call->doubted, node);
        return;
    }
    const QueryInfo *query = node_query(engine, node);
    Text *text = &request->verify_report;
    request->verify_failures++;
    text_addf(text, "%s(", query->name);
    query->key->describe(engine->config.interners, &node->key, text);
    text_addf(text, "): %s\n", what);
}

static bool same_deps(const Node *node, const Frame *frame)
{
    return node->dep_words == frame->deps.count &&
           (!node->dep_words ||
            memcmp(node->deps, frame->deps.items, node->dep_words * sizeof *node->deps) == 0);
}

static bool same_value(Job *run, const void *out)
{
    const QueryInfo *query = node_query(run->engine, run->node);
    if (query->flags & QF_NO_HASH)
        return true;
    Encoder *e = worker_encode(run->worker, query, out);
    return fp_eq(encoder_fingerprint(e, 0), run->node->val_fp);
}

static void verify_node(Job *root, VerifyCall *call, Node *node)
{
    Engine *engine = root->engine;
    Job run;
    Arena *arena;
    job_begin(&run, root->worker, root->request, root, node);
    run.mode = RUN_IGNORE;
    void *out = node_run_provider(&run, &arena);
    bool was_cut_short = !out && run.stop != STOP_CYCLE; /* cancelled, or the provider gave up */
    call->compared += !was_cut_short;
    if (!was_cut_short && (!out || !same_value(&run, out)))
        report(call, engine, node, "executed again, it had another value");
    else if (out && !same_deps(node, run.frame))
        report(call, engine, node, "executed again, it had other dependencies");
    SideList *side = frame_side_list(run.frame);
    if (out && !side_list_eq(side, node->side))
        report(call, engine, node, "executed again, it had other side results");
    heap_free(side);
    arena_free(arena);
    job_end(&run);
}

static void verify_root(Job *root, void *argument)
{
    VerifyCall *call = argument;
    for (uint32_t i = 0; i < call->nodes.count && !job_cancelled(root); i++) {
        Node *node = call->nodes.items[i];
        bool is_input = (node_query(root->engine, node)->flags & QF_INPUT) != 0;
        if (!is_input && !(node->flags & NODE_IN_CYCLE))
            verify_node(root, call, node);
    }
}

void request_verify(EngineRequest *request)
{
    VerifyCall call = { .request = request, .nodes = request_reached_nodes(request) };
    /* A request of its own: its counters are nobody's business. */
    EngineRequest *check = engine_request_new(request->engine);
    check->internal = true;
    request_run_root(check, verify_root, &call);
    request_gather(check);
    engine_request_free(check);
    node_vec_release(&call.nodes);
}

/* ---- a sample ---- */

typedef struct {
    Fp order;
    Node *node;
} SampleEntry;

/* The nodes that come first in the order of the round, which is a hash of their keys. */
typedef struct {
    Engine *engine;
    Worker *worker;
    const Job *root;
    uint64_t round;
    uint32_t wanted, count;
    SampleEntry *entries; /* sorted */
} Sample;

/* What a sample executes brings nothing into memory, reads no file, and waits for nobody. */
static bool deps_are_at_hand(const Engine *engine, const Node *node)
{
    for (uint32_t i = 0; i < node->dep_words; i++) {
        if (node->deps[i] & DEP_MARK)
            continue;
        const Node *dep = node_at(engine, node->deps[i]);
        uint32_t word = atomic_load_explicit(&dep->state, memory_order_acquire);
        if (node_state(word) != NODE_GREEN || !atomic_load(&dep->value))
            return false;
    }
    return true;
}

/* Late kinds exist for machine code: back end and linker cannot be interrupted, and their tests
 * compare whole outputs. A value without a hash has nothing to be compared with. */
static bool kind_is_sampled(const Engine *engine, QueryKind kind)
{
    QueryKind first_late = engine->config.first_late_kind;
    if (first_late && kind >= first_late)
        return false;
    return !(engine_query(engine, kind)->flags & (QF_INPUT | QF_NO_HASH));
}

/* Flags are the owner's: the node is taken for the look, if nobody has it. */
static bool may_be_sampled(const Sample *sample, Node *node)
{
    uint32_t word = NODE_GREEN;
    uint32_t running = NODE_RUNNING | (sample->worker->index << NODE_RUNNER_SHIFT);
    if (!atomic_compare_exchange_strong(&node->state, &word, running))
        return false;
    bool may = !(node->flags & NODE_IN_CYCLE) && deps_are_at_hand(sample->engine, node);
    node_publish(sample->engine, node, NODE_GREEN);
    return may;
}

static void sample_insert(Sample *sample, Node *node, Fp order)
{
    uint32_t at = sample->count < sample->wanted ? sample->count++ : sample->wanted - 1;
    for (; at > 0 && fp_compare(order, sample->entries[at - 1].order) < 0; at--)
        sample->entries[at] = sample->entries[at - 1];
    sample->entries[at] = (SampleEntry){ order, node };
}

static bool sample_look(void *context, Node *node)
{
    Sample *sample = context;
    if (!kind_is_sampled(sample->engine, node->kind))
        return true;
    Fp order = fp_combine(node->key_fp, (Fp){ sample->round, node->kind });
    bool is_full = sample->count == sample->wanted;
    if (is_full && fp_compare(order, sample->entries[sample->count - 1].order) >= 0)
        return true;
    if (may_be_sampled(sample, node))
        sample_insert(sample, node, order);
    return !job_cancelled(sample->root);
}

typedef struct {
    VerifyCall verify;
    uint64_t round;
    uint32_t wanted;
} SampleCall;

static void sample_root(Job *root, void *argument)
{
    SampleCall *call = argument;
    Sample sample = { .engine = root->engine,
                      .worker = root->worker,
                      .root = root,
                      .round = call->round,
                      .wanted = call->wanted };
    sample.entries = arena_alloc_array(job_scratch(root), sample.wanted, sizeof *sample.entries);
    node_index_each(root->engine, sample_look, &sample);
    for (uint32_t i = 0; i < sample.count; i++)
        node_vec_push(&call->verify.nodes, sample.entries[i].node);
    verify_root(root, &call->verify);
}

/* [x] Nothing of the memo outlives this process, and in it only until the next revision. What other
 * segments say of the node goes when they are written anew. */
static void distrust(Engine *engine, Node *node)
{
    if ((node->flags & NODE_FREE) || !node_has_memo(node)) /* gone in the meantime */
        return;
    encoded_value_release(node->encoded);
    node->encoded = NULL;
    node_history_free(node->history);
    node->history = NULL;
    node->flags &= (uint16_t)~(NODE_BLOB_DUE | NODE_BLOB_STORED | NODE_RECORDED);
    node->flags |= NODE_FORCED;
    pthread_mutex_lock(&engine->lock);
    node_vec_push(&engine->outdated, node);
    pthread_mutex_unlock(&engine->lock);
}

static void distrust_all(Engine *engine, const NodeVec *nodes)
{
    if (nodes->count == 0)
        return;
    engine_exclusive_begin(engine);
    engine_link_finished(engine, NULL);
    for (uint32_t i = 0; i < nodes->count; i++)
        distrust(engine, nodes->items[i]);
    if (engine->config.store)
        engine_note_rewrite(engine);
    engine_exclusive_end(engine);
}

uint32_t engine_verify_sample(Engine *engine, uint32_t count)
{
    if (count == 0)
        return 0;
    EngineRequest *request = engine_request_new(engine);
    SampleCall call = { .wanted = count };
    node_vec_init(&call.verify.nodes, NULL);
    node_vec_init(&call.verify.doubted, NULL);
    if (request_enter_idle(request, &call.round)) {
        request_run_root(request, sample_root, &call);
        request_gather(request);
        request_leave(request);
    }
    distrust_all(engine, &call.verify.doubted);
    node_vec_release(&call.verify.nodes);
    node_vec_release(&call.verify.doubted);
    engine_request_free(request);
    return call.verify.compared;
}

uint32_t engine_request_verify_failures(EngineRequest *request, Text *report_text)
{
    if (report_text)
        text_add(report_text, text_str(&request->verify_report));
    return request->verify_failures;
}
