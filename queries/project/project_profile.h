/* Profiles by name: what one may be called, and what becomes of those that inherit. Messages are
 * cargo's. */
#ifndef RSCC_PROJECT_PROJECT_PROFILE_H
#define RSCC_PROJECT_PROJECT_PROFILE_H

#include "project/project_manifest.h"

/* A profile with all that it inherits. */
typedef struct {
    Str name;        /* "dev" */
    Str dir;         /* of its outputs: "debug" */
    bool is_release; /* what nothing is said of is as in `release`, not as in `dev` */
    ManifestProfile settings;
} Profile;

/* One that says nothing. */
ManifestProfile profile_unset(Str name);

/* NULL, or why no profile may have the name. */
const char *profile_name_problem(Str name, Arena *arena);
/* What `--profile NAME` means in the package. False, with *error: there is none, or the profiles of
 * the manifest do not inherit in order, this one or others. Texts are the manifest's and `name`. */
bool profile_find(const Manifest *manifest, Str name, Arena *arena, Profile *out,
                  const char **error);

#endif
