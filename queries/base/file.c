#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_ATTEMPTS_MAX = 3,
    TEMPORARY_NAMES_MAX = 100,
    TEMPORARY_NAME_BYTES = 64, /* beyond those of the path it is for */
};

static int64_t timespec_ns(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static FileStat stat_from_os(const struct stat *s)
{
    return (FileStat){
        .size = (uint64_t)s->st_size,
        .mtime_ns = timespec_ns(s->st_mtim),
        .ctime_ns = timespec_ns(s->st_ctim),
        .inode = s->st_ino,
        .device = s->st_dev,
        .mode = s->st_mode,
    };
}

Status file_stat(const char *path, FileStat *out)
{
    struct stat s;
    if (stat(path, &s) != 0)
        return status_from_errno(errno, path);
    *out = stat_from_os(&s);
    return STATUS_SUCCESS;
}

/* ---- reading ---- */

/* Reads until the end of file or until `bytes` are there. */
static Status read_up_to(int fd, char *data, size_t bytes, const char *path, size_t *got)
{
    *got = 0;
    while (*got < bytes) {
        ssize_t n = read(fd, data + *got, bytes - *got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return status_from_errno(errno, path);
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return STATUS_SUCCESS;
}

static Status stat_open_file(int fd, const char *path, FileStat *out)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return status_from_errno(errno, path);
    *out = stat_from_os(&s);
    if (S_ISDIR(out->mode))
        return status_from_errno(EISDIR, path);
    return S_ISREG(out->mode) ? STATUS_SUCCESS : status_make(STATUS_IO, path);
}

/* One attempt. STATUS_BUSY if the bytes do not agree with what the file looked like before and
 * after. */
static Status read_once(int fd, const char *path, Arena *arena, size_t limit, Str *out,
                        FileStat *stat_out)
{
    FileStat before = { 0 }, after = { 0 };
    Status status = stat_open_file(fd, path, &before);
    if (!status_ok(status))
        return status;
    if (before.size > limit || before.size >= SIZE_MAX / 2)
        return status_make(STATUS_TOO_LARGE, path);
    size_t size = (size_t)before.size, got = 0;
    /* One byte more than expected: a file that grew shows, and the text gets its NUL. */
    char *data = arena_alloc(arena, size + 1);
    status = read_up_to(fd, data, size + 1, path, &got);
    if (!status_ok(status))
        return status;
    status = stat_open_file(fd, path, &after);
    if (!status_ok(status))
        return status;
    if (got != size || after.size != before.size || after.mtime_ns != before.mtime_ns ||
        after.ctime_ns != before.ctime_ns)
        return status_make(STATUS_BUSY, path);
    data[size] = '\0';
    *out = (Str){ data, size };
    if (stat_out)
        *stat_out = after;
    return STATUS_SUCCESS;
}

Status file_read(const char *path, Arena *arena, size_t limit_bytes, Str *out, FileStat *stat)
{
    /* Not blocking: opening a FIFO must not hang; a regular file does not care. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return status_from_errno(errno, path);
    Status status = STATUS_SUCCESS;
    for (int attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
        ArenaMark mark = arena_mark(arena);
        status = read_once(fd, path, arena, limit_bytes, out, stat);
        if (status_ok(status))
            break;
        arena_rewind(arena, mark);
        if (status.code != STATUS_BUSY)
            break;
        if (lseek(fd, 0, SEEK_SET) != 0) {
            status = status_from_errno(errno, path);
            break;
        }
    }
    close(fd);
    return status;
}

/* ---- writing ---- */

static Status write_all(int fd, Str bytes, const char *path)
{
    for (size_t done = 0; done < bytes.bytes;) {
        ssize_t n = write(fd, bytes.data + done, bytes.bytes - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return status_from_errno(errno, path);
        done += (size_t)n;
    }
    return STATUS_SUCCESS;
}

/* Creates a file of a new name in the directory of `path`. Names are only unique; nothing reads
 * them. */
static int create_temporary(const char *path, uint32_t mode, char *name, size_t name_bytes)
{
    static atomic_uint counter;
    Str parent = path_parent(str_from_c(path));
    for (int attempt = 0; attempt < TEMPORARY_NAMES_MAX; attempt++) {
        unsigned number = atomic_fetch_add(&counter, 1);
        snprintf(name, name_bytes, "%.*s/.rscc-tmp-%ld-%u", (int)parent.bytes, parent.data,
                 (long)getpid(), number);
        int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static Status write_temporary(const char *path, Str bytes, uint32_t mode, char *name,
                              size_t name_bytes)
{
    int fd = create_temporary(path, mode, name, name_bytes);
    if (fd < 0)
        return status_from_errno(errno, path);
    Status status = write_all(fd, bytes, path);
    if (close(fd) != 0 && status_ok(status))
        status = status_from_errno(errno, path);
    if (!status_ok(status))
        unlink(name);
    return status;
}

Status file_write_beside(const char *path, Str bytes, uint32_t mode, Arena *arena,
                         const char **name)
{
    size_t name_bytes = strlen(path) + TEMPORARY_NAME_BYTES;
    char *temporary = arena_alloc(arena, name_bytes);
    *name = temporary;
    return write_temporary(path, bytes, mode, temporary, name_bytes);
}

Status file_write_atomic(const char *path, Str bytes, uint32_t mode)
{
    size_t name_bytes = strlen(path) + TEMPORARY_NAME_BYTES;
    char *name = heap_alloc(name_bytes);
    Status status = write_temporary(path, bytes, mode, name, name_bytes);
    if (status_ok(status) && rename(name, path) != 0) {
        status = status_from_errno(errno, path);
        unlink(name);
    }
    heap_free(name);
    return status;
}

static Status make_one_dir(const char *path, const char *context)
{
    if (mkdir(path, 0777) == 0)
        return STATUS_SUCCESS;
    int error = errno;
    struct stat s;
    if (stat(path, &s) == 0)
        return S_ISDIR(s.st_mode) ? STATUS_SUCCESS : status_from_errno(ENOTDIR, context);
    return status_from_errno(error, context);
}

Status dir_make_all(const char *path)
{
    size_t bytes = strlen(path);
    char *prefix = heap_alloc(bytes + 1);
    memcpy(prefix, path, bytes + 1);
    Status status = STATUS_SUCCESS;
    for (size_t i = 1; i <= bytes && status_ok(status); i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        prefix[i] = '\0';
        status = make_one_dir(prefix, path);
        prefix[i] = path[i];
    }
    heap_free(prefix);
    return status;
}
