/* Two versions of a program, built in turn while something goes wrong. Whatever that is, each
 * command must give the version that is on disk, byte for byte what a build without a store gives,
 * and say at most one thing about the store. */
#ifndef RSCC_TESTS_FAULTS_VERSIONS_H
#define RSCC_TESTS_FAULTS_VERSIONS_H

#include "support/product.h"

enum { FIRST = 11, SECOND = 22 /* what the versions print */, ANY_WARNINGS = -1 };

/* The binaries of a session without trouble. */
typedef struct {
    Str first, second;
} Versions;

/* Builds both versions, each with an empty store, and leaves a warm store of the first. */
Versions versions_begin(Product *p);
/* Writes the version, runs the words (some `run`), expects the version and so many warnings about
 * the store (ANY_WARNINGS: at most one) with the text. Returns their number. */
int version_run(Product *p, const Versions *good, const char *words, int value, int warnings,
                const char *text);
/* Only the judgement of what a command gave, the binary apart. */
int version_judge(Product *p, const RunResult *result, int value, int warnings, const char *text);
/* The binary of a version by `run --no-daemon`, in the product's arena. */
Str build_version(Product *p, int value);
Str binary_of(Product *p, Arena *arena);

/* The only file below the store that matches; NULL if there is none. */
const char *store_file(Product *p, const char *pattern);
void store_clear(Product *p);
/* `cache verify` finds nothing. */
void store_expect_sound(Product *p);

/* The number after `"name":` in what the command printed; -1 if it is not there. */
long long number_of(Product *p, const char *words, const char *name);
/* Until the daemon has finished that many commands: what they executed is stored then. */
void wait_until_stored(Product *p, long long commands);
void daemon_stop(Product *p);

#endif
