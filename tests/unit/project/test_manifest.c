#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "project/project_manifest.h"

#include <cmocka.h>

static const Manifest *parse(Arena *arena, const char *text, ManifestError *error)
{
    *error = (ManifestError){ 0 };
    return manifest_parse(str_from_c(text), arena, error);
}

static void package_targets_and_dependencies(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    ManifestError error;
    const Manifest *m =
        parse(arena,
              "[package]\nname = \"my-app\"\nversion = \"1.2.3\"\nedition = \"2021\"\n"
              "[[bin]]\nname = \"tool\"\npath = \"src/tool.rs\"\n"
              "[dependencies]\nmini-core = { path = \"../minicore\", package = \"minicore\" }\n",
              &error);
    assert_non_null(m);
    assert_true(str_eq(m->name, STR("my-app")));
    assert_true(str_eq(m->version, STR("1.2.3")));
    assert_int_equal(m->edition, EDITION_2021);
    assert_int_equal(m->target_count, 1);
    assert_true(str_eq(m->targets[0].path, STR("src/tool.rs")));
    assert_int_equal(m->dependency_count, 1);
    assert_true(str_eq(m->dependencies[0].name, STR("mini-core")));
    assert_true(str_eq(m->dependencies[0].package_name, STR("minicore")));
    assert_true(m->dependencies[0].is_renamed);
    assert_int_equal(m->warnings.count, 0);
    assert_true(str_eq(m->dependencies[0].path, STR("../minicore")));
    arena_free(arena);
}

static void profiles(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    ManifestError error;
    const Manifest *m =
        parse(arena,
              "[package]\nname = \"a\"\n[profile.dev]\nopt-level = 1\noverflow-checks = false\n"
              "[profile.release]\nopt-level = \"s\"\ndebug = true\npanic = \"abort\"\n",
              &error);
    assert_non_null(m);
    assert_int_equal(m->edition, EDITION_2015);
    assert_int_equal(m->dev.opt_level, 1);
    assert_int_equal(m->dev.overflow_checks, 0);
    assert_int_equal(m->dev.debug, SETTING_UNSET);
    assert_int_equal(m->release.opt_level, 's');
    assert_int_equal(m->release.debug, 2);
    assert_int_equal(m->release.panic_abort, 1);
    arena_free(arena);
}

static void keys_that_mean_nothing_are_named(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "no edition set: defaulting to the 2015 edition while the latest is 2024",
        "unused manifest key: bin.0.bogus",
        "unused manifest key: dependencies.b.boo",
        "unused manifest key: package.foo",
        "unused manifest key: profile.dev.wrong",
        "unused manifest key: things",
    };
    Arena *arena = arena_new(NULL);
    ManifestError error;
    const Manifest *m = parse(
        arena,
        "[package]\nname = \"a\"\nfoo = 1\n[things]\nx = 1\n[[bin]]\nname = \"a\"\nbogus = 3\n"
        "[dependencies.b]\npath = \"b\"\nboo = 1\n[profile.dev]\nwrong = 1\n",
        &error);
    assert_non_null(m);
    assert_int_equal(m->warnings.count, ARRAY_COUNT(expected));
    for (uint32_t i = 0; i < m->warnings.count; i++)
        assert_true(str_eq(m->warnings.items[i], str_from_c(expected[i])));
    assert_false(m->dependencies[0].is_renamed);
    arena_free(arena);
}

static void errors_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        uint32_t line;
    } cases[] = {
        { "[package\nname = 1", "", 1 },
        { "[package]\nname = 1\n", "invalid type: integer `1`, expected a string", 2 },
        { "[package]\nversion = \"1.0.0\"\n", "missing field `package.name`", 0 },
        { "[package]\nname = \"a b\"\n", "invalid character", 2 },
        { "[package]\nname = \"a\"\nedition = \"2020\"\n", "`2020` is unknown", 3 },
        { "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\n", "registry dependencies", 4 },
        { "[package]\nname = \"a\"\nbuild = \"build.rs\"\n", "`package.build` is not supported",
          3 },
        { "[package]\nname = \"a\"\n[profile.dev]\nopt-level = 7\n", "found the integer `7`", 4 },
        { "[features]\nx = []\n[package]\nname = \"a\"\n", "`features`", 1 },
        { "", "no `[package]`", 0 },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena *arena = arena_new(NULL);
        ManifestError error;
        assert_null(parse(arena, cases[i].text, &error));
        assert_non_null(strstr(error.message, cases[i].message));
        assert_int_equal(error.line, cases[i].line);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(package_targets_and_dependencies),
        cmocka_unit_test(profiles),
        cmocka_unit_test(keys_that_mean_nothing_are_named),
        cmocka_unit_test(errors_name_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
