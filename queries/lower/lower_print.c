/* Definitions as source text after expansion: their tokens, with each macro call replaced by the
 * tokens it expands to. */
#include "lower/lower_priv.h"
#include "print/print.h"

typedef struct {
    Job *job;
    Interners *in;
    PrintTokens out;
    const LoweredCall *calls; /* of the definition being printed */
    uint32_t call_count;
    const BodyItems *items; /* of its body; NULL in a header */
} Printer;

static void new_line(Printer *p)
{
    print_tokens_gap(&p->out, PRINT_GAP_LINE);
}

static void print_token(Printer *p, Token token)
{
    print_tokens_flow(&p->out, token);
}

static const LoweredCall *call_at(const Printer *p, ItemId owner, Anchor anchor, uint32_t at)
{
    for (uint32_t i = 0; i < p->call_count; i++) {
        const LoweredCall *call = &p->calls[i];
        if (item_id_eq(call->owner, owner) && call->anchor == anchor && call->lo == at)
            return call;
    }
    return NULL;
}

static void print_item(Printer *p, DefId def);

static void print_body_item(Printer *p, ItemId item)
{
    for (uint32_t i = 0; p->items && i < p->items->item_count; i++) {
        if (item_id_eq(p->items->items[i].item, item)) {
            print_item(p, p->items->items[i].def);
            return;
        }
    }
}

static void print_brace(Printer *p, TokenKind kind)
{
    print_token(p, (Token){ .kind = (uint8_t)kind });
}

/* An expression that a macro matched holds together by itself: parentheses say so if it is more
 * than one token. */
static void print_fragment_edge(Printer *p, const TokenRun *run, uint32_t at)
{
    Token token = run->tokens[at];
    bool is_open = token.kind == TOKEN_OPEN_FRAGMENT;
    bool is_one_token =
        is_open ? at + 2 < run->count && run->tokens[at + 2].kind == TOKEN_CLOSE_FRAGMENT
                : at >= 2 && run->tokens[at - 2].kind == TOKEN_OPEN_FRAGMENT;
    bool is_expr = token.flags == AST_FRAGMENT_EXPR || token.flags == AST_FRAGMENT_EXPR_2021;
    if (is_expr && !is_one_token)
        print_brace(p, is_open ? TOKEN_OPEN_PAREN : TOKEN_CLOSE_PAREN);
}

static void print_run(Printer *p, const TokenRun *run, ItemId owner, Anchor anchor)
{
    for (uint32_t i = 0; i < run->count;) {
        const LoweredCall *call = call_at(p, owner, anchor, i);
        if (call && call->hi > i) {
            print_run(p, q_call_rest(p->job, call->call), item_root_of_call(p->in, call->call),
                      ANCHOR_BODY);
            i = call->hi;
        } else if (run->tokens[i].kind == TOKEN_ITEM) {
            print_body_item(p, token_item(run->tokens[i++]));
        } else if (run->tokens[i].kind == TOKEN_OPEN_FRAGMENT ||
                   run->tokens[i].kind == TOKEN_CLOSE_FRAGMENT) {
            print_fragment_edge(p, run, i++);
        } else {
            print_token(p, run->tokens[i++]);
        }
    }
}

static void print_part(Printer *p, ItemId item, Anchor anchor, const LoweredCall *calls,
                       uint32_t count, const BodyItems *items)
{
    const LoweredCall *saved = p->calls;
    uint32_t saved_count = p->call_count;
    const BodyItems *saved_items = p->items;
    p->calls = calls;
    p->call_count = count;
    p->items = items;
    print_run(p, parse_tokens(p->job, item, anchor), item, anchor);
    p->calls = saved;
    p->call_count = saved_count;
    p->items = saved_items;
}

static void print_item(Printer *p, DefId def)
{
    ItemId item = q_def_item(p->job, def)->item;
    DefKind kind = def_kind(p->in, def);
    if (item_id_is_none(item))
        return;
    const LoweredItem *header = q_lowered_item(p->job, def);
    new_line(p);
    print_part(p, item, ANCHOR_ATTRIBUTES, NULL, 0, NULL);
    new_line(p);
    print_part(p, item, ANCHOR_HEADER, header->calls, header->call_count, NULL);
    if (kind == DEF_IMPL || kind == DEF_TRAIT) {
        const AssocDefs *defs = q_assoc_defs(p->job, def);
        print_brace(p, TOKEN_OPEN_BRACE);
        for (uint32_t i = 0; i < defs->count; i++)
            print_item(p, defs->items[i].def);
        print_brace(p, TOKEN_CLOSE_BRACE);
    } else if (kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST || kind == DEF_STATIC ||
               kind == DEF_ASSOC_CONST) {
        const LoweredBody *body = q_lowered_body(p->job, def);
        print_part(p, item, ANCHOR_BODY, body->calls, body->call_count, &body->items);
    }
    new_line(p);
}

void lower_print_expanded(Job *job, DefId def, Text *out)
{
    Printer p = { .job = job, .in = job_interners(job) };
    print_tokens_init(&p.out, p.in, job_scratch(job), out);
    print_item(&p, def);
    print_tokens_finish(&p.out);
}
