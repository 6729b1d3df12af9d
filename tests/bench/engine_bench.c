/* What the query engine costs per node, apart from what providers do. Prints; asserts nothing.
 *
 * A graph of NODES nodes: input(i) -> step(i) -> (NEIGHBOURS steps) mix(i) -> sum over all. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/engine.h"
#include "engine/engine_hostile.h"
#include "unit/engine/memory_store.h"

enum { NODES = 100000, NEIGHBOURS = 4, CHUNK = 1000 };

typedef struct {
    uint32_t index;
} IndexKey;
typedef struct {
    uint64_t number;
} NumberValue;

enum { Q_input, Q_step, Q_mix, Q_chunk, Q_total, KIND_COUNT };

QUERY_DECLARE_ACCESSOR(input, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(step, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(mix, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(chunk, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(total, IndexKey, NumberValue)

static void key_encode(Encoder *e, const QueryKey *key)
{
    encode_u64(e, key->words[0]);
}
static void key_decode(Decoder *d, QueryKey *key)
{
    key->words[0] = decode_u64(d);
}
static void key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    (void)interners;
    text_addf(out, "%llu", (unsigned long long)key->words[0]);
}
static void number_encode(Encoder *e, const void *value)
{
    encode_u64(e, ((const NumberValue *)value)->number);
}
static void number_decode(Decoder *d, void *value)
{
    ((NumberValue *)value)->number = decode_u64(d);
}
static const NumberValue number_error = { 0 };
static const KeyInfo index_key = { "index", key_encode, key_decode, key_describe };
static const ValueInfo number_value = { "number", sizeof(NumberValue), number_encode, number_decode,
                                        &number_error };

static IndexKey index_of(const QueryKey *key)
{
    return (IndexKey){ (uint32_t)key->words[0] };
}

static void step_provide(Job *job, const QueryKey *key, void *out)
{
    ((NumberValue *)out)->number = q_input(job, index_of(key))->number / 2;
}

static void mix_provide(Job *job, const QueryKey *key, void *out)
{
    NumberValue *value = out;
    for (uint32_t i = 0; i < NEIGHBOURS; i++)
        value->number +=
            q_step(job, (IndexKey){ (index_of(key).index + i * 7919) % NODES })->number;
}

static void chunk_provide(Job *job, const QueryKey *key, void *out)
{
    NumberValue *value = out;
    for (uint32_t i = 0; i < CHUNK; i++)
        value->number += q_mix(job, (IndexKey){ index_of(key).index * CHUNK + i })->number;
}

static void fetch_chunk(Job *job, uint32_t index, void *argument)
{
    uint64_t *numbers = argument;
    numbers[index] = q_chunk(job, (IndexKey){ index })->number;
}

static void total_provide(Job *job, const QueryKey *key, void *out)
{
    NumberValue *value = out;
    uint64_t numbers[NODES / CHUNK];
    (void)key;
    job_parallel_for(job, NODES / CHUNK, fetch_chunk, numbers);
    for (uint32_t i = 0; i < NODES / CHUNK; i++)
        value->number += numbers[i];
}

static const QueryInfo queries[KIND_COUNT] = {
    { "input", &index_key, &number_value, QF_INPUT, "", NULL },
    { "step", &index_key, &number_value, QF_NONE, "", step_provide },
    { "mix", &index_key, &number_value, QF_PERSIST, "", mix_provide },
    { "chunk", &index_key, &number_value, QF_PERSIST, "", chunk_provide },
    { "total", &index_key, &number_value, QF_PERSIST, "", total_provide },
};

/* ---- measuring ---- */

/* CPU time of all threads: the machine may be busy with other things. */
static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_request(Engine *engine, void (*root)(Job *, void *), void *argument,
                           EngineRequest **out)
{
    EngineRequest *request = engine_request_new(engine);
    double start = now_ns();
    engine_request_run(request, root, argument);
    double time = now_ns() - start;
    if (out)
        *out = request;
    else
        engine_request_free(request);
    return time;
}

static void set_inputs(Engine *engine, uint32_t first, uint32_t count, uint64_t add)
{
    engine_revision_begin(engine);
    for (uint32_t i = first; i < first + count; i++) {
        QueryKey key = { { i, 0 } };
        NumberValue value = { i * 2 + add };
        engine_input_set(engine, Q_input, &key, &value, DURABILITY_LOW);
    }
    engine_revision_end(engine);
}

static void total_root(Job *job, void *argument)
{
    *(uint64_t *)argument = q_total(job, (IndexKey){ 0 })->number;
}

typedef struct {
    uint32_t distinct, rounds;
    uint64_t sum;
} FetchCall;

static void fetch_root(Job *job, void *argument)
{
    FetchCall *call = argument;
    for (uint32_t round = 0; round < call->rounds; round++) {
        for (uint32_t i = 0; i < call->distinct; i++)
            call->sum += q_step(job, (IndexKey){ i })->number;
    }
}

static void step_root(Job *job, void *argument)
{
    uint64_t *sum = argument;
    for (uint32_t i = 0; i < NODES; i++)
        *sum += q_step(job, (IndexKey){ i })->number;
}

static Engine *open_engine(Interners *interners, MemoryStore *store, uint32_t threads)
{
    EngineConfig config = { .queries = queries,
                            .query_count = KIND_COUNT,
                            .interners = interners,
                            .threads = threads,
                            .store = store ? &memory_store_ops : NULL,
                            .store_context = store };
    return engine_new(&config);
}

static void report(const char *what, double ns, double count, const char *unit)
{
    printf("%-58s %10.1f ns/%s  (%.2f ms)\n", what, ns / count, unit, ns / 1e6);
}

static void measure_store(Interners *interners, MemoryStore *store, uint32_t threads,
                          uint64_t nodes)
{
    Engine *engine = NULL;
    uint64_t sum;
    double best = 0;
    for (int i = 0; i < 5; i++) {
        engine_free(engine);
        engine = open_engine(interners, store, threads);
        double start = now_ns();
        engine_load(engine);
        double time = now_ns() - start;
        best = i == 0 || time < best ? time : best;
    }
    report("loading everything, best of five", best, (double)nodes, "node");
    report("the first request after that", time_request(engine, total_root, &sum, NULL), 1,
           "request");
    double start = now_ns();
    engine_trim(engine);
    report("trim without anything to do", now_ns() - start, 1, "trim");
    engine_free(engine);
    printf("store: %.1f bytes/node\n\n", (double)store->segments.items[0].bytes / (double)nodes);
}

static void measure(uint32_t threads)
{
    Interners *interners = interners_new();
    MemoryStore store;
    memory_store_init(&store);
    Engine *engine = open_engine(interners, &store, threads);
    uint64_t sum = 0;
    printf("threads: %u, nodes: %d steps, %d mixes\n", threads, NODES, NODES);
    double start = now_ns();
    set_inputs(engine, 0, NODES, 0);
    report("setting new inputs", now_ns() - start, NODES, "input");
    report("executing new trivial nodes with one dependency",
           time_request(engine, step_root, &sum, NULL), NODES, "node");
    FetchCall few = { 1000, 2000, 0 }, many = { NODES, 20, 0 };
    report("fetching green nodes, 1,000 of them", time_request(engine, fetch_root, &few, NULL),
           1000.0 * 2000, "fetch");
    report("fetching green nodes, 100,000 of them", time_request(engine, fetch_root, &many, NULL),
           NODES * 20.0, "fetch");
    report("executing new nodes with four dependencies",
           time_request(engine, total_root, &sum, NULL), NODES, "node");

    start = now_ns();
    engine_trim(engine);
    report("linking reverse edges afterwards", now_ns() - start, 2.0 * NODES, "node");
    start = now_ns();
    engine_revision_begin(engine);
    engine_revision_end(engine);
    report("a revision without a change", now_ns() - start, 1, "revision");
    report("a request that finds its root green", time_request(engine, total_root, &sum, NULL), 1,
           "request");

    EngineRequest *request;
    uint64_t steps;
    start = now_ns();
    set_inputs(engine, 0, NODES, 1); /* halved, every step is what it was */
    report("marking everything", now_ns() - start, NODES, "input");
    double time = time_request(engine, total_root, &sum, &request);
    engine_request_counters(request, &steps);
    engine_request_free(request);
    report("all steps executed and cut off, the rest verified", time, (double)steps, "verify step");

    engine_trim(engine);
    start = now_ns();
    set_inputs(engine, 500, 1, 2);
    report("one input changed: the revision", now_ns() - start, 1, "revision");
    report("one input changed: the request", time_request(engine, total_root, &sum, NULL), 1,
           "request");

    uint64_t nodes = engine_stats(engine).nodes;
    start = now_ns();
    Status status = engine_persist(engine);
    (void)status;
    report("persisting everything", now_ns() - start, (double)nodes, "node");
    engine_free(engine);
    measure_store(interners, &store, threads, nodes);
    interners_free(interners);
    memory_store_release(&store);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        measure((uint32_t)atoi(argv[1]));
        return 0;
    }
    measure(1);
    measure(2);
    return 0;
}
