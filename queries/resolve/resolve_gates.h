/* Attributes of items: private to resolve. */
#ifndef RSCC_RESOLVE_RESOLVE_GATES_H
#define RSCC_RESOLVE_RESOLVE_GATES_H

#include "parse/parse.h"

/* Reports attributes of an item (entry 0 of a file's tree: of the file) that the crate may not use,
 * or that do not exist. Nothing is read for items without any. */
void resolve_check_attributes(Job *job, DefId crate, const ItemTree *tree, const Item *item);

#endif
