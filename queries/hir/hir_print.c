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

void hir_body_print(const Interners *interners, const HirBody *body, bool json, Text *out)
{
    IrDump dump = { .out = out,
                    .interners = interners,
                    .pool = body,
                    .json = json,
                    .interned_text = interned_text };
    hir_body_dump(&dump, NULL, body);
    text_add_char(out, '\n');
}

void hir_item_print(const Interners *interners, const HirItem *item, bool json, Text *out)
{
    IrDump dump = { .out = out,
                    .interners = interners,
                    .pool = &item->nodes,
                    .json = json,
                    .interned_text = interned_text };
    hir_item_dump(&dump, NULL, item);
    text_add_char(out, '\n');
}
