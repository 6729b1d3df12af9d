#include "base/arena.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sanitizer.h"

/* Under AddressSanitizer only the bytes asked for are accessible and a red zone follows each
 * allocation. */
#if RSC_ASAN
#include <sanitizer/asan_interface.h>
enum { RED_ZONE_BYTES = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes)   ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
enum { RED_ZONE_BYTES = 0 };
#endif

enum {
    ALIGNMENT = 16,
    FIRST_CHUNK_BYTES = 4096,
    SMALL_FIRST_CHUNK_BYTES = 256,
    LARGEST_USUAL_CHUNK_BYTES = 1 << 20,
};

typedef struct Chunk {
    struct Chunk *previous;
    size_t capacity;    /* of data */
    size_t used_before; /* in all previous chunks, when this one was made */
    max_align_t data[];
} Chunk;

typedef struct Release {
    struct Release *previous;
    ArenaReleaseFn function;
    void *argument;
} Release;

struct Arena {
    Arena *parent;
    Arena *newest_child;
    Arena *older_sibling, *newer_sibling;
    Chunk *chunk;
    size_t used; /* in `chunk` */
    size_t held_bytes;
    size_t first_chunk_bytes;
    Release *newest_release;
};

_Static_assert(_Alignof(max_align_t) <= ALIGNMENT, "arena memory is aligned for any type");

#ifdef RSCC_DEBUG_ASSERTS
/* NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): for tests, before threads */
static atomic_int poison_byte = 0xA5;
#endif

void arena_set_poison(int byte)
{
#ifdef RSCC_DEBUG_ASSERTS
    atomic_store_explicit(&poison_byte, byte, memory_order_relaxed);
#else
    (void)byte;
#endif
}

static void poison(void *data, size_t bytes)
{
#ifdef RSCC_DEBUG_ASSERTS
    int byte = atomic_load_explicit(&poison_byte, memory_order_relaxed);
    if (byte >= 0)
        memset(data, byte, bytes);
#else
    (void)data;
    (void)bytes;
#endif
}

/* Makes memory that may be allocated again later inaccessible until then. */
static void mark_dead(void *data, size_t bytes)
{
    ASAN_UNPOISON_MEMORY_REGION(data, bytes);
    poison(data, bytes);
    ASAN_POISON_MEMORY_REGION(data, bytes);
}

/* ---- heap ---- */

__attribute__((noreturn)) static void out_of_memory(void)
{
    RSC_BUG("out of memory");
}

void *heap_alloc(size_t bytes)
{
    void *block = malloc(bytes ? bytes : 1);
    if (!block)
        out_of_memory();
    return block;
}

void *heap_alloc_zeroed(size_t bytes)
{
    void *block = calloc(1, bytes ? bytes : 1);
    if (!block)
        out_of_memory();
    return block;
}

void *heap_realloc(void *block, size_t bytes)
{
    void *grown = realloc(block, bytes ? bytes : 1);
    if (!grown)
        out_of_memory();
    return grown;
}

void heap_free(void *block)
{
    free(block);
}

/* ---- the tree ---- */

Arena *arena_new(Arena *parent)
{
    Arena *arena = heap_alloc_zeroed(sizeof *arena);
    arena->first_chunk_bytes = FIRST_CHUNK_BYTES;
    if (parent) {
        arena->parent = parent;
        arena->older_sibling = parent->newest_child;
        if (parent->newest_child)
            parent->newest_child->newer_sibling = arena;
        parent->newest_child = arena;
    }
    return arena;
}

Arena *arena_new_small(Arena *parent)
{
    Arena *arena = arena_new(parent);
    arena->first_chunk_bytes = SMALL_FIRST_CHUNK_BYTES;
    return arena;
}

static void unlink_from_parent(Arena *arena)
{
    if (arena->newer_sibling)
        arena->newer_sibling->older_sibling = arena->older_sibling;
    else if (arena->parent)
        arena->parent->newest_child = arena->older_sibling;
    if (arena->older_sibling)
        arena->older_sibling->newer_sibling = arena->newer_sibling;
}

static void free_chunk(Arena *arena, Chunk *chunk)
{
    arena->held_bytes -= chunk->capacity;
    ASAN_UNPOISON_MEMORY_REGION(chunk->data, chunk->capacity);
    heap_free(chunk);
}

static void run_releases(Arena *arena)
{
    while (arena->newest_release) {
        Release *release = arena->newest_release;
        arena->newest_release = release->previous;
        release->function(release->argument);
        heap_free(release);
    }
}

/* Frees the chunks and the arena itself; its children are gone. */
static void free_one(Arena *arena)
{
    run_releases(arena);
    for (Chunk *chunk = arena->chunk; chunk;) {
        Chunk *previous = chunk->previous;
        free_chunk(arena, chunk);
        chunk = previous;
    }
    unlink_from_parent(arena);
    heap_free(arena);
}

/* Leaves first, without recursion: trees may be deep. */
static void free_children(Arena *root)
{
    Arena *at = root;
    for (;;) {
        while (at->newest_child)
            at = at->newest_child;
        if (at == root)
            return;
        Arena *parent = at->parent;
        free_one(at);
        at = parent;
    }
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    free_children(arena);
    free_one(arena);
}

void arena_clear(Arena *arena)
{
    free_children(arena);
    run_releases(arena);
    Chunk *kept = NULL;
    for (Chunk *chunk = arena->chunk; chunk;) {
        Chunk *previous = chunk->previous;
        if (!kept || chunk->capacity > kept->capacity) {
            if (kept)
                free_chunk(arena, kept);
            kept = chunk;
        } else {
            free_chunk(arena, chunk);
        }
        chunk = previous;
    }
    arena->chunk = kept;
    arena->used = 0;
    if (kept) {
        kept->previous = NULL;
        kept->used_before = 0;
        mark_dead(kept->data, kept->capacity);
    }
}

void arena_on_release(Arena *arena, ArenaReleaseFn function, void *argument)
{
    Release *release = heap_alloc(sizeof *release);
    *release = (Release){ arena->newest_release, function, argument };
    arena->newest_release = release;
}

/* ---- allocation ---- */

static void add_chunk(Arena *arena, size_t needed)
{
    size_t capacity =
        arena->chunk ? arena->chunk->capacity * 2 : arena->first_chunk_bytes - sizeof(Chunk);
    if (capacity > LARGEST_USUAL_CHUNK_BYTES)
        capacity = LARGEST_USUAL_CHUNK_BYTES;
    if (capacity < needed)
        capacity = needed;
    capacity &= ~(size_t)(ALIGNMENT - 1);
    rsc_assert(capacity <= SIZE_MAX - sizeof(Chunk));
    Chunk *chunk = heap_alloc(sizeof(Chunk) + capacity);
    chunk->previous = arena->chunk;
    chunk->capacity = capacity;
    chunk->used_before = arena_used_bytes(arena);
    ASAN_POISON_MEMORY_REGION(chunk->data, capacity);
    arena->chunk = chunk;
    arena->used = 0;
    arena->held_bytes += capacity;
}

static size_t padded_bytes(size_t bytes)
{
    rsc_assert(bytes <= SIZE_MAX / 2);
    size_t wanted = (bytes ? bytes : 1) + RED_ZONE_BYTES;
    return (wanted + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_alloc(Arena *arena, size_t bytes)
{
    size_t padded = padded_bytes(bytes);
    if (!arena->chunk || padded > arena->chunk->capacity - arena->used)
        add_chunk(arena, padded);
    uint8_t *data = (uint8_t *)arena->chunk->data + arena->used;
    arena->used += padded;
    ASAN_UNPOISON_MEMORY_REGION(data, bytes);
    poison(data, bytes);
    return data;
}

void *arena_alloc_zeroed(Arena *arena, size_t bytes)
{
    return memset(arena_alloc(arena, bytes), 0, bytes);
}

void *arena_alloc_array(Arena *arena, size_t count, size_t element_bytes)
{
    size_t bytes;
    rsc_assert(!__builtin_mul_overflow(count, element_bytes, &bytes));
    return arena_alloc(arena, bytes);
}

#ifndef RSCC_EXPENSIVE_CHECKS
/* Whether the block is the newest allocation of the arena and can end at new_bytes. */
static bool grow_in_place(Arena *arena, const void *block, size_t old_bytes, size_t new_bytes)
{
    if (!arena->chunk || !block)
        return false;
    uint8_t *base = (uint8_t *)arena->chunk->data;
    size_t old_padded = padded_bytes(old_bytes), new_padded = padded_bytes(new_bytes);
    if (old_padded > arena->used || block != base + (arena->used - old_padded))
        return false;
    size_t start = arena->used - old_padded;
    if (new_padded > arena->chunk->capacity - start)
        return false;
    arena->used = start + new_padded;
    ASAN_UNPOISON_MEMORY_REGION(base + start, new_bytes);
    poison(base + start + old_bytes, new_bytes - old_bytes);
    return true;
}
#else
/* With expensive checks every growth moves, so a pointer kept across one is found. */
static bool grow_in_place(Arena *arena, const void *block, size_t old_bytes, size_t new_bytes)
{
    (void)arena, (void)block, (void)old_bytes, (void)new_bytes;
    return false;
}
#endif

void *arena_grow(Arena *arena, void *block, size_t old_bytes, size_t new_bytes)
{
    rsc_assert(new_bytes >= old_bytes);
    if (grow_in_place(arena, block, old_bytes, new_bytes))
        return block;
    void *moved = arena_alloc(arena, new_bytes);
    if (old_bytes) {
        memcpy(moved, block, old_bytes);
        mark_dead(block, old_bytes);
    }
    return moved;
}

void arena_trim(Arena *arena, void *block, size_t old_bytes, size_t new_bytes)
{
    rsc_assert(new_bytes <= old_bytes);
    size_t old_padded = padded_bytes(old_bytes), new_padded = padded_bytes(new_bytes);
    uint8_t *base = arena->chunk ? (uint8_t *)arena->chunk->data : NULL;
    if (!base || old_padded > arena->used || block != base + (arena->used - old_padded))
        return;
    arena->used -= old_padded - new_padded;
    mark_dead(base + arena->used, old_padded - new_padded);
}

void *arena_copy(Arena *arena, const void *data, size_t bytes)
{
    void *copy = arena_alloc(arena, bytes);
    if (bytes)
        memcpy(copy, data, bytes);
    return copy;
}

char *arena_copy_str(Arena *arena, Str text)
{
    char *copy = arena_alloc(arena, text.bytes + 1);
    if (text.bytes)
        memcpy(copy, text.data, text.bytes);
    copy[text.bytes] = '\0';
    return copy;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    rsc_assert(length >= 0);
    char *text = arena_alloc(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_used_bytes(const Arena *arena)
{
    return arena->chunk ? arena->chunk->used_before + arena->used : 0;
}

size_t arena_held_bytes(const Arena *arena)
{
    return arena->held_bytes;
}

ArenaMark arena_mark(const Arena *arena)
{
    return (ArenaMark){ arena->chunk, arena->used };
}

void arena_rewind(Arena *arena, ArenaMark mark)
{
    while (arena->chunk != mark.chunk) {
        rsc_assert(arena->chunk != NULL);
        Chunk *previous = arena->chunk->previous;
        free_chunk(arena, arena->chunk);
        arena->chunk = previous;
        arena->used = previous ? previous->capacity : 0;
    }
    if (!arena->chunk)
        return;
    rsc_assert(mark.used <= arena->used);
    uint8_t *end = (uint8_t *)arena->chunk->data + mark.used;
    mark_dead(end, arena->used - mark.used);
    arena->used = mark.used;
}

void heap_trim(void)
{
    (void)malloc_trim(0);
}
