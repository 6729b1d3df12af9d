/* Patterns (Reference: patterns; binding modes as in RFC 2005): types of what they match and bind.
 */
#include "typeck/typeck_priv.h"

#define IR_TABLE           "hir/hir_pat.def"
#define IR_NODE            HirPat
#define IR_KIND            HIR_PAT
#define IR_DISPATCH        typeck_pat
#define IR_DISPATCH_RETURN void
#define IR_DISPATCH_PARAMS Typeck *cx, HirPatId id, TyId expected, BindMode mode
#define IR_DISPATCH_ARGS   cx, id, expected, mode
#define IR_DISPATCH_VOID
#include "base/ir_dispatch_define.h"

/* ---- bindings ---- */

TyId typeck_local_ty(Typeck *cx, HirLocalId local)
{
    TyId *ty = &cx->r.local_tys[local.v];
    if (ty_id_is_none(*ty))
        *ty = typeck_new_var(cx, cx->body->locals[local.v].span);
    return *ty;
}

/* ---- default binding modes ---- */

static bool string_literal(const Typeck *cx, const HirPat_literal *node)
{
    uint8_t kind = cx->body->literals[node->literal.v].kind;
    return kind == HIR_LITERAL_STR || kind == HIR_LITERAL_BYTE_STR || kind == HIR_LITERAL_C_STR;
}

static bool path_is_const(const Typeck *cx, const HirPath *path)
{
    if (path->res.kind != RES_DEF || path->resolved != path->segments.count)
        return path->res.kind != RES_SELF_CTOR && path->res.kind != RES_ERROR;
    return def_kind(cx->in, path->res.def) != DEF_CTOR;
}

/* `Self::A` and `Alias::A` are variants, other type-relative paths are constants. */
static bool relative_is_variant(Typeck *cx, const HirPath *path)
{
    if (path->resolved == 0 || path->resolved == path->segments.count)
        return false;
    TyId ty = path->res.kind == RES_SELF_TYPE ? ty_self(cx->job, path->res.def) : ty_id_none();
    if (path->res.kind == RES_DEF && def_kind(cx->in, path->res.def) == DEF_TYPE_ALIAS)
        ty = q_type_of(cx->job, path->res.def)->ty;
    const Ty *record = ty_get(cx->in, ty);
    if (record->kind != TY_ADT || def_kind(cx->in, record->as.adt.def) != DEF_ENUM)
        return false;
    const AdtDef *adt = q_adt_def(cx->job, record->as.adt.def);
    SymId name = hir_path_segment(cx->body, path, path->segments.count - 1)->name;
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (sym_id_eq(adt->variants[i].name, name))
            return true;
    }
    return false;
}

/* Patterns that look through references: those that can only match something that is none. */
static bool pat_peels(Typeck *cx, const HirPat *pat)
{
    switch ((HirPatKind)pat->kind) {
    case HIR_PAT_TUPLE:
    case HIR_PAT_TUPLE_STRUCT:
    case HIR_PAT_STRUCT:
    case HIR_PAT_RANGE:
    case HIR_PAT_SLICE:
        return true;
    case HIR_PAT_LITERAL:
        return !string_literal(cx, &pat->as.literal);
    case HIR_PAT_PATH: {
        const HirPath *path = hir_path(cx->body, pat->as.path.path);
        return !path_is_const(cx, path) || relative_is_variant(cx, path);
    }
    case HIR_PAT_NONE:
    case HIR_PAT_ERROR:
    case HIR_PAT_WILD:
    case HIR_PAT_BINDING:
    case HIR_PAT_REF:
    case HIR_PAT_OR:
    case HIR_PAT_KIND_COUNT:
        return false;
    }
    RSC_UNREACHABLE();
}

/* The references in front of the value are recorded outermost first; under one of them `&mut` binds
 * by `&`. */
static TyId peel(Typeck *cx, HirPatId id, TyId expected, BindMode *mode)
{
    IdRange run = { cx->pat_deref_tys.count, 0 };
    for (;;) {
        expected = typeck_known(cx, expected);
        const Ty *ty = ty_get(cx->in, expected);
        if (ty->kind != TY_REF)
            break;
        ty_vec_push(&cx->pat_deref_tys, expected);
        run.count++;
        *mode = ty->as.ref.is_mut && *mode != BIND_REF ? BIND_REF_MUT : BIND_REF;
        expected = ty->as.ref.pointee;
    }
    cx->r.pat_derefs[id.v] = run;
    return expected;
}

static void check_pat(Typeck *cx, HirPatId id, TyId expected, BindMode mode)
{
    const HirPat *pat = hir_pat(cx->body, id);
    if (cx->depth >= TYPECK_DEPTH_MAX) {
        typeck_unsupported(cx, pat->span, "a pattern nested this deeply");
        cx->r.pat_tys[id.v] = cx->error;
        return;
    }
    if (pat_peels(cx, pat))
        expected = peel(cx, id, expected, &mode);
    cx->r.pat_tys[id.v] = expected;
    cx->depth++;
    typeck_pat_dispatch(cx, id, expected, mode, pat);
    cx->depth--;
}

void typeck_pat_top(Typeck *cx, HirPatId id, TyId expected)
{
    check_pat(cx, id, expected, BIND_MOVE);
}

/* ---- simple kinds ---- */

static void expect_pat_ty(Typeck *cx, HirPatId id, TyId expected, TyId found)
{
    if (!infer_unify(cx->infer, expected, found))
        typeck_report_mismatch(cx, hir_pat(cx->body, id)->span, expected, found);
}

void typeck_pat_error(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                      const HirPat_error *node)
{
    (void)id, (void)expected, (void)mode, (void)node;
    cx->has_error = true;
}

void typeck_pat_wild(Typeck *cx, HirPatId id, TyId expected, BindMode mode, const HirPat_wild *node)
{
    (void)cx, (void)id, (void)expected, (void)mode, (void)node;
}

static TyId erased_ref(Typeck *cx, TyId pointee, bool is_mut)
{
    return ty_ref(cx->in, region_erased(cx->in), pointee, is_mut);
}

void typeck_pat_binding(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                        const HirPat_binding *node)
{
    BindMode own = mode;
    if (node->by_ref)
        own = node->ref_mut ? BIND_REF_MUT : BIND_REF;
    else if (node->is_mut)
        own = BIND_MOVE; /* `mut x` resets the default */
    TyId ty = own == BIND_MOVE ? expected : erased_ref(cx, expected, own == BIND_REF_MUT);
    TyId local = typeck_local_ty(cx, node->local);
    cx->r.binding_modes[id.v] = (uint8_t)own;
    if (!infer_unify(cx->infer, local, ty))
        typeck_report_mismatch(cx, hir_pat(cx->body, id)->span, local, ty);
    if (!hir_pat_id_is_none(node->sub_or_none))
        check_pat(cx, node->sub_or_none, expected, mode);
    typeck_require_sized(cx, ty, hir_pat(cx->body, id)->span,
                         "all local variables must have a statically known size");
}

void typeck_pat_literal(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                        const HirPat_literal *node)
{
    (void)mode;
    const HirLiteral *literal = &cx->body->literals[node->literal.v];
    TyId ty = typeck_literal_ty(cx, literal, expect_ty(expected), hir_pat(cx->body, id)->span);
    const Ty *wanted = typeck_known_ty(cx, expected);
    /* A byte string also matches a slice. */
    if (literal->kind == HIR_LITERAL_BYTE_STR && wanted->kind == TY_REF &&
        ty_kind(cx->in, typeck_known(cx, wanted->as.ref.pointee)) == TY_SLICE)
        ty = erased_ref(cx, ty_slice(cx->in, ty_primitive(cx->in, PRIMITIVE_U8)), false);
    expect_pat_ty(cx, id, expected, ty);
}

void typeck_pat_ref(Typeck *cx, HirPatId id, TyId expected, BindMode mode, const HirPat_ref *node)
{
    (void)mode;
    const Ty *ty = typeck_known_ty(cx, expected);
    TyId inner;
    if (ty->kind == TY_REF && ty->as.ref.is_mut == node->is_mut) {
        inner = ty->as.ref.pointee;
    } else {
        inner = typeck_new_var(cx, hir_pat(cx->body, node->pat)->span);
        TyId reference = erased_ref(cx, inner, node->is_mut);
        if (!infer_unify(cx->infer, expected, reference)) {
            typeck_report_mismatch(cx, hir_pat(cx->body, id)->span, expected, reference);
            inner = cx->error;
        }
    }
    check_pat(cx, node->pat, inner, BIND_MOVE);
}

void typeck_pat_or(Typeck *cx, HirPatId id, TyId expected, BindMode mode, const HirPat_or *node)
{
    (void)id;
    for (uint32_t i = 0; i < node->alternatives.count; i++)
        check_pat(cx, pat_at(cx, node->alternatives, i), expected, mode);
}

/* ---- ranges ---- */

static bool is_range_ty(const Ty *ty)
{
    return ty->kind == TY_CHAR || ty->kind == TY_INT || ty->kind == TY_UINT ||
           ty->kind == TY_FLOAT || ty->kind == TY_INFER || ty->kind == TY_ERROR;
}

static TyId bound_ty(Typeck *cx, HirPatId bound, TyId expected)
{
    const HirPat *pat = hir_pat(cx->body, bound);
    if (pat->kind == HIR_PAT_LITERAL) {
        const HirLiteral *literal = &cx->body->literals[pat->as.literal.literal.v];
        return cx->r.pat_tys[bound.v] =
                   typeck_literal_ty(cx, literal, expect_ty(expected), pat->span);
    }
    if (pat->kind != HIR_PAT_PATH) {
        cx->has_error = true;
        return cx->r.pat_tys[bound.v] = cx->error;
    }
    ValuePath value = typeck_value_path(cx, hir_path(cx->body, pat->as.path.path));
    cx->r.pat_defs[bound.v] = value.res.def;
    cx->r.pat_args[bound.v] = value.args;
    return cx->r.pat_tys[bound.v] = value.ty;
}

void typeck_pat_range(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                      const HirPat_range *node)
{
    (void)mode;
    HirPatId bounds[] = { node->low_or_none, node->high_or_none };
    TyId types[2] = { { 0 }, { 0 } };
    bool is_range = true;
    for (int i = 0; i < 2; i++) {
        if (hir_pat_id_is_none(bounds[i]))
            continue;
        types[i] = bound_ty(cx, bounds[i], expected);
        is_range &= is_range_ty(typeck_known_ty(cx, types[i]));
    }
    if (!is_range) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_range_pattern_type, hir_pat(cx->body, id)->span);
        typeck_emit(cx, diag);
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (!ty_id_is_none(types[i]))
            expect_pat_ty(cx, bounds[i], expected, types[i]);
    }
}

/* ---- tuples ---- */

/* Positions behind the `..` count from the end. */
static uint32_t rest_position(uint32_t i, uint32_t rest, uint32_t written, uint32_t total)
{
    return i < rest ? i : i + (total - written);
}

static void check_elements_as_error(Typeck *cx, IdRange elements)
{
    for (uint32_t i = 0; i < elements.count; i++)
        check_pat(cx, pat_at(cx, elements, i), cx->error, BIND_MOVE);
}

/* A tuple type with as many elements as the pattern wants, or as the expected tuple has where `..`
 * stands for some. */
static TyId pattern_tuple(Typeck *cx, HirPatId id, TyId expected, const HirPat_tuple *node)
{
    const Ty *wanted = typeck_known_ty(cx, expected);
    uint32_t count = node->elements.count;
    if (wanted->kind == TY_TUPLE && node->rest != UINT32_MAX) {
        uint32_t total = args_get(cx->in, wanted->as.tuple.elements).count;
        count = total > count ? total : count;
    }
    TyId *types = arena_alloc_array(cx->arena, count, sizeof *types);
    for (uint32_t i = 0; i < count; i++)
        types[i] = typeck_new_var(cx, hir_pat(cx->body, id)->span);
    return ty_tuple(cx->in, types, count);
}

void typeck_pat_tuple(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                      const HirPat_tuple *node)
{
    TyId tuple = pattern_tuple(cx, id, expected, node);
    if (!infer_unify(cx->infer, expected, tuple)) {
        typeck_report_mismatch(cx, hir_pat(cx->body, id)->span, expected, tuple);
        check_elements_as_error(cx, node->elements);
        return;
    }
    const Ty *ty = typeck_known_ty(cx, expected);
    if (ty->kind != TY_TUPLE) { /* an error type */
        check_elements_as_error(cx, node->elements);
        return;
    }
    ArgSlice types = args_get(cx->in, ty->as.tuple.elements);
    for (uint32_t i = 0; i < node->elements.count; i++) {
        uint32_t at = rest_position(i, node->rest, node->elements.count, types.count);
        check_pat(cx, pat_at(cx, node->elements, i), arg_ty(types.items[at]), mode);
    }
}

/* ---- constructors ---- */

static TyId field_ty(Typeck *cx, const VariantDef *variant, uint32_t index, TyId adt, uint32_t span)
{
    const Ty *ty = typeck_known_ty(cx, adt);
    if (ty->kind != TY_ADT)
        return cx->error;
    return typeck_instantiate(cx, variant->fields[index].ty, ty->as.adt.args, span);
}

static Str variant_text(Typeck *cx, const VariantDef *variant)
{
    return typeck_variant_text(cx, variant->def);
}

static const char *variant_noun(Typeck *cx, const VariantDef *variant)
{
    return def_kind(cx->in, variant->def) == DEF_VARIANT ? "variant" : "struct";
}

static void report_pattern_arity(Typeck *cx, HirPatId id, const HirPat_tuple_struct *node,
                                 const VariantDef *variant)
{
    uint32_t written = node->elements.count, fields = variant->field_count;
    uint32_t span = written ? hir_pat(cx->body, pat_at(cx, node->elements, 0))->span
                            : hir_pat(cx->body, id)->span;
    Diag *diag = typeck_diag(cx, DIAG_CODE_pattern_field_count, span);
    diag_argf(diag, "%u field%s", (unsigned)written, written == 1 ? "" : "s");
    diag_argf(diag, "tuple %s has %u field%s", variant_noun(cx, variant), (unsigned)fields,
              fields == 1 ? "" : "s");
    diag_primary_label(diag, "expected %u field%s, found %u", (unsigned)fields,
                       fields == 1 ? "" : "s", (unsigned)written);
    typeck_emit(cx, diag);
}

static void report_not_tuple_struct(Typeck *cx, HirPatId id, const ValuePath *value)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_expected_tuple_struct, hir_pat(cx->body, id)->span);
    Text text;
    text_init(&text, cx->arena);
    DefId def = value->res.def;
    if (def_kind(cx->in, def) == DEF_CTOR)
        def = def_parent(cx->in, def);
    def_path_text(cx->in, def, &text);
    diag_argf(diag, "%s%s", def_kind(cx->in, def) == DEF_VARIANT ? "unit " : "",
              def_kind_text(def_kind(cx->in, def)));
    diag_arg(diag, text_str(&text));
    typeck_emit(cx, diag_primary_label(diag, "not a tuple struct or tuple variant"));
}

/* The constructor's variant; NULL after a report. */
static const VariantDef *tuple_struct_variant(Typeck *cx, HirPatId id,
                                              const HirPat_tuple_struct *node, TyId *ty)
{
    ValuePath value = typeck_value_path(cx, hir_path(cx->body, node->path));
    if (value.res.kind == RES_ERROR || ty_is_error(cx->in, value.ty))
        return NULL;
    const Ty *ctor = ty_get(cx->in, value.ty);
    if (value.res.kind != RES_DEF || ctor->kind != TY_FN_DEF ||
        def_kind(cx->in, value.res.def) != DEF_CTOR) {
        report_not_tuple_struct(cx, id, &value);
        return NULL;
    }
    const VariantDef *variant =
        typeck_variant_of(cx, value.res.def, &cx->r.pat_variant_indices[id.v]);
    cx->r.pat_defs[id.v] = variant ? variant->def : def_id_none();
    cx->r.pat_args[id.v] = value.args;
    DefId adt = def_parent(cx->in, value.res.def);
    if (def_kind(cx->in, adt) == DEF_VARIANT)
        adt = def_parent(cx->in, adt);
    *ty = ty_adt(cx->in, adt, value.args);
    return variant;
}

void typeck_pat_tuple_struct(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                             const HirPat_tuple_struct *node)
{
    TyId ty = ty_id_none();
    const VariantDef *variant = tuple_struct_variant(cx, id, node, &ty);
    if (!variant) {
        cx->has_error = true;
        check_elements_as_error(cx, node->elements);
        return;
    }
    expect_pat_ty(cx, id, expected, ty);
    bool fits = node->rest == UINT32_MAX ? node->elements.count == variant->field_count
                                         : node->elements.count <= variant->field_count;
    if (!fits) {
        report_pattern_arity(cx, id, node, variant);
        check_elements_as_error(cx, node->elements);
        return;
    }
    for (uint32_t i = 0; i < node->elements.count; i++) {
        uint32_t at = rest_position(i, node->rest, node->elements.count, variant->field_count);
        HirPatId element = pat_at(cx, node->elements, i);
        check_pat(cx, element, field_ty(cx, variant, at, ty, hir_pat(cx->body, element)->span),
                  mode);
    }
}

static bool pat_path_is_const(const Typeck *cx, DefId def)
{
    DefKind kind = def_kind(cx->in, def);
    return kind == DEF_CONST || kind == DEF_ASSOC_CONST;
}

void typeck_pat_path(Typeck *cx, HirPatId id, TyId expected, BindMode mode, const HirPat_path *node)
{
    (void)mode;
    ValuePath value = typeck_value_path(cx, hir_path(cx->body, node->path));
    if (value.res.kind != RES_DEF || ty_is_error(cx->in, value.ty)) {
        cx->has_error = true;
        return;
    }
    bool is_ctor = def_kind(cx->in, value.res.def) == DEF_CTOR;
    if (!is_ctor && !pat_path_is_const(cx, value.res.def)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_expected_unit_pattern, hir_pat(cx->body, id)->span);
        Text text;
        text_init(&text, cx->arena);
        def_path_text(cx->in, value.res.def, &text);
        diag_arg(diag, str_from_c(def_kind_text(def_kind(cx->in, value.res.def))));
        diag_arg(diag, text_str(&text));
        typeck_emit(cx, diag_primary_label(diag, "not a unit struct, unit variant or constant"));
        return;
    }
    if (is_ctor && ty_kind(cx->in, value.ty) == TY_FN_DEF) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_expected_unit_pattern, hir_pat(cx->body, id)->span);
        Text text;
        text_init(&text, cx->arena);
        def_path_text(cx->in, def_parent(cx->in, value.res.def), &text);
        diag_arg(diag, STR("tuple variant"));
        diag_arg(diag, text_str(&text));
        typeck_emit(cx, diag_primary_label(diag, "not a unit struct, unit variant or constant"));
        return;
    }
    cx->r.pat_defs[id.v] = value.res.def;
    cx->r.pat_args[id.v] = value.args;
    if (is_ctor) {
        const VariantDef *variant =
            typeck_variant_of(cx, value.res.def, &cx->r.pat_variant_indices[id.v]);
        cx->r.pat_defs[id.v] = variant ? variant->def : def_id_none();
    }
    expect_pat_ty(cx, id, expected, value.ty);
}

/* ---- struct patterns ---- */

static bool find_variant_field(const VariantDef *variant, SymId name, uint32_t *index)
{
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (sym_id_eq(variant->fields[i].name, name)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static void report_unknown_field(Typeck *cx, const VariantDef *variant, const HirFieldPat *field)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_pattern_unknown_field, field->span);
    Str text = variant_text(cx, variant);
    diag_argf(diag, "%s `%.*s`", variant_noun(cx, variant), (int)text.bytes, text.data);
    diag_arg(diag, sym_text(cx->in, field->name));
    diag_primary_label(diag, "%s `%.*s` does not have this field", variant_noun(cx, variant),
                       (int)text.bytes, text.data);
    typeck_emit(cx, diag);
}

static void report_field_twice(Typeck *cx, const HirFieldPat *field)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_pattern_field_twice, field->span);
    Str name = sym_text(cx->in, field->name);
    diag_arg(diag, name);
    diag_primary_label(diag, "multiple uses of `%.*s` in pattern", (int)name.bytes, name.data);
    typeck_emit(cx, diag);
}

static void report_private(Typeck *cx, const VariantDef *variant, const FieldDef *field,
                           uint32_t span)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_private_field_named, span);
    diag_arg(diag, sym_text(cx->in, field->name));
    diag_argf(diag, "%s", variant_noun(cx, variant));
    diag_arg(diag, variant_text(cx, variant));
    typeck_emit(cx, diag_primary_label(diag, "private field"));
}

static void check_field_pat(Typeck *cx, const VariantDef *variant, const HirFieldPat *field,
                            TyId adt, BindMode mode, bool *seen)
{
    uint32_t index;
    if (!find_variant_field(variant, field->name, &index)) {
        report_unknown_field(cx, variant, field);
        check_pat(cx, field->pat, cx->error, mode);
        return;
    }
    if (seen[index])
        report_field_twice(cx, field);
    else if (!typeck_is_visible(cx, variant->fields[index].visible_in))
        report_private(cx, variant, &variant->fields[index], field->span);
    seen[index] = true;
    check_pat(cx, field->pat, field_ty(cx, variant, index, adt, field->span), mode);
}

static void list_fields(Typeck *cx, const VariantDef *variant, const bool *seen, Text *out)
{
    uint32_t missing = 0, said = 0;
    for (uint32_t i = 0; i < variant->field_count; i++)
        missing += !seen[i];
    text_add_c(out, missing == 1 ? "field " : "fields ");
    for (uint32_t i = 0; i < variant->field_count && said < 3; i++) {
        if (seen[i])
            continue;
        if (said)
            text_add_c(out, said + 1 == missing ? " and " : ", ");
        text_addf(out, "`%s`", sym_text(cx->in, variant->fields[i].name).data);
        said++;
    }
    if (missing > 3)
        text_addf(out, " and %u more", (unsigned)(missing - 3));
}

static void report_missing_fields(Typeck *cx, HirPatId id, const VariantDef *variant,
                                  const bool *seen)
{
    uint32_t span = hir_pat(cx->body, id)->span;
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (!seen[i] && !typeck_is_visible(cx, variant->fields[i].visible_in)) {
            typeck_emit(cx, typeck_diag(cx, DIAG_CODE_pattern_needs_rest, span));
            return;
        }
    }
    Text text;
    text_init(&text, cx->arena);
    list_fields(cx, variant, seen, &text);
    Diag *diag = typeck_diag(cx, DIAG_CODE_pattern_missing_fields, span);
    diag_arg(diag, text_str(&text));
    typeck_emit(cx, diag_primary_label(diag, "missing %s", text.data));
}

static bool has_unknown_field(const Typeck *cx, const VariantDef *variant,
                              const HirPat_struct_ *node)
{
    uint32_t index;
    bool found = false;
    for (uint32_t i = 0; i < node->fields.count; i++)
        found |=
            !find_variant_field(variant, cx->body->field_pats[node->fields.start + i].name, &index);
    return found;
}

static void report_tuple_as_struct(Typeck *cx, HirPatId id, const VariantDef *variant,
                                   const HirPat_struct_ *node)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_tuple_written_as_struct, hir_pat(cx->body, id)->span);
    typeck_emit(cx, diag_arg(diag, variant_text(cx, variant)));
    for (uint32_t i = 0; i < node->fields.count; i++)
        check_pat(cx, cx->body->field_pats[node->fields.start + i].pat, cx->error, BIND_MOVE);
}

void typeck_pat_struct_(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                        const HirPat_struct_ *node)
{
    TyId ty;
    const VariantDef *variant = typeck_struct_path(cx, hir_path(cx->body, node->path), &ty,
                                                   &cx->r.pat_variant_indices[id.v]);
    if (!variant) {
        for (uint32_t i = 0; i < node->fields.count; i++)
            check_pat(cx, cx->body->field_pats[node->fields.start + i].pat, cx->error, mode);
        return;
    }
    cx->r.pat_defs[id.v] = variant->def;
    cx->r.pat_args[id.v] = ty_get(cx->in, ty)->as.adt.args;
    expect_pat_ty(cx, id, expected, ty);
    if (variant->ctor == HIR_CTOR_TUPLE && has_unknown_field(cx, variant, node)) {
        report_tuple_as_struct(cx, id, variant, node);
        return;
    }
    bool is_union = def_kind(cx->in, variant->def) == DEF_UNION;
    bool *seen = arena_alloc_zeroed(cx->arena, variant->field_count * sizeof *seen);
    bool unknown = false;
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const HirFieldPat *field = &cx->body->field_pats[node->fields.start + i];
        uint32_t index;
        unknown |= !find_variant_field(variant, field->name, &index);
        check_field_pat(cx, variant, field, ty, mode, seen);
    }
    if (is_union)
        typeck_note_unsafe(cx, UNSAFE_UNION_FIELD, hir_pat(cx->body, id)->span, def_id_none());
    if (node->has_rest || unknown || is_union)
        return;
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (!seen[i]) {
            report_missing_fields(cx, id, variant, seen);
            return;
        }
    }
}

/* ---- slices ---- */

static void report_slice_length(Typeck *cx, HirPatId id, uint32_t least, bool has_rest,
                                uint64_t length)
{
    DiagCode code =
        has_rest ? DIAG_CODE_slice_pattern_too_long : DIAG_CODE_slice_pattern_wrong_length;
    Diag *diag = typeck_diag(cx, code, hir_pat(cx->body, id)->span);
    diag_argf(diag, "%u element%s", (unsigned)least, least == 1 ? "" : "s");
    diag_argf(diag, "%llu", (unsigned long long)length);
    if (has_rest)
        diag_primary_label(diag, "pattern cannot match array of %llu element%s",
                           (unsigned long long)length, length == 1 ? "" : "s");
    else
        diag_primary_label(diag, "expected %llu element%s", (unsigned long long)length,
                           length == 1 ? "" : "s");
    typeck_emit(cx, diag);
}

/* The type of what `..` stands for in an array of the length: an array of the rest. */
static TyId array_rest(Typeck *cx, HirPatId id, const Ty_array *array, const HirPat_slice *node)
{
    uint32_t least = node->elements.count;
    bool has_rest = node->rest != UINT32_MAX;
    ConstId known = const_evaluate(cx->job, infer_resolve_const(cx->infer, array->length));
    ConstRecord length = const_get(cx->in, known);
    if (length.kind == CONST_INFER && !has_rest) {
        infer_unify_const(cx->infer, known, const_usize(cx->in, least));
        return cx->error;
    }
    if (length.kind != CONST_VALUE) {
        if (!has_rest)
            expect_pat_ty(cx, id, ty_array(cx->in, array->element, known),
                          ty_array(cx->in, array->element, const_usize(cx->in, least)));
        else if (length.kind != CONST_ERROR)
            typeck_emit(cx, typeck_diag(cx, DIAG_CODE_slice_pattern_unknown_length,
                                        hir_pat(cx->body, id)->span));
        return cx->error;
    }
    if (has_rest ? length.low < least : length.low != least) {
        report_slice_length(cx, id, least, has_rest, length.low);
        return cx->error;
    }
    return ty_array(cx->in, array->element, const_usize(cx->in, length.low - least));
}

static void check_slice_elements(Typeck *cx, const HirPat_slice *node, TyId element, TyId rest,
                                 BindMode mode)
{
    for (uint32_t i = 0; i < node->elements.count; i++)
        check_pat(cx, pat_at(cx, node->elements, i), element, mode);
    if (!hir_pat_id_is_none(node->rest_pat_or_none))
        check_pat(cx, node->rest_pat_or_none, rest, mode);
}

void typeck_pat_slice(Typeck *cx, HirPatId id, TyId expected, BindMode mode,
                      const HirPat_slice *node)
{
    const Ty *ty = typeck_known_ty(cx, expected);
    if (ty->kind == TY_ARRAY) {
        Ty_array array = ty->as.array;
        TyId rest = array_rest(cx, id, &array, node);
        check_slice_elements(cx, node, array.element, rest, mode);
        return;
    }
    if (ty->kind == TY_SLICE) {
        check_slice_elements(cx, node, ty->as.slice.element, expected, mode);
        return;
    }
    if (ty->kind != TY_ERROR) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_slice_pattern_type, hir_pat(cx->body, id)->span);
        Str text = typeck_ty_text(cx, expected);
        diag_arg(diag, text);
        diag_primary_label(diag, "pattern cannot match with input type `%.*s`", (int)text.bytes,
                           text.data);
        typeck_emit(cx, diag);
    }
    check_slice_elements(cx, node, cx->error, cx->error, mode);
}
