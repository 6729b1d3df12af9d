/* Fingerprints: XXH3-128 of canonical bytes. Safe against accident, not against an adversary. */
#ifndef RSCC_BASE_HASH_H
#define RSCC_BASE_HASH_H

#include "base/base.h"

typedef struct {
    uint64_t lo, hi;
} Fp;

Fp fp_of_bytes(const void *data, size_t bytes, uint64_t seed);
/* Order matters. */
Fp fp_combine(Fp a, Fp b);
static inline bool fp_eq(Fp a, Fp b)
{
    return a.lo == b.lo && a.hi == b.hi;
}
static inline bool fp_is_zero(Fp a)
{
    return a.lo == 0 && a.hi == 0;
}
/* Total order, for output that must not depend on insertion order. */
int fp_compare(Fp a, Fp b);
/* 32 lower-case hex digits and a NUL. */
typedef struct {
    char text[33];
} FpHex;
FpHex fp_hex(Fp fp);

/* In-process hashing of small keys; never persisted. */
uint64_t hash_bytes64(const void *data, size_t bytes, uint64_t seed);

#endif
