/* Cycles.
 *
 * A node under way that waits points to one other node: the one its provider, or its verification,
 * asks for now. In a parallel group that is the pointer of the lowest call that is not finished;
 * what higher calls wait for does not count yet, exactly as if the calls ran one after the other. A
 * verification asks in recorded order and stops at the first change, so its pointer is the one its
 * provider would have; a call of a group under verification that found a change ends the line
 * there. A job that has to stop, and a call that ended because it had to, point nowhere: they say
 * nothing of what their provider asks for. Hence the pointers are a function of the inputs alone,
 * each node is on at most one ring of pointers, and which rings there are does not depend on
 * threads or on who asked first.
 *
 * A ring is found by the last thread that goes to wait on it: every thread looks from its own job
 * each time before it sleeps, and the owner of a group looks again when a call has ended. Jobs of
 * other threads are looked at only while those threads are stopped inside a wait, under
 * Engine.lock.
 *
 * All members of a ring get their kind's error value, and what they asked for after that is not
 * asked. A node that merely leads to a ring gets a member's error value as an ordinary one, once
 * all members have theirs. */
#include "engine/engine_priv.h"

/* The slot of the lowest call under way. A slot's index is a lower bound while its thread is
 * between calls. */
static GroupSlot *lowest_slot(const Group *group)
{
    GroupSlot *lowest = NULL;
    for (GroupSlot *slot = group->slots; slot; slot = slot->next) {
        if (!lowest || atomic_load(&slot->index) < atomic_load(&lowest->index))
            lowest = slot;
    }
    return lowest;
}

bool job_is_in_line(const Job *job)
{
    for (; job->parent; job = job->parent) {
        const Group *group = job->node ? NULL : job->parent->group;
        if (group && (lowest_slot(group)->job != job || job_is_cut_off(job)))
            return false;
    }
    return true;
}

/* The node that a job waits for, NULL while it can go on by itself. The job's worker is stopped. */
static Node *job_waits_for(const Job *job)
{
    while (job->stop == STOP_NONE && job->group) {
        const GroupSlot *slot = lowest_slot(job->group);
        if (!slot || !slot->worker->stopped ||
            atomic_load(&slot->index) > atomic_load(&job->group->cut))
            return NULL;
        job = slot->job;
    }
    return job->stop == STOP_NONE ? job->wanted : NULL;
}

static Node *node_waits_for(const Engine *engine, const Node *node)
{
    uint32_t word = atomic_load_explicit(&node->state, memory_order_acquire);
    if (node_state(word) != NODE_RUNNING)
        return NULL;
    const Worker *runner = engine->workers[word >> NODE_RUNNER_SHIFT];
    if (!runner->stopped || !node->job || atomic_load(&node->job->cycle))
        return NULL;
    return job_waits_for(node->job);
}

static void note_where_stuck(Job *job)
{
    while (job->group) {
        GroupSlot *slot = lowest_slot(job->group);
        rsc_assert(slot != NULL);
        job->group->stuck_index = atomic_load(&slot->index);
        job = slot->job;
    }
}

/* Members of a cycle whose memos all say so, and whose verification came back to itself without
 * finding a change. */
static bool is_member_unchanged(const Node *node)
{
    return node->job->mode == RUN_VERIFY && (node->flags & NODE_IN_CYCLE) &&
           !(node->flags & NODE_FORCED) && node->job->prefix == node->deps;
}

static Node *smallest_member(const Engine *engine, Node *start, uint32_t *count)
{
    Node *smallest = start;
    *count = 0;
    Node *node = start;
    do {
        int order = fp_compare(node->key_fp, smallest->key_fp);
        if (order < 0 || (order == 0 && node->kind < smallest->kind))
            smallest = node;
        ++*count;
        node = node_waits_for(engine, node);
    } while (node != start);
    return smallest;
}

/* Tells all members of the ring that the node is on. */
static void cycle_close(Engine *engine, Node *on_ring)
{
    uint32_t count;
    Node *first = smallest_member(engine, on_ring, &count);
    Cycle *cycle = heap_alloc_zeroed(sizeof *cycle + count * sizeof cycle->members[0]);
    cycle->unfinished = count;
    cycle->finished = heap_alloc(count * sizeof(Node *));
    cycle->count = count;
    cycle->unchanged = true;
    Node **members = heap_alloc(count * sizeof(Node *));
    Node *node = first;
    for (uint32_t i = 0; i < count; i++) {
        members[i] = node;
        cycle->members[i] = (CycleMember){ node->kind, node->key };
        cycle->unchanged &= is_member_unchanged(node);
        node = node_waits_for(engine, node);
    }
    for (uint32_t i = 0; i < count; i++) {
        note_where_stuck(members[i]->job);
        atomic_store(&members[i]->job->cycle, cycle);
    }
    heap_free(members);
    workers_wake_all(engine);
}

bool cycle_find(Engine *engine, Job *start)
{
    uint32_t serial = ++engine->wait_serial;
    Node *node = job_waits_for(start);
    while (node && node->wait_stamp != serial) {
        node->wait_stamp = serial;
        node = node_waits_for(engine, node);
    }
    if (node)
        cycle_close(engine, node);
    return node != NULL;
}

/* Engine.lock held. */
static void member_ends(Engine *engine, Cycle *cycle)
{
    if (--cycle->unfinished > 0)
        return;
    for (uint32_t i = 0; i < cycle->finished_count; i++)
        atomic_store_explicit(&cycle->finished[i]->state, NODE_GREEN, memory_order_release);
    workers_wake_all(engine);
    heap_free(cycle->finished);
    heap_free(cycle);
}

void cycle_publish(Engine *engine, Cycle *cycle, Node *member)
{
    pthread_mutex_lock(&engine->lock);
    cycle->finished[cycle->finished_count++] = member;
    member_ends(engine, cycle);
    pthread_mutex_unlock(&engine->lock);
}

void cycle_leave(Engine *engine, Cycle *cycle)
{
    pthread_mutex_lock(&engine->lock);
    member_ends(engine, cycle);
    pthread_mutex_unlock(&engine->lock);
}
