/* Private to parse: the partition of a token sequence into items, and its state while it is made.
 */
#ifndef RSCC_PARSE_PARSE_PARTITION_H
#define RSCC_PARSE_PARSE_PARTITION_H

#include "base/map.h"
#include "parse/parse.h"

/* Value of file_partition and call_partition. Runs are ranges of `tokens`; sources[i] is the index
 * of token i in the file (or expansion), for its place. A TOKEN_ITEM's source is the first token of
 * what it stands for. */
typedef struct {
    IdRange anchors[ANCHOR_COUNT];
    uint32_t first, last; /* sources of its first and last token */
    bool is_reported;     /* what is wrong with its header was found when it was cut */
} PartitionRuns;

struct PartitionData {
    ItemTree tree;
    PartitionRuns *runs; /* by item */
    Token *tokens;
    uint32_t *sources;
    uint32_t token_count;
    IdRange rest;     /* expansions: all that is not inside an item */
    uint32_t *by_id;  /* items in order of ItemId.v, the root too */
    bool is_repaired; /* a delimiter was missing, which was reported: what does not fit follows from
                         it */
};

/* The index of an item; false if it is not there. */
bool partition_find(const PartitionData *partition, ItemId item, uint32_t *index);

/* What is cut: a file's tokens or an expansion's. */
typedef struct {
    Interners *interners;
    const Token *tokens; /* doc comments in place, their text none until `doc_text` is asked */
    const uint32_t *partners;
    uint32_t count;
    ItemId root;
    AstFragment
        fragment; /* ITEMS, TRAIT_ITEMS, ..: a list of items; else statements, expressions, ... */
    /* The text of the doc comment at a source index. */
    SymId (*doc_text)(const void *context, uint32_t source);
    const void *context;
} PartitionInput;

/* Cuts; the result is in `out`. Errors have places in source indexes (AstPos). Cost: linear but for
 * the sort of ids. */
PartitionData *partition_make(const PartitionInput *input, Arena *out, Arena *scratch,
                              SyntaxErrorVec *errors);

/* The partition of a file. */
PartitionData *partition_file(Interners *interners, FileId file, const FileTokens *tokens, Str text,
                              Arena *out, Arena *scratch, SyntaxErrorVec *errors);

/* The partners of the delimiters of balanced tokens; partners are zeroed. */
void partition_match(Arena *scratch, const Token *tokens, uint32_t count, uint32_t *partners);
/* Behind the item that the tokens begin with, in tokens; 0 if they begin with none. */
uint32_t partition_item_end(const PartitionInput *input, Arena *scratch, SyntaxErrorVec *errors);

/* ---- while it is made
 * ---------------------------------------------------------------------------- */
VEC_TYPE(ItemVec, item_vec, Item)
VEC_TYPE(ItemSegmentVec, item_segment_vec, ItemSegment)
VEC_TYPE(ItemUseVec, item_use_vec, ItemUse)
VEC_TYPE(ItemVariantVec, item_variant_vec, ItemVariant)
VEC_TYPE(SymIdVec, sym_id_vec, SymId)
VEC_TYPE(PartitionRunsVec, partition_runs_vec, PartitionRuns)
VEC_TYPE(TokenVec, token_vec, Token)

/* A nested item in a body: view tokens [lo, hi) become one token. */
typedef struct {
    uint32_t lo, hi;
    uint32_t item; /* 0: nested too deep, which was said */
} NestedItem;
VEC_TYPE(NestedItemVec, nested_item_vec, NestedItem)

/* The view: the tokens that structure depends on, without doc comments and the brackets around
 * macro fragments. */
typedef struct {
    const PartitionInput *input;
    Arena *scratch;
    SyntaxErrorVec *errors;
    uint32_t *view;     /* source index of each view token */
    uint8_t *kinds;     /* of each view token; [count] is a CLOSE_FRAGMENT that ends everything */
    uint32_t *partners; /* view index of the partner of a delimiter */
    uint32_t count;
    ItemVec items;
    PartitionRunsVec runs;
    ItemSegmentVec segments;
    ItemUseVec uses;
    ItemVariantVec variants;
    SymIdVec attrs;
    TokenVec tokens;
    U32Vec sources;
    NestedItemVec nested;
    Map disambiguators; /* ItemId with disambiguator 0 -> how many there are */
    uint32_t depth;
    bool is_too_deep;
    bool has_inner_doc, has_fragments; /* among the tokens of the input */
    bool is_muted; /* delimiters were repaired: what does not fit is reported already */
} Partitioner;

typedef enum {
    CONTEXT_MODULE,
    CONTEXT_BODY,
    CONTEXT_TRAIT,
    CONTEXT_IMPL,
    CONTEXT_FOREIGN,
} ItemContext;

/* Where the parts of an item are, in view tokens. */
typedef struct {
    ItemContext context;
    DefKind kind;              /* as written: FN, CONST, ...; DEF_NONE: not an item */
    uint32_t lo;               /* first token, attributes included */
    uint32_t header;           /* first token behind the outer attributes */
    uint32_t vis_end;          /* behind the visibility */
    uint32_t keyword;          /* the token that tells the kind */
    uint32_t name;             /* of the name's token; 0: none */
    uint32_t header_end;       /* behind the header's last token */
    uint32_t body, body_end;   /* tokens of the body run */
    uint32_t inner, inner_end; /* of children, between braces; both 0: none */
    uint32_t hi;               /* behind the last token */
    uint32_t stray; /* view index + 1 of the token that was found where the item should go on; 0: it
                       is complete */
    bool is_macro_rules;
    bool is_trait_alias;
} ItemExtent;

static inline TokenKind view_kind(const Partitioner *p, uint32_t at)
{
    return (TokenKind)p->kinds[at < p->count ? at : p->count];
}
static inline const Token *view_token(const Partitioner *p, uint32_t at)
{
    return &p->input->tokens[p->view[at]];
}
static inline bool view_is_ident(const Partitioner *p, uint32_t at)
{
    return token_kind_is_ident(view_kind(p, at), EDITION_2015);
}
/* The index behind the token tree at `at`. */
static inline uint32_t view_skip(const Partitioner *p, uint32_t at)
{
    return token_class(view_kind(p, at)) == TOKEN_CLASS_OPEN ? p->partners[at] + 1 : at + 1;
}
/* Angle brackets that a token opens less those it closes, where types are. */
static inline int view_angle_change(TokenKind kind)
{
    if (kind == TOKEN_LT || kind == TOKEN_L_ARROW)
        return 1;
    if (kind == TOKEN_SHL)
        return 2;
    if (kind == TOKEN_GT || kind == TOKEN_GE)
        return -1;
    return kind == TOKEN_SHR || kind == TOKEN_SHR_EQ ? -2 : 0;
}
/* Is the opening delimiter at `at` that of a macro call's arguments (or of macro_rules)? */
bool view_is_macro_input(const Partitioner *p, uint32_t at);
/* The end of the outer attributes that begin at `at`. */
uint32_t view_skip_attributes(const Partitioner *p, uint32_t at, uint32_t end);

/* parse_extent.c: where an item at `at` begins and ends; kind DEF_NONE if there is none. */
ItemExtent extent_find(const Partitioner *p, uint32_t at, uint32_t end, ItemContext context);

/* parse_facts.c: what the item tree says of an item. `header`: view index of the header's first
 * token. */
void facts_attributes(Partitioner *p, Item *item, uint32_t lo, uint32_t hi);
void facts_header(Partitioner *p, Item *item, const ItemExtent *extent);

/* parse_view.c: copies view tokens [lo, hi) with the macro input in them; the tokens of nested
 * items become one each. */
IdRange view_copy(Partitioner *p, uint32_t lo, uint32_t hi, const NestedItem *nested,
                  uint32_t nested_count);
void view_make(Partitioner *p);
SyntaxError *view_error(Partitioner *p, DiagCode code, uint32_t lo, uint32_t hi);
/* At source tokens [lo, hi). */
SyntaxError *view_error_at(Partitioner *p, DiagCode code, uint32_t lo, uint32_t hi);
/* "`x`", "keyword `fn`", "`<eof>`": how messages name the token. */
Str view_found(const Partitioner *p, uint32_t at);

/* The edition in which an item's tokens were written. */
Edition parse_item_edition(Job *job, ItemId item);
/* Where the tokens of a range come from, of a call's partition. */
void partition_origins(Job *job, Arena *arena, const PartitionData *data, IdRange range,
                       CallId call, TokenSpanList *out);
/* parse_eager.c: reports what is wrong with attributes, and with the headers of items that define
 * nothing (`use`, `mod`, macro calls, ...), which get ITEM_IS_ERROR. tokens and text: of the file;
 * NULL: the items of `call`. */
void eager_check(Job *job, PartitionData *data, const FileTokens *tokens, Str text, CallId call);
/* Are errors in such a run reported there? */
bool eager_is_checked(Anchor anchor, DefKind kind);

/* How messages name a token: as rustc does. */
Str parse_found_text(const Interners *interners, Arena *arena, Token token);

#endif
