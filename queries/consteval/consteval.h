/* Constant evaluation: an interpreter over mir_optimized.
 *
 * A value is a little heap image: allocations with relocations. Allocation 0 is the value itself;
 * the others are what it points to, numbered in the order in which a walk over relocations first
 * meets them, so equal values have equal encodings. Only statics and functions keep their identity.
 * What goes wrong (overflow, panic, bad pointer, out of steps) is E0080 at the constant. */
#ifndef RSCC_CONSTEVAL_CONSTEVAL_H
#define RSCC_CONSTEVAL_CONSTEVAL_H

#include "layout/layout.h"
#include "mir/mir.h"

typedef enum {
    RELOCATION_ALLOC,  /* allocation `alloc` of this value */
    RELOCATION_STATIC, /* static `def` */
    RELOCATION_FN,     /* function `def` with `args`, as a function pointer */
} RelocationKind;
/* The 8 bytes at `offset` are the address of the target; what the bytes hold is added to it. */
typedef struct {
    uint64_t offset;
    uint8_t kind; /* RelocationKind */
    uint32_t alloc;
    DefId def;
    ArgsId args;
} Relocation;
typedef struct {
    uint8_t *bytes; /* uninitialised and padding bytes are 0 */
    uint64_t size;
    uint32_t align;
    Relocation *relocations; /* by offset */
    uint32_t relocation_count;
    bool
        is_mutable; /* reached through something that may be written: statics with `mut` or cells */
} ConstAlloc;

typedef enum { CONST_VALUE_ERROR, CONST_VALUE_OK, CONST_VALUE_TOO_GENERIC } ConstValueState;
typedef struct {
    uint8_t state; /* ConstValueState */
    TyId ty;
    ConstAlloc *allocs;
    uint32_t alloc_count;
} ConstValue;

/* Jumps back and calls per evaluation before it is given up, as many as rustc's deny-by-default
 * lint long_running_const_eval allows. */
enum { CONSTEVAL_STEP_LIMIT = 2 * 1000 * 1000, CONSTEVAL_FRAME_LIMIT = 128 };

#define QUERY QUERY_DECLARE
#include "consteval/consteval_queries.def"
#undef QUERY

/* Evaluates the body's owner if it is a constant or static item outside of traits and impls, used
 * or not. True if it has no value for an error that has been reported. */
bool consteval_item_has_error(Job *job, DefId body);

#endif
