/* Generic arguments of a path segment against the parameters of what it names. */
#include "ty/ty_lower.h"
#include "ty/ty_priv.h"

typedef struct {
    TyLower *lower;
    DefId def;
    const Generics *generics;
    const HirSegment *segment; /* NULL: nothing was written */
    uint32_t span;
    bool infer_missing;
    uint32_t own_first; /* index of the first own parameter that arguments can be written for */
    uint32_t lifetime_params, other_params, required_params;
    uint32_t lifetime_args, other_args;
    bool wrong_lifetimes;
} ArgsJob;

static const HirGenericArg *written_arg(const ArgsJob *job, uint32_t index)
{
    return &job->lower->nodes->generic_args[job->segment->args.start + index];
}

static void count_params(ArgsJob *job)
{
    for (uint32_t i = job->own_first; i < job->generics->param_count; i++) {
        const GenericParam *param = &job->generics->params[i];
        job->lifetime_params += param->kind == GENERIC_LIFETIME;
        job->other_params += param->kind != GENERIC_LIFETIME;
        job->required_params += param->kind != GENERIC_LIFETIME && !param->has_default;
    }
}

static void count_args(ArgsJob *job)
{
    for (uint32_t i = 0; job->segment && i < job->segment->args.count; i++) {
        bool is_lifetime = written_arg(job, i)->kind == HIR_ARG_LIFETIME;
        job->lifetime_args += is_lifetime;
        job->other_args += !is_lifetime;
    }
}

/* ---- E0107 ---- */

static const char *args_def_text(const ArgsJob *job)
{
    Interners *in = job->lower->in;
    DefKind kind = def_kind(in, job->def);
    if (kind == DEF_ASSOC_FN && q_hir_item(job->lower->job, job->def)->has_self)
        return "method";
    return def_kind_text(kind);
}

static const char *plural(uint32_t count)
{
    return count == 1 ? "" : "s";
}

static void report_missing_generics(ArgsJob *job, Diag *diag, const char *noun, uint32_t expected)
{
    Str name = sym_text(job->lower->in, def_name(job->lower->in, job->def));
    diag_argf(diag, "missing generics for %s `%.*s`", args_def_text(job), (int)name.bytes,
              name.data);
    diag_primary_label(diag, "expected %s%u %s argument%s",
                       job->required_params < job->other_params ? "at least " : "",
                       (unsigned)expected, noun, plural(expected));
}

static void report_arg_count(ArgsJob *job, const char *noun, uint32_t least, uint32_t most,
                             uint32_t given)
{
    Diag *diag = ty_lower_diag(job->lower, DIAG_CODE_wrong_generic_arg_count, job->span);
    if (!diag)
        return;
    bool is_too_many = given > most;
    uint32_t bound = is_too_many ? most : least;
    const char *quantifier = least == most ? "" : is_too_many ? "at most " : "at least ";
    if (!job->segment || !job->segment->has_args) {
        report_missing_generics(job, diag, noun, bound);
    } else {
        diag_argf(diag, "%s takes %s%u %s argument%s but %u %s argument%s supplied",
                  args_def_text(job), quantifier, (unsigned)bound, noun, plural(bound),
                  (unsigned)given, noun, given == 1 ? " was" : "s were");
        diag_primary_label(diag, "expected %s%u %s argument%s", quantifier, (unsigned)bound, noun,
                           plural(bound));
    }
    diag_emit(job->lower->job, diag);
}

/* Reports at most once for each sort of argument. Returns whether the counts fit. */
static bool check_counts(ArgsJob *job)
{
    bool fits = true;
    if (job->lifetime_args > 0 && job->lifetime_args != job->lifetime_params) {
        bool late_bound =
            job->lifetime_params == 0 && (def_kind(job->lower->in, job->def) == DEF_FN ||
                                          def_kind(job->lower->in, job->def) == DEF_ASSOC_FN);
        if (!late_bound) /* written lifetimes of late-bound parameters are ignored */
            report_arg_count(job, "lifetime", job->lifetime_params, job->lifetime_params,
                             job->lifetime_args);
        fits = false;
    }
    if (job->infer_missing && job->other_args == 0)
        return fits;
    if (job->other_args > job->other_params || job->other_args < job->required_params) {
        report_arg_count(job, "generic", job->required_params, job->other_params, job->other_args);
        fits = false;
    }
    return fits;
}

/* ---- filling ---- */

static const HirGenericArg *next_arg(const ArgsJob *job, uint32_t *cursor, bool is_lifetime)
{
    while (job->segment && *cursor < job->segment->args.count) {
        const HirGenericArg *arg = written_arg(job, (*cursor)++);
        if ((arg->kind == HIR_ARG_LIFETIME) == is_lifetime)
            return arg;
    }
    return NULL;
}

static GenericArg error_arg(ArgsJob *job, const GenericParam *param)
{
    job->lower->has_error = true;
    if (param->kind == GENERIC_LIFETIME)
        return arg_of_region(region_intern(job->lower->in, (RegionRecord){ .kind = REGION_ERROR }));
    return param->kind == GENERIC_CONST ? arg_of_const(const_error(job->lower->in))
                                        : arg_of_ty(ty_error(job->lower->in));
}

static GenericArg mismatched_arg(ArgsJob *job, const GenericParam *param, bool type_given)
{
    Diag *diag = ty_lower_diag(job->lower, DIAG_CODE_generic_arg_kind_mismatch, job->span);
    if (diag) {
        diag_arg(diag, type_given ? STR("type") : STR("constant"));
        diag_arg(diag, type_given ? STR("constant") : STR("type"));
        diag_emit(job->lower->job, diag);
    }
    return error_arg(job, param);
}

static GenericArg inferred_arg(ArgsJob *job, const GenericParam *param)
{
    TyLower *lower = job->lower;
    if (param->kind == GENERIC_CONST)
        return lower->infer_const
                   ? arg_of_const(lower->infer_const(lower, param->const_ty, param, job->span))
                   : error_arg(job, param);
    return lower->infer_ty ? arg_of_ty(lower->infer_ty(lower, param, job->span))
                           : arg_of_ty(ty_lower_placeholder(lower, job->span));
}

static GenericArg lower_written(ArgsJob *job, const GenericParam *param, const HirGenericArg *arg)
{
    TyLower *lower = job->lower;
    switch ((HirArgKind)arg->kind) {
    case HIR_ARG_LIFETIME:
        return arg_of_region(ty_lower_region(lower, arg->lifetime));
    case HIR_ARG_TYPE: {
        TyId ty = ty_lower(lower, arg->ty);
        return param->kind == GENERIC_CONST ? mismatched_arg(job, param, true) : arg_of_ty(ty);
    }
    case HIR_ARG_CONST:
        if (param->kind != GENERIC_CONST)
            return mismatched_arg(job, param, false);
        return arg_of_const(ty_lower_const(lower, arg->konst, param->const_ty));
    case HIR_ARG_INFER:
        return inferred_arg(job, param);
    case HIR_ARG_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* What stands for an argument that was not written; `so_far` are the arguments before it. */
static GenericArg missing_arg(ArgsJob *job, const GenericParam *param, const GenericArg *so_far)
{
    TyLower *lower = job->lower;
    if (param->kind == GENERIC_LIFETIME)
        return arg_of_region(ty_lower_elided(lower, hir_lifetime_id_none(), job->span));
    if (job->infer_missing && job->other_args == 0)
        return inferred_arg(job, param);
    if (param->kind == GENERIC_TYPE && param->has_default) {
        ArgsId args = args_intern(lower->in, so_far, param->index);
        return arg_of_ty(ty_substitute(lower->in, q_type_of(lower->job, param->def)->ty, args));
    }
    return error_arg(job, param);
}

static void fill(ArgsJob *job, GenericArg *args)
{
    uint32_t lifetime_cursor = 0, other_cursor = 0;
    for (uint32_t i = job->own_first; i < job->generics->param_count; i++) {
        const GenericParam *param = &job->generics->params[i];
        bool is_lifetime = param->kind == GENERIC_LIFETIME;
        const HirGenericArg *arg =
            next_arg(job, is_lifetime ? &lifetime_cursor : &other_cursor, is_lifetime);
        if (is_lifetime && job->wrong_lifetimes)
            args[param->index] = error_arg(job, param);
        else
            args[param->index] =
                arg ? lower_written(job, param, arg) : missing_arg(job, param, args);
    }
}

/* What was written cannot be told apart: in bodies all is inferred, elsewhere the lifetimes at
 * least are errors. */
static void recover_counts(ArgsJob *job)
{
    if (job->infer_missing) {
        job->segment = NULL;
        job->other_args = 0;
    }
    job->wrong_lifetimes = job->lifetime_args > 0 && job->lifetime_args != job->lifetime_params;
}

ArgsId ty_lower_args(TyLower *lower, DefId def, ArgsId parent_args, HirSegmentId segment_or_none,
                     bool infer_missing, uint32_t span)
{
    ArgsJob job = { .lower = lower,
                    .def = def,
                    .generics = q_generics_of(lower->job, def),
                    .infer_missing = infer_missing,
                    .span = span };
    if (!hir_segment_id_is_none(segment_or_none)) {
        job.segment = &lower->nodes->segments[segment_or_none.v];
        job.span = job.segment->span;
    }
    ArgSlice parent = args_get(lower->in, parent_args);
    /* The self type of a trait comes with the parent's. */
    job.own_first = job.generics->has_self ? 1 : 0;
    count_params(&job);
    count_args(&job);
    if (!check_counts(&job))
        recover_counts(&job);
    uint32_t count = generics_count(job.generics);
    GenericArg *args = arena_alloc_array(job_scratch(lower->job), count, sizeof *args);
    for (uint32_t i = 0; i < count; i++) /* fewer only after an error */
        args[i] = i < parent.count ? parent.items[i] : arg_of_ty(ty_error(lower->in));
    fill(&job, args);
    return args_intern(lower->in, args, count);
}
