/* The code part of a suggestion, private to the renderers. */
#ifndef RSCC_DIAG_DIAG_SUGGESTION_H
#define RSCC_DIAG_DIAG_SUGGESTION_H

#include "diag/diag_snippet.h"

/* Pure insertions show the new line with `+` under what is new; anything else shows the old line
 * after `-` and the new one after `+`; edits on several lines show the new lines after `~`. */
void suggestion_render(SnippetContext *cx, const RenderEdit *edits, uint32_t count);

#endif
