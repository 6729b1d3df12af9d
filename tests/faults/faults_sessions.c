/* Several processes on one workspace, with and without the daemon: what one has computed serves the
 * others, and commands that are cancelled or whose engine dies do no harm. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults/faults_versions.h"

enum { LONG_FUNCTIONS = 2000, POLL_NS = 1000000, WAIT_MS = 60000 };

/* ---- the same store ---- */

/* All queries that `--stats` says were executed; *loaded: that came from the store. */
static long long executed(Str err, long long *loaded)
{
    long long sum = 0;
    *loaded = 0;
    Arena *arena = arena_new(NULL);
    char *rest = NULL, *text = arena_copy(arena, err.data, err.bytes + 1);
    text[err.bytes] = '\0';
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        long long run, reused, from_store;
        if (sscanf(line, "%*s %lld %lld %lld", &run, &reused, &from_store) == 3) {
            sum += run;
            *loaded += from_store;
        }
    }
    arena_free(arena);
    return sum;
}

static void expect_nothing_executed(Product *p, const char *words, Str binary)
{
    Arena *arena = arena_new(NULL);
    RunResult result = product_run(p, arena, words);
    long long loaded, ran = executed(result.err, &loaded);
    if (result.exit_code != 0 || ran != 0 || loaded == 0 || contains(result.err, "Compiling"))
        product_fail(p, "`rscc %s` executed %lld queries and loaded %lld:\n%.*s", words, ran,
                     loaded, (int)result.err.bytes, result.err.data);
    if (!str_eq(binary_of(p, arena), binary))
        product_fail(p, "`rscc %s` gave another binary", words);
    arena_free(arena);
}

/* Without the daemon and with it, in both orders; and the daemon after a rest. */
static void each_takes_up_where_the_other_was(Product *p)
{
    Versions good = versions_begin(p);
    store_clear(p);
    version_run(p, &good, "run", FIRST, 0, "");
    wait_until_stored(p, 1);
    expect_nothing_executed(p, "build --no-daemon --stats", good.first);
    version_run(p, &good, "run", SECOND, 0, "");
    wait_until_stored(p, 2);
    expect_nothing_executed(p, "build --no-daemon --stats", good.second);
    daemon_stop(p);
    expect_nothing_executed(p, "build --stats", good.second);
    daemon_stop(p);
    version_run(p, &good, "run --no-daemon", FIRST, 0, "");
    expect_nothing_executed(p, "build --stats", good.first);
    store_expect_sound(p);
}

/* ---- at once ---- */

static void judge_all(Product *p, RunningProgram *programs, int count, int value)
{
    Arena *arena = arena_new(NULL);
    for (int i = 0; i < count; i++) {
        RunResult result = run_finish(&programs[i], arena);
        version_judge(p, &result, value, 0, "");
    }
    arena_free(arena);
}

static void several_without_a_daemon(Product *p)
{
    enum { ROUNDS = 4, COUNT = 3 };
    Versions good = versions_begin(p);
    store_clear(p);
    Arena *arena = arena_new(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        int value = round % 2 ? FIRST : SECOND;
        RunningProgram programs[COUNT];
        product_write(p, "src/a.rs", product_module(p, value));
        for (int i = 0; i < COUNT; i++)
            programs[i] = product_start(p, arena, "run --no-daemon");
        judge_all(p, programs, COUNT, value);
        version_run(p, &good, "run --no-daemon", value, 0, "");
    }
    arena_free(arena);
    store_expect_sound(p);
}

static void some_beside_a_daemon(Product *p)
{
    enum { ROUNDS = 4 };
    static const char *const words[] = { "run", "run --no-daemon", "run --no-daemon", "run" };
    Versions good = versions_begin(p);
    Arena *arena = arena_new(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        int value = round % 2 ? FIRST : SECOND;
        RunningProgram programs[ARRAY_COUNT(words)];
        product_write(p, "src/a.rs", product_module(p, value));
        for (size_t i = 0; i < ARRAY_COUNT(words); i++)
            programs[i] = product_start(p, arena, words[i]);
        judge_all(p, programs, ARRAY_COUNT(words), value);
        version_run(p, &good, "run", value, 0, "");
    }
    arena_free(arena);
    daemon_stop(p);
    store_expect_sound(p);
}

/* One engine serves them, side by side, with profiles of their own. */
static void clients_at_once(Product *p)
{
    static const char *const words[] = { "run", "run --release",   "check",
                                         "run", "check --release", "run --release" };
    Arena *arena = arena_new(NULL);
    for (int round = 0; round < 2; round++) {
        int value = round ? SECOND : FIRST;
        RunningProgram programs[ARRAY_COUNT(words)];
        product_write_sample(p, value);
        for (size_t i = 0; i < ARRAY_COUNT(words); i++)
            programs[i] = product_start(p, arena, words[i]);
        for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
            RunResult result = run_finish(&programs[i], arena);
            bool runs = words[i][0] == 'r';
            const char *out = runs ? arena_printf(arena, "%d\n", value) : "";
            if (result.exit_code != 0 || !str_eq(result.out, str_from_c(out)) ||
                contains(result.err, "warning") || contains(result.err, "error"))
                product_fail(p, "`rscc %s`: exit code %d and:\n%.*s%.*s", words[i],
                             result.exit_code, (int)result.out.bytes, result.out.data,
                             (int)result.err.bytes, result.err.data);
        }
    }
    pid_t pids[4];
    if (product_processes(p, ROLE_ENGINE, pids, 4) != 1 ||
        product_processes(p, ROLE_SUPERVISOR, pids, 4) != 1)
        product_fail(p, "there is not one engine under one supervisor");
    arena_free(arena);
}

/* ---- cancelled and crashed ---- */

/* So much to build that something can happen meanwhile. */
static void write_long_program(Product *p, int value)
{
    Text text;
    text_init(&text, p->arena);
    for (int i = 0; i < LONG_FUNCTIONS; i++)
        text_addf(&text,
                  "pub fn f%d(x: i32) -> i32 {\n    let mut n = x;\n    while n > %d {\n"
                  "        n = match n %% 3 { 0 => n - 1, 1 => n - 2, _ => n / 2 };\n    }\n"
                  "    f%d(n)\n}\n",
                  i, i, i + 1);
    text_addf(&text, "pub fn f%d(x: i32) -> i32 {\n    x\n}\n", LONG_FUNCTIONS);
    text_addf(&text, "pub fn value() -> i32 {\n    if false { f0(1) } else { %d }\n}\n", value);
    product_write(p, "src/main.rs", product_main);
    product_write(p, "src/a.rs", text.data);
}

static void wait_for_active(Product *p, long long count)
{
    int64_t deadline = run_clock_ns() + (int64_t)WAIT_MS * 1000000;
    while (number_of(p, "daemon status --json", "active") != count) {
        if (run_clock_ns() > deadline) {
            product_fail(p, "the daemon does not have %lld commands at work", count);
            return;
        }
        run_sleep_ns(POLL_NS);
    }
}

static void expect_no_binary(Product *p)
{
    if (access(product_path(p, "target/rscc/debug/app"), F_OK) == 0)
        product_fail(p, "a cancelled build left a binary");
}

static void ctrl_c_cancels_a_build(Product *p)
{
    Arena *arena = arena_new(NULL);
    write_long_program(p, FIRST);
    RunningProgram program = product_start(p, arena, "build");
    wait_for_active(p, 1);
    pid_t engine = product_process(p, ROLE_ENGINE);
    must(kill(program.pid, SIGINT) == 0, "SIGINT");
    RunResult result = run_finish(&program, arena);
    product_expect(p, &result, 128 + SIGINT, "");
    wait_for_active(p, 0);
    expect_no_binary(p);
    result = product_run(p, arena, "run");
    version_judge(p, &result, FIRST, 0, "");
    if (product_process(p, ROLE_ENGINE) != engine)
        product_fail(p, "the engine is another one");
    result = product_run(p, arena, "daemon log");
    if (contains(result.out, "crashed"))
        product_fail(p, "the engine crashed:\n%.*s", (int)result.out.bytes, result.out.data);
    Str binary = binary_of(p, arena);
    daemon_stop(p);
    store_expect_sound(p);
    store_clear(p);
    write_long_program(p, FIRST);
    result = product_run(p, arena, "build --no-daemon");
    if (result.exit_code != 0 || !str_eq(binary_of(p, arena), binary))
        product_fail(p, "the build after a cancelled one gave another binary");
    arena_free(arena);
}

static void ctrl_c_without_a_daemon(Product *p)
{
    Arena *arena = arena_new(NULL);
    write_long_program(p, FIRST);
    RunningProgram program = product_start(p, arena, "build --no-daemon");
    int64_t deadline = run_clock_ns() + (int64_t)WAIT_MS * 1000000;
    while (!store_file(p, "*/ws-*.lease") && run_clock_ns() < deadline)
        run_sleep_ns(POLL_NS);
    must(kill(program.pid, SIGINT) == 0, "SIGINT");
    RunResult result = run_finish(&program, arena);
    product_expect(p, &result, 128 + SIGINT, "");
    expect_no_binary(p);
    result = product_run(p, arena, "run --no-daemon");
    version_judge(p, &result, FIRST, 0, "");
    store_expect_sound(p);
    arena_free(arena);
}

static void an_engine_crashes(Product *p)
{
    Arena *arena = arena_new(NULL);
    write_long_program(p, FIRST);
    RunningProgram program = product_start(p, arena, "run");
    wait_for_active(p, 1);
    pid_t engine = product_process(p, ROLE_ENGINE);
    must(engine > 0 && kill(engine, SIGABRT) == 0, "SIGABRT");
    RunResult result = run_finish(&program, arena);
    const char *report = arena_printf(arena, "%s/crash-%d.txt", p->log, (int)engine);
    product_expect(p, &result, 0, "error: the compiler crashed: signal 6 (SIGABRT)\n");
    product_expect(p, &result, 0, arena_printf(arena, "note: the crash report is in %s\n", report));
    product_expect(p, &result, 0, "note: trying once more, in a process of its own\n");
    if (!str_eq(result.out, STR("11\n")))
        product_fail(p, "the second try printed %.*s", (int)result.out.bytes, result.out.data);
    if (access(report, F_OK) != 0)
        product_fail(p, "there is no crash report");
    result = product_run(p, arena, "run");
    version_judge(p, &result, FIRST, 0, "");
    daemon_stop(p);
    store_expect_sound(p);
    arena_free(arena);
}

static const ProductCase cases[] = {
    { "each_takes_up_where_the_other_was", each_takes_up_where_the_other_was, NULL },
    { "several_without_a_daemon", several_without_a_daemon, NULL },
    { "some_beside_a_daemon", some_beside_a_daemon, NULL },
    { "clients_at_once", clients_at_once, NULL },
    { "ctrl_c_cancels_a_build", ctrl_c_cancels_a_build, NULL },
    { "ctrl_c_without_a_daemon", ctrl_c_without_a_daemon, NULL },
    { "an_engine_crashes", an_engine_crashes, NULL },
};

int main(int argc, char **argv)
{
    return product_main_of_cases(argc, argv, cases, ARRAY_COUNT(cases));
}
