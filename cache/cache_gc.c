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

/* A time in the future is a wrong clock, not a reason to keep something for ever. */
static bool is_older(const Collector *collector, int64_t then, int64_t seconds)
{
    return then < collector->now - seconds || then > collector->now + seconds;
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

static void add_hashes(Map *live, Str hashes)
{
    for (size_t at = 0; at + CACHE_FP_BYTES <= hashes.bytes; at += CACHE_FP_BYTES) {
        Fp hash = cache_fp_read((const uint8_t *)hashes.data + at);
        (void)map_put(live, &hash, NULL);
    }
}

/* The hashes in column 1 of each row. Ids must rise: a damaged tree could repeat rows for ever. */
static CacheFault add_references(CacheDb *db, CacheSql which, Map *live)
{
    CacheFault fault;
    int64_t last = INT64_MIN;
    sqlite3_stmt *statement = cache_sql(db, which, &fault);
    if (!statement)
        return fault;
    while (cache_sql_row(db, statement, &fault)) {
        Str hashes;
        int64_t id = sqlite3_column_int64(statement, 0);
        if (id <= last || !cache_column_bytes(statement, 1, &hashes)) {
            sqlite3_reset(statement);
            return CACHE_FAULT_DAMAGED;
        }
        add_hashes(live, hashes);
        last = id;
    }
    return fault;
}

typedef struct {
    Map live;           /* hashes referred to */
    bool keep_all;      /* a segment does not say what it refers to */
    CacheIdVec garbage; /* rows */
} Sweep;

/* Sorts the rows into live (their hashes) and garbage (their ids). */
static CacheFault find_garbage(const Collector *collector, CacheDb *db, Sweep *sweep)
{
    CacheFault fault;
    int64_t last = INT64_MIN;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_BLOB_EACH, &fault);
    if (!statement)
        return fault;
    while (cache_sql_row(db, statement, &fault)) {
        Fp hash;
        int64_t id = sqlite3_column_int64(statement, 0);
        if (id <= last || !cache_column_fp(statement, 1, &hash)) {
            sqlite3_reset(statement);
            return CACHE_FAULT_DAMAGED;
        }
        bool is_young =
            !is_older(collector, sqlite3_column_int64(statement, 2), CACHE_GRACE_SECONDS);
        if (sweep->keep_all)
            (void)map_put(&sweep->live, &hash, NULL);
        else if (!map_find(&sweep->live, &hash) && !is_young)
            cache_id_vec_push(&sweep->garbage, id);
        last = id;
    }
    return fault;
}

static CacheFault find_live(CacheDb *db, Sweep *sweep)
{
    int64_t unknown;
    CacheFault fault = cache_sql_number(db, CACHE_SQL_SEGMENT_UNKNOWN, &unknown);
    sweep->keep_all = unknown != 0;
    if (!fault)
        fault = add_references(db, CACHE_SQL_REFERENCE_EACH, &sweep->live);
    return fault ? fault : add_references(db, CACHE_SQL_RECORD_EACH, &sweep->live);
}

static CacheFault delete_rows(CacheDb *db, const CacheIdVec *ids, CacheSql which)
{
    CacheFault fault = CACHE_FAULT_NONE;
    for (uint32_t i = 0; i < ids->count && !fault; i++)
        fault = cache_sql_run_id(db, which, ids->items[i]);
    return fault;
}

/* In one transaction, so that nothing is put or referred to meanwhile. */
static CacheFault sweep_database(const Collector *collector, CacheDb *db, Sweep *sweep)
{
    CacheFault fault = cache_sql_run(db, CACHE_SQL_BEGIN);
    bool writable = !fault;
    if (fault && fault != CACHE_FAULT_LOCKED && fault != CACHE_FAULT_READ_ONLY)
        return fault;
    fault = find_live(db, sweep);
    if (!fault)
        fault = find_garbage(collector, db, sweep);
    if (!writable)
        return fault;
    if (!fault)
        fault = delete_rows(db, &sweep->garbage, CACHE_SQL_BLOB_DELETE);
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
    Sweep sweep = { 0 };
    map_init(&sweep.live, NULL, sizeof(Fp));
    cache_id_vec_init(&sweep.garbage, NULL);
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
    map_release(&sweep.live);
    cache_id_vec_release(&sweep.garbage);
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

void cache_collect_if_due(const char *dir, uint64_t cap_bytes)
{
    Arena *arena = arena_new(NULL);
    FileStat last;
    CacheLease lock;
    uint64_t freed;
    const char *path = path_join(arena, str_from_c(dir), STR("gc.lock"));
    if (!status_ok(file_stat(path, &last))) {
        /* The first time there is nothing to collect: the clock starts. */
        if (lock_collector(&lock, dir, arena) == CACHE_FAULT_NONE)
            cache_lease_close(&lock);
    } else if (time(NULL) - last.mtime_ns / 1000000000 > CACHE_COLLECT_SECONDS) {
        (void)!status_ok(cache_gc(dir, cap_bytes - cap_bytes / 10, &freed));
    }
    arena_free(arena);
}
