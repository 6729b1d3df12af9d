/* IR tables: one row per node kind, and everything mechanical about the nodes is generated from it.
 *
 * A node table is a file of rows NODE(UPPER, lower, FIELDS) that ends with `#undef NODE`; a record
 * table has rows RECORD(CType, lower, FIELDS) and ends with `#undef RECORD`. FIELDS is a run of
 *     F(field kind, C type, name)                one field
 *     A(field kind, C type, items, count)        records only: an array, and its number of elements
 *     P(field kind, C type, items, count)        records only: an array that ids index
 * A field kind is a family of four functions (or macros), found by name:
 *     void ir_encode_<kind>(Encoder *e, const CType *field)
 *     void ir_decode_<kind>(Decoder *d, const void *pool, CType *field)
 *     void ir_walk_<kind>(const IrWalk *walk, const CType *field)
 *     void ir_dump_<kind>(IrDump *dump, const char *name, const CType *field)
 * (helpers of these are called ir_print_*, ir_read_*, ir_visit_*, out of the way of kinds' names).
 * Base supplies those below; an IR adds its own by hand or with IR_CHILD_KIND and its kin. Node
 * tables and record tables are field kinds themselves: `<prefix>_node`.
 *
 * `pool` is the value that owns the side tables which local ids index (a body). An array of a pool
 * that is indexed by id counts its unused entry 0. base/README.md shows a whole use;
 * tests/unit/base/toy_ir.h is one. */
#ifndef RSCC_BASE_IR_TABLE_H
#define RSCC_BASE_IR_TABLE_H

#include <stddef.h>
#include <string.h>

#include "base/intern.h"
#include "base/text.h"

/* ---- walking ----------------------------------------------------------------------------------
 * Every id that a node refers to, in the order of its fields, id 0 left out; no recursion. `kind`
 * is an InternKind or, from IR_LOCAL_FIRST on, one of the IR's own enumerators IR_LOCAL_<kind>. */
enum { IR_LOCAL_FIRST = 64 };
typedef void (*IrVisitFn)(void *context, uint32_t kind, uint32_t id);
typedef struct {
    const void *pool;
    IrVisitFn visit;
    void *context;
} IrWalk;
void ir_visit_id(const IrWalk *walk, uint32_t kind, uint32_t id);

/* ---- dumping ----------------------------------------------------------------------------------
 * Text: one line per node, `name: kind scalar=value ...`, its children below and indented by two.
 * JSON: an object per node with its kind under "node". Scalars come before children. Prints nothing
 * that is local to the process. */
typedef struct IrDump {
    Text *out;
    const Interners *interners;
    const void *pool;
    bool json;
    bool flat; /* children are printed as references */
    /* The text of an interned id that is not a symbol; NULL: the kind and the fingerprint. */
    void (*interned_text)(const Interners *interners, InternKind kind, uint32_t id, Text *out);
    /* private */
    uint32_t depth;
    bool children; /* the second half of a node: children, not scalars */
} IrDump;
enum { IR_DUMP_DEPTH_MAX = 512 };

/* Deeper nodes than IR_DUMP_DEPTH_MAX print as `...`; then this returns false and no end follows.
 */
bool ir_print_node_begin(IrDump *dump, const char *field, Str kind);
void ir_print_node_end(IrDump *dump);
/* A list of children. */
void ir_print_list_begin(IrDump *dump, const char *field);
void ir_print_list_end(IrDump *dump);
/* A list of scalars, which have no field name. */
void ir_print_scalars_begin(IrDump *dump, const char *field);
void ir_print_scalars_end(IrDump *dump);
/* `quoted`: a JSON string and not a JSON number or word. */
void ir_print_scalar(IrDump *dump, const char *field, Str text, bool quoted);
void ir_print_number(IrDump *dump, const char *field, uint64_t value);
/* `<letter><id>`, or `none`. */
void ir_print_reference(IrDump *dump, const char *field, const char *letter, uint32_t id);
void ir_print_interned(IrDump *dump, const char *field, InternKind kind, uint32_t id);
/* The generated kind names: a trailing underscore, which keeps a name from being a keyword, is cut.
 */
Str ir_kind_name(const char *lower);

/* ---- helpers of decoding ---- */

/* An index below `limit`; 0 is always allowed. */
uint32_t ir_read_index(Decoder *d, uint32_t limit);
/* An index below `limit`. */
uint32_t ir_read_below(Decoder *d, uint32_t limit);
/* A run inside [0, limit). */
IdRange ir_read_run(Decoder *d, uint32_t limit);
/* Bytes in the decoder's arena. */
Str ir_read_bytes(Decoder *d);

/* ---- field kinds of base ----------------------------------------------------------------------
 */

#define IR_FIELD_FN RSC_MAYBE_UNUSED static inline

/* Values without structure. */
#define IR_SCALAR_KIND(kind, CType, ENCODE, DECODE, DUMP)                           \
    IR_FIELD_FN void ir_encode_##kind(Encoder *e, const CType *v)                   \
    {                                                                               \
        ENCODE;                                                                     \
    }                                                                               \
    IR_FIELD_FN void ir_decode_##kind(Decoder *d, const void *pool, CType *v)       \
    {                                                                               \
        (void)pool;                                                                 \
        DECODE;                                                                     \
    }                                                                               \
    IR_FIELD_FN void ir_walk_##kind(const IrWalk *walk, const CType *v)             \
    {                                                                               \
        (void)walk, (void)v;                                                        \
    }                                                                               \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const CType *v) \
    {                                                                               \
        DUMP;                                                                       \
    }

void ir_print_signed(IrDump *dump, const char *field, int64_t value);
void ir_print_hex128(IrDump *dump, const char *field, U128 value);
void ir_print_run(IrDump *dump, const char *field, IdRange range); /* `<start>+<count>` */

IR_SCALAR_KIND(u8, uint8_t, encode_u8(e, *v), *v = decode_u8(d), ir_print_number(dump, name, *v))
IR_SCALAR_KIND(u32, uint32_t, encode_u32(e, *v), *v = decode_u32(d),
               ir_print_number(dump, name, *v))
IR_SCALAR_KIND(u64, uint64_t, encode_u64(e, *v), *v = decode_u64(d),
               ir_print_number(dump, name, *v))
IR_SCALAR_KIND(i64, int64_t, encode_i64(e, *v), *v = decode_i64(d), ir_print_signed(dump, name, *v))
IR_SCALAR_KIND(bool, bool, encode_bool(e, *v), *v = decode_bool(d),
               ir_print_scalar(dump, name, *v ? STR("true") : STR("false"), false))
IR_SCALAR_KIND(u128, U128, (encode_u64(e, v->low), encode_u64(e, v->high)),
               (v->low = decode_u64(d), v->high = decode_u64(d)), ir_print_hex128(dump, name, *v))
IR_SCALAR_KIND(fp, Fp, encode_fp(e, *v), *v = decode_fp(d),
               ir_print_hex128(dump, name, (U128){ v->lo, v->hi }))
/* Text or bytes, copied to the decoder's arena; dumped as their number. */
IR_SCALAR_KIND(bytes, Str, encode_str(e, *v), *v = ir_read_bytes(d),
               ir_print_number(dump, name, v->bytes))

/* A run within the first LIMIT entries of something: an expression over `pool` and `v`, the field
 * itself. What it is a run of is not walked or dumped here. */
#define IR_WITHIN_KIND(kind, LIMIT)                                                   \
    IR_SCALAR_KIND(kind, IdRange, (encode_u32(e, v->start), encode_u32(e, v->count)), \
                   *v = ir_read_run(d, (LIMIT)), ir_print_run(dump, name, *v))
IR_WITHIN_KIND(range, UINT32_MAX) /* that no table of the pool bounds */

/* A number below LIMIT, an expression as above. */
#define IR_BELOW_KIND(kind, CType, LIMIT)                    \
    IR_SCALAR_KIND(kind, CType, encode_u32(e, (uint32_t)*v), \
                   *v = (CType)ir_read_below(d, (LIMIT)), ir_print_number(dump, name, *v))

/* For a LIMIT: which of `entries`, an array of Entry, has `field` at `v`. */
#define IR_ENTRY_INDEX(entries, Entry, field, v)                                            \
    ((uint32_t)((const Entry *)(const void *)((const char *)(v) - offsetof(Entry, field)) - \
                (entries)))

/* A small integer with a name for each value; names is an array of `count` strings. */
#define IR_ENUM_KIND(kind, CType, names, count)              \
    IR_SCALAR_KIND(kind, CType, encode_u32(e, (uint32_t)*v), \
                   *v = (CType)ir_read_index(d, (count)),    \
                   ir_print_scalar(dump, name, str_from_c((names)[*v]), true))

/* The interned kinds, each under its own name (sym, def, ty, ...), for any one-member id struct. */
static inline uint32_t ir_id_value(const void *id)
{
    uint32_t v;
    memcpy(&v, id, sizeof v);
    return v;
}
#define INTERNED(kind, doc)                                                         \
    IR_FIELD_FN void ir_encode_##kind(Encoder *e, const void *id)                   \
    {                                                                               \
        encode_interned(e, INTERN_##kind, ir_id_value(id));                         \
    }                                                                               \
    IR_FIELD_FN void ir_decode_##kind(Decoder *d, const void *pool, void *id)       \
    {                                                                               \
        (void)pool;                                                                 \
        uint32_t v = decode_interned(d, INTERN_##kind);                             \
        memcpy(id, &v, sizeof v);                                                   \
    }                                                                               \
    IR_FIELD_FN void ir_walk_##kind(const IrWalk *walk, const void *id)             \
    {                                                                               \
        ir_visit_id(walk, INTERN_##kind, ir_id_value(id));                          \
    }                                                                               \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const void *id) \
    {                                                                               \
        ir_print_interned(dump, name, INTERN_##kind, ir_id_value(id));              \
    }
#include "base/intern_kinds.def"

/* ---- making field kinds for local ids ----------------------------------------------------------
 * Define IR_POOL as the pool's type first; LIMIT is an expression over `pool`, one above the
 * largest id. IR_LOCAL_<kind> must be an enumerator of the IR.
 *
 * IR_REF_KIND: an id of something that stands elsewhere; dumps as <letter><id>. */
#define IR_REF_KIND(kind, CType, letter, LIMIT)                                      \
    IR_ID_FUNCTIONS(kind, CType, LIMIT)                                              \
    IR_FIELD_FN bool ir_is_child_##kind(const IrDump *dump)                          \
    {                                                                                \
        (void)dump;                                                                  \
        return false;                                                                \
    }                                                                                \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const CType *id) \
    {                                                                                \
        ir_print_reference(dump, name, letter, id->v);                               \
    }

/* IR_CHILD_KIND: an id of a part of the node, an entry of pool->ARRAY, which has pool->COUNT
 * entries of the field kind <kind>_node; dumps as that node below this one. */
#define IR_CHILD_KIND(kind, CType, letter, ARRAY, COUNT)                             \
    IR_ID_FUNCTIONS(kind, CType, pool->COUNT)                                        \
    IR_FIELD_FN bool ir_is_child_##kind(const IrDump *dump)                          \
    {                                                                                \
        return !dump->flat;                                                          \
    }                                                                                \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const CType *id) \
    {                                                                                \
        const IR_POOL *pool = dump->pool;                                            \
        if (dump->flat || id->v == 0)                                                \
            ir_print_reference(dump, name, letter, id->v);                           \
        else if (dump->children)                                                     \
            ir_dump_##kind##_node(dump, name, &pool->ARRAY[id->v]);                  \
    }

#define IR_ID_FUNCTIONS(kind, CType, LIMIT)                                    \
    IR_FIELD_FN uint32_t ir_limit_##kind(const void *untyped_pool)             \
    {                                                                          \
        const IR_POOL *pool = untyped_pool;                                    \
        (void)pool;                                                            \
        return (LIMIT);                                                        \
    }                                                                          \
    IR_FIELD_FN void ir_encode_##kind(Encoder *e, const CType *id)             \
    {                                                                          \
        encode_u32(e, id->v);                                                  \
    }                                                                          \
    IR_FIELD_FN void ir_decode_##kind(Decoder *d, const void *pool, CType *id) \
    {                                                                          \
        id->v = ir_read_index(d, ir_limit_##kind(pool));                       \
    }                                                                          \
    IR_FIELD_FN void ir_walk_##kind(const IrWalk *walk, const CType *id)       \
    {                                                                          \
        ir_visit_id(walk, IR_LOCAL_##kind, id->v);                             \
    }

/* IR_LIST_KIND: a run of pool->LISTS, an array of pool->COUNT ids (uint32_t) of the kind `element`,
 * which was made before. Decoding checks the ids, so LISTS comes before what refers to it. */
#define IR_LIST_KIND(kind, element, ElementCType, LISTS, COUNT)                              \
    IR_FIELD_FN void ir_encode_##kind(Encoder *e, const IdRange *range)                      \
    {                                                                                        \
        encode_u32(e, range->start);                                                         \
        encode_u32(e, range->count);                                                         \
    }                                                                                        \
    IR_FIELD_FN void ir_decode_##kind(Decoder *d, const void *untyped_pool, IdRange *range)  \
    {                                                                                        \
        const IR_POOL *pool = untyped_pool;                                                  \
        *range = ir_read_run(d, pool->COUNT);                                                \
        for (uint32_t i = 0; i < range->count; i++) {                                        \
            if (pool->LISTS[range->start + i] >= ir_limit_##element(pool))                   \
                decoder_fail(d);                                                             \
        }                                                                                    \
    }                                                                                        \
    IR_FIELD_FN void ir_walk_##kind(const IrWalk *walk, const IdRange *range)                \
    {                                                                                        \
        const IR_POOL *pool = walk->pool;                                                    \
        for (uint32_t i = 0; i < range->count; i++)                                          \
            ir_walk_##element(walk, &(ElementCType){ pool->LISTS[range->start + i] });       \
    }                                                                                        \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const IdRange *range)    \
    {                                                                                        \
        const IR_POOL *pool = dump->pool;                                                    \
        bool children = range->count > 0 && ir_is_child_##element(dump);                     \
        if (children != dump->children)                                                      \
            return;                                                                          \
        (children ? ir_print_list_begin : ir_print_scalars_begin)(dump, name);               \
        for (uint32_t i = 0; i < range->count; i++)                                          \
            ir_dump_##element(dump, NULL, &(ElementCType){ pool->LISTS[range->start + i] }); \
        (children ? ir_print_list_end : ir_print_scalars_end)(dump);                         \
    }

/* IR_RUN_KIND: a run of consecutive entries of pool->ARRAY, of the field kind <record>_node, which
 * are parts of the node. */
#define IR_RUN_KIND(kind, record, ARRAY, COUNT)                                             \
    IR_FIELD_FN void ir_encode_##kind(Encoder *e, const IdRange *range)                     \
    {                                                                                       \
        encode_u32(e, range->start);                                                        \
        encode_u32(e, range->count);                                                        \
    }                                                                                       \
    IR_FIELD_FN void ir_decode_##kind(Decoder *d, const void *untyped_pool, IdRange *range) \
    {                                                                                       \
        const IR_POOL *pool = untyped_pool;                                                 \
        *range = ir_read_run(d, pool->COUNT);                                               \
    }                                                                                       \
    IR_FIELD_FN void ir_walk_##kind(const IrWalk *walk, const IdRange *range)               \
    {                                                                                       \
        const IR_POOL *pool = walk->pool;                                                   \
        for (uint32_t i = 0; i < range->count; i++)                                         \
            ir_walk_##record##_node(walk, &pool->ARRAY[range->start + i]);                  \
    }                                                                                       \
    IR_FIELD_FN void ir_dump_##kind(IrDump *dump, const char *name, const IdRange *range)   \
    {                                                                                       \
        const IR_POOL *pool = dump->pool;                                                   \
        if (!dump->children || range->count == 0)                                           \
            return;                                                                         \
        ir_print_list_begin(dump, name);                                                    \
        for (uint32_t i = 0; i < range->count; i++)                                         \
            ir_dump_##record##_node(dump, NULL, &pool->ARRAY[range->start + i]);            \
        ir_print_list_end(dump);                                                            \
    }

/* ---- pasting, for the generating headers ---- */
#define IR_PASTE_NOW(a, b) a##b
#define IR_PASTE(a, b)     IR_PASTE_NOW(a, b)
#define IR_FN(suffix)      IR_PASTE(IR_PREFIX, suffix)

#endif
