#include "support/status_lines.h"

#include <string.h>

#include "base/text.h"

enum { VERB_COLUMNS = 12 };

static bool is_status(Str line)
{
    static const char *const verbs[] = { "Compiling ", "Checking ", "Finished ", "Running " };
    size_t indent = 0;
    while (indent < line.bytes && line.data[indent] == ' ')
        indent++;
    if (indent > VERB_COLUMNS)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        if (indent + strlen(verbs[i]) == VERB_COLUMNS + 1 &&
            str_starts_with((Str){ line.data + indent, line.bytes - indent }, str_from_c(verbs[i])))
            return true;
    }
    return false;
}

Str lines_without_status(Str err, Arena *arena)
{
    Text kept;
    text_init(&kept, arena);
    for (size_t start = 0; start < err.bytes;) {
        const char *end = memchr(err.data + start, '\n', err.bytes - start);
        size_t length = end ? (size_t)(end - err.data) - start + 1 : err.bytes - start;
        Str line = { err.data + start, length };
        if (!is_status(line))
            text_add(&kept, line);
        start += length;
    }
    return kept.bytes ? text_str(&kept) : STR("");
}
