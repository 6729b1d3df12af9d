/* Types as rustc prints them in messages. Paths are shortened to the last name, as in rustc's
 * trimmed paths. */
#include "base/wide.h"
#include "ty/ty_priv.h"

const char *const ty_abi_names[ABI_COUNT] = {
#define X(U, name) name,
    ABI_TABLE(X)
#undef X
};

/* ---- regions and constants ---- */

/* Erased and anonymous regions are not written. */
static bool region_has_text(RegionRecord region)
{
    return region.kind == REGION_STATIC || (region.kind == REGION_PARAM && region.name != 0);
}

static void region_text(const Interners *in, RegionRecord region, Text *out)
{
    if (region.kind == REGION_STATIC)
        text_add_c(out, "'static");
    else if (region.kind == REGION_PARAM && region.name != 0)
        text_add(out, sym_text(in, sym_id_make(region.name)));
    else
        text_add_c(out, "'_");
}

static uint32_t int_bits(uint8_t width)
{
    static const uint8_t bits[] = { 8, 16, 32, 64, 128, 64 };
    return bits[width];
}

static void scalar_text(const Interners *in, ConstRecord konst, Text *out)
{
    const Ty *ty = ty_get(in, ty_id_make(konst.ty));
    Uint128 bits = uint128_make(konst.low, konst.high);
    if (ty->kind == TY_BOOL)
        text_add_c(out, konst.low ? "true" : "false");
    else if (ty->kind == TY_CHAR)
        text_addf(out, "'\\u{%x}'", (unsigned)konst.low);
    else if (ty->kind == TY_INT)
        text_add_int128(out, uint128_sign_extend(bits, int_bits(ty->as.int_.width)));
    else
        text_add_uint128(out, bits);
}

void const_text(const Interners *in, ConstId konst, Text *out)
{
    ConstRecord record = const_get(in, konst);
    switch ((ConstKind)record.kind) {
    case CONST_VALUE:
        scalar_text(in, record, out);
        return;
    case CONST_PARAM:
        text_add(out, sym_text(in, sym_id_make(record.name_or_args)));
        return;
    case CONST_UNEVALUATED:
        if (!sym_id_is_none(def_name(in, def_id_make(record.index_or_def)))) {
            text_add(out, sym_text(in, def_name(in, def_id_make(record.index_or_def))));
            return;
        }
        break;
    case CONST_ERROR:
        text_add_c(out, "{const error}");
        return;
    case CONST_NONE:
    case CONST_INFER:
        break;
    }
    text_add_c(out, "_");
}

/* ---- lists ---- */

static void arg_text(const Interners *in, GenericArg arg, Text *out)
{
    switch (arg_kind(arg)) {
    case ARG_TY:
        ty_text(in, arg_ty(arg), out);
        return;
    case ARG_REGION:
        region_text(in, region_get(in, arg_region(arg)), out);
        return;
    case ARG_CONST:
        const_text(in, arg_const(arg), out);
        return;
    }
    RSC_UNREACHABLE();
}

/* `<A, B>` of the arguments from `first` on; regions that have no name are left out. */
static void args_text_from(const Interners *in, ArgsId args, uint32_t first, Text *out)
{
    ArgSlice list = args_get(in, args);
    bool any = false;
    for (uint32_t i = first; i < list.count; i++) {
        if (arg_kind(list.items[i]) == ARG_REGION &&
            !region_has_text(region_get(in, arg_region(list.items[i]))))
            continue;
        text_add_c(out, any ? ", " : "<");
        arg_text(in, list.items[i], out);
        any = true;
    }
    if (any)
        text_add_char(out, '>');
}

void args_text(const Interners *in, ArgsId args, Text *out)
{
    args_text_from(in, args, 0, out);
}

static void tuple_text(const Interners *in, ArgsId elements, Text *out)
{
    ArgSlice list = args_get(in, elements);
    text_add_char(out, '(');
    for (uint32_t i = 0; i < list.count; i++) {
        text_add_c(out, i ? ", " : "");
        arg_text(in, list.items[i], out);
    }
    text_add_c(out, list.count == 1 ? ",)" : ")");
}

/* ---- kinds: one handler each ---- */

/* A constructor is called as what it constructs; a variant with its enum's name. */
static void def_short_text(const Interners *in, DefId def, Text *out)
{
    DefKind kind = def_kind(in, def);
    if (kind == DEF_CTOR) {
        def_short_text(in, def_parent(in, def), out);
        return;
    }
    if (kind == DEF_VARIANT) {
        text_add(out, sym_text(in, def_name(in, def_parent(in, def))));
        text_add_c(out, "::");
    }
    text_add(out, sym_text(in, def_name(in, def)));
}

#define TEXT_HANDLER(l)                                                                            \
    static void print_##l(const Interners *in RSC_MAYBE_UNUSED, const Ty_##l *ty RSC_MAYBE_UNUSED, \
                          Text *out)

static void int_text(char letter, uint8_t width, Text *out)
{
    if (width == INT_SIZE)
        text_addf(out, "%csize", letter);
    else
        text_addf(out, "%c%u", letter, (unsigned)int_bits(width));
}

TEXT_HANDLER(error)
{
    text_add_c(out, "{type error}");
}

TEXT_HANDLER(bool_)
{
    text_add_c(out, "bool");
}

TEXT_HANDLER(char_)
{
    text_add_c(out, "char");
}

TEXT_HANDLER(int_)
{
    int_text('i', ty->width, out);
}

TEXT_HANDLER(uint)
{
    int_text('u', ty->width, out);
}

TEXT_HANDLER(float_)
{
    static const char *const names[] = { "f16", "f32", "f64", "f128" };
    text_add_c(out, names[ty->width]);
}

TEXT_HANDLER(str)
{
    text_add_c(out, "str");
}

TEXT_HANDLER(never)
{
    text_add_char(out, '!');
}

TEXT_HANDLER(adt)
{
    def_short_text(in, ty->def, out);
    args_text(in, ty->args, out);
}

TEXT_HANDLER(foreign)
{
    def_short_text(in, ty->def, out);
}

TEXT_HANDLER(ref)
{
    RegionRecord region = region_get(in, ty->region);
    text_add_char(out, '&');
    if (region_has_text(region)) {
        region_text(in, region, out);
        text_add_char(out, ' ');
    }
    text_add_c(out, ty->is_mut ? "mut " : "");
    ty_text(in, ty->pointee, out);
}

TEXT_HANDLER(ptr)
{
    text_add_c(out, ty->is_mut ? "*mut " : "*const ");
    ty_text(in, ty->pointee, out);
}

TEXT_HANDLER(slice)
{
    text_add_char(out, '[');
    ty_text(in, ty->element, out);
    text_add_char(out, ']');
}

TEXT_HANDLER(array)
{
    text_add_char(out, '[');
    ty_text(in, ty->element, out);
    text_add_c(out, "; ");
    const_text(in, ty->length, out);
    text_add_char(out, ']');
}

TEXT_HANDLER(tuple)
{
    tuple_text(in, ty->elements, out);
}

/* The signature is a query's to tell: see typeck, whose messages print it. */
TEXT_HANDLER(fn_def)
{
    text_add_c(out, "{fn item ");
    def_short_text(in, ty->def, out);
    text_add_char(out, '}');
}

TEXT_HANDLER(fn_ptr)
{
    ArgSlice list = args_get(in, ty->inputs_and_output);
    rsc_assert(list.count > 0);
    if (ty->is_unsafe)
        text_add_c(out, "unsafe ");
    if (ty->abi != ABI_RUST)
        text_addf(out, "extern \"%s\" ", ty_abi_names[ty->abi]);
    text_add_c(out, "fn(");
    for (uint32_t i = 0; i + 1 < list.count; i++) {
        text_add_c(out, i ? ", " : "");
        arg_text(in, list.items[i], out);
    }
    if (ty->is_variadic)
        text_add_c(out, list.count > 1 ? ", ..." : "...");
    text_add_char(out, ')');
    TyId output = arg_ty(list.items[list.count - 1]);
    if (!ty_is_unit(in, output)) {
        text_add_c(out, " -> ");
        ty_text(in, output, out);
    }
}

TEXT_HANDLER(closure)
{
    text_add_c(out, "{closure}");
}

TEXT_HANDLER(param)
{
    text_add(out, sym_text(in, ty->name));
}

TEXT_HANDLER(projection)
{
    ArgSlice list = args_get(in, ty->args);
    DefId trait_def = def_parent(in, ty->def);
    text_add_char(out, '<');
    arg_text(in, list.items[0], out);
    text_add_c(out, " as ");
    def_short_text(in, trait_def, out);
    args_text_from(in, ty->args, 1, out);
    text_add_c(out, ">::");
    def_short_text(in, ty->def, out);
}

TEXT_HANDLER(opaque)
{
    text_add_c(out, "impl ");
    def_short_text(in, ty->def, out);
}

TEXT_HANDLER(bound)
{
    text_addf(out, "^%u", (unsigned)ty->index);
}

TEXT_HANDLER(placeholder)
{
    text_addf(out, "!%u", (unsigned)ty->index);
}

TEXT_HANDLER(infer)
{
    static const char *const names[] = { "_", "{integer}", "{float}" };
    text_add_c(out, names[ty->kind]);
}

void ty_text(const Interners *in, TyId id, Text *out)
{
    if (text_is_full(out)) /* of a type with shared parts the rest may be exponentially long */
        return;
    const Ty *ty = ty_get(in, id);
    switch ((TyKind)ty->kind) {
#define TY(U, l, FIELDS)               \
    case TY_##U:                       \
        print_##l(in, &ty->as.l, out); \
        return;
#include "ty/ty_kinds.def"
    case TY_NONE:
    case TY_KIND_COUNT:
        break;
    }
    RSC_UNREACHABLE();
}

Str ty_text_in(const Interners *in, TyId ty, Arena *arena)
{
    Text text;
    text_init(&text, arena);
    ty_text(in, ty, &text);
    return text_str(&text);
}
