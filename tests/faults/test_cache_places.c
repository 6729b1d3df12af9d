/* Places where a cache cannot be written: read-only directories and files, full file systems,
 * limits. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

enum { STORED_BUILDS = 4, CHILD_SKIPS = 77 };

/* Each test runs in a child with its own mounts and limits; it reports through the exit code. */
typedef int (*ChildFn)(Fixture *fixture);

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "line %d: %s (%d warnings: %s)\n", __LINE__, #condition, \
                    fixture->warnings, fixture->warning);                            \
            return 1;                                                                \
        }                                                                            \
    } while (0)

static void store_builds(Fixture *fixture, uint64_t count)
{
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < count; i++)
        assert_true(status_ok(build_put(cache, i)));
    cache_close(cache);
}

static void run_child(ChildFn body, uint64_t stored)
{
    Fixture fixture;
    fixture_init(&fixture);
    if (stored)
        store_builds(&fixture, stored);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(body(&fixture));
    int status;
    while (waitpid(child, &status, 0) != child) {
    }
    char command[512];
    snprintf(command, sizeof command, "chmod -R u+w '%s'", fixture.dir);
    assert_int_equal(system(command), 0);
    fixture_release(&fixture);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CHILD_SKIPS)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Root ignores permissions and may mount; others the other way round. */
static bool make_read_only(const char *path, bool is_directory)
{
    if (geteuid() != 0)
        return chmod(path, is_directory ? 0500 : 0400) == 0;
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    return mount(path, path, NULL, MS_BIND, NULL) == 0 &&
           mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) == 0;
}

/* ---- read-only ---- */

static int read_from_read_only(Fixture *fixture, bool log_left)
{
    Cache *cache = fixture_open(fixture);
    ReadBack read = builds_read(cache, 0);
    CHECK(!read.wrong);
    CHECK(log_left || (read.segments == STORED_BUILDS && read.blobs_absent == 0));
    CHECK(!status_ok(build_put(cache, read.segments)));
    CHECK(!status_ok(build_put(cache, read.segments)));
    CHECK(!status_ok(cache_record_put(cache, (Fp){ 1, 1 }, STR("r"))));
    CHECK(!cache_has_lease(cache) || !log_left);
    cache_idle(cache);
    cache_close(cache);
    CHECK(fixture->warnings == 1);
    CHECK(strstr(fixture->warning, "not writable"));
    return 0;
}

static int read_only_directory_child(Fixture *fixture)
{
    if (geteuid() != 0 && !make_read_only(fixture_path(fixture, "e1"), true))
        return CHILD_SKIPS;
    if (!make_read_only(fixture->dir, true))
        return CHILD_SKIPS;
    return read_from_read_only(fixture, false);
}

static void a_read_only_directory_is_read(void **state)
{
    (void)state;
    run_child(read_only_directory_child, STORED_BUILDS);
}

static int read_only_with_log_child(Fixture *fixture)
{
    /* As a killed process leaves it. */
    pid_t child = fork();
    if (child == 0) {
        Cache *cache = fixture_open(fixture);
        (void)builds_read(cache, 0);
        _exit(status_ok(build_put(cache, STORED_BUILDS)) ? 0 : 1);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(file_size(fixture_db_path(fixture, "-wal")) > 0);
    if (geteuid() != 0 && !make_read_only(fixture_path(fixture, "e1"), true))
        return CHILD_SKIPS;
    if (!make_read_only(fixture->dir, true))
        return CHILD_SKIPS;
    return read_from_read_only(fixture, true);
}

static void a_read_only_directory_with_a_log(void **state)
{
    (void)state;
    run_child(read_only_with_log_child, STORED_BUILDS);
}

static int read_only_file_child(Fixture *fixture)
{
    if (!make_read_only(fixture_db_path(fixture, ""), false))
        return CHILD_SKIPS;
    return read_from_read_only(fixture, false);
}

static void a_read_only_file_is_read(void **state)
{
    (void)state;
    run_child(read_only_file_child, STORED_BUILDS);
}

static int unwritable_home_child(Fixture *fixture)
{
    if (!make_read_only(fixture->dir, true))
        return CHILD_SKIPS;
    Fixture below = { 0 };
    snprintf(below.dir, sizeof below.dir, "%.200s/home/.cache/rscc", fixture->dir);
    Cache *cache = fixture_open(&below);
    bool stored = status_ok(build_put(cache, 0));
    cache_close(cache);
    *fixture = below;
    CHECK(!stored);
    CHECK(fixture->warnings == 1);
    return 0;
}

static void a_home_that_cannot_be_written(void **state)
{
    (void)state;
    run_child(unwritable_home_child, 0);
}

/* ---- full ---- */

/* Builds until one is refused; then whatever was stored is whole. */
static int fill(Fixture *fixture, uint64_t *stored, const char *told)
{
    Cache *cache = fixture_open(fixture);
    Status status = STATUS_SUCCESS;
    *stored = builds_read(cache, 0).segments;
    while (*stored < 10000 && status_ok(status = build_put(cache, *stored)) &&
           fixture->warnings == 0)
        ++*stored;
    CHECK(!status_ok(status) || fixture->warnings);
    /* Again and again: the user has been told. */
    for (int i = 0; i < 3; i++)
        (void)!status_ok(build_put(cache, *stored));
    CHECK(fixture->warnings == 1);
    CHECK(strstr(fixture->warning, told));
    CHECK(!builds_read(cache, 0).wrong);
    cache_close(cache);
    CHECK(fixture->warnings == 1);
    return 0;
}

static int after_filling(Fixture *fixture)
{
    fixture->warnings = 0;
    Cache *cache = fixture_open(fixture);
    ReadBack read = builds_read(cache, 0);
    CHECK(!read.wrong && read.segments > 0);
    CHECK(status_ok(build_put(cache, read.segments)));
    CHECK(builds_read(cache, 0).segments == read.segments + 1);
    cache_close(cache);
    CHECK(fixture->warnings == 0);
    return 0;
}

static int full_file_system_child(Fixture *fixture)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", fixture->dir, "tmpfs", 0, "size=2m") != 0)
        return CHILD_SKIPS;
    char ballast[300];
    snprintf(ballast, sizeof ballast, "%.200s/ballast", fixture->dir);
    static char zeros[600000];
    file_put(ballast, zeros, sizeof zeros);
    uint64_t stored;
    int result = fill(fixture, &stored, "no space");
    if (result)
        return result;
    CHECK(stored > 2);
    CHECK(unlink(ballast) == 0);
    return after_filling(fixture);
}

static void a_full_file_system(void **state)
{
    (void)state;
    run_child(full_file_system_child, 0);
}

static int file_size_limit_child(Fixture *fixture)
{
    struct rlimit limit = { 400000, RLIM_INFINITY }, unlimited = { RLIM_INFINITY, RLIM_INFINITY };
    signal(SIGXFSZ, SIG_IGN);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    uint64_t stored;
    /* SQLite does not say that it was EFBIG. */
    int result = fill(fixture, &stored, "");
    CHECK(setrlimit(RLIMIT_FSIZE, &unlimited) == 0);
    return result ? result : after_filling(fixture);
}

static void a_limit_on_file_sizes(void **state)
{
    (void)state;
    run_child(file_size_limit_child, 0);
}

static int descriptor_limit_child(Fixture *fixture)
{
    /* From no free descriptor on to enough of them. */
    for (rlim_t free_descriptors = 0; free_descriptors < 14; free_descriptors++) {
        int next = dup(0);
        close(next);
        struct rlimit limit = { (rlim_t)next + free_descriptors, 1024 };
        CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        fixture->warnings = 0;
        Cache *cache = fixture_open(fixture);
        ReadBack read = builds_read(cache, 0);
        CHECK(!read.wrong);
        bool stored = status_ok(build_put(cache, read.segments));
        cache_close(cache);
        CHECK(fixture->warnings <= 1);
        CHECK(fixture->warnings == 1 || (stored && read.segments >= STORED_BUILDS));
    }
    CHECK(fixture->warnings == 0);
    return 0;
}

static void a_limit_on_descriptors(void **state)
{
    (void)state;
    run_child(descriptor_limit_child, STORED_BUILDS);
}

/* ---- odd ---- */

static int cas_is_a_file_child(Fixture *fixture)
{
    file_put(fixture_path(fixture, "cas"), "x", 1);
    Cache *cache = fixture_open(fixture);
    for (uint64_t i = 0; i < 4; i++)
        CHECK(status_ok(build_put(cache, i)));
    ReadBack read = builds_read(cache, 0);
    CHECK(!read.wrong && read.segments == 4 && read.blobs_absent == 2);
    cache_close(cache);
    CHECK(fixture->warnings == 1);
    return 0;
}

static void a_file_where_content_belongs(void **state)
{
    (void)state;
    run_child(cas_is_a_file_child, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_only_directory_is_read),
        cmocka_unit_test(a_read_only_directory_with_a_log),
        cmocka_unit_test(a_read_only_file_is_read),
        cmocka_unit_test(a_home_that_cannot_be_written),
        cmocka_unit_test(a_full_file_system),
        cmocka_unit_test(a_limit_on_file_sizes),
        cmocka_unit_test(a_limit_on_descriptors),
        cmocka_unit_test(a_file_where_content_belongs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
