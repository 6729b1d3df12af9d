/* Rows of the screen, and how a source line maps to screen columns. */
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "diag/diag_snippet.h"

enum { TAB_COLUMNS = 4, ROW_COLUMNS_MAX = 1u << 20 };

void row_init(Row *row, Arena *arena)
{
    *row = (Row){ .arena = arena };
}

static void row_reserve(Row *row, uint32_t columns)
{
    if (columns > row->capacity) {
        uint32_t capacity = columns * 2 + 32;
        uint32_t *characters = arena_alloc_array(row->arena, capacity, sizeof *characters);
        uint8_t *styles = arena_alloc_array(row->arena, capacity, sizeof *styles);
        if (row->count) {
            memcpy(characters, row->characters, row->count * sizeof *characters);
            memcpy(styles, row->styles, row->count);
        }
        row->characters = characters;
        row->styles = styles;
        row->capacity = capacity;
    }
    for (; row->count < columns; row->count++) {
        row->characters[row->count] = ' ';
        row->styles[row->count] = STYLE_PLAIN;
    }
}

void row_put(Row *row, uint32_t column, uint32_t character, Style style)
{
    if (column >= ROW_COLUMNS_MAX)
        return;
    row_reserve(row, column + 1);
    row->characters[column] = character;
    row->styles[column] = (uint8_t)style;
}

/* The character at the front of the text (U+FFFD for broken UTF-8), and its bytes. */
static int next_character(const char *text, size_t bytes, ucs4_t *character)
{
    int length = u8_mbtouc(character, (const uint8_t *)text, bytes);
    return length > 0 ? length : 1;
}

/* A wide character takes two columns: the second holds 0, which prints nothing. */
void row_put_text(Row *row, uint32_t column, Str text, Style style)
{
    for (size_t i = 0; i < text.bytes;) {
        ucs4_t character;
        i += (size_t)next_character(text.data + i, text.bytes - i, &character);
        row_put(row, column++, character, style);
        if (uc_width(character, "UTF-8") == 2)
            row_put(row, column++, 0, style);
    }
}

static void text_add_character(Text *out, uint32_t character)
{
    uint8_t buffer[6];
    int length = u8_uctomb(buffer, character, sizeof buffer);
    if (length > 0)
        text_add(out, (Str){ (const char *)buffer, (size_t)length });
}

void row_print(const Row *row, bool color, Text *out)
{
    uint32_t end = row->count;
    while (end > 0 && row->characters[end - 1] == ' ')
        end--;
    Style current = STYLE_PLAIN;
    for (uint32_t i = 0; i < end; i++) {
        Style style = (Style)row->styles[i];
        if (color && style != current) {
            if (current != STYLE_PLAIN)
                text_add_c(out, "\x1b[0m");
            text_add_c(out, style_start(style));
            current = style;
        }
        if (row->characters[i] != 0)
            text_add_character(out, row->characters[i]);
    }
    if (current != STYLE_PLAIN)
        text_add_c(out, "\x1b[0m");
    text_add_char(out, '\n');
}

/* ---- files and lines ----------------------------------------------------------------------------
 */

void render_file_init(RenderFile *file, Arena *arena, Str path, Str text)
{
    U32Vec starts;
    u32_vec_init(&starts, arena);
    u32_vec_push(&starts, 0);
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '\n')
            u32_vec_push(&starts, (uint32_t)i + 1);
    }
    *file = (RenderFile){ path, text, starts.items, starts.count };
}

uint32_t render_file_line_of(const RenderFile *file, uint32_t offset)
{
    uint32_t low = 0, high = file->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (file->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

Str render_file_line(const RenderFile *file, uint32_t line)
{
    rsc_assert(line < file->line_count);
    size_t start = file->line_starts[line];
    size_t end = line + 1 < file->line_count ? file->line_starts[line + 1] - 1 : file->text.bytes;
    if (end > start && file->text.data[end - 1] == '\r')
        end--;
    return (Str){ file->text.data + start, end - start };
}

RenderPosition render_position(const RenderFile *file, uint32_t offset)
{
    uint32_t line = render_file_line_of(file, offset);
    uint32_t column = 1;
    const char *at = file->text.data + file->line_starts[line];
    const char *end = file->text.data + offset;
    for (; at < end; at++)
        column += ((unsigned char)*at & 0xC0) != 0x80;
    return (RenderPosition){ line + 1, column };
}

static uint32_t character_columns(ucs4_t character)
{
    if (character == '\t')
        return TAB_COLUMNS;
    return uc_width(character, "UTF-8") == 2 ? 2 : 1;
}

uint32_t line_display_column(Str line, uint32_t offset)
{
    if (line_is_huge(line))
        return offset < line.bytes ? offset : (uint32_t)line.bytes;
    uint32_t column = 0;
    size_t end = offset < line.bytes ? offset : line.bytes;
    for (size_t i = 0; i < end;) {
        ucs4_t character;
        i += (size_t)next_character(line.data + i, line.bytes - i, &character);
        column += character_columns(character);
    }
    return column + (offset > line.bytes ? 1 : 0);
}

Str line_display_text(Str line, Arena *arena)
{
    Text shown;
    text_init(&shown, arena);
    for (size_t i = 0; i < line.bytes;) {
        ucs4_t character;
        int length = next_character(line.data + i, line.bytes - i, &character);
        if (character == '\t')
            text_add_repeat(&shown, ' ', TAB_COLUMNS);
        else if (character < 0x20 || character == 0x7F)
            text_add_character(&shown, character == 0x7F ? 0x2421 : 0x2400 + character);
        else
            text_add(&shown, (Str){ line.data + i, (size_t)length });
        i += (size_t)length;
    }
    return text_str(&shown);
}
