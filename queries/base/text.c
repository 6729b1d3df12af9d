#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_CAPACITY = 128 };

void text_init(Text *text, Arena *arena)
{
    *text = (Text){ .arena = arena };
}

void text_init_fixed(Text *text, char *buffer, size_t bytes)
{
    rsc_assert(bytes > 0);
    *text = (Text){ .data = buffer, .capacity = bytes, .is_fixed = true };
    buffer[0] = '\0';
}

void text_release(Text *text)
{
    if (!text->arena && !text->is_fixed)
        heap_free(text->data);
    text_init(text, text->arena);
}

void text_clear(Text *text)
{
    text->bytes = 0;
    if (text->data)
        text->data[0] = '\0';
}

/* Room for `*more` characters, or for as many as a fixed text takes, and a NUL; returns where they
 * go. */
static char *reserve(Text *text, size_t *more)
{
    rsc_assert(*more < SIZE_MAX / 4 - text->bytes);
    size_t needed = text->bytes + *more + 1;
    if (needed > text->capacity && text->is_fixed) {
        *more = text->capacity - 1 - text->bytes;
    } else if (needed > text->capacity) {
        size_t capacity = text->capacity ? text->capacity * 2 : FIRST_CAPACITY;
        if (capacity < needed)
            capacity = needed;
        text->data = text->arena ? arena_grow(text->arena, text->data, text->capacity, capacity)
                                 : heap_realloc(text->data, capacity);
        text->capacity = capacity;
    }
    return text->data + text->bytes;
}

void text_add(Text *text, Str s)
{
    size_t bytes = s.bytes;
    char *at = reserve(text, &bytes);
    if (bytes)
        memcpy(at, s.data, bytes);
    at[bytes] = '\0';
    text->bytes += bytes;
}

void text_add_c(Text *text, const char *s)
{
    text_add(text, str_from_c(s));
}

void text_add_char(Text *text, char c)
{
    text_add(text, (Str){ &c, 1 });
}

void text_add_repeat(Text *text, char c, size_t count)
{
    char *at = reserve(text, &count);
    memset(at, c, count);
    at[count] = '\0';
    text->bytes += count;
}

void text_addv(Text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    rsc_assert(length >= 0);
    size_t bytes = (size_t)length;
    char *at = reserve(text, &bytes);
    vsnprintf(at, bytes + 1, format, again);
    va_end(again);
    text->bytes += bytes;
}

void text_addf(Text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_addv(text, format, args);
    va_end(args);
}

Str text_str(const Text *text)
{
    return text->data ? (Str){ text->data, text->bytes } : STR("");
}

/* Well-formed sequences as in the Unicode Standard, table 3-7: no surrogate, nothing overlong,
 * nothing above U+10FFFF. */
uint32_t utf8_decode(const char *data, size_t bytes, uint32_t *scalar)
{
    if (bytes == 0)
        return 0;
    const uint8_t *u = (const uint8_t *)data;
    uint32_t length = u[0] < 0x80   ? 1
                      : u[0] < 0xC2 ? 0
                      : u[0] < 0xE0 ? 2
                      : u[0] < 0xF0 ? 3
                      : u[0] < 0xF5 ? 4
                                    : 0;
    if (length == 0 || length > bytes)
        return 0;
    static const uint8_t lead_mask[5] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t value = u[0] & lead_mask[length];
    for (uint32_t i = 1; i < length; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (u[i] & 0x3Fu);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    if (scalar)
        *scalar = value;
    return length;
}

static void add_json_ascii(Text *text, char c)
{
    static const char escapes[] = "b\bf\fn\nr\rt\t\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof escapes - 1 + 1; i += 2) {
        if (escapes[i + 1] == c) {
            text_add_char(text, '\\');
            text_add_char(text, escapes[i]);
            return;
        }
    }
    if ((unsigned char)c < 0x20 || c == 0x7F)
        text_addf(text, "\\u%04x", (unsigned)(unsigned char)c);
    else
        text_add_char(text, c);
}

void text_add_json_string(Text *text, Str s)
{
    text_add_char(text, '"');
    for (size_t at = 0; at < s.bytes;) {
        uint32_t length = utf8_decode(s.data + at, s.bytes - at, NULL);
        if (length == 1)
            add_json_ascii(text, s.data[at]);
        else if (length > 1)
            text_add(text, (Str){ s.data + at, length });
        else
            text_add(text, STR("\xEF\xBF\xBD"));
        at += length ? length : 1;
    }
    text_add_char(text, '"');
}
