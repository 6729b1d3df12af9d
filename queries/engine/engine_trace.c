/* Trace and counters of a request: gathered per worker, joined at its end. Time is taken for these
 * alone. */
#include <stdlib.h>
#include <time.h>

#include "engine/engine_priv.h"

uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint32_t trace_begin(Job *run, ExecutionReason reason, const Node *cause)
{
    const Node *node = run->node;
    TraceRecord record = {
        .entry = { .kind = node->kind, .key = node->key, .reason = reason },
        .sequence = atomic_fetch_add_explicit(&run->request->sequence, 1, memory_order_relaxed),
    };
    if (cause) {
        record.entry.cause_kind = cause->kind;
        record.entry.cause_key = cause->key;
    }
    run->earlier_ns = run->child_ns;
    run->child_ns = 0;
    run->start_ns = clock_ns();
    return trace_vec_push(&run->slice->trace, record);
}

void trace_end(Job *run, uint32_t index, bool changed, bool dropped)
{
    uint64_t total = clock_ns() - run->start_ns;
    TraceRecord *record = trace_vec_at(&run->slice->trace, index);
    record->entry.time_ns = total;
    record->entry.changed = changed;
    record->dropped = dropped;
    QueryCounters *counters = &run->slice->counters[run->node->kind];
    counters->executed += !dropped;
    counters->time_ns += total > run->child_ns ? total - run->child_ns : 0;
    run->child_ns = run->earlier_ns + total;
}

static int compare_records(const void *a, const void *b)
{
    uint64_t x = ((const TraceRecord *)a)->sequence, y = ((const TraceRecord *)b)->sequence;
    return (x > y) - (x < y);
}

static void add_counters(QueryCounters *to, const QueryCounters *from)
{
    to->executed += from->executed;
    to->reused += from->reused;
    to->loaded += from->loaded;
    to->verified += from->verified;
    to->cutoff += from->cutoff;
    to->trace_hits += from->trace_hits;
    to->bytes += from->bytes;
    to->time_ns += from->time_ns;
}

static void slice_free(RequestSlice *slice)
{
    heap_free(slice->counters);
    trace_vec_release(&slice->trace);
    heap_free(slice);
}

static void gather_slice(EngineRequest *request, RequestSlice *slice, TraceVec *records)
{
    for (uint32_t k = 0; k < request->engine->config.query_count; k++)
        add_counters(&request->counters[k], &slice->counters[k]);
    request->verify_steps += slice->verify_steps;
    trace_vec_append(records, slice->trace.items, slice->trace.count);
}

void request_gather(EngineRequest *request)
{
    TraceVec records;
    trace_vec_init(&records, NULL);
    for (uint32_t w = 0; w < WORKERS_MAX; w++) {
        if (!request->slices[w])
            continue;
        gather_slice(request, request->slices[w], &records);
        slice_free(request->slices[w]);
        request->slices[w] = NULL;
    }
    if (records.count)
        qsort(records.items, records.count, sizeof *records.items, compare_records);
    for (uint32_t i = 0; i < records.count; i++) {
        if (!records.items[i].dropped)
            trace_entry_vec_push(&request->trace, records.items[i].entry);
    }
    trace_vec_release(&records);
}

void request_take_revision_step(EngineRequest *request, EngineRequest *step)
{
    for (uint32_t k = 0; k < request->engine->config.query_count; k++)
        add_counters(&request->counters[k], &step->counters[k]);
    request->verify_steps += step->verify_steps;
    if (atomic_load(&step->left_results))
        atomic_store(&request->left_results, true);
    trace_entry_vec_append(&request->trace, step->trace.items, step->trace.count);
}

const TraceEntry *engine_request_trace(EngineRequest *request, uint32_t *count)
{
    *count = request->trace.count;
    return request->trace.items;
}

const QueryCounters *engine_request_counters(EngineRequest *request, uint64_t *verify_steps)
{
    if (verify_steps)
        *verify_steps = request->verify_steps;
    return request->counters;
}
