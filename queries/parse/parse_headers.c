/* Headers of items that define nothing: their facts are read while the items are cut, so nobody
 * asks for their trees, and what is wrong with them is said here. They are few and short. */
#include "parse/parse_partition.h"
#include "parse/parse_priv.h"

typedef struct {
    const PartitionData *data;
    const FileTokens *tokens; /* NULL: not of a file */
    Str text;
    IdRange run;
} HeaderLines;

bool headers_are_checked(DefKind kind)
{
    return kind == DEF_USE || kind == DEF_MOD || kind == DEF_EXTERN_CRATE ||
           kind == DEF_FOREIGN_MOD || kind == DEF_MACRO || kind == DEF_MACRO_CALL;
}

/* Read from the text: the item's span map is made from this partition. */
static bool line_breaks(const void *context, uint32_t token)
{
    const HeaderLines *lines = context;
    if (!lines->tokens || token == 0 || token >= lines->run.count)
        return false;
    const uint32_t *sources = lines->data->sources + lines->run.start;
    uint32_t lo = lines->tokens->tokens[sources[token - 1]].hi;
    uint32_t hi = lines->tokens->tokens[sources[token]].lo;
    return hi > lo && memchr(lines->text.data + lo, '\n', hi - lo) != NULL;
}

static void emit(Job *job, const PartitionData *data, uint32_t item, CallId call,
                 const SyntaxErrorVec *errors)
{
    TokenSpanList made;
    const TokenSpanList *origins = NULL;
    if (!call_id_is_none(call)) {
        partition_origins(job, job_scratch(job), data, data->runs[item].anchors[ANCHOR_HEADER],
                          call, &made);
        origins = &made;
    }
    parse_errors_emit(job, errors, data->tree.items[item].id, ANCHOR_HEADER, origins);
}

/* True: there is an error. */
static bool check_header(Job *job, const ParseContext *context, const HeaderLines *lines,
                         uint32_t item, CallId call)
{
    TokenRun run = { lines->data->tokens + lines->run.start, lines->run.count };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    ItemShape shape = item_shape(job_interners(job), lines->data->tree.items[item].id);
    Ast ast;
    parse_anchor_run(context, &run, ANCHOR_HEADER, shape, &ast, &errors);
    if (errors.count > 0)
        emit(job, lines->data, item, call, &errors);
    return errors.count > 0;
}

void headers_check(Job *job, PartitionData *data, const FileTokens *tokens, Str text, CallId call)
{
    if (data->is_repaired)
        return;
    HeaderLines lines = { .data = data, .tokens = tokens, .text = text };
    ParseContext context = { .interners = job_interners(job),
                             .out = job_scratch(job),
                             .scratch = job_scratch(job),
                             .line_breaks = line_breaks,
                             .lines = &lines };
    bool has_edition = false;
    for (uint32_t i = 1; i < data->tree.count; i++) {
        if (!headers_are_checked((DefKind)data->tree.items[i].kind))
            continue;
        if (!has_edition)
            context.edition = parse_item_edition(job, data->tree.items[0].id);
        has_edition = true;
        lines.run = data->runs[i].anchors[ANCHOR_HEADER];
        if (check_header(job, &context, &lines, i, call))
            data->tree.items[i].flags |= ITEM_IS_ERROR;
    }
}
