#include "base/vec.h"
#include "unit/unit.h"

typedef struct {
    uint8_t bytes[200];
} Large;

VEC_TYPE(LargeVec, large_vec, Large)

static void pushes_and_pops(Arena *arena)
{
    U32Vec vec;
    u32_vec_init(&vec, arena);
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(u32_vec_push(&vec, i * 3), i);
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(*u32_vec_at(&vec, i), i * 3);
    assert_int_equal(u32_vec_pop(&vec), 9999 * 3);
    assert_int_equal(vec.count, 9999);
    u32_vec_release(&vec);
    assert_int_equal(vec.count, 0);
    assert_ptr_equal(vec.arena, arena);
}

static void push_pop_on_heap_and_arena(void **state)
{
    (void)state;
    pushes_and_pops(NULL);
    Arena *arena = arena_new(NULL);
    pushes_and_pops(arena);
    arena_free(arena);
}

static void vectors_grow_beside_each_other(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    U32Vec a, b;
    u32_vec_init(&a, arena);
    u32_vec_init(&b, arena);
    for (uint32_t i = 0; i < 5000; i++) {
        u32_vec_push(&a, i);
        u32_vec_push(&b, ~i);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(a.items[i], i);
        assert_int_equal(b.items[i], ~i);
    }
    arena_free(arena);
}

static void append_and_reserve(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    U32Vec vec;
    u32_vec_init(&vec, arena);
    u32_vec_append(&vec, NULL, 0);
    assert_int_equal(vec.count, 0);
    const uint32_t some[] = { 1, 2, 3 };
    u32_vec_append(&vec, some, 3);
    u32_vec_reserve(&vec, 1000);
    assert_true(vec.capacity >= 1000);
    const uint32_t *items = vec.items;
    for (uint32_t i = vec.count; i < 1000; i++)
        u32_vec_push(&vec, i);
    assert_ptr_equal(vec.items, items);
    assert_int_equal(vec.items[2], 3);
    arena_free(arena);
}

static void large_elements(void **state)
{
    (void)state;
    LargeVec vec;
    large_vec_init(&vec, NULL);
    for (int i = 0; i < 20; i++) {
        Large item = { { (uint8_t)i } };
        large_vec_push(&vec, item);
    }
    assert_int_equal(large_vec_at(&vec, 19)->bytes[0], 19);
    large_vec_release(&vec);
}

static void read_past_end(void *vec)
{
    u32_vec_at(vec, 1);
}

static void pop_empty(void *vec)
{
    u32_vec_clear(vec);
    u32_vec_pop(vec);
}

static void misuse_is_a_bug(void **state)
{
    (void)state;
    U32Vec vec;
    u32_vec_init(&vec, NULL);
    u32_vec_push(&vec, 1);
    assert_true(unit_asserts(read_past_end, &vec));
    assert_true(unit_asserts(pop_empty, &vec));
    u32_vec_release(&vec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(push_pop_on_heap_and_arena),
        cmocka_unit_test(vectors_grow_beside_each_other),
        cmocka_unit_test(append_and_reserve),
        cmocka_unit_test(large_elements),
        cmocka_unit_test(misuse_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
