/* Literals and lifetimes: where they end, and what is wrong with them. Reference: "Tokens". A
 * malformed literal is reported and becomes LITERAL_ERROR, which stands wherever a literal may. */
#include <string.h>

#include "lex/lex_priv.h"

/* The literal [lo, l->at) with its suffix; line ends in it are \n whatever the file uses. */
static void push_literal(Lexer *l, TokenKind kind, uint32_t lo, bool is_valid)
{
    Str text = { l->text + lo, l->at - lo };
    if (!is_valid)
        kind = TOKEN_LITERAL_ERROR;
    if (!l->has_return) {
        lex_push(l, kind, lex_text_intern(l, lo, l->at - lo).sym, lo);
        return;
    }
    if (memchr(text.data, '\r', text.bytes)) {
        char *copy = arena_alloc(l->scratch, text.bytes);
        size_t count = 0;
        for (size_t i = 0; i < text.bytes; i++) {
            if (text.data[i] != '\r' || i + 1 == text.bytes || text.data[i + 1] != '\n')
                copy[count++] = text.data[i];
        }
        text = (Str){ copy, count };
    }
    lex_push(l, kind, sym_intern(l->interners, text), lo);
}

static void skip_suffix(Lexer *l)
{
    if (lex_word_starts(l, 0))
        lex_word_skip(l);
}

/* ---- numbers ---- */

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex_digit(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Digits and underscores; whether there was a digit. */
static bool skip_digits(Lexer *l, bool (*is_member)(unsigned char))
{
    bool has_digit = false;
    for (; is_member(lex_peek(l, 0)) || lex_peek(l, 0) == '_'; l->at++)
        has_digit |= lex_peek(l, 0) != '_';
    return has_digit;
}

/* Skips `e` with its digits; whether there was one. */
static bool skip_exponent(Lexer *l)
{
    l->at++;
    if (lex_peek(l, 0) == '+' || lex_peek(l, 0) == '-')
        l->at++;
    return skip_digits(l, is_digit);
}

typedef struct {
    uint32_t base;
    bool is_float;
    bool is_valid;
} Number;

static bool check_digits(Lexer *l, uint32_t lo, uint32_t base)
{
    bool is_valid = true;
    for (uint32_t at = lo; at < l->at; at++) {
        char c = l->text[at];
        if (base > 10 || c == '_' || (uint32_t)(c - '0') < base)
            continue;
        SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_invalid_digit, at, at + 1);
        syntax_error_arg(l->errors, error, base == 2 ? STR("2") : STR("8"));
        is_valid = false;
    }
    return is_valid;
}

static uint32_t prefix_base(unsigned char c)
{
    return c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 10;
}

/* A point that is followed by a name or another point belongs to what comes next: `1.max(2)`,
 * `0..9`. */
static bool point_follows(const Lexer *l)
{
    return lex_peek(l, 0) == '.' && lex_peek(l, 1) != '.' && !lex_word_starts(l, 1);
}

static void scan_fraction(Lexer *l, uint32_t lo, Number *number)
{
    bool has_exponent = true;
    bool is_exponent = lex_peek(l, 0) == 'e' || lex_peek(l, 0) == 'E';
    if (point_follows(l)) {
        number->is_float = true;
        l->at++;
        if (!is_digit(lex_peek(l, 0)))
            return;
        skip_digits(l, is_digit);
        is_exponent = lex_peek(l, 0) == 'e' || lex_peek(l, 0) == 'E';
    }
    if (is_exponent) {
        number->is_float = true;
        has_exponent = skip_exponent(l);
    }
    if (!has_exponent) {
        syntax_error_add(l->errors, DIAG_CODE_lex_empty_exponent, lo, l->at);
        number->is_valid = false;
    }
}

static const char *base_name(uint32_t base)
{
    return base == 16 ? "hexadecimal" : base == 8 ? "octal" : "binary";
}

static Number scan_number(Lexer *l)
{
    uint32_t lo = l->at;
    Number number = { .base = 10, .is_valid = true };
    if (lex_peek(l, 0) == '0')
        number.base = prefix_base(lex_peek(l, 1));
    if (number.base != 10) {
        l->at += 2;
        if (!skip_digits(l, number.base == 16 ? is_hex_digit : is_digit)) {
            syntax_error_add(l->errors, DIAG_CODE_lex_no_digits, lo, l->at);
            number.is_valid = false;
            return number;
        }
    } else {
        skip_digits(l, is_digit);
    }
    uint32_t digits_end = l->at;
    scan_fraction(l, lo, &number);
    if (number.is_float && number.base != 10) {
        SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_float_base, lo, l->at);
        syntax_error_arg(l->errors, error, str_from_c(base_name(number.base)));
        number.is_valid = false;
    } else if (number.base < 10) {
        uint32_t end = l->at;
        l->at = digits_end;
        number.is_valid &= check_digits(l, lo + 2, number.base);
        l->at = end;
    }
    return number;
}

void lex_number(Lexer *l)
{
    uint32_t lo = l->at;
    Number number = scan_number(l);
    skip_suffix(l);
    push_literal(l, number.is_float ? TOKEN_FLOAT : TOKEN_INT, lo, number.is_valid);
}

/* ---- strings ---- */

static DiagCode unterminated_code(TokenKind kind)
{
    if (kind == TOKEN_BYTE_STR)
        return DIAG_CODE_lex_unterminated_byte_string;
    return kind == TOKEN_C_STR ? DIAG_CODE_lex_unterminated_c_string
                               : DIAG_CODE_lex_unterminated_string;
}

/* From the opening quote to behind the closing one; false at the end of the file. */
static bool skip_quoted(Lexer *l)
{
    for (l->at++; l->at < l->bytes; l->at++) {
        char c = l->text[l->at];
        if (c == '"') {
            l->at++;
            return true;
        }
        if (c == '\\' && l->at + 1 < l->bytes)
            l->at++;
    }
    return false;
}

void lex_string(Lexer *l, TokenKind kind, uint32_t prefix_bytes)
{
    uint32_t lo = l->at;
    l->at += prefix_bytes;
    uint32_t quote = l->at;
    bool is_valid = skip_quoted(l);
    if (is_valid) {
        is_valid = lex_check_quoted(l, kind, quote + 1, l->at - 1);
    } else {
        syntax_error_add(l->errors, unterminated_code(kind), quote, l->bytes);
        l->is_fatal = true;
    }
    skip_suffix(l);
    push_literal(l, kind, lo, is_valid);
}

/* ---- raw strings ---- */

enum { RAW_HASHES_MAX = 255 };

/* The place behind `"` and the hashes; 0 if there is none. *near: the last quote that had the most
 * hashes. */
static uint32_t find_raw_end(const Lexer *l, uint32_t from, uint32_t hashes, uint32_t *near,
                             uint32_t *near_hashes)
{
    uint32_t at = from;
    while (at < l->bytes) {
        const char *quote = memchr(l->text + at, '"', l->bytes - at);
        if (!quote)
            return 0;
        at = (uint32_t)(quote - l->text) + 1;
        uint32_t count = 0;
        while (count < hashes && at + count < l->bytes && l->text[at + count] == '#')
            count++;
        if (count == hashes)
            return at + count;
        if (count > *near_hashes) {
            *near_hashes = count;
            *near = at;
        }
        at += count;
    }
    return 0;
}

static void report_unterminated_raw(Lexer *l, uint32_t lo, uint32_t hashes, uint32_t near,
                                    uint32_t near_hashes)
{
    Arena *arena = l->errors->arena;
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_unterminated_raw, lo, lo + 1);
    error->primary_label = "unterminated raw string";
    l->is_fatal = true;
    if (hashes == 0)
        return;
    Text text;
    text_init(&text, arena);
    text_add_repeat(&text, '#', hashes);
    error->note =
        arena_printf(arena, "this raw string should be terminated with `\"%s`", text.data);
    if (near_hashes == 0)
        return;
    error->suggestion = "consider terminating the string here";
    error->suggestion_lo = near;
    error->suggestion_hi = near + near_hashes;
    error->replacement = text.data;
    error->applicability = APPLICABLE_MAYBE;
}

static void report_raw_start(Lexer *l, uint32_t lo)
{
    uint32_t scalar = l->at < l->bytes ? (unsigned char)l->text[l->at] : 0;
    uint32_t length = lex_unicode_decode(l, l->at, &scalar);
    Str found = { l->text + l->at, length };
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_raw_start, lo, l->at + length);
    syntax_error_arg(l->errors, error, found);
}

void lex_raw_string(Lexer *l, TokenKind kind, uint32_t prefix_bytes)
{
    uint32_t lo = l->at, hashes = 0, near = 0, near_hashes = 0;
    l->at += prefix_bytes;
    for (; lex_peek(l, 0) == '#'; l->at++)
        hashes++;
    if (lex_peek(l, 0) != '"') {
        report_raw_start(l, lo);
        push_literal(l, kind, lo, false);
        return;
    }
    uint32_t content = ++l->at;
    uint32_t end = find_raw_end(l, content, hashes, &near, &near_hashes);
    l->at = end ? end : l->bytes;
    bool is_valid = end != 0;
    if (!end) {
        report_unterminated_raw(l, lo, hashes, near, near_hashes);
    } else if (hashes > RAW_HASHES_MAX) {
        SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_raw_hashes, lo, l->at);
        syntax_error_arg(l->errors, error,
                         str_from_c(arena_printf(l->errors->arena, "%u", hashes)));
        is_valid = false;
    } else {
        is_valid = lex_check_quoted(l, kind, content, end - hashes - 1);
    }
    skip_suffix(l);
    push_literal(l, kind, lo, is_valid);
}

/* ---- characters and lifetimes ---- */

/* From behind the opening quote to behind the closing one. False: there is none nearby; a comment,
 * the end of the line or of the file came first. */
static bool skip_char(Lexer *l)
{
    uint32_t scalar, length = lex_unicode_decode(l, l->at, &scalar);
    if (length > 0 && lex_peek(l, length) == '\'' && scalar != '\\') {
        l->at += length + 1;
        return true;
    }
    while (l->at < l->bytes) {
        unsigned char c = lex_peek(l, 0);
        if (c == '\'') {
            l->at++;
            return true;
        }
        if (c == '/' || (c == '\n' && lex_peek(l, 1) != '\''))
            return false;
        l->at += c == '\\' && l->at + 1 < l->bytes ? 2 : 1;
    }
    return false;
}

static void lex_char(Lexer *l, TokenKind kind, uint32_t lo)
{
    uint32_t quote = l->at;
    l->at++;
    bool is_valid = skip_char(l);
    if (is_valid) {
        is_valid = lex_check_quoted(l, kind, quote + 1, l->at - 1);
    } else {
        DiagCode code =
            kind == TOKEN_BYTE ? DIAG_CODE_lex_unterminated_byte : DIAG_CODE_lex_unterminated_char;
        syntax_error_add(l->errors, code, quote, l->at);
        l->is_fatal = true;
        l->at = l->bytes; /* where it ends is anybody's guess */
    }
    skip_suffix(l);
    push_literal(l, kind, lo, is_valid);
}

void lex_byte_char(Lexer *l)
{
    uint32_t lo = l->at;
    l->at++;
    lex_char(l, TOKEN_BYTE, lo);
}

static void lex_raw_lifetime(Lexer *l, uint32_t lo)
{
    l->at += 3;
    bool is_ascii = lex_word_skip(l);
    LexWord word = lex_word_intern(l, lo + 3, is_ascii);
    Str name = sym_text(l->interners, word.sym);
    const char *text = arena_printf(l->scratch, "'%.*s", (int)name.bytes, name.data);
    lex_push(l, TOKEN_LIFETIME, sym_intern_c(l->interners, text), lo)->flags = TOKEN_RAW;
}

/* `'a` is a lifetime unless a quote follows: `'a'`, and `'ab'`, which is a malformed character. */
void lex_char_or_lifetime(Lexer *l)
{
    uint32_t lo = l->at, scalar;
    unsigned char c1 = lex_peek(l, 1);
    uint32_t first_bytes = lex_unicode_decode(l, lo + 1, &scalar);
    bool is_one_char = first_bytes > 0 && lex_peek(l, 1 + first_bytes) == '\'';
    if (is_one_char || !(lex_word_starts(l, 1) || is_digit(c1))) {
        lex_char(l, TOKEN_CHAR, lo);
        return;
    }
    if (c1 == 'r' && lex_peek(l, 2) == '#' && lex_word_starts(l, 3)) {
        lex_raw_lifetime(l, lo);
        return;
    }
    l->at++;
    bool is_ascii = lex_word_skip(l);
    if (lex_peek(l, 0) == '\'') {
        l->at = lo;
        lex_char(l, TOKEN_CHAR, lo);
        return;
    }
    if (is_digit(c1))
        syntax_error_add(l->errors, DIAG_CODE_lex_lifetime_number, lo, l->at);
    LexWord word = lex_word_intern(l, lo, is_ascii);
    lex_push(l, TOKEN_LIFETIME, word.sym, lo);
}

/* ---- values ---- */

/* The parts of a quoted literal's text. */
typedef struct {
    Str contents, suffix;
} QuotedParts;

static bool is_raw(TokenKind kind)
{
    return kind == TOKEN_RAW_STR || kind == TOKEN_RAW_BYTE_STR || kind == TOKEN_RAW_C_STR;
}

static QuotedParts split_quoted(TokenKind kind, Str text)
{
    char quote = kind == TOKEN_CHAR || kind == TOKEN_BYTE ? '\'' : '"';
    const char *open = memchr(text.data, quote, text.bytes);
    rsc_assert(open != NULL);
    const char *close = text.data + text.bytes;
    do {
        close--;
    } while (*close != quote);
    rsc_assert(close > open);
    const char *after = close + 1, *end = text.data + text.bytes;
    while (is_raw(kind) && after < end && *after == '#')
        after++;
    return (QuotedParts){ { open + 1, (size_t)(close - open - 1) },
                          { after, (size_t)(end - after) } };
}

static void add_scalar(Text *out, uint32_t scalar)
{
    if (scalar < 0x80) {
        text_add_char(out, (char)scalar);
    } else if (scalar < 0x800) {
        text_add_char(out, (char)(0xc0 | scalar >> 6));
        text_add_char(out, (char)(0x80 | (scalar & 0x3f)));
    } else if (scalar < 0x10000) {
        text_add_char(out, (char)(0xe0 | scalar >> 12));
        text_add_char(out, (char)(0x80 | (scalar >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (scalar & 0x3f)));
    } else {
        text_add_char(out, (char)(0xf0 | scalar >> 18));
        text_add_char(out, (char)(0x80 | (scalar >> 12 & 0x3f)));
        text_add_char(out, (char)(0x80 | (scalar >> 6 & 0x3f)));
        text_add_char(out, (char)(0x80 | (scalar & 0x3f)));
    }
}

static bool string_value(Arena *arena, TokenKind kind, Str contents, Str *out)
{
    Text text;
    text_init(&text, arena);
    size_t at = 0;
    while (at < contents.bytes) {
        const char *escape = memchr(contents.data + at, '\\', contents.bytes - at);
        size_t plain = escape ? (size_t)(escape - contents.data) - at : contents.bytes - at;
        text_add(&text, (Str){ contents.data + at, plain });
        at += plain;
        if (!escape)
            break;
        uint32_t scalar;
        bool is_byte, is_skipped;
        if (!lex_escape_value(contents, &at, kind, &scalar, &is_byte, &is_skipped))
            return false;
        if (is_byte)
            text_add_char(&text, (char)scalar);
        else if (!is_skipped)
            add_scalar(&text, scalar);
    }
    *out = text_str(&text);
    return true;
}

static bool char_value(TokenKind kind, Str contents, LiteralValue *out)
{
    size_t at = 0;
    uint32_t scalar;
    bool is_byte, is_skipped;
    bool ok = lex_escape_value(contents, &at, kind, &scalar, &is_byte, &is_skipped);
    out->low = scalar;
    return ok && at == contents.bytes && !is_skipped;
}

static TokenKind cooked_kind(TokenKind kind)
{
    if (kind == TOKEN_RAW_STR)
        return TOKEN_STR;
    return kind == TOKEN_RAW_BYTE_STR ? TOKEN_BYTE_STR : TOKEN_C_STR;
}

static bool quoted_value(Arena *arena, TokenKind kind, Str text, LiteralValue *out)
{
    QuotedParts parts = split_quoted(kind, text);
    out->suffix = parts.suffix;
    if (is_raw(kind)) {
        out->kind = (uint8_t)cooked_kind(kind);
        out->text = parts.contents;
        return true;
    }
    if (kind == TOKEN_CHAR || kind == TOKEN_BYTE)
        return char_value(kind, parts.contents, out);
    return string_value(arena, kind, parts.contents, &out->text);
}

static uint32_t digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10 : 16;
}

static void int_value(Str text, LiteralValue *out)
{
    uint32_t base =
        text.bytes > 1 && text.data[0] == '0' ? prefix_base((unsigned char)text.data[1]) : 10;
    size_t at = base == 10 ? 0 : 2;
    __extension__ unsigned __int128 value = 0;
    for (; at < text.bytes; at++) {
        if (text.data[at] == '_')
            continue;
        uint32_t digit = digit_value(text.data[at]);
        if (digit >= base)
            break;
        __extension__ unsigned __int128 shifted = value * base;
        out->is_too_large |= shifted / base != value || shifted + digit < shifted;
        value = shifted + digit;
    }
    out->low = (uint64_t)value;
    out->high = (uint64_t)(value >> 64);
    out->suffix = (Str){ text.data + at, text.bytes - at };
}

/* Digits, point and exponent without underscores; what follows is the suffix. */
static void float_value(Arena *arena, Str text, LiteralValue *out)
{
    char *digits = arena_alloc(arena, text.bytes + 1);
    size_t count = 0, at = 0;
    bool in_exponent = false;
    for (; at < text.bytes; at++) {
        char c = text.data[at];
        bool is_e = !in_exponent && (c == 'e' || c == 'E');
        bool is_sign = (c == '+' || c == '-') && count > 0 &&
                       (digits[count - 1] == 'e' || digits[count - 1] == 'E');
        if (c == '_')
            continue;
        if (!is_digit((unsigned char)c) && c != '.' && !is_e && !is_sign)
            break;
        in_exponent |= is_e;
        digits[count++] = c;
    }
    digits[count] = 0;
    out->text = (Str){ digits, count };
    out->suffix = (Str){ text.data + at, text.bytes - at };
}

/* An integer with a float's suffix is a float: `1f32`. */
static bool has_float_suffix(Str suffix)
{
    return str_eq(suffix, STR("f16")) || str_eq(suffix, STR("f32")) || str_eq(suffix, STR("f64")) ||
           str_eq(suffix, STR("f128"));
}

bool literal_value(const Interners *interners, Arena *arena, TokenKind kind, SymId sym,
                   LiteralValue *out)
{
    Str text = sym_text(interners, sym);
    *out = (LiteralValue){ .kind = (uint8_t)kind, .suffix = STR(""), .text = STR("") };
    if (kind == TOKEN_INT) {
        int_value(text, out);
        bool has_base =
            text.bytes > 1 && text.data[0] == '0' && prefix_base((unsigned char)text.data[1]) != 10;
        if (has_base || !has_float_suffix(out->suffix))
            return true;
        out->kind = TOKEN_FLOAT;
        Str suffix = out->suffix;
        float_value(arena, (Str){ text.data, text.bytes - suffix.bytes }, out);
        out->suffix = suffix;
        return true;
    }
    if (kind == TOKEN_FLOAT) {
        float_value(arena, text, out);
        return true;
    }
    if (token_class(kind) != TOKEN_CLASS_LITERAL || kind == TOKEN_LITERAL_ERROR)
        return false;
    return quoted_value(arena, kind, text, out);
}
