/* From a command line and manifests to crates: packages are followed along path dependencies,
 * targets are discovered as cargo does, and each crate gets its name, root file, edition, cfgs and
 * dependencies. */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag/diag_render.h"
#include "driver/driver_priv.h"
#include "project/project_name.h"

enum { MANIFEST_BYTES_MAX = 1 << 24, PACKAGES_MAX = 4096 };

VEC_TYPE(CrateInfoVec, crate_info_vec, CrateInfo)
VEC_TYPE(PackageVec, package_vec, ProjectPackage)
VEC_TYPE(DefIdVec, def_id_vec, DefId)

typedef struct {
    Str dir;
    const Manifest *manifest;
} OpenPackage;
VEC_TYPE(OpenPackageVec, open_package_vec, OpenPackage)

typedef struct {
    Arena *arena;
    Interners *interners;
    const char *root;
    Str cwd;
    const Options *options;
    Project *project;
    const char **error;
    CrateInfoVec crates;
    PackageVec packages;
    DefIdVec selected;
    OpenPackageVec open; /* packages being read, outermost first: for cycles and for who asked */
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

/* ---- profiles and cfgs
 * ---------------------------------------------------------------------------- */

static uint32_t opt_level_of(uint8_t setting)
{
    return setting == 's'   ? (uint32_t)OPT_LEVEL_SIZE
           : setting == 'z' ? (uint32_t)OPT_LEVEL_MIN_SIZE
                            : setting;
}

static void apply_profile(Project *project, const Profile *chosen)
{
    const ManifestProfile *profile = &chosen->settings;
    CodegenOptions *options = &project->options;
    *options = chosen->is_release ? codegen_options_release() : codegen_options_dev();
    project->debug_assertions = !chosen->is_release;
    project->profile_name = chosen->name;
    project->profile_dir = chosen->dir;
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
}

static Str wanted_profile(const Builder *b)
{
    Str name = options_value(b->options, OPTION_PROFILE);
    if (options_has(b->options, OPTION_RELEASE))
        return STR("release");
    return name.data ? name : STR("dev");
}

static bool choose_profile(Builder *b, const Manifest *manifest)
{
    Profile profile;
    const char *error;
    if (!profile_find(manifest, wanted_profile(b), b->arena, &profile, &error))
        return fail(b, error);
    apply_profile(b->project, &profile);
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
        "target_abi=\"\"",
        "target_arch=\"x86_64\"",
        "target_endian=\"little\"",
        "target_env=\"gnu\"",
        "target_family=\"unix\"",
        "target_has_atomic",
        "target_has_atomic=\"16\"",
        "target_has_atomic=\"32\"",
        "target_has_atomic=\"64\"",
        "target_has_atomic=\"8\"",
        "target_has_atomic=\"ptr\"",
        "target_os=\"linux\"",
        "target_pointer_width=\"64\"",
        "target_vendor=\"unknown\"",
        "unix",
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

/* ---- crates
 * --------------------------------------------------------------------------------------- */

/* A crate's identity is its package's place, its kind and its name: equal in every checkout of the
 * workspace. */
static DefId crate_def(Builder *b, Str dir, TargetKind kind, SymId name)
{
    Fp hash = fp_of_bytes(dir.data, dir.bytes, (uint64_t)kind);
    return def_id_intern(b->interners,
                         (PathRecord){ .kind = DEF_CRATE, .name = name.v, .hash = hash.lo });
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
    return status_ok(witness.seen.status);
}

static const char *package_path(Builder *b, Str dir, const char *relative)
{
    const char *package = path_join(b->arena, str_from_c(b->root), dir);
    return path_join(b->arena, str_from_c(package), str_from_c(relative));
}

/* What is wrong with a manifest as a whole. */
static bool fail_manifest(Builder *b, Str dir, const char *message)
{
    return fail(b, arena_printf(b->arena, "failed to parse manifest at `%s`\n\nCaused by:\n  %s",
                                package_path(b, dir, "Cargo.toml"), message));
}

typedef struct {
    Str name, path; /* the name may have `-`, which the crate's name has not */
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
            const char *file = arena_printf(b->arena, "src/bin/%.*s.rs", (int)target->name.bytes,
                                            target->name.data);
            const char *folder = arena_printf(b->arena, "src/bin/%.*s/main.rs",
                                              (int)target->name.bytes, target->name.data);
            if (file_exists(b, package_path(b, dir, file)))
                path = str_from_c(file);
            else if (file_exists(b, package_path(b, dir, folder)))
                path = str_from_c(folder);
            else if ((manifest->edition == EDITION_2015 || str_eq(target->name, manifest->name)) &&
                     file_exists(b, package_path(b, dir, "src/main.rs")))
                path = STR("src/main.rs");
            else
                return fail_manifest(
                    b, dir,
                    arena_printf(
                        b->arena,
                        "can't find `%.*s` bin at `%s` or `%s`. Please specify bin.path if "
                        "you want to use a non-default path.",
                        (int)target->name.bytes, target->name.data, file, folder));
        }
        if (bins_have(bins, target->name))
            return fail_manifest(
                b, dir,
                arena_printf(b->arena,
                             "found duplicate binary name %.*s, but all binary targets must have a "
                             "unique name",
                             (int)target->name.bytes, target->name.data));
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
        if (!main_taken && !bins_have(bins, manifest->name) &&
            file_exists(b, package_path(b, dir, "src/main.rs")))
            bin_target_vec_push(bins, (BinTarget){ manifest->name, STR("src/main.rs") });
        discover_bin_directory(b, dir, bins);
    }
    for (uint32_t i = written; i < bins->count; i++) {
        const char *problem = bin_name_problem(bins->items[i].name, b->arena);
        if (problem)
            return fail_manifest(b, dir, problem);
    }
    if (bins->count > 1)
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

/* ---- packages
 * ------------------------------------------------------------------------------------- */

static const ProjectPackage *find_package(const Builder *b, Str dir)
{
    for (uint32_t i = 0; i < b->packages.count; i++) {
        if (str_eq(b->packages.items[i].dir, dir))
            return &b->packages.items[i];
    }
    return NULL;
}

static const CrateInfo *find_crate(const Builder *b, DefId crate)
{
    for (uint32_t i = 0; i < b->crates.count; i++) {
        if (def_id_eq(b->crates.items[i].crate, crate))
            return &b->crates.items[i];
    }
    return NULL;
}

static DefId library_crate(const Builder *b, const ProjectPackage *package)
{
    for (uint32_t i = 0; i < package->crate_count; i++) {
        if (find_crate(b, package->crates[i])->kind == TARGET_LIB)
            return package->crates[i];
    }
    return def_id_none();
}

/* `name v0.1.0 (/its/directory)` */
static const char *package_text(Builder *b, Str dir, const Manifest *manifest)
{
    const char *directory = path_join(b->arena, str_from_c(b->root), dir);
    return arena_printf(b->arena, "%.*s v%.*s (%s)", (int)manifest->name.bytes, manifest->name.data,
                        (int)manifest->version.bytes, manifest->version.data, directory);
}

/* Further lines of a message stand below its first, behind `error: `. */
static Str indented(Builder *b, const char *message)
{
    Text text;
    text_init(&text, b->arena);
    for (const char *at = message; *at; at++) {
        text_add_char(&text, *at);
        if (*at == '\n')
            text_add_c(&text, "       ");
    }
    return text_str(&text);
}

/* The place in the manifest, as cargo shows it. */
static const char *manifest_error_text(Builder *b, const char *path, Str text,
                                       const ManifestError *error)
{
    if (!error->line)
        return arena_printf(b->arena, "failed to parse manifest at `%s`\n\nCaused by:\n  %s", path,
                            error->message);
    RenderFile file;
    render_file_init(&file, b->arena, str_from_c(path_relative(b->arena, b->cwd, str_from_c(path))),
                     text);
    uint32_t line = error->line <= file.line_count ? error->line - 1 : file.line_count - 1;
    uint32_t lo = file.line_starts[line] + (error->column ? error->column - 1 : 0);
    uint32_t hi =
        file.line_starts[line] + (error->end_column ? error->end_column - 1 : error->column);
    uint32_t end = (uint32_t)text.bytes;
    lo = lo < end ? lo : end;
    hi = hi < end ? hi : end;
    RenderLabel label = { { &file, lo, hi > lo ? hi : lo }, STR(""), true, NULL };
    RenderDiag diag = { .level = DIAG_ERROR,
                        .message = indented(b, error->message),
                        .labels = &label,
                        .label_count = 1 };
    Text out;
    text_init(&out, b->arena);
    diag_render_human(&diag, (RenderOptions){ 0 }, &out);
    static const char prefix[] = "error: "; /* who prints this adds it, perhaps in colour */
    Str rendered = { out.data + sizeof prefix - 1, out.bytes - (sizeof prefix - 1) };
    while (rendered.bytes && rendered.data[rendered.bytes - 1] == '\n')
        rendered.bytes--;
    return arena_copy_str(b->arena, rendered);
}

static const char *unreadable_manifest_text(Builder *b, const char *path, Str wanted_name,
                                            Status status)
{
    if (b->open.count == 0)
        return arena_printf(b->arena, "failed to read `%s`\n\nCaused by:\n  %s", path,
                            status_reason(status, b->arena));
    const OpenPackage *by = &b->open.items[b->open.count - 1];
    Str name = wanted_name, directory = path_parent(str_from_c(path));
    return arena_printf(b->arena,
                        "failed to get `%.*s` as a dependency of package `%s`\n\nCaused by:\n  "
                        "failed to load source "
                        "for dependency `%.*s`\n\nCaused by:\n  unable to update %.*s\n\nCaused "
                        "by:\n  failed to read "
                        "`%s`\n\nCaused by:\n  %s",
                        (int)name.bytes, name.data, package_text(b, by->dir, by->manifest),
                        (int)name.bytes, name.data, (int)directory.bytes, directory.data, path,
                        status_reason(status, b->arena));
}

static const Manifest *read_manifest(Builder *b, const char *path, Str wanted_name)
{
    Str text;
    Seen seen = seen_read(path, MANIFEST_BYTES_MAX, b->arena, &text);
    if (!status_ok(seen.status)) {
        *b->error = unreadable_manifest_text(b, path, wanted_name, seen.status);
        return NULL;
    }
    witness_vec_push(&b->project->witnesses, (Witness){ WITNESS_FILE, str_from_c(path), seen });
    ManifestError error = { 0 };
    const Manifest *manifest = manifest_parse(text, b->arena, &error);
    if (!manifest)
        *b->error = manifest_error_text(b, path, text, &error);
    return manifest;
}

static bool add_package(Builder *b, Str dir, Str wanted_name, bool is_primary);

/* Of the innermost open package. */
static bool check_requirement(Builder *b, const ManifestDependency *dependency,
                              const ProjectPackage *package)
{
    Version version;
    const char *problem = version_read(package->version, b->arena, &version);
    rsc_assert(!problem); /* the manifest would not have been read */
    if (requirement_is_met(&dependency->requirement, &version))
        return true;
    const OpenPackage *by = &b->open.items[b->open.count - 1];
    Str directory = path_parent(str_from_c(package->manifest_path));
    return fail(
        b, arena_printf(b->arena,
                        "failed to select a version for the requirement `%.*s = \"%s\"`\ncandidate "
                        "versions found which didn't match: %.*s\nlocation searched: "
                        "%.*s\nrequired by package `%s`",
                        (int)package->name.bytes, package->name.data,
                        requirement_text(&dependency->requirement, b->arena),
                        (int)package->version.bytes, package->version.data, (int)directory.bytes,
                        directory.data, package_text(b, by->dir, by->manifest)));
}

static bool add_dependencies(Builder *b, const Manifest *manifest, Str dir, CrateDependency *out,
                             uint32_t *count)
{
    for (uint32_t i = 0; i < manifest->dependency_count; i++) {
        const ManifestDependency *dependency = &manifest->dependencies[i];
        const char *from = path_join(b->arena, str_from_c(b->root), dir);
        const char *absolute = path_join(b->arena, str_from_c(from), dependency->path);
        Str relative =
            str_from_c(path_relative(b->arena, str_from_c(b->root), str_from_c(absolute)));
        if (str_eq(relative, STR(".")))
            relative = STR("");
        if (!add_package(b, relative, dependency->package_name, false))
            return false;
        const ProjectPackage *package = find_package(b, relative);
        if (!check_requirement(b, dependency, package))
            return false;
        DefId library = library_crate(b, package);
        if (def_id_is_none(library)) {
            const char *text = arena_printf(
                b->arena, "%s ignoring invalid dependency `%.*s` which is missing a lib target",
                package_text(b, dir, manifest), (int)dependency->name.bytes, dependency->name.data);
            str_vec_push(&b->project->warnings, str_from_c(text));
            continue;
        }
        SymId name = dependency->is_renamed ? symbol(b, crate_name_of_package(b, dependency->name))
                                            : find_crate(b, library)->name;
        out[(*count)++] = (CrateDependency){ name, library };
    }
    sort_dependencies(b, out, *count);
    return true;
}

static DefId add_crate(Builder *b, const Manifest *manifest, const ProjectPackage *package,
                       CrateInfo info, const CrateDependency *dependencies, uint32_t count)
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

/* rustc's own rule for what it is given. */
static bool check_crate_names(Builder *b, const StrVec *target_names)
{
    for (uint32_t i = 0; i < target_names->count; i++) {
        Str name = crate_name_of_package(b, target_names->items[i]);
        const char *problem = options_crate_name_problem(name, b->arena);
        if (problem)
            return fail(b, problem);
    }
    return true;
}

static bool add_targets(Builder *b, const Manifest *manifest, ProjectPackage *package)
{
    CrateDependency *dependencies =
        arena_alloc_array(b->arena, manifest->dependency_count + 1, sizeof *dependencies);
    uint32_t count = 0;
    if (!add_dependencies(b, manifest, package->dir, dependencies, &count))
        return false;
    DefIdVec crates;
    StrVec names;
    def_id_vec_init(&crates, b->arena);
    str_vec_init(&names, b->arena);
    Str name, path;
    if (library_of(b, manifest, package->dir, &name, &path)) {
        CrateInfo info = new_crate(b, package->dir, TARGET_LIB, name, path);
        def_id_vec_push(&crates, add_crate(b, manifest, package, info, dependencies, count));
        str_vec_push(&names, name);
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
        str_vec_push(&names, bins.items[i].name);
    }
    if (crates.count + bins.count == 0)
        return fail_manifest(b, package->dir,
                             "no targets specified in the manifest\n  either src/lib.rs, "
                             "src/main.rs, a [lib] section, "
                             "or [[bin]] section must be present");
    if (manifest->default_run.bytes && !bins_have(&bins, manifest->default_run))
        return fail_manifest(b, package->dir,
                             arena_printf(b->arena, "default-run target `%.*s` not found",
                                          (int)manifest->default_run.bytes,
                                          manifest->default_run.data));
    if (!check_crate_names(b, &names))
        return false;
    package->crates = crates.items;
    package->target_names = names.items;
    package->crate_count = crates.count;
    return true;
}

static bool take_primary_manifest(Builder *b, const Manifest *manifest)
{
    b->project->default_run = manifest->default_run;
    str_vec_append(&b->project->warnings, manifest->warnings.items, manifest->warnings.count);
    return choose_profile(b, manifest);
}

/* open[first] depends on itself: the packages on the way, innermost first. */
static bool fail_cycle(Builder *b, uint32_t first)
{
    const OpenPackage *package = &b->open.items[first];
    const char *text = package_text(b, package->dir, package->manifest);
    Text out;
    text_init(&out, b->arena);
    text_addf(&out,
              "cyclic package dependency: package `%s` depends on itself. Cycle:\npackage `%s`",
              text, text);
    Str name = package->manifest->name;
    for (uint32_t i = b->open.count; i-- > first;) {
        const OpenPackage *dependent = &b->open.items[i];
        text_addf(&out, "\n    ... which satisfies path dependency `%.*s` of package `%s`",
                  (int)name.bytes, name.data, package_text(b, dependent->dir, dependent->manifest));
        name = dependent->manifest->name;
    }
    return fail(b, out.data);
}

static bool fail_wrong_package(Builder *b, const char *manifest_path, Str wanted_name)
{
    const OpenPackage *by = &b->open.items[b->open.count - 1];
    Str directory = path_parent(str_from_c(manifest_path));
    return fail(
        b,
        arena_printf(
            b->arena,
            "no matching package named `%.*s` found\nlocation searched: %.*s\nrequired by package "
            "`%s`",
            (int)wanted_name.bytes, wanted_name.data, (int)directory.bytes, directory.data,
            package_text(b, by->dir, by->manifest)));
}

static Str later_rust(const Manifest *manifest)
{
    RustVersion ours;
    const char *problem = rust_version_read(STR(RSCC_RUST_RELEASE), &ours);
    rsc_assert(!problem);
    bool is_met =
        manifest->rust_version.bytes == 0 || rust_version_is_met(manifest->needed_rust, ours);
    return is_met ? STR("") : manifest->rust_version;
}

static bool add_package(Builder *b, Str dir, Str wanted_name, bool is_primary)
{
    for (uint32_t i = 0; i < b->open.count; i++) {
        if (str_eq(b->open.items[i].dir, dir))
            return fail_cycle(b, i);
    }
    if (find_package(b, dir))
        return true;
    if (b->packages.count + b->open.count >= PACKAGES_MAX)
        return fail(b, "too many packages");
    const char *path = package_path(b, dir, "Cargo.toml");
    const Manifest *manifest = read_manifest(b, path, wanted_name);
    if (!manifest)
        return false;
    if (wanted_name.bytes && !str_eq(wanted_name, manifest->name))
        return fail_wrong_package(b, path, wanted_name);
    if (is_primary && !take_primary_manifest(b, manifest))
        return false;
    ProjectPackage package = { .name = manifest->name,
                               .version = manifest->version,
                               .dir = dir,
                               .manifest_path = path,
                               .is_primary = is_primary,
                               .rust_needed = later_rust(manifest) };
    open_package_vec_push(&b->open, (OpenPackage){ dir, manifest });
    bool ok = add_targets(b, manifest, &package);
    open_package_vec_pop(&b->open);
    if (ok)
        package_vec_push(&b->packages, package);
    return ok;
}

/* ---- selection
 * ------------------------------------------------------------------------------------ */

/* NAME, NAME@VERSION or NAME:VERSION. */
static bool spec_matches(Str spec, const ProjectPackage *package)
{
    if (!str_starts_with(spec, package->name))
        return false;
    Str rest = { spec.data + package->name.bytes, spec.bytes - package->name.bytes };
    if (rest.bytes == 0)
        return true;
    Str version = { rest.data + 1, rest.bytes - 1 };
    return (rest.data[0] == '@' || rest.data[0] == ':') && str_eq(version, package->version);
}

static bool fail_unknown_package(Builder *b, Str spec)
{
    const char **names = arena_alloc_array(b->arena, b->packages.count, sizeof *names);
    for (uint32_t i = 0; i < b->packages.count; i++)
        names[i] = arena_copy_str(b->arena, b->packages.items[i].name);
    const char *similar = options_similar(spec, names, b->packages.count);
    const char *help =
        similar ? arena_printf(b->arena, "\n\nhelp: a package with a similar name exists: `%s`",
                               similar)
                : "";
    return fail(b, arena_printf(b->arena,
                                "package ID specification `%.*s` did not match any packages%s",
                                (int)spec.bytes, spec.data, help));
}

/* The packages the command is about: the primary one, or those that -p names. */
static bool select_packages(Builder *b, PackageVec *out)
{
    package_vec_init(out, b->arena);
    Str spec;
    for (uint32_t at = 0; options_next(b->options, OPTION_PACKAGE, &at, &spec);) {
        uint32_t i = 0;
        while (i < b->packages.count && !spec_matches(spec, &b->packages.items[i]))
            i++;
        if (i == b->packages.count)
            return fail_unknown_package(b, spec);
        package_vec_push(out, b->packages.items[i]);
    }
    if (out->count == 0)
        package_vec_push(out, b->packages.items[b->packages.count - 1]);
    return true;
}

static bool bin_is_named(const Builder *b, Str name)
{
    Str wanted;
    for (uint32_t at = 0; options_next(b->options, OPTION_BIN, &at, &wanted);) {
        if (str_eq(wanted, name))
            return true;
    }
    return false;
}

/* --lib, --bins, --bin NAME; everything without them. */
static bool target_is_wanted(const Builder *b, const CrateInfo *crate, Str name)
{
    bool lib = options_has(b->options, OPTION_LIB), bins = options_has(b->options, OPTION_BINS);
    bool is_any = !lib && !bins && !options_has(b->options, OPTION_BIN);
    if (is_any || options_has(b->options, OPTION_ALL_TARGETS))
        return true;
    return crate->kind == TARGET_BIN ? bins || bin_is_named(b, name) : lib;
}

static bool fail_unknown_bin(Builder *b, const PackageVec *packages, Str wanted)
{
    Text text;
    text_init(&text, b->arena);
    text_addf(&text, "no bin target named `%.*s` in %s packages", (int)wanted.bytes, wanted.data,
              options_has(b->options, OPTION_PACKAGE) ? "selected" : "default-run");
    const char *heading = "\nhelp: available bin targets:";
    for (uint32_t i = 0; i < packages->count; i++) {
        const ProjectPackage *package = &packages->items[i];
        for (uint32_t j = 0; j < package->crate_count; j++) {
            if (find_crate(b, package->crates[j])->kind != TARGET_BIN)
                continue;
            Str name = package->target_names[j];
            text_addf(&text, "%s\n    %.*s", heading, (int)name.bytes, name.data);
            heading = "";
        }
    }
    return fail(b, text.data);
}

static bool check_named_bins(Builder *b, const PackageVec *packages)
{
    Str wanted;
    for (uint32_t at = 0; options_next(b->options, OPTION_BIN, &at, &wanted);) {
        bool found = false;
        for (uint32_t i = 0; i < packages->count; i++) {
            const ProjectPackage *package = &packages->items[i];
            for (uint32_t j = 0; j < package->crate_count; j++)
                found |= str_eq(package->target_names[j], wanted) &&
                         find_crate(b, package->crates[j])->kind == TARGET_BIN;
        }
        if (!found)
            return fail_unknown_bin(b, packages, wanted);
    }
    return true;
}

static bool check_features(Builder *b)
{
    const ProjectPackage *primary = &b->packages.items[b->packages.count - 1];
    Str features = options_value(b->options, OPTION_FEATURES);
    if (features.bytes == 0)
        return true;
    return fail(b, arena_printf(b->arena, "the package '%.*s' does not contain this feature: %.*s",
                                (int)primary->name.bytes, primary->name.data, (int)features.bytes,
                                features.data));
}

static bool select_targets(Builder *b)
{
    PackageVec packages;
    if (!check_features(b) || !select_packages(b, &packages) || !check_named_bins(b, &packages))
        return false;
    for (uint32_t i = 0; i < packages.count; i++) {
        const ProjectPackage *package = &packages.items[i];
        for (uint32_t j = 0; j < package->crate_count; j++) {
            if (target_is_wanted(b, find_crate(b, package->crates[j]), package->target_names[j]))
                def_id_vec_push(&b->selected, package->crates[j]);
        }
    }
    if (b->selected.count == 0)
        return fail(b,
                    arena_printf(b->arena, "no library targets found in package `%.*s`",
                                 (int)packages.items[0].name.bytes, packages.items[0].name.data));
    return true;
}

/* Dependents stand behind their dependencies. */
static bool *needed_crates(const Builder *b)
{
    bool *needed = arena_alloc_zeroed(b->arena, b->crates.count * sizeof *needed);
    for (uint32_t i = b->crates.count; i-- > 0;) {
        const CrateInfo *info = &b->crates.items[i];
        for (uint32_t j = 0; j < b->selected.count; j++)
            needed[i] |= def_id_eq(b->selected.items[j], info->crate);
        for (uint32_t j = i + 1; j < b->crates.count && !needed[i]; j++) {
            const CrateInfo *dependent = &b->crates.items[j];
            for (uint32_t k = 0; needed[j] && k < dependent->dependency_count; k++)
                needed[i] |= def_id_eq(dependent->dependencies[k].crate, info->crate);
        }
    }
    return needed;
}

static int compare_packages(const void *a, const void *b)
{
    return str_compare(((const ProjectPackage *)a)->name, ((const ProjectPackage *)b)->name);
}

/* Is our Rust new enough for all packages? */
static bool check_rust_versions(Builder *b)
{
    PackageVec wanting;
    package_vec_init(&wanting, b->arena);
    for (uint32_t i = 0; i < b->packages.count; i++) {
        if (b->packages.items[i].rust_needed.bytes)
            package_vec_push(&wanting, b->packages.items[i]);
    }
    if (wanting.count == 0 || options_has(b->options, OPTION_IGNORE_RUST_VERSION))
        return true;
    qsort(wanting.items, wanting.count, sizeof *wanting.items, compare_packages);
    Text text;
    text_init(&text, b->arena);
    text_addf(&text, "rustc %s is not supported by the following package%s:\n", RSCC_RUST_RELEASE,
              wanting.count > 1 ? "s" : "");
    for (uint32_t i = 0; i < wanting.count; i++) {
        const ProjectPackage *p = &wanting.items[i];
        text_addf(&text, "  %.*s@%.*s requires rustc %.*s\n", (int)p->name.bytes, p->name.data,
                  (int)p->version.bytes, p->version.data, (int)p->rust_needed.bytes,
                  p->rust_needed.data);
    }
    return fail(b, text.data);
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
    project->is_needed = needed_crates(b);
    set_cfgs(b);
}

static void builder_init(Builder *b, Arena *arena, Interners *interners, const char *root,
                         const Options *options, Str cwd, Project *out, const char **error)
{
    *out = (Project){ 0 };
    *b = (Builder){ arena, interners, root, cwd, options, out, error, .open = { 0 } };
    crate_info_vec_init(&b->crates, arena);
    package_vec_init(&b->packages, arena);
    def_id_vec_init(&b->selected, arena);
    open_package_vec_init(&b->open, arena);
    str_vec_init(&out->warnings, arena);
    witness_vec_init(&out->witnesses, arena);
}

bool project_of_package(Arena *arena, Interners *interners, const char *root,
                        const Options *options, Str cwd, Project *out, const char **error)
{
    Builder b;
    builder_init(&b, arena, interners, root, options, cwd, out, error);
    const char *problem = profile_name_problem(wanted_profile(&b), arena);
    if (problem)
        return fail(&b, problem);
    if (!add_package(&b, STR(""), STR(""), true) || !select_targets(&b) || !check_rust_versions(&b))
        return false;
    finish(&b);
    return true;
}

/* ---- one file: `rscc rustc`
 * ------------------------------------------------------------------------ */

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
        bool ok = value.bytes == 1 && ((value.data[0] >= '0' && value.data[0] <= '3') ||
                                       value.data[0] == 's' || value.data[0] == 'z');
        if (!ok)
            return fail(b, arena_printf(b->arena,
                                        "incorrect value `%.*s` for codegen option `opt-level`",
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
        project->options.debug_info =
            str_eq(value, STR("0")) || str_eq(value, STR("none"))   ? DEBUGINFO_NONE
            : str_eq(value, STR("2")) || str_eq(value, STR("full")) ? DEBUGINFO_FULL
                                                                    : DEBUGINFO_LINES;
    return true;
}

/* What is only asked about may have any name, and so may standard input. */
static bool crate_name_of_file(Builder *b, Str file, Str *out)
{
    *out = options_value(b->options, OPTION_CRATE_NAME);
    if (out->data)
        return true;
    Str name = path_file_name(file);
    if (str_ends_with(name, STR(".rs")) && name.bytes > 3)
        name.bytes -= 3;
    bool is_free = options_has(b->options, OPTION_PRINT) || str_eq(file, STR("-"));
    if (!is_free && str_starts_with(name, STR("-")))
        return fail(b, arena_printf(b->arena,
                                    "crate names cannot start with a `-`, but `%.*s` has a leading "
                                    "hyphen",
                                    (int)name.bytes, name.data));
    *out = crate_name_of_package(b, name);
    const char *problem = is_free ? NULL : options_crate_name_problem(*out, b->arena);
    return !problem || fail(b, problem);
}

/* --extern NAME=path/to/lib.rs: rscc has no metadata files; the path is that of the crate's root
 * source file. */
static bool add_externs(Builder *b, uint8_t edition, CrateDependency *out, uint32_t *count)
{
    Str value;
    for (uint32_t at = 0; options_next(b->options, OPTION_EXTERN, &at, &value);) {
        const char *equals = memchr(value.data, '=', value.bytes);
        if (!equals)
            return fail(b,
                        arena_printf(
                            b->arena,
                            "`--extern %.*s` without a path is not supported by rscc yet: give the "
                            "crate's root source file",
                            (int)value.bytes, value.data));
        Str name = { value.data, (size_t)(equals - value.data) };
        Str path = { equals + 1, value.bytes - name.bytes - 1 };
        const char *absolute = path_join(b->arena, b->cwd, path);
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

/* Without a type rustc makes a program. */
static bool target_kind(Builder *b, Str type, TargetKind *out)
{
    bool is_lib = str_eq(type, STR("lib")) || str_eq(type, STR("rlib"));
    *out = is_lib ? TARGET_LIB : TARGET_BIN;
    if (is_lib || !type.data || str_eq(type, STR("bin")))
        return true;
    static const char *const others[] = { "staticlib", "dylib", "cdylib", "proc-macro" };
    for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
        if (str_eq(type, str_from_c(others[i])))
            return fail(b, arena_printf(b->arena, "crate type `%s` is not supported by rscc yet",
                                        others[i]));
    }
    return fail(b, arena_printf(b->arena,
                                "unknown crate type: `%.*s`, expected one of: `lib`, `rlib`, "
                                "`staticlib`, `dylib`, `cdylib`, `bin`, `proc-macro`",
                                (int)type.bytes, type.data));
}

bool project_of_file(Arena *arena, Interners *interners, const char *root, const Options *options,
                     Str cwd, Str file, Project *out, const char **error)
{
    Builder b;
    builder_init(&b, arena, interners, root, options, cwd, out, error);
    uint8_t edition = EDITION_2015;
    Str edition_name = options_value(options, OPTION_EDITION);
    if (edition_name.data && !edition_of_name(edition_name, &edition))
        return fail(&b, "argument for `--edition` must be one of: 2015|2018|2021|2024");
    TargetKind kind;
    Str name;
    if (!target_kind(&b, options_value(options, OPTION_CRATE_TYPE), &kind))
        return false;
    if (!choose_rustc_options(&b) || !crate_name_of_file(&b, file, &name))
        return false;
    CrateDependency *dependencies =
        arena_alloc_array(arena, options_count(options, OPTION_EXTERN), sizeof *dependencies);
    uint32_t count = 0;
    if (!add_externs(&b, edition, dependencies, &count))
        return false;
    CrateInfo info = new_crate(&b, STR(""), kind, name, path_file_name(file));
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

bool project_needs(const Project *project, DefId crate)
{
    const CrateInfo *info = project_crate(project, crate);
    return project->is_needed[info - project->crates];
}

const ProjectPackage *project_package(const Project *project, DefId crate, Str *target_name)
{
    for (uint32_t i = 0; i < project->package_count; i++) {
        const ProjectPackage *package = &project->packages[i];
        for (uint32_t j = 0; j < package->crate_count; j++) {
            if (!def_id_eq(package->crates[j], crate))
                continue;
            if (target_name)
                *target_name = package->target_names[j];
            return package;
        }
    }
    return NULL;
}

const CrateInfo *project_crate(const Project *project, DefId crate)
{
    for (uint32_t i = 0; i < project->crate_count; i++) {
        if (def_id_eq(project->crates[i].crate, crate))
            return &project->crates[i];
    }
    return NULL;
}
