/* clang-format off */
/* Defines the dispatcher that ir_dispatch_declare.h declares: once, in the pass's main .c file, after
 * the same definitions and
 *     #define IR_DISPATCH_ARGS cx, id
 * and, if the handlers return void, IR_DISPATCH_VOID. A node of kind 0 is a bug. */

#ifdef IR_DISPATCH_VOID
#define IR_DISPATCH_CALL(call) \
    call;                      \
    return
#else
#define IR_DISPATCH_CALL(call) return call
#endif

IR_DISPATCH_RETURN IR_PASTE(IR_DISPATCH, _dispatch)(IR_DISPATCH_PARAMS, const IR_NODE *node)
{
    switch ((IR_PASTE(IR_NODE, Kind))node->kind) {
#define NODE(U, l, FIELDS)        \
    case IR_PASTE(IR_KIND, _##U): \
        IR_DISPATCH_CALL((IR_PASTE(IR_DISPATCH, _##l)(IR_DISPATCH_ARGS, &node->as.l)));
#include IR_TABLE
    case IR_PASTE(IR_KIND, _NONE):
    case IR_PASTE(IR_KIND, _KIND_COUNT):
        break;
    }
    RSC_UNREACHABLE();
}

#undef IR_TABLE
#undef IR_NODE
#undef IR_KIND
#undef IR_DISPATCH
#undef IR_DISPATCH_RETURN
#undef IR_DISPATCH_PARAMS
#undef IR_DISPATCH_ARGS
#undef IR_DISPATCH_VOID
#undef IR_DISPATCH_CALL
