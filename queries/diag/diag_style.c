#include "diag/diag_style.h"

const char *style_start(Style style)
{
    static const char *const sequences[] = {
        [STYLE_PLAIN] = "",
        [STYLE_HEADER] = "\x1b[1m",
        [STYLE_ERROR] = "\x1b[1m\x1b[91m",
        [STYLE_WARNING] = "\x1b[1m\x1b[33m",
        [STYLE_NOTE] = "\x1b[1m\x1b[92m",
        [STYLE_HELP] = "\x1b[1m\x1b[96m",
        [STYLE_GUTTER] = "\x1b[1m\x1b[94m",
        [STYLE_INSERTION] = "\x1b[92m",
        [STYLE_DELETION] = "\x1b[91m",
    };
    return sequences[style];
}

Style style_of_level(DiagLevel level)
{
    static const Style styles[] = {
        [DIAG_ERROR] = STYLE_ERROR, [DIAG_WARNING] = STYLE_WARNING,    [DIAG_NOTE] = STYLE_NOTE,
        [DIAG_HELP] = STYLE_HELP,   [DIAG_FAILURE_NOTE] = STYLE_PLAIN,
    };
    return styles[level];
}

const char *level_name(DiagLevel level)
{
    static const char *const names[] = {
        [DIAG_ERROR] = "error", [DIAG_WARNING] = "warning",           [DIAG_NOTE] = "note",
        [DIAG_HELP] = "help",   [DIAG_FAILURE_NOTE] = "failure-note",
    };
    return names[level];
}

void style_add(Text *out, bool color, Style style, Str text)
{
    if (text.bytes == 0)
        return;
    bool styled = color && style != STYLE_PLAIN;
    if (styled)
        text_add_c(out, style_start(style));
    text_add(out, text);
    if (styled)
        text_add_c(out, "\x1b[0m");
}
