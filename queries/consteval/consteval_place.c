/* Places, operands and discriminants. */
#include "consteval/consteval_priv.h"

/* ---- types ----------------------------------------------------------------------------------- */

TyId eval_ty(Machine *m, TyId ty)
{
    return normalize_substituted(m->job, typing_env_mono(), ty, machine_frame(m)->args);
}

static const Layout *failed_layout(void)
{
    static const Layout layout = { .has_error = true, .align = 1 };
    return &layout;
}

const Layout *eval_layout(Machine *m, TyId ty)
{
    const Layout *layout = q_layout_of(m->job, ty);
    if (!layout->has_error)
        return layout;
    const Ty *record = ty_get(m->in, ty);
    m->is_too_generic = m->is_too_generic || record->has_param || record->has_projection;
    eval_stop(m);
    return failed_layout();
}

/* ---- projections ----------------------------------------------------------------------------- */

Place eval_local_place(Machine *m, MirLocalId local)
{
    Frame *frame = machine_frame(m);
    TyId ty = eval_ty(m, frame->body->locals[local.v].ty);
    const Layout *layout = eval_layout(m, ty);
    if (*machine_local(m, local) == 0 && !m->has_error)
        *machine_local(m, local) = memory_new(m, layout->size, layout->align);
    return (Place){
        .alloc = *machine_local(m, local), .ty = ty, .layout = layout, .variant = MIR_VARIANT_NONE
    };
}

Place eval_field(Machine *m, const Place *base, uint32_t field)
{
    const LayoutFields *fields = base->variant == MIR_VARIANT_NONE
                                     ? &base->layout->fields
                                     : layout_variant_fields(base->layout, base->variant);
    if (m->has_error)
        return *base;
    rsc_assert(field < fields->count);
    return (Place){ .alloc = base->alloc,
                    .offset = base->offset + fields->offsets[field],
                    .meta = base->meta,
                    .ty = fields->tys[field],
                    .layout = eval_layout(m, fields->tys[field]),
                    .variant = MIR_VARIANT_NONE };
}

Place eval_deref(Machine *m, const Place *pointer)
{
    const Ty *ty = ty_get(m->in, pointer->ty);
    TyId pointee = ty->kind == TY_REF ? ty->as.ref.pointee : ty->as.ptr.pointee;
    Scalar address = eval_read_a(m, pointer);
    Place place = { .alloc = address.alloc,
                    .offset = uint128_low(address.bits),
                    .ty = pointee,
                    .layout = eval_layout(m, pointee),
                    .variant = MIR_VARIANT_NONE };
    if (pointer->layout->cls == LAYOUT_SCALAR_PAIR)
        place.meta = eval_read_b(m, pointer);
    return place;
}

uint64_t eval_length(Machine *m, const Place *sequence)
{
    (void)m;
    return sequence->layout->is_unsized ? uint128_low(sequence->meta.bits)
                                        : sequence->layout->count;
}

static Place element(Machine *m, const Place *base, uint64_t index)
{
    if (!m->has_error && index >= eval_length(m, base))
        eval_fail(m, "index out of bounds: the length is %llu but the index is %llu",
                  (unsigned long long)eval_length(m, base), (unsigned long long)index);
    if (m->has_error)
        return *base;
    return (Place){ .alloc = base->alloc,
                    .offset = base->offset + index * base->layout->stride,
                    .ty = base->layout->element_ty,
                    .layout = eval_layout(m, base->layout->element_ty),
                    .variant = MIR_VARIANT_NONE };
}

static Place subslice(Machine *m, const Place *base, const MirProjection *p)
{
    Place part = *base;
    uint64_t length = eval_length(m, base);
    uint64_t end = p->from_end ? length - p->min_length : p->min_length;
    part.offset += p->index * base->layout->stride;
    part.ty = eval_ty(m, p->ty);
    part.layout = eval_layout(m, part.ty);
    part.meta = (Scalar){ .bits = end - p->index };
    return part;
}

static Place project(Machine *m, const Place *base, const MirProjection *p)
{
    switch ((MirProjectionKind)p->kind) {
    case MIR_PROJECT_DEREF:
        return eval_deref(m, base);
    case MIR_PROJECT_FIELD:
        return eval_field(m, base, p->index);
    case MIR_PROJECT_INDEX: {
        Place index = eval_local_place(m, p->local);
        return element(m, base, uint128_low(eval_read_a(m, &index).bits));
    }
    case MIR_PROJECT_CONSTANT_INDEX: {
        uint64_t length = eval_length(m, base);
        return element(m, base, p->from_end ? length - p->index : p->index);
    }
    case MIR_PROJECT_SUBSLICE:
        return subslice(m, base, p);
    case MIR_PROJECT_DOWNCAST: {
        Place place = *base;
        place.variant = p->index;
        return place;
    }
    }
    RSC_UNREACHABLE();
}

Place eval_place(Machine *m, MirPlaceId id)
{
    const MirBody *body = machine_frame(m)->body;
    const MirPlace *place = &body->places[id.v];
    Place result = eval_local_place(m, place->local);
    for (uint32_t i = 0; i < place->projections.count && !m->has_error; i++)
        result = project(m, &result, &body->projections[place->projections.start + i]);
    return result;
}

/* ---- reading and writing --------------------------------------------------------------------- */

Scalar eval_read_a(Machine *m, const Place *place)
{
    if (m->has_error)
        return (Scalar){ 0, 0 };
    rsc_assert(place->layout->cls != LAYOUT_MEMORY);
    return memory_read(m, place->alloc, place->offset, place->layout->a.bytes);
}

Scalar eval_read_b(Machine *m, const Place *place)
{
    if (m->has_error)
        return (Scalar){ 0, 0 };
    rsc_assert(place->layout->cls == LAYOUT_SCALAR_PAIR);
    return memory_read(m, place->alloc, place->offset + place->layout->b_offset,
                       place->layout->b.bytes);
}

void eval_write_a(Machine *m, const Place *place, Scalar value)
{
    if (m->has_error)
        return;
    rsc_assert(place->layout->cls != LAYOUT_MEMORY);
    memory_write(m, place->alloc, place->offset, place->layout->a.bytes, value);
}

void eval_write_pair(Machine *m, const Place *place, Scalar a, Scalar b)
{
    if (m->has_error)
        return;
    rsc_assert(place->layout->cls == LAYOUT_SCALAR_PAIR);
    memory_write(m, place->alloc, place->offset, place->layout->a.bytes, a);
    memory_write(m, place->alloc, place->offset + place->layout->b_offset, place->layout->b.bytes,
                 b);
}

void eval_copy(Machine *m, const Place *to, const Place *from)
{
    if (!m->has_error)
        memory_copy(m, to->alloc, to->offset, from->alloc, from->offset, to->layout->size);
}

/* ---- constants ------------------------------------------------------------------------------- */

static Place new_place(Machine *m, TyId ty)
{
    Place place = { .ty = ty, .variant = MIR_VARIANT_NONE };
    place.layout = eval_layout(m, ty);
    if (!m->has_error)
        place.alloc = memory_new_temporary(m, place.layout->size, place.layout->align);
    return place;
}

static AllocRef text_memory(Machine *m, const MirConst *constant, uint64_t bytes)
{
    uint32_t key[] = { constant->text.v, constant->kind == MIR_CONST_C_STR };
    bool existed = false;
    uint32_t *known = map_put(&m->texts, key, &existed);
    if (existed)
        return *known;
    Str text = sym_text(m->in, constant->text);
    AllocRef memory = memory_new(m, bytes, 1);
    for (uint64_t i = 0; i < bytes; i++)
        memory_write(m, memory, i, 1,
                     (Scalar){ .bits = i < text.bytes ? (uint8_t)text.data[i] : 0 });
    *known = memory;
    return memory;
}

static Place text_constant(Machine *m, const MirConst *constant)
{
    Place place = new_place(m, eval_ty(m, constant->ty));
    Str text = sym_text(m->in, constant->text);
    uint64_t bytes = text.bytes + (constant->kind == MIR_CONST_C_STR);
    Scalar address = { .alloc = text_memory(m, constant, bytes) };
    if (!m->has_error && place.layout->cls == LAYOUT_SCALAR_PAIR)
        eval_write_pair(m, &place, address, (Scalar){ .bits = bytes });
    else
        eval_write_a(m, &place, address);
    return place;
}

static Place scalar_constant(Machine *m, TyId ty, Scalar value)
{
    Place place = new_place(m, ty);
    if (!m->has_error && place.layout->size > 0)
        eval_write_a(m, &place, value);
    return place;
}

static Place imported(Machine *m, ConstKey key, TyId ty)
{
    Place place = { .ty = ty, .variant = MIR_VARIANT_NONE };
    place.layout = eval_layout(m, ty);
    if (!m->has_error)
        place.alloc = memory_import(m, key);
    return place;
}

static Place item_constant(Machine *m, const MirConst *constant, TyId ty)
{
    ArgsId args = args_substitute(m->in, constant->args, machine_frame(m)->args);
    args = normalize_args(m->job, typing_env_mono(), args);
    if (args_flags(m->in, args).has_param) {
        m->is_too_generic = true;
        eval_stop(m);
    }
    ResolvedInstance resolved = { .kind = INSTANCE_FAILED };
    if (!m->has_error)
        resolved = instance_resolve(m->job, typing_env_mono(), constant->def, args);
    if (resolved.kind != INSTANCE_ITEM)
        eval_stop(m);
    return imported(m, (ConstKey){ resolved.def, resolved.args, 0 }, ty);
}

static Place ty_constant(Machine *m, const MirConst *constant, TyId ty)
{
    ConstId konst = const_substitute(m->in, constant->konst, machine_frame(m)->args);
    ConstRecord record = const_get(m->in, konst);
    if (record.kind == CONST_VALUE)
        return scalar_constant(m, ty, (Scalar){ .bits = uint128_make(record.low, record.high) });
    if (record.kind == CONST_UNEVALUATED)
        return imported(
            m, (ConstKey){ def_id_make(record.index_or_def), args_id_make(record.name_or_args), 0 },
            ty);
    m->is_too_generic = m->is_too_generic || record.kind == CONST_PARAM;
    eval_stop(m);
    return (Place){ .ty = ty, .layout = failed_layout(), .variant = MIR_VARIANT_NONE };
}

static Place constant_place(Machine *m, const MirConst *constant)
{
    TyId ty = eval_ty(m, constant->ty);
    switch ((MirConstKind)constant->kind) {
    case MIR_CONST_SCALAR:
        return scalar_constant(m, ty,
                               (Scalar){ .bits = uint128_make(constant->low, constant->high) });
    case MIR_CONST_ZERO_SIZED:
        return new_place(m, ty);
    case MIR_CONST_STR:
    case MIR_CONST_BYTE_STR:
    case MIR_CONST_C_STR:
        return text_constant(m, constant);
    case MIR_CONST_ITEM:
        return item_constant(m, constant, ty);
    case MIR_CONST_STATIC_REF:
        return scalar_constant(m, ty, (Scalar){ .alloc = memory_of_static(m, constant->def) });
    case MIR_CONST_TY_CONST:
        return ty_constant(m, constant, ty);
    case MIR_CONST_PROMOTED: {
        ConstKey key = { machine_frame(m)->def, machine_frame(m)->args, constant->promoted };
        AllocRef memory = memory_import(m, key);
        return scalar_constant(m, ty, (Scalar){ .alloc = memory });
    }
    }
    RSC_UNREACHABLE();
}

Place eval_operand(Machine *m, MirOperandId id)
{
    const MirOperand *operand = &machine_frame(m)->body->operands[id.v];
    if (operand->kind == MIR_OPERAND_CONST)
        return constant_place(m, &operand->constant);
    return eval_place(m, operand->place);
}

Scalar eval_scalar(Machine *m, MirOperandId id)
{
    const MirOperand *operand = &machine_frame(m)->body->operands[id.v];
    bool is_direct =
        operand->kind == MIR_OPERAND_CONST && operand->constant.kind == MIR_CONST_SCALAR;
    if (is_direct)
        return (Scalar){ .bits = uint128_make(operand->constant.low, operand->constant.high) };
    Place place = eval_operand(m, id);
    if (m->has_error || place.layout->size == 0)
        return (Scalar){ 0, 0 };
    return eval_read_a(m, &place);
}

/* ---- discriminants --------------------------------------------------------------------------- */

static Uint128 tag_discriminant(const Layout *layout, Uint128 tag, uint32_t result_bits)
{
    uint32_t bits = scalar_bits(&layout->tag);
    Uint128 wide = layout->tag.is_signed ? (Uint128)uint128_sign_extend(tag, bits) : tag;
    return uint128_truncate(wide, result_bits);
}

Uint128 eval_discriminant(Machine *m, const Place *place, TyId discriminant_ty)
{
    const Layout *layout = place->layout;
    uint32_t bits = mir_scalar_bits(m->in, discriminant_ty);
    if (m->has_error || layout->variants == VARIANTS_NONE)
        return 0;
    if (layout->variants == VARIANTS_SINGLE) {
        const LayoutVariant *v = &layout->variant_items[layout->single_variant];
        return uint128_make(v->discriminant_low, v->discriminant_high);
    }
    Scalar tag =
        memory_read(m, place->alloc, place->offset + layout->tag_offset, layout->tag.bytes);
    if (layout->variants == VARIANTS_TAG)
        return tag_discriminant(layout, tag.bits, bits);
    /* A pointer is never one of the invalid patterns. */
    Uint128 relative = uint128_truncate(tag.bits - layout->niche_start, scalar_bits(&layout->tag));
    bool is_niche = tag.alloc == 0 && relative <= layout->niche_last - layout->niche_first;
    return is_niche ? relative + layout->niche_first : layout->untagged_variant;
}

void eval_set_discriminant(Machine *m, const Place *place, uint32_t variant)
{
    const Layout *layout = place->layout;
    bool has_tag = layout->variants == VARIANTS_TAG || layout->variants == VARIANTS_NICHE;
    Uint128 tag = 0;
    if (m->has_error || !has_tag || !layout_variant_tag(layout, variant, &tag))
        return;
    memory_write(m, place->alloc, place->offset + layout->tag_offset, layout->tag.bytes,
                 (Scalar){ .bits = tag });
}
