/* The values of ty's queries as the engine handles them. */
#include "ty/ty_values.h"

#include "ty/ty_priv.h"

#define IR_TABLE "ty/ty_values.def"
#include "base/ir_records_define.h"

#define VALUE(CType, lower)                                                             \
    static void lower##_value_encode(Encoder *e, const void *value)                     \
    {                                                                                   \
        lower##_encode(e, value);                                                       \
    }                                                                                   \
    static void lower##_value_decode(Decoder *d, void *value)                           \
    {                                                                                   \
        lower##_decode(d, NULL, value);                                                 \
    }                                                                                   \
    static const CType lower##_error;                                                   \
    const ValueInfo value_info_##CType = { #CType, sizeof(CType), lower##_value_encode, \
                                           lower##_value_decode, &lower##_error };

VALUE(FnSig, fn_sig)
VALUE(Generics, generics)
VALUE(Predicates, predicates)
VALUE(TypeOf, type_of)
VALUE(AdtDef, adt_def)
VALUE(ImplHeader, impl_header)
VALUE(AssocItems, assoc_items)
VALUE(ItemFacts, item_facts)
