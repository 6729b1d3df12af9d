#include "daemon/engine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/channel.h"
#include "daemon/engine_commands.h"
#include "daemon/engine_watch.h"
#include "daemon/outbox.h"
#include "daemon/process.h"
#include "daemon/setup.h"

enum {
    IDLE_DELAY_MS = 300, /* after the last command, before idle work */
    WARM_DELAY_MS = 20, /* before the link helper is started: a first command that has nothing to do
                           is over by then */
    RECYCLE_INTERVAL_MS =
        5 * 60 * 1000, /* a workspace above the budget must not restart for ever */
};

typedef struct {
    uv_loop_t loop;
    const char *root;
    Host *host;
    Commands *commands;
    Watch *watch;
    Channel control;
    Outbox outbox;
    uv_poll_t control_poll;
    uv_signal_t sigterm, sigchld;
    uv_timer_t idle_timer, warm_timer;
    Message_engine_state reported;
    uint64_t finished_at_update; /* commands finished when watches were last brought up to date */
    uint32_t recycled;
    int64_t started_ms;
    bool is_ending;      /* no new commands; ends when the last one is over */
    bool idle_work_done; /* since the last command */
    bool is_recycling;   /* nothing more is received or sent: it belongs to the next incarnation */
} Engine;

/* ---- the supervisor ---- */

static void on_control(uv_poll_t *handle, int status, int events);

static void flush(Engine *engine)
{
    if (!outbox_flush(&engine->outbox, PROCESS_CONTROL_FD))
        outbox_drop(&engine->outbox);
    int events = UV_READABLE | (outbox_is_empty(&engine->outbox) ? 0 : UV_WRITABLE);
    uv_poll_start(&engine->control_poll, events, on_control);
}

static bool same_state(const Message_engine_state *a, const Message_engine_state *b)
{
    return a->active == b->active && a->waiting == b->waiting && a->finished == b->finished &&
           a->links == b->links && a->link_helper_pid == b->link_helper_pid &&
           a->watches == b->watches && a->scanning == b->scanning && a->recycled == b->recycled;
}

static void report_state(Engine *engine)
{
    LinkClient *link_client = host_link_client(engine->host);
    Message_engine_state state = { .active = commands_active(engine->commands),
                                   .waiting = commands_waiting(engine->commands),
                                   .finished = commands_finished(engine->commands),
                                   .links = link_client_links(link_client),
                                   .link_helper_pid = (uint32_t)link_client_pid(link_client),
                                   .watches = watch_count(engine->watch),
                                   .scanning = watch_is_scanning(engine->watch),
                                   .recycled = engine->recycled };
    if (engine->is_recycling || same_state(&state, &engine->reported))
        return;
    engine->reported = state;
    Text text;
    text_init(&text, NULL);
    message_engine_state_encode(&state, &text);
    outbox_add(&engine->outbox, FRAME_ENGINE_STATE, 0, text_str(&text), -1);
    text_release(&text);
    flush(engine);
}

/* ---- the life of an engine ---- */

static bool is_too_big(const Engine *engine)
{
    size_t budget = host_memory_budget(engine->host);
    bool is_young = clock_ms() - engine->started_ms < RECYCLE_INTERVAL_MS;
    if (is_young && !getenv("RSCC_MEMORY_BYTES"))
        return false;
    return process_resident_bytes(getpid()) > budget;
}

/* Between two frames in both directions, so that nothing is lost on the way through exec. */
static bool may_recycle(const Engine *engine)
{
    return engine->control.received == 0 && outbox_is_empty(&engine->outbox);
}

static void on_idle(uv_timer_t *timer)
{
    Engine *engine = timer->data;
    engine->idle_work_done = true;
    commands_submit_idle_work(engine->commands);
}

/* The first link finds its helper there. */
static void on_warm(uv_timer_t *timer)
{
    Engine *engine = timer->data;
    link_client_warm(host_link_client(engine->host));
    report_state(engine);
}

static void when_over(Engine *engine)
{
    if (engine->is_ending) {
        uv_stop(&engine->loop);
        return;
    }
    if (!engine->idle_work_done) {
        uv_timer_start(&engine->idle_timer, on_idle, IDLE_DELAY_MS, 0);
    } else if (is_too_big(engine) && may_recycle(engine)) {
        engine->is_recycling = true;
        uv_stop(&engine->loop); /* after the events that this turn of the loop has in hand */
    }
}

static void on_change(void *context)
{
    Engine *engine = context;
    bool over = commands_are_over(engine->commands);
    if (over && engine->finished_at_update != commands_finished(engine->commands)) {
        engine->finished_at_update = commands_finished(engine->commands);
        watch_update(engine->watch);
    }
    report_state(engine);
    if (over)
        when_over(engine);
}

static void begin_end(Engine *engine, bool cancel)
{
    engine->is_ending = true;
    uv_timer_stop(&engine->idle_timer);
    if (cancel)
        commands_cancel_all(engine->commands);
    on_change(engine);
}

/* ---- events ---- */

static void take_run(Engine *engine, const Frame *frame)
{
    if (engine->is_ending || frame->fd_count != 1) {
        for (uint32_t i = 0; i < frame->fd_count; i++)
            close(frame->fds[i]);
        return;
    }
    uv_timer_stop(&engine->idle_timer);
    engine->idle_work_done = false;
    watch_drain(engine->watch);
    commands_submit(engine->commands, frame->fds[0], frame->payload);
    report_state(engine);
}

static void take_stop(Engine *engine, const Frame *frame)
{
    Arena *arena = arena_new(NULL);
    Message_stop message;
    if (message_stop_decode(frame->payload, arena, &message))
        begin_end(engine, message.cancel);
    arena_free(arena);
}

static void on_control(uv_poll_t *handle, int status, int events)
{
    (void)status;
    Engine *engine = handle->data;
    if (events & UV_WRITABLE)
        flush(engine);
    while (!engine->is_recycling) {
        Frame frame;
        switch (channel_receive(&engine->control, &frame)) {
        case RECEIVE_AGAIN:
            return;
        case RECEIVE_CLOSED: /* nobody will ask for more, but clients still wait for what runs */
            uv_poll_stop(handle);
            begin_end(engine, false);
            return;
        case RECEIVE_FRAME:
            if (frame.header.type == FRAME_RUN)
                take_run(engine, &frame);
            else if (frame.header.type == FRAME_STOP)
                take_stop(engine, &frame);
        }
    }
}

static void on_terminate(uv_signal_t *handle, int signal_number)
{
    Engine *engine = handle->data;
    if (engine->is_ending)
        _exit(128 + signal_number);
    begin_end(engine, true);
}

static void on_child(uv_signal_t *handle, int signal_number)
{
    (void)signal_number;
    Engine *engine = handle->data;
    link_client_reap(host_link_client(engine->host));
    report_state(engine);
}

/* ---- begin and end ---- */

static void begin(Engine *engine)
{
    uv_loop_t *loop = &engine->loop;
    rsc_assert(uv_loop_init(loop) == 0);
    engine->host = host_open(engine->root);
    engine->watch = watch_new(loop, host_workspace(engine->host));
    engine->commands = commands_new(loop, engine->host, engine->root, on_change, engine);
    engine->started_ms = clock_ms();
    uv_signal_init(loop, &engine->sigterm);
    uv_signal_init(loop, &engine->sigchld);
    uv_timer_init(loop, &engine->idle_timer);
    uv_timer_init(loop, &engine->warm_timer);
    engine->sigterm.data = engine->sigchld.data = engine;
    engine->idle_timer.data = engine->warm_timer.data = engine;
    uv_timer_start(&engine->warm_timer, on_warm, WARM_DELAY_MS, 0);
    uv_signal_start(&engine->sigterm, on_terminate, SIGTERM);
    uv_signal_start(&engine->sigchld, on_child, SIGCHLD);
    channel_init(&engine->control, PROCESS_CONTROL_FD, true);
    rsc_assert(uv_poll_init(loop, &engine->control_poll, PROCESS_CONTROL_FD) == 0);
    engine->control_poll.data = engine;
    uv_poll_start(&engine->control_poll, UV_READABLE, on_control);
    report_state(engine);
}

static void end(Engine *engine)
{
    commands_close(engine->commands);
    watch_close(engine->watch);
    uv_close((uv_handle_t *)&engine->control_poll, NULL);
    uv_close((uv_handle_t *)&engine->sigterm, NULL);
    uv_close((uv_handle_t *)&engine->sigchld, NULL);
    uv_close((uv_handle_t *)&engine->idle_timer, NULL);
    uv_close((uv_handle_t *)&engine->warm_timer, NULL);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    rsc_assert(uv_loop_close(&engine->loop) == 0);
    channel_release(&engine->control);
    outbox_drop(&engine->outbox);
    host_close(engine->host);
}

/* The same process with fresh memory: the supervisor sees no end, and commands that come meanwhile
 * wait in the socket. */
static int recycle(const Engine *engine)
{
    char count[16];
    snprintf(count, sizeof count, "%u", engine->recycled + 1);
    const char *arguments[] = { "rsccd", "--engine", engine->root, "--recycled", count, NULL };
    fcntl(PROCESS_CONTROL_FD, F_SETFD, 0);
    execv("/proc/self/exe", (char *const *)(uintptr_t)arguments);
    perror("rsccd: cannot replace itself");
    return 1;
}

int engine_main(int argument_count, char **arguments)
{
    if (argument_count < 1 || fcntl(PROCESS_CONTROL_FD, F_SETFD, FD_CLOEXEC) != 0)
        return 2;
    setup_process("rsccd --engine", NULL);
    setup_heap();
    Engine *engine = heap_alloc_zeroed(sizeof *engine);
    engine->root = arguments[0];
    if (argument_count == 3 && strcmp(arguments[1], "--recycled") == 0)
        engine->recycled = (uint32_t)strtoul(arguments[2], NULL, 10);
    begin(engine);
    uv_run(&engine->loop, UV_RUN_DEFAULT);
    end(engine);
    int exit_code = engine->is_recycling && !engine->is_ending ? recycle(engine) : 0;
    heap_free(engine);
    return exit_code;
}
