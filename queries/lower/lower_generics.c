/* Generic parameters and where-clauses. */
#include "lower/lower_priv.h"

/* ---- scopes ---- */

static DefKind param_def_kind(uint8_t kind)
{
    return kind == AST_PARAM_LIFETIME ? DEF_LIFETIME_PARAM
           : kind == AST_PARAM_TYPE   ? DEF_TYPE_PARAM
                                      : DEF_CONST_PARAM;
}

static AstGenericsId item_generics(const Ast *ast)
{
    const AstItem *item = ast->item.v ? ast_item(ast, ast->item) : NULL;
    switch (item ? (AstItemKind)item->kind : AST_ITEM_NONE) {
    case AST_ITEM_FN:
        return item->as.fn.generics;
    case AST_ITEM_STRUCT:
        return item->as.struct_.generics;
    case AST_ITEM_UNION:
        return item->as.union_.generics;
    case AST_ITEM_ENUM:
        return item->as.enum_.generics;
    case AST_ITEM_TRAIT:
        return item->as.trait.generics;
    case AST_ITEM_TYPE_ALIAS:
        return item->as.type_alias.generics;
    case AST_ITEM_IMPL:
        return item->as.impl.generics;
    case AST_ITEM_CONST:
        return item->as.const_.generics;
    case AST_ITEM_TRAIT_ALIAS:
        return item->as.trait_alias.generics;
    case AST_ITEM_NONE:
    case AST_ITEM_ERROR:
    case AST_ITEM_STATIC:
    case AST_ITEM_MOD:
    case AST_ITEM_FOREIGN_MOD:
    case AST_ITEM_USE:
    case AST_ITEM_EXTERN_CRATE:
    case AST_ITEM_MACRO:
    case AST_ITEM_MACRO_CALL:
    case AST_ITEM_KIND_COUNT:
        return ast_generics_id_none();
    }
    RSC_UNREACHABLE();
}

/* Of the header of another item than the one being lowered, perhaps. */
static bool is_configured(Lower *l, const Ast *ast, ItemId item, const AstGenericParam *param)
{
    return param->attrs.count == 0 ||
           expand_cfg_holds(l->job, l->place.crate, item, ANCHOR_HEADER, ast,
                            parse_tokens(l->job, item, ANCHOR_HEADER), param->attrs);
}

static void push_params(Lower *l, const Ast *ast, ItemId item, AstGenericsId id, DefId def)
{
    static const uint8_t ribs[] = { [AST_PARAM_LIFETIME] = RIB_LIFETIME,
                                    [AST_PARAM_TYPE] = RIB_TYPE,
                                    [AST_PARAM_CONST] = RIB_CONST };
    if (id.v == 0)
        return;
    IdRange params = ast->generics[id.v].params;
    for (uint32_t i = 0; i < params.count; i++) {
        const AstGenericParam *param = &ast->generic_params[ast_list_at(ast, params, i)];
        if (!is_configured(l, ast, item, param))
            continue;
        DefId param_def = def_child(l->in, def, param_def_kind(param->kind), param->name.name, 0);
        scope_push(l,
                   (Rib){ .kind = ribs[param->kind], .name = param->name.name, .def = param_def });
    }
}

static void set_self(Lower *l, DefId def)
{
    DefKind kind = def_kind(l->in, def);
    if (kind == DEF_IMPL || kind == DEF_TRAIT || kind == DEF_STRUCT || kind == DEF_ENUM ||
        kind == DEF_UNION)
        l->self = (Res){ .kind = RES_SELF_TYPE, .def = def };
}

void lower_scope_of(Lower *l, DefId def)
{
    DefId parent = def_parent(l->in, def);
    DefKind parent_kind = def_kind(l->in, parent);
    if (parent_kind == DEF_IMPL || parent_kind == DEF_TRAIT)
        lower_scope_of(l, parent);
    set_self(l, def);
    ItemId item = q_def_item(l->job, def)->item;
    if (item_id_is_none(item))
        return;
    const Ast *ast = q_header_ast(l->job, item);
    push_params(l, ast, item, item_generics(ast), def);
}

/* ---- bounds ---- */

static void push_predicate(LoweredGenerics *out, HirPredicate predicate)
{
    hir_predicate_vec_push(&out->predicates, predicate);
}

static void lower_bound(Lower *l, const AstBound *bound, HirPredicate predicate,
                        LoweredGenerics *out)
{
    predicate.span = lower_span(l, bound->lo, bound->hi);
    switch ((AstBoundKind)bound->kind) {
    case AST_BOUND_OUTLIVES:
        predicate.outlives_or_none =
            lower_lifetime(l, bound->lifetime_or_none, bound->lo, bound->hi);
        push_predicate(out, predicate);
        return;
    case AST_BOUND_TRAIT:
        if (bound->for_params.count > 0)
            lower_unsupported(l, bound->lo, bound->hi, "a higher-ranked trait bound");
        else if (bound->modifiers & ~(uint32_t)AST_BOUND_MAYBE)
            lower_unsupported(l, bound->lo, bound->hi, "this modifier of a trait bound");
        else {
            predicate.is_maybe = (bound->modifiers & AST_BOUND_MAYBE) != 0;
            predicate.trait_or_none = lower_path(l, bound->path_or_none, PATH_TRAIT);
            push_predicate(out, predicate);
        }
        return;
    case AST_BOUND_USE:
        lower_unsupported(l, bound->lo, bound->hi, "a `use<..>` bound");
        return;
    case AST_BOUND_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

void lower_bounds(Lower *l, IdRange bounds, HirTyId ty, HirLifetimeId lifetime,
                  LoweredGenerics *out)
{
    for (uint32_t i = 0; i < bounds.count; i++)
        lower_bound(l, &l->source->ast->bounds[ast_list_at(l->source->ast, bounds, i)],
                    (HirPredicate){ .bounded_ty = ty, .bounded_lifetime = lifetime }, out);
}

/* ---- parameters ---- */

static HirTyId parameter_ty(Lower *l, const AstGenericParam *param, DefId def)
{
    HirTy made = { .as.path.path =
                       lower_known_path(l, &param->name, (Res){ .kind = RES_DEF, .def = def }) };
    return ty_push(l, HIR_TY_PATH, param->name.at, param->name.at + (1u << AST_POS_SHIFT), made);
}

static void lower_param(Lower *l, const AstGenericParam *param, DefId owner, LoweredGenerics *out)
{
    HirGenericParam made = { .kind = param->kind };
    made.def = def_child(l->in, owner, param_def_kind(param->kind), param->name.name, 0);
    made.span = lower_span(l, param->name.at, param->name.at + (1u << AST_POS_SHIFT));
    HirTyId subject = hir_ty_id_none();
    HirLifetimeId lifetime = hir_lifetime_id_none();
    if (param->kind != AST_PARAM_LIFETIME && param->ty_or_none.v)
        made.const_ty_or_default = lower_ty(l, param->ty_or_none);
    if (param->kind == AST_PARAM_CONST && param->default_or_none.v)
        lower_unsupported(l, param->lo, param->hi, "a default of a const parameter");
    hir_generic_param_vec_push(&out->params, made);
    if (param->bounds.count == 0)
        return;
    if (param->kind == AST_PARAM_TYPE) {
        subject = parameter_ty(l, param, made.def);
    } else {
        HirLifetime named = { .kind = HIR_LIFETIME_PARAM, .param = made.def, .span = made.span };
        lifetime = hir_lifetime_id_make(hir_lifetime_vec_push(&l->b->lifetimes, named));
    }
    lower_bounds(l, param->bounds, subject, lifetime, out);
}

static void check_duplicate(Lower *l, const AstGenericParam **params, uint32_t index)
{
    const AstGenericParam *param = params[index];
    for (uint32_t i = 0; i < index; i++) {
        const AstGenericParam *first = params[i];
        if (!sym_id_eq(first->name.name, param->name.name))
            continue;
        Str name = lower_text(l, param->name.name);
        Diag *diag = diag_new(l->job, DIAG_CODE_generic_twice,
                              lower_at(l, param->name.at, param->name.at + (1u << AST_POS_SHIFT)));
        diag_arg(diag, name);
        diag_primary_label(diag, "already used");
        diag_label(diag, lower_at(l, first->name.at, first->name.at + (1u << AST_POS_SHIFT)),
                   "first use of `%.*s`", (int)name.bytes, name.data);
        lower_emit(l, diag);
        return;
    }
}

static DiagSpan name_at(Lower *l, const AstGenericParam *param)
{
    return lower_at(l, param->name.at, param->name.at + (1u << AST_POS_SHIFT));
}

/* One error for the list, at each lifetime behind a type or a constant. */
static void check_order(Lower *l, const AstGenericParam **params, uint32_t count)
{
    Diag *diag = NULL;
    bool behind_other = false;
    for (uint32_t i = 0; i < count; i++) {
        if (params[i]->kind != AST_PARAM_LIFETIME)
            behind_other = true;
        else if (behind_other && diag)
            diag_primary_more(diag, name_at(l, params[i]), "%s", "");
        else if (behind_other)
            diag = diag_new(l->job, DIAG_CODE_generic_order, name_at(l, params[i]));
    }
    if (diag)
        lower_emit(l, diag_help(diag, "reorder the parameters: lifetimes, then consts and types"));
}

/* The last default before the first parameter that should have one. */
static void check_defaults(Lower *l, const AstGenericParam **params, uint32_t count)
{
    const AstGenericParam *last = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const AstGenericParam *param = params[i];
        if (param->kind == AST_PARAM_LIFETIME)
            continue;
        bool has_default = param->kind == AST_PARAM_TYPE ? param->ty_or_none.v != 0
                                                         : param->default_or_none.v != 0;
        if (has_default) {
            last = param;
        } else if (last) {
            lower_emit(l, diag_new(l->job, DIAG_CODE_generic_default_order, name_at(l, last)));
            return;
        }
    }
}

static void lower_where(Lower *l, const AstWhere *where, LoweredGenerics *out)
{
    if (where->for_params.count > 0) {
        lower_unsupported(l, where->lo, where->hi, "a higher-ranked where-clause");
    } else if (where->ty_or_none.v) {
        lower_bounds(l, where->bounds, lower_ty(l, where->ty_or_none), hir_lifetime_id_none(), out);
    } else if (where->lifetime_or_none.v) {
        HirLifetimeId lifetime = lower_lifetime(l, where->lifetime_or_none, where->lo, where->hi);
        lower_bounds(l, where->bounds, hir_ty_id_none(), lifetime, out);
    }
}

static uint32_t configured_params(Lower *l, IdRange params, const AstGenericParam **out)
{
    const Ast *ast = l->source->ast;
    uint32_t count = 0;
    for (uint32_t i = 0; i < params.count; i++) {
        const AstGenericParam *param = &ast->generic_params[ast_list_at(ast, params, i)];
        if (lower_is_configured(l, param->attrs, param->lo, param->hi))
            out[count++] = param;
    }
    return count;
}

void lower_generics(Lower *l, AstGenericsId id, DefId def, LoweredGenerics *out)
{
    hir_generic_param_vec_init(&out->params, l->out);
    hir_predicate_vec_init(&out->predicates, l->out);
    if (id.v == 0)
        return;
    const Ast *ast = l->source->ast;
    const AstGenerics *generics = &ast->generics[id.v];
    const AstGenericParam **params =
        arena_alloc_array(l->scratch, generics->params.count, sizeof *params);
    uint32_t count = configured_params(l, generics->params, params);
    check_order(l, params, count);
    check_defaults(l, params, count);
    for (int lifetimes = 1; lifetimes >= 0; lifetimes--) {
        for (uint32_t i = 0; i < count; i++) {
            if ((params[i]->kind == AST_PARAM_LIFETIME) != (lifetimes == 1))
                continue;
            check_duplicate(l, params, i);
            lower_param(l, params[i], def, out);
        }
    }
    for (uint32_t i = 0; i < generics->predicates.count; i++)
        lower_where(l, &ast->predicates[ast_list_at(ast, generics->predicates, i)], out);
}
