#include "base/file.h"
#include "unit/unit.h"

static void join_is_lexical(void **state)
{
    Arena *arena = *state;
    static const char *const cases[][3] = {
        { "/a/b", "c", "/a/b/c" },
        { "/a/b/", "./c//d/", "/a/b/c/d" },
        { "/a/b", "../c", "/a/c" },
        { "/a/b", "../../../c", "/c" },
        { "/a/b", "/c/./d/..", "/c" },
        { "a", "b", "a/b" },
        { "a", "../..", ".." },
        { "a", "../../b", "../b" },
        { "..", "../x", "../../x" },
        { "a", "..", "." },
        { "", "", "." },
        { "/", "", "/" },
        { "/", "..", "/" },
        { "/a", "...", "/a/..." },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        assert_string_equal(path_join(arena, str_from_c(cases[i][0]), str_from_c(cases[i][1])),
                            cases[i][2]);
}

static void assert_str(Str actual, const char *expected)
{
    assert_int_equal(actual.bytes, str_from_c(expected).bytes);
    assert_memory_equal(actual.data, expected, actual.bytes);
}

static void parent_and_file_name(void **state)
{
    (void)state;
    assert_str(path_parent(STR("/a/b.rs")), "/a");
    assert_str(path_parent(STR("/a")), "/");
    assert_str(path_parent(STR("a")), ".");
    assert_str(path_parent(STR("a//b")), "a");
    assert_str(path_file_name(STR("/a/b.rs")), "b.rs");
    assert_str(path_file_name(STR("b.rs")), "b.rs");
    assert_str(path_file_name(STR("/a/")), "");
}

/* join(base, relative(base, path)) is path again. */
static void relative_undoes_join(void **state)
{
    Arena *arena = *state;
    static const char *const paths[] = { "/", "/a", "/a/b", "/a/b/c", "/ab", "/a/x/y", "/q" };
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        for (size_t k = 0; k < ARRAY_COUNT(paths); k++) {
            Str base = str_from_c(paths[i]), path = str_from_c(paths[k]);
            const char *relative = path_relative(arena, base, path);
            assert_int_not_equal(relative[0], '/');
            assert_string_equal(path_join(arena, base, str_from_c(relative)), paths[k]);
        }
    }
    assert_string_equal(path_relative(arena, STR("/a/b"), STR("/a/x/y")), "../x/y");
    assert_string_equal(path_relative(arena, STR("/a"), STR("/a")), ".");
    assert_string_equal(path_relative(arena, STR("/a"), STR("/ab")), "../ab");
}

static int make_arena(void **state)
{
    *state = arena_new(NULL);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join_is_lexical),
        cmocka_unit_test(parent_and_file_name),
        cmocka_unit_test(relative_undoes_join),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
