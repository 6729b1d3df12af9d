/* Reads Cargo.toml by tables of keys: each table of the manifest has its list of keys that are understood, that mean nothing to a
 * build, and that are refused by name. */
#include "project/project_manifest.h"

#include <string.h>

#include "project/project_toml.h"

typedef struct {
    Arena *arena;
    ManifestError *error;
    Manifest *manifest;
} Reader;

static bool fail_at(Reader *r, const TomlNode *node, const char *message)
{
    *r->error = (ManifestError){ message, node ? node->line : 0, node ? node->column : 0 };
    return false;
}

typedef enum { KEY_READ, KEY_IGNORED, KEY_REFUSED } KeyRule;
typedef struct {
    const char *key;
    KeyRule rule;
} KeyEntry;

static const KeyEntry top_keys[] = {
    { "package", KEY_READ },       { "lib", KEY_READ },          { "bin", KEY_READ },
    { "dependencies", KEY_READ },  { "profile", KEY_READ },      { "workspace", KEY_READ },
    { "dev-dependencies", KEY_IGNORED }, { "lints", KEY_IGNORED }, { "badges", KEY_IGNORED },
    { "example", KEY_IGNORED },    { "test", KEY_IGNORED },      { "bench", KEY_IGNORED },
    { "features", KEY_REFUSED },   { "build-dependencies", KEY_REFUSED }, { "target", KEY_REFUSED },
    { "patch", KEY_REFUSED },      { "replace", KEY_REFUSED },
};
static const KeyEntry package_keys[] = {
    { "name", KEY_READ },           { "version", KEY_READ },      { "edition", KEY_READ },
    { "default-run", KEY_READ },    { "autobins", KEY_READ },     { "autolib", KEY_IGNORED },
    { "authors", KEY_IGNORED },     { "description", KEY_IGNORED }, { "license", KEY_IGNORED },
    { "license-file", KEY_IGNORED }, { "repository", KEY_IGNORED }, { "homepage", KEY_IGNORED },
    { "documentation", KEY_IGNORED }, { "readme", KEY_IGNORED },  { "keywords", KEY_IGNORED },
    { "categories", KEY_IGNORED },  { "publish", KEY_IGNORED },   { "metadata", KEY_IGNORED },
    { "rust-version", KEY_IGNORED }, { "resolver", KEY_IGNORED }, { "exclude", KEY_IGNORED },
    { "include", KEY_IGNORED },     { "autoexamples", KEY_IGNORED }, { "autotests", KEY_IGNORED },
    { "autobenches", KEY_IGNORED }, { "build", KEY_REFUSED },     { "links", KEY_REFUSED },
    { "workspace", KEY_REFUSED },
};
static const KeyEntry target_keys[] = {
    { "name", KEY_READ },      { "path", KEY_READ },       { "test", KEY_IGNORED },
    { "doctest", KEY_IGNORED }, { "bench", KEY_IGNORED },  { "doc", KEY_IGNORED },
    { "harness", KEY_IGNORED }, { "crate-type", KEY_REFUSED }, { "proc-macro", KEY_REFUSED },
    { "edition", KEY_REFUSED }, { "required-features", KEY_REFUSED },
};
static const KeyEntry dependency_keys[] = {
    { "path", KEY_READ },      { "package", KEY_READ },     { "version", KEY_IGNORED },
    { "git", KEY_REFUSED },    { "registry", KEY_REFUSED }, { "features", KEY_REFUSED },
    { "optional", KEY_REFUSED }, { "workspace", KEY_REFUSED }, { "default-features", KEY_IGNORED },
};
static const KeyEntry profile_keys[] = {
    { "opt-level", KEY_READ },    { "debug", KEY_READ },      { "overflow-checks", KEY_READ },
    { "debug-assertions", KEY_READ }, { "panic", KEY_READ },  { "incremental", KEY_IGNORED },
    { "codegen-units", KEY_IGNORED }, { "strip", KEY_IGNORED }, { "split-debuginfo", KEY_IGNORED },
    { "rpath", KEY_REFUSED },     { "lto", KEY_REFUSED },     { "inherits", KEY_REFUSED },
    { "package", KEY_REFUSED },   { "build-override", KEY_REFUSED },
};

static bool keys_check(Reader *r, const TomlNode *table, const char *where, const KeyEntry *entries,
                       size_t count)
{
    for (uint32_t i = 0; i < table->child_count; i++) {
        size_t k = 0;
        while (k < count && !str_eq(table->keys[i], str_from_c(entries[k].key)))
            k++;
        if (k < count && entries[k].rule == KEY_REFUSED)
            return fail_at(r, &table->children[i],
                           arena_printf(r->arena, "`%s` in %s is not supported by rscc yet",
                                        entries[k].key, where));
    }
    return true;
}

static bool read_string(Reader *r, const TomlNode *table, const char *key, Str *out)
{
    const TomlNode *node = toml_get(table, key);
    if (!node)
        return true;
    if (node->kind != TOML_STRING)
        return fail_at(r, node, arena_printf(r->arena, "invalid type: expected a string for key `%s`", key));
    *out = node->text;
    return true;
}

static bool read_bool(Reader *r, const TomlNode *table, const char *key, uint8_t *out)
{
    const TomlNode *node = toml_get(table, key);
    if (!node)
        return true;
    if (node->kind != TOML_BOOL)
        return fail_at(r, node, arena_printf(r->arena, "invalid type: expected a boolean for key `%s`", key));
    *out = node->integer != 0;
    return true;
}

static bool is_valid_name(Str name)
{
    if (name.bytes == 0 || (name.data[0] >= '0' && name.data[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || (unsigned char)c >= 0x80;
        if (!ok)
            return false;
    }
    return true;
}

static bool read_edition(Reader *r, const TomlNode *package)
{
    static const char *const names[] = { "2015", "2018", "2021", "2024" };
    Str edition = STR("2015");
    if (!read_string(r, package, "edition", &edition))
        return false;
    for (uint8_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq(edition, str_from_c(names[i]))) {
            r->manifest->edition = i;
            return true;
        }
    }
    return fail_at(r, toml_get(package, "edition"),
                   arena_printf(r->arena,
                                "failed to parse the `edition` key: supported values are `2015`, `2018`, "
                                "`2021`, and `2024`, but `%.*s` is unknown",
                                (int)edition.bytes, edition.data));
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
    m->version = STR("0.0.0");
    uint8_t autobins = true;
    if (!keys_check(r, package, "`[package]`", package_keys, ARRAY_COUNT(package_keys)) ||
        !read_string(r, package, "name", &m->name) || !read_string(r, package, "version", &m->version) ||
        !read_string(r, package, "default-run", &m->default_run) ||
        !read_bool(r, package, "autobins", &autobins) || !read_edition(r, package))
        return false;
    m->autobins = autobins;
    if (m->name.bytes == 0)
        return fail_at(r, package, "missing field `name` in `[package]`");
    if (!is_valid_name(m->name))
        return fail_at(r, toml_get(package, "name"),
                       arena_printf(r->arena, "invalid character or start in package name: `%.*s`",
                                    (int)m->name.bytes, m->name.data));
    return true;
}

static bool read_target(Reader *r, const TomlNode *table, TargetKind kind, const char *where,
                        ManifestTarget *out)
{
    if (table->kind != TOML_TABLE)
        return fail_at(r, table, arena_printf(r->arena, "invalid type: expected a table for %s", where));
    *out = (ManifestTarget){ .kind = (uint8_t)kind, .line = table->line };
    if (!keys_check(r, table, where, target_keys, ARRAY_COUNT(target_keys)) ||
        !read_string(r, table, "name", &out->name) || !read_string(r, table, "path", &out->path))
        return false;
    if (kind == TARGET_BIN && out->name.bytes == 0)
        return fail_at(r, table, "binary target bin.name is required");
    return true;
}

static bool read_targets(Reader *r, const TomlNode *root)
{
    const TomlNode *lib = toml_get(root, "lib");
    const TomlNode *bins = toml_get(root, "bin");
    if (bins && bins->kind != TOML_ARRAY)
        return fail_at(r, bins, "invalid type: expected an array of tables for key `bin`");
    uint32_t count = (lib ? 1 : 0) + (bins ? bins->child_count : 0);
    ManifestTarget *targets = arena_alloc_array(r->arena, count, sizeof *targets);
    uint32_t at = 0;
    if (lib && !read_target(r, lib, TARGET_LIB, "`[lib]`", &targets[at++]))
        return false;
    for (uint32_t i = 0; bins && i < bins->child_count; i++) {
        if (!read_target(r, &bins->children[i], TARGET_BIN, "`[[bin]]`", &targets[at++]))
            return false;
    }
    r->manifest->targets = targets;
    r->manifest->target_count = count;
    return true;
}

static Str crate_name_of(Arena *arena, Str name)
{
    char *text = arena_copy_str(arena, name);
    for (size_t i = 0; i < name.bytes; i++) {
        if (text[i] == '-')
            text[i] = '_';
    }
    return (Str){ text, name.bytes };
}

static bool read_dependency(Reader *r, Str key, const TomlNode *node, ManifestDependency *out)
{
    *out = (ManifestDependency){
        .name = crate_name_of(r->arena, key), .package_name = key, .line = node->line
    };
    if (node->kind == TOML_TABLE) {
        if (!keys_check(r, node, "a dependency", dependency_keys, ARRAY_COUNT(dependency_keys)) ||
            !read_string(r, node, "path", &out->path) ||
            !read_string(r, node, "package", &out->package_name))
            return false;
    }
    if (out->path.bytes == 0)
        return fail_at(r, node,
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
        return fail_at(r, table, "invalid type: expected a table for key `dependencies`");
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
    else if (node->kind == TOML_STRING && (str_eq(node->text, STR("s")) || str_eq(node->text, STR("z"))))
        *out = (uint8_t)node->text.data[0];
    else
        return fail_at(r, node, "must be `0`, `1`, `2`, `3`, `s` or `z` for key `opt-level`");
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
    else if (node->kind == TOML_STRING && (str_eq(node->text, STR("limited")) ||
                                           str_eq(node->text, STR("line-tables-only"))))
        *out = 1;
    else if (node->kind == TOML_STRING && str_eq(node->text, STR("full")))
        *out = 2;
    else
        return fail_at(r, node, "expected a boolean, 0-2, \"none\", \"line-tables-only\", \"limited\" or "
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
        return fail_at(r, toml_get(profile, "panic"), "`panic` setting must be `unwind` or `abort`");
    return true;
}

static bool read_profile(Reader *r, const TomlNode *root, const char *name, ManifestProfile *out)
{
    memset(out, SETTING_UNSET, sizeof *out);
    const TomlNode *profile = toml_get(toml_get(root, "profile"), name);
    if (!profile)
        return true;
    if (profile->kind != TOML_TABLE)
        return fail_at(r, profile, "invalid type: expected a table for a profile");
    return keys_check(r, profile, "a profile", profile_keys, ARRAY_COUNT(profile_keys)) &&
           read_opt_level(r, profile, &out->opt_level) && read_debug(r, profile, &out->debug) &&
           read_bool(r, profile, "overflow-checks", &out->overflow_checks) &&
           read_bool(r, profile, "debug-assertions", &out->debug_assertions) &&
           read_panic(r, profile, &out->panic_abort);
}

static bool check_workspace(Reader *r, const TomlNode *root)
{
    const TomlNode *members = toml_get(toml_get(root, "workspace"), "members");
    if (members && members->kind == TOML_ARRAY && members->child_count)
        return fail_at(r, members, "`members` in `[workspace]` is not supported by rscc yet");
    return true;
}

const Manifest *manifest_parse(Str text, Arena *arena, ManifestError *error)
{
    TomlResult toml = toml_parse(text, arena);
    if (!toml.root) {
        *error = (ManifestError){ arena_copy_str(arena, toml.message), toml.line, toml.column };
        return NULL;
    }
    Manifest *manifest = arena_new_object(arena, Manifest);
    Reader r = { arena, error, manifest };
    bool ok = keys_check(&r, toml.root, "a manifest", top_keys, ARRAY_COUNT(top_keys)) &&
              check_workspace(&r, toml.root) && read_package(&r, toml.root) &&
              read_targets(&r, toml.root) && read_dependencies(&r, toml.root) &&
              read_profile(&r, toml.root, "dev", &manifest->dev) &&
              read_profile(&r, toml.root, "release", &manifest->release);
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
