/* mir_built: from the HIR and types of a body to its control-flow graph. */
#include "mir/mir_priv.h"
#include "pat/pat.h"
#include "project/project.h"

/* ---- helpers --------------------------------------------------------------------------------- */

Adjusted adjusted(const MirBuild *b, HirExprId id)
{
    return (Adjusted){ id, b->types->expr_adjustments[id.v].count };
}

const Adjustment *build_last_step(const MirBuild *b, Adjusted e)
{
    rsc_assert(e.steps > 0);
    return &b->types->adjustments[b->types->expr_adjustments[e.id.v].start + e.steps - 1];
}

TyId build_expr_ty(const MirBuild *b, Adjusted e)
{
    return e.steps ? build_last_step(b, e)->target : b->types->expr_tys[e.id.v];
}

void build_unsupported(MirBuild *b, uint32_t span, const char *feature)
{
    diag_unsupported(b->job, diag_at((Span){ b->hir->owner, span }), feature);
    b->has_error = true;
}

bool build_is_copy(MirBuild *b, TyId ty)
{
    bool existed = false;
    uint32_t *answer = map_put(&b->copy_cache, &ty, &existed);
    if (existed)
        return *answer;
    bool is_copy = ty_is_copy(b->job, b->env, ty);
    *map_put(&b->copy_cache, &ty, NULL) = is_copy;
    return is_copy;
}

TyId build_bool(const MirBuild *b)
{
    return ty_primitive(b->in, PRIMITIVE_BOOL);
}

TyId build_usize(const MirBuild *b)
{
    return ty_primitive(b->in, PRIMITIVE_USIZE);
}

MirLocalId build_local(MirBuild *b, TyId ty, uint32_t span)
{
    return mir_edit_temp(&b->edit, ty, span, b->source_scope);
}

void build_assign(MirBuild *b, MirPlaceId place, MirRvalueId rvalue, uint32_t span)
{
    mir_edit_assign(&b->edit, b->block, place, rvalue, build_source(b, span));
}

void build_assign_operand(MirBuild *b, MirPlaceId place, MirOperandId operand, uint32_t span)
{
    build_assign(b, place, mir_edit_use(&b->edit, operand), span);
}

void build_assign_unit(MirBuild *b, MirPlaceId place, uint32_t span)
{
    build_assign_operand(b, place, mir_edit_zero_sized(&b->edit, ty_unit(b->in), span), span);
}

MirOperandId build_consume(MirBuild *b, MirPlaceId place, uint32_t span)
{
    if (build_is_copy(b, mir_edit_place_ty(&b->edit, place)))
        return mir_edit_copy(&b->edit, place, span);
    return mir_edit_move(&b->edit, place, span);
}

MirBlockId build_new_block(MirBuild *b)
{
    return mir_edit_block(&b->edit, false);
}

void build_goto(MirBuild *b, MirBlockId target, uint32_t span)
{
    mir_edit_goto(&b->edit, b->block, target, build_source(b, span));
}

void build_branch(MirBuild *b, MirOperandId condition, MirBlockId on_true, MirBlockId on_false,
                  uint32_t span)
{
    MirSwitchTarget zero = { .target = on_false };
    mir_edit_switch(&b->edit, b->block, condition, &zero, 1, on_true, build_source(b, span));
}

void build_statement(MirBuild *b, MirStatement statement, uint32_t span)
{
    mir_edit_push(&b->edit, b->block, statement, build_source(b, span));
}

void build_fake_read(MirBuild *b, MirFakeReadCause cause, MirPlaceId place, uint32_t span)
{
    MirStatement read = { .kind = MIR_STATEMENT_FAKE_READ,
                          .as.fake_read = { .cause = (uint8_t)cause, .place = place } };
    build_statement(b, read, span);
}

void build_diverge(MirBuild *b)
{
    b->block = build_new_block(b);
}

MirOperandId build_fn_operand(MirBuild *b, DefId def, ArgsId args, uint32_t span)
{
    return mir_edit_zero_sized(&b->edit, ty_fn_def(b->in, def, args), span);
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* `x` and `mut x`: the argument's local is the variable. */
static const HirPat_binding *simple_binding(const MirBuild *b, HirPatId id)
{
    const HirPat *pat = hir_pat(b->hir, id);
    bool is_simple = pat->kind == HIR_PAT_BINDING && !pat->as.binding.by_ref &&
                     hir_pat_id_is_none(pat->as.binding.sub_or_none) &&
                     b->types->binding_modes[id.v] == 0;
    return is_simple ? &pat->as.binding : NULL;
}

static void declare_parameter(MirBuild *b, HirPatId id, TyId ty)
{
    const HirPat_binding *binding = simple_binding(b, id);
    uint32_t span = hir_pat(b->hir, id)->span;
    MirLocal local = { .ty = ty, .is_argument = true, .span = span, .scope = b->source_scope };
    if (binding) {
        local.name = b->hir->locals[binding->local.v].name;
        local.is_mut = binding->is_mut;
        local.is_user_variable = true;
    }
    MirLocalId argument = mir_edit_local(&b->edit, local);
    if (binding)
        b->locals[binding->local.v] = argument;
}

static void bind_parameters(MirBuild *b)
{
    for (uint32_t i = 0; i < b->hir->params.count; i++) {
        HirPatId id = { hir_list_at(b->hir, b->hir->params, i) };
        MirLocalId argument = { MIR_RETURN_LOCAL.v + 1 + i };
        uint32_t span = hir_pat(b->hir, id)->span;
        build_schedule(b, argument, build_depth(b), span);
        if (simple_binding(b, id))
            continue;
        build_declare_bindings(b, id, build_depth(b), true);
        build_irrefutable(b, id, build_place_of(b, argument));
    }
}

/* ---- bodies ---------------------------------------------------------------------------------- */

TyId build_evaluated(MirBuild *b, TyId ty)
{
    ty = ty_evaluated(b->job, ty);
    b->has_error |= ty_get(b->in, ty)->has_error;
    return ty;
}

/* A declared type as type check sees it. */
static TyId normalized(MirBuild *b, TyId ty)
{
    return build_evaluated(b, normalize_ty(b->job, b->env, ty));
}

static void declare_signature(MirBuild *b)
{
    DefId def = b->hir->owner;
    DefKind kind = def_kind(b->in, def);
    MirLocal result = { .is_mut = true, .scope = b->source_scope };
    if (kind != DEF_FN && kind != DEF_ASSOC_FN) {
        result.ty = normalized(b, q_type_of(b->job, def)->ty);
        mir_edit_local(&b->edit, result);
        return;
    }
    const FnSig *sig = q_fn_sig(b->job, def);
    result.ty = normalized(b, sig->output);
    mir_edit_local(&b->edit, result);
    b->edit.argument_count = b->hir->params.count;
    rsc_assert(sig->input_count == b->hir->params.count);
    for (uint32_t i = 0; i < sig->input_count; i++) {
        HirPatId pat = { hir_list_at(b->hir, b->hir->params, i) };
        declare_parameter(b, pat, normalized(b, sig->inputs[i]));
    }
}

/* ---- type check's results with constants evaluated --------------------------------------------
 */

static TyId *evaluated_tys(MirBuild *b, const TyId *tys, uint32_t count)
{
    TyId *result = arena_alloc_array(b->arena, count, sizeof *result);
    for (uint32_t i = 0; i < count; i++)
        result[i] = ty_id_is_none(tys[i]) ? tys[i] : build_evaluated(b, tys[i]);
    return result;
}

static ArgsId *evaluated_args(MirBuild *b, const ArgsId *args, uint32_t count)
{
    ArgsId *result = arena_alloc_zeroed(b->arena, count * sizeof *result);
    for (uint32_t i = 0; i < count; i++) {
        if (args_id_is_none(args[i]))
            continue;
        result[i] = args_evaluated(b->job, args[i]);
        b->has_error |= args_flags(b->in, result[i]).has_error;
    }
    return result;
}

static const TypeckResults *evaluated_results(MirBuild *b, const TypeckResults *from)
{
    TypeckResults *r = arena_copy(b->arena, from, sizeof *from);
    r->expr_tys = evaluated_tys(b, from->expr_tys, from->expr_count);
    r->pat_tys = evaluated_tys(b, from->pat_tys, from->pat_count);
    r->local_tys = evaluated_tys(b, from->local_tys, from->local_count);
    r->pat_deref_tys = evaluated_tys(b, from->pat_deref_tys, from->pat_deref_ty_count);
    r->callee_args = evaluated_args(b, from->callee_args, from->expr_count);
    r->pat_args = evaluated_args(b, from->pat_args, from->pat_count);
    r->adjustments =
        arena_copy(b->arena, from->adjustments, from->adjustment_count * sizeof *from->adjustments);
    for (uint32_t i = 0; i < r->adjustment_count; i++)
        r->adjustments[i].target = build_evaluated(b, r->adjustments[i].target);
    return r;
}

static void init(MirBuild *b, Job *job, DefId def)
{
    *b = (MirBuild){ .job = job, .in = job_interners(job), .arena = job_scratch(job) };
    b->hir = q_hir_body(job, def);
    b->types = evaluated_results(b, q_typeck(job, def));
    bool is_anon = def_kind(b->in, def) == DEF_ANON_CONST;
    b->env =
        (TypingEnv){ .env_or_none = is_anon ? def_parent(b->in, def) : def, .mode = TYPING_CHECK };
    b->is_2024 = q_crate_info(job, def_crate(b->in, def))->edition >= EDITION_2024;
    mir_edit_init(&b->edit, b->arena, b->in, def);
    build_scope_vec_init(&b->scopes, b->arena);
    map_init(&b->copy_cache, b->arena, sizeof(TyId));
    b->extended = arena_alloc_zeroed(b->arena, b->hir->expr_count * sizeof *b->extended);
    b->locals = arena_alloc_zeroed(b->arena, (b->hir->local_count + 1) * sizeof *b->locals);
    b->guard_refs = arena_alloc_zeroed(b->arena, (b->hir->local_count + 1) * sizeof *b->locals);
    b->labels = arena_alloc_zeroed(b->arena, (b->hir->label_count + 1) * sizeof *b->labels);
    for (uint32_t i = 0; i < b->types->user_type_count; i++)
        ty_vec_push(&b->edit.user_types, b->types->user_types[i]);
    b->source_scope = mir_scope_vec_push(&b->edit.scopes, (MirScope){ 0 });
}

/* Value and parameters in one outermost scope; `return` leaves it. */
static void build_body(MirBuild *b)
{
    DefKind kind = def_kind(b->in, b->hir->owner);
    uint32_t span = build_span(b, b->hir->value);
    b->is_const = kind != DEF_FN && kind != DEF_ASSOC_FN;
    declare_signature(b);
    if (b->has_error) /* a type has no length: its constant has no value, as was reported there */
        return;
    b->block = build_new_block(b);
    b->return_exit = (Exit){ build_new_block(b), 0 };
    build_push_scope(b);
    b->temp_depth = build_depth(b);
    bind_parameters(b);
    if (b->is_const)
        build_mark_extended(b, b->hir->value);
    uint32_t outer = build_begin_temps(b);
    build_into(b, mir_edit_place(&b->edit, MIR_RETURN_LOCAL), adjusted(b, b->hir->value));
    build_end_temps(b, outer, span);
    build_pop_scope(b, span);
    build_goto(b, b->return_exit.block, span);
    b->block = b->return_exit.block;
    mir_edit_terminate(&b->edit, b->block, (MirTerminator){ .kind = MIR_TERMINATOR_RETURN },
                       build_source(b, span));
}

/* ---- constructors as functions ----------------------------------------------------------------
 */

static bool has_error(const Interners *in, const FnSig *sig)
{
    bool found = ty_get(in, sig->output)->has_error;
    for (uint32_t i = 0; i < sig->input_count; i++)
        found |= ty_get(in, sig->inputs[i])->has_error;
    return found;
}

static void build_ctor(Job *job, DefId ctor, MirBody *out)
{
    Interners *in = job_interners(job);
    const FnSig *sig = q_fn_sig(job, ctor);
    if (has_error(in, sig)) {
        *out = (MirBody){ .owner = ctor, .has_error = true };
        return;
    }
    DefId of = def_parent(in, ctor);
    uint32_t variant = MIR_VARIANT_NONE;
    if (def_kind(in, of) == DEF_VARIANT) {
        const AdtDef *adt = q_adt_def(job, def_parent(in, of));
        for (uint32_t i = 0; i < adt->variant_count; i++)
            variant = def_id_eq(adt->variants[i].def, of) ? i : variant;
    }
    MirEdit edit;
    mir_edit_init(&edit, job_scratch(job), in, ctor);
    MirSource source = { 0, mir_scope_vec_push(&edit.scopes, (MirScope){ 0 }) };
    TyId output = ty_erase_regions(in, sig->output);
    mir_edit_local(&edit, (MirLocal){ .ty = output, .is_mut = true, .scope = source.scope });
    edit.argument_count = sig->input_count;
    MirOperandId *fields = arena_alloc_array(job_scratch(job), sig->input_count, sizeof *fields);
    for (uint32_t i = 0; i < sig->input_count; i++) {
        MirLocal argument = { .ty = ty_erase_regions(in, sig->inputs[i]),
                              .is_argument = true,
                              .scope = source.scope };
        MirPlaceId place = mir_edit_place(&edit, mir_edit_local(&edit, argument));
        fields[i] = mir_edit_move(&edit, place, 0);
    }
    MirBlockId block = mir_edit_block(&edit, false);
    MirRvalueId value =
        mir_edit_aggregate(&edit, MIR_AGGREGATE_ADT, output, variant, fields, sig->input_count);
    mir_edit_assign(&edit, block, mir_edit_place(&edit, MIR_RETURN_LOCAL), value, source);
    mir_edit_terminate(&edit, block, (MirTerminator){ .kind = MIR_TERMINATOR_RETURN }, source);
    mir_edit_finish(&edit, job_out(job), out);
}

/* ---- the query ------------------------------------------------------------------------------- */

static bool has_errors(Job *job, DefId def)
{
    return q_hir_body(job, def)->has_error || q_typeck(job, def)->has_error ||
           q_pattern_check(job, def)->has_error;
}

void mir_built_provide(Job *job, DefId key, MirBody *out)
{
    if (def_kind(job_interners(job), key) == DEF_CTOR) {
        build_ctor(job, key, out);
        return;
    }
    if (has_errors(job, key) || hir_expr_id_is_none(q_hir_body(job, key)->value)) {
        *out = (MirBody){ .owner = key, .has_error = true };
        return;
    }
    MirBuild b;
    init(&b, job, key);
    build_body(&b);
    if (b.has_error) {
        *out = (MirBody){ .owner = key, .has_error = true };
        return;
    }
    mir_edit_finish(&b.edit, job_out(job), out);
#ifdef RSCC_DEBUG_ASSERTS
    mir_validate(b.in, out, MIR_PHASE_BUILT);
#endif
}
