#include "oracle/oracle_rustc.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "support/harness.h"

/* ---- attributes of the root ---- */

/* Behind white space and comments. */
static size_t skip_trivia(Str text, size_t at)
{
    for (;;) {
        while (at < text.bytes && (unsigned char)text.data[at] <= ' ')
            at++;
        if (at + 1 >= text.bytes || text.data[at] != '/')
            return at;
        bool is_block = text.data[at + 1] == '*';
        if (!is_block && text.data[at + 1] != '/')
            return at;
        const char *end = memmem(text.data + at + 2, text.bytes - at - 2, is_block ? "*/" : "\n",
                                 is_block ? 2 : 1);
        at = end ? (size_t)(end - text.data) + (is_block ? 2 : 1) : text.bytes;
    }
}

/* Behind the words at `at`, with whatever is between them; 0: they are not there. */
static size_t skip_words(Str text, size_t at, const char *const *words)
{
    for (; *words; words++) {
        size_t length = strlen(*words);
        at = skip_trivia(text, at);
        if (text.bytes - at < length || memcmp(text.data + at, *words, length) != 0)
            return 0;
        at += length;
    }
    return at;
}

/* Does it open the gate of no_core? */
static bool has_gate(Str text)
{
    static const char *const feature[] = { "#", "!", "[", "feature", "(", NULL };
    for (size_t i = 0; i < text.bytes; i++) {
        size_t start = text.data[i] == '#' ? skip_words(text, i, feature) : 0;
        const char *end = start ? memchr(text.data + start, ')', text.bytes - start) : NULL;
        if (end && memmem(text.data + start, (size_t)(end - text.data) - start, "no_core", 7))
            return true;
    }
    return false;
}

/* rustc must not see `#![no_core]`, as it has a core library of its own: however the attribute is
 * laid out, it becomes blank, and lines keep their numbers. One whose gate is closed stays: the
 * program is wrong. */
static Str for_rustc(Str text, Arena *arena)
{
    static const char *const no_core[] = { "#", "!", "[", "no_core", "]", NULL };
    bool may_blank = has_gate(text);
    Text out;
    text_init(&out, arena);
    for (size_t i = 0; i < text.bytes;) {
        size_t end = may_blank && text.data[i] == '#' ? skip_words(text, i, no_core) : 0;
        if (!end)
            text_add_char(&out, text.data[i++]);
        for (; i < end; i++)
            text_add_char(&out, text.data[i] == '\n' ? '\n' : ' ');
    }
    return out.bytes ? text_str(&out) : STR("");
}

/* ---- rustc ---- */

static RunResult run_rustc(const RustcPeer *peer, const char *root, const char *words, Arena *arena)
{
    const char *all = arena_printf(arena, "RUSTC_BOOTSTRAP=1 %s %s", peer->rustc, words);
    return run_program(&(RunSpec){ .arguments = run_words(arena, "/usr/bin/env", all),
                                   .cwd = root,
                                   .timeout_ms = 60000 },
                       arena);
}

/* The core library of rscc's programs is an empty crate to rustc, which has the real one. */
static void make_minicore(const RustcPeer *peer, const char *root, Arena *arena)
{
    if (access(path_join(arena, str_from_c(root), STR("libminicore.rlib")), F_OK) == 0)
        return;
    harness_write(root, "minicore.rs", STR("#![no_std]\n"));
    run_rustc(peer, root, "--edition 2021 --crate-type rlib minicore.rs", arena);
}

static bool manifest_says(const Program *program, const char *what)
{
    int at = program_find(program, "Cargo.toml");
    Str text = at >= 0 ? program->files.items[at].text : STR("");
    return text.bytes && memmem(text.data, text.bytes, what, strlen(what));
}

/* What cargo makes of the program's profile. */
static const char *profile_flags(const Program *program, Arena *arena)
{
    if (program->release)
        return arena_printf(
            arena, "-O -C overflow-checks=%s",
            manifest_says(program, "[profile.release]\noverflow-checks = true") ? "on" : "off");
    return arena_printf(
        arena, "-C overflow-checks=%s -C debug-assertions=%s",
        manifest_says(program, "[profile.dev]\noverflow-checks = false") ? "off" : "on",
        manifest_says(program, "[profile.dev]\ndebug-assertions = false") ? "off" : "on");
}

/* What rustc is called with for each crate of a program. */
typedef struct {
    const RustcPeer *peer;
    const Program *program;
    const char *root;   /* of the package */
    const char *common; /* words */
    Text externs;       /* words for the libraries so far */
    Arena *arena;
} Compilation;

/* The library of the package in `directory` ("" or "name/"), if it has one. False: it does not
 * compile. */
static bool compile_library(Compilation *c, const char *directory, const char *name,
                            RunResult *result)
{
    const char *source = arena_printf(c->arena, "%ssrc/lib.rs", directory);
    if (program_find(c->program, source) < 0)
        return true;
    const char *words =
        arena_printf(c->arena, "%s%.*s --crate-type rlib --crate-name %s %s", c->common,
                     (int)c->externs.bytes, c->externs.bytes ? c->externs.data : "", name, source);
    *result = run_rustc(c->peer, c->root, words, c->arena);
    text_addf(&c->externs, " --extern %s=lib%s.rlib", name, name);
    return result->exit_code == 0;
}

/* Path dependencies below the package: `name = { path = "name" }`. */
static bool compile_dependencies(Compilation *c, RunResult *result)
{
    for (uint32_t i = 0; i < c->program->files.count; i++) {
        const char *path = c->program->files.items[i].path, *end = strstr(path, "/Cargo.toml");
        int bytes = end ? (int)(end - path) : 0;
        const char *name = arena_printf(c->arena, "%.*s", bytes, path);
        const char *row = arena_printf(c->arena, "%s = { path = \"%s\" }", name, name);
        if (end && manifest_says(c->program, row) &&
            !compile_library(c, arena_printf(c->arena, "%s/", name), name, result))
            return false;
    }
    return true;
}

static const char *compile(const RustcPeer *peer, const Program *program, RunResult *result,
                           Arena *arena)
{
    const char *root = path_join(arena, str_from_c(peer->directory), STR("rustc"));
    const char *library = path_join(arena, str_from_c(peer->directory), STR("rustc-minicore"));
    make_minicore(peer, library, arena);
    harness_remove_tree(root);
    for (uint32_t i = 0; i < program->files.count; i++)
        harness_write(root, program->files.items[i].path,
                      for_rustc(program->files.items[i].text, arena));
    Compilation c = { .peer = peer, .program = program, .root = root, .arena = arena };
    c.common = arena_printf(arena, "--edition 2021 --cap-lints allow -L %s %s --extern minicore",
                            library, profile_flags(program, arena));
    text_init(&c.externs, arena);
    if (compile_dependencies(&c, result) && compile_library(&c, "", "app", result)) {
        const char *words =
            arena_printf(arena, "%s%.*s --crate-name app -o program src/main.rs", c.common,
                         (int)c.externs.bytes, c.externs.bytes ? c.externs.data : "");
        *result = run_rustc(peer, root, words, arena);
    }
    return path_join(arena, str_from_c(root), STR("program"));
}

static void show_first_error(const char *what, Str err)
{
    const char *at = err.bytes ? memmem(err.data, err.bytes, "error", 5) : NULL;
    size_t left = at ? err.bytes - (size_t)(at - err.data) : 0;
    const char *end = at ? memchr(at, '\n', left) : NULL;
    const char *second =
        end ? memchr(end + 1, '\n', (size_t)(err.data + err.bytes - end - 1)) : NULL;
    size_t length = second ? (size_t)(second - at) : left;
    printf("  %s: %.*s\n", what, (int)length, at ? at : "");
}

static void keep_program(const RustcPeer *peer, const Program *program, const char *who,
                         const RunResult *rustc, Str rscc_err, Arena *arena)
{
    if (!peer->keep)
        return;
    const char *root =
        arena_printf(arena, "%s/only_%s.%u.%u", peer->keep, who, peer->sequence, peer->step);
    for (uint32_t i = 0; i < program->files.count; i++)
        harness_write(root, program->files.items[i].path,
                      for_rustc(program->files.items[i].text, arena));
    harness_write(root, "errors", str_eq(STR("rscc"), str_from_c(who)) ? rustc->err : rscc_err);
}

static RunResult run_theirs(const char *binary, Arena *arena)
{
    return run_program(&(RunSpec){ .arguments = (const char *const[]){ binary, NULL },
                                   .timeout_ms = 5000,
                                   .output_max = 1 << 20 },
                       arena);
}

void rustc_compare(const RustcPeer *peer, const Program *program, bool accepted, Str rscc_err,
                   const RunResult *ran, Tally *tally, Arena *arena)
{
    RunResult rustc;
    const char *binary = compile(peer, program, &rustc, arena);
    bool rustc_accepts = rustc.exit_code == 0;
    tally->rustc_both += accepted && rustc_accepts;
    tally->rustc_neither += !accepted && !rustc_accepts;
    tally->rustc_only += !accepted && rustc_accepts;
    tally->rscc_only += accepted && !rustc_accepts;
    if (!accepted && rustc_accepts)
        show_first_error("only rustc accepts it; rscc", rscc_err);
    if (accepted && !rustc_accepts)
        show_first_error("only rscc accepts it; rustc", rustc.err);
    if (accepted != rustc_accepts)
        keep_program(peer, program, accepted ? "rscc" : "rustc", &rustc, rscc_err, arena);
    if (!accepted || !rustc_accepts || ran->timed_out || ran->output_cut)
        return;
    RunResult theirs = run_theirs(binary, arena);
    if (theirs.exit_code == ran->exit_code && str_eq(theirs.out, ran->out))
        return;
    /* A stack that overflows: the real library's handler aborts, a program without one is killed.
     */
    if (ran->exit_code == 128 + SIGSEGV && theirs.exit_code == 128 + SIGABRT &&
        str_eq(theirs.out, ran->out))
        return;
    /* A variadic call without an argument that its format names prints anything. */
    if (!str_eq(theirs.out, run_theirs(binary, arena).out))
        return;
    tally->rustc_output_differs++;
    printf("  the program behaves differently: rscc %d, rustc %d\n--- rscc\n%.*s--- rustc\n%.*s",
           ran->exit_code, theirs.exit_code, (int)ran->out.bytes, ran->out.data,
           (int)theirs.out.bytes, theirs.out.data);
}
