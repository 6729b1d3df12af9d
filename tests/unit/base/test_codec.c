#include <string.h>

#include "base/codec.h"
#include "base/intern.h"
#include "unit/unit.h"

static void encode_samples(Encoder *e, Interners *interners)
{
    encode_u8(e, 0xFF);
    encode_bool(e, true);
    encode_u32(e, 0);
    encode_u32(e, UINT32_MAX);
    encode_u64(e, 127);
    encode_u64(e, 128);
    encode_u64(e, UINT64_MAX);
    encode_i64(e, 0);
    encode_i64(e, -1);
    encode_i64(e, INT64_MIN);
    encode_i64(e, INT64_MAX);
    encode_fixed64(e, 0x0123456789ABCDEFu);
    encode_fp(e, (Fp){ 1, UINT64_MAX });
    encode_str(e, STR("text"));
    encode_str(e, STR(""));
    uint32_t sym = sym_intern(interners, STR("symbol")).v;
    encode_interned(e, INTERN_sym, 0);
    encode_interned(e, INTERN_sym, sym);
    encode_interned(e, INTERN_sym, sym_intern(interners, STR("other")).v);
    encode_interned(e, INTERN_sym, sym);
}

/* Whether every value came back; stops at nothing, as a real decoder would. */
static bool decode_samples(Decoder *d)
{
    bool same = decode_u8(d) == 0xFF;
    same &= decode_bool(d) == true;
    same &= decode_u32(d) == 0;
    same &= decode_u32(d) == UINT32_MAX;
    same &= decode_u64(d) == 127;
    same &= decode_u64(d) == 128;
    same &= decode_u64(d) == UINT64_MAX;
    same &= decode_i64(d) == 0;
    same &= decode_i64(d) == -1;
    same &= decode_i64(d) == INT64_MIN;
    same &= decode_i64(d) == INT64_MAX;
    same &= decode_fixed64(d) == 0x0123456789ABCDEFu;
    same &= fp_eq(decode_fp(d), (Fp){ 1, UINT64_MAX });
    same &= str_eq(decode_str(d), STR("text"));
    same &= str_eq(decode_str(d), STR(""));
    same &= decode_interned(d, INTERN_sym) == 0;
    uint32_t sym = decode_interned(d, INTERN_sym);
    same &= str_eq(sym_text(d->interners, sym_id_make(sym)), STR("symbol"));
    uint32_t other = decode_interned(d, INTERN_sym);
    same &= str_eq(sym_text(d->interners, sym_id_make(other)), STR("other"));
    same &= decode_interned(d, INTERN_sym) == sym;
    return same;
}

typedef struct {
    Arena *arena;
    Interners *interners;
    Encoder encoder;
} Fixture;

static int fixture_make(void **state)
{
    Fixture *f = heap_alloc_zeroed(sizeof *f);
    f->arena = arena_new(NULL);
    f->interners = interners_new();
    encoder_init(&f->encoder, f->arena, f->interners, ENCODE_CANONICAL);
    *state = f;
    return 0;
}

static int fixture_free(void **state)
{
    Fixture *f = *state;
    interners_free(f->interners);
    arena_free(f->arena);
    heap_free(f);
    return 0;
}

static void values_come_back_in_another_process(void **state)
{
    Fixture *f = *state;
    encode_samples(&f->encoder, f->interners);
    /* Other interners stand for another process; an extra symbol moves the ids. */
    Interners *fresh = interners_new();
    sym_intern_c(fresh, "unrelated");
    Decoder d;
    decoder_init(&d, f->encoder.bytes, f->encoder.count, f->arena, fresh);
    assert_true(decode_samples(&d));
    assert_true(decoder_finish(&d));
    interners_free(fresh);
}

/* Each prefix is copied to a block of exactly its size, so a sanitizer sees any read past it. */
static void every_truncation_fails_cleanly(void **state)
{
    Fixture *f = *state;
    encode_samples(&f->encoder, f->interners);
    for (size_t count = 0; count < f->encoder.count; count++) {
        uint8_t *prefix = heap_alloc(count);
        memcpy(prefix, f->encoder.bytes, count);
        Decoder d;
        decoder_init(&d, prefix, count, f->arena, f->interners);
        assert_false(decode_samples(&d));
        assert_true(d.failed);
        assert_false(decoder_finish(&d));
        assert_int_equal(decode_u64(&d), 0);
        assert_int_equal(decode_str(&d).bytes, 0);
        assert_int_equal(decode_interned(&d, INTERN_sym), 0);
        heap_free(prefix);
    }
}

static void trailing_bytes_do_not_finish(void **state)
{
    Fixture *f = *state;
    encode_samples(&f->encoder, f->interners);
    encode_u8(&f->encoder, 0);
    Decoder d;
    decoder_init(&d, f->encoder.bytes, f->encoder.count, f->arena, f->interners);
    assert_true(decode_samples(&d));
    assert_false(d.failed);
    assert_false(decoder_finish(&d));
}

static void assert_rejected(Fixture *f, const void *bytes, size_t count, void (*decode)(Decoder *))
{
    Decoder d;
    decoder_init(&d, bytes, count, f->arena, f->interners);
    decode(&d);
    assert_true(d.failed);
}

static void read_u64(Decoder *d)
{
    decode_u64(d);
}

static void read_u32(Decoder *d)
{
    decode_u32(d);
}

static void read_bool(Decoder *d)
{
    decode_bool(d);
}

static void read_str(Decoder *d)
{
    decode_str(d);
}

static void read_count(Decoder *d)
{
    decode_count(d, 2);
}

static void read_sym(Decoder *d)
{
    decode_interned(d, INTERN_sym);
}

static void read_sym_then_ty(Decoder *d)
{
    assert_true(decode_interned(d, INTERN_sym) != 0);
    assert_false(d->failed);
    decode_interned(d, INTERN_ty);
}

static void malformed_input_is_rejected(void **state)
{
    Fixture *f = *state;
    assert_rejected(f, "\x80\x00", 2, read_u64); /* not the shortest form */
    assert_rejected(f, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10, read_u64);
    assert_rejected(f, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x00", 11, read_u64);
    assert_rejected(f, "\x80\x80\x80\x80\x10", 5, read_u32); /* 2^32 */
    assert_rejected(f, "\x02", 1, read_bool);
    assert_rejected(f,
                    "\x05"
                    "abcd",
                    5, read_str);
    assert_rejected(f,
                    "\x03"
                    "abcde",
                    6, read_count);
    assert_rejected(f, "\x02", 1, read_sym); /* back reference to nothing */
    assert_rejected(f,
                    "\x01\x01"
                    "a\x02",
                    4, read_sym_then_ty); /* back reference to another kind */
}

static void a_count_the_input_can_hold_is_accepted(void **state)
{
    Fixture *f = *state;
    Decoder d;
    decoder_init(&d, "\x02wxyz", 5, f->arena, f->interners);
    assert_int_equal(decode_count(&d, 2), 2);
    assert_false(d.failed);
}

static void equal_values_have_equal_bytes_whatever_the_ids(void **state)
{
    Fixture *f = *state;
    encode_samples(&f->encoder, f->interners);
    Interners *others = interners_new();
    for (int i = 0; i < 100; i++)
        sym_intern_c(others, arena_printf(f->arena, "filler%d", i));
    Encoder again;
    encoder_init(&again, NULL, others, ENCODE_CANONICAL);
    encode_samples(&again, others);
    assert_int_equal(again.count, f->encoder.count);
    assert_memory_equal(again.bytes, f->encoder.bytes, again.count);
    assert_true(fp_eq(encoder_fingerprint(&again, 3), encoder_fingerprint(&f->encoder, 3)));
    assert_false(fp_eq(encoder_fingerprint(&again, 3), encoder_fingerprint(&f->encoder, 4)));
    encoder_release(&again);
    interners_free(others);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
    const struct CMUnitTest tests[] = {
        TEST(values_come_back_in_another_process),
        TEST(every_truncation_fails_cleanly),
        TEST(trailing_bytes_do_not_finish),
        TEST(malformed_input_is_rejected),
        TEST(a_count_the_input_can_hold_is_accepted),
        TEST(equal_values_have_equal_bytes_whatever_the_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
