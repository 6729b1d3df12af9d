/* Private to the support library. */
#ifndef RSCC_TESTS_SUPPORT_REGISTRY_H
#define RSCC_TESTS_SUPPORT_REGISTRY_H

#include "engine/engine.h"
#include "query_kinds.h"

extern const QueryInfo test_queries[QUERY_KIND_COUNT];
/* Is lowering linked? */
bool test_has_span_tables(void);

#endif
