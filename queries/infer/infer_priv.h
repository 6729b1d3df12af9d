/* Private to infer. */
#ifndef RSCC_INFER_INFER_PRIV_H
#define RSCC_INFER_INFER_PRIV_H

#include "infer/infer.h"

/* Tables by InferKind, then the constants. */
enum { TABLE_CONST = INFER_FLOAT + 1, TABLE_COUNT };

/* A variable: a root, or a link to another of its class. There is no path compression, which would
 * have to be undone; union by rank keeps chains short. */
typedef struct {
    uint32_t parent; /* variable + 1, 0: a root */
    uint32_t value;  /* of a root: TyId, or ConstId; 0 unknown */
    uint8_t rank;
    bool is_diverging;
    InferOrigin origin;
} Variable;
VEC_TYPE(VariableVec, variable_vec, Variable)

typedef struct {
    uint8_t table;
    uint32_t index;
    Variable before;
} Undo;
VEC_TYPE(UndoVec, undo_vec, Undo)

/* What one walk through the values of general variables found out about each: types share parts,
 * and without it a walk takes time exponential in their depth. */
typedef struct {
    uint32_t walk; /* number of the current one */
    U32Vec seen;   /* by root: the walk that was there last */
    U32Vec value;  /* what that walk made of it */
} InferWalk;

struct Infer {
    Job *job;
    Interners *in;
    VariableVec tables[TABLE_COUNT];
    UndoVec undo;
    uint32_t open_snapshots;
    InferWalk *walk;
};

/* Walks do not nest. */
void infer_walk_begin(const Infer *infer);
/* True if the current walk was at the root before; what it noted then. */
bool infer_walk_seen(const Infer *infer, uint32_t root, uint32_t *value);
void infer_walk_note(const Infer *infer, uint32_t root, uint32_t value);

uint32_t infer_root(const Infer *infer, uint32_t table, uint32_t variable);
static inline const Variable *infer_variable(const Infer *infer, uint32_t table, uint32_t index)
{
    return variable_vec_at(&infer->tables[table], index);
}
/* For change: what was is kept while a snapshot is open. */
Variable *infer_touch(Infer *infer, uint32_t table, uint32_t index);

#endif
