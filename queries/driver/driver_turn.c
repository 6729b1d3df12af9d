/* Who works on which state of the inputs.
 *
 * The inputs of the engine are one state at a time. A command first looks whether the files and its
 * crates are what is set. If so it joins at once, whoever else is at work. If not it waits until
 * nobody works on the present state, changes it, and goes on. Builds that a person waits for go
 * before checks in the background, and a background check that stands in the way of newer inputs is
 * stopped and starts again on them by itself, at most twice. There is no lock on any directory. */
#include "driver/driver_priv.h"

enum { RESTARTS_MAX = 2 };

bool command_stopped(const CommandHandle *command)
{
    return atomic_load(&command->cancelled) || atomic_load(&command->overtaken);
}

static void crate_set_encode(Encoder *e, const Project *project)
{
    encode_u32(e, project->crate_count);
    for (uint32_t i = 0; i < project->crate_count; i++) {
        const QueryInfo *query = &query_registry[Q_crate_info];
        query->value->encode(e, &project->crates[i]);
    }
    query_registry[Q_crate_cfgs].value->encode(e, &project->cfgs);
}

static Fp crates_fingerprint(Workspace *w, const Project *project)
{
    Arena *arena = arena_new(NULL);
    Encoder e;
    encoder_init(&e, arena, w->interners, ENCODE_CANONICAL);
    crate_set_encode(&e, project);
    Fp fp = encoder_fingerprint(&e, 0);
    arena_free(arena);
    return fp;
}

static void set_crates(Workspace *w, const Project *project, Arena *arena)
{
    for (uint32_t i = 0; i < project->crate_count; i++) {
        QueryKey key = { { project->crates[i].crate.v, 0 } };
        engine_input_set(w->engine, Q_crate_info, &key, &project->crates[i], DURABILITY_MEDIUM);
        engine_input_set(w->engine, Q_crate_cfgs, &key, &project->cfgs, DURABILITY_MEDIUM);
        QueryKey package = { { file_record(w->interners, project->crates[i].root_file).package.v,
                               0 } };
        PackageEdition edition = { project->crates[i].edition };
        engine_input_set(w->engine, Q_package_edition, &package, &edition, DURABILITY_MEDIUM);
    }
    CrateGraph graph = { .count = project->crate_count };
    graph.crates = arena_alloc_array(arena, graph.count, sizeof *graph.crates);
    for (uint32_t i = 0; i < graph.count; i++)
        graph.crates[i] = project->crates[i].crate;
    QueryKey key = { { 0, 0 } };
    engine_input_set(w->engine, Q_workspace_crates, &key, &graph, DURABILITY_MEDIUM);
}

static void reload_loaded_file(void *context, QueryKind kind, const QueryKey *key, Fp value_fp)
{
    (void)value_fp;
    Workspace *w = context;
    if (kind == Q_file_text || kind == Q_link_environment)
        engine_input_reload(w->engine, kind, key);
}

/* A request that is cancelled with the command; the caller frees it after request_end. */
static EngineRequest *request_begin(CommandHandle *command)
{
    EngineRequest *request = engine_request_new(command->workspace->engine);
    pthread_mutex_lock(&command->request_lock);
    command->engine_request = request;
    pthread_mutex_unlock(&command->request_lock);
    if (command_stopped(command))
        engine_request_cancel(request);
    return request;
}

static void request_end(CommandHandle *command)
{
    pthread_mutex_lock(&command->request_lock);
    command->engine_request = NULL;
    pthread_mutex_unlock(&command->request_lock);
}

/* In the revision: everything that is not as it was seen. After a start from the store nothing was
 * seen yet: every input is read. */
static void apply_inputs(CommandHandle *command, FileList changed, bool new_environment, Fp crates)
{
    Workspace *w = command->workspace;
    EngineRequest *owner = request_begin(command);
    engine_revision_begin(w->engine);
    engine_revision_owner(w->engine, owner);
    if (!w->is_loaded) {
        engine_load(w->engine);
        w->is_loaded = true;
        engine_for_each_input(w->engine, reload_loaded_file, w);
    }
    for (uint32_t i = 0; i < changed.count; i++) {
        QueryKey key = { { changed.files[i].v, 0 } };
        engine_input_reload(w->engine, Q_file_text, &key);
    }
    if (new_environment) {
        QueryKey key = { { 0, 0 } };
        engine_input_reload(w->engine, Q_link_environment, &key);
    }
    if (!fp_eq(crates, w->crates_fp)) {
        set_crates(w, &command->project, command->arena);
        w->crates_fp = crates;
    }
    engine_revision_end(w->engine);
    request_end(command);
    engine_request_free(owner);
}

static void overtake_background(Workspace *w)
{
    for (CommandHandle *other = w->commands; other; other = other->next) {
        if (!other->is_background || other->restarts >= RESTARTS_MAX)
            continue;
        atomic_store(&other->overtaken, true);
        pthread_mutex_lock(&other->request_lock);
        if (other->engine_request)
            engine_request_cancel(other->engine_request);
        pthread_mutex_unlock(&other->request_lock);
    }
}

/* Under turn_lock: waits until this command may change the inputs. */
static bool wait_for_change(CommandHandle *command)
{
    Workspace *w = command->workspace;
    if (!command->is_background)
        w->waiting_interactive++;
    overtake_background(w);
    while (!command_stopped(command) &&
           (w->active || w->changing || (command->is_background && w->waiting_interactive)))
        pthread_cond_wait(&w->turn_changed, &w->turn_lock);
    if (!command->is_background)
        w->waiting_interactive--;
    return !command_stopped(command);
}

bool turn_begin(CommandHandle *command)
{
    Workspace *w = command->workspace;
    Fp crates = crates_fingerprint(w, &command->project);
    pthread_mutex_lock(&w->turn_lock);
    while (w->changing && !command_stopped(command))
        pthread_cond_wait(&w->turn_changed, &w->turn_lock);
    FileList changed = file_table_changed(&w->files, command->arena);
    bool new_environment = environment_changed(&w->environment);
    bool same = w->is_loaded && !w->is_outdated && !engine_revision_is_due(w->engine) &&
                changed.count == 0 && !new_environment && fp_eq(crates, w->crates_fp);
    command->changed_inputs = !same;
    command->left_results |= !same;
    bool ok = same ? !command_stopped(command) : wait_for_change(command);
    if (ok && !same) {
        w->changing = true;
        w->is_outdated = false;
        pthread_mutex_unlock(&w->turn_lock);
        apply_inputs(command, changed, new_environment, crates);
        pthread_mutex_lock(&w->turn_lock);
        w->changing = false;
        ok = !command_stopped(command);
    }
    if (ok)
        w->active++;
    pthread_cond_broadcast(&w->turn_changed);
    pthread_mutex_unlock(&w->turn_lock);
    return ok;
}

void turn_end(CommandHandle *command)
{
    Workspace *w = command->workspace;
    pthread_mutex_lock(&w->turn_lock);
    rsc_assert(w->active > 0);
    w->active--;
    pthread_cond_broadcast(&w->turn_changed);
    pthread_mutex_unlock(&w->turn_lock);
}

static void give_up(CommandHandle *command, Str why)
{
    command->gave_up = true;
    message_error(command, "%.*s", (int)why.bytes, why.data);
}

/* A file that was read again and was another makes the command start again on the new state, as
 * often as one that newer inputs overtake. */
static void start_again(CommandHandle *command)
{
    Workspace *w = command->workspace;
    pthread_mutex_lock(&w->turn_lock);
    w->is_outdated = true;
    pthread_mutex_unlock(&w->turn_lock);
    if (command->restarts < RESTARTS_MAX)
        atomic_store(&command->overtaken, true);
    else
        give_up(command, STR("source files changed while they were being read"));
}

static void explain_end(CommandHandle *command, const EngineRequest *request)
{
    Str why;
    if (engine_request_gave_up(request, &why))
        give_up(command, why);
    else if (engine_request_overflowed(request, NULL))
        give_up(command, STR("the program is nested too deeply"));
    else if (engine_request_outdated(request))
        start_again(command);
}

int command_broken_off(const CommandHandle *command)
{
    return command->gave_up ? 101 : 130;
}

static bool run_request(CommandHandle *command, void (*root)(Job *job, void *argument),
                        void *argument, bool is_late, EngineRequest **out)
{
    Engine *engine = command->workspace->engine;
    EngineRequest *request = request_begin(command);
    if (command->keeps_reached)
        engine_request_keep_reached(request);
    bool done =
        (!is_late || engine_settle(engine, request)) && engine_request_run(request, root, argument);
    request_end(command);
    command->left_results |= engine_request_left_results(request);
    if (!done && !command_stopped(command))
        explain_end(command, request);
    *out = request;
    return done && !command_stopped(command);
}

bool command_engine_request(CommandHandle *command, void (*root)(Job *job, void *argument),
                            void *argument, EngineRequest **out)
{
    return run_request(command, root, argument, false, out);
}

bool command_late_request(CommandHandle *command, void (*root)(Job *job, void *argument),
                          void *argument, EngineRequest **out)
{
    return run_request(command, root, argument, true, out);
}
