/* Hostile bytes as interned records of every kind that has a decoder: definitions, types,
 * constants, ... What is decoded must encode, and decode again to the same ids. */
#include "base/intern.h"
#include "fuzz/fuzz.h"

enum { IDS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    Interners *interners = interners_new();
    Arena *arena = arena_new(NULL);
    Decoder d;
    uint32_t ids[IDS_MAX];
    uint8_t kinds[IDS_MAX];
    uint32_t count = 0;
    decoder_init(&d, data, bytes, arena, interners);
    while (!d.failed && d.position < d.count && count < IDS_MAX) {
        uint8_t kind = (uint8_t)(decode_u8(&d) % INTERN_KIND_COUNT);
        uint32_t id = decode_interned(&d, kind);
        if (d.failed)
            break;
        kinds[count] = kind;
        ids[count++] = id;
    }
    Encoder e;
    encoder_init(&e, arena, interners, ENCODE_CANONICAL);
    for (uint32_t i = 0; i < count; i++)
        encode_interned(&e, kinds[i], ids[i]);
    Decoder again;
    decoder_init(&again, e.bytes, e.count, arena, interners);
    for (uint32_t i = 0; i < count; i++)
        rsc_assert(decode_interned(&again, kinds[i]) == ids[i]);
    rsc_assert(decoder_finish(&again));
    arena_free(arena);
    interners_free(interners);
    return 0;
}
