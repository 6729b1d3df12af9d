/* build, check, run and why on packages: lines, exit codes, targets, manifests and JSON are
 * cargo's. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/harness_files.h"
#include "support/product.h"

#define HEAD     \
    PRODUCT_HEAD \
    "extern \"C\" { fn exit(code: i32) -> !; fn abort() -> !; }\n"

/* All that it says, but for the time. */
static void expect_exactly(Product *p, const char *words, int exit_code, const char *err)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, words);
    const char *done =
        result.err.bytes ? memmem(result.err.data, result.err.bytes, " target(s) in ", 14) : NULL;
    const char *time = done ? done + strlen(" target(s)") : NULL;
    Str said = { result.err.data, time ? (size_t)(time - result.err.data) : result.err.bytes };
    if (result.exit_code != exit_code || !str_eq(said, str_from_c(err)))
        product_fail(p, "`rscc %s`: expected exit code %d and:\n%s\ngot %d and:\n%.*s", words,
                     exit_code, err, result.exit_code, (int)result.err.bytes, result.err.data);
    arena_free(arena);
}

/* ---- lines
 * ------------------------------------------------------------------------------------------ */

static void packages_are_named_when_rebuilt(Product *p)
{
    product_write_sample(p, 10);
    const char *app = product_text(p, "app v0.1.0 (%s)\n", p->package);
    const char *core = product_text(p, "minicore v0.1.0 (%s/minicore)\n", p->directory);
    const char *finished = "    Finished `dev` profile [unoptimized] target(s)";
    expect_exactly(p, "check", 0,
                   product_text(p, "    Checking %s    Checking %s%s", core, app, finished));
    expect_exactly(p, "build", 0, product_text(p, "   Compiling %s%s", app, finished));
    expect_exactly(p, "build", 0, finished);
    expect_exactly(p, "build -q", 0, "");
    expect_exactly(p, "build -v", 0,
                   product_text(p, "       Fresh %s       Fresh %s%s", core, app, finished));
    product_write_sample(p, 11);
    expect_exactly(p, "check", 0, product_text(p, "    Checking %s%s", app, finished));
    expect_exactly(p, "build", 0, product_text(p, "   Compiling %s%s", app, finished));
    expect_exactly(
        p, "build --release", 0,
        product_text(p, "   Compiling %s    Finished `release` profile [optimized] target(s)",
                     app));
    product_write(p, "src/a.rs", product_text(p, "// a comment\n%s", product_module(p, 11)));
    expect_exactly(p, "check", 0, finished);
    expect_exactly(p, "run", 0, product_text(p, "%s", finished));
}

static void main_is_looked_for_by_check(Product *p)
{
    product_write(p, "src/main.rs", HEAD "pub fn other() {}\n");
    const char *error =
        "error[E0601]: `main` function not found in crate `app`\n --> src/main.rs:6:18\n  |\n"
        "6 | pub fn other() {}\n  |                  ^ consider adding a `main` function to "
        "`src/main.rs`\n";
    product_expect_run(p, "check", 101, error);
    product_expect_run(p, "build", 101, error);
    product_write(p, "src/main.rs", HEAD "pub fn other() {}\nfn main() {}\n");
    product_expect_run(p, "build", 0, "Finished");
    /* An import of that name that leads nowhere is none, which rustc says too. */
    product_write(p, "src/main.rs", HEAD "use missing::main;\n");
    product_expect_run(p, "check", 101, "error[E0432]: unresolved import `missing`");
    product_expect_run(p, "check", 101, "error[E0601]: `main` function not found in crate `app`");
    product_write(p, "src/main.rs", "");
    product_expect_run(p, "check", 101, "E0601");
    /* What would make something else than a program with `main` is not passed over. */
    product_write(p, "src/main.rs", "#![no_main]\n" HEAD "fn main() {}\n");
    product_expect_run(p, "check", 101, "the attribute `#![no_main]` is not supported");
    product_write(p, "src/main.rs", "#![crate_type = \"lib\"]\n" HEAD "fn main() {}\n");
    product_expect_run(p, "check", 101, "error[RSCC0001]: the attribute `#![crate_type]`");
    product_write(p, "src/main.rs", "#![crate_type = \"bin\"]\n" HEAD "fn main() {}\n");
    product_expect_run(p, "check", 0, "Finished");
}

/* ---- targets
 * ---------------------------------------------------------------------------------------- */

static void binaries_have_their_names(Product *p)
{
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST "[[bin]]\nname = \"other-one\"\npath = \"src/other.rs\"\n");
    product_write(p, "src/main.rs", HEAD "fn main() { unsafe { exit(3); } }\n");
    product_write(p, "src/other.rs", HEAD "fn main() { unsafe { exit(7); } }\n");
    product_write(p, "src/bin/third.rs", HEAD "fn main() { unsafe { abort(); } }\n");
    product_expect_run(p, "run", 101, "available binaries: app, other-one, third\n");
    product_expect_run(p, "run --bin other-one -- a b", 7,
                       "     Running `target/rscc/debug/other-one a b`\n");
    product_expect_run(p, "run --bin third", 128 + SIGABRT, "");
    product_expect_run(
        p, "run --bin nope", 101,
        "error: no bin target named `nope` in default-run packages\nhelp: available bin "
        "targets:\n    app\n"
        "    other-one\n    third\n");
    product_expect_run(p, "build --bin other-one --message-format=json", 0,
                       "\"kind\":[\"bin\"],\"crate_types\":[\"bin\"],\"name\":\"other-one\"");
    product_write(p, "src/other.rs", "fn main() { wrong }\n");
    product_expect_run(p, "build", 101,
                       "error: could not compile `app` (bin \"other-one\") due to");
    product_expect_run(p, "run --bin app", 3, "");
    product_write(p, "Cargo.toml", "[package]\nname = \"app\"\ndefault-run = \"x\"\n");
    product_expect_run(p, "run", 101, "default-run target `x` not found");
    product_write(p, "Cargo.toml", "[package]\nname = \"app\"\ndefault-run = \"third\"\n");
    product_expect_run(p, "check", 101, "can't find crate for `minicore`");
}

static void packages_are_selected(Product *p)
{
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST "util = { path = \"../util\", package = \"my-util\" }\n");
    harness_write(p->directory, "util/Cargo.toml",
                  STR("[package]\nname = \"my-util\"\nversion = \"0.2.0\"\nedition = "
                      "\"2018\"\n[lib]\nname = \"useful\"\n"
                      "[dependencies]\nminicore = { path = \"../minicore\" }\ndeep = { path = "
                      "\"../deep\" }\n"));
    harness_write(p->directory, "util/src/lib.rs",
                  STR("#![feature(no_core)]\n#![no_core]\nextern crate minicore;\npub fn f() -> "
                      "i32 { deeper::g() }\n"));
    harness_write(
        p->directory, "deep/Cargo.toml",
        STR("[package]\nname = \"deep\"\nedition = \"2021\"\n[lib]\nname = \"deeper\"\n"
            "[dependencies]\nmini = { path = \"../minicore\", package = \"minicore\" }\n"));
    harness_write(
        p->directory, "deep/src/lib.rs",
        STR("#![feature(no_core)]\n#![no_core]\nextern crate mini;\npub fn g() -> i32 { 5 }\n"));
    product_write(p, "src/main.rs", HEAD "fn main() { unsafe { exit(util::f()); } }\n");
    product_expect_run(p, "run", 5, "   Compiling my-util v0.2.0 (");
    product_expect_run(p, "check -p my-util@0.2.0", 0, "Finished");
    product_expect_run(
        p, "check -p my-utils", 101,
        "error: package ID specification `my-utils` did not match any packages\n\nhelp: a "
        "package with a similar name "
        "exists: `my-util`\n");
    product_expect_run(p, "check --features x", 101,
                       "error: the package 'app' does not contain this feature: x\n");
    harness_write(
        p->directory, "deep/src/lib.rs",
        STR("#![feature(no_core)]\n#![no_core]\nextern crate mini;\npub fn g() -> i32 { true }\n"));
    product_expect_run(p, "check", 101,
                       product_text(p, " --> %s/deep/src/lib.rs:4:21\n", p->directory));
    product_expect_run(p, "check", 101,
                       "error: could not compile `deep` (lib) due to 1 previous error\n");
}

/* ---- manifests
 * -------------------------------------------------------------------------------------- */

static void manifests_are_explained(Product *p)
{
    product_write_sample(p, 10);
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "[profile.dev]\nwrong = 1\n[things]\n");
    product_expect_run(p, "check -q", 0, "");
    product_expect_run(
        p, "check", 0,
        "warning: unused manifest key: profile.dev.wrong\nwarning: unused manifest key: things\n");
    product_write(p, "Cargo.toml", "[package]\nname = \"app\"\nedition = 3\n");
    product_expect_run(
        p, "check", 101,
        "error: invalid type: integer `3`, expected a string\n --> Cargo.toml:3:11\n  |\n3 | "
        "edition = 3\n  |           ^\n");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "[features]\nx = []\n");
    product_expect_run(p, "check", 101,
                       "error: the manifest key `features` is not supported by rscc yet\n");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "foo = { path = \"../nope\" }\n");
    product_expect_run(
        p, "check", 101,
        product_text(
            p,
            "error: failed to get `foo` as a dependency of package `app v0.1.0 (%s)`\n\nCaused "
            "by:\n  failed to load "
            "source for dependency `foo`\n\nCaused by:\n  unable to update %s/nope\n\nCaused "
            "by:\n  failed to read "
            "`%s/nope/Cargo.toml`\n\nCaused by:\n  No such file or directory (os error 2)\n",
            p->package, p->directory, p->directory));
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "foo = { path = \"../minicore\" }\n");
    product_expect_run(p, "check", 101, "error: no matching package named `foo` found\n");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "b = { path = \"../b\" }\n");
    harness_write(p->directory, "b/Cargo.toml",
                  STR("[package]\nname = \"b\"\nedition = \"2021\"\n[dependencies]\napp = { path = "
                      "\"../app\" }\n"));
    product_expect_run(
        p, "check", 101,
        product_text(
            p,
            "error: cyclic package dependency: package `app v0.1.0 (%s)` depends on itself. "
            "Cycle:\npackage `app "
            "v0.1.0 (%s)`\n    ... which satisfies path dependency `app` of package `b v0.0.0 "
            "(%s/b)`\n    ... which "
            "satisfies path dependency `b` of package `app v0.1.0 (%s)`\n",
            p->package, p->package, p->directory, p->package));
}

static void names_of_targets_are_checked(Product *p)
{
    product_write_sample(p, 10);
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST "[[bin]]\nname = \"a b\"\npath = \"src/main.rs\"\n");
    product_expect_run(p, "check", 101, "error: invalid character ' ' in crate name: `a b`\n");
    product_write(
        p, "Cargo.toml",
        "[package]\nname = \"build\"\nedition = \"2021\"\n[dependencies]\nminicore = { path "
        "= \"../minicore\" }\n");
    product_expect_run(p, "check", 101,
                       "the binary target name `build` is forbidden, it conflicts with cargo's "
                       "build directory names\n");
}

/* src/main.rs is the program of the package's name; the first edition took it for any. */
static void programs_have_their_files(Product *p)
{
    const char *manifest = "[package]\nname = \"app\"\nedition = \"%s\"\n[dependencies]\n"
                           "minicore = { path = \"../minicore\" }\n[[bin]]\nname = \"%s\"\n";
    product_write_sample(p, 10);
    product_write(p, "Cargo.toml", product_text(p, manifest, "2021", "app"));
    product_expect_run(p, "check", 0, "Finished");
    product_write(p, "Cargo.toml", product_text(p, manifest, "2015", "x"));
    product_expect_run(p, "check", 0, "Finished");
    product_write(p, "Cargo.toml", product_text(p, manifest, "2021", "x"));
    product_expect_run(p, "check", 101,
                       "  can't find `x` bin at `src/bin/x.rs` or `src/bin/x/main.rs`. Please "
                       "specify bin.path if you want to use a non-default path.\n");
}

static void versions_of_dependencies_are_checked(Product *p)
{
    const char *manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n"
        "minicore = { path = \"../minicore\", version = \"%s\" }\n";
    product_write_sample(p, 10);
    product_write(p, "Cargo.toml", product_text(p, manifest, ">=0.1.0, <0.2"));
    product_expect_run(p, "check", 0, "Finished");
    product_write(p, "Cargo.toml", product_text(p, manifest, "7"));
    expect_exactly(
        p, "check", 101,
        product_text(p,
                     "error: failed to select a version for the requirement `minicore = "
                     "\"^7\"`\ncandidate versions found which didn't match: 0.1.0\nlocation "
                     "searched: %s/minicore\nrequired by package `app v0.1.0 (%s)`\n",
                     p->directory, p->package));
    product_write(p, "Cargo.toml", product_text(p, manifest, "nope"));
    expect_exactly(
        p, "check", 101,
        product_text(
            p,
            "error: failed to parse manifest at `%s/Cargo.toml`\n\nCaused by:\n  failed to "
            "parse the version requirement `nope` for dependency `minicore`\n\nCaused "
            "by:\n  unexpected character 'n' while parsing major version number\n",
            p->package));
}

static void a_rust_that_is_too_old_is_refused(Product *p)
{
    product_write_sample(p, 10);
    const char *package = "[package]\nname = \"%s\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
                          "rust-version = \"%s\"\n%s";
    const char *dependencies =
        "[dependencies]\nminicore = { path = \"../minicore\" }\nb = { path = \"../b\" }\n";
    harness_write(p->directory, "b/src/lib.rs", STR("#![feature(no_core)]\n#![no_core]\n"));
    harness_write(p->directory, "b/Cargo.toml",
                  str_from_c(product_text(p, package, "b", "1.95.1", "")));
    product_write(p, "Cargo.toml", product_text(p, package, "app", "1.95", dependencies));
    expect_exactly(p, "check", 101,
                   "error: rustc 1.95.0 is not supported by the following package:\n  b@0.1.0 "
                   "requires rustc 1.95.1\n\n");
    product_write(p, "Cargo.toml", product_text(p, package, "app", " 1.200 ", dependencies));
    expect_exactly(p, "run", 101,
                   "error: rustc 1.95.0 is not supported by the following packages:\n  app@0.1.0 "
                   "requires rustc 1.200\n  b@0.1.0 requires rustc 1.95.1\n\n");
    product_expect_run(p, "run --ignore-rust-version", 0, "10\n");
}

static void profiles_are_followed(Product *p)
{
    const char *program =
        HEAD "fn f(x: u8) -> u8 { x + 255 }\nfn main() { unsafe { exit(f(2) as i32); } }\n";
    product_write(p, "src/main.rs", program);
    product_expect_run(p, "run -q", 101, "attempt to add with overflow");
    product_expect_run(p, "run -q --release", 1, "");
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST
                  "[profile.dev]\noverflow-checks = false\n[profile.release]\noverflow-checks = "
                  "true\n");
    product_expect_run(p, "run -q", 1, "");
    product_expect_run(p, "run -q --release", 101, "attempt to add with overflow");
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST
                  "[profile.dev]\ndebug-assertions = false\n[profile.release]\ndebug-assertions = "
                  "true\n");
    product_expect_run(p, "run -q", 101,
                       "attempt to add with overflow"); /* each setting for itself */
    product_expect_run(p, "run -q --release", 1, "");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "[profile.dev]\nopt-level = 7\n");
    product_expect_run(p, "run -q", 101, "error: must be `0`, `1`, `2`, `3`, `s` or `z`");
}

static void custom_profiles_are_followed(Product *p)
{
    product_write(p, "src/main.rs",
                  HEAD "fn f(x: u8) -> u8 { x + 255 }\n"
                       "fn main() { unsafe { exit(f(2) as i32); } }\n");
    product_write(p, "Cargo.toml",
                  PRODUCT_MANIFEST
                  "[profile.fast]\ninherits = \"release\"\n"
                  "[profile.wary-fast]\ninherits = \"fast\"\noverflow-checks = true\n");
    expect_exactly(
        p, "build --profile fast", 0,
        product_text(p,
                     "   Compiling minicore v0.1.0 (%s/minicore)\n   Compiling app v0.1.0 "
                     "(%s)\n    Finished `fast` profile [optimized] target(s)",
                     p->directory, p->package));
    product_expect_run(p, "run --profile fast", 1, "Running `target/rscc/fast/app`");
    product_expect_run(p, "run --profile wary-fast", 101, "attempt to add with overflow");
    product_expect_run(p, "run --profile wary-fast", 101, "Running `target/rscc/wary-fast/app`");
    product_expect_run(p, "run --profile bench", 1, "Running `target/rscc/release/app`");
    product_expect_run(p, "run --profile test", 101, "Running `target/rscc/debug/app`");
    expect_exactly(p, "check --profile nope", 101, "error: profile `nope` is not defined\n");
    expect_exactly(p, "check --profile a/b", 101,
                   "error: invalid character `/` in profile name: `a/b`, allowed characters are "
                   "letters, numbers, underscore, and hyphen\n");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "[profile.debug]\ninherits = \"dev\"\n");
    expect_exactly(p, "build", 101,
                   "error: profile name `debug` is reserved\n       To configure the default "
                   "development profile, use the name `dev` as in [profile.dev]\n       See "
                   "https://doc.rust-lang.org/cargo/reference/profiles.html for more on "
                   "configuring profiles.\n --> Cargo.toml:7:10\n  |\n7 | [profile.debug]\n  |     "
                   "     ^^^^^\n");
    product_write(p, "Cargo.toml", PRODUCT_MANIFEST "[profile.dev]\ninherits = \"release\"\n");
    expect_exactly(p, "build", 101,
                   "error: `inherits` must not be specified in root profile `dev`\n");
}

/* ---- where it is put ---- */

static bool is_there(Product *p, const char *path)
{
    return access(product_path(p, path), F_OK) == 0;
}

static void expect_with(Product *p, const char *variable, const char *words, const char *binary)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run_with(p, arena, variable, words);
    product_expect(p, &result, 0, "10\n");
    if (!is_there(p, binary))
        product_fail(p, "`%s rscc %s` made no %s", variable, words, binary);
    arena_free(arena);
}

/* Also where nothing is executed: each place gets its binary. */
static void target_directories_are_followed(Product *p)
{
    product_write_sample(p, 10);
    product_expect_run(p, "run", 0, "Running `target/rscc/debug/app`");
    product_expect_run(p, "run --target-dir there", 0, "Running `there/debug/app`");
    expect_with(p, "CARGO_TARGET_DIR=elsewhere", "run", "elsewhere/rscc/debug/app");
    expect_with(p, "CARGO_TARGET_DIR=one", "run --no-daemon", "one/rscc/debug/app");
    expect_with(p, "CARGO_TARGET_DIR=two", "run --no-daemon", "two/rscc/debug/app");
    expect_with(p, "CARGO_TARGET_DIR=two", "run --no-daemon --target-dir four", "four/debug/app");
    expect_with(p, product_text(p, "CARGO_TARGET_DIR=%s/five", p->package), "run --release",
                "five/rscc/release/app");
    if (is_there(p, "target/rscc/release"))
        product_fail(p, "something was put into `target`, too");
}

static void new_target_directories_are_tagged(Product *p)
{
    static const char *const tags[] = { "target/CACHEDIR.TAG", "there/CACHEDIR.TAG",
                                        "elsewhere/CACHEDIR.TAG" };
    static const char signature[] = "Signature: 8a477f597d28d172789f06886806bc55\n";
    product_write_sample(p, 10);
    product_expect_run(p, "run", 0, "10\n");
    product_expect_run(p, "run --target-dir there", 0, "10\n");
    expect_with(p, "CARGO_TARGET_DIR=elsewhere", "run", "elsewhere/rscc/debug/app");
    for (size_t i = 0; i < ARRAY_COUNT(tags); i++) {
        if (!is_there(p, tags[i]) ||
            !str_starts_with(harness_read(p->package, tags[i], p->arena), str_from_c(signature)))
            product_fail(p, "%s is not there, or no tag", tags[i]);
    }
    product_write(p, "users/file", "");
    product_expect_run(p, "run --target-dir users", 0, "10\n");
    if (is_there(p, "users/CACHEDIR.TAG"))
        product_fail(p, "a directory that was there before was tagged");
}

/* ---- on a terminal ---- */

enum { COLUMNS = 80, LOOK_MS = 60000, QUIET_MS = 900 };

/* rscc with a terminal for its standard error; its other end is *terminal. */
static pid_t start_on_terminal(Product *p, const char *words, int *terminal)
{
    int other;
    struct winsize size = { .ws_row = 24, .ws_col = COLUMNS };
    const char **arguments = run_words(p->arena, p->program, words);
    if (openpty(terminal, &other, NULL, NULL, &size) != 0)
        abort();
    pid_t pid = fork();
    if (pid != 0) {
        close(other);
        return pid;
    }
    close(*terminal);
    bool good = setsid() >= 0 && dup2(other, STDERR_FILENO) >= 0 && chdir(p->package) == 0;
    if (good)
        execve(p->program, (char *const *)(uintptr_t)arguments,
               (char *const *)(uintptr_t)p->environment);
    _exit(127);
}

/* Reads on until the text was there; false at the end of the terminal or of our patience. */
static bool read_until(int terminal, Text *seen, const char *wanted)
{
    struct pollfd one = { .fd = terminal, .events = POLLIN };
    while (!wanted || !seen->bytes || !memmem(seen->data, seen->bytes, wanted, strlen(wanted))) {
        char buffer[4096];
        ssize_t got = poll(&one, 1, LOOK_MS) == 1 ? read(terminal, buffer, sizeof buffer) : 0;
        if (got <= 0)
            return false;
        text_add(seen, (Str){ buffer, (size_t)got });
    }
    return true;
}

/* The link helper holds the build up for as long as we like. */
static pid_t hold_links_up(Product *p, int value)
{
    product_write_sample(p, value);
    pid_t helper = product_process(p, ROLE_LINK_HELPER);
    if (helper <= 0 || kill(helper, SIGSTOP) != 0)
        product_fail(p, "there is no link helper to hold up");
    return helper;
}

static void progress_is_shown_on_a_terminal(Product *p)
{
    int terminal, status = 0;
    Text seen;
    text_init(&seen, p->arena);
    product_write_sample(p, 10);
    product_expect_run(p, "build", 0, "Finished");
    pid_t helper = hold_links_up(p, 11);
    pid_t pid = start_on_terminal(p, "build", &terminal);
    bool shown = read_until(terminal, &seen, "    Building");
    bool named = read_until(terminal, &seen, "] 2/3: app");
    kill(helper, SIGCONT);
    (void)read_until(terminal, &seen, NULL);
    waitpid(pid, &status, 0);
    close(terminal);
    const char *said = arena_copy_str(p->arena, text_str(&seen));
    const char *last = strstr(said, "Building"), *next = last;
    while (next && (next = strstr(last + 1, "Building")))
        last = next;
    const char *erased = last ? strstr(last, "\r\x1b[K") : NULL;
    if (!shown || !named || !erased || !strstr(erased, "Finished") || status != 0)
        product_fail(p, "exit status %d, and the terminal saw:\n%s", status, said);
}

static void progress_is_not_shown_in_a_pipe(Product *p)
{
    product_write_sample(p, 10);
    product_expect_run(p, "build", 0, "Finished");
    pid_t helper = hold_links_up(p, 11);
    RunningProgram program = product_start(p, p->arena, "build");
    run_sleep_ns((int64_t)QUIET_MS * 1000000); /* a line would have come by now */
    kill(helper, SIGCONT);
    RunResult result = run_finish(&program, p->arena);
    product_expect(p, &result, 0, "Finished");
    const char *said = arena_copy_str(p->arena, result.err);
    if (strstr(said, "Building") || strchr(said, '\r') || strchr(said, '\x1b'))
        product_fail(p, "the pipe saw:\n%s", said);
}

/* ---- output for programs
 * ------------------------------------------------------------------------------ */

static void json_is_cargos(Product *p)
{
    product_write(p, "src/main.rs", HEAD "fn main() { true }\n");
    const char *words = "check --message-format=json";
    product_expect_run(
        p, words, 101,
        product_text(
            p,
            "{\"reason\":\"compiler-message\",\"package_id\":\"path+file://"
            "%s#0.1.0\",\"manifest_path\":\"%s/Cargo.toml\","
            "\"target\":{\"kind\":[\"bin\"],\"crate_types\":[\"bin\"],\"name\":\"app\",\"src_"
            "path\":\"%s/src/main.rs\","
            "\"edition\":\"2021\",\"doc\":true,\"doctest\":false,\"test\":true},\"message\":{"
            "\"$message_type\":\"diagnostic\","
            "\"message\":\"mismatched types\"",
            p->package, p->package, p->package));
    product_expect_run(p, words, 101,
                       "\"message\":\"For more information about this error, try `rustc --explain "
                       "E0308`.\",\"code\":null,"
                       "\"level\":\"failure-note\"");
    product_expect_run(p, words, 101, "{\"reason\":\"build-finished\",\"success\":false}\n");
    product_expect_run(p, words, 101,
                       "error: could not compile `app` (bin \"app\") due to 1 previous error\n");
    product_expect_run(p, "check --message-format=json-diagnostic-short", 101,
                       "\"rendered\":\"src/main.rs:6:13: error[E0308]: mismatched types");
    product_expect_run(p, "check --message-format=json-diagnostic-rendered-ansi", 101,
                       "\"rendered\":\"\\u001b[");
    product_expect_run(p, "check --message-format=json-render-diagnostics", 101,
                       "error[E0308]: mismatched types\n --> src/main.rs");
    product_expect_run(
        p, "check --message-format=short", 101,
        "src/main.rs:6:13: error[E0308]: mismatched types: expected `()`, found `bool`\n"
        "error: could not compile `app` (bin \"app\") due to 1 previous error\n");
    product_write(p, "src/main.rs", HEAD "fn main() {}\n");
    product_expect_run(
        p, "build --message-format=json", 0,
        product_text(p,
                     "\"filenames\":[\"%s/target/rscc/debug/app\"],\"executable\":\"%s/target/rscc/"
                     "debug/app\",\"fresh\":false}\n"
                     "{\"reason\":\"build-finished\",\"success\":true}\n",
                     p->package, p->package));
    product_expect_run(p, "build --message-format=json", 0,
                       "\"fresh\":true}\n{\"reason\":\"build-finished\"");
}

static void why_tells_what_changed(Product *p)
{
    product_expect_run(p, "why", 0, "no command has run since");
    product_write_sample(p, 10);
    product_expect_run(p, "build", 0, "Finished");
    product_write_sample(p, 11);
    product_expect_run(p, "build", 0, "Finished");
    product_expect_run(
        p, "why", 0,
        "\nThe body of `src/a.rs::value` changed\n    type check       app::a::value\n    MIR   "
        "           app::a::value\n"
        "    machine code     module app::a\n    link             app\n\nReused: ");
    product_expect_run(
        p, "why value", 0,
        "typeck(app::a::value)\n    because hir_body(app::a::value) changed\n    because "
        "lowered_body(app::a::value) "
        "changed\n    because body_ast(src/a.rs::value) changed\n    because "
        "item_body(src/a.rs::value) changed\n    "
        "because facts of a changed file\n");
    product_expect_run(p, "why nothing_like_it", 0,
                       "`rscc build` executed nothing about `nothing_like_it`\n");
    product_expect_run(p, "why -v", 0, "typeck(app::a::value)\tsame\t");
    product_write(p, "src/a.rs", "pub fn value() -> u32 {\n    11\n}\n");
    product_expect_run(p, "check", 0, "Finished");
    product_expect_run(
        p, "why", 0,
        "\nThe declaration of `src/a.rs::value` changed\n    item check       app::a::value\n   "
        " type check       "
        "app::a::value\n                     app::main\n");
    product_expect_run(p, "check", 0, "Finished");
    product_expect_run(p, "why", 0, "`rscc check` executed 0 queries in 0.0");
    product_write(p, "src/a.rs", "pub fn value() -> u32 {\n    12\n}\n");
    product_expect_run(p, "check", 0, "Finished");
    product_write(p, "Cargo.toml", "[package]\n");
    product_expect_run(p, "check", 101, "failed to parse manifest");
    product_expect_run(p, "why", 0, "`rscc check` executed 0 queries in 0.0");
}

/* ---- dump ---- */

static void trees_are_printed_as_source(Product *p)
{
    product_write(p, "src/main.rs",
                  HEAD "/// Of f.\nfn f(x:u8)->u8{if x==1{(x+1)*2}else{x}}\n"
                       "macro_rules! m{($n:ident)=>{fn $n(){}}}\nm!(made);\nfn main(){}\n");
    product_expect_run(
        p, "dump ast --source f", 0,
        "// f\n/// Of f.\nfn f(x: u8) -> u8 {\n    if x == 1 {\n        (x + 1) * 2\n"
        "    } else {\n        x\n    }\n}\n");
    product_expect_run(p, "dump ast --source made", 0, "// made\nfn made() {}\n");
    product_expect_run(p, "dump ast --source", 0, "m!(made);\n\nfn main() {}\n");
    product_expect_run(p, "dump hir --source", 1, "`--source` is for `rscc dump ast`");
    product_expect_run(p, "dump ast --source --json", 1, "`--source` is for `rscc dump ast`");
    product_expect_run(p, "dump ast --json f", 0, "{\"item\":\"f\",\"header\":{");
    product_expect_run(
        p, "dump tokens --json", 0,
        "{\"file\":\"src/main.rs\",\"tokens\":[{\"kind\":\"POUND\",\"text\":\"#\",\"line\":1,"
        "\"column\":1,\"lo\":0,\"hi\":1},\n{\"kind\":\"NOT\",");
}

int main(int argc, char **argv)
{
    static const ProductCase cases[] = {
        { "packages_are_named_when_rebuilt", packages_are_named_when_rebuilt, NULL },
        { "main_is_looked_for_by_check", main_is_looked_for_by_check, NULL },
        { "binaries_have_their_names", binaries_have_their_names, NULL },
        { "packages_are_selected", packages_are_selected, NULL },
        { "manifests_are_explained", manifests_are_explained, NULL },
        { "names_of_targets_are_checked", names_of_targets_are_checked, NULL },
        { "programs_have_their_files", programs_have_their_files, NULL },
        { "versions_of_dependencies_are_checked", versions_of_dependencies_are_checked, NULL },
        { "a_rust_that_is_too_old_is_refused", a_rust_that_is_too_old_is_refused, NULL },
        { "profiles_are_followed", profiles_are_followed, NULL },
        { "custom_profiles_are_followed", custom_profiles_are_followed, NULL },
        { "target_directories_are_followed", target_directories_are_followed, NULL },
        { "new_target_directories_are_tagged", new_target_directories_are_tagged, NULL },
        { "progress_is_shown_on_a_terminal", progress_is_shown_on_a_terminal, NULL },
        { "progress_is_not_shown_in_a_pipe", progress_is_not_shown_in_a_pipe, NULL },
        { "json_is_cargos", json_is_cargos, NULL },
        { "why_tells_what_changed", why_tells_what_changed, NULL },
        { "trees_are_printed_as_source", trees_are_printed_as_source, NULL },
    };
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
