/* Counting, and removing everything. */
#include <errno.h>
#include <unistd.h>

#include "cache/cache_priv.h"

/* ---- stats ---- */

static void add_number(CacheDb *db, CacheSql which, uint64_t *sum)
{
    int64_t number;
    if (!cache_sql_number(db, which, &number) && number > 0)
        *sum += (uint64_t)number;
}

/* A database that cannot be read counts with its bytes alone. */
static void add_database(CacheStats *stats, const CacheDbFile *database)
{
    CacheDb db;
    if (cache_db_open_any(&db, database->path))
        return;
    add_number(&db, CACHE_SQL_SEGMENT_COUNT, &stats->segments);
    add_number(&db, CACHE_SQL_SEGMENT_BYTES, &stats->nodes_bytes);
    add_number(&db, CACHE_SQL_BLOB_COUNT, &stats->blobs);
    add_number(&db, CACHE_SQL_RECORD_COUNT, &stats->records);
    cache_db_close(&db);
}

Status cache_stats(const char *dir, CacheStats *out)
{
    Arena *arena = arena_new(NULL);
    CacheScan scan;
    CacheFault fault = cache_scan(&scan, dir, arena);
    *out = (CacheStats){
        .total_bytes = scan.database_bytes + scan.cas_bytes,
        .database_bytes = scan.database_bytes,
        .cas_bytes = scan.cas_bytes,
        .workspaces = scan.databases.count,
        .cap_bytes = CACHE_DEFAULT_CAP_BYTES,
    };
    for (uint32_t i = 0; i < scan.databases.count; i++)
        add_database(out, &scan.databases.items[i]);
    arena_free(arena);
    return cache_fault_status(fault);
}

/* ---- clear ---- */

static CacheFault empty_tables(CacheDb *db)
{
    CacheFault fault = cache_sql_run(db, CACHE_SQL_BEGIN);
    if (fault)
        return fault;
    fault = cache_segments_cut_to(db, INT64_MAX);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_BLOB_DELETE_ALL);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_RECORD_DELETE_ALL);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_COMMIT);
    if (fault)
        (void)cache_sql_run(db, CACHE_SQL_ROLLBACK);
    return fault ? fault : cache_db_shrink(db);
}

/* A database that an engine has open stays and is emptied; the engine notices at its next build. */
static CacheFault clear_database(const CacheDbFile *database)
{
    CacheFault fault = cache_db_remove_unused(database->path, database->lease_path);
    if (fault != CACHE_FAULT_LOCKED)
        return fault;
    CacheDb db;
    fault = cache_db_open_any(&db, database->path);
    if (fault)
        return fault;
    fault = empty_tables(&db);
    cache_db_close(&db);
    return fault;
}

static CacheFault remove_path(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? CACHE_FAULT_NONE : cache_fault_of_errno(errno);
}

static void keep_first(CacheFault *first, CacheFault fault)
{
    if (!*first)
        *first = fault;
}

Status cache_clear(const char *dir)
{
    Arena *arena = arena_new(NULL);
    CacheScan scan;
    CacheFault fault = cache_scan(&scan, dir, arena);
    for (uint32_t i = 0; i < scan.databases.count; i++)
        keep_first(&fault, clear_database(&scan.databases.items[i]));
    for (uint32_t i = 0; i < scan.files.count; i++)
        keep_first(&fault, remove_path(cache_cas_path(dir, scan.files.items[i].hash, arena)));
    for (uint32_t i = 0; i < scan.leftovers.count; i++)
        keep_first(&fault, remove_path(scan.leftovers.items[i].path));
    for (uint32_t i = 0; i < scan.epochs.count; i++)
        rmdir(scan.epochs.items[i].data);
    arena_free(arena);
    return cache_fault_status(fault);
}
