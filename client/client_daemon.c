#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/client.h"
#include "daemon/socket.h"

enum {
    REPLY_TIMEOUT_MS = 5000,
    STOP_TIMEOUT_MS = 15000,
    LOG_BYTES_MAX = 256 << 10,
};

typedef struct {
    Client *client;
    bool json;
} DaemonCommand;

/* One question to the supervisor at fd. The answer's text is in the client's arena. */
static Status ask(const DaemonCommand *command, Channel *channel, DaemonAction action,
                  Message_daemon_reply *reply)
{
    Client *client = command->client;
    Message_daemon message = { .action = action, .json = command->json };
    Text text, payload;
    text_init(&text, client->arena);
    text_init(&payload, client->arena);
    client_hello(client, &text);
    message_daemon_encode(&message, &payload);
    frame_append(&text, FRAME_DAEMON, 1, text_str(&payload));
    if (channel_send_some(channel->fd, text_str(&text), NULL, 0) != (ptrdiff_t)text.bytes)
        return status_make(STATUS_CLOSED, "the daemon");
    Frame frame;
    Status status = client_take_hello(client, channel, NULL);
    if (status_ok(status))
        status = channel_receive_within(channel, REPLY_TIMEOUT_MS, &frame);
    if (!status_ok(status))
        return status;
    Str copy = { arena_copy(client->arena, frame.payload.data, frame.payload.bytes),
                 frame.payload.bytes };
    bool good = frame.header.type == FRAME_DAEMON_REPLY &&
                message_daemon_reply_decode(copy, client->arena, reply);
    return good ? STATUS_SUCCESS : status_make(STATUS_PROTOCOL, "the daemon");
}

static bool is_nobody_there(Status status)
{
    return status.code == STATUS_NOT_FOUND || status.code == STATUS_CLOSED;
}

static int say_not_running(const DaemonCommand *command)
{
    puts(command->json ? "{\"running\":false}" : "no daemon is running");
    return EXIT_NOT_RUNNING;
}

static int fail(const DaemonCommand *command, Status status)
{
    client_error(command->client, "%s", status_text(status, command->client->arena));
    return EXIT_UNUSABLE;
}

/* Asks the running daemon and prints the answer. After `stop` the daemon keeps the connection until
 * it is gone. */
static int ask_and_print(const DaemonCommand *command, DaemonAction action)
{
    int fd;
    Status status = client_connect(command->client, &fd);
    if (is_nobody_there(status))
        return say_not_running(command);
    if (!status_ok(status))
        return fail(command, status);
    Channel channel;
    channel_init(&channel, fd, false);
    Message_daemon_reply reply;
    status = ask(command, &channel, action, &reply);
    if (status_ok(status)) {
        printf("%.*s", (int)reply.text.bytes, reply.text.data);
        fflush(stdout);
    }
    Frame frame;
    if (status_ok(status) && action == DAEMON_STOP)
        (void)!status_ok(channel_receive_within(&channel, STOP_TIMEOUT_MS, &frame));
    channel_release(&channel);
    close(fd);
    return status_ok(status) ? reply.exit_code : fail(command, status);
}

static int status_command(const DaemonCommand *command)
{
    return ask_and_print(command, DAEMON_STATUS);
}

static int stop_command(const DaemonCommand *command)
{
    int code = ask_and_print(command, DAEMON_STOP);
    return code == EXIT_NOT_RUNNING ? 0 : code;
}

static int restart_command(const DaemonCommand *command)
{
    int code = stop_command(command), fd;
    if (code != 0)
        return code;
    Status status = client_connect_or_start(command->client, &fd);
    if (!status_ok(status))
        return fail(command, status);
    close(fd);
    return status_command(command);
}

static int log_command(const DaemonCommand *command)
{
    Client *client = command->client;
    Str tail = client_log_tail(client, LOG_BYTES_MAX);
    if (!command->json) {
        printf("%.*s", (int)tail.bytes, tail.data);
        return 0;
    }
    Text text;
    text_init(&text, client->arena);
    text_add_c(&text, "{\"path\":");
    text_add_json_string(&text, str_from_c(paths_log_file(client->log_dir, client->arena)));
    text_add_c(&text, ",\"text\":");
    text_add_json_string(&text, tail);
    printf("%s}\n", text.data);
    return 0;
}

/* ---- all daemons of this user, of other builds too ---- */

static void list_daemon(const DaemonCommand *command, Str name, Text *out)
{
    Client *client = command->client;
    const char *path = arena_printf(client->arena, "%s/%.*s", client->paths.runtime_dir,
                                    (int)name.bytes, name.data);
    int fd;
    if (!status_ok(socket_connect(path, &fd)))
        return;
    struct ucred peer = { 0 };
    bool known = status_ok(socket_peer(fd, &peer));
    close(fd);
    bool own = strcmp(path, client->paths.socket) == 0;
    int pid = known ? (int)peer.pid : 0;
    if (!command->json) {
        text_addf(out, "%s  pid %d%s\n", path, pid, own ? "  (this build)" : "");
        return;
    }
    text_add_c(out, out->bytes > 1 ? ",{\"socket\":" : "{\"socket\":");
    text_add_json_string(out, str_from_c(path));
    text_addf(out, ",\"pid\":%d,\"this_build\":%s}", pid, own ? "true" : "false");
}

static int list_command(const DaemonCommand *command)
{
    Client *client = command->client;
    DIR *dir = opendir(client->paths.runtime_dir);
    Text text;
    text_init(&text, client->arena);
    text_add_c(&text, command->json ? "[" : "");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        Str name = str_from_c(entry->d_name);
        if (str_ends_with(name, STR(".sock")))
            list_daemon(command, name, &text);
    }
    if (dir)
        closedir(dir);
    if (command->json)
        text_add_c(&text, "]\n");
    else if (text.bytes == 0)
        text_add_c(&text, "no daemon is running\n");
    printf("%s", text.data);
    return 0;
}

int client_daemon(Client *client)
{
    static const struct {
        const char *name;
        int (*run)(const DaemonCommand *command);
    } actions[] = { { "status", status_command },
                    { "stop", stop_command },
                    { "restart", restart_command },
                    { "log", log_command },
                    { "list", list_command } };
    DaemonCommand command = { .client = client,
                              .json = options_has(&client->options, OPTION_JSON) };
    const StrVec *words = &client->options.positionals;
    Str name = words->count == 1 ? words->items[0] : STR("");
    for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
        if (!str_eq(name, str_from_c(actions[i].name)))
            continue;
        Status status = client_find_paths(client);
        return status_ok(status) ? actions[i].run(&command) : fail(&command, status);
    }
    client_error(client, "expected one of: status, stop, restart, log, list\n\n"
                         "Usage: rscc daemon [OPTIONS] <status|stop|restart|log|list>");
    return EXIT_USAGE;
}
