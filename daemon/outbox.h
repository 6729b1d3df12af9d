/* Frames that wait for room in a non-blocking socket, with at most one descriptor each, in order.
 */
#ifndef RSCC_DAEMON_OUTBOX_H
#define RSCC_DAEMON_OUTBOX_H

#include "daemon/protocol.h"

typedef struct OutboxEntry OutboxEntry;

typedef struct {
    OutboxEntry *first, *last;
} Outbox;

/* Takes the descriptor (-1: none): it is closed when the frame is sent or dropped. */
void outbox_add(Outbox *outbox, FrameType type, uint64_t request, Str payload, int fd);
/* Sends what fits. False: the peer is gone. */
bool outbox_flush(Outbox *outbox, int fd);
bool outbox_is_empty(const Outbox *outbox);
void outbox_drop(Outbox *outbox);

#endif
