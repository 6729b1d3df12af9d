/* Is a type finite: E0072. A type that holds itself by value, through fields, tuples and arrays, has no size. */
#include "base/map.h"
#include "check/check_priv.h"

typedef struct {
    Job *job;
    DefId wanted;
    Map seen; /* DefId */
    uint32_t depth;
} Search;

enum { SEARCH_DEPTH_MAX = 256 };

static bool holds(Search *search, TyId ty);

static bool adt_holds(Search *search, DefId def, ArgsId args)
{
    bool existed;
    map_put(&search->seen, &def, &existed);
    if (existed)
        return false;
    const AdtDef *adt = q_adt_def(search->job, def);
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            if (holds(search, ty_substitute(job_interners(search->job), adt->variants[v].fields[f].ty, args)))
                return true;
        }
    }
    return false;
}

static bool holds(Search *search, TyId ty)
{
    Interners *in = job_interners(search->job);
    const Ty *t = ty_get(in, ty);
    if (search->depth >= SEARCH_DEPTH_MAX)
        return false;
    search->depth++;
    bool found = false;
    if (t->kind == TY_ADT) {
        found = def_id_eq(t->as.adt.def, search->wanted) || adt_holds(search, t->as.adt.def, t->as.adt.args);
    } else if (t->kind == TY_ARRAY) {
        found = holds(search, t->as.array.element);
    } else if (t->kind == TY_TUPLE) {
        ArgSlice elements = args_get(in, t->as.tuple.elements);
        for (uint32_t i = 0; i < elements.count && !found; i++)
            found = holds(search, arg_ty(elements.items[i]));
    }
    search->depth--;
    return found;
}

bool check_adt(Job *job, DefId def)
{
    const AdtDef *adt = q_adt_def(job, def);
    Diag *diag = NULL;
    for (uint32_t v = 0; v < adt->variant_count; v++) {
        for (uint32_t f = 0; f < adt->variants[v].field_count; f++) {
            const FieldDef *field = &adt->variants[v].fields[f];
            Search search = { .job = job, .wanted = def };
            map_init(&search.seen, job_scratch(job), sizeof(DefId));
            if (!holds(&search, field->ty))
                continue;
            if (!diag) {
                diag = diag_new(job, DIAG_CODE_recursive_type, diag_at((Span){ def, 0 }));
                diag_argf(diag, "%s", sym_text(job_interners(job), def_name(job_interners(job), def)).data);
            }
            diag_label(diag, diag_at((Span){ field->def, 0 }), "recursive without indirection");
        }
    }
    if (!diag)
        return true;
    diag_help(diag, "insert some indirection (e.g., a `Box`, `Rc`, or `&`) to break the cycle");
    diag_emit(job, diag);
    return false;
}
