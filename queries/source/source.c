/* Interning of files, items, definitions and macro calls. */
#include "source/source.h"

#include <string.h>

/* ---- files ---- */

FileId file_id_intern(Interners *interners, SymId package, SymId path)
{
    FileRecord record = { package, path };
    return file_id_make(intern(interners, INTERN_file, &record, sizeof record));
}

FileRecord file_record(const Interners *interners, FileId file)
{
    FileRecord record;
    memcpy(&record, intern_record(interners, INTERN_file, file.v, NULL), sizeof record);
    return record;
}

static void file_encode(Encoder *e, const void *record, size_t bytes)
{
    FileRecord file;
    rsc_assert(bytes == sizeof file);
    memcpy(&file, record, sizeof file);
    encode_interned(e, INTERN_sym, file.package.v);
    encode_interned(e, INTERN_sym, file.path.v);
}

static uint32_t file_decode(Decoder *d)
{
    SymId package = sym_id_make(decode_interned(d, INTERN_sym));
    SymId path = sym_id_make(decode_interned(d, INTERN_sym));
    return d->failed ? 0 : file_id_intern(d->interners, package, path).v;
}

const InternInfo intern_info_file = { "file", file_encode, file_decode };

/* ---- items and definitions: one record shape ---- */

static bool kind_is_definition(uint32_t kind)
{
    return kind > DEF_NONE && kind < DEF_KIND_COUNT;
}

/* Whose id `parent` is. */
static InternKind parent_kind(InternKind own, uint32_t kind)
{
    if (kind == ITEM_ROOT_FILE)
        return INTERN_file;
    return kind == ITEM_ROOT_CALL ? INTERN_call : own;
}

static void path_encode(Encoder *e, InternKind own, const void *record, size_t bytes)
{
    PathRecord path;
    rsc_assert(bytes == sizeof path);
    memcpy(&path, record, sizeof path);
    encode_u32(e, path.kind);
    encode_interned(e, (uint8_t)parent_kind(own, path.kind), path.parent);
    encode_interned(e, INTERN_sym, path.name);
    encode_u32(e, path.disambiguator);
    encode_fixed64(e, path.hash);
}

static bool path_is_valid(InternKind own, PathRecord path)
{
    if (path.kind == ITEM_ROOT_FILE || path.kind == ITEM_ROOT_CALL)
        return own == INTERN_item && path.parent != 0;
    return kind_is_definition(path.kind) && (path.kind == DEF_CRATE) == (path.parent == 0);
}

static uint32_t path_decode(Decoder *d, InternKind own)
{
    PathRecord path = { .kind = decode_u32(d) };
    path.parent = decode_interned(d, (uint8_t)parent_kind(own, path.kind));
    path.name = decode_interned(d, INTERN_sym);
    path.disambiguator = decode_u32(d);
    path.hash = decode_fixed64(d);
    if (!d->failed && !path_is_valid(own, path))
        decoder_fail(d);
    return d->failed ? 0 : intern(d->interners, own, &path, sizeof path);
}

static PathRecord path_record(const Interners *interners, InternKind own, uint32_t id)
{
    PathRecord path;
    memcpy(&path, intern_record(interners, own, id, NULL), sizeof path);
    return path;
}

static void item_encode(Encoder *e, const void *record, size_t bytes)
{
    path_encode(e, INTERN_item, record, bytes);
}

static uint32_t item_decode(Decoder *d)
{
    return path_decode(d, INTERN_item);
}

const InternInfo intern_info_item = { "item", item_encode, item_decode };

static void def_encode(Encoder *e, const void *record, size_t bytes)
{
    path_encode(e, INTERN_def, record, bytes);
}

static uint32_t def_decode(Decoder *d)
{
    return path_decode(d, INTERN_def);
}

const InternInfo intern_info_def = { "def", def_encode, def_decode };

ItemId item_id_intern(Interners *interners, PathRecord record)
{
    rsc_assert(path_is_valid(INTERN_item, record));
    return item_id_make(intern(interners, INTERN_item, &record, sizeof record));
}

PathRecord item_record(const Interners *interners, ItemId item)
{
    return path_record(interners, INTERN_item, item.v);
}

ItemId item_root_of_file(Interners *interners, FileId file)
{
    if (file_id_is_none(file))
        return item_id_none();
    return item_id_intern(interners, (PathRecord){ .kind = ITEM_ROOT_FILE, .parent = file.v });
}

ItemId item_root_of_call(Interners *interners, CallId call)
{
    return item_id_intern(interners, (PathRecord){ .kind = ITEM_ROOT_CALL, .parent = call.v });
}

ItemId item_root(const Interners *interners, ItemId item)
{
    PathRecord record = item_record(interners, item);
    while (kind_is_definition(record.kind)) {
        item = item_id_make(record.parent);
        record = item_record(interners, item);
    }
    return item;
}

FileId item_file(const Interners *interners, ItemId item)
{
    PathRecord root = item_record(interners, item_root(interners, item));
    return file_id_make(root.kind == ITEM_ROOT_FILE ? root.parent : 0);
}

DefId def_id_intern(Interners *interners, PathRecord record)
{
    rsc_assert(path_is_valid(INTERN_def, record));
    return def_id_make(intern(interners, INTERN_def, &record, sizeof record));
}

PathRecord def_record(const Interners *interners, DefId def)
{
    return path_record(interners, INTERN_def, def.v);
}

DefId def_child(Interners *interners, DefId parent, DefKind kind, SymId name,
                uint32_t disambiguator)
{
    return def_id_intern(interners, (PathRecord){ .kind = kind,
                                                  .parent = parent.v,
                                                  .name = name.v,
                                                  .disambiguator = disambiguator });
}

DefId def_parent(const Interners *interners, DefId def)
{
    return def_id_make(def_record(interners, def).parent);
}

DefId def_crate(const Interners *interners, DefId def)
{
    for (PathRecord record = def_record(interners, def); record.parent != 0;
         record = def_record(interners, def))
        def = def_id_make(record.parent);
    return def;
}

SymId def_name(const Interners *interners, DefId def)
{
    return sym_id_make(def_record(interners, def).name);
}

/* ---- macro calls ---- */

CallId call_id_intern(Interners *interners, CallRecord record)
{
    return call_id_make(intern(interners, INTERN_call, &record, sizeof record));
}

CallRecord call_record(const Interners *interners, CallId call)
{
    CallRecord record;
    memcpy(&record, intern_record(interners, INTERN_call, call.v, NULL), sizeof record);
    return record;
}

static void call_encode(Encoder *e, const void *record, size_t bytes)
{
    CallRecord call;
    rsc_assert(bytes == sizeof call);
    memcpy(&call, record, sizeof call);
    encode_interned(e, INTERN_item, call.owner);
    encode_interned(e, INTERN_item, call.macro);
    encode_interned(e, INTERN_def, call.crate);
    encode_u32(e, call.duplicate);
    encode_u32(e, call.fragment);
    encode_fp(e, call.tokens);
}

static uint32_t call_decode(Decoder *d)
{
    CallRecord call = { .owner = decode_interned(d, INTERN_item) };
    call.macro = decode_interned(d, INTERN_item);
    call.crate = decode_interned(d, INTERN_def);
    call.duplicate = decode_u32(d);
    call.fragment = decode_u32(d);
    call.tokens = decode_fp(d);
    return d->failed ? 0 : call_id_intern(d->interners, call).v;
}

const InternInfo intern_info_call = { "call", call_encode, call_decode };

/* ---- spans ---- */

void token_span_encode(Encoder *e, TokenSpan span)
{
    encode_interned(e, INTERN_item, span.item.v);
    encode_u32(e, span.anchor);
    encode_u32(e, span.lo);
    encode_u32(e, span.hi);
    encode_u32(e, span.sub_lo);
    encode_u32(e, span.sub_hi);
    encode_interned(e, INTERN_call, span.call.v);
}

TokenSpan token_span_decode(Decoder *d)
{
    TokenSpan span = { .item = item_id_make(decode_interned(d, INTERN_item)) };
    span.anchor = decode_u32(d);
    span.lo = decode_u32(d);
    span.hi = decode_u32(d);
    span.sub_lo = decode_u32(d);
    span.sub_hi = decode_u32(d);
    span.call = call_id_make(decode_interned(d, INTERN_call));
    if (span.anchor >= ANCHOR_COUNT)
        decoder_fail(d);
    return span;
}

/* ---- the text of a file ---- */

static void file_text_encode(Encoder *e, const void *value)
{
    const FileText *text = value;
    encode_u8(e, text->state);
    encode_i64(e, text->os_error);
    encode_u32(e, text->invalid_at);
    encode_str(e, text->text);
}

static void file_text_decode(Decoder *d, void *value)
{
    FileText *text = value;
    text->state = decode_u8(d);
    text->os_error = (int32_t)decode_i64(d);
    text->invalid_at = decode_u32(d);
    Str contents = decode_str(d);
    if (text->state > FILE_TEXT_TOO_LARGE)
        decoder_fail(d);
    if (d->failed)
        return;
    text->text = (Str){ arena_copy_str(d->arena, contents), contents.bytes };
}

static const FileText file_text_error = { .state = FILE_TEXT_ABSENT };
const ValueInfo value_info_FileText = {
    .name = "FileText",
    .bytes = sizeof(FileText),
    .encode = file_text_encode,
    .decode = file_text_decode,
    .error_value = &file_text_error,
};

static void edition_encode(Encoder *e, const void *value)
{
    const PackageEdition *package = value;
    encode_u8(e, package->edition);
}

static void edition_decode(Decoder *d, void *value)
{
    PackageEdition *package = value;
    package->edition = decode_u8(d);
    if (package->edition > EDITION_2024)
        decoder_fail(d);
}

/* Of a package that nobody knows any more. */
static const PackageEdition edition_error = { EDITION_2021 };
const ValueInfo value_info_PackageEdition = {
    .name = "PackageEdition",
    .bytes = sizeof(PackageEdition),
    .encode = edition_encode,
    .decode = edition_decode,
    .error_value = &edition_error,
};
