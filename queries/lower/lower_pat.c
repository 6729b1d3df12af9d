/* Patterns. A bare name is a constant, a unit struct or variant if there is one of that name, else
 * a binding. */
#include "lower/lower_priv.h"

typedef struct {
    BindingVec *all;      /* bound so far in the whole pattern (or parameter list) */
    BindingVec *or_first; /* inside alternatives after the first: what the first one bound; NULL
                             otherwise */
    PatternSource source;
} PatScope;

static HirPatId lower_in(Lower *l, PatScope *scope, AstPatId id);

static HirPatId push(Lower *l, HirPatKind kind, const AstPat *pat, HirPat made)
{
    made.kind = (uint8_t)kind;
    made.span = lower_span(l, pat->lo, pat->hi);
    return hir_pat_id_make(hir_pat_vec_push(&l->b->pats, made));
}

static HirPatId unsupported(Lower *l, const AstPat *pat, const char *feature)
{
    lower_unsupported(l, pat->lo, pat->hi, feature);
    return push(l, HIR_PAT_ERROR, pat, (HirPat){ 0 });
}

static IdRange lower_list(Lower *l, PatScope *scope, IdRange list, uint32_t *rest)
{
    U32Vec pats;
    u32_vec_init(&pats, l->scratch);
    *rest = UINT32_MAX;
    for (uint32_t i = 0; i < list.count; i++) {
        AstPatId id = ast_pat_id_make(ast_list_at(l->source->ast, list, i));
        const AstPat *pat = ast_pat(l->source->ast, id);
        if (pat->kind == AST_PAT_REST && *rest != UINT32_MAX) {
            Diag *diag = diag_new(l->job, DIAG_CODE_rest_twice, lower_at(l, pat->lo, pat->hi));
            lower_emit(l, diag_primary_label(diag, "can only be used once per tuple pattern"));
        } else if (pat->kind == AST_PAT_REST) {
            *rest = pats.count;
        } else {
            u32_vec_push(&pats, lower_in(l, scope, id).v);
        }
    }
    return builder_list(l->b, &pats);
}

/* ---- bindings ---- */

static const Binding *find(const BindingVec *bindings, SymId name, uint32_t context)
{
    for (uint32_t i = 0; bindings && i < bindings->count; i++) {
        if (sym_id_eq(bindings->items[i].name, name) && bindings->items[i].context == context)
            return &bindings->items[i];
    }
    return NULL;
}

static void report_twice(Lower *l, const PatScope *scope, const AstIdent *name)
{
    Diag *diag = diag_new(l->job,
                          scope->source == PATTERN_OF_PARAMETER ? DIAG_CODE_parameter_twice
                                                                : DIAG_CODE_binding_twice,
                          lower_at(l, name->at, name->at + (1u << AST_POS_SHIFT)));
    diag_arg(diag, lower_text(l, name->name));
    diag_primary_label(diag, scope->source == PATTERN_OF_PARAMETER
                                 ? "used as parameter more than once"
                                 : "used in a pattern more than once");
    lower_emit(l, diag);
}

static HirPatId lower_binding(Lower *l, PatScope *scope, const AstPat *pat)
{
    const AstIdent *name = &pat->as.ident.name;
    uint32_t context = scope_context(l, name->mark);
    const Binding *first = find(scope->or_first, name->name, context);
    if (find(scope->all, name->name, context))
        report_twice(l, scope, name);
    HirPat made = { .as.binding = { .by_ref = pat->as.ident.by_ref,
                                    .ref_mut = pat->as.ident.ref_mut,
                                    .is_mut = pat->as.ident.is_mut } };
    HirLocalId local;
    if (first) {
        local = first->local;
    } else {
        HirLocal fresh = { .name = name->name,
                           .span = lower_span(l, name->at, name->at + (1u << AST_POS_SHIFT)),
                           .is_mut = made.as.binding.is_mut,
                           .by_ref = made.as.binding.by_ref };
        local = hir_local_id_make(hir_local_vec_push(&l->b->locals, fresh));
    }
    binding_vec_push(scope->all, (Binding){ .name = name->name,
                                            .context = context,
                                            .local = local,
                                            .span = lower_place_of(
                                                l, name->at, name->at + (1u << AST_POS_SHIFT)),
                                            .by_ref = pat->as.ident.by_ref,
                                            .ref_mut = pat->as.ident.ref_mut });
    made.as.binding.local = local;
    if (pat->as.ident.sub_or_none.v)
        made.as.binding.sub_or_none = lower_in(l, scope, pat->as.ident.sub_or_none);
    HirPatId id = push(l, HIR_PAT_BINDING, pat, made);
    if (!first)
        l->b->locals.items[local.v].pat = id;
    return id;
}

/* What a bare name would be if it is not a binding. A local hides constants: it is there after the
 * report that it may not be. */
static Res constant_of(Lower *l, const AstIdent *name)
{
    Res none = { .kind = RES_ERROR };
    ScopeAnswer scoped = scope_find(l, name, NAMESPACE_VALUE);
    if (scoped.res.kind == RES_DEF)
        return scoped.res;
    if (scoped.res.kind == RES_LOCAL)
        return none;
    PathWord word = { .name = name->name, .kind = name->kind };
    ResolvedPath outer = resolve_path(l->job, &l->place, &word, 1, false, NAMESPACE_VALUE, NULL);
    return outer.state == RESOLVED ? outer.res : none;
}

static const char *shadowed_text(Lower *l, DefId def)
{
    DefKind kind = def_kind(l->in, def);
    if (kind != DEF_CTOR)
        return kind == DEF_CONST ? "constant" : "static";
    bool is_tuple = lower_ctor_kind(l, def) == HIR_CTOR_TUPLE;
    if (def_kind(l->in, def_parent(l->in, def)) == DEF_VARIANT)
        return is_tuple ? "tuple variant" : "unit variant";
    return is_tuple ? "tuple struct" : "unit struct";
}

static void report_shadows(Lower *l, const PatScope *scope, const AstPat *pat, Res res)
{
    static const char *const sources[] = { "match bindings", "let bindings",
                                           "function parameters" };
    Str name = lower_text(l, pat->as.ident.name.name);
    const char *what = shadowed_text(l, res.def);
    Diag *diag = diag_new(l->job, DIAG_CODE_binding_shadows, lower_at(l, pat->lo, pat->hi));
    diag_argf(diag, "%s", sources[scope->source]);
    diag_argf(diag, "%ss", what);
    diag_primary_label(diag, "cannot be named the same as a %s", what);
    DiagSpan span = lower_def_span(l, res.def);
    if (span.kind != DIAG_SPAN_NONE)
        diag_label(diag, span, "the %s `%.*s` is defined here", what, (int)name.bytes, name.data);
    lower_emit(l, diag);
}

static HirPatId lower_ident(Lower *l, PatScope *scope, const AstPat *pat)
{
    const AstPat_ident *node = &pat->as.ident;
    Res res = constant_of(l, &node->name);
    bool is_plain = !node->by_ref && !node->is_mut && node->sub_or_none.v == 0;
    if (res.kind != RES_DEF || node->name.kind == TOKEN_KW_SELF_LOWER)
        return lower_binding(l, scope, pat);
    DefKind kind = def_kind(l->in, res.def);
    bool is_tuple_ctor = kind == DEF_CTOR && lower_ctor_kind(l, res.def) == HIR_CTOR_TUPLE;
    if (is_plain && path_accepts(l, PATH_PAT, res)) {
        HirPat made = { .as.path.path = lower_known_path(l, &node->name, res) };
        return push(l, HIR_PAT_PATH, pat, made);
    }
    if (is_tuple_ctor || kind == DEF_STATIC || kind == DEF_FOREIGN_STATIC || kind == DEF_CTOR ||
        kind == DEF_CONST) {
        report_shadows(l, scope, pat, res);
        l->b->has_error = true;
    }
    return lower_binding(l, scope, pat);
}

/* ---- alternatives ---- */

static void report_missing(Lower *l, const Binding *missing, const AstPat *in)
{
    Str name = lower_text(l, missing->name);
    Diag *diag = diag_new(l->job, DIAG_CODE_binding_missing, lower_at(l, in->lo, in->hi));
    diag_arg(diag, name);
    diag_primary_label(diag, "pattern doesn't bind `%.*s`", (int)name.bytes, name.data);
    lower_emit(l, diag_label(diag, diag_at_tokens(missing->span), "variable not in all patterns"));
}

static void compare_bindings(Lower *l, const BindingVec *here, const AstPat *here_pat,
                             const BindingVec *first, const AstPat *first_pat)
{
    for (uint32_t i = 0; i < first->count; i++) {
        const Binding *b = &first->items[i], *other = find(here, b->name, b->context);
        if (!other) {
            report_missing(l, b, here_pat);
        } else if (other->by_ref != b->by_ref || other->ref_mut != b->ref_mut) {
            Diag *diag =
                diag_new(l->job, DIAG_CODE_binding_modes_differ, diag_at_tokens(other->span));
            diag_arg(diag, lower_text(l, b->name));
            diag_primary_label(diag, "bound in different ways");
            lower_emit(l, diag_label(diag, diag_at_tokens(b->span), "first binding"));
        }
    }
    for (uint32_t i = 0; i < here->count; i++) {
        if (!find(first, here->items[i].name, here->items[i].context))
            report_missing(l, &here->items[i], first_pat);
    }
}

static HirPatId lower_or(Lower *l, PatScope *scope, const AstPat *pat)
{
    U32Vec pats;
    BindingVec first;
    u32_vec_init(&pats, l->scratch);
    binding_vec_init(&first, l->scratch);
    const AstPat *first_pat = NULL;
    for (uint32_t i = 0; i < pat->as.or.alternatives.count; i++) {
        AstPatId id = ast_pat_id_make(ast_list_at(l->source->ast, pat->as.or.alternatives, i));
        BindingVec here;
        binding_vec_init(&here, l->scratch);
        PatScope inner = { .all = &here,
                           .or_first = i == 0 ? scope->or_first : &first,
                           .source = scope->source };
        u32_vec_push(&pats, lower_in(l, &inner, id).v);
        if (i == 0)
            first = here, first_pat = ast_pat(l->source->ast, id);
        else
            compare_bindings(l, &here, ast_pat(l->source->ast, id), &first, first_pat);
        for (uint32_t k = 0; i > 0 && k < here.count; k++) {
            /* Reported as missing in the first one: bound from here on all the same. */
            if (!find(&first, here.items[k].name, here.items[k].context))
                binding_vec_push(&first, here.items[k]);
        }
    }
    for (uint32_t i = 0; i < first.count; i++) {
        if (find(scope->all, first.items[i].name, first.items[i].context)) {
            Diag *diag = diag_new(l->job,
                                  scope->source == PATTERN_OF_PARAMETER ? DIAG_CODE_parameter_twice
                                                                        : DIAG_CODE_binding_twice,
                                  diag_at_tokens(first.items[i].span));
            diag_arg(diag, lower_text(l, first.items[i].name));
            lower_emit(l, diag_primary_label(diag, "used in a pattern more than once"));
        }
        binding_vec_push(scope->all, first.items[i]);
    }
    HirPat made = { .as.or.alternatives = builder_list(l->b, &pats) };
    return push(l, HIR_PAT_OR, pat, made);
}

/* ---- values in patterns ---- */

/* A literal, a negated literal or a path: what may bound a range. */
static HirPatId lower_value(Lower *l, AstExprId id)
{
    const AstExpr *expr = ast_expr(l->source->ast, id);
    AstPat at = { .lo = expr->lo, .hi = expr->hi };
    HirPat made = { 0 };
    bool negative = expr->kind == AST_EXPR_UNARY && expr->as.unary.op == AST_UNARY_NEG;
    const AstExpr *inner = negative ? ast_expr(l->source->ast, expr->as.unary.operand) : expr;
    while (inner->kind == AST_EXPR_PAREN)
        inner = ast_expr(l->source->ast, inner->as.paren.inner);
    if (inner->kind == AST_EXPR_LITERAL) {
        made.as.literal.negative = negative;
        made.as.literal.literal =
            lower_literal(l, (TokenKind)inner->as.literal.kind, inner->as.literal.text);
        return push(l, HIR_PAT_LITERAL, &at, made);
    }
    if (inner->kind == AST_EXPR_PATH && !negative) {
        made.as.path.path = lower_path(l, inner->as.path.path, PATH_PAT);
        return push(l, HIR_PAT_PATH, &at, made);
    }
    if (inner->kind == AST_EXPR_MACRO_CALL && !negative) {
        Expanded expanded;
        if (!macro_begin(l, inner->as.macro_call.call, AST_FRAGMENT_EXPR, &expanded))
            return push(l, HIR_PAT_ERROR, &at, made);
        HirPatId value = l->source->ast->expr.v ? lower_value(l, l->source->ast->expr)
                                                : push(l, HIR_PAT_ERROR, &at, made);
        macro_end(l, &expanded);
        return value;
    }
    if (inner->kind != AST_EXPR_ERROR)
        return unsupported(l, &at, "this expression in a pattern");
    l->b->has_error = true;
    return push(l, HIR_PAT_ERROR, &at, made);
}

static HirPatId lower_range(Lower *l, const AstPat *pat)
{
    HirPat made = { .as.range.inclusive = pat->as.range.inclusive };
    if (pat->as.range.low_or_none.v)
        made.as.range.low_or_none = lower_value(l, pat->as.range.low_or_none);
    if (pat->as.range.high_or_none.v)
        made.as.range.high_or_none = lower_value(l, pat->as.range.high_or_none);
    if (pat->as.range.is_three_dots)
        made.as.range.inclusive = true;
    return push(l, HIR_PAT_RANGE, pat, made);
}

/* ---- structs, slices ---- */

static HirPatId lower_struct(Lower *l, PatScope *scope, const AstPat *pat)
{
    HirPat made = { .as.struct_ = { .path = lower_path(l, pat->as.struct_.path, PATH_STRUCT),
                                    .has_rest = pat->as.struct_.has_rest } };
    HirFieldPatVec fields;
    hir_field_pat_vec_init(&fields, l->scratch);
    for (uint32_t i = 0; i < pat->as.struct_.fields.count; i++) {
        const AstFieldPat *node =
            &l->source->ast->field_pats[ast_list_at(l->source->ast, pat->as.struct_.fields, i)];
        if (!lower_is_configured(l, node->attrs, node->lo, node->hi))
            continue;
        HirFieldPat field = { .name = node->name.name, .is_shorthand = node->is_shorthand };
        field.span = lower_span(l, node->name.at, node->name.at + (1u << AST_POS_SHIFT));
        field.pat = lower_in(l, scope, node->pat);
        hir_field_pat_vec_push(&fields, field);
    }
    made.as.struct_.fields = (IdRange){ l->b->field_pats.count, fields.count };
    hir_field_pat_vec_append(&l->b->field_pats, fields.items, fields.count);
    return push(l, HIR_PAT_STRUCT, pat, made);
}

static HirPatId lower_slice(Lower *l, PatScope *scope, const AstPat *pat)
{
    HirPat made = { .as.slice.rest = UINT32_MAX };
    U32Vec pats;
    u32_vec_init(&pats, l->scratch);
    for (uint32_t i = 0; i < pat->as.slice.elements.count; i++) {
        AstPatId id = ast_pat_id_make(ast_list_at(l->source->ast, pat->as.slice.elements, i));
        const AstPat *element = ast_pat(l->source->ast, id);
        bool is_named =
            element->kind == AST_PAT_IDENT && element->as.ident.sub_or_none.v &&
            ast_pat(l->source->ast, element->as.ident.sub_or_none)->kind == AST_PAT_REST;
        if (element->kind != AST_PAT_REST && !is_named) {
            u32_vec_push(&pats, lower_in(l, scope, id).v);
            continue;
        }
        if (made.as.slice.rest != UINT32_MAX) {
            Diag *diag =
                diag_new(l->job, DIAG_CODE_rest_twice, lower_at(l, element->lo, element->hi));
            lower_emit(l, diag_primary_label(diag, "can only be used once per slice pattern"));
            continue;
        }
        made.as.slice.rest = pats.count;
        if (is_named) {
            AstPat whole = *element;
            whole.as.ident.sub_or_none = ast_pat_id_none();
            made.as.slice.rest_pat_or_none = lower_binding(l, scope, &whole);
        }
    }
    made.as.slice.elements = builder_list(l->b, &pats);
    return push(l, HIR_PAT_SLICE, pat, made);
}

static HirPatId lower_macro_pat(Lower *l, PatScope *scope, const AstPat *pat)
{
    Expanded expanded;
    if (!macro_begin(l, pat->as.macro_call.call, AST_FRAGMENT_PAT, &expanded))
        return push(l, HIR_PAT_ERROR, pat, (HirPat){ 0 });
    HirPatId made =
        l->source->ast->pat.v ? lower_in(l, scope, l->source->ast->pat) : hir_pat_id_none();
    macro_end(l, &expanded);
    return made.v ? made : push(l, HIR_PAT_ERROR, pat, (HirPat){ 0 });
}

/* ---- by kind ---- */

static HirPatId lower_kind(Lower *l, PatScope *scope, const AstPat *pat)
{
    HirPat made = { 0 };
    switch ((AstPatKind)pat->kind) {
    case AST_PAT_WILD:
        return push(l, HIR_PAT_WILD, pat, made);
    case AST_PAT_IDENT:
        return lower_ident(l, scope, pat);
    case AST_PAT_EXPR:
        return lower_value(l, pat->as.expr.expr);
    case AST_PAT_PATH:
        made.as.path.path = lower_path(l, pat->as.path.path, PATH_PAT);
        return push(l, HIR_PAT_PATH, pat, made);
    case AST_PAT_TUPLE:
        made.as.tuple.elements = lower_list(l, scope, pat->as.tuple.elements, &made.as.tuple.rest);
        return push(l, HIR_PAT_TUPLE, pat, made);
    case AST_PAT_PAREN:
        return lower_in(l, scope, pat->as.paren.inner);
    case AST_PAT_TUPLE_STRUCT:
        l->around_lo = pat->lo;
        l->around_hi = pat->hi;
        made.as.tuple_struct.path = lower_path(l, pat->as.tuple_struct.path, PATH_TUPLE_STRUCT);
        made.as.tuple_struct.elements =
            lower_list(l, scope, pat->as.tuple_struct.elements, &made.as.tuple_struct.rest);
        return push(l, HIR_PAT_TUPLE_STRUCT, pat, made);
    case AST_PAT_STRUCT:
        return lower_struct(l, scope, pat);
    case AST_PAT_REF:
        made.as.ref.is_mut = pat->as.ref.is_mut;
        made.as.ref.pat = lower_in(l, scope, pat->as.ref.pat);
        return push(l, HIR_PAT_REF, pat, made);
    case AST_PAT_RANGE:
        return lower_range(l, pat);
    case AST_PAT_OR:
        return lower_or(l, scope, pat);
    case AST_PAT_SLICE:
        return lower_slice(l, scope, pat);
    case AST_PAT_MACRO_CALL:
        return lower_macro_pat(l, scope, pat);
    case AST_PAT_REST: {
        Diag *diag = diag_new(l->job, DIAG_CODE_rest_misplaced, lower_at(l, pat->lo, pat->hi));
        lower_emit(l, diag_note(diag, "only allowed in tuple, tuple struct, and slice patterns"));
        return push(l, HIR_PAT_ERROR, pat, made);
    }
    case AST_PAT_NEVER:
        return unsupported(l, pat, "a never pattern");
    case AST_PAT_BOX:
        return unsupported(l, pat, "a box pattern");
    case AST_PAT_GUARD:
        return unsupported(l, pat, "a guard inside a pattern");
    case AST_PAT_NONE:
    case AST_PAT_ERROR:
        l->b->has_error = true;
        return push(l, HIR_PAT_ERROR, pat, made);
    case AST_PAT_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static HirPatId lower_in(Lower *l, PatScope *scope, AstPatId id)
{
    const AstPat *pat = ast_pat(l->source->ast, id);
    HirPatId made = lower_enter(l, pat->lo, pat->hi) ? lower_kind(l, scope, pat)
                                                     : push(l, HIR_PAT_ERROR, pat, (HirPat){ 0 });
    lower_leave(l);
    return made;
}

HirPatId lower_pat_with(Lower *l, AstPatId pat, BindingVec *seen, PatternSource source)
{
    uint32_t before = seen->count;
    PatScope scope = { .all = seen, .source = source };
    HirPatId made = lower_in(l, &scope, pat);
    for (uint32_t i = before; i < seen->count; i++)
        scope_push_local(l, seen->items[i].name, seen->items[i].context, seen->items[i].local);
    return made;
}

HirPatId lower_pat(Lower *l, AstPatId pat, PatternSource source)
{
    BindingVec seen;
    binding_vec_init(&seen, l->scratch);
    return lower_pat_with(l, pat, &seen, source);
}
