/* The one encoder: canonical bytes of values and keys.
 *
 * A value's fingerprint is the hash of these bytes, and these bytes are what is stored. Integers
 * are LEB128 or little-endian fixed width; interned ids (symbols, definitions, types, ...) are
 * written through a dictionary that lives as long as the encoder: at first occurrence the record
 * itself, later a back reference. Nothing local to a process is written.
 *
 * Decoding trusts nothing: every read is bounds-checked, a failure is sticky (`failed`), and reads
 * after it give zero. */
#ifndef RSCC_BASE_CODEC_H
#define RSCC_BASE_CODEC_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"

typedef struct Interners Interners;

typedef enum {
    ENCODE_CANONICAL,   /* interned ids by dictionary: the stored form */
    ENCODE_FINGERPRINT, /* interned ids by their own fingerprint: for hashing one interned record */
} EncodeMode;

typedef struct {
    Arena *arena; /* owns `bytes` and the dictionary; NULL: heap, release with encoder_release */
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    Interners *interners;
    EncodeMode mode;
    Map dictionary; /* (kind, id) -> occurrence number; made at first use */
    uint32_t depth; /* of nested interned records, at most CODEC_DEPTH_MAX */
} Encoder;

/* Interned records may nest this deep (a path of 512 segments, a type 512 levels deep). Deeper ones
 * are refused where they are made, so a deeper one here is a bug on encoding and damage on
 * decoding. */
enum { CODEC_DEPTH_MAX = 1024 };

void encoder_init(Encoder *e, Arena *arena, Interners *interners, EncodeMode mode);
/* Only for an encoder without an arena. */
void encoder_release(Encoder *e);
void encode_u8(Encoder *e, uint8_t v);
void encode_bool(Encoder *e, bool v);
void encode_u32(Encoder *e, uint32_t v); /* LEB128 */
void encode_u64(Encoder *e, uint64_t v); /* LEB128 */
void encode_i64(Encoder *e, int64_t v);  /* zigzag LEB128 */
void encode_fixed64(Encoder *e, uint64_t v);
void encode_fp(Encoder *e, Fp v);
/* Length and bytes. */
void encode_bytes(Encoder *e, const void *data, size_t bytes);
void encode_str(Encoder *e, Str v);
/* An interned id of the given kind (base/intern.h): 0 for none; 1 and the record at its first
 * occurrence; from then on 2 + the number of records that were finished before it. As a
 * fingerprint: the 16 bytes of the thing's own. */
void encode_interned(Encoder *e, uint8_t intern_kind, uint32_t id);
Fp encoder_fingerprint(const Encoder *e, uint64_t seed);

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    bool failed;
    Arena *arena; /* what is decoded lives here */
    Interners *interners;
    struct {
        uint32_t *ids; /* dictionary: occurrence number -> id */
        uint8_t *kinds;
        uint32_t count, capacity;
    } dictionary;
    uint32_t depth; /* of nested interned records, bounded */
} Decoder;

void decoder_init(Decoder *d, const void *bytes, size_t count, Arena *arena, Interners *interners);
uint8_t decode_u8(Decoder *d);
bool decode_bool(Decoder *d);
uint32_t decode_u32(Decoder *d);
uint64_t decode_u64(Decoder *d);
int64_t decode_i64(Decoder *d);
uint64_t decode_fixed64(Decoder *d);
Fp decode_fp(Decoder *d);
/* Borrowed from the input. */
Str decode_str(Decoder *d);
uint32_t decode_interned(Decoder *d, uint8_t intern_kind);
/* A count of elements of at least min_element_bytes each in the input; fails if the input cannot
 * hold them. */
uint32_t decode_count(Decoder *d, size_t min_element_bytes);
void decoder_fail(Decoder *d);
/* True if nothing failed and every byte was read. */
bool decoder_finish(const Decoder *d);

#endif
