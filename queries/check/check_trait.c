/* Traits: supertraits end somewhere (E0391). */
#include "base/map.h"
#include "check/check_priv.h"

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

bool check_trait(Job *job, DefId trait_def)
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
