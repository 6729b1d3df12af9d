/* One name through glob imports. Which modules are reached, and through which globs, is found
 * first; then the answers go from target to importer until none changes. An answer only grows
 * (nothing, something, something visible in more places, an ambiguity), so that ends. */
#include "resolve/resolve_priv.h"

#define TARGET_NONE UINT32_MAX /* no enumerator: those are int */

void glob_search_init(GlobSearch *s, const Interners *in, Arena *arena,
                      void (*expand)(GlobSearch *s, uint32_t node), void *context)
{
    *s = (GlobSearch){ .in = in, .expand = expand, .context = context };
    glob_node_vec_init(&s->nodes, arena);
    glob_edge_vec_init(&s->edges, arena);
    map_init(&s->index, arena, sizeof(uint32_t));
}

static uint32_t node_of(GlobSearch *s, uint32_t key, DefId module)
{
    bool existed;
    uint32_t *slot = map_put(&s->index, &key, &existed);
    if (!existed)
        *slot = glob_node_vec_push(&s->nodes, (GlobNode){ .key = key, .module = module });
    return *slot;
}

void glob_search_add_module(GlobSearch *s, uint32_t node, uint32_t key, DefId module,
                            DefId visible_in, uint32_t import)
{
    DefId importer = s->nodes.items[node].module;
    uint32_t target = node_of(s, key, module);
    glob_edge_vec_push(&s->edges, (GlobEdge){ .target = target,
                                              .importer = importer,
                                              .visible_in = visible_in,
                                              .import = import,
                                              .there = { .state = LOOKUP_ABSENT } });
}

void glob_search_add(GlobSearch *s, uint32_t node, Lookup there, DefId visible_in, uint32_t import)
{
    if (there.state == LOOKUP_UNKNOWN) {
        s->nodes.items[node].is_open = true;
        return;
    }
    glob_edge_vec_push(&s->edges, (GlobEdge){ .target = TARGET_NONE,
                                              .importer = s->nodes.items[node].module,
                                              .visible_in = visible_in,
                                              .import = import,
                                              .there = there });
}

/* ---- joining ---- */

static bool res_eq(Res a, Res b)
{
    return a.kind == b.kind && a.primitive == b.primitive && def_id_eq(a.def, b.def);
}

/* One glob's contribution to what its importer has, for those who stand in `from`. */
static void join_edge(const GlobSearch *s, const GlobEdge *edge, DefId from, Lookup *to)
{
    const Lookup *there = &edge->there;
    if (there->state != LOOKUP_FOUND || there->res.kind == RES_ERROR ||
        !resolve_is_visible(s->in, there->visible_in, edge->importer))
        return;
    DefId visible_in = visibility_meet(s->in, edge->visible_in, there->visible_in);
    if (!def_id_is_none(from) && !resolve_is_visible(s->in, visible_in, from))
        return;
    if (to->state != LOOKUP_FOUND) {
        *to = (Lookup){ .state = LOOKUP_FOUND,
                        .res = there->res,
                        .visible_in = visible_in,
                        .is_ambiguous = there->is_ambiguous,
                        .is_glob = true,
                        .import = edge->import };
        return;
    }
    bool differs = !res_eq(to->res, there->res);
    if (differs && !to->is_ambiguous)
        to->import_other = edge->import;
    if (!differs && resolve_is_visible(s->in, visible_in, to->visible_in))
        to->visible_in = visible_in;
    to->is_ambiguous |= differs || there->is_ambiguous;
}

static Lookup join(const GlobSearch *s, const GlobNode *node, DefId from)
{
    if (node->is_bound)
        return node->own;
    Lookup result = { .state = LOOKUP_ABSENT };
    for (uint32_t i = node->first_edge; i < node->end_edge; i++)
        join_edge(s, &s->edges.items[i], from, &result);
    return result;
}

static bool is_open(const GlobSearch *s, const GlobNode *node)
{
    bool open = node->is_open;
    for (uint32_t i = node->first_edge; i < node->end_edge && !node->is_bound; i++)
        open |= s->edges.items[i].is_open;
    return open;
}

static bool update(const GlobSearch *s, GlobEdge *edge)
{
    if (edge->target == TARGET_NONE)
        return false;
    const GlobNode *target = &s->nodes.items[edge->target];
    bool was_open = edge->is_open;
    edge->is_open = is_open(s, target);
    if (edge->there.is_ambiguous) /* final: which of its meanings is kept must not move */
        return edge->is_open != was_open;
    Lookup before = edge->there;
    edge->there = join(s, target, edge->importer);
    return edge->is_open != was_open || edge->there.state != before.state ||
           edge->there.is_ambiguous != before.is_ambiguous ||
           !def_id_eq(edge->there.visible_in, before.visible_in);
}

Lookup glob_search_run(GlobSearch *s, uint32_t key, DefId module, DefId from)
{
    glob_node_vec_clear(&s->nodes);
    glob_edge_vec_clear(&s->edges);
    map_clear(&s->index);
    node_of(s, key, module);
    for (uint32_t i = 0; i < s->nodes.count; i++) {
        s->nodes.items[i].first_edge = s->edges.count;
        s->expand(s, i);
        s->nodes.items[i].end_edge = s->edges.count;
    }
    /* Targets mostly come after their importers. */
    for (bool moved = s->nodes.count > 1; moved;) {
        moved = false;
        for (uint32_t i = s->edges.count; i > 0; i--)
            moved |= update(s, &s->edges.items[i - 1]);
    }
    if (is_open(s, &s->nodes.items[0]))
        return (Lookup){ .state = LOOKUP_UNKNOWN };
    return join(s, &s->nodes.items[0], from);
}
