/* Places of MIR as addresses, operands as values, discriminants. */
#include "codegen/codegen_priv.h"

/* ---- projections ----------------------------------------------------------------------------- */

static uint32_t align_at(uint32_t align, uint64_t offset)
{
    uint64_t lowest = offset & (~offset + 1);
    return offset != 0 && lowest < align ? (uint32_t)lowest : align;
}

CgPlace cg_place_field(CgFunction *f, const CgPlace *base, uint32_t field)
{
    const LayoutFields *fields = base->variant == MIR_VARIANT_NONE
                                     ? &base->layout->fields
                                     : layout_variant_fields(base->layout, base->variant);
    rsc_assert(field < fields->count);
    const Layout *layout = cg_layout(f, fields->tys[field]);
    uint64_t offset = fields->offsets[field];
    uint32_t align = align_at(base->align, offset);
    return (CgPlace){ .address = cg_offset(f, base->address, offset),
                      .meta = layout->is_unsized ? base->meta : NULL,
                      .ty = fields->tys[field],
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = align < layout->align || layout->size == 0 ? align : layout->align };
}

static CgPlace deref(CgFunction *f, CgValue pointer)
{
    const Ty *ty = ty_get(f->m->in, pointer.ty);
    TyId pointee = ty->kind == TY_REF ? ty->as.ref.pointee : ty->as.ptr.pointee;
    if (pointer.kind == CG_MEMORY) {
        /* Only a pointer to an extern type inside a wrapper could be one; layouts make pointers
         * scalars. */
        RSC_BUG("pointer in memory");
    }
    const Layout *layout = cg_layout(f, pointee);
    return (CgPlace){ .address = pointer.a,
                      .meta = pointer.kind == CG_PAIR ? pointer.b : NULL,
                      .ty = pointee,
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = layout->align };
}

static LLVMValueRef sequence_length(CgFunction *f, const CgPlace *base)
{
    if (base->meta)
        return base->meta;
    return LLVMConstInt(f->m->types.i64, base->layout->count, 0);
}

static CgPlace element_at(CgFunction *f, const CgPlace *base, LLVMValueRef index)
{
    const Layout *layout = cg_layout(f, base->layout->element_ty);
    LLVMTypeRef element = cg_bytes_type(f->m, base->layout->stride);
    return (CgPlace){ .address = LLVMBuildInBoundsGEP2(f->m->builder, element, base->address,
                                                       &index, 1, ""),
                      .ty = base->layout->element_ty,
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = layout->align < base->align ? layout->align : base->align };
}

static LLVMValueRef constant_index(CgFunction *f, const CgPlace *base, uint32_t index,
                                   bool from_end)
{
    LLVMValueRef value = LLVMConstInt(f->m->types.i64, index, 0);
    if (!from_end)
        return value;
    return LLVMBuildSub(f->m->builder, sequence_length(f, base), value, "");
}

static CgPlace subslice(CgFunction *f, const CgPlace *base, const MirProjection *p)
{
    LLVMValueRef from = LLVMConstInt(f->m->types.i64, p->index, 0);
    CgPlace part = element_at(f, base, from);
    part.ty = cg_mono_ty(f, p->ty);
    part.layout = cg_layout(f, part.ty);
    if (base->meta) {
        LLVMValueRef cut = LLVMConstInt(f->m->types.i64, (uint64_t)p->index + p->min_length, 0);
        part.meta = LLVMBuildSub(f->m->builder, base->meta, cut, "");
    }
    return part;
}

static CgPlace project(CgFunction *f, const CgPlace *base, const MirProjection *p)
{
    switch ((MirProjectionKind)p->kind) {
    case MIR_PROJECT_DEREF:
        return deref(f, cg_load(f, base));
    case MIR_PROJECT_FIELD:
        return cg_place_field(f, base, p->index);
    case MIR_PROJECT_INDEX: {
        MirLocalId local = p->local;
        CgLocal *index = &f->locals[local.v];
        CgValue value = index->kind == CG_LOCAL_MEMORY ? cg_load(f, &index->place) : index->value;
        return element_at(f, base, value.a);
    }
    case MIR_PROJECT_CONSTANT_INDEX:
        return element_at(f, base, constant_index(f, base, p->index, p->from_end));
    case MIR_PROJECT_SUBSLICE:
        return subslice(f, base, p);
    case MIR_PROJECT_DOWNCAST: {
        CgPlace place = *base;
        place.variant = p->index;
        return place;
    }
    }
    RSC_UNREACHABLE();
}

/* Fields of an SSA local stay values until a pointer is followed. Tells how many projections were
 * taken. */
static CgValue project_value(CgFunction *f, CgValue value, const MirProjection *steps,
                             uint32_t count, uint32_t *taken)
{
    uint32_t variant = MIR_VARIANT_NONE;
    for (*taken = 0; *taken < count; ++*taken) {
        const MirProjection *step = &steps[*taken];
        if (step->kind == MIR_PROJECT_DOWNCAST) {
            variant = step->index;
            continue;
        }
        if (step->kind != MIR_PROJECT_FIELD)
            break;
        value = cg_value_field(f, value, variant, step->index);
        variant = MIR_VARIANT_NONE;
    }
    return value;
}

static CgPlace local_memory(CgFunction *f, MirLocalId id)
{
    CgLocal *local = &f->locals[id.v];
    if (local->kind == CG_LOCAL_MEMORY)
        return local->place;
    rsc_assert(local->kind == CG_LOCAL_VALUE);
    return cg_spill(f, local->value);
}

CgPlace cg_place(CgFunction *f, MirPlaceId id)
{
    const MirPlace *place = &f->body->places[id.v];
    const MirProjection *steps = f->body->projections + place->projections.start;
    uint32_t count = place->projections.count, at = 0;
    CgLocal *local = &f->locals[place->local.v];
    CgPlace result;
    if (local->kind == CG_LOCAL_VALUE) {
        CgValue value = project_value(f, local->value, steps, count, &at);
        if (at < count && steps[at].kind == MIR_PROJECT_DEREF) {
            result = deref(f, value);
            at++;
        } else {
            result = cg_spill(f, value);
        }
    } else {
        result = local_memory(f, place->local);
    }
    for (; at < count; at++)
        result = project(f, &result, &steps[at]);
    return result;
}

CgValue cg_consume(CgFunction *f, MirPlaceId id)
{
    const MirPlace *place = &f->body->places[id.v];
    CgLocal *local = &f->locals[place->local.v];
    if (local->kind == CG_LOCAL_VALUE) {
        const MirProjection *steps = f->body->projections + place->projections.start;
        uint32_t taken = 0;
        CgValue value = project_value(f, local->value, steps, place->projections.count, &taken);
        if (taken == place->projections.count)
            return value;
    }
    CgPlace memory = cg_place(f, id);
    return cg_load(f, &memory);
}

bool cg_is_ssa_place(const CgFunction *f, MirPlaceId id)
{
    const MirPlace *place = &f->body->places[id.v];
    return place->projections.count == 0 && f->locals[place->local.v].is_ssa;
}

void cg_assign(CgFunction *f, MirPlaceId id, CgValue value)
{
    if (cg_is_ssa_place(f, id)) {
        CgLocal *local = &f->locals[f->body->places[id.v].local.v];
        rsc_assert(value.kind != CG_MEMORY);
        local->kind = CG_LOCAL_VALUE;
        local->value = value;
        return;
    }
    if (value.kind == CG_ZERO_SIZED)
        return;
    CgPlace place = cg_place(f, id);
    cg_store(f, &place, value);
}

/* ---- constants ------------------------------------------------------------------------------- */

static CgValue scalar_constant(CgFunction *f, TyId ty, Uint128 bits)
{
    const Layout *layout = cg_layout(f, ty);
    if (layout_is_zero_sized(layout))
        return cg_zero_sized(ty, layout);
    rsc_assert(layout->cls == LAYOUT_SCALAR);
    LLVMTypeRef type = cg_scalar_type(f->m, &layout->a);
    LLVMValueRef value = cg_int_const(f->m, cg_int_type(f->m, layout->a.bytes), bits);
    if (layout->a.kind == SCALAR_FLOAT)
        value = LLVMConstBitCast(value, type);
    if (layout->a.kind == SCALAR_POINTER)
        value = LLVMConstIntToPtr(value, type);
    return cg_scalar(ty, layout, value);
}

static CgValue text_constant(CgFunction *f, const MirConst *constant)
{
    TyId ty = cg_mono_ty(f, constant->ty);
    const Layout *layout = cg_layout(f, ty);
    LLVMValueRef address = cg_string(f->m, constant->text, constant->kind == MIR_CONST_C_STR);
    uint64_t bytes = sym_text(f->m->in, constant->text).bytes;
    bytes += constant->kind == MIR_CONST_C_STR;
    if (layout->cls == LAYOUT_SCALAR) /* &[u8; N] */
        return cg_scalar(ty, layout, address);
    return cg_pair(ty, layout, address, LLVMConstInt(f->m->types.i64, bytes, 0));
}

static CgValue memory_constant(CgFunction *f, TyId ty, InstanceId home)
{
    CgPlace place = { .address = cg_const_memory(f->m, home, 0),
                      .ty = ty,
                      .layout = cg_layout(f, ty),
                      .variant = MIR_VARIANT_NONE };
    place.align = place.layout->align;
    return (CgValue){ CG_MEMORY, ty, place.layout, place.address, NULL, place.align };
}

static CgValue evaluated_constant(CgFunction *f, const MirConst *constant)
{
    MonoConst c = mono_const(f->m->job, constant, f->def, f->args);
    TyId ty = cg_mono_ty(f, constant->ty);
    const Layout *layout = cg_layout(f, ty);
    if (c.is_error) {
        f->has_error = true;
        return cg_undefined(f, ty, layout);
    }
    if (!c.is_value)
        return scalar_constant(f, ty, c.bits);
    InstanceId home = instance_of_const(f->m->in, c.key);
    if (constant->kind == MIR_CONST_PROMOTED)
        return cg_scalar(ty, layout, cg_const_memory(f->m, home, 0));
    if (layout_is_zero_sized(layout))
        return cg_zero_sized(ty, layout);
    if (layout->cls == LAYOUT_MEMORY)
        return memory_constant(f, ty, home);
    LLVMValueRef a = cg_alloc_scalar(f->m, c.value, home, 0, 0, &layout->a);
    if (layout->cls == LAYOUT_SCALAR)
        return cg_scalar(ty, layout, a);
    return cg_pair(ty, layout, a,
                   cg_alloc_scalar(f->m, c.value, home, 0, layout->b_offset, &layout->b));
}

static CgValue constant_value(CgFunction *f, const MirConst *constant)
{
    switch ((MirConstKind)constant->kind) {
    case MIR_CONST_SCALAR:
        return scalar_constant(f, cg_mono_ty(f, constant->ty),
                               uint128_make(constant->low, constant->high));
    case MIR_CONST_ZERO_SIZED: {
        TyId ty = cg_mono_ty(f, constant->ty);
        return cg_zero_sized(ty, cg_layout(f, ty));
    }
    case MIR_CONST_STR:
    case MIR_CONST_BYTE_STR:
    case MIR_CONST_C_STR:
        return text_constant(f, constant);
    case MIR_CONST_STATIC_REF: {
        TyId ty = cg_mono_ty(f, constant->ty);
        return cg_scalar(ty, cg_layout(f, ty), cg_static(f->m, constant->def));
    }
    case MIR_CONST_ITEM:
    case MIR_CONST_TY_CONST:
    case MIR_CONST_PROMOTED:
        return evaluated_constant(f, constant);
    }
    RSC_UNREACHABLE();
}

CgValue cg_operand(CgFunction *f, MirOperandId id)
{
    const MirOperand *operand = &f->body->operands[id.v];
    if (operand->kind == MIR_OPERAND_CONST)
        return constant_value(f, &operand->constant);
    return cg_consume(f, operand->place);
}

/* ---- discriminants --------------------------------------------------------------------------- */

static LLVMValueRef read_tag(CgFunction *f, MirPlaceId id, const Layout *layout)
{
    CgValue value = { .kind = CG_MEMORY };
    const MirPlace *place = &f->body->places[id.v];
    bool is_value = f->locals[place->local.v].kind == CG_LOCAL_VALUE;
    if (layout->cls != LAYOUT_MEMORY || is_value)
        value = cg_consume(f, id);
    if (value.kind == CG_SCALAR || value.kind == CG_PAIR) {
        bool second = value.kind == CG_PAIR && layout->tag_offset == layout->b_offset;
        return cg_as_memory(f, second ? value.b : value.a);
    }
    CgPlace memory = cg_place(f, id);
    uint32_t align = align_at(memory.align, layout->tag_offset);
    return cg_load_scalar(f, cg_offset(f, memory.address, layout->tag_offset), &layout->tag, align);
}

static LLVMValueRef niche_discriminant(CgFunction *f, const Layout *layout, LLVMValueRef tag,
                                       LLVMTypeRef type)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMTypeRef tag_type = cg_int_type(f->m, layout->tag.bytes);
    LLVMValueRef untagged = LLVMConstInt(type, layout->untagged_variant, 0);
    tag = cg_reinterpret(f, tag, tag_type);
    LLVMValueRef start = cg_int_const(f->m, tag_type, layout->niche_start);
    uint32_t range = layout->niche_last - layout->niche_first;
    LLVMValueRef is_tagged, tagged;
    if (range == 0) {
        is_tagged = LLVMBuildICmp(b, LLVMIntEQ, tag, start, "");
        tagged = LLVMConstInt(type, layout->niche_first, 0);
    } else {
        LLVMValueRef relative = LLVMBuildSub(b, tag, start, "");
        is_tagged = LLVMBuildICmp(b, LLVMIntULE, relative, cg_int_const(f->m, tag_type, range), "");
        LLVMValueRef wide = LLVMBuildIntCast2(b, relative, type, 0, "");
        tagged = LLVMBuildAdd(b, wide, LLVMConstInt(type, layout->niche_first, 0), "");
    }
    return LLVMBuildSelect(b, is_tagged, tagged, untagged, "");
}

LLVMValueRef cg_discriminant(CgFunction *f, MirPlaceId place, TyId discriminant_ty)
{
    TyId ty = cg_mono_ty(f, mir_place_ty(f->m->in, f->body, place).ty);
    const Layout *layout = cg_layout(f, ty);
    const Layout *result = cg_layout(f, discriminant_ty);
    LLVMTypeRef type = cg_scalar_type(f->m, &result->a);
    switch ((LayoutVariants)layout->variants) {
    case VARIANTS_NONE:
        return LLVMConstInt(type, 0, 0);
    case VARIANTS_SINGLE: {
        const LayoutVariant *v = &layout->variant_items[layout->single_variant];
        return cg_int_const(f->m, type, uint128_make(v->discriminant_low, v->discriminant_high));
    }
    case VARIANTS_TAG: {
        LLVMValueRef tag = read_tag(f, place, layout);
        return LLVMBuildIntCast2(f->m->builder, tag, type, layout->tag.is_signed, "");
    }
    case VARIANTS_NICHE:
        return niche_discriminant(f, layout, read_tag(f, place, layout), type);
    }
    RSC_UNREACHABLE();
}

void cg_set_discriminant(CgFunction *f, const CgPlace *place, uint32_t variant)
{
    const Layout *layout = place->layout;
    bool has_tag = layout->variants == VARIANTS_TAG || layout->variants == VARIANTS_NICHE;
    Uint128 bits = 0;
    if (!has_tag || !layout_variant_tag(layout, variant, &bits))
        return;
    LLVMTypeRef type = cg_int_type(f->m, layout->tag.bytes);
    LLVMValueRef tag = cg_int_const(f->m, type, bits);
    if (layout->tag.kind == SCALAR_POINTER)
        tag = LLVMConstIntToPtr(tag, f->m->types.ptr);
    cg_store_raw(f, tag, cg_offset(f, place->address, layout->tag_offset),
                 align_at(place->align, layout->tag_offset));
}
