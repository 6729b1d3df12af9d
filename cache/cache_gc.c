/* The collector. What goes, in this order:
 *   1. leftovers of processes that died, and databases nobody opened for a month;
 *   2. blobs that no segment and no record refers to, past a grace for builds under way;
 *   3. above the cap: whole databases nobody has open, least recently used first, with the files
 * only they refer to;
 *   4. still above it: content-addressed files by last use. A file that is gone costs
 * recomputation. One collector runs at a time; engines run on. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum { LEFTOVER_SECONDS = 3600 };

typedef struct {
    CacheScan scan; /* databases ordered by last use, newest first */
    Map owners;     /* hash of a blob -> 1 + index of the newest database that refers to it */
    uint64_t total_bytes, cap_bytes;
    int64_t now;
    bool incomplete; /* some database could not say what it refers to */
} Collector;

static bool is_older(const Collector *collector, int64_t then, int64_t seconds)
{
    return cache_is_older(collector->now, then, seconds);
}

/* ---- removing ---- */

static void remove_leftovers(Collector *collector)
{
    const CacheLeftoverVec *leftovers = &collector->scan.leftovers;
    for (uint32_t i = 0; i < leftovers->count; i++)
        if (is_older(collector, leftovers->items[i].used, LEFTOVER_SECONDS))
            unlink(leftovers->items[i].path);
}

CacheFault cache_db_remove_unused(const char *path, const char *lease_path)
{
    CacheLease lease;
    CacheFault fault = cache_lease_claim(&lease, lease_path);
    if (fault)
        return fault;
    fault = cache_db_remove(path);
    if (!fault)
        unlink(lease_path);
    cache_lease_close(&lease);
    return fault;
}

static bool remove_database(Collector *collector, CacheDbFile *database)
{
    if (cache_db_remove_unused(database->path, database->lease_path))
        return false;
    collector->total_bytes -= database->bytes;
    database->bytes = 0;
    database->path = NULL;
    return true;
}

static void remove_file(Collector *collector, CacheCasFile *file)
{
    const char *path = cache_cas_path(collector->scan.dir, file->hash, collector->scan.arena);
    struct stat now;
    /* Used again since the scan. */
    if (lstat(path, &now) != 0 || now.st_mtime != file->used || unlink(path) != 0)
        return;
    collector->total_bytes -= file->bytes;
    file->bytes = 0;
}

/* ---- what a database refers to ---- */

/* In one transaction, so that nothing is put or referred to meanwhile. */
static CacheFault sweep_database(const Collector *collector, CacheDb *db, CacheSweep *sweep)
{
    CacheFault fault = cache_sql_run(db, CACHE_SQL_BEGIN);
    bool writable = !fault;
    if (fault && fault != CACHE_FAULT_LOCKED && fault != CACHE_FAULT_READ_ONLY)
        return fault;
    fault = cache_sweep_find(db, sweep, collector->now, CACHE_GRACE_SECONDS);
    if (!writable)
        return fault;
    if (!fault)
        fault = cache_sweep_delete(db, sweep);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_COMMIT);
    if (fault)
        (void)cache_sql_run(db, CACHE_SQL_ROLLBACK);
    return fault;
}

static void take_live(Collector *collector, const Map *live, uint32_t database)
{
    for (uint32_t i = map_next(live, 0); i != MAP_END; i = map_next(live, i + 1)) {
        bool existed;
        uint32_t *owner = map_put(&collector->owners, map_key_at(live, i), &existed);
        if (!existed)
            *owner = database + 1;
    }
}

static void collect_database(Collector *collector, uint32_t index)
{
    CacheDbFile *database = &collector->scan.databases.items[index];
    CacheDb db;
    CacheFault fault = cache_db_open_any(&db, database->path);
    CacheSweep sweep;
    cache_sweep_init(&sweep);
    if (!fault) {
        fault = sweep_database(collector, &db, &sweep);
        if (!fault && sweep.garbage.count)
            fault = cache_db_shrink(&db);
        cache_db_close(&db);
    }
    if (fault == CACHE_FAULT_DAMAGED && remove_database(collector, database))
        fault = CACHE_FAULT_NONE;
    else if (!fault)
        take_live(collector, &sweep.live, index);
    collector->incomplete = collector->incomplete || fault;
    if (database->path) {
        uint64_t bytes = cache_db_file_bytes(database->path);
        collector->total_bytes += bytes - database->bytes;
        database->bytes = bytes;
    }
    cache_sweep_release(&sweep);
}

/* ---- the steps ---- */

static void collect_databases(Collector *collector)
{
    CacheDbFileVec *databases = &collector->scan.databases;
    for (uint32_t i = 0; i < databases->count; i++) {
        CacheDbFile *database = &databases->items[i];
        bool is_forgotten = is_older(collector, database->used, CACHE_UNUSED_SECONDS);
        if (!is_forgotten || !remove_database(collector, database))
            collect_database(collector, i);
    }
}

static void collect_files(Collector *collector)
{
    CacheCasFileVec *files = &collector->scan.files;
    int64_t grace = collector->incomplete ? CACHE_GRACE_UNKNOWN_SECONDS : CACHE_GRACE_SECONDS;
    for (uint32_t i = 0; i < files->count; i++) {
        CacheCasFile *file = &files->items[i];
        const uint32_t *owner = map_find(&collector->owners, &file->hash);
        file->owner = owner ? *owner : 0;
        if (file->owner == 0 && is_older(collector, file->used, grace))
            remove_file(collector, file);
    }
}

static void evict_databases(Collector *collector)
{
    CacheDbFileVec *databases = &collector->scan.databases;
    CacheCasFileVec *files = &collector->scan.files;
    for (uint32_t i = databases->count; i-- > 0 && collector->total_bytes > collector->cap_bytes;) {
        if (!databases->items[i].path || !remove_database(collector, &databases->items[i]))
            continue;
        for (uint32_t k = 0; k < files->count; k++)
            if (files->items[k].owner == i + 1)
                remove_file(collector, &files->items[k]);
    }
}

static int compare_files_by_use(const void *a, const void *b)
{
    const CacheCasFile *x = a, *y = b;
    if (x->used != y->used)
        return x->used < y->used ? -1 : 1;
    return fp_compare(x->hash, y->hash);
}

static void evict_files(Collector *collector)
{
    CacheCasFileVec *files = &collector->scan.files;
    if (!files->count || collector->total_bytes <= collector->cap_bytes)
        return;
    qsort(files->items, files->count, sizeof(CacheCasFile), compare_files_by_use);
    for (uint32_t i = 0; i < files->count && collector->total_bytes > collector->cap_bytes; i++)
        if (files->items[i].bytes && is_older(collector, files->items[i].used, CACHE_GRACE_SECONDS))
            remove_file(collector, &files->items[i]);
}

static int compare_databases_by_use(const void *a, const void *b)
{
    const CacheDbFile *x = a, *y = b;
    return (x->used < y->used) - (x->used > y->used);
}

static void collect(Collector *collector)
{
    CacheScan *scan = &collector->scan;
    map_init(&collector->owners, NULL, sizeof(Fp));
    collector->total_bytes = scan->database_bytes + scan->cas_bytes;
    if (scan->databases.count)
        qsort(scan->databases.items, scan->databases.count, sizeof(CacheDbFile),
              compare_databases_by_use);
    remove_leftovers(collector);
    collect_databases(collector);
    collect_files(collector);
    evict_databases(collector);
    evict_files(collector);
    /* Of epochs without a database; the others are not empty. */
    for (uint32_t i = 0; i < scan->epochs.count; i++)
        rmdir(scan->epochs.items[i].data);
    map_release(&collector->owners);
}

static CacheFault lock_collector(CacheLease *lock, const char *dir, Arena *arena)
{
    FileStat there;
    if (!status_ok(file_stat(dir, &there)))
        return CACHE_FAULT_MISSING;
    return cache_lock_file(lock, path_join(arena, str_from_c(dir), STR("gc.lock")));
}

Status cache_gc(const char *dir, uint64_t cap_bytes, uint64_t *freed_bytes)
{
    Arena *arena = arena_new(NULL);
    Collector collector = { .cap_bytes = cap_bytes, .now = time(NULL) };
    CacheLease lock;
    *freed_bytes = 0;
    CacheFault fault = lock_collector(&lock, dir, arena);
    if (!fault) {
        fault = cache_scan(&collector.scan, dir, arena);
        uint64_t before = collector.scan.database_bytes + collector.scan.cas_bytes;
        if (!fault)
            collect(&collector);
        if (collector.total_bytes < before)
            *freed_bytes = before - collector.total_bytes;
        futimens(lock.fd, NULL);
        cache_lease_close(&lock);
    }
    arena_free(arena);
    /* A directory that does not exist is collected. */
    return cache_fault_status(fault == CACHE_FAULT_MISSING ? CACHE_FAULT_NONE : fault);
}

void cache_collect(Cache *cache)
{
    if (!cache->dir)
        return;
    Arena *arena = arena_new(NULL);
    FileStat last;
    CacheLease lock;
    uint64_t freed;
    bool is_pressing = atomic_load(&cache->orphaned_bytes) > CACHE_ORPHANED_MAX_BYTES;
    int64_t interval = is_pressing ? CACHE_GRACE_SECONDS : CACHE_COLLECT_SECONDS;
    const char *path = path_join(arena, str_from_c(cache->dir), STR("gc.lock"));
    if (!status_ok(file_stat(path, &last))) {
        /* The first time there is nothing to collect: the clock starts. */
        if (lock_collector(&lock, cache->dir, arena) == CACHE_FAULT_NONE)
            cache_lease_close(&lock);
    } else if (time(NULL) - last.mtime_ns / 1000000000 > interval) {
        atomic_store(&cache->orphaned_bytes, 0);
        (void)!status_ok(cache_gc(cache->dir, cache->cap_bytes - cache->cap_bytes / 10, &freed));
    }
    arena_free(arena);
}
