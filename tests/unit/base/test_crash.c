#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/crash.h"
#include "base/file.h"
#include "base/sanitizer.h"
#include "unit/unit.h"

/* Each crash happens in a child process with its own report directory. */
typedef struct {
    Arena *arena;
    char directory[64];
    Str report;
    Str standard_error;
    int signal;
} Crash;

static void describe_text(const void *argument, Text *out)
{
    text_addf(out, "(%s)", (const char *)argument);
}

static void describe_long(const void *argument, Text *out)
{
    for (int i = 0; i < 1000; i++)
        text_add_c(out, argument);
}

static void describe_asserting(const void *argument, Text *out)
{
    (void)argument, (void)out;
    RSC_BUG("describe failed");
}

#if !RSC_ASAN && !RSC_TSAN
static void describe_faulting(const void *argument, Text *out)
{
    text_add_c(out, *(const char *const volatile *)argument);
}
#endif

static void run_child(const Crash *crash, void (*body)(void), const char *error_path)
{
    int fd = open(error_path, O_WRONLY | O_CREAT, 0600);
    dup2(fd, 2);
    crash_install("tester", "build-7", crash->directory);
    body();
    _exit(0);
}

static Crash crash_in_child(void (*body)(void))
{
    Crash crash = { .arena = arena_new(NULL), .directory = "/tmp/rscc-test-crash-XXXXXX" };
    assert_non_null(mkdtemp(crash.directory));
    const char *error_path = arena_printf(crash.arena, "%s/stderr", crash.directory);
    pid_t child = fork();
    if (child == 0)
        run_child(&crash, body, error_path);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    crash.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *report = arena_printf(crash.arena, "%s/crash-%d.txt", crash.directory, child);
    if (!status_ok(file_read(report, crash.arena, 1 << 16, &crash.report, NULL)))
        crash.report = STR("");
    assert_true(
        status_ok(file_read(error_path, crash.arena, 1 << 16, &crash.standard_error, NULL)));
    unlink(report);
    unlink(error_path);
    rmdir(crash.directory);
    return crash;
}

static void assert_contains(Str text, const char *part)
{
    if (!strstr(text.data, part))
        fail_msg("`%s` is not in `%s`", part, text.data);
}

static void fail_inside_two_frames(void)
{
    CrashFrame outermost = { .what = "linking" };
    CrashFrame outer = { NULL, "typeck", describe_text, "a" };
    CrashFrame inner = { NULL, "mir", describe_text, "b" };
    CrashFrame gone = { NULL, "finished", describe_text, "c" };
    crash_frame_push(&outermost);
    crash_frame_push(&outer);
    crash_frame_push(&gone);
    crash_frame_pop(&gone);
    crash_frame_push(&inner);
    rsc_assert(1 == 2);
}

static void an_assertion_reports_condition_and_frames(void **state)
{
    (void)state;
    Crash crash = crash_in_child(fail_inside_two_frames);
    assert_int_equal(crash.signal, SIGABRT);
    assert_contains(crash.report, "tester (build build-7): assertion failed: 1 == 2 at ");
    assert_contains(crash.report, "test_crash.c:");
    assert_contains(crash.report, " in fail_inside_two_frames\n");
    assert_contains(crash.report, "  while mir(b)\n  while typeck(a)\n  while linking\n");
    assert_null(strstr(crash.report.data, "finished"));
    assert_true(str_eq(crash.report, crash.standard_error));
    arena_free(crash.arena);
}

static void call_abort(void)
{
    CrashFrame frame = { NULL, "link", describe_text, "c" };
    crash_frame_push(&frame);
    abort();
}

static void a_signal_reports_its_name(void **state)
{
    (void)state;
    Crash crash = crash_in_child(call_abort);
    assert_int_equal(crash.signal, SIGABRT);
    assert_contains(crash.report, "killed by SIGABRT\n  while link(c)\n");
    arena_free(crash.arena);
}

static void fail_above(CrashFrame *broken)
{
    CrashFrame outer = { NULL, "typeck", describe_text, "a" };
    CrashFrame inner = { NULL, "mir", describe_text, "b" };
    crash_frame_push(&outer);
    crash_frame_push(broken);
    crash_frame_push(&inner);
    rsc_assert(1 == 2);
}

static void fail_with_asserting_frame(void)
{
    CrashFrame broken = { NULL, "layout", describe_asserting, NULL };
    fail_above(&broken);
}

#if !RSC_ASAN && !RSC_TSAN
static void fail_with_faulting_frame(void)
{
    CrashFrame broken = { NULL, "layout", describe_faulting, NULL };
    fail_above(&broken);
}
#endif

static void a_crash_while_reporting_keeps_what_was_said(void **state)
{
    (void)state;
    void (*const bodies[])(void) = {
        fail_with_asserting_frame,
#if !RSC_ASAN && !RSC_TSAN
        fail_with_faulting_frame,
#endif
    };
    for (size_t i = 0; i < ARRAY_COUNT(bodies); i++) {
        Crash crash = crash_in_child(bodies[i]);
        assert_int_equal(crash.signal, i == 0 ? SIGABRT : SIGSEGV);
        assert_contains(crash.report, "assertion failed: 1 == 2");
        assert_contains(crash.report, "\n  while mir(b)\n  while layout");
        arena_free(crash.arena);
    }
}

static void fail_in_long_frame(void)
{
    CrashFrame outer = { NULL, "typeck", describe_text, "a" };
    CrashFrame frame = { NULL, "typeck", describe_long, "(very long" };
    crash_frame_push(&outer);
    crash_frame_push(&frame);
    rsc_assert(1 == 2);
}

static void a_long_frame_is_cut_off(void **state)
{
    (void)state;
    Crash crash = crash_in_child(fail_in_long_frame);
    assert_contains(crash.report, "\n  while typeck(very long(very long");
    assert_contains(crash.report, "...\n  while typeck(a)\n");
    assert_true(crash.report.bytes < 2000);
    arena_free(crash.arena);
}

static void *fail_in_thread(void *argument)
{
    crash_thread_init();
    CrashFrame frame = { .what = argument };
    crash_frame_push(&frame);
    rsc_assert(1 == 2);
    return NULL;
}

static void fail_in_four_threads(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, fail_in_thread, "worker");
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void one_of_several_crashing_threads_reports(void **state)
{
    (void)state;
    Crash crash = crash_in_child(fail_in_four_threads);
    assert_int_equal(crash.signal, SIGABRT);
    assert_contains(crash.report, "while worker");
    const char *first = strstr(crash.report.data, "assertion failed");
    assert_null(strstr(first + 1, "assertion failed"));
    arena_free(crash.arena);
}

#if !RSC_ASAN && !RSC_TSAN
static int overflow_stack(volatile int *depth)
{
    volatile char pad[4096] = { 0 };
    if (++*depth < 0)
        return 0;
    return overflow_stack(depth) + pad[*depth % 4096];
}

static void run_out_of_stack(void)
{
    volatile int depth = 0;
    overflow_stack(&depth);
}

static void a_stack_overflow_reports(void **state)
{
    (void)state;
    Crash crash = crash_in_child(run_out_of_stack);
    assert_int_equal(crash.signal, SIGSEGV);
    assert_contains(crash.report, "killed by SIGSEGV\n");
    arena_free(crash.arena);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_assertion_reports_condition_and_frames),
        cmocka_unit_test(a_signal_reports_its_name),
        cmocka_unit_test(a_crash_while_reporting_keeps_what_was_said),
        cmocka_unit_test(a_long_frame_is_cut_off),
        cmocka_unit_test(one_of_several_crashing_threads_reports),
#if !RSC_ASAN && !RSC_TSAN
        cmocka_unit_test(a_stack_overflow_reports),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
