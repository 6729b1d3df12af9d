/* Building diagnostics and their canonical form. Arguments stay data until diag_decode puts them
 * into the message. */
#include "diag/diag.h"

#include "diag/diag_data.h"

VEC_TYPE(LabelVec, label_vec, DiagDataLabel)
VEC_TYPE(EditVec, edit_vec, DiagDataEdit)

typedef struct {
    DiagDataChild head; /* edits not set */
    EditVec edits;
} Child;
VEC_TYPE(ChildVec, child_vec, Child)

struct Diag {
    Arena *arena;
    DiagCode code;
    DiagSpan primary;
    Str primary_label;
    StrVec args;
    LabelVec labels;
    ChildVec children;
};

typedef struct {
    const char *code;
    const char *message;
    uint8_t level;
} CodeInfo;

static const CodeInfo codes[DIAG_CODE_COUNT] = {
#define DIAG(name, code, level, message) { code, message, DIAG_##level },
#include "diag/diag_codes.def"
};

const char *diag_code_text(DiagCode code)
{
    rsc_assert((unsigned)code < DIAG_CODE_COUNT);
    return codes[code].code;
}

const char *diag_code_message(DiagCode code)
{
    rsc_assert((unsigned)code < DIAG_CODE_COUNT);
    return codes[code].message;
}

DiagLevel diag_code_level(DiagCode code)
{
    rsc_assert((unsigned)code < DIAG_CODE_COUNT);
    return (DiagLevel)codes[code].level;
}

/* ---- building ---- */

Diag *diag_build(Arena *arena, DiagCode code, DiagSpan primary)
{
    rsc_assert((unsigned)code < DIAG_CODE_COUNT);
    Diag *diag = arena_new_object(arena, Diag);
    diag->arena = arena;
    diag->code = code;
    diag->primary = primary;
    str_vec_init(&diag->args, arena);
    label_vec_init(&diag->labels, arena);
    child_vec_init(&diag->children, arena);
    return diag;
}

Diag *diag_new(Job *job, DiagCode code, DiagSpan primary)
{
    return diag_build(job_scratch(job), code, primary);
}

/* Names may be as long as a file, and nobody reads a message like that. */
static Str short_text(Arena *arena, Str text)
{
    enum { TEXT_BYTES_MAX = 4096 };
    if (text.bytes <= TEXT_BYTES_MAX)
        return (Str){ arena_copy_str(arena, text), text.bytes };
    size_t bytes = TEXT_BYTES_MAX;
    while (bytes > 0 && ((unsigned char)text.data[bytes] & 0xC0) == 0x80)
        bytes--;
    return str_from_c(arena_printf(arena, "%.*s...", (int)bytes, text.data));
}

static Str format_text(Arena *arena, const char *format, va_list args)
{
    Text text;
    text_init(&text, NULL);
    text_addv(&text, format, args);
    Str copy = short_text(arena, text_str(&text));
    text_release(&text);
    return copy;
}

Diag *diag_arg(Diag *diag, Str text)
{
    str_vec_push(&diag->args, short_text(diag->arena, text));
    return diag;
}

Diag *diag_argf(Diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str_vec_push(&diag->args, format_text(diag->arena, format, args));
    va_end(args);
    return diag;
}

Diag *diag_primary_label(Diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag->primary_label = format_text(diag->arena, format, args);
    va_end(args);
    return diag;
}

Diag *diag_primary_more(Diag *diag, DiagSpan span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    label_vec_push(&diag->labels,
                   (DiagDataLabel){ span, format_text(diag->arena, format, args), true });
    va_end(args);
    return diag;
}

Diag *diag_label(Diag *diag, DiagSpan span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    label_vec_push(&diag->labels,
                   (DiagDataLabel){ span, format_text(diag->arena, format, args), false });
    va_end(args);
    return diag;
}

static Child *add_child(Diag *diag, DiagLevel level, DiagSpan span, Str message)
{
    Child child = { .head = { .level = level, .message = message, .span = span } };
    edit_vec_init(&child.edits, diag->arena);
    uint32_t index = child_vec_push(&diag->children, child);
    return &diag->children.items[index];
}

Diag *diag_note(Diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_child(diag, DIAG_NOTE, diag_nowhere(), format_text(diag->arena, format, args));
    va_end(args);
    return diag;
}

Diag *diag_span_note(Diag *diag, DiagSpan span, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_child(diag, DIAG_NOTE, span, format_text(diag->arena, format, args));
    va_end(args);
    return diag;
}

Diag *diag_help(Diag *diag, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_child(diag, DIAG_HELP, diag_nowhere(), format_text(diag->arena, format, args));
    va_end(args);
    return diag;
}

Diag *diag_suggest_more(Diag *diag, DiagSpan span, Str replacement)
{
    rsc_assert(diag->children.count > 0);
    Child *child = &diag->children.items[diag->children.count - 1];
    Str copy = { arena_copy_str(diag->arena, replacement), replacement.bytes };
    edit_vec_push(&child->edits, (DiagDataEdit){ span, copy });
    return diag;
}

Diag *diag_suggest(Diag *diag, DiagSpan span, Str replacement, Applicability applicability,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Child *child =
        add_child(diag, DIAG_HELP, diag_nowhere(), format_text(diag->arena, format, args));
    va_end(args);
    child->head.applicability = (uint8_t)applicability;
    return diag_suggest_more(diag, span, replacement);
}

ErrorReported diag_emit(Job *job, Diag *diag)
{
    job_side_result(job, diag_encode(diag, job_interners(job), job_scratch(job)));
    return (ErrorReported){ true };
}

ErrorReported diag_unsupported(Job *job, DiagSpan span, const char *feature)
{
    Diag *diag = diag_new(job, DIAG_CODE_unsupported, span);
    diag_arg(diag, str_from_c(feature));
    return diag_emit(job, diag);
}

/* ---- the canonical form ---- */

void diag_span_encode(Encoder *e, const DiagSpan *span)
{
    encode_u8(e, (uint8_t)span->kind);
    switch (span->kind) {
    case DIAG_SPAN_NONE:
        return;
    case DIAG_SPAN_FILE:
        encode_interned(e, INTERN_file, span->file.v);
        encode_u32(e, span->lo);
        encode_u32(e, span->hi);
        return;
    case DIAG_SPAN_TOKENS:
        token_span_encode(e, span->tokens);
        return;
    case DIAG_SPAN_LOCAL:
        encode_interned(e, INTERN_def, span->local.owner.v);
        encode_u32(e, span->local.index);
        return;
    }
    RSC_UNREACHABLE();
}

DiagSpan diag_span_decode(Decoder *d)
{
    uint8_t kind = decode_u8(d);
    if (kind > DIAG_SPAN_LOCAL)
        decoder_fail(d);
    DiagSpan span = { .kind = d->failed ? DIAG_SPAN_NONE : (DiagSpanKind)kind };
    switch (span.kind) {
    case DIAG_SPAN_NONE:
        break;
    case DIAG_SPAN_FILE:
        span.file = file_id_make(decode_interned(d, INTERN_file));
        span.lo = decode_u32(d);
        span.hi = decode_u32(d);
        break;
    case DIAG_SPAN_TOKENS:
        span.tokens = token_span_decode(d);
        break;
    case DIAG_SPAN_LOCAL:
        span.local.owner = def_id_make(decode_interned(d, INTERN_def));
        span.local.index = decode_u32(d);
        break;
    }
    return span;
}

static void child_encode(Encoder *e, const Child *child)
{
    encode_u8(e, (uint8_t)child->head.level);
    encode_str(e, child->head.message);
    diag_span_encode(e, &child->head.span);
    encode_u8(e, child->head.applicability);
    encode_u32(e, child->edits.count);
    for (uint32_t i = 0; i < child->edits.count; i++) {
        diag_span_encode(e, &child->edits.items[i].span);
        encode_str(e, child->edits.items[i].replacement);
    }
}

Str diag_encode(const Diag *diag, Interners *interners, Arena *arena)
{
    Encoder e;
    encoder_init(&e, arena, interners, ENCODE_CANONICAL);
    encode_u32(&e, diag->code);
    diag_span_encode(&e, &diag->primary);
    encode_str(&e, diag->primary_label);
    encode_u32(&e, diag->args.count);
    for (uint32_t i = 0; i < diag->args.count; i++)
        encode_str(&e, diag->args.items[i]);
    encode_u32(&e, diag->labels.count);
    for (uint32_t i = 0; i < diag->labels.count; i++) {
        diag_span_encode(&e, &diag->labels.items[i].span);
        encode_str(&e, diag->labels.items[i].text);
        encode_bool(&e, diag->labels.items[i].is_primary);
    }
    encode_u32(&e, diag->children.count);
    for (uint32_t i = 0; i < diag->children.count; i++)
        child_encode(&e, &diag->children.items[i]);
    return (Str){ (const char *)e.bytes, e.count };
}

static Str decode_copy(Decoder *d)
{
    Str text = decode_str(d);
    if (d->failed || text.bytes == 0)
        return STR("");
    return (Str){ arena_copy_str(d->arena, text), text.bytes };
}

/* The message with {0}, {1}, ... replaced. */
static Str substitute(Arena *arena, const char *pattern, const Str *args, uint32_t count)
{
    Text text;
    text_init(&text, arena);
    for (const char *p = pattern; *p; p++) {
        bool is_slot = p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}';
        if (!is_slot) {
            text_add_char(&text, *p);
            continue;
        }
        uint32_t index = (uint32_t)(p[1] - '0');
        if (index < count)
            text_add(&text, args[index]);
        p += 2;
    }
    return text_str(&text);
}

static void decode_message(Decoder *d, DiagData *out)
{
    uint32_t count = decode_count(d, 1);
    Str *args = arena_alloc_array(d->arena, count, sizeof *args);
    for (uint32_t i = 0; i < count; i++)
        args[i] = decode_copy(d);
    out->message = substitute(d->arena, diag_code_message(out->code), args, count);
}

static void decode_labels(Decoder *d, DiagData *out)
{
    out->label_count = decode_count(d, 3);
    DiagDataLabel *labels = arena_alloc_array(d->arena, out->label_count, sizeof *labels);
    for (uint32_t i = 0; i < out->label_count; i++) {
        labels[i].span = diag_span_decode(d);
        labels[i].text = decode_copy(d);
        labels[i].is_primary = decode_bool(d);
    }
    out->labels = labels;
}

static DiagDataChild decode_child(Decoder *d)
{
    uint8_t level = decode_u8(d);
    if (level > DIAG_HELP)
        decoder_fail(d);
    DiagDataChild child = { .level = d->failed ? DIAG_NOTE : (DiagLevel)level };
    child.message = decode_copy(d);
    child.span = diag_span_decode(d);
    child.applicability = decode_u8(d);
    child.edit_count = decode_count(d, 2);
    DiagDataEdit *edits = arena_alloc_array(d->arena, child.edit_count, sizeof *edits);
    for (uint32_t i = 0; i < child.edit_count; i++) {
        edits[i].span = diag_span_decode(d);
        edits[i].replacement = decode_copy(d);
    }
    child.edits = edits;
    return child;
}

bool diag_decode(Interners *interners, Arena *arena, Str bytes, DiagData *out)
{
    Decoder d;
    decoder_init(&d, bytes.data, bytes.bytes, arena, interners);
    uint32_t code = decode_u32(&d);
    if (d.failed || code >= DIAG_CODE_COUNT)
        return false;
    *out = (DiagData){ .code = (DiagCode)code, .level = diag_code_level((DiagCode)code) };
    out->code_text = str_from_c(diag_code_text((DiagCode)code));
    out->primary = diag_span_decode(&d);
    out->primary_label = decode_copy(&d);
    decode_message(&d, out);
    decode_labels(&d, out);
    out->child_count = decode_count(&d, 4);
    DiagDataChild *children = arena_alloc_array(arena, out->child_count, sizeof *children);
    for (uint32_t i = 0; i < out->child_count; i++)
        children[i] = decode_child(&d);
    out->children = children;
    return decoder_finish(&d);
}
