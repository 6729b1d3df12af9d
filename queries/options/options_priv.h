/* The tables of options.def as data, shared by the parser and the help pages. */
#ifndef RSCC_OPTIONS_OPTIONS_PRIV_H
#define RSCC_OPTIONS_OPTIONS_PRIV_H

#include "options/options.h"

typedef enum {
    SECTION_NONE,
#define SECTION(upper, heading) SECTION_##upper,
#include "options/options.def"
    SECTION_COUNT
} SectionId;

typedef enum {
    STYLE_CARGO,
    STYLE_RUSTC,
} CommandStyle;

typedef enum {
    KIND_FLAG,
    KIND_COUNT,
    KIND_VALUE,
    KIND_LIST,
    KIND_OPTIONAL,
} OptionKind;

typedef struct {
    const char *name;
    const char *alias; /* may be NULL */
    CommandStyle style;
    CommandPlace place;
    uint32_t sections; /* bits: 1 << SectionId */
    const char *arguments;
    const char *summary;
} CommandInfo;

typedef enum {
    SUPPORT_YES,
    SUPPORT_MOOT,
    SUPPORT_NOT_YET,
} OptionSupport;

typedef struct {
    const char *name;
    OptionSupport support;
    const char *choices; /* may be NULL; separated by '|'; "#" for a number */
} CodegenInfo;

typedef struct {
    char short_name;       /* 0: none */
    const char *long_name; /* may be NULL */
    OptionKind kind;
    OptionSupport support;
    uint32_t sections;      /* bits: 1 << SectionId */
    const char *value_name; /* may be NULL */
    const char *choices;    /* may be NULL; separated by '|' */
    const char *help;
} OptionInfo;

extern const CommandInfo options_command_infos[COMMAND_COUNT];
extern const OptionInfo options_option_infos[OPTION_COUNT];
extern const char *const options_section_headings[SECTION_COUNT];
extern const CodegenInfo options_codegen_infos[CODEGEN_COUNT];

/* Is it an unstable option (`-Z`) of the rustc that rscc stands in for? `-` and `_` are the same.
 */
bool options_is_unstable(Str name);
/* Does the name, in which `-` and `_` are the same, stand for the option? */
bool options_name_is(Str given, const char *name);

#define STR_ARGS(s) (int)(s).bytes, (s).data

/* The state of options_parse. */
typedef struct {
    const Str *arguments;
    uint32_t count;
    uint32_t at; /* the argument being looked at */
    Arena *arena;
    Options *out;
    OptionsError *error;
    CommandStyle style;
    uint32_t sections;   /* of the options that are acceptable now */
    const char *not_yet; /* rustc's manner: what rscc cannot do, said if nothing else is wrong */
} OptionsParser;

/* options_parse.c. Each says what is wrong and is false, so that it can be returned. */
/* In the command's manner; cargo's goes on to say how to use it. */
bool options_fail(OptionsParser *p, bool with_usage, const char *message);
/* For what cargo itself checks after its argument parser: nothing more is said. */
bool options_fail_plain(OptionsParser *p, int exit_code, const char *message);
/* `what` is something that cargo or rustc would do. In rustc's manner true: parsing goes on,
 * because what rustc refuses comes first. */
bool options_fail_not_yet(OptionsParser *p, const char *what);
/* Is it one of `a|b|c`? */
bool options_is_one_of(Str value, const char *choices);

/* options_rustc.c: what rustc checks when all options are read. */
bool options_check_rustc(OptionsParser *p);
/* What `rustc` and `dump --file` have in common. */
bool options_check_single(OptionsParser *p);

/* `--long <VALUE>` or `-x <VALUE>`, as messages spell an option. */
const char *options_spelling(const OptionInfo *info, Arena *arena);
/* "Usage: rscc build [OPTIONS]" */
void options_usage(CommandId command, Text *out);

#endif
