#include "daemon/once.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "daemon/cache_command.h"
#include "daemon/host.h"
#include "daemon/request.h"
#include "daemon/setup.h"

enum { EXIT_CRASHED = 101 };
#define PRINTED "--printed="

/* What another process printed of the same command before it died. As long as we would print the
 * same it is on the screen already. */
typedef struct {
    Str bytes;
    size_t matched;
} Printed;

typedef struct {
    Arena *arena;
    Printed printed[2];     /* stdout, stderr */
    sigset_t signals;       /* those that cancel: none that was ignored when we started */
    sigset_t old_mask;      /* of the user's shell, for the program that `run` starts */
    SetupBefore before;     /* the same */
    pthread_mutex_t lock;   /* of command; held for no call but command_cancel */
    CommandHandle *command; /* while it runs */
    atomic_int received;    /* the first signal, or 0 */
    pthread_t signal_thread;
} Once;

/* ---- signals ---- */

static void cancel(Once *once)
{
    pthread_mutex_lock(&once->lock);
    if (once->command)
        command_cancel(once->command);
    pthread_mutex_unlock(&once->lock);
}

static void *wait_for_signals(void *argument)
{
    Once *once = argument;
    for (;;) {
        int signal_number;
        if (sigwait(&once->signals, &signal_number) != 0)
            continue;
        if (atomic_exchange(&once->received, signal_number) != 0)
            _exit(128 + signal_number);
        cancel(once);
    }
    return NULL;
}

/* Before any thread is started, so that all of them leave these signals to one. */
static void take_signals(Once *once)
{
    static const int candidates[] = { SIGINT, SIGTERM, SIGHUP };
    sigemptyset(&once->signals);
    for (size_t i = 0; i < ARRAY_COUNT(candidates); i++) {
        struct sigaction action;
        rsc_assert(sigaction(candidates[i], NULL, &action) == 0);
        if (action.sa_handler != SIG_IGN)
            sigaddset(&once->signals, candidates[i]);
    }
    rsc_assert(pthread_sigmask(SIG_BLOCK, &once->signals, &once->old_mask) == 0);
    rsc_assert(pthread_create(&once->signal_thread, NULL, wait_for_signals, once) == 0);
}

/* sigwait is the one place where it can be cancelled. */
static void leave_signals(Once *once)
{
    pthread_cancel(once->signal_thread);
    pthread_join(once->signal_thread, NULL);
}

/* Ends as the signal would have ended us. */
static int end_by_signal(int signal_number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal_number);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return 128 + signal_number;
}

/* ---- output ---- */

static void write_bytes(Once *once, int fd, Str bytes)
{
    for (size_t done = 0; done < bytes.bytes;) {
        ssize_t count = write(fd, bytes.data + done, bytes.bytes - done);
        if (count >= 0) {
            done += (size_t)count;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd one = { .fd = fd, .events = POLLOUT };
            (void)poll(&one, 1, -1);
        } else if (errno != EINTR) {
            /* Nobody reads: end quietly, as by the signal that we ignore. */
            int expected = 0;
            if (errno != EPIPE)
                fprintf(stderr, "error: cannot write the output: %s\n", strerror(errno));
            atomic_compare_exchange_strong(&once->received, &expected, SIGPIPE);
            cancel(once);
            return;
        }
    }
}

/* At the first difference everything is printed again, from its beginning. */
static void write_output(void *context, OutputStream stream, Str bytes)
{
    Once *once = context;
    int fd = stream == STREAM_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
    Printed *printed = &once->printed[stream != STREAM_STDOUT];
    size_t rest = printed->bytes.bytes - printed->matched;
    size_t common = bytes.bytes < rest ? bytes.bytes : rest;
    if (common > 0 && memcmp(printed->bytes.data + printed->matched, bytes.data, common) == 0) {
        printed->matched += common;
        bytes = (Str){ bytes.data + common, bytes.bytes - common };
    } else if (common > 0) {
        write_bytes(once, fd, (Str){ printed->bytes.data, printed->matched });
        *printed = (Printed){ .bytes = STR("") };
    }
    write_bytes(once, fd, bytes);
}

/* `--printed=FD:N`, from the client after a crash: a memory file, N bytes of it for stdout. */
static void take_printed(Once *once, const char *argument)
{
    char *end;
    long fd = strtol(argument, &end, 10);
    size_t out_bytes = *end == ':' ? (size_t)strtoull(end + 1, &end, 10) : 0;
    struct stat file;
    if (*end != '\0' || fd <= STDERR_FILENO || fd > INT_MAX || fstat((int)fd, &file) != 0)
        return;
    size_t bytes = (size_t)file.st_size;
    char *text = arena_alloc(once->arena, bytes + 1);
    if (out_bytes <= bytes && pread((int)fd, text, bytes, 0) == file.st_size) {
        once->printed[0].bytes = (Str){ text, out_bytes };
        once->printed[1].bytes = (Str){ text + out_bytes, bytes - out_bytes };
    }
    close((int)fd);
}

static void write_error(const char *message)
{
    fprintf(stderr, "error: %s\n", message);
}

/* ---- the command ---- */

static void set_command(Once *once, CommandHandle *command)
{
    pthread_mutex_lock(&once->lock);
    once->command = command;
    pthread_mutex_unlock(&once->lock);
}

/* Becomes the program, with everything that this process changed about itself undone. */
static int become(Once *once, const CommandResult *result)
{
    uint32_t count = result->exec_arguments.count;
    char **arguments = arena_alloc_array(once->arena, count + 2u, sizeof *arguments);
    arguments[0] = arena_copy_str(once->arena, str_from_c(result->exec_path));
    for (uint32_t i = 0; i < count; i++)
        arguments[i + 1] = arena_copy_str(once->arena, result->exec_arguments.items[i]);
    arguments[count + 1] = NULL;
    setup_undo(&once->before);
    pthread_sigmask(SIG_SETMASK, &once->old_mask, NULL);
    execv(result->exec_path, arguments);
    fprintf(stderr, "error: could not execute process `%s`: %s\n", result->exec_path,
            strerror(errno));
    return 101;
}

static void write_warnings(Once *once, Host *host)
{
    Str warnings = host_take_warnings(host, once->arena);
    if (warnings.bytes > 0)
        write_output(once, STREAM_STDERR, warnings);
}

static CommandResult run_in_workspace(Once *once, const char *root, const CommandRequest *request)
{
    Host *host = host_open(root);
    write_warnings(once, host);
    CommandHandle *command = command_new(host_workspace(host));
    set_command(once, command);
    if (atomic_load(&once->received) != 0)
        command_cancel(command);
    CommandResult result = command_run(command, request, once->arena);
    set_command(once, NULL);
    write_warnings(once, host);
    command_store(command);
    write_warnings(once, host);
    command_free(command);
    host_close(host);
    return result;
}

static int run_request(Once *once, const Message_run *run, CommandId command)
{
    CommandRequest request = setup_request_of(run);
    request.write = write_output;
    request.write_context = once;
    const char *root, *error;
    if (!workspace_root_find(&request, once->arena, &root, &error)) {
        write_error(error);
        return setup_failure_exit_code(command);
    }
    CommandResult result = run_in_workspace(once, root, &request);
    int received = atomic_load(&once->received);
    if (received != 0)
        return end_by_signal(received);
    return result.exec_path ? become(once, &result) : result.exit_code;
}

static int dispatch(Once *once, const StrVec *arguments)
{
    Options options;
    OptionsError error;
    if (!options_parse(arguments->items, arguments->count, once->arena, &options, &error)) {
        fprintf(stderr, "error: %s", error.message);
        return error.exit_code;
    }
    Message_run run;
    Status status = request_of_process(arguments, &options, once->arena, &run);
    if (!status_ok(status)) {
        write_error(status_text(status, once->arena));
        return setup_failure_exit_code(options.command);
    }
    switch (options_place(options.command)) {
    case PLACE_ENGINE:
        return run_request(once, &run, options.command);
    case PLACE_ONCE:
        return cache_command(&options, once->arena);
    case PLACE_CLIENT:
    case PLACE_SUPERVISOR:
    case PLACE_NOT_YET:
        break;
    }
    fprintf(stderr, "error: `rsccd --once` does not do this; use rscc\n");
    return 101;
}

int once_main(int argument_count, char **arguments)
{
    Once once = { .arena = arena_new(NULL) };
    setup_process("rsccd --once", &once.before);
    crash_set_exit_code(EXIT_CRASHED);
    rsc_assert(pthread_mutex_init(&once.lock, NULL) == 0);
    take_signals(&once);
    StrVec words;
    str_vec_init(&words, once.arena);
    int first = argument_count > 0 && str_starts_with(str_from_c(arguments[0]), STR(PRINTED));
    if (first > 0)
        take_printed(&once, arguments[0] + strlen(PRINTED));
    for (int i = first; i < argument_count; i++)
        str_vec_push(&words, str_from_c(arguments[i]));
    int exit_code = dispatch(&once, &words);
    leave_signals(&once);
    pthread_mutex_destroy(&once.lock);
    arena_free(once.arena);
    return exit_code;
}
