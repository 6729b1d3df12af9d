/* Blocks: statements, items in them, macro calls that stand for statements.
 *
 * A block's items are visible in all of it, so they are collected before its statements are
 * lowered; that takes expanding its statement macros, in order, because a macro_rules is visible
 * only behind its definition. */
#include "lower/lower_priv.h"
#include "resolve/resolve_gates.h"

typedef struct {
    Lower *l;
    BlockItemVec items;
    bool has_macros;
} Scan;

typedef struct {
    U32Vec stmts;
    HirExprId tail;
    uint32_t block; /* of l->scopes; 0: no items */
} Statements;

/* ---- items ---- */

static const Item *item_of(Lower *l, ItemId id, BlockItem *out)
{
    out->tree = q_item_subtree(l->job, id);
    out->index = 1;
    return out->tree->count > 1 ? &out->tree->items[1] : NULL;
}

static void push_macro(Lower *l, const Item *item)
{
    scope_push(l, (Rib){ .kind = RIB_MACRO, .name = item->name, .macro = item->id });
}

static void scan_list(Scan *scan, IdRange stmts);

static void scan_item(Scan *scan, ItemId id)
{
    BlockItem entry;
    const Item *item = item_of(scan->l, id, &entry);
    if (!item)
        return;
    if (item->kind == DEF_MACRO) {
        push_macro(scan->l, item);
        scan->has_macros = true;
    } else {
        block_item_vec_push(&scan->items, entry);
    }
}

static void scan_macro(Scan *scan, const AstStmt *stmt)
{
    Lower *l = scan->l;
    CallId call;
    if (stmt->as.macro.style == AST_MACRO_NO_BRACES ||
        !lower_is_configured(l, stmt->as.macro.attrs, stmt->lo, stmt->hi) ||
        !macro_call_id(l, stmt->as.macro.call, AST_FRAGMENT_STMTS, true, &call))
        return;
    if (lower_enter(l, stmt->lo, stmt->hi) && !q_expansion(l->job, call)->is_error) {
        Source *saved = l->source;
        Source expansion = macro_source(l->job, call);
        l->source = &expansion;
        scan_list(scan, expansion.ast->block_stmts);
        l->source = saved;
    }
    lower_leave(l);
}

static void scan_list(Scan *scan, IdRange stmts)
{
    for (uint32_t i = 0; i < stmts.count; i++) {
        const Ast *ast = scan->l->source->ast;
        const AstStmt *stmt = ast_stmt(ast, ast_stmt_id_make(ast_list_at(ast, stmts, i)));
        if (stmt->kind == AST_STMT_ITEM)
            scan_item(scan, stmt->as.item.item);
        else if (stmt->kind == AST_STMT_MACRO)
            scan_macro(scan, stmt);
    }
}

static bool may_have_items(const Lower *l, IdRange stmts)
{
    const Ast *ast = l->source->ast;
    for (uint32_t i = 0; i < stmts.count; i++) {
        const AstStmt *stmt = ast_stmt(ast, ast_stmt_id_make(ast_list_at(ast, stmts, i)));
        if (stmt->kind == AST_STMT_ITEM || stmt->kind == AST_STMT_MACRO)
            return true;
    }
    return false;
}

static uint32_t innermost_block(const Lower *l)
{
    for (const Rib *rib = scope_structure(l); rib; rib = scope_structure_outward(l, rib)) {
        if (rib->kind == RIB_BLOCK)
            return rib->index;
    }
    return 0;
}

/* The block's items in scope. Gives its number; 0: it has none. */
static uint32_t enter_items(Lower *l, IdRange stmts, AstPos lo, AstPos hi)
{
    if (!may_have_items(l, stmts))
        return 0;
    uint32_t ribs = l->ribs.count;
    Scan scan = { .l = l };
    block_item_vec_init(&scan.items, l->scratch);
    scan_list(&scan, stmts);
    scope_pop_to(l, ribs);
    if (scan.items.count == 0 && !scan.has_macros)
        return 0;
    if (!l->scopes) {
        lower_unsupported(l, lo, hi, "an item inside a constant of a type");
        return 0;
    }
    uint32_t block =
        body_scopes_add(l->scopes, innermost_block(l), scan.items.items, scan.items.count);
    scope_push(l, (Rib){ .kind = RIB_BLOCK, .index = block });
    return block;
}

/* Names that an item here can see but not use. */
static void note_locals(Lower *l, uint32_t block)
{
    for (uint32_t i = 0; i < l->ribs.count; i++) {
        const Rib *rib = &l->ribs.items[i];
        if (rib->kind == RIB_LOCAL && rib->context == 0)
            body_scopes_note_local(l->scopes, block, rib->name);
    }
}

/* ---- statements ---- */

static void push_stmt(Lower *l, Statements *out, HirStmtKind kind, AstPos lo, AstPos hi,
                      HirStmt stmt)
{
    stmt.kind = (uint8_t)kind;
    stmt.span = lower_span(l, lo, hi);
    u32_vec_push(&out->stmts, hir_stmt_vec_push(&l->b->stmts, stmt));
}

/* An expression that turned out not to be the last thing. */
static void flush_tail(Lower *l, Statements *out, bool has_semi)
{
    if (out->tail.v == 0)
        return;
    HirStmt stmt = { .kind = has_semi ? HIR_STMT_SEMI : HIR_STMT_EXPR,
                     .span = l->b->exprs.items[out->tail.v].span };
    if (has_semi)
        stmt.as.semi.expr = out->tail;
    else
        stmt.as.expr.expr = out->tail;
    u32_vec_push(&out->stmts, hir_stmt_vec_push(&l->b->stmts, stmt));
    out->tail = hir_expr_id_none();
}

static void lower_let(Lower *l, const AstStmt *stmt, Statements *out)
{
    const AstLet *node = &l->source->ast->lets[stmt->as.let.let.v];
    if (!lower_is_configured(l, node->attrs, stmt->lo, stmt->hi))
        return;
    if (node->is_super)
        lower_unsupported(l, stmt->lo, stmt->hi, "`super let`");
    HirStmt made = { 0 };
    if (node->ty_or_none.v)
        made.as.let.ty_or_none = lower_ty(l, node->ty_or_none);
    if (node->init_or_none.v)
        made.as.let.init_or_none = lower_expr(l, node->init_or_none);
    if (node->else_or_none.v)
        made.as.let.else_or_none = lower_block(l, node->else_or_none);
    made.as.let.pat = lower_pat(l, node->pat, PATTERN_OF_LET);
    push_stmt(l, out, HIR_STMT_LET, stmt->lo, stmt->hi, made);
}

static void lower_item_stmt(Lower *l, const AstStmt *stmt, Statements *out)
{
    BlockItem entry;
    const Item *item = item_of(l, stmt->as.item.item, &entry);
    if (!item || out->block == 0)
        return;
    if (item->kind == DEF_MACRO) {
        push_macro(l, item);
        resolve_check_macro(l->job, l->place.crate, item->id);
        body_scopes_note_macro(l->scopes, out->block, item->name, item->id);
    } else {
        note_locals(l, out->block);
    }
}

static void lower_list(Lower *l, IdRange stmts, Statements *out);

/* `m!();`, `m! { .. }`: statements in place of the call. Without a `;` what comes last may be the
 * block's value. */
static void lower_macro_stmt(Lower *l, const AstStmt *stmt, Statements *out)
{
    Expanded expanded;
    if (!lower_is_configured(l, stmt->as.macro.attrs, stmt->lo, stmt->hi))
        return;
    if (stmt->as.macro.style == AST_MACRO_NO_BRACES) {
        if (!macro_begin(l, stmt->as.macro.call, AST_FRAGMENT_EXPR, &expanded)) {
            out->tail = expr_error(l, stmt->lo, stmt->hi);
            return;
        }
        AstExprId value = l->source->ast->expr;
        out->tail = value.v ? lower_expr(l, value) : expr_error(l, 0, 0);
        macro_end(l, &expanded);
        return;
    }
    if (!macro_begin(l, stmt->as.macro.call, AST_FRAGMENT_STMTS, &expanded)) {
        out->tail = expr_error(l, stmt->lo, stmt->hi);
    } else {
        if (lower_enter(l, 0, 0))
            lower_list(l, l->source->ast->block_stmts, out);
        lower_leave(l);
        macro_end(l, &expanded);
    }
    if (stmt->as.macro.style == AST_MACRO_SEMI)
        flush_tail(l, out, true);
}

static void lower_stmt(Lower *l, const AstStmt *stmt, Statements *out)
{
    HirStmt made = { 0 };
    flush_tail(l, out, false);
    switch ((AstStmtKind)stmt->kind) {
    case AST_STMT_LET:
        lower_let(l, stmt, out);
        return;
    case AST_STMT_ITEM:
        lower_item_stmt(l, stmt, out);
        return;
    case AST_STMT_EXPR:
        if (lower_is_configured(l, stmt->as.expr.attrs, stmt->lo, stmt->hi))
            out->tail = lower_expr(l, stmt->as.expr.expr);
        return;
    case AST_STMT_SEMI:
        if (!lower_is_configured(l, stmt->as.semi.attrs, stmt->lo, stmt->hi))
            return;
        made.as.semi.expr = lower_expr(l, stmt->as.semi.expr);
        push_stmt(l, out, HIR_STMT_SEMI, stmt->lo, stmt->hi, made);
        return;
    case AST_STMT_MACRO:
        lower_macro_stmt(l, stmt, out);
        return;
    case AST_STMT_EMPTY:
        return;
    case AST_STMT_NONE:
    case AST_STMT_ERROR:
        l->b->has_error = true;
        return;
    case AST_STMT_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

static void lower_list(Lower *l, IdRange stmts, Statements *out)
{
    for (uint32_t i = 0; i < stmts.count; i++) {
        const Ast *ast = l->source->ast;
        lower_stmt(l, ast_stmt(ast, ast_stmt_id_make(ast_list_at(ast, stmts, i))), out);
    }
}

HirBlockId lower_block(Lower *l, AstBlockId id)
{
    const AstBlock *node = &l->source->ast->blocks[id.v];
    HirBlock block = { .span = lower_span(l, node->lo, node->hi) };
    uint32_t ribs = l->ribs.count;
    Statements statements = { .tail = hir_expr_id_none() };
    u32_vec_init(&statements.stmts, l->scratch);
    statements.block = enter_items(l, node->stmts, node->lo, node->hi);
    lower_list(l, node->stmts, &statements);
    scope_pop_to(l, ribs);
    block.statements = builder_list(l->b, &statements.stmts);
    block.tail_or_none = statements.tail;
    return hir_block_id_make(hir_block_vec_push(&l->b->blocks, block));
}

HirExprId lower_block_as_expr(Lower *l, AstBlockId id)
{
    const AstBlock *node = &l->source->ast->blocks[id.v];
    HirExpr made = { .as.block.block = lower_block(l, id) };
    return expr_push(l, HIR_EXPR_BLOCK, node->lo, node->hi, made);
}
