/* What the tests of the store share: a directory of their own, a counter of warnings, and builds
 * whose every byte follows from a number, so that what comes back can be checked without having
 * kept it. */
#ifndef RSCC_TESTS_CACHE_FIXTURE_H
#define RSCC_TESTS_CACHE_FIXTURE_H

#include "cache/cache.h"

typedef struct {
    char dir[256];
    int warnings;
    char warning[1024]; /* the last one */
} Fixture;

/* A new empty directory below $TMPDIR. */
void fixture_init(Fixture *fixture);
/* Removes it. */
void fixture_release(Fixture *fixture);
/* Below dir; the result is good until the next call. */
const char *fixture_path(const Fixture *fixture, const char *relative);

/* Epoch "e1", workspace "/ws/a". */
Cache *fixture_open(Fixture *fixture);
Cache *fixture_open_workspace(Fixture *fixture, const char *epoch, const char *workspace);
/* Of fixture_open: with the suffix "", "-wal", ... */
const char *fixture_db_path(const Fixture *fixture, const char *suffix);
/* Takes the path of the workspace's database. */
void fixture_db_path_of(const Fixture *fixture, const char *epoch, const char *workspace, char *out,
                        size_t bytes);

/* ---- files ---- */
size_t file_size(const char *path); /* 0: none */
void file_flip_bit(const char *path, size_t offset, unsigned bit);
void file_truncate_to(const char *path, size_t bytes);
void file_put(const char *path, const void *data, size_t bytes);
/* Content-addressed file of a hash. */
const char *fixture_cas_path(const Fixture *fixture, Fp hash);
/* Sets modification times: the file looks as old. */
void file_age(const char *path, int64_t seconds);
/* Every regular file below the directory looks as old. */
void fixture_age_all(Fixture *fixture, int64_t seconds);
uint64_t fixture_total_bytes(const Fixture *fixture);

/* Runs a statement on a database, past the cache. */
void sql_run(const char *path, const char *sql);
int64_t sql_number(const char *path, const char *sql);

/* ---- numbers ---- */
typedef struct {
    uint64_t state;
} Random;
uint64_t random_next(Random *random);
uint64_t random_below(Random *random, uint64_t limit);
/* $RSCC_TEST_SEED, or a fixed one; printed when a test fails is up to the test. */
uint64_t test_seed(void);
/* $name, or the value given. */
int test_count(const char *name, int otherwise);

/* ---- builds ---- */
enum { BUILD_BLOBS = 4 };
Str build_segment(Arena *arena, uint64_t build);
/* Blob 3 of every second build is big: a file. */
Str build_blob(Arena *arena, uint64_t build, int blob);
Fp blob_hash(Str bytes);
/* begin, a segment, its blobs and references, commit. */
Status build_put(Cache *cache, uint64_t build);
/* The same with drop_segments. */
Status build_put_alone(Cache *cache, uint64_t build);

typedef struct {
    uint64_t segments;     /* builds [first, first + segments) came back, in order */
    uint64_t blobs_absent; /* of those builds */
    bool wrong;            /* something came back that nobody put */
} ReadBack;
/* Reads all segments and their blobs; the first is that of build `first`. */
ReadBack builds_read(Cache *cache, uint64_t first);

#endif
