/* Keys and values of project's queries. */
#include "project/project.h"

static void workspace_key_encode(Encoder *e, const QueryKey *key)
{
    (void)e, (void)key;
}
static void workspace_key_decode(Decoder *d, QueryKey *key)
{
    (void)d, (void)key;
}
static void workspace_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    (void)interners, (void)key;
    text_add_c(out, "workspace");
}
const KeyInfo key_info_WorkspaceKey = {
    "WorkspaceKey", workspace_key_encode, workspace_key_decode, workspace_key_describe
};

static void crate_graph_encode(Encoder *e, const void *value)
{
    const CrateGraph *graph = value;
    encode_u32(e, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        encode_interned(e, INTERN_def, graph->crates[i].v);
}
static void crate_graph_decode(Decoder *d, void *value)
{
    CrateGraph *graph = value;
    graph->count = decode_count(d, 1);
    graph->crates = arena_alloc_array(d->arena, graph->count, sizeof *graph->crates);
    for (uint32_t i = 0; i < graph->count; i++)
        graph->crates[i] = def_id_make(decode_interned(d, INTERN_def));
}
static const CrateGraph crate_graph_error = { 0 };
const ValueInfo value_info_CrateGraph = {
    "CrateGraph", sizeof(CrateGraph), crate_graph_encode, crate_graph_decode, &crate_graph_error
};

static void crate_info_encode(Encoder *e, const void *value)
{
    const CrateInfo *info = value;
    encode_interned(e, INTERN_def, info->crate.v);
    encode_interned(e, INTERN_sym, info->name.v);
    encode_interned(e, INTERN_sym, info->package_name.v);
    encode_interned(e, INTERN_sym, info->package_version.v);
    encode_u8(e, info->kind);
    encode_u8(e, info->edition);
    encode_interned(e, INTERN_file, info->root_file.v);
    encode_bool(e, info->is_primary);
    encode_u32(e, info->dependency_count);
    for (uint32_t i = 0; i < info->dependency_count; i++) {
        encode_interned(e, INTERN_sym, info->dependencies[i].name.v);
        encode_interned(e, INTERN_def, info->dependencies[i].crate.v);
    }
}
static void crate_info_decode(Decoder *d, void *value)
{
    CrateInfo *info = value;
    info->crate = def_id_make(decode_interned(d, INTERN_def));
    info->name = sym_id_make(decode_interned(d, INTERN_sym));
    info->package_name = sym_id_make(decode_interned(d, INTERN_sym));
    info->package_version = sym_id_make(decode_interned(d, INTERN_sym));
    info->kind = decode_u8(d);
    info->edition = decode_u8(d);
    info->root_file = file_id_make(decode_interned(d, INTERN_file));
    info->is_primary = decode_bool(d);
    info->dependency_count = decode_count(d, 2);
    info->dependencies = arena_alloc_array(d->arena, info->dependency_count, sizeof *info->dependencies);
    for (uint32_t i = 0; i < info->dependency_count; i++) {
        info->dependencies[i].name = sym_id_make(decode_interned(d, INTERN_sym));
        info->dependencies[i].crate = def_id_make(decode_interned(d, INTERN_def));
    }
    if (info->kind > TARGET_BIN || info->edition > EDITION_2024)
        decoder_fail(d);
}
static const CrateInfo crate_info_error = { 0 };
const ValueInfo value_info_CrateInfo = {
    "CrateInfo", sizeof(CrateInfo), crate_info_encode, crate_info_decode, &crate_info_error
};

/* ---- cfgs ---- */

static void crate_cfgs_encode(Encoder *e, const void *value)
{
    const CrateCfgs *list = value;
    encode_u32(e, list->count);
    for (uint32_t i = 0; i < list->count; i++)
        encode_interned(e, INTERN_sym, list->cfgs[i].v);
}
static void crate_cfgs_decode(Decoder *d, void *value)
{
    CrateCfgs *list = value;
    list->count = decode_count(d, 1);
    list->cfgs = arena_alloc_array(d->arena, list->count, sizeof *list->cfgs);
    for (uint32_t i = 0; i < list->count; i++)
        list->cfgs[i] = sym_id_make(decode_interned(d, INTERN_sym));
}
static const CrateCfgs crate_cfgs_error = { 0 };
const ValueInfo value_info_CrateCfgs = { "CrateCfgs", sizeof(CrateCfgs), crate_cfgs_encode, crate_cfgs_decode,
                                         &crate_cfgs_error };

static void cfg_key_encode(Encoder *e, const QueryKey *key)
{
    CfgKey cfg;
    memcpy(&cfg, key, sizeof cfg);
    encode_interned(e, INTERN_def, cfg.crate.v);
    encode_interned(e, INTERN_sym, cfg.cfg.v);
}
static void cfg_key_decode(Decoder *d, QueryKey *key)
{
    CfgKey cfg = { def_id_make(decode_interned(d, INTERN_def)), sym_id_make(decode_interned(d, INTERN_sym)) };
    memcpy(key, &cfg, sizeof cfg);
}
static void cfg_key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    CfgKey cfg;
    memcpy(&cfg, key, sizeof cfg);
    def_qualified_text(interners, cfg.crate, out);
    text_add_char(out, ' ');
    text_add(out, sym_text(interners, cfg.cfg));
}
const KeyInfo key_info_CfgKey = { "CfgKey", cfg_key_encode, cfg_key_decode, cfg_key_describe };

static void cfg_fact_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const CfgFact *)value)->is_set);
}
static void cfg_fact_decode(Decoder *d, void *value)
{
    ((CfgFact *)value)->is_set = decode_bool(d);
}
static const CfgFact cfg_fact_error = { false };
const ValueInfo value_info_CfgFact = { "CfgFact", sizeof(CfgFact), cfg_fact_encode, cfg_fact_decode, &cfg_fact_error };

void cfg_fact_provide(Job *job, CfgKey key, CfgFact *out)
{
    const CrateCfgs *list = q_crate_cfgs(job, key.crate);
    for (uint32_t i = 0; i < list->count; i++)
        out->is_set |= sym_id_eq(list->cfgs[i], key.cfg);
}
