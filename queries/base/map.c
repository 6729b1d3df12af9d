#include "base/map.h"

#include <string.h>

#include "base/hash.h"

enum { FIRST_CAPACITY = 8 };

/* Written once before the first map exists (map_set_seed). */
/* NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables) */
static uint64_t process_seed = 0x9E3779B97F4A7C15u;

void map_set_seed(uint64_t seed)
{
    process_seed = seed;
}

void map_init(Map *map, Arena *arena, uint32_t key_bytes)
{
    rsc_assert(key_bytes > 0);
    *map = (Map){ .arena = arena, .key_bytes = key_bytes };
}

void map_release(Map *map)
{
    if (!map->arena) {
        heap_free(map->keys);
        heap_free(map->values);
        heap_free(map->live);
        heap_free(map->hashes);
        heap_free(map->buckets);
    }
    map_init(map, map->arena, map->key_bytes);
}

void map_clear(Map *map)
{
    if (map->buckets)
        memset(map->buckets, 0, (size_t)map->bucket_count * sizeof *map->buckets);
    map->count = 0;
    map->live_count = 0;
}

static uint32_t key_hash(const Map *map, const void *key)
{
    uint64_t hash = hash_bytes64(key, map->key_bytes, process_seed);
    return (uint32_t)(hash ^ (hash >> 32));
}

static void *key_slot(const Map *map, uint32_t index)
{
    return map->keys + (size_t)index * map->key_bytes;
}

/* The bucket that holds the key, or the empty one where a search for it ends. Needs at least one
 * empty bucket. */
static uint32_t find_bucket(const Map *map, const void *key, uint32_t hash)
{
    uint32_t mask = map->bucket_count - 1;
    uint32_t at = hash & mask;
    for (; map->buckets[at] != 0; at = (at + 1) & mask) {
        uint32_t entry = map->buckets[at] - 1;
        if (map->hashes[entry] == hash && memcmp(key_slot(map, entry), key, map->key_bytes) == 0)
            break;
    }
    return at;
}

uint32_t *map_find(const Map *map, const void *key)
{
    if (map->live_count == 0)
        return NULL;
    uint32_t entry = map->buckets[find_bucket(map, key, key_hash(map, key))];
    return entry ? &map->values[entry - 1] : NULL;
}

/* Squeezes removed entries out; the order of the rest stays. */
static void compact(Map *map)
{
    uint32_t to = 0;
    for (uint32_t from = 0; from < map->count; from++) {
        if (!map->live[from])
            continue;
        if (to != from) {
            memcpy(key_slot(map, to), key_slot(map, from), map->key_bytes);
            map->values[to] = map->values[from];
            map->hashes[to] = map->hashes[from];
            map->live[to] = 1;
        }
        to++;
    }
    map->count = to;
}

static void *resized(Map *map, void *block, size_t old_count, size_t new_count, size_t bytes)
{
    if (!map->arena)
        return heap_realloc(block, new_count * bytes);
    void *moved = arena_alloc_array(map->arena, new_count, bytes);
    if (old_count)
        memcpy(moved, block, old_count * bytes);
    return moved;
}

static void rebuild_buckets(Map *map, uint32_t bucket_count)
{
    if (bucket_count != map->bucket_count) {
        map->buckets = resized(map, map->buckets, 0, bucket_count, sizeof *map->buckets);
        map->bucket_count = bucket_count;
    }
    memset(map->buckets, 0, (size_t)bucket_count * sizeof *map->buckets);
    uint32_t mask = bucket_count - 1;
    for (uint32_t entry = 0; entry < map->count; entry++) {
        uint32_t at = map->hashes[entry] & mask;
        while (map->buckets[at] != 0)
            at = (at + 1) & mask;
        map->buckets[at] = entry + 1;
    }
}

/* Makes room for one more entry: by compaction when half of the entries are dead, else by doubling.
 */
static void make_room(Map *map)
{
    if (map->count < map->capacity)
        return;
    if (map->capacity != 0 && map->live_count <= map->capacity / 2) {
        compact(map);
        rebuild_buckets(map, map->bucket_count);
        return;
    }
    compact(map);
    rsc_assert(map->capacity <= UINT32_MAX / 4);
    uint32_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
    map->keys = resized(map, map->keys, map->count, capacity, map->key_bytes);
    map->values = resized(map, map->values, map->count, capacity, sizeof *map->values);
    map->hashes = resized(map, map->hashes, map->count, capacity, sizeof *map->hashes);
    map->live = resized(map, map->live, map->count, capacity, sizeof *map->live);
    map->capacity = capacity;
    rebuild_buckets(map, capacity * 2);
}

uint32_t *map_put(Map *map, const void *key, bool *existed)
{
    uint32_t hash = key_hash(map, key);
    make_room(map);
    uint32_t at = find_bucket(map, key, hash);
    bool found = map->buckets[at] != 0;
    if (existed)
        *existed = found;
    if (found)
        return &map->values[map->buckets[at] - 1];
    uint32_t entry = map->count++;
    memcpy(key_slot(map, entry), key, map->key_bytes);
    map->values[entry] = 0;
    map->hashes[entry] = hash;
    map->live[entry] = 1;
    map->live_count++;
    map->buckets[at] = entry + 1;
    return &map->values[entry];
}

/* Empties a bucket of a linear-probing table: later members of the run move up unless that passes
 * their home. */
static void empty_bucket(Map *map, uint32_t hole)
{
    uint32_t mask = map->bucket_count - 1;
    map->buckets[hole] = 0;
    for (uint32_t at = (hole + 1) & mask; map->buckets[at] != 0; at = (at + 1) & mask) {
        uint32_t home = map->hashes[map->buckets[at] - 1] & mask;
        uint32_t from_home = (at - home) & mask, from_hole = (at - hole) & mask;
        if (from_home < from_hole)
            continue;
        map->buckets[hole] = map->buckets[at];
        map->buckets[at] = 0;
        hole = at;
    }
}

bool map_remove(Map *map, const void *key)
{
    if (map->live_count == 0)
        return false;
    uint32_t at = find_bucket(map, key, key_hash(map, key));
    if (map->buckets[at] == 0)
        return false;
    map->live[map->buckets[at] - 1] = 0;
    map->live_count--;
    empty_bucket(map, at);
    while (map->count > 0 && !map->live[map->count - 1])
        map->count--;
    return true;
}

uint32_t map_next(const Map *map, uint32_t from)
{
    for (uint32_t i = from; i < map->count; i++) {
        if (map->live[i])
            return i;
    }
    return MAP_END;
}
