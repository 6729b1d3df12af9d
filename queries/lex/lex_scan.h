/* Private to lex: the loops that look at every byte, sixteen at a time where the machine can (SSE2,
 * which every x86-64 has) and one at a time elsewhere and near the end of the text. */
#ifndef RSCC_LEX_LEX_SCAN_H
#define RSCC_LEX_LEX_SCAN_H

#include <string.h>

#include "lex/lex_priv.h"

enum { SCAN_BYTES = 16 };

#if defined(__SSE2__)
#include <emmintrin.h>

#define SCAN_HAS_BLOCKS 1

static inline __m128i scan_load(const char *text)
{
    return _mm_loadu_si128((const __m128i *)(const void *)text);
}

/* Bit i: whether byte i is `byte`. */
static inline uint32_t scan_equal(__m128i block, char byte)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(byte)));
}

/* All ones where low <= byte < low + count. */
static inline __m128i scan_in_range(__m128i block, char low, char count)
{
    __m128i from_low = _mm_sub_epi8(block, _mm_set1_epi8(low));
    return _mm_cmpeq_epi8(_mm_min_epu8(from_low, _mm_set1_epi8((char)(count - 1))), from_low);
}

/* Bit i: whether byte i is a letter, a digit or `_`. */
static inline uint32_t scan_word_bytes(__m128i block)
{
    __m128i lower = _mm_or_si128(block, _mm_set1_epi8(0x20));
    __m128i letters = scan_in_range(lower, 'a', 26), digits = scan_in_range(block, '0', 10);
    __m128i underscores = _mm_cmpeq_epi8(block, _mm_set1_epi8('_'));
    __m128i word = _mm_or_si128(_mm_or_si128(letters, digits), underscores);
    return (uint32_t)_mm_movemask_epi8(word);
}
#else
#define SCAN_HAS_BLOCKS 0
#endif

/* The end of the ASCII word bytes that begin at `at`. */
static inline uint32_t scan_word(const char *text, uint32_t bytes, uint32_t at)
{
#if SCAN_HAS_BLOCKS
    while (bytes - at >= SCAN_BYTES) {
        uint32_t others = ~scan_word_bytes(scan_load(text + at)) & 0xffff;
        if (others)
            return at + (uint32_t)__builtin_ctz(others);
        at += SCAN_BYTES;
    }
#endif
    while (at < bytes && lex_is_word_byte((unsigned char)text[at]))
        at++;
    return at;
}

/* The end of the spaces (0x20, not line ends) that begin at `at`. */
static inline uint32_t scan_blanks(const char *text, uint32_t bytes, uint32_t at)
{
#if SCAN_HAS_BLOCKS
    while (bytes - at >= SCAN_BYTES) {
        uint32_t others = ~scan_equal(scan_load(text + at), ' ') & 0xffff;
        if (others)
            return at + (uint32_t)__builtin_ctz(others);
        at += SCAN_BYTES;
    }
#endif
    while (at < bytes && text[at] == ' ')
        at++;
    return at;
}

#endif
