/* The functions that the engine's files share. Private; engine_types.h has the data and says who
 * owns it. Functions marked [x] are for exclusive phases. */
#ifndef RSCC_ENGINE_ENGINE_PRIV_H
#define RSCC_ENGINE_ENGINE_PRIV_H

#include "engine/engine_types.h"

static inline const QueryInfo *engine_query(const Engine *engine, QueryKind kind)
{
    return &engine->config.queries[kind];
}

/* Only the thread that owns the counter adds. */
static inline void counter_add(_Atomic int64_t *counter, int64_t n)
{
    int64_t old = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, old + n, memory_order_relaxed);
}
static inline int64_t counter_get(const _Atomic int64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

/* ---- engine_node.c ---- */

static inline Node *node_at(const Engine *engine, uint32_t id)
{
    Node *chunk =
        atomic_load_explicit(&engine->chunks[id >> NODE_CHUNK_BITS], memory_order_acquire);
    return &chunk[id & (NODE_CHUNK_NODES - 1)];
}
static inline uint32_t node_state(uint32_t word)
{
    return word & NODE_STATE_MASK;
}
static inline bool node_has_memo(const Node *node)
{
    return atomic_load_explicit(&node->verified, memory_order_relaxed) != 0;
}
static inline const QueryInfo *node_query(const Engine *engine, const Node *node)
{
    return engine_query(engine, node->kind);
}
/* Whether the memo holds without a look at its dependencies; `word` was loaded from state with
 * acquire. */
static inline bool node_is_valid(const Engine *engine, const Node *node, uint32_t word)
{
    if (node_state(word) != NODE_GREEN)
        return false;
    return !engine->eager_phase ||
           atomic_load_explicit(&node->verified, memory_order_acquire) == engine->revision;
}
void node_table_init(Engine *engine);
void node_table_release(Engine *engine);
/* The node of the key, made if absent. Any thread. */
Node *node_intern(Engine *engine, Encoder *encoder, QueryKind kind, const QueryKey *key);
/* [x] The same with a fingerprint that is known. */
Node *node_intern_known(Engine *engine, QueryKind kind, const QueryKey *key, Fp key_fp);
/* [x] Makes room in the index. */
void node_index_reserve(Engine *engine, uint32_t more);
/* Calls fn for each node that is in the index, in no order, until it returns false. Inside the
 * gate. */
void node_index_each(const Engine *engine, bool (*fn)(void *context, Node *node), void *context);
void node_index_prefetch(const Engine *engine, QueryKind kind, const QueryKey *key);
/* [x] Frees tables of the index that readers no longer use. */
void node_index_quiesce(Engine *engine);
/* [x] Makes the index anew without the nodes flagged NODE_FREE. */
void node_index_rebuild(Engine *engine);
/* [x] Frees everything the node owns and puts the id on the free list; the index still names it. */
void node_free(Engine *engine, Node *node);
/* [x] Drops the memo and keeps the key. */
void node_reset(Engine *engine, Node *node);
/* By the owner or [x]: the value leaves memory. */
void node_drop_value(Worker *worker, Node *node);
/* Whether the value can be had again. */
bool node_value_is_droppable(const Engine *engine, const Node *node);
void node_set_value(Worker *worker, Node *node, Arena *arena, const void *value);
EncodedValue *encoded_value_new(const void *data, size_t bytes);
/* One that lives as long as the slab. */
EncodedValue *encoded_value_new_in(Arena *slab, const void *data, size_t bytes);
/* NULL is allowed. */
EncodedValue *encoded_value_share(EncodedValue *encoded);
void encoded_value_release(EncodedValue *encoded);
SideList *side_list_new(const Str *items, uint32_t count);
SideList *side_list_copy(const SideList *list);
bool side_list_eq(const SideList *a, const SideList *b);

/* ---- engine_frame.c ---- */

Frame *frame_take(Worker *worker);
void frame_give(Worker *worker, Frame *frame);
void frame_add_dep(Frame *frame, uint32_t id);
/* Joins the sub-frames of a group up to and with `last`, and frees all. */
void frame_join_group(Frame *frame, SubResult *results, uint32_t count, uint64_t last);
/* NULL if there are none. */
SideList *frame_side_list(const Frame *frame);
void frame_clear_side(Frame *frame);
void frames_free(Worker *worker);

/* ---- engine_job.c ---- */

void job_begin(Job *job, Worker *worker, EngineRequest *request, Job *parent, Node *node);
void job_end(Job *job);
/* Decides whether the job has to stop and remembers it. Slow; job_stopped is the quick test. */
bool job_check_stop(Job *job);
bool job_check_stop_locked(Job *job);
static inline bool job_stopped(Job *job)
{
    if (job->stop != STOP_NONE)
        return true;
    if (!atomic_load_explicit(&job->request->attention, memory_order_relaxed) &&
        !atomic_load_explicit(&job->home->cycle, memory_order_relaxed))
        return false;
    return job_check_stop(job);
}

/* ---- engine_fetch.c ---- */

typedef enum { FETCH_OK, FETCH_STOPPED, FETCH_RETRY } FetchResult;
typedef enum { NEED_GREEN, NEED_VALUE } FetchNeed;
/* Brings the node up to date on behalf of the job; sets and clears asker->wanted. */
FetchResult job_fetch(Job *asker, Node *node, FetchNeed need);

/* ---- engine_verify.c ---- */

typedef enum { VERIFY_GREEN, VERIFY_CHANGED, VERIFY_STOPPED } VerifyResult;
VerifyResult node_verify(Job *run, Node **cause);

/* ---- engine_execute.c ---- */

/* Executes the node of the run and gives it its memo; false if the frame was discarded. */
bool node_execute(Job *run, ExecutionReason reason, const Node *cause);
/* Ends a run that found itself in a cycle. */
void node_finish_cycle(Job *run);
/* Runs the provider (or loads the input) into a new arena. NULL if the run has to stop; the arena
 * is freed then. */
void *node_run_provider(Job *run, Arena **arena);
/* Canonical bytes of the value, in the worker's encoder, until its next use. */
Encoder *worker_encode(Worker *worker, const QueryInfo *query, const void *value);
/* Keeps the encoding of the node's value until the store has it. */
void node_keep_encoded(Node *node, const Encoder *e);
/* Gives the run's node a copy of the list and notes it as finished. */
void node_set_deps(Job *run, const uint32_t *words, uint32_t count);
/* Notes a node that the run gave a memo, or bytes that are to be stored. */
void job_note_finished(Job *run, Finished finished);
/* What a node has from its dependencies: the least durability; *deep becomes true if there are side
 * results below. */
uint8_t node_summarize_deps(const Engine *engine, const Node *node, bool *deep);
/* Whether a new value leaves the node unchanged for its dependents. */
bool node_cuts_off(const Node *node, Fp fp, uint8_t durability);
/* Whether values of this kind are kept as bytes. */
static inline bool query_stores_value(const QueryInfo *query)
{
    return (query->flags & (QF_PERSIST | QF_EXPENSIVE)) != 0;
}

/* ---- engine_value.c ---- */

/* Brings the value of a green node into memory. False if the run has to stop. */
bool node_materialize(Job *run);
/* Decodes into a new arena; NULL if the bytes are not a value. */
void *value_decode(Engine *engine, const QueryInfo *query, const void *bytes, size_t count,
                   Arena **arena);
/* A node's value is not what its memo says: it is executed again in the next revision. */
void engine_value_mismatch(Job *run, Fp found);
/* Unless the node was named before, or enough of them were. */
void engine_report_bug(Engine *engine, const Node *node, const char *what);

/* ---- engine_history.c ---- */

typedef enum { HISTORY_MISS, HISTORY_HIT, HISTORY_STOPPED } HistoryResult;
HistoryResult node_history_reuse(Job *run);
/* Puts the memo just made first. */
void node_history_record(Engine *engine, Node *node);
void node_history_free(History *history);
/* Puts an entry first (taking it over), removing an equal one and what is over the bound. */
void node_history_push(Engine *engine, Node *node, HistoryEntry entry);

/* ---- engine_cycle.c ---- */

/* Engine.lock held, the worker stopped: looks for a cycle from what the job waits for and, if there
 * is one, tells its members. */
bool cycle_find(Engine *engine, Job *start);
/* A member has its memo. The last one publishes all: nobody sees a memo that depends on one that is
 * not there yet. */
void cycle_publish(Engine *engine, Cycle *cycle, Node *member);
/* A member has none. */
void cycle_leave(Engine *engine, Cycle *cycle);
/* Engine.lock held: whether every parallel call above the job, and the job if it is one, is the
 * lowest of its group under way. */
bool job_is_in_line(const Job *job);

/* ---- engine_worker.c ---- */

void workers_start(Engine *engine);
/* Joins all threads; workers_free then frees what they own. */
void workers_stop(Engine *engine);
void workers_free(Engine *engine);
/* Waits until the node is not running any more (FETCH_RETRY), or the asker has to stop. */
FetchResult worker_wait_for_node(Worker *worker, Job *asker, Node *node);
/* Stores the next state of a node that this worker ran, and wakes who waits. */
void node_publish(Engine *engine, Node *node, NodeState next);
/* Runs the task on a thread with a fresh stack and waits for it. From a worker: */
void worker_continue_elsewhere(Worker *worker, void (*run)(Worker *, void *), void *argument);
/* From any other thread: */
void engine_run_on_lead(Engine *engine, void (*run)(Worker *, void *), void *argument);
/* Engine.lock held: every stopped worker looks at its situation again. */
void workers_wake_all(Engine *engine);
static inline bool worker_stack_below(uintptr_t limit)
{
    return (uintptr_t)__builtin_frame_address(0) < limit;
}

/* ---- engine_group.c ---- */

/* job_parallel_for without joining: results (count of them, zeroed) get what each call recorded.
 * Returns the index that the owner's cycle goes through, or UINT64_MAX. */
uint64_t group_run(Job *owner, uint32_t count, void (*call)(Job *, uint32_t, void *),
                   void *argument, SubResult *results);
/* From a call: calls above it are not wanted any more; those that wait are abandoned. */
void group_cut(Job *call);
/* Whether the job is such an unwanted call. Engine.lock held. */
bool job_is_cut_off(const Job *job);
/* Engine.lock held: a group that has calls left and descends from the node or the job; from
 * anything if both are NULL. */
Group *group_pick(Engine *engine, const Node *node, const Job *job);
/* Engine.lock held, released meanwhile: takes part until no call is left. */
void group_help(Worker *worker, Group *group);

/* ---- engine_request.c ---- */

RequestSlice *request_slice(EngineRequest *request, const Worker *worker);
/* Joins the slices and frees them. */
void request_gather(EngineRequest *request);
/* Adds trace and counters of the revision step before it. */
void request_take_revision_step(EngineRequest *request, EngineRequest *step);
/* Runs root on a lead; the gate is the caller's business. */
void request_run_root(EngineRequest *request, void (*root)(Job *job, void *argument),
                      void *argument);
/* Engine.lock held. */
void request_cancel_locked(EngineRequest *request);
/* Enters the gate as a sample, which leaves it at once when anybody else wants to come in; false if
 * somebody is there already. *round: how many there were before. */
bool request_enter_idle(EngineRequest *request, uint64_t *round);
void request_leave(EngineRequest *request);
/* The gate: waits until no request runs, and keeps new ones out. */
void engine_exclusive_begin(Engine *engine);
void engine_exclusive_end(Engine *engine);

/* ---- engine_walk.c ---- */

/* Every node reached from the request's root; heap, ordered by (kind, key fp). */
NodeVec request_reached_nodes(const EngineRequest *request);
void request_collect_side_results(EngineRequest *request);
void request_collect_reached(EngineRequest *request);
/* By (kind, key fp). */
void node_vec_sort(NodeVec *nodes);

/* ---- engine_verify_mode.c ---- */

/* After the run of a complete request. */
void request_verify(EngineRequest *request);

/* ---- engine_link.c ---- */

/* [x] Brings reverse edges up to date with what finished since the last call, and appends those
 * nodes to `finished` (may be NULL). */
void engine_link_finished(Engine *engine, NodeVec *finished);
/* [x] */
void engine_note_unsaved(Engine *engine, Node *node);
/* [x] Everything is to be written anew. */
void engine_note_rewrite(Engine *engine);
void node_add_dependent(Node *node, uint32_t id);
/* [x] The stamp for a new walk over Node.visit. */
uint32_t engine_next_visit(Engine *engine);

/* ---- engine_revision.c ---- */

/* [x] Everything above these nodes that have side results below gets to know it. */
void engine_spread_deep(Engine *engine, const NodeVec *nodes);

/* [x] Whether the node is eager and of an ordered kind; late ones are. */
static inline bool node_is_ordered(const Engine *engine, const Node *node)
{
    QueryKind first = engine->config.first_ordered_kind;
    if (first == 0)
        first = engine->config.first_late_kind;
    return first && node->kind >= first && (node_query(engine, node)->flags & QF_EAGER);
}
/* [x] Puts a marked ordered node where the revision step or engine_settle finds it. */
void engine_note_late(Engine *engine, Node *node);
/* [x] Takes out an ordered node that is about to be freed. */
void engine_forget_late(Engine *engine, Node *node);

/* ---- engine_memory.c ---- */

/* [x] Frees values that were detached while requests ran. */
void engine_free_retired(Engine *engine);
/* Hostile hook: takes the value out of memory; pointers to it stay good until no request runs. */
void node_evict(Worker *worker, Node *node);
/* [x] Frees nodes that nothing has reached for long. */
void engine_sweep(Engine *engine);
/* [x] The sets of roots from here on outlive sweeps and the process. */
uint32_t roots_first_kept(const Engine *engine);
/* Frees all sets of the list and leaves it empty. */
void roots_clear(RootSetVec *roots);
/* [x] engine_trim where it is overdue, for an engine that is never idle. */
void engine_trim_overdue(Engine *engine);
uint32_t engine_live_nodes(const Engine *engine);

/* ---- engine_trace.c ---- */

uint64_t clock_ns(void);
uint32_t trace_begin(Job *run, ExecutionReason reason, const Node *cause);
void trace_end(Job *run, uint32_t index, bool changed, bool dropped);

#endif
