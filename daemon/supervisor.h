/* `rsccd --supervisor`: owns the socket, hands each client's connection to the engine of its
 * workspace, keeps the engines alive and the log in order, and ends itself when idle. One thread,
 * one libuv loop; it never runs compiler code. */
#ifndef RSCC_DAEMON_SUPERVISOR_H
#define RSCC_DAEMON_SUPERVISOR_H

/* Arguments: `--session PID`, the session to end with, or 0. Descriptor 3, if open, gets one byte
 * when the socket is there. Returns the exit code. */
int supervisor_main(int argument_count, char **arguments);

#endif
