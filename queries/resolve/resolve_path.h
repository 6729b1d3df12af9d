/* Paths seen from a place, through single-name facts: what lowering and the impl index ask. */
#ifndef RSCC_RESOLVE_RESOLVE_PATH_H
#define RSCC_RESOLVE_RESOLVE_PATH_H

#include "resolve/resolve.h"

/* Where code stands: a module and, inside a body, the innermost block with items, as
 * body_items(body) numbers them. */
typedef struct BodyScopes BodyScopes;
typedef struct {
    DefId crate;
    DefId module;
    DefId body;     /* none: at module level */
    uint32_t block; /* 0: at the body's level, no items around */
    /* While a body is lowered: its own items, which no query knows yet. NULL otherwise. */
    BodyScopes *own;
} Place;
/* Where a definition itself stands. */
Place resolve_place(Job *job, DefId def);

/* One segment, keywords told apart. */
typedef struct {
    SymId name;
    uint8_t kind;       /* TokenKind */
    DefId dollar_crate; /* KW_DOLLAR_CRATE: which crate */
} PathWord;

typedef enum {
    RESOLVED,           /* res, resolved */
    RESOLVE_NOT_FOUND,  /* no such name: at, in_module */
    RESOLVE_NOT_MODULE, /* segment `at` is followed by others but is no module or type: found */
    RESOLVE_PRIVATE,    /* segment `at` names something that may not be named from here: found */
    RESOLVE_AMBIGUOUS,  /* segment `at`: two globs differ: found */
    RESOLVE_SUPERS,     /* segment `at` is a `super` in the root */
    RESOLVE_REPORTED,   /* through an import that failed */
} ResolveState;
typedef struct {
    ResolveState state;
    Res res;           /* RESOLVED; also PRIVATE, AMBIGUOUS: what it would be */
    uint32_t resolved; /* segments that `res` stands for; fewer than all: the rest is relative to a
                          type */
    uint32_t at;       /* what failed */
    DefId in_module;   /* NOT_FOUND: where it was looked for; none: in scope, or among the crates */
    Res found;
} ResolvedPath;

/* A path of `count` words; the last one in the name space. is_global: it begins with `::`. first:
 * what the first word means by scopes that only the caller knows (locals, generics); NULL, or kind
 * RES_ERROR: nothing. */
ResolvedPath resolve_path(Job *job, const Place *place, const PathWord *words, uint32_t count,
                          bool is_global, Namespace name_space, const Res *first);
/* The same for a path in a type, an expression or a pattern: one that ends in a module or leads
 * nowhere means the primitive type that its first word names, if it names one. So a module `u8`
 * takes nothing from the type: `u8::item` is the module's item if it has that one. */
ResolvedPath resolve_path_or_primitive(Job *job, const Place *place, const PathWord *words,
                                       uint32_t count, bool is_global, Namespace name_space,
                                       const Res *first);
/* A bare name from a place: blocks, module, preludes. */
ScopeName resolve_bare(Job *job, const Place *place, SymId name, Namespace name_space);
/* A macro's path from a place; `def` is the definition whose textual scope counts. */
MacroName resolve_macro_path(Job *job, const Place *place, DefId def, const PathWord *words,
                             uint32_t count, bool is_global);

/* The words of a path in an item's tree. `item`: whose marks they carry. */
void resolve_words(Job *job, const Ast *ast, AstPathId path, ItemId item, DefId own_crate,
                   PathWord *words);

/* Of a field, from its visibility in the header of the definition that owns it. */
DefId resolve_field_visibility(Job *job, DefId owner, ItemId item, const Ast *ast, AstVisId vis);

/* ---- texts for messages
 * ------------------------------------------------------------------------------ */
/* `function`, `module`, `struct`, `tuple struct`...: as messages call what a name stands for. */
const char *resolve_res_text(Job *job, Res res);
/* A module as messages quote it: `a::b` in backquotes, or `root` for the crate's own root. */
Str resolve_module_text(Job *job, DefId module, DefId own_crate, const char *root);
/* E0433 at a segment that cannot be resolved. */
Diag *resolve_module_diag(Job *job, const Place *place, const ResolvedPath *path,
                          const PathWord *words, bool is_global, TokenSpan span);
/* E0603. */
Diag *resolve_private_diag(Job *job, const ResolvedPath *path, SymId name, TokenSpan span);
/* The nearest of the names by edit distance, if near enough; none. */
SymId resolve_suggest(const Interners *in, SymId wanted, const SymId *names, uint32_t count);
/* An item's header up to its where-clause or body: what messages show of a definition. */
TokenSpan resolve_head_span(Job *job, ItemId item);
/* The definition's head or, for variants and the like, its name. */
DiagSpan resolve_def_span(Job *job, DefId def);

#endif
