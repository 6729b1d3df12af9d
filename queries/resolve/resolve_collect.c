/* Collecting: from item trees to modules, names, imports and macro calls. */
#include "resolve/resolve_gates.h"
#include "resolve/resolve_priv.h"

void collector_init(Collector *c, Job *job, DefId crate)
{
    *c = (Collector){
        .job = job, .in = job_interners(job), .arena = job_scratch(job), .crate = crate
    };
    c->info = q_crate_info(job, crate);
    collect_def_vec_init(&c->defs, c->arena);
    collect_module_vec_init(&c->modules, c->arena);
    collect_name_vec_init(&c->names, c->arena);
    absent_item_vec_init(&c->absent, c->arena);
    collect_import_vec_init(&c->imports, c->arena);
    collect_call_vec_init(&c->calls, c->arena);
    collect_scope_vec_init(&c->scopes, c->arena);
    u32_vec_init(&c->crates_used, c->arena);
    lookup_init(c);
    u32_vec_init(&c->file_stack, c->arena);
    map_init(&c->name_map, c->arena, 3 * sizeof(uint32_t));
    map_init(&c->import_map, c->arena, 2 * sizeof(uint32_t));
    map_init(&c->def_count, c->arena, 5 * sizeof(uint32_t));
    map_init(&c->module_map, c->arena, sizeof(DefId));
    map_init(&c->def_map, c->arena, sizeof(DefId));
    collect_def_vec_push(&c->defs, (CollectDef){ .kind = DEF_NONE });
    collect_module_vec_push(&c->modules, (CollectModule){ .parent = 0 });
    collect_name_vec_push(&c->names, (CollectName){ .import = 0 });
    collect_import_vec_push(&c->imports, (CollectImport){ .is_done = true });
    collect_call_vec_push(&c->calls, (CollectCall){ .is_expanded = true });
    collect_scope_vec_push(&c->scopes, (CollectScope){ .def = 0 });
}

/* ---- definitions ---- */

DefId collect_def_id(Collector *c, DefId parent, DefKind kind, SymId name, uint64_t hash)
{
    uint32_t key[5] = { parent.v, kind, name.v, (uint32_t)hash, (uint32_t)(hash >> 32) };
    uint32_t *count = map_put(&c->def_count, key, NULL);
    PathRecord record = {
        .kind = kind, .parent = parent.v, .name = name.v, .disambiguator = (*count)++, .hash = hash
    };
    return def_id_intern(c->in, record);
}

uint32_t collect_module(Collector *c, CollectModule module)
{
    u32_vec_init(&module.globs, c->arena);
    uint32_t index = collect_module_vec_push(&c->modules, module);
    if (!def_id_is_none(module.def))
        *map_put(&c->module_map, &module.def, NULL) = index;
    return index;
}

uint32_t collect_module_of(const Collector *c, DefId def)
{
    uint32_t *index = map_find(&c->module_map, &def);
    return index ? *index : 0;
}

uint32_t collect_normal_module(const Collector *c, uint32_t module)
{
    while (module != 0 && c->modules.items[module].is_block)
        module = c->modules.items[module].parent;
    return module;
}

DefId collect_module_def(const Collector *c, uint32_t module)
{
    module = collect_normal_module(c, module);
    return module ? c->modules.items[module].def : c->outer_module;
}

/* What definitions of the module are children of in def paths. */
static DefId parent_def(const Collector *c, uint32_t module)
{
    module = collect_normal_module(c, module);
    return module ? c->modules.items[module].def : c->parent_def;
}

/* Impls and `_` constants are numbered at the end: nothing refers to them before, and their order
 * may depend on expansion. */
static bool is_numbered_late(const Interners *in, const Item *item)
{
    return item->kind == DEF_IMPL ||
           (item->kind == DEF_CONST && str_eq(sym_text(in, item->name), STR("_")));
}

static uint32_t body_flags(const ItemTree *tree, uint32_t index)
{
    const Item *item = &tree->items[index];
    uint32_t flags = 0;
    if (item->flags & ITEM_HAS_BODY)
        flags |= DEF_HAS_BODY;
    if ((item->flags & ITEM_HAS_BODY) &&
        (item->end > index + 1 || (item->flags & ITEM_BODY_CALLS_MACRO)))
        flags |= DEF_MAY_HAVE_ITEMS;
    if (item->kind == DEF_IMPL || item->kind == DEF_TRAIT)
        flags |= DEF_HAS_CHILDREN;
    return flags;
}

static uint32_t add_def(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                        uint32_t scope)
{
    const Item *item = &tree->items[index];
    CollectDef def = { .kind = item->kind,
                       .flags = body_flags(tree, index),
                       .item = item->id,
                       .tree = tree,
                       .index = index,
                       .module = module,
                       .scope = scope,
                       .visible_in = collect_visibility(c, module, tree, item) };
    if (!is_numbered_late(c->in, item))
        def.def = collect_def_id(c, parent_def(c, module), (DefKind)item->kind, item->name, 0);
    def.order = c->order++;
    uint32_t made = collect_def_vec_push(&c->defs, def);
    if (!def_id_is_none(def.def))
        *map_put(&c->def_map, &def.def, NULL) = made;
    return made;
}

void collect_name_defs(Collector *c)
{
    for (uint32_t i = 1; i < c->defs.count; i++) {
        CollectDef *def = &c->defs.items[i];
        if (!def_id_is_none(def->def))
            continue;
        const Item *item = &def->tree->items[def->index];
        PathRecord record = item_record(c->in, item->id);
        SymId name = sym_id_make(record.name);
        def->def =
            collect_def_id(c, parent_def(c, def->module), (DefKind)def->kind, name, record.hash);
        *map_put(&c->def_map, &def->def, NULL) = i;
    }
}

static Res def_res(DefId def)
{
    return (Res){ .kind = RES_DEF, .def = def };
}

static void define_item(Collector *c, uint32_t module, Namespace name_space, const CollectDef *def,
                        DefId named)
{
    const Item *item = &def->tree->items[def->index];
    collect_define(c, (CollectName){ .res = def_res(named),
                                     .visible_in = def->visible_in,
                                     .item = item->id,
                                     .order = def->order,
                                     .name = item->name,
                                     .module = module,
                                     .name_space = name_space });
}

/* ---- items by kind ---- */

static void collect_struct(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                           uint32_t scope)
{
    uint32_t made = add_def(c, module, tree, index, scope);
    CollectDef *def = &c->defs.items[made];
    define_item(c, module, NAMESPACE_TYPE, def, def->def);
    if (tree->items[index].ctor != AST_CTOR_STRUCT)
        define_item(c, module, NAMESPACE_VALUE, def,
                    def_child(c->in, def->def, DEF_CTOR, sym_id_none(), 0));
}

static void collect_named(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                          uint32_t scope, Namespace name_space)
{
    uint32_t made = add_def(c, module, tree, index, scope);
    CollectDef *def = &c->defs.items[made];
    if (!str_eq(sym_text(c->in, tree->items[index].name), STR("_")))
        define_item(c, module, name_space, def, def->def);
}

static void collect_macro(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                          uint32_t *scope)
{
    const Item *item = &tree->items[index];
    uint32_t made = add_def(c, module, tree, index, *scope);
    CollectDef *def = &c->defs.items[made];
    if (!(item->flags & ITEM_IS_MACRO_RULES)) {
        define_item(c, module, NAMESPACE_MACRO, def, def->def);
        return;
    }
    *scope = collect_scope_vec_push(&c->scopes, (CollectScope){ .def = made, .parent = *scope });
    def->visible_in = c->crate;
    if ((item->flags & ITEM_MACRO_EXPORT) && !c->modules.items[1].is_block) {
        def->visible_in = def_id_none();
        define_item(c, 1, NAMESPACE_MACRO, def, def->def);
    }
}

/* Paths are written as deep as they are. A file's own nesting is bounded by the parser, that of
 * files here. */
static bool is_nested_too_deep(Collector *c, const Item *item, DefId def)
{
    enum { MODULE_DEPTH_MAX = 256 };
    uint32_t depth = 0;
    for (; def_kind(c->in, def) != DEF_CRATE; depth++)
        def = def_parent(c->in, def);
    if (depth > MODULE_DEPTH_MAX)
        diag_unsupported(c->job, diag_at_tokens(item_head_span(c->job, item->id)),
                         "nesting of modules more than 256 deep");
    return depth > MODULE_DEPTH_MAX;
}

static void collect_mod(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                        uint32_t *scope)
{
    const Item *item = &tree->items[index];
    uint32_t made_def = add_def(c, module, tree, index, *scope);
    CollectDef *def = &c->defs.items[made_def];
    define_item(c, module, NAMESPACE_TYPE, def, def->def);
    CollectModule made = { .def = def->def, .parent = module, .self_def = made_def };
    bool is_broken = (item->flags & (ITEM_IS_ERROR | ITEM_IS_INLINE)) == ITEM_IS_ERROR;
    bool found = !is_broken && !is_nested_too_deep(c, item, def->def) &&
                 collect_module_file(c, module, item, &made);
    made.is_missing = !found;
    if (!found)
        def->flags |= DEF_IS_MISSING;
    uint32_t child = collect_module(c, made), inner = *scope;
    if (!found)
        return;
    if (item->flags & ITEM_IS_INLINE) {
        collect_children(c, child, tree, index, &inner);
    } else {
        u32_vec_push(&c->file_stack, made.file.v);
        collect_children(c, child, q_file_items(c->job, made.file), 0, &inner);
        u32_vec_pop(&c->file_stack);
    }
    if (item->flags & ITEM_MACRO_USE)
        *scope = inner;
}

/* ---- imports ---- */

/* `use a::self;`: reported; taken for `use a::{self};`. */
static const ItemUse *without_self(Collector *c, const ItemTree *tree, const Item *item,
                                   const ItemUse *use)
{
    const ItemSegment *last =
        use->path.count > 1 ? &tree->segments[use->path.start + use->path.count - 1] : NULL;
    if (!last || last->kind != TOKEN_KW_SELF_LOWER)
        return use;
    diag_emit(c->job, diag_new(c->job, DIAG_CODE_self_import_bare,
                               diag_at_tokens(item_tokens_span(c->job, item->id, last->at - 1,
                                                               last->at + 1))));
    ItemUse *made = arena_copy(c->arena, use, sizeof *use);
    made->path.count--;
    made->is_self = true;
    return made;
}

/* What is wrong with an import as it is written; true if that was reported. */
static bool report_import(Collector *c, const ItemTree *tree, const Item *item, const ItemUse *use)
{
    const ItemSegment *first = use->path.count ? &tree->segments[use->path.start] : NULL;
    bool is_keyword = first && (first->kind == TOKEN_KW_CRATE || first->kind == TOKEN_KW_SUPER ||
                                first->kind == TOKEN_KW_SELF_LOWER);
    Diag *diag = NULL;
    if (use->is_glob && !first && c->info->edition != EDITION_2015) {
        diag = diag_new(c->job, DIAG_CODE_import_all_crates,
                        diag_at_tokens(item_tokens_span(c->job, item->id, use->at_lo, use->at_hi)));
    } else if (use->is_global && is_keyword) {
        diag =
            diag_new(c->job, DIAG_CODE_global_path_keyword,
                     diag_at_tokens(item_tokens_span(c->job, item->id, first->at, first->at + 1)));
        diag_arg(diag, sym_text(c->in, first->name));
        diag_primary_label(diag, "cannot start with this");
    }
    if (diag)
        diag_emit(c->job, diag);
    return diag != NULL;
}

static void add_import(Collector *c, uint32_t module, const ItemTree *tree, const Item *item,
                       const ItemUse *use, uint32_t scope)
{
    CollectImport import = { .kind = use->is_glob || use->is_empty ? IMPORT_GLOB : IMPORT_SINGLE,
                             .is_self_only = use->is_self,
                             .module = module,
                             .item = item->id,
                             .tree = tree,
                             .use = use,
                             .scope = scope,
                             .visible_in = collect_visibility(c, module, tree, item) };
    import.order = c->order++;
    bool is_glob = import.kind == IMPORT_GLOB, is_error = (item->flags & ITEM_IS_ERROR) != 0;
    import.is_done = !is_error && report_import(c, tree, item, use);
    import.is_broken = is_error || import.is_done;
    if (is_glob && import.is_broken)
        return;
    if (!is_glob) {
        bool has_path = use->path.count > 0;
        import.name = !sym_id_is_none(use->rename) ? use->rename
                      : has_path ? tree->segments[use->path.start + use->path.count - 1].name
                                 : sym_id_none();
        for (int n = 0; n < NAMESPACE_COUNT; n++)
            import.states[n] = import.is_done || (use->is_self && n != NAMESPACE_TYPE)
                                   ? LOOKUP_ABSENT
                                   : LOOKUP_UNKNOWN;
    }
    uint32_t index = c->imports.count;
    if (use->is_glob) {
        u32_vec_push(&c->modules.items[module].globs, index);
        c->modules.items[module].pending_globs++;
    } else if (!is_glob) {
        uint32_t key[2] = { module, import.name.v };
        uint32_t *first = map_put(&c->import_map, key, NULL);
        import.same_name = *first;
        *first = index;
    }
    collect_import_vec_push(&c->imports, import);
}

/* The crate that `extern crate name` means; none if there is none. */
static DefId extern_crate(Collector *c, SymId name)
{
    if (str_eq(sym_text(c->in, name), STR("self")))
        return c->crate;
    for (uint32_t i = 0; i < c->info->dependency_count; i++) {
        if (sym_id_eq(c->info->dependencies[i].name, name))
            return c->info->dependencies[i].crate;
    }
    return def_id_none();
}

static void collect_extern_crate(Collector *c, uint32_t module, const ItemTree *tree,
                                 const Item *item)
{
    DefId crate = extern_crate(c, item->name);
    SymId name = sym_id_is_none(item->rename) ? item->name : item->rename;
    Res res = def_res(crate);
    if (item->flags & ITEM_IS_ERROR) {
        res = (Res){ .kind = RES_ERROR };
    } else if (def_id_eq(crate, c->crate) && sym_id_is_none(item->rename)) {
        diag_emit(c->job, diag_new(c->job, DIAG_CODE_extern_self_unnamed,
                                   diag_at_tokens(item_head_span(c->job, item->id))));
        return;
    } else if (def_id_is_none(crate)) {
        Diag *diag = diag_new(c->job, DIAG_CODE_crate_not_found,
                              diag_at_tokens(item_head_span(c->job, item->id)));
        diag_arg(diag, sym_text(c->in, item->name));
        diag_emit(c->job, diag_primary_label(diag, "can't find crate"));
        res = (Res){ .kind = RES_ERROR };
    } else if (item->flags & ITEM_MACRO_USE) {
        u32_vec_push(&c->crates_used, crate.v);
    }
    if (str_eq(sym_text(c->in, name), STR("_")))
        return;
    collect_define(c, (CollectName){ .res = res,
                                     .visible_in = collect_visibility(c, module, tree, item),
                                     .item = item->id,
                                     .order = c->order++,
                                     .name = name,
                                     .module = module,
                                     .name_space = NAMESPACE_TYPE,
                                     .is_extern_crate = true });
}

static void collect_call(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                         uint32_t *scope)
{
    uint32_t call = collect_call_vec_push(&c->calls, (CollectCall){ .module = module,
                                                                    .item = tree->items[index].id,
                                                                    .tree = tree,
                                                                    .index = index,
                                                                    .scope_before = *scope });
    c->modules.items[module].pending_calls++;
    *scope = collect_scope_vec_push(&c->scopes, (CollectScope){ .call = call, .parent = *scope });
}

/* ---- attributes ---- */

static void report_attributes(Collector *c, const Item *item)
{
    const Ast *ast = q_attributes_ast(c->job, item->id);
    const AstAttr *derive = expand_attr_find(c->in, ast, ast->attributes, "derive");
    if (derive)
        diag_unsupported(
            c->job, diag_at_tokens(ast_span(item->id, ANCHOR_ATTRIBUTES, derive->lo, derive->hi)),
            "the attribute `derive`");
}

/* ---- dispatch ---- */

static void collect_kind(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                         uint32_t *scope)
{
    const Item *item = &tree->items[index];
    switch ((DefKind)item->kind) {
    case DEF_MOD:
        collect_mod(c, module, tree, index, scope);
        return;
    case DEF_STRUCT:
        collect_struct(c, module, tree, index, *scope);
        return;
    case DEF_ENUM:
    case DEF_UNION:
    case DEF_TRAIT:
    case DEF_TYPE_ALIAS:
        collect_named(c, module, tree, index, *scope, NAMESPACE_TYPE);
        return;
    case DEF_FN:
    case DEF_CONST:
    case DEF_STATIC:
    case DEF_FOREIGN_FN:
    case DEF_FOREIGN_STATIC:
        collect_named(c, module, tree, index, *scope, NAMESPACE_VALUE);
        return;
    case DEF_IMPL:
        add_def(c, module, tree, index, *scope);
        return;
    case DEF_FOREIGN_MOD:
        collect_children(c, module, tree, index, scope);
        return;
    case DEF_USE:
        for (uint32_t i = 0; i < item->uses.count; i++)
            add_import(c, module, tree, item,
                       without_self(c, tree, item, &tree->uses[item->uses.start + i]), *scope);
        return;
    case DEF_EXTERN_CRATE:
        collect_extern_crate(c, module, tree, item);
        return;
    case DEF_MACRO:
        collect_macro(c, module, tree, index, scope);
        return;
    case DEF_MACRO_CALL:
        collect_call(c, module, tree, index, scope);
        return;
    case DEF_GLOBAL_ASM:
        diag_unsupported(c->job, diag_at_tokens(item_head_span(c->job, item->id)), "global_asm!");
        return;
    case DEF_NONE:
    case DEF_CRATE:
    case DEF_VARIANT:
    case DEF_FIELD:
    case DEF_CTOR:
    case DEF_ASSOC_FN:
    case DEF_ASSOC_CONST:
    case DEF_ASSOC_TYPE:
    case DEF_TYPE_PARAM:
    case DEF_LIFETIME_PARAM:
    case DEF_CONST_PARAM:
    case DEF_CLOSURE:
    case DEF_ANON_CONST:
    case DEF_KIND_COUNT:
    case ITEM_ROOT_FILE:
    case ITEM_ROOT_CALL:
        return; /* where the parser reported it does not belong */
    }
    RSC_UNREACHABLE();
}

void collect_item(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                  uint32_t *scope)
{
    const Item *item = &tree->items[index];
    if ((item->flags & (ITEM_HAS_CFG | ITEM_HAS_CFG_ATTR)) &&
        !expand_item_is_configured(c->job, c->crate, item->id)) {
        absent_item_vec_push(&c->absent, (AbsentItem){ module, item->id });
        return;
    }
    if (item->flags & ITEM_HAS_DERIVE)
        report_attributes(c, item);
    resolve_check_attributes(c->job, c->crate, tree, item);
    collect_kind(c, module, tree, index, scope);
}

void collect_children(Collector *c, uint32_t module, const ItemTree *tree, uint32_t parent,
                      uint32_t *scope)
{
    if (tree->count == 0)
        return;
    for (uint32_t i = parent + 1; i < tree->items[parent].end; i = tree->items[i].end)
        collect_item(c, module, tree, i, scope);
}

/* ---- the fixpoint ---- */

static void run(Collector *c)
{
    bool moved = true;
    while (moved && !job_cancelled(c->job)) {
        moved = collect_resolve_imports(c);
        moved |= collect_expand_calls(c);
    }
}

/* Each time nothing moves one more kind of "not known yet" becomes "not there", until everything is
 * decided. */
void collect_resolve(Collector *c)
{
    c->ignore_calls = c->ignore_imports = false;
    run(c);
    c->ignore_calls = true;
    run(c);
    collect_report_calls(c);
    run(c);
    c->ignore_imports = true;
    run(c);
    collect_report_imports(c);
}
