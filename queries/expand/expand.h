/* Macros: definitions (macro_rules!), calls, expansions, hygiene marks.
 *
 * A call is named by content (CallRecord). expansion(CallId) matches the call's argument tokens
 * against the macro's rules and transcribes the rule that fits. Its run has TokenKinds as they will
 * be parsed: what stood for an expression, type, ... is inside OPEN_FRAGMENT/CLOSE_FRAGMENT;
 * identifiers, lifetimes and token trees are as they were. The parser makes items of it
 * (call_items) or this stage a tree (expansion_ast).
 *
 * Hygiene. macro_rules is mixed-site: local variables, labels and `$crate` mean what they mean
 * where the macro is defined, everything else what it means at the call. Each token of the macro's
 * own text gets a fresh mark (call, mark it had in the definition); tokens from the arguments keep
 * theirs. A mark is a number in the table of the run's root: expansion_marks(call) for the run of
 * an expansion and for the items made from it, no table (only mark 0) for what stands in a file. */
#ifndef RSCC_EXPAND_EXPAND_H
#define RSCC_EXPAND_EXPAND_H

#include "parse/parse.h"
#include "project/project.h"

/* ---- definitions
 * ----------------------------------------------------------------------------------- */

#define MACRO_TREE_TABLE(X)                                                               \
    X(TOKEN)      /* `token`, not a delimiter */                                          \
    X(DELIMITED)  /* `token` opens; children; `close` closes */                           \
    X(REPETITION) /* `$( children ) token op`: token is the separator if has_separator */ \
    X(VARIABLE)   /* `$name` in a transcriber, `$name:fragment` in a matcher */           \
    X(CRATE)      /* `$crate` */
typedef enum {
#define X(U) MACRO_TREE_##U,
    MACRO_TREE_TABLE(X)
#undef X
        MACRO_TREE_KIND_COUNT
} MacroTreeKind;
typedef enum { MACRO_OP_ANY, MACRO_OP_SOME, MACRO_OP_OPTIONAL } MacroOp; /* `*`, `+`, `?` */

/* A node of a matcher or a transcriber. */
typedef struct {
    uint8_t kind;     /* MacroTreeKind */
    uint8_t fragment; /* VARIABLE in a matcher: AstFragment */
    uint8_t op;       /* REPETITION: MacroOp */
    bool has_separator;
    Token token;
    Token close;      /* DELIMITED */
    SymId name;       /* VARIABLE */
    uint32_t mark;    /* VARIABLE: of its name */
    uint32_t at, end; /* tokens of the definition's body: [at, end) */
    IdRange children; /* in trees */
} MacroTree;
typedef struct {
    IdRange matcher, transcriber; /* in trees */
    uint32_t matcher_at;          /* token of the definition's body where the matcher begins */
} MacroRule;
typedef struct {
    SymId name;
    bool is_error;      /* reported: calls expand to nothing, silently */
    bool is_macro_item; /* `macro name`: not read */
    bool is_builtin;    /* #[rustc_builtin_macro]: the compiler's own, no rules */
    MacroTree *trees;
    uint32_t tree_count;
    MacroRule *rules;
    uint32_t rule_count;
} MacroDefinition;

/* Reports what is wrong with the definition of a macro_rules macro of the crate, called or not.
 * False: something is. */
bool expand_check_macro(Job *job, DefId crate, ItemId macro);

/* ---- calls
 * ----------------------------------------------------------------------------------------- */

/* A macro call in an item's tokens. */
typedef struct {
    Fp tokens;          /* of the arguments */
    uint32_t duplicate; /* CallRecord.duplicate */
    uint32_t
        anchor; /* Anchor of the owner; ITEM_ROOT_CALL owners: ANCHOR_BODY stands for call_rest */
    uint32_t lo, hi; /* tokens of the whole call in that run */
    IdRange args;    /* tokens inside the delimiters */
} CallSite;
typedef uint32_t AnchorCounts[ANCHOR_COUNT];
/* sites[first[anchor] + i] is macro call i + 1 of that anchor's Ast (AstMacroCallId). A MACRO_CALL
 * item has exactly one. */
typedef struct {
    CallSite *sites;
    uint32_t count;
    AnchorCounts first;
} CallSites;

/* The id of a call, once its macro is known. `site` is from call_sites(owner). */
CallId expand_call(Interners *interners, ItemId owner, const CallSite *site, ItemId macro,
                   DefId macro_crate, AstFragment fragment);
/* Where the call itself stands; item none if it is not there any more. */
TokenSpan expand_call_span(Job *job, CallId call);
/* Where the outermost call was written that the tokens came through; without one, where they were
 * written themselves. */
TokenSpan expand_outermost_span(Job *job, TokenSpan span);

/* ---- expansions
 * ------------------------------------------------------------------------------------ */

typedef struct {
    CallId call; /* the expansion whose macro wrote the token */
    uint32_t
        parent; /* the mark it had in the macro's definition; an entry of the same table, 0 none */
} HygieneMark;
typedef struct {
    HygieneMark *marks; /* entry 0 unused */
    uint32_t count;
} MarkTable;

/* What one execution of a macro gives: private, read through its projections. */
typedef struct {
    Expansion expansion;
    TokenSpanList origins;
    MarkTable marks;
} ExpansionFull;

/* The table that marks in an item's tokens refer to; NULL for items in files, whose tokens have
 * none. */
const MarkTable *expand_item_marks(Job *job, ItemId item);
/* The span of [lo, hi) in an anchor's run of an item. An ITEM_ROOT_CALL item: in call_rest,
 * resolved to where it was written. */
TokenSpan expand_span(Job *job, ItemId item, Anchor anchor, AstPos lo, AstPos hi);

/* Expansions nest at most this deep. */
enum { EXPAND_RECURSION_LIMIT = 128 };
/* And this many of them may stand inside of others in one place: a macro that calls itself twice
 * would never come to its end. */
enum { EXPAND_NESTED_CALLS_MAX = 1 << 16 };

typedef struct {
    uint32_t nested_calls;
    bool is_over;
} ExpandBudget;
/* Before a call in `owner` is expanded. False: it is not to be, and that was reported: by this, or
 * by the expansion of another call that was too deep. */
bool expand_budget_take(Job *job, ExpandBudget *budget, ItemId owner, CallId call);

/* ---- attributes
 * ------------------------------------------------------------------------------------ */

/* The first of `attrs` (a list of the tree) with that one-segment path; NULL if there is none. */
const AstAttr *expand_attr_find(const Interners *interners, const Ast *ast, IdRange attrs,
                                const char *name);
bool expand_has_attribute(Job *job, ItemId item, const char *name);
/* Do all `cfg` attributes of the list hold in the crate? Malformed ones are reported and hold.
 * (item, anchor, run) say what `ast` was parsed from. */
bool expand_cfg_holds(Job *job, DefId crate, ItemId item, Anchor anchor, const Ast *ast,
                      const TokenRun *run, IdRange attrs);
/* The same for an item's attributes. */
bool expand_item_is_configured(Job *job, DefId crate, ItemId item);

extern const ValueInfo value_info_MacroDefinition, value_info_CallSites, value_info_ExpansionFull,
    value_info_MarkTable, value_info_Expansion;

#define QUERY QUERY_DECLARE
#include "expand/expand_queries.def"
#undef QUERY

#endif
