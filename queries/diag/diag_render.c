/* rustc's human and short layouts. */
#include "diag/diag_render.h"

#include <stdlib.h>
#include <string.h>

#include "diag/diag_snippet.h"
#include "diag/diag_suggestion.h"

static uint32_t digits_of(uint32_t n)
{
    uint32_t digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

static uint32_t last_line_of_span(RenderSpan span)
{
    if (!span.file)
        return 0;
    return render_file_line_of(span.file, span.hi > span.lo ? span.hi - 1 : span.lo) + 1;
}

/* The largest line number that the diagnostic or a child of it shows. */
static uint32_t largest_line(const RenderDiag *diag)
{
    uint32_t largest = 0;
    for (uint32_t i = 0; i < diag->label_count; i++) {
        uint32_t line = last_line_of_span(diag->labels[i].span);
        largest = line > largest ? line : largest;
    }
    for (uint32_t i = 0; i < diag->edit_count; i++) {
        uint32_t line = last_line_of_span(diag->edits[i].span);
        largest = line > largest ? line : largest;
    }
    for (uint32_t i = 0; i < diag->child_count; i++) {
        uint32_t line = largest_line(&diag->children[i]);
        largest = line > largest ? line : largest;
    }
    return largest;
}

static void header_add(const RenderDiag *diag, RenderOptions options, Text *out)
{
    Style style = style_of_level(diag->level);
    style_add(out, options.color, style, str_from_c(level_name(diag->level)));
    if (diag->code.bytes && !diag->code_is_lint) {
        style_add(out, options.color, style, STR("["));
        style_add(out, options.color, style, diag->code);
        style_add(out, options.color, style, STR("]"));
    }
    style_add(out, options.color, STYLE_HEADER, STR(": "));
    style_add(out, options.color, STYLE_HEADER, diag->message);
    text_add_char(out, '\n');
}

static bool has_position(const RenderDiag *diag)
{
    for (uint32_t i = 0; i < diag->label_count; i++) {
        if (diag->labels[i].is_primary && diag->labels[i].span.file)
            return true;
    }
    return false;
}

/* `  = note: text`, further lines of the text aligned under its start. */
static void attached_note_add(SnippetContext *cx, const RenderDiag *child)
{
    Row row;
    row_init(&row, cx->arena);
    row_put(&row, cx->gutter + 1, '=', STYLE_GUTTER);
    const char *level = level_name(child->level);
    row_put_text(&row, cx->gutter + 3, str_from_c(level), STYLE_HEADER);
    row_print(&row, cx->options.color, cx->out);
    cx->out->bytes--;
    text_add_c(cx->out, ": ");
    size_t indent = cx->gutter + 3 + strlen(level) + 2;
    for (size_t i = 0; i < child->message.bytes; i++) {
        text_add_char(cx->out, child->message.data[i]);
        if (child->message.data[i] == '\n')
            text_add_repeat(cx->out, ' ', indent);
    }
    text_add_char(cx->out, '\n');
}

static void child_add(SnippetContext *cx, const RenderDiag *child)
{
    if (child->is_inline)
        return; /* a label already */
    if (child->edit_count) {
        header_add(child, cx->options, cx->out);
        suggestion_render(cx, child->edits, child->edit_count);
    } else if (has_position(child)) {
        header_add(child, cx->options, cx->out);
        snippet_render(cx, child->labels, child->label_count, child->level);
    } else {
        attached_note_add(cx, child);
    }
}

static Str str_trim(Str text)
{
    while (text.bytes && text.data[0] == ' ')
        text = (Str){ text.data + 1, text.bytes - 1 };
    while (text.bytes && text.data[text.bytes - 1] == ' ')
        text.bytes--;
    return text;
}

/* The labels, and inline suggestions as further ones. */
static const RenderLabel *labels_with_inline_help(Arena *arena, const RenderDiag *diag,
                                                  uint32_t *count)
{
    RenderLabel *labels =
        arena_alloc_array(arena, diag->label_count + diag->child_count, sizeof *labels);
    *count = 0;
    for (uint32_t i = 0; i < diag->label_count; i++)
        labels[(*count)++] = diag->labels[i];
    for (uint32_t i = 0; i < diag->child_count; i++) {
        const RenderDiag *child = &diag->children[i];
        if (!child->is_inline)
            continue;
        rsc_assert(child->edit_count == 1);
        const RenderEdit *edit = &child->edits[0];
        Str shown = str_trim(edit->replacement);
        const char *text =
            shown.bytes == 0
                ? arena_printf(arena, "help: %.*s", (int)child->message.bytes, child->message.data)
                : arena_printf(arena, "help: %.*s: `%.*s`", (int)child->message.bytes,
                               child->message.data, (int)shown.bytes, shown.data);
        for (uint32_t j = 0; j < *count; j++) {
            RenderSpan at = labels[j].span;
            if (at.file == edit->span.file && at.lo == edit->span.lo && at.hi == edit->span.hi &&
                labels[j].label.bytes == 0) {
                labels[j].label = str_from_c(text);
                text = NULL;
                break;
            }
        }
        if (text)
            labels[(*count)++] = (RenderLabel){ edit->span, str_from_c(text), false, NULL };
    }
    return labels;
}

static bool has_children_below(const RenderDiag *diag)
{
    for (uint32_t i = 0; i < diag->child_count; i++) {
        if (!diag->children[i].is_inline)
            return true;
    }
    return false;
}

void diag_render_human(const RenderDiag *diag, RenderOptions options, Text *out)
{
    if (diag->level == DIAG_FAILURE_NOTE) { /* a line of its own after everything */
        text_add(out, diag->message);
        text_add_char(out, '\n');
        return;
    }
    SnippetContext cx = {
        .arena = arena_new(NULL),
        .options = options,
        .gutter = digits_of(largest_line(diag)),
        .out = out,
    };
    if (cx.options.width < 40)
        cx.options.width = 140;
    header_add(diag, options, out);
    uint32_t label_count;
    const RenderLabel *labels = labels_with_inline_help(cx.arena, diag, &label_count);
    snippet_render(&cx, labels, label_count, diag->level);
    if (has_children_below(diag) && has_position(diag))
        snippet_gutter_empty(&cx);
    for (uint32_t i = 0; i < diag->child_count; i++)
        child_add(&cx, &diag->children[i]);
    text_add_char(out, '\n');
    arena_free(cx.arena);
}

void diag_render_short(const RenderDiag *diag, RenderOptions options, Text *out)
{
    const RenderLabel *primary = NULL;
    for (uint32_t i = 0; i < diag->label_count && !primary; i++) {
        if (diag->labels[i].is_primary && diag->labels[i].span.file)
            primary = &diag->labels[i];
    }
    if (primary) {
        RenderPosition at = render_position(primary->span.file, primary->span.lo);
        text_addf(out, "%.*s:%u:%u: ", (int)primary->span.file->path.bytes,
                  primary->span.file->path.data, at.line, at.column);
    }
    header_add(diag, options, out);
    if (primary && primary->label.bytes) {
        out->bytes--;
        text_add_c(out, ": ");
        text_add(out, primary->label);
        text_add_char(out, '\n');
    }
}
