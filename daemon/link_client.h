/* The engine's side of linking: LinkOps over a warm helper process (`rscc-ld`), one link at a time.
 *
 * The helper is started ahead of use, gets inputs and output as memory files, and is replaced after
 * a number of links, above a memory limit, or when it died; a link whose helper died is tried once
 * more in a new one. Input K appears to lld as /proc/self/fd/N; in diagnostics it is `@in:K` again.
 */
#ifndef RSCC_DAEMON_LINK_CLIENT_H
#define RSCC_DAEMON_LINK_CLIENT_H

#include <sys/types.h>

#include "link/link_ops.h"

typedef struct LinkClient LinkClient;

LinkClient *link_client_new(void);
/* Ends the helper. */
void link_client_free(LinkClient *client);

/* Starts the helper now, so that the first link need not wait for it. Any thread; does not wait for
 * a link that is at work. */
void link_client_warm(LinkClient *client);
/* Collects a helper that died while idle. Never waits: does nothing while a link runs. Any thread.
 */
void link_client_reap(LinkClient *client);

/* run: a Status other than success means that there is no usable helper. With success, an empty
 * output means that lld refused and the diagnostics say why; a link that worked may have
 * diagnostics, too (warnings). The output is mapped until the arena is released. */
LinkOps link_client_ops(LinkClient *client);

/* Of the running helper, for status: 0 if there is none. Any thread. */
pid_t link_client_pid(LinkClient *client);
uint64_t link_client_links(LinkClient *client);

#endif
