/* Rendering: a diagnostic whose spans are known as bytes of files becomes text in rustc's human
 * layout (rustc 1.95, annotate style), rustc's short layout, or one line of rustc's JSON. Pure: no
 * files are read, no terminal is asked.
 *
 * Columns count characters; on screen a tab is four columns and wide characters are two. */
#ifndef RSCC_DIAG_DIAG_RENDER_H
#define RSCC_DIAG_DIAG_RENDER_H

#include "base/text.h"
#include "base/vec.h"
#include "diag/diag_level.h"

/* A source file as far as rendering needs it. line_starts[0] is 0; made by render_file_init. */
typedef struct {
    Str path; /* as shown */
    Str text;
    uint32_t *line_starts;
    uint32_t line_count;
} RenderFile;
void render_file_init(RenderFile *file, Arena *arena, Str path, Str text);

/* Bytes [lo, hi) of a file; lo <= hi <= file->text.bytes. file NULL: nowhere. */
typedef struct {
    const RenderFile *file;
    uint32_t lo, hi;
} RenderSpan;

/* A macro call a span came through: innermost first. */
typedef struct RenderExpansion {
    RenderSpan call_site;
    RenderSpan definition;
    Str macro_name; /* "m!" */
    const struct RenderExpansion *outer;
} RenderExpansion;

typedef struct {
    RenderSpan span;
    Str label; /* may be empty */
    bool is_primary;
    const RenderExpansion *expansion;
} RenderLabel;

/* One replacement of a suggestion. */
typedef struct {
    RenderSpan span;
    Str replacement;
} RenderEdit;

typedef struct RenderDiag {
    DiagLevel level;
    Str code; /* "E0308", a lint's name, or empty */
    bool code_is_lint;
    Str message;
    const RenderLabel *labels; /* the first primary one gives the position */
    uint32_t label_count;
    const struct RenderDiag *children; /* notes and helps, without children of their own */
    uint32_t child_count;
    /* A child that is a suggestion: help with edits. */
    const RenderEdit *edits;
    uint32_t edit_count;
    uint8_t applicability; /* Applicability */
    bool is_inline; /* one short edit, shown as a label ``help: text: `code` `` under its place */
} RenderDiag;

typedef struct {
    bool color;
    bool is_short;  /* JSON: `rendered` holds the short form */
    uint32_t width; /* columns; long source lines are cut around the marks */
} RenderOptions;

/* Ends with an empty line. */
void diag_render_human(const RenderDiag *diag, RenderOptions options, Text *out);
/* One line: `file:line:column: error[E0308]: message: primary label`. */
void diag_render_short(const RenderDiag *diag, RenderOptions options, Text *out);
/* One JSON object without newline, fields as rustc emits them; `rendered` holds the human form (or
 * the short one). */
void diag_render_json(const RenderDiag *diag, RenderOptions options, Text *out);

/* 1-based line and character column of a byte offset. */
typedef struct {
    uint32_t line, column;
} RenderPosition;
RenderPosition render_position(const RenderFile *file, uint32_t offset);

#endif
