#include "base/ir_table.h"

#include <inttypes.h>
#include <stdio.h>

void ir_visit_id(const IrWalk *walk, uint32_t kind, uint32_t id)
{
    if (id != 0)
        walk->visit(walk->context, kind, id);
}

Str ir_kind_name(const char *lower)
{
    Str name = str_from_c(lower);
    if (name.bytes > 1 && name.data[name.bytes - 1] == '_')
        name.bytes--;
    return name;
}

/* ---- decoding ---- */

uint32_t ir_read_index(Decoder *d, uint32_t limit)
{
    uint32_t index = decode_u32(d);
    if (index != 0 && index >= limit) {
        decoder_fail(d);
        return 0;
    }
    return index;
}

uint32_t ir_read_below(Decoder *d, uint32_t limit)
{
    uint32_t index = decode_u32(d);
    if (index < limit)
        return index;
    decoder_fail(d);
    return 0;
}

Str ir_read_bytes(Decoder *d)
{
    Str borrowed = decode_str(d);
    return (Str){ arena_copy(d->arena, borrowed.data, borrowed.bytes), borrowed.bytes };
}

IdRange ir_read_run(Decoder *d, uint32_t limit)
{
    IdRange range = { .start = decode_u32(d) };
    range.count = decode_u32(d);
    if (d->failed || range.start > limit || range.count > limit - range.start) {
        decoder_fail(d);
        return (IdRange){ 0, 0 };
    }
    return range;
}

/* ---- dumping: lines and JSON ---- */

static void begin_line(IrDump *dump)
{
    text_add_char(dump->out, '\n');
    text_add_repeat(dump->out, ' ', (size_t)dump->depth * 2);
}

/* A comma unless this is the first thing in its object or array, or a field's value. */
static void json_separate(IrDump *dump)
{
    Str out = text_str(dump->out);
    if (out.bytes == 0)
        return;
    char last = out.data[out.bytes - 1];
    if (last != '{' && last != '[' && last != ':')
        text_add_char(dump->out, ',');
}

static void json_field(IrDump *dump, const char *field)
{
    json_separate(dump);
    if (!field)
        return;
    text_add_json_string(dump->out, str_from_c(field));
    text_add_char(dump->out, ':');
}

/* The beginning of a child or of a list of children, on a line of its own. */
static void begin_below(IrDump *dump, const char *field)
{
    if (dump->depth > 0)
        begin_line(dump);
    if (field)
        text_addf(dump->out, "%s:", field);
}

bool ir_print_node_begin(IrDump *dump, const char *field, Str kind)
{
    bool too_deep = dump->depth >= IR_DUMP_DEPTH_MAX;
    Str shown = too_deep ? STR("...") : kind;
    if (dump->json) {
        json_field(dump, field);
        text_add_c(dump->out, "{\"node\":");
        text_add_json_string(dump->out, shown);
    } else {
        begin_below(dump, field);
        if (field)
            text_add_char(dump->out, ' ');
        text_add(dump->out, shown);
    }
    if (too_deep) {
        text_add_c(dump->out, dump->json ? "}" : "");
        return false;
    }
    dump->depth++;
    dump->children = false;
    return true;
}

/* A node inside another is printed in that one's second half. */
void ir_print_node_end(IrDump *dump)
{
    dump->depth--;
    dump->children = true;
    if (dump->json)
        text_add_char(dump->out, '}');
}

void ir_print_list_begin(IrDump *dump, const char *field)
{
    if (dump->json) {
        json_field(dump, field);
        text_add_char(dump->out, '[');
    } else {
        begin_below(dump, field);
    }
    dump->depth++;
}

void ir_print_list_end(IrDump *dump)
{
    dump->depth--;
    if (dump->json)
        text_add_char(dump->out, ']');
}

void ir_print_scalars_begin(IrDump *dump, const char *field)
{
    if (dump->json)
        json_field(dump, field);
    else
        text_addf(dump->out, " %s=", field);
    text_add_char(dump->out, '[');
}

void ir_print_scalars_end(IrDump *dump)
{
    text_add_char(dump->out, ']');
}

static void text_scalar(IrDump *dump, const char *field, Str text)
{
    if (field) {
        text_addf(dump->out, " %s=", field);
    } else if (dump->children) {
        begin_line(dump);
    } else if (text_str(dump->out).data[dump->out->bytes - 1] != '[') {
        text_add_char(dump->out, ' ');
    }
    text_add(dump->out, text);
}

/* Fields of the second half are children; an element of a list belongs to the half its list is in.
 */
void ir_print_scalar(IrDump *dump, const char *field, Str text, bool quoted)
{
    if (field && dump->children)
        return;
    if (!dump->json) {
        text_scalar(dump, field, text);
        return;
    }
    json_field(dump, field);
    if (quoted)
        text_add_json_string(dump->out, text);
    else
        text_add(dump->out, text);
}

void ir_print_number(IrDump *dump, const char *field, uint64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, value);
    ir_print_scalar(dump, field, (Str){ digits, (size_t)length }, false);
}

void ir_print_signed(IrDump *dump, const char *field, int64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, value);
    ir_print_scalar(dump, field, (Str){ digits, (size_t)length }, false);
}

void ir_print_hex128(IrDump *dump, const char *field, U128 value)
{
    char digits[40];
    int length = value.high ? snprintf(digits, sizeof digits, "0x%" PRIx64 "%016" PRIx64,
                                       value.high, value.low)
                            : snprintf(digits, sizeof digits, "0x%" PRIx64, value.low);
    ir_print_scalar(dump, field, (Str){ digits, (size_t)length }, true);
}

void ir_print_run(IrDump *dump, const char *field, IdRange range)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRIu32 "+%" PRIu32, range.start, range.count);
    ir_print_scalar(dump, field, (Str){ digits, (size_t)length }, true);
}

void ir_print_reference(IrDump *dump, const char *field, const char *letter, uint32_t id)
{
    char text[48];
    int length = id == 0 ? snprintf(text, sizeof text, "none")
                         : snprintf(text, sizeof text, "%.16s%" PRIu32, letter, id);
    ir_print_scalar(dump, field, (Str){ text, (size_t)length }, true);
}

void ir_print_interned(IrDump *dump, const char *field, InternKind kind, uint32_t id)
{
    Text text;
    text_init(&text, NULL);
    if (id == 0) {
        text_add_c(&text, "none");
    } else if (kind == INTERN_sym) {
        Str symbol = sym_text(dump->interners, sym_id_make(id));
        /* A symbol is arbitrary text; a line of the text form holds none of it raw. */
        if (dump->json)
            text_add(&text, symbol);
        else
            text_add_json_string(&text, symbol);
    } else if (dump->interned_text) {
        dump->interned_text(dump->interners, kind, id, &text);
    } else {
        FpHex hex = fp_hex(intern_fingerprint(dump->interners, kind, id));
        text_addf(&text, "#%.16s", hex.text);
    }
    ir_print_scalar(dump, field, text_str(&text), true);
    text_release(&text);
}
