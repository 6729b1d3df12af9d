#include "base/vec.h"

enum { VEC_FIRST_BYTES = 64 };

void *vec_grow(Arena *arena, void *items, uint32_t *capacity, uint32_t needed, size_t element_bytes)
{
    uint64_t grown = (uint64_t)*capacity + *capacity / 2;
    uint64_t first = VEC_FIRST_BYTES / element_bytes;
    if (grown < first)
        grown = first;
    if (grown < needed)
        grown = needed;
    if (grown > UINT32_MAX)
        grown = UINT32_MAX;
    rsc_assert(grown <= SIZE_MAX / element_bytes);
    size_t old_bytes = (size_t)*capacity * element_bytes;
    size_t new_bytes = (size_t)grown * element_bytes;
    *capacity = (uint32_t)grown;
    return arena ? arena_grow(arena, items, old_bytes, new_bytes) : heap_realloc(items, new_bytes);
}
