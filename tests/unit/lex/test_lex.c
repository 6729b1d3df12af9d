#include "diag/diag_data.h"
#include "lex/lex.h"
#include "unit/unit.h"

typedef struct {
    Interners *interners;
    Arena *arena;
    FileTokens tokens;
    SyntaxErrorVec errors;
    Str text;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->interners = interners_new();
    f->arena = arena_new(NULL);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    arena_free(f->arena);
    interners_free(f->interners);
    free(f);
    return 0;
}

static void lex_bytes(Fixture *f, Str text)
{
    syntax_error_vec_init(&f->errors, f->arena);
    /* A copy of exactly the size, so that a read beyond the end is seen. */
    f->text = (Str){ arena_copy(f->arena, text.data, text.bytes), text.bytes };
    lex_text(f->interners, f->arena, f->text, &f->tokens, &f->errors);
}

static void lex(Fixture *f, const char *text)
{
    lex_bytes(f, str_from_c(text));
}

/* "KIND KIND ..." */
static const char *kinds(Fixture *f)
{
    Text out;
    text_init(&out, f->arena);
    for (uint32_t i = 0; i < f->tokens.count; i++) {
        if (i > 0)
            text_add_char(&out, ' ');
        text_add_c(&out, token_kind_name((TokenKind)f->tokens.tokens[i].kind));
    }
    return out.bytes ? out.data : "";
}

static const char *symbol(Fixture *f, uint32_t index)
{
    return sym_text(f->interners, f->tokens.tokens[index].text).data;
}

#define assert_kinds(f, text, expected)          \
    do {                                         \
        lex(f, text);                            \
        assert_string_equal(kinds(f), expected); \
        assert_int_equal((f)->errors.count, 0);  \
    } while (0)

/* The one error of the text: code and place. */
#define assert_error(f, text, name, from, to)                                       \
    do {                                                                            \
        lex(f, text);                                                               \
        assert_int_equal((f)->errors.count, 1);                                     \
        assert_string_equal(diag_code_message((DiagCode)(f)->errors.items[0].code), \
                            diag_code_message(DIAG_CODE_##name));                   \
        assert_int_equal((f)->errors.items[0].lo, from);                            \
        assert_int_equal((f)->errors.items[0].hi, to);                              \
    } while (0)

static void words_and_keywords(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "fn foo _ _x r#fn union async Self self crate",
                 "KW_FN IDENT KW_UNDERSCORE IDENT IDENT KW_UNION KW_ASYNC KW_SELF_UPPER "
                 "KW_SELF_LOWER KW_CRATE");
    assert_string_equal(symbol(f, 1), "foo");
    assert_string_equal(symbol(f, 4), "fn");
    assert_int_equal(f->tokens.tokens[4].flags, TOKEN_RAW);
    assert_kinds(f, "b c r br cr rb b1 r2 bc",
                 "IDENT IDENT IDENT IDENT IDENT IDENT IDENT IDENT IDENT");
}

static void same_word_in_two_normal_forms_is_one_symbol(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "\xc3\xa9t\xc3\xa9 e\xcc\x81te\xcc\x81 \xe6\xbc\xa2\xe5\xad\x97",
                 "IDENT IDENT IDENT");
    assert_int_equal(f->tokens.tokens[0].text.v, f->tokens.tokens[1].text.v);
    assert_int_equal(f->tokens.tokens[1].hi - f->tokens.tokens[1].lo, 7);
}

static void punctuation_takes_the_longest_match(void **state)
{
    Fixture *f = *state;
    assert_kinds(
        f, "<<= >>= ... ..= .. . -> => <- :: : && & || | == = != ! <= >= += -= *= /= %= ^= &= |=",
        "SHL_EQ SHR_EQ DOT_DOT_DOT DOT_DOT_EQ DOT_DOT DOT ARROW FAT_ARROW L_ARROW PATH_SEP "
        "COLON AND_AND AND OR_OR OR EQ_EQ EQ NE NOT LE GE PLUS_EQ MINUS_EQ STAR_EQ SLASH_EQ "
        "PERCENT_EQ CARET_EQ AND_EQ OR_EQ");
    assert_kinds(f, "a>>b", "IDENT SHR IDENT");
    assert_kinds(f, ":::", "PATH_SEP COLON");
    assert_kinds(f, "....", "DOT_DOT_DOT DOT");
    assert_kinds(f, "#$?@~^%", "POUND DOLLAR QUESTION AT TILDE CARET PERCENT");
}

static void numbers_end_where_rust_says(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "1 1.0 1. 1.e5 1e5 1E-5_0 0x1f_u8 0b1_0 0o7 1_000u64 1f32 0.1",
                 "INT FLOAT FLOAT INT DOT IDENT FLOAT FLOAT INT INT INT INT INT FLOAT");
}

static void points_after_numbers(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "1..2", "INT DOT_DOT INT");
    assert_kinds(f, "1.max(2)", "INT DOT IDENT OPEN_PAREN INT CLOSE_PAREN");
    assert_kinds(f, "1._5", "INT DOT IDENT");
    assert_kinds(f, "x.0.1", "IDENT DOT FLOAT");
    assert_kinds(f, "1.0.0", "FLOAT DOT INT");
    assert_kinds(f, "(1.)", "OPEN_PAREN FLOAT CLOSE_PAREN");
}

static void number_errors(void **state)
{
    Fixture *f = *state;
    assert_error(f, "0x", lex_no_digits, 0, 2);
    assert_error(f, "0b12", lex_invalid_digit, 3, 4);
    assert_error(f, "0o8", lex_invalid_digit, 2, 3);
    assert_error(f, "1e+", lex_empty_exponent, 0, 3);
    assert_error(f, "0x1.0", lex_float_base, 0, 5);
    assert_error(f, "0b1e3", lex_float_base, 0, 5);
    assert_string_equal(kinds(f), "LITERAL_ERROR");
}

static void strings_of_all_kinds(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "\"a\\\"b\" b\"x\" c\"y\" r\"\\\" r#\"\"\"# br##\"a\"#\"## cr\"z\" \"s\"suffix",
                 "STR BYTE_STR C_STR RAW_STR RAW_STR RAW_BYTE_STR RAW_C_STR STR");
    assert_kinds(f, "'a' '\\'' '\\u{1F600}' b'\\xff' '\xe2\x82\xac' '\"'",
                 "CHAR CHAR CHAR BYTE CHAR CHAR");
    assert_kinds(f, "'a 'static 'a: 'r#fn '_",
                 "LIFETIME LIFETIME LIFETIME COLON LIFETIME LIFETIME");
    assert_string_equal(symbol(f, 0), "'a");
    assert_string_equal(symbol(f, 4), "'fn");
}

static void quoted_errors(void **state)
{
    Fixture *f = *state;
    assert_error(f, "x \"abc", lex_unterminated_string, 2, 6);
    assert_error(f, "b\"abc", lex_unterminated_byte_string, 1, 5);
    assert_error(f, "c\"abc", lex_unterminated_c_string, 1, 5);
    assert_error(f, "r#\"abc\"", lex_unterminated_raw, 0, 1);
    assert_error(f, "b'a", lex_unterminated_byte, 1, 3);
    assert_error(f, "''", lex_empty_char, 1, 2);
    assert_error(f, "'ab'", lex_long_char, 0, 4);
    assert_error(f, "'\\n\\n'", lex_long_char, 0, 6);
    assert_error(f, "'''", lex_char_must_escape, 1, 2);
    assert_error(f, "'\t'", lex_char_must_escape, 1, 2);
    assert_error(f, "b'\xc3\xa9'", lex_not_ascii, 2, 4);
    assert_error(f, "\"a\rb\"", lex_bare_cr, 2, 3);
    assert_error(f, "r##;", lex_raw_start, 0, 4);
    assert_error(f, "cr\"a\\0\" c\"a\\0\"", lex_nul_in_c_string, 11, 13);
    assert_error(f, "'1a", lex_lifetime_number, 0, 3);
    assert_error(f, "r#crate", lex_not_raw, 0, 7);
}

static void escape_errors(void **state)
{
    Fixture *f = *state;
    assert_error(f, "\"\\q\"", lex_unknown_escape, 2, 3);
    assert_error(f, "b\"\\q\"", lex_unknown_byte_escape, 3, 4);
    assert_error(f, "\"\\x8f\"", lex_hex_range, 1, 5);
    assert_error(f, "\"\\x8\"", lex_hex_short, 1, 4);
    assert_error(f, "\"\\xg0\"", lex_hex_invalid, 3, 4);
    assert_error(f, "\"\\u{110000}\"", lex_unicode_value, 1, 11);
    assert_error(f, "\"\\u{d800}\"", lex_unicode_value, 1, 9);
    assert_error(f, "\"\\u{}\"", lex_unicode_empty, 1, 5);
    assert_error(f, "\"\\u{1234567}\"", lex_unicode_overlong, 1, 12);
    assert_error(f, "\"\\u12\"", lex_unicode_format, 1, 4);
    assert_error(f, "\"\\u{12\"", lex_unicode_unclosed, 1, 6);
    assert_error(f, "\"\\u{_1}\"", lex_unicode_underscore, 4, 5);
    assert_error(f, "\"\\u{g}\"", lex_unicode_invalid, 4, 5);
    assert_error(f, "b\"\\u{41}\"", lex_unicode_in_byte, 2, 8);
}

static void comments(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "a // b\n/* c /* d */ e */ f", "IDENT IDENT");
    assert_kinds(f, "/// a\n//! b\n//// c\n/** d */ /*! e */ /*** f */ /**/ //",
                 "DOC_OUTER DOC_INNER DOC_OUTER DOC_INNER");
    assert_kinds(f, "/// a\r\nb", "DOC_OUTER IDENT");
    assert_int_equal(f->tokens.tokens[0].hi, 5);
    assert_error(f, "a /* b", lex_unterminated_comment, 2, 6);
    assert_error(f, "/** b", lex_unterminated_doc_comment, 0, 5);
    assert_error(f, "/// a\rb\n", lex_bare_cr_doc, 5, 6);
}

static void shebang(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "#!/usr/bin/env rscc\nfn", "KW_FN");
    assert_kinds(f, "#![x]", "POUND NOT OPEN_BRACKET IDENT CLOSE_BRACKET");
    assert_kinds(f, "#! // c\n [x]", "POUND NOT OPEN_BRACKET IDENT CLOSE_BRACKET");
    assert_kinds(f, "#!", "");
}

static void line_ends(void **state)
{
    Fixture *f = *state;
    lex(f, "a\r\nb\n\n  \xc3\xa9 c\n");
    assert_int_equal(f->tokens.line_count, 4);
    uint32_t line, column;
    file_tokens_position(&f->tokens, f->text, f->tokens.tokens[3].lo, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 4);
    file_tokens_position(&f->tokens, f->text, f->tokens.bytes, &line, &column);
    assert_int_equal(line, 3);
    assert_int_equal(column, 6);
    lex(f, "\"a\r\nb\"");
    assert_string_equal(symbol(f, 0), "\"a\nb\"");
}

static void unknown_characters_are_one_error_each_run(void **state)
{
    Fixture *f = *state;
    lex(f, "a ``` b \xef\xbc\x9b\xef\xbc\x9b \\ \x01");
    assert_string_equal(kinds(f), "IDENT IDENT");
    assert_int_equal(f->errors.count, 4);
    assert_string_equal(f->errors.items[1].args[0].data, "\\u{ff1b}");
    assert_string_equal(f->errors.items[1].note, "character appears once more");
    assert_string_equal(f->errors.items[0].note, "character appears 2 more times");
}

/* Every delimiter has its partner, properly nested, whatever the text. */
static void check_partners(Fixture *f)
{
    U32Vec open;
    u32_vec_init(&open, f->arena);
    for (uint32_t i = 0; i < f->tokens.count; i++) {
        uint8_t kind = f->tokens.tokens[i].kind;
        TokenClass class = token_class((TokenKind)kind);
        if (class == TOKEN_CLASS_OPEN) {
            u32_vec_push(&open, i);
        } else if (class == TOKEN_CLASS_CLOSE) {
            uint32_t partner = u32_vec_pop(&open);
            assert_int_equal(f->tokens.tokens[partner].kind + 1, kind);
            assert_int_equal(f->tokens.partners[partner], i);
            assert_int_equal(f->tokens.partners[i], partner);
        } else {
            assert_int_equal(f->tokens.partners[i], 0);
        }
    }
    assert_int_equal(open.count, 0);
}

static void delimiters_match(void **state)
{
    Fixture *f = *state;
    assert_kinds(f, "({[]})",
                 "OPEN_PAREN OPEN_BRACE OPEN_BRACKET CLOSE_BRACKET CLOSE_BRACE CLOSE_PAREN");
    check_partners(f);
    assert_error(f, "{ (1; }", lex_mismatched_close, 2, 3);
    check_partners(f);
    assert_int_equal(f->errors.items[0].label_count, 2);
    assert_int_equal(f->errors.items[0].labels[0].lo, 6);
    assert_true(f->errors.items[0].labels[0].is_primary);
    assert_int_equal(f->errors.items[0].labels[1].lo, 0);
    assert_error(f, "{\n ( {}\n }", lex_mismatched_close, 3, 4);
    assert_int_equal(f->errors.items[0].label_count, 1);
    assert_error(f, "fn f() { if x { }\n", lex_unclosed, 18, 18);
    check_partners(f);
    assert_error(f, "} fn", lex_unexpected_close, 0, 1);
    check_partners(f);
    lex(f, "(1, [2, 3); { ( }");
    assert_int_equal(f->errors.count, 2);
    check_partners(f);
}

static void missing_open_delimiter_is_guessed(void **state)
{
    Fixture *f = *state;
    assert_error(f, "{ x = 1); }", lex_unexpected_close, 10, 11);
    assert_int_equal(f->errors.items[0].label_count, 2);
    assert_int_equal(f->errors.items[0].labels[1].lo, 7);
    check_partners(f);
}

static void deep_nesting_is_no_recursion(void **state)
{
    Fixture *f = *state;
    enum { DEPTH = 300000 };
    char *text = arena_alloc(f->arena, DEPTH * 2);
    memset(text, '(', DEPTH);
    memset(text + DEPTH, ')', DEPTH);
    lex_bytes(f, (Str){ text, DEPTH * 2 });
    assert_int_equal(f->errors.count, 0);
    assert_int_equal(f->tokens.partners[0], DEPTH * 2 - 1);
    memset(text + DEPTH, ']', DEPTH);
    lex_bytes(f, (Str){ text, DEPTH * 2 });
    assert_true(f->errors.count > 0 && f->errors.count <= SYNTAX_ERRORS_MAX);
    check_partners(f);
}

static void literal_values(void **state)
{
    Fixture *f = *state;
    LiteralValue v;
    lex(f, "0xff_u8 340282366920938463463374607431768211456 1_0.5e-1_0f64 2f32 'a' b'\\xfe' "
           "\"a\\n\\u{e9}\\\n   b\" c\"\\xff\\u{e9}\" r#\"x\\\"#suf 0x1f32");
    assert_int_equal(f->errors.count, 0);
    const FileToken *t = f->tokens.tokens;
#define VALUE(i) literal_value(f->interners, f->arena, (TokenKind)t[i].kind, t[i].text, &v)
    assert_true(VALUE(0));
    assert_int_equal(v.low, 255);
    assert_true(str_eq(v.suffix, STR("u8")));
    assert_true(VALUE(1));
    assert_true(v.is_too_large);
    assert_true(VALUE(2));
    assert_true(str_eq(v.text, STR("10.5e-10")));
    assert_true(str_eq(v.suffix, STR("f64")));
    assert_true(VALUE(3));
    assert_int_equal(v.kind, TOKEN_FLOAT);
    assert_true(str_eq(v.text, STR("2")));
    assert_true(VALUE(4));
    assert_int_equal(v.low, 'a');
    assert_true(VALUE(5));
    assert_int_equal(v.low, 0xfe);
    assert_true(VALUE(6));
    assert_true(str_eq(v.text, STR("a\n\xc3\xa9"
                                   "b")));
    assert_true(VALUE(7));
    assert_true(str_eq(v.text, STR("\xff\xc3\xa9")));
    assert_true(VALUE(8));
    assert_true(str_eq(v.text, STR("x\\")));
    assert_true(str_eq(v.suffix, STR("suf")));
    assert_true(VALUE(9));
    assert_int_equal(v.low, 0x1f32);
    assert_false(v.is_too_large);
#undef VALUE
}

static void run_survives_encoding(void **state)
{
    Fixture *f = *state;
    Token tokens[] = {
        { .kind = TOKEN_IDENT, .text = sym_intern_c(f->interners, "a"), .mark = 7 },
        { .kind = TOKEN_SHR },
        { .kind = TOKEN_IDENT, .flags = TOKEN_RAW, .text = sym_intern_c(f->interners, "fn") }
    };
    TokenRun run = { tokens, ARRAY_COUNT(tokens) };
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    token_run_encode(&e, &run);
    for (size_t cut = 0; cut <= e.count; cut++) {
        Decoder d;
        TokenRun back = { 0 };
        decoder_init(&d, e.bytes, cut, f->arena, f->interners);
        token_run_decode(&d, &back);
        assert_int_equal(decoder_finish(&d), cut == e.count);
        if (cut < e.count)
            continue;
        assert_int_equal(back.count, 3);
        assert_true(token_matches(back.tokens[2], tokens[2]));
        assert_int_equal(back.tokens[0].mark, 7);
    }
    Fp one = token_run_fingerprint(f->interners, tokens, 3);
    tokens[0].mark = 8;
    assert_false(fp_eq(one, token_run_fingerprint(f->interners, tokens, 3)));
}

/* Random bytes and random pieces of Rust: tokens are in order, inside the text, and balanced. */
static void any_text_gives_balanced_tokens(void **state)
{
    Fixture *f = *state;
    static const char *const pieces[] = {
        "(",  ")",  "[",  "]",  "{",  "}",  "'",  "\"", "r#\"",     "\\",   "/*", "*/",
        "//", "0x", "1e", "'a", "b'", "\n", "\r", "#!", "\xc3\xa9", "\xff", "x",  "///"
    };
    uint64_t seed = 0x9e3779b97f4a7c15u;
    print_message("seed %llx\n", (unsigned long long)seed);
    for (int round = 0; round < 3000; round++) {
        Text text;
        text_init(&text, f->arena);
        for (int i = 0; i < 20; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text_add_c(&text, pieces[(seed >> 33) % ARRAY_COUNT(pieces)]);
        }
        lex_bytes(f, text_str(&text));
        check_partners(f);
        for (uint32_t i = 0; i < f->tokens.count; i++) {
            const FileToken *t = &f->tokens.tokens[i];
            assert_true(t->lo <= t->hi && t->hi <= f->text.bytes);
            assert_true(i == 0 || t[-1].hi <= t->lo);
        }
        arena_clear(f->arena);
    }
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Words are looked up by their first sixteen bytes or by a hash, and found sixteen bytes at a time:
 * every length, at every distance from the end, beside others that differ in one byte. */
static void words_of_any_length_are_themselves(void **state)
{
    Fixture *f = *state;
    uint64_t seed = 4;
    for (uint32_t length = 1; length <= 300; length += length < 40 ? 1 : 65) {
        Text text;
        text_init(&text, f->arena);
        char word[301];
        memset(word, 'q', sizeof word);
        for (uint32_t changed = 0; changed < length; changed++) {
            text_add_repeat(&text, changed % 2 ? ' ' : '\n', 1 + next_random(&seed) % 40);
            text_add(&text, (Str){ word, length });
            text_add_char(&text, ' ');
            word[changed] = 'w';
            text_add(&text, (Str){ word, length });
            word[changed] = 'q';
        }
        lex_bytes(f, text_str(&text));
        assert_int_equal(f->tokens.count, 2 * length);
        for (uint32_t i = 0; i < f->tokens.count; i++) {
            const FileToken *t = &f->tokens.tokens[i];
            Str written = { f->text.data + t->lo, t->hi - t->lo };
            assert_true(str_eq(sym_text(f->interners, t->text), written));
        }
        arena_clear(f->arena);
    }
}

static void every_word_of_the_table_is_its_kind(void **state)
{
    (void)state;
    for (int kind = 0; kind < TOKEN_KIND_COUNT; kind++) {
        TokenClass class = token_class((TokenKind)kind);
        Str word = str_from_c(token_spelling((TokenKind)kind));
        bool is_word = class == TOKEN_CLASS_KEYWORD || class == TOKEN_CLASS_EDITION_KEYWORD ||
                       class == TOKEN_CLASS_WEAK;
        assert_int_equal(token_word_kind(word), is_word ? kind : TOKEN_IDENT);
        if (word.bytes > 6)
            assert_int_equal(token_word_kind((Str){ word.data, word.bytes - 1 }), TOKEN_IDENT);
    }
}

/* Lines, carriage returns and wide characters are found sixteen bytes at a time. */
static void lines_begin_behind_line_ends(void **state)
{
    Fixture *f = *state;
    static const char *const pieces[] = { "\n", "\n", "\r\n", "a", "bcd ", "\xc3\xa9", "   " };
    uint64_t seed = 9;
    for (uint32_t round = 0; round < 300; round++) {
        Text text;
        text_init(&text, f->arena);
        for (uint32_t i = next_random(&seed) % 60; i > 0; i--)
            text_add_c(&text, pieces[next_random(&seed) % (round % 2 ? 7 : 5)]);
        lex_bytes(f, text.bytes ? text_str(&text) : STR(""));
        uint32_t line = 0, column = 0;
        for (uint32_t at = 0; at < f->text.bytes; at++) {
            if ((f->text.data[at] & 0xc0) == 0x80)
                continue;
            uint32_t found_line, found_column;
            file_tokens_position(&f->tokens, f->text, at, &found_line, &found_column);
            assert_int_equal(found_line, line);
            assert_int_equal(found_column, column);
            column = f->text.data[at] == '\n' ? 0 : column + 1;
            line += f->text.data[at] == '\n';
        }
        uint32_t ends = f->text.bytes && f->text.data[f->text.bytes - 1] == '\n';
        assert_int_equal(f->tokens.line_count, line + 1 - ends);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(words_and_keywords),
        T(same_word_in_two_normal_forms_is_one_symbol),
        T(punctuation_takes_the_longest_match),
        T(numbers_end_where_rust_says),
        T(points_after_numbers),
        T(number_errors),
        T(strings_of_all_kinds),
        T(quoted_errors),
        T(escape_errors),
        T(comments),
        T(shebang),
        T(line_ends),
        T(unknown_characters_are_one_error_each_run),
        T(delimiters_match),
        T(missing_open_delimiter_is_guessed),
        T(deep_nesting_is_no_recursion),
        T(literal_values),
        T(run_survives_encoding),
        T(any_text_gives_balanced_tokens),
        T(words_of_any_length_are_themselves),
        T(every_word_of_the_table_is_its_kind),
        T(lines_begin_behind_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
