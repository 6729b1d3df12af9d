#include "unit/cache/cache_fixture.h"
#include "unit/unit.h"

static Fp request_number(uint64_t i)
{
    return fp_of_bytes(&i, sizeof i, 0);
}

static bool record_is(Cache *cache, uint64_t request, const char *wanted)
{
    Arena *arena = arena_new(NULL);
    Str out;
    bool found = cache_record_get(cache, request_number(request), arena, &out);
    if (found)
        assert_true(str_eq(out, str_from_c(wanted)));
    arena_free(arena);
    return found;
}

static void the_newest_64_are_kept(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    for (uint64_t i = 0; i < 70; i++)
        assert_true(status_ok(cache_record_put(cache, request_number(i), STR("record"))));
    /* Replacing makes it new. */
    assert_true(status_ok(cache_record_put(cache, request_number(6), STR("again"))));
    assert_true(status_ok(cache_record_put(cache, request_number(100), STR("record"))));
    cache_close(cache);
    cache = fixture_open(&fixture);
    for (uint64_t i = 0; i <= 7; i++)
        assert_int_equal(record_is(cache, i, "again"), i == 6);
    for (uint64_t i = 8; i < 70; i++)
        assert_true(record_is(cache, i, "record"));
    assert_true(record_is(cache, 100, "record"));
    cache_close(cache);
    assert_int_equal(fixture.warnings, 0);
    fixture_release(&fixture);
}

static void records_and_segments_do_not_disturb_each_other(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(build_put(cache, 0)));
    assert_true(status_ok(cache_record_put(cache, request_number(0), STR("r0"))));
    assert_true(status_ok(build_put(cache, 1)));
    assert_int_equal(builds_read(cache, 0).segments, 2);
    assert_true(record_is(cache, 0, "r0"));
    cache_close(cache);
    /* Also where the segments were not read. */
    cache = fixture_open(&fixture);
    assert_true(status_ok(cache_record_put(cache, request_number(1), STR("r1"))));
    assert_int_equal(builds_read(cache, 0).segments, 2);
    assert_true(status_ok(build_put(cache, 2)));
    assert_int_equal(builds_read(cache, 0).segments, 3);
    cache_close(cache);
    fixture_release(&fixture);
}

static void a_damaged_record_is_absent(void **state)
{
    (void)state;
    const char *const damages[] = {
        "UPDATE record SET data = CAST('wrong' AS BLOB)",
        "UPDATE record SET sum = zeroblob(16)",
        "UPDATE record SET sum = 'sixteen letters.'",
        "UPDATE record SET data = 1.5",
    };
    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        Fixture fixture;
        fixture_init(&fixture);
        Cache *cache = fixture_open(&fixture);
        assert_true(status_ok(cache_record_put(cache, request_number(0), STR("right"))));
        sql_run(fixture_db_path(&fixture, ""), damages[i]);
        assert_false(record_is(cache, 0, ""));
        assert_int_equal(fixture.warnings, 1);
        assert_true(status_ok(cache_record_put(cache, request_number(0), STR("right"))));
        assert_true(record_is(cache, 0, "right"));
        cache_close(cache);
        fixture_release(&fixture);
    }
}

/* A record under another request's key is not that request's record. */
static void a_record_belongs_to_its_request(void **state)
{
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    Cache *cache = fixture_open(&fixture);
    assert_true(status_ok(cache_record_put(cache, request_number(0), STR("zero"))));
    Fp other = request_number(1);
    Text sql;
    text_init(&sql, NULL);
    text_add_c(&sql, "UPDATE record SET request = x'");
    for (int i = 0; i < 16; i++)
        text_addf(&sql, "%02x", (unsigned)((const uint8_t *)&other)[i]);
    text_add_c(&sql, "'");
    sql_run(fixture_db_path(&fixture, ""), sql.data);
    text_release(&sql);
    assert_false(record_is(cache, 1, ""));
    assert_int_equal(fixture.warnings, 1);
    cache_close(cache);
    fixture_release(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_64_are_kept),
        cmocka_unit_test(records_and_segments_do_not_disturb_each_other),
        cmocka_unit_test(a_damaged_record_is_absent),
        cmocka_unit_test(a_record_belongs_to_its_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
