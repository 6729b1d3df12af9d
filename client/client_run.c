#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/client.h"
#include "daemon/request.h"

enum {
    CRASH_REPLY_TIMEOUT_MS = 5000,
    LOG_TAIL_BYTES = 1500,
    SEND_TIMEOUT_MS = 10000,
    ATTEMPTS_MAX = 2,
    PRINTED_BYTES_MAX = 4 << 20, /* of each stream; kept for the case of a crash */
};

/* How a conversation with the daemon ended. */
typedef enum {
    END_EXIT,    /* the command is done: exit_code */
    END_REFUSED, /* the daemon will not: run in a process of our own */
    END_LOST,    /* the daemon went away before it gave the command to an engine */
    END_DROPPED, /* the engine went away before it began with the command: `engine` says which */
    END_CRASHED, /* the engine went away while it was at it */
} End;

typedef struct {
    Client *client;
    Channel channel;
    uint64_t engine; /* 0: not routed yet */
    bool has_begun;
    int exit_code;
} Conversation;

/* ---- a process of our own ---- */

static bool write_memory(int fd, Str bytes)
{
    for (size_t done = 0; done < bytes.bytes;) {
        ssize_t count = write(fd, bytes.data + done, bytes.bytes - done);
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

/* Standard input that was read already is there to be read again. */
static Status restore_standard_input(const Client *client)
{
    Str input = client->standard_input;
    if (!input.data)
        return STATUS_SUCCESS;
    int fd = memfd_create("standard input", MFD_CLOEXEC);
    bool good = fd >= 0 && write_memory(fd, input) && lseek(fd, 0, SEEK_SET) == 0 &&
                dup2(fd, STDIN_FILENO) == STDIN_FILENO;
    return good ? STATUS_SUCCESS : status_from_errno(errno, "standard input");
}

/* Tells the process what is on the user's screen already: `--printed=FD:N`, a memory file of which
 * the first N bytes went to stdout and the rest to stderr. Without it the process prints it all
 * again. */
static void add_printed(Client *client, StrVec *arguments)
{
    Str out = text_str(&client->printed[0]), err = text_str(&client->printed[1]);
    if (client->printed_too_much || out.bytes + err.bytes == 0)
        return;
    int fd = memfd_create("printed", 0);
    if (fd >= 0 && write_memory(fd, out) && write_memory(fd, err))
        str_vec_push(arguments,
                     str_from_c(arena_printf(client->arena, "--printed=%d:%zu", fd, out.bytes)));
}

int client_run_once(Client *client)
{
    const char *program;
    Status status = paths_sibling_program("rsccd", client->arena, &program);
    if (status_ok(status))
        status = restore_standard_input(client);
    if (status_ok(status)) {
        StrVec words;
        str_vec_init(&words, client->arena);
        str_vec_push(&words, str_from_c(program));
        str_vec_push(&words, STR("--once"));
        add_printed(client, &words);
        str_vec_append(&words, client->arguments.items, client->arguments.count);
        char **arguments = arena_alloc_array(client->arena, words.count + 1u, sizeof *arguments);
        for (uint32_t i = 0; i < words.count; i++)
            arguments[i] = arena_copy_str(client->arena, words.items[i]);
        arguments[words.count] = NULL;
        execv(program, arguments);
        status = status_from_errno(errno, program);
    }
    client_error(client, "cannot run the compiler: %s", status_text(status, client->arena));
    return EXIT_UNUSABLE;
}

/* ---- the request ---- */

/* Greeting and request. Once for all attempts: standard input can be read only once. */
static Status make_request(Client *client, Text *out)
{
    Message_run run;
    Status status = request_of_process(&client->arguments, &client->options, client->arena, &run);
    if (!status_ok(status))
        return status;
    client->standard_input = run.standard_input;
    Text payload;
    text_init(&payload, client->arena);
    message_run_encode(&run, &payload);
    if (payload.bytes > FRAME_PAYLOAD_MAX)
        return status_make(STATUS_TOO_LARGE, "the request");
    client_hello(client, out);
    frame_append(out, FRAME_RUN, 1, text_str(&payload));
    return STATUS_SUCCESS;
}

/* In one write, if it fits. */
static Status send_request(const Conversation *c, Str request)
{
    int64_t deadline = clock_ms() + SEND_TIMEOUT_MS;
    for (size_t done = 0; done < request.bytes;) {
        Str rest = { request.data + done, request.bytes - done };
        ptrdiff_t count = channel_send_some(c->channel.fd, rest, NULL, 0);
        if (count < 0)
            return status_from_errno(errno, "the daemon");
        struct pollfd one = { .fd = c->channel.fd, .events = POLLOUT };
        if (count == 0 && (clock_ms() > deadline || poll(&one, 1, SEND_TIMEOUT_MS) == 0))
            return status_make(STATUS_TIMEOUT, "the daemon");
        done += (size_t)count;
    }
    return STATUS_SUCCESS;
}

/* ---- the answers ---- */

/* Nobody may read stdout any more: then SIGPIPE ends us quietly, and the daemon sees that we are
 * gone. */
static void write_all(const Client *client, int fd, Str bytes)
{
    for (size_t done = 0; done < bytes.bytes;) {
        ssize_t count = write(fd, bytes.data + done, bytes.bytes - done);
        if (count >= 0) {
            done += (size_t)count;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd one = { .fd = fd, .events = POLLOUT };
            (void)poll(&one, 1, -1);
        } else if (errno == EPIPE) { /* with SIGPIPE ignored */
            exit(EXIT_FAILURE_OF_OURS);
        } else if (errno != EINTR) {
            client_error(client, "cannot write the output: %s", strerror(errno));
            exit(EXIT_FAILURE_OF_OURS);
        }
    }
}

static void take_output(Client *client, int stream, Str bytes)
{
    Text *printed = &client->printed[stream];
    client->printed_too_much |= printed->bytes + bytes.bytes > PRINTED_BYTES_MAX;
    if (!client->printed_too_much)
        text_add(printed, bytes);
    write_all(client, stream == 0 ? STDOUT_FILENO : STDERR_FILENO, bytes);
}

/* `run`: becomes the program. Returns the exit code of a failure. */
static int become(const Client *client, Str payload)
{
    Message_exec message;
    if (!message_exec_decode(payload, client->arena, &message)) {
        client_error(client, "the daemon sent a damaged message");
        return EXIT_UNUSABLE;
    }
    uint32_t count = message.arguments.count;
    char **arguments = arena_alloc_array(client->arena, count + 2u, sizeof *arguments);
    arguments[0] = arena_copy_str(client->arena, message.path);
    for (uint32_t i = 0; i < count; i++)
        arguments[i + 1] = arena_copy_str(client->arena, message.arguments.items[i]);
    arguments[count + 1] = NULL;
    execv(arguments[0], arguments);
    client_error(client, "could not execute process `%s`: %s", arguments[0], strerror(errno));
    return EXIT_FAILURE_OF_OURS;
}

static bool take_routed(Conversation *c, Str payload)
{
    Message_routed message;
    if (!message_routed_decode(payload, c->client->arena, &message))
        return false;
    c->engine = message.engine;
    return true;
}

static bool take_exit(Conversation *c, Str payload)
{
    Message_exit message;
    if (!message_exit_decode(payload, c->client->arena, &message))
        return false;
    c->exit_code = message.code;
    return true;
}

static End lost(const Conversation *c)
{
    if (c->has_begun)
        return END_CRASHED;
    return c->engine ? END_DROPPED : END_LOST;
}

/* Copies output until the command's end. Only frames that the daemon's side sends mean anything
 * here. */
static End converse(Conversation *c)
{
    Frame frame;
    while (channel_receive(&c->channel, &frame) == RECEIVE_FRAME) {
        uint32_t type = frame.header.type;
        if (type == FRAME_STDOUT || type == FRAME_STDERR)
            take_output(c->client, type == FRAME_STDERR, frame.payload);
        else if (type == FRAME_BEGUN)
            c->has_begun = true;
        else if (type == FRAME_REJECT)
            return END_REFUSED;
        else if (type == FRAME_ROUTED && take_routed(c, frame.payload))
            continue;
        else if (type == FRAME_EXIT && take_exit(c, frame.payload))
            return END_EXIT;
        else if (type == FRAME_EXEC) {
            c->exit_code = become(c->client, frame.payload);
            return END_EXIT;
        } else
            return lost(c);
    }
    return lost(c);
}

static End talk(Conversation *c, Str request)
{
    Status status = send_request(c, request);
    if (status_ok(status))
        status = client_take_hello(c->client, &c->channel, NULL);
    if (status.code == STATUS_VERSION || status.code == STATUS_PROTOCOL)
        return END_REFUSED;
    return status_ok(status) ? converse(c) : END_LOST;
}

/* ---- when something died ---- */

static bool ask_about_crash(const Client *client, uint64_t engine, Channel *channel,
                            Message_crash_reply *reply)
{
    Message_crash_query query = { .engine = engine };
    Text text, payload;
    text_init(&text, client->arena);
    text_init(&payload, client->arena);
    client_hello(client, &text);
    message_crash_query_encode(&query, &payload);
    frame_append(&text, FRAME_CRASH_QUERY, 1, text_str(&payload));
    if (channel_send_some(channel->fd, text_str(&text), NULL, 0) != (ptrdiff_t)text.bytes)
        return false;
    Frame frame;
    Status status = client_take_hello(client, channel, NULL);
    if (status_ok(status))
        status = channel_receive_within(channel, CRASH_REPLY_TIMEOUT_MS, &frame);
    return status_ok(status) && frame.header.type == FRAME_CRASH_REPLY &&
           message_crash_reply_decode(frame.payload, client->arena, reply);
}

/* What the supervisor knows about the engine's end, once it knows of it. */
static Message_crash_reply wait_for_end(const Client *client, uint64_t engine)
{
    Message_crash_reply reply = { 0 };
    int fd;
    if (!status_ok(client_connect(client, &fd)))
        return reply;
    Channel channel;
    channel_init(&channel, fd, false);
    if (!ask_about_crash(client, engine, &channel, &reply))
        reply = (Message_crash_reply){ 0 };
    reply.how = (Str){ arena_copy_str(client->arena, reply.how), reply.how.bytes };
    reply.report_path =
        (Str){ arena_copy_str(client->arena, reply.report_path), reply.report_path.bytes };
    channel_release(&channel);
    close(fd);
    return reply;
}

static void report_crash(const Client *client, uint64_t engine)
{
    Message_crash_reply reply = wait_for_end(client, engine);
    if (reply.crashed)
        client_error(client, "the compiler crashed: %.*s", (int)reply.how.bytes, reply.how.data);
    else
        client_error(client, "the connection to the compiler was lost");
    if (reply.report_path.bytes > 0)
        client_note(client, "the crash report is in %.*s", (int)reply.report_path.bytes,
                    reply.report_path.data);
    client_note(client, "trying once more, in a process of its own");
}

static int run_without_daemon(Client *client, Status status)
{
    client_note(client, "running without the daemon: %s", status_text(status, client->arena));
    Str tail = client_log_tail(client, LOG_TAIL_BYTES);
    if (tail.bytes > 0 && status.code != STATUS_LIMITED)
        fprintf(stderr, "  the end of its log, %s:\n%.*s",
                paths_log_file(client->log_dir, client->arena), (int)tail.bytes, tail.data);
    return client_run_once(client);
}

int client_run(Client *client)
{
    Status status = client_find_paths(client);
    if (!status_ok(status)) {
        client_note(client, "running without the daemon: %s", status_text(status, client->arena));
        return client_run_once(client);
    }
    Text request;
    text_init(&request, client->arena);
    text_init(&client->printed[0], client->arena);
    text_init(&client->printed[1], client->arena);
    status = make_request(client, &request);
    if (!status_ok(status)) {
        client_error(client, "%s", status_text(status, client->arena));
        return EXIT_FAILURE_OF_OURS;
    }
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        Conversation c = { .client = client };
        int fd;
        status = client_connect_or_start(client, &fd);
        if (!status_ok(status))
            return run_without_daemon(client, status);
        channel_init(&c.channel, fd, false);
        End end = talk(&c, text_str(&request));
        channel_release(&c.channel);
        close(fd);
        switch (end) {
        case END_EXIT:
            return c.exit_code;
        case END_REFUSED:
            return client_run_once(client);
        case END_DROPPED: /* the next attempt finds another engine */
            if (attempt + 1 < ATTEMPTS_MAX) {
                (void)wait_for_end(client, c.engine);
                break;
            }
            report_crash(client, c.engine);
            return client_run_once(client);
        case END_CRASHED:
            report_crash(client, c.engine);
            return client_run_once(client);
        case END_LOST:
            break;
        }
    }
    return run_without_daemon(client, status_make(STATUS_CLOSED, "the daemon"));
}
