/* Commands and options of `rscc`, all from one table (options.def): parser, help pages, usage
 * errors in the manner of cargo or, for `rscc rustc`, of rustc. Used by the client, the daemon and
 * the driver; depends on base only.
 *
 * Parsing is pure: no environment, no file system. */
#ifndef RSCC_OPTIONS_OPTIONS_H
#define RSCC_OPTIONS_OPTIONS_H

#include "base/text.h"
#include "base/vec.h"

/* The release of Rust that is claimed: to whoever asks for a version, and to packages that say what
 * they need. */
#define RSCC_RUST_RELEASE "1.95.0"

typedef enum {
    COMMAND_NONE,
#define COMMAND(upper, name, alias, style, place, sections, arguments, summary) COMMAND_##upper,
#include "options/options.def"
    COMMAND_COUNT
} CommandId;

typedef enum {
    OPTION_NONE,
#define OPTION(upper, short_name, long_name, kind, support, sections, value_name, choices, help) \
    OPTION_##upper,
#include "options/options.def"
    OPTION_COUNT
} OptionId;

typedef enum {
#define CODEGEN(upper, name, support, choices) CODEGEN_##upper,
#include "options/options.def"
    CODEGEN_COUNT
} CodegenId;

/* Who carries a command out; see options.def. */
typedef enum {
    PLACE_CLIENT,
    PLACE_SUPERVISOR,
    PLACE_ENGINE,
    PLACE_ONCE,
    PLACE_NOT_YET,
} CommandPlace;

typedef struct {
    OptionId id;
    Str value; /* empty for flags; data is NULL for `--x` of an OPTIONAL */
} OptionUse;
VEC_TYPE(OptionUseVec, option_use_vec, OptionUse)

/* A parsed command line. Texts are borrowed from the arguments. */
typedef struct {
    CommandId command; /* COMMAND_NONE: no command was named */
    OptionUseVec uses; /* in the order of the command line */
    StrVec positionals;
    StrVec trailing; /* after `--`; for `run` everything from the first positional on */
} Options;

typedef struct {
    int exit_code;
    bool is_unsupported; /* rustc would take the command line */
    const char *message; /* what follows "error: ", with a newline at the end; in the arena */
} OptionsError;

/* Parses argv[1..]. False: *error says what to print and how to exit. A command that is refused by
 * name (PLACE_NOT_YET) parses whatever follows it. */
bool options_parse(const Str *arguments, uint32_t argument_count, Arena *arena, Options *out,
                   OptionsError *error);

/* Which argument names the command; argument_count if none does, or options before it are wrong. */
uint32_t options_command_index(const Str *arguments, uint32_t argument_count, Arena *arena);

CommandPlace options_place(CommandId command);
/* "build" */
const char *options_command_name(CommandId command);

bool options_has(const Options *options, OptionId id);
/* How often it was given: -vv is 2. */
uint32_t options_count(const Options *options, OptionId id);
/* The value of the last use; data is NULL if there is none. */
Str options_value(const Options *options, OptionId id);
/* NULL, or why rustc accepts no crate of that name. */
const char *options_crate_name_problem(Str name, Arena *arena);
/* Each value in order: for (uint32_t at = 0; options_next(options, id, &at, &value);) */
bool options_next(const Options *options, OptionId id, uint32_t *at, Str *value);
/* The last `-C name=value` with its value (empty without `=`), -g and -O counted as what they
 * abbreviate. */
bool options_codegen(const Options *options, CodegenId id, Str *value);

/* The page of one command, or of all of them for COMMAND_NONE. */
void options_help(CommandId command, Text *out);
/* For `help NAME` and for completion of wrong names; COMMAND_NONE if there is none. */
CommandId options_find_command(Str name);
/* Of the names in a list, the one that `word` is most likely a slip of; NULL if none is close. */
const char *options_similar(Str word, const char *const *names, uint32_t count);

#endif
