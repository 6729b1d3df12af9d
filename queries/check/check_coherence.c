/* Coherence: impls that overlap (E0119, E0592), impls of what is not ours (E0116, E0117, E0118,
 * E0210, E0390), and parameters of impls that nothing fixes (E0207). */
#include "check/check_priv.h"
#include "parse/parse.h"
#include "resolve/resolve_path.h"
#include "traits/traits_index.h"

static DiagSpan at(DefId def)
{
    return diag_at((Span){ def, 0 });
}

bool check_stands_later(Job *job, DefId a, DefId b)
{
    SourceSpan x = parse_source_span(job, lower_token_span(job, (Span){ a, 0 }));
    SourceSpan y = parse_source_span(job, lower_token_span(job, (Span){ b, 0 }));
    if (!file_id_eq(x.file, y.file)) {
        Fp fx = intern_fingerprint(job_interners(job), INTERN_file, x.file.v);
        Fp fy = intern_fingerprint(job_interners(job), INTERN_file, y.file.v);
        return fp_compare(fx, fy) > 0;
    }
    if (x.line != y.line || x.column != y.column)
        return x.line != y.line ? x.line > y.line : x.column > y.column;
    const Interners *in = job_interners(job);
    return fp_compare(intern_fingerprint(in, INTERN_def, a.v),
                      intern_fingerprint(in, INTERN_def, b.v)) > 0;
}

static Str self_text(Job *job, DefId impl)
{
    return ty_text_in(job_interners(job), q_impl_header(job, impl)->self_ty, job_scratch(job));
}

/* ---- E0119 ---- */

static void report_overlap(Job *job, DefId impl, DefId first)
{
    const Interners *in = job_interners(job);
    const ImplHeader *header = q_impl_header(job, impl);
    bool is_blanket = ty_kind(in, header->self_ty) == TY_PARAM;
    Str self = self_text(job, is_blanket ? first : impl);
    Text trait_text;
    text_init(&trait_text, job_scratch(job));
    text_add(&trait_text, sym_text(in, def_name(in, header->trait_ref.trait_def)));
    ArgSlice args = args_get(in, header->trait_ref.args);
    if (args.count > 1)
        args_text(in, args_intern(job_interners(job), args.items + 1, args.count - 1), &trait_text);
    Diag *diag = diag_new(job, DIAG_CODE_conflicting_impls, resolve_def_span(job, impl));
    diag_arg(diag, text_str(&trait_text));
    diag_arg(diag, self);
    diag_primary_label(diag, "conflicting implementation for `%.*s`", (int)self.bytes, self.data);
    diag_label(diag, resolve_def_span(job, first), "first implementation here");
    diag_emit(job, diag);
}

/* Impls of this crate are compared once, from the later one; impls of other crates always from
 * here. */
static bool conflicts(Job *job, DefId impl, DefId other)
{
    if (def_id_eq(impl, other) || !impls_overlap(job, impl, other))
        return false;
    const Interners *in = job_interners(job);
    return !def_id_eq(def_crate(in, impl), def_crate(in, other)) ||
           check_stands_later(job, impl, other);
}

static bool check_overlap(Job *job, DefId impl, const ImplHeader *header)
{
    const DefList *crates = q_visible_crates(job, def_crate(job_interners(job), impl));
    InherentImplsKey self = inherent_impls_key(job_interners(job), header->self_ty);
    for (uint32_t c = 0; c < crates->count; c++) {
        TraitImplsKey key = { .crate = crates->items[c],
                              .trait_def = header->trait_ref.trait_def,
                              .kind = self.kind,
                              .detail = self.detail,
                              .def = self.def };
        const DefList *impls = q_trait_impls(job, key);
        for (uint32_t i = 0; i < impls->count; i++) {
            if (q_impl_header(job, impls->items[i])->is_negative != header->is_negative ||
                !conflicts(job, impl, impls->items[i]))
                continue;
            report_overlap(job, impl, impls->items[i]);
            return false;
        }
    }
    return true;
}

/* ---- E0592 ---- */

static void report_duplicate(Job *job, const AssocItem *item, DefId other)
{
    Str name = sym_text(job_interners(job), item->name);
    Diag *diag = diag_new(job, DIAG_CODE_duplicate_definitions, resolve_def_span(job, item->def));
    diag_arg(diag, name);
    diag_primary_label(diag, "duplicate definitions for `%.*s`", (int)name.bytes, name.data);
    diag_label(diag, resolve_def_span(job, other), "other definition for `%.*s`", (int)name.bytes,
               name.data);
    diag_emit(job, diag);
}

static const AssocItem *same_name(const AssocItems *items, const AssocItem *item)
{
    for (uint32_t i = 0; i < items->count; i++) {
        bool both_types =
            (items->items[i].kind == DEF_ASSOC_TYPE) == (item->kind == DEF_ASSOC_TYPE);
        if (both_types && sym_id_eq(items->items[i].name, item->name) &&
            !def_id_eq(items->items[i].def, item->def))
            return &items->items[i];
    }
    return NULL;
}

/* Within one impl the later item is blamed, between two impls that of the earlier impl. */
static bool check_duplicates(Job *job, DefId impl, DefId other)
{
    const AssocItems *own = q_assoc_items(job, impl), *theirs = q_assoc_items(job, other);
    bool same = def_id_eq(impl, other), ok = true;
    for (uint32_t i = 0; i < own->count; i++) {
        const AssocItem *twin = same_name(theirs, &own->items[i]);
        if (!twin || (same && twin > &own->items[i]) ||
            (!same && (!impls_overlap(job, impl, other) || check_stands_later(job, impl, other))))
            continue;
        report_duplicate(job, &own->items[i], twin->def);
        ok = false;
    }
    return ok;
}

static bool check_inherent_duplicates(Job *job, DefId impl, const ImplHeader *header)
{
    InherentImplsKey key = inherent_impls_key(job_interners(job), header->self_ty);
    key.crate = def_crate(job_interners(job), impl);
    bool ok = check_duplicates(job, impl, impl);
    if (key.kind == SIMPLIFIED_ANY)
        return ok;
    const DefList *impls = q_inherent_impls(job, key);
    for (uint32_t i = 0; i < impls->count; i++) {
        if (!def_id_eq(impls->items[i], impl))
            ok &= check_duplicates(job, impl, impls->items[i]);
    }
    return ok;
}

/* ---- whose type, whose trait ---- */

static bool defines_core(Job *job, DefId crate)
{
    Interners *in = job_interners(job);
    DefId sized = q_lang_item(job, (LangItemKey){ crate, sym_intern_c(in, "sized") })->def;
    return def_id_is_none(sized) || def_id_eq(def_crate(in, sized), crate);
}

static bool is_local(const Interners *in, DefId crate, const Ty *ty)
{
    return (ty->kind == TY_ADT && def_id_eq(def_crate(in, ty->as.adt.def), crate)) ||
           (ty->kind == TY_FOREIGN && def_id_eq(def_crate(in, ty->as.foreign.def), crate));
}

/* `&T` and `&mut T` belong to whom T belongs. */
static const Ty *through_references(const Interners *in, TyId ty)
{
    const Ty *record = ty_get(in, ty);
    while (record->kind == TY_REF)
        record = ty_get(in, record->as.ref.pointee);
    return record;
}

static bool report_simple(Job *job, DefId impl, DiagCode code, const char *label)
{
    diag_emit(job, diag_primary_label(diag_new(job, code, at(impl)), "%s", label));
    return false;
}

static bool report_uncovered(Job *job, DefId impl, const Ty *param)
{
    Str name = sym_text(job_interners(job), param->as.param.name);
    Diag *diag = diag_new(job, DIAG_CODE_orphan_param, at(impl));
    diag_arg(diag, name);
    diag_primary_label(diag, "uncovered type parameter");
    diag_emit(job, diag);
    return false;
}

/* The first local type among the arguments decides; no bare parameter may stand before it. */
static bool check_orphan(Job *job, DefId impl, const ImplHeader *header)
{
    const Interners *in = job_interners(job);
    DefId crate = def_crate(in, impl);
    if (def_id_eq(def_crate(in, header->trait_ref.trait_def), crate))
        return true;
    ArgSlice args = args_get(in, header->trait_ref.args);
    for (uint32_t i = 0; i < args.count; i++) {
        if (arg_kind(args.items[i]) != ARG_TY)
            continue;
        const Ty *ty = through_references(in, arg_ty(args.items[i]));
        if (is_local(in, crate, ty) || ty->has_error)
            return true;
        if (ty->kind == TY_PARAM)
            return report_uncovered(job, impl, ty);
    }
    return report_simple(job, impl, DIAG_CODE_orphan_impl,
                         "impl doesn't have any local type before any uncovered type parameters");
}

static bool check_inherent_type(Job *job, DefId impl, const ImplHeader *header)
{
    const Interners *in = job_interners(job);
    const Ty *ty = ty_get(in, header->self_ty);
    DefId crate = def_crate(in, impl);
    if (ty->has_error || is_local(in, crate, ty))
        return true;
    if (ty->kind == TY_ADT || ty->kind == TY_FOREIGN)
        return report_simple(job, impl, DIAG_CODE_inherent_on_foreign,
                             "impl for type defined outside of crate");
    if (ty->kind == TY_PARAM || ty->kind == TY_PROJECTION)
        return report_simple(job, impl, DIAG_CODE_inherent_on_param,
                             "impl requires a nominal type");
    if (defines_core(job, crate))
        return true;
    return report_simple(job, impl, DIAG_CODE_inherent_on_primitive,
                         "consider using an extension trait instead");
}

/* ---- E0207 ---- */

typedef struct {
    const Interners *in;
    uint32_t index;
    uint8_t kind; /* GenericParamKind */
    bool found;
} ParamSearch;

/* A projection does not fix its arguments. */
static WalkAction param_visit(void *context, GenericArg arg)
{
    ParamSearch *search = context;
    if (arg_kind(arg) == ARG_TY) {
        const Ty *ty = ty_get(search->in, arg_ty(arg));
        if (ty->kind == TY_PROJECTION)
            return WALK_SKIP;
        search->found |= search->kind == GENERIC_TYPE && ty->kind == TY_PARAM &&
                         ty->as.param.index == search->index;
    } else if (arg_kind(arg) == ARG_CONST) {
        ConstRecord konst = const_get(search->in, arg_const(arg));
        search->found |= search->kind == GENERIC_CONST && konst.kind == CONST_PARAM &&
                         konst.index_or_def == search->index;
    }
    return search->found ? WALK_STOP : WALK_INTO;
}

static bool header_fixes(Job *job, const ImplHeader *header, const GenericParam *param)
{
    const Interners *in = job_interners(job);
    ParamSearch search = { in, param->index, param->kind, false };
    arg_walk(in, arg_of_ty(header->self_ty), param_visit, &search);
    ArgSlice args = args_get(in, header->trait_ref.args);
    for (uint32_t i = 0; i < args.count && !search.found; i++)
        arg_walk(in, args.items[i], param_visit, &search);
    return search.found;
}

/* `impl<I: Iterator<Item = T>, T>`: T is fixed by I. */
static bool clauses_fix(Job *job, DefId impl, const GenericParam *param)
{
    const Interners *in = job_interners(job);
    const Predicates *predicates = q_predicates_of(job, impl);
    ParamSearch search = { in, param->index, param->kind, false };
    for (uint32_t i = 0; i < predicates->count && !search.found; i++) {
        if (predicates->items[i].kind == PREDICATE_PROJECTION)
            arg_walk(in, arg_of_ty(predicates->items[i].ty), param_visit, &search);
    }
    return search.found;
}

static bool check_params(Job *job, DefId impl, const ImplHeader *header)
{
    const Generics *generics = q_generics_of(job, impl);
    bool ok = true;
    if (ty_get(job_interners(job), header->self_ty)->has_error ||
        q_hir_item(job, impl)->nodes.has_error)
        return true; /* what would fix a parameter may be what failed */
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *param = &generics->params[i];
        if (param->kind == GENERIC_LIFETIME || header_fixes(job, header, param) ||
            clauses_fix(job, impl, param))
            continue;
        Diag *diag = diag_new(job, DIAG_CODE_unconstrained_param, at(param->def));
        diag_arg(diag, param->kind == GENERIC_CONST ? STR("const") : STR("type"));
        diag_arg(diag, sym_text(job_interners(job), param->name));
        diag_primary_label(diag, "unconstrained %s parameter",
                           param->kind == GENERIC_CONST ? "const" : "type");
        diag_emit(job, diag);
        ok = false;
    }
    return ok;
}

bool check_coherence(Job *job, DefId impl)
{
    const ImplHeader *header = q_impl_header(job, impl);
    bool ok = check_params(job, impl, header);
    if (!header->is_trait_impl)
        return check_inherent_type(job, impl, header) &&
               check_inherent_duplicates(job, impl, header) && ok;
    if (def_id_is_none(header->trait_ref.trait_def) ||
        args_flags(job_interners(job), header->trait_ref.args).has_error)
        return ok;
    return check_orphan(job, impl, header) && check_overlap(job, impl, header) && ok;
}
