/* Tokens of Rust source: the lexer, token runs, and the values of literals.
 *
 * Two forms. FileToken: in a file, with its place. Token: in a run that belongs to an item or came
 * out of a macro, without one; a run's fingerprint covers kind, flags, text and hygiene mark.
 * Compound punctuation is one token (`>>`, `&&=`...). Spacing is not part of a token: it follows
 * from span_map. */
#ifndef RSCC_LEX_LEX_H
#define RSCC_LEX_LEX_H

#include "diag/diag.h"
#include "source/edition.h"
#include "source/source.h"

typedef enum {
#define TOKEN(name, spelling, class) TOKEN_##name,
#include "lex/tokens.def"
    TOKEN_KIND_COUNT
} TokenKind;
typedef enum {
    TOKEN_CLASS_IDENT,
    TOKEN_CLASS_LIFETIME,
    TOKEN_CLASS_LITERAL,
    TOKEN_CLASS_DOC,
    TOKEN_CLASS_OPEN,
    TOKEN_CLASS_CLOSE,
    TOKEN_CLASS_PUNCT,
    TOKEN_CLASS_KEYWORD,
    TOKEN_CLASS_EDITION_KEYWORD,
    TOKEN_CLASS_WEAK,
    TOKEN_CLASS_SPECIAL,
} TokenClass;
extern const uint8_t token_classes[TOKEN_KIND_COUNT];
static inline TokenClass token_class(TokenKind kind)
{
    rsc_debug_assert((unsigned)kind < TOKEN_KIND_COUNT);
    return (TokenClass)token_classes[kind];
}
/* Fixed text, or what the table calls it. */
const char *token_spelling(TokenKind kind);
const char *token_kind_name(TokenKind kind); /* "IDENT", for dumps */

/* Of a word without r#: KW_.. or IDENT. */
TokenKind token_word_kind(Str word);
/* May the word stand where an identifier is wanted? (`r#` aside.) */
bool token_kind_is_ident(TokenKind kind, Edition edition);

/* Flags of IDENT and LIFETIME. Words written with r# are always IDENT (`'r#a`: LIFETIME) and `text`
 * is without r#. */
enum { TOKEN_RAW = 1 };

typedef struct {
    uint8_t kind;  /* TokenKind */
    uint8_t flags; /* TOKEN_RAW; OPEN_FRAGMENT and CLOSE_FRAGMENT: AstFragment */
    uint16_t unused;
    SymId text;    /* words, lifetimes (with '), literals (as written, suffix included), docs; else
                      none. TOKEN_ITEM: the ItemId's number */
    uint32_t mark; /* hygiene: 0 for what stands in a file */
} Token;

/* A run of tokens: value of item_attributes, item_header, item_body; result of an expansion.
 * Delimiters are balanced. */
typedef struct {
    Token *tokens;
    uint32_t count;
} TokenRun;
extern const ValueInfo value_info_TokenRun, value_info_FileTokens;
void token_run_encode(Encoder *e, const TokenRun *run);
void token_run_decode(Decoder *d, TokenRun *run);
/* Of the canonical encoding: for CallRecord.tokens. */
Fp token_run_fingerprint(Interners *interners, const Token *tokens, uint32_t count);
/* Equal in all that macro matching compares: kind and text (marks aside). */
bool token_matches(Token a, Token b);
static inline ItemId token_item(Token token)
{
    return item_id_make(token.text.v);
}
/* The index after the token tree that starts at `at`: behind the closing delimiter if it is an
 * opening one. */
uint32_t token_tree_end(const Token *tokens, uint32_t count, uint32_t at);
/* As it would be written. */
void token_text(const Interners *interners, Token token, Text *out);

/* ---- files
 * --------------------------------------------------------------------------------------- */
typedef struct {
    uint8_t kind;
    uint8_t flags; /* TOKEN_RAW */
    uint16_t unused;
    SymId text;
    uint32_t lo, hi; /* bytes in the file */
} FileToken;

typedef struct {
    FileToken *tokens;
    uint32_t count;
    uint32_t *partners;    /* of an opening delimiter: index of its closing one, and back; else 0.
                              Delimiters without one are not in `tokens` */
    uint32_t *line_starts; /* byte offset of each line; [0] == 0 */
    uint32_t line_count;
    uint32_t
        *wide; /* [i]: bytes before offset i * 4096 that begin no character; NULL: all is ASCII */
    uint32_t bytes; /* of the file */
    bool has_text;  /* false: absent, unreadable, too large: no tokens */
    bool is_cut; /* a comment or literal runs to the end, reported: what it swallowed is unknown */
} FileTokens;

/* ---- errors of lexer and parser
 * ------------------------------------------------------------------ Collected while a text or a
 * run is read, made into diagnostics by whoever knows where it stands. Places are byte offsets in a
 * file for the lexer, AstPos in a run for the parser. Texts are in the list's arena or static. */
typedef struct {
    uint32_t lo, hi;
    const char *text;
    bool is_primary;
} SyntaxLabel;
typedef struct {
    uint32_t code; /* DiagCode */
    uint32_t lo, hi;
    Str args[3];
    uint32_t arg_count;
    const char *primary_label; /* NULL: none */
    SyntaxLabel *labels;
    uint32_t label_count;
    const char *note, *help;
    const char *suggestion; /* its message; NULL: none */
    uint32_t suggestion_lo, suggestion_hi;
    const char *replacement;
    uint8_t applicability; /* Applicability */
    bool is_late;          /* for code that is left out, or only a macro's input, it is none */
} SyntaxError;
VEC_TYPE(SyntaxErrorVec, syntax_error_vec, SyntaxError)
enum { SYNTAX_ERRORS_MAX = 1000 }; /* in one list: what comes after takes the last place */
/* Appends an error; the pointer is good until the next one. */
SyntaxError *syntax_error_add(SyntaxErrorVec *errors, DiagCode code, uint32_t lo, uint32_t hi);
void syntax_error_arg(SyntaxErrorVec *errors, SyntaxError *error, Str arg);
void syntax_error_label(SyntaxErrorVec *errors, SyntaxError *error, SyntaxLabel label);
/* As a diagnostic, and reported; `place` says where [lo, hi) is. */
typedef DiagSpan (*SyntaxPlaceFn)(const void *context, uint32_t lo, uint32_t hi);
Diag *syntax_error_diag(Arena *arena, const SyntaxError *error, SyntaxPlaceFn place,
                        const void *context);
ErrorReported syntax_error_emit(Job *job, const SyntaxError *error, SyntaxPlaceFn place,
                                const void *context);

/* Lexes a whole text (without BOM; at most 1 GiB and 2^28 tokens) into `out`. Errors are appended;
 * the result is whole all the same. Cost: linear. */
void lex_text(Interners *interners, Arena *out, Str text, FileTokens *tokens,
              SyntaxErrorVec *errors);

/* 0-based line and column (in Unicode scalar values) of a byte offset. */
void file_tokens_position(const FileTokens *tokens, Str text, uint32_t offset, uint32_t *line,
                          uint32_t *column);

/* ---- literals ---- */
typedef struct {
    uint8_t kind;       /* TokenKind of the literal; raw strings as their plain kind */
    Str suffix;         /* "" if none; points into the token's text */
    uint64_t low, high; /* INT: value; CHAR, BYTE: scalar value */
    bool is_too_large;  /* INT: over u128 */
    Str text; /* STR, BYTE_STR, C_STR: unescaped bytes, in the arena (no NUL added); FLOAT: digits
                 without _ and suffix */
} LiteralValue;
/* False if the literal is malformed (the lexer has reported it). */
bool literal_value(const Interners *interners, Arena *arena, TokenKind kind, SymId text,
                   LiteralValue *out);

/* One line per token: line:column, kind, text; or as JSON an array of objects (kind, text, line,
 * column, lo, hi: lines and columns from 1, bytes from 0). Doc comments are tokens, other comments
 * are not. */
void tokens_dump(const FileTokens *tokens, Str text, bool json, Text *out);

#define QUERY QUERY_DECLARE
#include "lex/lex_queries.def"
#undef QUERY

#endif
