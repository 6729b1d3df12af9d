/* What the oracle counts. Lives in memory that the process of a sequence shares with the one that
 * started it, so that a crash loses nothing. */
#ifndef RSCC_TESTS_ORACLE_TALLY_H
#define RSCC_TESTS_ORACLE_TALLY_H

#include "oracle/oracle_edit.h"

enum { TALLY_REVERT = EDIT_COUNT, TALLY_KINDS, TALLY_TEXT_BYTES = 1024 };

typedef struct {
    uint32_t edits;
    uint32_t failed; /* did not compile */
    uint32_t
        changed; /* compiled, and the program's output is not what it was when it last compiled */
} TallyKind;

typedef struct {
    TallyKind kinds[TALLY_KINDS];
    uint32_t sequences, commands;
    uint32_t differences, bad_starts, crashes;
    uint32_t new_binaries;                    /* compiled to other bytes than before */
    uint32_t runs, run_failures, run_endless; /* of the programs built */
    /* Against rustc, where it is asked for. */
    uint32_t rustc_both, rustc_neither, rustc_output_differs, rustc_only, rscc_only;
    int64_t ns;
    char context[TALLY_TEXT_BYTES];   /* the step under way */
    char directory[TALLY_TEXT_BYTES]; /* of the sequence under way */
} Tally;

void tally_add(Tally *sum, const Tally *other);
void tally_print(const Tally *tally);
/* Whether the programs were what the oracle is for: at least 30 % that do not compile and 30 % that
 * compile and print something else. Few edits prove nothing, so of them anything is right. */
bool tally_mix_is_good(const Tally *tally);

#endif
