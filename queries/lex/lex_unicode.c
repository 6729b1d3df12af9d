/* Characters beyond ASCII. Identifiers: XID_Start XID_Continue*, compared in NFC (UAX 31). */
#include <unictype.h>
#include <uninorm.h>

#include "lex/lex_priv.h"

uint32_t lex_unicode_decode(const Lexer *l, uint32_t at, uint32_t *scalar)
{
    if (at >= l->bytes)
        return 0;
    return utf8_decode(l->text + at, l->bytes - at, scalar);
}

bool lex_unicode_is_word_start(uint32_t scalar)
{
    return uc_is_property_xid_start(scalar);
}

bool lex_unicode_is_word_continue(uint32_t scalar)
{
    return uc_is_property_xid_continue(scalar);
}

/* Pattern_White_Space beyond ASCII. */
bool lex_unicode_is_space(uint32_t scalar)
{
    return scalar == 0x85 || scalar == 0x200e || scalar == 0x200f || scalar == 0x2028 ||
           scalar == 0x2029;
}

Str lex_unicode_normalize(Arena *arena, Str word)
{
    size_t bytes = word.bytes * 3 + 16; /* NFC grows UTF-8 by at most three */
    uint8_t *buffer = arena_alloc(arena, bytes);
    uint8_t *result =
        u8_normalize(UNINORM_NFC, (const uint8_t *)word.data, word.bytes, buffer, &bytes);
    rsc_assert(result == buffer);
    return (Str){ (const char *)result, bytes };
}
