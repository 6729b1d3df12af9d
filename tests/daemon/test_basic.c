/* A command's way through client, supervisor and engine, and without them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/session.h"

/* ---- a command ---- */

static void first_command_starts_the_daemon(void **state)
{
    Session *s = *state;
    assert_int_equal(daemon_pid(s), -1);
    Result result = BUILD(s, "out:hello", "err:oops", "exit:7");
    assert_int_equal(result.exit_code, 7);
    assert_text(result.out, "hello\n");
    assert_text(result.err, "oops\n");
    pid_t daemon = daemon_pid(s);
    assert_true(daemon > 0);
    assert_ok(BUILD(s, "out:again"));
    assert_int_equal(daemon_pid(s), daemon);
}

static void one_engine_serves_a_workspace(void **state)
{
    Session *s = *state;
    Result first = BUILD(s, "pid"), second = BUILD(s, "pid");
    assert_ok(first);
    assert_true(str_eq(first.out, second.out));
    assert_int_equal(strtol(arena_copy_str(s->arena, first.out), NULL, 10), engine_pid(s));
}

static void workspaces_have_engines_of_their_own(void **state)
{
    Session *s = *state;
    Result first = BUILD(s, "pid");
    assert_int_equal(mkdir(session_path(s, "other"), 0700), 0);
    session_write(s, session_path(s, "other/Cargo.toml"), "");
    s->workspace = session_path(s, "other");
    Result second = BUILD(s, "pid");
    assert_ok(second);
    assert_false(str_eq(first.out, second.out));
}

static Str run_in_shell(Session *s, const char *command)
{
    FILE *pipe = popen(arena_printf(s->arena, "cd %s && { %s; } 2>&1", s->workspace, command), "r");
    char *buffer = arena_alloc(s->arena, 4096);
    size_t bytes = fread(buffer, 1, 4096, pipe);
    assert_int_equal(pclose(pipe), 0);
    return (Str){ buffer, bytes };
}

static void streams_keep_their_order(void **state)
{
    Session *s = *state;
    /* One pipe for both: what is written first is read first. */
    const char *command = arena_printf(
        s->arena, "%s build --features out:1 --features err:2 --features out:3 --features err:4",
        s->program);
    assert_text(run_in_shell(s, command), "1\n2\n3\n4\n");
}

static void assert_numbered_lines(Str text, size_t lines)
{
    assert_int_equal(text.bytes, lines * 16);
    for (size_t i = 0; i < lines; i++) {
        char line[32];
        snprintf(line, sizeof line, "%015zu\n", i);
        assert_memory_equal(text.data + i * 16, line, 16);
    }
}

static void large_outputs_arrive_whole(void **state)
{
    Session *s = *state;
    Result result = BUILD(s, "outbytes:10485760");
    assert_ok(result);
    assert_numbered_lines(result.out, 10485760 / 16);
}

/* A reader that takes its time holds up its own command only. */
static void a_slow_reader_blocks_nobody_else(void **state)
{
    Session *s = *state;
    Process slow = START_BUILD(s, "outbytes:10485760");
    for (int i = 0; i < 5; i++)
        assert_ok(BUILD(s, "out:quick"));
    Result result = session_finish(s, &slow);
    assert_ok(result);
    assert_numbered_lines(result.out, 10485760 / 16);
}

/* Also when it takes a second try, for which it could not be read again. */
static void rustc_takes_standard_input(void **state)
{
    Session *s = *state;
    Str out = run_in_shell(
        s, arena_printf(s->arena, "echo 'fn main() {}' | %s rustc - -L input", s->program));
    assert_text(out, "fn main() {}\n");
    out = run_in_shell(s, arena_printf(s->arena, "echo text | %s rustc - -L crash_once:%s -L input",
                                       s->program, session_path(s, "mark")));
    assert_true(has(out, "error: the compiler crashed"));
    assert_true(str_ends_with(out, STR("\ntext\n")));
    out = run_in_shell(
        s, arena_printf(s->arena, "head -c 9000000 /dev/zero | %s rustc - || true", s->program));
    assert_true(has(out, "error: standard input: too large"));
}

static void requests_carry_directory_environment_and_arguments(void **state)
{
    Session *s = *state;
    setenv("SOME_VARIABLE", "its value", 1);
    assert_int_equal(mkdir(session_path(s, "ws/sub"), 0700), 0);
    const char *root = s->workspace;
    s->workspace = session_path(s, "ws/sub");
    Result result = BUILD(s, "cwd", "env:SOME_VARIABLE", "env:SHLVL", "env:NOT_THERE", "tty");
    assert_ok(result);
    assert_text(result.out, arena_printf(s->arena,
                                         "%s/sub\nSOME_VARIABLE=its value\nunset\nunset\n"
                                         "0 0 0\n",
                                         root));
    unsetenv("SOME_VARIABLE");
    result = BUILD(s, "env:SOME_VARIABLE"); /* of the request, not of the daemon's start */
    assert_text(result.out, "unset\n");
}

static void run_becomes_the_program(void **state)
{
    Session *s = *state;
    Result result = RUN(s, "run", "--features", "out:built", "--features", "exec:/bin/sh", "--",
                        "-c", "echo $0 $1; exit 9", "name", "x y");
    assert_int_equal(result.exit_code, 9);
    assert_text(result.out, "built\nname x y\n");
    Process process =
        START(s, "run", "--features", "exec:/bin/sh", "--", "-c", "echo $$; kill -9 $$");
    pid_t pid = process.pid;
    result = session_finish(s, &process);
    assert_int_equal(result.exit_code, -SIGKILL);
    assert_text(result.out, arena_printf(s->arena, "%d\n", (int)pid));
    result = RUN(s, "run", "--features", "exec:/no/such/program");
    assert_int_equal(result.exit_code, 101);
    assert_true(has(result.err, "could not execute process `/no/such/program`"));
}

static void warnings_of_the_store_reach_the_user_once(void **state)
{
    Session *s = *state;
    setenv("RSCC_FAKE_CACHE_WARNING", "the store is full", 1);
    assert_text(BUILD(s, "out:x").err, "warning: the store is full\n");
    assert_text(BUILD(s, "out:x").err, "");
    assert_text(RUN(s, "build", "--no-daemon").err, "warning: the store is full\n");
}

static void links_go_through_the_helper(void **state)
{
    Session *s = *state;
    assert_text(BUILD(s, "link:" PROGRAM_OBJECT).out, "linked\n");
    pid_t helper = helper_pid(s);
    assert_true(helper > 0);
    wait_for_status(s, "links", 1);
    kill(helper, SIGKILL);
    assert_text(BUILD(s, "link:" PROGRAM_OBJECT).out, "linked\n");
    for (Wait wait = wait_begin(); helper_pid(s) == helper; wait_more(&wait)) {
    }
    Result once = RUN(s, "build", "--no-daemon", "--features", "link:" PROGRAM_OBJECT);
    assert_text(once.out, "linked\n");
}

/* ---- without the daemon ---- */

static void no_daemon_gives_the_same(void **state)
{
    Session *s = *state;
    Result result = RUN(s, "build", "--no-daemon", "--features", "out:hello", "--features",
                        "err:oops", "--features", "exit:7");
    assert_int_equal(result.exit_code, 7);
    assert_text(result.out, "hello\n");
    assert_text(result.err, "oops\n");
    setenv("RSCC_NO_DAEMON", "1", 1);
    assert_ok(BUILD(s, "out:x"));
    result = RUN(s, "run", "--features", "exec:/bin/sh", "--", "-c", "exit 9");
    assert_int_equal(result.exit_code, 9);
    Result large = BUILD(s, "outbytes:10485760");
    assert_numbered_lines(large.out, 10485760 / 16);
    assert_int_equal(daemon_pid(s), -1);
}

static void ci_has_no_daemon_unless_it_wants_one(void **state)
{
    Session *s = *state;
    setenv("CI", "true", 1);
    unsetenv("RSCC_IDLE_SECONDS");
    assert_ok(BUILD(s, "out:x"));
    assert_int_equal(daemon_pid(s), -1);
    setenv("RSCC_NO_DAEMON", "0", 1);
    assert_ok(BUILD(s, "out:x"));
    assert_true(daemon_pid(s) > 0);
    assert_int_equal(status_number(s, "", "idle_exit_ms"), 30000);
}

static void no_daemon_ends_by_signals_and_broken_pipes(void **state)
{
    Session *s = *state;
    const char *mark = session_path(s, "hang");
    setenv("RSCC_NO_DAEMON", "1", 1);
    Process process = START_BUILD(s, arena_printf(s->arena, "hang:%s", mark));
    wait_for_content(s, mark, "started");
    kill(process.pid, SIGINT);
    assert_int_equal(session_finish(s, &process).exit_code, -SIGINT);
    assert_text(session_read(s, mark), "cancelled");
    process = START_BUILD(s, "outbytes:10485760");
    close(process.out);
    process.out = open("/dev/null", O_RDONLY);
    Result result = session_finish(s, &process);
    assert_int_equal(result.exit_code, -SIGPIPE);
    assert_text(result.err, "");
}

/* ---- what needs no compiler ---- */

static void mistakes_are_told_without_a_daemon(void **state)
{
    Session *s = *state;
    Result result = RUN(s, "build", "--nonsense");
    assert_int_equal(result.exit_code, 1);
    assert_true(has(result.err, "error: unexpected argument '--nonsense' found"));
    assert_int_equal(RUN(s, "nonsense").exit_code, 101);
    result = RUN(s, "test", "--all");
    assert_int_equal(result.exit_code, 101);
    assert_text(result.err, "error: `rscc test` is not implemented yet\n");
    assert_int_equal(RUN(s, "daemon", "nonsense").exit_code, 1);
    assert_ok(RUN(s, "--help"));
    assert_ok(RUN(s, "help", "build"));
    assert_true(has(RUN(s, "rustc", "-vV").out, "release: 1.95.0\n"));
    assert_true(has(RUN(s, "--version").out, "rscc "));
    assert_int_equal(daemon_pid(s), -1);
}

static void no_workspace_is_an_error_of_the_command(void **state)
{
    Session *s = *state;
    s->workspace = s->dir;
    Result result = BUILD(s, "out:x");
    assert_int_equal(result.exit_code, 101);
    assert_true(has(result.err, "error: could not find `Cargo.toml`"));
    assert_int_equal(RUN(s, "rustc", "x.rs").exit_code, 1);
    result = RUN(s, "build", "--no-daemon");
    assert_int_equal(result.exit_code, 101);
    assert_true(has(result.err, "error: could not find `Cargo.toml`"));
}

static void cache_commands_run_in_a_process_of_their_own(void **state)
{
    Session *s = *state;
    assert_true(has(RUN(s, "cache", "stats").out, "size        3.0 MiB of 10.0 GiB\n"));
    assert_true(has(RUN(s, "cache", "stats", "--json").out, "\"workspaces\":2"));
    Result result = RUN(s, "cache", "verify");
    assert_int_equal(result.exit_code, 1);
    assert_text(result.out, "ws-1.db: segment 3: wrong checksum\n1 damaged\n");
    assert_text(RUN(s, "cache", "gc", "--max-size", "5M", "--json").out,
                "{\"freed_bytes\":5242880}\n");
    assert_int_equal(RUN(s, "cache", "gc", "--max-size", "5X").exit_code, 1);
    assert_int_equal(RUN(s, "cache", "clear").exit_code, 101);
    assert_int_equal(RUN(s, "cache").exit_code, 1);
    assert_int_equal(daemon_pid(s), -1);
}

int main(void)
{
#define IN_SESSION(test) cmocka_unit_test_setup_teardown(test, session_set_up, session_tear_down)
    const struct CMUnitTest tests[] = {
        IN_SESSION(first_command_starts_the_daemon),
        IN_SESSION(one_engine_serves_a_workspace),
        IN_SESSION(workspaces_have_engines_of_their_own),
        IN_SESSION(streams_keep_their_order),
        IN_SESSION(large_outputs_arrive_whole),
        IN_SESSION(a_slow_reader_blocks_nobody_else),
        IN_SESSION(rustc_takes_standard_input),
        IN_SESSION(requests_carry_directory_environment_and_arguments),
        IN_SESSION(run_becomes_the_program),
        IN_SESSION(warnings_of_the_store_reach_the_user_once),
        IN_SESSION(links_go_through_the_helper),
        IN_SESSION(no_daemon_gives_the_same),
        IN_SESSION(ci_has_no_daemon_unless_it_wants_one),
        IN_SESSION(no_daemon_ends_by_signals_and_broken_pipes),
        IN_SESSION(mistakes_are_told_without_a_daemon),
        IN_SESSION(no_workspace_is_an_error_of_the_command),
        IN_SESSION(cache_commands_run_in_a_process_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
