#include "daemon/request.h"

#include <errno.h>
#include <fcntl.h>
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

/* Of whatever kind the file is. */
static Status read_stream(int fd, const char *name, Arena *arena, Str *out)
{
    Text text;
    text_init(&text, arena);
    char buffer[16384];
    for (;;) {
        ssize_t count = read(fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return status_from_errno(errno, name);
        if (count == 0)
            break;
        text_add(&text, (Str){ buffer, (size_t)count });
        if (text.bytes > INPUT_BYTES_MAX)
            return status_make(STATUS_TOO_LARGE, name);
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
    if (!compiles_standard_input(options))
        return STATUS_SUCCESS;
    return read_stream(STDIN_FILENO, "standard input", arena, &out->standard_input);
}

/* ---- argument files ---- */

static bool is_utf8(Str text)
{
    uint32_t scalar;
    for (size_t at = 0; at < text.bytes;) {
        uint32_t bytes = utf8_decode(text.data + at, text.bytes - at, &scalar);
        if (bytes == 0)
            return false;
        at += bytes;
    }
    return true;
}

static const char *read_arguments(const char *path, Arena *arena, Str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Status status = fd >= 0 ? read_stream(fd, path, arena, out) : status_from_errno(errno, path);
    if (fd >= 0)
        close(fd);
    if (!status_ok(status))
        return arena_printf(arena, "failed to load argument file: IO error: %s: %s", path,
                            status_reason(status, arena));
    if (!is_utf8(*out))
        return arena_printf(arena, "failed to load argument file: UTF-8 error in %s", path);
    return NULL;
}

/* A line ends with LF or CR LF; an empty one is an argument too. */
static void add_lines(Str text, StrVec *out)
{
    while (text.bytes > 0) {
        const char *end = memchr(text.data, '\n', text.bytes);
        Str line = { text.data, end ? (size_t)(end - text.data) : text.bytes };
        text.data += line.bytes + (end != NULL);
        text.bytes -= line.bytes + (end != NULL);
        line.bytes -= end && line.bytes > 0 && line.data[line.bytes - 1] == '\r';
        str_vec_push(out, line);
    }
}

const char *request_expand_arguments(StrVec *arguments, Arena *arena)
{
    uint32_t command = options_command_index(arguments->items, arguments->count, arena);
    if (command == arguments->count ||
        options_find_command(arguments->items[command]) != COMMAND_RUSTC)
        return NULL;
    StrVec expanded;
    str_vec_init(&expanded, arena);
    for (uint32_t i = 0; i < arguments->count; i++) {
        Str argument = arguments->items[i], text;
        if (i > command && str_starts_with(argument, STR("@"))) {
            const char *problem = read_arguments(
                arena_copy_str(arena, (Str){ argument.data + 1, argument.bytes - 1 }), arena,
                &text);
            if (problem)
                return problem;
            add_lines(text, &expanded);
        } else {
            str_vec_push(&expanded, argument);
        }
    }
    *arguments = expanded;
    return NULL;
}
