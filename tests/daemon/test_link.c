/* The link helper and its client, with a real lld. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "daemon/link_client.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    LinkClient *client;
    Str program; /* object with _start */
    Str wanting; /* object with an undefined symbol */
} Fixture;

static int set_up(void **state)
{
    Arena *arena = arena_new(NULL);
    Fixture *f = arena_new_object(arena, Fixture);
    f->arena = arena;
    f->client = link_client_new();
    Status status = file_read(PROGRAM_OBJECT, arena, 1 << 20, &f->program, NULL);
    if (status_ok(status))
        status = file_read(WANTING_OBJECT, arena, 1 << 20, &f->wanting, NULL);
    *state = f;
    return status_ok(status) ? 0 : -1;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    link_client_free(f->client);
    arena_free(f->arena);
    return 0;
}

typedef struct {
    Status status;
    Str output, diagnostics;
} Linked;

static Linked run(Fixture *f, const char *const *words, const Str *inputs, uint32_t input_count)
{
    Str arguments[16];
    uint32_t count = 0;
    for (; words[count]; count++)
        arguments[count] = str_from_c(words[count]);
    LinkOps ops = link_client_ops(f->client);
    Linked linked;
    linked.status = ops.run(ops.context, arguments, count, inputs, input_count, f->arena,
                            &linked.output, &linked.diagnostics);
    return linked;
}

static Linked link_program(Fixture *f)
{
    return run(f, (const char *const[]){ "-O0", "@in:0", "-o", "@out", NULL }, &f->program, 1);
}

static bool is_elf(Str bytes)
{
    return bytes.bytes > 4 && memcmp(bytes.data, "\177ELF", 4) == 0;
}

static bool contains(Str text, const char *part)
{
    return memmem(text.data, text.bytes, part, strlen(part)) != NULL;
}

static void a_program_links_and_runs(void **state)
{
    Fixture *f = *state;
    Linked linked = link_program(f);
    assert_true(status_ok(linked.status));
    assert_int_equal(linked.diagnostics.bytes, 0);
    assert_true(is_elf(linked.output));
    char path[] = "/tmp/rscc-link-XXXXXX";
    close(mkstemp(path));
    assert_true(status_ok(file_write_atomic(path, linked.output, 0700)));
    int result = system(path);
    unlink(path);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 42);
}

/* More inputs than one message can carry. */
static void a_relocatable_link_of_many_inputs(void **state)
{
    Fixture *f = *state;
    enum { COUNT = 300, OPTIONS = 6 };
    Str inputs[COUNT];
    Str arguments[OPTIONS + COUNT] = { STR("-r"),   STR("--threads=1"), STR("-o"),
                                       STR("@out"), STR("-z"),          STR("muldefs") };
    for (uint32_t i = 0; i < COUNT; i++) {
        inputs[i] = i == 0 ? f->program : f->wanting;
        arguments[OPTIONS + i] = str_from_c(arena_printf(f->arena, "@in:%u", i));
    }
    LinkOps ops = link_client_ops(f->client);
    Str output, diagnostics;
    Status status = ops.run(ops.context, arguments, OPTIONS + COUNT, inputs, COUNT, f->arena,
                            &output, &diagnostics);
    assert_true(status_ok(status));
    assert_true(is_elf(output));
    arguments[OPTIONS - 1] = STR("nognustack");
    status = ops.run(ops.context, arguments, OPTIONS + COUNT, inputs, COUNT, f->arena, &output,
                     &diagnostics);
    assert_true(status_ok(status));
    assert_int_equal(output.bytes, 0);
    assert_true(contains(diagnostics, "duplicate symbol: wants_extra"));
    assert_true(contains(diagnostics, "@in:2"));
}

/* lld remembers its own symbols from one link to the next; nothing may come of it. */
static void links_of_different_kinds_in_turn(void **state)
{
    Fixture *f = *state;
    static const char *const executable[] = { "-pie", "-u", "_GLOBAL_OFFSET_TABLE_", "@in:0", "-o",
                                              "@out", NULL };
    static const char *const relocatable[] = { "-r", "@in:0", "-o", "@out", NULL };
    Str first[2] = { run(f, executable, &f->program, 1).output,
                     run(f, relocatable, &f->program, 1).output };
    pid_t pid = link_client_pid(f->client);
    for (int i = 0; i < 20; i++) {
        Linked linked = run(f, i % 2 ? relocatable : executable, &f->program, 1);
        assert_true(status_ok(linked.status));
        assert_true(is_elf(linked.output));
        assert_true(str_eq(linked.output, first[i % 2]));
    }
    assert_int_equal(link_client_pid(f->client), pid);
}

/* A refusal is not a failure of the helper, and it names the inputs as the caller does. */
static void lld_refuses_with_diagnostics(void **state)
{
    Fixture *f = *state;
    Str inputs[] = { f->program, f->wanting };
    Linked linked =
        run(f, (const char *const[]){ "@in:0", "@in:1", "-o", "@out", NULL }, inputs, 2);
    assert_true(status_ok(linked.status));
    assert_int_equal(linked.output.bytes, 0);
    assert_true(contains(linked.diagnostics, "undefined symbol: extra"));
    assert_true(contains(linked.diagnostics, "@in:1"));
    assert_false(contains(linked.diagnostics, "/proc/self"));
    pid_t pid = link_client_pid(f->client);
    assert_true(is_elf(link_program(f).output));
    assert_int_equal(link_client_pid(f->client), pid);
}

static void damaged_inputs_and_arguments_are_refused(void **state)
{
    Fixture *f = *state;
    Str garbage = STR("\177ELFnonsense that is no object file at all");
    Linked linked = run(f, (const char *const[]){ "@in:0", "-o", "@out", NULL }, &garbage, 1);
    assert_true(status_ok(linked.status));
    assert_int_equal(linked.output.bytes, 0);
    assert_true(linked.diagnostics.bytes > 0);
    Str cut = { f->program.data, f->program.bytes / 2 };
    linked = run(f, (const char *const[]){ "@in:0", "-o", "@out", NULL }, &cut, 1);
    assert_true(status_ok(linked.status) && linked.output.bytes == 0);
    linked = run(f, (const char *const[]){ "--no-such-option", "@in:0", "-o", "@out", NULL },
                 &f->program, 1);
    assert_true(status_ok(linked.status) && linked.output.bytes == 0);
    /* An input that was never given is a mistake of ours: the helper does not guess. */
    linked = run(f, (const char *const[]){ "@in:7", "-o", "@out", NULL }, &f->program, 1);
    assert_false(status_ok(linked.status));
    assert_true(is_elf(link_program(f).output));
}

static void outputs_do_not_depend_on_the_helper(void **state)
{
    Fixture *f = *state;
    Str first = link_program(f).output;
    Str inputs[] = { STR("x"), f->program };
    Str second =
        run(f, (const char *const[]){ "-O0", "@in:1", "-o", "@out", NULL }, inputs, 2).output;
    assert_true(str_eq(first, second));
    kill(link_client_pid(f->client), SIGKILL);
    assert_true(str_eq(first, link_program(f).output));
}

static uint32_t open_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    uint32_t count = 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void a_helper_is_replaced_when_worn(void **state)
{
    Fixture *f = *state;
    (void)link_program(f);
    pid_t first = link_client_pid(f->client);
    uint32_t descriptors = open_descriptors();
    for (int i = 1; i < 499; i++)
        assert_true(is_elf(link_program(f).output));
    assert_int_equal(link_client_pid(f->client), first);
    assert_true(is_elf(link_program(f).output));
    assert_int_not_equal(link_client_pid(f->client), first);
    assert_int_equal(link_client_links(f->client), 500);
    assert_int_equal(open_descriptors(), descriptors);
    assert_true(kill(first, 0) == -1 && errno == ESRCH); /* reaped, no zombie */
}

static void a_dead_idle_helper_is_collected(void **state)
{
    Fixture *f = *state;
    link_client_warm(f->client);
    pid_t pid = link_client_pid(f->client);
    assert_true(pid > 0);
    kill(pid, SIGKILL);
    for (int i = 0; i < 12000 && link_client_pid(f->client) != 0; i++) {
        link_client_reap(f->client);
        usleep(10000);
    }
    assert_int_equal(link_client_pid(f->client), 0);
    assert_true(is_elf(link_program(f).output));
}

typedef struct {
    LinkClient *client;
    atomic_bool stop;
    atomic_uint kills;
} Killer;

/* Kills each helper once, at some moment after its first link, so that no link meets two deaths. */
static void *kill_helpers(void *argument)
{
    Killer *killer = argument;
    uint64_t links_at_kill = 0;
    uint32_t seed = 1;
    while (!atomic_load(&killer->stop)) {
        pid_t pid = link_client_pid(killer->client);
        if (pid > 0 && link_client_links(killer->client) > links_at_kill) {
            seed = seed * 1664525 + 1013904223;
            usleep(seed >> 20);
            links_at_kill = link_client_links(killer->client) + 1; /* one may be under way */
            kill(pid, SIGKILL);
            atomic_fetch_add(&killer->kills, 1);
        }
        usleep(100);
    }
    return NULL;
}

static void links_survive_killed_helpers(void **state)
{
    Fixture *f = *state;
    Str expected = link_program(f).output;
    Killer killer = { .client = f->client };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, kill_helpers, &killer), 0);
    for (int i = 0; i < 500 || atomic_load(&killer.kills) <= 5; i++) {
        Linked linked = link_program(f);
        assert_true(status_ok(linked.status));
        assert_true(str_eq(linked.output, expected));
    }
    atomic_store(&killer.stop, true);
    pthread_join(thread, NULL);
}

typedef struct {
    Fixture *fixture;
    Str expected;
    int good;
} Worker;

static void *link_often(void *argument)
{
    Worker *worker = argument;
    for (int i = 0; i < 50; i++) {
        Arena *arena = arena_new(NULL);
        Str arguments[] = { STR("-O0"), STR("@in:0"), STR("-o"), STR("@out") };
        LinkOps ops = link_client_ops(worker->fixture->client);
        Str output, diagnostics;
        Status status = ops.run(ops.context, arguments, 4, &worker->fixture->program, 1, arena,
                                &output, &diagnostics);
        worker->good += status_ok(status) && str_eq(output, worker->expected);
        arena_free(arena);
    }
    return NULL;
}

static void threads_take_turns(void **state)
{
    Fixture *f = *state;
    Worker workers[4];
    pthread_t threads[4];
    Str expected = link_program(f).output;
    for (int i = 0; i < 4; i++) {
        workers[i] = (Worker){ .fixture = f, .expected = expected };
        assert_int_equal(pthread_create(&threads[i], NULL, link_often, &workers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].good, 50);
    }
}

int main(void)
{
#define WITH_CLIENT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_CLIENT(a_program_links_and_runs),
        WITH_CLIENT(a_relocatable_link_of_many_inputs),
        WITH_CLIENT(links_of_different_kinds_in_turn),
        WITH_CLIENT(lld_refuses_with_diagnostics),
        WITH_CLIENT(damaged_inputs_and_arguments_are_refused),
        WITH_CLIENT(outputs_do_not_depend_on_the_helper),
        WITH_CLIENT(a_helper_is_replaced_when_worn),
        WITH_CLIENT(a_dead_idle_helper_is_collected),
        WITH_CLIENT(links_survive_killed_helpers),
        WITH_CLIENT(threads_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
