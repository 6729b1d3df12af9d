/* Is a type finite: E0072. A type that holds itself by value, through fields, tuples and arrays,
 * has no size. */
#include "base/map.h"
#include "check/check_priv.h"
#include "resolve/resolve_path.h"

typedef struct {
    Job *job;
    DefId wanted;
    Map seen;    /* DefId */
    U32Vec path; /* DefIds of the types on the way, the innermost last */
} Search;

/* Types nest in the fields of types: this deep at most are looked into. */
enum { SEARCH_DEPTH_MAX = 256 };

static bool holds(Search *search, TyId ty, uint32_t depth);

static bool adt_holds(Search *search, DefId def, ArgsId args, uint32_t depth)
{
    Interners *in = job_interners(search->job);
    bool existed;
    map_put(&search->seen, &def, &existed);
    if (existed)
        return false;
    u32_vec_push(&search->path, def.v);
    const AdtDef *adt = q_adt_def(search->job, def);
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            if (holds(search, ty_substitute(in, adt->variants[v].fields[f].ty, args), depth))
                return true;
        }
    }
    u32_vec_pop(&search->path);
    return false;
}

static bool holds(Search *search, TyId ty, uint32_t depth)
{
    Interners *in = job_interners(search->job);
    const Ty *t = ty_get(in, ty);
    if (depth >= SEARCH_DEPTH_MAX)
        return false;
    if (t->kind == TY_ADT)
        return def_id_eq(t->as.adt.def, search->wanted) ||
               adt_holds(search, t->as.adt.def, t->as.adt.args, depth + 1);
    if (t->kind == TY_ARRAY)
        return holds(search, t->as.array.element, depth + 1);
    if (t->kind != TY_TUPLE)
        return false;
    ArgSlice elements = args_get(in, t->as.tuple.elements);
    for (uint32_t i = 0; i < elements.count; i++) {
        if (holds(search, arg_ty(elements.items[i]), depth + 1))
            return true;
    }
    return false;
}

/* A cycle through several types is one error, at the type that stands first. */
static bool is_blamed(Job *job, DefId def, const U32Vec *path)
{
    const Interners *in = job_interners(job);
    for (uint32_t i = 0; i < path->count; i++) {
        DefId other = def_id_make(path->items[i]);
        if (def_id_eq(def_crate(in, other), def_crate(in, def)) &&
            check_stands_later(job, def, other))
            return false;
    }
    return true;
}

static Diag *recursion_diag(Job *job, DefId def, const U32Vec *path)
{
    const Interners *in = job_interners(job);
    Diag *diag = diag_new(job, DIAG_CODE_recursive_type, resolve_def_span(job, def));
    Text names;
    text_init(&names, job_scratch(job));
    text_addf(&names, "`%s`", sym_text(in, def_name(in, def)).data);
    for (uint32_t i = 0; i < path->count; i++) {
        DefId other = def_id_make(path->items[i]);
        text_addf(&names, "%s`%s`", i + 1 == path->count ? " and " : ", ",
                  sym_text(in, def_name(in, other)).data);
    }
    diag_arg(diag, path->count ? STR("types") : STR("type"));
    diag_arg(diag, text_str(&names));
    diag_arg(diag, path->count ? STR("have") : STR("has"));
    return diag;
}

bool check_adt(Job *job, DefId def)
{
    const AdtDef *adt = q_adt_def(job, def);
    Diag *diag = NULL;
    bool ok = true;
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            const FieldDef *field = &adt->variants[v].fields[f];
            Search search = { .job = job, .wanted = def };
            map_init(&search.seen, job_scratch(job), sizeof(DefId));
            u32_vec_init(&search.path, job_scratch(job));
            if (!holds(&search, field->ty, 0))
                continue;
            ok = false;
            if (!is_blamed(job, def, &search.path))
                continue;
            if (!diag)
                diag = recursion_diag(job, def, &search.path);
            diag_label(diag, diag_at((Span){ field->def, 0 }), "recursive without indirection");
        }
    }
    if (diag) {
        diag_help(diag, "insert some indirection (e.g., a `Box`, `Rc`, or `&`) to break the cycle");
        diag_emit(job, diag);
    }
    return ok;
}
