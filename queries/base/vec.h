/* Typed growing arrays.
 *
 * VEC_TYPE(TyVec, ty_vec, TyId) declares struct TyVec { items, count, capacity, arena } and its
 * operations. With an arena the storage belongs to the arena (growing leaves the old block to it);
 * with NULL it is on the heap and ty_vec_release must be called. A pointer into items does not
 * survive a push. */
#ifndef RSCC_BASE_VEC_H
#define RSCC_BASE_VEC_H

#include <string.h>

#include "base/arena.h"

/* New storage for at least `needed` elements; copies the old contents, updates *capacity. */
void *vec_grow(Arena *arena, void *items, uint32_t *capacity, uint32_t needed,
               size_t element_bytes);

#define VEC_TYPE(Name, prefix, T)                                                                  \
    typedef struct {                                                                               \
        T *items;                                                                                  \
        uint32_t count;                                                                            \
        uint32_t capacity;                                                                         \
        Arena *arena;                                                                              \
    } Name;                                                                                        \
    RSC_MAYBE_UNUSED static inline void prefix##_init(Name *vec, Arena *arena)                     \
    {                                                                                              \
        *vec = (Name){ .arena = arena };                                                           \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline void prefix##_release(Name *vec)                                \
    {                                                                                              \
        if (!vec->arena)                                                                           \
            heap_free(vec->items);                                                                 \
        *vec = (Name){ .arena = vec->arena };                                                      \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline void prefix##_reserve(Name *vec, uint32_t needed)               \
    {                                                                                              \
        if (needed > vec->capacity)                                                                \
            vec->items = vec_grow(vec->arena, vec->items, &vec->capacity, needed, sizeof(T));      \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline uint32_t prefix##_push(Name *vec, T item)                       \
    {                                                                                              \
        rsc_assert(vec->count < UINT32_MAX);                                                       \
        prefix##_reserve(vec, vec->count + 1);                                                     \
        vec->items[vec->count] = item;                                                             \
        return vec->count++;                                                                       \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline void prefix##_append(Name *vec, const T *items, uint32_t count) \
    {                                                                                              \
        rsc_assert(count <= UINT32_MAX - vec->count);                                              \
        prefix##_reserve(vec, vec->count + count);                                                 \
        if (count)                                                                                 \
            memcpy(vec->items + vec->count, items, count * sizeof(T));                             \
        vec->count += count;                                                                       \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline T *prefix##_at(const Name *vec, uint32_t index)                 \
    {                                                                                              \
        rsc_assert(index < vec->count);                                                            \
        return &vec->items[index];                                                                 \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline T prefix##_pop(Name *vec)                                       \
    {                                                                                              \
        rsc_assert(vec->count > 0);                                                                \
        return vec->items[--vec->count];                                                           \
    }                                                                                              \
    RSC_MAYBE_UNUSED static inline void prefix##_clear(Name *vec)                                  \
    {                                                                                              \
        vec->count = 0;                                                                            \
    }

/* An immutable run of elements inside a query value; the memory belongs to the value's arena. */
#define SLICE_TYPE(Name, T) \
    typedef struct {        \
        const T *items;     \
        uint32_t count;     \
    } Name;

VEC_TYPE(U32Vec, u32_vec, uint32_t)
VEC_TYPE(StrVec, str_vec, Str)
SLICE_TYPE(U32Slice, uint32_t)

#endif
