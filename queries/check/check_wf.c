/* Are the types in a header well-formed: arguments meet the where-clauses of what they are for,
 * parts that must be are Sized (E0277, E0271). */
#include "check/check_priv.h"
#include "resolve/resolve.h"

typedef struct {
    Job *job;
    Interners *in;
    TypingEnv env;
    DefId owner;   /* of the spans */
    uint32_t span; /* of the type being looked at */
    bool ok;
} Wf;

static Wf wf_open(Job *job, DefId item)
{
    Interners *in = job_interners(job);
    return (Wf){ .job = job,
                 .in = in,
                 .env = { item, def_crate(in, item), TYPING_CHECK },
                 .owner = item,
                 .ok = true };
}

/* ---- messages ---- */

static Diag *wf_diag(Wf *wf, DiagCode code)
{
    wf->ok = false;
    return diag_new(wf->job, code, diag_at((Span){ wf->owner, wf->span }));
}

static Str text_of(Wf *wf, TyId ty)
{
    return ty_text_in(wf->in, ty, job_scratch(wf->job));
}

static Text trait_text(Wf *wf, TraitRef goal)
{
    ArgSlice args = args_get(wf->in, goal.args);
    Text name;
    text_init(&name, job_scratch(wf->job));
    text_add(&name, sym_text(wf->in, def_name(wf->in, goal.trait_def)));
    if (args.count > 1)
        args_text(wf->in, args_intern(wf->in, args.items + 1, args.count - 1), &name);
    return name;
}

static void report_trait(Wf *wf, TraitRef goal)
{
    ArgSlice args = args_get(wf->in, goal.args);
    Str self = text_of(wf, arg_ty(args.items[0]));
    if (str_eq(sym_text(wf->in, q_hir_item(wf->job, goal.trait_def)->lang_item), STR("sized"))) {
        Diag *diag = diag_arg(wf_diag(wf, DIAG_CODE_size_unknown), self);
        diag_primary_label(diag, "doesn't have a size known at compile-time");
        diag_emit(wf->job, diag);
        return;
    }
    Text name = trait_text(wf, goal);
    Diag *diag = wf_diag(wf, DIAG_CODE_trait_bound);
    diag_argf(diag, "%.*s: %s", (int)self.bytes, self.data, name.data);
    diag_primary_label(diag, "the trait `%s` is not implemented for `%.*s`", name.data,
                       (int)self.bytes, self.data);
    diag_emit(wf->job, diag);
}

static void report_undecided(Wf *wf, TraitRef goal)
{
    Str self = text_of(wf, arg_ty(args_get(wf->in, goal.args).items[0]));
    Text name = trait_text(wf, goal);
    Diag *diag = wf_diag(wf, DIAG_CODE_requirement_overflow);
    diag_argf(diag, "%.*s: %s", (int)self.bytes, self.data, name.data);
    diag_emit(wf->job, diag);
}

static void report_projection(Wf *wf, TyId projection, TyId wanted)
{
    Text text;
    text_init(&text, job_scratch(wf->job));
    ty_text(wf->in, projection, &text);
    text_add_c(&text, " == ");
    ty_text(wf->in, wanted, &text);
    diag_emit(wf->job, diag_arg(wf_diag(wf, DIAG_CODE_type_mismatch_resolving), text_str(&text)));
}

/* ---- where-clauses ---- */

static bool require_trait(Wf *wf, TraitRef goal)
{
    TyFlags flags = args_flags(wf->in, goal.args);
    if (def_id_is_none(goal.trait_def) || flags.has_error || flags.has_bound)
        return true;
    TraitGoalAnswer answer = trait_goal_answer(wf->job, wf->env, goal);
    if (answer == TRAIT_GOAL_FAILS)
        report_trait(wf, goal);
    else if (answer == TRAIT_GOAL_UNDECIDED)
        report_undecided(wf, goal);
    return answer == TRAIT_GOAL_HOLDS;
}

static void require_projection(Wf *wf, const Predicate *predicate)
{
    TyId projection =
        ty_projection(wf->in, predicate->trait_ref.trait_def, predicate->trait_ref.args);
    TyId found = normalize_ty(wf->job, wf->env, projection);
    TyId wanted = normalize_ty(wf->job, wf->env, predicate->ty);
    const Ty *a = ty_get(wf->in, found), *b = ty_get(wf->in, wanted);
    if (!a->has_error && !b->has_error && !a->has_bound && !b->has_bound &&
        !ty_id_eq(found, wanted))
        report_projection(wf, projection, wanted);
}

/* The clauses of an item and its parents, for these args. `but`: a trait's own `Self: Trait` is not
 * asked of its impl. */
static void require_clauses(Wf *wf, DefId item, ArgsId args, DefId but)
{
    for (DefId of = item; !def_id_is_none(of); of = q_generics_of(wf->job, of)->parent_or_none) {
        const Predicates *predicates = q_predicates_of(wf->job, of);
        for (uint32_t i = 0; i < predicates->count; i++) {
            Predicate predicate = predicate_substitute(wf->in, &predicates->items[i], args);
            bool is_own = def_id_eq(predicate.trait_ref.trait_def, but) && i == 0;
            if (predicate.kind == PREDICATE_PROJECTION)
                require_projection(wf, &predicate);
            else if (predicate.kind == PREDICATE_TRAIT && !is_own) {
                predicate.trait_ref.args =
                    normalize_args(wf->job, wf->env, predicate.trait_ref.args);
                require_trait(wf, predicate.trait_ref);
            }
        }
    }
}

/* ---- types ---- */

static void require_sized(Wf *wf, TyId ty)
{
    LangItemKey key = { def_crate(wf->in, wf->owner), sym_intern_c(wf->in, "sized") };
    DefId sized = q_lang_item(wf->job, key)->def;
    GenericArg self = arg_of_ty(normalize_ty(wf->job, wf->env, ty));
    if (!def_id_is_none(sized))
        require_trait(wf, (TraitRef){ sized, args_intern(wf->in, &self, 1) });
}

static void require_projection_trait(Wf *wf, const Ty_projection *projection)
{
    DefId trait_def = def_parent(wf->in, projection->def);
    ArgSlice args = args_get(wf->in, projection->args);
    uint32_t count = generics_count(q_generics_of(wf->job, trait_def));
    if (args.count >= count)
        require_trait(wf, (TraitRef){ trait_def, args_intern(wf->in, args.items, count) });
}

static WalkAction wf_visit(void *context, GenericArg arg)
{
    Wf *wf = context;
    if (arg_kind(arg) != ARG_TY)
        return WALK_SKIP;
    const Ty *ty = ty_get(wf->in, arg_ty(arg));
    if (ty->has_error)
        return WALK_SKIP;
    if (ty->kind == TY_ADT) {
        require_clauses(wf, ty->as.adt.def, ty->as.adt.args, def_id_none());
    } else if (ty->kind == TY_ARRAY) {
        require_sized(wf, ty->as.array.element);
    } else if (ty->kind == TY_SLICE) {
        require_sized(wf, ty->as.slice.element);
    } else if (ty->kind == TY_TUPLE) {
        ArgSlice elements = args_get(wf->in, ty->as.tuple.elements);
        for (uint32_t i = 0; i + 1 < elements.count; i++)
            require_sized(wf, arg_ty(elements.items[i]));
    } else if (ty->kind == TY_PROJECTION) {
        require_projection_trait(wf, &ty->as.projection);
    }
    return wf->ok ? WALK_INTO : WALK_STOP; /* one message for a type */
}

static void check_type(Wf *wf, TyId ty, uint32_t span)
{
    bool before = wf->ok;
    wf->ok = true;
    wf->span = span;
    arg_walk(wf->in, arg_of_ty(ty), wf_visit, wf);
    wf->ok &= before;
}

/* ---- items ---- */

static void check_fn(Wf *wf, DefId def)
{
    const FnSig *sig = q_fn_sig(wf->job, def);
    const HirItem *header = q_hir_item(wf->job, def);
    for (uint32_t i = 0; i < sig->input_count; i++) {
        HirTyId written = hir_ty_id_make(hir_list_at(&header->nodes, header->inputs, i));
        check_type(wf, sig->inputs[i], hir_ty(&header->nodes, written)->span);
    }
    if (!hir_ty_id_is_none(header->output_or_none))
        check_type(wf, sig->output, hir_ty(&header->nodes, header->output_or_none)->span);
}

/* Only the last field of a struct may be unsized. */
static void check_fields(Wf *wf, DefId def)
{
    const AdtDef *adt = q_adt_def(wf->job, def);
    const HirItem *header = q_hir_item(wf->job, def);
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        const VariantDef *variant = &adt->variants[v];
        for (uint32_t f = 0; f < variant->field_count; f++) {
            const HirFieldDef *field = &header->field_defs[header->variants[v].fields.start + f];
            check_type(wf, variant->fields[f].ty, hir_ty(&header->nodes, field->ty)->span);
            bool is_last = adt->kind == ADT_STRUCT && f + 1 == variant->field_count;
            if (!is_last && !ty_get(wf->in, variant->fields[f].ty)->has_error)
                require_sized(wf, variant->fields[f].ty);
        }
    }
}

static void check_typed(Wf *wf, DefId def)
{
    const HirItem *header = q_hir_item(wf->job, def);
    if (hir_ty_id_is_none(header->ty_or_none))
        return;
    TyId ty = q_type_of(wf->job, def)->ty;
    check_type(wf, ty, hir_ty(&header->nodes, header->ty_or_none)->span);
    if (!ty_get(wf->in, ty)->has_error)
        require_sized(wf, ty);
}

/* The bounds that a trait declares for its associated types hold for the impl's. */
static void check_assoc_types(Wf *wf, DefId impl, const ImplHeader *header)
{
    const AssocItems *given = q_assoc_items(wf->job, impl);
    const AssocItems *asked = q_assoc_items(wf->job, header->trait_ref.trait_def);
    for (uint32_t i = 0; i < given->count; i++) {
        for (uint32_t j = 0; given->items[i].kind == DEF_ASSOC_TYPE && j < asked->count; j++) {
            const AssocItem *item = &asked->items[j];
            if (item->kind != DEF_ASSOC_TYPE || !sym_id_eq(item->name, given->items[i].name) ||
                q_generics_of(wf->job, item->def)->param_count)
                continue;
            const HirItem *own = q_hir_item(wf->job, given->items[i].def);
            wf->owner = given->items[i].def;
            wf->span =
                hir_ty_id_is_none(own->ty_or_none) ? 0 : hir_ty(&own->nodes, own->ty_or_none)->span;
            const Predicates *bounds = q_predicates_of(wf->job, item->def);
            for (uint32_t b = 0; b < bounds->count; b++) {
                Predicate bound =
                    predicate_substitute(wf->in, &bounds->items[b], header->trait_ref.args);
                bound.trait_ref.args = normalize_args(wf->job, wf->env, bound.trait_ref.args);
                if (bound.kind == PREDICATE_TRAIT)
                    require_trait(wf, bound.trait_ref);
            }
        }
    }
    wf->owner = impl;
}

static void check_impl_header(Wf *wf, DefId impl)
{
    const ImplHeader *header = q_impl_header(wf->job, impl);
    const HirItem *written = q_hir_item(wf->job, impl);
    if (!hir_ty_id_is_none(written->self_ty_or_none))
        check_type(wf, header->self_ty, hir_ty(&written->nodes, written->self_ty_or_none)->span);
    if (!header->is_trait_impl || def_id_is_none(header->trait_ref.trait_def) ||
        header->is_negative || args_flags(wf->in, header->trait_ref.args).has_error)
        return;
    wf->span = hir_ty(&written->nodes, written->self_ty_or_none)->span;
    require_clauses(wf, header->trait_ref.trait_def, header->trait_ref.args,
                    header->trait_ref.trait_def);
    if (wf->ok)
        check_assoc_types(wf, impl, header);
}

bool check_wf(Job *job, DefId item)
{
    Wf wf = wf_open(job, item);
    DefKind kind = def_kind(wf.in, item);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN)
        check_fn(&wf, item);
    else if (kind == DEF_STRUCT || kind == DEF_ENUM || kind == DEF_UNION)
        check_fields(&wf, item);
    else if (kind == DEF_CONST || kind == DEF_STATIC || kind == DEF_ASSOC_CONST)
        check_typed(&wf, item);
    else if (kind == DEF_IMPL)
        check_impl_header(&wf, item);
    return wf.ok;
}
