#include <string.h>

#include "base/arena.h"
#include "unit/unit.h"

static void blocks_are_aligned_distinct_and_keep_their_bytes(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    Arena *arena = arena_new(NULL);
    uint8_t *blocks[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(arena, i % 97);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)(i & 0xFF), i % 97);
    }
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < i % 97; k++)
            assert_int_equal(blocks[i][k], i & 0xFF);
        if (i > 0)
            assert_ptr_not_equal(blocks[i], blocks[i - 1]);
    }
    arena_free(arena);
}

static void a_block_larger_than_any_chunk_fits(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    uint8_t *small = arena_alloc_zeroed(arena, 1);
    uint8_t *large = arena_alloc_zeroed(arena, 5u << 20);
    large[(5u << 20) - 1] = 7;
    assert_int_equal(*small, 0);
    assert_true(arena_used_bytes(arena) >= (5u << 20) + 1);
    assert_true(arena_held_bytes(arena) >= arena_used_bytes(arena));
    arena_free(arena);
}

typedef struct {
    char order[8];
    size_t count;
} Log;

typedef struct {
    Log *log;
    char name;
} LogEntry;

static void log_release(void *argument)
{
    LogEntry *entry = argument;
    entry->log->order[entry->log->count++] = entry->name;
}

static void release_runs_children_first_and_newest_first(void **state)
{
    (void)state;
    Log log = { .count = 0 };
    LogEntry a = { &log, 'a' }, b = { &log, 'b' }, c = { &log, 'c' }, d = { &log, 'd' };
    Arena *root = arena_new(NULL);
    arena_on_release(root, log_release, &a);
    arena_on_release(root, log_release, &b);
    Arena *older = arena_new(root), *newer = arena_new(root);
    arena_on_release(older, log_release, &c);
    arena_on_release(newer, log_release, &d);
    arena_free(root);
    assert_int_equal(log.count, 4);
    assert_memory_equal(log.order, "dcba", 4);
}

static void a_freed_child_leaves_its_parent(void **state)
{
    (void)state;
    Log log = { .count = 0 };
    LogEntry a = { &log, 'a' }, b = { &log, 'b' }, c = { &log, 'c' };
    Arena *root = arena_new(NULL);
    Arena *first = arena_new(root), *middle = arena_new(root), *last = arena_new(root);
    arena_on_release(first, log_release, &a);
    arena_on_release(middle, log_release, &b);
    arena_on_release(last, log_release, &c);
    arena_free(middle);
    arena_free(root);
    assert_int_equal(log.count, 3);
    assert_memory_equal(log.order, "bca", 3);
}

static void a_deep_tree_is_freed_without_recursion(void **state)
{
    (void)state;
    Arena *root = arena_new(NULL), *at = root;
    for (int i = 0; i < 200000; i++)
        at = arena_new(at);
    arena_free(root);
}

static void clear_keeps_one_chunk_and_drops_the_rest(void **state)
{
    (void)state;
    Log log = { .count = 0 };
    LogEntry a = { &log, 'a' };
    Arena *arena = arena_new(NULL);
    Arena *child = arena_new(arena);
    arena_on_release(child, log_release, &a);
    for (int i = 0; i < 1000; i++)
        arena_alloc(arena, 1000);
    size_t held = arena_held_bytes(arena);
    arena_clear(arena);
    assert_int_equal(log.count, 1);
    assert_int_equal(arena_used_bytes(arena), 0);
    assert_true(arena_held_bytes(arena) > 0 && arena_held_bytes(arena) < held);
    size_t kept = arena_held_bytes(arena);
    memset(arena_alloc(arena, 1000), 1, 1000);
    assert_int_equal(arena_held_bytes(arena), kept);
    arena_free(arena);
}

static void rewind_goes_back_over_chunks(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    ArenaMark start = arena_mark(arena);
    char *kept = arena_copy_str(arena, STR("kept"));
    ArenaMark mark = arena_mark(arena);
    size_t used = arena_used_bytes(arena);
    char *next = arena_alloc(arena, 16);
    for (int i = 0; i < 100; i++)
        arena_alloc(arena, 1000);
    arena_rewind(arena, mark);
    assert_int_equal(arena_used_bytes(arena), used);
    assert_string_equal(kept, "kept");
    assert_ptr_equal(arena_alloc(arena, 16), next);
    arena_rewind(arena, start);
    assert_int_equal(arena_used_bytes(arena), 0);
    arena_free(arena);
}

static void growing_keeps_contents(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    char *block = arena_copy(arena, "abc", 3);
    block = arena_grow(arena, block, 3, 100);
    assert_memory_equal(block, "abc", 3);
    memset(block + 3, 'x', 97);
    char *after = arena_alloc_zeroed(arena, 1);
    block = arena_grow(arena, block, 100, 100000);
    assert_memory_equal(block, "abcx", 4);
    assert_int_equal(block[99], 'x');
    assert_int_equal(*after, 0);
    char *fresh = arena_grow(arena, NULL, 0, 8);
    memset(fresh, 1, 8);
    arena_free(arena);
}

static void trimming_gives_back_the_newest_block(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    uint8_t *first = arena_alloc(arena, 1000);
    uint8_t *second = arena_alloc_zeroed(arena, 2000);
    size_t used = arena_used_bytes(arena);
    arena_trim(arena, first, 1000, 10); /* not the newest one: nothing happens */
    assert_int_equal(arena_used_bytes(arena), used);
    second[99] = 7;
    arena_trim(arena, second, 2000, 100);
    assert_true(arena_used_bytes(arena) <= used - 1800);
    uint8_t *third = arena_alloc_zeroed(arena, 500);
    assert_true(third >= second + 100 && third < second + 200);
    assert_int_equal(second[99], 7);
    arena_free(arena);
}

static void printf_and_copies(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    assert_string_equal(arena_printf(arena, "%d-%s", 42, "x"), "42-x");
    assert_string_equal(arena_printf(arena, "%s", ""), "");
    assert_string_equal(arena_copy_str(arena, (Str){ "abcdef", 3 }), "abc");
    assert_string_equal(arena_copy_str(arena, (Str){ NULL, 0 }), "");
    arena_free(arena);
}

static void allocate_too_many(void *arena)
{
    arena_alloc_array(arena, SIZE_MAX / 4, 8);
}

static void a_product_that_overflows_is_a_bug(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    assert_true(unit_asserts(allocate_too_many, arena));
    arena_free(arena);
}

#ifdef RSCC_DEBUG_ASSERTS
static void fresh_memory_has_the_poison_byte(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    uint8_t *block = arena_alloc(arena, 3);
    assert_int_equal(block[2], 0xA5);
    arena_set_poison(0x11);
    block = arena_alloc(arena, 3);
    assert_int_equal(block[0], 0x11);
    arena_set_poison(0xA5);
    arena_free(arena);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_distinct_and_keep_their_bytes),
        cmocka_unit_test(a_block_larger_than_any_chunk_fits),
        cmocka_unit_test(release_runs_children_first_and_newest_first),
        cmocka_unit_test(a_freed_child_leaves_its_parent),
        cmocka_unit_test(a_deep_tree_is_freed_without_recursion),
        cmocka_unit_test(clear_keeps_one_chunk_and_drops_the_rest),
        cmocka_unit_test(rewind_goes_back_over_chunks),
        cmocka_unit_test(growing_keeps_contents),
        cmocka_unit_test(trimming_gives_back_the_newest_block),
        cmocka_unit_test(printf_and_copies),
        cmocka_unit_test(a_product_that_overflows_is_a_bug),
#ifdef RSCC_DEBUG_ASSERTS
        cmocka_unit_test(fresh_memory_has_the_poison_byte),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
