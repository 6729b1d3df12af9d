/* Canonical bytes of lowering's values. */
#include "lower/lower_priv.h"

static void spans_encode(Encoder *e, const TokenSpan *spans, uint32_t count)
{
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++)
        token_span_encode(e, spans[i]);
}
static TokenSpan *spans_decode(Decoder *d, uint32_t *count)
{
    *count = decode_count(d, 7);
    TokenSpan *spans = arena_alloc_array(d->arena, *count, sizeof *spans);
    for (uint32_t i = 0; i < *count; i++)
        spans[i] = token_span_decode(d);
    return spans;
}

static void table_encode(Encoder *e, const void *value)
{
    const SpanTable *table = value;
    spans_encode(e, table->header, table->header_count);
    spans_encode(e, table->body, table->body_count);
}
static void table_decode(Decoder *d, void *value)
{
    SpanTable *table = value;
    table->header = spans_decode(d, &table->header_count);
    table->body = spans_decode(d, &table->body_count);
}
static const SpanTable table_error = { .header_count = 0 };
const ValueInfo value_info_SpanTable = { "SpanTable", sizeof(SpanTable), table_encode, table_decode,
                                         &table_error };

static void consts_encode(Encoder *e, const LoweredConst *consts, uint32_t count)
{
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++) {
        encode_interned(e, INTERN_def, consts[i].def.v);
        hir_body_encode(e, &consts[i].body);
        spans_encode(e, consts[i].spans, consts[i].span_count);
    }
}
static LoweredConst *consts_decode(Decoder *d, uint32_t *count)
{
    *count = decode_count(d, 20);
    LoweredConst *consts = arena_alloc_zeroed(d->arena, *count * sizeof *consts);
    for (uint32_t i = 0; i < *count && !d->failed; i++) {
        consts[i].def = def_id_make(decode_interned(d, INTERN_def));
        hir_body_decode(d, &consts[i].body, &consts[i].body);
        consts[i].spans = spans_decode(d, &consts[i].span_count);
    }
    return consts;
}

static void calls_encode(Encoder *e, const LoweredCall *calls, uint32_t count)
{
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++) {
        encode_interned(e, INTERN_item, calls[i].owner.v);
        encode_u32(e, calls[i].anchor);
        encode_u32(e, calls[i].lo);
        encode_u32(e, calls[i].hi);
        encode_interned(e, INTERN_call, calls[i].call.v);
    }
}
static LoweredCall *calls_decode(Decoder *d, uint32_t *count)
{
    *count = decode_count(d, 5);
    LoweredCall *calls = arena_alloc_array(d->arena, *count, sizeof *calls);
    for (uint32_t i = 0; i < *count; i++) {
        calls[i] = (LoweredCall){ .owner = item_id_make(decode_interned(d, INTERN_item)) };
        calls[i].anchor = decode_u32(d);
        calls[i].lo = decode_u32(d);
        calls[i].hi = decode_u32(d);
        calls[i].call = call_id_make(decode_interned(d, INTERN_call));
        if (calls[i].anchor >= ANCHOR_COUNT)
            decoder_fail(d);
    }
    return calls;
}

static void item_encode(Encoder *e, const void *value)
{
    const LoweredItem *item = value;
    hir_item_encode(e, &item->item);
    spans_encode(e, item->spans, item->span_count);
    consts_encode(e, item->consts, item->const_count);
    calls_encode(e, item->calls, item->call_count);
}
static void item_decode(Decoder *d, void *value)
{
    LoweredItem *item = value;
    hir_item_decode(d, &item->item.nodes, &item->item);
    item->spans = spans_decode(d, &item->span_count);
    item->consts = consts_decode(d, &item->const_count);
    item->calls = calls_decode(d, &item->call_count);
}
static const LoweredItem item_error = { .item = { .nodes = { .has_error = true } } };
const ValueInfo value_info_LoweredItem = { "LoweredItem", sizeof(LoweredItem), item_encode,
                                           item_decode, &item_error };

static void body_encode(Encoder *e, const void *value)
{
    const LoweredBody *body = value;
    hir_body_encode(e, &body->body);
    spans_encode(e, body->spans, body->span_count);
    consts_encode(e, body->consts, body->const_count);
    calls_encode(e, body->calls, body->call_count);
    value_info_BodyItems.encode(e, &body->items);
}
static void body_decode(Decoder *d, void *value)
{
    LoweredBody *body = value;
    hir_body_decode(d, &body->body, &body->body);
    body->spans = spans_decode(d, &body->span_count);
    body->consts = consts_decode(d, &body->const_count);
    body->calls = calls_decode(d, &body->call_count);
    value_info_BodyItems.decode(d, &body->items);
}
static const LoweredBody body_error = { .body = { .has_error = true } };
const ValueInfo value_info_LoweredBody = { "LoweredBody", sizeof(LoweredBody), body_encode,
                                           body_decode, &body_error };
