/* Verify mode: everything a request reached is executed again, beside its memo, and has to come out
 * the same: value, dependencies and side results. What was found green and what was just executed
 * alike. */
#include "engine/engine_priv.h"

typedef struct {
    EngineRequest *request;
    NodeVec nodes;
} VerifyCall;

static void report(EngineRequest *request, const Node *node, const char *what)
{
    const QueryInfo *query = node_query(request->engine, node);
    Text *text = &request->verify_report;
    request->verify_failures++;
    text_addf(text, "%s(", query->name);
    query->key->describe(request->engine->config.interners, &node->key, text);
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

static void verify_node(Job *root, EngineRequest *request, Node *node)
{
    Job run;
    Arena *arena;
    job_begin(&run, root->worker, root->request, root, node);
    run.mode = RUN_IGNORE;
    void *out = node_run_provider(&run, &arena);
    if (!out || !same_value(&run, out))
        report(request, node, "another value");
    else if (!same_deps(node, run.frame))
        report(request, node, "other dependencies");
    SideList *side = frame_side_list(run.frame);
    if (out && !side_list_eq(side, node->side))
        report(request, node, "other side results");
    heap_free(side);
    arena_free(arena);
    job_end(&run);
}

static void verify_root(Job *root, void *argument)
{
    const VerifyCall *call = argument;
    for (uint32_t i = 0; i < call->nodes.count; i++) {
        Node *node = call->nodes.items[i];
        bool is_input = (node_query(root->engine, node)->flags & QF_INPUT) != 0;
        if (!is_input && !(node->flags & NODE_IN_CYCLE))
            verify_node(root, call->request, node);
    }
}

void request_verify(EngineRequest *request)
{
    VerifyCall call = { request, request_reached_nodes(request) };
    /* A request of its own: its counters are nobody's business. */
    EngineRequest *check = engine_request_new(request->engine);
    check->internal = true;
    request_run_root(check, verify_root, &call);
    request_gather(check);
    engine_request_free(check);
    node_vec_release(&call.nodes);
}

uint32_t engine_request_verify_failures(EngineRequest *request, Text *report_text)
{
    if (report_text)
        text_add(report_text, text_str(&request->verify_report));
    return request->verify_failures;
}
