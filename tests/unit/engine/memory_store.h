/* A store in memory for tests, with the troubles a real one has. */
#ifndef RSCC_TESTS_UNIT_ENGINE_MEMORY_STORE_H
#define RSCC_TESTS_UNIT_ENGINE_MEMORY_STORE_H

#include <pthread.h>

#include "base/map.h"
#include "base/vec.h"
#include "engine/store_ops.h"

typedef struct {
    Arena *arena; /* everything ever put */
    StrVec segments, blobs;
    Map blob_index; /* Fp -> blobs */
    StrVec pending_segments;
    bool pending_drop;
    Map referred, pending_referred; /* blobs that segments refer to; others go with a drop */
    bool busy;                      /* begin gives STATUS_BUSY */
    bool fail_commit;               /* commit gives STATUS_NO_SPACE and keeps nothing */
    bool lose_blobs;                /* get_blob finds none */
    bool lock_blobs;                /* get_blob gives STATUS_BUSY */
    bool refuse_blobs;              /* put_blob takes none */
    bool
        was_cleared; /* by another process: commit gives STATUS_NOT_FOUND unless all is put again */
    bool is_worn;
    void (*on_commit)(void *context); /* called as a commit begins; may be NULL */
    void *on_commit_context;
    uint32_t commits, blob_reads;
    pthread_mutex_t lock; /* get_blob comes from any thread */
} MemoryStore;

extern const StoreOps memory_store_ops;
void memory_store_init(MemoryStore *store);
void memory_store_release(MemoryStore *store);
/* Of the blobs that segments refer to, those that are not there. */
uint32_t memory_store_missing(const MemoryStore *store);
/* Takes over the content of another one. */
void memory_store_copy(MemoryStore *to, const MemoryStore *from);

#endif
