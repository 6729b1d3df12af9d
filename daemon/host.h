/* What a process needs to compile in one workspace: the store, the link helper, the workspace
 * itself. Shared by the engine and by `rsccd --once`. */
#ifndef RSCC_DAEMON_HOST_H
#define RSCC_DAEMON_HOST_H

#include "daemon/link_client.h"
#include "driver/driver.h"

typedef struct Host Host;

/* Never fails: without a store it computes everything, without a link helper a link is an error.
 * root is copied. */
Host *host_open(const char *root);
void host_close(Host *host);
Workspace *host_workspace(Host *host);
LinkClient *host_link_client(Host *host);
size_t host_memory_budget(const Host *host);

/* Warnings of the store since the last call, as lines for the user; empty for none. Any thread. */
Str host_take_warnings(Host *host, Arena *arena);

#endif
