#include "base/base.h"
#include "unit/unit.h"

static void str_order_is_by_bytes_then_length(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("b"), STR("a")) > 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_compare(STR("ab"), STR("ab")), 0);
    assert_int_equal(str_compare(STR(""), (Str){ NULL, 0 }), 0);
}

static void str_prefix_and_suffix(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("crate"), STR("cr")));
    assert_false(str_starts_with(STR("c"), STR("cr")));
    assert_true(str_ends_with(STR("crate"), STR("ate")));
    assert_false(str_ends_with(STR("te"), STR("ate")));
    assert_true(str_starts_with(STR(""), STR("")));
}

ID_TYPE(ToyId, toy_id)

static void id_zero_is_none(void **state)
{
    (void)state;
    assert_true(toy_id_is_none(toy_id_none()));
    assert_false(toy_id_is_none(toy_id_make(1)));
    assert_true(toy_id_eq(toy_id_make(7), toy_id_make(7)));
    assert_false(toy_id_eq(toy_id_make(7), toy_id_make(8)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(str_order_is_by_bytes_then_length),
        cmocka_unit_test(str_prefix_and_suffix),
        cmocka_unit_test(id_zero_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
