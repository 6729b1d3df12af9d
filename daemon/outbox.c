#include "daemon/outbox.h"

#include <unistd.h>

#include "daemon/channel.h"

struct OutboxEntry {
    OutboxEntry *next;
    Text bytes;
    size_t sent;
    int fd;
};

void outbox_add(Outbox *outbox, FrameType type, uint64_t request, Str payload, int fd)
{
    OutboxEntry *entry = heap_alloc_zeroed(sizeof *entry);
    text_init(&entry->bytes, NULL);
    frame_append(&entry->bytes, type, request, payload);
    entry->fd = fd;
    if (outbox->last)
        outbox->last->next = entry;
    else
        outbox->first = entry;
    outbox->last = entry;
}

static void close_fd(OutboxEntry *entry)
{
    if (entry->fd >= 0)
        close(entry->fd);
    entry->fd = -1;
}

static void drop_first(Outbox *outbox)
{
    OutboxEntry *entry = outbox->first;
    outbox->first = entry->next;
    if (!outbox->first)
        outbox->last = NULL;
    close_fd(entry);
    text_release(&entry->bytes);
    heap_free(entry);
}

bool outbox_flush(Outbox *outbox, int fd)
{
    while (outbox->first) {
        OutboxEntry *entry = outbox->first;
        Str rest = { entry->bytes.data + entry->sent, entry->bytes.bytes - entry->sent };
        ptrdiff_t count = channel_send_some(fd, rest, &entry->fd, entry->fd >= 0 ? 1 : 0);
        if (count <= 0)
            return count == 0;
        close_fd(entry); /* it went with the first bytes */
        entry->sent += (size_t)count;
        if (entry->sent == entry->bytes.bytes)
            drop_first(outbox);
    }
    return true;
}

bool outbox_is_empty(const Outbox *outbox)
{
    return outbox->first == NULL;
}

void outbox_drop(Outbox *outbox)
{
    while (outbox->first)
        drop_first(outbox);
}
