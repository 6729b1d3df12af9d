#include <string.h>

#include "base/text.h"
#include "unit/unit.h"

static void pieces_add_up(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    for (int heap = 0; heap < 2; heap++) {
        Text text;
        text_init(&text, heap ? NULL : arena);
        assert_int_equal(text_str(&text).bytes, 0);
        text_add(&text, STR("ab"));
        text_add_c(&text, "cd");
        text_add_char(&text, 'e');
        text_add_repeat(&text, ' ', 3);
        text_addf(&text, "%d:%s", 7, "x");
        assert_string_equal(text.data, "abcde   7:x");
        assert_int_equal(text.bytes, 11);
        text_clear(&text);
        assert_int_equal(text_str(&text).bytes, 0);
        text_add_c(&text, "again");
        assert_string_equal(text.data, "again");
        text_release(&text);
    }
    arena_free(arena);
}

static void long_texts_grow(void **state)
{
    (void)state;
    Text text;
    text_init(&text, NULL);
    for (int i = 0; i < 5000; i++)
        text_addf(&text, "%04d,", i);
    text_add_repeat(&text, 'z', 100000);
    assert_int_equal(text.bytes, 125000);
    assert_int_equal(strlen(text.data), text.bytes);
    assert_memory_equal(text.data + 5 * 1234, "1234,", 5);
    text_release(&text);
}

static void fixed_texts_drop_what_does_not_fit(void **state)
{
    (void)state;
    char buffer[9];
    memset(buffer, 'x', sizeof buffer);
    Text text;
    text_init_fixed(&text, buffer, 8);
    text_add_c(&text, "abc");
    text_addf(&text, "%d", 12);
    assert_false(text_is_full(&text));
    assert_string_equal(text_str(&text).data, "abc12");
    text_addf(&text, "%s", "long");
    assert_true(text_is_full(&text));
    text_add_c(&text, "more");
    text_add_repeat(&text, '-', 100);
    assert_string_equal(buffer, "abc12lo");
    assert_int_equal(text.bytes, 7);
    assert_int_equal(buffer[8], 'x');
    text_clear(&text);
    text_add_repeat(&text, '-', 100);
    assert_string_equal(buffer, "-------");
    text_release(&text);
}

static const char *json(Arena *arena, Str s)
{
    Text text;
    text_init(&text, arena);
    text_add_json_string(&text, s);
    return text.data;
}

static void json_strings_escape(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    assert_string_equal(json(arena, STR("")), "\"\"");
    assert_string_equal(json(arena, STR("a\"b\\c/")), "\"a\\\"b\\\\c/\"");
    assert_string_equal(json(arena, STR("\b\f\n\r\t")), "\"\\b\\f\\n\\r\\t\"");
    assert_string_equal(json(arena, STR("\x01\x7f")), "\"\\u0001\\u007f\"");
    assert_string_equal(json(arena, STR("z\0z")), "\"z\\u0000z\"");
    assert_string_equal(json(arena, STR("\xC3\xA9\xE2\x82\xAC")), "\"\xC3\xA9\xE2\x82\xAC\"");
    assert_string_equal(json(arena, STR("a\xFF\xC3")), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    arena_free(arena);
}

static uint32_t encode_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    uint32_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (uint32_t i = length - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    static const uint8_t lead[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    out[0] = (char)(lead[length] | c);
    return length;
}

static void utf8_accepts_exactly_the_scalar_values(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x120000; c++) {
        char bytes[4];
        uint32_t length = encode_utf8(c, bytes), scalar = 0;
        bool is_scalar = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        assert_int_equal(utf8_decode(bytes, 4, &scalar), is_scalar ? length : 0);
        if (is_scalar) {
            assert_int_equal(scalar, c);
            assert_int_equal(utf8_decode(bytes, length - 1, NULL), 0);
        }
    }
    assert_int_equal(utf8_decode("\xC0\x80", 2, NULL), 0);
    assert_int_equal(utf8_decode("\xE0\x9F\xBF", 3, NULL), 0);
    assert_int_equal(utf8_decode("\xF0\x8F\xBF\xBF", 4, NULL), 0);
    assert_int_equal(utf8_decode("\x80", 1, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_add_up),
        cmocka_unit_test(long_texts_grow),
        cmocka_unit_test(fixed_texts_drop_what_does_not_fit),
        cmocka_unit_test(json_strings_escape),
        cmocka_unit_test(utf8_accepts_exactly_the_scalar_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
