/* The check of a body: each match and each pattern that must not fail. */
#include "lower/lower.h"
#include "pat/pat_priv.h"

enum { WITNESSES_SHOWN_MAX = 3 };

static void add_quoted(PatContext *cx, const Pat *pat, Text *out)
{
    text_add_char(out, '`');
    pat_text(cx, pat, out);
    text_add_char(out, '`');
}

/* "`A`", "`A` and `B`", "`A`, `B` and `C`", "`A`, `B`, `C` and 4 more". */
static Str witness_list(PatContext *cx, const PatVec *witnesses)
{
    Text text;
    text_init(&text, cx->arena);
    uint32_t shown =
        witnesses->count < WITNESSES_SHOWN_MAX ? witnesses->count : WITNESSES_SHOWN_MAX;
    for (uint32_t i = 0; i < shown; i++) {
        bool last = i + 1 == witnesses->count;
        if (i)
            text_add_c(&text, last ? " and " : ", ");
        add_quoted(cx, witnesses->items[i], &text);
    }
    if (witnesses->count > shown)
        text_addf(&text, " and %u more", witnesses->count - shown);
    return text_str(&text);
}

static DiagSpan expr_span(const PatContext *cx, HirExprId expr)
{
    return diag_at((Span){ cx->hir->owner, cx->hir->exprs[expr.v].span });
}

static void note_type(PatContext *cx, Diag *diag, TyId ty)
{
    Str text = ty_text_in(cx->interners, ty, cx->arena);
    diag_note(diag, "the matched value is of type `%.*s`", (int)text.bytes, text.data);
}

static void report_match(PatContext *cx, const HirExpr_match *match, TyId ty,
                         const PatVec *witnesses, bool has_guards)
{
    if (match->arms.count == 0 && ty_kind(cx->interners, ty) != TY_ADT &&
        ty_kind(cx->interners, ty) != TY_BOOL) {
        Diag *diag = diag_new(cx->job, DIAG_CODE_match_non_empty, expr_span(cx, match->scrutinee));
        diag_arg(diag, ty_text_in(cx->interners, ty, cx->arena));
        note_type(cx, diag, ty);
        diag_help(diag, "ensure that all possible cases are being handled by adding a match arm "
                        "with a wildcard pattern "
                        "as shown");
        diag_emit(cx->job, diag);
        return;
    }
    Str list = witness_list(cx, witnesses);
    Diag *diag = diag_new(cx->job, DIAG_CODE_match_non_exhaustive, expr_span(cx, match->scrutinee));
    diag_arg(diag, list);
    diag_primary_label(diag, "pattern%s %.*s not covered", witnesses->count == 1 ? "" : "s",
                       (int)list.bytes, list.data);
    note_type(cx, diag, ty);
    if (has_guards)
        diag_note(diag, "match arms with guards don't count towards exhaustivity");
    diag_help(diag, witnesses->count == 1
                        ? "ensure that all possible cases are being handled by adding a match arm "
                          "with a wildcard pattern "
                          "or an explicit pattern as shown"
                        : "ensure that all possible cases are being handled by adding a match arm "
                          "with a wildcard pattern, "
                          "a match arm with multiple or-patterns as shown, or multiple match arms");
    diag_emit(cx->job, diag);
}

static bool check_match(PatContext *cx, const HirExpr_match *match)
{
    TyId ty = cx->types->expr_tys[match->scrutinee.v];
    PatArm *arms = arena_alloc_array(cx->arena, match->arms.count, sizeof *arms);
    bool has_guards = false;
    for (uint32_t i = 0; i < match->arms.count; i++) {
        const HirArm *arm = &cx->hir->arms[match->arms.start + i];
        arms[i] = (PatArm){ pat_lower(cx, arm->pat), !hir_expr_id_is_none(arm->guard_or_none) };
        has_guards |= arms[i].has_guard;
    }
    if (cx->has_bad_range)
        return false;
    PatVec witnesses = pat_witnesses(cx, ty, arms, match->arms.count);
    if (cx->overflowed)
        diag_unsupported(cx->job, expr_span(cx, match->scrutinee),
                         "a match with this many combinations of patterns");
    else if (witnesses.count)
        report_match(cx, match, ty, &witnesses, has_guards);
    bool ok = witnesses.count == 0 && !cx->overflowed;
    /* Behind a reference there might be no valid value: only a type that is empty itself needs no
     * arm. */
    if (ok && match->arms.count == 0 && !ty_is_uninhabited(cx, ty)) {
        report_match(cx, match, ty, &witnesses, has_guards);
        ok = false;
    }
    cx->overflowed = false;
    cx->steps = 0;
    return ok;
}

/* `what`: "local binding", "function argument". */
static bool check_irrefutable(PatContext *cx, HirPatId id, const char *what, const char *plural)
{
    PatArm arm = { pat_lower(cx, id), false };
    if (cx->has_bad_range)
        return false;
    PatVec witnesses = pat_witnesses(cx, arm.pat->ty, &arm, 1);
    if (witnesses.count == 0)
        return true;
    Str list = witness_list(cx, &witnesses);
    Diag *diag = diag_new(cx->job, DIAG_CODE_refutable_pattern,
                          diag_at((Span){ cx->hir->owner, cx->hir->pats[id.v].span }));
    diag_arg(diag, str_from_c(what));
    diag_primary_label(diag, "pattern%s %.*s not covered", witnesses.count == 1 ? "" : "s",
                       (int)list.bytes, list.data);
    if (plural) {
        diag_note(diag,
                  "%s require an \"irrefutable pattern\", like a `struct` or an `enum` with only "
                  "one variant",
                  plural);
        diag_note(
            diag,
            "for more information, visit https://doc.rust-lang.org/book/ch19-02-refutability.html");
    }
    note_type(cx, diag, arm.pat->ty);
    diag_emit(cx->job, diag);
    return false;
}

static bool check_all(PatContext *cx)
{
    bool ok = true;
    const HirBody *hir = cx->hir;
    for (uint32_t i = 0; i < hir->params.count; i++)
        ok &= check_irrefutable(cx, hir_pat_id_make(hir->lists[hir->params.start + i]),
                                "function argument", NULL);
    for (uint32_t i = 1; i < hir->stmt_count; i++) {
        const HirStmt *stmt = &hir->stmts[i];
        if (stmt->kind == HIR_STMT_LET && hir_block_id_is_none(stmt->as.let.else_or_none))
            ok &= check_irrefutable(cx, stmt->as.let.pat, "local binding", "`let` bindings");
    }
    for (uint32_t i = 1; i < hir->expr_count; i++) {
        if (hir->exprs[i].kind == HIR_EXPR_MATCH)
            ok &= check_match(cx, &hir->exprs[i].as.match);
    }
    return ok;
}

void pattern_check_provide(Job *job, DefId body, PatternCheck *out)
{
    const TypeckResults *types = q_typeck(job, body);
    const HirBody *hir = q_hir_body(job, body);
    if (types->has_error || hir->has_error || hir_expr_id_is_none(hir->value)) {
        out->has_error = types->has_error || hir->has_error;
        return;
    }
    PatContext cx = { .job = job,
                      .interners = job_interners(job),
                      .arena = job_scratch(job),
                      .env = { .env_or_none = body,
                               .crate_or_none = def_crate(job_interners(job), body),
                               .mode = TYPING_CHECK },
                      .hir = hir,
                      .types = types };
    out->has_error = !check_all(&cx);
}

static void pattern_check_encode(Encoder *e, const void *value)
{
    encode_bool(e, ((const PatternCheck *)value)->has_error);
}
static void pattern_check_decode(Decoder *d, void *value)
{
    ((PatternCheck *)value)->has_error = decode_bool(d);
}
static const PatternCheck pattern_check_error = { true };
const ValueInfo value_info_PatternCheck = { "PatternCheck", sizeof(PatternCheck),
                                            pattern_check_encode, pattern_check_decode,
                                            &pattern_check_error };
