/* Diagnostics as data. A provider builds one with DIAG_EMIT-made functions from diag_codes.def; it
 * becomes a side result of the node, is replayed from green nodes, and is rendered at the edge at
 * today's positions, in rustc's human or JSON layout.
 *
 * diag_codes.def: DIAG(name, code, LEVEL, "message with {0} {1}", ARGS(...)) with argument kinds
 * text, sym, def, ty, u64. */
#ifndef RSCC_DIAG_DIAG_H
#define RSCC_DIAG_DIAG_H

#include "diag/diag_level.h"
#include "source/source.h"

typedef enum {
    DIAG_SPAN_NONE,
    DIAG_SPAN_FILE, /* bytes [lo, hi) of a file: only from queries that re-run on any change of its
                       text */
    DIAG_SPAN_TOKENS, /* a TokenSpan */
    DIAG_SPAN_LOCAL,  /* (owner, index) in span_table */
} DiagSpanKind;

typedef struct {
    DiagSpanKind kind;
    FileId file;
    uint32_t lo, hi;
    TokenSpan tokens;
    Span local;
} DiagSpan;
static inline DiagSpan diag_at(Span span)
{
    return (DiagSpan){ .kind = DIAG_SPAN_LOCAL, .local = span };
}
static inline DiagSpan diag_at_tokens(TokenSpan tokens)
{
    return (DiagSpan){ .kind = DIAG_SPAN_TOKENS, .tokens = tokens };
}
static inline DiagSpan diag_at_file(FileId file, uint32_t lo, uint32_t hi)
{
    return (DiagSpan){ .kind = DIAG_SPAN_FILE, .file = file, .lo = lo, .hi = hi };
}
static inline DiagSpan diag_nowhere(void)
{
    return (DiagSpan){ .kind = DIAG_SPAN_NONE };
}

typedef enum {
#define DIAG(name, code, level, message) DIAG_CODE_##name,
#include "diag/diag_codes.def"
    DIAG_CODE_COUNT
} DiagCode;

/* A diagnostic under construction; lives in the job's scratch arena. */
typedef struct Diag Diag;

/* Proof that an error was reported: only code that holds one may make an error type or an error
 * node. */
typedef struct {
    bool reported;
} ErrorReported;

/* message arguments are given in order of their {n}: texts are copied. Types and paths are
 * formatted by the caller's stage (ty_text, def_path_text) because their names are the message. */
Diag *diag_new(Job *job, DiagCode code, DiagSpan primary);
Diag *diag_arg(Diag *diag, Str text);
Diag *diag_argf(Diag *diag, const char *format, ...) RSC_PRINTF(2, 3);
/* The label under the primary span. */
Diag *diag_primary_label(Diag *diag, const char *format, ...) RSC_PRINTF(2, 3);
/* A further primary span. */
Diag *diag_primary_more(Diag *diag, DiagSpan span, const char *format, ...) RSC_PRINTF(3, 4);
Diag *diag_label(Diag *diag, DiagSpan span, const char *format, ...) RSC_PRINTF(3, 4);
Diag *diag_note(Diag *diag, const char *format, ...) RSC_PRINTF(2, 3);
Diag *diag_span_note(Diag *diag, DiagSpan span, const char *format, ...) RSC_PRINTF(3, 4);
Diag *diag_help(Diag *diag, const char *format, ...) RSC_PRINTF(2, 3);
Diag *diag_suggest(Diag *diag, DiagSpan span, Str replacement, Applicability applicability,
                   const char *format, ...) RSC_PRINTF(5, 6);
/* One more replacement of the suggestion made last. */
Diag *diag_suggest_more(Diag *diag, DiagSpan span, Str replacement);
/* Encodes it as a side result of the job's node. */
ErrorReported diag_emit(Job *job, Diag *diag);

/* `feature` is not supported yet: RSCC0001 at the span. */
ErrorReported diag_unsupported(Job *job, DiagSpan span, const char *feature);

#endif
