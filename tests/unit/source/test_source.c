#include "source/source.h"
#include "unit/unit.h"

typedef struct {
    Interners *interners;
    Arena *arena;
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

static SymId sym(Fixture *f, const char *text)
{
    return sym_intern_c(f->interners, text);
}

static ItemId sample_item(Fixture *f)
{
    FileId file = file_id_intern(f->interners, sym(f, "crates/app"), sym(f, "src/main.rs"));
    ItemId root = item_root_of_file(f->interners, file);
    ItemId mod = item_id_intern(
        f->interners, (PathRecord){ .kind = DEF_MOD, .parent = root.v, .name = sym(f, "m").v });
    return item_id_intern(
        f->interners,
        (PathRecord){ .kind = DEF_FN, .parent = mod.v, .name = sym(f, "f").v, .disambiguator = 1 });
}

static const char *text_of(Fixture *f, void (*write)(const Interners *, ItemId, Text *), ItemId id)
{
    Text text;
    text_init(&text, f->arena);
    write(f->interners, id, &text);
    return text.data;
}

static void item_knows_its_file_and_path(void **state)
{
    Fixture *f = *state;
    ItemId item = sample_item(f);
    assert_string_equal(text_of(f, item_path_text, item), "crates/app/src/main.rs::m::f");
    FileRecord file = file_record(f->interners, item_file(f->interners, item));
    assert_int_equal(file.path.v, sym(f, "src/main.rs").v);
    assert_true(item_id_eq(item, sample_item(f)));
}

static void item_made_by_a_call_has_no_file(void **state)
{
    Fixture *f = *state;
    ItemId owner = sample_item(f);
    CallId call = call_id_intern(
        f->interners,
        (CallRecord){ .owner = owner.v, .macro = owner.v, .tokens = fp_of_bytes("x", 1, 0) });
    ItemId made = item_id_intern(f->interners,
                                 (PathRecord){ .kind = DEF_STRUCT,
                                               .parent = item_root_of_call(f->interners, call).v,
                                               .name = sym(f, "S").v });
    assert_true(file_id_is_none(item_file(f->interners, made)));
    const char *text = text_of(f, item_path_text, made);
    assert_non_null(strstr(text, "crates/app/src/main.rs::m::f::f!#"));
    assert_true(str_ends_with(str_from_c(text), STR("::S")));
}

static void definition_paths_as_text(void **state)
{
    Fixture *f = *state;
    DefId crate = def_id_intern(
        f->interners, (PathRecord){ .kind = DEF_CRATE, .name = sym(f, "app").v, .hash = 7 });
    DefId impl = def_id_intern(f->interners, (PathRecord){ .kind = DEF_IMPL,
                                                           .parent = crate.v,
                                                           .name = sym(f, "Copy for S").v,
                                                           .hash = 99 });
    DefId method = def_child(f->interners, impl, DEF_ASSOC_FN, sym(f, "get"), 0);
    DefId closure = def_child(f->interners, method, DEF_CLOSURE, sym_id_none(), 2);
    Text text;
    text_init(&text, f->arena);
    def_qualified_text(f->interners, closure, &text);
    assert_string_equal(text.data, "app::<impl Copy for S>::get::{closure#2}");
    text_clear(&text);
    def_path_text(f->interners, method, &text);
    assert_string_equal(text.data, "<impl Copy for S>::get");
    assert_true(def_id_eq(def_crate(f->interners, closure), crate));
    assert_true(def_id_eq(def_parent(f->interners, method), impl));
    assert_int_equal(def_kind(f->interners, closure), DEF_CLOSURE);
}

/* The same things, interned in another order in another process, have the same fingerprints. */
static void fingerprints_do_not_depend_on_the_process(void **state)
{
    Fixture *f = *state;
    Fixture other = { interners_new(), f->arena };
    for (int i = 0; i < 100; i++)
        sym_intern_c(other.interners, arena_printf(f->arena, "noise%d", i));
    ItemId here = sample_item(f), there = sample_item(&other);
    assert_int_not_equal(sym(f, "f").v, sym(&other, "f").v);
    assert_true(fp_eq(intern_fingerprint(f->interners, INTERN_item, here.v),
                      intern_fingerprint(other.interners, INTERN_item, there.v)));
    interners_free(other.interners);
}

static Str encode_key(Fixture *f, const KeyInfo *info, const QueryKey *key)
{
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    info->encode(&e, key);
    return (Str){ (const char *)e.bytes, e.count };
}

static void key_survives_another_process(void **state)
{
    Fixture *f = *state;
    ItemId item = sample_item(f);
    QueryKey key = { { 0, 0 } };
    memcpy(&key, &item, sizeof item);
    Str bytes = encode_key(f, &key_info_ItemId, &key);

    Fixture other = { interners_new(), f->arena };
    sym_intern_c(other.interners, "noise");
    Decoder d;
    decoder_init(&d, bytes.data, bytes.bytes, f->arena, other.interners);
    QueryKey there;
    key_info_ItemId.decode(&d, &there);
    assert_true(decoder_finish(&d));
    assert_int_equal((uint32_t)there.words[0], sample_item(&other).v);
    Text text;
    text_init(&text, f->arena);
    key_info_ItemId.describe(other.interners, &there, &text);
    assert_string_equal(text.data, "crates/app/src/main.rs::m::f");
    assert_true(str_eq(encode_key(&other, &key_info_ItemId, &there), bytes));
    interners_free(other.interners);
}

static void damaged_key_is_refused(void **state)
{
    Fixture *f = *state;
    ItemId item = sample_item(f);
    QueryKey key = { { 0, 0 } };
    memcpy(&key, &item, sizeof item);
    Str bytes = encode_key(f, &key_info_ItemId, &key);
    for (size_t cut = 0; cut < bytes.bytes; cut++) {
        Decoder d;
        decoder_init(&d, bytes.data, cut, f->arena, f->interners);
        QueryKey out;
        key_info_ItemId.decode(&d, &out);
        assert_false(decoder_finish(&d));
    }
    /* A definition's kind where an item's parent must be a file. */
    char bad[] = { 1, (char)200, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    Decoder d;
    decoder_init(&d, bad, sizeof bad, f->arena, f->interners);
    QueryKey out;
    key_info_ItemId.decode(&d, &out);
    assert_false(decoder_finish(&d));
}

static void file_text_round_trip(void **state)
{
    Fixture *f = *state;
    FileText text = { .state = FILE_TEXT_OK, .text = STR("fn main() {}\n") };
    Encoder e;
    encoder_init(&e, f->arena, f->interners, ENCODE_CANONICAL);
    value_info_FileText.encode(&e, &text);
    FileText back = { 0 };
    Decoder d;
    decoder_init(&d, e.bytes, e.count, f->arena, f->interners);
    value_info_FileText.decode(&d, &back);
    assert_true(decoder_finish(&d));
    assert_true(str_eq(text.text, back.text));
    e.bytes[0] = FILE_TEXT_TOO_LARGE + 1;
    decoder_init(&d, e.bytes, e.count, f->arena, f->interners);
    value_info_FileText.decode(&d, &back);
    assert_false(decoder_finish(&d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(item_knows_its_file_and_path, setup, teardown),
        cmocka_unit_test_setup_teardown(item_made_by_a_call_has_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(definition_paths_as_text, setup, teardown),
        cmocka_unit_test_setup_teardown(fingerprints_do_not_depend_on_the_process, setup, teardown),
        cmocka_unit_test_setup_teardown(key_survives_another_process, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_key_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(file_text_round_trip, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
