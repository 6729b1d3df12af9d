/* How functions pass values.
 *
 * C: System V psABI for AMD64, section 3.2.3: a value of up to 16 bytes is classified by
 * eightbytes, each INTEGER or SSE; what does not fit the registers that are left goes to the stack
 * as a whole. Rust: scalars and pairs in registers, small aggregates as integers, the rest by the
 * address of a copy. */
#include "layout/layout_priv.h"

enum { EIGHTBYTES_MAX = 2, INT_REGISTERS = 6, SSE_REGISTERS = 8 };

typedef enum { CLASS_NONE, CLASS_SSE, CLASS_INTEGER, CLASS_STACK } EightbyteClass;
typedef struct {
    EightbyteClass classes[EIGHTBYTES_MAX];
    bool is_stack;
} Classes;

static void merge_class(Classes *classes, uint64_t offset, EightbyteClass cls)
{
    uint64_t index = offset / 8;
    if (index >= EIGHTBYTES_MAX) {
        classes->is_stack = true;
        return;
    }
    if (cls > classes->classes[index])
        classes->classes[index] = cls;
}

static void classify_scalar(Classes *classes, const LayoutScalar *scalar, uint64_t offset)
{
    if (offset % scalar->bytes != 0) {
        classes->is_stack = true; /* packed */
        return;
    }
    EightbyteClass cls = scalar->kind == SCALAR_FLOAT ? CLASS_SSE : CLASS_INTEGER;
    merge_class(classes, offset, cls);
    if (scalar->bytes == 16)
        merge_class(classes, offset + 8, cls);
}

static void classify(Job *job, Classes *classes, const Layout *layout, uint64_t offset);

static void classify_fields(Job *job, Classes *classes, const LayoutFields *fields, uint64_t offset)
{
    for (uint32_t i = 0; i < fields->count && !classes->is_stack; i++)
        classify(job, classes, q_layout_of(job, fields->tys[i]), offset + fields->offsets[i]);
}

/* Every level is smaller than the one before, or has fewer fields around it, and all of it lies in
 * 16 bytes. */
static void classify(Job *job, Classes *classes, const Layout *layout, uint64_t offset)
{
    if (layout->size == 0 || classes->is_stack)
        return;
    if (layout->cls == LAYOUT_SCALAR) {
        classify_scalar(classes, &layout->a, offset);
        return;
    }
    if (layout->cls == LAYOUT_SCALAR_PAIR) {
        classify_scalar(classes, &layout->a, offset);
        classify_scalar(classes, &layout->b, offset + layout->b_offset);
        return;
    }
    if (layout->shape == LAYOUT_ARRAY) {
        const Layout *element = q_layout_of(job, layout->element_ty);
        for (uint64_t i = 0; i < layout->count && !classes->is_stack; i++)
            classify(job, classes, element, offset + i * layout->stride);
        return;
    }
    if (layout->variants == VARIANTS_TAG || layout->variants == VARIANTS_NICHE) {
        classify_scalar(classes, &layout->tag, offset + layout->tag_offset);
        for (uint32_t i = 0; i < layout->variant_count; i++)
            classify_fields(job, classes, &layout->variant_items[i].fields, offset);
        return;
    }
    classify_fields(job, classes, &layout->fields, offset);
}

static Classes classes_of(Job *job, const Layout *layout)
{
    Classes classes = { .is_stack = layout->size > 16 };
    if (!classes.is_stack)
        classify(job, &classes, layout, 0);
    return classes;
}

/* ---- C --------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t ints, floats; /* registers left */
} Registers;

static bool take_registers(Registers *left, const Classes *classes)
{
    uint32_t ints = 0, floats = 0;
    for (uint32_t i = 0; i < EIGHTBYTES_MAX; i++) {
        ints += classes->classes[i] == CLASS_INTEGER;
        floats += classes->classes[i] == CLASS_SSE;
    }
    if (ints > left->ints || floats > left->floats)
        return false;
    left->ints -= ints;
    left->floats -= floats;
    return true;
}

static AbiExtend scalar_extend(const LayoutScalar *scalar)
{
    if (scalar->kind != SCALAR_INT || scalar->bytes >= 4)
        return EXTEND_NONE;
    return scalar->is_signed ? EXTEND_SIGN : EXTEND_ZERO;
}

static void cut_into_registers(ArgAbi *arg, const Classes *classes, uint64_t size)
{
    arg->mode = PASS_REGISTERS;
    for (uint64_t at = 0; at < size; at += 8) {
        uint64_t left = size - at;
        EightbyteClass cls = classes->classes[at / 8];
        AbiRegister reg = { REGISTER_INT, (uint8_t)(left < 8 ? left : 8) };
        if (cls == CLASS_SSE)
            reg = (AbiRegister){ REGISTER_FLOAT, left > 4 ? 8 : 4 };
        arg->registers[arg->register_count++] = reg;
    }
}

static ArgAbi c_value(const Layout *layout, TyId ty, const Classes *classes)
{
    ArgAbi arg = { .ty = ty };
    if (layout_is_zero_sized(layout)) {
        arg.mode = PASS_IGNORE;
    } else if (layout->cls == LAYOUT_SCALAR) {
        arg.mode = PASS_SCALAR;
        arg.extend = (uint8_t)scalar_extend(&layout->a);
    } else {
        cut_into_registers(&arg, classes, layout->size);
    }
    return arg;
}

static ArgAbi c_return(Job *job, TyId ty, Registers *left)
{
    const Layout *layout = q_layout_of(job, ty);
    Classes classes = classes_of(job, layout);
    if (!classes.is_stack)
        return c_value(layout, ty, &classes);
    left->ints--; /* the address of the room for it */
    return (ArgAbi){ .ty = ty, .mode = PASS_POINTER };
}

static ArgAbi c_argument(Job *job, TyId ty, Registers *left)
{
    const Layout *layout = q_layout_of(job, ty);
    Classes classes = classes_of(job, layout);
    bool is_scalar = layout->cls == LAYOUT_SCALAR;
    if (classes.is_stack || (!take_registers(left, &classes) && !is_scalar))
        return (ArgAbi){ .ty = ty, .mode = PASS_STACK };
    return c_value(layout, ty, &classes);
}

/* ---- Rust ------------------------------------------------------------------------------------ */

static ArgAbi rust_value(Job *job, TyId ty)
{
    const Layout *layout = q_layout_of(job, ty);
    ArgAbi arg = { .ty = ty };
    if (layout_is_zero_sized(layout)) {
        arg.mode = PASS_IGNORE;
    } else if (layout->cls == LAYOUT_SCALAR) {
        arg.mode = PASS_SCALAR;
        arg.extend = (uint8_t)scalar_extend(&layout->a);
    } else if (layout->cls == LAYOUT_SCALAR_PAIR) {
        arg.mode = PASS_PAIR;
    } else if (layout->size <= 2 * TARGET_POINTER_BYTES) {
        Classes ints = { .classes = { CLASS_INTEGER, CLASS_INTEGER } };
        cut_into_registers(&arg, &ints, layout->size);
    } else {
        arg.mode = PASS_POINTER;
    }
    return arg;
}

FnAbi fn_abi(Job *job, const FnSig *sig, const TyId *extra_tys, uint32_t extra_count, Arena *arena)
{
    bool is_rust =
        sig->abi == ABI_RUST || sig->abi == ABI_RUST_CALL || sig->abi == ABI_RUST_INTRINSIC;
    FnAbi abi = { .abi = sig->abi,
                  .is_variadic = sig->is_variadic,
                  .arg_count = sig->input_count + extra_count,
                  .fixed_count = sig->input_count };
    Registers left = { INT_REGISTERS, SSE_REGISTERS };
    abi.never_returns = q_layout_of(job, sig->output)->is_uninhabited;
    abi.ret = is_rust ? rust_value(job, sig->output) : c_return(job, sig->output, &left);
    if (abi.never_returns)
        abi.ret.mode = PASS_IGNORE;
    abi.args = arena_alloc_array(arena, abi.arg_count, sizeof(ArgAbi));
    for (uint32_t i = 0; i < abi.arg_count; i++) {
        TyId ty = i < sig->input_count ? sig->inputs[i] : extra_tys[i - sig->input_count];
        abi.args[i] = is_rust ? rust_value(job, ty) : c_argument(job, ty, &left);
    }
    return abi;
}
