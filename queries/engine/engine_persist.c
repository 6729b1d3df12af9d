/* Writing the node table. One transaction appends one segment with the nodes that were executed
 * since the last one; nothing that stayed green is written again. What a segment says of a node
 * replaces what older ones say.
 *
 * Segment: magic, schema, checksum of the rest; revision and last changes; then three runs of
 * nodes, numbered through: records  kind, key fingerprint, key: nodes with a memo in this segment
 *   shells   kind, key fingerprint, key: named by a history only
 *   others   key fingerprint: recorded in older segments
 * and a memo for each record; then when and with how many nodes the last sweep was, and the latest
 * sets of roots, which replace those of older segments. Keys share one dictionary of interned
 * things.
 *
 * A node is written as verified when somebody last looked at it. The current revision would be
 * wrong even for a green one: what is above a late node is green before engine_settle looked at
 * that. */
#include "engine/engine_priv.h"
#include "engine/engine_segment.h"

enum {
    REWRITE_MIN_RECORDS = 256,
    BIG_SEGMENT_BYTES = 1 << 20, /* the memory of one is given back at once */
};

/* A value that the segment has as a blob. */
typedef struct {
    Fp hash;
    size_t tag_at; /* of its tag in the segment */
} BlobReference;
VEC_TYPE(BlobReferenceVec, blob_reference_vec, BlobReference)

typedef struct {
    Engine *engine;
    Encoder e;
    NodeVec records, shells, others;
    uint32_t *index_of; /* by node id, + 1 */
    bool everything;
    BlobReferenceVec references;
} Writer;

/* A value that the store is to get. */
typedef struct {
    Node *node;
    Fp fp;
    EncodedValue *encoded; /* a share of it */
    bool stored;           /* the store has it, if the transaction succeeds */
} DueBlob;
VEC_TYPE(DueBlobVec, due_blob_vec, DueBlob)

/* What one transaction writes: made in an exclusive phase, and nobody else's until it is written.
 */
typedef struct {
    Arena *arena;
    DueBlobVec blobs;
    uint8_t *segment; /* NULL: another process holds the lease */
    size_t segment_bytes;
    bool everything;
    BlobReferenceVec references; /* of the segment */
    NodeVec records;             /* of the segment */
    NodeVec unsaved;             /* to be tried again if the store fails */
} Batch;

/* ---- numbering ---- */

static void number_node(Writer *w, NodeVec *run, Node *node)
{
    if (w->index_of[node->id])
        return;
    node_vec_push(run, node);
    w->index_of[node->id] = run->count;
}

static void number_deps(Writer *w, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] & DEP_MARK)
            continue;
        Node *dep = node_at(w->engine, words[i]);
        number_node(w, dep->flags & NODE_RECORDED && !w->everything ? &w->others : &w->shells, dep);
    }
}

static bool entry_is_written(const Writer *w, const HistoryEntry *entry)
{
    return w->everything || entry->unsaved;
}

static void number_record(Writer *w, const Node *node)
{
    number_deps(w, node->deps, node->dep_words);
    for (uint32_t i = 0; node->history && i < node->history->count; i++) {
        const HistoryEntry *entry = &node->history->entries[i];
        if (entry_is_written(w, entry))
            number_deps(w, entry->deps, entry->dep_words);
    }
}

static void number_all(Writer *w)
{
    for (uint32_t i = 0; i < w->records.count; i++)
        w->index_of[w->records.items[i]->id] = i + 1;
    for (uint32_t i = 0; i < w->records.count; i++)
        number_record(w, w->records.items[i]);
    const RootSetVec *roots = &w->engine->roots;
    for (uint32_t i = roots_first_kept(w->engine); i < roots->count; i++)
        number_deps(w, roots->items[i].deps, roots->items[i].words);
    uint32_t first_shell = w->records.count, first_other = first_shell + w->shells.count;
    for (uint32_t i = 0; i < w->shells.count; i++)
        w->index_of[w->shells.items[i]->id] = first_shell + i + 1;
    for (uint32_t i = 0; i < w->others.count; i++)
        w->index_of[w->others.items[i]->id] = first_other + i + 1;
}

/* ---- encoding ---- */

static void write_keys(Writer *w, const NodeVec *run)
{
    encode_u32(&w->e, run->count);
    for (uint32_t i = 0; i < run->count; i++) {
        const Node *node = run->items[i];
        encode_u32(&w->e, node->kind);
        encode_fp(&w->e, node->key_fp);
        node_query(w->engine, node)->key->encode(&w->e, &node->key);
    }
}

static void write_others(Writer *w)
{
    encode_u32(&w->e, w->others.count);
    for (uint32_t i = 0; i < w->others.count; i++)
        encode_fp(&w->e, w->others.items[i]->key_fp);
}

static void write_deps(Writer *w, const uint32_t *words, uint32_t count)
{
    encode_u32(&w->e, count);
    for (uint32_t i = 0; i < count; i++) {
        bool mark = (words[i] & DEP_MARK) != 0;
        uint64_t number = mark ? words[i] & ~DEP_MARK : w->index_of[words[i]] - 1;
        encode_u64(&w->e, number << 1 | mark);
    }
}

static void write_side(Writer *w, const SideList *side)
{
    uint32_t count = side ? side->count : 0;
    encode_u32(&w->e, count);
    for (uint32_t i = 0; i < count; i++)
        encode_str(&w->e, side->items[i]);
}

/* `stored`: the store has the blob. One that it is to get in this transaction it may still refuse:
 * then drop_refused makes it NONE. */
static void write_value(Writer *w, Fp fp, const EncodedValue *encoded, bool stored)
{
    if (encoded && encoded->bytes <= INLINE_VALUE_BYTES) {
        encode_u8(&w->e, SEGMENT_VALUE_INLINE);
        encode_bytes(&w->e, encoded->data, encoded->bytes);
    } else if (encoded || stored) {
        blob_reference_vec_push(&w->references, (BlobReference){ fp, w->e.count });
        encode_u8(&w->e, SEGMENT_VALUE_BLOB);
    } else {
        encode_u8(&w->e, SEGMENT_VALUE_NONE);
    }
}

static bool entry_is_memo(const Node *node, const HistoryEntry *entry)
{
    return fp_eq(entry->val_fp, node->val_fp) && entry->dep_words == node->dep_words &&
           (!node->dep_words ||
            memcmp(entry->deps, node->deps, node->dep_words * sizeof *node->deps) == 0) &&
           side_list_eq(entry->side, node->side);
}

static void write_entry(Writer *w, const Node *node, const HistoryEntry *entry)
{
    bool is_memo = entry_is_memo(node, entry);
    encode_bool(&w->e, is_memo);
    if (!is_memo) {
        encode_fp(&w->e, entry->val_fp);
        write_deps(w, entry->deps, entry->dep_words);
        write_side(w, entry->side);
        write_value(w, entry->val_fp, entry->encoded, entry->blob_stored);
    }
    for (uint32_t i = 0; i < entry->fp_count; i++)
        encode_fp(&w->e, entry->fps[i]);
}

/* Oldest first, as they have to be put back. */
static void write_history(Writer *w, const Node *node)
{
    uint32_t count = 0, have = node->history ? node->history->count : 0;
    for (uint32_t i = 0; i < have; i++)
        count += entry_is_written(w, &node->history->entries[i]);
    encode_u32(&w->e, count);
    for (uint32_t i = have; i-- > 0;) {
        if (entry_is_written(w, &node->history->entries[i]))
            write_entry(w, node, &node->history->entries[i]);
    }
}

static void write_memo(Writer *w, const Node *node)
{
    encode_u32(&w->e, atomic_load(&node->verified));
    encode_u32(&w->e, node->changed);
    encode_u32(&w->e, w->engine->revision - node->reached);
    encode_u8(&w->e, node->durability);
    encode_bool(&w->e, (node->flags & NODE_IN_CYCLE) != 0);
    encode_fp(&w->e, node->val_fp);
    write_deps(w, node->deps, node->dep_words);
    write_side(w, node->side);
    write_value(w, node->val_fp, node->encoded, (node->flags & NODE_BLOB_STORED) != 0);
    if (node_query(w->engine, node)->flags & QF_EXPENSIVE)
        write_history(w, node);
}

/* What the next process needs to know to sweep. */
static void write_roots(Writer *w)
{
    const Engine *engine = w->engine;
    uint32_t first = roots_first_kept(engine);
    encode_u32(&w->e, engine->last_sweep_revision);
    encode_u32(&w->e, engine->live_after_sweep);
    encode_u32(&w->e, engine->roots.count - first);
    for (uint32_t i = first; i < engine->roots.count; i++) {
        encode_u32(&w->e, engine->roots.items[i].revision);
        write_deps(w, engine->roots.items[i].deps, engine->roots.items[i].words);
    }
}

/* Without its checksum: seal_segment. */
static void write_segment(Writer *w)
{
    encode_fixed64(&w->e, SEGMENT_MAGIC);
    encode_fp(&w->e, engine_schema(w->engine));
    encode_fp(&w->e, (Fp){ 0, 0 });
    encode_u32(&w->e, w->engine->revision);
    for (int d = 0; d < DURABILITY_COUNT; d++)
        encode_u32(&w->e, w->engine->last_changed[d]);
    write_keys(w, &w->records);
    write_keys(w, &w->shells);
    write_others(w);
    for (uint32_t i = 0; i < w->records.count; i++)
        write_memo(w, w->records.items[i]);
    write_roots(w);
}

Fp engine_schema(const Engine *engine)
{
    Fp schema = { SEGMENT_MAGIC, engine->config.query_count };
    for (uint32_t k = 0; k < engine->config.query_count; k++) {
        const QueryInfo *query = &engine->config.queries[k];
        schema = fp_combine(schema, fp_of_bytes(query->name, strlen(query->name), query->flags));
    }
    return schema;
}

/* ---- blobs ---- */

static bool is_due(const EncodedValue *encoded, bool stored)
{
    return encoded && !stored && encoded->bytes > INLINE_VALUE_BYTES;
}

static void take_blob(Batch *batch, Node *node, Fp fp, EncodedValue *encoded)
{
    due_blob_vec_push(&batch->blobs, (DueBlob){ node, fp, encoded_value_share(encoded), false });
}

static void take_blobs(Batch *batch, const NodeVec *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        Node *node = nodes->items[i];
        if (node->flags & NODE_BLOB_DUE)
            take_blob(batch, node, node->val_fp, node->encoded);
        for (uint32_t h = 0; node->history && h < node->history->count; h++) {
            const HistoryEntry *entry = &node->history->entries[h];
            bool is_memos = (node->flags & NODE_BLOB_DUE) && fp_eq(entry->val_fp, node->val_fp);
            if (is_due(entry->encoded, entry->blob_stored) && !is_memos)
                take_blob(batch, node, entry->val_fp, entry->encoded);
        }
    }
}

/* Big values leave memory, whether the store took them or failed to: a store that fails for good
 * must not fill it. The node may have got another value meanwhile. */
static void release_blob(const DueBlob *due, bool stored)
{
    Node *node = due->node;
    stored = stored && due->stored;
    if ((node->flags & NODE_BLOB_DUE) && fp_eq(node->val_fp, due->fp)) {
        encoded_value_release(node->encoded);
        node->encoded = NULL;
        node->flags &= (uint16_t)~NODE_BLOB_DUE;
        if (stored)
            node->flags |= NODE_BLOB_STORED;
    }
    for (uint32_t h = 0; node->history && h < node->history->count; h++) {
        HistoryEntry *entry = &node->history->entries[h];
        if (!fp_eq(entry->val_fp, due->fp) || !is_due(entry->encoded, entry->blob_stored))
            continue;
        encoded_value_release(entry->encoded);
        entry->encoded = NULL;
        entry->blob_stored = stored;
    }
    encoded_value_release(due->encoded);
}

/* ---- the transaction ---- */

/* A value that did not come out again is not handed on. */
static void add_trusted(NodeVec *out, Node *const *nodes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!(nodes[i]->flags & NODE_FORCED))
            node_vec_push(out, nodes[i]);
    }
}

static NodeVec all_memos(const Engine *engine)
{
    NodeVec nodes;
    node_vec_init(&nodes, NULL);
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        if (!(node->flags & NODE_FREE) && node_has_memo(node))
            add_trusted(&nodes, &node, 1);
    }
    return nodes;
}

/* More than half of the records are superseded or of nodes that are gone, or so it is with blobs.
 */
static bool rewrite_is_due(const Engine *engine)
{
    const StoreOps *store = engine->config.store;
    uint64_t after = engine->records_written + engine->unsaved.count;
    return engine->rewrite_store ||
           after > 2 * (uint64_t)engine_live_nodes(engine) + REWRITE_MIN_RECORDS ||
           (store->is_worn && store->is_worn(engine->config.store_context));
}

static void writer_init(Writer *w, Engine *engine, Arena *arena)
{
    *w = (Writer){ .engine = engine, .everything = rewrite_is_due(engine) };
    blob_reference_vec_init(&w->references, arena);
    encoder_init(&w->e, arena, engine->config.interners, ENCODE_CANONICAL);
    node_vec_init(&w->shells, arena);
    node_vec_init(&w->others, arena);
    w->index_of = heap_alloc_zeroed((atomic_load(&engine->node_count) + 1) * sizeof(uint32_t));
    if (w->everything)
        w->records = all_memos(engine);
    else
        add_trusted(&w->records, engine->unsaved.items, engine->unsaved.count);
}

static void set_entries_unsaved(const Node *node, bool unsaved)
{
    for (uint32_t h = 0; node->history && h < node->history->count; h++)
        node->history->entries[h].unsaved = unsaved;
}

/* [x] From here on the nodes count as saved; what becomes of them while the batch is written is for
 * the next one. */
static void take_records(Engine *engine, Batch *batch)
{
    Writer w;
    writer_init(&w, engine, batch->arena);
    number_all(&w);
    write_segment(&w);
    batch->segment = w.e.bytes;
    batch->segment_bytes = w.e.count;
    batch->everything = w.everything;
    batch->references = w.references;
    batch->records = w.records;
    for (uint32_t i = 0; i < w.records.count; i++) {
        w.records.items[i]->flags &= (uint16_t)~NODE_UNSAVED;
        set_entries_unsaved(w.records.items[i], false);
    }
    for (uint32_t i = 0; i < engine->unsaved.count; i++)
        engine->unsaved.items[i]->flags &= (uint16_t)~NODE_UNSAVED;
    batch->unsaved = engine->unsaved;
    node_vec_init(&engine->unsaved, NULL);
    atomic_store(&engine->something_due, false);
    heap_free(w.index_of);
}

/* Puts the values; `refused` gets the hashes of those that the store did not take. */
static void put_blobs(const Engine *engine, Batch *batch, Map *refused)
{
    const StoreOps *store = engine->config.store;
    for (uint32_t i = 0; i < batch->blobs.count; i++) {
        DueBlob *due = &batch->blobs.items[i];
        Str bytes = { (const char *)due->encoded->data, due->encoded->bytes };
        due->stored = store->put_blob(engine->config.store_context, due->fp, bytes);
        if (!due->stored)
            map_put(refused, &due->fp, NULL);
    }
}

/* The segment must not promise what the store refused: who reads it makes such a value again. */
static void drop_refused(Batch *batch, const Map *refused)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < batch->references.count; i++) {
        BlobReference reference = batch->references.items[i];
        if (map_find(refused, &reference.hash))
            batch->segment[reference.tag_at] = SEGMENT_VALUE_NONE;
        else
            batch->references.items[kept++] = reference;
    }
    batch->references.count = kept;
}

static Str seal_segment(const Batch *batch)
{
    Fp checksum = fp_of_bytes(batch->segment + SEGMENT_HEADER_BYTES,
                              batch->segment_bytes - SEGMENT_HEADER_BYTES, 0);
    Encoder e;
    encoder_init(&e, batch->arena, NULL, ENCODE_CANONICAL);
    encode_fp(&e, checksum);
    memcpy(batch->segment + SEGMENT_CHECKSUM_AT, e.bytes, e.count);
    return (Str){ (const char *)batch->segment, batch->segment_bytes };
}

static void refer_blobs(const Engine *engine, const Batch *batch)
{
    const StoreOps *store = engine->config.store;
    if (!store->refer_blobs)
        return;
    uint32_t count = batch->references.count;
    Fp *hashes = arena_alloc_array(batch->arena, count, sizeof *hashes);
    for (uint32_t i = 0; i < count; i++)
        hashes[i] = batch->references.items[i].hash;
    store->refer_blobs(engine->config.store_context, hashes, count);
}

static Status write_batch(const Engine *engine, Batch *batch)
{
    const StoreOps *store = engine->config.store;
    void *context = engine->config.store_context;
    Map refused;
    map_init(&refused, batch->arena, sizeof(Fp));
    put_blobs(engine, batch, &refused);
    if (!batch->segment)
        return STATUS_SUCCESS;
    if (map_count(&refused) > 0)
        drop_refused(batch, &refused);
    if (batch->everything)
        store->drop_segments(context);
    store->put_segment(context, seal_segment(batch));
    refer_blobs(engine, batch);
    return store->commit(context);
}

/* [x] */
static void finish_batch(Engine *engine, Batch *batch, Status status)
{
    bool stored = status_ok(status) || status.code == STATUS_BUSY;
    for (uint32_t i = 0; i < batch->blobs.count; i++)
        release_blob(&batch->blobs.items[i], stored);
    if (status_ok(status)) {
        for (uint32_t i = 0; i < batch->records.count; i++)
            batch->records.items[i]->flags |= NODE_RECORDED;
        uint64_t before = batch->everything ? 0 : engine->records_written;
        engine->records_written = before + batch->records.count;
        engine->rewrite_store = false;
        engine->sweep_unsaved = false;
    } else {
        for (uint32_t i = 0; i < batch->unsaved.count; i++) {
            set_entries_unsaved(batch->unsaved.items[i], true);
            engine_note_unsaved(engine, batch->unsaved.items[i]);
        }
        atomic_store(&engine->something_due, true);
    }
    due_blob_vec_release(&batch->blobs);
    node_vec_release(&batch->records);
    node_vec_release(&batch->unsaved);
    arena_free(batch->arena);
}

/* Free if nothing was left since the last time: who has nothing to store must not wait for who
 * runs. The flag comes down in exclusive phases, in which no request can leave anything. */
static bool is_anything_due(Engine *engine)
{
    if (!atomic_load(&engine->something_due))
        return false;
    engine_exclusive_begin(engine);
    engine_link_finished(engine, NULL);
    engine_trim_overdue(engine);
    bool is_due = engine->unsaved.count > 0 || engine->rewrite_store || engine->sweep_unsaved;
    atomic_store(&engine->something_due, is_due);
    engine_exclusive_end(engine);
    return is_due;
}

/* Requests wait for the making of the batch, and not for the store. *was_replaced: on commit the
 * store was found to be another one. */
static Status write_everything_due(Engine *engine, bool *was_replaced)
{
    *was_replaced = false;
    if (!is_anything_due(engine))
        return STATUS_SUCCESS;
    Status status = engine->config.store->begin(engine->config.store_context);
    bool may_write = status_ok(status) || status.code == STATUS_BUSY;
    Batch batch = { .arena = arena_new(NULL) };
    engine_exclusive_begin(engine);
    engine_link_finished(engine, NULL);
    take_blobs(&batch, &engine->unsaved);
    if (status_ok(status))
        take_records(engine, &batch);
    engine_exclusive_end(engine);
    Status written = may_write ? write_batch(engine, &batch) : status;
    *was_replaced = status_ok(status) && written.code == STATUS_NOT_FOUND;
    if (status_ok(status))
        status = written;
    bool was_big = batch.segment_bytes > BIG_SEGMENT_BYTES;
    engine_exclusive_begin(engine);
    finish_batch(engine, &batch, status);
    engine_exclusive_end(engine);
    if (was_big)
        heap_trim();
    return status;
}

/* The store is another one than that which was read and written so far: everything is to be put
 * again, values that are in memory included. Others are made again by who needs them. */
static void forget_stored(Engine *engine)
{
    NodeVec nodes = all_memos(engine);
    for (uint32_t i = 0; i < nodes.count; i++) {
        Node *node = nodes.items[i];
        for (uint32_t h = 0; node->history && h < node->history->count; h++)
            node->history->entries[h].blob_stored = false;
        node->flags &= (uint16_t)~NODE_BLOB_STORED;
        const QueryInfo *query = node_query(engine, node);
        if (node->encoded || !node->value || !query_stores_value(query) ||
            (node->flags & NODE_IN_CYCLE))
            continue;
        node_keep_encoded(node, worker_encode(engine->workers[0], query, node->value));
        engine_note_unsaved(engine, node);
    }
    node_vec_release(&nodes);
    engine_note_rewrite(engine);
}

Status engine_persist(Engine *engine)
{
    if (!engine->config.store)
        return STATUS_SUCCESS;
    pthread_mutex_lock(&engine->store_lock);
    bool was_replaced;
    Status status = write_everything_due(engine, &was_replaced);
    if (was_replaced) {
        engine_exclusive_begin(engine);
        forget_stored(engine);
        engine_exclusive_end(engine);
        status = write_everything_due(engine, &was_replaced);
    }
    pthread_mutex_unlock(&engine->store_lock);
    return status;
}
