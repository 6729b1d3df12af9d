/* History: for expensive kinds, what earlier executions read and gave. Going back to an earlier
 * state of the inputs finds the earlier value by walking the earlier dependencies in recorded
 * order: each is asked for only while all before it have the fingerprints the execution saw, so
 * nothing is asked for that the provider would not ask for now. */
#include "engine/engine_priv.h"

static void entry_release(HistoryEntry *entry)
{
    heap_free(entry->deps);
    heap_free(entry->fps);
    heap_free(entry->side);
    encoded_value_release(entry->encoded);
}

void node_history_free(History *history)
{
    if (!history)
        return;
    for (uint32_t i = 0; i < history->count; i++)
        entry_release(&history->entries[i]);
    heap_free(history);
}

static bool entry_eq(const HistoryEntry *a, const HistoryEntry *b)
{
    if (a->dep_words != b->dep_words || a->fp_count != b->fp_count || !fp_eq(a->val_fp, b->val_fp))
        return false;
    size_t words = a->dep_words * sizeof *a->deps, fps = a->fp_count * sizeof *a->fps;
    return (!words || memcmp(a->deps, b->deps, words) == 0) &&
           (!fps || memcmp(a->fps, b->fps, fps) == 0);
}

static void move_to_front(History *history, uint32_t index)
{
    HistoryEntry entry = history->entries[index];
    memmove(history->entries + 1, history->entries, index * sizeof entry);
    history->entries[0] = entry;
}

void node_history_push(Engine *engine, Node *node, HistoryEntry entry)
{
    uint32_t bound = engine->config.history_per_node;
    History *history = node->history;
    if (!history) {
        history = heap_alloc_zeroed(sizeof *history + bound * sizeof entry);
        node->history = history;
    }
    for (uint32_t i = 0; i < history->count; i++) {
        if (!entry_eq(&history->entries[i], &entry))
            continue;
        entry_release(&entry);
        move_to_front(history, i);
        return;
    }
    if (history->count == bound)
        entry_release(&history->entries[bound - 1]);
    else
        history->count++;
    history->entries[history->count - 1] = entry;
    move_to_front(history, history->count - 1);
}

/* False if a dependency has no fingerprint: then it can never be found equal. */
static bool record_fps(const Engine *engine, const Node *node, HistoryEntry *entry)
{
    for (uint32_t i = 0; i < node->dep_words; i++) {
        if (node->deps[i] & DEP_MARK)
            continue;
        const Node *dep = node_at(engine, node->deps[i]);
        if (node_query(engine, dep)->flags & QF_NO_HASH)
            return false;
        entry->fps[entry->fp_count++] = dep->val_fp;
    }
    return true;
}

void node_history_record(Engine *engine, Node *node)
{
    if (engine->config.history_per_node == 0)
        return;
    size_t words = node->dep_words;
    HistoryEntry entry = { .dep_words = node->dep_words, .val_fp = node->val_fp, .unsaved = true };
    entry.deps = heap_alloc(words * sizeof *entry.deps);
    entry.fps = heap_alloc(words * sizeof *entry.fps);
    if (!record_fps(engine, node, &entry)) {
        entry_release(&entry);
        return;
    }
    if (words)
        memcpy(entry.deps, node->deps, words * sizeof *entry.deps);
    entry.side = side_list_copy(node->side);
    entry.encoded = encoded_value_share(node->encoded);
    entry.blob_stored = (node->flags & NODE_BLOB_STORED) != 0;
    node_history_push(engine, node, entry);
}

/* ---- reuse ---- */

static HistoryResult walk_entry(Job *run, const HistoryEntry *entry)
{
    const Engine *engine = run->engine;
    uint32_t fp = 0;
    run->mode = RUN_VERIFY;
    run->prefix = entry->deps;
    for (uint32_t i = 0; i < entry->dep_words; i++) {
        run->prefix_words = i + 1;
        if (entry->deps[i] & DEP_MARK)
            continue;
        Node *dep = node_at(engine, entry->deps[i]);
        if (job_fetch(run, dep, NEED_GREEN) != FETCH_OK)
            return HISTORY_STOPPED;
        if (!fp_eq(dep->val_fp, entry->fps[fp++]))
            return HISTORY_MISS;
    }
    return HISTORY_HIT;
}

static void set_stored_value(Job *run, const HistoryEntry *entry)
{
    Node *node = run->node;
    if (!fp_eq(node->val_fp, entry->val_fp) || (node->flags & NODE_IN_CYCLE))
        node_drop_value(run->worker, node);
    EncodedValue *encoded = encoded_value_share(entry->encoded);
    encoded_value_release(node->encoded);
    node->encoded = encoded;
    node->flags &= (uint16_t)~(NODE_BLOB_DUE | NODE_BLOB_STORED);
    if (entry->blob_stored)
        node->flags |= NODE_BLOB_STORED;
    else if (encoded && encoded->bytes > INLINE_VALUE_BYTES)
        node->flags |= NODE_BLOB_DUE;
}

static void reuse_entry(Job *run, const HistoryEntry *entry)
{
    Engine *engine = run->engine;
    Node *node = run->node;
    set_stored_value(run, entry);
    heap_free(node->side);
    node->side = side_list_copy(entry->side);
    node_set_deps(run, entry->deps, entry->dep_words);
    bool deep = node->side != NULL;
    uint8_t durability = node_summarize_deps(engine, node, &deep);
    if (!node_cuts_off(node, entry->val_fp, durability))
        node->changed = engine->revision;
    node->val_fp = entry->val_fp;
    node->durability = durability;
    node->deep = deep;
    node->flags &= (uint16_t)~NODE_IN_CYCLE;
    atomic_store_explicit(&node->verified, engine->revision, memory_order_release);
    run->slice->counters[node->kind].trace_hits++;
}

HistoryResult node_history_reuse(Job *run)
{
    History *history = run->node->history;
    for (uint32_t i = 0; history && i < history->count; i++) {
        HistoryResult result = walk_entry(run, &history->entries[i]);
        if (result == HISTORY_MISS)
            continue;
        if (result == HISTORY_HIT) {
            reuse_entry(run, &history->entries[i]);
            move_to_front(history, i);
        }
        return result;
    }
    return HISTORY_MISS;
}
