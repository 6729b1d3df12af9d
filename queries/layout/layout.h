/* Layout: size, alignment, field offsets, niches and register classes of closed types, and how
 * functions pass values.
 *
 * Target: x86_64-unknown-linux-gnu. Facts: the Reference's chapter "Type layout", the System V
 * psABI (AMD64), and what LLVM 19's data layout says about alignments (i128: 16). Types with the
 * Rust representation are laid out by an algorithm of our own choice whose results (size,
 * alignment, niches) follow rustc's. */
#ifndef RSCC_LAYOUT_LAYOUT_H
#define RSCC_LAYOUT_LAYOUT_H

#include "base/wide.h"
#include "mir/mir.h"
#include "traits/traits.h"

enum { TARGET_POINTER_BYTES = 8, TARGET_POINTER_BITS = 64 };
/* No object is larger: the isize::MAX rule, lowered to what rustc allows on this target (2^61 - 1).
 */
#define LAYOUT_SIZE_MAX (((uint64_t)1 << 61) - 1)

typedef enum { SCALAR_INT, SCALAR_FLOAT, SCALAR_POINTER } ScalarKind;
/* A value that fits a machine register. Its valid bit patterns are first..=last, wrapping around
 * when first > last. */
typedef struct {
    uint8_t kind;   /* ScalarKind */
    uint8_t bytes;  /* 1, 2, 4, 8, 16 */
    bool is_signed; /* SCALAR_INT: how C extends it to a wider register */
    Uint128 first, last;
} LayoutScalar;

typedef enum {
    LAYOUT_MEMORY,      /* lives in memory only */
    LAYOUT_SCALAR,      /* is `a`, at offset 0 */
    LAYOUT_SCALAR_PAIR, /* is `a` at offset 0 and `b` at b_offset; the rest is padding */
} LayoutClass;
typedef enum {
    LAYOUT_NO_FIELDS, /* primitives, pointers, functions, enums (see their variants) */
    LAYOUT_ARRAY,     /* count elements of element_ty, stride bytes apart */
    LAYOUT_FIELDS,    /* fields at offsets */
    LAYOUT_UNION,     /* fields, all at 0 */
} LayoutShape;
typedef enum {
    VARIANTS_NONE,   /* not an enum, or one without inhabited variants */
    VARIANTS_SINGLE, /* variant `single_variant`, without a tag */
    VARIANTS_TAG,    /* the tag holds the variant's discriminant */
    VARIANTS_NICHE,  /* the tag is a field of `untagged_variant`; patterns invalid for the field
                        stand for other variants */
} LayoutVariants;

/* Fields in order of declaration. */
typedef struct {
    uint64_t *offsets; /* bytes */
    TyId *tys;         /* closed, normalized */
    uint32_t count;
} LayoutFields;
typedef struct {
    LayoutFields fields;
    uint64_t size; /* up to the end of its last field */
    bool is_uninhabited;
    uint64_t discriminant_low, discriminant_high; /* bits of the discriminant's type */
} LayoutVariant;

typedef struct {
    bool has_error; /* not a closed type, infinite (reported elsewhere), or too large */
    uint64_t size;  /* bytes; of an unsized type: of its sized prefix */
    uint32_t align; /* bytes, power of two */
    bool is_unsized;
    bool is_uninhabited;
    uint8_t cls; /* LayoutClass */
    LayoutScalar a, b;
    uint32_t b_offset;
    uint8_t shape; /* LayoutShape */
    TyId element_ty;
    uint64_t stride, count;
    LayoutFields fields; /* structs, tuples, closures, unions, the single variant of an enum */
    uint8_t variants;    /* LayoutVariants */
    uint32_t single_variant;
    LayoutScalar tag;
    uint64_t tag_offset;
    /* NICHE: variants niche_first..=niche_last are tag values niche_start, niche_start + 1, ...;
     * any other tag is untagged_variant. */
    uint32_t untagged_variant, niche_first, niche_last;
    Uint128 niche_start;
    LayoutVariant *variant_items; /* by variant index */
    uint32_t variant_count;
    /* The place with the most invalid bit patterns, for an enum around this type to use. */
    bool has_niche;
    uint64_t niche_offset;
    LayoutScalar niche;
} Layout;

static inline bool layout_is_zero_sized(const Layout *layout)
{
    return layout->size == 0 && !layout->is_unsized;
}
/* Bit patterns that are invalid for the scalar, 0 for a full range. */
Uint128 scalar_niche_count(const LayoutScalar *scalar);
bool scalar_is_bool(const LayoutScalar *scalar);
static inline uint32_t scalar_bits(const LayoutScalar *scalar)
{
    return scalar->bytes * 8u;
}
/* Fields of one variant of a layout; for anything but an enum with several variants the layout's
 * own. */
const LayoutFields *layout_variant_fields(const Layout *layout, uint32_t variant);
/* The bits that the tag holds for a variant; false for the untagged variant of a niche, which needs
 * none. */
bool layout_variant_tag(const Layout *layout, uint32_t variant, Uint128 *tag);

/* What a pointer to the type carries beside the address. */
typedef enum { POINTER_THIN, POINTER_LENGTH, POINTER_VTABLE } PointerMeta;
/* By the type's last field, recursively. Closed types only. */
PointerMeta pointer_meta(Job *job, TyId pointee);
/* The unsized type at the end of a type, or the type itself when it is sized. */
TyId ty_unsized_tail(Job *job, TyId ty);

/* ---- calls
 * --------------------------------------------------------------------------------------- */
typedef enum {
    PASS_IGNORE,    /* zero-sized, or never returned */
    PASS_SCALAR,    /* one register: the scalar */
    PASS_PAIR,      /* two: the scalars of a pair */
    PASS_REGISTERS, /* an aggregate cut into `registers` */
    PASS_POINTER, /* the address of a copy; as a return value: of room that the caller gives, first
                     argument */
    PASS_STACK,   /* C: the bytes themselves in the argument area */
} PassMode;
typedef enum { REGISTER_INT, REGISTER_FLOAT } RegisterKind;
typedef struct {
    uint8_t kind;  /* RegisterKind */
    uint8_t bytes; /* INT: 1 to 8, as much as the value has; FLOAT: 4 or 8 (two f32 in 8) */
} AbiRegister;
typedef enum { EXTEND_NONE, EXTEND_ZERO, EXTEND_SIGN } AbiExtend;
typedef struct {
    TyId ty;
    uint8_t mode;   /* PassMode */
    uint8_t extend; /* AbiExtend: of a SCALAR narrower than 32 bits */
    AbiRegister registers[2];
    uint8_t register_count; /* with REGISTERS */
} ArgAbi;
typedef struct {
    ArgAbi ret;
    ArgAbi *args;
    uint32_t arg_count;
    uint32_t fixed_count; /* of them in the signature; the rest are variadic extras */
    uint8_t abi;          /* Abi */
    bool is_variadic;
    bool never_returns;       /* the return type is uninhabited */
    bool has_caller_location; /* #[track_caller]: a hidden last argument, &'static Location */
} FnAbi;
/* How a closed, normalized signature passes its values. Arguments beyond those of the signature (of
 * variadic calls) are given by extra_tys. Rust ABI: own, stable within one build only. */
FnAbi fn_abi(Job *job, const FnSig *sig, const TyId *extra_tys, uint32_t extra_count, Arena *arena);

#define QUERY QUERY_DECLARE
#include "layout/layout_queries.def"
#undef QUERY

#endif
