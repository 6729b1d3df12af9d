/* Lang items: known ones (E0522), each once among a crate and those it depends on (E0152). */
#include "check/check_priv.h"
#include "expand/expand.h"
#include "resolve/resolve_path.h"

static bool is_known(Str name)
{
    static const char *const names[] = {
#define LANG(name) name,
#include "check/check_lang_items.def"
    };
    size_t low = 0, high = ARRAY_COUNT(names);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_compare(name, str_from_c(names[middle]));
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static void report_unknown(Job *job, DefId item, Str name)
{
    ItemId id = q_def_item(job, item)->item;
    const Ast *ast = q_attributes_ast(job, id);
    const AstAttr *attr = expand_attr_find(job_interners(job), ast, ast->attributes, "lang");
    DiagSpan span = attr ? diag_at_tokens(ast_span(id, ANCHOR_ATTRIBUTES, attr->lo, attr->hi))
                         : resolve_def_span(job, item);
    Diag *diag = diag_arg(diag_new(job, DIAG_CODE_lang_item_unknown, span), name);
    diag_emit(job, diag_primary_label(diag, "definition of unknown lang item `%.*s`",
                                      (int)name.bytes, name.data));
}

/* The definition that was there before; none. One of a foreign item is only a declaration. */
static DefId first_definition(Job *job, DefId item, SymId name)
{
    const Interners *in = job_interners(job);
    DefId own = def_crate(in, item);
    const DefList *crates = q_visible_crates(job, own);
    for (uint32_t i = 0; i < crates->count; i++) {
        const CrateLangItems *items = q_crate_lang_items(job, crates->items[i]);
        for (uint32_t k = 0; k < items->count; k++) {
            DefId other = items->items[k].def;
            if (!sym_id_eq(items->items[k].name, name) || def_id_eq(other, item) ||
                def_kind(in, other) == DEF_FOREIGN_FN)
                continue;
            if (!def_id_eq(crates->items[i], own) || check_stands_later(job, item, other))
                return other;
        }
    }
    return def_id_none();
}

static void report_duplicate(Job *job, DefId item, Str name, DefId first)
{
    const Interners *in = job_interners(job);
    Diag *diag = diag_new(job, DIAG_CODE_lang_item_duplicate, resolve_def_span(job, item));
    diag_arg(diag, name);
    if (def_id_eq(def_crate(in, first), def_crate(in, item)))
        diag_span_note(diag, resolve_def_span(job, first), "the lang item is first defined here");
    else
        diag_note(diag, "the lang item is first defined in crate `%s`",
                  sym_text(in, q_crate_info(job, def_crate(in, first))->name).data);
    diag_emit(job, diag);
}

bool check_lang_item(Job *job, DefId item)
{
    const Interners *in = job_interners(job);
    SymId lang = q_item_facts(job, item)->lang_item;
    if (sym_id_is_none(lang) || def_kind(in, item) == DEF_FOREIGN_FN)
        return true;
    Str name = sym_text(in, lang);
    if (!is_known(name)) {
        report_unknown(job, item, name);
        return false;
    }
    DefId first = first_definition(job, item, lang);
    if (!def_id_is_none(first))
        report_duplicate(job, item, name, first);
    return def_id_is_none(first);
}
