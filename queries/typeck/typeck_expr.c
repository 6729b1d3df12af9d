/* Expressions: the entry point, and the kinds that are simple. */
#include "typeck/typeck_priv.h"

#define IR_TABLE           "hir/hir_expr.def"
#define IR_NODE            HirExpr
#define IR_KIND            HIR_EXPR
#define IR_DISPATCH        typeck_expr
#define IR_DISPATCH_RETURN TyId
#define IR_DISPATCH_PARAMS Typeck *cx, HirExprId id, Expect expect
#define IR_DISPATCH_ARGS   cx, id, expect
#include "base/ir_dispatch_define.h"

/* ---- expectations ---- */

TyId expect_known(Typeck *cx, Expect expect, bool or_hint)
{
    if (expect.kind == EXPECT_NONE || (expect.kind != EXPECT_TYPE && !or_hint))
        return ty_id_none();
    return typeck_known(cx, expect.ty);
}

Expect expect_for_branches(Typeck *cx, Expect expect)
{
    if (expect.kind == EXPECT_NONE || typeck_is_general_var(cx, typeck_known(cx, expect.ty)))
        return expect_none();
    return expect;
}

/* ---- entry ---- */

TyId typeck_expr(Typeck *cx, HirExprId id, Expect expect)
{
    const HirExpr *expr = hir_expr(cx->body, id);
    if (cx->depth >= TYPECK_DEPTH_MAX) {
        typeck_unsupported(cx, expr->span, "an expression nested this deeply");
        return cx->r.expr_tys[id.v] = cx->error;
    }
    bool diverged = cx->diverges;
    cx->diverges = false;
    cx->depth++;
    TyId ty = typeck_expr_dispatch(cx, id, expect, expr);
    cx->depth--;
    cx->r.expr_tys[id.v] = ty;
    /* A value of type `!` is never there; a place of that type may just not be read. */
    if (ty_is_never(cx->in, infer_shallow(cx->infer, ty)) && !typeck_is_place(cx, id))
        cx->diverges = true;
    cx->diverges |= diverged;
    return ty;
}

TyId typeck_expr_coerced(Typeck *cx, HirExprId id, TyId ty)
{
    TyId found = typeck_expr(cx, id, expect_ty(ty));
    if (typeck_coerce(cx, id, found, ty))
        return ty;
    typeck_report_mismatch(cx, expr_span(cx, id), ty, found);
    return cx->error;
}

/* ---- literals ---- */

static TyId suffix_ty(Typeck *cx, const HirLiteral *literal, uint32_t span)
{
    PrimitiveTy primitive = (PrimitiveTy)(literal->suffix - 1);
    if (primitive != PRIMITIVE_F16 && primitive != PRIMITIVE_F128)
        return ty_primitive(cx->in, primitive);
    typeck_unsupported(cx, span, "floating-point numbers of 16 or 128 bits");
    return cx->error;
}

static TyId int_literal_ty(Typeck *cx, Expect expect)
{
    TyId wanted = expect_known(cx, expect, true);
    TyKind kind = ty_id_is_none(wanted) ? TY_NONE : ty_kind(cx->in, wanted);
    if (kind == TY_INT || kind == TY_UINT)
        return wanted;
    /* `65 as char` and `0 as *const T`: the types that these casts go through. */
    if (kind == TY_CHAR)
        return ty_primitive(cx->in, PRIMITIVE_U8);
    if (kind == TY_PTR || kind == TY_FN_PTR || kind == TY_FN_DEF)
        return cx->usize;
    return infer_new_int(cx->infer);
}

static TyId float_literal_ty(Typeck *cx, Expect expect)
{
    TyId wanted = expect_known(cx, expect, true);
    if (!ty_id_is_none(wanted) && ty_kind(cx->in, wanted) == TY_FLOAT)
        return wanted;
    return infer_new_float(cx->infer);
}

static TyId static_ref(Typeck *cx, TyId pointee)
{
    return ty_ref(cx->in, region_erased(cx->in), pointee, false);
}

static TyId byte_str_ty(Typeck *cx, const HirLiteral *literal)
{
    ConstId length = const_usize(cx->in, sym_text(cx->in, literal->text).bytes);
    TyId byte = ty_primitive(cx->in, PRIMITIVE_U8);
    return static_ref(cx, ty_array(cx->in, byte, length));
}

static TyId c_str_ty(Typeck *cx, uint32_t span)
{
    DefId def = typeck_lang(cx, "CStr");
    if (def_id_is_none(def)) {
        diag_emit(cx->job, diag_argf(typeck_diag(cx, DIAG_CODE_missing_lang_item, span), "CStr"));
        return cx->error;
    }
    return static_ref(cx, ty_adt(cx->in, def, args_empty(cx->in)));
}

TyId typeck_literal_ty(Typeck *cx, const HirLiteral *literal, Expect expect, uint32_t span)
{
    if (literal->suffix)
        return suffix_ty(cx, literal, span);
    switch ((HirLiteralKind)literal->kind) {
    case HIR_LITERAL_INT:
        return int_literal_ty(cx, expect);
    case HIR_LITERAL_FLOAT:
        return float_literal_ty(cx, expect);
    case HIR_LITERAL_BOOL:
        return cx->bool_;
    case HIR_LITERAL_CHAR:
        return ty_primitive(cx->in, PRIMITIVE_CHAR);
    case HIR_LITERAL_STR:
        return static_ref(cx, ty_primitive(cx->in, PRIMITIVE_STR));
    case HIR_LITERAL_BYTE:
        return ty_primitive(cx->in, PRIMITIVE_U8);
    case HIR_LITERAL_BYTE_STR:
        return byte_str_ty(cx, literal);
    case HIR_LITERAL_C_STR:
        return c_str_ty(cx, span);
    case HIR_LITERAL_ERROR:
    case HIR_LITERAL_KIND_COUNT:
        break;
    }
    cx->has_error = true;
    return cx->error;
}

TyId typeck_expr_literal(Typeck *cx, HirExprId id, Expect expect, const HirExpr_literal *node)
{
    uint32_t span = hir_expr(cx->body, id)->span;
    return typeck_literal_ty(cx, &cx->body->literals[node->literal.v], expect, span);
}

TyId typeck_expr_error(Typeck *cx, HirExprId id, Expect expect, const HirExpr_error *node)
{
    (void)id, (void)expect, (void)node;
    cx->has_error = true;
    return cx->error;
}

/* ---- tuples and arrays ---- */

TyId typeck_expr_tuple(Typeck *cx, HirExprId id, Expect expect, const HirExpr_tuple *node)
{
    (void)id;
    uint32_t count = node->elements.count;
    TyId wanted = expect_known(cx, expect, false);
    const Ty *wanted_ty = ty_get(cx->in, wanted);
    ArgSlice hints = { 0 };
    if (wanted_ty->kind == TY_TUPLE)
        hints = args_get(cx->in, wanted_ty->as.tuple.elements);
    TyId *types = arena_alloc_array(cx->arena, count, sizeof *types);
    for (uint32_t i = 0; i < count; i++) {
        HirExprId element = expr_at(cx, node->elements, i);
        types[i] = i < hints.count ? typeck_expr_coerced(cx, element, arg_ty(hints.items[i]))
                                   : typeck_expr(cx, element, expect_none());
    }
    return ty_tuple(cx->in, types, count);
}

TyId expect_element(Typeck *cx, Expect expect)
{
    const Ty *wanted = ty_get(cx->in, expect_known(cx, expect, true));
    if (wanted->kind == TY_ARRAY)
        return wanted->as.array.element;
    return wanted->kind == TY_SLICE ? wanted->as.slice.element : ty_id_none();
}

TyId typeck_expr_array(Typeck *cx, HirExprId id, Expect expect, const HirExpr_array *node)
{
    TyId hint = expect_element(cx, expect);
    Merge merge;
    merge_init(cx, &merge, hint);
    for (uint32_t i = 0; i < node->elements.count; i++) {
        HirExprId element = expr_at(cx, node->elements, i);
        Expect each = ty_id_is_none(hint) ? expect_none() : expect_ty(hint);
        TyId ty = typeck_expr(cx, element, each);
        merge_add(cx, &merge, element, ty, MERGE_ARRAY);
    }
    TyId element = node->elements.count  ? merge_finish(cx, &merge)
                   : ty_id_is_none(hint) ? typeck_new_var(cx, expr_span(cx, id))
                                         : hint;
    typeck_require_sized(cx, element, expr_span(cx, id),
                         "slice and array elements must have `Sized` type");
    return ty_array(cx->in, element, const_usize(cx->in, node->elements.count));
}

/* `[x; N]`: x must be Copy, a constant, or N at most 1. Path expressions to constants are
 * constants. */
static bool repeats_freely(Typeck *cx, HirExprId element, ConstId length)
{
    ConstRecord record = const_get(cx->in, const_evaluate(cx->job, length));
    if (record.kind == CONST_ERROR || (record.kind == CONST_VALUE && record.low <= 1))
        return true;
    DefId def = cx->r.callees[element.v];
    DefKind kind = def_id_is_none(def) ? DEF_NONE : def_kind(cx->in, def);
    return kind == DEF_CONST || kind == DEF_ASSOC_CONST;
}

TyId typeck_expr_repeat(Typeck *cx, HirExprId id, Expect expect, const HirExpr_repeat *node)
{
    TyId hint = expect_element(cx, expect);
    TyId element = ty_id_is_none(hint) ? typeck_expr(cx, node->element, expect_none())
                                       : typeck_expr_coerced(cx, node->element, hint);
    ConstId length = ty_lower_const(&cx->lower, node->length, cx->usize);
    DefId copy = typeck_lang(cx, "copy");
    if (!def_id_is_none(copy) && !repeats_freely(cx, node->element, length)) {
        GenericArg self = arg_of_ty(element);
        typeck_register_trait(cx, copy, args_intern(cx->in, &self, 1),
                              expr_span(cx, node->element));
    }
    typeck_require_sized(cx, element, expr_span(cx, id),
                         "slice and array elements must have `Sized` type");
    return ty_array(cx->in, element, length);
}

/* ---- references ---- */

/* What `&` in front of the operand tells about it. Only places can have an unsized type themselves.
 */
static Expect operand_expect(Typeck *cx, Expect expect, HirExprId operand)
{
    const Ty *wanted = ty_get(cx->in, expect_known(cx, expect, false));
    TyId pointee = wanted->kind == TY_REF   ? wanted->as.ref.pointee
                   : wanted->kind == TY_PTR ? wanted->as.ptr.pointee
                                            : ty_id_none();
    if (ty_id_is_none(pointee))
        return expect_none();
    TyKind kind = ty_kind(cx->in, typeck_known(cx, pointee));
    bool is_unsized = kind == TY_SLICE || kind == TY_STR;
    if (is_unsized && !typeck_is_place(cx, operand))
        return (Expect){ EXPECT_UNSIZED, pointee };
    return expect_ty(pointee);
}

TyId typeck_expr_ref(Typeck *cx, HirExprId id, Expect expect, const HirExpr_ref *node)
{
    (void)id;
    TyId ty = typeck_expr(cx, node->operand, operand_expect(cx, expect, node->operand));
    if (node->is_mut)
        typeck_place_make_mut(cx, node->operand);
    return ty_ref(cx->in, region_erased(cx->in), ty, node->is_mut);
}

TyId typeck_expr_raw_ref(Typeck *cx, HirExprId id, Expect expect, const HirExpr_raw_ref *node)
{
    (void)id;
    /* Naming a mutable or foreign static here does not access it. */
    bool is_path = hir_expr(cx->body, node->operand)->kind == HIR_EXPR_PATH;
    cx->unsafe_depth += is_path;
    TyId ty = typeck_expr(cx, node->operand, operand_expect(cx, expect, node->operand));
    cx->unsafe_depth -= is_path;
    if (!typeck_is_place(cx, node->operand)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_address_of_temporary, expr_span(cx, node->operand));
        typeck_emit(cx, diag_primary_label(diag, "temporary value"));
    }
    if (node->is_mut)
        typeck_place_make_mut(cx, node->operand);
    return ty_ptr(cx->in, ty, node->is_mut);
}

/* ---- paths ---- */

static void note_static_use(Typeck *cx, HirExprId id, DefId def)
{
    DefKind kind = def_kind(cx->in, def);
    if (kind == DEF_FOREIGN_STATIC && q_item_facts(cx->job, def)->is_unsafe)
        typeck_note_unsafe(cx, UNSAFE_EXTERN_STATIC, expr_span(cx, id), def);
    else if (kind == DEF_STATIC && q_item_facts(cx->job, def)->is_mut)
        typeck_note_unsafe(cx, UNSAFE_MUT_STATIC, expr_span(cx, id), def);
}

TyId typeck_expr_path(Typeck *cx, HirExprId id, Expect expect, const HirExpr_path *node)
{
    (void)expect;
    ValuePath value = typeck_value_path(cx, hir_path(cx->body, node->path));
    if (value.res.kind != RES_DEF)
        return value.ty;
    results_set_callee(cx, id, value.res.def, value.args);
    note_static_use(cx, id, value.res.def);
    return value.ty;
}

/* ---- what there is no support for ---- */

TyId typeck_expr_closure(Typeck *cx, HirExprId id, Expect expect, const HirExpr_closure *node)
{
    (void)expect, (void)node;
    typeck_unsupported(cx, expr_span(cx, id), "a closure");
    return cx->error;
}
