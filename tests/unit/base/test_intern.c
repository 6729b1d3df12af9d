#include <pthread.h>
#include <string.h>

#include "base/intern.h"
#include "unit/unit.h"

/* A kind of this test in place of the stub: a linked list of symbols, as def paths are. */
typedef struct {
    uint32_t parent; /* INTERN_def */
    uint32_t name;   /* INTERN_sym */
} Link;

static void link_encode(Encoder *e, const void *record, size_t bytes)
{
    Link link;
    rsc_assert(bytes == sizeof link);
    memcpy(&link, record, sizeof link);
    encode_interned(e, INTERN_def, link.parent);
    encode_interned(e, INTERN_sym, link.name);
}

static uint32_t link_decode(Decoder *d)
{
    Link link = { .parent = decode_interned(d, INTERN_def) };
    link.name = decode_interned(d, INTERN_sym);
    return d->failed ? 0 : intern(d->interners, INTERN_def, &link, sizeof link);
}

const InternInfo intern_info_def = { "def", link_encode, link_decode };

/* A chain of `length` links whose names begin with `first`. */
static uint32_t make_chain(Interners *interners, Arena *arena, int first, int length)
{
    uint32_t parent = 0;
    for (int i = 0; i < length; i++) {
        const char *name = arena_printf(arena, "n%d", first + i);
        Link link = { parent, sym_intern_c(interners, name).v };
        parent = intern(interners, INTERN_def, &link, sizeof link);
    }
    return parent;
}

typedef struct {
    Arena *arena;
    Interners *interners;
} Fixture;

static int fixture_make(void **state)
{
    Fixture *f = heap_alloc_zeroed(sizeof *f);
    f->arena = arena_new(NULL);
    f->interners = interners_new();
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

static void ids_are_dense_and_equal_records_share_one(void **state)
{
    Fixture *f = *state;
    enum { COUNT = 20000 };
    for (uint32_t i = 0; i < COUNT; i++) {
        const char *text = arena_printf(f->arena, "symbol %u", i);
        assert_int_equal(sym_intern_c(f->interners, text).v, i + 1);
    }
    for (uint32_t i = 0; i < COUNT; i++) {
        const char *text = arena_printf(f->arena, "symbol %u", i);
        SymId sym = sym_intern_c(f->interners, text);
        assert_int_equal(sym.v, i + 1);
        assert_string_equal(sym_text(f->interners, sym).data, text);
    }
    assert_int_equal(intern_count(f->interners, INTERN_sym), COUNT);
    assert_int_equal(intern_count(f->interners, INTERN_def), 0);
}

static void empty_and_binary_symbols(void **state)
{
    Fixture *f = *state;
    SymId empty = sym_intern(f->interners, (Str){ NULL, 0 });
    assert_false(sym_id_is_none(empty));
    assert_true(sym_id_eq(empty, sym_intern(f->interners, STR(""))));
    assert_string_equal(sym_text(f->interners, sym_id_none()).data, "");
    SymId binary = sym_intern(f->interners, STR("a\0b"));
    assert_false(sym_id_eq(binary, sym_intern(f->interners, STR("a"))));
    assert_int_equal(sym_text(f->interners, binary).bytes, 3);
}

static void fingerprints_do_not_depend_on_ids(void **state)
{
    Fixture *f = *state;
    uint32_t here = make_chain(f->interners, f->arena, 0, 50);
    Interners *others = interners_new();
    make_chain(others, f->arena, 1000, 77);
    uint32_t there = make_chain(others, f->arena, 0, 50);
    assert_int_not_equal(here, there);
    Fp a = intern_fingerprint(f->interners, INTERN_def, here);
    assert_true(fp_eq(a, intern_fingerprint(others, INTERN_def, there)));
    uint32_t longer = make_chain(f->interners, f->arena, 0, 51);
    assert_false(fp_eq(a, intern_fingerprint(f->interners, INTERN_def, longer)));
    assert_true(fp_is_zero(intern_fingerprint(f->interners, INTERN_def, 0)));
    interners_free(others);
}

static void the_same_bytes_differ_by_kind(void **state)
{
    Fixture *f = *state;
    uint32_t sym = sym_intern(f->interners, STR("x")).v;
    uint32_t region = intern(f->interners, INTERN_region, "x", 1);
    Fp a = intern_fingerprint(f->interners, INTERN_sym, sym);
    assert_false(fp_eq(a, intern_fingerprint(f->interners, INTERN_region, region)));
}

static void nested_records_are_written_once(void **state)
{
    Fixture *f = *state;
    uint32_t chain = make_chain(f->interners, f->arena, 0, 40);
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_def, chain);
    size_t first = e.count;
    encode_interned(&e, INTERN_def, chain);
    assert_int_equal(e.count, first + 1);

    Interners *others = interners_new();
    Decoder d;
    decoder_init(&d, e.bytes, e.count, f->arena, others);
    uint32_t decoded = decode_interned(&d, INTERN_def);
    assert_int_equal(decode_interned(&d, INTERN_def), decoded);
    assert_true(decoder_finish(&d));
    assert_int_equal(intern_count(others, INTERN_def), 40);
    assert_true(fp_eq(intern_fingerprint(others, INTERN_def, decoded),
                      intern_fingerprint(f->interners, INTERN_def, chain)));
    interners_free(others);
}

static void encode_deep(void *state)
{
    Fixture *f = state;
    uint32_t chain = make_chain(f->interners, f->arena, 0, CODEC_DEPTH_MAX + 1);
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_def, chain);
}

/* CODEC_DEPTH_MAX records with a parent inside each: one more level of def, and a symbol inside the
 * innermost. */
static void nesting_is_bounded_on_both_sides(void **state)
{
    Fixture *f = *state;
    uint32_t chain = make_chain(f->interners, f->arena, 0, CODEC_DEPTH_MAX - 1);
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_def, chain);
    Decoder d;
    decoder_init(&d, e.bytes, e.count, f->arena, f->interners);
    assert_int_equal(decode_interned(&d, INTERN_def), chain);
    assert_true(decoder_finish(&d));
    assert_true(unit_asserts(encode_deep, f));

    enum { MARKS = 1000000 };
    uint8_t *marks = heap_alloc(MARKS);
    memset(marks, 1, MARKS);
    decoder_init(&d, marks, MARKS, f->arena, f->interners);
    assert_int_equal(decode_interned(&d, INTERN_def), 0);
    assert_true(d.failed);
    heap_free(marks);
}

static void truncated_chains_fail_cleanly(void **state)
{
    Fixture *f = *state;
    uint32_t chain = make_chain(f->interners, f->arena, 0, 20);
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    encode_interned(&e, INTERN_def, chain);
    for (size_t count = 0; count < e.count; count++) {
        Decoder d;
        decoder_init(&d, e.bytes, count, f->arena, f->interners);
        assert_int_equal(decode_interned(&d, INTERN_def), 0);
        assert_true(d.failed);
    }
}

/* ---- threads ---- */

enum { THREADS = 4, CHAINS = 60, CHAIN_LENGTH = 40 };

typedef struct {
    Interners *interners;
    int number;
    uint32_t chains[CHAINS];
} Worker;

/* Every thread interns the same things, each beginning elsewhere, and reads what it has got. */
static void *intern_many(void *argument)
{
    Worker *worker = argument;
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < CHAINS; i++) {
        int chain = (i + worker->number * CHAINS / THREADS) % CHAINS;
        uint32_t id = make_chain(worker->interners, arena, chain * 10, CHAIN_LENGTH);
        worker->chains[chain] = id;
        Link link;
        memcpy(&link, intern_record(worker->interners, INTERN_def, id, NULL), sizeof link);
        Str name = sym_text(worker->interners, sym_id_make(link.name));
        const char *expected = arena_printf(arena, "n%d", chain * 10 + CHAIN_LENGTH - 1);
        rsc_assert(str_eq(name, str_from_c(expected)));
    }
    arena_free(arena);
    return NULL;
}

static void threads_agree_on_ids(void **state)
{
    Fixture *f = *state;
    Worker workers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (Worker){ .interners = f->interners, .number = i };
        assert_int_equal(pthread_create(&threads[i], NULL, intern_many, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 1; i < THREADS; i++)
        assert_memory_equal(workers[0].chains, workers[i].chains, sizeof workers[0].chains);

    Interners *alone = interners_new();
    Worker reference = { .interners = alone };
    intern_many(&reference);
    for (int kind = 0; kind < INTERN_KIND_COUNT; kind++)
        assert_int_equal(intern_count(f->interners, (InternKind)kind),
                         intern_count(alone, (InternKind)kind));
    for (int i = 0; i < CHAINS; i++)
        assert_true(fp_eq(intern_fingerprint(alone, INTERN_def, reference.chains[i]),
                          intern_fingerprint(f->interners, INTERN_def, workers[0].chains[i])));
    interners_free(alone);
}

static void read_unknown(void *state)
{
    Fixture *f = state;
    intern_record(f->interners, INTERN_sym, 12345, NULL);
}

static void an_unknown_id_is_a_bug(void **state)
{
    assert_true(unit_asserts(read_unknown, *state));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
    const struct CMUnitTest tests[] = {
        TEST(ids_are_dense_and_equal_records_share_one),
        TEST(empty_and_binary_symbols),
        TEST(fingerprints_do_not_depend_on_ids),
        TEST(the_same_bytes_differ_by_kind),
        TEST(nested_records_are_written_once),
        TEST(nesting_is_bounded_on_both_sides),
        TEST(truncated_chains_fail_cleanly),
        TEST(threads_agree_on_ids),
        TEST(an_unknown_id_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
