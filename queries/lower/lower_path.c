/* Paths: scopes of the body first, then names of modules; what only types can tell stays as a tail
 * of segments. */
#include "lower/lower_priv.h"

const AstPath *lower_ast_path(const Lower *l, AstPathId path)
{
    return &l->source->ast->paths[path.v];
}

const AstSegment *lower_path_segment(const Lower *l, const AstPath *path, uint32_t i)
{
    return &l->source->ast->segments[ast_list_at(l->source->ast, path->segments, i)];
}

/* ---- segments and generic arguments ---- */

static bool is_plain_name(const Lower *l, AstTyId id, AstPathId *path)
{
    const AstTy *ty = ast_ty(l->source->ast, id);
    if (ty->kind != AST_TY_PATH)
        return false;
    *path = ty->as.path.path;
    const AstPath *node = lower_ast_path(l, *path);
    return node->segments.count == 1 && node->qself_or_none.v == 0 &&
           lower_path_segment(l, node, 0)->args_or_none.v == 0;
}

/* `Foo<N>`: a type if there is one of that name, else a constant. */
static void lower_type_arg(Lower *l, AstTyId ty, HirGenericArg *arg)
{
    AstPathId path;
    arg->kind = HIR_ARG_TYPE;
    if (is_plain_name(l, ty, &path) && lower_try_path(l, path, NAMESPACE_TYPE).kind == RES_ERROR) {
        Res value = lower_try_path(l, path, NAMESPACE_VALUE);
        if (value.kind == RES_DEF && def_kind(l->in, value.def) == DEF_CONST_PARAM) {
            arg->kind = HIR_ARG_CONST;
            arg->konst = value.def;
            return;
        }
        if (value.kind == RES_DEF) {
            const AstTy *node = ast_ty(l->source->ast, ty);
            lower_unsupported(l, node->lo, node->hi,
                              "a constant's name as a generic argument (write it in braces)");
            arg->ty = ty_push(l, HIR_TY_ERROR, node->lo, node->hi, (HirTy){ 0 });
            return;
        }
    }
    if (ast_ty(l->source->ast, ty)->kind == AST_TY_INFER) {
        arg->kind = HIR_ARG_INFER;
        return;
    }
    arg->ty = lower_ty(l, ty);
}

static bool lower_generic_arg(Lower *l, const AstGenericArg *node, HirGenericArg *arg,
                              HirConstraint *constraint, bool *is_constraint)
{
    *arg = (HirGenericArg){ .span = lower_span(l, node->lo, node->hi) };
    *is_constraint = false;
    switch ((AstArgKind)node->kind) {
    case AST_ARG_LIFETIME:
        arg->kind = HIR_ARG_LIFETIME;
        arg->lifetime = lower_lifetime(l, node->lifetime_or_none, node->lo, node->hi);
        return true;
    case AST_ARG_TYPE:
        lower_type_arg(l, node->ty_or_none, arg);
        return true;
    case AST_ARG_CONST:
        arg->kind = HIR_ARG_CONST;
        arg->konst = lower_anon_const(l, node->expr_or_none, def_id_none());
        return true;
    case AST_ARG_EQ_TYPE:
        *is_constraint = true;
        *constraint = (HirConstraint){ .name = node->name.name, .span = arg->span };
        constraint->ty = lower_ty(l, node->ty_or_none);
        return true;
    case AST_ARG_EQ_CONST:
        lower_unsupported(l, node->lo, node->hi, "an associated constant constraint");
        return false;
    case AST_ARG_BOUND:
        lower_unsupported(l, node->lo, node->hi,
                          "a bound on an associated type in generic arguments");
        return false;
    case AST_ARG_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void lower_args(Lower *l, const AstArgs *args, HirSegment *segment)
{
    HirGenericArgVec arg_vec;
    HirConstraintVec constraint_vec;
    hir_generic_arg_vec_init(&arg_vec, l->scratch);
    hir_constraint_vec_init(&constraint_vec, l->scratch);
    segment->has_args = true;
    if (args->style != AST_ARGS_ANGLE) {
        lower_unsupported(l, args->lo, args->hi, "parenthesized generic arguments");
        return;
    }
    for (uint32_t i = 0; i < args->args.count; i++) {
        HirGenericArg arg;
        HirConstraint constraint;
        bool is_constraint;
        const AstGenericArg *node =
            &l->source->ast->generic_args[ast_list_at(l->source->ast, args->args, i)];
        if (!lower_generic_arg(l, node, &arg, &constraint, &is_constraint))
            continue;
        if (is_constraint)
            hir_constraint_vec_push(&constraint_vec, constraint);
        else
            hir_generic_arg_vec_push(&arg_vec, arg);
    }
    segment->args = (IdRange){ l->b->generic_args.count, arg_vec.count };
    hir_generic_arg_vec_append(&l->b->generic_args, arg_vec.items, arg_vec.count);
    segment->constraints = (IdRange){ l->b->constraints.count, constraint_vec.count };
    hir_constraint_vec_append(&l->b->constraints, constraint_vec.items, constraint_vec.count);
}

static AstPos ident_end(const AstIdent *ident)
{
    return ident->at + (1u << AST_POS_SHIFT);
}

static HirSegment make_segment(Lower *l, const AstSegment *node)
{
    HirSegment segment = { .name = node->name.name,
                           .span = lower_span(l, node->name.at, ident_end(&node->name)) };
    if (node->args_or_none.v)
        lower_args(l, &l->source->ast->arg_lists[node->args_or_none.v], &segment);
    return segment;
}

HirSegmentId lower_segment(Lower *l, AstSegmentId id)
{
    HirSegment segment = make_segment(l, &l->source->ast->segments[id.v]);
    return hir_segment_id_make(hir_segment_vec_push(&l->b->segments, segment));
}

/* A run: arguments are lowered before, because they may hold paths of their own. */
static IdRange lower_segments(Lower *l, const AstPath *path)
{
    HirSegmentVec segments;
    hir_segment_vec_init(&segments, l->scratch);
    for (uint32_t i = 0; i < path->segments.count; i++)
        hir_segment_vec_push(&segments, make_segment(l, lower_path_segment(l, path, i)));
    IdRange run = { l->b->segments.count, segments.count };
    hir_segment_vec_append(&l->b->segments, segments.items, segments.count);
    return run;
}

/* ---- resolution ---- */

static Namespace namespace_of(PathSource source)
{
    return source == PATH_TYPE || source == PATH_TRAIT || source == PATH_STRUCT ? NAMESPACE_TYPE
                                                                                : NAMESPACE_VALUE;
}

static ResolvedPath resolved_as(Res res, uint32_t count)
{
    return (ResolvedPath){ .state = RESOLVED, .res = res, .resolved = count };
}

/* `Self` alone or in front. */
static bool resolve_self(Lower *l, uint32_t count, Namespace name_space, ResolvedPath *out)
{
    if (l->self.kind == RES_ERROR) {
        *out = (ResolvedPath){ .state = RESOLVE_NOT_FOUND };
        return true;
    }
    Res res = l->self;
    bool is_impl = def_kind(l->in, res.def) == DEF_IMPL;
    if (count == 1 && name_space == NAMESPACE_VALUE && is_impl)
        res.kind = RES_SELF_CTOR;
    *out = resolved_as(res, 1);
    return !(count == 1 && name_space == NAMESPACE_VALUE && !is_impl);
}

static ResolvedPath resolve_scoped(Lower *l, const AstPath *path, const PathWord *words,
                                   uint32_t count, Namespace name_space)
{
    const AstIdent *first = &lower_path_segment(l, path, 0)->name;
    ResolvedPath result;
    if (first->kind == TOKEN_KW_SELF_UPPER && resolve_self(l, count, name_space, &result))
        return result;
    bool is_keyword = first->kind == TOKEN_KW_CRATE || first->kind == TOKEN_KW_DOLLAR_CRATE ||
                      first->kind == TOKEN_KW_SUPER ||
                      (first->kind == TOKEN_KW_SELF_LOWER && count > 1);
    ScopeAnswer scoped = { .res = { .kind = RES_ERROR } };
    if (!path->is_global && !is_keyword)
        scoped = scope_find(l, first, count == 1 ? name_space : NAMESPACE_TYPE);
    if (scoped.is_ambiguous)
        return (ResolvedPath){ .state = RESOLVE_AMBIGUOUS, .found = scoped.res };
    if (scoped.is_out_of_reach) /* of a constant: told by what was found */
        return (ResolvedPath){ .state = RESOLVE_PRIVATE, .found = scoped.res };
    if (count == 1 && scoped.res.kind != RES_ERROR)
        return resolved_as(scoped.res, 1);
    if (count == 1 && first->kind == TOKEN_KW_SELF_LOWER)
        return (ResolvedPath){ .state = RESOLVE_NOT_FOUND };
    return resolve_path_or_primitive(l->job, &l->place, words, count, path->is_global, name_space,
                                     &scoped.res);
}

/* `<T as Trait>::item`: the trait, then the item in it. */
static ResolvedPath resolve_qualified(Lower *l, const AstPath *path, const PathWord *words,
                                      PathSource source)
{
    uint32_t trait_count = path->qself_segments, count = path->segments.count;
    ResolvedPath trait = resolve_scoped(l, path, words, trait_count, NAMESPACE_TYPE);
    if (trait.state != RESOLVED)
        return trait;
    if (trait.resolved != trait_count || trait.res.kind != RES_DEF ||
        def_kind(l->in, trait.res.def) != DEF_TRAIT) {
        trait.found = trait.res;
        trait.state = RESOLVE_NOT_MODULE;
        trait.at = trait_count - 1;
        return trait;
    }
    Namespace name_space = trait_count + 1 == count ? namespace_of(source) : NAMESPACE_TYPE;
    SymId name = words[trait_count].name;
    ScopeName item = l->place.own && body_scopes_owns(l->place.own, trait.res.def)
                         ? body_scopes_member(l->place.own, trait.res.def, name, name_space)
                         : *q_scope_name(l->job, (ScopeNameKey){ trait.res.def, name, name_space });
    if (!item.is_found)
        return (ResolvedPath){ .state = RESOLVE_NOT_FOUND,
                               .at = trait_count,
                               .in_module = trait.res.def };
    return resolved_as(item.res, trait_count + 1);
}

static ResolvedPath resolve_any(Lower *l, const AstPath *path, const PathWord *words,
                                PathSource source)
{
    if (path->qself_or_none.v && path->qself_segments > 0)
        return resolve_qualified(l, path, words, source);
    if (path->qself_or_none.v)
        return resolved_as((Res){ .kind = RES_ERROR },
                           0); /* `<T>::item`: all of it is relative to T */
    return resolve_scoped(l, path, words, path->segments.count, namespace_of(source));
}

static PathWord *path_words(Lower *l, AstPathId path)
{
    PathWord *words =
        arena_alloc_zeroed(l->scratch, lower_ast_path(l, path)->segments.count * sizeof *words);
    resolve_words(l->job, l->source->ast, path, l->source->item, l->place.crate, words);
    return words;
}

Res lower_try_path(Lower *l, AstPathId id, Namespace name_space)
{
    return lower_try_words(l, lower_ast_path(l, id), path_words(l, id), name_space);
}

Res lower_try_words(Lower *l, const AstPath *path, const PathWord *words, Namespace name_space)
{
    if (path->segments.count == 0 || path->qself_or_none.v)
        return (Res){ .kind = RES_ERROR };
    ResolvedPath resolved = resolve_scoped(l, path, words, path->segments.count, name_space);
    bool is_whole = resolved.state == RESOLVED && resolved.resolved == path->segments.count;
    return is_whole ? resolved.res : (Res){ .kind = RES_ERROR };
}

/* ---- what may stand where ---- */

HirCtorKind lower_ctor_kind(Lower *l, DefId ctor)
{
    DefId owner = def_parent(l->in, ctor);
    bool is_variant = def_kind(l->in, owner) == DEF_VARIANT;
    DefId adt = is_variant ? def_parent(l->in, owner) : owner;
    ItemId item = l->place.own && body_scopes_owns(l->place.own, adt)
                      ? body_scopes_item(l->place.own, adt)
                      : q_def_item(l->job, adt)->item;
    const Ast *ast = item_id_is_none(item) ? NULL : q_header_ast(l->job, item);
    const AstItem *node = ast && ast->item.v ? ast_item(ast, ast->item) : NULL;
    uint8_t kind = AST_CTOR_STRUCT;
    if (node && node->kind == AST_ITEM_STRUCT)
        kind = node->as.struct_.ctor;
    for (uint32_t i = 0; node && node->kind == AST_ITEM_ENUM && i < node->as.enum_.variants.count;
         i++) {
        const AstVariant *variant = &ast->variants[ast_list_at(ast, node->as.enum_.variants, i)];
        if (sym_id_eq(variant->name.name, def_name(l->in, owner)))
            kind = variant->ctor;
    }
    return kind == AST_CTOR_TUPLE  ? HIR_CTOR_TUPLE
           : kind == AST_CTOR_UNIT ? HIR_CTOR_UNIT
                                   : HIR_CTOR_STRUCT;
}

static bool def_accepted(Lower *l, PathSource source, DefId def)
{
    DefKind kind = def_kind(l->in, def);
    switch (source) {
    case PATH_TYPE:
        return kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION ||
               kind == DEF_TYPE_ALIAS || kind == DEF_ASSOC_TYPE || kind == DEF_TYPE_PARAM;
    case PATH_TRAIT:
        return kind == DEF_TRAIT;
    case PATH_EXPR:
    case PATH_CALLEE:
        return kind == DEF_CTOR || kind == DEF_CONST || kind == DEF_STATIC || kind == DEF_FN ||
               kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST || kind == DEF_CONST_PARAM ||
               kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC;
    case PATH_PAT:
        return kind == DEF_CONST || kind == DEF_ASSOC_CONST ||
               (kind == DEF_CTOR && lower_ctor_kind(l, def) == HIR_CTOR_UNIT);
    case PATH_TUPLE_STRUCT:
        return kind == DEF_CTOR && lower_ctor_kind(l, def) == HIR_CTOR_TUPLE;
    case PATH_STRUCT:
        return kind == DEF_STRUCT || kind == DEF_UNION || kind == DEF_VARIANT ||
               kind == DEF_TYPE_ALIAS || kind == DEF_ASSOC_TYPE;
    }
    RSC_UNREACHABLE();
}

bool path_accepts(Lower *l, PathSource source, Res res)
{
    switch ((ResKind)res.kind) {
    case RES_DEF:
        return def_accepted(l, source, res.def);
    case RES_LOCAL:
        return source == PATH_EXPR || source == PATH_CALLEE;
    case RES_PRIMITIVE:
        return source == PATH_TYPE;
    case RES_SELF_TYPE:
        return source == PATH_TYPE || source == PATH_STRUCT;
    case RES_SELF_CTOR:
        return source != PATH_TYPE && source != PATH_TRAIT && source != PATH_STRUCT;
    case RES_ERROR:
    case RES_KIND_COUNT:
        return true;
    }
    RSC_UNREACHABLE();
}

/* ---- making one ---- */

static HirPathId push_path(Lower *l, HirPath path)
{
    return hir_path_id_make(hir_path_vec_push(&l->b->paths, path));
}

HirPathId lower_known_path(Lower *l, const AstIdent *name, Res res)
{
    uint32_t span = lower_span(l, name->at, ident_end(name));
    IdRange run = {
        hir_segment_vec_push(&l->b->segments, (HirSegment){ .name = name->name, .span = span }), 1
    };
    return push_path(l, (HirPath){ .res = res, .segments = run, .resolved = 1, .span = span });
}

/* In `<T as Trait>::item` the trait's part is a path of its own. */
static void report_failed(Lower *l, const AstPath *path, PathSource source,
                          const ResolvedPath *resolved, const PathWord *words)
{
    AstPath trait = *path;
    trait.qself_or_none = ast_ty_id_none();
    trait.segments.count = path->qself_segments;
    bool is_trait = path->qself_or_none.v && resolved->at < path->qself_segments;
    if (is_trait && resolved->state == RESOLVE_NOT_MODULE &&
        resolved->at + 1 == path->qself_segments)
        report_unexpected(l, &trait, PATH_TRAIT, resolved->found);
    else if (is_trait)
        report_path(l, &trait, PATH_TRAIT, resolved, words);
    else
        report_path(l, path, source, resolved, words);
}

static bool has_parenthesized_args(const Lower *l, const AstPath *path)
{
    for (uint32_t i = 0; i < path->segments.count; i++) {
        const AstSegment *segment = lower_path_segment(l, path, i);
        AstArgsId args = segment->args_or_none;
        if (args.v != 0 && l->source->ast->arg_lists[args.v].style != AST_ARGS_ANGLE)
            return true;
    }
    return false;
}

HirPathId lower_path(Lower *l, AstPathId id, PathSource source)
{
    const AstPath *path = lower_ast_path(l, id);
    HirPath made = { .span = lower_span(l, path->lo, path->hi) };
    if (path->segments.count == 0)
        return push_path(l, made); /* reported by the parser */
    PathWord *words = path_words(l, id);
    ResolvedPath resolved = resolve_any(l, path, words, source);
    AstPos around_lo = l->around_lo, around_hi = l->around_hi;
    if (path->qself_or_none.v)
        made.self_ty_or_none = lower_ty(l, path->qself_or_none);
    made.segments = lower_segments(l, path);
    l->around_lo = around_lo;
    l->around_hi = around_hi;
    if (resolved.state != RESOLVED) {
        report_failed(l, path, source, &resolved, words);
        return push_path(l, made);
    }
    bool is_whole = resolved.resolved == path->segments.count;
    if (!is_whole && report_struct_variant(l, path, source, &resolved, words))
        return push_path(l, made);
    if ((is_whole && !path_accepts(l, source, resolved.res)) ||
        (!is_whole && source == PATH_TRAIT)) {
        report_unexpected(l, path, source, resolved.res);
        return push_path(l, made);
    }
    if (has_parenthesized_args(l, path)) /* not supported, as was said */
        return push_path(l, made);
    made.res = resolved.res;
    made.resolved = resolved.resolved;
    return push_path(l, made);
}
