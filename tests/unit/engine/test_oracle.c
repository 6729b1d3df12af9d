/* The oracle: after every edit of a random sequence, a warm engine, one with four threads, one
 * restarted on its store, and fresh ones with one and four threads see the same: values, side
 * results, and fingerprints of everything reached.
 *
 * Arguments: first seed, number of seeds, edits per seed. */
#include <pthread.h>
#include <stdio.h>

#include "unit/engine/toy.h"
#include "unit/unit.h"

enum { SHEETS = 4, NAMES = 9, LINES_MAX = 14, LINE_BYTES = 64, EARLIER = 6 };

typedef struct {
    char lines[LINES_MAX][LINE_BYTES];
    uint32_t count;
    bool present;
} Sheet;

typedef struct {
    Sheet sheets[SHEETS];
} Program;

typedef struct {
    uint64_t random;
    Program program;
    Program earlier[EARLIER];
    ToyDisk disk;
    MemoryStore store, restarted_store;
    Toy warm, parallel;
} Oracle;

static uint32_t oracle_seed = 1, oracle_seeds = 6, oracle_edits = 150;

static uint32_t pick(Oracle *o, uint32_t below)
{
    o->random = o->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(o->random >> 33) % below;
}

/* ---- programs ---- */

static void add_name(Oracle *o, Text *text, uint32_t own)
{
    /* Mostly later names, so that not everything is a cycle. */
    uint32_t name =
        pick(o, 12) && own + 1 < NAMES ? own + 1 + pick(o, NAMES - own - 1) : pick(o, NAMES);
    text_add_char(text, (char)('a' + name));
}

static void add_formula(Oracle *o, Text *text, uint32_t own, uint32_t depth)
{
    static const char *const operators[] = { "+ ", "* ", "? ", "! ", "% ", "@ ", "# s" };
    uint32_t kind = pick(o, depth < 3 ? 11 : 4);
    if (kind < 2) {
        text_addf(text, "%u ", pick(o, 5));
    } else if (kind < 4) {
        add_name(o, text, own);
        text_add_char(text, ' ');
    } else {
        text_add_c(text, operators[kind - 4]);
        switch (kind - 4) {
        case 2:
            add_formula(o, text, own, depth + 1);
            add_formula(o, text, own, depth + 1);
            add_formula(o, text, own, depth + 1);
            return;
        case 3:
            add_formula(o, text, own, depth + 1);
            return;
        case 4:
        case 5:
            add_name(o, text, own);
            text_add_char(text, ' ');
            return;
        case 6:
            text_addf(text, "%u ", pick(o, SHEETS));
            return;
        }
        add_formula(o, text, own, depth + 1);
        add_formula(o, text, own, depth + 1);
    }
}

static void make_line(Oracle *o, char *line)
{
    Text text;
    text_init(&text, NULL);
    uint32_t own = pick(o, NAMES);
    switch (pick(o, 12)) {
    case 0:
        text_addf(&text, "include s%u", pick(o, SHEETS));
        break;
    case 1:
        text_add_c(&text, pick(o, 2) ? "-- a comment" : "");
        break;
    default:
        text_addf(&text, "%c = ", 'a' + own);
        add_formula(o, &text, own, 0);
    }
    snprintf(line, LINE_BYTES, "%s", text.bytes ? text.data : "");
    text_release(&text);
}

static void edit_sheet(Oracle *o, Sheet *sheet)
{
    uint32_t at = sheet->count ? pick(o, sheet->count) : 0;
    switch (pick(o, 8)) {
    case 0: /* delete */
        if (sheet->count)
            memmove(sheet->lines[at], sheet->lines[at + 1], (--sheet->count - at) * LINE_BYTES);
        return;
    case 1: /* duplicate, or move down by an empty line */
    case 2:
        if (sheet->count == LINES_MAX)
            return;
        memmove(sheet->lines[at + 1], sheet->lines[at], (sheet->count++ - at) * LINE_BYTES);
        if (pick(o, 2))
            sheet->lines[at][0] = '\0';
        return;
    case 3: /* swap */
        if (sheet->count > 1) {
            char line[LINE_BYTES];
            uint32_t other = pick(o, sheet->count);
            memcpy(line, sheet->lines[at], LINE_BYTES);
            memcpy(sheet->lines[at], sheet->lines[other], LINE_BYTES);
            memcpy(sheet->lines[other], line, LINE_BYTES);
        }
        return;
    case 4: /* add */
        if (sheet->count < LINES_MAX)
            make_line(o, sheet->lines[sheet->count++]);
        return;
    case 5:
        if (pick(o, 4) == 0)
            sheet->present = !sheet->present;
        return;
    default: /* replace */
        if (sheet->count)
            make_line(o, sheet->lines[at]);
    }
}

static void edit_program(Oracle *o)
{
    o->earlier[pick(o, EARLIER)] = o->program;
    if (pick(o, 8) == 0) {
        o->program = o->earlier[pick(o, EARLIER)];
        return;
    }
    for (uint32_t edits = 1 + pick(o, 2); edits > 0; edits--)
        edit_sheet(o, &o->program.sheets[pick(o, SHEETS)]);
}

static void write_program(Oracle *o)
{
    for (uint32_t s = 0; s < SHEETS; s++) {
        char name[8];
        Text text;
        const Sheet *sheet = &o->program.sheets[s];
        snprintf(name, sizeof name, "s%u", s);
        text_init(&text, NULL);
        for (uint32_t i = 0; i < sheet->count; i++)
            text_addf(&text, "%s\n", sheet->lines[i]);
        if (sheet->present)
            toy_disk_write(&o->disk, name, text.bytes ? text.data : "");
        else
            toy_disk_remove(&o->disk, name);
        text_release(&text);
    }
}

static void make_program(Oracle *o)
{
    for (uint32_t s = 0; s < SHEETS; s++) {
        Sheet *sheet = &o->program.sheets[s];
        sheet->present = true;
        sheet->count = 4 + pick(o, LINES_MAX - 4);
        for (uint32_t i = 0; i < sheet->count; i++)
            make_line(o, sheet->lines[i]);
    }
    for (uint32_t i = 0; i < EARLIER; i++)
        o->earlier[i] = o->program;
}

/* ---- observing ---- */

static void observe(Toy *toy, Text *out)
{
    ToyRun run = toy_everything(toy);
    assert_true(run.complete);
    text_addf(out, "= %llu\n", (unsigned long long)run.number);
    toy_dump(toy, run.request, out);
    engine_request_free(run.request);
}

static void observe_fresh(Oracle *o, ToyConfig config, Text *out)
{
    Toy toy;
    toy_open(&toy, &o->disk, config);
    toy_update(&toy);
    observe(&toy, out);
    if (config.store)
        assert_true(status_ok(engine_persist(toy.engine)));
    assert_int_equal(toy.bugs.bytes, 0);
    toy_close(&toy);
}

static void compare(const Oracle *o, const char *who, Text *seen, const Text *expected)
{
    if (strcmp(seen->data, expected->data) != 0) {
        for (uint32_t i = 0; i < o->disk.count; i++)
            fprintf(stderr, "-- %s\n%s", o->disk.sheets[i].name,
                    o->disk.sheets[i].text ? o->disk.sheets[i].text : "(absent)\n");
        FILE *file = fopen("/tmp/oracle_seen", "w"), *other = fopen("/tmp/oracle_expected", "w");
        fputs(seen->data, file);
        fputs(expected->data, other);
        fclose(file);
        fclose(other);
        fail_msg("%s differs", who);
    }
    text_release(seen);
}

typedef struct {
    Toy *toy;
    EngineRequest *request;
    char sheet[4], name[2];
} Client;

static void client_root(Job *job, void *argument)
{
    const Client *client = argument;
    if (client->name[0] == 'z')
        q_everything(job, (UnitKey){ 0 });
    else
        q_cell_value(job, toy_cell(client->toy, client->sheet, client->name));
}

static void *run_client(void *argument)
{
    Client *client = argument;
    engine_request_run(client->request, client_root, client);
    return NULL;
}

/* Several requests at once, over the same nodes from other ends, some of them cancelled on the way.
 */
static void run_clients(Oracle *o, Toy *toy)
{
    enum { CLIENTS = 4 };
    Client clients[CLIENTS];
    pthread_t threads[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = (Client){ .toy = toy, .request = engine_request_new(toy->engine) };
        snprintf(clients[i].sheet, sizeof clients[i].sheet, "s%u", pick(o, SHEETS));
        clients[i].name[0] = pick(o, 3) ? (char)('a' + pick(o, NAMES)) : 'z';
        if (pick(o, 2))
            engine_request_cancel_at(clients[i].request, pick(o, 40));
    }
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        engine_request_free(clients[i].request);
    }
}

/* Every fourth revision is cut short, or would be if it were longer. */
static void update_disturbed(Oracle *o, Toy *toy)
{
    EngineRequest *owner = engine_request_new(toy->engine);
    if (pick(o, 4) == 0)
        engine_request_cancel_at(owner, pick(o, 30));
    toy_update_for(toy, owner);
    engine_request_free(owner);
}

static void run_clients_on_warm(void *oracle)
{
    Oracle *o = oracle;
    run_clients(o, &o->warm);
}

/* With requests under way, now and then. */
static void persist_disturbed(Oracle *o, Toy *toy)
{
    if (toy == &o->warm && pick(o, 2)) {
        o->store.on_commit = run_clients_on_warm;
        o->store.on_commit_context = o;
    }
    assert_true(status_ok(engine_persist(toy->engine)));
    o->store.on_commit = NULL;
}

/* What may happen between an edit and the next look, without any effect on what is seen. */
static void disturb(Oracle *o, Toy *toy)
{
    switch (pick(o, 7)) {
    case 0: {
        EngineRequest *request = engine_request_new(toy->engine);
        uint64_t number;
        engine_request_cancel_at(request, pick(o, 60));
        toy_run_everything(toy, request, &number);
        engine_request_free(request);
        return;
    }
    case 1:
        engine_drop_values(toy->engine);
        return;
    case 2:
        engine_trim(toy->engine);
        return;
    case 3: {
        char name[2] = { (char)('a' + pick(o, NAMES)), '\0' };
        engine_request_free(toy_value(toy, "s1", name).request);
        return;
    }
    case 4:
        persist_disturbed(o, toy);
        return;
    case 5:
        run_clients(o, toy);
        return;
    }
}

static void check_all(Oracle *o)
{
    Text expected, seen;
    text_init(&expected, NULL);
    text_init(&seen, NULL);
    observe_fresh(o, (ToyConfig){ .threads = 1 }, &expected);
    observe(&o->warm, &seen);
    compare(o, "warm", &seen, &expected);
    observe(&o->parallel, &seen);
    compare(o, "four threads", &seen, &expected);
    observe_fresh(o, (ToyConfig){ .store = &o->restarted_store, .history = 4 }, &seen);
    compare(o, "restarted", &seen, &expected);
    observe_fresh(o, (ToyConfig){ .threads = 4 }, &seen);
    compare(o, "fresh with four threads", &seen, &expected);
    text_release(&expected);
}

static void run_seed(uint32_t seed, uint32_t edits)
{
    Oracle *o = heap_alloc_zeroed(sizeof *o);
    o->random = seed * UINT64_C(0x9E3779B97F4A7C15);
    map_set_seed(seed);
    memory_store_init(&o->store);
    memory_store_init(&o->restarted_store);
    make_program(o);
    write_program(o);
    toy_open(
        &o->warm, &o->disk,
        (ToyConfig){ .store = &o->store, .history = 4, .keep_revisions = 8, .verify = seed % 2 });
    toy_open(&o->parallel, &o->disk,
             (ToyConfig){ .threads = 4, .budget = 20000, .keep_revisions = 12 });
    for (uint32_t i = 0; i < edits; i++) {
        update_disturbed(o, &o->warm);
        update_disturbed(o, &o->parallel);
        disturb(o, &o->warm);
        disturb(o, &o->parallel);
        check_all(o);
        edit_program(o);
        write_program(o);
    }
    assert_int_equal(o->warm.bugs.bytes, 0);
    assert_int_equal(o->parallel.bugs.bytes, 0);
    toy_close(&o->warm);
    toy_close(&o->parallel);
    memory_store_release(&o->store);
    memory_store_release(&o->restarted_store);
    toy_disk_release(&o->disk);
    heap_free(o);
}

static void oracle(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < oracle_seeds; i++) {
        printf("seed %u\n", oracle_seed + i);
        fflush(stdout);
        run_seed(oracle_seed + i, oracle_edits);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(oracle) };
    if (argc > 3) {
        oracle_seed = (uint32_t)atoi(argv[1]);
        oracle_seeds = (uint32_t)atoi(argv[2]);
        oracle_edits = (uint32_t)atoi(argv[3]);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
