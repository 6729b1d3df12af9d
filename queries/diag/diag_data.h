/* A diagnostic read back from a node's side results: what rendering starts from. */
#ifndef RSCC_DIAG_DIAG_DATA_H
#define RSCC_DIAG_DIAG_DATA_H

#include "diag/diag.h"

typedef struct {
    DiagSpan span;
    Str text;
    bool is_primary; /* a further primary span */
} DiagDataLabel;

typedef struct {
    DiagSpan span;
    Str replacement;
} DiagDataEdit;

/* A note or help below the message. With edits it is a suggestion. */
typedef struct {
    DiagLevel level;
    Str message;
    DiagSpan span; /* DIAG_SPAN_NONE: none of its own */
    const DiagDataEdit *edits;
    uint32_t edit_count;
    uint8_t applicability; /* Applicability */
} DiagDataChild;

typedef struct {
    DiagCode code;
    DiagLevel level;
    Str code_text; /* "E0308", a lint's name, or "" */
    Str message;   /* arguments put in */
    DiagSpan primary;
    Str primary_label; /* "": none */
    const DiagDataLabel *labels;
    uint32_t label_count;
    const DiagDataChild *children;
    uint32_t child_count;
} DiagData;

/* Reads what diag_emit wrote. Texts and arrays are in the arena. False: damaged. */
bool diag_decode(Interners *interners, Arena *arena, Str bytes, DiagData *out);

/* The code as users know it ("E0308"), and the message's pattern. */
const char *diag_code_text(DiagCode code);
const char *diag_code_message(DiagCode code);
DiagLevel diag_code_level(DiagCode code);

/* ---- without a job: for pieces that collect errors and for tests ---- */
Diag *diag_build(Arena *arena, DiagCode code, DiagSpan primary);
/* Canonical bytes, in the arena. */
Str diag_encode(const Diag *diag, Interners *interners, Arena *arena);

void diag_span_encode(Encoder *e, const DiagSpan *span);
DiagSpan diag_span_decode(Decoder *d);

#endif
