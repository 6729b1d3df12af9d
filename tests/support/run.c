#include "support/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { DEFAULT_TIMEOUT_MS = 60000, DEFAULT_OUTPUT_MAX = 16 << 20, POLL_MS = 20 };

void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

bool contains(Str text, const char *part)
{
    return strlen(part) == 0 ||
           (text.bytes && memmem(text.data, text.bytes, part, strlen(part)) != NULL);
}

int64_t run_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void run_sleep_ns(int64_t ns)
{
    struct timespec rest = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
    while (nanosleep(&rest, &rest) < 0 && errno == EINTR) {
    }
}

const char **run_words(Arena *arena, const char *first, const char *text)
{
    size_t words = 2;
    for (const char *at = text; *at; at++)
        words += *at == ' ';
    const char **argv = arena_alloc_array(arena, words + 1, sizeof *argv);
    size_t count = 0;
    argv[count++] = first;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, " ");
        argv[count++] = arena_copy_str(arena, (Str){ at, length });
        at += length + (at[length] == ' ');
    }
    argv[count] = NULL;
    return argv;
}

/* In the child; only calls that are safe after fork in a process with threads. */
static _Noreturn void become(const RunSpec *spec, int out_fd, int err_fd)
{
    int null = open("/dev/null", O_RDONLY);
    struct rlimit no_core = { 0, 0 };
    setrlimit(RLIMIT_CORE, &no_core);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(null, 0) < 0 || dup2(out_fd, 1) < 0 || dup2(err_fd, 2) < 0 ||
        (spec->cwd && chdir(spec->cwd) != 0))
        _exit(126);
    char *const *argv = (char *const *)(uintptr_t)spec->arguments;
    if (spec->environment)
        execve(argv[0], argv, (char *const *)(uintptr_t)spec->environment);
    else
        execv(argv[0], argv);
    _exit(127);
}

RunningProgram run_start(const RunSpec *spec)
{
    int out[2], err[2];
    must(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0, "pipe");
    RunningProgram program = { .out_fd = out[0],
                               .err_fd = err[0],
                               .started_ns = run_clock_ns(),
                               .timeout_ms =
                                   spec->timeout_ms ? spec->timeout_ms : DEFAULT_TIMEOUT_MS,
                               .output_max =
                                   spec->output_max ? spec->output_max : DEFAULT_OUTPUT_MAX };
    program.pid = fork();
    must(program.pid >= 0, "fork");
    if (program.pid == 0)
        become(spec, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    return program;
}

/* False at the end of the stream. */
static bool take_some(int fd, Text *text)
{
    char buffer[16384];
    ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0)
        return false;
    text_add(text, (Str){ buffer, (size_t)got });
    return true;
}

/* Reads both streams until the program has ended. A grandchild that keeps a stream open does not
 * keep us. */
static void read_streams(RunningProgram *program, RunResult *result, Text *out, Text *err,
                         int *status)
{
    struct pollfd fds[2] = { { .fd = program->out_fd, .events = POLLIN },
                             { .fd = program->err_fd, .events = POLLIN } };
    Text *texts[2] = { out, err };
    bool ended = false;
    for (;;) {
        bool closed = fds[0].fd < 0 && fds[1].fd < 0;
        int ready = poll(fds, 2, ended ? 0 : closed ? 1 : POLL_MS);
        for (int i = 0; i < 2; i++) {
            if (fds[i].fd >= 0 && fds[i].revents && !take_some(fds[i].fd, texts[i]))
                fds[i].fd = -1;
        }
        if (ended && ready <= 0)
            return;
        if (!ended)
            ended = waitpid(program->pid, status, WNOHANG) == program->pid;
        result->timed_out |=
            run_clock_ns() - program->started_ns > (int64_t)program->timeout_ms * 1000000;
        result->output_cut |= out->bytes + err->bytes > program->output_max;
        if (!ended && (result->timed_out || result->output_cut))
            kill(program->pid, SIGKILL);
    }
}

RunResult run_finish(RunningProgram *program, Arena *arena)
{
    RunResult result = { 0 };
    Text out, err;
    text_init(&out, arena);
    text_init(&err, arena);
    int status = 0;
    read_streams(program, &result, &out, &err, &status);
    result.wall_ns = run_clock_ns() - program->started_ns;
    close(program->out_fd);
    close(program->err_fd);
    result.out = out.bytes ? text_str(&out) : STR("");
    result.err = err.bytes ? text_str(&err) : STR("");
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

RunResult run_program(const RunSpec *spec, Arena *arena)
{
    RunningProgram program = run_start(spec);
    return run_finish(&program, arena);
}
