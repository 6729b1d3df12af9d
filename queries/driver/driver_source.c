/* Items as Rust source, from their syntax trees. */
#include "driver/driver_priv.h"
#include "parse/parse_partition.h"
#include "print/print.h"

typedef struct {
    Job *job;
    const ItemTree *tree;
} TreeSource;

static const TokenRun *tokens_of(const void *context, uint32_t item, Anchor anchor)
{
    const TreeSource *source = context;
    return parse_tokens(source->job, source->tree->items[item].id, anchor);
}

static const Ast *tree_of(const void *context, uint32_t item, Anchor anchor)
{
    static const Ast none = { 0 };
    const TreeSource *source = context;
    ItemId id = source->tree->items[item].id;
    DefKind kind = (DefKind)source->tree->items[item].kind;
    if (anchor == ANCHOR_ATTRIBUTES)
        return q_attributes_ast(source->job, id);
    if (anchor == ANCHOR_HEADER)
        return q_header_ast(source->job, id);
    bool is_raw = kind == DEF_MACRO || kind == DEF_MACRO_CALL;
    return is_raw ? &none : q_body_ast(source->job, id);
}

void source_of_item(Job *job, ItemId item, Text *out)
{
    uint32_t index;
    FileId file = item_file(job_interners(job), item);
    TreeSource context = { job, parse_tree(job, item, &index) };
    PrintSource source = { .interners = job_interners(job),
                           .tree = context.tree,
                           .context = &context,
                           .tokens = tokens_of,
                           .ast = tree_of };
    if (!file_id_is_none(file)) {
        source.partition = q_file_partition(job, file)->data;
        source.file = q_file_tokens(job, file);
        source.text = q_file_text(job, file)->text;
    }
    print_source(&source, index, job_scratch(job), out);
}
