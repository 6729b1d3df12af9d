/* TOML as plain data: toml++ behind a C interface. The tree lives in the arena. Private to project.
 */
#ifndef RSCC_PROJECT_PROJECT_TOML_H
#define RSCC_PROJECT_PROJECT_TOML_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/arena.h"

typedef enum { TOML_TABLE, TOML_ARRAY, TOML_STRING, TOML_INTEGER, TOML_BOOL, TOML_OTHER } TomlKind;

typedef struct TomlNode {
    TomlKind kind;
    uint32_t line, column; /* 1-based; of the value */
    uint32_t end_column;   /* exclusive; 0 if the value does not end on that line */
    Str text;              /* STRING */
    int64_t integer;       /* INTEGER, BOOL */
    /* TABLE: children with keys, in order of key; ARRAY: children in order */
    const struct TomlNode *children;
    const Str *keys;
    const struct TomlNode *key_nodes; /* the same, as strings with places */
    uint32_t child_count;
} TomlNode;

typedef struct {
    const TomlNode *root; /* NULL on failure */
    Str message;          /* of the failure */
    uint32_t line, column;
} TomlResult;

/* Nesting is bounded by toml++. */
TomlResult toml_parse(Str text, Arena *arena);

/* The value under a key of a table; NULL if absent or `table` is NULL or no table. */
const TomlNode *toml_get(const TomlNode *table, const char *key);

#ifdef __cplusplus
}
#endif

#endif
