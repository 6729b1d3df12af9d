/* kill -9 of the supervisor, the engine or the link helper at random moments of edit and build
 * rounds.
 *
 * usage: faults_kill [--rounds N] [--seed N] [-v] BIN MINICORE PIECES
 *
 * Each round edits a program, starts `rscc build`, kills something while it runs or shortly after
 * it ended (when the store is written), and looks at what came of it: the build may have failed,
 * but then it says so, and the binary is one that some state of the program gave. The next build,
 * with nothing killed, must give exactly what a fresh one gives: exit code, diagnostics, binary.
 * Failures are wrong results and stores that need a hand: warnings about the store, or damage that
 * `cache verify` finds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "oracle/oracle_edit.h"
#include "support/harness_files.h"
#include "support/product.h"
#include "support/status_lines.h"

enum { BINARY_BYTES_MAX = 1 << 28, AFTER_END_MS = 450 };

typedef struct {
    Product *product;
    Arena *arena;
    Random random;
    Program program, good, written;
    bool compiles;
    const char *reference; /* a package that is built without daemon and store */
    Map binaries;          /* fingerprints of all that some state gave */
    int64_t build_ns;      /* how long a build takes, about */
    uint32_t round;
    uint64_t seed;
    uint32_t kills[ROLE_COUNT], missed, failed_builds, wrong_while;
} Killing;

typedef struct {
    int exit_code;
    Str err;
    Fp binary; /* zero if the build failed */
} Expected;

static Fp binary_fp(const char *package, Arena *arena)
{
    Str bytes;
    Status status = file_read(arena_printf(arena, "%s/target/rscc/debug/app", package), arena,
                              BINARY_BYTES_MAX, &bytes, NULL);
    return status_ok(status) ? fp_of_bytes(bytes.data, bytes.bytes, 0) : (Fp){ 0, 0 };
}

static void wrong(Killing *k, const char *what, Str detail)
{
    product_fail(k->product, "seed %llu round %u: %s\n%.*s", (unsigned long long)k->seed, k->round,
                 what, (int)detail.bytes, detail.data);
}

/* ---- one round
 * ------------------------------------------------------------------------------------------- */

static void edit(Killing *k)
{
    if (!k->compiles && random_percent(&k->random, 80))
        k->program = program_copy(&k->good, k->arena);
    Text what;
    text_init(&what, k->arena);
    if (k->round > 0)
        program_edit(&k->program, &k->random, k->arena, &what);
    k->program.release = false;
    for (uint32_t i = 0; i < k->written.files.count; i++) {
        if (program_find(&k->program, k->written.files.items[i].path) < 0)
            harness_remove(k->product->package, k->written.files.items[i].path);
    }
    for (uint32_t i = 0; i < k->program.files.count; i++)
        harness_write(k->product->package, k->program.files.items[i].path,
                      k->program.files.items[i].text);
    k->written = program_copy(&k->program, k->arena);
    if (k->product->verbose)
        printf("round %u: %.*s\n", k->round, (int)what.bytes, what.bytes ? what.data : "");
}

static Expected expect(Killing *k, Arena *arena)
{
    Product *p = k->product;
    harness_remove_tree(k->reference);
    harness_sync_tree(p->package, k->reference);
    harness_remove_tree(arena_printf(arena, "%s/reference/store", p->directory));
    RunSpec spec = { .arguments = run_words(arena, p->program, "build --no-daemon"),
                     .cwd = k->reference };
    const char *environment[64];
    size_t count = 0;
    while (p->environment[count])
        count++;
    rsc_assert(count + 2 <= ARRAY_COUNT(environment));
    memcpy(environment, p->environment, count * sizeof *environment);
    environment[count] = arena_printf(arena, "RSCC_CACHE_DIR=%s/reference/store", p->directory);
    environment[count + 1] = NULL;
    spec.environment = environment;
    RunResult result = run_program(&spec, arena);
    Expected expected = { .exit_code = result.exit_code,
                          .err = lines_without_status(result.err, arena) };
    if (result.exit_code == 0)
        expected.binary = binary_fp(k->reference, arena);
    k->compiles = result.exit_code == 0;
    if (k->compiles) {
        k->good = program_copy(&k->program, k->arena);
        map_put(&k->binaries, &expected.binary, NULL);
    } else if (result.exit_code != 101) {
        wrong(k, "the build without daemon and store failed badly", result.err);
    }
    return expected;
}

static void kill_one(Killing *k)
{
    ProductRole role = (ProductRole)random_below(&k->random, ROLE_COUNT);
    bool killed = product_kill(k->product, role);
    if (killed)
        k->kills[role]++;
    else
        k->missed++;
    if (k->product->verbose)
        printf("%s %s\n", killed ? "killed" : "found no", product_role_names[role]);
}

/* A build during or after which something is killed. */
static void disturbed_build(Killing *k, const Expected *expected, Arena *arena)
{
    bool after = random_percent(&k->random, 30);
    RunningProgram running = product_start(k->product, arena, "build");
    if (!after) {
        run_sleep_ns((int64_t)random_below(&k->random, (uint32_t)(k->build_ns / 1000 * 13 / 10)) *
                     1000);
        kill_one(k);
        if (random_percent(&k->random, 20))
            kill_one(k);
    }
    RunResult result = run_finish(&running, arena);
    if (k->product->verbose)
        printf("[%d] %.*s", result.exit_code, (int)result.err.bytes, result.err.data);
    if (after) {
        run_sleep_ns((int64_t)random_below(&k->random, AFTER_END_MS * 1000) * 1000);
        kill_one(k);
    }
    if (result.timed_out)
        wrong(k, "the disturbed build did not end", result.err);
    if (result.exit_code == 0 && expected->exit_code != 0)
        wrong(k, "the disturbed build accepted a wrong program", expected->err);
    Fp binary = binary_fp(k->product->package, arena);
    bool is_known = fp_is_zero(binary) || map_find(&k->binaries, &binary);
    if (!is_known || (result.exit_code == 0 && !fp_eq(binary, expected->binary)))
        wrong(k, "the disturbed build left a wrong binary", result.err);
    if (result.exit_code != expected->exit_code) {
        k->failed_builds++;
        if (result.err.bytes == 0)
            wrong(k, "the disturbed build failed without a word", STR(""));
    }
}

static void check_undisturbed_build(Killing *k, const Expected *expected, Arena *arena)
{
    RunResult result = product_run(k->product, arena, "build");
    Str err = lines_without_status(result.err, arena);
    if (result.exit_code != expected->exit_code || !str_eq(err, expected->err)) {
        wrong(k, "the next build says", result.err);
        wrong(k, "in place of", expected->err);
    }
    if (expected->exit_code == 0 && !fp_eq(binary_fp(k->product->package, arena), expected->binary))
        wrong(k, "the next build gave another binary", result.err);
}

static void check_store(Killing *k, Arena *arena)
{
    RunResult result = product_run(k->product, arena, "cache verify");
    if (result.exit_code != 0)
        wrong(k, "the store is damaged", result.err.bytes ? result.err : result.out);
}

static void run_round(Killing *k)
{
    Arena *arena = arena_new(NULL);
    edit(k);
    Expected expected = expect(k, arena);
    if (k->round == 0) {
        RunResult first = product_run(k->product, arena, "build");
        k->build_ns = first.wall_ns;
    } else {
        disturbed_build(k, &expected, arena);
    }
    check_undisturbed_build(k, &expected, arena);
    if (k->round % 10 == 9)
        check_store(k, arena);
    arena_free(arena);
}

/* ---- all rounds
 * ------------------------------------------------------------------------------------------ */

static uint32_t run_rounds(const ProductConfig *config, const char *pieces, uint32_t rounds,
                           uint64_t seed)
{
    Killing k = { .product = product_new(config),
                  .arena = arena_new(NULL),
                  .random = random_new(seed),
                  .seed = seed };
    k.product->case_name = "kill";
    k.reference = arena_printf(k.arena, "%s/reference/app", k.product->directory);
    harness_copy_tree(config->minicore,
                      arena_printf(k.arena, "%s/reference/minicore", k.product->directory));
    map_init(&k.binaries, k.arena, sizeof(Fp));
    k.program = program_generate(harness_read(pieces, "", k.arena), &k.random, k.arena);
    k.good = program_copy(&k.program, k.arena);
    k.written = program_new(k.arena);
    for (k.round = 0; k.round <= rounds && k.product->failures < 8; k.round++)
        run_round(&k);
    printf("seed %llu, %u rounds: killed %u supervisors, %u engines, %u link helpers (%u times "
           "there was none); "
           "%u disturbed builds failed and said so; %u wrong results\n",
           (unsigned long long)seed, k.round - 1, k.kills[ROLE_SUPERVISOR], k.kills[ROLE_ENGINE],
           k.kills[ROLE_LINK_HELPER], k.missed, k.failed_builds, k.product->failures);
    bool killed_something =
        k.kills[ROLE_SUPERVISOR] + k.kills[ROLE_ENGINE] + k.kills[ROLE_LINK_HELPER] > 0;
    if (!killed_something)
        product_fail(k.product, "nothing was killed");
    uint32_t failures = product_free(k.product);
    arena_free(k.arena);
    return failures;
}

int main(int argc, char **argv)
{
    ProductConfig config = { 0 };
    uint32_t rounds = 50;
    uint64_t seed = 1;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "-v") == 0)
            config.verbose = true;
        else if (strcmp(argv[at], "--rounds") == 0 && at + 1 < argc)
            rounds = (uint32_t)strtoul(argv[++at], NULL, 10);
        else if (strcmp(argv[at], "--seed") == 0 && at + 1 < argc)
            seed = strtoull(argv[++at], NULL, 10);
    }
    if (argc - at != 3) {
        fprintf(stderr, "usage: %s [--rounds N] [--seed N] [-v] BIN MINICORE PIECES\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    config.bin = argv[at];
    config.minicore = argv[at + 1];
    return run_rounds(&config, argv[at + 2], rounds, seed) != 0;
}
