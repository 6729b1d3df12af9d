/* Types, generic arguments, regions and constants of the type system: interned, immutable, compared
 * by id.
 *
 * Everything is in final shape: arguments have region slots (ERASED after type check), function
 * pointers are binders, projections and opaques are alias types that only the trait solver looks
 * through. */
#ifndef RSCC_TY_TY_H
#define RSCC_TY_TY_H

#include "diag/diag.h"
#include "hir/hir.h"

ID_TYPE(TyId, ty_id)
ID_TYPE(ArgsId, args_id)
ID_TYPE(RegionId, region_id)
ID_TYPE(ConstId, const_id)

typedef enum {
    TY_NONE,
#define TY(U, l, FIELDS) TY_##U,
#include "ty/ty_kinds.def"
    TY_KIND_COUNT
} TyKind;
typedef enum { INFER_TY, INFER_INT, INFER_FLOAT } InferKind;

#define F(kind, CType, name) CType name;
#define TY(U, l, FIELDS)     \
    typedef struct {         \
        FIELDS uint8_t none; \
    } Ty_##l;
#include "ty/ty_kinds.def"
#undef F
typedef struct {
    uint8_t kind;                            /* TyKind */
    uint8_t has_error, has_param, has_infer; /* flags of the whole tree */
    uint8_t has_projection, has_bound, has_region_var;
    uint8_t has_region; /* any region but ERASED */
    uint8_t depth;      /* 1 for a leaf, at most TY_DEPTH_MAX */
    uint32_t
        weight; /* nodes of the tree, what is shared counted each time; at most TY_WEIGHT_MAX */
    union {
#define TY(U, l, FIELDS) Ty_##l l;
#include "ty/ty_kinds.def"
    } as;
} Ty;

/* A generic argument: a type, region or constant, tagged in the two low bits of one word. */
typedef enum { ARG_TY, ARG_REGION, ARG_CONST } ArgKind;
typedef struct {
    uint32_t tagged;
} GenericArg;
static inline GenericArg arg_of_ty(TyId ty)
{
    return (GenericArg){ ty.v << 2 | ARG_TY };
}
static inline GenericArg arg_of_region(RegionId region)
{
    return (GenericArg){ region.v << 2 | ARG_REGION };
}
static inline GenericArg arg_of_const(ConstId konst)
{
    return (GenericArg){ konst.v << 2 | ARG_CONST };
}
static inline ArgKind arg_kind(GenericArg arg)
{
    return (ArgKind)(arg.tagged & 3);
}
static inline TyId arg_ty(GenericArg arg)
{
    rsc_assert(arg_kind(arg) == ARG_TY);
    return ty_id_make(arg.tagged >> 2);
}
static inline RegionId arg_region(GenericArg arg)
{
    rsc_assert(arg_kind(arg) == ARG_REGION);
    return region_id_make(arg.tagged >> 2);
}
static inline ConstId arg_const(GenericArg arg)
{
    rsc_assert(arg_kind(arg) == ARG_CONST);
    return const_id_make(arg.tagged >> 2);
}
SLICE_TYPE(ArgSlice, GenericArg)

typedef enum {
    REGION_NONE,
    REGION_STATIC,
    REGION_ERASED,
    REGION_PARAM,
    REGION_BOUND,
    REGION_VAR,
    REGION_PLACEHOLDER,
    REGION_ERROR
} RegionKind;
typedef struct {
    uint32_t kind;  /* RegionKind */
    uint32_t index; /* PARAM: index in generics; BOUND: index; VAR: variable; PLACEHOLDER: index */
    uint32_t binder_or_universe;
    uint32_t name; /* SymId, PARAM */
} RegionRecord;

typedef enum {
    CONST_NONE,
    CONST_VALUE,
    CONST_PARAM,
    CONST_INFER,
    CONST_UNEVALUATED,
    CONST_ERROR
} ConstKind;
/* A constant in a type: a scalar value tree (bits of a type), or (def, args) until somebody needs
 * the value. */
typedef struct {
    uint32_t kind;         /* ConstKind */
    uint32_t ty;           /* TyId */
    uint64_t low, high;    /* VALUE */
    uint32_t index_or_def; /* PARAM: index, INFER: variable, UNEVALUATED: DefId */
    uint32_t name_or_args; /* PARAM: SymId, UNEVALUATED: ArgsId */
} ConstRecord;

/* Types nest at most this deep and have at most this many nodes, which bounds every walk: a larger
 * one is refused where it is made and comes out as ty_too_large, an error type. The stage that
 * could make one (a written type, inference, instantiation) says so to the user. */
enum { TY_DEPTH_MAX = 160, TY_WEIGHT_MAX = 1 << 18 };

const Ty *ty_get(const Interners *in, TyId ty);
/* Computes the flags; only `kind` and the kind's own fields are read. */
TyId ty_intern(Interners *in, const Ty *ty);
ArgSlice args_get(const Interners *in, ArgsId args);
ArgsId args_intern(Interners *in, const GenericArg *args, uint32_t count);
RegionRecord region_get(const Interners *in, RegionId region);
RegionId region_intern(Interners *in, RegionRecord record);
ConstRecord const_get(const Interners *in, ConstId konst);
ConstId const_intern(Interners *in, ConstRecord record);

/* Common constructors. */
TyId ty_error(Interners *in);
TyId ty_too_large(Interners *in);
TyId ty_unit(Interners *in);
TyId ty_never(Interners *in);
TyId ty_primitive(Interners *in, PrimitiveTy primitive);
TyId ty_ref(Interners *in, RegionId region, TyId pointee, bool is_mut);
TyId ty_ptr(Interners *in, TyId pointee, bool is_mut);
TyId ty_tuple(Interners *in, const TyId *elements, uint32_t count);
TyId ty_array(Interners *in, TyId element, ConstId length);
TyId ty_slice(Interners *in, TyId element);
TyId ty_adt(Interners *in, DefId def, ArgsId args);
TyId ty_fn_def(Interners *in, DefId def, ArgsId args);
TyId ty_param(Interners *in, uint32_t index, SymId name);
TyId ty_projection(Interners *in, DefId assoc_ty, ArgsId args);
TyId ty_infer(Interners *in, InferKind kind, uint32_t variable);
RegionId region_erased(Interners *in);
RegionId region_static(Interners *in);
RegionId region_bound(Interners *in, uint32_t binder, uint32_t index);
ConstId const_usize(Interners *in, uint64_t value);
ConstId const_value(Interners *in, TyId ty, uint64_t low, uint64_t high);
ConstId const_error(Interners *in);
static inline ArgsId args_empty(Interners *in)
{
    return args_intern(in, NULL, 0);
}

static inline TyKind ty_kind(const Interners *in, TyId ty)
{
    return (TyKind)ty_get(in, ty)->kind;
}
static inline bool ty_is_error(const Interners *in, TyId ty)
{
    return ty_kind(in, ty) == TY_ERROR;
}
static inline bool ty_is_never(const Interners *in, TyId ty)
{
    return ty_kind(in, ty) == TY_NEVER;
}
static inline bool ty_is_unit(const Interners *in, TyId ty)
{
    const Ty *record = ty_get(in, ty);
    return record->kind == TY_TUPLE && args_get(in, record->as.tuple.elements).count == 0;
}

/* A function signature; late-bound regions as BOUND regions of binder 0. */
typedef struct {
    TyId *inputs;
    uint32_t input_count;
    TyId output;
    uint32_t bound_region_count;
    uint8_t abi; /* Abi */
    bool is_unsafe, is_const, is_variadic;
    bool is_unread; /* the header could not be parsed, which was reported: takes and gives anything
                     */
} FnSig;

/* The pointer to functions of that signature. */
extern const char *const ty_abi_names[]; /* by Abi, as they are written */
TyId ty_fn_ptr(Interners *in, Arena *scratch, const FnSig *sig);

/* ---- folding and walking: generated from ty_kinds.def
 * ---------------------------------------------- */
/* Rebuilds a type. A hook that is NULL means: fold the children. A hook that wants the children
 * calls ty_fold_children or const_fold_children itself. `binder` counts the function pointer types
 * entered. Recursion is bounded by TY_DEPTH_MAX. */
typedef struct TyFolder TyFolder;
struct TyFolder {
    Interners *in;
    TyId (*fold_ty)(TyFolder *folder, TyId ty);
    RegionId (*fold_region)(TyFolder *folder, RegionId region);
    ConstId (*fold_const)(TyFolder *folder, ConstId konst);
    uint32_t binder;
    void *context;
};
TyId ty_fold(TyFolder *folder, TyId ty);
TyId ty_fold_children(TyFolder *folder, TyId ty);
ConstId const_fold(TyFolder *folder, ConstId konst);
ConstId const_fold_children(TyFolder *folder, ConstId konst);
ArgsId args_fold(TyFolder *folder, ArgsId args);

typedef enum { WALK_INTO, WALK_SKIP, WALK_STOP } WalkAction;
typedef WalkAction (*TyVisitor)(void *context, GenericArg arg);
/* Visits a type, region or constant and all in it, outer ones first; false if the visitor stopped
 * it. */
bool arg_walk(const Interners *in, GenericArg arg, TyVisitor visit, void *context);

/* Flags of the whole list, as in Ty. */
typedef struct {
    bool has_error, has_param, has_infer, has_projection, has_bound, has_region_var, has_region;
    uint8_t depth;
    uint32_t weight;
} TyFlags;
TyFlags args_flags(const Interners *in, ArgsId args);
TyFlags const_flags(const Interners *in, ConstId konst);
/* Something in it was refused as too large, which nobody has told the user yet. */
bool ty_has_too_large(const Interners *in, TyId ty);
bool args_have_too_large(const Interners *in, ArgsId args);

/* Replaces PARAM types, regions and constants by args. Terminates: args contain no new parameters
 * of the same item. */
TyId ty_substitute(Interners *in, TyId ty, ArgsId args);
ArgsId args_substitute(Interners *in, ArgsId list, ArgsId args);
ConstId const_substitute(Interners *in, ConstId konst, ArgsId args);
/* All regions, bound ones of inner binders too, -> ERASED. */
TyId ty_erase_regions(Interners *in, TyId ty);
ArgsId args_erase_regions(Interners *in, ArgsId args);

/* As in messages: `Vec<T>`, `&mut [u8; 4]`, `fn(i32) -> bool`. */
void ty_text(const Interners *in, TyId ty, Text *out);
Str ty_text_in(const Interners *in, TyId ty, Arena *arena);
void args_text(const Interners *in, ArgsId args, Text *out);
void const_text(const Interners *in, ConstId konst, Text *out);

/* ---- values of the item-level queries ---------------------------------------------------------
 */
typedef enum { GENERIC_LIFETIME, GENERIC_TYPE, GENERIC_CONST } GenericParamKind;
typedef struct {
    DefId def;
    SymId name;
    uint8_t kind;   /* GenericParamKind */
    uint32_t index; /* in the full argument list: parent's first (for traits `Self` is 0) */
    TyId const_ty;  /* const parameters */
    bool has_default;
} GenericParam;
typedef struct {
    DefId parent_or_none; /* the impl or trait of an associated item; the type of a variant or
                             constructor */
    uint32_t parent_count;
    GenericParam
        *params; /* own ones; of a trait, `Self` first; of a function, early-bound lifetimes only */
    uint32_t param_count;
    bool has_self; /* of a trait: parameter 0 */
} Generics;
typedef struct {
    DefId trait_def;
    ArgsId args; /* self type first */
} TraitRef;
typedef enum {
    PREDICATE_TRAIT,
    PREDICATE_PROJECTION,
    PREDICATE_TY_OUTLIVES,
    PREDICATE_REGION_OUTLIVES
} PredicateKind;
typedef struct {
    uint8_t kind;       /* PredicateKind */
    TraitRef trait_ref; /* TRAIT; PROJECTION: def is the associated type */
    TyId ty;            /* PROJECTION: what it equals; TY_OUTLIVES: the type */
    RegionId longer, shorter;
    uint32_t bound_region_count; /* `for<'a>` */
    uint32_t span;               /* in span_table(item) */
} Predicate;
/* Own ones: an associated item's are added to those of its parent (Generics.parent_or_none). Of a
 * trait: `Self: Trait` first, then supertraits (Self on the left) and other clauses. Of an
 * associated type: the bounds on its projection. */
typedef struct {
    Predicate *items;
    uint32_t count;
} Predicates;
typedef struct {
    TyId ty;
} TypeOf;
typedef struct {
    DefId def;
    SymId name;
    TyId ty;
    DefId visible_in; /* module; none: everywhere */
} FieldDef;
typedef struct {
    DefId def;
    SymId name;
    uint8_t ctor; /* HirCtorKind */
    FieldDef *fields;
    uint32_t field_count;
    DefId discriminant_or_none;     /* explicit: ANON_CONST */
    uint32_t relative_discriminant; /* distance from the last explicit one, or from the start */
} VariantDef;
typedef enum { ADT_STRUCT, ADT_ENUM, ADT_UNION } AdtKind;
typedef struct {
    uint8_t kind; /* AdtKind */
    VariantDef *variants;
    uint32_t variant_count;
    uint8_t repr_int; /* PrimitiveTy + 1 */
    bool repr_c, repr_transparent, repr_packed;
    uint32_t repr_align;
} AdtDef;
typedef struct {
    bool is_trait_impl, is_negative;
    TraitRef trait_ref;
    TyId self_ty;
} ImplHeader;
typedef struct {
    DefId def;
    SymId name;
    uint8_t kind;     /* DefKind */
    DefId visible_in; /* module; none: everywhere */
    bool has_default, has_self;
} AssocItem;
typedef struct {
    AssocItem *items; /* in order of declaration */
    uint32_t count;
} AssocItems;

/* What others ask of an item beside its types: a projection of its header, so that other changes of
 * the header stop here. */
typedef struct {
    SymId lang_item, rustc_intrinsic;
    bool is_mut;    /* static mut */
    bool is_unsafe; /* not declared safe in an extern block */
    bool is_auto;   /* trait */
} ItemFacts;

/* A constant to evaluate: a CONST, ASSOC_CONST or ANON_CONST with closed, normalized, region-erased
 * args. promoted: 0 for the item's own value, else the number of a promoted of its body. */
typedef struct {
    DefId def;
    ArgsId args;
    uint32_t promoted;
} ConstKey;
typedef enum {
    CONST_SCALAR_ERROR,       /* evaluation or an earlier stage reported something */
    CONST_SCALAR_OK,          /* an integer, bool, char or float: its bits, zero-extended */
    CONST_SCALAR_OTHER,       /* evaluated, but not one of these */
    CONST_SCALAR_TOO_GENERIC, /* depends on parameters that the args leave open */
} ConstScalarState;
/* What type check, patterns and layout need of a constant's value. The row is here, below its
 * users; the provider is consteval's. */
typedef struct {
    uint8_t state; /* ConstScalarState */
    uint64_t low, high;
} ConstScalar;

/* The item's own parameters as its arguments, parent's first. */
ArgsId args_identity(Job *job, DefId item);
static inline uint32_t generics_count(const Generics *generics)
{
    return generics->parent_count + generics->param_count;
}
/* The parameter with this index, the parent's included; NULL only after an error. */
const GenericParam *generics_param(Job *job, const Generics *generics, uint32_t index);
/* `Self: Super` in predicates_of(trait_def). */
bool predicate_is_supertrait(const Interners *in, const Predicate *predicate, DefId trait_def);

/* The value of an unevaluated constant whose args are closed, as CONST_VALUE, or CONST_ERROR;
 * anything else is itself. */
ConstId const_evaluate(Job *job, ConstId konst);

RegionId region_substitute(Interners *in, RegionId region, ArgsId args);
TraitRef trait_ref_substitute(Interners *in, TraitRef trait_ref, ArgsId args);
Predicate predicate_substitute(Interners *in, const Predicate *predicate, ArgsId args);

extern const KeyInfo key_info_ConstKey;
extern const ValueInfo value_info_FnSig, value_info_Generics, value_info_Predicates,
    value_info_TypeOf, value_info_AdtDef, value_info_ImplHeader, value_info_AssocItems,
    value_info_ItemFacts;

#define QUERY QUERY_DECLARE
#include "ty/ty_queries.def"
#undef QUERY

#endif
