/* The keys and values of mono's queries as the engine handles them. */
#include "engine/query_value.h"
#include "mono/mono_priv.h"

/* A run in items or shards of the same value, in its order: bounded when used. */
static uint32_t mono_run_limit(const CollectedItems *all)
{
    return all->item_count > all->shard_count ? all->item_count : all->shard_count;
}
IR_WITHIN_KIND(mono_run, mono_run_limit(pool))

#define IR_TABLE "mono/mono_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "mono/mono_values.def"
#include "base/ir_records_define.h"

static void path_bits_text(uint64_t path, Text *out)
{
    uint32_t depth = path ? 63 - (uint32_t)__builtin_clzll(path) : 0;
    for (uint32_t i = depth; i-- > 0;)
        text_add_char(out, path >> i & 1 ? '1' : '0');
}

static void shard_text(const Interners *in, ShardKey key, Text *out)
{
    def_qualified_text(in, key.module, out);
    text_add_c(out, key.path_generic & 1 ? " generic " : " ");
    path_bits_text(key.path_generic >> 1, out);
}

static void group_text(const Interners *in, GroupKey key, Text *out)
{
    def_qualified_text(in, key.crate, out);
    text_add_char(out, ' ');
    path_bits_text(key.path, out);
}

QUERY_ID_KEY_INFO(InstanceId, instance, instance_text)
QUERY_KEY_INFO(ShardKey, shard_key_record, shard_text)
QUERY_KEY_INFO(GroupKey, group_key, group_text)
QUERY_VALUE_INFO(CodegenAttrs, codegen_attrs, { 0 })
QUERY_VALUE_INFO(SymbolName, symbol_name, { 0 })
QUERY_VALUE_INFO(MonoUses, mono_uses, { .has_error = true })
QUERY_VALUE_INFO(PanicSites, panic_sites, { 0 })
QUERY_VALUE_INFO(CollectedItems, collected_items, { .has_error = true })
QUERY_VALUE_INFO(ShardItems, shard_items, { 0 })
QUERY_VALUE_INFO(GroupList, group_list, { .has_error = true })
QUERY_VALUE_INFO(GroupShards, group_shards, { 0 })
