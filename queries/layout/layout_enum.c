/* Enums: without a tag, with the tag in a niche of the largest variant, or with a tag in front; the
 * smallest wins, then the one that leaves the larger niche. With repr(C) or repr(u8) and its kin
 * always a tag, as the Reference says. */
#include <stdlib.h>

#include "layout/layout_priv.h"

typedef struct {
    Job *job;
    const AdtDef *adt;
    const FieldSet *sets;
    uint32_t count;
    LayoutRepr repr;
} EnumPlan;

/* Impossible and without bytes: needs no representation at all. */
static bool is_absent(const FieldSet *set)
{
    bool uninhabited = false, zero_sized = true;
    for (uint32_t i = 0; i < set->count; i++) {
        uninhabited = uninhabited || set->layouts[i]->is_uninhabited;
        zero_sized = zero_sized && set->layouts[i]->size == 0;
    }
    return uninhabited && zero_sized;
}

static void variant_from(LayoutVariant *variant, const Layout *fields)
{
    variant->fields = fields->fields;
    variant->size = fields->size;
    variant->is_uninhabited = fields->is_uninhabited;
}

static void set_discriminants(const EnumPlan *plan, LayoutVariant *variants)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        Uint128 value = adt_discriminant(plan->job, plan->adt, i);
        variants[i].discriminant_low = uint128_low(value);
        variants[i].discriminant_high = uint128_high(value);
    }
}

/* ---- no tag ---------------------------------------------------------------------------------- */

static void set_empty_fields(const EnumPlan *plan, LayoutVariant *variants)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const FieldSet *set = &plan->sets[i];
        uint64_t *offsets = arena_alloc_zeroed(job_out(plan->job), set->count * sizeof(uint64_t));
        variants[i] =
            (LayoutVariant){ .fields = { offsets, set->tys, set->count }, .is_uninhabited = true };
    }
}

/* At most one variant can exist. */
static bool layout_single(const EnumPlan *plan, Layout *out)
{
    uint32_t present = 0, last = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (!is_absent(&plan->sets[i])) {
            present++;
            last = i;
        }
    }
    bool has_repr = plan->repr.is_c || plan->repr.has_int;
    if (present > 1 || (has_repr && plan->count > 0))
        return false;
    LayoutVariant *variants =
        arena_alloc_zeroed(job_out(plan->job), plan->count * sizeof *variants);
    set_empty_fields(plan, variants);
    if (present == 1) {
        FieldsPlan fields = { .repr = plan->repr };
        layout_fields(plan->job, &plan->sets[last], &fields, out);
        variant_from(&variants[last], out);
        out->variants = VARIANTS_SINGLE;
        out->single_variant = last;
    } else {
        out->is_uninhabited = true;
        out->variants = VARIANTS_NONE;
    }
    set_discriminants(plan, variants);
    out->variant_items = variants;
    out->variant_count = plan->count;
    return true;
}

/* ---- tag in a niche -------------------------------------------------------------------------- */

/* Makes `count` of the scalar's invalid patterns valid, beside its range, at the end that is nearer
 * to zero, and tells the first. Zero itself for the only dataless variant is worth most: a null
 * check is cheap. */
static bool reserve_niche(LayoutScalar *scalar, uint64_t count, Uint128 *first)
{
    Uint128 max = uint128_mask(scalar_bits(scalar));
    if (count > scalar_niche_count(scalar))
        return false;
    Uint128 below = (scalar->first - count) & max;
    Uint128 above = (scalar->last + count) & max;
    bool take_below;
    if (scalar->first > scalar->last) {
        take_below = false;
    } else if (scalar->first <= max - scalar->last) {
        take_below = count <= scalar->first;
    } else {
        bool passes_zero = above >= 1 && above <= scalar->last;
        take_below = passes_zero;
    }
    if (take_below) {
        *first = below;
        scalar->first = below;
    } else {
        *first = (scalar->last + 1) & max;
        scalar->last = above;
    }
    return true;
}

typedef struct {
    Layout *layouts; /* of each variant's fields */
    uint32_t largest;
    uint64_t align, size;
    uint64_t niche_offset, niche_bytes;
} NichePlan;

static bool move_behind_niche(const NichePlan *niche, Layout *variant)
{
    if (variant->size <= niche->niche_offset)
        return true;
    uint64_t offset = align_up(niche->niche_offset + niche->niche_bytes, variant->align);
    if (offset + variant->size > niche->size)
        return false;
    for (uint32_t i = 0; i < variant->fields.count; i++)
        variant->fields.offsets[i] += offset;
    variant->size += offset;
    return true;
}

static void niche_layouts(const EnumPlan *plan, NichePlan *niche)
{
    niche->layouts = arena_alloc_array(job_scratch(plan->job), plan->count, sizeof(Layout));
    niche->align = 1;
    for (uint32_t i = 0; i < plan->count; i++) {
        FieldsPlan fields = { .repr = plan->repr };
        layout_fields(plan->job, &plan->sets[i], &fields, &niche->layouts[i]);
        niche->align = max_u64(niche->align, niche->layouts[i].align);
        if (niche->layouts[i].size >= niche->layouts[niche->largest].size)
            niche->largest = i;
    }
}

/* The variants that need a tag value, as a range of indexes. */
static bool niche_variants(const EnumPlan *plan, uint32_t largest, uint32_t *first, uint32_t *last)
{
    bool found = false;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (i == largest || is_absent(&plan->sets[i]))
            continue;
        *first = found ? *first : i;
        *last = i;
        found = true;
    }
    return found;
}

/* If the other variants have no bytes the whole is what the largest one is, with a wider range. */
static void niche_class(const EnumPlan *plan, const NichePlan *niche, Layout *out)
{
    const Layout *largest = &niche->layouts[niche->largest];
    if (out->size != largest->size || out->align != largest->align || largest->cls == LAYOUT_MEMORY)
        return;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (i != niche->largest && niche->layouts[i].size != 0)
            return;
    }
    out->cls = largest->cls;
    out->a = largest->a;
    out->b = largest->b;
    out->b_offset = largest->b_offset;
    LayoutScalar *other = niche->niche_offset == 0 ? &out->b : &out->a;
    *(niche->niche_offset == 0 ? &out->a : &out->b) = out->tag;
    if (out->cls == LAYOUT_SCALAR_PAIR) {
        /* Not written by variants without data. */
        other->first = 0;
        other->last = uint128_mask(scalar_bits(other));
    }
}

static bool has_explicit_discriminants(const AdtDef *adt)
{
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (!def_id_is_none(adt->variants[i].discriminant_or_none))
            return true;
    }
    return false;
}

static bool layout_niche(const EnumPlan *plan, Layout *out)
{
    if (plan->repr.is_c || plan->repr.has_int || plan->count < 2 ||
        has_explicit_discriminants(plan->adt))
        return false;
    NichePlan niche = { .largest = 0 };
    niche_layouts(plan, &niche);
    Layout *largest = &niche.layouts[niche.largest];
    uint32_t first = 0, last = 0;
    if (!largest->has_niche || !niche_variants(plan, niche.largest, &first, &last))
        return false;
    *out = (Layout){ .align = (uint32_t)niche.align, .variants = VARIANTS_NICHE };
    out->tag = largest->niche;
    if (!reserve_niche(&out->tag, (uint64_t)last - first + 1, &out->niche_start))
        return false;
    out->tag_offset = niche.niche_offset = largest->niche_offset;
    niche.niche_bytes = out->tag.bytes;
    out->size = niche.size = align_up(largest->size, niche.align);
    for (uint32_t i = 0; i < plan->count; i++) {
        if (i != niche.largest && !move_behind_niche(&niche, &niche.layouts[i]))
            return false;
    }
    out->untagged_variant = niche.largest;
    out->niche_first = first;
    out->niche_last = last;
    out->variant_count = plan->count;
    out->variant_items =
        arena_alloc_zeroed(job_out(plan->job), plan->count * sizeof *out->variant_items);
    out->is_uninhabited = true;
    for (uint32_t i = 0; i < plan->count; i++) {
        variant_from(&out->variant_items[i], &niche.layouts[i]);
        out->is_uninhabited = out->is_uninhabited && niche.layouts[i].is_uninhabited;
        out->has_error = out->has_error || niche.layouts[i].has_error;
    }
    niche_class(plan, &niche, out);
    layout_offer_niche(out, out->tag_offset, &out->tag);
    return true;
}

/* ---- tag in front ---------------------------------------------------------------------------- */

typedef struct {
    uint32_t bytes;
    bool is_signed;
    Uint128 first, last; /* of the discriminants */
    uint64_t prefix_align;
    uint64_t start_align; /* smallest alignment of what stands right behind the tag */
} TagPlan;

static uint32_t bytes_for_unsigned(Uint128 value)
{
    uint32_t bytes = 1;
    while (bytes < 16 && value > uint128_mask(bytes * 8))
        bytes *= 2;
    return bytes;
}

static uint32_t bytes_for_signed(Int128 value)
{
    uint32_t bytes = 1;
    while (bytes < 16 && value != uint128_sign_extend((Uint128)value, bytes * 8))
        bytes *= 2;
    return bytes;
}

static bool has_uninhabited_field(const FieldSet *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (set->layouts[i]->is_uninhabited)
            return true;
    }
    return false;
}

/* Discriminants of the variants a value can have, sign-extended if they are signed. */
typedef struct {
    Uint128 *items;
    uint32_t count;
    bool is_signed;
} Discriminants;

static Discriminants discriminants_of(const EnumPlan *plan)
{
    Interners *in = job_interners(plan->job);
    TyId ty = adt_discriminant_ty(in, plan->adt);
    uint32_t bits = mir_scalar_bits(in, ty);
    Discriminants all = { .is_signed = ty_kind(in, ty) == TY_INT };
    all.items = arena_alloc_array(job_scratch(plan->job), plan->count, sizeof *all.items);
    for (uint32_t i = 0; i < plan->count; i++) {
        if (!plan->repr.is_c && has_uninhabited_field(&plan->sets[i]))
            continue;
        Uint128 value = adt_discriminant(plan->job, plan->adt, i);
        all.items[all.count++] = all.is_signed ? (Uint128)uint128_sign_extend(value, bits) : value;
    }
    return all;
}

static int compare_unsigned(const void *left, const void *right)
{
    Uint128 a = *(const Uint128 *)left, b = *(const Uint128 *)right;
    return a < b ? -1 : a > b;
}

/* The smallest range that may wrap around: all but the largest gap. */
static void smallest_range(const Discriminants *all, uint32_t bits, TagPlan *tag)
{
    qsort(all->items, all->count, sizeof *all->items, compare_unsigned);
    tag->first = all->items[0];
    tag->last = all->items[all->count - 1];
    Uint128 largest = (tag->first - tag->last) & uint128_mask(bits);
    for (uint32_t i = 1; i < all->count; i++) {
        Uint128 gap = all->items[i] - all->items[i - 1];
        if (gap > largest) {
            largest = gap;
            tag->first = all->items[i];
            tag->last = all->items[i - 1];
        }
    }
}

static void signed_range(const Discriminants *all, TagPlan *tag)
{
    Int128 min = (Int128)all->items[0], max = min;
    for (uint32_t i = 1; i < all->count; i++) {
        Int128 value = (Int128)all->items[i];
        min = value < min ? value : min;
        max = value > max ? value : max;
    }
    tag->first = (Uint128)min;
    tag->last = (Uint128)max;
}

/* As rustc does it: unsigned discriminants may wrap around, signed ones (also those of enums
 * without a repr attribute) are seen in their order. */
static void discriminant_range(const EnumPlan *plan, TagPlan *tag)
{
    Discriminants all = discriminants_of(plan);
    TyId ty = adt_discriminant_ty(job_interners(plan->job), plan->adt);
    if (all.count > 0 && all.is_signed)
        signed_range(&all, tag);
    else if (all.count > 0)
        smallest_range(&all, mir_scalar_bits(job_interners(plan->job), ty), tag);
}

static void choose_tag(const EnumPlan *plan, TagPlan *tag)
{
    Interners *in = job_interners(plan->job);
    discriminant_range(plan, tag);
    uint32_t at_least = plan->repr.is_c ? 4 : 1;
    if (plan->repr.has_int) {
        TyId ty = adt_discriminant_ty(in, plan->adt);
        tag->bytes = mir_scalar_bits(in, ty) / 8;
        tag->is_signed = ty_kind(in, ty) == TY_INT;
    } else if ((Int128)tag->first >= 0) {
        uint32_t fit = bytes_for_unsigned(tag->last);
        tag->bytes = fit > at_least ? fit : at_least;
    } else {
        uint32_t fit_min = bytes_for_signed((Int128)tag->first);
        uint32_t fit_max = bytes_for_signed((Int128)tag->last);
        uint32_t fit = fit_min > fit_max ? fit_min : fit_max;
        tag->bytes = fit > at_least ? fit : at_least;
        tag->is_signed = true;
    }
    tag->prefix_align = tag->bytes;
    if (!plan->repr.is_c)
        return;
    /* A C enum with data is a tag and a union: all variants begin where the union does. */
    for (uint32_t i = 0; i < plan->count; i++) {
        for (uint32_t k = 0; k < plan->sets[i].count; k++)
            tag->prefix_align = max_u64(tag->prefix_align, plan->sets[i].layouts[k]->align);
    }
}

/* The alignment of the field that lies first, ones without size and alignment aside. */
static uint64_t first_field_align(const FieldSet *set, const Layout *fields)
{
    uint64_t best_offset = UINT64_MAX, align = 256;
    for (uint32_t i = 0; i < set->count; i++) {
        const Layout *field = set->layouts[i];
        if (field->size == 0 && field->align == 1)
            continue;
        uint64_t offset = fields->fields.offsets[i];
        /* A zero-sized field shares the offset of what follows it, and comes first. */
        if (offset < best_offset || (offset == best_offset && field->size == 0)) {
            best_offset = offset;
            align = field->align;
        }
    }
    return align;
}

/* Where every variant's data starts later than a small tag ends, a larger tag costs nothing and
 * spares copying padding. */
static void widen_tag(const EnumPlan *plan, TagPlan *tag, LayoutVariant *variants)
{
    uint32_t old_bytes = tag->bytes;
    uint32_t bytes = tag->start_align <= 8 ? (uint32_t)tag->start_align : old_bytes;
    if (plan->repr.is_c || plan->repr.has_int || bytes <= old_bytes)
        return;
    tag->bytes = bytes;
    for (uint32_t i = 0; i < plan->count; i++) {
        LayoutFields *fields = &variants[i].fields;
        for (uint32_t k = 0; k < fields->count; k++) {
            if (fields->offsets[k] <= old_bytes)
                fields->offsets[k] = bytes;
        }
        if (variants[i].size <= old_bytes)
            variants[i].size = bytes;
    }
}

/* The only field with bytes of a variant: 0 none, 1 found, 2 several. */
static uint32_t only_field(const FieldSet *set, uint32_t *index)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < set->count && found < 2; i++) {
        if (set->layouts[i]->size == 0)
            continue;
        *index = i;
        found++;
    }
    return found;
}

static bool unify_scalars(LayoutScalar *common, const LayoutScalar *scalar)
{
    if (common->bytes != scalar->bytes)
        return false;
    if (common->kind == scalar->kind)
        return true;
    bool ints_and_pointers = common->kind != SCALAR_FLOAT && scalar->kind != SCALAR_FLOAT;
    if (ints_and_pointers)
        *common = scalar_int(common->bytes, false);
    return ints_and_pointers;
}

/* All variants hold at most one scalar, of one kind, at one place: the enum is the pair of tag and
 * scalar. */
static void tagged_pair(const EnumPlan *plan, Layout *out)
{
    bool found = false;
    LayoutScalar common = { 0 };
    uint64_t common_offset = 0;
    for (uint32_t i = 0; i < plan->count; i++) {
        uint32_t index = 0, fields = only_field(&plan->sets[i], &index);
        if (fields == 0)
            continue;
        const Layout *field = fields == 1 ? plan->sets[i].layouts[index] : NULL;
        if (!field || field->cls != LAYOUT_SCALAR)
            return;
        uint64_t offset = out->variant_items[i].fields.offsets[index];
        if (!found) {
            common = field->a;
            common_offset = offset;
        } else if (offset != common_offset || !unify_scalars(&common, &field->a)) {
            return;
        }
        found = true;
    }
    if (!found)
        return;
    common.first = 0;
    common.last = uint128_mask(scalar_bits(&common));
    Layout pair = { 0 };
    layout_set_pair(&pair, out->tag, common);
    if (pair.b_offset != common_offset || pair.align != out->align || pair.size != out->size)
        return;
    out->cls = pair.cls;
    out->a = pair.a;
    out->b = pair.b;
    out->b_offset = pair.b_offset;
}

static void layout_tag_variants(const EnumPlan *plan, TagPlan *tag, Layout *out)
{
    tag->start_align = 256;
    out->is_uninhabited = true;
    for (uint32_t i = 0; i < plan->count; i++) {
        Layout fields;
        FieldsPlan fields_plan = { .repr = plan->repr,
                                   .kind = FIELDS_AFTER_TAG,
                                   .prefix_bytes = tag->bytes,
                                   .prefix_align = tag->prefix_align };
        layout_fields(plan->job, &plan->sets[i], &fields_plan, &fields);
        variant_from(&out->variant_items[i], &fields);
        uint64_t align = first_field_align(&plan->sets[i], &fields);
        tag->start_align = align < tag->start_align ? align : tag->start_align;
        out->size = max_u64(out->size, fields.size);
        out->align = fields.align > out->align ? fields.align : out->align;
        out->is_uninhabited = out->is_uninhabited && fields.is_uninhabited;
        out->has_error = out->has_error || fields.has_error;
    }
    out->size = align_up(out->size, out->align);
}

static void layout_tagged(const EnumPlan *plan, Layout *out)
{
    *out = (Layout){ .align = 1, .variants = VARIANTS_TAG, .variant_count = plan->count };
    out->variant_items =
        arena_alloc_zeroed(job_out(plan->job), plan->count * sizeof *out->variant_items);
    TagPlan tag = { 0 };
    choose_tag(plan, &tag);
    layout_tag_variants(plan, &tag, out);
    widen_tag(plan, &tag, out->variant_items);
    set_discriminants(plan, out->variant_items);
    out->tag = scalar_int(tag.bytes, tag.is_signed);
    uint32_t bits = tag.bytes * 8u;
    out->tag.first = uint128_truncate(tag.first, bits);
    out->tag.last = uint128_truncate(tag.last, bits);
    if (out->size == tag.bytes) {
        out->cls = LAYOUT_SCALAR;
        out->a = out->tag;
    } else {
        tagged_pair(plan, out);
    }
    layout_offer_niche(out, 0, &out->tag);
}

void layout_enum(Job *job, const AdtDef *adt, const FieldSet *variant_sets, Layout *out)
{
    EnumPlan plan = { .job = job,
                      .adt = adt,
                      .sets = variant_sets,
                      .count = adt->variant_count,
                      .repr = layout_repr(adt) };
    if (layout_single(&plan, out))
        return;
    Layout niche;
    bool has_niche = layout_niche(&plan, &niche);
    layout_tagged(&plan, out);
    if (!has_niche)
        return;
    Uint128 room = out->has_niche ? scalar_niche_count(&out->niche) : 0;
    Uint128 niche_room = niche.has_niche ? scalar_niche_count(&niche.niche) : 0;
    if (niche.size < out->size || (niche.size == out->size && niche_room > room)) {
        set_discriminants(&plan, niche.variant_items);
        *out = niche;
    }
}
