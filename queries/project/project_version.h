/* Versions as manifests write them. Messages are those of cargo and its parser of versions. */
#ifndef RSCC_PROJECT_PROJECT_VERSION_H
#define RSCC_PROJECT_PROJECT_VERSION_H

#include "base/arena.h"
#include "project/project_types.h"

/* NULL if the text is a semantic version, or why it is none. */
const char *version_problem(Str text, Arena *arena);

/* What `rust-version` says; the parts it leaves out are 0. */
typedef struct {
    uint64_t parts[3];
} RustVersion;

/* NULL, or why the text is no version of Rust. */
const char *rust_version_read(Str text, RustVersion *out);
/* Whether the release can do what a package with that version needs. */
bool rust_version_is_met(RustVersion wanted, RustVersion release);
/* The first release that knows the edition; 0 for the first edition. */
RustVersion rust_version_of_edition(Edition edition);

#endif
