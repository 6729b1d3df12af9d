/* The end of inference: fallbacks for numbers and diverging values, then what is still unknown
 * (E0282), and sizes. */
#include "typeck/typeck_priv.h"

static bool fall_back(Typeck *cx, TyId variable, TyId to)
{
    TyId known = infer_shallow(cx->infer, variable);
    return ty_kind(cx->in, known) == TY_INFER && infer_unify(cx->infer, known, to);
}

static bool fall_back_numbers(Typeck *cx)
{
    bool any = false;
    TyId i32 = ty_primitive(cx->in, PRIMITIVE_I32), f64 = ty_primitive(cx->in, PRIMITIVE_F64);
    for (uint32_t i = 0; i < infer_count(cx->infer, INFER_INT); i++)
        any |= fall_back(cx, ty_infer(cx->in, INFER_INT, i), i32);
    for (uint32_t i = 0; i < infer_count(cx->infer, INFER_FLOAT); i++)
        any |= fall_back(cx, ty_infer(cx->in, INFER_FLOAT, i), f64);
    return any;
}

/* Since edition 2024 a value that never comes is of type `!`. */
static TyId diverging_fallback(Typeck *cx)
{
    const CrateFacts *facts = q_crate_facts(cx->job, def_crate(cx->in, cx->owner));
    return facts->edition >= EDITION_2024 ? cx->never : cx->unit;
}

static bool fall_back_diverging(Typeck *cx)
{
    bool any = false;
    for (uint32_t i = 0; i < infer_count(cx->infer, INFER_TY); i++) {
        TyId variable = ty_infer(cx->in, INFER_TY, i);
        if (infer_is_diverging(cx->infer, variable))
            any |= fall_back(cx, variable, diverging_fallback(cx));
    }
    return any;
}

bool typeck_fallback(Typeck *cx)
{
    return fall_back_numbers(cx) || fall_back_diverging(cx);
}

/* ---- E0282 ---- */

static Str param_text(Typeck *cx, DefId param)
{
    Text text;
    text_init(&text, cx->arena);
    DefId of = def_parent(cx->in, param);
    Str name = sym_text(cx->in, def_name(cx->in, param));
    Str owner = sym_text(cx->in, def_name(cx->in, of));
    const char *noun =
        def_kind(cx->in, param) == DEF_CONST_PARAM ? "the value of the const" : "type of the type";
    text_addf(&text, "cannot infer %s parameter `%.*s` declared on the %s `%.*s`", noun,
              (int)name.bytes, name.data, def_kind_text(def_kind(cx->in, of)), (int)owner.bytes,
              owner.data);
    return text_str(&text);
}

static void report_variable(Typeck *cx, InferOrigin origin, uint32_t span, const char *what)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_type_annotations_needed, span);
    diag_argf(diag, "%s", what);
    DefKind kind =
        def_id_is_none(origin.param_or_none) ? DEF_NONE : def_kind(cx->in, origin.param_or_none);
    if (kind == DEF_TYPE_PARAM || kind == DEF_CONST_PARAM) {
        Str text = param_text(cx, origin.param_or_none);
        diag_primary_label(diag, "%.*s", (int)text.bytes, text.data);
    } else {
        diag_primary_label(diag, "cannot infer type");
    }
    typeck_emit(cx, diag);
}

typedef struct {
    Typeck *cx;
    GenericArg found; /* the first variable in a type */
} VariableSearch;

static WalkAction variable_visit(void *context, GenericArg arg)
{
    VariableSearch *search = context;
    const Interners *in = search->cx->in;
    bool is_variable =
        (arg_kind(arg) == ARG_TY && ty_kind(in, arg_ty(arg)) == TY_INFER) ||
        (arg_kind(arg) == ARG_CONST && const_get(in, arg_const(arg)).kind == CONST_INFER);
    if (!is_variable)
        return WALK_INTO;
    search->found = arg;
    return WALK_STOP;
}

/* Reports the first variable in the type, if there is one. */
static bool report_in(Typeck *cx, GenericArg arg, uint32_t span, bool name_type)
{
    VariableSearch search = { .cx = cx };
    if (arg_walk(cx->in, arg, variable_visit, &search))
        return false;
    InferOrigin origin = arg_kind(search.found) == ARG_TY
                             ? infer_origin(cx->infer, arg_ty(search.found))
                             : infer_const_origin(cx->infer, arg_const(search.found));
    Text text;
    text_init(&text, cx->arena);
    if (name_type && arg.tagged != search.found.tagged) {
        Str ty = typeck_ty_text(cx, arg_ty(arg));
        text_addf(&text, " for `%.*s`", (int)ty.bytes, ty.data);
    } else {
        text_add_c(&text, "");
    }
    report_variable(cx, origin, span, text.data ? text.data : "");
    return true;
}

static bool report_locals(Typeck *cx)
{
    for (uint32_t i = 1; i < cx->body->local_count; i++) {
        TyId ty = cx->r.local_tys[i];
        if (!ty_id_is_none(ty) &&
            report_in(cx, arg_of_ty(typeck_resolved(cx, ty)), cx->body->locals[i].span, true))
            return true;
    }
    return false;
}

static bool report_callees(Typeck *cx)
{
    for (uint32_t i = 1; i < cx->body->expr_count; i++) {
        if (args_id_is_none(cx->r.callee_args[i]))
            continue;
        ArgSlice args = args_get(cx->in, infer_resolve_args(cx->infer, cx->r.callee_args[i]));
        for (uint32_t a = 0; a < args.count; a++) {
            if (arg_kind(args.items[a]) != ARG_REGION &&
                report_in(cx, args.items[a], cx->body->exprs[i].span, false))
                return true;
        }
    }
    return false;
}

static bool report_exprs(Typeck *cx)
{
    for (uint32_t i = 1; i < cx->body->expr_count; i++) {
        TyId ty = cx->r.expr_tys[i];
        if (!ty_id_is_none(ty) &&
            report_in(cx, arg_of_ty(typeck_resolved(cx, ty)), cx->body->exprs[i].span, false))
            return true;
    }
    return false;
}

/* One message for a body: the rest mostly follows from it. */
void typeck_report_unknown(Typeck *cx)
{
    if (cx->has_error)
        return;
    if (!report_locals(cx) && !report_callees(cx))
        report_exprs(cx);
}

/* ---- Sized ---- */

static bool is_plainly_sized(TyKind kind)
{
    return kind != TY_STR && kind != TY_SLICE && kind != TY_ADT && kind != TY_TUPLE &&
           kind != TY_PARAM && kind != TY_PROJECTION && kind != TY_OPAQUE && kind != TY_FOREIGN &&
           kind != TY_INFER && kind != TY_ERROR;
}

void typeck_sized_finish(Typeck *cx)
{
    DefId sized = typeck_lang(cx, "sized");
    if (def_id_is_none(sized))
        return;
    for (uint32_t i = 0; i < cx->sized_checks.count; i++) {
        const SizedCheck *check = &cx->sized_checks.items[i];
        TyId ty = typeck_resolved(cx, check->ty);
        if (is_plainly_sized(ty_kind(cx->in, ty)) || ty_get(cx->in, ty)->has_error ||
            ty_get(cx->in, ty)->has_infer)
            continue;
        GenericArg self = arg_of_ty(ty);
        Predicate goal = { .kind = PREDICATE_TRAIT,
                           .trait_ref = { sized, args_intern(cx->in, &self, 1) },
                           .span = check->span };
        GoalResult result = solver_evaluate(cx->solver, &goal);
        if (result != GOAL_HOLDS && result != GOAL_AMBIGUOUS)
            typeck_report_bound(cx, goal.trait_ref, check->span, check->note);
    }
}
