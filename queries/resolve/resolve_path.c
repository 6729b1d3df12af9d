/* Paths through single-name facts. */
#include "resolve/resolve_path.h"

#include "resolve/resolve_body.h"
#include "resolve/resolve_priv.h"

/* ---- places ---- */

DefId resolve_module_of(const Interners *in, DefId def)
{
    while (def_kind(in, def) != DEF_CRATE && def_kind(in, def) != DEF_MOD)
        def = def_parent(in, def);
    return def;
}

/* Has the definition a body in which others may stand? */
static bool is_body_owner(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST || kind == DEF_STATIC ||
           kind == DEF_ASSOC_CONST;
}

/* May it stand in a block? */
static bool is_item(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION ||
           kind == DEF_TRAIT || kind == DEF_TYPE_ALIAS || kind == DEF_IMPL || kind == DEF_CONST ||
           kind == DEF_STATIC || kind == DEF_MACRO || kind == DEF_FOREIGN_FN ||
           kind == DEF_FOREIGN_STATIC;
}

Place resolve_place(Job *job, DefId def)
{
    Interners *in = job_interners(job);
    Place place = { .crate = def_crate(in, def),
                    .module = resolve_module_of(in, def),
                    .own = NULL };
    for (DefId at = def; def_kind(in, at) != DEF_CRATE && def_kind(in, at) != DEF_MOD;
         at = def_parent(in, at)) {
        DefId parent = def_parent(in, at);
        if (!is_body_owner(def_kind(in, parent)) || !is_item(def_kind(in, at)))
            continue;
        const BodyItems *items = q_body_items(job, parent);
        for (uint32_t i = 0; i < items->item_count; i++) {
            if (!def_id_eq(items->items[i].def, at))
                continue;
            place.body = parent;
            place.block = items->items[i].block;
            return place;
        }
    }
    return place;
}

/* ---- bare names ---- */

static ScopeName nothing(void)
{
    return (ScopeName){ .is_found = false };
}

static ScopeName something(Res res)
{
    return (ScopeName){ .res = res, .is_found = true };
}

/* Does the block's glob give the name? */
static ScopeName block_globs(Job *job, const BodyItems *items, IdRange globs, SymId name,
                             Namespace name_space)
{
    ScopeName result = nothing();
    for (uint32_t i = 0; i < globs.count; i++) {
        const ScopeName *there =
            q_scope_name(job, (ScopeNameKey){ items->globs[globs.start + i], name, name_space });
        if (there->is_found && !result.is_found)
            result = *there;
        else if (there->is_found)
            result.is_ambiguous |= !def_id_eq(there->res.def, result.res.def);
    }
    return result;
}

static ScopeName block_name(Job *job, const BodyItems *items, uint32_t block, SymId name,
                            Namespace name_space)
{
    const BodyBlock *b = &items->blocks[block];
    for (uint32_t i = 0; i < b->names.count; i++) {
        const BlockName *n = &items->names[b->names.start + i];
        if (sym_id_eq(n->name, name) && n->name_space == name_space)
            return (ScopeName){ .res = n->res, .is_found = true, .visible_in = n->visible_in };
    }
    return block_globs(job, items, b->globs, name, name_space);
}

bool resolve_primitive(const Interners *interners, SymId name, uint8_t *primitive)
{
#define X(U, text, kind, width) text,
    static const char *const names[] = { PRIMITIVE_TABLE(X) };
#undef X
    Str text = sym_text(interners, name);
    for (uint8_t i = 0; i < PRIMITIVE_COUNT; i++) {
        if (str_eq(text, str_from_c(names[i]))) {
            *primitive = i;
            return true;
        }
    }
    return false;
}

ScopeName resolve_lexical(Job *job, DefId module, SymId name, Namespace name_space)
{
    Interners *in = job_interners(job);
    const ScopeName *own = q_scope_name(job, (ScopeNameKey){ module, name, name_space });
    if (own->is_found || name_space != NAMESPACE_TYPE)
        return *own;
    const ScopeName *crate =
        q_extern_prelude_name(job, (ScopeNameKey){ def_crate(in, module), name, name_space });
    if (crate->is_found)
        return *crate;
    uint8_t primitive;
    if (resolve_primitive(in, name, &primitive))
        return something((Res){ .kind = RES_PRIMITIVE, .primitive = primitive });
    return nothing();
}

ScopeName resolve_bare(Job *job, const Place *place, SymId name, Namespace name_space)
{
    Place at = *place;
    while (!def_id_is_none(at.body)) {
        const BodyItems *items = q_body_items(job, at.body);
        for (uint32_t block = at.block; block != 0 && block < items->block_count;
             block = items->blocks[block].parent) {
            ScopeName found = block_name(job, items, block, name, name_space);
            if (found.is_found)
                return found;
        }
        at = resolve_place(job, at.body);
    }
    return resolve_lexical(job, at.module, name, name_space);
}

/* ---- paths ---- */

typedef struct {
    Job *job;
    Interners *in;
    const Place *place;
    const PathWord *words;
    uint32_t count;
    bool is_global;
    Namespace name_space;
    const Res *first;
} Walk;

static ResolvedPath fail(ResolveState state, uint32_t at, DefId in_module, Res found)
{
    return (ResolvedPath){ .state = state, .at = at, .in_module = in_module, .found = found };
}

static ScopeName global_name(Walk *w, SymId name)
{
    DefId crate = w->place->crate;
    if (q_crate_info(w->job, crate)->edition == EDITION_2015) {
        const ScopeName *root = q_scope_name(w->job, (ScopeNameKey){ crate, name, NAMESPACE_TYPE });
        if (root->is_found)
            return *root;
    }
    return *q_extern_prelude_name(w->job, (ScopeNameKey){ crate, name, NAMESPACE_TYPE });
}

/* Keywords that name modules; false for ordinary words. */
static bool keyword(Walk *w, uint32_t i, DefId *module, ResolvedPath *failed)
{
    const PathWord *word = &w->words[i];
    DefId here = i == 0 ? w->place->module : *module;
    if (word->kind == TOKEN_KW_CRATE && i == 0)
        *module = w->place->crate;
    else if (word->kind == TOKEN_KW_DOLLAR_CRATE && i == 0)
        *module = word->dollar_crate;
    else if (word->kind == TOKEN_KW_SELF_LOWER && i == 0 && w->count > 1)
        *module = here;
    else if (word->kind == TOKEN_KW_SUPER && (i == 0 || !def_id_is_none(*module))) {
        if (def_kind(w->in, here) == DEF_CRATE)
            *failed = fail(RESOLVE_SUPERS, i, here, (Res){ 0 });
        else
            *module = resolve_module_of(w->in, def_parent(w->in, here));
    } else {
        return false;
    }
    return true;
}

static ScopeName word_name(Walk *w, uint32_t i, DefId module, Namespace name_space)
{
    if (i == 0 && w->first && w->first->kind != RES_ERROR)
        return something(*w->first);
    if (!def_id_is_none(module) && w->place->own && body_scopes_owns(w->place->own, module))
        return body_scopes_member(w->place->own, module, w->words[i].name, name_space);
    if (!def_id_is_none(module))
        return *q_scope_name(w->job, (ScopeNameKey){ module, w->words[i].name, name_space });
    if (w->is_global)
        return global_name(w, w->words[i].name);
    return resolve_bare(w->job, w->place, w->words[i].name, name_space);
}

static bool is_module(DefKind kind)
{
    return kind == DEF_CRATE || kind == DEF_MOD || kind == DEF_ENUM || kind == DEF_TRAIT;
}

static bool is_type(DefKind kind)
{
    return kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION || kind == DEF_TYPE_ALIAS ||
           kind == DEF_TYPE_PARAM || kind == DEF_ASSOC_TYPE;
}

static bool res_is_type(const Interners *in, Res res)
{
    return res.kind == RES_PRIMITIVE || res.kind == RES_SELF_TYPE ||
           (res.kind == RES_DEF && is_type(def_kind(in, res.def)));
}

static ResolvedPath done(Res res, uint32_t resolved)
{
    return (ResolvedPath){ .state = RESOLVED, .res = res, .resolved = resolved };
}

/* What a word that is not there leaves: relative to the enum before it, or a mistake. */
static ResolvedPath missing(Walk *w, uint32_t i, DefId module)
{
    if (!def_id_is_none(module) && def_kind(w->in, module) == DEF_ENUM)
        return done((Res){ .kind = RES_DEF, .def = module }, i);
    Res found = { .kind = RES_ERROR };
    for (int n = 0; n < NAMESPACE_COUNT && i + 1 < w->count && found.kind == RES_ERROR; n++) {
        ScopeName other = word_name(w, i, module, (Namespace)n);
        if (other.is_found)
            found = other.res;
    }
    return fail(found.kind == RES_ERROR ? RESOLVE_NOT_FOUND : RESOLVE_NOT_MODULE, i, module, found);
}

static ResolvedPath walk(Walk *w)
{
    DefId module = def_id_none();
    for (uint32_t i = 0; i < w->count; i++) {
        bool is_last = i + 1 == w->count;
        ResolvedPath failed = { .state = RESOLVED };
        if (keyword(w, i, &module, &failed)) {
            if (failed.state != RESOLVED)
                return failed;
            if (is_last)
                return done((Res){ .kind = RES_DEF, .def = module }, w->count);
            continue;
        }
        ScopeName there = word_name(w, i, module, is_last ? w->name_space : NAMESPACE_TYPE);
        if (!there.is_found)
            return missing(w, i, module);
        if (there.res.kind == RES_ERROR)
            return fail(RESOLVE_REPORTED, i, module, there.res);
        if (there.is_ambiguous)
            return fail(RESOLVE_AMBIGUOUS, i, module, there.res);
        if (!resolve_is_visible(w->in, there.visible_in, w->place->module))
            return fail(RESOLVE_PRIVATE, i, module, there.res);
        if (is_last)
            return done(there.res, w->count);
        if (there.res.kind == RES_DEF && is_module(def_kind(w->in, there.res.def)))
            module = there.res.def;
        else if (res_is_type(w->in, there.res))
            return done(there.res, i + 1);
        else
            return fail(RESOLVE_NOT_MODULE, i, module, there.res);
    }
    return fail(RESOLVE_NOT_FOUND, 0, def_id_none(), (Res){ 0 });
}

ResolvedPath resolve_path(Job *job, const Place *place, const PathWord *words, uint32_t count,
                          bool is_global, Namespace name_space, const Res *first)
{
    Walk w = { job, job_interners(job), place, words, count, is_global, name_space, first };
    return walk(&w);
}

/* Does the path end in a module, or lead nowhere? */
static bool is_module_or_nothing(const Interners *in, const ResolvedPath *path)
{
    if (path->state != RESOLVED)
        return path->state == RESOLVE_NOT_FOUND || path->state == RESOLVE_NOT_MODULE;
    DefKind kind = path->res.kind == RES_DEF ? def_kind(in, path->res.def) : DEF_KIND_COUNT;
    return kind == DEF_CRATE || kind == DEF_MOD;
}

ResolvedPath resolve_path_or_primitive(Job *job, const Place *place, const PathWord *words,
                                       uint32_t count, bool is_global, Namespace name_space,
                                       const Res *first)
{
    ResolvedPath path = resolve_path(job, place, words, count, is_global, name_space, first);
    Res res = { .kind = RES_PRIMITIVE };
    bool may_be_primitive = !is_global && (name_space == NAMESPACE_TYPE || count > 1);
    if (may_be_primitive && is_module_or_nothing(job_interners(job), &path) &&
        resolve_primitive(job_interners(job), words[0].name, &res.primitive))
        return done(res, 1);
    return path;
}

MacroName resolve_macro_path(Job *job, const Place *place, DefId def, const PathWord *words,
                             uint32_t count, bool is_global)
{
    MacroName none = { .item = item_id_none() };
    if (count == 1 && !is_global && words[0].kind != TOKEN_KW_DOLLAR_CRATE)
        return *q_macro_name(job, (MacroNameKey){ def, words[0].name });
    ResolvedPath path = resolve_path(job, place, words, count, is_global, NAMESPACE_MACRO, NULL);
    if (path.state != RESOLVED || path.resolved != count || path.res.kind != RES_DEF ||
        def_kind(job_interners(job), path.res.def) != DEF_MACRO)
        return none;
    DefId macro = path.res.def;
    return (MacroName){ q_def_item(job, macro)->item, def_crate(job_interners(job), macro), macro };
}

void resolve_words(Job *job, const Ast *ast, AstPathId path, ItemId item, DefId own_crate,
                   PathWord *words)
{
    IdRange segments = ast->paths[path.v].segments;
    for (uint32_t i = 0; i < segments.count; i++) {
        const AstIdent *name = &ast->segments[ast_list_at(ast, segments, i)].name;
        words[i] = (PathWord){ .name = name->name, .kind = name->kind };
        if (name->kind == TOKEN_KW_DOLLAR_CRATE)
            words[i].dollar_crate = resolve_dollar_crate(job, item, name->mark, own_crate);
    }
}

/* ---- messages ---- */

static const char *lead_text(const PathWord *words, uint32_t count, Str *text, Text *scratch,
                             const Interners *in)
{
    for (uint32_t i = 0; i < count; i++)
        text_addf(scratch, "%s%.*s", i ? "::" : "", (int)sym_text(in, words[i].name).bytes,
                  sym_text(in, words[i].name).data);
    *text = text_str(scratch);
    return text->data;
}

/* `nope` in `a`; module or crate `nope` in this scope; ... */
static void missing_arg(Job *job, Diag *diag, const ResolvedPath *path, const PathWord *words,
                        bool is_global)
{
    Interners *in = job_interners(job);
    Str name = sym_text(in, words[path->at].name), lead;
    Text text;
    text_init(&text, job_scratch(job));
    if (path->at > 0) {
        lead_text(words, path->at, &lead, &text, in);
        diag_argf(diag, "`%.*s` in `%.*s`", (int)name.bytes, name.data, (int)lead.bytes, lead.data);
        return;
    }
    bool is_upper = name.bytes > 0 && name.data[0] >= 'A' && name.data[0] <= 'Z';
    const char *what = words[0].kind == TOKEN_KW_SELF_UPPER ? ""
                       : is_upper                           ? "type "
                                                            : "module or crate ";
    if (is_global)
        diag_argf(diag, "`%.*s` in the crate root", (int)name.bytes, name.data);
    else
        diag_argf(diag, "%s`%.*s` in this scope", what, (int)name.bytes, name.data);
}

static void missing_label(Job *job, Diag *diag, const Place *place, const ResolvedPath *path,
                          const PathWord *words, bool is_global)
{
    Str name = sym_text(job_interners(job), words[path->at].name);
    bool is_upper = name.bytes > 0 && name.data[0] >= 'A' && name.data[0] <= 'Z';
    if (path->at > 0 && !def_id_is_none(path->in_module)) {
        Str in = resolve_module_text(job, path->in_module, place->crate, "the crate root");
        diag_primary_label(diag, "could not find `%.*s` in %.*s", (int)name.bytes, name.data,
                           (int)in.bytes, in.data);
    } else if (is_global) {
        diag_primary_label(diag, "could not find `%.*s` in the list of imported crates",
                           (int)name.bytes, name.data);
    } else if (words[0].kind == TOKEN_KW_SELF_UPPER) {
        diag_primary_label(diag, "`Self` is only available in impls, traits, and type definitions");
    } else if (is_upper) {
        diag_primary_label(diag, "use of undeclared type `%.*s`", (int)name.bytes, name.data);
    } else {
        diag_primary_label(diag, "use of unresolved module or unlinked crate `%.*s`",
                           (int)name.bytes, name.data);
        diag_help(diag, "you might be missing a crate named `%.*s`", (int)name.bytes, name.data);
    }
}

Diag *resolve_module_diag(Job *job, const Place *place, const ResolvedPath *path,
                          const PathWord *words, bool is_global, TokenSpan span)
{
    Str name = sym_text(job_interners(job), words[path->at].name);
    if (path->state == RESOLVE_SUPERS) {
        Diag *diag = diag_new(job, DIAG_CODE_too_many_supers, diag_at_tokens(span));
        return diag_primary_label(diag, "there are too many leading `super` keywords");
    }
    Diag *diag = diag_new(job, DIAG_CODE_unresolved_module, diag_at_tokens(span));
    missing_arg(job, diag, path, words, is_global);
    if (path->state == RESOLVE_NOT_MODULE && path->at > 0)
        return diag_primary_label(
            diag, "expected type, found %s `%.*s` in %.*s", resolve_res_text(job, path->found),
            (int)name.bytes, name.data,
            (int)resolve_module_text(job, path->in_module, place->crate, "the crate root").bytes,
            resolve_module_text(job, path->in_module, place->crate, "the crate root").data);
    if (path->state == RESOLVE_NOT_MODULE && path->found.kind != RES_LOCAL)
        return diag_primary_label(diag, "%s `%.*s` is not a crate or module",
                                  resolve_res_text(job, path->found), (int)name.bytes, name.data);
    missing_label(job, diag, place, path, words, is_global);
    return diag;
}

Diag *resolve_private_diag(Job *job, const ResolvedPath *path, SymId name, TokenSpan span)
{
    Str text = sym_text(job_interners(job), name);
    Interners *in = job_interners(job);
    bool is_ctor = path->found.kind == RES_DEF && def_kind(in, path->found.def) == DEF_CTOR;
    const char *kind = resolve_res_text(job, path->found);
    if (is_ctor)
        kind = arena_printf(job_scratch(job), "%s constructor", kind);
    Diag *diag = diag_new(job, DIAG_CODE_private_item, diag_at_tokens(span));
    diag_argf(diag, "%s", kind);
    diag_arg(diag, text);
    diag_primary_label(diag, "private %s", kind);
    if (path->found.kind == RES_DEF)
        diag_span_note(diag, resolve_def_span(job, path->found.def),
                       "the %s `%.*s` is defined here", kind, (int)text.bytes, text.data);
    return diag;
}
