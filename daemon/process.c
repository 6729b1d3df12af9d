#include "daemon/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static int add_descriptors(posix_spawn_file_actions_t *actions, const ProcessSpec *spec)
{
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, spec->stderr_fd, STDERR_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, spec->control_fd, PROCESS_CONTROL_FD);
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0)
        error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0)
        error = posix_spawnattr_setpgroup(attributes, 0);
    if (error == 0)
        error = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    return error;
}

Status process_spawn(const ProcessSpec *spec, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    rsc_assert(posix_spawn_file_actions_init(&actions) == 0);
    rsc_assert(posix_spawnattr_init(&attributes) == 0);
    int error = add_descriptors(&actions, spec);
    if (error == 0)
        error = set_attributes(&attributes);
    if (error == 0)
        error = posix_spawn(pid, spec->path, &actions, &attributes,
                            (char *const *)(uintptr_t)spec->arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? STATUS_SUCCESS : status_from_errno(error, spec->path);
}

Status process_socket_pair(int *own_end, int *child_end)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return status_from_errno(errno, "socketpair");
    *own_end = fds[0];
    *child_end = fds[1];
    return STATUS_SUCCESS;
}

const char *process_end_text(int wait_status, Arena *arena)
{
    if (!WIFSIGNALED(wait_status))
        return arena_printf(arena, "exit code %d", WEXITSTATUS(wait_status));
    const char *name = sigabbrev_np(WTERMSIG(wait_status));
    return arena_printf(arena, "signal %d (SIG%s)", WTERMSIG(wait_status), name ? name : "?");
}

/* The number of KiB in the line that begins with the key. */
static uint64_t kib_of_line(const char *path, const char *key)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    char line[256];
    uint64_t kib = 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            kib = strtoull(line + strlen(key), NULL, 10);
            break;
        }
    }
    fclose(file);
    return kib;
}

uint64_t process_resident_bytes(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    return kib_of_line(path, "VmRSS:") * 1024;
}

uint64_t process_proportional_bytes(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    return kib_of_line(path, "Pss:") * 1024;
}
