/* Item headers: signatures, fields, variants, impl headers. */
#include <stdio.h>

#include "lower/lower_priv.h"

typedef struct {
    Lower *l;
    DefId def;
    ItemId item;
    const Ast *ast;
    const AstItem *node;
    HirItem *out;
    LoweredGenerics generics;
    HirFieldDefVec fields;
    HirVariantDefVec variants;
    HirAssocItemVec assoc;
} Header;

/* ---- names ---- */

static AstIdent first_token(void)
{
    return (AstIdent){ .at = ast_pos(0, 0) };
}

AstIdent lower_item_name(const Ast *ast)
{
    const AstItem *item = ast->item.v ? ast_item(ast, ast->item) : NULL;
    switch (item ? (AstItemKind)item->kind : AST_ITEM_NONE) {
    case AST_ITEM_FN:
        return item->as.fn.name;
    case AST_ITEM_STRUCT:
        return item->as.struct_.name;
    case AST_ITEM_UNION:
        return item->as.union_.name;
    case AST_ITEM_ENUM:
        return item->as.enum_.name;
    case AST_ITEM_TRAIT:
        return item->as.trait.name;
    case AST_ITEM_TRAIT_ALIAS:
        return item->as.trait_alias.name;
    case AST_ITEM_TYPE_ALIAS:
        return item->as.type_alias.name;
    case AST_ITEM_CONST:
        return item->as.const_.name;
    case AST_ITEM_STATIC:
        return item->as.static_.name;
    case AST_ITEM_MOD:
        return item->as.mod.name;
    case AST_ITEM_MACRO:
        return item->as.macro.name;
    case AST_ITEM_EXTERN_CRATE:
        return item->as.extern_crate.name;
    case AST_ITEM_NONE:
    case AST_ITEM_ERROR:
    case AST_ITEM_IMPL:
    case AST_ITEM_FOREIGN_MOD:
    case AST_ITEM_USE:
    case AST_ITEM_MACRO_CALL:
    case AST_ITEM_KIND_COUNT:
        return first_token();
    }
    RSC_UNREACHABLE();
}

SymId lower_field_name(Interners *in, const AstFieldDef *field, uint32_t index)
{
    char digits[16];
    if (!sym_id_is_none(field->name.name))
        return field->name.name;
    snprintf(digits, sizeof digits, "%u", index);
    return sym_intern_c(in, digits);
}

/* ---- functions ---- */

/* `Self`, written nowhere: at the `self`. */
static HirTyId self_ty(Lower *l, AstPos lo, AstPos hi)
{
    AstIdent name = { .name = sym_intern_c(l->in, "Self"), .at = lo, .kind = TOKEN_KW_SELF_UPPER };
    HirTy made = { .as.path.path = lower_known_path(l, &name, l->self) };
    return ty_push(l, HIR_TY_PATH, lo, hi, made);
}

static HirTyId self_param_ty(Lower *l, const AstParam *param)
{
    if (param->self_kind == AST_SELF_TYPED)
        return lower_ty(l, param->ty_or_none);
    if (param->is_pinned)
        lower_unsupported(l, param->lo, param->hi, "a pinned reference");
    HirTyId self = self_ty(l, param->lo, param->hi);
    if (param->self_kind == AST_SELF_VALUE)
        return self;
    HirTy made = { .as.ref = { .is_mut = param->self_kind == AST_SELF_REF_MUT, .pointee = self } };
    made.as.ref.lifetime = lower_lifetime(l, param->self_lifetime_or_none, param->lo,
                                          param->lo + (1u << AST_POS_SHIFT));
    return ty_push(l, HIR_TY_REF, param->lo, param->hi, made);
}

static void lower_inputs(Header *h, IdRange params)
{
    Lower *l = h->l;
    U32Vec inputs;
    u32_vec_init(&inputs, l->scratch);
    for (uint32_t i = 0; i < params.count; i++) {
        const AstParam *param = &h->ast->params[ast_list_at(h->ast, params, i)];
        if (!lower_is_configured(l, param->attrs, param->lo, param->hi))
            continue;
        if (param->is_variadic) {
            h->out->is_variadic = true;
            continue;
        }
        bool is_self = param->self_kind != AST_SELF_NONE;
        if (is_self && l->self.kind == RES_ERROR) {
            Diag *diag =
                diag_new(l->job, DIAG_CODE_self_parameter, lower_at(l, param->lo, param->hi));
            diag_primary_label(diag, "not semantically valid as function parameter");
            lower_emit(
                l,
                diag_note(diag, "associated functions are those in `impl` or `trait` definitions"));
        }
        h->out->has_self |= is_self;
        u32_vec_push(&inputs,
                     is_self ? self_param_ty(l, param).v : lower_ty(l, param->ty_or_none).v);
    }
    h->out->inputs = builder_list(l->b, &inputs);
}

/* The extern block around a foreign item. */
static const AstItem *foreign_block(const Header *h, const Ast **ast)
{
    ItemId parent = item_id_make(item_record(h->l->in, h->item).parent);
    *ast = q_header_ast(h->l->job, parent);
    const AstItem *node = (*ast)->item.v ? ast_item(*ast, (*ast)->item) : NULL;
    return node && node->kind == AST_ITEM_FOREIGN_MOD ? node : NULL;
}

static void lower_foreign(Header *h, uint8_t safety)
{
    const Ast *ast;
    const AstItem *block = foreign_block(h, &ast);
    h->out->is_unsafe = safety != AST_SAFETY_SAFE;
    h->out->abi = ABI_C;
    if (!block || sym_id_is_none(block->as.foreign_mod.abi))
        return;
    AstFnHeader header = { .is_extern = true, .abi = block->as.foreign_mod.abi };
    lower_abi(h->l, &header, h->node->lo, h->node->hi, &h->out->abi);
}

/* Of an item in an impl. */
static void set_default(Header *h, bool is_default)
{
    h->out->is_default = is_default;
    if (is_default)
        lower_gate(h->l, GATE_SPECIALIZATION, h->node->lo, h->node->hi);
}

static void lower_fn(Header *h)
{
    Lower *l = h->l;
    const AstItem_fn *fn = &h->node->as.fn;
    const AstFnHeader *header = &h->ast->fn_headers[fn->header.v];
    if (header->is_async || header->is_gen)
        lower_unsupported(l, h->node->lo, h->node->hi,
                          header->is_async ? "an `async` function" : "a `gen` function");
    lower_generics(l, fn->generics, h->def, &h->generics);
    lower_inputs(h, fn->params);
    if (fn->output_or_none.v)
        h->out->output_or_none = lower_return_ty(l, fn->output_or_none);
    h->out->is_const = header->is_const;
    set_default(h, header->is_default);
    h->out->has_body = header->has_body;
    h->out->is_variadic |= header->is_variadic;
    h->out->is_unsafe = header->safety == AST_SAFETY_UNSAFE;
    if (def_kind(l->in, h->def) == DEF_FOREIGN_FN)
        lower_foreign(h, header->safety);
    else
        lower_abi(l, header, header->lo, header->hi, &h->out->abi);
    if (h->out->is_variadic && header->has_body)
        lower_unsupported(l, h->node->lo, h->node->hi, "the definition of a C-variadic function");
}

/* ---- structs, enums, unions ---- */

/* `= value` */
static void lower_field_default(Lower *l, const AstFieldDef *field)
{
    AstPos equals = ast_expr(l->source->ast, field->default_or_none)->lo - (1u << AST_POS_SHIFT);
    if (lower_gate(l, GATE_FIELD_DEFAULT, equals, field->hi))
        lower_unsupported(l, field->lo, field->hi, "a default value of a field");
}

static IdRange lower_fields(Header *h, IdRange fields, DefId owner, bool is_variant)
{
    Lower *l = h->l;
    IdRange run = { h->fields.count, 0 };
    for (uint32_t i = 0; i < fields.count; i++) {
        const AstFieldDef *field = &h->ast->field_defs[ast_list_at(h->ast, fields, i)];
        if (!lower_is_configured(l, field->attrs, field->lo, field->hi))
            continue;
        if (field->default_or_none.v)
            lower_field_default(l, field);
        HirFieldDef made = { .name = lower_field_name(l->in, field, run.count) };
        made.def = def_child(l->in, owner, DEF_FIELD, made.name, 0);
        made.visible_in =
            is_variant ? def_id_none()
                       : resolve_field_visibility(l->job, owner, h->item, h->ast, field->vis);
        bool is_named = !sym_id_is_none(field->name.name);
        made.span = is_named ? lower_span(l, field->name.at, field->name.at + (1u << AST_POS_SHIFT))
                             : lower_span(l, field->lo, field->hi);
        made.ty = lower_ty(l, field->ty);
        hir_field_def_vec_push(&h->fields, made);
        run.count++;
    }
    return run;
}

static void lower_one_variant(Header *h, const AstIdent *name, uint8_t ctor, IdRange fields)
{
    HirVariantDef made = { .def = h->def, .name = name->name, .ctor = ctor };
    made.span = lower_span(h->l, name->at, name->at + (1u << AST_POS_SHIFT));
    made.fields = lower_fields(h, fields, h->def, false);
    hir_variant_def_vec_push(&h->variants, made);
}

static void lower_variant(Header *h, const AstVariant *variant)
{
    Lower *l = h->l;
    HirVariantDef made = { .name = variant->name.name, .ctor = variant->ctor };
    made.def = def_child(l->in, h->def, DEF_VARIANT, made.name, 0);
    made.span = lower_span(l, variant->name.at, variant->name.at + (1u << AST_POS_SHIFT));
    for (uint32_t i = 0; i < h->variants.count; i++) {
        if (!sym_id_eq(h->variants.items[i].name, made.name))
            continue;
        Str name = lower_text(l, made.name);
        Diag *diag =
            diag_new(l->job, DIAG_CODE_duplicate_definition, lower_at(l, variant->lo, variant->hi));
        diag_arg(diag, name);
        diag_primary_label(diag, "`%.*s` redefined here", (int)name.bytes, name.data);
        diag_label(diag, diag_at_tokens(l->b->spans.items[h->variants.items[i].span >> 1]),
                   "previous definition of the type `%.*s` here", (int)name.bytes, name.data);
        diag_note(diag, "`%.*s` must be defined only once in the type namespace of this enum",
                  (int)name.bytes, name.data);
        lower_emit(l, diag);
        return;
    }
    made.fields = lower_fields(h, variant->fields, made.def, true);
    if (variant->discriminant_or_none.v)
        made.discriminant_or_none = lower_anon_const(l, variant->discriminant_or_none, made.def);
    hir_variant_def_vec_push(&h->variants, made);
}

static void lower_enum(Header *h)
{
    Lower *l = h->l;
    IdRange variants = h->node->as.enum_.variants;
    lower_generics(l, h->node->as.enum_.generics, h->def, &h->generics);
    for (uint32_t i = 0; i < variants.count; i++) {
        const AstVariant *variant = &h->ast->variants[ast_list_at(h->ast, variants, i)];
        if (lower_is_configured(l, variant->attrs, variant->lo, variant->hi))
            lower_variant(h, variant);
    }
}

/* ---- traits and impls ---- */

static bool has_type(Header *h, ItemId item)
{
    const Ast *ast = q_header_ast(h->l->job, item);
    const AstItem *node = ast->item.v ? ast_item(ast, ast->item) : NULL;
    return node && node->kind == AST_ITEM_TYPE_ALIAS && node->as.type_alias.ty_or_none.v != 0;
}

static void lower_assoc(Header *h)
{
    const AssocDefs *defs = q_assoc_defs(h->l->job, h->def);
    for (uint32_t i = 0; i < defs->count; i++) {
        const AssocDef *def = &defs->items[i];
        HirAssocItem made = { .def = def->def,
                              .kind = def->kind,
                              .name = def->name,
                              .visible_in = def->visible_in,
                              .has_self = def->has_self,
                              .has_default = def->has_body };
        if (def->kind == DEF_ASSOC_TYPE)
            made.has_default = has_type(h, def->item);
        hir_assoc_item_vec_push(&h->assoc, made);
    }
}

static void lower_trait(Header *h)
{
    Lower *l = h->l;
    const AstItem_trait *trait = &h->node->as.trait;
    if (trait->is_auto)
        lower_gate(l, GATE_AUTO_TRAIT, h->node->lo, h->node->hi);
    if (trait->is_const && lower_gate(l, GATE_CONST_TRAIT, h->node->lo, h->node->hi))
        lower_unsupported(l, h->node->lo, h->node->hi, "a `const` trait");
    lower_generics(l, trait->generics, h->def, &h->generics);
    if (trait->bounds.count > 0)
        lower_bounds(l, trait->bounds,
                     self_ty(l, trait->name.at, trait->name.at + (1u << AST_POS_SHIFT)),
                     hir_lifetime_id_none(), &h->generics);
    h->out->is_auto = trait->is_auto;
    h->out->is_unsafe = trait->is_unsafe;
    lower_assoc(h);
}

static void lower_impl(Header *h)
{
    Lower *l = h->l;
    const AstItem_impl *impl = &h->node->as.impl;
    if (impl->is_const && lower_gate(l, GATE_CONST_TRAIT, h->node->lo, h->node->hi))
        lower_unsupported(l, h->node->lo, h->node->hi, "a `const` impl");
    if (impl->is_default && lower_gate(l, GATE_SPECIALIZATION, h->node->lo, h->node->hi))
        lower_unsupported(l, h->node->lo, h->node->hi, "a `default` impl");
    lower_generics(l, impl->generics, h->def, &h->generics);
    if (impl->trait_or_none.v)
        h->out->trait_or_none = lower_path(l, impl->trait_or_none, PATH_TRAIT);
    Res self = l->self;
    l->self = (Res){ .kind = RES_ERROR }; /* `Self` is what is being said */
    h->out->self_ty_or_none = lower_ty(l, impl->self_ty);
    l->self = self;
    h->out->is_negative = impl->is_negative;
    const AstPath *trait = &h->ast->paths[impl->trait_or_none.v];
    if (impl->is_negative && impl->trait_or_none.v)
        lower_gate(l, GATE_NEGATIVE_IMPL, trait->lo - (1u << AST_POS_SHIFT), trait->hi);
    h->out->is_unsafe = impl->is_unsafe;
    lower_assoc(h);
}

/* ---- others ---- */

static void missing_type(Header *h, const char *what, const AstIdent *name)
{
    Lower *l = h->l;
    Diag *diag = diag_new(l->job, DIAG_CODE_missing_type,
                          lower_at(l, name->at, name->at + (1u << AST_POS_SHIFT)));
    lower_emit(l, diag_argf(diag, "%s", what));
    h->out->ty_or_none = ty_push(l, HIR_TY_ERROR, name->at, name->at, (HirTy){ 0 });
}

static void lower_const(Header *h)
{
    Lower *l = h->l;
    const AstItem_const_ *node = &h->node->as.const_;
    lower_generics(l, node->generics, h->def, &h->generics);
    if (h->generics.params.count > 0)
        lower_unsupported(l, h->node->lo, h->node->hi, "a generic constant");
    set_default(h, node->is_default);
    if (node->ty_or_none.v)
        h->out->ty_or_none = lower_ty(l, node->ty_or_none);
    else
        missing_type(h, "const", &node->name);
}

static void lower_static(Header *h)
{
    const AstItem_static_ *node = &h->node->as.static_;
    h->out->is_mut = node->is_mut;
    if (node->ty_or_none.v)
        h->out->ty_or_none = lower_ty(h->l, node->ty_or_none);
    else
        missing_type(h, "static", &node->name);
    if (def_kind(h->l->in, h->def) == DEF_FOREIGN_STATIC)
        lower_foreign(h, node->safety);
}

/* `extern { type Name; }`: an alias of nothing in the item tree. */
static void lower_extern_type(Header *h)
{
    const AstItem *node = h->node;
    if (lower_gate(h->l, GATE_EXTERN_TYPE, node->lo, node->hi))
        lower_unsupported(h->l, node->lo, node->hi, "an extern type");
    h->out->ty_or_none = ty_push(h->l, HIR_TY_ERROR, node->lo, node->hi, (HirTy){ 0 });
}

static void lower_alias(Header *h)
{
    Lower *l = h->l;
    const AstItem_type_alias *node = &h->node->as.type_alias;
    lower_generics(l, node->generics, h->def, &h->generics);
    lower_bounds(l, node->bounds, hir_ty_id_none(), hir_lifetime_id_none(), &h->generics);
    set_default(h, node->is_default);
    DefKind parent = def_kind(l->in, def_parent(l->in, h->def));
    if (node->ty_or_none.v && parent == DEF_TRAIT)
        lower_gate(l, GATE_ASSOC_TYPE_DEFAULT, h->node->lo, h->node->hi);
    if (node->ty_or_none.v)
        h->out->ty_or_none = lower_ty(l, node->ty_or_none);
    else if (def_kind(l->in, h->def) == DEF_TYPE_ALIAS)
        lower_extern_type(h);
}

static void lower_kind(Header *h)
{
    switch (h->node ? (AstItemKind)h->node->kind : AST_ITEM_NONE) {
    case AST_ITEM_FN:
        lower_fn(h);
        return;
    case AST_ITEM_STRUCT:
        lower_generics(h->l, h->node->as.struct_.generics, h->def, &h->generics);
        lower_one_variant(h, &h->node->as.struct_.name, h->node->as.struct_.ctor,
                          h->node->as.struct_.fields);
        return;
    case AST_ITEM_UNION:
        lower_unsupported(h->l, h->node->lo, h->node->hi, "a union");
        lower_generics(h->l, h->node->as.union_.generics, h->def, &h->generics);
        lower_one_variant(h, &h->node->as.union_.name, AST_CTOR_STRUCT, h->node->as.union_.fields);
        return;
    case AST_ITEM_ENUM:
        lower_enum(h);
        return;
    case AST_ITEM_TRAIT:
        lower_trait(h);
        return;
    case AST_ITEM_IMPL:
        lower_impl(h);
        return;
    case AST_ITEM_CONST:
        lower_const(h);
        return;
    case AST_ITEM_STATIC:
        lower_static(h);
        return;
    case AST_ITEM_TYPE_ALIAS:
        lower_alias(h);
        return;
    case AST_ITEM_TRAIT_ALIAS:
        if (lower_gate(h->l, GATE_TRAIT_ALIAS, h->node->lo, h->node->hi))
            lower_unsupported(h->l, h->node->lo, h->node->hi, "a trait alias");
        return;
    case AST_ITEM_NONE:
    case AST_ITEM_ERROR:
    case AST_ITEM_MOD:
    case AST_ITEM_FOREIGN_MOD:
    case AST_ITEM_USE:
    case AST_ITEM_EXTERN_CRATE:
    case AST_ITEM_MACRO:
    case AST_ITEM_MACRO_CALL:
        return;
    case AST_ITEM_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void take_lists(Header *h)
{
    HirItem *item = h->out;
    item->params = h->generics.params.items;
    item->param_count = h->generics.params.count;
    item->predicates = h->generics.predicates.items;
    item->predicate_count = h->generics.predicates.count;
    item->field_defs = h->fields.items;
    item->field_def_count = h->fields.count;
    item->variants = h->variants.items;
    item->variant_count = h->variants.count;
    item->assoc_items = h->assoc.items;
    item->assoc_item_count = h->assoc.count;
}

/* Nothing may be reported behind this. */
static void finish(Header *h, Builder *b, LoweredItem *out)
{
    h->out->nodes = builder_finish(b, h->l->out);
    out->spans = builder_spans(b, h->l->out, &out->span_count);
    out->consts = h->l->consts.items;
    out->const_count = h->l->consts.count;
    out->calls = h->l->calls.items;
    out->call_count = h->l->calls.count;
}

void lowered_item_provide(Job *job, DefId def, LoweredItem *out)
{
    Lower l;
    Interners *in = job_interners(job);
    ItemId item = q_def_item(job, def)->item;
    out->item.nodes.owner = def;
    if (item_id_is_none(item) || item_record(in, item).kind == ITEM_ROOT_FILE)
        return;
    lower_init(&l, job, def);
    Source source = lower_source(job, item, ANCHOR_HEADER);
    l.source = &source;
    AstIdent name = lower_item_name(source.ast);
    Builder b;
    l.fn_span = lower_place_of(&l, name.at, name.at + (1u << AST_POS_SHIFT));
    builder_init(&b, l.scratch, def, 0, l.fn_span);
    b.has_error = source.ast->has_error;
    l.b = &b;
    Header h = { .l = &l, .def = def, .item = item, .ast = source.ast, .out = &out->item };
    h.node = source.ast->item.v ? ast_item(source.ast, source.ast->item) : NULL;
    hir_field_def_vec_init(&h.fields, l.out);
    hir_variant_def_vec_init(&h.variants, l.out);
    hir_assoc_item_vec_init(&h.assoc, l.out);
    out->item.kind = def_kind(in, def);
    lower_scope_of(&l, def);
    lower_kind(&h);
    lower_check_attributes(&l);
    take_lists(&h);
    lower_attributes(&l, item, &out->item);
    finish(&h, &b, out);
    rsc_check_expensive(lower_item_is_valid(in, &out->item));
}
