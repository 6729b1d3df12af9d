/* One function: blocks, statements, terminators. */
#include <string.h>

#include "codegen/codegen_priv.h"

/* ---- helpers for all of codegen -------------------------------------------------------------- */

TyId cg_mono_ty(CgFunction *f, TyId ty)
{
    return mono_ty(f->m->job, ty, f->args);
}

const Layout *cg_layout(CgFunction *f, TyId ty)
{
    Job *job = f->m->job;
    const Layout *layout = q_layout_of(job, ty);
    if (layout->has_error && !f->has_error) {
        Diag *diag = diag_new(job, DIAG_CODE_layout_too_large, diag_at((Span){ f->def, f->span }));
        diag_emit(job, diag_arg(diag, ty_text_in(f->m->in, ty, job_scratch(job))));
        f->has_error = true;
    }
    return layout;
}

void cg_unsupported(CgFunction *f, const char *feature)
{
    if (!f->has_error)
        diag_unsupported(f->m->job, diag_at((Span){ f->def, f->span }), feature);
    f->has_error = true;
}

LLVMBasicBlockRef cg_new_block(CgFunction *f, const char *name)
{
    return LLVMAppendBasicBlockInContext(f->m->context, f->function, name);
}

static void start_block(CgFunction *f, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(f->m->builder, block);
    f->slow_end = NULL;
}

void cg_slow(CgFunction *f)
{
    if (!cg_is_fast(f->m))
        return;
    LLVMBasicBlockRef current = LLVMGetInsertBlock(f->m->builder);
    LLVMValueRef last = LLVMGetLastInstruction(current);
    if (!last || last == f->slow_end)
        return;
    LLVMBasicBlockRef next = cg_new_block(f, "");
    LLVMMoveBasicBlockAfter(next, current);
    LLVMBuildBr(f->m->builder, next);
    start_block(f, next);
}

void cg_slow_done(CgFunction *f)
{
    f->slow_end = LLVMGetLastInstruction(LLVMGetInsertBlock(f->m->builder));
}

static LLVMBasicBlockRef block_at(CgFunction *f, MirBlockId id)
{
    if (!f->blocks[id.v])
        f->blocks[id.v] = cg_new_block(f, "bb");
    return f->blocks[id.v];
}

/* ---- terminators ----------------------------------------------------------------------------- */

static void trap(CgFunction *f)
{
    LLVMValueRef intrinsic = cg_intrinsic(f->m, "llvm.trap", NULL, 0);
    LLVMBuildCall2(f->m->builder, LLVMGlobalGetValueType(intrinsic), intrinsic, NULL, 0, "");
    LLVMBuildUnreachable(f->m->builder);
}

/* Without optimisation control must not run into the next function; with it, `unreachable` is a
 * promise worth having. */
static void unreachable(CgFunction *f)
{
    if (cg_is_fast(f->m))
        trap(f);
    else
        LLVMBuildUnreachable(f->m->builder);
}

enum { COMPARE_CHAIN_MAX = 16 };

static void compare_chain(CgFunction *f, LLVMValueRef value, const MirSwitchTarget *targets,
                          uint32_t count, MirBlockId otherwise)
{
    LLVMBuilderRef b = f->m->builder;
    for (uint32_t i = 0; i < count; i++) {
        LLVMValueRef wanted =
            cg_int_const(f->m, LLVMTypeOf(value), uint128_make(targets[i].low, targets[i].high));
        LLVMValueRef equal = LLVMBuildICmp(b, LLVMIntEQ, value, wanted, "");
        bool is_last = i + 1 == count;
        LLVMBasicBlockRef next = is_last ? block_at(f, otherwise) : cg_new_block(f, "");
        if (!is_last)
            LLVMMoveBasicBlockAfter(next, LLVMGetInsertBlock(b));
        LLVMBuildCondBr(b, equal, block_at(f, targets[i].target), next);
        if (!is_last)
            start_block(f, next);
    }
}

static void build_switch(CgFunction *f, LLVMValueRef value, const MirSwitchTarget *targets,
                         uint32_t count, MirBlockId otherwise)
{
    cg_slow(f);
    LLVMValueRef instruction = LLVMBuildSwitch(f->m->builder, value, block_at(f, otherwise), count);
    for (uint32_t i = 0; i < count; i++) {
        LLVMValueRef wanted =
            cg_int_const(f->m, LLVMTypeOf(value), uint128_make(targets[i].low, targets[i].high));
        LLVMAddCase(instruction, wanted, block_at(f, targets[i].target));
    }
}

static void switch_int(CgFunction *f, const MirTerminator_switch_int *s)
{
    CgValue value = cg_operand(f, s->discriminant);
    const MirSwitchTarget *targets = f->body->switch_targets + s->targets.start;
    uint32_t count = s->targets.count;
    bool is_bool = scalar_is_bool(&value.layout->a);
    if (count == 0) {
        LLVMBuildBr(f->m->builder, block_at(f, s->otherwise));
        return;
    }
    if (is_bool && count == 1) {
        LLVMBasicBlockRef matched = block_at(f, targets[0].target);
        LLVMBasicBlockRef other = block_at(f, s->otherwise);
        bool on_true = targets[0].low != 0;
        LLVMBuildCondBr(f->m->builder, cg_as_i1(f, value.a), on_true ? matched : other,
                        on_true ? other : matched);
        return;
    }
    LLVMValueRef tag = cg_as_memory(f, value.a);
    bool use_chain = cg_is_fast(f->m) && count <= COMPARE_CHAIN_MAX;
    if (use_chain)
        compare_chain(f, tag, targets, count, s->otherwise);
    else
        build_switch(f, tag, targets, count, s->otherwise);
}

static void call_panic(CgFunction *f, const MirTerminator_assert_ *a, uint32_t span)
{
    const char *name = mir_assert_lang_item((MirAssertKind)a->message);
    DefId panic = mono_lang_item(f->m->job, def_crate(f->m->in, f->def), name);
    if (def_id_is_none(panic)) { /* mono_uses has said so */
        f->has_error = true;
        LLVMBuildUnreachable(f->m->builder);
        return;
    }
    InstanceId instance = instance_of_fn(f->m->in, panic, args_empty(f->m->in));
    FnAbi abi = mono_fn_abi(f->m->job, instance, f->m->arena);
    CgValue args[2] = { 0 };
    /* Only this one tells its numbers at run time; the others are for messages of const evaluation.
     */
    uint32_t count = a->message == MIR_ASSERT_BOUNDS_CHECK ? a->message_args.count : 0;
    rsc_assert(count <= 2);
    if (abi.arg_count != count) {
        cg_unsupported(f, "a panic lang item with other parameters");
        LLVMBuildUnreachable(f->m->builder);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        args[i] = cg_operand(f, mir_operand_id_make(f->body->lists[a->message_args.start + i]));
    LLVMValueRef location = abi.has_caller_location ? cg_caller_location(f, span) : NULL;
    cg_call_values(f, cg_function(f->m, instance), &abi, args, location, NULL);
    LLVMBuildUnreachable(f->m->builder);
}

/* The builder folds what is computed from constants: divisors, shift amounts, indexes of arrays. */
static bool is_folded_to(LLVMValueRef condition, bool expected)
{
    return LLVMIsAConstantInt(condition) != NULL &&
           (LLVMConstIntGetZExtValue(condition) != 0) == expected;
}

static void assert_terminator(CgFunction *f, const MirTerminator_assert_ *a, uint32_t span)
{
    LLVMBasicBlockRef success = block_at(f, a->target);
    bool is_off =
        mir_assert_is_overflow((MirAssertKind)a->message) && !f->m->options.overflow_checks;
    LLVMValueRef condition = is_off ? NULL : cg_as_i1(f, cg_operand(f, a->condition).a);
    if (is_off || is_folded_to(condition, a->expected)) {
        LLVMBuildBr(f->m->builder, success);
        return;
    }
    LLVMBasicBlockRef failure = cg_new_block(f, "panic");
    LLVMBuildCondBr(f->m->builder, condition, a->expected ? success : failure,
                    a->expected ? failure : success);
    start_block(f, failure);
    call_panic(f, a, span);
}

static void drop_terminator(CgFunction *f, const MirTerminator_drop *drop)
{
    TyId ty = cg_mono_ty(f, mir_place_ty(f->m->in, f->body, drop->place).ty);
    if (ty_needs_drop(f->m->job, typing_env_mono(), ty))
        cg_unsupported(f, "a value that needs drop");
    LLVMBuildBr(f->m->builder, block_at(f, drop->target));
}

static void terminator(CgFunction *f, const MirTerminator *t)
{
    f->span = t->span;
    switch ((MirTerminatorKind)t->kind) {
    case MIR_TERMINATOR_GOTO:
        LLVMBuildBr(f->m->builder, block_at(f, t->as.goto_.target));
        return;
    case MIR_TERMINATOR_SWITCH_INT:
        switch_int(f, &t->as.switch_int);
        return;
    case MIR_TERMINATOR_RETURN:
        cg_return(f);
        return;
    case MIR_TERMINATOR_UNREACHABLE:
        unreachable(f);
        return;
    case MIR_TERMINATOR_DROP:
        drop_terminator(f, &t->as.drop);
        return;
    case MIR_TERMINATOR_CALL:
        cg_call(f, &t->as.call, t->span);
        if (t->as.call.target_or_none.v != 0)
            LLVMBuildBr(f->m->builder, block_at(f, t->as.call.target_or_none));
        else
            LLVMBuildUnreachable(f->m->builder);
        return;
    case MIR_TERMINATOR_ASSERT:
        assert_terminator(f, &t->as.assert_, t->span);
        return;
    case MIR_TERMINATOR_UNWIND_RESUME:
    case MIR_TERMINATOR_FALSE_EDGE:
    case MIR_TERMINATOR_FALSE_UNWIND:
    case MIR_TERMINATOR_NONE:
    case MIR_TERMINATOR_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- statements ------------------------------------------------------------------------------ */

/* Lifetimes of stack slots let the optimiser share them. */
static void storage_marker(CgFunction *f, MirLocalId id, const char *name)
{
    CgLocal *local = &f->locals[id.v];
    if (cg_is_fast(f->m) || local->kind != CG_LOCAL_MEMORY || local->place.layout->size == 0)
        return;
    LLVMTypeRef type = f->m->types.ptr;
    LLVMValueRef intrinsic = cg_intrinsic(f->m, name, &type, 1);
    LLVMValueRef args[2] = { LLVMConstInt(f->m->types.i64, local->place.layout->size, 0),
                             local->place.address };
    LLVMBuildCall2(f->m->builder, LLVMGlobalGetValueType(intrinsic), intrinsic, args, 2, "");
}

static void statement(CgFunction *f, const MirStatement *s)
{
    f->span = s->span;
    switch ((MirStatementKind)s->kind) {
    case MIR_STATEMENT_ASSIGN:
        cg_rvalue(f, s->as.assign.place, s->as.assign.rvalue);
        return;
    case MIR_STATEMENT_SET_DISCRIMINANT: {
        CgPlace place = cg_place(f, s->as.set_discriminant.place);
        cg_set_discriminant(f, &place, s->as.set_discriminant.variant);
        return;
    }
    case MIR_STATEMENT_STORAGE_LIVE:
        storage_marker(f, s->as.storage_live.local, "llvm.lifetime.start");
        return;
    case MIR_STATEMENT_STORAGE_DEAD:
        storage_marker(f, s->as.storage_dead.local, "llvm.lifetime.end");
        return;
    case MIR_STATEMENT_FAKE_READ:
    case MIR_STATEMENT_ASCRIBE_USER_TYPE:
    case MIR_STATEMENT_NOP:
    case MIR_STATEMENT_NONE:
    case MIR_STATEMENT_KIND_COUNT:
        return;
    }
}

static void block(CgFunction *f, uint32_t id)
{
    const MirBlock *source = &f->body->blocks[id];
    LLVMBasicBlockRef target = block_at(f, mir_block_id_make(id));
    LLVMMoveBasicBlockAfter(target, LLVMGetLastBasicBlock(f->function));
    start_block(f, target);
    for (uint32_t i = 0; i < source->statements.count; i++)
        statement(f, &f->body->statements[source->statements.start + i]);
    terminator(f, &source->terminator);
}

/* ---- functions ------------------------------------------------------------------------------- */

static void place_locals(CgFunction *f)
{
    for (uint32_t i = MIR_RETURN_LOCAL.v; i < f->body->local_count; i++) {
        CgLocal *local = &f->locals[i];
        if (local->is_ssa || local->kind != CG_LOCAL_NONE)
            continue;
        TyId ty = cg_mono_ty(f, f->body->locals[i].ty);
        const Layout *layout = cg_layout(f, ty);
        if (f->has_error)
            return;
        local->kind = CG_LOCAL_MEMORY;
        local->place = cg_temporary(f, ty, layout);
    }
}

static void define_body(CgFunction *f)
{
    LLVMBuilderRef b = f->m->builder;
    f->locals = arena_alloc_zeroed(f->m->arena, f->body->local_count * sizeof *f->locals);
    f->blocks = arena_alloc_zeroed(f->m->arena, f->body->block_count * sizeof *f->blocks);
    cg_analyze(f);
    if (f->has_error)
        return;
    f->entry = cg_new_block(f, "start");
    LLVMPositionBuilderAtEnd(b, f->entry);
    cg_prologue(f);
    place_locals(f);
    if (f->has_error)
        return;
    LLVMBasicBlockRef after_prologue = LLVMGetInsertBlock(b);
    LLVMBuildBr(b, block_at(f, mir_block_id_make(1)));
    (void)after_prologue;
    for (uint32_t i = 0; i < f->order_count && !f->has_error; i++)
        block(f, f->order[i]);
}

void cg_define_function(CgModule *m, InstanceId instance)
{
    InstanceRecord record = instance_record(m->in, instance);
    CgFunction f = { .m = m,
                     .instance = instance,
                     .def = def_id_make(record.def),
                     .args = args_id_make(record.args),
                     .body = mono_body(m->job, instance) };
    if (f.body->has_error) {
        m->has_error = true;
        return;
    }
    f.abi = mono_fn_abi(m->job, instance, m->arena);
    f.function = cg_function(m, instance);
    cg_set_section(m, f.function, ".text.");
    define_body(&f);
    m->has_error = m->has_error || f.has_error;
}
