#include "options/options_priv.h"

enum { LEFT_COLUMN_MAX = 30 };

void options_usage(CommandId command, Text *out)
{
    if (command == COMMAND_NONE) {
        text_add_c(out, "Usage: rscc [OPTIONS] [COMMAND]");
        return;
    }
    const CommandInfo *info = &options_command_infos[command];
    text_addf(out, "Usage: rscc %s [OPTIONS]", info->name);
    if (info->arguments[0])
        text_addf(out, " %s", info->arguments);
}

static void add_value_name(Text *out, const OptionInfo *info)
{
    if (!info->value_name)
        return;
    if (info->kind == KIND_OPTIONAL)
        text_addf(out, "[=<%s>]", info->value_name);
    else
        text_addf(out, " <%s>", info->value_name);
}

static void add_spelling_column(Text *out, const OptionInfo *info)
{
    if (info->short_name)
        text_addf(out, "  -%c", info->short_name);
    else
        text_add_c(out, "    ");
    if (info->long_name)
        text_addf(out, "%s --%s", info->short_name ? "," : " ", info->long_name);
    if (info->kind == KIND_COUNT)
        text_add_c(out, "...");
    add_value_name(out, info);
}

static void add_choices(Text *out, const char *choices)
{
    text_add_c(out, " [possible values: ");
    for (const char *c = choices; *c; c++) {
        if (*c == '|')
            text_add_c(out, ", ");
        else
            text_add_char(out, *c);
    }
    text_add_char(out, ']');
}

static void add_option(Text *out, const OptionInfo *info)
{
    size_t before = out->bytes;
    add_spelling_column(out, info);
    size_t used = out->bytes - before;
    if (used > LEFT_COLUMN_MAX) {
        text_add_char(out, '\n');
        used = 0;
    }
    text_add_repeat(out, ' ', LEFT_COLUMN_MAX + 2 - used);
    text_add_c(out, info->help);
    if (info->choices)
        add_choices(out, info->choices);
    text_add_char(out, '\n');
}

/* The heading under which a command shows an option: that of its first section the command has. */
static const char *heading_of(const OptionInfo *info, uint32_t command_sections)
{
    uint32_t common = info->sections & command_sections;
    for (uint32_t id = SECTION_NONE + 1; id < SECTION_COUNT; id++) {
        if (common & (1u << id))
            return options_section_headings[id];
    }
    return NULL;
}

static void add_options_under(Text *out, const char *heading, uint32_t sections)
{
    bool is_first = true;
    for (int id = OPTION_NONE + 1; id < OPTION_COUNT; id++) {
        const OptionInfo *info = &options_option_infos[id];
        const char *own_heading = heading_of(info, sections);
        if (!own_heading || strcmp(own_heading, heading) != 0)
            continue;
        if (is_first)
            text_addf(out, "\n%s:\n", heading);
        is_first = false;
        add_option(out, info);
    }
}

static void add_sections(Text *out, uint32_t sections)
{
    for (uint32_t id = SECTION_NONE + 1; id < SECTION_COUNT; id++) {
        const char *heading = options_section_headings[id];
        bool seen = false;
        for (uint32_t earlier = SECTION_NONE + 1; earlier < id && !seen; earlier++)
            seen = strcmp(options_section_headings[earlier], heading) == 0;
        if (!seen)
            add_options_under(out, heading, sections);
    }
}

static void add_commands(Text *out, bool ready)
{
    for (int id = COMMAND_NONE + 1; id < COMMAND_COUNT; id++) {
        const CommandInfo *info = &options_command_infos[id];
        if ((info->place != PLACE_NOT_YET) != ready)
            continue;
        size_t before = out->bytes;
        text_addf(out, "    %s%s%s", info->name, info->alias ? ", " : "",
                  info->alias ? info->alias : "");
        text_add_repeat(out, ' ', 18 - (out->bytes - before));
        text_addf(out, "%s\n", info->summary);
    }
}

static void add_overview(Text *out)
{
    text_add_c(out, "A compiler for Rust that stays warm\n\n");
    options_usage(COMMAND_NONE, out);
    text_add_char(out, '\n');
    add_sections(out, 1u << SECTION_COMMON);
    text_add_c(out, "\nCommands:\n");
    add_commands(out, true);
    text_add_c(out, "\nNot implemented yet:\n");
    add_commands(out, false);
    text_add_c(out, "\nSee `rscc help <command>` for more information on a command.\n");
}

void options_help(CommandId command, Text *out)
{
    if (command == COMMAND_NONE) {
        add_overview(out);
        return;
    }
    text_addf(out, "%s\n\n", options_command_infos[command].summary);
    options_usage(command, out);
    text_add_char(out, '\n');
    add_sections(out, options_command_infos[command].sections);
    if (command == COMMAND_RUN)
        text_add_c(out, "\nTo pass `--help` to the specified binary, use `-- --help`.\n");
}
