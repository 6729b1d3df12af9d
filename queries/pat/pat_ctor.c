/* Constructors of types. */
#include "base/map.h"
#include "pat/pat_priv.h"

enum { UNINHABITED_DEPTH_MAX = 32 };

static const Ty *ty_at(const PatContext *cx, TyId ty)
{
    return ty_get(cx->interners, ty);
}

static uint32_t int_width_bits(uint8_t width)
{
    static const uint32_t bits[] = { 8, 16, 32, 64, 128, 64 };
    return bits[width];
}

uint32_t ty_bits(PatContext *cx, TyId ty)
{
    const Ty *t = ty_at(cx, ty);
    if (t->kind == TY_INT)
        return int_width_bits(t->as.int_.width);
    if (t->kind == TY_UINT)
        return int_width_bits(t->as.uint.width);
    return t->kind == TY_BOOL ? 1 : 32;
}

bool ty_has_open_end(PatContext *cx, TyId ty)
{
    const Ty *t = ty_at(cx, ty);
    return (t->kind == TY_INT && t->as.int_.width == INT_SIZE) ||
           (t->kind == TY_UINT && t->as.uint.width == INT_SIZE);
}

Uint128 range_bias(PatContext *cx, TyId ty, Uint128 bits)
{
    if (ty_at(cx, ty)->kind != TY_INT)
        return bits;
    uint32_t width = ty_bits(cx, ty);
    Uint128 biased = uint128_truncate(bits, width) ^ ((Uint128)1 << (width - 1));
    return ty_has_open_end(cx, ty) ? biased + 1
                                   : biased; /* 0 stands for what is below isize::MIN */
}

uint32_t ty_ranges(PatContext *cx, TyId ty, Ctor out[2])
{
    const Ty *t = ty_at(cx, ty);
    out[0] = out[1] = (Ctor){ .kind = CTOR_RANGE };
    if (t->kind == TY_BOOL) {
        out[0].high = 1;
        return 1;
    }
    if (t->kind == TY_CHAR) {
        out[0].high = 0xD7FF;
        out[1].low = 0xE000;
        out[1].high = 0x10FFFF;
        return 2;
    }
    if (t->kind != TY_INT && t->kind != TY_UINT)
        return 0;
    out[0].high = uint128_mask(ty_bits(cx, ty));
    if (ty_has_open_end(cx, ty))
        out[0].high += t->kind == TY_INT ? 2 : 1;
    return 1;
}

uint32_t ty_variant_count(PatContext *cx, TyId ty)
{
    return q_adt_def(cx->job, ty_at(cx, ty)->as.adt.def)->variant_count;
}

static void variant_field_types(PatContext *cx, TyId ty, uint32_t variant, TyId **tys,
                                uint32_t *count)
{
    const Ty *t = ty_at(cx, ty);
    const AdtDef *adt = q_adt_def(cx->job, t->as.adt.def);
    *count = 0;
    if (variant >= adt->variant_count)
        return;
    const VariantDef *def = &adt->variants[variant];
    *count = def->field_count;
    *tys = arena_alloc_array(cx->arena, def->field_count, sizeof **tys);
    for (uint32_t i = 0; i < def->field_count; i++)
        (*tys)[i] = normalize_substituted(cx->job, cx->env, def->fields[i].ty, t->as.adt.args);
}

static void repeat_type(PatContext *cx, TyId ty, uint32_t count, TyId **tys)
{
    *tys = arena_alloc_array(cx->arena, count, sizeof **tys);
    for (uint32_t i = 0; i < count; i++)
        (*tys)[i] = ty;
}

void ctor_field_types(PatContext *cx, TyId ty, const Ctor *ctor, TyId **tys, uint32_t *count)
{
    const Ty *t = ty_at(cx, ty);
    *count = 0;
    *tys = NULL;
    if (ctor->kind == CTOR_VARIANT) {
        variant_field_types(cx, ty, ctor->variant, tys, count);
    } else if (ctor->kind == CTOR_SLICE) {
        *count = ctor->prefix + ctor->suffix;
        repeat_type(cx, t->kind == TY_ARRAY ? t->as.array.element : t->as.slice.element, *count,
                    tys);
    } else if (ctor->kind == CTOR_SINGLE && t->kind == TY_ADT) {
        variant_field_types(cx, ty, 0, tys, count);
    } else if (ctor->kind == CTOR_SINGLE && t->kind == TY_REF) {
        *count = 1;
        repeat_type(cx, t->as.ref.pointee, 1, tys);
    } else if (ctor->kind == CTOR_SINGLE && t->kind == TY_TUPLE) {
        ArgSlice elements = args_get(cx->interners, t->as.tuple.elements);
        *count = elements.count;
        *tys = arena_alloc_array(cx->arena, elements.count, sizeof **tys);
        for (uint32_t i = 0; i < elements.count; i++)
            (*tys)[i] = arg_ty(elements.items[i]);
    }
}

/* Each type is looked into once; one that holds itself is inhabited as far as we look. */
typedef struct {
    PatContext *cx;
    Map known; /* TyId -> whether it is uninhabited */
} Uninhabited;

static bool is_uninhabited(Uninhabited *u, TyId ty, uint32_t depth);

static bool any_uninhabited(Uninhabited *u, TyId ty, const Ctor *ctor, uint32_t depth)
{
    TyId *tys;
    uint32_t count;
    ctor_field_types(u->cx, ty, ctor, &tys, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (is_uninhabited(u, tys[i], depth + 1))
            return true;
    }
    return false;
}

static bool adt_is_uninhabited(Uninhabited *u, TyId ty, DefId def, uint32_t depth)
{
    const AdtDef *adt = q_adt_def(u->cx->job, def);
    if (adt->kind == ADT_UNION)
        return false;
    for (uint32_t i = 0; i < adt->variant_count; i++) {
        if (!any_uninhabited(u, ty, &(Ctor){ .kind = CTOR_VARIANT, .variant = i }, depth))
            return false;
    }
    return adt->kind == ADT_ENUM || adt->variant_count > 0;
}

static bool is_uninhabited(Uninhabited *u, TyId ty, uint32_t depth)
{
    const Ty *t = ty_at(u->cx, ty);
    if (t->kind == TY_NEVER)
        return true;
    if (depth > UNINHABITED_DEPTH_MAX || (t->kind != TY_TUPLE && t->kind != TY_ADT))
        return false;
    bool existed;
    uint32_t *known = map_put(&u->known, &ty, &existed);
    if (existed)
        return *known != 0;
    *known = false;
    bool found = t->kind == TY_ADT ? adt_is_uninhabited(u, ty, t->as.adt.def, depth)
                                   : any_uninhabited(u, ty, &(Ctor){ .kind = CTOR_SINGLE }, depth);
    *map_put(&u->known, &ty, NULL) = found;
    return found;
}

static Uninhabited new_search(PatContext *cx)
{
    Uninhabited u = { .cx = cx };
    map_init(&u.known, cx->arena, sizeof(TyId));
    return u;
}

bool ty_is_uninhabited(PatContext *cx, TyId ty)
{
    Uninhabited u = new_search(cx);
    return is_uninhabited(&u, ty, 0);
}

bool variant_is_uninhabited(PatContext *cx, TyId ty, uint32_t variant)
{
    Uninhabited u = new_search(cx);
    return any_uninhabited(&u, ty, &(Ctor){ .kind = CTOR_VARIANT, .variant = variant }, 0);
}
