/* The items of one body while it is lowered: blocks that hold items are scopes of their own,
 * resolved one by one as lowering enters them. What is found becomes body_items for everybody else.
 */
#ifndef RSCC_RESOLVE_RESOLVE_BODY_H
#define RSCC_RESOLVE_RESOLVE_BODY_H

#include "resolve/resolve_path.h"

/* `owner`: the body's; `outer`: where the owner itself stands. Lives in the job's scratch arena. */
BodyScopes *body_scopes_new(Job *job, DefId owner, const Place *outer);

/* An item of a block: its entry in an item tree. */
typedef struct {
    const ItemTree *tree;
    uint32_t index;
} BlockItem;
/* A block with items, inside `parent` (0: none); collects the items and resolves the block's
 * imports. Gives its number. */
uint32_t body_scopes_add(BodyScopes *scopes, uint32_t parent, const BlockItem *items,
                         uint32_t count);

/* The name in that block alone. */
ScopeName body_scopes_name(BodyScopes *scopes, uint32_t block, SymId name, Namespace name_space);
/* Is it a definition of this body? Then facts about it are here and not yet in queries. */
bool body_scopes_owns(const BodyScopes *scopes, DefId def);
/* A variant of one of the body's enums, an item of one of its traits. */
ScopeName body_scopes_member(BodyScopes *scopes, DefId container, SymId name, Namespace name_space);
ItemId body_scopes_item(const BodyScopes *scopes, DefId def);
/* A local variable that the block's items can see but not use; a macro_rules of the block. */
void body_scopes_note_local(BodyScopes *scopes, uint32_t block, SymId name);
void body_scopes_note_macro(BodyScopes *scopes, uint32_t block, SymId name, ItemId item);

void body_scopes_finish(BodyScopes *scopes, Arena *out, BodyItems *items);

#endif
