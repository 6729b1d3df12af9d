/* The store on disk: one directory per user, in it one SQLite file per workspace and compiler
 * epoch, content-addressed files for big blobs, and bookkeeping for size limits. SQLite appears in
 * this folder and nowhere else.
 *
 *   <dir>/CACHEDIR.TAG
 *   <dir>/<epoch>/ws-<workspace id>.db      segments, blobs, build records (WAL)
 *   <dir>/<epoch>/ws-<workspace id>.lease   advisory lock: who holds it may append segments
 *   <dir>/cas/ab/<hash>                     blobs over 64 KiB, shared by all workspaces
 *
 * Nothing here is worth an error to the user: a damaged, truncated, locked, read-only or full store
 * costs recomputation and one warning through CacheConfig.warn. */
#ifndef RSCC_CACHE_CACHE_H
#define RSCC_CACHE_CACHE_H

#include "base/hash.h"
#include "base/status.h"
#include "base/text.h"
#include "engine/store_ops.h"

typedef struct Cache Cache;

typedef struct {
    const char *dir;         /* see cache_default_dir */
    const char *epoch;       /* of the compiler: another epoch is another file */
    const char *workspace;   /* absolute root; its hash names the file */
    uint64_t size_cap_bytes; /* for the whole directory; 0 = 10 GiB */
    void (*warn)(void *context,
                 const char *message); /* at most one call per kind of trouble and process */
    void *warn_context;
} CacheConfig;

/* $RSCC_CACHE_DIR, else $XDG_CACHE_HOME/rscc, else $HOME/.cache/rscc; environment given as a lookup
 * function. */
const char *cache_default_dir(const char *(*environment)(const char *name), Arena *arena);

/* Always gives a cache, if need be one that remembers nothing. Takes the lease if it is free. */
Cache *cache_open(const CacheConfig *config);
void cache_close(Cache *cache);
/* For quiet moments between builds: writes the log back. Like cache_close it must not run while a
 * transaction is open. */
void cache_idle(Cache *cache);
/* The same: collects garbage down to the size cap if nobody did for an hour. Any thread; builds go
 * on meanwhile. */
void cache_collect(Cache *cache);
/* False when another process holds the lease: segments are readable as of now and not writable. */
bool cache_has_lease(const Cache *cache);

/* For EngineConfig. The context is the Cache. */
extern const StoreOps cache_store_ops;

/* Records of finished builds, for the cold no-op: opaque bytes under a request fingerprint. One
 * transaction each, written after the segment they belong to; the newest `64` are kept. */
RSC_MUST_USE Status cache_record_put(Cache *cache, Fp request, Str bytes);
/* The same for a record that names blobs: they live as long as the record. Without it a blob lives
 * as long as a segment of the workspace refers to it (StoreOps.refer_blobs). */
RSC_MUST_USE Status cache_record_put_blobs(Cache *cache, Fp request, Str bytes, const Fp *blobs,
                                           uint32_t count);
bool cache_record_get(Cache *cache, Fp request, Arena *arena, Str *out);

/* ---- rscc cache stats|verify|gc|clear: over the whole directory, while other processes may use it
 * ---- */
typedef struct {
    uint64_t total_bytes, database_bytes, cas_bytes;
    uint64_t workspaces, segments, nodes_bytes, blobs, records;
    uint64_t cap_bytes;
} CacheStats;
RSC_MUST_USE Status cache_stats(const char *dir, CacheStats *out);
/* Reads everything and checks every checksum; damaged things are removed. `report` gets a line for
 * each. */
RSC_MUST_USE Status cache_verify(const char *dir, uint64_t *damaged, Text *report);
/* Removes unused and least recently used things until the directory is below cap_bytes. */
RSC_MUST_USE Status cache_gc(const char *dir, uint64_t cap_bytes, uint64_t *freed_bytes);
RSC_MUST_USE Status cache_clear(const char *dir);

#endif
