/* The lexer: a loop over byte classes. Comments are skipped except doc comments, which are tokens
 * without text (their place says where it is). Reference: "Lexical structure". */
#include "lex/lex.h"

#include <string.h>

#include "lex/lex_scan.h"

#define S  CLASS_SPACE
#define W  CLASS_WORD
#define X  CLASS_PREFIX
#define D  CLASS_DIGIT
#define P  CLASS_PUNCT
#define U4 CLASS_UNICODE, CLASS_UNICODE, CLASS_UNICODE, CLASS_UNICODE
#define U  U4, U4, U4, U4
/* clang-format off */
const uint8_t lex_byte_classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, S, S, S, 0, 0, /* 00: controls */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    S, P, CLASS_QUOTE, P, P, P, P, CLASS_TICK, CLASS_OPEN, CLASS_CLOSE, P, P, P, P, P, CLASS_SLASH, /* space to / */
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P, /* 0 to ? */
    P, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* @ to O */
    W, W, W, W, W, W, W, W, W, W, W, CLASS_OPEN, 0, CLASS_CLOSE, P, W, /* P to _ */
    0, W, X, X, W, W, W, W, W, W, W, W, W, W, W, W, /* ` to o */
    W, W, X, W, W, W, W, W, W, W, W, CLASS_OPEN, P, CLASS_CLOSE, P, 0, /* p to DEL */
    U, U, U, U, U, U, U, U,
};
/* clang-format on */
#undef S
#undef W
#undef X
#undef D
#undef P
#undef U
#undef U4

/* ---- comments ---- */

static void check_doc_returns(Lexer *l, uint32_t lo, uint32_t hi, bool is_block)
{
    if (!l->has_return)
        return;
    const char *from = l->text + lo, *end = l->text + hi;
    while ((from = memchr(from, '\r', (size_t)(end - from)))) {
        bool ends_line = from + 1 < end ? from[1] == '\n' : !is_block;
        uint32_t at = (uint32_t)(from - l->text);
        if (!ends_line)
            syntax_error_add(l->errors,
                             is_block ? DIAG_CODE_lex_bare_cr_block_doc : DIAG_CODE_lex_bare_cr_doc,
                             at, at + 1);
        from++;
    }
}

/* `///` and `//!` are doc comments, `////` is not. */
static void lex_line_comment(Lexer *l)
{
    uint32_t lo = l->at;
    const char *end = memchr(l->text + lo, '\n', l->bytes - lo);
    uint32_t hi = end ? (uint32_t)(end - l->text) : l->bytes;
    bool is_inner = lex_peek(l, 2) == '!';
    bool is_outer = lex_peek(l, 2) == '/' && lex_peek(l, 3) != '/';
    if (hi > lo && l->text[hi - 1] == '\r' && end)
        hi--;
    l->at = hi;
    if (!is_inner && !is_outer)
        return;
    check_doc_returns(l, lo, hi, false);
    lex_push(l, is_inner ? TOKEN_DOC_INNER : TOKEN_DOC_OUTER, sym_id_none(), lo);
}

typedef struct {
    uint32_t last_open, last_close; /* of the nested comment that came last; 0: none */
} NestedComments;

/* From behind the opening to behind the closing; false at the end of the file. */
static bool skip_block_comment(Lexer *l, NestedComments *nested)
{
    uint32_t depth = 1;
    while (l->at < l->bytes) {
        char c = l->text[l->at];
        if (c == '/' && lex_peek(l, 1) == '*') {
            nested->last_open = l->at;
            depth++;
            l->at += 2;
        } else if (c == '*' && lex_peek(l, 1) == '/') {
            nested->last_close = l->at;
            l->at += 2;
            if (--depth == 0)
                return true;
        } else {
            l->at++;
        }
    }
    return false;
}

static void report_unterminated_comment(Lexer *l, uint32_t lo, bool is_doc, NestedComments nested)
{
    DiagCode code =
        is_doc ? DIAG_CODE_lex_unterminated_doc_comment : DIAG_CODE_lex_unterminated_comment;
    SyntaxError *error = syntax_error_add(l->errors, code, lo, l->bytes);
    l->is_fatal = true;
    if (!nested.last_open || !nested.last_close)
        return;
    error->primary_label = is_doc ? "unterminated block doc-comment" : "unterminated block comment";
    SyntaxLabel open = { nested.last_open, nested.last_open + 2,
                         "...as last nested comment starts here, maybe you want to close this "
                         "instead?",
                         false };
    SyntaxLabel close = { nested.last_close, nested.last_close + 2,
                          "...and last nested comment terminates here.", false };
    syntax_error_label(l->errors, error, open);
    syntax_error_label(l->errors, error, close);
}

/* Two stars or `!` begin a doc comment; three stars do not, nor does the empty comment. */
static void lex_block_comment(Lexer *l)
{
    uint32_t lo = l->at;
    bool is_inner = lex_peek(l, 2) == '!';
    bool is_outer = lex_peek(l, 2) == '*' && lex_peek(l, 3) != '*' && lex_peek(l, 3) != '/';
    NestedComments nested = { 0, 0 };
    l->at += 2;
    if (!skip_block_comment(l, &nested)) {
        report_unterminated_comment(l, lo, is_inner || is_outer, nested);
        return;
    }
    if (!is_inner && !is_outer)
        return;
    check_doc_returns(l, lo, l->at, true);
    lex_push(l, is_inner ? TOKEN_DOC_INNER : TOKEN_DOC_OUTER, sym_id_none(), lo);
}

/* ---- punctuation ---- */

/* kind alone, followed by itself, followed by `=`; UNKNOWN: no such token. */
typedef struct {
    char byte;
    uint8_t single, doubled, with_eq, doubled_with_eq;
} Punctuation;

#define NO TOKEN_UNKNOWN
static const Punctuation punctuation[] = {
    { '!', TOKEN_NOT, NO, TOKEN_NE, NO },
    { '#', TOKEN_POUND, NO, NO, NO },
    { '$', TOKEN_DOLLAR, NO, NO, NO },
    { '%', TOKEN_PERCENT, NO, TOKEN_PERCENT_EQ, NO },
    { '&', TOKEN_AND, TOKEN_AND_AND, TOKEN_AND_EQ, NO },
    { '*', TOKEN_STAR, NO, TOKEN_STAR_EQ, NO },
    { '+', TOKEN_PLUS, NO, TOKEN_PLUS_EQ, NO },
    { ',', TOKEN_COMMA, NO, NO, NO },
    { '-', TOKEN_MINUS, NO, TOKEN_MINUS_EQ, NO },
    { '.', TOKEN_DOT, TOKEN_DOT_DOT, NO, TOKEN_DOT_DOT_EQ },
    { '/', TOKEN_SLASH, NO, TOKEN_SLASH_EQ, NO },
    { ':', TOKEN_COLON, TOKEN_PATH_SEP, NO, NO },
    { ';', TOKEN_SEMI, NO, NO, NO },
    { '<', TOKEN_LT, TOKEN_SHL, TOKEN_LE, TOKEN_SHL_EQ },
    { '=', TOKEN_EQ, TOKEN_EQ_EQ, TOKEN_EQ_EQ, NO },
    { '>', TOKEN_GT, TOKEN_SHR, TOKEN_GE, TOKEN_SHR_EQ },
    { '?', TOKEN_QUESTION, NO, NO, NO },
    { '@', TOKEN_AT, NO, NO, NO },
    { '^', TOKEN_CARET, NO, TOKEN_CARET_EQ, NO },
    { '|', TOKEN_OR, TOKEN_OR_OR, TOKEN_OR_EQ, NO },
    { '~', TOKEN_TILDE, NO, NO, NO },
};
#undef NO

/* The row of each ASCII byte, as its index + 1. */
static const uint8_t punctuation_rows[128] = {
    ['!'] = 1,  ['#'] = 2,  ['$'] = 3,  ['%'] = 4,  ['&'] = 5,  ['*'] = 6,  ['+'] = 7,
    [','] = 8,  ['-'] = 9,  ['.'] = 10, ['/'] = 11, [':'] = 12, [';'] = 13, ['<'] = 14,
    ['='] = 15, ['>'] = 16, ['?'] = 17, ['@'] = 18, ['^'] = 19, ['|'] = 20, ['~'] = 21,
};

/* Compounds that are neither doubled nor end with `=`. */
static TokenKind arrow_kind(unsigned char c, unsigned char c1)
{
    if (c == '-' && c1 == '>')
        return TOKEN_ARROW;
    if (c == '=' && c1 == '>')
        return TOKEN_FAT_ARROW;
    return c == '<' && c1 == '-' ? TOKEN_L_ARROW : TOKEN_UNKNOWN;
}

static TokenKind punctuation_kind(const Lexer *l, uint32_t *length)
{
    unsigned char c = lex_peek(l, 0), c1 = lex_peek(l, 1);
    const Punctuation *row = &punctuation[punctuation_rows[c] - 1];
    rsc_debug_assert(row->byte == (char)c);
    *length = 1;
    if (lex_byte_classes[c1] != CLASS_PUNCT)
        return (TokenKind)row->single;
    unsigned char c2 = lex_peek(l, 2);
    *length = 3;
    if (c1 == c && c2 == '=' && row->doubled_with_eq != TOKEN_UNKNOWN)
        return (TokenKind)row->doubled_with_eq;
    if (c == '.' && c1 == '.' && c2 == '.')
        return TOKEN_DOT_DOT_DOT;
    *length = 2;
    if (c1 == c && row->doubled != TOKEN_UNKNOWN)
        return (TokenKind)row->doubled;
    if (c1 == '=' && row->with_eq != TOKEN_UNKNOWN)
        return (TokenKind)row->with_eq;
    TokenKind arrow = arrow_kind(c, c1);
    if (arrow != TOKEN_UNKNOWN)
        return arrow;
    *length = 1;
    return (TokenKind)row->single;
}

static void lex_punctuation(Lexer *l)
{
    uint32_t lo = l->at, length;
    TokenKind kind = punctuation_kind(l, &length);
    l->at += length;
    lex_push(l, kind, sym_id_none(), lo);
}

static void lex_slash(Lexer *l)
{
    if (lex_peek(l, 1) == '/')
        lex_line_comment(l);
    else if (lex_peek(l, 1) == '*')
        lex_block_comment(l);
    else
        lex_punctuation(l);
}

/* ---- the rest ---- */

/* One error for a run of the same character; nothing else comes of it. */
static void lex_unknown(Lexer *l, uint32_t length, uint32_t scalar)
{
    uint32_t lo = l->at, repeats = 0;
    l->at += length;
    while (l->bytes - l->at >= length && memcmp(l->text + l->at, l->text + lo, length) == 0) {
        l->at += length;
        repeats++;
    }
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_unknown_token, lo, l->at);
    bool is_printable = scalar > ' ' && scalar < 0x7f;
    Arena *arena = l->errors->arena;
    const char *shown = is_printable ? arena_printf(arena, "%c", (char)scalar)
                                     : arena_printf(arena, "\\u{%x}", scalar);
    syntax_error_arg(l->errors, error, str_from_c(shown));
    if (repeats == 1)
        error->note = "character appears once more";
    else if (repeats > 1)
        error->note = arena_printf(arena, "character appears %u more times", repeats);
}

static void lex_unicode(Lexer *l)
{
    uint32_t scalar = 0xfffd;
    uint32_t length = lex_unicode_decode(l, l->at, &scalar);
    if (length == 0)
        lex_unknown(l, 1, scalar);
    else if (lex_unicode_is_space(scalar))
        l->at += length;
    else if (lex_unicode_is_word_start(scalar))
        lex_word(l);
    else
        lex_unknown(l, length, scalar);
}

static TokenKind open_kind(unsigned char c)
{
    return c == '(' ? TOKEN_OPEN_PAREN : c == '[' ? TOKEN_OPEN_BRACKET : TOKEN_OPEN_BRACE;
}

static TokenKind close_kind(unsigned char c)
{
    return c == ')' ? TOKEN_CLOSE_PAREN : c == ']' ? TOKEN_CLOSE_BRACKET : TOKEN_CLOSE_BRACE;
}

/* Mostly one space, or a line end and an indentation. */
static void skip_spaces(Lexer *l)
{
    l->at++;
    while (lex_byte_classes[lex_peek(l, 0)] == CLASS_SPACE)
        l->at = scan_blanks(l->text, l->bytes, l->at + 1);
}

static void lex_one(Lexer *l)
{
    unsigned char c = (unsigned char)l->text[l->at];
    switch ((ByteClass)lex_byte_classes[c]) {
    case CLASS_SPACE:
        skip_spaces(l);
        return;
    case CLASS_WORD:
        lex_word(l);
        return;
    case CLASS_PREFIX:
        lex_prefixed(l);
        return;
    case CLASS_DIGIT:
        lex_number(l);
        return;
    case CLASS_SLASH:
        lex_slash(l);
        return;
    case CLASS_QUOTE:
        lex_string(l, TOKEN_STR, 0);
        return;
    case CLASS_TICK:
        lex_char_or_lifetime(l);
        return;
    case CLASS_PUNCT:
        lex_punctuation(l);
        return;
    case CLASS_OPEN:
        lex_open(l, open_kind(c));
        return;
    case CLASS_CLOSE:
        lex_close(l, close_kind(c));
        return;
    case CLASS_UNICODE:
        lex_unicode(l);
        return;
    case CLASS_OTHER:
        lex_unknown(l, 1, c);
        return;
    }
}

/* `#!` begins a shebang line unless an attribute follows: `#![..]`, perhaps after spaces and
 * comments. */
static void skip_shebang(Lexer *l)
{
    if (lex_peek(l, 0) != '#' || lex_peek(l, 1) != '!')
        return;
    Lexer ahead = *l;
    Arena *arena = arena_new(NULL);
    SyntaxErrorVec ignored;
    syntax_error_vec_init(&ignored, arena);
    ahead.errors = &ignored;
    file_token_vec_init(&ahead.tokens, arena);
    ahead.at += 2;
    for (;;) {
        uint8_t class = lex_byte_classes[lex_peek(&ahead, 0)];
        bool comment =
            class == CLASS_SLASH && (lex_peek(&ahead, 1) == '/' || lex_peek(&ahead, 1) == '*');
        if (ahead.at >= ahead.bytes || (class != CLASS_SPACE && !comment))
            break;
        lex_one(&ahead);
    }
    bool is_attribute = lex_peek(&ahead, 0) == '[';
    arena_free(arena);
    if (is_attribute)
        return;
    const char *end = memchr(l->text, '\n', l->bytes);
    l->at = end ? (uint32_t)(end - l->text) : l->bytes;
}

static void lexer_init(Lexer *l, Interners *interners, Arena *scratch, Str text,
                       SyntaxErrorVec *errors)
{
    *l = (Lexer){ .interners = interners,
                  .scratch = scratch,
                  .text = text.data,
                  .bytes = (uint32_t)text.bytes,
                  .errors = errors,
                  .last_unclosed_lo = UINT32_MAX };
    lex_words_init(l);
    u32_vec_init(&l->open, NULL);
    u32_vec_init(&l->pairs, NULL);
    mismatch_vec_init(&l->mismatches, scratch);
}

enum { TOKEN_BYTES_USUAL = 5 }; /* of text, with the white space around it */

/* The tokens are made where they stay: the newest block of `arena` until they are complete. */
static void begin_tokens(Lexer *l, Arena *arena)
{
    file_token_vec_init(&l->tokens, arena);
    file_token_vec_reserve(&l->tokens, 64 + l->bytes / TOKEN_BYTES_USUAL);
}

static void lexer_finish(Lexer *l, Arena *arena, FileTokens *out)
{
    out->count = l->tokens.count;
    out->tokens = l->tokens.items;
    arena_trim(arena, out->tokens, l->tokens.capacity * sizeof *out->tokens,
               out->count * sizeof *out->tokens);
    out->partners = arena_alloc_zeroed(arena, l->tokens.count * sizeof *out->partners);
    for (uint32_t i = 0; i < l->pairs.count; i += 2) {
        out->partners[l->pairs.items[i]] = l->pairs.items[i + 1];
        out->partners[l->pairs.items[i + 1]] = l->pairs.items[i];
    }
    u32_vec_release(&l->pairs);
    u32_vec_release(&l->open);
}

void lex_text(Interners *interners, Arena *out_arena, Str text, FileTokens *out,
              SyntaxErrorVec *errors)
{
    rsc_assert(text.bytes <= LEX_BYTES_MAX);
    Arena *scratch = arena_new(NULL);
    Lexer lexer;
    lexer_init(&lexer, interners, scratch, text, errors);
    *out = (FileTokens){ .bytes = (uint32_t)text.bytes, .has_text = true };
    lex_find_lines(out, out_arena, text, &lexer.has_return);
    begin_tokens(&lexer, out_arena);
    lexer.line_starts = out->line_starts;
    lexer.line_count = out->line_count;
    skip_shebang(&lexer);
    while (lexer.at < lexer.bytes && lexer.tokens.count < LEX_TOKENS_MAX - lexer.open.count - 2)
        lex_one(&lexer);
    if (lexer.at < lexer.bytes) {
        syntax_error_add(errors, DIAG_CODE_lex_too_many_tokens, lexer.at, lexer.at);
        lexer.is_fatal = true;
    }
    if (lexer.is_fatal && lexer.open.count == 0) /* what follows from it is not reported */
        lex_push(&lexer, TOKEN_UNKNOWN, sym_id_none(), lexer.at);
    lex_close_all(&lexer);
    lexer_finish(&lexer, out_arena, out);
    out->is_cut = lexer.is_fatal;
    arena_free(scratch);
}
