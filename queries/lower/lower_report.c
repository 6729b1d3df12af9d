/* Paths that cannot be resolved, or name something else than is wanted: rustc's codes and words. */
#include "lower/lower_priv.h"

typedef struct {
    const char *expected;
    DiagCode not_found, unexpected;
} SourceInfo;

static const SourceInfo infos[] = {
    [PATH_TYPE] = { "type", DIAG_CODE_not_found_value, DIAG_CODE_expected_type },
    [PATH_TRAIT] = { "trait", DIAG_CODE_not_found_trait, DIAG_CODE_path_not_trait },
    [PATH_EXPR] = { "value", DIAG_CODE_not_found_value, DIAG_CODE_path_not_value },
    [PATH_CALLEE] = { "function", DIAG_CODE_not_found_value, DIAG_CODE_path_not_value },
    [PATH_PAT] = { "unit struct, unit variant or constant", DIAG_CODE_not_found_pattern,
                   DIAG_CODE_path_not_pattern },
    [PATH_TUPLE_STRUCT] = { "tuple struct or tuple variant", DIAG_CODE_not_found_pattern,
                            DIAG_CODE_path_not_pattern },
    [PATH_STRUCT] = { "struct, variant or union type", DIAG_CODE_not_found_struct,
                      DIAG_CODE_path_not_struct },
};

static AstPos end_of(const AstIdent *ident)
{
    return ident->at + (1u << AST_POS_SHIFT);
}

static const AstIdent *ident_at(const Lower *l, const AstPath *path, uint32_t i)
{
    return &lower_path_segment(l, path, i)->name;
}

/* What a path in that place is wanted to be. */
static const char *expected_text(const Lower *l, const AstPath *path, PathSource source)
{
    Str last = lower_text(l, ident_at(l, path, path->segments.count - 1)->name);
    if (source == PATH_CALLEE && last.bytes > 0 && last.data[0] >= 'A' && last.data[0] <= 'Z')
        return "function, tuple struct or tuple variant";
    return infos[source].expected;
}

static Str path_text(const Lower *l, const AstPath *path, uint32_t count)
{
    Text text;
    text_init(&text, l->scratch);
    for (uint32_t i = 0; i < count; i++) {
        Str name = lower_text(l, ident_at(l, path, i)->name);
        text_addf(&text, "%s%.*s", i > 0 || path->is_global ? "::" : "", (int)name.bytes,
                  name.data);
    }
    return text_str(&text);
}

DiagSpan lower_def_span(Lower *l, DefId def)
{
    DefId adt = def_kind(l->in, def) == DEF_CTOR ? def_parent(l->in, def) : def;
    if (l->place.own && body_scopes_owns(l->place.own, adt))
        return diag_at_tokens(resolve_head_span(l->job, body_scopes_item(l->place.own, adt)));
    if (l->place.own && def_kind(l->in, adt) == DEF_VARIANT &&
        body_scopes_owns(l->place.own, def_parent(l->in, adt)))
        return diag_nowhere();
    return resolve_def_span(l->job, def);
}

static const char *res_text(Lower *l, Res res)
{
    if (res.kind == RES_DEF && def_kind(l->in, res.def) == DEF_CTOR) {
        static const char *const structs[] = { "struct", "tuple struct", "unit struct" };
        static const char *const variants[] = { "struct variant", "tuple variant", "unit variant" };
        HirCtorKind kind = lower_ctor_kind(l, res.def);
        bool is_variant = def_kind(l->in, def_parent(l->in, res.def)) == DEF_VARIANT;
        return is_variant ? variants[kind] : structs[kind];
    }
    if (res.kind == RES_DEF && def_kind(l->in, res.def) == DEF_CRATE)
        return "crate";
    return resolve_res_text(l->job, res);
}

/* ---- near misses ---- */

typedef struct {
    SymId name;
    Res res;
} Candidate;
VEC_TYPE(CandidateVec, candidate_vec, Candidate)

static void add_candidate(Lower *l, PathSource source, SymId name, Res res, CandidateVec *out)
{
    Str text = lower_text(l, name);
    bool is_hidden = text.bytes > 1 && text.data[0] == '_' && text.data[1] == ' ';
    if (res.kind != RES_ERROR && !is_hidden && path_accepts(l, source, res))
        candidate_vec_push(out, (Candidate){ name, res });
}

static void module_candidates(Lower *l, PathSource source, DefId module, CandidateVec *out)
{
    const ModuleNames *names = q_module_names(l->job, module);
    Namespace wanted = source == PATH_TYPE || source == PATH_TRAIT || source == PATH_STRUCT
                           ? NAMESPACE_TYPE
                           : NAMESPACE_VALUE;
    for (uint32_t i = 0; i < names->count; i++) {
        const ModuleName *name = &names->names[i];
        if (name->name_space == wanted &&
            resolve_is_visible(l->in, name->visible_in, l->place.module))
            add_candidate(l, source, name->name, name->res, out);
    }
}

static void scope_candidates(Lower *l, PathSource source, CandidateVec *out)
{
    for (uint32_t i = l->ribs.count; i > 0; i--) {
        const Rib *rib = &l->ribs.items[i - 1];
        if (rib->kind == RIB_LOCAL && rib->context == 0)
            add_candidate(l, source, rib->name, (Res){ .kind = RES_LOCAL, .local = rib->local },
                          out);
        else if (rib->kind == RIB_TYPE || rib->kind == RIB_CONST)
            add_candidate(l, source, rib->name, (Res){ .kind = RES_DEF, .def = rib->def }, out);
        else if (rib->kind == RIB_BARRIER)
            break;
    }
    module_candidates(l, source, l->place.module, out);
    for (uint8_t i = 0; source == PATH_TYPE && i < PRIMITIVE_COUNT; i++) {
#define X(U, text, kind, width) text,
        static const char *const names[] = { PRIMITIVE_TABLE(X) };
#undef X
        add_candidate(l, source, sym_intern_c(l->in, names[i]),
                      (Res){ .kind = RES_PRIMITIVE, .primitive = i }, out);
    }
}

/* True if a similar name was suggested. */
static bool suggest_similar(Lower *l, Diag *diag, const AstPath *path, PathSource source,
                            const CandidateVec *candidates)
{
    const AstIdent *last = ident_at(l, path, path->segments.count - 1);
    SymId *names = arena_alloc_array(l->scratch, candidates->count, sizeof *names);
    for (uint32_t i = 0; i < candidates->count; i++)
        names[i] = candidates->items[i].name;
    SymId near = resolve_suggest(l->in, last->name, names, candidates->count);
    for (uint32_t i = 0; i < candidates->count && !sym_id_is_none(near); i++) {
        if (!sym_id_eq(names[i], near))
            continue;
        const char *kind = res_text(l, candidates->items[i].res);
        Str text = lower_text(l, near);
        if (candidates->items[i].res.kind == RES_DEF) {
            DiagSpan span = lower_def_span(l, candidates->items[i].res.def);
            if (span.kind != DIAG_SPAN_NONE)
                diag_label(diag, span, "similarly named %s `%.*s` defined here", kind,
                           (int)text.bytes, text.data);
        }
        bool is_vowel = kind[0] == 'a' || kind[0] == 'e' || kind[0] == 'i' || kind[0] == 'o';
        diag_suggest(diag, lower_at(l, last->at, end_of(last)), text, APPLICABLE_MAYBE,
                     "%s %s with a similar name exists", is_vowel ? "an" : "a", kind);
        return true;
    }
    (void)source;
    return false;
}

/* ---- not found ---- */

/* `in this scope`, `in module `a``, `in the crate root`; and the label's form of it. */
static void where_text(Lower *l, const AstPath *path, const ResolvedPath *resolved, Str *message,
                       Str *label)
{
    Text m, b;
    text_init(&m, l->scratch);
    text_init(&b, l->scratch);
    uint32_t lead = path->segments.count - 1;
    if (lead == 0 && path->is_global) {
        text_add_c(&m, "in the list of imported crates");
        text_add_c(&b, "in the list of imported crates");
    } else if (lead == 0) {
        text_add_c(&m, "in this scope");
        text_add_c(&b, "in this scope");
    } else if (lead == 1 && ident_at(l, path, 0)->kind == TOKEN_KW_CRATE) {
        text_add_c(&m, "in the crate root");
        text_add_c(&b, "in the crate root");
    } else {
        Str text = path_text(l, path, lead);
        bool is_module =
            def_id_is_none(resolved->in_module) || def_id_eq(resolved->in_module, l->place.crate);
        const char *kind =
            is_module ? "module" : def_kind_text(def_kind(l->in, resolved->in_module));
        text_addf(&m, "in %s `%.*s`", kind, (int)text.bytes, text.data);
        text_addf(&b, "in `%.*s`", (int)text.bytes, text.data);
    }
    *message = text_str(&m);
    *label = text_str(&b);
}

static void report_last(Lower *l, const AstPath *path, PathSource source,
                        const ResolvedPath *resolved)
{
    const AstIdent *last = ident_at(l, path, path->segments.count - 1);
    const char *expected = expected_text(l, path, source);
    if (path->segments.count == 1 && path->is_global)
        expected = "crate";
    Str where, label;
    where_text(l, path, resolved, &where, &label);
    Diag *diag = diag_new(l->job, infos[source].not_found, lower_at(l, last->at, end_of(last)));
    diag_argf(diag, "%s", expected);
    diag_arg(diag, lower_text(l, last->name));
    diag_arg(diag, where);
    CandidateVec candidates;
    candidate_vec_init(&candidates, l->scratch);
    if (path->segments.count == 1 && !path->is_global)
        scope_candidates(l, source, &candidates);
    else if (!def_id_is_none(resolved->in_module) &&
             def_kind(l->in, resolved->in_module) != DEF_TRAIT)
        module_candidates(l, source, resolved->in_module, &candidates);
    if (!suggest_similar(l, diag, path, source, &candidates))
        diag_primary_label(diag, "not found %.*s", (int)label.bytes, label.data);
    lower_emit(l, diag);
}

static void report_trait_as_type(Lower *l, const AstPath *path, uint32_t count);

/* E0576: `<T as Trait>::item`. `Trait::item` alone is taken for an item of the trait as a type. */
static void report_missing_assoc(Lower *l, const AstPath *path, PathSource source,
                                 const ResolvedPath *resolved)
{
    const AstIdent *at = ident_at(l, path, resolved->at);
    if (path->qself_or_none.v == 0) {
        report_trait_as_type(l, path, resolved->at);
        return;
    }
    bool is_type = source == PATH_TYPE || resolved->at + 1 < path->segments.count;
    Str trait = path_text(l, path, resolved->at);
    Diag *diag = diag_new(l->job, DIAG_CODE_not_found_assoc, lower_at(l, at->at, end_of(at)));
    diag_argf(diag, "%s", is_type ? "associated type" : "method or associated constant");
    diag_arg(diag, lower_text(l, at->name));
    diag_arg(diag, trait);
    diag_primary_label(diag, "not found in `%.*s`", (int)trait.bytes, trait.data);
    lower_emit(l, diag);
}

/* ---- self and Self ---- */

static void report_self_value(Lower *l, const AstIdent *ident)
{
    Diag *diag = diag_new(l->job, DIAG_CODE_self_value, lower_at(l, ident->at, end_of(ident)));
    diag_primary_label(
        diag, "`self` value is a keyword only available in methods with a `self` parameter");
    DefKind kind = def_kind(l->in, l->owner);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN)
        diag_label(diag, diag_at_tokens(l->fn_span), "this function %s a `self` parameter",
                   kind == DEF_FN ? "can't have" : "doesn't have");
    lower_emit(l, diag);
}

static void report_self_type(Lower *l, const AstIdent *ident)
{
    Diag *diag = diag_new(l->job, DIAG_CODE_self_type, lower_at(l, ident->at, end_of(ident)));
    diag_primary_label(diag, "`Self` is only available in impls, traits, and type definitions");
    if (def_kind(l->in, l->owner) == DEF_FN)
        diag_label(diag, diag_at_tokens(l->fn_span), "`Self` not allowed in a function");
    lower_emit(l, diag);
}

/* ---- names of the function around ---- */

/* The names of generic parameters of an item around this one. */
static DefId outer_parameter(Lower *l, SymId name, DefId owner)
{
    const HirItem *item = q_hir_item(l->job, owner);
    for (uint32_t i = 0; i < item->param_count; i++) {
        if (sym_id_eq(def_name(l->in, item->params[i].def), name))
            return item->params[i].def;
    }
    return def_id_none();
}

static const char *owner_text(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN ? "function" : def_kind_text(kind);
}

/* E0401: nested items do not see generic parameters of the function around them. */
static bool report_outer_parameter(Lower *l, const AstIdent *ident, PathSource source)
{
    bool may_be = source == PATH_TYPE || source == PATH_EXPR;
    for (Place at = l->place; may_be && !def_id_is_none(at.body);
         at = resolve_place(l->job, at.body)) {
        for (DefId owner = at.body;
             def_kind(l->in, owner) != DEF_MOD && def_kind(l->in, owner) != DEF_CRATE;
             owner = def_parent(l->in, owner)) {
            DefId param = outer_parameter(l, ident->name, owner);
            if (def_id_is_none(param))
                continue;
            Diag *diag =
                diag_new(l->job, DIAG_CODE_outer_generic, lower_at(l, ident->at, end_of(ident)));
            diag_primary_label(diag, "use of generic parameter from outer item");
            diag_label(diag, diag_at((Span){ param, 0 }), "%s parameter from outer item",
                       def_kind(l->in, param) == DEF_TYPE_PARAM ? "type" : "const");
            diag_label(diag, diag_at_tokens(l->fn_span), "generic parameter used in this inner %s",
                       owner_text(def_kind(l->in, l->owner)));
            diag_note(diag, "nested items are independent from their parent item for everything "
                            "except for privacy and "
                            "name resolution");
            lower_emit(l, diag);
            return true;
        }
    }
    return false;
}

/* E0434, E0435: they do not see its variables either. */
static bool report_outer_local(Lower *l, const AstIdent *ident, PathSource source)
{
    bool may_be = source == PATH_EXPR || source == PATH_CALLEE;
    for (Place at = l->place; may_be && !def_id_is_none(at.body);
         at = resolve_place(l->job, at.body)) {
        const BodyItems *items = q_body_items(l->job, at.body);
        for (uint32_t block = at.block; block != 0 && block < items->block_count;
             block = items->blocks[block].parent) {
            IdRange locals = items->blocks[block].locals;
            for (uint32_t i = 0; i < locals.count; i++) {
                if (!sym_id_eq(items->locals[locals.start + i], ident->name))
                    continue;
                DefKind kind = def_kind(l->in, l->owner);
                bool is_fn = kind == DEF_FN || kind == DEF_ASSOC_FN;
                Diag *diag =
                    diag_new(l->job, is_fn ? DIAG_CODE_outer_local : DIAG_CODE_non_constant,
                             lower_at(l, ident->at, end_of(ident)));
                if (is_fn)
                    diag_help(diag, "use the `|| { ... }` closure form instead");
                else
                    diag_primary_label(diag, "non-constant value");
                lower_emit(l, diag);
                return true;
            }
        }
    }
    return false;
}

/* ---- the dispatcher ---- */

static void report_ambiguous(Lower *l, const AstPath *path, const ResolvedPath *resolved)
{
    const AstIdent *at = ident_at(l, path, resolved->at);
    Diag *diag = diag_new(l->job, DIAG_CODE_ambiguous_name, lower_at(l, at->at, end_of(at)));
    diag_arg(diag, lower_text(l, at->name));
    diag_primary_label(diag, "ambiguous name");
    diag_note(diag, "ambiguous because of multiple glob imports of a name in the same module");
    lower_emit(l, diag);
}

static void report_private(Lower *l, const AstPath *path, const ResolvedPath *resolved)
{
    const AstIdent *at = ident_at(l, path, resolved->at);
    DiagSpan span = lower_at(l, at->at, end_of(at));
    DefKind kind =
        resolved->found.kind == RES_DEF ? def_kind(l->in, resolved->found.def) : DEF_NONE;
    if (kind == DEF_TYPE_PARAM || kind == DEF_CONST_PARAM) {
        Diag *diag = diag_new(l->job, DIAG_CODE_generic_in_const, span);
        Str name = lower_text(l, at->name);
        diag_primary_label(diag, "cannot perform const operation using `%.*s`", (int)name.bytes,
                           name.data);
        diag_help(
            diag,
            kind == DEF_TYPE_PARAM
                ? "type parameters may not be used in const expressions"
                : "const parameters may only be used as standalone arguments here, i.e. `%.*s`",
            (int)name.bytes, name.data);
        lower_emit(l, diag);
        return;
    }
    if (resolved->found.kind == RES_LOCAL) {
        Diag *diag = diag_new(l->job, DIAG_CODE_non_constant, span);
        lower_emit(l, diag_primary_label(diag, "non-constant value"));
        return;
    }
    lower_emit(l, resolve_private_diag(l->job, resolved, at->name, span.tokens));
}

/* A value by that name may exist in the other name space: `expected value, found struct `S``. */
static bool report_other_namespace(Lower *l, const AstPath *path, const PathWord *words,
                                   PathSource source)
{
    bool wants_type = source == PATH_TYPE || source == PATH_TRAIT || source == PATH_STRUCT;
    Res other = lower_try_words(l, path, words, wants_type ? NAMESPACE_VALUE : NAMESPACE_TYPE);
    if (other.kind == RES_ERROR)
        return false;
    report_unexpected(l, path, source, other);
    return true;
}

static void report_missing(Lower *l, const AstPath *path, PathSource source,
                           const ResolvedPath *resolved, const PathWord *words)
{
    const AstIdent *first = ident_at(l, path, 0), *at = ident_at(l, path, resolved->at);
    bool is_bare = path->segments.count == 1 && !path->is_global;
    if (!def_id_is_none(resolved->in_module) && def_kind(l->in, resolved->in_module) == DEF_TRAIT) {
        report_missing_assoc(l, path, source, resolved);
        return;
    }
    if (resolved->at + 1 < path->segments.count || resolved->state != RESOLVE_NOT_FOUND) {
        TokenSpan span = lower_place_of(l, at->at, end_of(at));
        lower_emit(l,
                   resolve_module_diag(l->job, &l->place, resolved, words, path->is_global, span));
        return;
    }
    if (is_bare && first->kind == TOKEN_KW_SELF_LOWER) {
        report_self_value(l, first);
        return;
    }
    if (is_bare && first->kind == TOKEN_KW_SELF_UPPER && infos[source].expected[0] == 't') {
        report_self_type(l, first);
        return;
    }
    if (is_bare &&
        (report_outer_local(l, first, source) || report_outer_parameter(l, first, source)))
        return;
    if (!report_other_namespace(l, path, words, source))
        report_last(l, path, source, resolved);
}

void report_path(Lower *l, const AstPath *path, PathSource source, const ResolvedPath *resolved,
                 const PathWord *words)
{
    switch (resolved->state) {
    case RESOLVED:
        return;
    case RESOLVE_REPORTED:
        l->b->has_error = true;
        return;
    case RESOLVE_AMBIGUOUS:
        report_ambiguous(l, path, resolved);
        return;
    case RESOLVE_PRIVATE:
        report_private(l, path, resolved);
        return;
    case RESOLVE_NOT_FOUND:
    case RESOLVE_NOT_MODULE:
    case RESOLVE_SUPERS:
        report_missing(l, path, source, resolved, words);
        return;
    }
    RSC_UNREACHABLE();
}

/* ---- something else was found ---- */

/* `Enum::Variant` of a variant with named fields where a value is wanted: E0533, E0164. */
bool report_struct_variant(Lower *l, const AstPath *path, PathSource source,
                           const ResolvedPath *resolved, const PathWord *words)
{
    bool wants_value = source == PATH_EXPR || source == PATH_CALLEE || source == PATH_PAT ||
                       source == PATH_TUPLE_STRUCT;
    if (!wants_value || resolved->res.kind != RES_DEF ||
        def_kind(l->in, resolved->res.def) != DEF_ENUM ||
        resolved->resolved + 1 != path->segments.count)
        return false;
    SymId name = words[resolved->resolved].name;
    ScopeName variant =
        l->place.own && body_scopes_owns(l->place.own, resolved->res.def)
            ? body_scopes_member(l->place.own, resolved->res.def, name, NAMESPACE_TYPE)
            : *q_scope_name(l->job, (ScopeNameKey){ resolved->res.def, name, NAMESPACE_TYPE });
    if (!variant.is_found)
        return false;
    const char *expected = source == PATH_CALLEE ? "value" : infos[source].expected;
    Diag *diag = diag_new(l->job,
                          source == PATH_TUPLE_STRUCT ? DIAG_CODE_struct_variant_pattern
                                                      : DIAG_CODE_struct_variant,
                          source == PATH_TUPLE_STRUCT ? lower_at(l, l->around_lo, l->around_hi)
                                                      : lower_at(l, path->lo, path->hi));
    diag_argf(diag, "%s", expected);
    diag_arg(diag, path_text(l, path, path->segments.count));
    lower_emit(l, diag_primary_label(diag, "not a %s", expected));
    return true;
}

static bool is_function(const Lower *l, Res res)
{
    DefKind kind = res.kind == RES_DEF ? def_kind(l->in, res.def) : DEF_NONE;
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN;
}

/* E0782: the first `count` segments name a trait where a type is wanted. */
static void report_trait_as_type(Lower *l, const AstPath *path, uint32_t count)
{
    const AstIdent *last = ident_at(l, path, count - 1);
    lower_emit(l, diag_new(l->job, DIAG_CODE_trait_as_type,
                           lower_at(l, path->lo,
                                    count == path->segments.count ? path->hi : end_of(last))));
}

void report_unexpected(Lower *l, const AstPath *path, PathSource source, Res res)
{
    const char *expected = expected_text(l, path, source);
    Str text = path_text(l, path, path->segments.count);
    if (source == PATH_TYPE && res.kind == RES_DEF && def_kind(l->in, res.def) == DEF_TRAIT) {
        report_trait_as_type(l, path, path->segments.count);
        return;
    }
    if (source == PATH_TUPLE_STRUCT && is_function(l, res)) {
        Diag *call = diag_new(l->job, DIAG_CODE_call_in_pattern, lower_at(l, path->lo, path->hi));
        lower_emit(l, diag_note(call, "function calls are not allowed in patterns: "
                                      "<https://doc.rust-lang.org/book/ch19-00-patterns.html>"));
        return;
    }
    bool is_struct = res.kind == RES_DEF && def_kind(l->in, res.def) == DEF_STRUCT;
    bool is_whole = source == PATH_TUPLE_STRUCT || (source == PATH_CALLEE && is_struct);
    DiagSpan at =
        is_whole ? lower_at(l, l->around_lo, l->around_hi) : lower_at(l, path->lo, path->hi);
    Diag *diag = diag_new(l->job, infos[source].unexpected, at);
    if (source == PATH_TYPE) {
        diag_argf(diag, "%s", res_text(l, res));
        diag_arg(diag, text);
    } else {
        diag_argf(diag, "%s", expected);
        diag_argf(diag, "%s", res_text(l, res));
        diag_arg(diag, text);
    }
    if (is_struct && (source == PATH_EXPR || source == PATH_CALLEE)) {
        DiagSpan span = lower_def_span(l, res.def);
        diag_label(diag, span, "`%.*s` defined here", (int)text.bytes, text.data);
        diag_help(diag, source == PATH_EXPR ? "use struct literal syntax instead"
                                            : "use struct literal syntax instead of calling");
    } else if (source != PATH_TUPLE_STRUCT) {
        diag_primary_label(diag, "not a %s", expected);
    }
    lower_emit(l, diag);
}
