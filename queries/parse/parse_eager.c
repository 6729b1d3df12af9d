/* What is parsed when items are cut, because nobody asks for it later: attributes, of which mostly
 * the names matter, and the headers of items that define nothing, whose facts are in the item tree.
 * They are few and short. */
#include "parse/parse_partition.h"
#include "parse/parse_priv.h"

typedef struct {
    Job *job;
    PartitionData *data;
    CallId call;              /* none: of a file */
    const FileTokens *tokens; /* NULL: of a call */
    Str text;
    ParseContext context;
    bool has_edition;
    IdRange run; /* being parsed */
} Eager;

bool eager_is_checked(Anchor anchor, DefKind kind)
{
    if (anchor != ANCHOR_HEADER)
        return anchor == ANCHOR_ATTRIBUTES;
    return kind == DEF_USE || kind == DEF_MOD || kind == DEF_EXTERN_CRATE ||
           kind == DEF_FOREIGN_MOD || kind == DEF_MACRO || kind == DEF_MACRO_CALL;
}

/* Read from the text: the item's span map is made from this partition. */
static bool line_breaks(const void *context, uint32_t token)
{
    const Eager *e = context;
    if (!e->tokens || token == 0 || token >= e->run.count)
        return false;
    const uint32_t *sources = e->data->sources + e->run.start;
    uint32_t lo = e->tokens->tokens[sources[token - 1]].hi;
    uint32_t hi = e->tokens->tokens[sources[token]].lo;
    return hi > lo && memchr(e->text.data + lo, '\n', hi - lo) != NULL;
}

static void emit(Eager *e, ItemId item, Anchor anchor, const SyntaxErrorVec *errors)
{
    TokenSpanList made;
    bool is_made = !call_id_is_none(e->call);
    if (is_made)
        partition_origins(e->job, job_scratch(e->job), e->data, e->run, e->call, &made);
    parse_errors_emit(e->job, errors, item, anchor, is_made ? &made : NULL);
}

/* True: there is an error. */
static bool check_run(Eager *e, uint32_t item, Anchor anchor)
{
    e->run = e->data->runs[item].anchors[anchor];
    if (e->run.count == 0)
        return false;
    if (!e->has_edition)
        e->context.edition = parse_item_edition(e->job, e->data->tree.items[0].id);
    e->has_edition = true;
    ItemId id = e->data->tree.items[item].id;
    TokenRun run = { e->data->tokens + e->run.start, e->run.count };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(e->job));
    Ast ast;
    parse_anchor_run(&e->context, &run, anchor, item_shape(job_interners(e->job), id), &ast,
                     &errors);
    if (errors.count > 0)
        emit(e, id, anchor, &errors);
    return errors.count > 0;
}

void eager_check(Job *job, PartitionData *data, const FileTokens *tokens, Str text, CallId call)
{
    if (data->is_repaired)
        return;
    Eager e = { .job = job, .data = data, .call = call, .tokens = tokens, .text = text };
    e.context = (ParseContext){ .interners = job_interners(job),
                                .out = job_scratch(job),
                                .scratch = job_scratch(job),
                                .line_breaks = line_breaks,
                                .lines = &e };
    for (uint32_t i = 0; i < data->tree.count; i++) {
        Item *item = &data->tree.items[i];
        check_run(&e, i, ANCHOR_ATTRIBUTES);
        if (i > 0 && !data->runs[i].is_reported &&
            eager_is_checked(ANCHOR_HEADER, (DefKind)item->kind) && check_run(&e, i, ANCHOR_HEADER))
            item->flags |= ITEM_IS_ERROR;
    }
}
