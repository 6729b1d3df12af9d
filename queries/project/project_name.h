/* What packages and their targets may be called. Messages are cargo's. */
#ifndef RSCC_PROJECT_PROJECT_NAME_H
#define RSCC_PROJECT_PROJECT_NAME_H

#include "base/arena.h"

/* NULL, or what is wrong with the name. */
const char *package_name_problem(Str name, Arena *arena);
/* Of a program, written or discovered. */
const char *bin_name_problem(Str name, Arena *arena);
/* Of a library, as it is written in `[lib]`. */
const char *lib_name_problem(Str name, Arena *arena);

#endif
