/* Source lines with the marks and labels of one diagnostic.
 *
 * A label inside one line becomes `^^^ text`; labels that would collide hang below on `|`
 * connectors, the rightmost first. A label over several lines gets a rail left of the code: from
 * its start line down to its end line. Lines without marks between marked ones are shown if it is
 * just one, else left out as `...`. */
#include "diag/diag_snippet.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

typedef enum { MARK_SINGLE, MARK_RAIL_START, MARK_RAIL_END } MarkKind;

/* One mark on one line. */
typedef struct {
    MarkKind kind;
    uint32_t lo, hi; /* screen columns; hi > lo */
    uint32_t rail;   /* 1.. for rails */
    bool is_primary;
    bool has_label;
    Str label;
    uint32_t depth; /* row below the marks in which the label stands; 0: on the row of the marks */
    uint32_t order; /* of the labels, for stable sorting */
} Mark;
VEC_TYPE(MarkVec, mark_vec, Mark)

/* A label over several lines. */
typedef struct {
    uint32_t first_line, last_line;
    uint32_t first_column, last_column; /* of its first character, after its last one */
    uint32_t rail;
    bool is_primary;
    bool starts_on_line; /* nothing but blanks before it: a `/` in the rail instead of a row of its
                            own */
    Str label;
    uint32_t order;
} Rail;
VEC_TYPE(RailVec, rail_vec, Rail)

typedef struct {
    SnippetContext *cx;
    const RenderFile *file;
    DiagLevel level;
    RailVec rails;
    uint32_t rail_count; /* columns taken by rails */
    Map line_marks;      /* line -> index into marks_by_line */
    MarkVec *marks_by_line;
    uint32_t *lines; /* sorted lines to show */
    uint32_t line_count;
    uint32_t cut; /* screen columns left out at the left of every line that is too long */
} Snippet;

/* ---- gutter -------------------------------------------------------------------------------------
 */

void snippet_gutter_into(SnippetContext *cx, Row *row, uint32_t line_number_or_zero)
{
    if (line_number_or_zero) {
        char digits[16];
        uint32_t count = 0;
        for (uint32_t n = line_number_or_zero; n; n /= 10)
            digits[count++] = (char)('0' + n % 10);
        for (uint32_t i = 0; i < count; i++)
            row_put(row, cx->gutter - 1 - i, (unsigned char)digits[i], STYLE_GUTTER);
    }
    row_put(row, cx->gutter + 1, '|', STYLE_GUTTER);
}

void snippet_gutter_empty(SnippetContext *cx)
{
    Row row;
    row_init(&row, cx->arena);
    snippet_gutter_into(cx, &row, 0);
    row_print(&row, cx->options.color, cx->out);
}

static void arrow_line(SnippetContext *cx, const char *arrow, RenderSpan span)
{
    Row row;
    row_init(&row, cx->arena);
    row_put_text(&row, cx->gutter, str_from_c(arrow), STYLE_GUTTER);
    row_print(&row, cx->options.color, cx->out);
    cx->out->bytes--; /* the newline: the path follows */
    RenderPosition at = render_position(span.file, span.lo);
    text_addf(cx->out, " %.*s:%u:%u\n", (int)span.file->path.bytes, span.file->path.data, at.line,
              at.column);
}

/* ---- collecting marks ---------------------------------------------------------------------------
 */

static Style mark_style(const Snippet *s, bool is_primary)
{
    return is_primary ? style_of_level(s->level) : STYLE_GUTTER;
}

static MarkVec *marks_of_line(Snippet *s, uint32_t line)
{
    bool existed;
    uint32_t *slot = map_put(&s->line_marks, &line, &existed);
    if (!existed) {
        *slot = map_count(&s->line_marks) - 1;
        mark_vec_init(&s->marks_by_line[*slot], s->cx->arena);
    }
    return &s->marks_by_line[*slot];
}

static bool only_blanks_before(Str line, uint32_t offset)
{
    for (uint32_t i = 0; i < offset && i < line.bytes; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t')
            return false;
    }
    return true;
}

static void add_single(Snippet *s, const RenderLabel *label, uint32_t line, uint32_t order)
{
    uint32_t start = s->file->line_starts[line];
    Str text = render_file_line(s->file, line);
    uint32_t lo = line_display_column(text, label->span.lo - start);
    uint32_t hi = line_display_column(text, label->span.hi - start);
    mark_vec_push(marks_of_line(s, line), (Mark){ .kind = MARK_SINGLE,
                                                  .lo = lo,
                                                  .hi = hi > lo ? hi : lo + 1,
                                                  .is_primary = label->is_primary,
                                                  .has_label = label->label.bytes > 0,
                                                  .label = label->label,
                                                  .order = order });
}

static void add_rail(Snippet *s, const RenderLabel *label, uint32_t first, uint32_t last,
                     uint32_t order)
{
    Str first_text = render_file_line(s->file, first);
    Str last_text = render_file_line(s->file, last);
    uint32_t lo = label->span.lo - s->file->line_starts[first];
    uint32_t hi = label->span.hi - s->file->line_starts[last];
    rail_vec_push(&s->rails, (Rail){ .first_line = first,
                                     .last_line = last,
                                     .first_column = line_display_column(first_text, lo),
                                     .last_column = line_display_column(last_text, hi),
                                     .is_primary = label->is_primary,
                                     .starts_on_line = only_blanks_before(first_text, lo),
                                     .label = label->label,
                                     .order = order });
}

/* A rail to the right of every earlier rail it overlaps; rail 1 is the leftmost. */
static void assign_rails(Snippet *s)
{
    for (uint32_t i = 0; i < s->rails.count; i++) {
        Rail *rail = &s->rails.items[i];
        rail->rail = 1;
        for (uint32_t j = 0; j < i; j++) {
            const Rail *other = &s->rails.items[j];
            bool overlap =
                rail->first_line <= other->last_line && other->first_line <= rail->last_line;
            if (overlap && other->rail >= rail->rail)
                rail->rail = other->rail + 1;
        }
        if (rail->rail > s->rail_count)
            s->rail_count = rail->rail;
    }
}

static void add_rail_marks(Snippet *s)
{
    for (uint32_t i = 0; i < s->rails.count; i++) {
        const Rail *rail = &s->rails.items[i];
        MarkVec *first = marks_of_line(s, rail->first_line);
        if (!rail->starts_on_line)
            mark_vec_push(first, (Mark){ .kind = MARK_RAIL_START,
                                         .lo = rail->first_column,
                                         .hi = rail->first_column + 1,
                                         .rail = rail->rail,
                                         .is_primary = rail->is_primary,
                                         .order = rail->order });
        uint32_t end = rail->last_column > 0 ? rail->last_column - 1 : 0;
        mark_vec_push(marks_of_line(s, rail->last_line), (Mark){ .kind = MARK_RAIL_END,
                                                                 .lo = end,
                                                                 .hi = end + 1,
                                                                 .rail = rail->rail,
                                                                 .is_primary = rail->is_primary,
                                                                 .has_label = rail->label.bytes > 0,
                                                                 .label = rail->label,
                                                                 .order = rail->order });
        /* Some of the lines inside are shown: up to three after the first, and the one before the
         * last. */
        uint32_t shown =
            rail->first_line + 4 < rail->last_line ? rail->first_line + 4 : rail->last_line;
        while (shown > rail->first_line + 1 && str_is_empty(render_file_line(s->file, shown - 1)))
            shown--;
        for (uint32_t line = rail->first_line + 1; line < shown; line++)
            marks_of_line(s, line);
        if (rail->first_line + 4 < rail->last_line - 1)
            marks_of_line(s, rail->last_line - 1);
    }
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_lines(Snippet *s)
{
    s->line_count = map_count(&s->line_marks);
    s->lines = arena_alloc_array(s->cx->arena, s->line_count, sizeof *s->lines);
    uint32_t at = 0;
    for (uint32_t i = map_next(&s->line_marks, 0); i != MAP_END;
         i = map_next(&s->line_marks, i + 1))
        memcpy(&s->lines[at++], map_key_at(&s->line_marks, i), sizeof *s->lines);
    qsort(s->lines, s->line_count, sizeof *s->lines, compare_u32);
}

static void collect_marks(Snippet *s, const RenderLabel *labels, uint32_t count)
{
    enum { LINES_PER_LABEL_MAX = 6 }; /* of a rail: first, three inside, last but one, last */
    s->marks_by_line = arena_alloc_array(s->cx->arena, (size_t)count * LINES_PER_LABEL_MAX,
                                         sizeof *s->marks_by_line);
    map_init(&s->line_marks, s->cx->arena, sizeof(uint32_t));
    rail_vec_init(&s->rails, s->cx->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (labels[i].span.file != s->file)
            continue;
        uint32_t first = render_file_line_of(s->file, labels[i].span.lo);
        uint32_t last_offset =
            labels[i].span.hi > labels[i].span.lo ? labels[i].span.hi - 1 : labels[i].span.lo;
        uint32_t last = render_file_line_of(s->file, last_offset);
        if (first == last)
            add_single(s, &labels[i], first, i);
        else
            add_rail(s, &labels[i], first, last, i);
    }
    assign_rails(s);
    add_rail_marks(s);
    sort_lines(s);
}

/* ---- placing labels -----------------------------------------------------------------------------
 */

/* Rightmost start first; among equal starts in order of the labels. */
static int compare_marks(const void *a, const void *b)
{
    const Mark *x = a, *y = b;
    if (x->lo != y->lo)
        return x->lo > y->lo ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The widest first, so that narrower ones stay visible on top; primary ones last among equals. */
static int compare_mark_widths(const void *a, const void *b)
{
    const Mark *x = a, *y = b;
    uint32_t x_width = x->hi - x->lo, y_width = y->hi - y->lo;
    if (x_width != y_width)
        return x_width > y_width ? -1 : 1;
    if (x->is_primary != y->is_primary)
        return x->is_primary ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool marks_overlap(const Mark *a, const Mark *b, uint32_t padding)
{
    return a->lo < b->hi + padding && b->lo < a->hi + padding;
}

static bool takes_row(const Mark *mark)
{
    return mark->kind != MARK_SINGLE;
}

/* Gives each mark (sorted) the row of its label; returns the largest. The rightmost label stays on
 * the row of the marks if nothing left of it reaches into it; every further label that would run
 * into another hangs one row lower. */
static uint32_t place_labels(MarkVec *marks)
{
    uint32_t depth = 0, largest = 0;
    for (uint32_t i = 0; i < marks->count; i++) {
        Mark *mark = &marks->items[i];
        for (uint32_t j = i + 1; j < marks->count; j++) {
            const Mark *next = &marks->items[j];
            if (marks_overlap(next, mark, 0) && mark->has_label && depth == 0) {
                if (next->lo == mark->lo && next->hi == mark->hi && !next->has_label)
                    continue;
                depth = 1;
                break;
            }
        }
        mark->depth = depth;
        if (depth > largest)
            largest = depth;
        for (uint32_t j = i + 1; j < marks->count; j++) {
            const Mark *next = &marks->items[j];
            uint32_t padding = (uint32_t)next->label.bytes + 2;
            bool collide = marks_overlap(next, mark, padding) && mark->has_label && next->has_label;
            if (collide || (takes_row(mark) && next->has_label) ||
                (mark->has_label && takes_row(next)) || (takes_row(mark) && takes_row(next)) ||
                (marks_overlap(next, mark, padding) && mark->hi <= next->hi && next->has_label &&
                 depth == 0)) {
                depth++;
                break;
            }
        }
        if (depth > largest)
            largest = depth;
    }
    return largest;
}

/* ---- drawing ------------------------------------------------------------------------------------
 */

/* Screen column of the first character of code. */
static uint32_t code_column(const Snippet *s)
{
    return s->cx->gutter + 3 + (s->rail_count ? s->rail_count + 1 : 0);
}

/* Where a column of the code appears; columns beyond a cut gather at its edges. */
static uint32_t screen_column(const Snippet *s, uint32_t column)
{
    uint32_t shown = column > s->cut ? column - s->cut : 0;
    uint32_t width = s->cx->options.width;
    return code_column(s) + (shown < width ? shown : width);
}

static uint32_t rail_column(const Snippet *s, uint32_t rail)
{
    return s->cx->gutter + 2 + rail;
}

/* Rails that run past a line, on row `row_index` below it (0: the source row), of `row_count`. */
static void draw_passing_rails(const Snippet *s, uint32_t line, Row *row)
{
    for (uint32_t i = 0; i < s->rails.count; i++) {
        const Rail *rail = &s->rails.items[i];
        bool inside = line > rail->first_line && line < rail->last_line;
        bool below_slash = line == rail->first_line && rail->starts_on_line;
        if (inside || below_slash)
            row_put(row, rail_column(s, rail->rail), '|', mark_style(s, rail->is_primary));
    }
}

/* The part of a long line around the marks, `...` where something is left out. Cuts by bytes at
 * character borders: good enough for lines that no screen can hold. */
static Str cut_line(const Snippet *s, Str shown)
{
    uint32_t width = s->cx->options.width;
    if (s->cut == 0 && shown.bytes <= (size_t)width * 4)
        return shown;
    size_t from = s->cut < shown.bytes ? s->cut : shown.bytes;
    size_t to = from + width < shown.bytes ? from + width : shown.bytes;
    while (from > 0 && from < shown.bytes && ((unsigned char)shown.data[from] & 0xC0) == 0x80)
        from--;
    while (to < shown.bytes && ((unsigned char)shown.data[to] & 0xC0) == 0x80)
        to++;
    Str part = { shown.data + from, to - from };
    const char *text =
        arena_printf(s->cx->arena, "%s%.*s%s", from ? "..." : "",
                     (int)(from && part.bytes >= 3 ? part.bytes - 3 : part.bytes),
                     part.data + (from && part.bytes >= 3 ? 3 : 0), to < shown.bytes ? "..." : "");
    return str_from_c(text);
}

/* Cuts the left of lines whose first mark is far right of what the width can show. */
static void choose_cut(Snippet *s)
{
    uint32_t leftmost = UINT32_MAX, rightmost = 0;
    for (uint32_t i = 0; i < map_count(&s->line_marks); i++) {
        for (uint32_t j = 0; j < s->marks_by_line[i].count; j++) {
            const Mark *mark = &s->marks_by_line[i].items[j];
            leftmost = mark->lo < leftmost ? mark->lo : leftmost;
            rightmost = mark->hi > rightmost ? mark->hi : rightmost;
        }
    }
    enum { CONTEXT_COLUMNS = 20 };
    if (rightmost > s->cx->options.width && leftmost != UINT32_MAX && leftmost > CONTEXT_COLUMNS)
        s->cut = leftmost - CONTEXT_COLUMNS;
}

static void draw_source_row(const Snippet *s, uint32_t line)
{
    Row row;
    row_init(&row, s->cx->arena);
    snippet_gutter_into(s->cx, &row, line + 1);
    for (uint32_t i = 0; i < s->rails.count; i++) {
        const Rail *rail = &s->rails.items[i];
        if (line > rail->first_line && line <= rail->last_line)
            row_put(&row, rail_column(s, rail->rail), '|', mark_style(s, rail->is_primary));
        if (line == rail->first_line && rail->starts_on_line)
            row_put(&row, rail_column(s, rail->rail), '/', mark_style(s, rail->is_primary));
    }
    Str text = render_file_line(s->file, line);
    Str shown = line_is_huge(text) ? line_display_text(cut_line(s, text), s->cx->arena)
                                   : cut_line(s, line_display_text(text, s->cx->arena));
    row_put_text(&row, code_column(s), shown, STYLE_PLAIN);
    row_print(&row, s->cx->options.color, s->cx->out);
}

static void draw_rail_arms(const Snippet *s, const Mark *mark, Row *rows, uint32_t row_count)
{
    Style style = mark_style(s, mark->is_primary);
    uint32_t column = rail_column(s, mark->rail);
    uint32_t arm_row = mark->depth;
    for (uint32_t c = column + 1; c < screen_column(s, mark->lo); c++)
        row_put(&rows[arm_row], c, '_', style);
    if (mark->kind == MARK_RAIL_START) {
        for (uint32_t r = arm_row + 1; r < row_count; r++)
            row_put(&rows[r], column, '|', style);
    } else {
        for (uint32_t r = 0; r <= arm_row; r++)
            row_put(&rows[r], column, '|', style);
    }
}

static void draw_connectors(const Snippet *s, const Mark *mark, Row *rows)
{
    uint32_t last = mark->kind == MARK_SINGLE ? mark->depth : mark->depth - 1;
    if (mark->depth == 0 || (mark->kind == MARK_SINGLE && !mark->has_label))
        return;
    for (uint32_t r = 1; r <= last; r++)
        row_put(&rows[r], screen_column(s, mark->lo), '|', mark_style(s, mark->is_primary));
}

static void draw_label(const Snippet *s, const Mark *mark, Row *rows)
{
    if (!mark->has_label)
        return;
    Style style = mark->is_primary ? style_of_level(s->level) : STYLE_GUTTER;
    bool beside = mark->depth == 0 || mark->kind != MARK_SINGLE;
    uint32_t row = beside ? mark->depth : mark->depth + 1;
    uint32_t column = beside ? screen_column(s, mark->hi) + 1 : screen_column(s, mark->lo);
    row_put_text(&rows[row], column, mark->label, style);
}

static void draw_mark(const Snippet *s, const Mark *mark, Row *rows)
{
    uint32_t row = mark->kind == MARK_SINGLE ? 0 : mark->depth;
    uint32_t lo = screen_column(s, mark->lo), hi = screen_column(s, mark->hi);
    for (uint32_t c = lo; c < hi || c == lo; c++)
        row_put(&rows[row], c, mark->is_primary ? '^' : '-', mark_style(s, mark->is_primary));
}

static void draw_mark_rows(const Snippet *s, uint32_t line, MarkVec *marks)
{
    qsort(marks->items, marks->count, sizeof *marks->items, compare_marks);
    uint32_t largest = place_labels(marks);
    uint32_t row_count = 1;
    for (uint32_t i = 0; i < marks->count; i++) {
        const Mark *mark = &marks->items[i];
        bool hangs = mark->kind == MARK_SINGLE && mark->depth > 0 && mark->has_label;
        uint32_t needs = hangs ? mark->depth + 2 : mark->depth + 1;
        if ((mark->has_label || mark->kind != MARK_SINGLE) && needs > row_count)
            row_count = needs;
    }
    rsc_assert(row_count <= largest + 2);
    Row *rows = arena_alloc_array(s->cx->arena, row_count, sizeof *rows);
    for (uint32_t r = 0; r < row_count; r++) {
        row_init(&rows[r], s->cx->arena);
        snippet_gutter_into(s->cx, &rows[r], 0);
        draw_passing_rails(s, line, &rows[r]);
    }
    for (uint32_t i = 0; i < marks->count; i++) {
        if (marks->items[i].kind != MARK_SINGLE)
            draw_rail_arms(s, &marks->items[i], rows, row_count);
    }
    for (uint32_t i = 0; i < marks->count; i++)
        draw_connectors(s, &marks->items[i], rows);
    for (uint32_t i = 0; i < marks->count; i++)
        draw_label(s, &marks->items[i], rows);
    qsort(marks->items, marks->count, sizeof *marks->items, compare_mark_widths);
    for (uint32_t i = 0; i < marks->count; i++)
        draw_mark(s, &marks->items[i], rows);
    for (uint32_t r = 0; r < row_count; r++)
        row_print(&rows[r], s->cx->options.color, s->cx->out);
}

static void draw_line(Snippet *s, uint32_t line)
{
    draw_source_row(s, line);
    const uint32_t *slot = map_find(&s->line_marks, &line);
    if (slot && s->marks_by_line[*slot].count)
        draw_mark_rows(s, line, &s->marks_by_line[*slot]);
}

static void draw_gap(Snippet *s, uint32_t from, uint32_t to)
{
    if (to == from + 2) {
        draw_source_row(s, from + 1);
    } else if (to > from + 2) {
        Row row;
        row_init(&row, s->cx->arena);
        row_put_text(&row, 0, STR("..."), STYLE_GUTTER);
        for (uint32_t i = 0; i < s->rails.count; i++) {
            const Rail *rail = &s->rails.items[i];
            if (from >= rail->first_line && to <= rail->last_line)
                row_put(&row, rail_column(s, rail->rail), '|', mark_style(s, rail->is_primary));
        }
        row_print(&row, s->cx->options.color, s->cx->out);
    }
}

static void snippet_render_file(SnippetContext *cx, const RenderFile *file,
                                const RenderLabel *labels, uint32_t count, DiagLevel level)
{
    Snippet s = { .cx = cx, .file = file, .level = level };
    collect_marks(&s, labels, count);
    choose_cut(&s);
    snippet_gutter_empty(cx);
    for (uint32_t i = 0; i < s.line_count; i++) {
        if (i > 0)
            draw_gap(&s, s.lines[i - 1], s.lines[i]);
        draw_line(&s, s.lines[i]);
    }
}

static const RenderLabel *first_of_file(const RenderLabel *labels, uint32_t count,
                                        const RenderFile *file)
{
    const RenderLabel *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (labels[i].span.file == file && (!first || (labels[i].is_primary && !first->is_primary)))
            first = &labels[i];
    }
    return first;
}

void snippet_render(SnippetContext *cx, const RenderLabel *labels, uint32_t count, DiagLevel level)
{
    const RenderLabel *main_label = NULL;
    for (uint32_t i = 0; i < count && !main_label; i++) {
        if (labels[i].is_primary && labels[i].span.file)
            main_label = &labels[i];
    }
    if (!main_label)
        return;
    arrow_line(cx, "-->", main_label->span);
    snippet_render_file(cx, main_label->span.file, labels, count, level);
    for (uint32_t i = 0; i < count; i++) {
        const RenderFile *file = labels[i].span.file;
        if (!file || file == main_label->span.file || first_of_file(labels, i, file))
            continue;
        snippet_gutter_empty(cx);
        arrow_line(cx, ":::", first_of_file(labels, count, file)->span);
        snippet_render_file(cx, file, labels, count, level);
    }
}
