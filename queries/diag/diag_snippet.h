/* Source snippets with marks, private to the renderers. */
#ifndef RSCC_DIAG_DIAG_SNIPPET_H
#define RSCC_DIAG_DIAG_SNIPPET_H

#include "diag/diag_render.h"
#include "diag/diag_style.h"

/* One row of the screen: characters with styles; columns that were never put are blanks. */
typedef struct {
    uint32_t *characters;
    uint8_t *styles;
    uint32_t count;
    uint32_t capacity;
    Arena *arena;
} Row;
void row_init(Row *row, Arena *arena);
void row_put(Row *row, uint32_t column, uint32_t character, Style style);
void row_put_text(Row *row, uint32_t column, Str text, Style style);
/* Without trailing blanks; ends with a newline. */
void row_print(const Row *row, bool color, Text *out);

/* Line `line` (0-based) without its line break. */
Str render_file_line(const RenderFile *file, uint32_t line);
uint32_t render_file_line_of(const RenderFile *file, uint32_t offset);
/* No screen holds it, and measuring it for every message would take long: its columns are bytes,
 * and only a part of it is ever shown. */
static inline bool line_is_huge(Str line)
{
    return line.bytes > (16 << 10);
}
/* Screen column of a byte offset inside a line: tabs are 4, wide characters 2. */
uint32_t line_display_column(Str line, uint32_t offset);
/* The line as shown: tabs expanded, control characters replaced. */
Str line_display_text(Str line, Arena *arena);

typedef struct {
    Arena *arena;
    RenderOptions options;
    uint32_t gutter; /* digits of the largest line number shown */
    Text *out;
} SnippetContext;

/* `  |`, `12 |`, and ` --> path:line:column`. */
void snippet_gutter_empty(SnippetContext *cx);
void snippet_gutter_into(SnippetContext *cx, Row *row, uint32_t line_number_or_zero);

/* All labels, file by file, the first primary one's file first. */
void snippet_render(SnippetContext *cx, const RenderLabel *labels, uint32_t count, DiagLevel level);

#endif
