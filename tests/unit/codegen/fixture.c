#include "unit/codegen/fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "check/check.h"
#include "diag/diag.h"
#include "expand/expand.h"
#include "lower/lower.h"
#include "project/project.h"
#include "unit/codegen/ld_process.h"
#include "unit/unit.h"

static Fixture *current;

/* ---- the front end's answers ----------------------------------------------------------------- */

static const FixtureItem *find(DefId def)
{
    for (uint32_t i = 0; i < current->item_count; i++) {
        if (def_id_eq(current->items[i].def, def))
            return &current->items[i];
    }
    fail_msg("no such item");
    return NULL;
}

static DefId def_of(const QueryKey *key)
{
    DefId def;
    memcpy(&def, key, sizeof def);
    return def;
}

static void give_item(Job *job, const QueryKey *key, void *out)
{
    (void)job;
    *(HirItem *)out = find(def_of(key))->item;
}

static void give_sig(Job *job, const QueryKey *key, void *out)
{
    (void)job;
    *(FnSig *)out = find(def_of(key))->sig;
}

static void give_adt(Job *job, const QueryKey *key, void *out)
{
    (void)job;
    *(AdtDef *)out = find(def_of(key))->adt;
}

static void give_body(Job *job, const QueryKey *key, void *out)
{
    (void)job;
    *(MirBody *)out = find(def_of(key))->body;
}

/* The item called `main`. */
static void give_entry(Job *job, const QueryKey *key, void *out)
{
    (void)key;
    SymId name = sym_intern_c(job_interners(job), "main");
    for (uint32_t i = 0; i < current->item_count; i++) {
        if (sym_id_eq(def_name(job_interners(job), current->items[i].def), name))
            ((EntryFn *)out)->def = current->items[i].def;
    }
}

static void give_crates(Job *job, const QueryKey *key, void *out)
{
    DefList *list = out;
    DefId crate = def_of(key);
    list->items = arena_copy(job_out(job), &crate, sizeof crate);
    list->count = 1;
}

static void give_nothing(Job *job, const QueryKey *key, void *out)
{
    (void)job, (void)key, (void)out;
}

/* Values of stages that are not linked are only kept in memory. */
static void encode_opaque(Encoder *e, const void *value)
{
    (void)value;
    encode_u8(e, 0);
}

static void decode_opaque(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}

#define OPAQUE(CType)                                                                    \
    static const CType opaque_##CType;                                                   \
    static const ValueInfo opaque_info_##CType = { #CType, sizeof(CType), encode_opaque, \
                                                   decode_opaque, &opaque_##CType };
OPAQUE(HirItem)
OPAQUE(EntryFn)
OPAQUE(DefList)
OPAQUE(LangItem)
OPAQUE(DefItem)
OPAQUE(ConstScalar)

static void encode_key(Encoder *e, const QueryKey *key)
{
    encode_fixed64(e, key->words[0]);
    encode_fixed64(e, key->words[1]);
}

static void decode_key(Decoder *d, QueryKey *key)
{
    key->words[0] = decode_fixed64(d);
    key->words[1] = decode_fixed64(d);
}

static void describe_key(const Interners *in, const QueryKey *key, Text *out)
{
    (void)in;
    text_addf(out, "%llx", (unsigned long long)key->words[0]);
}

static const KeyInfo opaque_key = { "key", encode_key, decode_key, describe_key };

/* Positions are not asked for: nothing here panics. Weak, because the real ones may be linked. */
__attribute__((weak)) TokenSpan lower_token_span(Job *job, Span span)
{
    (void)job, (void)span;
    return (TokenSpan){ 0 };
}

__attribute__((weak)) TokenSpan expand_call_span(Job *job, CallId call)
{
    (void)job, (void)call;
    return (TokenSpan){ 0 };
}

/* ---- the table ------------------------------------------------------------------------------- */

#define QUERY_INPUT(name, K, V, flags, doc)
#define QUERY(name, K, V, flags, doc)                                   \
    static void run_##name(Job *job, const QueryKey *packed, void *out) \
    {                                                                   \
        K key;                                                          \
        memcpy(&key, packed, sizeof key);                               \
        name##_provide(job, key, out);                                  \
    }
#include "codegen/codegen_queries.def"
#include "layout/layout_queries.def"
#include "link/link_queries.def"
#include "mono/mono_queries.def"
#undef QUERY
#undef QUERY_INPUT

#define INFO(K, V)                     \
    extern const KeyInfo key_info_##K; \
    extern const ValueInfo value_info_##V;
#define QUERY_INPUT(name, K, V, flags, doc) INFO(K, V)
#define QUERY(name, K, V, flags, doc)       INFO(K, V)
#include "codegen/codegen_queries.def"
#include "layout/layout_queries.def"
#include "link/link_queries.def"
#include "mir/mir_queries.def"
#include "mono/mono_queries.def"
#include "project/project_queries.def"
#undef QUERY
#undef QUERY_INPUT
extern const ValueInfo value_info_FnSig, value_info_AdtDef, value_info_Generics,
    value_info_ItemFacts;

#define FAKE(name, key, value, fn) [Q_##name] = { #name, &(key), &(value), 0, "", fn }

static const QueryInfo queries[QUERY_KIND_COUNT] = {
#define QUERY_INPUT(name, K, V, flags, doc) \
    [Q_##name] = { #name, &key_info_##K, &value_info_##V, flags, doc, NULL },
#define QUERY(name, K, V, flags, doc) \
    [Q_##name] = { #name, &key_info_##K, &value_info_##V, flags, doc, run_##name },
#include "codegen/codegen_queries.def"
#include "layout/layout_queries.def"
#include "link/link_queries.def"
#include "mono/mono_queries.def"
#undef QUERY
#define QUERY(name, K, V, flags, doc)
#include "project/project_queries.def"
#undef QUERY
#undef QUERY_INPUT
    FAKE(hir_item, key_info_DefId, opaque_info_HirItem, give_item),
    FAKE(item_facts, key_info_DefId, value_info_ItemFacts, give_nothing),
    FAKE(fn_sig, key_info_DefId, value_info_FnSig, give_sig),
    FAKE(adt_def, key_info_DefId, value_info_AdtDef, give_adt),
    FAKE(generics_of, key_info_DefId, value_info_Generics, give_nothing),
    FAKE(mir_optimized, key_info_DefId, value_info_MirBody, give_body),
    FAKE(entry_fn, key_info_DefId, opaque_info_EntryFn, give_entry),
    FAKE(visible_crates, key_info_DefId, opaque_info_DefList, give_crates),
    FAKE(crate_bodies, key_info_DefId, opaque_info_DefList, give_nothing),
    FAKE(lang_item, opaque_key, opaque_info_LangItem, give_nothing),
    FAKE(def_item, key_info_DefId, opaque_info_DefItem, give_nothing),
    FAKE(const_scalar, opaque_key, opaque_info_ConstScalar, give_nothing),
};

static void give_missing(Job *job, const QueryKey *key, void *out)
{
    (void)job, (void)key, (void)out;
    fail_msg("a query that the fixture does not answer");
}

/* The engine wants all rows. */
static const QueryInfo *complete_table(Arena *arena)
{
    QueryInfo *table = arena_copy(arena, queries, sizeof queries);
    for (uint32_t i = 0; i < QUERY_KIND_COUNT; i++) {
        if (!table[i].name)
            table[i] =
                (QueryInfo){ "missing", &opaque_key, &opaque_info_DefItem, 0, "", give_missing };
    }
    return table;
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool look_at_file(void *context, const char *path, Fp *content)
{
    (void)context, (void)content;
    return access(path, R_OK) == 0;
}

static void look_at_directory(void *context, const char *path)
{
    (void)context, (void)path;
}

static void set_inputs(Fixture *f)
{
    engine_revision_begin(f->engine);
    CrateInfo crate = { .crate = f->crate,
                        .name = sym_intern_c(f->in, "app"),
                        .package_name = sym_intern_c(f->in, "app"),
                        .package_version = sym_intern_c(f->in, "0.1.0"),
                        .kind = TARGET_BIN };
    QueryKey key = { { f->crate.v, 0 } }, workspace = { { 0, 0 } };
    engine_input_set(f->engine, Q_crate_info, &key, &crate, DURABILITY_LOW);
    LinkEnvironment environment;
    LinkLooks looks = { look_at_file, look_at_directory, NULL };
    link_environment_find(f->arena, &looks, "", &environment);
    engine_input_set(f->engine, Q_link_environment, &workspace, &environment, DURABILITY_HIGH);
    engine_revision_end(f->engine);
}

Fixture *fixture_open(void)
{
    Arena *arena = arena_new(NULL);
    Fixture *f = arena_new_object(arena, Fixture);
    current = f;
    f->arena = arena;
    f->in = interners_new();
    PathRecord root = { .kind = DEF_CRATE, .name = sym_intern_c(f->in, "app").v, .hash = 1 };
    f->crate = def_id_intern(f->in, root);
    EngineConfig config = { .queries = complete_table(arena),
                            .query_count = QUERY_KIND_COUNT,
                            .interners = f->in,
                            .threads = 1 };
    f->engine = engine_new(&config);
    f->pool = codegen_pool_new();
    f->link = ld_process_ops();
    engine_set_service(f->engine, SERVICE_CODEGEN, f->pool);
    engine_set_service(f->engine, SERVICE_LINK, &f->link);
    set_inputs(f);
    return f;
}

void fixture_close(Fixture *f)
{
    engine_free(f->engine);
    codegen_pool_free(f->pool);
    interners_free(f->in);
    arena_free(f->arena);
    current = NULL;
}

/* ---- items ----------------------------------------------------------------------------------- */

TyId fixture_ty(const Fixture *f, PrimitiveTy primitive)
{
    return ty_primitive(f->in, primitive);
}

FixtureItem *fixture_item(Fixture *f, DefKind kind, const char *name)
{
    assert_true(f->item_count < FIXTURE_ITEMS_MAX);
    FixtureItem *item = &f->items[f->item_count++];
    *item = (FixtureItem){ 0 };
    item->def = def_child(f->in, f->crate, kind, sym_intern_c(f->in, name), 0);
    return item;
}

FixtureItem *fixture_fn(Fixture *f, const char *name, const TyId *inputs, uint32_t input_count,
                        TyId output)
{
    FixtureItem *item = fixture_item(f, DEF_FN, name);
    item->sig = (FnSig){ .inputs = arena_copy(f->arena, inputs, input_count * sizeof *inputs),
                         .input_count = input_count,
                         .output = output,
                         .abi = ABI_RUST };
    return item;
}

FixtureItem *fixture_foreign_fn(Fixture *f, const char *name, const TyId *inputs,
                                uint32_t input_count, TyId output, bool is_variadic)
{
    FixtureItem *item = fixture_fn(f, name, inputs, input_count, output);
    item->def = def_child(f->in, f->crate, DEF_FOREIGN_FN, sym_intern_c(f->in, name), 0);
    item->sig.abi = ABI_C;
    item->sig.is_variadic = is_variadic;
    return item;
}

TyId fixture_fn_ty(const Fixture *f, const FixtureItem *item)
{
    return ty_fn_def(f->in, item->def, args_empty(f->in));
}

MirEdit fixture_body(Fixture *f, const FixtureItem *item)
{
    MirEdit edit;
    mir_edit_init(&edit, f->arena, f->in, item->def);
    mir_edit_local(&edit, (MirLocal){ .ty = item->sig.output, .is_mut = true });
    for (uint32_t i = 0; i < item->sig.input_count; i++)
        mir_edit_local(&edit, (MirLocal){ .ty = item->sig.inputs[i], .is_argument = true });
    edit.argument_count = item->sig.input_count;
    return edit;
}

void fixture_set_body(Fixture *f, FixtureItem *item, const MirEdit *edit)
{
    mir_edit_finish(edit, f->arena, &item->body);
    item->has_body = true;
}

/* ---- requests -------------------------------------------------------------------------------- */

static void count_diagnostic(void *context, QueryKind kind, const QueryKey *key, Str bytes)
{
    (void)kind, (void)key, (void)bytes;
    uint32_t *count = context;
    ++*count;
}

static void run_request(Fixture *f, void (*root)(Job *, void *), void *argument)
{
    EngineRequest *request = engine_request_new(f->engine);
    assert_true(engine_request_run(request, root, argument));
    f->diagnostics = 0;
    engine_request_side_results(request, count_diagnostic, &f->diagnostics);
    engine_request_free(request);
}

typedef struct {
    Fixture *f;
    const FixtureItem *item;
    CodegenOptions options;
    Str result;
} Ask;

static void ask_ir(Job *job, void *argument)
{
    Ask *ask = argument;
    Interners *in = ask->f->in;
    InstanceId instance = instance_of_fn(in, ask->item->def, args_empty(in));
    Text text;
    text_init(&text, ask->f->arena);
    OptionsId options = options_intern(in, ask->options);
    assert_true(codegen_text(job, &instance, 1, options, CODEGEN_TEXT_LLVM_IR, false, &text));
    ask->result = text_str(&text);
}

static void ask_binary(Job *job, void *argument)
{
    Ask *ask = argument;
    BinaryKey key = { ask->f->crate, options_intern(ask->f->in, ask->options) };
    const Binary *binary = q_binary(job, key);
    if (!binary->has_error)
        ask->result = (Str){ arena_copy(ask->f->arena, binary->bytes.data, binary->bytes.bytes),
                             binary->bytes.bytes };
}

Str fixture_ir(Fixture *f, const FixtureItem *item, CodegenOptions options)
{
    Ask ask = { f, item, options, { "", 0 } };
    run_request(f, ask_ir, &ask);
    return ask.result;
}

Str fixture_binary(Fixture *f, CodegenOptions options)
{
    Ask ask = { f, NULL, options, { "", 0 } };
    run_request(f, ask_binary, &ask);
    return ask.result;
}

/* ---- running --------------------------------------------------------------------------------- */

static void read_all(int fd, FixtureRun *run)
{
    size_t used = 0;
    for (;;) {
        ssize_t got = read(fd, run->output + used, sizeof run->output - 1 - used);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    run->output[used] = '\0';
}

static void execute(const char *path, FixtureRun *run)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 1);
        close(pipes[0]);
        close(pipes[1]);
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    read_all(pipes[0], run);
    close(pipes[0]);
    int status = 0;
    while (waitpid(child, &status, 0) != child) {
    }
    run->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

FixtureRun fixture_run(Fixture *f, CodegenOptions options)
{
    FixtureRun run = { .exit_code = -1 };
    Str binary = fixture_binary(f, options);
    run.built = binary.bytes > 0;
    if (!run.built)
        return run;
    char path[64];
    snprintf(path, sizeof path, "/tmp/rscc_unit_%d", (int)getpid());
    assert_true(status_ok(file_write_atomic(path, binary, 0755)));
    execute(path, &run);
    unlink(path);
    return run;
}
