/* rustc's JSON form of a diagnostic: field names and order as rustc emits them. */
#include "diag/diag_render.h"
#include "diag/diag_snippet.h"

static void span_json(RenderSpan span, Str label, bool is_primary, const Str *replacement,
                      uint8_t applicability, const RenderExpansion *expansion, Text *out);

static void string_or_null(Str text, Text *out)
{
    if (text.bytes)
        text_add_json_string(out, text);
    else
        text_add_c(out, "null");
}

static void bool_json(bool value, Text *out)
{
    text_add_c(out, value ? "true" : "false");
}

/* Each source line the span touches, with the touched columns (characters, 1-based, end exclusive);
 * lines that are huge are left out. */
static void text_lines_json(RenderSpan span, Text *out)
{
    RenderPosition lo = render_position(span.file, span.lo);
    RenderPosition hi = render_position(span.file, span.hi);
    text_add_c(out, ",\"text\":[");
    bool is_first = true;
    for (uint32_t line = lo.line; line <= hi.line; line++) {
        Str text = render_file_line(span.file, line - 1);
        if (line_is_huge(text))
            continue;
        uint32_t end = (uint32_t)(span.file->line_starts[line - 1] + text.bytes);
        uint32_t from = line == lo.line ? lo.column : 1;
        uint32_t to = line == hi.line ? hi.column : render_position(span.file, end).column;
        text_add_c(out, is_first ? "{\"text\":" : ",{\"text\":");
        is_first = false;
        text_add_json_string(out, text);
        text_addf(out, ",\"highlight_start\":%u,\"highlight_end\":%u}", from, to);
    }
    text_add_c(out, "]");
}

static const char *applicability_name(uint8_t applicability)
{
    static const char *const names[] = {
        [APPLICABLE_MACHINE] = "MachineApplicable",
        [APPLICABLE_MAYBE] = "MaybeIncorrect",
        [APPLICABLE_PLACEHOLDERS] = "HasPlaceholders",
        [APPLICABLE_UNSPECIFIED] = "Unspecified",
    };
    return names[applicability];
}

static void expansion_json(const RenderExpansion *expansion, Text *out)
{
    text_add_c(out, ",\"expansion\":");
    if (!expansion || !expansion->call_site.file) {
        text_add_c(out, "null");
        return;
    }
    text_add_c(out, "{\"span\":");
    span_json(expansion->call_site, STR(""), false, NULL, 0, expansion->outer, out);
    text_add_c(out, ",\"macro_decl_name\":");
    text_add_json_string(out, expansion->macro_name);
    text_add_c(out, ",\"def_site_span\":");
    if (expansion->definition.file)
        span_json(expansion->definition, STR(""), false, NULL, 0, NULL, out);
    else
        text_add_c(out, "null");
    text_add_c(out, "}");
}

static void span_json(RenderSpan span, Str label, bool is_primary, const Str *replacement,
                      uint8_t applicability, const RenderExpansion *expansion, Text *out)
{
    RenderPosition lo = render_position(span.file, span.lo);
    RenderPosition hi = render_position(span.file, span.hi);
    text_add_c(out, "{\"file_name\":");
    text_add_json_string(out, span.file->path);
    text_addf(out,
              ",\"byte_start\":%u,\"byte_end\":%u,\"line_start\":%u,\"line_end\":%u"
              ",\"column_start\":%u,\"column_end\":%u,\"is_primary\":",
              span.lo, span.hi, lo.line, hi.line, lo.column, hi.column);
    bool_json(is_primary, out);
    text_lines_json(span, out);
    text_add_c(out, ",\"label\":");
    string_or_null(label, out);
    text_add_c(out, ",\"suggested_replacement\":");
    if (replacement)
        text_add_json_string(out, *replacement);
    else
        text_add_c(out, "null");
    text_add_c(out, ",\"suggestion_applicability\":");
    if (replacement)
        text_addf(out, "\"%s\"", applicability_name(applicability));
    else
        text_add_c(out, "null");
    expansion_json(expansion, out);
    text_add_c(out, "}");
}

static void spans_json(const RenderDiag *diag, Text *out)
{
    text_add_c(out, ",\"spans\":[");
    bool first = true;
    for (uint32_t i = 0; i < diag->label_count; i++) {
        const RenderLabel *label = &diag->labels[i];
        if (!label->span.file)
            continue;
        if (!first)
            text_add_char(out, ',');
        first = false;
        span_json(label->span, label->label, label->is_primary, NULL, 0, label->expansion, out);
    }
    for (uint32_t i = 0; i < diag->edit_count; i++) {
        const RenderEdit *edit = &diag->edits[i];
        if (!first)
            text_add_char(out, ',');
        first = false;
        span_json(edit->span, STR(""), true, &edit->replacement, diag->applicability, NULL, out);
    }
    text_add_c(out, "]");
}

static void code_json(const RenderDiag *diag, Text *out)
{
    text_add_c(out, ",\"code\":");
    if (diag->code.bytes == 0) {
        text_add_c(out, "null");
        return;
    }
    text_add_c(out, "{\"code\":");
    text_add_json_string(out, diag->code);
    text_add_c(out, ",\"explanation\":null}");
}

static void fields_json(const RenderDiag *diag, Text *out)
{
    text_add_c(out, "\"message\":");
    text_add_json_string(out, diag->message);
    code_json(diag, out);
    text_addf(out, ",\"level\":\"%s\"", level_name(diag->level));
    spans_json(diag, out);
    text_add_c(out, ",\"children\":[");
    for (uint32_t i = 0; i < diag->child_count; i++) {
        text_add_c(out, i ? ",{" : "{");
        fields_json(&diag->children[i], out);
        text_add_c(out, ",\"rendered\":null}");
    }
    text_add_c(out, "]");
}

void diag_render_json(const RenderDiag *diag, RenderOptions options, Text *out)
{
    text_add_c(out, "{\"$message_type\":\"diagnostic\",");
    fields_json(diag, out);
    Arena *arena = arena_new(NULL);
    Text rendered;
    text_init(&rendered, arena);
    if (options.is_short)
        diag_render_short(diag, options, &rendered);
    else
        diag_render_human(diag, options, &rendered);
    text_add_c(out, ",\"rendered\":");
    text_add_json_string(out, text_str(&rendered));
    text_add_c(out, "}");
    arena_free(arena);
}
