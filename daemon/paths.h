/* Where the daemon's files are. The environment comes as a lookup function, so that tests can give
 * another. */
#ifndef RSCC_DAEMON_PATHS_H
#define RSCC_DAEMON_PATHS_H

#include "base/status.h"
#include "daemon/protocol.h"

typedef const char *(*EnvironmentFn)(const char *name);

/* The directory of sockets: $XDG_RUNTIME_DIR/rscc if that is ours and small enough for a socket's
 * name, else /tmp/rscc-<uid>. Made (0700) if it is not there. PERMISSION: somebody else owns it or
 * may write into it. */
RSC_MUST_USE Status paths_runtime_dir(EnvironmentFn environment, Arena *arena, const char **out);

/* Of one daemon: <runtime dir>/<build id>-<hash of the directory of the programs>.sock, .lock (held
 * by the supervisor), .start (held by who starts one). The directory is in the name because two
 * builds of the same sources, say with and without a sanitizer, have the same build id. */
typedef struct {
    const char *runtime_dir;
    const char *socket;
    const char *lock;
    const char *start_lock;
} DaemonPaths;
RSC_MUST_USE Status paths_of_daemon(EnvironmentFn environment, const char *build_id, Arena *arena,
                                    DaemonPaths *out);

/* $XDG_STATE_HOME/rscc/log, else $HOME/.local/state/rscc/log, else the runtime directory; made if
 * it is not there. */
RSC_MUST_USE Status paths_log_dir(EnvironmentFn environment, Arena *arena, const char **out);
/* The file in it that daemons append to. */
const char *paths_log_file(const char *log_dir, Arena *arena);

/* The path of another program of this build, beside the running one. */
RSC_MUST_USE Status paths_sibling_program(const char *name, Arena *arena, const char **out);

#endif
