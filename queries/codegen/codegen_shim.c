/* Functions without MIR: C's main, and the shims. */
#include "codegen/codegen_priv.h"

static CgFunction shim_open(CgModule *m, InstanceId instance, LLVMValueRef function)
{
    InstanceRecord record = instance_record(m->in, instance);
    CgFunction f = { .m = m,
                     .instance = instance,
                     .def = def_id_make(record.def),
                     .args = record.args ? args_id_make(record.args) : args_empty(m->in),
                     .function = function };
    f.entry = cg_new_block(&f, "start");
    LLVMBasicBlockRef body = cg_new_block(&f, "body");
    LLVMPositionBuilderAtEnd(m->builder, f.entry);
    LLVMBuildBr(m->builder, body);
    LLVMPositionBuilderAtEnd(m->builder, body);
    return f;
}

/* ---- int main(int argc, char **argv) ----------------------------------------------------------
 */

static LLVMValueRef declare_main(CgModule *m)
{
    LLVMTypeRef params[2] = { m->types.i32, m->types.ptr };
    LLVMTypeRef type = LLVMFunctionType(m->types.i32, params, 2, 0);
    LLVMValueRef fn = LLVMAddFunction(m->module, "main", type);
    LLVMSetVisibility(fn, LLVMHiddenVisibility);
    cg_fn_attribute(m, fn, "nounwind", 0);
    cg_fn_attribute(m, fn, "uwtable", 2);
    cg_set_section(m, fn, ".text.");
    return fn;
}

static CgValue value_of(CgFunction *f, TyId ty, LLVMValueRef v)
{
    return cg_scalar(ty, cg_layout(f, ty), v);
}

/* lang_start(main, argc, argv, sigpipe) -> isize */
static LLVMValueRef call_start(CgFunction *f, DefId start, LLVMValueRef main_fn)
{
    CgModule *m = f->m;
    FnSig main_sig = mono_fn_sig(m->job, f->def, f->args, m->arena);
    GenericArg output = arg_of_ty(main_sig.output);
    InstanceId instance = instance_of_fn(m->in, start, args_intern(m->in, &output, 1));
    FnAbi abi = mono_fn_abi(m->job, instance, m->arena);
    if (abi.arg_count != 4 || abi.ret.mode != PASS_SCALAR) {
        cg_unsupported(f, "a `start` lang item of another signature");
        return LLVMConstInt(m->types.i64, 0, 0);
    }
    LLVMValueRef argc = LLVMBuildSExt(m->builder, LLVMGetParam(f->function, 0), m->types.i64, "");
    CgValue args[4] = { value_of(f, abi.args[0].ty, main_fn), value_of(f, abi.args[1].ty, argc),
                        value_of(f, abi.args[2].ty, LLVMGetParam(f->function, 1)),
                        value_of(f, abi.args[3].ty, LLVMConstInt(m->types.i8, 0, 0)) };
    return cg_call_values(f, cg_function(m, instance), &abi, args, NULL, NULL).a;
}

void cg_define_entry(CgModule *m, InstanceId instance)
{
    CgFunction f = shim_open(m, instance, declare_main(m));
    InstanceId main_instance = instance_of_fn(m->in, f.def, f.args);
    LLVMValueRef main_fn = cg_function_pointer(m, main_instance);
    DefId start = mono_lang_item(m->job, def_crate(m->in, f.def), "start");
    LLVMValueRef status = LLVMConstInt(m->types.i32, 0, 0);
    if (!def_id_is_none(start)) {
        LLVMValueRef wide = call_start(&f, start, main_fn);
        status = LLVMBuildTrunc(m->builder, wide, m->types.i32, "");
    } else {
        FnAbi abi = mono_fn_abi(m->job, main_instance, m->arena);
        abi.has_caller_location = false;
        cg_call_values(&f, main_fn, &abi, NULL, NULL, NULL);
    }
    LLVMBuildRet(m->builder, status);
    m->has_error = m->has_error || f.has_error;
}

/* ---- functions with a caller location, as pointers ---------------------------------------------
 */

/* Passes its parameters on, and the definition's own place as the location. */
void cg_define_reify_shim(CgModule *m, InstanceId instance)
{
    CgFunction f = shim_open(m, instance, cg_function(m, instance));
    cg_set_section(m, f.function, ".text.");
    f.abi = mono_fn_abi(m->job, instance, m->arena);
    InstanceId target = instance_of_fn(m->in, f.def, f.args);
    FnAbi target_abi = mono_fn_abi(m->job, target, m->arena);
    uint32_t index = 0;
    CgPlace result = { .variant = MIR_VARIANT_NONE };
    bool to_memory = f.abi.ret.mode == PASS_POINTER;
    if (to_memory) {
        result.address = LLVMGetParam(f.function, index++);
        result.ty = f.abi.ret.ty;
        result.layout = cg_layout(&f, result.ty);
        result.align = result.layout->align;
    }
    CgValue *args = arena_alloc_array(m->arena, f.abi.arg_count, sizeof *args);
    for (uint32_t i = 0; i < f.abi.arg_count; i++)
        args[i] = cg_parameter_value(&f, &f.abi.args[i], &index);
    CgValue value = cg_call_values(&f, cg_function(m, target), &target_abi, args,
                                   cg_location(m, f.def, 0), to_memory ? &result : NULL);
    CgLocal locals[2] = { { .kind = CG_LOCAL_NONE }, { .kind = CG_LOCAL_VALUE, .value = value } };
    if (value.kind == CG_MEMORY)
        locals[1] = (CgLocal){ .kind = CG_LOCAL_MEMORY, .place = cg_spill(&f, value) };
    f.locals = locals;
    cg_return(&f);
    m->has_error = m->has_error || f.has_error;
}

/* ---- Clone::clone of tuples and arrays ---------------------------------------------------------
 */

static void clone_part(CgFunction *f, const CgPlace *from, const CgPlace *to)
{
    CgModule *m = f->m;
    GenericArg part = arg_of_ty(from->ty);
    MonoCallee callee =
        mono_callee(m->job, f->def, args_intern(m->in, &part, 1), args_empty(m->in));
    if (callee.kind != INSTANCE_ITEM && callee.kind != INSTANCE_CLONE_SHIM) {
        f->has_error = true;
        return;
    }
    FnAbi abi = mono_fn_abi(m->job, callee.instance, m->arena);
    TyId reference = ty_ref(m->in, region_erased(m->in), from->ty, false);
    CgValue argument = value_of(f, reference, from->address);
    LLVMValueRef location = abi.has_caller_location ? cg_location(m, f->def, 0) : NULL;
    cg_call_values(f, cg_function(m, callee.instance), &abi, &argument, location, to);
}

static CgPlace array_element(CgFunction *f, const CgPlace *array, uint64_t index)
{
    const Layout *element = cg_layout(f, array->layout->element_ty);
    return (CgPlace){ .address = cg_offset(f, array->address, index * array->layout->stride),
                      .ty = array->layout->element_ty,
                      .layout = element,
                      .variant = MIR_VARIANT_NONE,
                      .align = element->align };
}

enum { CLONE_ELEMENTS_MAX = 1024 };

static void clone_parts(CgFunction *f, const CgPlace *from, const CgPlace *to)
{
    if (from->layout->shape != LAYOUT_ARRAY) {
        for (uint32_t i = 0; i < from->layout->fields.count; i++) {
            CgPlace source = cg_place_field(f, from, i), target = cg_place_field(f, to, i);
            clone_part(f, &source, &target);
        }
        return;
    }
    if (from->layout->count > CLONE_ELEMENTS_MAX) {
        cg_unsupported(f, "cloning an array of more than 1024 elements");
        return;
    }
    for (uint64_t i = 0; i < from->layout->count; i++) {
        CgPlace source = array_element(f, from, i), target = array_element(f, to, i);
        clone_part(f, &source, &target);
    }
}

void cg_define_clone_shim(CgModule *m, InstanceId instance)
{
    CgFunction f = shim_open(m, instance, cg_function(m, instance));
    cg_set_section(m, f.function, ".text.");
    f.abi = mono_fn_abi(m->job, instance, m->arena);
    TyId ty = ty_id_make(instance_record(m->in, instance).ty);
    const Layout *layout = cg_layout(&f, ty);
    uint32_t index = f.abi.ret.mode == PASS_POINTER;
    CgPlace from = { .address = LLVMGetParam(f.function, index),
                     .ty = ty,
                     .layout = layout,
                     .variant = MIR_VARIANT_NONE,
                     .align = layout->align };
    CgPlace to = cg_temporary(&f, ty, layout);
    if (f.abi.ret.mode == PASS_POINTER)
        to.address = LLVMGetParam(f.function, 0);
    clone_parts(&f, &from, &to);
    CgLocal locals[2] = { { .kind = CG_LOCAL_NONE }, { .kind = CG_LOCAL_MEMORY, .place = to } };
    f.locals = locals;
    cg_return(&f);
    m->has_error = m->has_error || f.has_error;
}
