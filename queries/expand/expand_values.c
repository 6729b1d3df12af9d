/* The values of expand's queries as the engine handles them. */
#include "engine/query_value.h"
#include "expand/expand_priv.h"

static Token token_decode(Decoder *d)
{
    TokenRun run = { NULL, 0 };
    token_run_decode(d, &run);
    if (d->failed || run.count != 1) {
        decoder_fail(d);
        return (Token){ 0 };
    }
    return run.tokens[0];
}
IR_SCALAR_KIND(token, Token, token_run_encode(e, &(TokenRun){ (Token *)(uintptr_t)v, 1 }),
               *v = token_decode(d),
               ir_print_scalar(dump, name, str_from_c(token_kind_name((TokenKind)v->kind)), true))
IR_SCALAR_KIND(token_run, TokenRun, token_run_encode(e, v), token_run_decode(d, v),
               ir_print_number(dump, name, v->count))
IR_SCALAR_KIND(token_spans, TokenSpanList, value_info_TokenSpanList.encode(e, v),
               value_info_TokenSpanList.decode(d, v), ir_print_number(dump, name, v->count))
IR_BELOW_KIND(anchor, uint32_t, ANCHOR_COUNT)
IR_BELOW_KIND(fragment, uint8_t, AST_FRAGMENT_COUNT)
IR_BELOW_KIND(macro_tree_kind, uint8_t, MACRO_TREE_KIND_COUNT)
IR_BELOW_KIND(macro_op, uint8_t, MACRO_OP_OPTIONAL + 1)

static void anchor_counts_encode(Encoder *e, const AnchorCounts *counts)
{
    for (int i = 0; i < ANCHOR_COUNT; i++)
        encode_u32(e, (*counts)[i]);
}
static void anchor_counts_decode(Decoder *d, AnchorCounts *counts)
{
    for (int i = 0; i < ANCHOR_COUNT; i++)
        (*counts)[i] = decode_u32(d);
}
IR_SCALAR_KIND(anchor_counts, AnchorCounts, anchor_counts_encode(e, v), anchor_counts_decode(d, v),
               ir_print_number(dump, name, (*v)[ANCHOR_BODY]))

/* Children stand before their parent: nothing contains itself. */
IR_WITHIN_KIND(macro_children,
               IR_ENTRY_INDEX(((const MacroDefinition *)pool)->trees, MacroTree, children, v))
IR_WITHIN_KIND(macro_tree_run, ((const MacroDefinition *)pool)->tree_count)

/* A mark's parent was made before it, so that chains end; 0 is none. */
IR_SCALAR_KIND(mark_parent, uint32_t, encode_u32(e, *v),
               *v = ir_read_index(d, IR_ENTRY_INDEX(((const MarkTable *)pool)->marks, HygieneMark,
                                                    parent, v)),
               ir_print_number(dump, name, *v))

#define IR_TABLE "expand/expand_values.def"
#include "base/ir_records_declare.h"
/* A table whose entries refer to each other, within another value. */
IR_SCALAR_KIND(whole_mark_table, MarkTable, mark_table_encode(e, v), mark_table_decode(d, v, v),
               ir_print_number(dump, name, v->count))
#define IR_TABLE "expand/expand_values.def"
#include "base/ir_records_define.h"

QUERY_VALUE_INFO(MacroDefinition, macro_definition_value, { .is_error = true })
QUERY_VALUE_INFO(CallSites, call_sites_value, { .count = 0 })
QUERY_VALUE_INFO(MarkTable, mark_table, { .count = 0 })
QUERY_VALUE_INFO(Expansion, expansion_value, { .is_error = true })
QUERY_VALUE_INFO(ExpansionFull, expansion_full_value, { .expansion = { .is_error = true } })
