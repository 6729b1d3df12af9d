/* The parts of a data type: fields declared once (E0124), parameters that are used (E0392),
 * discriminants that differ (E0081) and have a type that is asked for (E0732). */
#include "base/wide.h"
#include "check/check_priv.h"
#include "resolve/resolve_path.h"

static DiagSpan at(DefId def)
{
    return diag_at((Span){ def, 0 });
}

/* ---- fields ---- */

/* Fields of one name have one identity: only the header tells their places. */
static DiagSpan field_at(const HirItem *header, uint32_t variant, uint32_t field)
{
    uint32_t first = header->variants[variant].fields.start;
    return diag_at((Span){ header->nodes.owner, header->field_defs[first + field].span });
}

static bool check_field_names(Job *job, DefId def, const VariantDef *variant, uint32_t index)
{
    const HirItem *header = q_hir_item(job, def);
    bool ok = true;
    for (uint32_t i = 0; i < variant->field_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (!sym_id_eq(variant->fields[i].name, variant->fields[j].name))
                continue;
            Diag *diag = diag_new(job, DIAG_CODE_field_declared_twice, field_at(header, index, i));
            Str name = sym_text(job_interners(job), variant->fields[i].name);
            diag_arg(diag, name);
            diag_primary_label(diag, "field already declared");
            diag_label(diag, field_at(header, index, j), "`%.*s` first declared here",
                       (int)name.bytes, name.data);
            diag_emit(job, diag);
            ok = false;
            break;
        }
    }
    return ok;
}

/* ---- parameters ---- */

typedef struct {
    Job *job;
    DefId adt;
    uint32_t index;
    ArgKind kind;
    bool found;
} UseSearch;

/* A use as an argument of the type itself is none. */
static WalkAction use_visit(void *context, GenericArg arg)
{
    UseSearch *search = context;
    const Interners *in = job_interners(search->job);
    if (arg_kind(arg) == ARG_TY) {
        const Ty *ty = ty_get(in, arg_ty(arg));
        if (ty->kind == TY_ADT && def_id_eq(ty->as.adt.def, search->adt))
            return WALK_SKIP;
        search->found |= ty->has_error || (search->kind == ARG_TY && ty->kind == TY_PARAM &&
                                           ty->as.param.index == search->index);
    } else if (arg_kind(arg) == ARG_REGION && search->kind == ARG_REGION) {
        RegionRecord region = region_get(in, arg_region(arg));
        search->found |= region.kind == REGION_PARAM && region.index == search->index;
    }
    return search->found ? WALK_STOP : WALK_INTO;
}

static bool is_used(Job *job, DefId def, const AdtDef *adt, const GenericParam *param)
{
    UseSearch search = { job, def, param->index,
                         param->kind == GENERIC_LIFETIME ? ARG_REGION : ARG_TY, false };
    for (uint32_t v = 0; v < adt->variant_count && !search.found; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count && !search.found; f++)
            arg_walk(job_interners(job), arg_of_ty(adt->variants[v].fields[f].ty), use_visit,
                     &search);
    }
    return search.found;
}

static bool is_phantom(Job *job, DefId def)
{
    return str_eq(sym_text(job_interners(job), q_hir_item(job, def)->lang_item),
                  STR("phantom_data"));
}

static bool check_params(Job *job, DefId def, const AdtDef *adt)
{
    const Generics *generics = q_generics_of(job, def);
    bool ok = true;
    for (uint32_t i = 0; i < generics->param_count; i++) {
        const GenericParam *param = &generics->params[i];
        if (param->kind == GENERIC_CONST || is_used(job, def, adt, param) || is_phantom(job, def))
            continue;
        Diag *diag = diag_new(job, DIAG_CODE_unused_param, at(param->def));
        Str name = sym_text(job_interners(job), param->name);
        diag_arg(diag, param->kind == GENERIC_LIFETIME ? STR("lifetime") : STR("type"));
        diag_arg(diag, name);
        diag_primary_label(diag, "unused %s parameter",
                           param->kind == GENERIC_LIFETIME ? "lifetime" : "type");
        diag_help(diag,
                  "consider removing `%.*s`, referring to it in a field, or using a marker such as "
                  "`PhantomData`",
                  (int)name.bytes, name.data);
        diag_emit(job, diag);
        ok = false;
    }
    return ok;
}

/* ---- discriminants ---- */

/* False: unknown, which has been reported. */
static bool discriminant(Job *job, const AdtDef *adt, uint32_t variant, Uint128 *value)
{
    const VariantDef *def = &adt->variants[variant];
    uint32_t base = variant - def->relative_discriminant;
    *value = def->relative_discriminant;
    DefId explicit = adt->variants[base].discriminant_or_none;
    if (def_id_is_none(explicit))
        return true;
    ConstKey key = { .def = explicit, .args = args_empty(job_interners(job)) };
    const ConstScalar *scalar = q_const_scalar(job, key);
    *value += uint128_make(scalar->low, scalar->high);
    return scalar->state == CONST_SCALAR_OK;
}

static uint32_t discriminant_bits(Job *job, const AdtDef *adt, bool *is_signed)
{
    static const uint8_t bits[] = { 8, 16, 32, 64, 128, 64 };
    PrimitiveTy primitive = adt->repr_int ? (PrimitiveTy)(adt->repr_int - 1) : PRIMITIVE_ISIZE;
    const Ty *ty = ty_get(job_interners(job), ty_primitive(job_interners(job), primitive));
    *is_signed = ty->kind == TY_INT;
    return ty->kind == TY_INT ? bits[ty->as.int_.width] : bits[ty->as.uint.width];
}

/* One more than the largest value: only a variant without a value of its own can be that. */
static bool check_overflow(Job *job, const AdtDef *adt, uint32_t variant, Uint128 value)
{
    bool is_signed;
    uint32_t bits = discriminant_bits(job, adt, &is_signed);
    Uint128 past_end = is_signed ? (Uint128)1 << (bits - 1) : bits == 128 ? 0 : (Uint128)1 << bits;
    if (adt->variants[variant].relative_discriminant == 0 || value != past_end)
        return true;
    diag_emit(job, diag_primary_label(diag_new(job, DIAG_CODE_discriminant_overflow,
                                               at(adt->variants[variant].def)),
                                      "overflowed"));
    return false;
}

/* A discriminant given where a variant has fields can only be read through a type that is known. */
static bool check_repr_given(Job *job, DefId def, const AdtDef *adt)
{
    const VariantDef *fields = NULL, *given = NULL, *both = NULL;
    for (uint32_t i = adt->variant_count; i > 0; i--) {
        const VariantDef *variant = &adt->variants[i - 1];
        bool is_unit = variant->ctor == HIR_CTOR_UNIT;
        bool is_given = !def_id_is_none(variant->discriminant_or_none);
        fields = is_unit ? fields : variant;
        given = is_unit && is_given ? variant : given;
        both = !is_unit && is_given ? variant : both;
    }
    if (adt->repr_int || !fields || (!given && !both))
        return true;
    Diag *diag = diag_new(job, DIAG_CODE_discriminant_needs_repr, resolve_def_span(job, def));
    if (both) {
        diag_label(diag, at(both->discriminant_or_none),
                   "explicit discriminant on non-unit variant specified here");
    } else {
        diag_label(diag, at(given->discriminant_or_none), "explicit discriminant specified here");
        diag_label(diag, at(fields->def), "non-unit discriminant declared here");
    }
    diag_emit(job, diag);
    return false;
}

static bool check_discriminants(Job *job, DefId def, const AdtDef *adt)
{
    bool any_explicit = false;
    for (uint32_t i = 0; i < adt->variant_count; i++)
        any_explicit |= !def_id_is_none(adt->variants[i].discriminant_or_none);
    if (!any_explicit)
        return true;
    if (!check_repr_given(job, def, adt))
        return false;
    Uint128 *values = arena_alloc_array(job_scratch(job), adt->variant_count, sizeof *values);
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (!discriminant(job, adt, i, &values[i]) || !check_overflow(job, adt, i, values[i]))
            return false;
        for (uint32_t j = 0; j < i; j++) {
            if (values[i] != values[j])
                continue;
            Text text;
            text_init(&text, job_scratch(job));
            text_add_int128(&text, (Int128)values[i]);
            Diag *diag = diag_new(job, DIAG_CODE_duplicate_discriminant, at(def));
            diag_arg(diag, text_str(&text));
            diag_label(diag, at(adt->variants[j].def), "`%s` assigned here", text.data);
            diag_label(diag, at(adt->variants[i].def), "`%s` assigned here", text.data);
            diag_emit(job, diag);
            return false;
        }
    }
    return true;
}

bool check_adt_parts(Job *job, DefId def)
{
    const AdtDef *adt = q_adt_def(job, def);
    bool ok = true;
    for (uint32_t i = 0; i < adt->variant_count; i++)
        ok &= check_field_names(job, def, &adt->variants[i], i);
    ok &= check_params(job, def, adt);
    ok &= check_discriminants(job, def, adt);
    return ok;
}
