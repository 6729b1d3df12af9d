/* A workspace in a directory of its own, driven in this process through driver.h: for tests that edit, build and look at what was
 * executed. The linker runs in its helper process as in the product. */
#ifndef RSCC_TESTS_SUPPORT_HARNESS_H
#define RSCC_TESTS_SUPPORT_HARNESS_H

#include "base/text.h"
#include "base/vec.h"
#include "driver/driver.h"

typedef struct {
    const char *root;  /* absolute: directory of the workspace; made if absent */
    const char *cache; /* directory of the store; NULL: none */
    uint32_t threads;
    bool verify;
} HarnessConfig;

/* One executed node, from the trace of the last command. */
typedef struct {
    Str kind; /* "typeck" */
    Str key;  /* as `rscc why` shows it */
    bool changed;
} HarnessExecution;
VEC_TYPE(HarnessExecutionVec, harness_execution_vec, HarnessExecution)

typedef struct {
    int exit_code;
    Str out, err;
    HarnessExecutionVec executed;
} HarnessResult;

typedef struct Harness Harness;
Harness *harness_open(const HarnessConfig *config);
/* Persists and ends the engine. */
void harness_close(Harness *harness);
/* Runs `rscc WORDS...`; words are separated by single spaces. Results live in the arena. */
HarnessResult harness_command(Harness *harness, Arena *arena, const char *words);

/* Files below a root, '/'-separated paths. */
void harness_write(const char *root, const char *path, Str text);
Str harness_read(const char *root, const char *path, Arena *arena);
void harness_remove(const char *root, const char *path);
/* A new empty directory below the system's directory for temporary files; the whole tree is removed by harness_remove_tree. */
const char *harness_temporary(Arena *arena);
void harness_remove_tree(const char *root);
/* Runs a program to its end; its standard output in the arena, exit code (128 + signal if killed). */
int harness_run_program(const char *path, Arena *arena, Str *out);

/* The same for a shell command. */
int harness_run_shell(const char *command, Arena *arena, Str *out);

/* Copies the directory tree (regular files). */
void harness_copy_tree(const char *from, const char *to);

#endif
