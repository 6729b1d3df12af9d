/* clang-format off */
/* Dispatch of a pass over a node table: one handler per kind, so that a kind without one is a link
 * error that names it. Include in the pass's private header after
 *     #define IR_TABLE, IR_NODE, IR_KIND            as for ir_declare.h
 *     #define IR_DISPATCH typeck_expr               handlers typeck_expr_<lower>
 *     #define IR_DISPATCH_RETURN TyId               or void
 *     #define IR_DISPATCH_PARAMS Typeck *cx, HirExprId id
 * It declares every handler, as TyId typeck_expr_call(Typeck *cx, HirExprId id, const HirExpr_call *),
 * and the dispatcher typeck_expr_dispatch with `const HirExpr *` last. */

#define NODE(U, l, FIELDS)                       \
    IR_DISPATCH_RETURN IR_PASTE(IR_DISPATCH, _##l)( \
        IR_DISPATCH_PARAMS, const IR_PASTE(IR_NODE, _##l) *node);
#include IR_TABLE

IR_DISPATCH_RETURN IR_PASTE(IR_DISPATCH, _dispatch)(IR_DISPATCH_PARAMS, const IR_NODE *node);

#undef IR_TABLE
#undef IR_NODE
#undef IR_KIND
#undef IR_DISPATCH
#undef IR_DISPATCH_RETURN
#undef IR_DISPATCH_PARAMS
