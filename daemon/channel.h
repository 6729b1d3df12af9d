/* Frames over a stream socket, with file descriptors beside them: plain sendmsg and recvmsg, no
 * event loop. A reader never takes a byte beyond the frame it returns, so that a connection can be
 * handed to another process between two frames. */
#ifndef RSCC_DAEMON_CHANNEL_H
#define RSCC_DAEMON_CHANNEL_H

#include "base/status.h"
#include "daemon/protocol.h"

enum { CHANNEL_FDS_MAX = 64 }; /* beside one frame; the kernel's limit is 253 */

typedef struct {
    FrameHeader header;
    Str payload;    /* in the channel; good until the next receive */
    const int *fds; /* the receiver's to close; good as pointer until the next receive */
    uint32_t fd_count;
} Frame;

/* The receiving end. Owns neither the socket nor descriptors that were delivered. */
typedef struct {
    int fd;
    bool takes_fds; /* otherwise the kernel drops what a peer attaches */
    uint8_t header_bytes[FRAME_HEADER_BYTES];
    FrameHeader header;
    uint8_t *payload; /* heap */
    size_t payload_capacity;
    size_t received; /* of header and payload together */
    int fds[CHANNEL_FDS_MAX];
    uint32_t fd_count;
} Channel;

void channel_init(Channel *channel, int fd, bool takes_fds);
/* Frees buffers and closes descriptors that came with an unfinished frame; leaves the socket open.
 */
void channel_release(Channel *channel);

typedef enum {
    RECEIVE_FRAME,  /* *out is filled */
    RECEIVE_AGAIN,  /* non-blocking socket: the frame is not complete yet */
    RECEIVE_CLOSED, /* the peer is gone, or garbage came: nothing more will be read */
} ReceiveResult;

/* Takes the next frame; on a blocking socket waits for it. */
ReceiveResult channel_receive(Channel *channel, Frame *out);
/* As channel_receive, but gives up (STATUS_TIMEOUT) after timeout_ms; -1 waits for ever. */
RSC_MUST_USE Status channel_receive_within(Channel *channel, int timeout_ms, Frame *out);

typedef struct {
    FrameType type;
    uint64_t request;
    Str payload;
    const int *fds; /* stay the sender's */
    uint32_t fd_count;
} OutFrame;

/* Sends a whole frame, waiting for room at most timeout_ms in all (-1: for ever). After an error
 * the stream is cut in the middle of a frame and of no more use. Never raises SIGPIPE. */
RSC_MUST_USE Status channel_send(int fd, const OutFrame *frame, int timeout_ms);
/* The bytes of a frame as they go over the wire, appended. */
void frame_append(Text *out, FrameType type, uint64_t request, Str payload);

/* One sendmsg without waiting: the bytes taken (with them all descriptors), 0 for no room, or -1.
 */
ptrdiff_t channel_send_some(int fd, Str bytes, const int *fds, uint32_t fd_count);

/* Milliseconds on the monotonic clock, for deadlines. */
int64_t clock_ms(void);

#endif
