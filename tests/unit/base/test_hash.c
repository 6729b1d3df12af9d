#include "base/hash.h"
#include "unit/unit.h"

/* XXH3's reference value for the empty input with seed 0. */
static void empty_input_is_the_published_value(void **state)
{
    (void)state;
    Fp fp = fp_of_bytes("", 0, 0);
    assert_string_equal(fp_hex(fp).text, "99aa06d3014798d86001c324468d497f");
}

static void seed_and_bytes_matter(void **state)
{
    (void)state;
    assert_true(fp_eq(fp_of_bytes("abc", 3, 1), fp_of_bytes("abc", 3, 1)));
    assert_false(fp_eq(fp_of_bytes("abc", 3, 1), fp_of_bytes("abc", 3, 2)));
    assert_false(fp_eq(fp_of_bytes("abc", 3, 1), fp_of_bytes("abd", 3, 1)));
    assert_true(hash_bytes64("abc", 3, 1) != hash_bytes64("abc", 3, 2));
}

static void combine_depends_on_order(void **state)
{
    (void)state;
    Fp a = { 1, 2 }, b = { 3, 4 };
    assert_false(fp_eq(fp_combine(a, b), fp_combine(b, a)));
    assert_true(fp_eq(fp_combine(a, b), fp_combine(a, b)));
}

static void compare_orders_as_the_hex_text(void **state)
{
    (void)state;
    Fp fps[] = { { 0, 0 }, { 1, 0 }, { UINT64_MAX, 0 }, { 0, 1 }, { 5, 1 }, { 0, UINT64_MAX } };
    for (size_t i = 0; i < ARRAY_COUNT(fps); i++) {
        for (size_t k = 0; k < ARRAY_COUNT(fps); k++) {
            int order = fp_compare(fps[i], fps[k]);
            assert_int_equal(order, (i > k) - (i < k));
        }
    }
    assert_true(fp_is_zero(fps[0]));
    assert_false(fp_is_zero(fps[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_input_is_the_published_value),
        cmocka_unit_test(seed_and_bytes_matter),
        cmocka_unit_test(combine_depends_on_order),
        cmocka_unit_test(compare_orders_as_the_hex_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
