/* The protocol between client, supervisor, engine and link helper: frames of
 *
 *   u32 payload bytes, u16 type, u16 flags (0), u64 request      all little-endian
 *
 * and messages of plain fields (protocol.def): u32, u64 and i32 fixed width, a flag in one byte, a
 * text as u32 length and bytes, a list of texts as u32 count and texts. This file knows bytes only,
 * no sockets: it trusts nothing that it decodes. See daemon/README.md for who says what when. */
#ifndef RSCC_DAEMON_PROTOCOL_H
#define RSCC_DAEMON_PROTOCOL_H

#include "base/text.h"
#include "base/vec.h"

enum {
    PROTOCOL_MAGIC = 0x43435352, /* "RSCC" */
    PROTOCOL_MAJOR = 1,          /* another one is another language */
    PROTOCOL_MINOR = 0,          /* grows with fields and messages that may be ignored */
    FRAME_HEADER_BYTES = 16,
    FRAME_PAYLOAD_MAX = 16 << 20,
    FRAME_OUTPUT_MAX = 64 << 10, /* of one STDOUT or STDERR frame */
};

typedef enum {
#define MESSAGE(upper, lower, number, fields) FRAME_##upper = number,
#define BYTES(upper, number)                  FRAME_##upper = number,
#include "daemon/protocol.def"
} FrameType;

typedef struct {
    uint32_t payload_bytes;
    FrameType type;
    uint64_t request;
} FrameHeader;

void frame_header_encode(const FrameHeader *header, uint8_t out[FRAME_HEADER_BYTES]);
/* False for a type or length that no frame has. */
bool frame_header_decode(const uint8_t bytes[FRAME_HEADER_BYTES], FrameHeader *out);
/* "HELLO"; NULL for an unknown type. */
const char *frame_type_name(uint32_t type);

/* What `rscc daemon` asks of a supervisor. */
typedef enum {
    DAEMON_STATUS = 1,
    DAEMON_STOP = 2,
} DaemonAction;

typedef uint32_t Field_u32;
typedef uint64_t Field_u64;
typedef int32_t Field_i32;
typedef bool Field_flag;
typedef Str Field_str;
typedef StrVec Field_strs;

#define F(kind, name) Field_##kind name;
#define MESSAGE(upper, lower, number, fields) \
    typedef struct {                          \
        fields                                \
    } Message_##lower;
#include "daemon/protocol.def"
#undef F

/* message_hello_encode(&message, &text): appends the payload to the text.
 * message_hello_decode(payload, arena, &message): false unless the payload is exactly one message.
 * Texts are borrowed from the payload, lists are in the arena; on failure the message is all zero.
 */
#define MESSAGE(upper, lower, number, fields)                                 \
    void message_##lower##_encode(const Message_##lower *message, Text *out); \
    bool message_##lower##_decode(Str payload, Arena *arena, Message_##lower *out);
#include "daemon/protocol.def"

#endif
