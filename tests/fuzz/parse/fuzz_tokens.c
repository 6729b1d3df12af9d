/* Programs with tokens deleted, duplicated, swapped and taken from other programs: what is read is
 * nearly Rust, so that it gets further into the parser, and into its recovery, than bytes do. The
 * first byte chooses the edition. */
#include "fuzz/parse/parse_text.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t bytes1, const uint8_t *data2,
                                 size_t bytes2, uint8_t *out, size_t bytes_max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t bytes_max);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes == 0)
        return 0;
    Str text = { (const char *)data + 1, bytes - 1 };
    if (fuzz_is_utf8(text))
        fuzz_parse_text(text, (Edition)(data[0] & 3), false);
    return 0;
}

/* ---- random numbers ---- */

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    return limit ? next_random(state) % limit : 0;
}

/* ---- a text as tokens ---- */

typedef struct {
    Interners *interners;
    Arena *arena;
    Str text;
    FileTokens tokens;
} TokenText;

/* False: not UTF-8, or too few tokens to do anything with. */
static bool token_text_open(TokenText *t, const uint8_t *data, size_t bytes)
{
    *t = (TokenText){ 0 };
    if (bytes < 2 || !fuzz_is_utf8((Str){ (const char *)data + 1, bytes - 1 }))
        return false;
    t->interners = interners_new();
    t->arena = arena_new(NULL);
    Str text = { (const char *)data + 1, bytes - 1 };
    t->text = (Str){ arena_copy_str(t->arena, text), text.bytes };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, t->arena);
    lex_text(t->interners, t->arena, t->text, &t->tokens, &errors);
    return t->tokens.count >= 2;
}

static void token_text_close(TokenText *t)
{
    arena_free(t->arena);
    interners_free(t->interners);
}

/* The text of tokens [first, last]. */
static Str text_of(const TokenText *t, uint32_t first, uint32_t last)
{
    uint32_t lo = t->tokens.tokens[first].lo, hi = t->tokens.tokens[last].hi;
    return (Str){ t->text.data + lo, hi > lo ? hi - lo : 0 };
}

/* A token, or with the same chance a few of them, or a whole tree. */
static void choose_tokens(const TokenText *t, uint64_t *state, uint32_t *first, uint32_t *last)
{
    uint32_t count = t->tokens.count;
    *first = *last = random_below(state, count);
    uint32_t sort = random_below(state, 4);
    if (sort == 0)
        *last = *first + random_below(state, count - *first < 8 ? count - *first : 8);
    else if (sort == 1 && t->tokens.partners[*first] > *first)
        *last = t->tokens.partners[*first];
}

/* ---- mutations ---- */

/* Tokens [first, last] become `by`, with a space on each side. */
static void replace_tokens(const TokenText *t, uint32_t first, uint32_t last, Str by, Text *out)
{
    uint32_t lo = t->tokens.tokens[first].lo, hi = t->tokens.tokens[last].hi;
    text_add(out, (Str){ t->text.data, lo });
    text_add_char(out, ' ');
    text_add(out, by);
    text_add_char(out, ' ');
    text_add(out, (Str){ t->text.data + hi, t->text.bytes - hi });
}

static void mutate_tokens(const TokenText *t, uint64_t *state, Text *out)
{
    uint32_t first, last, other, other_last;
    choose_tokens(t, state, &first, &last);
    choose_tokens(t, state, &other, &other_last);
    Str chosen = text_of(t, first, last);
    Text changed;
    text_init(&changed, t->arena);
    switch (random_below(state, 4)) {
    case 0: /* delete */
        replace_tokens(t, first, last, STR(""), out);
        return;
    case 1: /* duplicate */
        text_add(&changed, chosen);
        text_add_char(&changed, ' ');
        text_add(&changed, chosen);
        replace_tokens(t, first, last, text_str(&changed), out);
        return;
    case 2: /* swap with a token behind it */
        if (other > last) {
            uint32_t between_lo = t->tokens.tokens[last].hi;
            text_add(&changed, text_of(t, other, other_last));
            text_add(&changed,
                     (Str){ t->text.data + between_lo, t->tokens.tokens[other].lo - between_lo });
            text_add(&changed, chosen);
            replace_tokens(t, first, other_last, text_str(&changed), out);
            return;
        }
        replace_tokens(t, first, last, text_of(t, other, other_last), out);
        return;
    default: /* put others there */
        replace_tokens(t, first, last, text_of(t, other, other_last), out);
        return;
    }
}

/* The text behind the first byte; cut to fit, not inside a character. */
static size_t put_text(uint8_t *data, size_t bytes_max, Str text)
{
    size_t bytes = text.bytes < bytes_max - 1 ? text.bytes : bytes_max - 1;
    while (bytes < text.bytes && bytes > 0 && ((unsigned char)text.data[bytes] & 0xc0) == 0x80)
        bytes--;
    memcpy(data + 1, text.data, bytes);
    return bytes + 1;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned seed)
{
    uint64_t state = seed;
    if (next_random(&state) % 16 == 0)
        return LLVMFuzzerMutate(data, bytes, bytes_max);
    for (uint32_t rounds = 1 + random_below(&state, 3); rounds > 0; rounds--) {
        TokenText t;
        bool is_open = token_text_open(&t, data, bytes);
        if (is_open) {
            Text out;
            text_init(&out, t.arena);
            mutate_tokens(&t, &state, &out);
            bytes = put_text(data, bytes_max, text_str(&out));
        }
        token_text_close(&t);
        if (!is_open)
            return LLVMFuzzerMutate(data, bytes, bytes_max);
    }
    return bytes;
}

/* Tokens of the second program in the first one. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t bytes1, const uint8_t *data2,
                                 size_t bytes2, uint8_t *out, size_t bytes_max, unsigned seed)
{
    uint64_t state = seed;
    TokenText into, from;
    bool has_into = token_text_open(&into, data1, bytes1);
    bool has_from = token_text_open(&from, data2, bytes2);
    size_t bytes = 0;
    if (has_into && has_from) {
        uint32_t first, last, other, other_last;
        choose_tokens(&into, &state, &first, &last);
        choose_tokens(&from, &state, &other, &other_last);
        Text text;
        text_init(&text, into.arena);
        replace_tokens(&into, first, last, text_of(&from, other, other_last), &text);
        out[0] = data1[0];
        bytes = put_text(out, bytes_max, text_str(&text));
    }
    token_text_close(&into);
    token_text_close(&from);
    return bytes;
}
