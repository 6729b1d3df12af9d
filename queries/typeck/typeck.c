/* Type check of one body: context, parameters, order of the final steps. Rust Reference:
 * expressions, type inference as rustc does it: one pass over the body with expectations and
 * coercions, obligations worked on as types become known, then fallback, casts, and everything that
 * can only be said once all types are there. */
#include "typeck/typeck.h"

#include "lower/lower.h"
#include "resolve/resolve_path.h"
#include "typeck/typeck_priv.h"

/* ---- context ---- */

Diag *typeck_diag(Typeck *cx, DiagCode code, uint32_t span)
{
    cx->has_error = true;
    return diag_new(cx->job, code, typeck_at(cx, span));
}

void typeck_emit(Typeck *cx, Diag *diag)
{
    diag_emit(cx->job, diag);
}

void typeck_unsupported(Typeck *cx, uint32_t span, const char *feature)
{
    cx->has_error = true;
    diag_unsupported(cx->job, typeck_at(cx, span), feature);
}

void typeck_needs_annotation(Typeck *cx, uint32_t span)
{
    Diag *diag = diag_arg(typeck_diag(cx, DIAG_CODE_type_annotations_needed, span), STR(""));
    typeck_emit(cx, diag_primary_label(diag, "cannot infer type"));
}

DefId typeck_lang(Typeck *cx, const char *name)
{
    LangItemKey key = { def_crate(cx->in, cx->owner), sym_intern_c(cx->in, name) };
    return q_lang_item(cx->job, key)->def;
}

TyId typeck_new_var(Typeck *cx, uint32_t span)
{
    return infer_new_ty(cx->infer, (InferOrigin){ .span = span });
}

bool typeck_is_general_var(const Typeck *cx, TyId ty)
{
    const Ty *record = ty_get(cx->in, ty);
    return record->kind == TY_INFER && record->as.infer.kind == INFER_TY;
}

TyId typeck_known(Typeck *cx, TyId ty)
{
    ty = infer_shallow(cx->infer, ty);
    if (!typeck_is_general_var(cx, ty) || cx->fulfill.pending.count == 0 || cx->open_snapshots)
        return ty;
    fulfill_select(&cx->fulfill);
    return infer_shallow(cx->infer, ty);
}

TypeckSnapshot typeck_snapshot(Typeck *cx)
{
    cx->open_snapshots++;
    return (TypeckSnapshot){ infer_snapshot(cx->infer), cx->fulfill.pending.count };
}

void typeck_rollback(Typeck *cx, TypeckSnapshot snapshot)
{
    rsc_assert(cx->fulfill.pending.count >= snapshot.pending_count);
    infer_rollback(cx->infer, snapshot.infer);
    cx->fulfill.pending.count = snapshot.pending_count;
    cx->open_snapshots--;
}

void typeck_commit(Typeck *cx, TypeckSnapshot snapshot)
{
    infer_commit(cx->infer, snapshot.infer);
    cx->open_snapshots--;
}

TyId typeck_resolved(const Typeck *cx, TyId ty)
{
    return infer_resolve(cx->infer, ty);
}

void typeck_register(Typeck *cx, const Predicate *predicate)
{
    fulfill_add(&cx->fulfill, predicate);
}

static void register_all(Typeck *cx, const PredicateVec *predicates)
{
    for (uint32_t i = 0; i < predicates->count; i++)
        typeck_register(cx, &predicates->items[i]);
}

void typeck_register_item(Typeck *cx, DefId item, ArgsId args, uint32_t span)
{
    PredicateVec predicates;
    predicate_vec_init(&predicates, cx->arena);
    solver_obligations_of(cx->solver, item, args, span, &predicates);
    register_all(cx, &predicates);
}

void typeck_register_trait(Typeck *cx, DefId trait_def, ArgsId args, uint32_t span)
{
    Predicate predicate = { .kind = PREDICATE_TRAIT,
                            .trait_ref = { trait_def, args },
                            .span = span };
    typeck_register(cx, &predicate);
}

TyId typeck_normalize(Typeck *cx, TyId ty, uint32_t span)
{
    if (!ty_get(cx->in, ty)->has_projection)
        return ty;
    PredicateVec pending;
    predicate_vec_init(&pending, cx->arena);
    TyId normal = solver_normalize(cx->solver, ty, span, &pending);
    register_all(cx, &pending);
    return normal;
}

TyId typeck_instantiate(Typeck *cx, TyId ty, ArgsId args, uint32_t span)
{
    TyId instance = ty_erase_regions(cx->in, ty_substitute(cx->in, ty, args));
    return typeck_normalize(cx, instance, span);
}

void typeck_require_sized(Typeck *cx, TyId ty, uint32_t span, const char *note)
{
    sized_check_vec_push(&cx->sized_checks, (SizedCheck){ ty, span, note });
}

bool typeck_is_visible(const Typeck *cx, DefId visible_in)
{
    return resolve_is_visible(cx->in, visible_in, cx->module);
}

/* ---- written types ---- */

static TyId lower_infer_ty(TyLower *lower, const GenericParam *param_or_null, uint32_t span)
{
    Typeck *cx = lower->context;
    InferOrigin origin = { .span = span,
                           .param_or_none = param_or_null ? param_or_null->def : def_id_none() };
    return infer_new_ty(cx->infer, origin);
}

static ConstId lower_infer_const(TyLower *lower, TyId ty, const GenericParam *param_or_null,
                                 uint32_t span)
{
    Typeck *cx = lower->context;
    InferOrigin origin = { .span = span,
                           .param_or_none = param_or_null ? param_or_null->def : def_id_none() };
    return infer_new_const(cx->infer, ty, origin);
}

static TyId lower_project(TyLower *lower, DefId assoc_ty, ArgsId args, uint32_t span)
{
    Typeck *cx = lower->context;
    TyId projection = ty_projection(lower->in, assoc_ty, args_erase_regions(lower->in, args));
    return typeck_normalize(cx, projection, span);
}

TyId typeck_lower_ty(Typeck *cx, HirTyId id)
{
    TyId ty = ty_lower(&cx->lower, id);
    if (cx->lower.has_error)
        cx->has_error = true;
    cx->lower.has_error = false;
    ty_vec_push(&cx->user_types, ty);
    u32_vec_push(&cx->user_type_spans, hir_ty(cx->body, id)->span);
    return ty_erase_regions(cx->in, ty);
}

static TyLower body_lower(Typeck *cx)
{
    bool is_anon = def_kind(cx->in, cx->owner) == DEF_ANON_CONST;
    return (TyLower){ .job = cx->job,
                      .in = cx->in,
                      .nodes = cx->body,
                      .scope = is_anon ? def_parent(cx->in, cx->owner) : cx->owner,
                      .is_body = true,
                      .elision = ELISION_ERASED,
                      .infer_ty = lower_infer_ty,
                      .infer_const = lower_infer_const,
                      .project = lower_project,
                      .context = cx };
}

/* ---- the body ---- */

static void context_init(Typeck *cx, Job *job, DefId owner)
{
    *cx =
        (Typeck){ .job = job, .in = job_interners(job), .arena = arena_new(NULL), .owner = owner };
    cx->body = q_hir_body(job, owner);
    cx->module = resolve_module_of(cx->in, owner);
    cx->infer = infer_new(job, cx->arena);
    bool has_generics = def_kind(cx->in, owner) != DEF_ANON_CONST;
    TypingEnv env = { .env_or_none = has_generics ? owner : def_id_none(),
                      .crate_or_none = def_crate(cx->in, owner),
                      .mode = TYPING_CHECK };
    cx->solver = solver_new(job, cx->infer, env, cx->arena);
    fulfill_init(&cx->fulfill, cx->solver, cx->arena);
    cx->lower = body_lower(cx);
    cx->has_error = cx->body->has_error;
    cx->labels = arena_alloc_zeroed(cx->arena, (cx->body->label_count + 1) * sizeof *cx->labels);
    cx->unit = ty_unit(cx->in);
    cx->never = ty_never(cx->in);
    cx->bool_ = ty_primitive(cx->in, PRIMITIVE_BOOL);
    cx->usize = ty_primitive(cx->in, PRIMITIVE_USIZE);
    cx->error = ty_error(cx->in);
    adjustment_vec_init(&cx->adjustments, cx->arena);
    ty_vec_init(&cx->pat_deref_tys, cx->arena);
    ty_vec_init(&cx->user_types, cx->arena);
    u32_vec_init(&cx->user_type_spans, cx->arena);
    deferred_cast_vec_init(&cx->casts, cx->arena);
    unsafe_use_vec_init(&cx->unsafe_uses, cx->arena);
    unsafe_use_vec_init(&cx->calls, cx->arena);
    sized_check_vec_init(&cx->sized_checks, cx->arena);
    sized_check_vec_init(&cx->neg_checks, cx->arena);
    predicate_vec_init(&cx->said_bounds, cx->arena);
    results_init(cx);
}

DiagSpan typeck_behind(const Typeck *cx, uint32_t part, uint32_t whole)
{
    TokenSpan first = lower_token_span(cx->job, (Span){ cx->owner, part });
    TokenSpan all = lower_token_span(cx->job, (Span){ cx->owner, whole });
    bool is_one_run = item_id_eq(first.item, all.item) && first.anchor == all.anchor &&
                      call_id_eq(first.call, all.call) && first.hi < all.hi;
    if (!is_one_run)
        return diag_at((Span){ cx->owner, whole });
    all.lo = first.hi;
    all.sub_lo = 0;
    return diag_at_tokens(all);
}

static void note_fields(Typeck *cx, Diag *diag, const SymId *names, uint32_t count)
{
    enum { SHOWN_MAX = 5 };
    Text text;
    text_init(&text, cx->arena);
    for (uint32_t i = 0; i < count && i < SHOWN_MAX; i++)
        text_addf(&text, "%s`%s`", i ? ", " : "", sym_text(cx->in, names[i]).data);
    if (count > SHOWN_MAX)
        text_addf(&text, " ... and %u others", (unsigned)(count - SHOWN_MAX));
    if (count > 0)
        diag_note(diag, "available fields are: %s", text.data);
}

bool typeck_suggest_field(Typeck *cx, Diag *diag, uint32_t span, SymId wanted, const SymId *names,
                          uint32_t count)
{
    Str text = sym_text(cx->in, wanted);
    bool is_number = text.bytes > 0 && text.data[0] >= '0' && text.data[0] <= '9';
    SymId near = is_number ? sym_id_none() : resolve_suggest(cx->in, wanted, names, count);
    if (sym_id_is_none(near)) {
        note_fields(cx, diag, names, count);
        return false;
    }
    diag_suggest(diag, typeck_at(cx, span), sym_text(cx->in, near), APPLICABLE_MAYBE,
                 "a field with a similar name exists");
    return true;
}

Str typeck_variant_text(Typeck *cx, DefId variant)
{
    Text text;
    text_init(&text, cx->arena);
    if (def_kind(cx->in, variant) == DEF_VARIANT) {
        text_add(&text, sym_text(cx->in, def_name(cx->in, def_parent(cx->in, variant))));
        text_add_c(&text, "::");
    }
    text_add(&text, sym_text(cx->in, def_name(cx->in, variant)));
    return text_str(&text);
}

/* Late-bound lifetimes are erased like all others. A type that the header has no right to was
 * reported there. */
static TyId own_ty(Typeck *cx, TyId ty)
{
    ty = typeck_normalize(cx, ty_erase_regions(cx->in, ty), 0);
    cx->has_error |= ty_get(cx->in, ty)->has_error;
    return ty;
}

static void check_fn(Typeck *cx)
{
    const FnSig *sig = q_fn_sig(cx->job, cx->owner);
    const HirItem *header = q_hir_item(cx->job, cx->owner);
    cx->return_ty = own_ty(cx, sig->output);
    if (!hir_ty_id_is_none(header->output_or_none))
        cx->return_span = hir_ty(&header->nodes, header->output_or_none)->span;
    if (sig->is_unsafe)
        cx->unsafe_depth = 1;
    for (uint32_t i = 0; i < cx->body->params.count; i++) {
        HirPatId pat = pat_at(cx, cx->body->params, i);
        TyId ty = i < sig->input_count ? own_ty(cx, sig->inputs[i]) : cx->error;
        typeck_require_sized(cx, ty, hir_pat(cx->body, pat)->span,
                             "all function arguments must have a statically known size");
        typeck_pat_top(cx, pat, ty);
    }
    uint32_t output_span = cx->return_span ? cx->return_span : 0;
    typeck_require_sized(cx, cx->return_ty, output_span,
                         "the return type of a function must have a statically known size");
    merge_init(cx, &cx->returns, cx->return_ty);
    TyId value = typeck_expr(cx, cx->body->value, expect_ty(cx->return_ty));
    merge_add(cx, &cx->returns, cx->body->value, value, MERGE_RETURN);
}

static const char *const_noun(Typeck *cx, DefKind kind)
{
    if (kind == DEF_FN || kind == DEF_ASSOC_FN)
        return q_fn_sig(cx->job, cx->owner)->is_const ? "constant functions" : NULL;
    return kind == DEF_STATIC ? "statics" : "constants";
}

static void check_body(Typeck *cx)
{
    DefKind kind = def_kind(cx->in, cx->owner);
    cx->const_noun = const_noun(cx, kind);
    if (kind == DEF_FN || kind == DEF_ASSOC_FN) {
        check_fn(cx);
        return;
    }
    TyId ty = own_ty(cx, q_type_of(cx->job, cx->owner)->ty);
    typeck_expr_coerced(cx, cx->body->value, ty);
}

/* What needs all types: each step may make the next one know more. */
static void finish_inference(Typeck *cx)
{
    fulfill_select(&cx->fulfill);
    while (typeck_fallback(cx) && !job_cancelled(cx->job))
        fulfill_select(&cx->fulfill);
    typeck_casts_finish(cx);
    typeck_ops_finish(cx);
    fulfill_select(&cx->fulfill);
    typeck_sized_finish(cx);
    typeck_report_failed(cx);
    typeck_report_unknown(cx);
    typeck_const_finish(cx);
    typeck_unsafe_finish(cx);
}

void typeck_provide(Job *job, DefId key, TypeckResults *out)
{
    Typeck cx;
    context_init(&cx, job, key);
    if (!hir_expr_id_is_none(cx.body->value)) {
        check_body(&cx);
        finish_inference(&cx);
    }
    results_finish(&cx, out);
    arena_free(cx.arena);
}
