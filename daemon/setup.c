#include "daemon/setup.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/crash.h"
#include "base/epoch.h"
#include "daemon/paths.h"

static const char *environment(const char *name)
{
    return getenv(name);
}

static void ignore_signal(int number, struct sigaction *before)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    rsc_assert(sigaction(number, &ignore, before) == 0);
}

void setup_process(const char *program, SetupBefore *before)
{
    SetupBefore found;
    Arena *arena = arena_new(NULL);
    const char *log_dir;
    bool has_dir = status_ok(paths_log_dir(environment, arena, &log_dir));
    crash_install(program, rscc_epoch(), has_dir ? log_dir : NULL);
    arena_free(arena);
    ignore_signal(SIGPIPE, &found.sigpipe);
    ignore_signal(SIGXFSZ, &found.sigxfsz);
    rsc_assert(getrlimit(RLIMIT_NOFILE, &found.descriptors) == 0);
    struct rlimit limit = { found.descriptors.rlim_max, found.descriptors.rlim_max };
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (before)
        *before = found;
}

void setup_undo(const SetupBefore *before)
{
    (void)setrlimit(RLIMIT_NOFILE, &before->descriptors);
    (void)sigaction(SIGPIPE, &before->sigpipe, NULL);
    (void)sigaction(SIGXFSZ, &before->sigxfsz, NULL);
}

void setup_shared_limits(void)
{
    /* Core dumps stay as they are: more of them would help nobody. */
    static const enum __rlimit_resource most[] = { RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE,
                                                   RLIMIT_NPROC };
    struct rlimit limit;
    for (size_t i = 0; i < ARRAY_COUNT(most); i++) {
        rsc_assert(getrlimit(most[i], &limit) == 0);
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(most[i], &limit);
    }
    /* libuv gives its threads that much, and the system leaves room for it: not the most there is,
     * but always the same. */
    const rlim_t stack_bytes = 8 << 20;
    rsc_assert(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = limit.rlim_max < stack_bytes ? limit.rlim_max : stack_bytes;
    (void)setrlimit(RLIMIT_STACK, &limit);
}

void setup_heap(void)
{
    enum { BIG_BLOCK_BYTES = 256 << 10, HEAPS = 4 };
    /* A threshold that is set does not rise when a bigger block is freed. */
    (void)mallopt(M_MMAP_THRESHOLD, BIG_BLOCK_BYTES);
    (void)mallopt(M_ARENA_MAX, HEAPS);
}

CommandRequest setup_request_of(const Message_run *run)
{
    return (CommandRequest){ .arguments = run->arguments.items,
                             .argument_count = run->arguments.count,
                             .cwd = run->cwd,
                             .environment = run->environment.items,
                             .environment_count = run->environment.count,
                             .stdout_is_tty = run->stdout_is_tty,
                             .stderr_is_tty = run->stderr_is_tty,
                             .terminal_width = run->terminal_width,
                             .standard_input = run->standard_input };
}

CommandId setup_command_of(const CommandRequest *request, Options *options, Arena *arena)
{
    OptionsError error;
    if (!options_parse(request->arguments, request->argument_count, arena, options, &error))
        return COMMAND_NONE;
    return options->command;
}

int setup_failure_exit_code(CommandId command)
{
    return command == COMMAND_RUSTC ? 1 : 101;
}
