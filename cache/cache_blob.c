/* Content-addressed bytes: small ones are rows, big ones files. */
#include <time.h>

#include "cache/cache_priv.h"

/* ---- reading ---- */

static void note_bad(Cache *cache, Fp hash)
{
    pthread_mutex_lock(&cache->bad_mutex);
    fp_vec_push(&cache->bad_blobs, hash);
    pthread_mutex_unlock(&cache->bad_mutex);
}

/* MISSING also for a row whose bytes are in a file; then *in_file. */
static CacheFault get_row(CacheDb *db, Fp hash, Arena *arena, Str *out, bool *in_file)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_BLOB_GET, &fault);
    if (!statement)
        return fault;
    cache_bind_fp(statement, 1, hash);
    if (!cache_sql_row(db, statement, &fault))
        return fault ? fault : CACHE_FAULT_MISSING;
    Str bytes;
    CacheFault found = CACHE_FAULT_MISMATCH;
    if (sqlite3_column_type(statement, 1) == SQLITE_NULL) {
        found = CACHE_FAULT_MISSING;
        *in_file = true;
    } else if (cache_column_bytes(statement, 1, &bytes) &&
               fp_eq(fp_of_bytes(bytes.data, bytes.bytes, 0), hash)) {
        *out = (Str){ arena_copy(arena, bytes.data, bytes.bytes), bytes.bytes };
        found = CACHE_FAULT_NONE;
    }
    fault = cache_sql_finish(db, statement);
    return found ? found : fault;
}

/* Of the fault that the database had and that of the file, which was looked for because of it: what
 * is to be said of the bytes. That there is no file is no news of a row that could not be read. */
static CacheFault worse_fault(CacheFault database, CacheFault file)
{
    return file == CACHE_FAULT_MISSING ? database : file;
}

Status cache_blob_get(void *store, Fp hash, Arena *arena, Str *out)
{
    Cache *cache = store;
    bool in_file = false;
    CacheFault fault;
    CacheDb *db = cache_pool_take(cache, &fault);
    if (db) {
        fault = get_row(db, hash, arena, out, &in_file);
        fault = cache_pool_give(cache, db, fault);
    } else if (!fault) {
        fault = CACHE_FAULT_MISSING;
    }
    cache_report(cache, fault);
    /* Without a row too: another workspace may have put the file. */
    if (fault && fault != CACHE_FAULT_MISMATCH && cache->dir)
        fault = worse_fault(fault, cache_cas_get(cache->dir, hash, arena, out));
    if (fault == CACHE_FAULT_MISMATCH || (in_file && fault == CACHE_FAULT_MISSING))
        note_bad(cache, hash);
    cache_report(cache, fault);
    return cache_fault_status(fault);
}

/* ---- writing ---- */

CacheFault cache_blobs_forget_bad(Cache *cache)
{
    CacheFault fault = CACHE_FAULT_NONE;
    pthread_mutex_lock(&cache->bad_mutex);
    for (uint32_t i = 0; i < cache->bad_blobs.count && !fault; i++) {
        sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_BLOB_FORGET, &fault);
        if (!statement)
            break;
        cache_bind_fp(statement, 1, *fp_vec_at(&cache->bad_blobs, i));
        fault = cache_sql_finish(&cache->writer, statement);
    }
    if (!fault)
        fp_vec_clear(&cache->bad_blobs);
    pthread_mutex_unlock(&cache->bad_mutex);
    return fault;
}

static CacheFault put_row(CacheDb *db, Fp hash, Str bytes, bool in_file)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_BLOB_PUT, &fault);
    if (!statement)
        return fault;
    cache_bind_fp(statement, 1, hash);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)bytes.bytes);
    sqlite3_bind_int64(statement, 3, time(NULL));
    if (!in_file)
        cache_bind_bytes(statement, 4, bytes);
    return cache_sql_finish(db, statement);
}

/* A file without a row counts as not stored: the collector knows of nobody who needs it. */
bool cache_blob_put(void *store, Fp hash, Str bytes)
{
    Cache *cache = store;
    CacheTransaction *txn = &cache->transaction;
    rsc_check_expensive(fp_eq(fp_of_bytes(bytes.data, bytes.bytes, 0), hash));
    bool in_file = bytes.bytes > CACHE_INLINE_MAX;
    if (txn->fault || !cache->dir || bytes.bytes > CACHE_BLOB_LIMIT_BYTES)
        return false;
    if (in_file) {
        CacheFault fault = cache_cas_put(cache->dir, hash, bytes);
        cache_report(cache, fault);
        if (fault)
            return false;
    }
    if (!cache->writer.handle || (!txn->active && cache->put_refused))
        return false;
    CacheFault fault = put_row(&cache->writer, hash, bytes, in_file);
    if (txn->active) {
        txn->fault = fault;
        txn->blob_bytes += !fault && sqlite3_changes(cache->writer.handle) > 0 ? bytes.bytes : 0;
        return !fault;
    }
    cache_report(cache, fault);
    cache->put_refused = fault != CACHE_FAULT_NONE;
    return !fault;
}
