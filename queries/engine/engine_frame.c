/* Frames: what one execution gathers. Dependencies are recorded once each, in the order of their
 * first use.
 *
 * A dependency list is a run of words: node ids, and words with DEP_MARK set that frame the calls
 * of a parallel group: DEP_MARK | n, then for each of the n calls: DEP_MARK | words, and that many
 * words. Skipping words with DEP_MARK gives the flat list in index order. */
#include "engine/engine_priv.h"

enum {
    LINEAR_MAX = 16,
    SET_FIRST = 64,
    SET_KEPT_MAX = 8192,        /* entries a frame on the free list may hold */
    SCRATCH_KEPT_MAX = 1 << 18, /* bytes */
};

Frame *frame_take(Worker *worker)
{
    Frame *frame = worker->free_frames;
    if (frame) {
        worker->free_frames = frame->next;
        return frame;
    }
    return heap_alloc_zeroed(sizeof *frame);
}

static void frame_shrink(Frame *frame)
{
    if (frame->set_capacity > SET_KEPT_MAX) {
        heap_free(frame->set);
        frame->set = NULL;
        frame->set_capacity = 0;
    }
    if (frame->deps.capacity > SET_KEPT_MAX)
        u32_vec_release(&frame->deps);
    if (frame->scratch && arena_held_bytes(frame->scratch) > SCRATCH_KEPT_MAX) {
        arena_free(frame->scratch);
        frame->scratch = NULL;
    }
}

void frame_give(Worker *worker, Frame *frame)
{
    if (frame->scratch && arena_used_bytes(frame->scratch) > 0)
        arena_clear(frame->scratch);
    frame_clear_side(frame);
    u32_vec_clear(&frame->deps);
    if (frame->set_count) {
        memset(frame->set, 0, frame->set_capacity * sizeof *frame->set);
        frame->set_count = 0;
    }
    frame_shrink(frame);
    frame->next = worker->free_frames;
    worker->free_frames = frame;
}

/* ---- the set of ids ---- */

static bool set_insert(uint32_t *set, uint32_t capacity, uint32_t id)
{
    uint32_t mask = capacity - 1;
    uint32_t at = (id * UINT32_C(0x9E3779B1)) & mask;
    for (; set[at] != 0; at = (at + 1) & mask) {
        if (set[at] == id + 1)
            return false;
    }
    set[at] = id + 1;
    return true;
}

static void set_grow(Frame *frame)
{
    uint32_t capacity = frame->set_capacity;
    if (capacity && frame->set_count < capacity / 2)
        return;
    uint32_t grown = capacity ? capacity * 2 : SET_FIRST;
    uint32_t *set = heap_alloc_zeroed(grown * sizeof *set);
    for (uint32_t i = 0; i < capacity; i++) {
        if (frame->set[i])
            set_insert(set, grown, frame->set[i] - 1);
    }
    heap_free(frame->set);
    frame->set = set;
    frame->set_capacity = grown;
}

static bool set_add(Frame *frame, uint32_t id)
{
    set_grow(frame);
    bool fresh = set_insert(frame->set, frame->set_capacity, id);
    frame->set_count += fresh;
    return fresh;
}

static void set_build(Frame *frame)
{
    for (uint32_t i = 0; i < frame->deps.count; i++) {
        if (!(frame->deps.items[i] & DEP_MARK))
            set_add(frame, frame->deps.items[i]);
    }
}

static bool frame_has(Frame *frame, uint32_t id)
{
    if (frame->set_count == 0) {
        for (uint32_t i = 0; i < frame->deps.count; i++) {
            if (frame->deps.items[i] == id)
                return true;
        }
        return false;
    }
    uint32_t mask = frame->set_capacity - 1;
    for (uint32_t at = (id * UINT32_C(0x9E3779B1)) & mask; frame->set[at]; at = (at + 1) & mask) {
        if (frame->set[at] == id + 1)
            return true;
    }
    return false;
}

void frame_add_dep(Frame *frame, uint32_t id)
{
    if (frame->set_count == 0) {
        if (frame_has(frame, id))
            return;
        u32_vec_push(&frame->deps, id);
        if (frame->deps.count > LINEAR_MAX)
            set_build(frame);
    } else if (set_add(frame, id)) {
        u32_vec_push(&frame->deps, id);
    }
}

/* ---- parallel groups ---- */

/* Leaves out what the frame had before the group; what other calls of it recorded stays, for the
 * calls are checked side by side. */
static uint32_t filter_known(Frame *frame, uint32_t known_count, SubResult *result)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < result->dep_words; i++) {
        uint32_t word = result->deps[i];
        if (known_count && !(word & DEP_MARK) && frame_has(frame, word))
            continue;
        result->deps[kept++] = word;
    }
    return kept;
}

static bool has_marks(const SubResult *result)
{
    for (uint32_t i = 0; i < result->dep_words; i++) {
        if (result->deps[i] & DEP_MARK)
            return true;
    }
    return false;
}

static void append_flat(Frame *frame, const SubResult *results, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t w = 0; w < results[i].dep_words; w++) {
            if (!(results[i].deps[w] & DEP_MARK))
                frame_add_dep(frame, results[i].deps[w]);
        }
    }
}

static void append_group(Frame *frame, const SubResult *results, uint32_t count, uint32_t filled)
{
    uint32_t start = frame->deps.count;
    u32_vec_push(&frame->deps, DEP_MARK | filled);
    for (uint32_t i = 0; i < count; i++) {
        if (results[i].dep_words == 0)
            continue;
        u32_vec_push(&frame->deps, DEP_MARK | results[i].dep_words);
        u32_vec_append(&frame->deps, results[i].deps, results[i].dep_words);
    }
    for (uint32_t i = start; i < frame->deps.count; i++) {
        if (!(frame->deps.items[i] & DEP_MARK))
            set_add(frame, frame->deps.items[i]);
    }
}

/* A group is worth its marks if it has at least two calls with something to check. A nested group
 * is kept flat: its lengths would have to be written anew when words are left out. */
static void join_deps(Frame *frame, SubResult *results, uint32_t count)
{
    uint32_t known = frame->deps.count, filled = 0;
    bool nested = false;
    for (uint32_t i = 0; i < count; i++)
        nested |= has_marks(&results[i]);
    if (!nested) {
        for (uint32_t i = 0; i < count; i++) {
            results[i].dep_words = filter_known(frame, known, &results[i]);
            filled += results[i].dep_words != 0;
        }
    }
    if (nested || filled < 2) {
        append_flat(frame, results, count);
        return;
    }
    if (frame->set_count == 0)
        set_build(frame);
    append_group(frame, results, count, filled);
}

static void join_side(Frame *frame, const SideList *list)
{
    if (!list)
        return;
    if (!frame->side_arena)
        frame->side_arena = arena_new(NULL);
    for (uint32_t i = 0; i < list->count; i++) {
        Str item = list->items[i];
        Str copy = { arena_copy(frame->side_arena, item.data, item.bytes), item.bytes };
        str_vec_push(&frame->side, copy);
    }
}

void frame_join_group(Frame *frame, SubResult *results, uint32_t count, uint64_t last)
{
    uint32_t joined = last < count ? (uint32_t)last + 1 : count;
    join_deps(frame, results, joined);
    for (uint32_t i = 0; i < count; i++) {
        if (i < joined)
            join_side(frame, results[i].side);
        heap_free(results[i].deps);
        heap_free(results[i].side);
    }
}

/* ---- side results ---- */

SideList *frame_side_list(const Frame *frame)
{
    return frame->side.count ? side_list_new(frame->side.items, frame->side.count) : NULL;
}

void frame_clear_side(Frame *frame)
{
    str_vec_clear(&frame->side);
    if (frame->side_arena) {
        arena_free(frame->side_arena);
        frame->side_arena = NULL;
    }
}

void frames_free(Worker *worker)
{
    while (worker->free_frames) {
        Frame *frame = worker->free_frames;
        worker->free_frames = frame->next;
        u32_vec_release(&frame->deps);
        str_vec_release(&frame->side);
        heap_free(frame->set);
        arena_free(frame->side_arena);
        arena_free(frame->scratch);
        heap_free(frame);
    }
}
