/* The crash report: what an assertion or a fatal signal leaves behind.
 *
 * A report names the build, the failed condition or signal, and the stack of queries under
 * execution in the crashing thread. It is written with async-signal-safe calls only to stderr and
 * to <directory>/crash-<pid>.txt. What a process survives is in survived-<pid>.txt: the reason of a
 * later end is never looked for there. */
#ifndef RSCC_BASE_CRASH_H
#define RSCC_BASE_CRASH_H

#include "base/text.h"

/* Installs handlers for SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT on alternate stacks. directory
 * may be NULL. */
void crash_install(const char *program, const char *build_id, const char *directory);
/* From now on a crash, once reported, ends the process with this exit code and not by its signal:
 * for a process whose parent is a user's shell. */
void crash_set_exit_code(int exit_code);
/* Each thread that runs queries calls this once: gives it an alternate signal stack. */
void crash_thread_init(void);

/* Reports a bug that the process survives in the same way: `what` and the stack of queries. Reports
 * of a process are one behind the other in its file: the caller sees to it that they are few. Not
 * from a signal handler. */
void crash_report_survived(const char *what);

/* A frame of context in the current thread, printed innermost first: `what`, then what `describe`
 * (may be NULL) adds to it. The crash may have been anywhere, malloc included, so describe must be
 * async-signal-safe: it takes no lock and allocates nothing; the text is a fixed one. If it crashes
 * itself, the report ends behind its `what`. */
typedef struct CrashFrame {
    struct CrashFrame *outer;
    const char *what;
    void (*describe)(const void *argument, Text *out);
    const void *argument;
} CrashFrame;
void crash_frame_push(CrashFrame *frame);
void crash_frame_pop(CrashFrame *frame);

#endif
