/* E0080: what went wrong, where the constant was evaluated, and through which calls. */
#include <stdarg.h>

#include "consteval/consteval_priv.h"

static uint32_t frame_span(const Frame *frame)
{
    const MirBlock *block = &frame->body->blocks[frame->block];
    if (frame->statement < block->statements.count)
        return frame->body->statements[block->statements.start + frame->statement].span;
    return block->terminator.span;
}

static Str path_of(const Machine *m, DefId def)
{
    Text text;
    text_init(&text, m->arena);
    def_path_text(m->in, def, &text);
    return text_str(&text);
}

static DiagSpan span_of(const Frame *frame)
{
    return diag_at((Span){ frame->body->owner, frame_span(frame) });
}

static void add_frames(Machine *m, Diag *diag)
{
    uint32_t count = m->frames.count;
    Str root = path_of(m, m->root);
    diag_primary_label(diag, "evaluation of `%.*s` failed %s", (int)root.bytes, root.data,
                       count > 1 ? "inside this call" : "here");
    for (uint32_t i = 1; i < count; i++) {
        Str name = path_of(m, m->frames.items[i].def);
        diag_span_note(diag, span_of(&m->frames.items[i]), "inside `%.*s`", (int)name.bytes,
                       name.data);
    }
}

void eval_stop(Machine *m)
{
    m->has_error = true;
}

void eval_fail(Machine *m, const char *format, ...)
{
    if (m->has_error)
        return;
    m->has_error = true;
    Text text;
    text_init(&text, m->arena);
    va_list args;
    va_start(args, format);
    text_addv(&text, format, args);
    va_end(args);
    DiagSpan at = m->frames.count ? span_of(&m->frames.items[0]) : diag_at((Span){ m->root, 0 });
    Diag *diag = diag_arg(diag_new(m->job, DIAG_CODE_const_eval_failed, at), text_str(&text));
    if (m->frames.count)
        add_frames(m, diag);
    diag_emit(m->job, diag);
}

void eval_fail_long(Machine *m)
{
    if (m->has_error)
        return;
    m->has_error = true;
    Diag *diag = diag_new(m->job, DIAG_CODE_const_long_running, span_of(machine_frame(m)));
    diag_note(diag, "this lint makes sure the compiler doesn't get stuck due to infinite loops in "
                    "const eval.\nIf your compilation actually takes a long time, you can safely "
                    "allow the lint");
    diag_note(diag, "`#[deny(long_running_const_eval)]` on by default");
    diag_emit(m->job, diag);
}

/* ---- scalars in messages --------------------------------------------------------------------- */

const char *eval_scalar_text(Machine *m, TyId ty, Uint128 bits)
{
    Text text;
    text_init(&text, m->arena);
    TyKind kind = ty_kind(m->in, ty);
    uint32_t width = mir_scalar_bits(m->in, ty);
    bool is_int = kind == TY_INT || kind == TY_UINT;
    Uint128 max = kind == TY_INT ? uint128_mask(width) >> 1 : is_int ? uint128_mask(width) : 0;
    Uint128 min = kind == TY_INT ? max + 1 : 0;
    if (is_int && (bits == max || (kind == TY_INT && bits == min))) {
        ty_text(m->in, ty, &text);
        text_add_c(&text, bits == max ? "::MAX" : "::MIN");
        return text.data;
    }
    if (kind == TY_BOOL)
        return bits ? "true" : "false";
    if (kind == TY_INT)
        text_add_int128(&text, uint128_sign_extend(bits, width));
    else
        text_add_uint128(&text, bits);
    text_add_char(&text, '_');
    ty_text(m->in, ty, &text);
    return text.data;
}
