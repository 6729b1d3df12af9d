/* Paths in expressions and patterns: what they stand for, with which arguments, of which type. */
#include "typeck/typeck_priv.h"

static HirSegmentId segment_id(const HirPath *path, uint32_t index)
{
    return hir_segment_id_make(path->segments.start + index);
}

static ValuePath path_error(Typeck *cx)
{
    cx->has_error = true;
    return (ValuePath){ .res = { .kind = RES_ERROR }, .ty = cx->error };
}

static ValuePath path_of_def(DefId def, ArgsId args, TyId ty)
{
    return (ValuePath){ .res = { .kind = RES_DEF, .def = def }, .args = args, .ty = ty };
}

static void lower_errors(Typeck *cx)
{
    cx->has_error |= cx->lower.has_error;
    cx->lower.has_error = false;
}

ArgsId typeck_path_args(Typeck *cx, DefId def, ArgsId parent_args, HirSegmentId segment_or_none,
                        uint32_t span)
{
    ArgsId args = ty_lower_args(&cx->lower, def, parent_args, segment_or_none, true, span);
    lower_errors(cx);
    return args_erase_regions(cx->in, args);
}

/* ---- variants ---- */

const VariantDef *typeck_variant_of(Typeck *cx, DefId def, uint32_t *variant_index)
{
    if (def_kind(cx->in, def) == DEF_CTOR)
        def = def_parent(cx->in, def);
    bool is_variant = def_kind(cx->in, def) == DEF_VARIANT;
    const AdtDef *adt = q_adt_def(cx->job, is_variant ? def_parent(cx->in, def) : def);
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (is_variant && !def_id_eq(adt->variants[i].def, def))
            continue;
        *variant_index = i;
        return &adt->variants[i];
    }
    return NULL;
}

static DefId ctor_of(Typeck *cx, DefId variant_or_struct)
{
    return def_child(cx->in, variant_or_struct, DEF_CTOR, sym_id_none(), 0);
}

/* ---- the type of a definition as a value ---- */

static TyId value_ty(Typeck *cx, DefId def, ArgsId args, uint32_t span)
{
    switch (def_kind(cx->in, def)) {
    case DEF_FN:
    case DEF_ASSOC_FN:
    case DEF_FOREIGN_FN:
        return ty_fn_def(cx->in, def, args);
    case DEF_CTOR:
    case DEF_CONST:
    case DEF_ASSOC_CONST:
    case DEF_STATIC:
    case DEF_FOREIGN_STATIC:
    case DEF_CONST_PARAM:
        break;
    case DEF_NONE:
    case DEF_CRATE:
    case DEF_MOD:
    case DEF_STRUCT:
    case DEF_ENUM:
    case DEF_UNION:
    case DEF_VARIANT:
    case DEF_FIELD:
    case DEF_TRAIT:
    case DEF_TYPE_ALIAS:
    case DEF_IMPL:
    case DEF_ASSOC_TYPE:
    case DEF_TYPE_PARAM:
    case DEF_LIFETIME_PARAM:
    case DEF_FOREIGN_MOD:
    case DEF_USE:
    case DEF_EXTERN_CRATE:
    case DEF_MACRO:
    case DEF_MACRO_CALL:
    case DEF_CLOSURE:
    case DEF_ANON_CONST:
    case DEF_GLOBAL_ASM:
    case DEF_KIND_COUNT:
    case ITEM_ROOT_FILE:
    case ITEM_ROOT_CALL:
        cx->has_error = true;
        return cx->error;
    }
    return typeck_instantiate(cx, q_type_of(cx->job, def)->ty, args, span);
}

static ValuePath instantiate(Typeck *cx, DefId def, ArgsId args, uint32_t span)
{
    typeck_register_item(cx, def, args, span);
    return path_of_def(def, args, value_ty(cx, def, args, span));
}

/* ---- resolved paths ---- */

/* Enum::Variant takes its arguments at either segment, a struct's constructor at the last. */
static ValuePath ctor_path(Typeck *cx, const HirPath *path, DefId ctor)
{
    DefId of = def_parent(cx->in, ctor);
    bool is_variant = def_kind(cx->in, of) == DEF_VARIANT;
    DefId adt = is_variant ? def_parent(cx->in, of) : of;
    uint32_t last = path->resolved - 1, at = last;
    if (is_variant && last > 0 && !hir_path_segment(cx->body, path, last)->has_args)
        at = last - 1;
    ArgsId args = typeck_path_args(cx, adt, args_empty(cx->in), segment_id(path, at), path->span);
    for (uint32_t i = 0; i < path->resolved; i++) {
        if (i != at)
            ty_lower_forbid_args(&cx->lower, path, i, i + 1, i == last ? "variant" : "module");
    }
    lower_errors(cx);
    return instantiate(cx, ctor, args, path->span);
}

/* `<T as Trait<A>>::item::<B>` and `Trait::<A>::item::<B>`. */
static ValuePath trait_item_path(Typeck *cx, const HirPath *path, DefId item)
{
    DefId trait_def = def_parent(cx->in, item);
    uint32_t last = path->resolved - 1;
    TyId self = hir_ty_id_is_none(path->self_ty_or_none)
                    ? infer_new_ty(cx->infer,
                                   (InferOrigin){ .span = path->span, .param_or_none = trait_def })
                    : typeck_lower_ty(cx, path->self_ty_or_none);
    GenericArg self_arg = arg_of_ty(self);
    HirSegmentId trait_segment = last > 0 ? segment_id(path, last - 1) : hir_segment_id_none();
    ArgsId trait_args = typeck_path_args(cx, trait_def, args_intern(cx->in, &self_arg, 1),
                                         trait_segment, path->span);
    ArgsId args = typeck_path_args(cx, item, trait_args, segment_id(path, last), path->span);
    return instantiate(cx, item, args, path->span);
}

static ValuePath def_path(Typeck *cx, const HirPath *path)
{
    DefId def = path->res.def;
    DefKind kind = def_kind(cx->in, def);
    if (kind == DEF_CTOR)
        return ctor_path(cx, path, def);
    if (kind == DEF_ASSOC_FN || kind == DEF_ASSOC_CONST)
        return trait_item_path(cx, path, def);
    if (kind == DEF_CONST_PARAM)
        return path_of_def(def, args_empty(cx->in), q_type_of(cx->job, def)->ty);
    uint32_t last = path->resolved - 1;
    ty_lower_forbid_args(&cx->lower, path, 0, last, "module");
    ArgsId args = typeck_path_args(cx, def, args_empty(cx->in), segment_id(path, last), path->span);
    return instantiate(cx, def, args, path->span);
}

/* `Self(..)`, `Self` of a unit struct. */
static ValuePath self_ctor_path(Typeck *cx, const HirPath *path)
{
    TyId self = ty_erase_regions(cx->in, ty_self(cx->job, path->res.def));
    self = typeck_known(cx, typeck_normalize(cx, self, path->span));
    const Ty *ty = ty_get(cx->in, self);
    uint32_t index;
    if (ty->has_error)
        return path_error(cx);
    if (ty->kind != TY_ADT || def_kind(cx->in, ty->as.adt.def) != DEF_STRUCT ||
        typeck_variant_of(cx, ty->as.adt.def, &index)->ctor == HIR_CTOR_STRUCT) {
        typeck_emit(cx, typeck_diag(cx, DIAG_CODE_self_ctor_not_struct, path->span));
        return path_error(cx);
    }
    DefId ctor = ctor_of(cx, ty->as.adt.def);
    return path_of_def(ctor, ty->as.adt.args, value_ty(cx, ctor, ty->as.adt.args, path->span));
}

/* ---- type-relative paths ---- */

static Str item_sort_text(Typeck *cx, TyId self, bool is_called)
{
    const Ty *ty = ty_get(cx->in, self);
    if (ty->kind == TY_ADT && def_kind(cx->in, ty->as.adt.def) == DEF_ENUM)
        return STR("variant or associated item");
    return is_called ? STR("function or associated item") : STR("associated item");
}

/* Names of functions and variables begin with a small letter: rustc asks whether the path is
 * called, which is not known here. */
static bool looks_called(Str name)
{
    return name.bytes > 0 && !(name.data[0] >= 'A' && name.data[0] <= 'Z');
}

static void report_no_item(Typeck *cx, TyId self, const HirSegment *segment)
{
    Str name = sym_text(cx->in, segment->name);
    Str sort = item_sort_text(cx, self, looks_called(name));
    Diag *diag = typeck_diag(cx, DIAG_CODE_no_item, segment->span);
    diag_arg(diag, sort);
    diag_arg(diag, name);
    diag_arg(diag, typeck_sort_text(cx, self));
    Str text = typeck_ty_text(cx, self);
    diag_primary_label(diag, "%.*s not found in `%.*s`", (int)sort.bytes, sort.data,
                       (int)text.bytes, text.data);
    typeck_emit(cx, diag);
}

static void report_private_item(Typeck *cx, DefId item, const HirSegment *segment)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_private_associated_item, segment->span);
    const char *noun = def_kind_text(def_kind(cx->in, item));
    diag_arg(diag, str_from_c(noun));
    diag_arg(diag, sym_text(cx->in, segment->name));
    typeck_emit(cx, diag_primary_label(diag, "private %s", noun));
}

static void report_ambiguous_item(Typeck *cx, const HirSegment *segment)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_ambiguous_item, segment->span);
    Str name = sym_text(cx->in, segment->name);
    typeck_emit(cx, diag_primary_label(diag, "multiple `%.*s` found", (int)name.bytes, name.data));
}

/* `Self::Variant`, `Alias::Variant`. */
static bool variant_path(Typeck *cx, TyId self, SymId name, const VariantDef **variant)
{
    const Ty *ty = ty_get(cx->in, self);
    if (ty->kind != TY_ADT || def_kind(cx->in, ty->as.adt.def) != DEF_ENUM)
        return false;
    const AdtDef *adt = q_adt_def(cx->job, ty->as.adt.def);
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (sym_id_eq(adt->variants[i].name, name)) {
            *variant = &adt->variants[i];
            return true;
        }
    }
    return false;
}

static ValuePath probe_item(Typeck *cx, TyId self, HirSegmentId id, const HirSegment *segment)
{
    Probe probe = typeck_probe(cx, PROBE_PATH, self, segment->name, segment->span);
    switch (probe.result) {
    case PROBE_FOUND: {
        ArgsId args = typeck_pick_args(cx, &probe.pick, self, id, segment->span);
        return instantiate(cx, probe.pick.item, args, segment->span);
    }
    case PROBE_PRIVATE:
        report_private_item(cx, probe.other, segment);
        return path_error(cx);
    case PROBE_AMBIGUOUS:
        report_ambiguous_item(cx, segment);
        return path_error(cx);
    case PROBE_NOT_FOUND:
        report_no_item(cx, self, segment);
        return path_error(cx);
    case PROBE_BAD_TYPE:
        if (ty_get(cx->in, self)->has_error)
            return path_error(cx);
        typeck_needs_annotation(cx, segment->span);
        return path_error(cx);
    }
    RSC_UNREACHABLE();
}

/* The type in front of the last segment. */
static TyId relative_base(Typeck *cx, const HirPath *path)
{
    Res res = path->res;
    TyId ty;
    if (path->resolved > 0 || hir_ty_id_is_none(path->self_ty_or_none)) {
        ty = ty_lower_res(&cx->lower, path, path->resolved, true);
    } else {
        ty = ty_lower(&cx->lower, path->self_ty_or_none);
        res = ty_lower_written_res(&cx->lower, path->self_ty_or_none);
    }
    for (uint32_t i = path->resolved; i + 1 < path->segments.count; i++) {
        ty = ty_lower_assoc(&cx->lower, ty, &res, segment_id(path, i));
        res = (Res){ .kind = RES_ERROR };
    }
    lower_errors(cx);
    return typeck_known(cx, typeck_normalize(cx, ty_erase_regions(cx->in, ty), path->span));
}

static ValuePath struct_variant_as_value(Typeck *cx, const HirPath *path, const VariantDef *variant)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_expected_value, path->span);
    Text text;
    text_init(&text, cx->arena);
    def_path_text(cx->in, variant->def, &text);
    diag_arg(diag, text_str(&text));
    typeck_emit(cx, diag_primary_label(diag, "not a value"));
    return path_error(cx);
}

static ValuePath relative_path(Typeck *cx, const HirPath *path)
{
    TyId self = relative_base(cx, path);
    HirSegmentId last = segment_id(path, path->segments.count - 1);
    const HirSegment *segment = &cx->body->segments[last.v];
    const VariantDef *variant;
    if (!variant_path(cx, self, segment->name, &variant))
        return probe_item(cx, self, last, segment);
    ty_lower_forbid_args(&cx->lower, path, path->segments.count - 1, path->segments.count,
                         "variant");
    lower_errors(cx);
    if (variant->ctor == HIR_CTOR_STRUCT)
        return struct_variant_as_value(cx, path, variant);
    DefId ctor = ctor_of(cx, variant->def);
    ArgsId args = ty_get(cx->in, self)->as.adt.args;
    return path_of_def(ctor, args, value_ty(cx, ctor, args, path->span));
}

/* The last segment is looked up in a type. An unresolved path has no type to look into, unless it
 * is `<T>::f`. */
static bool is_relative(const HirPath *path)
{
    bool has_base = path->res.kind != RES_ERROR || !hir_ty_id_is_none(path->self_ty_or_none);
    return path->resolved < path->segments.count && path->res.kind != RES_LOCAL && has_base;
}

ValuePath typeck_value_path(Typeck *cx, const HirPath *path)
{
    if (is_relative(path))
        return relative_path(cx, path);
    switch ((ResKind)path->res.kind) {
    case RES_LOCAL:
        return (ValuePath){ .res = path->res, .ty = typeck_local_ty(cx, path->res.local) };
    case RES_DEF:
        return def_path(cx, path);
    case RES_SELF_CTOR:
        return self_ctor_path(cx, path);
    case RES_ERROR:
    case RES_PRIMITIVE:
    case RES_SELF_TYPE:
    case RES_KIND_COUNT:
        break;
    }
    return path_error(cx);
}

/* ---- struct literals and patterns ---- */

static const VariantDef *variant_error(Typeck *cx, TyId *ty)
{
    cx->has_error = true;
    *ty = cx->error;
    return NULL;
}

static const VariantDef *report_not_struct(Typeck *cx, const HirPath *path, TyId *ty)
{
    if (!ty_get(cx->in, *ty)->has_error) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_expected_struct, path->span);
        diag_arg(diag, typeck_sort_text(cx, *ty));
        typeck_emit(cx, diag_primary_label(diag, "not a struct"));
    }
    return variant_error(cx, ty);
}

/* `Enum::Variant { .. }`: arguments at either segment. */
static const VariantDef *variant_struct_path(Typeck *cx, const HirPath *path, TyId *ty,
                                             uint32_t *variant_index)
{
    DefId variant = path->res.def, adt = def_parent(cx->in, variant);
    uint32_t last = path->resolved - 1, at = last;
    if (last > 0 && !hir_path_segment(cx->body, path, last)->has_args)
        at = last - 1;
    ArgsId args = typeck_path_args(cx, adt, args_empty(cx->in), segment_id(path, at), path->span);
    typeck_register_item(cx, adt, args, path->span);
    *ty = ty_adt(cx->in, adt, args);
    return typeck_variant_of(cx, variant, variant_index);
}

static const VariantDef *relative_struct_path(Typeck *cx, const HirPath *path, TyId *ty,
                                              uint32_t *variant_index)
{
    const HirSegment *segment = hir_path_segment(cx->body, path, path->segments.count - 1);
    const VariantDef *variant;
    *ty = relative_base(cx, path);
    if (variant_path(cx, *ty, segment->name, &variant))
        return typeck_variant_of(cx, variant->def, variant_index);
    if (!ty_get(cx->in, *ty)->has_error)
        report_no_item(cx, *ty, segment);
    return variant_error(cx, ty);
}

const VariantDef *typeck_struct_path(Typeck *cx, const HirPath *path, TyId *ty,
                                     uint32_t *variant_index)
{
    bool is_def = path->res.kind == RES_DEF && path->resolved == path->segments.count;
    if (is_def && def_kind(cx->in, path->res.def) == DEF_VARIANT)
        return variant_struct_path(cx, path, ty, variant_index);
    if (is_relative(path) && !is_def)
        return relative_struct_path(cx, path, ty, variant_index);
    *ty = ty_erase_regions(cx->in, ty_lower_res(&cx->lower, path, path->resolved, true));
    lower_errors(cx);
    *ty = typeck_known(cx, typeck_normalize(cx, *ty, path->span));
    const Ty *record = ty_get(cx->in, *ty);
    if (record->kind != TY_ADT || def_kind(cx->in, record->as.adt.def) == DEF_ENUM)
        return report_not_struct(cx, path, ty);
    typeck_register_item(cx, record->as.adt.def, record->as.adt.args, path->span);
    return typeck_variant_of(cx, record->as.adt.def, variant_index);
}
