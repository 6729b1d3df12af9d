/* After an unclean end the whole database is read once, beside the work. Nothing waits for it:
 * every byte that is used is checked anyway; this finds damage in what is not used yet, before more
 * is built upon it. */
#include <string.h>

#include "cache/cache_priv.h"

enum { STEPS_PER_POLL = 10000 };

static int poll_stop(void *argument)
{
    return atomic_load((atomic_bool *)argument);
}

/* quick_check gives one row, "ok", or rows that say what is wrong. */
CacheFault cache_db_check(CacheDb *db)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_QUICK_CHECK, &fault);
    if (!statement || !cache_sql_row(db, statement, &fault))
        return fault;
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    bool is_sound = text && strcmp(text, "ok") == 0;
    fault = cache_sql_finish(db, statement);
    return fault || is_sound ? fault : CACHE_FAULT_DAMAGED;
}

static void *check_main(void *argument)
{
    Cache *cache = argument;
    CacheFault fault;
    CacheDb *db = cache_pool_take(cache, &fault);
    if (!db)
        return NULL;
    sqlite3_progress_handler(db->handle, STEPS_PER_POLL, poll_stop, &cache->check_stop);
    fault = cache_db_check(db);
    sqlite3_progress_handler(db->handle, 0, NULL, NULL);
    fault = cache_pool_give(cache, db, fault);
    if (fault == CACHE_FAULT_DAMAGED)
        cache_report(cache, fault);
    return NULL;
}

void cache_check_start(Cache *cache)
{
    atomic_store(&cache->check_stop, false);
    cache->check_running = pthread_create(&cache->check_thread, NULL, check_main, cache) == 0;
}

void cache_check_stop(Cache *cache)
{
    if (!cache->check_running)
        return;
    atomic_store(&cache->check_stop, true);
    pthread_join(cache->check_thread, NULL);
    cache->check_running = false;
}
