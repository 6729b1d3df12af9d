/* `rsccd --engine ROOT`: compiles for one workspace. Its loop thread talks to the supervisor
 * (descriptor 3), to clients and to the file watcher; command threads run the driver. Without its
 * supervisor it finishes what runs and ends. */
#ifndef RSCC_DAEMON_ENGINE_H
#define RSCC_DAEMON_ENGINE_H

/* Arguments: the workspace's root, and `--recycled N` if it replaced itself N times. Returns the
 * exit code. */
int engine_main(int argument_count, char **arguments);

#endif
