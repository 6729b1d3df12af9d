/* Types of places, operands and rvalues, and small facts about MIR's enumerations. */
#include "mir/mir.h"

/* ---- types ----------------------------------------------------------------------------------- */

static TyId pointee_ty(const Interners *in, TyId ty)
{
    const Ty *pointer = ty_get(in, ty);
    if (pointer->kind == TY_REF)
        return pointer->as.ref.pointee;
    rsc_assert(pointer->kind == TY_PTR);
    return pointer->as.ptr.pointee;
}

static TyId element_ty(const Interners *in, TyId ty)
{
    const Ty *sequence = ty_get(in, ty);
    if (sequence->kind == TY_ARRAY)
        return sequence->as.array.element;
    rsc_assert(sequence->kind == TY_SLICE);
    return sequence->as.slice.element;
}

MirPlaceTy mir_project_ty(const Interners *in, MirPlaceTy base, const MirProjection *projection)
{
    switch ((MirProjectionKind)projection->kind) {
    case MIR_PROJECT_DEREF:
        return (MirPlaceTy){ pointee_ty(in, base.ty), MIR_VARIANT_NONE };
    case MIR_PROJECT_FIELD:
    case MIR_PROJECT_SUBSLICE:
        return (MirPlaceTy){ projection->ty, MIR_VARIANT_NONE };
    case MIR_PROJECT_INDEX:
    case MIR_PROJECT_CONSTANT_INDEX:
        return (MirPlaceTy){ element_ty(in, base.ty), MIR_VARIANT_NONE };
    case MIR_PROJECT_DOWNCAST:
        return (MirPlaceTy){ base.ty, projection->index };
    }
    RSC_UNREACHABLE();
}

MirPlaceTy mir_place_ty(const Interners *in, const MirBody *body, MirPlaceId place)
{
    rsc_assert(place.v != 0 && place.v < body->place_count);
    const MirPlace *p = &body->places[place.v];
    MirPlaceTy ty = { body->locals[p->local.v].ty, MIR_VARIANT_NONE };
    for (uint32_t i = 0; i < p->projections.count; i++)
        ty = mir_project_ty(in, ty, &body->projections[p->projections.start + i]);
    return ty;
}

TyId mir_operand_ty(const Interners *in, const MirBody *body, MirOperandId operand)
{
    rsc_assert(operand.v != 0 && operand.v < body->operand_count);
    const MirOperand *o = &body->operands[operand.v];
    if (o->kind == MIR_OPERAND_CONST)
        return o->constant.ty;
    return mir_place_ty(in, body, o->place).ty;
}

static bool is_comparison(BinaryOp op)
{
    return op >= BINARY_EQ && op <= BINARY_GE;
}

static TyId binary_ty(Interners *in, BinaryOp op, TyId lhs)
{
    return is_comparison(op) ? ty_primitive(in, PRIMITIVE_BOOL) : lhs;
}

static TyId checked_binary_ty(Interners *in, TyId lhs)
{
    TyId parts[2] = { lhs, ty_primitive(in, PRIMITIVE_BOOL) };
    return ty_tuple(in, parts, 2);
}

TyId mir_rvalue_ty(Interners *in, const MirBody *body, const MirRvalue *rvalue)
{
    switch ((MirRvalueKind)rvalue->kind) {
    case MIR_RVALUE_USE:
        return mir_operand_ty(in, body, rvalue->as.use.operand);
    case MIR_RVALUE_REPEAT:
        return ty_array(in, mir_operand_ty(in, body, rvalue->as.repeat.operand),
                        rvalue->as.repeat.count);
    case MIR_RVALUE_REF: {
        TyId pointee = mir_place_ty(in, body, rvalue->as.ref.place).ty;
        return ty_ref(in, region_erased(in), pointee, rvalue->as.ref.borrow >= MIR_BORROW_MUT);
    }
    case MIR_RVALUE_RAW_PTR:
        return ty_ptr(in, mir_place_ty(in, body, rvalue->as.raw_ptr.place).ty,
                      rvalue->as.raw_ptr.is_mut);
    case MIR_RVALUE_LEN:
        return ty_primitive(in, PRIMITIVE_USIZE);
    case MIR_RVALUE_CAST:
        return rvalue->as.cast.ty;
    case MIR_RVALUE_BINARY:
        return binary_ty(in, (BinaryOp)rvalue->as.binary.op,
                         mir_operand_ty(in, body, rvalue->as.binary.lhs));
    case MIR_RVALUE_CHECKED_BINARY:
        return checked_binary_ty(in, mir_operand_ty(in, body, rvalue->as.checked_binary.lhs));
    case MIR_RVALUE_UNARY:
        return mir_operand_ty(in, body, rvalue->as.unary.operand);
    case MIR_RVALUE_DISCRIMINANT:
        return rvalue->as.discriminant.ty;
    case MIR_RVALUE_AGGREGATE:
        return rvalue->as.aggregate.ty;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- constants in types -----------------------------------------------------------------------
 */

static ConstId evaluate_const(TyFolder *folder, ConstId konst)
{
    ConstId evaluated = const_evaluate(folder->context, konst);
    return const_id_eq(evaluated, konst) ? const_fold_children(folder, konst) : evaluated;
}

static WalkAction find_unevaluated(void *context, GenericArg arg)
{
    const Interners *in = context;
    bool is_found =
        arg_kind(arg) == ARG_CONST && const_get(in, arg_const(arg)).kind == CONST_UNEVALUATED;
    return is_found ? WALK_STOP : WALK_INTO;
}

TyId ty_evaluated(Job *job, TyId ty)
{
    Interners *in = job_interners(job);
    if (arg_walk(in, arg_of_ty(ty), find_unevaluated, in))
        return ty;
    TyFolder folder = { .in = in, .fold_const = evaluate_const, .context = job };
    return ty_fold(&folder, ty);
}

ArgsId args_evaluated(Job *job, ArgsId args)
{
    Interners *in = job_interners(job);
    ArgSlice list = args_get(in, args);
    bool none = true;
    for (uint32_t i = 0; i < list.count && none; i++)
        none = arg_walk(in, list.items[i], find_unevaluated, in);
    if (none)
        return args;
    TyFolder folder = { .in = in, .fold_const = evaluate_const, .context = job };
    return args_fold(&folder, args);
}

uint32_t mir_scalar_bits(const Interners *in, TyId ty)
{
    static const uint8_t int_bits[] = { 8, 16, 32, 64, 128, 64 };
    static const uint8_t float_bits[] = { 16, 32, 64, 128 };
    const Ty *record = ty_get(in, ty);
    if (record->kind == TY_INT)
        return int_bits[record->as.int_.width];
    if (record->kind == TY_UINT)
        return int_bits[record->as.uint.width];
    if (record->kind == TY_FLOAT)
        return float_bits[record->as.float_.width];
    if (record->kind == TY_BOOL)
        return 8;
    if (record->kind == TY_CHAR)
        return 32;
    bool is_pointer = record->kind == TY_REF || record->kind == TY_PTR || record->kind == TY_FN_PTR;
    return is_pointer ? 64 : 0;
}

TyId adt_discriminant_ty(Interners *in, const AdtDef *adt)
{
    return ty_primitive(in, adt->repr_int ? (PrimitiveTy)(adt->repr_int - 1) : PRIMITIVE_ISIZE);
}

Uint128 adt_discriminant(Job *job, const AdtDef *adt, uint32_t variant)
{
    Interners *in = job_interners(job);
    rsc_assert(variant < adt->variant_count);
    uint32_t relative = adt->variants[variant].relative_discriminant;
    rsc_assert(relative <= variant);
    const VariantDef *base = &adt->variants[variant - relative];
    Uint128 value = 0;
    if (!def_id_is_none(base->discriminant_or_none)) {
        ConstKey key = { base->discriminant_or_none, args_intern(in, NULL, 0), 0 };
        const ConstScalar *scalar = q_const_scalar(job, key);
        if (scalar->state != CONST_SCALAR_OK)
            return 0;
        value = uint128_make(scalar->low, scalar->high);
    }
    return uint128_truncate(value + relative, mir_scalar_bits(in, adt_discriminant_ty(in, adt)));
}

/* ---- terminators ----------------------------------------------------------------------------- */

static void visit_target(MirBlockId *target, MirBlockFn fn, void *context)
{
    if (target->v != 0)
        fn(context, target);
}

static void visit_two(MirBlockId *first, MirBlockId *second, MirBlockFn fn, void *context)
{
    visit_target(first, fn, context);
    visit_target(second, fn, context);
}

void mir_terminator_targets(MirTerminator *terminator, MirSwitchTarget *switch_targets,
                            MirBlockFn fn, void *context)
{
    switch ((MirTerminatorKind)terminator->kind) {
    case MIR_TERMINATOR_GOTO:
        visit_target(&terminator->as.goto_.target, fn, context);
        return;
    case MIR_TERMINATOR_SWITCH_INT: {
        MirTerminator_switch_int *s = &terminator->as.switch_int;
        for (uint32_t i = 0; i < s->targets.count; i++)
            visit_target(&switch_targets[s->targets.start + i].target, fn, context);
        visit_target(&s->otherwise, fn, context);
        return;
    }
    case MIR_TERMINATOR_DROP:
        visit_two(&terminator->as.drop.target, &terminator->as.drop.unwind, fn, context);
        return;
    case MIR_TERMINATOR_CALL:
        visit_two(&terminator->as.call.target_or_none, &terminator->as.call.unwind, fn, context);
        return;
    case MIR_TERMINATOR_ASSERT:
        visit_two(&terminator->as.assert_.target, &terminator->as.assert_.unwind, fn, context);
        return;
    case MIR_TERMINATOR_FALSE_EDGE:
        visit_two(&terminator->as.false_edge.real, &terminator->as.false_edge.imaginary, fn,
                  context);
        return;
    case MIR_TERMINATOR_FALSE_UNWIND:
        visit_two(&terminator->as.false_unwind.real, &terminator->as.false_unwind.unwind, fn,
                  context);
        return;
    case MIR_TERMINATOR_RETURN:
    case MIR_TERMINATOR_UNWIND_RESUME:
    case MIR_TERMINATOR_UNREACHABLE:
    case MIR_TERMINATOR_NONE:
    case MIR_TERMINATOR_KIND_COUNT:
        return;
    }
}

/* ---- asserts --------------------------------------------------------------------------------- */

const char *mir_assert_lang_item(MirAssertKind kind)
{
    static const char *const names[] = {
#define X(U, lang, text) lang,
        MIR_ASSERT_TABLE(X)
#undef X
    };
    rsc_assert(kind < MIR_ASSERT_COUNT);
    return names[kind];
}

const char *mir_assert_message(MirAssertKind kind)
{
    static const char *const texts[] = {
#define X(U, lang, text) text,
        MIR_ASSERT_TABLE(X)
#undef X
    };
    rsc_assert(kind < MIR_ASSERT_COUNT);
    return texts[kind];
}

bool mir_assert_is_overflow(MirAssertKind kind)
{
    /* Division overflow (MIN / -1) is undefined in hardware, so its check stays in every profile.
     */
    return kind == MIR_ASSERT_OVERFLOW_ADD || kind == MIR_ASSERT_OVERFLOW_SUB ||
           kind == MIR_ASSERT_OVERFLOW_MUL || kind == MIR_ASSERT_OVERFLOW_NEG ||
           kind == MIR_ASSERT_OVERFLOW_SHL || kind == MIR_ASSERT_OVERFLOW_SHR;
}
