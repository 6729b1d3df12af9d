/* The life of one command: options are parsed, the command is carried out, and what it executed is
 * persisted when it is over. */
#include <time.h>

#include "driver/driver_priv.h"

static uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

CommandHandle *command_new(Workspace *workspace)
{
    CommandHandle *command = heap_alloc_zeroed(sizeof *command);
    command->workspace = workspace;
    command->start_ns = monotonic_ns();
    pthread_mutex_init(&command->request_lock, NULL);
    pthread_mutex_init(&command->output_lock, NULL);
    pthread_mutex_lock(&workspace->turn_lock);
    command->next = workspace->commands;
    workspace->commands = command;
    pthread_mutex_unlock(&workspace->turn_lock);
    return command;
}

/* Storing waits for commands that run. One that made nothing new leaves what others made to them,
 * and its record is not worth the wait: without it the next start is just slower. */
void command_store(CommandHandle *command)
{
    Workspace *w = command->workspace;
    if (!w->is_loaded)
        return;
    if (!command->left_results && pthread_mutex_trylock(&w->store_lock) != 0)
        return;
    if (command->left_results) {
        pthread_mutex_lock(&w->store_lock);
        Status status = engine_persist(w->engine);
        (void)
            status; /* the store has warned; what is not stored is executed again after a restart */
    }
    record_store(command);
    pthread_mutex_unlock(&w->store_lock);
}

void command_free(CommandHandle *command)
{
    Workspace *w = command->workspace;
    pthread_mutex_lock(&w->turn_lock);
    CommandHandle **at = &w->commands;
    while (*at != command)
        at = &(*at)->next;
    *at = command->next;
    pthread_mutex_unlock(&w->turn_lock);
    pthread_mutex_destroy(&command->request_lock);
    pthread_mutex_destroy(&command->output_lock);
    heap_free(command);
}

void command_cancel(CommandHandle *command)
{
    atomic_store(&command->cancelled, true);
    pthread_mutex_lock(&command->request_lock);
    if (command->engine_request)
        engine_request_cancel(command->engine_request);
    pthread_mutex_unlock(&command->request_lock);
    pthread_mutex_lock(&command->workspace->turn_lock);
    pthread_cond_broadcast(&command->workspace->turn_changed);
    pthread_mutex_unlock(&command->workspace->turn_lock);
}

uint64_t command_elapsed_ns(const CommandHandle *command)
{
    return monotonic_ns() - command->start_ns;
}

typedef CommandResult (*CommandFn)(CommandHandle *command);

/* The commands of an engine; the others never come here: options.def says where they go. */
static CommandFn command_function(CommandId id)
{
    static const struct {
        CommandId id;
        CommandFn function;
    } functions[] = {
        { COMMAND_BUILD, command_build }, { COMMAND_CHECK, command_build },
        { COMMAND_RUN, command_build },   { COMMAND_RUSTC, command_rustc },
        { COMMAND_DUMP, command_dump },   { COMMAND_WHY, command_why },
    };
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
        if (functions[i].id == id)
            return functions[i].function;
    }
    return NULL;
}

CommandResult command_run(CommandHandle *command, const CommandRequest *request, Arena *arena)
{
    command->request = request;
    command->arena = arena;
    OptionsError error;
    if (!options_parse(request->arguments, request->argument_count, arena, &command->options,
                       &error)) {
        message_error(command, "%s", error.message);
        return (CommandResult){ .exit_code = error.exit_code };
    }
    CommandFn function = command_function(command->options.command);
    if (!function) {
        message_error(command, "`%s` is not a command of the engine",
                      options_command_name(command->options.command));
        return (CommandResult){ .exit_code = 101 };
    }
    command->is_background =
        command->options.command == COMMAND_CHECK && command_format(command) == FORMAT_JSON;
    CommandResult result = function(command);
    if (command->options.command != COMMAND_WHY)
        command_note_end(command);
    return result;
}

/* ---- which workspace
 * ------------------------------------------------------------------------------- */

static const char *nearest_manifest_directory(Str cwd, Arena *arena)
{
    for (Str directory = cwd; directory.bytes > 0; directory = path_parent(directory)) {
        FileStat stat;
        const char *path = path_join(arena, directory, STR("Cargo.toml"));
        if (status_ok(file_stat(path, &stat)))
            return arena_copy_str(arena, directory);
        if (directory.bytes == 1)
            break;
    }
    return NULL;
}

static bool root_of_manifest_path(Str path, Str cwd, Arena *arena, const char **root,
                                  const char **error)
{
    if (!str_eq(path_file_name(path), STR("Cargo.toml"))) {
        *error = "the manifest-path must be a path to a Cargo.toml file";
        return false;
    }
    const char *absolute = path_join(arena, cwd, path);
    FileStat stat;
    if (!status_ok(file_stat(absolute, &stat))) {
        *error =
            arena_printf(arena, "manifest path `%.*s` does not exist", (int)path.bytes, path.data);
        return false;
    }
    *root = arena_copy_str(arena, path_parent(str_from_c(absolute)));
    return true;
}

bool workspace_root_find(const CommandRequest *request, Arena *arena, const char **root,
                         const char **error)
{
    Options options;
    OptionsError options_error;
    if (!options_parse(request->arguments, request->argument_count, arena, &options,
                       &options_error)) {
        *error = options_error.message;
        return false;
    }
    Str file = options_value(&options, OPTION_FILE);
    if (options.command == COMMAND_RUSTC)
        file = options.positionals.count ? options.positionals.items[0] : STR("-");
    if (file.data) {
        const char *absolute = path_join(arena, request->cwd, file);
        *root = arena_copy_str(arena, path_parent(str_from_c(absolute)));
        return true;
    }
    Str manifest = options_value(&options, OPTION_MANIFEST_PATH);
    if (manifest.data)
        return root_of_manifest_path(manifest, request->cwd, arena, root, error);
    *root = nearest_manifest_directory(request->cwd, arena);
    if (!*root)
        *error =
            arena_printf(arena, "could not find `Cargo.toml` in `%.*s` or any parent directory",
                         (int)request->cwd.bytes, request->cwd.data);
    return *root != NULL;
}
