#include "unit/engine/memory_store.h"

void memory_store_init(MemoryStore *store)
{
    *store = (MemoryStore){ .arena = arena_new(NULL) };
    str_vec_init(&store->segments, store->arena);
    str_vec_init(&store->blobs, store->arena);
    str_vec_init(&store->pending_segments, store->arena);
    map_init(&store->blob_index, store->arena, sizeof(Fp));
    map_init(&store->referred, store->arena, sizeof(Fp));
    map_init(&store->pending_referred, store->arena, sizeof(Fp));
    pthread_mutex_init(&store->lock, NULL);
}

void memory_store_release(MemoryStore *store)
{
    pthread_mutex_destroy(&store->lock);
    arena_free(store->arena);
}

static Str keep(MemoryStore *store, Str bytes)
{
    return (Str){ arena_copy(store->arena, bytes.data, bytes.bytes), bytes.bytes };
}

void memory_store_copy(MemoryStore *to, const MemoryStore *from)
{
    memory_store_init(to);
    for (uint32_t i = 0; i < from->segments.count; i++)
        str_vec_push(&to->segments, keep(to, from->segments.items[i]));
    for (uint32_t i = map_next(&from->blob_index, 0); i != MAP_END;
         i = map_next(&from->blob_index, i + 1)) {
        *map_put(&to->blob_index, map_key_at(&from->blob_index, i), NULL) = to->blobs.count;
        str_vec_push(&to->blobs, keep(to, from->blobs.items[map_value_at(&from->blob_index, i)]));
    }
    for (uint32_t i = map_next(&from->referred, 0); i != MAP_END;
         i = map_next(&from->referred, i + 1))
        map_put(&to->referred, map_key_at(&from->referred, i), NULL);
}

static void read_segments(void *context, bool (*sink)(void *, Str), void *sink_context)
{
    MemoryStore *store = context;
    for (uint32_t i = 0; i < store->segments.count; i++) {
        /* An exact heap block, so that reading past the end is seen by AddressSanitizer. */
        Str segment = store->segments.items[i];
        char *block = heap_alloc(segment.bytes);
        memcpy(block, segment.data, segment.bytes);
        bool more = sink(sink_context, (Str){ block, segment.bytes });
        heap_free(block);
        if (!more)
            return;
    }
}

static Status get_blob(void *context, Fp hash, Arena *arena, Str *out)
{
    MemoryStore *store = context;
    if (store->lock_blobs)
        return status_make(STATUS_BUSY, "memory store");
    pthread_mutex_lock(&store->lock);
    const uint32_t *index = store->lose_blobs ? NULL : map_find(&store->blob_index, &hash);
    if (index) {
        Str blob = store->blobs.items[*index];
        *out = (Str){ arena_copy(arena, blob.data, blob.bytes), blob.bytes };
        store->blob_reads++;
    }
    pthread_mutex_unlock(&store->lock);
    return index ? STATUS_SUCCESS : status_make(STATUS_NOT_FOUND, "memory store");
}

static Status begin(void *context)
{
    MemoryStore *store = context;
    str_vec_clear(&store->pending_segments);
    map_clear(&store->pending_referred);
    store->pending_drop = false;
    return store->busy ? status_make(STATUS_BUSY, "memory store") : STATUS_SUCCESS;
}

static void put_segment(void *context, Str bytes)
{
    MemoryStore *store = context;
    str_vec_push(&store->pending_segments, keep(store, bytes));
}

static void drop_segments(void *context)
{
    MemoryStore *store = context;
    store->pending_drop = true;
}

static bool put_blob(void *context, Fp hash, Str bytes)
{
    MemoryStore *store = context;
    rsc_assert(fp_eq(fp_of_bytes(bytes.data, bytes.bytes, 0), hash));
    if (store->refuse_blobs)
        return false;
    pthread_mutex_lock(&store->lock);
    bool existed;
    uint32_t *index = map_put(&store->blob_index, &hash, &existed);
    if (!existed) {
        *index = store->blobs.count;
        str_vec_push(&store->blobs, keep(store, bytes));
    }
    pthread_mutex_unlock(&store->lock);
    return true;
}

uint32_t memory_store_missing(const MemoryStore *store)
{
    uint32_t missing = 0;
    for (uint32_t i = map_next(&store->referred, 0); i != MAP_END;
         i = map_next(&store->referred, i + 1))
        missing += !map_find(&store->blob_index, map_key_at(&store->referred, i));
    return missing;
}

static void sweep_blobs(MemoryStore *store)
{
    pthread_mutex_lock(&store->lock);
    for (uint32_t i = map_next(&store->blob_index, 0); i != MAP_END;
         i = map_next(&store->blob_index, i + 1)) {
        Fp hash = *(const Fp *)map_key_at(&store->blob_index, i);
        if (!map_find(&store->referred, &hash))
            map_remove(&store->blob_index, &hash);
    }
    pthread_mutex_unlock(&store->lock);
}

static Status commit(void *context)
{
    MemoryStore *store = context;
    if (store->on_commit)
        store->on_commit(store->on_commit_context);
    if (store->fail_commit)
        return status_make(STATUS_NO_SPACE, "memory store");
    if (store->was_cleared && !store->pending_drop)
        return status_make(STATUS_NOT_FOUND, "memory store");
    store->was_cleared = false;
    if (store->pending_drop) {
        str_vec_clear(&store->segments);
        map_clear(&store->referred);
    }
    for (uint32_t i = map_next(&store->pending_referred, 0); i != MAP_END;
         i = map_next(&store->pending_referred, i + 1))
        map_put(&store->referred, map_key_at(&store->pending_referred, i), NULL);
    if (store->pending_drop)
        sweep_blobs(store);
    for (uint32_t i = 0; i < store->pending_segments.count; i++)
        str_vec_push(&store->segments, store->pending_segments.items[i]);
    store->commits++;
    return STATUS_SUCCESS;
}

static bool is_worn(void *context)
{
    return ((const MemoryStore *)context)->is_worn;
}

static void refer_blobs(void *context, const Fp *hashes, uint32_t count)
{
    MemoryStore *store = context;
    for (uint32_t i = 0; i < count; i++)
        map_put(&store->pending_referred, &hashes[i], NULL);
}

const StoreOps memory_store_ops = {
    .read_segments = read_segments,
    .get_blob = get_blob,
    .begin = begin,
    .put_segment = put_segment,
    .drop_segments = drop_segments,
    .put_blob = put_blob,
    .commit = commit,
    .is_worn = is_worn,
    .refer_blobs = refer_blobs,
};
