#include "support/oracle.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "support/status_lines.h"

enum { DIFFERENCES_SHOWN = 12, BINARY_BYTES_MAX = 1 << 28 };

struct Oracle {
    Arena *arena;
    OracleConfig config;
    const char *directory;
    const char *warm_root, *restarted_root, *fresh_root;
    const char *stores, *fresh_stores;
    Harness *warm;
    uint32_t runs;
};

/* One workspace's answer. */
typedef struct {
    const char *name;
    HarnessResult command;
    Str err;    /* without status lines */
    Str binary; /* bytes; empty if none */
    Str nodes;
} Answer;

static const char *below(const Oracle *o, const char *path)
{
    return path_join(o->arena, str_from_c(o->directory), str_from_c(path));
}

Oracle *oracle_new(const OracleConfig *config)
{
    Arena *arena = arena_new(NULL);
    Oracle *o = arena_new_object(arena, Oracle);
    o->arena = arena;
    o->config = *config;
    o->directory = harness_temporary(arena);
    o->warm_root = below(o, "warm/app");
    o->restarted_root = below(o, "a/longer/path with a space/app");
    o->fresh_root = below(o, "f/app");
    o->stores = below(o, "stores");
    o->fresh_stores = below(o, "empty");
    harness_copy_tree(config->minicore, below(o, "warm/minicore"));
    harness_copy_tree(config->minicore, below(o, "a/longer/path with a space/minicore"));
    harness_copy_tree(config->minicore, below(o, "f/minicore"));
    return o;
}

void oracle_free(Oracle *o, bool keep)
{
    oracle_restart(o);
    if (!keep)
        harness_remove_tree(o->directory);
    arena_free(o->arena);
}

const char *oracle_root(const Oracle *o)
{
    return o->warm_root;
}

const char *oracle_directory(const Oracle *o)
{
    return o->directory;
}

void oracle_restart(Oracle *o)
{
    if (o->warm)
        harness_close(o->warm);
    o->warm = NULL;
}

static Harness *warm(Oracle *o)
{
    if (!o->warm)
        o->warm = harness_open(&(HarnessConfig){
            .root = o->warm_root, .cache = o->stores, .threads = 4, .verify = o->config.verify });
    return o->warm;
}

HarnessResult oracle_run_warm(Oracle *o, Arena *arena, const char *words)
{
    return harness_command(warm(o), arena, words);
}

/* ---- what a workspace says
 * ---------------------------------------------------------------------------- */

static bool is_release(const char *words)
{
    return strstr(words, "--release") != NULL;
}

static const char *binary_path(const char *root, const char *words, Arena *arena)
{
    return arena_printf(arena, "%s/target/rscc/%s/app", root,
                        is_release(words) ? "release" : "debug");
}

/* Files outside of the package are named by their absolute path, which differs. */
static Str without_root(Str err, const char *root, Arena *arena)
{
    size_t parent = strlen(root) - strlen("app");
    Text out;
    text_init(&out, arena);
    while (err.bytes) {
        const char *at = memmem(err.data, err.bytes, root, parent);
        size_t length = at ? (size_t)(at - err.data) : err.bytes;
        text_add(&out, (Str){ err.data, length });
        length += at ? parent : 0;
        err = (Str){ err.data + length, err.bytes - length };
    }
    return out.bytes ? text_str(&out) : STR("");
}

static Answer ask(Harness *harness, const char *name, const char *root, const char *words,
                  Arena *arena)
{
    Answer answer = { .name = name, .command = harness_command(harness, arena, words) };
    answer.err = without_root(lines_without_status(answer.command.err, arena), root, arena);
    bool builds = strncmp(words, "build", 5) == 0;
    if (builds && answer.command.exit_code == 0) {
        Status status = file_read(binary_path(root, words, arena), arena, BINARY_BYTES_MAX,
                                  &answer.binary, NULL);
        if (!status_ok(status))
            answer.binary = STR("");
    }
    if (builds)
        answer.nodes =
            harness_plain_command(harness, arena,
                                  is_release(words) ? "dump nodes --release" : "dump nodes")
                .out;
    return answer;
}

static Answer ask_restarted(Oracle *o, const char *words, Arena *arena)
{
    Harness *harness = harness_open(
        &(HarnessConfig){ .root = o->restarted_root, .cache = o->stores, .threads = 1 });
    Answer answer = ask(harness, "restarted", o->restarted_root, words, arena);
    harness_close(harness);
    return answer;
}

static Answer ask_fresh(Oracle *o, const char *words, Arena *arena)
{
    bool has_store = o->runs % 2 == 0;
    uint32_t threads = o->runs % 4 < 2 ? 1 : 4;
    Harness *harness = harness_open(&(HarnessConfig){
        .root = o->fresh_root, .cache = has_store ? o->fresh_stores : NULL, .threads = threads });
    Answer answer = ask(harness, threads == 1 ? "fresh, one thread" : "fresh, four threads",
                        o->fresh_root, words, arena);
    harness_close(harness);
    harness_remove_tree(o->fresh_stores);
    return answer;
}

/* ---- node maps
 * ----------------------------------------------------------------------------------------- */

/* A line `kind(key) KEYFP VALUEFP`. */
typedef struct {
    Str line, name, value;
    Fp id; /* of kind and KEYFP */
} Node;
VEC_TYPE(NodeVec, node_vec, Node)

enum { HEX_DIGITS = 32 };

static NodeVec parse_nodes(Str dump, Arena *arena)
{
    NodeVec nodes;
    node_vec_init(&nodes, arena);
    for (size_t start = 0; start < dump.bytes;) {
        const char *end = memchr(dump.data + start, '\n', dump.bytes - start);
        size_t length = end ? (size_t)(end - dump.data) - start : dump.bytes - start;
        Str line = { dump.data + start, length };
        start += length + 1;
        const char *open = memchr(line.data, '(', line.bytes);
        if (!open || line.bytes < 2 * HEX_DIGITS + 2)
            continue;
        Node node = { .line = line, .name = { line.data, line.bytes - 2 * HEX_DIGITS - 2 } };
        node.value = (Str){ line.data + line.bytes - HEX_DIGITS, HEX_DIGITS };
        const char *key = line.data + line.bytes - 2 * HEX_DIGITS - 1;
        node.id = fp_combine(fp_of_bytes(line.data, (size_t)(open - line.data), 0),
                             fp_of_bytes(key, HEX_DIGITS, 0));
        node_vec_push(&nodes, node);
    }
    return nodes;
}

static Map index_nodes(const NodeVec *nodes, Arena *arena)
{
    Map map;
    map_init(&map, arena, sizeof(Fp));
    for (uint32_t i = 0; i < nodes->count; i++)
        *map_put(&map, &nodes->items[i].id, NULL) = i;
    return map;
}

static uint32_t report_absent(const NodeVec *nodes, const Map *others, const char *who,
                              Text *report, uint32_t shown)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        if (map_find(others, &nodes->items[i].id))
            continue;
        if (shown++ < DIFFERENCES_SHOWN)
            text_addf(report, "    only %s: %.*s\n", who, (int)nodes->items[i].name.bytes,
                      nodes->items[i].name.data);
    }
    return shown;
}

/* Dumps are ordered by kind, stages first that come first: the first lines say where it went wrong.
 */
static void compare_nodes(const Answer *a, const Answer *b, Text *report, Arena *arena)
{
    NodeVec ours = parse_nodes(a->nodes, arena), theirs = parse_nodes(b->nodes, arena);
    Map our_map = index_nodes(&ours, arena), their_map = index_nodes(&theirs, arena);
    text_addf(report, "  nodes differ: %s (%u) and %s (%u)\n", a->name, ours.count, b->name,
              theirs.count);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < ours.count; i++) {
        const uint32_t *other = map_find(&their_map, &ours.items[i].id);
        if (other && !str_eq(theirs.items[*other].value, ours.items[i].value) &&
            shown++ < DIFFERENCES_SHOWN)
            text_addf(report, "    value of %.*s\n", (int)ours.items[i].name.bytes,
                      ours.items[i].name.data);
    }
    shown = report_absent(&ours, &their_map, a->name, report, shown);
    shown = report_absent(&theirs, &our_map, b->name, report, shown);
    if (shown > DIFFERENCES_SHOWN)
        text_addf(report, "    ... %u in all\n", shown);
}

static uint32_t compare(const Answer *a, const Answer *b, Text *report, Arena *arena)
{
    uint32_t differences = 0;
    if (a->command.exit_code != b->command.exit_code) {
        text_addf(report, "  exit codes differ: %s %d, %s %d\n", a->name, a->command.exit_code,
                  b->name, b->command.exit_code);
        differences++;
    }
    if (!str_eq(a->err, b->err) || !str_eq(a->command.out, b->command.out)) {
        text_addf(report, "  diagnostics differ: %s:\n%.*s  %s:\n%.*s", a->name, (int)a->err.bytes,
                  a->err.data, b->name, (int)b->err.bytes, b->err.data);
        differences++;
    }
    if (!str_eq(a->binary, b->binary)) {
        text_addf(report, "  binaries differ: %s %zu bytes, %s %zu bytes\n", a->name,
                  a->binary.bytes, b->name, b->binary.bytes);
        differences++;
    }
    bool lacks_nodes = a->binary.bytes && !a->nodes.bytes;
    if (lacks_nodes || !str_eq(a->nodes, b->nodes)) {
        compare_nodes(a, b, report, arena);
        differences++;
    }
    return differences;
}

/* The same command again: the same answer, and nothing is executed. */
static uint32_t compare_repeated(Oracle *o, const Answer *first, const char *words, Text *report,
                                 Arena *arena)
{
    HarnessResult again = oracle_run_warm(o, arena, words);
    Str err = without_root(lines_without_status(again.err, arena), o->warm_root, arena);
    uint32_t differences = 0;
    if (again.exit_code != first->command.exit_code || !str_eq(err, first->err)) {
        text_addf(report, "  repeated: exit code %d and\n%.*s  in place of %d and\n%.*s",
                  again.exit_code, (int)err.bytes, err.data, first->command.exit_code,
                  (int)first->err.bytes, first->err.data);
        differences++;
    }
    if (again.executed.count && !o->config.verify) {
        const HarnessExecution *e = &again.executed.items[0];
        text_addf(report, "  repeated: %u executions, first %.*s(%.*s)\n", again.executed.count,
                  (int)e->kind.bytes, e->kind.data, (int)e->key.bytes, e->key.data);
        differences++;
    }
    return differences;
}

OracleOutcome oracle_run(Oracle *o, Arena *arena, const char *words)
{
    Text report;
    text_init(&report, arena);
    harness_sync_tree(o->warm_root, o->restarted_root);
    harness_remove_tree(o->fresh_root);
    harness_sync_tree(o->warm_root, o->fresh_root);
    Answer ours = ask(warm(o), "warm", o->warm_root, words, arena);
    Answer restarted = ask_restarted(o, words, arena);
    Answer fresh = ask_fresh(o, words, arena);
    OracleOutcome outcome = { .result = ours.command };
    outcome.differences =
        compare(&ours, &fresh, &report, arena) + compare(&restarted, &fresh, &report, arena);
    if (o->runs % 3 == 0)
        outcome.differences += compare_repeated(o, &ours, words, &report, arena);
    if (ours.binary.bytes)
        outcome.binary = binary_path(o->warm_root, words, arena);
    outcome.report = report.bytes ? text_str(&report) : STR("");
    o->runs++;
    return outcome;
}
