/* What goes wrong outside, in one small enumeration: SQLite's codes and errno are mapped to it here
 * and nowhere else. */
#include <errno.h>

#include "cache/cache_priv.h"

CacheFault cache_fault_of_errno(int os_error)
{
    switch (os_error) {
    case 0:
        return CACHE_FAULT_NONE;
    case ENOENT:
        return CACHE_FAULT_MISSING;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return CACHE_FAULT_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
        return CACHE_FAULT_READ_ONLY;
    case EAGAIN:
        return CACHE_FAULT_LOCKED;
    default:
        return CACHE_FAULT_IO;
    }
}

/* Failures behind which is a system call: the reason is in errno if SQLite kept it. */
static CacheFault fault_of_system_call(sqlite3 *handle)
{
    CacheFault fault = handle ? cache_fault_of_errno(sqlite3_system_errno(handle)) : CACHE_FAULT_IO;
    bool is_reason = fault == CACHE_FAULT_FULL || fault == CACHE_FAULT_READ_ONLY;
    return is_reason ? fault : CACHE_FAULT_IO;
}

CacheFault cache_fault_of_sqlite(int code, sqlite3 *handle)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return CACHE_FAULT_NONE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return CACHE_FAULT_LOCKED;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return CACHE_FAULT_READ_ONLY;
    case SQLITE_FULL:
        return CACHE_FAULT_FULL;
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
        return CACHE_FAULT_CANCELLED;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return code == SQLITE_IOERR_CORRUPTFS ? CACHE_FAULT_DAMAGED : fault_of_system_call(handle);
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
    case SQLITE_NOLFS:
        return CACHE_FAULT_IO;
    default:
        /* CORRUPT, NOTADB, and whatever only a wrong schema or index can cause: ERROR, CONSTRAINT,
         * MISMATCH, ... */
        return CACHE_FAULT_DAMAGED;
    }
}

CacheFault cache_fault_of_status(Status status)
{
    if (status_ok(status))
        return CACHE_FAULT_NONE;
    if (status.os_error)
        return cache_fault_of_errno(status.os_error);
    return CACHE_FAULT_IO;
}

Status cache_fault_status(CacheFault fault)
{
    static const StatusCode codes[] = {
#define X(name, status, text) STATUS_##status,
        CACHE_FAULT_TABLE(X)
#undef X
    };
    return fault ? status_make(codes[fault], "cache") : STATUS_SUCCESS;
}

const char *cache_fault_text(CacheFault fault)
{
    static const char *const texts[] = {
#define X(name, status, text) text,
        CACHE_FAULT_TABLE(X)
#undef X
    };
    return texts[fault];
}

void cache_report(Cache *cache, CacheFault fault)
{
    const char *text = cache_fault_text(fault);
    if (fault == CACHE_FAULT_DAMAGED)
        atomic_store(&cache->damaged, true);
    if (!*text || !cache->warn)
        return;
    /* Damage is one kind of trouble, wherever it shows. */
    unsigned bit = 1u << (fault == CACHE_FAULT_MISMATCH ? CACHE_FAULT_DAMAGED : fault);
    /* One cause can show in several ways: until a build is stored again it is the same trouble. */
    if (atomic_exchange(&cache->in_trouble, true) || (atomic_fetch_or(&cache->warned, bit) & bit))
        return;
    Text message;
    text_init(&message, NULL);
    text_add_c(&message, "cache");
    if (cache->spec.path)
        text_addf(&message, " %s", cache->spec.path);
    else if (cache->dir)
        text_addf(&message, " %s", cache->dir);
    text_addf(&message, ": %s", text);
    cache->warn(cache->warn_context, message.data);
    text_release(&message);
}
