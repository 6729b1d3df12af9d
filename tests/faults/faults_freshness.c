/* Changes of files that are hard to notice. After each, `rscc run` must do what the files say now.
 *
 * The machine's clock cannot be set here. What a clock set back does to a file is done to it
 * directly: modification times in the past and in the future. Change times (ctime) cannot be set by
 * any means and go on with the real clock. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/harness_files.h"
#include "support/product.h"

static const int64_t MS = 1000000;

static void expect_value(Product *p, int value)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, "run");
    const char *wanted = arena_printf(arena, "%d\n", value);
    if (result.exit_code != 0 || !str_eq(result.out, str_from_c(wanted)))
        product_fail(p, "expected %d; got exit code %d and:\n%.*s%.*s", value, result.exit_code,
                     (int)result.out.bytes, result.out.data, (int)result.err.bytes,
                     result.err.data);
    arena_free(arena);
}

static void start_sample(Product *p, int value)
{
    product_write_sample(p, value);
    expect_value(p, value);
}

static struct stat stat_of(const char *path)
{
    struct stat stat_;
    must(stat(path, &stat_) == 0, path);
    return stat_;
}

static void set_times(const char *path, struct timespec modified)
{
    struct timespec times[2] = { modified, modified };
    must(utimensat(AT_FDCWD, path, times, 0) == 0, path);
}

/* Without a new inode, a new size or, for a moment, an empty file. */
static void overwrite_in_place(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    must(fd >= 0 && pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text) && close(fd) == 0,
         path);
}

/* ---- times
 * ---------------------------------------------------------------------------------------------- */

static void same_size_and_mtime(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs");
    run_sleep_ns(2500 * MS); /* the file is no longer a young one, and has been looked at since */
    expect_value(p, 11);
    struct timespec old = stat_of(path).st_mtim;
    overwrite_in_place(path, product_module(p, 22));
    set_times(path, old);
    expect_value(p, 22);
    overwrite_in_place(path, product_module(p, 33));
    set_times(path, old);
    expect_value(p, 33);
}

static void replaced_inode(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs"), *other = product_path(p, "src/other");
    run_sleep_ns(2500 * MS);
    expect_value(p, 11);
    struct timespec old = stat_of(path).st_mtim;
    product_write(p, "src/other", product_module(p, 22));
    set_times(other, old);
    must(rename(other, path) == 0, "rename");
    expect_value(p, 22);
}

/* Two files of the same size and age change places. */
static void exchanged_files(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs"), *other = product_path(p, "src/other"),
               *third = product_path(p, "src/third");
    product_write(p, "src/other", product_module(p, 22));
    struct timespec old = stat_of(path).st_mtim;
    set_times(other, old);
    run_sleep_ns(2500 * MS);
    expect_value(p, 11);
    must(rename(path, third) == 0 && rename(other, path) == 0 && rename(third, other) == 0,
         "rename");
    expect_value(p, 22);
}

static void replaced_directory(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src"), *other = product_path(p, "other"),
               *third = product_path(p, "third");
    product_write(p, "other/main.rs", product_main);
    product_write(p, "other/a.rs", product_module(p, 22));
    set_times(product_path(p, "other/a.rs"), stat_of(product_path(p, "src/a.rs")).st_mtim);
    set_times(product_path(p, "other/main.rs"), stat_of(product_path(p, "src/main.rs")).st_mtim);
    run_sleep_ns(2500 * MS);
    expect_value(p, 11);
    must(rename(path, third) == 0 && rename(other, path) == 0, "rename");
    expect_value(p, 22);
}

static void link_to_another_target(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs");
    product_write(p, "one", product_module(p, 11));
    product_write(p, "two", product_module(p, 22));
    must(unlink(path) == 0 && symlink("../one", path) == 0, "symlink");
    expect_value(p, 11);
    run_sleep_ns(2500 * MS);
    expect_value(p, 11);
    must(unlink(path) == 0 && symlink("../two", path) == 0, "symlink");
    expect_value(p, 22);
    /* and what it points at changes */
    product_write(p, "two", product_module(p, 33));
    expect_value(p, 33);
}

static void clock_set_back(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs");
    struct timespec now = stat_of(path).st_mtim, future = now, past = now;
    future.tv_sec += 365 * 86400;
    past.tv_sec -= 10 * 365 * 86400;
    set_times(path, future); /* written while the clock was ahead */
    expect_value(p, 11);
    overwrite_in_place(path,
                       product_module(p, 22)); /* the clock is right again: the time goes back */
    expect_value(p, 22);
    overwrite_in_place(path, product_module(p, 33));
    set_times(path, past);
    expect_value(p, 33);
    overwrite_in_place(path, product_module(p, 44));
    set_times(path, future);
    expect_value(p, 44);
    overwrite_in_place(path, product_module(p, 55));
    set_times(path, future);
    expect_value(p, 55);
}

static void within_the_granule(Product *p)
{
    start_sample(p, 10);
    const char *path = product_path(p, "src/a.rs");
    for (int value = 11; value < 41; value++) {
        overwrite_in_place(path, product_module(p, value));
        expect_value(p, value);
    }
}

/* ---- what is watched
 * ------------------------------------------------------------------------------------ */

static uint32_t queue_limit(void)
{
    unsigned limit = 16384;
    FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
    if (file) {
        if (fscanf(file, "%u", &limit) != 1)
            limit = 16384;
        fclose(file);
    }
    return limit;
}

/* While the engine stands still, more happens in its directory than the kernel keeps for it. */
static void watch_overflow(Product *p)
{
    start_sample(p, 11);
    const char *path = product_path(p, "src/a.rs"), *noise = product_path(p, "src/noise");
    run_sleep_ns(2500 * MS);
    expect_value(p, 11);
    struct timespec old = stat_of(path).st_mtim;
    pid_t engine = product_process(p, ROLE_ENGINE);
    if (!engine || kill(engine, SIGSTOP) != 0) {
        product_fail(p, "there is no engine to stop");
        return;
    }
    for (uint32_t i = 0; i < queue_limit(); i++) {
        int fd = open(noise, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        must(fd >= 0 && close(fd) == 0 && unlink(noise) == 0, noise);
    }
    overwrite_in_place(path, product_module(p, 22));
    set_times(path, old);
    must(kill(engine, SIGCONT) == 0, "SIGCONT");
    expect_value(p, 22);
    Arena *arena = arena_new(NULL);
    RunResult log = product_run(p, arena, "daemon log");
    product_expect(p, &log, 0, "too many changes at once");
    arena_free(arena);
}

/* With RSCC_WATCHES_MAX=1 the engine scans. */
static void no_room_for_watches(Product *p)
{
    start_sample(p, 11);
    product_write(
        p, "src/main.rs",
        PRODUCT_HEAD
        "mod a {\n"
        "    pub mod b {\n        pub mod c;\n    }\n    pub fn value() -> i32 {\n        "
        "b::c::value()\n"
        "    }\n}\n\nextern \"C\" {\n    fn printf(format: *const u8, ...) -> i32;\n}\n\n"
        "fn main() {\n    unsafe {\n"
        "        printf(\"%d\\n\\0\" as *const str as *const u8, a::value());\n    }\n}\n");
    product_write(p, "src/a/b/c.rs", product_module(p, 22));
    expect_value(p, 22);
    product_write(p, "src/a/b/c.rs", product_module(p, 33));
    expect_value(p, 33);
    run_sleep_ns(2500 * MS);
    expect_value(p, 33);
    overwrite_in_place(product_path(p, "src/a/b/c.rs"), product_module(p, 44));
    expect_value(p, 44);
}

static void file_comes_and_goes(Product *p)
{
    start_sample(p, 11);
    Arena *arena = arena_new(NULL);
    const char *path = product_path(p, "src/a.rs");
    must(unlink(path) == 0, path);
    RunResult missing = product_run(p, arena, "build");
    product_expect(p, &missing, 101, "error[E0583]");
    product_write(p, "src/a/mod.rs", product_module(p, 22));
    expect_value(p, 22);
    must(unlink(product_path(p, "src/a/mod.rs")) == 0, "unlink");
    product_write(p, "src/a.rs", product_module(p, 33));
    expect_value(p, 33);
    product_write(p, "src/a/mod.rs", product_module(p, 44));
    RunResult both = product_run(p, arena, "build");
    product_expect(p, &both, 101, "error[E0761]");
    arena_free(arena);
}

/* The binary is an output: it comes back, and nobody's changes to it survive. */
static void binary_is_restored(Product *p)
{
    start_sample(p, 11);
    const char *binary = product_path(p, "target/rscc/debug/app");
    must(unlink(binary) == 0, binary);
    expect_value(p, 11);
    Arena *arena = arena_new(NULL);
    Str good = harness_read(binary, "", arena);
    char *bad = arena_copy(arena, good.data, good.bytes);
    memset(bad, 'x', good.bytes);
    struct timespec old = stat_of(binary).st_mtim;
    overwrite_in_place(binary, arena_copy_str(arena, (Str){ bad, good.bytes }));
    set_times(binary, old);
    expect_value(p, 11);
    must(unlink(binary) == 0 && mkdir(binary, 0755) == 0, binary);
    RunResult result = product_run(p, arena, "build");
    product_expect(p, &result, 101, "failed to write");
    must(rmdir(binary) == 0, binary);
    expect_value(p, 11);
    arena_free(arena);
}

static void manifest_changes(Product *p)
{
    start_sample(p, 11);
    Arena *arena = arena_new(NULL);
    Str manifest = harness_read(p->package, "Cargo.toml", arena);
    const char *changed =
        arena_printf(arena, "%.*s\n[[bin]]\nname = \"app\"\npath = \"src/second.rs\"\n",
                     (int)manifest.bytes, manifest.data);
    product_write(p, "src/second.rs", product_main);
    product_write(p, "Cargo.toml", changed);
    product_write(p, "src/a.rs", product_module(p, 22));
    expect_value(p, 22);
    /* Another target found by its place. */
    product_write(p, "Cargo.toml", arena_copy_str(arena, manifest));
    product_write(p, "src/bin/extra.rs",
                  "#![feature(no_core)]\n#![no_core]\nextern crate minicore;\nfn main() {}\n");
    RunResult result = product_run(p, arena, "build");
    product_expect(p, &result, 0, "");
    if (access(product_path(p, "target/rscc/debug/extra"), X_OK) != 0)
        product_fail(p, "the new target was not built");
    arena_free(arena);
}

/* ---- while it is read
 * ------------------------------------------------------------------------------------- */

enum { VERSIONS = 2, PADDING = 200000 };

/* A child that does not outlive us. */
static pid_t fork_writer(void)
{
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pid;
}

/* Writes version after version until it is ended; in place, so that a reader may see a mixture. */
static pid_t start_writer(const char *path, const char *const *versions)
{
    pid_t pid = fork_writer();
    if (pid != 0)
        return pid;
    for (uint32_t i = 0;; i++) {
        int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
        const char *text = versions[i % VERSIONS];
        size_t half = strlen(text) / 2;
        if (fd < 0 || write(fd, text, half) < 0 || write(fd, text + half, strlen(text) - half) < 0)
            _exit(1);
        close(fd);
        run_sleep_ns((int64_t)(i % 7) * MS / 2);
    }
}

static const char *padded_module(Product *p, int value, char fill)
{
    Text text;
    text_init(&text, p->arena);
    text_add_c(&text, "// ");
    text_add_repeat(&text, fill, (size_t)PADDING * (fill == 'x' ? 1 : 2));
    text_add_c(&text, "\n");
    text_add_c(&text, product_module(p, value));
    return text.data;
}

static void changes_while_it_is_read(Product *p)
{
    start_sample(p, 10);
    const char *path = product_path(p, "src/a.rs");
    const char *const versions[VERSIONS] = { padded_module(p, 11, 'x'), padded_module(p, 22, 'y') };
    product_write(p, "src/a.rs", versions[0]);
    pid_t writer = start_writer(path, versions);
    Arena *arena = arena_new(NULL);
    uint32_t good = 0;
    for (int i = 0; i < 40; i++) {
        RunResult result = product_run(p, arena, "run");
        bool is_version = str_eq(result.out, STR("11\n")) || str_eq(result.out, STR("22\n"));
        good += result.exit_code == 0;
        if (result.exit_code == 0 ? !is_version : result.exit_code != 101 || result.err.bytes == 0)
            product_fail(p, "exit code %d and:\n%.*s%.*s", result.exit_code, (int)result.out.bytes,
                         result.out.data, (int)result.err.bytes, result.err.data);
    }
    must(kill(writer, SIGKILL) == 0 && waitpid(writer, NULL, 0) == writer, "writer");
    printf("  %u of 40 runs saw a whole file\n", good);
    product_write(p, "src/a.rs", product_module(p, 33));
    expect_value(p, 33);
    arena_free(arena);
}

static _Noreturn void replace_for_ever(Product *p)
{
    for (int i = 0;; i++)
        product_write(p, "src/a.rs", product_module(p, 11 + i % 9));
}

/* An editor that replaces files never shows half of one: every run must succeed with one of the
 * versions. */
static void replaced_while_it_is_read(Product *p)
{
    start_sample(p, 11);
    pid_t writer = fork_writer();
    if (writer == 0)
        replace_for_ever(p);
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < 40; i++) {
        RunResult result = product_run(p, arena, "run");
        long value = result.out.bytes ? strtol(arena_copy_str(arena, result.out), NULL, 10) : 0;
        if (result.exit_code != 0 || value < 11 || value > 19)
            product_fail(p, "exit code %d and:\n%.*s%.*s", result.exit_code, (int)result.out.bytes,
                         result.out.data, (int)result.err.bytes, result.err.data);
    }
    must(kill(writer, SIGKILL) == 0 && waitpid(writer, NULL, 0) == writer, "writer");
    product_write(p, "src/a.rs", product_module(p, 33));
    expect_value(p, 33);
    arena_free(arena);
}

static const ProductCase cases[] = {
    { "same_size_and_mtime", same_size_and_mtime, NULL },
    { "same_size_and_mtime_without_watches", same_size_and_mtime, "RSCC_WATCHES_MAX=0" },
    { "same_size_and_mtime_without_a_daemon", same_size_and_mtime, "RSCC_NO_DAEMON=1" },
    { "replaced_inode", replaced_inode, NULL },
    { "replaced_inode_without_watches", replaced_inode, "RSCC_WATCHES_MAX=0" },
    { "replaced_inode_without_a_daemon", replaced_inode, "RSCC_NO_DAEMON=1" },
    { "exchanged_files", exchanged_files, NULL },
    { "replaced_directory", replaced_directory, NULL },
    { "replaced_directory_without_watches", replaced_directory, "RSCC_WATCHES_MAX=0" },
    { "link_to_another_target", link_to_another_target, NULL },
    { "clock_set_back", clock_set_back, NULL },
    { "clock_set_back_without_watches", clock_set_back, "RSCC_WATCHES_MAX=0" },
    { "clock_set_back_without_a_daemon", clock_set_back, "RSCC_NO_DAEMON=1" },
    { "within_the_granule", within_the_granule, NULL },
    { "within_the_granule_without_watches", within_the_granule, "RSCC_WATCHES_MAX=0" },
    { "within_the_granule_without_a_daemon", within_the_granule, "RSCC_NO_DAEMON=1" },
    { "watch_overflow", watch_overflow, NULL },
    { "no_room_for_watches", no_room_for_watches, "RSCC_WATCHES_MAX=1" },
    { "file_comes_and_goes", file_comes_and_goes, NULL },
    { "binary_is_restored", binary_is_restored, NULL },
    { "binary_is_restored_without_a_daemon", binary_is_restored, "RSCC_NO_DAEMON=1" },
    { "manifest_changes", manifest_changes, NULL },
    { "changes_while_it_is_read", changes_while_it_is_read, NULL },
    { "replaced_while_it_is_read", replaced_while_it_is_read, NULL },
};

int main(int argc, char **argv)
{
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
