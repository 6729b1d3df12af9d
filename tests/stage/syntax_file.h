/* A file with its tokens, items and trees, made without the engine. */
#ifndef RSCC_TESTS_SYNTAX_FILE_H
#define RSCC_TESTS_SYNTAX_FILE_H

#include "parse/parse_partition.h"
#include "print/print.h"

typedef struct {
    Interners *interners;
    Arena *arena;
    FileId file;
    Str text;
    FileTokens tokens;
    SyntaxErrorVec errors;
    const PartitionData *data;
    TokenRun (*runs)[ANCHOR_COUNT]; /* by item */
    Ast (*trees)[ANCHOR_COUNT];
} SyntaxFile;

/* Lexes, cuts and parses everything. The bodies of macros have no tree. Which parts an item must
 * have is not asked. */
void syntax_file_read(SyntaxFile *f, Interners *interners, Arena *arena, Str text, Edition edition);
bool syntax_file_has_tree(const SyntaxFile *f, uint32_t item, Anchor anchor);
/* As source. */
void syntax_file_print(const SyntaxFile *f, Text *out);

#endif
