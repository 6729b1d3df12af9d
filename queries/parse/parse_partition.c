/* Cuts a token sequence into items, nested ones included. Recursion follows the nesting of items,
 * which is bounded; the nesting of braces is not followed. */
#include "parse/parse_partition.h"

#include <stdlib.h>
#include <string.h>

enum { ITEM_DEPTH_MAX = 128 };

static void partition_list(Partitioner *p, uint32_t at, uint32_t end, uint32_t parent,
                           ItemContext context);
static uint32_t partition_nested(Partitioner *p, uint32_t lo, uint32_t hi, uint32_t parent,
                                 bool is_statement);

/* ---- identity ---- */

/* The kind as a definition: items of traits, impls and extern blocks have kinds of their own. */
static DefKind kind_in_context(DefKind kind, ItemContext context)
{
    bool is_assoc = context == CONTEXT_TRAIT || context == CONTEXT_IMPL;
    if (kind == DEF_FN)
        return is_assoc ? DEF_ASSOC_FN : context == CONTEXT_FOREIGN ? DEF_FOREIGN_FN : DEF_FN;
    if (kind == DEF_CONST && is_assoc)
        return DEF_ASSOC_CONST;
    if (kind == DEF_TYPE_ALIAS && is_assoc)
        return DEF_ASSOC_TYPE;
    return kind == DEF_STATIC && context == CONTEXT_FOREIGN ? DEF_FOREIGN_STATIC : kind;
}

/* Nameless items are told apart by what they say, so that a new one renames none. */
static uint64_t header_hash(Partitioner *p, IdRange run)
{
    Encoder e;
    encoder_init(&e, NULL, p->input->interners, ENCODE_CANONICAL);
    for (uint32_t i = 0; i < run.count; i++) {
        const Token *token = &p->tokens.items[run.start + i];
        encode_u8(&e, token->kind);
        encode_u8(&e, token->flags);
        encode_interned(&e, INTERN_sym, token->text.v);
    }
    uint64_t hash = encoder_fingerprint(&e, 0).lo;
    encoder_release(&e);
    return hash;
}

enum { IMPL_NAME_MAX = 60 };

/* `Trait for Type`: the header behind `impl` and its generics, for people. */
static SymId impl_name(Partitioner *p, const ItemExtent *e)
{
    Text text;
    text_init(&text, p->scratch);
    int angles = 0;
    uint32_t at = e->keyword + 1;
    if (view_kind(p, at) == TOKEN_LT) {
        do {
            angles += view_angle_change(view_kind(p, at));
            at = view_skip(p, at);
        } while (angles > 0 && at < e->header_end);
    }
    for (; at < e->header_end && text.bytes < IMPL_NAME_MAX; at++) {
        TokenKind kind = view_kind(p, at);
        if (kind == TOKEN_KW_WHERE)
            break;
        bool is_word =
            token_class(kind) != TOKEN_CLASS_PUNCT && token_class(kind) < TOKEN_CLASS_SPECIAL;
        bool after_word =
            text.bytes > 0 && strchr("<>(){}[]&:!*'", text.data[text.bytes - 1]) == NULL;
        bool space = (is_word && after_word && token_class(kind) != TOKEN_CLASS_OPEN &&
                      token_class(kind) != TOKEN_CLASS_CLOSE) ||
                     kind == TOKEN_KW_FOR;
        if (space && text.bytes > 0 && text.data[text.bytes - 1] != ' ')
            text_add_char(&text, ' ');
        token_text(p->input->interners, *view_token(p, at), &text);
        if (kind == TOKEN_COMMA || kind == TOKEN_KW_FOR)
            text_add_char(&text, ' ');
    }
    return sym_intern(p->input->interners, text_str(&text));
}

static ItemId item_identity(Partitioner *p, const Item *item, const ItemExtent *e, uint32_t parent)
{
    PathRecord record = { .kind = item->kind,
                          .parent = p->items.items[parent].id.v,
                          .name = item->name.v };
    bool is_anonymous =
        e->kind == DEF_CONST && e->name && view_kind(p, e->name) == TOKEN_KW_UNDERSCORE;
    if (sym_id_is_none(item->name) || is_anonymous)
        record.hash = header_hash(p, p->runs.items[p->items.count - 1].anchors[ANCHOR_HEADER]);
    if (e->kind == DEF_MACRO_CALL)
        record.hash ^= header_hash(p, p->runs.items[p->items.count - 1].anchors[ANCHOR_BODY]) * 31;
    if (e->kind == DEF_IMPL)
        record.name = impl_name(p, e).v;
    ItemId first = item_id_intern(p->input->interners, record);
    uint32_t *count = map_put(&p->disambiguators, &first, NULL);
    record.disambiguator = (*count)++;
    return record.disambiguator ? item_id_intern(p->input->interners, record) : first;
}

/* ---- one item ---- */

/* Behind the inner attributes that begin at `at`. */
static uint32_t skip_inner_attributes(const Partitioner *p, uint32_t at, uint32_t end)
{
    while (at + 2 < end && view_kind(p, at) == TOKEN_POUND && view_kind(p, at + 1) == TOKEN_NOT &&
           view_kind(p, at + 2) == TOKEN_OPEN_BRACKET)
        at = view_skip(p, at + 2);
    return at;
}

/* Outer and inner attributes in one run. */
static void copy_attributes(Partitioner *p, PartitionRuns *runs, const ItemExtent *e,
                            uint32_t inner_end)
{
    runs->anchors[ANCHOR_ATTRIBUTES] = view_copy(p, e->lo, e->header, NULL, 0);
    if (inner_end > e->inner)
        runs->anchors[ANCHOR_ATTRIBUTES].count += view_copy(p, e->inner, inner_end, NULL, 0).count;
}

/* What was found where the item should have gone on is the last token of its last run: the parser
 * says what is missing. */
static void copy_stray(Partitioner *p, IdRange *run, uint32_t stray)
{
    if (stray == 0)
        return;
    bool at_end = stray - 1 >= p->count;
    if (run->count == 0)
        run->start = p->tokens.count;
    token_vec_push(&p->tokens, at_end ? (Token){ .kind = TOKEN_EOF } : *view_token(p, stray - 1));
    u32_vec_push(&p->sources, at_end ? p->input->count - 1 : p->view[stray - 1]);
    run->count++;
}

static void copy_header(Partitioner *p, PartitionRuns *runs, const ItemExtent *e)
{
    runs->anchors[ANCHOR_HEADER] = view_copy(p, e->header, e->header_end, NULL, 0);
    if (e->body == e->body_end)
        copy_stray(p, &runs->anchors[ANCHOR_HEADER], e->stray);
}

/* A macro definition's or call's body is copied as macro input: docs and fragments are in it. */
static IdRange copy_raw(Partitioner *p, uint32_t lo, uint32_t hi)
{
    uint32_t start = p->tokens.count;
    for (uint32_t source = p->view[lo]; source <= p->view[hi - 1]; source++) {
        Token token = p->input->tokens[source];
        if (token_class((TokenKind)token.kind) == TOKEN_CLASS_DOC && sym_id_is_none(token.text))
            token.text = p->input->doc_text(p->input->context, source);
        token_vec_push(&p->tokens, token);
        u32_vec_push(&p->sources, source);
    }
    return (IdRange){ start, p->tokens.count - start };
}

static void copy_body(Partitioner *p, uint32_t index, const ItemExtent *e)
{
    if (e->body == e->body_end)
        return;
    IdRange run;
    if (e->kind == DEF_MACRO || e->kind == DEF_MACRO_CALL) {
        run = copy_raw(p, e->body, e->body_end);
    } else {
        uint32_t nested = p->nested.count;
        uint32_t count = partition_nested(p, e->body, e->body_end, index, false);
        run = view_copy(p, e->body, e->body_end, count ? &p->nested.items[nested] : NULL, count);
        p->nested.count = nested;
    }
    copy_stray(p, &run, e->stray);
    p->runs.items[index].anchors[ANCHOR_BODY] = run;
}

static ItemContext inner_context(DefKind kind)
{
    return kind == DEF_TRAIT         ? CONTEXT_TRAIT
           : kind == DEF_IMPL        ? CONTEXT_IMPL
           : kind == DEF_FOREIGN_MOD ? CONTEXT_FOREIGN
                                     : CONTEXT_MODULE;
}

/* Makes the entry of an item and of all that is in it; gives its index. Macro calls get their
 * identity from their body, all others before it, because what is nested in it is named under them.
 */
static uint32_t partition_item(Partitioner *p, const ItemExtent *e, uint32_t parent)
{
    uint32_t index = p->items.count;
    uint32_t inner_end = e->inner ? skip_inner_attributes(p, e->inner, e->inner_end) : 0;
    Item blank = { .kind = (uint8_t)kind_in_context(e->kind, e->context), .parent = parent };
    item_vec_push(&p->items, blank);
    PartitionRuns runs = { .first = p->view[e->lo],
                           .last = p->view[e->hi > e->lo ? e->hi - 1 : e->lo] };
    copy_attributes(p, &runs, e, inner_end);
    copy_header(p, &runs, e);
    partition_runs_vec_push(&p->runs, runs);
    Item item = blank;
    item.attrs.start = p->attrs.count;
    facts_attributes(p, &item, e->lo, e->header);
    facts_attributes(p, &item, e->inner, inner_end);
    item.attrs.count = p->attrs.count - item.attrs.start;
    facts_header(p, &item, e);
    item.flags |= e->stray ? ITEM_IS_ERROR : 0;
    if (e->kind == DEF_MACRO_CALL)
        copy_body(p, index, e);
    item.id = item_identity(p, &item, e, parent);
    p->items.items[index] = item;
    if (e->kind != DEF_MACRO_CALL)
        copy_body(p, index, e);
    if (e->inner)
        partition_list(p, inner_end, e->inner_end, index, inner_context(e->kind));
    p->items.items[index].end = p->items.count;
    return index;
}

static uint32_t partition_bounded(Partitioner *p, const ItemExtent *e, uint32_t parent)
{
    p->depth++;
    uint32_t index = partition_item(p, e, parent);
    p->depth--;
    return index;
}

static bool is_too_deep(Partitioner *p, const ItemExtent *e)
{
    if (p->depth < ITEM_DEPTH_MAX)
        return false;
    if (p->is_too_deep)
        return true; /* said once */
    p->is_too_deep = true;
    SyntaxError *error = view_error(p, DIAG_CODE_unsupported, e->keyword, e->keyword + 1);
    syntax_error_arg(p->errors, error, STR("nesting of items more than 128 deep"));
    return true;
}

/* ---- items inside bodies ---- */

/* Finds the items in the statements of [lo, hi) and cuts them out: they are the last entries of
 * p->nested; gives their number. A statement begins behind a brace or a semicolon. Macro input is
 * left alone. */
static uint32_t partition_nested(Partitioner *p, uint32_t lo, uint32_t hi, uint32_t parent,
                                 bool is_statement)
{
    uint32_t first = p->nested.count;
    for (uint32_t at = lo; at < hi;) {
        TokenKind kind = view_kind(p, at);
        if (is_statement) {
            at = skip_inner_attributes(p, at, hi);
            kind = view_kind(p, at);
            ItemExtent e = extent_find(p, at, hi, CONTEXT_BODY);
            if (e.kind != DEF_NONE) {
                /* The entries of items nested in this one are gone when it is done. */
                uint32_t item = is_too_deep(p, &e) ? 0 : partition_bounded(p, &e, parent);
                nested_item_vec_push(&p->nested, (NestedItem){ e.lo, e.hi, item });
                at = e.hi;
                continue;
            }
        }
        if (token_class(kind) == TOKEN_CLASS_OPEN && view_is_macro_input(p, at))
            at = p->partners[at] + 1;
        else
            at++;
        is_statement = kind == TOKEN_OPEN_BRACE || kind == TOKEN_CLOSE_BRACE || kind == TOKEN_SEMI;
    }
    return p->nested.count - first;
}

/* ---- lists of items ---- */

typedef struct {
    uint32_t at, end;
    ItemContext context;
    bool has_error; /* one complaint a list: the next ones would follow from it */
} ItemList;

/* `foo bar`: looks like a macro call without `!`. */
static bool report_no_macro(Partitioner *p, uint32_t at)
{
    uint32_t end = at;
    while (view_is_ident(p, end) && view_kind(p, end + 1) == TOKEN_PATH_SEP)
        end += 2;
    if (!view_is_ident(p, end) || token_class(view_kind(p, at)) == TOKEN_CLASS_EDITION_KEYWORD)
        return false;
    uint32_t found = end + 1 >= p->count ? end : end + 1;
    SyntaxError *error = view_error(p, DIAG_CODE_parse_expected_macro, found, found + 1);
    syntax_error_arg(p->errors, error, view_found(p, end + 1));
    error->primary_label = "expected one of `!` or `::`";
    return true;
}

static void report_expected_item(Partitioner *p, uint32_t at)
{
    SyntaxError *error = view_error(p, DIAG_CODE_parse_expected_item, at, at + 1);
    syntax_error_arg(p->errors, error, view_found(p, at));
    error->primary_label = "expected item";
    error->note = "for a full list of items that can appear in modules, see "
                  "<https://doc.rust-lang.org/reference/items.html>";
}

static void report_lone_visibility(Partitioner *p, const ItemExtent *e)
{
    SyntaxError *error = view_error(p, DIAG_CODE_parse_visibility_alone, e->header, e->vis_end);
    error->primary_label = "the visibility";
    error->help = "you likely meant to define an item, e.g., `pub fn foo() {}`";
    if (e->vis_end < p->count)
        report_expected_item(p, e->vis_end);
}

static void report_not_an_item(Partitioner *p, ItemList *list, const ItemExtent *e)
{
    uint32_t at = e->header;
    bool is_first = !list->has_error;
    list->has_error = true;
    if (!is_first || view_kind(p, at) == TOKEN_UNKNOWN)
        return;
    if (at >= list->end && e->header > e->lo)
        view_error(p, DIAG_CODE_parse_item_after_attributes, e->lo, e->header);
    else if (view_kind(p, at) == TOKEN_KW_PUB)
        report_lone_visibility(p, e);
    else if (report_no_macro(p, at))
        return;
    else if (list->context != CONTEXT_MODULE)
        view_error(p, DIAG_CODE_parse_not_an_item, at, at + 1);
    else
        report_expected_item(p, at);
}

/* `struct S {};`: the semicolon is dropped, and what follows is read as if nothing had happened. */
static bool report_extra_semicolon(Partitioner *p, ItemList *list)
{
    if (view_kind(p, list->at) != TOKEN_SEMI)
        return false;
    SyntaxError *error = view_error(p, DIAG_CODE_parse_expected_item, list->at, list->at + 1);
    syntax_error_arg(p->errors, error, STR("`;`"));
    error->suggestion = "remove this semicolon";
    error->suggestion_lo = error->lo;
    error->suggestion_hi = error->hi;
    error->replacement = "";
    error->applicability = APPLICABLE_MACHINE;
    list->at++;
    return true;
}

/* To where an item may begin again: behind a `;` or a block, or at an item. */
static void skip_to_item(const Partitioner *p, ItemList *list)
{
    while (list->at < list->end) {
        TokenKind kind = view_kind(p, list->at);
        list->at = view_skip(p, list->at);
        if (kind == TOKEN_SEMI || kind == TOKEN_OPEN_BRACE)
            return;
        if (extent_find(p, list->at, list->end, CONTEXT_BODY).kind != DEF_NONE)
            return;
    }
}

static bool is_allowed(DefKind kind, ItemContext context)
{
    if (context == CONTEXT_MODULE || kind == DEF_MACRO_CALL)
        return true;
    if (context == CONTEXT_FOREIGN)
        return kind == DEF_FN || kind == DEF_STATIC || kind == DEF_TYPE_ALIAS || kind == DEF_CONST;
    return kind == DEF_FN || kind == DEF_CONST || kind == DEF_TYPE_ALIAS;
}

static void report_misplaced(Partitioner *p, const ItemExtent *e)
{
    SyntaxError *error = view_error(p, DIAG_CODE_parse_item_not_here, e->header, e->header_end);
    const char *kind = e->kind == DEF_USE           ? "`use` import"
                       : e->kind == DEF_FOREIGN_MOD ? "extern block"
                       : e->kind == DEF_CONST       ? "const item"
                       : e->kind == DEF_STATIC      ? "static item"
                       : e->kind == DEF_MACRO       ? "macro definition"
                                                    : def_kind_text(e->kind);
    syntax_error_arg(p->errors, error, str_from_c(kind));
    syntax_error_arg(p->errors, error,
                     e->context == CONTEXT_FOREIGN ? STR("`extern` blocks")
                                                   : STR("`trait`s or `impl`s"));
    error->help =
        arena_printf(p->errors->arena, "consider moving the %s out to a nearby module scope", kind);
}

static void report_missing_semicolon(Partitioner *p, const ItemExtent *e)
{
    bool is_macro = e->kind == DEF_MACRO_CALL || e->is_macro_rules;
    if (!is_macro || e->body == e->body_end || view_kind(p, e->body) == TOKEN_OPEN_BRACE ||
        view_kind(p, e->body_end - 1) == TOKEN_SEMI)
        return;
    SyntaxError *error = view_error(p, DIAG_CODE_parse_macro_needs_semicolon, e->body, e->body_end);
    error->suggestion = "add a semicolon";
    error->suggestion_lo = error->suggestion_hi = error->hi;
    error->replacement = ";";
    error->applicability = APPLICABLE_MAYBE;
}

static void partition_one(Partitioner *p, ItemList *list, uint32_t parent)
{
    ItemExtent e = extent_find(p, list->at, list->end, list->context);
    if (e.kind == DEF_NONE) {
        report_not_an_item(p, list, &e);
        list->at = e.header > list->at ? e.header : list->at;
        skip_to_item(p, list);
        return;
    }
    list->at = e.hi > list->at ? e.hi : list->at + 1;
    if (!is_allowed(e.kind, list->context)) {
        report_misplaced(p, &e);
        return;
    }
    report_missing_semicolon(p, &e);
    if (!is_too_deep(p, &e))
        partition_bounded(p, &e, parent);
}

/* `//!` stands at the beginning of a file or a block, with inner attributes. */
static bool may_follow_inner(const Partitioner *p, uint32_t at)
{
    if (at == 0 || view_kind(p, at - 1) == TOKEN_OPEN_BRACE)
        return true;
    if (view_kind(p, at - 1) != TOKEN_CLOSE_BRACKET)
        return false;
    uint32_t open = p->partners[at - 1];
    return open >= 2 && view_kind(p, open - 1) == TOKEN_NOT &&
           view_kind(p, open - 2) == TOKEN_POUND;
}

/* A doc comment just before the end of a list documents nothing. */
static void check_last_doc(Partitioner *p, const ItemList *list)
{
    uint32_t source = p->view[list->end];
    if (source == 0 ||
        (p->input->tokens[source - 1].kind != TOKEN_DOC_OUTER &&
         (p->input->tokens[source - 1].kind != TOKEN_DOC_INNER || may_follow_inner(p, list->end))))
        return;
    bool in_module = list->context == CONTEXT_MODULE;
    DiagCode code = in_module ? DIAG_CODE_parse_item_after_doc : DIAG_CODE_parse_doc_alone_in_list;
    SyntaxError *error = view_error_at(p, code, source - 1, source);
    error->primary_label = "this doc comment doesn't document anything";
}

static void partition_list(Partitioner *p, uint32_t at, uint32_t end, uint32_t parent,
                           ItemContext context)
{
    ItemList list = { .at = at, .end = end, .context = context };
    while (list.at < list.end) {
        if (!report_extra_semicolon(p, &list))
            partition_one(p, &list, parent);
    }
    check_last_doc(p, &list);
}

/* ---- the whole ---- */

static void check_inner_docs(Partitioner *p)
{
    uint32_t source = 0;
    for (uint32_t at = 0; at <= p->count; at++) {
        for (; source < p->view[at]; source++) {
            if (p->input->tokens[source].kind != TOKEN_DOC_INNER || may_follow_inner(p, at))
                continue;
            SyntaxError *error = view_error_at(p, DIAG_CODE_parse_inner_doc, source, source + 1);
            error->note = "inner doc comments like this (starting with `//!` or `/*!`) can only "
                          "appear before items";
        }
        if (at < p->count && token_class(view_kind(p, at)) == TOKEN_CLASS_OPEN &&
            view_is_macro_input(p, at)) {
            at = p->partners[at];
            source = p->view[at];
        }
    }
}

static void partitioner_init(Partitioner *p, const PartitionInput *input, Arena *out,
                             Arena *scratch, SyntaxErrorVec *errors)
{
    *p = (Partitioner){ .input = input, .scratch = scratch, .errors = errors };
    item_vec_init(&p->items, scratch);
    partition_runs_vec_init(&p->runs, scratch);
    item_segment_vec_init(&p->segments, scratch);
    item_use_vec_init(&p->uses, scratch);
    item_variant_vec_init(&p->variants, scratch);
    sym_id_vec_init(&p->attrs, scratch);
    /* Made where they stay: nearly all tokens of the input are in one run. */
    token_vec_init(&p->tokens, out);
    token_vec_reserve(&p->tokens, input->count + 8);
    u32_vec_init(&p->sources, out);
    u32_vec_reserve(&p->sources, input->count + 8);
    nested_item_vec_init(&p->nested, scratch);
    map_init(&p->disambiguators, scratch, sizeof(ItemId));
    view_make(p);
    if (p->has_inner_doc)
        check_inner_docs(p);
}

static bool is_item_list(AstFragment fragment, ItemContext *context)
{
    *context = fragment == AST_FRAGMENT_TRAIT_ITEMS     ? CONTEXT_TRAIT
               : fragment == AST_FRAGMENT_IMPL_ITEMS    ? CONTEXT_IMPL
               : fragment == AST_FRAGMENT_FOREIGN_ITEMS ? CONTEXT_FOREIGN
                                                        : CONTEXT_MODULE;
    return *context != CONTEXT_MODULE || fragment == AST_FRAGMENT_ITEMS;
}

static void push_root(Partitioner *p, uint32_t *at)
{
    uint8_t kind = (uint8_t)item_record(p->input->interners, p->input->root).kind;
    Item root = { .id = p->input->root, .kind = kind };
    item_vec_push(&p->items, root);
    *at = skip_inner_attributes(p, 0, p->count);
    bool is_behind_doc =
        *at > 0 && p->view[0] > 0 && p->input->tokens[p->view[0] - 1].kind == TOKEN_DOC_OUTER;
    if (is_behind_doc)
        view_error(p, DIAG_CODE_parse_inner_after_doc, 0, p->partners[2] + 1)->primary_label =
            "not permitted following an outer doc comment";
    PartitionRuns runs = { .first = 0, .last = p->input->count ? p->input->count - 1 : 0 };
    runs.anchors[ANCHOR_ATTRIBUTES] = view_copy(p, 0, *at, NULL, 0);
    partition_runs_vec_push(&p->runs, runs);
    facts_attributes(p, &root, 0, *at);
    root.attrs.count = p->attrs.count;
    p->items.items[0] = root;
}

static int compare_ids(const void *a, const void *b, void *context)
{
    const Item *items = context;
    uint32_t x = items[*(const uint32_t *)a].id.v, y = items[*(const uint32_t *)b].id.v;
    return x < y ? -1 : x > y;
}

static PartitionData *partition_finish(Partitioner *p, Arena *out, IdRange rest)
{
    PartitionData *data = arena_new_object(out, PartitionData);
    p->items.items[0].end = p->items.count;
#define TAKE(field, count_field, vec)                                                      \
    data->tree.field = arena_copy(out, p->vec.items, p->vec.count * sizeof *p->vec.items); \
    data->tree.count_field = p->vec.count
    TAKE(items, count, items);
    TAKE(segments, segment_count, segments);
    TAKE(uses, use_count, uses);
    TAKE(variants, variant_count, variants);
    TAKE(attrs, attr_count, attrs);
#undef TAKE
    data->tree.exists = true;
    data->runs = arena_copy(out, p->runs.items, p->runs.count * sizeof *p->runs.items);
    data->tokens = p->tokens.items;
    data->sources = p->sources.items;
    data->token_count = p->tokens.count;
    data->rest = rest;
    data->is_repaired = p->is_muted;
    data->by_id = arena_alloc_array(out, p->items.count, sizeof *data->by_id);
    for (uint32_t i = 0; i < p->items.count; i++)
        data->by_id[i] = i;
    qsort_r(data->by_id, p->items.count, sizeof *data->by_id, compare_ids, data->tree.items);
    return data;
}

PartitionData *partition_make(const PartitionInput *input, Arena *out, Arena *scratch,
                              SyntaxErrorVec *errors)
{
    Partitioner p;
    partitioner_init(&p, input, out, scratch, errors);
    ItemContext context;
    IdRange rest = { 0, 0 };
    uint32_t at = 0;
    bool is_list = is_item_list(input->fragment, &context);
    push_root(&p, &at);
    if (is_list) {
        partition_list(&p, at, p.count, 0, context);
    } else {
        bool is_statement = input->fragment == AST_FRAGMENT_STMTS;
        uint32_t nested = partition_nested(&p, 0, p.count, 0, is_statement);
        rest = view_copy(&p, 0, p.count, p.nested.items, nested);
    }
    return partition_finish(&p, out, rest);
}

bool partition_find(const PartitionData *partition, ItemId item, uint32_t *index)
{
    uint32_t low = 0, high = partition ? partition->tree.count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t id = partition->tree.items[partition->by_id[middle]].id.v;
        if (id == item.v) {
            *index = partition->by_id[middle];
            return true;
        }
        if (id < item.v)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

void partition_match(Arena *scratch, const Token *tokens, uint32_t count, uint32_t *partners)
{
    U32Vec open;
    u32_vec_init(&open, scratch);
    for (uint32_t i = 0; i < count; i++) {
        TokenClass class = token_class((TokenKind)tokens[i].kind);
        if (class == TOKEN_CLASS_OPEN) {
            u32_vec_push(&open, i);
        } else if (class == TOKEN_CLASS_CLOSE && open.count > 0) {
            uint32_t partner = u32_vec_pop(&open);
            partners[partner] = i;
            partners[i] = partner;
        }
    }
}

uint32_t partition_item_end(const PartitionInput *input, Arena *scratch, SyntaxErrorVec *errors)
{
    Partitioner p = { .input = input, .scratch = scratch, .errors = errors };
    view_make(&p);
    ItemExtent e = extent_find(&p, 0, p.count, CONTEXT_MODULE);
    return e.kind == DEF_NONE || e.stray ? 0 : p.view[e.hi - 1] + 1;
}
