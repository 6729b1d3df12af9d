/* Terminal styles of rendered diagnostics, private to the renderers. */
#ifndef RSCC_DIAG_DIAG_STYLE_H
#define RSCC_DIAG_DIAG_STYLE_H

#include "base/text.h"
#include "diag/diag_level.h"

typedef enum {
    STYLE_PLAIN,
    STYLE_HEADER, /* the message */
    STYLE_ERROR,  /* `error` and its marks */
    STYLE_WARNING,
    STYLE_NOTE,
    STYLE_HELP,
    STYLE_GUTTER, /* line numbers, `|`, `-->`, secondary marks */
    STYLE_INSERTION,
    STYLE_DELETION,
} Style;

/* The escape sequence that starts the style; "" for plain. */
const char *style_start(Style style);
Style style_of_level(DiagLevel level);
const char *level_name(DiagLevel level);
void style_add(Text *out, bool color, Style style, Str text);

#endif
