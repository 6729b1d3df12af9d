/* Operators on integers, floats, bools, characters and pointers. */
#include "codegen/codegen_priv.h"

typedef struct {
    bool is_float, is_signed;
    uint32_t bits;
} Number;

static Number number_of(CgFunction *f, TyId ty)
{
    TyKind kind = ty_kind(f->m->in, ty);
    return (Number){ .is_float = kind == TY_FLOAT,
                     .is_signed = kind == TY_INT,
                     .bits = mir_scalar_bits(f->m->in, ty) };
}

static bool is_wide(const CgFunction *f, LLVMValueRef v)
{
    return LLVMTypeOf(v) == f->m->types.i128;
}

static CgValue bool_value(CgFunction *f, LLVMValueRef v)
{
    TyId ty = ty_primitive(f->m->in, PRIMITIVE_BOOL);
    return cg_scalar(ty, cg_layout(f, ty), v);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static LLVMIntPredicate int_predicate(BinaryOp op, bool is_signed)
{
    if (op == BINARY_EQ)
        return LLVMIntEQ;
    if (op == BINARY_NE)
        return LLVMIntNE;
    if (op == BINARY_LT)
        return is_signed ? LLVMIntSLT : LLVMIntULT;
    if (op == BINARY_LE)
        return is_signed ? LLVMIntSLE : LLVMIntULE;
    if (op == BINARY_GT)
        return is_signed ? LLVMIntSGT : LLVMIntUGT;
    return is_signed ? LLVMIntSGE : LLVMIntUGE;
}

/* All are false for NaN, except `!=`. */
static LLVMRealPredicate float_predicate(BinaryOp op)
{
    if (op == BINARY_EQ)
        return LLVMRealOEQ;
    if (op == BINARY_NE)
        return LLVMRealUNE;
    if (op == BINARY_LT)
        return LLVMRealOLT;
    if (op == BINARY_LE)
        return LLVMRealOLE;
    return op == BINARY_GT ? LLVMRealOGT : LLVMRealOGE;
}

static bool is_comparison(BinaryOp op)
{
    return op >= BINARY_EQ && op <= BINARY_GE;
}

/* Wide pointers compare by address, then by length. */
static LLVMValueRef compare_pairs(CgFunction *f, BinaryOp op, const CgValue *lhs,
                                  const CgValue *rhs)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMValueRef same_a = LLVMBuildICmp(b, LLVMIntEQ, lhs->a, rhs->a, "");
    LLVMValueRef first = LLVMBuildICmp(b, int_predicate(op, false), lhs->a, rhs->a, "");
    LLVMValueRef second = LLVMBuildICmp(b, int_predicate(op, false), lhs->b, rhs->b, "");
    if (op == BINARY_EQ)
        return LLVMBuildAnd(b, first, second, "");
    if (op == BINARY_NE)
        return LLVMBuildOr(b, first, second, "");
    LLVMValueRef by_b = LLVMBuildAnd(b, same_a, second, "");
    LLVMValueRef differ = LLVMBuildNot(b, same_a, "");
    return LLVMBuildOr(b, by_b, LLVMBuildAnd(b, differ, first, ""), "");
}

static CgValue compare(CgFunction *f, BinaryOp op, const CgValue *lhs, const CgValue *rhs)
{
    LLVMBuilderRef b = f->m->builder;
    if (lhs->kind == CG_ZERO_SIZED) {
        bool holds = op == BINARY_EQ || op == BINARY_LE || op == BINARY_GE;
        return bool_value(f, LLVMConstInt(f->m->types.i1, holds, 0));
    }
    if (lhs->kind == CG_PAIR)
        return bool_value(f, compare_pairs(f, op, lhs, rhs));
    Number n = number_of(f, lhs->ty);
    LLVMValueRef x = cg_as_memory(f, lhs->a), y = cg_as_memory(f, rhs->a);
    if (n.is_float)
        return bool_value(f, LLVMBuildFCmp(b, float_predicate(op), x, y, ""));
    bool slow = is_wide(f, x);
    if (slow)
        cg_slow(f);
    LLVMValueRef result = LLVMBuildICmp(b, int_predicate(op, n.is_signed), x, y, "");
    if (slow)
        cg_slow_done(f);
    return bool_value(f, result);
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static LLVMValueRef float_binary(CgFunction *f, BinaryOp op, LLVMValueRef x, LLVMValueRef y)
{
    LLVMBuilderRef b = f->m->builder;
    if (op == BINARY_ADD)
        return LLVMBuildFAdd(b, x, y, "");
    if (op == BINARY_SUB)
        return LLVMBuildFSub(b, x, y, "");
    if (op == BINARY_MUL)
        return LLVMBuildFMul(b, x, y, "");
    if (op == BINARY_DIV)
        return LLVMBuildFDiv(b, x, y, "");
    rsc_assert(op == BINARY_REM);
    cg_slow(f);
    LLVMValueRef result = LLVMBuildFRem(b, x, y, "");
    cg_slow_done(f);
    return result;
}

/* The distance in the type of the shifted value, modulo its width. */
static LLVMValueRef shift_distance(CgFunction *f, LLVMValueRef distance, LLVMTypeRef type,
                                   uint32_t bits)
{
    LLVMBuilderRef b = f->m->builder;
    LLVMValueRef resized = LLVMBuildIntCast2(b, distance, type, 0, "");
    return LLVMBuildAnd(b, resized, LLVMConstInt(type, bits - 1, 0), "");
}

static LLVMValueRef int_binary(CgFunction *f, BinaryOp op, const Number *n, LLVMValueRef x,
                               LLVMValueRef y)
{
    LLVMBuilderRef b = f->m->builder;
    switch (op) {
    case BINARY_ADD:
        return LLVMBuildAdd(b, x, y, "");
    case BINARY_SUB:
        return LLVMBuildSub(b, x, y, "");
    case BINARY_MUL:
        return LLVMBuildMul(b, x, y, "");
    case BINARY_DIV:
        return n->is_signed ? LLVMBuildSDiv(b, x, y, "") : LLVMBuildUDiv(b, x, y, "");
    case BINARY_REM:
        return n->is_signed ? LLVMBuildSRem(b, x, y, "") : LLVMBuildURem(b, x, y, "");
    case BINARY_BIT_AND:
        return LLVMBuildAnd(b, x, y, "");
    case BINARY_BIT_OR:
        return LLVMBuildOr(b, x, y, "");
    case BINARY_BIT_XOR:
        return LLVMBuildXor(b, x, y, "");
    case BINARY_SHL:
        return LLVMBuildShl(b, x, shift_distance(f, y, LLVMTypeOf(x), n->bits), "");
    case BINARY_SHR:
        y = shift_distance(f, y, LLVMTypeOf(x), n->bits);
        return n->is_signed ? LLVMBuildAShr(b, x, y, "") : LLVMBuildLShr(b, x, y, "");
    case BINARY_EQ:
    case BINARY_NE:
    case BINARY_LT:
    case BINARY_LE:
    case BINARY_GT:
    case BINARY_GE:
    case BINARY_AND:
    case BINARY_OR:
        break;
    }
    RSC_UNREACHABLE();
}

CgValue cg_binary(CgFunction *f, BinaryOp op, CgValue lhs, CgValue rhs)
{
    if (is_comparison(op))
        return compare(f, op, &lhs, &rhs);
    Number n = number_of(f, lhs.ty);
    LLVMValueRef x = cg_as_memory(f, lhs.a), y = cg_as_memory(f, rhs.a);
    if (n.is_float)
        return cg_scalar(lhs.ty, lhs.layout, float_binary(f, op, x, y));
    bool slow = is_wide(f, x) || is_wide(f, y);
    if (slow)
        cg_slow(f);
    LLVMValueRef result = int_binary(f, op, &n, x, y);
    if (slow)
        cg_slow_done(f);
    return cg_scalar(lhs.ty, lhs.layout, result);
}

/* ---- with overflow --------------------------------------------------------------------------- */

static const char *overflow_intrinsic(BinaryOp op, bool is_signed)
{
    if (op == BINARY_ADD)
        return is_signed ? "llvm.sadd.with.overflow" : "llvm.uadd.with.overflow";
    if (op == BINARY_SUB)
        return is_signed ? "llvm.ssub.with.overflow" : "llvm.usub.with.overflow";
    rsc_assert(op == BINARY_MUL);
    return is_signed ? "llvm.smul.with.overflow" : "llvm.umul.with.overflow";
}

static CgValue checked_pair(CgFunction *f, const CgValue *lhs, LLVMValueRef value,
                            LLVMValueRef overflowed)
{
    TyId parts[2] = { lhs->ty, ty_primitive(f->m->in, PRIMITIVE_BOOL) };
    TyId ty = ty_tuple(f->m->in, parts, 2);
    const Layout *layout = cg_layout(f, ty);
    /* The number stands first in memory too: it is the wider one, or declared first. */
    rsc_assert(layout->cls == LAYOUT_SCALAR_PAIR && layout->fields.offsets[0] == 0);
    return cg_pair(ty, layout, value, overflowed);
}

static CgValue checked_shift(CgFunction *f, BinaryOp op, const CgValue *lhs, const CgValue *rhs)
{
    LLVMValueRef distance = cg_as_memory(f, rhs->a);
    uint32_t bits = mir_scalar_bits(f->m->in, lhs->ty);
    bool slow = is_wide(f, distance);
    if (slow)
        cg_slow(f);
    /* Negative distances are large when read without sign. */
    LLVMValueRef limit = LLVMConstInt(LLVMTypeOf(distance), bits, 0);
    LLVMValueRef overflowed = LLVMBuildICmp(f->m->builder, LLVMIntUGE, distance, limit, "");
    if (slow)
        cg_slow_done(f);
    return checked_pair(f, lhs, cg_binary(f, op, *lhs, *rhs).a, overflowed);
}

CgValue cg_checked_binary(CgFunction *f, BinaryOp op, CgValue lhs, CgValue rhs)
{
    if (!f->m->options.overflow_checks)
        return checked_pair(f, &lhs, cg_binary(f, op, lhs, rhs).a,
                            LLVMConstInt(f->m->types.i1, 0, 0));
    if (op == BINARY_SHL || op == BINARY_SHR)
        return checked_shift(f, op, &lhs, &rhs);
    Number n = number_of(f, lhs.ty);
    LLVMTypeRef type = LLVMTypeOf(lhs.a);
    LLVMValueRef intrinsic = cg_intrinsic(f->m, overflow_intrinsic(op, n.is_signed), &type, 1);
    LLVMValueRef args[2] = { lhs.a, rhs.a };
    LLVMTypeRef fn_type = LLVMGlobalGetValueType(intrinsic);
    bool slow = is_wide(f, lhs.a);
    if (slow)
        cg_slow(f);
    LLVMValueRef both = LLVMBuildCall2(f->m->builder, fn_type, intrinsic, args, 2, "");
    LLVMValueRef value = LLVMBuildExtractValue(f->m->builder, both, 0, "");
    LLVMValueRef overflowed = LLVMBuildExtractValue(f->m->builder, both, 1, "");
    if (slow)
        cg_slow_done(f);
    return checked_pair(f, &lhs, value, overflowed);
}

CgValue cg_unary(CgFunction *f, UnaryOp op, CgValue operand)
{
    LLVMBuilderRef b = f->m->builder;
    Number n = number_of(f, operand.ty);
    LLVMValueRef x = operand.a;
    if (op == UNARY_NOT && ty_kind(f->m->in, operand.ty) == TY_BOOL)
        return cg_scalar(operand.ty, operand.layout, LLVMBuildNot(b, cg_as_i1(f, x), ""));
    bool slow = is_wide(f, x);
    if (slow)
        cg_slow(f);
    LLVMValueRef result;
    if (op == UNARY_NOT)
        result = LLVMBuildNot(b, x, "");
    else if (n.is_float)
        result = LLVMBuildFNeg(b, x, "");
    else
        result = LLVMBuildNeg(b, x, "");
    if (slow)
        cg_slow_done(f);
    return cg_scalar(operand.ty, operand.layout, result);
}
