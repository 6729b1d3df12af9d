/* Walks over what a request reached, at its end and before it leaves the gate. They run while other
 * requests may: what a finished request reached is green, and green nodes change only in exclusive
 * phases. */
#include <stdlib.h>

#include "engine/engine_priv.h"

typedef struct {
    const Engine *engine;
    uint64_t *visited; /* bits by node id */
    NodeVec nodes;     /* in order of discovery; also the work list */
    bool deep_only;
} Walk;

static void walk_add(Walk *walk, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t id = words[i];
        if ((id & DEP_MARK) || (walk->visited[id / 64] >> (id % 64) & 1))
            continue;
        Node *node = node_at(walk->engine, id);
        if (walk->deep_only && !node->deep)
            continue;
        walk->visited[id / 64] |= UINT64_C(1) << (id % 64);
        node_vec_push(&walk->nodes, node);
    }
}

static NodeVec walk_from(const Engine *engine, const U32Vec *roots, bool deep_only)
{
    uint32_t count = atomic_load(&engine->node_count);
    Walk walk = { .engine = engine, .deep_only = deep_only };
    walk.visited = heap_alloc_zeroed((count / 64 + 1) * sizeof *walk.visited);
    node_vec_init(&walk.nodes, NULL);
    walk_add(&walk, roots->items, roots->count);
    for (uint32_t i = 0; i < walk.nodes.count; i++) {
        const Node *node = walk.nodes.items[i];
        walk_add(&walk, node->deps, node->dep_words);
    }
    heap_free(walk.visited);
    return walk.nodes;
}

static int node_compare(const void *a, const void *b)
{
    const Node *x = *(Node *const *)a, *y = *(Node *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return fp_compare(x->key_fp, y->key_fp);
}

void node_vec_sort(NodeVec *nodes)
{
    if (nodes->count)
        qsort(nodes->items, nodes->count, sizeof(Node *), node_compare);
}

NodeVec request_reached_nodes(const EngineRequest *request)
{
    NodeVec nodes = walk_from(request->engine, &request->root_deps, false);
    node_vec_sort(&nodes);
    return nodes;
}

void request_collect_reached(EngineRequest *request)
{
    NodeVec nodes = request_reached_nodes(request);
    for (uint32_t i = 0; i < nodes.count; i++) {
        const Node *node = nodes.items[i];
        ReachedNode reached = { node->kind, node->key, node->key_fp, node->val_fp };
        reached_node_vec_push(&request->reached, reached);
    }
    node_vec_release(&nodes);
}

void engine_request_keep_reached(EngineRequest *request)
{
    rsc_assert(!request->ran);
    request->keeps_reached = true;
}

void engine_request_reached(EngineRequest *request, NodeFpFn fn, void *context)
{
    rsc_assert(request->ran && request->keeps_reached);
    for (uint32_t i = 0; i < request->reached.count; i++) {
        const ReachedNode *node = &request->reached.items[i];
        fn(context, node->kind, &node->key, node->key_fp, node->val_fp);
    }
}

/* ---- side results ---- */

static bool any_deep(const Engine *engine, const U32Vec *roots)
{
    for (uint32_t i = 0; i < roots->count; i++) {
        if (!(roots->items[i] & DEP_MARK) && node_at(engine, roots->items[i])->deep)
            return true;
    }
    return false;
}

static void add_side_results(EngineRequest *request, const Node *node)
{
    for (uint32_t i = 0; node->side && i < node->side->count; i++) {
        Str bytes = node->side->items[i];
        SideResult result = { node->kind, node->key, node->key_fp, { NULL, bytes.bytes } };
        result.bytes.data = arena_copy(request->arena, bytes.data, bytes.bytes);
        side_result_vec_push(&request->side_results, result);
    }
}

/* Copies, so that they outlive the revision. */
void request_collect_side_results(EngineRequest *request)
{
    if (!any_deep(request->engine, &request->root_deps))
        return;
    NodeVec nodes = walk_from(request->engine, &request->root_deps, true);
    node_vec_sort(&nodes);
    for (uint32_t i = 0; i < nodes.count; i++)
        add_side_results(request, nodes.items[i]);
    node_vec_release(&nodes);
}

void engine_request_side_results(EngineRequest *request, SideResultFn fn, void *context)
{
    for (uint32_t i = 0; i < request->side_results.count; i++) {
        const SideResult *result = &request->side_results.items[i];
        fn(context, result->kind, &result->key, result->bytes);
    }
}
