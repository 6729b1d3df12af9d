/* Entry points: macro fragments, and the queries that parse an item's runs. */
#include "parse/parse_partition.h"
#include "parse/parse_priv.h"

/* ---- fragments ---- */

static IdRange one_stmt(Parser *p, AstStmtId stmt)
{
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, stmt.v);
    return parse_list_end(p, list);
}

/* A statement without its `;`. */
static void parse_stmt_fragment(Parser *p, Ast *ast)
{
    AstPos lo = parse_pos(p);
    IdRange attrs = parse_outer_attributes(p);
    AstStmt stmt = { .kind = AST_STMT_EXPR, .lo = lo };
    if (parse_is(p, TOKEN_KW_LET)) {
        AstLet let = { .lo = lo, .attrs = attrs };
        parse_advance(p);
        let.pat = parse_pat(p);
        if (parse_eat(p, TOKEN_COLON))
            let.ty_or_none = parse_ty(p);
        if (parse_eat_part(p, TOKEN_EQ))
            let.init_or_none = parse_expr(p);
        if (!ast_expr_id_is_none(let.init_or_none) && parse_eat(p, TOKEN_KW_ELSE))
            let.else_or_none = parse_block(p);
        let.hi = p->prev_hi;
        stmt.kind = AST_STMT_LET;
        stmt.as.let.let = parse_push_let(p, let);
    } else {
        stmt.as.expr.attrs = attrs;
        stmt.as.expr.expr = parse_expr_restricted(p, EXPR_STATEMENT);
    }
    stmt.hi = p->prev_hi;
    ast->block_stmts = one_stmt(p, parse_push_stmt(p, stmt));
}

static void parse_meta_fragment(Parser *p, Ast *ast)
{
    uint32_t list = parse_list_begin(p);
    parse_list_add(p, parse_meta(p, false, parse_pos(p)).v);
    ast->attributes = parse_list_end(p, list);
}

static void parse_block_fragment(Parser *p, Ast *ast)
{
    if (parse_is(p, TOKEN_OPEN_FRAGMENT))
        ast->expr = parse_atom(p);
    else
        ast->expr = parse_block_expr(p, AST_BLOCK_PLAIN, AST_CAPTURE_NEEDED, ast_lifetime_id_none(),
                                     parse_pos(p));
}

static void parse_tree_fragment(Parser *p)
{
    bool is_open = p->kind != PARSE_END && token_class((TokenKind)p->kind) == TOKEN_CLASS_OPEN;
    if (is_open)
        parse_jump(p, parse_close_of(p, p->at) + 1);
    else if (p->kind != PARSE_END)
        parse_advance(p);
    else
        parse_fail(p, "token tree");
}

/* `ident` takes any word but `_`; keywords too. */
static void parse_ident_fragment(Parser *p)
{
    TokenClass class = p->kind == PARSE_END ? TOKEN_CLASS_SPECIAL : token_class((TokenKind)p->kind);
    bool is_word = class == TOKEN_CLASS_IDENT || class == TOKEN_CLASS_WEAK ||
                   class == TOKEN_CLASS_EDITION_KEYWORD || class == TOKEN_CLASS_KEYWORD;
    if (is_word && p->kind != TOKEN_KW_UNDERSCORE)
        parse_advance(p);
    else
        parse_ident(p);
}

static uint32_t match_item(const ParseContext *context, const TokenRun *run, uint32_t at);

static void parse_item_fragment(Parser *p, const TokenRun *run)
{
    uint32_t end = match_item(p->context, run, p->at);
    if (end > p->at)
        parse_jump(p, end);
    else
        parse_fail(p, "an item keyword");
}

static void parse_one_fragment(Parser *p, const TokenRun *run, AstFragment fragment, Ast *ast)
{
    switch (fragment) {
    case AST_FRAGMENT_BLOCK:
        parse_block_fragment(p, ast);
        return;
    case AST_FRAGMENT_EXPR:
    case AST_FRAGMENT_EXPR_2021:
        ast->expr = parse_expr(p);
        return;
    case AST_FRAGMENT_LITERAL:
        ast->expr = parse_literal_or_minus(p);
        return;
    case AST_FRAGMENT_IDENT:
        parse_ident_fragment(p);
        return;
    case AST_FRAGMENT_LIFETIME:
        parse_lifetime(p);
        return;
    case AST_FRAGMENT_META:
        parse_meta_fragment(p, ast);
        return;
    case AST_FRAGMENT_PAT:
        ast->pat = parse_pat(p);
        return;
    case AST_FRAGMENT_PAT_PARAM:
        ast->pat = parse_pat_one(p);
        return;
    case AST_FRAGMENT_PATH:
        ast->path = parse_path(p, PATH_TYPE);
        return;
    case AST_FRAGMENT_STMT:
        parse_stmt_fragment(p, ast);
        return;
    case AST_FRAGMENT_STMTS:
        ast->block_stmts = parse_stmts(p, PARSE_END);
        return;
    case AST_FRAGMENT_TT:
        parse_tree_fragment(p);
        return;
    case AST_FRAGMENT_TY:
        ast->ty = parse_ty(p);
        return;
    case AST_FRAGMENT_VIS:
        ast->vis = parse_visibility(p, true);
        return;
    case AST_FRAGMENT_ITEM:
        parse_item_fragment(p, run);
        return;
    case AST_FRAGMENT_ITEMS:
    case AST_FRAGMENT_TRAIT_ITEMS:
    case AST_FRAGMENT_IMPL_ITEMS:
    case AST_FRAGMENT_FOREIGN_ITEMS:
        parse_jump(p, p->count); /* cut, not parsed */
        return;
    case AST_FRAGMENT_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* The lexer said what is wrong with the run; what follows from that is not worth saying. */
static bool has_unknown(const TokenRun *run)
{
    for (uint32_t i = 0; i < run->count; i++) {
        if (run->tokens[i].kind == TOKEN_UNKNOWN)
            return true;
    }
    return false;
}

static void init_whole(Parser *p, const ParseContext *context, const TokenRun *run,
                       SyntaxErrorVec *errors)
{
    parser_init(p, context, run, 0, errors);
    p->has_error = p->is_muted = p->is_broken = has_unknown(run);
}

/* A macro's input is parsed fragment by fragment, so the run as a whole is looked at only where
 * there is something to say. */
/* A macro may take what is only wrong if it stands in the program. */
static void drop_late(SyntaxErrorVec *errors, uint32_t from)
{
    uint32_t kept = from;
    for (uint32_t i = from; i < errors->count; i++) {
        if (!errors->items[i].is_late)
            errors->items[kept++] = errors->items[i];
    }
    errors->count = kept;
}

uint32_t parse_fragment(const ParseContext *context, const TokenRun *run, uint32_t at,
                        AstFragment fragment, Ast *ast, SyntaxErrorVec *errors)
{
    Parser p;
    parser_init(&p, context, run, at, errors);
    uint32_t error_count = errors->count;
    *ast = (Ast){ 0 };
    parse_one_fragment(&p, run, fragment, ast);
    if (errors->count > error_count && has_unknown(run))
        errors->count = error_count;
    drop_late(errors, error_count);
    parser_finish(&p, ast);
    return p.failed ? p.at : p.prev_hi >> AST_POS_SHIFT;
}

void parse_whole(const ParseContext *context, const TokenRun *run, AstFragment fragment, Ast *ast,
                 SyntaxErrorVec *errors)
{
    Parser p;
    init_whole(&p, context, run, errors);
    *ast = (Ast){ 0 };
    parse_one_fragment(&p, run, fragment, ast);
    bool is_expr =
        fragment == AST_FRAGMENT_EXPR && parse_is(&p, TOKEN_SEMI) && parse_peek(&p, 1) == PARSE_END;
    if (is_expr)
        parse_advance(
            &p); /* macro_rules! m { () => { x; } } as an expression: the `;` is ignored */
    if (p.kind != PARSE_END && !p.failed)
        parse_fail_expected(&p);
    parser_finish(&p, ast);
}

/* ---- may a fragment begin here? ---- */

static bool may_begin_item(const Parser *p)
{
    static const TokenKind starts[] = {
        TOKEN_POUND,    TOKEN_KW_PUB,         TOKEN_KW_FN,     TOKEN_KW_STRUCT, TOKEN_KW_ENUM,
        TOKEN_KW_TRAIT, TOKEN_KW_TYPE,        TOKEN_KW_MOD,    TOKEN_KW_IMPL,   TOKEN_KW_USE,
        TOKEN_KW_UNION, TOKEN_KW_CONST,       TOKEN_KW_STATIC, TOKEN_KW_EXTERN, TOKEN_KW_UNSAFE,
        TOKEN_KW_ASYNC, TOKEN_KW_MACRO_RULES, TOKEN_KW_MACRO,  TOKEN_KW_AUTO,   TOKEN_KW_DEFAULT,
        TOKEN_KW_SAFE,  TOKEN_ITEM,
    };
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        if (p->kind == (uint32_t)starts[i])
            return true;
    }
    return parse_is_path_start(p);
}

static bool may_begin_pat(const Parser *p, AstFragment fragment)
{
    static const TokenKind starts[] = {
        TOKEN_OPEN_PAREN, TOKEN_OPEN_BRACKET, TOKEN_AND,        TOKEN_AND_AND,  TOKEN_MINUS,
        TOKEN_DOT_DOT,    TOKEN_DOT_DOT_DOT,  TOKEN_DOT_DOT_EQ, TOKEN_NOT,      TOKEN_KW_UNDERSCORE,
        TOKEN_KW_MUT,     TOKEN_KW_REF,       TOKEN_KW_BOX,     TOKEN_KW_CONST, TOKEN_OPEN_FRAGMENT,
    };
    if (parse_is(p, TOKEN_OR))
        return fragment == AST_FRAGMENT_PAT;
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        if (p->kind == (uint32_t)starts[i])
            return true;
    }
    return parse_is_path_start(p) || parse_is_literal(p);
}

static bool may_begin(const Parser *p, AstFragment fragment)
{
    bool is_word = p->kind != PARSE_END &&
                   (parse_is_ident(p) || token_class((TokenKind)p->kind) == TOKEN_CLASS_KEYWORD ||
                    token_class((TokenKind)p->kind) == TOKEN_CLASS_EDITION_KEYWORD);
    bool is_underscore = p->kind == TOKEN_KW_UNDERSCORE;
    switch (fragment) {
    case AST_FRAGMENT_VIS: /* may be empty, but not before anything */
        return is_word || is_underscore || parse_is(p, TOKEN_COMMA) ||
               parse_is(p, TOKEN_OPEN_FRAGMENT) || parse_may_begin_ty(p);
    case AST_FRAGMENT_ITEMS:
    case AST_FRAGMENT_TRAIT_ITEMS:
    case AST_FRAGMENT_IMPL_ITEMS:
    case AST_FRAGMENT_FOREIGN_ITEMS:
    case AST_FRAGMENT_STMTS:
        return true;
    case AST_FRAGMENT_EXPR:
    case AST_FRAGMENT_EXPR_2021: {
        bool is_new =
            is_underscore || (parse_is(p, TOKEN_KW_CONST) && parse_peek(p, 1) == TOKEN_OPEN_BRACE);
        bool allows_new = fragment == AST_FRAGMENT_EXPR && p->context->edition >= EDITION_2024;
        return parse_may_begin_expr(p) && !parse_is(p, TOKEN_KW_LET) && (!is_new || allows_new);
    }
    case AST_FRAGMENT_TY:
        return parse_may_begin_ty(p);
    case AST_FRAGMENT_IDENT:
        return is_word && !is_underscore;
    case AST_FRAGMENT_LITERAL:
        return parse_is_literal(p) || parse_is(p, TOKEN_MINUS) ||
               parse_is_fragment(p, AST_FRAGMENT_LITERAL);
    case AST_FRAGMENT_LIFETIME:
        return parse_is(p, TOKEN_LIFETIME);
    case AST_FRAGMENT_BLOCK:
        return parse_is(p, TOKEN_OPEN_BRACE) || parse_is(p, TOKEN_OPEN_FRAGMENT);
    case AST_FRAGMENT_PATH:
    case AST_FRAGMENT_META:
        return parse_is(p, TOKEN_PATH_SEP) || (is_word && !is_underscore) ||
               parse_is_fragment(p, AST_FRAGMENT_TY);
    case AST_FRAGMENT_PAT:
    case AST_FRAGMENT_PAT_PARAM:
        return may_begin_pat(p, fragment);
    case AST_FRAGMENT_ITEM:
        return may_begin_item(p);
    case AST_FRAGMENT_STMT:
    case AST_FRAGMENT_TT:
        return p->kind != PARSE_END && token_class((TokenKind)p->kind) != TOKEN_CLASS_CLOSE;
    case AST_FRAGMENT_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

bool parse_fragment_may_start(const Interners *interners, const TokenRun *run, uint32_t at,
                              AstFragment fragment, Edition edition)
{
    (void)interners;
    ParseContext context = { .edition = edition };
    Parser p = { .context = &context, .tokens = run->tokens, .count = run->count, .at = at };
    p.kind = at < run->count ? run->tokens[at].kind : (uint32_t)PARSE_END;
    return may_begin(&p, fragment);
}

/* ---- an item in a run ---- */

/* The end of the item at `at`; `at` if there is none. */
static uint32_t match_item(const ParseContext *context, const TokenRun *run, uint32_t at)
{
    uint32_t count = run->count - at;
    SyntaxErrorVec ignored;
    syntax_error_vec_init(&ignored, context->scratch);
    uint32_t *partners = arena_alloc_zeroed(context->scratch, count * sizeof *partners);
    partition_match(context->scratch, run->tokens + at, count, partners);
    PartitionInput input = { .interners = context->interners,
                             .tokens = run->tokens + at,
                             .partners = partners,
                             .count = count };
    return at + partition_item_end(&input, context->scratch, &ignored);
}

/* ---- queries ---- */

/* Of the file, or of the macro's: words are what they are where they were written. */
Edition parse_item_edition(Job *job, ItemId item)
{
    const Interners *interners = job_interners(job);
    PathRecord root = item_record(interners, item_root(interners, item));
    while (root.kind == ITEM_ROOT_CALL) {
        uint32_t macro = call_record(interners, call_id_make(root.parent)).macro;
        if (macro == 0)
            return EDITION_2021;
        root = item_record(interners, item_root(interners, item_id_make(macro)));
    }
    SymId package = file_record(interners, file_id_make(root.parent)).package;
    return (Edition)q_package_edition(job, (PackageKey){ package })->edition;
}

static ParseContext context_of_job(Job *job, ItemId item)
{
    return (ParseContext){ .interners = job_interners(job),
                           .out = job_out(job),
                           .scratch = job_scratch(job),
                           .edition = parse_item_edition(job, item) };
}

typedef struct {
    Job *job;
    ItemId item;
    Anchor anchor;
} LineContext;

/* An item with an error depends on its layout: the wording does. */
static bool line_breaks(const void *context, uint32_t token)
{
    const LineContext *lines = context;
    if (file_id_is_none(item_file(job_interners(lines->job), lines->item)))
        return false;
    const SpanMap *map = q_span_map(lines->job, lines->item);
    if (token == 0 || token >= map->counts[lines->anchor])
        return false;
    const SpanEntry *entries = map->entries[lines->anchor];
    return entries[token].line > entries[token - 1].line;
}

static void report(Job *job, const SyntaxErrorVec *errors, ItemId item, Anchor anchor)
{
    if (errors->count == 0)
        return;
    const TokenSpanList *origins = NULL;
    if (file_id_is_none(item_file(job_interners(job), item)))
        origins = q_made_origins(job, (MadeTokensKey){ item, anchor });
    parse_errors_emit(job, errors, item, anchor, origins);
}

static void parse_attribute_run(Parser *p, Ast *ast)
{
    ast->attributes = parse_all_attributes(p);
    if (p->kind != PARSE_END && !p->failed)
        parse_fail_expected(p);
}

void parse_anchor_run(const ParseContext *context, const TokenRun *run, Anchor anchor,
                      ItemShape shape, Ast *ast, SyntaxErrorVec *errors)
{
    Parser p;
    init_whole(&p, context, run, errors);
    *ast = (Ast){ 0 };
    if (anchor == ANCHOR_ATTRIBUTES)
        parse_attribute_run(&p, ast);
    else if (anchor == ANCHOR_HEADER)
        parse_header(&p, shape, ast);
    else
        parse_body(&p, (DefKind)shape.kind, ast);
    parser_finish(&p, ast);
}

/* Of an item that is left out only the early errors count, and nobody asks for its tree. False:
 * there was an error. */
static bool parse_anchor(Job *job, ItemId item, Anchor anchor, bool is_left_out, Ast *out)
{
    const TokenRun *run = parse_tokens(job, item, anchor);
    LineContext lines = { job, item, anchor };
    ParseContext context = context_of_job(job, item);
    context.line_breaks = line_breaks;
    context.lines = &lines;
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    ItemShape shape = item_shape(job_interners(job), item);
    parse_anchor_run(&context, run, anchor, shape, out, &errors);
    if (is_left_out)
        drop_late(&errors, 0);
    else if (anchor == ANCHOR_HEADER && !out->has_error)
        parse_check_parts(&context, shape, parse_tokens(job, item, ANCHOR_ATTRIBUTES), run, out,
                          &errors);
    if (!eager_is_checked(anchor, (DefKind)shape.kind))
        report(job, &errors, item, anchor);
    return errors.count == 0;
}

bool parse_left_out(Job *job, ItemId item, Anchor anchor)
{
    Ast ast;
    return !parse_anchor(job, item, anchor, true, &ast);
}

void attributes_ast_provide(Job *job, ItemId item, Ast *out)
{
    parse_anchor(job, item, ANCHOR_ATTRIBUTES, false, out);
}

void header_ast_provide(Job *job, ItemId item, Ast *out)
{
    parse_anchor(job, item, ANCHOR_HEADER, false, out);
}

void body_ast_provide(Job *job, ItemId item, Ast *out)
{
    parse_anchor(job, item, ANCHOR_BODY, false, out);
}
