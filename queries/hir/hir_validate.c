/* Checks of a body's or header's shape: ids and runs in range, required children present, locals
 * and their patterns agree. */
#include "hir/hir.h"

typedef struct {
    Interners *interners;
    const HirBody *body;
    Text *problem;
    const char *where;
    bool ok;
} Validator;

static void fail(Validator *v, const char *what, uint32_t id)
{
    if (v->ok)
        text_addf(v->problem, "%s: %s %u", v->where, what, id);
    v->ok = false;
}

/* Decoding checks every id and every run against the arrays they are meant for. */
static void check_ranges(Validator *v, const ValueInfo *info, const void *value)
{
    Arena *arena = arena_new(NULL);
    Encoder e;
    encoder_init(&e, arena, v->interners, ENCODE_CANONICAL);
    info->encode(&e, value);
    Decoder d;
    decoder_init(&d, e.bytes, e.count, arena, v->interners);
    info->decode(&d, arena_alloc_zeroed(arena, info->bytes));
    if (!decoder_finish(&d))
        fail(v, "id or run out of range near byte", (uint32_t)d.position);
    arena_free(arena);
}

/* In each expression what the grammar demands is there. */
static void check_expr(Validator *v, uint32_t id)
{
    const HirExpr *e = &v->body->exprs[id];
    bool whole = e->kind != HIR_EXPR_NONE && e->kind < HIR_EXPR_KIND_COUNT;
    if (e->kind == HIR_EXPR_BINARY)
        whole = e->as.binary.lhs.v && e->as.binary.rhs.v;
    else if (e->kind == HIR_EXPR_IF)
        whole = e->as.if_.condition.v && e->as.if_.then_branch.v;
    else if (e->kind == HIR_EXPR_LET)
        whole = e->as.let.pat.v && e->as.let.init.v;
    else if (e->kind == HIR_EXPR_LOOP)
        whole = e->as.loop.body.v && e->as.loop.label.v;
    else if (e->kind == HIR_EXPR_BREAK)
        whole = e->as.break_.target.v;
    else if (e->kind == HIR_EXPR_CONTINUE)
        whole = e->as.continue_.target.v;
    else if (e->kind == HIR_EXPR_CAST)
        whole = e->as.cast.operand.v && e->as.cast.ty.v;
    if (!whole)
        fail(v, "expression is incomplete", id);
}

static void check_locals(Validator *v)
{
    const HirBody *b = v->body;
    for (uint32_t i = 1; i < b->local_count && v->ok; i++) {
        HirPatId pat = b->locals[i].pat;
        if (pat.v == 0 || pat.v >= b->pat_count || b->pats[pat.v].kind != HIR_PAT_BINDING ||
            b->pats[pat.v].as.binding.local.v != i)
            fail(v, "local without its binding", i);
    }
    for (uint32_t i = 1; i < b->path_count && v->ok; i++) {
        const HirPath *path = &b->paths[i];
        if (path->res.kind == RES_LOCAL && path->res.local.v == 0)
            fail(v, "path to no local", i);
        if (path->resolved > path->segments.count)
            fail(v, "path resolves more segments than it has", i);
    }
}

static void check_nodes(Validator *v)
{
    for (uint32_t i = 1; i < v->body->expr_count && v->ok; i++)
        check_expr(v, i);
    if (v->ok)
        check_locals(v);
}

bool hir_body_validate(Interners *interners, const HirBody *body, Text *problem)
{
    Validator v = { interners, body, problem, "body", true };
    check_ranges(&v, &value_info_HirBody, body);
    if (v.ok)
        check_nodes(&v);
    return v.ok;
}

bool hir_item_validate(Interners *interners, const HirItem *item, Text *problem)
{
    Validator v = { interners, &item->nodes, problem, "item", true };
    check_ranges(&v, &value_info_HirItem, item);
    if (v.ok)
        check_nodes(&v);
    return v.ok;
}
