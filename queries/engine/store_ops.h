/* What the engine asks of a store. cache/ implements it over SQLite; tests implement it in memory.
 * Bytes in, bytes out: the store knows no query kind, and the engine knows no SQL.
 *
 * Threads: get_blob from any thread; everything else from one thread at a time. A store that cannot
 * do something says so once to the user by itself (one clear warning) and from then on answers like
 * an empty one: the result is recomputation. */
#ifndef RSCC_ENGINE_STORE_OPS_H
#define RSCC_ENGINE_STORE_OPS_H

#include "base/hash.h"
#include "base/status.h"

typedef struct {
    /* Calls sink for each segment, oldest first, until it returns false (bytes are borrowed for the
     * call). A segment whose checksum is wrong ends the iteration; it and newer ones are deleted at
     * the next commit. */
    void (*read_segments)(void *store, bool (*sink)(void *context, Str bytes), void *context);
    /* The content-addressed bytes, copied to the arena and checked against the hash.
     * STATUS_NOT_FOUND, STATUS_CORRUPT: the store does not have them. Anything else: they could not
     * be read now (a lock, say), and may be there. */
    Status (*get_blob)(void *store, Fp hash, Arena *arena, Str *out);

    /* One transaction per build. begin fails with STATUS_BUSY where another process holds the
     * lease: then only blobs may be put. */
    Status (*begin)(void *store);
    void (*put_segment)(void *store, Str bytes);
    /* Deletes all segments that were there at begin: the caller puts a compacted one instead.
     * Before the first put_segment. */
    void (*drop_segments)(void *store);
    /* hash is fp_of_bytes(data, bytes, 0). A blob that is there already is not written again.
     * Whether the store has it now, or will with the commit. */
    bool (*put_blob)(void *store, Fp hash, Str bytes);
    /* Everything put since begin becomes visible at once, or nothing does. STATUS_NOT_FOUND: blobs
     * are stored, but no segment is, because those that the caller read or put before are gone
     * (another process cleared the store, or it was damaged and replaced). The next transaction
     * must drop_segments and put everything the caller has. */
    Status (*commit)(void *store);

    /* Whether so much was put since the last drop_segments that the caller should drop all and put
     * what it still has: old segments keep alive the blobs they refer to. From the thread of begin.
     * May be NULL. */
    bool (*is_worn)(void *store);

    /* The blobs that the segment put last refers to: what no segment refers to is deleted with the
     * next drop_segments, or by a collector. A store where some segment was put without this call
     * keeps every blob. May be NULL. */
    void (*refer_blobs)(void *store, const Fp *hashes, uint32_t count);
} StoreOps;

#endif
