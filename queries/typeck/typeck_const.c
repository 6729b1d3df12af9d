/* What may be called: only `const` functions in constants (E0015), and the destructor by nobody
 * (E0040). */
#include "typeck/typeck_priv.h"

static bool is_drop(Typeck *cx, DefId def)
{
    if (def_kind(cx->in, def) != DEF_ASSOC_FN)
        return false;
    DefId container = def_parent(cx->in, def), drop = typeck_lang(cx, "drop");
    if (def_kind(cx->in, container) == DEF_IMPL)
        container = q_impl_header(cx->job, container)->trait_ref.trait_def;
    return !def_id_is_none(container) && def_id_eq(container, drop);
}

void typeck_note_call(Typeck *cx, DefId def, uint32_t span, bool is_written)
{
    if (is_written && is_drop(cx, def)) {
        Diag *diag = typeck_diag(cx, DIAG_CODE_explicit_drop, span);
        typeck_emit(cx, diag_primary_label(diag, "explicit destructor calls not allowed"));
    }
    if (cx->const_noun)
        unsafe_use_vec_push(&cx->calls,
                            (UnsafeUse){ .span = span, .def = is_written ? def : def_id_none() });
}

/* Constructors are; functions that say so; of traits' methods none is. */
static bool is_const_fn(Typeck *cx, DefId def)
{
    DefKind kind = def_kind(cx->in, def);
    if (kind == DEF_CTOR)
        return true;
    return def_kind(cx->in, def_parent(cx->in, def)) != DEF_TRAIT &&
           q_fn_sig(cx->job, def)->is_const;
}

static void report(Typeck *cx, const UnsafeUse *call)
{
    Diag *diag = typeck_diag(cx, DIAG_CODE_non_const_call, call->span);
    Text text;
    text_init(&text, cx->arena);
    if (def_id_is_none(call->def)) {
        text_add_c(&text, "operator");
    } else {
        text_add_c(&text, def_kind_text(def_kind(cx->in, call->def)));
        text_add_c(&text, " `");
        def_path_text(cx->in, call->def, &text);
        text_add_char(&text, '`');
    }
    diag_arg(diag, text_str(&text));
    diag_arg(diag, str_from_c(cx->const_noun));
    diag_note(diag,
              "calls in %s are limited to constant functions, tuple structs and tuple variants",
              cx->const_noun);
    typeck_emit(cx, diag);
}

void typeck_const_finish(Typeck *cx)
{
    if (cx->has_error)
        return;
    for (uint32_t i = 0; i < cx->calls.count; i++) {
        const UnsafeUse *call = &cx->calls.items[i];
        if (def_id_is_none(call->def) || !is_const_fn(cx, call->def))
            report(cx, call);
    }
}
