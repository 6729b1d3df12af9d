/* Reading the node table. A segment is decoded completely before any of it is applied; one that
 * cannot be decoded ends the reading, and the next engine_persist replaces them all.
 *
 * Marks are not stored. A node is out of date exactly if something it depends on changed after it
 * was verified, or lies below such a node: one pass over the edges finds the former, reverse edges
 * give the latter. */
#include "engine/engine_priv.h"
#include "engine/engine_segment.h"

typedef struct {
    Fp val_fp;
    uint32_t *deps;                /* in the slab */
    uint32_t dep_words, dep_count; /* with marks and without */
    SideList *side;                /* heap */
    EncodedValue *encoded;         /* heap */
    bool blob;
} LoadedMemo;

typedef struct {
    LoadedMemo memo;
    Fp *fps; /* in the temporary arena */
} LoadedEntry;
VEC_TYPE(LoadedEntryVec, loaded_entry_vec, LoadedEntry)

typedef struct {
    LoadedMemo memo;
    uint32_t verified, changed;
    uint8_t durability;
    bool in_cycle;
    uint32_t first_entry, entry_count; /* in Reader.entries */
} LoadedRecord;

typedef struct {
    Engine *engine;
    Decoder d;
    Arena *temporary;
    Map *by_key_fp; /* of all segments so far; filled when first needed */
    bool *map_is_filled;
    uint32_t revision;
    uint32_t last_changed[DURABILITY_COUNT];
    uint32_t record_count, node_count;
    Node **nodes; /* by number */
    LoadedRecord *records;
    LoadedEntryVec entries;
} Reader;

/* ---- memos ---- */

/* Calls of a group are framed by lengths: they have to add up. */
static bool deps_are_framed(const uint32_t *words, uint32_t count)
{
    for (uint32_t at = 0; at < count;) {
        if (!(words[at] & DEP_MARK)) {
            at++;
            continue;
        }
        uint32_t calls = words[at++] & ~DEP_MARK;
        for (uint32_t i = 0; i < calls; i++) {
            if (at >= count || !(words[at] & DEP_MARK))
                return false;
            uint32_t length = words[at++] & ~DEP_MARK;
            if (length == 0 || length > count - at)
                return false;
            for (uint32_t end = at + length; at < end; at++) {
                if (words[at] & DEP_MARK)
                    return false;
            }
        }
    }
    return true;
}

static void read_deps(Reader *r, LoadedMemo *memo)
{
    Decoder *d = &r->d;
    uint32_t count = decode_count(d, 1);
    memo->deps = arena_alloc_array(r->engine->slab, count, sizeof *memo->deps);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        uint64_t word = decode_u64(d), number = word >> 1;
        bool mark = word & 1;
        if (number >= (mark ? DEP_MARK : r->node_count)) {
            decoder_fail(d);
            return;
        }
        memo->deps[i] = mark ? DEP_MARK | (uint32_t)number : r->nodes[number]->id;
        memo->dep_count += !mark;
    }
    if (!d->failed && !deps_are_framed(memo->deps, count))
        decoder_fail(d);
    memo->dep_words = d->failed ? 0 : count;
}

static void read_side(Reader *r, LoadedMemo *memo)
{
    uint32_t count = decode_count(&r->d, 1);
    if (count == 0)
        return;
    Str *items = arena_alloc_array(r->temporary, count, sizeof *items);
    for (uint32_t i = 0; i < count; i++)
        items[i] = decode_str(&r->d);
    memo->side = side_list_new(items, count);
}

static void read_value(Reader *r, LoadedMemo *memo)
{
    switch (decode_u8(&r->d)) {
    case SEGMENT_VALUE_NONE:
        return;
    case SEGMENT_VALUE_BLOB:
        memo->blob = true;
        return;
    case SEGMENT_VALUE_INLINE: {
        Str bytes = decode_str(&r->d);
        memo->encoded = encoded_value_new(bytes.data, bytes.bytes);
        return;
    }
    }
    decoder_fail(&r->d);
}

static void read_memo(Reader *r, LoadedMemo *memo)
{
    memo->val_fp = decode_fp(&r->d);
    read_deps(r, memo);
    read_side(r, memo);
    read_value(r, memo);
}

static void read_entry(Reader *r, const LoadedRecord *record)
{
    LoadedEntry entry = { .memo = { .dep_words = 0 } };
    if (decode_bool(&r->d)) {
        entry.memo = record->memo;
        entry.memo.side = side_list_copy(record->memo.side);
        entry.memo.encoded = encoded_value_share(record->memo.encoded);
    } else {
        read_memo(r, &entry.memo);
    }
    entry.fps = arena_alloc_array(r->temporary, entry.memo.dep_count, sizeof *entry.fps);
    for (uint32_t i = 0; i < entry.memo.dep_count; i++)
        entry.fps[i] = decode_fp(&r->d);
    loaded_entry_vec_push(&r->entries, entry);
}

static void read_record(Reader *r, const Node *node, LoadedRecord *record)
{
    Decoder *d = &r->d;
    const QueryInfo *query = node_query(r->engine, node);
    record->verified = decode_u32(d);
    record->changed = decode_u32(d);
    record->durability = decode_u8(d);
    record->in_cycle = decode_bool(d);
    read_memo(r, &record->memo);
    bool is_input = (query->flags & QF_INPUT) != 0;
    if (record->verified == 0 || record->verified > r->revision || record->changed == 0 ||
        record->changed > r->revision || record->durability >= DURABILITY_COUNT ||
        (is_input && (record->memo.dep_words || record->in_cycle)))
        decoder_fail(d);
    record->first_entry = r->entries.count;
    if (query->flags & QF_EXPENSIVE) {
        uint32_t count = decode_count(d, 1);
        for (uint32_t i = 0; i < count && !d->failed; i++)
            read_entry(r, record);
    }
    record->entry_count = r->entries.count - record->first_entry;
}

/* ---- nodes ---- */

static void read_keys(Reader *r, uint32_t *count)
{
    Decoder *d = &r->d;
    *count = decode_count(d, 17);
    r->nodes = arena_grow(r->temporary, r->nodes, r->node_count * sizeof(Node *),
                          (r->node_count + *count) * sizeof(Node *));
    for (uint32_t i = 0; i < *count && !d->failed; i++) {
        uint32_t kind = decode_u32(d);
        Fp key_fp = decode_fp(d);
        QueryKey key = { { 0, 0 } };
        if (kind >= r->engine->config.query_count) {
            decoder_fail(d);
            return;
        }
        engine_query(r->engine, (QueryKind)kind)->key->decode(d, &key);
        if (d->failed)
            return;
        r->nodes[r->node_count++] = node_intern_known(r->engine, (QueryKind)kind, &key, key_fp);
    }
}

static void fill_map(Reader *r)
{
    if (*r->map_is_filled)
        return;
    *r->map_is_filled = true;
    uint32_t count = atomic_load(&r->engine->node_count);
    for (uint32_t id = 0; id < count; id++)
        *map_put(r->by_key_fp, &node_at(r->engine, id)->key_fp, NULL) = id;
}

static void add_to_map(Reader *r)
{
    for (uint32_t i = 0; *r->map_is_filled && i < r->node_count; i++)
        *map_put(r->by_key_fp, &r->nodes[i]->key_fp, NULL) = r->nodes[i]->id;
}

static void read_others(Reader *r)
{
    Decoder *d = &r->d;
    uint32_t count = decode_count(d, 16);
    r->nodes = arena_grow(r->temporary, r->nodes, r->node_count * sizeof(Node *),
                          (r->node_count + count) * sizeof(Node *));
    if (count)
        fill_map(r);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        Fp key_fp = decode_fp(d);
        const uint32_t *id = map_find(r->by_key_fp, &key_fp);
        if (!id)
            decoder_fail(d);
        else
            r->nodes[r->node_count++] = node_at(r->engine, *id);
    }
}

/* ---- segments ---- */

static bool header_is_ours(const Engine *engine, Str bytes, bool check)
{
    if (bytes.bytes < SEGMENT_HEADER_BYTES)
        return false;
    Decoder d;
    decoder_init(&d, bytes.data, SEGMENT_HEADER_BYTES, NULL, NULL);
    uint64_t magic = decode_fixed64(&d);
    Fp schema = decode_fp(&d);
    Fp checksum = decode_fp(&d);
    if (!check)
        return true;
    return magic == SEGMENT_MAGIC && fp_eq(schema, engine_schema(engine)) &&
           fp_eq(checksum, fp_of_bytes(bytes.data + SEGMENT_HEADER_BYTES,
                                       bytes.bytes - SEGMENT_HEADER_BYTES, 0));
}

static bool read_segment(Reader *r, Str bytes)
{
    Decoder *d = &r->d;
    decoder_init(d, bytes.data + SEGMENT_HEADER_BYTES, bytes.bytes - SEGMENT_HEADER_BYTES,
                 r->temporary, r->engine->config.interners);
    r->revision = decode_u32(d);
    bool ordered = r->revision >= r->engine->revision && r->revision < UINT32_MAX / 2;
    for (int i = 0; i < DURABILITY_COUNT; i++) {
        r->last_changed[i] = decode_u32(d);
        ordered &= r->last_changed[i] <= r->revision;
    }
    uint32_t shells;
    read_keys(r, &r->record_count);
    read_keys(r, &shells);
    add_to_map(r);
    read_others(r);
    if (d->failed || !ordered)
        return false;
    r->records = arena_alloc_zeroed(r->temporary, (size_t)r->record_count * sizeof *r->records);
    for (uint32_t i = 0; i < r->record_count && !d->failed; i++)
        read_record(r, r->nodes[i], &r->records[i]);
    return decoder_finish(d);
}

/* ---- applying ---- */

static void push_entry(Reader *r, Node *node, LoadedEntry *loaded)
{
    HistoryEntry entry = { .dep_words = loaded->memo.dep_words,
                           .fp_count = loaded->memo.dep_count,
                           .val_fp = loaded->memo.val_fp,
                           .side = loaded->memo.side,
                           .encoded = loaded->memo.encoded,
                           .blob_stored = loaded->memo.blob };
    size_t words = entry.dep_words * sizeof *entry.deps, fps = entry.fp_count * sizeof *entry.fps;
    entry.deps = heap_alloc(words);
    entry.fps = heap_alloc(fps);
    if (words)
        memcpy(entry.deps, loaded->memo.deps, words);
    if (fps)
        memcpy(entry.fps, loaded->fps, fps);
    loaded->memo.side = NULL;
    loaded->memo.encoded = NULL;
    node_history_push(r->engine, node, entry);
}

static void apply_record(Reader *r, Node *node, LoadedRecord *record)
{
    LoadedMemo *memo = &record->memo;
    r->engine->workers[0]->edges += (int64_t)memo->dep_words - node->dep_words;
    heap_free(node->side);
    encoded_value_release(node->encoded);
    node->side = memo->side;
    node->encoded = memo->encoded;
    memo->side = NULL;
    memo->encoded = NULL;
    node->deps = memo->deps;
    node->dep_words = memo->dep_words;
    node->val_fp = memo->val_fp;
    node->changed = record->changed;
    node->durability = record->durability;
    node->flags = NODE_SLAB_DEPS | NODE_RECORDED;
    if (memo->blob)
        node->flags |= NODE_BLOB_STORED;
    if (record->in_cycle)
        node->flags |= NODE_IN_CYCLE;
    atomic_store(&node->verified, record->verified);
    atomic_store(&node->state, NODE_GREEN);
    for (uint32_t i = 0; r->engine->config.history_per_node && i < record->entry_count; i++)
        push_entry(r, node, &r->entries.items[record->first_entry + i]);
}

static void apply_segment(Reader *r)
{
    Engine *engine = r->engine;
    engine->revision = r->revision;
    engine->next_revision = r->revision;
    engine->records_written += r->record_count;
    memcpy(engine->last_changed, r->last_changed, sizeof engine->last_changed);
    for (uint32_t i = 0; i < r->node_count; i++)
        r->nodes[i]->reached = r->nodes[i]->used = r->revision;
    for (uint32_t i = 0; i < r->record_count; i++)
        apply_record(r, r->nodes[i], &r->records[i]);
}

/* What was read and not applied. */
static void free_rest(Reader *r)
{
    for (uint32_t i = 0; r->records && i < r->record_count; i++) {
        heap_free(r->records[i].memo.side);
        encoded_value_release(r->records[i].memo.encoded);
    }
    for (uint32_t i = 0; i < r->entries.count; i++) {
        heap_free(r->entries.items[i].memo.side);
        encoded_value_release(r->entries.items[i].memo.encoded);
    }
}

typedef struct {
    Engine *engine;
    Map by_key_fp;
    bool map_is_filled;
    bool check; /* the checksum; without it only for fuzzing */
    bool damaged;
} Load;

static bool load_segment(void *context, Str bytes)
{
    Load *load = context;
    Reader r = { .engine = load->engine,
                 .temporary = arena_new(NULL),
                 .by_key_fp = &load->by_key_fp,
                 .map_is_filled = &load->map_is_filled };
    loaded_entry_vec_init(&r.entries, r.temporary);
    bool good = header_is_ours(load->engine, bytes, load->check) && read_segment(&r, bytes);
    if (good)
        apply_segment(&r);
    free_rest(&r);
    arena_free(r.temporary);
    load->damaged |= !good;
    return good;
}

/* ---- edges and marks ---- */

/* All reverse edges in one block, counted first. */
static void link_loaded(Engine *engine)
{
    uint32_t count = atomic_load(&engine->node_count);
    size_t total = 0;
    for (uint32_t id = 0; id < count; id++) {
        const Node *node = node_at(engine, id);
        for (uint32_t i = 0; i < node->dep_words; i++) {
            if (!(node->deps[i] & DEP_MARK)) {
                node_at(engine, node->deps[i])->dependent_capacity++;
                total++;
            }
        }
    }
    uint32_t *block = arena_alloc_array(engine->slab, total, sizeof *block);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        node->dependents = block;
        node->flags |= NODE_SLAB_DEPENDENTS;
        block += node->dependent_capacity;
    }
    for (uint32_t id = 0; id < count; id++) {
        const Node *node = node_at(engine, id);
        for (uint32_t i = 0; i < node->dep_words; i++) {
            if (!(node->deps[i] & DEP_MARK))
                node_add_dependent(node_at(engine, node->deps[i]), id);
        }
    }
}

static bool is_out_of_date(const Engine *engine, const Node *node)
{
    uint32_t verified = atomic_load(&node->verified);
    for (uint32_t i = 0; i < node->dep_words; i++) {
        if (node->deps[i] & DEP_MARK)
            continue;
        const Node *dep = node_at(engine, node->deps[i]);
        if (!node_has_memo(dep) || dep->changed > verified)
            return true;
    }
    return false;
}

static void mark_up(Engine *engine, NodeVec *work)
{
    while (work->count > 0) {
        const Node *node = node_vec_pop(work);
        for (uint32_t i = 0; i < node->dependent_count; i++) {
            Node *dependent = node_at(engine, node->dependents[i]);
            if (atomic_load(&dependent->state) != NODE_GREEN)
                continue;
            atomic_store(&dependent->state, NODE_MARKED);
            node_vec_push(work, dependent);
        }
    }
}

static void mark_loaded(Engine *engine)
{
    NodeVec out_of_date, with_sides;
    node_vec_init(&out_of_date, NULL);
    node_vec_init(&with_sides, NULL);
    uint32_t count = atomic_load(&engine->node_count);
    for (uint32_t id = 0; id < count; id++) {
        Node *node = node_at(engine, id);
        node->deep = node->side || (node->flags & NODE_IN_CYCLE);
        if (node->deep)
            node_vec_push(&with_sides, node);
        if (node_has_memo(node) && is_out_of_date(engine, node)) {
            atomic_store(&node->state, NODE_MARKED);
            node_vec_push(&out_of_date, node);
        }
    }
    mark_up(engine, &out_of_date);
    engine_spread_deep(engine, &with_sides);
    node_vec_release(&out_of_date);
    node_vec_release(&with_sides);
}

static void load_begin(Load *load, Engine *engine)
{
    rsc_assert(!engine->loaded);
    engine->loaded = true;
    engine->slab = arena_new(NULL);
    *load = (Load){ .engine = engine };
    map_init(&load->by_key_fp, NULL, sizeof(Fp));
}

/* What is executed from now on changed after anything that was stored was verified. */
static void begin_next_revision(Engine *engine)
{
    engine->revision++;
    engine->next_revision = engine->revision;
}

static void load_end(Load *load)
{
    link_loaded(load->engine);
    mark_loaded(load->engine);
    begin_next_revision(load->engine);
    load->engine->live_after_sweep = engine_live_nodes(load->engine);
    load->engine->last_sweep_revision = load->engine->revision;
    map_release(&load->by_key_fp);
}

void engine_load(Engine *engine)
{
    if (!engine->config.store)
        return;
    bool inside = engine->in_revision;
    rsc_assert(engine->changed_inputs.count == 0);
    if (!inside)
        engine_exclusive_begin(engine);
    Load load;
    load_begin(&load, engine);
    load.check = true;
    engine->config.store->read_segments(engine->config.store_context, load_segment, &load);
    engine->rewrite_store |= load.damaged;
    load_end(&load);
    if (!inside)
        engine_exclusive_end(engine);
}

bool engine_segment_load(Engine *engine, Str bytes)
{
    engine_exclusive_begin(engine);
    Load load;
    load_begin(&load, engine);
    bool good = load_segment(&load, bytes);
    load_end(&load);
    engine_exclusive_end(engine);
    return good;
}
