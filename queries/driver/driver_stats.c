/* What a command executed and why: counters for --stats, the trace for -vv and `rscc why`. */
#include "driver/driver_priv.h"

void trace_node_text(const Interners *interners, QueryKind kind, const QueryKey *key, Text *out)
{
    const QueryInfo *query = &query_registry[kind];
    text_addf(out, "%s(", query->name);
    query->key->describe(interners, key, out);
    text_add_char(out, ')');
}

void trace_reason_text(const Interners *interners, const TraceEntry *entry, Text *out)
{
    switch (entry->reason) {
    case WHY_NEW:
        text_add_c(out, "first time");
        break;
    case WHY_INPUT:
        text_add_c(out, "the input changed");
        break;
    case WHY_DEPENDENCY:
        text_add_c(out, "because of ");
        trace_node_text(interners, entry->cause_kind, &entry->cause_key, out);
        break;
    case WHY_VALUE_NEEDED:
        text_add_c(out, "its value was needed and is not kept");
        break;
    case WHY_EAGER:
        text_add_c(out, "facts of a changed file");
        break;
    }
}

void trace_line_text(const Interners *interners, const TraceEntry *entry, Text *out)
{
    trace_node_text(interners, entry->kind, &entry->key, out);
    text_addf(out, "\t%s\t%llu us\t", entry->changed ? "changed" : "same",
              (unsigned long long)(entry->time_ns / 1000));
    trace_reason_text(interners, entry, out);
    text_add_char(out, '\n');
}

static void print_counters(CommandHandle *command, EngineRequest *request)
{
    uint64_t steps;
    const QueryCounters *counters = engine_request_counters(request, &steps);
    Text text;
    text_init(&text, command->arena);
    text_addf(&text, "%-20s %8s %8s %8s %8s %8s %8s %10s %10s\n", "query", "executed", "reused",
              "loaded", "verified", "cutoff", "trace", "bytes", "us");
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        const QueryCounters *c = &counters[i];
        if (c->executed + c->reused + c->loaded + c->verified + c->trace_hits == 0)
            continue;
        text_addf(&text, "%-20s %8llu %8llu %8llu %8llu %8llu %8llu %10llu %10llu\n",
                  query_registry[i].name, (unsigned long long)c->executed,
                  (unsigned long long)c->reused, (unsigned long long)c->loaded,
                  (unsigned long long)c->verified, (unsigned long long)c->cutoff,
                  (unsigned long long)c->trace_hits, (unsigned long long)c->bytes,
                  (unsigned long long)(c->time_ns / 1000));
    }
    text_addf(&text, "verify steps: %llu\n", (unsigned long long)steps);
    message_write(command, STREAM_STDERR, text_str(&text));
}

/* What `rscc why` tells of is this command from now on. last_lock held. */
static void begin_last(CommandHandle *command)
{
    LastCommand *last = &command->workspace->last;
    if (last->arena)
        arena_free(last->arena);
    *last = (LastCommand){ .arena = arena_new(NULL) };
    trace_entry_vec_init(&last->entries, last->arena);
    Text words;
    text_init(&words, last->arena);
    text_add_c(&words, "rscc");
    for (uint32_t i = 0; i < command->request->argument_count; i++) {
        text_add_char(&words, ' ');
        text_add(&words, command->request->arguments[i]);
    }
    last->words = text_str(&words);
}

static void keep_trace(CommandHandle *command, EngineRequest *request)
{
    LastCommand *last = &command->workspace->last;
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    pthread_mutex_lock(&command->workspace->last_lock);
    if (command->noted_requests++ == 0)
        begin_last(command);
    trace_entry_vec_append(&last->entries, trace, count);
    uint64_t steps;
    engine_request_counters(request, &steps);
    last->verify_steps += steps;
    last->elapsed_ns = command_elapsed_ns(command);
    pthread_mutex_unlock(&command->workspace->last_lock);
}

void command_note_end(CommandHandle *command)
{
    pthread_mutex_lock(&command->workspace->last_lock);
    if (command->noted_requests == 0) {
        begin_last(command);
        command->workspace->last.elapsed_ns = command_elapsed_ns(command);
    }
    pthread_mutex_unlock(&command->workspace->last_lock);
}

void command_note_totals(CommandHandle *command, uint32_t bodies, uint32_t shards)
{
    pthread_mutex_lock(&command->workspace->last_lock);
    command->workspace->last.bodies = bodies;
    command->workspace->last.shards = shards;
    pthread_mutex_unlock(&command->workspace->last_lock);
}

static void print_trace(CommandHandle *command, EngineRequest *request)
{
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    Text text;
    text_init(&text, command->arena);
    for (uint32_t i = 0; i < count; i++) {
        text_add_c(&text, "   Executed ");
        trace_line_text(command->workspace->interners, &trace[i], &text);
    }
    message_write(command, STREAM_STDERR, text_str(&text));
}

static void report_verification(CommandHandle *command, EngineRequest *request)
{
    Text report;
    text_init(&report, command->arena);
    uint32_t failures = engine_request_verify_failures(request, &report);
    if (failures) {
        message_error(command,
                      "internal compiler error: %u reused results differ from a new execution",
                      failures);
        message_write(command, STREAM_STDERR, text_str(&report));
        command->verify_failed = true;
    }
}

void command_note_request(CommandHandle *command, EngineRequest *request)
{
    keep_trace(command, request);
    timings_add(command, request);
    if (options_count(&command->options, OPTION_VERBOSE) > 1)
        print_trace(command, request);
    if (options_has(&command->options, OPTION_STATS))
        print_counters(command, request);
    if (command->workspace->config.verify)
        report_verification(command, request);
}
