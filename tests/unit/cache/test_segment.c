#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

static const StoreOps *const ops = &cache_store_ops;

static void put_text(Cache *cache, const char *text)
{
    assert_true(status_ok(ops->begin(cache)));
    ops->put_segment(cache, str_from_c(text));
    assert_true(status_ok(ops->commit(cache)));
}

typedef struct {
    Text text;
    int count, stop_at; /* refuses this one, from 1 */
} Joined;

static bool join(void *context, Str bytes)
{
    Joined *joined = context;
    if (++joined->count == joined->stop_at)
        return false;
    text_add(&joined->text, bytes);
    text_add_char(&joined->text, '|');
    return true;
}

static void expect_segments(Cache *cache, const char *wanted, int stop_at)
{
    Joined joined = { .stop_at = stop_at };
    text_init(&joined.text, NULL);
    text_add_c(&joined.text, "");
    ops->read_segments(cache, join, &joined);
    assert_true(str_eq(text_str(&joined.text), str_from_c(wanted)));
    text_release(&joined.text);
}

static void come_back_in_order(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    expect_segments(cache, "", 0);
    put_text(cache, "one");
    put_text(cache, "");
    put_text(cache, "three");
    expect_segments(cache, "one||three|", 0);
    assert_false(ops->is_worn(cache));
    cache_close(cache);
    fixture_release(&fixture);
}

static void several_in_one_transaction(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(ops->begin(cache)));
    ops->put_segment(cache, STR("a"));
    ops->put_segment(cache, STR("b"));
    assert_true(status_ok(ops->commit(cache)));
    put_text(cache, "c");
    expect_segments(cache, "a|b|c|", 0);
    cache_close(cache);
    fixture_release(&fixture);
}

static void dropping_replaces_what_was_there(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    put_text(cache, "a");
    put_text(cache, "b");
    assert_true(status_ok(ops->begin(cache)));
    ops->drop_segments(cache);
    ops->put_segment(cache, STR("all"));
    assert_true(status_ok(ops->commit(cache)));
    put_text(cache, "more");
    expect_segments(cache, "all|more|", 0);
    cache_close(cache);
    fixture_release(&fixture);
}

static void a_refused_segment_goes_with_the_newer_ones(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    put_text(cache, "a");
    put_text(cache, "b");
    put_text(cache, "c");
    expect_segments(cache, "a|", 2);
    /* Until the next transaction everything is still there. */
    expect_segments(cache, "a|b|c|", 0);
    expect_segments(cache, "a|", 2);
    put_text(cache, "d");
    expect_segments(cache, "a|d|", 0);
    cache_close(cache);
    fixture_release(&fixture);
}

static void damage_ends_the_chain(Fixture *fixture, const char *sql, const char *wanted)
{
    fixture_init(fixture);
    Cache *cache = fixture_open(fixture);
    for (int i = 0; i < 4; i++)
        put_text(cache, (const char *[]){ "a", "b", "c", "d" }[i]);
    cache_close(cache);
    sql_run(fixture_db_path(fixture, ""), sql);
    cache = fixture_open(fixture);
    expect_segments(cache, wanted, 0);
    assert_int_equal(fixture->warnings, 1);
    put_text(cache, "new");
    cache_close(cache);
    cache = fixture_open(fixture);
    Text all;
    text_init(&all, NULL);
    text_addf(&all, "%snew|", wanted);
    expect_segments(cache, all.data, 0);
    text_release(&all);
    cache_close(cache);
    assert_int_equal(fixture->warnings, 1);
    fixture_release(fixture);
}

static void damaged_segments_and_newer_ones_are_dropped(void **state)
{
    (void)state;
    Fixture fixture;
    damage_ends_the_chain(&fixture, "UPDATE segment SET data = CAST('x' AS BLOB) WHERE id = 3",
                          "a|b|");
    damage_ends_the_chain(&fixture, "UPDATE segment SET data = 'c' WHERE id = 3", "a|b|");
    damage_ends_the_chain(&fixture, "UPDATE segment SET sum = zeroblob(16) WHERE id = 1", "");
    damage_ends_the_chain(&fixture, "UPDATE segment SET sum = 7 WHERE id = 2", "a|");
    /* A gap, another order. */
    damage_ends_the_chain(&fixture, "DELETE FROM segment WHERE id = 2", "a|");
    damage_ends_the_chain(
        &fixture,
        "UPDATE segment SET id = 9 WHERE id = 2; UPDATE segment SET id = 2 WHERE id = 3;"
        "UPDATE segment SET id = 3 WHERE id = 9",
        "a|");
    damage_ends_the_chain(&fixture, "UPDATE segment SET id = -id", "");
}

static void nothing_is_appended_to_what_was_not_read(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    put_text(cache, "a");
    cache_close(cache);
    cache = fixture_open(&fixture);
    assert_true(status_ok(ops->begin(cache)));
    Fp hash = blob_hash(STR("kept"));
    ops->put_blob(cache, hash, STR("kept"));
    ops->put_segment(cache, STR("b"));
    ops->refer_blobs(cache, &hash, 1);
    assert_int_equal(ops->commit(cache).code, STATUS_NOT_FOUND);
    Arena *arena = arena_new(NULL);
    Str out;
    assert_true(status_ok(ops->get_blob(cache, hash, arena, &out)));
    arena_free(arena);
    expect_segments(cache, "a|", 0);
    put_text(cache, "b");
    expect_segments(cache, "a|b|", 0);
    cache_close(cache);
    fixture_release(&fixture);
}

static void segments_cleared_by_another_process(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    put_text(cache, "a");
    assert_true(status_ok(cache_clear(fixture.dir)));
    assert_true(status_ok(ops->begin(cache)));
    ops->put_segment(cache, STR("b"));
    assert_int_equal(ops->commit(cache).code, STATUS_NOT_FOUND);
    assert_true(status_ok(ops->begin(cache)));
    ops->drop_segments(cache);
    ops->put_segment(cache, STR("ab"));
    assert_true(status_ok(ops->commit(cache)));
    put_text(cache, "c");
    expect_segments(cache, "ab|c|", 0);
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void a_big_segment(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    size_t bytes = (size_t)20 << 20;
    char *data = heap_alloc(bytes);
    for (size_t i = 0; i < bytes; i++)
        data[i] = (char)('a' + i % 23);
    assert_true(status_ok(ops->begin(cache)));
    ops->put_segment(cache, (Str){ data, bytes });
    assert_true(status_ok(ops->commit(cache)));
    Joined joined = { 0 };
    text_init(&joined.text, NULL);
    ops->read_segments(cache, join, &joined);
    assert_int_equal(joined.text.bytes, bytes + 1);
    assert_memory_equal(joined.text.data, data, bytes);
    text_release(&joined.text);
    heap_free(data);
    cache_close(cache);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(come_back_in_order),
        cmocka_unit_test(several_in_one_transaction),
        cmocka_unit_test(dropping_replaces_what_was_there),
        cmocka_unit_test(a_refused_segment_goes_with_the_newer_ones),
        cmocka_unit_test(damaged_segments_and_newer_ones_are_dropped),
        cmocka_unit_test(nothing_is_appended_to_what_was_not_read),
        cmocka_unit_test(segments_cleared_by_another_process),
        cmocka_unit_test(a_big_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
