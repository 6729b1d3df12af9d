/* Says of command lines whether `rscc rustc` takes them, as far as the options go.
 *
 *     command_lines < LINES
 *
 * A line has what follows `rustc`, separated by tabs. For each it prints a line: `accepted`,
 * `unsupported: MESSAGE` (rustc takes it, rscc does not yet) or `refused: MESSAGE`. */
#include <stdio.h>
#include <string.h>

#include "options/options.h"

static void judge(char *line)
{
    Arena *arena = arena_new(NULL);
    StrVec arguments;
    str_vec_init(&arguments, arena);
    str_vec_push(&arguments, STR("rustc"));
    Str rest = str_from_c(line), argument;
    while (str_next_part(&rest, '\t', &argument))
        str_vec_push(&arguments, argument);
    Options options;
    OptionsError error = { 0 };
    if (options_parse(arguments.items, arguments.count, arena, &options, &error))
        puts("accepted");
    else
        printf("%s: %.*s\n", error.is_unsupported ? "unsupported" : "refused",
               (int)strcspn(error.message, "\n"), error.message);
    arena_free(arena);
}

int main(void)
{
    char line[65536];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        judge(line);
    }
    return ferror(stdin) != 0;
}
