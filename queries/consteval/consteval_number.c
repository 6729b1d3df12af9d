/* Arithmetic on scalars: integers as bits of their width, floats as the host computes them (IEEE
 * 754 binary32 and binary64). */
#include <math.h>
#include <string.h>

#include "consteval/consteval_priv.h"

typedef struct {
    TyKind kind;
    uint32_t bits;
    bool is_signed;
} Shape;

static Shape shape_of(const Machine *m, TyId ty)
{
    TyKind kind = ty_kind(m->in, ty);
    return (Shape){ kind, mir_scalar_bits(m->in, ty), kind == TY_INT };
}

static Scalar of_bits(Uint128 bits)
{
    return (Scalar){ .bits = bits };
}

/* ---- floats ---------------------------------------------------------------------------------- */

static double as_double(const Shape *s, Uint128 bits)
{
    if (s->bits == 32) {
        uint32_t narrow = (uint32_t)bits;
        float value;
        memcpy(&value, &narrow, sizeof value);
        return value;
    }
    uint64_t wide = (uint64_t)bits;
    double value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

static Uint128 double_bits(const Shape *s, double value)
{
    if (s->bits == 32) {
        float narrow = (float)value;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        return bits;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* One rounding of a double result to float is the float result for these operations (double has
 * more than twice the digits). */
static double float_op(BinaryOp op, double x, double y)
{
    if (op == BINARY_ADD)
        return x + y;
    if (op == BINARY_SUB)
        return x - y;
    if (op == BINARY_MUL)
        return x * y;
    return op == BINARY_DIV ? x / y : fmod(x, y);
}

static bool float_compare(BinaryOp op, double x, double y)
{
    if (op == BINARY_EQ)
        return x == y;
    if (op == BINARY_NE)
        return x != y;
    if (op == BINARY_LT)
        return x < y;
    if (op == BINARY_LE)
        return x <= y;
    return op == BINARY_GT ? x > y : x >= y;
}

/* ---- integers -------------------------------------------------------------------------------- */

static bool int_less(const Shape *s, Uint128 x, Uint128 y)
{
    if (!s->is_signed)
        return x < y;
    return uint128_sign_extend(x, s->bits) < uint128_sign_extend(y, s->bits);
}

static bool int_compare(const Shape *s, BinaryOp op, Uint128 x, Uint128 y)
{
    if (op == BINARY_EQ || op == BINARY_NE)
        return (x == y) == (op == BINARY_EQ);
    if (op == BINARY_LT || op == BINARY_GE)
        return int_less(s, x, y) == (op == BINARY_LT);
    return int_less(s, y, x) == (op == BINARY_GT);
}

static bool overflows_signed(const Shape *s, BinaryOp op, Uint128 x, Uint128 y)
{
    Int128 a = uint128_sign_extend(x, s->bits), b = uint128_sign_extend(y, s->bits), result;
    bool overflow = op == BINARY_ADD   ? __builtin_add_overflow(a, b, &result)
                    : op == BINARY_SUB ? __builtin_sub_overflow(a, b, &result)
                                       : __builtin_mul_overflow(a, b, &result);
    return overflow || uint128_sign_extend((Uint128)result, s->bits) != result;
}

static bool overflows_unsigned(const Shape *s, BinaryOp op, Uint128 x, Uint128 y)
{
    Uint128 result;
    bool overflow = op == BINARY_ADD   ? __builtin_add_overflow(x, y, &result)
                    : op == BINARY_SUB ? __builtin_sub_overflow(x, y, &result)
                                       : __builtin_mul_overflow(x, y, &result);
    return overflow || uint128_truncate(result, s->bits) != result;
}

static Uint128 divide(Machine *m, const Shape *s, BinaryOp op, Uint128 x, Uint128 y)
{
    if (y == 0) {
        eval_fail(m, "dividing by zero");
        return 0;
    }
    if (!s->is_signed)
        return op == BINARY_DIV ? x / y : x % y;
    Int128 a = uint128_sign_extend(x, s->bits), b = uint128_sign_extend(y, s->bits);
    if (b == -1) /* also what would trap: the smallest number by -1 */
        return op == BINARY_DIV ? -(Uint128)a : 0;
    return (Uint128)(op == BINARY_DIV ? a / b : a % b);
}

static Uint128 shift(const Shape *s, BinaryOp op, Uint128 x, uint32_t distance)
{
    if (op == BINARY_SHL)
        return x << distance;
    if (s->is_signed)
        return (Uint128)(uint128_sign_extend(x, s->bits) >> distance);
    return x >> distance;
}

static Uint128 int_op(Machine *m, const Shape *s, BinaryOp op, Uint128 x, Uint128 y)
{
    if (op == BINARY_ADD)
        return x + y;
    if (op == BINARY_SUB)
        return x - y;
    if (op == BINARY_MUL)
        return x * y;
    if (op == BINARY_DIV || op == BINARY_REM)
        return divide(m, s, op, x, y);
    if (op == BINARY_BIT_AND)
        return x & y;
    if (op == BINARY_BIT_OR)
        return x | y;
    if (op == BINARY_BIT_XOR)
        return x ^ y;
    return shift(s, op, x, (uint32_t)(y & (s->bits - 1)));
}

static bool int_overflows(const Machine *m, const Shape *s, BinaryOp op, Uint128 x, TyId rhs_ty,
                          Uint128 y)
{
    if (op == BINARY_SHL || op == BINARY_SHR) {
        Shape rhs = shape_of(m, rhs_ty);
        return uint128_truncate(y, rhs.bits) >= s->bits;
    }
    if (op != BINARY_ADD && op != BINARY_SUB && op != BINARY_MUL)
        return false;
    return s->is_signed ? overflows_signed(s, op, x, y) : overflows_unsigned(s, op, x, y);
}

/* Addresses in different allocations differ, whatever they will be. */
static Scalar compare_pointers(Machine *m, BinaryOp op, Scalar lhs, Scalar rhs)
{
    bool comparable = lhs.alloc == rhs.alloc;
    if (op == BINARY_EQ || op == BINARY_NE)
        return of_bits((comparable && lhs.bits == rhs.bits) == (op == BINARY_EQ));
    if (!comparable)
        eval_fail(m, "comparing pointers into different allocations");
    Shape address = { TY_UINT, 64, false };
    return of_bits(int_compare(&address, op, lhs.bits, rhs.bits));
}

Scalar number_binary(Machine *m, BinaryOp op, TyId ty, Scalar lhs, TyId rhs_ty, Scalar rhs,
                     bool *overflowed)
{
    Shape s = shape_of(m, ty);
    bool compares = op >= BINARY_EQ && op <= BINARY_GE;
    *overflowed = false;
    if (lhs.alloc || rhs.alloc) {
        if (compares)
            return compare_pointers(m, op, lhs, rhs);
        eval_fail(m, "unable to turn pointer into raw bytes");
        return of_bits(0);
    }
    if (s.kind == TY_FLOAT) {
        double x = as_double(&s, lhs.bits), y = as_double(&s, rhs.bits);
        if (compares)
            return of_bits(float_compare(op, x, y));
        return of_bits(double_bits(&s, float_op(op, x, y)));
    }
    if (compares)
        return of_bits(int_compare(&s, op, lhs.bits, rhs.bits));
    *overflowed = int_overflows(m, &s, op, lhs.bits, rhs_ty, rhs.bits);
    Uint128 result = int_op(m, &s, op, lhs.bits, rhs.bits);
    return of_bits(uint128_truncate(result, s.bits));
}

Scalar number_unary(Machine *m, UnaryOp op, TyId ty, Scalar operand)
{
    Shape s = shape_of(m, ty);
    if (s.kind == TY_BOOL)
        return of_bits(!operand.bits);
    if (s.kind == TY_FLOAT)
        return of_bits(operand.bits ^ (Uint128)1 << (s.bits - 1));
    return of_bits(uint128_truncate(op == UNARY_NEG ? -operand.bits : ~operand.bits, s.bits));
}

/* ---- casts ----------------------------------------------------------------------------------- */

static Uint128 int_to_float(const Shape *from, const Shape *to, Uint128 bits)
{
    Int128 value = uint128_sign_extend(bits, from->bits);
    if (to->bits == 32) { /* straight to float: through double it would be rounded twice */
        float narrow = from->is_signed ? (float)value : (float)bits;
        uint32_t result;
        memcpy(&result, &narrow, sizeof result);
        return result;
    }
    return double_bits(to, from->is_signed ? (double)value : (double)bits);
}

/* Saturates; NaN gives 0. The powers of two that bound the ranges are exact in double. */
static Uint128 float_to_int(const Shape *to, double value)
{
    Uint128 max = to->is_signed ? uint128_mask(to->bits) >> 1 : uint128_mask(to->bits);
    double limit = ldexp(1.0, (int)(to->is_signed ? to->bits - 1 : to->bits));
    if (value != value)
        return 0;
    if (value >= limit)
        return max;
    if (to->is_signed && value <= -limit)
        return max + 1;
    if (!to->is_signed && value <= 0)
        return 0;
    return to->is_signed ? (Uint128)(Int128)value : (Uint128)value;
}

Scalar number_cast(Machine *m, MirCastKind cast, TyId from_ty, TyId to_ty, Scalar value)
{
    Shape from = shape_of(m, from_ty), to = shape_of(m, to_ty);
    if (cast == MIR_CAST_INT_TO_INT) {
        Uint128 wide =
            from.is_signed ? (Uint128)uint128_sign_extend(value.bits, from.bits) : value.bits;
        return of_bits(uint128_truncate(wide, to.bits));
    }
    if (cast == MIR_CAST_INT_TO_FLOAT)
        return of_bits(int_to_float(&from, &to, value.bits));
    if (cast == MIR_CAST_FLOAT_TO_FLOAT)
        return of_bits(double_bits(&to, as_double(&from, value.bits)));
    rsc_assert(cast == MIR_CAST_FLOAT_TO_INT);
    Uint128 result = float_to_int(&to, as_double(&from, value.bits));
    return of_bits(uint128_truncate(result, to.bits));
}
