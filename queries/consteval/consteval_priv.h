/* Private to consteval: a machine that runs MIR.
 *
 * Memory is a table of allocations; a pointer is an allocation and an offset in it, or a plain
 * number. Every local is an allocation, so there is one way to read and write. Each byte knows
 * whether it is initialised; pointers in memory are relocations beside the bytes. An error stops
 * the machine: it is reported once, with the frames it happened in, and everything after it is a
 * no-op. */
#ifndef RSCC_CONSTEVAL_CONSTEVAL_PRIV_H
#define RSCC_CONSTEVAL_CONSTEVAL_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "consteval/consteval.h"

/* Index in Machine.allocs; 0: none, a pointer that is a plain number. */
typedef uint32_t AllocRef;

typedef enum { ALLOC_MEMORY, ALLOC_STATIC, ALLOC_FN } AllocKind;
typedef struct {
    uint64_t offset;
    AllocRef target;
} MemoryPointer;
VEC_TYPE(MemoryPointerVec, memory_pointer_vec, MemoryPointer)
typedef struct {
    uint8_t kind;             /* AllocKind */
    bool is_dead, is_exposed; /* exposed: some pointer to it was made */
    bool is_mutable;          /* STATIC: may be written at run time; constants do not read it */
    uint8_t *bytes, *init;    /* MEMORY; init: 1 for each initialised byte */
    uint64_t size, capacity;
    uint32_t align;
    MemoryPointerVec pointers; /* ascending */
    DefId def;                 /* STATIC, FN */
    ArgsId args;
} Alloc;
VEC_TYPE(AllocVec, alloc_vec, Alloc)

/* A scalar: bits, and with `alloc` the address of a place in it (bits: offset). */
typedef struct {
    Uint128 bits;
    AllocRef alloc;
} Scalar;

typedef struct {
    AllocRef alloc; /* 0: a pointer made of a number */
    uint64_t offset;
    Scalar meta; /* length of slices */
    TyId ty;
    const Layout *layout;
    uint32_t variant;
} Place;

typedef struct {
    DefId def;
    ArgsId args;
    const MirBody *body;
    uint32_t locals; /* where its slots start: by local id, 0: not live */
    uint32_t block, statement;
    Place destination; /* of the caller's call */
    MirBlockId return_to;
} Frame;
VEC_TYPE(FrameVec, frame_vec, Frame)

VEC_TYPE(PlaceVec, place_vec, Place)

enum { SIZE_CLASS_COUNT = 31 };

typedef struct {
    Job *job;
    Interners *in;
    Arena *arena;
    AllocVec allocs;
    U32Vec free[SIZE_CLASS_COUNT]; /* allocations of MEMORY that may be used again, by log2 of their
                                      size */
    FrameVec frames;
    U32Vec slots;       /* AllocRefs of the frames' locals */
    U32Vec temporaries; /* allocations that die with the step */
    PlaceVec arguments; /* of the call that is executed */
    Map imported;       /* ConstKey -> AllocRef of its value */
    Map texts;          /* SymId and is it a C string -> AllocRef of the bytes of a literal */
    DefId root;         /* what is evaluated */
    uint64_t bytes;     /* allocated so far */
    uint32_t steps;
    bool has_error; /* stopped */
    bool is_too_generic;
} Machine;

static inline Frame *machine_frame(const Machine *m)
{
    return &m->frames.items[m->frames.count - 1];
}
static inline AllocRef *machine_local(const Machine *m, MirLocalId local)
{
    return &m->slots.items[machine_frame(m)->locals + local.v];
}

/* ---- errors (consteval_error.c) ---- */
/* Reports E0080 with the frames and stops the machine. */
void eval_fail(Machine *m, const char *format, ...) RSC_PRINTF(2, 3);
/* Reports that there seems to be no end. */
void eval_fail_long(Machine *m);
/* Stops: an earlier stage has reported. */
void eval_stop(Machine *m);
/* `u8::MAX`, `1_u8`, `true`, `'x'`: a scalar in a message. */
const char *eval_scalar_text(Machine *m, TyId ty, Uint128 bits);

/* ---- memory (consteval_memory.c) ---- */
AllocRef memory_new(Machine *m, uint64_t size, uint32_t align);
/* Contents become uninitialised. */
void memory_reset(Machine *m, AllocRef alloc);
void memory_release(Machine *m, AllocRef alloc);
/* Like memory_new; lives until the step that is executed ends. */
AllocRef memory_new_temporary(Machine *m, uint64_t size, uint32_t align);
AllocRef memory_of_static(Machine *m, DefId def);
AllocRef memory_of_fn(Machine *m, DefId def, ArgsId args);
/* Reads and writes fail (and stop the machine) outside of the allocation, in dead ones, and on
 * uninitialised bytes. */
Scalar memory_read(Machine *m, AllocRef alloc, uint64_t offset, uint32_t bytes);
void memory_write(Machine *m, AllocRef alloc, uint64_t offset, uint32_t bytes, Scalar value);
void memory_copy(Machine *m, AllocRef to, uint64_t to_offset, AllocRef from, uint64_t from_offset,
                 uint64_t bytes);
/* The value of another constant, brought into this machine. */
AllocRef memory_import(Machine *m, ConstKey key);
/* The heap image that is reached from an allocation. */
void memory_export(Machine *m, AllocRef root, TyId ty, bool is_mutable, ConstValue *out);

/* ---- places and operands (consteval_place.c) ---- */
TyId eval_ty(Machine *m, TyId ty);
const Layout *eval_layout(Machine *m, TyId ty);
Place eval_place(Machine *m, MirPlaceId id);
Place eval_local_place(Machine *m, MirLocalId local);
Place eval_field(Machine *m, const Place *base, uint32_t field);
Place eval_deref(Machine *m, const Place *pointer);
Scalar eval_read_a(Machine *m, const Place *place);
Scalar eval_read_b(Machine *m, const Place *place);
void eval_write_a(Machine *m, const Place *place, Scalar value);
void eval_write_pair(Machine *m, const Place *place, Scalar a, Scalar b);
void eval_copy(Machine *m, const Place *to, const Place *from);
/* Where an operand's value is; constants are put into memory. */
Place eval_operand(Machine *m, MirOperandId id);
Scalar eval_scalar(Machine *m, MirOperandId id);
uint64_t eval_length(Machine *m, const Place *sequence);
Uint128 eval_discriminant(Machine *m, const Place *place, TyId discriminant_ty);
void eval_set_discriminant(Machine *m, const Place *place, uint32_t variant);

/* ---- rvalues (consteval_rvalue.c, consteval_number.c) ---- */
void eval_rvalue(Machine *m, const Place *destination, const MirRvalue *rvalue);
Scalar number_binary(Machine *m, BinaryOp op, TyId ty, Scalar lhs, TyId rhs_ty, Scalar rhs,
                     bool *overflowed);
Scalar number_unary(Machine *m, UnaryOp op, TyId ty, Scalar operand);
Scalar number_cast(Machine *m, MirCastKind cast, TyId from, TyId to, Scalar value);

/* ---- running (consteval_run.c) ---- */
/* Pushes a frame for the body; the result goes to *destination. */
void machine_push(Machine *m, DefId def, ArgsId args, const MirBody *body, const Place *destination,
                  MirBlockId return_to);
/* Until no frame is left or the machine stopped. */
void machine_run(Machine *m);

#endif
