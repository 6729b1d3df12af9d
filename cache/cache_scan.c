/* What is in the directory, by names and sizes alone. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum { FP_DIGITS = 32 };

typedef void (*EntryFn)(CacheScan *scan, const char *directory, const char *name,
                        const struct stat *file);

/* Calls fn for each entry of a directory that is not a symbolic link itself. A directory that is
 * not there is empty. */
static CacheFault each_entry(CacheScan *scan, const char *directory, EntryFn fn)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? CACHE_FAULT_NONE : cache_fault_of_errno(errno);
    DIR *stream = fdopendir(fd);
    if (!stream) {
        close(fd);
        return CACHE_FAULT_IO;
    }
    const struct dirent *entry;
    while ((entry = readdir(stream))) {
        struct stat file;
        bool is_self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!is_self && fstatat(fd, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0)
            fn(scan, directory, entry->d_name, &file);
    }
    closedir(stream);
    return CACHE_FAULT_NONE;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The inverse of fp_hex. */
static bool fp_parse(const char *text, Fp *out)
{
    *out = (Fp){ 0, 0 };
    for (int i = 0; i < FP_DIGITS; i++) {
        int digit = digit_value(text[i]);
        if (digit < 0)
            return false;
        uint64_t *half = i < FP_DIGITS / 2 ? &out->hi : &out->lo;
        *half = *half << 4 | (uint64_t)digit;
    }
    return true;
}

static bool has_suffix(const char *name, const char *suffix)
{
    return str_ends_with(str_from_c(name), str_from_c(suffix));
}

/* ---- leftovers ---- */

static bool is_leftover(const char *name)
{
    return strncmp(name, ".rscc-tmp-", 10) == 0 || has_suffix(name, ".db.removed");
}

static void take_leftover(CacheScan *scan, const char *directory, const char *name,
                          const struct stat *file)
{
    if (!S_ISREG(file->st_mode) || !is_leftover(name))
        return;
    CacheLeftover leftover = {
        .path = arena_printf(scan->arena, "%s/%s", directory, name),
        .bytes = (uint64_t)file->st_size,
        .used = file->st_mtime,
    };
    cache_leftover_vec_push(&scan->leftovers, leftover);
}

/* ---- databases ---- */

/* ws-<32 digits>.db */
static bool is_database(const char *name)
{
    Fp ignored;
    return strlen(name) == 3 + FP_DIGITS + 3 && strncmp(name, "ws-", 3) == 0 &&
           fp_parse(name + 3, &ignored) && has_suffix(name, ".db");
}

static uint64_t size_beside(const char *path, const char *suffix)
{
    Text name;
    struct stat file;
    text_init(&name, NULL);
    text_addf(&name, "%s%s", path, suffix);
    uint64_t bytes = lstat(name.data, &file) == 0 ? (uint64_t)file.st_size : 0;
    text_release(&name);
    return bytes;
}

uint64_t cache_db_file_bytes(const char *path)
{
    return size_beside(path, "") + size_beside(path, "-wal") + size_beside(path, "-shm") +
           size_beside(path, "-journal");
}

static void take_database(CacheScan *scan, const char *directory, const char *name,
                          const struct stat *file)
{
    take_leftover(scan, directory, name, file);
    if (!S_ISREG(file->st_mode) || !is_database(name))
        return;
    CacheDbFile database = { .path = arena_printf(scan->arena, "%s/%s", directory, name) };
    database.lease_path =
        arena_printf(scan->arena, "%.*s.lease", (int)strlen(database.path) - 3, database.path);
    struct stat lease;
    database.used = lstat(database.lease_path, &lease) == 0 ? lease.st_mtime : file->st_mtime;
    database.bytes = cache_db_file_bytes(database.path);
    scan->database_bytes += database.bytes;
    cache_db_file_vec_push(&scan->databases, database);
}

static void take_top(CacheScan *scan, const char *directory, const char *name,
                     const struct stat *file)
{
    take_leftover(scan, directory, name, file);
    if (!S_ISDIR(file->st_mode) || strcmp(name, "cas") == 0)
        return;
    const char *path = arena_printf(scan->arena, "%s/%s", directory, name);
    str_vec_push(&scan->epochs, str_from_c(path));
    (void)each_entry(scan, path, take_database);
}

/* ---- content-addressed files ---- */

static void take_cas_file(CacheScan *scan, const char *directory, const char *name,
                          const struct stat *file)
{
    take_leftover(scan, directory, name, file);
    CacheCasFile found = { .bytes = (uint64_t)file->st_size, .used = file->st_mtime };
    const char *shard = directory + strlen(directory) - 2;
    if (!S_ISREG(file->st_mode) || strlen(name) != FP_DIGITS || !fp_parse(name, &found.hash) ||
        strncmp(name, shard, 2) != 0)
        return;
    scan->cas_bytes += found.bytes;
    cache_cas_file_vec_push(&scan->files, found);
}

static void take_cas_shard(CacheScan *scan, const char *directory, const char *name,
                           const struct stat *file)
{
    if (S_ISDIR(file->st_mode) && strlen(name) == 2)
        (void)each_entry(scan, arena_printf(scan->arena, "%s/%s", directory, name), take_cas_file);
}

/* ---- the whole ---- */

static int compare_databases(const void *a, const void *b)
{
    return strcmp(((const CacheDbFile *)a)->path, ((const CacheDbFile *)b)->path);
}

static int compare_files(const void *a, const void *b)
{
    return fp_compare(((const CacheCasFile *)a)->hash, ((const CacheCasFile *)b)->hash);
}

CacheFault cache_scan(CacheScan *scan, const char *dir, Arena *arena)
{
    *scan = (CacheScan){ .arena = arena, .dir = dir };
    cache_db_file_vec_init(&scan->databases, arena);
    cache_cas_file_vec_init(&scan->files, arena);
    cache_leftover_vec_init(&scan->leftovers, arena);
    str_vec_init(&scan->epochs, arena);
    CacheFault fault = each_entry(scan, dir, take_top);
    if (!fault)
        fault = each_entry(scan, arena_printf(arena, "%s/cas", dir), take_cas_shard);
    if (scan->databases.count)
        qsort(scan->databases.items, scan->databases.count, sizeof(CacheDbFile), compare_databases);
    if (scan->files.count)
        qsort(scan->files.items, scan->files.count, sizeof(CacheCasFile), compare_files);
    return fault;
}
