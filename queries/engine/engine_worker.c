/* Threads. Helpers take part in parallel groups; leads run what needs a stack of its own: a
 * request's root, and the rest of a chain of nodes that has used up the stack before. While a lead
 * works for it, the thread that handed over sleeps, so a request never runs on more threads than
 * configured.
 *
 * A thread sleeps only while what it waits for is under way on another one, or for the end of a
 * parallel group. Before it sleeps it looks for a cycle, and for work below what it waits for. Such
 * work goes on top of its stack and pins the frames under it, so it is taken only where those
 * frames cannot have to end first: either they wait for that work whatever happens (the owner of a
 * group), or they are in line, that is, all their calls are the lowest of their groups, so that a
 * cycle through them would go through what they wait for and end the work on top as well. */
#include <errno.h>
#include <sys/mman.h>

#include "base/sanitizer.h"
#include "engine/engine_priv.h"

enum {
    STACK_BYTES_DEFAULT = 64 << 20,
    STACK_GUARD_BYTES = 1 << 16,
    STACK_BYTES_MIN = 16 << 20,
    STACK_RESERVE_SHARE =
        4, /* of the stack, for one provider and what it calls outside the engine */
};

/* ---- threads ---- */

static void worker_thread_begin(Worker *worker)
{
    uintptr_t top = (uintptr_t)__builtin_frame_address(0);
    size_t bytes = worker->engine->config.stack_bytes;
    worker->stack_limit = top - bytes + STACK_GUARD_BYTES + bytes / STACK_RESERVE_SHARE;
    worker->help_limit = top - bytes / 2;
    if (RSC_TSAN) { /* it notes frames on a stack of its own, which has room for 65,536 */
        worker->stack_limit = top - bytes / 4;
        worker->help_limit = top - bytes / 8;
    }
    crash_thread_init();
}

static void *helper_main(void *argument)
{
    Worker *worker = argument;
    Engine *engine = worker->engine;
    worker_thread_begin(worker);
    pthread_mutex_lock(&engine->lock);
    while (!engine->stopping) {
        Group *group = group_pick(engine, NULL, NULL);
        if (group) {
            group_help(worker, group);
            continue;
        }
        engine->idle_helpers++;
        pthread_cond_wait(&engine->idle, &engine->lock);
        engine->idle_helpers--;
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

/* Engine.lock held, released meanwhile. */
static void lead_run_task(Worker *worker)
{
    Engine *engine = worker->engine;
    LeadTask *task = worker->task;
    worker->task = NULL;
    pthread_mutex_unlock(&engine->lock);
    task->run(worker, task->argument);
    pthread_mutex_lock(&engine->lock);
    worker->next_free = engine->free_leads;
    engine->free_leads = worker;
    task->done = true;
    pthread_cond_broadcast(task->wake);
}

static void *lead_main(void *argument)
{
    Worker *worker = argument;
    Engine *engine = worker->engine;
    worker_thread_begin(worker);
    pthread_mutex_lock(&engine->lock);
    while (!engine->stopping) {
        if (worker->task)
            lead_run_task(worker);
        else
            pthread_cond_wait(&worker->wake, &engine->lock);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

/* Engine.lock held. The thread's stack is mapped by the C library, with a guard, and committed as
 * it is used. */
static Worker *worker_new(Engine *engine, void *(*main)(void *))
{
    rsc_assert(engine->worker_count < WORKERS_MAX);
    Worker *worker = heap_alloc_zeroed(sizeof *worker);
    worker->engine = engine;
    worker->index = engine->worker_count;
    encoder_init(&worker->encoder, NULL, engine->config.interners, ENCODE_CANONICAL);
    pthread_attr_t attributes;
    rsc_assert(pthread_cond_init(&worker->wake, NULL) == 0);
    rsc_assert(pthread_attr_init(&attributes) == 0);
    rsc_assert(pthread_attr_setstacksize(&attributes, engine->config.stack_bytes) == 0);
    rsc_assert(pthread_attr_setguardsize(&attributes, STACK_GUARD_BYTES) == 0);
    engine->workers[engine->worker_count++] = worker;
    rsc_assert(pthread_create(&worker->thread, &attributes, main, worker) == 0);
    pthread_attr_destroy(&attributes);
    return worker;
}

static void worker_free(Worker *worker)
{
    frames_free(worker);
    encoder_release(&worker->encoder);
    for (uint32_t i = 0; i < worker->finished.count; i++) {
        if (worker->finished.items[i].relink && !worker->finished.items[i].old_in_slab)
            heap_free(worker->finished.items[i].old_deps);
    }
    finished_vec_release(&worker->finished);
    pthread_cond_destroy(&worker->wake);
    heap_free(worker);
}

void workers_start(Engine *engine)
{
    if (!engine->config.stack_bytes)
        engine->config.stack_bytes = STACK_BYTES_DEFAULT;
    rsc_assert(engine->config.stack_bytes >= STACK_BYTES_MIN);
    pthread_mutex_lock(&engine->lock);
    engine->free_leads = worker_new(engine, lead_main);
    for (uint32_t i = 1; i < engine->config.threads; i++)
        worker_new(engine, helper_main);
    pthread_mutex_unlock(&engine->lock);
}

void workers_stop(Engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->stopping = true;
    pthread_cond_broadcast(&engine->idle);
    workers_wake_all(engine);
    pthread_mutex_unlock(&engine->lock);
    for (uint32_t i = 0; i < engine->worker_count; i++)
        pthread_join(engine->workers[i]->thread, NULL);
}

void workers_free(Engine *engine)
{
    for (uint32_t i = 0; i < engine->worker_count; i++)
        worker_free(engine->workers[i]);
}

void workers_wake_all(Engine *engine)
{
    for (uint32_t i = 0; i < engine->worker_count; i++)
        pthread_cond_signal(&engine->workers[i]->wake);
}

/* ---- handing over ---- */

/* Engine.lock held; released while waiting. */
static void run_on_lead(Engine *engine, LeadTask *task)
{
    Worker *lead = engine->free_leads;
    if (lead)
        engine->free_leads = lead->next_free;
    else
        lead = worker_new(engine, lead_main);
    lead->task = task;
    pthread_cond_signal(&lead->wake);
    while (!task->done)
        pthread_cond_wait(task->wake, &engine->lock);
}

void worker_continue_elsewhere(Worker *worker, void (*run)(Worker *, void *), void *argument)
{
    Engine *engine = worker->engine;
    LeadTask task = { run, argument, false, &worker->wake };
    pthread_mutex_lock(&engine->lock);
    worker->stopped = true;
    run_on_lead(engine, &task);
    worker->stopped = false;
    pthread_mutex_unlock(&engine->lock);
}

void engine_run_on_lead(Engine *engine, void (*run)(Worker *, void *), void *argument)
{
    pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
    LeadTask task = { run, argument, false, &wake };
    pthread_mutex_lock(&engine->lock);
    run_on_lead(engine, &task);
    pthread_mutex_unlock(&engine->lock);
    pthread_cond_destroy(&wake);
}

/* ---- waiting for a node ---- */

/* Whoever publishes a state over this bit wakes the waiters. */
static bool request_wakeup(Node *node, uint32_t word)
{
    return (word & NODE_WAITED_FOR) ||
           atomic_compare_exchange_strong(&node->state, &word, word | NODE_WAITED_FOR);
}

/* Engine.lock held. Sleeps until something may have changed, or does work that the node's run waits
 * for. */
static void wait_once(Worker *worker, Job *asker, Node *node)
{
    Engine *engine = worker->engine;
    if (cycle_find(engine, asker))
        return;
    Group *group = NULL;
    if (!worker_stack_below(worker->help_limit) && job_is_in_line(asker))
        group = group_pick(engine, node, NULL);
    if (!group) {
        pthread_cond_wait(&worker->wake, &engine->lock);
        return;
    }
    worker->stopped = false;
    group_help(worker, group);
}

FetchResult worker_wait_for_node(Worker *worker, Job *asker, Node *node)
{
    Engine *engine = worker->engine;
    FetchResult result = FETCH_RETRY;
    pthread_mutex_lock(&engine->lock);
    Node *outer_node = worker->wait_node;
    Job *outer_job = worker->wait_job;
    for (;;) {
        uint32_t word = atomic_load_explicit(&node->state, memory_order_acquire);
        if (node_state(word) != NODE_RUNNING)
            break;
        if (job_check_stop_locked(asker)) {
            result = FETCH_STOPPED;
            break;
        }
        if (!request_wakeup(node, word))
            continue;
        worker->stopped = true;
        worker->wait_node = node;
        worker->wait_job = asker;
        wait_once(worker, asker, node);
        worker->stopped = false;
    }
    worker->wait_node = outer_node;
    worker->wait_job = outer_job;
    pthread_mutex_unlock(&engine->lock);
    return result;
}

uint32_t engine_waiting_workers(Engine *engine)
{
    uint32_t waiting = 0;
    pthread_mutex_lock(&engine->lock);
    for (uint32_t w = 0; w < engine->worker_count; w++)
        waiting += engine->workers[w]->wait_node != NULL;
    pthread_mutex_unlock(&engine->lock);
    return waiting;
}

void node_publish(Engine *engine, Node *node, NodeState next)
{
    uint32_t old = atomic_exchange_explicit(&node->state, next, memory_order_acq_rel);
    if (!(old & NODE_WAITED_FOR))
        return;
    pthread_mutex_lock(&engine->lock);
    for (uint32_t i = 0; i < engine->worker_count; i++) {
        if (engine->workers[i]->wait_node == node)
            pthread_cond_signal(&engine->workers[i]->wake);
    }
    pthread_mutex_unlock(&engine->lock);
}
