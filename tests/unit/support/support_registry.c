/* The table of all queries. What a test does not link is weak, and missing from the table. */
#include "unit/support/support_registry.h"

#include "check/check.h"
#include "codegen/codegen.h"
#include "consteval/consteval.h"
#include "driver/driver_priv.h"
#include "expand/expand.h"
#include "layout/layout.h"
#include "lex/lex.h"
#include "link/link.h"
#include "lower/lower.h"
#include "mir/mir.h"
#include "mono/mono.h"
#include "parse/parse.h"
#include "pat/pat.h"
#include "project/project.h"
#include "resolve/resolve.h"
#include "traits/traits.h"
#include "ty/ty.h"
#include "typeck/typeck.h"

#define PRAGMA(text) _Pragma(#text)
#define WEAK(name)   PRAGMA(weak name)

#define QUERY(name, KeyType, ValueType, flags, doc)                      \
    WEAK(name##_provide)                                                 \
    WEAK(key_info_##KeyType)                                             \
    WEAK(value_info_##ValueType)                                         \
    extern const KeyInfo key_info_##KeyType;                             \
    extern const ValueInfo value_info_##ValueType;                       \
    static void provide_##name(Job *job, const QueryKey *key, void *out) \
    {                                                                    \
        KeyType typed;                                                   \
        memcpy(&typed, key, sizeof typed);                               \
        if (!name##_provide)                                             \
            RSC_BUG("the provider of " #name " is not linked");          \
        name##_provide(job, typed, out);                                 \
    }
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    WEAK(key_info_##KeyType)                              \
    WEAK(value_info_##ValueType)                          \
    extern const KeyInfo key_info_##KeyType;              \
    extern const ValueInfo value_info_##ValueType;
#include "queries.def"

const QueryInfo test_queries[QUERY_KIND_COUNT] = {
#define QUERY(name, KeyType, ValueType, flags, doc) \
    { #name, &key_info_##KeyType, &value_info_##ValueType, flags, doc, provide_##name },
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    { #name, &key_info_##KeyType, &value_info_##ValueType, flags, doc, NULL },
#include "queries.def"
};

bool test_has_span_tables(void)
{
    return span_table_provide != NULL;
}
