/* Private to the engine. Overview of who owns what and which lock guards what.
 *
 * Node: one memo. Its state word is the single-flight gate: whoever moves it to NODE_RUNNING owns
 * the other fields until it stores the next state (release); whoever loads NODE_GREEN (acquire) may
 * read them. Fields marked [x] are written only in exclusive phases: between engine_revision_begin
 * and _end, in engine_persist, engine_trim, engine_load, when no request runs.
 *
 * Engine.lock guards everything about waiting: workers, groups, leads, the request gate, cycles. It
 * is taken only on slow paths and never while a provider, encoder, store or input function runs.
 * The shards of the key index have locks of their own for inserting, and nothing is called under
 * them. */
#ifndef RSCC_ENGINE_ENGINE_TYPES_H
#define RSCC_ENGINE_ENGINE_TYPES_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/crash.h"
#include "base/map.h"
#include "base/vec.h"
#include "engine/engine.h"
#include "engine/engine_hostile.h"

typedef struct Node Node;
typedef struct Worker Worker;
typedef struct Group Group;
typedef struct Cycle Cycle;
typedef struct History History;
typedef struct RequestSlice RequestSlice;

enum {
    NODE_CHUNK_BITS = 10,
    NODE_CHUNK_NODES = 1 << NODE_CHUNK_BITS,
    NODE_ID_BITS = 26,
    NODE_CHUNKS_MAX = 1 << (NODE_ID_BITS - NODE_CHUNK_BITS),
    INDEX_SHARDS = 64,
    WORKERS_MAX = 1024,
    THREADS_MAX = 256,
    INLINE_VALUE_BYTES = 256, /* encoded values up to this size live in segments, not in blobs */
    DEPTH_LIMIT_DEFAULT = 50000,
};

/* ---- nodes ---- */

/* The state word: a NodeState, the waited-for bit, and while running the index of the worker that
 * claimed the node. */
typedef enum {
    NODE_EMPTY,   /* no memo */
    NODE_MARKED,  /* a memo that may be out of date: to be verified */
    NODE_GREEN,   /* a memo that holds in this revision (in the eager phase: if verified says so) */
    NODE_RUNNING, /* some worker verifies, executes or loads it */
} NodeState;
enum { NODE_STATE_MASK = 3, NODE_WAITED_FOR = 4, NODE_RUNNER_SHIFT = 8 };

/* Node.flags */
enum {
    NODE_IN_CYCLE = 1 << 0,        /* the memo is the error value of a member of a cycle */
    NODE_FORCED = 1 << 1,          /* to be executed whatever its dependencies say */
    NODE_BLOB_DUE = 1 << 2,        /* `encoded` is to be given to the store */
    NODE_BLOB_STORED = 1 << 3,     /* the store has the blob val_fp */
    NODE_UNSAVED = 1 << 4,         /* [x] the memo differs from what the store has */
    NODE_RECORDED = 1 << 5,        /* [x] some segment has a record of this node */
    NODE_SLAB_DEPS = 1 << 6,       /* deps belong to the load slab */
    NODE_SLAB_DEPENDENTS = 1 << 7, /* [x] */
    NODE_SET_INPUT = 1 << 8,       /* an input given by engine_input_set: cannot be made again */
    NODE_FREE = 1 << 9,            /* [x] the slot is on the free list */
    NODE_LATE = 1 << 10,           /* [x] in Engine.late */
};

/* Side results of one node, in order of emission. One heap block. */
typedef struct {
    uint32_t count;
    Str items[]; /* the bytes follow in the same block */
} SideList;

/* Canonical bytes of a value kept outside the store, shared by a memo and its history. One heap
 * block, owned by one thread at a time like the node. */
typedef struct {
    uint32_t owners;
    size_t bytes;
    uint8_t data[];
} EncodedValue;

struct Node {
    /* The first cache line is what fetching and verifying read. */
    _Atomic uint32_t state;
    _Atomic uint32_t verified; /* revision; 0: no memo */
    uint32_t changed;          /* revision of the last change of value */
    uint32_t id;
    QueryKey key;
    _Atomic(const void *) value; /* NULL: not in memory */
    uint32_t *deps; /* ids in recorded order, words with DEP_MARK between (engine_frame.c) */
    uint32_t dep_words;
    QueryKind kind;
    uint8_t durability;
    bool deep; /* the node or something below it has side results; may be true without need */
    Job *job;  /* the run while NODE_RUNNING; others look only while its worker is stopped */

    Fp key_fp;
    Fp val_fp;            /* zero for QF_NO_HASH */
    Arena *arena;         /* of the value */
    uint32_t *dependents; /* [x] ids of nodes that have this one in deps; may hold some that no
                             longer do */
    uint32_t dependent_count, dependent_capacity; /* [x] */

    SideList *side;
    EncodedValue *encoded;
    History *history;
    uint32_t value_bytes;      /* held by arena, saturating */
    uint32_t stale_dependents; /* [x] entries of dependents known to be out of date */
    uint16_t flags;
    _Atomic uint8_t touched; /* the value was read since the last trim */
    uint32_t used;           /* [x] Engine.trim_clock when touched was last seen set */
    uint32_t reached; /* [x] last revision in which some root reached it, as far as sweeps know */
    uint32_t visit;   /* [x] stamp of walks */
    uint32_t wait_stamp; /* Engine.lock: stamp of walks over who waits for whom */
};

/* Set in a word of a dependency list that is not an id. */
#define DEP_MARK (UINT32_C(1) << 31)

typedef struct IndexTable {
    struct IndexTable
        *retired; /* older tables that readers may still use; freed in exclusive phases */
    uint32_t mask;
    _Atomic uint64_t slots[]; /* hash << 32 | id + 1; 0 empty */
} IndexTable;

typedef struct {
    pthread_mutex_t lock; /* for inserting */
    _Atomic(IndexTable *) table;
    uint32_t count;
} IndexShard;

/* ---- frames ---- */

/* What one execution gathers; reused through a list per worker. */
typedef struct Frame {
    struct Frame *next;
    U32Vec deps;
    uint32_t *set; /* of ids + 1 in deps, once there are many; power of two */
    uint32_t set_capacity, set_count;
    StrVec side;
    Arena *side_arena;
    Arena *scratch;
} Frame;

typedef enum {
    STOP_NONE,
    STOP_CYCLE,     /* the node is a member of a cycle: its value is the error value */
    STOP_ABANDONED, /* somebody above is a member of a cycle: nobody wants this frame */
    STOP_CANCELLED, /* the request is, and no other one waits */
} StopReason;

typedef enum { RUN_VERIFY, RUN_EXECUTE, RUN_IGNORE } RunMode;

struct Job {
    Engine *engine;
    EngineRequest *request;
    Worker *worker; /* whose stack it is on */
    RequestSlice *slice;
    Node *node;   /* NULL for a request's root and for the calls of a parallel group */
    Job *parent;  /* who waits for it: the asker, or the owner of the group */
    Job *home;    /* the job whose node this one works for: itself, except in parallel groups */
    Group *group; /* while in job_parallel_for; Engine.lock */
    Node *wanted; /* the node being fetched; others look only while the worker is stopped */
    Frame *frame;
    Arena *out;
    _Atomic(Cycle *) cycle; /* of a home: set under Engine.lock once it is a member */
    const uint32_t
        *prefix; /* RUN_VERIFY: the list being verified, up to and with the current word */
    uint32_t prefix_words;
    uint32_t depth;
    uint32_t call_index; /* in the parent's group, for its calls */
    RunMode mode;
    StopReason stop;
    uint64_t start_ns, earlier_ns;
    uint64_t child_ns; /* in nodes run below this one, on this thread */
};

/* ---- parallel groups ---- */

typedef struct {
    uint32_t *deps; /* heap */
    uint32_t dep_words;
    SideList *side; /* heap */
} SubResult;

/* One thread inside a group; on its stack, linked under Engine.lock. */
typedef struct GroupSlot {
    struct GroupSlot *next;
    Worker *worker;
    Job *job;
    Arena *out;             /* made at first use */
    _Atomic uint64_t index; /* being run, or a lower bound of it */
    StopReason stop;
} GroupSlot;

typedef struct OutArena {
    struct OutArena *next;
    Arena *arena;
} OutArena;

struct Group {
    Group *older, *newer; /* in Engine.groups */
    Job *owner;
    void (*call)(Job *job, uint32_t index, void *argument);
    void *argument;
    uint32_t count;
    _Atomic uint64_t next;
    GroupSlot *slots;
    OutArena *outs; /* of threads that left */
    SubResult *results;
    StopReason stop;
    /* Calls above this one are not wanted any more: a verification found a change in it. Written
     * under Engine.lock. */
    _Atomic uint64_t cut;
    uint64_t stuck_index; /* UINT64_MAX, or where the owner's cycle goes through */
    bool published;
};

/* ---- cycles ---- */

struct Cycle {
    uint32_t unfinished, finished_count; /* Engine.lock */
    Node **finished;                     /* heap; published together */
    bool unchanged; /* every member was being verified and is a member in its memo */
    uint32_t count;
    CycleMember members[]; /* smallest key fingerprint first, each asks for the next */
};

/* ---- history ---- */

typedef struct {
    uint32_t *deps; /* as Node.deps */
    Fp *fps;        /* of the dependencies, in order, marks skipped */
    uint32_t dep_words, fp_count;
    Fp val_fp;
    SideList *side;
    EncodedValue *encoded; /* NULL once the store has the blob, and without a store */
    bool blob_stored;
    bool unsaved; /* no segment has it */
} HistoryEntry;

struct History {
    uint32_t count;
    HistoryEntry entries[]; /* newest first; at most history_per_node */
};

/* ---- workers ---- */

/* A node that got a new memo; collected per worker and gone through in exclusive phases. */
typedef struct {
    Node *node;
    uint32_t *old_deps; /* heap or slab; only if relink */
    uint32_t old_words;
    bool old_in_slab;
    bool relink; /* the dependency list changed */
} Finished;

VEC_TYPE(FinishedVec, finished_vec, Finished)
typedef Node *NodeRef;
VEC_TYPE(NodeVec, node_vec, NodeRef)

/* Work handed to a thread with a fresh stack. */
typedef struct {
    void (*run)(Worker *worker, void *argument);
    void *argument;
    bool done;
    pthread_cond_t *wake; /* signalled when done */
} LeadTask;

struct Worker {
    Engine *engine;
    uint32_t index;
    pthread_t thread;
    uintptr_t stack_limit; /* below it no further node is run on this stack */
    uintptr_t help_limit;  /* below it no other work is taken on while waiting */
    pthread_cond_t wake;
    /* Engine.lock: */
    bool stopped; /* in a wait: its jobs may be looked at */
    Node *wait_node;
    Job *wait_job;
    LeadTask *task;
    Worker *next_free;
    /* The thread's own; the engine's in exclusive phases: */
    Frame *free_frames;
    Encoder encoder;
    Arena *temporary;
    FinishedVec finished;
    /* Differences; their sums over workers are the totals. Read by anybody. */
    _Atomic int64_t values, value_bytes, edges;
};

/* ---- requests ---- */

typedef struct {
    TraceEntry entry;
    uint64_t sequence;
    bool dropped; /* discarded before it ended */
} TraceRecord;
VEC_TYPE(TraceVec, trace_vec, TraceRecord)

/* What one worker did for one request. */
struct RequestSlice {
    QueryCounters *counters;
    uint64_t verify_steps;
    TraceVec trace;
};

/* A node that the request reached. */
typedef struct {
    QueryKind kind;
    QueryKey key;
    Fp key_fp, val_fp;
} ReachedNode;
VEC_TYPE(ReachedNodeVec, reached_node_vec, ReachedNode)

typedef struct {
    QueryKind kind;
    QueryKey key;
    Fp key_fp;
    Str bytes;
} SideResult;
VEC_TYPE(SideResultVec, side_result_vec, SideResult)
VEC_TYPE(TraceEntryVec, trace_entry_vec, TraceEntry)

struct EngineRequest {
    Engine *engine;
    EngineRequest *newer, *older; /* in Engine.requests while running */
    /* Something job_get has to look at: cancellation, or a hostile hook. */
    atomic_bool attention;
    atomic_bool cancelled;
    atomic_bool outdated;
    atomic_bool left_results;         /* a node that ran for it is to be stored */
    _Atomic int64_t cancel_countdown; /* < 0: off */
    _Atomic uint64_t sequence;
    bool internal;        /* the engine's own: a part of a revision, or verify mode */
    EngineRequest *owner; /* of an internal one: cancelled with it; may be NULL */
    bool ran;
    bool overflowed; /* Engine.lock */
    CycleMember overflow;
    bool gave_up; /* Engine.lock */
    Str why;      /* heap */
    uint32_t revision;
    Arena *arena;
    U32Vec root_deps;
    SideResultVec side_results;
    bool keeps_reached;
    ReachedNodeVec reached;
    TraceEntryVec trace;
    QueryCounters *counters;
    uint64_t verify_steps;
    uint32_t verify_failures;
    Text verify_report;
    RequestSlice *slices[WORKERS_MAX];
};

/* The roots of an earlier request, for the sweep. */
typedef struct {
    uint32_t *deps; /* heap */
    uint32_t words;
    uint32_t revision;
} RootSet;
VEC_TYPE(RootSetVec, root_set_vec, RootSet)

/* ---- the engine ---- */

struct Engine {
    EngineConfig config;
    CycleFn cycle_handler;
    void *services[SERVICE_COUNT];

    /* Read by every fetch, written in exclusive phases. */
    uint32_t revision;
    _Atomic uint32_t known_revision; /* the same, for engine_stats */
    bool eager_phase;                /* no node is green by being unmarked */
    bool late_closed; /* late kinds may not be asked for: some are to be settled first */
    bool hostile_evict;

    _Atomic uint32_t node_count; /* ids given out, free ones included */
    pthread_mutex_t node_lock;   /* chunks and the free list */
    U32Vec free_ids;
    _Atomic(Node *) chunks[NODE_CHUNKS_MAX];
    IndexShard shards[INDEX_SHARDS];

    /* Requests that ended, or exclusive phases, left something that engine_persist may have to
     * write: it looks here before it takes an exclusive phase. What a running request makes does
     * not count before it ends: until then it cannot be written anyway, and who runs it calls
     * engine_persist. True too often costs a wait, false too often loses results for the next
     * process. */
    atomic_bool something_due;

    /* Held while nodes are on their way to the store: none is freed. Taken before anything else. */
    pthread_mutex_t store_lock;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    pthread_cond_t gate;
    bool stopping;
    uint32_t worker_count;
    Worker *workers[WORKERS_MAX]; /* never freed before the engine */
    Worker *free_leads;
    uint32_t idle_helpers;
    Group *groups; /* newest */
    uint32_t wait_serial;
    EngineRequest *requests;
    EngineRequest *step; /* the internal request under way */
    uint32_t running_requests;
    uint32_t waiting_exclusive;
    uint64_t exclusive_phases;
    EngineRequest *sample; /* under way; one of `requests` */
    uint64_t sample_rounds;
    bool exclusive;
    NodeVec outdated;         /* nodes whose value turned out not to be what the memo says */
    Map reported_bugs;        /* nodes that a report of a bug named, by hash of kind and key */
    OutArena *retired_values; /* values detached while a request ran */

    /* Exclusive phases: */
    bool in_revision;
    EngineRequest *step_owner;
    uint32_t next_revision; /* the revision being made; == revision until an input changes */
    uint32_t last_changed[DURABILITY_COUNT];
    NodeVec changed_inputs;
    NodeVec
        late; /* late eager nodes that may be out of date; their dependents are not marked yet */
    NodeVec unsaved;
    EngineRequest *revision_request; /* trace and counters of the last revision step */
    RootSetVec roots;
    uint32_t visit_serial;
    uint32_t live_after_sweep;
    uint32_t last_sweep_revision;
    uint32_t trim_clock;      /* counts looks at which values were read */
    uint64_t records_written; /* in segments of the store, superseded ones included */
    bool loaded;
    bool rewrite_store; /* the next persist writes everything */
    bool sweep_unsaved; /* the store does not know of the last sweep */
    Arena *slab;        /* dependency lists of loaded nodes */
};

#endif
