/* Calls: signatures, arguments against parameters, variadic arguments. */
#include "typeck/typeck_priv.h"

/* ---- signatures ---- */

FnSig typeck_fn_sig(Typeck *cx, DefId def, ArgsId args, uint32_t span)
{
    const FnSig *declared = q_fn_sig(cx->job, def);
    FnSig sig = *declared;
    sig.inputs = arena_alloc_array(cx->arena, sig.input_count, sizeof(TyId));
    for (uint32_t i = 0; i < sig.input_count; i++)
        sig.inputs[i] = typeck_instantiate(cx, declared->inputs[i], args, span);
    sig.output = typeck_instantiate(cx, declared->output, args, span);
    sig.bound_region_count = 0;
    return sig;
}

FnSig typeck_fn_ptr_sig(Typeck *cx, const Ty_fn_ptr *ty)
{
    ArgSlice types = args_get(cx->in, ty->inputs_and_output);
    FnSig sig = { .input_count = types.count - 1,
                  .output = arg_ty(types.items[types.count - 1]),
                  .abi = ty->abi,
                  .is_unsafe = ty->is_unsafe,
                  .is_variadic = ty->is_variadic };
    sig.inputs = arena_alloc_array(cx->arena, sig.input_count, sizeof(TyId));
    for (uint32_t i = 0; i < sig.input_count; i++)
        sig.inputs[i] = arg_ty(types.items[i]);
    return sig;
}

/* ---- E0061, E0060 ---- */

static const char *callee_noun(Typeck *cx, const CallArgs *call)
{
    if (def_id_is_none(call->callee_or_none))
        return "function";
    DefKind kind = def_kind(cx->in, call->callee_or_none);
    if (kind == DEF_CTOR)
        return def_kind(cx->in, def_parent(cx->in, call->callee_or_none)) == DEF_VARIANT
                   ? "enum variant"
                   : "struct";
    bool is_method = hir_expr(cx->body, call->call)->kind == HIR_EXPR_METHOD_CALL;
    return is_method ? "method" : "function";
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

/* The first parameter that the argument at its place is not for. */
static uint32_t first_missing(Typeck *cx, const CallArgs *call)
{
    for (uint32_t i = 0; i < call->args.count; i++) {
        TyId given = typeck_resolved(cx, cx->r.expr_tys[expr_at(cx, call->args, i).v]);
        TyId asked = typeck_resolved(cx, call->inputs[i]);
        const Ty *a = ty_get(cx->in, given), *b = ty_get(cx->in, asked);
        bool is_open = a->has_infer || b->has_infer || a->has_error || b->has_error;
        if (!is_open && !ty_id_eq(given, asked))
            return i;
    }
    return call->args.count;
}

static void label_missing(Typeck *cx, Diag *diag, const CallArgs *call)
{
    uint32_t missing = call->input_count - call->args.count;
    uint32_t first = missing == 1 ? first_missing(cx, call) : call->args.count;
    DiagSpan at = first < call->args.count
                      ? typeck_at(cx, expr_span(cx, expr_at(cx, call->args, first)))
                      : typeck_behind(cx, call->span, expr_span(cx, call->call));
    const char *names[3] = { "", "", "" };
    for (uint32_t i = 0; i < missing && i < 3; i++)
        names[i] = typeck_ty_text(cx, call->inputs[first + i]).data;
    if (missing == 1)
        diag_label(diag, at, "argument #%u of type `%s` is missing", (unsigned)first + 1, names[0]);
    else if (missing == 2)
        diag_label(diag, at, "two arguments of type `%s` and `%s` are missing", names[0], names[1]);
    else if (missing == 3)
        diag_label(diag, at, "three arguments of type `%s`, `%s`, and `%s` are missing", names[0],
                   names[1], names[2]);
    else
        diag_label(diag, at, "multiple arguments are missing");
}

static void report_arg_count(Typeck *cx, const CallArgs *call)
{
    DiagCode code =
        call->is_variadic ? DIAG_CODE_wrong_variadic_arg_count : DIAG_CODE_wrong_arg_count;
    Diag *diag = typeck_diag(cx, code, call->span);
    diag_argf(diag, "this %s takes %s%u argument%s but %u argument%s supplied",
              callee_noun(cx, call), call->is_variadic ? "at least " : "",
              (unsigned)call->input_count, plural(call->input_count), (unsigned)call->args.count,
              call->args.count == 1 ? " was" : "s were");
    if (call->args.count < call->input_count)
        label_missing(cx, diag, call);
    for (uint32_t i = call->input_count; i < call->args.count; i++) {
        HirExprId arg = expr_at(cx, call->args, i);
        Str text = typeck_ty_text(cx, cx->r.expr_tys[arg.v]);
        diag_label(diag, typeck_at(cx, expr_span(cx, arg)),
                   "unexpected argument #%u of type `%.*s`", (unsigned)(i + 1), (int)text.bytes,
                   text.data);
    }
    typeck_emit(cx, diag);
}

/* ---- variadic arguments ---- */

/* What C's default argument promotions would change must be cast by hand. NULL: it can be passed.
 */
static const char *promoted_to(const Ty *ty)
{
    if (ty->kind == TY_FLOAT && ty->as.float_.width == FLOAT_32)
        return "c_double";
    if (ty->kind == TY_BOOL || (ty->kind == TY_INT && ty->as.int_.width <= INT_16))
        return "c_int";
    return ty->kind == TY_UINT && ty->as.uint.width <= INT_16 ? "c_uint" : NULL;
}

static void check_variadic_arg(Typeck *cx, HirExprId arg)
{
    TyId ty = typeck_known(cx, typeck_expr(cx, arg, expect_none()));
    const Ty *record = ty_get(cx->in, ty);
    const char *promoted = promoted_to(record);
    if (record->kind == TY_FN_DEF) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_variadic_arg, expr_span(cx, arg));
        diag_arg(diag, STR("a function item to a"));
        typeck_emit(cx, diag_help(diag, "a function item is zero-sized and needs to be cast into a "
                                        "function pointer to be used in FFI"));
    } else if (promoted) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_variadic_arg, expr_span(cx, arg));
        Str text = typeck_ty_text(cx, ty);
        diag_argf(diag, "`%.*s` to", (int)text.bytes, text.data);
        typeck_emit(cx, diag_help(diag, "cast the value to `%s`", promoted));
    }
}

/* ---- arguments ---- */

/* What the call's expected type tells about its inputs: `let x: Option<&[u8]> = Some(&[1])`. */
static const TyId *expected_inputs(Typeck *cx, const CallArgs *call, Expect expect)
{
    TyId wanted = expect_known(cx, expect, false);
    if (ty_id_is_none(wanted) || call->input_count == 0)
        return call->inputs;
    TyId *inputs = arena_alloc_array(cx->arena, call->input_count, sizeof *inputs);
    TypeckSnapshot snapshot = typeck_snapshot(cx);
    bool fits = infer_unify(cx->infer, call->output, wanted);
    for (uint32_t i = 0; i < call->input_count; i++)
        inputs[i] = typeck_resolved(cx, call->inputs[i]);
    typeck_rollback(cx, snapshot);
    return fits ? inputs : call->inputs;
}

/* First to what is expected of the call, then to what the signature says. */
static bool check_arg(Typeck *cx, HirExprId arg, TyId expected, TyId formal, TyId *found)
{
    *found = typeck_expr(cx, arg, expect_ty(expected));
    expected = typeck_known(cx, expected);
    bool suits = typeck_can_coerce(cx, *found, expected) &&
                 infer_can_unify(cx->infer, expected, formal) &&
                 typeck_coerce(cx, arg, *found, expected);
    return suits ? infer_unify(cx->infer, expected, formal)
                 : typeck_coerce(cx, arg, *found, formal);
}

typedef struct {
    HirExprId arg;
    TyId expected, found;
} WrongArg;
VEC_TYPE(WrongArgVec, wrong_arg_vec, WrongArg)

static uint32_t callee_span(const Typeck *cx, const CallArgs *call)
{
    const HirExpr *expr = hir_expr(cx->body, call->call);
    if (expr->kind == HIR_EXPR_METHOD_CALL)
        return cx->body->segments[expr->as.method_call.segment.v].span;
    return expr->kind == HIR_EXPR_CALL ? expr_span(cx, expr->as.call.callee) : expr->span;
}

/* One wrong argument is blamed at its place, several together at the call. */
static void report_wrong_args(Typeck *cx, const CallArgs *call, const WrongArgVec *wrong)
{
    const WrongArg *first = &wrong->items[0];
    if (wrong->count == 1) {
        Diag *diag = typeck_mismatch(cx, expr_span(cx, first->arg), first->expected, first->found);
        if (diag)
            typeck_emit(cx,
                        diag_label(diag, typeck_at(cx, callee_span(cx, call)),
                                   "arguments to this %s are incorrect", callee_noun(cx, call)));
        return;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_mismatched_arguments, callee_span(cx, call));
    diag_arg(diag, str_from_c(callee_noun(cx, call)));
    for (uint32_t i = 0; i < wrong->count; i++) {
        Str expected = typeck_ty_text(cx, wrong->items[i].expected);
        Str found = typeck_ty_text(cx, wrong->items[i].found);
        diag_label(diag, typeck_at(cx, expr_span(cx, wrong->items[i].arg)),
                   "expected `%.*s`, found `%.*s`", (int)expected.bytes, expected.data,
                   (int)found.bytes, found.data);
    }
    typeck_emit(cx, diag);
}

static bool is_silent(Typeck *cx, TyId a, TyId b)
{
    return ty_get(cx->in, typeck_resolved(cx, a))->has_error ||
           ty_get(cx->in, typeck_resolved(cx, b))->has_error;
}

static void check_matching_args(Typeck *cx, const CallArgs *call, Expect expect)
{
    const TyId *expected = expected_inputs(cx, call, expect);
    WrongArgVec wrong;
    wrong_arg_vec_init(&wrong, cx->arena);
    for (uint32_t i = 0; i < call->input_count; i++) {
        HirExprId arg = expr_at(cx, call->args, i);
        TyId found;
        if (check_arg(cx, arg, expected[i], call->inputs[i], &found))
            continue;
        if (is_silent(cx, call->inputs[i], found))
            cx->has_error = true;
        else
            wrong_arg_vec_push(&wrong, (WrongArg){ arg, call->inputs[i], found });
    }
    if (wrong.count)
        report_wrong_args(cx, call, &wrong);
    for (uint32_t i = call->input_count; i < call->args.count; i++)
        check_variadic_arg(cx, expr_at(cx, call->args, i));
}

static bool is_unread(Typeck *cx, DefId callee)
{
    return !def_id_is_none(callee) && q_fn_sig(cx->job, callee)->is_unread;
}

TyId typeck_call_args(Typeck *cx, const CallArgs *call, Expect expect)
{
    bool fits = call->is_variadic ? call->args.count >= call->input_count
                                  : call->args.count == call->input_count;
    if (fits) {
        check_matching_args(cx, call, expect);
        return call->output;
    }
    for (uint32_t i = 0; i < call->args.count; i++)
        typeck_expr(cx, expr_at(cx, call->args, i), expect_none());
    if (is_unread(cx, call->callee_or_none))
        cx->has_error = true;
    else
        report_arg_count(cx, call);
    return call->output;
}

/* ---- call expressions ---- */

static TyId not_callable(Typeck *cx, HirExprId id, const HirExpr_call *node, TyId callee)
{
    for (uint32_t i = 0; i < node->args.count; i++)
        typeck_expr(cx, expr_at(cx, node->args, i), expect_none());
    callee = typeck_known(cx, callee);
    if (ty_get(cx->in, typeck_resolved(cx, callee))->has_error) {
        cx->has_error = true;
        return cx->error;
    }
    if (typeck_is_general_var(cx, callee) || ty_is_never(cx->in, callee)) {
        typeck_needs_annotation(cx, expr_span(cx, node->callee));
        return cx->error;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_not_callable, expr_span(cx, node->callee));
    diag_arg(diag, typeck_ty_text(cx, callee));
    typeck_emit(cx, diag_label(diag, typeck_at(cx, expr_span(cx, id)),
                               "call expression requires function"));
    return cx->error;
}

static TyId call_with(Typeck *cx, HirExprId id, const HirExpr_call *node, const FnSig *sig,
                      DefId def_or_none, Expect expect)
{
    if (sig->is_unsafe)
        typeck_note_unsafe(cx, UNSAFE_CALL, expr_span(cx, id), def_or_none);
    if (!def_id_is_none(def_or_none))
        typeck_note_call(cx, def_or_none, expr_span(cx, id), true);
    CallArgs call = { .call = id,
                      .span = expr_span(cx, node->callee),
                      .callee_or_none = def_or_none,
                      .args = node->args,
                      .inputs = sig->inputs,
                      .input_count = sig->input_count,
                      .output = sig->output,
                      .is_variadic = sig->is_variadic };
    typeck_require_sized(cx, sig->output, expr_span(cx, id),
                         "the return type of a function must have a statically known size");
    return typeck_call_args(cx, &call, expect);
}

TyId typeck_expr_call(Typeck *cx, HirExprId id, Expect expect, const HirExpr_call *node)
{
    TyId callee = typeck_expr(cx, node->callee, expect_none());
    Autoderef deref = autoderef_start(cx, callee, expr_span(cx, node->callee));
    do {
        const Ty *ty = ty_get(cx->in, deref.ty);
        if (ty->kind != TY_FN_DEF && ty->kind != TY_FN_PTR)
            continue;
        results_adjust(cx, node->callee, deref.steps, deref.count);
        if (ty->kind == TY_FN_PTR) {
            FnSig sig = typeck_fn_ptr_sig(cx, &ty->as.fn_ptr);
            return call_with(cx, id, node, &sig, def_id_none(), expect);
        }
        FnSig sig = typeck_fn_sig(cx, ty->as.fn_def.def, ty->as.fn_def.args, expr_span(cx, id));
        return call_with(cx, id, node, &sig, ty->as.fn_def.def, expect);
    } while (autoderef_next(&deref));
    return not_callable(cx, id, node, callee);
}
