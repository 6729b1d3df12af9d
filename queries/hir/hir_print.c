/* Dumps of bodies and item headers. */
#include "hir/hir.h"

static void interned_text(const Interners *interners, InternKind kind, uint32_t id, Text *out)
{
    if (id == 0)
        text_add_c(out, "none");
    else if (kind == INTERN_def)
        def_qualified_text(interners, def_id_make(id), out);
    else
        text_add_c(out, fp_hex(intern_fingerprint(interners, kind, id)).text);
}

/* Drops ` field=none`: most fields of most nodes have nothing in them. */
static void drop_none(Text *out, size_t from)
{
    size_t to = from;
    for (size_t at = from; at < out->bytes;) {
        size_t end = at;
        if (out->data[at] == ' ') {
            end = at + 1;
            while (end < out->bytes &&
                   (out->data[end] == '_' || (out->data[end] >= 'a' && out->data[end] <= 'z')))
                end++;
        }
        bool is_none = end > at + 1 && out->bytes - end > 5 &&
                       memcmp(out->data + end, "=none", 5) == 0 &&
                       (out->data[end + 5] == ' ' || out->data[end + 5] == '\n');
        if (is_none)
            at = end + 5;
        else
            out->data[to++] = out->data[at++];
    }
    out->bytes = to;
}

static void finish(Text *out, size_t from, bool json)
{
    text_add_char(out, '\n');
    if (!json)
        drop_none(out, from);
    text_add_char(out, '\n');
    out->data[--out->bytes] = '\0';
}

void hir_body_print(const Interners *interners, const HirBody *body, bool json, Text *out)
{
    IrDump dump = { .out = out,
                    .interners = interners,
                    .pool = body,
                    .json = json,
                    .interned_text = interned_text };
    size_t from = out->bytes;
    hir_body_dump(&dump, NULL, body);
    finish(out, from, json);
}

void hir_item_print(const Interners *interners, const HirItem *item, bool json, Text *out)
{
    IrDump dump = { .out = out,
                    .interners = interners,
                    .pool = &item->nodes,
                    .json = json,
                    .interned_text = interned_text };
    size_t from = out->bytes;
    hir_item_dump(&dump, NULL, item);
    finish(out, from, json);
}
