/* Any bytes as a database and its log. The first four bytes say how long the database is, the log
 * is the rest. Opening, reading, writing, opening again and the tools may find nothing; what they
 * find is what was put. */
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "unit/cache/cache_fixture.h"

enum { LENGTH_BYTES = 4, STORED_BUILDS = 3 };

static const char *const texts[] = { "one", "two, a little longer", "three", "four" };
static const Fp request = { 11, 12 };
static Fixture fixture;

static void remove_fixture(void)
{
    fixture_release(&fixture);
}

/* ---- what is stored ---- */

static Status put_text(Cache *cache, const char *text)
{
    const StoreOps *ops = &cache_store_ops;
    Fp hash = blob_hash(str_from_c(text));
    Status status = ops->begin(cache);
    if (!status_ok(status))
        return status;
    ops->put_blob(cache, hash, str_from_c(text));
    ops->put_segment(cache, str_from_c(text));
    ops->refer_blobs(cache, &hash, 1);
    return ops->commit(cache);
}

static bool check_segment(void *context, Str bytes)
{
    int *count = context;
    rsc_assert(*count < (int)ARRAY_COUNT(texts) && str_eq(bytes, str_from_c(texts[*count])));
    ++*count;
    return true;
}

/* Returns how many segments came back: the first ones, in order. */
static int check_content(Cache *cache)
{
    Arena *arena = arena_new(NULL);
    int segments = 0;
    Str out;
    cache_store_ops.read_segments(cache, check_segment, &segments);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        if (status_ok(
                cache_store_ops.get_blob(cache, blob_hash(str_from_c(texts[i])), arena, &out)))
            rsc_assert(str_eq(out, str_from_c(texts[i])));
    if (cache_record_get(cache, request, arena, &out))
        rsc_assert(str_eq(out, STR("record")));
    arena_free(arena);
    return segments;
}

/* ---- seeds ---- */

static void write_seed(const char *name)
{
    const char *const suffixes[] = { "", "-wal" };
    Text seed;
    text_init(&seed, NULL);
    for (int i = 0; i < 2; i++) {
        size_t bytes = file_size(fixture_db_path(&fixture, suffixes[i]));
        for (int k = 0; i == 0 && k < LENGTH_BYTES; k++)
            text_add_char(&seed, (char)(bytes >> (8 * k)));
        char *data = heap_alloc(bytes + 1);
        FILE *file = fopen(fixture_db_path(&fixture, suffixes[i]), "rb");
        if (file) {
            rsc_assert(fread(data, 1, bytes, file) == bytes);
            fclose(file);
            text_add(&seed, (Str){ data, bytes });
        }
        heap_free(data);
    }
    fuzz_seed_write(name, seed.data, seed.bytes);
    text_release(&seed);
}

/* An empty database with small pages: the cache fills it as it is, and seeds stay small. */
static void make_small_pages(void)
{
    sqlite3 *handle;
    rsc_assert(sqlite3_open(fixture_db_path(&fixture, ""), &handle) == SQLITE_OK);
    rsc_assert(sqlite3_exec(handle,
                            "PRAGMA page_size=512; PRAGMA auto_vacuum=INCREMENTAL;"
                            "CREATE TABLE t(x); DROP TABLE t",
                            NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(handle);
}

static void write_seeds(void)
{
    make_small_pages();
    Cache *cache = fixture_open(&fixture);
    for (int i = 0; i < STORED_BUILDS; i++)
        rsc_assert(status_ok(put_text(cache, texts[i])));
    rsc_assert(status_ok(cache_record_put(cache, request, STR("record"))));
    write_seed("with-log");
    cache_close(cache);
    write_seed("closed");
    rsc_assert(fixture.warnings == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    fixture_init(&fixture);
    atexit(remove_fixture);
    rsc_assert(mkdir(fixture_path(&fixture, "e1"), 0700) == 0);
    if (fuzz_seed_directory()) {
        write_seeds();
        exit(0);
    }
    return 0;
}

/* ---- a run ---- */

static void put_files(const uint8_t *data, size_t bytes)
{
    size_t length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++)
        length |= (size_t)data[i] << (8 * i);
    data += LENGTH_BYTES;
    bytes -= LENGTH_BYTES;
    if (length > bytes)
        length = bytes;
    unlink(fixture_db_path(&fixture, "-shm"));
    unlink(fixture_db_path(&fixture, "-journal"));
    file_put(fixture_db_path(&fixture, ""), data, length);
    file_put(fixture_db_path(&fixture, "-wal"), data + length, bytes - length);
}

static void use_tools(void)
{
    uint64_t number;
    CacheStats stats;
    Text report;
    text_init(&report, NULL);
    (void)!status_ok(cache_stats(fixture.dir, &stats));
    (void)!status_ok(cache_gc(fixture.dir, UINT64_MAX, &number));
    (void)!status_ok(cache_verify(fixture.dir, &number, &report));
    text_release(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    if (bytes < LENGTH_BYTES)
        return 0;
    put_files(data, bytes);
    if (data[0] & 1)
        use_tools();
    Cache *cache = fixture_open(&fixture);
    int segments = check_content(cache);
    if (segments < (int)ARRAY_COUNT(texts))
        (void)!status_ok(put_text(cache, texts[segments]));
    (void)!status_ok(cache_record_put(cache, request, STR("record")));
    cache_idle(cache);
    (void)check_content(cache);
    cache_close(cache);
    return 0;
}
