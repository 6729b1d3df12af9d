/* One item with what is below it, cut out of the tree of its file: does not change when other items
 * of the file do. */
#include "parse/parse.h"
#include "resolve/resolve_priv.h"

VEC_TYPE(SegmentVec, segment_vec, ItemSegment)
VEC_TYPE(UseVec, use_vec, ItemUse)
VEC_TYPE(ItemVariantVec, item_variant_vec, ItemVariant)
VEC_TYPE(SymVec, sym_vec, SymId)
VEC_TYPE(ItemVec, item_vec, Item)

typedef struct {
    const ItemTree *from;
    ItemVec items;
    SegmentVec segments;
    UseVec uses;
    ItemVariantVec variants;
    SymVec attrs;
} Cut;

static IdRange cut_segments(Cut *cut, IdRange run)
{
    IdRange made = { cut->segments.count, run.count };
    if (run.count)
        segment_vec_append(&cut->segments, cut->from->segments + run.start, run.count);
    return made;
}

static IdRange cut_uses(Cut *cut, IdRange run)
{
    IdRange made = { cut->uses.count, run.count };
    for (uint32_t i = 0; i < run.count; i++) {
        ItemUse use = cut->from->uses[run.start + i];
        use.path = cut_segments(cut, use.path);
        use_vec_push(&cut->uses, use);
    }
    return made;
}

/* `top` is the item that is cut out: entry 1. */
static void cut_item(Cut *cut, uint32_t index, uint32_t top)
{
    Item item = cut->from->items[index];
    item.parent = index == top ? 0 : item.parent - top + 1;
    item.end = item.end - top + 1;
    item.vis_path = cut_segments(cut, item.vis_path);
    item.path = cut_segments(cut, item.path);
    item.uses = cut_uses(cut, item.uses);
    IdRange variants = item.variants, attrs = item.attrs;
    item.variants.start = cut->variants.count;
    item.attrs.start = cut->attrs.count;
    if (variants.count)
        item_variant_vec_append(&cut->variants, cut->from->variants + variants.start,
                                variants.count);
    if (attrs.count)
        sym_vec_append(&cut->attrs, cut->from->attrs + attrs.start, attrs.count);
    item_vec_push(&cut->items, item);
}

void item_subtree_provide(Job *job, ItemId id, ItemTree *out)
{
    uint32_t index = 0;
    Cut cut = { .from = parse_tree(job, id, &index) };
    Arena *arena = job_out(job);
    if (!cut.from || index == 0)
        return;
    item_vec_init(&cut.items, arena);
    segment_vec_init(&cut.segments, arena);
    use_vec_init(&cut.uses, arena);
    item_variant_vec_init(&cut.variants, arena);
    sym_vec_init(&cut.attrs, arena);
    uint32_t end = cut.from->items[index].end;
    item_vec_push(&cut.items, (Item){ .kind = cut.from->items[0].kind, .end = end - index + 1 });
    for (uint32_t i = index; i < end; i++)
        cut_item(&cut, i, index);
    *out = (ItemTree){ .items = cut.items.items,
                       .count = cut.items.count,
                       .segments = cut.segments.items,
                       .segment_count = cut.segments.count,
                       .uses = cut.uses.items,
                       .use_count = cut.uses.count,
                       .variants = cut.variants.items,
                       .variant_count = cut.variants.count,
                       .attrs = cut.attrs.items,
                       .attr_count = cut.attrs.count,
                       .exists = true };
}

bool resolve_has_syntax_error(Job *job, ItemId item)
{
    bool has_error = false;
    const ItemTree *tree = q_item_subtree(job, item);
    for (uint32_t i = 1; i < tree->count; i++) {
        has_error |= parse_left_out(job, tree->items[i].id, ANCHOR_HEADER);
        if (tree->items[i].flags & ITEM_HAS_BODY)
            has_error |= parse_left_out(job, tree->items[i].id, ANCHOR_BODY);
    }
    return has_error;
}
