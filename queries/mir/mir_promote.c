/* Promotion: `&1`, `&[1, 2]`, `&Some(CONST)` in a function are references to memory that lives
 * forever (Reference, destructors: constant promotion). Decided on HIR: what is built from
 * literals, constants and constructors by operators that cannot fail or whose failure is an error
 * anyway. */
#include "mir/mir_priv.h"

enum { PROMOTE_DEPTH_MAX = 64 };

static bool is_promotable(MirBuild *b, HirExprId id, uint32_t depth);

/* ---- types ----------------------------------------------------------------------------------- */

typedef struct {
    MirBuild *b;
    DefId cell;
    uint32_t budget;
} Freeze;

static bool is_frozen(Freeze *f, TyId ty);

static bool fields_frozen(Freeze *f, const Ty_adt *adt)
{
    const AdtDef *def = q_adt_def(f->b->job, adt->def);
    for (uint32_t v = 0; v < def->variant_count; v++) {
        for (uint32_t i = 0; i < def->variants[v].field_count; i++) {
            TyId field = normalize_substituted(f->b->job, f->b->env, def->variants[v].fields[i].ty,
                                               adt->args);
            if (!is_frozen(f, field))
                return false;
        }
    }
    return true;
}

/* Nothing in a value of the type can be written through a shared reference. Parameters: not known,
 * so no. */
static bool is_frozen(Freeze *f, TyId id)
{
    const Ty *ty = ty_get(f->b->in, id);
    if (f->budget-- == 0 || ty->kind == TY_PARAM || ty->kind == TY_PROJECTION)
        return false;
    if (ty->kind == TY_ARRAY)
        return is_frozen(f, ty->as.array.element);
    if (ty->kind == TY_TUPLE) {
        ArgSlice elements = args_get(f->b->in, ty->as.tuple.elements);
        for (uint32_t i = 0; i < elements.count; i++) {
            if (!is_frozen(f, arg_ty(elements.items[i])))
                return false;
        }
        return true;
    }
    if (ty->kind != TY_ADT)
        return true;
    return !def_id_eq(ty->as.adt.def, f->cell) && fields_frozen(f, &ty->as.adt);
}

static bool type_allows(MirBuild *b, TyId ty)
{
    LangItemKey key = { def_crate(b->in, b->hir->owner), sym_intern_c(b->in, "unsafe_cell") };
    Freeze freeze = { b, q_lang_item(b->job, key)->def, 1000 };
    return !ty_needs_drop(b->job, b->env, ty) && is_frozen(&freeze, ty);
}

/* ---- expressions ----------------------------------------------------------------------------- */

static bool adjustments_allow(const MirBuild *b, HirExprId id)
{
    IdRange run = b->types->expr_adjustments[id.v];
    for (uint32_t i = 0; i < run.count; i++) {
        const Adjustment *step = &b->types->adjustments[run.start + i];
        bool is_reborrow = step->kind == ADJUST_DEREF && i + 1 < run.count &&
                           b->types->adjustments[run.start + i + 1].kind == ADJUST_BORROW &&
                           !b->types->adjustments[run.start + i + 1].is_mut;
        bool is_cast = step->kind == ADJUST_REIFY_FN || step->kind == ADJUST_UNSAFE_FN ||
                       step->kind == ADJUST_MUT_TO_CONST || step->kind == ADJUST_UNSIZE;
        if (is_reborrow)
            i++;
        else if (!is_cast)
            return false;
    }
    return true;
}

static bool path_promotable(MirBuild *b, HirExprId id, const HirExpr_path *node)
{
    if (hir_path(b->hir, node->path)->res.kind == RES_LOCAL)
        return false;
    DefKind kind = def_kind(b->in, b->types->callees[id.v]);
    return kind == DEF_CONST || kind == DEF_ASSOC_CONST || kind == DEF_CONST_PARAM ||
           kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CTOR;
}

static bool list_promotable(MirBuild *b, IdRange list, uint32_t depth)
{
    for (uint32_t i = 0; i < list.count; i++) {
        if (!is_promotable(b, build_expr_at(b, list, i), depth))
            return false;
    }
    return true;
}

static bool fields_promotable(MirBuild *b, const HirExpr_struct_ *node, uint32_t depth)
{
    if (!hir_expr_id_is_none(node->base_or_none))
        return false;
    for (uint32_t i = 0; i < node->fields.count; i++) {
        if (!is_promotable(b, b->hir->fields[node->fields.start + i].value, depth))
            return false;
    }
    return true;
}

static bool is_nonzero_literal(const MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    if (e->kind != HIR_EXPR_LITERAL)
        return false;
    const HirLiteral *literal = &b->hir->literals[e->as.literal.literal.v];
    return literal->kind == HIR_LITERAL_INT && (literal->low | literal->high) != 0;
}

static bool operator_promotable(MirBuild *b, HirExprId id, const HirExpr_binary *node,
                                uint32_t depth)
{
    bool divides = node->op == BINARY_DIV || node->op == BINARY_REM;
    if (!def_id_is_none(b->types->callees[id.v]) || (divides && !is_nonzero_literal(b, node->rhs)))
        return false;
    return is_promotable(b, node->lhs, depth) && is_promotable(b, node->rhs, depth);
}

static bool call_promotable(MirBuild *b, const HirExpr_call *node, uint32_t depth)
{
    DefId def = b->types->callees[node->callee.v];
    bool is_ctor = !def_id_is_none(def) && def_kind(b->in, def) == DEF_CTOR;
    return is_ctor && list_promotable(b, node->args, depth);
}

/* The expression before its adjustments. */
static bool plain_promotable(MirBuild *b, HirExprId id, uint32_t depth)
{
    const HirExpr *e = hir_expr(b->hir, id);
    if (e->kind == HIR_EXPR_LITERAL)
        return true;
    if (e->kind == HIR_EXPR_PATH)
        return path_promotable(b, id, &e->as.path);
    if (e->kind == HIR_EXPR_UNARY)
        return e->as.unary.op != UNARY_DEREF && def_id_is_none(b->types->callees[id.v]) &&
               is_promotable(b, e->as.unary.operand, depth);
    if (e->kind == HIR_EXPR_BINARY)
        return operator_promotable(b, id, &e->as.binary, depth);
    if (e->kind == HIR_EXPR_REF)
        return !e->as.ref.is_mut && is_promotable(b, e->as.ref.operand, depth);
    if (e->kind == HIR_EXPR_TUPLE)
        return list_promotable(b, e->as.tuple.elements, depth);
    if (e->kind == HIR_EXPR_ARRAY)
        return list_promotable(b, e->as.array.elements, depth);
    if (e->kind == HIR_EXPR_REPEAT)
        return is_promotable(b, e->as.repeat.element, depth);
    if (e->kind == HIR_EXPR_STRUCT)
        return fields_promotable(b, &e->as.struct_, depth);
    if (e->kind == HIR_EXPR_CALL)
        return call_promotable(b, &e->as.call, depth);
    if (e->kind == HIR_EXPR_FIELD)
        return is_promotable(b, e->as.field.base, depth);
    if (e->kind == HIR_EXPR_CAST)
        return b->types->cast_kinds[id.v] != CAST_PTR_ADDR &&
               is_promotable(b, e->as.cast.operand, depth);
    return false;
}

static bool is_promotable(MirBuild *b, HirExprId id, uint32_t depth)
{
    return depth < PROMOTE_DEPTH_MAX && adjustments_allow(b, id) &&
           plain_promotable(b, id, depth + 1);
}

/* ---- building -------------------------------------------------------------------------------- */

/* The same body's tables with a graph of its own. */
static MirBody build_promoted_body(MirBuild *outer, HirExprId id, TyId ty)
{
    MirBuild b = *outer;
    uint32_t span = build_span(outer, id);
    mir_edit_init(&b.edit, outer->arena, outer->in, outer->hir->owner);
    build_scope_vec_init(&b.scopes, outer->arena);
    b.is_const = true;
    b.temp_depth = b.extended_depth = 0;
    b.source_scope = mir_scope_vec_push(&b.edit.scopes, (MirScope){ 0 });
    mir_edit_local(&b.edit, (MirLocal){ .ty = ty, .is_mut = true, .scope = b.source_scope });
    b.block = mir_edit_block(&b.edit, false);
    /* Temporaries never die, so no scope is opened. */
    build_into(&b, mir_edit_place(&b.edit, MIR_RETURN_LOCAL), unadjusted(id));
    mir_edit_terminate(&b.edit, b.block, (MirTerminator){ .kind = MIR_TERMINATOR_RETURN },
                       build_source(&b, span));
    outer->has_error = outer->has_error || b.has_error;
    outer->copy_cache = b.copy_cache;
    MirBody body;
    mir_edit_finish(&b.edit, job_out(outer->job), &body);
    body.is_promoted = true;
    return body;
}

bool build_promoted_ref(MirBuild *b, HirExprId operand, TyId ref_ty, MirOperandId *result)
{
    TyId ty = b->types->expr_tys[operand.v];
    if (b->is_const || !plain_promotable(b, operand, 0) || !type_allows(b, ty))
        return false;
    MirBody body = build_promoted_body(b, operand, ty);
    uint32_t number = mir_body_vec_push(&b->edit.promoteds, body) + 1;
    MirConst constant = {
        .kind = MIR_CONST_PROMOTED, .ty = ref_ty, .def = b->hir->owner, .promoted = number
    };
    *result = mir_edit_const(&b->edit, constant, build_span(b, operand));
    return true;
}
