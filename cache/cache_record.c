/* Records of finished builds: opaque bytes under the fingerprint of a request, the newest few. */
#include "cache/cache_priv.h"

const StoreOps cache_store_ops = {
    .read_segments = cache_segments_read,
    .get_blob = cache_blob_get,
    .begin = cache_begin,
    .put_segment = cache_segment_put,
    .drop_segments = cache_segments_drop,
    .put_blob = cache_blob_put,
    .commit = cache_commit,
    .is_worn = cache_is_worn,
    .refer_blobs = cache_segment_refers,
};

Fp cache_record_sum(Fp request, Str bytes)
{
    return fp_combine(request, fp_of_bytes(bytes.data, bytes.bytes, 0));
}

static CacheFault put_row(Cache *cache, Fp request, Str bytes, Str hashes)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_RECORD_PUT, &fault);
    if (!statement)
        return fault;
    cache_bind_fp(statement, 1, request);
    cache_bind_fp(statement, 2, cache_record_sum(request, bytes));
    cache_bind_bytes(statement, 3, hashes);
    cache_bind_bytes(statement, 4, bytes);
    fault = cache_sql_finish(&cache->writer, statement);
    return fault ? fault
                 : cache_sql_run_id(&cache->writer, CACHE_SQL_RECORD_TRIM, CACHE_RECORDS_MAX);
}

Status cache_record_put_blobs(Cache *cache, Fp request, Str bytes, const Fp *blobs, uint32_t count)
{
    Status status = cache_begin(cache);
    if (!status_ok(status))
        return status;
    Arena *scratch = arena_new(NULL);
    cache->transaction.fault =
        put_row(cache, request, bytes, cache_fps_write(blobs, count, scratch));
    arena_free(scratch);
    return cache_commit(cache);
}

Status cache_record_put(Cache *cache, Fp request, Str bytes)
{
    return cache_record_put_blobs(cache, request, bytes, NULL, 0);
}

static CacheFault get_row(CacheDb *db, Fp request, Arena *arena, Str *out)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_RECORD_GET, &fault);
    if (!statement)
        return fault;
    cache_bind_fp(statement, 1, request);
    if (!cache_sql_row(db, statement, &fault))
        return fault ? fault : CACHE_FAULT_MISSING;
    Fp sum;
    Str bytes;
    bool sound = cache_column_fp(statement, 0, &sum) && cache_column_bytes(statement, 1, &bytes) &&
                 fp_eq(cache_record_sum(request, bytes), sum);
    if (sound)
        *out = (Str){ arena_copy(arena, bytes.data, bytes.bytes), bytes.bytes };
    fault = cache_sql_finish(db, statement);
    return sound ? fault : CACHE_FAULT_MISMATCH;
}

bool cache_record_get(Cache *cache, Fp request, Arena *arena, Str *out)
{
    CacheFault fault;
    CacheDb *db = cache_pool_take(cache, &fault);
    if (!db)
        return false;
    fault = get_row(db, request, arena, out);
    fault = cache_pool_give(cache, db, fault);
    cache_report(cache, fault);
    return fault == CACHE_FAULT_NONE;
}
