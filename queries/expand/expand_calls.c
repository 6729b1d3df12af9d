/* Macro calls in an item's tokens: where they stand and what names them. */
#include "expand/expand_priv.h"

VEC_TYPE(SiteVec, site_vec, CallSite)

typedef struct {
    Job *job;
    SiteVec sites;
    Map seen; /* fingerprint of the arguments -> how many calls have them, per anchor */
} Collector;

static CallId root_call(const Interners *in, ItemId item)
{
    PathRecord record = item_record(in, item);
    return record.kind == ITEM_ROOT_CALL ? call_id_make(record.parent) : call_id_none();
}

/* The tokens that calls of an owner stand in. */
static const TokenRun *owner_run(Job *job, ItemId owner, Anchor anchor)
{
    CallId call = root_call(job_interners(job), owner);
    return call_id_is_none(call) ? parse_tokens(job, owner, anchor) : q_call_rest(job, call);
}

static void add_site(Collector *c, Anchor anchor, uint32_t lo, uint32_t hi, IdRange args,
                     const TokenRun *run)
{
    rsc_assert(args.start <= run->count && args.count <= run->count - args.start);
    CallSite site = { .anchor = anchor, .lo = lo, .hi = hi, .args = args };
    site.tokens =
        token_run_fingerprint(job_interners(c->job), run->tokens + args.start, args.count);
    uint64_t key[3] = { site.tokens.lo, site.tokens.hi, anchor };
    uint32_t *count = map_put(&c->seen, key, NULL);
    site.duplicate = *count * ANCHOR_COUNT + anchor;
    ++*count;
    site_vec_push(&c->sites, site);
}

static void add_tree(Collector *c, Anchor anchor, const Ast *ast, const TokenRun *run)
{
    for (uint32_t i = 1; i < ast->macro_call_count; i++) {
        const AstMacroCall *call = &ast->macro_calls[i];
        uint32_t hi = (call->hi + (1u << AST_POS_SHIFT) - 1) >> AST_POS_SHIFT;
        add_site(c, anchor, call->lo >> AST_POS_SHIFT, hi, call->args, run);
    }
}

/* A call in item position: `path!` is its header, the rest its body. */
static void add_item_call(Collector *c, ItemId item)
{
    const TokenRun *body = parse_tokens(c->job, item, ANCHOR_BODY);
    uint32_t end = body->count ? token_tree_end(body->tokens, body->count, 0) : 0;
    IdRange args = { end >= 2 ? 1 : 0, end >= 2 ? end - 2 : 0 };
    add_site(c, ANCHOR_BODY, 0, body->count, args, body);
}

static bool has_body(DefKind kind)
{
    return kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_FOREIGN_FN || kind == DEF_CONST ||
           kind == DEF_STATIC || kind == DEF_ASSOC_CONST || kind == DEF_FOREIGN_STATIC;
}

static void collect(Collector *c, ItemId item, uint32_t first[ANCHOR_COUNT])
{
    Interners *in = job_interners(c->job);
    DefKind kind = (DefKind)item_record(in, item).kind;
    CallId call = root_call(in, item);
    if (!call_id_is_none(call)) {
        add_tree(c, ANCHOR_BODY, q_expansion_ast(c->job, call), q_call_rest(c->job, call));
        return;
    }
    if (kind == DEF_MACRO_CALL) {
        add_item_call(c, item);
        return;
    }
    if (kind == DEF_MACRO || kind == ITEM_ROOT_FILE)
        return;
    add_tree(c, ANCHOR_HEADER, q_header_ast(c->job, item),
             parse_tokens(c->job, item, ANCHOR_HEADER));
    first[ANCHOR_BODY] = c->sites.count;
    if (has_body(kind))
        add_tree(c, ANCHOR_BODY, q_body_ast(c->job, item), parse_tokens(c->job, item, ANCHOR_BODY));
}

void call_sites_provide(Job *job, ItemId item, CallSites *out)
{
    Collector c = { .job = job };
    site_vec_init(&c.sites, job_out(job));
    map_init(&c.seen, job_scratch(job), 3 * sizeof(uint64_t));
    collect(&c, item, out->first);
    out->sites = c.sites.items;
    out->count = c.sites.count;
}

CallId expand_call(Interners *interners, ItemId owner, const CallSite *site, ItemId macro,
                   DefId macro_crate, AstFragment fragment)
{
    return call_id_intern(interners, (CallRecord){ .owner = owner.v,
                                                   .macro = macro.v,
                                                   .crate = macro_crate.v,
                                                   .duplicate = site->duplicate,
                                                   .fragment = fragment,
                                                   .tokens = site->tokens });
}

const CallSite *expand_call_site(Job *job, CallRecord record)
{
    const CallSites *sites = q_call_sites(job, item_id_make(record.owner));
    for (uint32_t i = 0; i < sites->count; i++) {
        const CallSite *site = &sites->sites[i];
        if (site->duplicate == record.duplicate && fp_eq(site->tokens, record.tokens))
            return site;
    }
    return NULL;
}

TokenSpan expand_call_span(Job *job, CallId call)
{
    Interners *in = job_interners(job);
    CallRecord record = call_record(in, call);
    ItemId owner = item_id_make(record.owner);
    const CallSite *site = expand_call_site(job, record);
    if (!site)
        return (TokenSpan){ .item = item_id_none() };
    if (item_record(in, owner).kind == DEF_MACRO_CALL) {
        uint32_t header = parse_tokens(job, owner, ANCHOR_HEADER)->count;
        return (TokenSpan){ .item = owner, .anchor = ANCHOR_HEADER, .lo = 0, .hi = header };
    }
    return expand_span(job, owner, (Anchor)site->anchor, ast_pos(site->lo, 0),
                       ast_pos(site->hi, 0));
}

TokenSpan expand_outermost_span(Job *job, TokenSpan span)
{
    span = parse_written_span(job, span);
    for (int i = 0; i < 2 * EXPAND_RECURSION_LIMIT && !call_id_is_none(span.call); i++)
        span = parse_written_span(job, expand_call_span(job, span.call));
    return span;
}

TokenSpan expand_span(Job *job, ItemId item, Anchor anchor, AstPos lo, AstPos hi)
{
    CallId call = root_call(job_interners(job), item);
    if (call_id_is_none(call))
        return ast_span(item, anchor, lo, hi);
    return parse_origin_span(q_call_rest_origins(job, call), lo, hi);
}

const MarkTable *expand_item_marks(Job *job, ItemId item)
{
    Interners *in = job_interners(job);
    CallId call = root_call(in, item_root(in, item));
    return call_id_is_none(call) ? NULL : q_expansion_marks(job, call);
}

/* The arguments of a call, as tokens and where each was written. */
void expand_call_input(Job *job, CallRecord record, const CallSite *site, TokenVec *tokens,
                       TokenSpanVec *origins)
{
    Interners *in = job_interners(job);
    ItemId owner = item_id_make(record.owner);
    const TokenRun *run = owner_run(job, owner, (Anchor)site->anchor);
    CallId outer = root_call(in, owner);
    const TokenSpanList *from = call_id_is_none(outer) ? NULL : q_call_rest_origins(job, outer);
    for (uint32_t i = site->args.start; i < site->args.start + site->args.count; i++) {
        TokenSpan origin =
            from ? from->items[i]
                 : (TokenSpan){ .item = owner, .anchor = site->anchor, .lo = i, .hi = i + 1 };
        macro_input_add(in, tokens, origins, run->tokens[i], origin);
    }
}
