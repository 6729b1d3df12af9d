/* Keys and values of resolve's queries in canonical bytes. */
#include "resolve/resolve_priv.h"

static void encode_def(Encoder *e, DefId def)
{
    encode_interned(e, INTERN_def, def.v);
}
static DefId decode_def(Decoder *d)
{
    return def_id_make(decode_interned(d, INTERN_def));
}
static void encode_sym(Encoder *e, SymId sym)
{
    encode_interned(e, INTERN_sym, sym.v);
}
static SymId decode_sym(Decoder *d)
{
    return sym_id_make(decode_interned(d, INTERN_sym));
}
static void encode_item(Encoder *e, ItemId item)
{
    encode_interned(e, INTERN_item, item.v);
}
static ItemId decode_item(Decoder *d)
{
    return item_id_make(decode_interned(d, INTERN_item));
}
static void encode_res(Encoder *e, Res res)
{
    encode_u8(e, res.kind);
    encode_u8(e, res.primitive);
    encode_def(e, res.def);
}
static Res decode_res(Decoder *d)
{
    Res res = { .kind = decode_u8(d) };
    res.primitive = decode_u8(d);
    res.def = decode_def(d);
    if (res.kind >= RES_KIND_COUNT || res.primitive >= PRIMITIVE_COUNT)
        decoder_fail(d);
    return res;
}
/* An index below count. */
static uint32_t decode_index(Decoder *d, uint32_t count)
{
    uint32_t index = decode_u32(d);
    if (index >= count)
        decoder_fail(d);
    return index;
}
static void encode_range(Encoder *e, IdRange range)
{
    encode_u32(e, range.start);
    encode_u32(e, range.count);
}
static IdRange decode_range(Decoder *d, uint32_t limit)
{
    IdRange range = { .start = decode_u32(d) };
    range.count = decode_u32(d);
    if (range.start > limit || range.count > limit - range.start) {
        decoder_fail(d);
        return (IdRange){ 0, 0 };
    }
    return range;
}

#define VALUE(Type, prefix, ...)                                                                 \
    static const Type prefix##_error = { __VA_ARGS__ };                                          \
    const ValueInfo value_info_##Type = { #Type, sizeof(Type), prefix##_encode, prefix##_decode, \
                                          &prefix##_error };
#define KEY(Type, prefix) \
    const KeyInfo key_info_##Type = { #Type, prefix##_encode, prefix##_decode, prefix##_describe };
#define UNPACK(Type, name, key) \
    Type name;                  \
    memcpy(&name, key, sizeof name)

/* ---- keys ---- */

static void scope_key_encode(Encoder *e, const QueryKey *key)
{
    UNPACK(ScopeNameKey, k, key);
    encode_def(e, k.module);
    encode_sym(e, k.name);
    encode_u32(e, k.name_space);
}
static void scope_key_decode(Decoder *d, QueryKey *key)
{
    ScopeNameKey k = { .module = decode_def(d) };
    k.name = decode_sym(d);
    k.name_space = decode_index(d, NAMESPACE_COUNT);
    memcpy(key, &k, sizeof k);
}
static void scope_key_describe(const Interners *in, const QueryKey *key, Text *out)
{
    UNPACK(ScopeNameKey, k, key);
    static const char *const texts[] = { "type", "value", "macro" };
    def_qualified_text(in, k.module, out);
    text_addf(out, "::%s (%s)", sym_text(in, k.name).data, texts[k.name_space]);
}
KEY(ScopeNameKey, scope_key)

static void macro_key_encode(Encoder *e, const QueryKey *key)
{
    UNPACK(MacroNameKey, k, key);
    encode_def(e, k.place);
    encode_sym(e, k.name);
}
static void macro_key_decode(Decoder *d, QueryKey *key)
{
    MacroNameKey k = { .place = decode_def(d) };
    k.name = decode_sym(d);
    memcpy(key, &k, sizeof k);
}
static void macro_key_describe(const Interners *in, const QueryKey *key, Text *out)
{
    UNPACK(MacroNameKey, k, key);
    text_addf(out, "%s! in ", sym_text(in, k.name).data);
    def_qualified_text(in, k.place, out);
}
KEY(MacroNameKey, macro_key)

static void lang_key_encode(Encoder *e, const QueryKey *key)
{
    UNPACK(LangItemKey, k, key);
    encode_def(e, k.crate);
    encode_sym(e, k.name);
}
static void lang_key_decode(Decoder *d, QueryKey *key)
{
    LangItemKey k = { .crate = decode_def(d) };
    k.name = decode_sym(d);
    memcpy(key, &k, sizeof k);
}
static void lang_key_describe(const Interners *in, const QueryKey *key, Text *out)
{
    UNPACK(LangItemKey, k, key);
    text_addf(out, "%s from ", sym_text(in, k.name).data);
    def_qualified_text(in, k.crate, out);
}
KEY(LangItemKey, lang_key)

static void trait_key_encode(Encoder *e, const QueryKey *key)
{
    UNPACK(TraitImplsKey, k, key);
    encode_def(e, k.crate);
    encode_def(e, k.trait_def);
    encode_u8(e, k.kind);
    encode_u8(e, k.detail);
    encode_def(e, k.def);
}
static void trait_key_decode(Decoder *d, QueryKey *key)
{
    TraitImplsKey k = { .crate = decode_def(d) };
    k.trait_def = decode_def(d);
    k.kind = decode_u8(d);
    k.detail = decode_u8(d);
    k.def = decode_def(d);
    memcpy(key, &k, sizeof k);
}
static void simplified_describe(const Interners *in, uint8_t kind, uint8_t detail, DefId def,
                                Text *out)
{
    static const char *const texts[] = { "_",      "",      "primitive", "&", "*", "[_]",
                                         "[_; _]", "tuple", "fn",        "!", "",  "closure" };
    if (kind < ARRAY_COUNT(texts))
        text_add_c(out, texts[kind]);
    if (!def_id_is_none(def))
        def_qualified_text(in, def, out);
    else if (detail)
        text_addf(out, " %u", detail);
}
static void trait_key_describe(const Interners *in, const QueryKey *key, Text *out)
{
    UNPACK(TraitImplsKey, k, key);
    def_qualified_text(in, k.trait_def, out);
    text_add_c(out, " for ");
    simplified_describe(in, k.kind, k.detail, k.def, out);
    text_add_c(out, " in ");
    def_qualified_text(in, k.crate, out);
}
KEY(TraitImplsKey, trait_key)

static void inherent_key_encode(Encoder *e, const QueryKey *key)
{
    UNPACK(InherentImplsKey, k, key);
    encode_def(e, k.crate);
    encode_u8(e, k.kind);
    encode_u8(e, k.detail);
    encode_def(e, k.def);
}
static void inherent_key_decode(Decoder *d, QueryKey *key)
{
    InherentImplsKey k = { .crate = decode_def(d) };
    k.kind = decode_u8(d);
    k.detail = decode_u8(d);
    k.def = decode_def(d);
    memcpy(key, &k, sizeof k);
}
static void inherent_key_describe(const Interners *in, const QueryKey *key, Text *out)
{
    UNPACK(InherentImplsKey, k, key);
    simplified_describe(in, k.kind, k.detail, k.def, out);
    text_add_c(out, " in ");
    def_qualified_text(in, k.crate, out);
}
KEY(InherentImplsKey, inherent_key)

/* ---- small values ---- */

static void scope_name_encode(Encoder *e, const void *value)
{
    const ScopeName *name = value;
    encode_res(e, name->res);
    encode_bool(e, name->is_found);
    encode_bool(e, name->is_ambiguous);
    encode_def(e, name->visible_in);
}
static void scope_name_decode(Decoder *d, void *value)
{
    ScopeName *name = value;
    name->res = decode_res(d);
    name->is_found = decode_bool(d);
    name->is_ambiguous = decode_bool(d);
    name->visible_in = decode_def(d);
}
/* Cycles and cancellation: an import that was reported. */
VALUE(ScopeName, scope_name, .is_found = true)

static void def_item_encode(Encoder *e, const void *value)
{
    encode_item(e, ((const DefItem *)value)->item);
}
static void def_item_decode(Decoder *d, void *value)
{
    ((DefItem *)value)->item = decode_item(d);
}
VALUE(DefItem, def_item, .item = { 0 })

static void def_list_encode(Encoder *e, const void *value)
{
    const DefList *list = value;
    encode_u32(e, list->count);
    for (uint32_t i = 0; i < list->count; i++)
        encode_def(e, list->items[i]);
}
static void def_list_decode(Decoder *d, void *value)
{
    DefList *list = value;
    list->count = decode_count(d, 1);
    list->items = arena_alloc_array(d->arena, list->count, sizeof(DefId));
    for (uint32_t i = 0; i < list->count; i++)
        list->items[i] = decode_def(d);
}
VALUE(DefList, def_list, .count = 0)

static void visibility_encode(Encoder *e, const void *value)
{
    encode_def(e, ((const Visibility *)value)->visible_in);
}
static void visibility_decode(Decoder *d, void *value)
{
    ((Visibility *)value)->visible_in = decode_def(d);
}
VALUE(Visibility, visibility, .visible_in = { 0 })

static void macro_name_encode(Encoder *e, const void *value)
{
    const MacroName *name = value;
    encode_item(e, name->item);
    encode_def(e, name->crate);
    encode_def(e, name->def);
}
static void macro_name_decode(Decoder *d, void *value)
{
    MacroName *name = value;
    name->item = decode_item(d);
    name->crate = decode_def(d);
    name->def = decode_def(d);
}
VALUE(MacroName, macro_name, .item = { 0 })

static void lang_item_encode(Encoder *e, const void *value)
{
    encode_def(e, ((const LangItem *)value)->def);
}
static void lang_item_decode(Decoder *d, void *value)
{
    ((LangItem *)value)->def = decode_def(d);
}
VALUE(LangItem, lang_item, .def = { 0 })

static void name_list_encode(Encoder *e, const ModuleName *names, uint32_t count)
{
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++) {
        encode_sym(e, names[i].name);
        encode_u32(e, names[i].name_space);
        encode_res(e, names[i].res);
        encode_def(e, names[i].visible_in);
        encode_bool(e, names[i].is_import);
    }
}
static ModuleName *name_list_decode(Decoder *d, uint32_t *count)
{
    *count = decode_count(d, 7);
    ModuleName *names = arena_alloc_array(d->arena, *count, sizeof *names);
    for (uint32_t i = 0; i < *count; i++) {
        names[i] = (ModuleName){ .name = decode_sym(d) };
        names[i].name_space = decode_index(d, NAMESPACE_COUNT);
        names[i].res = decode_res(d);
        names[i].visible_in = decode_def(d);
        names[i].is_import = decode_bool(d);
    }
    return names;
}

static void module_names_encode(Encoder *e, const void *value)
{
    const ModuleNames *names = value;
    name_list_encode(e, names->names, names->count);
}
static void module_names_decode(Decoder *d, void *value)
{
    ModuleNames *names = value;
    names->names = name_list_decode(d, &names->count);
}
VALUE(ModuleNames, module_names, .count = 0)

static void module_scope_encode(Encoder *e, const void *value)
{
    const ModuleScope *scope = value;
    name_list_encode(e, scope->names, scope->count);
    encode_u32(e, scope->glob_count);
    for (uint32_t i = 0; i < scope->glob_count; i++) {
        encode_def(e, scope->globs[i].target);
        encode_def(e, scope->globs[i].visible_in);
    }
    encode_bool(e, scope->is_missing);
}
static void module_scope_decode(Decoder *d, void *value)
{
    ModuleScope *scope = value;
    scope->names = name_list_decode(d, &scope->count);
    scope->glob_count = decode_count(d, 2);
    scope->globs = arena_alloc_array(d->arena, scope->glob_count, sizeof(ModuleGlob));
    for (uint32_t i = 0; i < scope->glob_count; i++) {
        scope->globs[i].target = decode_def(d);
        scope->globs[i].visible_in = decode_def(d);
    }
    scope->is_missing = decode_bool(d);
}
/* In a cycle every name is an error that was reported. */
VALUE(ModuleScope, module_scope, .is_missing = true)

static void module_defs_encode(Encoder *e, const void *value)
{
    const ModuleDefs *defs = value;
    encode_u32(e, defs->count);
    for (uint32_t i = 0; i < defs->count; i++) {
        encode_def(e, defs->defs[i].def);
        encode_item(e, defs->defs[i].item);
        encode_def(e, defs->defs[i].visible_in);
        encode_sym(e, defs->defs[i].lang);
        encode_u32(e, defs->defs[i].flags);
        encode_def(e, defs->defs[i].macro_scope);
    }
}
static void module_defs_decode(Decoder *d, void *value)
{
    ModuleDefs *defs = value;
    defs->count = decode_count(d, 6);
    defs->defs = arena_alloc_array(d->arena, defs->count, sizeof(ModuleDef));
    for (uint32_t i = 0; i < defs->count; i++) {
        ModuleDef *def = &defs->defs[i];
        *def = (ModuleDef){ .def = decode_def(d) };
        def->item = decode_item(d);
        def->visible_in = decode_def(d);
        def->lang = decode_sym(d);
        def->flags = decode_u32(d);
        def->macro_scope = decode_def(d);
    }
}
VALUE(ModuleDefs, module_defs, .count = 0)

static void module_macros_encode(Encoder *e, const void *value)
{
    const ModuleMacros *macros = value;
    encode_u32(e, macros->count);
    for (uint32_t i = 0; i < macros->count; i++) {
        encode_sym(e, macros->macros[i].name);
        encode_item(e, macros->macros[i].item);
        encode_def(e, macros->macros[i].def);
        encode_def(e, macros->macros[i].outer);
    }
}
static void module_macros_decode(Decoder *d, void *value)
{
    ModuleMacros *macros = value;
    macros->count = decode_count(d, 4);
    macros->macros = arena_alloc_array(d->arena, macros->count, sizeof(TextualMacro));
    for (uint32_t i = 0; i < macros->count; i++) {
        macros->macros[i].name = decode_sym(d);
        macros->macros[i].item = decode_item(d);
        macros->macros[i].def = decode_def(d);
        macros->macros[i].outer = decode_def(d);
    }
}
VALUE(ModuleMacros, module_macros, .count = 0)

static void lang_items_encode(Encoder *e, const void *value)
{
    const CrateLangItems *items = value;
    encode_u32(e, items->count);
    for (uint32_t i = 0; i < items->count; i++) {
        encode_sym(e, items->items[i].name);
        encode_def(e, items->items[i].def);
    }
}
static void lang_items_decode(Decoder *d, void *value)
{
    CrateLangItems *items = value;
    items->count = decode_count(d, 2);
    items->items = arena_alloc_array(d->arena, items->count, sizeof(LangEntry));
    for (uint32_t i = 0; i < items->count; i++) {
        items->items[i].name = decode_sym(d);
        items->items[i].def = decode_def(d);
    }
}
VALUE(CrateLangItems, lang_items, .count = 0)

static void assoc_defs_encode(Encoder *e, const void *value)
{
    const AssocDefs *defs = value;
    encode_u32(e, defs->count);
    for (uint32_t i = 0; i < defs->count; i++) {
        const AssocDef *def = &defs->items[i];
        encode_def(e, def->def);
        encode_item(e, def->item);
        encode_sym(e, def->name);
        encode_u32(e, def->kind);
        encode_def(e, def->visible_in);
        encode_bool(e, def->has_body);
        encode_bool(e, def->has_self);
        encode_bool(e, def->may_have_items);
        encode_sym(e, def->lang);
    }
}
static void assoc_defs_decode(Decoder *d, void *value)
{
    AssocDefs *defs = value;
    defs->count = decode_count(d, 9);
    defs->items = arena_alloc_array(d->arena, defs->count, sizeof(AssocDef));
    for (uint32_t i = 0; i < defs->count; i++) {
        AssocDef *def = &defs->items[i];
        *def = (AssocDef){ .def = decode_def(d) };
        def->item = decode_item(d);
        def->name = decode_sym(d);
        def->kind = decode_index(d, DEF_KIND_COUNT);
        def->visible_in = decode_def(d);
        def->has_body = decode_bool(d);
        def->has_self = decode_bool(d);
        def->may_have_items = decode_bool(d);
        def->lang = decode_sym(d);
    }
}
VALUE(AssocDefs, assoc_defs, .count = 0)

static void impl_index_encode(Encoder *e, const void *value)
{
    const ImplIndex *index = value;
    encode_u32(e, index->count);
    for (uint32_t i = 0; i < index->count; i++) {
        const ImplEntry *impl = &index->impls[i];
        encode_def(e, impl->impl);
        encode_def(e, impl->trait_def);
        encode_bool(e, impl->is_inherent);
        encode_u8(e, impl->kind);
        encode_u8(e, impl->detail);
        encode_def(e, impl->def);
    }
}
static void impl_index_decode(Decoder *d, void *value)
{
    ImplIndex *index = value;
    index->count = decode_count(d, 6);
    index->impls = arena_alloc_array(d->arena, index->count, sizeof(ImplEntry));
    for (uint32_t i = 0; i < index->count; i++) {
        ImplEntry *impl = &index->impls[i];
        *impl = (ImplEntry){ .impl = decode_def(d) };
        impl->trait_def = decode_def(d);
        impl->is_inherent = decode_bool(d);
        impl->kind = decode_u8(d);
        impl->detail = decode_u8(d);
        impl->def = decode_def(d);
    }
}
VALUE(ImplIndex, impl_index, .count = 0)

static void facts_encode(Encoder *e, const void *value)
{
    const CrateFacts *facts = value;
    encode_u8(e, facts->edition);
    encode_bool(e, facts->has_no_core);
    def_list_encode(e, &facts->macro_use_crates);
    encode_u32(e, facts->extern_crate_count);
    for (uint32_t i = 0; i < facts->extern_crate_count; i++) {
        encode_sym(e, facts->extern_crates[i].name);
        encode_res(e, facts->extern_crates[i].res);
    }
}
static void facts_decode(Decoder *d, void *value)
{
    CrateFacts *facts = value;
    facts->edition = decode_u8(d);
    facts->has_no_core = decode_bool(d);
    def_list_decode(d, &facts->macro_use_crates);
    facts->extern_crate_count = decode_count(d, 4);
    facts->extern_crates =
        arena_alloc_array(d->arena, facts->extern_crate_count, sizeof(ExternCrate));
    for (uint32_t i = 0; i < facts->extern_crate_count; i++) {
        facts->extern_crates[i].name = decode_sym(d);
        facts->extern_crates[i].res = decode_res(d);
    }
    if (facts->edition > EDITION_2024)
        decoder_fail(d);
}
VALUE(CrateFacts, facts, .has_no_core = true)

/* ---- BodyItems ---- */

static void body_items_encode(Encoder *e, const void *value)
{
    const BodyItems *b = value;
    encode_u32(e, b->block_count);
    encode_u32(e, b->item_count);
    encode_u32(e, b->name_count);
    encode_u32(e, b->glob_count);
    encode_u32(e, b->macro_count);
    encode_u32(e, b->local_count);
    for (uint32_t i = 0; i < b->block_count; i++) {
        encode_u32(e, b->blocks[i].parent);
        encode_range(e, b->blocks[i].names);
        encode_range(e, b->blocks[i].globs);
        encode_range(e, b->blocks[i].locals);
    }
    for (uint32_t i = 0; i < b->item_count; i++) {
        encode_def(e, b->items[i].def);
        encode_item(e, b->items[i].item);
        encode_u32(e, b->items[i].block);
        encode_u32(e, b->items[i].flags);
    }
    for (uint32_t i = 0; i < b->name_count; i++) {
        encode_sym(e, b->names[i].name);
        encode_u32(e, b->names[i].name_space);
        encode_res(e, b->names[i].res);
        encode_def(e, b->names[i].visible_in);
    }
    for (uint32_t i = 0; i < b->glob_count; i++)
        encode_def(e, b->globs[i]);
    for (uint32_t i = 0; i < b->macro_count; i++) {
        encode_item(e, b->macros[i].item);
        encode_sym(e, b->macros[i].name);
        encode_u32(e, b->macros[i].block);
    }
    for (uint32_t i = 0; i < b->local_count; i++)
        encode_sym(e, b->locals[i]);
}

static void body_names_decode(Decoder *d, BodyItems *b)
{
    for (uint32_t i = 0; i < b->name_count; i++) {
        b->names[i] = (BlockName){ .name = decode_sym(d) };
        b->names[i].name_space = decode_index(d, NAMESPACE_COUNT);
        b->names[i].res = decode_res(d);
        b->names[i].visible_in = decode_def(d);
    }
    for (uint32_t i = 0; i < b->glob_count; i++)
        b->globs[i] = decode_def(d);
    for (uint32_t i = 0; i < b->macro_count; i++) {
        b->macros[i] = (BodyMacro){ .item = decode_item(d) };
        b->macros[i].name = decode_sym(d);
        b->macros[i].block = decode_index(d, b->block_count);
    }
    for (uint32_t i = 0; i < b->local_count; i++)
        b->locals[i] = decode_sym(d);
}

static void body_items_decode(Decoder *d, void *value)
{
    BodyItems *b = value;
    b->block_count = decode_count(d, 7);
    b->item_count = decode_count(d, 4);
    b->name_count = decode_count(d, 6);
    b->glob_count = decode_count(d, 1);
    b->macro_count = decode_count(d, 3);
    b->local_count = decode_count(d, 1);
    b->blocks = arena_alloc_array(d->arena, b->block_count, sizeof(BodyBlock));
    b->items = arena_alloc_array(d->arena, b->item_count, sizeof(BodyItem));
    b->names = arena_alloc_array(d->arena, b->name_count, sizeof(BlockName));
    b->globs = arena_alloc_array(d->arena, b->glob_count, sizeof(DefId));
    b->macros = arena_alloc_array(d->arena, b->macro_count, sizeof(BodyMacro));
    b->locals = arena_alloc_array(d->arena, b->local_count, sizeof(SymId));
    for (uint32_t i = 0; i < b->block_count; i++) {
        /* A parent comes before its children: chains end. */
        b->blocks[i].parent = i == 0 ? decode_index(d, 1) : decode_index(d, i);
        b->blocks[i].names = decode_range(d, b->name_count);
        b->blocks[i].globs = decode_range(d, b->glob_count);
        b->blocks[i].locals = decode_range(d, b->local_count);
    }
    for (uint32_t i = 0; i < b->item_count; i++) {
        b->items[i] = (BodyItem){ .def = decode_def(d) };
        b->items[i].item = decode_item(d);
        b->items[i].block = decode_index(d, b->block_count);
        b->items[i].flags = decode_u32(d);
    }
    body_names_decode(d, b);
}
VALUE(BodyItems, body_items, .block_count = 0)

/* ---- CrateDefMap ---- */

static void map_encode(Encoder *e, const void *value)
{
    (void)e;
    (void)value;
    RSC_UNREACHABLE(); /* QF_NO_HASH: its parts are hashed */
}
static void map_decode(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}
VALUE(CrateDefMap, map, .data = NULL)
