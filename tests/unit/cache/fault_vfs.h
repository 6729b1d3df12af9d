/* A shim between SQLite and the file system that fails on demand. */
#ifndef RSCC_TESTS_FAULT_VFS_H
#define RSCC_TESTS_FAULT_VFS_H

#include "base/base.h"

typedef enum {
    FAULT_VFS_OPEN = 1 << 0,
    FAULT_VFS_READ = 1 << 1,
    FAULT_VFS_WRITE = 1 << 2, /* and truncate */
    FAULT_VFS_SYNC = 1 << 3,
    FAULT_VFS_LOCK = 1 << 4,
    FAULT_VFS_DELETE = 1 << 5,
    FAULT_VFS_SHM = 1 << 6, /* mapping the log's index */
    FAULT_VFS_ALL = (1 << 7) - 1,
} FaultVfsOperation;

typedef struct {
    unsigned operations; /* which are counted and fail */
    int at;              /* the at-th of them fails, 1 is the first; 0: none */
    bool lasting;        /* and all after it */
    int code; /* SQLITE_FULL, SQLITE_IOERR_WRITE, ...; a write that is FULL is cut short */
    bool no_shared_memory; /* files offer none at all */
} FaultVfsPlan;

/* Makes the shim the default for connections opened from now on. */
void fault_vfs_install(void);
void fault_vfs_uninstall(void);
/* Starts counting anew. */
void fault_vfs_set(FaultVfsPlan plan);
/* Failures given since fault_vfs_set. */
int fault_vfs_failures(void);

#endif
