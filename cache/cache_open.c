/* The life of a Cache: where it lives, its lease, its database; getting back on its feet after
 * trouble. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum { DIRECTORY_MODE = 0700 };
static const char tag_text[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This directory holds a cache of rscc and may be deleted at any time.\n";

/* ---- where ---- */

const char *cache_default_dir(const char *(*environment)(const char *name), Arena *arena)
{
    const char *own = environment("RSCC_CACHE_DIR");
    if (own && *own)
        return arena_copy_str(arena, str_from_c(own));
    /* The XDG specification: a relative path is as good as none. */
    const char *xdg = environment("XDG_CACHE_HOME");
    if (xdg && *xdg == '/')
        return path_join(arena, str_from_c(xdg), STR("rscc"));
    const char *home = environment("HOME");
    if (home && *home == '/')
        return path_join(arena, str_from_c(home), STR(".cache/rscc"));
    return NULL;
}

static void put_tag(Cache *cache)
{
    const char *path = path_join(cache->arena, str_from_c(cache->dir), STR("CACHEDIR.TAG"));
    FileStat file;
    if (!status_ok(file_stat(path, &file)))
        (void)!status_ok(file_write_atomic(path, str_from_c(tag_text), 0644));
}

static CacheFault make_directories(Cache *cache)
{
    Arena *scratch = arena_new(NULL);
    Str parent = path_parent(str_from_c(cache->dir));
    CacheFault fault = CACHE_FAULT_NONE;
    FileStat there;
    if (!status_ok(file_stat(cache->dir, &there))) {
        fault = cache_fault_of_status(dir_make_all(arena_copy_str(scratch, parent)));
        /* Holds what was compiled from private sources: nobody else's business. */
        if (!fault)
            (void)!mkdir(cache->dir, DIRECTORY_MODE);
    }
    if (!fault) {
        Str database = path_parent(str_from_c(cache->spec.path));
        fault = cache_fault_of_status(dir_make_all(arena_copy_str(scratch, database)));
    }
    if (!fault)
        put_tag(cache);
    arena_free(scratch);
    return fault == CACHE_FAULT_MISSING ? CACHE_FAULT_IO : fault;
}

/* ---- attaching ---- */

static void detach(Cache *cache)
{
    cache_pool_renew(&cache->pool, false);
    cache_db_close(&cache->writer);
    cache_lease_close(&cache->lease);
    cache->unclean_marked = false;
}

/* Directories and lease. Not having the lease is no fault. */
static CacheFault attach(Cache *cache)
{
    CacheFault fault = make_directories(cache);
    return fault ? fault : cache_lease_open(&cache->lease, cache->lease_path);
}

static CacheFault discard_damaged(Cache *cache)
{
    cache_pool_renew(&cache->pool, false);
    cache_db_close(&cache->writer);
    CacheFault fault = cache_db_remove(cache->spec.path);
    if (!fault)
        atomic_store(&cache->damaged, false);
    return fault;
}

static int note_log_pages(void *argument, sqlite3 *handle, const char *name, int pages)
{
    (void)handle;
    (void)name;
    ((Cache *)argument)->log_pages = pages;
    return SQLITE_OK;
}

static CacheFault open_file(Cache *cache)
{
    CacheFault fault = cache_db_open(&cache->writer, &cache->spec);
    if (fault == CACHE_FAULT_DAMAGED && cache->lease.held) {
        cache_report(cache, fault);
        fault = discard_damaged(cache);
        if (!fault)
            fault = cache_db_open(&cache->writer, &cache->spec);
    }
    if (fault)
        return fault;
    cache->unclean_marked = false;
    cache->wear.known = false;
    cache->put_refused = false;
    sqlite3_wal_hook(cache->writer.handle, note_log_pages, cache);
    cache_pool_renew(&cache->pool, true);
    if (cache->writer.read_only)
        cache_report(cache, CACHE_FAULT_READ_ONLY);
    return CACHE_FAULT_NONE;
}

/* With the file lock: nobody makes a connection meanwhile. */
static CacheFault make_ready(Cache *cache)
{
    if (cache->writer.handle && cache_db_is_moved(&cache->writer))
        detach(cache);
    CacheFault lease_fault = cache->lease.fd < 0 ? attach(cache) : CACHE_FAULT_NONE;
    if (lease_fault)
        cache_report(cache, lease_fault);
    if (atomic_load(&cache->damaged)) {
        if (!cache_lease_take(&cache->lease))
            return CACHE_FAULT_DAMAGED;
        CacheFault fault = discard_damaged(cache);
        if (fault)
            return fault;
    }
    /* Without the lock the file could be removed under us; a read-only place has no such lock. */
    if (lease_fault && lease_fault != CACHE_FAULT_READ_ONLY)
        return lease_fault;
    return cache->writer.handle ? CACHE_FAULT_NONE : open_file(cache);
}

CacheFault cache_writer_ready(Cache *cache)
{
    if (!cache->dir)
        return CACHE_FAULT_NOWHERE;
    bool ready = cache->writer.handle && cache->lease.fd >= 0 && !atomic_load(&cache->damaged) &&
                 !cache_db_is_moved(&cache->writer);
    if (ready)
        return CACHE_FAULT_NONE;
    pthread_rwlock_wrlock(&cache->pool.file_lock);
    CacheFault fault = make_ready(cache);
    pthread_rwlock_unlock(&cache->pool.file_lock);
    return fault;
}

/* ---- unclean ends ---- */

static bool was_unclean(Cache *cache)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_META_GET, &fault);
    if (!statement)
        return false;
    sqlite3_bind_text(statement, 1, "clean", -1, SQLITE_STATIC);
    Str value = STR("1");
    bool unclean = cache_sql_row(&cache->writer, statement, &fault) &&
                   cache_column_bytes(statement, 0, &value) && !str_eq(value, STR("1"));
    (void)cache_sql_finish(&cache->writer, statement);
    return unclean;
}

CacheFault cache_mark_clean(Cache *cache, bool clean)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_META_PUT, &fault);
    if (!statement)
        return fault;
    sqlite3_bind_text(statement, 1, "clean", -1, SQLITE_STATIC);
    cache_bind_bytes(statement, 2, clean ? STR("1") : STR("0"));
    return cache_sql_finish(&cache->writer, statement);
}

/* ---- the public life cycle ---- */

static void take_config(Cache *cache, const CacheConfig *config)
{
    Arena *arena = cache->arena;
    cache->warn = config->warn;
    cache->warn_context = config->warn_context;
    cache->cap_bytes = config->size_cap_bytes ? config->size_cap_bytes : CACHE_DEFAULT_CAP_BYTES;
    cache->chain_start = cache_chain_start(config->epoch);
    if (!config->dir || !*config->dir)
        return;
    cache->dir = arena_copy_str(arena, str_from_c(config->dir));
    FpHex workspace = fp_hex(fp_of_bytes(config->workspace, strlen(config->workspace), 0));
    const char *stem =
        arena_printf(arena, "%s/%s/ws-%s", cache->dir, config->epoch, workspace.text);
    cache->lease_path = arena_printf(arena, "%s.lease", stem);
    cache->spec = (CacheDbSpec){
        .path = arena_printf(arena, "%s.db", stem),
        .epoch = arena_copy_str(arena, str_from_c(config->epoch)),
        .workspace = arena_copy_str(arena, str_from_c(config->workspace)),
        .create = true,
    };
}

Cache *cache_open(const CacheConfig *config)
{
    Arena *arena = arena_new(NULL);
    Cache *cache = arena_new_object(arena, Cache);
    cache->arena = arena;
    cache->lease.fd = -1;
    cache_pool_init(&cache->pool);
    pthread_mutex_init(&cache->bad_mutex, NULL);
    fp_vec_init(&cache->bad_blobs, NULL);
    take_config(cache, config);
    CacheFault fault = cache_writer_ready(cache);
    if (fault)
        cache_report(cache, fault);
    else if (cache->lease.held && was_unclean(cache))
        cache_check_start(cache);
    return cache;
}

bool cache_has_lease(const Cache *cache)
{
    return cache->lease.held;
}

void cache_idle(Cache *cache)
{
    rsc_assert(!cache->transaction.active);
    cache_db_checkpoint(&cache->writer);
    if (cache_db_is_loose(&cache->writer))
        (void)cache_db_shrink(&cache->writer);
}

void cache_close(Cache *cache)
{
    cache_check_stop(cache);
    cache_abandon(cache);
    if (cache->unclean_marked && !atomic_load(&cache->damaged))
        (void)cache_mark_clean(cache, true);
    cache_pool_release(&cache->pool);
    cache_db_checkpoint(&cache->writer);
    cache_db_close(&cache->writer);
    cache_lease_close(&cache->lease);
    cache_collect(cache);
    fp_vec_release(&cache->bad_blobs);
    pthread_mutex_destroy(&cache->bad_mutex);
    arena_free(cache->arena);
}
