/* What names mean: facts about one name in one module, made from the facts of the modules. */
#include "resolve/resolve_path.h"
#include "resolve/resolve_priv.h"

/* ---- one name of a module ---- */

typedef struct {
    Job *job;
    Interners *in;
    DefId crate;
    SymId name;
    Namespace name_space;
} ScopeQuestion;

static Lookup from_module_name(const ModuleName *name)
{
    return (Lookup){ .state = LOOKUP_FOUND, .res = name->res, .visible_in = name->visible_in };
}

static Lookup lookup_elsewhere(const ScopeQuestion *question, DefId target)
{
    ScopeNameKey key = { target, question->name, question->name_space };
    const ScopeName *there = q_scope_name(question->job, key);
    return (Lookup){ .state = there->is_found ? LOOKUP_FOUND : LOOKUP_ABSENT,
                     .res = there->res,
                     .visible_in = there->visible_in,
                     .is_ambiguous = there->is_ambiguous };
}

static void expand_module(GlobSearch *s, uint32_t node)
{
    const ScopeQuestion *question = s->context;
    const ModuleScope *scope = q_module_scope(question->job, s->nodes.items[node].module);
    GlobNode *it = &s->nodes.items[node];
    const ModuleName *own =
        module_scope_find(question->in, scope, question->name, question->name_space);
    it->is_bound = own || scope->is_missing;
    it->own = own ? from_module_name(own) : (Lookup){ .state = LOOKUP_FOUND }; /* an error */
    if (it->is_bound)
        return;
    for (uint32_t i = 0; i < scope->glob_count; i++) {
        const ModuleGlob *glob = &scope->globs[i];
        bool is_local = def_kind(question->in, glob->target) != DEF_ENUM &&
                        def_id_eq(def_crate(question->in, glob->target), question->crate);
        if (is_local)
            glob_search_add_module(s, node, glob->target.v, glob->target, glob->visible_in, 0);
        else
            glob_search_add(s, node, lookup_elsewhere(question, glob->target), glob->visible_in, 0);
    }
}

static ScopeName lookup(Job *job, DefId module, SymId name, Namespace name_space)
{
    Interners *in = job_interners(job);
    ScopeQuestion question = { job, in, def_crate(in, module), name, name_space };
    GlobSearch search;
    glob_search_init(&search, in, job_scratch(job), expand_module, &question);
    Lookup found = glob_search_run(&search, module.v, module, def_id_none());
    return (ScopeName){ .res = found.res,
                        .is_found = found.state == LOOKUP_FOUND,
                        .is_ambiguous = found.is_ambiguous,
                        .visible_in = found.visible_in };
}

/* A tuple struct's constructor is as visible as its fields. */
static void narrow_ctor(Job *job, ScopeName *name)
{
    Interners *in = job_interners(job);
    if (!name->is_found || name->res.kind != RES_DEF || def_kind(in, name->res.def) != DEF_CTOR)
        return;
    DefId owner = def_parent(in, name->res.def);
    if (def_kind(in, owner) != DEF_STRUCT)
        return;
    name->visible_in = visibility_meet(
        in, name->visible_in,
        ctor_visibility(job, owner, q_def_item(job, owner)->item, name->visible_in));
}

void scope_name_provide(Job *job, ScopeNameKey key, ScopeName *out)
{
    Interners *in = job_interners(job);
    DefKind kind = def_kind(in, key.module);
    if (kind == DEF_ENUM) {
        ItemId item = q_def_item(job, key.module)->item;
        DefId visible_in = q_visibility(job, key.module)->visible_in;
        if (!item_id_is_none(item))
            *out = lookup_enum_variant(job, key.module, item, key.name, (Namespace)key.name_space,
                                       visible_in);
        return;
    }
    if (kind == DEF_TRAIT) {
        *out = lookup_assoc_item(job, key.module, key.name, (Namespace)key.name_space);
        return;
    }
    if (kind == DEF_CRATE || kind == DEF_MOD)
        *out = lookup(job, key.module, key.name, (Namespace)key.name_space);
    narrow_ctor(job, out);
}

void extern_prelude_name_provide(Job *job, ScopeNameKey key, ScopeName *out)
{
    const CrateInfo *info = q_crate_info(job, key.module);
    for (uint32_t i = 0; i < info->dependency_count; i++) {
        if (!sym_id_eq(info->dependencies[i].name, key.name))
            continue;
        *out = (ScopeName){ .res = { .kind = RES_DEF, .def = info->dependencies[i].crate },
                            .is_found = true };
        return;
    }
    const CrateFacts *facts = q_crate_facts(job, key.module);
    for (uint32_t i = 0; i < facts->extern_crate_count; i++) {
        if (sym_id_eq(facts->extern_crates[i].name, key.name))
            *out = (ScopeName){ .res = facts->extern_crates[i].res, .is_found = true };
    }
}

/* ---- all names of a module ---- */

static int compare_module_names(const void *a, const void *b, void *context)
{
    const Interners *in = context;
    const ModuleName *x = a, *y = b;
    int order = str_compare(sym_text(in, x->name), sym_text(in, y->name));
    if (order == 0)
        order = (int)x->name_space - (int)y->name_space;
    return order ? order
                 : fp_compare(intern_fingerprint(in, INTERN_def, x->res.def.v),
                              intern_fingerprint(in, INTERN_def, y->res.def.v));
}

static void add_variants(Job *job, DefId enum_def, ModuleNameVec *out)
{
    Interners *in = job_interners(job);
    const Ast *ast;
    const AstItem *node = resolve_header(job, q_def_item(job, enum_def)->item, &ast);
    for (uint32_t i = 0; node && node->kind == AST_ITEM_ENUM && i < node->as.enum_.variants.count;
         i++) {
        const AstVariant *variant = &ast->variants[ast_list_at(ast, node->as.enum_.variants, i)];
        DefId def = def_child(in, enum_def, DEF_VARIANT, variant->name.name, 0);
        module_name_vec_push(out, (ModuleName){ variant->name.name,
                                                NAMESPACE_TYPE,
                                                { .kind = RES_DEF, .def = def },
                                                def_id_none(),
                                                false });
        DefId ctor = def_child(in, def, DEF_CTOR, sym_id_none(), 0);
        if (variant->ctor != AST_CTOR_STRUCT)
            module_name_vec_push(out, (ModuleName){ variant->name.name,
                                                    NAMESPACE_VALUE,
                                                    { .kind = RES_DEF, .def = ctor },
                                                    def_id_none(),
                                                    false });
    }
}

/* The names of a module, and of what its globs reach: modules of the crate go to `reached`. */
static void add_names(Job *job, DefId module, ModuleNameVec *out, DefIdVec *reached, Map *seen)
{
    const Interners *in = job_interners(job);
    const ModuleScope *scope = q_module_scope(job, module);
    for (uint32_t i = 0; i < scope->count; i++) {
        if (scope->names[i].res.kind != RES_ERROR)
            module_name_vec_push(out, scope->names[i]);
    }
    for (uint32_t i = 0; i < scope->glob_count; i++) {
        DefId target = scope->globs[i].target;
        bool existed;
        map_put(seen, &target, &existed);
        if (existed)
            continue;
        if (def_kind(in, target) == DEF_ENUM) {
            add_variants(job, target, out);
        } else if (def_id_eq(def_crate(in, target), def_crate(in, module))) {
            def_id_vec_push(reached, target);
        } else {
            const ModuleNames *names = q_module_names(job, target);
            module_name_vec_append(out, names->names, names->count);
        }
    }
}

void module_names_provide(Job *job, DefId module, ModuleNames *out)
{
    Interners *in = job_interners(job);
    ModuleNameVec names;
    DefIdVec reached;
    Map seen;
    module_name_vec_init(&names, job_out(job));
    def_id_vec_init(&reached, job_scratch(job));
    map_init(&seen, job_scratch(job), sizeof(DefId));
    map_put(&seen, &module, NULL);
    if (def_kind(in, module) == DEF_ENUM)
        add_variants(job, module, &names);
    else
        def_id_vec_push(&reached, module);
    for (uint32_t i = 0; i < reached.count; i++)
        add_names(job, reached.items[i], &names, &reached, &seen);
    sort_items(names.items, names.count, sizeof(ModuleName), compare_module_names, in);
    *out = (ModuleNames){ names.items, names.count };
}

/* ---- macros by bare name ---- */

/* The macro_rules `def` in the module's own part of textual scope. Its parent mostly stands before
 * it: `near` is where to look first. */
static const TextualMacro *find_textual(const ModuleMacros *macros, DefId def, uint32_t *near)
{
    if (*near < macros->count && def_id_eq(macros->macros[*near].def, def))
        return &macros->macros[*near];
    for (*near = 0; *near < macros->count; ++*near) {
        if (def_id_eq(macros->macros[*near].def, def))
            return &macros->macros[*near];
    }
    return NULL;
}

/* Along the macros in textual scope at the definition's place, whichever module they came in. */
static bool textual_macro(Job *job, DefId place, SymId name, MacroName *out)
{
    const Interners *in = job_interners(job);
    const ModuleDef *def = NULL;
    while (def_kind(in, place) != DEF_CRATE && !(def = module_def_find(job, place)))
        place = def_parent(in, place);
    if (!def)
        return false;
    DefId module = def_parent(in, place), scope = def->macro_scope;
    uint32_t near = 0;
    while (!def_id_is_none(scope)) {
        const TextualMacro *macro = find_textual(q_module_macros(job, module), scope, &near);
        if (macro && sym_id_eq(macro->name, name)) {
            *out = (MacroName){ macro->item, def_crate(in, module), macro->def };
            return true;
        }
        if (macro) {
            scope = macro->outer;
            near--; /* of 0: nowhere */
        } else if (def_kind(in, module) == DEF_CRATE) {
            return false;
        } else {
            module = def_parent(in, module);
        }
    }
    return false;
}

static bool block_macro(Job *job, const Place *place, SymId name, MacroName *out)
{
    const BodyItems *items = q_body_items(job, place->body);
    for (uint32_t block = place->block; block != 0 && block < items->block_count;
         block = items->blocks[block].parent) {
        for (uint32_t i = items->macro_count; i > 0; i--) {
            const BodyMacro *macro = &items->macros[i - 1];
            if (macro->block != block || !sym_id_eq(macro->name, name))
                continue;
            *out = (MacroName){ macro->item, place->crate, def_id_none() };
            return true;
        }
    }
    return false;
}

static void macro_of_name(Job *job, const ScopeName *name, MacroName *out)
{
    Interners *in = job_interners(job);
    if (name->is_found && name->res.kind == RES_DEF && def_kind(in, name->res.def) == DEF_MACRO)
        *out = (MacroName){ q_def_item(job, name->res.def)->item, def_crate(in, name->res.def),
                            name->res.def };
}

void macro_name_provide(Job *job, MacroNameKey key, MacroName *out)
{
    Place place = resolve_place(job, key.place);
    for (Place at = place; !def_id_is_none(at.body); at = resolve_place(job, at.body)) {
        if (block_macro(job, &at, key.name, out))
            return;
    }
    if (textual_macro(job, key.place, key.name, out))
        return;
    ScopeName bare = resolve_bare(job, &place, key.name, NAMESPACE_MACRO);
    macro_of_name(job, &bare, out);
    const CrateFacts *facts = q_crate_facts(job, place.crate);
    for (uint32_t i = 0; item_id_is_none(out->item) && i < facts->macro_use_crates.count; i++) {
        ScopeNameKey there = { facts->macro_use_crates.items[i], key.name, NAMESPACE_MACRO };
        const ScopeName *exported = q_scope_name(job, there);
        if (def_id_is_none(exported->visible_in))
            macro_of_name(job, exported, out);
    }
}

/* ---- traits in scope ---- */

static int compare_paths(const Interners *in, DefId a, DefId b)
{
    if (def_id_eq(a, b))
        return 0;
    return fp_compare(intern_fingerprint(in, INTERN_def, a.v),
                      intern_fingerprint(in, INTERN_def, b.v));
}

static int compare_def_ids(const void *a, const void *b, void *context)
{
    return compare_paths(context, *(const DefId *)a, *(const DefId *)b);
}

static void sort_unique(const Interners *in, DefIdVec *defs)
{
    uint32_t kept = 0;
    sort_items(defs->items, defs->count, sizeof(DefId), compare_def_ids, in);
    for (uint32_t i = 0; i < defs->count; i++) {
        if (kept == 0 || !def_id_eq(defs->items[i], defs->items[kept - 1]))
            defs->items[kept++] = defs->items[i];
    }
    defs->count = kept;
}

static bool is_trait(const Interners *in, Res res)
{
    return res.kind == RES_DEF && def_kind(in, res.def) == DEF_TRAIT;
}

static void add_trait(const Interners *in, Res res, DefIdVec *out)
{
    if (is_trait(in, res))
        def_id_vec_push(out, res.def);
}

void module_traits_provide(Job *job, DefId module, ModuleNames *out)
{
    const Interners *in = job_interners(job);
    const ModuleNames *names = q_module_names(job, module);
    out->names = arena_alloc_array(job_out(job), names->count, sizeof *out->names);
    for (uint32_t i = 0; i < names->count; i++) {
        const ModuleName *name = &names->names[i];
        if (name->name_space == NAMESPACE_TYPE && is_trait(in, name->res))
            out->names[out->count++] = *name;
    }
}

static void add_module_traits(Job *job, DefId module, DefId from, DefIdVec *out)
{
    const ModuleNames *traits = q_module_traits(job, module);
    for (uint32_t i = 0; i < traits->count; i++) {
        if (resolve_is_visible(job_interners(job), traits->names[i].visible_in, from))
            def_id_vec_push(out, traits->names[i].res.def);
    }
}

static void add_block_traits(Job *job, const Place *place, DefIdVec *out)
{
    const BodyItems *items = q_body_items(job, place->body);
    for (uint32_t block = place->block; block != 0 && block < items->block_count;
         block = items->blocks[block].parent) {
        const BodyBlock *b = &items->blocks[block];
        for (uint32_t i = 0; i < b->names.count; i++) {
            if (items->names[b->names.start + i].name_space == NAMESPACE_TYPE)
                add_trait(job_interners(job), items->names[b->names.start + i].res, out);
        }
        for (uint32_t i = 0; i < b->globs.count; i++)
            add_module_traits(job, items->globs[b->globs.start + i], place->module, out);
    }
}

/* Only the body's own tokens tell; who does not stand in a module is asked. */
static bool may_have_items(Job *job, DefId body)
{
    const ModuleDef *def = module_def_find(job, body);
    return def ? (def->flags & DEF_MAY_HAVE_ITEMS) != 0 : true;
}

/* A body sees the traits of all its own blocks as well: which of them a method call stands in makes
 * no difference to what rustc accepts in practice, and keeps calls free of block numbers. */
static void add_own_blocks(Job *job, const Place *place, DefId body, DefIdVec *out)
{
    if (!may_have_items(job, body))
        return;
    Place own = *place;
    own.body = body;
    const BodyItems *items = q_body_items(job, body);
    for (uint32_t block = 1; block < items->block_count; block++) {
        own.block = block;
        add_block_traits(job, &own, out);
    }
}

void traits_in_scope_provide(Job *job, DefId def, DefList *out)
{
    Interners *in = job_interners(job);
    DefIdVec traits;
    def_id_vec_init(&traits, job_out(job));
    Place place = resolve_place(job, def);
    DefKind kind = def_kind(in, def);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN || kind == DEF_CONST || kind == DEF_STATIC ||
        kind == DEF_ASSOC_CONST)
        add_own_blocks(job, &place, def, &traits);
    for (Place at = place; !def_id_is_none(at.body); at = resolve_place(job, at.body))
        add_block_traits(job, &at, &traits);
    add_module_traits(job, place.module, place.module, &traits);
    sort_unique(in, &traits);
    *out = (DefList){ traits.items, traits.count };
}
