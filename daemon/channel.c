#include "daemon/channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t clock_ms(void)
{
    struct timespec now;
    rsc_assert(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until fd is ready or the deadline (-1: none) passed. */
static Status wait_for(int fd, short events, int64_t deadline_ms)
{
    for (;;) {
        int64_t left = deadline_ms < 0 ? -1 : deadline_ms - clock_ms();
        if (deadline_ms >= 0 && left < 0)
            left = 0;
        struct pollfd one = { .fd = fd, .events = events };
        int ready = poll(&one, 1, (int)left);
        if (ready > 0)
            return STATUS_SUCCESS;
        if (ready == 0)
            return status_make(STATUS_TIMEOUT, "waiting for the peer");
        if (errno != EINTR)
            return status_from_errno(errno, "waiting for the peer");
    }
}

static int64_t deadline_after(int timeout_ms)
{
    return timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
}

/* ---- receiving ---- */

void channel_init(Channel *channel, int fd, bool takes_fds)
{
    *channel = (Channel){ .fd = fd, .takes_fds = takes_fds };
}

void channel_release(Channel *channel)
{
    for (uint32_t i = 0; i < channel->fd_count; i++)
        close(channel->fds[i]);
    heap_free(channel->payload);
    *channel = (Channel){ .fd = -1 };
}

/* Keeps the descriptors of one message; those beyond the limit are closed, which the frame's reader
 * notices by their number. */
static void keep_fds(Channel *channel, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
            if (channel->fd_count < CHANNEL_FDS_MAX)
                channel->fds[channel->fd_count++] = fd;
            else
                close(fd);
        }
    }
}

/* At most `bytes` into the buffer: >0 taken, 0 the end, -1 with errno. */
static ssize_t receive_some(Channel *channel, void *buffer, size_t bytes)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
    } control;
    struct iovec range = { .iov_base = buffer, .iov_len = bytes };
    struct msghdr message = { .msg_iov = &range, .msg_iovlen = 1 };
    if (channel->takes_fds) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    ssize_t count = recvmsg(channel->fd, &message, MSG_CMSG_CLOEXEC);
    if (count > 0 && channel->takes_fds)
        keep_fds(channel, &message);
    return count;
}

/* Where the next bytes belong, and how many are missing there. */
static void *missing_part(Channel *channel, size_t *bytes)
{
    if (channel->received < FRAME_HEADER_BYTES) {
        *bytes = FRAME_HEADER_BYTES - channel->received;
        return channel->header_bytes + channel->received;
    }
    size_t of_payload = channel->received - FRAME_HEADER_BYTES;
    *bytes = channel->header.payload_bytes - of_payload;
    return channel->payload + of_payload;
}

/* After the header's last byte. */
static bool begin_payload(Channel *channel)
{
    if (!frame_header_decode(channel->header_bytes, &channel->header))
        return false;
    size_t needed = channel->header.payload_bytes;
    if (needed > channel->payload_capacity) {
        channel->payload = heap_realloc(channel->payload, needed);
        channel->payload_capacity = needed;
    }
    return true;
}

static bool is_complete(const Channel *channel)
{
    return channel->received >= FRAME_HEADER_BYTES &&
           channel->received == FRAME_HEADER_BYTES + (size_t)channel->header.payload_bytes;
}

static ReceiveResult deliver(Channel *channel, Frame *out)
{
    *out = (Frame){ .header = channel->header,
                    .payload = { (const char *)channel->payload, channel->header.payload_bytes },
                    .fds = channel->fds,
                    .fd_count = channel->fd_count };
    channel->received = 0;
    channel->fd_count = 0;
    return RECEIVE_FRAME;
}

ReceiveResult channel_receive(Channel *channel, Frame *out)
{
    while (!is_complete(channel)) {
        size_t bytes;
        void *buffer = missing_part(channel, &bytes);
        ssize_t count = receive_some(channel, buffer, bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return RECEIVE_AGAIN;
        if (count <= 0)
            return RECEIVE_CLOSED;
        channel->received += (size_t)count;
        if (channel->received == FRAME_HEADER_BYTES && !begin_payload(channel))
            return RECEIVE_CLOSED;
    }
    return deliver(channel, out);
}

Status channel_receive_within(Channel *channel, int timeout_ms, Frame *out)
{
    int64_t deadline = deadline_after(timeout_ms);
    for (;;) {
        Status status = wait_for(channel->fd, POLLIN, deadline);
        if (!status_ok(status))
            return status;
        switch (channel_receive(channel, out)) {
        case RECEIVE_FRAME:
            return STATUS_SUCCESS;
        case RECEIVE_CLOSED:
            return status_make(STATUS_CLOSED, NULL);
        case RECEIVE_AGAIN:
            break;
        }
    }
}

/* ---- sending ---- */

void frame_append(Text *out, FrameType type, uint64_t request, Str payload)
{
    uint8_t header[FRAME_HEADER_BYTES];
    frame_header_encode(&(FrameHeader){ .payload_bytes = (uint32_t)payload.bytes,
                                        .type = type,
                                        .request = request },
                        header);
    text_add(out, (Str){ (const char *)header, sizeof header });
    text_add(out, payload);
}

static ptrdiff_t send_ranges(int fd, struct iovec *ranges, size_t range_count, const int *fds,
                             uint32_t fd_count)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
    } control;
    struct msghdr message = { .msg_iov = ranges, .msg_iovlen = range_count };
    if (fd_count > 0) {
        rsc_assert(fd_count <= CHANNEL_FDS_MAX);
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(c), fds, fd_count * sizeof(int));
    }
    for (;;) {
        ssize_t count = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0)
            return count;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            return -1;
    }
}

ptrdiff_t channel_send_some(int fd, Str bytes, const int *fds, uint32_t fd_count)
{
    struct iovec range = { .iov_base = (void *)(uintptr_t)bytes.data, .iov_len = bytes.bytes };
    return send_ranges(fd, &range, 1, fds, fd_count);
}

/* Skips the bytes that went out. */
static void advance(struct iovec ranges[2], size_t bytes)
{
    for (int i = 0; i < 2 && bytes > 0; i++) {
        size_t part = bytes < ranges[i].iov_len ? bytes : ranges[i].iov_len;
        ranges[i].iov_base = (char *)ranges[i].iov_base + part;
        ranges[i].iov_len -= part;
        bytes -= part;
    }
}

Status channel_send(int fd, const OutFrame *frame, int timeout_ms)
{
    uint8_t header[FRAME_HEADER_BYTES];
    frame_header_encode(&(FrameHeader){ .payload_bytes = (uint32_t)frame->payload.bytes,
                                        .type = frame->type,
                                        .request = frame->request },
                        header);
    struct iovec ranges[2] = {
        { .iov_base = header, .iov_len = sizeof header },
        { .iov_base = (void *)(uintptr_t)frame->payload.data, .iov_len = frame->payload.bytes },
    };
    uint32_t fd_count = frame->fd_count;
    int64_t deadline = deadline_after(timeout_ms);
    while (ranges[0].iov_len + ranges[1].iov_len > 0) {
        ptrdiff_t count = send_ranges(fd, ranges, 2, frame->fds, fd_count);
        if (count < 0)
            return status_from_errno(errno, "sending to the peer");
        if (count == 0) {
            Status status = wait_for(fd, POLLOUT, deadline);
            if (!status_ok(status))
                return status;
            continue;
        }
        fd_count = 0; /* they went with the first bytes */
        advance(ranges, (size_t)count);
    }
    return STATUS_SUCCESS;
}
