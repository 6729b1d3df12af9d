/* The parser's place in its run: looking, taking, splitting. */
#include "parse/parse_priv.h"

enum { NODES_FIRST = 16 }; /* room in a new array: the arrays grow by turns, so growing is moving */

/* Entry 0 of each array is no node. A node without tokens that stands behind doc comments begins
 * behind the last token's end. */
#define X(Node, lower, array)                                                  \
    Ast##Node##Id parse_push_##lower(Parser *p, Ast##Node node)                \
    {                                                                          \
        if (p->array.count == 0) {                                             \
            ast_##lower##_vec_reserve(&p->array, NODES_FIRST);                 \
            ast_##lower##_vec_push(&p->array, (Ast##Node){ 0 });               \
        }                                                                      \
        if (node.hi < node.lo)                                                 \
            node.hi = node.lo;                                                 \
        return ast_##lower##_id_make(ast_##lower##_vec_push(&p->array, node)); \
    }
PARSE_NODE_TABLE(X)
#undef X

/* ---- looking ---- */

/* What the grammar does not see: doc comments, and the brackets around fragments that hold together
 * by themselves. */
static bool is_transparent(const Token *token)
{
    if (token->kind < TOKEN_DOC_OUTER || token->kind > TOKEN_CLOSE_FRAGMENT)
        return false;
    if (token->kind == TOKEN_DOC_OUTER || token->kind == TOKEN_DOC_INNER)
        return true;
    if (token->kind != TOKEN_OPEN_FRAGMENT && token->kind != TOKEN_CLOSE_FRAGMENT)
        return false;
    AstFragment fragment = (AstFragment)token->flags;
    return fragment != AST_FRAGMENT_EXPR && fragment != AST_FRAGMENT_EXPR_2021 &&
           fragment != AST_FRAGMENT_TY && fragment != AST_FRAGMENT_PAT &&
           fragment != AST_FRAGMENT_PAT_PARAM && fragment != AST_FRAGMENT_LITERAL;
}

static uint32_t skip_transparent(const Parser *p, uint32_t at)
{
    while (at < p->count && is_transparent(&p->tokens[at]))
        at++;
    return at;
}

static void load(Parser *p)
{
    if (p->sub == 0)
        p->at = skip_transparent(p, p->at);
    p->kind = p->failed || p->at >= p->count ? (uint32_t)PARSE_END : p->tokens[p->at].kind;
}

uint32_t parse_peek_index(const Parser *p, uint32_t n)
{
    uint32_t at = p->at;
    for (; n > 0 && at < p->count; n--)
        at = skip_transparent(p, at + 1);
    return at;
}

uint32_t parse_peek(const Parser *p, uint32_t n)
{
    uint32_t at = parse_peek_index(p, n);
    return p->failed || at >= p->count ? (uint32_t)PARSE_END : p->tokens[at].kind;
}

uint32_t parse_close_of(const Parser *p, uint32_t at)
{
    return token_tree_end(p->tokens, p->count, at) - 1;
}

uint32_t parse_fragment_enter(Parser *p)
{
    uint32_t close = parse_close_of(p, p->at);
    parse_advance(p);
    return close;
}

void parse_fragment_leave(Parser *p, uint32_t close)
{
    if (!p->failed && p->at != close)
        parse_fail_expected(p);
    parse_advance(p);
}

/* ---- life ---- */

void parser_init(Parser *p, const ParseContext *context, const TokenRun *run, uint32_t at,
                 SyntaxErrorVec *errors)
{
    *p = (Parser){
        .context = context, .tokens = run->tokens, .count = run->count, .at = at, .errors = errors
    };
    p->prev_hi = ast_pos(at, 0);
    p->prev_kind = TOKEN_UNKNOWN;
    p->end_kind = PARSE_END;
    syntax_error_vec_init(&p->dropped, context->scratch);
#define X(Node, lower, array) ast_##lower##_vec_init(&p->array, context->scratch);
    PARSE_NODE_TABLE(X)
#undef X
    ast_ident_vec_init(&p->idents, context->scratch);
    u32_vec_init(&p->lists, context->scratch);
    u32_vec_init(&p->stack, context->scratch);
    load(p);
}

/* Puts elements [first, count) at *at; behind them is the place of the next array. Gives where
 * element 0 is, or would be: in memory that is another array's. */
static void *place_array(uint8_t **at, const void *items, uint32_t first, uint32_t count,
                         size_t element_bytes)
{
    if (count == 0)
        return NULL;
    size_t skipped = first * element_bytes, bytes = count * element_bytes - skipped;
    uint8_t *placed = *at;
    memcpy(placed, (const uint8_t *)items + skipped, bytes);
    *at += bytes;
    return placed - skipped;
}

RSC_MAYBE_UNUSED static bool is_valid(Parser *p, const Ast *ast)
{
    Text problems;
    text_init(&problems, p->context->scratch);
    return ast_validate(ast, &problems);
}

/* A tree too deep to be gone through is not shown to anybody: its root stands, in pieces without
 * anything in them. */
static void give_up(Parser *p)
{
    for (uint32_t i = 1; i < p->exprs.count; i++)
        p->exprs.items[i] = (AstExpr){ .kind = AST_EXPR_ERROR,
                                       .lo = p->exprs.items[i].lo,
                                       .hi = p->exprs.items[i].hi };
    for (uint32_t i = 1; i < p->tys.count; i++)
        p->tys.items[i] =
            (AstTy){ .kind = AST_TY_ERROR, .lo = p->tys.items[i].lo, .hi = p->tys.items[i].hi };
    for (uint32_t i = 1; i < p->pats.count; i++)
        p->pats.items[i] =
            (AstPat){ .kind = AST_PAT_ERROR, .lo = p->pats.items[i].lo, .hi = p->pats.items[i].hi };
}

enum { NODE_BYTES_MAX = 64 }; /* in front of the first node array: where its entry 0 would be */

/* One block: lists and identifiers, then the nodes of each array but entry 0. */
void parser_finish(Parser *p, Ast *ast)
{
    if (p->is_given_up)
        give_up(p);
    size_t lists = p->lists.count * sizeof(uint32_t) + p->idents.count * sizeof(AstIdent);
    size_t bytes = lists < NODE_BYTES_MAX ? NODE_BYTES_MAX : lists;
#define X(Node, lower, array)                                                                  \
    _Static_assert(_Alignof(Ast##Node) <= 4 && sizeof(Ast##Node) <= NODE_BYTES_MAX, "places"); \
    bytes += p->array.count * sizeof(Ast##Node);
    PARSE_NODE_TABLE(X)
#undef X
    uint8_t *block = arena_alloc(p->context->out, bytes), *at = block;
    ast->lists = place_array(&at, p->lists.items, 0, p->lists.count, sizeof(uint32_t));
    ast->list_count = p->lists.count;
    ast->idents = place_array(&at, p->idents.items, 0, p->idents.count, sizeof(AstIdent));
    ast->ident_count = p->idents.count;
    if (lists < NODE_BYTES_MAX)
        at = block + NODE_BYTES_MAX;
#define X(Node, lower, array)                                                            \
    ast->array = place_array(&at, p->array.items, 1, p->array.count, sizeof(Ast##Node)); \
    ast->lower##_count = p->array.count;
    PARSE_NODE_TABLE(X)
#undef X
    arena_trim(p->context->out, block, bytes, (size_t)(at - block));
    ast->has_error |= p->has_error;
    ast->is_broken |= p->is_broken || p->failed;
    rsc_check_expensive(is_valid(p, ast));
}

/* ---- taking ---- */

AstPos parse_token_hi(const Parser *p)
{
    return p->at >= p->count ? p->prev_hi : ast_pos(p->at + 1, 0);
}

void parse_advance(Parser *p)
{
    if (p->kind == PARSE_END)
        return;
    p->prev_hi = ast_pos(p->at + 1, 0);
    p->prev_kind = (uint8_t)p->kind;
    p->at++;
    p->sub = 0;
    memset(p->expected, 0, sizeof p->expected);
    load(p);
}

void parse_jump(Parser *p, uint32_t at)
{
    rsc_debug_assert(at >= p->at);
    p->prev_hi = ast_pos(at, 0);
    p->prev_kind = at > 0 ? p->tokens[at - 1].kind : (uint8_t)TOKEN_UNKNOWN;
    p->at = at;
    p->sub = 0;
    memset(p->expected, 0, sizeof p->expected);
    load(p);
}

bool parse_check_delimiter(Parser *p)
{
    bool is_paren = parse_check(p, TOKEN_OPEN_PAREN),
         is_bracket = parse_check(p, TOKEN_OPEN_BRACKET);
    return parse_check(p, TOKEN_OPEN_BRACE) || is_paren || is_bracket;
}

/* ---- splitting ---- */

typedef struct {
    uint8_t whole, first, rest;
} Split;

static const Split splits[] = {
    { TOKEN_SHR, TOKEN_GT, TOKEN_GT },        { TOKEN_GE, TOKEN_GT, TOKEN_EQ },
    { TOKEN_SHR_EQ, TOKEN_GT, TOKEN_GE },     { TOKEN_AND_AND, TOKEN_AND, TOKEN_AND },
    { TOKEN_OR_OR, TOKEN_OR, TOKEN_OR },      { TOKEN_SHL, TOKEN_LT, TOKEN_LT },
    { TOKEN_L_ARROW, TOKEN_LT, TOKEN_MINUS }, { TOKEN_PLUS_EQ, TOKEN_PLUS, TOKEN_EQ },
    { TOKEN_AND_EQ, TOKEN_AND, TOKEN_EQ },    { TOKEN_OR_EQ, TOKEN_OR, TOKEN_EQ },
};

static const Split *find_split(const Parser *p, TokenKind first)
{
    for (size_t i = 0; i < ARRAY_COUNT(splits); i++) {
        if (splits[i].whole == p->kind && splits[i].first == first)
            return &splits[i];
    }
    return NULL;
}

bool parse_check_part(Parser *p, TokenKind kind)
{
    return (p->kind != PARSE_END && find_split(p, kind)) || parse_check(p, kind);
}

bool parse_eat_part(Parser *p, TokenKind kind)
{
    const Split *split = p->kind == PARSE_END ? NULL : find_split(p, kind);
    if (!split)
        return parse_eat(p, kind);
    p->sub++;
    p->prev_hi = parse_pos(p);
    p->prev_kind = (uint8_t)kind;
    p->kind = split->rest;
    memset(p->expected, 0, sizeof p->expected);
    return true;
}

bool parse_expect(Parser *p, TokenKind kind)
{
    if (parse_eat(p, kind))
        return true;
    parse_fail_expected(p);
    return false;
}

bool parse_expect_part(Parser *p, TokenKind kind)
{
    if (parse_eat_part(p, kind))
        return true;
    parse_fail_expected(p);
    return false;
}

/* ---- identifiers ---- */

bool parse_kind_is_ident(const Parser *p, uint32_t kind)
{
    return kind != PARSE_END && token_kind_is_ident((TokenKind)kind, p->context->edition);
}

bool parse_is_ident(const Parser *p)
{
    return parse_kind_is_ident(p, p->kind);
}

AstIdent parse_take_word(Parser *p)
{
    if (p->kind == PARSE_END)
        return (AstIdent){ .at = parse_pos(p) };
    const Token *token = parse_token(p);
    AstIdent ident = { .name = token->text,
                       .mark = token->mark,
                       .at = parse_pos(p),
                       .kind = token->kind,
                       .flags = token->flags };
    parse_advance(p);
    return ident;
}

AstIdent parse_ident(Parser *p)
{
    if (parse_is_ident(p))
        return parse_take_word(p);
    AstPos at = parse_pos(p);
    TokenClass class = p->kind == PARSE_END ? TOKEN_CLASS_SPECIAL : token_class((TokenKind)p->kind);
    bool is_reserved = p->kind == TOKEN_KW_UNDERSCORE;
    bool is_keyword = class == TOKEN_CLASS_KEYWORD || class == TOKEN_CLASS_EDITION_KEYWORD;
    SyntaxError *error = parse_fail(p, "identifier");
    if (is_reserved)
        error->primary_label = "expected identifier, found reserved identifier";
    else if (is_keyword)
        error->primary_label = "expected identifier, found keyword";
    return (AstIdent){ .at = at };
}

/* ---- lists and depth ---- */

IdRange parse_list_end(Parser *p, uint32_t begin)
{
    IdRange range = { p->lists.count, p->stack.count - begin };
    if (range.count > 0)
        u32_vec_append(&p->lists, &p->stack.items[begin], range.count);
    p->stack.count = begin;
    return range;
}

IdRange parse_comma_list(Parser *p, TokenKind close, ListElementFn element, bool *ends_in_comma)
{
    uint32_t list = parse_list_begin(p);
    bool has_comma = false;
    while (!parse_check(p, close) && !p->failed) {
        parse_list_add(p, element(p));
        has_comma = parse_eat(p, TOKEN_COMMA);
        if (!has_comma)
            break;
    }
    if (ends_in_comma)
        *ends_in_comma = has_comma;
    IdRange elements = parse_list_end(p, list);
    parse_expect(p, close);
    return elements;
}

bool parse_enter(Parser *p)
{
    if (p->depth < PARSE_DEPTH_MAX) {
        p->depth++;
        return true;
    }
    if (!p->failed) {
        SyntaxError *error = parse_error(p, DIAG_CODE_unsupported, parse_pos(p), parse_token_hi(p));
        parse_error_arg(p, error, STR("nesting of syntax more than 1500 deep"));
        p->failed = p->is_muted = p->is_given_up = true;
        load(p);
    }
    return false;
}
