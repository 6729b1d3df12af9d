/* The product as users have it: the built rscc, rsccd and rscc-ld, in a session of their own
 * (directories for sockets, logs and the store), on a package of its own. For tests that need real
 * processes.
 *
 * A test is a list of cases, each with a product of its own; a case reports what is wrong with
 * product_fail and goes on. */
#ifndef RSCC_TESTS_SUPPORT_PRODUCT_H
#define RSCC_TESTS_SUPPORT_PRODUCT_H

#include "base/text.h"
#include "support/run.h"

typedef struct {
    Arena *arena;
    const char *program;   /* rscc */
    const char *directory; /* of everything */
    const char *package; /* <directory>/app, where rscc is run; <directory>/minicore is beside it */
    const char *store;
    const char *log; /* the daemon's */
    const char **environment;
    const char *case_name;
    uint32_t failures;
    bool verbose; /* prints every command and what it said */
} Product;

typedef struct {
    const char *bin;      /* directory of the programs */
    const char *minicore; /* package to copy */
    /* KEY=VALUE for rscc and the daemon, or NULL */
    const char *variable;
    bool verbose;
} ProductConfig;

Product *product_new(const ProductConfig *config);
/* Stops the daemon, ends what is left of it, removes the directory unless something failed. Returns
 * the number of failures. */
uint32_t product_free(Product *product);

/* Runs `rscc WORDS...` in the package. */
RunResult product_run(Product *product, Arena *arena, const char *words);
/* The same in another directory. */
RunResult product_run_in(Product *product, Arena *arena, const char *directory, const char *words);
/* The same with one more variable, KEY=VALUE. */
RunResult product_run_with(Product *product, Arena *arena, const char *variable, const char *words);
RunningProgram product_start(Product *product, Arena *arena, const char *words);

/* Files of the package. */
void product_write(Product *product, const char *path, const char *text);
const char *product_path(Product *product, const char *path);

typedef enum { ROLE_SUPERVISOR, ROLE_ENGINE, ROLE_LINK_HELPER, ROLE_COUNT } ProductRole;
extern const char *const product_role_names[ROLE_COUNT];
/* Processes of this session; at most `max`. */
uint32_t product_processes(const Product *product, ProductRole role, pid_t *pids, uint32_t max);
/* The only process of the role; 0 if there is none. */
pid_t product_process(const Product *product, ProductRole role);
/* kill -9 for it, and waits until it is dead: its parent can know of it from then on. False if
 * there is none. */
bool product_kill(const Product *product, ProductRole role);

void product_fail(Product *product, const char *format, ...) RSC_PRINTF(2, 3);
/* Fails unless the command ended with the exit code and said or printed the text. */
void product_expect(Product *product, const RunResult *result, int exit_code, const char *out);

/* The same for `rscc WORDS...`, run here and now. */
void product_expect_run(Product *product, const char *words, int exit_code, const char *out);
/* printf into the product's arena. */
const char *product_text(Product *product, const char *format, ...) RSC_PRINTF(2, 3);

/* Of a package beside the fixture. */
#define PRODUCT_MANIFEST                                                   \
    "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" \
    "[dependencies]\nminicore = { path = \"../minicore\" }\n"
/* Head of every crate on the fixture. */
#define PRODUCT_HEAD "#![feature(no_core)]\n#![no_core]\nextern crate minicore;\nuse minicore::*;\n"

/* Head of a program whose main prints `value()` of the module a, and the module's text. */
extern const char *const product_main;
const char *product_module(Product *product,
                           int value); /* always the same size for values in 10..99 */
void product_write_sample(Product *product, int value);

typedef struct {
    const char *name;
    void (*run)(Product *product);
    const char *variable;
} ProductCase;
/* main of a list of cases. usage: PROGRAM [-v] BIN MINICORE [CASE...] */
int product_main_of_cases(int argc, char **argv, const ProductCase *cases, size_t count);

#endif
