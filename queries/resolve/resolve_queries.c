/* Definitions: the item behind one, where it may be named, what is declared in it. */
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

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
    if (def_kind(in, def) == DEF_CRATE) {
        out->item = item_root_of_file(in, q_crate_info(job, def)->root_file);
        return;
    }
    const BodyItem *in_body = body_item(job, def);
    const ModuleDef *found = in_body ? NULL : module_def_find(job, def);
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
    const ModuleDef *found = module_def_find(job, def);
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
        const ModuleDefs *declared = q_module_defs(job, module);
        for (uint32_t i = 0; i < declared->count; i++)
            def_id_vec_push(&defs, declared->defs[i].def);
    }
    *out = (DefList){ defs.items, defs.count };
}
