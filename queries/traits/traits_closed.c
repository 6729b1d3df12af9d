/* Closed questions: each opens a solver of its own, whose memory goes with it. */
#include "traits/traits_priv.h"

typedef struct {
    Arena *arena;
    Solver *solver;
    Fulfill fulfill;
} Question;

static Question question_open(Job *job, TypingEnv env)
{
    Question question = { .arena = arena_new(NULL) };
    Infer *infer = infer_new(job, question.arena);
    question.solver = solver_new(job, infer, env, question.arena);
    fulfill_init(&question.fulfill, question.solver, question.arena);
    return question;
}

static void question_close(Question *question)
{
    arena_free(question->arena);
}

/* Works on what normalization left pending, so that the variables it made become known. */
static void question_settle(Question *question, const PredicateVec *pending)
{
    for (uint32_t i = 0; i < pending->count; i++)
        fulfill_add(&question->fulfill, &pending->items[i]);
    fulfill_select(&question->fulfill);
}

/* A variable that nothing binds, or in mono a projection that stays, is left over from errors. */
static bool is_settled(const Solver *solver, TyFlags flags)
{
    return !flags.has_infer &&
           !(solver->env.mode == TYPING_MONO && flags.has_projection && !flags.has_param);
}

/* ---- goals ---- */

TraitGoalAnswer trait_goal_answer(Job *job, TypingEnv env, TraitRef goal)
{
    Question question = question_open(job, env);
    goal.args = args_erase_regions(question.solver->in, goal.args);
    Predicate predicate = predicate_of_trait(goal, 0);
    GoalResult result = solver_evaluate(question.solver, &predicate);
    question_close(&question);
    if (result == GOAL_HOLDS)
        return TRAIT_GOAL_HOLDS;
    bool undecided = result == GOAL_OVERFLOW || result == GOAL_CYCLE;
    return undecided ? TRAIT_GOAL_UNDECIDED : TRAIT_GOAL_FAILS;
}

bool trait_goal_holds(Job *job, TypingEnv env, TraitRef goal)
{
    return trait_goal_answer(job, env, goal) == TRAIT_GOAL_HOLDS;
}

/* ---- normalization ---- */

ArgsId normalize_args(Job *job, TypingEnv env, ArgsId args)
{
    Interners *in = job_interners(job);
    args = args_erase_regions(in, args);
    if (!args_flags(in, args).has_projection)
        return args;
    Question question = question_open(job, env);
    Solver *solver = question.solver;
    PredicateVec pending;
    predicate_vec_init(&pending, question.arena);
    ArgsId normal = solver_normalize_args(solver, args, 0, &pending);
    question_settle(&question, &pending);
    normal = infer_resolve_args(solver->infer, normal);
    if (!is_settled(solver, args_flags(in, normal))) {
        ArgSlice list = args_get(in, normal);
        GenericArg *errors = arena_alloc_array(question.arena, list.count, sizeof *errors);
        for (uint32_t i = 0; i < list.count; i++)
            errors[i] = arg_kind(list.items[i]) == ARG_TY ? arg_of_ty(ty_error(in)) : list.items[i];
        normal = args_intern(in, errors, list.count);
    }
    question_close(&question);
    return normal;
}

TyId normalize_ty(Job *job, TypingEnv env, TyId ty)
{
    Interners *in = job_interners(job);
    if (!ty_get(in, ty)->has_projection)
        return ty_erase_regions(in, ty);
    GenericArg arg = arg_of_ty(ty);
    return arg_ty(args_get(in, normalize_args(job, env, args_intern(in, &arg, 1))).items[0]);
}

TyId normalize_substituted(Job *job, TypingEnv env, TyId ty, ArgsId args)
{
    return normalize_ty(job, env, ty_substitute(job_interners(job), ty, args));
}

FnSig normalize_fn_sig(Job *job, TypingEnv env, const FnSig *sig, ArgsId args, Arena *arena)
{
    FnSig result = *sig;
    result.inputs = arena_alloc_array(arena, sig->input_count, sizeof(TyId));
    for (uint32_t i = 0; i < sig->input_count; i++)
        result.inputs[i] = normalize_substituted(job, env, sig->inputs[i], args);
    result.output = normalize_substituted(job, env, sig->output, args);
    result.bound_region_count = 0;
    return result;
}

/* ---- instances ---- */

static ResolvedInstance own_instance(Job *job, DefId def, ArgsId args)
{
    bool is_fn = def_kind(job_interners(job), def) == DEF_FN ||
                 def_kind(job_interners(job), def) == DEF_ASSOC_FN;
    bool is_intrinsic = is_fn && !sym_id_is_none(q_item_facts(job, def)->rustc_intrinsic);
    return (ResolvedInstance){ is_intrinsic ? INSTANCE_INTRINSIC : INSTANCE_ITEM, def, args };
}

static ResolvedInstance instance_of_impl(Solver *solver, DefId item, ArgsId args, DefId impl,
                                         ArgsId impl_args)
{
    DefId impl_item = impl_item_for(solver->job, impl, item);
    if (def_id_is_none(impl_item))
        return own_instance(solver->job, item, args);
    impl_args = infer_resolve_args(solver->infer, impl_args);
    ArgsId item_args = impl_item_args(solver->job, impl_item, impl_args, item, args);
    TyFlags flags = args_flags(solver->in, item_args);
    if (flags.has_infer || flags.has_error)
        return (ResolvedInstance){ .kind = INSTANCE_FAILED, .def = item, .args = args };
    item_args = normalize_args(solver->job, solver->env, item_args);
    return own_instance(solver->job, impl_item, item_args);
}

static ResolvedInstance instance_by_candidate(Question *question, DefId item, ArgsId args,
                                              TraitRef goal)
{
    Solver *solver = question->solver;
    Candidate candidate;
    ResolvedInstance failed = { .kind = INSTANCE_FAILED, .def = item, .args = args };
    if (args_flags(solver->in, args).has_error ||
        candidate_choose(solver, goal, &candidate) != GOAL_HOLDS)
        return failed;
    if (candidate.kind == CANDIDATE_ASSUMPTION) /* stays a call through the trait */
        return (ResolvedInstance){ INSTANCE_ITEM, item, args };
    if (candidate.kind == CANDIDATE_BUILTIN)
        return trait_is_lang(solver->job, goal.trait_def, "clone")
                   ? (ResolvedInstance){ INSTANCE_CLONE_SHIM, item, args }
                   : failed;
    PredicateVec nested;
    predicate_vec_init(&nested, question->arena);
    ArgsId impl_args;
    if (!candidate_match_impl(solver, candidate.impl, goal, 0, &nested, &impl_args))
        return failed;
    question_settle(question, &nested); /* where-clauses can fix what the header leaves open */
    return instance_of_impl(solver, item, args, candidate.impl, impl_args);
}

ResolvedInstance instance_resolve(Job *job, TypingEnv env, DefId def, ArgsId args)
{
    const Interners *in = job_interners(job);
    args = normalize_args(job, env, args);
    DefId parent = def_parent(in, def);
    if (def_id_is_none(parent) || def_kind(in, parent) != DEF_TRAIT)
        return own_instance(job, def, args);
    Question question = question_open(job, env);
    uint32_t count = generics_count(q_generics_of(job, parent));
    TraitRef goal = { parent, args_truncate(job_interners(job), args, count) };
    ResolvedInstance instance = instance_by_candidate(&question, def, args, goal);
    question_close(&question);
    return instance;
}

/* ---- coherence ---- */

/* The header for fresh arguments, and its where-clauses as obligations. */
static TyId fresh_header(Question *question, DefId impl, ArgsId *trait_args)
{
    Solver *solver = question->solver;
    const ImplHeader *header = q_impl_header(solver->job, impl);
    PredicateVec pending;
    predicate_vec_init(&pending, question->arena);
    ArgsId args = solver_fresh_args(solver, impl, 0);
    *trait_args = solver_normalize_args(
        solver,
        args_erase_regions(solver->in, args_substitute(solver->in, header->trait_ref.args, args)),
        0, &pending);
    TyId self = ty_erase_regions(solver->in, ty_substitute(solver->in, header->self_ty, args));
    self = solver_normalize(solver, self, 0, &pending);
    solver_obligations_of(solver, impl, args, 0, &pending);
    for (uint32_t i = 0; i < pending.count; i++)
        fulfill_add(&question->fulfill, &pending.items[i]);
    return self;
}

bool impls_overlap(Job *job, DefId a, DefId b)
{
    TypingEnv env = { .crate_or_none = def_crate(job_interners(job), a), .mode = TYPING_COHERENCE };
    Question question = question_open(job, env);
    ArgsId a_args, b_args;
    TyId a_self = fresh_header(&question, a, &a_args);
    TyId b_self = fresh_header(&question, b, &b_args);
    bool overlap = infer_unify(question.solver->infer, a_self, b_self) &&
                   infer_unify_args(question.solver->infer, a_args, b_args);
    if (overlap) {
        fulfill_select(&question.fulfill);
        /* What could not be decided may hold. */
        overlap = fulfill_verdict(&question.fulfill) != GOAL_FAILS;
    }
    question_close(&question);
    return overlap;
}
