/* Prints what the lexer, the partition or the parser makes of a file, without the engine:
 *
 *     syntax_dump tokens|items FILE
 *
 * Errors come last: place, code, message, labels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "diag/diag_data.h"
#include "parse/parse_partition.h"

typedef struct {
    Interners *interners;
    Arena *arena;
    FileId file;
    Str text;
    FileTokens tokens;
    SyntaxErrorVec errors;
    Text out;
} Dump;

/* ---- errors ---- */

static DiagSpan place_of_bytes(const void *context, uint32_t lo, uint32_t hi)
{
    const Dump *d = context;
    return diag_at_file(d->file, lo, hi);
}

static DiagSpan place_of_source(const void *context, uint32_t lo, uint32_t hi)
{
    const Dump *d = context;
    uint32_t first = lo >> AST_POS_SHIFT, last = hi >> AST_POS_SHIFT;
    uint32_t from = first < d->tokens.count ? d->tokens.tokens[first].lo : d->tokens.bytes;
    return diag_at_file(d->file, from, last > first ? d->tokens.tokens[last - 1].hi : from);
}

static void print_place(Dump *d, DiagSpan span)
{
    uint32_t line, column, end_line, end_column;
    file_tokens_position(&d->tokens, d->text, span.lo, &line, &column);
    file_tokens_position(&d->tokens, d->text, span.hi, &end_line, &end_column);
    text_addf(&d->out, "%u:%u-", line + 1, column + 1);
    if (end_line != line)
        text_addf(&d->out, "%u:", end_line + 1);
    text_addf(&d->out, "%u", end_column + 1);
}

static void print_error(Dump *d, const SyntaxError *error, SyntaxPlaceFn place)
{
    Diag *diag = syntax_error_diag(d->arena, error, place, d);
    DiagData data;
    rsc_assert(
        diag_decode(d->interners, d->arena, diag_encode(diag, d->interners, d->arena), &data));
    text_add_c(&d->out, "error");
    if (data.code_text.bytes)
        text_addf(&d->out, "[%s]", data.code_text.data);
    text_add_char(&d->out, ' ');
    print_place(d, data.primary);
    text_addf(&d->out, ": %s", data.message.data);
    if (data.primary_label.bytes)
        text_addf(&d->out, " (%s)", data.primary_label.data);
    text_add_char(&d->out, '\n');
    for (uint32_t i = 0; i < data.label_count; i++) {
        text_add_c(&d->out, "  label ");
        print_place(d, data.labels[i].span);
        text_addf(&d->out, ": %s\n", data.labels[i].text.data);
    }
    for (uint32_t i = 0; i < data.child_count; i++) {
        text_addf(&d->out, "  %s: %s\n", data.children[i].level == DIAG_NOTE ? "note" : "help",
                  data.children[i].message.data);
    }
}

static void print_errors(Dump *d, SyntaxPlaceFn place)
{
    for (uint32_t i = 0; i < d->errors.count; i++)
        print_error(d, &d->errors.items[i], place);
    syntax_error_vec_clear(&d->errors);
}

/* ---- what to print ---- */

static void print_run(Dump *d, const PartitionData *data, IdRange range)
{
    for (uint32_t i = 0; i < range.count; i++) {
        Token token = data->tokens[range.start + i];
        text_add_char(&d->out, ' ');
        if (token.kind == TOKEN_ITEM) {
            text_addf(&d->out, "<%s %s>",
                      def_kind_text((DefKind)item_record(d->interners, token_item(token)).kind),
                      sym_text(d->interners,
                               sym_id_make(item_record(d->interners, token_item(token)).name))
                          .data);
        } else {
            token_text(d->interners, token, &d->out);
        }
    }
    text_add_char(&d->out, '\n');
}

static void dump_items(Dump *d)
{
    static const char *const anchors[] = { "attributes", "header", "body" };
    const PartitionData *data =
        partition_file(d->interners, d->file, &d->tokens, d->text, d->arena, d->arena, &d->errors);
    item_tree_dump_text(d->interners, &data->tree, false, &d->out);
    for (uint32_t i = 0; i < data->tree.count; i++) {
        text_addf(&d->out, "-- ");
        item_path_text(d->interners, data->tree.items[i].id, &d->out);
        text_add_char(&d->out, '\n');
        for (int a = 0; a < ANCHOR_COUNT; a++) {
            if (data->runs[i].anchors[a].count == 0)
                continue;
            text_addf(&d->out, "%s:", anchors[a]);
            print_run(d, data, data->runs[i].anchors[a]);
        }
    }
    print_errors(d, place_of_source);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: syntax_dump tokens|items FILE\n");
        return 2;
    }
    Dump d = { .interners = interners_new(), .arena = arena_new(NULL) };
    Status status = file_read(argv[2], d.arena, 1u << 30, &d.text, NULL);
    if (!status_ok(status)) {
        fprintf(stderr, "%s\n", status_text(status, d.arena));
        return 2;
    }
    text_init(&d.out, d.arena);
    syntax_error_vec_init(&d.errors, d.arena);
    Str name = path_file_name(str_from_c(argv[2]));
    d.file = file_id_intern(d.interners, sym_intern(d.interners, STR("")),
                            sym_intern(d.interners, name));
    lex_text(d.interners, d.arena, d.text, &d.tokens, &d.errors);
    if (strcmp(argv[1], "tokens") == 0)
        tokens_dump(d.interners, &d.tokens, d.text, &d.out);
    print_errors(&d, place_of_bytes);
    if (strcmp(argv[1], "items") == 0)
        dump_items(&d);
    fwrite(d.out.data, 1, d.out.bytes, stdout);
    arena_free(d.arena);
    interners_free(d.interners);
    return 0;
}
