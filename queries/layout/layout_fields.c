/* Structs, tuples, unions, and the fields of enum variants.
 *
 * Order of fields with the Rust representation, as rustc chooses it: zero-sized ones first, then by
 * falling alignment, so that no padding is needed between them; among equals the largest niche
 * first. A variant behind a tag goes by rising alignment instead, filling the gap behind the tag.
 * Sizes and niches then agree with rustc's, which tests compare. */
#include <stdlib.h>

#include "layout/layout_priv.h"

/* Where the largest niche should come to lie. */
typedef enum { NICHE_AT_START, NICHE_AT_END } NicheBias;

typedef struct {
    const FieldSet *set;
    const FieldsPlan *plan;
    NicheBias bias;
    uint64_t largest_align; /* of the fields that may move */
    Uint128 largest_niche;
} Order;

typedef struct {
    uint64_t group; /* log2 of alignment, see alignment_group */
    bool is_zero_sized;
    Uint128 niche;
    uint64_t niche_offset;
} FieldRank;

static Uint128 niche_count(const Layout *field)
{
    return field->has_niche ? scalar_niche_count(&field->niche) : 0;
}

static uint32_t log2_of(uint64_t value)
{
    return value == 0 ? 63 : (uint32_t)__builtin_ctzll(value);
}

/* Fields of one group may stand side by side without padding: [u8; 4] goes with what is aligned
 * to 4. */
static uint64_t alignment_group(const Order *order, const Layout *field)
{
    if (order->plan->repr.is_packed)
        return 0;
    uint32_t by_size = log2_of(max_u64(field->align, field->size));
    if (order->largest_niche == 0)
        return by_size;
    if (order->bias == NICHE_AT_START) {
        uint32_t limit = log2_of(order->largest_align);
        return by_size < limit ? by_size : limit;
    }
    return niche_count(field) == order->largest_niche ? log2_of(field->align) : by_size;
}

static FieldRank field_rank(const Order *order, const Layout *field)
{
    FieldRank rank = { .group = alignment_group(order, field),
                       .is_zero_sized = field->size == 0,
                       .niche = niche_count(field) };
    if (field->has_niche)
        rank.niche_offset = order->bias == NICHE_AT_START
                                ? field->niche_offset
                                : field->size - field->niche.bytes - field->niche_offset;
    return rank;
}

static bool goes_before(const Order *order, uint32_t x, uint32_t y)
{
    FieldRank a = field_rank(order, order->set->layouts[x]);
    FieldRank b = field_rank(order, order->set->layouts[y]);
    if (order->plan->kind == FIELDS_AFTER_TAG) {
        if (a.group != b.group)
            return a.group < b.group;
        return a.niche < b.niche;
    }
    if (a.is_zero_sized != b.is_zero_sized)
        return a.is_zero_sized;
    if (a.group != b.group)
        return a.group > b.group;
    if (a.niche != b.niche)
        return (order->bias == NICHE_AT_START) == (a.niche > b.niche);
    return a.niche_offset < b.niche_offset;
}

/* Fields of equal rank stay in order of declaration. */
static int compare_fields(const void *left, const void *right, void *argument)
{
    const Order *order = argument;
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    if (goes_before(order, x, y))
        return -1;
    if (goes_before(order, y, x))
        return 1;
    return x < y ? -1 : x > y;
}

static void choose_order(const FieldSet *set, const FieldsPlan *plan, NicheBias bias,
                         uint32_t *indexes)
{
    for (uint32_t i = 0; i < set->count; i++)
        indexes[i] = i;
    if (plan->repr.is_c || plan->repr.has_int || set->count < 2)
        return;
    uint32_t movable = plan->kind == FIELDS_MAYBE_UNSIZED ? set->count - 1 : set->count;
    Order order = { .set = set, .plan = plan, .bias = bias, .largest_align = 1 };
    for (uint32_t i = 0; i < movable; i++) {
        order.largest_align = max_u64(order.largest_align, set->layouts[i]->align);
        Uint128 count = niche_count(set->layouts[i]);
        order.largest_niche = count > order.largest_niche ? count : order.largest_niche;
    }
    qsort_r(indexes, movable, sizeof *indexes, compare_fields, &order);
}

/* ---- placing --------------------------------------------------------------------------------- */

static void take_niche(Layout *out, const Layout *field, uint64_t offset, NicheBias bias)
{
    if (!field->has_niche)
        return;
    Uint128 old = niche_count(out), new = niche_count(field);
    if (bias == NICHE_AT_START ? new <= old : new < old)
        return;
    out->has_niche = true;
    out->niche_offset = offset + field->niche_offset;
    out->niche = field->niche;
}

static void place_field(Layout *out, const FieldSet *set, const FieldsPlan *plan, uint32_t index,
                        NicheBias bias)
{
    const Layout *field = set->layouts[index];
    uint32_t align = plan->repr.is_packed ? 1 : field->align;
    uint64_t offset = align_up(out->size, align);
    out->align = out->align > align ? out->align : align;
    out->fields.offsets[index] = offset;
    out->is_unsized = out->is_unsized || field->is_unsized;
    out->is_uninhabited = out->is_uninhabited || field->is_uninhabited;
    take_niche(out, field, offset, bias);
    out->size = offset + field->size;
    if (out->size > LAYOUT_SIZE_MAX)
        out->has_error = true;
}

/* A struct around one scalar or pair is one; around two scalars that lie like a pair is a pair. C
 * structs stay aggregates for one scalar, because the C ABI tells them apart. */
static void choose_class(const FieldSet *set, const FieldsPlan *plan, Layout *out)
{
    uint32_t found[2] = { 0, 0 }, count = 0;
    for (uint32_t i = 0; i < set->count && count < 3; i++) {
        if (set->layouts[i]->size == 0)
            continue;
        if (count < 2)
            found[count] = i;
        count++;
    }
    if (out->is_unsized || out->size == 0 || count == 0 || count > 2)
        return;
    const Layout *first = set->layouts[found[0]];
    uint64_t *offsets = out->fields.offsets;
    if (count == 1) {
        bool fills =
            offsets[found[0]] == 0 && out->align == first->align && out->size == first->size;
        if (!fills || (first->cls == LAYOUT_SCALAR && plan->repr.is_c))
            return;
        out->cls = first->cls;
        out->a = first->a;
        out->b = first->b;
        out->b_offset = first->b_offset;
        return;
    }
    const Layout *second = set->layouts[found[1]];
    if (first->cls != LAYOUT_SCALAR || second->cls != LAYOUT_SCALAR)
        return;
    bool in_order = offsets[found[0]] < offsets[found[1]];
    uint32_t low = found[in_order ? 0 : 1], high = found[in_order ? 1 : 0];
    Layout pair = { 0 };
    layout_set_pair(&pair, set->layouts[low]->a, set->layouts[high]->a);
    if (offsets[low] != 0 || offsets[high] != pair.b_offset || out->align != pair.align ||
        out->size != pair.size)
        return;
    out->cls = pair.cls;
    out->a = pair.a;
    out->b = pair.b;
    out->b_offset = pair.b_offset;
}

static void layout_biased(Job *job, const FieldSet *set, const FieldsPlan *plan, NicheBias bias,
                          Layout *out)
{
    *out = (Layout){ .align = 1, .shape = LAYOUT_FIELDS };
    out->fields = (LayoutFields){ arena_alloc_array(job_out(job), set->count, sizeof(uint64_t)),
                                  set->tys, set->count };
    uint32_t *indexes = arena_alloc_array(job_scratch(job), set->count, sizeof(uint32_t));
    choose_order(set, plan, bias, indexes);
    if (plan->kind == FIELDS_AFTER_TAG) {
        uint32_t align = plan->repr.is_packed ? 1 : (uint32_t)plan->prefix_align;
        out->align = align;
        out->size = align_up(plan->prefix_bytes, align);
    }
    for (uint32_t i = 0; i < set->count; i++)
        place_field(out, set, plan, indexes[i], bias);
    if (plan->repr.align > out->align)
        out->align = plan->repr.align;
    out->size = align_up(out->size, out->align);
    if (plan->kind != FIELDS_AFTER_TAG)
        choose_class(set, plan, out);
}

void layout_fields(Job *job, const FieldSet *set, const FieldsPlan *plan, Layout *out)
{
    layout_biased(job, set, plan, NICHE_AT_START, out);
    if (!out->has_niche || plan->kind == FIELDS_MAYBE_UNSIZED || set->count < 2)
        return;
    /* An enum around this type packs its other variants before or behind the niche: what counts is
     * that the niche is near an edge. */
    uint64_t before = out->niche_offset;
    uint64_t behind = out->size - before - out->niche.bytes;
    if (before == 0 || behind == 0)
        return;
    Layout other;
    layout_biased(job, set, plan, NICHE_AT_END, &other);
    uint64_t other_behind = other.size - other.niche_offset - other.niche.bytes;
    if (before > other_behind)
        *out = other;
}

void layout_union(Job *job, const FieldSet *set, const LayoutRepr *repr, Layout *out)
{
    *out = (Layout){ .align = 1, .shape = LAYOUT_UNION };
    out->fields = (LayoutFields){ arena_alloc_array(job_out(job), set->count, sizeof(uint64_t)),
                                  set->tys, set->count };
    for (uint32_t i = 0; i < set->count; i++) {
        out->fields.offsets[i] = 0;
        out->size = max_u64(out->size, set->layouts[i]->size);
        if (!repr->is_packed && set->layouts[i]->align > out->align)
            out->align = set->layouts[i]->align;
        out->has_error = out->has_error || set->layouts[i]->is_unsized;
    }
    if (repr->align > out->align)
        out->align = repr->align;
    out->size = align_up(out->size, out->align);
}
