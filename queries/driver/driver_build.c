/* build, check and run: check every crate the command needs; if nothing is wrong, link and publish the binaries. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "driver/driver_priv.h"

/* Arrays by selected crate. */
typedef struct {
    CommandHandle *command;
    const char **paths; /* NULL: no binary */
    BinaryDigest *digests;
    const char **written; /* temporary file with what is to be published, or NULL */
    Status *statuses;     /* of writing it */
    int64_t began_ns;
} Linking;

static void check_crates(Job *job, void *argument)
{
    const Project *project = argument;
    for (uint32_t i = 0; i < project->crate_count; i++)
        q_crate_checked(job, project->crates[i].crate);
}

static const ProjectPackage *package_of(const Project *project, DefId crate)
{
    for (uint32_t i = 0; i < project->package_count; i++) {
        for (uint32_t j = 0; j < project->packages[i].crate_count; j++) {
            if (def_id_eq(project->packages[i].crates[j], crate))
                return &project->packages[i];
        }
    }
    return NULL;
}

/* Cargo prints a line per package that is not fresh; a package is taken as not fresh if the inputs changed at all, since what
 * that means is known only afterwards. */
static void announce(CommandHandle *command, const char *verb)
{
    if (!command->changed_inputs || command_format(command) == FORMAT_JSON)
        return;
    const Project *project = &command->project;
    for (uint32_t i = 0; i < project->package_count; i++) {
        const ProjectPackage *package = &project->packages[i];
        Str directory = path_parent(str_from_c(package->manifest_path));
        message_status(command, verb, "%.*s v%.*s (%.*s)", (int)package->name.bytes, package->name.data,
                       (int)package->version.bytes, package->version.data, (int)directory.bytes, directory.data);
    }
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* cargo's line per target with warnings or errors. Returns the number of errors. */
static uint32_t summarize(CommandHandle *command, const ReportCounts *per_crate)
{
    const Project *project = &command->project;
    uint32_t errors = 0;
    for (uint32_t i = 0; i < project->crate_count; i++) {
        const ReportCounts *counts = &per_crate[i];
        errors += counts->errors;
        const CrateInfo *info = &project->crates[i];
        const ProjectPackage *package = package_of(project, info->crate);
        Str name = sym_text(command->workspace->interners, info->name);
        const char *target = info->kind == TARGET_LIB
                                 ? "(lib)"
                                 : arena_printf(command->arena, "(bin \"%.*s\")", (int)name.bytes, name.data);
        if (counts->errors) {
            report_explanations(command, counts);
            Text tail;
            text_init(&tail, command->arena);
            text_addf(&tail, "%u previous error%s", counts->errors, plural(counts->errors));
            if (counts->warnings)
                text_addf(&tail, "; %u warning%s emitted", counts->warnings, plural(counts->warnings));
            message_failure(command, "could not compile `%.*s` %s due to %s", (int)package->name.bytes,
                            package->name.data, target, tail.data);
        } else if (counts->warnings) {
            const char *line = arena_printf(command->arena, "warning: `%.*s` %s generated %u warning%s\n",
                                            (int)package->name.bytes, package->name.data, target, counts->warnings,
                                            plural(counts->warnings));
            message_write_about_program(command, str_from_c(line));
        }
    }
    return errors;
}

/* ---- publishing ----------------------------------------------------------------------------------- */

static const char *target_directory(CommandHandle *command)
{
    Str given = options_value(&command->options, OPTION_TARGET_DIR);
    const char *base = given.data ? path_join(command->arena, command->request->cwd, given)
                                  : path_join(command->arena, str_from_c(command->workspace->config.root),
                                              STR("target/rscc"));
    return path_join(command->arena, str_from_c(base), command->project.profile_dir);
}

static const char *binary_path(CommandHandle *command, const CrateInfo *crate)
{
    Str name = sym_text(command->workspace->interners, crate->name);
    const ProjectPackage *package = package_of(&command->project, crate->crate);
    /* A binary keeps its `-`: only the crate's name has `_`. */
    if (package && name.bytes == package->name.bytes) {
        bool same = true;
        for (size_t i = 0; i < name.bytes; i++)
            same &= name.data[i] == package->name.data[i] || (name.data[i] == '_' && package->name.data[i] == '-');
        if (same)
            name = package->name;
    }
    return path_join(command->arena, str_from_c(target_directory(command)), name);
}

/* The content goes into a file beside the one to be: it is there under its name when all has worked. */
static void write_binary(Linking *linking, uint32_t index, Str bytes)
{
    CommandHandle *command = linking->command;
    const char *path = linking->paths[index];
    Str directory = path_parent(str_from_c(path));
    Status status = dir_make_all(arena_copy_str(command->arena, directory));
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
        if (digest->has_error || published_is_current(published, linking->paths[i], digest->size, digest->fp))
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
        message_error(command, "failed to write `%s`: %s", path, status_text(status, command->arena));
    return status_ok(status);
}

static bool link_selected(CommandHandle *command, Linking *linking, ReportCounts *per_crate)
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
    EngineRequest *request;
    engine_settle(command->workspace->engine);
    bool ok = command_engine_request(command, link_binaries, linking, &request);
    if (ok)
        report_diagnostics(command, request, per_crate);
    command_note_request(command, request);
    engine_request_free(request);
    bool wanted = ok;
    for (uint32_t i = 0; i < count; i++) {
        if (!linking->paths[i])
            continue;
        ok &= publish(linking, i, wanted);
        Witness witness = witness_of_path(WITNESS_FILE, linking->paths[i]);
        witness.content = linking->digests[i].fp;
        witness.seen_at_ns = linking->began_ns;
        witness.exists = true; /* whatever somebody did meanwhile */
        if (!linking->digests[i].has_error)
            witness_vec_push(&command->published, witness);
    }
    return ok;
}

/* ---- the command ---------------------------------------------------------------------------------- */

static void finished_line(CommandHandle *command)
{
    const CodegenOptions *options = &command->project.options;
    double seconds = (double)command_elapsed_ns(command) / 1e9;
    message_status(command, "Finished", "`%.*s` profile [%s%s] target(s) in %.2fs",
                   (int)command->project.profile_name.bytes, command->project.profile_name.data,
                   options->opt_level ? "optimized" : "unoptimized", options->debug_info ? " + debuginfo" : "",
                   seconds);
}

static const CrateInfo *binary_to_run(CommandHandle *command)
{
    const Project *project = &command->project;
    Interners *in = command->workspace->interners;
    const CrateInfo *found = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < project->selected_count; i++) {
        const CrateInfo *info = project_crate(project, project->selected[i]);
        if (info->kind != TARGET_BIN)
            continue;
        bool is_default = project->default_run.bytes && str_eq(sym_text(in, info->name), project->default_run);
        if (is_default && !options_has(&command->options, OPTION_BIN))
            return info;
        found = info;
        count++;
    }
    if (count == 0)
        message_error(command, "a bin target must be available for `rscc run`");
    if (count > 1)
        message_error(command, "`rscc run` could not determine which binary to run. Use the `--bin` option to specify "
                               "a binary, or the `default-run` manifest key.");
    return count == 1 ? found : NULL;
}

static void prepare_run(CommandHandle *command, const CrateInfo *crate, CommandResult *result)
{
    result->exec_path = binary_path(command, crate);
    str_vec_init(&result->exec_arguments, command->arena);
    for (uint32_t i = 0; i < command->options.trailing.count; i++)
        str_vec_push(&result->exec_arguments, command->options.trailing.items[i]);
    const char *shown = path_relative(command->arena, command->request->cwd, str_from_c(result->exec_path));
    message_status(command, "Running", "`%s`", shown);
}

/* One pass over a state of the inputs. */
static CommandResult build_once(CommandHandle *command)
{
    bool check_only = command->options.command == COMMAND_CHECK;
    const Project *project = &command->project;
    ReportCounts *counts = arena_alloc_zeroed(command->arena, project->crate_count * sizeof *counts);
    text_init(&command->transcript, command->arena);
    witness_vec_init(&command->published, command->arena);
    announce(command, check_only ? "Checking" : "Compiling");
    EngineRequest *request;
    bool ok = command_engine_request(command, check_crates, &command->project, &request);
    if (ok)
        report_diagnostics(command, request, counts);
    command_note_request(command, request);
    engine_request_free(request);
    if (!ok)
        return (CommandResult){ .exit_code = command_broken_off(command) };
    uint32_t errors = summarize(command, counts);
    Linking linking = { 0 };
    bool is_published = true;
    if (!errors && !check_only) {
        ReportCounts *link_counts = arena_alloc_zeroed(command->arena, project->crate_count * sizeof *link_counts);
        is_published = link_selected(command, &linking, link_counts);
        errors = is_published ? summarize(command, link_counts) : 1;
    }
    if (command_stopped(command))
        return (CommandResult){ .exit_code = 130 };
    if (command_format(command) == FORMAT_JSON) {
        for (uint32_t i = 0; !errors && i < project->selected_count; i++) {
            const CrateInfo *info = project_crate(project, project->selected[i]);
            message_json_artifact(command, package_of(project, info->crate), info,
                                  linking.paths ? linking.paths[i] : NULL, !command->changed_inputs);
        }
        message_json_finished(command, errors == 0);
    }
    /* Trouble with files is nothing that follows from the inputs. */
    if (is_published && !command->gave_up)
        record_make(command, errors ? 101 : 0);
    if (errors)
        return (CommandResult){ .exit_code = 101 };
    finished_line(command);
    return (CommandResult){ .exit_code = 0 };
}

CommandResult command_with_turn(CommandHandle *command, CommandResult (*once)(CommandHandle *command))
{
    CommandResult result;
    do {
        if (atomic_exchange(&command->overtaken, false))
            command->restarts++;
        if (!turn_begin(command)) {
            result = (CommandResult){ .exit_code = 130 };
            continue;
        }
        result = once(command);
        turn_end(command);
    } while (atomic_load(&command->overtaken) && !atomic_load(&command->cancelled));
    return result;
}

CommandResult command_build(CommandHandle *command)
{
    Workspace *w = command->workspace;
    const char *error;
    if (!project_of_package(command->arena, w->interners, w->config.root, &command->options, command->request->cwd,
                            &command->project, &error)) {
        message_error(command, "%s", error);
        return (CommandResult){ .exit_code = 101 };
    }
    const CrateInfo *run = NULL;
    if (command->options.command == COMMAND_RUN && !(run = binary_to_run(command)))
        return (CommandResult){ .exit_code = 101 };
    CommandResult result = { 0 };
    if (record_replay(command, &result.exit_code)) {
        if (result.exit_code == 0)
            finished_line(command);
    } else {
        result = command_with_turn(command, build_once);
    }
    timings_write(command, path_join(command->arena, str_from_c(target_directory(command)), STR("../timings")));
    if (run && result.exit_code == 0)
        prepare_run(command, run, &result);
    return result;
}
