/* Arenas in a lifetime tree.
 *
 * An arena is a growing list of chunks that is freed as a whole. A child dies with its parent;
 * release callbacks let an arena own something that is not memory. Allocation cannot fail: running
 * out of memory is reported and fatal. An arena belongs to one thread at a time. */
#ifndef RSCC_BASE_ARENA_H
#define RSCC_BASE_ARENA_H

#include "base/base.h"

typedef struct Arena Arena;

/* Makes an arena. With a parent it is released with the parent at the latest. The first chunk is
 * made at the first allocation, so an empty arena costs one small block. */
Arena *arena_new(Arena *parent);
/* The same with a first chunk of a few hundred bytes: for the many that will hold little. */
Arena *arena_new_small(Arena *parent);
/* Releases children (newest first), runs callbacks (newest first), frees the memory and the arena.
 */
void arena_free(Arena *arena);
/* Releases children and callbacks, frees the contents, and keeps the arena and its largest chunk:
 * for scratch arenas used in a loop. */
void arena_clear(Arena *arena);

/* Uninitialised (poisoned in debug builds) memory, aligned for any type. bytes == 0 gives a valid
 * unique pointer. */
void *arena_alloc(Arena *arena, size_t bytes);
void *arena_alloc_zeroed(Arena *arena, size_t bytes);
/* Uninitialised memory for count elements; the product is checked. */
void *arena_alloc_array(Arena *arena, size_t count, size_t element_bytes);
/* The block (of old_bytes, from this arena, or NULL and 0) with room for new_bytes: in place when
 * it is the newest allocation, else moved, and the old place is dead. */
void *arena_grow(Arena *arena, void *block, size_t old_bytes, size_t new_bytes);
/* Gives back the end of the block (of old_bytes) when it is the newest allocation: for one that was
 * made as large as it might have to be. */
void arena_trim(Arena *arena, void *block, size_t old_bytes, size_t new_bytes);
void *arena_copy(Arena *arena, const void *data, size_t bytes);
/* A NUL-terminated copy. */
char *arena_copy_str(Arena *arena, Str text);
char *arena_printf(Arena *arena, const char *format, ...) RSC_PRINTF(2, 3);

#define arena_new_object(arena, T) ((T *)arena_alloc_zeroed((arena), sizeof(T)))

typedef void (*ArenaReleaseFn)(void *argument);
void arena_on_release(Arena *arena, ArenaReleaseFn release, void *argument);

/* Bytes handed out and bytes held from the system, children excluded. */
size_t arena_used_bytes(const Arena *arena);
size_t arena_held_bytes(const Arena *arena);

/* A position to go back to: frees what was allocated since (children and callbacks are not
 * affected). */
typedef struct {
    void *chunk;
    size_t used;
} ArenaMark;
ArenaMark arena_mark(const Arena *arena);
void arena_rewind(Arena *arena, ArenaMark mark);

/* Builds with debug assertions fill fresh and dead arena memory with a byte, 0xA5 unless set here;
 * negative: leave it alone. For tests: results must not depend on the byte. */
void arena_set_poison(int byte);

/* The process heap with the same out-of-memory policy, for what no arena fits (tables that grow for
 * the life of the process). heap_free(NULL) is allowed. */
void *heap_alloc(size_t bytes);
void *heap_alloc_zeroed(size_t bytes);
void *heap_realloc(void *block, size_t bytes);
void heap_free(void *block);
/* Gives pages of the heap that are free back to the system. Cost: a walk over the heap. */
void heap_trim(void);

#endif
