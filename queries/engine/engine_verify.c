/* Verification: is the memo of a marked node still right? Its dependencies are looked at in
 * recorded order, and no further than the first one that changed: later ones may not exist any
 * more, and a provider that ran would not ask for them. The calls of a parallel group are
 * independent of each other, so they are checked side by side. */
#include "engine/engine_priv.h"

static bool dep_is_valid(const Engine *engine, const Node *dep)
{
    uint32_t word = atomic_load_explicit(&dep->state, memory_order_acquire);
    return node_is_valid(engine, dep, word);
}

static bool bring_up_to_date(Job *job, Node *dep)
{
    uint32_t word = atomic_load_explicit(&dep->state, memory_order_acquire);
    if (node_is_valid(job->engine, dep, word))
        return true;
    if (node_state(word) != NODE_GREEN)
        job->slice->verify_steps++;
    return job_fetch(job, dep, NEED_GREEN) == FETCH_OK;
}

/* ---- parallel groups ---- */

typedef struct {
    const uint32_t *words;  /* of the whole list */
    const uint32_t *starts; /* of each call's words, after its length word */
    uint32_t *reached;      /* the word each call got to */
    uint32_t since;
} GroupCheck;

static void check_call(Job *job, uint32_t index, void *argument)
{
    const GroupCheck *check = argument;
    if (index > atomic_load(&job->parent->group->cut))
        return;
    uint32_t start = check->starts[index];
    uint32_t end = start + (check->words[start - 1] & ~DEP_MARK);
    for (uint32_t at = start; at < end; at++) {
        check->reached[index] = at;
        Node *dep = node_at(job->engine, check->words[at]);
        if (!bring_up_to_date(job, dep))
            return;
        if (dep->changed > check->since) {
            group_cut(job);
            return;
        }
    }
}

/* The word after the group that begins at words[at]; counts what has to be looked at, up to two. */
static uint32_t group_end(const Engine *engine, const uint32_t *words, uint32_t at,
                          uint32_t *invalid)
{
    uint32_t calls = words[at++] & ~DEP_MARK;
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t end = at + 1 + (words[at] & ~DEP_MARK);
        while (++at < end) {
            if (*invalid < 2)
                *invalid += !dep_is_valid(engine, node_at(engine, words[at]));
        }
    }
    return at;
}

/* Brings what the group's calls would ask for up to date, on several threads. False if the run has
 * to stop. */
static bool check_group(Job *run, const uint32_t *words, uint32_t at, uint32_t since)
{
    uint32_t calls = words[at] & ~DEP_MARK;
    uint32_t *starts = arena_alloc_array(job_scratch(run), calls, 2 * sizeof *starts);
    uint32_t next = at + 1;
    for (uint32_t i = 0; i < calls; i++) {
        starts[i] = next + 1;
        next += 1 + (words[next] & ~DEP_MARK);
    }
    GroupCheck check = { words, starts, starts + calls, since };
    SubResult *results = heap_alloc_zeroed(calls * sizeof *results);
    uint64_t stuck = group_run(run, calls, check_call, &check, results);
    heap_free(results);
    if (stuck < calls)
        run->prefix_words = check.reached[stuck] + 1;
    return run->stop == STOP_NONE;
}

/* ---- the list ---- */

static VerifyResult verify_deps(Job *run, uint32_t since, Node **cause, bool *deep)
{
    const Engine *engine = run->engine;
    const uint32_t *words = run->prefix;
    uint32_t group_checked_to = 0;
    for (uint32_t i = 0; i < run->node->dep_words; i++) {
        run->prefix_words = i + 1;
        if (words[i] & DEP_MARK) {
            uint32_t invalid = 0;
            if (i < group_checked_to || engine->config.threads == 1)
                continue;
            group_checked_to = group_end(engine, words, i, &invalid);
            if (invalid >= 2 && !check_group(run, words, i, since))
                return VERIFY_STOPPED;
            continue;
        }
        Node *dep = node_at(engine, words[i]);
        if (!bring_up_to_date(run, dep))
            return VERIFY_STOPPED;
        *deep |= dep->deep;
        if (dep->changed > since) {
            *cause = dep;
            return VERIFY_CHANGED;
        }
    }
    return VERIFY_GREEN;
}

VerifyResult node_verify(Job *run, Node **cause)
{
    Node *node = run->node;
    uint32_t since = atomic_load_explicit(&node->verified, memory_order_relaxed);
    *cause = node;
    if (node->flags & NODE_FORCED)
        return VERIFY_CHANGED;
    if (run->engine->last_changed[node->durability] <= since)
        return VERIFY_GREEN;
    bool deep = node->side != NULL;
    run->mode = RUN_VERIFY;
    run->prefix = node->deps;
    run->prefix_words = 0;
    VerifyResult result = verify_deps(run, since, cause, &deep);
    if (result == VERIFY_GREEN)
        node->deep = deep || (node->flags & NODE_IN_CYCLE);
    return result;
}
