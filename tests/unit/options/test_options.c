#include <stdio.h>
#include <string.h>

#include "options/options_priv.h"
#include "unit/unit.h"

enum { ARGUMENTS_MAX = 16 };

typedef struct {
    Arena *arena;
    Options options;
    OptionsError error;
    bool ok;
} Parsed;

/* Parses words separated by single spaces. */
static Parsed parse(const char *line)
{
    Parsed parsed = { .arena = arena_new(NULL) };
    Str words[ARGUMENTS_MAX];
    uint32_t count = 0;
    while (*line) {
        size_t bytes = strcspn(line, " ");
        assert_true(count < ARGUMENTS_MAX);
        words[count++] = str_from_c(arena_copy_str(parsed.arena, (Str){ line, bytes }));
        line += bytes + (line[bytes] == ' ');
    }
    Str *arguments = arena_copy(parsed.arena, words, count * sizeof(Str));
    parsed.ok = options_parse(arguments, count, parsed.arena, &parsed.options, &parsed.error);
    return parsed;
}

static void assert_value(const Parsed *parsed, OptionId id, const char *expected)
{
    Str value = options_value(&parsed->options, id);
    assert_non_null(value.data);
    assert_true(str_eq(value, str_from_c(expected)));
}

static void assert_fails(const char *line, int exit_code, const char *message)
{
    Parsed parsed = parse(line);
    assert_false(parsed.ok);
    assert_int_equal(parsed.error.exit_code, exit_code);
    assert_string_equal(parsed.error.message, message);
    arena_free(parsed.arena);
}

static void assert_refused(const char *line)
{
    Parsed parsed = parse(line);
    assert_false(parsed.ok);
    arena_free(parsed.arena);
}

static uint32_t command_index(const Str *arguments, uint32_t count)
{
    Arena *arena = arena_new(NULL);
    uint32_t index = options_command_index(arguments, count, arena);
    arena_free(arena);
    return index;
}

/* The value of an option before it is not the command. */
static void which_argument_is_the_command(void **state)
{
    (void)state;
    const Str plain[] = { STR("rustc"), STR("@file") };
    assert_int_equal(command_index(plain, 2), 0);
    const Str value[] = { STR("--color"), STR("always"), STR("-v"), STR("rustc"), STR("@file") };
    assert_int_equal(command_index(value, 5), 3);
    assert_int_equal(command_index(value, 3), 3); /* none */
    const Str joined[] = { STR("--color=always"), STR("build"), STR("rustc") };
    assert_int_equal(command_index(joined, 3), 1);
    const Str wrong[] = { STR("--no-such-option"), STR("rustc") };
    assert_int_equal(command_index(wrong, 2), 2);
}

static void cargo_spellings(void **state)
{
    (void)state;
    Parsed p = parse("-v build -vp a --package=b --release -j4 --features x,y -Fz");
    assert_true(p.ok);
    assert_int_equal(p.options.command, COMMAND_BUILD);
    assert_int_equal(options_count(&p.options, OPTION_VERBOSE), 2);
    assert_true(options_has(&p.options, OPTION_RELEASE));
    assert_value(&p, OPTION_JOBS, "4");
    assert_value(&p, OPTION_FEATURES, "z");
    Str value;
    uint32_t at = 0;
    assert_true(options_next(&p.options, OPTION_PACKAGE, &at, &value));
    assert_true(str_eq(value, STR("a")));
    assert_true(options_next(&p.options, OPTION_PACKAGE, &at, &value));
    assert_true(str_eq(value, STR("b")));
    assert_false(options_next(&p.options, OPTION_PACKAGE, &at, &value));
    assert_null(options_value(&p.options, OPTION_PROFILE).data);
    arena_free(p.arena);
}

static void optional_value_needs_equals(void **state)
{
    (void)state;
    Parsed p = parse("build --timings");
    assert_true(p.ok && options_has(&p.options, OPTION_TIMINGS));
    assert_null(options_value(&p.options, OPTION_TIMINGS).data);
    arena_free(p.arena);
    p = parse("build --timings=json");
    assert_true(p.ok);
    assert_value(&p, OPTION_TIMINGS, "json");
    arena_free(p.arena);
    assert_refused("build --timings json");
}

static void run_passes_the_rest_on(void **state)
{
    (void)state;
    Parsed p = parse("run --release -- --release x");
    assert_true(p.ok);
    assert_int_equal(p.options.trailing.count, 2);
    arena_free(p.arena);
    p = parse("r file --release -- y");
    assert_true(p.ok);
    assert_int_equal(p.options.command, COMMAND_RUN);
    assert_int_equal(p.options.trailing.count, 4);
    assert_false(options_has(&p.options, OPTION_RELEASE));
    arena_free(p.arena);
}

static void rustc_spellings(void **state)
{
    (void)state;
    Parsed p = parse("rustc -Copt-level=1 -C debug_assertions a.rs -g -L dep=/x -Ly -O "
                     "--crate-name n --cfg a --cfg b");
    assert_true(p.ok);
    Str value;
    assert_true(options_codegen(&p.options, CODEGEN_OPT_LEVEL, &value));
    assert_true(str_eq(value, STR("3"))); /* -O is the later one */
    assert_true(options_codegen(&p.options, CODEGEN_DEBUG_ASSERTIONS, &value));
    assert_true(str_eq(value, STR("")));
    assert_true(options_codegen(&p.options, CODEGEN_DEBUGINFO, &value));
    assert_true(str_eq(value, STR("2")));
    assert_false(options_codegen(&p.options, CODEGEN_LTO, &value));
    assert_int_equal(options_count(&p.options, OPTION_SEARCH_PATH), 2);
    assert_int_equal(options_count(&p.options, OPTION_CFG), 2);
    assert_int_equal(p.options.positionals.count, 1);
    arena_free(p.arena);
}

static void rustc_reads_standard_input_as_dash(void **state)
{
    (void)state;
    Parsed p = parse("rustc - --crate-name ___ --print=file-names");
    assert_true(p.ok);
    assert_true(str_eq(p.options.positionals.items[0], STR("-")));
    arena_free(p.arena);
}

static void refused(const char *line, int exit_code, const char *what)
{
    Parsed p = parse(line);
    assert_false(p.ok);
    assert_int_equal(p.error.exit_code, exit_code);
    assert_non_null(strstr(p.error.message, what));
    arena_free(p.arena);
}

static void accepted(const char *line)
{
    Parsed p = parse(line);
    assert_true(p.ok);
    arena_free(p.arena);
}

/* What would change the result is refused by name, what cannot is taken. */
static void what_is_not_supported_yet_is_refused(void **state)
{
    (void)state;
    static const char *const cargo[] = { "--examples", "--tests", "--bench=x", "--config=a.b=1",
                                         "--exclude=a" };
    for (size_t i = 0; i < ARRAY_COUNT(cargo); i++) {
        char line[64];
        snprintf(line, sizeof line, "build %s", cargo[i]);
        refused(line, 101, "is not supported by rscc yet");
    }
    refused("check --target wasm32-unknown-unknown", 101,
            "the target `wasm32-unknown-unknown` is not supported");
    accepted("check --target x86_64-unknown-linux-gnu --locked --offline --keep-going --workspace "
             "--all-targets -j4");
    refused("rustc a.rs --test", 1, "the option `--test` is not supported by rscc yet");
    refused("rustc a.rs -Zunpretty=hir", 1, "the option `-Z` is not supported");
    refused("rustc a.rs -l m", 1, "the option `-l` is not supported");
    refused("rustc a.rs -Clink-arg=-a", 1, "`-C link-arg=-a` is not supported by rscc yet");
    refused("rustc a.rs -Clto=fat", 1, "`-C lto=fat` is not supported by rscc yet");
    refused("rustc a.rs --error-format=pretty-json", 1, "is not supported by rscc yet");
    accepted("rustc a.rs -Clto=off -Crpath=no -L dependency=x -Adead_code --cap-lints warn "
             "-Ccodegen-units=4");
}

static void rustc_values_are_checked(void **state)
{
    (void)state;
    refused("rustc a.rs -Copt-level=9", 1,
            "optimization level needs to be between 0-3, s or z (instead was `9`)");
    refused("rustc a.rs -Copt-level", 1,
            "codegen option `opt-level` requires a string (`-C opt-level=<value>`)");
    refused("rustc a.rs -Cpanic=foo", 1, "incorrect value `foo` for codegen option `panic`");
    refused("rustc a.rs -Ccodegen-units=x", 1,
            "incorrect value `x` for codegen option `codegen-units` - a number was expected");
    refused("rustc a.rs -Coverflow-checks=maybe", 1, "`no`, `off` or `false` was expected");
    refused("rustc a.rs -Cbogus=1", 1, "unknown codegen option: `bogus`");
    refused("rustc a.rs --cfg a(b)", 1, "invalid `--cfg` argument: `a(b)`");
    refused("rustc a.rs --cfg a=b", 1, "invalid `--cfg` argument: `a=b`");
    refused("rustc a.rs --cfg a=10", 1, "`a=10` (argument value must be a string)");
    refused("rustc a.rs --cfg a::b", 1, "`a::b` (argument key must be an identifier)");
    refused("rustc a.rs --cfg fn", 1, "invalid `--cfg` argument: `fn`");
    refused("rustc a.rs --check-cfg names(a)", 1, "invalid `--check-cfg` argument: `names(a)`");
    refused("rustc a.rs --check-cfg cfg(a,values(),b)", 1, "names cannot be after values");
    refused("rustc a.rs --check-cfg cfg(any(),a)", 1, "can only be provided in isolation");
    refused("rustc a.rs -Z verbose", 1, "unknown unstable option: `verbose`");
    refused("rustc a.rs -l bar=foo", 1, "unknown library kind `bar`, expected one of: static, ");
    refused("rustc a.rs -l static=", 1, "library name must not be empty");
    refused("rustc a.rs -lstatic:+bundle,-bundle=a", 1, "multiple `bundle` modifiers in a single");
    refused("rustc a.rs -lstatic:bundle=a", 1, "invalid linking modifier syntax");
    refused("rustc a.rs -L native=", 1, "empty search path given via `-L`");
    refused("rustc a.rs --extern a-b=x", 1,
            "consider replacing the dashes with underscores: `a_b`");
    refused("rustc a.rs --cap-lints test", 1, "unknown lint level: `test`");
    refused("rustc a.rs -Clto -Cembed-bitcode=no", 1, "and `-C lto` are incompatible");
    refused("rustc a.rs -Zunpretty=hir -Zbogus", 1, "unknown unstable option: `bogus`");
    refused("rustc a.rs --crate-name a-b", 1, "invalid character '-' in crate name: `a-b`");
    refused("rustc a.rs --json artifacts", 1,
            "using `--json` requires also using `--error-format=json`");
    refused("rustc a.rs --error-format=json --json=x", 1, "unknown `--json` option `x`");
    refused("rustc a.rs --diagnostic-width=x", 1, "`--diagnostic-width`");
    accepted("rustc a.rs -Cdebug-assertions -Coverflow-checks=no -Cpanic=abort -Copt-level=s --cfg "
             "a --cfg b=\"c\" "
             "--error-format=json --json=diagnostic-short,artifacts");
    accepted("rustc a.rs --cfg r#fn --cfg c=r\"d\" --check-cfg cfg(a,values(\"b\",none())) "
             "--check-cfg cfg()");
}

static void cargo_usage_errors(void **state)
{
    (void)state;
    assert_fails("build --foo", 1,
                 "unexpected argument '--foo' found\n\nUsage: rscc build [OPTIONS]\n\n"
                 "For more information, try '--help'.\n");
    assert_fails("build --relase", 1,
                 "unexpected argument '--relase' found\n\n"
                 "  tip: a similar argument exists: '--release'\n\n"
                 "Usage: rscc build [OPTIONS]\n\nFor more information, try '--help'.\n");
    assert_fails("build --profile", 1,
                 "a value is required for '--profile <PROFILE-NAME>' but none was supplied\n\n"
                 "For more information, try '--help'.\n");
    assert_fails("build --profile --release", 1,
                 "a value is required for '--profile <PROFILE-NAME>' but none was supplied\n\n"
                 "For more information, try '--help'.\n");
    assert_fails("build --color=foo", 1,
                 "invalid value 'foo' for '--color <WHEN>'\n"
                 "  [possible values: auto, always, never]\n\n"
                 "For more information, try '--help'.\n");
    assert_fails("build --release=1", 1,
                 "unexpected value '1' for '--release' found; no more were expected\n\n"
                 "Usage: rscc build [OPTIONS]\n\nFor more information, try '--help'.\n");
    assert_fails("build extra", 1,
                 "unexpected argument 'extra' found\n\nUsage: rscc build [OPTIONS]\n\n"
                 "For more information, try '--help'.\n");
    assert_fails("build -j abc", 101,
                 "could not parse `abc`. Number of parallel jobs should be `default` or a "
                 "number.\n");
    assert_fails("build -j 0", 101, "jobs may not be 0\n");
    assert_fails("build -q -v", 101, "cannot set both --verbose and --quiet\n");
    assert_fails("bild", 101,
                 "no such command: `bild`\n\n"
                 "help: a command with a similar name exists: `build`\n\n"
                 "help: view all commands with `rscc --help`\n");
    assert_refused("build --release --profile dev");
    assert_refused("build --release --release");
    assert_refused("build -- x");
    assert_refused("+nightly build");
    assert_refused("/usr/bin/rustc -vV");
}

static void rustc_usage_errors(void **state)
{
    (void)state;
    assert_fails("rustc --foo", 1, "Unrecognized option: 'foo'\n");
    assert_fails("rustc -x a.rs", 1, "Unrecognized option: 'x'\n");
    assert_fails("rustc -C", 1, "Argument to option 'C' missing\n");
    assert_fails("rustc -C foo=1 a.rs", 1, "unknown codegen option: `foo`\n");
    assert_fails("rustc --edition=1999 a.rs", 1,
                 "argument for `--edition` must be one of: <2015|2018|2021|2024>. (instead was "
                 "`1999`)\n");
    assert_fails("rustc a.rs b.rs", 1,
                 "multiple input filenames provided (first two filenames are `a.rs` and "
                 "`b.rs`)\n");
    assert_fails("rustc --crate-name a --crate-name b", 1,
                 "Option 'crate-name' given more than once\n");
}

static void refused_commands_take_anything(void **state)
{
    (void)state;
    Parsed p = parse("test --whatever -x y");
    assert_true(p.ok);
    assert_int_equal(options_place(p.options.command), PLACE_NOT_YET);
    arena_free(p.arena);
}

static void help_ends_parsing(void **state)
{
    (void)state;
    Parsed p = parse("build --help --nonsense");
    assert_true(p.ok && options_has(&p.options, OPTION_HELP));
    arena_free(p.arena);
    p = parse("--version");
    assert_true(p.ok && options_has(&p.options, OPTION_VERSION));
    assert_int_equal(p.options.command, COMMAND_NONE);
    arena_free(p.arena);
}

static void empty_and_odd_arguments(void **state)
{
    (void)state;
    Parsed p = parse("");
    assert_true(p.ok);
    assert_int_equal(p.options.command, COMMAND_NONE);
    arena_free(p.arena);
    Arena *arena = arena_new(NULL);
    Str odd[] = { STR("build"), STR("") };
    Options options;
    OptionsError error;
    assert_false(options_parse(odd, 2, arena, &options, &error));
    Str long_name[] = { STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") };
    assert_false(options_parse(long_name, 1, arena, &options, &error));
    Str dashes[] = { STR("rustc"), STR("--="), STR("---") };
    assert_false(options_parse(dashes, 3, arena, &options, &error));
    arena_free(arena);
}

static bool same_name(const OptionInfo *a, const OptionInfo *b)
{
    return (a->short_name && a->short_name == b->short_name) ||
           (a->long_name && b->long_name && strcmp(a->long_name, b->long_name) == 0);
}

/* Of two options of one command that share a name, one could never be given. */
static void names_are_unambiguous(void **state)
{
    (void)state;
    for (int command = COMMAND_NONE + 1; command < COMMAND_COUNT; command++) {
        uint32_t sections = options_command_infos[command].sections;
        for (int i = OPTION_NONE + 1; i < OPTION_COUNT; i++) {
            for (int j = i + 1; j < OPTION_COUNT; j++) {
                const OptionInfo *a = &options_option_infos[i], *b = &options_option_infos[j];
                if ((a->sections & sections) && (b->sections & sections))
                    assert_false(same_name(a, b));
            }
        }
    }
}

static void help_names_every_option(void **state)
{
    (void)state;
    Text text;
    text_init(&text, NULL);
    options_help(COMMAND_BUILD, &text);
    assert_non_null(strstr(text.data, "Usage: rscc build [OPTIONS]\n"));
    assert_non_null(strstr(text.data, "  -p, --package <SPEC>"));
    assert_non_null(strstr(text.data, "      --timings[=<FMT>]"));
    assert_non_null(strstr(text.data, "\nManifest Options:\n"));
    assert_null(strstr(text.data, "--crate-name"));
    text_clear(&text);
    options_help(COMMAND_NONE, &text);
    assert_non_null(strstr(text.data, "    build, b "));
    assert_non_null(strstr(text.data, "Not implemented yet:\n    test, t "));
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_argument_is_the_command),
        cmocka_unit_test(cargo_spellings),
        cmocka_unit_test(optional_value_needs_equals),
        cmocka_unit_test(run_passes_the_rest_on),
        cmocka_unit_test(rustc_spellings),
        cmocka_unit_test(rustc_reads_standard_input_as_dash),
        cmocka_unit_test(what_is_not_supported_yet_is_refused),
        cmocka_unit_test(rustc_values_are_checked),
        cmocka_unit_test(cargo_usage_errors),
        cmocka_unit_test(rustc_usage_errors),
        cmocka_unit_test(refused_commands_take_anything),
        cmocka_unit_test(help_ends_parsing),
        cmocka_unit_test(empty_and_odd_arguments),
        cmocka_unit_test(names_are_unambiguous),
        cmocka_unit_test(help_names_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
