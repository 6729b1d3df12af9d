#include "daemon/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/epoch.h"
#include "base/file.h"
#include "daemon/lock_file.h"
#include "daemon/process.h"
#include "daemon/setup.h"
#include "daemon/socket.h"
#include "daemon/supervisor_priv.h"

enum {
    READY_FD = 3,
    LOCK_TIMEOUT_MS = 3000,
    TICK_MIN_MS = 50,
    TICK_MAX_MS = 5000,
    IDLE_EXIT_MS = 3 * 60 * 60 * 1000,
    IDLE_EXIT_IN_CI_MS = 30 * 1000,
};

static const char *environment(const char *name)
{
    return getenv(name);
}

void supervisor_touch(Supervisor *s)
{
    s->idle_since_ms = clock_ms();
}

/* ---- the end ---- */

static void remove_socket(Supervisor *s)
{
    FileStat st;
    if (status_ok(file_stat(s->paths.socket, &st)) && st.inode == s->socket_inode)
        (void)unlink(s->paths.socket);
}

/* Unless somebody is starting the next daemon just now. */
static void remove_start_lock(Supervisor *s)
{
    int fd;
    if (status_ok(lock_file_take(s->paths.start_lock, 0, &fd)))
        lock_file_remove(s->paths.start_lock, fd);
}

/* The name is free from here on: the next daemon may start while this one still ends. */
static void give_up_socket(Supervisor *s)
{
    remove_socket(s);
    remove_start_lock(s);
    uv_close((uv_handle_t *)&s->listen_poll, NULL);
    close(s->listen_fd);
    lock_file_remove(s->paths.lock, s->lock_fd);
    s->listen_fd = s->lock_fd = -1;
}

static void on_stop_timeout(uv_timer_t *timer)
{
    Supervisor *s = timer->data;
    log_line(s->log, "engines did not end in time and are killed");
    engine_kill_all(s);
}

void supervisor_stop(Supervisor *s, bool cancel, const char *why)
{
    if (!s->is_stopping) {
        s->is_stopping = true;
        log_line(s->log, "stopping: %s", why);
        give_up_socket(s);
    }
    for (EngineRecord *engine = s->engines; engine; engine = engine->next)
        engine_stop(engine, cancel);
    if (cancel) {
        uv_timer_start(&s->stop_timer, on_stop_timeout, STOP_GRACE_MS, STOP_GRACE_MS);
        connection_close_all(s);
    }
    supervisor_finish_if_stopped(s);
}

void supervisor_finish_if_stopped(Supervisor *s)
{
    if (s->is_stopping && !s->engines && !connection_is_any_active(s))
        uv_stop(&s->loop);
}

/* ---- what can happen ---- */

static void on_terminate(uv_signal_t *handle, int signal_number)
{
    Supervisor *s = handle->data;
    if (s->is_stopping)
        _exit(128 + signal_number);
    supervisor_stop(s, true, "signal");
}

static void on_child(uv_signal_t *handle, int signal_number)
{
    (void)signal_number;
    engine_reap_all(handle->data);
}

static void on_session_end(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    uv_poll_stop(handle);
    supervisor_stop(handle->data, true, "the session that started it ended");
}

/* A new build's clients do not come here, and a socket without its name gets no clients at all. */
static const char *reason_to_drain(const Supervisor *s)
{
    FileStat st;
    if (!status_ok(file_stat(s->program, &st)) || st.inode != s->program_inode)
        return "the program was replaced";
    if (!status_ok(file_stat(s->paths.socket, &st)) || st.inode != s->socket_inode)
        return "the socket was removed";
    return NULL;
}

static bool is_busy(const Supervisor *s)
{
    for (const EngineRecord *engine = s->engines; engine; engine = engine->next) {
        if (engine_is_busy(engine))
            return true;
    }
    return connection_is_any_active(s);
}

static void stop_unused_engines(Supervisor *s, int64_t now)
{
    for (EngineRecord *engine = s->engines; engine; engine = engine->next) {
        if (!engine_is_busy(engine) && now - engine->used_ms >= s->idle_exit_ms)
            engine_stop(engine, false);
    }
}

static void on_tick(uv_timer_t *timer)
{
    Supervisor *s = timer->data;
    connection_check_deadlines(s);
    if (s->is_stopping)
        return;
    connection_listen(s);
    int64_t now = clock_ms();
    if (is_busy(s))
        supervisor_touch(s);
    const char *why = reason_to_drain(s);
    if (why)
        supervisor_stop(s, false, why);
    else if (now - s->idle_since_ms >= s->idle_exit_ms)
        supervisor_stop(s, false, "idle");
    else
        stop_unused_engines(s, now);
}

/* ---- the beginning ---- */

/* One supervisor per socket. One that is about to end gives the lock up early, so a short wait is
 * enough. */
static bool take_lock(Supervisor *s)
{
    Status status = lock_file_take(s->paths.lock, LOCK_TIMEOUT_MS, &s->lock_fd);
    if (status.code == STATUS_TIMEOUT)
        log_line(s->log, "another daemon holds %s", s->paths.lock);
    else if (!status_ok(status))
        log_line(s->log, "%s", status_text(status, s->arena));
    return status_ok(status);
}

static void note_pid(const Supervisor *s)
{
    char text[16];
    int bytes = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(s->lock_fd, 0) != 0 || pwrite(s->lock_fd, text, (size_t)bytes, 0) < 0) {
        /* Only for people who look. */
    }
}

static bool listen_for_clients(Supervisor *s)
{
    Status status = socket_listen(s->paths.socket, &s->listen_fd);
    FileStat st;
    if (status_ok(status))
        status = file_stat(s->paths.socket, &st);
    if (!status_ok(status)) {
        log_line(s->log, "%s", status_text(status, s->arena));
        return false;
    }
    s->socket_inode = st.inode;
    return true;
}

static bool find_program(Supervisor *s)
{
    FileStat st;
    Status status = paths_sibling_program("rsccd", s->arena, &s->program);
    if (status_ok(status))
        status = file_stat(s->program, &st);
    s->program_inode = status_ok(status) ? st.inode : 0;
    return status_ok(status);
}

static void say_ready(void)
{
    if (write(READY_FD, "R", 1) < 0) {
        /* Who started us does not wait any more. */
    }
    close(READY_FD);
}

/* RSCC_IDLE_SECONDS, with a fraction if need be; in CI half a minute; else three hours. */
static int64_t idle_exit_ms(const Supervisor *s)
{
    const char *wanted = getenv("RSCC_IDLE_SECONDS");
    double seconds = wanted ? strtod(wanted, NULL) : 0;
    if (seconds > 0 && seconds < 1e9)
        return (int64_t)(seconds * 1000);
    return s->is_in_ci ? IDLE_EXIT_IN_CI_MS : IDLE_EXIT_MS;
}

static void watch_session(Supervisor *s, pid_t session)
{
    s->session_fd = session > 0 ? (int)syscall(SYS_pidfd_open, session, 0) : -1;
    s->is_in_ci = session != 0;
    if (s->session_fd < 0)
        return;
    fcntl(s->session_fd, F_SETFD, FD_CLOEXEC);
    rsc_assert(uv_poll_init(&s->loop, &s->session_poll, s->session_fd) == 0);
    s->session_poll.data = s;
    uv_poll_start(&s->session_poll, UV_READABLE, on_session_end);
}

static void start_handles(Supervisor *s)
{
    uv_loop_t *loop = &s->loop;
    rsc_assert(uv_poll_init(loop, &s->listen_poll, s->listen_fd) == 0);
    s->listen_poll.data = s;
    connection_listen(s);
    uv_signal_t *const signals[] = { &s->sigterm, &s->sigint, &s->sigchld };
    static const int numbers[] = { SIGTERM, SIGINT, SIGCHLD };
    for (size_t i = 0; i < ARRAY_COUNT(signals); i++) {
        uv_signal_init(loop, signals[i]);
        signals[i]->data = s;
        uv_signal_start(signals[i], numbers[i] == SIGCHLD ? on_child : on_terminate, numbers[i]);
    }
    int64_t tick = s->idle_exit_ms / 4;
    tick = tick < TICK_MIN_MS ? TICK_MIN_MS : tick > TICK_MAX_MS ? TICK_MAX_MS : tick;
    uv_timer_init(loop, &s->tick);
    uv_timer_init(loop, &s->stop_timer);
    s->tick.data = s->stop_timer.data = s;
    uv_timer_start(&s->tick, on_tick, (uint64_t)tick, (uint64_t)tick);
}

static pid_t session_argument(int argument_count, char **arguments)
{
    for (int i = 0; i + 1 < argument_count; i++) {
        if (strcmp(arguments[i], "--session") == 0)
            return (pid_t)strtol(arguments[i + 1], NULL, 10);
    }
    return 0;
}

static bool begin(Supervisor *s, pid_t session)
{
    if (!find_program(s) || !take_lock(s) || !listen_for_clients(s))
        return false;
    note_pid(s);
    lock_file_sweep(s->paths.runtime_dir);
    log_prune_crash_reports(s->log_dir);
    rsc_assert(uv_loop_init(&s->loop) == 0);
    watch_session(s, session);
    s->started_ms = s->idle_since_ms = clock_ms();
    s->idle_exit_ms = idle_exit_ms(s);
    start_handles(s);
    return true;
}

static void end(Supervisor *s)
{
    connection_forget_all(s);
    uv_handle_t *const handles[] = { (uv_handle_t *)&s->sigterm, (uv_handle_t *)&s->sigint,
                                     (uv_handle_t *)&s->sigchld, (uv_handle_t *)&s->tick,
                                     (uv_handle_t *)&s->stop_timer };
    for (size_t i = 0; i < ARRAY_COUNT(handles); i++)
        uv_close(handles[i], NULL);
    if (s->session_fd >= 0)
        uv_close((uv_handle_t *)&s->session_poll, NULL);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    rsc_assert(uv_loop_close(&s->loop) == 0);
    engine_forget_crashes(s);
    log_line(s->log, "ended");
    log_close(s->log);
}

int supervisor_main(int argument_count, char **arguments)
{
    bool is_awaited = fcntl(READY_FD, F_SETFD, FD_CLOEXEC) == 0; /* before 3 is anything else */
    setup_process("rsccd --supervisor", NULL);
    setup_shared_limits();
    Arena *arena = arena_new(NULL);
    Supervisor *s = arena_new_object(arena, Supervisor);
    s->arena = arena;
    s->build_id = rscc_epoch();
    s->next_engine = 1;
    Status status = paths_of_daemon(environment, s->build_id, arena, &s->paths);
    if (status_ok(status))
        status = paths_log_dir(environment, arena, &s->log_dir);
    if (!status_ok(status)) {
        fprintf(stderr, "rsccd: %s\n", status_text(status, arena));
        arena_free(arena);
        return 1;
    }
    s->log_file = paths_log_file(s->log_dir, arena);
    s->log = log_open(s->log_file);
    if (!begin(s, session_argument(argument_count, arguments))) {
        log_close(s->log);
        arena_free(arena);
        return 1;
    }
    log_line(s->log, "started, build %s, socket %s", s->build_id, s->paths.socket);
    if (is_awaited)
        say_ready();
    uv_run(&s->loop, UV_RUN_DEFAULT);
    end(s);
    arena_free(arena);
    return 0;
}
