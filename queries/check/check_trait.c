/* Traits: supertraits end somewhere (E0391), and no two items have one name (E0428). */
#include "base/map.h"
#include "check/check_priv.h"
#include "resolve/resolve_path.h"

typedef struct {
    Job *job;
    DefId wanted;
    Map seen;    /* DefId */
    U32Vec path; /* DefIds of the traits on the way */
} Search;

static bool is_supertrait(Search *search, const Predicate *predicate, DefId of)
{
    if (predicate->kind != PREDICATE_TRAIT)
        return false;
    return def_id_eq(predicate->trait_ref.trait_def, of) ||
           predicate_is_supertrait(job_interners(search->job), predicate, of);
}

static bool reaches(Search *search, DefId from)
{
    bool existed;
    map_put(&search->seen, &from, &existed);
    if (existed)
        return false;
    u32_vec_push(&search->path, from.v);
    const Predicates *predicates = q_predicates_of(search->job, from);
    for (uint32_t i = 1; i < predicates->count; i++) { /* `Self: Trait` comes first */
        DefId super = predicates->items[i].trait_ref.trait_def;
        if (is_supertrait(search, &predicates->items[i], from) &&
            (def_id_eq(super, search->wanted) || reaches(search, super)))
            return true;
    }
    u32_vec_pop(&search->path);
    return false;
}

/* ---- names ---- */

static void report_twice(Job *job, const AssocItem *first, const AssocItem *item)
{
    Str name = sym_text(job_interners(job), item->name);
    const char *name_space = item->kind == DEF_ASSOC_TYPE ? "type" : "value";
    Diag *diag = diag_new(job, DIAG_CODE_duplicate_definition, resolve_def_span(job, item->def));
    diag_arg(diag, name);
    diag_primary_label(diag, "`%.*s` redefined here", (int)name.bytes, name.data);
    diag_label(diag, resolve_def_span(job, first->def), "previous definition of the %s `%.*s` here",
               name_space, (int)name.bytes, name.data);
    diag_note(diag, "`%.*s` must be defined only once in the %s namespace of this trait",
              (int)name.bytes, name.data, name_space);
    diag_emit(job, diag);
}

static bool check_names(Job *job, DefId trait_def)
{
    const AssocItems *items = q_assoc_items(job, trait_def);
    bool ok = true;
    Map seen; /* (is a type, name) -> item */
    map_init(&seen, job_scratch(job), 2 * sizeof(uint32_t));
    for (uint32_t i = 0; i < items->count; i++) {
        uint32_t key[2] = { items->items[i].kind == DEF_ASSOC_TYPE, items->items[i].name.v };
        bool existed;
        uint32_t *first = map_put(&seen, key, &existed);
        if (existed)
            report_twice(job, &items->items[*first], &items->items[i]);
        else
            *first = i;
        ok &= !existed;
    }
    return ok;
}

/* ---- supertraits ---- */

static bool check_supertraits(Job *job, DefId trait_def)
{
    Interners *in = job_interners(job);
    Search search = { .job = job, .wanted = trait_def };
    map_init(&search.seen, job_scratch(job), sizeof(DefId));
    u32_vec_init(&search.path, job_scratch(job));
    if (!reaches(&search, trait_def))
        return true;
    for (uint32_t i = 1; i < search.path.count; i++) {
        if (check_stands_later(job, trait_def, def_id_make(search.path.items[i])))
            return false; /* a cycle is reported once, at the trait that stands first */
    }
    Diag *diag = diag_new(job, DIAG_CODE_supertrait_cycle, diag_at((Span){ trait_def, 0 }));
    diag_arg(diag, sym_text(in, def_name(in, trait_def)));
    diag_emit(job, diag);
    return false;
}

bool check_trait(Job *job, DefId trait_def)
{
    bool ok = check_names(job, trait_def);
    return check_supertraits(job, trait_def) && ok;
}
