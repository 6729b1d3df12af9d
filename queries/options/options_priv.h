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

/* `--long <VALUE>` or `-x <VALUE>`, as messages spell an option. */
const char *options_spelling(const OptionInfo *info, Arena *arena);
/* "Usage: rscc build [OPTIONS]" */
void options_usage(CommandId command, Text *out);

#endif
