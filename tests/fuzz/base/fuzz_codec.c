/* Hostile bytes through the decoder's primitives. The first byte says how many of the next bytes
 * say what is decoded; the rest is decoded. What decodes must encode to the same bytes again, and
 * must lie inside the input. */
#include <string.h>

#include "base/codec.h"
#include "base/intern.h"
#include "fuzz/fuzz.h"

typedef enum {
    STEP_U8,
    STEP_BOOL,
    STEP_U32,
    STEP_U64,
    STEP_I64,
    STEP_FIXED64,
    STEP_FP,
    STEP_STR,
    STEP_COUNT,
    STEP_SYM,
    STEP_KINDS,
} Step;

static void step_str(Decoder *d, Encoder *e)
{
    Str v = decode_str(d);
    const char *all = (const char *)d->bytes;
    if (!d->failed)
        rsc_assert(v.data >= all && v.bytes <= d->count && v.data + v.bytes <= all + d->count);
    encode_str(e, v);
}

static void step_count(Decoder *d, Encoder *e, uint8_t program)
{
    size_t element = 1 + program % 7u;
    uint32_t count = decode_count(d, element);
    rsc_assert((size_t)count * element <= d->count - d->position);
    encode_u32(e, count);
}

/* A symbol may be written out twice, which the encoder never does: only its text is compared. */
static bool step_sym(Decoder *d, Encoder *e)
{
    uint32_t id = decode_interned(d, INTERN_sym);
    encode_interned(e, INTERN_sym, id);
    return id != 0;
}

/* Decodes one thing and encodes it again. True: the bytes need not be the same. */
static bool step(Decoder *d, Encoder *e, uint8_t program)
{
    switch ((Step)(program % STEP_KINDS)) {
    case STEP_U8:
        encode_u8(e, decode_u8(d));
        return false;
    case STEP_BOOL:
        encode_bool(e, decode_bool(d));
        return false;
    case STEP_U32:
        encode_u32(e, decode_u32(d));
        return false;
    case STEP_U64:
        encode_u64(e, decode_u64(d));
        return false;
    case STEP_I64:
        encode_i64(e, decode_i64(d));
        return false;
    case STEP_FIXED64:
        encode_fixed64(e, decode_fixed64(d));
        return false;
    case STEP_FP:
        encode_fp(e, decode_fp(d));
        return false;
    case STEP_STR:
        step_str(d, e);
        return false;
    case STEP_COUNT:
        step_count(d, e, program);
        return false;
    case STEP_SYM:
        return step_sym(d, e);
    case STEP_KINDS:
        break;
    }
    RSC_UNREACHABLE();
}

/* After a failure everything reads as zero. */
static void check_failed(Decoder *d)
{
    rsc_assert(decode_u64(d) == 0 && decode_u8(d) == 0 && decode_str(d).bytes == 0);
    rsc_assert(fp_is_zero(decode_fp(d)) && decode_interned(d, INTERN_sym) == 0);
    rsc_assert(!decoder_finish(d));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0 || (size_t)data[0] + 1 > bytes)
        return 0;
    const uint8_t *program = data + 1, *input = program + data[0];
    Interners *interners = interners_new();
    Arena *arena = arena_new(NULL);
    Decoder d;
    Encoder e;
    decoder_init(&d, input, bytes - 1 - data[0], arena, interners);
    encoder_init(&e, arena, interners, ENCODE_CANONICAL);
    bool has_symbols = false;
    for (size_t i = 0; i < data[0] && !d.failed; i++) {
        has_symbols = step(&d, &e, program[i]) || has_symbols;
        rsc_assert(d.position <= d.count);
        if (!d.failed && !has_symbols)
            rsc_assert(e.count == d.position && memcmp(e.bytes, input, e.count) == 0);
    }
    if (d.failed)
        check_failed(&d);
    arena_free(arena);
    interners_free(interners);
    return 0;
}
