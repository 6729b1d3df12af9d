#include "daemon/engine_commands.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crash.h"
#include "daemon/channel.h"
#include "daemon/setup.h"

enum {
    THREADS_MAX = 8,
    BACKGROUND_MAX = THREADS_MAX - 2, /* so that somebody who waits at a terminal finds a thread */
    THREAD_STACK_BYTES = 16 << 20,
    EXIT_STOPPED = 101,
};

typedef struct Command Command;
struct Command {
    Command *next; /* in the queue or in the list of done ones */
    Command *next_live;
    Commands *commands;
    Arena *arena; /* of the loop's thread while waiting, then of the command's thread, then of the
                     loop's again */
    int fd;       /* non-blocking; the command's thread writes, the loop's reads */
    uv_poll_t poll;
    Channel channel;
    CommandRequest request;
    CommandId id;
    CommandHandle *handle; /* NULL: idle work */
    bool is_background;
    atomic_bool is_stopped; /* cancelled because the daemon ends */
};

struct Commands {
    Arena *arena;
    uv_loop_t *loop;
    Host *host;
    const char *root;
    void (*on_change)(void *context);
    void *context;
    uv_async_t wake;
    Command *live; /* submitted and not yet closed; the loop's thread only */
    uint64_t finished;
    pthread_mutex_t lock; /* of what follows; a leaf */
    pthread_cond_t work;
    Command *queue;
    Command *done;
    uint32_t waiting, active, active_background;
    uint32_t thread_count, resting_threads;
    bool is_closing;
    pthread_t threads[THREADS_MAX];
};

/* ---- the command's thread ---- */

static void write_frame(Command *command, FrameType type, Str payload)
{
    OutFrame frame = { .type = type, .request = 1, .payload = payload };
    /* A client that does not read holds up its own command and nobody else's; one that is gone is
     * noticed by the loop. */
    Status ignored = channel_send(command->fd, &frame, -1);
    (void)ignored;
}

static void write_output(void *context, OutputStream stream, Str bytes)
{
    FrameType type = stream == STREAM_STDOUT ? FRAME_STDOUT : FRAME_STDERR;
    while (bytes.bytes > 0) {
        size_t part = bytes.bytes < FRAME_OUTPUT_MAX ? bytes.bytes : FRAME_OUTPUT_MAX;
        write_frame(context, type, (Str){ bytes.data, part });
        bytes = (Str){ bytes.data + part, bytes.bytes - part };
    }
}

static void write_warnings(Command *command)
{
    Str warnings = host_take_warnings(command->commands->host, command->arena);
    write_output(command, STREAM_STDERR, warnings);
}

static void write_end(Command *command, const CommandResult *result)
{
    Text payload;
    text_init(&payload, command->arena);
    if (atomic_load(&command->is_stopped)) {
        write_output(command, STREAM_STDERR, STR("error: interrupted: the daemon is stopping\n"));
        message_exit_encode(&(Message_exit){ .code = EXIT_STOPPED }, &payload);
        write_frame(command, FRAME_EXIT, text_str(&payload));
    } else if (result->exec_path) {
        Message_exec message = { .path = str_from_c(result->exec_path),
                                 .arguments = result->exec_arguments };
        message_exec_encode(&message, &payload);
        write_frame(command, FRAME_EXEC, text_str(&payload));
    } else {
        message_exit_encode(&(Message_exit){ .code = result->exit_code }, &payload);
        write_frame(command, FRAME_EXIT, text_str(&payload));
    }
}

/* For a crash report. */
static void describe_command(const void *argument, Text *out)
{
    const Command *command = argument;
    text_add_c(out, " `rscc ");
    text_add_c(out, options_command_name(command->id));
    text_add_c(out, "` in ");
    text_add_c(out, command->commands->root);
}

static void run_command(Command *command)
{
    if (!command->handle) {
        workspace_idle(host_workspace(command->commands->host));
        return;
    }
    CrashFrame frame = { NULL, "running", describe_command, command };
    crash_frame_push(&frame);
    write_frame(command, FRAME_BEGUN, STR(""));
    write_warnings(command);
    CommandResult result = command_run(command->handle, &command->request, command->arena);
    write_warnings(command);
    write_end(command, &result);
    command_store(command->handle);
    crash_frame_pop(&frame);
}

static bool may_run(const Commands *commands, const Command *command)
{
    return !command->is_background || commands->active_background < BACKGROUND_MAX;
}

/* The first interactive one, else the first of the others that may run. Holding the lock. */
static Command *take_next(Commands *commands)
{
    Command **best = NULL;
    for (Command **link = &commands->queue; *link; link = &(*link)->next) {
        if (!may_run(commands, *link))
            continue;
        if (!(*link)->is_background) {
            best = link;
            break;
        }
        if (!best)
            best = link;
    }
    if (!best)
        return NULL;
    Command *command = *best;
    *best = command->next;
    commands->waiting--;
    commands->active++;
    commands->active_background += command->is_background;
    return command;
}

/* Holding the lock. */
static void put_done(Commands *commands, Command *command)
{
    commands->active--;
    commands->active_background -= command->is_background;
    command->next = commands->done;
    commands->done = command;
    pthread_cond_broadcast(&commands->work); /* a background one may run now */
}

static void *serve(void *argument)
{
    Commands *commands = argument;
    crash_thread_init();
    pthread_mutex_lock(&commands->lock);
    for (;;) {
        Command *command = take_next(commands);
        if (!command && commands->is_closing)
            break;
        if (!command) {
            commands->resting_threads++;
            pthread_cond_wait(&commands->work, &commands->lock);
            commands->resting_threads--;
            continue;
        }
        pthread_mutex_unlock(&commands->lock);
        uv_async_send(&commands->wake); /* it runs */
        run_command(command);
        pthread_mutex_lock(&commands->lock);
        put_done(commands, command);
        uv_async_send(&commands->wake); /* it is done */
    }
    pthread_mutex_unlock(&commands->lock);
    return NULL;
}

/* Holding the lock. */
static void add_thread(Commands *commands)
{
    pthread_attr_t attributes;
    rsc_assert(pthread_attr_init(&attributes) == 0);
    rsc_assert(pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES) == 0);
    pthread_t *thread = &commands->threads[commands->thread_count];
    if (pthread_create(thread, &attributes, serve, commands) == 0)
        commands->thread_count++;
    else
        rsc_assert(commands->thread_count > 0);
    pthread_attr_destroy(&attributes);
}

/* ---- the loop's thread ---- */

static void on_command_closed(uv_handle_t *handle)
{
    Command *command = handle->data;
    channel_release(&command->channel);
    close(command->fd);
    command_free(command->handle);
    arena_free(command->arena);
}

static void unlink_live(Commands *commands, const Command *command)
{
    Command **link = &commands->live;
    while (*link != command)
        link = &(*link)->next_live;
    *link = command->next_live;
}

static void finish(Commands *commands, Command *command)
{
    if (!command->handle) {
        arena_free(command->arena);
        return;
    }
    commands->finished++;
    unlink_live(commands, command);
    uv_close((uv_handle_t *)&command->poll, on_command_closed);
}

static void on_wake(uv_async_t *handle)
{
    Commands *commands = handle->data;
    pthread_mutex_lock(&commands->lock);
    Command *done = commands->done;
    commands->done = NULL;
    pthread_mutex_unlock(&commands->lock);
    while (done) {
        Command *next = done->next;
        finish(commands, done);
        done = next;
    }
    commands->on_change(commands->context);
}

/* The client says CANCEL, or is gone, or sends what it should not: all the same. */
static void on_client(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    Command *command = handle->data;
    Frame frame;
    if (channel_receive(&command->channel, &frame) == RECEIVE_AGAIN)
        return;
    uv_poll_stop(handle);
    command_cancel(command->handle);
}

static bool decode_request(Command *command, Str run_payload)
{
    Message_run run;
    Str payload = { arena_copy(command->arena, run_payload.data, run_payload.bytes),
                    run_payload.bytes };
    if (!message_run_decode(payload, command->arena, &run))
        return false;
    command->request = setup_request_of(&run);
    command->request.write = write_output;
    command->request.write_context = command;
    return true;
}

/* An editor checks after each key; nobody waits for it at a terminal. */
static bool is_background(const Command *command, const Options *options)
{
    return command->id == COMMAND_CHECK && !command->request.stderr_is_tty &&
           str_starts_with(options_value(options, OPTION_MESSAGE_FORMAT), STR("json"));
}

static void enqueue(Commands *commands, Command *command)
{
    pthread_mutex_lock(&commands->lock);
    Command **link = &commands->queue;
    while (*link)
        link = &(*link)->next;
    *link = command;
    commands->waiting++;
    if (commands->resting_threads < commands->waiting && commands->thread_count < THREADS_MAX)
        add_thread(commands);
    pthread_cond_signal(&commands->work);
    pthread_mutex_unlock(&commands->lock);
}

static Command *new_command(Commands *commands)
{
    Arena *arena = arena_new(NULL);
    Command *command = arena_new_object(arena, Command);
    command->arena = arena;
    command->commands = commands;
    return command;
}

void commands_submit(Commands *commands, int client_fd, Str run_payload)
{
    Command *command = new_command(commands);
    if (!decode_request(command, run_payload)) {
        close(client_fd);
        arena_free(command->arena);
        return;
    }
    Options options;
    command->id = setup_command_of(&command->request, &options, command->arena);
    command->is_background = is_background(command, &options);
    command->handle = command_new(host_workspace(commands->host));
    command->fd = client_fd;
    channel_init(&command->channel, client_fd, false);
    rsc_assert(uv_poll_init(commands->loop, &command->poll, client_fd) == 0);
    command->poll.data = command;
    command->next_live = commands->live;
    commands->live = command;
    uv_poll_start(&command->poll, UV_READABLE, on_client);
    enqueue(commands, command);
}

void commands_submit_idle_work(Commands *commands)
{
    Command *command = new_command(commands);
    command->is_background = true;
    enqueue(commands, command);
}

void commands_cancel_all(Commands *commands)
{
    for (Command *command = commands->live; command; command = command->next_live) {
        atomic_store(&command->is_stopped, true);
        command_cancel(command->handle);
    }
}

Commands *commands_new(uv_loop_t *loop, Host *host, const char *root,
                       void (*on_change)(void *context), void *context)
{
    Arena *arena = arena_new(NULL);
    Commands *commands = arena_new_object(arena, Commands);
    commands->arena = arena;
    commands->loop = loop;
    commands->host = host;
    commands->root = root;
    commands->on_change = on_change;
    commands->context = context;
    rsc_assert(pthread_mutex_init(&commands->lock, NULL) == 0);
    rsc_assert(pthread_cond_init(&commands->work, NULL) == 0);
    rsc_assert(uv_async_init(loop, &commands->wake, on_wake) == 0);
    commands->wake.data = commands;
    return commands;
}

static void on_wake_closed(uv_handle_t *handle)
{
    Commands *commands = handle->data;
    pthread_cond_destroy(&commands->work);
    pthread_mutex_destroy(&commands->lock);
    arena_free(commands->arena);
}

void commands_close(Commands *commands)
{
    pthread_mutex_lock(&commands->lock);
    rsc_assert(commands->active + commands->waiting == 0 && !commands->live);
    commands->is_closing = true;
    pthread_cond_broadcast(&commands->work);
    pthread_mutex_unlock(&commands->lock);
    for (uint32_t i = 0; i < commands->thread_count; i++)
        pthread_join(commands->threads[i], NULL);
    uv_close((uv_handle_t *)&commands->wake, on_wake_closed);
}

static uint32_t read_counter(Commands *commands, const uint32_t *counter)
{
    pthread_mutex_lock(&commands->lock);
    uint32_t value = *counter;
    pthread_mutex_unlock(&commands->lock);
    return value;
}

uint32_t commands_active(Commands *commands)
{
    return read_counter(commands, &commands->active);
}

uint32_t commands_waiting(Commands *commands)
{
    return read_counter(commands, &commands->waiting);
}

uint64_t commands_finished(const Commands *commands)
{
    return commands->finished;
}

bool commands_are_over(Commands *commands)
{
    pthread_mutex_lock(&commands->lock);
    bool over = commands->active + commands->waiting == 0 && !commands->done && !commands->live;
    pthread_mutex_unlock(&commands->lock);
    return over;
}
