/* clang-format off */
/* Declares the functions of a record table: rows RECORD(CType, lower, FIELDS) for structs of an IR
 * that have no kinds (a match arm, a path, a whole body). FIELDS may also hold
 *     A(field kind, C type, items, count)   an array that is part of the record
 *     P(field kind, C type, items, count)   a side table that ids index: dumped only by `flat`
 *     N(field kind, C type, items, count)   the same whose entry 0 is no node: it is never touched, so
 *                                           that it need not be there (`items` is then a node before
 *                                           the first one)
 * Set IR_TABLE to the file. With IR_RECORD_TYPES the structs are declared here as well (arrays as
 * `C type *items; uint32_t count;`), else they exist. Both are undefined at the end.
 *
 * Per row: <lower>_encode, _decode, _walk, _dump, and the field kind <lower>_node. Counts of arrays go
 * before everything else, so that ids are checked wherever the arrays stand in the row. What else a
 * check reads comes before what it checks: the array of an IR_LIST_KIND, a field in a LIMIT. */

#ifdef IR_RECORD_TYPES
#define F(kind, CType, name) CType name;
#define A(kind, CType, items, count) \
    CType *items;                    \
    uint32_t count;
#define P(kind, CType, items, count) A(kind, CType, items, count)
#define N(kind, CType, items, count) A(kind, CType, items, count)
#define RECORD(T, l, FIELDS) \
    typedef struct {         \
        FIELDS               \
    } T;
#include IR_TABLE
#undef F
#undef A
#undef P
#undef N
#endif

#define RECORD(T, l, FIELDS)                                                              \
    void l##_encode(Encoder *e, const T *self);                                           \
    void l##_decode(Decoder *d, const void *pool, T *self);                               \
    void l##_walk(const IrWalk *walk, const T *self);                                     \
    void l##_dump(IrDump *dump, const char *field, const T *self);                        \
    IR_FIELD_FN void ir_encode_##l##_node(Encoder *e, const T *self)                      \
    {                                                                                     \
        l##_encode(e, self);                                                              \
    }                                                                                     \
    IR_FIELD_FN void ir_decode_##l##_node(Decoder *d, const void *pool, T *self)          \
    {                                                                                     \
        l##_decode(d, pool, self);                                                        \
    }                                                                                     \
    IR_FIELD_FN void ir_walk_##l##_node(const IrWalk *walk, const T *self)                \
    {                                                                                     \
        l##_walk(walk, self);                                                             \
    }                                                                                     \
    IR_FIELD_FN void ir_dump_##l##_node(IrDump *dump, const char *field, const T *self)   \
    {                                                                                     \
        if (dump->children)                                                               \
            l##_dump(dump, field, self);                                                  \
    }
#include IR_TABLE

#undef IR_TABLE
#undef IR_RECORD_TYPES
