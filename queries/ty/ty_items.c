/* What headers of items mean: signatures, types, data types, impls, associated items. */
#include "ty/ty_lower.h"
#include "ty/ty_priv.h"

/* ---- fn_sig ---- */

typedef struct {
    const Interners *in;
    RegionId only;
    bool several;
} RegionSearch;

/* Lifetimes inside function pointer types do not count. */
static WalkAction search_region(void *context, GenericArg arg)
{
    RegionSearch *search = context;
    if (arg_kind(arg) == ARG_TY)
        return ty_kind(search->in, arg_ty(arg)) == TY_FN_PTR ? WALK_SKIP : WALK_INTO;
    if (arg_kind(arg) != ARG_REGION)
        return WALK_SKIP;
    RegionId region = arg_region(arg);
    search->several |= !region_id_is_none(search->only) && !region_id_eq(search->only, region);
    search->only = region;
    return WALK_SKIP;
}

RegionId ty_elision_region(const Interners *in, const TyId *inputs, uint32_t count)
{
    RegionSearch search = { .in = in };
    for (uint32_t i = 0; i < count; i++)
        arg_walk(in, arg_of_ty(inputs[i]), search_region, &search);
    return search.several ? region_id_none() : search.only;
}

/* An elided lifetime of the output: that of `&self`, else the only one of the inputs. */
static RegionId output_region(const Interners *in, const HirItem *header, const FnSig *sig)
{
    if (header->has_self && sig->input_count > 0) {
        const Ty *self = ty_get(in, sig->inputs[0]);
        if (self->kind == TY_REF)
            return self->as.ref.region;
    }
    return ty_elision_region(in, sig->inputs, sig->input_count);
}

/* Did the parser give up before the end of the header? One without any error is not asked for its
 * tree. */
static bool is_unread(Job *job, DefId def)
{
    if (!q_hir_item(job, def)->nodes.has_error)
        return false;
    ItemId item = q_def_item(job, def)->item;
    const Ast *ast = q_header_ast(job, item);
    const TokenRun *run = parse_tokens(job, item, ANCHOR_HEADER);
    return ast->has_error && ast_item(ast, ast->item)->hi >> AST_POS_SHIFT < run->count;
}

static void sig_of_fn(Job *job, DefId def, FnSig *out)
{
    Interners *in = job_interners(job);
    const HirItem *header = q_hir_item(job, def);
    TyLower lower = ty_lower_item(job, def, header, ELISION_FRESH);
    lower.fresh_regions = ty_late_bound_count(header);
    out->inputs = arena_alloc_array(job_out(job), header->inputs.count, sizeof(TyId));
    for (uint32_t i = 0; i < header->inputs.count; i++)
        out->inputs[i] =
            ty_lower(&lower, hir_ty_id_make(header->nodes.lists[header->inputs.start + i]));
    out->input_count = header->inputs.count;
    lower.elision = ELISION_OUTPUT;
    lower.output_region = output_region(in, header, out);
    out->output = hir_ty_id_is_none(header->output_or_none)
                      ? ty_unit(in)
                      : ty_lower(&lower, header->output_or_none);
    out->bound_region_count = lower.fresh_regions;
    out->abi = header->abi;
    out->is_unsafe = header->is_unsafe;
    out->is_const = header->is_const;
    out->is_variadic = header->is_variadic;
    out->is_unread = is_unread(job, def);
    if (out->is_unread)
        out->output = ty_error(in);
}

static TyId adt_self_ty(Job *job, DefId adt)
{
    return ty_adt(job_interners(job), adt, args_identity(job, adt));
}

static const VariantDef *ctor_variant(Job *job, DefId ctor)
{
    const Interners *in = job_interners(job);
    DefId variant = def_parent(in, ctor);
    const AdtDef *adt = q_adt_def(job, ty_header_owner(in, ctor));
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (def_id_eq(adt->variants[i].def, variant) || adt->kind != ADT_ENUM)
            return &adt->variants[i];
    }
    return NULL;
}

static void sig_of_ctor(Job *job, DefId ctor, FnSig *out)
{
    const Interners *in = job_interners(job);
    const VariantDef *variant = ctor_variant(job, ctor);
    out->is_unread = is_unread(job, ty_header_owner(in, ctor));
    out->output = adt_self_ty(job, ty_header_owner(in, ctor));
    if (!variant)
        return;
    out->input_count = variant->field_count;
    out->inputs = arena_alloc_array(job_out(job), variant->field_count, sizeof(TyId));
    for (uint32_t i = 0; i < variant->field_count; i++)
        out->inputs[i] = variant->fields[i].ty;
}

void fn_sig_provide(Job *job, DefId key, FnSig *out)
{
    if (def_kind(job_interners(job), key) == DEF_CTOR)
        sig_of_ctor(job, key, out);
    else
        sig_of_fn(job, key, out);
}

/* ---- type_of ---- */

static const HirGenericParam *header_param(const HirItem *header, DefId param)
{
    for (uint32_t i = 0; i < header->param_count; i++) {
        if (def_id_eq(header->params[i].def, param))
            return &header->params[i];
    }
    return NULL;
}

/* The default of a type parameter. */
static TyId type_of_type_param(Job *job, DefId param)
{
    DefId item = def_parent(job_interners(job), param);
    const HirItem *header = q_hir_item(job, item);
    const HirGenericParam *written = header_param(header, param);
    if (!written || hir_ty_id_is_none(written->const_ty_or_default))
        return ty_error(job_interners(job));
    TyLower lower = ty_lower_item(job, item, header, ELISION_ERROR);
    return ty_lower(&lower, written->const_ty_or_default);
}

static TyId type_of_const_param(Job *job, DefId param)
{
    const Generics *generics = q_generics_of(job, def_parent(job_interners(job), param));
    for (uint32_t i = 0; i < generics->param_count; i++) {
        if (def_id_eq(generics->params[i].def, param))
            return generics->params[i].const_ty;
    }
    return ty_error(job_interners(job));
}

static TyId type_of_field(Job *job, DefId field)
{
    const Interners *in = job_interners(job);
    const AdtDef *adt = q_adt_def(job, ty_header_owner(in, field));
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            if (def_id_eq(adt->variants[v].fields[f].def, field))
                return adt->variants[v].fields[f].ty;
        }
    }
    return ty_error(job_interners(job));
}

static TyId type_of_written(Job *job, DefId def, Elision elision)
{
    const HirItem *header = q_hir_item(job, def);
    if (hir_ty_id_is_none(header->ty_or_none))
        return ty_error(job_interners(job));
    TyLower lower = ty_lower_item(job, def, header, elision);
    return ty_lower(&lower, header->ty_or_none);
}

static TyId type_of_ctor(Job *job, DefId ctor)
{
    Interners *in = job_interners(job);
    DefId adt = ty_header_owner(in, ctor);
    const VariantDef *variant = ctor_variant(job, ctor);
    if (variant && variant->ctor == HIR_CTOR_UNIT)
        return adt_self_ty(job, adt);
    return ty_fn_def(in, ctor, args_identity(job, adt));
}

static TyId type_of_def(Job *job, DefId def)
{
    Interners *in = job_interners(job);
    switch (def_kind(in, def)) {
    case DEF_STRUCT:
    case DEF_ENUM:
    case DEF_UNION:
        return adt_self_ty(job, def);
    case DEF_VARIANT:
        return adt_self_ty(job, def_parent(in, def));
    case DEF_IMPL:
        return q_impl_header(job, def)->self_ty;
    case DEF_FN:
    case DEF_ASSOC_FN:
    case DEF_FOREIGN_FN:
        return ty_fn_def(in, def, args_identity(job, def));
    case DEF_CTOR:
        return type_of_ctor(job, def);
    case DEF_FIELD:
        return type_of_field(job, def);
    case DEF_TYPE_PARAM:
        return type_of_type_param(job, def);
    case DEF_CONST_PARAM:
        return type_of_const_param(job, def);
    case DEF_CONST:
    case DEF_STATIC:
    case DEF_ASSOC_CONST:
    case DEF_FOREIGN_STATIC:
        return type_of_written(job, def, ELISION_STATIC);
    case DEF_TYPE_ALIAS:
    case DEF_ASSOC_TYPE:
        return type_of_written(job, def, ELISION_ERROR);
    case DEF_ANON_CONST:
        return ty_of_anon_const(job, def);
    case DEF_NONE:
    case DEF_CRATE:
    case DEF_MOD:
    case DEF_TRAIT:
    case DEF_LIFETIME_PARAM:
    case DEF_FOREIGN_MOD:
    case DEF_USE:
    case DEF_EXTERN_CRATE:
    case DEF_MACRO:
    case DEF_MACRO_CALL:
    case DEF_CLOSURE:
    case DEF_GLOBAL_ASM:
    case DEF_KIND_COUNT:
    case ITEM_ROOT_FILE:
    case ITEM_ROOT_CALL:
        break;
    }
    return ty_error(in);
}

void type_of_provide(Job *job, DefId key, TypeOf *out)
{
    out->ty = type_of_def(job, key);
}

/* ---- adt_def ---- */

static uint32_t relative_discriminant(const AdtDef *adt, uint32_t variant)
{
    if (variant == 0 || !def_id_is_none(adt->variants[variant].discriminant_or_none))
        return 0;
    return adt->variants[variant - 1].relative_discriminant + 1;
}

static void lower_variant(TyLower *lower, const HirItem *header, const HirVariantDef *written,
                          VariantDef *out)
{
    *out = (VariantDef){ .def = written->def,
                         .name = written->name,
                         .ctor = written->ctor,
                         .field_count = written->fields.count,
                         .discriminant_or_none = written->discriminant_or_none };
    out->fields = arena_alloc_array(job_out(lower->job), out->field_count, sizeof *out->fields);
    for (uint32_t i = 0; i < out->field_count; i++) {
        const HirFieldDef *field = &header->field_defs[written->fields.start + i];
        out->fields[i] = (FieldDef){ .def = field->def,
                                     .name = field->name,
                                     .ty = ty_lower(lower, field->ty),
                                     .visible_in = field->visible_in };
    }
}

void adt_def_provide(Job *job, DefId key, AdtDef *out)
{
    const HirItem *header = q_hir_item(job, key);
    DefKind kind = def_kind(job_interners(job), key);
    TyLower lower = ty_lower_item(job, key, header, ELISION_ERROR);
    out->kind = kind == DEF_ENUM ? ADT_ENUM : kind == DEF_UNION ? ADT_UNION : ADT_STRUCT;
    out->variant_count = header->variant_count;
    out->variants = arena_alloc_array(job_out(job), header->variant_count, sizeof *out->variants);
    for (uint32_t i = 0; i < header->variant_count; i++) {
        lower_variant(&lower, header, &header->variants[i], &out->variants[i]);
        out->variants[i].relative_discriminant = relative_discriminant(out, i);
    }
    out->repr_int = header->repr_int;
    out->repr_c = header->repr_c;
    out->repr_transparent = header->repr_transparent;
    out->repr_packed = header->repr_packed;
    out->repr_align = header->repr_align;
}

/* ---- impls and associated items ---- */

void impl_header_provide(Job *job, DefId key, ImplHeader *out)
{
    Interners *in = job_interners(job);
    const HirItem *header = q_hir_item(job, key);
    TyLower lower = ty_lower_item(job, key, header, ELISION_ANONYMOUS);
    out->self_ty = hir_ty_id_is_none(header->self_ty_or_none)
                       ? ty_error(in)
                       : ty_lower(&lower, header->self_ty_or_none);
    out->is_negative = header->is_negative;
    out->trait_ref.args = args_empty(in);
    if (hir_path_id_is_none(header->trait_or_none))
        return;
    out->trait_ref = ty_lower_trait_ref(&lower, header->trait_or_none, out->self_ty);
    out->is_trait_impl = true; /* of nothing (no trait_def) after an error */
}

void assoc_items_provide(Job *job, DefId key, AssocItems *out)
{
    const HirItem *header = q_hir_item(job, key);
    out->count = header->assoc_item_count;
    out->items = arena_alloc_array(job_out(job), out->count, sizeof *out->items);
    for (uint32_t i = 0; i < out->count; i++) {
        const HirAssocItem *item = &header->assoc_items[i];
        out->items[i] = (AssocItem){ .def = item->def,
                                     .name = item->name,
                                     .kind = (uint8_t)item->kind,
                                     .visible_in = item->visible_in,
                                     .has_default = item->has_default,
                                     .has_self = item->has_self };
    }
}

void item_facts_provide(Job *job, DefId key, ItemFacts *out)
{
    const HirItem *header = q_hir_item(job, key);
    *out = (ItemFacts){ .lang_item = header->lang_item,
                        .rustc_intrinsic = header->rustc_intrinsic,
                        .is_mut = header->is_mut,
                        .is_unsafe = header->is_unsafe,
                        .is_auto = header->is_auto };
}
