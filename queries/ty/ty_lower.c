/* Written types: one handler per HIR type kind, regions, constants. Paths are in ty_lower_path.c.
 */
#include "ty/ty_lower.h"

#include "ty/ty_priv.h"

TyLower ty_lower_item(Job *job, DefId item, const HirItem *header, Elision elision)
{
    return (TyLower){ .job = job,
                      .in = job_interners(job),
                      .nodes = &header->nodes,
                      .scope = item,
                      .elision = (uint8_t)elision };
}

Diag *ty_lower_diag(TyLower *lower, DiagCode code, uint32_t span)
{
    lower->has_error = true;
    if (lower->is_quiet)
        return NULL;
    return diag_new(lower->job, code, diag_at((Span){ lower->nodes->owner, span }));
}

TyId ty_lower_error(TyLower *lower)
{
    lower->has_error = true;
    return ty_error(lower->in);
}

/* ---- regions ---- */

static RegionId missing_lifetime(TyLower *lower, uint32_t span)
{
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_missing_lifetime, span);
    if (diag)
        diag_emit(lower->job, diag_primary_label(diag, "expected named lifetime parameter"));
    return region_erased(lower->in);
}

static RegionId anonymous_lifetime(TyLower *lower, HirLifetimeId written)
{
    uint32_t index = 0;
    for (uint32_t i = 1; i < written.v; i++)
        index += lower->nodes->lifetimes[i].kind == HIR_LIFETIME_ELIDED;
    const HirItem *header = q_hir_item(lower->job, lower->scope);
    for (uint32_t i = 0; i < header->param_count; i++)
        index += header->params[i].kind == GENERIC_LIFETIME;
    return region_intern(lower->in, (RegionRecord){ .kind = REGION_PARAM, .index = index });
}

RegionId ty_lower_elided(TyLower *lower, HirLifetimeId written_or_none, uint32_t span)
{
    switch ((Elision)lower->elision) {
    case ELISION_ERROR:
        return missing_lifetime(lower, span);
    case ELISION_STATIC:
        return region_static(lower->in);
    case ELISION_FRESH:
        return region_bound(lower->in, 0, lower->fresh_regions++);
    case ELISION_OUTPUT:
        return region_id_is_none(lower->output_region) ? missing_lifetime(lower, span)
                                                       : lower->output_region;
    case ELISION_ANONYMOUS:
        return hir_lifetime_id_is_none(written_or_none)
                   ? region_erased(lower->in)
                   : anonymous_lifetime(lower, written_or_none);
    case ELISION_ERASED:
        return region_erased(lower->in);
    }
    RSC_UNREACHABLE();
}

/* An early-bound parameter is in the generics; a late-bound one is bound by the signature, and a
 * placeholder inside the body. */
static RegionId named_region(TyLower *lower, DefId param)
{
    DefId item = def_parent(lower->in, param);
    const Generics *generics = q_generics_of(lower->job, item);
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *own = &generics->params[i];
        if (def_id_eq(own->def, param))
            return region_intern(
                lower->in,
                (RegionRecord){ .kind = REGION_PARAM, .index = own->index, .name = own->name.v });
    }
    uint32_t late = ty_late_bound_index(q_hir_item(lower->job, item), param);
    if (late == UINT32_MAX)
        return region_erased(lower->in);
    if (!lower->is_body)
        return region_bound(lower->in, lower->binder, late);
    return region_intern(lower->in, (RegionRecord){ .kind = REGION_PLACEHOLDER,
                                                    .index = late,
                                                    .name = def_name(lower->in, param).v });
}

RegionId ty_lower_region(TyLower *lower, HirLifetimeId id)
{
    const HirLifetime *lifetime = &lower->nodes->lifetimes[id.v];
    switch ((HirLifetimeKind)lifetime->kind) {
    case HIR_LIFETIME_ELIDED:
    case HIR_LIFETIME_INFER:
        return ty_lower_elided(lower, id, lifetime->span);
    case HIR_LIFETIME_STATIC:
        return region_static(lower->in);
    case HIR_LIFETIME_PARAM:
        return named_region(lower, lifetime->param);
    case HIR_LIFETIME_ERROR:
        lower->has_error = true;
        return region_erased(lower->in);
    case HIR_LIFETIME_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- constants ---- */

static ConstId param_const(TyLower *lower, DefId param, TyId ty)
{
    const Generics *generics = q_generics_of(lower->job, def_parent(lower->in, param));
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *own = &generics->params[i];
        if (def_id_eq(own->def, param))
            return const_intern(lower->in, (ConstRecord){ .kind = CONST_PARAM,
                                                          .ty = ty.v,
                                                          .index_or_def = own->index,
                                                          .name_or_args = own->name.v });
    }
    lower->has_error = true;
    return const_error(lower->in);
}

/* Bits that a non-negative literal of the type may use; 0: not an integer type. */
static uint32_t literal_int_bits(const Ty *ty)
{
    static const uint8_t bits[] = { 8, 16, 32, 64, 128, 64 };
    if (ty->kind == TY_UINT)
        return bits[ty->as.uint.width];
    return ty->kind == TY_INT ? bits[ty->as.int_.width] - 1u : 0;
}

static bool literal_fits(const HirLiteral *literal, uint32_t bits)
{
    if (bits == 0 || literal->suffix != 0)
        return false;
    if (bits <= 64)
        return literal->high == 0 && (bits == 64 || literal->low >> bits == 0);
    return bits == 128 || literal->high >> (bits - 64) == 0;
}

/* Whether the body plainly is a literal of the type. Anything else, a wrong type or an overflow
 * too, is left to type check and evaluation of the constant. */
static bool plain_literal(const TyLower *lower, const HirBody *body, TyId ty, HirLiteral *out)
{
    const HirExpr *expr = &body->exprs[body->value.v];
    if (hir_expr_id_is_none(body->value) || expr->kind != HIR_EXPR_LITERAL)
        return false;
    *out = body->literals[expr->as.literal.literal.v];
    const Ty *record = ty_get(lower->in, ty);
    if (record->kind == TY_BOOL)
        return out->kind == HIR_LITERAL_BOOL;
    if (record->kind == TY_CHAR)
        return out->kind == HIR_LITERAL_CHAR;
    return out->kind == HIR_LITERAL_INT && literal_fits(out, literal_int_bits(record));
}

ConstId ty_lower_const(TyLower *lower, DefId konst, TyId ty)
{
    if (def_kind(lower->in, konst) == DEF_CONST_PARAM)
        return param_const(lower, konst, ty);
    const HirBody *body = q_hir_body(lower->job, konst);
    HirLiteral literal;
    if (plain_literal(lower, body, ty, &literal))
        return const_value(lower->in, ty, literal.low, literal.high);
    return const_intern(lower->in, (ConstRecord){ .kind = CONST_UNEVALUATED,
                                                  .ty = ty.v,
                                                  .index_or_def = konst.v,
                                                  .name_or_args = args_empty(lower->in).v });
}

/* ---- kinds: one handler each ---- */

#define HANDLER(l)                                                              \
    static TyId lower_##l(TyLower *lower, const HirTy_##l *ty RSC_MAYBE_UNUSED, \
                          uint32_t span RSC_MAYBE_UNUSED)

HANDLER(error)
{
    return ty_lower_error(lower);
}

HANDLER(infer)
{
    return ty_lower_placeholder(lower, span);
}

HANDLER(never)
{
    return ty_never(lower->in);
}

HANDLER(path)
{
    return ty_lower_path(lower, &lower->nodes->paths[ty->path.v]);
}

HANDLER(ref)
{
    RegionId region = ty_lower_region(lower, ty->lifetime);
    return ty_ref(lower->in, region, ty_lower(lower, ty->pointee), ty->is_mut);
}

HANDLER(ptr)
{
    return ty_ptr(lower->in, ty_lower(lower, ty->pointee), ty->is_mut);
}

HANDLER(array)
{
    TyId usize = ty_primitive(lower->in, PRIMITIVE_USIZE);
    TyId element = ty_lower(lower, ty->element);
    if (def_id_is_none(ty->length)) /* `[T; _]` */
        return lower->infer_const
                   ? ty_array(lower->in, element, lower->infer_const(lower, usize, NULL, span))
                   : ty_lower_placeholder(lower, span);
    return ty_array(lower->in, element, ty_lower_const(lower, ty->length, usize));
}

HANDLER(slice)
{
    return ty_slice(lower->in, ty_lower(lower, ty->element));
}

HANDLER(tuple)
{
    TyId *elements = arena_alloc_array(job_scratch(lower->job), ty->elements.count, sizeof(TyId));
    for (uint32_t i = 0; i < ty->elements.count; i++)
        elements[i] = ty_lower(lower, hir_ty_id_make(lower->nodes->lists[ty->elements.start + i]));
    return ty_tuple(lower->in, elements, ty->elements.count);
}

/* Inputs, then the output with elided lifetimes from them; inside a binder of its own. */
static ArgsId fn_ptr_types(TyLower *lower, const HirTy_fn_ptr *ty)
{
    uint32_t count = ty->params.count;
    TyId *types = arena_alloc_array(job_scratch(lower->job), count + 1, sizeof(TyId));
    GenericArg *args = arena_alloc_array(job_scratch(lower->job), count + 1, sizeof(GenericArg));
    lower->elision = ELISION_FRESH;
    lower->fresh_regions = 0;
    for (uint32_t i = 0; i < count; i++)
        types[i] = ty_lower(lower, hir_ty_id_make(lower->nodes->lists[ty->params.start + i]));
    lower->elision = ELISION_OUTPUT;
    lower->output_region = ty_elision_region(lower->in, types, count);
    types[count] = hir_ty_id_is_none(ty->output_or_none) ? ty_unit(lower->in)
                                                         : ty_lower(lower, ty->output_or_none);
    for (uint32_t i = 0; i <= count; i++)
        args[i] = arg_of_ty(types[i]);
    return args_intern(lower->in, args, count + 1);
}

HANDLER(fn_ptr)
{
    TyLower saved = *lower;
    lower->binder++;
    ArgsId types = fn_ptr_types(lower, ty);
    uint32_t bound_count = lower->fresh_regions;
    saved.has_error = lower->has_error;
    *lower = saved;
    return ty_intern(lower->in, &(Ty){ .kind = TY_FN_PTR,
                                       .as.fn_ptr = { .inputs_and_output = types,
                                                      .bound_count = bound_count,
                                                      .abi = ty->abi,
                                                      .is_unsafe = ty->is_unsafe,
                                                      .is_variadic = ty->is_variadic } });
}

static void report_too_large(TyLower *lower, uint32_t span)
{
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_type_too_large, span);
    if (diag)
        diag_emit(lower->job, diag);
}

TyId ty_lower(TyLower *lower, HirTyId id)
{
    const HirTy *ty = &lower->nodes->tys[id.v];
    TyId result = { 0 };
    switch ((HirTyKind)ty->kind) {
#define NODE(U, l, FIELDS)                              \
    case HIR_TY_##U:                                    \
        result = lower_##l(lower, &ty->as.l, ty->span); \
        break;
#include "hir/hir_ty.def"
    case HIR_TY_NONE:
    case HIR_TY_KIND_COUNT:
        RSC_UNREACHABLE();
    }
    if (ty_is_error(lower->in, result)) {
        if (ty_has_too_large(lower->in, result) && !lower->has_error)
            report_too_large(lower, ty->span);
        lower->has_error = true;
    }
    return result;
}

/* `_` */
TyId ty_lower_placeholder(TyLower *lower, uint32_t span)
{
    if (lower->infer_ty)
        return lower->infer_ty(lower, NULL, span);
    Diag *diag = ty_lower_diag(lower, DIAG_CODE_placeholder_in_signature, span);
    if (diag) {
        const char *what = def_kind_text(def_kind(lower->in, lower->scope));
        diag_argf(diag, "%ss", what);
        diag_emit(lower->job, diag_primary_label(diag, "not allowed in type signatures"));
    }
    return ty_error(lower->in);
}
