/* Making and freeing an engine, and its figures. */
#include "engine/engine_priv.h"

enum { KEEP_REVISIONS_DEFAULT = 64 };

static void check_queries(const EngineConfig *config)
{
    for (uint32_t k = 0; k < config->query_count; k++) {
        const QueryInfo *query = &config->queries[k];
        bool is_input = (query->flags & QF_INPUT) != 0;
        bool hashed = !(query->flags & QF_NO_HASH);
        rsc_assert(query->name && query->key && query->value && query->value->error_value);
        rsc_assert(is_input == (query->provide == NULL));
        rsc_assert(hashed || !(query->flags & (QF_INPUT | QF_PERSIST | QF_EXPENSIVE)));
    }
}

Engine *engine_new(const EngineConfig *config)
{
    check_queries(config);
    rsc_assert(config->threads >= 1 && config->threads <= THREADS_MAX);
    Engine *engine = heap_alloc_zeroed(sizeof *engine);
    engine->config = *config;
    if (!config->depth_limit)
        engine->config.depth_limit = DEPTH_LIMIT_DEFAULT;
    if (!config->keep_revisions)
        engine->config.keep_revisions = KEEP_REVISIONS_DEFAULT;
    engine->revision = 1;
    engine->next_revision = 1;
    atomic_init(&engine->known_revision, 1);
    rsc_assert(pthread_mutex_init(&engine->store_lock, NULL) == 0);
    rsc_assert(pthread_mutex_init(&engine->lock, NULL) == 0);
    rsc_assert(pthread_cond_init(&engine->idle, NULL) == 0);
    rsc_assert(pthread_cond_init(&engine->gate, NULL) == 0);
    map_init(&engine->reported_bugs, NULL, sizeof(Fp));
    node_table_init(engine);
    workers_start(engine);
    return engine;
}

void engine_free(Engine *engine)
{
    if (!engine)
        return;
    engine_exclusive_begin(engine);
    workers_stop(engine);
    workers_free(engine);
    engine_request_free(engine->revision_request);
    roots_clear(&engine->roots);
    root_set_vec_release(&engine->roots);
    node_table_release(engine);
    node_vec_release(&engine->outdated);
    map_release(&engine->reported_bugs);
    node_vec_release(&engine->changed_inputs);
    node_vec_release(&engine->late);
    node_vec_release(&engine->unsaved);
    arena_free(engine->slab);
    pthread_cond_destroy(&engine->gate);
    pthread_cond_destroy(&engine->idle);
    pthread_mutex_destroy(&engine->lock);
    pthread_mutex_destroy(&engine->store_lock);
    heap_free(engine);
}

void engine_set_service(Engine *engine, EngineService slot, void *service)
{
    engine->services[slot] = service;
}

void engine_set_cycle_handler(Engine *engine, CycleFn fn)
{
    engine->cycle_handler = fn;
}

EngineStats engine_stats(Engine *engine)
{
    EngineStats stats = { .revision = atomic_load(&engine->known_revision) };
    pthread_mutex_lock(&engine->node_lock);
    stats.nodes = engine_live_nodes(engine);
    pthread_mutex_unlock(&engine->node_lock);
    stats.interned_bytes = interners_held_bytes(engine->config.interners);
    int64_t values = 0, bytes = 0, edges = 0;
    pthread_mutex_lock(&engine->lock);
    stats.exclusive_phases = engine->exclusive_phases;
    for (uint32_t w = 0; w < engine->worker_count; w++) {
        values += counter_get(&engine->workers[w]->values);
        bytes += counter_get(&engine->workers[w]->value_bytes);
        edges += counter_get(&engine->workers[w]->edges);
    }
    pthread_mutex_unlock(&engine->lock);
    stats.values_in_memory = (uint64_t)values;
    stats.value_bytes = (uint64_t)bytes;
    stats.edges = (uint64_t)edges;
    return stats;
}
