/* Literals: values, suffixes. */
#include "lower/lower_priv.h"

typedef struct {
    HirLiteral value;
    AstPos lo, hi;
    const LiteralValue *read;
} Literal;

static HirLiteralId push(Lower *l, HirLiteral literal)
{
    return hir_literal_id_make(hir_literal_vec_push(&l->b->literals, literal));
}

static void bad_suffix(Lower *l, const Literal *literal, DiagCode code, const char *help)
{
    Str suffix = literal->read->suffix;
    Diag *diag = diag_new(l->job, code, lower_at(l, literal->lo, literal->hi));
    diag_arg(diag, suffix);
    diag_primary_label(diag, "invalid suffix `%.*s`", (int)suffix.bytes, suffix.data);
    lower_emit(l, diag_help(diag, "%s", help));
}

/* `i33`, `u9`: a width that does not exist. */
static bool is_odd_width(Str suffix)
{
    if (suffix.bytes < 2 || (suffix.data[0] != 'i' && suffix.data[0] != 'u'))
        return false;
    for (size_t i = 1; i < suffix.bytes; i++) {
        if (suffix.data[i] < '0' || suffix.data[i] > '9')
            return false;
    }
    return true;
}

static bool is_float(uint8_t primitive)
{
    return primitive >= PRIMITIVE_F16 && primitive <= PRIMITIVE_F128;
}
static bool is_integer(uint8_t primitive)
{
    return primitive >= PRIMITIVE_I8 && primitive <= PRIMITIVE_USIZE;
}

static void read_int(Lower *l, Literal *literal)
{
    const LiteralValue *read = literal->read;
    literal->value.kind = HIR_LITERAL_INT;
    literal->value.low = read->low;
    literal->value.high = read->high;
    uint8_t primitive;
    if (read->suffix.bytes &&
        !resolve_primitive(l->in, sym_intern(l->in, read->suffix), &primitive))
        primitive = PRIMITIVE_COUNT;
    if (read->suffix.bytes && !is_integer(primitive) && !is_float(primitive)) {
        literal->value.kind = HIR_LITERAL_ERROR;
        if (is_odd_width(read->suffix)) {
            Diag *diag =
                diag_new(l->job, DIAG_CODE_literal_width, lower_at(l, literal->lo, literal->hi));
            diag_arg(diag, (Str){ read->suffix.data + 1, read->suffix.bytes - 1 });
            lower_emit(l, diag_help(diag, "valid widths are 8, 16, 32, 64 and 128"));
        } else if (read->suffix.data[0] == 'f') {
            bad_suffix(l, literal, DIAG_CODE_literal_float_suffix,
                       "valid suffixes are `f32` and `f64`");
        } else {
            bad_suffix(l, literal, DIAG_CODE_literal_number_suffix,
                       "the suffix must be one of the numeric types (`u32`, `isize`, `f32`, etc.)");
        }
        return;
    }
    if (read->suffix.bytes)
        literal->value.suffix = (uint8_t)(primitive + 1);
    if (read->suffix.bytes && is_float(primitive))
        literal->value.kind = HIR_LITERAL_FLOAT;
    if (!read->is_too_large)
        return;
    literal->value.is_too_large = true;
    Diag *diag =
        diag_new(l->job, DIAG_CODE_literal_too_large, lower_at(l, literal->lo, literal->hi));
    lower_emit(l,
               diag_note(diag, "value exceeds limit of `340282366920938463463374607431768211455`"));
}

static void read_float(Lower *l, Literal *literal)
{
    uint8_t primitive = PRIMITIVE_COUNT;
    Str suffix = literal->read->suffix;
    literal->value.kind = HIR_LITERAL_FLOAT;
    literal->value.text = sym_intern(l->in, literal->read->text);
    if (suffix.bytes == 0)
        return;
    if (resolve_primitive(l->in, sym_intern(l->in, suffix), &primitive) && is_float(primitive)) {
        literal->value.suffix = (uint8_t)(primitive + 1);
        return;
    }
    literal->value.kind = HIR_LITERAL_ERROR;
    bad_suffix(l, literal, DIAG_CODE_literal_float_suffix, "valid suffixes are `f32` and `f64`");
}

/* Digits of an integer that a suffix makes a float. */
static void float_text(Lower *l, Literal *literal, SymId text)
{
    Text digits;
    text_init(&digits, l->scratch);
    Str written = lower_text(l, text);
    for (size_t i = 0; i + literal->read->suffix.bytes < written.bytes; i++) {
        if (written.data[i] != '_')
            text_add_char(&digits, written.data[i]);
    }
    literal->value.text = sym_intern(l->in, text_str(&digits));
}

static void read_kind(Lower *l, Literal *literal, SymId text)
{
    const LiteralValue *read = literal->read;
    static const uint8_t text_kinds[] = {
        [TOKEN_STR] = HIR_LITERAL_STR,           [TOKEN_RAW_STR] = HIR_LITERAL_STR,
        [TOKEN_BYTE_STR] = HIR_LITERAL_BYTE_STR, [TOKEN_RAW_BYTE_STR] = HIR_LITERAL_BYTE_STR,
        [TOKEN_C_STR] = HIR_LITERAL_C_STR,       [TOKEN_RAW_C_STR] = HIR_LITERAL_C_STR,
    };
    if (read->kind == TOKEN_INT) {
        read_int(l, literal);
        if (literal->value.kind == HIR_LITERAL_FLOAT)
            float_text(l, literal, text);
    } else if (read->kind == TOKEN_FLOAT) {
        read_float(l, literal);
    } else if (read->kind == TOKEN_CHAR || read->kind == TOKEN_BYTE) {
        literal->value.kind = read->kind == TOKEN_CHAR ? HIR_LITERAL_CHAR : HIR_LITERAL_BYTE;
        literal->value.low = read->low;
    } else {
        rsc_assert(read->kind < ARRAY_COUNT(text_kinds));
        literal->value.kind = text_kinds[read->kind];
        literal->value.text = sym_intern(l->in, read->text);
    }
    bool takes_suffix = read->kind == TOKEN_INT || read->kind == TOKEN_FLOAT;
    if (takes_suffix || read->suffix.bytes == 0)
        return;
    Diag *diag = diag_new(l->job, DIAG_CODE_literal_suffix, lower_at(l, literal->lo, literal->hi));
    diag_argf(diag, "%s",
              read->kind == TOKEN_CHAR   ? "char"
              : read->kind == TOKEN_BYTE ? "byte"
                                         : "string");
    lower_emit(l, diag_primary_label(diag, "invalid suffix `%.*s`", (int)read->suffix.bytes,
                                     read->suffix.data));
}

HirLiteralId lower_literal(Lower *l, TokenKind kind, SymId text, AstPos lo, AstPos hi)
{
    if (kind == TOKEN_KW_TRUE || kind == TOKEN_KW_FALSE)
        return push(l, (HirLiteral){ .kind = HIR_LITERAL_BOOL, .low = kind == TOKEN_KW_TRUE });
    LiteralValue read;
    if (!literal_value(l->in, l->scratch, kind, text, &read)) {
        l->b->has_error = true;
        return push(l, (HirLiteral){ .kind = HIR_LITERAL_ERROR });
    }
    Literal literal = { .lo = lo, .hi = hi, .read = &read };
    read_kind(l, &literal, text);
    return push(l, literal.value);
}
