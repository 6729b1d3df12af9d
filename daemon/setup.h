/* What every mode of rsccd does first. */
#ifndef RSCC_DAEMON_SETUP_H
#define RSCC_DAEMON_SETUP_H

#include <signal.h>
#include <sys/resource.h>

#include "daemon/protocol.h"
#include "driver/driver.h"
#include "options/options.h"

/* What setup_process changed, as it was. */
typedef struct {
    struct rlimit descriptors;
    struct sigaction sigpipe, sigxfsz;
} SetupBefore;

/* Crash reports into the log directory, many descriptors, and no signal for what a failed write
 * tells: a closed pipe, a file that grew to its limit. *before may be NULL. */
void setup_process(const char *program, SetupBefore *before);
/* For a program that takes this process over. */
void setup_undo(const SetupBefore *before);

/* For a process that serves every shell: the limits of the one that happened to start it go as far
 * up as they may, and the processes that it starts inherit that. Programs of `run` are not among
 * them: clients become those, under limits of their own. */
void setup_shared_limits(void);

/* For a process that lives long, before it has threads: big blocks of memory come from the system
 * and go back to it, and threads share a few heaps, so that what many revisions leave free is
 * little. */
void setup_heap(void);

/* How a command ends that cannot begin: as cargo's do, or as rustc's. */
int setup_failure_exit_code(CommandId command);
/* The request as the driver wants it, all but where its output goes. Borrows the message's texts.
 */
CommandRequest setup_request_of(const Message_run *run);
/* Of a request, for the exit code of its failures and for its priority; COMMAND_NONE if it does not
 * parse. */
CommandId setup_command_of(const CommandRequest *request, Options *options, Arena *arena);

#endif
