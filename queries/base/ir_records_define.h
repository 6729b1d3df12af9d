/* clang-format off */
/* Defines the functions that ir_records_declare.h declares. Include it in one .c file, with IR_TABLE
 * set, after the field kinds that the table uses. */

/* Counts, then contents. */
#define F(kind, CType, name)
#define A(kind, CType, items, count) encode_u32(e, self->count);
#define P(kind, CType, items, count) A(kind, CType, items, count)
#define N(kind, CType, items, count) A(kind, CType, items, count)
#define RECORD(T, l, FIELDS)                                        \
    static void l##_encode_counts(Encoder *e, const T *self)        \
    {                                                               \
        (void)e, (void)self;                                        \
        FIELDS                                                      \
    }
#include IR_TABLE
#undef F
#undef A
#undef N

#define F(kind, CType, name) ir_encode_##kind(e, &self->name);
#define FROM(first, kind, items, count)                  \
    for (uint32_t i = first; i < self->count; i++)       \
        ir_encode_##kind(e, &self->items[i]);
#define A(kind, CType, items, count) FROM(0, kind, items, count)
#define N(kind, CType, items, count) FROM(1, kind, items, count)
#define RECORD(T, l, FIELDS)                         \
    void l##_encode(Encoder *e, const T *self)       \
    {                                                \
        l##_encode_counts(e, self);                  \
        FIELDS                                       \
    }
#include IR_TABLE
#undef F
#undef FROM
#undef A
#undef N

/* A record may be its own pool: all counts are known, and all arrays are there (zeroed), before any
 * content is read. Each element takes at least one byte, which bounds what damage can allocate. */
#define F(kind, CType, name)
#define A(kind, CType, items, count)    \
    self->count = decode_count(d, 1);   \
    self->items = arena_alloc_zeroed(d->arena, self->count * sizeof(CType));
#define N(kind, CType, items, count) A(kind, CType, items, count)
#define RECORD(T, l, FIELDS)                                  \
    static void l##_decode_counts(Decoder *d, T *self)        \
    {                                                         \
        (void)d;                                              \
        memset(self, 0, sizeof *self);                        \
        FIELDS                                                \
    }
#include IR_TABLE
#undef F
#undef A
#undef N

#define F(kind, CType, name) ir_decode_##kind(d, pool, &self->name);
#define FROM(first, kind, items, count)                            \
    for (uint32_t i = first; i < self->count && !d->failed; i++)   \
        ir_decode_##kind(d, pool, &self->items[i]);
#define A(kind, CType, items, count) FROM(0, kind, items, count)
#define N(kind, CType, items, count) FROM(1, kind, items, count)
#define RECORD(T, l, FIELDS)                                   \
    void l##_decode(Decoder *d, const void *pool, T *self)     \
    {                                                          \
        (void)pool;                                            \
        l##_decode_counts(d, self);                            \
        FIELDS                                                 \
        if (d->failed)                                         \
            memset(self, 0, sizeof *self);                     \
    }
#include IR_TABLE
#undef F
#undef FROM
#undef A
#undef N

#define F(kind, CType, name) ir_walk_##kind(walk, &self->name);
#define FROM(first, kind, items, count)              \
    for (uint32_t i = first; i < self->count; i++)   \
        ir_walk_##kind(walk, &self->items[i]);
#define A(kind, CType, items, count) FROM(0, kind, items, count)
#define N(kind, CType, items, count) FROM(1, kind, items, count)
#define RECORD(T, l, FIELDS)                             \
    void l##_walk(const IrWalk *walk, const T *self)     \
    {                                                    \
        (void)walk, (void)self;                          \
        FIELDS                                           \
    }
#include IR_TABLE
#undef F
#undef FROM
#undef A
#undef P
#undef N

#define F(kind, CType, name) ir_dump_##kind(dump, #name, &self->name);
#define FROM(first, kind, items, count)                    \
    if (dump->children && self->count > 0) {               \
        ir_print_list_begin(dump, #items);                  \
        for (uint32_t i = first; i < self->count; i++)     \
            ir_dump_##kind(dump, NULL, &self->items[i]);   \
        ir_print_list_end(dump);                            \
    }
#define A(kind, CType, items, count) FROM(0, kind, items, count)
#define P(kind, CType, items, count)    \
    if (dump->flat) {                   \
        FROM(0, kind, items, count)     \
    }
#define N(kind, CType, items, count)    \
    if (dump->flat) {                   \
        FROM(1, kind, items, count)     \
    }
#define RECORD(T, l, FIELDS)                                          \
    static void l##_dump_half(IrDump *dump, const T *self)            \
    {                                                                 \
        (void)dump, (void)self;                                       \
        FIELDS                                                        \
    }                                                                 \
    void l##_dump(IrDump *dump, const char *field, const T *self)     \
    {                                                                 \
        if (!ir_print_node_begin(dump, field, ir_kind_name(#l)))       \
            return;                                                   \
        l##_dump_half(dump, self);                                    \
        dump->children = true;                                        \
        l##_dump_half(dump, self);                                    \
        ir_print_node_end(dump);                                       \
    }
#include IR_TABLE
#undef F
#undef FROM
#undef A
#undef P
#undef N

#undef IR_TABLE
