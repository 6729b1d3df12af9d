/* Runs incremental fixtures: a workspace, a sequence of edits, and after each what is expected: the
 * program's output or the errors, and at most what may have been executed, by query and item.
 * Expectations are written by hand; nothing here writes them.
 *
 * usage: incremental [--show] MINICORE FIXTURE... ; --show lists what each step executed.
 *
 * A fixture is lines; TEXT blocks go up to a line `end`:
 *   file PATH          TEXT becomes the file
 *   files N PATH       the same for N files, with `$i` (0 to N-1) in PATH and TEXT
 *   replace PATH       up to `with`: old text, which must occur once; up to `end`: new text
 *   remove PATH
 *   step NAME          what follows belongs to this step
 *   build, check ...   an rscc command line
 *   output TEXT        of the built program (\n is a newline) after it exited with 0
 *   panics PATH:LINE:COLUMN  the program must exit with 101 and name that place on standard error
 *   error CODE PATH:LINE     expected error, `-` for one without a code; without any, the command
 *                      must succeed
 *   max KIND N         at most N executions of the kind in the step
 *   steps N            at most N verify steps
 *   only KIND KEY...   every execution of the kind is of one of these keys
 *   changed KIND KEY...  every one that gave another value is of one of these keys
 *   kinds KIND...      every execution is of one of these kinds; without any, nothing may run
 *   ran KIND KEY       an execution that must have happened: the fixture does what it says
 *   restart            the engine ends; the next command starts from the store
 * In a TEXT a line `repeat N LINE` stands for N lines with `$i`, and the lines from `blocks N` to
 * `end blocks` for N times all of them.
 *
 * Every command goes through the oracle (support/oracle.h): warm, restarted and fresh workspaces
 * agree on exit code, diagnostics, binary and the nodes of the query graph. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/oracle.h"

typedef struct {
    const char *fixture;
    Arena *arena;
    Oracle *oracle;
    const char *root;
    const char *binary; /* of the last build that worked */
    Str text;           /* the rest of the fixture */
    unsigned line;
    Str step;
    HarnessResult result;
    bool ran, expects_errors;
    StrVec errors;
    unsigned failures;
    unsigned checks;
    bool show;
} Runner;

static void fail(Runner *r, const char *what, Str detail)
{
    printf("%s:%u: step `%.*s`: %s %.*s\n", r->fixture, r->line, (int)r->step.bytes, r->step.data,
           what, (int)detail.bytes, detail.data);
    r->failures++;
}

static bool next_line(Runner *r, Str *line)
{
    if (r->text.bytes == 0)
        return false;
    const char *end = memchr(r->text.data, '\n', r->text.bytes);
    size_t length = end ? (size_t)(end - r->text.data) : r->text.bytes;
    *line = (Str){ r->text.data, length };
    size_t used = length + (end ? 1 : 0);
    r->text = (Str){ r->text.data + used, r->text.bytes - used };
    r->line++;
    return true;
}

static Str word(Str *rest)
{
    while (rest->bytes && rest->data[0] == ' ')
        *rest = (Str){ rest->data + 1, rest->bytes - 1 };
    size_t length = 0;
    while (length < rest->bytes && rest->data[length] != ' ')
        length++;
    Str first = { rest->data, length };
    *rest = (Str){ rest->data + length, rest->bytes - length };
    while (rest->bytes && rest->data[0] == ' ')
        *rest = (Str){ rest->data + 1, rest->bytes - 1 };
    return first;
}

static const char *c_str(Runner *r, Str text)
{
    return arena_copy_str(r->arena, text);
}

static unsigned long number(Runner *r, Str text)
{
    return strtoul(c_str(r, text), NULL, 10);
}

/* The text with a number for each `$i`. */
static void add_numbered(Text *out, Str text, unsigned long i)
{
    for (size_t at = 0; at < text.bytes; at++) {
        if (text.bytes - at >= 2 && memcmp(text.data + at, "$i", 2) == 0) {
            text_addf(out, "%lu", i);
            at++;
        } else {
            text_add_char(out, text.data[at]);
        }
    }
}

/* Recursion follows `blocks` in `blocks`. */
static Str text_until(Runner *r, Str terminator)
{
    Text text;
    text_init(&text, r->arena);
    for (Str line; next_line(r, &line) && !str_eq(line, terminator);) {
        Str rest = line, first = word(&rest);
        bool repeats = str_eq(first, STR("repeat"));
        if (str_eq(first, STR("blocks"))) {
            unsigned long blocks = number(r, word(&rest));
            Str block = text_until(r, STR("end blocks"));
            for (unsigned long i = 0; i < blocks; i++)
                add_numbered(&text, block, i);
            continue;
        }
        unsigned long count = repeats ? number(r, word(&rest)) : 1;
        for (unsigned long i = 0; i < count; i++) {
            if (repeats)
                add_numbered(&text, rest, i);
            else
                text_add(&text, line);
            text_add_char(&text, '\n');
        }
    }
    return text.bytes ? text_str(&text) : STR("");
}

/* ---- edits
 * ------------------------------------------------------------------------------------------ */

static void write_files(Runner *r, Str rest)
{
    unsigned long count = number(r, word(&rest));
    Str text = text_until(r, STR("end"));
    for (unsigned long i = 0; i < count; i++) {
        Text path, numbered;
        text_init(&path, r->arena);
        text_init(&numbered, r->arena);
        add_numbered(&path, rest, i);
        add_numbered(&numbered, text, i);
        harness_write(r->root, c_str(r, text_str(&path)), text_str(&numbered));
    }
}

static void replace_in_file(Runner *r, const char *path)
{
    Str old = text_until(r, STR("with")), new = text_until(r, STR("end"));
    Str text = harness_read(r->root, path, r->arena);
    const char *at = old.bytes ? memmem(text.data, text.bytes, old.data, old.bytes) : NULL;
    if (!at || memmem(at + 1, text.bytes - (size_t)(at + 1 - text.data), old.data, old.bytes)) {
        fail(r, "text to replace does not occur exactly once in", str_from_c(path));
        return;
    }
    Text changed;
    text_init(&changed, r->arena);
    size_t before = (size_t)(at - text.data);
    text_add(&changed, (Str){ text.data, before });
    text_add(&changed, new);
    text_add(&changed, (Str){ at + old.bytes, text.bytes - before - old.bytes });
    harness_write(r->root, path, text_str(&changed));
}

/* ---- steps
 * ------------------------------------------------------------------------------------------- */

static void show_executions(const Runner *r)
{
    printf("step `%.*s`: %u executions\n", (int)r->step.bytes, r->step.data,
           r->result.executed.count);
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        printf("    %.*s(%.*s) %s\n", (int)e->kind.bytes, e->kind.data, (int)e->key.bytes,
               e->key.data, e->changed ? "changed" : "same");
    }
}

static void run_command(Runner *r, Str line)
{
    OracleOutcome outcome = oracle_run(r->oracle, r->arena, c_str(r, line));
    r->result = outcome.result;
    r->ran = true;
    r->expects_errors = false;
    if (outcome.binary)
        r->binary = outcome.binary;
    if (outcome.differences)
        fail(r, "the oracle's workspaces disagree:\n", outcome.report);
    if (r->show)
        show_executions(r);
}

static const char *last_binary(Runner *r)
{
    return r->binary ? r->binary : "/bin/false";
}

static void expect_output(Runner *r, Str wanted)
{
    Text text;
    text_init(&text, r->arena);
    for (size_t i = 0; i < wanted.bytes; i++) {
        bool newline = wanted.data[i] == '\\' && i + 1 < wanted.bytes && wanted.data[i + 1] == 'n';
        text_add_char(&text, newline ? '\n' : wanted.data[i]);
        i += newline;
    }
    Str out;
    int code = harness_run_program(last_binary(r), r->arena, &out);
    Str expected = text.bytes ? text_str(&text) : STR("");
    if (code != 0 || !str_eq(out, expected))
        fail(r, arena_printf(r->arena, "program exited with %d and printed", code), out);
}

static void expect_panic(Runner *r, Str place)
{
    const char *log = path_join(r->arena, str_from_c(r->root), STR("panic.txt"));
    const char *command = arena_printf(r->arena, "'%s' 2>'%s'", last_binary(r), log);
    Str out;
    int code = harness_run_shell(command, r->arena, &out);
    Str err = harness_read(log, "", r->arena);
    const char *needle =
        arena_printf(r->arena, "panicked at %.*s:\n", (int)place.bytes, place.data);
    if (code != 101 || !memmem(err.data, err.bytes, needle, strlen(needle)))
        fail(r, arena_printf(r->arena, "program exited with %d and said", code), err);
    harness_remove(r->root, "panic.txt");
}

/* `error[CODE]: ...` followed by ` --> PATH:LINE:`, anywhere in what was printed. */
static void expect_error(Runner *r, Str rest)
{
    r->expects_errors = true;
    Str code = word(&rest), place = word(&rest);
    const char *head = str_eq(code, STR("-"))
                           ? "error: "
                           : arena_printf(r->arena, "error[%.*s]: ", (int)code.bytes, code.data);
    const char *arrow = arena_printf(r->arena, "--> %.*s:", (int)place.bytes, place.data);
    const char *err = arena_copy_str(r->arena, r->result.err);
    for (const char *at = err; (at = strstr(at, head)); at++) {
        const char *line_end = strchr(at, '\n');
        const char *next_end = line_end ? strchr(line_end + 1, '\n') : NULL;
        const char *found = line_end ? strstr(line_end, arrow) : NULL;
        if (found && next_end && found < next_end)
            return;
    }
    fail(r, "expected error is missing; printed:\n", r->result.err);
}

static uint32_t executions(const Runner *r, Str kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->result.executed.count; i++)
        count += str_eq(r->result.executed.items[i].kind, kind);
    return count;
}

static void list_executions(const Runner *r, Str kind)
{
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        if (str_eq(e->kind, kind))
            printf("    %.*s(%.*s)\n", (int)e->kind.bytes, e->kind.data, (int)e->key.bytes,
                   e->key.data);
    }
}

static void expect_max(Runner *r, Str rest)
{
    Str kind = word(&rest);
    unsigned long allowed = number(r, word(&rest));
    uint32_t count = executions(r, kind);
    if (count > allowed) {
        fail(r, arena_printf(r->arena, "%u executions of", count), kind);
        list_executions(r, kind);
    }
}

static void expect_steps(Runner *r, Str rest)
{
    if (r->result.verify_steps > number(r, rest))
        fail(
            r, "verify steps:",
            str_from_c(arena_printf(r->arena, "%llu", (unsigned long long)r->result.verify_steps)));
}

/* A key may have spaces in it; in a list they are written `~`. */
static bool is_key(Str word, Str key)
{
    bool same = word.bytes == key.bytes;
    for (size_t i = 0; same && i < key.bytes; i++)
        same = key.data[i] == (word.data[i] == '~' ? ' ' : word.data[i]);
    return same;
}

static bool is_listed(Str list, Str what)
{
    bool listed = false;
    while (list.bytes && !listed)
        listed = is_key(word(&list), what);
    return listed;
}

static void expect_only(Runner *r, Str rest)
{
    Str kind = word(&rest);
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        if (str_eq(e->kind, kind) && !is_listed(rest, e->key))
            fail(r, arena_printf(r->arena, "%.*s was executed for", (int)kind.bytes, kind.data),
                 e->key);
    }
}

static void expect_changed(Runner *r, Str rest)
{
    Str kind = word(&rest);
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        if (str_eq(e->kind, kind) && e->changed && !is_listed(rest, e->key))
            fail(r,
                 arena_printf(r->arena, "%.*s has another value for", (int)kind.bytes, kind.data),
                 e->key);
    }
}

static void expect_kinds(Runner *r, Str rest)
{
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        if (!is_listed(rest, e->kind))
            fail(r,
                 arena_printf(r->arena, "%.*s was executed for", (int)e->kind.bytes, e->kind.data),
                 e->key);
    }
}

static void expect_ran(Runner *r, Str rest)
{
    Str kind = word(&rest);
    for (uint32_t i = 0; i < r->result.executed.count; i++) {
        const HarnessExecution *e = &r->result.executed.items[i];
        if (str_eq(e->kind, kind) && (rest.bytes == 0 || str_eq(e->key, rest)))
            return;
    }
    fail(r, arena_printf(r->arena, "no execution of %.*s for", (int)kind.bytes, kind.data), rest);
}

/* At the end of a command's expectations: without `error` lines it must have succeeded, with them
 * it must have failed. */
static void finish_command(Runner *r)
{
    if (r->ran && (r->result.exit_code != 0) != r->expects_errors)
        fail(r, r->expects_errors ? "errors were expected" : "unexpected failure:\n",
             r->result.err);
    r->ran = false;
}

static void perform(Runner *r, Str line)
{
    Str rest = line, verb = word(&rest);
    r->checks++;
    if (str_eq(verb, STR("file"))) {
        harness_write(r->root, c_str(r, rest), text_until(r, STR("end")));
    } else if (str_eq(verb, STR("files"))) {
        write_files(r, rest);
    } else if (str_eq(verb, STR("replace"))) {
        replace_in_file(r, c_str(r, rest));
    } else if (str_eq(verb, STR("remove"))) {
        harness_remove(r->root, c_str(r, rest));
    } else if (str_eq(verb, STR("step"))) {
        finish_command(r);
        r->step = rest;
    } else if (str_eq(verb, STR("build")) || str_eq(verb, STR("check"))) {
        finish_command(r);
        run_command(r, line);
    } else if (str_eq(verb, STR("output"))) {
        expect_output(r, rest);
    } else if (str_eq(verb, STR("panics"))) {
        expect_panic(r, rest);
    } else if (str_eq(verb, STR("error"))) {
        expect_error(r, rest);
    } else if (str_eq(verb, STR("max"))) {
        expect_max(r, rest);
    } else if (str_eq(verb, STR("steps"))) {
        expect_steps(r, rest);
    } else if (str_eq(verb, STR("only"))) {
        expect_only(r, rest);
    } else if (str_eq(verb, STR("changed"))) {
        expect_changed(r, rest);
    } else if (str_eq(verb, STR("kinds"))) {
        expect_kinds(r, rest);
    } else if (str_eq(verb, STR("ran"))) {
        expect_ran(r, rest);
    } else if (str_eq(verb, STR("restart"))) {
        finish_command(r);
        oracle_restart(r->oracle);
    } else {
        fail(r, "unknown line:", line);
    }
}

static unsigned run_fixture(const char *path, const char *minicore, bool show)
{
    Runner r = { .fixture = path, .arena = arena_new(NULL), .show = show };
    r.oracle = oracle_new(&(OracleConfig){ .minicore = minicore });
    r.root = oracle_root(r.oracle);
    harness_write(r.root, "Cargo.toml",
                  STR("[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n"
                      "[dependencies]\nminicore = { path = \"../minicore\" }\n"));
    r.text = harness_read(path, "", r.arena);
    for (Str line; next_line(&r, &line);) {
        if (line.bytes && line.data[0] != '#')
            perform(&r, line);
    }
    finish_command(&r);
    oracle_free(r.oracle, r.failures > 0);
    printf("%s: %u lines checked, %u failures\n", path, r.checks, r.failures);
    unsigned failures = r.failures;
    arena_free(r.arena);
    return failures;
}

int main(int argc, char **argv)
{
    bool show = argc > 1 && strcmp(argv[1], "--show") == 0;
    int first = show ? 2 : 1; /* the core library */
    if (argc < first + 2) {
        fprintf(stderr, "usage: %s [--show] MINICORE FIXTURE...\n", argv[0]);
        return 2;
    }
    unsigned failures = 0;
    for (int i = first + 1; i < argc; i++)
        failures += run_fixture(argv[i], argv[first], show);
    return failures != 0;
}
