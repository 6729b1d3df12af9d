/* Cargo.toml as data. Parsing is pure: text in, manifest or errors out; reading files and following
 * path dependencies is the driver's. What rscc does not support yet in a manifest is an error that
 * names it, never ignored if it could change the program. */
#ifndef RSCC_PROJECT_PROJECT_MANIFEST_H
#define RSCC_PROJECT_PROJECT_MANIFEST_H

#include "base/vec.h"
#include "project/project_types.h"
#include "project/project_version.h"

typedef struct {
    Str name;         /* as written in the manifest */
    Str package_name; /* of the package; differs from name with `package = ".."` */
    bool is_renamed;  /* `package` is given: the crate is called `name` and not what its library is
                         called */
    Str path;         /* relative to the manifest's directory */
    VersionRequirement requirement;
    uint32_t line;
} ManifestDependency;

typedef struct {
    Str name;
    Str path;     /* relative to the manifest's directory; empty: to be discovered */
    uint8_t kind; /* TargetKind */
    uint32_t line;
} ManifestTarget;

/* What [profile.*] can say; SETTING_UNSET where it says nothing. */
enum { SETTING_UNSET = 255 };
typedef struct {
    Str name, inherits; /* inherits: empty if it says nothing */
    uint8_t opt_level;  /* 0..3, 's', 'z' */
    uint8_t debug;      /* 0..2 */
    uint8_t overflow_checks, debug_assertions, panic_abort;
} ManifestProfile;

typedef struct {
    Str name, version;
    Str rust_version; /* the oldest Rust it is for; empty: any */
    RustVersion needed_rust;
    uint8_t edition; /* Edition */
    Str default_run;
    bool autobins;
    const ManifestTarget *targets; /* written ones */
    uint32_t target_count;
    const ManifestDependency *dependencies; /* ordered by name */
    uint32_t dependency_count;
    const ManifestProfile *profiles; /* written ones, ordered by name */
    uint32_t profile_count;
    StrVec warnings; /* cargo's texts about keys that mean nothing and defaults to know of */
} Manifest;

typedef struct {
    const char *message;
    uint32_t line, column; /* 0: none */
    uint32_t end_column;   /* exclusive; 0 if what is wrong does not end on the line */
} ManifestError;

/* NULL with *error filled. */
const Manifest *manifest_parse(Str text, Arena *arena, ManifestError *error);

#endif
