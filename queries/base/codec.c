#include "base/codec.h"

#include <endian.h>
#include <string.h>

#include "base/intern.h"

/* ---- encoding ---- */

typedef struct {
    uint32_t kind;
    uint32_t id;
} DictionaryKey;

enum { FIRST_BYTES = 256 };

void encoder_init(Encoder *e, Arena *arena, Interners *interners, EncodeMode mode)
{
    *e = (Encoder){ .arena = arena, .interners = interners, .mode = mode };
}

void encoder_release(Encoder *e)
{
    rsc_assert(e->arena == NULL);
    heap_free(e->bytes);
    if (e->dictionary.key_bytes)
        map_release(&e->dictionary);
    *e = (Encoder){ .interners = e->interners, .mode = e->mode };
}

static void reserve(Encoder *e, size_t more)
{
    if (more <= e->capacity - e->count)
        return;
    rsc_assert(more <= SIZE_MAX / 4 - e->count);
    size_t capacity = e->capacity ? e->capacity * 2 : FIRST_BYTES;
    if (capacity < e->count + more)
        capacity = e->count + more;
    e->bytes = e->arena ? arena_grow(e->arena, e->bytes, e->capacity, capacity)
                        : heap_realloc(e->bytes, capacity);
    e->capacity = capacity;
}

static void put_bytes(Encoder *e, const void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    reserve(e, bytes);
    memcpy(e->bytes + e->count, data, bytes);
    e->count += bytes;
}

void encode_u8(Encoder *e, uint8_t v)
{
    reserve(e, 1);
    e->bytes[e->count++] = v;
}

void encode_bool(Encoder *e, bool v)
{
    encode_u8(e, v ? 1 : 0);
}

void encode_u64(Encoder *e, uint64_t v)
{
    reserve(e, 10);
    for (; v >= 0x80; v >>= 7)
        e->bytes[e->count++] = (uint8_t)(v | 0x80);
    e->bytes[e->count++] = (uint8_t)v;
}

void encode_u32(Encoder *e, uint32_t v)
{
    encode_u64(e, v);
}

void encode_i64(Encoder *e, int64_t v)
{
    uint64_t sign = v < 0 ? UINT64_MAX : 0;
    encode_u64(e, ((uint64_t)v << 1) ^ sign);
}

void encode_fixed64(Encoder *e, uint64_t v)
{
    uint64_t little = htole64(v);
    put_bytes(e, &little, sizeof little);
}

void encode_fp(Encoder *e, Fp v)
{
    encode_fixed64(e, v.lo);
    encode_fixed64(e, v.hi);
}

void encode_bytes(Encoder *e, const void *data, size_t bytes)
{
    encode_u64(e, bytes);
    put_bytes(e, data, bytes);
}

void encode_str(Encoder *e, Str v)
{
    encode_bytes(e, v.data, v.bytes);
}

/* The record goes out inline and gets the next occurrence number once it is complete, so that a
 * decoder, which learns the id only then, counts alike. */
static void encode_record(Encoder *e, DictionaryKey key)
{
    static const InternInfo *const infos[] = {
#define INTERNED(name, doc) &intern_info_##name,
#include "base/intern_kinds.def"
    };
    rsc_assert(e->depth < CODEC_DEPTH_MAX);
    size_t bytes;
    const void *record = intern_record(e->interners, (InternKind)key.kind, key.id, &bytes);
    encode_u8(e, 1);
    e->depth++;
    infos[key.kind]->encode(e, record, bytes);
    e->depth--;
    bool existed;
    uint32_t *number = map_put(&e->dictionary, &key, &existed);
    rsc_assert(!existed);
    *number = map_count(&e->dictionary) - 1;
}

void encode_interned(Encoder *e, uint8_t intern_kind, uint32_t id)
{
    rsc_assert(intern_kind < INTERN_KIND_COUNT);
    if (e->mode == ENCODE_FINGERPRINT) {
        encode_fp(e, intern_fingerprint(e->interners, (InternKind)intern_kind, id));
        return;
    }
    if (id == 0) {
        encode_u8(e, 0);
        return;
    }
    if (e->dictionary.key_bytes == 0)
        map_init(&e->dictionary, e->arena, sizeof(DictionaryKey));
    DictionaryKey key = { intern_kind, id };
    const uint32_t *number = map_find(&e->dictionary, &key);
    if (number)
        encode_u64(e, (uint64_t)*number + 2);
    else
        encode_record(e, key);
}

Fp encoder_fingerprint(const Encoder *e, uint64_t seed)
{
    return fp_of_bytes(e->bytes, e->count, seed);
}

/* ---- decoding ---- */

void decoder_init(Decoder *d, const void *bytes, size_t count, Arena *arena, Interners *interners)
{
    *d = (Decoder){ .bytes = bytes, .count = count, .arena = arena, .interners = interners };
}

void decoder_fail(Decoder *d)
{
    d->failed = true;
    d->position = d->count;
}

bool decoder_finish(const Decoder *d)
{
    return !d->failed && d->position == d->count;
}

static size_t remaining(const Decoder *d)
{
    return d->count - d->position;
}

uint8_t decode_u8(Decoder *d)
{
    if (remaining(d) == 0) {
        decoder_fail(d);
        return 0;
    }
    return d->bytes[d->position++];
}

bool decode_bool(Decoder *d)
{
    uint8_t v = decode_u8(d);
    if (v > 1)
        decoder_fail(d);
    return v == 1;
}

/* Only the shortest form is accepted, so equal values have equal bytes. */
uint64_t decode_u64(Decoder *d)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = decode_u8(d);
        uint64_t bits = byte & 0x7Fu;
        if ((shift == 63 && bits > 1) || (shift > 0 && byte == 0)) {
            decoder_fail(d);
            return 0;
        }
        v |= bits << shift;
        if (byte < 0x80)
            return v;
    }
    decoder_fail(d);
    return 0;
}

uint32_t decode_u32(Decoder *d)
{
    uint64_t v = decode_u64(d);
    if (v > UINT32_MAX) {
        decoder_fail(d);
        return 0;
    }
    return (uint32_t)v;
}

int64_t decode_i64(Decoder *d)
{
    uint64_t v = decode_u64(d);
    uint64_t sign = (v & 1) ? UINT64_MAX : 0;
    return (int64_t)((v >> 1) ^ sign);
}

uint64_t decode_fixed64(Decoder *d)
{
    if (remaining(d) < 8) {
        decoder_fail(d);
        return 0;
    }
    uint64_t little;
    memcpy(&little, d->bytes + d->position, sizeof little);
    d->position += sizeof little;
    return le64toh(little);
}

Fp decode_fp(Decoder *d)
{
    uint64_t lo = decode_fixed64(d);
    uint64_t hi = decode_fixed64(d);
    return d->failed ? (Fp){ 0, 0 } : (Fp){ lo, hi };
}

Str decode_str(Decoder *d)
{
    uint64_t bytes = decode_u64(d);
    if (bytes > remaining(d)) {
        decoder_fail(d);
        return STR("");
    }
    Str v = { (const char *)d->bytes + d->position, (size_t)bytes };
    d->position += (size_t)bytes;
    return v;
}

uint32_t decode_count(Decoder *d, size_t min_element_bytes)
{
    rsc_assert(min_element_bytes > 0);
    uint32_t count = decode_u32(d);
    if (count > remaining(d) / min_element_bytes) {
        decoder_fail(d);
        return 0;
    }
    return count;
}

static void remember(Decoder *d, uint8_t kind, uint32_t id)
{
    uint32_t count = d->dictionary.count, capacity = d->dictionary.capacity;
    if (count == capacity) {
        uint32_t grown = capacity ? capacity * 2 : 16;
        d->dictionary.ids =
            arena_grow(d->arena, d->dictionary.ids, capacity * sizeof id, grown * sizeof id);
        d->dictionary.kinds = arena_grow(d->arena, d->dictionary.kinds, capacity, grown);
        d->dictionary.capacity = grown;
    }
    d->dictionary.ids[count] = id;
    d->dictionary.kinds[count] = kind;
    d->dictionary.count++;
}

static uint32_t decode_record(Decoder *d, uint8_t kind)
{
    static const InternInfo *const infos[] = {
#define INTERNED(name, doc) &intern_info_##name,
#include "base/intern_kinds.def"
    };
    if (d->depth >= CODEC_DEPTH_MAX) {
        decoder_fail(d);
        return 0;
    }
    d->depth++;
    uint32_t id = infos[kind]->decode(d);
    d->depth--;
    if (d->failed)
        return 0;
    rsc_assert(id != 0);
    remember(d, kind, id);
    return id;
}

uint32_t decode_interned(Decoder *d, uint8_t intern_kind)
{
    rsc_assert(intern_kind < INTERN_KIND_COUNT);
    uint32_t tag = decode_u32(d);
    if (tag == 0)
        return 0;
    if (tag == 1)
        return decode_record(d, intern_kind);
    uint32_t number = tag - 2;
    if (number >= d->dictionary.count || d->dictionary.kinds[number] != intern_kind) {
        decoder_fail(d);
        return 0;
    }
    return d->dictionary.ids[number];
}
