/* layout_of: what each kind of type looks like in memory. */
#include "layout/layout_priv.h"

/* ---- scalars --------------------------------------------------------------------------------- */

Uint128 scalar_niche_count(const LayoutScalar *scalar)
{
    /* A full range may begin anywhere: first is one past last. */
    Uint128 mask = uint128_mask(scalar_bits(scalar));
    return (scalar->first - scalar->last - 1) & mask;
}

bool scalar_is_bool(const LayoutScalar *scalar)
{
    return scalar->kind == SCALAR_INT && scalar->bytes == 1 && scalar->first == 0 &&
           scalar->last == 1;
}

LayoutScalar scalar_int(uint32_t bytes, bool is_signed)
{
    return (LayoutScalar){ .kind = SCALAR_INT,
                           .bytes = (uint8_t)bytes,
                           .is_signed = is_signed,
                           .last = uint128_mask(bytes * 8) };
}

static LayoutScalar scalar_range(uint32_t bytes, Uint128 first, Uint128 last)
{
    LayoutScalar scalar = scalar_int(bytes, false);
    scalar.first = first;
    scalar.last = last;
    return scalar;
}

static LayoutScalar scalar_float(uint32_t bytes)
{
    return (LayoutScalar){ .kind = SCALAR_FLOAT,
                           .bytes = (uint8_t)bytes,
                           .last = uint128_mask(bytes * 8) };
}

LayoutScalar scalar_pointer(bool is_nonnull)
{
    return (LayoutScalar){ .kind = SCALAR_POINTER,
                           .bytes = TARGET_POINTER_BYTES,
                           .first = is_nonnull ? 1 : 0,
                           .last = uint128_mask(TARGET_POINTER_BITS) };
}

void layout_offer_niche(Layout *out, uint64_t offset, const LayoutScalar *scalar)
{
    Uint128 count = scalar_niche_count(scalar);
    if (count == 0 || (out->has_niche && count <= scalar_niche_count(&out->niche)))
        return;
    out->has_niche = true;
    out->niche_offset = offset;
    out->niche = *scalar;
}

void layout_set_scalar(Layout *out, LayoutScalar scalar)
{
    out->cls = LAYOUT_SCALAR;
    out->a = scalar;
    out->size = out->align = scalar.bytes;
    layout_offer_niche(out, 0, &scalar);
}

void layout_set_pair(Layout *out, LayoutScalar a, LayoutScalar b)
{
    out->cls = LAYOUT_SCALAR_PAIR;
    out->a = a;
    out->b = b;
    out->b_offset = (uint32_t)align_up(a.bytes, b.bytes);
    out->align = a.bytes > b.bytes ? a.bytes : b.bytes;
    out->size = align_up(out->b_offset + b.bytes, out->align);
    layout_offer_niche(out, 0, &a);
    layout_offer_niche(out, out->b_offset, &b);
}

const LayoutFields *layout_variant_fields(const Layout *layout, uint32_t variant)
{
    if (layout->variant_count == 0)
        return &layout->fields;
    rsc_assert(variant < layout->variant_count);
    return &layout->variant_items[variant].fields;
}

bool layout_variant_tag(const Layout *layout, uint32_t variant, Uint128 *tag)
{
    rsc_assert(variant < layout->variant_count);
    uint32_t bits = scalar_bits(&layout->tag);
    if (layout->variants == VARIANTS_TAG) {
        const LayoutVariant *v = &layout->variant_items[variant];
        Uint128 value = uint128_make(v->discriminant_low, v->discriminant_high);
        *tag = uint128_truncate(value, bits);
        return true;
    }
    rsc_assert(layout->variants == VARIANTS_NICHE);
    *tag = uint128_truncate(layout->niche_start + variant - layout->niche_first, bits);
    return variant != layout->untagged_variant;
}

/* ---- types ----------------------------------------------------------------------------------- */

LayoutRepr layout_repr(const AdtDef *adt)
{
    return (LayoutRepr){ .is_c = adt->repr_c,
                         .is_packed = adt->repr_packed,
                         .has_int = adt->repr_int != 0,
                         .align = adt->repr_align };
}

static FieldSet field_set_new(Job *job, uint32_t count)
{
    return (FieldSet){ arena_alloc_array(job_out(job), count, sizeof(TyId)),
                       arena_alloc_array(job_scratch(job), count, sizeof(const Layout *)), count };
}

/* False if a field has no layout. */
static bool field_set_layouts(Job *job, FieldSet *set)
{
    bool ok = true;
    for (uint32_t i = 0; i < set->count; i++) {
        set->layouts[i] = q_layout_of(job, set->tys[i]);
        bool is_last = i + 1 == set->count;
        ok = ok && !set->layouts[i]->has_error && (is_last || !set->layouts[i]->is_unsized);
    }
    return ok;
}

static bool variant_field_set(Job *job, const VariantDef *variant, ArgsId args, FieldSet *set)
{
    *set = field_set_new(job, variant->field_count);
    for (uint32_t i = 0; i < set->count; i++)
        set->tys[i] = normalize_substituted(job, typing_env_mono(), variant->fields[i].ty, args);
    return field_set_layouts(job, set);
}

static void layout_fail(Layout *out)
{
    *out = (Layout){ .has_error = true, .align = 1 };
}

/* A struct whose last field's type may be unsized for some arguments keeps that field last for all
 * arguments, because unsizing must not move fields. */
static FieldsKind struct_fields_kind(Job *job, DefId def, const VariantDef *variant)
{
    if (variant->field_count == 0)
        return FIELDS_SIZED;
    TypingEnv env = { .env_or_none = def, .mode = TYPING_CHECK };
    bool is_sized = ty_is_sized(job, env, variant->fields[variant->field_count - 1].ty);
    return is_sized ? FIELDS_SIZED : FIELDS_MAYBE_UNSIZED;
}

static void layout_struct(Job *job, DefId def, const AdtDef *adt, ArgsId args, Layout *out)
{
    rsc_assert(adt->variant_count == 1);
    FieldSet set;
    if (!variant_field_set(job, &adt->variants[0], args, &set)) {
        layout_fail(out);
        return;
    }
    FieldsPlan plan = { .repr = layout_repr(adt),
                        .kind = struct_fields_kind(job, def, &adt->variants[0]) };
    layout_fields(job, &set, &plan, out);
}

static void layout_adt(Job *job, DefId def, ArgsId args, Layout *out)
{
    const AdtDef *adt = q_adt_def(job, def);
    if (adt->kind == ADT_STRUCT && adt->variant_count == 1) {
        layout_struct(job, def, adt, args, out);
        return;
    }
    FieldSet *sets = arena_alloc_array(job_scratch(job), adt->variant_count, sizeof *sets);
    bool ok = adt->kind == ADT_ENUM || adt->variant_count == 1;
    for (uint32_t i = 0; ok && i < adt->variant_count; i++)
        ok = variant_field_set(job, &adt->variants[i], args, &sets[i]);
    LayoutRepr repr = layout_repr(adt);
    if (!ok)
        layout_fail(out);
    else if (adt->kind == ADT_UNION)
        layout_union(job, &sets[0], &repr, out);
    else
        layout_enum(job, adt, sets, out);
}

static void layout_tuple(Job *job, ArgsId elements, Layout *out)
{
    ArgSlice args = args_get(job_interners(job), elements);
    FieldSet set = field_set_new(job, args.count);
    for (uint32_t i = 0; i < args.count; i++)
        set.tys[i] = arg_ty(args.items[i]);
    if (!field_set_layouts(job, &set)) {
        layout_fail(out);
        return;
    }
    FieldsPlan plan = { .kind = args.count ? FIELDS_MAYBE_UNSIZED : FIELDS_SIZED };
    layout_fields(job, &set, &plan, out);
}

static bool array_length(Job *job, ConstId konst, uint64_t *length)
{
    ConstRecord record = const_get(job_interners(job), konst);
    if (record.kind == CONST_VALUE) {
        *length = record.low;
        return true;
    }
    if (record.kind != CONST_UNEVALUATED)
        return false;
    ConstKey key = { def_id_make(record.index_or_def), args_id_make(record.name_or_args), 0 };
    const ConstScalar *scalar = q_const_scalar(job, key);
    *length = scalar->low;
    return scalar->state == CONST_SCALAR_OK;
}

static void layout_array(Job *job, const Ty_array *array, Layout *out)
{
    const Layout *element = q_layout_of(job, array->element);
    uint64_t count = 0;
    if (element->has_error || element->is_unsized || !array_length(job, array->length, &count) ||
        (element->size != 0 && count > LAYOUT_SIZE_MAX / element->size)) {
        layout_fail(out);
        return;
    }
    out->shape = LAYOUT_ARRAY;
    out->element_ty = array->element;
    out->stride = element->size;
    out->count = count;
    out->size = element->size * count;
    out->align = element->align;
    out->is_uninhabited = count > 0 && element->is_uninhabited;
    if (count > 0 && element->has_niche)
        layout_offer_niche(out, element->niche_offset, &element->niche);
}

static void layout_slice(Job *job, TyId element_ty, Layout *out)
{
    const Layout *element = q_layout_of(job, element_ty);
    if (element->has_error || element->is_unsized) {
        layout_fail(out);
        return;
    }
    out->shape = LAYOUT_ARRAY;
    out->element_ty = element_ty;
    out->stride = element->size;
    out->align = element->align;
    out->is_unsized = true;
}

static void layout_pointer(Job *job, TyId pointee, bool is_nonnull, Layout *out)
{
    LayoutScalar address = scalar_pointer(is_nonnull);
    switch (pointer_meta(job, pointee)) {
    case POINTER_THIN:
        layout_set_scalar(out, address);
        return;
    case POINTER_LENGTH:
        layout_set_pair(out, address, scalar_int(TARGET_POINTER_BYTES, false));
        return;
    case POINTER_VTABLE:
        layout_set_pair(out, address, scalar_pointer(true));
        return;
    }
}

TyId ty_unsized_tail(Job *job, TyId ty)
{
    const Interners *in = job_interners(job);
    /* Each step enters a field of a type that is not behind a pointer; an infinite one has no
     * layout, so the bound is only met after errors. */
    for (uint32_t depth = 0; depth < 256; depth++) {
        const Ty *record = ty_get(in, ty);
        if (record->kind == TY_TUPLE) {
            ArgSlice elements = args_get(in, record->as.tuple.elements);
            if (elements.count == 0)
                return ty;
            ty = arg_ty(elements.items[elements.count - 1]);
            continue;
        }
        if (record->kind != TY_ADT)
            return ty;
        const AdtDef *adt = q_adt_def(job, record->as.adt.def);
        if (adt->kind != ADT_STRUCT || adt->variant_count == 0 || adt->variants[0].field_count == 0)
            return ty;
        const VariantDef *variant = &adt->variants[0];
        TyId last = variant->fields[variant->field_count - 1].ty;
        ty = normalize_substituted(job, typing_env_mono(), last, record->as.adt.args);
    }
    return ty;
}

PointerMeta pointer_meta(Job *job, TyId pointee)
{
    TyKind kind = ty_kind(job_interners(job), ty_unsized_tail(job, pointee));
    return kind == TY_SLICE || kind == TY_STR ? POINTER_LENGTH : POINTER_THIN;
}

static void layout_unsized_bytes(Interners *in, Layout *out)
{
    out->shape = LAYOUT_ARRAY;
    out->element_ty = ty_primitive(in, PRIMITIVE_U8);
    out->stride = 1;
    out->align = 1;
    out->is_unsized = true;
}

/* Primitive types; false for others. */
static bool layout_primitive(const Interners *in, TyId ty, const Ty *record, Layout *out)
{
    uint32_t bytes = mir_scalar_bits(in, ty) / 8;
    if (record->kind == TY_BOOL)
        layout_set_scalar(out, scalar_range(1, 0, 1));
    else if (record->kind == TY_CHAR)
        layout_set_scalar(out, scalar_range(4, 0, 0x10FFFF));
    else if (record->kind == TY_INT || record->kind == TY_UINT)
        layout_set_scalar(out, scalar_int(bytes, record->kind == TY_INT));
    else if (record->kind == TY_FLOAT)
        layout_set_scalar(out, scalar_float(bytes));
    else if (record->kind == TY_FN_PTR)
        layout_set_scalar(out, scalar_pointer(true));
    else
        return false;
    return true;
}

static void layout_compound(Job *job, const Ty *record, Layout *out)
{
    switch ((TyKind)record->kind) {
    case TY_REF:
        layout_pointer(job, record->as.ref.pointee, true, out);
        return;
    case TY_PTR:
        layout_pointer(job, record->as.ptr.pointee, false, out);
        return;
    case TY_ADT:
        layout_adt(job, record->as.adt.def, record->as.adt.args, out);
        return;
    case TY_TUPLE:
        layout_tuple(job, record->as.tuple.elements, out);
        return;
    case TY_ARRAY:
        layout_array(job, &record->as.array, out);
        return;
    case TY_SLICE:
        layout_slice(job, record->as.slice.element, out);
        return;
    case TY_STR:
        layout_unsized_bytes(job_interners(job), out);
        return;
    case TY_FOREIGN:
        out->is_unsized = true;
        return;
    case TY_NEVER:
        out->is_uninhabited = true;
        return;
    case TY_FN_DEF:
        return;
    case TY_NONE:
    case TY_ERROR:
    case TY_BOOL:
    case TY_CHAR:
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
    case TY_FN_PTR:
    case TY_CLOSURE:
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_INFER:
    case TY_KIND_COUNT:
        layout_fail(out);
        return;
    }
}

void layout_of_provide(Job *job, TyId key, Layout *out)
{
    const Interners *in = job_interners(job);
    const Ty *record = ty_get(in, key);
    out->align = 1;
    if (!layout_primitive(in, key, record, out))
        layout_compound(job, record, out);
}
