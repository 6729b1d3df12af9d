/* Projections of crate_def_map and of what stands inside items: single facts for others to read. */
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

VEC_TYPE(DefIdVec, def_id_vec, DefId)
VEC_TYPE(ModuleNameVec, module_name_vec, ModuleName)

static const CrateDefMapData *map_of(Job *job, DefId def)
{
    return q_crate_def_map(job, def_crate(job_interners(job), def))->data;
}

/* The entry of a module-level definition; NULL: it is none. */
static const MapDef *map_def(Job *job, DefId def)
{
    const CrateDefMapData *map = map_of(job, def);
    return map ? def_map_find(map, def) : NULL;
}

/* The body around an item of a body; none: it is no such item. */
static DefId body_around(const Interners *in, DefId def)
{
    if (def_kind(in, def) == DEF_CRATE)
        return def_id_none();
    DefId parent = def_parent(in, def);
    DefKind kind = def_kind(in, parent);
    bool is_body = kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST ||
                   kind == DEF_STATIC || kind == DEF_ASSOC_CONST;
    return is_body ? parent : def_id_none();
}

static const BodyItem *body_item(Job *job, DefId def)
{
    DefId body = body_around(job_interners(job), def);
    if (def_id_is_none(body))
        return NULL;
    const BodyItems *items = q_body_items(job, body);
    for (uint32_t i = 0; i < items->item_count; i++) {
        if (def_id_eq(items->items[i].def, def))
            return &items->items[i];
    }
    return NULL;
}

static const AssocDef *assoc_item(Job *job, DefId def)
{
    const AssocDefs *defs = q_assoc_defs(job, def_parent(job_interners(job), def));
    for (uint32_t i = 0; i < defs->count; i++) {
        if (def_id_eq(defs->items[i].def, def))
            return &defs->items[i];
    }
    return NULL;
}

/* Definitions that are no items but stand in one. */
static bool is_part(DefKind kind)
{
    return kind == DEF_VARIANT || kind == DEF_FIELD || kind == DEF_CTOR || kind == DEF_TYPE_PARAM ||
           kind == DEF_LIFETIME_PARAM || kind == DEF_CONST_PARAM || kind == DEF_CLOSURE ||
           kind == DEF_ANON_CONST;
}

static bool is_assoc(DefKind kind)
{
    return kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST || kind == DEF_ASSOC_TYPE;
}

/* ---- names ---- */

typedef struct {
    Job *job;
    Interners *in;
    const CrateDefMapData *map;
    DefId stack[64]; /* modules whose globs are being looked through */
    uint32_t depth;
} GlobWalk;

static ScopeName lookup(GlobWalk *w, DefId module, SymId name, Namespace name_space);

static bool res_eq(Res a, Res b)
{
    return a.kind == b.kind && a.primitive == b.primitive && def_id_eq(a.def, b.def);
}

static void add_glob(GlobWalk *w, const MapGlob *glob, DefId module, SymId name,
                     Namespace name_space, ScopeName *to)
{
    bool is_local = def_map_find(w->map, glob->target) && def_kind(w->in, glob->target) != DEF_ENUM;
    ScopeName there = is_local
                          ? lookup(w, glob->target, name, name_space)
                          : *q_scope_name(w->job, (ScopeNameKey){ glob->target, name, name_space });
    if (!there.is_found || there.res.kind == RES_ERROR ||
        !resolve_is_visible(w->in, there.visible_in, module))
        return;
    DefId visible_in = visibility_meet(w->in, glob->visible_in, there.visible_in);
    if (!to->is_found) {
        *to = there;
        to->visible_in = visible_in;
        return;
    }
    if (!res_eq(to->res, there.res))
        to->is_ambiguous = true;
    else if (resolve_is_visible(w->in, visible_in, to->visible_in))
        to->visible_in = visible_in;
    to->is_ambiguous |= there.is_ambiguous;
}

static ScopeName lookup_globs(GlobWalk *w, DefId module, SymId name, Namespace name_space)
{
    ScopeName result = { .is_found = false };
    uint32_t *first = map_find(&w->map->glob_index, &module);
    for (uint32_t i = 0; i < w->depth; i++) {
        if (def_id_eq(w->stack[i], module))
            return result;
    }
    if (!first || w->depth == ARRAY_COUNT(w->stack))
        return result;
    w->stack[w->depth++] = module;
    uint32_t owner = w->map->globs[*first].module;
    for (uint32_t i = *first; i < w->map->glob_count && w->map->globs[i].module == owner; i++)
        add_glob(w, &w->map->globs[i], module, name, name_space, &result);
    w->depth--;
    return result;
}

static ScopeName lookup(GlobWalk *w, DefId module, SymId name, Namespace name_space)
{
    uint32_t key[3] = { module.v, name.v, name_space };
    uint32_t *index = map_find(&w->map->name_index, key);
    const MapDef *def = index ? NULL : def_map_find(w->map, module);
    if (def && (def->flags & DEF_IS_MISSING))
        return (ScopeName){ .is_found = true }; /* reported with the module */
    if (!index)
        return lookup_globs(w, module, name, name_space);
    const MapName *found = &w->map->names[*index];
    return (ScopeName){ .res = found->res, .is_found = true, .visible_in = found->visible_in };
}

/* A tuple struct's constructor is as visible as its fields. */
static void narrow_ctor(Job *job, ScopeName *name)
{
    Interners *in = job_interners(job);
    if (!name->is_found || name->res.kind != RES_DEF || def_kind(in, name->res.def) != DEF_CTOR)
        return;
    DefId owner = def_parent(in, name->res.def);
    if (def_kind(in, owner) != DEF_STRUCT)
        return;
    name->visible_in = visibility_meet(
        in, name->visible_in,
        ctor_visibility(job, owner, q_def_item(job, owner)->item, name->visible_in));
}

void scope_name_provide(Job *job, ScopeNameKey key, ScopeName *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, key.module);
    if (kind == DEF_ENUM) {
        ItemId item = q_def_item(job, key.module)->item;
        DefId visible_in = q_visibility(job, key.module)->visible_in;
        if (!item_id_is_none(item))
            *out = lookup_enum_variant(job, key.module, item, key.name, (Namespace)key.name_space,
                                       visible_in);
        return;
    }
    if (kind == DEF_TRAIT) {
        *out = lookup_assoc_item(job, key.module, key.name, (Namespace)key.name_space);
        return;
    }
    GlobWalk w = { .job = job, .in = in, .map = map_of(job, key.module) };
    if (w.map)
        *out = lookup(&w, key.module, key.name, (Namespace)key.name_space);
    narrow_ctor(job, out);
}

void extern_prelude_name_provide(Job *job, ScopeNameKey key, ScopeName *out)
{
    const CrateInfo *info = q_crate_info(job, key.module);
    for (uint32_t i = 0; i < info->dependency_count; i++) {
        if (!sym_id_eq(info->dependencies[i].name, key.name))
            continue;
        *out = (ScopeName){ .res = { .kind = RES_DEF, .def = info->dependencies[i].crate },
                            .is_found = true };
        return;
    }
    const CrateDefMapData *map = map_of(job, key.module);
    uint32_t name_key[3] = { key.module.v, key.name.v, NAMESPACE_TYPE };
    uint32_t *index = map ? map_find(&map->name_index, name_key) : NULL;
    if (index && map->names[*index].is_extern_crate)
        *out = (ScopeName){ .res = map->names[*index].res, .is_found = true };
}

void crate_facts_provide(Job *job, DefId crate, CrateFacts *out)
{
    const CrateDefMapData *map = map_of(job, crate);
    if (!map)
        return;
    *out = map->facts;
    out->macro_use_crates.items = arena_copy(job_out(job), out->macro_use_crates.items,
                                             out->macro_use_crates.count * sizeof(DefId));
}

/* ---- all names of a module ---- */

static int compare_module_names(const void *a, const void *b, void *context)
{
    const Interners *in = context;
    const ModuleName *x = a, *y = b;
    int order = str_compare(sym_text(in, x->name), sym_text(in, y->name));
    if (order == 0)
        order = (int)x->name_space - (int)y->name_space;
    return order ? order
                 : fp_compare(intern_fingerprint(in, INTERN_def, x->res.def.v),
                              intern_fingerprint(in, INTERN_def, y->res.def.v));
}

static void add_variants(Job *job, DefId enum_def, ModuleNameVec *out)
{
    Interners *in = job_interners(job);
    const Ast *ast = q_header_ast(job, q_def_item(job, enum_def)->item);
    const AstItem *node = ast->item.v ? ast_item(ast, ast->item) : NULL;
    for (uint32_t i = 0; node && node->kind == AST_ITEM_ENUM && i < node->as.enum_.variants.count;
         i++) {
        const AstVariant *variant = &ast->variants[ast_list_at(ast, node->as.enum_.variants, i)];
        DefId def = def_child(in, enum_def, DEF_VARIANT, variant->name.name, 0);
        module_name_vec_push(out, (ModuleName){ variant->name.name,
                                                NAMESPACE_TYPE,
                                                { .kind = RES_DEF, .def = def },
                                                def_id_none(),
                                                false });
        DefId ctor = def_child(in, def, DEF_CTOR, sym_id_none(), 0);
        if (variant->ctor != AST_CTOR_STRUCT)
            module_name_vec_push(out, (ModuleName){ variant->name.name,
                                                    NAMESPACE_VALUE,
                                                    { .kind = RES_DEF, .def = ctor },
                                                    def_id_none(),
                                                    false });
    }
}

static void add_names(Job *job, const CrateDefMapData *map, DefId module, ModuleNameVec *out,
                      DefIdVec *seen)
{
    for (uint32_t i = 0; i < seen->count; i++) {
        if (def_id_eq(seen->items[i], module))
            return;
    }
    def_id_vec_push(seen, module);
    uint32_t *index = map_find(&map->def_index, &module);
    for (uint32_t i = 0; index && i < map->name_count; i++) {
        const MapName *name = &map->names[i];
        if (name->module == *index && name->res.kind != RES_ERROR)
            module_name_vec_push(out, (ModuleName){ name->name, name->name_space, name->res,
                                                    name->visible_in, name->is_import });
    }
    uint32_t *first = map_find(&map->glob_index, &module);
    for (uint32_t i = first ? *first : 0;
         first && i < map->glob_count && map->globs[i].module == map->globs[*first].module; i++) {
        DefId target = map->globs[i].target;
        if (def_kind(job_interners(job), target) == DEF_ENUM) {
            add_variants(job, target, out);
        } else if (def_map_find(map, target)) {
            add_names(job, map, target, out, seen);
        } else {
            const ModuleNames *names = q_module_names(job, target);
            module_name_vec_append(out, names->names, names->count);
        }
    }
}

void module_names_provide(Job *job, DefId module, ModuleNames *out)
{
    Interners *in = job_interners(job);
    ModuleNameVec names;
    DefIdVec seen;
    module_name_vec_init(&names, job_out(job));
    def_id_vec_init(&seen, job_scratch(job));
    const CrateDefMapData *map = map_of(job, module);
    if (def_kind(in, module) == DEF_ENUM)
        add_variants(job, module, &names);
    else if (map)
        add_names(job, map, module, &names, &seen);
    sort_items(names.items, names.count, sizeof(ModuleName), compare_module_names, in);
    *out = (ModuleNames){ names.items, names.count };
}

/* ---- macros by bare name ---- */

static bool textual_macro(const CrateDefMapData *map, const MapDef *def, SymId name, MacroName *out)
{
    for (uint32_t scope = def->macro_scope; scope != 0; scope = map->scopes[scope].parent) {
        if (!sym_id_eq(map->scopes[scope].name, name))
            continue;
        *out = (MacroName){ map->scopes[scope].item, map->crate, map->scopes[scope].def };
        return true;
    }
    return false;
}

static bool block_macro(Job *job, const Place *place, SymId name, MacroName *out)
{
    const BodyItems *items = q_body_items(job, place->body);
    for (uint32_t block = place->block; block != 0 && block < items->block_count;
         block = items->blocks[block].parent) {
        for (uint32_t i = items->macro_count; i > 0; i--) {
            const BodyMacro *macro = &items->macros[i - 1];
            if (macro->block != block || !sym_id_eq(macro->name, name))
                continue;
            *out = (MacroName){ macro->item, place->crate, def_id_none() };
            return true;
        }
    }
    return false;
}

static void macro_of_name(Job *job, const ScopeName *name, MacroName *out)
{
    Interners *in = job_interners(job);
    if (name->is_found && name->res.kind == RES_DEF && def_kind(in, name->res.def) == DEF_MACRO)
        *out = (MacroName){ q_def_item(job, name->res.def)->item, def_crate(in, name->res.def),
                            name->res.def };
}

void macro_name_provide(Job *job, MacroNameKey key, MacroName *out)
{
    Interners *in = job_interners(job);
    Place place = resolve_place(job, key.place);
    for (Place at = place; !def_id_is_none(at.body); at = resolve_place(job, at.body)) {
        if (block_macro(job, &at, key.name, out))
            return;
    }
    const CrateDefMapData *map = map_of(job, key.place);
    DefId def = key.place;
    while (map && def_kind(in, def) != DEF_CRATE && !def_map_find(map, def))
        def = def_parent(in, def);
    if (!map || textual_macro(map, def_map_find(map, def), key.name, out))
        return;
    ScopeName bare = resolve_bare(job, &place, key.name, NAMESPACE_MACRO);
    macro_of_name(job, &bare, out);
    const CrateFacts *facts = q_crate_facts(job, place.crate);
    for (uint32_t i = 0; item_id_is_none(out->item) && i < facts->macro_use_crates.count; i++) {
        ScopeNameKey there = { facts->macro_use_crates.items[i], key.name, NAMESPACE_MACRO };
        const ScopeName *exported = q_scope_name(job, there);
        if (def_id_is_none(exported->visible_in))
            macro_of_name(job, exported, out);
    }
}

/* ---- traits in scope ---- */

static int compare_paths(const Interners *in, DefId a, DefId b)
{
    if (def_id_eq(a, b))
        return 0;
    return fp_compare(intern_fingerprint(in, INTERN_def, a.v),
                      intern_fingerprint(in, INTERN_def, b.v));
}

static int compare_def_ids(const void *a, const void *b, void *context)
{
    return compare_paths(context, *(const DefId *)a, *(const DefId *)b);
}

static void sort_unique(const Interners *in, DefIdVec *defs)
{
    uint32_t kept = 0;
    sort_items(defs->items, defs->count, sizeof(DefId), compare_def_ids, in);
    for (uint32_t i = 0; i < defs->count; i++) {
        if (kept == 0 || !def_id_eq(defs->items[i], defs->items[kept - 1]))
            defs->items[kept++] = defs->items[i];
    }
    defs->count = kept;
}

static void add_trait(const Interners *in, Res res, DefIdVec *out)
{
    if (res.kind == RES_DEF && def_kind(in, res.def) == DEF_TRAIT)
        def_id_vec_push(out, res.def);
}

static void add_module_traits(Job *job, DefId module, DefId from, DefIdVec *out)
{
    const ModuleNames *names = q_module_names(job, module);
    for (uint32_t i = 0; i < names->count; i++) {
        if (names->names[i].name_space == NAMESPACE_TYPE &&
            resolve_is_visible(job_interners(job), names->names[i].visible_in, from))
            add_trait(job_interners(job), names->names[i].res, out);
    }
}

static void add_block_traits(Job *job, const Place *place, DefIdVec *out)
{
    const BodyItems *items = q_body_items(job, place->body);
    for (uint32_t block = place->block; block != 0 && block < items->block_count;
         block = items->blocks[block].parent) {
        const BodyBlock *b = &items->blocks[block];
        for (uint32_t i = 0; i < b->names.count; i++) {
            if (items->names[b->names.start + i].name_space == NAMESPACE_TYPE)
                add_trait(job_interners(job), items->names[b->names.start + i].res, out);
        }
        for (uint32_t i = 0; i < b->globs.count; i++)
            add_module_traits(job, items->globs[b->globs.start + i], place->module, out);
    }
}

/* A body sees the traits of all its own blocks as well: which of them a method call stands in makes
 * no difference to what rustc accepts in practice, and keeps calls free of block numbers. */
static void add_own_blocks(Job *job, const Place *place, DefId body, DefIdVec *out)
{
    const MapDef *def = map_def(job, body);
    bool may_have_items = def ? (def->flags & DEF_MAY_HAVE_ITEMS) != 0 : true;
    if (!may_have_items)
        return;
    Place own = *place;
    own.body = body;
    const BodyItems *items = q_body_items(job, body);
    for (uint32_t block = 1; block < items->block_count; block++) {
        own.block = block;
        add_block_traits(job, &own, out);
    }
}

void traits_in_scope_provide(Job *job, DefId def, DefList *out)
{
    Interners *in = job_interners(job);
    DefIdVec traits;
    def_id_vec_init(&traits, job_out(job));
    Place place = resolve_place(job, def);
    DefKind kind = def_kind(in, def);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST || kind == DEF_STATIC ||
        kind == DEF_ASSOC_CONST)
        add_own_blocks(job, &place, def, &traits);
    for (Place at = place; !def_id_is_none(at.body); at = resolve_place(job, at.body))
        add_block_traits(job, &at, &traits);
    add_module_traits(job, place.module, place.module, &traits);
    sort_unique(in, &traits);
    *out = (DefList){ traits.items, traits.count };
}

/* ---- definitions ---- */

void def_item_provide(Job *job, DefId def, DefItem *out)
{
    Interners *in = job_interners(job);
    while (is_part(def_kind(in, def)))
        def = def_parent(in, def);
    if (is_assoc(def_kind(in, def))) {
        const AssocDef *assoc = assoc_item(job, def);
        out->item = assoc ? assoc->item : item_id_none();
        return;
    }
    const BodyItem *in_body = body_item(job, def);
    const MapDef *found = in_body ? NULL : map_def(job, def);
    out->item = in_body ? in_body->item : found ? found->item : item_id_none();
}

static DefId part_visibility(Job *job, DefId def)
{
    Interners *in = job_interners(job);
    DefId parent = def_parent(in, def);
    if (def_kind(in, def) == DEF_FIELD && def_kind(in, parent) != DEF_VARIANT)
        return resolve_field_def_visibility(job, def);
    if (def_kind(in, def) == DEF_CTOR && def_kind(in, parent) == DEF_STRUCT)
        return ctor_visibility(job, parent, q_def_item(job, parent)->item,
                               q_visibility(job, parent)->visible_in);
    return q_visibility(job, parent)->visible_in;
}

void visibility_provide(Job *job, DefId def, Visibility *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, def);
    if (kind == DEF_CRATE)
        return;
    if (is_part(kind)) {
        out->visible_in = part_visibility(job, def);
        return;
    }
    if (is_assoc(kind)) {
        DefId container = def_parent(in, def);
        const AssocDef *assoc = assoc_item(job, def);
        out->visible_in = def_kind(in, container) == DEF_TRAIT
                              ? q_visibility(job, container)->visible_in
                          : assoc ? assoc->visible_in
                                  : def_id_none();
        return;
    }
    const MapDef *found = map_def(job, def);
    out->visible_in = found ? found->visible_in : resolve_module_of(in, def);
}

void module_children_provide(Job *job, DefId module, DefList *out)
{
    Interners *in = job_interners(job);
    DefIdVec defs;
    def_id_vec_init(&defs, job_out(job));
    if (def_kind(in, module) == DEF_TRAIT || def_kind(in, module) == DEF_IMPL) {
        const AssocDefs *items = q_assoc_defs(job, module);
        for (uint32_t i = 0; i < items->count; i++)
            def_id_vec_push(&defs, items->items[i].def);
    } else {
        const CrateDefMapData *map = map_of(job, module);
        uint32_t *index = map ? map_find(&map->def_index, &module) : NULL;
        for (uint32_t i = index ? *index + 1 : 0; index && i < map->defs[*index].end;
             i = map->defs[i].end)
            def_id_vec_push(&defs, map->defs[i].def);
    }
    *out = (DefList){ defs.items, defs.count };
}

/* ---- whole crates ---- */

typedef struct {
    Job *job;
    Interners *in;
    bool bodies; /* collect bodies; else headers */
    DefIdVec defs;
} CrateWalk;

static void walk_body(CrateWalk *w, DefId body);

static void walk_def(CrateWalk *w, DefId def, uint32_t flags)
{
    DefKind kind = def_kind(w->in, def);
    bool has_header = kind != DEF_CRATE && kind != DEF_MOD && kind != DEF_MACRO;
    if (w->bodies ? (flags & DEF_HAS_BODY) != 0 : has_header)
        def_id_vec_push(&w->defs, def);
    if (flags & DEF_HAS_CHILDREN) {
        const AssocDefs *items = q_assoc_defs(w->job, def);
        for (uint32_t i = 0; i < items->count; i++)
            walk_def(w, items->items[i].def,
                     (items->items[i].has_body ? (uint32_t)DEF_HAS_BODY : 0) |
                         (items->items[i].may_have_items ? (uint32_t)DEF_MAY_HAVE_ITEMS : 0));
    }
    if (flags & DEF_MAY_HAVE_ITEMS)
        walk_body(w, def);
}

static void walk_body(CrateWalk *w, DefId body)
{
    const BodyItems *items = q_body_items(w->job, body);
    for (uint32_t i = 0; i < items->item_count; i++)
        walk_def(w, items->items[i].def, items->items[i].flags);
}

static void walk_crate(Job *job, DefId crate, bool bodies, DefList *out)
{
    CrateWalk w = { .job = job, .in = job_interners(job), .bodies = bodies };
    def_id_vec_init(&w.defs, job_out(job));
    const CrateDefMapData *map = map_of(job, crate);
    for (uint32_t i = 1; map && i < map->def_count && !job_cancelled(job); i++)
        walk_def(&w, map->defs[i].def, map->defs[i].flags);
    *out = (DefList){ w.defs.items, w.defs.count };
}

void crate_bodies_provide(Job *job, DefId crate, DefList *out)
{
    walk_crate(job, crate, true, out);
}

void crate_items_provide(Job *job, DefId crate, DefList *out)
{
    walk_crate(job, crate, false, out);
}

static void add_crate(Job *job, DefId crate, DefIdVec *out)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (def_id_eq(out->items[i], crate))
            return;
    }
    const CrateInfo *info = q_crate_info(job, crate);
    for (uint32_t i = 0; i < info->dependency_count; i++)
        add_crate(job, info->dependencies[i].crate, out);
    def_id_vec_push(out, crate);
}

void visible_crates_provide(Job *job, DefId crate, DefList *out)
{
    DefIdVec crates;
    def_id_vec_init(&crates, job_out(job));
    add_crate(job, crate, &crates);
    *out = (DefList){ crates.items, crates.count };
}

/* ---- lang items ---- */

/* Methods and constants with #[lang] are found by their trait or impl: only these are looked into.
 */
static DefId assoc_lang_item(Job *job, const MapDef *def, SymId name)
{
    const AssocDefs *items = q_assoc_defs(job, def->def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (sym_id_eq(items->items[i].lang, name))
            return items->items[i].def;
    }
    return def_id_none();
}

static DefId crate_lang_item(Job *job, DefId crate, SymId name)
{
    const CrateDefMapData *map = map_of(job, crate);
    for (uint32_t i = 0; map && i < map->def_count; i++) {
        if (sym_id_eq(map->defs[i].lang, name))
            return map->defs[i].def;
    }
    for (uint32_t i = 0; map && i < map->def_count; i++) {
        DefId found = map->defs[i].flags & DEF_HAS_CHILDREN
                          ? assoc_lang_item(job, &map->defs[i], name)
                          : def_id_none();
        if (!def_id_is_none(found))
            return found;
    }
    return def_id_none();
}

void lang_item_provide(Job *job, LangItemKey key, LangItem *out)
{
    const DefList *crates = q_visible_crates(job, key.crate);
    for (uint32_t i = 0; i < crates->count && def_id_is_none(out->def); i++)
        out->def = crate_lang_item(job, crates->items[i], key.name);
}
