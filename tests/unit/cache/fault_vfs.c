#include "unit/cache/fault_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

typedef struct {
    sqlite3_file base;
    sqlite3_file *real; /* follows in memory */
} ShimFile;

static struct {
    FaultVfsPlan plan;
    atomic_int seen, failures;
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
} shim;

/* SQLITE_OK, or the code with which this operation is to fail. */
static int next_result(FaultVfsOperation operation)
{
    if (!shim.plan.at || !(shim.plan.operations & operation))
        return SQLITE_OK;
    int number = atomic_fetch_add(&shim.seen, 1) + 1;
    if (number != shim.plan.at && !(shim.plan.lasting && number > shim.plan.at))
        return SQLITE_OK;
    atomic_fetch_add(&shim.failures, 1);
    return shim.plan.code;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((ShimFile *)file)->real;
}

/* ---- files ---- */

static int shim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *data, int bytes, sqlite3_int64 offset)
{
    int code = next_result(FAULT_VFS_READ);
    return code ? code : real_of(file)->pMethods->xRead(real_of(file), data, bytes, offset);
}

static int shim_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 offset)
{
    int code = next_result(FAULT_VFS_WRITE);
    if (!code)
        return real_of(file)->pMethods->xWrite(real_of(file), data, bytes, offset);
    if (code == SQLITE_FULL)
        (void)real_of(file)->pMethods->xWrite(real_of(file), data, bytes / 2, offset);
    return code;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 bytes)
{
    int code = next_result(FAULT_VFS_WRITE);
    return code ? code : real_of(file)->pMethods->xTruncate(real_of(file), bytes);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    int code = next_result(FAULT_VFS_SYNC);
    return code ? code : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int shim_file_size(sqlite3_file *file, sqlite3_int64 *bytes)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), bytes);
}

static int shim_lock(sqlite3_file *file, int level)
{
    int code = next_result(FAULT_VFS_LOCK);
    return code ? code : real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_check_reserved_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int shim_file_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int shim_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int page, int bytes, int extend, void volatile **out)
{
    int code = next_result(FAULT_VFS_SHM);
    return code ? code : real_of(file)->pMethods->xShmMap(real_of(file), page, bytes, extend, out);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static const sqlite3_io_methods methods_with_shm = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_file_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_check_reserved_lock,
    .xFileControl = shim_file_control,
    .xSectorSize = shim_sector_size,
    .xDeviceCharacteristics = shim_characteristics,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static const sqlite3_io_methods methods_without_shm = {
    .iVersion = 1,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_file_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_check_reserved_lock,
    .xFileControl = shim_file_control,
    .xSectorSize = shim_sector_size,
    .xDeviceCharacteristics = shim_characteristics,
};

/* ---- the file system ---- */

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)vfs;
    ShimFile *opened = (ShimFile *)file;
    opened->base.pMethods = NULL;
    int code = next_result(FAULT_VFS_OPEN);
    if (code)
        return code;
    opened->real = (sqlite3_file *)(opened + 1);
    code = shim.real->xOpen(shim.real, name, opened->real, flags, out_flags);
    if (opened->real->pMethods)
        opened->base.pMethods =
            shim.plan.no_shared_memory ? &methods_without_shm : &methods_with_shm;
    return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    int code = next_result(FAULT_VFS_DELETE);
    return code ? code : shim.real->xDelete(shim.real, name, sync_directory);
}

static int shim_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    return shim.real->xAccess(shim.real, name, flags, out);
}

static int shim_full_pathname(sqlite3_vfs *vfs, const char *name, int bytes, char *out)
{
    (void)vfs;
    return shim.real->xFullPathname(shim.real, name, bytes, out);
}

static int shim_randomness(sqlite3_vfs *vfs, int bytes, char *out)
{
    (void)vfs;
    return shim.real->xRandomness(shim.real, bytes, out);
}

static int shim_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    /* A lock that the shim denies is not freed by waiting. */
    return shim.plan.at ? microseconds : shim.real->xSleep(shim.real, microseconds);
}

static int shim_current_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    return shim.real->xCurrentTime(shim.real, out);
}

/* The shim's failures come without an errno. */
static int shim_last_error(sqlite3_vfs *vfs, int bytes, char *out)
{
    (void)vfs;
    (void)bytes;
    (void)out;
    return 0;
}

void fault_vfs_install(void)
{
    sqlite3_initialize();
    shim.real = sqlite3_vfs_find(NULL);
    shim.vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(ShimFile) + shim.real->szOsFile,
        .mxPathname = shim.real->mxPathname,
        .zName = "fault",
        .xOpen = shim_open,
        .xDelete = shim_delete,
        .xAccess = shim_access,
        .xFullPathname = shim_full_pathname,
        .xRandomness = shim_randomness,
        .xSleep = shim_sleep,
        .xCurrentTime = shim_current_time,
        .xGetLastError = shim_last_error,
    };
    sqlite3_vfs_register(&shim.vfs, 1);
}

void fault_vfs_uninstall(void)
{
    sqlite3_vfs_unregister(&shim.vfs);
    shim.plan = (FaultVfsPlan){ 0 };
}

void fault_vfs_set(FaultVfsPlan plan)
{
    shim.plan = plan;
    atomic_store(&shim.seen, 0);
    atomic_store(&shim.failures, 0);
}

int fault_vfs_failures(void)
{
    return atomic_load(&shim.failures);
}
