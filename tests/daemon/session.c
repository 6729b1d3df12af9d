#include "daemon/session.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

#include "base/epoch.h"
#include "base/file.h"
#include "daemon/paths.h"

enum { POLL_US = 2000 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- waiting ---- */

Wait wait_begin(void)
{
    return (Wait){ .deadline_ms = now_ms() + WAIT_SECONDS_MAX * 1000 };
}

static bool is_over(const Wait *wait)
{
    return now_ms() >= wait->deadline_ms;
}

void wait_more(const Wait *wait)
{
    assert_false(is_over(wait));
    usleep(POLL_US);
}

/* ---- the session ---- */

static const char *own_directory(Arena *arena)
{
    char path[4096];
    ssize_t bytes = readlink("/proc/self/exe", path, sizeof path);
    assert_true(bytes > 0);
    return arena_copy_str(arena, path_parent((Str){ path, (size_t)bytes }));
}

static void make_dir(const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
}

static void set_environment(Session *session)
{
    static const char *const unwanted[] = { "CI",
                                            "RSCC_NO_DAEMON",
                                            "NO_COLOR",
                                            "CARGO_TERM_COLOR",

                                            "RSCC_MEMORY_BYTES",
                                            "RSCC_WATCHES_MAX",
                                            "RSCC_FAKE_CACHE_WARNING" };
    for (size_t i = 0; i < ARRAY_COUNT(unwanted); i++)
        unsetenv(unwanted[i]);
    setenv("XDG_RUNTIME_DIR", session_path(session, "run"), 1);
    setenv("XDG_STATE_HOME", session_path(session, "state"), 1);
    setenv("XDG_CACHE_HOME", session_path(session, "cache"), 1);
    setenv("HOME", session->dir, 1);
    setenv("RSCC_IDLE_SECONDS", "120", 1); /* nothing outlives an aborted test for long */
}

int session_set_up(void **state)
{
    alarm(TEST_SECONDS_MAX);
    /* Daemons become children of this process, which can then see whether they are gone. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    Arena *arena = arena_new(NULL);
    Session *session = arena_new_object(arena, Session);
    session->arena = arena;
    char dir[] = "/tmp/rscc-daemon-XXXXXX";
    assert_non_null(mkdtemp(dir));
    session->dir = arena_copy_str(arena, str_from_c(dir));
    session->bin = own_directory(arena);
    session->program = arena_printf(arena, "%s/rscc", session->bin);
    session->workspace = session_path(session, "ws");
    make_dir(session_path(session, "run"));
    make_dir(session->workspace);
    session_write(session, session_path(session, "ws/Cargo.toml"), "");
    set_environment(session);
    *state = session;
    return 0;
}

/* Those that session_finish will wait for. */
static pid_t unfinished[64];

static void note_process(pid_t old, pid_t new)
{
    for (size_t i = 0; i < ARRAY_COUNT(unfinished); i++) {
        if (unfinished[i] == old) {
            unfinished[i] = new;
            return;
        }
    }
    fail();
}

static bool is_unfinished(pid_t pid)
{
    for (size_t i = 0; i < ARRAY_COUNT(unfinished); i++) {
        if (unfinished[i] == pid)
            return true;
    }
    return false;
}

/* Children that this process got as their grandparent. */
static void reap_daemons(void)
{
    char path[64], line[4096] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    if (file && !fgets(line, sizeof line, file))
        line[0] = '\0';
    if (file)
        fclose(file);
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
        pid_t pid = (pid_t)strtol(word, NULL, 10);
        if (!is_unfinished(pid))
            waitpid(pid, NULL, WNOHANG);
    }
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* Daemons, engines and helpers carry the session's directory in their environment, and so do
 * clients. */
static bool belongs_to(const Session *session, const char *pid)
{
    Arena *arena = arena_new(NULL);
    char buffer[65536];
    FILE *file = fopen(arena_printf(arena, "/proc/%s/environ", pid), "re");
    size_t bytes = file ? fread(buffer, 1, sizeof buffer, file) : 0;
    if (file)
        fclose(file);
    bool found = memmem(buffer, bytes, session->dir, strlen(session->dir)) != NULL;
    arena_free(arena);
    return found && strtol(pid, NULL, 10) != getpid();
}

/* The processes of the session, each sent a signal (0: none). */
static uint32_t signal_all(const Session *session, int signal_number)
{
    reap_daemons();
    uint32_t count = 0;
    DIR *dir = opendir("/proc");
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!is_number(entry->d_name) || !belongs_to(session, entry->d_name))
            continue;
        count++;
        kill((pid_t)strtol(entry->d_name, NULL, 10), signal_number);
    }
    closedir(dir);
    return count;
}

uint32_t session_process_count(const Session *session)
{
    return signal_all(session, 0);
}

static bool has_sanitizer_report(Session *session)
{
    Str log = session_read(session, session_path(session, "state/rscc/log/rsccd.log"));
    bool found = has(log, "Sanitizer") || has(log, "runtime error:");
    if (found && !session->expects_reports)
        print_message("%.*s\n", (int)log.bytes, log.data);
    return found && !session->expects_reports;
}

/* What helps to understand a failure. */
static void show_log(void)
{
    const char *command = "cat $XDG_STATE_HOME/rscc/log/rsccd.log >&2";
    (void)!system(command);
}

int session_tear_down(void **state)
{
    Session *session = *state;
    (void)RUN(session, "daemon", "stop");
    Wait wait = wait_begin();
    while (session_process_count(session) > 0 && !is_over(&wait))
        usleep(POLL_US);
    uint32_t left = signal_all(session, SIGKILL);
    if (left > 0) {
        print_message("%u processes were left; the log:\n", left);
        show_log();
    }
    bool good = left == 0 && !has_sanitizer_report(session);
    int result = system(arena_printf(session->arena, "rm -rf %s", session->dir));
    arena_free(session->arena);
    alarm(0);
    return good ? result : -1;
}

/* ---- running programs ---- */

static _Noreturn void become(const Session *session, const char *const *arguments, int out, int err)
{
    char *words[ARGUMENTS_MAX + 2] = { (char *)(uintptr_t)session->program };
    for (int i = 0; arguments[i] && i < ARGUMENTS_MAX; i++)
        words[i + 1] = (char *)(uintptr_t)arguments[i];
    int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(out, 1);
    dup2(err, 2);
    close_range(3, ~0u, 0);
    if (chdir(session->workspace) == 0)
        execv(session->program, words);
    _exit(126);
}

Process session_start(Session *session, const char *const *arguments)
{
    int out[2], err[2];
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(session, arguments, out[1], err[1]);
    note_process(0, pid);
    close(out[1]);
    close(err[1]);
    return (Process){ .pid = pid, .out = out[0], .err = err[0] };
}

/* False at the end. */
static bool read_more(int fd, Text *text)
{
    char buffer[65536];
    ssize_t count = read(fd, buffer, sizeof buffer);
    if (count > 0)
        text_add(text, (Str){ buffer, (size_t)count });
    return count > 0 || (count < 0 && errno == EINTR);
}

Result session_finish(Session *session, Process *process)
{
    Text out, err;
    text_init(&out, session->arena);
    text_init(&err, session->arena);
    struct pollfd fds[2] = { { .fd = process->out, .events = POLLIN },
                             { .fd = process->err, .events = POLLIN } };
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, -1) < 0)
            continue;
        if (fds[0].revents && !read_more(process->out, &out))
            fds[0].fd = -1;
        if (fds[1].revents && !read_more(process->err, &err))
            fds[1].fd = -1;
    }
    close(process->out);
    close(process->err);
    int status;
    assert_int_equal(waitpid(process->pid, &status, 0), process->pid);
    note_process(process->pid, 0);
    return (Result){ .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
                     .out = text_str(&out),
                     .err = text_str(&err) };
}

Result session_run(Session *session, const char *const *arguments)
{
    Process process = session_start(session, arguments);
    return session_finish(session, &process);
}

Process session_start_build(Session *session, const char *const *steps)
{
    const char *arguments[ARGUMENTS_MAX] = { "build" };
    int count = 1;
    for (int i = 0; steps[i]; i++) {
        assert_true(count + 3 < ARGUMENTS_MAX);
        arguments[count++] = "--features";
        arguments[count++] = steps[i];
    }
    return session_start(session, arguments);
}

Result session_build(Session *session, const char *const *steps)
{
    Process process = session_start_build(session, steps);
    return session_finish(session, &process);
}

/* ---- files ---- */

const char *session_path(Session *session, const char *name)
{
    return arena_printf(session->arena, "%s/%s", session->dir, name);
}

static const char *lookup(const char *name)
{
    return getenv(name);
}

/* This program is beside rscc, so it finds the same files. */
const char *session_daemon_file(Session *session, const char *suffix)
{
    DaemonPaths paths;
    assert_true(status_ok(paths_of_daemon(lookup, rscc_epoch(), session->arena, &paths)));
    Str stem = { paths.socket, strlen(paths.socket) - strlen("sock") };
    return arena_printf(session->arena, "%.*s%s", (int)stem.bytes, stem.data, suffix);
}

bool path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

Str session_read(Session *session, const char *path)
{
    Str text;
    return status_ok(file_read(path, session->arena, 64 << 20, &text, NULL)) ? text : STR("");
}

void session_write(Session *session, const char *path, const char *text)
{
    (void)session;
    assert_true(status_ok(file_write_atomic(path, str_from_c(text), 0600)));
}

void wait_for_file(const char *path)
{
    for (Wait wait = wait_begin(); !path_exists(path); wait_more(&wait)) {
    }
}

void wait_for_content(Session *session, const char *path, const char *content)
{
    for (Wait wait = wait_begin(); !str_eq(session_read(session, path), str_from_c(content));
         wait_more(&wait)) {
    }
}

bool process_is_alive(pid_t pid)
{
    reap_daemons();
    return kill(pid, 0) == 0;
}

void wait_for_end(pid_t pid)
{
    for (Wait wait = wait_begin(); process_is_alive(pid); wait_more(&wait)) {
    }
}

/* ---- status ---- */

long status_number(Session *session, const char *after, const char *name)
{
    Result result = RUN(session, "daemon", "status", "--json");
    const char *text = arena_copy_str(session->arena, result.out);
    const char *from = strstr(text, after);
    const char *key = arena_printf(session->arena, "\"%s\":", name);
    const char *found = from ? strstr(from, key) : NULL;
    return found ? strtol(found + strlen(key), NULL, 10) : -1;
}

pid_t daemon_pid(Session *session)
{
    return (pid_t)status_number(session, "", "pid");
}

pid_t engine_pid(Session *session)
{
    return (pid_t)status_number(session, "\"engines\"", "pid");
}

pid_t helper_pid(Session *session)
{
    long pid = 0;
    for (Wait wait = wait_begin();
         (pid = status_number(session, "\"engines\"", "link_helper_pid")) <= 0; wait_more(&wait)) {
    }
    return (pid_t)pid;
}

void wait_for_status(Session *session, const char *name, long value)
{
    for (Wait wait = wait_begin(); status_number(session, "", name) != value; wait_more(&wait)) {
    }
}

/* ---- assertions ---- */

bool has(Str text, const char *part)
{
    return memmem(text.data, text.bytes, part, strlen(part)) != NULL;
}

void assert_text(Str text, const char *expected)
{
    if (str_eq(text, str_from_c(expected)))
        return;
    print_message("expected:\n%s\ngot:\n%.*s\n", expected, (int)text.bytes, text.data);
    fail();
}

void assert_ok(Result result)
{
    if (result.exit_code == 0)
        return;
    print_message("exit code %d\n%.*s%.*s\n", result.exit_code, (int)result.out.bytes,
                  result.out.data, (int)result.err.bytes, result.err.data);
    show_log();
    fail();
}

void assert_no_crashes(Session *session)
{
    if (status_number(session, "", "crashes") == 0)
        return;
    show_log();
    fail();
}
