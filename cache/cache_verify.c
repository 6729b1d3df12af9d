/* Reads everything there is and removes what does not match its checksum. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cache/cache_priv.h"

typedef struct {
    Arena *arena;
    CacheScan scan;
    uint64_t damaged;
    Text *report;
} Verifier;

static void found_damage(Verifier *verifier, const char *what, const char *path, const char *done)
{
    verifier->damaged++;
    text_addf(verifier->report, "%s: %s: %s\n", path, what, done);
}

/* ---- rows ---- */

/* Whether the row's content is what its key says; the statement stands on it. */
typedef bool (*RowCheckFn)(sqlite3_stmt *row);

static bool blob_is_sound(sqlite3_stmt *row)
{
    Fp hash;
    Str bytes;
    if (!cache_column_fp(row, 1, &hash) || sqlite3_column_type(row, 2) != SQLITE_INTEGER)
        return false;
    if (sqlite3_column_type(row, 3) == SQLITE_NULL)
        return sqlite3_column_int64(row, 2) > CACHE_INLINE_MAX;
    return cache_column_bytes(row, 3, &bytes) &&
           fp_eq(fp_of_bytes(bytes.data, bytes.bytes, 0), hash);
}

static bool record_is_sound(sqlite3_stmt *row)
{
    Fp request, sum;
    Str bytes;
    return cache_column_fp(row, 1, &request) && cache_column_fp(row, 2, &sum) &&
           cache_column_bytes(row, 3, &bytes) && fp_eq(cache_record_sum(request, bytes), sum);
}

/* The ids of rows that are not sound. */
static CacheFault find_bad_rows(CacheDb *db, CacheSql each, RowCheckFn is_sound, CacheIdVec *bad)
{
    CacheFault fault;
    int64_t last = INT64_MIN;
    sqlite3_stmt *statement = cache_sql(db, each, &fault);
    if (!statement)
        return fault;
    while (cache_sql_row(db, statement, &fault)) {
        int64_t id = sqlite3_column_int64(statement, 0);
        if (id <= last) {
            sqlite3_reset(statement);
            return CACHE_FAULT_DAMAGED;
        }
        if (!is_sound(statement))
            cache_id_vec_push(bad, id);
        last = id;
    }
    return fault;
}

static CacheFault verify_rows(Verifier *verifier, CacheDb *db, const char *path, CacheSql each,
                              CacheSql delete, RowCheckFn is_sound)
{
    CacheIdVec bad;
    cache_id_vec_init(&bad, NULL);
    CacheFault fault = find_bad_rows(db, each, is_sound, &bad);
    for (uint32_t i = 0; i < bad.count && !fault; i++) {
        fault = cache_sql_run_id(db, delete, bad.items[i]);
        found_damage(verifier, each == CACHE_SQL_BLOB_READ_EACH ? "blob" : "build record", path,
                     fault ? "not removed" : "removed");
    }
    cache_id_vec_release(&bad);
    return fault;
}

static CacheFault verify_segments(Verifier *verifier, CacheDb *db, const char *path)
{
    Str epoch = path_file_name(path_parent(str_from_c(path)));
    SegmentTail tail = { 0, cache_chain_start(arena_copy_str(verifier->arena, epoch)) };
    bool cut;
    CacheFault fault = cache_segments_walk(db, &tail, NULL, NULL, &cut);
    if (!cut)
        return fault;
    fault = cache_segments_cut_after(db, tail.id);
    found_damage(verifier, "segments", path,
                 fault ? "not removed" : "removed from the first damaged one on");
    return fault;
}

/* ---- databases ---- */

static CacheFault verify_open_database(Verifier *verifier, CacheDb *db, const char *path)
{
    CacheFault fault = cache_db_check(db);
    if (!fault)
        fault = verify_segments(verifier, db, path);
    if (!fault)
        fault = verify_rows(verifier, db, path, CACHE_SQL_BLOB_READ_EACH, CACHE_SQL_BLOB_DELETE,
                            blob_is_sound);
    if (!fault)
        fault = verify_rows(verifier, db, path, CACHE_SQL_RECORD_READ_EACH, CACHE_SQL_RECORD_DELETE,
                            record_is_sound);
    return fault;
}

static void verify_database(Verifier *verifier, const CacheDbFile *database)
{
    CacheDb db;
    CacheFault fault = cache_db_open_any(&db, database->path);
    if (!fault) {
        fault = verify_open_database(verifier, &db, database->path);
        cache_db_close(&db);
    }
    if (fault == CACHE_FAULT_DAMAGED) {
        CacheFault removed = cache_db_remove_unused(database->path, database->lease_path);
        found_damage(verifier, "database", database->path,
                     removed ? "in use, not removed" : "removed");
    } else if (fault && fault != CACHE_FAULT_MISSING) {
        text_addf(verifier->report, "%s: not checked: %s\n", database->path,
                  cache_fault_text(fault));
    }
}

/* ---- files ---- */

static void verify_file(Verifier *verifier, const CacheCasFile *file)
{
    Arena *scratch = arena_new(NULL);
    Str bytes;
    FileStat stat;
    CacheFault fault = cache_cas_read(verifier->scan.dir, file->hash, scratch, &bytes, &stat);
    const char *path = cache_cas_path(verifier->scan.dir, file->hash, scratch);
    if (fault == CACHE_FAULT_MISMATCH)
        found_damage(verifier, "file", path, "removed");
    else if (fault && fault != CACHE_FAULT_MISSING)
        text_addf(verifier->report, "%s: not checked: %s\n", path, cache_fault_text(fault));
    arena_free(scratch);
}

Status cache_verify(const char *dir, uint64_t *damaged, Text *report)
{
    Arena *arena = arena_new(NULL);
    Verifier verifier = { .arena = arena, .report = report };
    CacheFault fault = cache_scan(&verifier.scan, dir, arena);
    for (uint32_t i = 0; i < verifier.scan.databases.count; i++)
        verify_database(&verifier, &verifier.scan.databases.items[i]);
    for (uint32_t i = 0; i < verifier.scan.files.count; i++)
        verify_file(&verifier, &verifier.scan.files.items[i]);
    *damaged = verifier.damaged;
    arena_free(arena);
    return cache_fault_status(fault);
}
