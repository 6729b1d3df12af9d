/* Private to pat: patterns taken apart into constructors and fields. */
#ifndef RSCC_PAT_PAT_PRIV_H
#define RSCC_PAT_PAT_PRIV_H

#include "base/wide.h"
#include "pat/pat.h"
#include "traits/traits.h"

typedef enum {
    CTOR_WILD,    /* matches everything; no fields */
    CTOR_MISSING, /* during specialization: any constructor that no row names */
    CTOR_OR,      /* fields are the alternatives */
    CTOR_SINGLE,  /* struct, tuple, reference: the only constructor of its type */
    CTOR_VARIANT, /* `variant` */
    CTOR_RANGE,   /* integers, bool, char: [low, high] in the order of the type (see range_bias) */
    CTOR_TEXT,    /* string literal `text` */
    CTOR_SLICE,   /* slices and arrays: `prefix` and `suffix` elements, more between if is_var */
    CTOR_OPAQUE,  /* a constant that cannot be looked into: equal to nothing, covers nothing */
} CtorKind;

typedef struct {
    CtorKind kind;
    uint32_t variant;
    Uint128 low, high;
    SymId text;
    uint32_t prefix, suffix;
    bool is_var;
} Ctor;

typedef struct Pat {
    Ctor ctor;
    TyId ty;
    const struct Pat *const *fields;
    uint32_t field_count;
} Pat;

typedef struct {
    Job *job;
    Interners *interners;
    Arena *arena;
    TypingEnv env;
    const HirBody *hir;
    const TypeckResults *types;
    uint32_t steps; /* of the algorithm, bounded: it is exponential at worst */
    uint32_t depth; /* of its recursion: one for each column and constructor */
    bool overflowed;
    bool has_bad_range; /* E0030, E0579: reported, and nothing is said about the rest */
} PatContext;

/* ---- pat_lower.c ---- */
const Pat *pat_lower(PatContext *cx, HirPatId pat);
const Pat *pat_wild(PatContext *cx, TyId ty);

/* ---- pat_ctor.c: what values a type has ---- */

/* Types of the fields under the constructor. */
void ctor_field_types(PatContext *cx, TyId ty, const Ctor *ctor, TyId **tys, uint32_t *count);
/* Whole ranges of values of an integer-like type: one, two for char, none for other types. */
uint32_t ty_ranges(PatContext *cx, TyId ty, Ctor out[2]);
bool ty_is_uninhabited(PatContext *cx, TyId ty);
/* The variants that can exist. */
bool variant_is_uninhabited(PatContext *cx, TyId ty, uint32_t variant);
uint32_t ty_variant_count(PatContext *cx, TyId ty);
/* The value's place in the order of its type: signed ones are moved up by half, pointer-sized ones
 * have room for one more end. */
Uint128 range_bias(PatContext *cx, TyId ty, Uint128 bits);
/* Is the type's largest writable value followed by values that no literal names (usize, isize)? */
bool ty_has_open_end(PatContext *cx, TyId ty);
uint32_t ty_bits(PatContext *cx, TyId ty);

/* ---- pat_usefulness.c ---- */
typedef struct {
    const Pat *pat;
    bool has_guard;
} PatArm;
typedef const Pat *PatRef;
VEC_TYPE(PatVec, pat_vec, PatRef)
/* What no arm matches, as patterns of the scrutinee; empty: the match is exhaustive, or
 * cx->overflowed. */
PatVec pat_witnesses(PatContext *cx, TyId ty, const PatArm *arms, uint32_t count);

/* ---- pat_witness.c ---- */
/* As rustc prints it: `Some(0_u8..=2_u8)`. */
void pat_text(PatContext *cx, const Pat *pat, Text *out);

#endif
