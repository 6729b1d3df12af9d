#include "options/options_priv.h"

#define S(upper) (1u << SECTION_##upper)

const CommandInfo options_command_infos[COMMAND_COUNT] = {
#define COMMAND(upper, command_name, command_alias, style_name, place_name, section_bits, \
                argument_text, summary_text)                                              \
    [COMMAND_##upper] = { .name = command_name,                                           \
                          .alias = command_alias,                                         \
                          .style = STYLE_##style_name,                                    \
                          .place = PLACE_##place_name,                                    \
                          .sections = section_bits,                                       \
                          .arguments = argument_text,                                     \
                          .summary = summary_text },
#include "options/options.def"
};

const OptionInfo options_option_infos[OPTION_COUNT] = {
#define OPTION(upper, short_char, long_text, kind_name, support_name, section_bits, value_text, \
               choice_text, help_text)                                                          \
    [OPTION_##upper] = { .short_name = short_char,                                              \
                         .long_name = long_text,                                                \
                         .kind = KIND_##kind_name,                                              \
                         .support = SUPPORT_##support_name,                                     \
                         .sections = section_bits,                                              \
                         .value_name = value_text,                                              \
                         .choices = choice_text,                                                \
                         .help = help_text },
#include "options/options.def"
};

const char *const options_section_headings[SECTION_COUNT] = {
#define SECTION(upper, heading) [SECTION_##upper] = heading,
#include "options/options.def"
};

const CodegenInfo options_codegen_infos[CODEGEN_COUNT] = {
#define CODEGEN(upper, name_text, support_name, choice_text) \
    [CODEGEN_##                                              \
        upper] = { .name = name_text, .support = SUPPORT_##support_name, .choices = choice_text },
#include "options/options.def"
};

static const char *const unstable_names[] = {
#define UNSTABLE(name) name,
#include "options/options.def"
};

bool options_is_unstable(Str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(unstable_names); i++) {
        if (options_name_is(name, unstable_names[i]))
            return true;
    }
    return false;
}

CommandPlace options_place(CommandId command)
{
    return options_command_infos[command].place;
}

const char *options_command_name(CommandId command)
{
    const char *name = options_command_infos[command].name;
    return name ? name : "";
}

CommandId options_find_command(Str name)
{
    for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
        const CommandInfo *info = &options_command_infos[id];
        if (str_eq(name, str_from_c(info->name)) ||
            (info->alias && str_eq(name, str_from_c(info->alias))))
            return (CommandId)id;
    }
    return COMMAND_NONE;
}

/* ---- what was given ---- */

uint32_t options_count(const Options *options, OptionId id)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < options->uses.count; i++)
        count += options->uses.items[i].id == id;
    return count;
}

bool options_has(const Options *options, OptionId id)
{
    return options_count(options, id) > 0;
}

bool options_next(const Options *options, OptionId id, uint32_t *at, Str *value)
{
    for (; *at < options->uses.count; (*at)++) {
        const OptionUse *use = &options->uses.items[*at];
        if (use->id == id) {
            *value = use->value;
            (*at)++;
            return true;
        }
    }
    return false;
}

Str options_value(const Options *options, OptionId id)
{
    Str last = { 0 }, value;
    for (uint32_t at = 0; options_next(options, id, &at, &value);)
        last = value;
    return last;
}

bool options_name_is(Str given, const char *name)
{
    if (given.bytes != strlen(name))
        return false;
    for (size_t i = 0; i < given.bytes; i++) {
        char c = given.data[i] == '_' ? '-' : given.data[i];
        if (c != name[i])
            return false;
    }
    return true;
}

/* What a use says about one codegen option, if it says anything. */
static bool codegen_use(const OptionUse *use, CodegenId id, Str *value)
{
    if (use->id == OPTION_DEBUG_INFO && id == CODEGEN_DEBUGINFO) {
        *value = STR("2");
        return true;
    }
    if (use->id == OPTION_OPTIMIZE && id == CODEGEN_OPT_LEVEL) {
        *value = STR("3");
        return true;
    }
    if (use->id != OPTION_CODEGEN)
        return false;
    const char *equals = memchr(use->value.data, '=', use->value.bytes);
    size_t name_bytes = equals ? (size_t)(equals - use->value.data) : use->value.bytes;
    if (!options_name_is((Str){ use->value.data, name_bytes }, options_codegen_infos[id].name))
        return false;
    *value = equals ? (Str){ equals + 1, use->value.bytes - name_bytes - 1 } : STR("");
    return true;
}

bool options_codegen(const Options *options, CodegenId id, Str *value)
{
    bool found = false;
    for (uint32_t i = 0; i < options->uses.count; i++)
        found |= codegen_use(&options->uses.items[i], id, value);
    return found;
}
