/* Reverse edges. Executions only note which nodes finished with another dependency list; the
 * reverse edges follow in exclusive phases, by the difference of the lists, so the request path
 * takes no lock for them. An edge that is gone stays in a long list until half of it is out of
 * date: marking a node too many costs a verification and is never wrong. */
#include "engine/engine_priv.h"

enum { EXACT_REMOVAL_MAX = 64 };

uint32_t engine_next_visit(Engine *engine)
{
    return ++engine->visit_serial;
}

void node_add_dependent(Node *node, uint32_t id)
{
    if (node->dependent_count == node->dependent_capacity) {
        uint32_t capacity = node->dependent_capacity ? node->dependent_capacity * 2 : 4;
        if (node->flags & NODE_SLAB_DEPENDENTS) {
            uint32_t *moved = heap_alloc(capacity * sizeof *moved);
            memcpy(moved, node->dependents, node->dependent_count * sizeof *moved);
            node->dependents = moved;
            node->flags &= (uint16_t)~NODE_SLAB_DEPENDENTS;
        } else {
            node->dependents = heap_realloc(node->dependents, capacity * sizeof *node->dependents);
        }
        node->dependent_capacity = capacity;
    }
    node->dependents[node->dependent_count++] = id;
}

static bool depends_on(const Node *node, uint32_t id)
{
    for (uint32_t i = 0; i < node->dep_words; i++) {
        if (node->deps[i] == id)
            return true;
    }
    return false;
}

/* Keeps each dependent that still is one, once. */
static void compact_dependents(Engine *engine, Node *node)
{
    uint32_t stamp = engine_next_visit(engine), kept = 0;
    for (uint32_t i = 0; i < node->dependent_count; i++) {
        Node *dependent = node_at(engine, node->dependents[i]);
        if (dependent->visit == stamp || !depends_on(dependent, node->id))
            continue;
        dependent->visit = stamp;
        node->dependents[kept++] = dependent->id;
    }
    node->dependent_count = kept;
    node->stale_dependents = 0;
}

static void remove_dependent(Engine *engine, Node *node, uint32_t id)
{
    if (node->dependent_count > EXACT_REMOVAL_MAX) {
        if (++node->stale_dependents > node->dependent_count / 2)
            compact_dependents(engine, node);
        return;
    }
    for (uint32_t i = 0; i < node->dependent_count; i++) {
        if (node->dependents[i] != id)
            continue;
        node->dependents[i] = node->dependents[--node->dependent_count];
        return;
    }
}

static void stamp_list(Engine *engine, const uint32_t *words, uint32_t count, uint32_t stamp)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!(words[i] & DEP_MARK))
            node_at(engine, words[i])->visit = stamp;
    }
}

/* Calls fn for each node in `words` that is not in `others`, once. */
static void for_each_difference(Engine *engine, const uint32_t *words, uint32_t count,
                                const uint32_t *others, uint32_t other_count, NodeVec *out)
{
    uint32_t stamp = engine_next_visit(engine);
    stamp_list(engine, others, other_count, stamp);
    node_vec_clear(out);
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] & DEP_MARK)
            continue;
        Node *node = node_at(engine, words[i]);
        if (node->visit == stamp)
            continue;
        node->visit = stamp;
        node_vec_push(out, node);
    }
}

static void relink(Engine *engine, const Finished *finished, NodeVec *difference)
{
    Node *node = finished->node;
    for_each_difference(engine, node->deps, node->dep_words, finished->old_deps,
                        finished->old_words, difference);
    for (uint32_t i = 0; i < difference->count; i++)
        node_add_dependent(difference->items[i], node->id);
    for_each_difference(engine, finished->old_deps, finished->old_words, node->deps,
                        node->dep_words, difference);
    for (uint32_t i = 0; i < difference->count; i++)
        remove_dependent(engine, difference->items[i], node->id);
    if (!finished->old_in_slab)
        heap_free(finished->old_deps);
}

void engine_note_unsaved(Engine *engine, Node *node)
{
    if (!engine->config.store || (node->flags & NODE_UNSAVED))
        return;
    node->flags |= NODE_UNSAVED;
    node_vec_push(&engine->unsaved, node);
    atomic_store(&engine->something_due, true);
}

void engine_note_rewrite(Engine *engine)
{
    engine->rewrite_store = true;
    atomic_store(&engine->something_due, true);
}

void engine_link_finished(Engine *engine, NodeVec *finished)
{
    NodeVec difference;
    node_vec_init(&difference, NULL);
    for (uint32_t w = 0; w < engine->worker_count; w++) {
        FinishedVec *list = &engine->workers[w]->finished;
        for (uint32_t i = 0; i < list->count; i++) {
            Node *node = list->items[i].node;
            if (list->items[i].relink)
                relink(engine, &list->items[i], &difference);
            engine_note_unsaved(engine, node);
            if (finished)
                node_vec_push(finished, node);
        }
        finished_vec_clear(list);
    }
    node_vec_release(&difference);
}
