/* build, check and run: check every crate the command needs; if nothing is wrong, link and publish
 * the binaries. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "driver/driver_priv.h"
#include "resolve/resolve.h"

/* Arrays by selected crate. */
typedef struct {
    CommandHandle *command;
    const char **paths; /* NULL: no binary */
    BinaryDigest *digests;
    const char **written; /* temporary file with what is to be published, or NULL */
    Status *statuses;     /* of writing it */
    int64_t began_ns;
} Linking;

typedef struct {
    CommandHandle *command;
    bool *is_rebuilt;     /* by package: something was executed for it */
    bool *has_errors;     /* by crate */
    ReportCounts *counts; /* by crate, of the last request */
    uint32_t errors;
    bool has_executed;
    uint32_t steps, step; /* of the progress line: packages, then the link */
} Build;

/* ---- what cargo says about packages and crates
 * ------------------------------------------------------ */

static const char *package_label(CommandHandle *command, const ProjectPackage *package)
{
    Str directory = path_parent(str_from_c(package->manifest_path));
    return arena_printf(command->arena, "%.*s v%.*s (%.*s)", (int)package->name.bytes,
                        package->name.data, (int)package->version.bytes, package->version.data,
                        (int)directory.bytes, directory.data);
}

/* `Compiling app v0.1.0 (/app)`, when the first thing was executed for the package. */
static void announce(Build *build, uint32_t package)
{
    CommandHandle *command = build->command;
    if (build->is_rebuilt[package])
        return;
    build->is_rebuilt[package] = true;
    const char *verb = command->options.command == COMMAND_CHECK ? "Checking" : "Compiling";
    message_status(command, verb, "%s",
                   package_label(command, &command->project.packages[package]));
}

static uint32_t package_index(const Project *project, DefId crate)
{
    return (uint32_t)(project_package(project, crate, NULL) - project->packages);
}

bool query_is_of_target(QueryKind kind)
{
    return kind == Q_shard_object || kind == Q_location_table || kind == Q_group_object ||
           kind == Q_binary;
}

/* Facts of files are looked up again for any change; what is about a definition is the package's
 * work, and machine code that of the target it is for. */
static bool trace_entry_crate(CommandHandle *command, const TraceEntry *entry, DefId *crate)
{
    if (entry->reason == WHY_EAGER || entry->reason == WHY_VALUE_NEEDED)
        return false;
    if (entry->kind < Q_codegen_attrs && query_registry[entry->kind].key != &key_info_DefId)
        return false;
    bool is_of_target = query_is_of_target(entry->kind);
    if (entry->kind >= Q_codegen_attrs && !is_of_target)
        return false;
    DefId def;
    memcpy(&def, &entry->key, sizeof def);
    *crate = is_of_target ? def : def_crate(command->workspace->interners, def);
    return true;
}

static void announce_executed(Build *build, EngineRequest *request)
{
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    build->has_executed |= count > 0;
    for (uint32_t i = 0; i < count; i++) {
        DefId crate;
        if (trace_entry_crate(build->command, &trace[i], &crate) &&
            project_package(&build->command->project, crate, NULL))
            announce(build, package_index(&build->command->project, crate));
    }
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static const char *target_text(CommandHandle *command, const CrateInfo *crate)
{
    Str name;
    project_package(&command->project, crate->crate, &name);
    return crate->kind == TARGET_LIB
               ? "(lib)"
               : arena_printf(command->arena, "(bin \"%.*s\")", (int)name.bytes, name.data);
}

/* cargo's last line about a target with warnings or errors. */
static void summarize_crate(Build *build, uint32_t crate)
{
    CommandHandle *command = build->command;
    const ReportCounts *counts = &build->counts[crate];
    const CrateInfo *info = &command->project.crates[crate];
    if (counts->errors + counts->warnings == 0)
        return;
    Str name = project_package(&command->project, info->crate, NULL)->name;
    if (counts->errors == 0) {
        const char *line = arena_printf(
            command->arena, "warning: `%.*s` %s generated %u warning%s\n", (int)name.bytes,
            name.data, target_text(command, info), counts->warnings, plural(counts->warnings));
        message_write_about_program(command, str_from_c(line));
        return;
    }
    report_explanations(command, info, counts);
    Text tail;
    text_init(&tail, command->arena);
    text_addf(&tail, "%u previous error%s", counts->errors, plural(counts->errors));
    if (counts->warnings)
        text_addf(&tail, "; %u warning%s emitted", counts->warnings, plural(counts->warnings));
    message_failure(command, "could not compile `%.*s` %s due to %s", (int)name.bytes, name.data,
                    target_text(command, info), tail.data);
    build->has_errors[crate] = true;
    build->errors += counts->errors;
}

/* After each request: what was executed, what is wrong, and how the crates stand. False: stopped.
 */
static bool conclude(Build *build, EngineRequest *request, bool ok)
{
    CommandHandle *command = build->command;
    if (ok) {
        announce_executed(build, request);
        ok = report_diagnostics(command, request, build->counts);
        for (uint32_t i = 0; ok && i < command->project.crate_count; i++)
            summarize_crate(build, i);
    }
    command_note_request(command, request);
    engine_request_free(request);
    return ok;
}

/* ---- checking
 * --------------------------------------------------------------------------------------- */

typedef struct {
    const Project *project;
    const ProjectPackage *package;
} PackageCheck;

static void check_package(Job *job, void *argument)
{
    const PackageCheck *check = argument;
    for (uint32_t i = 0; i < check->package->crate_count; i++) {
        if (project_needs(check->project, check->package->crates[i]))
            q_crate_checked(job, check->package->crates[i]);
    }
}

/* Package by package, so that each has its lines before the next is begun; within one, bodies are
 * checked in parallel. */
static bool check_packages(Build *build)
{
    CommandHandle *command = build->command;
    const Project *project = &command->project;
    for (uint32_t i = 0; i < project->package_count; i++) {
        PackageCheck check = { project, &project->packages[i] };
        progress_step(command, build->step++, build->steps, check.package->name);
        EngineRequest *request;
        bool ok = command_engine_request(command, check_package, &check, &request);
        if (!conclude(build, request, ok))
            return false;
    }
    return true;
}

/* ---- publishing
 * ----------------------------------------------------------------------------------- */

/* What `--target-dir` names is all ours. In cargo's directory, `target` or $CARGO_TARGET_DIR, we
 * have one of our own. */
static const char *outermost_directory(CommandHandle *command, bool *is_cargos)
{
    Str given = options_value(&command->options, OPTION_TARGET_DIR);
    Str variable = command_environment(command, STR("CARGO_TARGET_DIR"));
    *is_cargos = !given.data;
    if (given.data || variable.bytes)
        return path_join(command->arena, command->request->cwd, given.data ? given : variable);
    return path_join(command->arena, str_from_c(command->workspace->config.root), STR("target"));
}

static const char *target_directory(CommandHandle *command)
{
    bool is_cargos;
    const char *base = outermost_directory(command, &is_cargos);
    if (is_cargos)
        base = path_join(command->arena, str_from_c(base), STR("rscc"));
    return path_join(command->arena, str_from_c(base), command->project.profile_dir);
}

/* Backups leave out what has a tag. Only a directory that was not there before gets one, as from
 * cargo: one that was there is the user's business. */
static Status make_target_directory(CommandHandle *command, Str directory)
{
    static const char text[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
                               "# This file is a cache directory tag created by rscc.\n"
                               "# For information about cache directory tags see "
                               "https://bford.info/cachedir/\n";
    bool ignored;
    FileStat there;
    const char *outermost = outermost_directory(command, &ignored);
    bool is_new = !status_ok(file_stat(outermost, &there));
    Status status = dir_make_all(arena_copy_str(command->arena, directory));
    if (status_ok(status) && is_new)
        status =
            file_write_atomic(path_join(command->arena, str_from_c(outermost), STR("CACHEDIR.TAG")),
                              str_from_c(text), 0644);
    return status;
}

/* By its target's name, which keeps a `-` that the crate's name has not. */
static const char *binary_path(CommandHandle *command, const CrateInfo *crate)
{
    Str name;
    project_package(&command->project, crate->crate, &name);
    return path_join(command->arena, str_from_c(target_directory(command)), name);
}

/* The content goes into a file beside the one to be: it is there under its name when all has
 * worked. */
static void write_binary(Linking *linking, uint32_t index, Str bytes)
{
    CommandHandle *command = linking->command;
    const char *path = linking->paths[index];
    Status status = make_target_directory(command, path_parent(str_from_c(path)));
    if (status_ok(status))
        status = file_write_beside(path, bytes, 0755, command->arena, &linking->written[index]);
    if (!status_ok(status))
        linking->written[index] = NULL;
    linking->statuses[index] = status;
}

static void link_binaries(Job *job, void *argument)
{
    Linking *linking = argument;
    const Project *project = &linking->command->project;
    PublishedTable *published = &linking->command->workspace->published;
    OptionsId options = options_intern(job_interners(job), project->options);
    for (uint32_t i = 0; i < project->selected_count; i++) {
        if (!linking->paths[i])
            continue;
        BinaryKey key = { project->selected[i], options };
        const BinaryDigest *digest = q_binary_digest(job, key);
        linking->digests[i] = *digest;
        if (digest->has_error ||
            published_is_current(published, linking->paths[i], digest->size, digest->fp))
            continue;
        const Binary *binary = q_binary(job, key);
        if (!binary->has_error)
            write_binary(linking, i, binary->bytes);
    }
}

static bool publish(const Linking *linking, uint32_t index, bool wanted)
{
    CommandHandle *command = linking->command;
    const char *path = linking->paths[index], *written = linking->written[index];
    Status status = linking->statuses[index];
    if (written && (!wanted || rename(written, path) != 0)) {
        status = wanted ? status_from_errno(errno, path) : STATUS_SUCCESS;
        unlink(written);
    } else if (written) {
        published_note(&command->workspace->published, path, linking->digests[index].fp);
    }
    if (wanted && !status_ok(status))
        message_error(command, "failed to write `%s`: %s", path,
                      status_reason(status, command->arena));
    return status_ok(status);
}

static void linking_init(Linking *linking, CommandHandle *command)
{
    const Project *project = &command->project;
    uint32_t count = project->selected_count;
    linking->command = command;
    linking->began_ns = driver_clock_ns();
    linking->paths = arena_alloc_zeroed(command->arena, count * sizeof *linking->paths);
    linking->digests = arena_alloc_zeroed(command->arena, count * sizeof *linking->digests);
    linking->written = arena_alloc_zeroed(command->arena, count * sizeof *linking->written);
    linking->statuses = arena_alloc_zeroed(command->arena, count * sizeof *linking->statuses);
    for (uint32_t i = 0; i < count; i++) {
        const CrateInfo *info = project_crate(project, project->selected[i]);
        if (info->kind == TARGET_BIN)
            linking->paths[i] = binary_path(command, info);
    }
}

/* Not wanted after a cancelled request: then what was written goes away again. */
static bool publish_all(const Linking *linking, bool wanted)
{
    CommandHandle *command = linking->command;
    bool ok = true;
    for (uint32_t i = 0; i < command->project.selected_count; i++) {
        if (!linking->paths[i])
            continue;
        ok &= publish(linking, i, wanted);
        Witness witness = witness_of_path(WITNESS_FILE, linking->paths[i]);
        witness.seen.status = STATUS_SUCCESS; /* whatever somebody did meanwhile */
        witness.seen.content = linking->digests[i].fp;
        witness.seen.at_ns = linking->began_ns;
        if (!linking->digests[i].has_error)
            witness_vec_push(&command->published, witness);
    }
    return ok;
}

/* What cannot be made has an error that says why; without one the old binary would pass for the
 * new. */
static void expect_reasons(const Build *build, const Linking *linking)
{
    for (uint32_t i = 0; i < build->command->project.selected_count && build->errors == 0; i++) {
        if (linking->paths[i] && linking->digests[i].has_error)
            RSC_BUG("a binary cannot be made, and nothing was reported");
    }
}

static bool link_selected(Build *build, Linking *linking)
{
    CommandHandle *command = build->command;
    const ProjectPackage *primary = &command->project.packages[command->project.package_count - 1];
    linking_init(linking, command);
    progress_step(command, build->step++, build->steps, primary->name);
    EngineRequest *request;
    bool ok = command_late_request(command, link_binaries, linking, &request);
    ok = conclude(build, request, ok);
    if (ok)
        expect_reasons(build, linking);
    return publish_all(linking, ok) && ok;
}

/* ---- how much there is
 * ------------------------------------------------------------------------------ */

typedef struct {
    const Project *project;
    bool has_linked;
    uint32_t bodies, shards;
} Totals;

static void count_all(Job *job, void *argument)
{
    Totals *totals = argument;
    const Project *project = totals->project;
    for (uint32_t i = 0; i < project->crate_count; i++) {
        if (project->is_needed[i])
            totals->bodies += q_crate_bodies(job, project->crates[i].crate)->count;
    }
    for (uint32_t i = 0; totals->has_linked && i < project->selected_count; i++) {
        if (project_crate(project, project->selected[i])->kind == TARGET_BIN)
            totals->shards += q_collected_items(job, project->selected[i])->shard_count;
    }
}

/* For `rscc why`; a build that executed nothing does not look. */
static void note_totals(Build *build, bool has_linked)
{
    CommandHandle *command = build->command;
    Totals totals = { &command->project, has_linked, 0, 0 };
    EngineRequest *request;
    if (build->has_executed && command_engine_request(command, count_all, &totals, &request))
        command_note_totals(command, totals.bodies, totals.shards);
    if (build->has_executed)
        engine_request_free(request);
}

/* ---- the command
 * ---------------------------------------------------------------------------------- */

/* What cargo says at the end. `+ debuginfo` is not said, since there is none yet. */
static void finished_line(CommandHandle *command)
{
    double seconds = (double)command_elapsed_ns(command) / 1e9;
    message_status(command, "Finished", "`%.*s` profile [%s] target(s) in %.2fs",
                   (int)command->project.profile_name.bytes, command->project.profile_name.data,
                   command->project.options.opt_level ? "optimized" : "unoptimized", seconds);
}

static const CrateInfo *no_binary_to_run(CommandHandle *command, const StrVec *names)
{
    if (names->count == 0) {
        message_error(command, "a bin target must be available for `rscc run`");
        return NULL;
    }
    Text list;
    text_init(&list, command->arena);
    for (uint32_t i = 0; i < names->count; i++)
        text_addf(&list, "%s%.*s", i ? ", " : "", (int)names->items[i].bytes, names->items[i].data);
    message_error(command,
                  "`rscc run` could not determine which binary to run. Use the `--bin` option to "
                  "specify a binary, or "
                  "the `default-run` manifest key.\navailable binaries: %s",
                  list.data);
    return NULL;
}

static const CrateInfo *binary_to_run(CommandHandle *command)
{
    const Project *project = &command->project;
    const CrateInfo *found = NULL;
    StrVec names;
    str_vec_init(&names, command->arena);
    for (uint32_t i = 0; i < project->selected_count; i++) {
        const CrateInfo *info = project_crate(project, project->selected[i]);
        if (info->kind != TARGET_BIN)
            continue;
        Str name;
        project_package(project, info->crate, &name);
        if (project->default_run.bytes && str_eq(name, project->default_run) &&
            !options_has(&command->options, OPTION_BIN))
            return info;
        found = info;
        str_vec_push(&names, name);
    }
    return names.count == 1 ? found : no_binary_to_run(command, &names);
}

/* As a shell would need it. */
static void add_shell_word(Text *text, Str word)
{
    bool is_plain = word.bytes > 0;
    for (size_t i = 0; i < word.bytes; i++) {
        char c = word.data[i];
        is_plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c && strchr("-_=/,.+:@%", c));
    }
    text_add_c(text, is_plain ? "" : "'");
    for (size_t i = 0; i < word.bytes; i++) {
        if (word.data[i] == '\'')
            text_add_c(text, "'\\'");
        text_add_char(text, word.data[i]);
    }
    text_add_c(text, is_plain ? "" : "'");
}

static void prepare_run(CommandHandle *command, const CrateInfo *crate, CommandResult *result)
{
    result->exec_path = binary_path(command, crate);
    str_vec_init(&result->exec_arguments, command->arena);
    Text shown;
    text_init(&shown, command->arena);
    text_add_c(&shown,
               path_relative(command->arena, command->request->cwd, str_from_c(result->exec_path)));
    for (uint32_t i = 0; i < command->options.trailing.count; i++) {
        str_vec_push(&result->exec_arguments, command->options.trailing.items[i]);
        text_add_char(&shown, ' ');
        add_shell_word(&shown, command->options.trailing.items[i]);
    }
    message_status(command, "Running", "`%s`", shown.data);
}

static void artifact_events(Build *build, const Linking *linking)
{
    CommandHandle *command = build->command;
    const Project *project = &command->project;
    for (uint32_t i = 0; i < project->crate_count; i++) {
        const CrateInfo *info = &project->crates[i];
        if (build->has_errors[i] || !project_needs(project, info->crate))
            continue;
        const char *executable = NULL;
        for (uint32_t j = 0; linking->paths && j < project->selected_count; j++) {
            if (def_id_eq(project->selected[j], info->crate) && !linking->digests[j].has_error)
                executable = linking->paths[j];
        }
        if (info->kind == TARGET_BIN && build->errors && !executable)
            continue;
        message_json_artifact(command, info, executable,
                              !build->is_rebuilt[package_index(project, info->crate)]);
    }
}

/* With -v: what was not touched. */
static void fresh_lines(Build *build)
{
    CommandHandle *command = build->command;
    for (uint32_t i = 0; i < command->project.package_count; i++) {
        if (!build->is_rebuilt[i])
            message_status(command, "Fresh", "%s",
                           package_label(command, &command->project.packages[i]));
    }
}

static void build_init(Build *build, CommandHandle *command)
{
    const Project *project = &command->project;
    *build = (Build){ .command = command, .steps = project->package_count + 1 };
    build->is_rebuilt =
        arena_alloc_zeroed(command->arena, project->package_count * sizeof *build->is_rebuilt);
    build->has_errors =
        arena_alloc_zeroed(command->arena, project->crate_count * sizeof *build->has_errors);
    build->counts =
        arena_alloc_zeroed(command->arena, project->crate_count * sizeof *build->counts);
    text_init(&command->transcript, command->arena);
    witness_vec_init(&command->published, command->arena);
}

/* One pass over a state of the inputs. */
static CommandResult build_once(CommandHandle *command)
{
    Build build;
    Linking linking = { 0 };
    build_init(&build, command);
    bool ok = check_packages(&build);
    if (ok && !build.errors && command->options.command != COMMAND_CHECK)
        ok = link_selected(&build, &linking);
    if (command_stopped(command))
        return (CommandResult){ .exit_code = 130 };
    bool failed = !ok || build.errors > 0;
    note_totals(&build, linking.paths != NULL);
    if (options_has(&command->options, OPTION_VERBOSE))
        fresh_lines(&build);
    if (command_has_events(command)) {
        artifact_events(&build, &linking);
        message_json_finished(command, !failed);
    }
    /* Trouble with files is nothing that follows from the inputs. */
    if (ok && !command->gave_up)
        record_make(command, failed ? 101 : 0);
    if (failed)
        return (CommandResult){ .exit_code = 101 };
    finished_line(command);
    return (CommandResult){ .exit_code = 0 };
}

CommandResult command_with_turn(CommandHandle *command,
                                CommandResult (*once)(CommandHandle *command))
{
    CommandResult result;
    do {
        if (atomic_exchange(&command->overtaken, false))
            command->restarts++;
        if (!turn_begin(command)) {
            result = (CommandResult){ .exit_code = 130 };
            continue;
        }
        map_init(&command->reported, command->arena, sizeof(Fp));
        result = once(command);
        turn_end(command);
    } while (atomic_load(&command->overtaken) && !atomic_load(&command->cancelled));
    return result;
}

CommandResult command_build(CommandHandle *command)
{
    Workspace *w = command->workspace;
    const char *error;
    if (!project_of_package(command->arena, w->interners, w->config.root, &command->options,
                            command->request->cwd, &command->project, &error)) {
        message_error(command, "%s", error);
        return (CommandResult){ .exit_code = 101 };
    }
    for (uint32_t i = 0; i < command->project.warnings.count; i++)
        message_warning(command, "%.*s", (int)command->project.warnings.items[i].bytes,
                        command->project.warnings.items[i].data);
    const CrateInfo *run = NULL;
    if (command->options.command == COMMAND_RUN && !(run = binary_to_run(command)))
        return (CommandResult){ .exit_code = 101 };
    CommandResult result = { 0 };
    if (record_replay(command, &result.exit_code)) {
        if (result.exit_code == 0)
            finished_line(command);
    } else {
        progress_begin(command);
        result = command_with_turn(command, build_once);
        progress_end(command);
    }
    timings_write(command, path_join(command->arena, str_from_c(target_directory(command)),
                                     STR("../timings")));
    if (run && result.exit_code == 0)
        prepare_run(command, run, &result);
    return result;
}
