/* Written types (HIR) to types. Items use it through the queries of ty; type check uses it for the
 * types in a body.
 *
 * The same code serves both: what differs (may `_` stand here, what does an elided lifetime mean,
 * are projections normalized) is in the hooks. Errors: E0107, E0109, E0121, E0191, E0220, E0221,
 * E0223, E0106, E0747. */
#ifndef RSCC_TY_TY_LOWER_H
#define RSCC_TY_TY_LOWER_H

#include "lower/lower.h"
#include "ty/ty.h"

/* What an elided lifetime means. */
typedef enum {
    ELISION_ERROR,     /* E0106: fields, aliases, bounds */
    ELISION_STATIC,    /* constants and statics */
    ELISION_FRESH,     /* inputs of functions: each a bound region of its own */
    ELISION_OUTPUT,    /* output of functions: `output_region`, or E0106 */
    ELISION_ANONYMOUS, /* impl headers: parameters without a name */
    ELISION_ERASED,    /* bodies */
} Elision;

typedef struct TyLower TyLower;
struct TyLower {
    Job *job;
    Interners *in;
    const HirBody *nodes; /* where the ids point; its owner owns the spans */
    DefId scope;     /* whose generic parameters and where-clauses are visible, parents included */
    bool is_body;    /* named late-bound lifetimes become placeholders */
    bool is_quiet;   /* the same syntax is lowered with reports elsewhere */
    bool has_error;  /* out: something was reported, or would have been */
    uint8_t elision; /* Elision */
    RegionId output_region; /* for ELISION_OUTPUT; none: there is no single input lifetime */
    uint32_t binder;        /* function pointer types entered */
    uint32_t fresh_regions; /* bound regions handed out for the innermost binder */
    uint32_t assoc_depth;   /* bounds looked through for `T::Assoc`, against cycles */
    /* `_`: NULL where it may not be written. */
    TyId (*infer_ty)(TyLower *lower, const GenericParam *param_or_null, uint32_t span);
    ConstId (*infer_const)(TyLower *lower, TyId ty, const GenericParam *param_or_null,
                           uint32_t span);
    /* A projection that was written; NULL: kept as it is. */
    TyId (*project)(TyLower *lower, DefId assoc_ty, ArgsId args, uint32_t span);
    void *context;
};

/* For an item's header. */
TyLower ty_lower_item(Job *job, DefId item, const HirItem *header, Elision elision);

TyId ty_lower(TyLower *lower, HirTyId ty);
RegionId ty_lower_region(TyLower *lower, HirLifetimeId lifetime);
/* A constant argument or array length: a value if it is a literal, a parameter, or (def, args). */
ConstId ty_lower_const(TyLower *lower, DefId konst, TyId ty);
/* `Trait<A, B>` of a bound or an impl header, for the self type. Its `Assoc = T` constraints are
 * for ty_lower_constraints. */
TraitRef ty_lower_trait_ref(TyLower *lower, HirPathId path, TyId self_ty);

VEC_TYPE(PredicateVec, predicate_vec, Predicate)
/* PROJECTION predicates for the constraints written in a trait path. */
void ty_lower_constraints(TyLower *lower, HirPathId path, TraitRef trait_ref, PredicateVec *out);

/* The arguments of `def`'s own parameters from one path segment (none: nothing was written), after
 * those of its parent. infer_missing: what is not written is inferred (paths in expressions and
 * patterns). Returns the full list. */
ArgsId ty_lower_args(TyLower *lower, DefId def, ArgsId parent_args, HirSegmentId segment_or_none,
                     bool infer_missing, uint32_t span);
/* The type that the resolved part of a path names: STRUCT, ENUM, UNION, TYPE_ALIAS, TYPE_PARAM,
 * FOREIGN, primitives, Self. */
TyId ty_lower_res(TyLower *lower, const HirPath *path, uint32_t resolved, bool infer_missing);
/* `Self`, as a type. */
TyId ty_self(Job *job, DefId self_of);
/* What a written type that is just a path stands for: `<T>::Assoc` is `T::Assoc`. RES_ERROR for
 * other types. */
Res ty_lower_written_res(const TyLower *lower, HirTyId ty);
/* One type-relative step: `ty::Name` where Name is an associated type. `res` is what `ty` was
 * written as. */
TyId ty_lower_assoc(TyLower *lower, TyId ty, const Res *res, HirSegmentId segment);
/* Segments that may not have arguments: E0109. */
void ty_lower_forbid_args(TyLower *lower, const HirPath *path, uint32_t from, uint32_t to,
                          const char *what);

#endif
