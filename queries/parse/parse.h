/* From tokens to items and syntax trees.
 *
 * Partition: a scan over token trees cuts a file (or an expansion) into items. An item has three
 * runs of tokens: attributes, header, body. Items inside bodies are cut out too: the body has one
 * TOKEN_ITEM in the place of each. The item facts (file_items, item_header,
 * ...) are projections of the partition; none but span_map and item_base knows a position, so
 * comments, blank lines and moves change nothing else.
 *
 * What is header and what body:
 *   fn               `pub const fn f<T>(x: T) -> U where ..` | `{ .. }`, or header up to `;` and no
 * body const, static    `const X: T` | `= value ;` struct, enum, union, type, use, extern crate,
 * `mod m;`: all header, `;` included mod, impl, trait, extern block: up to the `{`; no body; what
 * is inside are children macro_rules      `macro_rules! m` | `{ rules }`;   macro 2.0: `macro m` |
 * `(..) {..}` or `{ rules }` macro call       `path!` | `( args ) ;` Inner attributes of a mod,
 * impl, trait, extern block or file belong to its attributes, behind the outer ones; those of a
 * function stay in its body. Doc comments are in no run, except inside the arguments of macro calls
 * and macro definitions. */
#ifndef RSCC_PARSE_PARSE_H
#define RSCC_PARSE_PARSE_H

#include "ast/ast.h"

/* ---- the item tree
 * ------------------------------------------------------------------------------- */

/* One word of a path as data. */
typedef struct {
    SymId name;
    uint32_t mark;
    uint32_t at;  /* index of its token in the item's header */
    uint8_t kind; /* TokenKind: IDENT, KW_CRATE, KW_SELF_LOWER, KW_SUPER, KW_DOLLAR_CRATE, ... */
} ItemSegment;

/* One leaf of a `use`: `use a::{b::{self as c}, d::*};` has a::b as c (is_self) and a::d::*. */
typedef struct {
    IdRange path;   /* in ItemTree.segments, the trailing `self` of a list left out */
    bool is_global; /* begins with `::` */
    bool is_glob;
    bool is_empty; /* `a::{}`: imports nothing, but `a` has to be there */
    bool is_self;  /* written as `self` in a list: imports from the type namespace only */
    SymId rename;  /* `as name`; `_` too; none: the last segment's name */
    uint32_t rename_mark;
    uint32_t at_lo, at_hi; /* tokens of the leaf in the header: [lo, hi) */
} ItemUse;

typedef struct {
    SymId name;
    uint32_t mark;
    uint8_t ctor; /* AstCtor */
    bool has_cfg; /* a cfg or cfg_attr attribute stands on it: header_ast tells */
    uint32_t at;  /* index of the name's token in the header */
} ItemVariant;

enum {
    ITEM_HAS_CFG = 1 << 0, /* #[cfg(..)] */
    ITEM_HAS_CFG_ATTR =
        1 << 1,             /* #[cfg_attr(..)]: the other facts from attributes may be incomplete */
    ITEM_HAS_PATH = 1 << 2, /* #[path = ".."]: path_attr */
    ITEM_MACRO_USE = 1 << 3,
    ITEM_MACRO_EXPORT = 1 << 4,
    ITEM_HAS_DERIVE = 1 << 5,
    ITEM_HAS_UNKNOWN_ATTR = 1 << 6, /* an attribute that is not built in: may be a macro */
    ITEM_NO_MANGLE = 1 << 7,
    ITEM_TEST = 1 << 8,
    ITEM_PROC_MACRO = 1 << 9, /* proc_macro, proc_macro_derive, proc_macro_attribute */
    ITEM_IS_INLINE = 1 << 10, /* mod with a block */
    ITEM_HAS_BODY = 1 << 11,  /* fn with a block, const and static with a value */
    ITEM_HAS_SELF = 1 << 12,  /* fn with a self parameter */
    ITEM_BODY_CALLS_MACRO =
        1 << 13, /* there is a macro call in the body's tokens: it may define items and impls */
    ITEM_IS_MACRO_RULES = 1 << 14, /* MACRO: by macro_rules! */
    ITEM_IS_TRAIT_ALIAS = 1 << 15,
    ITEM_IS_NEGATIVE = 1 << 16, /* impl !Trait */
    ITEM_HAS_TRAIT = 1 << 17,   /* impl Trait for T */
    ITEM_IS_ERROR =
        1 << 18,         /* reported: only recovery kept it, or its header is not what it seems */
    ITEM_USED = 1 << 19, /* #[used], #[link_section], #[export_name]: a root of code generation */
};

typedef struct {
    ItemId id;
    uint8_t kind; /* DefKind; entry 0: ITEM_ROOT_FILE or ITEM_ROOT_CALL. Associated items have the
                     ASSOC_, foreign ones the FOREIGN_ kinds */
    uint8_t vis;  /* AstVisKind */
    uint8_t ctor; /* AstCtor, of structs */
    uint8_t reserved;
    uint32_t flags;  /* ITEM_ bits */
    uint32_t parent; /* index */
    uint32_t end; /* index behind the last descendant: children of i are i + 1, then each one's end,
                     below end */
    SymId
        name; /* none for impls, extern blocks, use, macro calls; EXTERN_CRATE: the crate's name */
    uint32_t name_mark;
    uint32_t name_at; /* index of the name's token in the header; nameless ones: the first token */
    SymId rename;     /* EXTERN_CRATE: `as name` */
    IdRange vis_path; /* in segments; of `pub(in a::b)` */
    IdRange path;     /* in segments; MACRO_CALL: of the macro. MACRO_CALL of `macro_rules` does not
                         occur */
    IdRange uses;     /* in uses; USE */
    IdRange variants; /* in variants; ENUM */
    IdRange attrs;    /* in attrs: names of the attributes, `a::b` in one symbol, in order */
    SymId path_attr;  /* value of #[path = ".."], unescaped */
    SymId lang;       /* value of #[lang = ".."] or of #[panic_handler] ("panic_impl") */
} Item;

/* Preorder: entry 0 is the root (a file's inner attributes are its own). */
typedef struct {
    Item *items;
    uint32_t count;
    ItemSegment *segments;
    uint32_t segment_count;
    ItemUse *uses;
    uint32_t use_count;
    ItemVariant *variants;
    uint32_t variant_count;
    SymId *attrs;
    uint32_t attr_count;
    bool exists; /* false: the file is absent or cannot be read */
} ItemTree;
extern const ValueInfo value_info_ItemTree;
/* An attribute of the language or of a known tool, by its path (`rustfmt::skip`). */
bool parse_attribute_is_builtin(Str name);
/* Indented text, or JSON. */
void item_tree_dump_text(const Interners *interners, const ItemTree *tree, bool json, Text *out);

/* ---- tokens and places
 * --------------------------------------------------------------------------- */

typedef struct {
    ItemId item;
    uint32_t anchor; /* Anchor */
} MadeTokensKey;

typedef struct {
    TokenSpan *items;
    uint32_t count;
} TokenSpanList;

/* Of one token, relative to the first token of its anchor. */
typedef struct {
    uint32_t offset, length; /* bytes */
    uint32_t line;           /* lines below */
    uint32_t
        column; /* in scalar values: line 0: to the right of the anchor; else absolute, 0-based */
} SpanEntry;
typedef struct {
    SpanEntry *entries[ANCHOR_COUNT];
    uint32_t counts[ANCHOR_COUNT];
} SpanMap;
typedef struct {
    FileId file;
    struct {
        uint32_t offset, line,
            column; /* of the anchor's first token (or where it would be), 0-based */
    } anchors[ANCHOR_COUNT];
} ItemBase;

extern const ValueInfo value_info_TokenSpanList, value_info_SpanMap, value_info_ItemBase,
    value_info_Partition;
extern const KeyInfo key_info_MadeTokensKey;

/* Private to the stage. */
typedef struct PartitionData PartitionData;
typedef struct {
    const PartitionData *data;
} Partition;

/* What an expansion gives: value of expansion(CallId) (expand/expand_queries.def), declared here
 * because the parser reads it. expansion_origins(CallId): TokenSpanList, one entry a token: where
 * it was written (with call: the expansion itself). */
typedef struct {
    TokenRun run;
    uint8_t fragment; /* AstFragment that the call stands for */
    bool is_error;    /* reported */
} Expansion;

/* Tokens of an item's anchor, written or made; the same for where they stand. */
const TokenRun *parse_tokens(Job *job, ItemId item, Anchor anchor);
/* The item tree of an item's root, and the item's index in it (0 if it is not there). */
const ItemTree *parse_tree(Job *job, ItemId item, uint32_t *index);

/* A place in a file, for the edges. */
typedef struct {
    FileId file;
    uint32_t lo, hi;       /* bytes */
    uint32_t line, column; /* of lo, 0-based; the column in scalar values */
    bool is_known;         /* false: the item is no longer there */
} SourceSpan;
/* Where a span's tokens were written: through macro-made items down to files. */
SourceSpan parse_source_span(Job *job, TokenSpan span);
/* The tokens as they were written: an item that an expansion made has none of its own. `call` says
 * through which expansion they came. Item none: nowhere, after an error. */
TokenSpan parse_written_span(Job *job, TokenSpan span);

/* ---- parsing pieces (for macro matching, and for expansions)
 * --------------------------------------- */

/* Errors: SyntaxError (lex/lex.h) with places AstPos in the run. */
typedef struct {
    Interners *interners;
    Arena *out;     /* the tree */
    Arena *scratch; /* the parser and the errors' texts */
    Edition edition;
    /* Is there a line break before a token of the run? Asked only to word an error; NULL: unknown.
     */
    bool (*line_breaks)(const void *lines, uint32_t token);
    const void *lines;
} ParseContext;

/* Parses one fragment that starts at token `at` of the run, into *ast (root: see Ast). Gives the
 * index behind its last token. ITEMS, STMTS, EXPR (and all others but in matching) should end at
 * the run's end: parse_whole says so if they do not. Errors are appended; error nodes stand where
 * syntax is missing. TT, IDENT, LIFETIME, ITEM and the lists of items make no tree. */
uint32_t parse_fragment(const ParseContext *context, const TokenRun *run, uint32_t at,
                        AstFragment fragment, Ast *ast, SyntaxErrorVec *errors);
/* The whole run must be one fragment. */
void parse_whole(const ParseContext *context, const TokenRun *run, AstFragment fragment, Ast *ast,
                 SyntaxErrorVec *errors);
/* What decides which parts an item must have: its kind and that of what it stands in. */
typedef struct {
    uint8_t kind, parent; /* DefKind */
} ItemShape;
ItemShape item_shape(const Interners *interners, ItemId item);
/* One run of an item: what attributes_ast, header_ast and body_ast give for an item of the kind. */
void parse_anchor_run(const ParseContext *context, const TokenRun *run, Anchor anchor,
                      ItemShape shape, Ast *ast, SyntaxErrorVec *errors);
/* Parses an anchor of a written or made item that cfg leaves out, and reports what would be wrong
 * in any case. True: something is. */
bool parse_left_out(Job *job, ItemId item, Anchor anchor);
/* Parts that an item of the shape must or must not have: a body, a value, a type. `header` is its
 * header's run and tree. */
void parse_check_parts(const ParseContext *context, ItemShape shape, const TokenRun *attributes,
                       const TokenRun *header, const Ast *ast, SyntaxErrorVec *errors);
/* Whether a fragment of the kind can begin with the token (rustc's matching rule: no backtracking
 * after that). */
bool parse_fragment_may_start(const Interners *interners, const TokenRun *run, uint32_t at,
                              AstFragment fragment, Edition edition);

/* Reports errors with places in the run of (item, anchor), or with origins[i] for token i if
 * origins are given. */
ErrorReported parse_errors_emit(Job *job, const SyntaxErrorVec *errors, ItemId item, Anchor anchor,
                                const TokenSpanList *origins);
/* The span of [lo, hi) in a run with origins: from the first token to the last if they stand in one
 * item and anchor, else the first one's. An empty one is behind the token before it. */
TokenSpan parse_origin_span(const TokenSpanList *origins, AstPos lo, AstPos hi);

#define QUERY QUERY_DECLARE
#include "parse/parse_queries.def"
#undef QUERY

#endif
