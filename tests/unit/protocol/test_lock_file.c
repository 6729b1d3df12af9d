/* Lock files that are removed by who holds them. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/lock_file.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    char dir[64];
} Setup;

static int set_up(void **state)
{
    Arena *arena = arena_new(NULL);
    Setup *s = arena_new_object(arena, Setup);
    *s = (Setup){ .arena = arena, .dir = "/tmp/rscc-test-lock-XXXXXX" };
    assert_non_null(mkdtemp(s->dir));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    Setup *s = *state;
    int result = system(arena_printf(s->arena, "rm -rf %s", s->dir));
    arena_free(s->arena);
    return result;
}

static const char *path_of(Setup *s, const char *name)
{
    return arena_printf(s->arena, "%s/%s", s->dir, name);
}

static void make(Setup *s, const char *name)
{
    int fd = open(path_of(s, name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static bool exists(Setup *s, const char *name)
{
    return access(path_of(s, name), F_OK) == 0;
}

/* ---- one holder ---- */

enum { PROCESSES = 4, ROUNDS = 100, SECONDS = 60 };

/* Whoever holds the lock is alone with another file. */
static int contend(const char *lock, const char *alone, int seed)
{
    for (int round = 0; round < ROUNDS; round++) {
        int fd;
        if (!status_ok(lock_file_take(lock, SECONDS * 1000, &fd)))
            return 1;
        int other = open(alone, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (other < 0)
            return 2;
        usleep(200);
        if (unlink(alone) != 0)
            return 3;
        close(other);
        if ((round + seed) % 3 == 0)
            close(fd);
        else
            lock_file_remove(lock, fd);
    }
    return 0;
}

static void there_is_one_holder(void **state)
{
    Setup *s = *state;
    const char *lock = path_of(s, "x.lock"), *alone = path_of(s, "alone");
    pid_t pids[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0)
            _exit(contend(lock, alone, i));
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
}

/* What happens between opening a file and locking it. */
static const char *removed_before_lock;

int flock(int fd, int operation)
{
    if (removed_before_lock)
        assert_int_equal(unlink(removed_before_lock), 0);
    removed_before_lock = NULL;
    return (int)syscall(SYS_flock, fd, operation);
}

static void a_file_without_its_name_is_nobodys_lock(void **state)
{
    Setup *s = *state;
    make(s, "x");
    removed_before_lock = path_of(s, "x");
    int fd, other;
    assert_true(status_ok(lock_file_take(path_of(s, "x"), 1000, &fd)));
    assert_null(removed_before_lock);
    assert_int_equal(lock_file_take(path_of(s, "x"), 0, &other).code, STATUS_TIMEOUT);
    close(fd);
}

static void a_held_lock_is_waited_for(void **state)
{
    Setup *s = *state;
    int fd, other;
    assert_true(status_ok(lock_file_take(path_of(s, "x"), 0, &fd)));
    assert_int_equal(lock_file_take(path_of(s, "x"), 20, &other).code, STATUS_TIMEOUT);
    lock_file_remove(path_of(s, "x"), fd);
    assert_false(exists(s, "x"));
}

/* Somebody took the name away and gave it to another file. */
static void only_the_own_file_is_removed(void **state)
{
    Setup *s = *state;
    int fd;
    assert_true(status_ok(lock_file_take(path_of(s, "x"), 0, &fd)));
    assert_int_equal(unlink(path_of(s, "x")), 0);
    make(s, "x");
    lock_file_remove(path_of(s, "x"), fd);
    assert_true(exists(s, "x"));
}

/* ---- sweeping ---- */

static void what_lives_is_not_swept(void **state)
{
    Setup *s = *state;
    static const char *const names[] = { "dead.lock",    "dead.start",    "dead.sock",
                                         "never.start",  "alive.start",   "alive.sock",
                                         "coming.lock",  "rsccd.log",     "crash-1.txt",
                                         "nobodys.sock", "half.sock.123", "linked" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        make(s, names[i]);
    assert_int_equal(symlink("linked", path_of(s, "link.lock")), 0);
    int alive, coming;
    assert_true(status_ok(lock_file_take(path_of(s, "alive.lock"), 0, &alive)));
    assert_true(status_ok(lock_file_take(path_of(s, "coming.start"), 0, &coming)));
    lock_file_sweep(s->dir);
    static const char *const gone[] = { "dead.lock", "dead.start", "dead.sock", "never.start" };
    for (size_t i = 0; i < ARRAY_COUNT(gone); i++)
        assert_false(exists(s, gone[i]));
    static const char *const left[] = { "alive.lock",   "alive.start", "alive.sock",
                                        "coming.start", "rsccd.log",   "crash-1.txt",
                                        "nobodys.sock", "link.lock",   "linked" };
    for (size_t i = 0; i < ARRAY_COUNT(left); i++)
        assert_true(exists(s, left[i]));
    close(alive);
    close(coming);
    lock_file_sweep(path_of(s, "nowhere"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_is_one_holder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_without_its_name_is_nobodys_lock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_held_lock_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_own_file_is_removed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_lives_is_not_swept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
