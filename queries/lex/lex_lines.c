/* What one pass over the text tells before any token is made: where lines begin, and whether there
 * is anything that needs care later: carriage returns, characters beyond ASCII. */
#include "lex/lex_scan.h"

enum { WIDE_BLOCK = 4096, LINE_BYTES_USUAL = 32 };

typedef struct {
    U32Vec starts;
    bool has_return, is_ascii;
} Lines;

static void scan_byte(Lines *lines, Str text, uint32_t at)
{
    char c = text.data[at];
    if (c == '\n' && at + 1 < text.bytes)
        u32_vec_push(&lines->starts, at + 1);
    lines->has_return |= c == '\r';
    lines->is_ascii &= (unsigned char)c < 0x80;
}

#if SCAN_HAS_BLOCKS
/* The blocks behind which there is text; gives where they end. */
static uint32_t scan_blocks(Lines *lines, Str text)
{
    __m128i returns = _mm_setzero_si128(), all = _mm_setzero_si128();
    uint32_t at = 0;
    for (; text.bytes - at > SCAN_BYTES; at += SCAN_BYTES) {
        __m128i block = scan_load(text.data + at);
        all = _mm_or_si128(all, block);
        returns = _mm_or_si128(returns, _mm_cmpeq_epi8(block, _mm_set1_epi8('\r')));
        for (uint32_t ends = scan_equal(block, '\n'); ends; ends &= ends - 1)
            u32_vec_push(&lines->starts, at + (uint32_t)__builtin_ctz(ends) + 1);
    }
    lines->has_return = _mm_movemask_epi8(returns) != 0;
    lines->is_ascii = _mm_movemask_epi8(all) == 0;
    return at;
}
#else
static uint32_t scan_blocks(Lines *lines, Str text)
{
    (void)lines, (void)text;
    return 0;
}
#endif

/* ---- characters of several bytes ---- */

static uint32_t count_wide(Str text, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    for (uint32_t i = from; i < to; i++)
        count += ((unsigned char)text.data[i] & 0xc0) == 0x80;
    return count;
}

/* So that a column in a very long line does not cost its length. */
static void find_wide(FileTokens *out, Arena *arena, Str text)
{
    uint32_t bytes = (uint32_t)text.bytes, blocks = bytes / WIDE_BLOCK + 1, total = 0;
    out->wide = arena_alloc_array(arena, blocks, sizeof *out->wide);
    for (uint32_t i = 0; i < blocks; i++) {
        uint32_t from = i * WIDE_BLOCK;
        out->wide[i] = total;
        total += count_wide(text, from, bytes - from < WIDE_BLOCK ? bytes : from + WIDE_BLOCK);
    }
}

void lex_find_lines(FileTokens *out, Arena *arena, Str text, bool *has_return)
{
    Lines lines = { .is_ascii = true };
    u32_vec_init(&lines.starts, arena);
    u32_vec_reserve(&lines.starts, 8 + (uint32_t)(text.bytes / LINE_BYTES_USUAL));
    u32_vec_push(&lines.starts, 0);
    for (uint32_t at = scan_blocks(&lines, text); at < text.bytes; at++)
        scan_byte(&lines, text, at);
    out->line_starts = lines.starts.items;
    out->line_count = lines.starts.count;
    arena_trim(arena, lines.starts.items, lines.starts.capacity * sizeof *lines.starts.items,
               lines.starts.count * sizeof *lines.starts.items);
    if (!lines.is_ascii)
        find_wide(out, arena, text);
    *has_return = lines.has_return;
}

/* ---- places ---- */

static uint32_t wide_before(const FileTokens *tokens, Str text, uint32_t offset)
{
    uint32_t block = offset / WIDE_BLOCK;
    return tokens->wide[block] + count_wide(text, block * WIDE_BLOCK, offset);
}

void file_tokens_position(const FileTokens *tokens, Str text, uint32_t offset, uint32_t *line,
                          uint32_t *column)
{
    uint32_t low = 0, high = tokens->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (tokens->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    uint32_t start = tokens->line_starts[low];
    *line = low;
    *column = offset - start;
    if (tokens->wide)
        *column -= wide_before(tokens, text, offset) - wide_before(tokens, text, start);
}
