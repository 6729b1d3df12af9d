/* Names: modules, imports, preludes and the index of impls.
 *
 * crate_def_map collects a crate's modules from files and item macros, and resolves imports, in one
 * fixpoint whose result does not depend on the order of items (textual macro scopes aside, which
 * are ordered by definition). It is cut into one fact per module and kind of use (module_scope,
 * module_defs, module_macros), and these into facts about one name or definition (scope_name,
 * def_item, visibility ...). All of them belong to the eager fact layer: adding a name runs the map
 * and the facts of that module again, and marks only who looked for that name (negative facts
 * included).
 *
 * Items inside bodies are found by lowering the body (lower/lower.h): their DefIds are children of
 * the body's owner. The queries here answer for them too, by asking body_items of that owner. */
#ifndef RSCC_RESOLVE_RESOLVE_H
#define RSCC_RESOLVE_RESOLVE_H

#include "diag/diag.h"
#include "expand/expand.h"
#include "hir/hir.h"

typedef enum { NAMESPACE_TYPE, NAMESPACE_VALUE, NAMESPACE_MACRO, NAMESPACE_COUNT } Namespace;

/* Private to the stage: only projections read it. */
typedef struct CrateDefMapData CrateDefMapData;
typedef struct {
    const CrateDefMapData *data;
} CrateDefMap;

/* `module`: CRATE, MOD, ENUM (its variants) or TRAIT (its associated items). For lookups of
 * `module::name`; what a bare name in a body means is resolve_lexical. */
typedef struct {
    DefId module;
    SymId name;
    uint32_t name_space; /* Namespace */
} ScopeNameKey;
typedef struct {
    Res res; /* RES_ERROR with kind 0 and is_found false: no such name; is_found true: an import
                that failed, reported */
    bool is_found;
    bool is_ambiguous; /* two globs give different things: `res` is one of them */
    DefId visible_in;  /* nearest module in which it may be named; none: everywhere */
} ScopeName;

/* Every name in a module, for suggestions only: reading it depends on all of them. Ordered by name,
 * then namespace. */
typedef struct {
    SymId name;
    uint32_t name_space;
    Res res;
    DefId visible_in;
    bool is_import;
} ModuleName;
typedef struct {
    ModuleName *names;
    uint32_t count;
} ModuleNames;

typedef struct {
    ItemId item;
} DefItem;
typedef struct {
    DefId *items;
    uint32_t count;
} DefList;
typedef struct {
    DefId visible_in; /* module; none: everywhere */
} Visibility;

/* What crate_def_map found in one module. Private to the stage, as the three that follow. */
typedef struct {
    DefId target; /* module, crate or enum */
    DefId visible_in;
} ModuleGlob;
typedef struct {
    ModuleName *names; /* items and single imports, by name space, then name */
    uint32_t count;
    ModuleGlob *globs;
    uint32_t glob_count;
    bool is_missing; /* its file is not there (reported): any name may be in it */
} ModuleScope;
typedef struct {
    DefId def;
    ItemId item;
    DefId visible_in;
    SymId lang;
    uint32_t flags;    /* DEF_ bits */
    DefId macro_scope; /* the macro_rules written last above it, in textual scope; none */
} ModuleDef;
typedef struct {
    ModuleDef *defs; /* by resolve_compare_siblings */
    uint32_t count;
    ItemId *absent; /* items that cfg leaves out; as collected */
    uint32_t absent_count;
} ModuleDefs;
/* A macro_rules in textual scope. */
typedef struct {
    SymId name;
    ItemId item;
    DefId def;
    DefId outer; /* the one visible above it; none */
} TextualMacro;
typedef struct {
    TextualMacro
        *macros; /* those in scope in the module but not already at the module's own item */
    uint32_t count;
} ModuleMacros;

/* A definition with a #[lang] name. */
typedef struct {
    SymId name;
    DefId def;
} LangEntry;
typedef struct {
    LangEntry *items;
    uint32_t count;
} CrateLangItems;

/* An item of a trait or impl. */
typedef struct {
    DefId def;
    ItemId item;
    SymId name;
    uint32_t kind;    /* DefKind */
    DefId visible_in; /* module; none: everywhere, as far as the trait is */
    bool has_body;    /* fn with a block, const with a value */
    bool has_self;
    bool may_have_items; /* its body may define items */
    SymId lang;
} AssocDef;
typedef struct {
    AssocDef *items; /* in order of declaration, macro-made ones in place of their call */
    uint32_t count;
    ItemId *absent; /* items that cfg leaves out */
    uint32_t absent_count;
} AssocDefs;

/* A macro as found by name. */
typedef struct {
    ItemId item; /* none: not found */
    DefId crate; /* whose macro it is */
    DefId def;   /* none for macros defined in bodies */
} MacroName;
/* A bare macro name as seen from a definition's place in its module (textual scope, then the
 * module's names, then macro_use). */
typedef struct {
    DefId place;
    SymId name;
} MacroNameKey;

typedef struct {
    DefId crate;
    SymId name;
} LangItemKey;
typedef struct {
    DefId def; /* none: no visible crate defines it */
} LangItem;

/* A self type reduced to what an impl index can tell apart; SIMPLIFIED_ANY for parameters and
 * projections. `def` for ADTs, foreign types and traits objects; `detail` primitive, mutability or
 * tuple length. */
typedef enum {
    SIMPLIFIED_ANY,
    SIMPLIFIED_ADT,
    SIMPLIFIED_PRIMITIVE,
    SIMPLIFIED_REF,
    SIMPLIFIED_PTR,
    SIMPLIFIED_SLICE,
    SIMPLIFIED_ARRAY,
    SIMPLIFIED_TUPLE,
    SIMPLIFIED_FN,
    SIMPLIFIED_NEVER,
    SIMPLIFIED_FOREIGN,
    SIMPLIFIED_CLOSURE,
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
/* One impl: what its header says without types. */
typedef struct {
    DefId impl;
    DefId trait_def; /* none: inherent, or the trait's name is an error */
    bool is_inherent;
    uint8_t kind; /* SimplifiedKind */
    uint8_t detail;
    DefId def;
} ImplEntry;
typedef struct {
    ImplEntry *impls; /* by module, those of a module in order of def path */
    uint32_t count;
} ImplIndex;

/* An item inside a body. */
typedef struct {
    DefId def;
    ItemId item;
    uint32_t block; /* of blocks: the scope it stands in */
    uint32_t flags; /* BODY_ITEM_ bits */
} BodyItem;
enum { BODY_ITEM_HAS_BODY = 1, BODY_ITEM_MAY_HAVE_ITEMS = 2, BODY_ITEM_HAS_CHILDREN = 4 };
/* A name that a block's items and imports give. */
typedef struct {
    SymId name;
    uint32_t name_space; /* Namespace */
    Res res;
    DefId visible_in;
} BlockName;
typedef struct {
    uint32_t parent; /* the block around it that has items; 0 none */
    IdRange names;   /* in names */
    IdRange globs;   /* in globs: modules whose names are visible */
    IdRange locals;  /* in locals: names of variables of the function that items here cannot use
                        (E0434) */
} BodyBlock;
/* A macro_rules in a body. */
typedef struct {
    ItemId item;
    SymId name;
    uint32_t block;
} BodyMacro;
/* The items in a body: what other items may see of it. Found by lowering (the provider is in
 * lower/). */
typedef struct {
    BodyBlock *blocks; /* entry 0 unused */
    uint32_t block_count;
    BodyItem *items; /* in order of def path */
    uint32_t item_count;
    BlockName *names;
    uint32_t name_count;
    DefId *globs;
    uint32_t glob_count;
    BodyMacro *macros;
    uint32_t macro_count;
    SymId *locals;
    uint32_t local_count;
} BodyItems;

/* What a crate's root says about all of it. */
typedef struct {
    SymId name;
    Res res;
} ExternCrate;
typedef struct {
    uint8_t edition;
    bool has_no_core;           /* #![no_core] */
    DefList macro_use_crates;   /* #[macro_use] extern crate */
    ExternCrate *extern_crates; /* `extern crate` in the root: names of the extern prelude */
    uint32_t extern_crate_count;
} CrateFacts;

/* Is code in module `from` (or inside it) allowed to name a thing visible in `visible_in`? */
static inline bool resolve_is_visible(const Interners *interners, DefId visible_in, DefId from)
{
    if (def_id_is_none(visible_in))
        return true;
    while (!def_id_is_none(from) && !def_id_eq(from, visible_in))
        from = def_kind(interners, from) == DEF_CRATE ? def_id_none() : def_parent(interners, from);
    return !def_id_is_none(from);
}
/* The module (CRATE or MOD) a definition stands in; a module is its own. */
DefId resolve_module_of(const Interners *interners, DefId def);
/* What a bare name means at module level: the module's names, the extern prelude, primitive types.
 * Not locals, generics, items of bodies. */
ScopeName resolve_lexical(Job *job, DefId module, SymId name, Namespace name_space);
/* The primitive type of that name. */
bool resolve_primitive(const Interners *interners, SymId name, uint8_t *primitive);

extern const ValueInfo value_info_CrateDefMap, value_info_ScopeName, value_info_ModuleNames,
    value_info_DefItem, value_info_DefList, value_info_Visibility, value_info_MacroName,
    value_info_LangItem, value_info_ImplIndex, value_info_BodyItems, value_info_AssocDefs,
    value_info_CrateFacts, value_info_ModuleScope, value_info_ModuleDefs, value_info_ModuleMacros,
    value_info_CrateLangItems;
extern const KeyInfo key_info_ScopeNameKey, key_info_MacroNameKey, key_info_LangItemKey,
    key_info_TraitImplsKey, key_info_InherentImplsKey;

/* Parses an item and all below it, for the reports: what cfg leaves out means nothing, but it must
 * be written as Rust (Reference, conditional compilation), and nothing else parses it. */
bool resolve_has_syntax_error(Job *job, ItemId item);

#define QUERY QUERY_DECLARE
#include "resolve/resolve_queries.def"
#undef QUERY

#endif
