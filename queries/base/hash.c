#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

Fp fp_of_bytes(const void *data, size_t bytes, uint64_t seed)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(data, bytes, seed);
    return (Fp){ .lo = hash.low64, .hi = hash.high64 };
}

static void put_le64(uint8_t *out, uint64_t v)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(v >> (8 * i));
}

Fp fp_combine(Fp a, Fp b)
{
    uint8_t bytes[32];
    put_le64(bytes, a.lo);
    put_le64(bytes + 8, a.hi);
    put_le64(bytes + 16, b.lo);
    put_le64(bytes + 24, b.hi);
    return fp_of_bytes(bytes, sizeof bytes, 0);
}

int fp_compare(Fp a, Fp b)
{
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return (a.lo > b.lo) - (a.lo < b.lo);
}

FpHex fp_hex(Fp fp)
{
    static const char digits[] = "0123456789abcdef";
    FpHex hex;
    for (int i = 0; i < 16; i++) {
        int shift = 60 - 4 * i;
        hex.text[i] = digits[(fp.hi >> shift) & 15];
        hex.text[16 + i] = digits[(fp.lo >> shift) & 15];
    }
    hex.text[32] = '\0';
    return hex;
}

uint64_t hash_bytes64(const void *data, size_t bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, bytes, seed);
}
