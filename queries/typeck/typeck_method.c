/* Method calls: the receiver's adjustments and the call itself, once probing has found the method.
 */
#include "typeck/typeck_priv.h"

/* ---- messages ---- */

static TyId failed_args(Typeck *cx, const HirExpr_method_call *node)
{
    for (uint32_t i = 0; i < node->args.count; i++)
        typeck_expr(cx, expr_at(cx, node->args, i), expect_none());
    cx->has_error = true;
    return cx->error;
}

static bool is_number_var(const Ty *ty)
{
    return ty->kind == TY_INFER && ty->as.infer.kind != INFER_TY;
}

/* `2.pow(2)`: a method of the integer types, but of which one? */
static bool any_number_has(Typeck *cx, SymId name, bool is_float)
{
    PrimitiveTy sample = is_float ? PRIMITIVE_F64 : PRIMITIVE_I32;
    return typeck_probe(cx, PROBE_METHOD, ty_primitive(cx->in, sample), name, 0).result ==
           PROBE_FOUND;
}

static void report_ambiguous_number(Typeck *cx, const HirSegment *segment, TyId receiver)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_method_on_ambiguous_number, segment->span);
    diag_arg(diag, sym_text(cx->in, segment->name));
    typeck_emit(cx, diag_arg(diag, typeck_ty_text(cx, receiver)));
}

static bool has_associated_fn(Typeck *cx, TyId receiver, SymId name)
{
    return typeck_probe(cx, PROBE_PATH, receiver, name, 0).result == PROBE_FOUND;
}

/* A field of that name holds something that may be called. */
static void help_field(Typeck *cx, Diag *diag, TyId receiver, const HirSegment *segment)
{
    const Ty *ty = typeck_known_ty(cx, receiver);
    if (ty->kind != TY_ADT || def_kind(cx->in, ty->as.adt.def) != DEF_STRUCT)
        return;
    uint32_t index;
    const VariantDef *variant = typeck_variant_of(cx, ty->as.adt.def, &index);
    for (uint32_t i = 0; variant && i < variant->field_count; i++) {
        if (sym_id_eq(variant->fields[i].name, segment->name))
            diag_primary_label(diag, "field, not a method");
    }
}

static void report_no_method(Typeck *cx, TyId receiver, const HirSegment *segment)
{
    Str name = sym_text(cx->in, segment->name);
    Diag *diag = typeck_diag(cx, DIAG_CODE_no_method, segment->span);
    diag_arg(diag, name);
    diag_arg(diag, typeck_sort_text(cx, receiver));
    Str text = typeck_ty_text(cx, receiver);
    if (has_associated_fn(cx, receiver, segment->name))
        diag_primary_label(diag, "this is an associated function, not a method");
    else
        diag_primary_label(diag, "method not found in `%.*s`", (int)text.bytes, text.data);
    help_field(cx, diag, receiver, segment);
    typeck_emit(cx, diag);
}

static void report_probe(Typeck *cx, const Probe *probe, TyId receiver, uint32_t receiver_span,
                         const HirSegment *segment)
{
    const Ty *ty = ty_get(cx->in, receiver);
    if (ty_get(cx->in, typeck_resolved(cx, receiver))->has_error)
        return;
    Diag *diag;
    switch (probe->result) {
    case PROBE_NOT_FOUND:
        if (is_number_var(ty) &&
            any_number_has(cx, segment->name, ty->as.infer.kind == INFER_FLOAT))
            report_ambiguous_number(cx, segment, receiver);
        else
            report_no_method(cx, receiver, segment);
        return;
    case PROBE_PRIVATE:
        diag = typeck_diag(cx, DIAG_CODE_private_associated_item, segment->span);
        diag_arg(diag, STR("method"));
        diag_arg(diag, sym_text(cx->in, segment->name));
        typeck_emit(cx, diag_primary_label(diag, "private method"));
        return;
    case PROBE_AMBIGUOUS: {
        diag = typeck_diag(cx, DIAG_CODE_ambiguous_item, segment->span);
        Str name = sym_text(cx->in, segment->name);
        typeck_emit(cx,
                    diag_primary_label(diag, "multiple `%.*s` found", (int)name.bytes, name.data));
        return;
    }
    case PROBE_BAD_TYPE:
        typeck_needs_annotation(cx, receiver_span);
        return;
    case PROBE_FOUND:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- the receiver ---- */

static TyId adjust_receiver(Typeck *cx, HirExprId receiver, TyId ty, const Probe *probe)
{
    const Pick *pick = &probe->pick;
    results_adjust(cx, receiver, probe->derefs, pick->deref_count);
    if (pick->deref_count)
        ty = probe->derefs[pick->deref_count - 1].target;
    if (pick->autoref == AUTOREF_NONE)
        return ty;
    bool is_mut = pick->autoref == AUTOREF_MUT;
    TyId borrowed = ty_ref(cx->in, region_erased(cx->in), ty, is_mut);
    Adjustment steps[2] = {
        { .kind = ADJUST_BORROW, .is_mut = is_mut, .two_phase = is_mut, .target = borrowed }
    };
    uint32_t count = 1;
    if (pick->unsize) {
        borrowed = ty_ref(cx->in, region_erased(cx->in), pick->self_ty, is_mut);
        steps[count++] = (Adjustment){ .kind = ADJUST_UNSIZE, .target = borrowed };
    }
    results_adjust(cx, receiver, steps, count);
    if (is_mut)
        typeck_place_make_mut(cx, receiver);
    return borrowed;
}

/* `x.m()` with `x: &mut T` and `self: &mut T` reborrows instead of moving x. */
static void reborrow_receiver(Typeck *cx, HirExprId receiver, TyId ty)
{
    const Ty *record = typeck_known_ty(cx, ty);
    if (record->kind != TY_REF || !record->as.ref.is_mut)
        return;
    Adjustment steps[] = {
        { .kind = ADJUST_DEREF, .target = record->as.ref.pointee },
        { .kind = ADJUST_BORROW,
          .is_mut = true,
          .two_phase = true,
          .target = ty_ref(cx->in, region_erased(cx->in), record->as.ref.pointee, true) },
    };
    results_adjust(cx, receiver, steps, 2);
}

/* The self type of a trait's or impl's item is fixed by unifying the type of `self`. */
static FnSig confirm(Typeck *cx, HirExprId id, const HirExpr_method_call *node, TyId receiver,
                     const Probe *probe)
{
    const HirSegment *segment = &cx->body->segments[node->segment.v];
    const Pick *pick = &probe->pick;
    TyId self = adjust_receiver(cx, node->receiver, receiver, probe);
    if (pick->autoref == AUTOREF_NONE)
        reborrow_receiver(cx, node->receiver, self);
    ArgsId args = typeck_pick_args(cx, pick, ty_id_none(), node->segment, segment->span);
    FnSig sig = typeck_fn_sig(cx, pick->item, args, segment->span);
    if (!infer_unify(cx->infer, sig.inputs[0], self))
        typeck_report_mismatch(cx, segment->span, sig.inputs[0], self);
    typeck_register_item(cx, pick->item, args, segment->span);
    results_set_callee(cx, id, pick->item, args);
    return sig;
}

TyId typeck_expr_method_call(Typeck *cx, HirExprId id, Expect expect,
                             const HirExpr_method_call *node)
{
    const HirSegment *segment = &cx->body->segments[node->segment.v];
    TyId receiver = typeck_known(cx, typeck_expr(cx, node->receiver, expect_none()));
    Probe probe = typeck_probe(cx, PROBE_METHOD, receiver, segment->name, segment->span);
    if (probe.result != PROBE_FOUND) {
        report_probe(cx, &probe, receiver, expr_span(cx, node->receiver), segment);
        return failed_args(cx, node);
    }
    /* Its tokens have a `self`, but its header could not be parsed, which was reported. */
    const FnSig *written = q_fn_sig(cx->job, probe.pick.item);
    if (written->is_unread || written->input_count == 0)
        return failed_args(cx, node);
    FnSig sig = confirm(cx, id, node, receiver, &probe);
    if (sig.is_unsafe)
        typeck_note_unsafe(cx, UNSAFE_CALL, expr_span(cx, id), probe.pick.item);
    typeck_note_call(cx, probe.pick.item, expr_span(cx, id), true);
    CallArgs call = { .call = id,
                      .span = segment->span,
                      .callee_or_none = probe.pick.item,
                      .args = node->args,
                      .inputs = sig.inputs + 1,
                      .input_count = sig.input_count - 1,
                      .output = sig.output,
                      .is_variadic = sig.is_variadic };
    return typeck_call_args(cx, &call, expect);
}
