/* Ordered eager nodes, and late ones: not looked at in the revision step, settled on demand, and
 * their dependents marked only if they changed.
 *
 *   number(i) input -> square(i) -> parity (late, eager): of the sum of all squares -> report: 100
 * + parity */
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine_hostile.h"
#include "unit/engine/memory_store.h"
#include "unit/unit.h"

typedef struct {
    uint32_t index;
} IndexKey;
typedef struct {
    uint64_t number;
} NumberValue;

enum { Q_number, Q_square, Q_parity, Q_report, KIND_COUNT, NUMBERS = 4 };

QUERY_DECLARE_ACCESSOR(number, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(square, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(parity, IndexKey, NumberValue)
QUERY_DECLARE_ACCESSOR(report, IndexKey, NumberValue)

static void key_encode(Encoder *e, const QueryKey *key)
{
    encode_u64(e, key->words[0]);
}
static void key_decode(Decoder *d, QueryKey *key)
{
    key->words[0] = decode_u64(d);
}
static void key_describe(const Interners *interners, const QueryKey *key, Text *out)
{
    (void)interners;
    text_addf(out, "%llu", (unsigned long long)key->words[0]);
}
static const KeyInfo index_key = { "IndexKey", key_encode, key_decode, key_describe };

static void number_encode(Encoder *e, const void *value)
{
    encode_u64(e, ((const NumberValue *)value)->number);
}
static void number_decode(Decoder *d, void *value)
{
    ((NumberValue *)value)->number = decode_u64(d);
}
static const NumberValue number_error = { 0 };
static const ValueInfo number_value = { "NumberValue", sizeof(NumberValue), number_encode,
                                        number_decode, &number_error };

static void provide_square(Job *job, const QueryKey *key, void *out)
{
    uint64_t n = q_number(job, (IndexKey){ (uint32_t)key->words[0] })->number;
    ((NumberValue *)out)->number = n * n;
}
static void provide_parity(Job *job, const QueryKey *key, void *out)
{
    (void)key;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < NUMBERS; i++)
        sum += q_square(job, (IndexKey){ i })->number;
    ((NumberValue *)out)->number = sum % 2;
}
static void provide_report(Job *job, const QueryKey *key, void *out)
{
    (void)key;
    ((NumberValue *)out)->number = 100 + q_parity(job, (IndexKey){ 0 })->number;
}

static const QueryInfo queries[KIND_COUNT] = {
    { "number", &index_key, &number_value, QF_INPUT | QF_PERSIST, "", NULL },
    { "square", &index_key, &number_value, QF_PERSIST, "", provide_square },
    { "parity", &index_key, &number_value, QF_EAGER | QF_PERSIST, "", provide_parity },
    { "report", &index_key, &number_value, QF_PERSIST, "", provide_report },
};

static void set_number(Engine *engine, uint32_t index, uint64_t number)
{
    QueryKey key = { { index, 0 } };
    engine_revision_begin(engine);
    engine_input_set(engine, Q_number, &key, &(NumberValue){ number }, DURABILITY_LOW);
    engine_revision_end(engine);
}

static Engine *engine_open_with(Interners *interners, QueryKind first_ordered, QueryKind first_late)
{
    EngineConfig config = { .queries = queries,
                            .query_count = KIND_COUNT,
                            .interners = interners,
                            .first_ordered_kind = first_ordered,
                            .first_late_kind = first_late,
                            .threads = 2 };
    Engine *engine = engine_new(&config);
    for (uint32_t i = 0; i < NUMBERS; i++)
        set_number(engine, i, i);
    return engine;
}

static Engine *engine_open(Interners *interners)
{
    return engine_open_with(interners, 0, Q_parity);
}

static void ask_square(Job *job, void *argument)
{
    *(uint64_t *)argument = q_square(job, (IndexKey){ 1 })->number;
}
static void ask_report(Job *job, void *argument)
{
    *(uint64_t *)argument = q_report(job, (IndexKey){ 0 })->number;
}

typedef struct {
    uint64_t number, squares, parities, reports, squares_verified, steps;
} Asked;

static Asked ask(Engine *engine, void (*root)(Job *job, void *argument))
{
    Asked asked = { 0 };
    EngineRequest *request = engine_request_new(engine);
    assert_true(engine_request_run(request, root, &asked.number));
    const QueryCounters *counters = engine_request_counters(request, &asked.steps);
    asked.squares_verified = counters[Q_square].verified;
    asked.squares = counters[Q_square].executed;
    asked.parities = counters[Q_parity].executed;
    asked.reports = counters[Q_report].executed;
    engine_request_free(request);
    return asked;
}

static void unchanged_late_node_marks_nothing(void **state)
{
    (void)state;
    Interners *interners = interners_new();
    Engine *engine = engine_open(interners);
    Asked asked = ask(engine, ask_report);
    assert_int_equal(asked.number, 100); /* 0 + 1 + 4 + 9 */
    set_number(engine, 1, 3);            /* 0 + 9 + 4 + 9: the parity stays */
    asked = ask(engine, ask_square);
    assert_int_equal(asked.number, 9);
    assert_int_equal(asked.parities, 0); /* who stays below does not pay */
    assert_true(engine_settle(engine, NULL));
    asked = ask(engine, ask_report);
    assert_int_equal(asked.number, 100);
    assert_int_equal(asked.parities, 1); /* counted with the next request */
    assert_int_equal(asked.reports, 0);
    engine_free(engine);
    interners_free(interners);
}

static void changed_late_node_marks_its_dependents(void **state)
{
    (void)state;
    Interners *interners = interners_new();
    Engine *engine = engine_open(interners);
    ask(engine, ask_report);
    set_number(engine, 1, 2);
    set_number(engine, 3, 5); /* a second revision before anybody settles: 0 + 4 + 4 + 25 */
    assert_true(engine_settle(engine, NULL));
    Asked asked = ask(engine, ask_report);
    assert_int_equal(asked.number, 101);
    assert_int_equal(asked.parities, 1);
    assert_int_equal(asked.reports, 1);
    assert_true(engine_settle(engine, NULL));
    asked = ask(engine, ask_report);
    assert_int_equal(asked.parities + asked.reports, 0);
    engine_free(engine);
    interners_free(interners);
}

static Engine *engine_open_stored(Interners *interners, MemoryStore *store)
{
    EngineConfig config = { .queries = queries,
                            .query_count = KIND_COUNT,
                            .interners = interners,
                            .first_late_kind = Q_parity,
                            .threads = 1,
                            .store = &memory_store_ops,
                            .store_context = store };
    Engine *engine = engine_new(&config);
    engine_load(engine);
    return engine;
}

static void set_numbers(Engine *engine, const uint64_t *numbers)
{
    engine_revision_begin(engine);
    for (uint32_t i = 0; i < NUMBERS; i++) {
        QueryKey key = { { i, 0 } };
        engine_input_set(engine, Q_number, &key, &(NumberValue){ numbers[i] }, DURABILITY_LOW);
    }
    engine_revision_end(engine);
}

/* A report that is green although nobody looked at the parity below it is stored, and the parity is
 * stored later in the same revision: whoever loads both must not take the report for newer. */
static void what_is_above_late_nodes_is_stored_as_it_was_seen(void **state)
{
    (void)state;
    static const uint64_t before[NUMBERS] = { 0, 1, 2, 3 }, after[NUMBERS] = { 0, 2, 2, 3 };
    MemoryStore store;
    memory_store_init(&store);
    Interners *interners = interners_new();
    Engine *engine = engine_open_stored(interners, &store);
    set_numbers(engine, before);
    assert_true(engine_settle(engine, NULL));
    assert_int_equal(ask(engine, ask_report).number, 100);
    assert_true(status_ok(engine_persist(engine)));
    set_numbers(engine, after);
    ask(engine, ask_square);
    store.is_worn = true; /* everything is written, the report too */
    assert_true(status_ok(engine_persist(engine)));
    store.is_worn = false;
    assert_true(engine_settle(engine, NULL));
    ask(engine, ask_square);
    assert_true(status_ok(engine_persist(engine)));
    engine_free(engine);
    interners_free(interners);
    interners = interners_new();
    engine = engine_open_stored(interners, &store);
    set_numbers(engine, after);
    assert_true(engine_settle(engine, NULL));
    assert_int_equal(ask(engine, ask_report).number, 101);
    engine_free(engine);
    interners_free(interners);
    memory_store_release(&store);
}

/* Before it looks at anything, or in the middle; the next one does the rest. */
static void cancelled_settling_is_done_later(void **state)
{
    (void)state;
    for (uint32_t fetch = 0; fetch < 3; fetch++) {
        Interners *interners = interners_new();
        Engine *engine = engine_open(interners);
        ask(engine, ask_report);
        set_number(engine, 1, 2); /* 0 + 4 + 4 + 9 */
        EngineRequest *owner = engine_request_new(engine);
        if (fetch == 0)
            engine_request_cancel(owner);
        else
            engine_request_cancel_at(owner, fetch);
        assert_false(engine_settle(engine, owner));
        engine_request_free(owner);
        Asked asked = ask(engine, ask_square); /* who stays below need not wait */
        assert_int_equal(asked.number, 4);
        assert_int_equal(asked.parities, 0);
        set_number(engine, 3, 5); /* 0 + 4 + 4 + 25: another revision meanwhile */
        assert_true(engine_settle(engine, NULL));
        asked = ask(engine, ask_report);
        assert_int_equal(asked.number, 101);
        assert_int_equal(asked.parities, 1);
        assert_int_equal(asked.reports, 1);
        engine_free(engine);
        interners_free(interners);
    }
}

/* An out-of-date answer would be the alternative. */
static void asking_without_settling_is_a_bug(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(2);
        Engine *engine = engine_open(interners_new());
        ask(engine, ask_report);
        set_number(engine, 1, 2);
        ask(engine, ask_report);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Ordered but not late: the revision step looks at it, and not at what holds below it. */
static void ordered_node_is_verified_in_the_revision_step(void **state)
{
    (void)state;
    Interners *interners = interners_new();
    Engine *engine = engine_open_with(interners, Q_parity, 0);
    ask(engine, ask_report);
    set_number(engine, 1, 3); /* the parity stays */
    Asked asked = ask(engine, ask_report);
    assert_int_equal(asked.number, 100);
    assert_int_equal(asked.parities, 1);
    assert_int_equal(asked.reports, 0);
    assert_int_equal(asked.squares, 1);
    assert_int_equal(asked.squares_verified,
                     0); /* the other three are unmarked, which is trusted */
    assert_int_equal(asked.steps, 1);
    set_number(engine, 1, 2);
    asked = ask(engine, ask_report);
    assert_int_equal(asked.number, 101);
    assert_int_equal(asked.reports, 1);
    engine_free(engine);
    interners_free(interners);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_late_node_marks_nothing),
        cmocka_unit_test(changed_late_node_marks_its_dependents),
        cmocka_unit_test(what_is_above_late_nodes_is_stored_as_it_was_seen),
        cmocka_unit_test(cancelled_settling_is_done_later),
        cmocka_unit_test(asking_without_settling_is_a_bug),
        cmocka_unit_test(ordered_node_is_verified_in_the_revision_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
