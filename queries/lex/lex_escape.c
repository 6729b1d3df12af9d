/* The contents of quoted literals: characters, escapes, and what is wrong with them. Reference:
 * "Character escapes". */
#include <string.h>

#include "lex/lex_priv.h"

typedef enum {
    ESCAPE_OK,
    ESCAPE_SKIP, /* a line continuation */
    ESCAPE_UNKNOWN,
    ESCAPE_HEX_SHORT,
    ESCAPE_HEX_INVALID,
    ESCAPE_HEX_RANGE,
    ESCAPE_NO_BRACE,
    ESCAPE_UNICODE_INVALID,
    ESCAPE_UNICODE_UNDERSCORE,
    ESCAPE_UNICODE_EMPTY,
    ESCAPE_UNICODE_OVERLONG,
    ESCAPE_UNICODE_UNCLOSED,
    ESCAPE_SURROGATE,
    ESCAPE_UNICODE_RANGE,
    ESCAPE_UNICODE_IN_BYTE,
    ESCAPE_ONLY_ESCAPED, /* a character that must be written as an escape */
    ESCAPE_BARE_RETURN,
    ESCAPE_NOT_ASCII,
    ESCAPE_NUL,
} EscapeState;

typedef struct {
    EscapeState state;
    uint32_t scalar;
    bool is_byte;
    size_t lo, hi; /* of the character or escape, or of its offending part */
} Escape;

static bool is_byte_kind(TokenKind kind)
{
    return kind == TOKEN_BYTE || kind == TOKEN_BYTE_STR || kind == TOKEN_RAW_BYTE_STR;
}

static bool is_c_kind(TokenKind kind)
{
    return kind == TOKEN_C_STR || kind == TOKEN_RAW_C_STR;
}

static bool is_raw_kind(TokenKind kind)
{
    return kind == TOKEN_RAW_STR || kind == TOKEN_RAW_BYTE_STR || kind == TOKEN_RAW_C_STR;
}

static bool is_char_kind(TokenKind kind)
{
    return kind == TOKEN_CHAR || kind == TOKEN_BYTE;
}

static uint32_t hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10 : 16;
}

/* Bytes of the character at `at`; 1 for what is not UTF-8. */
static size_t char_bytes(Str s, size_t at, uint32_t *scalar)
{
    uint32_t length = utf8_decode(s.data + at, s.bytes - at, scalar);
    if (length == 0)
        *scalar = (unsigned char)s.data[at];
    return length ? length : 1;
}

static Escape escape_error(EscapeState state, size_t lo, size_t hi)
{
    return (Escape){ .state = state, .lo = lo, .hi = hi };
}

/* `\xHH`; *at is behind the x. */
static Escape scan_hex(Str s, size_t lo, size_t *at, TokenKind kind)
{
    uint32_t value = 0;
    for (int i = 0; i < 2; i++) {
        uint32_t scalar;
        if (*at >= s.bytes)
            return escape_error(ESCAPE_HEX_SHORT, lo, *at);
        size_t place = *at, length = char_bytes(s, place, &scalar);
        uint32_t digit = length == 1 ? hex_value(s.data[place]) : 16;
        *at += length;
        if (digit == 16)
            return escape_error(ESCAPE_HEX_INVALID, place, *at);
        value = value * 16 + digit;
    }
    bool any_byte = is_byte_kind(kind) || is_c_kind(kind);
    if (!any_byte && value > 0x7f)
        return escape_error(ESCAPE_HEX_RANGE, lo, *at);
    if (is_c_kind(kind) && value == 0)
        return escape_error(ESCAPE_NUL, lo, *at);
    return (Escape){ ESCAPE_OK, value, any_byte, lo, *at };
}

static Escape finish_unicode(size_t lo, size_t hi, uint32_t digits, uint32_t value, TokenKind kind)
{
    if (digits == 0)
        return escape_error(ESCAPE_UNICODE_EMPTY, lo, hi);
    if (digits > 6)
        return escape_error(ESCAPE_UNICODE_OVERLONG, lo, hi);
    if (is_byte_kind(kind))
        return escape_error(ESCAPE_UNICODE_IN_BYTE, lo, hi);
    if (value >= 0xd800 && value < 0xe000)
        return escape_error(ESCAPE_SURROGATE, lo, hi);
    if (value > 0x10ffff)
        return escape_error(ESCAPE_UNICODE_RANGE, lo, hi);
    if (value == 0 && is_c_kind(kind))
        return escape_error(ESCAPE_NUL, lo, hi);
    return (Escape){ ESCAPE_OK, value, false, lo, hi };
}

/* `\u{H..}`; *at is behind the u. */
static Escape scan_unicode(Str s, size_t lo, size_t *at, TokenKind kind)
{
    uint32_t value = 0, digits = 0, scalar;
    if (*at >= s.bytes || s.data[*at] != '{')
        return escape_error(ESCAPE_NO_BRACE, lo, *at + (*at < s.bytes));
    (*at)++;
    if (*at < s.bytes && s.data[*at] == '_')
        return escape_error(ESCAPE_UNICODE_UNDERSCORE, *at, *at + 1);
    while (*at < s.bytes) {
        size_t place = *at, length = char_bytes(s, place, &scalar);
        *at += length;
        if (s.data[place] == '}')
            return finish_unicode(lo, *at, digits, value, kind);
        if (s.data[place] == '_')
            continue;
        uint32_t digit = length == 1 ? hex_value(s.data[place]) : 16;
        if (digit == 16)
            return escape_error(ESCAPE_UNICODE_INVALID, place, *at);
        digits++;
        if (digits <= 6)
            value = value * 16 + digit;
    }
    return escape_error(ESCAPE_UNICODE_UNCLOSED, lo, *at);
}

static Escape skip_line(Str s, size_t lo, size_t *at)
{
    while (*at < s.bytes && strchr(" \t\n\r", s.data[*at]) && s.data[*at])
        (*at)++;
    return (Escape){ ESCAPE_SKIP, 0, false, lo, *at };
}

static Escape simple_escape(uint32_t scalar, size_t lo, size_t hi, TokenKind kind)
{
    static const char from[] = "nrt\\0'\"", to[] = "\n\r\t\\\0'\"";
    const char *found = scalar && scalar < 0x80 ? strchr(from, (int)scalar) : NULL;
    if (!found)
        return escape_error(ESCAPE_UNKNOWN, lo + 1, hi);
    char value = to[found - from];
    if (value == 0 && is_c_kind(kind))
        return escape_error(ESCAPE_NUL, lo, hi);
    return (Escape){ ESCAPE_OK, (unsigned char)value, is_byte_kind(kind) || is_c_kind(kind), lo,
                     hi };
}

/* *at is at the backslash. */
static Escape scan_escape(Str s, size_t *at, TokenKind kind)
{
    size_t lo = (*at)++;
    if (*at >= s.bytes)
        return escape_error(ESCAPE_UNKNOWN, lo, *at);
    uint32_t scalar;
    size_t length = char_bytes(s, *at, &scalar);
    bool is_line_end =
        scalar == '\n' || (scalar == '\r' && *at + 1 < s.bytes && s.data[*at + 1] == '\n');
    if (is_line_end && !is_char_kind(kind))
        return skip_line(s, lo, at);
    *at += length;
    if (scalar == 'x')
        return scan_hex(s, lo, at, kind);
    if (scalar == 'u')
        return scan_unicode(s, lo, at, kind);
    return simple_escape(scalar, lo, *at, kind);
}

/* A character that is not an escape. */
static Escape scan_plain(Str s, size_t *at, TokenKind kind)
{
    size_t lo = *at;
    uint32_t scalar;
    *at += char_bytes(s, lo, &scalar);
    Escape result = { ESCAPE_OK, scalar, is_byte_kind(kind), lo, *at };
    bool is_return = scalar == '\r' && (*at >= s.bytes || s.data[*at] != '\n');
    if (is_char_kind(kind) && scalar < 0x80 && scalar && strchr("\n\r\t'", (int)scalar))
        result.state = ESCAPE_ONLY_ESCAPED;
    else if (is_return)
        result.state = ESCAPE_BARE_RETURN;
    else if (is_byte_kind(kind) && scalar > 0x7f)
        result.state = ESCAPE_NOT_ASCII;
    else if (is_c_kind(kind) && scalar == 0)
        result.state = ESCAPE_NUL;
    return result;
}

static Escape scan_unit(Str s, size_t *at, TokenKind kind)
{
    if (s.data[*at] == '\\' && !is_raw_kind(kind))
        return scan_escape(s, at, kind);
    return scan_plain(s, at, kind);
}

bool lex_escape_value(Str contents, size_t *at, TokenKind kind, uint32_t *scalar, bool *is_byte,
                      bool *is_skipped)
{
    *scalar = 0;
    *is_byte = *is_skipped = false;
    if (*at >= contents.bytes)
        return false;
    Escape unit = scan_unit(contents, at, kind);
    *scalar = unit.scalar;
    *is_byte = unit.is_byte;
    *is_skipped = unit.state == ESCAPE_SKIP;
    return unit.state == ESCAPE_OK || unit.state == ESCAPE_SKIP;
}

/* ---- reporting ---- */

static const char *literal_name(TokenKind kind)
{
    if (kind == TOKEN_BYTE)
        return "byte literal";
    return kind == TOKEN_BYTE_STR ? "byte string literal" : "raw byte string literal";
}

typedef struct {
    uint32_t code;      /* DiagCode */
    uint32_t byte_code; /* in byte literals and strings, in raw strings; 0: the same */
    const char *label;
    const char *help;
} EscapeMessage;

#define REFERENCE                  \
    "for more information, visit " \
    "<https://doc.rust-lang.org/reference/tokens.html#literals>"
static const EscapeMessage escape_messages[] = {
    [ESCAPE_UNKNOWN] = { DIAG_CODE_lex_unknown_escape, DIAG_CODE_lex_unknown_byte_escape,
                         "unknown character escape", REFERENCE },
    [ESCAPE_HEX_SHORT] = { DIAG_CODE_lex_hex_short, 0, NULL, NULL },
    [ESCAPE_HEX_INVALID] = { DIAG_CODE_lex_hex_invalid, 0,
                             "invalid character in numeric character escape", NULL },
    [ESCAPE_HEX_RANGE] = { DIAG_CODE_lex_hex_range, 0,
                           "must be a character in the range [\\x00-\\x7f]", NULL },
    [ESCAPE_NO_BRACE] = { DIAG_CODE_lex_unicode_format, 0, "incorrect unicode escape sequence",
                          "format of unicode escape sequences is `\\u{...}`" },
    [ESCAPE_UNICODE_INVALID] = { DIAG_CODE_lex_unicode_invalid, 0,
                                 "invalid character in unicode escape", NULL },
    [ESCAPE_UNICODE_UNDERSCORE] = { DIAG_CODE_lex_unicode_underscore, 0,
                                    "invalid start of unicode escape", NULL },
    [ESCAPE_UNICODE_EMPTY] = { DIAG_CODE_lex_unicode_empty, 0,
                               "this escape must have at least 1 hex digit", NULL },
    [ESCAPE_UNICODE_OVERLONG] = { DIAG_CODE_lex_unicode_overlong, 0,
                                  "must have at most 6 hex digits", NULL },
    [ESCAPE_UNICODE_UNCLOSED] = { DIAG_CODE_lex_unicode_unclosed, 0, "missing a closing `}`",
                                  NULL },
    [ESCAPE_SURROGATE] = { DIAG_CODE_lex_unicode_value, 0, "invalid escape",
                           "unicode escape must not be a surrogate" },
    [ESCAPE_UNICODE_RANGE] = { DIAG_CODE_lex_unicode_value, 0, "invalid escape",
                               "unicode escape must be at most 10FFFF" },
    [ESCAPE_UNICODE_IN_BYTE] = { DIAG_CODE_lex_unicode_in_byte, 0, "unicode escape in byte string",
                                 "unicode escape sequences cannot be used as a byte or in a byte "
                                 "string" },
    [ESCAPE_ONLY_ESCAPED] = { DIAG_CODE_lex_char_must_escape, DIAG_CODE_lex_byte_must_escape, NULL,
                              NULL },
    [ESCAPE_BARE_RETURN] = { DIAG_CODE_lex_bare_cr, DIAG_CODE_lex_bare_cr_raw, NULL, NULL },
    [ESCAPE_NOT_ASCII] = { DIAG_CODE_lex_not_ascii, 0, "must be ASCII", NULL },
    [ESCAPE_NUL] = { DIAG_CODE_lex_nul_in_c_string, 0, NULL, NULL },
};
#undef REFERENCE

static DiagCode escape_code(EscapeState state, TokenKind kind)
{
    const EscapeMessage *message = &escape_messages[state];
    bool other = state == ESCAPE_BARE_RETURN ? is_raw_kind(kind) : is_byte_kind(kind);
    return (DiagCode)(other && message->byte_code ? message->byte_code : message->code);
}

/* The offending character as rustc shows it. */
static Str shown_char(Arena *arena, Str s, const Escape *unit)
{
    Str raw = { s.data + unit->lo, unit->hi - unit->lo };
    if (raw.bytes != 1)
        return raw;
    if (raw.data[0] == '\n')
        return STR("\\n");
    if (raw.data[0] == '\r')
        return STR("\\r");
    if (raw.data[0] == '\t')
        return STR("\\t");
    return (Str){ arena_copy_str(arena, raw), 1 };
}

static void report_unit(Lexer *l, TokenKind kind, uint32_t base, Str s, const Escape *unit)
{
    SyntaxError *error = syntax_error_add(l->errors, escape_code(unit->state, kind),
                                          base + (uint32_t)unit->lo, base + (uint32_t)unit->hi);
    error->primary_label = escape_messages[unit->state].label;
    if (unit->state == ESCAPE_UNKNOWN && is_byte_kind(kind))
        error->primary_label = "unknown byte escape";
    error->help = escape_messages[unit->state].help;
    if (unit->state == ESCAPE_NOT_ASCII)
        syntax_error_arg(l->errors, error, str_from_c(literal_name(kind)));
    else
        syntax_error_arg(l->errors, error, shown_char(l->errors->arena, s, unit));
}

static bool check_char(Lexer *l, TokenKind kind, uint32_t lo, Str s)
{
    if (s.bytes == 0) {
        SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_empty_char, lo, lo + 1);
        error->primary_label = "empty character literal";
        return false;
    }
    size_t at = 0;
    Escape unit = scan_unit(s, &at, kind);
    bool is_alone = at == s.bytes;
    if (unit.state != ESCAPE_OK && (is_alone || s.data[0] == '\\')) {
        report_unit(l, kind, lo, s, &unit);
        return false;
    }
    if (is_alone)
        return true;
    uint32_t literal_lo = kind == TOKEN_BYTE ? lo - 2 : lo - 1;
    SyntaxError *error = syntax_error_add(l->errors, DIAG_CODE_lex_long_char, literal_lo,
                                          lo + (uint32_t)s.bytes + 1);
    error->suggestion = kind == TOKEN_BYTE
                            ? "if you meant to write a byte string literal, use double quotes"
                            : "if you meant to write a string literal, use double quotes";
    error->suggestion_lo = literal_lo;
    error->suggestion_hi = lo + (uint32_t)s.bytes + 1;
    error->replacement = arena_printf(l->errors->arena, "%s\"%.*s\"", kind == TOKEN_BYTE ? "b" : "",
                                      (int)s.bytes, s.data);
    error->applicability = APPLICABLE_MACHINE;
    return false;
}

/* Most strings hold nothing that could be wrong. */
static bool needs_check(TokenKind kind, Str s)
{
    if (memchr(s.data, '\r', s.bytes) || (!is_raw_kind(kind) && memchr(s.data, '\\', s.bytes)))
        return true;
    return is_byte_kind(kind) || is_c_kind(kind);
}

bool lex_check_quoted(Lexer *l, TokenKind kind, uint32_t lo, uint32_t hi)
{
    Str s = { l->text + lo, hi - lo };
    if (is_char_kind(kind))
        return check_char(l, kind, lo, s);
    bool is_valid = true;
    if (!needs_check(kind, s))
        return true;
    for (size_t at = 0; at < s.bytes;) {
        Escape unit = scan_unit(s, &at, kind);
        if (unit.state == ESCAPE_OK || unit.state == ESCAPE_SKIP)
            continue;
        report_unit(l, kind, lo, s, &unit);
        is_valid = false;
    }
    return is_valid;
}
