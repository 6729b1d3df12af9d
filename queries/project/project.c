/* Keys and values of project's queries. */
#include "project/project.h"

#include "engine/query_value.h"

static const char *const target_kind_names[] = { [TARGET_LIB] = "lib", [TARGET_BIN] = "bin" };
static const char *const edition_names[] = { [EDITION_2015] = "2015",
                                             [EDITION_2018] = "2018",
                                             [EDITION_2021] = "2021",
                                             [EDITION_2024] = "2024" };
IR_ENUM_KIND(target_kind, uint8_t, target_kind_names, TARGET_BIN + 1)
IR_ENUM_KIND(edition, uint8_t, edition_names, EDITION_2024 + 1)

#define IR_TABLE "project/project_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "project/project_values.def"
#include "base/ir_records_define.h"

static void workspace_text(const Interners *interners, WorkspaceKey key, Text *out)
{
    (void)interners, (void)key;
    text_add_c(out, "workspace");
}

static void cfg_text(const Interners *interners, CfgKey key, Text *out)
{
    def_qualified_text(interners, key.crate, out);
    text_add_char(out, ' ');
    text_add(out, sym_text(interners, key.cfg));
}

QUERY_KEY_INFO(WorkspaceKey, workspace_key, workspace_text)
QUERY_KEY_INFO(CfgKey, cfg_key, cfg_text)
QUERY_VALUE_INFO(CrateGraph, crate_graph, { 0 })
QUERY_VALUE_INFO(CrateInfo, crate_info, { 0 })
QUERY_VALUE_INFO(CrateCfgs, crate_cfgs, { 0 })
QUERY_VALUE_INFO(CfgFact, cfg_fact, { 0 })

void cfg_fact_provide(Job *job, CfgKey key, CfgFact *out)
{
    const CrateCfgs *list = q_crate_cfgs(job, key.crate);
    for (uint32_t i = 0; i < list->count; i++)
        out->is_set |= sym_id_eq(list->cfgs[i], key.cfg);
}
