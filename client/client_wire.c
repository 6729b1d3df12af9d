#include <unistd.h>

#include "client/client.h"

enum { HELLO_TIMEOUT_MS = 5000 };

void client_hello(const Client *client, Text *out)
{
    Message_hello hello = { .magic = PROTOCOL_MAGIC,
                            .major = PROTOCOL_MAJOR,
                            .minor = PROTOCOL_MINOR,
                            .build_id = str_from_c(client->build_id),
                            .pid = (uint32_t)getpid() };
    Text payload;
    text_init(&payload, client->arena);
    message_hello_encode(&hello, &payload);
    frame_append(out, FRAME_HELLO, 0, text_str(&payload));
}

Status client_take_hello(const Client *client, Channel *channel, uint32_t *pid)
{
    Frame frame;
    Status status = channel_receive_within(channel, HELLO_TIMEOUT_MS, &frame);
    if (!status_ok(status))
        return status;
    Message_hello hello;
    if (frame.header.type == FRAME_REJECT)
        return status_make(STATUS_VERSION, "the daemon");
    if (frame.header.type != FRAME_HELLO ||
        !message_hello_decode(frame.payload, client->arena, &hello))
        return status_make(STATUS_PROTOCOL, "the daemon");
    if (hello.magic != PROTOCOL_MAGIC || hello.major != PROTOCOL_MAJOR)
        return status_make(STATUS_VERSION, "the daemon");
    if (pid)
        *pid = hello.pid;
    return str_eq(hello.build_id, str_from_c(client->build_id))
               ? STATUS_SUCCESS
               : status_make(STATUS_VERSION, "the daemon");
}
