/* Which blobs of a database nothing refers to; and how much was put since that was last made sure.
 */
#include "cache/cache_priv.h"

/* A time in the future is a wrong clock, not a reason to keep something for ever. */
bool cache_is_older(int64_t now, int64_t then, int64_t seconds)
{
    return then < now - seconds || then > now + seconds;
}

void cache_sweep_init(CacheSweep *sweep)
{
    *sweep = (CacheSweep){ 0 };
    map_init(&sweep->live, NULL, sizeof(Fp));
    cache_id_vec_init(&sweep->garbage, NULL);
}

void cache_sweep_release(CacheSweep *sweep)
{
    map_release(&sweep->live);
    cache_id_vec_release(&sweep->garbage);
}

/* ---- finding ---- */

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

static CacheFault find_live(CacheDb *db, CacheSweep *sweep)
{
    int64_t unknown;
    CacheFault fault = cache_sql_number(db, CACHE_SQL_SEGMENT_UNKNOWN, &unknown);
    sweep->keep_all = unknown != 0;
    if (!fault)
        fault = add_references(db, CACHE_SQL_REFERENCE_EACH, &sweep->live);
    return fault ? fault : add_references(db, CACHE_SQL_RECORD_EACH, &sweep->live);
}

/* Sorts the rows into live (their hashes) and garbage (their ids). */
static CacheFault find_garbage(CacheDb *db, CacheSweep *sweep, int64_t now, int64_t grace_seconds)
{
    CacheFault fault;
    int64_t last = INT64_MIN;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_BLOB_EACH, &fault);
    if (!statement)
        return fault;
    while (cache_sql_row(db, statement, &fault)) {
        Fp hash;
        int64_t id = sqlite3_column_int64(statement, 0), bytes = sqlite3_column_int64(statement, 4);
        if (id <= last || bytes < 0 || !cache_column_fp(statement, 1, &hash)) {
            sqlite3_reset(statement);
            return CACHE_FAULT_DAMAGED;
        }
        bool is_young = !cache_is_older(now, sqlite3_column_int64(statement, 2), grace_seconds);
        bool is_file = sqlite3_column_int64(statement, 3) != 0;
        if (sweep->keep_all)
            (void)map_put(&sweep->live, &hash, NULL);
        if (map_find(&sweep->live, &hash) || (is_young && grace_seconds > 0)) {
            sweep->live_bytes += (uint64_t)bytes;
        } else {
            cache_id_vec_push(&sweep->garbage, id);
            sweep->orphaned_bytes += is_file ? (uint64_t)bytes : 0;
        }
        last = id;
    }
    return fault;
}

CacheFault cache_sweep_find(CacheDb *db, CacheSweep *sweep, int64_t now, int64_t grace_seconds)
{
    CacheFault fault = find_live(db, sweep);
    return fault ? fault : find_garbage(db, sweep, now, grace_seconds);
}

static CacheFault delete_rows(CacheDb *db, const CacheIdVec *ids, CacheSql which)
{
    CacheFault fault = CACHE_FAULT_NONE;
    for (uint32_t i = 0; i < ids->count && !fault; i++)
        fault = cache_sql_run_id(db, which, ids->items[i]);
    return fault;
}

CacheFault cache_sweep_delete(CacheDb *db, const CacheSweep *sweep)
{
    return delete_rows(db, &sweep->garbage, CACHE_SQL_BLOB_DELETE);
}

/* ---- wear ---- */

enum { WEAR_BYTES = 16 };
static const char wear_key[] = "wear";

void cache_wear_load(Cache *cache)
{
    CacheFault fault;
    cache->wear = (CacheWear){ .known = true };
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_META_GET, &fault);
    if (!statement)
        return;
    sqlite3_bind_text(statement, 1, wear_key, -1, SQLITE_STATIC);
    Str value;
    if (!cache_sql_row(&cache->writer, statement, &fault))
        return;
    if (cache_column_bytes(statement, 0, &value) && value.bytes == WEAR_BYTES) {
        Fp pair = cache_fp_read((const uint8_t *)value.data);
        cache->wear.live_bytes = pair.lo;
        cache->wear.added_bytes = pair.hi;
    }
    (void)cache_sql_finish(&cache->writer, statement);
}

static CacheFault wear_store(Cache *cache, const CacheWear *wear)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_META_PUT, &fault);
    if (!statement)
        return fault;
    uint8_t bytes[WEAR_BYTES];
    cache_fp_write((Fp){ wear->live_bytes, wear->added_bytes }, bytes);
    sqlite3_bind_text(statement, 1, wear_key, -1, SQLITE_STATIC);
    cache_bind_bytes(statement, 2, (Str){ (const char *)bytes, sizeof bytes });
    return cache_sql_finish(&cache->writer, statement);
}

/* The caller has put all it has: what it does not refer to is nobody's. Another process that puts
 * blobs without the lease may lose some that only it would read. */
static CacheFault sweep_own(Cache *cache, CacheWear *wear)
{
    CacheSweep sweep;
    cache_sweep_init(&sweep);
    CacheFault fault = cache_sweep_find(&cache->writer, &sweep, 0, 0);
    if (!fault)
        fault = cache_sweep_delete(&cache->writer, &sweep);
    wear->live_bytes = cache->transaction.segment_bytes + sweep.live_bytes;
    wear->added_bytes = 0;
    if (!fault)
        atomic_fetch_add(&cache->orphaned_bytes, sweep.orphaned_bytes);
    cache_sweep_release(&sweep);
    return fault;
}

CacheFault cache_wear_update(Cache *cache, CacheWear *wear)
{
    const CacheTransaction *txn = &cache->transaction;
    *wear = cache->wear;
    wear->added_bytes += txn->segment_bytes + txn->blob_bytes;
    CacheFault fault = CACHE_FAULT_NONE;
    if (txn->dropped)
        fault = sweep_own(cache, wear);
    bool is_same = wear->added_bytes == cache->wear.added_bytes && !txn->dropped;
    return fault || is_same ? fault : wear_store(cache, wear);
}

bool cache_is_worn(void *store)
{
    const Cache *cache = store;
    const CacheTransaction *txn = &cache->transaction;
    uint64_t added = cache->wear.added_bytes + txn->segment_bytes + txn->blob_bytes;
    return cache->wear.known && added > cache->wear.live_bytes + CACHE_WORN_MIN_BYTES;
}
