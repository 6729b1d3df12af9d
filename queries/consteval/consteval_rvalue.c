/* Rvalues: each writes its result into a place. */
#include "consteval/consteval_priv.h"

static TyId operand_ty(Machine *m, MirOperandId id)
{
    return eval_ty(m, mir_operand_ty(m->in, machine_frame(m)->body, id));
}

static MirOperandId list_operand(const Machine *m, IdRange list, uint32_t i)
{
    return mir_operand_id_make(machine_frame(m)->body->lists[list.start + i]);
}

/* ---- aggregates ------------------------------------------------------------------------------ */

static Place part_of(Machine *m, const Place *whole, const MirRvalue_aggregate *a, uint32_t i)
{
    if (a->aggregate == MIR_AGGREGATE_ARRAY)
        return (Place){ .alloc = whole->alloc,
                        .offset = whole->offset + i * whole->layout->stride,
                        .ty = whole->layout->element_ty,
                        .layout = eval_layout(m, whole->layout->element_ty),
                        .variant = MIR_VARIANT_NONE };
    return eval_field(m, whole, a->union_field == MIR_VARIANT_NONE ? i : a->union_field);
}

static void aggregate(Machine *m, Place destination, const MirRvalue_aggregate *a)
{
    destination.variant = a->variant;
    for (uint32_t i = 0; i < a->operands.count && !m->has_error; i++) {
        Place source = eval_operand(m, list_operand(m, a->operands, i));
        Place part = part_of(m, &destination, a, i);
        eval_copy(m, &part, &source);
    }
    if (a->variant != MIR_VARIANT_NONE)
        eval_set_discriminant(m, &destination, a->variant);
}

static void repeat(Machine *m, const Place *destination, const MirRvalue_repeat *r)
{
    Place source = eval_operand(m, r->operand);
    const Layout *array = destination->layout;
    for (uint64_t i = 0; i < array->count && array->stride > 0 && !m->has_error; i++)
        memory_copy(m, destination->alloc, destination->offset + i * array->stride, source.alloc,
                    source.offset, array->stride);
}

/* ---- addresses ------------------------------------------------------------------------------- */

static void address_of(Machine *m, const Place *destination, MirPlaceId id)
{
    Place place = eval_place(m, id);
    if (m->has_error)
        return;
    if (place.alloc != 0)
        alloc_vec_at(&m->allocs, place.alloc)->is_exposed = true;
    Scalar address = { .bits = place.offset, .alloc = place.alloc };
    if (destination->layout->cls == LAYOUT_SCALAR_PAIR)
        eval_write_pair(m, destination, address, place.meta);
    else
        eval_write_a(m, destination, address);
}

/* ---- casts ----------------------------------------------------------------------------------- */

static void reify(Machine *m, const Place *destination, MirOperandId operand)
{
    const Ty *ty = ty_get(m->in, operand_ty(m, operand));
    rsc_assert(ty->kind == TY_FN_DEF);
    ResolvedInstance target =
        instance_resolve(m->job, typing_env_mono(), ty->as.fn_def.def, ty->as.fn_def.args);
    if (target.kind != INSTANCE_ITEM) {
        eval_fail(m, "a pointer to an intrinsic");
        return;
    }
    eval_write_a(m, destination, (Scalar){ .alloc = memory_of_fn(m, target.def, target.args) });
}

static void unsize(Machine *m, const Place *destination, MirOperandId operand)
{
    Place source = eval_operand(m, operand);
    const Ty *ty = ty_get(m->in, source.ty);
    bool is_pointer = ty->kind == TY_REF || ty->kind == TY_PTR;
    if (m->has_error || !is_pointer || destination->layout->cls != LAYOUT_SCALAR_PAIR) {
        eval_fail(m, "this unsizing coercion is not supported in constants");
        return;
    }
    TyId pointee = ty->kind == TY_REF ? ty->as.ref.pointee : ty->as.ptr.pointee;
    const Layout *array = eval_layout(m, ty_unsized_tail(m->job, pointee));
    eval_write_pair(m, destination, eval_read_a(m, &source), (Scalar){ .bits = array->count });
}

/* The same bytes as another type. */
static void reinterpret(Machine *m, const Place *destination, MirOperandId operand)
{
    Place source = eval_operand(m, operand);
    if (m->has_error)
        return;
    bool narrows =
        source.layout->cls == LAYOUT_SCALAR_PAIR && destination->layout->cls == LAYOUT_SCALAR;
    if (narrows) /* a wide pointer loses its length */
        eval_write_a(m, destination, eval_read_a(m, &source));
    else if (source.layout->size != destination->layout->size)
        eval_fail(m, "transmuting between types of different sizes");
    else
        eval_copy(m, destination, &source);
}

static void cast(Machine *m, const Place *destination, const MirRvalue_cast *c)
{
    switch ((MirCastKind)c->cast) {
    case MIR_CAST_INT_TO_INT:
    case MIR_CAST_INT_TO_FLOAT:
    case MIR_CAST_FLOAT_TO_INT:
    case MIR_CAST_FLOAT_TO_FLOAT: {
        Scalar value = eval_scalar(m, c->operand);
        if (!m->has_error)
            eval_write_a(m, destination,
                         number_cast(m, (MirCastKind)c->cast, operand_ty(m, c->operand),
                                     destination->ty, value));
        return;
    }
    case MIR_CAST_PTR_EXPOSE:
        eval_fail(m, "exposing pointers is not possible at compile-time");
        return;
    case MIR_CAST_REIFY_FN:
        reify(m, destination, c->operand);
        return;
    case MIR_CAST_UNSIZE:
        unsize(m, destination, c->operand);
        return;
    case MIR_CAST_CLOSURE_FN:
        eval_fail(m, "closures are not supported in constants");
        return;
    case MIR_CAST_PTR_FROM_EXPOSED:
    case MIR_CAST_PTR_TO_PTR:
    case MIR_CAST_FN_PTR_TO_PTR:
    case MIR_CAST_UNSAFE_FN:
    case MIR_CAST_MUT_TO_CONST:
    case MIR_CAST_ARRAY_TO_POINTER:
    case MIR_CAST_TRANSMUTE:
        reinterpret(m, destination, c->operand);
        return;
    }
}

/* ---- operators ------------------------------------------------------------------------------- */

static Scalar binary(Machine *m, BinaryOp op, MirOperandId lhs, MirOperandId rhs, bool *overflowed)
{
    TyId ty = operand_ty(m, lhs);
    Scalar x = eval_scalar(m, lhs), y = eval_scalar(m, rhs);
    *overflowed = false;
    if (m->has_error)
        return (Scalar){ 0, 0 };
    return number_binary(m, op, ty, x, operand_ty(m, rhs), y, overflowed);
}

static void checked_binary(Machine *m, const Place *destination, const MirRvalue_checked_binary *c)
{
    bool overflowed;
    Scalar value = binary(m, (BinaryOp)c->op, c->lhs, c->rhs, &overflowed);
    if (m->has_error)
        return;
    Place number = eval_field(m, destination, 0), flag = eval_field(m, destination, 1);
    eval_write_a(m, &number, value);
    eval_write_a(m, &flag, (Scalar){ .bits = overflowed });
}

static void discriminant(Machine *m, const Place *destination, const MirRvalue_discriminant *d)
{
    Place place = eval_place(m, d->place);
    Uint128 bits = eval_discriminant(m, &place, eval_ty(m, d->ty));
    eval_write_a(m, destination, (Scalar){ .bits = bits });
}

void eval_rvalue(Machine *m, const Place *destination, const MirRvalue *r)
{
    bool overflowed;
    switch ((MirRvalueKind)r->kind) {
    case MIR_RVALUE_USE: {
        Place source = eval_operand(m, r->as.use.operand);
        eval_copy(m, destination, &source);
        return;
    }
    case MIR_RVALUE_REPEAT:
        repeat(m, destination, &r->as.repeat);
        return;
    case MIR_RVALUE_REF:
        address_of(m, destination, r->as.ref.place);
        return;
    case MIR_RVALUE_RAW_PTR:
        address_of(m, destination, r->as.raw_ptr.place);
        return;
    case MIR_RVALUE_LEN: {
        Place place = eval_place(m, r->as.len.place);
        eval_write_a(m, destination, (Scalar){ .bits = eval_length(m, &place) });
        return;
    }
    case MIR_RVALUE_CAST:
        cast(m, destination, &r->as.cast);
        return;
    case MIR_RVALUE_BINARY:
        eval_write_a(
            m, destination,
            binary(m, (BinaryOp)r->as.binary.op, r->as.binary.lhs, r->as.binary.rhs, &overflowed));
        return;
    case MIR_RVALUE_CHECKED_BINARY:
        checked_binary(m, destination, &r->as.checked_binary);
        return;
    case MIR_RVALUE_UNARY: {
        Scalar operand = eval_scalar(m, r->as.unary.operand);
        if (!m->has_error)
            eval_write_a(m, destination,
                         number_unary(m, (UnaryOp)r->as.unary.op, destination->ty, operand));
        return;
    }
    case MIR_RVALUE_DISCRIMINANT:
        discriminant(m, destination, &r->as.discriminant);
        return;
    case MIR_RVALUE_AGGREGATE:
        aggregate(m, *destination, &r->as.aggregate);
        return;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        return;
    }
}
