/* The keys and values of consteval's queries as the engine handles them. */
#include "consteval/consteval_priv.h"
#include "engine/query_value.h"

void relocation_encode(Encoder *e, const Relocation *self);
void relocation_decode(Decoder *d, const void *pool, Relocation *self);

/* Bytes are written as one run. Decoding checks that relocations are ascending, whole, and point
 * into the value. */
IR_FIELD_FN void ir_encode_const_alloc(Encoder *e, const ConstAlloc *alloc)
{
    encode_str(e, (Str){ (const char *)alloc->bytes, alloc->size });
    encode_u32(e, alloc->align);
    encode_bool(e, alloc->is_mutable);
    encode_u32(e, alloc->relocation_count);
    for (uint32_t i = 0; i < alloc->relocation_count; i++)
        relocation_encode(e, &alloc->relocations[i]);
}

static void decode_relocations(Decoder *d, const ConstValue *value, ConstAlloc *alloc)
{
    uint64_t next = 0;
    for (uint32_t i = 0; i < alloc->relocation_count && !d->failed; i++) {
        Relocation *r = &alloc->relocations[i];
        relocation_decode(d, value, r);
        bool fits = r->offset >= next && r->offset <= alloc->size &&
                    alloc->size - r->offset >= TARGET_POINTER_BYTES;
        bool has_target = r->kind != RELOCATION_ALLOC || r->alloc < value->alloc_count;
        if (!fits || !has_target || r->kind > RELOCATION_FN)
            decoder_fail(d);
        next = r->offset + TARGET_POINTER_BYTES;
    }
}

IR_FIELD_FN void ir_decode_const_alloc(Decoder *d, const void *pool, ConstAlloc *alloc)
{
    Str bytes = decode_str(d);
    alloc->bytes = arena_copy(d->arena, bytes.data, bytes.bytes);
    alloc->size = bytes.bytes;
    alloc->align = decode_u32(d);
    alloc->is_mutable = decode_bool(d);
    alloc->relocation_count = decode_count(d, 1);
    alloc->relocations =
        arena_alloc_zeroed(d->arena, alloc->relocation_count * sizeof *alloc->relocations);
    decode_relocations(d, pool, alloc);
}

IR_FIELD_FN void ir_walk_const_alloc(const IrWalk *walk, const ConstAlloc *alloc)
{
    for (uint32_t i = 0; i < alloc->relocation_count; i++) {
        ir_walk_def(walk, &alloc->relocations[i].def);
        ir_walk_args(walk, &alloc->relocations[i].args);
    }
}

IR_FIELD_FN void ir_dump_const_alloc(IrDump *dump, const char *name, const ConstAlloc *alloc)
{
    ir_print_number(dump, name, alloc->size);
}

#define IR_TABLE "consteval/consteval_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "consteval/consteval_values.def"
#include "base/ir_records_define.h"

static void const_key_text(const Interners *in, ConstKey key, Text *out)
{
    def_qualified_text(in, key.def, out);
    if (key.args.v != 0 && args_get(in, key.args).count > 0) {
        text_add(out, STR("::<"));
        args_text(in, key.args, out);
        text_add_char(out, '>');
    }
    if (key.promoted != 0)
        text_addf(out, "::promoted#%u", key.promoted);
}

QUERY_KEY_INFO(ConstKey, const_key, const_key_text)
QUERY_VALUE_INFO(ConstScalar, const_scalar, { .state = CONST_SCALAR_ERROR })
QUERY_VALUE_INFO(ConstValue, const_value, { .state = CONST_VALUE_ERROR })
