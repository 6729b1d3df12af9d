/* Identities as text, for people: messages, traces, crash reports; and as keys of queries. */
#include <string.h>

#include "source/source.h"

static const char *const kind_texts[] = {
    [DEF_NONE] = "nothing",
#define X(U, l, text, ns) [DEF_##U] = text,
    DEF_KIND_TABLE(X)
#undef X
        [DEF_KIND_COUNT] = "nothing",
    [ITEM_ROOT_FILE] = "file",
    [ITEM_ROOT_CALL] = "macro invocation",
};

const char *def_kind_text(DefKind kind)
{
    rsc_assert((unsigned)kind < ARRAY_COUNT(kind_texts));
    return kind_texts[kind];
}

/* What stands for the name of a step that has none; kinds that are not here have names. */
static const char *const nameless_texts[DEF_KIND_COUNT] = {
    [DEF_CLOSURE] = "closure",  [DEF_ANON_CONST] = "constant",
    [DEF_CTOR] = "constructor", [DEF_FOREIGN_MOD] = "extern",
    [DEF_USE] = "use",          [DEF_MACRO_CALL] = "macro",
    [DEF_IMPL] = "impl",
};

static void step_text(const Interners *interners, PathRecord step, Text *out)
{
    Str name = sym_text(interners, sym_id_make(step.name));
    if (step.kind == DEF_IMPL && name.bytes > 0)
        text_addf(out, "<impl %.*s>", (int)name.bytes, name.data);
    else if (name.bytes == 0)
        text_addf(out, "{%s#%u}",
                  nameless_texts[step.kind] ? nameless_texts[step.kind] : kind_texts[step.kind],
                  step.disambiguator);
    else
        text_add(out, name);
}

enum { PATH_STEPS_MAX = CODEC_DEPTH_MAX };

/* The steps of a definition below its crate, outermost first. */
static uint32_t def_steps(const Interners *interners, DefId def, PathRecord *steps)
{
    uint32_t count = 0;
    PathRecord record = def_record(interners, def);
    for (; record.parent != 0; record = def_record(interners, def_id_make(record.parent))) {
        rsc_assert(count < PATH_STEPS_MAX);
        steps[count++] = record;
    }
    for (uint32_t i = 0; i < count / 2; i++) {
        PathRecord swap = steps[i];
        steps[i] = steps[count - 1 - i];
        steps[count - 1 - i] = swap;
    }
    return count;
}

void def_path_text(const Interners *interners, DefId def, Text *out)
{
    PathRecord steps[PATH_STEPS_MAX];
    uint32_t count = def_steps(interners, def, steps);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            text_add_c(out, "::");
        step_text(interners, steps[i], out);
    }
}

void def_qualified_text(const Interners *interners, DefId def, Text *out)
{
    DefId crate = def_crate(interners, def);
    text_add(out, sym_text(interners, def_name(interners, crate)));
    if (def_id_eq(crate, def))
        return;
    text_add_c(out, "::");
    def_path_text(interners, def, out);
}

void file_path_text(const Interners *interners, FileId file, Text *out)
{
    FileRecord record = file_record(interners, file);
    Str package = sym_text(interners, record.package);
    text_add(out, package);
    if (package.bytes > 0 && !str_eq(package, STR("/")))
        text_add_char(out, '/');
    text_add(out, sym_text(interners, record.path));
}

static void call_text(const Interners *interners, CallId call, Text *out)
{
    CallRecord record = call_record(interners, call);
    if (record.macro)
        text_add(out,
                 sym_text(interners,
                          sym_id_make(item_record(interners, item_id_make(record.macro)).name)));
    FpHex hex = fp_hex(record.tokens);
    text_addf(out, "!#%.8s.%u", hex.text, record.duplicate);
}

/* Recursion is bounded: a record nests at most CODEC_DEPTH_MAX deep. */
void item_path_text(const Interners *interners, ItemId item, Text *out)
{
    PathRecord record = item_record(interners, item);
    if (record.kind == ITEM_ROOT_FILE) {
        file_path_text(interners, file_id_make(record.parent), out);
        return;
    }
    if (record.kind == ITEM_ROOT_CALL) {
        CallRecord call = call_record(interners, call_id_make(record.parent));
        if (call.owner) {
            item_path_text(interners, item_id_make(call.owner), out);
            text_add_c(out, "::");
        }
        call_text(interners, call_id_make(record.parent), out);
        return;
    }
    item_path_text(interners, item_id_make(record.parent), out);
    text_add_c(out, "::");
    step_text(interners, record, out);
}

/* ---- keys ---- */

/* The four keys are one id each: KEY(CamelCase, interned kind, text function). */
#define KEY(Name, kind, write)                                                                    \
    static void key_##kind##_encode(Encoder *e, const QueryKey *key)                              \
    {                                                                                             \
        Name id;                                                                                  \
        memcpy(&id, key, sizeof id);                                                              \
        encode_interned(e, INTERN_##kind, id.v);                                                  \
    }                                                                                             \
    static void key_##kind##_decode(Decoder *d, QueryKey *key)                                    \
    {                                                                                             \
        Name id = { decode_interned(d, INTERN_##kind) };                                          \
        *key = (QueryKey){ { 0, 0 } };                                                            \
        memcpy(key, &id, sizeof id);                                                              \
    }                                                                                             \
    static void key_##kind##_describe(const Interners *interners, const QueryKey *key, Text *out) \
    {                                                                                             \
        Name id;                                                                                  \
        memcpy(&id, key, sizeof id);                                                              \
        if (id.v == 0)                                                                            \
            text_add_c(out, "none");                                                              \
        else                                                                                      \
            write(interners, id, out);                                                            \
    }                                                                                             \
    const KeyInfo key_info_##Name = { #Name, key_##kind##_encode, key_##kind##_decode,            \
                                      key_##kind##_describe };

static void call_path_text(const Interners *interners, CallId call, Text *out)
{
    CallRecord record = call_record(interners, call);
    if (record.owner) {
        item_path_text(interners, item_id_make(record.owner), out);
        text_add_c(out, "::");
    }
    call_text(interners, call, out);
}

KEY(FileId, file, file_path_text)
KEY(ItemId, item, item_path_text)
KEY(DefId, def, def_qualified_text)
KEY(CallId, call, call_path_text)

static void package_encode(Encoder *e, const QueryKey *key)
{
    PackageKey package;
    memcpy(&package, key, sizeof package);
    encode_interned(e, INTERN_sym, package.package.v);
}

static void package_decode(Decoder *d, QueryKey *key)
{
    PackageKey package = { sym_id_make(decode_interned(d, INTERN_sym)) };
    *key = (QueryKey){ { 0, 0 } };
    memcpy(key, &package, sizeof package);
}

static void package_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    PackageKey package;
    memcpy(&package, key, sizeof package);
    Str path = sym_text(interners, package.package);
    text_add(out, path.bytes ? path : STR("."));
}

const KeyInfo key_info_PackageKey = { "PackageKey", package_encode, package_decode,
                                      package_describe };
