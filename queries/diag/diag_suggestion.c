#include "diag/diag_suggestion.h"

#include <stdlib.h>

static int compare_edits(const void *a, const void *b)
{
    const RenderEdit *x = a, *y = b;
    return (x->span.lo > y->span.lo) - (x->span.lo < y->span.lo);
}

static bool all_insertions(const RenderEdit *edits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (edits[i].span.lo != edits[i].span.hi)
            return false;
    }
    return true;
}

/* Leaves out what old and new text share at either end, so that only the real change is marked. */
static void edit_trim(RenderEdit *edit)
{
    Str old = { edit->span.file->text.data + edit->span.lo, edit->span.hi - edit->span.lo };
    Str new = edit->replacement;
    size_t prefix = 0;
    while (prefix < old.bytes && prefix < new.bytes &&old.data[prefix] == new.data[prefix])
        prefix++;
    size_t suffix = 0;
    while (suffix < old.bytes - prefix &&
           suffix < new.bytes - prefix &&old.data[old.bytes - 1 - suffix] ==
               new.data[new.bytes - 1 - suffix])
        suffix++;
    if (prefix + suffix < old.bytes)
        return; /* not a pure insertion: shown as a whole */
    edit->span.lo += (uint32_t)prefix;
    edit->span.hi -= (uint32_t)suffix;
    edit->replacement = (Str){ new.data + prefix, new.bytes - prefix - suffix };
}

/* Blanks at the ends of an insertion are not marked. */
static Str without_outer_blanks(Str text, uint32_t *leading)
{
    *leading = 0;
    while (text.bytes && text.data[0] == ' ') {
        text.data++;
        text.bytes--;
        (*leading)++;
    }
    while (text.bytes && text.data[text.bytes - 1] == ' ')
        text.bytes--;
    return text;
}

/* The lines from the first edit's to the last edit's, with the edits done. */
static Str edited_lines(SnippetContext *cx, const RenderEdit *edits, uint32_t count, uint32_t from,
                        uint32_t to)
{
    Text text;
    text_init(&text, cx->arena);
    uint32_t at = from;
    for (uint32_t i = 0; i < count; i++) {
        const RenderEdit *edit = &edits[i];
        if (edit->span.lo < at)
            continue; /* overlapping edits: the first one wins */
        text_add(&text, (Str){ edit->span.file->text.data + at, edit->span.lo - at });
        text_add(&text, edit->replacement);
        at = edit->span.hi;
    }
    text_add(&text, (Str){ edits[0].span.file->text.data + at, to - at });
    return text_str(&text);
}

static void print_code_row(SnippetContext *cx, uint32_t number, char sign, Style style, Str code)
{
    Row row;
    row_init(&row, cx->arena);
    snippet_gutter_into(cx, &row, number);
    Style sign_style = sign == '|' ? STYLE_GUTTER : style;
    row_put(&row, cx->gutter + 1, (unsigned char)sign, sign_style);
    row_put_text(&row, cx->gutter + 3, line_display_text(code, cx->arena), STYLE_PLAIN);
    row_print(&row, cx->options.color, cx->out);
}

static void print_lines(SnippetContext *cx, uint32_t number, char sign, Style style, Str text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.bytes; i++) {
        if (i < text.bytes && text.data[i] != '\n')
            continue;
        print_code_row(cx, number++, sign, style, (Str){ text.data + start, i - start });
        start = i + 1;
    }
}

/* `+++` under the insertions of one line. */
static void print_insertion_marks(SnippetContext *cx, const RenderEdit *edits, uint32_t count,
                                  uint32_t line_start, Str line)
{
    Row row;
    row_init(&row, cx->arena);
    snippet_gutter_into(cx, &row, 0);
    uint32_t shift = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = line_display_column(line, edits[i].span.lo - line_start) + shift;
        uint32_t width =
            line_display_column(edits[i].replacement, (uint32_t)edits[i].replacement.bytes);
        uint32_t leading;
        Str marked = without_outer_blanks(edits[i].replacement, &leading);
        uint32_t marked_width = line_display_column(marked, (uint32_t)marked.bytes);
        for (uint32_t c = 0; c < marked_width; c++)
            row_put(&row, cx->gutter + 3 + column + leading + c, '+', STYLE_INSERTION);
        shift += width;
    }
    row_print(&row, cx->options.color, cx->out);
}

static bool any_is_huge(const RenderEdit *edits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (line_is_huge(edits[i].replacement))
            return true;
    }
    return false;
}

static bool has_line_break(const RenderEdit *edits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (size_t j = 0; j < edits[i].replacement.bytes; j++) {
            if (edits[i].replacement.data[j] == '\n')
                return true;
        }
    }
    return false;
}

void suggestion_render(SnippetContext *cx, const RenderEdit *edits, uint32_t count)
{
    RenderEdit *sorted = arena_copy(cx->arena, edits, count * sizeof *edits);
    qsort(sorted, count, sizeof *sorted, compare_edits);
    const RenderFile *file = sorted[0].span.file;
    if (!file)
        return;
    for (uint32_t i = 0; i < count; i++)
        edit_trim(&sorted[i]);
    uint32_t first = render_file_line_of(file, sorted[0].span.lo);
    uint32_t last = render_file_line_of(file, sorted[count - 1].span.hi);
    uint32_t from = file->line_starts[first];
    Str last_line = render_file_line(file, last);
    uint32_t to = (uint32_t)(file->line_starts[last] + last_line.bytes);
    if (line_is_huge((Str){ file->text.data + from, to - from }) || any_is_huge(sorted, count))
        return; /* the words must do */
    Str after = edited_lines(cx, sorted, count, from, to);
    snippet_gutter_empty(cx);
    if (all_insertions(sorted, count) && first == last && !has_line_break(sorted, count)) {
        print_code_row(cx, first + 1, '|', STYLE_PLAIN, after);
        print_insertion_marks(cx, sorted, count, from, render_file_line(file, first));
        return;
    }
    if (count > 1 && first != last) {
        print_lines(cx, first + 1, '~', STYLE_INSERTION, after);
    } else {
        print_lines(cx, first + 1, '-', STYLE_DELETION, (Str){ file->text.data + from, to - from });
        print_lines(cx, first + 1, '+', STYLE_INSERTION, after);
    }
    snippet_gutter_empty(cx);
}
