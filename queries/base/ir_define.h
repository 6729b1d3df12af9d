/* clang-format off */
/* Defines the functions that ir_declare.h declares. Include it in one .c file, after the same five
 * definitions and after the field kinds that the table uses.
 *
 * In the bodies `self` is the node while its common fields are handled, then the struct of its kind. */

Str IR_FN(_kind_name)(IR_PASTE(IR_NODE, Kind) kind)
{
    static const char *const names[] = {
        "none",
#define NODE(U, l, FIELDS) #l,
#include IR_TABLE
    };
    rsc_assert((size_t)kind < ARRAY_COUNT(names));
    return ir_kind_name(names[kind]);
}

void IR_FN(_encode)(Encoder *e, const IR_NODE *node)
{
#define F(kind, CType, name) ir_encode_##kind(e, &self->name);
    encode_u32(e, node->kind);
    if (node->kind == IR_PASTE(IR_KIND, _NONE))
        return;
    {
        const IR_NODE *self = node;
        (void)self;
        IR_COMMON
    }
    switch ((IR_PASTE(IR_NODE, Kind))node->kind) {
#define NODE(U, l, FIELDS)                                 \
    case IR_PASTE(IR_KIND, _##U): {                        \
        const IR_PASTE(IR_NODE, _##l) *self = &node->as.l; \
        (void)self;                                        \
        FIELDS                                             \
        return;                                            \
    }
#include IR_TABLE
    case IR_PASTE(IR_KIND, _NONE):
    case IR_PASTE(IR_KIND, _KIND_COUNT):
        break;
    }
    RSC_UNREACHABLE();
#undef F
}

void IR_FN(_decode)(Decoder *d, const void *pool, IR_NODE *node)
{
#define F(kind, CType, name) ir_decode_##kind(d, pool, &self->name);
    _Static_assert(IR_PASTE(IR_KIND, _KIND_COUNT) <= UINT8_MAX, "a kind is a byte");
    (void)pool;
    memset(node, 0, sizeof *node);
    node->kind = (uint8_t)ir_read_index(d, IR_PASTE(IR_KIND, _KIND_COUNT));
    if (node->kind == IR_PASTE(IR_KIND, _NONE))
        return;
    {
        IR_NODE *self = node;
        (void)self;
        IR_COMMON
    }
    switch ((IR_PASTE(IR_NODE, Kind))node->kind) {
#define NODE(U, l, FIELDS)                           \
    case IR_PASTE(IR_KIND, _##U): {                  \
        IR_PASTE(IR_NODE, _##l) *self = &node->as.l; \
        (void)self;                                  \
        FIELDS                                       \
        break;                                       \
    }
#include IR_TABLE
    case IR_PASTE(IR_KIND, _NONE):
    case IR_PASTE(IR_KIND, _KIND_COUNT):
        break;
    }
    if (d->failed)
        memset(node, 0, sizeof *node);
#undef F
}

void IR_FN(_walk)(const IrWalk *walk, const IR_NODE *node)
{
#define F(kind, CType, name) ir_walk_##kind(walk, &self->name);
    (void)walk;
    if (node->kind == IR_PASTE(IR_KIND, _NONE))
        return;
    {
        const IR_NODE *self = node;
        (void)self;
        IR_COMMON
    }
    switch ((IR_PASTE(IR_NODE, Kind))node->kind) {
#define NODE(U, l, FIELDS)                                 \
    case IR_PASTE(IR_KIND, _##U): {                        \
        const IR_PASTE(IR_NODE, _##l) *self = &node->as.l; \
        (void)self;                                        \
        FIELDS                                             \
        return;                                            \
    }
#include IR_TABLE
    case IR_PASTE(IR_KIND, _NONE):
    case IR_PASTE(IR_KIND, _KIND_COUNT):
        break;
    }
    RSC_UNREACHABLE();
#undef F
}

/* The fields that belong to the half under way (dump->children). */
static void IR_FN(_dump_half)(IrDump *dump, const IR_NODE *node)
{
#define F(kind, CType, name) ir_dump_##kind(dump, #name, &self->name);
    (void)dump;
    if (node->kind == IR_PASTE(IR_KIND, _NONE))
        return;
    {
        const IR_NODE *self = node;
        (void)self;
        IR_COMMON
    }
    switch ((IR_PASTE(IR_NODE, Kind))node->kind) {
#define NODE(U, l, FIELDS)                                 \
    case IR_PASTE(IR_KIND, _##U): {                        \
        const IR_PASTE(IR_NODE, _##l) *self = &node->as.l; \
        (void)self;                                        \
        FIELDS                                             \
        return;                                            \
    }
#include IR_TABLE
    case IR_PASTE(IR_KIND, _NONE):
    case IR_PASTE(IR_KIND, _KIND_COUNT):
        break;
    }
    RSC_UNREACHABLE();
#undef F
}

void IR_FN(_dump)(IrDump *dump, const char *field, const IR_NODE *node)
{
    if (!ir_print_node_begin(dump, field, IR_FN(_kind_name)((IR_PASTE(IR_NODE, Kind))node->kind)))
        return;
    IR_FN(_dump_half)(dump, node);
    dump->children = true;
    IR_FN(_dump_half)(dump, node);
    ir_print_node_end(dump);
}

#undef IR_TABLE
#undef IR_NODE
#undef IR_KIND
#undef IR_PREFIX
#undef IR_COMMON
