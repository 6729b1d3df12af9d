/* Expressions: which of the four ways is natural for each kind, and the way from one to another. */
#include "mir/mir_priv.h"

typedef enum {
    WAY_CONSTANT, /* an operand without evaluation */
    WAY_PLACE,    /* a place */
    WAY_RVALUE,   /* an rvalue */
    WAY_INTO,     /* control flow that writes into a place */
    WAY_EFFECT,   /* gives () or never returns */
} Way;

/* ---- classification -------------------------------------------------------------------------- */

static bool is_const_kind(DefKind kind)
{
    return kind == DEF_CONST || kind == DEF_ASSOC_CONST || kind == DEF_CONST_PARAM ||
           kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN || kind == DEF_CTOR;
}

static Way path_way(const MirBuild *b, HirExprId id, const HirExpr_path *node)
{
    if (hir_path(b->hir, node->path)->res.kind == RES_LOCAL)
        return WAY_PLACE;
    return is_const_kind(def_kind(b->in, b->types->callees[id.v])) ? WAY_CONSTANT : WAY_PLACE;
}

static Way operator_way(const MirBuild *b, HirExprId id, bool is_place)
{
    bool is_overloaded = !def_id_is_none(b->types->callees[id.v]);
    if (is_place)
        return WAY_PLACE;
    return is_overloaded ? WAY_INTO : WAY_RVALUE;
}

static Way binary_way(const MirBuild *b, HirExprId id, const HirExpr_binary *node)
{
    bool is_lazy = node->op == BINARY_AND || node->op == BINARY_OR;
    return is_lazy ? WAY_INTO : operator_way(b, id, false);
}

static Way plain_way(const MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    switch ((HirExprKind)e->kind) {
    case HIR_EXPR_LITERAL:
        return WAY_CONSTANT;
    case HIR_EXPR_PATH:
        return path_way(b, id, &e->as.path);
    case HIR_EXPR_UNARY:
        return operator_way(b, id, e->as.unary.op == UNARY_DEREF);
    case HIR_EXPR_BINARY:
        return binary_way(b, id, &e->as.binary);
    case HIR_EXPR_FIELD:
    case HIR_EXPR_INDEX:
        return WAY_PLACE;
    case HIR_EXPR_REF:
    case HIR_EXPR_RAW_REF:
    case HIR_EXPR_TUPLE:
    case HIR_EXPR_ARRAY:
    case HIR_EXPR_REPEAT:
    case HIR_EXPR_STRUCT:
    case HIR_EXPR_CAST:
        return WAY_RVALUE;
    case HIR_EXPR_CALL:
    case HIR_EXPR_METHOD_CALL:
    case HIR_EXPR_BLOCK:
    case HIR_EXPR_IF:
    case HIR_EXPR_LET:
    case HIR_EXPR_LOOP:
    case HIR_EXPR_MATCH:
        return WAY_INTO;
    case HIR_EXPR_ASSIGN:
    case HIR_EXPR_ASSIGN_OP:
    case HIR_EXPR_BREAK:
    case HIR_EXPR_CONTINUE:
    case HIR_EXPR_RETURN:
        return WAY_EFFECT;
    case HIR_EXPR_CLOSURE: /* type check refuses it */
    case HIR_EXPR_ERROR:
    case HIR_EXPR_NONE:
    case HIR_EXPR_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static Way way_of(const MirBuild *b, Adjusted e)
{
    if (e.steps == 0)
        return plain_way(b, e.id);
    switch ((AdjustKind)build_last_step(b, e)->kind) {
    case ADJUST_NEVER_TO_ANY:
        return WAY_INTO;
    case ADJUST_DEREF:
    case ADJUST_OVERLOADED_DEREF:
        return WAY_PLACE;
    case ADJUST_BORROW:
    case ADJUST_RAW_BORROW:
    case ADJUST_REIFY_FN:
    case ADJUST_UNSAFE_FN:
    case ADJUST_CLOSURE_FN:
    case ADJUST_MUT_TO_CONST:
    case ADJUST_UNSIZE:
        return WAY_RVALUE;
    }
    RSC_UNREACHABLE();
}

static Adjusted without_last_step(Adjusted e)
{
    return (Adjusted){ e.id, e.steps - 1 };
}

/* ---- constants ------------------------------------------------------------------------------- */

static ConstId const_param(MirBuild *b, DefId def, TyId ty)
{
    const Generics *generics = q_generics_of(b->job, def_parent(b->in, def));
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *param = &generics->params[i];
        if (!def_id_eq(param->def, def))
            continue;
        ConstRecord record = { .kind = CONST_PARAM, .ty = ty.v, .index_or_def = param->index };
        record.name_or_args = param->name.v;
        return const_intern(b->in, record);
    }
    return const_error(b->in);
}

static MirOperandId path_constant(MirBuild *b, HirExprId id, uint32_t span)
{
    DefId def = b->types->callees[id.v];
    ArgsId args = b->types->callee_args[id.v];
    TyId ty = b->types->expr_tys[id.v];
    DefKind kind = def_kind(b->in, def);
    if (kind == DEF_CONST_PARAM) {
        MirConst constant = { .kind = MIR_CONST_TY_CONST, .ty = ty };
        constant.konst = const_param(b, def, ty);
        return mir_edit_const(&b->edit, constant, span);
    }
    if (kind == DEF_CONST || kind == DEF_ASSOC_CONST) {
        MirConst constant = { .kind = MIR_CONST_ITEM, .ty = ty, .def = def, .args = args };
        return mir_edit_const(&b->edit, constant, span);
    }
    return mir_edit_zero_sized(&b->edit, ty, span);
}

/* A unit struct or unit variant is an aggregate without fields, not a constant of its own. */
static bool is_unit_ctor(const MirBuild *b, HirExprId id)
{
    DefId def = b->types->callees[id.v];
    return !def_id_is_none(def) && def_kind(b->in, def) == DEF_CTOR &&
           ty_kind(b->in, b->types->expr_tys[id.v]) == TY_ADT;
}

bool build_as_constant(MirBuild *b, Adjusted e, MirOperandId *operand)
{
    if (e.steps > 0 || way_of(b, e) != WAY_CONSTANT)
        return false;
    const HirExpr *node = hir_expr(b->hir, e.id);
    if (node->kind == HIR_EXPR_LITERAL) {
        const HirLiteral *literal = &b->hir->literals[node->as.literal.literal.v];
        MirConst constant = build_literal(b, literal, b->types->expr_tys[e.id.v], false);
        *operand = mir_edit_const(&b->edit, constant, node->span);
        return true;
    }
    if (is_unit_ctor(b, e.id))
        return false;
    *operand = path_constant(b, e.id, node->span);
    return true;
}

static MirRvalueId unit_ctor(MirBuild *b, HirExprId id)
{
    TyId ty = b->types->expr_tys[id.v];
    DefId of = def_parent(b->in, b->types->callees[id.v]);
    uint32_t variant = MIR_VARIANT_NONE;
    if (def_kind(b->in, of) == DEF_VARIANT) {
        const AdtDef *adt = q_adt_def(b->job, def_parent(b->in, of));
        for (uint32_t i = 0; i < adt->variant_count; i++)
            variant = def_id_eq(adt->variants[i].def, of) ? i : variant;
    }
    return mir_edit_aggregate(&b->edit, MIR_AGGREGATE_ADT, ty, variant, NULL, 0);
}

/* ---- places ---------------------------------------------------------------------------------- */

MirPlaceId build_local_place(MirBuild *b, HirLocalId local)
{
    MirLocalId guard_ref = b->guard_refs[local.v];
    if (!mir_local_id_is_none(guard_ref))
        return mir_edit_deref(&b->edit, build_place_of(b, guard_ref));
    rsc_assert(!mir_local_id_is_none(b->locals[local.v]));
    return build_place_of(b, b->locals[local.v]);
}

/* A static is behind its address, which is a constant. */
static MirPlaceId static_place(MirBuild *b, HirExprId id, DefId def)
{
    TyId ty = b->types->expr_tys[id.v];
    uint32_t span = build_span(b, id);
    bool is_mut = q_item_facts(b->job, def)->is_mut;
    bool is_raw = is_mut || def_kind(b->in, def) == DEF_FOREIGN_STATIC;
    TyId address_ty =
        is_raw ? ty_ptr(b->in, ty, is_mut) : ty_ref(b->in, region_erased(b->in), ty, false);
    MirConst constant = { .kind = MIR_CONST_STATIC_REF, .ty = address_ty, .def = def };
    MirLocalId address = build_local(b, address_ty, span);
    build_assign_operand(b, build_place_of(b, address), mir_edit_const(&b->edit, constant, span),
                         span);
    return mir_edit_deref(&b->edit, build_place_of(b, address));
}

static MirPlaceId path_place(MirBuild *b, HirExprId id, const HirExpr_path *node)
{
    const HirPath *path = hir_path(b->hir, node->path);
    if (path->res.kind == RES_LOCAL)
        return build_local_place(b, path->res.local);
    return static_place(b, id, b->types->callees[id.v]);
}

static MirPlaceId deref_place(MirBuild *b, HirExprId id, const HirExpr_unary *node)
{
    DefId method = b->types->callees[id.v];
    uint32_t span = build_span(b, id);
    if (def_id_is_none(method)) {
        MirPlaceId pointer = build_as_place(b, adjusted(b, node->operand));
        return mir_edit_deref(&b->edit, pointer);
    }
    /* *Deref::deref(&operand): the borrow is an adjustment of the operand. */
    MirOperandId argument = build_as_operand(b, adjusted(b, node->operand));
    bool is_mut = ty_get(b->in, mir_edit_operand_ty(&b->edit, argument))->as.ref.is_mut;
    TyId reference = ty_ref(b->in, region_erased(b->in), b->types->expr_tys[id.v], is_mut);
    MirLocalId result = build_local(b, reference, span);
    MirOperandId function = build_fn_operand(b, method, b->types->callee_args[id.v], span);
    build_call_operands(b, build_place_of(b, result), function, &argument, 1, false, span);
    return mir_edit_deref(&b->edit, build_place_of(b, result));
}

static MirPlaceId plain_place(MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    if (e->kind == HIR_EXPR_PATH)
        return path_place(b, id, &e->as.path);
    if (e->kind == HIR_EXPR_UNARY)
        return deref_place(b, id, &e->as.unary);
    if (e->kind == HIR_EXPR_INDEX)
        return build_index(b, id, &e->as.index);
    rsc_assert(e->kind == HIR_EXPR_FIELD);
    MirPlaceId base = build_as_place(b, adjusted(b, e->as.field.base));
    return mir_edit_field(&b->edit, base, b->types->field_indices[id.v], b->types->expr_tys[id.v]);
}

MirPlaceId build_as_place(MirBuild *b, Adjusted e)
{
    if (way_of(b, e) != WAY_PLACE)
        return build_place_of(b, build_as_temp(b, e));
    if (e.steps == 0)
        return plain_place(b, e.id);
    const Adjustment *step = build_last_step(b, e);
    MirPlaceId base = build_as_place(b, without_last_step(e));
    if (step->kind == ADJUST_DEREF)
        return mir_edit_deref(&b->edit, base);
    return build_overloaded_deref(b, base, step, build_span(b, e.id));
}

/* ---- temporaries and operands ---------------------------------------------------------------- */

MirLocalId build_as_temp(MirBuild *b, Adjusted e)
{
    TyId ty = build_expr_ty(b, e);
    uint32_t span = build_span(b, e.id);
    MirLocalId temp = build_local(b, ty, span);
    uint32_t depth = b->extended[e.id.v] ? b->extended_depth : b->temp_depth;
    if (!ty_is_unit(b->in, ty) && !ty_is_never(b->in, ty))
        build_storage(b, temp, depth, span);
    build_into(b, build_place_of(b, temp), e);
    return temp;
}

/* A variable that is bound once and for all may be read in place: nothing can change it before the
 * use. */
static bool stable_variable(const MirBuild *b, Adjusted e, MirLocalId *local)
{
    const HirExpr *node = hir_expr(b->hir, e.id);
    if (e.steps > 0 || node->kind != HIR_EXPR_PATH)
        return false;
    const HirPath *path = hir_path(b->hir, node->as.path.path);
    if (path->res.kind != RES_LOCAL || !mir_local_id_is_none(b->guard_refs[path->res.local.v]))
        return false;
    *local = b->locals[path->res.local.v];
    const MirLocal *record = mir_local_vec_at(&b->edit.locals, local->v);
    return record->is_user_variable && !record->is_mut;
}

MirLocalId build_as_stable_local(MirBuild *b, Adjusted e)
{
    MirLocalId local;
    return stable_variable(b, e, &local) ? local : build_as_temp(b, e);
}

MirOperandId build_as_operand(MirBuild *b, Adjusted e)
{
    MirOperandId operand;
    MirLocalId local;
    uint32_t span = build_span(b, e.id);
    if (build_as_constant(b, e, &operand))
        return operand;
    if (stable_variable(b, e, &local))
        return build_consume(b, build_place_of(b, local), span);
    return mir_edit_move(&b->edit, build_place_of(b, build_as_temp(b, e)), span);
}

/* ---- rvalues --------------------------------------------------------------------------------- */

static MirRvalueId borrow(MirBuild *b, Adjusted base, bool is_mut, bool two_phase)
{
    MirPlaceId place = build_as_place(b, base);
    MirBorrowKind kind = MIR_BORROW_SHARED;
    if (is_mut)
        kind = two_phase ? MIR_BORROW_TWO_PHASE_MUT : MIR_BORROW_MUT;
    return mir_edit_ref(&b->edit, kind, place);
}

static MirRvalueId raw_borrow(MirBuild *b, Adjusted base, bool is_mut)
{
    MirRvalue_raw_ptr raw = { .is_mut = is_mut, .place = build_as_place(b, base) };
    return mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_RAW_PTR, .as.raw_ptr = raw });
}

static MirRvalueId adjustment_cast(MirBuild *b, Adjusted e, MirCastKind cast)
{
    MirOperandId operand = build_as_operand(b, without_last_step(e));
    return mir_edit_cast(&b->edit, cast, operand, build_last_step(b, e)->target);
}

static MirRvalueId adjusted_rvalue(MirBuild *b, Adjusted e)
{
    const Adjustment *step = build_last_step(b, e);
    switch ((AdjustKind)step->kind) {
    case ADJUST_BORROW: {
        MirOperandId promoted;
        bool is_plain = e.steps == 1 && !step->is_mut;
        if (is_plain && build_promoted_ref(b, e.id, step->target, &promoted))
            return mir_edit_use(&b->edit, promoted);
        return borrow(b, without_last_step(e), step->is_mut, step->two_phase);
    }
    case ADJUST_RAW_BORROW:
        return raw_borrow(b, without_last_step(e), step->is_mut);
    case ADJUST_REIFY_FN:
        return adjustment_cast(b, e, MIR_CAST_REIFY_FN);
    case ADJUST_UNSAFE_FN:
        return adjustment_cast(b, e, MIR_CAST_UNSAFE_FN);
    case ADJUST_CLOSURE_FN:
        return adjustment_cast(b, e, MIR_CAST_CLOSURE_FN);
    case ADJUST_MUT_TO_CONST:
        return adjustment_cast(b, e, MIR_CAST_MUT_TO_CONST);
    case ADJUST_UNSIZE:
        return adjustment_cast(b, e, MIR_CAST_UNSIZE);
    case ADJUST_NEVER_TO_ANY:
    case ADJUST_DEREF:
    case ADJUST_OVERLOADED_DEREF:
        break;
    }
    RSC_UNREACHABLE();
}

static MirRvalueId ref_rvalue(MirBuild *b, HirExprId id, const HirExpr_ref *node)
{
    MirOperandId promoted;
    if (!node->is_mut && b->types->expr_adjustments[node->operand.v].count == 0 &&
        build_promoted_ref(b, node->operand, b->types->expr_tys[id.v], &promoted))
        return mir_edit_use(&b->edit, promoted);
    return borrow(b, adjusted(b, node->operand), node->is_mut, false);
}

static MirRvalueId binary_rvalue(MirBuild *b, HirExprId id, const HirExpr_binary *node)
{
    MirOperandId lhs = build_as_operand(b, adjusted(b, node->lhs));
    MirOperandId rhs = build_as_operand(b, adjusted(b, node->rhs));
    return build_binary(b, (BinaryOp)node->op, lhs, rhs, b->types->expr_tys[id.v],
                        build_span(b, id));
}

static MirRvalueId repeat_rvalue(MirBuild *b, HirExprId id, const HirExpr_repeat *node)
{
    MirOperandId element = build_as_operand(b, adjusted(b, node->element));
    const Ty *ty = ty_get(b->in, b->types->expr_tys[id.v]);
    MirRvalue_repeat repeat = { .operand = element, .count = ty->as.array.length };
    return mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_REPEAT, .as.repeat = repeat });
}

static MirRvalueId plain_rvalue(MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    TyId ty = b->types->expr_tys[id.v];
    if (e->kind == HIR_EXPR_UNARY)
        return build_unary(b, id, &e->as.unary);
    if (e->kind == HIR_EXPR_BINARY)
        return binary_rvalue(b, id, &e->as.binary);
    if (e->kind == HIR_EXPR_REF)
        return ref_rvalue(b, id, &e->as.ref);
    if (e->kind == HIR_EXPR_RAW_REF)
        return raw_borrow(b, adjusted(b, e->as.raw_ref.operand), e->as.raw_ref.is_mut);
    if (e->kind == HIR_EXPR_TUPLE)
        return build_list_aggregate(b, MIR_AGGREGATE_TUPLE, ty, e->as.tuple.elements);
    if (e->kind == HIR_EXPR_ARRAY)
        return build_list_aggregate(b, MIR_AGGREGATE_ARRAY, ty, e->as.array.elements);
    if (e->kind == HIR_EXPR_REPEAT)
        return repeat_rvalue(b, id, &e->as.repeat);
    if (e->kind == HIR_EXPR_STRUCT)
        return build_struct(b, id, &e->as.struct_);
    rsc_assert(e->kind == HIR_EXPR_CAST);
    return build_cast(b, id, &e->as.cast);
}

MirRvalueId build_as_rvalue(MirBuild *b, Adjusted e)
{
    MirOperandId operand;
    switch (way_of(b, e)) {
    case WAY_CONSTANT:
        if (!build_as_constant(b, e, &operand))
            return unit_ctor(b, e.id);
        return mir_edit_use(&b->edit, operand);
    case WAY_RVALUE:
        return e.steps ? adjusted_rvalue(b, e) : plain_rvalue(b, e.id);
    case WAY_PLACE: {
        MirPlaceId place = build_as_place(b, e);
        return mir_edit_use(&b->edit, build_consume(b, place, build_span(b, e.id)));
    }
    case WAY_INTO:
    case WAY_EFFECT:
        break;
    }
    MirPlaceId temp = build_place_of(b, build_as_temp(b, e));
    return mir_edit_use(&b->edit, mir_edit_move(&b->edit, temp, build_span(b, e.id)));
}

/* ---- into ------------------------------------------------------------------------------------ */

static void overloaded_operator(MirBuild *b, MirPlaceId destination, HirExprId id,
                                const HirExprId *operands, uint32_t count)
{
    MirOperandId args[2];
    uint32_t span = build_span(b, id);
    for (uint32_t i = 0; i < count; i++)
        args[i] = build_as_operand(b, adjusted(b, operands[i]));
    MirOperandId function =
        build_fn_operand(b, b->types->callees[id.v], b->types->callee_args[id.v], span);
    bool diverges = ty_is_never(b->in, b->types->expr_tys[id.v]);
    build_call_operands(b, destination, function, args, count, diverges, span);
}

/* `a && b`, `a || b` and conditions with `let` as values. */
static void condition_value(MirBuild *b, MirPlaceId destination, HirExprId id)
{
    uint32_t span = build_span(b, id);
    MirBlockId on_false = build_new_block(b), join = build_new_block(b);
    Exit otherwise = { on_false, build_depth(b) };
    uint32_t outer = build_begin_temps(b);
    build_condition(b, id, otherwise);
    build_end_temps(b, outer, span);
    TyId ty = build_bool(b);
    build_assign_operand(b, destination, mir_edit_scalar(&b->edit, ty, 1, span), span);
    build_goto(b, join, span);
    b->block = on_false;
    build_assign_operand(b, destination, mir_edit_scalar(&b->edit, ty, 0, span), span);
    build_goto(b, join, span);
    b->block = join;
}

static void plain_into(MirBuild *b, MirPlaceId destination, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    bool is_lazy = e->kind == HIR_EXPR_BINARY &&
                   (e->as.binary.op == BINARY_AND || e->as.binary.op == BINARY_OR);
    if (is_lazy || e->kind == HIR_EXPR_LET)
        condition_value(b, destination, id);
    else if (e->kind == HIR_EXPR_BINARY)
        overloaded_operator(b, destination, id, (HirExprId[]){ e->as.binary.lhs, e->as.binary.rhs },
                            2);
    else if (e->kind == HIR_EXPR_UNARY)
        overloaded_operator(b, destination, id, &e->as.unary.operand, 1);
    else if (e->kind == HIR_EXPR_CALL)
        build_call(b, destination, id, &e->as.call);
    else if (e->kind == HIR_EXPR_METHOD_CALL)
        build_method_call(b, destination, id, &e->as.method_call);
    else if (e->kind == HIR_EXPR_BLOCK)
        build_block(b, destination, e->as.block.block, e->as.block.label_or_none);
    else if (e->kind == HIR_EXPR_IF)
        build_if(b, destination, id, &e->as.if_);
    else if (e->kind == HIR_EXPR_LOOP)
        build_loop(b, destination, id, &e->as.loop);
    else
        build_match(b, destination, id, &e->as.match);
}

/* Evaluates something that never gives a value; what follows is not reached. */
static void never_to_any(MirBuild *b, Adjusted e)
{
    uint32_t span = build_span(b, e.id);
    build_as_temp(b, without_last_step(e));
    mir_edit_terminate(&b->edit, b->block, (MirTerminator){ .kind = MIR_TERMINATOR_UNREACHABLE },
                       build_source(b, span));
    build_diverge(b);
}

void build_into(MirBuild *b, MirPlaceId destination, Adjusted e)
{
    switch (way_of(b, e)) {
    case WAY_INTO:
        if (e.steps > 0)
            never_to_any(b, e);
        else
            plain_into(b, destination, e.id);
        return;
    case WAY_EFFECT:
        build_effect(b, e.id);
        if (ty_is_unit(b->in, b->types->expr_tys[e.id.v]))
            build_assign_unit(b, destination, build_span(b, e.id));
        return;
    case WAY_CONSTANT:
    case WAY_PLACE:
    case WAY_RVALUE: {
        MirRvalueId rvalue = build_as_rvalue(b, e);
        build_assign(b, destination, rvalue, build_span(b, e.id));
        return;
    }
    }
}

/* ---- effects --------------------------------------------------------------------------------- */

static bool is_variable(const MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    return e->kind == HIR_EXPR_PATH && hir_path(b->hir, e->as.path.path)->res.kind == RES_LOCAL;
}

/* Rust evaluates the value first, then the place; for a variable there is nothing to evaluate. */
static void assign(MirBuild *b, HirExprId id, const HirExpr_assign *node)
{
    Adjusted value = adjusted(b, node->value);
    MirRvalueId rvalue = is_variable(b, node->place)
                             ? build_as_rvalue(b, value)
                             : mir_edit_use(&b->edit, build_as_operand(b, value));
    MirPlaceId place = build_as_place(b, adjusted(b, node->place));
    build_assign(b, place, rvalue, build_span(b, id));
}

static void assign_op(MirBuild *b, HirExprId id, const HirExpr_assign_op *node)
{
    uint32_t span = build_span(b, id);
    if (!def_id_is_none(b->types->callees[id.v])) {
        MirPlaceId unit = build_place_of(b, build_local(b, ty_unit(b->in), span));
        overloaded_operator(b, unit, id, (HirExprId[]){ node->place, node->value }, 2);
        return;
    }
    MirOperandId rhs = build_as_operand(b, adjusted(b, node->value));
    MirPlaceId place = build_as_place(b, adjusted(b, node->place));
    TyId ty = mir_edit_place_ty(&b->edit, place);
    MirOperandId lhs = mir_edit_copy(&b->edit, place, span);
    MirRvalueId result = build_binary(b, (BinaryOp)node->op, lhs, rhs, ty, span);
    build_assign(b, place, result, span);
}

void build_effect(MirBuild *b, HirExprId id)
{
    const HirExpr *e = hir_expr(b->hir, id);
    if (e->kind == HIR_EXPR_ASSIGN)
        assign(b, id, &e->as.assign);
    else if (e->kind == HIR_EXPR_ASSIGN_OP)
        assign_op(b, id, &e->as.assign_op);
    else if (e->kind == HIR_EXPR_BREAK)
        build_break(b, id, &e->as.break_);
    else if (e->kind == HIR_EXPR_CONTINUE)
        build_continue(b, id, &e->as.continue_);
    else if (e->kind == HIR_EXPR_RETURN)
        build_return(b, id, &e->as.return_);
    else
        build_as_temp(b, adjusted(b, id));
}
