/* Attributes, and what is only for crates that ask for an unstable feature. */
#ifndef RSCC_RESOLVE_RESOLVE_GATES_H
#define RSCC_RESOLVE_RESOLVE_GATES_H

#include "parse/parse.h"

/* Reports attributes of an item (entry 0 of a file's tree: of the file) that the crate may not use,
 * or that do not exist. Nothing is read for items without any. */
void resolve_check_attributes(Job *job, DefId crate, const ItemTree *tree, const Item *item);

/* Reports what is wrong with a macro's definition, called or not. False: something is. */
bool resolve_check_macro(Job *job, DefId crate, ItemId item);

bool resolve_has_feature(Job *job, DefId crate, const char *feature);
/* May the crate use the unstable feature? Otherwise reports it (E0658, rustc's message): false.
 * issue 0: there is none. */
bool resolve_check_feature(Job *job, DefId crate, DiagSpan span, const char *feature,
                           uint32_t issue, const char *message);
/* Reports an attribute that is none, at `path_span`; there are no attribute macros yet. */
bool resolve_check_attribute(Job *job, const Ast *ast, const AstAttr *attr, DiagSpan path_span);

#endif
