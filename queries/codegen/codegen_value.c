/* Values: loads, stores, conversions between the forms of a scalar. */
#include <string.h>

#include "codegen/codegen_priv.h"

/* ---- making values --------------------------------------------------------------------------- */

CgValue cg_zero_sized(TyId ty, const Layout *layout)
{
    return (CgValue){ .kind = CG_ZERO_SIZED, .ty = ty, .layout = layout };
}

CgValue cg_scalar(TyId ty, const Layout *layout, LLVMValueRef a)
{
    return (CgValue){ .kind = CG_SCALAR, .ty = ty, .layout = layout, .a = a };
}

CgValue cg_pair(TyId ty, const Layout *layout, LLVMValueRef a, LLVMValueRef b)
{
    return (CgValue){ .kind = CG_PAIR, .ty = ty, .layout = layout, .a = a, .b = b };
}

CgValue cg_undefined(CgFunction *f, TyId ty, const Layout *layout)
{
    if (layout_is_zero_sized(layout))
        return cg_zero_sized(ty, layout);
    if (layout->cls == LAYOUT_SCALAR)
        return cg_scalar(ty, layout, LLVMGetUndef(cg_scalar_type(f->m, &layout->a)));
    if (layout->cls == LAYOUT_SCALAR_PAIR)
        return cg_pair(ty, layout, LLVMGetUndef(cg_scalar_type(f->m, &layout->a)),
                       LLVMGetUndef(cg_scalar_type(f->m, &layout->b)));
    CgPlace place = cg_temporary(f, ty, layout);
    return (CgValue){ CG_MEMORY, ty, layout, place.address, NULL, place.align };
}

/* ---- forms of scalars ------------------------------------------------------------------------ */

LLVMValueRef cg_as_i1(CgFunction *f, LLVMValueRef v)
{
    if (LLVMTypeOf(v) == f->m->types.i1)
        return v;
    return LLVMBuildTrunc(f->m->builder, v, f->m->types.i1, "");
}

LLVMValueRef cg_as_memory(CgFunction *f, LLVMValueRef v)
{
    if (LLVMTypeOf(v) != f->m->types.i1)
        return v;
    return LLVMBuildZExt(f->m->builder, v, f->m->types.i8, "");
}

LLVMValueRef cg_reinterpret(CgFunction *f, LLVMValueRef v, LLVMTypeRef type)
{
    v = cg_as_memory(f, v);
    LLVMTypeRef from = LLVMTypeOf(v);
    LLVMBuilderRef b = f->m->builder;
    if (from == type)
        return v;
    bool from_pointer = from == f->m->types.ptr, to_pointer = type == f->m->types.ptr;
    if (from_pointer && LLVMGetTypeKind(type) == LLVMIntegerTypeKind)
        return LLVMBuildPtrToInt(b, v, type, "");
    if (to_pointer && LLVMGetTypeKind(from) == LLVMIntegerTypeKind)
        return LLVMBuildIntToPtr(b, v, type, "");
    if (from_pointer)
        return LLVMBuildBitCast(b, LLVMBuildPtrToInt(b, v, f->m->types.i64, ""), type, "");
    if (to_pointer)
        return LLVMBuildIntToPtr(b, LLVMBuildBitCast(b, v, f->m->types.i64, ""), type, "");
    return LLVMBuildBitCast(b, v, type, "");
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* i128 is loaded and stored by the slow selector. */
static bool is_slow_type(const CgFunction *f, LLVMTypeRef type)
{
    return type == f->m->types.i128;
}

static void set_metadata(CgFunction *f, LLVMValueRef instruction, const char *name,
                         LLVMMetadataRef *parts, uint32_t count)
{
    unsigned kind = LLVMGetMDKindIDInContext(f->m->context, name, (unsigned)strlen(name));
    LLVMMetadataRef node = LLVMMDNodeInContext2(f->m->context, parts, count);
    LLVMSetMetadata(instruction, kind, LLVMMetadataAsValue(f->m->context, node));
}

/* What the optimiser may assume of a scalar read from memory. */
static void annotate_load(CgFunction *f, LLVMValueRef load, const LayoutScalar *scalar)
{
    if (cg_is_fast(f->m) || scalar_niche_count(scalar) == 0)
        return;
    if (scalar->kind == SCALAR_POINTER) {
        if (scalar->first == 1)
            set_metadata(f, load, "nonnull", NULL, 0);
        return;
    }
    LLVMTypeRef type = cg_scalar_type(f->m, scalar);
    Uint128 end = uint128_truncate(scalar->last + 1, scalar_bits(scalar));
    LLVMMetadataRef bounds[2] = {
        LLVMValueAsMetadata(cg_int_const(f->m, type, scalar->first)),
        LLVMValueAsMetadata(cg_int_const(f->m, type, end)),
    };
    set_metadata(f, load, "range", bounds, 2);
}

LLVMValueRef cg_load_scalar(CgFunction *f, LLVMValueRef address, const LayoutScalar *scalar,
                            uint32_t align)
{
    LLVMTypeRef type = cg_scalar_type(f->m, scalar);
    bool slow = is_slow_type(f, type);
    if (slow)
        cg_slow(f);
    LLVMValueRef load = LLVMBuildLoad2(f->m->builder, type, address, "");
    if (slow)
        cg_slow_done(f);
    LLVMSetAlignment(load, align);
    annotate_load(f, load, scalar);
    return load;
}

void cg_store_raw(CgFunction *f, LLVMValueRef v, LLVMValueRef address, uint32_t align)
{
    v = cg_as_memory(f, v);
    bool slow = is_slow_type(f, LLVMTypeOf(v));
    if (slow)
        cg_slow(f);
    LLVMSetAlignment(LLVMBuildStore(f->m->builder, v, address), align);
    if (slow)
        cg_slow_done(f);
}

LLVMValueRef cg_offset(CgFunction *f, LLVMValueRef address, uint64_t bytes)
{
    if (bytes == 0)
        return address;
    LLVMValueRef index = LLVMConstInt(f->m->types.i64, bytes, 0);
    return LLVMBuildInBoundsGEP2(f->m->builder, f->m->types.i8, address, &index, 1, "");
}

void cg_copy_bytes(CgFunction *f, LLVMValueRef to, uint32_t to_align, LLVMValueRef from,
                   uint32_t from_align, uint64_t bytes)
{
    if (bytes == 0 || to == from)
        return;
    LLVMValueRef count = LLVMConstInt(f->m->types.i64, bytes, 0);
    LLVMBuildMemCpy(f->m->builder, to, to_align, from, from_align, count);
}

/* The alignment that is left at an offset. */
static uint32_t align_at(uint32_t align, uint64_t offset)
{
    if (offset == 0)
        return align;
    uint64_t lowest = offset & (~offset + 1);
    return lowest < align ? (uint32_t)lowest : align;
}

CgValue cg_load(CgFunction *f, const CgPlace *place)
{
    const Layout *layout = place->layout;
    if (layout_is_zero_sized(layout))
        return cg_zero_sized(place->ty, layout);
    if (layout->is_uninhabited)
        return cg_undefined(f, place->ty, layout);
    if (layout->cls == LAYOUT_SCALAR)
        return cg_scalar(place->ty, layout,
                         cg_load_scalar(f, place->address, &layout->a, place->align));
    if (layout->cls == LAYOUT_SCALAR_PAIR) {
        LLVMValueRef a = cg_load_scalar(f, place->address, &layout->a, place->align);
        LLVMValueRef b = cg_load_scalar(f, cg_offset(f, place->address, layout->b_offset),
                                        &layout->b, align_at(place->align, layout->b_offset));
        return cg_pair(place->ty, layout, a, b);
    }
    return (CgValue){ CG_MEMORY, place->ty, layout, place->address, NULL, place->align };
}

void cg_store(CgFunction *f, const CgPlace *place, CgValue value)
{
    switch (value.kind) {
    case CG_ZERO_SIZED:
        return;
    case CG_SCALAR:
        cg_store_raw(f, value.a, place->address, place->align);
        return;
    case CG_PAIR:
        cg_store_raw(f, value.a, place->address, place->align);
        cg_store_raw(f, value.b, cg_offset(f, place->address, value.layout->b_offset),
                     align_at(place->align, value.layout->b_offset));
        return;
    case CG_MEMORY:
        cg_copy_bytes(f, place->address, place->align, value.a, value.align, value.layout->size);
        return;
    }
}

LLVMValueRef cg_alloca(CgFunction *f, uint64_t bytes, uint32_t align)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMBasicBlockRef current = LLVMGetInsertBlock(b);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(f->entry);
    if (end)
        LLVMPositionBuilderBefore(b, end);
    else
        LLVMPositionBuilderAtEnd(b, f->entry);
    LLVMValueRef slot = LLVMBuildAlloca(b, cg_bytes_type(f->m, bytes), "");
    LLVMSetAlignment(slot, align);
    LLVMPositionBuilderAtEnd(b, current);
    return slot;
}

CgPlace cg_temporary(CgFunction *f, TyId ty, const Layout *layout)
{
    return (CgPlace){ .address = cg_alloca(f, layout->size, layout->align),
                      .ty = ty,
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = layout->align };
}

CgPlace cg_spill(CgFunction *f, CgValue value)
{
    if (value.kind == CG_MEMORY)
        return (CgPlace){ value.a, NULL, value.ty, value.layout, MIR_VARIANT_NONE, value.align };
    CgPlace place = cg_temporary(f, value.ty, value.layout);
    cg_store(f, &place, value);
    return place;
}

/* ---- fields of scalars and pairs ------------------------------------------------------------- */

static CgValue memory_field(CgFunction *f, CgValue value, uint32_t variant, uint32_t field)
{
    CgPlace place = cg_spill(f, value);
    place.variant = variant;
    CgPlace part = cg_place_field(f, &place, field);
    return cg_load(f, &part);
}

CgValue cg_value_field(CgFunction *f, CgValue value, uint32_t variant, uint32_t field)
{
    const LayoutFields *fields = variant == MIR_VARIANT_NONE
                                     ? &value.layout->fields
                                     : layout_variant_fields(value.layout, variant);
    TyId ty = fields->tys[field];
    const Layout *layout = cg_layout(f, ty);
    uint64_t offset = fields->offsets[field];
    if (layout_is_zero_sized(layout))
        return cg_zero_sized(ty, layout);
    bool is_register = value.kind == CG_SCALAR || value.kind == CG_PAIR;
    if (is_register && layout->cls == LAYOUT_SCALAR) {
        bool second = value.kind == CG_PAIR && offset == value.layout->b_offset;
        LLVMValueRef part = second ? value.b : value.a;
        if (LLVMTypeOf(part) != f->m->types.i1 || !scalar_is_bool(&layout->a))
            part = cg_reinterpret(f, part, cg_scalar_type(f->m, &layout->a));
        return cg_scalar(ty, layout, part);
    }
    if (value.kind == CG_PAIR && layout->cls == LAYOUT_SCALAR_PAIR && offset == 0)
        return cg_pair(ty, layout, value.a, value.b);
    return memory_field(f, value, variant, field);
}
