/* The same program for rustc: where both compilers accept it, it must print the same. */
#ifndef RSCC_TESTS_ORACLE_RUSTC_H
#define RSCC_TESTS_ORACLE_RUSTC_H

#include "oracle/oracle_tally.h"
#include "support/run.h"

typedef struct {
    const char *rustc;     /* path */
    const char *directory; /* to work in */
    const char *keep; /* where programs are put that only one of the two accepts; NULL: nowhere */
    uint32_t sequence, step;
} RustcPeer;

/* accepted: whether rscc compiled it; ran: what its program did then. Prints what is worth a look,
 * counts it in the tally. */
void rustc_compare(const RustcPeer *peer, const Program *program, bool accepted, Str rscc_err,
                   const RunResult *ran, Tally *tally, Arena *arena);

#endif
