/* `rsccd --supervisor`: owns the socket, hands each client's connection to the engine of its
 * workspace, keeps the engines alive and the log in order, and ends itself when idle. One thread,
 * one libuv loop; it never runs compiler code. */
#ifndef RSCC_DAEMON_SUPERVISOR_H
#define RSCC_DAEMON_SUPERVISOR_H

/* Arguments: `--session PID`, the session to end with: 0 outside of CI, -1 for one that cannot be
 * seen from here. Descriptor 3, if open, gets one byte when the socket is there. Returns the exit
 * code. */
int supervisor_main(int argument_count, char **arguments);

#endif
