#include "oracle/oracle_rustc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "support/harness.h"

/* Lines that rustc must not see become empty, so that lines keep their numbers. The gate of no_core
 * stays: a program without it is wrong. */
static Str for_rustc(Str text, Arena *arena)
{
    static const char *const ours[] = { "#![no_core]" };
    Text out;
    text_init(&out, arena);
    for (size_t start = 0; start < text.bytes;) {
        const char *end = memchr(text.data + start, '\n', text.bytes - start);
        size_t length = end ? (size_t)(end - text.data) - start : text.bytes - start;
        bool drop = false;
        for (size_t i = 0; i < ARRAY_COUNT(ours); i++)
            drop |= str_eq((Str){ text.data + start, length }, str_from_c(ours[i]));
        if (!drop)
            text_add(&out, (Str){ text.data + start, length });
        text_add_char(&out, '\n');
        start += length + 1;
    }
    return out.bytes ? text_str(&out) : STR("");
}

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
    const char *words =
        arena_printf(arena,
                     "--edition 2021 --crate-name app --cap-lints allow -L %s --extern minicore "
                     "-o program %s src/main.rs",
                     library, profile_flags(program, arena));
    *result = run_rustc(peer, root, words, arena);
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
    if (!accepted || !rustc_accepts || ran->timed_out || ran->output_cut)
        return;
    RunResult theirs = run_program(&(RunSpec){ .arguments = (const char *const[]){ binary, NULL },
                                               .timeout_ms = 5000,
                                               .output_max = 1 << 20 },
                                   arena);
    if (theirs.exit_code == ran->exit_code && str_eq(theirs.out, ran->out))
        return;
    tally->rustc_output_differs++;
    printf("  the program behaves differently: rscc %d, rustc %d\n--- rscc\n%.*s--- rustc\n%.*s",
           ran->exit_code, theirs.exit_code, (int)ran->out.bytes, ran->out.data,
           (int)theirs.out.bytes, theirs.out.data);
}
