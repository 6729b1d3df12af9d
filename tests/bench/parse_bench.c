/* How fast the lexer and the parser are and how much memory they take, on one thread and without
 * the query engine. Prints; asserts nothing.
 *
 *     parse_bench [--runs N] [--edition EDITION] DIRECTORY|FILE ...
 *
 * The texts are in memory before anything is measured. A pass reads all of them with interners of
 * its own, as a cold start does: `lex` makes the tokens, `lex + parse` also cuts the files into
 * items and makes the trees of all their runs. Times are of the thread's processor time, allocation
 * included; medians of the runs. Memory is measured in a child process: the growth of its resident
 * set at its highest, once with every file's results kept, once with one file's at a time. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "parse/parse_partition.h"

enum { RUNS_DEFAULT = 5, RUNS_MAX = 1000, PATH_BYTES = 4096, FILE_BYTES_MAX = 1 << 30 };

typedef struct {
    Arena *arena; /* of the texts */
    StrVec texts;
    uint64_t bytes, lines;
    Edition edition;
    uint32_t runs;
} Corpus;

/* What a pass made, for the summary; bytes are of the results. */
typedef struct {
    uint64_t tokens, items, nodes, errors;
    uint64_t token_bytes, item_bytes, tree_bytes;
} Totals;

/* ---- reading ---- */

static void add_file(Corpus *c, const char *path)
{
    Str text;
    Status status = file_read(path, c->arena, FILE_BYTES_MAX, &text, NULL);
    if (!status_ok(status)) {
        fprintf(stderr, "parse_bench: %s\n", status_text(status, c->arena));
        exit(2);
    }
    if (str_starts_with(text, STR("\xEF\xBB\xBF"))) /* as the driver does */
        text = (Str){ text.data + 3, text.bytes - 3 };
    str_vec_push(&c->texts, text);
    c->bytes += text.bytes;
    for (size_t i = 0; i < text.bytes; i++)
        c->lines += text.data[i] == '\n';
}

/* Recursion is bounded by the length of a path. */
static void add_tree(Corpus *c, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        exit(2);
    }
    if (!S_ISDIR(st.st_mode)) {
        if (str_ends_with(str_from_c(path), STR(".rs")))
            add_file(c, path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char below[PATH_BYTES];
        int length = snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && length < PATH_BYTES)
            add_tree(c, below);
        free(entries[i]);
    }
    free(entries);
}

/* ---- one file ---- */

typedef struct {
    const Corpus *corpus;
    Interners *interners;
    Arena *out;     /* results */
    Arena *scratch; /* cleared after each piece of work */
    Totals totals;
} Pass;

/* As the queries do: what is parsed only to report what is wrong with it is not kept. */
static void parse_run(Pass *pass, const PartitionData *data, uint32_t item, Anchor anchor)
{
    IdRange range = data->runs[item].anchors[anchor];
    DefKind kind = (DefKind)data->tree.items[item].kind;
    bool is_raw = anchor == ANCHOR_BODY && (kind == DEF_MACRO || kind == DEF_MACRO_CALL);
    if (range.count == 0 || is_raw)
        return;
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, pass->scratch);
    Arena *out = eager_is_checked(anchor, kind) ? pass->scratch : pass->out;
    ParseContext context = { .interners = pass->interners,
                             .out = out,
                             .scratch = pass->scratch,
                             .edition = pass->corpus->edition };
    TokenRun run = { data->tokens + range.start, range.count };
    Ast *ast = arena_new_object(out, Ast);
    parse_anchor_run(&context, &run, anchor, item_shape(pass->interners, data->tree.items[item].id),
                     ast, &errors);
    pass->totals.nodes += ast->expr_count + ast->pat_count + ast->ty_count + ast->stmt_count;
    pass->totals.errors += errors.count;
    arena_clear(pass->scratch);
}

static void read_file(Pass *pass, uint32_t index, bool with_parser)
{
    Str text = pass->corpus->texts.items[index];
    FileTokens tokens;
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, pass->scratch);
    lex_text(pass->interners, pass->out, text, &tokens, &errors);
    pass->totals.tokens += tokens.count;
    size_t token_bytes = arena_used_bytes(pass->out);
    pass->totals.token_bytes += token_bytes;
    if (with_parser) {
        char name[32];
        snprintf(name, sizeof name, "%u.rs", index);
        FileId file =
            file_id_intern(pass->interners, sym_id_none(), sym_intern_c(pass->interners, name));
        const PartitionData *data =
            partition_file(pass->interners, file, &tokens, text, pass->out, pass->scratch, &errors);
        size_t item_bytes = arena_used_bytes(pass->out);
        pass->totals.item_bytes += item_bytes - token_bytes;
        pass->totals.items += data->tree.count;
        pass->totals.errors += errors.count;
        arena_clear(pass->scratch);
        for (uint32_t i = 0; i < data->tree.count; i++) {
            for (int a = 0; a < ANCHOR_COUNT; a++)
                parse_run(pass, data, i, (Anchor)a);
        }
        pass->totals.tree_bytes += arena_used_bytes(pass->out) - item_bytes;
    } else {
        pass->totals.errors += errors.count;
        arena_clear(pass->scratch);
    }
}

static Totals run_pass(const Corpus *c, bool with_parser, bool keeps_all)
{
    Arena *kept = arena_new(NULL);
    Pass pass = { .corpus = c,
                  .interners = interners_new(),
                  .out = arena_new(kept),
                  .scratch = arena_new(kept) };
    for (uint32_t i = 0; i < c->texts.count; i++) {
        read_file(&pass, i, with_parser);
        if (keeps_all)
            pass.out = arena_new(kept);
        else
            arena_clear(pass.out);
    }
    interners_free(pass.interners);
    arena_free(kept);
    return pass.totals;
}

/* ---- figures ---- */

static double thread_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static Totals time_passes(const Corpus *c, const char *what, bool with_parser)
{
    double seconds[RUNS_MAX];
    Totals totals = { 0 };
    for (uint32_t i = 0; i < c->runs; i++) {
        double start = thread_seconds();
        totals = run_pass(c, with_parser, false);
        seconds[i] = thread_seconds() - start;
    }
    qsort(seconds, c->runs, sizeof *seconds, compare_doubles);
    double median = seconds[c->runs / 2];
    printf("%-12s %8.1f MB/s  %10.0f lines/s  %8.1f ms (median of %u, %.1f to %.1f)\n", what,
           (double)c->bytes / 1e6 / median, (double)c->lines / median, median * 1e3, c->runs,
           seconds[0] * 1e3, seconds[c->runs - 1] * 1e3);
    return totals;
}

/* A figure of /proc/self/status, in bytes. */
static uint64_t process_bytes(const char *name)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    unsigned long long kilobytes = 0;
    size_t length = strlen(name);
    while (status && fgets(line, sizeof line, status)) {
        if (strncmp(line, name, length) == 0 && line[length] == ':')
            kilobytes = strtoull(line + length + 1, NULL, 10);
    }
    if (status)
        fclose(status);
    return kilobytes * 1024;
}

static void measure_memory(const Corpus *c, const char *what, bool keeps_all)
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        exit(2);
    }
    if (child > 0) {
        waitpid(child, NULL, 0);
        return;
    }
    uint64_t before = process_bytes("VmRSS");
    run_pass(c, true, keeps_all);
    uint64_t peak = process_bytes("VmHWM");
    printf("%-36s %6.2f bytes per source byte, %.1f MB\n", what,
           (double)(peak - before) / (double)c->bytes, (double)(peak - before) / 1e6);
    fflush(stdout);
    _exit(0);
}

static Edition edition_of(const char *text)
{
    static const char *const names[] = { "2015", "2018", "2021", "2024" };
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0)
            return (Edition)i;
    }
    fprintf(stderr, "parse_bench: no edition: %s\n", text);
    exit(2);
}

static uint32_t runs_of(const char *text)
{
    unsigned long runs = strtoul(text, NULL, 10);
    if (runs == 0 || runs > RUNS_MAX) {
        fprintf(stderr, "parse_bench: 1 to %d runs\n", RUNS_MAX);
        exit(2);
    }
    return (uint32_t)runs;
}

int main(int argc, char **argv)
{
    Corpus c = { .arena = arena_new(NULL), .edition = EDITION_2024, .runs = RUNS_DEFAULT };
    str_vec_init(&c.texts, c.arena);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc)
            c.runs = runs_of(argv[++i]);
        else if (strcmp(argv[i], "--edition") == 0 && i + 1 < argc)
            c.edition = edition_of(argv[++i]);
        else
            add_tree(&c, argv[i]);
    }
    if (c.bytes == 0) {
        fprintf(stderr, "parse_bench: no .rs files\n");
        return 2;
    }
    printf("%u files, %.1f MB, %llu lines\n", c.texts.count, (double)c.bytes / 1e6,
           (unsigned long long)c.lines);
    measure_memory(&c, "peak memory, all results kept", true);
    measure_memory(&c, "peak memory, one file at a time", false);
    time_passes(&c, "lex", false);
    Totals totals = time_passes(&c, "lex + parse", true);
    printf("%llu tokens, %llu items, %llu nodes, %llu errors\n", (unsigned long long)totals.tokens,
           (unsigned long long)totals.items, (unsigned long long)totals.nodes,
           (unsigned long long)totals.errors);
    printf("bytes per source byte: tokens %.2f, items %.2f, trees %.2f\n",
           (double)totals.token_bytes / (double)c.bytes,
           (double)totals.item_bytes / (double)c.bytes,
           (double)totals.tree_bytes / (double)c.bytes);
    arena_free(c.arena);
    return 0;
}
