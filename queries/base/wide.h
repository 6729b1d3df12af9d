/* 128-bit integers: the widest integers of the language, as bits. */
#ifndef RSCC_BASE_WIDE_H
#define RSCC_BASE_WIDE_H

#include "base/text.h"

__extension__ typedef unsigned __int128 U128;
__extension__ typedef __int128 I128;

static inline U128 u128_make(uint64_t low, uint64_t high)
{
    return (U128)high << 64 | low;
}
static inline uint64_t u128_low(U128 v)
{
    return (uint64_t)v;
}
static inline uint64_t u128_high(U128 v)
{
    return (uint64_t)(v >> 64);
}
/* The largest value of `bits` bits, 1 to 128. */
static inline U128 u128_mask(uint32_t bits)
{
    return ~(U128)0 >> (128 - bits);
}
static inline U128 u128_truncate(U128 v, uint32_t bits)
{
    return v & u128_mask(bits);
}
/* The value of the low `bits` bits as a two's complement number. */
static inline I128 u128_sign_extend(U128 v, uint32_t bits)
{
    uint32_t shift = 128 - bits;
    return (I128)(v << shift) >> shift;
}
/* In decimal. */
void text_add_u128(Text *text, U128 v);
void text_add_i128(Text *text, I128 v);

#endif
