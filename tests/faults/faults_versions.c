#include "faults/faults_versions.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness_files.h"

enum { STORED_WAIT_MS = 60000, POLL_NS = 5000000 };

/* ---- what a command gave ---- */

/* Lines that say something about the store; *first is the first of them. */
static int cache_warnings(Str err, Str *first)
{
    int count = 0;
    *first = STR("");
    for (size_t start = 0; start < err.bytes;) {
        Str line = { err.data + start, err.bytes - start };
        const char *end = memchr(line.data, '\n', line.bytes);
        line.bytes = end ? (size_t)(end - line.data) : line.bytes;
        if (str_starts_with(line, STR("warning: cache ")) && count++ == 0)
            *first = line;
        start += line.bytes + 1;
    }
    return count;
}

Str binary_of(Product *p, Arena *arena)
{
    return harness_read(p->package, "target/rscc/debug/app", arena);
}

/* The program that is on disk, and this many warnings about the store (ANY_WARNINGS: at most one),
 * each with the text. Returns their number. */
int version_judge(Product *p, const RunResult *result, int value, int warnings, const char *text)
{
    Arena *arena = arena_new(NULL);
    Str first, wanted = str_from_c(arena_printf(arena, "%d\n", value));
    int said = cache_warnings(result->err, &first);
    bool well_said = warnings == ANY_WARNINGS ? said <= 1 : said == warnings;
    bool clean = !contains(result->err, "error") && !contains(result->err, "crash");
    if (result->exit_code != 0 || !str_eq(result->out, wanted) || !well_said || !clean ||
        (said > 0 && !contains(first, text)))
        product_fail(p,
                     "expected %d and %d warnings with `%s`; got exit code %d, %d warnings "
                     "and:\n%.*s%.*s",
                     value, warnings, text, result->exit_code, said, (int)result->out.bytes,
                     result->out.data, (int)result->err.bytes, result->err.data);
    arena_free(arena);
    return said;
}

int version_run(Product *p, const Versions *good, const char *words, int value, int warnings,
                const char *text)
{
    Arena *arena = arena_new(NULL);
    product_write(p, "src/a.rs", product_module(p, value));
    RunResult result = product_run(p, arena, words);
    int said = version_judge(p, &result, value, warnings, text);
    if (!str_eq(binary_of(p, arena), value == FIRST ? good->first : good->second))
        product_fail(p, "another binary than that of a build without a store");
    arena_free(arena);
    return said;
}

Str build_version(Product *p, int value)
{
    Arena *arena = arena_new(NULL);
    product_write(p, "src/a.rs", product_module(p, value));
    RunResult result = product_run(p, arena, "run --no-daemon");
    version_judge(p, &result, value, 0, "");
    arena_free(arena);
    return binary_of(p, p->arena);
}

void store_clear(Product *p)
{
    harness_remove_tree(p->store);
}

/* Builds both versions, each with an empty store, and leaves a warm store of the first. */
Versions versions_begin(Product *p)
{
    Versions good;
    product_write_sample(p, SECOND);
    good.second = build_version(p, SECOND);
    store_clear(p);
    good.first = build_version(p, FIRST);
    if (str_eq(good.first, good.second))
        product_fail(p, "both versions are the same");
    return good;
}

/* ---- the store's files ---- */

/* The only file below the store that matches; NULL if there is none. */
const char *store_file(Product *p, const char *pattern)
{
    glob_t found;
    const char *path = NULL;
    if (glob(arena_printf(p->arena, "%s/%s", p->store, pattern), 0, NULL, &found) == 0) {
        if (found.gl_pathc == 1)
            path = arena_copy_str(p->arena, str_from_c(found.gl_pathv[0]));
        globfree(&found);
    }
    return path;
}

void store_expect_sound(Product *p)
{
    product_expect_run(p, "cache verify", 0, "0 damaged\n");
}

/* The number after `"name":` in what the command printed; -1 if it is not there. */
long long number_of(Product *p, const char *words, const char *name)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, words);
    const char *key = arena_printf(arena, "\"%s\":", name);
    const char *text = arena_copy_str(arena, result.out), *found = strstr(text, key);
    long long number = found ? strtoll(found + strlen(key), NULL, 10) : -1;
    arena_free(arena);
    return number;
}

/* Until the engine has finished that many commands: what they executed is stored then. */
void wait_until_stored(Product *p, long long commands)
{
    int64_t deadline = run_clock_ns() + (int64_t)STORED_WAIT_MS * 1000000;
    while (number_of(p, "daemon status --json", "finished") < commands) {
        if (run_clock_ns() > deadline) {
            product_fail(p, "the daemon did not finish %lld commands", commands);
            return;
        }
        run_sleep_ns(POLL_NS);
    }
}

void daemon_stop(Product *p)
{
    product_expect_run(p, "daemon stop", 0, "stopped");
}
