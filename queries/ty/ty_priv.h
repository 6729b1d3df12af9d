/* Private to ty. */
#ifndef RSCC_TY_TY_PRIV_H
#define RSCC_TY_TY_PRIV_H

#include "base/ir_table.h"
#include "ty/ty_lower.h"

static inline void encode_sym(Encoder *e, SymId sym)
{
    encode_interned(e, INTERN_sym, sym.v);
}
static inline SymId decode_sym(Decoder *d)
{
    return sym_id_make(decode_interned(d, INTERN_sym));
}
static inline void encode_def(Encoder *e, DefId def)
{
    encode_interned(e, INTERN_def, def.v);
}
static inline DefId decode_def(Decoder *d)
{
    return def_id_make(decode_interned(d, INTERN_def));
}
static inline void encode_ty(Encoder *e, TyId ty)
{
    encode_interned(e, INTERN_ty, ty.v);
}
static inline TyId decode_ty(Decoder *d)
{
    return ty_id_make(decode_interned(d, INTERN_ty));
}
static inline void encode_args(Encoder *e, ArgsId args)
{
    encode_interned(e, INTERN_args, args.v);
}
static inline ArgsId decode_args(Decoder *d)
{
    return args_id_make(decode_interned(d, INTERN_args));
}
static inline void encode_region(Encoder *e, RegionId region)
{
    encode_interned(e, INTERN_region, region.v);
}
static inline RegionId decode_region(Decoder *d)
{
    return region_id_make(decode_interned(d, INTERN_region));
}
static inline void encode_const(Encoder *e, ConstId konst)
{
    encode_interned(e, INTERN_konst, konst.v);
}
static inline ConstId decode_const(Decoder *d)
{
    return const_id_make(decode_interned(d, INTERN_konst));
}
void encode_generic_arg(Encoder *e, GenericArg arg);
GenericArg decode_generic_arg(Decoder *d);

/* ---- headers ---- */

/* The item that has the header: the struct of a field, the enum of a variant, the item of a
 * parameter. */
DefId ty_header_owner(const Interners *in, DefId def);
/* The type of an ANON_CONST: of a discriminant, of the parameter it is an argument for, else usize.
 */
TyId ty_of_anon_const(Job *job, DefId konst);
/* Position of a lifetime parameter among the late-bound ones of a function, or UINT32_MAX.
 * Late-bound: it occurs in an input's type and in no where-clause. */
uint32_t ty_late_bound_index(const HirItem *header, DefId lifetime_param);
uint32_t ty_late_bound_count(const HirItem *header);
/* Elided lifetimes of an impl header are parameters without a name, in order of occurrence, after
 * the named ones. */
uint32_t ty_anonymous_count(const HirItem *header);
/* The one region that an elided lifetime of the output means; none: not exactly one in the inputs.
 */
RegionId ty_elision_region(const Interners *in, const TyId *inputs, uint32_t count);

/* ---- lowering ---- */

/* A diagnostic to fill and emit; NULL where the lowering is quiet. Sets has_error. */
Diag *ty_lower_diag(TyLower *lower, DiagCode code, uint32_t span);
TyId ty_lower_error(TyLower *lower);
/* An elided lifetime at `span`; `written` is its entry in the header, none for one left out of a
 * path. */
RegionId ty_lower_elided(TyLower *lower, HirLifetimeId written_or_none, uint32_t span);
TyId ty_lower_path(TyLower *lower, const HirPath *path);
TyId ty_lower_placeholder(TyLower *lower, uint32_t span);

#endif
