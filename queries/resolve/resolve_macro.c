/* Names of macros while collecting: textual scope, then names of modules; and expanding calls in
 * item position. */
#include "resolve/resolve_priv.h"

static MacroLookup not_found(void)
{
    return (MacroLookup){ .state = LOOKUP_ABSENT };
}

/* The call that made a scope; NULL: a definition did, or nothing is visible. */
static CollectCall *call_of_scope(Collector *c, uint32_t scope)
{
    bool is_call = scope != 0 && c->scopes.items[scope].def == 0;
    return is_call ? &c->calls.items[c->scopes.items[scope].call] : NULL;
}

/* Path halving: most calls define no macro, and a file has thousands of calls in a row. */
uint32_t skip_expanded_calls(Collector *c, uint32_t scope)
{
    for (CollectCall *call; (call = call_of_scope(c, scope)) && call->is_expanded;) {
        const CollectCall *next = call_of_scope(c, call->scope_after);
        if (next && next->is_expanded)
            call->scope_after = next->scope_after;
        scope = call->scope_after;
    }
    return scope;
}

/* What is visible at a place, behind calls that were expanded. */
static uint32_t skip_calls(Collector *c, uint32_t scope, bool *open)
{
    for (;;) {
        scope = skip_expanded_calls(c, scope);
        const CollectCall *call = call_of_scope(c, scope);
        *open = call && !c->ignore_calls;
        if (!call || *open)
            return scope;
        scope = call->scope_before;
    }
}

MacroLookup lookup_textual_macro(Collector *c, uint32_t scope, SymId name)
{
    for (;;) {
        bool open = false;
        scope = skip_calls(c, scope, &open);
        if (open)
            return (MacroLookup){ .state = LOOKUP_UNKNOWN };
        if (scope == 0)
            break;
        const CollectDef *def = &c->defs.items[c->scopes.items[scope].def];
        if (sym_id_eq(def->tree->items[def->index].name, name))
            return (MacroLookup){ .state = LOOKUP_FOUND,
                                  .macro = { def->item, c->crate, def->def } };
        scope = c->scopes.items[scope].parent;
    }
    if (!c->outer_macro)
        return not_found();
    MacroName outer = c->outer_macro(c, name);
    return (MacroLookup){ .state = item_id_is_none(outer.item) ? LOOKUP_ABSENT : LOOKUP_FOUND,
                          .macro = outer };
}

/* A macro's definition as a macro to call. */
static MacroLookup macro_of_def(Collector *c, DefId def)
{
    uint32_t *local = map_find(&c->def_map, &def);
    ItemId item = local ? c->defs.items[*local].item : q_def_item(c->job, def)->item;
    return (MacroLookup){ .state = LOOKUP_FOUND, .macro = { item, def_crate(c->in, def), def } };
}

static MacroLookup from_lookup(Collector *c, Lookup lookup)
{
    if (lookup.state != LOOKUP_FOUND)
        return (MacroLookup){ .state = lookup.state };
    if (lookup.res.kind != RES_DEF)
        return not_found();
    return macro_of_def(c, lookup.res.def);
}

/* `#[macro_use] extern crate`. */
static MacroLookup lookup_macro_use(Collector *c, SymId name)
{
    for (uint32_t i = 0; i < c->crates_used.count; i++) {
        ScopeNameKey key = { def_id_make(c->crates_used.items[i]), name, NAMESPACE_MACRO };
        const ScopeName *there = q_scope_name(c->job, key);
        if (there->is_found && def_id_is_none(there->visible_in) && there->res.kind == RES_DEF)
            return macro_of_def(c, there->res.def);
    }
    return not_found();
}

MacroLookup lookup_macro_path(Collector *c, uint32_t module, uint32_t scope,
                              const ItemSegment *segments, uint32_t count, bool is_global,
                              ItemId item)
{
    if (count == 0)
        return not_found();
    const ItemSegment *last = &segments[count - 1];
    if (count == 1 && !is_global) {
        MacroLookup textual = lookup_textual_macro(c, scope, last->name);
        if (textual.state != LOOKUP_ABSENT)
            return textual;
        MacroLookup bare = from_lookup(c, lookup_bare(c, module, last->name, NAMESPACE_MACRO, 0));
        return bare.state == LOOKUP_ABSENT ? lookup_macro_use(c, last->name) : bare;
    }
    CollectImport at = { .item = item };
    PathPrefix prefix = lookup_prefix(c, module, segments, count - 1, is_global, 0, &at);
    if (prefix.state == PATH_UNKNOWN)
        return (MacroLookup){ .state = LOOKUP_UNKNOWN };
    if (prefix.state == PATH_FAILED || def_id_is_none(prefix.module))
        return not_found();
    return from_lookup(c, lookup_in_def(c, prefix.module, last->name, NAMESPACE_MACRO, module, 0));
}

/* ---- expanding ---- */

static void finish_call(Collector *c, uint32_t index, uint32_t scope_after)
{
    CollectCall *call = &c->calls.items[index];
    call->is_expanded = true;
    call->scope_after = scope_after;
    c->modules.items[call->module].pending_calls--;
}

static AstFragment fragment_of(const CollectCall *call)
{
    DefKind parent = (DefKind)call->tree->items[call->tree->items[call->index].parent].kind;
    return parent == DEF_FOREIGN_MOD ? AST_FRAGMENT_FOREIGN_ITEMS : AST_FRAGMENT_ITEMS;
}

static void expand(Collector *c, uint32_t index, MacroName macro)
{
    CollectCall call = c->calls.items[index];
    const CallSites *sites = q_call_sites(c->job, call.item);
    uint32_t scope = call.scope_before;
    if (sites->count == 1) {
        CallId id = expand_call(c->in, call.item, &sites->sites[0], macro.item, macro.crate,
                                fragment_of(&call));
        bool may = expand_budget_take(c->job, &c->budget, call.item, id);
        const ItemTree *tree = may ? q_call_items(c->job, id) : NULL;
        if (tree && tree->exists)
            collect_children(c, call.module, tree, 0, &scope);
    }
    finish_call(c, index, scope);
}

static MacroLookup lookup_call(Collector *c, const CollectCall *call)
{
    const Item *item = &call->tree->items[call->index];
    const ItemSegment *segments = call->tree->segments + item->path.start;
    return lookup_macro_path(c, call->module, call->scope_before, segments, item->path.count, false,
                             call->item);
}

bool collect_expand_calls(Collector *c)
{
    bool moved = false;
    for (uint32_t i = 1; i < c->calls.count && !job_cancelled(c->job); i++) {
        if (c->calls.items[i].is_expanded)
            continue;
        MacroLookup macro = lookup_call(c, &c->calls.items[i]);
        if (macro.state != LOOKUP_FOUND)
            continue;
        expand(c, i, macro.macro);
        moved = true;
    }
    return moved;
}

/* Every macro a bare name could mean at a place. */
static void macros_in_scope(Collector *c, uint32_t module, uint32_t scope, U32Vec *names,
                            U32Vec *items)
{
    bool open = false;
    for (scope = skip_calls(c, scope, &open); scope != 0;
         scope = skip_calls(c, c->scopes.items[scope].parent, &open)) {
        const CollectDef *def = &c->defs.items[c->scopes.items[scope].def];
        u32_vec_push(names, def->tree->items[def->index].name.v);
        u32_vec_push(items, def->item.v);
    }
    for (uint32_t i = 1; i < c->names.count; i++) {
        const CollectName *name = &c->names.items[i];
        uint32_t *def = name->module == module && name->name_space == NAMESPACE_MACRO &&
                                name->res.kind == RES_DEF
                            ? map_find(&c->def_map, &name->res.def)
                            : NULL;
        if (!def)
            continue;
        u32_vec_push(names, name->name.v);
        u32_vec_push(items, c->defs.items[*def].item.v);
    }
}

void report_macro_not_found(Job *job, TokenSpan span, SymId name, const SymId *names,
                            const ItemId *items, uint32_t count)
{
    Interners *in = job_interners(job);
    Diag *diag = diag_new(job, DIAG_CODE_macro_not_found, diag_at_tokens(span));
    diag_arg(diag, sym_text(in, name));
    SymId near = resolve_suggest(in, name, names, count);
    for (uint32_t i = 0; i < count && !sym_id_is_none(near); i++) {
        if (!sym_id_eq(names[i], near))
            continue;
        Str text = sym_text(in, near);
        diag_label(diag, diag_at_tokens(resolve_head_span(job, items[i])),
                   "similarly named macro `%.*s` defined here", (int)text.bytes, text.data);
        diag_suggest(diag, diag_at_tokens(span), text, APPLICABLE_MAYBE,
                     "a macro with a similar name exists");
        break;
    }
    diag_emit(job, diag);
}

static void report_macro_path(Collector *c, const CollectCall *call, const ItemSegment *segments,
                              uint32_t count)
{
    CollectImport at = { .item = call->item };
    PathPrefix prefix = lookup_prefix(c, call->module, segments, count - 1, false, 0, &at);
    if (prefix.state == PATH_UNKNOWN)
        return;
    ResolvedPath failed = { .state = RESOLVE_NOT_FOUND,
                            .at = count - 1,
                            .in_module = prefix.module };
    if (prefix.state == PATH_FAILED) {
        failed.at = prefix.at;
        failed.found = prefix.found;
        failed.state = prefix.error                     ? RESOLVE_SUPERS
                       : prefix.is_private              ? RESOLVE_PRIVATE
                       : prefix.found.kind != RES_ERROR ? RESOLVE_NOT_MODULE
                                                        : RESOLVE_NOT_FOUND;
    }
    PathWord *words = arena_alloc_zeroed(c->arena, count * sizeof *words);
    for (uint32_t i = 0; i < count; i++)
        words[i] = (PathWord){ .name = segments[i].name, .kind = segments[i].kind };
    Place place = { .crate = c->crate, .module = collect_module_def(c, call->module) };
    TokenSpan span =
        item_tokens_span(c->job, call->item, segments[failed.at].at, segments[failed.at].at + 1);
    diag_emit(c->job, resolve_module_diag(c->job, &place, &failed, words, false, span));
}

static void report_call(Collector *c, const CollectCall *call)
{
    const Item *item = &call->tree->items[call->index];
    const ItemSegment *segments = call->tree->segments + item->path.start;
    if (item->path.count > 1)
        report_macro_path(c, call, segments, item->path.count);
    if (item->path.count != 1)
        return;
    U32Vec names, items;
    u32_vec_init(&names, c->arena);
    u32_vec_init(&items, c->arena);
    macros_in_scope(c, call->module, call->scope_before, &names, &items);
    report_macro_not_found(c->job,
                           item_tokens_span(c->job, call->item, segments->at, segments->at + 1),
                           segments->name, (const SymId *)(const void *)names.items,
                           (const ItemId *)(const void *)items.items, names.count);
}

void collect_report_calls(Collector *c)
{
    for (uint32_t i = 1; i < c->calls.count; i++) {
        CollectCall call = c->calls.items[i];
        if (call.is_expanded)
            continue;
        report_call(c, &call);
        finish_call(c, i, call.scope_before);
    }
}
