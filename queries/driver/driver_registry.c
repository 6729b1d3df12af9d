/* The table of all query kinds, from the stages' tables: what the engine is given. */
#include "check/check.h"
#include "consteval/consteval.h"
#include "driver/driver_priv.h"
#include "expand/expand.h"
#include "layout/layout.h"
#include "lex/lex.h"
#include "lower/lower.h"
#include "parse/parse.h"

/* Types of keys and values name their codecs. */
#define QUERY(name, KeyType, ValueType, flags, doc)                         \
    extern const KeyInfo key_info_##KeyType;                                \
    extern const ValueInfo value_info_##ValueType;                          \
    static void provide_##name(Job *job, const QueryKey *packed, void *out) \
    {                                                                       \
        KeyType key;                                                        \
        memcpy(&key, packed, sizeof key);                                   \
        name##_provide(job, key, out);                                      \
    }
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    extern const KeyInfo key_info_##KeyType;              \
    extern const ValueInfo value_info_##ValueType;
#include "queries.def"

#define QUERY(name, KeyType, ValueType, flags, doc) \
    { #name, &key_info_##KeyType, &value_info_##ValueType, (flags), doc, provide_##name },
#define QUERY_INPUT(name, KeyType, ValueType, flags, doc) \
    { #name, &key_info_##KeyType, &value_info_##ValueType, (flags), doc, NULL },
const QueryInfo query_registry[] = {
#include "queries.def"
};
