/* A store that is damaged, cut, locked, read-only, full or collected, under the real programs:
 * recomputation, the right program, and one thing said about it. When the trouble is over nothing
 * is said and things are stored again. */
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "faults/faults_versions.h"
#include "support/harness_files.h"
#include "support/random.h"

enum { CHILD_SKIPS = 77 };

/* ---- the store's files ---- */

static const char *database(Product *p)
{
    const char *path = store_file(p, "*/ws-*.db");
    must(path != NULL, "no database in the store");
    return path;
}

static size_t file_bytes(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

/* In place: the same inode, as a failing disk does it. */
static void put_bytes(const char *path, size_t at, Str bytes)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    must(fd >= 0 && pwrite(fd, bytes.data, bytes.bytes, (off_t)at) == (ssize_t)bytes.bytes &&
             close(fd) == 0,
         path);
}

static void flip(const char *path, size_t at, unsigned char mask)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    must(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1 && close(fd) == 0, path);
    byte ^= mask;
    put_bytes(path, at, (Str){ (char *)&byte, 1 });
}

static void flip_all_after(const char *path, size_t from)
{
    for (size_t at = from, bytes = file_bytes(path); at < bytes; at += 97)
        flip(path, at, 0xff);
}

/* ---- damage ---- */

static void of_magic(const char *path)
{
    flip(path, 0, 1);
}

static void of_page_size(const char *path)
{
    flip(path, 16, 0xff);
}

static void of_format_version(const char *path)
{
    flip(path, 18, 0xf0);
}

static void of_application_id(const char *path)
{
    flip(path, 68, 1);
}

static void of_tables(const char *path)
{
    flip_all_after(path, 100);
}

static void of_content(const char *path)
{
    flip_all_after(path, file_bytes(path) / 4);
}

static void of_everything(const char *path)
{
    static const char text[] = "This is no database. ";
    for (size_t at = 0, bytes = file_bytes(path); at + sizeof text < bytes; at += sizeof text - 1)
        put_bytes(path, at, STR("This is no database. "));
}

static void cut(const char *path, size_t bytes)
{
    must(truncate(path, (off_t)bytes) == 0, path);
}

static void cut_in_half(const char *path)
{
    cut(path, file_bytes(path) / 2);
}

static void cut_to_a_page(const char *path)
{
    cut(path, 8192);
}

static void cut_in_the_header(const char *path)
{
    cut(path, 60);
}

typedef struct {
    const char *name;
    void (*apply)(const char *path);
} Damage;

static const Damage damages[] = {
    { "magic", of_magic },
    { "page size", of_page_size },
    { "format version", of_format_version },
    { "application id", of_application_id },
    { "tables", of_tables },
    { "content", of_content },
    { "everything", of_everything },
    { "cut in half", cut_in_half },
    { "cut to a page", cut_to_a_page },
    { "cut in the header", cut_in_the_header },
};

static void after_damage(Product *p, const Versions *good, const char *words, const char *name)
{
    uint32_t before = p->failures;
    version_run(p, good, words, SECOND, 1, "damaged; what is lost is computed again");
    version_run(p, good, words, FIRST, 0, "");
    store_expect_sound(p);
    if (p->failures > before)
        printf("  (damage: %s)\n", name);
}

static void damaged(Product *p)
{
    Versions good = versions_begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        damages[i].apply(database(p));
        after_damage(p, &good, "run --no-daemon", damages[i].name);
    }
}

/* Found by the engine when it opens the store, and by one that has it open. */
static void damaged_under_the_daemon(Product *p)
{
    Versions good = versions_begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(damages); i += 3) {
        damages[i].apply(database(p));
        after_damage(p, &good, "run", damages[i].name);
        daemon_stop(p);
    }
    version_run(p, &good, "run", SECOND, 0, "");
    wait_until_stored(p, 1);
    of_everything(database(p));
    Arena *arena = arena_new(NULL);
    (void)product_run(p, arena, "cache verify"); /* may remove what it finds */
    arena_free(arena);
    int said = version_run(p, &good, "run", FIRST, ANY_WARNINGS, "damaged");
    wait_until_stored(p, 2);
    said += version_run(p, &good, "run", SECOND, ANY_WARNINGS, "damaged");
    if (said > 1)
        product_fail(p, "said %d times", said);
    wait_until_stored(p, 3);
    daemon_stop(p);
    version_run(p, &good, "run --no-daemon", FIRST, said ? 0 : ANY_WARNINGS, "damaged");
    version_run(p, &good, "run --no-daemon", SECOND, 0, "");
    store_expect_sound(p);
}

/* Without an edit: the record of the build is what is damaged then. */
static void damaged_before_a_no_op(Product *p)
{
    Versions good = versions_begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(damages); i += 2) {
        damages[i].apply(database(p));
        version_run(p, &good, "run --no-daemon", FIRST, 1, "damaged");
        version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    }
}

/* Where a single bit lies says whether anybody ever looks at it. */
static void single_bits(Product *p)
{
    enum { FLIPS = 24 };
    Versions good = versions_begin(p);
    Random random = random_new(2026);
    int said = 0;
    for (int i = 0; i < FLIPS; i++) {
        const char *path = database(p);
        size_t at = random_below(&random, (uint32_t)file_bytes(path));
        flip(path, at, (unsigned char)(1u << random_below(&random, 8)));
        said += version_run(p, &good, "run --no-daemon", i % 2 ? FIRST : SECOND, ANY_WARNINGS,
                            "damaged; what is lost is computed again");
    }
    printf("  %d of %d flipped bits were noticed by builds\n", said, FLIPS);
    if (said == 0)
        product_fail(p, "no flipped bit was noticed");
}

/* As a killed engine leaves it: everything is in the write-ahead log. */
static void damaged_log(Product *p)
{
    Versions good = versions_begin(p);
    for (int i = 0; i < 3; i++) {
        store_clear(p);
        version_run(p, &good, "run", FIRST, 0, "");
        wait_until_stored(p, 1);
        product_kill(p, ROLE_SUPERVISOR);
        product_kill(p, ROLE_ENGINE);
        const char *log = store_file(p, "*/ws-*.db-wal");
        size_t bytes = log ? file_bytes(log) : 0;
        if (bytes < 100000) {
            product_fail(p, "there is no log to damage");
            return;
        }
        if (i == 0)
            flip_all_after(log, bytes / 2);
        else if (i == 1)
            cut(log, bytes / 2 + 100);
        else
            flip(log, 40, 0xff);
        version_run(p, &good, "run --no-daemon", SECOND, ANY_WARNINGS, "damaged");
        version_run(p, &good, "run --no-daemon", FIRST, 0, "");
        store_expect_sound(p);
    }
}

/* ---- damaged content files ---- */

static void write_big_program(Product *p)
{
    product_write(p, "src/main.rs",
                  PRODUCT_HEAD
                  "mod a;\nextern \"C\" {\n    fn printf(format: *const u8, ...) -> i32;\n}\n"
                  "static BIG: [u8; 100000] = [7; 100000];\n"
                  "fn main() {\n    unsafe {\n"
                  "        printf(\"%d\\n\\0\" as *const str as *const u8,\n"
                  "            a::value() + BIG[99999] as i32 - 7);\n    }\n}\n");
}

/* Each content file, one after another; returns how many there are. */
static size_t for_each_content_file(Product *p, void (*apply)(const char *path))
{
    glob_t found;
    if (glob(arena_printf(p->arena, "%s/cas/*/*", p->store), 0, NULL, &found) != 0)
        return 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        apply(found.gl_pathv[i]);
    size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void flip_in_the_middle(const char *path)
{
    flip(path, file_bytes(path) / 2, 0x10);
}

static void remove_it(const char *path)
{
    must(unlink(path) == 0, path);
}

static void damaged_content_files(Product *p)
{
    static const struct {
        const char *name;
        void (*apply)(const char *path);
        int warnings;
    } kinds[] = { { "flipped", flip_in_the_middle, 1 },
                  { "cut", cut_in_half, 1 },
                  { "removed", remove_it, 0 } };
    product_write_sample(p, FIRST);
    write_big_program(p);
    Versions good = { .second = build_version(p, SECOND) };
    store_clear(p);
    good.first = build_version(p, FIRST);
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        uint32_t before = p->failures;
        if (for_each_content_file(p, kinds[i].apply) == 0)
            product_fail(p, "the store has no content files");
        version_run(p, &good, "run --no-daemon", SECOND, kinds[i].warnings, "damaged");
        version_run(p, &good, "run --no-daemon", FIRST, ANY_WARNINGS, "damaged"); /* its files */
        version_run(p, &good, "run --no-daemon", SECOND, 0, "");
        version_run(p, &good, "run --no-daemon", FIRST, 0, "");
        if (p->failures > before)
            printf("  (content files: %s)\n", kinds[i].name);
    }
}

/* What `cache verify` finds and removes is built again without a word. */
static void verify_finds_damage(Product *p)
{
    product_write_sample(p, FIRST);
    write_big_program(p);
    Versions good = { .first = build_version(p, FIRST) };
    Arena *arena = arena_new(NULL);
    size_t files = for_each_content_file(p, flip_in_the_middle);
    RunResult result = product_run(p, arena, "cache verify");
    product_expect(p, &result, 1, arena_printf(arena, "%zu damaged\n", files));
    store_expect_sound(p);
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    of_tables(database(p));
    result = product_run(p, arena, "cache verify --json");
    if (result.exit_code != 1 || contains(result.out, "\"damaged\":0,"))
        product_fail(p, "a damaged database was not found: exit code %d, %.*s", result.exit_code,
                     (int)result.out.bytes, result.out.data);
    store_expect_sound(p);
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    arena_free(arena);
}

/* ---- locked ---- */

static void lock_range(int fd, short type, off_t start, off_t bytes)
{
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes };
    must(fcntl(fd, F_SETLK, &range) == 0, "lock");
}

/* Where SQLite has its locks: on the database for everybody who uses it; on the shared memory of
 * the log the writer's, and that of all who have it open. */
static const off_t sqlite_locks_at = 0x40000000, sqlite_locks_bytes = 512, log_writer_lock_at = 120,
                   log_user_lock_at = 128;

static int open_to_lock(const char *path)
{
    must(path != NULL, "nothing to lock");
    int fd = open(path, O_RDWR | O_CLOEXEC);
    must(fd >= 0, path);
    return fd;
}

static void locked_by_another_process(Product *p)
{
    static const char *const ways[] = { "run --no-daemon", "run" };
    Versions good = versions_begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
        int fd = open_to_lock(database(p));
        lock_range(fd, F_WRLCK, sqlite_locks_at, sqlite_locks_bytes);
        version_run(p, &good, ways[i], SECOND, 1, "locked by another process");
        lock_range(fd, F_UNLCK, sqlite_locks_at, sqlite_locks_bytes);
        close(fd);
        version_run(p, &good, ways[i], FIRST, 0, "");
    }
    wait_until_stored(p, 2);
    daemon_stop(p);
    store_expect_sound(p);
}

/* Somebody writes and does not come to an end. */
static void a_writer_that_stays(Product *p)
{
    Versions good = versions_begin(p);
    int fd = open_to_lock(store_file(p, "*/ws-*.db-shm"));
    lock_range(fd, F_RDLCK, log_user_lock_at, 1);
    lock_range(fd, F_WRLCK, log_writer_lock_at, 1);
    version_run(p, &good, "run --no-daemon", SECOND, 1, "locked by another process");
    close(fd);
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    store_expect_sound(p);
}

/* Who does not get the lease works on a snapshot, without a word. */
static void the_lease_is_taken(Product *p)
{
    Versions good = versions_begin(p);
    int fd = open_to_lock(store_file(p, "*/ws-*.lease"));
    lock_range(fd, F_WRLCK, 0, 1);
    long long segments = number_of(p, "cache stats --json", "segments");
    version_run(p, &good, "run --no-daemon", SECOND, 0, "");
    version_run(p, &good, "run", FIRST, 0, "");
    if (number_of(p, "cache stats --json", "segments") != segments)
        product_fail(p, "segments were written without the lease");
    close(fd);
    wait_until_stored(p, 1);
    version_run(p, &good, "run", SECOND, 0, "");
    wait_until_stored(p, 2);
    if (number_of(p, "cache stats --json", "segments") == segments)
        product_fail(p, "nothing is written although the lease is free");
    store_expect_sound(p);
}

/* ---- read-only and full ---- */

/* A child with mounts of its own; what it starts must end with it. Not every machine lets us. */
static void with_own_mounts(Product *p, void (*body)(Product *p, const Versions *good),
                            const Versions *good)
{
    pid_t pid = fork();
    must(pid >= 0, "fork");
    if (pid == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
            _exit(CHILD_SKIPS);
        p->failures = 0;
        body(p, good);
        _exit(p->failures != 0);
    }
    int status = 0;
    must(waitpid(pid, &status, 0) == pid, "waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_SKIPS)
        printf("  skipped: cannot mount here\n");
    else if (status != 0)
        product_fail(p, "failed with mounts of its own");
}

static void in_a_read_only_store(Product *p, const Versions *good)
{
    Arena *arena = arena_new(NULL);
    version_run(p, good, "run --no-daemon", FIRST, 1, "not writable; new results are not stored");
    version_run(p, good, "run --no-daemon", SECOND, 1, "not writable");
    version_run(p, good, "run", FIRST, 1, "not writable");
    version_run(p, good, "run", SECOND, 0, ""); /* the daemon has said so */
    daemon_stop(p);
    RunResult result = product_run(p, arena, "cache clear");
    product_expect(p, &result, 101, "read-only");
    result = product_run(p, arena, "cache stats");
    product_expect(p, &result, 0, "workspaces  1");
    store_expect_sound(p);
    arena_free(arena);
}

static void mounted_read_only(Product *p, const Versions *good)
{
    must(mount(p->store, p->store, NULL, MS_BIND, NULL) == 0 &&
             mount(NULL, p->store, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0,
         "read-only mount");
    in_a_read_only_store(p, good);
}

static void set_modes(Product *p, mode_t directory, mode_t file)
{
    const char *epoch = arena_copy_str(p->arena, path_parent(str_from_c(database(p))));
    glob_t found;
    must(chmod(p->store, 0700) == 0 && chmod(epoch, 0700) == 0, epoch);
    must(glob(arena_printf(p->arena, "%s/ws-*", epoch), 0, NULL, &found) == 0, epoch);
    for (size_t i = 0; i < found.gl_pathc; i++)
        must(chmod(found.gl_pathv[i], file) == 0, found.gl_pathv[i]);
    globfree(&found);
    must(chmod(epoch, directory) == 0 && chmod(p->store, directory) == 0, epoch);
}

/* Root may write whatever its mode is. */
static void read_only(Product *p)
{
    Versions good = versions_begin(p);
    if (geteuid() == 0) {
        with_own_mounts(p, mounted_read_only, &good);
    } else {
        set_modes(p, 0500, 0400);
        in_a_read_only_store(p, &good);
        set_modes(p, 0700, 0600);
    }
    version_run(p, &good, "run --no-daemon", SECOND, 0, "");
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
}

static void on_a_full_file_system(Product *p, const Versions *good)
{
    must(mount("none", p->store, "tmpfs", 0, "size=200k") == 0, "tmpfs");
    version_run(p, good, "run --no-daemon", SECOND, 1, "no space left; new results are not stored");
    version_run(p, good, "run --no-daemon", FIRST, 1, "no space left");
    int said = version_run(p, good, "run", SECOND, ANY_WARNINGS, "no space left");
    wait_until_stored(p, 1);
    said += version_run(p, good, "run", FIRST, ANY_WARNINGS, "no space left");
    wait_until_stored(p, 2);
    said += version_run(p, good, "run", SECOND, ANY_WARNINGS, "no space left");
    if (said != 1)
        product_fail(p, "the daemon said %d times that there is no space", said);
    must(mount(NULL, p->store, NULL, MS_REMOUNT, "size=50m") == 0, "more space");
    version_run(p, good, "run", FIRST, 0, "");
    wait_until_stored(p, 4);
    daemon_stop(p);
    version_run(p, good, "run --no-daemon", SECOND, 0, "");
    store_expect_sound(p);
}

static void full(Product *p)
{
    Versions good = versions_begin(p);
    with_own_mounts(p, on_a_full_file_system, &good);
}

/* The binary cannot be written: an error that says so, and no half of one. */
static void with_a_full_target(Product *p, const Versions *good)
{
    Arena *arena = arena_new(NULL);
    const char *target = product_path(p, "target");
    must(mount("none", target, "tmpfs", 0, "size=4k") == 0, "tmpfs");
    for (int i = 0; i < 2; i++) {
        RunResult result = product_run(p, arena, i ? "build" : "build --no-daemon");
        product_expect(p, &result, 101,
                       arena_printf(arena,
                                    "error: failed to write `%s`: No space left on device (os "
                                    "error 28)\n",
                                    product_path(p, "target/rscc/debug/app")));
    }
    if (access(product_path(p, "target/rscc/debug/app"), F_OK) == 0)
        product_fail(p, "there is a binary on a full file system");
    must(mount(NULL, target, NULL, MS_REMOUNT, "size=50m") == 0, "more space");
    version_run(p, good, "run", FIRST, 0, "");
    version_run(p, good, "run --no-daemon", FIRST, 0, "");
    daemon_stop(p);
    arena_free(arena);
}

static void full_target(Product *p)
{
    Versions good = versions_begin(p);
    with_own_mounts(p, with_a_full_target, &good);
}

/* Files may not grow above this, but for those of a daemon. SQLite does not say that this is why it
 * cannot write. */
static void run_limited(Product *p, const Versions *good, const char *words, int value,
                        rlim_t bytes, int *said)
{
    Arena *arena = arena_new(NULL);
    struct rlimit old, limit;
    must(getrlimit(RLIMIT_FSIZE, &old) == 0, "limit");
    limit = (struct rlimit){ bytes, old.rlim_max };
    product_write(p, "src/a.rs", product_module(p, value));
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "limit");
    RunningProgram program = product_start(p, arena, words);
    must(setrlimit(RLIMIT_FSIZE, &old) == 0, "limit");
    RunResult result = run_finish(&program, arena);
    *said += version_judge(p, &result, value, ANY_WARNINGS, ": ");
    if (!str_eq(binary_of(p, arena), value == FIRST ? good->first : good->second))
        product_fail(p, "another binary than that of a build without a store");
    arena_free(arena);
}

static void files_may_not_grow(Product *p)
{
    static const rlim_t limits[] = { 100000, 20000 };
    Versions good = versions_begin(p);
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        int once = 0, daemon = 0;
        store_clear(p);
        run_limited(p, &good, "run --no-daemon", SECOND, limits[i], &once);
        run_limited(p, &good, "run", FIRST, limits[i], &daemon);
        wait_until_stored(p, 1);
        version_run(p, &good, "run", SECOND, 0, "");
        if (daemon != 0)
            product_fail(p, "the daemon kept the limit of the shell that started it");
        if (once != 1)
            product_fail(p, "said %d times that the store cannot be written", once);
        daemon_stop(p);
    }
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    store_expect_sound(p);
}

/* The same for the binary itself: the link helper meets the limit. */
static void a_binary_may_not_grow(Product *p)
{
    Versions good = versions_begin(p);
    Arena *arena = arena_new(NULL);
    struct rlimit old;
    must(getrlimit(RLIMIT_FSIZE, &old) == 0, "limit");
    struct rlimit limit = { 3000, old.rlim_max };
    store_clear(p);
    product_write(p, "src/a.rs", product_module(p, SECOND));
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "limit");
    RunningProgram program = product_start(p, arena, "build --no-daemon");
    must(setrlimit(RLIMIT_FSIZE, &old) == 0, "limit");
    RunResult result = run_finish(&program, arena);
    product_expect(p, &result, 101, "File too large");
    if (!str_eq(binary_of(p, arena), good.first))
        product_fail(p, "the binary is no longer that of the last build");
    version_run(p, &good, "run --no-daemon", SECOND, 0, "");
    arena_free(arena);
}

/* A program that `run` starts finds signals and limits as rscc found them. */
static void programs_start_as_without_us(Product *p)
{
    product_write(p, "src/main.rs",
                  PRODUCT_HEAD "extern \"C\" {\n    fn raise(signal: i32) -> i32;\n}\n"
                               "fn main() {\n    unsafe {\n        raise(25);\n    }\n}\n");
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < 2; i++) {
        RunResult result = product_run(p, arena, i ? "run -q" : "run -q --no-daemon");
        product_expect(p, &result, 128 + SIGXFSZ, "");
    }
    arena_free(arena);
}

/* ---- cap, collection, tools ---- */

static const char *copy_package(Product *p, const char *name)
{
    const char *path = path_join(p->arena, str_from_c(p->directory), str_from_c(name));
    harness_sync_tree(p->package, path);
    return path;
}

static void run_in(Product *p, const char *directory, const char *words)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run_in(p, arena, directory, words);
    version_judge(p, &result, FIRST, 0, "");
    arena_free(arena);
}

/* With a cap for little more than one workspace; the collector looks once an hour. */
static void the_size_is_capped(Product *p)
{
    product_write_sample(p, FIRST);
    const char *other = copy_package(p, "other"), *third = copy_package(p, "third");
    run_in(p, other, "run --no-daemon");
    run_in(p, third, "run --no-daemon");
    long long two = number_of(p, "cache stats --json", "total_bytes");
    const char *clock = store_file(p, "gc.lock");
    must(clock != NULL, "gc.lock");
    struct timespec long_ago[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    must(utimensat(AT_FDCWD, clock, long_ago, 0) == 0, clock);
    run_in(p, p->package, "run --no-daemon");
    long long now = number_of(p, "cache stats --json", "total_bytes");
    if (now > 3000000 || two <= 3000000)
        product_fail(p, "the store had %lld bytes and has %lld, with a cap of 3000000", two, now);
    if (number_of(p, "cache stats --json", "workspaces") != 1)
        product_fail(p, "other workspaces are left");
    run_in(p, other, "run --no-daemon"); /* what is gone is built again */
    run_in(p, p->package, "run --no-daemon");
    store_expect_sound(p);
}

static void tools_beside_a_daemon(Product *p)
{
    Versions good = versions_begin(p);
    Arena *arena = arena_new(NULL);
    product_write(p, "src/a.rs", product_module(p, FIRST));
    const char *other = copy_package(p, "other");
    run_in(p, other, "run --no-daemon");
    version_run(p, &good, "run", FIRST, 0, "");
    wait_until_stored(p, 1);
    if (number_of(p, "cache stats --json", "workspaces") != 2 ||
        number_of(p, "cache stats --json", "records") != 2 ||
        number_of(p, "cache stats --json", "nodes_bytes") <= 0)
        product_fail(p, "`cache stats` does not count two workspaces");
    store_expect_sound(p);
    RunResult result = product_run(p, arena, "cache gc --max-size 1K");
    product_expect(p, &result, 0, "freed ");
    if (number_of(p, "cache stats --json", "workspaces") != 1)
        product_fail(p, "the collector left an unused workspace, or removed one in use");
    version_run(p, &good, "run", SECOND, 0, "");
    run_in(p, other, "run --no-daemon");
    wait_until_stored(p, 2);
    result = product_run(p, arena, "cache clear");
    product_expect(p, &result, 0, "");
    if (number_of(p, "cache stats --json", "segments") != 0)
        product_fail(p, "segments are left after `cache clear`");
    version_run(p, &good, "run", FIRST, 0, "");
    wait_until_stored(p, 3);
    daemon_stop(p);
    version_run(p, &good, "run --no-daemon", SECOND, 0, "");
    store_expect_sound(p);
    arena_free(arena);
}

static const ProductCase cases[] = {
    { "damaged", damaged, NULL },
    { "damaged_under_the_daemon", damaged_under_the_daemon, NULL },
    { "damaged_before_a_no_op", damaged_before_a_no_op, NULL },
    { "single_bits", single_bits, NULL },
    { "damaged_log", damaged_log, NULL },
    { "damaged_content_files", damaged_content_files, NULL },
    { "verify_finds_damage", verify_finds_damage, NULL },
    { "locked_by_another_process", locked_by_another_process, NULL },
    { "a_writer_that_stays", a_writer_that_stays, NULL },
    { "the_lease_is_taken", the_lease_is_taken, NULL },
    { "read_only", read_only, NULL },
    { "full", full, NULL },
    { "full_target", full_target, NULL },
    { "files_may_not_grow", files_may_not_grow, NULL },
    { "a_binary_may_not_grow", a_binary_may_not_grow, NULL },
    { "programs_start_as_without_us", programs_start_as_without_us, NULL },
    { "the_size_is_capped", the_size_is_capped, "RSCC_CACHE_BYTES=3000000" },
    { "tools_beside_a_daemon", tools_beside_a_daemon, NULL },
};

int main(int argc, char **argv)
{
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
