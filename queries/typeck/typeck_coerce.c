/* Coercions (Reference: type coercions) and the common type of several expressions (least upper
 * bound). */
#include "typeck/typeck_priv.h"

enum { COERCE_STEPS_MAX = 64 };

/* The steps found so far; nothing is recorded before the coercion as a whole succeeds. */
typedef struct {
    Typeck *cx;
    Adjustment steps[COERCE_STEPS_MAX];
    uint32_t count;
} Coercion;

static void step_add(Coercion *coercion, AdjustKind kind, bool is_mut, TyId target)
{
    rsc_assert(coercion->count < COERCE_STEPS_MAX);
    coercion->steps[coercion->count++] =
        (Adjustment){ .kind = (uint8_t)kind, .is_mut = is_mut, .target = target };
}

static TyId erased_ref(Typeck *cx, TyId pointee, bool is_mut)
{
    return ty_ref(cx->in, region_erased(cx->in), pointee, is_mut);
}

/* ---- references ---- */

/* `&mut T` serves as `&T`, never the other way round. */
static bool mutability_fits(bool from_mut, bool to_mut)
{
    return from_mut || !to_mut;
}

static bool add_derefs(Coercion *coercion, const Autoderef *deref)
{
    if (deref->count + 3 > COERCE_STEPS_MAX)
        return false;
    for (uint32_t i = 0; i < deref->count; i++)
        coercion->steps[coercion->count++] = deref->steps[i];
    return true;
}

/* `&T` or `&mut T` to a reference: reborrow, after as many derefs as it takes to reach the wanted
 * type. */
static bool coerce_ref(Coercion *coercion, const Ty_ref *from, TyId from_ty, const Ty_ref *to)
{
    Typeck *cx = coercion->cx;
    if (!mutability_fits(from->is_mut, to->is_mut))
        return false;
    Autoderef deref = autoderef_start(cx, from_ty, 0);
    while (autoderef_next(&deref)) {
        if (!infer_unify(cx->infer, deref.ty, to->pointee))
            continue;
        if (deref.count == 1 && !from->is_mut && !to->is_mut)
            return true; /* shared references are just copied */
        if (!add_derefs(coercion, &deref))
            return false;
        step_add(coercion, ADJUST_BORROW, to->is_mut, erased_ref(cx, deref.ty, to->is_mut));
        return true;
    }
    return false;
}

/* ---- raw pointers ---- */

static bool coerce_ptr(Coercion *coercion, const Ty *from, TyId to_ty, const Ty_ptr *to)
{
    Typeck *cx = coercion->cx;
    bool is_ref = from->kind == TY_REF;
    if (!is_ref && from->kind != TY_PTR)
        return infer_unify(cx->infer, ty_intern(cx->in, from), to_ty);
    TyId pointee = is_ref ? from->as.ref.pointee : from->as.ptr.pointee;
    bool is_mut = is_ref ? from->as.ref.is_mut : from->as.ptr.is_mut;
    if (!mutability_fits(is_mut, to->is_mut) || !infer_unify(cx->infer, pointee, to->pointee))
        return false;
    if (is_ref) {
        step_add(coercion, ADJUST_DEREF, false, pointee);
        step_add(coercion, ADJUST_RAW_BORROW, to->is_mut, to_ty);
    } else if (is_mut && !to->is_mut) {
        step_add(coercion, ADJUST_MUT_TO_CONST, false, to_ty);
    }
    return true;
}

/* ---- unsizing ---- */

typedef struct {
    TyId pointee;
    bool is_pointer, is_ref, is_mut;
} Pointer;

static Pointer as_pointer(const Ty *ty)
{
    if (ty->kind == TY_REF)
        return (Pointer){ ty->as.ref.pointee, true, true, ty->as.ref.is_mut };
    if (ty->kind == TY_PTR)
        return (Pointer){ ty->as.ptr.pointee, true, false, ty->as.ptr.is_mut };
    return (Pointer){ 0 };
}

/* `&[T; N]` to `&[T]`, and so for `&mut`, `*const`, `*mut`. */
static bool coerce_unsize(Coercion *coercion, const Ty *from, const Ty *to, TyId to_ty)
{
    Typeck *cx = coercion->cx;
    Pointer source = as_pointer(from), target = as_pointer(to);
    if (!source.is_pointer || !target.is_pointer || (target.is_ref && !source.is_ref) ||
        !mutability_fits(source.is_mut, target.is_mut))
        return false;
    const Ty *array = typeck_known_ty(cx, source.pointee);
    const Ty *slice = typeck_known_ty(cx, target.pointee);
    if (array->kind != TY_ARRAY || slice->kind != TY_SLICE ||
        !infer_unify(cx->infer, array->as.array.element, slice->as.slice.element))
        return false;
    if (source.is_ref) {
        step_add(coercion, ADJUST_DEREF, false, source.pointee);
        TyId borrowed = target.is_ref ? erased_ref(cx, source.pointee, target.is_mut)
                                      : ty_ptr(cx->in, source.pointee, target.is_mut);
        step_add(coercion, target.is_ref ? ADJUST_BORROW : ADJUST_RAW_BORROW, target.is_mut,
                 borrowed);
    }
    step_add(coercion, ADJUST_UNSIZE, false, to_ty);
    return true;
}

/* ---- functions ---- */

static bool same_signature(Typeck *cx, const Ty_fn_ptr *from, const Ty_fn_ptr *to)
{
    return from->abi == to->abi && from->is_variadic == to->is_variadic &&
           (to->is_unsafe || !from->is_unsafe) &&
           infer_unify_args(cx->infer, from->inputs_and_output, to->inputs_and_output);
}

static bool coerce_fn_item(Coercion *coercion, const Ty_fn_def *from, const Ty *to, TyId to_ty)
{
    Typeck *cx = coercion->cx;
    if (to->kind != TY_FN_PTR)
        return false;
    FnSig sig = typeck_fn_sig(cx, from->def, from->args, 0);
    TyId pointer = ty_fn_ptr(cx->in, cx->arena, &sig);
    const Ty *pointer_ty = ty_get(cx->in, pointer);
    if (!same_signature(cx, &pointer_ty->as.fn_ptr, &to->as.fn_ptr))
        return false;
    step_add(coercion, ADJUST_REIFY_FN, false, pointer);
    if (to->as.fn_ptr.is_unsafe && !pointer_ty->as.fn_ptr.is_unsafe)
        step_add(coercion, ADJUST_UNSAFE_FN, false, to_ty);
    return true;
}

static bool coerce_fn_ptr(Coercion *coercion, const Ty_fn_ptr *from, const Ty *to, TyId to_ty)
{
    if (to->kind != TY_FN_PTR || !same_signature(coercion->cx, from, &to->as.fn_ptr))
        return false;
    if (to->as.fn_ptr.is_unsafe && !from->is_unsafe)
        step_add(coercion, ADJUST_UNSAFE_FN, false, to_ty);
    return true;
}

/* ---- all together ---- */

static bool coerce_never(Coercion *coercion, const Ty *to, TyId to_ty)
{
    if (to->kind == TY_NEVER)
        return true;
    if (to->kind == TY_INFER)
        infer_mark_diverging(coercion->cx->infer, to_ty);
    step_add(coercion, ADJUST_NEVER_TO_ANY, false, to_ty);
    return true;
}

static bool coerce(Coercion *coercion, TyId from, TyId to)
{
    Typeck *cx = coercion->cx;
    from = typeck_known(cx, from);
    to = typeck_known(cx, to);
    const Ty *from_ty = ty_get(cx->in, from), *to_ty = ty_get(cx->in, to);
    if (from_ty->kind == TY_ERROR || to_ty->kind == TY_ERROR)
        return true;
    if (from_ty->kind == TY_NEVER)
        return coerce_never(coercion, to_ty, to);
    if (typeck_is_general_var(cx, from) || typeck_is_general_var(cx, to))
        return infer_unify(cx->infer, from, to);
    if (coerce_unsize(coercion, from_ty, to_ty, to))
        return true;
    if (to_ty->kind == TY_PTR)
        return coerce_ptr(coercion, from_ty, to, &to_ty->as.ptr);
    if (to_ty->kind == TY_REF && from_ty->kind == TY_REF)
        return coerce_ref(coercion, &from_ty->as.ref, from, &to_ty->as.ref);
    if (from_ty->kind == TY_FN_DEF && coerce_fn_item(coercion, &from_ty->as.fn_def, to_ty, to))
        return true;
    if (from_ty->kind == TY_FN_PTR && coerce_fn_ptr(coercion, &from_ty->as.fn_ptr, to_ty, to))
        return true;
    return infer_unify(cx->infer, from, to);
}

/* `&mut *x` through overloaded derefs needs their `_mut` forms. */
static void fix_mut_derefs(Typeck *cx, HirExprId expr, const Coercion *coercion)
{
    for (uint32_t i = 0; i < coercion->count; i++) {
        if (coercion->steps[i].kind == ADJUST_BORROW && coercion->steps[i].is_mut) {
            typeck_place_make_mut(cx, expr);
            return;
        }
    }
}

bool typeck_coerce(Typeck *cx, HirExprId expr, TyId from, TyId to)
{
    Coercion coercion = { .cx = cx };
    from = typeck_known(cx, from);
    to = typeck_known(cx, to);
    if (ty_get(cx->in, from)->has_error || ty_get(cx->in, to)->has_error)
        cx->has_error = true;
    TypeckSnapshot snapshot = typeck_snapshot(cx);
    if (!coerce(&coercion, from, to)) {
        typeck_rollback(cx, snapshot);
        return false;
    }
    typeck_commit(cx, snapshot);
    results_adjust(cx, expr, coercion.steps, coercion.count);
    fix_mut_derefs(cx, expr, &coercion);
    return true;
}

bool typeck_can_coerce(Typeck *cx, TyId from, TyId to)
{
    Coercion coercion = { .cx = cx };
    TypeckSnapshot snapshot = typeck_snapshot(cx);
    bool can = coerce(&coercion, from, to);
    typeck_rollback(cx, snapshot);
    return can;
}

/* ---- several expressions, one value ---- */

void merge_init(Typeck *cx, Merge *merge, TyId expected_or_none)
{
    *merge = (Merge){ .expected = expected_or_none };
    u32_vec_init(&merge->exprs, cx->arena);
}

TyId merge_finish(Typeck *cx, const Merge *merge)
{
    return ty_id_is_none(merge->merged) ? cx->never : merge->merged;
}

/* All expressions so far can be coerced to the type of the new one. */
static bool coerce_earlier(Typeck *cx, Merge *merge, TyId to)
{
    for (uint32_t i = 0; i < merge->exprs.count; i++) {
        HirExprId expr = hir_expr_id_make(merge->exprs.items[i]);
        if (!typeck_can_coerce(cx, results_adjusted_ty(cx, expr), to))
            return false;
    }
    for (uint32_t i = 0; i < merge->exprs.count; i++) {
        HirExprId expr = hir_expr_id_make(merge->exprs.items[i]);
        typeck_coerce(cx, expr, results_adjusted_ty(cx, expr), to);
    }
    return true;
}

/* Two function items, or an item and a pointer made of others: both become pointers of one
 * signature. */
static bool merge_fn_items(Typeck *cx, Merge *merge, HirExprId expr, TyId ty)
{
    const Ty *merged = typeck_known_ty(cx, merge->merged), *added = typeck_known_ty(cx, ty);
    if (merged->kind != TY_FN_DEF || added->kind != TY_FN_DEF)
        return false;
    FnSig sig = typeck_fn_sig(cx, merged->as.fn_def.def, merged->as.fn_def.args, 0);
    TyId pointer = ty_fn_ptr(cx->in, cx->arena, &sig);
    if (!typeck_can_coerce(cx, ty, pointer) || !coerce_earlier(cx, merge, pointer))
        return false;
    typeck_coerce(cx, expr, ty, pointer);
    merge->merged = pointer;
    return true;
}

static bool merge_with(Typeck *cx, Merge *merge, HirExprId expr, TyId ty)
{
    if (!ty_id_is_none(merge->expected)) {
        merge->merged = merge->expected;
        return typeck_coerce(cx, expr, ty, merge->expected);
    }
    if (ty_id_is_none(merge->merged)) {
        merge->merged = ty;
        return true;
    }
    bool merged_never = ty_is_never(cx->in, typeck_known(cx, merge->merged));
    if (merged_never ||
        (!typeck_coerce(cx, expr, ty, merge->merged) && !merge_fn_items(cx, merge, expr, ty))) {
        if (!coerce_earlier(cx, merge, ty))
            return false;
        merge->merged = ty;
    }
    return true;
}

/* Where the value of a block is blamed: at its tail, or its last statement. */
static uint32_t value_span(const Typeck *cx, HirExprId id)
{
    const HirExpr *expr = hir_expr(cx->body, id);
    if (expr->kind != HIR_EXPR_BLOCK)
        return expr->span;
    const HirBlock *block = hir_block(cx->body, expr->as.block.block);
    if (!hir_expr_id_is_none(block->tail_or_none))
        return expr_span(cx, block->tail_or_none);
    if (block->statements.count == 0)
        return expr->span;
    HirStmtId last =
        hir_stmt_id_make(hir_list_at(cx->body, block->statements, block->statements.count - 1));
    return hir_stmt(cx->body, last)->span;
}

static const char *why_text(MergeWhy why)
{
    switch (why) {
    case MERGE_IF_ELSE:
        return "`if` and `else` have incompatible types";
    case MERGE_MATCH_ARM:
        return "`match` arms have incompatible types";
    case MERGE_BLOCK_TAIL:
    case MERGE_BREAK:
    case MERGE_RETURN:
    case MERGE_ARRAY:
        return NULL;
    }
    RSC_UNREACHABLE();
}

static void report_merge(Typeck *cx, Merge *merge, HirExprId expr, TyId ty, MergeWhy why)
{
    bool between = ty_id_is_none(merge->expected) && why_text(why);
    uint32_t span = between ? value_span(cx, expr) : expr_span(cx, expr);
    Diag *diag = typeck_mismatch_because(cx, between ? why_text(why) : "mismatched types", span,
                                         merge->merged, ty);
    if (!diag)
        return;
    if (between && merge->exprs.count > 0) {
        HirExprId first = hir_expr_id_make(merge->exprs.items[merge->exprs.count - 1]);
        diag_label(diag, typeck_at(cx, value_span(cx, first)), "expected because of this");
    }
    if (why == MERGE_RETURN && cx->return_span) {
        Str text = typeck_ty_text(cx, cx->return_ty);
        diag_label(diag, typeck_at(cx, cx->return_span), "expected `%.*s` because of return type",
                   (int)text.bytes, text.data);
    }
    typeck_emit(cx, diag);
}

void merge_add(Typeck *cx, Merge *merge, HirExprId expr, TyId ty, MergeWhy why)
{
    if (merge_with(cx, merge, expr, ty)) {
        u32_vec_push(&merge->exprs, expr.v);
        return;
    }
    report_merge(cx, merge, expr, ty, why);
    merge->merged = cx->error; /* one message: what follows is not compared */
    if (!ty_id_is_none(merge->expected))
        merge->merged = merge->expected;
}

bool merge_add_unit(Typeck *cx, Merge *merge)
{
    TyId wanted = ty_id_is_none(merge->expected) ? merge->merged : merge->expected;
    if (ty_id_is_none(wanted) || ty_is_never(cx->in, typeck_known(cx, wanted))) {
        if (!ty_id_is_none(wanted) && !coerce_earlier(cx, merge, cx->unit))
            return false;
        merge->merged = cx->unit;
        return ty_id_is_none(merge->expected);
    }
    merge->merged = wanted;
    return infer_unify(cx->infer, wanted, cx->unit);
}
