/* Statements of a connection, their parameters and columns. */
#include <string.h>

#include "cache/cache_priv.h"

static const char *const sql_texts[] = {
#define SQL(name, text) text,
#include "cache/cache_sql.def"
#undef SQL
};

sqlite3_stmt *cache_sql(CacheDb *db, CacheSql which, CacheFault *fault)
{
    sqlite3_stmt *statement = db->statements[which];
    *fault = CACHE_FAULT_NONE;
    if (statement)
        return statement;
    int code = sqlite3_prepare_v3(db->handle, sql_texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                  &statement, NULL);
    *fault = cache_fault_of_sqlite(code, db->handle);
    db->statements[which] = statement;
    return statement;
}

/* The fault of the step that gave `code`, and the statement ready for its next use. */
static CacheFault statement_end(CacheDb *db, sqlite3_stmt *statement, int code)
{
    CacheFault fault = cache_fault_of_sqlite(code, db->handle);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return fault;
}

bool cache_sql_row(CacheDb *db, sqlite3_stmt *statement, CacheFault *fault)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *fault = CACHE_FAULT_NONE;
        return true;
    }
    *fault = statement_end(db, statement, code);
    return false;
}

CacheFault cache_sql_finish(CacheDb *db, sqlite3_stmt *statement)
{
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    return statement_end(db, statement, code);
}

CacheFault cache_sql_run(CacheDb *db, CacheSql which)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, which, &fault);
    return statement ? cache_sql_finish(db, statement) : fault;
}

CacheFault cache_sql_run_id(CacheDb *db, CacheSql which, int64_t id)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, which, &fault);
    if (!statement)
        return fault;
    sqlite3_bind_int64(statement, 1, id);
    return cache_sql_finish(db, statement);
}

CacheFault cache_sql_number(CacheDb *db, CacheSql which, int64_t *out)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, which, &fault);
    *out = 0;
    if (!statement)
        return fault;
    if (cache_sql_row(db, statement, &fault)) {
        *out = sqlite3_column_int64(statement, 0);
        fault = statement_end(db, statement, SQLITE_ROW);
    }
    return fault;
}

CacheFault cache_sql_script(CacheDb *db, const char *text)
{
    int code = sqlite3_exec(db->handle, text, NULL, NULL, NULL);
    return cache_fault_of_sqlite(code, db->handle);
}

void cache_fp_write(Fp fp, uint8_t out[CACHE_FP_BYTES])
{
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t)(fp.lo >> (8 * i));
        out[8 + i] = (uint8_t)(fp.hi >> (8 * i));
    }
}

Fp cache_fp_read(const uint8_t *bytes)
{
    Fp fp = { 0, 0 };
    for (int i = 0; i < 8; i++) {
        fp.lo |= (uint64_t)bytes[i] << (8 * i);
        fp.hi |= (uint64_t)bytes[8 + i] << (8 * i);
    }
    return fp;
}

Str cache_fps_write(const Fp *fps, uint32_t count, Arena *arena)
{
    uint8_t *bytes = arena_alloc_array(arena, count, CACHE_FP_BYTES);
    for (uint32_t i = 0; i < count; i++)
        cache_fp_write(fps[i], bytes + (size_t)i * CACHE_FP_BYTES);
    return (Str){ (const char *)bytes, (size_t)count * CACHE_FP_BYTES };
}

void cache_bind_fp(sqlite3_stmt *statement, int index, Fp fp)
{
    uint8_t bytes[CACHE_FP_BYTES];
    cache_fp_write(fp, bytes);
    sqlite3_bind_blob(statement, index, bytes, sizeof bytes, SQLITE_TRANSIENT);
}

void cache_bind_bytes(sqlite3_stmt *statement, int index, Str bytes)
{
    sqlite3_bind_blob64(statement, index, bytes.bytes ? bytes.data : "", bytes.bytes,
                        SQLITE_STATIC);
}

bool cache_column_bytes(sqlite3_stmt *statement, int column, Str *out)
{
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB)
        return false;
    const char *data = sqlite3_column_blob(statement, column);
    int bytes = sqlite3_column_bytes(statement, column);
    *out = (Str){ data ? data : "", data && bytes > 0 ? (size_t)bytes : 0 };
    return true;
}

bool cache_column_fp(sqlite3_stmt *statement, int column, Fp *out)
{
    Str bytes;
    if (!cache_column_bytes(statement, column, &bytes) || bytes.bytes != CACHE_FP_BYTES)
        return false;
    *out = cache_fp_read((const uint8_t *)bytes.data);
    return true;
}
