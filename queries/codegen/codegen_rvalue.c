/* Rvalues and statements that hold them. */
#include "codegen/codegen_priv.h"

/* ---- aggregates ------------------------------------------------------------------------------ */

static void set_slot(CgFunction *f, CgValue *whole, uint64_t offset, LLVMValueRef part)
{
    bool second = whole->kind == CG_PAIR && offset != 0;
    const LayoutScalar *scalar = second ? &whole->layout->b : &whole->layout->a;
    LLVMValueRef *slot = second ? &whole->b : &whole->a;
    if (LLVMTypeOf(part) != f->m->types.i1)
        part = cg_reinterpret(f, part, cg_scalar_type(f->m, scalar));
    *slot = part;
}

/* A struct, tuple or variant whose whole is a scalar or a pair: its parts fall into the one or two
 * slots. */
static CgValue immediate_aggregate(CgFunction *f, TyId ty, const Layout *layout, uint32_t variant,
                                   const CgValue *parts, uint32_t count)
{
    CgValue whole = cg_undefined(f, ty, layout);
    const LayoutFields *fields =
        variant == MIR_VARIANT_NONE ? &layout->fields : layout_variant_fields(layout, variant);
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].kind == CG_SCALAR)
            set_slot(f, &whole, fields->offsets[i], parts[i].a);
        if (parts[i].kind == CG_PAIR) {
            set_slot(f, &whole, 0, parts[i].a);
            set_slot(f, &whole, layout->b_offset, parts[i].b);
        }
    }
    Uint128 tag = 0;
    bool has_tag = layout->variants == VARIANTS_TAG || layout->variants == VARIANTS_NICHE;
    if (variant == MIR_VARIANT_NONE || !has_tag || !layout_variant_tag(layout, variant, &tag))
        return whole;
    LLVMTypeRef type = cg_int_type(f->m, layout->tag.bytes);
    set_slot(f, &whole, layout->tag_offset, cg_int_const(f->m, type, tag));
    return whole;
}

static bool parts_are_registers(const CgValue *parts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].kind == CG_MEMORY)
            return false;
    }
    return true;
}

static void store_fields(CgFunction *f, const CgPlace *base, const CgValue *parts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        CgPlace field = cg_place_field(f, base, i);
        cg_store(f, &field, parts[i]);
    }
}

static CgPlace element_place(CgFunction *f, const CgPlace *array, uint64_t index)
{
    const Layout *element = cg_layout(f, array->layout->element_ty);
    return (CgPlace){ .address = cg_offset(f, array->address, index * array->layout->stride),
                      .ty = array->layout->element_ty,
                      .layout = element,
                      .variant = MIR_VARIANT_NONE,
                      .align = element->align < array->align ? element->align : array->align };
}

static void store_aggregate(CgFunction *f, CgPlace place, const MirRvalue_aggregate *a,
                            const CgValue *parts)
{
    uint32_t count = a->operands.count;
    if (a->aggregate == MIR_AGGREGATE_ARRAY) {
        for (uint32_t i = 0; i < count; i++) {
            CgPlace element = element_place(f, &place, i);
            cg_store(f, &element, parts[i]);
        }
        return;
    }
    if (a->union_field != MIR_VARIANT_NONE) {
        CgPlace field = cg_place_field(f, &place, a->union_field);
        cg_store(f, &field, parts[0]);
        return;
    }
    place.variant = a->variant;
    store_fields(f, &place, parts, count);
    if (a->variant != MIR_VARIANT_NONE)
        cg_set_discriminant(f, &place, a->variant);
}

static void aggregate(CgFunction *f, MirPlaceId destination, const MirRvalue_aggregate *a)
{
    TyId ty = cg_mono_ty(f, a->ty);
    const Layout *layout = cg_layout(f, ty);
    uint32_t count = a->operands.count;
    CgValue *parts = arena_alloc_array(f->m->arena, count, sizeof *parts);
    for (uint32_t i = 0; i < count; i++)
        parts[i] = cg_operand(f, mir_operand_id_make(f->body->lists[a->operands.start + i]));
    if (layout_is_zero_sized(layout)) {
        cg_assign(f, destination, cg_zero_sized(ty, layout));
        return;
    }
    bool is_immediate = layout->cls != LAYOUT_MEMORY && a->aggregate != MIR_AGGREGATE_ARRAY &&
                        a->union_field == MIR_VARIANT_NONE && !layout->is_uninhabited &&
                        parts_are_registers(parts, count);
    if (is_immediate) {
        cg_assign(f, destination, immediate_aggregate(f, ty, layout, a->variant, parts, count));
        return;
    }
    bool is_ssa = cg_is_ssa_place(f, destination);
    CgPlace place = is_ssa ? cg_temporary(f, ty, layout) : cg_place(f, destination);
    store_aggregate(f, place, a, parts);
    if (is_ssa)
        cg_assign(f, destination, cg_load(f, &place));
}

/* ---- [x; n] ---------------------------------------------------------------------------------- */

static LLVMValueRef byte_of(CgFunction *f, const CgValue *value)
{
    if (value->kind != CG_SCALAR)
        return NULL;
    if (value->layout->size == 1 && value->layout->a.kind == SCALAR_INT)
        return cg_as_memory(f, value->a);
    bool is_zero = LLVMIsConstant(value->a) && LLVMIsNull(value->a);
    return is_zero ? LLVMConstInt(f->m->types.i8, 0, 0) : NULL;
}

static void repeat_loop(CgFunction *f, const CgPlace *array, CgValue element)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef body = cg_new_block(f, "repeat"), after = cg_new_block(f, "repeated");
    LLVMValueRef zero = LLVMConstInt(f->m->types.i64, 0, 0);
    LLVMValueRef count = LLVMConstInt(f->m->types.i64, array->layout->count, 0);
    LLVMBuildBr(b, body);
    LLVMPositionBuilderAtEnd(b, body);
    LLVMValueRef index = LLVMBuildPhi(b, f->m->types.i64, "");
    LLVMTypeRef type = cg_bytes_type(f->m, array->layout->stride);
    CgPlace place = element_place(f, array, 0);
    place.address = LLVMBuildInBoundsGEP2(b, type, array->address, &index, 1, "");
    cg_store(f, &place, element);
    LLVMValueRef next = LLVMBuildAdd(b, index, LLVMConstInt(f->m->types.i64, 1, 0), "");
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(b);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next, count, ""), body, after);
    LLVMValueRef values[2] = { zero, next };
    LLVMBasicBlockRef blocks[2] = { before, latch };
    LLVMAddIncoming(index, values, blocks, 2);
    LLVMPositionBuilderAtEnd(b, after);
    f->slow_end = NULL;
}

enum { REPEAT_UNROLL_MAX = 8 };

static void repeat(CgFunction *f, MirPlaceId destination, const MirRvalue_repeat *r)
{
    CgValue element = cg_operand(f, r->operand);
    TyId ty = cg_mono_ty(f, mir_place_ty(f->m->in, f->body, destination).ty);
    const Layout *layout = cg_layout(f, ty);
    if (layout_is_zero_sized(layout)) {
        cg_assign(f, destination, cg_zero_sized(ty, layout));
        return;
    }
    CgPlace place = cg_place(f, destination);
    LLVMValueRef byte = byte_of(f, &element);
    if (byte) {
        LLVMBuildMemSet(f->m->builder, place.address, byte,
                        LLVMConstInt(f->m->types.i64, layout->size, 0), place.align);
        return;
    }
    if (layout->count > REPEAT_UNROLL_MAX) {
        repeat_loop(f, &place, element);
        return;
    }
    for (uint64_t i = 0; i < layout->count; i++) {
        CgPlace at = element_place(f, &place, i);
        cg_store(f, &at, element);
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

static CgValue address_of(CgFunction *f, MirPlaceId id, bool is_ref, bool is_mut)
{
    CgPlace place = cg_place(f, id);
    Interners *in = f->m->in;
    TyId ty =
        is_ref ? ty_ref(in, region_erased(in), place.ty, is_mut) : ty_ptr(in, place.ty, is_mut);
    const Layout *layout = cg_layout(f, ty);
    if (layout->cls == LAYOUT_SCALAR)
        return cg_scalar(ty, layout, place.address);
    return cg_pair(ty, layout, place.address, place.meta);
}

static CgValue length_of(CgFunction *f, MirPlaceId id)
{
    TyId ty = ty_primitive(f->m->in, PRIMITIVE_USIZE);
    TyId sequence = cg_mono_ty(f, mir_place_ty(f->m->in, f->body, id).ty);
    const Layout *layout = cg_layout(f, sequence);
    LLVMValueRef length = LLVMConstInt(f->m->types.i64, layout->count, 0);
    if (layout->is_unsized)
        length = cg_place(f, id).meta;
    return cg_scalar(ty, cg_layout(f, ty), length);
}

static void use(CgFunction *f, MirPlaceId destination, MirOperandId operand)
{
    cg_assign(f, destination, cg_operand(f, operand));
}

void cg_rvalue(CgFunction *f, MirPlaceId destination, MirRvalueId id)
{
    const MirRvalue *r = &f->body->rvalues[id.v];
    switch ((MirRvalueKind)r->kind) {
    case MIR_RVALUE_USE:
        use(f, destination, r->as.use.operand);
        return;
    case MIR_RVALUE_REPEAT:
        repeat(f, destination, &r->as.repeat);
        return;
    case MIR_RVALUE_REF:
        cg_assign(f, destination,
                  address_of(f, r->as.ref.place, true, r->as.ref.borrow >= MIR_BORROW_MUT));
        return;
    case MIR_RVALUE_RAW_PTR:
        cg_assign(f, destination, address_of(f, r->as.raw_ptr.place, false, r->as.raw_ptr.is_mut));
        return;
    case MIR_RVALUE_LEN:
        cg_assign(f, destination, length_of(f, r->as.len.place));
        return;
    case MIR_RVALUE_CAST:
        cg_assign(f, destination,
                  cg_cast(f, (MirCastKind)r->as.cast.cast, cg_operand(f, r->as.cast.operand),
                          r->as.cast.operand, cg_mono_ty(f, r->as.cast.ty)));
        return;
    case MIR_RVALUE_BINARY:
        cg_assign(f, destination,
                  cg_binary(f, (BinaryOp)r->as.binary.op, cg_operand(f, r->as.binary.lhs),
                            cg_operand(f, r->as.binary.rhs)));
        return;
    case MIR_RVALUE_CHECKED_BINARY: {
        const MirRvalue_checked_binary *c = &r->as.checked_binary;
        cg_assign(
            f, destination,
            cg_checked_binary(f, (BinaryOp)c->op, cg_operand(f, c->lhs), cg_operand(f, c->rhs)));
        return;
    }
    case MIR_RVALUE_UNARY:
        cg_assign(f, destination,
                  cg_unary(f, (UnaryOp)r->as.unary.op, cg_operand(f, r->as.unary.operand)));
        return;
    case MIR_RVALUE_DISCRIMINANT: {
        TyId ty = cg_mono_ty(f, r->as.discriminant.ty);
        LLVMValueRef value = cg_discriminant(f, r->as.discriminant.place, ty);
        cg_assign(f, destination, cg_scalar(ty, cg_layout(f, ty), value));
        return;
    }
    case MIR_RVALUE_AGGREGATE:
        aggregate(f, destination, &r->as.aggregate);
        return;
    case MIR_RVALUE_NONE:
    case MIR_RVALUE_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}
