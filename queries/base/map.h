/* A hash map from keys of one fixed size to uint32_t, iterated in insertion order and in no other.
 *
 * The hash is seeded per process (see map_set_seed), so nothing can come to depend on bucket order.
 * Keys are compared and copied as bytes: a key struct must have no padding. Removal keeps the order
 * of the rest. */
#ifndef RSCC_BASE_MAP_H
#define RSCC_BASE_MAP_H

#include "base/arena.h"

typedef struct {
    Arena *arena;  /* NULL: heap, release with map_release */
    uint8_t *keys; /* count entries of key_bytes, insertion order; removed ones flagged in `live` */
    uint32_t *values;  /* parallel to keys */
    uint8_t *live;     /* parallel to keys */
    uint32_t *hashes;  /* parallel to keys */
    uint32_t *buckets; /* entry index + 1, 0 empty */
    uint32_t key_bytes;
    uint32_t count; /* entries, removed ones included */
    uint32_t live_count;
    uint32_t capacity;
    uint32_t bucket_count; /* power of two or 0 */
} Map;

void map_init(Map *map, Arena *arena, uint32_t key_bytes);
void map_release(Map *map);
void map_clear(Map *map);
/* The value of a key that is present, or NULL. The pointer is good until the next put. */
uint32_t *map_find(const Map *map, const void *key);
/* The value slot of the key, made (with 0) if absent; *existed (may be NULL) tells which. Good
 * until the next put. May renumber the entries: do not put while iterating. */
uint32_t *map_put(Map *map, const void *key, bool *existed);
bool map_remove(Map *map, const void *key);
static inline uint32_t map_count(const Map *map)
{
    return map->live_count;
}

/* Iteration: for (uint32_t i = map_next(&m, 0); i != MAP_END; i = map_next(&m, i + 1)) {
 * map_key_at, map_value_at } */
#define MAP_END UINT32_MAX
uint32_t map_next(const Map *map, uint32_t from);
static inline const void *map_key_at(const Map *map, uint32_t index)
{
    return map->keys + (size_t)index * map->key_bytes;
}
static inline uint32_t map_value_at(const Map *map, uint32_t index)
{
    return map->values[index];
}

/* Called once at process start, before the first map; tests shuffle it. */
void map_set_seed(uint64_t seed);

#endif
