/* What was seen of a file, and when that still holds without reading the file again.
 *
 * The stat proves that a content is the one that was read if size, mtime, ctime, inode, device and
 * mode are those of then, and if both times lie clearly before the reading: a write within the
 * clock's granule of the reading could leave all of them as they were. Users can set the mtime but
 * not the ctime, which catches times that were restored. A file whose times lie in the future of
 * its reading is read each time. What is left is a clock that was set back and then stamps a change
 * with the very ctime of before; of that the watcher tells. */
#include <time.h>

#include "driver/driver_priv.h"

enum { FILE_BYTES_MAX = 1 << 30 };
/* File systems stamp times with the granule of the kernel's tick or worse; 2 s covers the coarsest
 * (FAT). */
static const int64_t GRANULE_NS = 2000000000;

int64_t driver_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

Seen seen_stat(const char *path)
{
    Seen seen = { .at_ns = driver_clock_ns() };
    seen.status = file_stat(path, &seen.stat);
    return seen;
}

Seen seen_read(const char *path, size_t bytes_max, Arena *arena, Str *bytes)
{
    Seen seen = { .at_ns = driver_clock_ns() };
    size_t limit = bytes_max ? bytes_max : FILE_BYTES_MAX;
    *bytes = (Str){ 0 };
    seen.status = file_read(path, arena, limit, bytes, &seen.stat);
    if (status_ok(seen.status))
        seen.content = fp_of_bytes(bytes->data, bytes->bytes, 0);
    else
        seen.stat = (FileStat){ 0 };
    return seen;
}

static bool stat_equal(const FileStat *a, const FileStat *b)
{
    return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode && a->device == b->device && a->mode == b->mode;
}

bool seen_is_proven(const Seen *seen, const char *path)
{
    FileStat now;
    Status status = file_stat(path, &now);
    if (!status_ok(status) || !status_ok(seen->status))
        return status.code == seen->status.code && status.code == STATUS_NOT_FOUND;
    bool is_settled =
        now.mtime_ns + GRANULE_NS < seen->at_ns && now.ctime_ns + GRANULE_NS < seen->at_ns;
    return is_settled && stat_equal(&now, &seen->stat);
}

bool seen_content_holds(Seen *seen, const char *path)
{
    Arena *arena = arena_new(NULL);
    Str bytes;
    Seen now = seen_read(path, 0, arena, &bytes);
    arena_free(arena);
    bool holds = now.status.code == seen->status.code &&
                 now.status.os_error == seen->status.os_error && fp_eq(now.content, seen->content);
    if (holds)
        *seen = now;
    return holds;
}

bool seen_holds(Seen *seen, const char *path)
{
    return seen_is_proven(seen, path) || seen_content_holds(seen, path);
}

/* ---- witnesses ----------------------------------------------------------------------------------
 */

Witness witness_of_path(WitnessKind kind, const char *path)
{
    return (Witness){ .kind = kind, .path = str_from_c(path), .seen = seen_stat(path) };
}

bool witness_holds(Witness *witness)
{
    const char *path = witness->path.data;
    FileStat now;
    switch (witness->kind) {
    case WITNESS_FILE:
        return seen_holds(&witness->seen, path);
    case WITNESS_PRESENCE:
        return status_ok(file_stat(path, &now)) == status_ok(witness->seen.status);
    case WITNESS_DIRECTORY:
        return seen_is_proven(&witness->seen, path);
    }
    return false;
}
