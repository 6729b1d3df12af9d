/* Reading the parts of versions. Private to project. */
#ifndef RSCC_PROJECT_PROJECT_VERSION_PRIV_H
#define RSCC_PROJECT_PROJECT_VERSION_PRIV_H

#include "project/project_version.h"

typedef enum { PART_MAJOR, PART_MINOR, PART_PATCH, PART_PRE, PART_BUILD } VersionPart;

typedef struct {
    Arena *arena;
    Str rest;
    const char *problem; /* the first one */
} VersionReader;

/* All return false with the problem set. */
bool version_fail(VersionReader *r, const char *before, VersionPart part, const char *after);
/* The rest does not begin with what has to come. `how`: "while parsing" or "after". */
bool version_fail_at_rest(VersionReader *r, const char *how, VersionPart part);
bool version_read_number(VersionReader *r, VersionPart part, uint64_t *out);
/* What the mark begins, if it is there; *part becomes `own` then. *out: without the mark. */
bool version_read_identifiers(VersionReader *r, char mark, VersionPart *part, VersionPart own,
                              Str *out);

/* "major version number" */
const char *version_part_name(VersionPart part);
/* The first character of a text that is not empty; what is no UTF-8 is a byte. */
Str version_first_character(Str text);

#endif
