/* rscc: the program that users run. It parses the command line, finds or starts the daemon, sends
 * it the command, copies its output, and becomes the program that `run` built. One thread, no LLVM,
 * no libuv; it starts in about a millisecond. */
#ifndef RSCC_CLIENT_CLIENT_H
#define RSCC_CLIENT_CLIENT_H

#include "daemon/channel.h"
#include "daemon/paths.h"
#include "options/options.h"

#define RSCC_VERSION     "0.1.0"
#define RSCC_HOST_TRIPLE "x86_64-unknown-linux-gnu"

enum {
    EXIT_USAGE = 1,
    EXIT_FAILURE_OF_OURS = 101,
    EXIT_NOT_RUNNING = 3, /* `daemon status` without a daemon */
    EXIT_UNUSABLE =
        75, /* EX_TEMPFAIL: neither the daemon nor a process of its own could run the command */
};

/* One run of the program. Everything lives in the arena. */
typedef struct {
    Arena *arena;
    StrVec arguments; /* argv[1..], with `rustc` put before them if we were called as rscc-rustc */
    Options options;
    const char *build_id;
    DaemonPaths paths; /* after client_find_paths */
    const char *log_dir;
    Str standard_input; /* what was read of it, for another process to read again; data is NULL if
                           nothing was */
    Text printed[2];    /* what the daemon's command printed to stdout and stderr, up to a limit */
    bool printed_too_much;
} Client;

/* Prints "error: ..." with a newline, coloured if stderr is a terminal that wants it. */
void client_error(const Client *client, const char *format, ...) RSC_PRINTF(2, 3);
void client_note(const Client *client, const char *format, ...) RSC_PRINTF(2, 3);

/* ---- client_start.c ---- */

RSC_MUST_USE Status client_find_paths(Client *client);
/* Connects to a daemon that runs. */
RSC_MUST_USE Status client_connect(const Client *client, int *fd);
/* Connects to the daemon, and starts it first if nobody is there. Waits a few seconds at most. */
RSC_MUST_USE Status client_connect_or_start(const Client *client, int *fd);
/* The last lines of the daemon's log, for when it did not start; empty if there is none. */
Str client_log_tail(const Client *client, size_t bytes_max);

/* ---- client_run.c ---- */

/* Carries the command out: in the daemon, or in a process of its own. Returns the exit code; does
 * not return if it becomes another program. */
int client_run(Client *client);
/* Becomes `rsccd --once`. Returns EXIT_UNUSABLE if that is impossible. */
int client_run_once(Client *client);

/* ---- client_daemon.c ---- */

/* `rscc daemon ...` */
int client_daemon(Client *client);

/* ---- client_wire.c ---- */

/* Appends our greeting. */
void client_hello(const Client *client, Text *out);
/* Takes the daemon's greeting. VERSION: it is of another build or protocol. *pid may be NULL. */
RSC_MUST_USE Status client_take_hello(const Client *client, Channel *channel, uint32_t *pid);

#endif
