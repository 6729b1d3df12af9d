/* Small types of projects that need no query engine. */
#ifndef RSCC_PROJECT_PROJECT_TYPES_H
#define RSCC_PROJECT_PROJECT_TYPES_H

#include "source/edition.h"

typedef enum { TARGET_LIB, TARGET_BIN } TargetKind;

#endif
