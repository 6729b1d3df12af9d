/* Items: is what their headers say well-formed. */
#include "check/check_priv.h"
#include "resolve/resolve_gates.h"

/* What the header means is asked for, so that what is wrong with it is reported though nobody uses
 * the item. */
static void demand_header(Job *job, DefId item, DefKind kind)
{
    q_generics_of(job, item);
    q_predicates_of(job, item);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN)
        q_fn_sig(job, item);
    if (kind == DEF_CONST || kind == DEF_STATIC || kind == DEF_ASSOC_CONST ||
        kind == DEF_FOREIGN_STATIC || kind == DEF_TYPE_ALIAS)
        q_type_of(job, item);
    if (kind == DEF_TRAIT)
        q_assoc_items(job, item);
}

/* Array lengths, const arguments and discriminants are bodies of their own that belong to their
 * item. */
static bool check_anon_consts(Job *job, DefId item)
{
    bool ok = true;
    const DefList *consts = q_anon_consts(job, item);
    for (uint32_t i = 0; i < consts->count; i++)
        ok &= !q_pattern_check(job, consts->items[i])->has_error;
    return ok;
}

void item_check_provide(Job *job, DefId item, ItemCheck *out)
{
    DefKind kind = def_kind(job_interners(job), item);
    if (kind == DEF_MACRO) {
        DefId crate = def_crate(job_interners(job), item);
        out->has_error = !resolve_check_macro(job, crate, q_def_item(job, item)->item);
        return;
    }
    demand_header(job, item, kind);
    bool ok = check_anon_consts(job, item);
    ok &= check_wf(job, item);
    ok &= check_lang_item(job, item);
    if (kind == DEF_IMPL || kind == DEF_TRAIT)
        ok &= !q_absent_syntax(job, item)->has_error;
    if (kind == DEF_IMPL) {
        ok = check_coherence(job, item) && check_impl(job, item) && ok;
    } else if (kind == DEF_TRAIT) {
        ok &= check_trait(job, item);
    } else if (kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION) {
        ok &= check_adt(job, item);
        ok &= check_adt_parts(job, item);
    }
    out->has_error = !ok;
}

static void item_check_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const ItemCheck *)value)->has_error);
}
static void item_check_decode(Decoder *d, void *value)
{
    ((ItemCheck *)value)->has_error = decode_bool(d);
}
static const ItemCheck item_check_error = { true };
const ValueInfo value_info_ItemCheck = { "ItemCheck", sizeof(ItemCheck), item_check_encode,
                                         item_check_decode, &item_check_error };
