#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/epoch.h"
#include "client/client.h"
#include "daemon/request.h"

/* ---- messages ---- */

static bool wants_colour(const Client *client)
{
    Str wanted = options_value(&client->options, OPTION_COLOR);
    if (wanted.data)
        return str_eq(wanted, STR("always")) ||
               (str_eq(wanted, STR("auto")) && isatty(STDERR_FILENO));
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"),
               *cargo = getenv("CARGO_TERM_COLOR");
    if (cargo && strcmp(cargo, "auto") != 0)
        return strcmp(cargo, "always") == 0;
    if ((no_color && no_color[0]) || (term && strcmp(term, "dumb") == 0))
        return false;
    return isatty(STDERR_FILENO);
}

static void print_message(const Client *client, const char *label, const char *colour,
                          const char *format, va_list arguments)
{
    bool coloured = wants_colour(client);
    fprintf(stderr, "%s%s%s: ", coloured ? colour : "", label, coloured ? "\x1b[0m" : "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void client_error(const Client *client, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(client, "error", "\x1b[1;91m", format, arguments);
    va_end(arguments);
}

void client_note(const Client *client, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message(client, "note", "\x1b[1;92m", format, arguments);
    va_end(arguments);
}

/* ---- what needs nobody else ---- */

static int print_help(const Client *client, CommandId command)
{
    Text text;
    text_init(&text, client->arena);
    options_help(command, &text);
    fputs(text.data, stdout);
    return 0;
}

/* Build tools read this: cargo hashes all of it into every unit, so it changes with the release
 * only. */
static int print_rustc_version(const Client *client)
{
    printf("rustc %s (rscc %s)\n", RSCC_RUST_RELEASE, RSCC_VERSION);
    if (options_has(&client->options, OPTION_VERBOSE))
        printf("binary: rustc\ncommit-hash: unknown\ncommit-date: unknown\nhost: %s\nrelease: %s\n"
               "LLVM version: %s\n",
               RSCC_HOST_TRIPLE, RSCC_RUST_RELEASE, rscc_llvm_version());
    return 0;
}

static int print_version(const Client *client)
{
    if (client->options.command == COMMAND_RUSTC)
        return print_rustc_version(client);
    printf("rscc %s\n", RSCC_VERSION);
    if (options_has(&client->options, OPTION_VERBOSE))
        printf("build: %s\nrust: %s\nhost: %s\nLLVM version: %s\n", client->build_id,
               RSCC_RUST_RELEASE, RSCC_HOST_TRIPLE, rscc_llvm_version());
    return 0;
}

static int help_command(const Client *client)
{
    const StrVec *names = &client->options.positionals;
    if (names->count == 0)
        return print_help(client, COMMAND_NONE);
    Str name = names->items[0];
    CommandId command = options_find_command(name);
    if (command == COMMAND_NONE) {
        client_error(client, "no such command: `%.*s`", (int)name.bytes, name.data);
        return EXIT_FAILURE_OF_OURS;
    }
    return print_help(client, command);
}

/* ---- dispatch ---- */

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] && strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
}

/* --no-daemon, or RSCC_NO_DAEMON=1; in CI, where a daemon would outlive nothing, unless
 * RSCC_NO_DAEMON=0. */
static bool wants_no_daemon(const Client *client)
{
    if (options_has(&client->options, OPTION_NO_DAEMON))
        return true;
    return getenv("RSCC_NO_DAEMON") ? is_set("RSCC_NO_DAEMON") : is_set("CI");
}

static int run_at_client(Client *client)
{
    return client->options.command == COMMAND_VERSION ? print_version(client)
                                                      : help_command(client);
}

static int dispatch(Client *client)
{
    CommandId command = client->options.command;
    if (options_has(&client->options, OPTION_HELP))
        return print_help(client, command);
    if (options_has(&client->options, OPTION_VERSION))
        return print_version(client);
    if (command == COMMAND_NONE || (command == COMMAND_RUSTC && client->arguments.count == 1))
        return print_help(client, command);
    switch (options_place(command)) {
    case PLACE_CLIENT:
        return run_at_client(client);
    case PLACE_SUPERVISOR:
        return client_daemon(client);
    case PLACE_ENGINE:
        return wants_no_daemon(client) ? client_run_once(client) : client_run(client);
    case PLACE_ONCE:
        return client_run_once(client);
    case PLACE_NOT_YET:
        break;
    }
    client_error(client, "`rscc %s` is not implemented yet", options_command_name(command));
    return EXIT_FAILURE_OF_OURS;
}

/* Called as rscc-rustc or rustc we are that compiler: `RUSTC=rscc-rustc`. */
static bool is_called_as_rustc(const char *program)
{
    Str name = str_from_c(program ? program : "");
    const char *slash = memrchr(name.data, '/', name.bytes);
    if (slash)
        name = str_from_c(slash + 1);
    return str_eq(name, STR("rustc")) || str_eq(name, STR("rscc-rustc"));
}

int main(int argc, char **argv)
{
    Client client = { .arena = arena_new(NULL), .build_id = rscc_epoch() };
    str_vec_init(&client.arguments, client.arena);
    if (is_called_as_rustc(argv[0]))
        str_vec_push(&client.arguments, STR("rustc"));
    for (int i = 1; i < argc; i++)
        str_vec_push(&client.arguments, str_from_c(argv[i]));
    OptionsError error;
    const char *problem = request_expand_arguments(&client.arguments, client.arena);
    if (problem) {
        client_error(&client, "%s", problem);
        arena_free(client.arena);
        return EXIT_USAGE;
    }
    if (!options_parse(client.arguments.items, client.arguments.count, client.arena,
                       &client.options, &error)) {
        Str message = str_from_c(error.message);
        client_error(&client, "%.*s", (int)(message.bytes - 1), message.data);
        arena_free(client.arena);
        return error.exit_code;
    }
    int exit_code = dispatch(&client);
    arena_free(client.arena);
    return exit_code;
}
