/* Segments: rows in a chain. The sum of a segment is the hash of the sum before it and of its own
 * bytes, so bytes, order and completeness are checked at once, and a segment can never be taken for
 * the continuation of another history. */
#include <string.h>

#include "cache/cache_priv.h"

Fp cache_chain_start(const char *epoch)
{
    return fp_of_bytes(epoch, strlen(epoch), CACHE_FORMAT);
}

Fp cache_chain(Fp sum, Str bytes)
{
    return fp_combine(sum, fp_of_bytes(bytes.data, bytes.bytes, 0));
}

/* The row of SEGMENT_EACH as the continuation of *tail; false if it is none. */
static bool continue_chain(sqlite3_stmt *row, SegmentTail *tail, Str *bytes)
{
    int64_t id = sqlite3_column_int64(row, 0);
    Fp sum;
    if (id - 1 != tail->id || !cache_column_fp(row, 1, &sum) || !cache_column_bytes(row, 2, bytes))
        return false;
    if (!fp_eq(cache_chain(tail->sum, *bytes), sum))
        return false;
    *tail = (SegmentTail){ id, sum };
    return true;
}

CacheFault cache_segments_walk(CacheDb *db, SegmentTail *tail,
                               bool (*sink)(void *context, Str bytes), void *context, bool *cut)
{
    CacheFault fault;
    *cut = false;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_SEGMENT_EACH, &fault);
    if (!statement)
        return fault;
    while (cache_sql_row(db, statement, &fault)) {
        SegmentTail next = *tail;
        Str bytes;
        bool sound = continue_chain(statement, &next, &bytes);
        if (sound && (!sink || sink(context, bytes))) {
            *tail = next;
            continue;
        }
        *cut = true;
        sqlite3_reset(statement);
        return sound ? CACHE_FAULT_NONE : CACHE_FAULT_MISMATCH;
    }
    return fault;
}

void cache_segments_read(void *store, bool (*sink)(void *context, Str bytes), void *context)
{
    Cache *cache = store;
    CacheFault fault;
    CacheDb *db = cache_pool_take(cache, &fault);
    if (!db)
        return;
    cache->tail = (SegmentTail){ 0, cache->chain_start };
    fault = cache_segments_walk(db, &cache->tail, sink, context, &cache->tail_cut);
    cache->tail_known = true;
    cache_report(cache, cache_pool_give(cache, db, fault));
}

CacheFault cache_segment_tail(CacheDb *db, SegmentTail *out)
{
    CacheFault fault;
    *out = (SegmentTail){ 0, { 0, 0 } };
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_SEGMENT_TAIL, &fault);
    if (!statement)
        return fault;
    if (cache_sql_row(db, statement, &fault)) {
        out->id = sqlite3_column_int64(statement, 0);
        (void)cache_column_fp(statement, 1, &out->sum);
        fault = cache_sql_finish(db, statement);
    }
    return fault;
}

/* ---- writing: inside a transaction ---- */

void cache_segment_put(void *store, Str bytes)
{
    Cache *cache = store;
    CacheTransaction *txn = &cache->transaction;
    rsc_assert(txn->active);
    if (txn->fault)
        return;
    if (txn->lost && !txn->dropped) {
        txn->refused = true;
        return;
    }
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_SEGMENT_PUT, &txn->fault);
    if (!statement)
        return;
    SegmentTail tail = { txn->tail.id + 1, cache_chain(txn->tail.sum, bytes) };
    sqlite3_bind_int64(statement, 1, tail.id);
    cache_bind_fp(statement, 2, tail.sum);
    cache_bind_bytes(statement, 3, bytes);
    txn->fault = cache_sql_finish(&cache->writer, statement);
    txn->tail = tail;
    txn->puts++;
    txn->segment_bytes += bytes.bytes;
}

void cache_segment_refers(void *store, const Fp *blobs, uint32_t count)
{
    Cache *cache = store;
    CacheTransaction *txn = &cache->transaction;
    rsc_assert(txn->active);
    if (txn->fault || txn->refused)
        return;
    rsc_assert(txn->puts > 0);
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_REFERENCE_PUT, &txn->fault);
    if (!statement)
        return;
    Arena *scratch = arena_new(NULL);
    sqlite3_bind_int64(statement, 1, txn->tail.id);
    cache_bind_bytes(statement, 2, cache_fps_write(blobs, count, scratch));
    txn->fault = cache_sql_finish(&cache->writer, statement);
    arena_free(scratch);
}

CacheFault cache_segments_cut_after(CacheDb *db, int64_t id)
{
    CacheFault fault = cache_sql_run_id(db, CACHE_SQL_SEGMENT_CUT_AFTER, id);
    return fault ? fault : cache_sql_run_id(db, CACHE_SQL_REFERENCE_CUT_AFTER, id);
}

CacheFault cache_segments_cut_to(CacheDb *db, int64_t id)
{
    CacheFault fault = cache_sql_run_id(db, CACHE_SQL_SEGMENT_CUT_TO, id);
    return fault ? fault : cache_sql_run_id(db, CACHE_SQL_REFERENCE_CUT_TO, id);
}

void cache_segments_drop(void *store)
{
    Cache *cache = store;
    CacheTransaction *txn = &cache->transaction;
    rsc_assert(txn->active && txn->puts == 0);
    if (txn->fault)
        return;
    txn->fault = cache_segments_cut_to(&cache->writer, txn->last_id);
    txn->tail = (SegmentTail){ 0, cache->chain_start };
    txn->dropped = true;
}
