/* The value of typeck as the engine handles it. The arrays by HIR id share their counts, so they
 * are written entry by entry. */
#include "base/ir_table.h"
#include "typeck/typeck.h"

/* ---- encoding ---- */

static void encode_run(Encoder *e, IdRange run)
{
    encode_u32(e, run.start);
    encode_u32(e, run.count);
}

static void encode_exprs(Encoder *e, const TypeckResults *r)
{
    encode_u32(e, r->expr_count);
    for (uint32_t i = 0; i < r->expr_count; i++) {
        ir_encode_ty(e, &r->expr_tys[i]);
        encode_run(e, r->expr_adjustments[i]);
        ir_encode_def(e, &r->callees[i]);
        ir_encode_args(e, &r->callee_args[i]);
        encode_u32(e, r->field_indices[i]);
        encode_u32(e, r->variant_indices[i]);
        encode_u8(e, r->cast_kinds[i]);
    }
}

static void encode_pats(Encoder *e, const TypeckResults *r)
{
    encode_u32(e, r->pat_count);
    for (uint32_t i = 0; i < r->pat_count; i++) {
        ir_encode_ty(e, &r->pat_tys[i]);
        ir_encode_def(e, &r->pat_defs[i]);
        ir_encode_args(e, &r->pat_args[i]);
        encode_u32(e, r->pat_variant_indices[i]);
        encode_run(e, r->pat_derefs[i]);
        encode_u8(e, r->binding_modes[i]);
    }
}

static void encode_tys(Encoder *e, const TyId *tys, uint32_t count)
{
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++)
        ir_encode_ty(e, &tys[i]);
}

static void encode_adjustments(Encoder *e, const TypeckResults *r)
{
    encode_u32(e, r->adjustment_count);
    for (uint32_t i = 0; i < r->adjustment_count; i++) {
        const Adjustment *adjustment = &r->adjustments[i];
        encode_u8(e, adjustment->kind);
        encode_bool(e, adjustment->is_mut);
        encode_bool(e, adjustment->two_phase);
        ir_encode_ty(e, &adjustment->target);
        ir_encode_def(e, &adjustment->method);
    }
}

static void results_encode(Encoder *e, const void *value)
{
    const TypeckResults *r = value;
    ir_encode_def(e, &r->owner);
    encode_bool(e, r->has_error);
    encode_adjustments(e, r);
    encode_tys(e, r->pat_deref_tys, r->pat_deref_ty_count);
    encode_exprs(e, r);
    encode_pats(e, r);
    encode_tys(e, r->local_tys, r->local_count);
    encode_tys(e, r->user_types, r->user_type_count);
    for (uint32_t i = 0; i < r->user_type_count; i++)
        encode_u32(e, r->user_type_spans[i]);
}

/* ---- decoding ---- */

#define NEW_ARRAY(d, items, count) items = arena_alloc_zeroed((d)->arena, (count) * sizeof *(items))

static void decode_exprs(Decoder *d, TypeckResults *r)
{
    uint32_t count = decode_count(d, 8);
    NEW_ARRAY(d, r->expr_tys, count);
    NEW_ARRAY(d, r->expr_adjustments, count);
    NEW_ARRAY(d, r->callees, count);
    NEW_ARRAY(d, r->callee_args, count);
    NEW_ARRAY(d, r->field_indices, count);
    NEW_ARRAY(d, r->variant_indices, count);
    NEW_ARRAY(d, r->cast_kinds, count);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        ir_decode_ty(d, NULL, &r->expr_tys[i]);
        r->expr_adjustments[i] = ir_read_run(d, r->adjustment_count);
        ir_decode_def(d, NULL, &r->callees[i]);
        ir_decode_args(d, NULL, &r->callee_args[i]);
        r->field_indices[i] = decode_u32(d);
        r->variant_indices[i] = decode_u32(d);
        r->cast_kinds[i] = decode_u8(d);
    }
    r->expr_count = count;
}

static void decode_pats(Decoder *d, TypeckResults *r)
{
    uint32_t count = decode_count(d, 7);
    NEW_ARRAY(d, r->pat_tys, count);
    NEW_ARRAY(d, r->pat_defs, count);
    NEW_ARRAY(d, r->pat_args, count);
    NEW_ARRAY(d, r->pat_variant_indices, count);
    NEW_ARRAY(d, r->pat_derefs, count);
    NEW_ARRAY(d, r->binding_modes, count);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        ir_decode_ty(d, NULL, &r->pat_tys[i]);
        ir_decode_def(d, NULL, &r->pat_defs[i]);
        ir_decode_args(d, NULL, &r->pat_args[i]);
        r->pat_variant_indices[i] = decode_u32(d);
        r->pat_derefs[i] = ir_read_run(d, r->pat_deref_ty_count);
        r->binding_modes[i] = decode_u8(d);
    }
    r->pat_count = count;
}

static TyId *decode_tys(Decoder *d, uint32_t *count)
{
    *count = decode_count(d, 1);
    TyId *tys = arena_alloc_zeroed(d->arena, *count * sizeof *tys);
    for (uint32_t i = 0; i < *count && !d->failed; i++)
        ir_decode_ty(d, NULL, &tys[i]);
    return tys;
}

static void decode_adjustments(Decoder *d, TypeckResults *r)
{
    r->adjustment_count = decode_count(d, 5);
    NEW_ARRAY(d, r->adjustments, r->adjustment_count);
    for (uint32_t i = 0; i < r->adjustment_count && !d->failed; i++) {
        Adjustment *adjustment = &r->adjustments[i];
        adjustment->kind = (uint8_t)ir_read_index(d, ADJUST_UNSIZE + 1);
        adjustment->is_mut = decode_bool(d);
        adjustment->two_phase = decode_bool(d);
        ir_decode_ty(d, NULL, &adjustment->target);
        ir_decode_def(d, NULL, &adjustment->method);
    }
}

static void results_decode(Decoder *d, void *value)
{
    TypeckResults *r = value;
    ir_decode_def(d, NULL, &r->owner);
    r->has_error = decode_bool(d);
    decode_adjustments(d, r);
    r->pat_deref_tys = decode_tys(d, &r->pat_deref_ty_count);
    decode_exprs(d, r);
    decode_pats(d, r);
    r->local_tys = decode_tys(d, &r->local_count);
    r->user_types = decode_tys(d, &r->user_type_count);
    NEW_ARRAY(d, r->user_type_spans, r->user_type_count);
    for (uint32_t i = 0; i < r->user_type_count && !d->failed; i++)
        r->user_type_spans[i] = decode_u32(d);
    if (d->failed)
        *r = (TypeckResults){ .has_error = true };
}

/* has_error: nobody looks into the arrays, which are empty. */
static const TypeckResults results_error = { .has_error = true };

const ValueInfo value_info_TypeckResults = { "TypeckResults", sizeof(TypeckResults), results_encode,
                                             results_decode, &results_error };
