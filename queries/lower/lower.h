/* AST to HIR: expands the macros of a body on the way, resolves every path that modules and scopes can resolve, consumes hygiene marks. */
#ifndef RSCC_LOWER_LOWER_H
#define RSCC_LOWER_LOWER_H

#include "resolve/resolve.h"

typedef struct {
    TokenSpan *spans; /* by local span index; [0] is the owner's name */
    uint32_t count;
} SpanTable;
typedef struct {
    HirBody body;
    SpanTable spans;
} LoweredBody;

#define QUERY QUERY_DECLARE
#include "lower/lower_queries.def"
#undef QUERY

#endif
