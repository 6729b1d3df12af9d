/* `rscc rustc FILE`: one crate from one file, with rustc's flags, messages and exit codes. */
#include "driver/driver_priv.h"
#include "mir/mir.h"

typedef enum {
    EMIT_LINK = 1,
    EMIT_METADATA = 2,
    EMIT_LLVM_IR = 4,
    EMIT_ASM = 8,
    EMIT_MIR = 16
} EmitKind;

typedef struct {
    CommandHandle *command;
    uint32_t emit;
    Str linked;
    bool link_failed;
    Text llvm_ir, assembly, mir;
} Outputs;

static void check(Job *job, void *argument)
{
    const Project *project = argument;
    for (uint32_t i = 0; i < project->crate_count; i++)
        q_crate_checked(job, project->crates[i].crate);
}

static bool emit_kinds(CommandHandle *command, uint32_t *kinds)
{
    static const struct {
        const char *name;
        uint32_t kind;
    } names[] = { { "link", EMIT_LINK },       { "metadata", EMIT_METADATA }, { "dep-info", 0 },
                  { "llvm-ir", EMIT_LLVM_IR }, { "asm", EMIT_ASM },           { "mir", EMIT_MIR } };
    *kinds = 0;
    bool given = false;
    Str list;
    for (uint32_t at = 0; options_next(&command->options, OPTION_EMIT, &at, &list);) {
        given = true;
        while (list.bytes) {
            const char *comma = memchr(list.data, ',', list.bytes);
            Str name = { list.data, comma ? (size_t)(comma - list.data) : list.bytes };
            size_t i = 0;
            while (i < ARRAY_COUNT(names) && !str_eq(name, str_from_c(names[i].name)))
                i++;
            if (i == ARRAY_COUNT(names)) {
                message_error(command, "`--emit %.*s` is not supported by rscc yet",
                              (int)name.bytes, name.data);
                return false;
            }
            *kinds |= names[i].kind;
            size_t used = name.bytes + (comma ? 1 : 0);
            list = (Str){ list.data + used, list.bytes - used };
        }
    }
    if (!given)
        *kinds = EMIT_LINK;
    return true;
}

static void all_instances(Job *job, DefId crate, InstanceId **instances, uint32_t *count)
{
    const CollectedItems *items = q_collected_items(job, crate);
    *count = items->item_count;
    *instances = arena_alloc_array(job_scratch(job), items->item_count, sizeof **instances);
    for (uint32_t i = 0; i < items->item_count; i++)
        (*instances)[i] = items->items[i].instance;
}

static void make_outputs(Job *job, void *argument)
{
    Outputs *out = argument;
    const Project *project = &out->command->project;
    DefId crate = project->selected[0];
    OptionsId options = options_intern(job_interners(job), project->options);
    if (out->emit & EMIT_LINK) {
        const Binary *binary = q_binary(job, (BinaryKey){ crate, options });
        out->link_failed = binary->has_error;
        out->linked =
            (Str){ arena_copy(out->command->arena, binary->bytes.data, binary->bytes.bytes),
                   binary->bytes.bytes };
    }
    if (out->emit & (EMIT_LLVM_IR | EMIT_ASM)) {
        InstanceId *instances;
        uint32_t count;
        all_instances(job, crate, &instances, &count);
        if (out->emit & EMIT_LLVM_IR)
            codegen_text(job, instances, count, options, CODEGEN_TEXT_LLVM_IR, true, &out->llvm_ir);
        if (out->emit & EMIT_ASM)
            codegen_text(job, instances, count, options, CODEGEN_TEXT_ASM, true, &out->assembly);
    }
    if (out->emit & EMIT_MIR)
        dump_crate_mir(job, crate, &out->mir);
}

/* -o names the one output; otherwise --out-dir (or the current directory) and the crate's name. */
static const char *output_path(CommandHandle *command, const char *extension)
{
    Str given = options_value(&command->options, OPTION_OUTPUT);
    if (given.data)
        return path_join(command->arena, command->request->cwd, given);
    const CrateInfo *info = project_crate(&command->project, command->project.selected[0]);
    Str directory = options_value(&command->options, OPTION_OUT_DIR);
    const char *base = directory.data ? path_join(command->arena, command->request->cwd, directory)
                                      : arena_copy_str(command->arena, command->request->cwd);
    Str name = sym_text(command->workspace->interners, info->name);
    const char *file =
        arena_printf(command->arena, "%.*s%s", (int)name.bytes, name.data, extension);
    return path_join(command->arena, str_from_c(base), str_from_c(file));
}

static bool write_output(CommandHandle *command, const char *extension, Str bytes, uint32_t mode)
{
    const char *path = output_path(command, extension);
    if (strcmp(path, "/dev/null") == 0)
        return true;
    Status status = file_write_atomic(path, bytes, mode);
    if (!status_ok(status))
        message_error(command, "could not write output to `%s`: %s", path,
                      status_text(status, command->arena));
    return status_ok(status);
}

static void totals_line(CommandHandle *command, const ReportCounts *counts, uint32_t crate_count)
{
    ReportCounts all = { 0 };
    str_vec_init(&all.codes, command->arena);
    for (uint32_t i = 0; i < crate_count; i++) {
        all.errors += counts[i].errors;
        all.warnings += counts[i].warnings;
        str_vec_append(&all.codes, counts[i].codes.items, counts[i].codes.count);
    }
    Text line;
    text_init(&line, command->arena);
    const char *warnings = arena_printf(command->arena, "%u warning%s emitted", all.warnings,
                                        all.warnings == 1 ? "" : "s");
    if (all.errors) {
        text_addf(&line, "aborting due to %u previous error%s", all.errors,
                  all.errors == 1 ? "" : "s");
        if (all.warnings)
            text_addf(&line, "; %s", warnings);
        report_summary(command, DIAG_ERROR, text_str(&line));
    } else if (all.warnings) {
        report_summary(command, DIAG_WARNING, str_from_c(warnings));
    }
    report_explanations(command, &command->project.crates[0], &all);
}

static CommandResult rustc_once(CommandHandle *command)
{
    Outputs out = { .command = command };
    if (!emit_kinds(command, &out.emit))
        return (CommandResult){ .exit_code = 1 };
    uint32_t crates = command->project.crate_count;
    ReportCounts *counts = arena_alloc_zeroed(command->arena, crates * sizeof *counts);
    EngineRequest *request;
    bool ok = command_engine_request(command, check, &command->project, &request);
    if (ok)
        report_diagnostics(command, request, counts);
    command_note_request(command, request);
    engine_request_free(request);
    bool failed = !ok || reports_have_errors(counts, crates);
    bool is_bin =
        project_crate(&command->project, command->project.selected[0])->kind == TARGET_BIN;
    if (!is_bin)
        out.emit &= ~(uint32_t)EMIT_LINK;
    if (!failed && (out.emit & ~(uint32_t)EMIT_METADATA)) {
        text_init(&out.llvm_ir, command->arena);
        text_init(&out.assembly, command->arena);
        text_init(&out.mir, command->arena);
        ReportCounts *late = arena_alloc_zeroed(command->arena, crates * sizeof *late);
        engine_settle(command->workspace->engine);
        ok = command_engine_request(command, make_outputs, &out, &request);
        if (ok)
            report_diagnostics(command, request, late);
        command_note_request(command, request);
        engine_request_free(request);
        failed = !ok || out.link_failed || reports_have_errors(late, crates);
        for (uint32_t i = 0; i < crates; i++) {
            counts[i].errors += late[i].errors;
            str_vec_append(&counts[i].codes, late[i].codes.items, late[i].codes.count);
        }
    }
    totals_line(command, counts, crates);
    if (!failed && (out.emit & EMIT_LINK))
        failed |= !write_output(command, "", out.linked, 0755);
    if (!failed && (out.emit & EMIT_LLVM_IR))
        failed |= !write_output(command, ".ll", text_str(&out.llvm_ir), 0644);
    if (!failed && (out.emit & EMIT_ASM))
        failed |= !write_output(command, ".s", text_str(&out.assembly), 0644);
    if (!failed && (out.emit & EMIT_MIR))
        failed |= !write_output(command, ".mir", text_str(&out.mir), 0644);
    return (CommandResult){ .exit_code = command_stopped(command) ? 130 : failed ? 1 : 0 };
}

CommandResult command_rustc(CommandHandle *command)
{
    Workspace *w = command->workspace;
    if (command->options.positionals.count != 1) {
        message_error(command, command->options.positionals.count
                                   ? "multiple input filenames provided"
                                   : "no input filename given");
        return (CommandResult){ .exit_code = 1 };
    }
    const char *error;
    if (!project_of_file(command->arena, w->interners, w->config.root, &command->options,
                         command->options.positionals.items[0], &command->project, &error)) {
        message_error(command, "%s", error);
        return (CommandResult){ .exit_code = 1 };
    }
    return command_with_turn(command, rustc_once);
}
