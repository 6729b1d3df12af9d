#include "daemon/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { INPUT_BYTES_MAX = 8 << 20 };

static Str current_directory(Arena *arena)
{
    char *path = getcwd(NULL, 0);
    const char *copy = arena_copy_str(arena, str_from_c(path ? path : "/"));
    free(path);
    return str_from_c(copy);
}

static uint32_t terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* A program may read any variable through `env!`, so all go along but what the shell changes with
 * every command. */
static bool is_shell_noise(const char *variable)
{
    static const char *const names[] = { "_=", "SHLVL=", "OLDPWD=", "LS_COLORS=", "BASH_FUNC_" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    }
    return strchr(variable, '=') == NULL;
}

static StrVec environment_of_process(Arena *arena)
{
    StrVec variables;
    str_vec_init(&variables, arena);
    for (char **variable = environ; *variable; variable++) {
        if (!is_shell_noise(*variable))
            str_vec_push(&variables, str_from_c(*variable));
    }
    return variables;
}

static Status read_standard_input(Arena *arena, Str *out)
{
    Text text;
    text_init(&text, arena);
    char buffer[16384];
    for (;;) {
        ssize_t count = read(STDIN_FILENO, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return status_from_errno(errno, "standard input");
        if (count == 0)
            break;
        text_add(&text, (Str){ buffer, (size_t)count });
        if (text.bytes > INPUT_BYTES_MAX)
            return status_make(STATUS_TOO_LARGE, "standard input");
    }
    *out = text_str(&text);
    return STATUS_SUCCESS;
}

static bool compiles_standard_input(const Options *options)
{
    return options->command == COMMAND_RUSTC && options->positionals.count == 1 &&
           str_eq(options->positionals.items[0], STR("-"));
}

Status request_of_process(const StrVec *arguments, const Options *options, Arena *arena,
                          Message_run *out)
{
    *out = (Message_run){ .cwd = current_directory(arena),
                          .arguments = *arguments,
                          .environment = environment_of_process(arena),
                          .stdout_is_tty = isatty(STDOUT_FILENO),
                          .stderr_is_tty = isatty(STDERR_FILENO),
                          .terminal_width = terminal_width(STDERR_FILENO) };
    return compiles_standard_input(options) ? read_standard_input(arena, &out->standard_input)
                                            : STATUS_SUCCESS;
}
