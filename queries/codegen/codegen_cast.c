/* `as` and the implicit changes between pointer types. */
#include "codegen/codegen_priv.h"

typedef struct {
    LLVMValueRef value;
    LLVMTypeRef target;
    bool from_signed, to_signed;
} CastPlan;

static bool is_signed_int(CgFunction *f, TyId ty)
{
    return ty_kind(f->m->in, ty) == TY_INT;
}

static LLVMValueRef int_to_int(CgFunction *f, const CastPlan *p)
{
    bool slow = p->target == f->m->types.i128 || LLVMTypeOf(p->value) == f->m->types.i128;
    if (slow)
        cg_slow(f);
    LLVMValueRef result = LLVMBuildIntCast2(f->m->builder, p->value, p->target, p->from_signed, "");
    if (slow)
        cg_slow_done(f);
    return result;
}

static LLVMValueRef int_to_float(CgFunction *f, const CastPlan *p)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMValueRef v = p->value;
    LLVMTypeRef from = LLVMTypeOf(v);
    bool is_narrow = from == f->m->types.i8 || from == f->m->types.i16;
    if (is_narrow) /* what the fast selector converts is i32 and i64 */
        v = LLVMBuildIntCast2(b, v, f->m->types.i32, p->from_signed, "");
    if (is_narrow || p->from_signed) {
        bool wide = from == f->m->types.i128;
        if (wide)
            cg_slow(f);
        v = LLVMBuildSIToFP(b, v, p->target, "");
        if (wide)
            cg_slow_done(f);
        return v;
    }
    cg_slow(f);
    v = LLVMBuildUIToFP(b, v, p->target, "");
    cg_slow_done(f);
    return v;
}

/* Saturates; NaN gives 0. */
static LLVMValueRef float_to_int(CgFunction *f, const CastPlan *p)
{
    const char *name = p->to_signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat";
    LLVMTypeRef overloads[2] = { p->target, LLVMTypeOf(p->value) };
    LLVMValueRef intrinsic = cg_intrinsic(f->m, name, overloads, 2);
    LLVMValueRef arg = p->value;
    return LLVMBuildCall2(f->m->builder, LLVMGlobalGetValueType(intrinsic), intrinsic, &arg, 1, "");
}

static LLVMValueRef cast_scalar(CgFunction *f, MirCastKind cast, const CastPlan *p)
{
    switch (cast) {
    case MIR_CAST_INT_TO_INT:
        return int_to_int(f, p);
    case MIR_CAST_INT_TO_FLOAT:
        return int_to_float(f, p);
    case MIR_CAST_FLOAT_TO_INT:
        return float_to_int(f, p);
    case MIR_CAST_FLOAT_TO_FLOAT:
        return LLVMBuildFPCast(f->m->builder, p->value, p->target, "");
    case MIR_CAST_PTR_EXPOSE:
    case MIR_CAST_PTR_FROM_EXPOSED:
    case MIR_CAST_FN_PTR_TO_PTR:
    case MIR_CAST_PTR_TO_PTR:
    case MIR_CAST_MUT_TO_CONST:
    case MIR_CAST_ARRAY_TO_POINTER:
    case MIR_CAST_UNSAFE_FN:
    case MIR_CAST_TRANSMUTE:
        return cg_reinterpret(f, p->value, p->target);
    case MIR_CAST_REIFY_FN:
    case MIR_CAST_CLOSURE_FN:
    case MIR_CAST_UNSIZE:
        break;
    }
    RSC_UNREACHABLE();
}

static CgValue reify(CgFunction *f, TyId fn_ty, TyId target, const Layout *layout)
{
    const Ty *ty = ty_get(f->m->in, fn_ty);
    rsc_assert(ty->kind == TY_FN_DEF);
    MonoCallee callee = mono_callee(f->m->job, ty->as.fn_def.def, ty->as.fn_def.args, f->args);
    if (callee.kind == INSTANCE_INTRINSIC || callee.kind == INSTANCE_FAILED) {
        cg_unsupported(f, "a pointer to an intrinsic");
        return cg_undefined(f, target, layout);
    }
    return cg_scalar(target, layout, cg_function_pointer(f->m, callee.instance));
}

static TyId pointee(CgFunction *f, TyId pointer)
{
    const Ty *ty = ty_get(f->m->in, pointer);
    return ty->kind == TY_REF ? ty->as.ref.pointee : ty->as.ptr.pointee;
}

/* [T; N] behind a pointer becomes [T]: the length joins the address. */
static CgValue unsize(CgFunction *f, CgValue operand, TyId target, const Layout *layout)
{
    const Ty *from = ty_get(f->m->in, operand.ty);
    bool is_pointer = from->kind == TY_REF || from->kind == TY_PTR;
    TyId tail = is_pointer ? ty_unsized_tail(f->m->job, pointee(f, operand.ty)) : operand.ty;
    if (!is_pointer || ty_kind(f->m->in, tail) != TY_ARRAY || operand.kind != CG_SCALAR ||
        layout->cls != LAYOUT_SCALAR_PAIR) {
        cg_unsupported(f, "this unsizing coercion");
        return cg_undefined(f, target, layout);
    }
    uint64_t count = cg_layout(f, tail)->count;
    return cg_pair(target, layout, operand.a, LLVMConstInt(f->m->types.i64, count, 0));
}

static CgValue transmute(CgFunction *f, CgValue operand, TyId target, const Layout *layout)
{
    if (layout->size != operand.layout->size) {
        cg_unsupported(f, "a transmute between types of different sizes");
        return cg_undefined(f, target, layout);
    }
    CgPlace bytes =
        cg_temporary(f, target, layout->align >= operand.layout->align ? layout : operand.layout);
    cg_store(f, &bytes, operand);
    bytes.ty = target;
    bytes.layout = layout;
    return cg_load(f, &bytes);
}

CgValue cg_cast(CgFunction *f, MirCastKind cast, CgValue operand, MirOperandId source,
                TyId target_ty)
{
    const Layout *layout = cg_layout(f, target_ty);
    if (cast == MIR_CAST_REIFY_FN) {
        TyId fn_ty = mir_operand_ty(f->m->in, f->body, source);
        return reify(f, fn_ty, target_ty, layout);
    }
    if (cast == MIR_CAST_CLOSURE_FN) {
        cg_unsupported(f, "a closure");
        return cg_undefined(f, target_ty, layout);
    }
    if (cast == MIR_CAST_UNSIZE)
        return unsize(f, operand, target_ty, layout);
    bool is_scalar = operand.kind == CG_SCALAR && layout->cls == LAYOUT_SCALAR;
    if (operand.kind == CG_PAIR && layout->cls == LAYOUT_SCALAR_PAIR && cast != MIR_CAST_TRANSMUTE)
        return cg_pair(target_ty, layout, operand.a, operand.b);
    if (operand.kind == CG_PAIR && cast == MIR_CAST_PTR_TO_PTR)
        return cg_scalar(target_ty, layout, operand.a);
    if (!is_scalar)
        return transmute(f, operand, target_ty, layout);
    CastPlan plan = { .value = cg_as_memory(f, operand.a),
                      .target = cg_scalar_type(f->m, &layout->a),
                      .from_signed = is_signed_int(f, operand.ty),
                      .to_signed = is_signed_int(f, target_ty) };
    return cg_scalar(target_ty, layout, cast_scalar(f, cast, &plan));
}
