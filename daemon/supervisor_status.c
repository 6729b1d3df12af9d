#include <inttypes.h>
#include <unistd.h>

#include "daemon/process.h"
#include "daemon/supervisor_priv.h"

static uint64_t mib(uint64_t bytes)
{
    return bytes >> 20;
}

static void add_engine(const EngineRecord *engine, Text *out)
{
    const Message_engine_state *state = &engine->state;
    uint64_t helper =
        state->link_helper_pid ? process_proportional_bytes((pid_t)state->link_helper_pid) : 0;
    text_addf(out, "\n%s\n", engine->root);
    text_addf(out, "  engine       pid %d, %" PRIu64 " MiB%s\n", (int)engine->pid,
              mib(process_proportional_bytes(engine->pid)), engine->is_stopping ? ", ending" : "");
    text_addf(out, "  link helper  pid %u, %" PRIu64 " MiB, %" PRIu64 " links\n",
              state->link_helper_pid, mib(helper), state->links);
    text_addf(out, "  commands     %u running, %u waiting, %" PRIu64 " finished\n", state->active,
              state->waiting, state->finished);
    text_addf(out, "  watches      %u directories%s\n", state->watches,
              state->scanning ? " (no room for more: scanning)" : "");
    if (state->recycled > 0)
        text_addf(out, "  replaced     %u times, for its size\n", state->recycled);
}

static void add_human(Supervisor *s, Text *out)
{
    int64_t uptime = (clock_ms() - s->started_ms) / 1000;
    text_addf(out, "running      pid %d, %" PRIu64 " MiB, for %" PRId64 " s\n", (int)getpid(),
              mib(process_proportional_bytes(getpid())), uptime);
    text_addf(out, "build        %s\n", s->build_id);
    text_addf(out, "socket       %s\n", s->paths.socket);
    text_addf(out, "log          %s\n", s->log_file);
    text_addf(out, "idle exit    after %" PRId64 " s\n", s->idle_exit_ms / 1000);
    text_addf(out, "commands     %" PRIu64 "\n", s->routed_count);
    text_addf(out, "crashes      %u\n", s->crash_count);
    for (const EngineRecord *engine = s->engines; engine; engine = engine->next)
        add_engine(engine, out);
}

static void add_engine_json(const EngineRecord *engine, Text *out)
{
    const Message_engine_state *state = &engine->state;
    text_add_c(out, "{\"root\":");
    text_add_json_string(out, str_from_c(engine->root));
    text_addf(out, ",\"serial\":%" PRIu64 ",\"pid\":%d,\"pss_bytes\":%" PRIu64, engine->serial,
              (int)engine->pid, process_proportional_bytes(engine->pid));
    text_addf(
        out, ",\"link_helper_pid\":%u,\"link_helper_pss_bytes\":%" PRIu64, state->link_helper_pid,
        state->link_helper_pid ? process_proportional_bytes((pid_t)state->link_helper_pid) : 0);
    text_addf(out,
              ",\"active\":%u,\"waiting\":%u,\"finished\":%" PRIu64 ",\"links\":%" PRIu64
              ",\"watches\":%u,\"scanning\":%s,\"recycled\":%u}",
              state->active, state->waiting, state->finished, state->links, state->watches,
              state->scanning ? "true" : "false", state->recycled);
}

static void add_json(Supervisor *s, Text *out)
{
    text_addf(out, "{\"running\":true,\"pid\":%d,\"build_id\":\"%s\",\"socket\":", (int)getpid(),
              s->build_id);
    text_add_json_string(out, str_from_c(s->paths.socket));
    text_add_c(out, ",\"log\":");
    text_add_json_string(out, str_from_c(s->log_file));
    text_addf(out,
              ",\"uptime_ms\":%" PRId64 ",\"idle_exit_ms\":%" PRId64 ",\"pss_bytes\":%" PRIu64
              ",\"commands\":%" PRIu64 ",\"crashes\":%u,\"engines\":[",
              clock_ms() - s->started_ms, s->idle_exit_ms, process_proportional_bytes(getpid()),
              s->routed_count, s->crash_count);
    for (const EngineRecord *engine = s->engines; engine; engine = engine->next) {
        add_engine_json(engine, out);
        text_add_c(out, engine->next ? "," : "");
    }
    text_add_c(out, "]}\n");
}

void supervisor_status_text(Supervisor *s, bool json, Text *out)
{
    if (json)
        add_json(s, out);
    else
        add_human(s, out);
}
