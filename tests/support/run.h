/* Programs that tests start: their output is captured, and neither an endless loop nor endless
 * output stops a test. */
#ifndef RSCC_TESTS_SUPPORT_RUN_H
#define RSCC_TESTS_SUPPORT_RUN_H

#include <sys/types.h>

#include "base/arena.h"

typedef struct {
    const char *const *arguments;   /* argv, ending with NULL; arguments[0] is the path */
    const char *cwd;                /* NULL: ours */
    const char *const *environment; /* ending with NULL; NULL: ours */
    unsigned timeout_ms;            /* wall clock; then it is killed. 0: 60 s */
    size_t output_max;              /* of both streams together; then it is killed. 0: 16 MiB */
} RunSpec;

typedef struct {
    int exit_code; /* 128 + signal if a signal ended it */
    bool timed_out, output_cut;
    Str out, err;
    int64_t wall_ns;
} RunResult;

/* Runs it to its end, with an empty standard input and without core dumps. Texts are in the arena.
 */
RunResult run_program(const RunSpec *spec, Arena *arena);

/* The same in two halves, for tests that do something meanwhile. The process belongs to the caller
 * until run_finish. */
typedef struct {
    pid_t pid;
    int out_fd, err_fd;
    int64_t started_ns;
    unsigned timeout_ms;
    size_t output_max;
} RunningProgram;
RunningProgram run_start(const RunSpec *spec);
RunResult run_finish(RunningProgram *program, Arena *arena);

/* `text` split at single spaces, after `first`: an argv ending with NULL. */
const char **run_words(Arena *arena, const char *first, const char *text);

/* What a test cannot go on without: says what errno means and aborts. */
void must(bool ok, const char *what);
bool contains(Str text, const char *part);

int64_t run_clock_ns(void); /* monotonic */
void run_sleep_ns(int64_t ns);

#endif
