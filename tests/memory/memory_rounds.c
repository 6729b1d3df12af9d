/* Many edits and builds in one daemon: resident memory and the store must not grow with the number
 * of rounds.
 *
 * usage: memory_rounds [--rounds N] [--seed N] [--no-limit] [-v] BIN MINICORE PIECES
 *
 * Every round edits a generated program at random, always starting from the same one, and puts a
 * number into it that never was there before; most edits compile, some do not. The means of the
 * last tenth of the rounds and of the second tenth are compared (for 1,000 rounds: the last 100
 * with rounds 100 to 200): resident memory of all processes may differ by 5 %, the store may have
 * 25 % more.
 * --no-limit: prints the numbers only (with a sanitizer they mean nothing; a short run says
 * little). */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "oracle/oracle_edit.h"
#include "support/harness_files.h"
#include "support/product.h"

enum { FILES_OPEN_MAX = 16 };
static const double MEMORY_GROWTH_MAX = 1.05, STORE_GROWTH_MAX = 1.25;

/* Bytes, of one moment. */
typedef struct {
    uint64_t resident[ROLE_COUNT], proportional[ROLE_COUNT];
    uint64_t store;
} Sample;

typedef struct {
    uint64_t resident, store, engine;
    uint32_t count;
} Sum;

typedef struct {
    Product *product;
    Arena *arena;
    Random random;
    Program base, written;
    uint32_t failed_builds, restarts;
    pid_t engine;
} Rounds;

/* ---- sizes
 * --------------------------------------------------------------------------------------------------
 */

/* A field of /proc/PID/smaps_rollup, in bytes. */
static uint64_t memory_field(pid_t pid, const char *field)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    uint64_t kib = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, field, strlen(field)) == 0)
            kib = strtoull(line + strlen(field), NULL, 10);
    }
    if (file)
        fclose(file);
    return kib << 10;
}

static uint64_t tree_bytes; /* nftw has no argument for its function */

static int add_file(const char *path, const struct stat *stat_, int type, struct FTW *position)
{
    (void)path, (void)position;
    if (type == FTW_F)
        tree_bytes += (uint64_t)stat_->st_size;
    return 0;
}

static uint64_t directory_bytes(const char *path)
{
    tree_bytes = 0;
    nftw(path, add_file, FILES_OPEN_MAX, FTW_PHYS);
    return tree_bytes;
}

static Sample take_sample(const Product *p)
{
    Sample sample = { .store = directory_bytes(p->store) };
    for (int role = 0; role < ROLE_COUNT; role++) {
        pid_t pid = product_process(p, (ProductRole)role);
        if (pid) {
            sample.resident[role] = memory_field(pid, "Rss:");
            sample.proportional[role] = memory_field(pid, "Pss:");
        }
    }
    return sample;
}

static double mib(uint64_t bytes)
{
    return (double)bytes / (1 << 20);
}

static void print_sample(uint32_t round, const Sample *s)
{
    printf("%6u  supervisor %5.1f  engine %6.1f  link helper %6.1f MiB resident (%.1f, %.1f, %.1f "
           "proportional)  store %6.1f MiB\n",
           round, mib(s->resident[0]), mib(s->resident[1]), mib(s->resident[2]),
           mib(s->proportional[0]), mib(s->proportional[1]), mib(s->proportional[2]),
           mib(s->store));
}

static void add_sample(Sum *sum, const Sample *s)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        sum->resident += s->resident[role];
    sum->engine += s->resident[ROLE_ENGINE];
    sum->store += s->store;
    sum->count++;
}

/* ---- rounds
 * --------------------------------------------------------------------------------------------------
 */

static void write_program(Rounds *r, const Program *program)
{
    const char *package = r->product->package;
    for (uint32_t i = 0; i < r->written.files.count; i++) {
        if (program_find(program, r->written.files.items[i].path) < 0)
            harness_remove(package, r->written.files.items[i].path);
    }
    for (uint32_t i = 0; i < program->files.count; i++)
        harness_write(package, program->files.items[i].path, program->files.items[i].text);
    program_file_vec_clear(&r->written.files);
    for (uint32_t i = 0; i < program->files.count; i++) /* paths may be of the round's arena */
        program_set(&r->written, arena_copy_str(r->arena, str_from_c(program->files.items[i].path)),
                    STR(""));
}

static void edit(Rounds *r, uint32_t round, Arena *arena)
{
    Program program = program_copy(&r->base, arena);
    Text what;
    text_init(&what, arena);
    if (random_percent(&r->random, 70))
        program_edit(&program, &r->random, arena, &what);
    program.release = false;
    int main = program_find(&program, "src/main.rs");
    if (main >= 0) {
        Str old = program.files.items[main].text;
        Str added =
            str_from_c(arena_printf(arena, "\nfn unique() -> i64 {\n    %u\n}\n", 1000000 + round));
        program_splice(&program, (uint32_t)main, old.bytes, 0, added);
    }
    write_program(r, &program);
}

static void run_round(Rounds *r, uint32_t round)
{
    Arena *arena = arena_new(NULL);
    edit(r, round, arena);
    RunResult result = product_run(r->product, arena, "build");
    if (result.exit_code != 0 && result.exit_code != 101)
        product_fail(r->product, "round %u: exit code %d and:\n%.*s", round, result.exit_code,
                     (int)result.err.bytes, result.err.data);
    r->failed_builds += result.exit_code != 0;
    pid_t engine = product_process(r->product, ROLE_ENGINE);
    if (r->engine && engine != r->engine) {
        product_fail(r->product, "round %u: engine %d in place of %d", round, (int)engine,
                     (int)r->engine);
        r->restarts++;
    }
    r->engine = engine;
    arena_free(arena);
}

/* Brings in the code that only optimized builds run. Edits of the manifest ask for such at some
 * time, and pages of the compiler's own program are not what may grow. */
static void warm_up(Rounds *r)
{
    Arena *arena = arena_new(NULL);
    write_program(r, &r->base);
    RunResult result = product_run(r->product, arena, "build --release");
    if (result.exit_code != 0)
        product_fail(r->product, "the first program does not compile:\n%.*s", (int)result.err.bytes,
                     result.err.data);
    arena_free(arena);
}

static void judge(Rounds *r, const Sum *early, const Sum *late, bool limit)
{
    if (!early->count || !late->count)
        return;
    double memory = (double)late->resident / late->count / ((double)early->resident / early->count);
    double engine = (double)late->engine / late->count / ((double)early->engine / early->count);
    double store = (double)late->store / late->count / ((double)early->store / early->count);
    printf(
        "last tenth against second tenth: resident memory %.3f (engine alone %.3f), store %.3f\n",
        memory, engine, store);
    if (limit && (memory > MEMORY_GROWTH_MAX || engine > MEMORY_GROWTH_MAX))
        product_fail(r->product, "resident memory grows");
    if (limit && store > STORE_GROWTH_MAX)
        product_fail(r->product, "the store grows");
}

static void run_rounds(Rounds *r, uint32_t rounds, bool limit)
{
    Sum early = { 0 }, late = { 0 };
    uint32_t tenth = rounds / 10 ? rounds / 10 : 1, step = rounds >= 500 ? 10 : 2;
    for (uint32_t round = 0; round < rounds && r->product->failures < 5; round++) {
        run_round(r, round);
        if (round % step)
            continue;
        Sample sample = take_sample(r->product);
        if (round >= tenth && round < 2 * tenth)
            add_sample(&early, &sample);
        if (round + tenth >= rounds)
            add_sample(&late, &sample);
        if (round % (5 * step) == 0)
            print_sample(round, &sample);
    }
    judge(r, &early, &late, limit);
    printf("%u rounds, of which %u did not compile; the engine was replaced %u times\n", rounds,
           r->failed_builds, r->restarts);
    if (r->failed_builds == rounds)
        product_fail(r->product, "nothing compiled");
    Arena *arena = arena_new(NULL);
    RunResult stats = product_run(r->product, arena, "cache stats");
    printf("%.*s", (int)stats.out.bytes, stats.out.data);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    ProductConfig config = { 0 };
    uint32_t rounds = 1000;
    uint64_t seed = 1;
    bool limit = true;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "-v") == 0)
            config.verbose = true;
        else if (strcmp(argv[at], "--no-limit") == 0)
            limit = false;
        else if (strcmp(argv[at], "--rounds") == 0 && at + 1 < argc)
            rounds = (uint32_t)strtoul(argv[++at], NULL, 10);
        else if (strcmp(argv[at], "--seed") == 0 && at + 1 < argc)
            seed = strtoull(argv[++at], NULL, 10);
    }
    if (argc - at != 3) {
        fprintf(stderr, "usage: %s [--rounds N] [--seed N] [--no-limit] [-v] BIN MINICORE PIECES\n",
                argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    config.bin = argv[at];
    config.minicore = argv[at + 1];
    Rounds r = { .product = product_new(&config),
                 .arena = arena_new(NULL),
                 .random = random_new(seed) };
    r.product->case_name = "memory";
    r.written = program_new(r.arena);
    printf("seed %llu\n", (unsigned long long)seed);
    r.base = program_generate(harness_read(argv[at + 2], "", r.arena), &r.random, r.arena);
    warm_up(&r);
    run_rounds(&r, rounds, limit);
    uint32_t failures = product_free(r.product);
    arena_free(r.arena);
    return failures != 0;
}
