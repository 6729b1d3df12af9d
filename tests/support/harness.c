#include "support/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/epoch.h"
#include "base/file.h"
#include "cache/cache.h"
#include "daemon/link_client.h"
#include "support/run.h"

struct Harness {
    Workspace *workspace;
    Cache *cache;
    LinkClient *linker;
    const char *root;
    Arena *arena;
};

static void warn(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "cache: %s\n", message);
}

Harness *harness_open(const HarnessConfig *config)
{
    Arena *arena = arena_new(NULL);
    Harness *h = arena_new_object(arena, Harness);
    h->arena = arena;
    h->root = arena_copy_str(arena, str_from_c(config->root));
    h->linker = link_client_new();
    if (config->cache)
        h->cache = cache_open(&(CacheConfig){
            .dir = config->cache, .epoch = rscc_epoch(), .workspace = h->root, .warn = warn });
    h->workspace = workspace_open(&(WorkspaceConfig){ .root = h->root,
                                                      .epoch = rscc_epoch(),
                                                      .threads = config->threads,
                                                      .cache = h->cache,
                                                      .system_root = config->system_root,
                                                      .link = link_client_ops(h->linker),
                                                      .verify = config->verify });
    return h;
}

void harness_close(Harness *h)
{
    workspace_close(h->workspace);
    if (h->cache)
        cache_close(h->cache);
    link_client_free(h->linker);
    arena_free(h->arena);
}

/* ---- commands
 * --------------------------------------------------------------------------------------- */

typedef struct {
    Text out, err;
} Streams;

static void write_stream(void *context, OutputStream stream, Str bytes)
{
    Streams *streams = context;
    text_add(stream == STREAM_STDOUT ? &streams->out : &streams->err, bytes);
}

static StrVec split_words(Arena *arena, const char *words)
{
    StrVec list;
    str_vec_init(&list, arena);
    for (const char *at = words; *at;) {
        size_t length = strcspn(at, " ");
        str_vec_push(&list, (Str){ at, length });
        at += length + (at[length] == ' ');
    }
    return list;
}

HarnessResult harness_plain_command(Harness *h, Arena *arena, const char *words)
{
    Streams streams;
    text_init(&streams.out, arena);
    text_init(&streams.err, arena);
    StrVec arguments = split_words(arena, arena_copy_str(arena, str_from_c(words)));
    CommandRequest request = { .arguments = arguments.items,
                               .argument_count = arguments.count,
                               .cwd = str_from_c(h->root),
                               .write = write_stream,
                               .write_context = &streams };
    CommandHandle *command = command_new(h->workspace);
    CommandResult result = command_run(command, &request, arena);
    command_store(command);
    command_free(command);
    return (HarnessResult){ .exit_code = result.exit_code,
                            .out = text_str(&streams.out),
                            .err = text_str(&streams.err) };
}

static const char steps_head[] = "verify steps: ";

/* Lines of `rscc why -v`: kind(key), "changed" or "same", time, reason; tab-separated. The last one
 * has the verify steps. */
static void parse_trace(Str trace, HarnessResult *result)
{
    for (size_t start = 0; start < trace.bytes;) {
        const char *line = trace.data + start;
        const char *end = memchr(line, '\n', trace.bytes - start);
        if (!end)
            break;
        start = (size_t)(end - trace.data) + 1;
        if (!strncmp(line, steps_head, sizeof steps_head - 1))
            result->verify_steps = strtoull(line + sizeof steps_head - 1, NULL, 10);
        const char *open = memchr(line, '(', (size_t)(end - line));
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        if (!open || !tab || tab < open)
            continue;
        harness_execution_vec_push(
            &result->executed, (HarnessExecution){ .kind = { line, (size_t)(open - line) },
                                                   .key = { open + 1, (size_t)(tab - open) - 2 },
                                                   .changed = tab[1] == 'c' });
    }
}

HarnessResult harness_command(Harness *h, Arena *arena, const char *words)
{
    HarnessResult result = harness_plain_command(h, arena, words);
    harness_execution_vec_init(&result.executed, arena);
    parse_trace(harness_plain_command(h, arena, "why -v").out, &result);
    return result;
}

/* ---- programs
 * --------------------------------------------------------------------------------------- */

static int run_captured(const char *const *argv, Arena *arena, Str *out)
{
    RunResult result = run_program(
        &(RunSpec){ .arguments = argv, .timeout_ms = 20000, .output_max = 1 << 20 }, arena);
    *out = result.out;
    return result.exit_code;
}

int harness_run_program(const char *path, Arena *arena, Str *out)
{
    return run_captured((const char *const[]){ path, NULL }, arena, out);
}

int harness_run_shell(const char *command, Arena *arena, Str *out)
{
    return run_captured((const char *const[]){ "/bin/sh", "-c", command, NULL }, arena, out);
}
