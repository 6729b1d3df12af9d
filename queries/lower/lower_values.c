/* The values of lowering's queries as the engine handles them. */
#include "engine/query_value.h"
#include "lower/lower_priv.h"

IR_SCALAR_KIND(token_span, TokenSpan, token_span_encode(e, *v), *v = token_span_decode(d),
               ir_print_interned(dump, name, INTERN_item, v->item.v))
IR_BELOW_KIND(anchor, uint32_t, ANCHOR_COUNT)
/* Values with tables of their own, which the ids in them index. */
IR_SCALAR_KIND(whole_body, HirBody, hir_body_encode(e, v), hir_body_decode(d, v, v),
               ir_print_number(dump, name, v->expr_count))
IR_SCALAR_KIND(whole_item, HirItem, hir_item_encode(e, v), hir_item_decode(d, &v->nodes, v),
               ir_print_number(dump, name, v->nodes.expr_count))
IR_SCALAR_KIND(body_items, BodyItems, value_info_BodyItems.encode(e, v),
               value_info_BodyItems.decode(d, v), ir_print_number(dump, name, v->item_count))

#define IR_TABLE "lower/lower_values.def"
#include "base/ir_records_declare.h"
#define IR_TABLE "lower/lower_values.def"
#include "base/ir_records_define.h"

QUERY_VALUE_INFO(SpanTable, span_table, { .header_count = 0 })
QUERY_VALUE_INFO(LoweredItem, lowered_item, { .item = { .nodes = { .has_error = true } } })
QUERY_VALUE_INFO(LoweredBody, lowered_body, { .body = { .has_error = true } })
