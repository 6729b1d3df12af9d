#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "daemon/channel.h"
#include "unit/unit.h"

static void pair(int flags, int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0, fds), 0);
}

static void send_text(int fd, FrameType type, const char *text)
{
    OutFrame frame = { .type = type, .request = 9, .payload = str_from_c(text) };
    assert_true(status_ok(channel_send(fd, &frame, 1000)));
}

static void frames_arrive_in_order_and_alone(void **state)
{
    (void)state;
    int fds[2];
    pair(0, fds);
    send_text(fds[0], FRAME_STDOUT, "one");
    send_text(fds[0], FRAME_STDERR, "");
    assert_int_equal(write(fds[0], "rest", 4), 4);
    Channel channel;
    Frame frame;
    channel_init(&channel, fds[1], false);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_int_equal(frame.header.type, FRAME_STDOUT);
    assert_true(frame.header.request == 9);
    assert_true(str_eq(frame.payload, STR("one")));
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_int_equal(frame.header.type, FRAME_STDERR);
    assert_int_equal(frame.payload.bytes, 0);
    /* What follows a frame stays in the socket, for whoever gets the connection next. */
    char rest[8];
    assert_int_equal(read(fds[1], rest, sizeof rest), 4);
    channel_release(&channel);
    close(fds[0]);
    close(fds[1]);
}

static void a_frame_may_come_byte_by_byte(void **state)
{
    (void)state;
    int fds[2];
    pair(SOCK_NONBLOCK, fds);
    Text text;
    text_init(&text, NULL);
    frame_append(&text, FRAME_REJECT, 1, STR("payload"));
    Channel channel;
    Frame frame;
    channel_init(&channel, fds[1], false);
    for (size_t i = 0; i < text.bytes; i++) {
        assert_int_equal(channel_receive(&channel, &frame), RECEIVE_AGAIN);
        assert_int_equal(write(fds[0], text.data + i, 1), 1);
    }
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_true(str_eq(frame.payload, STR("payload")));
    channel_release(&channel);
    text_release(&text);
    close(fds[0]);
    close(fds[1]);
}

static void garbage_and_truncation_close(void **state)
{
    (void)state;
    int fds[2];
    Channel channel;
    Frame frame;
    pair(0, fds);
    assert_int_equal(write(fds[0], "GET / HTTP/1.1\r\n\r\n", 18), 18);
    channel_init(&channel, fds[1], false);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_CLOSED);
    channel_release(&channel);
    close(fds[0]);
    close(fds[1]);

    pair(0, fds);
    Text text;
    text_init(&text, NULL);
    frame_append(&text, FRAME_REJECT, 1, STR("payload"));
    assert_int_equal(write(fds[0], text.data, text.bytes - 1), (ssize_t)text.bytes - 1);
    close(fds[0]);
    channel_init(&channel, fds[1], false);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_CLOSED);
    channel_release(&channel);
    text_release(&text);
    close(fds[1]);
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void descriptors_travel_with_a_frame(void **state)
{
    (void)state;
    int fds[2], pipe_fds[2];
    pair(0, fds);
    assert_int_equal(pipe(pipe_fds), 0);
    OutFrame out = {
        .type = FRAME_LINK_INPUTS, .payload = STR("x"), .fds = pipe_fds, .fd_count = 2
    };
    assert_true(status_ok(channel_send(fds[0], &out, 1000)));
    send_text(fds[0], FRAME_STDOUT, "none");
    Channel channel;
    Frame frame;
    channel_init(&channel, fds[1], true);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_int_equal(frame.fd_count, 2);
    assert_int_equal(write(frame.fds[1], "!", 1), 1);
    char byte;
    assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
    assert_true(fcntl(frame.fds[0], F_GETFD) & FD_CLOEXEC);
    close(frame.fds[0]);
    close(frame.fds[1]);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_int_equal(frame.fd_count, 0);
    channel_release(&channel);
    for (int i = 0; i < 2; i++) {
        close(fds[i]);
        close(pipe_fds[i]);
    }
}

/* Descriptors that nobody asked for, and those beside half a frame, must not pile up in the daemon.
 */
static void unwanted_descriptors_are_closed(void **state)
{
    (void)state;
    int fds[2], probe[2];
    pair(0, fds);
    assert_int_equal(pipe(probe), 0);
    OutFrame out = { .type = FRAME_HELLO, .payload = STR("x"), .fds = probe, .fd_count = 1 };
    assert_true(status_ok(channel_send(fds[0], &out, 1000)));
    int next = dup(0);
    close(next);
    Channel channel;
    Frame frame;
    channel_init(&channel, fds[1], false);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_FRAME);
    assert_int_equal(frame.fd_count, 0);
    assert_false(is_open(next));
    channel_release(&channel);

    Text text;
    text_init(&text, NULL);
    frame_append(&text, FRAME_LINK, 1, STR("payload"));
    assert_true(channel_send_some(fds[0], (Str){ text.data, 18 }, probe, 1) == 18);
    channel_init(&channel, fds[1], true);
    close(fds[0]);
    assert_int_equal(channel_receive(&channel, &frame), RECEIVE_CLOSED);
    assert_true(is_open(fds[0]) || channel.fd_count == 1);
    channel_release(&channel);
    assert_false(is_open(fds[0])); /* the number the descriptor had got */
    text_release(&text);
    close(fds[1]);
    close(probe[0]);
    close(probe[1]);
}

static void *drain(void *argument)
{
    Channel *channel = argument;
    Frame frame;
    size_t total = 0;
    while (channel_receive(channel, &frame) == RECEIVE_FRAME)
        total += frame.payload.bytes;
    return (void *)total;
}

static void large_payloads_wait_for_room(void **state)
{
    (void)state;
    int fds[2];
    pair(0, fds);
    size_t bytes = FRAME_PAYLOAD_MAX;
    char *data = heap_alloc_zeroed(bytes);
    Channel channel;
    channel_init(&channel, fds[1], false);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, drain, &channel), 0);
    OutFrame out = { .type = FRAME_RUN, .payload = { data, bytes } };
    assert_true(status_ok(channel_send(fds[0], &out, 20000)));
    close(fds[0]);
    void *total;
    assert_int_equal(pthread_join(thread, &total), 0);
    assert_int_equal((size_t)total, bytes);
    channel_release(&channel);
    heap_free(data);
    close(fds[1]);
}

static void waiting_ends(void **state)
{
    (void)state;
    int fds[2];
    pair(0, fds);
    Channel channel;
    Frame frame;
    channel_init(&channel, fds[1], false);
    assert_int_equal(channel_receive_within(&channel, 20, &frame).code, STATUS_TIMEOUT);
    size_t bytes = 4 << 20;
    char *data = heap_alloc_zeroed(bytes);
    OutFrame out = { .type = FRAME_RUN, .payload = { data, bytes } };
    assert_int_equal(channel_send(fds[0], &out, 20).code, STATUS_TIMEOUT);
    close(fds[1]);
    assert_int_equal(channel_send(fds[0], &out, 20).code, STATUS_CLOSED); /* and no SIGPIPE */
    heap_free(data);
    channel_release(&channel);
    close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_arrive_in_order_and_alone),
        cmocka_unit_test(a_frame_may_come_byte_by_byte),
        cmocka_unit_test(garbage_and_truncation_close),
        cmocka_unit_test(descriptors_travel_with_a_frame),
        cmocka_unit_test(unwanted_descriptors_are_closed),
        cmocka_unit_test(large_payloads_wait_for_room),
        cmocka_unit_test(waiting_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
