/* Canonical bytes of expand's values. */
#include "expand/expand_priv.h"

static void id_range_encode(Encoder *e, IdRange range)
{
    encode_u32(e, range.start);
    encode_u32(e, range.count);
}
static IdRange id_range_decode(Decoder *d)
{
    IdRange range = { .start = decode_u32(d) };
    range.count = decode_u32(d);
    return range;
}
/* A range that must lie in [0, limit). */
static IdRange bounded_decode(Decoder *d, uint32_t limit)
{
    IdRange range = id_range_decode(d);
    if (range.start > limit || range.count > limit - range.start)
        decoder_fail(d);
    return range;
}

static void token_encode(Encoder *e, Token token)
{
    token_run_encode(e, &(TokenRun){ &token, 1 });
}
static Token token_decode(Decoder *d)
{
    TokenRun run = { NULL, 0 };
    token_run_decode(d, &run);
    if (d->failed || run.count != 1) {
        decoder_fail(d);
        return (Token){ 0 };
    }
    return run.tokens[0];
}

/* ---- MacroDefinition ---- */

static void tree_encode(Encoder *e, const MacroTree *tree)
{
    encode_u8(e, tree->kind);
    encode_u8(e, tree->fragment);
    encode_u8(e, tree->op);
    encode_bool(e, tree->has_separator);
    token_encode(e, tree->token);
    token_encode(e, tree->close);
    encode_interned(e, INTERN_sym, tree->name.v);
    encode_u32(e, tree->mark);
    encode_u32(e, tree->at);
    encode_u32(e, tree->end);
    id_range_encode(e, tree->children);
}
static MacroTree tree_decode(Decoder *d, uint32_t limit)
{
    MacroTree tree = { .kind = decode_u8(d) };
    tree.fragment = decode_u8(d);
    tree.op = decode_u8(d);
    tree.has_separator = decode_bool(d);
    tree.token = token_decode(d);
    tree.close = token_decode(d);
    tree.name = sym_id_make(decode_interned(d, INTERN_sym));
    tree.mark = decode_u32(d);
    tree.at = decode_u32(d);
    tree.end = decode_u32(d);
    /* Children stand before their parent: nothing contains itself. */
    tree.children = bounded_decode(d, limit);
    if (tree.kind >= MACRO_TREE_KIND_COUNT || tree.fragment >= AST_FRAGMENT_COUNT ||
        tree.op > MACRO_OP_OPTIONAL)
        decoder_fail(d);
    return tree;
}

static void definition_encode(Encoder *e, const void *value)
{
    const MacroDefinition *macro = value;
    encode_interned(e, INTERN_sym, macro->name.v);
    encode_bool(e, macro->is_error);
    encode_bool(e, macro->is_builtin);
    encode_u32(e, macro->tree_count);
    for (uint32_t i = 0; i < macro->tree_count; i++)
        tree_encode(e, &macro->trees[i]);
    encode_u32(e, macro->rule_count);
    for (uint32_t i = 0; i < macro->rule_count; i++) {
        id_range_encode(e, macro->rules[i].matcher);
        id_range_encode(e, macro->rules[i].transcriber);
        encode_u32(e, macro->rules[i].matcher_at);
    }
}
static void definition_decode(Decoder *d, void *value)
{
    MacroDefinition *macro = value;
    macro->name = sym_id_make(decode_interned(d, INTERN_sym));
    macro->is_error = decode_bool(d);
    macro->is_builtin = decode_bool(d);
    macro->tree_count = decode_count(d, 8);
    macro->trees = arena_alloc_array(d->arena, macro->tree_count, sizeof(MacroTree));
    for (uint32_t i = 0; i < macro->tree_count; i++)
        macro->trees[i] = tree_decode(d, i);
    macro->rule_count = decode_count(d, 5);
    macro->rules = arena_alloc_array(d->arena, macro->rule_count, sizeof(MacroRule));
    for (uint32_t i = 0; i < macro->rule_count; i++) {
        macro->rules[i].matcher = bounded_decode(d, macro->tree_count);
        macro->rules[i].transcriber = bounded_decode(d, macro->tree_count);
        macro->rules[i].matcher_at = decode_u32(d);
    }
}
static const MacroDefinition definition_error = { .is_error = true };
const ValueInfo value_info_MacroDefinition = { "MacroDefinition", sizeof(MacroDefinition),
                                               definition_encode, definition_decode,
                                               &definition_error };

/* ---- CallSites ---- */

static void sites_encode(Encoder *e, const void *value)
{
    const CallSites *sites = value;
    for (int i = 0; i < ANCHOR_COUNT; i++)
        encode_u32(e, sites->first[i]);
    encode_u32(e, sites->count);
    for (uint32_t i = 0; i < sites->count; i++) {
        const CallSite *site = &sites->sites[i];
        encode_fp(e, site->tokens);
        encode_u32(e, site->duplicate);
        encode_u32(e, site->anchor);
        encode_u32(e, site->lo);
        encode_u32(e, site->hi);
        id_range_encode(e, site->args);
    }
}
static void sites_decode(Decoder *d, void *value)
{
    CallSites *sites = value;
    for (int i = 0; i < ANCHOR_COUNT; i++)
        sites->first[i] = decode_u32(d);
    sites->count = decode_count(d, 22);
    sites->sites = arena_alloc_array(d->arena, sites->count, sizeof(CallSite));
    for (uint32_t i = 0; i < sites->count; i++) {
        CallSite *site = &sites->sites[i];
        *site = (CallSite){ .tokens = decode_fp(d) };
        site->duplicate = decode_u32(d);
        site->anchor = decode_u32(d);
        site->lo = decode_u32(d);
        site->hi = decode_u32(d);
        site->args = id_range_decode(d);
        if (site->anchor >= ANCHOR_COUNT)
            decoder_fail(d);
    }
}
static const CallSites sites_error = { .count = 0 };
const ValueInfo value_info_CallSites = { "CallSites", sizeof(CallSites), sites_encode, sites_decode,
                                         &sites_error };

/* ---- MarkTable ---- */

static void marks_encode(Encoder *e, const void *value)
{
    const MarkTable *table = value;
    encode_u32(e, table->count);
    for (uint32_t i = 0; i < table->count; i++) {
        encode_interned(e, INTERN_call, table->marks[i].call.v);
        encode_u32(e, table->marks[i].parent);
    }
}
static void marks_decode(Decoder *d, void *value)
{
    MarkTable *table = value;
    table->count = decode_count(d, 2);
    table->marks = arena_alloc_array(d->arena, table->count, sizeof(HygieneMark));
    for (uint32_t i = 0; i < table->count; i++) {
        table->marks[i].call = call_id_make(decode_interned(d, INTERN_call));
        table->marks[i].parent = decode_u32(d);
        /* A parent was made before: chains end. */
        if (table->marks[i].parent != 0 && table->marks[i].parent >= i)
            decoder_fail(d);
    }
}
static const MarkTable marks_error = { .count = 0 };
const ValueInfo value_info_MarkTable = { "MarkTable", sizeof(MarkTable), marks_encode, marks_decode,
                                         &marks_error };

/* ---- Expansion, ExpansionFull ---- */

static void expansion_encode(Encoder *e, const void *value)
{
    const Expansion *expansion = value;
    token_run_encode(e, &expansion->run);
    encode_u8(e, expansion->fragment);
    encode_bool(e, expansion->is_error);
}
static void expansion_decode(Decoder *d, void *value)
{
    Expansion *expansion = value;
    token_run_decode(d, &expansion->run);
    expansion->fragment = decode_u8(d);
    expansion->is_error = decode_bool(d);
    if (expansion->fragment >= AST_FRAGMENT_COUNT)
        decoder_fail(d);
}
static const Expansion expansion_error = { .is_error = true };
const ValueInfo value_info_Expansion = { "Expansion", sizeof(Expansion), expansion_encode,
                                         expansion_decode, &expansion_error };

static void full_encode(Encoder *e, const void *value)
{
    const ExpansionFull *full = value;
    expansion_encode(e, &full->expansion);
    value_info_TokenSpanList.encode(e, &full->origins);
    marks_encode(e, &full->marks);
}
static void full_decode(Decoder *d, void *value)
{
    ExpansionFull *full = value;
    expansion_decode(d, &full->expansion);
    value_info_TokenSpanList.decode(d, &full->origins);
    marks_decode(d, &full->marks);
}
static const ExpansionFull full_error = { .expansion = { .is_error = true } };
const ValueInfo value_info_ExpansionFull = { "ExpansionFull", sizeof(ExpansionFull), full_encode,
                                             full_decode, &full_error };
