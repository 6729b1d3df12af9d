/* The item facts as queries: projections of the partition of a file or of an expansion. */
#include "parse/parse_partition.h"

/* ---- partitions ---- */

typedef struct {
    FileId file;
    const FileTokens *tokens;
    Str text;
    Interners *interners;
} FileContext;

static DiagSpan place_in_file(const void *context, uint32_t lo, uint32_t hi)
{
    const FileContext *file = context;
    uint32_t first = lo >> AST_POS_SHIFT, last = hi >> AST_POS_SHIFT, count = file->tokens->count;
    uint32_t from = first < count ? file->tokens->tokens[first].lo : file->tokens->bytes;
    uint32_t to = last > first && last <= count ? file->tokens->tokens[last - 1].hi : from;
    return diag_at_file(file->file, from, to);
}

/* The comment without its markers. */
static SymId doc_in_file(const void *context, uint32_t source)
{
    const FileContext *file = context;
    const FileToken *token = &file->tokens->tokens[source];
    uint32_t bytes = token->hi - token->lo;
    Str text = { file->text.data + token->lo + 3, bytes - 3 };
    if (file->text.data[token->lo + 1] == '*')
        text.bytes -= 2;
    return sym_intern(file->interners, text);
}

static void emit_errors(Job *job, const SyntaxErrorVec *errors, SyntaxPlaceFn place,
                        const void *context)
{
    for (uint32_t i = 0; i < errors->count; i++)
        syntax_error_emit(job, &errors->items[i], place, context);
}

static const Token *tokens_of_file(Arena *arena, const FileTokens *file)
{
    Token *tokens = arena_alloc_array(arena, file->count, sizeof *tokens);
    for (uint32_t i = 0; i < file->count; i++)
        tokens[i] = (Token){ .kind = file->tokens[i].kind,
                             .flags = file->tokens[i].flags,
                             .text = file->tokens[i].text };
    return tokens;
}

PartitionData *partition_file(Interners *interners, FileId file, const FileTokens *tokens, Str text,
                              Arena *out, Arena *scratch, SyntaxErrorVec *errors)
{
    FileContext context = { file, tokens, text, interners };
    PartitionInput input = { .interners = interners,
                             .tokens = tokens_of_file(scratch, tokens),
                             .partners = tokens->partners,
                             .count = tokens->count,
                             .root = item_root_of_file(interners, file),
                             .fragment = AST_FRAGMENT_ITEMS,
                             .doc_text = doc_in_file,
                             .context = &context };
    return partition_make(&input, out, scratch, errors);
}

void file_partition_provide(Job *job, FileId file, Partition *out)
{
    const FileTokens *tokens = q_file_tokens(job, file);
    if (!tokens->has_text)
        return;
    FileContext context = { file, tokens, q_file_text(job, file)->text, job_interners(job) };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    PartitionData *data = partition_file(job_interners(job), file, tokens, context.text,
                                         job_out(job), job_scratch(job), &errors);
    emit_errors(job, &errors, place_in_file, &context);
    out->data = data;
    eager_check(job, data, tokens, context.text, call_id_none());
}

static const Expansion *expansion_of(Job *job, CallId call)
{
    QueryKey key = { { 0, 0 } };
    memcpy(&key, &call, sizeof call);
    return job_get(job, Q_expansion, &key);
}

static const TokenSpanList *origins_of(Job *job, CallId call)
{
    QueryKey key = { { 0, 0 } };
    memcpy(&key, &call, sizeof call);
    return job_get(job, Q_expansion_origins, &key);
}

static SymId doc_in_expansion(const void *context, uint32_t source)
{
    (void)context, (void)source;
    return sym_id_none(); /* its text is there, or it is empty */
}

/* The items are the same wherever the tokens come from: no edge to the origins but for an error's
 * place. */
void call_partition_provide(Job *job, CallId call, Partition *out)
{
    const Expansion *expansion = expansion_of(job, call);
    const TokenRun *run = &expansion->run;
    uint32_t *partners = arena_alloc_zeroed(job_scratch(job), run->count * sizeof *partners);
    partition_match(job_scratch(job), run->tokens, run->count, partners);
    PartitionInput input = { .interners = job_interners(job),
                             .tokens = run->tokens,
                             .partners = partners,
                             .count = expansion->run.count,
                             .root = item_root_of_call(job_interners(job), call),
                             .fragment = (AstFragment)expansion->fragment,
                             .doc_text = doc_in_expansion };
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    PartitionData *data = partition_make(&input, job_out(job), job_scratch(job), &errors);
    if (errors.count > 0)
        parse_errors_emit(job, &errors, item_id_none(), ANCHOR_BODY, origins_of(job, call));
    out->data = data;
    eager_check(job, data, NULL, STR(""), call);
}

/* ---- item trees ---- */

static void copy_tree(Arena *arena, const PartitionData *data, ItemTree *out)
{
    if (!data)
        return;
    *out = data->tree;
    out->items = arena_copy(arena, out->items, out->count * sizeof *out->items);
    out->segments = arena_copy(arena, out->segments, out->segment_count * sizeof *out->segments);
    out->uses = arena_copy(arena, out->uses, out->use_count * sizeof *out->uses);
    out->variants = arena_copy(arena, out->variants, out->variant_count * sizeof *out->variants);
    out->attrs = arena_copy(arena, out->attrs, out->attr_count * sizeof *out->attrs);
}

void file_items_provide(Job *job, FileId file, ItemTree *out)
{
    copy_tree(job_out(job), q_file_partition(job, file)->data, out);
}

void call_items_provide(Job *job, CallId call, ItemTree *out)
{
    copy_tree(job_out(job), q_call_partition(job, call)->data, out);
}

/* ---- tokens of items ---- */

static const PartitionData *partition_of_file_item(Job *job, ItemId item)
{
    FileId file = item_file(job_interners(job), item);
    return file_id_is_none(file) ? NULL : q_file_partition(job, file)->data;
}

static const PartitionData *partition_of_made_item(Job *job, ItemId item)
{
    PathRecord root = item_record(job_interners(job), item_root(job_interners(job), item));
    return root.kind == ITEM_ROOT_CALL ? q_call_partition(job, call_id_make(root.parent))->data
                                       : NULL;
}

static IdRange anchor_range(const PartitionData *data, ItemId item, Anchor anchor)
{
    uint32_t index;
    if (!partition_find(data, item, &index))
        return (IdRange){ 0, 0 };
    return data->runs[index].anchors[anchor];
}

static void copy_tokens(Arena *arena, const PartitionData *data, IdRange range, TokenRun *out)
{
    out->count = range.count;
    if (range.count > 0)
        out->tokens =
            arena_copy(arena, data->tokens + range.start, range.count * sizeof *out->tokens);
}

static void project_tokens(Job *job, ItemId item, Anchor anchor, TokenRun *out)
{
    const PartitionData *data = partition_of_file_item(job, item);
    copy_tokens(job_out(job), data, anchor_range(data, item, anchor), out);
}

void item_attributes_provide(Job *job, ItemId item, TokenRun *out)
{
    project_tokens(job, item, ANCHOR_ATTRIBUTES, out);
}

void item_header_provide(Job *job, ItemId item, TokenRun *out)
{
    project_tokens(job, item, ANCHOR_HEADER, out);
}

void item_body_provide(Job *job, ItemId item, TokenRun *out)
{
    project_tokens(job, item, ANCHOR_BODY, out);
}

void made_tokens_provide(Job *job, MadeTokensKey key, TokenRun *out)
{
    const PartitionData *data = partition_of_made_item(job, key.item);
    copy_tokens(job_out(job), data, anchor_range(data, key.item, (Anchor)key.anchor), out);
}

void call_rest_provide(Job *job, CallId call, TokenRun *out)
{
    const PartitionData *data = q_call_partition(job, call)->data;
    if (data)
        copy_tokens(job_out(job), data, data->rest, out);
}

void partition_origins(Job *job, Arena *arena, const PartitionData *data, IdRange range,
                       CallId call, TokenSpanList *out)
{
    const TokenSpanList *origins = origins_of(job, call);
    out->count = range.count;
    out->items = arena_alloc_zeroed(arena, range.count * sizeof *out->items);
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t source = data->sources[range.start + i];
        if (source < origins->count)
            out->items[i] = origins->items[source];
    }
}

void made_origins_provide(Job *job, MadeTokensKey key, TokenSpanList *out)
{
    const PartitionData *data = partition_of_made_item(job, key.item);
    if (!data)
        return;
    PathRecord root = item_record(job_interners(job), item_root(job_interners(job), key.item));
    partition_origins(job, job_out(job), data, anchor_range(data, key.item, (Anchor)key.anchor),
                      call_id_make(root.parent), out);
}

void call_rest_origins_provide(Job *job, CallId call, TokenSpanList *out)
{
    const PartitionData *data = q_call_partition(job, call)->data;
    if (data)
        partition_origins(job, job_out(job), data, data->rest, call, out);
}

static bool is_written(Job *job, ItemId item)
{
    return !file_id_is_none(item_file(job_interners(job), item));
}

const TokenRun *parse_tokens(Job *job, ItemId item, Anchor anchor)
{
    if (!is_written(job, item))
        return q_made_tokens(job, (MadeTokensKey){ item, anchor });
    if (anchor == ANCHOR_ATTRIBUTES)
        return q_item_attributes(job, item);
    return anchor == ANCHOR_HEADER ? q_item_header(job, item) : q_item_body(job, item);
}

const ItemTree *parse_tree(Job *job, ItemId item, uint32_t *index)
{
    PathRecord root = item_record(job_interners(job), item_root(job_interners(job), item));
    const ItemTree *tree = root.kind == ITEM_ROOT_FILE
                               ? q_file_items(job, file_id_make(root.parent))
                               : q_call_items(job, call_id_make(root.parent));
    *index = 0;
    for (uint32_t i = 0; i < tree->count && *index == 0; i++) {
        if (item_id_eq(tree->items[i].id, item))
            *index = i;
    }
    return tree;
}

/* ---- places ---- */

/* Where token `at` of a run begins in its file; for an empty run or its end, where the next thing
 * begins. */
static uint32_t anchor_offset(const FileTokens *tokens, const PartitionData *data, uint32_t item,
                              Anchor anchor)
{
    const PartitionRuns *runs = &data->runs[item];
    IdRange range = runs->anchors[anchor];
    if (range.count > 0)
        return tokens->tokens[data->sources[range.start]].lo;
    if (anchor == ANCHOR_ATTRIBUTES && item != 0)
        return anchor_offset(tokens, data, item, ANCHOR_HEADER);
    if (tokens->count == 0)
        return 0;
    return anchor == ANCHOR_BODY ? tokens->tokens[runs->last].hi : tokens->tokens[runs->first].lo;
}

typedef struct {
    const FileTokens *tokens;
    Str text;
    const PartitionData *data;
    uint32_t index;
} ItemPlace;

static bool find_place(Job *job, ItemId item, ItemPlace *out)
{
    FileId file = item_file(job_interners(job), item);
    if (file_id_is_none(file))
        return false;
    *out = (ItemPlace){ .tokens = q_file_tokens(job, file),
                        .text = q_file_text(job, file)->text,
                        .data = q_file_partition(job, file)->data };
    return out->tokens->has_text && partition_find(out->data, item, &out->index);
}

void item_base_provide(Job *job, ItemId item, ItemBase *out)
{
    ItemPlace place;
    if (!find_place(job, item, &place))
        return;
    out->file = item_file(job_interners(job), item);
    for (int a = 0; a < ANCHOR_COUNT; a++) {
        out->anchors[a].offset = anchor_offset(place.tokens, place.data, place.index, (Anchor)a);
        file_tokens_position(place.tokens, place.text, out->anchors[a].offset,
                             &out->anchors[a].line, &out->anchors[a].column);
    }
}

static void map_anchor(Arena *arena, const ItemPlace *place, Anchor anchor, SpanMap *out)
{
    IdRange range = place->data->runs[place->index].anchors[anchor];
    uint32_t base = anchor_offset(place->tokens, place->data, place->index, anchor), base_line,
             base_column;
    file_tokens_position(place->tokens, place->text, base, &base_line, &base_column);
    out->counts[anchor] = range.count;
    out->entries[anchor] = arena_alloc_array(arena, range.count, sizeof(SpanEntry));
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t source = place->data->sources[range.start + i];
        const FileToken *token = &place->tokens->tokens[source];
        uint32_t line, column;
        file_tokens_position(place->tokens, place->text, token->lo, &line, &column);
        out->entries[anchor][i] =
            (SpanEntry){ .offset = token->lo - base,
                         .length = token->hi - token->lo,
                         .line = line - base_line,
                         .column = line == base_line ? column - base_column : column };
    }
}

void span_map_provide(Job *job, ItemId item, SpanMap *out)
{
    ItemPlace place;
    if (!find_place(job, item, &place))
        return;
    for (int a = 0; a < ANCHOR_COUNT; a++)
        map_anchor(job_out(job), &place, (Anchor)a, out);
}

enum { ORIGIN_STEPS_MAX = 256 };

static TokenSpan origin_at(const TokenSpanList *origins, TokenSpan span)
{
    TokenSpan found = parse_origin_span(origins, ast_pos(span.lo, 0), ast_pos(span.hi, 0));
    if (span.hi == span.lo + 1 && found.sub_lo == 0 && found.sub_hi == 0) {
        found.sub_lo = span.sub_lo;
        found.sub_hi = span.sub_hi;
    }
    return found;
}

/* Follows a span from what macros made to what was written. */
static bool follow_to_file(Job *job, TokenSpan *span)
{
    Interners *interners = job_interners(job);
    for (int step = 0; step < ORIGIN_STEPS_MAX; step++) {
        if (item_id_is_none(span->item))
            return false;
        if (is_written(job, span->item))
            return true;
        PathRecord record = item_record(interners, span->item);
        const TokenSpanList *origins =
            record.kind == ITEM_ROOT_CALL
                ? q_call_rest_origins(job, call_id_make(record.parent))
                : q_made_origins(job, (MadeTokensKey){ span->item, span->anchor });
        *span = origin_at(origins, *span);
    }
    return false;
}

/* The place [lo, hi) of a run whose first token stands at *out; an empty one is behind the token
 * before it. */
static void place_tokens(const SpanEntry *entries, uint32_t count, TokenSpan span, SourceSpan *out)
{
    bool is_empty = span.hi <= span.lo || span.lo >= count;
    uint32_t lo = span.lo < count ? span.lo : count - 1, hi = span.hi < count ? span.hi : count;
    bool is_behind = is_empty && (span.lo > 0);
    if (is_behind && span.lo <= count)
        lo = span.lo - 1;
    const SpanEntry *first = &entries[lo], *last = &entries[is_empty ? lo : hi - 1];
    uint32_t base = out->lo, skip = is_behind ? first->length : is_empty ? 0 : span.sub_lo;
    out->lo = base + first->offset + skip;
    out->column = (first->line == 0 ? out->column + first->column : first->column) + skip;
    out->line += first->line;
    out->hi = is_empty ? out->lo : base + last->offset + (span.sub_hi ? span.sub_hi : last->length);
}

TokenSpan parse_written_span(Job *job, TokenSpan span)
{
    return follow_to_file(job, &span) ? span : (TokenSpan){ .item = item_id_none() };
}

SourceSpan parse_source_span(Job *job, TokenSpan span)
{
    SourceSpan out = { 0 };
    if (!follow_to_file(job, &span))
        return out;
    const ItemBase *base = q_item_base(job, span.item);
    const SpanMap *map = q_span_map(job, span.item);
    if (file_id_is_none(base->file))
        return out;
    out = (SourceSpan){ .file = base->file,
                        .is_known = true,
                        .lo = base->anchors[span.anchor].offset,
                        .hi = base->anchors[span.anchor].offset,
                        .line = base->anchors[span.anchor].line,
                        .column = base->anchors[span.anchor].column };
    if (map->counts[span.anchor] > 0)
        place_tokens(map->entries[span.anchor], map->counts[span.anchor], span, &out);
    return out;
}

/* ---- errors ---- */

/* Behind what token `at - 1` comes from. */
static TokenSpan origin_behind(const TokenSpanList *origins, uint32_t at)
{
    TokenSpan span = origins->items[at <= origins->count ? at - 1 : origins->count - 1];
    span.lo = span.hi;
    span.sub_lo = span.sub_hi = 0;
    return span;
}

TokenSpan parse_origin_span(const TokenSpanList *origins, AstPos lo, AstPos hi)
{
    uint32_t first = lo >> AST_POS_SHIFT, end = (hi + (1u << AST_POS_SHIFT) - 1) >> AST_POS_SHIFT;
    if (!origins || origins->count == 0)
        return (TokenSpan){ 0 };
    if (first > 0 && (end <= first || first >= origins->count))
        return origin_behind(origins, first);
    TokenSpan span = origins->items[first];
    uint32_t last = end > first ? end - 1 : first;
    TokenSpan to = origins->items[last < origins->count ? last : origins->count - 1];
    bool one_place = item_id_eq(span.item, to.item) && span.anchor == to.anchor &&
                     call_id_eq(span.call, to.call) && to.hi > span.lo;
    if (one_place) {
        span.hi = to.hi;
        span.sub_hi = to.sub_hi;
    }
    /* From the arguments of a call into the macro's own tokens: those. */
    bool into_macro = !one_place && call_id_is_none(span.call) && !call_id_is_none(to.call);
    return into_macro ? to : span;
}

typedef struct {
    ItemId item;
    Anchor anchor;
    const TokenSpanList *origins;
} RunPlace;

static DiagSpan place_in_run(const void *context, uint32_t lo, uint32_t hi)
{
    const RunPlace *place = context;
    if (place->origins)
        return diag_at_tokens(parse_origin_span(place->origins, lo, hi));
    return diag_at_tokens(ast_span(place->item, place->anchor, lo, hi));
}

ErrorReported parse_errors_emit(Job *job, const SyntaxErrorVec *errors, ItemId item, Anchor anchor,
                                const TokenSpanList *origins)
{
    RunPlace place = { item, anchor, origins };
    emit_errors(job, errors, place_in_run, &place);
    return (ErrorReported){ errors->count > 0 };
}
