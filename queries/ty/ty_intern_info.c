/* How interned types, argument lists, regions and constants are written and read back. */
#include "ty/ty_priv.h"

/* ---- types: from the table ---- */

static void ty_record_encode(Encoder *e, const void *record, size_t bytes)
{
    const Ty *ty = record;
    rsc_assert(bytes == sizeof *ty);
    encode_u8(e, ty->kind);
    switch ((TyKind)ty->kind) {
#define F(field_kind, CType, name) ir_encode_##field_kind(e, &as->name);
#define TY(U, l, FIELDS)                               \
    case TY_##U: {                                     \
        const Ty_##l *as RSC_MAYBE_UNUSED = &ty->as.l; \
        FIELDS                                         \
        return;                                        \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

/* Interning looks into the children, so none may be missing. */
#define CHECK_u8(value)     true
#define CHECK_u32(value)    true
#define CHECK_bool(value)   true
#define CHECK_sym(value)    true
#define CHECK_def(value)    ((value).v != 0)
#define CHECK_ty(value)     ((value).v != 0)
#define CHECK_args(value)   ((value).v != 0)
#define CHECK_region(value) ((value).v != 0)
#define CHECK_konst(value)  ((value).v != 0)

static bool ty_fields_decode(Decoder *d, Ty *ty)
{
    switch (ty->kind) {
#define F(field_kind, CType, name)              \
    ir_decode_##field_kind(d, NULL, &as->name); \
    if (!CHECK_##field_kind(as->name))          \
        return false;
#define TY(U, l, FIELDS)                         \
    case TY_##U: {                               \
        Ty_##l *as RSC_MAYBE_UNUSED = &ty->as.l; \
        FIELDS                                   \
        return true;                             \
    }
#include "ty/ty_kinds.def"
#undef F
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    return false;
}

static uint32_t ty_record_decode(Decoder *d)
{
    Ty ty = { .kind = decode_u8(d) };
    if (ty.kind >= TY_KIND_COUNT || !ty_fields_decode(d, &ty) || d->failed) {
        decoder_fail(d);
        return 0;
    }
    return ty_intern(d->interners, &ty).v;
}

const InternInfo intern_info_ty = { "ty", ty_record_encode, ty_record_decode };

/* ---- generic arguments ---- */

void encode_generic_arg(Encoder *e, GenericArg arg)
{
    encode_u8(e, (uint8_t)arg_kind(arg));
    switch (arg_kind(arg)) {
    case ARG_TY:
        encode_ty(e, arg_ty(arg));
        return;
    case ARG_REGION:
        encode_region(e, arg_region(arg));
        return;
    case ARG_CONST:
        encode_const(e, arg_const(arg));
        return;
    }
    RSC_UNREACHABLE();
}

GenericArg decode_generic_arg(Decoder *d)
{
    uint32_t kind = decode_u8(d);
    GenericArg arg = { 0 };
    if (kind == ARG_TY)
        arg = arg_of_ty(decode_ty(d));
    else if (kind == ARG_REGION)
        arg = arg_of_region(decode_region(d));
    else if (kind == ARG_CONST)
        arg = arg_of_const(decode_const(d));
    if (arg.tagged >> 2 == 0)
        decoder_fail(d);
    return arg;
}

static void args_record_encode(Encoder *e, const void *record, size_t bytes)
{
    const GenericArg *args = record;
    uint32_t count = (uint32_t)(bytes / sizeof *args);
    encode_u32(e, count);
    for (uint32_t i = 0; i < count; i++)
        encode_generic_arg(e, args[i]);
}

static uint32_t args_record_decode(Decoder *d)
{
    uint32_t count = decode_count(d, 2);
    GenericArg *args = arena_alloc_array(d->arena, count, sizeof *args);
    for (uint32_t i = 0; i < count; i++)
        args[i] = decode_generic_arg(d);
    return d->failed ? 0 : args_intern(d->interners, args, count).v;
}

const InternInfo intern_info_args = { "args", args_record_encode, args_record_decode };

/* ---- regions ---- */

static void region_record_encode(Encoder *e, const void *record, size_t bytes)
{
    const RegionRecord *region = record;
    rsc_assert(bytes == sizeof *region);
    encode_u32(e, region->kind);
    encode_u32(e, region->index);
    encode_u32(e, region->binder_or_universe);
    encode_sym(e, sym_id_make(region->name));
}

static uint32_t region_record_decode(Decoder *d)
{
    RegionRecord region = { .kind = decode_u32(d) };
    region.index = decode_u32(d);
    region.binder_or_universe = decode_u32(d);
    region.name = decode_sym(d).v;
    if (region.kind == REGION_NONE || region.kind > REGION_ERROR)
        decoder_fail(d);
    return d->failed ? 0 : region_intern(d->interners, region).v;
}

const InternInfo intern_info_region = { "region", region_record_encode, region_record_decode };

/* ---- constants ---- */

static void const_record_encode(Encoder *e, const void *record, size_t bytes)
{
    const ConstRecord *konst = record;
    rsc_assert(bytes == sizeof *konst);
    encode_u32(e, konst->kind);
    encode_ty(e, ty_id_make(konst->ty));
    encode_u64(e, konst->low);
    encode_u64(e, konst->high);
    if (konst->kind == CONST_UNEVALUATED) {
        encode_def(e, def_id_make(konst->index_or_def));
        encode_args(e, args_id_make(konst->name_or_args));
    } else {
        encode_u32(e, konst->index_or_def);
        encode_sym(e, sym_id_make(konst->name_or_args));
    }
}

static uint32_t const_record_decode(Decoder *d)
{
    ConstRecord konst = { .kind = decode_u32(d) };
    konst.ty = decode_ty(d).v;
    konst.low = decode_u64(d);
    konst.high = decode_u64(d);
    if (konst.kind == CONST_UNEVALUATED) {
        konst.index_or_def = decode_def(d).v;
        konst.name_or_args = decode_args(d).v;
        if (konst.index_or_def == 0 || konst.name_or_args == 0)
            decoder_fail(d);
    } else {
        konst.index_or_def = decode_u32(d);
        konst.name_or_args = decode_sym(d).v;
    }
    if (konst.kind == CONST_NONE || konst.kind > CONST_ERROR)
        decoder_fail(d);
    return d->failed ? 0 : const_intern(d->interners, konst).v;
}

const InternInfo intern_info_konst = { "konst", const_record_encode, const_record_decode };
