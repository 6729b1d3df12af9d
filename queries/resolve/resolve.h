/* Names: modules, imports, preludes and the index of impls.
 *
 * crate_def_map is a firewall; readers use its projections, single-name facts above all, so that adding a name re-runs only those who
 * looked for that name (negative facts included). */
#ifndef RSCC_RESOLVE_RESOLVE_H
#define RSCC_RESOLVE_RESOLVE_H

#include "hir/hir.h"
#include "diag/diag.h"

typedef enum { NAMESPACE_TYPE, NAMESPACE_VALUE, NAMESPACE_MACRO, NAMESPACE_COUNT } Namespace;

/* Private to the stage: only projections read it. */
typedef struct CrateDefMapData CrateDefMapData;
typedef struct {
    const CrateDefMapData *data;
} CrateDefMap;

typedef struct {
    DefId module;
    SymId name;
    uint32_t name_space; /* Namespace */
} ScopeNameKey;
typedef struct {
    Res res;            /* RES_ERROR with kind 0 and is_found false: no such name */
    bool is_found;
    bool is_ambiguous;  /* two globs give different things */
    DefId visible_in;   /* nearest module in which it may be named; none: everywhere */
} ScopeName;

typedef struct {
    ItemId item;
} DefItem;
typedef struct {
    DefId *items;
    uint32_t count;
} DefList;

typedef struct {
    DefId crate;
    SymId name;
} LangItemKey;
typedef struct {
    DefId def; /* none: no visible crate defines it */
} LangItem;

/* A self type reduced to what an impl index can tell apart; SIMPLIFIED_ANY for parameters and projections. `def` for ADTs, foreign types
 * and traits objects; `detail` primitive, mutability or tuple length. */
typedef enum {
    SIMPLIFIED_ANY, SIMPLIFIED_ADT, SIMPLIFIED_PRIMITIVE, SIMPLIFIED_REF, SIMPLIFIED_PTR, SIMPLIFIED_SLICE, SIMPLIFIED_ARRAY,
    SIMPLIFIED_TUPLE, SIMPLIFIED_FN, SIMPLIFIED_NEVER, SIMPLIFIED_FOREIGN, SIMPLIFIED_CLOSURE,
} SimplifiedKind;
typedef struct {
    DefId crate;
    DefId trait_def;
    uint8_t kind; /* SimplifiedKind; SIMPLIFIED_ANY asks for all impls of the trait in the crate */
    uint8_t detail;
    uint16_t unused;
    DefId def;
} TraitImplsKey;
typedef struct {
    DefId crate;
    uint8_t kind;
    uint8_t detail;
    uint16_t unused;
    DefId def;
} InherentImplsKey;

#define QUERY QUERY_DECLARE
#include "resolve/resolve_queries.def"
#undef QUERY

#endif
