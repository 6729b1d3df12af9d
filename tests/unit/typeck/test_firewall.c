/* What an edit makes type check do again, and what it leaves alone. */
#include "query_kinds.h"
#include "unit/typeck/typeck_support.h"
#include "unit/unit.h"

static const char before[] = "// app\n"
                             "struct Point { x: i32, y: i32 }\n"
                             "impl Point { fn sum(&self) -> i32 { self.x + self.y } }\n"
                             "fn leaf() -> i32 { 1 }\n"
                             "fn caller(p: &Point) -> i32 { leaf() + p.sum() }\n"
                             "fn other(x: u8) -> u8 { x * 2 }\n";

static int setup(void **state)
{
    TypeckFixture *fixture = heap_alloc_zeroed(sizeof *fixture);
    typeck_fixture_init(fixture, RSCC_MINICORE);
    typeck_fixture_app(fixture, str_from_c(before));
    typeck_fixture_check(fixture);
    assert_string_equal(workspace_diagnostics(fixture->ws), "");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    typeck_fixture_free(*state);
    heap_free(*state);
    return 0;
}

/* Replaces the one occurrence of `from` and checks everything again. */
static void edit(TypeckFixture *fixture, const char *from, const char *to)
{
    Arena *arena = workspace_arena(fixture->ws);
    const char *at = strstr(before, from);
    assert_non_null(at);
    assert_null(strstr(at + 1, from));
    const char *text =
        arena_printf(arena, "%.*s%s%s", (int)(at - before), before, to, at + strlen(from));
    typeck_fixture_app(fixture, str_from_c(text));
    typeck_fixture_check(fixture);
}

static void assert_type_checked(TypeckFixture *fixture, const char *trace)
{
    assert_string_equal(workspace_trace(fixture->ws, Q_typeck), trace);
}

static void test_a_blank_line(void **state)
{
    edit(*state, "fn leaf", "\n\n/* moved */ fn leaf");
    assert_type_checked(*state, "");
}

static void test_a_body(void **state)
{
    edit(*state, "{ 1 }", "{ 2 }");
    assert_type_checked(*state, "typeck app::leaf\n");
}

static void test_a_signature(void **state)
{
    TypeckFixture *fixture = *state;
    edit(fixture, "fn leaf() -> i32 { 1 }", "fn leaf() -> i64 { 1 }");
    assert_type_checked(fixture, "typeck app::caller\ntypeck app::leaf\n");
    assert_string_equal(workspace_errors(fixture->ws), "5:31 E0308 mismatched types\n"
                                                       "5:38 E0277 cannot add `i32` to `i64`\n"
                                                       "5:40 E0308 mismatched types\n");
}

static void test_a_private_function_above(void **state)
{
    edit(*state, "struct Point", "fn added() -> u8 { 3 }\nstruct Point");
    assert_type_checked(*state, "typeck app::added\n");
}

static void test_a_field_type(void **state)
{
    TypeckFixture *fixture = *state;
    edit(fixture, "y: i32 }", "y: u8 }");
    assert_non_null(strstr(workspace_trace(fixture->ws, Q_typeck), "sum\n"));
    assert_int_equal(workspace_executed(fixture->ws, Q_typeck), 1);
}

static void test_back_again(void **state)
{
    TypeckFixture *fixture = *state;
    edit(fixture, "{ 1 }", "{ 'a' }");
    assert_non_null(strstr(workspace_errors(fixture->ws), "E0308"));
    typeck_fixture_app(fixture, str_from_c(before));
    typeck_fixture_check(fixture);
    assert_string_equal(workspace_diagnostics(fixture->ws), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_blank_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_body, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_signature, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_private_function_above, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_field_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_back_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
