/* Macro calls in bodies and headers: which macro, which expansion, and reading it in place of the
 * call. */
#include "lower/lower_priv.h"

Source lower_source(Job *job, ItemId item, Anchor anchor)
{
    Interners *in = job_interners(job);
    PathRecord root = item_record(in, item_root(in, item));
    return (Source){
        .ast = anchor == ANCHOR_HEADER ? q_header_ast(job, item) : q_body_ast(job, item),
        .run = parse_tokens(job, item, anchor),
        .item = item,
        .anchor = anchor,
        .marks =
            root.kind == ITEM_ROOT_CALL ? q_expansion_marks(job, call_id_make(root.parent)) : NULL,
    };
}

Source macro_source(Job *job, CallId call)
{
    return (Source){ .ast = q_expansion_ast(job, call),
                     .run = q_call_rest(job, call),
                     .item = item_root_of_call(job_interners(job), call),
                     .anchor = ANCHOR_BODY,
                     .origins = q_call_rest_origins(job, call),
                     .marks = q_expansion_marks(job, call) };
}

/* ---- which macro ---- */

static MacroName find_macro(Lower *l, const AstPath *path, const PathWord *words)
{
    const AstIdent *name = &lower_path_segment(l, path, 0)->name;
    bool is_bare =
        path->segments.count == 1 && !path->is_global && name->kind != TOKEN_KW_DOLLAR_CRATE;
    if (is_bare) {
        ItemId textual = scope_find_macro(l, name);
        if (!item_id_is_none(textual))
            return (MacroName){ textual, l->place.crate, def_id_none() };
        ScopeAnswer in_block = scope_find(l, name, NAMESPACE_MACRO);
        if (in_block.res.kind == RES_DEF && def_kind(l->in, in_block.res.def) == DEF_MACRO)
            return (MacroName){ q_def_item(l->job, in_block.res.def)->item,
                                def_crate(l->in, in_block.res.def), in_block.res.def };
    }
    return resolve_macro_path(l->job, &l->place, l->owner, words, path->segments.count,
                              path->is_global);
}

static void report_macro(Lower *l, const AstPath *path, const PathWord *words)
{
    uint32_t count = path->segments.count;
    const AstIdent *last = &lower_path_segment(l, path, count - 1)->name;
    if (count > 1) {
        ResolvedPath failed =
            resolve_path(l->job, &l->place, words, count, path->is_global, NAMESPACE_MACRO, NULL);
        if (failed.state == RESOLVE_REPORTED)
            return;
        if (failed.state == RESOLVED)
            failed = (ResolvedPath){ .state = RESOLVE_NOT_FOUND, .at = count - 1 };
        const AstIdent *at = &lower_path_segment(l, path, failed.at)->name;
        TokenSpan span = lower_place_of(l, at->at, at->at + (1u << AST_POS_SHIFT));
        if (failed.state == RESOLVE_PRIVATE) {
            lower_emit(l, resolve_private_diag(l->job, &failed, at->name, span));
            return;
        }
        lower_emit(l,
                   resolve_module_diag(l->job, &l->place, &failed, words, path->is_global, span));
        return;
    }
    Diag *diag = diag_new(l->job, DIAG_CODE_macro_not_found,
                          lower_at(l, last->at, last->at + (1u << AST_POS_SHIFT)));
    lower_emit(l, diag_arg(diag, lower_text(l, last->name)));
}

static const CallSite *call_site(Lower *l, AstMacroCallId call)
{
    Source *source = l->source;
    if (!source->sites)
        source->sites = q_call_sites(l->job, source->item);
    uint32_t index = source->sites->first[source->anchor] + call.v - 1;
    return index < source->sites->count ? &source->sites->sites[index] : NULL;
}

bool macro_call_id(Lower *l, AstMacroCallId id, AstFragment fragment, bool quiet, CallId *out)
{
    const AstMacroCall *call = &l->source->ast->macro_calls[id.v];
    const AstPath *path = &l->source->ast->paths[call->path.v];
    const CallSite *site = call_site(l, id);
    if (path->segments.count == 0 || !site)
        return false;
    PathWord *words = arena_alloc_zeroed(l->scratch, path->segments.count * sizeof *words);
    resolve_words(l->job, l->source->ast, call->path, l->source->item, l->place.crate, words);
    MacroName macro = find_macro(l, path, words);
    if (item_id_is_none(macro.item)) {
        if (!quiet)
            report_macro(l, path, words);
        return false;
    }
    *out = expand_call(l->in, l->source->item, site, macro.item, macro.crate, fragment);
    if (!expand_budget_take(l->job, &l->budget, l->source->item, *out)) {
        l->b->has_error = true;
        return false;
    }
    if (!quiet)
        lowered_call_vec_push(&l->calls, (LoweredCall){ .owner = l->source->item,
                                                        .anchor = site->anchor,
                                                        .lo = site->lo,
                                                        .hi = site->hi,
                                                        .call = *out });
    return true;
}

/* ---- reading it ---- */

bool macro_begin(Lower *l, AstMacroCallId call, AstFragment fragment, Expanded *expanded)
{
    CallId id;
    if (!macro_call_id(l, call, fragment, false, &id))
        return false;
    expanded->source = macro_source(l->job, id);
    expanded->saved = l->source;
    if (expanded->source.ast->has_error)
        l->b->has_error = true;
    if (q_expansion(l->job, id)->is_error)
        return false;
    l->source = &expanded->source;
    return true;
}

void macro_end(Lower *l, const Expanded *expanded)
{
    lower_check_attributes(l);
    l->source = expanded->saved;
}
