#include <string.h>

#include "options/options_priv.h"

typedef struct {
    const Str *arguments;
    uint32_t count;
    uint32_t at; /* the argument being looked at */
    Arena *arena;
    Options *out;
    OptionsError *error;
    CommandStyle style;
    uint32_t sections; /* of the options that are acceptable now */
} Parser;

/* One option as written: `spelled` is how a message names it. */
typedef struct {
    OptionId id;
    Str spelled;
    Str value; /* after `=` or in the same argument; data is NULL if there is none */
} Given;

/* ---- messages ---- */

static void usage_line(CommandId command, Text *out)
{
    text_add_char(out, '\n');
    options_usage(command, out);
    text_add_c(out, "\n\nFor more information, try '--help'.\n");
}

/* Says what is wrong and, in cargo's style, how to go on. Always false. */
static bool fail(Parser *p, bool with_usage, const char *message)
{
    Text text;
    text_init(&text, p->arena);
    text_addf(&text, "%s\n", message);
    if (with_usage && p->style == STYLE_CARGO)
        usage_line(p->out->command, &text);
    else if (p->style == STYLE_CARGO)
        text_add_c(&text, "\nFor more information, try '--help'.\n");
    *p->error = (OptionsError){ .exit_code = 1, .message = text.data };
    return false;
}

/* For what cargo itself checks after its argument parser: exit code 101 and nothing more. */
static bool fail_plain(Parser *p, int exit_code, const char *message)
{
    *p->error = (OptionsError){ .exit_code = exit_code,
                                .message = arena_printf(p->arena, "%s\n", message) };
    return false;
}

#define STR_ARGS(s) (int)(s).bytes, (s).data

/* `what` is something that cargo or rustc would do. */
static bool fail_not_yet(Parser *p, const char *what)
{
    return fail_plain(p, p->style == STYLE_RUSTC ? 1 : 101,
                      arena_printf(p->arena, "%s is not supported by rscc yet", what));
}

const char *options_spelling(const OptionInfo *info, Arena *arena)
{
    const char *name = info->long_name ? arena_printf(arena, "--%s", info->long_name)
                                       : arena_printf(arena, "-%c", info->short_name);
    return info->value_name ? arena_printf(arena, "%s <%s>", name, info->value_name) : name;
}

static uint32_t min3(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t least = a < b ? a : b;
    return least < c ? least : c;
}

enum { NAME_BYTES_MAX = 40 };

/* Levenshtein's distance, row by row. */
static uint32_t edit_distance(Str a, Str b)
{
    uint32_t row[NAME_BYTES_MAX + 1];
    for (uint32_t j = 0; j <= b.bytes; j++)
        row[j] = j;
    for (uint32_t i = 1; i <= a.bytes; i++) {
        uint32_t diagonal = row[0];
        row[0] = i;
        for (uint32_t j = 1; j <= b.bytes; j++) {
            uint32_t above = row[j];
            uint32_t replaced = diagonal + (a.data[i - 1] != b.data[j - 1]);
            row[j] = min3(above + 1, row[j - 1] + 1, replaced);
            diagonal = above;
        }
    }
    return row[b.bytes];
}

const char *options_similar(Str word, const char *const *names, uint32_t count)
{
    const char *best = NULL;
    uint32_t best_distance = 4;
    for (uint32_t i = 0; i < count; i++) {
        Str name = str_from_c(names[i] ? names[i] : "");
        if (name.bytes == 0 || name.bytes > NAME_BYTES_MAX || word.bytes > NAME_BYTES_MAX)
            continue;
        uint32_t distance = edit_distance(word, name);
        if (distance < best_distance && distance * 2 < name.bytes) {
            best = names[i];
            best_distance = distance;
        }
    }
    return best;
}

/* rustc names an option without its dashes, as it was written. */
static Str without_dashes(Str spelled)
{
    size_t dashes = str_starts_with(spelled, STR("--")) ? 2 : 1;
    return (Str){ spelled.data + dashes, spelled.bytes - dashes };
}

static bool fail_unknown_option(Parser *p, Str spelled)
{
    if (p->style == STYLE_RUSTC)
        return fail(p, false,
                    arena_printf(p->arena, "Unrecognized option: '%.*s'",
                                 STR_ARGS(without_dashes(spelled))));
    const char *names[OPTION_COUNT] = { 0 };
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        if (options_option_infos[id].sections & p->sections)
            names[id] = options_option_infos[id].long_name;
    }
    const char *similar = NULL;
    if (str_starts_with(spelled, STR("--")))
        similar =
            options_similar((Str){ spelled.data + 2, spelled.bytes - 2 }, names, OPTION_COUNT);
    const char *tip =
        similar ? arena_printf(p->arena, "\n\n  tip: a similar argument exists: '--%s'", similar)
                : "";
    return fail(
        p, true,
        arena_printf(p->arena, "unexpected argument '%.*s' found%s", STR_ARGS(spelled), tip));
}

static bool fail_missing_value(Parser *p, const Given *given)
{
    if (p->style == STYLE_RUSTC)
        return fail(p, false,
                    arena_printf(p->arena, "Argument to option '%.*s' missing",
                                 STR_ARGS(without_dashes(given->spelled))));
    return fail(p, false,
                arena_printf(p->arena, "a value is required for '%s' but none was supplied",
                             options_spelling(&options_option_infos[given->id], p->arena)));
}

static bool fail_wrong_choice(Parser *p, const OptionInfo *info, Str value)
{
    if (p->style == STYLE_RUSTC)
        return fail(p, false,
                    arena_printf(p->arena,
                                 "argument for `--%s` must be one of: <%s>. (instead was `%.*s`)",
                                 info->long_name, info->choices, STR_ARGS(value)));
    Text text;
    text_init(&text, p->arena);
    text_addf(&text, "invalid value '%.*s' for '%s'\n  [possible values: ", STR_ARGS(value),
              options_spelling(info, p->arena));
    for (const char *c = info->choices; *c; c++) {
        if (*c == '|')
            text_add_c(&text, ", ");
        else
            text_add_char(&text, *c);
    }
    text_add_char(&text, ']');
    return fail(p, false, text.data);
}

/* ---- options ---- */

static OptionId find_long(const Parser *p, Str name)
{
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const OptionInfo *info = &options_option_infos[id];
        if ((info->sections & p->sections) && info->long_name &&
            str_eq(name, str_from_c(info->long_name)))
            return (OptionId)id;
    }
    return OPTION_NONE;
}

static OptionId find_short(const Parser *p, char name)
{
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const OptionInfo *info = &options_option_infos[id];
        if ((info->sections & p->sections) && info->short_name == name)
            return (OptionId)id;
    }
    return OPTION_NONE;
}

static bool is_one_of(Str value, const char *choices)
{
    while (*choices) {
        size_t bytes = strcspn(choices, "|");
        if (value.bytes == bytes && memcmp(value.data, choices, bytes) == 0)
            return true;
        choices += bytes + (choices[bytes] == '|');
    }
    return false;
}

/* The next argument as the option's value. cargo does not take what looks like an option, but for
 * negative numbers; rustc takes anything. */
static bool take_next_argument(Parser *p, Given *given)
{
    if (p->at >= p->count)
        return fail_missing_value(p, given);
    Str next = p->arguments[p->at];
    bool looks_like_option =
        next.bytes > 1 && next.data[0] == '-' && !(next.data[1] >= '0' && next.data[1] <= '9');
    if (p->style == STYLE_CARGO && looks_like_option)
        return fail_missing_value(p, given);
    given->value = next;
    p->at++;
    return true;
}

static bool is_repeat_wrong(const Parser *p, const Given *given)
{
    OptionKind kind = options_option_infos[given->id].kind;
    bool once = kind == KIND_VALUE || (p->style == STYLE_CARGO && kind == KIND_FLAG);
    return once && options_has(p->out, given->id);
}

static bool fail_repeated(Parser *p, const Given *given)
{
    if (p->style == STYLE_RUSTC)
        return fail(p, false,
                    arena_printf(p->arena, "Option '%.*s' given more than once",
                                 STR_ARGS(without_dashes(given->spelled))));
    return fail(p, true,
                arena_printf(p->arena, "the argument '%s' cannot be used multiple times",
                             options_spelling(&options_option_infos[given->id], p->arena)));
}

/* Takes the option's value if it has one, checks it, and notes the use. */
static bool accept(Parser *p, Given *given)
{
    const OptionInfo *info = &options_option_infos[given->id];
    if (info->support == SUPPORT_NOT_YET)
        return fail_not_yet(p,
                            arena_printf(p->arena, "the option `%.*s`", STR_ARGS(given->spelled)));
    bool takes_value = info->kind == KIND_VALUE || info->kind == KIND_LIST;
    if (takes_value && !given->value.data && !take_next_argument(p, given))
        return false;
    if ((info->kind == KIND_FLAG || info->kind == KIND_COUNT) && given->value.data)
        return fail(p, true,
                    arena_printf(p->arena,
                                 "unexpected value '%.*s' for '%.*s' found; no more were expected",
                                 STR_ARGS(given->value), STR_ARGS(given->spelled)));
    if (info->choices && given->value.data && !is_one_of(given->value, info->choices))
        return fail_wrong_choice(p, info, given->value);
    if (is_repeat_wrong(p, given))
        return fail_repeated(p, given);
    option_use_vec_push(&p->out->uses, (OptionUse){ given->id, given->value });
    return true;
}

static bool parse_long(Parser *p, Str argument)
{
    const char *equals = memchr(argument.data, '=', argument.bytes);
    size_t bytes = equals ? (size_t)(equals - argument.data) : argument.bytes;
    Given given = { .spelled = { argument.data, bytes } };
    if (equals)
        given.value = (Str){ equals + 1, argument.bytes - bytes - 1 };
    given.id = find_long(p, (Str){ argument.data + 2, bytes - 2 });
    if (given.id == OPTION_NONE)
        return fail_unknown_option(p, given.spelled);
    return accept(p, &given);
}

/* `-vqj4`: flags, then at most one option that takes the rest as its value. */
static bool parse_short(Parser *p, Str argument)
{
    for (size_t i = 1; i < argument.bytes; i++) {
        Given given = { .id = find_short(p, argument.data[i]) };
        given.spelled = str_from_c(arena_printf(p->arena, "-%.*s", 1, argument.data + i));
        if (given.id == OPTION_NONE)
            return fail_unknown_option(p, given.spelled);
        OptionKind kind = options_option_infos[given.id].kind;
        bool takes_rest = (kind == KIND_VALUE || kind == KIND_LIST) && i + 1 < argument.bytes;
        if (takes_rest) {
            size_t skip = p->style == STYLE_CARGO && argument.data[i + 1] == '=' ? 2 : 1;
            given.value = (Str){ argument.data + i + skip, argument.bytes - i - skip };
        }
        if (!accept(p, &given))
            return false;
        if (takes_rest)
            return true;
    }
    return true;
}

static bool parse_option(Parser *p, Str argument)
{
    p->at++;
    return str_starts_with(argument, STR("--")) ? parse_long(p, argument)
                                                : parse_short(p, argument);
}

static bool is_option(Str argument)
{
    return argument.bytes > 1 && argument.data[0] == '-';
}

/* ---- the command line ---- */

static bool fail_unknown_command(Parser *p, Str name)
{
    const char *names[COMMAND_COUNT] = { 0 };
    for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++)
        names[id] = options_command_infos[id].name;
    const char *similar = options_similar(name, names, COMMAND_COUNT);
    Text text;
    text_init(&text, p->arena);
    text_addf(&text, "no such command: `%.*s`\n\n", STR_ARGS(name));
    if (similar)
        text_addf(&text, "help: a command with a similar name exists: `%s`\n\n", similar);
    text_add_c(&text, "help: view all commands with `rscc --help`");
    return fail_plain(p, 101, text.data);
}

/* RUSTC_WRAPPER=rscc runs `rscc /path/to/rustc ...`. */
static bool is_wrapped_rustc(Str argument)
{
    return memchr(argument.data, '/', argument.bytes) && str_ends_with(argument, STR("rustc"));
}

static bool parse_command_name(Parser *p, Str name)
{
    if (name.bytes > 0 && name.data[0] == '+')
        return fail_plain(p, 1,
                          "rscc has no toolchains to choose from: leave the `+` argument out");
    if (is_wrapped_rustc(name))
        return fail_plain(p, 1,
                          "rscc cannot serve as RUSTC_WRAPPER, because it would have to read "
                          "another compiler's metadata: set RUSTC to rscc-rustc instead");
    p->out->command = options_find_command(name);
    if (p->out->command == COMMAND_NONE)
        return fail_unknown_command(p, name);
    p->at++;
    const CommandInfo *info = &options_command_infos[p->out->command];
    p->style = info->style;
    p->sections = info->sections;
    return true;
}

/* Options before the command's name; true with COMMAND_NONE if there is no name. */
static bool parse_head(Parser *p)
{
    while (p->at < p->count) {
        Str argument = p->arguments[p->at];
        if (!is_option(argument))
            return parse_command_name(p, argument);
        if (!parse_option(p, argument))
            return false;
    }
    return true;
}

static void take_trailing(Parser *p)
{
    str_vec_append(&p->out->trailing, p->arguments + p->at, p->count - p->at);
    p->at = p->count;
}

static bool parse_positional(Parser *p, Str argument)
{
    if (p->out->command == COMMAND_RUN) {
        take_trailing(p);
        return true;
    }
    if (p->style == STYLE_CARGO && options_command_infos[p->out->command].arguments[0] == '\0')
        return fail(p, true,
                    arena_printf(p->arena, "unexpected argument '%.*s' found", STR_ARGS(argument)));
    str_vec_push(&p->out->positionals, argument);
    p->at++;
    return true;
}

static bool parse_double_dash(Parser *p)
{
    p->at++;
    if (p->out->command == COMMAND_RUN) {
        take_trailing(p);
        return true;
    }
    while (p->at < p->count) {
        if (!parse_positional(p, p->arguments[p->at]))
            return false;
    }
    return true;
}

static bool wants_no_more(const Parser *p)
{
    return p->style == STYLE_CARGO &&
           (options_has(p->out, OPTION_HELP) || options_has(p->out, OPTION_VERSION));
}

static bool parse_tail(Parser *p)
{
    while (p->at < p->count && !wants_no_more(p)) {
        Str argument = p->arguments[p->at];
        bool good;
        if (str_eq(argument, STR("--")))
            good = parse_double_dash(p);
        else
            good = is_option(argument) ? parse_option(p, argument) : parse_positional(p, argument);
        if (!good)
            return false;
    }
    return true;
}

/* ---- what single options cannot say ---- */

static bool check_jobs(Parser *p)
{
    Str jobs = options_value(p->out, OPTION_JOBS);
    if (!jobs.data || str_eq(jobs, STR("default")))
        return true;
    bool negative = jobs.bytes > 0 && jobs.data[0] == '-';
    bool digits = jobs.bytes > negative && jobs.bytes < 10;
    bool zero = true;
    for (size_t i = negative; i < jobs.bytes; i++) {
        digits = digits && jobs.data[i] >= '0' && jobs.data[i] <= '9';
        zero = zero && jobs.data[i] == '0';
    }
    if (!digits)
        return fail_plain(
            p, 101,
            arena_printf(p->arena,
                         "could not parse `%.*s`. Number of parallel jobs should be `default` or "
                         "a number.",
                         STR_ARGS(jobs)));
    return !zero || fail_plain(p, 101, "jobs may not be 0");
}

static bool check_cargo(Parser *p)
{
    if (options_has(p->out, OPTION_RELEASE) && options_has(p->out, OPTION_PROFILE))
        return fail(p, true,
                    "the argument '--release' cannot be used with '--profile <PROFILE-NAME>'");
    if (options_has(p->out, OPTION_QUIET) && options_has(p->out, OPTION_VERBOSE))
        return fail_plain(p, 101, "cannot set both --verbose and --quiet");
    return check_jobs(p);
}

/* ---- what rustc checks ---- */

static bool is_number(Str value)
{
    bool digits = value.bytes > 0 && value.bytes < 10;
    for (size_t i = 0; i < value.bytes; i++)
        digits = digits && value.data[i] >= '0' && value.data[i] <= '9';
    return digits;
}

static bool is_off(Str value)
{
    return is_one_of(value, "n|no|off|false|0|none");
}

static CodegenId find_codegen(const OptionUse *use, Str *value)
{
    Options one = { .uses = { .items = (OptionUse *)(uintptr_t)use, .count = 1 } };
    int id = 0;
    while (id < CODEGEN_COUNT && !options_codegen(&one, (CodegenId)id, value))
        id++;
    return (CodegenId)id;
}

/* "one of: `a`, `b` or `c`" */
static const char *expected_text(Parser *p, const char *choices)
{
    if (choices[0] == '#')
        return "a number";
    Text text;
    text_init(&text, p->arena);
    text_add_c(&text, "one of: ");
    Str rest = str_from_c(choices), choice;
    const char *separator = "";
    while (str_next_part(&rest, '|', &choice)) {
        text_addf(&text, "%s`%.*s`", separator, STR_ARGS(choice));
        separator = memchr(rest.data, '|', rest.bytes) ? ", " : " or ";
    }
    return text.data;
}

static bool fail_codegen_value(Parser *p, CodegenId id, Str value)
{
    const CodegenInfo *info = &options_codegen_infos[id];
    if (id == CODEGEN_OPT_LEVEL)
        return fail(
            p, false,
            arena_printf(p->arena,
                         "optimization level needs to be between 0-3, s or z (instead was `%.*s`)",
                         STR_ARGS(value)));
    return fail(p, false,
                arena_printf(p->arena,
                             "incorrect value `%.*s` for codegen option `%s` - %s was expected",
                             STR_ARGS(value), info->name, expected_text(p, info->choices)));
}

/* One `-C NAME[=VALUE]`. */
static bool check_codegen(Parser *p, Str written)
{
    OptionUse use = { OPTION_CODEGEN, written };
    Str value;
    CodegenId id = find_codegen(&use, &value);
    const char *equals = memchr(written.data, '=', written.bytes);
    int name_bytes = (int)(equals ? (size_t)(equals - written.data) : written.bytes);
    if (id == CODEGEN_COUNT)
        return fail(
            p, false,
            arena_printf(p->arena, "unknown codegen option: `%.*s`", name_bytes, written.data));
    const CodegenInfo *info = &options_codegen_infos[id];
    if (info->support == SUPPORT_NOT_YET)
        return is_off(value) ||
               fail_not_yet(p, arena_printf(p->arena, "`-C %.*s`", STR_ARGS(written)));
    if (!info->choices)
        return true;
    if (!equals) /* an option that can be on or off is on */
        return is_one_of(STR("yes"), info->choices) ||
               fail(p, false,
                    arena_printf(p->arena, "codegen option `%s` requires a value (-C %s=<value>)",
                                 info->name, info->name));
    bool good = info->choices[0] == '#' ? is_number(value) : is_one_of(value, info->choices);
    return good || fail_codegen_value(p, id, value);
}

/* `NAME` or `NAME="VALUE"`. */
static bool is_cfg(Str text)
{
    size_t at = 0;
    for (; at < text.bytes; at++) {
        char c = text.data[at];
        bool is_start = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                        (unsigned char)c >= 0x80;
        if (!is_start && !(at > 0 && c >= '0' && c <= '9'))
            break;
    }
    Str rest = { text.data + at, text.bytes - at };
    if (at == 0 || rest.bytes == 0)
        return at > 0;
    bool is_quoted =
        rest.bytes >= 3 && str_starts_with(rest, STR("=\"")) && str_ends_with(rest, STR("\""));
    return is_quoted && !memchr(rest.data + 2, '"', rest.bytes - 3);
}

static bool check_crate_name(Parser *p)
{
    Str name = options_value(p->out, OPTION_CRATE_NAME);
    if (!name.data)
        return true;
    if (name.bytes == 0)
        return fail(p, false, "crate name must not be empty");
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || (unsigned char)c >= 0x80;
        if (!good)
            return fail(p, false,
                        arena_printf(p->arena, "invalid character '%c' in crate name: `%.*s`", c,
                                     STR_ARGS(name)));
    }
    return true;
}

static bool check_error_format(Parser *p)
{
    Str format = options_value(p->out, OPTION_ERROR_FORMAT);
    if (is_one_of(format, "human-unicode|pretty-json"))
        return fail_not_yet(p, arena_printf(p->arena, "`--error-format=%.*s`", STR_ARGS(format)));
    Str list;
    for (uint32_t at = 0; options_next(p->out, OPTION_RUSTC_JSON, &at, &list);) {
        if (!str_eq(format, STR("json")))
            return fail(p, false, "using `--json` requires also using `--error-format=json`");
        for (Str word; str_next_part(&list, ',', &word);) {
            if (!is_one_of(word, "diagnostic-short|diagnostic-rendered-ansi|artifacts|future-"
                                 "incompat|unused-externs|"
                                 "unused-externs-silent|timings"))
                return fail(
                    p, false,
                    arena_printf(p->arena, "unknown `--json` option `%.*s`", STR_ARGS(word)));
        }
    }
    Str width = options_value(p->out, OPTION_DIAGNOSTIC_WIDTH);
    return !width.data || is_number(width) ||
           fail(p, false, "`--diagnostic-width` must be an positive integer");
}

static bool check_rustc(Parser *p)
{
    Str value;
    for (uint32_t at = 0; options_next(p->out, OPTION_CODEGEN, &at, &value);) {
        if (!check_codegen(p, value))
            return false;
    }
    const StrVec *inputs = &p->out->positionals;
    if (inputs->count > 1)
        return fail(p, false,
                    arena_printf(p->arena,
                                 "multiple input filenames provided (first two filenames are "
                                 "`%.*s` and `%.*s`)",
                                 STR_ARGS(inputs->items[0]), STR_ARGS(inputs->items[1])));
    return check_error_format(p);
}

/* What `rustc` and `dump --file` have in common. */
static bool check_single(Parser *p)
{
    Str value;
    for (uint32_t at = 0; options_next(p->out, OPTION_CFG, &at, &value);) {
        if (!is_cfg(value))
            return fail(
                p, false,
                arena_printf(p->arena,
                             "invalid `--cfg` argument: `%.*s` (expected `key` or `key=\"value\"`)",
                             STR_ARGS(value)));
    }
    for (uint32_t at = 0; options_next(p->out, OPTION_TARGET, &at, &value);) {
        if (str_eq(value, STR("x86_64-unknown-linux-gnu")))
            continue;
        return fail_plain(
            p, p->style == STYLE_RUSTC ? 1 : 101,
            arena_printf(
                p->arena,
                "the target `%.*s` is not supported by rscc yet: only x86_64-unknown-linux-gnu is",
                STR_ARGS(value)));
    }
    return check_crate_name(p);
}

bool options_parse(const Str *arguments, uint32_t argument_count, Arena *arena, Options *out,
                   OptionsError *error)
{
    *out = (Options){ .command = COMMAND_NONE };
    option_use_vec_init(&out->uses, arena);
    str_vec_init(&out->positionals, arena);
    str_vec_init(&out->trailing, arena);
    Parser p = { .arguments = arguments,
                 .count = argument_count,
                 .arena = arena,
                 .out = out,
                 .error = error,
                 .sections = 1u << SECTION_COMMON };
    if (!parse_head(&p))
        return false;
    if (out->command == COMMAND_NONE || options_command_infos[out->command].place == PLACE_NOT_YET)
        return true;
    if (!parse_tail(&p))
        return false;
    return check_single(&p) && (p.style == STYLE_CARGO ? check_cargo(&p) : check_rustc(&p));
}
