/* The oracle: one package in three workspaces, which must agree after every edit.
 *
 *   warm       stays open, four threads, keeps a store; now and then it is restarted on it
 *   restarted  is opened on its own store (in the same directory of stores) for each command, one
 * thread, another root fresh      starts from nothing, with an empty store or none, one or four
 * threads, a third root
 *
 * Compared are exit code, diagnostics, the binary's bytes, and key and fingerprint of every node
 * that a build reaches. */
#ifndef RSCC_TESTS_SUPPORT_ORACLE_H
#define RSCC_TESTS_SUPPORT_ORACLE_H

#include "support/harness.h"

typedef struct Oracle Oracle;

typedef struct {
    const char *minicore; /* its package directory; copied */
    bool verify;          /* the warm workspace also re-executes what it reuses */
} OracleConfig;

/* Makes the directories; the package to edit is `app` beside `minicore`. */
Oracle *oracle_new(const OracleConfig *config);
/* keep: leaves the directories for whoever looks into a difference. */
void oracle_free(Oracle *oracle, bool keep);
/* Where the package is to be edited (absolute), and the directory of everything. */
const char *oracle_root(const Oracle *oracle);
const char *oracle_directory(const Oracle *oracle);

typedef struct {
    HarnessResult result; /* of the warm workspace */
    const char
        *binary; /* what it published, absolute; NULL if the command failed or builds nothing */
    uint32_t differences;
    Str report; /* a line or more for each difference */
} OracleOutcome;
/* Brings all workspaces to the state of oracle_root, runs the command in each and compares. `words`
 * is a build or check. */
OracleOutcome oracle_run(Oracle *oracle, Arena *arena, const char *words);
/* Ends the warm engine; the next command starts from the store. */
void oracle_restart(Oracle *oracle);
/* Runs a command in the warm workspace alone. */
HarnessResult oracle_run_warm(Oracle *oracle, Arena *arena, const char *words);

#endif
