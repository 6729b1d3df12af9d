/* Copy, Sized, needs-drop: the properties of types that building and generating code asks for. */
#include "base/map.h"
#include "traits/traits_priv.h"

/* The crate from which a lang item is looked up: that of the type, else of the code that asks. */
static DefId asking_crate(const Interners *in, TypingEnv env, const Ty *ty)
{
    if (ty->kind == TY_ADT)
        return def_crate(in, ty->as.adt.def);
    if (!def_id_is_none(env.env_or_none))
        return def_crate(in, env.env_or_none);
    return ty->kind == TY_PROJECTION ? def_crate(in, ty->as.projection.def) : env.crate_or_none;
}

static bool lang_goal_holds(Job *job, TypingEnv env, const char *lang, TyId ty)
{
    Interners *in = job_interners(job);
    DefId crate = asking_crate(in, env, ty_get(in, ty));
    if (def_id_is_none(crate))
        return false;
    DefId trait_def = q_lang_item(job, (LangItemKey){ crate, sym_intern_c(in, lang) })->def;
    GenericArg self = arg_of_ty(ty);
    return !def_id_is_none(trait_def) &&
           trait_goal_holds(job, env, (TraitRef){ trait_def, args_intern(in, &self, 1) });
}

static bool all_copy(Job *job, TypingEnv env, ArgsId elements)
{
    ArgSlice list = args_get(job_interners(job), elements);
    for (uint32_t i = 0; i < list.count; i++) {
        if (!ty_is_copy(job, env, arg_ty(list.items[i])))
            return false;
    }
    return true;
}

bool ty_is_copy(Job *job, TypingEnv env, TyId id)
{
    const Ty *ty = ty_get(job_interners(job), id);
    switch ((TyKind)ty->kind) {
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
        return true;
    case TY_REF:
        return !ty->as.ref.is_mut;
    case TY_TUPLE:
        return all_copy(job, env, ty->as.tuple.elements);
    case TY_ARRAY:
        return ty_is_copy(job, env, ty->as.array.element);
    case TY_ADT:
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_CLOSURE:
        return lang_goal_holds(job, env, "copy", id);
    case TY_STR:
    case TY_SLICE:
    case TY_FOREIGN:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_INFER:
    case TY_NONE:
    case TY_KIND_COUNT:
        return false;
    }
    RSC_UNREACHABLE();
}

static TyId last_field(Job *job, TypingEnv env, const Ty_adt *adt)
{
    const AdtDef *def = q_adt_def(job, adt->def);
    if (def->kind == ADT_ENUM || def->variant_count == 0 || def->variants[0].field_count == 0)
        return ty_id_none();
    const VariantDef *variant = &def->variants[0];
    return normalize_substituted(job, env, variant->fields[variant->field_count - 1].ty, adt->args);
}

bool ty_is_sized(Job *job, TypingEnv env, TyId id)
{
    const Interners *in = job_interners(job);
    for (int depth = 0; depth < SOLVER_DEPTH_MAX; depth++) {
        const Ty *ty = ty_get(in, id);
        if (ty->kind == TY_STR || ty->kind == TY_SLICE || ty->kind == TY_FOREIGN)
            return false;
        if (ty->kind == TY_PARAM || ty->kind == TY_PROJECTION || ty->kind == TY_OPAQUE)
            return lang_goal_holds(job, env, "sized", id);
        if (ty->kind == TY_ADT) {
            id = last_field(job, env, &ty->as.adt);
        } else if (ty->kind == TY_TUPLE && args_get(in, ty->as.tuple.elements).count > 0) {
            ArgSlice elements = args_get(in, ty->as.tuple.elements);
            id = arg_ty(elements.items[elements.count - 1]);
        } else {
            return true;
        }
        if (ty_id_is_none(id))
            return true;
    }
    return true; /* a type without end has its own error */
}

/* ---- drop ---- */

DefId adt_drop_method(Job *job, DefId adt)
{
    Interners *in = job_interners(job);
    DefId crate = def_crate(in, adt);
    DefId trait_def = q_lang_item(job, (LangItemKey){ crate, sym_intern_c(in, "drop") })->def;
    if (def_id_is_none(trait_def))
        return def_id_none();
    TraitImplsKey key = {
        .crate = crate, .trait_def = trait_def, .kind = SIMPLIFIED_ADT, .def = adt
    };
    const DefList *impls = q_trait_impls(job, key);
    const AssocItems *items = q_assoc_items(job, trait_def);
    for (uint32_t i = 0; items->count > 0 && i < impls->count; i++) {
        DefId method = impl_item_for(job, impls->items[i], items->items[0].def);
        if (!def_id_is_none(method))
            return method;
    }
    return def_id_none();
}

/* A search through what a value holds. It ends, as types have a largest size: each is looked into
 * once. */
typedef struct {
    Job *job;
    TypingEnv env;
    Map seen; /* TyId */
    U32Vec work;
} NeedsDrop;

static void add_type(NeedsDrop *n, TyId ty)
{
    bool existed;
    map_put(&n->seen, &ty, &existed);
    if (!existed)
        u32_vec_push(&n->work, ty.v);
}

static bool adt_needs_drop(NeedsDrop *n, const Ty_adt *adt)
{
    const Interners *in = job_interners(n->job);
    if (str_eq(sym_text(in, q_item_facts(n->job, adt->def)->lang_item), STR("manually_drop")))
        return false;
    if (!def_id_is_none(adt_drop_method(n->job, adt->def)))
        return true;
    const AdtDef *def = q_adt_def(n->job, adt->def);
    for (uint32_t v = 0; def->kind != ADT_UNION && v < def->variant_count; v++) {
        for (uint32_t f = 0; f < def->variants[v].field_count; f++)
            add_type(
                n, normalize_substituted(n->job, n->env, def->variants[v].fields[f].ty, adt->args));
    }
    return false;
}

static void add_elements(NeedsDrop *n, ArgsId elements)
{
    ArgSlice list = args_get(job_interners(n->job), elements);
    for (uint32_t i = 0; i < list.count; i++)
        add_type(n, arg_ty(list.items[i]));
}

/* By itself; what it holds is added to the search. */
static bool needs_drop(NeedsDrop *n, TyId id)
{
    const Ty *ty = ty_get(job_interners(n->job), id);
    switch ((TyKind)ty->kind) {
    case TY_ADT:
        return adt_needs_drop(n, &ty->as.adt);
    case TY_TUPLE:
        add_elements(n, ty->as.tuple.elements);
        return false;
    case TY_ARRAY:
        add_type(n, ty->as.array.element);
        return false;
    case TY_SLICE:
        add_type(n, ty->as.slice.element);
        return false;
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_CLOSURE:
        return !ty_is_copy(n->job, n->env, id);
    case TY_ERROR:
    case TY_BOOL:
    case TY_CHAR:
    case TY_INT:
    case TY_UINT:
    case TY_FLOAT:
    case TY_STR:
    case TY_NEVER:
    case TY_FOREIGN:
    case TY_REF:
    case TY_PTR:
    case TY_FN_DEF:
    case TY_FN_PTR:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_INFER:
    case TY_NONE:
    case TY_KIND_COUNT:
        return false;
    }
    RSC_UNREACHABLE();
}

bool ty_needs_drop(Job *job, TypingEnv env, TyId ty)
{
    NeedsDrop n = { .job = job, .env = env };
    map_init(&n.seen, job_scratch(job), sizeof(TyId));
    u32_vec_init(&n.work, job_scratch(job));
    add_type(&n, ty);
    while (n.work.count > 0) {
        if (needs_drop(&n, ty_id_make(u32_vec_pop(&n.work))))
            return true;
    }
    return false;
}
