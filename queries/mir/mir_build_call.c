/* Calls and aggregates. */
#include "mir/mir_priv.h"

/* ---- calls ----------------------------------------------------------------------------------- */

void build_call_operands(MirBuild *b, MirPlaceId destination, MirOperandId function,
                         const MirOperandId *args, uint32_t count, bool diverges, uint32_t span)
{
    MirBlockId next = build_new_block(b);
    MirTerminator_call call = { .function = function,
                                .destination = destination,
                                .target_or_none = diverges ? mir_block_id_none() : next,
                                .unwind = build_unwind(b) };
    call.args = mir_edit_operand_list(&b->edit, args, count);
    mir_edit_terminate(&b->edit, b->block,
                       (MirTerminator){ .kind = MIR_TERMINATOR_CALL, .as.call = call },
                       build_source(b, span));
    b->block = next;
}

static MirOperandId *list_operands(MirBuild *b, IdRange list)
{
    MirOperandId *operands = arena_alloc_array(b->arena, list.count, sizeof *operands);
    for (uint32_t i = 0; i < list.count; i++)
        operands[i] = build_as_operand(b, adjusted(b, build_expr_at(b, list, i)));
    return operands;
}

/* The constructor that a callee names: calls of it are aggregates. */
static bool callee_ctor(const MirBuild *b, HirExprId callee, DefId *ctor)
{
    *ctor = b->types->callees[callee.v];
    return !def_id_is_none(*ctor) && def_kind(b->in, *ctor) == DEF_CTOR &&
           b->types->expr_adjustments[callee.v].count == 0;
}

static uint32_t ctor_variant(MirBuild *b, DefId ctor)
{
    DefId of = def_parent(b->in, ctor);
    if (def_kind(b->in, of) != DEF_VARIANT)
        return MIR_VARIANT_NONE;
    const AdtDef *adt = q_adt_def(b->job, def_parent(b->in, of));
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (def_id_eq(adt->variants[i].def, of))
            return i;
    }
    RSC_BUG("a variant that its enum does not have");
}

void build_call(MirBuild *b, MirPlaceId destination, HirExprId id, const HirExpr_call *node)
{
    uint32_t span = build_span(b, id);
    TyId ty = b->types->expr_tys[id.v];
    DefId ctor;
    if (callee_ctor(b, node->callee, &ctor)) {
        MirOperandId *fields = list_operands(b, node->args);
        MirRvalueId value = mir_edit_aggregate(&b->edit, MIR_AGGREGATE_ADT, ty,
                                               ctor_variant(b, ctor), fields, node->args.count);
        build_assign(b, destination, value, span);
        return;
    }
    MirOperandId function = build_as_operand(b, adjusted(b, node->callee));
    MirOperandId *args = list_operands(b, node->args);
    build_call_operands(b, destination, function, args, node->args.count, ty_is_never(b->in, ty),
                        span);
}

void build_method_call(MirBuild *b, MirPlaceId destination, HirExprId id,
                       const HirExpr_method_call *node)
{
    uint32_t span = build_span(b, id), count = node->args.count + 1;
    MirOperandId *args = arena_alloc_array(b->arena, count, sizeof *args);
    args[0] = build_as_operand(b, adjusted(b, node->receiver));
    for (uint32_t i = 0; i < node->args.count; i++)
        args[i + 1] = build_as_operand(b, adjusted(b, build_expr_at(b, node->args, i)));
    MirOperandId function =
        build_fn_operand(b, b->types->callees[id.v], b->types->callee_args[id.v], span);
    build_call_operands(b, destination, function, args, count,
                        ty_is_never(b->in, b->types->expr_tys[id.v]), span);
}

MirPlaceId build_overloaded_deref(MirBuild *b, MirPlaceId base, const Adjustment *step,
                                  uint32_t span)
{
    TyId self = mir_edit_place_ty(&b->edit, base);
    GenericArg self_arg = arg_of_ty(self);
    TyId borrowed = ty_ref(b->in, region_erased(b->in), self, step->is_mut);
    TyId result_ty = ty_ref(b->in, region_erased(b->in), step->target, step->is_mut);
    MirPlaceId argument = build_place_of(b, build_local(b, borrowed, span));
    MirBorrowKind kind = step->is_mut ? MIR_BORROW_MUT : MIR_BORROW_SHARED;
    build_assign(b, argument, mir_edit_ref(&b->edit, kind, base), span);
    MirPlaceId result = build_place_of(b, build_local(b, result_ty, span));
    MirOperandId function =
        build_fn_operand(b, step->method, args_intern(b->in, &self_arg, 1), span);
    MirOperandId operand = mir_edit_move(&b->edit, argument, span);
    build_call_operands(b, result, function, &operand, 1, false, span);
    return mir_edit_deref(&b->edit, result);
}

/* ---- aggregates ------------------------------------------------------------------------------ */

MirRvalueId build_list_aggregate(MirBuild *b, MirAggregateKind kind, TyId ty, IdRange elements)
{
    MirOperandId *operands = list_operands(b, elements);
    return mir_edit_aggregate(&b->edit, kind, ty, MIR_VARIANT_NONE, operands, elements.count);
}

static uint32_t field_by_name(const VariantDef *variant, SymId name)
{
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (sym_id_eq(variant->fields[i].name, name))
            return i;
    }
    RSC_BUG("a field that type check has not found");
}

static MirRvalueId union_aggregate(MirBuild *b, TyId ty, uint32_t field, MirOperandId operand)
{
    MirRvalue_aggregate aggregate = {
        .aggregate = MIR_AGGREGATE_ADT, .ty = ty, .variant = MIR_VARIANT_NONE, .union_field = field
    };
    aggregate.operands = mir_edit_operand_list(&b->edit, &operand, 1);
    return mir_edit_rvalue(&b->edit,
                           (MirRvalue){ .kind = MIR_RVALUE_AGGREGATE, .as.aggregate = aggregate });
}

/* Fields that are not written come from `..base`. */
static void fill_from_base(MirBuild *b, HirExprId base, const VariantDef *variant, ArgsId args,
                           MirOperandId *fields)
{
    MirPlaceId place = build_as_place(b, adjusted(b, base));
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (!mir_operand_id_is_none(fields[i]))
            continue;
        TyId ty =
            build_evaluated(b, normalize_substituted(b->job, b->env, variant->fields[i].ty, args));
        MirPlaceId field = mir_edit_field(&b->edit, place, i, ty);
        fields[i] = build_consume(b, field, build_span(b, base));
    }
}

/* Fields are evaluated in the order in which they are written. */
MirRvalueId build_struct(MirBuild *b, HirExprId id, const HirExpr_struct_ *node)
{
    TyId ty = b->types->expr_tys[id.v];
    const Ty *record = ty_get(b->in, ty);
    rsc_assert(record->kind == TY_ADT);
    const AdtDef *adt = q_adt_def(b->job, record->as.adt.def);
    uint32_t index = adt->kind == ADT_ENUM ? b->types->variant_indices[id.v] : 0;
    const VariantDef *variant = &adt->variants[index];
    MirOperandId *fields = arena_alloc_zeroed(b->arena, variant->field_count * sizeof *fields);
    uint32_t last = 0;
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const HirFieldInit *field = &b->hir->fields[node->fields.start + i];
        last = field_by_name(variant, field->name);
        fields[last] = build_as_operand(b, adjusted(b, field->value));
    }
    if (adt->kind == ADT_UNION)
        return union_aggregate(b, ty, last, fields[last]);
    if (!hir_expr_id_is_none(node->base_or_none))
        fill_from_base(b, node->base_or_none, variant, record->as.adt.args, fields);
    return mir_edit_aggregate(&b->edit, MIR_AGGREGATE_ADT, ty,
                              adt->kind == ADT_ENUM ? index : MIR_VARIANT_NONE, fields,
                              variant->field_count);
}
