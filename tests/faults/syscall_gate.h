/* Runs a function in a child process whose system calls on files ask the parent first: it lets them
 * through, fails them, or kills the child there. Uses seccomp's user notification; no privileges
 * are needed. */
#ifndef RSCC_TESTS_SYSCALL_GATE_H
#define RSCC_TESTS_SYSCALL_GATE_H

#include "base/base.h"

typedef struct {
    int at;       /* the at-th call, 1 is the first; 0: none */
    bool lasting; /* and all after it */
    int error;    /* errno; 0: kill */
} GatePlan;

typedef struct {
    int seen;   /* calls that asked */
    int hits;   /* of them, how many met the plan */
    int status; /* of waitpid */
} GateResult;

/* False: the system does not allow it, and nothing ran. The child ends with _exit(0) after body. */
bool gate_run(void (*body)(void *argument), void *argument, GatePlan plan, GateResult *out);

#endif
