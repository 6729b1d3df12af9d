#include "base/intern.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* Writers take the mutex of one shard, chosen by the record's hash; readers take none. Entries of a
 * kind live in chunks that never move: chunk c holds the FIRST_CHUNK << c entries after those of
 * the chunks before it. An id reaches another thread only through something that synchronizes (the
 * shard's mutex, a published query value), so its entry is visible. */

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

typedef struct {
    uint32_t hash;
    uint32_t id; /* 0: empty */
} Bucket;

typedef struct {
    pthread_mutex_t mutex;
    Arena *records;
    Encoder scratch; /* for fingerprints */
    Bucket *buckets;
    uint32_t bucket_count; /* power of two */
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
    heap_free(shard->buckets);
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

static void grow_buckets(Shard *shard)
{
    uint32_t count = shard->bucket_count ? shard->bucket_count * 2 : FIRST_BUCKETS;
    rsc_assert(count != 0);
    Bucket *buckets = heap_alloc_zeroed((size_t)count * sizeof *buckets);
    for (uint32_t i = 0; i < shard->bucket_count; i++) {
        Bucket bucket = shard->buckets[i];
        if (bucket.id == 0)
            continue;
        uint32_t at = bucket.hash & (count - 1);
        while (buckets[at].id != 0)
            at = (at + 1) & (count - 1);
        buckets[at] = bucket;
    }
    heap_free(shard->buckets);
    shard->buckets = buckets;
    shard->bucket_count = count;
}

static Bucket *find_bucket(const Kind *kind, Shard *shard, uint32_t hash, const void *record,
                           size_t bytes)
{
    uint32_t mask = shard->bucket_count - 1;
    for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
        Bucket *bucket = &shard->buckets[at];
        if (bucket->id == 0)
            return bucket;
        if (bucket->hash != hash)
            continue;
        const Entry *entry = entry_at(kind, bucket->id);
        if (entry->bytes == bytes && (bytes == 0 || memcmp(entry->record, record, bytes) == 0))
            return bucket;
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

uint32_t intern(Interners *interners, InternKind intern_kind, const void *record, size_t bytes)
{
    rsc_assert((unsigned)intern_kind < INTERN_KIND_COUNT);
    Kind *kind = &interners->kinds[intern_kind];
    uint64_t hash = hash_bytes64(record, bytes, 0);
    Shard *shard = &kind->shards[hash >> (64 - SHARD_BITS)];
    pthread_mutex_lock(&shard->mutex);
    if (shard->count >= shard->bucket_count / 2)
        grow_buckets(shard);
    Bucket *bucket = find_bucket(kind, shard, (uint32_t)hash, record, bytes);
    if (bucket->id == 0) {
        bucket->hash = (uint32_t)hash;
        bucket->id = add_entry(kind, new_entry(kind, shard, record, bytes));
        shard->count++;
    }
    uint32_t id = bucket->id;
    pthread_mutex_unlock(&shard->mutex);
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
        bytes += shard->bucket_count * sizeof *shard->buckets;
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
