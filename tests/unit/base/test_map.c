#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "unit/unit.h"

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* A model: keys in insertion order with their values, searched linearly. */
typedef struct {
    U32Vec keys, values;
} Model;

static uint32_t model_index(const Model *model, uint32_t key)
{
    for (uint32_t i = 0; i < model->keys.count; i++) {
        if (model->keys.items[i] == key)
            return i;
    }
    return UINT32_MAX;
}

static void model_remove(Model *model, uint32_t index)
{
    size_t after = model->keys.count - index - 1;
    memmove(&model->keys.items[index], &model->keys.items[index + 1], after * 4);
    memmove(&model->values.items[index], &model->values.items[index + 1], after * 4);
    model->keys.count--;
    model->values.count--;
}

static void assert_same(const Map *map, const Model *model)
{
    assert_int_equal(map_count(map), model->keys.count);
    uint32_t at = 0;
    for (uint32_t i = map_next(map, 0); i != MAP_END; i = map_next(map, i + 1), at++) {
        uint32_t key;
        memcpy(&key, map_key_at(map, i), sizeof key);
        assert_int_equal(key, model->keys.items[at]);
        assert_int_equal(map_value_at(map, i), model->values.items[at]);
    }
    assert_int_equal(at, model->keys.count);
}

static void random_step(Map *map, Model *model, uint64_t *random)
{
    uint32_t key = (uint32_t)(next_random(random) % 200);
    uint32_t index = model_index(model, key);
    const uint32_t *found = map_find(map, &key);
    assert_int_equal(found != NULL, index != UINT32_MAX);
    if (next_random(random) % 5 < 2) {
        assert_int_equal(map_remove(map, &key), index != UINT32_MAX);
        if (index != UINT32_MAX)
            model_remove(model, index);
        return;
    }
    bool existed;
    uint32_t *value = map_put(map, &key, &existed);
    assert_int_equal(existed, index != UINT32_MAX);
    *value = (uint32_t)next_random(random);
    if (index == UINT32_MAX) {
        u32_vec_push(&model->keys, key);
        u32_vec_push(&model->values, *value);
    } else {
        model->values.items[index] = *value;
    }
}

static void behaves_like_a_list_in_insertion_order(void **state)
{
    (void)state;
    Arena *arena = arena_new(NULL);
    for (uint64_t round = 0; round < 20; round++) {
        Map map;
        map_init(&map, round % 2 ? arena : NULL, sizeof(uint32_t));
        Model model;
        u32_vec_init(&model.keys, arena);
        u32_vec_init(&model.values, arena);
        uint64_t random = round;
        for (int step = 0; step < 2000; step++) {
            random_step(&map, &model, &random);
            if (step % 100 == 0)
                assert_same(&map, &model);
        }
        assert_same(&map, &model);
        map_release(&map);
        assert_int_equal(map_count(&map), 0);
    }
    arena_free(arena);
}

static void order_does_not_depend_on_the_seed(void **state)
{
    (void)state;
    uint8_t first[500][12], again[500][12];
    for (uint64_t seed = 0; seed < 8; seed++) {
        map_set_seed(seed * 0x9E3779B97F4A7C15u);
        Map map;
        map_init(&map, NULL, 12);
        for (uint32_t i = 0; i < 1000; i++) {
            uint32_t key[3] = { i * 2654435761u, i, 7 };
            *map_put(&map, key, NULL) = i;
        }
        for (uint32_t i = 0; i < 1000; i += 2) {
            uint32_t key[3] = { i * 2654435761u, i, 7 };
            assert_true(map_remove(&map, key));
        }
        uint32_t count = 0;
        for (uint32_t i = map_next(&map, 0); i != MAP_END; i = map_next(&map, i + 1))
            memcpy(again[count++], map_key_at(&map, i), 12);
        assert_int_equal(count, 500);
        if (seed == 0)
            memcpy(first, again, sizeof first);
        assert_memory_equal(first, again, sizeof first);
        map_release(&map);
    }
}

static void clear_forgets_and_works_again(void **state)
{
    (void)state;
    Map map;
    map_init(&map, NULL, sizeof(uint64_t));
    for (int round = 0; round < 3; round++) {
        for (uint64_t key = 0; key < 100; key++) {
            bool existed;
            *map_put(&map, &key, &existed) = (uint32_t)key;
            assert_false(existed);
        }
        map_clear(&map);
        uint64_t key = 5;
        assert_null(map_find(&map, &key));
        assert_int_equal(map_next(&map, 0), MAP_END);
    }
    map_release(&map);
}

static void a_churning_map_stays_small(void **state)
{
    (void)state;
    Map map;
    map_init(&map, NULL, sizeof(uint32_t));
    for (uint32_t i = 0; i < 100000; i++) {
        map_put(&map, &i, NULL);
        if (i >= 10) {
            uint32_t old = i - 10;
            assert_true(map_remove(&map, &old));
        }
    }
    assert_int_equal(map_count(&map), 10);
    assert_true(map.capacity <= 64);
    map_release(&map);
}

static void an_empty_map_answers(void **state)
{
    (void)state;
    Map map;
    map_init(&map, NULL, sizeof(uint32_t));
    uint32_t key = 1;
    assert_null(map_find(&map, &key));
    assert_false(map_remove(&map, &key));
    assert_int_equal(map_next(&map, 0), MAP_END);
    map_clear(&map);
    map_release(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behaves_like_a_list_in_insertion_order),
        cmocka_unit_test(order_does_not_depend_on_the_seed),
        cmocka_unit_test(clear_forgets_and_works_again),
        cmocka_unit_test(a_churning_map_stays_small),
        cmocka_unit_test(an_empty_map_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
