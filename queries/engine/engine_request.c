/* Requests, and the gate between them and the exclusive phases. */
#include "engine/engine_priv.h"

/* ---- the gate ---- */

/* Engine.lock held. */
static void end_sample(Engine *engine)
{
    if (engine->sample)
        request_cancel_locked(engine->sample);
}

void engine_exclusive_begin(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->waiting_exclusive++;
    end_sample(engine);
    while (engine->exclusive || engine->running_requests > 0)
        pthread_cond_wait(&engine->gate, &engine->lock);
    engine->waiting_exclusive--;
    engine->exclusive = true;
    engine->exclusive_phases++;
    pthread_mutex_unlock(&engine->lock);
    engine_free_retired(engine);
    node_index_quiesce(engine);
}

void engine_exclusive_end(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->exclusive = false;
    pthread_cond_broadcast(&engine->gate);
    pthread_mutex_unlock(&engine->lock);
}

/* Engine.lock held. */
static void add_running(EngineRequest *request)
{
    Engine *engine = request->engine;
    engine->running_requests++;
    request->older = engine->requests;
    if (engine->requests)
        engine->requests->newer = request;
    engine->requests = request;
    request->revision = engine->revision;
}

bool request_enter_idle(EngineRequest *request, uint64_t *round)
{
    Engine *engine = request->engine;
    pthread_mutex_lock(&engine->lock);
    bool is_idle = !engine->exclusive && !engine->waiting_exclusive && !engine->running_requests;
    if (is_idle) {
        add_running(request);
        engine->sample = request;
        *round = engine->sample_rounds++;
    }
    pthread_mutex_unlock(&engine->lock);
    return is_idle;
}

/* Who waits for an exclusive phase goes first, or a busy engine would never see a new revision. */
static void request_enter(EngineRequest *request)
{
    Engine *engine = request->engine;
    pthread_mutex_lock(&engine->lock);
    end_sample(engine);
    while (engine->exclusive || engine->waiting_exclusive > 0)
        pthread_cond_wait(&engine->gate, &engine->lock);
    add_running(request);
    EngineRequest *step = engine->revision_request;
    engine->revision_request = NULL;
    pthread_mutex_unlock(&engine->lock);
    if (step) {
        request_take_revision_step(request, step);
        engine_request_free(step);
    }
}

void request_leave(EngineRequest *request)
{
    Engine *engine = request->engine;
    if (atomic_load(&request->left_results))
        atomic_store(&engine->something_due, true);
    pthread_mutex_lock(&engine->lock);
    if (request->older)
        request->older->newer = request->newer;
    if (request->newer)
        request->newer->older = request->older;
    else
        engine->requests = request->older;
    if (engine->sample == request)
        engine->sample = NULL;
    if (--engine->running_requests == 0)
        pthread_cond_broadcast(&engine->gate);
    pthread_mutex_unlock(&engine->lock);
}

/* ---- life ---- */

EngineRequest *engine_request_new(Engine *engine)
{
    EngineRequest *request = heap_alloc_zeroed(sizeof *request);
    request->engine = engine;
    request->arena = arena_new_small(NULL);
    request->counters = heap_alloc_zeroed(engine->config.query_count * sizeof *request->counters);
    text_init(&request->verify_report, request->arena);
    atomic_init(&request->cancel_countdown, -1);
    return request;
}

void engine_request_free(EngineRequest *request)
{
    if (!request)
        return;
    arena_free(request->arena);
    heap_free((void *)(uintptr_t)request->why.data);
    heap_free(request->counters);
    u32_vec_release(&request->root_deps);
    side_result_vec_release(&request->side_results);
    reached_node_vec_release(&request->reached);
    trace_entry_vec_release(&request->trace);
    heap_free(request);
}

RequestSlice *request_slice(EngineRequest *request, const Worker *worker)
{
    RequestSlice **slot = &request->slices[worker->index];
    if (!*slot) {
        RequestSlice *slice = heap_alloc_zeroed(sizeof *slice);
        slice->counters =
            heap_alloc_zeroed(request->engine->config.query_count * sizeof *slice->counters);
        *slot = slice;
    }
    return *slot;
}

/* ---- running ---- */

typedef struct {
    EngineRequest *request;
    void (*root)(Job *job, void *argument);
    void *argument;
} RootCall;

static void run_root(Worker *worker, void *argument)
{
    const RootCall *call = argument;
    EngineRequest *request = call->request;
    Job job;
    job_begin(&job, worker, request, NULL, NULL);
    job.mode = RUN_EXECUTE;
    call->root(&job, call->argument);
    u32_vec_append(&request->root_deps, job.frame->deps.items, job.frame->deps.count);
    job_end(&job);
    arena_free(job.out);
}

void request_run_root(EngineRequest *request, void (*root)(Job *job, void *argument),
                      void *argument)
{
    RootCall call = { request, root, argument };
    engine_run_on_lead(request->engine, run_root, &call);
}

static bool roots_are(const RootSet *roots, const U32Vec *deps)
{
    return roots->words == deps->count &&
           (!deps->count ||
            memcmp(roots->deps, deps->items, deps->count * sizeof *deps->items) == 0);
}

/* Engine.lock held. Takes out a set with the same nodes, if it is one of those that a sweep would
 * keep: the same commands over and over must not let the list grow, for if nothing changes nobody
 * sweeps. */
static bool take_equal_roots(Engine *engine, const U32Vec *deps, RootSet *out)
{
    RootSetVec *sets = &engine->roots;
    uint32_t first = roots_first_kept(engine);
    for (uint32_t i = sets->count; i-- > first;) {
        if (!roots_are(&sets->items[i], deps))
            continue;
        *out = sets->items[i];
        memmove(&sets->items[i], &sets->items[i + 1], (sets->count - i - 1) * sizeof *sets->items);
        sets->count--;
        return true;
    }
    return false;
}

/* What the sweep must keep: the roots of completed requests, oldest first. A request that was cut
 * short knows some of its roots only, and must not push out one that knows them all; what it made
 * is young enough to stay for a while. */
static void remember_roots(EngineRequest *request)
{
    Engine *engine = request->engine;
    const U32Vec *deps = &request->root_deps;
    RootSet roots = { NULL, deps->count, 0 };
    pthread_mutex_lock(&engine->lock);
    if (!take_equal_roots(engine, deps, &roots)) {
        roots.deps = heap_alloc(deps->count * sizeof *roots.deps);
        if (deps->count)
            memcpy(roots.deps, deps->items, deps->count * sizeof *roots.deps);
    }
    roots.revision = request->revision;
    root_set_vec_push(&engine->roots, roots);
    pthread_mutex_unlock(&engine->lock);
}

bool engine_request_run(EngineRequest *request, void (*root)(Job *job, void *argument),
                        void *argument)
{
    rsc_assert(!request->ran);
    request->ran = true;
    request_enter(request);
    request_run_root(request, root, argument);
    request_gather(request);
    bool complete = !atomic_load(&request->cancelled);
    if (complete)
        request_collect_side_results(request);
    if (complete && request->keeps_reached)
        request_collect_reached(request);
    if (complete && request->engine->config.verify)
        request_verify(request);
    if (complete)
        remember_roots(request);
    request_leave(request);
    return complete;
}

/* ---- cancelling ---- */

void request_cancel_locked(EngineRequest *request)
{
    atomic_store(&request->cancelled, true);
    atomic_store(&request->attention, true);
    workers_wake_all(request->engine);
}

void engine_request_cancel(EngineRequest *request)
{
    Engine *engine = request->engine;
    pthread_mutex_lock(&engine->lock);
    request_cancel_locked(request);
    if (engine->step && engine->step->owner == request)
        request_cancel_locked(engine->step);
    pthread_mutex_unlock(&engine->lock);
}

void engine_request_cancel_at(EngineRequest *request, uint32_t fetch)
{
    atomic_store(&request->cancel_countdown, (int64_t)fetch);
    atomic_store(&request->attention, true);
}

bool engine_request_is_cancelled(const EngineRequest *request)
{
    return atomic_load(&request->cancelled);
}

bool engine_request_left_results(const EngineRequest *request)
{
    return atomic_load(&request->left_results);
}

bool engine_request_outdated(const EngineRequest *request)
{
    return atomic_load(&request->outdated);
}

bool engine_request_overflowed(const EngineRequest *request, CycleMember *where)
{
    if (request->overflowed && where)
        *where = request->overflow;
    return request->overflowed;
}

bool engine_request_gave_up(const EngineRequest *request, Str *why)
{
    if (request->gave_up && why)
        *why = request->why;
    return request->gave_up;
}
