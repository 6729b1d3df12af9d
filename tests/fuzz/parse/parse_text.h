/* What the targets that read whole files do with a text: it is cut into items, and every run of
 * every item is parsed. */
#ifndef RSCC_TESTS_FUZZ_PARSE_TEXT_H
#define RSCC_TESTS_FUZZ_PARSE_TEXT_H

#include <string.h>

#include "fuzz/fuzz.h"
#include "parse/parse_partition.h"

static TokenRun run_of(const PartitionData *data, uint32_t item, Anchor anchor)
{
    IdRange range = data->runs[item].anchors[anchor];
    rsc_assert(range.start <= data->token_count && range.count <= data->token_count - range.start);
    return (TokenRun){ data->tokens + range.start, range.count };
}

static void parse_item(const ParseContext *context, const PartitionData *data, uint32_t item)
{
    DefKind kind = (DefKind)data->tree.items[item].kind;
    ItemShape shape = item_shape(context->interners, data->tree.items[item].id);
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        TokenRun run = run_of(data, item, (Anchor)a);
        bool is_raw = a == ANCHOR_BODY && (kind == DEF_MACRO || kind == DEF_MACRO_CALL);
        if (run.count == 0 || is_raw)
            continue;
        SyntaxErrorVec errors;
        syntax_error_vec_init(&errors, context->scratch);
        Ast ast;
        parse_anchor_run(context, &run, (Anchor)a, shape, &ast, &errors);
        TokenRun attributes = run_of(data, item, ANCHOR_ATTRIBUTES);
        if (a == ANCHOR_HEADER && !ast.has_error)
            parse_check_parts(context, shape, &attributes, &run, &ast, &errors);
    }
}

static void check_tree(const PartitionData *data)
{
    for (uint32_t i = 0; i < data->tree.count; i++) {
        const Item *item = &data->tree.items[i];
        rsc_assert(item->end > i && item->end <= data->tree.count);
        rsc_assert(i == 0 || (item->parent < i && data->tree.items[item->parent].end >= item->end));
        uint32_t index;
        rsc_assert(partition_find(data, item->id, &index) && index == i);
    }
}

static void fuzz_parse_text(Str text, Edition edition, bool dumps_json)
{
    Interners *interners = interners_new();
    Arena *arena = arena_new(NULL);
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, arena);
    FileTokens tokens;
    memset(&tokens, 0, sizeof tokens);
    lex_text(interners, arena, text, &tokens, &errors);
    FileId file = file_id_intern(interners, sym_id_none(), sym_intern_c(interners, "fuzz.rs"));
    const PartitionData *partition =
        partition_file(interners, file, &tokens, text, arena, arena, &errors);
    check_tree(partition);
    ParseContext context = {
        .interners = interners,
        .out = arena,
        .scratch = arena,
        .edition = edition,
    };
    for (uint32_t i = 0; i < partition->tree.count; i++)
        parse_item(&context, partition, i);
    Text dump;
    text_init(&dump, arena);
    item_tree_dump_text(interners, &partition->tree, dumps_json, &dump);
    arena_free(arena);
    interners_free(interners);
}

#endif
