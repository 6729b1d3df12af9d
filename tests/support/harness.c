#include "support/harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/epoch.h"
#include "base/file.h"
#include "cache/cache.h"
#include "daemon/link_client.h"

struct Harness {
    Workspace *workspace;
    Cache *cache;
    LinkClient *linker;
    const char *root;
    Arena *arena;
};

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

static void warn(void *context, const char *message)
{
    (void)context;
    fprintf(stderr, "cache: %s\n", message);
}

Harness *harness_open(const HarnessConfig *config)
{
    Arena *arena = arena_new(NULL);
    Harness *h = arena_new_object(arena, Harness);
    h->arena = arena;
    h->root = arena_copy_str(arena, str_from_c(config->root));
    h->linker = link_client_new();
    if (config->cache)
        h->cache = cache_open(&(CacheConfig){
            .dir = config->cache, .epoch = rscc_epoch(), .workspace = h->root, .warn = warn });
    h->workspace = workspace_open(&(WorkspaceConfig){ .root = h->root,
                                                      .epoch = rscc_epoch(),
                                                      .threads = config->threads,
                                                      .cache = h->cache,
                                                      .link = link_client_ops(h->linker),
                                                      .verify = config->verify });
    return h;
}

void harness_close(Harness *h)
{
    workspace_close(h->workspace);
    if (h->cache)
        cache_close(h->cache);
    link_client_free(h->linker);
    arena_free(h->arena);
}

/* ---- commands --------------------------------------------------------------------------------------- */

typedef struct {
    Text out, err;
} Streams;

static void write_stream(void *context, OutputStream stream, Str bytes)
{
    Streams *streams = context;
    text_add(stream == STREAM_STDOUT ? &streams->out : &streams->err, bytes);
}

static StrVec split_words(Arena *arena, const char *words)
{
    StrVec list;
    str_vec_init(&list, arena);
    for (const char *at = words; *at;) {
        size_t length = strcspn(at, " ");
        str_vec_push(&list, (Str){ at, length });
        at += length + (at[length] == ' ');
    }
    return list;
}

static HarnessResult run(Harness *h, Arena *arena, const char *words)
{
    Streams streams;
    text_init(&streams.out, arena);
    text_init(&streams.err, arena);
    StrVec arguments = split_words(arena, arena_copy_str(arena, str_from_c(words)));
    CommandRequest request = { .arguments = arguments.items,
                               .argument_count = arguments.count,
                               .cwd = str_from_c(h->root),
                               .write = write_stream,
                               .write_context = &streams };
    CommandHandle *command = command_new(h->workspace);
    CommandResult result = command_run(command, &request, arena);
    command_free(command);
    return (HarnessResult){ .exit_code = result.exit_code,
                            .out = text_str(&streams.out),
                            .err = text_str(&streams.err) };
}

/* Lines of `rscc why`: kind(key), "changed" or "same", time, reason; tab-separated. */
static void parse_trace(Str trace, HarnessExecutionVec *out)
{
    for (size_t start = 0; start < trace.bytes;) {
        const char *line = trace.data + start;
        const char *end = memchr(line, '\n', trace.bytes - start);
        if (!end)
            break;
        start = (size_t)(end - trace.data) + 1;
        const char *open = memchr(line, '(', (size_t)(end - line));
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        if (!open || !tab || tab < open)
            continue;
        harness_execution_vec_push(out, (HarnessExecution){ .kind = { line, (size_t)(open - line) },
                                                            .key = { open + 1, (size_t)(tab - open) - 2 },
                                                            .changed = tab[1] == 'c' });
    }
}

HarnessResult harness_command(Harness *h, Arena *arena, const char *words)
{
    HarnessResult result = run(h, arena, words);
    harness_execution_vec_init(&result.executed, arena);
    parse_trace(run(h, arena, "why").out, &result.executed);
    return result;
}

/* ---- files ------------------------------------------------------------------------------------------ */

static const char *full_path(Arena *arena, const char *root, const char *path)
{
    return path_join(arena, str_from_c(root), str_from_c(path));
}

void harness_write(const char *root, const char *path, Str text)
{
    Arena *arena = arena_new(NULL);
    const char *full = full_path(arena, root, path);
    must(status_ok(dir_make_all(arena_copy_str(arena, path_parent(str_from_c(full))))), "make directory");
    must(status_ok(file_write_atomic(full, text, 0644)), full);
    arena_free(arena);
}

Str harness_read(const char *root, const char *path, Arena *arena)
{
    Str text = { 0 };
    must(status_ok(file_read(full_path(arena, root, path), arena, 1u << 30, &text, NULL)), path);
    return text;
}

void harness_remove(const char *root, const char *path)
{
    Arena *arena = arena_new(NULL);
    must(remove(full_path(arena, root, path)) == 0, path);
    arena_free(arena);
}

const char *harness_temporary(Arena *arena)
{
    const char *base = getenv("TMPDIR");
    char *template = arena_printf(arena, "%s/rscc-test-XXXXXX", base ? base : "/tmp");
    must(mkdtemp(template) != NULL, "mkdtemp");
    return template;
}

void harness_remove_tree(const char *root)
{
    DIR *directory = opendir(root);
    if (!directory)
        return;
    Arena *arena = arena_new(NULL);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *path = full_path(arena, root, entry->d_name);
        struct stat stat;
        if (lstat(path, &stat) == 0 && S_ISDIR(stat.st_mode))
            harness_remove_tree(path);
        else
            remove(path);
    }
    closedir(directory);
    rmdir(root);
    arena_free(arena);
}

void harness_copy_tree(const char *from, const char *to)
{
    DIR *directory = opendir(from);
    must(directory != NULL, from);
    Arena *arena = arena_new(NULL);
    must(status_ok(dir_make_all(to)), to);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *source = full_path(arena, from, entry->d_name);
        struct stat stat;
        must(lstat(source, &stat) == 0, source);
        if (S_ISDIR(stat.st_mode))
            harness_copy_tree(source, full_path(arena, to, entry->d_name));
        else if (S_ISREG(stat.st_mode))
            harness_write(to, entry->d_name, harness_read(from, entry->d_name, arena));
    }
    closedir(directory);
    arena_free(arena);
}

/* Runs argv; argv[0] is a path. */
static int run_captured(const char *const *argv, Arena *arena, Str *out)
{
    int ends[2];
    must(pipe(ends) == 0, "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    Text text;
    text_init(&text, arena);
    char buffer[4096];
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
        text_add(&text, (Str){ buffer, (size_t)got });
    close(ends[0]);
    int status;
    must(waitpid(child, &status, 0) == child, "waitpid");
    *out = text.bytes ? text_str(&text) : STR("");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int harness_run_program(const char *path, Arena *arena, Str *out)
{
    return run_captured((const char *const[]){ path, NULL }, arena, out);
}

int harness_run_shell(const char *command, Arena *arena, Str *out)
{
    return run_captured((const char *const[]){ "/bin/sh", "-c", command, NULL }, arena, out);
}
