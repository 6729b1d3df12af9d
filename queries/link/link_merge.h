/* One relocatable object from several: what `ld -r` does, and what it does not do.
 *
 * Sections are merged by kind (`.text.f` goes into `.text`), so that the final link sees a handful
 * of sections instead of one per function; a relocation between two places of one section is
 * applied and gone; symbols of sections and local symbols give way to offsets. What remains is what
 * the final link is needed for. Sources: the System V ABI (gABI 4.1, chapter 4), its AMD64
 * supplement. */
#ifndef RSCC_LINK_LINK_MERGE_H
#define RSCC_LINK_LINK_MERGE_H

#include "base/arena.h"

typedef enum {
    LINK_MERGE_DONE,
    LINK_MERGE_UNSUPPORTED, /* something in an object is not of the kinds that are understood */
    LINK_MERGE_DUPLICATE,   /* two objects define a symbol */
} LinkMergeResult;

/* Merges ELF64 x86-64 objects. The result is a function of their bytes and order; it belongs to
 * `out`. *symbol: with LINK_MERGE_DUPLICATE, which (in the inputs' bytes). Objects are checked:
 * damaged ones are LINK_MERGE_UNSUPPORTED. About 2 ms per MB. Threads: any. */
LinkMergeResult link_merge(const Str *objects, uint32_t count, Arena *scratch, Arena *out,
                           Str *merged, Str *symbol);

#endif
