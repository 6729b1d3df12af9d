#include "base/intern.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* Whoever adds a record takes the mutex of one shard, chosen by the record's hash; finding one that
 * is there takes none. A bucket is written once, after its entry; a table that has grown too small
 * stays as it is for whoever is reading it, and is freed with the interners (together the old ones
 * are no larger than the newest).
 *
 * Entries of a kind live in chunks that never move: chunk c holds the FIRST_CHUNK << c entries
 * after those of the chunks before it. An id reaches another thread only through something that
 * synchronizes (a bucket, the shard's mutex, a published query value), so its entry is visible. */

enum {
    SHARD_BITS = 4,
    SHARD_COUNT = 1 << SHARD_BITS,
    FIRST_CHUNK_BITS = 8,
    CHUNK_COUNT = 32 - FIRST_CHUNK_BITS,
    FIRST_BUCKETS = 64,
};

typedef struct {
    const void *record;
    size_t bytes;
    Fp fingerprint;
} Entry;

/* The low half of the record's hash above the id; 0: empty. */
typedef _Atomic(uint64_t) Bucket;

typedef struct Table {
    struct Table *smaller; /* the one before it */
    uint32_t bucket_count; /* power of two */
    Bucket buckets[];
} Table;

typedef struct {
    pthread_mutex_t mutex;
    Arena *records;
    Encoder scratch; /* for fingerprints */
    _Atomic(Table *) table;
    uint32_t count;
} Shard;

typedef struct {
    const InternInfo *info;
    uint64_t fingerprint_seed;
    _Atomic(Entry *) chunks[CHUNK_COUNT];
    atomic_uint count;
    Shard shards[SHARD_COUNT];
} Kind;

struct Interners {
    Kind kinds[INTERN_KIND_COUNT];
};

static const InternInfo *const infos[INTERN_KIND_COUNT] = {
#define INTERNED(name, doc) &intern_info_##name,
#include "base/intern_kinds.def"
};

static void shard_init(Shard *shard, Interners *interners)
{
    rsc_assert(pthread_mutex_init(&shard->mutex, NULL) == 0);
    encoder_init(&shard->scratch, NULL, interners, ENCODE_FINGERPRINT);
}

static void shard_release(Shard *shard)
{
    pthread_mutex_destroy(&shard->mutex);
    arena_free(shard->records);
    encoder_release(&shard->scratch);
    for (Table *table = atomic_load_explicit(&shard->table, memory_order_relaxed); table;) {
        Table *smaller = table->smaller;
        heap_free(table);
        table = smaller;
    }
}

Interners *interners_new(void)
{
    Interners *interners = heap_alloc_zeroed(sizeof *interners);
    for (int k = 0; k < INTERN_KIND_COUNT; k++) {
        Kind *kind = &interners->kinds[k];
        kind->info = infos[k];
        /* By name: a new row in the table changes no other kind's fingerprints. */
        kind->fingerprint_seed = hash_bytes64(infos[k]->name, strlen(infos[k]->name), 0);
        for (int s = 0; s < SHARD_COUNT; s++)
            shard_init(&kind->shards[s], interners);
    }
    return interners;
}

void interners_free(Interners *interners)
{
    if (!interners)
        return;
    for (int k = 0; k < INTERN_KIND_COUNT; k++) {
        Kind *kind = &interners->kinds[k];
        for (int s = 0; s < SHARD_COUNT; s++)
            shard_release(&kind->shards[s]);
        for (int c = 0; c < CHUNK_COUNT; c++)
            heap_free(atomic_load_explicit(&kind->chunks[c], memory_order_relaxed));
    }
    heap_free(interners);
}

/* ---- entries ---- */

typedef struct {
    uint32_t chunk;
    uint32_t index;
} Place;

static Place entry_place(uint32_t id)
{
    uint64_t n = (uint64_t)id - 1 + (1u << FIRST_CHUNK_BITS);
    uint32_t top = 63 - (uint32_t)__builtin_clzll(n);
    return (Place){ top - FIRST_CHUNK_BITS, (uint32_t)(n - (UINT64_C(1) << top)) };
}

static Entry *entry_at(const Kind *kind, uint32_t id)
{
    rsc_assert(id != 0 && id <= atomic_load_explicit(&kind->count, memory_order_relaxed));
    Place place = entry_place(id);
    Entry *chunk = atomic_load_explicit(&kind->chunks[place.chunk], memory_order_acquire);
    return &chunk[place.index];
}

static void ensure_chunk(Kind *kind, uint32_t chunk)
{
    if (atomic_load_explicit(&kind->chunks[chunk], memory_order_acquire))
        return;
    Entry *made = heap_alloc(((size_t)1 << (FIRST_CHUNK_BITS + chunk)) * sizeof(Entry));
    Entry *expected = NULL;
    if (!atomic_compare_exchange_strong_explicit(&kind->chunks[chunk], &expected, made,
                                                 memory_order_acq_rel, memory_order_acquire))
        heap_free(made);
}

static uint32_t add_entry(Kind *kind, Entry entry)
{
    uint32_t id = atomic_fetch_add_explicit(&kind->count, 1, memory_order_relaxed) + 1;
    rsc_assert(id < UINT32_MAX - (1u << FIRST_CHUNK_BITS));
    Place place = entry_place(id);
    ensure_chunk(kind, place.chunk);
    *entry_at(kind, id) = entry;
    return id;
}

/* ---- interning ---- */

static uint32_t bucket_id(uint64_t bucket)
{
    return (uint32_t)bucket;
}

static uint32_t bucket_hash(uint64_t bucket)
{
    return (uint32_t)(bucket >> 32);
}

static Table *grow_table(Shard *shard, Table *old)
{
    uint32_t count = old ? old->bucket_count * 2 : FIRST_BUCKETS, mask = count - 1;
    rsc_assert(count != 0);
    Table *table = heap_alloc_zeroed(sizeof *table + (size_t)count * sizeof *table->buckets);
    table->smaller = old;
    table->bucket_count = count;
    for (uint32_t i = 0; old && i < old->bucket_count; i++) {
        uint64_t bucket = atomic_load_explicit(&old->buckets[i], memory_order_relaxed);
        if (bucket_id(bucket) == 0)
            continue;
        uint32_t at = bucket_hash(bucket) & mask;
        while (atomic_load_explicit(&table->buckets[at], memory_order_relaxed) != 0)
            at = (at + 1) & mask;
        atomic_store_explicit(&table->buckets[at], bucket, memory_order_relaxed);
    }
    atomic_store_explicit(&shard->table, table, memory_order_release);
    return table;
}

/* The record's id, or 0 and in *free_at the bucket that is for it. */
static uint32_t find_record(const Kind *kind, const Table *table, uint32_t hash, const void *record,
                            size_t bytes, uint32_t *free_at)
{
    uint32_t mask = table->bucket_count - 1;
    for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
        uint64_t bucket = atomic_load_explicit(&table->buckets[at], memory_order_acquire);
        *free_at = at;
        if (bucket == 0)
            return 0;
        if (bucket_hash(bucket) != hash)
            continue;
        const Entry *entry = entry_at(kind, bucket_id(bucket));
        if (entry->bytes == bytes && (bytes == 0 || memcmp(entry->record, record, bytes) == 0))
            return bucket_id(bucket);
    }
}

static Entry new_entry(const Kind *kind, Shard *shard, const void *record, size_t bytes)
{
    if (!shard->records)
        shard->records = arena_new(NULL);
    const void *copy = arena_copy_str(shard->records, (Str){ record, bytes });
    shard->scratch.count = 0;
    kind->info->encode(&shard->scratch, copy, bytes);
    return (Entry){ copy, bytes, encoder_fingerprint(&shard->scratch, kind->fingerprint_seed) };
}

/* The shard's mutex is held. */
static uint32_t add_record(Kind *kind, Shard *shard, uint32_t hash, const void *record,
                           size_t bytes)
{
    Table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
    if (!table || shard->count >= table->bucket_count / 2)
        table = grow_table(shard, table);
    uint32_t free_at;
    uint32_t id = find_record(kind, table, hash, record, bytes, &free_at);
    if (id != 0)
        return id;
    id = add_entry(kind, new_entry(kind, shard, record, bytes));
    atomic_store_explicit(&table->buckets[free_at], (uint64_t)hash << 32 | id,
                          memory_order_release);
    shard->count++;
    return id;
}

uint32_t intern(Interners *interners, InternKind intern_kind, const void *record, size_t bytes)
{
    rsc_assert((unsigned)intern_kind < INTERN_KIND_COUNT);
    Kind *kind = &interners->kinds[intern_kind];
    uint64_t hash = hash_bytes64(record, bytes, 0);
    Shard *shard = &kind->shards[hash >> (64 - SHARD_BITS)];
    const Table *table = atomic_load_explicit(&shard->table, memory_order_acquire);
    uint32_t free_at;
    uint32_t id = table ? find_record(kind, table, (uint32_t)hash, record, bytes, &free_at) : 0;
    if (id == 0) {
        pthread_mutex_lock(&shard->mutex);
        id = add_record(kind, shard, (uint32_t)hash, record, bytes);
        pthread_mutex_unlock(&shard->mutex);
    }
    return id;
}

const void *intern_record(const Interners *interners, InternKind kind, uint32_t id, size_t *bytes)
{
    rsc_assert((unsigned)kind < INTERN_KIND_COUNT);
    const Entry *entry = entry_at(&interners->kinds[kind], id);
    if (bytes)
        *bytes = entry->bytes;
    return entry->record;
}

Fp intern_fingerprint(const Interners *interners, InternKind kind, uint32_t id)
{
    rsc_assert((unsigned)kind < INTERN_KIND_COUNT);
    if (id == 0)
        return (Fp){ 0, 0 };
    return entry_at(&interners->kinds[kind], id)->fingerprint;
}

uint32_t intern_count(const Interners *interners, InternKind kind)
{
    rsc_assert((unsigned)kind < INTERN_KIND_COUNT);
    return atomic_load_explicit(&interners->kinds[kind].count, memory_order_relaxed);
}

static size_t kind_held_bytes(Kind *kind)
{
    size_t bytes = 0;
    for (int s = 0; s < SHARD_COUNT; s++) {
        Shard *shard = &kind->shards[s];
        pthread_mutex_lock(&shard->mutex);
        bytes += shard->records ? arena_held_bytes(shard->records) : 0;
        const Table *table = atomic_load_explicit(&shard->table, memory_order_relaxed);
        for (; table; table = table->smaller)
            bytes += sizeof *table + table->bucket_count * sizeof *table->buckets;
        pthread_mutex_unlock(&shard->mutex);
    }
    for (int c = 0; c < CHUNK_COUNT; c++) {
        if (atomic_load_explicit(&kind->chunks[c], memory_order_relaxed))
            bytes += ((size_t)1 << (FIRST_CHUNK_BITS + c)) * sizeof(Entry);
    }
    return bytes;
}

size_t interners_held_bytes(Interners *interners)
{
    size_t bytes = 0;
    for (int k = 0; k < INTERN_KIND_COUNT; k++)
        bytes += kind_held_bytes(&interners->kinds[k]);
    return bytes;
}

/* ---- symbols ---- */

static void sym_encode(Encoder *e, const void *record, size_t bytes)
{
    encode_bytes(e, record, bytes);
}

static uint32_t sym_decode(Decoder *d)
{
    Str text = decode_str(d);
    return d->failed ? 0 : sym_intern(d->interners, text).v;
}

const InternInfo intern_info_sym = { "sym", sym_encode, sym_decode };

SymId sym_intern(Interners *interners, Str text)
{
    return sym_id_make(intern(interners, INTERN_sym, text.data, text.bytes));
}

Str sym_text(const Interners *interners, SymId sym)
{
    if (sym_id_is_none(sym))
        return STR("");
    size_t bytes;
    const char *text = intern_record(interners, INTERN_sym, sym.v, &bytes);
    return (Str){ text, bytes };
}
