/* Jobs: what a provider sees of the engine. */
#include "engine/engine_priv.h"

void job_begin(Job *job, Worker *worker, EngineRequest *request, Job *parent, Node *node)
{
    memset(job, 0, sizeof *job);
    job->engine = worker->engine;
    job->request = request;
    job->worker = worker;
    job->slice = request_slice(request, worker);
    job->node = node;
    job->parent = parent;
    job->home = job;
    job->frame = frame_take(worker);
    job->depth = parent ? parent->depth + 1 : 0;
}

void job_end(Job *job)
{
    frame_give(job->worker, job->frame);
}

/* ---- stopping ---- */

/* Whether a live request waits for a node that the job works for, directly or further up.
 * Engine.lock held. */
static bool is_wanted_elsewhere(const Job *job, int depth)
{
    const Engine *engine = job->engine;
    for (uint32_t w = 0; w < engine->worker_count; w++) {
        const Worker *worker = engine->workers[w];
        if (!worker->wait_node)
            continue;
        const Job *waiter = worker->wait_job;
        bool live = !atomic_load(&waiter->request->cancelled) ||
                    (depth > 0 && is_wanted_elsewhere(waiter, depth - 1));
        for (const Job *j = job; live && j; j = j->parent) {
            if (j->node == worker->wait_node && j->request != waiter->request)
                return true;
        }
    }
    return false;
}

static StopReason stop_reason(const Job *job)
{
    if (atomic_load(&job->home->cycle))
        return STOP_CYCLE;
    for (const Job *j = job; j; j = j->parent) {
        if (atomic_load(&j->home->cycle) || job_is_cut_off(j))
            return STOP_ABANDONED;
    }
    if (atomic_load(&job->request->cancelled) && !is_wanted_elsewhere(job, 4))
        return STOP_CANCELLED;
    return STOP_NONE;
}

bool job_check_stop_locked(Job *job)
{
    if (job->stop == STOP_NONE)
        job->stop = stop_reason(job);
    return job->stop != STOP_NONE;
}

bool job_check_stop(Job *job)
{
    pthread_mutex_lock(&job->engine->lock);
    bool stop = job_check_stop_locked(job);
    pthread_mutex_unlock(&job->engine->lock);
    return stop;
}

bool job_cancelled(const Job *job)
{
    return job_stopped((Job *)job);
}

static void request_give_up(EngineRequest *request, Str why)
{
    if (!request->gave_up) {
        char *copy = heap_alloc(why.bytes + 1);
        memcpy(copy, why.data, why.bytes);
        request->why = (Str){ copy, why.bytes };
    }
    request->gave_up = true;
    request_cancel_locked(request);
}

static bool works_for(const Job *job, const Node *node)
{
    for (const Job *j = job; j; j = j->parent) {
        if (j->node == node)
            return true;
    }
    return false;
}

/* Engine.lock held. Whether what the worker waits for is a node that the job works for, or that
 * somebody works for who waits so himself. */
static bool waits_for_job(const Worker *worker, const Job *job, const bool *waits)
{
    const Engine *engine = job->engine;
    if (!worker->wait_node || works_for(job, worker->wait_node))
        return worker->wait_node != NULL;
    for (uint32_t w = 0; w < engine->worker_count; w++) {
        if (waits[w] && works_for(engine->workers[w]->wait_job, worker->wait_node))
            return true;
    }
    return false;
}

/* Engine.lock held. If one of them went on it would have to run the node again, with as little
 * luck, and the ends of the others would not be final: somebody would still want what they do. */
static void waiters_give_up(const Job *job, Str why)
{
    const Engine *engine = job->engine;
    bool waits[WORKERS_MAX] = { false };
    for (bool more = true; more;) {
        more = false;
        for (uint32_t w = 0; w < engine->worker_count; w++) {
            if (waits[w] || !waits_for_job(engine->workers[w], job, waits))
                continue;
            waits[w] = more = true;
            request_give_up(engine->workers[w]->wait_job->request, why);
        }
    }
}

void job_give_up(Job *job, Str why)
{
    Engine *engine = job->engine;
    pthread_mutex_lock(&engine->lock);
    request_give_up(job->request, why);
    waiters_give_up(job, why);
    (void)job_check_stop_locked(job); /* before somebody else comes to wait */
    pthread_mutex_unlock(&engine->lock);
}

/* ---- fetching ---- */

static void count_hostile_fetch(Job *job)
{
    EngineRequest *request = job->request;
    if (atomic_load_explicit(&request->cancel_countdown, memory_order_relaxed) < 0)
        return;
    if (atomic_fetch_sub(&request->cancel_countdown, 1) == 0)
        engine_request_cancel(request->owner ? request->owner : request);
}

/* Dependents of a late node that was not looked at are not marked although they may be out of date.
 */
static void check_not_late(const Engine *engine, QueryKind kind)
{
    rsc_assert(!engine->late_closed || kind < engine->config.first_late_kind);
}

static bool job_must_not_fetch(Job *job)
{
    if (atomic_load_explicit(&job->request->attention, memory_order_relaxed))
        count_hostile_fetch(job);
    return job_stopped(job);
}

/* The edge of a fetch that did not end well counts only if it closed the job's own cycle. */
static bool fetch_and_record(Job *job, Node *node, FetchNeed need)
{
    FetchResult result = job_fetch(job, node, need);
    if (result == FETCH_OK || job->stop == STOP_CYCLE)
        frame_add_dep(job->frame, node->id);
    return result == FETCH_OK;
}

static const void *fetch_value(Job *job, Node *node, const void *error_value)
{
    const void *value = NULL;
    while (!value) { /* again only if another thread evicted it */
        if (!fetch_and_record(job, node, NEED_VALUE))
            return error_value;
        value = atomic_load_explicit(&node->value, memory_order_acquire);
    }
    if (job->engine->hostile_evict)
        node_evict(job->worker, node);
    return value;
}

static const void *touch(Node *node, const void *value)
{
    if (!atomic_load_explicit(&node->touched, memory_order_relaxed))
        atomic_store_explicit(&node->touched, 1, memory_order_relaxed);
    return value;
}

const void *job_get(Job *job, QueryKind kind, const QueryKey *key)
{
    Engine *engine = job->engine;
    const void *error_value = engine_query(engine, kind)->value->error_value;
    check_not_late(engine, kind);
    if (job_must_not_fetch(job))
        return error_value;
    Node *node = node_intern(engine, &job->worker->encoder, kind, key);
    uint32_t word = atomic_load_explicit(&node->state, memory_order_acquire);
    if (node_is_valid(engine, node, word)) {
        const void *value = atomic_load_explicit(&node->value, memory_order_acquire);
        if (value && !engine->hostile_evict) {
            job->slice->counters[kind].reused++;
            frame_add_dep(job->frame, node->id);
            return touch(node, value);
        }
    }
    return fetch_value(job, node, error_value);
}

void job_demand(Job *job, QueryKind kind, const QueryKey *key)
{
    check_not_late(job->engine, kind);
    if (job_must_not_fetch(job))
        return;
    Node *node = node_intern(job->engine, &job->worker->encoder, kind, key);
    fetch_and_record(job, node, NEED_GREEN);
}

/* ---- what a provider works with ---- */

Arena *job_out(Job *job)
{
    if (!job->out)
        job->out = arena_new(NULL);
    return job->out;
}

Arena *job_scratch(Job *job)
{
    if (!job->frame->scratch)
        job->frame->scratch = arena_new(NULL);
    return job->frame->scratch;
}

Interners *job_interners(Job *job)
{
    return job->engine->config.interners;
}

void *job_service(const Job *job, EngineService slot)
{
    return job->engine->services[slot];
}

void job_side_result(Job *job, Str bytes)
{
    Frame *frame = job->frame;
    if (!frame->side_arena)
        frame->side_arena = arena_new(NULL);
    Str copy = { arena_copy(frame->side_arena, bytes.data, bytes.bytes), bytes.bytes };
    str_vec_push(&frame->side, copy);
}
