/* The supervisor's socket: making it, reaching it, and who may speak over it. */
#ifndef RSCC_DAEMON_SOCKET_H
#define RSCC_DAEMON_SOCKET_H

#include <sys/socket.h>

#include "base/status.h"

/* Connects to the socket file; CLOSED or NOT_FOUND: nobody listens there. The descriptor is
 * blocking. */
RSC_MUST_USE Status socket_connect(const char *path, int *fd);
/* Listens under the path with mode 0600, in place of whatever was there: the name appears when the
 * socket already accepts. Non-blocking. */
RSC_MUST_USE Status socket_listen(const char *path, int *fd);
/* Whether a peer with these credentials may give orders: it must be the user the daemon runs as. */
bool socket_peer_is_trusted(const struct ucred *peer, uid_t own_uid);
/* The credentials of a connection's other end. */
RSC_MUST_USE Status socket_peer(int fd, struct ucred *out);

#endif
