/* What the files of cache/ share. Lowest first: faults, connections (SQLite), the lease,
 * content-addressed files, then the Cache itself.
 *
 * Everything that comes from disk is hostile: a row's types and sizes are checked before its bytes
 * are used, bytes are checked against a checksum before they leave this folder, and ids must rise.
 */
#ifndef RSCC_CACHE_CACHE_PRIV_H
#define RSCC_CACHE_CACHE_PRIV_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "cache/cache.h"

enum {
    CACHE_FORMAT = 1,                  /* user_version of the database */
    CACHE_APPLICATION_ID = 0x52534343, /* "RSCC" */
    CACHE_PAGE_BYTES = 8192,
    CACHE_INLINE_MAX = 64 * 1024, /* bigger blobs are files */
    CACHE_RECORDS_MAX = 64,
    CACHE_READERS_MAX =
        64, /* idle connections kept; more threads than that open and close theirs */
    CACHE_WAL_PAGES_MAX = 2048, /* 16 MiB: then a commit checkpoints */
    CACHE_READ_TIMEOUT_MS =
        2000, /* waiting for another process's lock, which a busy disk prolongs */
    CACHE_WRITE_TIMEOUT_MS = 3000,
    CACHE_GRACE_SECONDS = 600, /* younger unreferenced content may belong to a build under way */
    CACHE_GRACE_UNKNOWN_SECONDS =
        14 * 24 * 3600,                    /* where a database could not say what it refers to */
    CACHE_UNUSED_SECONDS = 30 * 24 * 3600, /* databases nobody opened for so long are removed */
    CACHE_COLLECT_SECONDS = 3600,          /* between two automatic collections */
};
#define CACHE_BLOB_LIMIT_BYTES ((size_t)1 << 31)
/* Put since the last rewrite, besides as much as was live then. */
#define CACHE_WORN_MIN_BYTES ((uint64_t)8 << 20)
/* Of files that nothing refers to: then they are collected before the hour is over. */
#define CACHE_ORPHANED_MAX_BYTES ((uint64_t)256 << 20)
#define CACHE_DEFAULT_CAP_BYTES  ((uint64_t)10 << 30)

/* ---- faults (cache_fault.c)
 * ---------------------------------------------------------------------- */
/* X(name, status, what the user is told; "" = nothing) */
#define CACHE_FAULT_TABLE(X)                                                                 \
    X(NONE, OK, "")                                                                          \
    X(MISSING, NOT_FOUND, "")                                                                \
    X(CANCELLED, CANCELLED, "")                                                              \
    X(DAMAGED, CORRUPT, "the database is damaged; what is lost is computed again")           \
    X(MISMATCH, CORRUPT, "stored results are damaged; what is lost is computed again")       \
    X(LOCKED, BUSY, "locked by another process; building without stored results")            \
    X(READ_ONLY, READ_ONLY, "not writable; new results are not stored")                      \
    X(FULL, NO_SPACE, "no space left; new results are not stored")                           \
    X(IO, IO, "cannot be read or written; building without stored results")                  \
    X(NEWER, VERSION, "written by another version of rscc; building without stored results") \
    X(NOWHERE, NOT_FOUND, "no directory for it (set HOME or RSCC_CACHE_DIR); nothing is stored")

typedef enum {
#define X(name, status, text) CACHE_FAULT_##name,
    CACHE_FAULT_TABLE(X)
#undef X
} CacheFault;

CacheFault cache_fault_of_sqlite(int code, sqlite3 *handle);
CacheFault cache_fault_of_errno(int os_error);
CacheFault cache_fault_of_status(Status status);
Status cache_fault_status(CacheFault fault);
const char *cache_fault_text(CacheFault fault);

/* ---- connections (cache_sql.c, cache_db.c)
 * ------------------------------------------------------- */
#define SQL(name, text) CACHE_SQL_##name,
typedef enum {
#include "cache/cache_sql.def"
    CACHE_SQL_COUNT
} CacheSql;
#undef SQL

/* One connection with its statements. Used by one thread at a time. */
typedef struct {
    sqlite3 *handle;                           /* NULL: closed */
    sqlite3_stmt *statements[CACHE_SQL_COUNT]; /* prepared at first use */
    uint32_t generation;                       /* of the file, see CachePool */
    const char *path;                          /* borrowed from the spec */
    FileStat file; /* what was opened: the path may come to name another one */
    bool read_only;
} CacheDb;

/* The statement, reset and without bindings; NULL if it cannot be prepared (*fault says why). */
sqlite3_stmt *cache_sql(CacheDb *db, CacheSql which, CacheFault *fault);
/* Steps. True: there is a row. False: the end or a fault, and the statement is reset. */
bool cache_sql_row(CacheDb *db, sqlite3_stmt *statement, CacheFault *fault);
/* Steps to the end, resets, drops the bindings. */
CacheFault cache_sql_finish(CacheDb *db, sqlite3_stmt *statement);
/* For statements without parameters and rows. */
CacheFault cache_sql_run(CacheDb *db, CacheSql which);
/* With one integer parameter and no rows. */
CacheFault cache_sql_run_id(CacheDb *db, CacheSql which, int64_t id);
/* The first column of the first row as an integer, 0 without a row. */
CacheFault cache_sql_number(CacheDb *db, CacheSql which, int64_t *out);
/* Any text, no rows wanted. */
CacheFault cache_sql_script(CacheDb *db, const char *text);

/* A fingerprint is a BLOB of 16 bytes, `lo` and `hi` little-endian. */
enum { CACHE_FP_BYTES = 16 };
void cache_fp_write(Fp fp, uint8_t out[CACHE_FP_BYTES]);
Fp cache_fp_read(const uint8_t *bytes);
/* `count` of them in a row. */
Str cache_fps_write(const Fp *fps, uint32_t count, Arena *arena);
void cache_bind_fp(sqlite3_stmt *statement, int index, Fp fp);
/* Bytes that stay where they are until the statement is finished. */
void cache_bind_bytes(sqlite3_stmt *statement, int index, Str bytes);
/* False: not a BLOB (of 16 bytes). */
bool cache_column_fp(sqlite3_stmt *statement, int column, Fp *out);
bool cache_column_bytes(sqlite3_stmt *statement, int column, Str *out);

typedef struct {
    const char *path;
    const char *epoch;     /* NULL: any */
    const char *workspace; /* NULL: any */
    bool create;
    bool immutable; /* a file on a read-only medium that no process has open */
} CacheDbSpec;

/* Opens, makes or checks. On a fault db is closed. Cost: about 0.3 ms. */
CacheFault cache_db_open(CacheDb *db, const CacheDbSpec *spec);
void cache_db_close(CacheDb *db);
/* Whether somebody removed or replaced the file: what is open is nobody's any more. */
bool cache_db_is_moved(const CacheDb *db);
/* Removes a database and what SQLite keeps beside it. Processes that have it open go on with the
 * removed file. */
CacheFault cache_db_remove(const char *path);
/* The same with the lease file, unless somebody has the database open: LOCKED. */
CacheFault cache_db_remove_unused(const char *path, const char *lease_path);
/* Opens an existing file whatever its epoch: for the tools. */
CacheFault cache_db_open_any(CacheDb *db, const char *path);
/* Truncates the write-ahead log after writing it back; a reader that needs it prevents that
 * silently. */
void cache_db_checkpoint(CacheDb *db);
/* Whether more than half of it, and not little, is free pages. */
bool cache_db_is_loose(CacheDb *db);
/* Gives free pages back to the file system. */
CacheFault cache_db_shrink(CacheDb *db);
/* Of the file with its log and index. */
uint64_t cache_db_file_bytes(const char *path);

/* ---- the lease (cache_lease.c)
 * ------------------------------------------------------------------- */
/* Open-file-description locks on the .lease file. Byte 0, exclusive: may append segments. Byte 1,
 * shared: has the database open; whoever wants to remove the database needs both bytes exclusively.
 */
typedef struct {
    int fd; /* -1: none */
    bool held;
} CacheLease;

/* Opens the file, locks byte 1 shared and byte 0 if it is free, and marks the file as used now. */
CacheFault cache_lease_open(CacheLease *lease, const char *path);
/* Tries byte 0 again. */
bool cache_lease_take(CacheLease *lease);
void cache_lease_close(CacheLease *lease);
/* Locks both bytes exclusively: nobody else has the database open. CACHE_FAULT_LOCKED: somebody
 * has. */
CacheFault cache_lease_claim(CacheLease *lease, const char *path);
/* Locks the whole file exclusively, made if absent; without waiting. For the lock of the collector.
 */
CacheFault cache_lock_file(CacheLease *lease, const char *path);

/* ---- content-addressed files (cache_cas.c)
 * ------------------------------------------------------- */
/* <dir>/cas/ab/<hash>, raw bytes. Any thread, any process. */
const char *cache_cas_path(const char *dir, Fp hash, Arena *arena);
CacheFault cache_cas_put(const char *dir, Fp hash, Str bytes);
/* MISSING if there is none. A file whose bytes do not match is removed: MISMATCH. */
CacheFault cache_cas_read(const char *dir, Fp hash, Arena *arena, Str *out, FileStat *file);
/* The same, and the file counts as used. */
CacheFault cache_cas_get(const char *dir, Fp hash, Arena *arena, Str *out);

/* ---- the cache
 * ----------------------------------------------------------------------------------- */
/* Where a chain of segments ends. id 0: before the first. */
typedef struct {
    int64_t id;
    Fp sum;
} SegmentTail;

VEC_TYPE(FpVec, fp_vec, Fp)
VEC_TYPE(CacheIdVec, cache_id_vec, int64_t)

typedef struct {
    bool active;
    bool lost;                          /* what the caller's segments build on is gone */
    bool dropped;                       /* drop_segments was called */
    bool refused;                       /* a segment was not put because of `lost` */
    uint32_t puts;                      /* segments put */
    int64_t last_id;                    /* greatest segment id at begin */
    SegmentTail tail;                   /* with what was put */
    uint64_t segment_bytes, blob_bytes; /* put, blobs that were there already left out */
    CacheFault fault;                   /* first one; nothing is done after it */
} CacheTransaction;

/* Of segments and blobs. Kept in the file. */
typedef struct {
    uint64_t live_bytes;  /* after the last drop_segments */
    uint64_t added_bytes; /* since then */
    bool known;           /* of the file as it is open now */
} CacheWear;

/* Connections for reading, given to one thread at a time. */
typedef struct {
    pthread_mutex_t mutex;
    CacheDb *idle[CACHE_READERS_MAX];
    uint32_t idle_count;
    uint32_t generation; /* rises when the file is replaced: older connections are closed */
    bool open;           /* false: there is no database to read */
    /* Held shared while a connection is made, exclusively while the file is replaced: SQLite opens
     * log and index by name, so a connection made in between would belong to two databases. Taken
     * before `mutex`. */
    pthread_rwlock_t file_lock;
} CachePool;

struct Cache {
    Arena *arena;    /* configuration and paths */
    const char *dir; /* NULL: remembers nothing */
    CacheDbSpec spec;
    const char *lease_path;
    uint64_t cap_bytes;
    void (*warn)(void *context, const char *message);
    void *warn_context;
    Fp chain_start;         /* of the epoch: segments of another one never fit */
    atomic_uint warned;     /* bit per CacheFault */
    atomic_bool in_trouble; /* since the last transaction that was committed the user was warned */
    atomic_bool damaged;    /* the file is to be replaced by whoever holds the lease */
    CacheLease lease;
    CachePool pool;
    CacheDb writer;
    int log_pages;       /* of the write-ahead log after the last commit */
    bool unclean_marked; /* meta.clean is 0 because of us */
    bool put_refused;    /* a blob outside a transaction found the file locked: no more are tried */
    bool waited_in_vain; /* for another process's transaction, since ours came to an end */
    bool tail_known;     /* read_segments or a commit told */
    bool tail_cut; /* what follows `tail` was rejected and is deleted by the next transaction */
    SegmentTail tail;
    CacheTransaction transaction;
    CacheWear wear;
    _Atomic uint64_t orphaned_bytes; /* of files that lost their last reference here, since the last
                                        collection */
    pthread_mutex_t bad_mutex;       /* of bad_blobs */
    FpVec bad_blobs; /* rows whose bytes do not match or are not there: deleted by the next
                        transaction */
    pthread_t check_thread;
    bool check_running;
    atomic_bool check_stop;
};

/* Warns, once per fault; notes damage. Any thread. */
void cache_report(Cache *cache, CacheFault fault);

/* cache_open.c: makes cache->writer usable: reopens after trouble, replaces a damaged file if the
 * lease is held. */
CacheFault cache_writer_ready(Cache *cache);
/* Writes meta.clean: 0 while a process that wrote has the file open. */
CacheFault cache_mark_clean(Cache *cache, bool clean);

/* cache_pool.c */
void cache_pool_init(CachePool *pool);
void cache_pool_release(CachePool *pool);
/* From now on connections are made to the file as it is now. */
void cache_pool_renew(CachePool *pool, bool open);
/* NULL: nothing can be read. *fault, which was reported, says why; NONE: there is no database. */
CacheDb *cache_pool_take(Cache *cache, CacheFault *fault);
/* A connection that met a fault is not kept. Returns the fault to report. */
CacheFault cache_pool_give(Cache *cache, CacheDb *db, CacheFault fault);

/* cache_check.c: reads the whole database, in the background after an unclean end. */
CacheFault cache_db_check(CacheDb *db);
void cache_check_start(Cache *cache);
void cache_check_stop(Cache *cache);

/* cache_transaction.c */
Status cache_begin(void *store);
Status cache_commit(void *store);
/* Ends a transaction that is under way without writing anything. */
void cache_abandon(Cache *cache);

/* cache_segment.c */
void cache_segments_read(void *store, bool (*sink)(void *context, Str bytes), void *context);
void cache_segment_put(void *store, Str bytes);
void cache_segment_refers(void *store, const Fp *blobs, uint32_t count);
void cache_segments_drop(void *store);
Fp cache_chain(Fp sum, Str bytes);
Fp cache_chain_start(const char *epoch);
CacheFault cache_segment_tail(CacheDb *db, SegmentTail *out);
/* Follows the chain from *tail (the start) to where it ends; sink may be NULL. MISMATCH and *cut at
 * a segment that does not fit or was refused by the sink. */
CacheFault cache_segments_walk(CacheDb *db, SegmentTail *tail,
                               bool (*sink)(void *context, Str bytes), void *context, bool *cut);
/* Deletes segments with an id greater than `id` (at most `id`). */
CacheFault cache_segments_cut_after(CacheDb *db, int64_t id);
CacheFault cache_segments_cut_to(CacheDb *db, int64_t id);

/* cache_blob.c */
Status cache_blob_get(void *store, Fp hash, Arena *arena, Str *out);
bool cache_blob_put(void *store, Fp hash, Str bytes);
/* Deletes the rows noted in bad_blobs. */
CacheFault cache_blobs_forget_bad(Cache *cache);

/* cache_record.c */
Fp cache_record_sum(Fp request, Str bytes);

/* ---- the whole directory (cache_scan.c, cache_gc.c)
 * ---------------------------------------------- */
typedef struct {
    const char *path; /* of the .db; the .lease has the same stem */
    const char *lease_path;
    uint64_t bytes; /* with log and index */
    int64_t used;   /* seconds: last opened */
} CacheDbFile;
VEC_TYPE(CacheDbFileVec, cache_db_file_vec, CacheDbFile)

typedef struct {
    Fp hash;
    uint64_t bytes;
    int64_t used;   /* seconds: last written, put or read (by the day) */
    uint32_t owner; /* for the collector */
} CacheCasFile;
VEC_TYPE(CacheCasFileVec, cache_cas_file_vec, CacheCasFile)

typedef struct {
    const char *path;
    uint64_t bytes;
    int64_t used;
} CacheLeftover;
VEC_TYPE(CacheLeftoverVec, cache_leftover_vec, CacheLeftover)

typedef struct {
    Arena *arena;
    const char *dir;
    CacheDbFileVec databases;   /* ordered by path */
    CacheCasFileVec files;      /* ordered by hash */
    CacheLeftoverVec leftovers; /* temporary files and unnamed databases of processes that died */
    StrVec epochs;              /* directories of databases, NUL-terminated */
    uint64_t database_bytes, cas_bytes;
} CacheScan;

/* What is there. Follows no symbolic link. A directory that does not exist is empty. */
CacheFault cache_scan(CacheScan *scan, const char *dir, Arena *arena);
/* cache_sweep.c: blobs of a database that nothing refers to */
bool cache_is_older(int64_t now, int64_t then, int64_t seconds);
typedef struct {
    Map live;           /* hashes referred to */
    bool keep_all;      /* a segment does not say what it refers to */
    CacheIdVec garbage; /* rows */
    uint64_t live_bytes;
    uint64_t orphaned_bytes; /* garbage that is in files */
} CacheSweep;
void cache_sweep_init(CacheSweep *sweep);
void cache_sweep_release(CacheSweep *sweep);
/* Rows made in the last grace_seconds are not taken for garbage. */
CacheFault cache_sweep_find(CacheDb *db, CacheSweep *sweep, int64_t now, int64_t grace_seconds);
CacheFault cache_sweep_delete(CacheDb *db, const CacheSweep *sweep);

/* In a transaction: what it will be after the commit; deletes blobs if segments were dropped. */
CacheFault cache_wear_update(Cache *cache, CacheWear *wear);
void cache_wear_load(Cache *cache);
bool cache_is_worn(void *store);

#endif
