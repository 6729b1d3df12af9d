/* MIR: a control-flow graph of places, rvalues and basic blocks. One MIR feeds borrow checking,
 * drop elaboration, const evaluation and codegen. Flat like HIR: everything is an id into an array
 * of the body; 0 is none.
 *
 * It is generic: types in it may hold parameters; instances substitute on the way out. Locals: 1 is
 * the return place, then the arguments, then variables and temporaries. Overflow checks are always
 * in it as CHECKED_BINARY + ASSERT; codegen leaves the assert out when the profile does. */
#ifndef RSCC_MIR_MIR_H
#define RSCC_MIR_MIR_H

#include "base/ir_table.h"
#include "base/wide.h"
#include "ty/ty.h"

ID_TYPE(MirLocalId, mir_local_id)
ID_TYPE(MirBlockId, mir_block_id)
ID_TYPE(MirPlaceId, mir_place_id)
ID_TYPE(MirRvalueId, mir_rvalue_id)
ID_TYPE(MirOperandId, mir_operand_id)

static const MirLocalId MIR_RETURN_LOCAL = { 1 };

typedef enum {
    MIR_BORROW_SHARED,
    MIR_BORROW_FAKE,
    MIR_BORROW_MUT,
    MIR_BORROW_TWO_PHASE_MUT
} MirBorrowKind;
typedef enum {
    MIR_FAKE_READ_LET,
    MIR_FAKE_READ_MATCH_GUARD,
    MIR_FAKE_READ_MATCHED_PLACE,
    MIR_FAKE_READ_INDEX
} MirFakeReadCause;
typedef enum {
    MIR_AGGREGATE_TUPLE,
    MIR_AGGREGATE_ARRAY,
    MIR_AGGREGATE_ADT,
    MIR_AGGREGATE_CLOSURE,
    MIR_AGGREGATE_RAW_PTR
} MirAggregateKind;
typedef enum {
    MIR_CAST_INT_TO_INT,
    MIR_CAST_INT_TO_FLOAT,
    MIR_CAST_FLOAT_TO_INT,
    MIR_CAST_FLOAT_TO_FLOAT,
    MIR_CAST_PTR_TO_PTR,
    MIR_CAST_PTR_EXPOSE,
    MIR_CAST_PTR_FROM_EXPOSED,
    MIR_CAST_FN_PTR_TO_PTR,
    MIR_CAST_REIFY_FN,
    MIR_CAST_UNSAFE_FN,
    MIR_CAST_CLOSURE_FN,
    MIR_CAST_MUT_TO_CONST,
    MIR_CAST_ARRAY_TO_POINTER,
    MIR_CAST_UNSIZE,
    MIR_CAST_TRANSMUTE,
} MirCastKind;
/* ASSERT(UPPER, lang item of the panic function, message with rustc's words) */
#define MIR_ASSERT_TABLE(X)                                                             \
    X(BOUNDS_CHECK, "panic_bounds_check",                                               \
      "index out of bounds: the length is {} but the index is {}")                      \
    X(OVERFLOW_ADD, "panic_const_add_overflow", "attempt to add with overflow")         \
    X(OVERFLOW_SUB, "panic_const_sub_overflow", "attempt to subtract with overflow")    \
    X(OVERFLOW_MUL, "panic_const_mul_overflow", "attempt to multiply with overflow")    \
    X(OVERFLOW_DIV, "panic_const_div_overflow", "attempt to divide with overflow")      \
    X(OVERFLOW_REM, "panic_const_rem_overflow",                                         \
      "attempt to calculate the remainder with overflow")                               \
    X(OVERFLOW_NEG, "panic_const_neg_overflow", "attempt to negate with overflow")      \
    X(OVERFLOW_SHL, "panic_const_shl_overflow", "attempt to shift left with overflow")  \
    X(OVERFLOW_SHR, "panic_const_shr_overflow", "attempt to shift right with overflow") \
    X(DIVISION_BY_ZERO, "panic_const_div_by_zero", "attempt to divide by zero")         \
    X(REMAINDER_BY_ZERO, "panic_const_rem_by_zero",                                     \
      "attempt to calculate the remainder with a divisor of zero")
typedef enum {
#define X(U, lang, text) MIR_ASSERT_##U,
    MIR_ASSERT_TABLE(X)
#undef X
        MIR_ASSERT_COUNT
} MirAssertKind;

typedef enum {
    MIR_PROJECT_DEREF,
    MIR_PROJECT_FIELD,          /* index: field; ty: its type */
    MIR_PROJECT_INDEX,          /* local */
    MIR_PROJECT_CONSTANT_INDEX, /* index, from_end, min_length */
    MIR_PROJECT_SUBSLICE,       /* index = from, min_length = to, from_end */
    MIR_PROJECT_DOWNCAST,       /* index: variant */
} MirProjectionKind;
typedef struct {
    uint8_t kind; /* MirProjectionKind */
    bool from_end;
    uint32_t index;
    uint32_t min_length;
    MirLocalId local;
    TyId ty;
} MirProjection;
typedef struct {
    MirLocalId local;
    IdRange projections;
} MirPlace;

typedef enum { MIR_OPERAND_COPY, MIR_OPERAND_MOVE, MIR_OPERAND_CONST } MirOperandKind;
/* A constant operand: scalar bits, a zero-sized value (functions, unit), a string, or (def, args)
 * to be evaluated. */
typedef enum {
    MIR_CONST_SCALAR,
    MIR_CONST_ZERO_SIZED,
    MIR_CONST_STR,
    MIR_CONST_BYTE_STR,
    MIR_CONST_C_STR,
    MIR_CONST_ITEM,
    MIR_CONST_STATIC_REF,
    MIR_CONST_TY_CONST,
    MIR_CONST_PROMOTED
} MirConstKind;
typedef struct {
    uint8_t kind; /* MirConstKind */
    TyId ty;
    uint64_t low, high; /* SCALAR */
    SymId text;         /* STR, BYTE_STR, C_STR */
    DefId def;          /* ITEM, STATIC_REF, PROMOTED: owner */
    ArgsId args;
    ConstId konst; /* TY_CONST */
    uint32_t promoted;
} MirConst;
typedef struct {
    uint8_t kind; /* MirOperandKind */
    MirPlaceId place;
    MirConst constant;
    uint32_t span;
} MirOperand;

enum {
    IR_LOCAL_mir_local = IR_LOCAL_FIRST,
    IR_LOCAL_mir_block,
    IR_LOCAL_mir_place,
    IR_LOCAL_mir_rvalue,
    IR_LOCAL_mir_operand
};

/* Node structs and unions (MirStatement, MirTerminator: kind, span, scope, as.<lower>; MirRvalue:
 * kind, as.<lower>). */
#define IR_TABLE  "mir/mir_statement.def"
#define IR_NODE   MirStatement
#define IR_KIND   MIR_STATEMENT
#define IR_PREFIX mir_statement
#define IR_COMMON F(u32, uint32_t, span) F(u32, uint32_t, scope)
#include "base/ir_declare.h"
#define IR_TABLE  "mir/mir_terminator.def"
#define IR_NODE   MirTerminator
#define IR_KIND   MIR_TERMINATOR
#define IR_PREFIX mir_terminator
#define IR_COMMON F(u32, uint32_t, span) F(u32, uint32_t, scope)
#include "base/ir_declare.h"
#define IR_TABLE  "mir/mir_rvalue.def"
#define IR_NODE   MirRvalue
#define IR_KIND   MIR_RVALUE
#define IR_PREFIX mir_rvalue
#define IR_COMMON
#include "base/ir_declare.h"

typedef struct {
    TyId ty;
    SymId name; /* user variables and arguments */
    bool is_mut;
    bool is_user_variable;
    bool is_argument;
    uint32_t scope; /* in scopes */
    uint32_t span;
} MirLocal;
typedef struct {
    uint64_t low, high;
    MirBlockId target;
} MirSwitchTarget;
typedef struct {
    IdRange statements; /* consecutive in `statements` */
    MirTerminator terminator;
    bool is_cleanup;
} MirBlock;
/* A lexical scope for debug info. */
typedef struct {
    uint32_t parent; /* 0 for the outermost (entry 1) */
    uint32_t span;
} MirScope;

typedef struct MirBody {
    DefId owner;
    bool has_error; /* the body was not built: something was reported */
    bool is_promoted;
    MirLocal *locals;
    uint32_t local_count;
    uint32_t argument_count;
    MirBlock *blocks;
    uint32_t block_count;
    MirStatement *statements;
    uint32_t statement_count;
    MirPlace *places;
    uint32_t place_count;
    MirProjection *projections;
    uint32_t projection_count;
    MirRvalue *rvalues;
    uint32_t rvalue_count;
    MirOperand *operands;
    uint32_t operand_count;
    uint32_t *lists;
    uint32_t list_count;
    MirSwitchTarget *switch_targets;
    uint32_t switch_target_count;
    MirScope *scopes;
    uint32_t scope_count;
    TyId *user_types;
    uint32_t user_type_count;
    /* Bodies of promoted constants of this body, by number: each a MirBody whose owner is this
     * owner. */
    struct MirBody *promoteds;
    uint32_t promoted_count;
} MirBody;

#define IR_TABLE "mir/mir_records.def"
#include "base/ir_records_declare.h"

enum { MIR_UNWIND_CONTINUE = 0 };
#define MIR_VARIANT_NONE UINT32_MAX /* no enumerator: those are int */

/* The type of a place, and the variant it was downcast to (MIR_VARIANT_NONE: not downcast). */
typedef struct {
    TyId ty;
    uint32_t variant;
} MirPlaceTy;
MirPlaceTy mir_place_ty(const Interners *in, const MirBody *body, MirPlaceId place);
/* The type after one more projection. */
MirPlaceTy mir_project_ty(const Interners *in, MirPlaceTy base, const MirProjection *projection);
TyId mir_operand_ty(const Interners *in, const MirBody *body, MirOperandId operand);
/* The type of the value an rvalue makes; generic in the body's parameters. */
TyId mir_rvalue_ty(Interners *in, const MirBody *body, const MirRvalue *rvalue);
/* The type with constants in it (array lengths, const arguments) evaluated as far as they do not
 * depend on parameters: equal types have equal ids then. */
TyId ty_evaluated(Job *job, TyId ty);
ArgsId args_evaluated(Job *job, ArgsId args);
/* The discriminant of a variant, as bits of the discriminant's type (repr, else isize); asks
 * const_scalar for explicit ones. 0 after errors. */
Uint128 adt_discriminant(Job *job, const AdtDef *adt, uint32_t variant);
TyId adt_discriminant_ty(Interners *in, const AdtDef *adt);
/* Bits of an integer, float, bool (8), char (32) or thin pointer type; 0 for other types. */
uint32_t mir_scalar_bits(const Interners *in, TyId ty);
/* What a terminator may go to, unwinding included: calls fn with a pointer to each id that is not
 * none. */
typedef void (*MirBlockFn)(void *context, MirBlockId *target);
void mir_terminator_targets(MirTerminator *terminator, MirSwitchTarget *switch_targets,
                            MirBlockFn fn, void *context);
const char *mir_assert_lang_item(MirAssertKind kind);
const char *mir_assert_message(MirAssertKind kind);
/* Overflow asserts vanish where the profile has no overflow checks. */
bool mir_assert_is_overflow(MirAssertKind kind);

typedef enum { MIR_PHASE_BUILT, MIR_PHASE_OPTIMIZED } MirPhase;
/* Checks ids, ranges, types of assignments that need no trait solver, and what the phase forbids
 * (optimized: no fake reads, ascriptions, false edges). A broken body is a bug: asserts with the
 * dump in the message. Cost: linear. */
void mir_validate(Interners *in, const MirBody *body, MirPhase phase);

/* The text form: `_1 = Add(copy _2, const 1_i32);`, one statement a line. Names no file and no
 * position. */
void mir_dump(Interners *in, const MirBody *body, Text *out);

#define QUERY QUERY_DECLARE
#include "mir/mir_queries.def"
#undef QUERY

#endif
