/* The query engine: memoized, hash-keyed, demand-driven computation over a dependency graph that
 * lives in memory and in a store. It knows nothing about Rust; it is given a table of query kinds
 * (QueryInfo) and a StoreOps.
 *
 * Specification: design.md section 4. The algorithm is salsa's revision algorithm (changed-at /
 * verified-at / durability, dependencies verified in recorded order, early cutoff), started from
 * dirty marks along reverse edges instead of from a walk over the graph.
 *
 * Life of a request:
 *   engine_revision_begin -> engine_input_set / engine_input_reload ... -> engine_revision_end
 *   engine_request(root function)            any number, from any threads, between revisions
 *   engine_persist                           one transaction
 */
#ifndef RSCC_ENGINE_ENGINE_H
#define RSCC_ENGINE_ENGINE_H

#include <string.h>

#include "base/codec.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/text.h"
#include "engine/store_ops.h"

typedef struct Engine Engine;
/* One execution of a provider (or of a request's root function) on one thread: its frame of
 * dependencies, its arenas, its cancellation. A provider gets nothing else and may read nothing
 * else. */
typedef struct Job Job;

/* Index into the table of query kinds; kinds are numbered by queries/query_kinds.h. */
typedef uint16_t QueryKind;

/* A key as passed around in the process: at most 16 bytes of typed ids and small integers,
 * zero-filled. Interned ids are unique in the process, so equal keys are equal bytes. */
typedef struct {
    uint64_t words[2];
} QueryKey;

typedef struct {
    const char *name;
    void (*encode)(Encoder *e, const QueryKey *key);
    /* Reads what encode wrote. A failure means damage: the store's whole node table is given up. */
    void (*decode)(Decoder *d, QueryKey *key);
    /* For traces, `why` and crash reports: a path a person would write, e.g. `app::parse::number`.
     * Async-signal-safe: writes with text_* only, takes no lock and allocates nothing itself. */
    void (*describe)(const Interners *interners, const QueryKey *key, Text *out);
} KeyInfo;

typedef struct {
    const char *name;
    size_t bytes; /* sizeof the value struct */
    /* Canonical bytes. The value's arrays may live anywhere; only contents are written. */
    void (*encode)(Encoder *e, const void *value);
    /* Into zeroed memory; arrays go to d->arena. */
    void (*decode)(Decoder *d, void *value);
    /* What every accessor gives after cancellation and for members of a cycle. Never NULL;
     * canonical like any value. */
    const void *error_value;
} ValueInfo;

typedef enum {
    QF_NONE = 0,
    /* The value comes from outside: engine_input_set, or InputOps.load at the first fetch. */
    QF_INPUT = 1 << 0,
    /* The value's bytes are stored; without it only the fingerprint is, and the value is recomputed
       when read. */
    QF_PERSIST = 1 << 1,
    /* Not fingerprinted: every execution counts as a change. Only with projections on top. */
    QF_NO_HASH = 1 << 2,
    /* Fact layer: re-executed as soon as a new revision reaches it; dirty marks go on only if its
     * fingerprint changed. Its provider is asked also for things that an edit has just removed, and
     * then has to say that they are absent. */
    QF_EAGER = 1 << 3,
    /* Keeps a history of (dependencies and their fingerprints -> value), so that going back to an
     * earlier state of the inputs finds the earlier value without executing. */
    QF_EXPENSIVE = 1 << 4,
    /* The value may not be kept once nothing reads it (big, cheap to make again): dropped first
       when memory is short. */
    QF_DROP_FIRST = 1 << 5,
} QueryFlags;

typedef struct {
    const char *name;
    const KeyInfo *key;
    const ValueInfo *value;
    uint32_t flags; /* QueryFlags */
    const char *doc;
    /* Executes the provider: fills *out (zeroed, in job_out). NULL for inputs. */
    void (*provide)(Job *job, const QueryKey *key, void *out);
} QueryInfo;

/* Where input values come from. */
typedef struct {
    /* Fills *out for an input that was never set. Runs on a worker, inside the request; it may
     * block on I/O. */
    void (*load)(void *context, Engine *engine, QueryKind kind, const QueryKey *key,
                 Arena *out_arena, void *out);
    /* The input is not needed any more, until it is loaded again: nobody has to look after it. From
     * a sweep, when no request runs; must not call the engine. May be NULL. */
    void (*forget)(void *context, QueryKind kind, const QueryKey *key);
    void *context;
} InputOps;

typedef enum { DURABILITY_LOW, DURABILITY_MEDIUM, DURABILITY_HIGH, DURABILITY_COUNT } Durability;

typedef struct {
    const QueryInfo *queries; /* borrowed for the life of the engine; index = QueryKind */
    uint32_t query_count;
    Interners *interners; /* borrowed */
    /* QF_EAGER kinds numbered from here on are looked at in order of kind, when all lower ones are
     * done: marks hold below them, so that verifying one costs what changed, not all that it reads.
     * For aggregates. None of them may depend, through whatever nodes, on one of its own or a
     * higher kind that is eager. 0: none is ordered. */
    QueryKind first_ordered_kind;
    /* Those numbered from here on are late as well: the revision step leaves them marked, and
     * engine_settle looks at them. So a request that stays below them does not pay for them. 0:
     * none is late. */
    QueryKind first_late_kind;
    uint32_t threads; /* workers, >= 1; a result never depends on it */
    InputOps input;
    const StoreOps *store; /* may be NULL: nothing is persisted */
    void *store_context;
    bool verify; /* after each request re-execute every green node it reached and compare */
    uint32_t history_per_node;  /* traces kept for a QF_EXPENSIVE node, e.g. 8; 0 = none */
    size_t memory_budget_bytes; /* of values kept in memory between revisions; 0 = no limit */
    size_t stack_bytes;   /* of each worker; 0 = 64 MiB; a chain that needs more goes on on further
                             ones */
    uint32_t depth_limit; /* of nested nodes, see engine_request_overflowed; 0 = default */
    /* Nodes that no root has reached for this many revisions are freed by engine_trim, earlier ones
     * too if they are several times as many as the latest revisions reached; 0 = default (64). */
    uint32_t keep_revisions;
    /* Gets one line for each bug the engine finds in a provider (a value that came out
     * differently), once per node; NULL: it becomes a report as of a crash. Any thread. */
    void (*report)(void *context, Str line);
    void *report_context;
} EngineConfig;

/* Starts the workers; loads nothing. The config is copied. */
Engine *engine_new(const EngineConfig *config);
/* Waits for running requests, stops the workers, frees everything. Persists nothing by itself.
 * Request handles are freed before. */
void engine_free(Engine *engine);
/* Reads the node table from the store, if there is one: afterwards nodes of earlier processes are
 * reused. Called at most once, before the first request, either between revisions or in one before
 * its first input is set; a damaged segment is dropped together with all newer ones. */
void engine_load(Engine *engine);

/* Machinery of the process that providers work with although it is no input: no result may depend
 * on its state. Borrowed; set before the first request. NULL if never set. */
typedef enum {
    SERVICE_CODEGEN, /* CodegenPool (codegen/codegen.h) */
    SERVICE_LINK,    /* LinkOps (link/link_ops.h) */
    SERVICE_COUNT
} EngineService;
void engine_set_service(Engine *engine, EngineService slot, void *service);

typedef struct EngineRequest EngineRequest;

/* ---- revisions: only while no request runs ---- */
/* Waits for running requests (cancel them first to be quick) and keeps new ones waiting until _end.
 */
void engine_revision_begin(Engine *engine);
/* Gives an input its value. A value whose fingerprint is the current one changes nothing. `value`
 * is copied (encoded). Without InputOps.load for it, its kind should be QF_PERSIST, or the value
 * never leaves memory. */
void engine_input_set(Engine *engine, QueryKind kind, const QueryKey *key, const void *value,
                      Durability durability);
/* Loads the input again through InputOps and sets it, with the durability it had. */
void engine_input_reload(Engine *engine, QueryKind kind, const QueryKey *key);
/* Whose revision it is (not to be run meanwhile): cancelling that request ends the work of
 * engine_revision_end early. The revision is whole all the same; what was not looked at is marked
 * as if it had changed. */
void engine_revision_owner(Engine *engine, EngineRequest *owner);
/* Executes the eager fact layer above what changed and marks what may be dirty. Returns the
 * revision number, which is a new one only if an input changed, or a value was not what its memo
 * says. */
uint32_t engine_revision_end(Engine *engine);
/* Are there such values? Then a revision without any input makes them good. Any thread. */
bool engine_revision_is_due(Engine *engine);
/* Verifies the late eager nodes that may be out of date, in order of kind, and marks on from those
 * that changed. To be called before a request that asks for a kind from first_late_kind on, when
 * none runs (waits for that). What it executes is counted with the next request. `owner`, which may
 * be NULL: as for a revision; false if that was cancelled, then it is still to be done. */
bool engine_settle(Engine *engine, EngineRequest *owner);
/* Calls fn for each input node, in a deterministic order. */
typedef void (*EngineInputFn)(void *context, QueryKind kind, const QueryKey *key, Fp value_fp);
void engine_for_each_input(Engine *engine, EngineInputFn fn, void *context);

/* ---- requests ---- */
typedef struct {
    uint64_t executed;   /* provider runs that ended, WHY_VALUE_NEEDED included */
    uint64_t reused;     /* fetches answered by a green node with its value in memory */
    uint64_t loaded;     /* values decoded from stored bytes */
    uint64_t verified;   /* marked nodes found green without executing */
    uint64_t cutoff;     /* executions that gave the value of before */
    uint64_t trace_hits; /* memos taken from the history */
    uint64_t bytes;      /* encoded by executions */
    uint64_t time_ns;    /* in providers, children excluded */
} QueryCounters;

typedef enum {
    WHY_NEW,          /* never executed before */
    WHY_INPUT,        /* an input's value changed */
    WHY_DEPENDENCY,   /* `cause` changed */
    WHY_VALUE_NEEDED, /* green, but its value was neither in memory nor stored */
    WHY_EAGER,        /* fact layer of a changed file */
} ExecutionReason;

/* One line of the trace: what ran and why. */
typedef struct {
    QueryKind kind;
    QueryKey key;
    ExecutionReason reason;
    QueryKind cause_kind; /* with WHY_DEPENDENCY */
    QueryKey cause_key;
    bool changed;     /* its fingerprint changed (or it is new) */
    uint64_t time_ns; /* children included */
} TraceEntry;

/* Makes a request handle; it lives until engine_request_free. */
EngineRequest *engine_request_new(Engine *engine);
void engine_request_free(EngineRequest *request);
/* Runs root on a thread of the engine (with a 64 MiB stack, whatever the caller's is) while the
 * caller waits; idle workers help. Returns when it is done. root may be run at most once per
 * handle. Returns false if the request was cancelled, by the caller or because it is outdated or
 * overflowed. Must not be called between revision_begin and _end by the thread that is in there,
 * nor from a provider. Values that root got are good until it returns. */
bool engine_request_run(EngineRequest *request, void (*root)(Job *job, void *argument),
                        void *argument);
/* From any thread: sticky. Nodes that another request waits for go on. */
void engine_request_cancel(EngineRequest *request);
/* Why a run returned false, besides engine_request_cancel:
 * outdated: an input read again is not what it was when its revision was made. Nothing wrong was
 * stored; the next revision (begin and end are enough) reads such inputs again, then the request
 * can be made anew. */
bool engine_request_outdated(const EngineRequest *request);
/* overflowed: nodes nested deeper than the limit, which ends the request and is an answer of no
 * node, since it would depend on who asked first. `where` (may be NULL) gets a node at the limit.
 */

/* `kind` and `key` of a node. */
typedef struct {
    QueryKind kind;
    QueryKey key;
} CycleMember;
bool engine_request_overflowed(const EngineRequest *request, CycleMember *where);
/* gave up: a provider called job_give_up. `why` (may be NULL) gets what it said, good until free.
 */
bool engine_request_gave_up(const EngineRequest *request, Str *why);

/* After the run, until free: side results (diagnostics) of every node reached from the root, each
 * node once, own results in order of emission, nodes ordered by (kind, key fingerprint): the reader
 * sorts by position. */
typedef void (*SideResultFn)(void *context, QueryKind kind, const QueryKey *key, Str bytes);
void engine_request_side_results(EngineRequest *request, SideResultFn fn, void *context);
/* What ran during the request and during the revision step before it, in order of start. */
const TraceEntry *engine_request_trace(EngineRequest *request, uint32_t *count);
/* Per kind, of this request and the revision step before it; `verify_steps` counts dirty-marked
 * dependencies examined. */
const QueryCounters *engine_request_counters(EngineRequest *request, uint64_t *verify_steps);
/* In verify mode: nodes whose re-execution gave another fingerprint, other dependencies or other
 * side results (0 is the only good answer). `report` may be NULL. */
uint32_t engine_request_verify_failures(EngineRequest *request, Text *report);
/* Key and fingerprint of every node reached from the root, ordered by (kind, key fp): for the
 * oracle. The fingerprint of a QF_NO_HASH node is zero. Collected while the request holds the
 * graph, and copied: after the run a sweep or a revision may change it at any time. keep_reached is
 * called before the run; there is nothing to tell after a run that returned false. */
void engine_request_keep_reached(EngineRequest *request);
typedef void (*NodeFpFn)(void *context, QueryKind kind, const QueryKey *key, Fp key_fp,
                         Fp value_fp);
void engine_request_reached(EngineRequest *request, NodeFpFn fn, void *context);

/* Whether the run made something that engine_persist is to store. */
bool engine_request_left_results(const EngineRequest *request);

/* Writes nodes executed since the last call and the history to the store in one transaction; waits
 * for running requests, unless there is nothing to write. Requests wait while it gathers what is to
 * be written, and go on while it is written. Trims first if engine_trim, which is for quiet
 * moments, has not been called for many revisions, or nodes are several times as many as after the
 * last sweep; processes before this one count. Safe after a cancelled request: every finished node
 * is valid by itself. STATUS_BUSY: another process holds the lease, only blobs were put. After a
 * failure everything but big blobs is tried again by the next call. */
RSC_MUST_USE Status engine_persist(Engine *engine);
/* Drops values until the budget holds, and frees nodes that have not been reached for long. Waits
 * for running requests and for engine_persist. */
void engine_trim(Engine *engine);

/* For quiet moments: executes up to `count` green nodes again, beside their memos, and compares as
 * verify mode does; differences go to EngineConfig.report. A node with one is not trusted: the next
 * revision has it executed again, with what depends on it, and until then the store is told to
 * forget it. Which nodes is a function of the graph and of how often it was called. Only nodes
 * whose dependencies have their values in memory, below first_late_kind. Gives way: does nothing
 * while a request runs or anybody waits for the engine, and is cancelled as soon as one does. No
 * request's counters or trace have it. Returns how many were compared. */
uint32_t engine_verify_sample(Engine *engine, uint32_t count);

typedef struct {
    uint64_t nodes, edges, values_in_memory, value_bytes, interned_bytes;
    uint32_t revision;
    uint64_t exclusive_phases; /* how often every request had to wait, or would have had to */
} EngineStats;
/* From any thread at any time; while requests run the figures are of different moments. */
EngineStats engine_stats(Engine *engine);

/* ---- inside a provider ---- */

/* The value of a query, executing it if needed, and a dependency edge to it. Never NULL: the kind's
 * error value once the job is cancelled or in a cycle. The pointer is good until the request ends.
 */
const void *job_get(Job *job, QueryKind kind, const QueryKey *key);
/* Brings the query up to date and adds the edge, without bringing its value into memory: for roots
 * and aggregates that want side results only. */
void job_demand(Job *job, QueryKind kind, const QueryKey *key);
/* True once cancelled; long loops poll it. What a cancelled job computes is discarded. */
bool job_cancelled(const Job *job);
/* The provider cannot do its work for a reason that is no input of it (a process or memory that is
 * not to be had), so that no value of its would be an answer: ends the job's request and those that
 * wait for its node, directly or through others. The job is cancelled then, and nothing of it is
 * kept; the same request may be made anew. */
void job_give_up(Job *job, Str why);
/* Arena of the value under construction, and arena of the execution. */
Arena *job_out(Job *job);
Arena *job_scratch(Job *job);
Interners *job_interners(Job *job);
void *job_service(const Job *job, EngineService slot);
/* Adds a side result (an encoded diagnostic) to the executing node. Replayed whenever the node is
 * reached. */
void job_side_result(Job *job, Str bytes);
/* Calls fn(job', i, argument) for each i in [0, count), also after cancellation, on any workers;
 * each call's dependencies and side results are joined in the order of i. job' is a job of its own
 * with the same out arena semantics: results must be written to slot i of memory made before. The
 * calls must not depend on each other. */
void job_parallel_for(Job *job, uint32_t count,
                      void (*fn)(Job *job, uint32_t index, void *argument), void *argument);

/* Cycles: when a job asks for a node that (through others) waits for that job, every participant
 * gets its kind's error value, and the participant with the smallest key fingerprint gets its side
 * results from this hook (set once, before the first request); side results the participants
 * emitted themselves are dropped. Members: that participant first, each asks for the next, the last
 * for the first. In the hook job_get gives error values only. */
typedef void (*CycleFn)(Job *job, const CycleMember *members, uint32_t count);
void engine_set_cycle_handler(Engine *engine, CycleFn fn);

/* ---- tables ---- */

#define QUERY_KEY_PACK(Key, name)                                                     \
    static inline QueryKey query_key_of_##name(Key key)                               \
    {                                                                                 \
        _Static_assert(sizeof(Key) <= sizeof(QueryKey), "a key is at most 16 bytes"); \
        QueryKey packed = { { 0, 0 } };                                               \
        memcpy(&packed, &key, sizeof(Key));                                           \
        return packed;                                                                \
    }

/* A stage's public header expands its table with QUERY defined as QUERY_DECLARE: QUERY(name,
 * KeyType, ValueType, flags, "doc"). Gives q_<name>(job, key), the typed accessor, and the
 * provider's prototype. Inputs use QUERY_INPUT(...) rows, which have no provider. KeyInfo objects
 * are called key_info_<KeyType>, ValueInfo objects value_info_<ValueType>. */
#define QUERY_DECLARE_ACCESSOR(name, KeyType, ValueType)                                  \
    RSC_MAYBE_UNUSED static inline const ValueType *q_##name(Job *job, KeyType key)       \
    {                                                                                     \
        QueryKey packed = { { 0, 0 } };                                                   \
        _Static_assert(sizeof(KeyType) <= sizeof(QueryKey), "a key is at most 16 bytes"); \
        memcpy(&packed, &key, sizeof(KeyType));                                           \
        return job_get(job, Q_##name, &packed);                                           \
    }                                                                                     \
    RSC_MAYBE_UNUSED static inline void q_##name##_demand(Job *job, KeyType key)          \
    {                                                                                     \
        QueryKey packed = { { 0, 0 } };                                                   \
        memcpy(&packed, &key, sizeof(KeyType));                                           \
        job_demand(job, Q_##name, &packed);                                               \
    }
#define QUERY_DECLARE(name, KeyType, ValueType, flags, doc) \
    QUERY_DECLARE_ACCESSOR(name, KeyType, ValueType)        \
    void name##_provide(Job *job, KeyType key, ValueType *out);

#endif
