/* Checks of items that no body shows: is a header well-formed, does an impl give what its trait
 * asks, is a type finite. */
#ifndef RSCC_CHECK_CHECK_H
#define RSCC_CHECK_CHECK_H

#include "pat/pat.h"

typedef struct {
    bool has_error;
} ItemCheck;
typedef struct {
    DefId def; /* none: a library, or an error was reported */
} EntryFn;

#define QUERY QUERY_DECLARE
#include "check/check_queries.def"
#undef QUERY

#endif
