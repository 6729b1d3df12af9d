/* Cancellation: at every fetch in turn, by other threads, with other requests waiting; afterwards
 * everything is as if nothing had happened. */
#include <pthread.h>
#include <sched.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

static const char main_text[] = "include base\n"
                                "a = + ! 1 * b k\n"
                                "b = + c # base\n"
                                "c = ? % k d e\n"
                                "d = + a 1\n"
                                "e = + y nowhere\n"
                                "k = 6\n";
static const char base_text[] = "y = 2\nz = + y % y\nw = @ z\nv = * z z\n";

static void write_disk(ToyDisk *disk)
{
    *disk = (ToyDisk){ .count = 0 };
    toy_disk_write(disk, "main", main_text);
    toy_disk_write(disk, "base", base_text);
}

static void expect_everything(Toy *toy, const char *expected)
{
    Text text;
    text_init(&text, NULL);
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    toy_dump(toy, run.request, &text);
    if (expected)
        assert_string_equal(text.data, expected);
    engine_request_free(run.request);
    text_release(&text);
}

static char *fresh_dump(const ToyDisk *disk)
{
    Toy toy;
    Text text;
    text_init(&text, NULL);
    toy_open(&toy, disk, (ToyConfig){ 0 });
    toy_update(&toy);
    ToyRun run = toy_everything(&toy);
    assert_true(run.complete);
    toy_dump(&toy, run.request, &text);
    engine_request_free(run.request);
    toy_close(&toy);
    return text.data;
}

/* Cancels at fetch 0, 1, 2 ... until a request gets through, each time on a new engine. */
static void check_every_fetch(uint32_t threads, bool edited)
{
    ToyDisk disk;
    write_disk(&disk);
    if (edited)
        toy_disk_write(&disk, "main",
                       "include base\na = + ! 2 * b k\nb = c\nc = e\ne = y\nk = 7\n");
    char *expected = fresh_dump(&disk);
    bool through = false;
    uint32_t fetch = 0;
    for (; !through; fetch++) {
        Toy toy;
        if (edited) {
            char *now = strdup(toy_disk_read(&disk, "main"));
            toy_disk_write(&disk, "main", main_text);
            toy_open(&toy, &disk, (ToyConfig){ .threads = threads, .history = 2 });
            toy_update(&toy);
            expect_everything(&toy, NULL);
            toy_disk_write(&disk, "main", now);
            free(now);
        } else {
            toy_open(&toy, &disk, (ToyConfig){ .threads = threads });
        }
        toy_update(&toy);
        EngineRequest *request = engine_request_new(toy.engine);
        engine_request_cancel_at(request, fetch);
        uint64_t number;
        through = toy_run_everything(&toy, request, &number);
        engine_request_free(request);
        expect_everything(&toy, expected);
        assert_int_equal(toy.bugs.bytes, 0);
        toy_close(&toy);
    }
    assert_true(fetch > (edited ? 1 : 20));
    free(expected);
    toy_disk_release(&disk);
}

static void at_every_fetch_cold(void **state)
{
    (void)state;
    check_every_fetch(1, false);
    check_every_fetch(4, false);
}

static void at_every_fetch_after_an_edit(void **state)
{
    (void)state;
    check_every_fetch(1, true);
    check_every_fetch(4, true);
}

/* The revision's own work ends early; what is asked then is right all the same. */
static uint32_t check_revision(uint32_t threads)
{
    ToyDisk disk;
    uint32_t cut_short = 0;
    for (uint32_t fetch = 0, whole = 0; whole == 0; fetch++) {
        write_disk(&disk);
        Toy toy;
        toy_open(&toy, &disk, (ToyConfig){ .threads = threads, .history = 2 });
        toy_update(&toy);
        expect_everything(&toy, NULL);
        toy_disk_write(&disk, "main", "include base\na = + ! 2 * b k\n\nb = c\nc = e\nk = 7\n");
        toy_disk_write(&disk, "base", "v = 1\ny = 3\nz = + y % y\nw = @ z\n");
        char *expected = fresh_dump(&disk);
        EngineRequest *owner = engine_request_new(toy.engine);
        engine_request_cancel_at(owner, fetch);
        toy_update_for(&toy, owner);
        whole = !engine_request_is_cancelled(owner);
        cut_short += !whole;
        engine_request_free(owner);
        expect_everything(&toy, expected);
        toy_disk_write(&disk, "main", main_text); /* and so is the next revision */
        toy_disk_write(&disk, "base", base_text);
        free(expected);
        expected = fresh_dump(&disk);
        toy_update(&toy);
        expect_everything(&toy, expected);
        assert_int_equal(toy.bugs.bytes, 0);
        toy_close(&toy);
        free(expected);
        toy_disk_release(&disk);
    }
    return cut_short;
}

static void at_every_fetch_of_a_revision(void **state)
{
    (void)state;
    assert_true(check_revision(1) > 5);
    assert_true(check_revision(4) > 5);
}

/* All in one engine: what the cancelled requests finished is kept, and the work shrinks until one
 * gets through. */
static void progress_is_kept(void **state)
{
    (void)state;
    ToyDisk disk;
    Toy toy;
    write_disk(&disk);
    char *expected = fresh_dump(&disk);
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    uint64_t number;
    bool through = false;
    uint32_t attempts = 0;
    for (; !through && attempts < 200; attempts++) {
        EngineRequest *request = engine_request_new(toy.engine);
        engine_request_cancel_at(request, 48);
        through = toy_run_everything(&toy, request, &number);
        engine_request_free(request);
    }
    assert_true(through && attempts > 1);
    expect_everything(&toy, expected);
    toy_close(&toy);
    free(expected);
    toy_disk_release(&disk);
}

typedef struct {
    Toy *toy;
    EngineRequest *request;
    bool complete;
} Client;

static void *run_client(void *argument)
{
    Client *client = argument;
    uint64_t number;
    client->complete = toy_run_everything(client->toy, client->request, &number);
    return NULL;
}

/* Several requests over the same nodes at once, some cancelled from outside at some moment. */
static void others_are_not_disturbed(void **state)
{
    (void)state;
    enum { CLIENTS = 4, ROUNDS = 60 };
    ToyDisk disk;
    write_disk(&disk);
    char *expected = fresh_dump(&disk);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        Toy toy;
        Client clients[CLIENTS];
        pthread_t threads[CLIENTS];
        toy_open(&toy, &disk, (ToyConfig){ .threads = 1 + round % 3 });
        toy_update(&toy);
        for (uint32_t i = 0; i < CLIENTS; i++) {
            clients[i] = (Client){ &toy, engine_request_new(toy.engine), false };
            if (i % 2)
                engine_request_cancel_at(clients[i].request, round);
            assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
        }
        for (uint32_t i = 0; i < CLIENTS; i++) {
            Text text;
            pthread_join(threads[i], NULL);
            text_init(&text, NULL);
            if (i % 2 == 0)
                assert_true(clients[i].complete);
            if (clients[i].complete) {
                toy_dump(&toy, clients[i].request, &text);
                assert_string_equal(text.data, expected);
            }
            text_release(&text);
            engine_request_free(clients[i].request);
        }
        toy_close(&toy);
    }
    free(expected);
    toy_disk_release(&disk);
}

/* Values leave memory after each fetch; pointers already given out stay good. */
static void eviction_does_not_matter(void **state)
{
    (void)state;
    ToyDisk disk;
    write_disk(&disk);
    char *expected = fresh_dump(&disk);
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        Toy toy;
        toy_open(&toy, &disk, (ToyConfig){ .threads = threads });
        engine_set_evict(toy.engine, true);
        toy_update(&toy);
        expect_everything(&toy, expected);
        toy_disk_write(&disk, "base", "y = 3\n");
        toy_update(&toy);
        toy_disk_write(&disk, "base", base_text);
        toy_update(&toy);
        expect_everything(&toy, expected);
        assert_int_equal(toy.bugs.bytes, 0);
        toy_close(&toy);
    }
    free(expected);
    toy_disk_release(&disk);
}

/* A file changes on disk after its revision was made and its text has left memory: the request ends
 * as outdated, nothing of the mixture is kept, and the next revision has the new text. */
static void changed_file_outdates_a_request(void **state)
{
    (void)state;
    ToyDisk disk;
    Toy toy;
    write_disk(&disk);
    toy_open(&toy, &disk, (ToyConfig){ 0 });
    toy_update(&toy);
    expect_everything(&toy, NULL);
    engine_drop_values(toy.engine);
    toy_disk_write(&disk, "base", "y = 50\n");
    /* A cell nobody asked for yet: its formula needs the sheet's text again. */
    ToyRun run = toy_value(&toy, "base", "unheard");
    assert_false(run.complete);
    assert_true(engine_request_outdated(run.request));
    engine_request_free(run.request);
    engine_revision_begin(toy.engine);
    engine_revision_end(toy.engine);
    char *expected = fresh_dump(&disk);
    expect_everything(&toy, expected);
    free(expected);
    toy_close(&toy);
    toy_disk_release(&disk);
}

/* A provider that cannot do its work ends the request, and nothing of it is remembered: the next
 * one has the answer. */
static void giving_up_is_no_answer(void **state)
{
    (void)state;
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        ToyDisk disk = { .count = 0 };
        Toy toy;
        toy_disk_write(&disk, "main", "a = + 1 b\nb = # more\n");
        toy_disk_write(&disk, "more", "c = + 2 d\nd = ~\ne = 5\n");
        toy_open(&toy, &disk, (ToyConfig){ .threads = threads });
        toy_update(&toy);
        ToyAttempt attempt = { .engine = toy.engine };
        engine_set_service(toy.engine, SERVICE_LINK, &attempt);
        ToyRun run = toy_value(&toy, "main", "a");
        Str why = STR("");
        assert_false(run.complete);
        assert_true(engine_request_gave_up(run.request, &why));
        assert_true(str_eq(why, STR("no linker")));
        assert_false(engine_request_overflowed(run.request, NULL));
        engine_request_free(run.request);
        engine_set_service(toy.engine, SERVICE_LINK, NULL);
        run = toy_value(&toy, "main", "a");
        assert_true(run.complete);
        assert_false(engine_request_gave_up(run.request, NULL));
        assert_int_equal(run.number, 1 + 3 + 1 + 5);
        engine_request_free(run.request);
        assert_int_equal(toy.bugs.bytes, 0);
        toy_close(&toy);
        toy_disk_release(&disk);
    }
}

typedef struct {
    Toy *toy;
    const char *name;
    ToyRun run;
} Asker;

static void *ask(void *argument)
{
    Asker *asker = argument;
    asker->run = toy_value(asker->toy, "main", asker->name);
    return NULL;
}

typedef struct {
    Toy *toy;
    EngineRequest *request;
    atomic_bool may_go_on;
    bool complete;
    uint64_t number;
} Bystander;

static void wait_then_ask(Job *job, void *argument)
{
    Bystander *bystander = argument;
    while (!atomic_load(&bystander->may_go_on))
        sched_yield();
    bystander->number = q_cell_value(job, toy_cell(bystander->toy, "main", "c"))->number;
}

static void *run_bystander(void *argument)
{
    Bystander *bystander = argument;
    bystander->complete = engine_request_run(bystander->request, wait_then_ask, bystander);
    return NULL;
}

/* Who waits for the node, directly or through others, has no answer either; who does not goes on.
 */
static void giving_up_ends_only_who_waits(void **state)
{
    (void)state;
    enum { ASKERS = 3 };
    static const char *const names[ASKERS] = { "a", "b", "d" };
    ToyDisk disk = { .count = 0 };
    Toy toy;
    pthread_t threads[ASKERS + 1];
    Asker askers[ASKERS];
    toy_disk_write(&disk, "main", "a = ~\nb = a\nd = + b 1\nc = 5\n");
    toy_open(&toy, &disk, (ToyConfig){ .threads = 1 });
    toy_update(&toy);
    ToyAttempt attempt = { .engine = toy.engine, .waiting = ASKERS - 1 };
    engine_set_service(toy.engine, SERVICE_LINK, &attempt);
    Bystander bystander = { .toy = &toy, .request = engine_request_new(toy.engine) };
    assert_int_equal(pthread_create(&threads[ASKERS], NULL, run_bystander, &bystander), 0);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (Asker){ .toy = &toy, .name = names[i] };
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_false(askers[i].run.complete);
        assert_true(engine_request_gave_up(askers[i].run.request, NULL));
        engine_request_free(askers[i].run.request);
    }
    assert_int_equal(atomic_load(&attempt.attempts), 1);
    atomic_store(&bystander.may_go_on, true);
    pthread_join(threads[ASKERS], NULL);
    assert_true(bystander.complete);
    assert_int_equal(bystander.number, 5);
    assert_false(engine_request_gave_up(bystander.request, NULL));
    engine_request_free(bystander.request);
    engine_set_service(toy.engine, SERVICE_LINK, NULL);
    ToyRun run = toy_value(&toy, "main", "d");
    assert_int_equal(run.number, 2);
    engine_request_free(run.request);
    toy_close(&toy);
    toy_disk_release(&disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_every_fetch_cold),
        cmocka_unit_test(at_every_fetch_after_an_edit),
        cmocka_unit_test(at_every_fetch_of_a_revision),
        cmocka_unit_test(progress_is_kept),
        cmocka_unit_test(others_are_not_disturbed),
        cmocka_unit_test(eviction_does_not_matter),
        cmocka_unit_test(changed_file_outdates_a_request),
        cmocka_unit_test(giving_up_is_no_answer),
        cmocka_unit_test(giving_up_ends_only_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
