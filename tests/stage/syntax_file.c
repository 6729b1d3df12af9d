#include "stage/syntax_file.h"

bool syntax_file_has_tree(const SyntaxFile *f, uint32_t item, Anchor anchor)
{
    DefKind kind = (DefKind)f->data->tree.items[item].kind;
    if (item == 0)
        return anchor == ANCHOR_ATTRIBUTES;
    return anchor != ANCHOR_BODY || (kind != DEF_MACRO && kind != DEF_MACRO_CALL);
}

static void parse_run(SyntaxFile *f, uint32_t item, Anchor anchor, Edition edition)
{
    ParseContext context = {
        .interners = f->interners, .out = f->arena, .scratch = f->arena, .edition = edition
    };
    IdRange range = f->data->runs[item].anchors[anchor];
    TokenRun *run = &f->runs[item][anchor];
    Ast *tree = &f->trees[item][anchor];
    *run = (TokenRun){ f->data->tokens + range.start, range.count };
    if (!syntax_file_has_tree(f, item, anchor))
        return;
    ItemShape shape = { 0, 0 };
    if (item > 0)
        shape = item_shape(f->interners, f->data->tree.items[item].id);
    parse_anchor_run(&context, run, anchor, shape, tree, &f->errors);
}

void syntax_file_read(SyntaxFile *f, Interners *interners, Arena *arena, Str text, Edition edition)
{
    *f = (SyntaxFile){ .interners = interners, .arena = arena, .text = text };
    syntax_error_vec_init(&f->errors, arena);
    f->file = file_id_intern(interners, sym_intern_c(interners, ""), sym_intern_c(interners, "f"));
    lex_text(interners, arena, text, &f->tokens, &f->errors);
    f->data = partition_file(interners, f->file, &f->tokens, text, arena, arena, &f->errors);
    uint32_t count = f->data->tree.count;
    f->runs = arena_alloc_zeroed(arena, count * sizeof *f->runs);
    f->trees = arena_alloc_zeroed(arena, count * sizeof *f->trees);
    for (uint32_t i = 0; i < count; i++) {
        for (int a = 0; a < ANCHOR_COUNT; a++)
            parse_run(f, i, (Anchor)a, edition);
    }
}

/* ---- as source ---- */

static const TokenRun *run_of(const void *context, uint32_t item, Anchor anchor)
{
    return &((const SyntaxFile *)context)->runs[item][anchor];
}

static const Ast *tree_of(const void *context, uint32_t item, Anchor anchor)
{
    return &((const SyntaxFile *)context)->trees[item][anchor];
}

void syntax_file_print(const SyntaxFile *f, Text *out)
{
    PrintSource source = { .interners = f->interners,
                           .tree = &f->data->tree,
                           .context = f,
                           .tokens = run_of,
                           .ast = tree_of,
                           .partition = f->data,
                           .file = &f->tokens,
                           .text = f->text };
    print_source(&source, 0, f->arena, out);
}
