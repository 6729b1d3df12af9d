/* `rsccd --once`: one command in one process, on the same store as the engines. What --no-daemon
 * runs, what CI runs, and what a command that crashed an engine is tried again in. */
#ifndef RSCC_DAEMON_ONCE_H
#define RSCC_DAEMON_ONCE_H

/* The arguments are rscc's own, without the program's name. Writes to stdout and stderr; for `run`
 * it becomes the program. Ends by SIGINT, SIGTERM and SIGHUP as if it did not handle them, but
 * after the store is in order; the second one ends it at once. */
int once_main(int argument_count, char **arguments);

#endif
