/* Attributes by name, and `cfg`. */
#include "expand/expand_priv.h"

const AstAttr *expand_attr_find(const Interners *interners, const Ast *ast, IdRange attrs,
                                const char *name)
{
    for (uint32_t i = 0; i < attrs.count; i++) {
        const AstAttr *attr = &ast->attrs[ast_list_at(ast, attrs, i)];
        const AstPath *path = &ast->paths[attr->path.v];
        if (path->segments.count != 1)
            continue;
        const AstSegment *segment = &ast->segments[ast_list_at(ast, path->segments, 0)];
        if (str_eq(sym_text(interners, segment->name.name), str_from_c(name)))
            return attr;
    }
    return NULL;
}

bool expand_has_attribute(Job *job, ItemId item, const char *name)
{
    const Ast *ast = q_attributes_ast(job, item);
    return expand_attr_find(job_interners(job), ast, ast->attributes, name) != NULL;
}

/* ---- cfg ---- */

typedef struct {
    Job *job;
    Interners *in;
    DefId crate;
    ItemId item;
    Anchor anchor;
    const Token *tokens;
    bool is_error;
} Cfg;

static bool malformed(Cfg *c, uint32_t lo, uint32_t hi)
{
    if (!c->is_error)
        diag_emit(c->job, diag_new(c->job, DIAG_CODE_cfg_malformed,
                                   diag_at_tokens(expand_span(c->job, c->item, c->anchor,
                                                              ast_pos(lo, 0), ast_pos(hi, 0)))));
    c->is_error = true;
    return true;
}

static bool is_set(const Cfg *c, Str fact)
{
    return q_cfg_fact(c->job, (CfgKey){ c->crate, sym_intern(c->in, fact) })->is_set;
}

static bool predicate(Cfg *c, uint32_t *at, uint32_t hi, uint32_t depth);

/* `all`, `any`, `not` behind the word, at the `(`. */
static bool predicate_list(Cfg *c, Str word, uint32_t *at, uint32_t hi, uint32_t depth)
{
    uint32_t lo = *at - 1, end = token_tree_end(c->tokens, hi, *at) - 1, count = 0;
    bool all = true, any = false;
    for (++*at; *at < end && !c->is_error; count++) {
        bool holds = predicate(c, at, end, depth + 1);
        all &= holds;
        any |= holds;
        if (*at < end && c->tokens[(*at)++].kind != TOKEN_COMMA)
            return malformed(c, lo, end + 1);
    }
    *at = end + 1;
    if (str_eq(word, STR("all")))
        return all;
    if (str_eq(word, STR("any")))
        return any;
    if (str_eq(word, STR("not")) && count == 1)
        return !all;
    return malformed(c, lo, end + 1);
}

static bool predicate(Cfg *c, uint32_t *at, uint32_t hi, uint32_t depth)
{
    uint32_t lo = *at;
    Token word = c->tokens[(*at)++];
    if (word.kind == TOKEN_KW_TRUE || word.kind == TOKEN_KW_FALSE)
        return word.kind == TOKEN_KW_TRUE;
    if (!macro_token_is_word(word) || depth > MACRO_NESTING_MAX)
        return malformed(c, lo, hi);
    Str name = sym_text(c->in, word.text);
    if (*at < hi && c->tokens[*at].kind == TOKEN_OPEN_PAREN)
        return predicate_list(c, name, at, hi, depth);
    Text fact;
    text_init(&fact, job_scratch(c->job));
    text_add(&fact, name);
    if (*at < hi && c->tokens[*at].kind == TOKEN_EQ) {
        LiteralValue value;
        bool is_text =
            *at + 1 < hi &&
            (c->tokens[*at + 1].kind == TOKEN_STR || c->tokens[*at + 1].kind == TOKEN_RAW_STR) &&
            literal_value(c->in, job_scratch(c->job), (TokenKind)c->tokens[*at + 1].kind,
                          c->tokens[*at + 1].text, &value);
        if (!is_text)
            return malformed(c, lo, hi);
        text_add_c(&fact, "=\"");
        text_add(&fact, value.text);
        text_add_c(&fact, "\"");
        *at += 2;
    }
    return is_set(c, text_str(&fact));
}

static bool attr_holds(Cfg *c, const AstAttr *attr)
{
    uint32_t lo = attr->args.start, hi = lo + attr->args.count;
    if (lo == hi)
        return malformed(c, attr->lo >> AST_POS_SHIFT, (attr->hi >> AST_POS_SHIFT) + 1);
    uint32_t at = lo;
    bool holds = predicate(c, &at, hi, 0);
    if (at < hi && c->tokens[at].kind == TOKEN_COMMA)
        at++;
    return at == hi ? holds : malformed(c, lo, hi);
}

bool expand_cfg_holds(Job *job, DefId crate, ItemId item, Anchor anchor, const Ast *ast,
                      const TokenRun *run, IdRange attrs)
{
    bool holds = true;
    for (uint32_t i = 0; i < attrs.count; i++) {
        IdRange one = { attrs.start + i, 1 };
        const AstAttr *attr = expand_attr_find(job_interners(job), ast, one, "cfg");
        if (!attr)
            continue;
        Cfg c = { .job = job,
                  .in = job_interners(job),
                  .crate = crate,
                  .item = item,
                  .anchor = anchor,
                  .tokens = run->tokens };
        holds &= attr_holds(&c, attr);
    }
    return holds;
}

bool expand_item_is_configured(Job *job, DefId crate, ItemId item)
{
    const Ast *ast = q_attributes_ast(job, item);
    const TokenRun *run = parse_tokens(job, item, ANCHOR_ATTRIBUTES);
    const AstAttr *conditional =
        expand_attr_find(job_interners(job), ast, ast->attributes, "cfg_attr");
    if (conditional)
        diag_unsupported(
            job,
            diag_at_tokens(ast_span(item, ANCHOR_ATTRIBUTES, conditional->lo, conditional->hi)),
            "the attribute `cfg_attr`");
    return expand_cfg_holds(job, crate, item, ANCHOR_ATTRIBUTES, ast, run, ast->attributes);
}
