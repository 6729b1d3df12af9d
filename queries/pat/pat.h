/* Patterns: are matches exhaustive, are arms reachable, are `let` patterns irrefutable.
 *
 * Reads hir_body and typeck of the same body; a body with type errors is not looked at. Algorithm:
 * usefulness of a row of a pattern matrix (Maranget, "Warnings for pattern matching", 2007), with
 * integer ranges split at their borders. */
#ifndef RSCC_PAT_PAT_H
#define RSCC_PAT_PAT_H

#include "typeck/typeck.h"

typedef struct {
    bool has_error; /* E0004, E0005: no MIR is built from the body */
} PatternCheck;

#define QUERY QUERY_DECLARE
#include "pat/pat_queries.def"
#undef QUERY

#endif
