#include "base/wide.h"

void text_add_uint128(Text *text, Uint128 v)
{
    char digits[40];
    uint32_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + (int)(v % 10));
        v /= 10;
    } while (v != 0);
    text_add(text, (Str){ digits + at, sizeof digits - at });
}

void text_add_int128(Text *text, Int128 v)
{
    if (v < 0)
        text_add_char(text, '-');
    text_add_uint128(text, v < 0 ? -(Uint128)v : (Uint128)v);
}
