/* The keys and values of codegen's queries as the engine handles them. */
#include "codegen/codegen.h"
#include "engine/query_value.h"

#define IR_TABLE "codegen/codegen_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "codegen/codegen_values.def"
#include "base/ir_records_define.h"

static void shard_object_text(const Interners *in, ShardObjectKey key, Text *out)
{
    def_qualified_text(in, key.module, out);
    text_add_c(out, key.path_generic & 1 ? " generic " : " ");
    for (uint32_t bit = 31; bit-- > 1;) {
        bool below_root = key.path_generic >> (bit + 1) != 0;
        if (below_root)
            text_add_char(out, key.path_generic >> bit & 1 ? '1' : '0');
    }
    text_addf(out, " O%u", options_record(in, key.options).opt_level);
}

static void location_text(const Interners *in, LocationKey key, Text *out)
{
    FileRecord file = file_record(in, key.file);
    text_add(out, sym_text(in, file.package));
    text_add_char(out, '/');
    text_add(out, sym_text(in, file.path));
}

QUERY_KEY_INFO(ShardObjectKey, shard_object_key, shard_object_text)
QUERY_KEY_INFO(LocationKey, location_key, location_text)
QUERY_VALUE_INFO(ObjectCode, object_code, { .has_error = true, .bytes = { "", 0 } })
QUERY_VALUE_INFO(LocationIndex, location_index, { 0 })
QUERY_VALUE_INFO(LocationFiles, location_files, { 0 })
QUERY_VALUE_INFO(LocationDefs, location_defs, { 0 })
