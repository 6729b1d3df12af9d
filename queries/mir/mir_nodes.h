/* The node structs of MIR, generated from its tables. Included by mir/mir.h only. */
#ifndef RSCC_MIR_MIR_NODES_H
#define RSCC_MIR_MIR_NODES_H

#define F(kind, CType, name) CType name;
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } MirStatement_##l;
#include "mir/mir_statement.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } MirTerminator_##l;
#include "mir/mir_terminator.def"
#define NODE(U, l, FIELDS)   \
    typedef struct {         \
        FIELDS uint8_t none; \
    } MirRvalue_##l;
#include "mir/mir_rvalue.def"
#undef F

#define NODE(U, l, FIELDS) MIR_STATEMENT_##U,
typedef enum {
    MIR_STATEMENT_NONE,
#include "mir/mir_statement.def"
    MIR_STATEMENT_KIND_COUNT
} MirStatementKind;
#define NODE(U, l, FIELDS) MIR_TERMINATOR_##U,
typedef enum {
    MIR_TERMINATOR_NONE,
#include "mir/mir_terminator.def"
    MIR_TERMINATOR_KIND_COUNT
} MirTerminatorKind;
#define NODE(U, l, FIELDS) MIR_RVALUE_##U,
typedef enum {
    MIR_RVALUE_NONE,
#include "mir/mir_rvalue.def"
    MIR_RVALUE_KIND_COUNT
} MirRvalueKind;

#define NODE(U, l, FIELDS) MirStatement_##l l;
typedef struct {
    uint8_t kind; /* MirStatementKind */
    uint32_t span;
    uint32_t scope;
    union {
#include "mir/mir_statement.def"
    } as;
} MirStatement;
#define NODE(U, l, FIELDS) MirTerminator_##l l;
typedef struct {
    uint8_t kind; /* MirTerminatorKind */
    uint32_t span;
    uint32_t scope;
    union {
#include "mir/mir_terminator.def"
    } as;
} MirTerminator;
#define NODE(U, l, FIELDS) MirRvalue_##l l;
typedef struct {
    uint8_t kind; /* MirRvalueKind */
    union {
#include "mir/mir_rvalue.def"
    } as;
} MirRvalue;

#endif
