/* Patterns: from HIR and types to what is to be tested and bound. Default binding modes become
 * explicit dereferences and reference bindings here. */
#include "mir/mir_priv.h"

static Pat *new_pat(MirBuild *b, PatKind kind, TyId ty, uint32_t span)
{
    Pat *pat = arena_new_object(b->arena, Pat);
    pat->kind = (uint8_t)kind;
    pat->ty = ty;
    pat->span = span;
    return pat;
}

static HirPatId list_pat(const MirBuild *b, IdRange list, uint32_t i)
{
    return hir_pat_id_make(hir_list_at(b->hir, list, i));
}

/* ---- values ---------------------------------------------------------------------------------- */

static const Pat *literal_pat(MirBuild *b, const HirPat_literal *node, TyId ty, uint32_t span)
{
    const HirLiteral *literal = &b->hir->literals[node->literal.v];
    MirConst constant = build_literal(b, literal, ty, node->negative);
    bool is_scalar = constant.kind == MIR_CONST_SCALAR && ty_kind(b->in, ty) != TY_FLOAT;
    Pat *pat = new_pat(b, is_scalar ? PAT_VALUE : PAT_ITEM, ty, span);
    pat->low = pat->high = uint128_make(constant.low, constant.high);
    pat->constant = constant;
    if (constant.kind != MIR_CONST_SCALAR)
        build_unsupported(b, span, "a string in a pattern");
    return pat;
}

/* The bits of a constant of a scalar type that is known here; false: it depends on parameters or is
 * none. */
static bool constant_bits(MirBuild *b, DefId def, ArgsId args, Uint128 *bits)
{
    ConstKey key = { def, args_erase_regions(b->in, args), 0 };
    ResolvedInstance resolved = { .kind = INSTANCE_ITEM, .def = def, .args = key.args };
    if (def_kind(b->in, def) == DEF_ASSOC_CONST)
        resolved = instance_resolve(b->job, b->env, def, key.args);
    if (resolved.kind != INSTANCE_ITEM || args_flags(b->in, resolved.args).has_param)
        return false;
    const ConstScalar *scalar =
        q_const_scalar(b->job, (ConstKey){ resolved.def, resolved.args, 0 });
    *bits = uint128_make(scalar->low, scalar->high);
    return scalar->state == CONST_SCALAR_OK;
}

static const Pat *const_pat(MirBuild *b, HirPatId id, uint32_t span)
{
    DefId def = b->types->pat_defs[id.v];
    ArgsId args = b->types->pat_args[id.v];
    TyId ty = b->types->pat_tys[id.v];
    TyKind kind = ty_kind(b->in, ty);
    Uint128 bits = 0;
    bool is_discrete = kind == TY_BOOL || kind == TY_CHAR || kind == TY_INT || kind == TY_UINT;
    bool is_known = is_discrete && constant_bits(b, def, args, &bits);
    Pat *pat = new_pat(b, is_known ? PAT_VALUE : PAT_ITEM, ty, span);
    pat->low = pat->high = bits;
    pat->constant = (MirConst){ .kind = MIR_CONST_ITEM, .ty = ty, .def = def, .args = args };
    if (!is_discrete && kind != TY_FLOAT)
        build_unsupported(b, span, "a constant of this type in a pattern");
    return pat;
}

static Uint128 type_bound(const MirBuild *b, TyId ty, bool is_high)
{
    TyKind kind = ty_kind(b->in, ty);
    if (kind == TY_CHAR)
        return is_high ? 0x10FFFF : 0;
    uint32_t bits = mir_scalar_bits(b->in, ty);
    if (kind == TY_INT)
        return is_high ? uint128_mask(bits) >> 1 : (Uint128)1 << (bits - 1);
    return is_high ? uint128_mask(bits) : 0;
}

static Uint128 range_bound(MirBuild *b, HirPatId bound, TyId ty, bool is_high)
{
    if (hir_pat_id_is_none(bound))
        return type_bound(b, ty, is_high);
    const Pat *pat = build_pat(b, bound);
    if (pat->kind != PAT_VALUE)
        build_unsupported(b, pat->span, "a range with this bound in a pattern");
    return pat->low;
}

static const Pat *range_pat(MirBuild *b, const HirPat_range *node, TyId ty, uint32_t span)
{
    Pat *pat = new_pat(b, PAT_RANGE, ty, span);
    if (ty_kind(b->in, ty) == TY_FLOAT) {
        build_unsupported(b, span, "a range of floats in a pattern");
        return pat;
    }
    pat->low = range_bound(b, node->low_or_none, ty, false);
    pat->high = range_bound(b, node->high_or_none, ty, true);
    if (!node->inclusive && !hir_pat_id_is_none(node->high_or_none))
        pat->high = uint128_truncate(pat->high - 1, mir_scalar_bits(b->in, ty));
    return pat;
}

/* ---- structure ------------------------------------------------------------------------------- */

static uint32_t behind_rest(uint32_t i, uint32_t rest, uint32_t written, uint32_t total)
{
    return i < rest ? i : i + (total - written);
}

static void set_elements(MirBuild *b, Pat *pat, IdRange elements, uint32_t rest, uint32_t total,
                         const TyId *tys)
{
    pat->field_count = elements.count;
    pat->fields = arena_alloc_array(b->arena, elements.count, sizeof *pat->fields);
    for (uint32_t i = 0; i < elements.count; i++) {
        uint32_t index = behind_rest(i, rest, elements.count, total);
        pat->fields[i] = (FieldPat){ index, build_pat(b, list_pat(b, elements, i)), tys[index] };
    }
}

static const Pat *tuple_pat(MirBuild *b, const HirPat_tuple *node, TyId ty, uint32_t span)
{
    ArgSlice elements = args_get(b->in, ty_get(b->in, ty)->as.tuple.elements);
    TyId *tys = arena_alloc_array(b->arena, elements.count, sizeof *tys);
    for (uint32_t i = 0; i < elements.count; i++)
        tys[i] = arg_ty(elements.items[i]);
    Pat *pat = new_pat(b, PAT_FIELDS, ty, span);
    set_elements(b, pat, node->elements, node->rest, elements.count, tys);
    return pat;
}

static const VariantDef *adt_pat(MirBuild *b, HirPatId id, TyId ty, Pat *pat)
{
    const Ty *record = ty_get(b->in, ty);
    rsc_assert(record->kind == TY_ADT);
    const AdtDef *adt = q_adt_def(b->job, record->as.adt.def);
    bool is_enum = adt->kind == ADT_ENUM;
    pat->kind = is_enum ? PAT_VARIANT : PAT_FIELDS;
    pat->variant = is_enum ? b->types->pat_variant_indices[id.v] : 0;
    pat->variant_count = adt->variant_count;
    rsc_assert(pat->variant < adt->variant_count);
    return &adt->variants[pat->variant];
}

static TyId *variant_field_tys(MirBuild *b, const VariantDef *variant, TyId ty)
{
    ArgsId args = ty_get(b->in, ty)->as.adt.args;
    TyId *tys = arena_alloc_array(b->arena, variant->field_count, sizeof *tys);
    for (uint32_t i = 0; i < variant->field_count; i++)
        tys[i] =
            build_evaluated(b, normalize_substituted(b->job, b->env, variant->fields[i].ty, args));
    return tys;
}

static const Pat *struct_pat(MirBuild *b, HirPatId id, const HirPat_struct_ *node, TyId ty,
                             uint32_t span)
{
    Pat *pat = new_pat(b, PAT_FIELDS, ty, span);
    const VariantDef *variant = adt_pat(b, id, ty, pat);
    TyId *tys = variant_field_tys(b, variant, ty);
    pat->field_count = node->fields.count;
    pat->fields = arena_alloc_array(b->arena, pat->field_count, sizeof *pat->fields);
    for (uint32_t i = 0; i < pat->field_count; i++) {
        const HirFieldPat *field = &b->hir->field_pats[node->fields.start + i];
        uint32_t index = 0;
        while (!sym_id_eq(variant->fields[index].name, field->name))
            index++;
        pat->fields[i] = (FieldPat){ index, build_pat(b, field->pat), tys[index] };
    }
    return pat;
}

static const Pat *path_pat(MirBuild *b, HirPatId id, TyId ty, uint32_t span)
{
    DefId def = b->types->pat_defs[id.v];
    DefKind kind = def_id_is_none(def) ? DEF_STRUCT : def_kind(b->in, def);
    if (kind == DEF_CONST || kind == DEF_ASSOC_CONST)
        return const_pat(b, id, span);
    Pat *pat = new_pat(b, PAT_FIELDS, ty, span);
    adt_pat(b, id, ty, pat);
    return pat;
}

static const Pat *tuple_struct_pat(MirBuild *b, HirPatId id, const HirPat_tuple_struct *node,
                                   TyId ty, uint32_t span)
{
    Pat *pat = new_pat(b, PAT_FIELDS, ty, span);
    const VariantDef *variant = adt_pat(b, id, ty, pat);
    set_elements(b, pat, node->elements, node->rest, variant->field_count,
                 variant_field_tys(b, variant, ty));
    return pat;
}

static const Pat *slice_pat(MirBuild *b, const HirPat_slice *node, TyId ty, uint32_t span)
{
    Pat *pat = new_pat(b, PAT_SLICE, ty, span);
    const Ty *record = ty_get(b->in, ty);
    TyId element = record->kind == TY_ARRAY ? record->as.array.element : record->as.slice.element;
    pat->has_rest = node->rest != UINT32_MAX;
    pat->front = pat->has_rest ? node->rest : node->elements.count;
    pat->field_count = node->elements.count;
    pat->fields = arena_alloc_array(b->arena, pat->field_count, sizeof *pat->fields);
    for (uint32_t i = 0; i < pat->field_count; i++)
        pat->fields[i] = (FieldPat){ i, build_pat(b, list_pat(b, node->elements, i)), element };
    if (!hir_pat_id_is_none(node->rest_pat_or_none))
        pat->sub = build_pat(b, node->rest_pat_or_none);
    return pat;
}

static const Pat *binding_pat(MirBuild *b, HirPatId id, const HirPat_binding *node, TyId ty,
                              uint32_t span)
{
    Pat *pat = new_pat(b, PAT_BIND, ty, span);
    pat->local = node->local;
    pat->mode = b->types->binding_modes[id.v];
    if (!hir_pat_id_is_none(node->sub_or_none))
        pat->sub = build_pat(b, node->sub_or_none);
    return pat;
}

static const Pat *or_pat(MirBuild *b, const HirPat_or *node, TyId ty, uint32_t span)
{
    Pat *pat = new_pat(b, PAT_ALTERNATIVES, ty, span);
    pat->alternative_count = node->alternatives.count;
    pat->alternatives =
        arena_alloc_array(b->arena, pat->alternative_count, sizeof *pat->alternatives);
    for (uint32_t i = 0; i < pat->alternative_count; i++)
        pat->alternatives[i] = build_pat(b, list_pat(b, node->alternatives, i));
    return pat;
}

static const Pat *deref_pat(MirBuild *b, TyId reference, const Pat *sub, uint32_t span)
{
    Pat *pat = new_pat(b, PAT_DEREF, reference, span);
    pat->sub = sub;
    return pat;
}

static const Pat *plain_pat(MirBuild *b, HirPatId id)
{
    const HirPat *pat = hir_pat(b->hir, id);
    TyId ty = b->types->pat_tys[id.v];
    switch ((HirPatKind)pat->kind) {
    case HIR_PAT_WILD:
        return new_pat(b, PAT_ANY, ty, pat->span);
    case HIR_PAT_BINDING:
        return binding_pat(b, id, &pat->as.binding, ty, pat->span);
    case HIR_PAT_LITERAL:
        return literal_pat(b, &pat->as.literal, ty, pat->span);
    case HIR_PAT_PATH:
        return path_pat(b, id, ty, pat->span);
    case HIR_PAT_TUPLE:
        return tuple_pat(b, &pat->as.tuple, ty, pat->span);
    case HIR_PAT_TUPLE_STRUCT:
        return tuple_struct_pat(b, id, &pat->as.tuple_struct, ty, pat->span);
    case HIR_PAT_STRUCT:
        return struct_pat(b, id, &pat->as.struct_, ty, pat->span);
    case HIR_PAT_REF:
        return deref_pat(b, ty, build_pat(b, pat->as.ref.pat), pat->span);
    case HIR_PAT_RANGE:
        return range_pat(b, &pat->as.range, ty, pat->span);
    case HIR_PAT_OR:
        return or_pat(b, &pat->as.or, ty, pat->span);
    case HIR_PAT_SLICE:
        return slice_pat(b, &pat->as.slice, ty, pat->span);
    case HIR_PAT_ERROR:
    case HIR_PAT_NONE:
    case HIR_PAT_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

const Pat *build_pat(MirBuild *b, HirPatId id)
{
    const Pat *pat = plain_pat(b, id);
    IdRange derefs = b->types->pat_derefs[id.v];
    for (uint32_t i = derefs.count; i-- > 0;)
        pat = deref_pat(b, b->types->pat_deref_tys[derefs.start + i], pat, pat->span);
    return pat;
}

/* ---- declaring ------------------------------------------------------------------------------- */

static void declare_local(MirBuild *b, HirLocalId id, uint32_t span, uint32_t depth, bool live)
{
    const HirLocal *source = &b->hir->locals[id.v];
    MirLocal local = { .ty = b->types->local_tys[id.v],
                       .name = source->name,
                       .is_mut = source->is_mut,
                       .is_user_variable = true,
                       .scope = b->source_scope,
                       .span = span };
    b->locals[id.v] = mir_edit_local(&b->edit, local);
    if (live)
        build_storage(b, b->locals[id.v], depth, span);
    else
        build_schedule(b, b->locals[id.v], depth, span);
}

typedef struct {
    MirBuild *b;
    uint32_t depth;
    bool live;
} Declare;

static void declare_pat(const Declare *d, HirPatId id);

static void declare_list(const Declare *d, IdRange list)
{
    for (uint32_t i = 0; i < list.count; i++)
        declare_pat(d, list_pat(d->b, list, i));
}

/* The alternatives of an or-pattern bind the same variables, so the first one declares them. */
static void declare_pat(const Declare *d, HirPatId id)
{
    const HirPat *pat = hir_pat(d->b->hir, id);
    if (pat->kind == HIR_PAT_BINDING) {
        declare_local(d->b, pat->as.binding.local, pat->span, d->depth, d->live);
        if (!hir_pat_id_is_none(pat->as.binding.sub_or_none))
            declare_pat(d, pat->as.binding.sub_or_none);
    } else if (pat->kind == HIR_PAT_TUPLE) {
        declare_list(d, pat->as.tuple.elements);
    } else if (pat->kind == HIR_PAT_TUPLE_STRUCT) {
        declare_list(d, pat->as.tuple_struct.elements);
    } else if (pat->kind == HIR_PAT_STRUCT) {
        for (uint32_t i = 0; i < pat->as.struct_.fields.count; i++)
            declare_pat(d, d->b->hir->field_pats[pat->as.struct_.fields.start + i].pat);
    } else if (pat->kind == HIR_PAT_REF) {
        declare_pat(d, pat->as.ref.pat);
    } else if (pat->kind == HIR_PAT_OR && pat->as.or.alternatives.count > 0) {
        declare_pat(d, list_pat(d->b, pat->as.or.alternatives, 0));
    } else if (pat->kind == HIR_PAT_SLICE) {
        declare_list(d, pat->as.slice.elements);
        if (!hir_pat_id_is_none(pat->as.slice.rest_pat_or_none))
            declare_pat(d, pat->as.slice.rest_pat_or_none);
    }
}

void build_declare_bindings(MirBuild *b, HirPatId pat, uint32_t depth, bool live)
{
    Declare declare = { b, depth, live };
    declare_pat(&declare, pat);
}
