/* Versions as manifests write them. Messages are those of cargo and its parser of versions. */
#ifndef RSCC_PROJECT_PROJECT_VERSION_H
#define RSCC_PROJECT_PROJECT_VERSION_H

#include "base/vec.h"
#include "project/project_types.h"

/* Without build metadata, which does not tell versions apart here. */
typedef struct {
    uint64_t parts[3];
    Str pre; /* points into the text */
} Version;

/* NULL if the text is a semantic version, or why it is none. */
const char *version_read(Str text, Arena *arena, Version *out);
const char *version_problem(Str text, Arena *arena);

/* ---- what versions a dependency may have ---- */

typedef enum {
    COMPARE_CARET,
    COMPARE_TILDE,
    COMPARE_EXACT,
    COMPARE_WILDCARD,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL,
    COMPARE_LESS,
    COMPARE_LESS_EQUAL
} CompareKind;

typedef struct {
    uint8_t kind;       /* CompareKind */
    uint8_t part_count; /* 1..3 are written; the others may be anything */
    Version version;
} VersionComparator;
VEC_TYPE(VersionComparatorVec, version_comparator_vec, VersionComparator)

/* All comparators have to hold; none: `*`. */
typedef struct {
    VersionComparatorVec comparators;
    bool has_build; /* some are written with build metadata, which means nothing */
} VersionRequirement;

/* NULL, or why the text is no requirement. *out refers to the text. */
const char *requirement_read(Str text, Arena *arena, VersionRequirement *out);
bool requirement_is_met(const VersionRequirement *requirement, const Version *version);
/* As cargo writes it: `^7`, `>=0.1, <0.1.0`. */
const char *requirement_text(const VersionRequirement *requirement, Arena *arena);

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
