/* Levels of diagnostics and how sure a suggestion is: shared by building and rendering. */
#ifndef RSCC_DIAG_DIAG_LEVEL_H
#define RSCC_DIAG_DIAG_LEVEL_H

typedef enum { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_HELP, DIAG_FAILURE_NOTE } DiagLevel;

typedef enum {
    APPLICABLE_MACHINE,
    APPLICABLE_MAYBE,
    APPLICABLE_PLACEHOLDERS,
    APPLICABLE_UNSPECIFIED,
} Applicability;

#endif
