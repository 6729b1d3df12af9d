/* crate_def_map cut into facts about one module. Each run of the map runs all of them, and what
 * they do not show of it moves nobody. */
#include "resolve/resolve_priv.h"

VEC_TYPE(TextualMacroVec, textual_macro_vec, TextualMacro)

/* The map of the module's crate, and the module's entry in it; NULL: there is none. */
static const CrateDefMapData *map_of(Job *job, DefId module, uint32_t *index)
{
    const CrateDefMapData *map = q_crate_def_map(job, def_crate(job_interners(job), module))->data;
    uint32_t *entry = map ? map_find(&map->module_index, &module) : NULL;
    if (!entry)
        return NULL;
    *index = *entry;
    return map;
}

void crate_facts_provide(Job *job, DefId crate, CrateFacts *out)
{
    const CrateDefMapData *map = q_crate_def_map(job, crate)->data;
    if (!map)
        return;
    Arena *arena = job_out(job);
    *out = map->facts;
    out->macro_use_crates.items =
        arena_copy(arena, out->macro_use_crates.items, out->macro_use_crates.count * sizeof(DefId));
    out->extern_crates =
        arena_copy(arena, out->extern_crates, out->extern_crate_count * sizeof(ExternCrate));
}

void crate_modules_provide(Job *job, DefId crate, DefList *out)
{
    const CrateDefMapData *map = q_crate_def_map(job, crate)->data;
    if (!map)
        return;
    DefIdVec modules;
    def_id_vec_init(&modules, job_out(job));
    for (uint32_t i = 0; i < map->def_count; i++) {
        if (map_find(&map->module_index, &map->defs[i].def))
            def_id_vec_push(&modules, map->defs[i].def);
    }
    *out = (DefList){ modules.items, modules.count };
}

/* ---- names ---- */

/* The first entry of the module in a table sorted by module, whose rows begin with it. */
static uint32_t first_row(const void *rows, uint32_t count, size_t row_bytes, uint32_t module)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, its;
        memcpy(&its, (const char *)rows + middle * row_bytes, sizeof its);
        if (its < module)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void module_scope_provide(Job *job, DefId module, ModuleScope *out)
{
    uint32_t index;
    const CrateDefMapData *map = map_of(job, module, &index);
    if (!map)
        return;
    uint32_t name = first_row(map->names, map->name_count, sizeof *map->names, index);
    uint32_t name_end = first_row(map->names, map->name_count, sizeof *map->names, index + 1);
    uint32_t glob = first_row(map->globs, map->glob_count, sizeof *map->globs, index);
    uint32_t glob_end = first_row(map->globs, map->glob_count, sizeof *map->globs, index + 1);
    out->names = arena_alloc_array(job_out(job), name_end - name, sizeof *out->names);
    out->globs = arena_alloc_array(job_out(job), glob_end - glob, sizeof *out->globs);
    for (; name < name_end; name++)
        out->names[out->count++] = map->names[name].name;
    for (; glob < glob_end; glob++)
        out->globs[out->glob_count++] = map->globs[glob].glob;
    out->is_missing = (map->defs[index].flags & DEF_IS_MISSING) != 0;
}

const ModuleName *module_scope_find(const Interners *in, const ModuleScope *scope, SymId name,
                                    Namespace name_space)
{
    Str text = sym_text(in, name);
    uint32_t low = 0, high = scope->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const ModuleName *at = &scope->names[middle];
        if (sym_id_eq(at->name, name) && at->name_space == name_space)
            return at;
        bool is_before = at->name_space != name_space
                             ? at->name_space < name_space
                             : str_compare(sym_text(in, at->name), text) < 0;
        if (is_before)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- definitions ---- */

static void add_absent(Job *job, const CrateDefMapData *map, uint32_t index, ModuleDefs *out)
{
    uint32_t low = 0, high = map->absent_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (map->absent[middle].module < index)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < map->absent_count && map->absent[high].module == index; high++)
        ;
    out->absent = arena_alloc_array(job_out(job), high - low, sizeof *out->absent);
    for (; low < high; low++)
        out->absent[out->absent_count++] = map->absent[low].item;
}

void module_defs_provide(Job *job, DefId module, ModuleDefs *out)
{
    uint32_t index;
    const CrateDefMapData *map = map_of(job, module, &index);
    if (!map)
        return;
    uint32_t count = 0;
    for (uint32_t i = index + 1; i < map->defs[index].end; i = map->defs[i].end)
        count++;
    out->defs = arena_alloc_array(job_out(job), count, sizeof *out->defs);
    for (uint32_t i = index + 1; i < map->defs[index].end; i = map->defs[i].end) {
        const MapDef *def = &map->defs[i];
        out->defs[out->count++] = (ModuleDef){ .def = def->def,
                                               .item = def->item,
                                               .visible_in = def->visible_in,
                                               .lang = def->lang,
                                               .flags = def->flags,
                                               .macro_scope = map->scopes[def->macro_scope].def };
    }
    add_absent(job, map, index, out);
}

const ModuleDef *module_def_find(Job *job, DefId def)
{
    const Interners *in = job_interners(job);
    if (def_kind(in, def) == DEF_CRATE)
        return NULL;
    DefId parent = def_parent(in, def);
    if (def_kind(in, parent) != DEF_CRATE && def_kind(in, parent) != DEF_MOD)
        return NULL;
    const ModuleDefs *defs = q_module_defs(job, parent);
    uint32_t low = 0, high = defs->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = resolve_compare_siblings(in, defs->defs[middle].def, def);
        if (order == 0)
            return &defs->defs[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void module_defs_walk(Job *job, DefId module, void (*visit)(void *context, const ModuleDef *def),
                      void *context)
{
    const ModuleDefs *defs = q_module_defs(job, module);
    for (uint32_t i = 0; i < defs->count && !job_cancelled(job); i++) {
        visit(context, &defs->defs[i]);
        if (def_kind(job_interners(job), defs->defs[i].def) == DEF_MOD)
            module_defs_walk(job, defs->defs[i].def, visit, context);
    }
}

/* ---- macro_rules in textual scope ---- */

/* Adds the macros from `scope` outwards that are neither in scope at the module's own item nor
 * added already, the outermost first. */
static void add_macros(const CrateDefMapData *map, uint32_t scope, uint32_t outside, Map *seen,
                       U32Vec *chain, TextualMacroVec *out)
{
    u32_vec_clear(chain);
    while (scope != 0 && scope != outside && !map_find(seen, &scope)) {
        u32_vec_push(chain, scope);
        scope = map->scopes[scope].parent;
    }
    while (chain->count > 0) {
        uint32_t at = u32_vec_pop(chain);
        const MapScope *from = &map->scopes[at];
        map_put(seen, &at, NULL);
        textual_macro_vec_push(out, (TextualMacro){ .name = from->name,
                                                    .item = from->item,
                                                    .def = from->def,
                                                    .outer = map->scopes[from->parent].def });
    }
}

void module_macros_provide(Job *job, DefId module, ModuleMacros *out)
{
    uint32_t index;
    const CrateDefMapData *map = map_of(job, module, &index);
    if (!map || map->scope_count <= 1)
        return;
    TextualMacroVec macros;
    textual_macro_vec_init(&macros, job_out(job));
    U32Vec chain;
    u32_vec_init(&chain, job_scratch(job));
    Map seen;
    map_init(&seen, job_scratch(job), sizeof(uint32_t));
    for (uint32_t i = index + 1; i < map->defs[index].end; i = map->defs[i].end)
        add_macros(map, map->defs[i].macro_scope, map->defs[index].macro_scope, &seen, &chain,
                   &macros);
    *out = (ModuleMacros){ macros.items, macros.count };
}
