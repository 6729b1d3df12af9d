/* What the language itself says about traits: Sized, Copy and Clone of built-in types, auto traits.
 */
#include "traits/traits_priv.h"

bool trait_is_lang(Job *job, DefId trait_def, const char *name)
{
    return str_eq(sym_text(job_interners(job), q_item_facts(job, trait_def)->lang_item),
                  str_from_c(name));
}

bool trait_is_coinductive(Job *job, DefId trait_def)
{
    return q_item_facts(job, trait_def)->is_auto || trait_is_lang(job, trait_def, "sized");
}

/* ---- parts of types ---- */

typedef struct {
    Solver *solver;
    TyId *items;
    uint32_t count, capacity;
} Parts;

static void part_add(Parts *parts, TyId ty)
{
    if (parts->count == parts->capacity) {
        uint32_t capacity = parts->capacity ? parts->capacity * 2 : 4;
        parts->items = arena_grow(parts->solver->arena, parts->items,
                                  parts->capacity * sizeof(TyId), capacity * sizeof(TyId));
        parts->capacity = capacity;
    }
    parts->items[parts->count++] = ty;
}

static void parts_of_list(Parts *parts, ArgsId list)
{
    ArgSlice args = args_get(parts->solver->in, list);
    for (uint32_t i = 0; i < args.count; i++)
        part_add(parts, arg_ty(args.items[i]));
}

static void parts_of_adt(Parts *parts, const Ty_adt *adt)
{
    Solver *solver = parts->solver;
    const AdtDef *def = q_adt_def(solver->job, adt->def);
    for (uint32_t v = 0; v < def->variant_count; v++) {
        for (uint32_t f = 0; f < def->variants[v].field_count; f++)
            part_add(parts, ty_erase_regions(
                                solver->in, ty_substitute(solver->in, def->variants[v].fields[f].ty,
                                                          adt->args)));
    }
}

/* ---- Sized ---- */

/* Only the last field of a struct may be unsized. */
static void sized_part_of_adt(Parts *parts, const Ty_adt *adt)
{
    Solver *solver = parts->solver;
    const AdtDef *def = q_adt_def(solver->job, adt->def);
    if (def->kind == ADT_ENUM || def->variant_count == 0 || def->variants[0].field_count == 0)
        return;
    const VariantDef *variant = &def->variants[0];
    TyId last = variant->fields[variant->field_count - 1].ty;
    part_add(parts, ty_erase_regions(solver->in, ty_substitute(solver->in, last, adt->args)));
}

static BuiltinAnswer builtin_sized(Parts *parts, const Ty *ty)
{
    switch ((TyKind)ty->kind) {
    case TY_STR:
    case TY_SLICE:
    case TY_FOREIGN:
        return BUILTIN_FAILS;
    case TY_ADT:
        sized_part_of_adt(parts, &ty->as.adt);
        return BUILTIN_HOLDS;
    case TY_TUPLE: {
        ArgSlice elements = args_get(parts->solver->in, ty->as.tuple.elements);
        if (elements.count)
            part_add(parts, arg_ty(elements.items[elements.count - 1]));
        return BUILTIN_HOLDS;
    }
    case TY_ERROR:
    case TY_BOOL:
    case TY_CHAR:
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
    case TY_NEVER:
    case TY_REF:
    case TY_PTR:
    case TY_ARRAY:
    case TY_FN_DEF:
    case TY_FN_PTR:
    case TY_CLOSURE:
    case TY_INFER: /* an integer or float */
        return BUILTIN_HOLDS;
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_NONE:
    case TY_KIND_COUNT:
        return BUILTIN_UNKNOWN;
    }
    RSC_UNREACHABLE();
}

/* ---- Copy and Clone ---- */

/* Scalars, references and arrays have impls in core; a core without them still has types that copy.
 */
static BuiltinAnswer builtin_copy(Parts *parts, const Ty *ty)
{
    switch ((TyKind)ty->kind) {
    case TY_TUPLE:
        parts_of_list(parts, ty->as.tuple.elements);
        return BUILTIN_HOLDS;
    case TY_ARRAY:
        part_add(parts, ty->as.array.element);
        return BUILTIN_HOLDS;
    case TY_REF:
        return ty->as.ref.is_mut ? BUILTIN_FAILS : BUILTIN_HOLDS;
    case TY_ERROR:
    case TY_BOOL:
    case TY_CHAR:
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
    case TY_NEVER:
    case TY_PTR:
    case TY_FN_DEF:
    case TY_FN_PTR:
    case TY_INFER:
        return BUILTIN_HOLDS;
    case TY_ADT:
    case TY_STR:
    case TY_SLICE:
    case TY_FOREIGN:
    case TY_CLOSURE:
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_NONE:
    case TY_KIND_COUNT:
        return BUILTIN_UNKNOWN;
    }
    RSC_UNREACHABLE();
}

/* ---- auto traits ---- */

static BuiltinAnswer builtin_auto(Parts *parts, const Ty *ty)
{
    switch ((TyKind)ty->kind) {
    case TY_ADT:
        parts_of_adt(parts, &ty->as.adt);
        return BUILTIN_HOLDS;
    case TY_TUPLE:
        parts_of_list(parts, ty->as.tuple.elements);
        return BUILTIN_HOLDS;
    case TY_ARRAY:
        part_add(parts, ty->as.array.element);
        return BUILTIN_HOLDS;
    case TY_SLICE:
        part_add(parts, ty->as.slice.element);
        return BUILTIN_HOLDS;
    case TY_REF:
        part_add(parts, ty->as.ref.pointee);
        return BUILTIN_HOLDS;
    case TY_PTR:
        part_add(parts, ty->as.ptr.pointee);
        return BUILTIN_HOLDS;
    case TY_ERROR:
    case TY_BOOL:
    case TY_CHAR:
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
    case TY_STR:
    case TY_NEVER:
    case TY_FN_DEF:
    case TY_FN_PTR:
    case TY_INFER:
        return BUILTIN_HOLDS;
    case TY_FOREIGN:
    case TY_CLOSURE:
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_NONE:
    case TY_KIND_COUNT:
        return BUILTIN_UNKNOWN;
    }
    RSC_UNREACHABLE();
}

BuiltinAnswer builtin_impl(Solver *solver, DefId trait_def, TyId self, TyId **parts,
                           uint32_t *part_count)
{
    const ItemFacts *facts = q_item_facts(solver->job, trait_def);
    const Ty *ty = ty_get(solver->in, self);
    Parts found = { .solver = solver };
    BuiltinAnswer answer = BUILTIN_UNKNOWN;
    Str lang = sym_text(solver->in, facts->lang_item);
    if (str_eq(lang, STR("sized")))
        answer = builtin_sized(&found, ty);
    else if (str_eq(lang, STR("copy")) || str_eq(lang, STR("clone")))
        answer = builtin_copy(&found, ty);
    else if (str_eq(lang, STR("tuple_trait")))
        answer = ty->kind == TY_TUPLE ? BUILTIN_HOLDS : BUILTIN_UNKNOWN;
    else if (facts->is_auto)
        answer = builtin_auto(&found, ty);
    *parts = found.items;
    *part_count = found.count;
    return answer;
}
