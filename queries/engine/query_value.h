/* Descriptors of keys and values whose fields a record table lists (base/ir_records_declare.h):
 * what the engine needs to encode, decode and name them. Include where the table's functions are
 * declared. */
#ifndef RSCC_ENGINE_QUERY_VALUE_H
#define RSCC_ENGINE_QUERY_VALUE_H

#include "base/ir_table.h"
#include "engine/engine.h"

/* value_info_<CType> over <lower>_encode and <lower>_decode; ERROR_VALUE is an initializer. A value
 * is its own pool. */
#define QUERY_VALUE_INFO(CType, lower, ...)                                             \
    static void lower##_value_encode(Encoder *e, const void *value)                     \
    {                                                                                   \
        lower##_encode(e, value);                                                       \
    }                                                                                   \
    static void lower##_value_decode(Decoder *d, void *value)                           \
    {                                                                                   \
        lower##_decode(d, value, value);                                                \
    }                                                                                   \
    static const CType lower##_value_error = __VA_ARGS__;                               \
    const ValueInfo value_info_##CType = { #CType, sizeof(CType), lower##_value_encode, \
                                           lower##_value_decode, &lower##_value_error };

/* key_info_<CType>; DESCRIBE(interners, key, out) takes the key by value. */
#define QUERY_KEY_INFO(CType, lower, DESCRIBE)                                           \
    static void lower##_key_encode(Encoder *e, const QueryKey *packed)                   \
    {                                                                                    \
        CType key;                                                                       \
        memcpy(&key, packed, sizeof key);                                                \
        lower##_encode(e, &key);                                                         \
    }                                                                                    \
    static void lower##_key_decode(Decoder *d, QueryKey *packed)                         \
    {                                                                                    \
        CType key;                                                                       \
        lower##_decode(d, NULL, &key);                                                   \
        *packed = (QueryKey){ { 0, 0 } };                                                \
        memcpy(packed, &key, sizeof key);                                                \
    }                                                                                    \
    static void lower##_key_describe(const Interners *interners, const QueryKey *packed, \
                                     Text *out)                                          \
    {                                                                                    \
        CType key;                                                                       \
        memcpy(&key, packed, sizeof key);                                                \
        DESCRIBE(interners, key, out);                                                   \
    }                                                                                    \
    const KeyInfo key_info_##CType = { #CType, lower##_key_encode, lower##_key_decode,   \
                                       lower##_key_describe };

/* key_info_<CType> for a key that is one interned id. */
#define QUERY_ID_KEY_INFO(CType, kind, DESCRIBE)                                                   \
    static void kind##_key_encode(Encoder *e, const QueryKey *packed)                              \
    {                                                                                              \
        CType key;                                                                                 \
        memcpy(&key, packed, sizeof key);                                                          \
        encode_interned(e, INTERN_##kind, key.v);                                                  \
    }                                                                                              \
    static void kind##_key_decode(Decoder *d, QueryKey *packed)                                    \
    {                                                                                              \
        CType key = { decode_interned(d, INTERN_##kind) };                                         \
        *packed = (QueryKey){ { 0, 0 } };                                                          \
        memcpy(packed, &key, sizeof key);                                                          \
    }                                                                                              \
    static void kind##_key_describe(const Interners *interners, const QueryKey *packed, Text *out) \
    {                                                                                              \
        CType key;                                                                                 \
        memcpy(&key, packed, sizeof key);                                                          \
        DESCRIBE(interners, key, out);                                                             \
    }                                                                                              \
    const KeyInfo key_info_##CType = { #CType, kind##_key_encode, kind##_key_decode,               \
                                       kind##_key_describe };

#endif
