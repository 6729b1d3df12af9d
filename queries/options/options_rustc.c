#include <string.h>

#include "options/options_priv.h"

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
    return options_is_one_of(value, "n|no|off|false|0|none");
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
static const char *expected_text(OptionsParser *p, const char *choices)
{
    if (choices[0] == '#')
        return "a number";
    if (options_is_one_of(STR("unwind"), choices))
        return "either `unwind`, `abort`, or `immediate-abort`";
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

static const char *needed_text(OptionsParser *p, CodegenId id)
{
    return id == CODEGEN_OPT_LEVEL ? "a string"
                                   : expected_text(p, options_codegen_infos[id].choices);
}

static bool fail_codegen_value(OptionsParser *p, CodegenId id, Str value)
{
    const CodegenInfo *info = &options_codegen_infos[id];
    if (id == CODEGEN_OPT_LEVEL)
        return options_fail(
            p, false,
            arena_printf(p->arena,
                         "optimization level needs to be between 0-3, s or z (instead was `%.*s`)",
                         STR_ARGS(value)));
    return options_fail(
        p, false,
        arena_printf(p->arena, "incorrect value `%.*s` for codegen option `%s` - %s was expected",
                     STR_ARGS(value), info->name, expected_text(p, info->choices)));
}

/* One `-C NAME[=VALUE]`. */
static bool check_codegen(OptionsParser *p, Str written)
{
    OptionUse use = { OPTION_CODEGEN, written };
    Str value;
    CodegenId id = find_codegen(&use, &value);
    const char *equals = memchr(written.data, '=', written.bytes);
    int name_bytes = (int)(equals ? (size_t)(equals - written.data) : written.bytes);
    if (id == CODEGEN_COUNT)
        return options_fail(
            p, false,
            arena_printf(p->arena, "unknown codegen option: `%.*s`", name_bytes, written.data));
    const CodegenInfo *info = &options_codegen_infos[id];
    if (info->support == SUPPORT_NOT_YET)
        return is_off(value) ||
               options_fail_not_yet(p, arena_printf(p->arena, "`-C %.*s`", STR_ARGS(written)));
    if (!info->choices)
        return true;
    if (!equals) /* an option that can be on or off is on */
        return options_is_one_of(STR("yes"), info->choices) ||
               options_fail(p, false,
                            arena_printf(p->arena,
                                         "codegen option `%s` requires %s (`-C %s=<value>`)",
                                         info->name, needed_text(p, id), info->name));
    if (id == CODEGEN_PANIC && str_eq(value, STR("immediate-abort")))
        return options_fail_not_yet(p, "`-C panic=immediate-abort`");
    bool good =
        info->choices[0] == '#' ? is_number(value) : options_is_one_of(value, info->choices);
    return good || fail_codegen_value(p, id, value);
}

/* ---- --cfg and --check-cfg ---- */

static bool is_name_byte(char c, bool is_first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80 || (!is_first && c >= '0' && c <= '9');
}

static void skip_space(Str *rest)
{
    while (rest->bytes > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t'))
        *rest = (Str){ rest->data + 1, rest->bytes - 1 };
}

static bool take_char(Str *rest, char c)
{
    skip_space(rest);
    if (rest->bytes == 0 || rest->data[0] != c)
        return false;
    *rest = (Str){ rest->data + 1, rest->bytes - 1 };
    return true;
}

/* An identifier, perhaps a raw one; empty if there is none. */
static Str take_name(Str *rest)
{
    skip_space(rest);
    size_t from = str_starts_with(*rest, STR("r#")) ? 2 : 0, at = from;
    while (at < rest->bytes && is_name_byte(rest->data[at], at == from))
        at++;
    Str name = { rest->data, at > from ? at : 0 };
    *rest = (Str){ rest->data + name.bytes, rest->bytes - name.bytes };
    return name;
}

/* `"text"` or `r"text"`. */
static bool take_string(Str *rest)
{
    skip_space(rest);
    size_t open = str_starts_with(*rest, STR("r\"")) ? 1 : 0;
    if (open >= rest->bytes || rest->data[open] != '"')
        return false;
    for (size_t at = open + 1; at < rest->bytes; at++) {
        if (rest->data[at] == '\\' && open == 0) {
            at++;
        } else if (rest->data[at] == '"') {
            *rest = (Str){ rest->data + at + 1, rest->bytes - at - 1 };
            return true;
        }
    }
    return false;
}

static bool is_at_end(Str rest)
{
    skip_space(&rest);
    return rest.bytes == 0;
}

/* A word that cannot be a name: it would have to be written `r#fn`. */
static bool is_keyword(Str name)
{
    return options_is_one_of(
        name,
        "_|abstract|as|become|box|break|const|continue|do|else|enum|extern|false|final|fn|for|"
        "if|impl|in|let|loop|macro|match|mod|move|mut|override|priv|pub|ref|return|static|"
        "struct|trait|true|type|typeof|unsafe|unsized|use|virtual|where|while|yield");
}

/* Does a literal that is no string, or a string of another kind, stand here? */
static bool is_other_literal(Str rest)
{
    skip_space(&rest);
    return rest.bytes > 0 &&
           ((rest.data[0] >= '0' && rest.data[0] <= '9') || rest.data[0] == '\'' ||
            str_starts_with(rest, STR("b\"")) || str_starts_with(rest, STR("c\"")));
}

static bool fail_cfg(OptionsParser *p, Str written, const char *why)
{
    return options_fail(
        p, false,
        arena_printf(p->arena, "invalid `--cfg` argument: `%.*s` (%s)", STR_ARGS(written), why));
}

/* `NAME` or `NAME="VALUE"`. */
static bool check_cfg(OptionsParser *p, Str written)
{
    Str rest = written;
    Str name = take_name(&rest);
    if (options_is_one_of(name, "self|Self|super|crate"))
        return fail_cfg(p, written, "malformed `cfg` input, expected a valid identifier");
    bool is_named = name.bytes > 0 && !is_keyword(name);
    if (is_named && is_at_end(rest))
        return true;
    if (is_named && str_starts_with(rest, STR("::")))
        return fail_cfg(p, written, "argument key must be an identifier");
    if (is_named && take_char(&rest, '=')) {
        if (is_other_literal(rest))
            return fail_cfg(p, written, "argument value must be a string");
        if (take_string(&rest) && is_at_end(rest))
            return true;
    }
    bool is_unquoted = memchr(written.data, '=', written.bytes) != NULL &&
                       memchr(written.data, '"', written.bytes) == NULL;
    return fail_cfg(p, written,
                    is_unquoted
                        ? "expected `key` or `key=\"value\"`, ensure escaping is appropriate for "
                          "your shell, try 'key=\"value\"' or key=\\\"value\\\""
                        : "expected `key` or `key=\"value\"`");
}

typedef struct {
    uint32_t names, values;
    bool has_strings, has_any_value, is_any;
} CheckCfg;

/* Behind `values(`: strings, `none()` and `any()`. NULL or what is wrong. */
static const char *read_check_values(Str *rest, CheckCfg *found)
{
    if (found->values++ > 0)
        return "`values()` cannot be specified multiple times";
    if (found->names == 0)
        return "`values()` cannot be specified before the names";
    while (!take_char(rest, ')')) {
        if (take_string(rest)) {
            found->has_strings = true;
        } else {
            Str word = take_name(rest);
            bool is_any = str_eq(word, STR("any"));
            if ((!is_any && !str_eq(word, STR("none"))) || !take_char(rest, '(') ||
                !take_char(rest, ')'))
                return "`values()` arguments must be string literals, `none()` or `any()`";
            found->has_any_value |= is_any;
        }
        if (!take_char(rest, ',') && !(rest->bytes > 0 && rest->data[0] == ')'))
            return "expected `,` or `)`";
    }
    if (found->has_strings && found->has_any_value)
        return "`values()` arguments cannot specify string literals and `any()` at the same time";
    return NULL;
}

/* One argument of `cfg(..)`. */
static const char *read_check_argument(Str *rest, CheckCfg *found)
{
    Str name = take_name(rest);
    if (name.bytes == 0)
        return "expected a name";
    if (!take_char(rest, '(')) {
        if (found->values > 0)
            return "`cfg()` names cannot be after values";
        found->names++;
        return NULL;
    }
    if (str_eq(name, STR("values")))
        return read_check_values(rest, found);
    if (!str_eq(name, STR("any")) || !take_char(rest, ')'))
        return "expected `values(..)` or `any()`";
    found->is_any = true;
    return NULL;
}

/* `cfg(name, .., values("a", ..))`, `cfg(any())`, `cfg()`. */
static const char *read_check_cfg(Str rest, CheckCfg *found)
{
    static const char *const shape = "expected `cfg(name, values(\"value1\", \"value2\", ... "
                                     "\"valueN\"))`";
    uint32_t count = 0;
    if (!str_eq(take_name(&rest), STR("cfg")) || !take_char(&rest, '('))
        return shape;
    for (; !take_char(&rest, ')'); count++) {
        const char *wrong = read_check_argument(&rest, found);
        if (wrong)
            return wrong;
        if (!take_char(&rest, ',') && !(rest.bytes > 0 && rest.data[0] == ')'))
            return shape;
    }
    if (found->is_any && count > 1)
        return "`cfg(any())` can only be provided in isolation";
    return is_at_end(rest) ? NULL : shape;
}

static bool check_check_cfg(OptionsParser *p, Str written)
{
    CheckCfg found = { 0 };
    const char *wrong = read_check_cfg(written, &found);
    if (!wrong)
        return true;
    return options_fail(
        p, false,
        arena_printf(p->arena,
                     "invalid `--check-cfg` argument: `%.*s`\n  |\n  = note: %s\n  = note: visit "
                     "<https://doc.rust-lang.org/nightly/rustc/check-cfg.html> for more details",
                     STR_ARGS(written), wrong));
}

/* ---- libraries ---- */

static bool check_modifiers(OptionsParser *p, Str modifiers)
{
    static const char *const names = "bundle|verbatim|whole-archive|as-needed|export-symbols";
    Text seen;
    text_init(&seen, p->arena);
    for (Str modifier; str_next_part(&modifiers, ',', &modifier);) {
        bool is_signed = modifier.bytes > 0 && (modifier.data[0] == '+' || modifier.data[0] == '-');
        Str name = { modifier.data + is_signed, modifier.bytes - is_signed };
        if (!is_signed)
            return options_fail(
                p, false,
                "invalid linking modifier syntax, expected '+' or '-' prefix before "
                "one of: bundle, verbatim, whole-archive, as-needed, "
                "export-symbols");
        if (!options_is_one_of(name, names))
            return options_fail(
                p, false,
                arena_printf(p->arena,
                             "unknown linking modifier `%.*s`, expected one of: bundle, verbatim, "
                             "whole-archive, as-needed, export-symbols",
                             STR_ARGS(name)));
        if (seen.bytes > 0 && options_is_one_of(name, seen.data))
            return options_fail(p, false,
                                arena_printf(p->arena,
                                             "multiple `%.*s` modifiers in a single `-l` option",
                                             STR_ARGS(name)));
        text_addf(&seen, "%.*s|", STR_ARGS(name));
    }
    return true;
}

/* `[KIND[:MODIFIERS]=]NAME[:RENAME]`. */
static bool check_library(OptionsParser *p, Str written)
{
    const char *equals = memchr(written.data, '=', written.bytes);
    Str name = written;
    if (equals) {
        Str kind = { written.data, (size_t)(equals - written.data) };
        const char *colon = memchr(kind.data, ':', kind.bytes);
        Str modifiers = { 0 };
        name = (Str){ equals + 1, written.bytes - kind.bytes - 1 };
        if (colon) {
            modifiers = (Str){ colon + 1, (size_t)(equals - colon) - 1 };
            kind.bytes = (size_t)(colon - kind.data);
        }
        if (!options_is_one_of(kind, "static|dylib|framework|link-arg") || kind.bytes == 0)
            return options_fail(p, false,
                                arena_printf(p->arena,
                                             "unknown library kind `%.*s`, expected one of: "
                                             "static, dylib, framework, link-arg",
                                             STR_ARGS(kind)));
        if (colon && !check_modifiers(p, modifiers.bytes > 0 ? modifiers : STR(",")))
            return false;
    }
    if (name.bytes == 0 || name.data[0] == ':')
        return options_fail(p, false, "library name must not be empty");
    return true;
}

static bool check_search_path(OptionsParser *p, Str written)
{
    Str rest = written, kind;
    if (memchr(written.data, '=', written.bytes) && str_next_part(&rest, '=', &kind) &&
        options_is_one_of(kind, "native|crate|dependency|framework|all"))
        written = rest;
    return written.bytes > 0 || options_fail(p, false, "empty search path given via `-L`");
}

/* `[OPTIONS:]NAME[=PATH]`. */
static bool check_extern(OptionsParser *p, Str written)
{
    const char *equals = memchr(written.data, '=', written.bytes);
    Str name = { written.data, equals ? (size_t)(equals - written.data) : written.bytes };
    const char *colon = memchr(name.data, ':', name.bytes);
    if (colon)
        name = (Str){ colon + 1, name.bytes - (size_t)(colon - name.data) - 1 };
    bool is_good = name.bytes > 0, has_dash = false;
    for (size_t i = 0; i < name.bytes; i++) {
        is_good &= is_name_byte(name.data[i], i == 0) && (unsigned char)name.data[i] < 0x80;
        has_dash |= name.data[i] == '-';
    }
    if (is_good)
        return true;
    Text help;
    text_init(&help, p->arena);
    if (has_dash) {
        text_add_c(&help, "\n  |\n  = help: consider replacing the dashes with underscores: `");
        for (size_t i = 0; i < name.bytes; i++)
            text_add_char(&help, name.data[i] == '-' ? '_' : name.data[i]);
        text_add_c(&help, "`");
    }
    return options_fail(
        p, false,
        arena_printf(p->arena,
                     "crate name `%.*s` passed to `--extern` is not a valid ASCII identifier%s",
                     STR_ARGS(name), help.bytes ? help.data : ""));
}

/* ---- -Z ---- */

static bool check_unstable(OptionsParser *p, Str written)
{
    const char *equals = memchr(written.data, '=', written.bytes);
    Str name = { written.data, equals ? (size_t)(equals - written.data) : written.bytes };
    return options_is_unstable(name) ||
           options_fail(p, false,
                        arena_printf(p->arena, "unknown unstable option: `%.*s`", STR_ARGS(name)));
}

const char *options_crate_name_problem(Str name, Arena *arena)
{
    if (name.bytes == 0)
        return "crate name must not be empty";
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || (unsigned char)c >= 0x80;
        if (!good)
            return arena_printf(arena, "invalid character '%c' in crate name: `%.*s`", c,
                                STR_ARGS(name));
    }
    return NULL;
}

static bool check_crate_name(OptionsParser *p)
{
    Str name = options_value(p->out, OPTION_CRATE_NAME);
    const char *problem = name.data ? options_crate_name_problem(name, p->arena) : NULL;
    return !problem || options_fail(p, false, problem);
}

static bool check_error_format(OptionsParser *p)
{
    Str format = options_value(p->out, OPTION_ERROR_FORMAT);
    if (options_is_one_of(format, "human-unicode|pretty-json"))
        return options_fail_not_yet(
            p, arena_printf(p->arena, "`--error-format=%.*s`", STR_ARGS(format)));
    Str list;
    for (uint32_t at = 0; options_next(p->out, OPTION_RUSTC_JSON, &at, &list);) {
        if (!str_eq(format, STR("json")))
            return options_fail(p, false,
                                "using `--json` requires also using `--error-format=json`");
        for (Str word; str_next_part(&list, ',', &word);) {
            if (!options_is_one_of(word,
                                   "diagnostic-short|diagnostic-rendered-ansi|artifacts|future-"
                                   "incompat|unused-externs|"
                                   "unused-externs-silent|timings"))
                return options_fail(
                    p, false,
                    arena_printf(p->arena, "unknown `--json` option `%.*s`", STR_ARGS(word)));
        }
    }
    Str width = options_value(p->out, OPTION_DIAGNOSTIC_WIDTH);
    return !width.data || is_number(width) ||
           options_fail(p, false, "`--diagnostic-width` must be an positive integer");
}

typedef bool (*CheckFn)(OptionsParser *p, Str written);

/* Each use of an option. */
static bool check_each(OptionsParser *p, OptionId id, CheckFn check)
{
    Str value;
    for (uint32_t at = 0; options_next(p->out, id, &at, &value);) {
        if (!check(p, value))
            return false;
    }
    return true;
}

static bool check_lint_level(OptionsParser *p, Str level)
{
    return options_is_one_of(level, "allow|warn|deny|forbid") ||
           options_fail(p, false,
                        arena_printf(p->arena, "unknown lint level: `%.*s`", STR_ARGS(level)));
}

/* Bitcode is what link-time optimization reads. */
static bool check_lto(OptionsParser *p)
{
    Str lto, bitcode;
    bool is_wrong = options_codegen(p->out, CODEGEN_LTO, &lto) && !is_off(lto) &&
                    options_codegen(p->out, CODEGEN_EMBED_BITCODE, &bitcode) && is_off(bitcode);
    return !is_wrong ||
           options_fail(p, false, "options `-C embed-bitcode=no` and `-C lto` are incompatible");
}

bool options_check_rustc(OptionsParser *p)
{
    const StrVec *inputs = &p->out->positionals;
    bool is_good = check_each(p, OPTION_CAP_LINTS, check_lint_level) &&
                   check_each(p, OPTION_UNSTABLE, check_unstable) &&
                   check_each(p, OPTION_CODEGEN, check_codegen) && check_lto(p) &&
                   check_each(p, OPTION_SEARCH_PATH, check_search_path) &&
                   check_each(p, OPTION_LINK_LIBRARY, check_library) &&
                   check_each(p, OPTION_EXTERN, check_extern) &&
                   check_each(p, OPTION_CHECK_CFG, check_check_cfg);
    if (!is_good)
        return false;
    if (inputs->count > 1)
        return options_fail(p, false,
                            arena_printf(p->arena,
                                         "multiple input filenames provided (first two filenames "
                                         "are `%.*s` and `%.*s`)",
                                         STR_ARGS(inputs->items[0]), STR_ARGS(inputs->items[1])));
    return check_error_format(p);
}

static bool check_target(OptionsParser *p, Str target)
{
    if (str_eq(target, STR("x86_64-unknown-linux-gnu")))
        return true;
    return options_fail_not_yet(p, arena_printf(p->arena, "the target `%.*s`", STR_ARGS(target)));
}

bool options_check_single(OptionsParser *p)
{
    return check_each(p, OPTION_CFG, check_cfg) && check_each(p, OPTION_TARGET, check_target) &&
           check_crate_name(p);
}
