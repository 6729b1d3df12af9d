/* Threads: parallel groups are recorded in index order whatever ran first, nested groups and waits
 * do not deadlock, deep chains get further stacks, single flight executes each node once. */
#include <pthread.h>
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

/* A sheet with many cells that depend on each other crosswise, on sums of other sheets, and emit
 * side results. */
static void write_wide_sheets(ToyDisk *disk, uint32_t cells)
{
    for (uint32_t s = 0; s < 4; s++) {
        char name[8];
        Text text;
        text_init(&text, NULL);
        snprintf(name, sizeof name, "w%u", s);
        for (uint32_t i = 0; i < cells; i++) {
            if (i + 1 == cells)
                text_addf(&text, "c%u = %u\n", i, s);
            else if (i % 7 == 3 && s > 0)
                text_addf(&text, "c%u = + # w%u c%u\n", i, s - 1, i + 1);
            else
                text_addf(&text, "c%u = + c%u ! * c%u %u\n", i, i + 1,
                          i + 1 + (i * 5) % (cells - i - 1), i % 3);
        }
        toy_disk_write(disk, name, text.data);
        text_release(&text);
    }
}

static char *dump_with(const ToyDisk *disk, uint32_t threads, uint64_t *executed)
{
    Toy toy;
    Text text;
    text_init(&text, NULL);
    toy_open(&toy, disk, (ToyConfig){ .threads = threads });
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_true(run.complete);
    toy_dump(&toy, run.request, &text);
    *executed = toy_executed_all(run.request);
    engine_request_free(run.request);
    toy_close(&toy);
    return text.data;
}

static void thread_count_does_not_matter(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    write_wide_sheets(&disk, 40);
    uint64_t expected_count, count;
    char *expected = dump_with(&disk, 1, &expected_count);
    for (uint32_t threads = 2; threads <= 8; threads++) {
        char *seen = dump_with(&disk, threads, &count);
        assert_string_equal(seen, expected);
        assert_int_equal(count, expected_count); /* each node once */
        free(seen);
    }
    free(expected);
    toy_disk_release(&disk);
}

typedef struct {
    Toy *toy;
    const char *expected;
    bool good;
} Client;

static void *run_client(void *argument)
{
    Client *client = argument;
    Text text;
    text_init(&text, NULL);
    ToyRun run = toy_everything(client->toy);
    toy_dump(client->toy, run.request, &text);
    client->good = run.complete && strcmp(text.data, client->expected) == 0;
    engine_request_free(run.request);
    text_release(&text);
    return NULL;
}

/* Requests of several clients at once share the work. */
static void clients_share_nodes(void **state)
{
    (void)state;
    enum { CLIENTS = 5 };
    ToyDisk disk = { .count = 0 };
    write_wide_sheets(&disk, 25);
    uint64_t count;
    char *expected = dump_with(&disk, 1, &count);
    for (int round = 0; round < 10; round++) {
        Toy toy;
        Client clients[CLIENTS];
        pthread_t threads[CLIENTS];
        toy_open(&toy, &disk, (ToyConfig){ .threads = 3 });
        toy_update(&toy);
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = (Client){ &toy, expected, false };
            assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
        }
        for (int i = 0; i < CLIENTS; i++) {
            pthread_join(threads[i], NULL);
            assert_true(clients[i].good);
        }
        toy_close(&toy);
    }
    free(expected);
    toy_disk_release(&disk);
}

/* A revision waits for requests, and requests for the revision. */
static void *edit_again_and_again(void *argument)
{
    Toy *toy = argument;
    for (int i = 0; i < 30; i++)
        toy_update_sheet(toy, "w0");
    return NULL;
}

static void revisions_and_requests_take_turns(void **state)
{
    (void)state;
    ToyDisk disk = { .count = 0 };
    write_wide_sheets(&disk, 20);
    Toy toy;
    pthread_t editor;
    toy_open(&toy, &disk, (ToyConfig){ .threads = 2 });
    toy_update(&toy);
    uint64_t number = 0;
    assert_int_equal(pthread_create(&editor, NULL, edit_again_and_again, &toy), 0);
    for (int i = 0; i < 30; i++) {
        ToyRun run = toy_everything(&toy);
        assert_true(run.complete);
        assert_true(i == 0 || run.number == number);
        number = run.number;
        engine_request_free(run.request);
    }
    pthread_join(editor, NULL);
    toy_close(&toy);
    toy_disk_release(&disk);
}

/* Far deeper than one stack: every cell needs the next one. */
static void deep_chains_get_further_stacks(void **state)
{
    (void)state;
    enum { CELLS = 9000 };
    ToyDisk disk = { .count = 0 };
    Text text;
    text_init(&text, NULL);
    for (int s = 0; s < 3; s++) {
        char name[8];
        snprintf(name, sizeof name, "w%d", s);
        text_clear(&text);
        if (s > 0)
            text_addf(&text, "include w%d\n", s - 1);
        for (int i = 0; i < CELLS / 3; i++)
            text_addf(&text, "d%d = + 1 d%d\n", s * CELLS / 3 + i, s * CELLS / 3 + i - 1);
        toy_disk_write(&disk, name, text.data);
    }
    for (uint32_t threads = 1; threads <= 2; threads++) {
        Toy toy;
        toy_open(&toy, &disk, (ToyConfig){ .threads = threads, .stack = 16 << 20 });
        toy_update(&toy);
        ToyRun run = toy_value(&toy, "w2", "d8999");
        assert_true(run.complete);
        assert_int_equal(run.number, CELLS); /* the first one finds nothing below it */
        engine_request_free(run.request);
        toy_close(&toy);
    }
    text_release(&text);
    toy_disk_release(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thread_count_does_not_matter),
        cmocka_unit_test(clients_share_nodes),
        cmocka_unit_test(revisions_and_requests_take_turns),
        cmocka_unit_test(deep_chains_get_further_stacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
