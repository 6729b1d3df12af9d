/* Starting processes: posix_spawn, never a bare fork, because the caller may have threads. */
#ifndef RSCC_DAEMON_PROCESS_H
#define RSCC_DAEMON_PROCESS_H

#include <sys/types.h>

#include "base/status.h"

enum { PROCESS_CONTROL_FD = 3 }; /* where a child of ours finds its end of the socket pair */

typedef struct {
    const char *path;
    const char *const *arguments; /* argv, ending with NULL */
    int stderr_fd;                /* stdin and stdout are /dev/null */
    int control_fd;               /* becomes PROCESS_CONTROL_FD */
} ProcessSpec;

/* The child inherits nothing but these descriptors (all others are close-on-exec), the environment
 * and the working directory; signals are at their defaults and it leads a process group of its own.
 */
RSC_MUST_USE Status process_spawn(const ProcessSpec *spec, pid_t *pid);

/* A connected pair for a child's control_fd; both ends are close-on-exec. */
RSC_MUST_USE Status process_socket_pair(int *own_end, int *child_end);

/* "signal 11 (SEGV)" or "exit code 3", for messages. */
const char *process_end_text(int wait_status, Arena *arena);
/* Resident and proportional memory of a process; 0 if it cannot be read. */
uint64_t process_resident_bytes(pid_t pid);
uint64_t process_proportional_bytes(pid_t pid);

#endif
