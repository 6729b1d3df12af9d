/* crate_def_map: collecting a whole crate, and its result as sorted tables. Its facts by module are
 * cut from them in resolve_modules.c. */
#include <string.h>

#include "base/file.h"
#include "resolve/resolve_gates.h"
#include "resolve/resolve_priv.h"

VEC_TYPE(MapDefVec, map_def_vec, MapDef)
VEC_TYPE(MapScopeVec, map_scope_vec, MapScope)

typedef struct {
    Collector *c;
    Arena *out;
    MapDefVec defs;
    U32Vec *children;        /* by module: definitions collected in it */
    uint32_t *map_of_module; /* by module: its definition's index */
    Map scopes;              /* collected scope -> its index here */
    MapScopeVec scope_items;
} Finish;

/* ---- order: by what is the same in every process ---- */

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_syms(const Interners *in, SymId a, SymId b)
{
    return sym_id_eq(a, b) ? 0 : str_compare(sym_text(in, a), sym_text(in, b));
}

int resolve_compare_siblings(const Interners *in, DefId a, DefId b)
{
    PathRecord x = def_record(in, a), y = def_record(in, b);
    int order = compare_u64(x.kind, y.kind);
    if (order == 0)
        order = compare_syms(in, sym_id_make(x.name), sym_id_make(y.name));
    if (order == 0)
        order = compare_u64(x.hash, y.hash);
    return order ? order : compare_u64(x.disambiguator, y.disambiguator);
}

static int compare_children(const void *a, const void *b, void *context)
{
    const Collector *c = context;
    const CollectDef *x = &c->defs.items[*(const uint32_t *)a],
                     *y = &c->defs.items[*(const uint32_t *)b];
    return resolve_compare_siblings(c->in, x->def, y->def);
}

static int compare_names(const void *a, const void *b, void *context)
{
    const Interners *in = context;
    const MapName *x = a, *y = b;
    int order = compare_u64(x->module, y->module);
    if (order == 0)
        order = compare_u64(x->name.name_space, y->name.name_space);
    return order ? order : compare_syms(in, x->name.name, y->name.name);
}

/* ---- textual macro scopes ---- */

static uint32_t finish_scope(Finish *f, uint32_t scope)
{
    Collector *c = f->c;
    U32Vec chain;
    u32_vec_init(&chain, c->arena);
    uint32_t below = 0;
    for (scope = skip_expanded_calls(c, scope); scope != 0;
         scope = skip_expanded_calls(c, c->scopes.items[scope].parent)) {
        uint32_t *known = map_find(&f->scopes, &scope);
        if (known) {
            below = *known;
            break;
        }
        u32_vec_push(&chain, scope);
    }
    while (chain.count > 0) {
        uint32_t at = u32_vec_pop(&chain);
        const CollectDef *def = &c->defs.items[c->scopes.items[at].def];
        MapScope made = { .name = def->tree->items[def->index].name,
                          .item = def->item,
                          .def = def->def,
                          .parent = below };
        below = map_scope_vec_push(&f->scope_items, made);
        *map_put(&f->scopes, &at, NULL) = below;
    }
    return below;
}

/* ---- definitions ---- */

static void finish_module(Finish *f, uint32_t module, uint32_t parent);

static uint32_t finish_flags(const CollectDef *def)
{
    const Item *items = def->tree->items;
    uint32_t flags = def->flags;
    for (uint32_t i = def->index + 1; (flags & DEF_HAS_CHILDREN) && i < items[def->index].end;
         i = items[i].end) {
        if (items[i].kind == DEF_MACRO_CALL || !sym_id_is_none(items[i].lang))
            flags |= DEF_MAY_HAVE_LANG_ITEMS;
    }
    return flags;
}

static void finish_def(Finish *f, uint32_t index, uint32_t parent)
{
    Collector *c = f->c;
    const CollectDef *def = &c->defs.items[index];
    MapDef made = { .def = def->def,
                    .item = def->item,
                    .parent = parent,
                    .visible_in = def->visible_in,
                    .lang = def->tree->items[def->index].lang,
                    .flags = finish_flags(def),
                    .macro_scope = finish_scope(f, def->scope) };
    uint32_t at = map_def_vec_push(&f->defs, made);
    uint32_t module = def->kind == DEF_MOD ? collect_module_of(c, def->def) : 0;
    if (module != 0)
        finish_module(f, module, at);
    f->defs.items[at].end = f->defs.count;
}

static void finish_module(Finish *f, uint32_t module, uint32_t at)
{
    f->map_of_module[module] = at;
    U32Vec *children = &f->children[module];
    sort_items(children->items, children->count, sizeof(uint32_t), compare_children, f->c);
    for (uint32_t i = 0; i < children->count; i++)
        finish_def(f, children->items[i], at);
}

static void finish_defs(Finish *f)
{
    Collector *c = f->c;
    f->children = arena_alloc_zeroed(c->arena, c->modules.count * sizeof *f->children);
    f->map_of_module = arena_alloc_zeroed(c->arena, c->modules.count * sizeof *f->map_of_module);
    for (uint32_t i = 1; i < c->modules.count; i++)
        u32_vec_init(&f->children[i], c->arena);
    for (uint32_t i = 1; i < c->defs.count; i++)
        u32_vec_push(&f->children[c->defs.items[i].module], i);
    MapDef crate = { .def = c->crate, .item = item_root_of_file(c->in, c->info->root_file) };
    map_def_vec_push(&f->defs, crate);
    if (c->modules.count > 1)
        finish_module(f, 1, 0);
    f->defs.items[0].end = f->defs.count;
}

/* ---- names ---- */

static void finish_names(Finish *f, CrateDefMapData *map)
{
    Collector *c = f->c;
    map->names = arena_alloc_array(f->out, c->names.count, sizeof(MapName));
    for (uint32_t i = 1; i < c->names.count; i++) {
        const CollectName *name = &c->names.items[i];
        map->names[map->name_count++] = (MapName){ .module = f->map_of_module[name->module],
                                                   .name = { .name = name->name,
                                                             .name_space = name->name_space,
                                                             .res = name->res,
                                                             .visible_in = name->visible_in,
                                                             .is_import = name->import != 0 } };
    }
    sort_items(map->names, map->name_count, sizeof(MapName), compare_names, c->in);
}

static int compare_extern_crates(const void *a, const void *b, void *context)
{
    const ExternCrate *x = a, *y = b;
    return compare_syms(context, x->name, y->name);
}

/* Those in the root: module 1. */
static void finish_extern_crates(Finish *f, CrateFacts *facts)
{
    const Collector *c = f->c;
    facts->extern_crates = arena_alloc_array(f->out, c->names.count, sizeof(ExternCrate));
    for (uint32_t i = 1; i < c->names.count; i++) {
        const CollectName *name = &c->names.items[i];
        if (name->module == 1 && name->is_extern_crate && name->name_space == NAMESPACE_TYPE)
            facts->extern_crates[facts->extern_crate_count++] =
                (ExternCrate){ name->name, name->res };
    }
    sort_items(facts->extern_crates, facts->extern_crate_count, sizeof(ExternCrate),
               compare_extern_crates, c->in);
}

static int compare_globs(const void *a, const void *b, void *context)
{
    const Interners *in = context;
    const MapGlob *x = a, *y = b;
    int order = compare_u64(x->module, y->module);
    if (order == 0)
        order = fp_compare(intern_fingerprint(in, INTERN_def, x->glob.target.v),
                           intern_fingerprint(in, INTERN_def, y->glob.target.v));
    return order ? order
                 : fp_compare(intern_fingerprint(in, INTERN_def, x->glob.visible_in.v),
                              intern_fingerprint(in, INTERN_def, y->glob.visible_in.v));
}

static void finish_globs(Finish *f, CrateDefMapData *map)
{
    Collector *c = f->c;
    map->globs = arena_alloc_array(f->out, c->imports.count, sizeof(MapGlob));
    for (uint32_t i = 1; i < c->imports.count; i++) {
        const CollectImport *import = &c->imports.items[i];
        if (import->kind == IMPORT_GLOB && !def_id_is_none(import->glob_target))
            map->globs[map->glob_count++] =
                (MapGlob){ .module = f->map_of_module[import->module],
                           .glob = { import->glob_target, import->visible_in } };
    }
    sort_items(map->globs, map->glob_count, sizeof(MapGlob), compare_globs, c->in);
}

/* Stable: what is collected first stands first. */
static void finish_absent(Finish *f, CrateDefMapData *map)
{
    const AbsentItemVec *absent = &f->c->absent;
    uint32_t *starts = arena_alloc_zeroed(f->c->arena, (f->defs.count + 1) * sizeof *starts);
    for (uint32_t i = 0; i < absent->count; i++)
        starts[f->map_of_module[absent->items[i].module] + 1]++;
    for (uint32_t i = 0; i < f->defs.count; i++)
        starts[i + 1] += starts[i];
    map->absent = arena_alloc_array(f->out, absent->count, sizeof(AbsentItem));
    map->absent_count = absent->count;
    for (uint32_t i = 0; i < absent->count; i++) {
        uint32_t module = f->map_of_module[absent->items[i].module];
        map->absent[starts[module]++] = (AbsentItem){ module, absent->items[i].item };
    }
}

static void index_modules(CrateDefMapData *map, const Interners *in, Arena *out)
{
    map_init(&map->module_index, out, sizeof(DefId));
    for (uint32_t i = 0; i < map->def_count; i++) {
        DefKind kind = def_kind(in, map->defs[i].def);
        if (kind == DEF_CRATE || kind == DEF_MOD)
            *map_put(&map->module_index, &map->defs[i].def, NULL) = i;
    }
}

/* ---- the query ---- */

static void collect_root(Collector *c)
{
    FileId file = c->info->root_file;
    const ItemTree *tree = q_file_items(c->job, file);
    Str path = sym_text(c->in, file_record(c->in, file).path);
    u32_vec_push(&c->file_stack, file.v);
    *map_put(&c->module_map, &c->crate, NULL) = collect_module(
        c, (CollectModule){
               .def = c->crate, .file = file, .directory = sym_intern(c->in, path_parent(path)) });
    if (!tree->exists) {
        collect_report_absent(c, file, path, diag_nowhere());
        c->has_no_core = true; /* nothing else is asked of it */
    }
    if (tree->count == 0)
        return;
    for (uint32_t i = 0; i < tree->items[0].attrs.count; i++)
        c->has_no_core |=
            str_eq(sym_text(c->in, tree->attrs[tree->items[0].attrs.start + i]), STR("no_core"));
    resolve_check_attributes(c->job, c->crate, tree, &tree->items[0]);
    uint32_t scope = 0;
    collect_children(c, 1, tree, 0, &scope);
}

static void finish(Collector *c, CrateDefMapData *map, Arena *out)
{
    Finish f = { .c = c, .out = out };
    map_def_vec_init(&f.defs, out);
    map_scope_vec_init(&f.scope_items, out);
    map_scope_vec_push(&f.scope_items, (MapScope){ .parent = 0 });
    map_init(&f.scopes, c->arena, sizeof(uint32_t));
    finish_defs(&f);
    map->crate = c->crate;
    map->facts.edition = c->info->edition;
    map->facts.has_no_core = c->has_no_core;
    map->facts.macro_use_crates.count = c->crates_used.count;
    map->facts.macro_use_crates.items =
        arena_copy(out, c->crates_used.items, c->crates_used.count * sizeof(DefId));
    finish_extern_crates(&f, &map->facts);
    finish_names(&f, map);
    finish_globs(&f, map);
    finish_absent(&f, map);
    map->defs = f.defs.items;
    map->def_count = f.defs.count;
    map->scopes = f.scope_items.items;
    map->scope_count = f.scope_items.count;
    index_modules(map, c->in, out);
}

/* A root file that cannot be read is one error and says nothing about the crate. Only then its text
 * is looked at. */
static void check_root(Collector *c)
{
    FileId root = c->info->root_file;
    if (job_cancelled(c->job) || c->has_no_core)
        return;
    if (q_file_items(c->job, root)->exists) {
        const char *name = sym_text(c->in, c->info->name).data;
        diag_unsupported(
            c->job, diag_nowhere(),
            arena_printf(c->arena, "the standard library: the crate `%s`, without `#![no_core]`,",
                         name));
    } else if (q_file_text(c->job, root)->state == FILE_TEXT_ABSENT) {
        Text path;
        text_init(&path, c->arena);
        file_path_text(c->in, root, &path);
        Diag *diag = diag_new(c->job, DIAG_CODE_file_not_found, diag_nowhere());
        diag_arg(diag, text_str(&path));
        diag_emit(c->job, diag_arg(diag, STR("No such file or directory (os error 2)")));
    }
}

void crate_def_map_provide(Job *job, DefId crate, CrateDefMap *out)
{
    Collector c;
    collector_init(&c, job, crate);
    CrateDefMapData *map = arena_new_object(job_out(job), CrateDefMapData);
    collect_root(&c);
    collect_resolve(&c);
    collect_name_defs(&c);
    finish(&c, map, job_out(job));
    check_root(&c);
    out->data = map;
}
