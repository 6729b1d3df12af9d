/* `--timings`: where the time of a command went, as a page to look at (or as JSON): per query kind
 * and the slowest executions. */
#include <stdlib.h>

#include "driver/driver_priv.h"

enum { SLOWEST_SHOWN = 100 };

static void add_counters(CommandTimings *timings, EngineRequest *request)
{
    uint64_t steps;
    const QueryCounters *counters = engine_request_counters(request, &steps);
    timings->verify_steps += steps;
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        timings->kinds[i].executed += counters[i].executed;
        timings->kinds[i].reused +=
            counters[i].reused + counters[i].verified + counters[i].trace_hits;
        timings->kinds[i].time_ns += counters[i].time_ns;
    }
}

void timings_add(CommandHandle *command, EngineRequest *request)
{
    if (!options_has(&command->options, OPTION_TIMINGS))
        return;
    if (!command->timings) {
        command->timings = arena_new_object(command->arena, CommandTimings);
        command->timings->kinds =
            arena_alloc_zeroed(command->arena, QUERY_KIND_COUNT * sizeof *command->timings->kinds);
        timed_execution_vec_init(&command->timings->executions, command->arena);
    }
    add_counters(command->timings, request);
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    for (uint32_t i = 0; i < count; i++)
        timed_execution_vec_push(&command->timings->executions,
                                 (TimedExecution){ trace[i].kind, trace[i].key, trace[i].time_ns });
}

static int slowest_first(const void *a, const void *b)
{
    const TimedExecution *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns > y->time_ns ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static void add_html_text(Text *out, Str text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '<')
            text_add_c(out, "&lt;");
        else if (text.data[i] == '&')
            text_add_c(out, "&amp;");
        else
            text_add_char(out, text.data[i]);
    }
}

static Str key_text(CommandHandle *command, const TimedExecution *execution)
{
    Text text;
    text_init(&text, command->arena);
    query_registry[execution->kind].key->describe(command->workspace->interners, &execution->key,
                                                  &text);
    return text.bytes ? text_str(&text) : STR("");
}

static double milliseconds(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void add_kind_rows(const CommandTimings *timings, uint64_t longest, Text *out)
{
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        const KindTiming *kind = &timings->kinds[i];
        if (kind->executed + kind->reused == 0)
            continue;
        double share = longest ? 100.0 * (double)kind->time_ns / (double)longest : 0;
        text_addf(out,
                  "<tr><td>%s</td><td class=n>%llu</td><td class=n>%llu</td><td class=n>%.3f</td>"
                  "<td><div style=\"width:%.1f%%\"></div></td><td class=d>%s</td></tr>\n",
                  query_registry[i].name, (unsigned long long)kind->executed,
                  (unsigned long long)kind->reused, milliseconds(kind->time_ns), share,
                  query_registry[i].doc);
    }
}

static void add_page(CommandHandle *command, uint64_t total_ns, Text *out)
{
    const CommandTimings *timings = command->timings;
    uint64_t longest = 0;
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++)
        longest = timings->kinds[i].time_ns > longest ? timings->kinds[i].time_ns : longest;
    text_add_c(out,
               "<!doctype html>\n<meta charset=utf-8>\n<title>rscc timings</title>\n<style>\n"
               "body{font:14px "
               "sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse;width:100%}\n"
               "td,th{padding:2px 8px;text-align:left;border-bottom:1px solid "
               "#ddd}td.n{text-align:right}\n"
               "td.d{color:#666}td "
               "div{height:.8em;background:#47a}td:nth-child(5){width:25%}\n</style>\n");
    text_addf(out, "<h1>rscc timings</h1>\n<p>%.1f ms in all, %llu verify steps.</p>\n",
              milliseconds(total_ns), (unsigned long long)timings->verify_steps);
    text_add_c(
        out,
        "<h2>Per query kind</h2>\n<table>\n<tr><th>query<th>executed<th>reused<th>ms<th><th>what "
        "it is</tr>\n");
    add_kind_rows(timings, longest, out);
    text_add_c(out, "</table>\n<h2>Slowest executions</h2>\n<table>\n<tr><th>query<th>key<th>ms, "
                    "children included</tr>\n");
    for (uint32_t i = 0; i < timings->executions.count && i < SLOWEST_SHOWN; i++) {
        const TimedExecution *execution = &timings->executions.items[i];
        text_addf(out, "<tr><td>%s</td><td>", query_registry[execution->kind].name);
        add_html_text(out, key_text(command, execution));
        text_addf(out, "</td><td class=n>%.3f</td></tr>\n", milliseconds(execution->time_ns));
    }
    text_add_c(out, "</table>\n");
}

static void add_json(CommandHandle *command, uint64_t total_ns, Text *out)
{
    const CommandTimings *timings = command->timings;
    text_addf(out, "{\"total_ns\":%llu,\"verify_steps\":%llu,\"kinds\":[",
              (unsigned long long)total_ns, (unsigned long long)timings->verify_steps);
    const char *separator = "";
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        const KindTiming *kind = &timings->kinds[i];
        if (kind->executed + kind->reused == 0)
            continue;
        text_addf(out, "%s{\"name\":\"%s\",\"executed\":%llu,\"reused\":%llu,\"time_ns\":%llu}",
                  separator, query_registry[i].name, (unsigned long long)kind->executed,
                  (unsigned long long)kind->reused, (unsigned long long)kind->time_ns);
        separator = ",";
    }
    text_add_c(out, "]}\n");
}

void timings_write(CommandHandle *command, const char *directory)
{
    if (!command->timings)
        return;
    TimedExecutionVec *executions = &command->timings->executions;
    if (executions->count)
        qsort(executions->items, executions->count, sizeof *executions->items, slowest_first);
    bool json = str_eq(options_value(&command->options, OPTION_TIMINGS), STR("json"));
    Text page;
    text_init(&page, command->arena);
    if (json)
        add_json(command, command_elapsed_ns(command), &page);
    else
        add_page(command, command_elapsed_ns(command), &page);
    const char *path = path_join(command->arena, str_from_c(directory),
                                 json ? STR("rscc-timing.json") : STR("rscc-timing.html"));
    Status status = dir_make_all(directory);
    if (status_ok(status))
        status = file_write_atomic(path, text_str(&page), 0644);
    if (status_ok(status))
        message_status(command, "Timing", "report saved to %s", path);
    else
        message_error(command, "failed to write `%s`: %s", path,
                      status_reason(status, command->arena));
}
