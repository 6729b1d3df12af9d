/* Advisory locks. Open-file-description locks belong to the open file, not to the process, so two
 * caches in one process compete like two processes, and closing an unrelated descriptor releases
 * nothing. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum { RETRY_MS = 2, OPEN_ATTEMPTS_MAX = CACHE_READ_TIMEOUT_MS / RETRY_MS };

static bool lock_range(int fd, short type, off_t start, off_t bytes)
{
    struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = bytes };
    return fcntl(fd, F_OFD_SETLK, &range) == 0;
}

static CacheFault lock_fault(void)
{
    return errno == EAGAIN || errno == EACCES ? CACHE_FAULT_LOCKED : CACHE_FAULT_IO;
}

/* A lock on a file that was removed meanwhile protects nothing. */
static bool is_still_there(int fd, const char *path)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

/* Opens and locks; LOCKED if the lock is taken or the file was removed meanwhile. */
static CacheFault open_locked(CacheLease *lease, const char *path, short type, off_t start,
                              off_t bytes)
{
    *lease = (CacheLease){ .fd = -1 };
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return cache_fault_of_errno(errno);
    CacheFault fault = lock_range(fd, type, start, bytes) ? CACHE_FAULT_NONE : lock_fault();
    if (!fault && !is_still_there(fd, path))
        fault = CACHE_FAULT_LOCKED;
    if (fault)
        close(fd);
    else
        lease->fd = fd;
    return fault;
}

CacheFault cache_lease_open(CacheLease *lease, const char *path)
{
    CacheFault fault = CACHE_FAULT_LOCKED;
    /* Who removes the database holds the lock for a moment. */
    for (int i = 0; i < OPEN_ATTEMPTS_MAX && fault == CACHE_FAULT_LOCKED; i++) {
        if (i > 0)
            usleep(RETRY_MS * 1000);
        fault = open_locked(lease, path, F_RDLCK, 1, 1);
    }
    if (fault)
        return fault;
    rsc_assert(lease->fd >= 0);
    futimens(lease->fd, NULL);
    (void)cache_lease_take(lease);
    return CACHE_FAULT_NONE;
}

bool cache_lease_take(CacheLease *lease)
{
    if (!lease->held && lease->fd >= 0)
        lease->held = lock_range(lease->fd, F_WRLCK, 0, 1);
    return lease->held;
}

void cache_lease_close(CacheLease *lease)
{
    if (lease->fd >= 0)
        close(lease->fd);
    *lease = (CacheLease){ .fd = -1 };
}

CacheFault cache_lease_claim(CacheLease *lease, const char *path)
{
    return open_locked(lease, path, F_WRLCK, 0, 2);
}

CacheFault cache_lock_file(CacheLease *lease, const char *path)
{
    return open_locked(lease, path, F_WRLCK, 0, 0);
}
