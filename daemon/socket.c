#include "daemon/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 128 };

static Status address_of(const char *path, struct sockaddr_un *out)
{
    size_t bytes = strlen(path);
    if (bytes >= sizeof out->sun_path)
        return status_make(STATUS_TOO_LARGE, path);
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(out->sun_path, path, bytes + 1);
    return STATUS_SUCCESS;
}

static Status fail_closing(int fd, const char *path)
{
    Status status = status_from_errno(errno, path);
    close(fd);
    return status;
}

Status socket_connect(const char *path, int *fd)
{
    struct sockaddr_un address;
    Status status = address_of(path, &address);
    if (!status_ok(status))
        return status;
    int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_fd < 0)
        return status_from_errno(errno, path);
    int result;
    do
        result = connect(socket_fd, (const struct sockaddr *)&address, sizeof address);
    while (result != 0 && errno == EINTR);
    if (result != 0)
        return fail_closing(socket_fd, path);
    *fd = socket_fd;
    return STATUS_SUCCESS;
}

Status socket_listen(const char *path, int *fd)
{
    char making[sizeof(((struct sockaddr_un *)0)->sun_path)];
    int bytes = snprintf(making, sizeof making, "%s.%d", path, (int)getpid());
    if (bytes < 0 || (size_t)bytes >= sizeof making)
        return status_make(STATUS_TOO_LARGE, path);
    struct sockaddr_un address;
    Status status = address_of(making, &address);
    if (!status_ok(status))
        return status;
    int socket_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_fd < 0)
        return status_from_errno(errno, path);
    (void)unlink(making);
    mode_t old_mask = umask(0177);
    int result = bind(socket_fd, (const struct sockaddr *)&address, sizeof address);
    umask(old_mask);
    if (result != 0 || listen(socket_fd, BACKLOG) != 0 || rename(making, path) != 0)
        return fail_closing(socket_fd, path);
    *fd = socket_fd;
    return STATUS_SUCCESS;
}

bool socket_peer_is_trusted(const struct ucred *peer, uid_t own_uid)
{
    return peer->uid == own_uid;
}

Status socket_peer(int fd, struct ucred *out)
{
    socklen_t bytes = sizeof *out;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, out, &bytes) != 0 || bytes != sizeof *out)
        return status_from_errno(errno, "SO_PEERCRED");
    return STATUS_SUCCESS;
}
