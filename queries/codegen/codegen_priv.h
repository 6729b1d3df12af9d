/* Private to codegen: one module under construction, one function under construction.
 *
 * Values. A value of a scalar type is an SSA value, of a pair type two; bools are i1 or i8 in SSA
 * and always i8 in memory and in arguments; everything else is an address. Places are addresses
 * with an alignment.
 *
 * IR shape, for speed of LLVM's fast instruction selector (-O0): it takes a block from the end to
 * the front, and what it does not know sends everything in front of it in the block to the slow
 * selector. So such instructions begin a block of their own (cg_slow). */
#ifndef RSCC_CODEGEN_CODEGEN_PRIV_H
#define RSCC_CODEGEN_CODEGEN_PRIV_H

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>

#include "base/vec.h"
#include "codegen/codegen.h"

/* ---- the process: target machines -------------------------------------------------------------
 */

/* A target machine for these options: one thread's until it is given back. NULL never: failure is
 * fatal, a broken installation. */
LLVMTargetMachineRef codegen_pool_take(CodegenPool *pool, const CodegenOptions *options,
                                       const char *cpu);
void codegen_pool_give(CodegenPool *pool, const CodegenOptions *options, const char *cpu,
                       LLVMTargetMachineRef machine);

/* ---- a module -------------------------------------------------------------------------------- */

typedef struct {
    LLVMTypeRef void_, i1, i8, i16, i32, i64, i128, f32, f64, ptr;
} CgTypes;

typedef struct {
    Job *job;
    Interners *in;
    Arena *arena; /* for as long as the module */
    CodegenOptions options;
    const char *cpu;
    LLVMTargetMachineRef machine;
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    CgTypes types;
    Map strings; /* SymId -> index in string_globals */
    struct CgGlobals {
        LLVMValueRef *items;
        uint32_t count, capacity;
    } string_globals;
    bool has_error; /* reported: nothing is emitted */
} CgModule;

/* Everything is made in a fresh context. Give back with cg_module_close. */
void cg_module_open(CgModule *m, Job *job, const CodegenOptions *options);
void cg_module_close(CgModule *m);
/* Emits the definitions of the instances into the module. */
void cg_module_define(CgModule *m, const InstanceId *instances, uint32_t count);
/* Verifies (debug builds) and runs the passes of the opt level. */
void cg_module_finish(CgModule *m);

static inline bool cg_is_fast(const CgModule *m)
{
    return m->options.opt_level == 0;
}

/* Declares or finds things by their symbols. */
LLVMValueRef cg_function(CgModule *m, InstanceId instance);
/* The function as a pointer: through a shim where it takes a caller location. */
LLVMValueRef cg_function_pointer(CgModule *m, InstanceId instance);
LLVMValueRef cg_static(CgModule *m, DefId def);
/* Address of allocation `index` of a constant's value. */
LLVMValueRef cg_const_memory(CgModule *m, InstanceId instance, uint32_t index);
/* Address of the text's bytes, private to the module. */
LLVMValueRef cg_string(CgModule *m, SymId text, bool with_nul);
LLVMValueRef cg_location(CgModule *m, DefId def, uint32_t span);
LLVMValueRef cg_intrinsic(CgModule *m, const char *name, LLVMTypeRef *overloads, uint32_t count);
void cg_set_section(CgModule *m, LLVMValueRef global, const char *prefix);
/* Global variables for MONO_STATIC and MONO_CONST. */
void cg_define_data(CgModule *m, InstanceId instance);
/* Constant of `bytes` bytes at `offset` of an allocation, as this scalar. relocation targets belong
 * to `home`. */
LLVMValueRef cg_alloc_scalar(CgModule *m, const ConstValue *value, InstanceId home, uint32_t alloc,
                             uint64_t offset, const LayoutScalar *scalar);

/* ---- types ----------------------------------------------------------------------------------- */

LLVMTypeRef cg_int_type(const CgModule *m, uint32_t bytes);
/* In memory and in arguments; bools are i8. */
LLVMTypeRef cg_scalar_type(const CgModule *m, const LayoutScalar *scalar);
LLVMTypeRef cg_bytes_type(const CgModule *m, uint64_t bytes);
LLVMTypeRef cg_pair_type(const CgModule *m, LLVMTypeRef a, LLVMTypeRef b);
LLVMTypeRef cg_register_type(const CgModule *m, const AbiRegister *reg);
LLVMTypeRef cg_fn_type(const CgModule *m, const FnAbi *abi);
/* Attributes of parameters and return value, for a function or a call. */
void cg_fn_abi_attributes(const CgModule *m, const FnAbi *abi, LLVMValueRef fn_or_call,
                          bool is_call);
void cg_fn_attribute(const CgModule *m, LLVMValueRef fn, const char *name, uint64_t value);
void cg_fn_attribute_text(const CgModule *m, LLVMValueRef fn, const char *name, const char *value);
LLVMValueRef cg_int_const(const CgModule *m, LLVMTypeRef type, Uint128 value);

/* ---- a function ------------------------------------------------------------------------------ */

typedef enum { CG_ZERO_SIZED, CG_SCALAR, CG_PAIR, CG_MEMORY } CgValueKind;
typedef struct {
    CgValueKind kind;
    TyId ty;
    const Layout *layout;
    LLVMValueRef a, b; /* MEMORY: a is the address */
    uint32_t align;    /* MEMORY */
} CgValue;

typedef struct {
    LLVMValueRef address;
    LLVMValueRef meta; /* length of slices; NULL for sized types */
    TyId ty;
    const Layout *layout;
    uint32_t variant; /* MIR_VARIANT_NONE */
    uint32_t align;
} CgPlace;

typedef enum {
    CG_LOCAL_NONE,   /* not reached yet (SSA), or without use */
    CG_LOCAL_VALUE,  /* SSA */
    CG_LOCAL_MEMORY, /* lives at `place` */
} CgLocalKind;
typedef struct {
    CgLocalKind kind;
    bool is_ssa; /* by the analysis: assigned once, before every use, never through memory */
    CgValue value;
    CgPlace place;
} CgLocal;

typedef struct CgFunction {
    CgModule *m;
    InstanceId instance;
    DefId def; /* whose spans panic sites name */
    ArgsId args;
    const MirBody *body;
    FnAbi abi;
    LLVMValueRef function;
    LLVMBasicBlockRef entry;   /* allocas only */
    LLVMBasicBlockRef *blocks; /* by MIR block id; NULL until needed */
    LLVMValueRef slow_end;     /* the last instruction, if the block so far is all slow */
    CgLocal *locals;           /* by MIR local id */
    uint32_t *order;           /* reachable blocks in reverse postorder */
    uint32_t order_count;
    LLVMValueRef return_address;  /* PASS_POINTER return */
    LLVMValueRef caller_location; /* #[track_caller] */
    uint32_t span;                /* of the statement being compiled */
    bool has_error;
} CgFunction;

/* Emits the function's definition. */
void cg_define_function(CgModule *m, InstanceId instance);
void cg_define_entry(CgModule *m, InstanceId instance);
void cg_define_reify_shim(CgModule *m, InstanceId instance);
void cg_define_clone_shim(CgModule *m, InstanceId instance);

/* Reverse postorder, and which locals are SSA values. */
void cg_analyze(CgFunction *f);

/* Reports once per function that the construct at f->span is not supported. */
void cg_unsupported(CgFunction *f, const char *feature);
TyId cg_mono_ty(CgFunction *f, TyId ty);
const Layout *cg_layout(CgFunction *f, TyId ty);

/* Starts a block before an instruction that the fast selector does not take; cg_slow_done after it.
 */
void cg_slow(CgFunction *f);
void cg_slow_done(CgFunction *f);
LLVMBasicBlockRef cg_new_block(CgFunction *f, const char *name);
LLVMValueRef cg_alloca(CgFunction *f, uint64_t bytes, uint32_t align);

/* ---- values and places (codegen_value.c, codegen_place.c) ------------------------------------ */

CgValue cg_zero_sized(TyId ty, const Layout *layout);
CgValue cg_scalar(TyId ty, const Layout *layout, LLVMValueRef a);
CgValue cg_pair(TyId ty, const Layout *layout, LLVMValueRef a, LLVMValueRef b);
CgValue cg_undefined(CgFunction *f, TyId ty, const Layout *layout);
/* A bool as i1; any scalar as it is in memory. */
LLVMValueRef cg_as_i1(CgFunction *f, LLVMValueRef v);
LLVMValueRef cg_as_memory(CgFunction *f, LLVMValueRef v);
/* Bits of one LLVM type as another of the same size. */
LLVMValueRef cg_reinterpret(CgFunction *f, LLVMValueRef v, LLVMTypeRef type);
CgValue cg_load(CgFunction *f, const CgPlace *place);
LLVMValueRef cg_load_scalar(CgFunction *f, LLVMValueRef address, const LayoutScalar *scalar,
                            uint32_t align);
void cg_store(CgFunction *f, const CgPlace *place, CgValue value);
void cg_store_raw(CgFunction *f, LLVMValueRef v, LLVMValueRef address, uint32_t align);
void cg_copy_bytes(CgFunction *f, LLVMValueRef to, uint32_t to_align, LLVMValueRef from,
                   uint32_t from_align, uint64_t bytes);
LLVMValueRef cg_offset(CgFunction *f, LLVMValueRef address, uint64_t bytes);
/* The value as memory: itself, or a fresh temporary. */
CgPlace cg_spill(CgFunction *f, CgValue value);
CgPlace cg_temporary(CgFunction *f, TyId ty, const Layout *layout);
/* A field of a scalar or pair. */
CgValue cg_value_field(CgFunction *f, CgValue value, uint32_t variant, uint32_t field);

CgPlace cg_place(CgFunction *f, MirPlaceId place);
CgPlace cg_place_field(CgFunction *f, const CgPlace *base, uint32_t field);
CgValue cg_consume(CgFunction *f, MirPlaceId place);
CgValue cg_operand(CgFunction *f, MirOperandId operand);
/* Stores to a place of MIR, or makes the SSA value of a local. */
void cg_assign(CgFunction *f, MirPlaceId place, CgValue value);
/* True if the place is a whole local that becomes an SSA value. */
bool cg_is_ssa_place(const CgFunction *f, MirPlaceId place);
LLVMValueRef cg_discriminant(CgFunction *f, MirPlaceId place, TyId discriminant_ty);
void cg_set_discriminant(CgFunction *f, const CgPlace *place, uint32_t variant);

/* ---- rvalues --------------------------------------------------------------------------------- */

void cg_rvalue(CgFunction *f, MirPlaceId destination, MirRvalueId rvalue);
CgValue cg_binary(CgFunction *f, BinaryOp op, CgValue lhs, CgValue rhs);
CgValue cg_checked_binary(CgFunction *f, BinaryOp op, CgValue lhs, CgValue rhs);
CgValue cg_unary(CgFunction *f, UnaryOp op, CgValue operand);
CgValue cg_cast(CgFunction *f, MirCastKind cast, CgValue operand, MirOperandId source,
                TyId target_ty);

/* ---- calls ----------------------------------------------------------------------------------- */

void cg_call(CgFunction *f, const MirTerminator_call *call, uint32_t span);
/* Calls with values; the result goes to *destination (NULL: nobody wants it). Returns it if it is
 * no memory. */
CgValue cg_call_values(CgFunction *f, LLVMValueRef callee, const FnAbi *abi, const CgValue *args,
                       LLVMValueRef location, const CgPlace *destination);
/* The location that code at the span passes on: the caller's own in #[track_caller] functions. */
LLVMValueRef cg_caller_location(CgFunction *f, uint32_t span);
/* Parameters to locals, and return. */
void cg_prologue(CgFunction *f);
void cg_return(CgFunction *f);
/* A value read from `parameters`, which begins at *index and moves on. */
CgValue cg_parameter_value(CgFunction *f, const ArgAbi *arg, uint32_t *index);
/* Intrinsics by name; false if there is none of that name. */
bool cg_intrinsic_call(CgFunction *f, Str name, const MonoCallee *callee, const CgValue *args,
                       MirPlaceId destination);

#endif
