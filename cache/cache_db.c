/* Opening, making and removing a database file.
 *
 * Write-ahead logging needs memory shared by the processes of one machine. On a network file
 * system, or where SQLite cannot get that memory, the rollback journal (TRUNCATE) is used instead:
 * slower, otherwise the same. */
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cache/cache_priv.h"

enum {
    OPEN_ATTEMPTS_MAX = 4,
    MODE_RETRY_MS = 10,
    MODE_ATTEMPTS_MAX = CACHE_READ_TIMEOUT_MS / MODE_RETRY_MS,
    LOOSE_MIN_PAGES = 1024, /* 8 MiB */
};

/* As SQLite keeps them in sqlite_schema: compared text by text when an existing file is opened. */
static const char *const schema[] = {
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
    "CREATE TABLE segment(id INTEGER PRIMARY KEY, sum BLOB NOT NULL, data BLOB NOT NULL)",
    "CREATE TABLE reference(segment INTEGER PRIMARY KEY, hashes BLOB NOT NULL)",
    "CREATE TABLE blob(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL, "
    "made INTEGER NOT NULL, data BLOB)",
    "CREATE TABLE record(id INTEGER PRIMARY KEY, request BLOB NOT NULL UNIQUE, sum BLOB NOT NULL, "
    "hashes BLOB NOT NULL, data BLOB NOT NULL)",
};

/* Each connection, before the first access to the file. cell_size_check finds damage earlier. */
static const char connection_pragmas[] =
    "PRAGMA cell_size_check=ON; PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=0;";
/* After a power failure the last builds may be missing, which costs recomputation. */
static const char sync_pragma[] = "PRAGMA synchronous=NORMAL";

/* ---- connecting ---- */

/* A file: URI of the path with immutable=1. */
static void immutable_uri(Text *out, const char *path)
{
    text_add_c(out, "file:");
    for (const char *c = path; *c; c++) {
        if (*c == '?' || *c == '#' || *c == '%')
            text_addf(out, "%%%02x", (unsigned)(unsigned char)*c);
        else
            text_add_char(out, *c);
    }
    text_add_c(out, "?immutable=1");
}

static int connect_file(CacheDb *db, const CacheDbSpec *spec)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (!spec->immutable) {
        flags |= SQLITE_OPEN_READWRITE | (spec->create ? SQLITE_OPEN_CREATE : 0);
        return sqlite3_open_v2(spec->path, &db->handle, flags, NULL);
    }
    Text uri;
    text_init(&uri, NULL);
    immutable_uri(&uri, spec->path);
    flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    int code = sqlite3_open_v2(uri.data, &db->handle, flags, NULL);
    text_release(&uri);
    return code;
}

static CacheFault configure(CacheDb *db)
{
    sqlite3_busy_timeout(db->handle, CACHE_READ_TIMEOUT_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
    /* The last connection would remove the log by its name, which may have come to be that of
     * another database. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    db->read_only = sqlite3_db_readonly(db->handle, "main") == 1;
    return cache_sql_script(db, connection_pragmas);
}

/* The first row's first column of any statement, as text (truncated) and as a number. */
static CacheFault query_one(CacheDb *db, const char *sql, char *text, size_t text_bytes,
                            int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(statement, 0);
        *number = sqlite3_column_int64(statement, 0);
        snprintf(text, text_bytes, "%s", value ? value : "");
    }
    CacheFault fault = cache_fault_of_sqlite(code, db->handle);
    sqlite3_finalize(statement);
    return fault;
}

static CacheFault query_number(CacheDb *db, const char *sql, int64_t *number)
{
    char ignored[2];
    *number = 0;
    return query_one(db, sql, ignored, sizeof ignored, number);
}

/* ---- journal mode ---- */

static bool file_system_is_remote(const char *path)
{
    struct statfs s;
    if (statfs(path, &s) != 0)
        return false;
    switch ((unsigned long)s.f_type) {
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case CODA_SUPER_MAGIC:
    case AFS_SUPER_MAGIC:
    case V9FS_MAGIC:
    case FUSE_SUPER_MAGIC:
        return true;
    default:
        return false;
    }
}

/* Changing the mode asks for the file alone; sometimes SQLite waits for it by itself and sometimes
 * not. */
static CacheFault journal_mode_set(CacheDb *db, const char *pragma, const char *wanted, bool *done)
{
    CacheFault fault = CACHE_FAULT_LOCKED;
    sqlite3_busy_timeout(db->handle, 0);
    for (int i = 0; i < MODE_ATTEMPTS_MAX && fault == CACHE_FAULT_LOCKED; i++) {
        char mode[16] = "";
        int64_t ignored;
        if (i > 0)
            sqlite3_sleep(MODE_RETRY_MS);
        fault = query_one(db, pragma, mode, sizeof mode, &ignored);
        *done = !fault && strcmp(mode, wanted) == 0;
    }
    sqlite3_busy_timeout(db->handle, CACHE_READ_TIMEOUT_MS);
    return fault;
}

/* A file in WAL mode where there is no shared memory can only be opened by one process alone, which
 * then changes its mode. */
static CacheFault leave_wal(CacheDb *db)
{
    bool done = false;
    CacheFault fault = cache_sql_script(db, "PRAGMA locking_mode=EXCLUSIVE");
    if (!fault)
        fault = journal_mode_set(db, "PRAGMA journal_mode=TRUNCATE", "truncate", &done);
    if (!fault && !done)
        fault = CACHE_FAULT_IO;
    /* The lock goes with the first access in NORMAL mode. */
    if (!fault)
        fault =
            cache_sql_script(db, "PRAGMA locking_mode=NORMAL; SELECT count(*) FROM sqlite_schema");
    return fault;
}

static CacheFault journal_mode_choose(CacheDb *db, const char *path)
{
    bool done = false;
    CacheFault fault = CACHE_FAULT_NONE;
    if (!file_system_is_remote(path))
        fault = journal_mode_set(db, "PRAGMA journal_mode=WAL", "wal", &done);
    if (fault == CACHE_FAULT_LOCKED || fault == CACHE_FAULT_DAMAGED || done)
        return fault;
    fault = journal_mode_set(db, "PRAGMA journal_mode=TRUNCATE", "truncate", &done);
    return done || fault == CACHE_FAULT_LOCKED ? fault : leave_wal(db);
}

/* ---- making ---- */

static CacheFault meta_put(CacheDb *db, const char *key, const char *value)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_META_PUT, &fault);
    if (!statement)
        return fault;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    cache_bind_bytes(statement, 2, str_from_c(value));
    return cache_sql_finish(db, statement);
}

static CacheFault fill_new(CacheDb *db, const CacheDbSpec *spec)
{
    CacheFault fault = CACHE_FAULT_NONE;
    char pragmas[96];
    for (size_t i = 0; i < ARRAY_COUNT(schema) && !fault; i++)
        fault = cache_sql_script(db, schema[i]);
    snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             CACHE_APPLICATION_ID, CACHE_FORMAT);
    if (!fault)
        fault = cache_sql_script(db, pragmas);
    if (!fault)
        fault = meta_put(db, "epoch", spec->epoch);
    if (!fault)
        fault = meta_put(db, "workspace", spec->workspace);
    return fault ? fault : meta_put(db, "clean", "1");
}

/* Another process may be doing the same: who comes second finds the tables made. */
static CacheFault make_new(CacheDb *db, const CacheDbSpec *spec)
{
    char pragmas[96];
    snprintf(pragmas, sizeof pragmas, "PRAGMA page_size=%d; PRAGMA auto_vacuum=INCREMENTAL",
             CACHE_PAGE_BYTES);
    CacheFault fault = cache_sql_script(db, pragmas);
    if (!fault)
        fault = journal_mode_choose(db, spec->path);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_BEGIN);
    if (fault)
        return fault;
    int64_t objects;
    fault = query_number(db, "SELECT count(*) FROM sqlite_schema", &objects);
    if (!fault && objects == 0)
        fault = fill_new(db, spec);
    if (!fault)
        fault = cache_sql_run(db, CACHE_SQL_COMMIT);
    if (fault)
        (void)cache_sql_run(db, CACHE_SQL_ROLLBACK);
    return fault;
}

/* ---- checking ---- */

static CacheFault schema_check(CacheDb *db)
{
    sqlite3_stmt *statement = NULL;
    size_t count = 0;
    int code = sqlite3_prepare_v2(
        db->handle, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid", -1,
        &statement, NULL);
    bool same = true;
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW)
            break;
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        same = same && count < ARRAY_COUNT(schema) && text && strcmp(text, schema[count]) == 0;
        if (!same)
            break;
        count++;
    }
    CacheFault fault = cache_fault_of_sqlite(code, db->handle);
    sqlite3_finalize(statement);
    if (!fault && (!same || count != ARRAY_COUNT(schema)))
        fault = CACHE_FAULT_DAMAGED;
    return fault;
}

static CacheFault meta_check(CacheDb *db, const char *key, const char *wanted)
{
    CacheFault fault;
    sqlite3_stmt *statement = cache_sql(db, CACHE_SQL_META_GET, &fault);
    if (!wanted || !statement)
        return fault;
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    bool same = false;
    if (cache_sql_row(db, statement, &fault)) {
        Str value;
        same = cache_column_bytes(statement, 0, &value) && str_eq(value, str_from_c(wanted));
        fault = cache_sql_finish(db, statement);
    }
    return fault || same ? fault : CACHE_FAULT_DAMAGED;
}

static CacheFault header_check(CacheDb *db)
{
    int64_t application, version;
    CacheFault fault = query_number(db, "PRAGMA application_id", &application);
    if (!fault)
        fault = query_number(db, "PRAGMA user_version", &version);
    if (fault)
        return fault;
    if (application != CACHE_APPLICATION_ID || version < CACHE_FORMAT)
        return CACHE_FAULT_DAMAGED;
    return version > CACHE_FORMAT ? CACHE_FAULT_NEWER : CACHE_FAULT_NONE;
}

static CacheFault check_existing(CacheDb *db, const CacheDbSpec *spec)
{
    CacheFault fault = header_check(db);
    if (!fault)
        fault = schema_check(db);
    if (!fault)
        fault = meta_check(db, "epoch", spec->epoch);
    if (!fault)
        fault = meta_check(db, "workspace", spec->workspace);
    if (!fault && !db->read_only && !spec->immutable && spec->create)
        fault = journal_mode_choose(db, spec->path);
    return fault;
}

/* ---- the whole ---- */

static bool log_is_empty(const char *path)
{
    Text log;
    struct stat s;
    text_init(&log, NULL);
    text_addf(&log, "%s-wal", path);
    bool empty = stat(log.data, &s) != 0 || s.st_size == 0;
    text_release(&log);
    return empty;
}

/* The number of schema objects: the first access to the file, so most damage shows here. */
static CacheFault first_access(CacheDb *db, const CacheDbSpec *spec, int64_t *objects)
{
    CacheFault fault = query_number(db, "SELECT count(*) FROM sqlite_schema", objects);
    if (!fault || (sqlite3_errcode(db->handle) & 0xff) != SQLITE_CANTOPEN || spec->immutable)
        return fault;
    if (db->read_only)
        return CACHE_FAULT_READ_ONLY;
    if (!spec->create)
        return fault;
    CacheFault left = leave_wal(db);
    return left ? fault : query_number(db, "SELECT count(*) FROM sqlite_schema", objects);
}

static bool is_same_file(const FileStat *a, const FileStat *b)
{
    return a->inode == b->inode && a->device == b->device;
}

bool cache_db_is_moved(const CacheDb *db)
{
    FileStat now;
    return !status_ok(file_stat(db->path, &now)) || !is_same_file(&now, &db->file);
}

static CacheFault set_up(CacheDb *db, const CacheDbSpec *spec)
{
    int64_t objects = 0;
    CacheFault fault = configure(db);
    if (!fault)
        fault = first_access(db, spec, &objects);
    if (!fault)
        fault = cache_sql_script(db, sync_pragma);
    /* The header forbids writing although the file does not. */
    if (!fault && !db->read_only && sqlite3_db_readonly(db->handle, "main") == 1)
        fault = CACHE_FAULT_DAMAGED;
    if (!fault && objects == 0 && spec->create && !db->read_only)
        fault = make_new(db, spec);
    return fault ? fault : check_existing(db, spec);
}

/* SQLite opens the database, its log and its index by name, one after another. If the name came to
 * mean another file meanwhile they may not belong together, and what was found says nothing:
 * *moved. */
static CacheFault open_once(CacheDb *db, const CacheDbSpec *spec, bool *moved)
{
    FileStat before;
    bool existed = status_ok(file_stat(spec->path, &before));
    *db = (CacheDb){ .path = spec->path };
    *moved = false;
    if (!existed && !spec->create)
        return CACHE_FAULT_MISSING;
    int code = connect_file(db, spec);
    CacheFault fault = cache_fault_of_sqlite(code, db->handle);
    if (!fault)
        fault = set_up(db, spec);
    bool exists = status_ok(file_stat(spec->path, &db->file));
    *moved = existed ? !exists || !is_same_file(&before, &db->file) : !fault && !exists;
    if (*moved)
        fault = spec->create ? CACHE_FAULT_LOCKED : CACHE_FAULT_MISSING;
    if (fault)
        cache_db_close(db);
    return fault;
}

static CacheFault open_at_rest(CacheDb *db, const CacheDbSpec *spec)
{
    bool moved = false;
    CacheFault fault = open_once(db, spec, &moved);
    for (int i = 1; i < OPEN_ATTEMPTS_MAX && moved; i++) {
        sqlite3_sleep(1);
        fault = open_once(db, spec, &moved);
    }
    return fault;
}

CacheFault cache_db_open(CacheDb *db, const CacheDbSpec *spec)
{
    CacheFault fault = open_at_rest(db, spec);
    if (fault != CACHE_FAULT_READ_ONLY || spec->immutable || !log_is_empty(spec->path))
        return fault;
    /* A read-only directory has no place for the log's index; if there is no log none is needed. */
    CacheDbSpec immutable = *spec;
    immutable.immutable = true;
    return open_at_rest(db, &immutable) ? fault : CACHE_FAULT_NONE;
}

CacheFault cache_db_open_any(CacheDb *db, const char *path)
{
    CacheDbSpec spec = { .path = path };
    return cache_db_open(db, &spec);
}

void cache_db_close(CacheDb *db)
{
    /* The last connection removes the log by its name, which must not be that of another database.
     */
    if (db->handle && cache_db_is_moved(db))
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    for (size_t i = 0; i < CACHE_SQL_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->handle);
    *db = (CacheDb){ 0 };
}

void cache_db_checkpoint(CacheDb *db)
{
    if (!db->handle || db->read_only)
        return;
    sqlite3_busy_timeout(db->handle, 0);
    sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db->handle, CACHE_READ_TIMEOUT_MS);
}

bool cache_db_is_loose(CacheDb *db)
{
    int64_t pages, free_pages;
    if (!db->handle || db->read_only || query_number(db, "PRAGMA page_count", &pages) ||
        query_number(db, "PRAGMA freelist_count", &free_pages))
        return false;
    return free_pages > LOOSE_MIN_PAGES && free_pages > pages / 2;
}

CacheFault cache_db_shrink(CacheDb *db)
{
    CacheFault fault = cache_sql_script(db, "PRAGMA incremental_vacuum");
    cache_db_checkpoint(db);
    return fault;
}

/* The file loses its name first: a log without a database is deleted by SQLite, a database without
 * its log would be a damaged one. */
CacheFault cache_db_remove(const char *path)
{
    static const char *const beside[] = { "-wal", "-shm", "-journal" };
    Text name;
    text_init(&name, NULL);
    text_addf(&name, "%s.removed", path);
    CacheFault fault = CACHE_FAULT_NONE;
    if (rename(path, name.data) != 0 && errno != ENOENT)
        fault = cache_fault_of_errno(errno);
    if (!fault)
        unlink(name.data);
    for (size_t i = 0; i < ARRAY_COUNT(beside) && !fault; i++) {
        text_clear(&name);
        text_addf(&name, "%s%s", path, beside[i]);
        if (unlink(name.data) != 0 && errno != ENOENT)
            fault = cache_fault_of_errno(errno);
    }
    text_release(&name);
    return fault;
}
