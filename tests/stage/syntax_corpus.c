/* Lexes and parses every .rs file below the given directories: prints errors, counts and speed.
 *
 *     syntax_corpus [--lex] [--quiet] [--edition EDITION] DIRECTORY|FILE ...
 *     syntax_corpus --errors-of LIST
 *
 * The second form reads lines `EDITION PATH` and prints a line for each, `PATH` and then `
 * LINE:CODE` (`-` without a code) for each error of the lexer and the parser; the checks that wait
 * for expansion are left out. Exit status 1 if a file has an error. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "diag/diag_data.h"
#include "parse/parse_partition.h"

typedef struct {
    bool lex_only, quiet, lists_errors;
    Edition edition;
    Interners *interners;
    uint64_t files, bytes, lines, tokens, errors, bad_files;
    uint64_t lex_ns, partition_ns, parse_ns;
    uint64_t items, nodes, ast_bytes;
} Corpus;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Where the table's errors stand: at the first of several primary places in rustc's order, in which
 * the delimiter that was found comes before the one that is not closed. */
static uint32_t first_place(const SyntaxError *error)
{
    bool is_mismatch = error->code == DIAG_CODE_lex_mismatched_close && error->label_count > 0;
    return is_mismatch ? error->labels[0].lo : error->lo;
}

static void print_error(const Corpus *c, const char *path, const FileTokens *tokens, Str text,
                        const SyntaxError *error)
{
    uint32_t line, column;
    file_tokens_position(tokens, text, first_place(error), &line, &column);
    if (c->lists_errors) {
        const char *code = diag_code_text((DiagCode)error->code);
        printf(" %u:%s", line + 1, code && *code ? code : "-");
        return;
    }
    printf("%s:%u:%u: %s", path, line + 1, column + 1, diag_code_message((DiagCode)error->code));
    for (uint32_t i = 0; i < error->arg_count; i++)
        printf(" [%.*s]", (int)error->args[i].bytes, error->args[i].data);
    printf("\n");
}

typedef struct {
    const FileTokens *tokens;
    const PartitionData *data;
    IdRange range;
    Str text;
} RunPlace;

/* The byte where an AstPos stands; behind the token before it for what is missing. */
static uint32_t byte_of(const RunPlace *place, uint32_t pos, bool is_empty)
{
    uint32_t token = pos >> AST_POS_SHIFT;
    if (is_empty && token > 0 && token <= place->range.count)
        return place->tokens->tokens[place->data->sources[place->range.start + token - 1]].hi;
    if (token >= place->range.count)
        token = place->range.count - 1;
    return place->tokens->tokens[place->data->sources[place->range.start + token]].lo;
}

/* ParseContext.line_breaks. */
static bool line_breaks(const void *context, uint32_t token)
{
    const RunPlace *place = context;
    if (token == 0 || token >= place->range.count)
        return false;
    const uint32_t *sources = place->data->sources + place->range.start;
    uint32_t lo = place->tokens->tokens[sources[token - 1]].hi;
    uint32_t hi = place->tokens->tokens[sources[token]].lo;
    return hi > lo && memchr(place->text.data + lo, '\n', hi - lo) != NULL;
}

static void parse_run(Corpus *c, const char *path, Str text, const FileTokens *tokens,
                      const PartitionData *data, uint32_t item, Anchor anchor, Arena *arena)
{
    IdRange range = data->runs[item].anchors[anchor];
    DefKind kind = (DefKind)data->tree.items[item].kind;
    bool is_raw = anchor == ANCHOR_BODY && (kind == DEF_MACRO || kind == DEF_MACRO_CALL);
    if (range.count == 0 || is_raw)
        return;
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    RunPlace place = { tokens, data, range, text };
    ParseContext context = { .interners = c->interners,
                             .out = arena,
                             .scratch = arena,
                             .edition = c->edition,
                             .line_breaks = line_breaks,
                             .lines = &place };
    TokenRun run = { data->tokens + range.start, range.count };
    Ast ast;
    uint64_t start = now_ns();
    ItemShape shape = item_shape(c->interners, data->tree.items[item].id);
    IdRange attributes = data->runs[item].anchors[ANCHOR_ATTRIBUTES];
    TokenRun attribute_run = { data->tokens + attributes.start, attributes.count };
    parse_anchor_run(&context, &run, anchor, shape, &ast, &errors);
    if (anchor == ANCHOR_HEADER && !ast.has_error)
        parse_check_parts(&context, shape, &attribute_run, &run, &ast, &errors);
    c->parse_ns += now_ns() - start;
    c->nodes += ast.expr_count + ast.pat_count + ast.ty_count + ast.stmt_count;
    c->errors += errors.count;
    for (uint32_t i = 0; i < errors.count && !c->quiet; i++) {
        if (errors.items[i].is_late && c->lists_errors)
            continue;
        bool is_empty = errors.items[i].lo == errors.items[i].hi;
        errors.items[i].lo = byte_of(&place, errors.items[i].lo, is_empty);
        print_error(c, path, tokens, text, &errors.items[i]);
    }
}

static void parse_file(Corpus *c, const char *path, Str text, const FileTokens *tokens)
{
    Arena *arena = arena_new(NULL);
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    FileId file = file_id_intern(c->interners, sym_id_none(), sym_intern_c(c->interners, path));
    uint64_t start = now_ns();
    const PartitionData *data =
        partition_file(c->interners, file, tokens, text, arena, arena, &errors);
    c->partition_ns += now_ns() - start;
    c->items += data->tree.count;
    c->errors += errors.count;
    for (uint32_t i = 0; i < errors.count && !c->quiet; i++) {
        uint32_t token = errors.items[i].lo >> AST_POS_SHIFT;
        errors.items[i].lo = token < tokens->count ? tokens->tokens[token].lo : tokens->bytes;
        print_error(c, path, tokens, text, &errors.items[i]);
    }
    Arena *tree = arena_new(arena);
    for (uint32_t i = 0; i < data->tree.count; i++) {
        for (int a = 0; a < ANCHOR_COUNT; a++)
            parse_run(c, path, text, tokens, data, i, (Anchor)a, tree);
        arena_clear(tree);
    }
    arena_free(arena);
}

static void read_one(Corpus *c, const char *path)
{
    Arena *arena = arena_new(NULL);
    Str text;
    Status status = file_read(path, arena, 1u << 30, &text, NULL);
    if (!status_ok(status)) {
        fprintf(stderr, "%s\n", status_text(status, arena));
        exit(2);
    }
    if (str_starts_with(text, STR("\xEF\xBB\xBF"))) /* as the driver does */
        text = (Str){ text.data + 3, text.bytes - 3 };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    FileTokens tokens;
    uint64_t start = now_ns();
    lex_text(c->interners, arena, text, &tokens, &errors);
    c->lex_ns += now_ns() - start;
    c->files++;
    c->bytes += text.bytes;
    c->lines += tokens.line_count;
    c->tokens += tokens.count;
    c->errors += errors.count;
    for (uint32_t i = 0; i < errors.count && !c->quiet; i++)
        print_error(c, path, &tokens, text, &errors.items[i]);
    uint64_t before = c->errors - errors.count;
    if (!c->lex_only)
        parse_file(c, path, text, &tokens);
    c->bad_files += c->errors > before;
    arena_free(arena);
}

static void read_tree(Corpus *c, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        exit(2);
    }
    if (!S_ISDIR(st.st_mode)) {
        size_t length = strlen(path);
        if (length > 3 && strcmp(path + length - 3, ".rs") == 0)
            read_one(c, path);
        return;
    }
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            char below[4096];
            snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
            read_tree(c, below);
        }
        free(entries[i]);
    }
    free(entries);
}

static Edition edition_of(const char *text)
{
    static const char *const names[] = { "2015", "2018", "2021", "2024" };
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        if (strncmp(text, names[i], 4) == 0)
            return (Edition)i;
    }
    fprintf(stderr, "syntax_corpus: no edition: %s\n", text);
    exit(2);
}

static void list_errors(Corpus *c, const char *path)
{
    FILE *list = fopen(path, "r");
    char line[4096];
    if (!list) {
        perror(path);
        exit(2);
    }
    c->lists_errors = true;
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        c->edition = edition_of(line);
        printf("%s", line + 5);
        read_one(c, line + 5);
        printf("\n");
    }
    fclose(list);
}

static void print_figures(const Corpus *c)
{
    double lex_s = (double)c->lex_ns * 1e-9;
    printf("%llu files, %llu bytes, %llu lines, %llu tokens, %llu errors in %llu files\n",
           (unsigned long long)c->files, (unsigned long long)c->bytes, (unsigned long long)c->lines,
           (unsigned long long)c->tokens, (unsigned long long)c->errors,
           (unsigned long long)c->bad_files);
    printf("lex: %.1f ms, %.0f MB/s\n", lex_s * 1e3, (double)c->bytes / 1e6 / lex_s);
    if (!c->lex_only) {
        double all_s = lex_s + (double)(c->partition_ns + c->parse_ns) * 1e-9;
        printf("partition: %.1f ms, %llu items\n", (double)c->partition_ns * 1e-6,
               (unsigned long long)c->items);
        printf("parse: %.1f ms, %llu nodes; all: %.0f MB/s\n", (double)c->parse_ns * 1e-6,
               (unsigned long long)c->nodes, (double)c->bytes / 1e6 / all_s);
    }
}

int main(int argc, char **argv)
{
    Corpus c = { .interners = interners_new(), .edition = EDITION_2024 };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--lex") == 0)
            c.lex_only = true;
        else if (strcmp(argv[i], "--quiet") == 0)
            c.quiet = true;
        else if (strcmp(argv[i], "--edition") == 0 && i + 1 < argc)
            c.edition = edition_of(argv[++i]);
        else if (strcmp(argv[i], "--errors-of") == 0 && i + 1 < argc)
            list_errors(&c, argv[++i]);
        else
            read_tree(&c, argv[i]);
    }
    if (!c.lists_errors)
        print_figures(&c);
    interners_free(c.interners);
    return c.errors > 0;
}
