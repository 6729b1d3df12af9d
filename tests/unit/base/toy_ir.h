/* A small expression IR: the worked example of base/ir_table.h. */
#ifndef RSCC_TESTS_TOY_IR_H
#define RSCC_TESTS_TOY_IR_H

#include "base/ir_table.h"

ID_TYPE(ToyExprId, toy_expr_id)
ID_TYPE(ToyLocalId, toy_local_id)
ID_TYPE(ToyTyId, toy_ty_id)

enum { IR_LOCAL_toy_expr = IR_LOCAL_FIRST, IR_LOCAL_toy_local };
enum { TOY_OP_ADD, TOY_OP_MUL, TOY_OP_COUNT };

#define IR_TABLE  "unit/base/toy_expr.def"
#define IR_NODE   ToyExpr
#define IR_KIND   TOY_EXPR
#define IR_PREFIX toy_expr
#define IR_COMMON F(u32, uint32_t, span)
#include "base/ir_declare.h"

#define IR_TABLE "unit/base/toy_records.def"
#define IR_RECORD_TYPES
#include "base/ir_records_declare.h"

/* A pass over it: evaluates an expression. toy_eval_name knows no names and gives 100. */
#define IR_TABLE           "unit/base/toy_expr.def"
#define IR_NODE            ToyExpr
#define IR_KIND            TOY_EXPR
#define IR_DISPATCH        toy_eval
#define IR_DISPATCH_RETURN uint64_t
#define IR_DISPATCH_PARAMS const ToyBody *body, ToyExprId id
#include "base/ir_dispatch_declare.h"

#endif
