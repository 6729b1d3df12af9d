#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "project/project_profile.h"

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

/* Of the manifest with these profiles; the error or NULL. */
static const char *find_profile(Arena *arena, const char *text, const char *name, Profile *out)
{
    ManifestError error;
    const Manifest *m =
        parse(arena, arena_printf(arena, "[package]\nname = \"a\"\n%s", text), &error);
    assert_non_null(m);
    const char *message = NULL;
    assert_true(profile_find(m, str_from_c(name), arena, out, &message) == !message);
    return message;
}

static void profiles(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    const char *text = "[profile.dev]\nopt-level = 1\noverflow-checks = false\n"
                       "[profile.release]\nopt-level = \"s\"\ndebug = true\npanic = \"abort\"\n";
    Profile p;
    assert_null(find_profile(arena, text, "dev", &p));
    assert_true(str_eq(p.dir, STR("debug")));
    assert_false(p.is_release);
    assert_int_equal(p.settings.opt_level, 1);
    assert_int_equal(p.settings.overflow_checks, 0);
    assert_int_equal(p.settings.debug, SETTING_UNSET);
    assert_null(find_profile(arena, text, "release", &p));
    assert_true(str_eq(p.dir, STR("release")));
    assert_true(p.is_release);
    assert_int_equal(p.settings.opt_level, 's');
    assert_int_equal(p.settings.debug, 2);
    assert_int_equal(p.settings.panic_abort, 1);
    arena_free(arena);
}

static void profiles_inherit(void **state)
{
    (void)state;
    static const struct {
        const char *name, *dir;
        bool is_release;
        uint8_t opt_level, debug, debug_assertions;
    } cases[] = {
        { "near", "near", true, 1, 2, SETTING_UNSET },
        { "far", "far", true, 3, 2, 1 },
        { "test", "debug", false, SETTING_UNSET, 0, SETTING_UNSET },
        { "bench", "release", true, 2, 2, SETTING_UNSET },
        { "own", "own", false, SETTING_UNSET, 0, SETTING_UNSET },
    };
    const char *text = "[profile.dev]\ndebug = 0\n[profile.release]\ndebug = 2\n"
                       "[profile.near]\ninherits = \"release\"\nopt-level = 1\n"
                       "[profile.far]\ninherits = \"near\"\nopt-level = 3\n"
                       "debug-assertions = true\n"
                       "[profile.bench]\nopt-level = 2\n"
                       "[profile.own]\ninherits = \"test\"\n";
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena *arena = arena_new(NULL);
        Profile p;
        assert_null(find_profile(arena, text, cases[i].name, &p));
        assert_string_equal(arena_copy_str(arena, p.dir), cases[i].dir);
        assert_int_equal(p.is_release, cases[i].is_release);
        assert_int_equal(p.settings.opt_level, cases[i].opt_level);
        assert_int_equal(p.settings.debug, cases[i].debug);
        assert_int_equal(p.settings.debug_assertions, cases[i].debug_assertions);
        arena_free(arena);
    }
}

static void profiles_that_do_not_inherit_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *message;
    } cases[] = {
        { "", "foo", "profile `foo` is not defined" },
        { "", "doc", "profile `doc` is reserved and not allowed to be explicitly specified" },
        { "[profile.foo]\nopt-level = 2\n", "dev",
          "profile `foo` is missing an `inherits` directive (`inherits` is required for all "
          "profiles except `dev` or `release`)" },
        { "[profile.foo]\ninherits = \"bar\"\n[profile.bar]\ninherits = \"foo\"\n", "dev",
          "profile inheritance loop detected with profile `foo` inheriting `bar`" },
        { "[profile.foo]\ninherits = \"foo\"\n", "foo",
          "profile inheritance loop detected with profile `foo` inheriting `foo`" },
        { "[profile.foo]\ninherits = \"nope\"\n", "dev",
          "profile `foo` inherits from `nope`, but that profile is not defined" },
        { "[profile.dev]\ninherits = \"release\"\n", "release",
          "`inherits` must not be specified in root profile `dev`" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena *arena = arena_new(NULL);
        Profile p;
        const char *message = find_profile(arena, cases[i].text, cases[i].name, &p);
        assert_non_null(message);
        assert_string_equal(message, cases[i].message);
        arena_free(arena);
    }
}

static void names_of_profiles(void **state)
{
    (void)state;
    static const char *const good[] = { "dev",  "release", "test", "bench", "doc", "foo",
                                        "1-a_", "-",       "é",    "panic", "" };
    static const char *const reserved[] = { "BUILD", "tmp", "cargo-x", "rust", "uninstall" };
    Arena *arena = arena_new(NULL);
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        assert_null(profile_name_problem(str_from_c(good[i]), arena));
    for (size_t i = 0; i < ARRAY_COUNT(reserved); i++)
        assert_non_null(strstr(profile_name_problem(str_from_c(reserved[i]), arena),
                               "Please choose a different name."));
    assert_non_null(strstr(profile_name_problem(STR("debug"), arena), "use the name `dev`"));
    assert_non_null(
        strstr(profile_name_problem(STR("build-override"), arena), "[profile.dev.build-override]"));
    assert_string_equal(profile_name_problem(STR("a/b"), arena),
                        "invalid character `/` in profile name: `a/b`, allowed characters are "
                        "letters, numbers, underscore, and hyphen");
    assert_non_null(strstr(profile_name_problem(STR("a→"), arena), "character `→` in"));
    assert_non_null(profile_name_problem(STR("a\xff"), arena));
    ManifestError error;
    assert_null(parse(arena, "[package]\nname = \"a\"\n[profile.debug]\n", &error));
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 10);
    assert_int_equal(error.end_column, 15);
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
        { "[package]\nname = \"a b\"\n", "invalid character ` ` in package name", 2 },
        { "[package]\nname = \"-a\"\n", "the first character must be a Unicode XID start", 2 },
        { "[package]\nname = \"1a\"\n", "the name cannot start with a digit", 2 },
        { "[package]\nname = \"a→\"\n", "character `→` in package name: `a→`, characters must", 2 },
        { "[package]\nname = \"a\"\n[[bin]]\nname = \"deps\"\n",
          "the binary target name `deps` is forbidden, it conflicts with cargo's build directory "
          "names",
          0 },
        { "[package]\nname = \"a\"\n[[bin]]\nname = \" \"\n", "binary target names cannot be empty",
          0 },
        { "[package]\nname = \"a\"\n[lib]\nname = \"\"\n", "library target names cannot be empty",
          0 },
        { "[package]\nname = \"a\"\n[lib]\nname = \"a-b\"\n",
          "library target names cannot contain hyphens: a-b", 0 },
        { "[package]\nname = \"a\"\nedition = \"2020\"\n", "`2020` is unknown", 3 },
        { "[package]\nname = \"a\"\n[dependencies]\nserde = \"1\"\n", "registry dependencies", 4 },
        { "[package]\nname = \"a\"\nbuild = \"build.rs\"\n", "`package.build` is not supported",
          3 },
        { "[package]\nname = \"a\"\n[profile.dev]\nopt-level = 7\n", "found the integer `7`", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\nstrip = \"x\"\n",
          "incorrect value `x` for codegen option `strip` - either", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\nstrip = 1\n",
          "invalid type: integer `1`, expected a boolean or string", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\ncodegen-units = 0\n",
          "value for codegen units must be a positive non-zero integer", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\ncodegen-units = -1\n",
          "invalid value: integer `-1`, expected u32", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\ncodegen-units = \"x\"\n",
          "invalid type: string \"x\", expected u32", 4 },
        { "[package]\nname = \"a\"\n[profile.dev]\nincremental = \"y\"\n",
          "invalid type: string \"y\", expected a boolean", 4 },
        { "[package]\nname = \"a\"\nversion = \"1.2\"\n", "parsing minor version number", 3 },
        { "[package]\nname = \"a\"\nversion = 1\n", "integer `1`, expected SemVer version", 3 },
        { "[package]\nname = \"a\"\nrust-version = \"^1\"\n", "version requirement", 3 },
        { "[package]\nname = \"a\"\nrust-version = \"1.55\"\nedition = \"2021\"\n",
          "rust-version 1.55 is incompatible with the version (1.56.0) required by the specified "
          "edition (2021)",
          0 },
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

static void versions(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        { "1.2.3", NULL },
        { "0.0.0", NULL },
        { "1.2.3-alpha.1+build.01", NULL },
        { "1.2.3-0a", NULL },
        { "1.2.3--", NULL },
        { "", "empty string, expected a semver version" },
        { "1", "unexpected end of input while parsing major version number" },
        { "1.2", "unexpected end of input while parsing minor version number" },
        { "1.2.", "unexpected end of input while parsing patch version number" },
        { "1..2", "unexpected character '.' while parsing minor version number" },
        { "v1.2.3", "unexpected character 'v' while parsing major version number" },
        { "1.2.é", "unexpected character 'é' while parsing patch version number" },
        { "1-2", "unexpected character '-' after major version number" },
        { "1.2.3.4", "unexpected character '.' after patch version number" },
        { "1.2.3-a_", "unexpected character '_' after pre-release identifier" },
        { "1.2.3+a_", "unexpected character '_' after build metadata" },
        { "01.2.3", "invalid leading zero in major version number" },
        { "1.2.3-01", "invalid leading zero in pre-release identifier" },
        { "18446744073709551615.0.0", NULL },
        { "18446744073709551616.0.0", "value of major version number exceeds u64::MAX" },
        { "1.2.3-", "empty identifier segment in pre-release identifier" },
        { "1.2.3-a..b", "empty identifier segment in pre-release identifier" },
        { "1.2.3+", "empty identifier segment in build metadata" },
    };
    Arena *arena = arena_new(NULL);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const char *problem = version_problem(str_from_c(cases[i].text), arena);
        assert_int_equal(problem == NULL, cases[i].problem == NULL);
        if (problem)
            assert_string_equal(problem, cases[i].problem);
    }
    arena_free(arena);
}

static void requirements_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        { "nope", "unexpected character 'n' while parsing major version number" },
        { "", "unexpected end of input while parsing major version number" },
        { "1.", "unexpected end of input while parsing minor version number" },
        { "1.x.2", "unexpected character after wildcard in version req" },
        { "*.1", "unexpected character after wildcard in version req" },
        { ">=", "unexpected end of input while parsing major version number" },
        { "> =1", "unexpected character '=' while parsing major version number" },
        { "01", "invalid leading zero in major version number" },
        { "1.2.3.4", "expected comma after patch version number, found '.'" },
        { "1 2", "expected comma after major version number, found '2'" },
        { "1.2-a", "expected comma after minor version number, found '-'" },
        { "1.2.3é", "expected comma after patch version number, found 'é'" },
        { "1,", "unexpected end of input while parsing major version number" },
        { "*, 1", "wildcard req (*) must be the only comparator in the version req" },
        { "1, X", "wildcard req (X) must be the only comparator in the version req" },
        { "=*", "unexpected character '*' while parsing major version number" },
        { "1.2.3-01", "invalid leading zero in pre-release identifier" },
        { "99999999999999999999", "value of major version number exceeds u64::MAX" },
        { "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
          "excessive number of version comparators" },
    };
    Arena *arena = arena_new(NULL);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        VersionRequirement requirement;
        const char *problem = requirement_read(str_from_c(cases[i].text), arena, &requirement);
        assert_non_null(problem);
        assert_string_equal(problem, cases[i].problem);
    }
    arena_free(arena);
}

static void requirements_are_met(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown, *version;
        bool is_met;
    } cases[] = {
        { "7", "^7", "0.1.0", false },
        { ">=0.1, <0.1.0", ">=0.1, <0.1.0", "0.1.0", false },
        { "*", "*", "0.1.0", true },
        { "*", "*", "1.0.0-a", false },
        { "1", "^1", "1.9.0", true },
        { "^1.2", "^1.2", "1.1.9", false },
        { "^1.2.3", "^1.2.3", "1.3.0", true },
        { "^1.2.3", "^1.2.3", "2.0.0", false },
        { "0", "^0", "0.9.9", true },
        { "0.1", "^0.1", "0.1.7", true },
        { "0.1", "^0.1", "0.2.0", false },
        { "0.1.2", "^0.1.2", "0.1.1", false },
        { "0.0", "^0.0", "0.0.5", true },
        { "0.0", "^0.0", "0.1.0", false },
        { "0.0.3", "^0.0.3", "0.0.4", false },
        { "0.0.3", "^0.0.3", "0.0.3", true },
        { " ~ 1.2.3 ", "~1.2.3", "1.2.9", true },
        { "~1.2.3", "~1.2.3", "1.3.0", false },
        { "~1", "~1", "1.9.0", true },
        { "=1.2", "=1.2", "1.2.7", true },
        { "=1.2.3+x", "=1.2.3", "1.2.3+y", true },
        { "1.x", "1.*", "1.5.0", true },
        { "1.2.*", "1.2.*", "1.3.0", false },
        { "1.*.*", "1.*", "1.3.0", true },
        { ">1", ">1", "1.9.0", false },
        { ">1.*", ">1", "2.0.0", true },
        { ">1.2", ">1.2", "1.2.9", false },
        { "<1.2", "<1.2", "1.1.9", true },
        { "<=1.2", "<=1.2", "1.2.9", true },
        { "<=1.2.3", "<=1.2.3", "1.2.4", false },
        { ">=1.2 , <2", ">=1.2, <2", "1.7.0", true },
        { "1.2.3-beta.2", "^1.2.3-beta.2", "1.2.3-beta.11", true },
        { "1.2.3-beta.2", "^1.2.3-beta.2", "1.2.3-beta", false },
        { "1.2.3-beta.2", "^1.2.3-beta.2", "1.2.3-beta.x", true },
        { "1.2.3-beta", "^1.2.3-beta", "1.2.4-beta", false },
        { "1.2.3-beta", "^1.2.3-beta", "1.2.4", true },
        { ">=1.0.0", ">=1.0.0", "1.1.0-a", false },
        { ">=1.2, 1.2.3-a", ">=1.2, ^1.2.3-a", "1.2.3-a", false },
        { "^1.2, 1.2.3-a", "^1.2, ^1.2.3-a", "1.2.3-a", true },
        { "=0.1.0-a", "=0.1.0-a", "0.1.0", false },
        { "0.1", "^0.1", "0.1.0-a", false },
    };
    Arena *arena = arena_new(NULL);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        VersionRequirement requirement;
        Version version;
        assert_null(version_read(str_from_c(cases[i].version), arena, &version));
        assert_null(requirement_read(str_from_c(cases[i].text), arena, &requirement));
        assert_string_equal(requirement_text(&requirement, arena), cases[i].shown);
        if (requirement_is_met(&requirement, &version) != cases[i].is_met)
            fail_msg("`%s` and %s", cases[i].text, cases[i].version);
    }
    arena_free(arena);
}

static void versions_of_rust(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem; /* a part of it */
    } cases[] = {
        { "1", NULL },
        { "1.56", NULL },
        { "1.56.1", NULL },
        { "", "expected a version like" },
        { "1.", "expected a version like" },
        { "01.2", "expected a version like" },
        { "1.2.3.4", "expected a version like" },
        { "abc", "expected a version like" },
        { "^1.2", "unexpected version requirement" },
        { ">=1.2", "unexpected version requirement" },
        { "1.x", "unexpected version requirement" },
        { "*", "unexpected version requirement" },
        { "1.99-nightly", "unexpected prerelease field" },
        { "1.2.3+x", "unexpected build field" },
    };
    RustVersion version, release;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const char *problem = rust_version_read(str_from_c(cases[i].text), &version);
        assert_int_equal(problem == NULL, cases[i].problem == NULL);
        if (problem)
            assert_non_null(strstr(problem, cases[i].problem));
    }
    static const char *const met[] = { "1", "1.94.9", "1.95", "1.95.0" };
    static const char *const unmet[] = { "1.95.1", "1.96", "2", "0.9" };
    assert_null(rust_version_read(STR("1.95.0"), &release));
    for (size_t i = 0; i < 4; i++) {
        assert_null(rust_version_read(str_from_c(met[i]), &version));
        assert_true(rust_version_is_met(version, release));
        assert_null(rust_version_read(str_from_c(unmet[i]), &version));
        assert_false(rust_version_is_met(version, release));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(package_targets_and_dependencies),
        cmocka_unit_test(profiles),
        cmocka_unit_test(profiles_inherit),
        cmocka_unit_test(profiles_that_do_not_inherit_in_order),
        cmocka_unit_test(names_of_profiles),
        cmocka_unit_test(versions),
        cmocka_unit_test(requirements_that_are_none),
        cmocka_unit_test(requirements_are_met),
        cmocka_unit_test(versions_of_rust),
        cmocka_unit_test(keys_that_mean_nothing_are_named),
        cmocka_unit_test(errors_name_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
