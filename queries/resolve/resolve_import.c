/* Imports: one step of the fixpoint, and the reports about those that stay unresolved. */
#include "resolve/resolve_priv.h"

static const ItemSegment *path_of(const CollectImport *import)
{
    return import->tree->segments + import->use->path.start;
}

/* How many segments name the module that the last one is looked up in. */
static uint32_t prefix_count(const CollectImport *import)
{
    uint32_t count = import->use->path.count;
    return import->kind == IMPORT_GLOB || count == 0 ? count : count - 1;
}

static const ItemSegment *last_segment(const CollectImport *import)
{
    return import->use->path.count ? path_of(import) + import->use->path.count - 1 : NULL;
}

static bool is_keyword_path(const CollectImport *import)
{
    const ItemSegment *last = last_segment(import);
    return last && (last->kind == TOKEN_KW_CRATE || last->kind == TOKEN_KW_SELF_LOWER ||
                    last->kind == TOKEN_KW_SUPER || last->kind == TOKEN_KW_DOLLAR_CRATE);
}

/* ---- globs ---- */

static bool resolve_glob(Collector *c, CollectImport *import)
{
    PathPrefix prefix = lookup_prefix(c, import->module, path_of(import), import->use->path.count,
                                      import->use->is_global, 0, import);
    if (prefix.state == PATH_UNKNOWN)
        return false;
    if (prefix.state == PATH_FAILED && !c->ignore_imports)
        return false;
    import->is_done = true;
    DefId target = prefix.state == PATH_OK ? prefix.module : def_id_none();
    /* A module's glob of itself adds nothing. */
    bool is_self = def_id_eq(target, c->modules.items[import->module].def);
    import->glob_target = is_self || import->use->is_empty ? def_id_none() : target;
    import->is_used = prefix.state == PATH_OK && (!is_self || import->use->is_empty);
    import->is_used |= import->use->is_empty && prefix.found.kind == RES_PRIMITIVE;
    if (import->use->is_glob)
        c->modules.items[import->module].pending_globs--;
    return true;
}

/* ---- single imports ---- */

static Lookup lookup_textual(Collector *c, const CollectImport *import, SymId name)
{
    MacroLookup macro = lookup_textual_macro(c, import->scope, name);
    Lookup result = { .state = macro.state };
    if (macro.state == LOOKUP_FOUND) {
        result.res = (Res){ .kind = RES_DEF, .def = macro.macro.def };
        const uint32_t *local = map_find(&c->def_map, &macro.macro.def);
        result.visible_in = local ? c->defs.items[*local].visible_in : c->crate;
    }
    return result;
}

static Lookup lookup_last(Collector *c, const CollectImport *import, const PathPrefix *prefix,
                          Namespace name_space, uint32_t index)
{
    const ItemSegment *last = last_segment(import);
    if (!def_id_is_none(prefix->module))
        return lookup_in_def(c, prefix->module, last->name, name_space, import->module, index);
    if (prefix->is_extern) {
        PathPrefix crate = lookup_prefix(c, import->module, last, 1, true, index, NULL);
        bool is_found = crate.state == PATH_OK && name_space == NAMESPACE_TYPE;
        return (Lookup){ .state = is_found ? LOOKUP_FOUND : LOOKUP_ABSENT,
                         .res = { .kind = RES_DEF, .def = crate.module } };
    }
    Lookup bare = lookup_bare(c, import->module, last->name, name_space, index);
    if (bare.state == LOOKUP_ABSENT && name_space == NAMESPACE_MACRO)
        return lookup_textual(c, import, last->name);
    return bare;
}

static bool is_underscore(const Collector *c, SymId name)
{
    return str_eq(sym_text(c->in, name), STR("_"));
}

static void bind(Collector *c, uint32_t index, Namespace name_space, const Lookup *there)
{
    const CollectImport *import = &c->imports.items[index];
    CollectName name = { .res = there->res,
                         .visible_in =
                             visibility_meet(c->in, import->visible_in, there->visible_in),
                         .import = index,
                         .item = import->item,
                         .order = import->order,
                         .name = import->name,
                         .module = import->module,
                         .name_space = name_space };
    if (is_underscore(c, import->name)) {
        /* Binds nothing, but brings a trait's methods into scope: kept under a name that cannot be
         * written. */
        Str path = sym_text(c->in, last_segment(import)->name);
        name.name = sym_intern_c(
            c->in, arena_printf(c->arena, "_ %.*s %u", (int)path.bytes, path.data, index));
    }
    collect_define(c, name);
}

/* True if the state of a name space became known. */
static bool resolve_in(Collector *c, uint32_t index, const PathPrefix *prefix, Namespace name_space)
{
    CollectImport *import = &c->imports.items[index];
    if (import->states[name_space] != LOOKUP_UNKNOWN)
        return false;
    Lookup there = lookup_last(c, import, prefix, name_space, index);
    if (there.state == LOOKUP_UNKNOWN)
        return false;
    DefId here = collect_module_def(c, import->module);
    import = &c->imports.items[index];
    import->states[name_space] = LOOKUP_ABSENT;
    if (there.state == LOOKUP_FOUND && resolve_is_visible(c->in, there.visible_in, here)) {
        import->states[name_space] = LOOKUP_FOUND;
        import->is_used = true;
        bind(c, index, name_space, &there);
    }
    return true;
}

/* `use self::super as a;`, `use crate as b;`, `use a::{self}` with an empty rest: the module
 * itself. */
static bool resolve_module_import(Collector *c, uint32_t index)
{
    CollectImport *import = &c->imports.items[index];
    PathPrefix whole = lookup_prefix(c, import->module, path_of(import), import->use->path.count,
                                     import->use->is_global, index, import);
    if (whole.state == PATH_UNKNOWN)
        return false;
    import->is_done = true;
    for (int n = 0; n < NAMESPACE_COUNT; n++)
        import->states[n] = LOOKUP_ABSENT;
    if (whole.state != PATH_OK || def_id_is_none(whole.module) ||
        sym_id_is_none(import->use->rename))
        return true;
    import->states[NAMESPACE_TYPE] = LOOKUP_FOUND;
    import->is_used = true;
    Lookup there = { .res = { .kind = RES_DEF, .def = whole.module } };
    bind(c, index, NAMESPACE_TYPE, &there);
    return true;
}

static bool resolve_single(Collector *c, uint32_t index)
{
    CollectImport *import = &c->imports.items[index];
    if (is_keyword_path(import) || import->use->path.count == 0)
        return resolve_module_import(c, index);
    PathPrefix prefix = lookup_prefix(c, import->module, path_of(import), prefix_count(import),
                                      import->use->is_global, index, import);
    if (prefix.state == PATH_UNKNOWN || (prefix.state == PATH_FAILED && !c->ignore_imports))
        return false;
    bool moved = false;
    if (prefix.state == PATH_FAILED) {
        for (int n = 0; n < NAMESPACE_COUNT; n++)
            c->imports.items[index].states[n] = LOOKUP_ABSENT;
    }
    for (int n = 0; n < NAMESPACE_COUNT && prefix.state == PATH_OK; n++)
        moved |= resolve_in(c, index, &prefix, (Namespace)n);
    import = &c->imports.items[index];
    import->is_done = true;
    for (int n = 0; n < NAMESPACE_COUNT; n++)
        import->is_done &= import->states[n] != LOOKUP_UNKNOWN;
    return moved || import->is_done;
}

bool collect_resolve_imports(Collector *c)
{
    bool moved = false;
    for (uint32_t i = 1; i < c->imports.count && !job_cancelled(c->job); i++) {
        CollectImport *import = &c->imports.items[i];
        if (import->is_done)
            continue;
        moved |= import->kind == IMPORT_GLOB ? resolve_glob(c, import) : resolve_single(c, i);
    }
    return moved;
}

/* ---- reports ---- */

/* The path as messages quote it: without `{..}`, up to segment `end`. */
static Str path_text(Collector *c, const CollectImport *import, uint32_t end)
{
    Text text;
    text_init(&text, c->arena);
    for (uint32_t i = 0; i < end; i++) {
        if (i > 0)
            text_add_c(&text, "::");
        text_add(&text, sym_text(c->in, path_of(import)[i].name));
    }
    return text_str(&text);
}

static Str module_text(Collector *c, DefId module, const char *root)
{
    Text text;
    text_init(&text, c->arena);
    if (def_kind(c->in, module) == DEF_CRATE && def_id_eq(module, c->crate))
        text_add_c(&text, root);
    else {
        text_add_char(&text, '`');
        if (def_id_eq(def_crate(c->in, module), c->crate))
            def_path_text(c->in, module, &text);
        else
            def_qualified_text(c->in, module, &text);
        text_add_char(&text, '`');
    }
    return text_str(&text);
}

/* What is wrong with one import, as a piece of a message that may hold several. */
typedef struct {
    TokenSpan span;
    Str path;
    const char *label;
    SymId suggestion; /* for the last segment */
    TokenSpan suggestion_span;
    const char *help;
} ImportError;
VEC_TYPE(ImportErrorVec, import_error_vec, ImportError)

static SymId similar_name(Collector *c, const CollectImport *import, DefId module)
{
    U32Vec names;
    u32_vec_init(&names, c->arena);
    uint32_t local = collect_module_of(c, module);
    for (uint32_t i = 1; i < c->names.count; i++) {
        const CollectName *name = &c->names.items[i];
        if (name->module == local && name->import == 0 && local != 0 &&
            name->res.kind != RES_ERROR &&
            resolve_is_visible(c->in, name->visible_in, collect_module_def(c, import->module)))
            u32_vec_push(&names, name->name.v);
    }
    const SymId *syms = (const SymId *)(const void *)names.items;
    return resolve_suggest(c->in, last_segment(import)->name, syms, names.count);
}

static const char *label_of_failed_prefix(Collector *c, const CollectImport *import,
                                          const PathPrefix *prefix)
{
    const ItemSegment *segment = path_of(import) + prefix->at;
    Str name = sym_text(c->in, segment->name);
    if (prefix->found.kind != RES_ERROR) {
        const char *kind = res_kind_text(c->in, prefix->found);
        if (prefix->found.kind == RES_DEF && !def_id_is_none(prefix->module)) {
            DefKind what = def_kind(c->in, prefix->found.def);
            if (what == DEF_FN || what == DEF_CONST || what == DEF_STATIC)
                return arena_printf(c->arena, "expected type, found %s `%.*s`", kind,
                                    (int)name.bytes, name.data);
        }
        return arena_printf(c->arena, "`%.*s` is a %s, not a module", (int)name.bytes, name.data,
                            kind);
    }
    if (!def_id_is_none(prefix->module)) {
        Str in = module_text(c, prefix->module, "the crate root");
        return arena_printf(c->arena, "could not find `%.*s` in %.*s", (int)name.bytes, name.data,
                            (int)in.bytes, in.data);
    }
    if (import->use->is_global && c->info->edition != EDITION_2015)
        return arena_printf(c->arena, "could not find `%.*s` in the list of imported crates",
                            (int)name.bytes, name.data);
    return arena_printf(c->arena, "use of unresolved module or unlinked crate `%.*s`",
                        (int)name.bytes, name.data);
}

/* What is imported is itself an import that was reported. */
static bool is_import_of_error(Collector *c, const CollectImport *import, const PathPrefix *prefix)
{
    SymId name = last_segment(import)->name;
    for (Namespace n = 0; n < NAMESPACE_COUNT; n = (Namespace)(n + 1)) {
        Lookup found = def_id_is_none(prefix->module)
                           ? lookup_in_module(c, import->module, name, n, import->module, 0)
                           : lookup_in_def(c, prefix->module, name, n, import->module, 0);
        if (found.state == LOOKUP_FOUND && found.res.kind == RES_ERROR)
            return true;
    }
    return false;
}

static bool failed_last(Collector *c, const CollectImport *import, const PathPrefix *prefix,
                        ImportError *error)
{
    if (is_import_of_error(c, import, prefix))
        return false;
    const ItemSegment *last = last_segment(import);
    Str name = sym_text(c->in, last->name);
    error->path = path_text(c, import, import->use->path.count);
    error->span = item_tokens_span(c->job, import->item, import->use->at_lo, import->use->at_hi);
    if (def_id_is_none(prefix->module)) {
        error->label =
            arena_printf(c->arena, "no external crate `%.*s`", (int)name.bytes, name.data);
        return true;
    }
    Str in = module_text(c, prefix->module, "the root");
    error->label = arena_printf(c->arena, "no `%.*s` in %.*s", (int)name.bytes, name.data,
                                (int)in.bytes, in.data);
    error->suggestion = similar_name(c, import, prefix->module);
    error->suggestion_span = item_tokens_span(c->job, import->item, last->at, last->at + 1);
    return true;
}

static void report_private(Collector *c, const CollectImport *import, const ItemSegment *segment,
                           Res res)
{
    Str name = sym_text(c->in, segment->name);
    const char *kind = res_kind_text(c->in, res);
    Diag *diag = diag_new(
        c->job, DIAG_CODE_private_item,
        diag_at_tokens(item_tokens_span(c->job, import->item, segment->at, segment->at + 1)));
    diag_argf(diag, "%s", kind);
    diag_arg(diag, name);
    diag_primary_label(diag, "private %s", kind);
    uint32_t *def = map_find(&c->def_map, &res.def);
    if (def)
        diag_span_note(diag, diag_at_tokens(item_head_span(c->job, c->defs.items[*def].item)),
                       "the %s `%.*s` is defined here", kind, (int)name.bytes, name.data);
    diag_emit(c->job, diag);
}

/* A name that is there but may not be named from here; false if there is none. */
static bool report_if_private(Collector *c, const CollectImport *import, const PathPrefix *prefix)
{
    const ItemSegment *last = last_segment(import);
    for (int n = 0; n < NAMESPACE_COUNT && !def_id_is_none(prefix->module); n++) {
        Lookup there =
            lookup_in_def(c, prefix->module, last->name, (Namespace)n, import->module, 0);
        if (there.state != LOOKUP_FOUND)
            continue;
        if (there.res.kind != RES_ERROR)
            report_private(c, import, last, there.res);
        return true;
    }
    return false;
}

static void report_supers(Collector *c, const CollectImport *import, const PathPrefix *prefix)
{
    const ItemSegment *segment = path_of(import) + prefix->at;
    Diag *diag = diag_new(
        c->job, DIAG_CODE_too_many_supers,
        diag_at_tokens(item_tokens_span(c->job, import->item, segment->at, segment->at + 1)));
    diag_emit(c->job, diag_primary_label(diag, "%s", prefix->error));
}

static void report_unnamed(Collector *c, const CollectImport *import)
{
    const ItemUse *use = import->use;
    Diag *diag =
        diag_new(c->job, DIAG_CODE_import_unnamed,
                 diag_at_tokens(item_tokens_span(c->job, import->item, use->at_lo, use->at_hi)));
    diag_emit(c->job, diag);
}

/* `use Trait::item`. */
static bool report_trait_import(Collector *c, const CollectImport *import, const PathPrefix *prefix)
{
    if (def_id_is_none(prefix->module) || def_kind(c->in, prefix->module) != DEF_TRAIT)
        return false;
    diag_unsupported(c->job,
                     diag_at_tokens(item_tokens_span(c->job, import->item, import->use->at_lo,
                                                     import->use->at_hi)),
                     "an import of a trait's associated item");
    return true;
}

/* `use self::*;`. */
static bool describe_self_glob(Collector *c, const CollectImport *import, ImportError *error)
{
    Str path = path_text(c, import, import->use->path.count);
    error->path = str_from_c(arena_printf(c->arena, "%.*s::*", (int)path.bytes, path.data));
    error->span = item_tokens_span(c->job, import->item, import->use->at_lo, import->use->at_hi);
    error->label = "cannot glob-import a module into itself";
    return true;
}

/* True if *error was filled; other mistakes have a report of their own. */
static bool describe(Collector *c, const CollectImport *import, ImportError *error)
{
    bool is_keyword = is_keyword_path(import) || import->use->path.count == 0;
    if (is_keyword && import->kind == IMPORT_SINGLE && sym_id_is_none(import->use->rename)) {
        report_unnamed(c, import);
        return false;
    }
    uint32_t count = is_keyword ? import->use->path.count : prefix_count(import);
    PathPrefix prefix =
        lookup_prefix(c, import->module, path_of(import), count, import->use->is_global, 0,
                      (CollectImport *)(uintptr_t)import);
    if (prefix.state == PATH_OK && report_trait_import(c, import, &prefix))
        return false;
    if (prefix.state == PATH_OK && import->kind == IMPORT_GLOB)
        return describe_self_glob(c, import, error);
    if (prefix.state == PATH_OK)
        return !is_keyword && !report_if_private(c, import, &prefix) &&
               failed_last(c, import, &prefix, error);
    if (prefix.state != PATH_FAILED)
        return false;
    const ItemSegment *segment = path_of(import) + prefix.at;
    if (prefix.error) {
        report_supers(c, import, &prefix);
        return false;
    }
    if (prefix.is_private) {
        report_private(c, import, segment, prefix.found);
        return false;
    }
    Lookup failed = { .state = LOOKUP_ABSENT };
    if (prefix.found.kind == RES_ERROR)
        failed =
            def_id_is_none(prefix.module)
                ? lookup_bare(c, import->module, segment->name, NAMESPACE_TYPE, 0)
                : lookup_in_def(c, prefix.module, segment->name, NAMESPACE_TYPE, import->module, 0);
    if (failed.state == LOOKUP_FOUND)
        return false; /* an import that was reported */
    if (prefix.found.kind == RES_ERROR && !def_id_is_none(prefix.module)) {
        Lookup value =
            lookup_in_def(c, prefix.module, segment->name, NAMESPACE_VALUE, import->module, 0);
        if (value.state == LOOKUP_FOUND)
            prefix.found = value.res;
    }
    error->path = path_text(c, import, prefix.at + 1);
    error->span = item_tokens_span(c->job, import->item, segment->at, segment->at + 1);
    error->label = label_of_failed_prefix(c, import, &prefix);
    if (prefix.found.kind == RES_ERROR && def_id_is_none(prefix.module) &&
        !import->use->is_global) {
        Str name = sym_text(c->in, segment->name);
        error->help = arena_printf(c->arena, "you might be missing a crate named `%.*s`",
                                   (int)name.bytes, name.data);
    }
    return true;
}

/* All unresolved leaves of one `use` in one message. */
static void emit(Collector *c, const ImportErrorVec *errors)
{
    const ImportError *first = &errors->items[0];
    Diag *diag = diag_new(c->job, DIAG_CODE_unresolved_import, diag_at_tokens(first->span));
    Text paths;
    text_init(&paths, c->arena);
    text_add_c(&paths, errors->count > 1 ? "s " : " ");
    for (uint32_t i = 0; i < errors->count; i++)
        text_addf(&paths, "%s`%.*s`", i ? ", " : "", (int)errors->items[i].path.bytes,
                  errors->items[i].path.data);
    diag_arg(diag, text_str(&paths));
    diag_primary_label(diag, "%s", first->label);
    for (uint32_t i = 0; i < errors->count; i++) {
        const ImportError *error = &errors->items[i];
        if (i > 0)
            diag_primary_more(diag, diag_at_tokens(error->span), "%s", error->label);
        if (!sym_id_is_none(error->suggestion))
            diag_suggest(diag, diag_at_tokens(error->suggestion_span),
                         sym_text(c->in, error->suggestion), APPLICABLE_MAYBE,
                         "a similar name exists in the module");
        if (error->help)
            diag_help(diag, "%s", error->help);
    }
    diag_emit(c->job, diag);
}

/* The name is bound to an error: what uses it says nothing more. */
static void bind_error(Collector *c, uint32_t index)
{
    const CollectImport *import = &c->imports.items[index];
    if (import->kind == IMPORT_GLOB || is_underscore(c, import->name))
        return;
    for (int n = 0; n < NAMESPACE_COUNT; n++) {
        uint32_t key[3] = { import->module, import->name.v, (uint32_t)n };
        if (!map_find(&c->name_map, key))
            collect_define(c, (CollectName){ .res = { .kind = RES_ERROR },
                                             .import = index,
                                             .item = import->item,
                                             .order = import->order,
                                             .name = import->name,
                                             .module = import->module,
                                             .name_space = (uint32_t)n });
    }
}

/* Not resolved, and not reported with an earlier block of the body. */
static bool is_unresolved(const CollectImport *import)
{
    return !import->is_used && !import->is_reported;
}

/* A macro_rules that is imported; none. */
static ItemId imported_macro(Collector *c, Res res)
{
    DefKind kind = res.kind == RES_DEF ? def_kind(c->in, res.def) : DEF_NONE;
    uint32_t *def = kind == DEF_MACRO ? map_find(&c->def_map, &res.def) : NULL;
    return def ? c->defs.items[*def].item : item_id_none();
}

static void emit_narrow(Collector *c, const CollectImport *import, const CollectName *narrow)
{
    Str name = sym_text(c->in, last_segment(import)->name);
    bool of_crate = def_id_eq(narrow->visible_in, c->crate);
    bool is_type = narrow->name_space == NAMESPACE_TYPE;
    ItemId macro = imported_macro(c, narrow->res);
    DiagSpan span = diag_at_tokens(
        item_tokens_span(c->job, import->item, import->use->at_lo, import->use->at_hi));
    Diag *diag = diag_new(
        c->job, is_type ? DIAG_CODE_private_reexport_type : DIAG_CODE_private_reexport, span);
    diag_arg(diag, name);
    diag_argf(diag, "%s",
              of_crate ? "only public within the crate, and cannot be re-exported outside"
                       : "private, and cannot be re-exported");
    if (is_type) {
        diag_primary_label(diag, "re-export of %s `%.*s`", of_crate ? "crate public" : "private",
                           (int)name.bytes, name.data);
        diag_note(diag, "consider declaring type or module `%.*s` with `pub`", (int)name.bytes,
                  name.data);
    } else if (item_id_is_none(macro)) {
        diag_span_note(diag, span, "consider marking `%.*s` as `pub` in the imported module",
                       (int)name.bytes, name.data);
    } else {
        diag_help(diag, "consider adding a `#[macro_export]` to the macro in the imported module");
    }
    diag_emit(c->job, diag);
}

/* `pub use` of what is less visible than that, in every name space that it is in: the last of them
 * is told about. */
static void report_narrow(Collector *c, uint32_t index)
{
    const CollectImport *import = &c->imports.items[index];
    const CollectName *narrow = NULL;
    for (uint32_t n = 0; n < NAMESPACE_COUNT; n++) {
        uint32_t key[3] = { import->module, import->name.v, n };
        uint32_t *slot = import->states[n] == LOOKUP_FOUND ? map_find(&c->name_map, key) : NULL;
        const CollectName *name = slot ? &c->names.items[*slot] : NULL;
        if (!name || name->import != index)
            continue;
        if (def_id_eq(name->visible_in, import->visible_in) || name->res.kind == RES_ERROR)
            return;
        narrow = name;
    }
    if (narrow && !is_underscore(c, import->name))
        emit_narrow(c, import, narrow);
}

void collect_report_imports(Collector *c)
{
    for (uint32_t i = 1; i < c->imports.count; i++) {
        if (!is_unresolved(&c->imports.items[i]))
            continue;
        ImportErrorVec errors;
        import_error_vec_init(&errors, c->arena);
        ItemId item = c->imports.items[i].item;
        uint32_t first = i;
        for (; i < c->imports.count && item_id_eq(c->imports.items[i].item, item); i++) {
            ImportError error = { .label = NULL };
            const CollectImport *import = &c->imports.items[i];
            if (is_unresolved(import) && !import->is_broken && describe(c, import, &error))
                import_error_vec_push(&errors, error);
        }
        if (errors.count > 0)
            emit(c, &errors);
        for (uint32_t k = first; k < i; k++) {
            if (is_unresolved(&c->imports.items[k]))
                bind_error(c, k); /* imports of it are not worth a word */
        }
        i--;
    }
    for (uint32_t i = 1; i < c->imports.count; i++) {
        if (!is_unresolved(&c->imports.items[i]) && c->imports.items[i].kind == IMPORT_SINGLE &&
            !c->imports.items[i].is_reported)
            report_narrow(c, i);
        c->imports.items[i].is_reported = true;
    }
}
