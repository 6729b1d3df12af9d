/* Content-addressed files: immutable, named by the hash of their bytes, shared by all workspaces
 * and epochs. Not synced: after a power failure a file may have other bytes than its name says, and
 * then it counts as absent. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum { TOUCH_SECONDS = 24 * 3600 };

const char *cache_cas_path(const char *dir, Fp hash, Arena *arena)
{
    FpHex hex = fp_hex(hash);
    return arena_printf(arena, "%s/cas/%.2s/%s", dir, hex.text, hex.text);
}

static CacheFault make_directories(const char *dir, Fp hash)
{
    Text path;
    text_init(&path, NULL);
    text_addf(&path, "%s/cas/%.2s", dir, fp_hex(hash).text);
    CacheFault fault = cache_fault_of_status(dir_make_all(path.data));
    text_release(&path);
    return fault;
}

/* Whether the file is there with as many bytes; if so it counts as used now. */
static bool is_present(const char *path, size_t bytes)
{
    FileStat file;
    if (!status_ok(file_stat(path, &file)) || !S_ISREG(file.mode) || file.size != bytes)
        return false;
    utimensat(AT_FDCWD, path, NULL, 0);
    return true;
}

CacheFault cache_cas_put(const char *dir, Fp hash, Str bytes)
{
    Arena *scratch = arena_new(NULL);
    const char *path = cache_cas_path(dir, hash, scratch);
    CacheFault fault = CACHE_FAULT_NONE;
    if (!is_present(path, bytes.bytes)) {
        fault = cache_fault_of_status(file_write_atomic(path, bytes, 0600));
        if (fault == CACHE_FAULT_MISSING) {
            fault = make_directories(dir, hash);
            if (!fault)
                fault = cache_fault_of_status(file_write_atomic(path, bytes, 0600));
        }
    }
    arena_free(scratch);
    /* A directory that cannot be made although it is missing. */
    return fault == CACHE_FAULT_MISSING ? CACHE_FAULT_IO : fault;
}

CacheFault cache_cas_read(const char *dir, Fp hash, Arena *arena, Str *out, FileStat *file)
{
    Arena *scratch = arena_new(NULL);
    const char *path = cache_cas_path(dir, hash, scratch);
    ArenaMark mark = arena_mark(arena);
    Status status = file_read(path, arena, CACHE_BLOB_LIMIT_BYTES, out, file);
    CacheFault fault = cache_fault_of_status(status);
    if (status.os_error == ENOTDIR)
        fault = CACHE_FAULT_MISSING;
    if (!fault && !fp_eq(fp_of_bytes(out->data, out->bytes, 0), hash)) {
        fault = CACHE_FAULT_MISMATCH;
        arena_rewind(arena, mark);
        unlink(path);
    }
    arena_free(scratch);
    return fault;
}

/* Reading counts as use, noted at most once a day. */
static void note_use(const char *dir, Fp hash, const FileStat *file)
{
    if (time(NULL) - file->mtime_ns / 1000000000 <= TOUCH_SECONDS)
        return;
    Arena *scratch = arena_new(NULL);
    utimensat(AT_FDCWD, cache_cas_path(dir, hash, scratch), NULL, 0);
    arena_free(scratch);
}

CacheFault cache_cas_get(const char *dir, Fp hash, Arena *arena, Str *out)
{
    FileStat file;
    CacheFault fault = cache_cas_read(dir, hash, arena, out, &file);
    if (!fault)
        note_use(dir, hash, &file);
    return fault;
}
