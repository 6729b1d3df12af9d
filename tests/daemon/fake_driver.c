/* A driver that does what its command line says, for tests of everything around it. Each
 * `--features STEP` is carried out in order; see the table at the end. A cancelled command ends
 * with exit code 130 at its next step. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/file.h"
#include "base/text.h"
#include "driver/driver.h"
#include "options/options.h"

enum { EXIT_CANCELLED = 130, OUTPUT_PIECE_BYTES = 100 << 10, POLL_US = 2000 };

struct Workspace {
    Arena *arena;
    WorkspaceConfig config;
    pthread_mutex_t lock; /* of what follows */
    Text touched;
    Text watched; /* one directory a line */
    uint32_t overflows, idles;
};

struct CommandHandle {
    Workspace *workspace;
    atomic_bool cancelled;
};

typedef struct {
    CommandHandle *handle;
    Workspace *workspace;
    const CommandRequest *request;
    Options options;
    Arena *arena;
    CommandResult result;
    Str value; /* of the step */
    bool done;
} Script;

Workspace *workspace_open(const WorkspaceConfig *config)
{
    Arena *arena = arena_new(NULL);
    Workspace *workspace = arena_new_object(arena, Workspace);
    workspace->arena = arena;
    workspace->config = *config;
    pthread_mutex_init(&workspace->lock, NULL);
    text_init(&workspace->touched, arena);
    text_init(&workspace->watched, arena);
    return workspace;
}

void workspace_close(Workspace *workspace)
{
    pthread_mutex_destroy(&workspace->lock);
    arena_free(workspace->arena);
}

static void add_line(Workspace *workspace, Text *text, Str line)
{
    pthread_mutex_lock(&workspace->lock);
    text_add(text, line);
    text_add_char(text, '\n');
    pthread_mutex_unlock(&workspace->lock);
}

void workspace_path_touched(Workspace *workspace, Str path)
{
    add_line(workspace, &workspace->touched, path);
}

void workspace_watch_overflowed(Workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    workspace->overflows++;
    pthread_mutex_unlock(&workspace->lock);
}

void workspace_watch_directories(Workspace *workspace, Arena *arena, StrVec *out)
{
    pthread_mutex_lock(&workspace->lock);
    Str rest = text_str(&workspace->watched);
    while (rest.bytes > 0) {
        size_t bytes = (size_t)((const char *)memchr(rest.data, '\n', rest.bytes) - rest.data);
        str_vec_push(out, (Str){ arena_copy(arena, rest.data, bytes), bytes });
        rest = (Str){ rest.data + bytes + 1, rest.bytes - bytes - 1 };
    }
    pthread_mutex_unlock(&workspace->lock);
}

void workspace_idle(Workspace *workspace)
{
    pthread_mutex_lock(&workspace->lock);
    workspace->idles++;
    pthread_mutex_unlock(&workspace->lock);
}

CommandHandle *command_new(Workspace *workspace)
{
    CommandHandle *command = heap_alloc_zeroed(sizeof *command);
    command->workspace = workspace;
    return command;
}

void command_store(CommandHandle *command)
{
    (void)command;
}

void command_free(CommandHandle *command)
{
    heap_free(command);
}

void command_cancel(CommandHandle *command)
{
    atomic_store(&command->cancelled, true);
}

/* The nearest directory upwards with a Cargo.toml. */
bool workspace_root_find(const CommandRequest *request, Arena *arena, const char **root,
                         const char **error)
{
    FileStat st;
    for (Str dir = request->cwd; dir.bytes > 1; dir = path_parent(dir)) {
        const char *path = arena_printf(arena, "%.*s/Cargo.toml", (int)dir.bytes, dir.data);
        if (status_ok(file_stat(path, &st))) {
            *root = arena_copy_str(arena, dir);
            return true;
        }
    }
    *error = arena_printf(arena, "could not find `Cargo.toml` in `%.*s` or any parent directory",
                          (int)request->cwd.bytes, request->cwd.data);
    return false;
}

/* ---- steps ---- */

static void print(Script *s, OutputStream stream, Str bytes)
{
    s->request->write(s->request->write_context, stream, bytes);
}

static void print_line(Script *s, const char *text)
{
    print(s, STREAM_STDOUT, str_from_c(arena_printf(s->arena, "%s\n", text)));
}

static const char *value_text(const Script *s)
{
    return arena_copy_str(s->arena, s->value);
}

static void step_out(Script *s)
{
    print_line(s, value_text(s));
}

static void step_err(Script *s)
{
    print(s, STREAM_STDERR, str_from_c(arena_printf(s->arena, "%s\n", value_text(s))));
}

/* Numbered lines of 16 bytes, so that a lost or doubled piece shows. */
static void step_outbytes(Script *s)
{
    size_t bytes = strtoul(value_text(s), NULL, 10);
    Text text;
    text_init(&text, s->arena);
    for (size_t i = 0; i < bytes / 16 && !atomic_load(&s->handle->cancelled); i++) {
        text_addf(&text, "%015zu\n", i);
        if (text.bytes >= OUTPUT_PIECE_BYTES || i + 1 == bytes / 16) {
            print(s, STREAM_STDOUT, text_str(&text));
            text_clear(&text);
        }
    }
}

static void step_sleep(Script *s)
{
    unsigned long ms = strtoul(value_text(s), NULL, 10);
    for (unsigned long us = 0; us < ms * 1000 && !atomic_load(&s->handle->cancelled); us += POLL_US)
        usleep(POLL_US);
}

static void write_file(const char *path, const char *text)
{
    Status ignored = file_write_atomic(path, str_from_c(text), 0600);
    (void)ignored;
}

/* Writes "started", then "cancelled" when it was. */
static void step_hang(Script *s)
{
    const char *path = value_text(s);
    write_file(path, "started");
    while (!atomic_load(&s->handle->cancelled))
        usleep(POLL_US);
    write_file(path, "cancelled");
}

static void step_mark(Script *s)
{
    write_file(value_text(s), "marked");
}

static void step_wait(Script *s)
{
    FileStat st;
    const char *path = value_text(s);
    while (!status_ok(file_stat(path, &st)) && !atomic_load(&s->handle->cancelled))
        usleep(POLL_US);
}

static void step_crash(Script *s)
{
    raise((int)strtoul(value_text(s), NULL, 10));
}

static void step_assert(Script *s)
{
    (void)s;
    RSC_BUG("the fake driver was told to");
}

static void step_survive(Script *s)
{
    crash_report_survived(value_text(s));
}

static void step_crash_once(Script *s)
{
    FileStat st;
    const char *path = value_text(s);
    if (status_ok(file_stat(path, &st)))
        return;
    write_file(path, "crashed");
    RSC_BUG("the fake driver was told to");
}

/* Memory that stays, as caches do. */
static void step_alloc(Script *s)
{
    size_t bytes = strtoul(value_text(s), NULL, 10) << 20;
    pthread_mutex_lock(&s->workspace->lock);
    memset(arena_alloc(s->workspace->arena, bytes), 1, bytes);
    pthread_mutex_unlock(&s->workspace->lock);
}

static void step_exec(Script *s)
{
    s->result.exec_path = value_text(s);
    s->result.exec_arguments = s->options.trailing;
    s->done = true;
}

static void step_exit(Script *s)
{
    s->result.exit_code = (int)strtol(value_text(s), NULL, 10);
    s->done = true;
}

static void step_pid(Script *s)
{
    print_line(s, arena_printf(s->arena, "%d", (int)getpid()));
}

static void step_cwd(Script *s)
{
    print(s, STREAM_STDOUT, s->request->cwd);
    print_line(s, "");
}

static void step_tty(Script *s)
{
    print_line(s, arena_printf(s->arena, "%d %d %u", s->request->stdout_is_tty,
                               s->request->stderr_is_tty, s->request->terminal_width));
}

static void step_env(Script *s)
{
    for (uint32_t i = 0; i < s->request->environment_count; i++) {
        Str variable = s->request->environment[i];
        if (str_starts_with(variable, s->value) && variable.data[s->value.bytes] == '=') {
            print(s, STREAM_STDOUT, variable);
            print_line(s, "");
            return;
        }
    }
    print_line(s, "unset");
}

static void step_input(Script *s)
{
    print(s, STREAM_STDOUT, s->request->standard_input);
}

static void step_args(Script *s)
{
    for (uint32_t i = 0; i < s->options.trailing.count; i++)
        print_line(s, arena_copy_str(s->arena, s->options.trailing.items[i]));
}

static void step_watch(Script *s)
{
    add_line(s->workspace, &s->workspace->watched, s->value);
}

static void step_unwatch(Script *s)
{
    pthread_mutex_lock(&s->workspace->lock);
    text_clear(&s->workspace->watched);
    pthread_mutex_unlock(&s->workspace->lock);
}

/* What was touched since it was last asked. */
static void step_touched(Script *s)
{
    pthread_mutex_lock(&s->workspace->lock);
    const char *text = arena_copy_str(s->arena, text_str(&s->workspace->touched));
    text_clear(&s->workspace->touched);
    pthread_mutex_unlock(&s->workspace->lock);
    print(s, STREAM_STDOUT, str_from_c(text));
}

static void step_counts(Script *s)
{
    pthread_mutex_lock(&s->workspace->lock);
    const char *text = arena_printf(s->arena, "overflows %u idles %u", s->workspace->overflows,
                                    s->workspace->idles);
    pthread_mutex_unlock(&s->workspace->lock);
    print_line(s, text);
}

/* Links the object file named by the value. */
static void step_link(Script *s)
{
    Str object, output, diagnostics;
    Status status = file_read(value_text(s), s->arena, 1 << 20, &object, NULL);
    Str arguments[] = { STR("@in:0"), STR("-o"), STR("@out") };
    const LinkOps *ops = &s->workspace->config.link;
    if (status_ok(status))
        status = ops->run(ops->context, arguments, 3, &object, 1, s->arena, &output, &diagnostics);
    print_line(s, status_ok(status) && output.bytes > 0 ? "linked" : "not linked");
}

static const struct {
    const char *name;
    void (*run)(Script *script);
} steps[] = {
    { "out", step_out },           { "err", step_err },
    { "outbytes", step_outbytes }, { "sleep", step_sleep },
    { "hang", step_hang },         { "mark", step_mark },
    { "wait", step_wait },         { "crash", step_crash },
    { "assert", step_assert },     { "crash_once", step_crash_once },
    { "alloc", step_alloc },       { "exec", step_exec },
    { "exit", step_exit },         { "pid", step_pid },
    { "cwd", step_cwd },           { "tty", step_tty },
    { "env", step_env },           { "args", step_args },
    { "watch", step_watch },       { "unwatch", step_unwatch },
    { "touched", step_touched },   { "counts", step_counts },
    { "link", step_link },         { "input", step_input },
    { "survive", step_survive },
};

static void run_step(Script *s, Str step)
{
    const char *colon = memchr(step.data, ':', step.bytes);
    size_t bytes = colon ? (size_t)(colon - step.data) : step.bytes;
    Str name = { step.data, bytes };
    s->value = colon ? (Str){ colon + 1, step.bytes - bytes - 1 } : STR("");
    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        if (str_eq(name, str_from_c(steps[i].name))) {
            steps[i].run(s);
            return;
        }
    }
    print_line(s, "no such step");
}

static void run_steps(Script *s, OptionId id)
{
    Str step;
    for (uint32_t at = 0; !s->done && options_next(&s->options, id, &at, &step);) {
        if (atomic_load(&s->handle->cancelled))
            break;
        run_step(s, step);
    }
}

CommandResult command_run(CommandHandle *command, const CommandRequest *request, Arena *arena)
{
    Script s = {
        .handle = command, .workspace = command->workspace, .request = request, .arena = arena
    };
    OptionsError error;
    if (!options_parse(request->arguments, request->argument_count, arena, &s.options, &error))
        return (CommandResult){ .exit_code = error.exit_code };
    run_steps(&s, s.options.command == COMMAND_RUSTC ? OPTION_SEARCH_PATH : OPTION_FEATURES);
    if (atomic_load(&command->cancelled))
        return (CommandResult){ .exit_code = EXIT_CANCELLED };
    return s.result;
}
