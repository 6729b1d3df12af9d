#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/setup.h"
#include "daemon/socket.h"
#include "daemon/supervisor_priv.h"

enum {
    HANDSHAKE_TIMEOUT_MS = 10000,
    CRASH_ANSWER_TIMEOUT_MS = 3000,
    CONNECTIONS_MAX = 512, /* in handshake; those handed over are not ours any more */
};

typedef enum {
    CONNECTION_GREETING,   /* HELLO is due */
    CONNECTION_ASKING,     /* a request is due */
    CONNECTION_CRASH_WAIT, /* for the news of an engine's end */
    CONNECTION_END_WAIT,   /* for ours: `daemon stop` */
} ConnectionState;

struct Connection {
    Connection *next;
    Supervisor *supervisor;
    uv_poll_t poll;
    int fd; /* -1: handed over */
    Channel channel;
    ConnectionState state;
    bool same_build;
    int64_t deadline_ms;
    uint64_t engine; /* CRASH_WAIT: the one asked about */
};

/* ---- life ---- */

static void on_closed(uv_handle_t *handle)
{
    Connection *connection = handle->data;
    channel_release(&connection->channel);
    heap_free(connection);
}

void connection_close(Connection *connection)
{
    Supervisor *s = connection->supervisor;
    Connection **link = &s->connections;
    while (*link != connection)
        link = &(*link)->next;
    *link = connection->next;
    uv_poll_stop(&connection->poll);
    if (connection->fd >= 0)
        close(connection->fd);
    connection->fd = -1;
    uv_close((uv_handle_t *)&connection->poll, on_closed);
    supervisor_finish_if_stopped(s);
}

void connection_close_all(Supervisor *s)
{
    for (Connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        if (c->state != CONNECTION_END_WAIT)
            connection_close(c);
    }
}

void connection_forget_all(Supervisor *s)
{
    for (Connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        uv_close((uv_handle_t *)&c->poll, on_closed);
    }
    s->connections = NULL;
}

bool connection_is_any_active(const Supervisor *s)
{
    for (const Connection *c = s->connections; c; c = c->next) {
        if (c->state != CONNECTION_END_WAIT)
            return true;
    }
    return false;
}

/* To a client, which has at most these few bytes to come: if they do not fit it is not worth
 * waiting for. */
static bool reply(Connection *connection, FrameType type, const Text *payload)
{
    Text text;
    text_init(&text, NULL);
    frame_append(&text, type, 1, text_str(payload));
    bool sent =
        channel_send_some(connection->fd, text_str(&text), NULL, 0) == (ptrdiff_t)text.bytes;
    text_release(&text);
    return sent;
}

static bool reject(Connection *connection, StatusCode code, const char *why, Arena *arena)
{
    Message_reject message = { .code = code, .text = str_from_c(why) };
    Text payload;
    text_init(&payload, arena);
    message_reject_encode(&message, &payload);
    (void)reply(connection, FRAME_REJECT, &payload);
    return false;
}

/* ---- crash news ---- */

static void answer_crash(Connection *connection, const CrashRecord *crash)
{
    Arena *arena = arena_new(NULL);
    Message_crash_reply message = { .crashed = crash != NULL };
    if (crash) {
        message.how = str_from_c(crash->how);
        message.report_path = str_from_c(crash->report_path);
    }
    Text payload;
    text_init(&payload, arena);
    message_crash_reply_encode(&message, &payload);
    (void)reply(connection, FRAME_CRASH_REPLY, &payload);
    arena_free(arena);
    connection_close(connection);
}

void connection_answer_crash(Supervisor *s, uint64_t engine)
{
    for (Connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        if (c->state == CONNECTION_CRASH_WAIT && c->engine == engine)
            answer_crash(c, crash_of_engine(s, engine));
    }
}

/* The client may know of the end before we do: then it waits for the news. */
static bool take_crash_query(Connection *connection, Str payload, Arena *arena)
{
    Supervisor *s = connection->supervisor;
    Message_crash_query message;
    if (!message_crash_query_decode(payload, arena, &message))
        return false;
    const CrashRecord *crash = crash_of_engine(s, message.engine);
    connection->engine = message.engine;
    connection->state = CONNECTION_CRASH_WAIT;
    connection->deadline_ms = clock_ms() + CRASH_ANSWER_TIMEOUT_MS;
    if (crash || !engine_by_serial(s, message.engine))
        answer_crash(connection, crash);
    return true;
}

void connection_check_deadlines(Supervisor *s)
{
    int64_t now = clock_ms();
    for (Connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        if (c->state == CONNECTION_END_WAIT || now < c->deadline_ms)
            continue;
        if (c->state == CONNECTION_CRASH_WAIT)
            answer_crash(c, NULL);
        else
            connection_close(c);
    }
}

/* ---- requests ---- */

static bool take_hello(Connection *connection, Str payload, Arena *arena)
{
    Supervisor *s = connection->supervisor;
    Message_hello hello;
    if (!message_hello_decode(payload, arena, &hello) || hello.magic != PROTOCOL_MAGIC)
        return false;
    if (hello.major != PROTOCOL_MAJOR)
        return reject(connection, STATUS_VERSION, "another version of the protocol", arena);
    connection->same_build = str_eq(hello.build_id, str_from_c(s->build_id));
    Message_hello own = { .magic = PROTOCOL_MAGIC,
                          .major = PROTOCOL_MAJOR,
                          .minor = PROTOCOL_MINOR,
                          .build_id = str_from_c(s->build_id),
                          .pid = (uint32_t)getpid() };
    Text text;
    text_init(&text, arena);
    message_hello_encode(&own, &text);
    connection->state = CONNECTION_ASKING;
    return reply(connection, FRAME_HELLO, &text);
}

/* The command cannot begin: says so as the command itself would. */
static bool fail_command(Connection *connection, const CommandRequest *request, const char *error,
                         Arena *arena)
{
    Options options;
    int exit_code = setup_failure_exit_code(setup_command_of(request, &options, arena));
    Text text, payload;
    text_init(&text, arena);
    text_init(&payload, arena);
    text_addf(&text, "error: %s\n", error);
    message_exit_encode(&(Message_exit){ .code = exit_code }, &payload);
    if (reply(connection, FRAME_STDERR, &text))
        (void)reply(connection, FRAME_EXIT, &payload);
    return false;
}

static bool route(Connection *connection, EngineRecord *engine, Str payload, Arena *arena)
{
    Message_routed message = { .engine = engine->serial, .pid = (uint32_t)engine->pid };
    Text text;
    text_init(&text, arena);
    message_routed_encode(&message, &text);
    if (!reply(connection, FRAME_ROUTED, &text))
        return false;
    connection->supervisor->routed_count++;
    uv_poll_stop(&connection->poll); /* before the descriptor goes elsewhere */
    engine_hand_over(engine, connection->fd, payload);
    connection->fd = -1;
    connection_close(connection);
    return true;
}

static bool take_run(Connection *connection, Str payload, Arena *arena)
{
    Supervisor *s = connection->supervisor;
    Message_run run;
    if (!connection->same_build)
        return reject(connection, STATUS_VERSION, "another build", arena);
    if (s->is_stopping)
        return reject(connection, STATUS_CANCELLED, "the daemon is stopping", arena);
    if (!message_run_decode(payload, arena, &run))
        return reject(connection, STATUS_PROTOCOL, "a damaged message", arena);
    CommandRequest request = setup_request_of(&run);
    const char *root, *error;
    if (!workspace_root_find(&request, arena, &root, &error))
        return fail_command(connection, &request, error, arena);
    engine_reap_all(s); /* SIGCHLD may lie behind this request */
    EngineRecord *engine = engine_for_root(s, root);
    if (!engine)
        return reject(connection, STATUS_IO, "no engine could be started", arena);
    return route(connection, engine, payload, arena);
}

static bool take_daemon(Connection *connection, Str payload, Arena *arena)
{
    Supervisor *s = connection->supervisor;
    Message_daemon message;
    if (!message_daemon_decode(payload, arena, &message))
        return false;
    Text text, reply_payload;
    text_init(&text, arena);
    text_init(&reply_payload, arena);
    bool stop = message.action == DAEMON_STOP;
    if (stop)
        text_addf(&text, message.json ? "{\"stopped\":true,\"pid\":%d}\n" : "stopped (pid %d)\n",
                  (int)getpid());
    else if (message.action == DAEMON_STATUS)
        supervisor_status_text(s, message.json, &text);
    else
        return false;
    Message_daemon_reply answer = { .text = text_str(&text) };
    message_daemon_reply_encode(&answer, &reply_payload);
    bool sent = reply(connection, FRAME_DAEMON_REPLY, &reply_payload);
    if (!stop)
        return false; /* that was all */
    connection->state = CONNECTION_END_WAIT;
    supervisor_stop(s, true, "asked by `rscc daemon stop`");
    return sent;
}

/* False: the connection is of no more use. */
static bool take_frame(Connection *connection, const Frame *frame, Arena *arena)
{
    if (connection->state == CONNECTION_GREETING)
        return frame->header.type == FRAME_HELLO && take_hello(connection, frame->payload, arena);
    if (connection->state != CONNECTION_ASKING)
        return false;
    if (frame->header.type == FRAME_RUN)
        return take_run(connection, frame->payload, arena);
    if (frame->header.type == FRAME_DAEMON)
        return take_daemon(connection, frame->payload, arena);
    return frame->header.type == FRAME_CRASH_QUERY &&
           take_crash_query(connection, frame->payload, arena);
}

/* ---- readiness ---- */

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    Connection *connection = handle->data;
    supervisor_touch(connection->supervisor);
    while (!uv_is_closing((uv_handle_t *)handle)) {
        Frame frame;
        switch (channel_receive(&connection->channel, &frame)) {
        case RECEIVE_AGAIN:
            return;
        case RECEIVE_CLOSED:
            connection_close(connection);
            return;
        case RECEIVE_FRAME:
            break;
        }
        Arena *arena = arena_new(NULL);
        bool good = take_frame(connection, &frame, arena);
        arena_free(arena);
        if (!good && !uv_is_closing((uv_handle_t *)handle))
            connection_close(connection);
    }
}

static uint32_t connection_count(const Supervisor *s)
{
    uint32_t count = 0;
    for (const Connection *c = s->connections; c; c = c->next)
        count++;
    return count;
}

static bool may_connect(Supervisor *s, int fd)
{
    struct ucred peer;
    if (!status_ok(socket_peer(fd, &peer)) || !socket_peer_is_trusted(&peer, geteuid())) {
        log_line(s->log, "refused a connection of another user");
        return false;
    }
    return connection_count(s) < CONNECTIONS_MAX;
}

static void add_connection(Supervisor *s, int fd)
{
    Connection *connection = heap_alloc_zeroed(sizeof *connection);
    connection->supervisor = s;
    connection->fd = fd;
    connection->deadline_ms = clock_ms() + HANDSHAKE_TIMEOUT_MS;
    channel_init(&connection->channel, fd, false);
    rsc_assert(uv_poll_init(&s->loop, &connection->poll, fd) == 0);
    connection->poll.data = connection;
    connection->next = s->connections;
    s->connections = connection;
    uv_poll_start(&connection->poll, UV_READABLE, on_readable);
}

static void on_connectable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    Supervisor *s = handle->data;
    supervisor_touch(s);
    while (s->listen_fd >= 0) {
        int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0 && (errno == EMFILE || errno == ENFILE))
            uv_poll_stop(&s->listen_poll); /* until the next tick: it would spin */
        if (fd < 0)
            return;
        if (may_connect(s, fd))
            add_connection(s, fd);
        else
            close(fd);
    }
}

void connection_listen(Supervisor *s)
{
    uv_poll_start(&s->listen_poll, UV_READABLE, on_connectable);
}
