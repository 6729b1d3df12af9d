/* Prints what the lexer, the partition or the parser makes of a file, without the engine:
 *
 *     syntax_dump tokens|items|ast FILE
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

static void print_error_at(Dump *d, const SyntaxError *error, SyntaxPlaceFn place,
                           const void *context)
{
    Diag *diag = syntax_error_diag(d->arena, error, place, context);
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
        print_error_at(d, &d->errors.items[i], place, d);
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

/* ---- trees ---- */

typedef struct {
    const Dump *dump;
    const PartitionData *data;
    IdRange range;
} RunPlace;

static DiagSpan place_in_run(const void *context, uint32_t lo, uint32_t hi)
{
    const RunPlace *place = context;
    uint32_t mask = (1u << AST_POS_SHIFT) - 1, first = lo >> AST_POS_SHIFT,
             last = (hi + mask) >> AST_POS_SHIFT;
    const FileTokens *tokens = &place->dump->tokens;
    uint32_t count = place->range.count, bytes = place->dump->tokens.bytes;
    const uint32_t *sources = place->data->sources + place->range.start;
    uint32_t from = first < count ? tokens->tokens[sources[first]].lo + (lo & mask)
                    : count > 0   ? tokens->tokens[sources[count - 1]].hi
                                  : bytes;
    if (last <= first && first > 0 && first <= count) /* behind a token */
        from = tokens->tokens[sources[first - 1]].hi;
    uint32_t to = from;
    if (last > first && last <= count)
        to = hi & mask ? tokens->tokens[sources[last - 1]].lo + (hi & mask)
                       : tokens->tokens[sources[last - 1]].hi;
    return diag_at_file(place->dump->file, from, to);
}

static bool line_breaks(const void *context, uint32_t token)
{
    const RunPlace *place = context;
    const uint32_t *sources = place->data->sources + place->range.start;
    const FileTokens *tokens = &place->dump->tokens;
    uint32_t line, previous, column;
    file_tokens_position(tokens, place->dump->text, tokens->tokens[sources[token]].lo, &line,
                         &column);
    file_tokens_position(tokens, place->dump->text, tokens->tokens[sources[token - 1]].hi,
                         &previous, &column);
    return line > previous;
}

static void dump_run(Dump *d, const PartitionData *data, uint32_t item, Anchor anchor)
{
    static const char *const anchors[] = { "attributes", "header", "body" };
    IdRange range = data->runs[item].anchors[anchor];
    DefKind kind = (DefKind)data->tree.items[item].kind;
    bool is_raw = anchor == ANCHOR_BODY && (kind == DEF_MACRO || kind == DEF_MACRO_CALL);
    if (range.count == 0 || is_raw)
        return;
    RunPlace place = { d, data, range };
    ParseContext context = { .interners = d->interners,
                             .out = d->arena,
                             .scratch = d->arena,
                             .edition = EDITION_2024,
                             .line_breaks = line_breaks,
                             .lines = &place };
    TokenRun run = { data->tokens + range.start, range.count };
    Ast ast;
    ItemShape shape = item_shape(d->interners, data->tree.items[item].id);
    IdRange attributes = data->runs[item].anchors[ANCHOR_ATTRIBUTES];
    TokenRun attribute_run = { data->tokens + attributes.start, attributes.count };
    parse_anchor_run(&context, &run, anchor, shape, &ast, &d->errors);
    if (anchor == ANCHOR_HEADER && !ast.has_error)
        parse_check_parts(&context, shape, &attribute_run, &run, &ast, &d->errors);
    text_addf(&d->out, "-- %s of ", anchors[anchor]);
    item_path_text(d->interners, data->tree.items[item].id, &d->out);
    text_add_char(&d->out, '\n');
    ast_dump_text(d->interners, &ast, false, &d->out);
    for (uint32_t i = 0; i < d->errors.count; i++) {
        print_error_at(d, &d->errors.items[i], place_in_run, &place);
    }
    syntax_error_vec_clear(&d->errors);
}

static void dump_ast(Dump *d)
{
    const PartitionData *data =
        partition_file(d->interners, d->file, &d->tokens, d->text, d->arena, d->arena, &d->errors);
    print_errors(d, place_of_source);
    for (uint32_t i = 0; i < data->tree.count; i++) {
        for (int a = 0; a < ANCHOR_COUNT; a++)
            dump_run(d, data, i, (Anchor)a);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: syntax_dump tokens|items|ast FILE\n");
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
        tokens_dump(&d.tokens, d.text, false, &d.out);
    print_errors(&d, place_of_bytes);
    if (strcmp(argv[1], "items") == 0)
        dump_items(&d);
    else if (strcmp(argv[1], "ast") == 0)
        dump_ast(&d);
    fwrite(d.out.data, 1, d.out.bytes, stdout);
    arena_free(d.arena);
    interners_free(d.interners);
    return 0;
}
