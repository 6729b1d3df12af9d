/* Fetching: the single flight of a node. Whoever moves the state word from EMPTY, MARKED or GREEN
 * to RUNNING verifies, executes or loads the node; everybody else waits, or finds that waiting
 * would close a cycle. */
#include "engine/engine_priv.h"

typedef struct {
    Job *asker;
    Node *node;
    FetchNeed need;
    FetchResult result;
} FetchCall;

/* The ways a run can end. */
typedef enum { RUN_DONE, RUN_DISCARDED } RunResult;

static bool is_ready(const Engine *engine, const Node *node, uint32_t word, FetchNeed need)
{
    if (!node_is_valid(engine, node, word))
        return false;
    return need == NEED_GREEN || atomic_load_explicit(&node->value, memory_order_acquire) != NULL;
}

static bool claim(const Worker *worker, Node *node, uint32_t *word)
{
    uint32_t running = NODE_RUNNING | (worker->index << NODE_RUNNER_SHIFT);
    return atomic_compare_exchange_strong_explicit(&node->state, word, running,
                                                   memory_order_acq_rel, memory_order_acquire);
}

/* A memo whose dependencies were all found unchanged. */
static void accept(Job *run)
{
    run->slice->counters[run->node->kind].verified++;
    atomic_store_explicit(&run->node->verified, run->engine->revision, memory_order_release);
}

static ExecutionReason reason_for(const Engine *engine, const Node *node, const Node *cause)
{
    if (engine->eager_phase && (node_query(engine, node)->flags & QF_EAGER))
        return WHY_EAGER;
    return (node_query(engine, cause)->flags & QF_INPUT) ? WHY_INPUT : WHY_DEPENDENCY;
}

static RunResult execute(Job *run, ExecutionReason reason, const Node *cause)
{
    return node_execute(run, reason, cause) ? RUN_DONE : RUN_DISCARDED;
}

static RunResult stopped(Job *run)
{
    if (run->stop != STOP_CYCLE)
        return RUN_DISCARDED;
    node_finish_cycle(run);
    return RUN_DONE;
}

static RunResult execute_changed(Job *run, const Node *cause)
{
    bool may_reuse = !(run->node->flags & NODE_FORCED);
    if (may_reuse && (node_query(run->engine, run->node)->flags & QF_EXPENSIVE)) {
        switch (node_history_reuse(run)) {
        case HISTORY_HIT:
            return RUN_DONE;
        case HISTORY_STOPPED:
            return stopped(run);
        case HISTORY_MISS:
            break;
        }
    }
    return execute(run, reason_for(run->engine, run->node, cause), cause);
}

static RunResult verify_or_execute(Job *run)
{
    Node *cause = NULL;
    switch (node_verify(run, &cause)) {
    case VERIFY_GREEN:
        accept(run);
        return RUN_DONE;
    case VERIFY_STOPPED:
        return stopped(run);
    case VERIFY_CHANGED:
        break;
    }
    return execute_changed(run, cause);
}

static RunResult run_claimed(Job *run, uint32_t previous)
{
    switch ((NodeState)node_state(previous)) {
    case NODE_GREEN:
        if (!node_is_valid(run->engine, run->node, previous))
            return verify_or_execute(run);
        /* Another thread may have run the node between the look and the claim. */
        return atomic_load(&run->node->value) || node_materialize(run) ? RUN_DONE : RUN_DISCARDED;
    case NODE_MARKED:
        return verify_or_execute(run);
    case NODE_EMPTY:
        return execute(run, WHY_NEW, NULL);
    case NODE_RUNNING:
        break;
    }
    RSC_UNREACHABLE();
}

/* Too deep is not an answer of any node, because it would depend on who asked first: the whole
 * request ends with it. */
static bool is_too_deep(Job *run)
{
    Engine *engine = run->engine;
    if (run->depth < engine->config.depth_limit)
        return false;
    EngineRequest *request = run->request;
    pthread_mutex_lock(&engine->lock);
    if (!request->overflowed)
        request->overflow = (CycleMember){ run->node->kind, run->node->key };
    request->overflowed = true;
    request_cancel_locked(request);
    pthread_mutex_unlock(&engine->lock);
    return true;
}

/* False if what was begun had to be thrown away: the node is as it was before. */
static bool node_run(Worker *worker, Job *asker, Node *node, uint32_t previous)
{
    Job run;
    job_begin(&run, worker, asker->request, asker, node);
    node->job = &run;
    RunResult result = is_too_deep(&run) ? RUN_DISCARDED : run_claimed(&run, previous);
    Cycle *cycle = atomic_load(&run.cycle);
    rsc_assert(result == RUN_DONE || !cycle);
    asker->child_ns += run.child_ns;
    node->job = NULL;
    if (cycle)
        cycle_publish(worker->engine, cycle, node);
    else
        node_publish(worker->engine, node,
                     result == RUN_DONE ? NODE_GREEN : (NodeState)node_state(previous));
    job_end(&run);
    return result == RUN_DONE;
}

static FetchResult fetch(Worker *worker, Job *asker, Node *node, FetchNeed need)
{
    for (;;) {
        if (job_stopped(asker))
            return FETCH_STOPPED;
        uint32_t word = atomic_load_explicit(&node->state, memory_order_acquire);
        if (node_state(word) == NODE_RUNNING) {
            if (worker_wait_for_node(worker, asker, node) == FETCH_STOPPED)
                return FETCH_STOPPED;
        } else if (is_ready(worker->engine, node, word, need)) {
            return FETCH_OK;
        } else if (claim(worker, node, &word)) {
            if (!node_run(worker, asker, node, word) && job_check_stop(asker))
                return FETCH_STOPPED;
        }
    }
}

static void fetch_elsewhere(Worker *worker, void *argument)
{
    FetchCall *call = argument;
    call->result = fetch(worker, call->asker, call->node, call->need);
}

FetchResult job_fetch(Job *asker, Node *node, FetchNeed need)
{
    FetchCall call = { asker, node, need, FETCH_STOPPED };
    asker->wanted = node;
    if (worker_stack_below(asker->worker->stack_limit))
        worker_continue_elsewhere(asker->worker, fetch_elsewhere, &call);
    else
        call.result = fetch(asker->worker, asker, node, need);
    asker->wanted = NULL;
    return call.result;
}
