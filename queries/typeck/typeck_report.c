/* Messages about types: texts of types with signatures, E0308, E0277 and their kin. */
#include "typeck/typeck_priv.h"

/* ---- texts ---- */

static void fn_def_text(Typeck *cx, const Ty_fn_def *fn, Text *out)
{
    FnSig sig = *q_fn_sig(cx->job, fn->def);
    sig.inputs = arena_alloc_array(cx->arena, sig.input_count, sizeof(TyId));
    const FnSig *declared = q_fn_sig(cx->job, fn->def);
    for (uint32_t i = 0; i < sig.input_count; i++)
        sig.inputs[i] =
            ty_erase_regions(cx->in, ty_substitute(cx->in, declared->inputs[i], fn->args));
    sig.output = ty_erase_regions(cx->in, ty_substitute(cx->in, declared->output, fn->args));
    ty_text(cx->in, typeck_resolved(cx, ty_fn_ptr(cx->in, cx->arena, &sig)), out);
    DefId def = def_kind(cx->in, fn->def) == DEF_CTOR ? def_parent(cx->in, fn->def) : fn->def;
    text_add_c(out, " {");
    def_path_text(cx->in, def, out);
    text_add_char(out, '}');
}

Str typeck_ty_text(Typeck *cx, TyId ty)
{
    Text text;
    text_init(&text, cx->arena);
    ty = typeck_resolved(cx, ty);
    const Ty *record = ty_get(cx->in, ty);
    if (record->kind == TY_FN_DEF)
        fn_def_text(cx, &record->as.fn_def, &text);
    else
        ty_text(cx->in, ty, &text);
    return text_str(&text);
}

static const char *sort_noun(Typeck *cx, const Ty *ty)
{
    switch (ty->kind) {
    case TY_ADT:
        return def_kind_text(def_kind(cx->in, ty->as.adt.def));
    case TY_REF:
        return "reference";
    case TY_PTR:
        return "raw pointer";
    case TY_ARRAY:
        return "array";
    case TY_SLICE:
        return "slice";
    case TY_TUPLE:
        return args_get(cx->in, ty->as.tuple.elements).count ? "tuple" : "unit type";
    case TY_FN_DEF:
        return "fn item";
    case TY_FN_PTR:
        return "fn pointer";
    case TY_PARAM:
        return "type parameter";
    case TY_PROJECTION:
        return "associated type";
    case TY_FOREIGN:
        return "extern type";
    }
    return "type";
}

Str typeck_sort_text(Typeck *cx, TyId ty)
{
    Text text;
    text_init(&text, cx->arena);
    Str name = typeck_ty_text(cx, ty);
    text_addf(&text, "%s `%.*s`", sort_noun(cx, ty_get(cx->in, typeck_resolved(cx, ty))),
              (int)name.bytes, name.data);
    return text_str(&text);
}

/* ---- E0308 ---- */

/* How a type is called after "expected" and "found". */
static void sort_text(Typeck *cx, TyId ty, Text *out)
{
    const Ty *record = ty_get(cx->in, ty);
    Str name = typeck_ty_text(cx, ty);
    if (record->kind == TY_INFER)
        text_add_c(out, record->as.infer.kind == INFER_INT     ? "integer"
                        : record->as.infer.kind == INFER_FLOAT ? "floating-point number"
                                                               : "inferred type");
    else if (record->kind == TY_FN_DEF)
        text_add_c(out, "fn item");
    else if (record->kind == TY_FN_PTR)
        text_add_c(out, "fn pointer");
    else if (record->kind == TY_PARAM)
        text_addf(out, "type parameter `%.*s`", (int)name.bytes, name.data);
    else if (record->kind == TY_PROJECTION)
        text_add_c(out, "associated type");
    else
        text_addf(out, "`%.*s`", (int)name.bytes, name.data);
}

static void length_text(Typeck *cx, ConstId length, Text *out)
{
    const_text(cx->in, const_evaluate(cx->job, length), out);
}

/* Some pairs have words of their own. */
static bool special_pair(Typeck *cx, const Ty *expected, const Ty *found, Text *out)
{
    if (expected->kind != found->kind)
        return false;
    if (expected->kind == TY_TUPLE) {
        uint32_t a = args_get(cx->in, expected->as.tuple.elements).count;
        uint32_t b = args_get(cx->in, found->as.tuple.elements).count;
        if (a == b || a == 0 || b == 0)
            return false;
        text_addf(out, "expected a tuple with %u element%s, found one with %u element%s",
                  (unsigned)a, a == 1 ? "" : "s", (unsigned)b, b == 1 ? "" : "s");
        return true;
    }
    if (expected->kind == TY_REF && expected->as.ref.is_mut && !found->as.ref.is_mut &&
        infer_can_unify(cx->infer, expected->as.ref.pointee, found->as.ref.pointee)) {
        text_add_c(out, "types differ in mutability");
        return true;
    }
    if (expected->kind == TY_ARRAY &&
        infer_can_unify(cx->infer, expected->as.array.element, found->as.array.element)) {
        text_add_c(out, "expected an array with a size of ");
        length_text(cx, expected->as.array.length, out);
        text_add_c(out, ", found one with a size of ");
        length_text(cx, found->as.array.length, out);
        return true;
    }
    return false;
}

Diag *typeck_mismatch_because(Typeck *cx, const char *message, uint32_t span, TyId expected,
                              TyId found)
{
    expected = typeck_resolved(cx, expected);
    found = typeck_resolved(cx, found);
    const Ty *a = ty_get(cx->in, expected), *b = ty_get(cx->in, found);
    if (a->has_error || b->has_error) {
        cx->has_error = true;
        return NULL;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_mismatched_types, span);
    diag_arg(diag, str_from_c(message));
    Text text;
    text_init(&text, cx->arena);
    if (!special_pair(cx, a, b, &text)) {
        text_add_c(&text, "expected ");
        sort_text(cx, expected, &text);
        text_add_c(&text, ", found ");
        sort_text(cx, found, &text);
    }
    return diag_primary_label(diag, "%s", text.data);
}

Diag *typeck_mismatch(Typeck *cx, uint32_t span, TyId expected, TyId found)
{
    return typeck_mismatch_because(cx, "mismatched types", span, expected, found);
}

void typeck_report_mismatch(Typeck *cx, uint32_t span, TyId expected, TyId found)
{
    Diag *diag = typeck_mismatch(cx, span, expected, found);
    if (diag)
        typeck_emit(cx, diag);
}

/* ---- E0277, E0271, E0275 ---- */

static Str trait_ref_text(Typeck *cx, TraitRef trait_ref)
{
    Text text;
    text_init(&text, cx->arena);
    ArgSlice args = args_get(cx->in, trait_ref.args);
    text_add(&text, sym_text(cx->in, def_name(cx->in, trait_ref.trait_def)));
    if (args.count > 1)
        args_text(cx->in, args_intern(cx->in, args.items + 1, args.count - 1), &text);
    return text_str(&text);
}

static void report_unsized(Typeck *cx, TyId self, uint32_t span, const char *note_or_null)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_size_unknown, span);
    diag_arg(diag, typeck_ty_text(cx, self));
    diag_primary_label(diag, "doesn't have a size known at compile-time");
    if (note_or_null)
        diag_note(diag, "%s", note_or_null);
    typeck_emit(cx, diag);
}

/* Operators have messages of their own; false: the trait is no operator's. */
static bool report_operator(Typeck *cx, TraitRef trait_ref, uint32_t span)
{
    Str lang = sym_text(cx->in, q_item_facts(cx->job, trait_ref.trait_def)->lang_item);
    ArgSlice args = args_get(cx->in, trait_ref.args);
    return args.count == 2 && arg_kind(args.items[1]) == ARG_TY &&
           typeck_report_operator(cx, lang, arg_ty(args.items[0]), arg_ty(args.items[1]), span);
}

/* One message for a goal at a place, however many obligations lead to it. */
static bool bound_was_said(Typeck *cx, TraitRef trait_ref, uint32_t span)
{
    for (uint32_t i = 0; i < cx->said_bounds.count; i++) {
        const Predicate *said = &cx->said_bounds.items[i];
        if (said->span == span && def_id_eq(said->trait_ref.trait_def, trait_ref.trait_def) &&
            args_id_eq(said->trait_ref.args, trait_ref.args))
            return true;
    }
    predicate_vec_push(&cx->said_bounds, (Predicate){ .trait_ref = trait_ref, .span = span });
    return false;
}

void typeck_report_bound(Typeck *cx, TraitRef trait_ref, uint32_t span, const char *note_or_null)
{
    trait_ref.args = infer_resolve_args(cx->infer, trait_ref.args);
    if (args_flags(cx->in, trait_ref.args).has_error) {
        cx->has_error = true;
        return;
    }
    if (bound_was_said(cx, trait_ref, span))
        return;
    TyId self = arg_ty(args_get(cx->in, trait_ref.args).items[0]);
    const HirItem *header = q_hir_item(cx->job, trait_ref.trait_def);
    if (str_eq(sym_text(cx->in, header->lang_item), STR("sized"))) {
        report_unsized(cx, self, span, note_or_null);
        return;
    }
    if (report_operator(cx, trait_ref, span))
        return;
    Str name = trait_ref_text(cx, trait_ref), text = typeck_ty_text(cx, self);
    Diag *diag = typeck_diag(cx, DIAG_CODE_trait_bound, span);
    diag_argf(diag, "%.*s: %.*s", (int)text.bytes, text.data, (int)name.bytes, name.data);
    diag_primary_label(diag, "the trait `%.*s` is not implemented for `%.*s`", (int)name.bytes,
                       name.data, (int)text.bytes, text.data);
    typeck_emit(cx, diag);
}

/* The trait itself does not hold: that is what is wrong, and what rustc says. */
static bool report_missing_impl(Typeck *cx, const Predicate *predicate, ArgsId args)
{
    DefId trait_def = def_parent(cx->in, predicate->trait_ref.trait_def);
    ArgSlice list = args_get(cx->in, args);
    uint32_t count = generics_count(q_generics_of(cx->job, trait_def));
    Predicate goal = { .kind = PREDICATE_TRAIT, .span = predicate->span };
    goal.trait_ref = (TraitRef){ trait_def, args_intern(cx->in, list.items, count) };
    if (list.count < count || solver_evaluate(cx->solver, &goal) != GOAL_FAILS)
        return false;
    typeck_report_bound(cx, goal.trait_ref, predicate->span, NULL);
    return true;
}

static void report_projection(Typeck *cx, const Predicate *predicate)
{
    ArgsId args = infer_resolve_args(cx->infer, predicate->trait_ref.args);
    TyId wanted = typeck_resolved(cx, predicate->ty);
    if (args_flags(cx->in, args).has_error || ty_get(cx->in, wanted)->has_error) {
        cx->has_error = true;
        return;
    }
    if (report_missing_impl(cx, predicate, args))
        return;
    Text text;
    text_init(&text, cx->arena);
    ty_text(cx->in, ty_projection(cx->in, predicate->trait_ref.trait_def, args), &text);
    text_add_c(&text, " == ");
    ty_text(cx->in, wanted, &text);
    Diag *diag = typeck_diag(cx, DIAG_CODE_type_mismatch_resolving, predicate->span);
    typeck_emit(cx, diag_arg(diag, text_str(&text)));
}

static void report_overflow(Typeck *cx, const Predicate *predicate)
{
    TraitRef trait_ref = { predicate->trait_ref.trait_def,
                           infer_resolve_args(cx->infer, predicate->trait_ref.args) };
    Str self = typeck_ty_text(cx, arg_ty(args_get(cx->in, trait_ref.args).items[0]));
    Str name = trait_ref_text(cx, trait_ref);
    Diag *diag = typeck_diag(cx, DIAG_CODE_requirement_overflow, predicate->span);
    diag_argf(diag, "%.*s: %.*s", (int)self.bytes, self.data, (int)name.bytes, name.data);
    typeck_emit(cx, diag);
}

void typeck_report_failed(Typeck *cx)
{
    const ObligationVec *failed = &cx->fulfill.failed;
    for (uint32_t i = 0; i < failed->count; i++) {
        const Obligation *obligation = &failed->items[i];
        if (obligation->result == GOAL_OVERFLOW || obligation->result == GOAL_CYCLE) {
            report_overflow(cx, &obligation->predicate);
            return; /* what else there is follows from it, or never ends either */
        }
        if (obligation->predicate.kind == PREDICATE_TRAIT)
            typeck_report_bound(cx, obligation->predicate.trait_ref, obligation->predicate.span,
                                NULL);
        else
            report_projection(cx, &obligation->predicate);
    }
    if (cx->has_error)
        return;
    for (uint32_t i = 0; i < cx->fulfill.pending.count; i++) {
        const Predicate *pending = &cx->fulfill.pending.items[i].predicate;
        if (pending->kind == PREDICATE_TRAIT) {
            typeck_report_ambiguous(cx, pending);
            return;
        }
    }
}

/* `Trait::item`, and nothing says for which type. */
static bool self_was_left_out(Typeck *cx, TyId self, DefId trait_def)
{
    return typeck_is_general_var(cx, self) &&
           def_id_eq(infer_origin(cx->infer, self).param_or_none, trait_def);
}

void typeck_report_ambiguous(Typeck *cx, const Predicate *predicate)
{
    ArgsId args = infer_resolve_args(cx->infer, predicate->trait_ref.args);
    TraitRef trait_ref = { predicate->trait_ref.trait_def, args };
    Str self = typeck_ty_text(cx, arg_ty(args_get(cx->in, args).items[0]));
    Str name = trait_ref_text(cx, trait_ref);
    bool is_sized = str_eq(sym_text(cx->in, q_item_facts(cx->job, trait_ref.trait_def)->lang_item),
                           STR("sized"));
    if (is_sized) /* said better by E0282 */
        return;
    if (self_was_left_out(cx, arg_ty(args_get(cx->in, args).items[0]), trait_ref.trait_def)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_trait_item_without_self, predicate->span);
        typeck_emit(cx, diag_primary_label(diag, "cannot call associated item of trait"));
        return;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_cannot_satisfy, predicate->span);
    diag_note(diag, "cannot satisfy `%.*s: %.*s`", (int)self.bytes, self.data, (int)name.bytes,
              name.data);
    typeck_emit(cx, diag_primary_label(diag, "cannot infer type"));
}
