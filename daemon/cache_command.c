#include "daemon/cache_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/cache.h"

enum { EXIT_DAMAGED = 1, EXIT_FAILED = 101 };

typedef struct {
    const Options *options;
    Arena *arena;
    const char *dir;
    bool json;
} CacheCommand;

static const char *environment(const char *name)
{
    return getenv(name);
}

static int fail(const CacheCommand *command, Status status)
{
    fprintf(stderr, "error: %s\n", status_text(status, command->arena));
    return EXIT_FAILED;
}

static const char *size_text(Arena *arena, uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024 && unit + 1 < ARRAY_COUNT(units); unit++)
        value /= 1024;
    return arena_printf(arena, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

/* "500M": digits and one of K, M, G. */
static bool parse_size(Str text, uint64_t *bytes)
{
    uint64_t value = 0;
    size_t i = 0;
    for (; i < text.bytes && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        if (value > (UINT64_MAX >> 30) / 10 - 1)
            return false;
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (i == 0 || i + 1 < text.bytes)
        return false;
    char unit = i < text.bytes ? text.data[i] : 'B';
    const char *known = unit ? memchr("BKMG", unit, 4) : NULL;
    if (!known)
        return false;
    *bytes = value << (10 * (known - "BKMG"));
    return true;
}

static int stats(const CacheCommand *command)
{
    CacheStats s;
    Status status = cache_stats(command->dir, &s);
    if (!status_ok(status))
        return fail(command, status);
    Text text;
    text_init(&text, command->arena);
    if (command->json) {
        text_add_c(&text, "{\"directory\":");
        text_add_json_string(&text, str_from_c(command->dir));
        text_addf(&text,
                  ",\"total_bytes\":%" PRIu64 ",\"cap_bytes\":%" PRIu64
                  ",\"database_bytes\":%" PRIu64 ",\"cas_bytes\":%" PRIu64
                  ",\"nodes_bytes\":%" PRIu64 ",\"workspaces\":%" PRIu64 ",\"segments\":%" PRIu64
                  ",\"blobs\":%" PRIu64 ",\"records\":%" PRIu64 "}\n",
                  s.total_bytes, s.cap_bytes, s.database_bytes, s.cas_bytes, s.nodes_bytes,
                  s.workspaces, s.segments, s.blobs, s.records);
    } else {
        text_addf(&text, "store       %s\n", command->dir);
        text_addf(&text, "size        %s of %s\n", size_text(command->arena, s.total_bytes),
                  size_text(command->arena, s.cap_bytes));
        text_addf(&text, "databases   %s\n", size_text(command->arena, s.database_bytes));
        text_addf(&text, "blob files  %s\n", size_text(command->arena, s.cas_bytes));
        text_addf(&text, "workspaces  %" PRIu64 "\n", s.workspaces);
        text_addf(&text, "segments    %" PRIu64 "\n", s.segments);
        text_addf(&text, "blobs       %" PRIu64 "\n", s.blobs);
        text_addf(&text, "records     %" PRIu64 "\n", s.records);
    }
    fputs(text.data, stdout);
    return 0;
}

static int gc(const CacheCommand *command)
{
    uint64_t cap = 10ull << 30, freed;
    Str wanted = options_value(command->options, OPTION_MAX_SIZE);
    if (wanted.data && !parse_size(wanted, &cap)) {
        fprintf(stderr, "error: invalid value '%.*s' for '--max-size <BYTES>'\n", (int)wanted.bytes,
                wanted.data);
        return 1;
    }
    Status status = cache_gc(command->dir, cap, &freed);
    if (!status_ok(status))
        return fail(command, status);
    if (command->json)
        printf("{\"freed_bytes\":%" PRIu64 "}\n", freed);
    else
        printf("freed %s\n", size_text(command->arena, freed));
    return 0;
}

static int verify(const CacheCommand *command)
{
    uint64_t damaged;
    Text report;
    text_init(&report, command->arena);
    Status status = cache_verify(command->dir, &damaged, &report);
    if (!status_ok(status))
        return fail(command, status);
    if (command->json) {
        Text text;
        text_init(&text, command->arena);
        text_addf(&text, "{\"damaged\":%" PRIu64 ",\"report\":", damaged);
        text_add_json_string(&text, text_str(&report));
        printf("%s}\n", text.data);
    } else {
        printf("%.*s%" PRIu64 " damaged\n", (int)report.bytes, report.bytes ? report.data : "",
               damaged);
    }
    return damaged > 0 ? EXIT_DAMAGED : 0;
}

static int clear(const CacheCommand *command)
{
    Status status = cache_clear(command->dir);
    return status_ok(status) ? 0 : fail(command, status);
}

int cache_command(const Options *options, Arena *arena)
{
    static const struct {
        const char *name;
        int (*run)(const CacheCommand *command);
    } actions[] = { { "stats", stats }, { "gc", gc }, { "verify", verify }, { "clear", clear } };
    CacheCommand command = { .options = options,
                             .arena = arena,
                             .dir = cache_default_dir(environment, arena),
                             .json = options_has(options, OPTION_JSON) };
    Str name = options->positionals.count == 1 ? options->positionals.items[0] : STR("");
    for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
        if (str_eq(name, str_from_c(actions[i].name)))
            return actions[i].run(&command);
    }
    fprintf(stderr, "error: expected one of: stats, gc, verify, clear\n\n"
                    "Usage: rscc cache [OPTIONS] <stats|gc|verify|clear>\n");
    return 1;
}
