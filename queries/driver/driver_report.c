/* Diagnostics of a request, from data to text: side results are decoded, their spans are looked up
 * at today's positions, and they are shown crate by crate in order of place, each once. */
#include <stdlib.h>

#include "diag/diag_render.h"
#include "driver/driver_priv.h"
#include "expand/expand.h"
#include "lower/lower.h"
#include "parse/parse.h"

/* One diagnostic on its way out. */
typedef struct {
    DiagData data;
    DefId crate; /* none: unknown */
    FileId file; /* what it was reported of, if that is a file */
    uint32_t crate_index;
    uint32_t sequence;
    Str path; /* of the primary span; "" without */
    uint32_t offset;
    RenderDiag rendered;
} Report;
VEC_TYPE(ReportVec, report_vec, Report)

typedef struct {
    CommandHandle *command;
    Interners *interners;
    Arena *arena;
    ReportVec reports;
    Map files; /* FileId -> index into render_files */
    struct {
        RenderFile **items;
        uint32_t count, capacity;
    } render_files;
} Reporter;

/* ---- collecting
 * ----------------------------------------------------------------------------------- */

static void collect(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    Reporter *r = context;
    Report report = { .sequence = r->reports.count };
    if (!diag_decode(r->interners, r->arena, bytes, &report.data))
        RSC_BUG("a diagnostic that the engine replayed does not decode");
    if (query_registry[kind].key == &key_info_DefId) {
        DefId def;
        memcpy(&def, key, sizeof def);
        report.crate = def_crate(r->interners, def);
    }
    if (query_is_of_target(kind))
        memcpy(&report.crate, key, sizeof report.crate);
    if (query_registry[kind].key == &key_info_FileId)
        memcpy(&report.file, key, sizeof report.file);
    report_vec_push(&r->reports, report);
}

/* ---- spans
 * ---------------------------------------------------------------------------------------- */

Str shown_path(const CommandHandle *command, FileId file)
{
    const Interners *interners = command->workspace->interners;
    Arena *arena = command->arena;
    FileRecord record = file_record(interners, file);
    Str package = sym_text(interners, record.package);
    Str path = str_from_c(path_join(arena, package, sym_text(interners, record.path)));
    if (command->project.package_count == 0) {
        Str given = command->options.positionals.count
                        ? path_parent(command->options.positionals.items[0])
                        : STR("");
        return given.bytes ? str_from_c(path_join(arena, given, path)) : path;
    }
    if (!str_starts_with(package, STR("..")))
        return path;
    return str_from_c(path_join(arena, str_from_c(command->workspace->config.root), path));
}

static const RenderFile *render_file(Reporter *r, Job *job, FileId file)
{
    bool existed;
    uint32_t *slot = map_put(&r->files, &file, &existed);
    if (existed)
        return r->render_files.items[*slot];
    const FileText *text = q_file_text(job, file);
    RenderFile *made = arena_new_object(r->arena, RenderFile);
    Str bytes = { arena_copy(r->arena, text->text.data, text->text.bytes), text->text.bytes };
    render_file_init(made, r->arena, shown_path(r->command, file), bytes);
    *slot = r->render_files.count;
    if (r->render_files.count == r->render_files.capacity)
        r->render_files.items = vec_grow(r->arena, r->render_files.items, &r->render_files.capacity,
                                         r->render_files.count + 1, sizeof *r->render_files.items);
    r->render_files.items[r->render_files.count++] = made;
    return made;
}

static RenderSpan render_tokens(Reporter *r, Job *job, TokenSpan tokens, FileId *file)
{
    if (item_id_is_none(tokens.item))
        return (RenderSpan){ 0 };
    SourceSpan source = parse_source_span(job, tokens);
    if (!source.is_known)
        return (RenderSpan){ 0 };
    const RenderFile *shown = render_file(r, job, source.file);
    if (file)
        *file = source.file;
    uint32_t end = (uint32_t)shown->text.bytes;
    uint32_t hi = source.hi < end ? source.hi : end;
    return (RenderSpan){ shown, source.lo < hi ? source.lo : hi, hi };
}

static RenderSpan render_span(Reporter *r, Job *job, const DiagSpan *span, FileId *file)
{
    switch (span->kind) {
    case DIAG_SPAN_NONE:
        break;
    case DIAG_SPAN_FILE: {
        const RenderFile *shown = render_file(r, job, span->file);
        if (file)
            *file = span->file;
        uint32_t end = (uint32_t)shown->text.bytes;
        uint32_t hi = span->hi < end ? span->hi : end;
        return (RenderSpan){ shown, span->lo < hi ? span->lo : hi, hi };
    }
    case DIAG_SPAN_TOKENS:
        return render_tokens(r, job, span->tokens, file);
    case DIAG_SPAN_LOCAL:
        return render_tokens(r, job, lower_token_span(job, span->local), file);
    }
    return (RenderSpan){ 0 };
}

/* ---- building what the renderer takes
 * -------------------------------------------------------------- */

/* Where the outermost macro call was written that the span came through: an extra label, as rustc
 * shows it. */
static bool invocation_label(Reporter *r, Job *job, const DiagSpan *span, RenderLabel *out,
                             Str *macro_name)
{
    TokenSpan tokens = span->kind == DIAG_SPAN_TOKENS  ? span->tokens
                       : span->kind == DIAG_SPAN_LOCAL ? lower_token_span(job, span->local)
                                                       : (TokenSpan){ 0 };
    tokens = parse_written_span(job, tokens);
    if (call_id_is_none(tokens.call))
        return false;
    ItemId macro = item_id_make(call_record(r->interners, tokens.call).macro);
    *macro_name = sym_text(r->interners, sym_id_make(item_record(r->interners, macro).name));
    TokenSpan site = expand_outermost_span(job, tokens);
    *out = (RenderLabel){ render_tokens(r, job, site, NULL), STR("in this macro invocation"), false,
                          NULL };
    return out->span.file != NULL;
}

static RenderDiag render_child(Reporter *r, Job *job, const DiagDataChild *child)
{
    RenderDiag out = { .level = child->level,
                       .message = child->message,
                       .applicability = child->applicability };
    RenderEdit *edits = arena_alloc_array(r->arena, child->edit_count, sizeof *edits);
    for (uint32_t i = 0; i < child->edit_count; i++) {
        RenderSpan span = render_span(r, job, &child->edits[i].span, NULL);
        if (span.file)
            edits[out.edit_count++] = (RenderEdit){ span, child->edits[i].replacement };
    }
    out.edits = edits;
    if (child->span.kind != DIAG_SPAN_NONE) {
        RenderLabel *label = arena_new_object(r->arena, RenderLabel);
        *label = (RenderLabel){ render_span(r, job, &child->span, NULL), STR(""), true, NULL };
        out.labels = label;
        out.label_count = label->span.file ? 1 : 0;
    }
    return out;
}

static bool code_is_lint(Str code)
{
    return code.bytes > 0 && code.data[0] >= 'a' && code.data[0] <= 'z';
}

static void build(Reporter *r, Job *job, Report *report)
{
    const DiagData *data = &report->data;
    FileId file = report->file;
    RenderLabel *labels = arena_alloc_array(r->arena, data->label_count + 2, sizeof *labels);
    uint32_t count = 0;
    labels[0] = (RenderLabel){ render_span(r, job, &data->primary, &file), data->primary_label,
                               true, NULL };
    count += labels[0].span.file != NULL;
    for (uint32_t i = 0; i < data->label_count; i++) {
        labels[count] = (RenderLabel){ render_span(r, job, &data->labels[i].span, NULL),
                                       data->labels[i].text, data->labels[i].is_primary, NULL };
        count += labels[count].span.file != NULL;
    }
    RenderDiag *children = arena_alloc_array(r->arena, data->child_count + 1, sizeof *children);
    uint32_t child_count = data->child_count;
    for (uint32_t i = 0; i < data->child_count; i++)
        children[i] = render_child(r, job, &data->children[i]);
    Str macro_name;
    if (count && invocation_label(r, job, &data->primary, &labels[count], &macro_name)) {
        count++;
        const char *note =
            arena_printf(r->arena,
                         "this %s originates in the macro `%.*s` (in Nightly builds, run with "
                         "-Z macro-backtrace for more info)",
                         data->level == DIAG_ERROR ? "error" : "warning", (int)macro_name.bytes,
                         macro_name.data);
        children[child_count++] = (RenderDiag){ .level = DIAG_NOTE, .message = str_from_c(note) };
    }
    report->rendered = (RenderDiag){ .level = data->level,
                                     .code = data->code_text,
                                     .code_is_lint = code_is_lint(data->code_text),
                                     .message = data->message,
                                     .labels = labels,
                                     .label_count = count,
                                     .children = children,
                                     .child_count = child_count };
    if (count) {
        report->path = labels[0].span.file ? labels[0].span.file->path : STR("");
        report->offset = labels[0].span.lo;
    }
    if (def_id_is_none(report->crate) && !file_id_is_none(file)) {
        SymId package = file_record(r->interners, file).package;
        for (uint32_t i = 0; i < r->command->project.crate_count; i++) {
            const CrateInfo *info = &r->command->project.crates[i];
            bool is_root = file_id_eq(info->root_file, file);
            bool in_package =
                sym_id_eq(file_record(r->interners, info->root_file).package, package);
            if (is_root || (in_package && def_id_is_none(report->crate)))
                report->crate = info->crate;
        }
    }
}

static void build_all(Job *job, void *argument)
{
    Reporter *r = argument;
    for (uint32_t i = 0; i < r->reports.count; i++)
        build(r, job, &r->reports.items[i]);
}

/* ---- order
 * ---------------------------------------------------------------------------------------- */

static int compare_reports(const void *a, const void *b)
{
    const Report *x = a, *y = b;
    if (x->crate_index != y->crate_index)
        return x->crate_index < y->crate_index ? -1 : 1;
    int paths = str_compare(x->path, y->path);
    if (paths)
        return paths;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    int codes = str_compare(x->data.code_text, y->data.code_text);
    if (codes)
        return codes;
    int messages = str_compare(x->data.message, y->data.message);
    if (messages)
        return messages;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* The first of its place, code and text? */
static bool is_new(CommandHandle *command, const Report *report)
{
    uint64_t place = (uint64_t)report->crate_index << 32 | report->offset;
    Fp parts[] = { fp_of_bytes(report->path.data, report->path.bytes, place),
                   fp_of_bytes(report->data.code_text.data, report->data.code_text.bytes, 0),
                   fp_of_bytes(report->data.message.data, report->data.message.bytes, 0) };
    Fp fp = fp_of_bytes(parts, sizeof parts, 0);
    bool existed;
    map_put(&command->reported, &fp, &existed);
    return !existed;
}

static uint32_t crate_index(const Project *project, DefId crate)
{
    for (uint32_t i = 0; i < project->crate_count; i++) {
        if (def_id_eq(project->crates[i].crate, crate))
            return i;
    }
    DefId last =
        project
            ->selected[project->selected_count - 1]; /* what is of no crate came up for its sake */
    return (uint32_t)(project_crate(project, last) - project->crates);
}

/* ---- printing
 * ------------------------------------------------------------------------------------- */

static void print(Reporter *r, const Report *report)
{
    CommandHandle *command = r->command;
    Text text;
    text_init(&text, r->arena);
    RenderOptions options = command_render_options(command);
    switch (command_format(command)) {
    case FORMAT_HUMAN:
        diag_render_human(&report->rendered, options, &text);
        message_write_about_program(command, text_str(&text));
        break;
    case FORMAT_SHORT:
        diag_render_short(&report->rendered, options, &text);
        message_write_about_program(command, text_str(&text));
        break;
    case FORMAT_JSON:
        diag_render_json(&report->rendered, options, &text);
        message_json_diagnostic(command, &command->project.crates[report->crate_index],
                                text_str(&text));
        break;
    }
}

static void count_code(ReportCounts *counts, Str code)
{
    if (code.bytes != 5 || code.data[0] != 'E')
        return;
    uint32_t at = 0;
    while (at < counts->codes.count && str_compare(counts->codes.items[at], code) < 0)
        at++;
    if (at < counts->codes.count && str_eq(counts->codes.items[at], code))
        return;
    str_vec_push(&counts->codes, code);
    for (uint32_t i = counts->codes.count - 1; i > at; i--)
        counts->codes.items[i] = counts->codes.items[i - 1];
    counts->codes.items[at] = code;
}

bool report_diagnostics(CommandHandle *command, EngineRequest *request, ReportCounts *per_crate)
{
    const Project *project = &command->project;
    for (uint32_t i = 0; i < project->crate_count; i++) {
        per_crate[i] = (ReportCounts){ 0 };
        str_vec_init(&per_crate[i].codes, command->arena);
    }
    Reporter r = { .command = command,
                   .interners = command->workspace->interners,
                   .arena = command->arena };
    report_vec_init(&r.reports, r.arena);
    map_init(&r.files, r.arena, sizeof(FileId));
    engine_request_side_results(request, collect, &r);
    if (r.reports.count == 0)
        return true;
    EngineRequest *places;
    bool ok = command_engine_request(command, build_all, &r, &places);
    engine_request_free(places);
    if (!ok)
        return false;
    for (uint32_t i = 0; i < r.reports.count; i++)
        r.reports.items[i].crate_index = crate_index(project, r.reports.items[i].crate);
    qsort(r.reports.items, r.reports.count, sizeof *r.reports.items, compare_reports);
    for (uint32_t i = 0; i < r.reports.count; i++) {
        const Report *report = &r.reports.items[i];
        if (!is_new(command, report))
            continue;
        ReportCounts *counts = &per_crate[report->crate_index];
        bool is_error = report->data.level == DIAG_ERROR;
        if (is_error)
            count_code(counts, report->data.code_text);
        counts->errors += is_error;
        counts->warnings += !is_error;
        print(&r, report);
    }
    return true;
}

/* ---- after the diagnostics
 * -------------------------------------------------------------------------- */

bool reports_have_errors(const ReportCounts *per_crate, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (per_crate[i].errors)
            return true;
    }
    return false;
}

static void print_plain(CommandHandle *command, const CrateInfo *crate, DiagLevel level,
                        Str message)
{
    RenderDiag diag = { .level = level, .message = message };
    Text text;
    text_init(&text, command->arena);
    RenderOptions options = command_render_options(command);
    switch (command_format(command)) {
    case FORMAT_HUMAN:
        diag_render_human(&diag, options, &text);
        break;
    case FORMAT_SHORT:
        diag_render_short(&diag, options, &text);
        break;
    case FORMAT_JSON:
        diag_render_json(&diag, options, &text);
        message_json_diagnostic(command, crate, text_str(&text));
        return;
    }
    message_write_about_program(command, text_str(&text));
}

void report_summary(CommandHandle *command, DiagLevel level, Str message)
{
    print_plain(command, &command->project.crates[0], level, message);
}

void report_explanations(CommandHandle *command, const CrateInfo *crate, const ReportCounts *counts)
{
    const StrVec *codes = &counts->codes;
    if (codes->count == 0 || command_format(command) == FORMAT_SHORT)
        return;
    if (codes->count > 1) {
        Text list;
        text_init(&list, command->arena);
        for (uint32_t i = 0; i < codes->count; i++)
            text_addf(&list, "%s%.*s", i ? ", " : "", (int)codes->items[i].bytes,
                      codes->items[i].data);
        const char *text =
            arena_printf(command->arena, "Some errors have detailed explanations: %s.", list.data);
        print_plain(command, crate, DIAG_FAILURE_NOTE, str_from_c(text));
    }
    const char *text =
        arena_printf(command->arena, "For more information about %s, try `rustc --explain %.*s`.",
                     codes->count > 1 ? "an error" : "this error", (int)codes->items[0].bytes,
                     codes->items[0].data);
    print_plain(command, crate, DIAG_FAILURE_NOTE, str_from_c(text));
}
