/* Rust source as text: from tokens, and from syntax trees.
 *
 * What is printed from trees parses back to the same trees. Parentheses that were written are nodes
 * of their own; others are added where a tree (made by a macro) needs them. The arguments of macros
 * and attributes are their tokens, in lines as they were written where that is known. Doc comments
 * are in no tree: they come from the file, before what they stand before. Other comments are left
 * out. */
#ifndef RSCC_PRINT_PRINT_H
#define RSCC_PRINT_PRINT_H

#include "parse/parse.h"

/* ---- tokens ---- */

/* What stands between two tokens. Of two wishes the later one in this list counts. */
typedef enum {
    PRINT_GAP_NEEDED, /* a space if the two would be read as something else without it */
    PRINT_GAP_NONE,   /* nothing: known to be right, or the parser splits what comes of it */
    PRINT_GAP_SPACE,
    PRINT_GAP_LINE,
    PRINT_GAP_BLANK, /* and an empty line */
} PrintGap;

/* Writes tokens one after the other. */
typedef struct {
    const Interners *interners;
    Text *out;
    uint32_t indent; /* levels */
    Token last;
    uint8_t before;   /* TokenKind of the one before it */
    PrintGap gap;     /* before the next token */
    bool has_last;    /* false at the very beginning */
    bool after_brace; /* print_tokens_flow: a `}` was last, what follows decides whether the line
                         ends */
    U32Vec open;      /* print_tokens_placed: of each open delimiter, whether it indents */
} PrintTokens;

/* `scratch` holds a word for each open delimiter. */
void print_tokens_init(PrintTokens *t, const Interners *interners, Arena *scratch, Text *out);
/* Before the next token. */
void print_tokens_gap(PrintTokens *t, PrintGap gap);
/* A token behind the gap that was asked for. Those without text (fragments, items) are skipped. */
void print_tokens_add(PrintTokens *t, Token token);
/* The same, with the gap that its source has. */
void print_tokens_placed(PrintTokens *t, Token token, PrintGap gap);
/* A token of which nothing but its neighbour is known: lines end behind braces and semicolons. */
void print_tokens_flow(PrintTokens *t, Token token);
/* Ends the last line. */
void print_tokens_finish(PrintTokens *t);

/* ---- trees ---- */

/* Where the printer finds the items of a tree. Results are needed until the next call with another
 * item. */
typedef struct {
    const Interners *interners;
    const ItemTree *tree;
    const void *context;
    /* The tokens of an item's anchor, and their tree. */
    const TokenRun *(*tokens)(const void *context, uint32_t item, Anchor anchor);
    const Ast *(*ast)(const void *context, uint32_t item, Anchor anchor);
    /* The file that the items were cut from, for its doc comments and for the lines of macros'
     * arguments. NULL: there is none. */
    const PartitionData *partition;
    const FileTokens *file;
    Str text;
} PrintSource;

/* The item at an index of the tree with everything in it; 0: all of the file or expansion. Ends
 * with a line break. An item that was reported for what it looks like is printed as its tokens.
 * Recursion is as deep as the trees are, which the parser bounds. Cost: linear. */
void print_source(const PrintSource *source, uint32_t item, Arena *scratch, Text *out);

#endif
