/* The view of a token sequence that the partition works on, and the copying of runs out of it. */
#include "parse/parse_partition.h"

/* Brackets around a fragment that the parser needs: they keep an expression, type or pattern in one
 * piece, and say where a statement ends that has no semicolon. */
static bool keeps_fragment(const Token *token)
{
    AstFragment fragment = (AstFragment)token->flags;
    return fragment == AST_FRAGMENT_EXPR || fragment == AST_FRAGMENT_EXPR_2021 ||
           fragment == AST_FRAGMENT_TY || fragment == AST_FRAGMENT_PAT ||
           fragment == AST_FRAGMENT_PAT_PARAM || fragment == AST_FRAGMENT_LITERAL ||
           fragment == AST_FRAGMENT_STMT;
}

static bool is_fragment(uint8_t kind)
{
    return kind == TOKEN_OPEN_FRAGMENT || kind == TOKEN_CLOSE_FRAGMENT;
}

void view_make(Partitioner *p)
{
    const PartitionInput *input = p->input;
    uint32_t count = input->count;
    p->view = arena_alloc_array(p->scratch, count + 1, sizeof *p->view);
    p->kinds = arena_alloc_array(p->scratch, count + 1, sizeof *p->kinds);
    p->partners = arena_alloc_array(p->scratch, count + 1, sizeof *p->partners);
    uint32_t *view_of = arena_alloc_array(p->scratch, count + 1, sizeof *view_of);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t kind = input->tokens[i].kind;
        view_of[i] = p->count;
        p->is_muted |= kind == TOKEN_UNKNOWN;
        p->has_inner_doc |= kind == TOKEN_DOC_INNER;
        p->has_fragments |= is_fragment(kind);
        if (is_fragment(kind) || token_class((TokenKind)kind) == TOKEN_CLASS_DOC)
            continue;
        p->view[p->count] = i;
        p->kinds[p->count] = kind;
        if (token_class((TokenKind)kind) == TOKEN_CLASS_CLOSE) {
            uint32_t open = view_of[input->partners[i]];
            p->partners[open] = p->count;
            p->partners[p->count] = open;
        }
        p->count++;
    }
    p->view[p->count] = count;
    p->kinds[p->count] = TOKEN_CLOSE_FRAGMENT;
}

bool view_is_macro_input(const Partitioner *p, uint32_t at)
{
    if (at < 2)
        return false;
    if (view_kind(p, at - 1) == TOKEN_NOT)
        return view_is_ident(p, at - 2);
    return at >= 3 && view_is_ident(p, at - 1) && view_kind(p, at - 2) == TOKEN_NOT &&
           view_is_ident(p, at - 3);
}

uint32_t view_skip_attributes(const Partitioner *p, uint32_t at, uint32_t end)
{
    while (at + 1 < end && view_kind(p, at) == TOKEN_POUND &&
           view_kind(p, at + 1) == TOKEN_OPEN_BRACKET)
        at = view_skip(p, at + 1);
    return at;
}

/* ---- copying ---- */

static inline void copy_token(Partitioner *p, uint32_t source)
{
    Token token = p->input->tokens[source];
    if (token_class((TokenKind)token.kind) == TOKEN_CLASS_DOC && sym_id_is_none(token.text))
        token.text = p->input->doc_text(p->input->context, source);
    token_vec_push(&p->tokens, token);
    u32_vec_push(&p->sources, source);
}

static void copy_nested(Partitioner *p, const NestedItem *nested)
{
    ItemId item = p->items.items[nested->item].id;
    token_vec_push(&p->tokens, nested->item
                                   ? (Token){ .kind = TOKEN_ITEM, .text = sym_id_make(item.v) }
                                   : (Token){ .kind = TOKEN_UNKNOWN });
    u32_vec_push(&p->sources, p->view[nested->lo]);
}

/* The brackets of fragments between two view tokens. */
static void copy_fragments(Partitioner *p, uint32_t from, uint32_t to)
{
    for (uint32_t source = from; source < to; source++) {
        const Token *token = &p->input->tokens[source];
        if (is_fragment(token->kind) && keeps_fragment(token))
            copy_token(p, source);
    }
}

/* The source index where the text of a view token begins: at the fragment brackets that open just
 * before it. */
static uint32_t opening_source(const Partitioner *p, uint32_t at)
{
    uint32_t source = p->view[at];
    while (source > 0 && p->input->tokens[source - 1].kind == TOKEN_OPEN_FRAGMENT)
        source--;
    return source;
}

/* And behind the ones that close just after it. */
static uint32_t closing_source(const Partitioner *p, uint32_t at)
{
    uint32_t source = p->view[at] + 1;
    while (source < p->input->count && p->input->tokens[source].kind == TOKEN_CLOSE_FRAGMENT)
        source++;
    return source;
}

/* A run's fragment brackets match: those whose partner is outside are left out. A file has none. */
static void drop_open_fragments(Partitioner *p, uint32_t start)
{
    if (!p->has_fragments)
        return;
    uint32_t kept = start, first = start < p->sources.count ? p->sources.items[start] : 0;
    uint32_t last = p->sources.count ? p->sources.items[p->sources.count - 1] : 0;
    for (uint32_t i = start; i < p->tokens.count; i++) {
        uint32_t source = p->sources.items[i];
        bool is_bracket = is_fragment(p->tokens.items[i].kind);
        uint32_t partner = is_bracket ? p->input->partners[source] : source;
        if (partner < first || partner > last)
            continue;
        p->tokens.items[kept] = p->tokens.items[i];
        p->sources.items[kept] = source;
        kept++;
    }
    p->tokens.count = p->sources.count = kept;
}

/* A doc comment just before the end of a block, a list of fields, a field or a statement. */
static void check_doc_before_close(Partitioner *p, uint32_t at)
{
    uint32_t source = p->view[at];
    if (source == 0 || p->input->tokens[source - 1].kind != TOKEN_DOC_OUTER)
        return;
    TokenKind kind = view_kind(p, at);
    TokenKind before = at > 0 ? view_kind(p, at - 1) : TOKEN_UNKNOWN;
    bool is_empty_stmt =
        kind == TOKEN_SEMI &&
        (before == TOKEN_SEMI || before == TOKEN_OPEN_BRACE || before == TOKEN_CLOSE_BRACE);
    bool is_end = token_class(kind) == TOKEN_CLASS_CLOSE || kind == TOKEN_COMMA || is_empty_stmt;
    if (!is_end)
        return;
    SyntaxError *error = view_error_at(p, DIAG_CODE_parse_doc_alone, source - 1, source);
    error->help = "doc comments must come before what they document, if a comment was intended use "
                  "`//`";
}

IdRange view_copy(Partitioner *p, uint32_t lo, uint32_t hi, const NestedItem *nested,
                  uint32_t nested_count)
{
    uint32_t start = p->tokens.count, next = 0;
    if (lo >= hi)
        return (IdRange){ start, 0 };
    uint32_t source = opening_source(p, lo);
    for (uint32_t at = lo; at < hi;) {
        copy_fragments(p, source, p->view[at]);
        if (next < nested_count && nested[next].lo == at) {
            copy_nested(p, &nested[next]);
            at = nested[next++].hi;
        } else if (token_class(view_kind(p, at)) == TOKEN_CLASS_OPEN &&
                   view_is_macro_input(p, at)) {
            uint32_t close = p->partners[at];
            for (uint32_t i = p->view[at]; i <= p->view[close]; i++)
                copy_token(p, i);
            at = close + 1;
        } else {
            check_doc_before_close(p, at);
            copy_token(p, p->view[at++]);
        }
        source = p->view[at - 1] + 1;
    }
    copy_fragments(p, source, closing_source(p, hi - 1));
    drop_open_fragments(p, start);
    return (IdRange){ start, p->tokens.count - start };
}

/* ---- messages ---- */

SyntaxError *view_error_at(Partitioner *p, DiagCode code, uint32_t lo, uint32_t hi)
{
    if (!p->is_muted)
        return syntax_error_add(p->errors, code, ast_pos(lo, 0), ast_pos(hi, 0));
    SyntaxErrorVec dropped;
    syntax_error_vec_init(&dropped, p->scratch);
    return syntax_error_add(&dropped, code, 0, 0);
}

SyntaxError *view_error(Partitioner *p, DiagCode code, uint32_t lo, uint32_t hi)
{
    uint32_t from = p->view[lo], to = hi > lo ? p->view[hi - 1] + 1 : from;
    return view_error_at(p, code, from, to);
}

Str view_found(const Partitioner *p, uint32_t at)
{
    if (at >= p->count)
        return STR("`<eof>`");
    return parse_found_text(p->input->interners, p->errors->arena, *view_token(p, at));
}
