/* A workspace in a directory of its own, driven in this process through driver.h: for tests that
 * edit, build and look at what was executed. The linker runs in its helper process as in the
 * product. */
#ifndef RSCC_TESTS_SUPPORT_HARNESS_H
#define RSCC_TESTS_SUPPORT_HARNESS_H

#include "base/text.h"
#include "base/vec.h"
#include "driver/driver.h"
#include "support/harness_files.h"

typedef struct {
    const char *root;        /* absolute: directory of the workspace; made if absent */
    const char *cache;       /* directory of the store; NULL: none */
    const char *system_root; /* of the C toolchain; NULL: the machine's */
    uint32_t threads;
    bool verify;
} HarnessConfig;

/* One executed node, from the trace of the last command. */
typedef struct {
    Str kind; /* "typeck" */
    Str key;  /* as `rscc why -v` shows it */
    bool changed;
} HarnessExecution;
VEC_TYPE(HarnessExecutionVec, harness_execution_vec, HarnessExecution)

typedef struct {
    int exit_code;
    Str out, err;
    HarnessExecutionVec executed;
    uint64_t verify_steps; /* dirty-marked dependencies examined */
} HarnessResult;

typedef struct Harness Harness;
Harness *harness_open(const HarnessConfig *config);
/* Persists and ends the engine. */
void harness_close(Harness *harness);
/* Runs `rscc WORDS...`; words are separated by single spaces. Results live in the arena. */
HarnessResult harness_command(Harness *harness, Arena *arena, const char *words);
/* The same without asking what was executed. */
HarnessResult harness_plain_command(Harness *harness, Arena *arena, const char *words);

/* Runs a program to its end, or to a limit of 20 s and 1 MiB of output; its standard output in the
 * arena, exit code (128 + signal if killed). */
int harness_run_program(const char *path, Arena *arena, Str *out);

/* The same for a shell command. */
int harness_run_shell(const char *command, Arena *arena, Str *out);

#endif
