/* A store that remembers nothing, beside the fake driver. RSCC_FAKE_CACHE_WARNING is what it warns
 * of. */
#include <stdlib.h>
#include <string.h>

#include "cache/cache.h"

struct Cache {
    int unused;
};

const char *cache_default_dir(const char *(*environment)(const char *name), Arena *arena)
{
    (void)environment;
    return arena_printf(arena, "/nowhere");
}

Cache *cache_open(const CacheConfig *config)
{
    const char *warning = getenv("RSCC_FAKE_CACHE_WARNING");
    if (warning)
        config->warn(config->warn_context, warning);
    return heap_alloc_zeroed(sizeof(Cache));
}

void cache_close(Cache *cache)
{
    heap_free(cache);
}

Status cache_stats(const char *dir, CacheStats *out)
{
    (void)dir;
    *out = (CacheStats){ .total_bytes = 3 << 20, .cap_bytes = 10ull << 30, .workspaces = 2 };
    return STATUS_SUCCESS;
}

Status cache_verify(const char *dir, uint64_t *damaged, Text *report)
{
    (void)dir;
    *damaged = 1;
    text_add_c(report, "ws-1.db: segment 3: wrong checksum\n");
    return STATUS_SUCCESS;
}

Status cache_gc(const char *dir, uint64_t cap_bytes, uint64_t *freed_bytes)
{
    (void)dir;
    *freed_bytes = cap_bytes;
    return STATUS_SUCCESS;
}

Status cache_clear(const char *dir)
{
    return status_make(STATUS_READ_ONLY, dir);
}
