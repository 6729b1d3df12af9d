#include "project/project_profile.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

#define SEE_ALSO                                                                           \
    "See https://doc.rust-lang.org/cargo/reference/profiles.html for more on configuring " \
    "profiles."

#define SHOWN(text) (int)(text).bytes, (text).data

ManifestProfile profile_unset(Str name)
{
    ManifestProfile profile;
    memset(&profile, SETTING_UNSET, sizeof profile);
    profile.name = name;
    profile.inherits = STR("");
    return profile;
}

/* ---- names ---- */

/* NULL, or the first character that no name may have. */
static const char *find_foreign(Str name)
{
    ucs4_t c;
    for (size_t at = 0; at < name.bytes;) {
        int bytes = u8_mbtoucr(&c, (const uint8_t *)name.data + at, name.bytes - at);
        if (bytes <= 0 || !(c == '_' || c == '-' || uc_is_property_alphabetic(c) ||
                            uc_is_general_category(c, UC_NUMBER)))
            return name.data + at;
        at += (size_t)bytes;
    }
    return NULL;
}

static bool is_reserved(Str lower)
{
    static const char *const names[] = {
        "build",    "check",   "clean",   "config", "fetch",     "fix", "install",
        "metadata", "package", "publish", "report", "root",      "run", "rust",
        "rustc",    "rustdoc", "target",  "tmp",    "uninstall",
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq(lower, str_from_c(names[i])))
            return true;
    }
    return str_starts_with(lower, STR("cargo"));
}

/* The reserved names are of ASCII letters. */
static Str lower_text(Str name, Arena *arena)
{
    char *text = arena_copy_str(arena, name);
    for (size_t i = 0; i < name.bytes; i++)
        text[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    return (Str){ text, name.bytes };
}

const char *profile_name_problem(Str name, Arena *arena)
{
    const char *foreign = find_foreign(name);
    if (foreign) {
        size_t rest = name.bytes - (size_t)(foreign - name.data);
        int bytes = u8_mblen((const uint8_t *)foreign, rest);
        return arena_printf(arena,
                            "invalid character `%.*s` in profile name: `%.*s`, allowed characters "
                            "are letters, numbers, underscore, and hyphen",
                            bytes > 0 ? bytes : 1, foreign, SHOWN(name));
    }
    Str lower = lower_text(name, arena);
    const char *help = NULL;
    if (str_eq(lower, STR("debug")))
        help = "To configure the default development profile, use the name `dev` as in "
               "[profile.dev]";
    else if (str_eq(lower, STR("build-override")))
        help = "To configure build dependency settings, use [profile.dev.build-override] and "
               "[profile.release.build-override]";
    else if (is_reserved(lower))
        help = "Please choose a different name.";
    return help ? arena_printf(arena, "profile name `%.*s` is reserved\n%s\n" SEE_ALSO, SHOWN(name),
                               help)
                : NULL;
}

/* ---- inheriting ---- */

static const struct {
    const char *name, *inherits, *dir;
} predefined[] = {
    { "bench", "release", "release" }, { "dev", "", "debug" },     { "doc", "dev", "doc" },
    { "release", "", "release" },      { "test", "dev", "debug" },
};

static bool is_root(Str name)
{
    return str_eq(name, STR("dev")) || str_eq(name, STR("release"));
}

/* The profile as it is written; what the manifest does not say of a predefined one is added. False:
 * there is none. */
static bool find_written(const Manifest *manifest, Str name, ManifestProfile *out)
{
    bool is_found = false;
    *out = profile_unset(name);
    for (uint32_t i = 0; i < manifest->profile_count; i++) {
        if (str_eq(manifest->profiles[i].name, name)) {
            *out = manifest->profiles[i];
            is_found = true;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(predefined); i++) {
        if (str_eq(name, str_from_c(predefined[i].name))) {
            is_found = true;
            if (out->inherits.bytes == 0)
                out->inherits = str_from_c(predefined[i].inherits);
        }
    }
    return is_found;
}

static void set_if_unset(uint8_t *setting, uint8_t inherited)
{
    if (*setting == SETTING_UNSET)
        *setting = inherited;
}

static void inherit(ManifestProfile *profile, const ManifestProfile *from)
{
    set_if_unset(&profile->opt_level, from->opt_level);
    set_if_unset(&profile->debug, from->debug);
    set_if_unset(&profile->overflow_checks, from->overflow_checks);
    set_if_unset(&profile->debug_assertions, from->debug_assertions);
    set_if_unset(&profile->panic_abort, from->panic_abort);
}

/* The next profile of a chain. NULL, or what is wrong with it. */
static const char *find_parent(const Manifest *manifest, const ManifestProfile *profile,
                               const StrVec *chain, Arena *arena, ManifestProfile *out)
{
    if (profile->inherits.bytes == 0)
        return arena_printf(arena,
                            "profile `%.*s` is missing an `inherits` directive (`inherits` is "
                            "required for all profiles except `dev` or `release`)",
                            SHOWN(profile->name));
    for (uint32_t i = 0; i < chain->count; i++) {
        if (str_eq(chain->items[i], profile->inherits))
            return arena_printf(
                arena, "profile inheritance loop detected with profile `%.*s` inheriting `%.*s`",
                SHOWN(profile->name), SHOWN(profile->inherits));
    }
    if (!find_written(manifest, profile->inherits, out))
        return arena_printf(arena,
                            "profile `%.*s` inherits from `%.*s`, but that profile is not defined",
                            SHOWN(profile->name), SHOWN(profile->inherits));
    return NULL;
}

/* Follows what a profile inherits to `dev` or `release`. NULL, or what is wrong. */
static const char *follow(const Manifest *manifest, ManifestProfile first, Arena *arena,
                          Profile *out)
{
    StrVec chain;
    str_vec_init(&chain, arena);
    ManifestProfile at = first, parent;
    for (out->settings = first; !is_root(at.name); at = parent) {
        str_vec_push(&chain, at.name);
        const char *problem = find_parent(manifest, &at, &chain, arena, &parent);
        if (problem)
            return problem;
        inherit(&out->settings, &parent);
    }
    out->is_release = str_eq(at.name, STR("release"));
    return NULL;
}

static const char *check_written(const Manifest *manifest, Arena *arena)
{
    Profile ignored;
    const char *problem = NULL;
    for (uint32_t i = 0; i < manifest->profile_count && !problem; i++) {
        ManifestProfile profile;
        (void)find_written(manifest, manifest->profiles[i].name, &profile);
        if (is_root(profile.name) && profile.inherits.bytes > 0)
            problem = arena_printf(arena, "`inherits` must not be specified in root profile `%.*s`",
                                   SHOWN(profile.name));
    }
    for (uint32_t i = 0; i < manifest->profile_count && !problem; i++) {
        ManifestProfile profile;
        (void)find_written(manifest, manifest->profiles[i].name, &profile);
        problem = follow(manifest, profile, arena, &ignored);
    }
    return problem;
}

bool profile_find(const Manifest *manifest, Str name, Arena *arena, Profile *out,
                  const char **error)
{
    *out = (Profile){ .name = name, .dir = name };
    ManifestProfile written;
    *error = check_written(manifest, arena);
    if (!*error && str_eq(name, STR("doc")))
        *error = "profile `doc` is reserved and not allowed to be explicitly specified";
    if (!*error && !find_written(manifest, name, &written))
        *error = arena_printf(arena, "profile `%.*s` is not defined", SHOWN(name));
    if (!*error)
        *error = follow(manifest, written, arena, out);
    for (size_t i = 0; i < ARRAY_COUNT(predefined); i++) {
        if (str_eq(name, str_from_c(predefined[i].name)))
            out->dir = str_from_c(predefined[i].dir);
    }
    return !*error;
}
