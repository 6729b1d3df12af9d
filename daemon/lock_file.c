#include "daemon/lock_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/channel.h"

enum { LOCK_POLL_MS = 5 };

static bool has_its_name(const char *path, int fd)
{
    struct stat named, open;
    return lstat(path, &named) == 0 && fstat(fd, &open) == 0 && named.st_ino == open.st_ino &&
           named.st_dev == open.st_dev;
}

/* BUSY: somebody else holds it, or it has just gone. flags: O_CREAT or 0. */
static Status try_lock(const char *path, int flags, int *fd)
{
    *fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0600);
    if (*fd < 0)
        return status_from_errno(errno, path);
    Status status = STATUS_SUCCESS;
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK || errno == EINTR ? status_make(STATUS_BUSY, path)
                                                        : status_from_errno(errno, path);
    else if (!has_its_name(path, *fd))
        status = status_make(STATUS_BUSY, path);
    if (!status_ok(status))
        close(*fd);
    return status;
}

Status lock_file_take(const char *path, int64_t timeout_ms, int *fd)
{
    int64_t deadline = clock_ms() + timeout_ms;
    for (;;) {
        Status status = try_lock(path, O_CREAT, fd);
        if (status.code != STATUS_BUSY)
            return status;
        if (clock_ms() >= deadline)
            return status_make(STATUS_TIMEOUT, path);
        (void)poll(NULL, 0, LOCK_POLL_MS);
    }
}

void lock_file_remove(const char *path, int fd)
{
    if (has_its_name(path, fd))
        (void)unlink(path);
    close(fd);
}

/* ---- what was left ---- */

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* Of a daemon's files: no other daemon comes while its lock is held, and none is started while the
 * other is. */
static void sweep_daemon(Arena *arena, Str stem)
{
    const char *lock = arena_printf(arena, "%.*s.lock", (int)stem.bytes, stem.data);
    const char *start = arena_printf(arena, "%.*s.start", (int)stem.bytes, stem.data);
    const char *socket = arena_printf(arena, "%.*s.sock", (int)stem.bytes, stem.data);
    int lock_fd, start_fd;
    if (exists(lock)) {
        if (!status_ok(try_lock(lock, 0, &lock_fd)))
            return;
        (void)unlink(socket);
        lock_file_remove(lock, lock_fd);
    }
    if (status_ok(try_lock(start, 0, &start_fd)))
        lock_file_remove(start, start_fd);
}

void lock_file_sweep(const char *runtime_dir)
{
    static const Str suffixes[] = { { ".lock", 5 }, { ".start", 6 } };
    Arena *arena = arena_new(NULL);
    DIR *dir = opendir(runtime_dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        Str name = str_from_c(entry->d_name);
        for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
            if (!str_ends_with(name, suffixes[i]))
                continue;
            const char *stem = arena_printf(arena, "%s/%.*s", runtime_dir,
                                            (int)(name.bytes - suffixes[i].bytes), name.data);
            sweep_daemon(arena, str_from_c(stem));
        }
    }
    if (dir)
        closedir(dir);
    arena_free(arena);
}
