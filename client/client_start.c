#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/client.h"
#include "daemon/lock_file.h"
#include "daemon/socket.h"

enum {
    START_TIMEOUT_MS = 5000,
    READY_FD = 3,
};

static const char *environment(const char *name)
{
    return getenv(name);
}

Status client_find_paths(Client *client)
{
    Status status = paths_of_daemon(environment, client->build_id, client->arena, &client->paths);
    if (status_ok(status))
        status = paths_log_dir(environment, client->arena, &client->log_dir);
    return status;
}

Status client_connect(const Client *client, int *fd)
{
    return socket_connect(client->paths.socket, fd);
}

/* ---- what the daemon inherits ---- */

/* The daemon serves many requests and must not depend on who happened to start it, so it gets no
 * more of the environment than it needs to find its files, and what is meant for it (RSCC_...,
 * sanitizer options). */
static bool is_for_daemon(const char *variable)
{
    static const char *const names[] = {
        "HOME=", "PATH=", "USER=",         "LOGNAME=",      "LANG=",         "TMPDIR=",
        "XDG_",  "RSCC_", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "TSAN_OPTIONS=", "UBSAN_OPTIONS="
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

static char **daemon_environment(const Client *client)
{
    size_t count = 0;
    while (environ[count])
        count++;
    char **kept = arena_alloc_array(client->arena, count + 1, sizeof *kept);
    size_t kept_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_for_daemon(environ[i]))
            kept[kept_count++] = environ[i];
    }
    kept[kept_count] = NULL;
    return kept;
}

/* The daemon lifts what this shell may lift itself again, but hard limits would stay with it, and
 * so with everybody it serves. Under one that ends or starves a process that lives long none is
 * started. */
static Status check_limits(void)
{
    static const struct {
        enum __rlimit_resource resource;
        const char *name;
    } limits[] = {
        { RLIMIT_AS, "`ulimit -v`" },
        { RLIMIT_CPU, "`ulimit -t`" },
        { RLIMIT_DATA, "`ulimit -d`" },
        { RLIMIT_FSIZE, "`ulimit -f`" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        struct rlimit limit;
        if (getrlimit(limits[i].resource, &limit) == 0 && limit.rlim_max != RLIM_INFINITY)
            return status_make(STATUS_LIMITED, limits[i].name);
    }
    return STATUS_SUCCESS;
}

/* In CI the daemon ends with the job: with the session that started it, or, where that session's
 * leader is outside of our PID namespace and getsid says 0, by being idle. */
static const char *session_argument(const Client *client)
{
    const char *ci = getenv("CI");
    if (!ci || ci[0] == '\0')
        return "0";
    pid_t session = getsid(0);
    return session > 0 ? arena_printf(client->arena, "%d", (int)session) : "-1";
}

/* ---- starting ---- */

typedef struct {
    const char *program;
    char **arguments;
    char **environment;
    int log_fd;
    int ready_fd; /* becomes READY_FD */
} DaemonStart;

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* fails for those that cannot be changed */
}

/* In the grandchild: becomes the daemon. Nothing of ours stays open, or whoever waits for the end
 * of our output would wait for the daemon's. */
static _Noreturn void become_daemon(const DaemonStart *start)
{
    int null = open("/dev/null", O_RDWR);
    bool good = null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
                dup2(start->log_fd, STDERR_FILENO) >= 0;
    if (start->ready_fd == READY_FD)
        good = good && fcntl(READY_FD, F_SETFD, 0) == 0;
    else
        good = good && dup2(start->ready_fd, READY_FD) >= 0;
    good = good && close_range(READY_FD + 1, ~0u, 0) == 0 && chdir("/") == 0;
    if (good) {
        reset_signals();
        execve(start->program, start->arguments, start->environment);
        dprintf(STDERR_FILENO, "%s: %s\n", start->program, strerror(errno));
    }
    _exit(EXIT_UNUSABLE);
}

/* The grandchild belongs to init and to a session of its own: no terminal can signal it and nobody
 * has to wait for it. This process has one thread, so fork is safe. */
static Status fork_daemon(const DaemonStart *start)
{
    pid_t child = fork();
    if (child < 0)
        return status_from_errno(errno, "fork");
    if (child == 0) {
        pid_t grandchild = setsid() < 0 ? -1 : fork();
        if (grandchild == 0)
            become_daemon(start);
        _exit(grandchild < 0 ? 1 : 0);
    }
    int wait_status = 0;
    while (waitpid(child, &wait_status, 0) < 0 && errno == EINTR) {
    }
    return wait_status == 0 ? STATUS_SUCCESS : status_make(STATUS_IO, "fork");
}

/* One byte: the socket is there. The end without it: the daemon gave up, and its log says why. */
static Status wait_until_ready(int fd)
{
    int64_t deadline = clock_ms() + START_TIMEOUT_MS;
    for (;;) {
        int64_t left = deadline - clock_ms();
        struct pollfd one = { .fd = fd, .events = POLLIN };
        int ready = poll(&one, 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return status_make(STATUS_TIMEOUT, "starting the daemon");
        char byte;
        ssize_t count = read(fd, &byte, 1);
        if (count < 0 && errno == EINTR)
            continue;
        return count == 1 ? STATUS_SUCCESS : status_make(STATUS_CLOSED, "starting the daemon");
    }
}

static int open_log(const Client *client)
{
    int fd = open(paths_log_file(client->log_dir, client->arena),
                  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static Status start_daemon(const Client *client)
{
    const char *program;
    Status status = paths_sibling_program("rsccd", client->arena, &program);
    if (!status_ok(status))
        return status;
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0)
        return status_from_errno(errno, "pipe");
    char *arguments[] = { (char *)(uintptr_t)program, "--supervisor", "--session",
                          (char *)(uintptr_t)session_argument(client), NULL };
    DaemonStart start = { .program = program,
                          .arguments = arguments,
                          .environment = daemon_environment(client),
                          .log_fd = open_log(client),
                          .ready_fd = ready[1] };
    status = fork_daemon(&start);
    close(ready[1]);
    if (status_ok(status))
        status = wait_until_ready(ready[0]);
    close(ready[0]);
    close(start.log_fd);
    return status;
}

Status client_connect_or_start(const Client *client, int *fd)
{
    Status status = client_connect(client, fd);
    if (status.code != STATUS_NOT_FOUND && status.code != STATUS_CLOSED)
        return status;
    int lock;
    status = check_limits();
    /* Of two clients that find no daemon one starts it; the other waits here and then finds it. */
    if (status_ok(status))
        status = lock_file_take(client->paths.start_lock, START_TIMEOUT_MS, &lock);
    if (!status_ok(status))
        return status;
    status = client_connect(client, fd);
    if (!status_ok(status)) {
        status = start_daemon(client);
        if (status_ok(status))
            status = client_connect(client, fd);
    }
    close(lock); /* and with it the lock */
    return status;
}

/* ---- the log ---- */

Str client_log_tail(const Client *client, size_t bytes_max)
{
    int fd = open(paths_log_file(client->log_dir, client->arena), O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return STR("");
    }
    size_t size = (size_t)st.st_size;
    size_t bytes = size < bytes_max ? size : bytes_max;
    char *data = arena_alloc(client->arena, bytes);
    ssize_t count = pread(fd, data, bytes, (off_t)(size - bytes));
    close(fd);
    Str tail = { data, count > 0 ? (size_t)count : 0 };
    const char *newline = bytes < size ? memchr(data, '\n', tail.bytes) : NULL;
    if (newline) { /* the first line is cut off */
        tail.bytes -= (size_t)(newline + 1 - data);
        tail.data = newline + 1;
    }
    return tail;
}
