/* The workspace: one engine with its inputs, for as long as the process serves it. */
#include "driver/driver_priv.h"
#include "ty/ty.h"

enum { HISTORY_PER_NODE = 8 };
static const size_t MEMORY_BUDGET_DEFAULT = (size_t)1 << 30;

static void load_input(void *context, Engine *engine, QueryKind kind, const QueryKey *key,
                       Arena *out_arena, void *out)
{
    Workspace *workspace = context;
    if (kind == Q_file_text) {
        FileId file;
        memcpy(&file, key, sizeof file);
        file_table_load(&workspace->files, workspace->interners, workspace->config.root, file,
                        out_arena, out);
    } else if (kind == Q_link_environment) {
        environment_load(&workspace->environment, workspace->config.system_root, out_arena, out);
    } else {
        /* Crates are set before anything can ask for them; a key from an older command has no value
         * now: its error value. */
        const QueryInfo *query = &query_registry[kind];
        memcpy(out, query->value->error_value, query->value->bytes);
    }
    (void)engine;
}

static void forget_input(void *context, QueryKind kind, const QueryKey *key)
{
    Workspace *workspace = context;
    if (kind != Q_file_text)
        return;
    FileId file;
    memcpy(&file, key, sizeof file);
    file_table_forget(&workspace->files, file);
}

static void cycle_text(Job *job, const CycleMember *member, Text *out)
{
    const QueryInfo *query = &query_registry[member->kind];
    text_addf(out, "%s of `", query->name);
    query->key->describe(job_interners(job), &member->key, out);
    text_add_char(out, '`');
}

/* The definition that the key names, if it is that or a constant. */
static DiagSpan cycle_span(const CycleMember *member)
{
    const KeyInfo *key = query_registry[member->kind].key;
    DefId def = def_id_none();
    ConstKey constant;
    if (key == &key_info_DefId) {
        memcpy(&def, &member->key, sizeof def);
    } else if (key == &key_info_ConstKey) {
        memcpy(&constant, &member->key, sizeof constant);
        def = constant.def;
    }
    return def_id_is_none(def) ? diag_nowhere() : diag_at((Span){ def, 0 });
}

/* E0391, at the first member that stands somewhere. */
static void report_cycle(Job *job, const CycleMember *members, uint32_t count)
{
    DiagSpan span = diag_nowhere();
    for (uint32_t i = 0; i < count && span.kind == DIAG_SPAN_NONE; i++)
        span = cycle_span(&members[i]);
    Text text;
    text_init(&text, job_scratch(job));
    cycle_text(job, &members[0], &text);
    Diag *diag = diag_new(job, DIAG_CODE_query_cycle, span);
    diag_arg(diag, text_str(&text));
    for (uint32_t i = 1; i < count; i++) {
        text_init(&text, job_scratch(job));
        cycle_text(job, &members[i], &text);
        diag_span_note(diag, cycle_span(&members[i]), "...which requires %s...", text.data);
    }
    text_init(&text, job_scratch(job));
    cycle_text(job, &members[0], &text);
    diag_note(diag, "...which again requires %s, completing the cycle", text.data);
    diag_emit(job, diag);
}

Workspace *workspace_open(const WorkspaceConfig *config)
{
    Arena *arena = arena_new(NULL);
    Workspace *w = arena_new_object(arena, Workspace);
    w->config = *config;
    w->arena = arena;
    w->config.root = arena_copy_str(arena, str_from_c(config->root));
    w->interners = interners_new();
    w->codegen_pool = codegen_pool_new();
    file_table_init(&w->files);
    published_table_init(&w->published);
    environment_init(&w->environment);
    pthread_mutex_init(&w->turn_lock, NULL);
    pthread_cond_init(&w->turn_changed, NULL);
    pthread_mutex_init(&w->last_lock, NULL);
    pthread_mutex_init(&w->store_lock, NULL);
    EngineConfig engine = {
        .queries = query_registry,
        .query_count = QUERY_KIND_COUNT,
        .interners = w->interners,
        .first_ordered_kind = Q_crate_lang_items,
        /* What exists for machine code only: `check` does not pay for it. */
        .first_late_kind = Q_codegen_attrs,
        .threads = config->threads ? config->threads : 1,
        .input = { .load = load_input, .forget = forget_input, .context = w },
        .store = config->cache ? &cache_store_ops : NULL,
        .store_context = config->cache,
        .verify = config->verify,
        .history_per_node = HISTORY_PER_NODE,
        .memory_budget_bytes =
            config->memory_budget_bytes ? config->memory_budget_bytes : MEMORY_BUDGET_DEFAULT,
    };
    w->engine = engine_new(&engine);
    engine_set_service(w->engine, SERVICE_CODEGEN, w->codegen_pool);
    engine_set_service(w->engine, SERVICE_LINK, &w->config.link);
    engine_set_cycle_handler(w->engine, report_cycle);
    return w;
}

void workspace_close(Workspace *w)
{
    engine_free(w->engine);
    codegen_pool_free(w->codegen_pool);
    file_table_release(&w->files);
    published_table_release(&w->published);
    environment_release(&w->environment);
    interners_free(w->interners);
    if (w->last.arena)
        arena_free(w->last.arena);
    pthread_mutex_destroy(&w->last_lock);
    pthread_mutex_destroy(&w->store_lock);
    pthread_mutex_destroy(&w->turn_lock);
    pthread_cond_destroy(&w->turn_changed);
    arena_free(w->arena);
}

void workspace_path_touched(Workspace *workspace, Str path)
{
    file_table_touch(&workspace->files, path);
}

void workspace_watch_overflowed(Workspace *workspace)
{
    file_table_touch_all(&workspace->files);
}

void workspace_watch_directories(Workspace *workspace, Arena *arena, StrVec *out)
{
    FileTable *files = &workspace->files;
    Map seen;
    map_init(&seen, arena, sizeof(Fp));
    pthread_mutex_lock(&files->lock);
    for (uint32_t i = 0; i < files->entries.count; i++) {
        Str directory = path_parent(str_from_c(files->entries.items[i].path));
        Fp fp = fp_of_bytes(directory.data, directory.bytes, 0);
        bool existed;
        map_put(&seen, &fp, &existed);
        if (!existed)
            str_vec_push(out, (Str){ arena_copy_str(arena, directory), directory.bytes });
    }
    pthread_mutex_unlock(&files->lock);
}

void workspace_idle(Workspace *workspace)
{
    Cache *cache = workspace->config.cache;
    codegen_pool_warm(workspace->codegen_pool);
    engine_trim(workspace->engine);
    (void)engine_verify_sample(workspace->engine, workspace->config.idle_sample);
    if (!cache)
        return;
    pthread_mutex_lock(&workspace->store_lock);
    /* What a command could not store, because another process had the lease, say. */
    Status status = workspace->is_loaded ? engine_persist(workspace->engine) : STATUS_SUCCESS;
    (void)status; /* the store has warned */
    cache_idle(cache);
    pthread_mutex_unlock(&workspace->store_lock);
    cache_collect(cache);
}
