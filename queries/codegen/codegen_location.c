/* Panic locations: the one place where positions meet machine code.
 *
 * Each definition with panic sites has a symbol `__rscc_loc.<def hash>`, an array with one Location
 * per site in the order of panic_sites. The arrays of a file's definitions are one data object, so
 * that moving code makes this object again and no other. */
#include <stdlib.h>
#include <string.h>

#include "codegen/codegen_elf.h"
#include "codegen/codegen_priv.h"
#include "expand/expand.h"
#include "lower/lower.h"

VEC_TYPE(LocationSiteVec, location_site_vec, LocationSite)
VEC_TYPE(DefVec, def_vec, DefId)
VEC_TYPE(FileVec, file_vec, FileId)
VEC_TYPE(U64Vec, u64_vec, uint64_t)

/* ---- symbols --------------------------------------------------------------------------------- */

static const char *location_symbol(const Interners *in, DefId def, Arena *arena)
{
    FpHex hex = fp_hex(intern_fingerprint(in, INTERN_def, def.v));
    return arena_printf(arena, "__rscc_loc.%s", hex.text);
}

static uint32_t site_index(const PanicSites *sites, uint32_t span)
{
    for (uint32_t i = 0; i < sites->count; i++) {
        if (sites->spans[i] == span)
            return i;
    }
    RSC_BUG("a panic site that panic_sites does not know");
}

static const Layout *location_layout(Job *job, DefId crate)
{
    Interners *in = job_interners(job);
    DefId location = mono_lang_item(job, crate, "panic_location");
    if (def_id_is_none(location))
        return NULL;
    ArgsId args = args_erase_regions(in, args_identity(job, location));
    const Layout *layout = q_layout_of(job, ty_adt(in, location, args));
    bool fits = !layout->has_error && layout->fields.count >= 3 && layout->size <= 64;
    return fits ? layout : NULL;
}

LLVMValueRef cg_location(CgModule *m, DefId def, uint32_t span)
{
    const Layout *layout = location_layout(m->job, def_crate(m->in, def));
    const char *symbol = location_symbol(m->in, def, m->arena);
    LLVMValueRef global = LLVMGetNamedGlobal(m->module, symbol);
    if (!global) {
        global = LLVMAddGlobal(m->module, m->types.i8, symbol);
        LLVMSetVisibility(global, LLVMHiddenVisibility);
        LLVMSetGlobalConstant(global, 1);
    }
    if (!layout) {
        diag_emit(m->job, diag_arg(diag_new(m->job, DIAG_CODE_missing_lang_item, diag_nowhere()),
                                   STR("panic_location")));
        m->has_error = true;
        return global;
    }
    uint64_t offset = layout->size * site_index(q_panic_sites(m->job, def), span);
    LLVMValueRef index = LLVMConstInt(m->types.i64, offset, 0);
    return offset ? LLVMConstInBoundsGEP2(m->types.i8, global, &index, 1) : global;
}

/* ---- which definitions stand in which file ----------------------------------------------------
 */

/* Of an item that a macro made: the file of the outermost call. */
static FileId written_file(const Interners *in, ItemId item)
{
    for (;;) {
        PathRecord root = item_record(in, item_root(in, item));
        if (root.kind == ITEM_ROOT_FILE)
            return file_id_make(root.parent);
        rsc_assert(root.kind == ITEM_ROOT_CALL);
        item = item_id_make(call_record(in, call_id_make(root.parent)).owner);
    }
}

static FileId def_file(Job *job, DefId def)
{
    ItemId item = q_def_item(job, def)->item;
    return item_id_is_none(item) ? file_id_none() : written_file(job_interners(job), item);
}

static bool has_code(const Interners *in, InstanceId instance, DefId *def)
{
    InstanceRecord record = instance_record(in, instance);
    *def = def_id_make(record.def);
    bool is_fn = record.kind == MONO_FN || record.kind == MONO_REIFY_SHIM;
    return is_fn && def_kind(in, *def) != DEF_CTOR;
}

/* By file, then by definition. */
static int compare_sites(const void *left, const void *right, void *context)
{
    const Interners *in = context;
    const LocationSite *a = left, *b = right;
    int order = fp_compare(intern_fingerprint(in, INTERN_file, a->file.v),
                           intern_fingerprint(in, INTERN_file, b->file.v));
    return order ? order
                 : fp_compare(intern_fingerprint(in, INTERN_def, a->def.v),
                              intern_fingerprint(in, INTERN_def, b->def.v));
}

void location_index_provide(Job *job, DefId key, LocationIndex *out)
{
    Interners *in = job_interners(job);
    const CollectedItems *all = q_collected_items(job, key);
    LocationSiteVec sites;
    location_site_vec_init(&sites, job_out(job));
    Map seen;
    map_init(&seen, job_scratch(job), sizeof(DefId));
    for (uint32_t i = 0; i < all->item_count; i++) {
        DefId def;
        bool existed = true;
        if (has_code(in, all->items[i].instance, &def))
            map_put(&seen, &def, &existed);
        FileId file = existed ? file_id_none() : def_file(job, def);
        if (!file_id_is_none(file))
            location_site_vec_push(&sites, (LocationSite){ file, def });
    }
    if (sites.count)
        qsort_r(sites.items, sites.count, sizeof(LocationSite), compare_sites, in);
    *out = (LocationIndex){ sites.items, sites.count };
}

void location_files_provide(Job *job, DefId key, LocationFiles *out)
{
    const LocationIndex *index = q_location_index(job, key);
    FileVec files;
    file_vec_init(&files, job_out(job));
    for (uint32_t i = 0; i < index->count; i++) {
        FileId file = index->sites[i].file;
        if (i == 0 || !file_id_eq(file, index->sites[i - 1].file))
            file_vec_push(&files, file);
    }
    *out = (LocationFiles){ files.items, files.count };
}

void location_defs_provide(Job *job, LocationKey key, LocationDefs *out)
{
    const LocationIndex *index = q_location_index(job, key.crate);
    DefVec defs;
    def_vec_init(&defs, job_out(job));
    for (uint32_t i = 0; i < index->count; i++) {
        if (file_id_eq(index->sites[i].file, key.file))
            def_vec_push(&defs, index->sites[i].def);
    }
    *out = (LocationDefs){ defs.items, defs.count };
}

/* ---- the object ------------------------------------------------------------------------------ */

/* As rustc shows it: what stands behind an expansion is the outermost call. */
static SourceSpan site_position(Job *job, DefId def, uint32_t span)
{
    return parse_source_span(
        job, expand_outermost_span(job, lower_token_span(job, (Span){ def, span })));
}

typedef struct {
    Job *job;
    const Layout *layout;
    Str file_name;
    Text records;
    U64Vec addresses;
    ElfSymbolVec symbols;
} LocationObject;

static void put_bytes(uint8_t *at, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void add_record(LocationObject *o, DefId def, uint32_t span)
{
    uint8_t record[64] = { 0 };
    SourceSpan position = site_position(o->job, def, span);
    const uint64_t *offsets = o->layout->fields.offsets;
    rsc_assert(o->layout->size <= sizeof record);
    put_bytes(record + offsets[0] + TARGET_POINTER_BYTES, o->file_name.bytes, 8);
    put_bytes(record + offsets[1], position.line + 1, 4);
    put_bytes(record + offsets[2], position.column + 1, 4);
    u64_vec_push(&o->addresses, o->records.bytes + offsets[0]);
    text_add(&o->records, (Str){ (const char *)record, o->layout->size });
}

static void add_def(LocationObject *o, DefId def)
{
    const PanicSites *sites = q_panic_sites(o->job, def);
    if (sites->count == 0)
        return;
    const char *name = location_symbol(job_interners(o->job), def, job_scratch(o->job));
    ElfSymbol symbol = { str_from_c(name), o->records.bytes, o->layout->size * sites->count };
    elf_symbol_vec_push(&o->symbols, symbol);
    for (uint32_t i = 0; i < sites->count; i++)
        add_record(o, def, sites->spans[i]);
}

void location_table_provide(Job *job, LocationKey key, ObjectCode *out)
{
    Arena *scratch = job_scratch(job);
    const LocationDefs *defs = q_location_defs(job, key);
    LocationObject o = { .job = job, .layout = location_layout(job, key.crate) };
    Text path;
    text_init(&path, scratch);
    file_path_text(job_interners(job), key.file, &path);
    o.file_name = text_str(&path);
    text_init(&o.records, scratch);
    u64_vec_init(&o.addresses, scratch);
    elf_symbol_vec_init(&o.symbols, scratch);
    for (uint32_t i = 0; o.layout && i < defs->count; i++)
        add_def(&o, defs->items[i]);
    ElfData data = { .records = (const uint8_t *)o.records.data,
                     .record_bytes = o.records.bytes,
                     .record_align = o.layout ? o.layout->align : 8,
                     .text = o.file_name,
                     .text_addresses = o.addresses.items,
                     .text_address_count = o.addresses.count,
                     .symbols = o.symbols.items,
                     .symbol_count = o.symbols.count };
    out->bytes = elf_data_object(&data, job_out(job));
}
