/* What stands inside items: associated items of traits and impls, variants of enums, fields. */
#include <stdio.h>

#include "resolve/resolve_gates.h"
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

VEC_TYPE(AssocDefVec, assoc_def_vec, AssocDef)

VEC_TYPE(ItemIdVec, item_id_vec, ItemId)
typedef struct {
    Job *job;
    Interners *in;
    DefId container;
    DefId crate;
    bool is_trait, is_trait_impl;
    AssocDefVec items;
    ItemIdVec absent;
    Map counts; /* (kind, name) -> how many */
    ExpandBudget budget;
} Assoc;

/* ---- visibility ---- */

static DefId path_visibility(Job *job, const Place *place, const PathWord *words, uint32_t count)
{
    ResolvedPath path = resolve_path(job, place, words, count, false, NAMESPACE_TYPE, NULL);
    bool is_module = path.state == RESOLVED && path.res.kind == RES_DEF && path.resolved == count;
    return is_module && resolve_is_visible(job_interners(job), path.res.def, place->module)
               ? path.res.def
               : place->module;
}

static DefId parent_module(const Interners *in, DefId module)
{
    return def_kind(in, module) == DEF_CRATE ? module
                                             : resolve_module_of(in, def_parent(in, module));
}

/* Of an item in an impl: as written. */
static DefId item_visibility(Assoc *a, const ItemTree *tree, const Item *item)
{
    if (a->is_trait || a->is_trait_impl || item->vis == AST_VIS_PUB)
        return def_id_none();
    Place place = { .crate = a->crate, .module = resolve_module_of(a->in, a->container) };
    if (item->vis == AST_VIS_CRATE)
        return a->crate;
    if (item->vis == AST_VIS_SUPER)
        return parent_module(a->in, place.module);
    if (item->vis != AST_VIS_IN)
        return place.module;
    PathWord *words = arena_alloc_zeroed(job_scratch(a->job), item->vis_path.count * sizeof *words);
    for (uint32_t i = 0; i < item->vis_path.count; i++) {
        const ItemSegment *segment = &tree->segments[item->vis_path.start + i];
        words[i] =
            (PathWord){ .name = segment->name, .kind = segment->kind, .dollar_crate = a->crate };
    }
    return path_visibility(a->job, &place, words, item->vis_path.count);
}

/* Of a field or variant: from the header's tree. */
static DefId ast_visibility(Job *job, DefId owner, ItemId item, const Ast *ast, AstVisId id)
{
    Interners *in = job_interners(job);
    Place place = { .crate = def_crate(in, owner), .module = resolve_module_of(in, owner) };
    const AstVis *vis = &ast->visibilities[id.v];
    switch ((AstVisKind)vis->kind) {
    case AST_VIS_PUB:
        return def_id_none();
    case AST_VIS_CRATE:
        return place.crate;
    case AST_VIS_SUPER:
        return parent_module(in, place.module);
    case AST_VIS_IN: {
        uint32_t count = ast->paths[vis->path_or_none.v].segments.count;
        PathWord *words = arena_alloc_zeroed(job_scratch(job), count * sizeof *words);
        resolve_words(job, ast, vis->path_or_none, item, place.crate, words);
        return path_visibility(job, &place, words, count);
    }
    case AST_VIS_INHERITED:
    case AST_VIS_SELF:
    case AST_VIS_COUNT:
        return place.module;
    }
    RSC_UNREACHABLE();
}

DefId resolve_field_visibility(Job *job, DefId owner, ItemId item, const Ast *ast, AstVisId vis)
{
    return ast_visibility(job, owner, item, ast, vis);
}

/* ---- associated items ---- */

static void add_children(Assoc *a, const ItemTree *tree, uint32_t parent);

static void add_call(Assoc *a, const ItemTree *tree, const Item *item)
{
    Place place = resolve_place(a->job, a->container);
    uint32_t count = item->path.count;
    const CallSites *sites = q_call_sites(a->job, item->id);
    if (count == 0 || sites->count != 1)
        return;
    PathWord *words = arena_alloc_zeroed(job_scratch(a->job), count * sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        const ItemSegment *segment = &tree->segments[item->path.start + i];
        words[i] = (PathWord){ .name = segment->name, .kind = segment->kind };
        words[i].dollar_crate = resolve_dollar_crate(a->job, item->id, segment->mark, a->crate);
    }
    MacroName macro = resolve_macro_path(a->job, &place, a->container, words, count, false);
    if (item_id_is_none(macro.item)) {
        uint32_t at = tree->segments[item->path.start + count - 1].at;
        report_macro_not_found(a->job, item_tokens_span(a->job, item->id, at, at + 1),
                               words[count - 1].name, NULL, NULL, 0);
        return;
    }
    AstFragment fragment = a->is_trait ? AST_FRAGMENT_TRAIT_ITEMS : AST_FRAGMENT_IMPL_ITEMS;
    CallId call = expand_call(a->in, item->id, &sites->sites[0], macro.item, macro.crate, fragment);
    if (!expand_budget_take(a->job, &a->budget, item->id, call))
        return;
    const ItemTree *made = q_call_items(a->job, call);
    if (made->exists)
        add_children(a, made, 0);
}

static void add_item(Assoc *a, const ItemTree *tree, uint32_t index)
{
    const Item *item = &tree->items[index];
    if ((item->flags & (ITEM_HAS_CFG | ITEM_HAS_CFG_ATTR)) &&
        !expand_item_is_configured(a->job, a->crate, item->id)) {
        item_id_vec_push(&a->absent, item->id);
        return;
    }
    if (item->kind == DEF_MACRO_CALL) {
        add_call(a, tree, item);
        return;
    }
    if (item->kind != DEF_ASSOC_FN && item->kind != DEF_ASSOC_CONST && item->kind != DEF_ASSOC_TYPE)
        return; /* reported by the parser */
    resolve_check_attributes(a->job, a->crate, tree, item);
    uint32_t key[2] = { item->kind, item->name.v };
    uint32_t *count = map_put(&a->counts, key, NULL);
    bool has_body = (item->flags & ITEM_HAS_BODY) != 0;
    assoc_def_vec_push(
        &a->items,
        (AssocDef){
            .def = def_child(a->in, a->container, (DefKind)item->kind, item->name, (*count)++),
            .item = item->id,
            .name = item->name,
            .kind = item->kind,
            .visible_in = item_visibility(a, tree, item),
            .has_body = has_body,
            .has_self = (item->flags & ITEM_HAS_SELF) != 0,
            .may_have_items =
                has_body && (item->end > index + 1 || (item->flags & ITEM_BODY_CALLS_MACRO) != 0),
            .lang = item->lang });
}

static void add_children(Assoc *a, const ItemTree *tree, uint32_t parent)
{
    for (uint32_t i = parent + 1; i < tree->items[parent].end; i = tree->items[i].end)
        add_item(a, tree, i);
}

void assoc_defs_provide(Job *job, DefId container, AssocDefs *out)
{
    Interners *in = job_interners(job);
    ItemId item = q_def_item(job, container)->item;
    const uint32_t index = 1;
    const ItemTree *tree = item_id_is_none(item) ? NULL : q_item_subtree(job, item);
    if (!tree || tree->count <= index)
        return;
    Assoc a = { .job = job,
                .in = in,
                .container = container,
                .crate = def_crate(in, container),
                .is_trait = def_kind(in, container) == DEF_TRAIT,
                .is_trait_impl = (tree->items[index].flags & ITEM_HAS_TRAIT) != 0 };
    assoc_def_vec_init(&a.items, job_out(job));
    item_id_vec_init(&a.absent, job_out(job));
    map_init(&a.counts, job_scratch(job), 2 * sizeof(uint32_t));
    add_children(&a, tree, index);
    *out = (AssocDefs){ a.items.items, a.items.count, a.absent.items, a.absent.count };
}

/* ---- variants ---- */

static ScopeName not_found(void)
{
    return (ScopeName){ .is_found = false };
}

ScopeName lookup_enum_variant(Job *job, DefId enum_def, ItemId item, SymId name,
                              Namespace name_space, DefId visible_in)
{
    Interners *in = job_interners(job);
    const Ast *ast;
    const AstItem *node = resolve_header(job, item, &ast);
    if (!node || node->kind != AST_ITEM_ENUM || name_space == NAMESPACE_MACRO)
        return not_found();
    for (uint32_t i = 0; i < node->as.enum_.variants.count; i++) {
        const AstVariant *variant = &ast->variants[ast_list_at(ast, node->as.enum_.variants, i)];
        if (!sym_id_eq(variant->name.name, name))
            continue;
        if (variant->attrs.count > 0 &&
            !expand_cfg_holds(job, def_crate(in, enum_def), item, ANCHOR_HEADER, ast,
                              parse_tokens(job, item, ANCHOR_HEADER), variant->attrs))
            continue;
        if (name_space == NAMESPACE_VALUE && variant->ctor == AST_CTOR_STRUCT)
            return not_found();
        DefId def = def_child(in, enum_def, DEF_VARIANT, name, 0);
        if (name_space == NAMESPACE_VALUE)
            def = def_child(in, def, DEF_CTOR, sym_id_none(), 0);
        return (ScopeName){ .res = { .kind = RES_DEF, .def = def },
                            .is_found = true,
                            .visible_in = visible_in };
    }
    return not_found();
}

ScopeName lookup_assoc_item(Job *job, DefId trait_def, SymId name, Namespace name_space)
{
    const AssocDefs *defs = q_assoc_defs(job, trait_def);
    for (uint32_t i = 0; i < defs->count; i++) {
        const AssocDef *def = &defs->items[i];
        Namespace its = def->kind == DEF_ASSOC_TYPE ? NAMESPACE_TYPE : NAMESPACE_VALUE;
        if (its == name_space && sym_id_eq(def->name, name))
            return (ScopeName){ .res = { .kind = RES_DEF, .def = def->def }, .is_found = true };
    }
    return not_found();
}

const AstItem *resolve_header(Job *job, ItemId item, const Ast **ast)
{
    *ast = item_id_is_none(item) ? NULL : q_header_ast(job, item);
    return *ast && (*ast)->item.v ? ast_item(*ast, (*ast)->item) : NULL;
}

/* ---- constructors ---- */

DefId ctor_visibility(Job *job, DefId struct_def, ItemId item, DefId struct_visible_in)
{
    const Ast *ast;
    const AstItem *node = resolve_header(job, item, &ast);
    DefId visible_in = struct_visible_in;
    if (!node || node->kind != AST_ITEM_STRUCT || node->as.struct_.ctor != AST_CTOR_TUPLE)
        return visible_in;
    for (uint32_t i = 0; i < node->as.struct_.fields.count; i++) {
        const AstFieldDef *field = &ast->field_defs[ast_list_at(ast, node->as.struct_.fields, i)];
        visible_in = visibility_meet(job_interners(job), visible_in,
                                     ast_visibility(job, struct_def, item, ast, field->vis));
    }
    return visible_in;
}

/* ---- fields ---- */

/* Tuple fields are named by their position. */
static bool is_field(const Interners *in, const AstFieldDef *field, uint32_t index, SymId name)
{
    if (!sym_id_is_none(field->name.name))
        return sym_id_eq(field->name.name, name);
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%u", index);
    return str_eq(sym_text(in, name), (Str){ digits, (size_t)length });
}

DefId resolve_field_def_visibility(Job *job, DefId field)
{
    Interners *in = job_interners(job);
    DefId owner = def_parent(in, field);
    ItemId item = q_def_item(job, owner)->item;
    const Ast *ast;
    const AstItem *node = resolve_header(job, item, &ast);
    IdRange fields = { 0, 0 };
    if (node && node->kind == AST_ITEM_STRUCT)
        fields = node->as.struct_.fields;
    else if (node && node->kind == AST_ITEM_UNION)
        fields = node->as.union_.fields;
    for (uint32_t i = 0; i < fields.count; i++) {
        const AstFieldDef *def = &ast->field_defs[ast_list_at(ast, fields, i)];
        if (is_field(in, def, i, def_name(in, field)))
            return ast_visibility(job, owner, item, ast, def->vis);
    }
    return def_id_none();
}
