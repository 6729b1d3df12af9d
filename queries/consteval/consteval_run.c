/* The machine's loop: statements, terminators, calls. */
#include "consteval/consteval_priv.h"
#include "lower/lower.h"

/* ---- frames ---------------------------------------------------------------------------------- */

void machine_push(Machine *m, DefId def, ArgsId args, const MirBody *body, const Place *destination,
                  MirBlockId return_to)
{
    if (m->frames.count >= CONSTEVAL_FRAME_LIMIT) {
        eval_fail(m, "reached the configured maximum number of stack frames");
        return;
    }
    Frame frame = { .def = def,
                    .args = args,
                    .body = body,
                    .block = 1,
                    .locals = m->slots.count,
                    .destination = *destination,
                    .return_to = return_to };
    for (uint32_t i = 0; i < body->local_count; i++)
        u32_vec_push(&m->slots, 0);
    frame_vec_push(&m->frames, frame);
}

/* The outermost frame's locals stay: its return place is the result, and may point to them. */
static void pop_frame(Machine *m)
{
    if (m->frames.count == 1) {
        m->frames.count = 0;
        return;
    }
    Place result = eval_local_place(m, MIR_RETURN_LOCAL);
    eval_copy(m, &machine_frame(m)->destination, &result);
    if (m->has_error)
        return; /* the frames are what a report names */
    Frame frame = *machine_frame(m);
    for (uint32_t i = frame.locals; i < m->slots.count; i++) {
        if (m->slots.items[i] != 0)
            memory_release(m, m->slots.items[i]);
    }
    m->slots.count = frame.locals;
    m->frames.count--;
    machine_frame(m)->block = frame.return_to.v;
    machine_frame(m)->statement = 0;
}

/* What can go on forever: calls, and jumps back. */
static void count_step(Machine *m)
{
    if (++m->steps > CONSTEVAL_STEP_LIMIT)
        eval_fail_long(m);
}

static void jump(Machine *m, MirBlockId target)
{
    if (target.v <= machine_frame(m)->block)
        count_step(m);
    machine_frame(m)->block = target.v;
    machine_frame(m)->statement = 0;
}

/* ---- statements ------------------------------------------------------------------------------ */

static void storage_live(Machine *m, MirLocalId local)
{
    AllocRef *slot = machine_local(m, local);
    if (*slot != 0)
        memory_release(m, *slot);
    *slot = 0; /* made when it is used */
}

static void storage_dead(Machine *m, MirLocalId local)
{
    AllocRef *slot = machine_local(m, local);
    if (*slot != 0)
        memory_release(m, *slot);
    *slot = 0;
}

static void statement(Machine *m, const MirStatement *s)
{
    switch ((MirStatementKind)s->kind) {
    case MIR_STATEMENT_ASSIGN: {
        Place destination = eval_place(m, s->as.assign.place);
        if (!m->has_error)
            eval_rvalue(m, &destination, &machine_frame(m)->body->rvalues[s->as.assign.rvalue.v]);
        return;
    }
    case MIR_STATEMENT_SET_DISCRIMINANT: {
        Place place = eval_place(m, s->as.set_discriminant.place);
        eval_set_discriminant(m, &place, s->as.set_discriminant.variant);
        return;
    }
    case MIR_STATEMENT_STORAGE_LIVE:
        storage_live(m, s->as.storage_live.local);
        return;
    case MIR_STATEMENT_STORAGE_DEAD:
        storage_dead(m, s->as.storage_dead.local);
        return;
    case MIR_STATEMENT_FAKE_READ:
    case MIR_STATEMENT_ASCRIBE_USER_TYPE:
    case MIR_STATEMENT_NOP:
    case MIR_STATEMENT_NONE:
    case MIR_STATEMENT_KIND_COUNT:
        return;
    }
}

/* ---- asserts --------------------------------------------------------------------------------- */

static const char *arg_text(Machine *m, const MirTerminator_assert_ *a, uint32_t i)
{
    const MirBody *body = machine_frame(m)->body;
    MirOperandId id = { body->lists[a->message_args.start + i] };
    TyId ty = eval_ty(m, mir_operand_ty(m->in, body, id));
    return eval_scalar_text(m, ty, eval_scalar(m, id).bits);
}

static const char *binary_sign(MirAssertKind kind)
{
    if (kind == MIR_ASSERT_OVERFLOW_ADD)
        return "+";
    if (kind == MIR_ASSERT_OVERFLOW_SUB)
        return "-";
    if (kind == MIR_ASSERT_OVERFLOW_MUL)
        return "*";
    return kind == MIR_ASSERT_OVERFLOW_DIV ? "/" : "%";
}

static void fail_bounds(Machine *m, const MirTerminator_assert_ *a)
{
    const MirBody *body = machine_frame(m)->body;
    uint64_t values[2];
    for (uint32_t i = 0; i < 2; i++)
        values[i] = uint128_low(
            eval_scalar(m, mir_operand_id_make(body->lists[a->message_args.start + i])).bits);
    eval_fail(m, "index out of bounds: the length is %llu but the index is %llu",
              (unsigned long long)values[1], (unsigned long long)values[0]);
}

/* rustc's words, with the operands. */
static void fail_assert(Machine *m, const MirTerminator_assert_ *a)
{
    MirAssertKind kind = (MirAssertKind)a->message;
    if (kind == MIR_ASSERT_BOUNDS_CHECK) {
        fail_bounds(m, a);
        return;
    }
    const char *first = arg_text(m, a, 0);
    if (kind == MIR_ASSERT_OVERFLOW_NEG)
        eval_fail(m, "attempt to negate `%s`, which would overflow", first);
    else if (kind == MIR_ASSERT_OVERFLOW_SHL)
        eval_fail(m, "attempt to shift left by `%s`, which would overflow", first);
    else if (kind == MIR_ASSERT_OVERFLOW_SHR)
        eval_fail(m, "attempt to shift right by `%s`, which would overflow", first);
    else if (kind == MIR_ASSERT_DIVISION_BY_ZERO)
        eval_fail(m, "attempt to divide `%s` by zero", first);
    else if (kind == MIR_ASSERT_REMAINDER_BY_ZERO)
        eval_fail(m, "attempt to calculate the remainder of `%s` with a divisor of zero", first);
    else if (kind == MIR_ASSERT_OVERFLOW_REM)
        eval_fail(m, "attempt to compute the remainder of `%s %% %s`, which would overflow", first,
                  arg_text(m, a, 1));
    else
        eval_fail(m, "attempt to compute `%s %s %s`, which would overflow", first,
                  binary_sign(kind), arg_text(m, a, 1));
}

/* ---- calls ----------------------------------------------------------------------------------- */

static bool callee_of(Machine *m, MirOperandId function, ResolvedInstance *out)
{
    TyId ty = eval_ty(m, mir_operand_ty(m->in, machine_frame(m)->body, function));
    const Ty *record = ty_get(m->in, ty);
    if (record->has_param) {
        m->is_too_generic = true;
        eval_stop(m);
        return false;
    }
    if (record->kind == TY_FN_DEF) {
        *out = instance_resolve(m->job, typing_env_mono(), record->as.fn_def.def,
                                record->as.fn_def.args);
        return out->kind != INSTANCE_FAILED;
    }
    Scalar pointer = eval_scalar(m, function);
    const Alloc *target = pointer.alloc ? alloc_vec_at(&m->allocs, pointer.alloc) : NULL;
    if (m->has_error || !target || target->kind != ALLOC_FN) {
        eval_fail(m, "calling something that is no function");
        return false;
    }
    *out = (ResolvedInstance){ .kind = INSTANCE_ITEM, .def = target->def, .args = target->args };
    return true;
}

static void copy_arguments(Machine *m, const MirTerminator_call *call, const MirBody *body,
                           const Place *sources)
{
    for (uint32_t i = 0; i < call->args.count && i < body->argument_count; i++) {
        Place target = eval_local_place(m, mir_local_id_make(MIR_RETURN_LOCAL.v + 1 + i));
        eval_copy(m, &target, &sources[i]);
    }
}

/* Panics that core writes as functions that never return. */
static bool is_panic(Machine *m, DefId def)
{
    DefKind kind = def_kind(m->in, def);
    if (kind != DEF_FN && kind != DEF_ASSOC_FN)
        return false;
    Str name = sym_text(m->in, q_item_facts(m->job, def)->lang_item);
    return str_starts_with(name, STR("panic")) || str_starts_with(name, STR("begin_panic"));
}

static void call_function(Machine *m, const MirTerminator_call *call, ResolvedInstance callee,
                          const Place *sources)
{
    if (def_kind(m->in, callee.def) == DEF_FOREIGN_FN) {
        eval_fail(m, "calling extern function `%s`",
                  sym_text(m->in, def_name(m->in, callee.def)).data);
        return;
    }
    if (is_panic(m, callee.def)) {
        eval_fail(m, "evaluation panicked");
        return;
    }
    const MirBody *body = q_mir_optimized(m->job, callee.def);
    if (body->has_error) {
        eval_stop(m);
        return;
    }
    count_step(m);
    Place destination = eval_place(m, call->destination);
    machine_push(m, callee.def, callee.args, body, &destination, call->target_or_none);
    copy_arguments(m, call, body, sources);
}

static void call_intrinsic(Machine *m, const MirTerminator_call *call, ResolvedInstance callee,
                           const Place *sources)
{
    Str name = sym_text(m->in, q_item_facts(m->job, callee.def)->rustc_intrinsic);
    Place destination = eval_place(m, call->destination);
    bool is_size = str_eq(name, STR("size_of")), is_align = str_eq(name, STR("align_of"));
    if (m->has_error)
        return;
    if (is_size || is_align) {
        const Layout *layout = eval_layout(m, arg_ty(args_get(m->in, callee.args).items[0]));
        eval_write_a(m, &destination, (Scalar){ .bits = is_size ? layout->size : layout->align });
    } else if (str_eq(name, STR("transmute")) && call->args.count == 1 &&
               sources[0].layout->size == destination.layout->size) {
        eval_copy(m, &destination, &sources[0]);
    } else {
        eval_fail(m, "the intrinsic `%.*s` is not supported in constants", (int)name.bytes,
                  name.data);
    }
    jump(m, call->target_or_none);
}

static void call(Machine *m, const MirTerminator_call *c)
{
    ResolvedInstance callee;
    if (!callee_of(m, c->function, &callee)) {
        eval_stop(m);
        return;
    }
    m->arguments.count = 0;
    for (uint32_t i = 0; i < c->args.count; i++) {
        MirOperandId id = { machine_frame(m)->body->lists[c->args.start + i] };
        place_vec_push(&m->arguments, eval_operand(m, id));
    }
    const Place *sources = m->arguments.items;
    if (m->has_error)
        return;
    if (callee.kind == INSTANCE_ITEM)
        call_function(m, c, callee, sources);
    else if (callee.kind == INSTANCE_INTRINSIC)
        call_intrinsic(m, c, callee, sources);
    else
        eval_fail(m, "cloning a tuple or array is not supported in constants");
}

/* ---- terminators ----------------------------------------------------------------------------- */

static void switch_int(Machine *m, const MirTerminator_switch_int *s)
{
    Uint128 value = eval_scalar(m, s->discriminant).bits;
    const MirSwitchTarget *targets = machine_frame(m)->body->switch_targets + s->targets.start;
    MirBlockId target = s->otherwise;
    for (uint32_t i = 0; i < s->targets.count; i++) {
        if (uint128_make(targets[i].low, targets[i].high) == value)
            target = targets[i].target;
    }
    jump(m, target);
}

static void terminator(Machine *m, const MirTerminator *t)
{
    switch ((MirTerminatorKind)t->kind) {
    case MIR_TERMINATOR_GOTO:
        jump(m, t->as.goto_.target);
        return;
    case MIR_TERMINATOR_SWITCH_INT:
        switch_int(m, &t->as.switch_int);
        return;
    case MIR_TERMINATOR_RETURN:
        pop_frame(m);
        return;
    case MIR_TERMINATOR_UNREACHABLE:
        eval_fail(m, "entering unreachable code");
        return;
    case MIR_TERMINATOR_DROP:
        jump(m, t->as.drop.target);
        return;
    case MIR_TERMINATOR_CALL:
        call(m, &t->as.call);
        return;
    case MIR_TERMINATOR_ASSERT: {
        bool holds = eval_scalar(m, t->as.assert_.condition).bits != 0;
        if (m->has_error)
            return;
        if (holds == t->as.assert_.expected)
            jump(m, t->as.assert_.target);
        else
            fail_assert(m, &t->as.assert_);
        return;
    }
    case MIR_TERMINATOR_UNWIND_RESUME:
    case MIR_TERMINATOR_FALSE_EDGE:
    case MIR_TERMINATOR_FALSE_UNWIND:
    case MIR_TERMINATOR_NONE:
    case MIR_TERMINATOR_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void step(Machine *m)
{
    Frame *frame = machine_frame(m);
    const MirBlock *block = &frame->body->blocks[frame->block];
    if (frame->statement < block->statements.count) {
        statement(m, &frame->body->statements[block->statements.start + frame->statement]);
        if (!m->has_error)
            machine_frame(m)->statement++;
        return;
    }
    terminator(m, &block->terminator);
}

static void release_temporaries(Machine *m)
{
    for (uint32_t i = 0; i < m->temporaries.count; i++)
        memory_release(m, m->temporaries.items[i]);
    m->temporaries.count = 0;
}

void machine_run(Machine *m)
{
    while (m->frames.count > 0 && !m->has_error && !job_cancelled(m->job)) {
        step(m);
        release_temporaries(m);
    }
}
