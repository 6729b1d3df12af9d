/* What an engine does beside a single command: several at once, watching, and replacing itself. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/session.h"

static const char *path_step(Session *s, const char *step, const char *path)
{
    return arena_printf(s->arena, "%s:%s", step, path);
}

/* ---- several commands ---- */

/* Each waits for the other: only possible side by side. */
static void two_clients_are_served_at_once(void **state)
{
    Session *s = *state;
    const char *a = session_path(s, "a"), *b = session_path(s, "b");
    Process first = START_BUILD(s, path_step(s, "mark", a), path_step(s, "wait", b), "out:first");
    Process second = START_BUILD(s, path_step(s, "mark", b), path_step(s, "wait", a), "out:second");
    Result one = session_finish(s, &first), two = session_finish(s, &second);
    assert_ok(one);
    assert_ok(two);
    assert_text(one.out, "first\n");
    assert_text(two.out, "second\n");
    assert_text(one.err, "");
    assert_text(two.err, "");
}

static void many_clients_all_get_their_own_output(void **state)
{
    Session *s = *state;
    enum { COUNT = 30 };
    Process processes[COUNT];
    for (int i = 0; i < COUNT; i++)
        processes[i] = START_BUILD(s, arena_printf(s->arena, "out:%d", i), "sleep:5",
                                   "outbytes:200000", arena_printf(s->arena, "exit:%d", i));
    for (int i = 0; i < COUNT; i++) {
        Result result = session_finish(s, &processes[i]);
        assert_int_equal(result.exit_code, i);
        const char *head = arena_printf(s->arena, "%d\n", i);
        assert_int_equal(result.out.bytes, strlen(head) + 200000);
        assert_memory_equal(result.out.data, head, strlen(head));
    }
}

static Process start_check(Session *s, const char *step)
{
    return START(s, "check", "--message-format=json", "--features", step);
}

/* An editor's checks fill what they may; a build finds a thread at once. */
static void builds_go_before_background_checks(void **state)
{
    Session *s = *state;
    enum { COUNT = 10 };
    const char *go_on = session_path(s, "go");
    Process checks[COUNT];
    for (int i = 0; i < COUNT; i++)
        checks[i] = start_check(s, path_step(s, "wait", go_on));
    wait_for_status(s, "waiting", COUNT - 6);
    assert_int_equal(status_number(s, "", "active"), 6);
    Result result = BUILD(s, "out:at once");
    assert_ok(result);
    assert_text(result.out, "at once\n");
    session_write(s, go_on, "");
    for (int i = 0; i < COUNT; i++)
        assert_ok(session_finish(s, &checks[i]));
}

/* ---- watching ---- */

static void touched_paths_are_hints(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, path_step(s, "watch", s->workspace)));
    wait_for_status(s, "watches", 1);
    session_write(s, session_path(s, "ws/new.rs"), "fn main() {}");
    Result result = BUILD(s, "touched"); /* right after the write: no turn of the loop in between */
    assert_true(has(result.out, session_path(s, "ws/new.rs")));
    assert_text(BUILD(s, "touched").out, "");
    assert_int_equal(unlink(session_path(s, "ws/new.rs")), 0);
    assert_true(has(BUILD(s, "touched").out, "new.rs"));
    assert_ok(BUILD(s, "unwatch"));
    wait_for_status(s, "watches", 0);
    session_write(s, session_path(s, "ws/more.rs"), "");
    assert_false(has(BUILD(s, "touched").out, "more.rs"));
}

static void removed_directories_are_forgotten(void **state)
{
    Session *s = *state;
    const char *dir = session_path(s, "ws/sub");
    for (int round = 0; round < 2; round++) { /* and watched again when they come back */
        assert_int_equal(mkdir(dir, 0700), 0);
        assert_ok(BUILD(s, "unwatch", path_step(s, "watch", dir)));
        wait_for_status(s, "watches", 1);
        assert_int_equal(rmdir(dir), 0);
        assert_true(has(BUILD(s, "touched", "unwatch").out, dir));
        wait_for_status(s, "watches", 0);
    }
}

static void no_room_for_watches_means_scanning(void **state)
{
    Session *s = *state;
    setenv("RSCC_WATCHES_MAX", "2", 1);
    assert_ok(BUILD(s, path_step(s, "watch", s->workspace), path_step(s, "watch", s->dir)));
    wait_for_status(s, "watches", 2);
    assert_ok(BUILD(s, path_step(s, "watch", session_path(s, "run"))));
    assert_ok(BUILD(s, path_step(s, "watch", session_path(s, "state"))));
    for (Wait wait = wait_begin(); !has(RUN(s, "daemon", "status").out, "scanning");
         wait_more(&wait)) {
    }
    assert_true(has(BUILD(s, "counts").out, "overflows 1 "));
    Str log = RUN(s, "daemon", "log").out;
    const char *text = "cannot watch all directories";
    const char *found = memmem(log.data, log.bytes, text, strlen(text));
    assert_non_null(found);
    Str rest = { found + 1, log.bytes - (size_t)(found + 1 - log.data) };
    assert_false(has(rest, text)); /* once */
}

/* More events than the kernel keeps: the workspace has to look for itself, and is told so. */
static void an_overflow_is_told(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, path_step(s, "watch", s->workspace)));
    wait_for_status(s, "watches", 1);
    pid_t engine = engine_pid(s);
    FILE *limit = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
    int events = 0;
    assert_int_equal(fscanf(limit, "%d", &events), 1);
    fclose(limit);
    kill(engine, SIGSTOP);
    const char *path = session_path(s, "ws/x");
    for (int i = 0; i < events / 2 + 100; i++) { /* different events, which do not merge */
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        close(fd);
        unlink(path);
    }
    kill(engine, SIGCONT);
    Result result = BUILD(s, "counts");
    assert_true(has(result.out, "overflows 1"));
    assert_int_equal(engine_pid(s), engine);
    assert_true(has(RUN(s, "daemon", "log").out, "too many changes at once"));
}

/* ---- memory ---- */

static long idle_count(Session *s)
{
    const char *text = arena_copy_str(s->arena, BUILD(s, "counts").out);
    return strtol(strstr(text, "idles ") + strlen("idles "), NULL, 10);
}

/* Once in each rest, however long the rest is. */
static void idle_work_is_done_once_after_commands(void **state)
{
    Session *s = *state;
    assert_int_equal(idle_count(s), 0);
    long before = 0, now = 0;
    for (int i = 0; i < 20 && now == 0; i++) {
        usleep(900000);
        before = now;
        now = idle_count(s);
        assert_true(now - before <= 1);
    }
    assert_int_equal(now, 1);
}

static void an_engine_above_its_budget_replaces_itself(void **state)
{
    Session *s = *state;
    setenv("RSCC_MEMORY_BYTES", "150000000", 1);
    assert_ok(BUILD(s, "alloc:10"));
    usleep(700000);
    pid_t engine = engine_pid(s);
    assert_int_equal(status_number(s, "", "recycled"), 0);
    long small = status_number(s, "\"engines\"", "pss_bytes");
    assert_ok(BUILD(s, "alloc:300"));
    wait_for_status(s, "recycled", 1);
    assert_int_equal(engine_pid(s), engine); /* the same process with fresh memory */
    assert_true(status_number(s, "\"engines\"", "pss_bytes") < small + (50 << 20));
    assert_no_crashes(s);
    Result result = BUILD(s, "counts");
    assert_ok(result);
    assert_text(result.out, "overflows 0 idles 0\n");
    assert_text(BUILD(s, "link:" PROGRAM_OBJECT).out, "linked\n");
}

/* Commands that come while it does so wait, and none is lost. */
static void no_command_is_lost_while_it_does(void **state)
{
    Session *s = *state;
    setenv("RSCC_MEMORY_BYTES", "1", 1); /* at every rest */
    uint32_t seed = 3;
    for (int i = 0; i < 25; i++) {
        seed = seed * 1664525 + 1013904223;
        usleep(280000 + (seed >> 24) * 200); /* about when the rest begins */
        Result result = BUILD(s, "out:x", "exit:4");
        assert_int_equal(result.exit_code, 4);
        assert_text(result.out, "x\n");
        assert_text(result.err, "");
    }
    assert_true(status_number(s, "", "recycled") > 2);
    assert_no_crashes(s);
}

int main(void)
{
#define IN_SESSION(test) cmocka_unit_test_setup_teardown(test, session_set_up, session_tear_down)
    const struct CMUnitTest tests[] = {
        IN_SESSION(two_clients_are_served_at_once),
        IN_SESSION(many_clients_all_get_their_own_output),
        IN_SESSION(builds_go_before_background_checks),
        IN_SESSION(touched_paths_are_hints),
        IN_SESSION(removed_directories_are_forgotten),
        IN_SESSION(no_room_for_watches_means_scanning),
        IN_SESSION(an_overflow_is_told),
        IN_SESSION(idle_work_is_done_once_after_commands),
        IN_SESSION(an_engine_above_its_budget_replaces_itself),
        IN_SESSION(no_command_is_lost_while_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
