#include <string.h>

#include "options/options_priv.h"

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
bool options_fail(OptionsParser *p, bool with_usage, const char *message)
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
bool options_fail_plain(OptionsParser *p, int exit_code, const char *message)
{
    *p->error = (OptionsError){ .exit_code = exit_code,
                                .message = arena_printf(p->arena, "%s\n", message) };
    return false;
}

bool options_fail_not_yet(OptionsParser *p, const char *what)
{
    const char *message = arena_printf(p->arena, "%s is not supported by rscc yet", what);
    if (p->style == STYLE_CARGO)
        return options_fail_plain(p, 101, message);
    if (!p->not_yet)
        p->not_yet = message;
    return true;
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

static bool fail_unknown_option(OptionsParser *p, Str spelled)
{
    if (p->style == STYLE_RUSTC)
        return options_fail(p, false,
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
    return options_fail(
        p, true,
        arena_printf(p->arena, "unexpected argument '%.*s' found%s", STR_ARGS(spelled), tip));
}

static bool fail_missing_value(OptionsParser *p, const Given *given)
{
    if (p->style == STYLE_RUSTC)
        return options_fail(p, false,
                            arena_printf(p->arena, "Argument to option '%.*s' missing",
                                         STR_ARGS(without_dashes(given->spelled))));
    return options_fail(p, false,
                        arena_printf(p->arena, "a value is required for '%s' but none was supplied",
                                     options_spelling(&options_option_infos[given->id], p->arena)));
}

static bool fail_wrong_choice(OptionsParser *p, const OptionInfo *info, Str value)
{
    if (p->style == STYLE_RUSTC)
        return options_fail(
            p, false,
            arena_printf(p->arena, "argument for `--%s` must be one of: <%s>. (instead was `%.*s`)",
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
    return options_fail(p, false, text.data);
}

/* ---- options ---- */

static OptionId find_long(const OptionsParser *p, Str name)
{
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const OptionInfo *info = &options_option_infos[id];
        if ((info->sections & p->sections) && info->long_name &&
            str_eq(name, str_from_c(info->long_name)))
            return (OptionId)id;
    }
    return OPTION_NONE;
}

static OptionId find_short(const OptionsParser *p, char name)
{
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const OptionInfo *info = &options_option_infos[id];
        if ((info->sections & p->sections) && info->short_name == name)
            return (OptionId)id;
    }
    return OPTION_NONE;
}

bool options_is_one_of(Str value, const char *choices)
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
static bool take_next_argument(OptionsParser *p, Given *given)
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

static bool is_repeat_wrong(const OptionsParser *p, const Given *given)
{
    OptionKind kind = options_option_infos[given->id].kind;
    bool once = kind == KIND_VALUE || (p->style == STYLE_CARGO && kind == KIND_FLAG);
    return once && options_has(p->out, given->id);
}

static bool fail_repeated(OptionsParser *p, const Given *given)
{
    if (p->style == STYLE_RUSTC)
        return options_fail(p, false,
                            arena_printf(p->arena, "Option '%.*s' given more than once",
                                         STR_ARGS(without_dashes(given->spelled))));
    return options_fail(p, true,
                        arena_printf(p->arena, "the argument '%s' cannot be used multiple times",
                                     options_spelling(&options_option_infos[given->id], p->arena)));
}

/* Takes the option's value if it has one, checks it, and notes the use. */
static bool accept(OptionsParser *p, Given *given)
{
    const OptionInfo *info = &options_option_infos[given->id];
    bool goes_on = info->support != SUPPORT_NOT_YET ||
                   options_fail_not_yet(
                       p, arena_printf(p->arena, "the option `%.*s`", STR_ARGS(given->spelled)));
    if (!goes_on)
        return false;
    bool takes_value = info->kind == KIND_VALUE || info->kind == KIND_LIST;
    if (takes_value && !given->value.data && !take_next_argument(p, given))
        return false;
    if ((info->kind == KIND_FLAG || info->kind == KIND_COUNT) && given->value.data)
        return options_fail(
            p, true,
            arena_printf(p->arena,
                         "unexpected value '%.*s' for '%.*s' found; no more were expected",
                         STR_ARGS(given->value), STR_ARGS(given->spelled)));
    if (info->choices && given->value.data && !options_is_one_of(given->value, info->choices))
        return fail_wrong_choice(p, info, given->value);
    if (is_repeat_wrong(p, given))
        return fail_repeated(p, given);
    option_use_vec_push(&p->out->uses, (OptionUse){ given->id, given->value });
    return true;
}

static bool parse_long(OptionsParser *p, Str argument)
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
static bool parse_short(OptionsParser *p, Str argument)
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

static bool parse_option(OptionsParser *p, Str argument)
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

static bool fail_unknown_command(OptionsParser *p, Str name)
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
    return options_fail_plain(p, 101, text.data);
}

/* RUSTC_WRAPPER=rscc runs `rscc /path/to/rustc ...`. */
static bool is_wrapped_rustc(Str argument)
{
    return memchr(argument.data, '/', argument.bytes) && str_ends_with(argument, STR("rustc"));
}

static bool parse_command_name(OptionsParser *p, Str name)
{
    if (name.bytes > 0 && name.data[0] == '+')
        return options_fail_plain(
            p, 1, "rscc has no toolchains to choose from: leave the `+` argument out");
    if (is_wrapped_rustc(name))
        return options_fail_plain(
            p, 1,
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

static bool parse_options_of_head(OptionsParser *p)
{
    while (p->at < p->count && is_option(p->arguments[p->at])) {
        if (!parse_option(p, p->arguments[p->at]))
            return false;
    }
    return true;
}

/* Options before the command's name; true with COMMAND_NONE if there is no name. */
static bool parse_head(OptionsParser *p)
{
    return parse_options_of_head(p) &&
           (p->at == p->count || parse_command_name(p, p->arguments[p->at]));
}

static void take_trailing(OptionsParser *p)
{
    str_vec_append(&p->out->trailing, p->arguments + p->at, p->count - p->at);
    p->at = p->count;
}

static bool parse_positional(OptionsParser *p, Str argument)
{
    if (p->out->command == COMMAND_RUN) {
        take_trailing(p);
        return true;
    }
    if (p->style == STYLE_CARGO && options_command_infos[p->out->command].arguments[0] == '\0')
        return options_fail(
            p, true,
            arena_printf(p->arena, "unexpected argument '%.*s' found", STR_ARGS(argument)));
    str_vec_push(&p->out->positionals, argument);
    p->at++;
    return true;
}

static bool parse_double_dash(OptionsParser *p)
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

static bool wants_no_more(const OptionsParser *p)
{
    return p->style == STYLE_CARGO &&
           (options_has(p->out, OPTION_HELP) || options_has(p->out, OPTION_VERSION));
}

static bool parse_tail(OptionsParser *p)
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

static bool check_jobs(OptionsParser *p)
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
        return options_fail_plain(
            p, 101,
            arena_printf(p->arena,
                         "could not parse `%.*s`. Number of parallel jobs should be `default` or "
                         "a number.",
                         STR_ARGS(jobs)));
    return !zero || options_fail_plain(p, 101, "jobs may not be 0");
}

static bool check_cargo(OptionsParser *p)
{
    if (options_has(p->out, OPTION_RELEASE) && options_has(p->out, OPTION_PROFILE))
        return options_fail(
            p, true, "the argument '--release' cannot be used with '--profile <PROFILE-NAME>'");
    if (options_has(p->out, OPTION_QUIET) && options_has(p->out, OPTION_VERBOSE))
        return options_fail_plain(p, 101, "cannot set both --verbose and --quiet");
    return check_jobs(p);
}

static OptionsParser parser_of(const Str *arguments, uint32_t argument_count, Arena *arena,
                               Options *out, OptionsError *error)
{
    *out = (Options){ .command = COMMAND_NONE };
    option_use_vec_init(&out->uses, arena);
    str_vec_init(&out->positionals, arena);
    str_vec_init(&out->trailing, arena);
    return (OptionsParser){ .arguments = arguments,
                            .count = argument_count,
                            .arena = arena,
                            .out = out,
                            .error = error,
                            .sections = 1u << SECTION_COMMON };
}

uint32_t options_command_index(const Str *arguments, uint32_t argument_count, Arena *arena)
{
    Options options;
    OptionsError error;
    OptionsParser p = parser_of(arguments, argument_count, arena, &options, &error);
    return parse_options_of_head(&p) ? p.at : argument_count;
}

bool options_parse(const Str *arguments, uint32_t argument_count, Arena *arena, Options *out,
                   OptionsError *error)
{
    OptionsParser p = parser_of(arguments, argument_count, arena, out, error);
    if (!parse_head(&p))
        return false;
    if (out->command == COMMAND_NONE || options_command_infos[out->command].place == PLACE_NOT_YET)
        return true;
    if (!parse_tail(&p))
        return false;
    if (!options_check_single(&p) ||
        !(p.style == STYLE_CARGO ? check_cargo(&p) : options_check_rustc(&p)))
        return false;
    if (!p.not_yet)
        return true;
    options_fail_plain(&p, 1, p.not_yet);
    error->is_unsupported = true;
    return false;
}
