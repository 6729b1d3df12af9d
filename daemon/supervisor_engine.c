#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "daemon/process.h"
#include "daemon/supervisor_priv.h"

static EngineRecord *start_engine(Supervisor *s, const char *root);

static Fp root_fp(const char *root)
{
    return fp_of_bytes(root, strlen(root), 0);
}

EngineRecord *engine_by_serial(const Supervisor *s, uint64_t serial)
{
    EngineRecord *engine = s->engines;
    while (engine && engine->serial != serial)
        engine = engine->next;
    return engine;
}

bool engine_is_busy(const EngineRecord *engine)
{
    return engine->state.active + engine->state.waiting > 0 || !outbox_is_empty(&engine->outbox);
}

/* ---- crashes ---- */

const CrashRecord *crash_of_engine(const Supervisor *s, uint64_t serial)
{
    for (uint32_t i = 0; i < CRASHES_KEPT; i++) {
        if (s->crashes[i].how && s->crashes[i].engine == serial)
            return &s->crashes[i];
    }
    return NULL;
}

void engine_forget_crashes(Supervisor *s)
{
    for (uint32_t i = 0; i < CRASHES_KEPT; i++) {
        heap_free(s->crashes[i].how);
        heap_free(s->crashes[i].report_path);
    }
}

static char *heap_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(heap_alloc(bytes), text, bytes);
}

static const char *report_path(const EngineRecord *engine, const char *kind, Arena *arena)
{
    return arena_printf(arena, "%s/%s-%d.txt", engine->supervisor->log_dir, kind, (int)engine->pid);
}

/* Of an earlier process with the same number. */
static void remove_old_reports(const EngineRecord *engine)
{
    Arena *arena = arena_new(NULL);
    (void)unlink(report_path(engine, "crash", arena));
    (void)unlink(report_path(engine, "survived", arena));
    arena_free(arena);
}

static void note_crash(EngineRecord *engine, int wait_status)
{
    Supervisor *s = engine->supervisor;
    Arena *arena = arena_new(NULL);
    const char *report = report_path(engine, "crash", arena);
    if (access(report, R_OK) != 0)
        report = "";
    CrashRecord *crash = &s->crashes[s->crash_count++ % CRASHES_KEPT];
    heap_free(crash->how);
    heap_free(crash->report_path);
    *crash = (CrashRecord){ .engine = engine->serial,
                            .at_ms = clock_ms(),
                            .root = root_fp(engine->root),
                            .how = heap_copy(process_end_text(wait_status, arena)),
                            .report_path = heap_copy(report) };
    log_line(s->log, "the engine of %s (pid %d) crashed: %s %s", engine->root, (int)engine->pid,
             crash->how, crash->report_path);
    arena_free(arena);
}

static bool is_crash_loop(const Supervisor *s, const char *root)
{
    Fp fp = root_fp(root);
    uint32_t recent = 0;
    for (uint32_t i = 0; i < CRASHES_KEPT; i++) {
        const CrashRecord *crash = &s->crashes[i];
        recent += crash->how && fp_eq(crash->root, fp) && clock_ms() - crash->at_ms < CRASH_LOOP_MS;
    }
    return recent >= CRASH_LOOP_COUNT;
}

/* ---- the end of an engine ---- */

static void on_handle_closed(uv_handle_t *handle)
{
    EngineRecord *engine = handle->data;
    if (--engine->open_handles > 0)
        return;
    channel_release(&engine->channel);
    outbox_drop(&engine->outbox);
    heap_free(engine->root);
    heap_free(engine);
}

static void read_stderr(EngineRecord *engine)
{
    char buffer[4096];
    for (;;) {
        ssize_t count = read(engine->stderr_fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            if (count == 0)
                uv_poll_stop(&engine->stderr_poll);
            return;
        }
        log_child_output(engine->supervisor->log, engine->pid, (Str){ buffer, (size_t)count });
    }
}

static void unlink_engine(EngineRecord *engine)
{
    EngineRecord **link = &engine->supervisor->engines;
    while (*link != engine)
        link = &(*link)->next;
    *link = engine->next;
}

static void forget_engine(EngineRecord *engine)
{
    unlink_engine(engine);
    uv_poll_stop(&engine->control_poll);
    uv_poll_stop(&engine->stderr_poll);
    close(engine->control_fd);
    close(engine->stderr_fd);
    uv_close((uv_handle_t *)&engine->control_poll, on_handle_closed);
    uv_close((uv_handle_t *)&engine->stderr_poll, on_handle_closed);
}

static void engine_ended(EngineRecord *engine, int wait_status)
{
    Supervisor *s = engine->supervisor;
    bool expected = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
    read_stderr(engine);
    if (!expected && !(engine->is_stopping && s->is_stopping))
        note_crash(engine, wait_status);
    else
        log_line(s->log, "the engine of %s (pid %d) ended", engine->root, (int)engine->pid);
    uint64_t serial = engine->serial;
    bool again = !expected && !s->is_stopping && !is_crash_loop(s, engine->root);
    char *root = again ? heap_copy(engine->root) : NULL;
    forget_engine(engine);
    connection_answer_crash(s, serial);
    if (again)
        (void)start_engine(s, root);
    heap_free(root);
    supervisor_finish_if_stopped(s);
}

void engine_reap_all(Supervisor *s)
{
    for (EngineRecord *engine = s->engines, *next; engine; engine = next) {
        next = engine->next;
        int wait_status;
        if (waitpid(engine->pid, &wait_status, WNOHANG) == engine->pid)
            engine_ended(engine, wait_status);
    }
}

void engine_kill_all(Supervisor *s)
{
    for (EngineRecord *engine = s->engines; engine; engine = engine->next)
        kill(engine->pid, SIGKILL);
}

/* ---- talking ---- */

static void on_control(uv_poll_t *handle, int status, int events);

static void flush(EngineRecord *engine)
{
    if (!outbox_flush(&engine->outbox, engine->control_fd))
        outbox_drop(&engine->outbox); /* it is gone: its clients see that by themselves */
    int events = UV_READABLE | (outbox_is_empty(&engine->outbox) ? 0 : UV_WRITABLE);
    uv_poll_start(&engine->control_poll, events, on_control);
}

static void take_state(EngineRecord *engine, const Frame *frame)
{
    Arena *arena = arena_new(NULL);
    Message_engine_state state;
    if (frame->header.type == FRAME_ENGINE_STATE &&
        message_engine_state_decode(frame->payload, arena, &state)) {
        engine->state = state;
        engine->used_ms = clock_ms();
        supervisor_touch(engine->supervisor);
    }
    arena_free(arena);
}

static void on_control(uv_poll_t *handle, int status, int events)
{
    (void)status;
    EngineRecord *engine = handle->data;
    if (events & UV_WRITABLE)
        flush(engine);
    for (;;) {
        Frame frame;
        switch (channel_receive(&engine->channel, &frame)) {
        case RECEIVE_FRAME:
            take_state(engine, &frame);
            break;
        case RECEIVE_AGAIN:
            return;
        case RECEIVE_CLOSED: /* it ends: SIGCHLD will tell how */
            uv_poll_stop(handle);
            return;
        }
    }
}

static void on_stderr(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    read_stderr(handle->data);
}

void engine_hand_over(EngineRecord *engine, int client_fd, Str run_payload)
{
    engine->used_ms = clock_ms();
    outbox_add(&engine->outbox, FRAME_RUN, 1, run_payload, client_fd);
    flush(engine);
}

void engine_stop(EngineRecord *engine, bool cancel)
{
    if (engine->is_stopping && !cancel)
        return;
    engine->is_stopping = true;
    Text text;
    text_init(&text, NULL);
    message_stop_encode(&(Message_stop){ .cancel = cancel }, &text);
    outbox_add(&engine->outbox, FRAME_STOP, 0, text_str(&text), -1);
    text_release(&text);
    flush(engine);
}

/* ---- the beginning of an engine ---- */

static Status spawn(EngineRecord *engine)
{
    int child_end, stderr_pipe[2];
    Status status = process_socket_pair(&engine->control_fd, &child_end);
    if (!status_ok(status))
        return status;
    if (pipe2(stderr_pipe, O_CLOEXEC) != 0) {
        status = status_from_errno(errno, "pipe");
        close(engine->control_fd);
        close(child_end);
        return status;
    }
    /* Our own file, even if another has its name by now. */
    ProcessSpec spec = { .path = "/proc/self/exe",
                         .arguments =
                             (const char *const[]){ "rsccd", "--engine", engine->root, NULL },
                         .stderr_fd = stderr_pipe[1],
                         .control_fd = child_end };
    status = process_spawn(&spec, &engine->pid);
    close(child_end);
    close(stderr_pipe[1]);
    engine->stderr_fd = stderr_pipe[0];
    if (!status_ok(status)) {
        close(engine->control_fd);
        close(engine->stderr_fd);
    }
    return status;
}

static void start_handles(EngineRecord *engine)
{
    uv_loop_t *loop = &engine->supervisor->loop;
    channel_init(&engine->channel, engine->control_fd, false);
    rsc_assert(uv_poll_init(loop, &engine->control_poll, engine->control_fd) == 0);
    rsc_assert(uv_poll_init(loop, &engine->stderr_poll, engine->stderr_fd) == 0);
    engine->control_poll.data = engine->stderr_poll.data = engine;
    engine->open_handles = 2;
    uv_poll_start(&engine->control_poll, UV_READABLE, on_control);
    uv_poll_start(&engine->stderr_poll, UV_READABLE, on_stderr);
}

static EngineRecord *start_engine(Supervisor *s, const char *root)
{
    EngineRecord *engine = heap_alloc_zeroed(sizeof *engine);
    engine->supervisor = s;
    engine->serial = s->next_engine++;
    engine->root = heap_copy(root);
    engine->started_ms = engine->used_ms = clock_ms();
    Status status = spawn(engine);
    if (!status_ok(status)) {
        Arena *arena = arena_new(NULL);
        log_line(s->log, "cannot start an engine: %s", status_text(status, arena));
        arena_free(arena);
        heap_free(engine->root);
        heap_free(engine);
        return NULL;
    }
    remove_old_reports(engine);
    start_handles(engine);
    engine->next = s->engines;
    s->engines = engine;
    log_line(s->log, "started the engine of %s (pid %d)", root, (int)engine->pid);
    return engine;
}

EngineRecord *engine_for_root(Supervisor *s, const char *root)
{
    for (EngineRecord *engine = s->engines; engine; engine = engine->next) {
        if (!engine->is_stopping && strcmp(engine->root, root) == 0)
            return engine;
    }
    return start_engine(s, root);
}
