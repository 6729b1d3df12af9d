/* Canonical forms of the item facts. */
#include "base/ir_table.h"
#include "parse/parse.h"

#define X(U, text) text,
static const char *const ctor_texts[] = { AST_CTOR_TABLE(X) };
static const char *const vis_texts[] = { AST_VIS_KIND_TABLE(X) };
#undef X

static void print_kind(IrDump *dump, const char *field, uint8_t kind)
{
    ir_print_scalar(dump, field, str_from_c(def_kind_text((DefKind)kind)), true);
}

/* The names of the ITEM_ bits, from bit 0. */
static const char *const flag_names[] = {
    "cfg",       "cfg_attr", "path",       "macro_use", "macro_export", "derive", "unknown_attr",
    "no_mangle", "test",     "proc_macro", "inline",    "body",         "self",   "calls_macro",
    "rules",     "alias",    "negative",   "trait",     "error",        "used",
};

static void print_flags(IrDump *dump, const char *field, uint32_t flags)
{
    Text text;
    text_init(&text, NULL);
    for (uint32_t i = 0; i < ARRAY_COUNT(flag_names); i++) {
        if (flags >> i & 1)
            text_addf(&text, "%s%s", text.bytes ? "|" : "", flag_names[i]);
    }
    ir_print_scalar(dump, field, text_str(&text), true);
    text_release(&text);
}

static uint8_t read_kind(Decoder *d)
{
    uint32_t kind = decode_u32(d);
    if (kind > ITEM_ROOT_CALL || kind == DEF_KIND_COUNT)
        decoder_fail(d);
    return d->failed ? 0 : (uint8_t)kind;
}

IR_SCALAR_KIND(item_kind, uint8_t, encode_u32(e, *v), *v = read_kind(d), print_kind(dump, name, *v))
IR_SCALAR_KIND(item_flags, uint32_t, encode_u32(e, *v), *v = decode_u32(d),
               print_flags(dump, name, *v))
IR_SCALAR_KIND(item_token_kind, uint8_t, encode_u8(e, *v),
               *v = (uint8_t)ir_read_index(d, TOKEN_KIND_COUNT),
               ir_print_scalar(dump, name, str_from_c(token_kind_name((TokenKind)*v)), true))
IR_ENUM_KIND(item_ctor, uint8_t, ctor_texts, ARRAY_COUNT(ctor_texts))
IR_ENUM_KIND(item_vis, uint8_t, vis_texts, ARRAY_COUNT(vis_texts))

#define IR_TABLE "parse/parse_values.def"
#include "base/ir_records_declare.h"

#define IR_POOL ItemTree
IR_RUN_KIND(item_segment_run, item_segment, segments, segment_count)
IR_RUN_KIND(item_use_run, item_use, uses, use_count)
IR_RUN_KIND(item_variant_run, item_variant, variants, variant_count)

static void print_attrs(IrDump *dump, const char *field, IdRange range)
{
    const ItemTree *tree = dump->pool;
    if (dump->children)
        return;
    ir_print_scalars_begin(dump, field);
    for (uint32_t i = 0; i < range.count; i++)
        ir_print_interned(dump, NULL, INTERN_sym, tree->attrs[range.start + i].v);
    ir_print_scalars_end(dump);
}
IR_SCALAR_KIND(item_attr_run, IdRange, (encode_u32(e, v->start), encode_u32(e, v->count)),
               *v = ir_read_run(d, ((const ItemTree *)pool)->attr_count),
               print_attrs(dump, name, *v))

#define IR_TABLE "parse/parse_values.def"
#include "base/ir_records_define.h"

/* ---- values ---- */

static void tree_encode(Encoder *e, const void *value)
{
    item_tree_encode(e, value);
}

/* Indexes that item_tree_decode does not know to be indexes. */
static void tree_decode(Decoder *d, void *value)
{
    ItemTree *tree = value;
    item_tree_decode(d, tree, tree);
    for (uint32_t i = 0; i < tree->count; i++) {
        const Item *item = &tree->items[i];
        if (item->end <= i || item->end > tree->count || (i > 0 && item->parent >= i))
            decoder_fail(d);
    }
    if (d->failed)
        *tree = (ItemTree){ 0 };
}

static const ItemTree tree_error = { 0 };
const ValueInfo value_info_ItemTree = { "ItemTree", sizeof(ItemTree), tree_encode, tree_decode,
                                        &tree_error };

static void item_text(const Interners *interners, InternKind kind, uint32_t id, Text *out)
{
    if (kind == INTERN_item)
        item_path_text(interners, item_id_make(id), out);
}

void item_tree_dump_text(const Interners *interners, const ItemTree *tree, bool json, Text *out)
{
    IrDump dump = {
        .out = out, .interners = interners, .pool = tree, .json = json, .interned_text = item_text
    };
    item_tree_dump(&dump, NULL, tree);
    text_add_char(out, '\n');
}

static void span_map_encode(Encoder *e, const void *value)
{
    const SpanMap *map = value;
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        encode_u32(e, map->counts[a]);
        for (uint32_t i = 0; i < map->counts[a]; i++)
            span_entry_encode(e, &map->entries[a][i]);
    }
}

static void span_map_decode(Decoder *d, void *value)
{
    SpanMap *map = value;
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        map->counts[a] = decode_count(d, 4);
        map->entries[a] = arena_alloc_zeroed(d->arena, map->counts[a] * sizeof(SpanEntry));
        for (uint32_t i = 0; i < map->counts[a] && !d->failed; i++)
            span_entry_decode(d, NULL, &map->entries[a][i]);
    }
    if (d->failed)
        *map = (SpanMap){ 0 };
}

static const SpanMap span_map_error = { 0 };
const ValueInfo value_info_SpanMap = { "SpanMap", sizeof(SpanMap), span_map_encode, span_map_decode,
                                       &span_map_error };

static void item_base_encode(Encoder *e, const void *value)
{
    const ItemBase *base = value;
    encode_interned(e, INTERN_file, base->file.v);
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        encode_u32(e, base->anchors[a].offset);
        encode_u32(e, base->anchors[a].line);
        encode_u32(e, base->anchors[a].column);
    }
}

static void item_base_decode(Decoder *d, void *value)
{
    ItemBase *base = value;
    base->file = file_id_make(decode_interned(d, INTERN_file));
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        base->anchors[a].offset = decode_u32(d);
        base->anchors[a].line = decode_u32(d);
        base->anchors[a].column = decode_u32(d);
    }
}

static const ItemBase item_base_error = { 0 };
const ValueInfo value_info_ItemBase = { "ItemBase", sizeof(ItemBase), item_base_encode,
                                        item_base_decode, &item_base_error };

static void span_list_encode(Encoder *e, const void *value)
{
    const TokenSpanList *list = value;
    encode_u32(e, list->count);
    for (uint32_t i = 0; i < list->count; i++)
        token_span_encode(e, list->items[i]);
}

static void span_list_decode(Decoder *d, void *value)
{
    TokenSpanList *list = value;
    list->count = decode_count(d, 7);
    list->items = arena_alloc_zeroed(d->arena, list->count * sizeof *list->items);
    for (uint32_t i = 0; i < list->count && !d->failed; i++)
        list->items[i] = token_span_decode(d);
    if (d->failed)
        *list = (TokenSpanList){ 0 };
}

static const TokenSpanList span_list_error = { 0 };
const ValueInfo value_info_TokenSpanList = { "TokenSpanList", sizeof(TokenSpanList),
                                             span_list_encode, span_list_decode, &span_list_error };

/* Never fingerprinted and never stored: its projections are. */
static void partition_encode(Encoder *e, const void *value)
{
    (void)e, (void)value;
}

static void partition_decode(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}

static const Partition partition_error = { NULL };
const ValueInfo value_info_Partition = { "Partition", sizeof(Partition), partition_encode,
                                         partition_decode, &partition_error };

static void made_key_encode(Encoder *e, const QueryKey *key)
{
    MadeTokensKey made;
    memcpy(&made, key, sizeof made);
    encode_interned(e, INTERN_item, made.item.v);
    encode_u32(e, made.anchor);
}

static void made_key_decode(Decoder *d, QueryKey *key)
{
    MadeTokensKey made = { .item = item_id_make(decode_interned(d, INTERN_item)) };
    made.anchor = decode_u32(d);
    if (made.anchor >= ANCHOR_COUNT)
        decoder_fail(d);
    *key = (QueryKey){ { 0, 0 } };
    memcpy(key, &made, sizeof made);
}

static void made_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    static const char *const anchors[ANCHOR_COUNT] = { "attributes", "header", "body" };
    MadeTokensKey made;
    memcpy(&made, key, sizeof made);
    item_path_text(interners, made.item, out);
    text_addf(out, " (%s)", anchors[made.anchor]);
}

const KeyInfo key_info_MadeTokensKey = { "MadeTokensKey", made_key_encode, made_key_decode,
                                         made_key_describe };
