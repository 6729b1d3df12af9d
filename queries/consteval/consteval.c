/* The queries: values of constants, promoteds and statics. */
#include "consteval/consteval_priv.h"
#include "lower/lower.h"

static void machine_init(Machine *m, Job *job, DefId root)
{
    *m = (Machine){ .job = job, .in = job_interners(job), .arena = job_scratch(job), .root = root };
    alloc_vec_init(&m->allocs, m->arena);
    for (uint32_t i = 0; i < SIZE_CLASS_COUNT; i++)
        u32_vec_init(&m->free[i], m->arena);
    frame_vec_init(&m->frames, m->arena);
    u32_vec_init(&m->slots, m->arena);
    u32_vec_init(&m->temporaries, m->arena);
    place_vec_init(&m->arguments, m->arena);
    map_init(&m->imported, m->arena, sizeof(ConstKey));
    map_init(&m->texts, m->arena, 2 * sizeof(uint32_t));
}

static const MirBody *body_of(Job *job, ConstKey key)
{
    const MirBody *body = q_mir_optimized(job, key.def);
    if (body->has_error || key.promoted == 0)
        return body;
    return key.promoted <= body->promoted_count ? &body->promoteds[key.promoted - 1] : NULL;
}

/* Runs the body and gives what its return place holds. */
static void evaluate(Machine *m, ConstKey key, bool is_mutable, ConstValue *out)
{
    const MirBody *body = body_of(m->job, key);
    *out = (ConstValue){ .state = CONST_VALUE_ERROR };
    if (!body || body->has_error)
        return;
    TyId ty = normalize_substituted(m->job, typing_env_mono(), body->locals[MIR_RETURN_LOCAL.v].ty,
                                    key.args);
    const Ty *record = ty_get(m->in, ty);
    if (record->has_param) {
        out->state = CONST_VALUE_TOO_GENERIC;
        return;
    }
    Place none = { .variant = MIR_VARIANT_NONE };
    machine_push(m, key.def, key.args, body, &none, mir_block_id_none());
    Place result = eval_local_place(m, MIR_RETURN_LOCAL);
    machine_run(m);
    if (!m->has_error && !job_cancelled(m->job))
        memory_export(m, result.alloc, ty, is_mutable, out);
    if (m->has_error && m->is_too_generic)
        out->state = CONST_VALUE_TOO_GENERIC;
}

static bool is_generic(const Interners *in, ArgsId args)
{
    return args_flags(in, args).has_param;
}

void const_value_provide(Job *job, ConstKey key, ConstValue *out)
{
    if (is_generic(job_interners(job), key.args)) {
        out->state = CONST_VALUE_TOO_GENERIC;
        return;
    }
    Machine m;
    machine_init(&m, job, key.def);
    evaluate(&m, key, false, out);
}

void static_value_provide(Job *job, DefId key, ConstValue *out)
{
    Machine m;
    machine_init(&m, job, key);
    bool is_mut = q_item_facts(job, key)->is_mut;
    evaluate(&m, (ConstKey){ key, args_empty(m.in), 0 }, is_mut, out);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool is_scalar_ty(const Interners *in, TyId ty)
{
    TyKind kind = ty_kind(in, ty);
    return kind == TY_INT || kind == TY_UINT || kind == TY_BOOL || kind == TY_CHAR ||
           kind == TY_FLOAT;
}

void const_scalar_provide(Job *job, ConstKey key, ConstScalar *out)
{
    const ConstValue *value = q_const_value(job, key);
    if (value->state == CONST_VALUE_TOO_GENERIC)
        out->state = CONST_SCALAR_TOO_GENERIC;
    if (value->state != CONST_VALUE_OK)
        return;
    out->state = CONST_SCALAR_OTHER;
    if (!is_scalar_ty(job_interners(job), value->ty))
        return;
    const ConstAlloc *alloc = &value->allocs[0];
    out->state = CONST_SCALAR_OK;
    for (uint64_t i = alloc->size; i-- > 0;) {
        out->high = out->high << 8 | out->low >> 56;
        out->low = out->low << 8 | alloc->bytes[i];
    }
}

/* ---- items ----------------------------------------------------------------------------------- */

bool consteval_item_has_error(Job *job, DefId body)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, body);
    if (kind == DEF_STATIC)
        return q_static_value(job, body)->state == CONST_VALUE_ERROR;
    if (kind != DEF_CONST)
        return false;
    ConstKey key = { body, args_empty(in), 0 };
    return q_const_value(job, key)->state == CONST_VALUE_ERROR;
}
