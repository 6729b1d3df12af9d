/* A growing text buffer, for dumps and messages. */
#ifndef RSCC_BASE_TEXT_H
#define RSCC_BASE_TEXT_H

#include <stdarg.h>

#include "base/arena.h"

typedef struct {
    char *data; /* NUL-terminated once something was added */
    size_t bytes;
    size_t capacity;
    Arena *arena;  /* NULL: heap, release with text_release */
    bool is_fixed; /* data is the caller's: nothing is allocated, what does not fit is dropped */
} Text;

void text_init(Text *text, Arena *arena);
/* Over `bytes` bytes of the caller's, one of them for the NUL. Adding to it is async-signal-safe,
 * for crash reports. */
void text_init_fixed(Text *text, char *buffer, size_t bytes);
/* Whether nothing more fits: who writes something big into a fixed text may stop. False for others.
 */
static inline bool text_is_full(const Text *text)
{
    return text->is_fixed && text->bytes + 1 >= text->capacity;
}
void text_release(Text *text);
void text_clear(Text *text);
void text_add(Text *text, Str s);
void text_add_c(Text *text, const char *s);
void text_add_char(Text *text, char c);
void text_add_repeat(Text *text, char c, size_t count);
void text_addf(Text *text, const char *format, ...) RSC_PRINTF(2, 3);
void text_addv(Text *text, const char *format, va_list args);
/* As a JSON string literal with quotes. Bytes that are not UTF-8 become U+FFFD. */
void text_add_json_string(Text *text, Str s);
Str text_str(const Text *text);

/* The length of the well-formed UTF-8 sequence that the bytes begin with and its scalar value (may
 * be NULL); 0 if they begin with none. */
uint32_t utf8_decode(const char *data, size_t bytes, uint32_t *scalar);

#endif
