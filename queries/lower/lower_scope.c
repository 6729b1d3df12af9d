/* Scopes inside an item: locals, generic parameters, blocks with items, labels; and hygiene.
 *
 * A local is found by name and context. A context is the chain of expansions that wrote the name:
 * what a macro's own text introduces is seen by the same expansion's text alone. Walking outwards
 * past the definition of the macro that wrote a name, the name is looked for as the definition saw
 * it: one expansion less. */
#include "lower/lower_priv.h"

void lower_init(Lower *l, Job *job, DefId owner)
{
    *l = (Lower){ .job = job,
                  .in = job_interners(job),
                  .out = job_out(job),
                  .scratch = job_scratch(job),
                  .owner = owner,
                  .place = resolve_place(job, owner) };
    rib_vec_init(&l->ribs, l->scratch);
    map_init(&l->rib_names, l->scratch, sizeof(SymId));
    label_rib_vec_init(&l->labels, l->scratch);
    context_vec_init(&l->contexts, l->scratch);
    context_vec_push(&l->contexts, (Context){ .parent = 0 });
    lowered_const_vec_init(&l->consts, l->out);
    lowered_call_vec_init(&l->calls, l->out);
    absent_node_vec_init(&l->absent, l->scratch);
}

/* ---- places and reports ---- */

TokenSpan lower_place_of(const Lower *l, AstPos lo, AstPos hi)
{
    const Source *s = l->source;
    return s->origins ? parse_origin_span(s->origins, lo, hi)
                      : ast_span(s->item, s->anchor, lo, hi);
}

uint32_t lower_span(Lower *l, AstPos lo, AstPos hi)
{
    return span_vec_push(&l->b->spans, lower_place_of(l, lo, hi)) << 1 | l->b->parity;
}

DiagSpan lower_at(const Lower *l, AstPos lo, AstPos hi)
{
    return diag_at_tokens(lower_place_of(l, lo, hi));
}

void lower_emit(Lower *l, Diag *diag)
{
    for (Builder *b = l->b; b; b = b->outer)
        b->has_error = true;
    if (!l->is_muted)
        diag_emit(l->job, diag);
}

void lower_unsupported(Lower *l, AstPos lo, AstPos hi, const char *feature)
{
    lower_emit(l, diag_arg(diag_new(l->job, DIAG_CODE_unsupported, lower_at(l, lo, hi)),
                           str_from_c(feature)));
}

bool lower_enter(Lower *l, AstPos lo, AstPos hi)
{
    l->depth++;
    if (l->depth <= LOWER_DEPTH_MAX)
        return true;
    if (!l->is_too_deep)
        lower_unsupported(l, lo, hi, "code nested this deep");
    l->is_too_deep = true;
    return false;
}

Str lower_text(const Lower *l, SymId sym)
{
    return sym_text(l->in, sym);
}

/* ---- hygiene ---- */

uint32_t scope_context(Lower *l, uint32_t mark)
{
    const MarkTable *table = l->source->marks;
    if (mark == 0 || !table || mark >= table->count)
        return 0;
    HygieneMark written = table->marks[mark];
    uint32_t parent = scope_context(l, written.parent);
    for (uint32_t i = 1; i < l->contexts.count; i++) {
        if (l->contexts.items[i].parent == parent &&
            call_id_eq(l->contexts.items[i].call, written.call))
            return i;
    }
    ItemId macro = item_id_make(call_record(l->in, written.call).macro);
    return context_vec_push(&l->contexts, (Context){ parent, written.call, macro });
}

/* Past the definition of the macro that wrote the name. */
static uint32_t strip(const Lower *l, uint32_t context, ItemId macro)
{
    const Context *c = &l->contexts.items[context];
    return context != 0 && item_id_eq(c->macro, macro) ? c->parent : context;
}

/* ---- ribs ---- */

static bool is_structure(const Rib *rib)
{
    return rib->kind == RIB_BLOCK || rib->kind == RIB_MACRO || rib->kind == RIB_BARRIER;
}

static uint32_t innermost_structure(const Lower *l)
{
    uint32_t count = l->ribs.count;
    if (count == 0)
        return 0;
    const Rib *last = &l->ribs.items[count - 1];
    return is_structure(last) ? count : last->structure;
}

static const Rib *rib_at(const Lower *l, uint32_t position)
{
    return position ? &l->ribs.items[position - 1] : NULL;
}

const Rib *scope_structure(const Lower *l)
{
    return rib_at(l, innermost_structure(l));
}

const Rib *scope_structure_outward(const Lower *l, const Rib *rib)
{
    return rib_at(l, rib->structure);
}

void scope_push(Lower *l, Rib rib)
{
    rib.structure = innermost_structure(l);
    if (!is_structure(&rib)) {
        uint32_t *innermost = map_put(&l->rib_names, &rib.name, NULL);
        rib.same_name = *innermost;
        *innermost = l->ribs.count + 1;
    }
    rib_vec_push(&l->ribs, rib);
}

void scope_push_local(Lower *l, SymId name, uint32_t context, HirLocalId local)
{
    scope_push(l, (Rib){ .kind = RIB_LOCAL, .name = name, .context = context, .local = local });
}

void scope_pop_to(Lower *l, uint32_t count)
{
    rsc_assert(count <= l->ribs.count);
    while (l->ribs.count > count) {
        const Rib *rib = &l->ribs.items[--l->ribs.count];
        if (!is_structure(rib))
            *map_find(&l->rib_names, &rib->name) = rib->same_name;
    }
}

static ScopeAnswer answer(Res res)
{
    return (ScopeAnswer){ .res = res };
}

static bool answers(const Rib *rib, SymId name, uint32_t context, Namespace name_space)
{
    switch ((RibKind)rib->kind) {
    case RIB_LOCAL:
        return name_space == NAMESPACE_VALUE && sym_id_eq(rib->name, name) &&
               rib->context == context;
    case RIB_TYPE:
        return name_space == NAMESPACE_TYPE && sym_id_eq(rib->name, name);
    case RIB_CONST:
        return name_space == NAMESPACE_VALUE && sym_id_eq(rib->name, name);
    case RIB_LIFETIME:
    case RIB_BLOCK:
    case RIB_MACRO:
    case RIB_BARRIER:
        return false;
    }
    RSC_UNREACHABLE();
}

/* The innermost of the ribs that a lookup has before it: those of the name, and those that are no
 * names. */
static const Rib *next_rib(const Lower *l, uint32_t *named, uint32_t *structure)
{
    uint32_t *next = *named > *structure ? named : structure;
    const Rib *rib = rib_at(l, *next);
    if (rib)
        *next = next == named ? rib->same_name : rib->structure;
    return rib;
}

ScopeAnswer scope_find(Lower *l, const AstIdent *ident, Namespace name_space)
{
    uint32_t context = scope_context(l, ident->mark);
    bool behind = false;
    const uint32_t *innermost = map_find(&l->rib_names, &ident->name);
    uint32_t named = innermost ? *innermost : 0, structure = innermost_structure(l);
    for (const Rib *rib; (rib = next_rib(l, &named, &structure));) {
        if (answers(rib, ident->name, context, name_space)) {
            ScopeAnswer found = answer((Res){ .kind = rib->kind == RIB_LOCAL ? RES_LOCAL : RES_DEF,
                                              .def = rib->def,
                                              .local = rib->local });
            found.is_out_of_reach = behind;
            return found;
        }
        behind |= rib->kind == RIB_BARRIER;
        if (rib->kind == RIB_MACRO)
            context = strip(l, context, rib->macro);
        if (rib->kind != RIB_BLOCK)
            continue;
        ScopeName name = body_scopes_name(l->scopes, rib->index, ident->name, name_space);
        if (name.is_found)
            return (ScopeAnswer){ .res = name.res,
                                  .visible_in = name.visible_in,
                                  .is_ambiguous = name.is_ambiguous };
    }
    return answer((Res){ .kind = RES_ERROR });
}

DefId scope_find_lifetime(const Lower *l, SymId name)
{
    const uint32_t *innermost = map_find(&l->rib_names, &name);
    for (const Rib *rib = rib_at(l, innermost ? *innermost : 0); rib;
         rib = rib_at(l, rib->same_name)) {
        if (rib->kind == RIB_LIFETIME)
            return rib->def;
    }
    return def_id_none();
}

ItemId scope_find_macro(Lower *l, const AstIdent *ident)
{
    for (const Rib *rib = scope_structure(l); rib; rib = scope_structure_outward(l, rib)) {
        if (rib->kind == RIB_MACRO && sym_id_eq(rib->name, ident->name))
            return rib->macro;
    }
    return item_id_none();
}

bool scope_has_macro(const Lower *l, ItemId macro)
{
    for (const Rib *rib = scope_structure(l); rib; rib = scope_structure_outward(l, rib)) {
        if (rib->kind == RIB_MACRO && item_id_eq(rib->macro, macro))
            return true;
    }
    return false;
}
