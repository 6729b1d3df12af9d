/* LLVM types and attributes for layouts and calling conventions. */
#include <string.h>

#include "codegen/codegen_priv.h"

LLVMTypeRef cg_int_type(const CgModule *m, uint32_t bytes)
{
    switch (bytes) {
    case 1:
        return m->types.i8;
    case 2:
        return m->types.i16;
    case 4:
        return m->types.i32;
    case 8:
        return m->types.i64;
    case 16:
        return m->types.i128;
    }
    RSC_BUG("no integer of this size");
}

LLVMTypeRef cg_scalar_type(const CgModule *m, const LayoutScalar *scalar)
{
    if (scalar->kind == SCALAR_POINTER)
        return m->types.ptr;
    if (scalar->kind == SCALAR_FLOAT && scalar->bytes == 4)
        return m->types.f32;
    if (scalar->kind == SCALAR_FLOAT && scalar->bytes == 8)
        return m->types.f64;
    return cg_int_type(m, scalar->bytes);
}

LLVMTypeRef cg_bytes_type(const CgModule *m, uint64_t bytes)
{
    return LLVMArrayType2(m->types.i8, bytes);
}

LLVMTypeRef cg_pair_type(const CgModule *m, LLVMTypeRef a, LLVMTypeRef b)
{
    LLVMTypeRef parts[2] = { a, b };
    return LLVMStructTypeInContext(m->context, parts, 2, 0);
}

/* Odd sizes (3, 5, 6, 7 bytes) travel in a whole register. */
LLVMTypeRef cg_register_type(const CgModule *m, const AbiRegister *reg)
{
    if (reg->kind == REGISTER_FLOAT)
        return reg->bytes == 4 ? m->types.f32 : m->types.f64;
    bool is_power = (reg->bytes & (reg->bytes - 1)) == 0;
    return is_power ? cg_int_type(m, reg->bytes) : m->types.i64;
}

LLVMValueRef cg_int_const(const CgModule *m, LLVMTypeRef type, Uint128 value)
{
    (void)m;
    uint64_t words[2] = { uint128_low(value), uint128_high(value) };
    return LLVMConstIntOfArbitraryPrecision(type, 2, words);
}

/* ---- signatures ------------------------------------------------------------------------------ */

static bool is_rust_abi(const FnAbi *abi)
{
    return abi->abi == ABI_RUST || abi->abi == ABI_RUST_CALL || abi->abi == ABI_RUST_INTRINSIC;
}

/* Our own convention widens small integers itself, to what the fast selector takes as an argument.
 */
static LLVMTypeRef scalar_arg_type(const CgModule *m, const FnAbi *abi, const ArgAbi *arg,
                                   const LayoutScalar *scalar)
{
    if (is_rust_abi(abi) && arg->extend != EXTEND_NONE)
        return m->types.i32;
    return cg_scalar_type(m, scalar);
}

static LLVMTypeRef return_type(const CgModule *m, const FnAbi *abi)
{
    const ArgAbi *ret = &abi->ret;
    const Layout *layout = q_layout_of(m->job, ret->ty);
    switch ((PassMode)ret->mode) {
    case PASS_IGNORE:
    case PASS_POINTER:
    case PASS_STACK:
        return m->types.void_;
    case PASS_SCALAR:
        return scalar_arg_type(m, abi, ret, &layout->a);
    case PASS_PAIR:
        return cg_pair_type(m, cg_scalar_type(m, &layout->a), cg_scalar_type(m, &layout->b));
    case PASS_REGISTERS:
        if (ret->register_count == 1)
            return cg_register_type(m, &ret->registers[0]);
        return cg_pair_type(m, cg_register_type(m, &ret->registers[0]),
                            cg_register_type(m, &ret->registers[1]));
    }
    RSC_UNREACHABLE();
}

static uint32_t add_arg_types(const CgModule *m, const FnAbi *abi, const ArgAbi *arg,
                              LLVMTypeRef *out)
{
    const Layout *layout = q_layout_of(m->job, arg->ty);
    switch ((PassMode)arg->mode) {
    case PASS_IGNORE:
        return 0;
    case PASS_SCALAR:
        out[0] = scalar_arg_type(m, abi, arg, &layout->a);
        return 1;
    case PASS_PAIR:
        out[0] = cg_scalar_type(m, &layout->a);
        out[1] = cg_scalar_type(m, &layout->b);
        return 2;
    case PASS_REGISTERS:
        for (uint32_t i = 0; i < arg->register_count; i++)
            out[i] = cg_register_type(m, &arg->registers[i]);
        return arg->register_count;
    case PASS_POINTER:
    case PASS_STACK:
        out[0] = m->types.ptr;
        return 1;
    }
    RSC_UNREACHABLE();
}

LLVMTypeRef cg_fn_type(const CgModule *m, const FnAbi *abi)
{
    uint32_t limit = 2 * abi->arg_count + 2, count = 0;
    LLVMTypeRef *params = arena_alloc_array(m->arena, limit, sizeof *params);
    if (abi->ret.mode == PASS_POINTER)
        params[count++] = m->types.ptr;
    for (uint32_t i = 0; i < abi->fixed_count; i++)
        count += add_arg_types(m, abi, &abi->args[i], params + count);
    if (abi->has_caller_location)
        params[count++] = m->types.ptr;
    return LLVMFunctionType(return_type(m, abi), params, count, abi->is_variadic);
}

/* ---- attributes ------------------------------------------------------------------------------ */

static LLVMAttributeRef enum_attribute(const CgModule *m, const char *name, uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    return LLVMCreateEnumAttribute(m->context, kind, value);
}

void cg_fn_attribute(const CgModule *m, LLVMValueRef fn, const char *name, uint64_t value)
{
    LLVMAddAttributeAtIndex(fn, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                            enum_attribute(m, name, value));
}

void cg_fn_attribute_text(const CgModule *m, LLVMValueRef fn, const char *name, const char *value)
{
    LLVMAttributeRef attribute = LLVMCreateStringAttribute(m->context, name, (unsigned)strlen(name),
                                                           value, (unsigned)strlen(value));
    LLVMAddAttributeAtIndex(fn, (LLVMAttributeIndex)LLVMAttributeFunctionIndex, attribute);
}

static void add_attribute(LLVMValueRef target, bool is_call, uint32_t index,
                          LLVMAttributeRef attribute)
{
    if (is_call)
        LLVMAddCallSiteAttribute(target, index, attribute);
    else
        LLVMAddAttributeAtIndex(target, index, attribute);
}

static void add_type_attribute(const CgModule *m, const char *name, const Layout *layout,
                               LLVMValueRef target, bool is_call, uint32_t index)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMTypeRef type = cg_bytes_type(m, layout->size);
    add_attribute(target, is_call, index, LLVMCreateTypeAttribute(m->context, kind, type));
    uint32_t align = layout->align > 8 ? layout->align : 8;
    add_attribute(target, is_call, index, enum_attribute(m, "align", align));
}

static void add_extend(const CgModule *m, const FnAbi *abi, const ArgAbi *arg, LLVMValueRef target,
                       bool is_call, uint32_t index)
{
    if (is_rust_abi(abi) || arg->mode != PASS_SCALAR || arg->extend == EXTEND_NONE)
        return;
    const char *name = arg->extend == EXTEND_SIGN ? "signext" : "zeroext";
    add_attribute(target, is_call, index, enum_attribute(m, name, 0));
}

static uint32_t parameter_count(const ArgAbi *arg)
{
    if (arg->mode == PASS_IGNORE)
        return 0;
    if (arg->mode == PASS_PAIR)
        return 2;
    return arg->mode == PASS_REGISTERS ? arg->register_count : 1;
}

void cg_fn_abi_attributes(const CgModule *m, const FnAbi *abi, LLVMValueRef fn_or_call,
                          bool is_call)
{
    uint32_t index = 1; /* 0 is the return value */
    if (abi->ret.mode == PASS_POINTER) {
        /* C callers find the address in rax, which only `sret` makes LLVM do. */
        if (!is_rust_abi(abi))
            add_type_attribute(m, "sret", q_layout_of(m->job, abi->ret.ty), fn_or_call, is_call,
                               index);
        index++;
    }
    add_extend(m, abi, &abi->ret, fn_or_call, is_call, 0);
    for (uint32_t i = 0; i < abi->arg_count; i++) {
        const ArgAbi *arg = &abi->args[i];
        if (arg->mode == PASS_STACK)
            add_type_attribute(m, "byval", q_layout_of(m->job, arg->ty), fn_or_call, is_call,
                               index);
        add_extend(m, abi, arg, fn_or_call, is_call, index);
        index += parameter_count(arg);
    }
    if (abi->never_returns && !is_call)
        cg_fn_attribute(m, fn_or_call, "noreturn", 0);
}
