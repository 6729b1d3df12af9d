/* Which method or associated item a name means for a type (Reference: method call expressions).
 *
 * The receiver's type and what it dereferences to are tried in order; at each: by value, `&`,
 * `&mut`; in each of these inherent candidates before those of traits in scope. Probing changes
 * nothing: what was picked is confirmed by typeck_method.c. */
#include "traits/traits_index.h"
#include "typeck/typeck_priv.h"

typedef struct {
    DefId item;
    uint8_t item_kind; /* DefKind */
    uint8_t kind;      /* PickKind */
    bool is_private;
    DefId container;
    TraitRef assumption;
} ProbeCandidate;
VEC_TYPE(ProbeCandidateVec, probe_candidate_vec, ProbeCandidate)

typedef struct {
    TyId ty;
    uint32_t deref_count;
    bool unsize;
} ProbeStep;
VEC_TYPE(ProbeStepVec, probe_step_vec, ProbeStep)

typedef struct {
    Typeck *cx;
    ProbeMode mode;
    SymId name;
    uint32_t span;
    ProbeStepVec steps;
    ProbeCandidateVec inherent, extension;
    Adjustment *derefs;
    DefId private_item;
} Prober;

/* ---- candidates ---- */

static bool item_fits_mode(ProbeMode mode, const AssocItem *item)
{
    if (item->kind == DEF_ASSOC_FN)
        return mode == PROBE_PATH || item->has_self;
    return mode == PROBE_PATH && item->kind == DEF_ASSOC_CONST;
}

static const AssocItem *find_item(Prober *prober, DefId container)
{
    const AssocItems *items = q_assoc_items(prober->cx->job, container);
    for (uint32_t i = 0; i < items->count; i++) {
        if (sym_id_eq(items->items[i].name, prober->name) &&
            item_fits_mode(prober->mode, &items->items[i]))
            return &items->items[i];
    }
    return NULL;
}

static void add_candidate(ProbeCandidateVec *to, ProbeCandidate candidate)
{
    for (uint32_t i = 0; i < to->count; i++) {
        if (def_id_eq(to->items[i].item, candidate.item) &&
            args_id_eq(to->items[i].assumption.args, candidate.assumption.args))
            return;
    }
    probe_candidate_vec_push(to, candidate);
}

static void add_inherent_impl(Prober *prober, DefId impl)
{
    const AssocItem *item = find_item(prober, impl);
    if (!item)
        return;
    add_candidate(&prober->inherent,
                  (ProbeCandidate){ .item = item->def,
                                    .item_kind = item->kind,
                                    .kind = PICK_INHERENT,
                                    .is_private = !typeck_is_visible(prober->cx, item->visible_in),
                                    .container = impl });
}

/* Inherent impls of a struct are in its crate; those of built-in types in the crates that make up
 * the library. */
static void add_inherent_impls(Prober *prober, TyId ty)
{
    Typeck *cx = prober->cx;
    InherentImplsKey key = inherent_impls_key(cx->in, ty);
    if (key.kind == SIMPLIFIED_ANY)
        return;
    if (!def_id_is_none(key.def)) {
        key.crate = def_crate(cx->in, key.def);
        const DefList *impls = q_inherent_impls(cx->job, key);
        for (uint32_t i = 0; i < impls->count; i++)
            add_inherent_impl(prober, impls->items[i]);
        return;
    }
    const DefList *crates = q_visible_crates(cx->job, def_crate(cx->in, cx->owner));
    for (uint32_t c = 0; c < crates->count; c++) {
        key.crate = crates->items[c];
        const DefList *impls = q_inherent_impls(cx->job, key);
        for (uint32_t i = 0; i < impls->count; i++)
            add_inherent_impl(prober, impls->items[i]);
    }
}

static void add_bound(Prober *prober, TyId ty, const Predicate *bound)
{
    if (bound->kind != PREDICATE_TRAIT)
        return;
    ArgSlice args = args_get(prober->cx->in, bound->trait_ref.args);
    if (args.count == 0 || !ty_id_eq(arg_ty(args.items[0]), ty))
        return;
    const AssocItem *item = find_item(prober, bound->trait_ref.trait_def);
    if (item)
        add_candidate(&prober->inherent, (ProbeCandidate){ .item = item->def,
                                                           .item_kind = item->kind,
                                                           .kind = PICK_ASSUMPTION,
                                                           .container = bound->trait_ref.trait_def,
                                                           .assumption = bound->trait_ref });
}

/* Methods of the bounds of a parameter or of a projection on one. */
static void add_bounds(Prober *prober, TyId ty)
{
    Typeck *cx = prober->cx;
    const Predicates *assumptions = solver_assumptions(cx->solver);
    for (uint32_t i = 0; i < assumptions->count; i++)
        add_bound(prober, ty, &assumptions->items[i]);
    const Ty *record = ty_get(cx->in, ty);
    if (record->kind != TY_PROJECTION)
        return;
    const Predicates *bounds = q_predicates_of(cx->job, record->as.projection.def);
    for (uint32_t i = 0; i < bounds->count; i++) {
        Predicate bound =
            predicate_substitute(cx->in, &bounds->items[i], record->as.projection.args);
        bound.trait_ref.args = args_erase_regions(cx->in, bound.trait_ref.args);
        add_bound(prober, ty, &bound);
    }
}

static void assemble(Prober *prober)
{
    Typeck *cx = prober->cx;
    for (uint32_t i = 0; i < prober->steps.count; i++) {
        TyId ty = prober->steps.items[i].ty;
        TyKind kind = ty_kind(cx->in, ty);
        if (kind == TY_PARAM || kind == TY_PROJECTION)
            add_bounds(prober, ty);
        else
            add_inherent_impls(prober, ty);
    }
    const DefList *traits = q_traits_in_scope(cx->job, cx->owner);
    for (uint32_t i = 0; i < traits->count; i++) {
        const AssocItem *item = find_item(prober, traits->items[i]);
        if (item)
            add_candidate(&prober->extension, (ProbeCandidate){ .item = item->def,
                                                                .item_kind = item->kind,
                                                                .kind = PICK_TRAIT,
                                                                .container = traits->items[i] });
    }
}

/* ---- does a candidate apply? ---- */

/* Arguments of the impl or trait: fresh, or those of the where-clause. */
static ArgsId container_args(Typeck *cx, uint8_t kind, DefId container, TraitRef assumption,
                             uint32_t span)
{
    return kind == PICK_ASSUMPTION ? assumption.args
                                   : solver_fresh_args(cx->solver, container, span);
}

/* With fresh own arguments after those of the container. */
static ArgsId with_own_args(Typeck *cx, DefId item, ArgsId container, uint32_t span)
{
    const Generics *generics = q_generics_of(cx->job, item);
    ArgSlice outer = args_get(cx->in, container);
    uint32_t count = generics_count(generics);
    if (count <= outer.count)
        return container;
    ArgSlice fresh = args_get(cx->in, solver_fresh_args(cx->solver, item, span));
    GenericArg *args = arena_alloc_array(cx->arena, count, sizeof *args);
    for (uint32_t i = 0; i < count; i++)
        args[i] = i < outer.count ? outer.items[i] : fresh.items[i];
    return args_intern(cx->in, args, count);
}

/* What the item says its self type is: the type of `self`, or for paths the type in front of `::`.
 */
static TyId candidate_self_ty(Prober *prober, const ProbeCandidate *candidate, ArgsId args)
{
    Typeck *cx = prober->cx;
    if (prober->mode == PROBE_METHOD) {
        const FnSig *sig = q_fn_sig(cx->job, candidate->item);
        ArgsId all = with_own_args(cx, candidate->item, args, prober->span);
        return sig->input_count ? typeck_instantiate(cx, sig->inputs[0], all, prober->span)
                                : cx->error;
    }
    if (candidate->kind == PICK_INHERENT)
        return typeck_instantiate(cx, q_impl_header(cx->job, candidate->container)->self_ty, args,
                                  prober->span);
    return arg_ty(args_get(cx->in, args).items[0]);
}

/* What overflows is picked, and an error as an obligation of the call. */
static bool may_hold(GoalResult result)
{
    return result != GOAL_FAILS && result != GOAL_CYCLE;
}

static bool bounds_may_hold(Prober *prober, const ProbeCandidate *candidate, ArgsId args)
{
    Typeck *cx = prober->cx;
    if (candidate->kind == PICK_ASSUMPTION)
        return true;
    if (candidate->kind == PICK_TRAIT) {
        Predicate goal = { .kind = PREDICATE_TRAIT, .trait_ref = { candidate->container, args } };
        GoalResult result = solver_evaluate(cx->solver, &goal);
        return may_hold(result);
    }
    PredicateVec predicates;
    predicate_vec_init(&predicates, cx->arena);
    solver_obligations_of(cx->solver, candidate->container, args, prober->span, &predicates);
    for (uint32_t i = 0; i < predicates.count; i++) {
        if (!may_hold(solver_evaluate(cx->solver, &predicates.items[i])))
            return false;
    }
    return true;
}

static bool candidate_applies(Prober *prober, const ProbeCandidate *candidate, TyId self_ty)
{
    Typeck *cx = prober->cx;
    TypeckSnapshot snapshot = typeck_snapshot(cx);
    ArgsId args = container_args(cx, candidate->kind, candidate->container, candidate->assumption,
                                 prober->span);
    bool applies = infer_unify(cx->infer, candidate_self_ty(prober, candidate, args), self_ty) &&
                   bounds_may_hold(prober, candidate, args);
    typeck_rollback(cx, snapshot);
    return applies;
}

/* ---- picking ---- */

static void found(Prober *prober, const ProbeCandidate *candidate, const ProbeStep *step,
                  AutorefKind autoref, Probe *out)
{
    out->result = PROBE_FOUND;
    out->derefs = prober->derefs;
    out->pick = (Pick){ .item = candidate->item,
                        .item_kind = candidate->item_kind,
                        .kind = candidate->kind,
                        .container = candidate->container,
                        .assumption = candidate->assumption,
                        .self_ty = step->ty,
                        .deref_count = step->deref_count,
                        .unsize = step->unsize,
                        .autoref = (uint8_t)autoref };
}

/* One list for one self type: true if that settles it. Private items do not count, but are
 * remembered. */
static bool pick_from(Prober *prober, const ProbeCandidateVec *list, const ProbeStep *step,
                      AutorefKind autoref, TyId self_ty, Probe *out)
{
    const ProbeCandidate *first = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const ProbeCandidate *candidate = &list->items[i];
        if (!candidate_applies(prober, candidate, self_ty))
            continue;
        if (candidate->is_private) {
            prober->private_item = candidate->item;
            continue;
        }
        if (first) {
            out->result = PROBE_AMBIGUOUS;
            out->other = candidate->item;
            return true;
        }
        first = candidate;
    }
    if (!first)
        return false;
    found(prober, first, step, autoref, out);
    return true;
}

static bool pick_at(Prober *prober, const ProbeStep *step, AutorefKind autoref, Probe *out)
{
    Typeck *cx = prober->cx;
    TyId self_ty = step->ty;
    if (autoref != AUTOREF_NONE)
        self_ty = ty_ref(cx->in, region_erased(cx->in), step->ty, autoref == AUTOREF_MUT);
    return pick_from(prober, &prober->inherent, step, autoref, self_ty, out) ||
           pick_from(prober, &prober->extension, step, autoref, self_ty, out);
}

static bool pick_step(Prober *prober, const ProbeStep *step, Probe *out)
{
    /* An unsized step can only be borrowed. */
    if (!step->unsize && pick_at(prober, step, AUTOREF_NONE, out))
        return true;
    return prober->mode == PROBE_METHOD &&
           (pick_at(prober, step, AUTOREF_SHARED, out) || pick_at(prober, step, AUTOREF_MUT, out));
}

/* ---- steps ---- */

/* False: the type is not known well enough. */
static bool make_steps(Prober *prober, TyId self_ty)
{
    Typeck *cx = prober->cx;
    Autoderef deref = autoderef_start(cx, self_ty, prober->span);
    do {
        if (typeck_is_general_var(cx, deref.ty) || ty_is_error(cx->in, deref.ty))
            return false;
        probe_step_vec_push(&prober->steps, (ProbeStep){ deref.ty, deref.count, false });
    } while (prober->mode == PROBE_METHOD && autoderef_next(&deref));
    prober->derefs = deref.steps;
    const Ty *last = ty_get(cx->in, deref.ty);
    if (prober->mode == PROBE_METHOD && last->kind == TY_ARRAY)
        probe_step_vec_push(&prober->steps, (ProbeStep){ ty_slice(cx->in, last->as.array.element),
                                                         deref.count, true });
    return true;
}

Probe typeck_probe(Typeck *cx, ProbeMode mode, TyId self_ty, SymId name, uint32_t span)
{
    Probe probe = { .result = PROBE_BAD_TYPE };
    Prober prober = { .cx = cx, .mode = mode, .name = name, .span = span };
    probe_step_vec_init(&prober.steps, cx->arena);
    probe_candidate_vec_init(&prober.inherent, cx->arena);
    probe_candidate_vec_init(&prober.extension, cx->arena);
    if (!make_steps(&prober, self_ty))
        return probe;
    assemble(&prober);
    probe.result = PROBE_NOT_FOUND;
    for (uint32_t i = 0; i < prober.steps.count; i++) {
        if (pick_step(&prober, &prober.steps.items[i], &probe))
            return probe;
    }
    if (!def_id_is_none(prober.private_item)) {
        probe.result = PROBE_PRIVATE;
        probe.other = prober.private_item;
    }
    return probe;
}

/* ---- arguments of what was picked ---- */

ArgsId typeck_pick_args(Typeck *cx, const Pick *pick, TyId self_ty, HirSegmentId segment,
                        uint32_t span)
{
    ArgsId args = container_args(cx, pick->kind, pick->container, pick->assumption, span);
    if (pick->kind == PICK_INHERENT) {
        TyId of =
            typeck_instantiate(cx, q_impl_header(cx->job, pick->container)->self_ty, args, span);
        if (!ty_id_is_none(self_ty))
            infer_unify(cx->infer, of, self_ty);
    } else if (!ty_id_is_none(self_ty)) {
        infer_unify(cx->infer, arg_ty(args_get(cx->in, args).items[0]), self_ty);
    }
    return typeck_path_args(cx, pick->item, args, segment, span);
}
