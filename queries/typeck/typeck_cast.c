/* `as`: checked when all types are known. A cast that a coercion can do is a coercion; the rest go
 * by the table of the Reference (type cast expressions). */
#include "typeck/typeck_priv.h"

static void report_unsized(Typeck *cx, uint32_t span, TyId from, TyId to)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_cast_to_unsized, span);
    diag_arg(diag, typeck_ty_text(cx, from));
    typeck_emit(cx, diag_arg(diag, typeck_ty_text(cx, to)));
}

TyId typeck_expr_cast(Typeck *cx, HirExprId id, Expect expect, const HirExpr_cast *node)
{
    (void)expect;
    TyId to = typeck_lower_ty(cx, node->ty);
    TyId from = typeck_expr(cx, node->operand, (Expect){ EXPECT_CAST, to });
    if (ty_kind(cx->in, to) == TY_SLICE) {
        report_unsized(cx, expr_span(cx, id), from, to);
        return cx->error;
    }
    /* Coercions help inference, so they are tried at once where both sides are known well enough.
     */
    deferred_cast_vec_push(&cx->casts, (DeferredCast){ id, from, to, expr_span(cx, id) });
    return to;
}

/* ---- what casts can be between ---- */

typedef enum {
    SORT_NONE,
    SORT_INT,
    SORT_U8,
    SORT_BOOL,
    SORT_CHAR,
    SORT_ENUM,
    SORT_FLOAT,
    SORT_PTR,
    SORT_FN_PTR,
} CastSort;

static bool enum_has_no_fields(Typeck *cx, DefId def)
{
    const AdtDef *adt = q_adt_def(cx->job, def);
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (adt->variants[i].field_count)
            return false;
    }
    return adt->kind == ADT_ENUM;
}

static CastSort sort_of(Typeck *cx, const Ty *ty)
{
    switch (ty->kind) {
    case TY_INT:
        return SORT_INT;
    case TY_UINT:
        return ty->as.uint.width == INT_8 ? SORT_U8 : SORT_INT;
    case TY_BOOL:
        return SORT_BOOL;
    case TY_CHAR:
        return SORT_CHAR;
    case TY_FLOAT:
        return SORT_FLOAT;
    case TY_PTR:
        return SORT_PTR;
    case TY_FN_PTR:
        return SORT_FN_PTR;
    case TY_ADT:
        return enum_has_no_fields(cx, ty->as.adt.def) ? SORT_ENUM : SORT_NONE;
    }
    return SORT_NONE;
}

/* What a pointer carries beside the address. */
typedef enum { POINTEE_THIN, POINTEE_LENGTH, POINTEE_UNKNOWN } PointeeKind;

static PointeeKind pointee_kind(Typeck *cx, TyId pointee)
{
    pointee = typeck_resolved(cx, pointee);
    TypingEnv env = { .env_or_none =
                          def_kind(cx->in, cx->owner) == DEF_ANON_CONST ? def_id_none() : cx->owner,
                      .mode = TYPING_CHECK };
    if (ty_is_sized(cx->job, env, pointee))
        return POINTEE_THIN;
    TyKind kind = ty_kind(cx->in, pointee);
    return kind == TY_PARAM || kind == TY_PROJECTION ? POINTEE_UNKNOWN : POINTEE_LENGTH;
}

/* ---- messages ---- */

typedef enum {
    CAST_FITS,
    CAST_NON_PRIMITIVE, /* E0605 */
    CAST_ILLEGAL,       /* E0606 */
    CAST_THIN_TO_WIDE,  /* E0607 */
    CAST_TO_CHAR,       /* E0604 */
    CAST_TO_BOOL,       /* E0054 */
} CastVerdict;

static void report_cast(Typeck *cx, const DeferredCast *cast, TyId from, TyId to,
                        CastVerdict verdict)
{
    static const DiagCode codes[] = {
        [CAST_NON_PRIMITIVE] = DIAG_CODE_cast_non_primitive,
        [CAST_ILLEGAL] = DIAG_CODE_cast_illegal,
        [CAST_THIN_TO_WIDE] = DIAG_CODE_cast_thin_to_wide,
        [CAST_TO_CHAR] = DIAG_CODE_cast_to_char,
        [CAST_TO_BOOL] = DIAG_CODE_cast_to_bool,
    };
    if (ty_get(cx->in, from)->has_error || ty_get(cx->in, to)->has_error) {
        cx->has_error = true;
        return;
    }
    Diag *diag = typeck_diag(cx, codes[verdict], cast->from_span);
    diag_arg(diag, typeck_ty_text(cx, from));
    if (verdict != CAST_TO_CHAR)
        diag_arg(diag, typeck_ty_text(cx, to));
    if (verdict == CAST_NON_PRIMITIVE)
        diag_primary_label(diag, "an `as` expression can only be used to convert between primitive "
                                 "types or to coerce to a specific trait object");
    else if (verdict == CAST_TO_CHAR)
        diag_primary_label(diag, "invalid cast");
    typeck_emit(cx, diag);
}

/* ---- the table ---- */

static CastVerdict check_pointers(Typeck *cx, TyId from, TyId to, CastKind *kind)
{
    *kind = CAST_PTR_PTR;
    PointeeKind source = pointee_kind(cx, from), target = pointee_kind(cx, to);
    if (target == POINTEE_THIN)
        return CAST_FITS;
    if (source == POINTEE_THIN)
        return CAST_THIN_TO_WIDE;
    return source == target ? CAST_FITS : CAST_ILLEGAL;
}

static CastVerdict check_to_ptr(Typeck *cx, const Ty *from, CastSort sort, const Ty_ptr *to,
                                CastKind *kind)
{
    if (sort == SORT_PTR)
        return check_pointers(cx, from->as.ptr.pointee, to->pointee, kind);
    if (pointee_kind(cx, to->pointee) != POINTEE_THIN)
        return CAST_ILLEGAL;
    *kind = sort == SORT_FN_PTR ? CAST_FN_PTR_PTR : CAST_ADDR_PTR;
    return sort == SORT_FN_PTR || sort == SORT_INT || sort == SORT_U8 ? CAST_FITS : CAST_ILLEGAL;
}

static CastVerdict check_to_int(Typeck *cx, const Ty *from, CastSort sort, CastKind *kind)
{
    switch (sort) {
    case SORT_INT:
    case SORT_U8:
    case SORT_FLOAT:
        *kind = CAST_NUMERIC;
        return CAST_FITS;
    case SORT_BOOL:
        *kind = CAST_BOOL_INT;
        return CAST_FITS;
    case SORT_CHAR:
        *kind = CAST_CHAR_INT;
        return CAST_FITS;
    case SORT_ENUM:
        *kind = CAST_ENUM_INT;
        return CAST_FITS;
    case SORT_PTR:
        *kind = CAST_PTR_ADDR;
        return pointee_kind(cx, from->as.ptr.pointee) == POINTEE_THIN ? CAST_FITS : CAST_ILLEGAL;
    case SORT_FN_PTR:
        *kind = CAST_FN_PTR_ADDR;
        return CAST_FITS;
    case SORT_NONE:
        break;
    }
    return CAST_NON_PRIMITIVE;
}

static CastVerdict check_scalars(Typeck *cx, const Ty *from, const Ty *to, CastKind *kind)
{
    CastSort source = sort_of(cx, from), target = sort_of(cx, to);
    if (source == SORT_NONE)
        return CAST_NON_PRIMITIVE;
    switch (target) {
    case SORT_BOOL:
        return CAST_TO_BOOL;
    case SORT_CHAR:
        *kind = CAST_INT_CHAR;
        return source == SORT_U8 ? CAST_FITS : CAST_TO_CHAR;
    case SORT_FLOAT:
        *kind = CAST_NUMERIC;
        return source == SORT_INT || source == SORT_U8 || source == SORT_FLOAT ? CAST_FITS
                                                                               : CAST_ILLEGAL;
    case SORT_PTR:
        return check_to_ptr(cx, from, source, &to->as.ptr, kind);
    case SORT_INT:
    case SORT_U8:
        return check_to_int(cx, from, source, kind);
    case SORT_ENUM:
    case SORT_FN_PTR:
    case SORT_NONE:
        return CAST_NON_PRIMITIVE;
    }
    RSC_UNREACHABLE();
}

/* `&[T; N] as *const T` goes through a pointer to the array. */
static CastVerdict check_array_ptr(Typeck *cx, HirExprId operand, const Ty_ref *from,
                                   const Ty_ptr *to, CastKind *kind)
{
    const Ty *array = typeck_known_ty(cx, from->pointee);
    if (array->kind != TY_ARRAY || (to->is_mut && !from->is_mut) ||
        !infer_unify(cx->infer, array->as.array.element, to->pointee))
        return CAST_ILLEGAL;
    Adjustment steps[] = {
        { .kind = ADJUST_DEREF, .target = from->pointee },
        { .kind = ADJUST_RAW_BORROW,
          .is_mut = to->is_mut,
          .target = ty_ptr(cx->in, from->pointee, to->is_mut) },
    };
    results_adjust(cx, operand, steps, 2);
    *kind = CAST_ARRAY_PTR;
    return CAST_FITS;
}

static CastVerdict check_from_ref(Typeck *cx, HirExprId operand, const Ty_ref *from, const Ty *to,
                                  CastKind *kind)
{
    CastSort target = sort_of(cx, to);
    if (target == SORT_PTR)
        return check_array_ptr(cx, operand, from, &to->as.ptr, kind);
    if (target == SORT_CHAR)
        return CAST_ILLEGAL;
    return target == SORT_INT || target == SORT_U8 || target == SORT_FLOAT ? CAST_ILLEGAL
                                                                           : CAST_NON_PRIMITIVE;
}

static CastVerdict check_types(Typeck *cx, HirExprId operand, TyId from, TyId to, CastKind *kind)
{
    const Ty *from_ty = ty_get(cx->in, from), *to_ty = ty_get(cx->in, to);
    if (from_ty->kind == TY_REF)
        return check_from_ref(cx, operand, &from_ty->as.ref, to_ty, kind);
    if (from_ty->kind != TY_FN_DEF)
        return check_scalars(cx, from_ty, to_ty, kind);
    FnSig sig = typeck_fn_sig(cx, from_ty->as.fn_def.def, from_ty->as.fn_def.args, 0);
    TyId pointer = ty_fn_ptr(cx->in, cx->arena, &sig);
    CastVerdict verdict = check_scalars(cx, ty_get(cx->in, pointer), to_ty, kind);
    if (verdict == CAST_FITS)
        typeck_coerce(cx, operand, from, pointer);
    return verdict;
}

static void check_cast(Typeck *cx, const DeferredCast *cast)
{
    HirExprId operand = hir_expr(cx->body, cast->expr)->as.cast.operand;
    TyId from = typeck_resolved(cx, cast->from), to = typeck_resolved(cx, cast->to);
    CastKind kind = CAST_COERCION;
    TyKind to_kind = ty_kind(cx->in, to);
    if (to_kind == TY_STR || to_kind == TY_SLICE) {
        report_unsized(cx, cast->from_span, from, to);
        return;
    }
    CastVerdict verdict = CAST_FITS;
    if (!typeck_coerce(cx, operand, from, to))
        verdict = check_types(cx, operand, from, to, &kind);
    if (verdict != CAST_FITS) {
        report_cast(cx, cast, from, to, verdict);
        kind = CAST_ERROR;
    }
    cx->r.cast_kinds[cast->expr.v] = (uint8_t)kind;
}

void typeck_casts_finish(Typeck *cx)
{
    for (uint32_t i = 0; i < cx->casts.count; i++)
        check_cast(cx, &cx->casts.items[i]);
}
