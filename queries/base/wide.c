#include "base/wide.h"

void text_add_u128(Text *text, U128 v)
{
    char digits[40];
    uint32_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + (int)(v % 10));
        v /= 10;
    } while (v != 0);
    text_add(text, (Str){ digits + at, sizeof digits - at });
}

void text_add_i128(Text *text, I128 v)
{
    if (v < 0)
        text_add_char(text, '-');
    text_add_u128(text, v < 0 ? -(U128)v : (U128)v);
}
