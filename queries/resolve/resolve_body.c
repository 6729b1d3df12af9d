/* Items of bodies: the collector, run block by block. */
#include "resolve/resolve_body.h"

#include "resolve/resolve_priv.h"

VEC_TYPE(BodyItemVec, body_item_vec, BodyItem)
VEC_TYPE(BlockNameVec, block_name_vec, BlockName)
VEC_TYPE(BodyBlockVec, body_block_vec, BodyBlock)
VEC_TYPE(BodyMacroVec, body_macro_vec, BodyMacro)

typedef struct {
    uint32_t block;
    SymId name;
} BlockLocal;
VEC_TYPE(BlockLocalVec, block_local_vec, BlockLocal)

struct BodyScopes {
    Collector collector;
    DefId owner;
    Place outer;
    U32Vec blocks;       /* block -> module of the collector; [0] unused */
    Map block_of_module; /* module -> block */
    BlockLocalVec locals;
    BodyMacroVec macros;
};

static Lookup outer_lookup(Collector *c, uint32_t module, SymId name, Namespace name_space)
{
    (void)module;
    const BodyScopes *scopes = c->outer;
    ScopeName found = resolve_bare(c->job, &scopes->outer, name, name_space);
    return (Lookup){ .state = found.is_found ? LOOKUP_FOUND : LOOKUP_ABSENT,
                     .res = found.res,
                     .visible_in = found.visible_in,
                     .is_ambiguous = found.is_ambiguous };
}

BodyScopes *body_scopes_new(Job *job, DefId owner, const Place *outer)
{
    BodyScopes *scopes = arena_new_object(job_scratch(job), BodyScopes);
    Collector *c = &scopes->collector;
    collector_init(c, job, outer->crate);
    c->outer_module = outer->module;
    c->parent_def = owner;
    c->outer_lookup = outer_lookup;
    c->outer = scopes;
    scopes->owner = owner;
    scopes->outer = *outer;
    u32_vec_init(&scopes->blocks, c->arena);
    u32_vec_push(&scopes->blocks, 0);
    map_init(&scopes->block_of_module, c->arena, sizeof(uint32_t));
    block_local_vec_init(&scopes->locals, c->arena);
    body_macro_vec_init(&scopes->macros, c->arena);
    return scopes;
}

uint32_t body_scopes_add(BodyScopes *scopes, uint32_t parent, const BlockItem *items,
                         uint32_t count)
{
    Collector *c = &scopes->collector;
    uint32_t module = collect_module(
        c, (CollectModule){ .parent = scopes->blocks.items[parent], .is_block = true });
    uint32_t block = u32_vec_push(&scopes->blocks, module);
    *map_put(&scopes->block_of_module, &module, NULL) = block;
    uint32_t scope = 0;
    for (uint32_t i = 0; i < count; i++) {
        const Item *item = &items[i].tree->items[items[i].index];
        if (item->kind == DEF_MOD)
            diag_unsupported(c->job, diag_at_tokens(resolve_head_span(c->job, item->id)),
                             "a module inside a function");
        else if (item->kind != DEF_MACRO)
            collect_item(c, module, items[i].tree, items[i].index, &scope);
    }
    collect_resolve(c);
    collect_name_defs(c);
    return block;
}

ScopeName body_scopes_name(BodyScopes *scopes, uint32_t block, SymId name, Namespace name_space)
{
    uint32_t module = scopes->blocks.items[block];
    Lookup found = lookup_in_module(&scopes->collector, module, name, name_space, module, 0);
    return (ScopeName){ .res = found.res,
                        .is_found = found.state == LOOKUP_FOUND,
                        .is_ambiguous = found.is_ambiguous,
                        .visible_in = found.visible_in };
}

static const CollectDef *find_def(const BodyScopes *scopes, DefId def)
{
    uint32_t *index = map_find(&scopes->collector.def_map, &def);
    return index ? &scopes->collector.defs.items[*index] : NULL;
}

bool body_scopes_owns(const BodyScopes *scopes, DefId def)
{
    return find_def(scopes, def) != NULL;
}

ItemId body_scopes_item(const BodyScopes *scopes, DefId def)
{
    const CollectDef *found = find_def(scopes, def);
    return found ? found->item : item_id_none();
}

/* Without those that macros make: assoc_defs has them, but asks for the body that is being lowered.
 */
static ScopeName trait_member(const BodyScopes *scopes, const CollectDef *trait, SymId name,
                              Namespace name_space)
{
    for (uint32_t i = trait->index + 1; i < trait->tree->items[trait->index].end;
         i = trait->tree->items[i].end) {
        const Item *item = &trait->tree->items[i];
        Namespace its = item->kind == DEF_ASSOC_TYPE ? NAMESPACE_TYPE : NAMESPACE_VALUE;
        if (its == name_space && sym_id_eq(item->name, name)) {
            DefId def = def_child(scopes->collector.in, trait->def, (DefKind)item->kind, name, 0);
            return (ScopeName){ .res = { .kind = RES_DEF, .def = def }, .is_found = true };
        }
    }
    return (ScopeName){ .is_found = false };
}

ScopeName body_scopes_member(BodyScopes *scopes, DefId container, SymId name, Namespace name_space)
{
    const CollectDef *def = find_def(scopes, container);
    if (def && def->kind == DEF_ENUM)
        return lookup_enum_variant(scopes->collector.job, container, def->item, name, name_space,
                                   def->visible_in);
    if (def && def->kind == DEF_TRAIT)
        return trait_member(scopes, def, name, name_space);
    return (ScopeName){ .is_found = false };
}

void body_scopes_note_local(BodyScopes *scopes, uint32_t block, SymId name)
{
    for (uint32_t i = 0; i < scopes->locals.count; i++) {
        if (scopes->locals.items[i].block == block && sym_id_eq(scopes->locals.items[i].name, name))
            return;
    }
    block_local_vec_push(&scopes->locals, (BlockLocal){ block, name });
}

void body_scopes_note_macro(BodyScopes *scopes, uint32_t block, SymId name, ItemId item)
{
    body_macro_vec_push(&scopes->macros, (BodyMacro){ .item = item, .name = name, .block = block });
}

/* ---- the result ---- */

typedef struct {
    const BodyScopes *scopes;
    BodyBlockVec blocks;
    BodyItemVec items;
    BlockNameVec names;
    U32Vec globs;
    U32Vec locals;
} Result;

static void add_block(Result *r, uint32_t block)
{
    const Collector *c = &r->scopes->collector;
    uint32_t module = r->scopes->blocks.items[block], parent = c->modules.items[module].parent;
    uint32_t *parent_block = map_find(&r->scopes->block_of_module, &parent);
    BodyBlock made = { .parent = parent_block ? *parent_block : 0,
                       .names = { r->names.count, 0 },
                       .globs = { r->globs.count, 0 },
                       .locals = { r->locals.count, 0 } };
    for (uint32_t i = 1; i < c->names.count; i++) {
        const CollectName *name = &c->names.items[i];
        if (name->module == module)
            block_name_vec_push(&r->names, (BlockName){ name->name, name->name_space, name->res,
                                                        name->visible_in });
    }
    for (uint32_t i = 1; i < c->imports.count; i++) {
        const CollectImport *import = &c->imports.items[i];
        if (import->module == module && import->kind == IMPORT_GLOB &&
            !def_id_is_none(import->glob_target))
            u32_vec_push(&r->globs, import->glob_target.v);
    }
    for (uint32_t i = 0; i < r->scopes->locals.count; i++) {
        if (r->scopes->locals.items[i].block == block)
            u32_vec_push(&r->locals, r->scopes->locals.items[i].name.v);
    }
    made.names.count = r->names.count - made.names.start;
    made.globs.count = r->globs.count - made.globs.start;
    made.locals.count = r->locals.count - made.locals.start;
    body_block_vec_push(&r->blocks, made);
}

static int compare_items(const void *a, const void *b, void *context)
{
    return resolve_compare_siblings(context, ((const BodyItem *)a)->def,
                                    ((const BodyItem *)b)->def);
}

static void add_items(Result *r)
{
    const Collector *c = &r->scopes->collector;
    for (uint32_t i = 1; i < c->defs.count; i++) {
        const CollectDef *def = &c->defs.items[i];
        uint32_t *block = map_find(&r->scopes->block_of_module, &def->module);
        body_item_vec_push(&r->items,
                           (BodyItem){ def->def, def->item, block ? *block : 0, def->flags });
    }
    sort_items(r->items.items, r->items.count, sizeof(BodyItem), compare_items, c->in);
}

void body_scopes_finish(BodyScopes *scopes, Arena *out, BodyItems *items)
{
    Result r = { .scopes = scopes };
    body_block_vec_init(&r.blocks, out);
    body_item_vec_init(&r.items, out);
    block_name_vec_init(&r.names, out);
    u32_vec_init(&r.globs, out);
    u32_vec_init(&r.locals, out);
    body_block_vec_push(&r.blocks, (BodyBlock){ .parent = 0 });
    for (uint32_t i = 1; i < scopes->blocks.count; i++)
        add_block(&r, i);
    add_items(&r);
    const AbsentItemVec *absent = &scopes->collector.absent;
    for (uint32_t i = 0; i < absent->count; i++)
        resolve_has_syntax_error(scopes->collector.job, absent->items[i].item);
    *items = (BodyItems){ .blocks = r.blocks.items,
                          .block_count = r.blocks.count,
                          .items = r.items.items,
                          .item_count = r.items.count,
                          .names = r.names.items,
                          .name_count = r.names.count,
                          .globs = (DefId *)(void *)r.globs.items,
                          .glob_count = r.globs.count,
                          .macros = arena_copy(out, scopes->macros.items,
                                               scopes->macros.count * sizeof(BodyMacro)),
                          .macro_count = scopes->macros.count,
                          .locals = (SymId *)(void *)r.locals.items,
                          .local_count = r.locals.count };
}
