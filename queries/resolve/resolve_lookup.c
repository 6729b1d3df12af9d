/* Lookups while names are still being collected. An answer is UNKNOWN as long as an import or a
 * macro call that may change it is open: what is FOUND or ABSENT stays so, which makes the result
 * independent of the order of work. */
#include "resolve/resolve_priv.h"

static Lookup absent(void)
{
    return (Lookup){ .state = LOOKUP_ABSENT };
}
static Lookup unknown(void)
{
    return (Lookup){ .state = LOOKUP_UNKNOWN };
}
static Lookup found(Res res, DefId visible_in)
{
    return (Lookup){ .state = LOOKUP_FOUND, .res = res, .visible_in = visible_in };
}
static Lookup from_scope_name(const ScopeName *name)
{
    Lookup lookup = name->is_found ? found(name->res, name->visible_in) : absent();
    lookup.is_ambiguous = name->is_ambiguous;
    return lookup;
}

/* A single import of that name that may still bind it. */
static bool is_pending_import(Collector *c, uint32_t module, SymId name, Namespace name_space,
                              uint32_t ignored)
{
    if (c->ignore_imports)
        return false;
    uint32_t key[2] = { module, name.v };
    uint32_t *first = map_find(&c->import_map, key);
    for (uint32_t i = first ? *first : 0; i != 0; i = c->imports.items[i].same_name) {
        if (i != ignored && c->imports.items[i].states[name_space] == LOOKUP_UNKNOWN)
            return true;
    }
    return false;
}

/* ---- globs ---- */

/* What is looked for through the collector's globs. */
typedef struct {
    Collector *c;
    SymId name;
    Namespace name_space;
} GlobQuestion;

/* What a module has of its own; ABSENT: its globs decide. */
static Lookup lookup_own(Collector *c, uint32_t module, SymId name, Namespace name_space,
                         uint32_t ignored_import)
{
    uint32_t key[3] = { module, name.v, name_space };
    uint32_t *index = map_find(&c->name_map, key);
    if (index) {
        const CollectName *bound = &c->names.items[*index];
        Lookup result = found(bound->res, bound->visible_in);
        result.import = bound->import;
        return result;
    }
    if (c->modules.items[module].is_missing)
        return found((Res){ .kind = RES_ERROR }, def_id_none());
    return is_pending_import(c, module, name, name_space, ignored_import) ? unknown() : absent();
}

static bool has_pending_calls(const Collector *c, uint32_t module)
{
    return c->modules.items[module].pending_calls > 0 && !c->ignore_calls;
}

static void expand_glob(GlobSearch *s, uint32_t node, uint32_t import_index)
{
    const GlobQuestion *question = s->context;
    Collector *c = question->c;
    const CollectImport *import = &c->imports.items[import_index];
    DefId target = import->glob_target, visible_in = import->visible_in;
    uint32_t importer = import->module;
    if (!import->is_done)
        s->nodes.items[node].is_open |= !c->ignore_imports;
    if (!import->is_done || def_id_is_none(target))
        return;
    uint32_t local = collect_module_of(c, target);
    if (local != 0)
        glob_search_add_module(s, node, local, collect_module_def(c, local), visible_in,
                               import_index);
    else
        glob_search_add(s, node,
                        lookup_in_def(c, target, question->name, question->name_space, importer, 0),
                        visible_in, import_index);
}

/* Node 0 has no such name itself, or it would not be asked. */
static void expand_module(GlobSearch *s, uint32_t node)
{
    const GlobQuestion *question = s->context;
    Collector *c = question->c;
    uint32_t module = s->nodes.items[node].key;
    Lookup own =
        node == 0 ? absent() : lookup_own(c, module, question->name, question->name_space, 0);
    GlobNode *it = &s->nodes.items[node];
    it->is_bound = own.state != LOOKUP_ABSENT;
    it->is_open = own.state == LOOKUP_UNKNOWN || (!it->is_bound && has_pending_calls(c, module));
    it->own = own;
    for (uint32_t i = 0; i < c->modules.items[module].globs.count && !s->nodes.items[node].is_bound;
         i++)
        expand_glob(s, node, c->modules.items[module].globs.items[i]);
}

static Lookup lookup_globs(Collector *c, uint32_t module, SymId name, Namespace name_space,
                           uint32_t from)
{
    if (c->modules.items[module].globs.count == 0)
        return has_pending_calls(c, module) ? unknown() : absent();
    GlobQuestion question = { c, name, name_space };
    c->globs.context = &question;
    DefId seen_from = from == module ? def_id_none() : collect_module_def(c, from);
    Lookup result = glob_search_run(&c->globs, module, collect_module_def(c, module), seen_from);
    c->globs.context = NULL;
    return result;
}

Lookup lookup_in_module(Collector *c, uint32_t module, SymId name, Namespace name_space,
                        uint32_t from, uint32_t ignored_import)
{
    Lookup own = lookup_own(c, module, name, name_space, ignored_import);
    return own.state == LOOKUP_ABSENT ? lookup_globs(c, module, name, name_space, from) : own;
}

Lookup lookup_in_def(Collector *c, DefId module, SymId name, Namespace name_space, uint32_t from,
                     uint32_t ignored_import)
{
    uint32_t local = collect_module_of(c, module);
    if (local != 0)
        return lookup_in_module(c, local, name, name_space, from, ignored_import);
    uint32_t *def = map_find(&c->def_map, &module);
    if (def && c->defs.items[*def].kind == DEF_ENUM) {
        const CollectDef *it = &c->defs.items[*def];
        ScopeName variant =
            lookup_enum_variant(c->job, module, it->item, name, name_space, it->visible_in);
        return from_scope_name(&variant);
    }
    if (def || def_id_eq(def_crate(c->in, module), c->crate)) {
        /* A trait's items cannot be imported; a body's collector asks for what stands outside of
         * it. */
        if (def || def_id_is_none(c->outer_module))
            return absent();
    }
    return from_scope_name(q_scope_name(c->job, (ScopeNameKey){ module, name, name_space }));
}

void lookup_init(Collector *c)
{
    glob_search_init(&c->globs, c->in, c->arena, expand_module, NULL);
}

/* ---- bare names ---- */

static Lookup lookup_extern_prelude(Collector *c, SymId name)
{
    for (uint32_t i = 0; i < c->info->dependency_count; i++) {
        if (sym_id_eq(c->info->dependencies[i].name, name))
            return found((Res){ .kind = RES_DEF, .def = c->info->dependencies[i].crate },
                         def_id_none());
    }
    /* `extern crate a as b` in the root makes b one too. */
    uint32_t key[3] = { 1, name.v, NAMESPACE_TYPE };
    uint32_t *index = def_id_is_none(c->outer_module) ? map_find(&c->name_map, key) : NULL;
    if (index && c->names.items[*index].is_extern_crate)
        return found(c->names.items[*index].res, def_id_none());
    return absent();
}

static Lookup lookup_preludes(Collector *c, SymId name, Namespace name_space)
{
    if (name_space != NAMESPACE_TYPE)
        return absent();
    Lookup result = c->info->edition == EDITION_2015 ? absent() : lookup_extern_prelude(c, name);
    uint8_t primitive;
    if (result.state == LOOKUP_ABSENT && resolve_primitive(c->in, name, &primitive))
        return found((Res){ .kind = RES_PRIMITIVE, .primitive = primitive }, def_id_none());
    return result;
}

Lookup lookup_bare(Collector *c, uint32_t module, SymId name, Namespace name_space,
                   uint32_t ignored_import)
{
    uint32_t from = module;
    for (;;) {
        Lookup result = lookup_in_module(c, module, name, name_space, from, ignored_import);
        if (result.state != LOOKUP_ABSENT)
            return result;
        if (!c->modules.items[module].is_block)
            return lookup_preludes(c, name, name_space);
        uint32_t parent = c->modules.items[module].parent;
        if (parent == 0)
            return c->outer_lookup(c, module, name, name_space);
        module = parent;
    }
}

/* ---- prefixes of paths ---- */

static PathPrefix prefix_failed(uint32_t at, const char *error, DefId module, Res res)
{
    return (PathPrefix){
        .state = PATH_FAILED, .at = at, .error = error, .module = module, .found = res
    };
}

static PathPrefix prefix_ok(DefId module)
{
    return (PathPrefix){ .state = PATH_OK, .module = module };
}

static bool is_module_like(const Interners *in, Res res)
{
    if (res.kind != RES_DEF)
        return false;
    DefKind kind = def_kind(in, res.def);
    return kind == DEF_CRATE || kind == DEF_MOD || kind == DEF_ENUM || kind == DEF_TRAIT;
}

DefId resolve_dollar_crate(Job *job, ItemId item, uint32_t mark, DefId own_crate)
{
    const MarkTable *table = expand_item_marks(job, item);
    if (!table || mark == 0 || mark >= table->count)
        return own_crate;
    /* The oldest mark: where `$crate` was written first. */
    while (table->marks[mark].parent != 0)
        mark = table->marks[mark].parent;
    return def_id_make(call_record(job_interners(job), table->marks[mark].call).crate);
}

static bool is_path_keyword(TokenKind kind)
{
    return kind == TOKEN_KW_CRATE || kind == TOKEN_KW_DOLLAR_CRATE || kind == TOKEN_KW_SELF_LOWER ||
           kind == TOKEN_KW_SUPER;
}

/* The segments that name a module by themselves: `crate`, `$crate`, `self`, `super`. False: an
 * ordinary word. */
static bool keyword_segment(Collector *c, uint32_t module, const ItemSegment *segment, ItemId item,
                            uint32_t i, PathPrefix *prefix)
{
    DefId here = i == 0 ? collect_module_def(c, module) : prefix->module;
    if (segment->kind == TOKEN_KW_CRATE && i == 0) {
        *prefix = prefix_ok(c->crate);
    } else if (segment->kind == TOKEN_KW_DOLLAR_CRATE && i == 0) {
        *prefix = prefix_ok(resolve_dollar_crate(c->job, item, segment->mark, c->crate));
    } else if (segment->kind == TOKEN_KW_SELF_LOWER && i == 0) {
        *prefix = prefix_ok(here);
    } else if (segment->kind == TOKEN_KW_SUPER) {
        if (def_kind(c->in, here) == DEF_CRATE)
            *prefix = prefix_failed(i, "there are too many leading `super` keywords", def_id_none(),
                                    (Res){ .kind = RES_ERROR });
        else
            *prefix = prefix_ok(resolve_module_of(c->in, def_parent(c->in, here)));
    } else {
        return false;
    }
    return true;
}

/* A word: in the module so far, or a bare name. */
static Lookup word_segment(Collector *c, uint32_t module, const ItemSegment *segment,
                           DefId in_module, bool is_global, uint32_t ignored)
{
    bool is_2015 = c->info->edition == EDITION_2015;
    if (!def_id_is_none(in_module))
        return lookup_in_def(c, in_module, segment->name, NAMESPACE_TYPE, module, ignored);
    if (!is_global)
        return lookup_bare(c, module, segment->name, NAMESPACE_TYPE, ignored);
    if (is_2015) {
        Lookup in_root = lookup_in_def(c, c->crate, segment->name, NAMESPACE_TYPE, module, ignored);
        if (in_root.state != LOOKUP_ABSENT)
            return in_root;
    }
    return lookup_extern_prelude(c, segment->name);
}

PathPrefix lookup_prefix(Collector *c, uint32_t module, const ItemSegment *segments, uint32_t count,
                         bool is_global, uint32_t ignored_import, CollectImport *import)
{
    ItemId item = import ? import->item : item_id_none();
    bool is_2015_import = import && c->info->edition == EDITION_2015;
    PathPrefix prefix = prefix_ok(def_id_none());
    if (is_2015_import && (count == 0 || !is_path_keyword((TokenKind)segments[0].kind)))
        is_global = true; /* relative to the crate's root */
    for (uint32_t i = 0; i < count; i++) {
        if (keyword_segment(c, module, &segments[i], item, i, &prefix)) {
            if (prefix.state != PATH_OK)
                return prefix;
            continue;
        }
        Lookup there = word_segment(c, module, &segments[i], prefix.module, is_global && i == 0,
                                    ignored_import);
        if (there.state == LOOKUP_UNKNOWN)
            return (PathPrefix){ .state = PATH_UNKNOWN };
        if (there.state == LOOKUP_ABSENT)
            return prefix_failed(i, NULL, prefix.module, (Res){ .kind = RES_ERROR });
        if (there.res.kind == RES_ERROR || !is_module_like(c->in, there.res))
            return prefix_failed(i, NULL, prefix.module, there.res);
        if (!resolve_is_visible(c->in, there.visible_in, collect_module_def(c, module))) {
            prefix = prefix_failed(i, NULL, prefix.module, there.res);
            prefix.is_private = true;
            return prefix;
        }
        prefix.module = there.res.def;
    }
    if (count == 0 && is_global) {
        prefix.is_extern = !is_2015_import;
        prefix.module = is_2015_import ? c->crate : def_id_none();
    }
    return prefix;
}
