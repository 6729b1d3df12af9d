/* Self types reduced to what the index of impls tells apart (resolve/resolve.h). */
#include "traits/traits_index.h"
#include "traits/traits_priv.h"

static PrimitiveTy int_primitive(bool is_signed, uint8_t width)
{
    static const PrimitiveTy table[2][6] = {
        { PRIMITIVE_U8, PRIMITIVE_U16, PRIMITIVE_U32, PRIMITIVE_U64, PRIMITIVE_U128,
          PRIMITIVE_USIZE },
        { PRIMITIVE_I8, PRIMITIVE_I16, PRIMITIVE_I32, PRIMITIVE_I64, PRIMITIVE_I128,
          PRIMITIVE_ISIZE },
    };
    return table[is_signed][width];
}

static Simplified primitive(PrimitiveTy which)
{
    return (Simplified){ SIMPLIFIED_PRIMITIVE, (uint8_t)which, { 0 } };
}

Simplified ty_simplify(const Interners *in, TyId id)
{
    const Ty *ty = ty_get(in, id);
    switch ((TyKind)ty->kind) {
    case TY_BOOL:
        return primitive(PRIMITIVE_BOOL);
    case TY_CHAR:
        return primitive(PRIMITIVE_CHAR);
    case TY_STR:
        return primitive(PRIMITIVE_STR);
    case TY_INT:
        return primitive(int_primitive(true, ty->as.int_.width));
    case TY_UINT:
        return primitive(int_primitive(false, ty->as.uint.width));
    case TY_FLOAT:
        return primitive((PrimitiveTy)(PRIMITIVE_F16 + ty->as.float_.width));
    case TY_NEVER:
        return (Simplified){ SIMPLIFIED_NEVER, 0, { 0 } };
    case TY_ADT:
        return (Simplified){ SIMPLIFIED_ADT, 0, ty->as.adt.def };
    case TY_FOREIGN:
        return (Simplified){ SIMPLIFIED_FOREIGN, 0, ty->as.foreign.def };
    case TY_REF:
        return (Simplified){ SIMPLIFIED_REF, ty->as.ref.is_mut, { 0 } };
    case TY_PTR:
        return (Simplified){ SIMPLIFIED_PTR, ty->as.ptr.is_mut, { 0 } };
    case TY_SLICE:
        return (Simplified){ SIMPLIFIED_SLICE, 0, { 0 } };
    case TY_ARRAY:
        return (Simplified){ SIMPLIFIED_ARRAY, 0, { 0 } };
    case TY_TUPLE:
        return (Simplified){ SIMPLIFIED_TUPLE,
                             (uint8_t)args_get(in, ty->as.tuple.elements).count,
                             { 0 } };
    case TY_FN_DEF:
    case TY_FN_PTR:
        return (Simplified){ SIMPLIFIED_FN, 0, { 0 } };
    case TY_CLOSURE:
        return (Simplified){ SIMPLIFIED_CLOSURE, 0, ty->as.closure.def };
    case TY_NONE:
    case TY_ERROR:
    case TY_PARAM:
    case TY_PROJECTION:
    case TY_OPAQUE:
    case TY_BOUND:
    case TY_PLACEHOLDER:
    case TY_INFER:
    case TY_KIND_COUNT:
        break;
    }
    return (Simplified){ SIMPLIFIED_ANY, 0, { 0 } };
}

InherentImplsKey inherent_impls_key(const Interners *in, TyId ty)
{
    Simplified simplified = ty_simplify(in, ty);
    return (InherentImplsKey){ .kind = simplified.kind,
                               .detail = simplified.detail,
                               .def = simplified.def };
}
