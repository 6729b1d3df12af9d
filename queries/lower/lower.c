/* Bodies, and the projections of what lowering makes. */
#include "lower/lower.h"

#include "lower/lower_priv.h"

/* ---- bodies ---- */

/* Of a trait's method, up to edition 2015: only a type is written. */
static uint32_t unnamed_param(Lower *l, const AstParam *param)
{
    HirPat wild = { .kind = HIR_PAT_WILD, .span = lower_span(l, param->lo, param->hi) };
    return hir_pat_vec_push(&l->b->pats, wild);
}

static void lower_params(Lower *l, Source *header, HirBody *body, U32Vec *params)
{
    const AstItem *node = header->ast->item.v ? ast_item(header->ast, header->ast->item) : NULL;
    if (!node || node->kind != AST_ITEM_FN)
        return;
    BindingVec seen;
    binding_vec_init(&seen, l->scratch);
    l->source = header;
    for (uint32_t i = 0; i < node->as.fn.params.count; i++) {
        const AstParam *param =
            &header->ast->params[ast_list_at(header->ast, node->as.fn.params, i)];
        if (!lower_is_configured(l, param->attrs, param->lo, param->hi) || param->is_variadic)
            continue;
        u32_vec_push(params,
                     param->pat_or_none.v
                         ? lower_pat_with(l, param->pat_or_none, &seen, PATTERN_OF_PARAMETER).v
                         : unnamed_param(l, param));
    }
    (void)body;
}

static bool owns_body(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST || kind == DEF_STATIC ||
           kind == DEF_ASSOC_CONST;
}

/* A body with a part missing is read for the items in it; as a value it is an error. */
static HirExprId lower_whole(Lower *l)
{
    const Ast *ast = l->source->ast;
    if (!ast->expr.v)
        return hir_expr_id_none();
    l->is_muted = ast->is_broken;
    HirExprId value = lower_expr(l, ast->expr);
    l->is_muted = false;
    return ast->is_broken
               ? expr_error(l, ast_expr(ast, ast->expr)->lo, ast_expr(ast, ast->expr)->hi)
               : value;
}

static void lower_value(Lower *l, ItemId item, Builder *b, LoweredBody *out)
{
    Source header = lower_source(l->job, item, ANCHOR_HEADER),
           body = lower_source(l->job, item, ANCHOR_BODY);
    U32Vec params;
    u32_vec_init(&params, l->scratch);
    l->source = &header;
    AstIdent name = lower_item_name(header.ast);
    l->fn_span = lower_place_of(l, name.at, name.at + (1u << AST_POS_SHIFT));
    b->has_error = body.ast->has_error;
    lower_params(l, &header, &out->body, &params);
    l->source = &body;
    HirExprId value = lower_whole(l);
    lower_check_attributes(l);
    IdRange param_list = builder_list(b, &params);
    out->body = builder_finish(b, l->out);
    out->body.params = param_list;
    out->body.value = value;
}

void lowered_body_provide(Job *job, DefId def, LoweredBody *out)
{
    Interners *in = job_interners(job);
    out->body.owner = def;
    ItemId item = q_def_item(job, def)->item;
    if (item_id_is_none(item) || !owns_body(def_kind(in, def)))
        return;
    Lower l;
    Builder b;
    lower_init(&l, job, def);
    l.scopes = body_scopes_new(job, def, &l.place);
    l.place.own = l.scopes;
    builder_init(&b, l.scratch, def, 1, (TokenSpan){ .lo = 0 });
    l.b = &b;
    lower_scope_of(&l, def);
    lower_value(&l, item, &b, out);
    out->spans = builder_spans(&b, l.out, &out->span_count);
    out->consts = l.consts.items;
    out->const_count = l.consts.count;
    out->calls = l.calls.items;
    out->call_count = l.calls.count;
    body_scopes_finish(l.scopes, l.out, &out->items);
    rsc_check_expensive(lower_body_is_valid(in, &out->body));
}

static bool check_valid(bool valid, Text *problem)
{
    if (!valid)
        RSC_BUG(problem->data);
    text_release(problem);
    return valid;
}

bool lower_body_is_valid(Interners *in, const HirBody *body)
{
    Text problem = { .arena = NULL };
    return check_valid(hir_body_validate(in, body, &problem), &problem);
}

bool lower_item_is_valid(Interners *in, const HirItem *item)
{
    Text problem = { .arena = NULL };
    return check_valid(hir_item_validate(in, item, &problem), &problem);
}

/* ---- anonymous constants ---- */

/* The item whose header or body the constant stands in. */
static DefId const_owner(const Interners *in, DefId konst, bool *in_body)
{
    DefId parent = def_parent(in, konst);
    *in_body = (def_record(in, konst).disambiguator & 1) != 0;
    if (def_kind(in, parent) != DEF_VARIANT)
        return parent;
    *in_body = false;
    return def_parent(in, parent);
}

static const LoweredConst *find_const(Job *job, DefId konst)
{
    bool in_body;
    DefId owner = const_owner(job_interners(job), konst, &in_body);
    const LoweredConst *consts =
        in_body ? q_lowered_body(job, owner)->consts : q_lowered_item(job, owner)->consts;
    uint32_t count =
        in_body ? q_lowered_body(job, owner)->const_count : q_lowered_item(job, owner)->const_count;
    for (uint32_t i = 0; i < count; i++) {
        if (def_id_eq(consts[i].def, konst))
            return &consts[i];
    }
    return NULL;
}

/* ---- projections ---- */

void hir_body_provide(Job *job, DefId def, HirBody *out)
{
    if (def_kind(job_interners(job), def) != DEF_ANON_CONST) {
        hir_body_copy(job_out(job), &q_lowered_body(job, def)->body, out);
        return;
    }
    const LoweredConst *konst = find_const(job, def);
    if (konst)
        hir_body_copy(job_out(job), &konst->body, out);
    else
        *out = (HirBody){ .owner = def, .has_error = true };
}

void hir_item_provide(Job *job, DefId def, HirItem *out)
{
    hir_item_copy(job_out(job), &q_lowered_item(job, def)->item, out);
}

void body_items_provide(Job *job, DefId def, BodyItems *out)
{
    const BodyItems *from = &q_lowered_body(job, def)->items;
    Arena *arena = job_out(job);
    *out = *from;
    out->blocks = arena_copy(arena, from->blocks, from->block_count * sizeof *from->blocks);
    out->items = arena_copy(arena, from->items, from->item_count * sizeof *from->items);
    out->names = arena_copy(arena, from->names, from->name_count * sizeof *from->names);
    out->globs = arena_copy(arena, from->globs, from->glob_count * sizeof *from->globs);
    out->macros = arena_copy(arena, from->macros, from->macro_count * sizeof *from->macros);
    out->locals = arena_copy(arena, from->locals, from->local_count * sizeof *from->locals);
}

void anon_consts_provide(Job *job, DefId def, DefList *out)
{
    Interners *in = job_interners(job);
    const LoweredItem *item = q_lowered_item(job, def);
    const LoweredBody *body = owns_body(def_kind(in, def)) ? q_lowered_body(job, def) : NULL;
    out->items = arena_alloc_array(job_out(job), item->const_count + (body ? body->const_count : 0),
                                   sizeof(DefId));
    for (uint32_t i = 0; i < item->const_count; i++)
        out->items[out->count++] = item->consts[i].def;
    for (uint32_t i = 0; body && i < body->const_count; i++)
        out->items[out->count++] = body->consts[i].def;
}

/* ---- span tables ---- */

static TokenSpan *copy_spans(Job *job, const TokenSpan *spans, uint32_t count)
{
    return arena_copy(job_out(job), spans, count * sizeof *spans);
}

static TokenSpan ident_span(Job *job, ItemId item, const AstIdent *name)
{
    return expand_span(job, item, ANCHOR_HEADER, name->at, name->at + (1u << AST_POS_SHIFT));
}

static bool field_span(Job *job, ItemId item, const Ast *ast, IdRange fields, SymId name,
                       TokenSpan *out)
{
    for (uint32_t i = 0; i < fields.count; i++) {
        const AstFieldDef *field = &ast->field_defs[ast_list_at(ast, fields, i)];
        if (!sym_id_eq(lower_field_name(job_interners(job), field, i), name))
            continue;
        *out = sym_id_is_none(field->name.name)
                   ? expand_span(job, item, ANCHOR_HEADER, field->lo, field->hi)
                   : ident_span(job, item, &field->name);
        return true;
    }
    return false;
}

static const AstVariant *find_variant(const Ast *ast, SymId name)
{
    for (uint32_t i = 1; i < ast->variant_count; i++) {
        if (sym_id_eq(ast->variants[i].name.name, name))
            return &ast->variants[i];
    }
    return NULL;
}

/* Of a field, variant, constructor or parameter: in the header of the item around it. */
static TokenSpan part_span(Job *job, DefId def, ItemId item)
{
    Interners *in = job_interners(job);
    const Ast *ast = q_header_ast(job, item);
    AstIdent name = lower_item_name(ast);
    DefKind kind = def_kind(in, def);
    DefId parent = def_parent(in, def);
    const AstItem *node = ast->item.v ? ast_item(ast, ast->item) : NULL;
    TokenSpan span = ident_span(job, item, &name);
    if (kind == DEF_CTOR)
        return def_kind(in, parent) == DEF_VARIANT ? part_span(job, parent, item) : span;
    if (kind == DEF_VARIANT) {
        const AstVariant *variant = find_variant(ast, def_name(in, def));
        return variant ? ident_span(job, item, &variant->name) : span;
    }
    if (kind == DEF_FIELD && def_kind(in, parent) == DEF_VARIANT) {
        const AstVariant *variant = find_variant(ast, def_name(in, parent));
        if (variant)
            field_span(job, item, ast, variant->fields, def_name(in, def), &span);
    } else if (kind == DEF_FIELD && node) {
        IdRange fields = node->kind == AST_ITEM_STRUCT  ? node->as.struct_.fields
                         : node->kind == AST_ITEM_UNION ? node->as.union_.fields
                                                        : (IdRange){ 0, 0 };
        field_span(job, item, ast, fields, def_name(in, def), &span);
    }
    for (uint32_t i = 1; kind != DEF_FIELD && i < ast->generic_param_count; i++) {
        if (sym_id_eq(ast->generic_params[i].name.name, def_name(in, def)))
            return ident_span(job, item, &ast->generic_params[i].name);
    }
    return span;
}

static void const_table(Job *job, DefId def, SpanTable *out)
{
    const LoweredConst *konst = find_const(job, def);
    if (!konst)
        return;
    out->body = copy_spans(job, konst->spans, konst->span_count);
    out->body_count = konst->span_count - 1;
    out->header = out->body + out->body_count;
    out->header_count = 1;
}

static bool has_header(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION ||
           kind == DEF_TRAIT || kind == DEF_TYPE_ALIAS || kind == DEF_IMPL || kind == DEF_CONST ||
           kind == DEF_STATIC || kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST ||
           kind == DEF_ASSOC_TYPE || kind == DEF_FOREIGN_FN || kind == DEF_FOREIGN_STATIC;
}

void span_table_provide(Job *job, DefId def, SpanTable *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, def);
    if (kind == DEF_ANON_CONST) {
        const_table(job, def, out);
        return;
    }
    if (kind == DEF_CLOSURE) {
        span_table_provide(job, def_parent(in, def), out);
        return;
    }
    if (has_header(kind)) {
        const LoweredItem *item = q_lowered_item(job, def);
        out->header = copy_spans(job, item->spans, item->span_count);
        out->header_count = item->span_count;
        const LoweredBody *body = owns_body(kind) ? q_lowered_body(job, def) : NULL;
        out->body = body ? copy_spans(job, body->spans, body->span_count) : NULL;
        out->body_count = body ? body->span_count : 0;
        return;
    }
    ItemId item = q_def_item(job, def)->item;
    if (item_id_is_none(item) || kind == DEF_CRATE)
        return;
    TokenSpan name = part_span(job, def, item);
    out->header = copy_spans(job, &name, 1);
    out->header_count = 1;
}

TokenSpan lower_token_span(Job *job, Span span)
{
    return span_table_get(q_span_table(job, span.owner), span.index);
}
