/* Paths in types: resolved definitions with their arguments, `Self`, and associated types found
 * through bounds. */
#include "ty/ty_lower.h"
#include "ty/ty_priv.h"

static HirSegmentId path_segment(const HirPath *path, uint32_t index)
{
    return hir_segment_id_make(path->segments.start + index);
}

static const HirSegment *segment_get(const TyLower *lower, HirSegmentId segment)
{
    return &lower->nodes->segments[segment.v];
}

void ty_lower_forbid_args(TyLower *lower, const HirPath *path, uint32_t from, uint32_t to,
                          const char *what)
{
    for (uint32_t i = from; i < to; i++) {
        const HirSegment *segment = segment_get(lower, path_segment(path, i));
        if (!segment->has_args || (segment->args.count == 0 && segment->constraints.count == 0))
            continue;
        Diag *diag = ty_lower_diag(lower, DIAG_CODE_args_not_allowed, segment->span);
        if (!diag)
            return;
        bool only_lifetimes = true;
        for (uint32_t a = 0; a < segment->args.count; a++)
            only_lifetimes &=
                lower->nodes->generic_args[segment->args.start + a].kind == HIR_ARG_LIFETIME;
        diag_arg(diag, only_lifetimes ? STR("lifetime") : STR("type"));
        diag_arg(diag, str_from_c(what));
        diag_primary_label(diag, "%s argument not allowed", only_lifetimes ? "lifetime" : "type");
        diag_emit(lower->job, diag);
        return;
    }
}

/* ---- Self ---- */

TyId ty_self(Job *job, DefId self_of)
{
    Interners *in = job_interners(job);
    if (def_kind(in, self_of) == DEF_TRAIT)
        return ty_param(in, 0, sym_intern_c(in, "Self"));
    return q_type_of(job, self_of)->ty;
}

/* ---- associated types through bounds ---- */

enum { ASSOC_DEPTH_MAX = 16, SUPERTRAITS_MAX = 64 };

/* trait_def: none after an error. */
static DefId assoc_type_of_trait(TyLower *lower, DefId trait_def, SymId name)
{
    if (def_id_is_none(trait_def))
        return def_id_none();
    const AssocItems *items = q_assoc_items(lower->job, trait_def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].kind == DEF_ASSOC_TYPE && sym_id_eq(items->items[i].name, name))
            return items->items[i].def;
    }
    return def_id_none();
}

/* A bound that may have the associated type: the trait reference is lowered only if its trait is
 * the one asked for. */
typedef struct {
    TraitRef items[SUPERTRAITS_MAX];
    DefId assoc[SUPERTRAITS_MAX];
    uint32_t count;
} AssocMatches;

static void assoc_match_add(AssocMatches *matches, TraitRef trait_ref, DefId assoc)
{
    for (uint32_t i = 0; i < matches->count; i++) {
        if (def_id_eq(matches->assoc[i], assoc) &&
            args_id_eq(matches->items[i].args, trait_ref.args))
            return;
    }
    if (matches->count == SUPERTRAITS_MAX)
        return;
    matches->items[matches->count] = trait_ref;
    matches->assoc[matches->count++] = assoc;
}

/* A trait reference and its supertraits. */
static void assoc_match_trait(TyLower *lower, TraitRef trait_ref, SymId name, uint32_t depth,
                              AssocMatches *matches)
{
    DefId assoc = assoc_type_of_trait(lower, trait_ref.trait_def, name);
    if (!def_id_is_none(assoc)) {
        assoc_match_add(matches, trait_ref, assoc);
        return;
    }
    if (depth == ASSOC_DEPTH_MAX || def_id_is_none(trait_ref.trait_def))
        return;
    const Predicates *predicates = q_predicates_of(lower->job, trait_ref.trait_def);
    for (uint32_t i = 0; i < predicates->count; i++) {
        const Predicate *super = &predicates->items[i];
        if (predicate_is_supertrait(lower->in, super, trait_ref.trait_def))
            assoc_match_trait(lower,
                              trait_ref_substitute(lower->in, super->trait_ref, trait_ref.args),
                              name, depth + 1, matches);
    }
}

static bool trait_may_have_assoc(TyLower *lower, DefId trait_def, SymId name, uint32_t depth)
{
    if (!def_id_is_none(assoc_type_of_trait(lower, trait_def, name)))
        return true;
    if (depth == ASSOC_DEPTH_MAX || def_id_is_none(trait_def) || def_id_eq(trait_def, lower->scope))
        return false;
    const Predicates *predicates = q_predicates_of(lower->job, trait_def);
    for (uint32_t i = 0; i < predicates->count; i++) {
        const Predicate *super = &predicates->items[i];
        if (predicate_is_supertrait(lower->in, super, trait_def) &&
            trait_may_have_assoc(lower, super->trait_ref.trait_def, name, depth + 1))
            return true;
    }
    return false;
}

/* Is the written type just the parameter, or `Self` of the trait? */
static bool hir_ty_is_param(const HirBody *nodes, HirTyId ty, const Res *param)
{
    if (hir_ty_id_is_none(ty) || nodes->tys[ty.v].kind != HIR_TY_PATH)
        return false;
    const HirPath *path = &nodes->paths[nodes->tys[ty.v].as.path.path.v];
    return path->resolved == path->segments.count && path->res.kind == param->kind &&
           def_id_eq(path->res.def, param->def);
}

/* Bounds as written in the header of `item`. They are read from HIR and not from predicates_of,
 * which may itself be asking. */
static void assoc_match_header(TyLower *lower, DefId item, const Res *param, TyId ty, SymId name,
                               AssocMatches *matches)
{
    const HirItem *header = q_hir_item(lower->job, item);
    TyLower bounds = ty_lower_item(lower->job, item, header, ELISION_ERASED);
    bounds.is_quiet = true;
    bounds.assoc_depth = lower->assoc_depth + 1;
    for (uint32_t i = 0; i < header->predicate_count; i++) {
        const HirPredicate *predicate = &header->predicates[i];
        if (hir_path_id_is_none(predicate->trait_or_none) ||
            !hir_ty_is_param(&header->nodes, predicate->bounded_ty, param))
            continue;
        const HirPath *path = &header->nodes.paths[predicate->trait_or_none.v];
        if (path->res.kind != RES_DEF || !trait_may_have_assoc(&bounds, path->res.def, name, 0))
            continue;
        TraitRef trait_ref = ty_lower_trait_ref(&bounds, predicate->trait_or_none, ty);
        assoc_match_trait(lower, trait_ref, name, 0, matches);
    }
}

/* Items whose headers can bound a parameter that is visible in them. */
static bool def_has_bounds(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_IMPL || kind == DEF_TRAIT ||
           kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION || kind == DEF_TYPE_ALIAS ||
           kind == DEF_ASSOC_CONST || kind == DEF_ASSOC_TYPE;
}

static void assoc_match_scope(TyLower *lower, const Res *param, TyId ty, SymId name,
                              AssocMatches *matches)
{
    DefId item = lower->scope;
    DefKind kind = def_kind(lower->in, item);
    while (kind != DEF_CRATE && kind != DEF_MOD) {
        if (def_has_bounds(kind))
            assoc_match_header(lower, item, param, ty, name, matches);
        item = def_parent(lower->in, item);
        kind = def_kind(lower->in, item);
    }
}

/* Inside a trait, `Self` is bounded by the trait itself. */
static void assoc_match_own_trait(TyLower *lower, DefId trait_def, SymId name,
                                  AssocMatches *matches)
{
    DefId assoc = assoc_type_of_trait(lower, trait_def, name);
    if (!def_id_is_none(assoc))
        assoc_match_add(matches, (TraitRef){ trait_def, args_identity(lower->job, trait_def) },
                        assoc);
}

static TyId assoc_not_found(TyLower *lower, TyId ty, const HirSegment *segment)
{
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_assoc_type_not_found, segment->span);
    if (diag) {
        Str name = sym_text(lower->in, segment->name);
        diag_arg(diag, name);
        diag_arg(diag, ty_text_in(lower->in, ty, job_scratch(lower->job)));
        diag_primary_label(diag, "associated type `%.*s` not found", (int)name.bytes, name.data);
        diag_emit(lower->job, diag);
    }
    return ty_error(lower->in);
}

static TyId assoc_ambiguous_bounds(TyLower *lower, TyId ty, const HirSegment *segment)
{
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_assoc_type_ambiguous_bounds, segment->span);
    if (diag) {
        Str name = sym_text(lower->in, segment->name);
        diag_arg(diag, name);
        diag_arg(diag, ty_text_in(lower->in, ty, job_scratch(lower->job)));
        diag_primary_label(diag, "ambiguous associated type `%.*s`", (int)name.bytes, name.data);
        diag_emit(lower->job, diag);
    }
    return ty_error(lower->in);
}

static TyId assoc_ambiguous(TyLower *lower, TyId ty, const HirSegment *segment)
{
    if (lower->nodes->has_error) /* perhaps the path of a trait that lowering has reported */
        return ty_lower_error(lower);
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_assoc_type_ambiguous, segment->span);
    if (diag) {
        Str name = sym_text(lower->in, segment->name);
        Str text = ty_text_in(lower->in, ty, job_scratch(lower->job));
        diag_help(diag, "use fully-qualified syntax: `<%.*s as Trait>::%.*s`", (int)text.bytes,
                  text.data, (int)name.bytes, name.data);
        diag_emit(lower->job, diag);
    }
    return ty_error(lower->in);
}

TyId ty_lower_assoc(TyLower *lower, TyId ty, const Res *res, HirSegmentId segment_id)
{
    const HirSegment *segment = segment_get(lower, segment_id);
    if (ty_is_error(lower->in, ty) || lower->assoc_depth >= ASSOC_DEPTH_MAX)
        return ty_lower_error(lower);
    AssocMatches matches = { .count = 0 };
    bool is_param = res->kind == RES_DEF && def_kind(lower->in, res->def) == DEF_TYPE_PARAM;
    bool is_self = res->kind == RES_SELF_TYPE;
    if (is_param || is_self)
        assoc_match_scope(lower, res, ty, segment->name, &matches);
    if (is_self && def_kind(lower->in, res->def) == DEF_TRAIT)
        assoc_match_own_trait(lower, res->def, segment->name, &matches);
    if (is_self && def_kind(lower->in, res->def) == DEF_IMPL &&
        q_impl_header(lower->job, res->def)->is_trait_impl) {
        TraitRef trait_ref = q_impl_header(lower->job, res->def)->trait_ref;
        if (def_id_is_none(trait_ref.trait_def)) /* what it would have is not known */
            return ty_lower_error(lower);
        assoc_match_trait(lower, trait_ref, segment->name, 0, &matches);
    }
    if (matches.count == 0)
        return is_param || is_self ? assoc_not_found(lower, ty, segment)
                                   : assoc_ambiguous(lower, ty, segment);
    if (matches.count > 1)
        return assoc_ambiguous_bounds(lower, ty, segment);
    ArgsId args = ty_lower_args(lower, matches.assoc[0], matches.items[0].args, segment_id, false,
                                segment->span);
    return lower->project ? lower->project(lower, matches.assoc[0], args, segment->span)
                          : ty_projection(lower->in, matches.assoc[0], args);
}

/* ---- resolved definitions ---- */

static TyId lower_alias(TyLower *lower, DefId alias, ArgsId args)
{
    return ty_substitute(lower->in, q_type_of(lower->job, alias)->ty, args);
}

static TyId lower_type_param(TyLower *lower, DefId param)
{
    const Generics *generics = q_generics_of(lower->job, def_parent(lower->in, param));
    for (uint32_t i = 0; i < generics->param_count; i++) {
        if (def_id_eq(generics->params[i].def, param))
            return ty_param(lower->in, generics->params[i].index, generics->params[i].name);
    }
    return ty_lower_error(lower);
}

/* `<T as Trait<A>>::Assoc<B>`, or `Trait::Assoc` without a self type. */
static TyId lower_qualified(TyLower *lower, const HirPath *path, uint32_t resolved)
{
    DefId assoc = path->res.def, trait_def = def_parent(lower->in, assoc);
    const HirSegment *last = segment_get(lower, path_segment(path, resolved - 1));
    if (hir_ty_id_is_none(path->self_ty_or_none))
        return assoc_ambiguous(lower, ty_param(lower->in, 0, sym_intern_c(lower->in, "Type")),
                               last);
    GenericArg self_arg = arg_of_ty(ty_lower(lower, path->self_ty_or_none));
    HirSegmentId trait_segment =
        resolved >= 2 ? path_segment(path, resolved - 2) : hir_segment_id_none();
    ArgsId trait_args = ty_lower_args(lower, trait_def, args_intern(lower->in, &self_arg, 1),
                                      trait_segment, false, last->span);
    ArgsId args = ty_lower_args(lower, assoc, trait_args, path_segment(path, resolved - 1), false,
                                last->span);
    return lower->project ? lower->project(lower, assoc, args, path->span)
                          : ty_projection(lower->in, assoc, args);
}

static TyId not_a_type(TyLower *lower, const HirPath *path, DefKind kind)
{
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_expected_type, path->span);
    if (diag) {
        Text text;
        text_init(&text, job_scratch(lower->job));
        def_path_text(lower->in, path->res.def, &text);
        diag_arg(diag, str_from_c(def_kind_text(kind)));
        diag_arg(diag, text_str(&text));
        diag_emit(lower->job, diag_primary_label(diag, "not a type"));
    }
    return ty_error(lower->in);
}

static TyId lower_def(TyLower *lower, const HirPath *path, uint32_t resolved, bool infer_missing)
{
    DefId def = path->res.def;
    DefKind kind = def_kind(lower->in, def);
    if (kind == DEF_TYPE_PARAM) {
        ty_lower_forbid_args(lower, path, 0, resolved, "type parameter");
        return lower_type_param(lower, def);
    }
    if (kind == DEF_ASSOC_TYPE)
        return lower_qualified(lower, path, resolved);
    bool is_adt = kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION;
    if (!is_adt && kind != DEF_TYPE_ALIAS)
        return not_a_type(lower, path, kind);
    ty_lower_forbid_args(lower, path, 0, resolved - 1, "module");
    ArgsId args = ty_lower_args(lower, def, args_empty(lower->in), path_segment(path, resolved - 1),
                                infer_missing, path->span);
    return is_adt ? ty_adt(lower->in, def, args) : lower_alias(lower, def, args);
}

static TyId lower_primitive(TyLower *lower, const HirPath *path)
{
    PrimitiveTy primitive = (PrimitiveTy)path->res.primitive;
    if (primitive != PRIMITIVE_F16 && primitive != PRIMITIVE_F128)
        return ty_primitive(lower->in, primitive);
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_unsupported, path->span);
    if (diag)
        diag_emit(lower->job, diag_arg(diag, STR("floating-point numbers of 16 or 128 bits")));
    return ty_error(lower->in);
}

static const char *const builtin_type_texts[] = {
#define X(U, name, kind, width) "builtin type `" name "`",
    PRIMITIVE_TABLE(X)
#undef X
};

TyId ty_lower_res(TyLower *lower, const HirPath *path, uint32_t resolved, bool infer_missing)
{
    switch ((ResKind)path->res.kind) {
    case RES_ERROR:
        return ty_lower_error(lower);
    case RES_DEF:
        return lower_def(lower, path, resolved, infer_missing);
    case RES_PRIMITIVE:
        ty_lower_forbid_args(lower, path, 0, resolved, builtin_type_texts[path->res.primitive]);
        return lower_primitive(lower, path);
    case RES_SELF_TYPE:
        ty_lower_forbid_args(lower, path, 0, resolved, "self type");
        return ty_self(lower->job, path->res.def);
    case RES_LOCAL:
    case RES_SELF_CTOR:
    case RES_KIND_COUNT:
        break;
    }
    return ty_lower_error(lower);
}

TyId ty_lower_path(TyLower *lower, const HirPath *path)
{
    Res res = path->res;
    bool has_self = !hir_ty_id_is_none(path->self_ty_or_none);
    TyId ty = has_self && path->resolved == 0 ? ty_lower(lower, path->self_ty_or_none)
                                              : ty_lower_res(lower, path, path->resolved, false);
    if (has_self && path->resolved == 0)
        res = ty_lower_written_res(lower, path->self_ty_or_none);
    for (uint32_t i = path->resolved; i < path->segments.count; i++) {
        ty = ty_lower_assoc(lower, ty, &res, path_segment(path, i));
        res = (Res){ .kind = RES_ERROR };
    }
    return ty;
}

Res ty_lower_written_res(const TyLower *lower, HirTyId ty)
{
    const HirTy *node = &lower->nodes->tys[ty.v];
    if (node->kind != HIR_TY_PATH)
        return (Res){ .kind = RES_ERROR };
    const HirPath *path = &lower->nodes->paths[node->as.path.path.v];
    return path->resolved == path->segments.count ? path->res : (Res){ .kind = RES_ERROR };
}

/* ---- trait references ---- */

TraitRef ty_lower_trait_ref(TyLower *lower, HirPathId id, TyId self_ty)
{
    const HirPath *path = &lower->nodes->paths[id.v];
    if (path->res.kind != RES_DEF || def_kind(lower->in, path->res.def) != DEF_TRAIT) {
        lower->has_error = true;
        return (TraitRef){ def_id_none(), args_empty(lower->in) };
    }
    uint32_t last = path->segments.count - 1;
    ty_lower_forbid_args(lower, path, 0, last, "module");
    GenericArg self_arg = arg_of_ty(self_ty);
    ArgsId args = ty_lower_args(lower, path->res.def, args_intern(lower->in, &self_arg, 1),
                                path_segment(path, last), false, path->span);
    return (TraitRef){ path->res.def, args };
}

void ty_lower_constraints(TyLower *lower, HirPathId id, TraitRef trait_ref, PredicateVec *out)
{
    const HirPath *path = &lower->nodes->paths[id.v];
    if (def_id_is_none(trait_ref.trait_def))
        return;
    const HirSegment *segment = segment_get(lower, path_segment(path, path->segments.count - 1));
    for (uint32_t i = 0; i < segment->constraints.count; i++) {
        const HirConstraint *constraint =
            &lower->nodes->constraints[segment->constraints.start + i];
        AssocMatches matches = { .count = 0 };
        assoc_match_trait(lower, trait_ref, constraint->name, 0, &matches);
        if (matches.count == 0) {
            HirSegment named = { .name = constraint->name, .span = constraint->span };
            assoc_not_found(lower, arg_ty(args_get(lower->in, trait_ref.args).items[0]), &named);
            continue;
        }
        Predicate predicate = { .kind = PREDICATE_PROJECTION,
                                .trait_ref = { matches.assoc[0], matches.items[0].args },
                                .ty = ty_lower(lower, constraint->ty),
                                .span = constraint->span };
        predicate_vec_push(out, predicate);
    }
}
