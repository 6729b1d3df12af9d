/* Words: where they end, their symbols and which of them are keywords. */
#include "lex/lex_scan.h"

/* ---- keywords ---- */

#define IS_WORD(class) \
    (TOKEN_CLASS_##class >= TOKEN_CLASS_KEYWORD && TOKEN_CLASS_##class <= TOKEN_CLASS_WEAK)
enum { KEYWORD_BYTES_MAX = 11 };
#define TOKEN(name, spelling, class)                                             \
    _Static_assert(!IS_WORD(class) || sizeof(spelling) - 1 <= KEYWORD_BYTES_MAX, \
                   "token_word_kind has a case for the length of " #name);
#include "lex/tokens.def"

/* `bytes` is a constant: what is left of each row is nothing, or one comparison of integers. */
static inline __attribute__((always_inline)) TokenKind keyword_of_bytes(const char *text,
                                                                        size_t bytes)
{
#define TOKEN(name, spelling, class)                       \
    if (IS_WORD(class) && sizeof(spelling) - 1 == bytes && \
        memcmp(text, spelling, sizeof(spelling) - 1) == 0) \
        return TOKEN_##name;
#include "lex/tokens.def"
    return TOKEN_IDENT;
}

TokenKind token_word_kind(Str word)
{
    switch (word.bytes) {
#define CASE(n) \
    case n:     \
        return keyword_of_bytes(word.data, n);
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
        CASE(6)
        CASE(7)
        CASE(8)
        CASE(9)
        CASE(10)
        CASE(KEYWORD_BYTES_MAX)
#undef CASE
    }
    return TOKEN_IDENT;
}

/* ---- symbols ---- */

enum { WORDS_MIN = 256, WORDS_MAX = 4096, WORD_SOURCE_BYTES = 16 };

void lex_words_init(Lexer *l)
{
    uint32_t words = WORDS_MIN;
    while (words < WORDS_MAX && words < l->bytes / WORD_SOURCE_BYTES)
        words *= 2;
    l->words = arena_alloc_zeroed(l->scratch, words * sizeof *l->words);
    l->word_shift = 64 - (uint32_t)__builtin_ctz(words);
}

/* The text of 1 to 16 bytes at `lo`, with zeros behind it. */
static WordText word_text(const Lexer *l, uint32_t lo, uint32_t bytes)
{
    static const uint8_t masks[2 * sizeof(WordText)] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                         0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                         0xff, 0xff, 0xff, 0xff };
    WordText text = { { 0, 0 } }, mask;
    if (l->bytes - lo < sizeof text) {
        memcpy(&text, l->text + lo, bytes);
        return text;
    }
    memcpy(&text, l->text + lo, sizeof text);
    memcpy(&mask, masks + sizeof mask - bytes, sizeof mask);
    return (WordText){ { text.halves[0] & mask.halves[0], text.halves[1] & mask.halves[1] } };
}

static WordEntry *word_entry(const Lexer *l, WordText text)
{
    uint64_t hash = (text.halves[0] ^ (text.halves[1] << 29 | text.halves[1] >> 35)) *
                    UINT64_C(0x9e3779b97f4a7c15);
    return &l->words[hash >> l->word_shift];
}

enum { LONG_BYTES_MAX = 255 };

/* A longer text: its hash, and where it stood, marked by a byte that no text has. */
static WordText long_text(const Lexer *l, uint32_t lo, uint32_t bytes)
{
    return (WordText){ { hash_bytes64(l->text + lo, bytes, 0),
                         UINT64_C(0xff) << 56 | (uint64_t)bytes << 32 | lo } };
}

static bool is_same_long_text(const Lexer *l, WordText a, WordText b)
{
    uint32_t bytes = (uint32_t)(b.halves[1] >> 32) & LONG_BYTES_MAX;
    return a.halves[0] == b.halves[0] && a.halves[1] >> 32 == b.halves[1] >> 32 &&
           memcmp(l->text + (uint32_t)a.halves[1], l->text + (uint32_t)b.halves[1], bytes) == 0;
}

static LexWord intern_long_text(Lexer *l, uint32_t lo, uint32_t bytes)
{
    Str text = { l->text + lo, bytes };
    if (bytes == 0 || bytes > LONG_BYTES_MAX)
        return (LexWord){ sym_intern(l->interners, text), TOKEN_IDENT };
    WordText wanted = long_text(l, lo, bytes);
    WordEntry *entry = &l->words[wanted.halves[0] >> l->word_shift];
    if (!is_same_long_text(l, entry->text, wanted))
        *entry = (WordEntry){ wanted, { sym_intern(l->interners, text), TOKEN_IDENT } };
    return entry->word;
}

LexWord lex_text_intern(Lexer *l, uint32_t lo, uint32_t bytes)
{
    Str text = { l->text + lo, bytes };
    if (bytes > sizeof(WordText) || bytes == 0)
        return intern_long_text(l, lo, bytes);
    WordText short_text = word_text(l, lo, bytes);
    WordEntry *entry = word_entry(l, short_text);
    if (entry->text.halves[0] != short_text.halves[0] ||
        entry->text.halves[1] != short_text.halves[1]) {
        LexWord word = { sym_intern(l->interners, text), (uint8_t)token_word_kind(text) };
        *entry = (WordEntry){ short_text, word };
    }
    return entry->word;
}

LexWord lex_word_intern(Lexer *l, uint32_t lo, bool is_ascii)
{
    if (is_ascii)
        return lex_text_intern(l, lo, l->at - lo);
    Str word = lex_unicode_normalize(l->scratch, (Str){ l->text + lo, l->at - lo });
    return (LexWord){ sym_intern(l->interners, word), (uint8_t)token_word_kind(word) };
}

/* ---- tokens ---- */

bool lex_word_starts(const Lexer *l, uint32_t ahead)
{
    unsigned char c = lex_peek(l, ahead);
    uint8_t class = lex_byte_classes[c];
    if (class != CLASS_UNICODE)
        return class == CLASS_WORD || class == CLASS_PREFIX;
    uint32_t scalar;
    return lex_unicode_decode(l, l->at + ahead, &scalar) && lex_unicode_is_word_start(scalar);
}

bool lex_word_skip(Lexer *l)
{
    bool is_ascii = true;
    for (;;) {
        l->at = scan_word(l->text, l->bytes, l->at);
        uint32_t scalar, length = 0;
        if (lex_byte_classes[lex_peek(l, 0)] == CLASS_UNICODE)
            length = lex_unicode_decode(l, l->at, &scalar);
        if (length == 0 || !lex_unicode_is_word_continue(scalar))
            return is_ascii;
        is_ascii = false;
        l->at += length;
    }
}

void lex_word(Lexer *l)
{
    uint32_t lo = l->at;
    bool is_ascii = lex_word_skip(l);
    LexWord word = lex_word_intern(l, lo, is_ascii);
    lex_push(l, (TokenKind)word.kind, word.sym, lo);
}

/* Words that name places in paths, or nothing, cannot be written with r#. */
static bool word_may_be_raw(TokenKind kind)
{
    return kind != TOKEN_KW_CRATE && kind != TOKEN_KW_SELF_LOWER && kind != TOKEN_KW_SUPER &&
           kind != TOKEN_KW_SELF_UPPER && kind != TOKEN_KW_UNDERSCORE;
}

static void lex_raw_word(Lexer *l)
{
    uint32_t lo = l->at;
    l->at += 2;
    bool is_ascii = lex_word_skip(l);
    LexWord word = lex_word_intern(l, lo + 2, is_ascii);
    if (!word_may_be_raw((TokenKind)word.kind)) {
        SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_not_raw, lo, l->at);
        syntax_error_arg(l->errors, error, sym_text(l->interners, word.sym));
    }
    lex_push(l, TOKEN_IDENT, word.sym, lo)->flags = TOKEN_RAW;
}

/* A word, or a literal with a prefix. */
void lex_prefixed(Lexer *l)
{
    unsigned char c = lex_peek(l, 0), c1 = lex_peek(l, 1), c2 = lex_peek(l, 2);
    bool raw_follows = c1 == 'r' && (c2 == '"' || c2 == '#');
    if (c == 'r' && c1 == '#' && lex_word_starts(l, 2))
        lex_raw_word(l);
    else if (c == 'r' && (c1 == '"' || c1 == '#'))
        lex_raw_string(l, TOKEN_RAW_STR, 1);
    else if (c == 'b' && c1 == '"')
        lex_string(l, TOKEN_BYTE_STR, 1);
    else if (c == 'b' && c1 == '\'')
        lex_byte_char(l);
    else if (c == 'b' && raw_follows)
        lex_raw_string(l, TOKEN_RAW_BYTE_STR, 2);
    else if (c == 'c' && c1 == '"')
        lex_string(l, TOKEN_C_STR, 1);
    else if (c == 'c' && raw_follows)
        lex_raw_string(l, TOKEN_RAW_C_STR, 2);
    else
        lex_word(l);
}
