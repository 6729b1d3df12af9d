/* Small types of projects that need no query engine. */
#ifndef RSCC_PROJECT_PROJECT_TYPES_H
#define RSCC_PROJECT_PROJECT_TYPES_H

typedef enum { TARGET_LIB, TARGET_BIN } TargetKind;
typedef enum { EDITION_2015, EDITION_2018, EDITION_2021, EDITION_2024 } Edition;

#endif
