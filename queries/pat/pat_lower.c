/* HIR patterns to constructors and fields. Bindings are wildcards; references that default binding
 * modes went through become reference patterns again. */
#include "pat/pat_priv.h"

static Pat *pat_new(PatContext *cx, Ctor ctor, TyId ty, uint32_t field_count)
{
    Pat *pat = arena_new_object(cx->arena, Pat);
    pat->ctor = ctor;
    pat->ty = ty;
    pat->field_count = field_count;
    pat->fields = arena_alloc_zeroed(cx->arena, field_count * sizeof *pat->fields);
    return pat;
}

static void set_field(Pat *pat, uint32_t index, const Pat *field)
{
    rsc_assert(index < pat->field_count);
    ((const Pat **)(uintptr_t)pat->fields)[index] = field;
}

const Pat *pat_wild(PatContext *cx, TyId ty)
{
    return pat_new(cx, (Ctor){ .kind = CTOR_WILD }, ty, 0);
}

/* A pattern of the constructor whose fields are all wild. */
static Pat *pat_with_wild_fields(PatContext *cx, Ctor ctor, TyId ty)
{
    TyId *tys;
    uint32_t count;
    ctor_field_types(cx, ty, &ctor, &tys, &count);
    Pat *pat = pat_new(cx, ctor, ty, count);
    for (uint32_t i = 0; i < count; i++)
        set_field(pat, i, pat_wild(cx, tys[i]));
    return pat;
}

static const HirPat *pat_node(const PatContext *cx, HirPatId pat)
{
    return &cx->hir->pats[pat.v];
}

static TyId type_of_pat(const PatContext *cx, HirPatId pat)
{
    return cx->types->pat_tys[pat.v];
}

/* Elements before `..` fill from the front, those after it from the back. */
static void fill_with_rest(PatContext *cx, Pat *pat, IdRange elements, uint32_t rest)
{
    const uint32_t *list = cx->hir->lists + elements.start;
    for (uint32_t i = 0; i < elements.count; i++) {
        uint32_t at = i < rest ? i : pat->field_count - (elements.count - i);
        if (at < pat->field_count)
            set_field(pat, at, pat_lower(cx, hir_pat_id_make(list[i])));
    }
}

static Ctor adt_ctor(PatContext *cx, HirPatId id, TyId ty)
{
    const Ty *t = ty_get(cx->interners, ty);
    if (t->kind == TY_ADT && q_adt_def(cx->job, t->as.adt.def)->kind == ADT_ENUM)
        return (Ctor){ .kind = CTOR_VARIANT, .variant = cx->types->pat_variant_indices[id.v] };
    return (Ctor){ .kind = CTOR_SINGLE };
}

/* ---- literals and ranges ---- */

static bool literal_bits(const PatContext *cx, HirLiteralId id, bool negative, Uint128 *bits)
{
    const HirLiteral *literal = &cx->hir->literals[id.v];
    bool has_bits = literal->kind == HIR_LITERAL_INT || literal->kind == HIR_LITERAL_BOOL ||
                    literal->kind == HIR_LITERAL_CHAR || literal->kind == HIR_LITERAL_BYTE;
    *bits = uint128_make(literal->low, literal->high);
    if (negative)
        *bits = (Uint128)0 - *bits;
    return has_bits;
}

static Ctor literal_ctor(PatContext *cx, HirLiteralId id, bool negative, TyId ty)
{
    Ctor ranges[2];
    Uint128 bits;
    const HirLiteral *literal = &cx->hir->literals[id.v];
    if (literal->kind == HIR_LITERAL_STR)
        return (Ctor){ .kind = CTOR_TEXT, .text = literal->text };
    if (ty_ranges(cx, ty, ranges) == 0 || !literal_bits(cx, id, negative, &bits))
        return (Ctor){ .kind = CTOR_OPAQUE };
    Uint128 value = range_bias(cx, ty, bits);
    return (Ctor){ .kind = CTOR_RANGE, .low = value, .high = value };
}

/* The value of a constant that a pattern names; false: it is not known, or no scalar. */
static bool const_bits(PatContext *cx, HirPatId id, Uint128 *bits)
{
    ArgsId args = args_erase_regions(cx->interners, cx->types->pat_args[id.v]);
    TyFlags flags = args_flags(cx->interners, args);
    if (flags.has_param || flags.has_error)
        return false;
    ConstKey key = { .def = cx->types->pat_defs[id.v], .args = args };
    if (def_kind(cx->interners, def_parent(cx->interners, key.def)) == DEF_TRAIT) {
        ResolvedInstance item = instance_resolve(cx->job, cx->env, key.def, args);
        if (item.kind != INSTANCE_ITEM)
            return false;
        key.def = item.def;
        key.args = item.args;
    }
    const ConstScalar *scalar = q_const_scalar(cx->job, key);
    *bits = uint128_make(scalar->low, scalar->high);
    return scalar->state == CONST_SCALAR_OK;
}

/* The bound's place in the order of the type; false if it is a constant that is not looked into. */
static bool bound_value(PatContext *cx, HirPatId bound, TyId ty, Uint128 *out)
{
    const HirPat *pat = pat_node(cx, bound);
    Uint128 bits;
    bool is_known = pat->kind == HIR_PAT_PATH ? const_bits(cx, bound, &bits)
                                              : pat->kind == HIR_PAT_LITERAL &&
                                                    literal_bits(cx, pat->as.literal.literal,
                                                                 pat->as.literal.negative, &bits);
    if (!is_known)
        return false;
    *out = range_bias(cx, ty, bits);
    return true;
}

static Ctor bad_range(PatContext *cx, HirPatId id, DiagCode code, const char *label)
{
    Diag *diag = diag_new(cx->job, code, diag_at((Span){ cx->hir->owner, pat_node(cx, id)->span }));
    diag_emit(cx->job, diag_primary_label(diag, "%s", label));
    cx->has_bad_range = true;
    return (Ctor){ .kind = CTOR_OPAQUE };
}

static Ctor range_ctor(PatContext *cx, HirPatId id, const HirPat_range *range, TyId ty)
{
    Ctor whole[2];
    uint32_t count = ty_ranges(cx, ty, whole);
    if (count == 0)
        return (Ctor){ .kind = CTOR_OPAQUE };
    Ctor ctor = { .kind = CTOR_RANGE, .low = whole[0].low, .high = whole[count - 1].high };
    if (!hir_pat_id_is_none(range->low_or_none) &&
        !bound_value(cx, range->low_or_none, ty, &ctor.low))
        return (Ctor){ .kind = CTOR_OPAQUE };
    if (!hir_pat_id_is_none(range->high_or_none)) {
        if (!bound_value(cx, range->high_or_none, ty, &ctor.high))
            return (Ctor){ .kind = CTOR_OPAQUE };
        if (!range->inclusive && ctor.low >= ctor.high)
            return bad_range(cx, id, DIAG_CODE_range_bounds_equal,
                             "lower bound larger than or equal to upper bound");
        ctor.high -= !range->inclusive;
    }
    if (ctor.low > ctor.high)
        return bad_range(cx, id, DIAG_CODE_range_bounds_swapped,
                         "lower bound larger than upper bound");
    return ctor;
}

/* ---- kinds ---- */

static const Pat *lower_path(PatContext *cx, HirPatId id, TyId ty)
{
    DefKind kind = def_kind(cx->interners, cx->types->pat_defs[id.v]);
    if (kind == DEF_CONST || kind == DEF_ASSOC_CONST) {
        Ctor ranges[2];
        Uint128 bits;
        if (ty_ranges(cx, ty, ranges) == 0 || !const_bits(cx, id, &bits))
            return pat_new(cx, (Ctor){ .kind = CTOR_OPAQUE }, ty, 0);
        Uint128 value = range_bias(cx, ty, bits);
        return pat_new(cx, (Ctor){ .kind = CTOR_RANGE, .low = value, .high = value }, ty, 0);
    }
    return pat_with_wild_fields(cx, adt_ctor(cx, id, ty), ty);
}

static uint32_t field_index(PatContext *cx, TyId ty, const Ctor *ctor, SymId name)
{
    const AdtDef *adt = q_adt_def(cx->job, ty_get(cx->interners, ty)->as.adt.def);
    uint32_t variant = ctor->kind == CTOR_VARIANT ? ctor->variant : 0;
    if (variant < adt->variant_count) {
        for (uint32_t i = 0; i < adt->variants[variant].field_count; i++) {
            if (sym_id_eq(adt->variants[variant].fields[i].name, name))
                return i;
        }
    }
    return UINT32_MAX;
}

static const Pat *lower_struct(PatContext *cx, HirPatId id, const HirPat_struct_ *node, TyId ty)
{
    Ctor ctor = adt_ctor(cx, id, ty);
    Pat *pat = pat_with_wild_fields(cx, ctor, ty);
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const HirFieldPat *field = &cx->hir->field_pats[node->fields.start + i];
        uint32_t index = field_index(cx, ty, &ctor, field->name);
        if (index < pat->field_count)
            set_field(pat, index, pat_lower(cx, field->pat));
    }
    return pat;
}

static const Pat *lower_or(PatContext *cx, IdRange alternatives, TyId ty)
{
    Pat *pat = pat_new(cx, (Ctor){ .kind = CTOR_OR }, ty, alternatives.count);
    for (uint32_t i = 0; i < alternatives.count; i++)
        set_field(pat, i, pat_lower(cx, hir_pat_id_make(cx->hir->lists[alternatives.start + i])));
    return pat;
}

static const Pat *lower_slice(PatContext *cx, const HirPat_slice *node, TyId ty)
{
    bool has_rest = node->rest != UINT32_MAX;
    Ctor ctor = { .kind = CTOR_SLICE, .is_var = has_rest };
    ctor.prefix = has_rest ? node->rest : node->elements.count;
    ctor.suffix = node->elements.count - ctor.prefix;
    Pat *pat = pat_with_wild_fields(cx, ctor, ty);
    for (uint32_t i = 0; i < node->elements.count; i++)
        set_field(pat, i, pat_lower(cx, hir_pat_id_make(cx->hir->lists[node->elements.start + i])));
    return pat;
}

static const Pat *lower_ref(PatContext *cx, HirPatId inner, TyId ty)
{
    Pat *pat = pat_new(cx, (Ctor){ .kind = CTOR_SINGLE }, ty, 1);
    set_field(pat, 0, pat_lower(cx, inner));
    return pat;
}

static const Pat *lower_unpeeled(PatContext *cx, HirPatId id)
{
    const HirPat *pat = pat_node(cx, id);
    TyId ty = type_of_pat(cx, id);
    switch ((HirPatKind)pat->kind) {
    case HIR_PAT_BINDING:
        return hir_pat_id_is_none(pat->as.binding.sub_or_none)
                   ? pat_wild(cx, ty)
                   : pat_lower(cx, pat->as.binding.sub_or_none);
    case HIR_PAT_LITERAL: {
        Ctor ctor = literal_ctor(cx, pat->as.literal.literal, pat->as.literal.negative, ty);
        const Ty *t = ty_get(cx->interners, ty);
        if (ctor.kind == CTOR_TEXT && t->kind == TY_REF) { /* "a" is a reference to the text */
            Pat *reference = pat_new(cx, (Ctor){ .kind = CTOR_SINGLE }, ty, 1);
            set_field(reference, 0, pat_new(cx, ctor, t->as.ref.pointee, 0));
            return reference;
        }
        return pat_new(cx, ctor, ty, 0);
    }
    case HIR_PAT_PATH:
        return lower_path(cx, id, ty);
    case HIR_PAT_TUPLE: {
        Pat *tuple = pat_with_wild_fields(cx, (Ctor){ .kind = CTOR_SINGLE }, ty);
        fill_with_rest(cx, tuple, pat->as.tuple.elements, pat->as.tuple.rest);
        return tuple;
    }
    case HIR_PAT_TUPLE_STRUCT: {
        Pat *adt = pat_with_wild_fields(cx, adt_ctor(cx, id, ty), ty);
        fill_with_rest(cx, adt, pat->as.tuple_struct.elements, pat->as.tuple_struct.rest);
        return adt;
    }
    case HIR_PAT_STRUCT:
        return lower_struct(cx, id, &pat->as.struct_, ty);
    case HIR_PAT_REF:
        return lower_ref(cx, pat->as.ref.pat, ty);
    case HIR_PAT_RANGE:
        return pat_new(cx, range_ctor(cx, id, &pat->as.range, ty), ty, 0);
    case HIR_PAT_OR:
        return lower_or(cx, pat->as.or.alternatives, ty);
    case HIR_PAT_SLICE:
        return lower_slice(cx, &pat->as.slice, ty);
    case HIR_PAT_NONE:
    case HIR_PAT_ERROR:
    case HIR_PAT_WILD:
    case HIR_PAT_KIND_COUNT:
        break;
    }
    return pat_wild(cx, ty);
}

const Pat *pat_lower(PatContext *cx, HirPatId id)
{
    const Pat *pat = lower_unpeeled(cx, id);
    IdRange derefs = cx->types->pat_derefs[id.v];
    for (uint32_t i = derefs.count; i > 0; i--) {
        Pat *reference = pat_new(cx, (Ctor){ .kind = CTOR_SINGLE },
                                 cx->types->pat_deref_tys[derefs.start + i - 1], 1);
        set_field(reference, 0, pat);
        pat = reference;
    }
    return pat;
}
