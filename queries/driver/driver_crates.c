/* From a command line and manifests to crates: packages are followed along path dependencies, targets are discovered as cargo does, and
 * each crate gets its name, root file, edition, cfgs and dependencies. */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "driver/driver_priv.h"

enum { MANIFEST_BYTES_MAX = 1 << 24, PACKAGES_MAX = 4096 };

VEC_TYPE(CrateInfoVec, crate_info_vec, CrateInfo)
VEC_TYPE(PackageVec, package_vec, ProjectPackage)
VEC_TYPE(DefIdVec, def_id_vec, DefId)

typedef struct {
    Arena *arena;
    Interners *interners;
    const char *root;
    const Options *options;
    Project *project;
    const char **error;
    CrateInfoVec crates;
    PackageVec packages;
    DefIdVec selected;
    StrVec open; /* package directories being read, outermost first: for cycles */
} Builder;

static bool fail(Builder *b, const char *message)
{
    *b->error = message;
    return false;
}

static SymId symbol(Builder *b, Str text)
{
    return sym_intern(b->interners, text);
}

static Str crate_name_of_package(Builder *b, Str name)
{
    char *text = arena_copy_str(b->arena, name);
    for (size_t i = 0; i < name.bytes; i++) {
        if (text[i] == '-')
            text[i] = '_';
    }
    return (Str){ text, name.bytes };
}

/* ---- profiles and cfgs ---------------------------------------------------------------------------- */

static uint32_t opt_level_of(uint8_t setting)
{
    return setting == 's' ? (uint32_t)OPT_LEVEL_SIZE : setting == 'z' ? (uint32_t)OPT_LEVEL_MIN_SIZE : setting;
}

static void apply_profile(Project *project, const ManifestProfile *profile)
{
    CodegenOptions *options = &project->options;
    if (profile->opt_level != SETTING_UNSET)
        options->opt_level = opt_level_of(profile->opt_level);
    if (profile->debug != SETTING_UNSET)
        options->debug_info = profile->debug;
    if (profile->panic_abort != SETTING_UNSET)
        options->panic_strategy = profile->panic_abort ? PANIC_ABORT : PANIC_UNWIND;
    if (profile->debug_assertions != SETTING_UNSET)
        project->debug_assertions = profile->debug_assertions;
    if (profile->overflow_checks != SETTING_UNSET)
        options->overflow_checks = profile->overflow_checks;
    else if (profile->debug_assertions != SETTING_UNSET)
        options->overflow_checks = profile->debug_assertions;
}

static bool choose_profile(Builder *b)
{
    Project *project = b->project;
    Str name = options_value(b->options, OPTION_PROFILE);
    if (options_has(b->options, OPTION_RELEASE))
        name = STR("release");
    if (!name.data)
        name = STR("dev");
    bool release = str_eq(name, STR("release"));
    if (!release && !str_eq(name, STR("dev")))
        return fail(b, arena_printf(b->arena, "profile `%.*s` is not defined", (int)name.bytes, name.data));
    project->profile_name = release ? STR("release") : STR("dev");
    project->profile_dir = release ? STR("release") : STR("debug");
    project->options = release ? codegen_options_release() : codegen_options_dev();
    project->debug_assertions = !release;
    return true;
}

static int compare_text(const void *a, const void *b)
{
    return str_compare(*(const Str *)a, *(const Str *)b);
}

/* The cfgs that are set for every crate of the target, with those of the command line; sorted. */
static void set_cfgs(Builder *b)
{
    static const char *const always[] = {
        "target_abi=\"\"",           "target_arch=\"x86_64\"",
        "target_endian=\"little\"", "target_env=\"gnu\"",   "target_family=\"unix\"",
        "target_has_atomic",   "target_has_atomic=\"16\"",  "target_has_atomic=\"32\"",
        "target_has_atomic=\"64\"", "target_has_atomic=\"8\"", "target_has_atomic=\"ptr\"",
        "target_os=\"linux\"", "target_pointer_width=\"64\"", "target_vendor=\"unknown\"", "unix",
    };
    StrVec cfgs;
    str_vec_init(&cfgs, b->arena);
    for (size_t i = 0; i < ARRAY_COUNT(always); i++)
        str_vec_push(&cfgs, str_from_c(always[i]));
    bool abort_on_panic = b->project->options.panic_strategy == PANIC_ABORT;
    str_vec_push(&cfgs, abort_on_panic ? STR("panic=\"abort\"") : STR("panic=\"unwind\""));
    if (b->project->debug_assertions)
        str_vec_push(&cfgs, STR("debug_assertions"));
    Str given;
    for (uint32_t at = 0; options_next(b->options, OPTION_CFG, &at, &given);)
        str_vec_push(&cfgs, given);
    qsort(cfgs.items, cfgs.count, sizeof *cfgs.items, compare_text);
    CrateCfgs *out = &b->project->cfgs;
    out->cfgs = arena_alloc_array(b->arena, cfgs.count, sizeof *out->cfgs);
    for (uint32_t i = 0; i < cfgs.count; i++) {
        if (i > 0 && str_eq(cfgs.items[i], cfgs.items[i - 1]))
            continue;
        out->cfgs[out->count++] = symbol(b, cfgs.items[i]);
    }
}

/* ---- crates --------------------------------------------------------------------------------------- */

/* A crate's identity is its package's place, its kind and its name: equal in every checkout of the workspace. */
static DefId crate_def(Builder *b, Str dir, TargetKind kind, SymId name)
{
    Fp hash = fp_of_bytes(dir.data, dir.bytes, (uint64_t)kind);
    return def_id_intern(b->interners, (PathRecord){ .kind = DEF_CRATE, .name = name.v, .hash = hash.lo });
}

static CrateInfo new_crate(Builder *b, Str dir, TargetKind kind, Str name, Str path)
{
    CrateInfo info = { .kind = (uint8_t)kind };
    info.name = symbol(b, name);
    info.crate = crate_def(b, dir, kind, info.name);
    info.root_file = file_id_intern(b->interners, symbol(b, dir), symbol(b, path));
    return info;
}

/* By name: the order must not depend on when a symbol was interned. */
static void sort_dependencies(const Builder *b, CrateDependency *list, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        CrateDependency moving = list[i];
        Str name = sym_text(b->interners, moving.name);
        uint32_t at = i;
        for (; at > 0 && str_compare(sym_text(b->interners, list[at - 1].name), name) > 0; at--)
            list[at] = list[at - 1];
        list[at] = moving;
    }
}

static bool file_exists(Builder *b, const char *path)
{
    Witness witness = witness_of_path(WITNESS_PRESENCE, path);
    witness_vec_push(&b->project->witnesses, witness);
    return witness.exists;
}

static const char *package_path(Builder *b, Str dir, const char *relative)
{
    const char *package = path_join(b->arena, str_from_c(b->root), dir);
    return path_join(b->arena, str_from_c(package), str_from_c(relative));
}

typedef struct {
    Str name, path;
} BinTarget;
VEC_TYPE(BinTargetVec, bin_target_vec, BinTarget)

static bool bins_have(const BinTargetVec *bins, Str name)
{
    for (uint32_t i = 0; i < bins->count; i++) {
        if (str_eq(bins->items[i].name, name))
            return true;
    }
    return false;
}

static int compare_bins(const void *a, const void *b)
{
    return str_compare(((const BinTarget *)a)->name, ((const BinTarget *)b)->name);
}

/* src/bin/NAME.rs and src/bin/NAME/main.rs. */
static void discover_bin_directory(Builder *b, Str dir, BinTargetVec *bins)
{
    const char *path_of_bins = package_path(b, dir, "src/bin");
    witness_vec_push(&b->project->witnesses, witness_of_path(WITNESS_DIRECTORY, path_of_bins));
    DIR *directory = opendir(path_of_bins);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        Str name = str_from_c(entry->d_name);
        if (name.data[0] == '.')
            continue;
        const char *path;
        if (str_ends_with(name, STR(".rs"))) {
            path = arena_printf(b->arena, "src/bin/%s", entry->d_name);
            name.bytes -= 3;
        } else {
            path = arena_printf(b->arena, "src/bin/%s/main.rs", entry->d_name);
            if (!file_exists(b, package_path(b, dir, path)))
                continue;
        }
        name.data = arena_copy_str(b->arena, name);
        if (!bins_have(bins, name))
            bin_target_vec_push(bins, (BinTarget){ name, str_from_c(path) });
    }
    closedir(directory);
}

/* Written binaries without a path are looked for where discovery would find them. */
static bool written_bins(Builder *b, const Manifest *manifest, Str dir, BinTargetVec *bins)
{
    for (uint32_t i = 0; i < manifest->target_count; i++) {
        const ManifestTarget *target = &manifest->targets[i];
        if (target->kind != TARGET_BIN)
            continue;
        Str path = target->path;
        if (!path.bytes) {
            const char *file = arena_printf(b->arena, "src/bin/%.*s.rs", (int)target->name.bytes, target->name.data);
            const char *folder =
                arena_printf(b->arena, "src/bin/%.*s/main.rs", (int)target->name.bytes, target->name.data);
            if (file_exists(b, package_path(b, dir, file)))
                path = str_from_c(file);
            else if (file_exists(b, package_path(b, dir, folder)))
                path = str_from_c(folder);
            else if (file_exists(b, package_path(b, dir, "src/main.rs")))
                path = STR("src/main.rs");
            else
                return fail(b, arena_printf(b->arena,
                                            "can't find `%.*s` bin at path `%s`", (int)target->name.bytes,
                                            target->name.data, package_path(b, dir, file)));
        }
        bin_target_vec_push(bins, (BinTarget){ target->name, path });
    }
    return true;
}

static bool collect_bins(Builder *b, const Manifest *manifest, Str dir, BinTargetVec *bins)
{
    bin_target_vec_init(bins, b->arena);
    if (!written_bins(b, manifest, dir, bins))
        return false;
    uint32_t written = bins->count;
    if (manifest->autobins) {
        bool main_taken = false;
        for (uint32_t i = 0; i < written; i++)
            main_taken |= str_eq(bins->items[i].path, STR("src/main.rs"));
        if (!main_taken && !bins_have(bins, manifest->name) && file_exists(b, package_path(b, dir, "src/main.rs")))
            bin_target_vec_push(bins, (BinTarget){ manifest->name, STR("src/main.rs") });
        discover_bin_directory(b, dir, bins);
    }
    qsort(bins->items, bins->count, sizeof *bins->items, compare_bins);
    return true;
}

static bool library_of(Builder *b, const Manifest *manifest, Str dir, Str *name, Str *path)
{
    *name = crate_name_of_package(b, manifest->name);
    *path = STR("");
    for (uint32_t i = 0; i < manifest->target_count; i++) {
        const ManifestTarget *target = &manifest->targets[i];
        if (target->kind != TARGET_LIB)
            continue;
        if (target->name.bytes)
            *name = target->name;
        *path = target->path.bytes ? target->path : STR("src/lib.rs");
        return true;
    }
    if (file_exists(b, package_path(b, dir, "src/lib.rs")))
        *path = STR("src/lib.rs");
    return path->bytes > 0;
}

/* ---- packages ------------------------------------------------------------------------------------- */

static const ProjectPackage *find_package(const Builder *b, Str dir)
{
    for (uint32_t i = 0; i < b->packages.count; i++) {
        if (str_eq(b->packages.items[i].dir, dir))
            return &b->packages.items[i];
    }
    return NULL;
}

static DefId library_crate(const Builder *b, const ProjectPackage *package)
{
    for (uint32_t i = 0; i < package->crate_count; i++) {
        for (uint32_t j = 0; j < b->crates.count; j++) {
            const CrateInfo *info = &b->crates.items[j];
            if (def_id_eq(info->crate, package->crates[i]) && info->kind == TARGET_LIB)
                return info->crate;
        }
    }
    return def_id_none();
}

static const Manifest *read_manifest(Builder *b, const char *path)
{
    Str text;
    Witness witness = witness_of_path(WITNESS_FILE, path);
    Status status = file_read(path, b->arena, MANIFEST_BYTES_MAX, &text, &witness.stat);
    if (!status_ok(status)) {
        *b->error = arena_printf(b->arena, "failed to read `%s`\n\nCaused by:\n  %s", path,
                                 status_text(status, b->arena));
        return NULL;
    }
    witness.exists = true;
    witness.content = fp_of_bytes(text.data, text.bytes, 0);
    witness_vec_push(&b->project->witnesses, witness);
    ManifestError error = { 0 };
    const Manifest *manifest = manifest_parse(text, b->arena, &error);
    if (!manifest)
        *b->error = error.line ? arena_printf(b->arena, "failed to parse manifest at `%s`\n\nCaused by:\n  %u:%u: %s",
                                              path, error.line, error.column, error.message)
                               : arena_printf(b->arena, "failed to parse manifest at `%s`\n\nCaused by:\n  %s", path,
                                              error.message);
    return manifest;
}

static bool add_package(Builder *b, Str dir, Str wanted_name, bool is_primary);

static bool add_dependencies(Builder *b, const Manifest *manifest, Str dir, CrateDependency *out)
{
    for (uint32_t i = 0; i < manifest->dependency_count; i++) {
        const ManifestDependency *dependency = &manifest->dependencies[i];
        const char *from = path_join(b->arena, str_from_c(b->root), dir);
        const char *absolute = path_join(b->arena, str_from_c(from), dependency->path);
        Str relative = str_from_c(path_relative(b->arena, str_from_c(b->root), str_from_c(absolute)));
        if (str_eq(relative, STR(".")))
            relative = STR("");
        if (!add_package(b, relative, dependency->package_name, false))
            return false;
        const ProjectPackage *package = find_package(b, relative);
        DefId library = library_crate(b, package);
        if (def_id_is_none(library))
            return fail(b, arena_printf(b->arena, "no library targets found in package `%.*s`",
                                        (int)dependency->package_name.bytes, dependency->package_name.data));
        out[i] = (CrateDependency){ symbol(b, dependency->name), library };
    }
    sort_dependencies(b, out, manifest->dependency_count);
    return true;
}

static DefId add_crate(Builder *b, const Manifest *manifest, const ProjectPackage *package, CrateInfo info,
                       const CrateDependency *dependencies, uint32_t count)
{
    info.package_name = symbol(b, manifest->name);
    info.package_version = symbol(b, manifest->version);
    info.edition = manifest->edition;
    info.is_primary = package->is_primary;
    info.dependencies = arena_copy(b->arena, dependencies, count * sizeof *dependencies);
    info.dependency_count = count;
    crate_info_vec_push(&b->crates, info);
    return info.crate;
}

static bool add_targets(Builder *b, const Manifest *manifest, ProjectPackage *package)
{
    CrateDependency *dependencies = arena_alloc_array(b->arena, manifest->dependency_count + 1, sizeof *dependencies);
    if (!add_dependencies(b, manifest, package->dir, dependencies))
        return false;
    uint32_t count = manifest->dependency_count;
    DefIdVec crates;
    def_id_vec_init(&crates, b->arena);
    Str name, path;
    if (library_of(b, manifest, package->dir, &name, &path)) {
        CrateInfo info = new_crate(b, package->dir, TARGET_LIB, name, path);
        def_id_vec_push(&crates, add_crate(b, manifest, package, info, dependencies, count));
        dependencies[count++] = (CrateDependency){ info.name, info.crate };
        sort_dependencies(b, dependencies, count);
    }
    BinTargetVec bins;
    if (!collect_bins(b, manifest, package->dir, &bins))
        return false;
    for (uint32_t i = 0; package->is_primary && i < bins.count; i++) {
        Str crate_name = crate_name_of_package(b, bins.items[i].name);
        CrateInfo info = new_crate(b, package->dir, TARGET_BIN, crate_name, bins.items[i].path);
        def_id_vec_push(&crates, add_crate(b, manifest, package, info, dependencies, count));
    }
    if (package->is_primary && crates.count == 0)
        return fail(b, arena_printf(b->arena,
                                    "failed to parse manifest at `%s`\n\nCaused by:\n  no targets specified in the "
                                    "manifest\n  either src/lib.rs, src/main.rs, a [lib] section, or [[bin]] section "
                                    "must be present",
                                    package->manifest_path));
    package->crates = crates.items;
    package->crate_count = crates.count;
    return true;
}

static bool add_package(Builder *b, Str dir, Str wanted_name, bool is_primary)
{
    for (uint32_t i = 0; i < b->open.count; i++) {
        if (str_eq(b->open.items[i], dir))
            return fail(b, arena_printf(b->arena, "cyclic package dependency: package `%.*s` depends on itself",
                                        (int)wanted_name.bytes, wanted_name.data));
    }
    if (find_package(b, dir))
        return true;
    if (b->packages.count + b->open.count >= PACKAGES_MAX)
        return fail(b, "too many packages");
    const char *path = package_path(b, dir, "Cargo.toml");
    const Manifest *manifest = read_manifest(b, path);
    if (!manifest)
        return false;
    if (wanted_name.bytes && !str_eq(wanted_name, manifest->name))
        return fail(b, arena_printf(b->arena, "no matching package named `%.*s` found\nlocation searched: %s",
                                    (int)wanted_name.bytes, wanted_name.data, path));
    if (is_primary) {
        bool release = str_eq(b->project->profile_name, STR("release"));
        apply_profile(b->project, release ? &manifest->release : &manifest->dev);
        b->project->default_run = manifest->default_run;
    }
    ProjectPackage package = { .name = manifest->name,
                               .version = manifest->version,
                               .dir = dir,
                               .manifest_path = path,
                               .is_primary = is_primary };
    str_vec_push(&b->open, dir);
    bool ok = add_targets(b, manifest, &package);
    str_vec_pop(&b->open);
    if (ok)
        package_vec_push(&b->packages, package);
    return ok;
}

/* ---- selection ------------------------------------------------------------------------------------ */

static bool bin_is_selected(const Builder *b, Str name)
{
    Str wanted;
    for (uint32_t at = 0; options_next(b->options, OPTION_BIN, &at, &wanted);) {
        if (str_eq(wanted, name))
            return true;
    }
    return false;
}

/* --lib, --bins, --bin NAME; everything of the primary package without them. */
static bool select_targets(Builder *b)
{
    const ProjectPackage *primary = &b->packages.items[b->packages.count - 1];
    bool lib = options_has(b->options, OPTION_LIB), bins = options_has(b->options, OPTION_BINS);
    bool named = options_has(b->options, OPTION_BIN);
    bool all = (!lib && !bins && !named) || options_has(b->options, OPTION_ALL_TARGETS);
    for (uint32_t i = 0; i < primary->crate_count; i++) {
        const CrateInfo *info = NULL;
        for (uint32_t j = 0; j < b->crates.count; j++) {
            if (def_id_eq(b->crates.items[j].crate, primary->crates[i]))
                info = &b->crates.items[j];
        }
        bool is_bin = info->kind == TARGET_BIN;
        bool wanted = all || (is_bin ? bins || bin_is_selected(b, sym_text(b->interners, info->name)) : lib);
        if (wanted)
            def_id_vec_push(&b->selected, info->crate);
    }
    Str name;
    for (uint32_t at = 0; options_next(b->options, OPTION_BIN, &at, &name);) {
        Str crate_name = crate_name_of_package(b, name);
        DefId crate = crate_def(b, primary->dir, TARGET_BIN, symbol(b, crate_name));
        bool found = false;
        for (uint32_t i = 0; i < b->selected.count; i++)
            found |= def_id_eq(b->selected.items[i], crate);
        if (!found)
            return fail(b, arena_printf(b->arena, "no bin target named `%.*s` in default-run packages",
                                        (int)name.bytes, name.data));
    }
    if (b->selected.count == 0)
        return fail(b, arena_printf(b->arena, "no library targets found in package `%.*s`",
                                    (int)primary->name.bytes, primary->name.data));
    return true;
}

static void finish(Builder *b)
{
    Project *project = b->project;
    project->crates = b->crates.items;
    project->crate_count = b->crates.count;
    project->packages = b->packages.items;
    project->package_count = b->packages.count;
    project->selected = b->selected.items;
    project->selected_count = b->selected.count;
    set_cfgs(b);
}

static void builder_init(Builder *b, Arena *arena, Interners *interners, const char *root, const Options *options,
                         Project *out, const char **error)
{
    *out = (Project){ 0 };
    *b = (Builder){ arena, interners, root, options, out, error, .open = { 0 } };
    crate_info_vec_init(&b->crates, arena);
    package_vec_init(&b->packages, arena);
    def_id_vec_init(&b->selected, arena);
    str_vec_init(&b->open, arena);
    witness_vec_init(&out->witnesses, arena);
}

bool project_of_package(Arena *arena, Interners *interners, const char *root, const Options *options, Str cwd,
                        Project *out, const char **error)
{
    (void)cwd;
    Builder b;
    builder_init(&b, arena, interners, root, options, out, error);
    if (!choose_profile(&b) || !add_package(&b, STR(""), STR(""), true) || !select_targets(&b))
        return false;
    finish(&b);
    return true;
}

/* ---- one file: `rscc rustc` ------------------------------------------------------------------------ */

static bool edition_of_name(Str name, uint8_t *out)
{
    static const char *const names[] = { "2015", "2018", "2021", "2024" };
    for (uint8_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq(name, str_from_c(names[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool codegen_flag(const Options *options, CodegenId id, bool otherwise)
{
    Str value;
    if (!options_codegen(options, id, &value))
        return otherwise;
    return !(str_eq(value, STR("no")) || str_eq(value, STR("off")) || str_eq(value, STR("n")) ||
             str_eq(value, STR("false")));
}

static bool choose_rustc_options(Builder *b)
{
    Project *project = b->project;
    project->profile_name = STR("dev");
    project->profile_dir = STR("debug");
    project->options = codegen_options_dev();
    project->options.debug_info = DEBUGINFO_NONE;
    Str value;
    if (options_codegen(b->options, CODEGEN_OPT_LEVEL, &value)) {
        bool ok = value.bytes == 1 && ((value.data[0] >= '0' && value.data[0] <= '3') || value.data[0] == 's' ||
                                       value.data[0] == 'z');
        if (!ok)
            return fail(b, arena_printf(b->arena, "incorrect value `%.*s` for codegen option `opt-level`",
                                        (int)value.bytes, value.data));
        uint8_t level = (uint8_t)value.data[0];
        project->options.opt_level = opt_level_of(level >= 's' ? level : (uint8_t)(level - '0'));
    }
    project->debug_assertions =
        codegen_flag(b->options, CODEGEN_DEBUG_ASSERTIONS, project->options.opt_level == 0);
    project->options.overflow_checks =
        codegen_flag(b->options, CODEGEN_OVERFLOW_CHECKS, project->debug_assertions);
    if (options_codegen(b->options, CODEGEN_PANIC, &value))
        project->options.panic_strategy = str_eq(value, STR("abort")) ? PANIC_ABORT : PANIC_UNWIND;
    if (options_codegen(b->options, CODEGEN_DEBUGINFO, &value))
        project->options.debug_info = str_eq(value, STR("0")) || str_eq(value, STR("none"))   ? DEBUGINFO_NONE
                                      : str_eq(value, STR("2")) || str_eq(value, STR("full")) ? DEBUGINFO_FULL
                                                                                              : DEBUGINFO_LINES;
    return true;
}

static Str crate_name_of_file(Builder *b, Str file)
{
    Str name = options_value(b->options, OPTION_CRATE_NAME);
    if (name.data)
        return name;
    name = path_file_name(file);
    if (str_ends_with(name, STR(".rs")))
        name.bytes -= 3;
    return crate_name_of_package(b, name);
}

/* --extern NAME=path/to/lib.rs: rscc has no metadata files; the path is that of the crate's root source file. */
static bool add_externs(Builder *b, uint8_t edition, CrateDependency *out, uint32_t *count)
{
    Str value;
    for (uint32_t at = 0; options_next(b->options, OPTION_EXTERN, &at, &value);) {
        const char *equals = memchr(value.data, '=', value.bytes);
        if (!equals)
            return fail(b, arena_printf(b->arena,
                                        "`--extern %.*s` without a path is not supported by rscc yet: give the "
                                        "crate's root source file",
                                        (int)value.bytes, value.data));
        Str name = { value.data, (size_t)(equals - value.data) };
        Str path = { equals + 1, value.bytes - name.bytes - 1 };
        const char *absolute = path_join(b->arena, str_from_c(b->root), path);
        Str dir = path_parent(str_from_c(absolute));
        Str relative = str_from_c(path_relative(b->arena, str_from_c(b->root), dir));
        if (str_eq(relative, STR(".")))
            relative = STR("");
        CrateInfo info = new_crate(b, relative, TARGET_LIB, name, path_file_name(path));
        info.package_name = info.name;
        info.package_version = symbol(b, STR("0.0.0"));
        info.edition = edition;
        crate_info_vec_push(&b->crates, info);
        out[(*count)++] = (CrateDependency){ info.name, info.crate };
    }
    sort_dependencies(b, out, *count);
    return true;
}

bool project_of_file(Arena *arena, Interners *interners, const char *root, const Options *options, Str file,
                     Project *out, const char **error)
{
    Builder b;
    builder_init(&b, arena, interners, root, options, out, error);
    uint8_t edition = EDITION_2015;
    Str edition_name = options_value(options, OPTION_EDITION);
    if (edition_name.data && !edition_of_name(edition_name, &edition))
        return fail(&b, "argument for `--edition` must be one of: 2015|2018|2021|2024");
    Str type = options_value(options, OPTION_CRATE_TYPE);
    bool is_lib = type.data && (str_eq(type, STR("lib")) || str_eq(type, STR("rlib")));
    if (type.data && !is_lib && !str_eq(type, STR("bin")))
        return fail(&b, arena_printf(arena, "crate type `%.*s` is not supported by rscc yet", (int)type.bytes, type.data));
    if (!choose_rustc_options(&b))
        return false;
    CrateDependency *dependencies = arena_alloc_array(arena, options_count(options, OPTION_EXTERN), sizeof *dependencies);
    uint32_t count = 0;
    if (!add_externs(&b, edition, dependencies, &count))
        return false;
    CrateInfo info =
        new_crate(&b, STR(""), is_lib ? TARGET_LIB : TARGET_BIN, crate_name_of_file(&b, file), path_file_name(file));
    info.package_name = info.name;
    info.package_version = sym_intern(interners, STR("0.0.0"));
    info.edition = edition;
    info.is_primary = true;
    info.dependencies = dependencies;
    info.dependency_count = count;
    crate_info_vec_push(&b.crates, info);
    def_id_vec_push(&b.selected, info.crate);
    finish(&b);
    return true;
}

const CrateInfo *project_crate(const Project *project, DefId crate)
{
    for (uint32_t i = 0; i < project->crate_count; i++) {
        if (def_id_eq(project->crates[i].crate, crate))
            return &project->crates[i];
    }
    return NULL;
}
