/* Struct literals. */
#include "typeck/typeck_priv.h"

typedef struct {
    HirExprId id;
    const HirExpr_struct_ *node;
    const VariantDef *variant;
    TyId ty;
    bool *seen;
    bool failed; /* something about the fields was reported: missing ones are not */
} Literal;

static Str variant_text(Typeck *cx, const VariantDef *variant)
{
    return typeck_variant_text(cx, variant->def);
}

/* "struct `S`", "variant `E::V`", "union `U`" */
static const char *variant_noun(Typeck *cx, const VariantDef *variant)
{
    return def_kind_text(def_kind(cx->in, variant->def));
}

static TyId literal_field_ty(Typeck *cx, const Literal *literal, uint32_t index, uint32_t span)
{
    const Ty *ty = typeck_known_ty(cx, literal->ty);
    if (ty->kind != TY_ADT)
        return cx->error;
    return typeck_instantiate(cx, literal->variant->fields[index].ty, ty->as.adt.args, span);
}

/* The fields that the literal does not name. */
static uint32_t open_fields(const Typeck *cx, const Literal *literal, SymId *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < literal->variant->field_count; i++) {
        bool is_named = false;
        for (uint32_t k = 0; k < literal->node->fields.count; k++)
            is_named |= sym_id_eq(literal->variant->fields[i].name,
                                  cx->body->fields[literal->node->fields.start + k].name);
        if (!is_named)
            out[count++] = literal->variant->fields[i].name;
    }
    return count;
}

static void label_unknown(Typeck *cx, const Literal *literal, const HirFieldInit *field, Str text,
                          Diag *diag)
{
    SymId *open = arena_alloc_array(cx->arena, literal->variant->field_count, sizeof *open);
    uint32_t count = open_fields(cx, literal, open);
    if (literal->variant->ctor == HIR_CTOR_TUPLE)
        diag_primary_label(diag, "field does not exist");
    else if (typeck_suggest_field(cx, diag, field->span, field->name, open, count))
        diag_primary_label(diag, "unknown field");
    else
        diag_primary_label(diag, "`%.*s` does not have this field", (int)text.bytes, text.data);
}

static void report_unknown(Typeck *cx, Literal *literal, const HirFieldInit *field)
{
    bool is_variant = def_kind(cx->in, literal->variant->def) == DEF_VARIANT;
    Diag *diag = typeck_diag(
        cx, is_variant ? DIAG_CODE_variant_unknown_field : DIAG_CODE_literal_unknown_field,
        field->span);
    Str text = variant_text(cx, literal->variant);
    diag_argf(diag, "%s `%.*s`", variant_noun(cx, literal->variant), (int)text.bytes, text.data);
    diag_arg(diag, sym_text(cx->in, field->name));
    label_unknown(cx, literal, field, text, diag);
    typeck_emit(cx, diag);
    literal->failed = true;
}

static void report_twice(Typeck *cx, Literal *literal, const HirFieldInit *field)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_field_twice, field->span);
    diag_arg(diag, sym_text(cx->in, field->name));
    typeck_emit(cx, diag_primary_label(diag, "used more than once"));
    literal->failed = true;
}

static void report_private(Typeck *cx, const Literal *literal, const FieldDef *field, uint32_t span)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_private_field_named, span);
    diag_arg(diag, sym_text(cx->in, field->name));
    diag_arg(diag, str_from_c(variant_noun(cx, literal->variant)));
    diag_arg(diag, variant_text(cx, literal->variant));
    typeck_emit(cx, diag_primary_label(diag, "private field"));
}

static bool find_field(const VariantDef *variant, SymId name, uint32_t *index)
{
    for (uint32_t i = 0; i < variant->field_count; i++) {
        if (sym_id_eq(variant->fields[i].name, name)) {
            *index = i;
            return true;
        }
    }
    return false;
}

static void check_field(Typeck *cx, Literal *literal, const HirFieldInit *field)
{
    uint32_t index;
    if (!find_field(literal->variant, field->name, &index)) {
        report_unknown(cx, literal, field);
        typeck_expr(cx, field->value, expect_none());
        return;
    }
    if (literal->seen[index])
        report_twice(cx, literal, field);
    else if (!typeck_is_visible(cx, literal->variant->fields[index].visible_in))
        report_private(cx, literal, &literal->variant->fields[index], field->span);
    literal->seen[index] = true;
    typeck_expr_coerced(cx, field->value, literal_field_ty(cx, literal, index, field->span));
}

/* `a`, `b` and 2 other fields: at most three are named. */
static void list_missing(Typeck *cx, const Literal *literal, uint32_t missing, Text *out)
{
    uint32_t said = 0, shown = missing > 3 ? 3 : missing;
    text_add_c(out, missing == 1 ? "field " : "fields ");
    for (uint32_t i = 0; i < literal->variant->field_count && said < shown; i++) {
        if (literal->seen[i])
            continue;
        if (said)
            text_add_c(out, said + 1 == missing ? " and " : ", ");
        text_addf(out, "`%s`", sym_text(cx->in, literal->variant->fields[i].name).data);
        said++;
    }
    if (missing > 3)
        text_addf(out, " and %u other field%s", (unsigned)(missing - 3), missing == 4 ? "" : "s");
}

static void report_missing(Typeck *cx, const Literal *literal, uint32_t missing, bool any_private)
{
    const HirPath *path = hir_path(cx->body, literal->node->path);
    Text text;
    text_init(&text, cx->arena);
    if (any_private) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_cannot_construct_private, path->span);
        typeck_emit(cx, diag_arg(diag, typeck_ty_text(cx, literal->ty)));
        return;
    }
    list_missing(cx, literal, missing, &text);
    Diag *diag = typeck_diag(cx, DIAG_CODE_missing_fields, path->span);
    diag_arg(diag, text_str(&text));
    diag_arg(diag, typeck_ty_text(cx, literal->ty));
    const char *names = text.data + (missing == 1 ? strlen("field ") : strlen("fields "));
    typeck_emit(cx, diag_primary_label(diag, "missing %s", names));
}

static void check_missing(Typeck *cx, const Literal *literal)
{
    uint32_t missing = 0;
    bool any_private = false;
    for (uint32_t i = 0; i < literal->variant->field_count; i++) {
        missing += !literal->seen[i];
        any_private |=
            !literal->seen[i] && !typeck_is_visible(cx, literal->variant->fields[i].visible_in);
    }
    if (missing && !literal->failed)
        report_missing(cx, literal, missing, any_private);
}

/* `..base`: of the same type. */
static void check_base(Typeck *cx, const Literal *literal)
{
    HirExprId base = literal->node->base_or_none;
    typeck_expr_coerced(cx, base, literal->ty);
    if (def_kind(cx->in, literal->variant->def) != DEF_STRUCT) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_base_of_non_struct, expr_span(cx, base));
        typeck_emit(cx, diag);
        return;
    }
    for (uint32_t i = 0; i < literal->variant->field_count; i++) {
        const FieldDef *field = &literal->variant->fields[i];
        if (!literal->seen[i] && !typeck_is_visible(cx, field->visible_in))
            report_private(cx, literal, field, expr_span(cx, base));
    }
}

/* What is expected tells the type's arguments before the fields are looked at. */
static void use_expectation(Typeck *cx, TyId ty, Expect expect)
{
    TyId wanted = expect_known(cx, expect, false);
    if (!ty_id_is_none(wanted) && ty_kind(cx->in, wanted) == TY_ADT &&
        infer_can_unify(cx->infer, ty, wanted))
        infer_unify(cx->infer, ty, wanted);
}

static TyId failed_literal(Typeck *cx, const HirExpr_struct_ *node)
{
    for (uint32_t i = 0; i < node->fields.count; i++)
        typeck_expr(cx, cx->body->fields[node->fields.start + i].value, expect_none());
    if (!hir_expr_id_is_none(node->base_or_none))
        typeck_expr(cx, node->base_or_none, expect_none());
    return cx->error;
}

static void check_union(Typeck *cx, const Literal *literal)
{
    if (literal->node->fields.count != 1)
        typeck_emit(cx,
                    typeck_diag(cx, DIAG_CODE_union_literal_fields, expr_span(cx, literal->id)));
}

TyId typeck_expr_struct_(Typeck *cx, HirExprId id, Expect expect, const HirExpr_struct_ *node)
{
    Literal literal = { .id = id, .node = node };
    literal.variant = typeck_struct_path(cx, hir_path(cx->body, node->path), &literal.ty,
                                         &cx->r.variant_indices[id.v]);
    if (!literal.variant)
        return failed_literal(cx, node);
    literal.seen = arena_alloc_zeroed(cx->arena, literal.variant->field_count * sizeof(bool));
    const Ty *ty = ty_get(cx->in, literal.ty);
    results_set_callee(cx, id, literal.variant->def, ty->as.adt.args);
    use_expectation(cx, literal.ty, expect);
    for (uint32_t i = 0; i < node->fields.count; i++)
        check_field(cx, &literal, &cx->body->fields[node->fields.start + i]);
    if (def_kind(cx->in, literal.variant->def) == DEF_UNION)
        check_union(cx, &literal);
    else if (hir_expr_id_is_none(node->base_or_none))
        check_missing(cx, &literal);
    else
        check_base(cx, &literal);
    return literal.ty;
}
