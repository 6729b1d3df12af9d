/* Witnesses as text, in rustc's manner. */
#include "pat/pat_priv.h"

static void add_character(Text *out, uint32_t c)
{
    text_add_char(out, '\'');
    if (c == '\0')
        text_add_c(out, "\\0");
    else if (c == '\n')
        text_add_c(out, "\\n");
    else if (c == '\r')
        text_add_c(out, "\\r");
    else if (c == '\t')
        text_add_c(out, "\\t");
    else if (c == '\'' || c == '\\')
        text_addf(out, "\\%c", (char)c);
    else if (c < 0x7F && c >= 0x20)
        text_add_char(out, (char)c);
    else
        text_addf(out, "\\u{%x}", c);
    text_add_char(out, '\'');
}

/* One end of a range: `u8::MAX`, `-1_i32`, `'a'`, `true`. */
static void add_bound(PatContext *cx, TyId ty, Uint128 value, Text *out)
{
    const Ty *t = ty_get(cx->interners, ty);
    if (t->kind == TY_BOOL) {
        text_add_c(out, value ? "true" : "false");
        return;
    }
    if (t->kind == TY_CHAR) {
        add_character(out, (uint32_t)value);
        return;
    }
    uint32_t bits = ty_bits(cx, ty);
    Str name = ty_text_in(cx->interners, ty, cx->arena);
    bool is_signed = t->kind == TY_INT;
    Uint128 unbiased = is_signed && ty_has_open_end(cx, ty) ? value - 1 : value;
    if (unbiased == uint128_mask(bits)) {
        text_addf(out, "%.*s::MAX", (int)name.bytes, name.data);
    } else if (is_signed && unbiased == 0) {
        text_addf(out, "%.*s::MIN", (int)name.bytes, name.data);
    } else {
        if (is_signed)
            text_add_int128(out, uint128_sign_extend(unbiased ^ ((Uint128)1 << (bits - 1)), bits));
        else
            text_add_uint128(out, unbiased);
        text_addf(out, "_%.*s", (int)name.bytes, name.data);
    }
}

static void add_range(PatContext *cx, const Pat *pat, Text *out)
{
    Ctor whole[2];
    uint32_t count = ty_ranges(cx, pat->ty, whole);
    rsc_assert(count > 0);
    bool open = ty_has_open_end(cx, pat->ty);
    bool is_signed = ty_kind(cx->interners, pat->ty) == TY_INT;
    bool from_start = open && is_signed && pat->ctor.low == 0;
    bool to_end = open && pat->ctor.high == whole[0].high;
    if (from_start && to_end) {
        text_add_char(out, '_');
        return;
    }
    /* Past the last value that can be written: `usize::MAX..`. */
    Uint128 low = to_end && pat->ctor.low == pat->ctor.high ? pat->ctor.low - 1 : pat->ctor.low;
    Uint128 high =
        from_start && pat->ctor.low == pat->ctor.high ? pat->ctor.high + 1 : pat->ctor.high;
    if (!from_start)
        add_bound(cx, pat->ty, low, out);
    if (low == high && !from_start && !to_end)
        return;
    text_add_c(out, to_end || from_start ? ".." : "..=");
    if (!to_end)
        add_bound(cx, pat->ty, high, out);
}

static bool all_wild(const Pat *pat)
{
    for (uint32_t i = 0; i < pat->field_count; i++) {
        if (pat->fields[i]->ctor.kind != CTOR_WILD)
            return false;
    }
    return true;
}

static void add_list(PatContext *cx, const Pat *pat, Text *out)
{
    for (uint32_t i = 0; i < pat->field_count; i++) {
        if (i)
            text_add_c(out, ", ");
        pat_text(cx, pat->fields[i], out);
    }
}

static void add_adt(PatContext *cx, const Pat *pat, Text *out)
{
    const Ty *t = ty_get(cx->interners, pat->ty);
    const AdtDef *adt = q_adt_def(cx->job, t->as.adt.def);
    const VariantDef *variant =
        &adt->variants[pat->ctor.kind == CTOR_VARIANT ? pat->ctor.variant : 0];
    text_add(out, sym_text(cx->interners, def_name(cx->interners, t->as.adt.def)));
    if (adt->kind == ADT_ENUM) {
        text_add_c(out, "::");
        text_add(out, sym_text(cx->interners, variant->name));
    }
    if (variant->ctor == HIR_CTOR_TUPLE) {
        text_add_char(out, '(');
        add_list(cx, pat, out);
        text_add_char(out, ')');
    } else if (variant->ctor == HIR_CTOR_STRUCT && all_wild(pat)) {
        text_add_c(out, " { .. }");
    } else if (variant->ctor == HIR_CTOR_STRUCT) {
        text_add_c(out, " { ");
        for (uint32_t i = 0; i < pat->field_count; i++) {
            text_addf(out, "%s%s: ", i ? ", " : "",
                      sym_text(cx->interners, variant->fields[i].name).data);
            pat_text(cx, pat->fields[i], out);
        }
        text_add_c(out, " }");
    }
}

static void add_single(PatContext *cx, const Pat *pat, Text *out)
{
    const Ty *t = ty_get(cx->interners, pat->ty);
    if (t->kind == TY_REF) {
        text_add_c(out, t->as.ref.is_mut ? "&mut " : "&");
        pat_text(cx, pat->fields[0], out);
    } else if (t->kind == TY_TUPLE) {
        text_add_char(out, '(');
        add_list(cx, pat, out);
        text_add_c(out, pat->field_count == 1 ? ",)" : ")");
    } else {
        add_adt(cx, pat, out);
    }
}

static void add_slice(PatContext *cx, const Pat *pat, Text *out)
{
    text_add_char(out, '[');
    for (uint32_t i = 0; i <= pat->field_count; i++) {
        bool rest_here = pat->ctor.is_var && i == pat->ctor.prefix;
        if (rest_here)
            text_add_c(out, i ? ", .." : "..");
        if (i == pat->field_count)
            break;
        if (i || rest_here)
            text_add_c(out, ", ");
        pat_text(cx, pat->fields[i], out);
    }
    text_add_char(out, ']');
}

void pat_text(PatContext *cx, const Pat *pat, Text *out)
{
    switch (pat->ctor.kind) {
    case CTOR_RANGE:
        add_range(cx, pat, out);
        break;
    case CTOR_SINGLE:
        add_single(cx, pat, out);
        break;
    case CTOR_VARIANT:
        add_adt(cx, pat, out);
        break;
    case CTOR_SLICE:
        add_slice(cx, pat, out);
        break;
    case CTOR_WILD:
    case CTOR_MISSING:
    case CTOR_OR:
    case CTOR_TEXT:
    case CTOR_OPAQUE:
        text_add_char(out, '_');
        break;
    }
}
