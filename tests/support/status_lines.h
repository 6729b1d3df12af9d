/* What a command said, without the lines that hold times or directories. */
#ifndef RSCC_TESTS_SUPPORT_STATUS_LINES_H
#define RSCC_TESTS_SUPPORT_STATUS_LINES_H

#include "base/arena.h"

Str lines_without_status(Str err, Arena *arena);

#endif
