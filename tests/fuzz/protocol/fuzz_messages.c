/* Bytes as they may come over the socket: a header, then the message it announces. What decodes
 * must encode to the same bytes again. */
#include "daemon/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

#define MESSAGE(upper, lower, number, fields)                    \
    static void check_##lower(Str payload, Arena *arena)         \
    {                                                            \
        Message_##lower message;                                 \
        if (!message_##lower##_decode(payload, arena, &message)) \
            return;                                              \
        Text again;                                              \
        text_init(&again, arena);                                \
        message_##lower##_encode(&message, &again);              \
        rsc_assert(str_eq(text_str(&again), payload));           \
    }
#include "daemon/protocol.def"

static void check_payload(FrameType type, Str payload, Arena *arena)
{
    switch (type) {
#define MESSAGE(upper, lower, number, fields) \
    case FRAME_##upper:                       \
        check_##lower(payload, arena);        \
        return;
#define BYTES(upper, number) case FRAME_##upper:
#include "daemon/protocol.def"
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    FrameHeader header;
    if (bytes < FRAME_HEADER_BYTES || !frame_header_decode(data, &header))
        return 0;
    Arena *arena = arena_new(NULL);
    Str payload = { (const char *)data + FRAME_HEADER_BYTES, bytes - FRAME_HEADER_BYTES };
    check_payload(header.type, payload, arena);
    arena_free(arena);
    return 0;
}
