/* How a daemon comes, is found, and goes. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/epoch.h"
#include "base/sanitizer.h"
#include "daemon/session.h"

static const char *socket_path(Session *s)
{
    return session_daemon_file(s, "sock");
}

static const char *log_path(Session *s)
{
    return session_path(s, "state/rscc/log/rsccd.log");
}

static bool log_has(Session *s, const char *text)
{
    return has(session_read(s, log_path(s)), text);
}

static void wait_for_absence(const char *path)
{
    for (Wait wait = wait_begin(); path_exists(path); wait_more(&wait)) {
    }
}

/* ---- coming ---- */

static void the_socket_is_private(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    struct stat st;
    assert_int_equal(stat(socket_path(s), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(stat(session_path(s, "run/rscc"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
}

static void many_starters_start_one_daemon(void **state)
{
    Session *s = *state;
    enum { COUNT = 12 };
    Process processes[COUNT];
    for (int i = 0; i < COUNT; i++)
        processes[i] = START_BUILD(s, "pid");
    Str first = STR("");
    for (int i = 0; i < COUNT; i++) {
        Result result = session_finish(s, &processes[i]);
        assert_ok(result);
        assert_text(result.err, "");
        first = i == 0 ? result.out : first;
        assert_true(str_eq(result.out, first)); /* one engine, so one daemon */
    }
    assert_int_equal(status_number(s, "", "commands"), COUNT);
}

static void a_stale_socket_is_replaced(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s);
    kill(daemon, SIGKILL);
    wait_for_end(daemon);
    wait_for_end(engine); /* it does not outlive its supervisor */
    assert_true(path_exists(socket_path(s)));
    Result result = BUILD(s, "out:again");
    assert_ok(result);
    assert_text(result.out, "again\n");
    assert_text(result.err, "");
    assert_int_not_equal(daemon_pid(s), daemon);
}

/* A file in the socket's place that is no socket, and one that nobody serves. */
static void whatever_has_the_sockets_name_is_replaced(void **state)
{
    Session *s = *state;
    session_write(s, socket_path(s), "not a socket");
    assert_ok(BUILD(s, "out:x"));
    assert_true(daemon_pid(s) > 0);
}

static void a_daemon_that_cannot_start_is_done_without(void **state)
{
    Session *s = *state;
    /* A directory cannot be replaced by a socket. */
    assert_int_equal(mkdir(socket_path(s), 0700), 0);
    session_write(s, arena_printf(s->arena, "%s/file", socket_path(s)), "");
    Result result = BUILD(s, "out:hello");
    assert_int_equal(result.exit_code, 0);
    assert_text(result.out, "hello\n");
    assert_true(has(result.err, "note: running without the daemon"));
    assert_true(has(result.err, ".sock: ")); /* the log's last lines say why */
}

static void nothing_works_without_rsccd(void **state)
{
    Session *s = *state;
    const char *alone = session_path(s, "rscc");
    const char *copy = arena_printf(s->arena, "cp %s %s", s->program, alone);
    assert_int_equal(system(copy), 0);
    s->program = alone;
    Result result = BUILD(s, "out:x");
    assert_int_equal(result.exit_code, 75);
    assert_true(has(result.err, "error: cannot run the compiler"));
}

/* A hung daemon must not hang its clients for ever: nobody answers here. */
static void a_start_lock_that_stays_taken_is_given_up(void **state)
{
    Session *s = *state;
    const char *path = session_daemon_file(s, "start");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    Result result = BUILD(s, "out:hello");
    assert_int_equal(result.exit_code, 0);
    assert_text(result.out, "hello\n");
    assert_true(has(result.err, "running without the daemon"));
    close(fd);
}

/* Connected, but nobody answers. */
static void a_hung_supervisor_is_done_without(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s);
    kill(daemon, SIGSTOP);
    Result result = BUILD(s, "out:hello");
    kill(daemon, SIGCONT);
    assert_int_equal(result.exit_code, 0);
    assert_text(result.out, "hello\n");
}

/* ---- another build ---- */

static void builds_do_not_share_daemons(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t ours = daemon_pid(s);
    const char *program = s->program;
    s->program = arena_printf(s->arena, "%s/rscc", OTHER_BIN);
    Result result = BUILD(s, "out:other");
    assert_ok(result);
    assert_text(result.out, "other\n");
    assert_text(result.err, "");
    pid_t theirs = daemon_pid(s);
    assert_int_not_equal(ours, theirs);
    Result list = RUN(s, "daemon", "list");
    assert_true(has(list.out, rscc_epoch()));
    assert_true(has(list.out, "00000000000000000000000000000000"));
    assert_true(has(RUN(s, "daemon", "list", "--json").out, "\"this_build\":true"));
    assert_ok(RUN(s, "daemon", "stop"));
    s->program = program;
    assert_int_equal(daemon_pid(s), ours);
}

/* The new build's socket has another name; the old daemon sees that its program is gone and drains.
 */
static void a_replaced_program_drains_its_daemon(void **state)
{
    Session *s = *state;
    setenv("RSCC_IDLE_SECONDS", "4", 1); /* it looks four times as often */
    const char *bin = session_path(s, "bin");
    assert_int_equal(mkdir(bin, 0700), 0);
    assert_int_equal(
        system(arena_printf(s->arena, "cp -L %s/rscc %s/rsccd %s", s->bin, s->bin, bin)), 0);
    s->program = arena_printf(s->arena, "%s/rscc", bin);
    const char *go_on = session_path(s, "go");
    Process slow = START_BUILD(s, arena_printf(s->arena, "wait:%s", go_on), "out:done");
    for (Wait wait = wait_begin(); engine_pid(s) <= 0; wait_more(&wait)) {
    }
    pid_t daemon = daemon_pid(s);
    assert_int_equal(system(arena_printf(s->arena, "cp -L %s/rsccd %s/new && mv %s/new %s/rsccd",
                                         s->bin, bin, bin, bin)),
                     0);
    wait_for_absence(socket_path(s));
    assert_ok(BUILD(s, "out:served by the next one"));
    session_write(s, go_on, "");
    Result result = session_finish(s, &slow); /* what ran was not interrupted */
    assert_ok(result);
    assert_text(result.out, "done\n");
    wait_for_end(daemon);
    assert_true(log_has(s, "the program was replaced"));
}

/* ---- going ---- */

static void an_idle_daemon_ends(void **state)
{
    Session *s = *state;
    setenv("RSCC_IDLE_SECONDS", "1", 1);
    const char *begun = session_path(s, "begun"), *go_on = session_path(s, "go");
    Process build = START_BUILD(s, arena_printf(s->arena, "mark:%s", begun),
                                arena_printf(s->arena, "wait:%s", go_on));
    wait_for_file(begun); /* nothing is idle until it goes on */
    pid_t daemon = daemon_pid(s), engine = engine_pid(s), helper = helper_pid(s);
    session_write(s, go_on, "");
    assert_ok(session_finish(s, &build));
    wait_for_end(daemon);
    wait_for_end(engine);
    wait_for_end(helper);
    assert_false(path_exists(socket_path(s)));
    assert_true(log_has(s, "stopping: idle"));
}

static void a_busy_daemon_is_not_idle(void **state)
{
    Session *s = *state;
    setenv("RSCC_IDLE_SECONDS", "1", 1);
    Result result = BUILD(s, "sleep:3000", "out:done");
    assert_ok(result);
    assert_text(result.out, "done\n");
    assert_text(result.err, "");
}

static void stop_ends_everything_at_once(void **state)
{
    Session *s = *state;
    const char *mark = session_path(s, "mark");
    Process busy = START_BUILD(s, arena_printf(s->arena, "hang:%s", mark));
    wait_for_content(s, mark, "started");
    pid_t daemon = daemon_pid(s);
    Result result = RUN(s, "daemon", "stop");
    assert_int_equal(result.exit_code, 0);
    assert_true(has(result.out, "stopped"));
    wait_for_end(daemon); /* `stop` returns while it exits */
    Result interrupted = session_finish(s, &busy);
    assert_int_equal(interrupted.exit_code, 101);
    assert_true(has(interrupted.err, "the daemon is stopping"));
    assert_text(session_read(s, mark), "cancelled");
    assert_false(path_exists(socket_path(s)));
    assert_int_equal(session_process_count(s), 0);
}

static void assert_no_files(Session *s)
{
    static const char *const suffixes[] = { "sock", "lock", "start" };
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
        assert_false(path_exists(session_daemon_file(s, suffixes[i])));
}

static void a_daemon_leaves_no_files(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s);
    assert_ok(RUN(s, "daemon", "stop"));
    wait_for_end(daemon);
    assert_no_files(s);
    assert_ok(BUILD(s, "out:x"));
    daemon = daemon_pid(s);
    kill(daemon, SIGKILL); /* then the next one cleans up, of whatever build it is */
    wait_for_end(daemon);
    assert_true(path_exists(session_daemon_file(s, "lock")));
    Session other = *s;
    other.program = arena_printf(s->arena, "%s/rscc", OTHER_BIN);
    assert_ok(BUILD(&other, "out:x"));
    assert_no_files(s);
    assert_ok(RUN(&other, "daemon", "stop"));
}

static void stop_never_starts_a_daemon(void **state)
{
    Session *s = *state;
    Result result = RUN(s, "daemon", "stop");
    assert_int_equal(result.exit_code, 0);
    assert_text(result.out, "no daemon is running\n");
    assert_int_equal(RUN(s, "daemon", "status").exit_code, 3);
    assert_text(RUN(s, "daemon", "status", "--json").out, "{\"running\":false}\n");
    assert_text(RUN(s, "daemon", "list").out, "no daemon is running\n");
    assert_int_equal(session_process_count(s), 0);
}

static void restart_replaces_the_daemon(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s);
    Result result = RUN(s, "daemon", "restart");
    assert_int_equal(result.exit_code, 0);
    assert_true(has(result.out, "running"));
    assert_int_not_equal(daemon_pid(s), daemon);
    wait_for_end(daemon);
}

static void status_tells_what_there_is(void **state)
{
    Session *s = *state;
    unsetenv("RSCC_IDLE_SECONDS");
    assert_ok(BUILD(s, "out:x"));
    Result result = RUN(s, "daemon", "status");
    assert_int_equal(result.exit_code, 0);
    assert_true(has(result.out, rscc_epoch()));
    assert_true(has(result.out, s->workspace));
    assert_true(has(result.out, socket_path(s)));
    wait_for_status(s, "finished", 1);
    assert_int_equal(status_number(s, "", "commands"), 1);
    assert_int_equal(status_number(s, "", "idle_exit_ms"), 3 * 60 * 60 * 1000);
    assert_true(status_number(s, "\"engines\"", "pss_bytes") > 0);
}

static void the_log_is_bounded(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    assert_true(has(RUN(s, "daemon", "log").out, "started, build"));
    assert_true(has(RUN(s, "daemon", "log", "--json").out, "rsccd.log\",\"text\":\""));
    assert_ok(RUN(s, "daemon", "stop"));
    Text large;
    text_init(&large, s->arena);
    text_add_repeat(&large, 'x', 2 << 20);
    session_write(s, log_path(s), large.data);
    assert_ok(BUILD(s, "out:x"));
    struct stat st;
    assert_int_equal(stat(log_path(s), &st), 0);
    assert_true(st.st_size < 100000);
    assert_true(path_exists(arena_printf(s->arena, "%s.1", log_path(s))));
}

static void signals_end_the_daemon_in_order(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s), helper = helper_pid(s);
    kill(daemon, SIGTERM);
    wait_for_end(daemon);
    wait_for_end(engine);
    wait_for_end(helper);
    assert_false(path_exists(socket_path(s)));
    assert_true(log_has(s, "ended"));
}

static const char engines_were_killed[] = "engines did not end in time";

/* An engine that does not react, as in the middle of a long pass. */
static void a_second_signal_ends_it_at_once(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s);
    kill(engine, SIGSTOP);
    kill(daemon, SIGTERM);
    wait_for_absence(socket_path(s));
    assert_true(process_is_alive(daemon));
    kill(daemon, SIGTERM);
    wait_for_end(daemon);
    assert_false(log_has(s, engines_were_killed)); /* it did not wait for the engine */
    kill(engine, SIGCONT);
    wait_for_end(engine);
}

static void stop_does_not_wait_for_a_stuck_engine_for_ever(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t engine = engine_pid(s);
    kill(engine, SIGSTOP);
    Result result = RUN(s, "daemon", "stop");
    assert_int_equal(result.exit_code, 0);
    assert_false(process_is_alive(engine));
    assert_true(log_has(s, engines_were_killed));
}

static void a_lost_socket_drains_its_daemon(void **state)
{
    Session *s = *state;
    setenv("RSCC_IDLE_SECONDS", "12", 1); /* it looks four times as often */
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s);
    assert_int_equal(unlink(socket_path(s)), 0);
    wait_for_end(daemon);
    assert_true(log_has(s, "the socket was removed"));
}

/* In CI the daemon goes when the session that started it goes, here a shell. */
static void in_ci_the_daemon_ends_with_the_job(void **state)
{
    Session *s = *state;
    setenv("CI", "1", 1);
    setenv("RSCC_NO_DAEMON", "0", 1);
    const char *go_on = session_path(s, "go"), *built = session_path(s, "built");
    const char *job = arena_printf(s->arena,
                                   "cd %s && setsid sh -c '%s build --features mark:%s; while ! [ "
                                   "-e %s ]; do sleep 0.01; done' "
                                   "&",
                                   s->workspace, s->program, built, go_on);
    assert_int_equal(system(job), 0);
    wait_for_file(built);
    pid_t daemon = daemon_pid(s);
    assert_true(daemon > 0);
    usleep(100000);
    assert_true(process_is_alive(daemon));
    session_write(s, go_on, "");
    wait_for_end(daemon);
    assert_true(log_has(s, "the session that started it ended"));
}

/* ---- what is left behind ---- */

static uint32_t descriptor_count(Session *s, pid_t pid)
{
    uint32_t count = 0;
    DIR *dir = opendir(arena_printf(s->arena, "/proc/%d/fd", (int)pid));
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static bool has_zombie_child(Session *s, pid_t parent)
{
    const char *path =
        arena_printf(s->arena, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    char line[4096] = "";
    FILE *file = fopen(path, "re");
    if (file && !fgets(line, sizeof line, file))
        line[0] = '\0';
    fclose(file);
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
        const char *stat_path = arena_printf(s->arena, "/proc/%s/stat", word);
        char stat[512] = "";
        FILE *stat_file = fopen(stat_path, "re");
        if (stat_file && !fgets(stat, sizeof stat, stat_file))
            stat[0] = '\0';
        if (stat_file)
            fclose(stat_file);
        if (strstr(stat, ") Z "))
            return true;
    }
    return false;
}

/* Open files at most, and no zombies: it may still be closing and reaping. */
static void wait_until_it_holds(Session *s, pid_t pid, uint32_t descriptors)
{
    for (Wait wait = wait_begin();
         has_zombie_child(s, pid) || descriptor_count(s, pid) > descriptors; wait_more(&wait)) {
    }
}

/* After all kinds of commands the daemon holds what it held before. */
static void nothing_piles_up(void **state)
{
    Session *s = *state;
    uint32_t daemon_count = 0, engine_count = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
            assert_ok(BUILD(s, "out:x"));
            Process gone = START_BUILD(s, "sleep:10000");
            usleep(3000);
            kill(gone.pid, SIGKILL);
            session_finish(s, &gone);
            (void)RUN(s, "daemon", "status");
        }
        wait_for_status(s, "active", 0);
        pid_t daemon = daemon_pid(s), engine = engine_pid(s);
        usleep(50000);
        wait_until_it_holds(s, daemon, round == 0 ? UINT32_MAX : daemon_count);
        wait_until_it_holds(s, engine, round == 0 ? UINT32_MAX : engine_count);
        daemon_count = descriptor_count(s, daemon);
        engine_count = descriptor_count(s, engine);
    }
}

/* Who waits for the end of our output must not wait for the daemon's. */
static void the_daemon_inherits_nothing(void **state)
{
    Session *s = *state;
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    const char *command = arena_printf(s->arena, "cd %s && %s build --features out:x | cat",
                                       s->workspace, s->program);
    assert_int_equal(system(command), 0);
    close(pipe_fds[1]);
    char byte;
    assert_int_equal(read(pipe_fds[0], &byte, 1), 0);
    close(pipe_fds[0]);
    pid_t daemon = daemon_pid(s);
    assert_int_equal(getsid(daemon), getpgid(daemon)); /* a session of its own */
    assert_int_not_equal(getsid(daemon), getsid(0));
}

/* ---- limits ---- */

/* Sanitizers reserve terabytes of addresses. */
#if RSC_ASAN || RSC_TSAN
#define SOFT_MEMORY_LIMITS ""
#define HARD_MEMORY_LIMITS
#else
#define SOFT_MEMORY_LIMITS "ulimit -S -d 4000000; ulimit -S -v 8000000; "
#define HARD_MEMORY_LIMITS , "-d 32000000", "-v 32000000"
#endif

static void assert_lifted(pid_t pid)
{
    static const enum __rlimit_resource lifted[] = { RLIMIT_AS,    RLIMIT_CPU,   RLIMIT_DATA,
                                                     RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_NOFILE };
    struct rlimit limit;
    for (size_t i = 0; i < ARRAY_COUNT(lifted); i++) {
        assert_int_equal(prlimit(pid, lifted[i], NULL, &limit), 0);
        assert_true(limit.rlim_cur == limit.rlim_max);
    }
    assert_int_equal(prlimit(pid, RLIMIT_STACK, NULL, &limit), 0);
    assert_true(limit.rlim_cur == 8 << 20 || limit.rlim_cur == limit.rlim_max);
    assert_int_equal(prlimit(pid, RLIMIT_CORE, NULL, &limit), 0);
    assert_true(limit.rlim_cur <= 1); /* as the starter has it; 1 is how a sanitizer says 0 */
}

/* Runs a shell in the session's workspace, where $RSCC is rscc. */
static Result in_shell(Session *s, const char *commands)
{
    Session shell = *s;
    shell.program = "/bin/sh";
    setenv("RSCC", s->program, 1);
    Result result = RUN(&shell, "-c", commands);
    unsetenv("RSCC");
    return result;
}

/* A daemon serves shells with other limits than those of the one that started it. */
static void soft_limits_of_the_starter_do_not_stay(void **state)
{
    Session *s = *state;
    const char *limits = "ulimit -S -c 0; ulimit -S -f 100; ulimit -S -t 100; ulimit -S -n 40; "
                         "ulimit -S -s 256; " SOFT_MEMORY_LIMITS;
    const char *show = "ulimit -S -f; ulimit -S -t; ulimit -S -n; ulimit -S -s";
    for (int i = 0; i < 2; i++) {
        const char *command =
            arena_printf(s->arena, "exec $RSCC run --features exec:/bin/sh %s -- -c '%s'",
                         i ? "" : "--no-daemon", show);
        Result result = in_shell(s, arena_printf(s->arena, "%s%s", limits, command));
        assert_ok(result);
        assert_text(result.err, "");
        assert_text(result.out, "100\n100\n40\n256\n"); /* but with what it starts */
    }
    assert_lifted(daemon_pid(s));
    assert_lifted(engine_pid(s));
    assert_lifted(helper_pid(s));
}

/* Nobody can lift hard ones again, so under them a daemon is used but none is started. */
static void hard_limits_of_the_starter_start_no_daemon(void **state)
{
    static const char *const limits[] = { "-f 4000000", "-t 1000" HARD_MEMORY_LIMITS };
    Session *s = *state;
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        Result result = in_shell(
            s, arena_printf(s->arena, "ulimit %s; $RSCC build --features out:x", limits[i]));
        assert_ok(result);
        assert_text(result.out, "x\n");
        assert_text(result.err,
                    arena_printf(s->arena,
                                 "note: running without the daemon: `ulimit %.2s`: a process that "
                                 "stays would keep this limit\n",
                                 limits[i]));
        assert_false(path_exists(socket_path(s)));
    }
    assert_ok(BUILD(s, "out:x"));
    Result result = in_shell(s, "ulimit -f 4000000; $RSCC build --features pid");
    assert_ok(result);
    assert_text(result.err, "");
    assert_text(result.out, arena_printf(s->arena, "%d\n", (int)engine_pid(s)));
}

int main(void)
{
#define IN_SESSION(test) cmocka_unit_test_setup_teardown(test, session_set_up, session_tear_down)
    const struct CMUnitTest tests[] = {
        IN_SESSION(the_socket_is_private),
        IN_SESSION(many_starters_start_one_daemon),
        IN_SESSION(a_stale_socket_is_replaced),
        IN_SESSION(whatever_has_the_sockets_name_is_replaced),
        IN_SESSION(a_daemon_that_cannot_start_is_done_without),
        IN_SESSION(nothing_works_without_rsccd),
        IN_SESSION(a_start_lock_that_stays_taken_is_given_up),
        IN_SESSION(a_hung_supervisor_is_done_without),
        IN_SESSION(builds_do_not_share_daemons),
        IN_SESSION(a_replaced_program_drains_its_daemon),
        IN_SESSION(an_idle_daemon_ends),
        IN_SESSION(a_busy_daemon_is_not_idle),
        IN_SESSION(stop_ends_everything_at_once),
        IN_SESSION(a_daemon_leaves_no_files),
        IN_SESSION(stop_never_starts_a_daemon),
        IN_SESSION(restart_replaces_the_daemon),
        IN_SESSION(status_tells_what_there_is),
        IN_SESSION(the_log_is_bounded),
        IN_SESSION(signals_end_the_daemon_in_order),
        IN_SESSION(a_second_signal_ends_it_at_once),
        IN_SESSION(stop_does_not_wait_for_a_stuck_engine_for_ever),
        IN_SESSION(a_lost_socket_drains_its_daemon),
        IN_SESSION(in_ci_the_daemon_ends_with_the_job),
        IN_SESSION(nothing_piles_up),
        IN_SESSION(the_daemon_inherits_nothing),
        IN_SESSION(soft_limits_of_the_starter_do_not_stay),
        IN_SESSION(hard_limits_of_the_starter_start_no_daemon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
