#include "unit/codegen/ld_process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static const char *find_lld(void)
{
    static const char *const names[] = { "/usr/bin/ld.lld-19", "/usr/lib/llvm-19/bin/ld.lld" };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (access(names[i], X_OK) == 0)
            return names[i];
    }
    return "ld.lld";
}

/* @in:K and @out become paths in the directory. */
static const char *argument_path(Arena *arena, const char *directory, Str argument)
{
    if (str_eq(argument, STR("@out")))
        return arena_printf(arena, "%s/out", directory);
    if (str_starts_with(argument, STR("@in:")))
        return arena_printf(arena, "%s/%.*s.o", directory, (int)argument.bytes - 4,
                            argument.data + 4);
    return arena_copy_str(arena, argument);
}

static int run_process(const char *const *argv, const char *errors)
{
    pid_t child = fork();
    if (child == 0) {
        int fd = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(fd, 2);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) != child) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void remove_directory(Arena *arena, const char *directory)
{
    char *command = arena_printf(arena, "rm -rf '%s'", directory);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove %s\n", directory);
}

static Status run_linker(void *context, const Str *arguments, uint32_t argument_count,
                         const Str *inputs, uint32_t input_count, Arena *arena, Str *output,
                         Str *diagnostics)
{
    (void)context;
    char directory[] = "/tmp/rscc_link_XXXXXX";
    if (!mkdtemp(directory))
        return status_make(STATUS_IO, "making a directory");
    for (uint32_t i = 0; i < input_count; i++) {
        Status status =
            file_write_atomic(arena_printf(arena, "%s/%u.o", directory, i), inputs[i], 0600);
        if (!status_ok(status))
            return status;
    }
    const char **argv = arena_alloc_zeroed(arena, (argument_count + 2ull) * sizeof *argv);
    argv[0] = find_lld();
    for (uint32_t i = 0; i < argument_count; i++)
        argv[i + 1] = argument_path(arena, directory, arguments[i]);
    const char *errors = arena_printf(arena, "%s/errors", directory);
    int code = run_process(argv, errors);
    Status status = file_read(errors, arena, 1 << 20, diagnostics, NULL);
    *output = STR("");
    if (code == 0 && status_ok(status))
        status = file_read(arena_printf(arena, "%s/out", directory), arena, 1 << 30, output, NULL);
    remove_directory(arena, directory);
    return status;
}

LinkOps ld_process_ops(void)
{
    return (LinkOps){ .run = run_linker };
}
