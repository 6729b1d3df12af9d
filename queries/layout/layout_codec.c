#include "engine/query_value.h"
#include "layout/layout.h"

static U128 halves(Uint128 v)
{
    return (U128){ uint128_low(v), uint128_high(v) };
}

static void encode_uint128(Encoder *e, Uint128 v)
{
    encode_u64(e, uint128_low(v));
    encode_u64(e, uint128_high(v));
}

static Uint128 decode_uint128(Decoder *d)
{
    uint64_t low = decode_u64(d);
    return uint128_make(low, decode_u64(d));
}

IR_SCALAR_KIND(uint128, Uint128, encode_uint128(e, *v), *v = decode_uint128(d),
               ir_print_hex128(dump, name, halves(*v)))

/* Two arrays with one count, which is why the tables cannot say it. */
IR_FIELD_FN void ir_encode_layout_fields(Encoder *e, const LayoutFields *fields)
{
    encode_u32(e, fields->count);
    for (uint32_t i = 0; i < fields->count; i++) {
        encode_u64(e, fields->offsets[i]);
        ir_encode_ty(e, &fields->tys[i]);
    }
}
IR_FIELD_FN void ir_decode_layout_fields(Decoder *d, const void *pool, LayoutFields *fields)
{
    fields->count = decode_count(d, 2);
    fields->offsets = arena_alloc_zeroed(d->arena, fields->count * sizeof *fields->offsets);
    fields->tys = arena_alloc_zeroed(d->arena, fields->count * sizeof *fields->tys);
    for (uint32_t i = 0; i < fields->count; i++) {
        fields->offsets[i] = decode_u64(d);
        ir_decode_ty(d, pool, &fields->tys[i]);
    }
}
IR_FIELD_FN void ir_walk_layout_fields(const IrWalk *walk, const LayoutFields *fields)
{
    for (uint32_t i = 0; i < fields->count; i++)
        ir_walk_ty(walk, &fields->tys[i]);
}
IR_FIELD_FN void ir_dump_layout_fields(IrDump *dump, const char *name, const LayoutFields *fields)
{
    ir_print_scalars_begin(dump, name);
    for (uint32_t i = 0; i < fields->count; i++)
        ir_print_number(dump, NULL, fields->offsets[i]);
    ir_print_scalars_end(dump);
}

#define IR_TABLE "layout/layout_records.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "layout/layout_records.def"
#include "base/ir_records_define.h"

QUERY_VALUE_INFO(Layout, layout, { .has_error = true, .align = 1 })

QUERY_ID_KEY_INFO(TyId, ty, ty_text)
