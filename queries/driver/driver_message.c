/* What a command prints besides diagnostics: cargo's status lines and cargo's JSON events. */
#include <stdarg.h>
#include <stdlib.h>

#include "driver/driver_priv.h"

static bool is_rustc(const CommandHandle *command)
{
    return command->options.command == COMMAND_RUSTC;
}

static Str format_name(const CommandHandle *command)
{
    return options_value(&command->options,
                         is_rustc(command) ? OPTION_ERROR_FORMAT : OPTION_MESSAGE_FORMAT);
}

MessageFormat command_format(const CommandHandle *command)
{
    Str format = format_name(command);
    if (str_eq(format, STR("short")))
        return FORMAT_SHORT;
    bool json =
        str_starts_with(format, STR("json")) && !str_eq(format, STR("json-render-diagnostics"));
    return json ? FORMAT_JSON : FORMAT_HUMAN;
}

bool command_has_events(const CommandHandle *command)
{
    return !is_rustc(command) && str_starts_with(format_name(command), STR("json"));
}

/* rustc's `--json=NAME,...`; cargo has a format for each that concerns rendering. */
static bool json_wants(const CommandHandle *command, const char *name)
{
    if (!is_rustc(command))
        return str_eq(format_name(command),
                      str_from_c(arena_printf(command->arena, "json-%s", name)));
    Str list;
    for (uint32_t at = 0; options_next(&command->options, OPTION_RUSTC_JSON, &at, &list);) {
        for (Str word; str_next_part(&list, ',', &word);) {
            if (str_eq(word, str_from_c(name)))
                return true;
        }
    }
    return false;
}

RenderOptions command_render_options(const CommandHandle *command)
{
    enum { WIDTH_WITHOUT_TERMINAL = 140 };
    uint32_t width = command->request->terminal_width;
    Str given = options_value(&command->options, OPTION_DIAGNOSTIC_WIDTH);
    if (given.bytes)
        width = (uint32_t)strtoul(arena_copy_str(command->arena, given), NULL, 10);
    RenderOptions options = { .color = command_color(command),
                              .width = width ? width : WIDTH_WITHOUT_TERMINAL };
    if (command_format(command) == FORMAT_JSON) {
        options.color = json_wants(command, "diagnostic-rendered-ansi");
        options.is_short = json_wants(command, "diagnostic-short");
    }
    return options;
}

Str command_environment(const CommandHandle *command, Str name)
{
    const CommandRequest *request = command->request;
    for (uint32_t i = 0; i < request->environment_count; i++) {
        Str entry = request->environment[i];
        if (str_starts_with(entry, name) && entry.bytes > name.bytes &&
            entry.data[name.bytes] == '=')
            return (Str){ entry.data + name.bytes + 1, entry.bytes - name.bytes - 1 };
    }
    return (Str){ NULL, 0 };
}

/* --color, then CARGO_TERM_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb, then whether
 * stderr is a terminal. */
bool command_color(const CommandHandle *command)
{
    const CommandRequest *request = command->request;
    Str choice = options_value(&command->options, OPTION_COLOR);
    if (!choice.data)
        choice = command_environment(command, STR("CARGO_TERM_COLOR"));
    if (str_eq(choice, STR("always")))
        return true;
    if (str_eq(choice, STR("never")))
        return false;
    if (command_environment(command, STR("NO_COLOR")).bytes)
        return false;
    Str force = command_environment(command, STR("CLICOLOR_FORCE"));
    if (force.bytes && !str_eq(force, STR("0")))
        return true;
    if (str_eq(command_environment(command, STR("CLICOLOR")), STR("0")) ||
        str_eq(command_environment(command, STR("TERM")), STR("dumb")))
        return false;
    return request->stderr_is_tty;
}

void message_write(CommandHandle *command, OutputStream stream, Str text)
{
    pthread_mutex_lock(&command->output_lock);
    progress_hide(command);
    command->request->write(command->request->write_context, stream, text);
    pthread_mutex_unlock(&command->output_lock);
}

void message_write_about_program(CommandHandle *command, Str text)
{
    if (!command->transcript.arena)
        text_init(&command->transcript, command->arena);
    text_add(&command->transcript, text);
    message_write(command, STREAM_STDERR, text);
}

static void add_verb(Text *text, bool color, const char *start, const char *verb, size_t columns)
{
    size_t length = strlen(verb);
    if (length < columns)
        text_add_repeat(text, ' ', columns - length);
    if (color)
        text_add_c(text, start);
    text_add_c(text, verb);
    if (color)
        text_add_c(text, "\x1b[0m");
}

void message_status(CommandHandle *command, const char *verb, const char *format, ...)
{
    if (options_has(&command->options, OPTION_QUIET))
        return;
    Text text;
    text_init(&text, command->arena);
    enum { VERB_COLUMNS = 12 };
    add_verb(&text, command_color(command), "\x1b[1m\x1b[92m", verb, VERB_COLUMNS);
    text_add_char(&text, ' ');
    va_list args;
    va_start(args, format);
    text_addv(&text, format, args);
    va_end(args);
    text_add_char(&text, '\n');
    message_write(command, STREAM_STDERR, text_str(&text));
}

/* `error: ...` */
static Str line_of(CommandHandle *command, const char *label, const char *style, const char *format,
                   va_list args)
{
    Text text;
    text_init(&text, command->arena);
    add_verb(&text, command_color(command), style, label, 0);
    text_add_c(&text, ": ");
    text_addv(&text, format, args);
    text_add_char(&text, '\n');
    return text_str(&text);
}

void message_error(CommandHandle *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str line = line_of(command, "error", "\x1b[1m\x1b[91m", format, args);
    va_end(args);
    message_write(command, STREAM_STDERR, line);
}

void message_failure(CommandHandle *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str line = line_of(command, "error", "\x1b[1m\x1b[91m", format, args);
    va_end(args);
    message_write_about_program(command, line);
}

void message_warning(CommandHandle *command, const char *format, ...)
{
    if (options_has(&command->options, OPTION_QUIET))
        return;
    va_list args;
    va_start(args, format);
    Str line = line_of(command, "warning", "\x1b[1m\x1b[33m", format, args);
    va_end(args);
    message_write(command, STREAM_STDERR, line);
}

/* ---- JSON
 * ----------------------------------------------------------------------------------------- */

static void add_member(Text *text, const char *name, Str value)
{
    text_addf(text, "\"%s\":", name);
    text_add_json_string(text, value);
}

/* `path+file:///dir#name@version`, or `#version` where the directory has the package's name. */
static void add_package(CommandHandle *command, Text *text, const ProjectPackage *package)
{
    Str directory = path_parent(str_from_c(package->manifest_path));
    Str last = path_file_name(directory);
    Text id;
    text_init(&id, command->arena);
    text_addf(&id, "path+file://%.*s#", (int)directory.bytes, directory.data);
    if (!str_eq(last, package->name))
        text_addf(&id, "%.*s@", (int)package->name.bytes, package->name.data);
    text_add(&id, package->version);
    add_member(text, "package_id", text_str(&id));
    text_add_char(text, ',');
    add_member(text, "manifest_path", str_from_c(package->manifest_path));
}

static void add_target(CommandHandle *command, Text *text, const CrateInfo *crate)
{
    static const char *const editions[] = { "2015", "2018", "2021", "2024" };
    Interners *in = command->workspace->interners;
    FileRecord root = file_record(in, crate->root_file);
    const char *package = path_join(command->arena, str_from_c(command->workspace->config.root),
                                    sym_text(in, root.package));
    const char *source = path_join(command->arena, str_from_c(package), sym_text(in, root.path));
    const char *kind = crate->kind == TARGET_LIB ? "lib" : "bin";
    text_addf(text, "\"target\":{\"kind\":[\"%s\"],\"crate_types\":[\"%s\"],", kind, kind);
    Str name;
    project_package(&command->project, crate->crate, &name);
    add_member(text, "name", name);
    text_add_char(text, ',');
    add_member(text, "src_path", str_from_c(source));
    text_addf(text, ",\"edition\":\"%s\",\"doc\":true,\"doctest\":%s,\"test\":true}",
              editions[crate->edition], crate->kind == TARGET_LIB ? "true" : "false");
}

static void event(CommandHandle *command, Text *text)
{
    text_add_c(text, "}\n");
    message_write(command, STREAM_STDOUT, text_str(text));
}

void message_json_diagnostic(CommandHandle *command, const CrateInfo *crate, Str diagnostic)
{
    const ProjectPackage *package = project_package(&command->project, crate->crate, NULL);
    Text text;
    text_init(&text, command->arena);
    if (!package) { /* rustc: the bare object, on stderr */
        text_add(&text, diagnostic);
        text_add_char(&text, '\n');
        message_write(command, STREAM_STDERR, text_str(&text));
        return;
    }
    text_add_c(&text, "{\"reason\":\"compiler-message\",");
    add_package(command, &text, package);
    text_add_char(&text, ',');
    add_target(command, &text, crate);
    text_add_c(&text, ",\"message\":");
    text_add(&text, diagnostic);
    event(command, &text);
}

void message_json_artifact(CommandHandle *command, const CrateInfo *crate, const char *executable,
                           bool fresh)
{
    const ProjectPackage *package = project_package(&command->project, crate->crate, NULL);
    const CodegenOptions *options = &command->project.options;
    Text text;
    text_init(&text, command->arena);
    text_add_c(&text, "{\"reason\":\"compiler-artifact\",");
    add_package(command, &text, package);
    text_add_char(&text, ',');
    add_target(command, &text, crate);
    text_add_c(&text, ",\"profile\":{\"opt_level\":\"");
    if (options->opt_level > 3)
        text_add_char(&text, options->opt_level == OPT_LEVEL_SIZE ? 's' : 'z');
    else
        text_addf(&text, "%u", options->opt_level);
    /* debuginfo: none is made yet, whatever the profile wants. */
    text_addf(&text,
              "\",\"debuginfo\":0,\"debug_assertions\":%s,\"overflow_checks\":%s,\"test\":false},"
              "\"features\":[],\"filenames\":[",
              command->project.debug_assertions ? "true" : "false",
              options->overflow_checks ? "true" : "false");
    if (executable)
        text_add_json_string(&text, str_from_c(executable));
    text_add_c(&text, "],\"executable\":");
    if (executable)
        text_add_json_string(&text, str_from_c(executable));
    else
        text_add_c(&text, "null");
    text_addf(&text, ",\"fresh\":%s", fresh ? "true" : "false");
    event(command, &text);
}

void message_json_finished(CommandHandle *command, bool success)
{
    Text text;
    text_init(&text, command->arena);
    text_addf(&text, "{\"reason\":\"build-finished\",\"success\":%s", success ? "true" : "false");
    event(command, &text);
}
