/* AST to HIR: expands the macros of a body on the way, resolves every path that modules and scopes
 * can resolve, consumes hygiene marks.
 *
 * lowered_item and lowered_body do the work (an item's header, its body) and are not fingerprinted;
 * readers use their projections, so what only moves changes span_table and nothing else. Both also
 * hold the anonymous constants that stand in the header or body (array lengths, const arguments,
 * discriminants): bodies of their own, whose DefIds are children of the item. */
#ifndef RSCC_LOWER_LOWER_H
#define RSCC_LOWER_LOWER_H

#include "resolve/resolve.h"

/* Where the nodes of a definition stand. A Span's index is 0 for the definition's own span (its
 * name), else 2 * i for entry i of the header's nodes, 2 * i + 1 for entry i of the body's. */
typedef struct {
    TokenSpan *header; /* [0] is the definition's name */
    uint32_t header_count;
    TokenSpan *body;
    uint32_t body_count;
} SpanTable;
/* The definition's name for an index that is not there any more. */
static inline TokenSpan span_table_get(const SpanTable *table, uint32_t index)
{
    uint32_t i = index >> 1;
    if ((index & 1) != 0 && i < table->body_count)
        return table->body[i];
    if ((index & 1) == 0 && i < table->header_count)
        return table->header[i];
    return table->header_count ? table->header[0] : (TokenSpan){ .item = item_id_none() };
}
/* Where a span's tokens were written. */
TokenSpan lower_token_span(Job *job, Span span);

/* An anonymous constant of a header or body. */
typedef struct {
    DefId def;
    HirBody body;
    TokenSpan *spans;
    uint32_t span_count;
} LoweredConst;

/* A macro call that lowering expanded: tokens [lo, hi) of an anchor of `owner` (an item, or the
 * root of another expansion). */
typedef struct {
    ItemId owner;
    uint32_t anchor; /* Anchor */
    uint32_t lo, hi;
    CallId call;
} LoweredCall;

typedef struct {
    HirItem item;
    TokenSpan *spans; /* by index / 2; [0] is the item's name */
    uint32_t span_count;
    LoweredConst *consts;
    uint32_t const_count;
    LoweredCall *calls;
    uint32_t call_count;
} LoweredItem;
typedef struct {
    HirBody body;
    TokenSpan *spans; /* by index / 2 */
    uint32_t span_count;
    LoweredConst *consts;
    uint32_t const_count;
    LoweredCall *calls;
    uint32_t call_count;
    BodyItems items;
} LoweredBody;

/* A definition as source text with every macro call in it replaced by what it expands to; items
 * inside its body included. Ends with a newline. */
void lower_print_expanded(Job *job, DefId def, Text *out);

extern const ValueInfo value_info_SpanTable, value_info_LoweredItem, value_info_LoweredBody;

#define QUERY QUERY_DECLARE
#include "lower/lower_queries.def"
#undef QUERY

#endif
