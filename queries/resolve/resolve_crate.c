/* Whole crates: lists of definitions, lang items, visible crates. */
#include "resolve/resolve_priv.h"

VEC_TYPE(LangEntryVec, lang_entry_vec, LangEntry)

/* ---- every definition ---- */

void def_walk_init(DefWalk *w, Job *job, bool bodies, Arena *arena)
{
    *w = (DefWalk){ .job = job, .in = job_interners(job), .bodies = bodies };
    def_id_vec_init(&w->defs, arena);
}

static void walk_body(DefWalk *w, DefId body);

static void walk_def(DefWalk *w, DefId def, uint32_t flags)
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

static void walk_body(DefWalk *w, DefId body)
{
    const BodyItems *items = q_body_items(w->job, body);
    for (uint32_t i = 0; i < items->item_count; i++)
        walk_def(w, items->items[i].def, items->items[i].flags);
}

void def_walk(DefWalk *w, const ModuleDef *def)
{
    walk_def(w, def->def, def->flags);
}

static void visit_def(void *context, const ModuleDef *def)
{
    def_walk(context, def);
}

void crate_bodies_provide(Job *job, DefId crate, DefList *out)
{
    DefWalk w;
    def_walk_init(&w, job, true, job_out(job));
    module_defs_walk(job, crate, visit_def, &w);
    *out = (DefList){ w.defs.items, w.defs.count };
}

void crate_items_provide(Job *job, DefId crate, DefList *out)
{
    DefWalk w;
    def_walk_init(&w, job, false, job_out(job));
    module_defs_walk(job, crate, visit_def, &w);
    *out = (DefList){ w.defs.items, w.defs.count };
}

static void visit_macro(void *context, const ModuleDef *def)
{
    DefWalk *w = context;
    if (def_kind(w->in, def->def) == DEF_MACRO)
        def_id_vec_push(&w->defs, def->def);
}

void crate_macros_provide(Job *job, DefId crate, DefList *out)
{
    DefWalk w;
    def_walk_init(&w, job, false, job_out(job));
    module_defs_walk(job, crate, visit_macro, &w);
    *out = (DefList){ w.defs.items, w.defs.count };
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

typedef struct {
    Job *job;
    LangEntryVec items;
} LangWalk;

static void visit_lang(void *context, const ModuleDef *def)
{
    LangWalk *w = context;
    if (!sym_id_is_none(def->lang))
        lang_entry_vec_push(&w->items, (LangEntry){ def->lang, def->def });
}

/* Methods and constants with #[lang]. */
static void visit_assoc_lang(void *context, const ModuleDef *def)
{
    LangWalk *w = context;
    if (!(def->flags & DEF_MAY_HAVE_LANG_ITEMS))
        return;
    const AssocDefs *items = q_assoc_defs(w->job, def->def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (!sym_id_is_none(items->items[i].lang))
            lang_entry_vec_push(&w->items,
                                (LangEntry){ items->items[i].lang, items->items[i].def });
    }
}

void crate_lang_items_provide(Job *job, DefId crate, CrateLangItems *out)
{
    LangWalk w = { .job = job };
    lang_entry_vec_init(&w.items, job_out(job));
    module_defs_walk(job, crate, visit_lang, &w);
    module_defs_walk(job, crate, visit_assoc_lang, &w);
    *out = (CrateLangItems){ w.items.items, w.items.count };
}

void lang_item_provide(Job *job, LangItemKey key, LangItem *out)
{
    const DefList *crates = q_visible_crates(job, key.crate);
    for (uint32_t i = 0; i < crates->count; i++) {
        const CrateLangItems *items = q_crate_lang_items(job, crates->items[i]);
        for (uint32_t j = 0; j < items->count; j++) {
            if (!sym_id_eq(items->items[j].name, key.name))
                continue;
            out->def = items->items[j].def;
            return;
        }
    }
}
