#include "unit/base/toy_ir.h"

static const char *const op_names[TOY_OP_COUNT] = { "add", "mul" };

#define IR_POOL ToyBody
IR_ENUM_KIND(toy_op, uint8_t, op_names, TOY_OP_COUNT)
IR_CHILD_KIND(toy_expr, ToyExprId, "e", exprs, expr_count)
IR_REF_KIND(toy_local, ToyLocalId, "l", pool->local_count)
IR_LIST_KIND(toy_expr_list, toy_expr, ToyExprId, lists, list_count)
IR_RUN_KIND(toy_arm_run, toy_arm, arms, arm_count)

#define IR_TABLE  "unit/base/toy_expr.def"
#define IR_NODE   ToyExpr
#define IR_KIND   TOY_EXPR
#define IR_PREFIX toy_expr
#define IR_COMMON F(u32, uint32_t, span)
#include "base/ir_define.h"

#define IR_TABLE "unit/base/toy_records.def"
#include "base/ir_records_define.h"
