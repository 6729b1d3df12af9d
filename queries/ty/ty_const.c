/* Constants in types: the type of an anonymous constant, which is what the place where it stands
 * expects, and evaluation on demand.
 */
#include "ty/ty_lower.h"
#include "ty/ty_priv.h"

static TyId discriminant_ty(Interners *in, const HirItem *header)
{
    return ty_primitive(in,
                        header->repr_int ? (PrimitiveTy)(header->repr_int - 1) : PRIMITIVE_ISIZE);
}

static bool is_discriminant(const HirItem *header, DefId konst)
{
    for (uint32_t i = 0; i < header->variant_count; i++) {
        if (def_id_eq(header->variants[i].discriminant_or_none, konst))
            return true;
    }
    return false;
}

/* The definition whose parameters the arguments of one path segment are for; none if that takes
 * type check to find out. */
static DefId segment_def(const Interners *in, const HirPath *path, uint32_t segment)
{
    if (path->res.kind != RES_DEF || segment >= path->resolved)
        return def_id_none();
    DefId def = path->res.def;
    for (uint32_t i = path->resolved - 1; i > segment; i--)
        def = def_parent(in, def);
    return def_kind(in, def) == DEF_CTOR ? def_parent(in, def) : def;
}

/* The const parameter that argument `index` of the segment is for: lifetimes come first in both. */
static TyId const_arg_ty(Job *job, const HirBody *nodes, DefId def, const HirSegment *segment,
                         uint32_t index)
{
    uint32_t wanted = 0;
    for (uint32_t a = 0; a < index; a++)
        wanted += nodes->generic_args[segment->args.start + a].kind != HIR_ARG_LIFETIME;
    const Generics *generics = q_generics_of(job, def);
    for (uint32_t i = generics->has_self ? 1 : 0; i < generics->param_count; i++) {
        if (generics->params[i].kind == GENERIC_LIFETIME)
            continue;
        if (wanted-- == 0)
            return generics->params[i].const_ty;
    }
    return ty_id_none();
}

static TyId path_const_ty(Job *job, const HirBody *nodes, const HirPath *path, DefId konst)
{
    for (uint32_t s = 0; s < path->segments.count; s++) {
        const HirSegment *segment = &nodes->segments[path->segments.start + s];
        for (uint32_t a = 0; a < segment->args.count; a++) {
            const HirGenericArg *arg = &nodes->generic_args[segment->args.start + a];
            if (arg->kind != HIR_ARG_CONST || !def_id_eq(arg->konst, konst))
                continue;
            DefId def = segment_def(job_interners(job), path, s);
            return def_id_is_none(def) ? ty_id_none() : const_arg_ty(job, nodes, def, segment, a);
        }
    }
    return ty_id_none();
}

static TyId argument_ty(Job *job, const HirBody *nodes, DefId konst)
{
    for (uint32_t i = 1; i < nodes->path_count; i++) {
        TyId ty = path_const_ty(job, nodes, &nodes->paths[i], konst);
        if (!ty_id_is_none(ty))
            return ty;
    }
    return ty_id_none();
}

TyId ty_of_anon_const(Job *job, DefId konst)
{
    Interners *in = job_interners(job);
    DefId owner = ty_header_owner(in, def_parent(in, konst));
    TyId ty = ty_id_none();
    if (def_kind(in, owner) != DEF_ANON_CONST) {
        const HirItem *header = q_hir_item(job, owner);
        if (is_discriminant(header, konst))
            return discriminant_ty(in, header);
        ty = argument_ty(job, &header->nodes, konst);
    }
    if (ty_id_is_none(ty))
        ty = argument_ty(job, q_hir_body(job, owner), konst);
    /* Everything else is a length. */
    return ty_id_is_none(ty) ? ty_primitive(in, PRIMITIVE_USIZE) : ty;
}

ConstId const_evaluate(Job *job, ConstId konst)
{
    Interners *in = job_interners(job);
    ConstRecord record = const_get(in, konst);
    TyFlags flags = const_flags(in, konst);
    if (record.kind != CONST_UNEVALUATED || flags.has_param || flags.has_infer)
        return konst;
    ArgsId args = args_erase_regions(in, args_id_make(record.name_or_args));
    const ConstScalar *scalar =
        q_const_scalar(job, (ConstKey){ .def = def_id_make(record.index_or_def), .args = args });
    switch ((ConstScalarState)scalar->state) {
    case CONST_SCALAR_OK:
        return const_value(in, ty_id_make(record.ty), scalar->low, scalar->high);
    case CONST_SCALAR_ERROR:
    case CONST_SCALAR_OTHER:
        return const_error(in);
    case CONST_SCALAR_TOO_GENERIC:
        return konst;
    }
    RSC_UNREACHABLE();
}
