/* `rscc dump STAGE [ITEM]`: what a stage made of the selected crates, or of the definitions that
 * ITEM names: a def path or the end of one (`parse::number`, `number`). */
#include "ast/ast.h"
#include "driver/driver_priv.h"
#include "lex/lex.h"
#include "lower/lower.h"
#include "mir/mir.h"
#include "parse/parse.h"

typedef struct Dump Dump;
typedef void (*DumpDefFn)(Dump *dump, Job *job, DefId def);

struct Dump {
    CommandHandle *command;
    Str item; /* empty: everything */
    bool json;
    bool as_source; /* trees */
    Text out;
    uint32_t found;
};

/* ---- which definitions
 * ------------------------------------------------------------------------------ */

static bool is_wanted(const Dump *dump, Job *job, DefId def)
{
    if (dump->item.bytes == 0)
        return true;
    Text path;
    text_init(&path, job_scratch(job));
    def_path_text(job_interners(job), def, &path);
    Str text = text_str(&path);
    if (!str_ends_with(text, dump->item))
        return false;
    size_t rest = text.bytes - dump->item.bytes;
    return rest == 0 || text.data[rest - 1] == ':';
}

static void for_each(Dump *dump, Job *job, const DefList *list, DumpDefFn fn)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (!is_wanted(dump, job, list->items[i]))
            continue;
        dump->found++;
        fn(dump, job, list->items[i]);
    }
}

static void heading(Dump *dump, Job *job, DefId def)
{
    if (dump->json)
        return;
    text_add_c(&dump->out, "// ");
    def_path_text(job_interners(job), def, &dump->out);
    text_add_char(&dump->out, '\n');
}

static void heading_of_file(Dump *dump, Job *job, FileId file)
{
    text_addf(&dump->out, "// %s\n",
              sym_text(job_interners(job), file_record(job_interners(job), file).path).data);
}

/* ---- stages
 * ------------------------------------------------------------------------------------------ */

static void dump_ast_of(Dump *dump, Job *job, DefId def)
{
    ItemId item = q_def_item(job, def)->item;
    heading(dump, job, def);
    if (dump->json) {
        Text path;
        text_init(&path, job_scratch(job));
        def_path_text(job_interners(job), def, &path);
        text_add_c(&dump->out, "{\"item\":");
        text_add_json_string(&dump->out, text_str(&path));
        text_add_c(&dump->out, ",\"header\":");
    }
    ast_dump_text(job_interners(job), q_header_ast(job, item), dump->json, &dump->out);
    text_add_c(&dump->out, dump->json ? ",\"body\":" : "");
    ast_dump_text(job_interners(job), q_body_ast(job, item), dump->json, &dump->out);
    text_add_c(&dump->out, dump->json ? "}\n" : "");
}

static void dump_source_of(Dump *dump, Job *job, DefId def)
{
    heading(dump, job, def);
    source_of_item(job, q_def_item(job, def)->item, &dump->out);
}

/* Whole files, unless an item is asked for. */
static void dump_ast(Dump *dump, Job *job, DefId crate)
{
    if (!dump->as_source || dump->item.bytes > 0) {
        for_each(dump, job, q_crate_items(job, crate),
                 dump->as_source ? dump_source_of : dump_ast_of);
        return;
    }
    FileList list = crate_files(job, crate);
    for (uint32_t i = 0; i < list.count; i++) {
        heading_of_file(dump, job, list.files[i]);
        source_of_item(job, item_root_of_file(job_interners(job), list.files[i]), &dump->out);
        dump->found++;
    }
}

/* What stands in a module, with everything in it; parts of that when they are asked for. */
static void dump_expanded_of(Dump *dump, Job *job, DefId def)
{
    const Interners *interners = job_interners(job);
    DefKind kind = def_kind(interners, def);
    DefKind parent = def_kind(interners, def_parent(interners, def));
    bool is_part = parent != DEF_MOD && parent != DEF_CRATE;
    if (kind == DEF_MOD || kind == DEF_MACRO || (is_part && dump->item.bytes == 0))
        return;
    heading(dump, job, def);
    lower_print_expanded(job, def, &dump->out);
}

/* Definitions and types by the names that users know. */
static void interned_text(const Interners *interners, InternKind kind, uint32_t id, Text *out)
{
    if (kind == INTERN_def)
        def_path_text(interners, def_id_make(id), out);
    else if (kind == INTERN_ty)
        ty_text(interners, ty_id_make(id), out);
    else if (kind == INTERN_sym)
        text_add(out, sym_text(interners, sym_id_make(id)));
    else
        text_addf(out, "%s", fp_hex(intern_fingerprint(interners, kind, id)).text);
}

static void dump_hir_of(Dump *dump, Job *job, DefId def)
{
    heading(dump, job, def);
    const HirBody *body = q_hir_body(job, def);
    IrDump ir = { .out = &dump->out,
                  .interners = job_interners(job),
                  .pool = body,
                  .json = dump->json,
                  .interned_text = interned_text };
    hir_body_dump(&ir, NULL, body);
    text_add_char(&dump->out, '\n');
}

static void dump_mir_of(Dump *dump, Job *job, DefId def)
{
    heading(dump, job, def);
    mir_dump(job_interners(job), q_mir_optimized(job, def), &dump->out);
}

void dump_crate_mir(Job *job, DefId crate, Text *out)
{
    const DefList *bodies = q_crate_bodies(job, crate);
    for (uint32_t i = 0; i < bodies->count; i++)
        mir_dump(job_interners(job), q_mir_optimized(job, bodies->items[i]), out);
}

FileList crate_files(Job *job, DefId crate)
{
    const DefList *items = q_crate_items(job, crate);
    FileList list = { .files = arena_alloc_array(job_scratch(job), items->count + 1u,
                                                 sizeof *list.files) };
    Map seen;
    map_init(&seen, job_scratch(job), sizeof(FileId));
    for (uint32_t i = 0; i <= items->count; i++) {
        FileId file =
            i == 0 ? q_crate_info(job, crate)->root_file
                   : item_file(job_interners(job), q_def_item(job, items->items[i - 1])->item);
        bool existed = file_id_is_none(file);
        if (!existed)
            map_put(&seen, &file, &existed);
        if (!existed)
            list.files[list.count++] = file;
    }
    return list;
}

/* A line of JSON for a file: its path and its tokens. */
static void begin_json_entry(Dump *dump, Job *job, FileId file)
{
    if (!dump->json)
        return;
    text_add_c(&dump->out, "{\"file\":");
    text_add_json_string(&dump->out,
                         sym_text(job_interners(job), file_record(job_interners(job), file).path));
    text_add_c(&dump->out, ",\"tokens\":");
}

static void dump_tokens(Dump *dump, Job *job, DefId crate)
{
    FileList list = crate_files(job, crate);
    for (uint32_t i = 0; i < list.count; i++) {
        FileId file = list.files[i];
        begin_json_entry(dump, job, file);
        if (!dump->json)
            heading_of_file(dump, job, file);
        tokens_dump(q_file_tokens(job, file), q_file_text(job, file)->text, dump->json, &dump->out);
        text_add_c(&dump->out, dump->json ? "}\n" : "");
        dump->found++;
    }
}

static void dump_code(Dump *dump, Job *job, DefId crate, CodegenText what)
{
    const CollectedItems *items = q_collected_items(job, crate);
    InstanceId *wanted = arena_alloc_array(job_scratch(job), items->item_count, sizeof *wanted);
    uint32_t count = 0;
    for (uint32_t i = 0; i < items->item_count; i++) {
        InstanceRecord record = instance_record(job_interners(job), items->items[i].instance);
        if (is_wanted(dump, job, def_id_make(record.def)))
            wanted[count++] = items->items[i].instance;
    }
    dump->found += count;
    OptionsId options = options_intern(job_interners(job), dump->command->project.options);
    if (count)
        codegen_text(job, wanted, count, options, what,
                     dump->command->project.options.opt_level > 0, &dump->out);
}

static void add_node(void *context, QueryKind kind, const QueryKey *key, Fp key_fp, Fp value_fp)
{
    Dump *dump = context;
    text_addf(&dump->out, "%s(", query_registry[kind].name);
    query_registry[kind].key->describe(dump->command->workspace->interners, key, &dump->out);
    text_addf(&dump->out, ") %s %s\n", fp_hex(key_fp).text, fp_hex(value_fp).text);
}

typedef enum {
    STAGE_TOKENS,
    STAGE_AST,
    STAGE_EXPANDED,
    STAGE_HIR,
    STAGE_MIR,
    STAGE_LLVM_IR,
    STAGE_ASM,
    STAGE_NODES, /* of the query graph: key and fingerprints of all that a build reaches */
    STAGE_COUNT
} DumpStage;
static const char *const stage_names[] = { "tokens", "ast",     "expanded", "hir",
                                           "mir",    "llvm-ir", "asm",      "nodes" };

static DumpStage stage_of_name(Str name)
{
    DumpStage stage = STAGE_TOKENS;
    while (stage < STAGE_COUNT && !str_eq(name, str_from_c(stage_names[stage])))
        stage = (DumpStage)(stage + 1);
    return stage;
}

static void dump_crate(Dump *dump, Job *job, DefId crate, DumpStage stage)
{
    switch (stage) {
    case STAGE_TOKENS:
        dump_tokens(dump, job, crate);
        break;
    case STAGE_AST:
        dump_ast(dump, job, crate);
        break;
    case STAGE_EXPANDED:
        for_each(dump, job, q_crate_items(job, crate), dump_expanded_of);
        break;
    case STAGE_HIR:
        for_each(dump, job, q_crate_bodies(job, crate), dump_hir_of);
        break;
    case STAGE_MIR:
        for_each(dump, job, q_crate_bodies(job, crate), dump_mir_of);
        break;
    case STAGE_LLVM_IR:
        dump_code(dump, job, crate, CODEGEN_TEXT_LLVM_IR);
        break;
    case STAGE_ASM:
        dump_code(dump, job, crate, CODEGEN_TEXT_ASM);
        break;
    case STAGE_NODES: /* of no single crate: dump_nodes_once */
    case STAGE_COUNT:
        break;
    }
}

static void dump_root(Job *job, void *argument)
{
    Dump *dump = argument;
    CommandHandle *command = dump->command;
    DumpStage stage = stage_of_name(command->options.positionals.items[0]);
    for (uint32_t i = 0; i < command->project.selected_count; i++)
        dump_crate(dump, job, command->project.selected[i], stage);
}

static CommandResult dump_once(CommandHandle *command)
{
    Dump dump = { .command = command,
                  .json = options_has(&command->options, OPTION_JSON),
                  .as_source = options_has(&command->options, OPTION_SOURCE) };
    if (command->options.positionals.count > 1)
        dump.item = command->options.positionals.items[1];
    text_init(&dump.out, command->arena);
    uint32_t crates = command->project.crate_count;
    ReportCounts *counts = arena_alloc_zeroed(command->arena, crates * sizeof *counts);
    EngineRequest *request;
    bool ok = command_late_request(command, dump_root, &dump, &request);
    ok = ok && report_diagnostics(command, request, counts);
    command_note_request(command, request);
    engine_request_free(request);
    if (!ok)
        return (CommandResult){ .exit_code = command_broken_off(command) };
    message_write(command, STREAM_STDOUT, text_str(&dump.out));
    if (!dump.found && dump.item.bytes)
        message_error(command, "no item `%.*s` with such a dump", (int)dump.item.bytes,
                      dump.item.data);
    bool failed = (!dump.found && dump.item.bytes) || reports_have_errors(counts, crates);
    return (CommandResult){ .exit_code = failed ? 101 : 0 };
}

static void reach_checked(Job *job, void *argument)
{
    const CommandHandle *command = argument;
    for (uint32_t i = 0; i < command->project.crate_count; i++)
        q_crate_checked(job, command->project.crates[i].crate);
}

static void reach_built(Job *job, void *argument)
{
    const CommandHandle *command = argument;
    const Project *project = &command->project;
    reach_checked(job, argument);
    OptionsId options = options_intern(job_interners(job), project->options);
    for (uint32_t i = 0; i < project->selected_count; i++) {
        if (project_crate(project, project->selected[i])->kind == TARGET_BIN)
            q_binary_digest(job, (BinaryKey){ project->selected[i], options });
    }
}

/* Key and fingerprint of every node that a build reaches: like a build, it compiles nothing that
 * has errors. */
static CommandResult dump_nodes_once(CommandHandle *command)
{
    Dump dump = { .command = command };
    text_init(&dump.out, command->arena);
    uint32_t crates = command->project.crate_count;
    ReportCounts *counts = arena_alloc_zeroed(command->arena, crates * sizeof *counts);
    EngineRequest *request;
    command->keeps_reached = true;
    bool ok = command_late_request(command, reach_checked, command, &request);
    ok = ok && report_diagnostics(command, request, counts);
    bool failed = reports_have_errors(counts, crates);
    if (ok && !failed) {
        engine_request_free(request);
        ok = command_late_request(command, reach_built, command, &request);
    }
    if (ok)
        engine_request_reached(request, add_node, &dump);
    engine_request_free(request);
    if (!ok)
        return (CommandResult){ .exit_code = command_broken_off(command) };
    message_write(command, STREAM_STDOUT, text_str(&dump.out));
    return (CommandResult){ .exit_code = failed ? 101 : 0 };
}

CommandResult command_dump(CommandHandle *command)
{
    Workspace *w = command->workspace;
    if (command->options.positionals.count == 0) {
        message_error(command,
                      "`rscc dump` needs a stage: tokens, ast, expanded, hir, mir, llvm-ir or asm");
        return (CommandResult){ .exit_code = 1 };
    }
    Str stage = command->options.positionals.items[0];
    if (stage_of_name(stage) == STAGE_COUNT) {
        message_error(command,
                      "there is no stage `%.*s`: `rscc dump` knows tokens, ast, expanded, hir, "
                      "mir, llvm-ir and asm",
                      (int)stage.bytes, stage.data);
        return (CommandResult){ .exit_code = 1 };
    }
    bool wants_source = options_has(&command->options, OPTION_SOURCE);
    if (wants_source &&
        (stage_of_name(stage) != STAGE_AST || options_has(&command->options, OPTION_JSON))) {
        message_error(command, "`--source` is for `rscc dump ast`, without `--json`");
        return (CommandResult){ .exit_code = 1 };
    }
    Str file = options_value(&command->options, OPTION_FILE);
    const char *error;
    bool ok =
        file.data
            ? project_of_file(command->arena, w->interners, w->config.root, &command->options,
                              command->request->cwd, file, &command->project, &error)
            : project_of_package(command->arena, w->interners, w->config.root, &command->options,
                                 command->request->cwd, &command->project, &error);
    if (!ok) {
        message_error(command, "%s", error);
        return (CommandResult){ .exit_code = 101 };
    }
    return command_with_turn(command,
                             stage_of_name(stage) == STAGE_NODES ? dump_nodes_once : dump_once);
}
