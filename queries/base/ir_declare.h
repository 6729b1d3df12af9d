/* clang-format off */
/* Declares a node table's types and functions. Include it in the IR's public header after
 *     #define IR_TABLE "toy/toy_expr.def"   the rows
 *     #define IR_NODE ToyExpr               the tagged union; per kind ToyExpr_<lower>; ToyExprKind
 *     #define IR_KIND TOY_EXPR              enumerators TOY_EXPR_NONE, TOY_EXPR_<UPPER>, .._KIND_COUNT
 *     #define IR_PREFIX toy_expr            the functions below
 *     #define IR_COMMON F(u32, uint32_t, span)   fields of every node; may be empty
 * All five are undefined at the end. IR_TYPES_EXIST: the types are declared elsewhere, in this shape.
 * No include guard: once per table. */

#ifndef IR_TYPES_EXIST
#define F(kind, CType, name) CType name;
#define NODE(U, l, FIELDS)          \
    __extension__ typedef struct {  \
        FIELDS                      \
    } IR_PASTE(IR_NODE, _##l);
#include IR_TABLE

typedef enum {
    IR_PASTE(IR_KIND, _NONE),
#define NODE(U, l, FIELDS) IR_PASTE(IR_KIND, _##U),
#include IR_TABLE
    IR_PASTE(IR_KIND, _KIND_COUNT)
} IR_PASTE(IR_NODE, Kind);

typedef struct {
    uint8_t kind;
    IR_COMMON
    union {
#define NODE(U, l, FIELDS) IR_PASTE(IR_NODE, _##l) l;
#include IR_TABLE
    } as;
} IR_NODE;
#undef F
#endif

/* `if`, `binary`, ...; `none` for 0. */
Str IR_FN(_kind_name)(IR_PASTE(IR_NODE, Kind) kind);
void IR_FN(_encode)(Encoder *e, const IR_NODE *node);
/* A node of kind 0 after a failure. */
void IR_FN(_decode)(Decoder *d, const void *pool, IR_NODE *node);
void IR_FN(_walk)(const IrWalk *walk, const IR_NODE *node);
void IR_FN(_dump)(IrDump *dump, const char *field, const IR_NODE *node);

/* The node as a field kind. */
IR_FIELD_FN void IR_PASTE(ir_encode_, IR_FN(_node))(Encoder *e, const IR_NODE *node)
{
    IR_FN(_encode)(e, node);
}
IR_FIELD_FN void IR_PASTE(ir_decode_, IR_FN(_node))(Decoder *d, const void *pool, IR_NODE *node)
{
    IR_FN(_decode)(d, pool, node);
}
IR_FIELD_FN void IR_PASTE(ir_walk_, IR_FN(_node))(const IrWalk *walk, const IR_NODE *node)
{
    IR_FN(_walk)(walk, node);
}
IR_FIELD_FN void IR_PASTE(ir_dump_, IR_FN(_node))(IrDump *dump, const char *field,
                                                   const IR_NODE *node)
{
    if (dump->children)
        IR_FN(_dump)(dump, field, node);
}

#undef IR_TABLE
#undef IR_NODE
#undef IR_KIND
#undef IR_PREFIX
#undef IR_COMMON
#undef IR_TYPES_EXIST
