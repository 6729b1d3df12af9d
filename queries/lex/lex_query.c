/* The query file_tokens, and errors as diagnostics. */
#include <string.h>

#include "diag/diag_data.h"
#include "lex/lex_priv.h"

/* ---- errors ---- */

SyntaxError *syntax_error_add(SyntaxErrorVec *errors, DiagCode code, uint32_t lo, uint32_t hi)
{
    SyntaxError error = { .code = code, .lo = lo, .hi = hi };
    if (errors->count == SYNTAX_ERRORS_MAX)
        syntax_error_vec_pop(errors);
    uint32_t index = syntax_error_vec_push(errors, error);
    return &errors->items[index];
}

void syntax_error_arg(SyntaxErrorVec *errors, SyntaxError *error, Str arg)
{
    rsc_assert(error->arg_count < ARRAY_COUNT(error->args));
    error->args[error->arg_count++] = (Str){ arena_copy_str(errors->arena, arg), arg.bytes };
}

void syntax_error_label(SyntaxErrorVec *errors, SyntaxError *error, SyntaxLabel label)
{
    size_t bytes = error->label_count * sizeof label;
    error->labels = arena_grow(errors->arena, error->labels, bytes, bytes + sizeof label);
    error->labels[error->label_count++] = label;
}

Diag *syntax_error_diag(Arena *arena, const SyntaxError *error, SyntaxPlaceFn place,
                        const void *context)
{
    DiagSpan primary = place(context, error->lo, error->hi);
    Diag *diag = diag_build(arena, (DiagCode)error->code, primary);
    for (uint32_t i = 0; i < error->arg_count; i++)
        diag_arg(diag, error->args[i]);
    if (error->primary_label)
        diag_primary_label(diag, "%s", error->primary_label);
    for (uint32_t i = 0; i < error->label_count; i++) {
        const SyntaxLabel *label = &error->labels[i];
        DiagSpan span = place(context, label->lo, label->hi);
        if (label->is_primary)
            diag_primary_more(diag, span, "%s", label->text);
        else
            diag_label(diag, span, "%s", label->text);
    }
    if (error->note)
        diag_note(diag, "%s", error->note);
    if (error->help)
        diag_help(diag, "%s", error->help);
    if (error->suggestion)
        diag_suggest(diag, place(context, error->suggestion_lo, error->suggestion_hi),
                     str_from_c(error->replacement), (Applicability)error->applicability, "%s",
                     error->suggestion);
    return diag;
}

ErrorReported syntax_error_emit(Job *job, const SyntaxError *error, SyntaxPlaceFn place,
                                const void *context)
{
    return diag_emit(job, syntax_error_diag(job_scratch(job), error, place, context));
}

/* ---- the query ---- */

static DiagSpan file_place(const void *context, uint32_t lo, uint32_t hi)
{
    const FileId *file = context;
    return diag_at_file(*file, lo, hi);
}

static Str os_error_text(Arena *arena, int os_error)
{
    const char *name = strerrordesc_np(os_error); /* not translated */
    return str_from_c(
        arena_printf(arena, "%s (os error %d)", name ? name : "Unknown error", os_error));
}

/* An absent file is a fact; who wanted it says so. */
static void report_unreadable(Job *job, FileId file, const FileText *text)
{
    Str reason = STR("");
    switch ((FileTextState)text->state) {
    case FILE_TEXT_OK:
    case FILE_TEXT_ABSENT:
        return;
    case FILE_TEXT_UNREADABLE:
        reason = text->os_error ? os_error_text(job_scratch(job), text->os_error)
                                : STR("it is not a regular file");
        break;
    case FILE_TEXT_NOT_UTF8:
        reason = STR("stream did not contain valid UTF-8");
        break;
    case FILE_TEXT_TOO_LARGE:
        reason = STR("files larger than 1 GiB are not supported");
        break;
    }
    Text path;
    text_init(&path, job_scratch(job));
    file_path_text(job_interners(job), file, &path);
    Diag *diag = diag_new(job, DIAG_CODE_file_not_found, diag_nowhere());
    diag_arg(diag, text_str(&path));
    diag_arg(diag, reason);
    if (text->state == FILE_TEXT_NOT_UTF8)
        diag_note(diag, "the first invalid byte is at offset %u", text->invalid_at);
    diag_emit(job, diag);
}

void file_tokens_provide(Job *job, FileId file, FileTokens *out)
{
    const FileText *text = q_file_text(job, file);
    report_unreadable(job, file, text);
    if (text->state != FILE_TEXT_OK)
        return;
    SyntaxErrorVec errors;
    syntax_error_vec_init(&errors, job_scratch(job));
    lex_text(job_interners(job), job_out(job), text->text, out, &errors);
    for (uint32_t i = 0; i < errors.count; i++)
        syntax_error_emit(job, &errors.items[i], file_place, &file);
}

/* Never fingerprinted and never stored: its projections are. */
static void file_tokens_encode(Encoder *e, const void *value)
{
    (void)e, (void)value;
}

static void file_tokens_decode(Decoder *d, void *value)
{
    (void)value;
    decoder_fail(d);
}

static const FileTokens file_tokens_error = { 0 };
const ValueInfo value_info_FileTokens = { "FileTokens", sizeof(FileTokens), file_tokens_encode,
                                          file_tokens_decode, &file_tokens_error };
