/* Collecting modules and resolving imports: private to resolve, and to lowering for the items of
 * bodies (resolve_block.h). */
#ifndef RSCC_RESOLVE_RESOLVE_PRIV_H
#define RSCC_RESOLVE_RESOLVE_PRIV_H

#include <stdlib.h>

#include "resolve/resolve_path.h"

VEC_TYPE(DefIdVec, def_id_vec, DefId)
VEC_TYPE(ModuleNameVec, module_name_vec, ModuleName)

/* `compare` is a total order that is the same in every process. */
static inline void sort_items(void *items, uint32_t count, size_t item_bytes,
                              int (*compare)(const void *a, const void *b, void *context),
                              const void *context)
{
    if (count > 1)
        qsort_r(items, count, item_bytes, compare, (void *)(uintptr_t)context);
}

/* ---- the value of crate_def_map
 * --------------------------------------------------------------------- */

enum {
    DEF_HAS_BODY = BODY_ITEM_HAS_BODY,
    DEF_MAY_HAVE_ITEMS = BODY_ITEM_MAY_HAVE_ITEMS, /* its body may define items */
    DEF_HAS_CHILDREN = BODY_ITEM_HAS_CHILDREN,     /* an impl or trait: assoc items */
    DEF_IS_MISSING = 1 << 3,          /* a module whose file is not there: any name may be in it */
    DEF_MAY_HAVE_LANG_ITEMS = 1 << 4, /* an impl or trait: among its assoc items */
};

/* A definition of a module. Sorted: parents before children, children by (kind, name, hash,
 * disambiguator). */
typedef struct {
    DefId def;
    ItemId item;
    uint32_t parent; /* index */
    uint32_t end;    /* index behind the last descendant */
    DefId visible_in;
    SymId lang;
    uint32_t flags;
    uint32_t macro_scope; /* index in scopes: what macro_rules names mean in it; 0: nothing */
} MapDef;
/* Imports and items of a module under one name. Sorted by (module, name space, name). */
typedef struct {
    uint32_t module; /* index of a definition */
    ModuleName name; /* RES_ERROR: an import that failed */
} MapName;
typedef struct {
    uint32_t module;
    ModuleGlob glob;
} MapGlob;
/* A macro_rules name in textual scope, and what is visible above it. */
typedef struct {
    SymId name;
    ItemId item;
    DefId def;
    uint32_t parent; /* 0 none */
} MapScope;
/* An item that cfg leaves out. */
typedef struct {
    uint32_t module; /* index of a definition; while collecting: of a module */
    ItemId item;
} AbsentItem;
VEC_TYPE(AbsentItemVec, absent_item_vec, AbsentItem)
struct CrateDefMapData {
    DefId crate;
    CrateFacts facts;
    MapDef *defs; /* [0] is the crate */
    uint32_t def_count;
    MapName *names;
    uint32_t name_count;
    MapGlob *globs; /* sorted by module */
    uint32_t glob_count;
    MapScope *scopes; /* [0] unused */
    uint32_t scope_count;
    AbsentItem *absent; /* sorted by module, then as collected */
    uint32_t absent_count;
    Map module_index; /* DefId of a module -> index in defs */
};
/* Total order of definitions with one parent, the same in every process. */
int resolve_compare_siblings(const Interners *in, DefId a, DefId b);

/* ---- facts of a module
 * -------------------------------------------------------------------------------------- */

/* The entry of a module-level definition; NULL: it is none. */
const ModuleDef *module_def_find(Job *job, DefId def);
/* What a module declares or imports under a name, globs aside; NULL: nothing. */
const ModuleName *module_scope_find(const Interners *in, const ModuleScope *scope, SymId name,
                                    Namespace name_space);
/* Calls visit for each definition in the module and in the modules in it, in order of def path. */
void module_defs_walk(Job *job, DefId module, void (*visit)(void *context, const ModuleDef *def),
                      void *context);
/* Every definition with a header (or, if `bodies`, with a body) among `def`, its associated items
 * and what stands in their bodies. */
typedef struct {
    Job *job;
    Interners *in;
    bool bodies;
    DefIdVec defs;
} DefWalk;
void def_walk(DefWalk *w, const ModuleDef *def);
void def_walk_init(DefWalk *w, Job *job, bool bodies, Arena *arena);

/* ---- collecting
 * ------------------------------------------------------------------------------------- */

/* Answer of a lookup while things are still being collected. */
typedef enum { LOOKUP_ABSENT, LOOKUP_FOUND, LOOKUP_UNKNOWN } LookupState;
typedef struct {
    LookupState state;
    Res res;
    DefId visible_in;
    bool is_ambiguous;
    bool is_glob;          /* through a glob import */
    uint32_t import;       /* of the module it was found in; 0: none */
    uint32_t import_other; /* ambiguous: the other glob */
} Lookup;

/* ---- one name through glob imports
 * ------------------------------------------------------------------------- */

/* A module whose globs are looked through, and what those globs give. */
typedef struct {
    uint32_t key; /* the caller's name for it */
    DefId module;
    uint32_t first_edge, end_edge;
    bool is_bound; /* has the name itself: globs do not matter */
    bool is_open;  /* something may still give it the name */
    Lookup own;
} GlobNode;
VEC_TYPE(GlobNodeVec, glob_node_vec, GlobNode)
typedef struct {
    uint32_t target; /* node; UINT32_MAX: what it gives is in `there` from the start */
    DefId importer;  /* module */
    DefId visible_in;
    uint32_t import;
    bool is_open;
    Lookup there; /* what the target has for the importer */
} GlobEdge;
VEC_TYPE(GlobEdgeVec, glob_edge_vec, GlobEdge)

/* Looks for one name in the modules reachable through globs. Each module and each glob is looked at
 * once, whatever the number of paths; then what the globs give is computed as a least fixpoint,
 * which is what rings of globs need. Reused from search to search. */
typedef struct GlobSearch GlobSearch;
struct GlobSearch {
    const Interners *in;
    /* Describes nodes.items[node]: bind, open, and an add for each glob import. */
    void (*expand)(GlobSearch *s, uint32_t node);
    void *context;
    GlobNodeVec nodes;
    GlobEdgeVec edges;
    Map index; /* key -> node */
};
void glob_search_init(GlobSearch *s, const Interners *in, Arena *arena,
                      void (*expand)(GlobSearch *s, uint32_t node), void *context);
/* What the globs of a module that has no such name itself give: for whoever stands in `from`; none:
 * for everybody. UNKNOWN if something reachable is open. */
Lookup glob_search_run(GlobSearch *s, uint32_t key, DefId module, DefId from);
/* For expand. */
void glob_search_add_module(GlobSearch *s, uint32_t node, uint32_t key, DefId module,
                            DefId visible_in, uint32_t import);
void glob_search_add(GlobSearch *s, uint32_t node, Lookup there, DefId visible_in, uint32_t import);

/* A definition being collected. Entry 0 is unused. */
typedef struct {
    DefId def; /* none until the end for impls and `_` constants */
    uint8_t kind;
    uint32_t flags;
    ItemId item;
    const ItemTree *tree;
    uint32_t index;  /* in tree */
    uint32_t module; /* index of the module around it */
    DefId visible_in;
    uint32_t scope; /* textual macro scope */
    uint32_t order; /* of collection */
} CollectDef;
VEC_TYPE(CollectDefVec, collect_def_vec, CollectDef)

typedef struct {
    DefId def;         /* CRATE or MOD; none for a block */
    uint32_t parent;   /* module index; 0 none */
    uint32_t self_def; /* in defs; 0 for blocks */
    bool is_block;
    bool is_missing; /* its file is not there (reported): any name may be in it */
    FileId file;     /* its items stand in it, or in a block in it */
    SymId directory; /* where files of its child modules are looked for, inside the package */
    U32Vec globs;    /* imports */
    uint32_t pending_calls;
    uint32_t pending_globs;
} CollectModule;
VEC_TYPE(CollectModuleVec, collect_module_vec, CollectModule)

/* What a name in a module is bound to. */
typedef struct {
    Res res;
    DefId visible_in;
    uint32_t import; /* 0: an item */
    ItemId item;     /* where it is written */
    uint32_t order;
    bool is_extern_crate;
    uint32_t reported; /* order of the last duplicate that was reported, plus 1 */
    SymId name;
    uint32_t module, name_space;
} CollectName;
VEC_TYPE(CollectNameVec, collect_name_vec, CollectName)

typedef enum { IMPORT_SINGLE, IMPORT_GLOB } ImportKind;
typedef struct {
    uint8_t kind; /* ImportKind */
    bool is_done;
    bool is_self_only; /* type namespace only */
    bool is_used;      /* found in some name space */
    bool is_broken;    /* what it means is not known, which was told when it was read */
    bool is_reported;  /* what is wrong with it was told */
    uint8_t states[NAMESPACE_COUNT]; /* LookupState */
    uint32_t module;
    ItemId item;
    const ItemTree *tree;
    const ItemUse *use;
    SymId name; /* bound; none for globs */
    DefId visible_in;
    uint32_t scope; /* textual macro scope at it */
    uint32_t order;
    uint32_t same_name; /* next import of the same name in the module; 0 none */
    DefId glob_target;  /* GLOB, done: CRATE, MOD or ENUM; none: failed */
} CollectImport;
VEC_TYPE(CollectImportVec, collect_import_vec, CollectImport)

/* A macro call in item position. */
typedef struct {
    uint32_t module;
    ItemId item;
    const ItemTree *tree;
    uint32_t index;
    uint32_t scope_before, scope_after; /* textual macro scope */
    bool is_expanded;
} CollectCall;
VEC_TYPE(CollectCallVec, collect_call_vec, CollectCall)

/* Textual scope: a macro_rules name, or the place of a call whose expansion may define some. Entry
 * 0: nothing is visible. */
typedef struct {
    uint32_t def; /* 0: a call */
    uint32_t call;
    uint32_t parent;
} CollectScope;
VEC_TYPE(CollectScopeVec, collect_scope_vec, CollectScope)

typedef struct Collector Collector;
struct Collector {
    Job *job;
    Interners *in;
    Arena *arena; /* of everything collected */
    DefId crate;
    const CrateInfo *info;
    DefId outer_module; /* blocks: the module around the body; none for a crate */
    DefId parent_def;   /* what definitions of the outermost module are children of */
    CollectDefVec defs;
    CollectModuleVec modules; /* entry 0 unused */
    CollectNameVec names;     /* entry 0 unused */
    AbsentItemVec absent;
    Map name_map;             /* (module, name, name space) -> index in names */
    CollectImportVec imports; /* entry 0 unused */
    Map import_map;           /* (module, name) -> first single import of that name */
    CollectCallVec calls;     /* entry 0 unused */
    CollectScopeVec scopes;
    Map def_count;       /* (parent def, kind, name) -> how many */
    Map module_map;      /* DefId -> module */
    Map def_map;         /* DefId -> def */
    U32Vec crates_used;  /* macro_use extern crates */
    GlobSearch globs;    /* of the lookup under way */
    U32Vec file_stack;   /* files of the modules around, for cycles */
    uint32_t order;      /* of what is collected next */
    bool ignore_calls;   /* nothing else moves: calls that are left define nothing */
    bool ignore_imports; /* nothing else moves: imports that are left define nothing */
    bool has_no_core;
    ExpandBudget budget;
    /* Blocks: names of the blocks around, and what stands outside of the collector. */
    Lookup (*outer_lookup)(Collector *c, uint32_t module, SymId name, Namespace name_space);
    MacroName (*outer_macro)(Collector *c, SymId name);
    void *outer;
};

void collector_init(Collector *c, Job *job, DefId crate);
/* Items [first, end) of a tree level: children of entry `parent`. scope: textual scope before, and
 * after. */
void collect_children(Collector *c, uint32_t module, const ItemTree *tree, uint32_t parent,
                      uint32_t *scope);
void collect_item(Collector *c, uint32_t module, const ItemTree *tree, uint32_t index,
                  uint32_t *scope);
uint32_t collect_module(Collector *c, CollectModule module);
/* Imports and macro calls until nothing moves, then reports what is left. */
void collect_resolve(Collector *c);
/* Gives impls and `_` constants their DefIds, in order. */
void collect_name_defs(Collector *c);
DefId collect_def_id(Collector *c, DefId parent, DefKind kind, SymId name, uint64_t hash);

void collect_define(Collector *c, CollectName name);
/* The files a `mod name;` may stand in. */
bool collect_module_file(Collector *c, uint32_t module, const Item *item, CollectModule *made);
/* Unless it is there and lexing says why it cannot be read. */
void collect_report_absent(Collector *c, FileId file, Str path, DiagSpan at);
uint32_t collect_macro_use(Collector *c, DefId crate);

/* ---- lookups while collecting
 * ------------------------------------------------------------------------ */

/* Part of collector_init. */
void lookup_init(Collector *c);
/* `module::name`, seen from module `from`. */
Lookup lookup_in_module(Collector *c, uint32_t module, SymId name, Namespace name_space,
                        uint32_t from, uint32_t ignored_import);
/* The same for any module, also of other crates, and for enums and traits. */
Lookup lookup_in_def(Collector *c, DefId module, SymId name, Namespace name_space, uint32_t from,
                     uint32_t ignored_import);
/* A bare name. */
Lookup lookup_bare(Collector *c, uint32_t module, SymId name, Namespace name_space,
                   uint32_t ignored_import);

typedef enum { PATH_OK, PATH_UNKNOWN, PATH_FAILED } PathState;
typedef struct {
    PathState state;
    DefId module; /* OK: what all segments but the last name (a module-like definition), or none:
                     the last is a bare name */
    uint32_t at;  /* FAILED: the segment */
    const char *error; /* FAILED: E0433's or E0432's label, or NULL: no such name in `module` */
    Res found;         /* FAILED: what the segment names, if anything */
    bool is_private;   /* the segment `at` names a private thing: reported apart */
    bool is_extern;    /* the path begins with `::`: the last segment is a crate's name */
} PathPrefix;
/* The first `count` segments of a path as a module. */
PathPrefix lookup_prefix(Collector *c, uint32_t module, const ItemSegment *segments, uint32_t count,
                         bool is_global, uint32_t ignored_import, CollectImport *import);
/* The module index of a local module; 0 if it is none. */
uint32_t collect_module_of(const Collector *c, DefId def);
/* The nearest module that is no block. */
uint32_t collect_normal_module(const Collector *c, uint32_t module);
DefId collect_module_def(const Collector *c, uint32_t module);
/* The crate `$crate` stands for at a mark of the item's tokens. */
DefId resolve_dollar_crate(Job *job, ItemId item, uint32_t mark, DefId own_crate);

/* ---- macros
 * ------------------------------------------------------------------------------------------- */

typedef struct {
    LookupState state;
    MacroName macro;
} MacroLookup;
/* The scope behind calls that are expanded. Shortens the way for the next one. */
uint32_t skip_expanded_calls(Collector *c, uint32_t scope);
MacroLookup lookup_textual_macro(Collector *c, uint32_t scope, SymId name);
/* A macro's path at a place. */
MacroLookup lookup_macro_path(Collector *c, uint32_t module, uint32_t scope,
                              const ItemSegment *segments, uint32_t count, bool is_global,
                              ItemId item);
bool collect_expand_calls(Collector *c);
void collect_report_calls(Collector *c);

/* ---- imports
 * ------------------------------------------------------------------------------------------ */
bool collect_resolve_imports(Collector *c);
void collect_report_imports(Collector *c);

/* ---- visibility
 * ----------------------------------------------------------------------------------------- */
/* Of an item from its facts; errors are reported. */
DefId collect_visibility(Collector *c, uint32_t module, const ItemTree *tree, const Item *item);
/* Where both hold. */
DefId visibility_meet(const Interners *in, DefId a, DefId b);

/* ---- places and texts
 * ------------------------------------------------------------------------------------ */
/* An item's header up to its `{` or its end: what messages show of it. */
TokenSpan item_head_span(Job *job, ItemId item);
TokenSpan item_tokens_span(Job *job, ItemId item, uint32_t lo, uint32_t hi);
/* `function`, `module`, `struct`...: as messages call a resolution. */
const char *res_kind_text(const Interners *in, Res res);
/* "cannot find macro". names: macros in scope, for a suggestion. */
void report_macro_not_found(Job *job, TokenSpan span, SymId name, const SymId *names,
                            const ItemId *items, uint32_t count);

/* The tree of an item's header, and its root: NULL if it did not parse or there is no such item, as
 * for a definition that is gone. */
const AstItem *resolve_header(Job *job, ItemId item, const Ast **ast);
/* A variant of an enum by name. */
ScopeName lookup_enum_variant(Job *job, DefId enum_def, ItemId item, SymId name,
                              Namespace name_space, DefId visible_in);
ScopeName lookup_assoc_item(Job *job, DefId trait_def, SymId name, Namespace name_space);
/* In which module the field of a struct or union may be named. */
DefId resolve_field_def_visibility(Job *job, DefId field);
/* In which module the constructor of a tuple struct may be named: where the struct and all its
 * fields may. */
DefId ctor_visibility(Job *job, DefId struct_def, ItemId item, DefId struct_visible_in);

#endif
