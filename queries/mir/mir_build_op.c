/* Built-in operators, literals, casts and indexing, with the checks that the language wants. */
#include <stdlib.h>
#include <string.h>

#include "mir/mir_priv.h"

/* ---- checks ---------------------------------------------------------------------------------- */

void build_assert(MirBuild *b, MirOperandId condition, bool expected, MirAssertKind message,
                  const MirOperandId *args, uint32_t count, uint32_t span)
{
    MirBlockId success = build_new_block(b);
    MirTerminator_assert_ assertion = { .condition = condition,
                                        .expected = expected,
                                        .message = (uint8_t)message,
                                        .target = success,
                                        .unwind = build_unwind(b) };
    assertion.message_args = mir_edit_operand_list(&b->edit, args, count);
    mir_edit_terminate(&b->edit, b->block,
                       (MirTerminator){ .kind = MIR_TERMINATOR_ASSERT, .as.assert_ = assertion },
                       build_source(b, span));
    b->block = success;
}

/* An operand that is read again, beside its use: constants and copies as they are, moved
 * temporaries by copying. */
static MirOperandId read_again(MirBuild *b, MirOperandId operand)
{
    MirOperand o = *mir_operand_vec_at(&b->edit.operands, operand.v);
    if (o.kind == MIR_OPERAND_CONST)
        return mir_edit_const(&b->edit, o.constant, o.span);
    return mir_edit_copy(&b->edit, o.place, o.span);
}

static MirOperandId bool_temp(MirBuild *b, MirRvalueId rvalue, uint32_t span)
{
    MirPlaceId place = build_place_of(b, build_local(b, build_bool(b), span));
    build_assign(b, place, rvalue, span);
    return mir_edit_move(&b->edit, place, span);
}

static bool is_int(const MirBuild *b, TyId ty)
{
    TyKind kind = ty_kind(b->in, ty);
    return kind == TY_INT || kind == TY_UINT;
}

static Uint128 smallest(const MirBuild *b, TyId ty)
{
    return (Uint128)1 << (mir_scalar_bits(b->in, ty) - 1);
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static MirAssertKind overflow_assert(BinaryOp op)
{
    if (op == BINARY_ADD)
        return MIR_ASSERT_OVERFLOW_ADD;
    if (op == BINARY_SUB)
        return MIR_ASSERT_OVERFLOW_SUB;
    if (op == BINARY_MUL)
        return MIR_ASSERT_OVERFLOW_MUL;
    return op == BINARY_SHL ? MIR_ASSERT_OVERFLOW_SHL : MIR_ASSERT_OVERFLOW_SHR;
}

static MirRvalueId checked(MirBuild *b, BinaryOp op, MirOperandId lhs, MirOperandId rhs, TyId ty,
                           uint32_t span)
{
    TyId parts[2] = { ty, build_bool(b) };
    MirPlaceId pair = build_place_of(b, build_local(b, ty_tuple(b->in, parts, 2), span));
    bool is_shift = op == BINARY_SHL || op == BINARY_SHR;
    MirOperandId args[2] = { read_again(b, is_shift ? rhs : lhs), read_again(b, rhs) };
    MirOperandId first = read_again(b, lhs), second = read_again(b, rhs);
    build_assign(b, pair, mir_edit_checked_binary(&b->edit, op, first, second), span);
    MirPlaceId flag = mir_edit_field(&b->edit, pair, 1, parts[1]);
    build_assert(b, mir_edit_move(&b->edit, flag, span), false, overflow_assert(op), args,
                 is_shift ? 1 : 2, span);
    return mir_edit_use(&b->edit,
                        mir_edit_move(&b->edit, mir_edit_field(&b->edit, pair, 0, ty), span));
}

static void check_divisor(MirBuild *b, BinaryOp op, MirOperandId lhs, MirOperandId rhs, TyId ty,
                          uint32_t span)
{
    bool is_div = op == BINARY_DIV;
    MirOperandId zero = mir_edit_scalar(&b->edit, ty, 0, span);
    MirOperandId is_zero =
        bool_temp(b, mir_edit_binary(&b->edit, BINARY_EQ, read_again(b, rhs), zero), span);
    MirOperandId dividend = read_again(b, lhs);
    build_assert(b, is_zero, false,
                 is_div ? MIR_ASSERT_DIVISION_BY_ZERO : MIR_ASSERT_REMAINDER_BY_ZERO, &dividend, 1,
                 span);
    if (ty_kind(b->in, ty) != TY_INT)
        return;
    Uint128 minus_one = uint128_mask(mir_scalar_bits(b->in, ty));
    MirOperandId all_ones = mir_edit_scalar(&b->edit, ty, minus_one, span);
    MirOperandId least = mir_edit_scalar(&b->edit, ty, smallest(b, ty), span);
    MirOperandId by_minus_one =
        bool_temp(b, mir_edit_binary(&b->edit, BINARY_EQ, read_again(b, rhs), all_ones), span);
    MirOperandId of_least =
        bool_temp(b, mir_edit_binary(&b->edit, BINARY_EQ, read_again(b, lhs), least), span);
    MirOperandId overflows =
        bool_temp(b, mir_edit_binary(&b->edit, BINARY_BIT_AND, by_minus_one, of_least), span);
    MirOperandId args[2] = { read_again(b, lhs), read_again(b, rhs) };
    build_assert(b, overflows, false, is_div ? MIR_ASSERT_OVERFLOW_DIV : MIR_ASSERT_OVERFLOW_REM,
                 args, 2, span);
}

MirRvalueId build_binary(MirBuild *b, BinaryOp op, MirOperandId lhs, MirOperandId rhs, TyId ty,
                         uint32_t span)
{
    bool may_overflow = op == BINARY_ADD || op == BINARY_SUB || op == BINARY_MUL ||
                        op == BINARY_SHL || op == BINARY_SHR;
    if (is_int(b, ty) && may_overflow)
        return checked(b, op, lhs, rhs, ty, span);
    if (is_int(b, ty) && (op == BINARY_DIV || op == BINARY_REM))
        check_divisor(b, op, lhs, rhs, ty, span);
    return mir_edit_binary(&b->edit, op, lhs, rhs);
}

/* ---- unary ----------------------------------------------------------------------------------- */

MirRvalueId build_unary(MirBuild *b, HirExprId id, const HirExpr_unary *node)
{
    uint32_t span = build_span(b, id);
    const HirExpr *inner = hir_expr(b->hir, node->operand);
    TyId ty = b->types->expr_tys[id.v];
    bool is_literal = node->op == UNARY_NEG && inner->kind == HIR_EXPR_LITERAL &&
                      b->types->expr_adjustments[node->operand.v].count == 0;
    if (is_literal) { /* `-128_i8` is a number, not an overflow */
        const HirLiteral *literal = &b->hir->literals[inner->as.literal.literal.v];
        MirConst constant = build_literal(b, literal, ty, true);
        return mir_edit_use(&b->edit, mir_edit_const(&b->edit, constant, span));
    }
    MirOperandId operand = build_as_operand(b, adjusted(b, node->operand));
    if (node->op == UNARY_NEG && is_int(b, ty)) {
        MirOperandId least = mir_edit_scalar(&b->edit, ty, smallest(b, ty), span);
        MirOperandId is_least =
            bool_temp(b, mir_edit_binary(&b->edit, BINARY_EQ, read_again(b, operand), least), span);
        MirOperandId arg = read_again(b, operand);
        build_assert(b, is_least, false, MIR_ASSERT_OVERFLOW_NEG, &arg, 1, span);
    }
    return mir_edit_unary(&b->edit, (UnaryOp)node->op, operand);
}

/* ---- literals -------------------------------------------------------------------------------- */

/* The digits without what a literal may hold besides them. */
static const char *float_digits(MirBuild *b, Str text, bool negative)
{
    char *digits = arena_alloc(b->arena, text.bytes + 2);
    size_t count = 0;
    if (negative)
        digits[count++] = '-';
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] != '_')
            digits[count++] = text.data[i];
    }
    digits[count] = '\0';
    return digits;
}

/* The C library rounds to nearest, ties to even, as Rust does; the process stays in the "C" locale.
 */
static uint64_t float_bits(MirBuild *b, const HirLiteral *literal, TyId ty, bool negative)
{
    const char *digits = float_digits(b, sym_text(b->in, literal->text), negative);
    uint32_t width = mir_scalar_bits(b->in, ty);
    if (width == 32) {
        float value = strtof(digits, NULL);
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        return bits;
    }
    double value = strtod(digits, NULL);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (width != 64)
        build_unsupported(b, 0, "f16 and f128");
    return bits;
}

static MirConst text_literal(const HirLiteral *literal, TyId ty, MirConstKind kind)
{
    return (MirConst){ .kind = (uint8_t)kind, .ty = ty, .text = literal->text };
}

static MirConst scalar_literal(TyId ty, Uint128 bits)
{
    return (MirConst){
        .kind = MIR_CONST_SCALAR, .ty = ty, .low = uint128_low(bits), .high = uint128_high(bits)
    };
}

/* An integer literal may have a float type: `1f32`, `1` where a float is wanted. */
static MirConst int_literal(MirBuild *b, const HirLiteral *literal, TyId ty, bool negative)
{
    Uint128 value = uint128_make(literal->low, literal->high);
    uint32_t width = mir_scalar_bits(b->in, ty);
    if (ty_kind(b->in, ty) == TY_FLOAT) {
        double wide = (double)value;
        float narrow = (float)value;
        uint64_t bits = 0;
        memcpy(&bits, width == 32 ? (void *)&narrow : (void *)&wide, width / 8);
        return scalar_literal(ty, negative ? bits ^ (uint64_t)1 << (width - 1) : bits);
    }
    if (width == 0)
        width = 64;
    return scalar_literal(ty, uint128_truncate(negative ? -value : value, width));
}

MirConst build_literal(MirBuild *b, const HirLiteral *literal, TyId ty, bool negative)
{
    switch ((HirLiteralKind)literal->kind) {
    case HIR_LITERAL_INT:
        return int_literal(b, literal, ty, negative);
    case HIR_LITERAL_FLOAT:
        return scalar_literal(ty, float_bits(b, literal, ty, negative));
    case HIR_LITERAL_BOOL:
    case HIR_LITERAL_CHAR:
    case HIR_LITERAL_BYTE:
        return scalar_literal(ty, literal->low);
    case HIR_LITERAL_STR:
        return text_literal(literal, ty, MIR_CONST_STR);
    case HIR_LITERAL_BYTE_STR:
        return text_literal(literal, ty, MIR_CONST_BYTE_STR);
    case HIR_LITERAL_C_STR:
        return text_literal(literal, ty, MIR_CONST_C_STR);
    case HIR_LITERAL_ERROR:
    case HIR_LITERAL_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- casts ----------------------------------------------------------------------------------- */

static MirCastKind numeric_cast(const MirBuild *b, TyId from, TyId to)
{
    bool from_float = ty_kind(b->in, from) == TY_FLOAT, to_float = ty_kind(b->in, to) == TY_FLOAT;
    if (from_float)
        return to_float ? MIR_CAST_FLOAT_TO_FLOAT : MIR_CAST_FLOAT_TO_INT;
    return to_float ? MIR_CAST_INT_TO_FLOAT : MIR_CAST_INT_TO_INT;
}

static TyId fn_ptr_of_item(MirBuild *b, TyId item)
{
    const Ty *ty = ty_get(b->in, item);
    const FnSig *sig = q_fn_sig(b->job, ty->as.fn_def.def);
    GenericArg *parts = arena_alloc_array(b->arena, sig->input_count + 1ull, sizeof *parts);
    for (uint32_t i = 0; i <= sig->input_count; i++) {
        TyId part = i < sig->input_count ? sig->inputs[i] : sig->output;
        part = normalize_substituted(b->job, b->env, part, ty->as.fn_def.args);
        parts[i] = arg_of_ty(ty_erase_regions(b->in, part));
    }
    Ty pointer = { .kind = TY_FN_PTR };
    pointer.as.fn_ptr =
        (Ty_fn_ptr){ .inputs_and_output = args_intern(b->in, parts, sig->input_count + 1),
                     .abi = sig->abi,
                     .is_unsafe = sig->is_unsafe,
                     .is_variadic = sig->is_variadic };
    return ty_intern(b->in, &pointer);
}

/* `function as usize`: the item becomes a pointer first. */
static MirOperandId as_fn_pointer(MirBuild *b, MirOperandId operand, uint32_t span)
{
    TyId ty = mir_edit_operand_ty(&b->edit, operand);
    if (ty_kind(b->in, ty) != TY_FN_DEF)
        return operand;
    TyId pointer = fn_ptr_of_item(b, ty);
    MirPlaceId place = build_place_of(b, build_local(b, pointer, span));
    build_assign(b, place, mir_edit_cast(&b->edit, MIR_CAST_REIFY_FN, operand, pointer), span);
    return mir_edit_move(&b->edit, place, span);
}

/* Any integer is an address once it is widened like one. */
static MirOperandId as_usize(MirBuild *b, MirOperandId operand, uint32_t span)
{
    TyId usize = build_usize(b);
    if (ty_id_eq(mir_edit_operand_ty(&b->edit, operand), usize))
        return operand;
    MirPlaceId place = build_place_of(b, build_local(b, usize, span));
    build_assign(b, place, mir_edit_cast(&b->edit, MIR_CAST_INT_TO_INT, operand, usize), span);
    return mir_edit_move(&b->edit, place, span);
}

/* The number behind a variant. */
static MirOperandId discriminant_of(MirBuild *b, HirExprId operand, uint32_t span)
{
    MirLocalId holder = build_as_stable_local(b, adjusted(b, operand));
    MirPlaceId place = build_place_of(b, holder);
    const Ty *ty = ty_get(b->in, mir_edit_place_ty(&b->edit, place));
    rsc_assert(ty->kind == TY_ADT);
    TyId number = adt_discriminant_ty(b->in, q_adt_def(b->job, ty->as.adt.def));
    MirRvalue_discriminant discriminant = { .place = place, .ty = number };
    MirPlaceId result = build_place_of(b, build_local(b, number, span));
    build_assign(b, result,
                 mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_DISCRIMINANT,
                                                        .as.discriminant = discriminant }),
                 span);
    return mir_edit_move(&b->edit, result, span);
}

MirRvalueId build_cast(MirBuild *b, HirExprId id, const HirExpr_cast *node)
{
    uint32_t span = build_span(b, id);
    TyId to = b->types->expr_tys[id.v];
    CastKind kind = (CastKind)b->types->cast_kinds[id.v];
    if (kind == CAST_ENUM_INT)
        return mir_edit_cast(&b->edit, MIR_CAST_INT_TO_INT, discriminant_of(b, node->operand, span),
                             to);
    MirOperandId operand = build_as_operand(b, adjusted(b, node->operand));
    TyId from = mir_edit_operand_ty(&b->edit, operand);
    switch (kind) {
    case CAST_NUMERIC:
        return mir_edit_cast(&b->edit, numeric_cast(b, from, to), operand, to);
    case CAST_INT_CHAR:
    case CAST_BOOL_INT:
    case CAST_CHAR_INT:
        return mir_edit_cast(&b->edit, MIR_CAST_INT_TO_INT, operand, to);
    case CAST_PTR_PTR:
        return mir_edit_cast(&b->edit, MIR_CAST_PTR_TO_PTR, operand, to);
    case CAST_PTR_ADDR:
        return mir_edit_cast(&b->edit, MIR_CAST_PTR_EXPOSE, operand, to);
    case CAST_ADDR_PTR:
        return mir_edit_cast(&b->edit, MIR_CAST_PTR_FROM_EXPOSED, as_usize(b, operand, span), to);
    case CAST_FN_PTR_ADDR:
        return mir_edit_cast(&b->edit, MIR_CAST_PTR_EXPOSE, as_fn_pointer(b, operand, span), to);
    case CAST_FN_PTR_PTR:
        return mir_edit_cast(&b->edit, MIR_CAST_FN_PTR_TO_PTR, as_fn_pointer(b, operand, span), to);
    case CAST_ARRAY_PTR:
        return mir_edit_cast(&b->edit, MIR_CAST_ARRAY_TO_POINTER, operand, to);
    case CAST_COERCION:
        return mir_edit_use(&b->edit, operand);
    case CAST_ENUM_INT:
    case CAST_ERROR:
        break;
    }
    RSC_UNREACHABLE();
}

/* ---- indexing -------------------------------------------------------------------------------- */

static MirPlaceId overloaded_index(MirBuild *b, HirExprId id, const HirExpr_index *node)
{
    uint32_t span = build_span(b, id);
    MirOperandId args[2] = { build_as_operand(b, adjusted(b, node->base)),
                             build_as_operand(b, adjusted(b, node->index)) };
    const Ty *base = ty_get(b->in, mir_edit_operand_ty(&b->edit, args[0]));
    rsc_assert(base->kind == TY_REF);
    TyId reference =
        ty_ref(b->in, region_erased(b->in), b->types->expr_tys[id.v], base->as.ref.is_mut);
    MirPlaceId result = build_place_of(b, build_local(b, reference, span));
    MirOperandId function =
        build_fn_operand(b, b->types->callees[id.v], b->types->callee_args[id.v], span);
    build_call_operands(b, result, function, args, 2, false, span);
    return mir_edit_deref(&b->edit, result);
}

MirPlaceId build_index(MirBuild *b, HirExprId id, const HirExpr_index *node)
{
    if (!def_id_is_none(b->types->callees[id.v]))
        return overloaded_index(b, id, node);
    uint32_t span = build_span(b, id);
    MirPlaceId base = build_as_place(b, adjusted(b, node->base));
    MirLocalId index = build_as_stable_local(b, adjusted(b, node->index));
    MirPlaceId index_place = build_place_of(b, index);
    MirLocalId length = build_local(b, build_usize(b), span);
    MirPlaceId length_place = build_place_of(b, length);
    build_assign(
        b, length_place,
        mir_edit_rvalue(&b->edit, (MirRvalue){ .kind = MIR_RVALUE_LEN, .as.len.place = base }),
        span);
    MirOperandId fits =
        bool_temp(b,
                  mir_edit_binary(&b->edit, BINARY_LT, mir_edit_copy(&b->edit, index_place, span),
                                  mir_edit_copy(&b->edit, length_place, span)),
                  span);
    MirOperandId args[2] = { mir_edit_copy(&b->edit, index_place, span),
                             mir_edit_copy(&b->edit, length_place, span) };
    build_assert(b, fits, true, MIR_ASSERT_BOUNDS_CHECK, args, 2, span);
    return mir_edit_index(&b->edit, base, index);
}
