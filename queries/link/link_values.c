/* The keys and values of link's queries as the engine handles them. */
#include "engine/query_value.h"
#include "link/link.h"

#define IR_TABLE "link/link_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "link/link_values.def"
#include "base/ir_records_define.h"

static void group_object_text(const Interners *in, GroupObjectKey key, Text *out)
{
    def_qualified_text(in, key.crate, out);
    text_addf(out, " group %llx O%u", (unsigned long long)key.path,
              options_record(in, key.options).opt_level);
}

static void location_group_text(const Interners *in, LocationGroupKey key, Text *out)
{
    def_qualified_text(in, key.crate, out);
    text_addf(out, " files %x", key.path);
}

static void binary_text(const Interners *in, BinaryKey key, Text *out)
{
    def_qualified_text(in, key.crate, out);
    text_addf(out, " O%u", options_record(in, key.options).opt_level);
}

QUERY_KEY_INFO(GroupObjectKey, group_object_key, group_object_text)
QUERY_KEY_INFO(LocationGroupKey, location_group_key, location_group_text)
QUERY_KEY_INFO(BinaryKey, binary_key, binary_text)
QUERY_VALUE_INFO(Binary, binary, { .has_error = true, .bytes = { "", 0 } })
QUERY_VALUE_INFO(BinaryDigest, binary_digest, { .has_error = true })
QUERY_VALUE_INFO(LinkEnvironment, link_environment,
                 { .missing = { "the C toolchain", 15 }, .dynamic_linker = { "", 0 } })
