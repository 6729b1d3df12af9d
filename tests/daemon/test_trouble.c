/* Crashes, kills, cancelled commands, and clients that speak nonsense. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/epoch.h"
#include "base/sanitizer.h"
#include "daemon/channel.h"
#include "daemon/session.h"
#include "daemon/socket.h"

/* Of a process that a sanitizer ended. */
enum { SANITIZER_EXIT_CODE = RSC_TSAN ? 66 : 1 };

static const char *path_step(Session *s, const char *step, const char *path)
{
    return arena_printf(s->arena, "%s:%s", step, path);
}

/* ---- crashes ---- */

static void a_crash_is_reported_and_the_command_tried_again(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s);
    Result result = BUILD(s, "out:begun", path_step(s, "crash_once", session_path(s, "c")),
                          "out:after all", "exit:3");
    assert_int_equal(result.exit_code, 3);
    assert_text(result.out, "begun\nafter all\n"); /* nothing twice */
    assert_true(has(result.err, "error: the compiler crashed: signal 6 (SIGABRT)\n"));
    const char *report =
        session_path(s, arena_printf(s->arena, "state/rscc/log/crash-%d.txt", (int)engine));
    assert_true(
        has(result.err, arena_printf(s->arena, "note: the crash report is in %s\n", report)));
    assert_true(has(result.err, "note: trying once more, in a process of its own\n"));
    Str text = session_read(s, report);
    assert_true(has(text, "the fake driver was told to"));
    assert_true(
        has(text, arena_printf(s->arena, "while running `rscc build` in %s", s->workspace)));
    assert_true(has(text, rscc_epoch()));
    /* The daemon lives, with a new engine. */
    assert_int_equal(daemon_pid(s), daemon);
    assert_int_equal(status_number(s, "", "crashes"), 1);
    assert_true(engine_pid(s) > 0);
    assert_int_not_equal(engine_pid(s), engine);
    assert_true(has(RUN(s, "daemon", "log").out, "crashed: signal 6 (SIGABRT)"));
    assert_ok(BUILD(s, "out:x"));
}

static void nothing_is_printed_twice_after_a_crash(void **state)
{
    Session *s = *state;
    Result result = BUILD(s, "outbytes:300000", "err:warned",
                          path_step(s, "crash_once", session_path(s, "c")), "err:again", "out:end");
    assert_int_equal(result.exit_code, 0);
    assert_int_equal(result.out.bytes, 300000 + strlen("end\n"));
    assert_true(has(result.err, "warned\nerror: the compiler crashed"));
    assert_true(has(result.err, "in a process of its own\nagain\n"));
    /* What differs is printed from the beginning. */
    result =
        BUILD(s, "out:same", "pid", path_step(s, "crash_once", session_path(s, "d")), "out:end");
    assert_int_equal(result.exit_code, 0);
    const char *second = strstr(result.out.data + 1, "same\n");
    assert_non_null(second);
    assert_true(has(str_from_c(second), "\nend\n"));
    /* What comes to an end sooner is not filled up. */
    result =
        BUILD(s, "out:one", "out:two", path_step(s, "crash_once", session_path(s, "e")), "exit:7");
    assert_int_equal(result.exit_code, 7);
    assert_text(result.out, "one\ntwo\n");
}

/* It died before the command began: nobody's business but the log's. */
static void an_engine_that_dies_idle_is_replaced_in_silence(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    for (int i = 0; i < 10; i++) {
        pid_t engine = engine_pid(s);
        kill(engine, SIGKILL);
        Result result = BUILD(s, "out:x");
        assert_ok(result);
        assert_text(result.out, "x\n");
        assert_text(result.err, "");
        wait_for_end(engine);
    }
    /* The request waits in its socket when it dies. */
    pid_t engine = engine_pid(s);
    kill(engine, SIGSTOP);
    long routed = status_number(s, "", "commands");
    Process process = START_BUILD(s, "out:y");
    wait_for_status(s, "commands", routed + 1);
    kill(engine, SIGKILL);
    Result result = session_finish(s, &process);
    assert_ok(result);
    assert_text(result.out, "y\n");
    assert_text(result.err, "");
}

static void a_command_that_always_crashes_ends_with_101(void **state)
{
    Session *s = *state;
    Result result = BUILD(s, "assert");
    assert_int_equal(result.exit_code, 101);
    assert_true(has(result.err, "error: the compiler crashed"));
    assert_true(has(result.err, "assertion failed")); /* of the second one */
    result = RUN(s, "build", "--no-daemon", "--features", "assert");
    assert_int_equal(result.exit_code, 101);
    assert_true(has(result.err, "assertion failed"));
}

static void deadly_signals_are_crashes(void **state)
{
    Session *s = *state;
    s->expects_reports = true;
    Result result = BUILD(s, "crash:11");
    assert_int_equal(result.exit_code, RSC_ASAN || RSC_TSAN ? SANITIZER_EXIT_CODE : 101);
    assert_true(has(result.err, "error: the compiler crashed"));
    /* Nobody can report SIGKILL; the second process dies of it, too. */
    result = BUILD(s, "crash:9");
    assert_int_equal(result.exit_code, -SIGKILL);
    assert_true(has(result.err, "error: the compiler crashed: signal 9 (SIGKILL)"));
}

/* What an engine survived is said as such, and is no reason of a later end. */
static void a_survived_bug_is_not_the_reason_of_a_kill(void **state)
{
    Session *s = *state;
    s->expects_reports = true;
    assert_ok(BUILD(s, "survive:a bug of ours", "out:x"));
    pid_t engine = engine_pid(s);
    const char *report =
        session_path(s, arena_printf(s->arena, "state/rscc/log/survived-%d.txt", (int)engine));
    Str text = session_read(s, report);
    assert_true(has(text, "): survived, the process lives on: a bug of ours\n"));
    assert_true(
        has(text, arena_printf(s->arena, "while running `rscc build` in %s", s->workspace)));
    assert_int_equal(status_number(s, "", "crashes"), 0);
    Process process = START_BUILD(s, "out:y", "sleep:300");
    wait_for_status(s, "active", 1);
    kill(engine, SIGKILL);
    Result result = session_finish(s, &process);
    assert_ok(result);
    assert_true(has(result.err, "error: the compiler crashed: signal 9 (SIGKILL)"));
    assert_false(has(result.err, "the crash report is in"));
    assert_true(path_exists(report));
}

/* Each of these was at work in the engine when it died under another's command. */
static void a_crash_takes_the_other_commands_to_their_second_try(void **state)
{
    Session *s = *state;
    const char *go_on = session_path(s, "go");
    Process bystander = START_BUILD(s, "out:begun", path_step(s, "wait", go_on), "out:done");
    wait_for_status(s, "active", 1);
    Result crashed = BUILD(s, path_step(s, "crash_once", session_path(s, "c")), "out:saved");
    assert_text(crashed.out, "saved\n");
    session_write(s, go_on, "");
    Result result = session_finish(s, &bystander);
    assert_ok(result);
    assert_true(has(result.out, "done\n"));
}

static void a_crash_loop_is_not_restarted_for_ever(void **state)
{
    Session *s = *state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(BUILD(s, "assert").exit_code, 101);
    assert_int_equal(engine_pid(s), -1); /* only on demand now */
    assert_ok(BUILD(s, "out:x"));
    assert_true(engine_pid(s) > 0);
}

static void old_reports_are_not_kept_for_ever(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    assert_ok(RUN(s, "daemon", "stop"));
    for (int i = 0; i < 25; i++) {
        const char *path =
            session_path(s, arena_printf(s->arena, "state/rscc/log/crash-%d.txt", 900000 + i));
        session_write(s, path, "");
        struct timespec times[2] = { { .tv_sec = 1000 + i }, { .tv_sec = 1000 + i } };
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
    assert_ok(BUILD(s, "out:x"));
    assert_false(path_exists(session_path(s, "state/rscc/log/crash-900004.txt")));
    assert_true(path_exists(session_path(s, "state/rscc/log/crash-900005.txt")));
}

static void killed_engines_cost_a_retry_and_nothing_else(void **state)
{
    Session *s = *state;
    uint32_t seed = 7;
    for (int i = 0; i < 15; i++) {
        seed = seed * 1664525 + 1013904223;
        Process process = START_BUILD(s, "sleep:30", "outbytes:65536", "sleep:5", "exit:5");
        pid_t engine = engine_pid(s);
        usleep(seed >> 15 & 0xFFFF);
        if (engine > 0)
            kill(engine, SIGKILL);
        Result result = session_finish(s, &process);
        assert_int_equal(result.exit_code, 5);
        assert_true(has(result.out, "000000000004095\n"));
    }
}

static void killed_supervisors_cost_nothing(void **state)
{
    Session *s = *state;
    uint32_t seed = 11;
    for (int i = 0; i < 15; i++) {
        seed = seed * 1664525 + 1013904223;
        Process process = START_BUILD(s, "sleep:20", "outbytes:65536", "exit:5");
        pid_t daemon = daemon_pid(s);
        usleep(seed >> 15 & 0x7FFF);
        if (daemon > 0)
            kill(daemon, SIGKILL);
        Result result = session_finish(s, &process);
        assert_int_equal(result.exit_code, 5);
        assert_true(has(result.out, "000000000004095\n"));
    }
}

/* ---- cancelling ---- */

static void a_killed_client_cancels_its_command(void **state)
{
    Session *s = *state;
    const char *mark = session_path(s, "mark");
    Process process = START_BUILD(s, path_step(s, "hang", mark));
    wait_for_content(s, mark, "started");
    kill(process.pid, SIGKILL);
    session_finish(s, &process);
    wait_for_content(s, mark, "cancelled");
    assert_ok(BUILD(s, "out:x"));
    assert_no_crashes(s);
}

static void ctrl_c_cancels_the_command(void **state)
{
    Session *s = *state;
    const char *mark = session_path(s, "mark");
    Process process = START_BUILD(s, path_step(s, "hang", mark));
    wait_for_content(s, mark, "started");
    kill(process.pid, SIGINT);
    assert_int_equal(session_finish(s, &process).exit_code, -SIGINT); /* 130 in a shell */
    wait_for_content(s, mark, "cancelled");
}

static void a_broken_pipe_ends_quietly(void **state)
{
    Session *s = *state;
    Process process = START_BUILD(s, "outbytes:10485760");
    close(process.out);
    process.out = open("/dev/null", O_RDONLY);
    Result result = session_finish(s, &process);
    assert_int_equal(result.exit_code, -SIGPIPE);
    assert_text(result.err, "");
    assert_ok(BUILD(s, "out:x"));
    wait_for_status(s, "active", 0);
}

static void commands_that_wait_can_be_cancelled(void **state)
{
    Session *s = *state;
    enum { COUNT = 12 }; /* more than there are threads */
    Process processes[COUNT];
    const char *marks[COUNT];
    for (int i = 0; i < COUNT; i++) {
        marks[i] = session_path(s, arena_printf(s->arena, "mark%d", i));
        processes[i] = START_BUILD(s, path_step(s, "hang", marks[i]));
    }
    for (Wait wait = wait_begin();
         status_number(s, "", "active") + status_number(s, "", "waiting") < COUNT;
         wait_more(&wait)) {
    }
    for (int i = 0; i < COUNT; i++) {
        kill(processes[i].pid, SIGKILL);
        session_finish(s, &processes[i]);
    }
    wait_for_status(s, "finished", COUNT);
}

/* ---- nonsense on the socket ---- */

static int connect_to_daemon(Session *s)
{
    int fd;
    assert_true(status_ok(socket_connect(session_daemon_file(s, "sock"), &fd)));
    return fd;
}

static void add_hello(Text *text, uint32_t major, const char *build_id)
{
    Message_hello hello = { .magic = PROTOCOL_MAGIC,
                            .major = major,
                            .build_id = str_from_c(build_id) };
    Text payload;
    text_init(&payload, NULL);
    message_hello_encode(&hello, &payload);
    frame_append(text, FRAME_HELLO, 0, text_str(&payload));
    text_release(&payload);
}

/* Until the daemon closes the connection; false if it does not. */
static bool is_closed_by_peer(int fd)
{
    char buffer[4096];
    struct pollfd one = { .fd = fd, .events = POLLIN };
    while (poll(&one, 1, WAIT_SECONDS_MAX * 1000) > 0) {
        ssize_t count = read(fd, buffer, sizeof buffer);
        if (count <= 0)
            return true;
    }
    return false;
}

static void send_bytes(int fd, Str bytes)
{
    (void)channel_send_some(fd, bytes, NULL, 0);
}

static void garbage_is_turned_away(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s);
    Text hello, text;
    text_init(&hello, s->arena);
    add_hello(&hello, PROTOCOL_MAJOR, rscc_epoch());
    static const char *const garbage[] = { "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                                           "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                                           "\xff\xff\xff\xff\xff" };
    for (size_t i = 0; i < ARRAY_COUNT(garbage); i++) {
        int fd = connect_to_daemon(s);
        send_bytes(fd, str_from_c(garbage[i]));
        assert_true(is_closed_by_peer(fd));
        close(fd);
        fd = connect_to_daemon(s); /* and after a proper greeting */
        send_bytes(fd, text_str(&hello));
        send_bytes(fd, str_from_c(garbage[i]));
        assert_true(is_closed_by_peer(fd));
        close(fd);
    }
    static const FrameType unexpected[] = { FRAME_EXIT, FRAME_STOP, FRAME_ENGINE_STATE,
                                            FRAME_LINK, FRAME_RUN,  FRAME_DAEMON,
                                            FRAME_HELLO };
    for (size_t i = 0; i < ARRAY_COUNT(unexpected); i++) {
        text_init(&text, s->arena);
        text_add(&text, text_str(&hello));
        frame_append(&text, unexpected[i], 1, STR("\1\2\3\4\5\6\7"));
        int fd = connect_to_daemon(s);
        send_bytes(fd, text_str(&text));
        assert_true(is_closed_by_peer(fd));
        close(fd);
    }
    assert_ok(BUILD(s, "out:x"));
    assert_int_equal(daemon_pid(s), daemon);
    assert_int_equal(engine_pid(s), engine);
}

static void truncated_frames_do_no_harm(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    pid_t daemon = daemon_pid(s), engine = engine_pid(s);
    Text text, payload;
    text_init(&text, s->arena);
    text_init(&payload, s->arena);
    add_hello(&text, PROTOCOL_MAJOR, rscc_epoch());
    Message_run run = { .cwd = str_from_c(s->workspace) };
    str_vec_init(&run.arguments, s->arena);
    str_vec_init(&run.environment, s->arena);
    str_vec_push(&run.arguments, STR("build"));
    message_run_encode(&run, &payload);
    frame_append(&text, FRAME_RUN, 1, text_str(&payload));
    for (size_t bytes = 0; bytes <= text.bytes; bytes++) {
        int fd = connect_to_daemon(s);
        send_bytes(fd, (Str){ text.data, bytes });
        close(fd);
    }
    assert_ok(BUILD(s, "out:x"));
    assert_int_equal(daemon_pid(s), daemon);
    assert_int_equal(engine_pid(s), engine);
}

/* A client of another build or protocol hears so; rscc then runs without the daemon. */
static void strangers_are_told_no(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    static const struct {
        uint32_t major;
        const char *build_id;
    } strangers[] = { { PROTOCOL_MAJOR + 1, "x" }, { PROTOCOL_MAJOR, "another build" } };
    for (size_t i = 0; i < ARRAY_COUNT(strangers); i++) {
        Text text;
        text_init(&text, s->arena);
        add_hello(&text, strangers[i].major, strangers[i].build_id);
        frame_append(&text, FRAME_RUN, 1, STR("whatever"));
        int fd = connect_to_daemon(s);
        send_bytes(fd, text_str(&text));
        Channel channel;
        Frame frame;
        channel_init(&channel, fd, false);
        Status status = channel_receive_within(&channel, WAIT_SECONDS_MAX * 1000, &frame);
        if (status_ok(status) && frame.header.type == FRAME_HELLO)
            status = channel_receive_within(&channel, WAIT_SECONDS_MAX * 1000, &frame);
        assert_true(status_ok(status));
        assert_int_equal(frame.header.type, FRAME_REJECT);
        Message_reject reject;
        assert_true(message_reject_decode(frame.payload, s->arena, &reject));
        assert_int_equal(reject.code, STATUS_VERSION);
        assert_true(is_closed_by_peer(fd));
        channel_release(&channel);
        close(fd);
    }
}

/* A client after its request: CANCEL, or bytes that mean nothing. */
static void the_engine_takes_nonsense_for_cancel(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    const Str tails[] = { STR("\0\0\0\0\x09\0\0\0\1\0\0\0\0\0\0\0"), STR("nonsense nonsense") };
    for (size_t i = 0; i < ARRAY_COUNT(tails); i++) {
        const char *mark = session_path(s, arena_printf(s->arena, "mark%zu", i));
        Text text, payload;
        text_init(&text, s->arena);
        text_init(&payload, s->arena);
        add_hello(&text, PROTOCOL_MAJOR, rscc_epoch());
        Message_run run = { .cwd = str_from_c(s->workspace) };
        str_vec_init(&run.arguments, s->arena);
        str_vec_init(&run.environment, s->arena);
        str_vec_push(&run.arguments, STR("build"));
        str_vec_push(&run.arguments, STR("--features"));
        str_vec_push(&run.arguments, str_from_c(path_step(s, "hang", mark)));
        message_run_encode(&run, &payload);
        frame_append(&text, FRAME_RUN, 1, text_str(&payload));
        int fd = connect_to_daemon(s);
        send_bytes(fd, text_str(&text));
        wait_for_content(s, mark, "started");
        send_bytes(fd, tails[i]);
        wait_for_content(s, mark, "cancelled");
        assert_true(is_closed_by_peer(fd));
        close(fd);
    }
}

/* What the modes of the directories keep out usually: they let everybody pass here. */
static void open_to_everybody(Session *s, const char *path, bool open)
{
    assert_int_equal(chmod(s->dir, open ? 0755 : 0700), 0);
    assert_int_equal(chmod(session_path(s, "run"), open ? 0755 : 0700), 0);
    assert_int_equal(chmod(session_path(s, "run/rscc"), open ? 0755 : 0700), 0);
    assert_int_equal(chmod(path, open ? 0666 : 0600), 0);
}

/* Sends the text as another user; what became of it is the exit code. */
enum { STRANGER_UID = 65534, NOT_CONNECTED = 2, NOT_TURNED_AWAY = 3, ANSWERED = 4 };

static int ask_as_a_stranger(const char *path, Str text)
{
    int fd;
    char byte;
    if (setresuid(STRANGER_UID, STRANGER_UID, STRANGER_UID) != 0 ||
        !status_ok(socket_connect(path, &fd)))
        return NOT_CONNECTED;
    send_bytes(fd, text);
    struct pollfd one = { .fd = fd, .events = POLLIN };
    if (poll(&one, 1, WAIT_SECONDS_MAX * 1000) != 1)
        return NOT_TURNED_AWAY;
    return read(fd, &byte, 1) > 0 ? ANSWERED : 0;
}

static int status_of_a_stranger(const char *path, Str text)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(ask_as_a_stranger(path, text));
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Another user's request is neither answered nor carried out. */
static void other_users_are_refused(void **state)
{
    Session *s = *state;
    if (geteuid() != 0)
        skip(); /* only root can become somebody else */
    assert_ok(BUILD(s, "out:x"));
    const char *mark = session_path(s, "mark"), *path = session_daemon_file(s, "sock");
    Text text, payload;
    text_init(&text, s->arena);
    text_init(&payload, s->arena);
    add_hello(&text, PROTOCOL_MAJOR, rscc_epoch());
    Message_run run = { .cwd = str_from_c(s->workspace) };
    str_vec_init(&run.arguments, s->arena);
    str_vec_init(&run.environment, s->arena);
    str_vec_push(&run.arguments, STR("build"));
    str_vec_push(&run.arguments, STR("--features"));
    str_vec_push(&run.arguments, str_from_c(path_step(s, "mark", mark)));
    message_run_encode(&run, &payload);
    frame_append(&text, FRAME_RUN, 1, text_str(&payload));
    long routed = status_number(s, "", "commands");
    open_to_everybody(s, path, true);
    int status = status_of_a_stranger(path, text_str(&text));
    open_to_everybody(s, path, false);
    assert_int_equal(status, 0);
    assert_int_equal(status_number(s, "", "commands"), routed);
    assert_false(path_exists(mark));
    assert_true(has(RUN(s, "daemon", "log").out, "refused"));
    /* The same bytes from ourselves are a request. */
    int fd = connect_to_daemon(s);
    send_bytes(fd, text_str(&text));
    wait_for_file(mark);
    close(fd);
}

static void silent_clients_are_no_obstacle(void **state)
{
    Session *s = *state;
    assert_ok(BUILD(s, "out:x"));
    int fds[50];
    for (int i = 0; i < 50; i++)
        fds[i] = connect_to_daemon(s);
    assert_ok(BUILD(s, "out:x"));
    Result result = RUN(s, "daemon", "stop");
    assert_int_equal(result.exit_code, 0);
    for (int i = 0; i < 50; i++)
        close(fds[i]);
}

int main(void)
{
#define IN_SESSION(test) cmocka_unit_test_setup_teardown(test, session_set_up, session_tear_down)
    const struct CMUnitTest tests[] = {
        IN_SESSION(a_crash_is_reported_and_the_command_tried_again),
        IN_SESSION(nothing_is_printed_twice_after_a_crash),
        IN_SESSION(an_engine_that_dies_idle_is_replaced_in_silence),
        IN_SESSION(a_command_that_always_crashes_ends_with_101),
        IN_SESSION(deadly_signals_are_crashes),
        IN_SESSION(a_survived_bug_is_not_the_reason_of_a_kill),
        IN_SESSION(a_crash_takes_the_other_commands_to_their_second_try),
        IN_SESSION(a_crash_loop_is_not_restarted_for_ever),
        IN_SESSION(old_reports_are_not_kept_for_ever),
        IN_SESSION(killed_engines_cost_a_retry_and_nothing_else),
        IN_SESSION(killed_supervisors_cost_nothing),
        IN_SESSION(a_killed_client_cancels_its_command),
        IN_SESSION(ctrl_c_cancels_the_command),
        IN_SESSION(a_broken_pipe_ends_quietly),
        IN_SESSION(commands_that_wait_can_be_cancelled),
        IN_SESSION(garbage_is_turned_away),
        IN_SESSION(truncated_frames_do_no_harm),
        IN_SESSION(strangers_are_told_no),
        IN_SESSION(the_engine_takes_nonsense_for_cancel),
        IN_SESSION(other_users_are_refused),
        IN_SESSION(silent_clients_are_no_obstacle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
