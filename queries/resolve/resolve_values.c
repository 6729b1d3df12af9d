/* The keys and values of resolve's queries as the engine handles them. */
#include "engine/query_value.h"
#include "resolve/resolve_priv.h"

static void encode_res(Encoder *e, Res res)
{
    encode_u8(e, res.kind);
    encode_u8(e, res.primitive);
    encode_interned(e, INTERN_def, res.def.v);
}
/* No value of this stage names a local variable. */
static Res decode_res(Decoder *d)
{
    Res res = { .kind = (uint8_t)ir_read_below(d, RES_KIND_COUNT) };
    res.primitive = (uint8_t)ir_read_below(d, PRIMITIVE_COUNT);
    res.def = def_id_make(decode_interned(d, INTERN_def));
    return res;
}
IR_SCALAR_KIND(res, Res, encode_res(e, *v), *v = decode_res(d),
               ir_print_interned(dump, name, INTERN_def, v->def.v))
IR_BELOW_KIND(name_space, uint32_t, NAMESPACE_COUNT)
IR_BELOW_KIND(def_kind, uint32_t, DEF_KIND_COUNT)
IR_BELOW_KIND(edition, uint8_t, EDITION_2024 + 1)
IR_BELOW_KIND(simplified_kind, uint8_t, SIMPLIFIED_CLOSURE + 1)

/* A parent comes before its children, so that chains end; 0 is none. */
IR_SCALAR_KIND(body_block_parent, uint32_t, encode_u32(e, *v),
               *v = ir_read_index(d, IR_ENTRY_INDEX(((const BodyItems *)pool)->blocks, BodyBlock,
                                                    parent, v)),
               ir_print_number(dump, name, *v))
IR_BELOW_KIND(body_block_index, uint32_t, ((const BodyItems *)pool)->block_count)
IR_WITHIN_KIND(body_name_run, ((const BodyItems *)pool)->name_count)
IR_WITHIN_KIND(body_glob_run, ((const BodyItems *)pool)->glob_count)
IR_WITHIN_KIND(body_local_run, ((const BodyItems *)pool)->local_count)

#define IR_TABLE "resolve/resolve_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "resolve/resolve_values.def"
#include "base/ir_records_define.h"

static void scope_name_text(const Interners *in, ScopeNameKey key, Text *out)
{
    static const char *const texts[] = { "type", "value", "macro" };
    def_qualified_text(in, key.module, out);
    text_addf(out, "::%s (%s)", sym_text(in, key.name).data, texts[key.name_space]);
}

static void macro_name_text(const Interners *in, MacroNameKey key, Text *out)
{
    text_addf(out, "%s! in ", sym_text(in, key.name).data);
    def_qualified_text(in, key.place, out);
}

static void lang_item_text(const Interners *in, LangItemKey key, Text *out)
{
    text_addf(out, "%s from ", sym_text(in, key.name).data);
    def_qualified_text(in, key.crate, out);
}

static void simplified_text(const Interners *in, uint8_t kind, uint8_t detail, DefId def, Text *out)
{
    static const char *const texts[] = { "_",      "",      "primitive", "&", "*", "[_]",
                                         "[_; _]", "tuple", "fn",        "!", "",  "closure" };
    text_add_c(out, texts[kind]);
    if (!def_id_is_none(def))
        def_qualified_text(in, def, out);
    else if (detail)
        text_addf(out, " %u", detail);
}

static void trait_impls_text(const Interners *in, TraitImplsKey key, Text *out)
{
    def_qualified_text(in, key.trait_def, out);
    text_add_c(out, " for ");
    simplified_text(in, key.kind, key.detail, key.def, out);
    text_add_c(out, " in ");
    def_qualified_text(in, key.crate, out);
}

static void inherent_impls_text(const Interners *in, InherentImplsKey key, Text *out)
{
    simplified_text(in, key.kind, key.detail, key.def, out);
    text_add_c(out, " in ");
    def_qualified_text(in, key.crate, out);
}

QUERY_KEY_INFO(ScopeNameKey, scope_name_key, scope_name_text)
QUERY_KEY_INFO(MacroNameKey, macro_name_key, macro_name_text)
QUERY_KEY_INFO(LangItemKey, lang_item_key, lang_item_text)
QUERY_KEY_INFO(TraitImplsKey, trait_impls_key, trait_impls_text)
QUERY_KEY_INFO(InherentImplsKey, inherent_impls_key, inherent_impls_text)

/* Cycles and cancellation: an import that was reported. */
QUERY_VALUE_INFO(ScopeName, scope_name, { .is_found = true })
QUERY_VALUE_INFO(DefItem, def_item, { .item = { 0 } })
QUERY_VALUE_INFO(DefList, def_list, { .count = 0 })
QUERY_VALUE_INFO(Visibility, visibility, { .visible_in = { 0 } })
QUERY_VALUE_INFO(MacroName, macro_name, { .item = { 0 } })
QUERY_VALUE_INFO(LangItem, lang_item, { .def = { 0 } })
QUERY_VALUE_INFO(ModuleNames, module_names, { .count = 0 })
/* In a cycle every name is an error that was reported. */
QUERY_VALUE_INFO(ModuleScope, module_scope, { .is_missing = true })
QUERY_VALUE_INFO(ModuleDefs, module_def_list, { .count = 0 })
QUERY_VALUE_INFO(ModuleMacros, module_macros, { .count = 0 })
QUERY_VALUE_INFO(CrateLangItems, crate_lang_items, { .count = 0 })
QUERY_VALUE_INFO(AssocDefs, assoc_defs, { .count = 0 })
QUERY_VALUE_INFO(ImplIndex, impl_index, { .count = 0 })
QUERY_VALUE_INFO(CrateFacts, crate_facts, { .has_no_core = true })
QUERY_VALUE_INFO(BodyItems, body_items, { .block_count = 0 })

/* ---- CrateDefMap: QF_NO_HASH, its parts are hashed ---- */

static void def_map_encode(Encoder *e, const void *value)
{
    (void)e, (void)value;
    RSC_UNREACHABLE();
}
static void def_map_decode(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}
static const CrateDefMap def_map_error = { .data = NULL };
const ValueInfo value_info_CrateDefMap = { "CrateDefMap", sizeof(CrateDefMap), def_map_encode,
                                           def_map_decode, &def_map_error };
