/* Reading the node table. A segment with a wrong checksum ends the reading; the next engine_persist
 * replaces them all. One that has the right checksum and still cannot be decoded does too, and
 * costs the nodes it names: their memos are gone.
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
    EncodedValue *encoded;         /* in the slab */
    bool blob;
} LoadedMemo;

typedef struct {
    Engine *engine;
    Decoder d;
    Arena *temporary;
    Map *by_key_fp; /* of all segments so far; filled when first needed */
    bool *map_is_filled;
    uint32_t revision;
    uint32_t last_changed[DURABILITY_COUNT];
    uint32_t last_sweep_revision, live_after_sweep;
    RootSetVec roots;
    uint32_t record_count, node_count;
    uint32_t *ids; /* by number */
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
        memo->deps[i] = mark ? DEP_MARK | (uint32_t)number : r->ids[number];
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
        memo->encoded = encoded_value_new_in(r->engine->slab, bytes.data, bytes.bytes);
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

/* One that says it is the memo's own has its dependencies, value and side results from there. */
static void read_entry(Reader *r, Node *node, const LoadedMemo *memo)
{
    LoadedMemo own = { .dep_words = 0 };
    bool is_memo = decode_bool(&r->d);
    if (is_memo)
        own = *memo;
    else
        read_memo(r, &own);
    size_t words = own.dep_words * sizeof *own.deps;
    HistoryEntry entry = { .dep_words = own.dep_words,
                           .fp_count = own.dep_count,
                           .val_fp = own.val_fp,
                           .side = is_memo ? side_list_copy(own.side) : own.side,
                           .encoded = own.encoded,
                           .blob_stored = own.blob };
    entry.deps = heap_alloc(words);
    if (words)
        memcpy(entry.deps, own.deps, words);
    entry.fps = heap_alloc(own.dep_count * sizeof *entry.fps);
    for (uint32_t i = 0; i < own.dep_count; i++)
        entry.fps[i] = decode_fp(&r->d);
    node_history_push(r->engine, node, entry);
}

static void set_memo(Engine *engine, Node *node, const LoadedMemo *memo)
{
    counter_add(&engine->workers[0]->edges, (int64_t)memo->dep_words - node->dep_words);
    heap_free(node->side);
    encoded_value_release(node->encoded);
    node->side = memo->side;
    node->encoded = memo->encoded;
    node->deps = memo->deps;
    node->dep_words = memo->dep_words;
    node->val_fp = memo->val_fp;
    node->flags = NODE_SLAB_DEPS | NODE_RECORDED;
    if (memo->blob)
        node->flags |= NODE_BLOB_STORED;
}

static void read_record(Reader *r, Node *node)
{
    Decoder *d = &r->d;
    const QueryInfo *query = node_query(r->engine, node);
    LoadedMemo memo = { .dep_words = 0 };
    uint32_t verified = decode_u32(d), changed = decode_u32(d), unreached = decode_u32(d);
    uint8_t durability = decode_u8(d);
    bool in_cycle = decode_bool(d);
    read_memo(r, &memo);
    if (verified == 0 || verified > r->revision || changed == 0 || changed > r->revision ||
        unreached > r->revision || durability >= DURABILITY_COUNT ||
        ((query->flags & QF_INPUT) && (memo.dep_words || in_cycle)))
        decoder_fail(d);
    set_memo(r->engine, node, &memo);
    node->changed = changed;
    node->durability = durability;
    node->flags |= in_cycle ? NODE_IN_CYCLE : 0;
    node->reached = unreached > r->revision ? 0 : r->revision - unreached;
    atomic_store_explicit(&node->verified, verified, memory_order_relaxed);
    atomic_store_explicit(&node->state, NODE_GREEN, memory_order_relaxed);
    if (!(query->flags & QF_EXPENSIVE))
        return;
    uint32_t count = decode_count(d, 1);
    for (uint32_t i = 0; i < count && !d->failed; i++)
        read_entry(r, node, &memo);
    if (r->engine->config.history_per_node == 0) {
        node_history_free(node->history);
        node->history = NULL;
    }
}

/* ---- nodes ---- */

typedef struct {
    QueryKind kind;
    QueryKey key;
    Fp key_fp;
} LoadedKey;

static bool read_key(Reader *r, LoadedKey *out)
{
    Decoder *d = &r->d;
    uint32_t kind = decode_u32(d);
    out->key_fp = decode_fp(d);
    out->key = (QueryKey){ { 0, 0 } };
    if (kind >= r->engine->config.query_count) {
        decoder_fail(d);
        return false;
    }
    out->kind = (QueryKind)kind;
    engine_query(r->engine, out->kind)->key->decode(d, &out->key);
    return !d->failed;
}

/* In batches, so that the memory of the index is under way while keys are decoded. */
static void read_keys(Reader *r, uint32_t *count)
{
    enum { BATCH = 32 };
    LoadedKey keys[BATCH];
    *count = decode_count(&r->d, 17);
    r->ids = arena_grow(r->temporary, r->ids, r->node_count * sizeof *r->ids,
                        ((size_t)r->node_count + *count) * sizeof *r->ids);
    node_index_reserve(r->engine, *count);
    for (uint32_t done = 0; done < *count && !r->d.failed;) {
        uint32_t batch = 0;
        for (; batch < BATCH && done + batch < *count && read_key(r, &keys[batch]); batch++)
            node_index_prefetch(r->engine, keys[batch].kind, &keys[batch].key);
        for (uint32_t i = 0; i < batch; i++) {
            const Node *node =
                node_intern_known(r->engine, keys[i].kind, &keys[i].key, keys[i].key_fp);
            r->ids[r->node_count++] = node->id;
        }
        done += batch;
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
        *map_put(r->by_key_fp, &node_at(r->engine, r->ids[i])->key_fp, NULL) = r->ids[i];
}

static void read_others(Reader *r)
{
    Decoder *d = &r->d;
    uint32_t count = decode_count(d, 16);
    r->ids = arena_grow(r->temporary, r->ids, r->node_count * sizeof *r->ids,
                        ((size_t)r->node_count + count) * sizeof *r->ids);
    if (count)
        fill_map(r);
    for (uint32_t i = 0; i < count && !d->failed; i++) {
        Fp key_fp = decode_fp(d);
        const uint32_t *id = map_find(r->by_key_fp, &key_fp);
        if (!id)
            decoder_fail(d);
        else
            r->ids[r->node_count++] = *id;
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

static void read_root_set(Reader *r)
{
    LoadedMemo memo = { .dep_words = 0 };
    RootSet roots = { .revision = decode_u32(&r->d) };
    read_deps(r, &memo);
    if (roots.revision > r->revision)
        decoder_fail(&r->d);
    roots.words = memo.dep_words;
    roots.deps = heap_alloc(roots.words * sizeof *roots.deps);
    if (roots.words)
        memcpy(roots.deps, memo.deps, roots.words * sizeof *roots.deps);
    root_set_vec_push(&r->roots, roots);
}

static void read_roots(Reader *r)
{
    r->last_sweep_revision = decode_u32(&r->d);
    r->live_after_sweep = decode_u32(&r->d);
    if (r->last_sweep_revision > r->revision)
        decoder_fail(&r->d);
    uint32_t count = decode_count(&r->d, 2);
    for (uint32_t i = 0; i < count && !r->d.failed; i++)
        read_root_set(r);
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
    for (uint32_t i = 0; i < r->record_count && !d->failed; i++)
        read_record(r, node_at(r->engine, r->ids[i]));
    read_roots(r);
    return decoder_finish(d);
}

static void accept_segment(Reader *r)
{
    Engine *engine = r->engine;
    engine->revision = r->revision;
    engine->next_revision = r->revision;
    engine->records_written += r->record_count;
    memcpy(engine->last_changed, r->last_changed, sizeof engine->last_changed);
    engine->last_sweep_revision = r->last_sweep_revision;
    engine->live_after_sweep = r->live_after_sweep;
    roots_clear(&engine->roots);
    root_set_vec_append(&engine->roots, r->roots.items, r->roots.count);
    root_set_vec_clear(&r->roots);
}

static void forget_segment(const Reader *r)
{
    for (uint32_t i = 0; i < r->node_count; i++)
        node_reset(r->engine, node_at(r->engine, r->ids[i]));
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
    bool good = header_is_ours(load->engine, bytes, load->check) && read_segment(&r, bytes);
    if (good)
        accept_segment(&r);
    else
        forget_segment(&r);
    roots_clear(&r.roots);
    root_set_vec_release(&r.roots);
    arena_free(r.temporary);
    load->damaged |= !good;
    return good;
}

/* ---- edges and marks ---- */

/* Two passes over the nodes, and small arrays for what is accessed at random. */
typedef struct {
    Engine *engine;
    uint32_t count;
    uint32_t *changed; /* by node; UINT32_MAX without a memo: whoever depends on it has to look */
    uint32_t *dependents; /* by node: how many, then where the next one goes in `block` */
    uint32_t *block;      /* all reverse edges */
    NodeVec out_of_date, with_sides;
    bool misses_memos; /* of nodes that others depend on */
} Linking;

static void count_dependents(Linking *l)
{
    for (uint32_t id = 0; id < l->count; id++) {
        const Node *node = node_at(l->engine, id);
        l->changed[id] = node_has_memo(node) ? node->changed : UINT32_MAX;
        for (uint32_t i = 0; i < node->dep_words; i++) {
            if (!(node->deps[i] & DEP_MARK))
                l->dependents[node->deps[i]]++;
        }
    }
}

static void place_dependents(Linking *l)
{
    uint64_t total = 0;
    for (uint32_t id = 0; id < l->count; id++) {
        uint32_t own = l->dependents[id];
        l->dependents[id] = (uint32_t)total;
        total += own;
    }
    rsc_assert(total < UINT32_MAX);
    l->dependents[l->count] = (uint32_t)total;
    l->block = arena_alloc_array(l->engine->slab, total, sizeof *l->block);
}

/* Returns whether something the node depends on changed after it was verified. */
static bool add_edges(Linking *l, const Node *node)
{
    bool changed = false;
    uint32_t verified = atomic_load_explicit(&node->verified, memory_order_relaxed);
    for (uint32_t i = 0; i < node->dep_words; i++) {
        uint32_t dep = node->deps[i];
        if (dep & DEP_MARK)
            continue;
        l->block[l->dependents[dep]++] = node->id;
        changed |= l->changed[dep] > verified;
        l->misses_memos |= l->changed[dep] == UINT32_MAX;
    }
    return changed;
}

static void link_nodes(Linking *l)
{
    uint32_t *starts = heap_alloc((l->count + (size_t)1) * sizeof *starts);
    memcpy(starts, l->dependents, (l->count + (size_t)1) * sizeof *starts);
    for (uint32_t id = 0; id < l->count; id++) {
        Node *node = node_at(l->engine, id);
        node->dependents = l->block + starts[id];
        node->dependent_count = node->dependent_capacity = starts[id + 1] - starts[id];
        node->flags |= NODE_SLAB_DEPENDENTS;
        node->deep = node->side || (node->flags & NODE_IN_CYCLE);
        if (node->deep)
            node_vec_push(&l->with_sides, node);
        if (add_edges(l, node) && node_has_memo(node)) {
            atomic_store(&node->state, NODE_MARKED);
            node_vec_push(&l->out_of_date, node);
        }
    }
    heap_free(starts);
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

/* Returns whether memos that others rest on are missing. */
static bool link_and_mark(Engine *engine)
{
    Linking l = { .engine = engine, .count = atomic_load(&engine->node_count) };
    l.changed = heap_alloc(l.count * sizeof *l.changed);
    l.dependents = heap_alloc_zeroed((l.count + (size_t)1) * sizeof *l.dependents);
    count_dependents(&l);
    place_dependents(&l);
    link_nodes(&l);
    heap_free(l.changed);
    heap_free(l.dependents);
    mark_up(engine, &l.out_of_date);
    engine_spread_deep(engine, &l.with_sides);
    node_vec_release(&l.out_of_date);
    node_vec_release(&l.with_sides);
    return l.misses_memos;
}

static void load_begin(Load *load, Engine *engine)
{
    rsc_assert(!engine->loaded);
    engine->loaded = true;
    engine->slab = arena_new(NULL);
    *load = (Load){ .engine = engine };
    map_init(&load->by_key_fp, NULL, sizeof(Fp));
}

/* What is executed from now on changed after anything that was stored was verified. Whatever the
 * durability, if something has to be executed because its memo was not there: it may be one that
 * was not trusted, and who depends on it must not go by the inputs alone. */
static void begin_next_revision(Engine *engine, bool misses_memos)
{
    engine->revision++;
    engine->next_revision = engine->revision;
    atomic_store(&engine->known_revision, engine->revision);
    for (int d = 0; misses_memos && d < DURABILITY_COUNT; d++)
        engine->last_changed[d] = engine->revision;
}

static void load_end(Load *load)
{
    bool misses_memos = link_and_mark(load->engine);
    begin_next_revision(load->engine, misses_memos);
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
    if (load.damaged)
        engine_note_rewrite(engine);
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
