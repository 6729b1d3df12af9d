/* The syntax of what cfg leaves out. */
#include "check/check_priv.h"

/* A query of its own, so that an edit in it (a module of tests, say) ends here. */
void item_syntax_provide(Job *job, ItemId item, ItemCheck *out)
{
    out->has_error = resolve_has_syntax_error(job, item);
}

void absent_syntax_provide(Job *job, DefId container, ItemCheck *out)
{
    DefKind kind = def_kind(job_interners(job), container);
    bool is_module = kind == DEF_CRATE || kind == DEF_MOD;
    const ModuleDefs *module = is_module ? q_module_defs(job, container) : NULL;
    const AssocDefs *assoc = is_module ? NULL : q_assoc_defs(job, container);
    const ItemId *absent = is_module ? module->absent : assoc->absent;
    uint32_t count = is_module ? module->absent_count : assoc->absent_count;
    for (uint32_t i = 0; i < count; i++)
        out->has_error |= q_item_syntax(job, absent[i])->has_error;
}
