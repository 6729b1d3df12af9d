/* 128-bit integers: the widest integers of the language, as bits. */
#ifndef RSCC_BASE_WIDE_H
#define RSCC_BASE_WIDE_H

#include "base/text.h"

__extension__ typedef unsigned __int128 Uint128;
__extension__ typedef __int128 Int128;

static inline Uint128 uint128_make(uint64_t low, uint64_t high)
{
    return (Uint128)high << 64 | low;
}
static inline uint64_t uint128_low(Uint128 v)
{
    return (uint64_t)v;
}
static inline uint64_t uint128_high(Uint128 v)
{
    return (uint64_t)(v >> 64);
}
/* The largest value of `bits` bits, 1 to 128. */
static inline Uint128 uint128_mask(uint32_t bits)
{
    return ~(Uint128)0 >> (128 - bits);
}
static inline Uint128 uint128_truncate(Uint128 v, uint32_t bits)
{
    return v & uint128_mask(bits);
}
/* The value of the low `bits` bits as a two's complement number. */
static inline Int128 uint128_sign_extend(Uint128 v, uint32_t bits)
{
    uint32_t shift = 128 - bits;
    return (Int128)(v << shift) >> shift;
}
/* In decimal. */
void text_add_uint128(Text *text, Uint128 v);
void text_add_int128(Text *text, Int128 v);

#endif
