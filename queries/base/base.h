/* Everything in base that every other folder needs: fixed-width types, assertions, small helpers.
 * base knows nothing about Rust. Each facility has a header of its own; this one is the common
 * part. */
#ifndef RSCC_BASE_BASE_H
#define RSCC_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- assertions: three tiers ------------------------------------------------------------------
 * rsc_assert           always on, O(1): a violated one is a bug of ours, reported and fatal.
 * rsc_debug_assert     on in dev and sanitizer builds (RSCC_DEBUG_ASSERTS).
 * rsc_check_expensive  validators and round trips, on with RSCC_EXPENSIVE_CHECKS.
 * A user's mistake is never an assertion: it is a diagnostic. */
__attribute__((noreturn)) void assert_fail(const char *condition, const char *file, int line,
                                           const char *function);

#define rsc_assert(cond) ((cond) ? (void)0 : assert_fail(#cond, __FILE__, __LINE__, __func__))
#ifdef RSCC_DEBUG_ASSERTS
#define rsc_debug_assert(cond) rsc_assert(cond)
#else
#define rsc_debug_assert(cond) ((void)sizeof((cond) ? 1 : 0))
#endif
#ifdef RSCC_EXPENSIVE_CHECKS
#define rsc_check_expensive(cond) rsc_assert(cond)
#else
#define rsc_check_expensive(cond) ((void)sizeof((cond) ? 1 : 0))
#endif

/* Only after a switch that names every enumerator. */
#define RSC_UNREACHABLE() assert_fail("unreachable", __FILE__, __LINE__, __func__)
/* A broken invariant that needs a sentence. */
#define RSC_BUG(text) assert_fail(text, __FILE__, __LINE__, __func__)

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define RSC_PRINTF(format_index, first_arg) __attribute__((format(printf, format_index, first_arg)))
#define RSC_MUST_USE                        __attribute__((warn_unused_result))
#define RSC_MAYBE_UNUSED                    __attribute__((unused))

/* A borrowed run of bytes that is text: UTF-8 unless said otherwise, no terminating NUL promised.
 */
typedef struct {
    const char *data;
    size_t bytes;
} Str;

#define STR(literal) ((Str){ "" literal "", sizeof(literal) - 1 })
Str str_from_c(const char *c_string);
static inline bool str_eq(Str a, Str b)
{
    return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.data, b.data, a.bytes) == 0);
}
/* Order by bytes, shorter first among equals: <0, 0, >0. */
int str_compare(Str a, Str b);
bool str_starts_with(Str s, Str prefix);
bool str_ends_with(Str s, Str suffix);
/* Takes the part before the next separator, or all, off the front of *rest. False: nothing was
 * left. */
bool str_next_part(Str *rest, char separator, Str *part);
static inline bool str_is_empty(Str s)
{
    return s.bytes == 0;
}

/* ---- typed 32-bit ids -------------------------------------------------------------------------
 * ID_TYPE(TyId, ty_id) declares a one-member struct, so mixing two kinds of id does not compile.
 * 0 is "none". */
#define ID_TYPE(Name, prefix)                                       \
    typedef struct {                                                \
        uint32_t v;                                                 \
    } Name;                                                         \
    RSC_MAYBE_UNUSED static inline Name prefix##_make(uint32_t v)   \
    {                                                               \
        return (Name){ v };                                         \
    }                                                               \
    RSC_MAYBE_UNUSED static inline bool prefix##_eq(Name a, Name b) \
    {                                                               \
        return a.v == b.v;                                          \
    }                                                               \
    RSC_MAYBE_UNUSED static inline bool prefix##_is_none(Name a)    \
    {                                                               \
        return a.v == 0;                                            \
    }                                                               \
    RSC_MAYBE_UNUSED static inline Name prefix##_none(void)         \
    {                                                               \
        return (Name){ 0 };                                         \
    }

/* The two halves of a 128-bit integer. */
typedef struct {
    uint64_t low, high;
} U128;

/* A run of consecutive ids or of consecutive entries in a side table: [start, start + count). */
typedef struct {
    uint32_t start;
    uint32_t count;
} IdRange;

#endif
