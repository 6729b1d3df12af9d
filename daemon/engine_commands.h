/* The commands of an engine: a queue in which interactive ones go first, threads that run them, and
 * clients that may go away at any time. All functions are for the loop's thread. */
#ifndef RSCC_DAEMON_ENGINE_COMMANDS_H
#define RSCC_DAEMON_ENGINE_COMMANDS_H

#include <uv.h>

#include "daemon/host.h"

typedef struct Commands Commands;

/* on_change is called in the loop's thread after a command began or ended, and after idle work
 * ended. root: for crash reports. */
Commands *commands_new(uv_loop_t *loop, Host *host, const char *root,
                       void (*on_change)(void *context), void *context);
/* Takes the client's descriptor. The payload is that of a RUN frame; a damaged one closes the
 * connection. */
void commands_submit(Commands *commands, int client_fd, Str run_payload);
/* What runs or waits is cancelled, and its clients are told that the daemon ends. */
void commands_cancel_all(Commands *commands);
/* Runs workspace_idle on a command thread, after everything else. */
void commands_submit_idle_work(Commands *commands);
/* Ends the threads and closes handles; they must be over. The memory goes with the next turn of the
 * loop. */
void commands_close(Commands *commands);

uint32_t commands_active(Commands *commands); /* idle work included */
uint32_t commands_waiting(Commands *commands);
uint64_t commands_finished(const Commands *commands);
/* Nothing runs or waits, and every client of a finished command is dealt with. */
bool commands_are_over(Commands *commands);

#endif
