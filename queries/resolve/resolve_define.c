/* Names of a module: binding them, and what is wrong when one is bound twice. */
#include "resolve/resolve_priv.h"

static const char *const namespace_texts[] = { "type", "value", "macro" };

static bool is_import_like(const CollectName *name)
{
    return name->import != 0 || name->is_extern_crate;
}

/* `the type`, `the module`, `the trait`, ... before a name. */
static const char *kind_text(const Collector *c, const CollectName *name)
{
    if (name->name_space != NAMESPACE_TYPE || name->res.kind != RES_DEF)
        return namespace_texts[name->name_space];
    DefKind kind = def_kind(c->in, name->res.def);
    if (kind == DEF_MOD || (kind == DEF_CRATE && !name->is_extern_crate))
        return "module";
    if (kind == DEF_CRATE)
        return "extern crate";
    return kind == DEF_TRAIT ? "trait" : "type";
}

static const char *container_text(const Collector *c, uint32_t module)
{
    return c->modules.items[module].is_block ? "block" : "module";
}

/* Where the name is bound: an import's leaf, an item's head. */
static TokenSpan name_span(Collector *c, const CollectName *name)
{
    if (name->import == 0)
        return item_head_span(c->job, name->item);
    const ItemUse *use = c->imports.items[name->import].use;
    return item_tokens_span(c->job, name->item, use->at_lo, use->at_hi);
}

static DiagCode duplicate_code(const CollectName *a, const CollectName *b)
{
    if (a->is_extern_crate && b->is_extern_crate)
        return DIAG_CODE_duplicate_extern_crates;
    if (a->is_extern_crate || b->is_extern_crate) {
        const CollectName *other = a->is_extern_crate ? b : a;
        return other->import ? DIAG_CODE_duplicate_extern_crate_import
                             : DIAG_CODE_duplicate_extern_crate_item;
    }
    if (a->import && b->import)
        return DIAG_CODE_duplicate_imports;
    return a->import || b->import ? DIAG_CODE_duplicate_import_item
                                  : DIAG_CODE_duplicate_definition;
}

/* The import that a suggestion renames: the later one if both are. */
static void suggest_rename(Collector *c, Diag *diag, const CollectName *name)
{
    const ItemUse *use = c->imports.items[name->import].use;
    Str text = sym_text(c->in, name->name);
    bool is_upper = text.bytes > 0 && text.data[0] >= 'A' && text.data[0] <= 'Z';
    const char *other =
        arena_printf(c->arena, is_upper ? "Other%.*s" : "other_%.*s", (int)text.bytes, text.data);
    bool has_rename = !sym_id_is_none(use->rename);
    TokenSpan last = item_tokens_span(c->job, name->item, use->at_hi - 1, use->at_hi);
    if (!has_rename) {
        const ItemSegment *segment =
            &c->imports.items[name->import].tree->segments[use->path.start + use->path.count - 1];
        last.sub_lo = last.sub_hi = (uint32_t)sym_text(c->in, segment->name).bytes;
    }
    diag_suggest(diag, diag_at_tokens(last),
                 str_from_c(has_rename ? other : arena_printf(c->arena, " as %s", other)),
                 APPLICABLE_MAYBE, "you can use `as` to change the binding name of the import");
}

static void report_duplicate(Collector *c, const CollectName *old, const CollectName *fresh)
{
    Str name = sym_text(c->in, old->name);
    Diag *diag = diag_new(c->job, duplicate_code(old, fresh), diag_at_tokens(name_span(c, fresh)));
    diag_arg(diag, name);
    diag_primary_label(diag, "`%.*s` %s here", (int)name.bytes, name.data,
                       is_import_like(fresh) ? "reimported" : "redefined");
    diag_label(diag, diag_at_tokens(name_span(c, old)), "previous %s of the %s `%.*s` here",
               is_import_like(old) ? "import" : "definition", kind_text(c, old), (int)name.bytes,
               name.data);
    diag_note(diag, "`%.*s` must be defined only once in the %s namespace of this %s",
              (int)name.bytes, name.data, namespace_texts[fresh->name_space],
              container_text(c, fresh->module));
    if (fresh->import || old->import)
        suggest_rename(c, diag, fresh->import ? fresh : old);
    diag_emit(c->job, diag);
}

/* One report per place, though a struct or an import may clash in two name spaces. */
static bool was_reported(Collector *c, const CollectName *name)
{
    for (uint32_t n = 0; n < NAMESPACE_COUNT; n++) {
        uint32_t key[3] = { name->module, name->name.v, n };
        uint32_t *index = map_find(&c->name_map, key);
        if (index && c->names.items[*index].reported == name->order + 1)
            return true;
    }
    return false;
}

void collect_define(Collector *c, CollectName name)
{
    uint32_t key[3] = { name.module, name.name.v, name.name_space };
    bool existed;
    uint32_t *slot = map_put(&c->name_map, key, &existed);
    if (!existed) {
        *slot = collect_name_vec_push(&c->names, name);
        return;
    }
    CollectName *old = &c->names.items[*slot];
    if (name.res.kind == RES_ERROR || old->res.kind == RES_ERROR || was_reported(c, &name))
        return;
    old->reported = name.order + 1;
    bool in_order = old->order <= name.order;
    report_duplicate(c, in_order ? old : &name, in_order ? &name : old);
}

/* ---- visibility ---- */

DefId visibility_meet(const Interners *in, DefId a, DefId b)
{
    return resolve_is_visible(in, a, b) && !def_id_is_none(b) ? b : a;
}

static DefId error_visibility(Collector *c, uint32_t module, DiagCode code, const Item *item,
                              const ItemTree *tree, uint32_t segment, const char *label)
{
    const ItemSegment *s = &tree->segments[item->vis_path.start + segment];
    Diag *diag = diag_new(c->job, code,
                          diag_at_tokens(item_tokens_span(c->job, item->id, s->at, s->at + 1)));
    if (code == DIAG_CODE_unresolved_module)
        diag_argf(diag, "`%s` in `%s`", sym_text(c->in, s->name).data,
                  segment ? sym_text(c->in, s[-1].name).data : "crate");
    if (label)
        diag_primary_label(diag, "%s", label);
    diag_emit(c->job, diag);
    return collect_module_def(c, module);
}

/* `pub(in path)`: only modules around count, and only those that are written, not imported. */
static DefId visible_in_path(Collector *c, uint32_t module, const ItemTree *tree, const Item *item)
{
    DefId at = collect_module_def(c, module);
    for (uint32_t i = 0; i < item->vis_path.count; i++) {
        const ItemSegment *s = &tree->segments[item->vis_path.start + i];
        if (s->kind == TOKEN_KW_CRATE || s->kind == TOKEN_KW_DOLLAR_CRATE) {
            at = c->crate;
        } else if (s->kind == TOKEN_KW_SUPER) {
            if (def_kind(c->in, at) == DEF_CRATE)
                return error_visibility(c, module, DIAG_CODE_too_many_supers, item, tree, i,
                                        "there are too many leading `super` keywords");
            at = resolve_module_of(c->in, def_parent(c->in, at));
        } else if (s->kind != TOKEN_KW_SELF_LOWER) {
            if (i == 0 && c->info->edition != EDITION_2015)
                return error_visibility(c, module, DIAG_CODE_relative_visibility, item, tree, i,
                                        NULL);
            DefId from = i == 0 ? c->crate : at;
            at = def_child(c->in, from, DEF_MOD, s->name, 0);
            if (collect_module_of(c, at) == 0)
                return error_visibility(c, module, DIAG_CODE_unresolved_module, item, tree, i,
                                        "not found");
        }
    }
    if (!resolve_is_visible(c->in, at, collect_module_def(c, module)))
        return error_visibility(c, module, DIAG_CODE_visibility_not_ancestor, item, tree,
                                item->vis_path.count - 1, NULL);
    return at;
}

DefId collect_visibility(Collector *c, uint32_t module, const ItemTree *tree, const Item *item)
{
    DefId here = collect_module_def(c, module);
    switch ((AstVisKind)item->vis) {
    case AST_VIS_PUB:
        return def_id_none();
    case AST_VIS_CRATE:
        return c->crate;
    case AST_VIS_SUPER:
        if (def_kind(c->in, here) != DEF_CRATE)
            return resolve_module_of(c->in, def_parent(c->in, here));
        return error_visibility(c, module, DIAG_CODE_too_many_supers, item, tree, 0,
                                "there are too many leading `super` keywords");
    case AST_VIS_IN:
        return visible_in_path(c, module, tree, item);
    case AST_VIS_INHERITED:
    case AST_VIS_SELF:
    case AST_VIS_COUNT:
        return here;
    }
    RSC_UNREACHABLE();
}
