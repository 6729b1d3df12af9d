/* Calls, parameters and returns. */
#include "codegen/codegen_priv.h"

static bool is_rust_abi(const FnAbi *abi)
{
    return abi->abi == ABI_RUST || abi->abi == ABI_RUST_CALL || abi->abi == ABI_RUST_INTRINSIC;
}

/* ---- values to registers and back ------------------------------------------------------------ */

/* Our convention passes small integers as i32. */
static LLVMValueRef widen(CgFunction *f, const FnAbi *abi, const ArgAbi *arg, LLVMValueRef v)
{
    v = cg_as_memory(f, v);
    if (!is_rust_abi(abi) || arg->extend == EXTEND_NONE)
        return v;
    return LLVMBuildIntCast2(f->m->builder, v, f->m->types.i32, arg->extend == EXTEND_SIGN, "");
}

static LLVMValueRef narrow(CgFunction *f, const FnAbi *abi, const ArgAbi *arg,
                           const LayoutScalar *scalar, LLVMValueRef v)
{
    if (!is_rust_abi(abi) || arg->extend == EXTEND_NONE)
        return v;
    return LLVMBuildTrunc(f->m->builder, v, cg_scalar_type(f->m, scalar), "");
}

/* Room for whole registers, which may be more than the value has bytes. */
static CgPlace register_room(CgFunction *f, const ArgAbi *arg, const Layout *layout)
{
    uint32_t align = layout->align > 8 ? layout->align : 8;
    return (CgPlace){ .address = cg_alloca(f, 8ull * arg->register_count, align),
                      .ty = arg->ty,
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = align };
}

static void load_registers(CgFunction *f, const ArgAbi *arg, CgValue value, LLVMValueRef *out)
{
    CgPlace room = register_room(f, arg, value.layout);
    cg_store(f, &room, value);
    for (uint32_t i = 0; i < arg->register_count; i++) {
        LLVMTypeRef type = cg_register_type(f->m, &arg->registers[i]);
        out[i] = LLVMBuildLoad2(f->m->builder, type, cg_offset(f, room.address, 8ull * i), "");
        LLVMSetAlignment(out[i], 8);
    }
}

static CgValue store_registers(CgFunction *f, const ArgAbi *arg, const Layout *layout,
                               LLVMValueRef *registers)
{
    CgPlace room = register_room(f, arg, layout);
    for (uint32_t i = 0; i < arg->register_count; i++)
        cg_store_raw(f, registers[i], cg_offset(f, room.address, 8ull * i), 8);
    return cg_load(f, &room);
}

/* ---- arguments ------------------------------------------------------------------------------- */

/* Callees own what they get by address, so it is a copy. */
static LLVMValueRef copy_of(CgFunction *f, CgValue value)
{
    CgPlace copy = cg_temporary(f, value.ty, value.layout);
    cg_store(f, &copy, value);
    return copy.address;
}

static uint32_t add_argument(CgFunction *f, const FnAbi *abi, const ArgAbi *arg, CgValue value,
                             LLVMValueRef *out)
{
    switch ((PassMode)arg->mode) {
    case PASS_IGNORE:
        return 0;
    case PASS_SCALAR:
        out[0] = widen(f, abi, arg, value.a);
        return 1;
    case PASS_PAIR:
        out[0] = cg_as_memory(f, value.a);
        out[1] = cg_as_memory(f, value.b);
        return 2;
    case PASS_REGISTERS:
        load_registers(f, arg, value, out);
        return arg->register_count;
    case PASS_POINTER:
        out[0] = copy_of(f, value);
        return 1;
    case PASS_STACK: /* byval makes the copy */
        out[0] = cg_spill(f, value).address;
        return 1;
    }
    RSC_UNREACHABLE();
}

static CgValue returned_value(CgFunction *f, const FnAbi *abi, LLVMValueRef result)
{
    const ArgAbi *ret = &abi->ret;
    const Layout *layout = cg_layout(f, ret->ty);
    LLVMBuilderRef b = f->m->builder;
    if (ret->mode == PASS_SCALAR)
        return cg_scalar(ret->ty, layout, narrow(f, abi, ret, &layout->a, result));
    if (ret->mode == PASS_PAIR)
        return cg_pair(ret->ty, layout, LLVMBuildExtractValue(b, result, 0, ""),
                       LLVMBuildExtractValue(b, result, 1, ""));
    if (ret->mode == PASS_REGISTERS) {
        LLVMValueRef registers[2] = { result, NULL };
        for (uint32_t i = 0; ret->register_count == 2 && i < 2; i++)
            registers[i] = LLVMBuildExtractValue(b, result, i, "");
        return store_registers(f, ret, layout, registers);
    }
    return cg_undefined(f, ret->ty, layout);
}

CgValue cg_call_values(CgFunction *f, LLVMValueRef callee, const FnAbi *abi, const CgValue *args,
                       LLVMValueRef location, const CgPlace *destination)
{
    LLVMValueRef *values =
        arena_alloc_array(f->m->arena, 2ull * abi->arg_count + 2, sizeof *values);
    uint32_t count = 0;
    CgPlace room = { 0 };
    if (abi->ret.mode == PASS_POINTER) {
        room = destination ? *destination : cg_temporary(f, abi->ret.ty, cg_layout(f, abi->ret.ty));
        values[count++] = room.address;
    }
    for (uint32_t i = 0; i < abi->arg_count; i++)
        count += add_argument(f, abi, &abi->args[i], args[i], values + count);
    if (abi->has_caller_location)
        values[count++] = location;
    LLVMValueRef call =
        LLVMBuildCall2(f->m->builder, cg_fn_type(f->m, abi), callee, values, count, "");
    cg_fn_abi_attributes(f->m, abi, call, true);
    f->slow_end = NULL;
    if (abi->ret.mode == PASS_POINTER)
        return cg_load(f, &room);
    CgValue result = returned_value(f, abi, call);
    if (destination)
        cg_store(f, destination, result);
    return result;
}

/* ---- call terminators ------------------------------------------------------------------------ */

LLVMValueRef cg_caller_location(CgFunction *f, uint32_t span)
{
    if (f->caller_location)
        return f->caller_location;
    return cg_location(f->m, f->def, span);
}

static CgValue *operand_values(CgFunction *f, IdRange list)
{
    CgValue *values = arena_alloc_array(f->m->arena, list.count, sizeof *values);
    for (uint32_t i = 0; i < list.count; i++)
        values[i] = cg_operand(f, mir_operand_id_make(f->body->lists[list.start + i]));
    return values;
}

/* The result goes straight to memory where the callee writes it there; otherwise it is assigned. */
static void finish_call(CgFunction *f, LLVMValueRef callee, const FnAbi *abi,
                        const MirTerminator_call *call, const CgValue *args, uint32_t span)
{
    LLVMValueRef location = abi->has_caller_location ? cg_caller_location(f, span) : NULL;
    bool to_memory = abi->ret.mode == PASS_POINTER && !cg_is_ssa_place(f, call->destination);
    if (to_memory) {
        CgPlace destination = cg_place(f, call->destination);
        cg_call_values(f, callee, abi, args, location, &destination);
        return;
    }
    CgValue result = cg_call_values(f, callee, abi, args, location, NULL);
    if (call->target_or_none.v != 0)
        cg_assign(f, call->destination, result);
}

static TyId *extra_types(CgFunction *f, const MirTerminator_call *call, uint32_t from)
{
    uint32_t count = call->args.count > from ? call->args.count - from : 0;
    TyId *tys = arena_alloc_array(f->m->arena, count, sizeof *tys);
    for (uint32_t i = 0; i < count; i++) {
        MirOperandId id = { f->body->lists[call->args.start + from + i] };
        tys[i] = cg_mono_ty(f, mir_operand_ty(f->m->in, f->body, id));
    }
    return tys;
}

static void call_instance(CgFunction *f, InstanceId instance, const MirTerminator_call *call,
                          const CgValue *args, uint32_t span)
{
    FnAbi abi = mono_fn_abi(f->m->job, instance, f->m->arena);
    if (abi.is_variadic && call->args.count > abi.arg_count) {
        InstanceRecord record = instance_record(f->m->in, instance);
        FnSig sig =
            mono_fn_sig(f->m->job, def_id_make(record.def), args_id_make(record.args), f->m->arena);
        const TyId *extra = extra_types(f, call, sig.input_count);
        abi = fn_abi(f->m->job, &sig, extra, call->args.count - sig.input_count, f->m->arena);
    }
    if (abi.arg_count != call->args.count) {
        cg_unsupported(f, "this kind of call");
        return;
    }
    finish_call(f, cg_function(f->m, instance), &abi, call, args, span);
}

static void call_pointer(CgFunction *f, TyId fn_ty, const MirTerminator_call *call,
                         const CgValue *args, uint32_t span)
{
    const Ty *ty = ty_get(f->m->in, cg_mono_ty(f, fn_ty));
    rsc_assert(ty->kind == TY_FN_PTR);
    ArgSlice parts = args_get(f->m->in, ty->as.fn_ptr.inputs_and_output);
    FnSig sig = { .input_count = parts.count - 1,
                  .output = arg_ty(parts.items[parts.count - 1]),
                  .abi = ty->as.fn_ptr.abi,
                  .is_variadic = ty->as.fn_ptr.is_variadic };
    sig.inputs = arena_alloc_array(f->m->arena, sig.input_count, sizeof(TyId));
    for (uint32_t i = 0; i < sig.input_count; i++)
        sig.inputs[i] = ty_erase_regions(f->m->in, arg_ty(parts.items[i]));
    sig.output = ty_erase_regions(f->m->in, sig.output);
    const TyId *extra = extra_types(f, call, sig.input_count);
    FnAbi abi = fn_abi(f->m->job, &sig, extra, call->args.count - sig.input_count, f->m->arena);
    LLVMValueRef callee = cg_operand(f, call->function).a;
    finish_call(f, callee, &abi, call, args, span);
}

void cg_call(CgFunction *f, const MirTerminator_call *call, uint32_t span)
{
    TyId fn_ty = mir_operand_ty(f->m->in, f->body, call->function);
    const Ty *ty = ty_get(f->m->in, fn_ty);
    CgValue *args = operand_values(f, call->args);
    if (ty->kind != TY_FN_DEF) {
        call_pointer(f, fn_ty, call, args, span);
        return;
    }
    MonoCallee callee = mono_callee(f->m->job, ty->as.fn_def.def, ty->as.fn_def.args, f->args);
    if (callee.kind == INSTANCE_FAILED) {
        f->has_error = true;
        return;
    }
    if (callee.kind != INSTANCE_INTRINSIC) {
        call_instance(f, callee.instance, call, args, span);
        return;
    }
    Str name = sym_text(f->m->in, q_codegen_attrs(f->m->job, callee.def)->intrinsic);
    if (!cg_intrinsic_call(f, name, &callee, args, call->destination))
        cg_unsupported(
            f, arena_printf(f->m->arena, "the intrinsic `%.*s`", (int)name.bytes, name.data));
}

/* ---- parameters and return ------------------------------------------------------------------- */

CgValue cg_parameter_value(CgFunction *f, const ArgAbi *arg, uint32_t *index)
{
    const Layout *layout = cg_layout(f, arg->ty);
    LLVMValueRef registers[2] = { NULL, NULL };
    if (arg->mode == PASS_SCALAR) {
        LLVMValueRef v = LLVMGetParam(f->function, (*index)++);
        return cg_scalar(arg->ty, layout, narrow(f, &f->abi, arg, &layout->a, v));
    }
    if (arg->mode == PASS_PAIR) {
        registers[0] = LLVMGetParam(f->function, (*index)++);
        registers[1] = LLVMGetParam(f->function, (*index)++);
        return cg_pair(arg->ty, layout, registers[0], registers[1]);
    }
    if (arg->mode == PASS_REGISTERS) {
        for (uint32_t i = 0; i < arg->register_count; i++)
            registers[i] = LLVMGetParam(f->function, (*index)++);
        return store_registers(f, arg, layout, registers);
    }
    if (arg->mode == PASS_IGNORE)
        return cg_undefined(f, arg->ty, layout);
    CgPlace place = { .address = LLVMGetParam(f->function, (*index)++),
                      .ty = arg->ty,
                      .layout = layout,
                      .variant = MIR_VARIANT_NONE,
                      .align = layout->align };
    return cg_load(f, &place);
}

static void bind_parameter(CgFunction *f, CgLocal *local, CgValue value)
{
    if (local->is_ssa) {
        local->kind = CG_LOCAL_VALUE;
        local->value = value;
        return;
    }
    local->kind = CG_LOCAL_MEMORY;
    local->place = cg_spill(f, value); /* memory is ours: the caller copied */
}

void cg_prologue(CgFunction *f)
{
    uint32_t index = 0;
    CgLocal *result = &f->locals[MIR_RETURN_LOCAL.v];
    if (f->abi.ret.mode == PASS_POINTER) {
        const Layout *layout = cg_layout(f, f->abi.ret.ty);
        f->return_address = LLVMGetParam(f->function, index++);
        result->is_ssa = false;
        result->kind = CG_LOCAL_MEMORY;
        result->place = (CgPlace){ .address = f->return_address,
                                   .ty = f->abi.ret.ty,
                                   .layout = layout,
                                   .variant = MIR_VARIANT_NONE,
                                   .align = layout->align };
    }
    rsc_assert(f->abi.arg_count == f->body->argument_count);
    for (uint32_t i = 0; i < f->abi.arg_count; i++)
        bind_parameter(f, &f->locals[MIR_RETURN_LOCAL.v + 1 + i],
                       cg_parameter_value(f, &f->abi.args[i], &index));
    if (f->abi.has_caller_location)
        f->caller_location = LLVMGetParam(f->function, index);
}

static void return_parts(CgFunction *f, LLVMValueRef a, LLVMValueRef b)
{
    LLVMBuilderRef builder = f->m->builder;
    LLVMValueRef parts[2] = { cg_as_memory(f, a), cg_as_memory(f, b) };
    cg_slow(f);
    LLVMBuildAggregateRet(builder, parts, 2);
}

void cg_return(CgFunction *f)
{
    const ArgAbi *ret = &f->abi.ret;
    LLVMBuilderRef b = f->m->builder;
    if (f->abi.never_returns) {
        LLVMBuildUnreachable(b);
        return;
    }
    if (ret->mode == PASS_IGNORE || ret->mode == PASS_POINTER) {
        LLVMBuildRetVoid(b);
        return;
    }
    CgLocal *local = &f->locals[MIR_RETURN_LOCAL.v];
    CgValue value = local->kind == CG_LOCAL_VALUE ? local->value : cg_load(f, &local->place);
    if (ret->mode == PASS_PAIR) {
        return_parts(f, value.a, value.b);
        return;
    }
    LLVMValueRef registers[2] = { NULL, NULL };
    if (ret->mode == PASS_SCALAR)
        registers[0] = widen(f, &f->abi, ret, value.a);
    else
        load_registers(f, ret, value, registers);
    if (registers[1]) {
        return_parts(f, registers[0], registers[1]);
        return;
    }
    bool slow = LLVMTypeOf(registers[0]) == f->m->types.i128;
    if (slow)
        cg_slow(f);
    LLVMBuildRet(b, registers[0]);
}
