/* Values of literals. What is wrong with a literal the parser has reported. */
#include "lower/lower_priv.h"

typedef struct {
    HirLiteral value;
    const LiteralValue *read;
} Literal;

static HirLiteralId push(Lower *l, HirLiteral literal)
{
    return hir_literal_id_make(hir_literal_vec_push(&l->b->literals, literal));
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
        return;
    }
    if (read->suffix.bytes)
        literal->value.suffix = (uint8_t)(primitive + 1);
    if (read->suffix.bytes && is_float(primitive))
        literal->value.kind = HIR_LITERAL_FLOAT;
    literal->value.is_too_large = read->is_too_large;
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
}

HirLiteralId lower_literal(Lower *l, TokenKind kind, SymId text)
{
    if (kind == TOKEN_KW_TRUE || kind == TOKEN_KW_FALSE)
        return push(l, (HirLiteral){ .kind = HIR_LITERAL_BOOL, .low = kind == TOKEN_KW_TRUE });
    LiteralValue read;
    if (!literal_value(l->in, l->scratch, kind, text, &read)) {
        l->b->has_error = true;
        return push(l, (HirLiteral){ .kind = HIR_LITERAL_ERROR });
    }
    Literal literal = { .read = &read };
    read_kind(l, &literal, text);
    return push(l, literal.value);
}
