#include <string.h>

#include "daemon/protocol.h"
#include "unit/unit.h"

static void assert_str(Str value, const char *expected)
{
    assert_int_equal(value.bytes, strlen(expected));
    assert_memory_equal(value.data, expected, value.bytes);
}

static Message_run run_message(Arena *arena)
{
    Message_run run = { .cwd = STR("/w"), .stderr_is_tty = true, .terminal_width = 80 };
    str_vec_init(&run.arguments, arena);
    str_vec_init(&run.environment, arena);
    str_vec_push(&run.arguments, STR("build"));
    str_vec_push(&run.arguments, STR(""));
    return run;
}

static void messages_come_back(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    Message_run run = run_message(arena), back;
    Text text;
    text_init(&text, arena);
    message_run_encode(&run, &text);
    assert_true(message_run_decode(text_str(&text), arena, &back));
    assert_str(back.cwd, "/w");
    assert_int_equal(back.arguments.count, 2);
    assert_str(back.arguments.items[0], "build");
    assert_str(back.arguments.items[1], "");
    assert_int_equal(back.environment.count, 0);
    assert_false(back.stdout_is_tty);
    assert_true(back.stderr_is_tty);
    assert_int_equal(back.terminal_width, 80);

    Message_exit end = { .code = -7 }, end_back;
    text_clear(&text);
    message_exit_encode(&end, &text);
    assert_true(message_exit_decode(text_str(&text), arena, &end_back));
    assert_int_equal(end_back.code, -7);

    Message_routed routed = { .engine = UINT64_MAX - 1, .pid = 3 }, routed_back;
    text_clear(&text);
    message_routed_encode(&routed, &text);
    assert_true(message_routed_decode(text_str(&text), arena, &routed_back));
    assert_true(routed_back.engine == UINT64_MAX - 1);
    arena_free(arena);
}

/* The bytes on the wire are what the documentation says, so that other programs can speak them. */
static void layout_is_little_endian(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    Message_crash_reply reply = { .crashed = true, .how = STR("ab"), .report_path = STR("") };
    Text text;
    text_init(&text, arena);
    message_crash_reply_encode(&reply, &text);
    const char expected[] = "\1\2\0\0\0ab\0\0\0";
    assert_int_equal(text.bytes, sizeof expected);
    assert_memory_equal(text.data, expected, sizeof expected);
    uint8_t header[FRAME_HEADER_BYTES];
    frame_header_encode(
        &(FrameHeader){ .payload_bytes = 0x010203, .type = FRAME_RUN, .request = 0x0A0B }, header);
    assert_memory_equal(header, "\3\2\1\0\3\0\0\0\x0b\x0a\0\0\0\0\0\0", FRAME_HEADER_BYTES);
    arena_free(arena);
}

static void every_truncation_fails(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    Message_run run = run_message(arena), back;
    Text text;
    text_init(&text, arena);
    message_run_encode(&run, &text);
    for (size_t bytes = 0; bytes < text.bytes; bytes++) {
        /* A copy of exactly this size, so that a read beyond it is caught by the sanitizer. */
        char *copy = heap_alloc(bytes + 1);
        memcpy(copy, text.data, bytes);
        char *exact = heap_realloc(copy, bytes ? bytes : 1);
        assert_false(message_run_decode((Str){ exact, bytes }, arena, &back));
        assert_int_equal(back.cwd.bytes, 0);
        heap_free(exact);
    }
    text_add_char(&text, 'x');
    assert_false(message_run_decode(text_str(&text), arena, &back));
    arena_free(arena);
}

static void counts_are_bounded_by_the_payload(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    Message_exec exec;
    const char many[] = "\0\0\0\0\xff\xff\xff\xff";
    assert_false(message_exec_decode((Str){ many, 8 }, arena, &exec));
    const char long_text[] = "\xff\xff\xff\xff";
    assert_false(message_exec_decode((Str){ long_text, 4 }, arena, &exec));
    assert_true(arena_held_bytes(arena) < 1 << 20);
    arena_free(arena);
}

static void wrong_flags_fail(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    Message_daemon message;
    assert_true(message_daemon_decode((Str){ "\1\0\0\0\1", 5 }, arena, &message));
    assert_false(message_daemon_decode((Str){ "\1\0\0\0\2", 5 }, arena, &message));
    arena_free(arena);
}

static void headers_are_checked(void **state)
{
    (void)state;
    uint8_t bytes[FRAME_HEADER_BYTES];
    FrameHeader header = { .payload_bytes = FRAME_PAYLOAD_MAX, .type = FRAME_EXIT, .request = 5 };
    FrameHeader back;
    frame_header_encode(&header, bytes);
    assert_true(frame_header_decode(bytes, &back));
    assert_int_equal(back.payload_bytes, FRAME_PAYLOAD_MAX);
    bytes[0] = 1; /* one byte too many */
    assert_false(frame_header_decode(bytes, &back));
    frame_header_encode(&header, bytes);
    bytes[4] = 0xEE; /* no such type */
    assert_false(frame_header_decode(bytes, &back));
    frame_header_encode(&header, bytes);
    bytes[6] = 1; /* flags are reserved */
    assert_false(frame_header_decode(bytes, &back));
    assert_string_equal(frame_type_name(FRAME_LINK_INPUTS), "LINK_INPUTS");
    assert_null(frame_type_name(999));
}

/* Random bytes and damaged messages: whatever decodes is encoded to the same bytes again. */
static void damaged_messages_never_misbehave(void **state)
{
    (void)state;
    uint64_t seed = 42;
    uint32_t good = 0;
    for (int round = 0; round < 20000; round++) {
        Arena *arena = arena_new(NULL);
        Text text, again;
        text_init(&text, arena);
        text_init(&again, arena);
        Message_run run = run_message(arena), back;
        message_run_encode(&run, &text);
        for (uint32_t i = 0; i < 1 + (uint32_t)round % 3; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text.data[(seed >> 33) % text.bytes] = (char)(seed >> 25);
        }
        if (message_run_decode(text_str(&text), arena, &back)) {
            good++;
            message_run_encode(&back, &again);
            assert_true(str_eq(text_str(&text), text_str(&again)));
        }
        arena_free(arena);
    }
    assert_true(good > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_back),
        cmocka_unit_test(layout_is_little_endian),
        cmocka_unit_test(every_truncation_fails),
        cmocka_unit_test(counts_are_bounded_by_the_payload),
        cmocka_unit_test(wrong_flags_fail),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(damaged_messages_never_misbehave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
