/* Connections for reading. In WAL mode each sees the last committed state and waits for nobody. */
#include <stdio.h>

#include "cache/cache_priv.h"

enum { READER_CACHE_KIB = 512 };

void cache_pool_init(CachePool *pool)
{
    *pool = (CachePool){ 0 };
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_rwlock_init(&pool->file_lock, NULL);
}

static void free_connection(CacheDb *db)
{
    cache_db_close(db);
    heap_free(db);
}

static void close_idle(CachePool *pool)
{
    for (uint32_t i = 0; i < pool->idle_count; i++)
        free_connection(pool->idle[i]);
    pool->idle_count = 0;
}

void cache_pool_release(CachePool *pool)
{
    close_idle(pool);
    pthread_rwlock_destroy(&pool->file_lock);
    pthread_mutex_destroy(&pool->mutex);
}

void cache_pool_renew(CachePool *pool, bool open)
{
    pthread_mutex_lock(&pool->mutex);
    pool->generation++;
    pool->open = open;
    close_idle(pool);
    pthread_mutex_unlock(&pool->mutex);
}

static CacheDb *take_idle(CachePool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    CacheDb *db = pool->idle_count ? pool->idle[--pool->idle_count] : NULL;
    pthread_mutex_unlock(&pool->mutex);
    return db;
}

static CacheFault connect_reader(Cache *cache, CacheDb *db)
{
    CacheDbSpec spec = cache->spec;
    spec.create = false;
    CacheFault fault = cache_db_open(db, &spec);
    char pragmas[64];
    snprintf(pragmas, sizeof pragmas, "PRAGMA query_only=ON; PRAGMA cache_size=-%d",
             READER_CACHE_KIB);
    return fault ? fault : cache_sql_script(db, pragmas);
}

static CacheDb *new_reader(Cache *cache, CacheFault *fault)
{
    CachePool *pool = &cache->pool;
    CacheDb *db = NULL;
    pthread_rwlock_rdlock(&pool->file_lock);
    if (pool->open) {
        db = heap_alloc_zeroed(sizeof *db);
        *fault = connect_reader(cache, db);
        db->generation = pool->generation;
    }
    pthread_rwlock_unlock(&pool->file_lock);
    if (*fault) {
        free_connection(db);
        cache_report(cache, *fault);
        return NULL;
    }
    return db;
}

CacheDb *cache_pool_take(Cache *cache, CacheFault *fault)
{
    *fault = CACHE_FAULT_NONE;
    CacheDb *db = take_idle(&cache->pool);
    return db ? db : new_reader(cache, fault);
}

CacheFault cache_pool_give(Cache *cache, CacheDb *db, CacheFault fault)
{
    CachePool *pool = &cache->pool;
    bool keep = fault == CACHE_FAULT_NONE || fault == CACHE_FAULT_MISSING;
    /* What was found in a file that was replaced meanwhile says nothing about the one that is there
     * now. */
    if (!keep && cache_db_is_moved(db))
        fault = CACHE_FAULT_MISSING;
    pthread_mutex_lock(&pool->mutex);
    keep = keep && db->generation == pool->generation && pool->idle_count < CACHE_READERS_MAX;
    if (keep)
        pool->idle[pool->idle_count++] = db;
    pthread_mutex_unlock(&pool->mutex);
    if (!keep)
        free_connection(db);
    return fault;
}
