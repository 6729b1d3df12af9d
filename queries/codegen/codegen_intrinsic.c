/* Intrinsics: functions without a body that the code generator knows by name. */
#include "codegen/codegen_priv.h"

typedef struct {
    const MonoCallee *callee;
    const CgValue *args;
    MirPlaceId destination;
} IntrinsicCall;

typedef void (*IntrinsicFn)(CgFunction *f, const IntrinsicCall *call);

static TyId type_arg(CgFunction *f, const IntrinsicCall *call, uint32_t index)
{
    return arg_ty(args_get(f->m->in, call->callee->args).items[index]);
}

static TyId result_ty(CgFunction *f, const IntrinsicCall *call)
{
    return cg_mono_ty(f, mir_place_ty(f->m->in, f->body, call->destination).ty);
}

static void give_usize(CgFunction *f, const IntrinsicCall *call, uint64_t value)
{
    TyId ty = ty_primitive(f->m->in, PRIMITIVE_USIZE);
    LLVMValueRef number = LLVMConstInt(f->m->types.i64, value, 0);
    cg_assign(f, call->destination, cg_scalar(ty, cg_layout(f, ty), number));
}

static void cg_intrinsic_abort(CgFunction *f, const IntrinsicCall *call)
{
    (void)call;
    LLVMValueRef intrinsic = cg_intrinsic(f->m, "llvm.trap", NULL, 0);
    LLVMBuildCall2(f->m->builder, LLVMGlobalGetValueType(intrinsic), intrinsic, NULL, 0, "");
}

static void cg_intrinsic_caller_location(CgFunction *f, const IntrinsicCall *call)
{
    TyId ty = result_ty(f, call);
    LLVMValueRef location = cg_caller_location(f, f->span);
    cg_assign(f, call->destination, cg_scalar(ty, cg_layout(f, ty), location));
}

static void cg_intrinsic_unreachable(CgFunction *f, const IntrinsicCall *call)
{
    (void)f, (void)call;
}

static void cg_intrinsic_size_of(CgFunction *f, const IntrinsicCall *call)
{
    give_usize(f, call, cg_layout(f, type_arg(f, call, 0))->size);
}

static void cg_intrinsic_align_of(CgFunction *f, const IntrinsicCall *call)
{
    give_usize(f, call, cg_layout(f, type_arg(f, call, 0))->align);
}

static void cg_intrinsic_transmute(CgFunction *f, const IntrinsicCall *call)
{
    cg_assign(
        f, call->destination,
        cg_cast(f, MIR_CAST_TRANSMUTE, call->args[0], mir_operand_id_none(), result_ty(f, call)));
}

static void wrapping(CgFunction *f, const IntrinsicCall *call, BinaryOp op)
{
    cg_assign(f, call->destination, cg_binary(f, op, call->args[0], call->args[1]));
}

static void cg_intrinsic_wrapping_add(CgFunction *f, const IntrinsicCall *call)
{
    wrapping(f, call, BINARY_ADD);
}

static void cg_intrinsic_wrapping_sub(CgFunction *f, const IntrinsicCall *call)
{
    wrapping(f, call, BINARY_SUB);
}

static void cg_intrinsic_wrapping_mul(CgFunction *f, const IntrinsicCall *call)
{
    wrapping(f, call, BINARY_MUL);
}

static void move_pointer(CgFunction *f, const IntrinsicCall *call, bool in_bounds)
{
    CgValue pointer = call->args[0];
    const Ty *ty = ty_get(f->m->in, pointer.ty);
    if (ty->kind != TY_PTR) {
        cg_unsupported(f, "an offset of something that is no pointer");
        return;
    }
    LLVMTypeRef element = cg_bytes_type(f->m, cg_layout(f, ty->as.ptr.pointee)->size);
    LLVMValueRef index = call->args[1].a;
    pointer.a = in_bounds ? LLVMBuildInBoundsGEP2(f->m->builder, element, pointer.a, &index, 1, "")
                          : LLVMBuildGEP2(f->m->builder, element, pointer.a, &index, 1, "");
    cg_assign(f, call->destination, pointer);
}

static void cg_intrinsic_offset(CgFunction *f, const IntrinsicCall *call)
{
    move_pointer(f, call, true);
}

static void cg_intrinsic_arith_offset(CgFunction *f, const IntrinsicCall *call)
{
    move_pointer(f, call, false);
}

/* Through memory, past an assembly statement that may change it. */
static void cg_intrinsic_black_box(CgFunction *f, const IntrinsicCall *call)
{
    CgPlace place = cg_spill(f, call->args[0]);
    if (!layout_is_zero_sized(place.layout)) {
        LLVMTypeRef param = f->m->types.ptr;
        LLVMTypeRef type = LLVMFunctionType(f->m->types.void_, &param, 1, 0);
        char text[] = "", constraints[] = "r,~{memory}";
        LLVMValueRef assembly = LLVMGetInlineAsm(type, text, 0, constraints, sizeof constraints - 1,
                                                 1, 0, LLVMInlineAsmDialectATT, 0);
        LLVMBuildCall2(f->m->builder, type, assembly, &place.address, 1, "");
    }
    cg_assign(f, call->destination, cg_load(f, &place));
}

static const struct {
    Str name;
    IntrinsicFn emit;
} intrinsics[] = {
#define INTRINSIC(name) { { #name, sizeof #name - 1 }, cg_intrinsic_##name },
#include "codegen/intrinsics.def"
};

bool cg_intrinsic_call(CgFunction *f, Str name, const MonoCallee *callee, const CgValue *args,
                       MirPlaceId destination)
{
    IntrinsicCall call = { callee, args, destination };
    for (size_t i = 0; i < ARRAY_COUNT(intrinsics); i++) {
        if (!str_eq(intrinsics[i].name, name))
            continue;
        intrinsics[i].emit(f, &call);
        return true;
    }
    return false;
}
