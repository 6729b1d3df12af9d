/* Reads Cargo.toml by tables of keys: each table of the manifest has its list of keys that are
 * understood, that mean nothing to a build, and that are refused by name. */
#include "project/project_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "project/project_name.h"
#include "project/project_profile.h"
#include "project/project_toml.h"

typedef struct {
    Arena *arena;
    ManifestError *error;
    Manifest *manifest;
} Reader;

static bool fail_at(Reader *r, const TomlNode *node, const char *message)
{
    *r->error = node ? (ManifestError){ message, node->line, node->column, node->end_column }
                     : (ManifestError){ .message = message };
    return false;
}

typedef enum { KEY_READ, KEY_IGNORED, KEY_REFUSED } KeyRule;
typedef struct {
    const char *key;
    KeyRule rule;
} KeyEntry;

static const KeyEntry top_keys[] = {
    { "package", KEY_READ },
    { "lib", KEY_READ },
    { "bin", KEY_READ },
    { "dependencies", KEY_READ },
    { "profile", KEY_READ },
    { "workspace", KEY_READ },
    { "dev-dependencies", KEY_IGNORED },
    { "lints", KEY_IGNORED },
    { "badges", KEY_IGNORED },
    { "example", KEY_IGNORED },
    { "test", KEY_IGNORED },
    { "bench", KEY_IGNORED },
    { "features", KEY_REFUSED },
    { "build-dependencies", KEY_REFUSED },
    { "target", KEY_REFUSED },
    { "patch", KEY_REFUSED },
    { "replace", KEY_REFUSED },
};
static const KeyEntry package_keys[] = {
    { "name", KEY_READ },
    { "version", KEY_READ },
    { "edition", KEY_READ },
    { "rust-version", KEY_READ },
    { "default-run", KEY_READ },
    { "autobins", KEY_READ },
    { "autolib", KEY_IGNORED },
    { "authors", KEY_IGNORED },
    { "description", KEY_IGNORED },
    { "license", KEY_IGNORED },
    { "license-file", KEY_IGNORED },
    { "repository", KEY_IGNORED },
    { "homepage", KEY_IGNORED },
    { "documentation", KEY_IGNORED },
    { "readme", KEY_IGNORED },
    { "keywords", KEY_IGNORED },
    { "categories", KEY_IGNORED },
    { "publish", KEY_IGNORED },
    { "metadata", KEY_IGNORED },
    { "resolver", KEY_IGNORED },
    { "exclude", KEY_IGNORED },
    { "include", KEY_IGNORED },
    { "autoexamples", KEY_IGNORED },
    { "autotests", KEY_IGNORED },
    { "autobenches", KEY_IGNORED },
    { "build", KEY_REFUSED },
    { "links", KEY_REFUSED },
    { "workspace", KEY_REFUSED },
};
static const KeyEntry target_keys[] = {
    { "name", KEY_READ },
    { "path", KEY_READ },
    { "test", KEY_IGNORED },
    { "doctest", KEY_IGNORED },
    { "bench", KEY_IGNORED },
    { "doc", KEY_IGNORED },
    { "harness", KEY_IGNORED },
    { "crate-type", KEY_REFUSED },
    { "proc-macro", KEY_REFUSED },
    { "edition", KEY_REFUSED },
    { "required-features", KEY_REFUSED },
};
static const KeyEntry dependency_keys[] = {
    { "path", KEY_READ },        { "package", KEY_READ },      { "version", KEY_READ },
    { "git", KEY_REFUSED },      { "registry", KEY_REFUSED },  { "features", KEY_REFUSED },
    { "optional", KEY_REFUSED }, { "workspace", KEY_REFUSED }, { "default-features", KEY_IGNORED },
};
static const KeyEntry profile_keys[] = {
    { "opt-level", KEY_READ },
    { "debug", KEY_READ },
    { "overflow-checks", KEY_READ },
    { "debug-assertions", KEY_READ },
    { "panic", KEY_READ },
    { "inherits", KEY_READ },
    { "incremental", KEY_READ },
    { "codegen-units", KEY_READ },
    { "strip", KEY_READ },
    { "split-debuginfo", KEY_READ },
    { "rpath", KEY_REFUSED },
    { "lto", KEY_REFUSED },
    { "dir-name", KEY_REFUSED },
    { "package", KEY_REFUSED },
    { "build-override", KEY_REFUSED },
};

static void warn(Reader *r, const char *text)
{
    str_vec_push(&r->manifest->warnings, str_from_c(text));
}

/* `where` is the path of the table as cargo writes it: "package", "bin.0", "" for the whole file.
 */
static bool keys_check(Reader *r, const TomlNode *table, const char *where, const KeyEntry *entries,
                       size_t count)
{
    const char *dot = where[0] ? "." : "";
    for (uint32_t i = 0; i < table->child_count; i++) {
        size_t k = 0;
        while (k < count && !str_eq(table->keys[i], str_from_c(entries[k].key)))
            k++;
        if (k < count && entries[k].rule == KEY_REFUSED)
            return fail_at(r, &table->children[i],
                           arena_printf(r->arena,
                                        "the manifest key `%s%s%s` is not supported by rscc yet",
                                        where, dot, entries[k].key));
        if (k == count)
            warn(r, arena_printf(r->arena, "unused manifest key: %s%s%.*s", where, dot,
                                 (int)table->keys[i].bytes, table->keys[i].data));
    }
    return true;
}

/* "integer `3`", as serde names what it found. */
static const char *found_text(Reader *r, const TomlNode *node)
{
    switch (node->kind) {
    case TOML_STRING:
        return arena_printf(r->arena, "string \"%.*s\"", (int)node->text.bytes, node->text.data);
    case TOML_INTEGER:
        return arena_printf(r->arena, "integer `%lld`", (long long)node->integer);
    case TOML_BOOL:
        return arena_printf(r->arena, "boolean `%s`", node->integer ? "true" : "false");
    case TOML_TABLE:
        return "map";
    case TOML_ARRAY:
        return "sequence";
    case TOML_OTHER:
        break;
    }
    return "another kind of value";
}

static bool fail_type(Reader *r, const TomlNode *node, const char *expected)
{
    return fail_at(
        r, node,
        arena_printf(r->arena, "invalid type: %s, expected %s", found_text(r, node), expected));
}

static bool read_string(Reader *r, const TomlNode *table, const char *key, Str *out)
{
    const TomlNode *node = toml_get(table, key);
    if (!node)
        return true;
    if (node->kind != TOML_STRING)
        return fail_type(r, node, "a string");
    *out = node->text;
    return true;
}

static bool read_bool(Reader *r, const TomlNode *table, const char *key, uint8_t *out)
{
    const TomlNode *node = toml_get(table, key);
    if (!node)
        return true;
    if (node->kind != TOML_BOOL)
        return fail_type(r, node, "a boolean");
    *out = node->integer != 0;
    return true;
}

static const char *const edition_names[] = { "2015", "2018", "2021", "2024" };

static bool read_edition(Reader *r, const TomlNode *package)
{
    Str edition = STR("2015");
    if (!read_string(r, package, "edition", &edition))
        return false;
    if (!toml_get(package, "edition"))
        warn(r, "no edition set: defaulting to the 2015 edition while the latest is 2024");
    for (uint8_t i = 0; i < ARRAY_COUNT(edition_names); i++) {
        if (str_eq(edition, str_from_c(edition_names[i]))) {
            r->manifest->edition = i;
            return true;
        }
    }
    return fail_at(
        r, toml_get(package, "edition"),
        arena_printf(r->arena,
                     "failed to parse the `edition` key: supported values are `2015`, `2018`, "
                     "`2021`, and `2024`, but `%.*s` is unknown",
                     (int)edition.bytes, edition.data));
}

static Str trimmed(Str text)
{
    while (text.bytes && strchr(" \t\r\n", text.data[text.bytes - 1]))
        text.bytes--;
    while (text.bytes && strchr(" \t\r\n", text.data[0]))
        text = (Str){ text.data + 1, text.bytes - 1 };
    return text;
}

static bool read_version(Reader *r, const TomlNode *package)
{
    const TomlNode *node = toml_get(package, "version");
    r->manifest->version = STR("0.0.0");
    if (!node)
        return true;
    if (node->kind != TOML_STRING)
        return fail_type(r, node, "SemVer version");
    r->manifest->version = trimmed(node->text);
    const char *problem = version_problem(r->manifest->version, r->arena);
    return !problem || fail_at(r, node, problem);
}

static bool read_rust_version(Reader *r, const TomlNode *package)
{
    Manifest *m = r->manifest;
    const TomlNode *node = toml_get(package, "rust-version");
    if (!node)
        return true;
    if (node->kind != TOML_STRING)
        return fail_type(r, node, "a semver or workspace");
    m->rust_version = trimmed(node->text);
    const char *problem = rust_version_read(m->rust_version, &m->needed_rust);
    if (problem)
        return fail_at(r, node, problem);
    RustVersion first = rust_version_of_edition(m->edition);
    if (first.parts[0] == 0 || rust_version_is_met(first, m->needed_rust))
        return true;
    return fail_at(r, NULL,
                   arena_printf(r->arena,
                                "rust-version %.*s is incompatible with the version "
                                "(%llu.%llu.%llu) required by the specified edition (%s)",
                                (int)m->rust_version.bytes, m->rust_version.data,
                                (unsigned long long)first.parts[0],
                                (unsigned long long)first.parts[1],
                                (unsigned long long)first.parts[2], edition_names[m->edition]));
}

static bool read_package(Reader *r, const TomlNode *root)
{
    const TomlNode *package = toml_get(root, "package");
    if (!package && toml_get(root, "workspace"))
        return fail_at(r, toml_get(root, "workspace"),
                       "a manifest with `[workspace]` alone is not supported by rscc yet");
    if (!package || package->kind != TOML_TABLE)
        return fail_at(r, NULL, "this manifest has no `[package]` section");
    Manifest *m = r->manifest;
    uint8_t autobins = true;
    if (!keys_check(r, package, "package", package_keys, ARRAY_COUNT(package_keys)) ||
        !read_string(r, package, "name", &m->name) || !read_version(r, package) ||
        !read_string(r, package, "default-run", &m->default_run) ||
        !read_bool(r, package, "autobins", &autobins) || !read_edition(r, package) ||
        !read_rust_version(r, package))
        return false;
    m->autobins = autobins;
    const TomlNode *name = toml_get(package, "name");
    if (!name)
        return fail_at(r, NULL, "missing field `package.name`");
    const char *problem = package_name_problem(m->name, r->arena);
    if (problem)
        return fail_at(r, name, problem);
    return true;
}

static bool read_target(Reader *r, const TomlNode *table, TargetKind kind, const char *where,
                        ManifestTarget *out)
{
    if (table->kind != TOML_TABLE)
        return fail_type(r, table, "a table");
    *out = (ManifestTarget){ .kind = (uint8_t)kind, .line = table->line };
    if (!keys_check(r, table, where, target_keys, ARRAY_COUNT(target_keys)) ||
        !read_string(r, table, "name", &out->name) || !read_string(r, table, "path", &out->path))
        return false;
    bool is_named = toml_get(table, "name") != NULL;
    if (kind == TARGET_BIN && !is_named)
        return fail_at(r, table, "binary target bin.name is required");
    const char *problem = kind == TARGET_BIN ? bin_name_problem(out->name, r->arena)
                          : is_named         ? lib_name_problem(out->name, r->arena)
                                             : NULL;
    return !problem || fail_at(r, NULL, problem);
}

static bool read_targets(Reader *r, const TomlNode *root)
{
    const TomlNode *lib = toml_get(root, "lib");
    const TomlNode *bins = toml_get(root, "bin");
    if (bins && bins->kind != TOML_ARRAY)
        return fail_type(r, bins, "a sequence");
    uint32_t count = (lib ? 1 : 0) + (bins ? bins->child_count : 0);
    ManifestTarget *targets = arena_alloc_array(r->arena, count, sizeof *targets);
    uint32_t at = 0;
    if (lib && !read_target(r, lib, TARGET_LIB, "lib", &targets[at++]))
        return false;
    for (uint32_t i = 0; bins && i < bins->child_count; i++) {
        if (!read_target(r, &bins->children[i], TARGET_BIN, arena_printf(r->arena, "bin.%u", i),
                         &targets[at++]))
            return false;
    }
    r->manifest->targets = targets;
    r->manifest->target_count = count;
    return true;
}

static bool read_requirement(Reader *r, Str key, const TomlNode *dependency,
                             VersionRequirement *out)
{
    Str text = STR("*");
    if (!read_string(r, dependency, "version", &text))
        return false;
    const char *problem = requirement_read(text, r->arena, out);
    if (problem)
        return fail_at(r, NULL,
                       arena_printf(r->arena,
                                    "failed to parse the version requirement `%.*s` for dependency "
                                    "`%.*s`\n\nCaused by:\n  %s",
                                    (int)text.bytes, text.data, (int)key.bytes, key.data, problem));
    if (out->has_build)
        warn(r, arena_printf(r->arena,
                             "version requirement `%.*s` for dependency `%.*s` includes semver "
                             "metadata which will be ignored, removing the metadata is "
                             "recommended to avoid confusion",
                             (int)text.bytes, text.data, (int)key.bytes, key.data));
    return true;
}

static bool read_dependency(Reader *r, Str key, const TomlNode *node, ManifestDependency *out)
{
    *out = (ManifestDependency){ .name = key, .package_name = key, .line = node->line };
    if (node->kind == TOML_TABLE) {
        const char *where = arena_printf(r->arena, "dependencies.%.*s", (int)key.bytes, key.data);
        out->is_renamed = toml_get(node, "package") != NULL;
        if (!keys_check(r, node, where, dependency_keys, ARRAY_COUNT(dependency_keys)) ||
            !read_string(r, node, "path", &out->path) ||
            !read_string(r, node, "package", &out->package_name) ||
            !read_requirement(r, key, node, &out->requirement))
            return false;
    }
    if (out->path.bytes == 0)
        return fail_at(
            r, node,
            arena_printf(r->arena,
                         "dependency `%.*s` has no `path`: registry dependencies are not "
                         "supported by rscc yet",
                         (int)key.bytes, key.data));
    return true;
}

static bool read_dependencies(Reader *r, const TomlNode *root)
{
    const TomlNode *table = toml_get(root, "dependencies");
    if (!table)
        return true;
    if (table->kind != TOML_TABLE)
        return fail_type(r, table, "a map");
    ManifestDependency *list = arena_alloc_array(r->arena, table->child_count, sizeof *list);
    for (uint32_t i = 0; i < table->child_count; i++) {
        if (!read_dependency(r, table->keys[i], &table->children[i], &list[i]))
            return false;
    }
    r->manifest->dependencies = list;
    r->manifest->dependency_count = table->child_count;
    return true;
}

static bool read_opt_level(Reader *r, const TomlNode *profile, uint8_t *out)
{
    const TomlNode *node = toml_get(profile, "opt-level");
    if (!node)
        return true;
    if (node->kind == TOML_INTEGER && node->integer >= 0 && node->integer <= 3)
        *out = (uint8_t)node->integer;
    else if (node->kind == TOML_STRING &&
             (str_eq(node->text, STR("s")) || str_eq(node->text, STR("z"))))
        *out = (uint8_t)node->text.data[0];
    else
        return fail_at(r, node,
                       arena_printf(r->arena,
                                    "must be `0`, `1`, `2`, `3`, `s` or `z`, but found the %s",
                                    found_text(r, node)));
    return true;
}

static bool read_debug(Reader *r, const TomlNode *profile, uint8_t *out)
{
    const TomlNode *node = toml_get(profile, "debug");
    if (!node)
        return true;
    if (node->kind == TOML_BOOL)
        *out = node->integer ? 2 : 0;
    else if (node->kind == TOML_INTEGER && node->integer >= 0 && node->integer <= 2)
        *out = (uint8_t)node->integer;
    else if (node->kind == TOML_STRING && str_eq(node->text, STR("none")))
        *out = 0;
    else if (node->kind == TOML_STRING &&
             (str_eq(node->text, STR("limited")) || str_eq(node->text, STR("line-tables-only"))))
        *out = 1;
    else if (node->kind == TOML_STRING && str_eq(node->text, STR("full")))
        *out = 2;
    else
        return fail_at(r, node,
                       "expected a boolean, 0-2, \"none\", \"line-tables-only\", \"limited\" or "
                       "\"full\" for key `debug`");
    return true;
}

static bool read_panic(Reader *r, const TomlNode *profile, uint8_t *out)
{
    Str panic = STR("");
    if (!read_string(r, profile, "panic", &panic))
        return false;
    if (str_eq(panic, STR("abort")))
        *out = true;
    else if (str_eq(panic, STR("unwind")))
        *out = false;
    else if (panic.bytes)
        return fail_at(
            r, toml_get(profile, "panic"),
            arena_printf(
                r->arena,
                "`panic` setting of `%.*s` is not a valid setting, must be `unwind`, `abort`, or "
                "`immediate-abort`.",
                (int)panic.bytes, panic.data));
    return true;
}

static bool check_strip(Reader *r, const TomlNode *profile)
{
    const TomlNode *node = toml_get(profile, "strip");
    if (!node || node->kind == TOML_BOOL)
        return true;
    if (node->kind != TOML_STRING)
        return fail_type(r, node, "a boolean or string");
    if (str_eq(node->text, STR("none")) || str_eq(node->text, STR("debuginfo")) ||
        str_eq(node->text, STR("symbols")))
        return true;
    return fail_at(r, node,
                   arena_printf(r->arena,
                                "incorrect value `%.*s` for codegen option `strip` - either "
                                "`none`, `debuginfo`, or `symbols` was expected",
                                (int)node->text.bytes, node->text.data));
}

static bool check_codegen_units(Reader *r, const TomlNode *profile)
{
    const TomlNode *node = toml_get(profile, "codegen-units");
    if (!node)
        return true;
    if (node->kind != TOML_INTEGER)
        return fail_type(r, node, "u32");
    if (node->integer < 0 || node->integer > UINT32_MAX)
        return fail_at(
            r, node,
            arena_printf(r->arena, "invalid value: %s, expected u32", found_text(r, node)));
    return node->integer > 0 ||
           fail_at(r, node, "value for codegen units must be a positive non-zero integer");
}

/* What changes nothing here has to be well-formed all the same. */
static bool check_unused_settings(Reader *r, const TomlNode *profile)
{
    uint8_t incremental;
    Str split;
    return check_strip(r, profile) && check_codegen_units(r, profile) &&
           read_bool(r, profile, "incremental", &incremental) &&
           read_string(r, profile, "split-debuginfo", &split);
}

static bool read_profile(Reader *r, const TomlNode *profile, ManifestProfile *out)
{
    const char *where =
        arena_printf(r->arena, "profile.%.*s", (int)out->name.bytes, out->name.data);
    return keys_check(r, profile, where, profile_keys, ARRAY_COUNT(profile_keys)) &&
           read_string(r, profile, "inherits", &out->inherits) &&
           read_opt_level(r, profile, &out->opt_level) && read_debug(r, profile, &out->debug) &&
           read_bool(r, profile, "overflow-checks", &out->overflow_checks) &&
           read_bool(r, profile, "debug-assertions", &out->debug_assertions) &&
           read_panic(r, profile, &out->panic_abort) && check_unused_settings(r, profile);
}

static bool read_profiles(Reader *r, const TomlNode *root)
{
    const TomlNode *table = toml_get(root, "profile");
    if (!table)
        return true;
    if (table->kind != TOML_TABLE)
        return fail_type(r, table, "a map");
    ManifestProfile *profiles = arena_alloc_array(r->arena, table->child_count, sizeof *profiles);
    for (uint32_t i = 0; i < table->child_count; i++) {
        const char *problem = profile_name_problem(table->keys[i], r->arena);
        if (problem)
            return fail_at(r, &table->key_nodes[i], problem);
        if (table->children[i].kind != TOML_TABLE)
            return fail_type(r, &table->children[i], "struct TomlProfile");
        profiles[i] = profile_unset(table->keys[i]);
        if (!read_profile(r, &table->children[i], &profiles[i]))
            return false;
        if (str_eq(table->keys[i], STR("doc")))
            warn(r, "profile `doc` is deprecated and has no effect");
    }
    r->manifest->profiles = profiles;
    r->manifest->profile_count = table->child_count;
    return true;
}

static bool check_workspace(Reader *r, const TomlNode *root)
{
    const TomlNode *members = toml_get(toml_get(root, "workspace"), "members");
    if (members && members->kind == TOML_ARRAY && members->child_count)
        return fail_at(r, members,
                       "the manifest key `workspace.members` is not supported by rscc yet");
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

const Manifest *manifest_parse(Str text, Arena *arena, ManifestError *error)
{
    TomlResult toml = toml_parse(text, arena);
    if (!toml.root) {
        *error = (ManifestError){ arena_copy_str(arena, toml.message), toml.line, toml.column, 0 };
        return NULL;
    }
    Manifest *manifest = arena_new_object(arena, Manifest);
    str_vec_init(&manifest->warnings, arena);
    Reader r = { arena, error, manifest };
    bool ok = keys_check(&r, toml.root, "", top_keys, ARRAY_COUNT(top_keys)) &&
              check_workspace(&r, toml.root) && read_package(&r, toml.root) &&
              read_targets(&r, toml.root) && read_dependencies(&r, toml.root) &&
              read_profiles(&r, toml.root);
    if (manifest->warnings.count > 0)
        qsort(manifest->warnings.items, manifest->warnings.count, sizeof(Str),
              compare_texts); /* as cargo orders them */
    return ok ? manifest : NULL;
}

const TomlNode *toml_get(const TomlNode *table, const char *key)
{
    if (!table || table->kind != TOML_TABLE)
        return NULL;
    for (uint32_t i = 0; i < table->child_count; i++) {
        if (str_eq(table->keys[i], str_from_c(key)))
            return &table->children[i];
    }
    return NULL;
}
