/* A pass over the toy IR. With TOY_FORGET_NEG a handler is missing, which must not link. */
#include "unit/base/toy_ir.h"

#define IR_TABLE           "unit/base/toy_expr.def"
#define IR_NODE            ToyExpr
#define IR_KIND            TOY_EXPR
#define IR_DISPATCH        toy_eval
#define IR_DISPATCH_RETURN uint64_t
#define IR_DISPATCH_PARAMS const ToyBody *body, ToyExprId id
#define IR_DISPATCH_ARGS   body, id
#include "base/ir_dispatch_define.h"

static uint64_t eval(const ToyBody *body, ToyExprId id)
{
    rsc_assert(id.v < body->expr_count);
    return toy_eval_dispatch(body, id, &body->exprs[id.v]);
}

uint64_t toy_eval_error(const ToyBody *body, ToyExprId id, const ToyExpr_error *node)
{
    (void)body, (void)id, (void)node;
    return 0;
}

uint64_t toy_eval_literal(const ToyBody *body, ToyExprId id, const ToyExpr_literal *node)
{
    (void)body, (void)id;
    return node->value.low;
}

uint64_t toy_eval_name(const ToyBody *body, ToyExprId id, const ToyExpr_name *node)
{
    (void)body, (void)id, (void)node;
    return 100;
}

#ifndef TOY_FORGET_NEG
uint64_t toy_eval_neg(const ToyBody *body, ToyExprId id, const ToyExpr_neg *node)
{
    (void)id;
    return 0 - eval(body, node->operand);
}
#endif

uint64_t toy_eval_binary(const ToyBody *body, ToyExprId id, const ToyExpr_binary *node)
{
    (void)id;
    uint64_t lhs = eval(body, node->lhs), rhs = eval(body, node->rhs);
    return node->op == TOY_OP_ADD ? lhs + rhs : lhs * rhs;
}

/* The sum of the arguments. */
uint64_t toy_eval_call(const ToyBody *body, ToyExprId id, const ToyExpr_call *node)
{
    (void)id;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < node->args.count; i++)
        sum += eval(body, toy_expr_id_make(body->lists[node->args.start + i]));
    return sum;
}
