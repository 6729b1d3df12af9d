/* Files at the edges: whole-file reads and atomic writes. Never called by a provider. */
#ifndef RSCC_BASE_FILE_H
#define RSCC_BASE_FILE_H

#include "base/status.h"

typedef struct {
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns;
    uint64_t inode;
    uint64_t device;
    uint32_t mode; /* st_mode */
} FileStat;

RSC_MUST_USE Status file_stat(const char *path, FileStat *out);
/* Reads a regular file of at most limit_bytes. A file that changes size while it is read is read
 * again, at most three times, then STATUS_BUSY. `stat` (may be NULL) is taken from the open file
 * and agrees with the bytes. */
RSC_MUST_USE Status file_read(const char *path, Arena *arena, size_t limit_bytes, Str *out,
                              FileStat *stat);
/* Temporary file in the same directory, then rename. mode as for open(2). */
RSC_MUST_USE Status file_write_atomic(const char *path, Str bytes, uint32_t mode);
/* The first half of that: *name (in the arena) is the temporary file, to be renamed or removed. */
RSC_MUST_USE Status file_write_beside(const char *path, Str bytes, uint32_t mode, Arena *arena,
                                      const char **name);
RSC_MUST_USE Status dir_make_all(const char *path);

/* Lexical: joins, and resolves "." and ".." without touching the file system. In the arena. */
const char *path_join(Arena *arena, Str base, Str relative);
Str path_parent(Str path);
Str path_file_name(Str path);
/* `path` relative to `base`, both absolute and lexically clean; ".." where needed. */
const char *path_relative(Arena *arena, Str base, Str path);

#endif
