/* Private to lex: the lexer's state and its parts. */
#ifndef RSCC_LEX_LEX_PRIV_H
#define RSCC_LEX_LEX_PRIV_H

#include "lex/lex.h"

VEC_TYPE(FileTokenVec, file_token_vec, FileToken)

enum { LEX_TOKENS_MAX = (1 << 28) - 1, LEX_BYTES_MAX = 1 << 30 };

typedef struct {
    SymId sym;
    uint8_t kind; /* TokenKind: a keyword or IDENT */
} LexWord;

/* A direct-mapped cache from the text of a word or literal to its symbol: most are repeated, and
 * this costs less than the shared interner. Texts of up to 16 bytes, nearly all, are held whole;
 * none ends with a NUL, so the zeros behind it tell how long it is. Of longer ones it holds the
 * hash and the place. */
typedef struct {
    uint64_t halves[2];
} WordText;
typedef struct {
    WordText text; /* all zero: empty */
    LexWord word;
} WordEntry;

/* A closing delimiter that does not close the innermost open one. */
typedef struct {
    uint8_t found;        /* TokenKind */
    uint32_t found_lo;    /* byte */
    uint32_t unclosed_lo; /* byte of the innermost open delimiter */
    uint32_t candidate_lo;
    bool has_candidate;
} Mismatch;
VEC_TYPE(MismatchVec, mismatch_vec, Mismatch)

typedef struct {
    Interners *interners;
    Arena *scratch;
    const char *text;
    uint32_t bytes;
    uint32_t at;
    FileTokenVec tokens;
    SyntaxErrorVec *errors;
    WordEntry *words;
    uint32_t word_shift; /* of a 64-bit hash */
    bool has_return;     /* there is a \r in the text */
    const uint32_t *line_starts;
    uint32_t line_count;
    U32Vec open; /* tokens: delimiters not closed yet, outermost first */
    uint32_t open_of_kind[TOKEN_CLOSE_BRACE + 1]; /* how many of them, by their kind */
    U32Vec pairs;                                 /* open token, close token, open token, ... */
    MismatchVec mismatches;
    uint32_t last_unclosed_lo; /* found_lo of the mismatch reported last */
    bool has_top_level_close;
    bool is_fatal; /* something ran to the end of the file: no errors about delimiters after it */
} Lexer;

/* The byte at `at + ahead`, 0 beyond the end. */
static inline unsigned char lex_peek(const Lexer *l, uint32_t ahead)
{
    uint32_t at = l->at + ahead;
    return at < l->bytes ? (unsigned char)l->text[at] : 0;
}

typedef enum {
    CLASS_OTHER, /* begins no token */
    CLASS_SPACE,
    CLASS_WORD,
    CLASS_PREFIX, /* b, c, r: a word or the prefix of a literal */
    CLASS_DIGIT,
    CLASS_SLASH,
    CLASS_QUOTE,
    CLASS_TICK,
    CLASS_PUNCT,
    CLASS_OPEN,
    CLASS_CLOSE,
    CLASS_UNICODE,
} ByteClass;
extern const uint8_t lex_byte_classes[256];
static inline bool lex_is_word_byte(unsigned char c)
{
    uint8_t class = lex_byte_classes[c];
    return class == CLASS_WORD || class == CLASS_PREFIX || class == CLASS_DIGIT;
}

static inline FileToken *lex_push(Lexer *l, TokenKind kind, SymId text, uint32_t lo)
{
    FileToken token = { .kind = (uint8_t)kind, .text = text, .lo = lo, .hi = l->at };
    uint32_t index = file_token_vec_push(&l->tokens, token);
    return &l->tokens.items[index];
}
/* lex_word.c. May the text at l->at + ahead begin a word? */
bool lex_word_starts(const Lexer *l, uint32_t ahead);
/* Skips the rest of a word; gives whether it was all ASCII. */
bool lex_word_skip(Lexer *l);
/* The word [lo, l->at): its symbol, normalized if it is not ASCII, and its kind. */
LexWord lex_word_intern(Lexer *l, uint32_t lo, bool is_ascii);
/* Any text as it is. */
LexWord lex_text_intern(Lexer *l, uint32_t lo, uint32_t bytes);
void lex_words_init(Lexer *l);
void lex_word(Lexer *l);
/* A word, or a literal with a prefix. */
void lex_prefixed(Lexer *l);

/* lex_lines.c: lines and wide characters of the file. */
void lex_find_lines(FileTokens *out, Arena *arena, Str text, bool *has_return);

/* lex_unicode.c */
uint32_t lex_unicode_decode(const Lexer *l, uint32_t at, uint32_t *scalar); /* bytes, 0: none */
bool lex_unicode_is_word_start(uint32_t scalar);
bool lex_unicode_is_word_continue(uint32_t scalar);
bool lex_unicode_is_space(uint32_t scalar);
/* The word in NFC: itself, or a copy in the arena. */
Str lex_unicode_normalize(Arena *arena, Str word);

/* lex_literal.c: l->at at the first character; push the token */
void lex_number(Lexer *l);
void lex_string(Lexer *l, TokenKind kind, uint32_t prefix_bytes);
void lex_raw_string(Lexer *l, TokenKind kind, uint32_t prefix_bytes);
void lex_char_or_lifetime(Lexer *l);
void lex_byte_char(Lexer *l);

/* lex_escape.c: reports what is wrong in the contents [lo, hi) of a quoted literal; false if
 * something is. */
bool lex_check_quoted(Lexer *l, TokenKind kind, uint32_t lo, uint32_t hi);
/* The value of the character or escape at *at of the contents; false if malformed. *is_byte: stands
 * for one byte (a \x escape in a byte or C string). *is_skipped: a line continuation, no value. */
bool lex_escape_value(Str contents, size_t *at, TokenKind kind, uint32_t *scalar, bool *is_byte,
                      bool *is_skipped);

/* lex_delimiter.c */
void lex_open(Lexer *l, TokenKind kind);
void lex_close(Lexer *l, TokenKind kind);
void lex_close_all(Lexer *l);

#endif
