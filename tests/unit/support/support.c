#include "unit/support/support.h"

#include <stdlib.h>

#include "diag/diag_data.h"
#include "lower/lower.h"
#include "unit/support/support_registry.h"
#include "unit/unit.h"

typedef struct {
    FileId file;
    char *text; /* NULL: absent */
    bool is_new;
} TestFile;
VEC_TYPE(TestFileVec, test_file_vec, TestFile)
VEC_TYPE(CrateInfoVec, crate_info_vec, CrateInfo)
VEC_TYPE(DefIdVec, def_id_vec, DefId)

typedef struct {
    DiagData data;
    SourceSpan place;
    Str text;
} Message;
VEC_TYPE(MessageVec, message_vec, Message)

struct TestWorkspace {
    Arena *arena;
    Interners *interners;
    Engine *engine;
    TestFileVec files;
    CrateInfoVec crates;
    CrateCfgs cfgs[16]; /* parallel to crates */
    bool crates_changed;
    MessageVec messages;
    QueryCounters counters[QUERY_KIND_COUNT];
    StrVec trace; /* "kind key" */
};

/* ---- inputs ---- */

static TestFile *find_file(TestWorkspace *ws, FileId file)
{
    for (uint32_t i = 0; i < ws->files.count; i++) {
        if (file_id_eq(ws->files.items[i].file, file))
            return &ws->files.items[i];
    }
    return NULL;
}

static void load_input(void *context, Engine *engine, QueryKind kind, const QueryKey *key,
                       Arena *out_arena, void *out)
{
    (void)engine, (void)out_arena;
    TestWorkspace *ws = context;
    if (kind == Q_package_edition) { /* of files that belong to no crate */
        *(PackageEdition *)out = (PackageEdition){ EDITION_2021 };
        return;
    }
    assert_int_equal(kind, Q_file_text);
    FileId file;
    memcpy(&file, key, sizeof file);
    const TestFile *known = find_file(ws, file);
    FileText *text = out;
    text->state = known && known->text ? FILE_TEXT_OK : FILE_TEXT_ABSENT;
    if (text->state == FILE_TEXT_OK)
        text->text = str_from_c(known->text);
}

static uint32_t from_environment(const char *name, uint32_t otherwise)
{
    const char *value = getenv(name);
    return value && *value ? (uint32_t)strtoul(value, NULL, 10) : otherwise;
}

static void report_bug(void *context, Str line)
{
    (void)context;
    fail_msg("engine: %.*s", (int)line.bytes, line.data);
}

/* Kinds of stages that the test does not link: present, but nothing can be asked of them. */
static void missing_key(Encoder *e, const QueryKey *key)
{
    (void)e, (void)key;
}
static void missing_decode_key(Decoder *d, QueryKey *key)
{
    (void)key;
    decoder_fail(d);
}
static void missing_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    (void)interners, (void)key, (void)out;
}
static void missing_value(Encoder *e, const void *value)
{
    (void)e, (void)value;
}
static void missing_decode_value(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}
static const KeyInfo missing_key_info = { "missing", missing_key, missing_decode_key,
                                          missing_describe };
static const ValueInfo missing_value_info = { "missing", 1, missing_value, missing_decode_value,
                                              "" };

static const QueryInfo *queries_linked(Arena *arena)
{
    QueryInfo *queries = arena_copy(arena, test_queries, sizeof test_queries);
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        if (!queries[i].key)
            queries[i].key = &missing_key_info;
        if (!queries[i].value)
            queries[i].value = &missing_value_info;
    }
    return queries;
}

TestWorkspace *workspace_new(void)
{
    TestWorkspace *ws = heap_alloc_zeroed(sizeof *ws);
    ws->arena = arena_new(NULL);
    ws->interners = interners_new();
    test_file_vec_init(&ws->files, ws->arena);
    crate_info_vec_init(&ws->crates, ws->arena);
    message_vec_init(&ws->messages, ws->arena);
    str_vec_init(&ws->trace, ws->arena);
    EngineConfig config = { .queries = queries_linked(ws->arena),
                            .query_count = QUERY_KIND_COUNT,
                            .interners = ws->interners,
                            .threads = from_environment("RSCC_TEST_THREADS", 1),
                            .verify = from_environment("RSCC_TEST_VERIFY", 0) != 0,
                            .input = { .load = load_input, .context = ws },
                            .history_per_node = 8,
                            .report = report_bug };
    ws->engine = engine_new(&config);
    return ws;
}

void workspace_free(TestWorkspace *ws)
{
    engine_free(ws->engine);
    interners_free(ws->interners);
    arena_free(ws->arena);
    heap_free(ws);
}

Engine *workspace_engine(TestWorkspace *ws)
{
    return ws->engine;
}

Interners *workspace_interners(TestWorkspace *ws)
{
    return ws->interners;
}

Arena *workspace_arena(TestWorkspace *ws)
{
    return ws->arena;
}

static FileId set_file(TestWorkspace *ws, const char *path, char *text)
{
    FileId file = file_id_intern(ws->interners, sym_intern_c(ws->interners, ""),
                                 sym_intern_c(ws->interners, path));
    TestFile *known = find_file(ws, file);
    if (!known)
        known = test_file_vec_at(&ws->files,
                                 test_file_vec_push(&ws->files, (TestFile){ .file = file }));
    known->text = text;
    known->is_new = true;
    return file;
}

FileId workspace_file(TestWorkspace *ws, const char *path, const char *text)
{
    return set_file(ws, path, arena_copy_str(ws->arena, str_from_c(text)));
}

void workspace_remove_file(TestWorkspace *ws, const char *path)
{
    set_file(ws, path, NULL);
}

static CrateInfo *find_crate(TestWorkspace *ws, const char *name)
{
    for (uint32_t i = 0; i < ws->crates.count; i++) {
        if (str_eq(sym_text(ws->interners, ws->crates.items[i].name), str_from_c(name)))
            return &ws->crates.items[i];
    }
    return NULL;
}

DefId workspace_crate(TestWorkspace *ws, const char *name, const char *root_path, Edition edition,
                      const char *const *dependencies)
{
    Interners *in = ws->interners;
    CrateInfo info = { .name = sym_intern_c(in, name),
                       .edition = (uint8_t)edition,
                       .is_primary = true };
    info.package_name = info.name;
    info.package_version = sym_intern_c(in, "0.0.0");
    info.crate =
        def_id_intern(in, (PathRecord){ .kind = DEF_CRATE, .name = info.name.v, .hash = 1 });
    info.root_file = file_id_intern(in, sym_intern_c(in, ""), sym_intern_c(in, root_path));
    while (dependencies && dependencies[info.dependency_count])
        info.dependency_count++;
    info.dependencies =
        arena_alloc_array(ws->arena, info.dependency_count, sizeof(CrateDependency));
    for (uint32_t i = 0; i < info.dependency_count; i++) {
        const CrateInfo *dependency = find_crate(ws, dependencies[i]);
        assert_non_null(dependency);
        info.dependencies[i] = (CrateDependency){ dependency->name, dependency->crate };
    }
    crate_info_vec_push(&ws->crates, info);
    assert_true(ws->crates.count <= ARRAY_COUNT(ws->cfgs));
    ws->crates_changed = true;
    return info.crate;
}

void workspace_set_cfgs(TestWorkspace *ws, DefId crate, const char *const *cfgs)
{
    CrateCfgs list = { 0 };
    while (cfgs[list.count])
        list.count++;
    list.cfgs = arena_alloc_array(ws->arena, list.count, sizeof(SymId));
    for (uint32_t i = 0; i < list.count; i++)
        list.cfgs[i] = sym_intern_c(ws->interners, cfgs[i]);
    for (uint32_t i = 0; i < ws->crates.count; i++) {
        if (def_id_eq(ws->crates.items[i].crate, crate))
            ws->cfgs[i] = list;
    }
    ws->crates_changed = true;
}

static void set_crates(TestWorkspace *ws)
{
    CrateGraph graph = { .crates = arena_alloc_array(ws->arena, ws->crates.count, sizeof(DefId)),
                         .count = ws->crates.count };
    for (uint32_t i = 0; i < ws->crates.count; i++) {
        const CrateInfo *info = &ws->crates.items[i];
        QueryKey key = { { 0, 0 } };
        memcpy(&key, &info->crate, sizeof info->crate);
        engine_input_set(ws->engine, Q_crate_info, &key, info, DURABILITY_MEDIUM);
        engine_input_set(ws->engine, Q_crate_cfgs, &key, &ws->cfgs[i], DURABILITY_MEDIUM);
        QueryKey package = { { file_record(ws->interners, info->root_file).package.v, 0 } };
        PackageEdition edition = { info->edition };
        engine_input_set(ws->engine, Q_package_edition, &package, &edition, DURABILITY_MEDIUM);
        graph.crates[i] = info->crate;
    }
    QueryKey workspace = { { 0, 0 } };
    engine_input_set(ws->engine, Q_workspace_crates, &workspace, &graph, DURABILITY_MEDIUM);
}

static void update_inputs(TestWorkspace *ws)
{
    engine_revision_begin(ws->engine);
    for (uint32_t i = 0; i < ws->files.count; i++) {
        TestFile *file = &ws->files.items[i];
        QueryKey key = { { 0, 0 } };
        memcpy(&key, &file->file, sizeof file->file);
        if (file->is_new)
            engine_input_reload(ws->engine, Q_file_text, &key);
        file->is_new = false;
    }
    if (ws->crates_changed)
        set_crates(ws);
    ws->crates_changed = false;
    engine_revision_end(ws->engine);
}

/* ---- diagnostics ---- */

static void take_message(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    (void)kind, (void)key;
    TestWorkspace *ws = context;
    Message message = { .text = { NULL, 0 } };
    assert_true(diag_decode(ws->interners, ws->arena, bytes, &message.data));
    message_vec_push(&ws->messages, message);
}

/* 0-based line and column of a byte. */
static SourceSpan place_in_file(TestWorkspace *ws, DiagSpan span)
{
    SourceSpan place = { .file = span.file, .lo = span.lo, .hi = span.hi, .is_known = true };
    const TestFile *file = find_file(ws, span.file);
    for (uint32_t i = 0; file && file->text && i < span.lo && file->text[i]; i++) {
        place.column++;
        if (file->text[i] == '\n')
            place.line++, place.column = 0;
    }
    return place;
}

static SourceSpan place_of(TestWorkspace *ws, Job *job, DiagSpan span)
{
    switch (span.kind) {
    case DIAG_SPAN_NONE:
        return (SourceSpan){ .is_known = false };
    case DIAG_SPAN_FILE:
        return place_in_file(ws, span);
    case DIAG_SPAN_TOKENS:
        return parse_source_span(job, span.tokens);
    case DIAG_SPAN_LOCAL:
        assert_true(test_has_span_tables());
        return parse_source_span(
            job, span_table_get(q_span_table(job, span.local.owner), span.local.index));
    }
    RSC_UNREACHABLE();
}

static void add_place(TestWorkspace *ws, Text *out, SourceSpan place)
{
    if (!place.is_known)
        return;
    text_add(out, sym_text(ws->interners, file_record(ws->interners, place.file).path));
    text_addf(out, ":%u:%u: ", place.line + 1, place.column + 1);
}

static const char *level_text(DiagLevel level)
{
    static const char *const texts[] = { "error", "warning", "note", "help" };
    return texts[level];
}

static void add_child(TestWorkspace *ws, Job *job, const DiagDataChild *child, Text *out)
{
    text_add_c(out, "  ");
    add_place(ws, out, place_of(ws, job, child->span));
    text_addf(out, "%s: %.*s\n", level_text(child->level), (int)child->message.bytes,
              child->message.data);
    for (uint32_t i = 0; i < child->edit_count; i++) {
        text_add_c(out, "    ");
        add_place(ws, out, place_of(ws, job, child->edits[i].span));
        text_addf(out, "`%.*s`\n", (int)child->edits[i].replacement.bytes,
                  child->edits[i].replacement.data);
    }
}

static void add_label(TestWorkspace *ws, Job *job, DiagSpan span, Str label, Text *out)
{
    text_add_c(out, "  ");
    add_place(ws, out, place_of(ws, job, span));
    text_addf(out, "%.*s\n", (int)label.bytes, label.data);
}

static void write_message(TestWorkspace *ws, Job *job, Message *message)
{
    const DiagData *data = &message->data;
    Text out;
    text_init(&out, ws->arena);
    message->place = place_of(ws, job, data->primary);
    add_place(ws, &out, message->place);
    text_addf(&out, "%s%s%.*s%s: %.*s\n", level_text(data->level), data->code_text.bytes ? "[" : "",
              (int)data->code_text.bytes, data->code_text.data, data->code_text.bytes ? "]" : "",
              (int)data->message.bytes, data->message.data);
    if (data->primary_label.bytes)
        add_label(ws, job, data->primary, data->primary_label, &out);
    for (uint32_t i = 0; i < data->label_count; i++)
        add_label(ws, job, data->labels[i].span, data->labels[i].text, &out);
    for (uint32_t i = 0; i < data->child_count; i++)
        add_child(ws, job, &data->children[i], &out);
    message->text = text_str(&out);
}

static void write_messages(Job *job, void *argument)
{
    TestWorkspace *ws = argument;
    for (uint32_t i = 0; i < ws->messages.count; i++)
        write_message(ws, job, &ws->messages.items[i]);
}

static int compare_messages(const void *a, const void *b)
{
    const Message *x = a, *y = b;
    if (x->place.file.v != y->place.file.v)
        return x->place.file.v < y->place.file.v ? -1 : 1;
    if (x->place.lo != y->place.lo)
        return x->place.lo < y->place.lo ? -1 : 1;
    return str_compare(x->text, y->text);
}

/* ---- running ---- */

static int compare_texts(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static void take_trace(TestWorkspace *ws, EngineRequest *request)
{
    uint32_t count;
    const TraceEntry *trace = engine_request_trace(request, &count);
    str_vec_clear(&ws->trace);
    for (uint32_t i = 0; i < count; i++) {
        const QueryInfo *info = &test_queries[trace[i].kind];
        Text text;
        text_init(&text, ws->arena);
        text_addf(&text, "%s ", info->name);
        info->key->describe(ws->interners, &trace[i].key, &text);
        str_vec_push(&ws->trace, text_str(&text));
    }
    qsort(ws->trace.items, ws->trace.count, sizeof(Str), compare_texts);
}

static void run_request(TestWorkspace *ws, void (*root)(Job *job, void *argument), void *argument)
{
    EngineRequest *request = engine_request_new(ws->engine);
    assert_true(engine_request_run(request, root, argument));
    message_vec_clear(&ws->messages);
    engine_request_side_results(request, take_message, ws);
    uint64_t steps;
    memcpy(ws->counters, engine_request_counters(request, &steps), sizeof ws->counters);
    take_trace(ws, request);
    Text report;
    text_init(&report, ws->arena);
    if (engine_request_verify_failures(request, &report) != 0)
        fail_msg("verify: %s", report.data);
    engine_request_free(request);
}

void workspace_run(TestWorkspace *ws, void (*root)(Job *job, void *argument), void *argument)
{
    update_inputs(ws);
    run_request(ws, root, argument);
    if (ws->messages.count == 0)
        return;
    EngineRequest *render = engine_request_new(ws->engine);
    assert_true(engine_request_run(render, write_messages, ws));
    engine_request_free(render);
    qsort(ws->messages.items, ws->messages.count, sizeof(Message), compare_messages);
}

const char *workspace_diagnostics(TestWorkspace *ws)
{
    Text out;
    text_init(&out, ws->arena);
    text_add_c(&out, "");
    for (uint32_t i = 0; i < ws->messages.count; i++)
        text_add(&out, ws->messages.items[i].text);
    return out.data ? out.data : "";
}

const char *workspace_errors(TestWorkspace *ws)
{
    Text out;
    text_init(&out, ws->arena);
    for (uint32_t i = 0; i < ws->messages.count; i++) {
        const Message *message = &ws->messages.items[i];
        bool is_first =
            message->place.is_known && file_id_eq(message->place.file, ws->files.items[0].file);
        if (message->place.is_known && !is_first)
            text_addf(
                &out, "%s:",
                sym_text(ws->interners, file_record(ws->interners, message->place.file).path).data);
        if (message->place.is_known)
            text_addf(&out, "%u:%u ", message->place.line + 1, message->place.column + 1);
        text_addf(&out, "%.*s%s%.*s\n", (int)message->data.code_text.bytes,
                  message->data.code_text.data, message->data.code_text.bytes ? " " : "",
                  (int)message->data.message.bytes, message->data.message.data);
    }
    return out.data ? out.data : "";
}

uint64_t workspace_executed(TestWorkspace *ws, QueryKind kind)
{
    uint64_t sum = 0;
    for (QueryKind i = 0; i < QUERY_KIND_COUNT; i++) {
        if (kind == QUERY_KIND_COUNT || i == kind)
            sum += ws->counters[i].executed;
    }
    return sum;
}

const char *workspace_trace(TestWorkspace *ws, QueryKind kind)
{
    Text out;
    text_init(&out, ws->arena);
    for (uint32_t i = 0; i < ws->trace.count; i++) {
        Str prefix = kind == QUERY_KIND_COUNT ? STR("") : str_from_c(test_queries[kind].name);
        bool fits = str_starts_with(ws->trace.items[i], prefix) &&
                    (kind == QUERY_KIND_COUNT || ws->trace.items[i].data[prefix.bytes] == ' ');
        if (fits)
            text_addf(&out, "%.*s\n", (int)ws->trace.items[i].bytes, ws->trace.items[i].data);
    }
    return out.data ? out.data : "";
}
