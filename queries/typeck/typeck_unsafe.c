/* E0133: operations that need `unsafe`. Reported only where types are right, as rustc does. */
#include "typeck/typeck_priv.h"

void typeck_note_unsafe(Typeck *cx, UnsafeKind kind, uint32_t span, DefId def)
{
    if (cx->unsafe_depth == 0)
        unsafe_use_vec_push(&cx->unsafe_uses, (UnsafeUse){ kind, span, def });
}

static void operation_text(Typeck *cx, const UnsafeUse *use, Text *out)
{
    switch (use->kind) {
    case UNSAFE_CALL:
        text_add_c(out, "call to unsafe function ");
        if (!def_id_is_none(use->def)) {
            text_add_char(out, '`');
            def_path_text(cx->in, use->def, out);
            text_add_c(out, "` ");
        }
        break;
    case UNSAFE_DEREF:
        text_add_c(out, "dereference of raw pointer ");
        break;
    case UNSAFE_MUT_STATIC:
        text_add_c(out, "use of mutable static ");
        break;
    case UNSAFE_EXTERN_STATIC:
        text_add_c(out, "use of extern static ");
        break;
    case UNSAFE_UNION_FIELD:
        text_add_c(out, "access to union field ");
        break;
    }
    text_add_c(out, "is unsafe and requires unsafe function or block");
}

static const char *label(UnsafeKind kind)
{
    switch (kind) {
    case UNSAFE_CALL:
        return "call to unsafe function";
    case UNSAFE_DEREF:
        return "dereference of raw pointer";
    case UNSAFE_MUT_STATIC:
        return "use of mutable static";
    case UNSAFE_EXTERN_STATIC:
        return "use of extern static";
    case UNSAFE_UNION_FIELD:
        return "access to union field";
    }
    RSC_UNREACHABLE();
}

static const char *note(UnsafeKind kind)
{
    switch (kind) {
    case UNSAFE_CALL:
        return "consult the function's documentation for information on how to avoid undefined "
               "behavior";
    case UNSAFE_DEREF:
        return "raw pointers may be null, dangling or unaligned; they can violate aliasing rules "
               "and cause data races: all of these are undefined behavior";
    case UNSAFE_MUT_STATIC:
        return "mutable statics can be mutated by multiple threads: aliasing violations or data "
               "races will cause undefined behavior";
    case UNSAFE_EXTERN_STATIC:
        return "extern statics are not controlled by the Rust type system: invalid data, aliasing "
               "violations or data races will cause undefined behavior";
    case UNSAFE_UNION_FIELD:
        return "the field may not be properly initialized: using uninitialized data will cause "
               "undefined behavior";
    }
    RSC_UNREACHABLE();
}

void typeck_unsafe_finish(Typeck *cx)
{
    if (cx->has_error)
        return;
    for (uint32_t i = 0; i < cx->unsafe_uses.count; i++) {
        const UnsafeUse *use = &cx->unsafe_uses.items[i];
        Diag *diag = typeck_diag(cx, DIAG_CODE_unsafe_operation, use->span);
        Text text;
        text_init(&text, cx->arena);
        operation_text(cx, use, &text);
        diag_arg(diag, text_str(&text));
        diag_primary_label(diag, "%s", label(use->kind));
        typeck_emit(cx, diag_note(diag, "%s", note(use->kind)));
    }
}
