#include "daemon/protocol.h"

/* ---- fields: writing ---- */

static void put_fixed(Text *out, uint64_t value, uint32_t bytes)
{
    char data[8];
    for (uint32_t i = 0; i < bytes; i++)
        data[i] = (char)(uint8_t)(value >> (8 * i));
    text_add(out, (Str){ data, bytes });
}

static void put_u32(Text *out, uint32_t value)
{
    put_fixed(out, value, 4);
}

static void put_u64(Text *out, uint64_t value)
{
    put_fixed(out, value, 8);
}

static void put_i32(Text *out, int32_t value)
{
    put_u32(out, (uint32_t)value);
}

static void put_flag(Text *out, bool value)
{
    put_fixed(out, value, 1);
}

static void put_str(Text *out, Str value)
{
    rsc_assert(value.bytes <= UINT32_MAX);
    put_u32(out, (uint32_t)value.bytes);
    text_add(out, value);
}

static void put_strs(Text *out, StrVec value)
{
    put_u32(out, value.count);
    for (uint32_t i = 0; i < value.count; i++)
        put_str(out, value.items[i]);
}

/* ---- fields: reading ---- */

/* What is left of a payload. Once something was missing, `failed` stays and every field is zero. */
typedef struct {
    const uint8_t *bytes;
    size_t left;
    bool failed;
    Arena *arena;
} Reader;

static const uint8_t *take(Reader *reader, size_t bytes)
{
    if (reader->failed || bytes > reader->left) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *taken = reader->bytes;
    reader->bytes += bytes;
    reader->left -= bytes;
    return taken;
}

static uint64_t fixed_of(const uint8_t *bytes, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t i = 0; bytes && i < count; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static uint32_t get_u32(Reader *reader)
{
    return (uint32_t)fixed_of(take(reader, 4), 4);
}

static uint64_t get_u64(Reader *reader)
{
    return fixed_of(take(reader, 8), 8);
}

static int32_t get_i32(Reader *reader)
{
    return (int32_t)get_u32(reader);
}

static bool get_flag(Reader *reader)
{
    uint64_t value = fixed_of(take(reader, 1), 1);
    reader->failed = reader->failed || value > 1;
    return value == 1;
}

static Str get_str(Reader *reader)
{
    uint32_t bytes = get_u32(reader);
    const uint8_t *data = take(reader, bytes);
    return data ? (Str){ (const char *)data, bytes } : STR("");
}

static StrVec get_strs(Reader *reader)
{
    StrVec list;
    str_vec_init(&list, reader->arena);
    uint32_t count = get_u32(reader);
    if (count > reader->left / 4) /* each takes at least its length */
        reader->failed = true;
    if (reader->failed)
        return list;
    str_vec_reserve(&list, count);
    for (uint32_t i = 0; i < count; i++)
        str_vec_push(&list, get_str(reader));
    return list;
}

/* ---- messages ---- */

#define F(kind, name) put_##kind(out, message->name);
#define MESSAGE(upper, lower, number, fields)                                \
    void message_##lower##_encode(const Message_##lower *message, Text *out) \
    {                                                                        \
        fields                                                               \
    }
#include "daemon/protocol.def"
#undef F

#define F(kind, name) out->name = get_##kind(&reader);
#define MESSAGE(upper, lower, number, fields)                                           \
    bool message_##lower##_decode(Str payload, Arena *arena, Message_##lower *out)      \
    {                                                                                   \
        Reader reader = { (const uint8_t *)payload.data, payload.bytes, false, arena }; \
        fields bool good = !reader.failed && reader.left == 0;                          \
        if (!good)                                                                      \
            *out = (Message_##lower){ 0 };                                              \
        return good;                                                                    \
    }
#include "daemon/protocol.def"
#undef F

/* ---- frames ---- */

const char *frame_type_name(uint32_t type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } names[] = {
#define MESSAGE(upper, lower, number, fields) { number, #upper },
#define BYTES(upper, number)                  { number, #upper },
#include "daemon/protocol.def"
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (names[i].type == type)
            return names[i].name;
    }
    return NULL;
}

static void store_le(uint8_t *out, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(value >> (8 * i));
}

void frame_header_encode(const FrameHeader *header, uint8_t out[FRAME_HEADER_BYTES])
{
    rsc_assert(header->payload_bytes <= FRAME_PAYLOAD_MAX);
    store_le(out, header->payload_bytes, 4);
    store_le(out + 4, (uint64_t)header->type, 2);
    store_le(out + 6, 0, 2);
    store_le(out + 8, header->request, 8);
}

bool frame_header_decode(const uint8_t bytes[FRAME_HEADER_BYTES], FrameHeader *out)
{
    uint64_t payload_bytes = fixed_of(bytes, 4);
    uint32_t type = (uint32_t)fixed_of(bytes + 4, 2);
    uint64_t flags = fixed_of(bytes + 6, 2);
    if (payload_bytes > FRAME_PAYLOAD_MAX || flags != 0 || !frame_type_name(type))
        return false;
    *out = (FrameHeader){ .payload_bytes = (uint32_t)payload_bytes,
                          .type = (FrameType)type,
                          .request = fixed_of(bytes + 8, 8) };
    return true;
}
