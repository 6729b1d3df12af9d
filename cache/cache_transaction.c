/* One transaction per build.
 *
 * A segment continues the chain of those before it, so it may be appended only to the chain the
 * caller knows. If that chain is gone (another process cleared it, or the file was damaged and
 * replaced) nothing is appended until the caller starts a new one with drop_segments. */
#include "cache/cache_priv.h"

/* Whether the file's chain of segments passes through the one we stand at. */
static CacheFault tail_is_there(Cache *cache, bool *there)
{
    CacheFault fault;
    *there = cache->tail.id == 0;
    if (*there)
        return CACHE_FAULT_NONE;
    sqlite3_stmt *statement = cache_sql(&cache->writer, CACHE_SQL_SEGMENT_SUM, &fault);
    if (!statement)
        return fault;
    sqlite3_bind_int64(statement, 1, cache->tail.id);
    Fp sum;
    if (cache_sql_row(&cache->writer, statement, &fault)) {
        *there = cache_column_fp(statement, 0, &sum) && fp_eq(sum, cache->tail.sum);
        fault = cache_sql_finish(&cache->writer, statement);
    }
    return fault;
}

/* Finds out what the file holds, and deletes what read_segments rejected. */
static CacheFault look_at_tail(Cache *cache)
{
    CacheTransaction *txn = &cache->transaction;
    SegmentTail actual;
    CacheFault fault = cache_segment_tail(&cache->writer, &actual);
    if (fault)
        return fault;
    txn->last_id = actual.id;
    if (!cache->tail_known) {
        txn->lost = actual.id != 0;
        txn->tail = (SegmentTail){ 0, cache->chain_start };
        return CACHE_FAULT_NONE;
    }
    bool there;
    fault = tail_is_there(cache, &there);
    if (fault)
        return fault;
    txn->tail = cache->tail;
    txn->lost = !there || (actual.id != cache->tail.id && !cache->tail_cut);
    if (txn->lost || !cache->tail_cut)
        return CACHE_FAULT_NONE;
    txn->last_id = cache->tail.id;
    return cache_segments_cut_after(&cache->writer, cache->tail.id);
}

/* Who waited for a lock in vain waits no more until a transaction has come to its end: a command
 * that stores several things is held up once. */
static CacheFault start(Cache *cache)
{
    sqlite3_busy_timeout(cache->writer.handle, cache->waited_in_vain ? 0 : CACHE_WRITE_TIMEOUT_MS);
    CacheFault fault = cache_sql_run(&cache->writer, CACHE_SQL_BEGIN);
    if (fault)
        return fault;
    cache->transaction.active = true;
    if (!cache->wear.known)
        cache_wear_load(cache);
    fault = look_at_tail(cache);
    if (!fault && !cache->unclean_marked)
        fault = cache_mark_clean(cache, false);
    return fault ? fault : cache_blobs_forget_bad(cache);
}

Status cache_begin(void *store)
{
    Cache *cache = store;
    rsc_assert(!cache->transaction.active);
    cache->transaction = (CacheTransaction){ 0 };
    CacheFault fault = cache_writer_ready(cache);
    if (!fault && !cache_lease_take(&cache->lease))
        return cache_fault_status(cache->writer.read_only ? CACHE_FAULT_READ_ONLY
                                                          : CACHE_FAULT_LOCKED);
    if (!fault)
        fault = start(cache);
    if (fault) {
        cache->waited_in_vain |= fault == CACHE_FAULT_LOCKED;
        cache_abandon(cache);
        cache_report(cache, fault);
    }
    return cache_fault_status(fault);
}

void cache_abandon(Cache *cache)
{
    if (!cache->transaction.active)
        return;
    cache->transaction.active = false;
    (void)cache_sql_run(&cache->writer, CACHE_SQL_ROLLBACK);
}

/* Writes the log back once it is long; waits for nobody. */
static void shorten_log(Cache *cache)
{
    if (cache->log_pages < CACHE_WAL_PAGES_MAX)
        return;
    sqlite3_wal_checkpoint_v2(cache->writer.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    cache->log_pages = 0;
}

Status cache_commit(void *store)
{
    Cache *cache = store;
    CacheTransaction *txn = &cache->transaction;
    rsc_assert(txn->active);
    CacheFault fault = txn->fault;
    CacheWear wear;
    if (!fault)
        fault = cache_wear_update(cache, &wear);
    if (!fault)
        fault = cache_sql_run(&cache->writer, CACHE_SQL_COMMIT);
    if (fault) {
        cache_abandon(cache);
        cache_report(cache, fault);
        return cache_fault_status(fault);
    }
    txn->active = false;
    cache->wear = wear;
    atomic_store(&cache->in_trouble, false);
    cache->waited_in_vain = false;
    cache->unclean_marked = true;
    shorten_log(cache);
    if (txn->refused)
        return cache_fault_status(CACHE_FAULT_MISSING);
    if (!txn->lost || txn->dropped) {
        cache->tail = txn->tail;
        cache->tail_known = true;
        cache->tail_cut = false;
    }
    return STATUS_SUCCESS;
}
