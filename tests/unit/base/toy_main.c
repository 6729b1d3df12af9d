/* The program that must link with toy_eval.c and must not link without one of its handlers. */
#include "unit/base/toy_ir.h"

int main(void)
{
    ToyExpr exprs[2] = { { .kind = TOY_EXPR_NONE }, { .kind = TOY_EXPR_ERROR } };
    ToyBody body = { .exprs = exprs, .expr_count = 2 };
    return (int)toy_eval_dispatch(&body, toy_expr_id_make(1), &exprs[1]);
}
