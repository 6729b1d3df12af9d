/* Any command line: arguments are separated by newlines. */
#include "base/vec.h"
#include "fuzz/fuzz.h"
#include "options/options.h"

static void split(Str text, StrVec *out)
{
    while (text.bytes) {
        size_t length = 0;
        while (length < text.bytes && text.data[length] != '\n')
            length++;
        str_vec_push(out, (Str){ text.data, length });
        length += length < text.bytes;
        text = (Str){ text.data + length, text.bytes - length };
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    Arena *arena = arena_new(NULL);
    StrVec arguments;
    Options options;
    OptionsError error = { 0 };
    str_vec_init(&arguments, arena);
    split((Str){ (const char *)data, bytes }, &arguments);
    if (options_parse(arguments.items, arguments.count, arena, &options, &error))
        (void)options_place(options.command);
    else
        rsc_assert(error.message && *error.message);
    arena_free(arena);
    return 0;
}
