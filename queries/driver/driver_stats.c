/* What a command executed and why: counters for --stats, the trace for -v and `rscc why`. */
#include "driver/driver_priv.h"

static void add_key(CommandHandle *command, Text *out, QueryKind kind, const QueryKey *key)
{
    const QueryInfo *query = &query_registry[kind];
    text_addf(out, "%s(", query->name);
    query->key->describe(command->workspace->interners, key, out);
    text_add_char(out, ')');
}

static void add_reason(CommandHandle *command, Text *out, const TraceEntry *entry)
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
        add_key(command, out, entry->cause_kind, &entry->cause_key);
        break;
    case WHY_VALUE_NEEDED:
        text_add_c(out, "its value was needed and is not kept");
        break;
    case WHY_EAGER:
        text_add_c(out, "facts of a changed file");
        break;
    }
}

static void add_trace_line(CommandHandle *command, Text *out, const TraceEntry *entry)
{
    add_key(command, out, entry->kind, &entry->key);
    text_addf(out, "\t%s\t%llu us\t", entry->changed ? "changed" : "same", (unsigned long long)(entry->time_ns / 1000));
    add_reason(command, out, entry);
    text_add_char(out, '\n');
}

static void print_counters(CommandHandle *command, EngineRequest *request)
{
    uint64_t steps;
    const QueryCounters *counters = engine_request_counters(request, &steps);
    Text text;
    text_init(&text, command->arena);
    text_addf(&text, "%-20s %8s %8s %8s %8s %8s %8s %10s %10s\n", "query", "executed", "reused", "loaded", "verified",
              "cutoff", "trace", "bytes", "us");
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        const QueryCounters *c = &counters[i];
        if (c->executed + c->reused + c->loaded + c->verified + c->trace_hits == 0)
            continue;
        text_addf(&text, "%-20s %8llu %8llu %8llu %8llu %8llu %8llu %10llu %10llu\n", query_registry[i].name,
                  (unsigned long long)c->executed, (unsigned long long)c->reused, (unsigned long long)c->loaded,
                  (unsigned long long)c->verified, (unsigned long long)c->cutoff, (unsigned long long)c->trace_hits,
                  (unsigned long long)c->bytes, (unsigned long long)(c->time_ns / 1000));
    }
    text_addf(&text, "verify steps: %llu\n", (unsigned long long)steps);
    message_write(command, STREAM_STDERR, text_str(&text));
}

/* The last command's trace is kept as lines of text: kind(key), changed or same, time, reason; tab-separated. */
static void keep_trace(CommandHandle *command, EngineRequest *request)
{
    Workspace *w = command->workspace;
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    uint64_t steps;
    engine_request_counters(request, &steps);
    pthread_mutex_lock(&w->last_lock);
    if (command->noted_requests++ == 0) {
        if (w->last_arena)
            arena_free(w->last_arena);
        w->last_arena = arena_new(NULL);
        text_init(&w->last_trace, w->last_arena);
        w->last_verify_steps = 0;
    }
    w->last_verify_steps += steps;
    for (uint32_t i = 0; i < count; i++)
        add_trace_line(command, &w->last_trace, &trace[i]);
    pthread_mutex_unlock(&w->last_lock);
}

static void print_trace(CommandHandle *command, EngineRequest *request)
{
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    Text text;
    text_init(&text, command->arena);
    for (uint32_t i = 0; i < count; i++) {
        text_add_c(&text, "   Executed ");
        add_trace_line(command, &text, &trace[i]);
    }
    message_write(command, STREAM_STDERR, text_str(&text));
}

static void report_verification(CommandHandle *command, EngineRequest *request)
{
    Text report;
    text_init(&report, command->arena);
    uint32_t failures = engine_request_verify_failures(request, &report);
    if (failures) {
        message_error(command, "internal compiler error: %u reused results differ from a new execution", failures);
        message_write(command, STREAM_STDERR, text_str(&report));
        command->verify_failed = true;
    }
}

void command_note_request(CommandHandle *command, EngineRequest *request)
{
    keep_trace(command, request);
    timings_add(command, request);
    if (options_has(&command->options, OPTION_VERBOSE))
        print_trace(command, request);
    if (options_has(&command->options, OPTION_STATS))
        print_counters(command, request);
    if (command->workspace->config.verify)
        report_verification(command, request);
}

/* ---- why ------------------------------------------------------------------------------------------- */

CommandResult command_why(CommandHandle *command)
{
    Workspace *w = command->workspace;
    Str wanted = command->options.positionals.count ? command->options.positionals.items[0] : STR("");
    Text out;
    text_init(&out, command->arena);
    pthread_mutex_lock(&w->last_lock);
    Str trace = w->last_arena ? text_str(&w->last_trace) : STR("");
    for (size_t start = 0; start < trace.bytes;) {
        const char *end = memchr(trace.data + start, '\n', trace.bytes - start);
        Str line = { trace.data + start, (size_t)(end - trace.data) - start + 1 };
        const char *name_end = memchr(line.data, '\t', line.bytes);
        Str name = { line.data, (size_t)(name_end - line.data) };
        if (wanted.bytes == 0 || memmem(name.data, name.bytes, wanted.data, wanted.bytes))
            text_add(&out, line);
        start += line.bytes;
    }
    uint64_t steps = w->last_verify_steps;
    pthread_mutex_unlock(&w->last_lock);
    if (out.bytes && wanted.bytes == 0)
        text_addf(&out, "verify steps: %llu\n", (unsigned long long)steps);
    if (out.bytes == 0)
        text_add_c(&out, wanted.bytes ? "nothing of that name was executed by the last command\n"
                                      : "the last command executed nothing\n");
    message_write(command, STREAM_STDOUT, text_str(&out));
    return (CommandResult){ .exit_code = 0 };
}
