/* What writing and reading of segments share. Private to the engine. */
#ifndef RSCC_ENGINE_ENGINE_SEGMENT_H
#define RSCC_ENGINE_ENGINE_SEGMENT_H

#include "engine/engine_priv.h"

/* Changes with the format. */
#define SEGMENT_MAGIC UINT64_C(0x3230676573637372) /* rscseg02 */

enum {
    SEGMENT_SCHEMA_AT = 8,
    SEGMENT_CHECKSUM_AT = SEGMENT_SCHEMA_AT + 16,
    SEGMENT_HEADER_BYTES = SEGMENT_CHECKSUM_AT + 16,
};

enum { SEGMENT_VALUE_NONE, SEGMENT_VALUE_INLINE, SEGMENT_VALUE_BLOB };

/* Over the names and flags of all kinds: kind numbers mean nothing without them. */
Fp engine_schema(const Engine *engine);

#endif
