/* Operators. On scalars they are built in; else they are calls of the operator traits, which are
 * lang items.
 *
 * Where a built-in operator does not fit, the messages are those that the traits' impls in core
 * lead to: E0308 where only one right side is possible, E0277 where several are, E0369 where none
 * is. */
#include "typeck/typeck_priv.h"

typedef enum { CLASS_ARITHMETIC, CLASS_BITWISE, CLASS_SHIFT, CLASS_COMPARISON, CLASS_LAZY } OpClass;

static const struct {
    const char *lang, *assign_lang;
    OpClass op_class;
} binary_ops[] = {
#define X(U, text, lang, assign, op_class) { lang, assign, CLASS_##op_class },
    BINARY_OP_TABLE(X)
#undef X
};

/* Methods have the names of their traits' lang items, comparisons apart. */
static const char *binary_method(BinaryOp op)
{
    static const char *const comparisons[] = { "eq", "ne", "lt", "le", "gt", "ge" };
    return binary_ops[op].op_class == CLASS_COMPARISON ? comparisons[op - BINARY_EQ]
                                                       : binary_ops[op].lang;
}

/* ---- what is built in ---- */

typedef enum {
    SCALAR_NO,
    SCALAR_INT,
    SCALAR_FLOAT,
    SCALAR_BOOL,
    SCALAR_CHAR,
    SCALAR_POINTER
} Scalar;

static Scalar scalar_of(const Ty *ty)
{
    switch (ty->kind) {
    case TY_INT:
    case TY_UINT:
        return SCALAR_INT;
    case TY_FLOAT:
        return SCALAR_FLOAT;
    case TY_BOOL:
        return SCALAR_BOOL;
    case TY_CHAR:
        return SCALAR_CHAR;
    case TY_PTR:
    case TY_FN_PTR:
        return SCALAR_POINTER;
    case TY_INFER:
        return ty->as.infer.kind == INFER_INT     ? SCALAR_INT
               : ty->as.infer.kind == INFER_FLOAT ? SCALAR_FLOAT
                                                  : SCALAR_NO;
    }
    return SCALAR_NO;
}

static bool class_is_builtin(OpClass op_class, Scalar scalar)
{
    switch (op_class) {
    case CLASS_ARITHMETIC:
        return scalar == SCALAR_INT || scalar == SCALAR_FLOAT;
    case CLASS_BITWISE:
        return scalar == SCALAR_INT || scalar == SCALAR_BOOL;
    case CLASS_SHIFT:
        return scalar == SCALAR_INT;
    case CLASS_COMPARISON:
        return scalar != SCALAR_NO;
    case CLASS_LAZY:
        return scalar == SCALAR_BOOL;
    }
    RSC_UNREACHABLE();
}

/* ---- the traits ---- */

static DefId trait_method(Typeck *cx, DefId trait_def, SymId name)
{
    const AssocItems *items = q_assoc_items(cx->job, trait_def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].kind == DEF_ASSOC_FN && sym_id_eq(items->items[i].name, name))
            return items->items[i].def;
    }
    return def_id_none();
}

bool typeck_operator_method(Typeck *cx, const char *trait_lang, const char *method, TyId self,
                            TyId other_or_none, uint32_t span, OperatorMethod *out)
{
    DefId trait_def = trait_lang ? typeck_lang(cx, trait_lang) : def_id_none();
    if (def_id_is_none(trait_def))
        return false;
    GenericArg list[] = { arg_of_ty(self), arg_of_ty(other_or_none) };
    uint32_t count = generics_count(q_generics_of(cx->job, trait_def));
    uint32_t given = ty_id_is_none(other_or_none) ? 1 : 2;
    out->method = trait_method(cx, trait_def, sym_intern_c(cx->in, method));
    if (count != given || def_id_is_none(out->method))
        return false;
    out->args = args_intern(cx->in, list, count);
    Predicate goal = { .kind = PREDICATE_TRAIT,
                       .trait_ref = { trait_def, out->args },
                       .span = span };
    GoalResult result = solver_evaluate(cx->solver, &goal);
    if (result == GOAL_FAILS || result == GOAL_CYCLE)
        return false;
    typeck_register(cx, &goal);
    out->sig = typeck_fn_sig(cx, out->method, out->args, span);
    typeck_note_call(cx, out->method, span, false);
    return true;
}

/* ---- messages ---- */

static const char *const infix_texts[] = {
#define X(U, text, lang, assign, op_class) text,
    BINARY_OP_TABLE(X)
#undef X
};

/* "cannot add `R` to `L`" and so on: as the traits in core say it. */
static void operands_text(Typeck *cx, BinaryOp op, bool is_assign, TyId lhs, TyId rhs, Text *out)
{
    Str l = typeck_ty_text(cx, lhs), r = typeck_ty_text(cx, rhs);
    const char *assign = is_assign ? "-assign" : "";
#define L (int)l.bytes, l.data
#define R (int)r.bytes, r.data
    if (op == BINARY_ADD)
        text_addf(out, "cannot add%s `%.*s` to `%.*s`", assign, R, L);
    else if (op == BINARY_SUB)
        text_addf(out, "cannot subtract%s `%.*s` from `%.*s`", assign, R, L);
    else if (op == BINARY_MUL)
        text_addf(out, "cannot multiply%s `%.*s` by `%.*s`", assign, L, R);
    else if (op == BINARY_DIV)
        text_addf(out, "cannot divide%s `%.*s` by `%.*s`", assign, L, R);
    else if (op == BINARY_REM)
        text_addf(out, "cannot calculate%s the remainder of `%.*s` divided by `%.*s`",
                  is_assign ? " and assign" : "", L, R);
    else if (binary_ops[op].op_class == CLASS_COMPARISON)
        text_addf(out, "can't compare `%.*s` with `%.*s`", L, R);
    else
        text_addf(out, "no implementation for `%.*s %s%s %.*s`", L, infix_texts[op],
                  is_assign ? "=" : "", R);
#undef L
#undef R
}

static bool has_error(Typeck *cx, TyId ty)
{
    if (!ty_get(cx->in, typeck_resolved(cx, ty))->has_error)
        return false;
    cx->has_error = true;
    return true;
}

static void report_no_impl(Typeck *cx, BinaryOp op, bool is_assign, TyId lhs, TyId rhs,
                           uint32_t span)
{
    if (has_error(cx, lhs) || has_error(cx, rhs))
        return;
    Diag *diag = typeck_diag(cx, DIAG_CODE_operator_bound, span);
    Text text;
    text_init(&text, cx->arena);
    operands_text(cx, op, is_assign, lhs, rhs, &text);
    diag_arg(diag, text_str(&text));
    Str l = typeck_ty_text(cx, lhs), r = typeck_ty_text(cx, rhs);
    diag_primary_label(diag, "no implementation for `%.*s %s%s %.*s`", (int)l.bytes, l.data,
                       infix_texts[op], is_assign ? "=" : "", (int)r.bytes, r.data);
    typeck_emit(cx, diag);
}

static void report_binary(Typeck *cx, const HirExpr_binary *node, TyId lhs, TyId rhs)
{
    if (has_error(cx, lhs) || has_error(cx, rhs))
        return;
    Diag *diag = typeck_diag(cx, DIAG_CODE_binary_op_not_applicable, node->op_span);
    Text text;
    text_init(&text, cx->arena);
    Str l = typeck_ty_text(cx, lhs), r = typeck_ty_text(cx, rhs);
    if (binary_ops[node->op].op_class == CLASS_COMPARISON)
        text_addf(&text, "binary operation `%s` cannot be applied to type `%.*s`",
                  infix_texts[node->op], (int)l.bytes, l.data);
    else
        operands_text(cx, (BinaryOp)node->op, false, lhs, rhs, &text);
    diag_arg(diag, text_str(&text));
    diag_label(diag, typeck_at(cx, expr_span(cx, node->lhs)), "%.*s", (int)l.bytes, l.data);
    diag_label(diag, typeck_at(cx, expr_span(cx, node->rhs)), "%.*s", (int)r.bytes, r.data);
    typeck_emit(cx, diag);
}

static void report_assign_op(Typeck *cx, HirExprId id, const HirExpr_assign_op *node, TyId lhs)
{
    if (has_error(cx, lhs))
        return;
    Diag *diag = typeck_diag(cx, DIAG_CODE_assign_op_not_applicable, expr_span(cx, id));
    Str text = typeck_ty_text(cx, lhs);
    diag_argf(diag, "%s=", infix_texts[node->op]);
    diag_arg(diag, text);
    diag_label(diag, typeck_at(cx, expr_span(cx, node->place)), "cannot use `%s=` on type `%.*s`",
               infix_texts[node->op], (int)text.bytes, text.data);
    typeck_emit(cx, diag);
}

static bool find_operator(Str lang, BinaryOp *op, bool *is_assign)
{
    for (int i = 0; i < (int)ARRAY_COUNT(binary_ops); i++) {
        *op = (BinaryOp)i;
        *is_assign = false;
        if (binary_ops[i].lang && str_eq(lang, str_from_c(binary_ops[i].lang)))
            return true;
        *is_assign = true;
        if (binary_ops[i].assign_lang && str_eq(lang, str_from_c(binary_ops[i].assign_lang)))
            return true;
    }
    return false;
}

bool typeck_report_operator(Typeck *cx, Str lang, TyId lhs, TyId rhs, uint32_t span)
{
    BinaryOp op;
    bool is_assign;
    if (!find_operator(lang, &op, &is_assign))
        return false;
    report_no_impl(cx, op, is_assign, lhs, rhs, span);
    return true;
}

/* ---- binary operators on scalars ---- */

typedef struct {
    BinaryOp op;
    bool is_assign;
    HirExprId lhs, rhs;
    uint32_t op_span;
} Operation;

/* Both sides are scalars of one sort that the operator is built in for. Reports where the types
 * differ. */
static void enforce_builtin(Typeck *cx, const Operation *operation, TyId lhs, TyId rhs)
{
    OpClass op_class = binary_ops[operation->op].op_class;
    if (op_class == CLASS_SHIFT || infer_unify(cx->infer, lhs, rhs))
        return;
    typeck_report_mismatch(cx, expr_span(cx, operation->rhs), lhs, rhs);
    if (op_class != CLASS_COMPARISON)
        report_no_impl(cx, operation->op, operation->is_assign, lhs, rhs, operation->op_span);
}

/* A scalar on the left, something else on the right, and no impl that fits. */
static void report_scalar(Typeck *cx, const Operation *operation, TyId lhs, TyId rhs)
{
    if (binary_ops[operation->op].op_class == CLASS_COMPARISON)
        typeck_report_mismatch(cx, expr_span(cx, operation->rhs), lhs, rhs);
    else
        report_no_impl(cx, operation->op, operation->is_assign, lhs, rhs, operation->op_span);
}

static bool scalars_fit(OpClass op_class, Scalar lhs, Scalar rhs)
{
    return class_is_builtin(op_class, lhs) && lhs == rhs;
}

/* ---- binary operators through traits ---- */

static void borrow_operand(Typeck *cx, HirExprId operand, bool is_mut)
{
    TyId ty = results_adjusted_ty(cx, operand);
    Adjustment borrow = { .kind = ADJUST_BORROW,
                          .is_mut = is_mut,
                          .two_phase = is_mut,
                          .target = ty_ref(cx->in, region_erased(cx->in), ty, is_mut) };
    results_adjust(cx, operand, &borrow, 1);
}

/* The left side's type is known and no scalar: the trait decides what may stand on the right. NULL
 * error text: E0369. */
static TyId overloaded_binary(Typeck *cx, HirExprId id, const HirExpr_binary *node, TyId lhs)
{
    BinaryOp op = (BinaryOp)node->op;
    bool is_comparison = binary_ops[op].op_class == CLASS_COMPARISON;
    TyId rhs = typeck_new_var(cx, expr_span(cx, node->rhs));
    OperatorMethod method;
    if (!typeck_operator_method(cx, binary_ops[op].lang, binary_method(op), lhs, rhs, node->op_span,
                                &method)) {
        rhs = typeck_expr(cx, node->rhs, expect_none());
        report_binary(cx, node, lhs, rhs);
        return is_comparison ? cx->bool_ : cx->error;
    }
    fulfill_select(&cx->fulfill); /* a single impl fixes the right side */
    typeck_expr_coerced(cx, node->rhs, rhs);
    results_set_callee(cx, id, method.method, method.args);
    if (is_comparison) {
        borrow_operand(cx, node->lhs, false);
        borrow_operand(cx, node->rhs, false);
    }
    return method.sig.output;
}

/* The right side is known already: it holds or it does not. */
static bool overloaded_scalar(Typeck *cx, HirExprId id, const Operation *operation, TyId lhs,
                              TyId rhs, TyId *result)
{
    OperatorMethod method;
    const char *lang = binary_ops[operation->op].lang;
    if (has_error(cx, rhs) || !typeck_operator_method(cx, lang, binary_method(operation->op), lhs,
                                                      rhs, operation->op_span, &method))
        return false;
    results_set_callee(cx, id, method.method, method.args);
    if (binary_ops[operation->op].op_class == CLASS_COMPARISON) {
        borrow_operand(cx, operation->lhs, false);
        borrow_operand(cx, operation->rhs, false);
    }
    *result = method.sig.output;
    return true;
}

static TyId scalar_binary(Typeck *cx, HirExprId id, const HirExpr_binary *node, TyId lhs)
{
    Operation operation = { (BinaryOp)node->op, false, node->lhs, node->rhs, node->op_span };
    OpClass op_class = binary_ops[node->op].op_class;
    bool is_comparison = op_class == CLASS_COMPARISON;
    bool is_open = ty_kind(cx->in, lhs) == TY_INFER;
    Expect hint = is_comparison && !is_open ? expect_ty(lhs) : expect_none();
    TyId rhs = typeck_known(cx, typeck_expr(cx, node->rhs, hint));
    lhs = typeck_known(cx, lhs);
    TyId result = is_comparison ? cx->bool_ : lhs;
    Scalar left = scalar_of(ty_get(cx->in, lhs)), right = scalar_of(ty_get(cx->in, rhs));
    if (typeck_is_general_var(cx, rhs) && class_is_builtin(op_class, left))
        infer_unify(cx->infer, lhs, rhs);
    else if (scalars_fit(op_class, left, right))
        enforce_builtin(cx, &operation, lhs, rhs);
    else if (is_comparison && typeck_coerce(cx, node->rhs, rhs, lhs))
        return result;
    else if (overloaded_scalar(cx, id, &operation, lhs, rhs, &result))
        return result;
    else if (!class_is_builtin(op_class, left))
        report_binary(cx, node, lhs, rhs);
    else
        report_scalar(cx, &operation, lhs, rhs);
    bool is_known =
        is_comparison || scalars_fit(op_class, left, right) || typeck_is_general_var(cx, rhs);
    return is_known ? result : cx->error;
}

static TyId lazy_binary(Typeck *cx, const HirExpr_binary *node)
{
    typeck_expr_coerced(cx, node->lhs, cx->bool_);
    bool diverges = cx->diverges; /* the right side may not run */
    typeck_expr_coerced(cx, node->rhs, cx->bool_);
    cx->diverges = diverges;
    return cx->bool_;
}

TyId typeck_expr_binary(Typeck *cx, HirExprId id, Expect expect, const HirExpr_binary *node)
{
    (void)expect;
    if (binary_ops[node->op].op_class == CLASS_LAZY)
        return lazy_binary(cx, node);
    TyId lhs = typeck_known(cx, typeck_expr(cx, node->lhs, expect_none()));
    if (ty_is_never(cx->in, lhs)) {
        TyId any = typeck_new_var(cx, expr_span(cx, node->lhs));
        typeck_coerce(cx, node->lhs, lhs, any);
        lhs = any;
    }
    if (scalar_of(ty_get(cx->in, lhs)) != SCALAR_NO)
        return scalar_binary(cx, id, node, lhs);
    return overloaded_binary(cx, id, node, lhs);
}

/* ---- assigning operators ---- */

static void overloaded_assign_op(Typeck *cx, HirExprId id, const HirExpr_assign_op *node, TyId lhs)
{
    TyId rhs = typeck_new_var(cx, expr_span(cx, node->value));
    const char *lang = binary_ops[node->op].assign_lang;
    OperatorMethod method;
    if (!typeck_operator_method(cx, lang, lang, lhs, rhs, node->op_span, &method)) {
        typeck_expr(cx, node->value, expect_none());
        report_assign_op(cx, id, node, lhs);
        return;
    }
    fulfill_select(&cx->fulfill);
    typeck_expr_coerced(cx, node->value, rhs);
    results_set_callee(cx, id, method.method, method.args);
    borrow_operand(cx, node->place, true);
}

static void scalar_assign_op(Typeck *cx, HirExprId id, const HirExpr_assign_op *node, TyId lhs)
{
    Operation operation = { (BinaryOp)node->op, true, node->place, node->value, node->op_span };
    OpClass op_class = binary_ops[node->op].op_class;
    TyId rhs = typeck_known(cx, typeck_expr(cx, node->value, expect_none()));
    Scalar left = scalar_of(ty_get(cx->in, lhs)), right = scalar_of(ty_get(cx->in, rhs));
    OperatorMethod method;
    const char *lang = binary_ops[node->op].assign_lang;
    if (typeck_is_general_var(cx, rhs) && class_is_builtin(op_class, left)) {
        infer_unify(cx->infer, lhs, rhs);
    } else if (scalars_fit(op_class, left, right)) {
        enforce_builtin(cx, &operation, lhs, rhs);
    } else if (ty_is_never(cx->in, rhs)) {
        typeck_coerce(cx, node->value, rhs, lhs);
    } else if (typeck_operator_method(cx, lang, lang, lhs, rhs, node->op_span, &method)) {
        results_set_callee(cx, id, method.method, method.args);
        borrow_operand(cx, node->place, true);
    } else if (class_is_builtin(op_class, left)) {
        report_scalar(cx, &operation, lhs, rhs);
    } else {
        report_assign_op(cx, id, node, lhs);
    }
}

TyId typeck_expr_assign_op(Typeck *cx, HirExprId id, Expect expect, const HirExpr_assign_op *node)
{
    (void)expect;
    TyId lhs = typeck_known(cx, typeck_expr(cx, node->place, expect_none()));
    typeck_place_make_mut(cx, node->place);
    if (scalar_of(ty_get(cx->in, lhs)) != SCALAR_NO)
        scalar_assign_op(cx, id, node, lhs);
    else
        overloaded_assign_op(cx, id, node, lhs);
    if (!typeck_is_place(cx, node->place)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_invalid_compound_target, node->op_span);
        diag_label(diag, typeck_at(cx, expr_span(cx, node->place)),
                   "cannot assign to this expression");
        typeck_emit(cx, diag);
    }
    return cx->unit;
}

/* ---- unary operators ---- */

static TyId deref(Typeck *cx, HirExprId id, HirExprId operand, TyId ty)
{
    const Ty *record = ty_get(cx->in, ty);
    if (record->kind == TY_REF)
        return record->as.ref.pointee;
    if (record->kind == TY_PTR) {
        typeck_note_unsafe(cx, UNSAFE_DEREF, expr_span(cx, id), def_id_none());
        return record->as.ptr.pointee;
    }
    Autoderef steps = autoderef_start(cx, ty, expr_span(cx, id));
    if (autoderef_next(&steps)) { /* `*Deref::deref(&operand)` */
        GenericArg self = arg_of_ty(ty);
        results_set_callee(cx, id, steps.steps[0].method, args_intern(cx->in, &self, 1));
        borrow_operand(cx, operand, false);
        return steps.ty;
    }
    if (has_error(cx, ty))
        return cx->error;
    if (typeck_is_general_var(cx, ty)) {
        typeck_needs_annotation(cx, expr_span(cx, operand));
        return cx->error;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_cannot_deref, expr_span(cx, id));
    diag_arg(diag, typeck_ty_text(cx, ty));
    typeck_emit(cx, diag_primary_label(diag, "can't be dereferenced"));
    return cx->error;
}

static void report_unary(Typeck *cx, HirExprId id, UnaryOp op, TyId ty)
{
    if (has_error(cx, ty))
        return;
    Diag *diag = typeck_diag(cx, DIAG_CODE_unary_op_not_applicable, expr_span(cx, id));
    diag_arg(diag, str_from_c(unary_op_text(op)));
    diag_arg(diag, typeck_ty_text(cx, ty));
    diag_primary_label(diag, "cannot apply unary operator `%s`", unary_op_text(op));
    typeck_emit(cx, diag);
}

static bool unary_is_builtin(UnaryOp op, const Ty *ty)
{
    Scalar scalar = scalar_of(ty);
    if (op == UNARY_NOT)
        return scalar == SCALAR_INT || scalar == SCALAR_BOOL;
    return (scalar == SCALAR_INT && ty->kind != TY_UINT) || scalar == SCALAR_FLOAT;
}

TyId typeck_expr_unary(Typeck *cx, HirExprId id, Expect expect, const HirExpr_unary *node)
{
    UnaryOp op = (UnaryOp)node->op;
    Expect hint = op == UNARY_DEREF ? expect_none() : expect;
    TyId ty = typeck_known(cx, typeck_expr(cx, node->operand, hint));
    if (op == UNARY_DEREF)
        return deref(cx, id, node->operand, ty);
    if (ty_is_never(cx->in, ty))
        return ty;
    if (unary_is_builtin(op, ty_get(cx->in, ty))) {
        if (op == UNARY_NEG && ty_kind(cx->in, ty) == TY_INFER)
            sized_check_vec_push(&cx->neg_checks, (SizedCheck){ ty, expr_span(cx, id), NULL });
        return ty;
    }
    const char *lang = op == UNARY_NEG ? "neg" : "not";
    OperatorMethod method;
    if (typeck_operator_method(cx, lang, lang, ty, ty_id_none(), expr_span(cx, id), &method)) {
        results_set_callee(cx, id, method.method, method.args);
        return method.sig.output;
    }
    report_unary(cx, id, op, ty);
    return cx->error;
}

/* ---- end ---- */

/* `-x` where x turned out to be unsigned later. */
static void check_negations(Typeck *cx)
{
    for (uint32_t i = 0; i < cx->neg_checks.count; i++) {
        const SizedCheck *check = &cx->neg_checks.items[i];
        TyId ty = typeck_resolved(cx, check->ty);
        if (ty_kind(cx->in, ty) != TY_UINT)
            continue;
        Diag *diag = typeck_diag(cx, DIAG_CODE_trait_bound, check->span);
        Str text = typeck_ty_text(cx, ty);
        diag_argf(diag, "%.*s: Neg", (int)text.bytes, text.data);
        diag_primary_label(diag, "the trait `Neg` is not implemented for `%.*s`", (int)text.bytes,
                           text.data);
        typeck_emit(cx, diag);
    }
}

/* Operators on what turned out to be scalars are built in, not calls. */
static void drop_builtin_callees(Typeck *cx)
{
    for (uint32_t i = 1; i < cx->body->expr_count; i++) {
        const HirExpr *expr = &cx->body->exprs[i];
        HirExprId lhs, rhs;
        if (def_id_is_none(cx->r.callees[i]))
            continue;
        if (expr->kind == HIR_EXPR_BINARY)
            lhs = expr->as.binary.lhs, rhs = expr->as.binary.rhs;
        else if (expr->kind == HIR_EXPR_ASSIGN_OP)
            lhs = expr->as.assign_op.place, rhs = expr->as.assign_op.value;
        else
            continue;
        uint8_t op = expr->kind == HIR_EXPR_BINARY ? expr->as.binary.op : expr->as.assign_op.op;
        TyId left = typeck_resolved(cx, cx->r.expr_tys[lhs.v]);
        TyId right = typeck_resolved(cx, cx->r.expr_tys[rhs.v]);
        OpClass op_class = binary_ops[op].op_class;
        if (!scalars_fit(op_class, scalar_of(ty_get(cx->in, left)),
                         scalar_of(ty_get(cx->in, right))) ||
            (op_class != CLASS_SHIFT && !ty_id_eq(left, right)))
            continue;
        results_set_callee(cx, hir_expr_id_make(i), def_id_none(), args_id_none());
        cx->r.expr_adjustments[lhs.v] = (IdRange){ 0 };
        cx->r.expr_adjustments[rhs.v] = (IdRange){ 0 };
    }
}

void typeck_ops_finish(Typeck *cx)
{
    check_negations(cx);
    drop_builtin_callees(cx);
}
