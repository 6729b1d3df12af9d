#include "unit/cache/cache_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- the directory ---- */

void fixture_init(Fixture *fixture)
{
    const char *tmp = getenv("TMPDIR");
    *fixture = (Fixture){ 0 };
    snprintf(fixture->dir, sizeof fixture->dir, "%s/rscc-cache-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    rsc_assert(mkdtemp(fixture->dir) != NULL);
}

static int remove_entry(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
    (void)s;
    (void)type;
    (void)ftw;
    return remove(path);
}

void fixture_release(Fixture *fixture)
{
    nftw(fixture->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fixture_path(const Fixture *fixture, const char *relative)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", fixture->dir, relative);
    return path;
}

static void count_warning(void *context, const char *message)
{
    Fixture *fixture = context;
    fixture->warnings++;
    snprintf(fixture->warning, sizeof fixture->warning, "%s", message);
}

Cache *fixture_open_workspace(Fixture *fixture, const char *epoch, const char *workspace)
{
    CacheConfig config = {
        .dir = fixture->dir,
        .epoch = epoch,
        .workspace = workspace,
        .warn = count_warning,
        .warn_context = fixture,
    };
    return cache_open(&config);
}

Cache *fixture_open(Fixture *fixture)
{
    return fixture_open_workspace(fixture, "e1", "/ws/a");
}

void fixture_db_path_of(const Fixture *fixture, const char *epoch, const char *workspace, char *out,
                        size_t bytes)
{
    FpHex hex = fp_hex(fp_of_bytes(workspace, strlen(workspace), 0));
    snprintf(out, bytes, "%s/%s/ws-%s.db", fixture->dir, epoch, hex.text);
}

const char *fixture_db_path(const Fixture *fixture, const char *suffix)
{
    static char path[600];
    fixture_db_path_of(fixture, "e1", "/ws/a", path, sizeof path);
    strncat(path, suffix, sizeof path - strlen(path) - 1);
    return path;
}

/* ---- files ---- */

size_t file_size(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 ? (size_t)s.st_size : 0;
}

void file_flip_bit(const char *path, size_t offset, unsigned bit)
{
    unsigned char byte = 0;
    int fd = open(path, O_RDWR);
    rsc_assert(fd >= 0 && pread(fd, &byte, 1, (off_t)offset) == 1);
    byte = (unsigned char)(byte ^ (1u << bit));
    rsc_assert(pwrite(fd, &byte, 1, (off_t)offset) == 1);
    close(fd);
}

void file_truncate_to(const char *path, size_t bytes)
{
    rsc_assert(truncate(path, (off_t)bytes) == 0);
}

void file_put(const char *path, const void *data, size_t bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    rsc_assert(fd >= 0 && write(fd, data, bytes) == (ssize_t)bytes);
    close(fd);
}

const char *fixture_cas_path(const Fixture *fixture, Fp hash)
{
    static char path[600];
    FpHex hex = fp_hex(hash);
    snprintf(path, sizeof path, "%s/cas/%.2s/%s", fixture->dir, hex.text, hex.text);
    return path;
}

void file_age(const char *path, int64_t seconds)
{
    struct timespec times[2] = { { .tv_sec = time(NULL) - seconds },
                                 { .tv_sec = time(NULL) - seconds } };
    rsc_assert(utimensat(AT_FDCWD, path, times, 0) == 0);
}

void fixture_age_all(Fixture *fixture, int64_t seconds)
{
    char command[512];
    snprintf(command, sizeof command, "find '%s' -type f -exec touch -d '-%lld seconds' {} +",
             fixture->dir, (long long)seconds);
    rsc_assert(system(command) == 0);
}

uint64_t fixture_total_bytes(const Fixture *fixture)
{
    char command[512];
    unsigned long long total = 0;
    snprintf(command, sizeof command,
             "find '%s' -type f -printf '%%s\\n' | awk '{s+=$1} END {print s+0}'", fixture->dir);
    FILE *pipe = popen(command, "r");
    rsc_assert(pipe && fscanf(pipe, "%llu", &total) == 1);
    pclose(pipe);
    return total;
}

/* ---- SQL past the cache ---- */

static sqlite3 *sql_open(const char *path)
{
    sqlite3 *handle;
    rsc_assert(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    return handle;
}

void sql_run(const char *path, const char *sql)
{
    sqlite3 *handle = sql_open(path);
    rsc_assert(sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(handle);
}

int64_t sql_number(const char *path, const char *sql)
{
    sqlite3 *handle = sql_open(path);
    sqlite3_stmt *statement;
    rsc_assert(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
    rsc_assert(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return number;
}

/* ---- numbers ---- */

/* splitmix64 */
uint64_t random_next(Random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t random_below(Random *random, uint64_t limit)
{
    return random_next(random) % limit;
}

int test_count(const char *name, int otherwise)
{
    const char *value = getenv(name);
    return value && *value ? atoi(value) : otherwise;
}

uint64_t test_seed(void)
{
    return (uint64_t)test_count("RSCC_TEST_SEED", 20260401);
}

/* ---- builds ---- */

static Str content(Arena *arena, uint64_t seed, size_t bytes)
{
    Random random = { seed };
    char *data = arena_alloc(arena, bytes + 8);
    for (size_t i = 0; i < bytes; i += 8) {
        uint64_t word = random_next(&random);
        memcpy(data + i, &word, 8);
    }
    return (Str){ data, bytes };
}

Str build_segment(Arena *arena, uint64_t build)
{
    Random random = { build * 31 + 1 };
    return content(arena, build * 1000, 16 + random_below(&random, 30000));
}

Str build_blob(Arena *arena, uint64_t build, int blob)
{
    Random random = { build * 37 + (uint64_t)blob };
    bool big = blob == 3 && build % 2 == 0;
    size_t bytes = big ? 70000 + random_below(&random, 50000) : random_below(&random, 9000);
    return content(arena, build * 1000 + 1 + (uint64_t)blob, bytes);
}

Fp blob_hash(Str bytes)
{
    return fp_of_bytes(bytes.data, bytes.bytes, 0);
}

static Status put(Cache *cache, uint64_t build, bool alone)
{
    const StoreOps *ops = &cache_store_ops;
    Status status = ops->begin(cache);
    if (!status_ok(status))
        return status;
    Arena *arena = arena_new(NULL);
    Fp hashes[BUILD_BLOBS];
    if (alone)
        ops->drop_segments(cache);
    for (int i = 0; i < BUILD_BLOBS; i++) {
        Str bytes = build_blob(arena, build, i);
        hashes[i] = blob_hash(bytes);
        ops->put_blob(cache, hashes[i], bytes);
    }
    ops->put_segment(cache, build_segment(arena, build));
    ops->refer_blobs(cache, hashes, BUILD_BLOBS);
    status = ops->commit(cache);
    arena_free(arena);
    return status;
}

Status build_put(Cache *cache, uint64_t build)
{
    return put(cache, build, false);
}

Status build_put_alone(Cache *cache, uint64_t build)
{
    return put(cache, build, true);
}

typedef struct {
    uint64_t first;
    ReadBack result;
} Reader;

static bool check_segment(void *context, Str bytes)
{
    Reader *reader = context;
    Arena *arena = arena_new(NULL);
    Str wanted = build_segment(arena, reader->first + reader->result.segments);
    if (!str_eq(bytes, wanted))
        reader->result.wrong = true;
    arena_free(arena);
    reader->result.segments++;
    return true;
}

static void check_blobs(Cache *cache, uint64_t build, ReadBack *result)
{
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < BUILD_BLOBS; i++) {
        Str wanted = build_blob(arena, build, i), got;
        if (!status_ok(cache_store_ops.get_blob(cache, blob_hash(wanted), arena, &got)))
            result->blobs_absent++;
        else if (!str_eq(wanted, got))
            result->wrong = true;
    }
    arena_free(arena);
}

ReadBack builds_read(Cache *cache, uint64_t first)
{
    Reader reader = { .first = first };
    cache_store_ops.read_segments(cache, check_segment, &reader);
    for (uint64_t i = 0; i < reader.result.segments; i++)
        check_blobs(cache, first + i, &reader.result);
    return reader.result;
}
