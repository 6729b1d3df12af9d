/* Memory between requests: values over the budget, values detached while a request ran, nodes that
 * nothing reaches any more. */
#include <stdlib.h>

#include "engine/engine_priv.h"

enum {
    SWEEP_MIN_NODES = 4096, /* fewer are not worth a walk before the revisions are over */
    RECENT_REVISIONS = 1,   /* what these reached is kept, and at most */
    KEPT_FACTOR = 3,        /* times as much in all */
    ROOT_SETS_MAX = 256,
    ROOT_SETS_KEPT = 64, /* of the latest commands: of the other profile, of check beside build */
    OVERDUE_FACTOR = 2,  /* times what a quiet moment would be used for */
};

/* ---- detached values ---- */

void engine_free_retired(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    OutArena *retired = engine->retired_values;
    engine->retired_values = NULL;
    pthread_mutex_unlock(&engine->lock);
    while (retired) {
        OutArena *next = retired->next;
        arena_free(retired->arena);
        heap_free(retired);
        retired = next;
    }
}

static void detach_value(Worker *worker, Node *node)
{
    Engine *engine = worker->engine;
    OutArena *retired = heap_alloc(sizeof *retired);
    retired->arena = node->arena;
    counter_add(&worker->values, -1);
    counter_add(&worker->value_bytes, -(int64_t)node->value_bytes);
    node->arena = NULL;
    node->value_bytes = 0;
    atomic_store_explicit(&node->value, NULL, memory_order_release);
    pthread_mutex_lock(&engine->lock);
    retired->next = engine->retired_values;
    engine->retired_values = retired;
    pthread_mutex_unlock(&engine->lock);
}

void node_evict(Worker *worker, Node *node)
{
    uint32_t word = NODE_GREEN;
    uint32_t running = NODE_RUNNING | (worker->index << NODE_RUNNER_SHIFT);
    if (!atomic_compare_exchange_strong(&node->state, &word, running))
        return;
    if (node_value_is_droppable(worker->engine, node))
        detach_value(worker, node);
    node_publish(worker->engine, node, NODE_GREEN);
}

void engine_set_evict(Engine *engine, bool evict)
{
    engine_exclusive_begin(engine);
    engine->hostile_evict = evict;
    engine_exclusive_end(engine);
}

/* ---- the budget ---- */

static bool drops_first(const Engine *engine, const Node *node)
{
    return (node_query(engine, node)->flags & QF_DROP_FIRST) != 0;
}

typedef struct {
    Node *node;
    uint32_t used;
    bool first;
} Candidate;
VEC_TYPE(CandidateVec, candidate_vec, Candidate)

static int compare_candidates(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;
    if (x->first != y->first)
        return x->first ? -1 : 1;
    if (x->used != y->used)
        return x->used < y->used ? -1 : 1;
    return x->node->id < y->node->id ? -1 : x->node->id > y->node->id;
}

static CandidateVec droppable_values(Engine *engine)
{
    CandidateVec candidates;
    candidate_vec_init(&candidates, NULL);
    uint32_t count = atomic_load(&engine->node_count);
    engine->trim_clock++;
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (atomic_exchange(&node->touched, 0))
            node->used = engine->trim_clock;
        if (node_value_is_droppable(engine, node))
            candidate_vec_push(&candidates,
                               (Candidate){ node, node->used, drops_first(engine, node) });
    }
    if (candidates.count)
        qsort(candidates.items, candidates.count, sizeof *candidates.items, compare_candidates);
    return candidates;
}

static int64_t value_bytes(const Engine *engine)
{
    int64_t bytes = 0;
    for (uint32_t w = 0; w < engine->worker_count; w++)
        bytes += counter_get(&engine->workers[w]->value_bytes);
    return bytes;
}

static void drop_over(Engine *engine, int64_t budget)
{
    int64_t bytes = value_bytes(engine);
    if (bytes <= budget)
        return;
    CandidateVec candidates = droppable_values(engine);
    for (uint32_t i = 0; i < candidates.count && bytes > budget; i++) {
        bytes -= candidates.items[i].node->value_bytes;
        node_drop_value(engine->workers[0], candidates.items[i].node);
    }
    candidate_vec_release(&candidates);
}

void engine_drop_values(Engine *engine)
{
    engine_exclusive_begin(engine);
    drop_over(engine, -1);
    engine_exclusive_end(engine);
}

/* ---- the sweep ---- */

static void reach(Engine *engine, NodeVec *work, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] & DEP_MARK)
            continue;
        Node *node = node_at(engine, words[i]);
        if (node->visit == engine->visit_serial)
            continue;
        node->visit = engine->visit_serial;
        node_vec_push(work, node);
    }
}

/* Everything below the work list gets the visit stamp. */
static void reach_below(Engine *engine, NodeVec *work)
{
    while (work->count > 0) {
        const Node *node = node_vec_pop(work);
        reach(engine, work, node->deps, node->dep_words);
    }
}

uint32_t roots_first_kept(const Engine *engine)
{
    uint32_t count = engine->roots.count;
    return count > ROOT_SETS_KEPT ? count - ROOT_SETS_KEPT : 0;
}

void roots_clear(RootSetVec *roots)
{
    for (uint32_t i = 0; i < roots->count; i++)
        heap_free(roots->items[i].deps);
    root_set_vec_clear(roots);
}

static void drop_old_roots(Engine *engine)
{
    uint32_t first = roots_first_kept(engine), kept = 0;
    for (uint32_t i = 0; i < engine->roots.count; i++) {
        if (i < first)
            heap_free(engine->roots.items[i].deps);
        else
            engine->roots.items[kept++] = engine->roots.items[i];
    }
    engine->roots.count = kept;
}

/* Roots count as of the revision they ran in; newest first, so one visit of each node is enough. */
static void stamp_from_roots(Engine *engine)
{
    NodeVec work;
    node_vec_init(&work, NULL);
    engine_next_visit(engine);
    for (uint32_t r = engine->roots.count; r-- > 0;) {
        const RootSet *roots = &engine->roots.items[r];
        reach(engine, &work, roots->deps, roots->words);
        while (work.count > 0) {
            Node *node = node_vec_pop(&work);
            if (node->reached < roots->revision)
                node->reached = roots->revision;
            reach(engine, &work, node->deps, node->dep_words);
        }
    }
    drop_old_roots(engine);
    node_vec_release(&work);
}

/* How many revisions back a root may have reached what is kept: keep_revisions, or fewer where that
 * would be too much beside what the latest revisions needed. New names in each edit, say, leave
 * behind as many nodes as they make. */
static uint32_t kept_revisions(const Engine *engine)
{
    uint32_t most = engine->config.keep_revisions;
    uint32_t *by_age = heap_alloc_zeroed((most + 1) * sizeof *by_age);
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        const Node *node = node_at(engine, id);
        uint32_t age = engine->revision - node->reached;
        if (!(node->flags & NODE_FREE) && age <= most)
            by_age[age]++;
    }
    uint64_t kept = 0, recent = 0;
    uint32_t age = 0;
    for (; age <= most; age++) {
        kept += by_age[age];
        if (age <= RECENT_REVISIONS)
            recent = kept;
        else if (kept > KEPT_FACTOR * recent + SWEEP_MIN_NODES)
            break;
    }
    heap_free(by_age);
    return age - 1;
}

static bool is_young(const Engine *engine, const Node *node, uint32_t revisions)
{
    return node->reached + revisions >= engine->revision ||
           (node_query(engine, node)->flags & QF_INPUT && node->flags & NODE_SET_INPUT);
}

/* What is kept keeps what it depends on, whether a root reached that or not. */
static void stamp_kept(Engine *engine)
{
    NodeVec work;
    node_vec_init(&work, NULL);
    engine_next_visit(engine);
    uint32_t revisions = kept_revisions(engine), count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (!(node->flags & NODE_FREE) && is_young(engine, node, revisions))
            reach(engine, &work, &id, 1);
    }
    reach_below(engine, &work);
    node_vec_release(&work);
}

/* What only a history names keeps its key, so that the history can still ask for it, and loses the
 * rest. */
static void keep_shells(Engine *engine, NodeVec *shells)
{
    NodeVec kept;
    node_vec_init(&kept, NULL);
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (node->visit == engine->visit_serial && node->history)
            node_vec_push(&kept, node);
    }
    for (uint32_t i = 0; i < kept.count; i++) {
        const History *history = kept.items[i]->history;
        for (uint32_t e = 0; e < history->count; e++)
            reach(engine, shells, history->entries[e].deps, history->entries[e].dep_words);
    }
    node_vec_release(&kept);
}

static void filter_dependents(Engine *engine, Node *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->dependent_count; i++) {
        const Node *dependent = node_at(engine, node->dependents[i]);
        if (!(dependent->flags & NODE_FREE) && node_has_memo(dependent))
            node->dependents[kept++] = node->dependents[i];
    }
    node->dependent_count = kept;
    if (node->stale_dependents > kept)
        node->stale_dependents = kept;
}

static void filter_unsaved(Engine *engine)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < engine->unsaved.count; i++) {
        if (engine->unsaved.items[i]->flags & NODE_UNSAVED)
            engine->unsaved.items[kept++] = engine->unsaved.items[i];
    }
    engine->unsaved.count = kept;
}

static void filter_outdated(Engine *engine)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < engine->outdated.count; i++) {
        if (node_has_memo(engine->outdated.items[i]))
            engine->outdated.items[kept++] = engine->outdated.items[i];
    }
    engine->outdated.count = kept;
}

static bool roots_are_alive(const Engine *engine, const RootSet *roots)
{
    for (uint32_t i = 0; i < roots->words; i++) {
        if (!(roots->deps[i] & DEP_MARK) && (node_at(engine, roots->deps[i])->flags & NODE_FREE))
            return false;
    }
    return true;
}

static void filter_roots(Engine *engine)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < engine->roots.count; i++) {
        if (roots_are_alive(engine, &engine->roots.items[i]))
            engine->roots.items[kept++] = engine->roots.items[i];
        else
            heap_free(engine->roots.items[i].deps);
    }
    engine->roots.count = kept;
}

static void forget_input(Engine *engine, const Node *node)
{
    const InputOps *input = &engine->config.input;
    if (input->forget && (node_query(engine, node)->flags & QF_INPUT))
        input->forget(input->context, node->kind, &node->key);
}

static bool free_unreached(Engine *engine, uint32_t kept, const NodeVec *shells)
{
    bool freed = false;
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t i = 0; i < shells->count; i++) {
        forget_input(engine, shells->items[i]);
        node_reset(engine, shells->items[i]);
    }
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (node->visit == kept || (node->flags & NODE_FREE))
            continue;
        forget_input(engine, node);
        node_free(engine, node);
        freed = true;
    }
    return freed || shells->count > 0;
}

void engine_sweep(Engine *engine)
{
    stamp_from_roots(engine);
    stamp_kept(engine);
    NodeVec shells;
    node_vec_init(&shells, NULL);
    keep_shells(engine, &shells);
    if (free_unreached(engine, engine->visit_serial, &shells)) {
        node_index_rebuild(engine);
        uint32_t count = atomic_load(&engine->node_count);
        for (uint32_t id = 0; id < count; id++)
            filter_dependents(engine, node_at(engine, id));
        filter_unsaved(engine);
        filter_outdated(engine);
        filter_roots(engine);
    }
    node_vec_release(&shells);
    engine->live_after_sweep = engine_live_nodes(engine);
    engine->last_sweep_revision = engine->revision;
    if (engine->config.store) {
        engine->sweep_unsaved = true;
        atomic_store(&engine->something_due, true);
    }
}

uint32_t engine_live_nodes(const Engine *engine)
{
    return atomic_load(&engine->node_count) - engine->free_ids.count;
}

/* When nodes have doubled, when revisions enough for any to be dead have passed, and before the
 * list of roots gets long. */
static bool sweep_is_due(const Engine *engine)
{
    uint32_t live = engine_live_nodes(engine);
    return live > 2 * engine->live_after_sweep + SWEEP_MIN_NODES ||
           engine->revision - engine->last_sweep_revision > engine->config.keep_revisions ||
           engine->roots.count > ROOT_SETS_MAX;
}

static bool sweep_is_overdue(const Engine *engine)
{
    uint32_t limit = OVERDUE_FACTOR * engine->config.keep_revisions;
    uint64_t most = OVERDUE_FACTOR * (2 * (uint64_t)engine->live_after_sweep + SWEEP_MIN_NODES);
    return engine_live_nodes(engine) > most ||
           engine->revision - engine->last_sweep_revision > limit ||
           engine->roots.count > OVERDUE_FACTOR * ROOT_SETS_MAX;
}

static void trim(Engine *engine, bool sweep)
{
    if (sweep)
        engine_sweep(engine);
    if (engine->config.memory_budget_bytes)
        drop_over(engine, (int64_t)engine->config.memory_budget_bytes);
    /* What revisions leave behind lies scattered between what stays. */
    if (sweep)
        heap_trim();
}

/* The first nodes of a store are all needed: they are what growth is measured by. */
void engine_trim_overdue(Engine *engine)
{
    if (engine->live_after_sweep == 0)
        engine->live_after_sweep = engine_live_nodes(engine);
    trim(engine, sweep_is_overdue(engine));
}

void engine_trim(Engine *engine)
{
    pthread_mutex_lock(&engine->store_lock);
    engine_exclusive_begin(engine);
    engine_link_finished(engine, NULL);
    trim(engine, sweep_is_due(engine));
    engine_exclusive_end(engine);
    pthread_mutex_unlock(&engine->store_lock);
}
