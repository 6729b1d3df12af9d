/* The tables that type check fills: written while inference is under way, resolved at the end. */
#include "typeck/typeck_priv.h"

#define NEW_ARRAY(arena, items, count) \
    items = arena_alloc_zeroed((arena), (count) * sizeof *(items))

static void allocate(TypeckResults *r, Arena *arena)
{
    NEW_ARRAY(arena, r->expr_tys, r->expr_count);
    NEW_ARRAY(arena, r->expr_adjustments, r->expr_count);
    NEW_ARRAY(arena, r->callees, r->expr_count);
    NEW_ARRAY(arena, r->callee_args, r->expr_count);
    NEW_ARRAY(arena, r->field_indices, r->expr_count);
    NEW_ARRAY(arena, r->variant_indices, r->expr_count);
    NEW_ARRAY(arena, r->cast_kinds, r->expr_count);
    NEW_ARRAY(arena, r->pat_tys, r->pat_count);
    NEW_ARRAY(arena, r->pat_defs, r->pat_count);
    NEW_ARRAY(arena, r->pat_args, r->pat_count);
    NEW_ARRAY(arena, r->pat_variant_indices, r->pat_count);
    NEW_ARRAY(arena, r->pat_derefs, r->pat_count);
    NEW_ARRAY(arena, r->binding_modes, r->pat_count);
    NEW_ARRAY(arena, r->local_tys, r->local_count);
}

void results_init(Typeck *cx)
{
    cx->r = (TypeckResults){ .owner = cx->owner,
                             .expr_count = cx->body->expr_count,
                             .pat_count = cx->body->pat_count,
                             .local_count = cx->body->local_count };
    allocate(&cx->r, cx->arena);
}

void results_set_callee(Typeck *cx, HirExprId expr, DefId def, ArgsId args)
{
    cx->r.callees[expr.v] = def;
    cx->r.callee_args[expr.v] = args;
}

void results_adjust(Typeck *cx, HirExprId expr, const Adjustment *steps, uint32_t count)
{
    if (count == 0)
        return;
    IdRange *run = &cx->r.expr_adjustments[expr.v];
    IdRange grown = { cx->adjustments.count, run->count + count };
    for (uint32_t i = 0; i < run->count; i++)
        adjustment_vec_push(&cx->adjustments, *adjustment_vec_at(&cx->adjustments, run->start + i));
    adjustment_vec_append(&cx->adjustments, steps, count);
    *run = grown;
}

TyId results_adjusted_ty(const Typeck *cx, HirExprId expr)
{
    IdRange run = cx->r.expr_adjustments[expr.v];
    if (run.count == 0)
        return cx->r.expr_tys[expr.v];
    return adjustment_vec_at(&cx->adjustments, run.start + run.count - 1)->target;
}

/* ---- the final value ---- */

/* A variable that is still there was reported, and so was a type that was refused, here at the
 * latest: no body fails without a word. */
static void leftover(Typeck *cx, bool has_infer, bool is_too_large, uint32_t span)
{
    if (has_infer && !cx->has_error)
        typeck_needs_annotation(cx, 0);
    else if (is_too_large && !cx->has_error)
        typeck_emit(cx, typeck_diag(cx, DIAG_CODE_type_too_large, span));
    cx->has_error = true;
}

static TyId final_ty(Typeck *cx, TyId ty, uint32_t span)
{
    if (ty_id_is_none(ty))
        return ty;
    ty = infer_resolve(cx->infer, ty);
    const Ty *record = ty_get(cx->in, ty);
    if (!record->has_infer && !record->has_error)
        return ty;
    leftover(cx, record->has_infer, ty_has_too_large(cx->in, ty), span);
    return record->has_infer ? cx->error : ty;
}

static ArgsId final_args(Typeck *cx, ArgsId args, uint32_t span)
{
    if (args_id_is_none(args))
        return args;
    args = infer_resolve_args(cx->infer, args);
    TyFlags flags = args_flags(cx->in, args);
    if (flags.has_infer || flags.has_error)
        leftover(cx, flags.has_infer, args_have_too_large(cx->in, args), span);
    return flags.has_infer ? args_empty(cx->in) : args;
}

/* Only the runs that expressions have now, in order of expressions: what was replaced is left
 * behind. */
static void finish_adjustments(Typeck *cx, TypeckResults *out, Arena *arena)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < out->expr_count; i++)
        count += cx->r.expr_adjustments[i].count;
    out->adjustments = arena_alloc_array(arena, count, sizeof *out->adjustments);
    for (uint32_t i = 0; i < out->expr_count; i++) {
        IdRange run = cx->r.expr_adjustments[i];
        out->expr_adjustments[i] = (IdRange){ run.count ? out->adjustment_count : 0, run.count };
        for (uint32_t s = 0; s < run.count; s++) {
            Adjustment step = *adjustment_vec_at(&cx->adjustments, run.start + s);
            step.target = final_ty(cx, step.target, cx->body->exprs[i].span);
            out->adjustments[out->adjustment_count++] = step;
        }
    }
}

static void finish_exprs(Typeck *cx, TypeckResults *out)
{
    for (uint32_t i = 0; i < out->expr_count; i++) {
        out->expr_tys[i] = final_ty(cx, cx->r.expr_tys[i], cx->body->exprs[i].span);
        out->callees[i] = cx->r.callees[i];
        out->callee_args[i] = final_args(cx, cx->r.callee_args[i], cx->body->exprs[i].span);
        out->field_indices[i] = cx->r.field_indices[i];
        out->variant_indices[i] = cx->r.variant_indices[i];
        out->cast_kinds[i] = cx->r.cast_kinds[i];
    }
}

static void finish_pats(Typeck *cx, TypeckResults *out)
{
    for (uint32_t i = 0; i < out->pat_count; i++) {
        out->pat_tys[i] = final_ty(cx, cx->r.pat_tys[i], cx->body->pats[i].span);
        out->pat_defs[i] = cx->r.pat_defs[i];
        out->pat_args[i] = final_args(cx, cx->r.pat_args[i], cx->body->pats[i].span);
        out->pat_variant_indices[i] = cx->r.pat_variant_indices[i];
        out->pat_derefs[i] = cx->r.pat_derefs[i];
        out->binding_modes[i] = cx->r.binding_modes[i];
    }
}

static TyId *finish_tys(Typeck *cx, const TyVec *tys, Arena *arena)
{
    TyId *result = arena_alloc_array(arena, tys->count, sizeof *result);
    for (uint32_t i = 0; i < tys->count; i++)
        result[i] = final_ty(cx, tys->items[i], 0);
    return result;
}

void results_finish(Typeck *cx, TypeckResults *out)
{
    Arena *arena = job_out(cx->job);
    *out = (TypeckResults){ .owner = cx->owner,
                            .expr_count = cx->r.expr_count,
                            .pat_count = cx->r.pat_count,
                            .local_count = cx->r.local_count };
    allocate(out, arena);
    finish_adjustments(cx, out, arena);
    finish_exprs(cx, out);
    finish_pats(cx, out);
    for (uint32_t i = 0; i < out->local_count; i++)
        out->local_tys[i] = final_ty(cx, cx->r.local_tys[i], 0);
    out->pat_deref_tys = finish_tys(cx, &cx->pat_deref_tys, arena);
    out->pat_deref_ty_count = cx->pat_deref_tys.count;
    out->user_types = finish_tys(cx, &cx->user_types, arena);
    out->user_type_spans =
        arena_copy(arena, cx->user_type_spans.items, cx->user_type_spans.count * sizeof(uint32_t));
    out->user_type_count = cx->user_types.count;
    out->has_error = cx->has_error;
}
