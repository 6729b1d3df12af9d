/* Random edits of a program. */
#ifndef RSCC_TESTS_ORACLE_EDIT_H
#define RSCC_TESTS_ORACLE_EDIT_H

#include "oracle/oracle_program.h"

typedef enum {
#define EDIT(name, weight) EDIT_##name,
#include "oracle/oracle_edits.def"
    EDIT_COUNT
} EditKind;
extern const char *const edit_names[EDIT_COUNT];

/* Makes one random edit; returns its kind. `what` gets a line that says what was done. */
EditKind program_edit(Program *program, Random *random, Arena *arena, Text *what);

#endif
