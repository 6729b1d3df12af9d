/* The node table: chunks that never move, and a sharded index from (kind, key) to node.
 *
 * Looking up takes no lock. Inserting takes the lock of one shard; a table that has become too
 * small is replaced, and the old one is kept for readers that still use it until no request runs.
 */
#include "engine/engine_priv.h"

enum { INDEX_FIRST_SLOTS = 64 };

/* EncodedValue.owners of one that lives as long as the engine. */
#define ENCODED_IN_SLAB UINT32_MAX

static uint64_t key_hash(QueryKind kind, const QueryKey *key)
{
    uint64_t h = (key->words[0] ^ ((uint64_t)kind << 48)) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ (h >> 32) ^ key->words[1]) * UINT64_C(0xD6E8FEB86659FD93);
    return h ^ (h >> 29);
}

static IndexShard *shard_of(const Engine *engine, uint64_t hash)
{
    return (IndexShard *)&engine->shards[hash % INDEX_SHARDS];
}

static IndexTable *table_new(uint32_t slots)
{
    IndexTable *table = heap_alloc_zeroed(sizeof *table + (size_t)slots * sizeof table->slots[0]);
    table->mask = slots - 1;
    return table;
}

void node_table_init(Engine *engine)
{
    for (int i = 0; i < INDEX_SHARDS; i++) {
        IndexShard *shard = &engine->shards[i];
        rsc_assert(pthread_mutex_init(&shard->lock, NULL) == 0);
        atomic_init(&shard->table, table_new(INDEX_FIRST_SLOTS));
    }
    rsc_assert(pthread_mutex_init(&engine->node_lock, NULL) == 0);
}

static void node_release(Node *node)
{
    arena_free(node->arena);
    if (!(node->flags & NODE_SLAB_DEPS))
        heap_free(node->deps);
    if (!(node->flags & NODE_SLAB_DEPENDENTS))
        heap_free(node->dependents);
    heap_free(node->side);
    encoded_value_release(node->encoded);
    node_history_free(node->history);
}

void node_table_release(Engine *engine)
{
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++)
        node_release(node_at(engine, id));
    for (uint32_t c = 0; c < NODE_CHUNKS_MAX; c++) {
        if (!atomic_load(&engine->chunks[c]))
            break;
        heap_free(atomic_load(&engine->chunks[c]));
    }
    node_index_quiesce(engine);
    for (int i = 0; i < INDEX_SHARDS; i++) {
        heap_free(atomic_load(&engine->shards[i].table));
        pthread_mutex_destroy(&engine->shards[i].lock);
    }
    pthread_mutex_destroy(&engine->node_lock);
    u32_vec_release(&engine->free_ids);
}

static Node *table_find(const Engine *engine, const IndexTable *table, uint64_t hash,
                        QueryKind kind, const QueryKey *key)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    for (uint32_t at = tag & table->mask;; at = (at + 1) & table->mask) {
        uint64_t slot = atomic_load_explicit(&table->slots[at], memory_order_acquire);
        if (slot == 0)
            return NULL;
        if ((uint32_t)(slot >> 32) != tag)
            continue;
        Node *node = node_at(engine, (uint32_t)slot - 1);
        if (node->kind == kind && node->key.words[0] == key->words[0] &&
            node->key.words[1] == key->words[1])
            return node;
    }
}

static void table_insert(IndexTable *table, uint64_t hash, uint32_t id)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    uint32_t at = tag & table->mask;
    while (atomic_load_explicit(&table->slots[at], memory_order_relaxed) != 0)
        at = (at + 1) & table->mask;
    uint64_t slot = ((uint64_t)tag << 32) | (id + 1);
    atomic_store_explicit(&table->slots[at], slot, memory_order_release);
}

static IndexTable *shard_table(const IndexShard *shard)
{
    return atomic_load_explicit(&shard->table, memory_order_acquire);
}

/* Shard lock held. */
static void shard_resize(IndexShard *shard, uint32_t slots)
{
    IndexTable *old = shard_table(shard);
    if (slots <= old->mask + 1)
        return;
    IndexTable *table = table_new(slots);
    for (uint32_t i = 0; i <= old->mask; i++) {
        uint64_t slot = atomic_load_explicit(&old->slots[i], memory_order_relaxed);
        if (slot)
            table_insert(table, slot & ~(uint64_t)UINT32_MAX, (uint32_t)slot - 1);
    }
    table->retired = old;
    atomic_store_explicit(&shard->table, table, memory_order_release);
}

/* Shard lock held. */
static void shard_grow(IndexShard *shard)
{
    uint32_t slots = shard_table(shard)->mask + 1;
    if (shard->count >= slots / 2)
        shard_resize(shard, slots * 2);
}

static Node *new_chunk(Engine *engine, uint32_t chunk)
{
    rsc_assert(chunk < NODE_CHUNKS_MAX);
    Node *nodes = heap_alloc_zeroed(sizeof(Node) * NODE_CHUNK_NODES);
    atomic_store_explicit(&engine->chunks[chunk], nodes, memory_order_release);
    return nodes;
}

/* node_lock held, or in an exclusive phase. */
static Node *node_alloc(Engine *engine)
{
    uint32_t id;
    if (engine->free_ids.count > 0) {
        id = u32_vec_pop(&engine->free_ids);
    } else {
        id = atomic_load_explicit(&engine->node_count, memory_order_relaxed);
        if (id % NODE_CHUNK_NODES == 0)
            new_chunk(engine, id >> NODE_CHUNK_BITS);
        atomic_store_explicit(&engine->node_count, id + 1, memory_order_release);
    }
    Node *node = node_at(engine, id);
    node->id = id;
    return node;
}

/* The shard's lock held, or in an exclusive phase. */
static void node_init(Engine *engine, Node *node, QueryKind kind, const QueryKey *key, Fp key_fp)
{
    node->kind = kind;
    node->key = *key;
    node->key_fp = key_fp;
    node->flags = 0;
    node->reached = engine->revision;
    node->used = 0;
}

static void shard_add(IndexShard *shard, uint64_t hash, const Node *node)
{
    shard_grow(shard);
    table_insert(shard_table(shard), hash, node->id);
    shard->count++;
}

static Node *shard_insert(Engine *engine, uint64_t hash, QueryKind kind, const QueryKey *key,
                          Fp key_fp)
{
    IndexShard *shard = shard_of(engine, hash);
    pthread_mutex_lock(&shard->lock);
    Node *node = table_find(engine, shard_table(shard), hash, kind, key);
    if (!node) {
        pthread_mutex_lock(&engine->node_lock);
        node = node_alloc(engine);
        pthread_mutex_unlock(&engine->node_lock);
        node_init(engine, node, kind, key, key_fp);
        shard_add(shard, hash, node);
    }
    pthread_mutex_unlock(&shard->lock);
    return node;
}

/* Canonical key bytes with interned ids as their fingerprints: the same in every process, and no
 * dictionary to build. */
static Fp key_fingerprint(Engine *engine, Encoder *encoder, QueryKind kind, const QueryKey *key)
{
    EncodeMode mode = encoder->mode;
    encoder->count = 0;
    encoder->mode = ENCODE_FINGERPRINT;
    engine_query(engine, kind)->key->encode(encoder, key);
    Fp fp = encoder_fingerprint(encoder, kind);
    encoder->mode = mode;
    encoder->count = 0;
    return fp;
}

Node *node_intern(Engine *engine, Encoder *encoder, QueryKind kind, const QueryKey *key)
{
    rsc_debug_assert(kind < engine->config.query_count);
    uint64_t hash = key_hash(kind, key);
    Node *node = table_find(engine, shard_table(shard_of(engine, hash)), hash, kind, key);
    if (node)
        return node;
    return shard_insert(engine, hash, kind, key, key_fingerprint(engine, encoder, kind, key));
}

Node *node_intern_known(Engine *engine, QueryKind kind, const QueryKey *key, Fp key_fp)
{
    uint64_t hash = key_hash(kind, key);
    IndexShard *shard = shard_of(engine, hash);
    Node *node = table_find(engine, shard_table(shard), hash, kind, key);
    if (!node) {
        node = node_alloc(engine);
        node_init(engine, node, kind, key, key_fp);
        shard_add(shard, hash, node);
    }
    return node;
}

void node_index_each(const Engine *engine, bool (*fn)(void *context, Node *node), void *context)
{
    for (int i = 0; i < INDEX_SHARDS; i++) {
        const IndexTable *table = shard_table(&engine->shards[i]);
        for (uint32_t s = 0; s <= table->mask; s++) {
            uint64_t slot = atomic_load_explicit(&table->slots[s], memory_order_acquire);
            if (slot && !fn(context, node_at(engine, (uint32_t)slot - 1)))
                return;
        }
    }
}

void node_index_prefetch(const Engine *engine, QueryKind kind, const QueryKey *key)
{
    uint64_t hash = key_hash(kind, key);
    const IndexTable *table = shard_table(shard_of(engine, hash));
    __builtin_prefetch(&table->slots[(uint32_t)(hash >> 32) & table->mask], 1);
}

void node_index_reserve(Engine *engine, uint32_t more)
{
    for (int i = 0; i < INDEX_SHARDS; i++) {
        IndexShard *shard = &engine->shards[i];
        /* Keys do not spread over the shards quite evenly. */
        uint64_t needed = shard->count + (uint64_t)more / INDEX_SHARDS * 5 / 4;
        uint32_t slots = shard_table(shard)->mask + 1;
        while (slots / 2 <= needed)
            slots *= 2;
        shard_resize(shard, slots);
    }
    node_index_quiesce(engine);
}

void node_index_quiesce(Engine *engine)
{
    for (int i = 0; i < INDEX_SHARDS; i++) {
        IndexTable *table = shard_table(&engine->shards[i]);
        while (table->retired) {
            IndexTable *old = table->retired;
            table->retired = old->retired;
            heap_free(old);
        }
    }
}

void node_index_rebuild(Engine *engine)
{
    node_index_quiesce(engine);
    for (int i = 0; i < INDEX_SHARDS; i++) {
        IndexShard *shard = &engine->shards[i];
        IndexTable *old = shard_table(shard);
        IndexTable *table = table_new(old->mask + 1);
        shard->count = 0;
        for (uint32_t s = 0; s <= old->mask; s++) {
            uint64_t slot = atomic_load_explicit(&old->slots[s], memory_order_relaxed);
            if (!slot || (node_at(engine, (uint32_t)slot - 1)->flags & NODE_FREE))
                continue;
            table_insert(table, slot & ~(uint64_t)UINT32_MAX, (uint32_t)slot - 1);
            shard->count++;
        }
        atomic_store_explicit(&shard->table, table, memory_order_release);
        heap_free(old);
    }
}

void node_reset(Engine *engine, Node *node)
{
    Worker *worker = engine->workers[0];
    engine_forget_late(engine, node);
    node_drop_value(worker, node);
    counter_add(&worker->edges, -(int64_t)node->dep_words);
    if (!(node->flags & NODE_SLAB_DEPS))
        heap_free(node->deps);
    node->deps = NULL;
    node->dep_words = 0;
    heap_free(node->side);
    encoded_value_release(node->encoded);
    node_history_free(node->history);
    node->side = NULL;
    node->encoded = NULL;
    node->history = NULL;
    node->deep = false;
    node->val_fp = (Fp){ 0, 0 };
    node->flags &= NODE_SLAB_DEPENDENTS;
    atomic_store(&node->verified, 0);
    atomic_store(&node->state, NODE_EMPTY);
}

void node_free(Engine *engine, Node *node)
{
    uint32_t id = node->id;
    node_reset(engine, node);
    if (!(node->flags & NODE_SLAB_DEPENDENTS))
        heap_free(node->dependents);
    /* Fields that fresh memory has as zero; kind and key stay until the index is rebuilt. */
    node->dependents = NULL;
    node->dependent_count = node->dependent_capacity = node->stale_dependents = 0;
    node->changed = 0;
    node->durability = 0;
    node->flags = NODE_FREE;
    pthread_mutex_lock(&engine->node_lock); /* engine_stats may look */
    u32_vec_push(&engine->free_ids, id);
    pthread_mutex_unlock(&engine->node_lock);
}

/* ---- values ---- */

void node_set_value(Worker *worker, Node *node, Arena *arena, const void *value)
{
    rsc_debug_assert(atomic_load(&node->value) == NULL);
    size_t held = arena ? arena_held_bytes(arena) : 0;
    node->arena = arena;
    node->value_bytes = held > UINT32_MAX ? UINT32_MAX : (uint32_t)held;
    counter_add(&worker->values, arena != NULL);
    counter_add(&worker->value_bytes, node->value_bytes);
    atomic_store_explicit(&node->touched, 1, memory_order_relaxed);
    atomic_store_explicit(&node->value, value, memory_order_release);
}

void node_drop_value(Worker *worker, Node *node)
{
    counter_add(&worker->values, -(int64_t)(node->arena != NULL));
    counter_add(&worker->value_bytes, -(int64_t)node->value_bytes);
    atomic_store_explicit(&node->value, NULL, memory_order_relaxed);
    arena_free(node->arena);
    node->arena = NULL;
    node->value_bytes = 0;
}

bool node_value_is_droppable(const Engine *engine, const Node *node)
{
    if (!node->arena || (node->flags & NODE_IN_CYCLE))
        return false;
    bool is_input = (node_query(engine, node)->flags & QF_INPUT) != 0;
    return !is_input || !(node->flags & NODE_SET_INPUT) || node->encoded ||
           (node->flags & NODE_BLOB_STORED);
}

EncodedValue *encoded_value_new(const void *data, size_t bytes)
{
    EncodedValue *encoded = heap_alloc(sizeof *encoded + bytes);
    encoded->owners = 1;
    encoded->bytes = bytes;
    if (bytes)
        memcpy(encoded->data, data, bytes);
    return encoded;
}

EncodedValue *encoded_value_new_in(Arena *slab, const void *data, size_t bytes)
{
    EncodedValue *encoded = arena_alloc(slab, sizeof *encoded + bytes);
    encoded->owners = ENCODED_IN_SLAB;
    encoded->bytes = bytes;
    if (bytes)
        memcpy(encoded->data, data, bytes);
    return encoded;
}

EncodedValue *encoded_value_share(EncodedValue *encoded)
{
    if (encoded && encoded->owners != ENCODED_IN_SLAB)
        encoded->owners++;
    return encoded;
}

void encoded_value_release(EncodedValue *encoded)
{
    if (encoded && encoded->owners != ENCODED_IN_SLAB && --encoded->owners == 0)
        heap_free(encoded);
}

/* ---- side results ---- */

SideList *side_list_new(const Str *items, uint32_t count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        total += items[i].bytes;
    SideList *list = heap_alloc(sizeof *list + count * sizeof(Str) + total);
    char *at = (char *)(list->items + count);
    list->count = count;
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].bytes)
            memcpy(at, items[i].data, items[i].bytes);
        list->items[i] = (Str){ at, items[i].bytes };
        at += items[i].bytes;
    }
    return list;
}

SideList *side_list_copy(const SideList *list)
{
    return list ? side_list_new(list->items, list->count) : NULL;
}

bool side_list_eq(const SideList *a, const SideList *b)
{
    uint32_t count = a ? a->count : 0;
    if (count != (b ? b->count : 0))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!str_eq(a->items[i], b->items[i]))
            return false;
    }
    return true;
}
