/* Private to layout: the parts of layout_of. */
#ifndef RSCC_LAYOUT_LAYOUT_PRIV_H
#define RSCC_LAYOUT_LAYOUT_PRIV_H

#include "layout/layout.h"

static inline uint64_t align_up(uint64_t offset, uint64_t align)
{
    return (offset + align - 1) & ~(align - 1);
}
static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The parts of a representation attribute that layouts depend on. */
typedef struct {
    bool is_c, is_packed, has_int; /* has_int: repr(u8) and its kin */
    uint32_t align;                /* 0: none */
} LayoutRepr;

typedef enum {
    FIELDS_SIZED,         /* any order */
    FIELDS_MAYBE_UNSIZED, /* the last one stays last */
    FIELDS_AFTER_TAG,     /* behind prefix_bytes, aligned to prefix_align */
} FieldsKind;
typedef struct {
    LayoutRepr repr;
    FieldsKind kind;
    uint64_t prefix_bytes, prefix_align;
} FieldsPlan;

/* The fields of a struct, tuple or variant while they are laid out. */
typedef struct {
    TyId *tys;
    const Layout **layouts;
    uint32_t count;
} FieldSet;

/* Places the fields: size, align, fields, class, niche, uninhabited. Arrays in the job's out arena.
 */
void layout_fields(Job *job, const FieldSet *set, const FieldsPlan *plan, Layout *out);
/* variant_sets by variant index. */
void layout_enum(Job *job, const AdtDef *adt, const FieldSet *variant_sets, Layout *out);
void layout_union(Job *job, const FieldSet *set, const LayoutRepr *repr, Layout *out);

LayoutScalar scalar_int(uint32_t bytes, bool is_signed);
LayoutScalar scalar_pointer(bool is_nonnull);
/* Makes *out a value that is one scalar, or two. */
void layout_set_scalar(Layout *out, LayoutScalar scalar);
void layout_set_pair(Layout *out, LayoutScalar a, LayoutScalar b);
/* Takes the scalar at `offset` as the niche if it has more room than the present one. */
void layout_offer_niche(Layout *out, uint64_t offset, const LayoutScalar *scalar);
LayoutRepr layout_repr(const AdtDef *adt);

#endif
