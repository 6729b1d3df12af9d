/* Random edits of programs, after each of which a warm, a restarted and a fresh workspace must
 * agree (support/oracle.h).
 *
 * usage: oracle [--seed N] [--first N] [--sequences N] [--edits N] [--jobs N] [--seconds N]
 * [--verify] [--show] [--rustc PATH] [--keep DIRECTORY] MINICORE PIECES [FIXTURE...]
 *
 * A sequence starts with a generated program, every third one with that of a fixture, and edits it.
 * Each runs in a process of its own, so that a crash or a hang is one finding among others.
 * Sequence K of seed S is always the same: `--seed S --first K --sequences 1` repeats it. After a
 * difference the directories are kept and the sequence ends. --seconds: no new sequence is started
 * later than that. --keep: programs that only one of rscc and rustc accepts are put there, each
 * with the other's errors. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "oracle/oracle_rustc.h"
#include "support/oracle.h"

enum { JOBS_MAX = 16, STEP_SECONDS = 120, GOOD_STATES_MAX = 64 };

typedef struct {
    uint64_t seed;
    uint32_t first, sequences, edits, jobs, seconds;
    bool verify;
    bool show; /* every step, as it begins */
    const char *rustc, *keep, *minicore, *pieces;
    char **fixtures;
    uint32_t fixture_count;
} Options;

/* A sequence under way. */
typedef struct {
    const Options *options;
    Tally *tally;
    Arena *arena;
    Random random;
    Oracle *oracle;
    Program program, written;
    bool must_start;               /* the program to start with is known to be right */
    Program good[GOOD_STATES_MAX]; /* that compiled, newest last */
    uint32_t good_count;
    uint32_t number, step;
    bool compiles; /* the current program */
    Fp output;     /* of the program when it last compiled */
    Fp binary;
    Str errors; /* of the first program */
} Sequence;

/* ---- one step
 * ------------------------------------------------------------------------------------------ */

static bool same_file(const Program *program, const ProgramFile *file)
{
    int at = program_find(program, file->path);
    return at >= 0 && str_eq(program->files.items[at].text, file->text);
}

/* Files that changed since the last time. */
static void write_program(Sequence *s)
{
    const char *root = oracle_root(s->oracle);
    for (uint32_t i = 0; i < s->written.files.count; i++) {
        if (program_find(&s->program, s->written.files.items[i].path) < 0)
            harness_remove(root, s->written.files.items[i].path);
    }
    for (uint32_t i = 0; i < s->program.files.count; i++) {
        const ProgramFile *file = &s->program.files.items[i];
        if (!same_file(&s->written, file))
            harness_write(root, file->path, file->text);
    }
    s->written = program_copy(&s->program, s->arena);
}

static void run_binary(Sequence *s, const char *path, TallyKind *kind, RunResult *result,
                       Arena *arena)
{
    *result = run_program(&(RunSpec){ .arguments = (const char *const[]){ path, NULL },
                                      .timeout_ms = 2000,
                                      .output_max = 1 << 20 },
                          arena);
    s->tally->runs++;
    s->tally->run_failures += result->exit_code != 0 && !result->timed_out && !result->output_cut;
    s->tally->run_endless += result->timed_out || result->output_cut;
    Str bytes = harness_read(path, "", arena);
    Fp binary = fp_of_bytes(bytes.data, bytes.bytes, 0);
    bool endless = result->timed_out || result->output_cut; /* how far it came is chance */
    Fp output =
        fp_of_bytes(result->out.data, endless ? 0 : result->out.bytes, (uint64_t)result->exit_code);
    s->tally->new_binaries += !fp_eq(binary, s->binary);
    kind->changed += !fp_eq(output, s->output);
    s->binary = binary;
    s->output = output;
}

static void remember_good(Sequence *s)
{
    if (s->good_count == GOOD_STATES_MAX) {
        memmove(s->good, s->good + 1, sizeof s->good - sizeof s->good[0]);
        s->good_count--;
    }
    s->good[s->good_count++] = program_copy(&s->program, s->arena);
}

/* Builds (now and then: checks) and compares. False: the sequence is over. */
static bool try_program(Sequence *s, TallyKind *kind)
{
    Arena *arena = arena_new(NULL);
    bool check = random_percent(&s->random, 8);
    const char *words = arena_printf(arena, "%s%s", check ? "check" : "build",
                                     s->program.release ? " --release" : "");
    write_program(s);
    alarm(STEP_SECONDS);
    OracleOutcome outcome = oracle_run(s->oracle, arena, words);
    alarm(0);
    s->tally->commands++;
    s->compiles = outcome.result.exit_code == 0;
    if (s->must_start && !s->errors.data)
        s->errors = str_from_c(arena_copy_str(s->arena, outcome.result.err));
    kind->failed += !s->compiles;
    RunResult ran = { 0 };
    if (outcome.binary)
        run_binary(s, outcome.binary, kind, &ran, arena);
    if (s->compiles)
        remember_good(s);
    if (outcome.differences) {
        printf("%s: `rscc %s`\n%.*s  kept in %s\n", s->tally->context, words,
               (int)outcome.report.bytes, outcome.report.data, oracle_directory(s->oracle));
        s->tally->differences++;
    }
    if (s->options->rustc && !check) {
        RustcPeer peer = { .rustc = s->options->rustc,
                           .directory = oracle_directory(s->oracle),
                           .keep = s->options->keep,
                           .sequence = s->number,
                           .step = s->step };
        uint32_t before =
            s->tally->rustc_output_differs + s->tally->rustc_only + s->tally->rscc_only;
        rustc_compare(&peer, &s->program, s->compiles, outcome.result.err, &ran, s->tally, arena);
        if (s->tally->rustc_output_differs + s->tally->rustc_only + s->tally->rscc_only > before)
            printf("  at %s\n", s->tally->context);
    }
    arena_free(arena);
    return outcome.differences == 0;
}

/* ---- edits
 * --------------------------------------------------------------------------------------------- */

/* Broken programs are mostly repaired on the way to the next edit, as people do it; now and then an
 * earlier state comes back as it was. */
static int next_state(Sequence *s, Text *what)
{
    uint32_t dice = random_below(&s->random, 100);
    if (s->good_count && (s->compiles ? dice < 6 : dice < 12)) {
        uint32_t which = s->compiles ? random_below(&s->random, s->good_count) : s->good_count - 1;
        s->program = program_copy(&s->good[which], s->arena);
        text_addf(what, "back to good state %u", which);
        return TALLY_REVERT;
    }
    if (!s->compiles && s->good_count && dice < 88) {
        s->program = program_copy(&s->good[s->good_count - 1], s->arena);
        text_add_c(what, "last good state and ");
    }
    Text edit;
    text_init(&edit, s->arena);
    EditKind kind = program_edit(&s->program, &s->random, s->arena, &edit);
    text_addf(what, "%s: %.*s", edit_names[kind], (int)edit.bytes, edit.data);
    return (int)kind;
}

static void set_context(Sequence *s, uint32_t step, Text *what)
{
    s->step = step;
    for (size_t i = 0; i < what->bytes; i++) {
        if ((unsigned char)what->data[i] < ' ')
            what->data[i] = ' ';
    }
    snprintf(s->tally->context, TALLY_TEXT_BYTES, "seed %llu sequence %u step %u (%.*s)",
             (unsigned long long)s->options->seed, s->number, step, (int)what->bytes,
             what->bytes ? what->data : "");
    if (s->options->show)
        printf("%s\n", s->tally->context);
}

static void run_steps(Sequence *s)
{
    Text what;
    text_init(&what, s->arena);
    text_add_c(&what, "start");
    set_context(s, 0, &what);
    TallyKind start = { 0 };
    bool agree = try_program(s, &start);
    if (!s->compiles && s->must_start) {
        printf("%s: does not compile\n%.*s", s->tally->context, (int)s->errors.bytes,
               s->errors.data);
        s->tally->bad_starts++;
    }
    for (uint32_t step = 1; agree && step <= s->options->edits; step++) {
        text_clear(&what);
        int kind = next_state(s, &what);
        set_context(s, step, &what);
        if (random_percent(&s->random, 10))
            oracle_restart(s->oracle);
        s->tally->kinds[kind].edits++;
        agree = try_program(s, &s->tally->kinds[kind]);
    }
    oracle_free(s->oracle, !agree);
}

static Str read_whole(const char *path, Arena *arena)
{
    return harness_read(path, "", arena);
}

static void run_sequence(const Options *options, uint32_t number, Tally *tally)
{
    Sequence s = { .options = options, .tally = tally, .number = number, .arena = arena_new(NULL) };
    s.random = random_new(options->seed * 1000003u + number);
    tally->sequences++;
    int64_t start = run_clock_ns();
    bool from_fixture = options->fixture_count && number % 3 == 2;
    if (from_fixture)
        s.program = program_of_fixture(
            read_whole(options->fixtures[number / 3 % options->fixture_count], s.arena), s.arena);
    else
        s.program = program_generate(read_whole(options->pieces, s.arena), &s.random, s.arena);
    s.must_start = !from_fixture;
    s.written = program_new(s.arena);
    s.oracle =
        oracle_new(&(OracleConfig){ .minicore = options->minicore, .verify = options->verify });
    snprintf(tally->directory, TALLY_TEXT_BYTES, "%s", oracle_directory(s.oracle));
    run_steps(&s);
    tally->ns += run_clock_ns() - start;
    arena_free(s.arena);
}

/* ---- all of them
 * --------------------------------------------------------------------------------------- */

typedef struct {
    pid_t pid; /* 0: free */
    Tally *tally;
} Slot;

static void start_sequence(const Options *options, uint32_t number, Slot *slot)
{
    memset(slot->tally, 0, sizeof *slot->tally);
    fflush(stdout);
    slot->pid = fork();
    if (slot->pid != 0)
        return;
    run_sequence(options, number, slot->tally);
    fflush(stdout);
    _exit(0);
}

static void finish_sequence(Slot *slots, uint32_t count, Tally *sum)
{
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (slots[i].pid != pid)
            continue;
        if (status != 0) {
            printf("%s: the process ended with %s %d; kept in %s\n", slots[i].tally->context,
                   WIFSIGNALED(status) ? "signal" : "exit code",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                   slots[i].tally->directory);
            slots[i].tally->crashes++;
        }
        tally_add(sum, slots[i].tally);
        slots[i].pid = 0;
    }
}

static Tally run_all(const Options *options)
{
    Slot slots[JOBS_MAX] = { 0 };
    Tally sum = { 0 };
    int64_t start = run_clock_ns();
    for (uint32_t i = 0; i < options->jobs; i++)
        slots[i].tally =
            mmap(NULL, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint32_t next = 0, active = 0;
    for (;;) {
        bool late =
            options->seconds && run_clock_ns() - start > (int64_t)options->seconds * 1000000000;
        for (uint32_t i = 0; i < options->jobs && next < options->sequences && !late; i++) {
            if (slots[i].pid)
                continue;
            start_sequence(options, options->first + next++, &slots[i]);
            active++;
        }
        if (active == 0)
            return sum;
        finish_sequence(slots, options->jobs, &sum);
        active--;
    }
}

static uint32_t number_argument(char **argv, int *at)
{
    return (uint32_t)strtoul(argv[++*at], NULL, 10);
}

static bool parse_options(int argc, char **argv, Options *options)
{
    *options = (Options){ .seed = 1, .sequences = 4, .edits = 15, .jobs = 1 };
    int at = 1;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        const char *name = argv[at];
        if (strcmp(name, "--seed") == 0)
            options->seed = number_argument(argv, &at);
        else if (strcmp(name, "--first") == 0)
            options->first = number_argument(argv, &at);
        else if (strcmp(name, "--sequences") == 0)
            options->sequences = number_argument(argv, &at);
        else if (strcmp(name, "--edits") == 0)
            options->edits = number_argument(argv, &at);
        else if (strcmp(name, "--jobs") == 0)
            options->jobs = number_argument(argv, &at);
        else if (strcmp(name, "--seconds") == 0)
            options->seconds = number_argument(argv, &at);
        else if (strcmp(name, "--rustc") == 0)
            options->rustc = argv[++at];
        else if (strcmp(name, "--keep") == 0)
            options->keep = argv[++at];
        else if (strcmp(name, "--verify") == 0)
            options->verify = true;
        else if (strcmp(name, "--show") == 0)
            options->show = true;
        else
            return false;
    }
    if (argc - at < 2 || options->jobs < 1 || options->jobs > JOBS_MAX)
        return false;
    options->minicore = argv[at];
    options->pieces = argv[at + 1];
    options->fixtures = argv + at + 2;
    options->fixture_count = (uint32_t)(argc - at - 2);
    return true;
}

int main(int argc, char **argv)
{
    Options options;
    if (!parse_options(argc, argv, &options)) {
        fprintf(stderr,
                "usage: %s [--seed N] [--first N] [--sequences N] [--edits N] [--jobs N] "
                "[--seconds N] [--verify] "
                "[--rustc PATH] [--keep DIRECTORY] MINICORE PIECES [FIXTURE...]\n",
                argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("seed %llu, sequences %u to %u of %u edits\n", (unsigned long long)options.seed,
           options.first, options.first + options.sequences - 1, options.edits);
    Tally sum = run_all(&options);
    tally_print(&sum);
    if (!tally_mix_is_good(&sum))
        printf("the mix of programs is not what it should be\n");
    return sum.differences + sum.crashes + sum.bad_starts + sum.rustc_output_differs != 0 ||
           sum.commands == 0 || !tally_mix_is_good(&sum);
}
