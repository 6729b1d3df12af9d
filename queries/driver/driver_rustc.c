/* `rscc rustc FILE`: one crate from one file, with rustc's flags, messages and exit codes. */
#include "driver/driver_priv.h"
#include "mir/mir.h"

typedef enum {
    EMIT_ASM,
    EMIT_DEP_INFO,
    EMIT_LINK,
    EMIT_LLVM_IR,
    EMIT_METADATA,
    EMIT_MIR,
    EMIT_COUNT
} EmitKind;

static const struct {
    const char *name, *extension;
} emit_kinds[EMIT_COUNT] = {
    [EMIT_ASM] = { "asm", ".s" },
    [EMIT_DEP_INFO] = { "dep-info", ".d" },
    [EMIT_LINK] = { "link", "" },
    [EMIT_LLVM_IR] = { "llvm-ir", ".ll" },
    /* Crates are used as sources: this is a check. */
    [EMIT_METADATA] = { "metadata", ".rmeta" },
    [EMIT_MIR] = { "mir", ".mir" },
};

typedef struct {
    bool is_wanted, to_stdout;
    const char *path; /* absolute; NULL if it goes to standard output */
    Str bytes;
} Output;

typedef struct {
    CommandHandle *command;
    Output outputs[EMIT_COUNT];
    bool link_failed;
} Outputs;

static void check(Job *job, void *argument)
{
    const Project *project = argument;
    for (uint32_t i = 0; i < project->crate_count; i++)
        q_crate_checked(job, project->crates[i].crate);
}

/* ---- which outputs ----------------------------------------------------------------------------
 */

static bool find_emit(CommandHandle *command, Str name, EmitKind *out)
{
    for (int i = 0; i < EMIT_COUNT; i++) {
        if (str_eq(name, str_from_c(emit_kinds[i].name))) {
            *out = (EmitKind)i;
            return true;
        }
    }
    bool is_known = str_eq(name, STR("llvm-bc")) || str_eq(name, STR("obj")) ||
                    str_eq(name, STR("thin-link-bitcode"));
    if (is_known)
        message_error(command, "`--emit %.*s` is not supported by rscc yet", (int)name.bytes,
                      name.data);
    else
        message_error(
            command,
            "unknown emission type: `%.*s` - expected one of: `asm`, `llvm-bc`, `dep-info`, "
            "`link`, `llvm-ir`, `metadata`, `mir`, `obj`, `thin-link-bitcode`",
            (int)name.bytes, name.data);
    return false;
}

/* `-o -`, and what may not go where several or people read. */
static bool choose_standard_output(CommandHandle *command, Outputs *out)
{
    bool all = str_eq(options_value(&command->options, OPTION_OUTPUT), STR("-"));
    uint32_t wanted = 0, count = 0;
    for (int i = 0; i < EMIT_COUNT; i++) {
        Output *output = &out->outputs[i];
        wanted += output->is_wanted;
        output->to_stdout |= all && output->is_wanted && !output->path;
        count += output->to_stdout;
    }
    if (count > 1 || (all && wanted > 1)) {
        message_error(command,
                      "can't use option `-o` or `--emit` to write multiple output types to stdout");
        return false;
    }
    if (out->outputs[EMIT_LINK].to_stdout && command->request->stdout_is_tty) {
        message_error(command, "option `-o` or `--emit` is used to write binary output type `link` "
                               "to stdout, but stdout is a tty");
        return false;
    }
    return true;
}

/* `--emit KIND[=FILE],...` */
static bool choose_outputs(CommandHandle *command, Outputs *out)
{
    bool any = false;
    Str list, word;
    for (uint32_t at = 0; options_next(&command->options, OPTION_EMIT, &at, &list);) {
        while (str_next_part(&list, ',', &word)) {
            Str name;
            EmitKind kind;
            if (!str_next_part(&word, '=', &name) || !find_emit(command, name, &kind))
                return false;
            any = true;
            out->outputs[kind].is_wanted = true;
            out->outputs[kind].to_stdout = str_eq(word, STR("-"));
            if (word.bytes && !out->outputs[kind].to_stdout)
                out->outputs[kind].path = path_join(command->arena, command->request->cwd, word);
        }
    }
    out->outputs[EMIT_LINK].is_wanted |= !any;
    return choose_standard_output(command, out);
}

static Str without_extension(Str path)
{
    Str name = path_file_name(path);
    const char *dot = memrchr(name.data, '.', name.bytes);
    return dot && dot > name.data ? (Str){ path.data, (size_t)(dot - path.data) } : path;
}

/* The path without extension: --out-dir (or the current directory) and the crate's name. */
static const char *output_stem(CommandHandle *command)
{
    const CrateInfo *info = project_crate(&command->project, command->project.selected[0]);
    Str directory = options_value(&command->options, OPTION_OUT_DIR);
    const char *base = directory.data ? path_join(command->arena, command->request->cwd, directory)
                                      : arena_copy_str(command->arena, command->request->cwd);
    Str name = sym_text(command->workspace->interners, info->name), extra = STR("");
    (void)options_codegen(&command->options, CODEGEN_EXTRA_FILENAME, &extra);
    const char *file = arena_printf(command->arena, "%.*s%.*s", (int)name.bytes, name.data,
                                    (int)extra.bytes, extra.data);
    return path_join(command->arena, str_from_c(base), str_from_c(file));
}

/* -o names the output; of several ones each gets the name with its own extension. */
static void place_outputs(CommandHandle *command, Outputs *out)
{
    Str given = options_value(&command->options, OPTION_OUTPUT);
    uint32_t count = 0;
    for (int i = 0; i < EMIT_COUNT; i++)
        count += out->outputs[i].is_wanted;
    const char *stem =
        given.data ? path_join(command->arena, command->request->cwd, given) : output_stem(command);
    if (given.data && count > 1) {
        message_warning(command, "due to multiple output types requested, the explicitly specified "
                                 "output file name will be adapted for each output type\n");
        stem = arena_copy_str(command->arena, without_extension(str_from_c(stem)));
    }
    for (int i = 0; i < EMIT_COUNT; i++) {
        const char *extension = given.data && count == 1 ? "" : emit_kinds[i].extension;
        if (!out->outputs[i].path && !out->outputs[i].to_stdout)
            out->outputs[i].path = arena_printf(command->arena, "%s%s", stem, extension);
    }
}

static bool is_same_file(const char *a, const char *b)
{
    FileStat x, y;
    return status_ok(file_stat(a, &x)) && status_ok(file_stat(b, &y)) && x.inode == y.inode &&
           x.device == y.device;
}

/* Is none of the outputs the source? */
static bool spares_input(CommandHandle *command, const Outputs *out)
{
    Str file = command->options.positionals.items[0];
    const char *input = path_join(command->arena, command->request->cwd, file);
    for (int i = 0; i < EMIT_COUNT; i++) {
        const Output *output = &out->outputs[i];
        if (!output->is_wanted || output->to_stdout || !is_same_file(output->path, input))
            continue;
        message_error(command,
                      "the input file \"%.*s\" would be overwritten by the generated executable",
                      (int)file.bytes, file.data);
        return false;
    }
    return true;
}

/* ---- making them -------------------------------------------------------------------------------
 */

static void all_instances(Job *job, DefId crate, InstanceId **instances, uint32_t *count)
{
    const CollectedItems *items = q_collected_items(job, crate);
    *count = items->item_count;
    *instances = arena_alloc_array(job_scratch(job), items->item_count, sizeof **instances);
    for (uint32_t i = 0; i < items->item_count; i++)
        (*instances)[i] = items->items[i].instance;
}

static Str code_text(Job *job, DefId crate, OptionsId options, CodegenText what, Arena *arena)
{
    InstanceId *instances;
    uint32_t count;
    Text text;
    text_init(&text, arena);
    all_instances(job, crate, &instances, &count);
    codegen_text(job, instances, count, options, what, true, &text);
    return text_str(&text);
}

/* What `make` wants to know: each output after all sources, and the sources without a rule, so that
 * one that is removed is no error. Dependencies are sources too. */
static Str dep_info(Outputs *out, Job *job)
{
    CommandHandle *command = out->command;
    Text sources, rules, text;
    text_init(&sources, command->arena);
    text_init(&rules, command->arena);
    text_init(&text, command->arena);
    for (uint32_t i = command->project.crate_count; i-- > 0;) {
        FileList files = crate_files(job, command->project.crates[i].crate);
        for (uint32_t j = 0; j < files.count; j++) {
            Str path = shown_path(command, files.files[j]);
            text_addf(&sources, " %.*s", (int)path.bytes, path.data);
            text_addf(&rules, "%.*s:\n", (int)path.bytes, path.data);
        }
    }
    for (int i = 0; i < EMIT_COUNT; i++) {
        if (out->outputs[i].is_wanted && !out->outputs[i].to_stdout)
            text_addf(&text, "%s:%s\n\n",
                      path_relative(command->arena, command->request->cwd,
                                    str_from_c(out->outputs[i].path)),
                      sources.data);
    }
    text_add(&text, text_str(&rules));
    return text_str(&text);
}

static void make_outputs(Job *job, void *argument)
{
    Outputs *out = argument;
    Arena *arena = out->command->arena;
    const Project *project = &out->command->project;
    DefId crate = project->selected[0];
    OptionsId options = options_intern(job_interners(job), project->options);
    Output *outputs = out->outputs;
    if (outputs[EMIT_LINK].is_wanted) {
        const Binary *binary = q_binary(job, (BinaryKey){ crate, options });
        out->link_failed = binary->has_error;
        outputs[EMIT_LINK].bytes =
            (Str){ arena_copy(arena, binary->bytes.data, binary->bytes.bytes),
                   binary->bytes.bytes };
    }
    if (outputs[EMIT_LLVM_IR].is_wanted)
        outputs[EMIT_LLVM_IR].bytes = code_text(job, crate, options, CODEGEN_TEXT_LLVM_IR, arena);
    if (outputs[EMIT_ASM].is_wanted)
        outputs[EMIT_ASM].bytes = code_text(job, crate, options, CODEGEN_TEXT_ASM, arena);
    if (outputs[EMIT_MIR].is_wanted) {
        Text text;
        text_init(&text, arena);
        dump_crate_mir(job, crate, &text);
        outputs[EMIT_MIR].bytes = text_str(&text);
    }
    if (outputs[EMIT_DEP_INFO].is_wanted)
        outputs[EMIT_DEP_INFO].bytes = dep_info(out, job);
}

static bool makes_something(const Outputs *out)
{
    for (int i = 0; i < EMIT_COUNT; i++) {
        if (out->outputs[i].is_wanted && i != EMIT_METADATA)
            return true;
    }
    return false;
}

static bool write_outputs(const Outputs *out)
{
    CommandHandle *command = out->command;
    for (int i = 0; i < EMIT_COUNT; i++) {
        const Output *output = &out->outputs[i];
        if (!output->is_wanted || i == EMIT_METADATA)
            continue;
        if (output->to_stdout)
            message_write(command, STREAM_STDOUT, output->bytes);
        if (output->to_stdout || strcmp(output->path, "/dev/null") == 0)
            continue;
        Status status = STATUS_SUCCESS;
        if (options_has(&command->options, OPTION_OUT_DIR))
            status =
                dir_make_all(arena_copy_str(command->arena, path_parent(str_from_c(output->path))));
        if (status_ok(status))
            status = file_write_atomic(output->path, output->bytes, i == EMIT_LINK ? 0755 : 0644);
        if (status_ok(status))
            continue;
        message_error(command, "could not write output to `%s`: %s", output->path,
                      status_reason(status, command->arena));
        return false;
    }
    return true;
}

/* ---- --print ------------------------------------------------------------------------------------
 */

static void print_cfgs(CommandHandle *command, Text *out)
{
    const CrateCfgs *cfgs = &command->project.cfgs;
    for (uint32_t i = 0; i < cfgs->count; i++) {
        text_add(out, sym_text(command->workspace->interners, cfgs->cfgs[i]));
        text_add_char(out, '\n');
    }
}

static void print_crate_name(CommandHandle *command, Text *out)
{
    const CrateInfo *info = project_crate(&command->project, command->project.selected[0]);
    text_add(out, sym_text(command->workspace->interners, info->name));
    text_add_char(out, '\n');
}

static void print_file_names(CommandHandle *command, Text *out)
{
    const CrateInfo *info = project_crate(&command->project, command->project.selected[0]);
    Str name = path_file_name(str_from_c(output_stem(command)));
    bool is_lib = info->kind == TARGET_LIB;
    text_addf(out, "%s%.*s%s\n", is_lib ? "lib" : "", (int)name.bytes, name.data,
              is_lib ? ".rlib" : "");
}

static void print_host_tuple(CommandHandle *command, Text *out)
{
    (void)command;
    text_add_c(out, "x86_64-unknown-linux-gnu\n");
}

#define PRINT_REQUESTS                                                                           \
    "calling-conventions|cfg|code-models|crate-name|deployment-target|file-names|host-tuple|"    \
    "link-args|native-static-libs|relocation-models|split-debuginfo|stack-protector-strategies|" \
    "sysroot|target-cpus|target-features|target-libdir|target-list|tls-models"

/* What rustc knows and we do not, or what nobody knows. */
static void fail_print(CommandHandle *command, Str name)
{
    Text known;
    text_init(&known, command->arena);
    bool is_known = false;
    for (const char *at = PRINT_REQUESTS; *at;) {
        Str word = { at, strcspn(at, "|") };
        is_known |= str_eq(word, name);
        text_addf(&known, "%s`%.*s`", known.bytes == 0 ? "" : ", ", (int)word.bytes, word.data);
        at += word.bytes + (at[word.bytes] ? 1 : 0);
    }
    if (is_known)
        message_error(command,
                      "`--print %.*s` is not supported by rscc yet: `cfg`, `crate-name`, "
                      "`file-names` and `host-tuple` are",
                      (int)name.bytes, name.data);
    else
        message_error(command,
                      "unknown print request: `%.*s`\n  |\n  = help: valid print requests are: %s",
                      (int)name.bytes, name.data, known.data);
}

/* Answers instead of compiling. */
static CommandResult print_infos(CommandHandle *command)
{
    static const struct {
        const char *name;
        void (*print)(CommandHandle *command, Text *out);
        bool needs_input;
    } infos[] = {
        { "cfg", print_cfgs, false },
        { "crate-name", print_crate_name, true },
        { "file-names", print_file_names, true },
        { "host-tuple", print_host_tuple, false },
    };
    bool has_input = command->options.positionals.count > 0, is_good = true;
    Text out;
    text_init(&out, command->arena);
    Str name;
    for (uint32_t at = 0; is_good && options_next(&command->options, OPTION_PRINT, &at, &name);) {
        size_t i = 0;
        while (i < ARRAY_COUNT(infos) && !str_eq(name, str_from_c(infos[i].name)))
            i++;
        if (i == ARRAY_COUNT(infos)) {
            fail_print(command, name);
            return (CommandResult){ .exit_code = 1 };
        }
        is_good = has_input || !infos[i].needs_input;
        if (is_good)
            infos[i].print(command, &out);
    }
    message_write(command, STREAM_STDOUT, text_str(&out));
    if (!is_good)
        message_error(command, "no input filename given");
    return (CommandResult){ .exit_code = is_good ? 0 : 1 };
}

/* ---- the command --------------------------------------------------------------------------------
 */

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
    if (!choose_outputs(command, &out))
        return (CommandResult){ .exit_code = 1 };
    uint32_t crates = command->project.crate_count;
    ReportCounts *counts = arena_alloc_zeroed(command->arena, crates * sizeof *counts);
    EngineRequest *request;
    bool ok = command_engine_request(command, check, &command->project, &request);
    ok = ok && report_diagnostics(command, request, counts);
    command_note_request(command, request);
    engine_request_free(request);
    bool failed = !ok || reports_have_errors(counts, crates);
    bool is_bin =
        project_crate(&command->project, command->project.selected[0])->kind == TARGET_BIN;
    out.outputs[EMIT_LINK].is_wanted &= is_bin; /* a library is used as source */
    if (!failed && makes_something(&out)) {
        place_outputs(command, &out);
        if (!spares_input(command, &out))
            return (CommandResult){ .exit_code = 1 };
        ReportCounts *late = arena_alloc_zeroed(command->arena, crates * sizeof *late);
        ok = command_late_request(command, make_outputs, &out, &request);
        ok = ok && report_diagnostics(command, request, late);
        command_note_request(command, request);
        engine_request_free(request);
        failed = !ok || reports_have_errors(late, crates);
        if (out.link_failed && !failed)
            RSC_BUG("a program cannot be made, and nothing was reported");
        for (uint32_t i = 0; i < crates; i++) {
            counts[i].errors += late[i].errors;
            str_vec_append(&counts[i].codes, late[i].codes.items, late[i].codes.count);
        }
    }
    totals_line(command, counts, crates);
    failed = failed || !write_outputs(&out);
    return (CommandResult){ .exit_code = command_stopped(command) ? 130 : failed ? 1 : 0 };
}

CommandResult command_rustc(CommandHandle *command)
{
    Workspace *w = command->workspace;
    const StrVec *inputs = &command->options.positionals;
    if (inputs->count > 1 ||
        (inputs->count == 0 && !options_has(&command->options, OPTION_PRINT))) {
        message_error(command, inputs->count ? "multiple input filenames provided"
                                             : "no input filename given");
        return (CommandResult){ .exit_code = 1 };
    }
    Str file = inputs->count ? inputs->items[0] : STR("-");
    const char *error;
    if (!project_of_file(command->arena, w->interners, w->config.root, &command->options,
                         command->request->cwd, file, &command->project, &error)) {
        message_error(command, "%s", error);
        return (CommandResult){ .exit_code = 1 };
    }
    if (options_has(&command->options, OPTION_PRINT))
        return print_infos(command);
    if (str_eq(file, STR("-"))) {
        message_error(command, "compiling standard input is not supported by rscc yet");
        return (CommandResult){ .exit_code = 1 };
    }
    return command_with_turn(command, rustc_once);
}
