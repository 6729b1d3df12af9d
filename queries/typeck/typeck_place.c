/* Places: automatic dereferencing, fields, indexing, assignment. */
#include "typeck/typeck_priv.h"

enum { AUTODEREF_MAX = 32 };

/* ---- automatic dereferencing ---- */

Autoderef autoderef_start(Typeck *cx, TyId ty, uint32_t span)
{
    return (Autoderef){ .cx = cx, .span = span, .ty = typeck_known(cx, ty) };
}

static void autoderef_push(Autoderef *deref, Adjustment step)
{
    if (deref->count == deref->capacity) {
        uint32_t capacity = deref->capacity ? deref->capacity * 2 : 4;
        deref->steps =
            arena_grow(deref->cx->arena, deref->steps, deref->capacity * sizeof(Adjustment),
                       capacity * sizeof(Adjustment));
        deref->capacity = capacity;
    }
    deref->steps[deref->count++] = step;
    deref->ty = step.target;
}

/* `<T as Deref>::Target` and Deref::deref; false: no such impl. */
static bool overloaded_target(Typeck *cx, TyId ty, uint32_t span, DefId *method, TyId *target)
{
    DefId trait_def = typeck_lang(cx, "deref"), assoc = typeck_lang(cx, "deref_target");
    if (def_id_is_none(trait_def) || def_id_is_none(assoc))
        return false;
    GenericArg self = arg_of_ty(ty);
    ArgsId args = args_intern(cx->in, &self, 1);
    Predicate goal = { .kind = PREDICATE_TRAIT, .trait_ref = { trait_def, args }, .span = span };
    if (solver_evaluate(cx->solver, &goal) != GOAL_HOLDS)
        return false;
    const AssocItems *items = q_assoc_items(cx->job, trait_def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].kind == DEF_ASSOC_FN)
            *method = items->items[i].def;
    }
    *target = typeck_known(cx, typeck_normalize(cx, ty_projection(cx->in, assoc, args), span));
    return !def_id_is_none(*method);
}

static bool may_overload_deref(TyKind kind)
{
    return kind == TY_ADT || kind == TY_PARAM || kind == TY_PROJECTION || kind == TY_OPAQUE;
}

bool autoderef_next(Autoderef *deref)
{
    Typeck *cx = deref->cx;
    const Ty *ty = ty_get(cx->in, deref->ty);
    if (deref->count >= AUTODEREF_MAX) {
        deref->too_deep = true;
        return false;
    }
    if (ty->kind == TY_REF) {
        autoderef_push(deref, (Adjustment){ .kind = ADJUST_DEREF,
                                            .target = typeck_known(cx, ty->as.ref.pointee) });
        return true;
    }
    DefId method = def_id_none();
    TyId target;
    if (!may_overload_deref((TyKind)ty->kind) ||
        !overloaded_target(cx, deref->ty, deref->span, &method, &target))
        return false;
    autoderef_push(
        deref, (Adjustment){ .kind = ADJUST_OVERLOADED_DEREF, .target = target, .method = method });
    return true;
}

/* ---- what is a place ---- */

static bool path_is_place(const Typeck *cx, const HirPath *path)
{
    if (path->res.kind == RES_LOCAL)
        return true;
    if (path->res.kind != RES_DEF || path->resolved != path->segments.count)
        return false;
    DefKind kind = def_kind(cx->in, path->res.def);
    return kind == DEF_STATIC || kind == DEF_FOREIGN_STATIC;
}

bool typeck_is_place(const Typeck *cx, HirExprId id)
{
    const HirExpr *expr = hir_expr(cx->body, id);
    switch ((HirExprKind)expr->kind) {
    case HIR_EXPR_PATH:
        return path_is_place(cx, hir_path(cx->body, expr->as.path.path));
    case HIR_EXPR_UNARY:
        return expr->as.unary.op == UNARY_DEREF;
    case HIR_EXPR_FIELD:
    case HIR_EXPR_INDEX:
    case HIR_EXPR_ERROR:
        return true;
    case HIR_EXPR_NONE:
    case HIR_EXPR_LITERAL:
    case HIR_EXPR_BINARY:
    case HIR_EXPR_ASSIGN:
    case HIR_EXPR_ASSIGN_OP:
    case HIR_EXPR_REF:
    case HIR_EXPR_RAW_REF:
    case HIR_EXPR_CALL:
    case HIR_EXPR_METHOD_CALL:
    case HIR_EXPR_TUPLE:
    case HIR_EXPR_ARRAY:
    case HIR_EXPR_REPEAT:
    case HIR_EXPR_STRUCT:
    case HIR_EXPR_BLOCK:
    case HIR_EXPR_IF:
    case HIR_EXPR_LET:
    case HIR_EXPR_LOOP:
    case HIR_EXPR_BREAK:
    case HIR_EXPR_CONTINUE:
    case HIR_EXPR_RETURN:
    case HIR_EXPR_MATCH:
    case HIR_EXPR_CAST:
    case HIR_EXPR_CLOSURE:
    case HIR_EXPR_KIND_COUNT:
        return false;
    }
    RSC_UNREACHABLE();
}

/* ---- overloaded places that are written to ---- */

static DefId only_method(Typeck *cx, DefId trait_def)
{
    if (def_id_is_none(trait_def))
        return def_id_none();
    const AssocItems *items = q_assoc_items(cx->job, trait_def);
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i].kind == DEF_ASSOC_FN)
            return items->items[i].def;
    }
    return def_id_none();
}

/* Deref steps of the base become DerefMut steps. */
static void make_adjustments_mut(Typeck *cx, HirExprId id)
{
    IdRange run = cx->r.expr_adjustments[id.v];
    TyId from = cx->r.expr_tys[id.v];
    DefId trait_def = typeck_lang(cx, "deref_mut");
    for (uint32_t i = 0; i < run.count; i++) {
        Adjustment *step = adjustment_vec_at(&cx->adjustments, run.start + i);
        if (step->kind == ADJUST_OVERLOADED_DEREF && !step->is_mut && !def_id_is_none(trait_def)) {
            GenericArg self = arg_of_ty(from);
            typeck_register_trait(cx, trait_def, args_intern(cx->in, &self, 1), expr_span(cx, id));
            step->method = only_method(cx, trait_def);
            step->is_mut = true;
        } else if (step->kind == ADJUST_BORROW && i + 1 == run.count) {
            /* the autoref of an overloaded index or deref */
            step->is_mut = true;
            const Ty *ty = ty_get(cx->in, step->target);
            step->target = ty_ref(cx->in, ty->as.ref.region, ty->as.ref.pointee, true);
        }
        from = step->target;
    }
}

static void make_callee_mut(Typeck *cx, HirExprId id, const char *trait_lang)
{
    DefId trait_def = typeck_lang(cx, trait_lang), method = only_method(cx, trait_def);
    if (def_id_is_none(cx->r.callees[id.v]) || def_id_is_none(method))
        return;
    cx->r.callees[id.v] = method;
    typeck_register_trait(cx, trait_def, cx->r.callee_args[id.v], expr_span(cx, id));
}

void typeck_place_make_mut(Typeck *cx, HirExprId id)
{
    for (uint32_t depth = 0; depth < TYPECK_DEPTH_MAX; depth++) {
        const HirExpr *expr = hir_expr(cx->body, id);
        HirExprId base;
        if (expr->kind == HIR_EXPR_FIELD) {
            base = expr->as.field.base;
        } else if (expr->kind == HIR_EXPR_INDEX) {
            base = expr->as.index.base;
            make_callee_mut(cx, id, "index_mut");
        } else if (expr->kind == HIR_EXPR_UNARY && expr->as.unary.op == UNARY_DEREF) {
            base = expr->as.unary.operand;
            make_callee_mut(cx, id, "deref_mut");
            if (def_id_is_none(cx->r.callees[id.v]))
                return; /* behind a built-in pointer nothing else is written to */
        } else {
            return;
        }
        make_adjustments_mut(cx, base);
        id = base;
    }
}

/* ---- fields ---- */

typedef struct {
    const FieldDef *def;
    TyId ty;
    uint32_t index;
    bool is_private;
} FieldFound;

static bool tuple_index(Str name, uint32_t *index)
{
    uint32_t value = 0;
    for (size_t i = 0; i < name.bytes; i++) {
        if (name.data[i] < '0' || name.data[i] > '9' || value > 1000000)
            return false;
        value = value * 10 + (uint32_t)(name.data[i] - '0');
    }
    *index = value;
    return name.bytes > 0;
}

static bool find_adt_field(Typeck *cx, const Ty_adt *adt, SymId name, uint32_t span,
                           FieldFound *out)
{
    const AdtDef *def = q_adt_def(cx->job, adt->def);
    if (def->kind == ADT_ENUM || def->variant_count == 0)
        return false;
    const VariantDef *variant = &def->variants[0];
    for (uint32_t i = 0; i < variant->field_count; i++) {
        const FieldDef *field = &variant->fields[i];
        if (!sym_id_eq(field->name, name))
            continue;
        *out = (FieldFound){ .def = field,
                             .ty = typeck_instantiate(cx, field->ty, adt->args, span),
                             .index = i,
                             .is_private = !typeck_is_visible(cx, field->visible_in) };
        return true;
    }
    return false;
}

static bool find_field(Typeck *cx, TyId base, SymId name, uint32_t span, FieldFound *out)
{
    const Ty *ty = ty_get(cx->in, base);
    if (ty->kind == TY_ADT)
        return find_adt_field(cx, &ty->as.adt, name, span, out);
    uint32_t index;
    if (ty->kind != TY_TUPLE || !tuple_index(sym_text(cx->in, name), &index))
        return false;
    ArgSlice elements = args_get(cx->in, ty->as.tuple.elements);
    if (index >= elements.count)
        return false;
    *out = (FieldFound){ .ty = arg_ty(elements.items[index]), .index = index };
    return true;
}

static void report_private_field(Typeck *cx, const HirExpr_field *node, TyId base)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_private_field, node->name_span);
    diag_arg(diag, sym_text(cx->in, node->name));
    diag_arg(diag, typeck_sort_text(cx, base));
    typeck_emit(cx, diag_primary_label(diag, "private field"));
}

static bool is_primitive(TyKind kind)
{
    return kind == TY_BOOL || kind == TY_CHAR || kind == TY_INT || kind == TY_UINT ||
           kind == TY_FLOAT || kind == TY_STR || kind == TY_INFER;
}

static bool has_method(Typeck *cx, TyId base, const HirExpr_field *node)
{
    return typeck_probe(cx, PROBE_METHOD, base, node->name, node->name_span).result == PROBE_FOUND;
}

static void suggest_fields(Typeck *cx, Diag *diag, const HirExpr_field *node, TyId base)
{
    const Ty *ty = typeck_known_ty(cx, base);
    bool is_struct = ty->kind == TY_ADT && q_adt_def(cx->job, ty->as.adt.def)->kind == ADT_STRUCT;
    uint32_t count = is_struct ? q_adt_def(cx->job, ty->as.adt.def)->variants[0].field_count : 0;
    if (ty->kind == TY_TUPLE)
        count = args_get(cx->in, ty->as.tuple.elements).count;
    SymId *names = arena_alloc_array(cx->arena, count, sizeof *names);
    uint32_t visible = 0;
    for (uint32_t i = 0; i < count; i++) {
        const FieldDef *field =
            is_struct ? &q_adt_def(cx->job, ty->as.adt.def)->variants[0].fields[i] : NULL;
        if (!field)
            names[visible++] = sym_intern_c(cx->in, arena_printf(cx->arena, "%u", (unsigned)i));
        else if (typeck_is_visible(cx, field->visible_in))
            names[visible++] = field->name;
    }
    typeck_suggest_field(cx, diag, node->name_span, node->name, names, visible);
}

static TyId report_no_field(Typeck *cx, const HirExpr_field *node, TyId base)
{
    if (ty_get(cx->in, typeck_resolved(cx, base))->has_error) {
        cx->has_error = true;
        return cx->error;
    }
    Str name = sym_text(cx->in, node->name);
    TyKind kind = ty_kind(cx->in, typeck_known(cx, base));
    if (typeck_is_general_var(cx, typeck_known(cx, base))) {
        typeck_needs_annotation(cx, expr_span(cx, node->base));
    } else if (has_method(cx, base, node)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_method_as_field, node->name_span);
        diag_arg(diag, name);
        diag_arg(diag, typeck_ty_text(cx, base));
        typeck_emit(cx, diag_primary_label(diag, "method, not a field"));
    } else if (is_primitive(kind)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_field_of_primitive, node->name_span);
        typeck_emit(cx, diag_arg(diag, typeck_ty_text(cx, base)));
    } else {
        Diag *diag = typeck_diag(cx, DIAG_CODE_no_field, node->name_span);
        diag_arg(diag, name);
        diag_arg(diag, typeck_ty_text(cx, base));
        suggest_fields(cx, diag, node, base);
        typeck_emit(cx, diag_primary_label(diag, "unknown field"));
    }
    return cx->error;
}

static TyId take_field(Typeck *cx, HirExprId id, const HirExpr_field *node, const Autoderef *deref,
                       const FieldFound *field)
{
    results_adjust(cx, node->base, deref->steps, deref->count);
    cx->r.field_indices[id.v] = field->index;
    const Ty *base = ty_get(cx->in, deref->ty);
    if (base->kind == TY_ADT && def_kind(cx->in, base->as.adt.def) == DEF_UNION)
        typeck_note_unsafe(cx, UNSAFE_UNION_FIELD, expr_span(cx, id), def_id_none());
    return field->ty;
}

TyId typeck_expr_field(Typeck *cx, HirExprId id, Expect expect, const HirExpr_field *node)
{
    (void)expect;
    TyId base = typeck_expr(cx, node->base, expect_none());
    Autoderef deref = autoderef_start(cx, base, expr_span(cx, node->base));
    TyId private_base = ty_id_none();
    do {
        FieldFound field;
        if (!find_field(cx, deref.ty, node->name, expr_span(cx, id), &field))
            continue;
        if (!field.is_private)
            return take_field(cx, id, node, &deref, &field);
        private_base = deref.ty;
    } while (autoderef_next(&deref));
    if (ty_id_is_none(private_base))
        return report_no_field(cx, node, base);
    report_private_field(cx, node, private_base);
    return cx->error;
}

/* ---- indexing ---- */

static bool is_index_int(Typeck *cx, TyId ty)
{
    const Ty *index = typeck_known_ty(cx, ty);
    return (index->kind == TY_INFER && index->as.infer.kind == INFER_INT) ||
           (index->kind == TY_UINT && index->as.uint.width == INT_SIZE);
}

/* `*Index::index(&base, index)` */
static bool overloaded_index(Typeck *cx, HirExprId id, const HirExpr_index *node,
                             const Autoderef *deref, TyId index, TyId *result)
{
    OperatorMethod method;
    TyId wanted = typeck_new_var(cx, expr_span(cx, node->index));
    if (!typeck_operator_method(cx, "index", "index", deref->ty, wanted, expr_span(cx, id),
                                &method))
        return false;
    fulfill_select(&cx->fulfill); /* a single impl fixes the index */
    if (!typeck_coerce(cx, node->index, index, wanted))
        typeck_report_mismatch(cx, expr_span(cx, node->index), wanted, index);
    const Ty *output = typeck_known_ty(cx, method.sig.output);
    if (output->kind != TY_REF)
        return false;
    results_adjust(cx, node->base, deref->steps, deref->count);
    Adjustment borrow = { .kind = ADJUST_BORROW,
                          .target = ty_ref(cx->in, region_erased(cx->in), deref->ty, false) };
    results_adjust(cx, node->base, &borrow, 1);
    results_set_callee(cx, id, method.method, method.args);
    *result = output->as.ref.pointee;
    return true;
}

static TyId builtin_element(Typeck *cx, TyId base)
{
    const Ty *ty = ty_get(cx->in, base);
    if (ty->kind == TY_ARRAY)
        return ty->as.array.element;
    return ty->kind == TY_SLICE ? ty->as.slice.element : ty_id_none();
}

static TyId report_index(Typeck *cx, HirExprId id, const HirExpr_index *node, TyId base,
                         TyId element, TyId index)
{
    if (ty_get(cx->in, typeck_resolved(cx, base))->has_error ||
        ty_get(cx->in, typeck_resolved(cx, index))->has_error) {
        cx->has_error = true;
        return cx->error;
    }
    if (ty_id_is_none(element)) {
        DiagSpan brackets = typeck_behind(cx, expr_span(cx, node->base), expr_span(cx, id));
        cx->has_error = true;
        Diag *diag = diag_new(cx->job, DIAG_CODE_cannot_index, brackets);
        diag_emit(cx->job, diag_arg(diag, typeck_ty_text(cx, base)));
        return cx->error;
    }
    Diag *diag = typeck_diag(cx, DIAG_CODE_bad_index_type, expr_span(cx, node->index));
    diag_arg(diag, typeck_ty_text(cx, ty_slice(cx->in, element)));
    diag_arg(diag, typeck_ty_text(cx, index));
    diag_primary_label(diag, "slice indices are of type `usize` or ranges of `usize`");
    typeck_emit(cx, diag);
    return element;
}

TyId typeck_expr_index(Typeck *cx, HirExprId id, Expect expect, const HirExpr_index *node)
{
    (void)expect;
    TyId base = typeck_expr(cx, node->base, expect_none());
    TyId index = typeck_expr(cx, node->index, expect_none());
    Autoderef deref = autoderef_start(cx, base, expr_span(cx, node->base));
    TyId element = ty_id_none();
    do {
        TyId result, here = builtin_element(cx, deref.ty);
        element = ty_id_is_none(element) ? here : element;
        if (!ty_id_is_none(here) && is_index_int(cx, index)) {
            infer_unify(cx->infer, index, cx->usize);
            results_adjust(cx, node->base, deref.steps, deref.count);
            return here;
        }
        if (overloaded_index(cx, id, node, &deref, index, &result))
            return result;
    } while (autoderef_next(&deref));
    return report_index(cx, id, node, base, element, index);
}

/* ---- assignment ---- */

TyId typeck_expr_assign(Typeck *cx, HirExprId id, Expect expect, const HirExpr_assign *node)
{
    (void)id, (void)expect;
    TyId place = typeck_expr(cx, node->place, expect_none());
    if (!typeck_is_place(cx, node->place)) {
        typeck_expr(cx, node->value, expect_ty(place));
        Diag *diag = typeck_diag(cx, DIAG_CODE_invalid_assign_target, node->op_span);
        diag_label(diag, typeck_at(cx, expr_span(cx, node->place)),
                   "cannot assign to this expression");
        typeck_emit(cx, diag);
        return cx->unit;
    }
    typeck_place_make_mut(cx, node->place);
    typeck_expr_coerced(cx, node->value, place);
    typeck_require_sized(cx, place, expr_span(cx, node->place),
                         "the left-hand-side of an assignment must have a statically known size");
    return cx->unit;
}
