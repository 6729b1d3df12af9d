/* Parallel groups: job_parallel_for. The owner publishes the group, takes part itself, and waits
 * for those that joined. Calls are numbered off by one counter, so lower ones are never left
 * behind; what they record is joined in index order. */
#include "engine/engine_priv.h"

/* ---- taking part ---- */

void group_cut(Job *call)
{
    Engine *engine = call->engine;
    Group *group = call->parent->group;
    pthread_mutex_lock(&engine->lock);
    if (call->call_index < atomic_load(&group->cut))
        atomic_store(&group->cut, call->call_index);
    workers_wake_all(engine);
    pthread_mutex_unlock(&engine->lock);
}

static void collect(Job *call, SubResult *result)
{
    Frame *frame = call->frame;
    result->dep_words = frame->deps.count;
    if (frame->deps.count) {
        result->deps = heap_alloc(frame->deps.count * sizeof *result->deps);
        memcpy(result->deps, frame->deps.items, frame->deps.count * sizeof *result->deps);
    }
    result->side = frame_side_list(frame);
}

static void run_call(Worker *worker, Group *group, GroupSlot *slot, uint32_t index)
{
    Job *owner = group->owner;
    Job *call = slot->job;
    job_begin(call, worker, owner->request, owner, NULL);
    call->home = owner->home;
    call->out = slot->out;
    call->mode = owner->mode;
    call->call_index = index;
    group->call(call, index, group->argument);
    slot->out = call->out;
    collect(call, &group->results[index]);
    if (call->stop != STOP_NONE && slot->stop == STOP_NONE && index <= atomic_load(&group->cut))
        slot->stop = call->stop;
    if (call->stop == STOP_CANCELLED || call->stop == STOP_ABANDONED)
        group_cut(call);
    job_end(call);
}

/* What the slot publishes is never above the call it runs next, so nobody takes a higher call for
 * the lowest. */
static void run_calls(Worker *worker, Group *group, GroupSlot *slot)
{
    for (;;) {
        atomic_store(&slot->index, atomic_load(&group->next));
        uint64_t index = atomic_fetch_add(&group->next, 1);
        if (index >= group->count)
            return;
        atomic_store(&slot->index, index);
        run_call(worker, group, slot, (uint32_t)index);
    }
}

/* Engine.lock held. */
static void slot_enter(Group *group, GroupSlot *slot)
{
    slot->next = group->slots;
    group->slots = slot;
}

/* Engine.lock held. */
static void slot_leave(Group *group, GroupSlot *slot)
{
    GroupSlot **link = &group->slots;
    while (*link != slot)
        link = &(*link)->next;
    *link = slot->next;
    if (slot->stop != STOP_NONE && group->stop == STOP_NONE)
        group->stop = slot->stop;
    if (slot->out) {
        OutArena *out = heap_alloc(sizeof *out);
        *out = (OutArena){ group->outs, slot->out };
        group->outs = out;
    }
}

void group_help(Worker *worker, Group *group)
{
    Engine *engine = worker->engine;
    Job call;
    GroupSlot slot = { .worker = worker, .job = &call };
    slot_enter(group, &slot);
    pthread_mutex_unlock(&engine->lock);
    run_calls(worker, group, &slot);
    pthread_mutex_lock(&engine->lock);
    slot_leave(group, &slot);
    /* The owner may sleep in the group or in a wait on top of it; it looks for a cycle that counts
     * now. */
    pthread_cond_signal(&group->owner->worker->wake);
}

bool job_is_cut_off(const Job *job)
{
    const Group *group = job->node || !job->parent ? NULL : job->parent->group;
    return group && job->call_index > atomic_load(&group->cut);
}

/* ---- finding work ---- */

static bool descends_from(const Group *group, const Node *node, const Job *job)
{
    if (!node && !job)
        return true;
    for (const Job *j = group->owner; j; j = j->parent) {
        if ((node && j->node == node) || (job && j == job))
            return true;
    }
    return false;
}

/* The oldest group first: its calls are the largest. */
Group *group_pick(Engine *engine, const Node *node, const Job *job)
{
    Group *oldest = NULL;
    for (Group *group = engine->groups; group; group = group->older) {
        if (atomic_load(&group->next) < group->count && descends_from(group, node, job))
            oldest = group;
    }
    return oldest;
}

/* ---- the owner ---- */

/* Engine.lock held. Idle helpers come; who waits for something above the group may help too. */
static void publish(Engine *engine, Group *group)
{
    group->published = true;
    group->older = engine->groups;
    if (engine->groups)
        engine->groups->newer = group;
    engine->groups = group;
    uint32_t wanted = group->count - 1;
    for (uint32_t i = 0; i < wanted && i < engine->idle_helpers; i++)
        pthread_cond_signal(&engine->idle);
    for (uint32_t i = 0; i < engine->worker_count; i++) {
        Worker *worker = engine->workers[i];
        if (worker->stopped && worker->wait_node && descends_from(group, worker->wait_node, NULL))
            pthread_cond_signal(&worker->wake);
    }
}

/* Engine.lock held. */
static void unpublish(Engine *engine, Group *group)
{
    if (group->older)
        group->older->newer = group->newer;
    if (group->newer)
        group->newer->older = group->older;
    else
        engine->groups = group->older;
}

/* Engine.lock held. */
static void wait_for_slots(Worker *worker, Group *group)
{
    Engine *engine = worker->engine;
    while (group->slots) {
        worker->stopped = true;
        if (!cycle_find(engine, group->owner)) {
            Group *below = worker_stack_below(worker->help_limit)
                               ? NULL
                               : group_pick(engine, NULL, group->owner);
            if (below) {
                worker->stopped = false;
                group_help(worker, below);
            } else {
                pthread_cond_wait(&worker->wake, &engine->lock);
            }
        }
        worker->stopped = false;
    }
}

static void free_arena(void *argument)
{
    arena_free(argument);
}

static void adopt_outs(Job *owner, Group *group)
{
    while (group->outs) {
        OutArena *out = group->outs;
        group->outs = out->next;
        arena_on_release(job_out(owner), free_arena, out->arena);
        heap_free(out);
    }
}

uint64_t group_run(Job *owner, uint32_t count, void (*call)(Job *, uint32_t, void *),
                   void *argument, SubResult *results)
{
    Engine *engine = owner->engine;
    Group group = { .owner = owner,
                    .call = call,
                    .argument = argument,
                    .count = count,
                    .results = results,
                    .cut = UINT64_MAX,
                    .stuck_index = UINT64_MAX };
    Job own_call;
    GroupSlot slot = { .worker = owner->worker, .job = &own_call };
    pthread_mutex_lock(&engine->lock);
    owner->group = &group;
    slot_enter(&group, &slot);
    if (count > 1 && engine->config.threads > 1)
        publish(engine, &group);
    pthread_mutex_unlock(&engine->lock);
    run_calls(owner->worker, &group, &slot);
    pthread_mutex_lock(&engine->lock);
    if (group.published)
        unpublish(engine, &group);
    slot_leave(&group, &slot);
    wait_for_slots(owner->worker, &group);
    owner->group = NULL;
    pthread_mutex_unlock(&engine->lock);
    if (group.outs)
        adopt_outs(owner, &group);
    if (owner->stop == STOP_NONE)
        owner->stop = atomic_load(&owner->home->cycle) ? STOP_CYCLE : group.stop;
    return group.stuck_index;
}

void job_parallel_for(Job *job, uint32_t count,
                      void (*fn)(Job *job, uint32_t index, void *argument), void *argument)
{
    if (count == 0)
        return;
    SubResult *results = heap_alloc_zeroed(count * sizeof *results);
    uint64_t stuck = group_run(job, count, fn, argument, results);
    frame_join_group(job->frame, results, count, stuck);
    heap_free(results);
}
