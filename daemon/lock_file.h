/* Files that are locked (flock) and that go when nobody needs them. Only who holds the lock removes
 * the file, and who gets the lock of a file that lost its name meanwhile does not count as its
 * holder: so there is never more than one. */
#ifndef RSCC_DAEMON_LOCK_FILE_H
#define RSCC_DAEMON_LOCK_FILE_H

#include "base/status.h"

/* Makes the file if need be, and waits for its lock. *fd holds the lock until it is closed.
 * TIMEOUT: somebody holds it. */
RSC_MUST_USE Status lock_file_take(const char *path, int64_t timeout_ms, int *fd);
/* Takes the file's name away and gives the lock up. */
void lock_file_remove(const char *path, int fd);

/* Removes what daemons that are gone left in the runtime directory: sockets and lock files, of
 * every build. Those of daemons that live, or are being started, are locked. */
void lock_file_sweep(const char *runtime_dir);

#endif
