/* Expressions without control flow of their own. */
#include "lower/lower_priv.h"

HirExprId expr_push(Lower *l, HirExprKind kind, AstPos lo, AstPos hi, HirExpr expr)
{
    expr.kind = (uint8_t)kind;
    expr.span = lower_span(l, lo, hi);
    return hir_expr_id_make(hir_expr_vec_push(&l->b->exprs, expr));
}

HirExprId expr_error(Lower *l, AstPos lo, AstPos hi)
{
    return expr_push(l, HIR_EXPR_ERROR, lo, hi, (HirExpr){ 0 });
}

static HirExprId push(Lower *l, HirExprKind kind, const AstExpr *expr, HirExpr made)
{
    return expr_push(l, kind, expr->lo, expr->hi, made);
}

static HirExprId unsupported(Lower *l, const AstExpr *expr, const char *feature)
{
    lower_unsupported(l, expr->lo, expr->hi, feature);
    return expr_error(l, expr->lo, expr->hi);
}

/* Attributes where no statement and no element of a list begins. */
static void gate_attributes(Lower *l, const AstExpr *expr)
{
    uint32_t first = ast_list_at(l->source->ast, expr->as.attributed.attrs, 0);
    const AstAttr *attr = &l->source->ast->attrs[first];
    lower_gate(l, GATE_EXPR_ATTRIBUTE, attr->lo, attr->hi);
}

IdRange lower_expr_list(Lower *l, IdRange list)
{
    U32Vec ids;
    u32_vec_init(&ids, l->scratch);
    for (uint32_t i = 0; i < list.count; i++) {
        AstExprId id = ast_expr_id_make(ast_list_at(l->source->ast, list, i));
        const AstExpr *expr = ast_expr(l->source->ast, id);
        bool has_attrs = expr->kind == AST_EXPR_ATTRIBUTED;
        if (!has_attrs)
            u32_vec_push(&ids, lower_expr(l, id).v);
        else if (lower_is_configured(l, expr->as.attributed.attrs, expr->lo, expr->hi))
            u32_vec_push(&ids, lower_expr(l, expr->as.attributed.inner).v);
    }
    return builder_list(l->b, &ids);
}

/* The tables of operators have the same rows. */
#define X(U, ...) _Static_assert((int)AST_UNARY_##U == (int)UNARY_##U, "operators in one order");
AST_UNARY_OP_TABLE(X)
#undef X
#define X(U, ...) _Static_assert((int)AST_BINARY_##U == (int)BINARY_##U, "operators in one order");
AST_BINARY_OP_TABLE(X)
#undef X

/* `&&=` and such is no operator of Rust, so both ends are known: the operator is one token at
 * op_at. */
static uint32_t op_span(Lower *l, AstPos at)
{
    return lower_span(l, at, (at | ((1u << AST_POS_SHIFT) - 1)) + 1);
}

/* A long chain of operators nests to the left: lowered from the inside without recursion, but what
 * comes later goes through it as deep as it is. */
static HirExprId lower_binary(Lower *l, const AstExpr *expr)
{
    U32Vec chain;
    u32_vec_init(&chain, l->scratch);
    const AstExpr *at = expr;
    AstExprId lhs = at->as.binary.lhs;
    u32_vec_push(&chain, (uint32_t)(at - l->source->ast->exprs));
    while (ast_expr(l->source->ast, lhs)->kind == AST_EXPR_BINARY) {
        u32_vec_push(&chain, lhs.v);
        lhs = ast_expr(l->source->ast, lhs)->as.binary.lhs;
    }
    if (l->depth + chain.count > LOWER_DEPTH_MAX) {
        if (!l->is_too_deep) /* else it is not the chain's length, and reported */
            lower_unsupported(l, expr->lo, expr->hi, "a chain of this many operators");
        l->is_too_deep = true;
        return expr_error(l, expr->lo, expr->hi);
    }
    l->depth += chain.count;
    HirExprId value = lower_expr(l, lhs);
    while (chain.count > 0) {
        at = ast_expr(l->source->ast, ast_expr_id_make(u32_vec_pop(&chain)));
        HirExpr made = { .as.binary = { .op = at->as.binary.op, .lhs = value } };
        made.as.binary.op_span = op_span(l, at->as.binary.op_at);
        made.as.binary.rhs = lower_expr(l, at->as.binary.rhs);
        value = push(l, HIR_EXPR_BINARY, at, made);
        l->depth--;
    }
    return value;
}

/* ---- assignment ---- */

/* `_ = value`: the value is made and dropped. */
static HirExprId lower_discard(Lower *l, const AstExpr *expr)
{
    HirExprId value = lower_expr(l, expr->as.assign.value);
    const AstExpr *place = ast_expr(l->source->ast, expr->as.assign.place);
    HirPat wild = { .kind = HIR_PAT_WILD, .span = lower_span(l, place->lo, place->hi) };
    HirStmt let = { .kind = HIR_STMT_LET, .span = lower_span(l, expr->lo, expr->hi) };
    let.as.let.pat = hir_pat_id_make(hir_pat_vec_push(&l->b->pats, wild));
    let.as.let.init_or_none = value;
    U32Vec stmts;
    u32_vec_init(&stmts, l->scratch);
    u32_vec_push(&stmts, hir_stmt_vec_push(&l->b->stmts, let));
    HirBlock block = { .statements = builder_list(l->b, &stmts),
                       .span = lower_span(l, expr->lo, expr->hi) };
    HirExpr made = { .as.block.block =
                         hir_block_id_make(hir_block_vec_push(&l->b->blocks, block)) };
    return push(l, HIR_EXPR_BLOCK, expr, made);
}

static bool is_destructuring(const Lower *l, const AstExpr *place)
{
    while (place->kind == AST_EXPR_PAREN)
        place = ast_expr(l->source->ast, place->as.paren.inner);
    return place->kind == AST_EXPR_TUPLE || place->kind == AST_EXPR_ARRAY ||
           place->kind == AST_EXPR_STRUCT;
}

static HirExprId lower_assign(Lower *l, const AstExpr *expr)
{
    const AstExpr *place = ast_expr(l->source->ast, expr->as.assign.place);
    if (place->kind == AST_EXPR_UNDERSCORE)
        return lower_discard(l, expr);
    if (is_destructuring(l, place))
        return unsupported(l, expr, "destructuring assignment");
    HirExpr made = { .as.assign.place = lower_expr(l, expr->as.assign.place) };
    made.as.assign.op_span = op_span(l, expr->as.assign.op_at);
    made.as.assign.value = lower_expr(l, expr->as.assign.value);
    return push(l, HIR_EXPR_ASSIGN, expr, made);
}

static HirExprId lower_assign_op(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.assign_op.op = expr->as.assign_op.op };
    made.as.assign_op.place = lower_expr(l, expr->as.assign_op.place);
    made.as.assign_op.op_span = op_span(l, expr->as.assign_op.op_at);
    made.as.assign_op.value = lower_expr(l, expr->as.assign_op.value);
    return push(l, HIR_EXPR_ASSIGN_OP, expr, made);
}

/* ---- calls ---- */

static HirExprId lower_call(Lower *l, const AstExpr *expr)
{
    const AstExpr *callee = ast_expr(l->source->ast, expr->as.call.callee);
    HirExpr made = { 0 };
    if (callee->kind == AST_EXPR_PATH) {
        l->around_lo = expr->lo;
        l->around_hi = expr->hi;
        HirExpr path = { .as.path.path = lower_path(l, callee->as.path.path, PATH_CALLEE) };
        made.as.call.callee = push(l, HIR_EXPR_PATH, callee, path);
    } else {
        made.as.call.callee = lower_expr(l, expr->as.call.callee);
    }
    made.as.call.args = lower_expr_list(l, expr->as.call.args);
    return push(l, HIR_EXPR_CALL, expr, made);
}

static HirExprId lower_method_call(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.method_call.receiver = lower_expr(l, expr->as.method_call.receiver) };
    made.as.method_call.segment = lower_segment(l, expr->as.method_call.segment);
    made.as.method_call.args = lower_expr_list(l, expr->as.method_call.args);
    return push(l, HIR_EXPR_METHOD_CALL, expr, made);
}

static HirExprId lower_field(Lower *l, const AstExpr *expr)
{
    const AstIdent *name = &expr->as.field.name;
    HirExpr made = { .as.field.base = lower_expr(l, expr->as.field.base) };
    made.as.field.name = name->name;
    made.as.field.name_span = lower_span(l, name->at, name->at + (1u << AST_POS_SHIFT));
    return push(l, HIR_EXPR_FIELD, expr, made);
}

static HirExprId lower_struct(Lower *l, const AstExpr *expr)
{
    const AstExpr_struct_ *node = &expr->as.struct_;
    HirExpr made = { .as.struct_.path = lower_path(l, node->path, PATH_STRUCT) };
    HirFieldInitVec fields;
    hir_field_init_vec_init(&fields, l->scratch);
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const AstFieldInit *init =
            &l->source->ast->field_inits[ast_list_at(l->source->ast, node->fields, i)];
        if (!lower_is_configured(l, init->attrs, init->lo, init->hi))
            continue;
        HirFieldInit field = { .name = init->name.name, .is_shorthand = init->is_shorthand };
        field.span = lower_span(l, init->name.at, init->name.at + (1u << AST_POS_SHIFT));
        field.value = lower_expr(l, init->value);
        hir_field_init_vec_push(&fields, field);
    }
    made.as.struct_.fields = (IdRange){ l->b->fields.count, fields.count };
    hir_field_init_vec_append(&l->b->fields, fields.items, fields.count);
    if (node->base_or_none.v) {
        made.as.struct_.base_or_none = lower_expr(l, node->base_or_none);
    } else if (node->has_rest) {
        Diag *diag =
            diag_new(l->job, DIAG_CODE_struct_base_missing, lower_at(l, expr->hi - 1, expr->hi));
        lower_emit(l, diag);
    }
    return push(l, HIR_EXPR_STRUCT, expr, made);
}

/* ---- others ---- */

static HirExprId lower_unary(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.unary.op = expr->as.unary.op };
    made.as.unary.operand = lower_expr(l, expr->as.unary.operand);
    return push(l, HIR_EXPR_UNARY, expr, made);
}

static HirExprId lower_index(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.index.base = lower_expr(l, expr->as.index.base) };
    made.as.index.index = lower_expr(l, expr->as.index.index);
    return push(l, HIR_EXPR_INDEX, expr, made);
}

static HirExprId lower_repeat(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.repeat.element = lower_expr(l, expr->as.repeat.element) };
    made.as.repeat.length = lower_anon_const(l, expr->as.repeat.length, def_id_none());
    return push(l, HIR_EXPR_REPEAT, expr, made);
}

static HirExprId lower_cast(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.cast.operand = lower_expr(l, expr->as.cast.operand) };
    made.as.cast.ty = lower_ty(l, expr->as.cast.ty);
    return push(l, HIR_EXPR_CAST, expr, made);
}

/* The initializer does not see the bindings. */
static HirExprId lower_let(Lower *l, const AstExpr *expr)
{
    HirExpr made = { .as.let.init = lower_expr(l, expr->as.let.scrutinee) };
    made.as.let.pat = lower_pat(l, expr->as.let.pat, PATTERN_OF_LET);
    return push(l, HIR_EXPR_LET, expr, made);
}

static HirExprId lower_macro_expr(Lower *l, const AstExpr *expr)
{
    Expanded expanded;
    if (!macro_begin(l, expr->as.macro_call.call, AST_FRAGMENT_EXPR, &expanded))
        return expr_error(l, expr->lo, expr->hi);
    HirExprId made =
        l->source->ast->expr.v ? lower_expr(l, l->source->ast->expr) : hir_expr_id_none();
    macro_end(l, &expanded);
    return made.v ? made : expr_error(l, expr->lo, expr->hi);
}

static HirExprId lower_return(Lower *l, const AstExpr *expr)
{
    HirExpr made = { 0 };
    if (expr->as.return_.value_or_none.v)
        made.as.return_.value_or_none = lower_expr(l, expr->as.return_.value_or_none);
    return push(l, HIR_EXPR_RETURN, expr, made);
}

static HirExprId lower_simple(Lower *l, const AstExpr *expr, HirExprKind kind)
{
    HirExpr made = { 0 };
    if (kind == HIR_EXPR_LITERAL)
        made.as.literal.literal =
            lower_literal(l, (TokenKind)expr->as.literal.kind, expr->as.literal.text);
    else if (kind == HIR_EXPR_PATH)
        made.as.path.path = lower_path(l, expr->as.path.path, PATH_EXPR);
    else if (kind == HIR_EXPR_TUPLE)
        made.as.tuple.elements = lower_expr_list(l, expr->as.tuple.elements);
    else if (kind == HIR_EXPR_ARRAY)
        made.as.array.elements = lower_expr_list(l, expr->as.array.elements);
    return push(l, kind, expr, made);
}

static HirExprId lower_borrow(Lower *l, const AstExpr *expr)
{
    HirExpr made = { 0 };
    if (expr->kind == AST_EXPR_RAW_REF) {
        made.as.raw_ref.is_mut = expr->as.raw_ref.is_mut;
        made.as.raw_ref.operand = lower_expr(l, expr->as.raw_ref.operand);
        return push(l, HIR_EXPR_RAW_REF, expr, made);
    }
    made.as.ref.is_mut = expr->as.ref.is_mut;
    made.as.ref.operand = lower_expr(l, expr->as.ref.operand);
    return push(l, HIR_EXPR_REF, expr, made);
}

static HirExprId lower_kind(Lower *l, const AstExpr *expr)
{
    switch ((AstExprKind)expr->kind) {
    case AST_EXPR_LITERAL:
        return lower_simple(l, expr, HIR_EXPR_LITERAL);
    case AST_EXPR_PATH:
        return lower_simple(l, expr, HIR_EXPR_PATH);
    case AST_EXPR_TUPLE:
        return lower_simple(l, expr, HIR_EXPR_TUPLE);
    case AST_EXPR_ARRAY:
        return lower_simple(l, expr, HIR_EXPR_ARRAY);
    case AST_EXPR_UNARY:
        return lower_unary(l, expr);
    case AST_EXPR_BINARY:
        return lower_binary(l, expr);
    case AST_EXPR_ASSIGN:
        return lower_assign(l, expr);
    case AST_EXPR_ASSIGN_OP:
        return lower_assign_op(l, expr);
    case AST_EXPR_REF:
    case AST_EXPR_RAW_REF:
        return lower_borrow(l, expr);
    case AST_EXPR_CALL:
        return lower_call(l, expr);
    case AST_EXPR_METHOD_CALL:
        return lower_method_call(l, expr);
    case AST_EXPR_FIELD:
        return lower_field(l, expr);
    case AST_EXPR_INDEX:
        return lower_index(l, expr);
    case AST_EXPR_REPEAT:
        return lower_repeat(l, expr);
    case AST_EXPR_STRUCT:
        return lower_struct(l, expr);
    case AST_EXPR_PAREN:
        return lower_expr(l, expr->as.paren.inner);
    case AST_EXPR_ATTRIBUTED:
        gate_attributes(l, expr);
        return lower_expr(l, expr->as.attributed.inner);
    case AST_EXPR_BLOCK:
        return lower_block_expr(l, expr);
    case AST_EXPR_IF:
        return lower_if(l, expr);
    case AST_EXPR_LET:
        return lower_let(l, expr);
    case AST_EXPR_WHILE:
        return lower_while(l, expr);
    case AST_EXPR_LOOP:
        return lower_loop(l, expr);
    case AST_EXPR_MATCH:
        return lower_match(l, expr);
    case AST_EXPR_CLOSURE:
        return lower_closure(l, expr);
    case AST_EXPR_BREAK:
        return lower_break(l, expr);
    case AST_EXPR_CONTINUE:
        return lower_continue(l, expr);
    case AST_EXPR_RETURN:
        return lower_return(l, expr);
    case AST_EXPR_CAST:
        return lower_cast(l, expr);
    case AST_EXPR_MACRO_CALL:
        return lower_macro_expr(l, expr);
    case AST_EXPR_FOR:
        return unsupported(l, expr, "a `for` loop");
    case AST_EXPR_RANGE:
        return unsupported(l, expr, "a range expression");
    case AST_EXPR_TRY:
        return unsupported(l, expr, "the `?` operator");
    case AST_EXPR_AWAIT:
        return unsupported(l, expr, "`.await`");
    case AST_EXPR_BECOME:
        return unsupported(l, expr, "`become`");
    case AST_EXPR_YIELD:
        return unsupported(l, expr, "`yield`");
    case AST_EXPR_YEET:
        return unsupported(l, expr, "`do yeet`");
    case AST_EXPR_BUILTIN:
        return unsupported(l, expr, "`builtin #` syntax");
    case AST_EXPR_UNDERSCORE: {
        Diag *diag = diag_new(l->job, DIAG_CODE_underscore_expr, lower_at(l, expr->lo, expr->hi));
        lower_emit(l, diag_primary_label(diag, "`_` not allowed here"));
        return expr_error(l, expr->lo, expr->hi);
    }
    case AST_EXPR_NONE:
    case AST_EXPR_ERROR:
        l->b->has_error = true;
        return expr_error(l, expr->lo, expr->hi);
    case AST_EXPR_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

HirExprId lower_expr(Lower *l, AstExprId id)
{
    const AstExpr *expr = ast_expr(l->source->ast, id);
    HirExprId made = lower_enter(l, expr->lo, expr->hi) ? lower_kind(l, expr)
                                                        : expr_error(l, expr->lo, expr->hi);
    lower_leave(l);
    return made;
}
