/* Private to check. */
#ifndef RSCC_CHECK_CHECK_PRIV_H
#define RSCC_CHECK_CHECK_PRIV_H

#include "check/check.h"
#include "lower/lower.h"
#include "traits/traits.h"

/* Each gives false if it reported something. */
bool check_impl(Job *job, DefId impl);
bool check_adt(Job *job, DefId adt);
bool check_coherence(Job *job, DefId impl);
bool check_trait(Job *job, DefId trait_def);
/* E0522, E0152. */
bool check_lang_item(Job *job, DefId item);
/* E0277, E0271: the types of the header meet the where-clauses of what they name. */
bool check_wf(Job *job, DefId item);
/* Does `a` stand behind `b`, an item of the same crate? A total order: between files, and among
 * what one macro's repetition makes (all at one position), any fixed one. Reads positions: only
 * errors ask. */
bool check_stands_later(Job *job, DefId a, DefId b);
/* E0124, E0392, E0081. */
bool check_adt_parts(Job *job, DefId adt);

#endif
