#include "base/crash.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sanitizer.h"

enum {
    REPORT_BYTES = 8192,
    FRAME_BYTES = 512,
    FRAMES_MAX = 64,
    DIRECTORY_BYTES = 1024,
    SIGNAL_STACK_BYTES = 64 * 1024,
};

/* Process state by nature: a signal handler gets no argument. Written by crash_install before
 * threads start. */
/* NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables) */
static struct {
    const char *program;
    const char *build_id;
    char directory[DIRECTORY_BYTES];
    int exit_code; /* 0: the signal's own end */
} crash_config;

static _Thread_local CrashFrame *newest_frame;
static _Thread_local bool thread_is_reporting;
static atomic_flag report_started = ATOMIC_FLAG_INIT;
static _Thread_local uint8_t signal_stack[SIGNAL_STACK_BYTES];
/* NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables) */

void crash_frame_push(CrashFrame *frame)
{
    frame->outer = newest_frame;
    newest_frame = frame;
}

void crash_frame_pop(CrashFrame *frame)
{
    rsc_assert(newest_frame == frame);
    newest_frame = frame->outer;
}

/* ---- the report: everything from here to write_report is async-signal-safe ---- */

typedef struct {
    char data[REPORT_BYTES];
    size_t bytes;
} Report;

static void add_bytes(Report *report, const char *data, size_t bytes)
{
    size_t room = REPORT_BYTES - report->bytes;
    size_t taken = bytes < room ? bytes : room;
    memcpy(report->data + report->bytes, data, taken);
    report->bytes += taken;
}

static void add(Report *report, const char *text)
{
    add_bytes(report, text, strlen(text));
}

static void add_number(Report *report, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    add_bytes(report, digits + at, sizeof digits - at);
}

static void add_heading(Report *report)
{
    add(report, crash_config.program ? crash_config.program : "rscc");
    add(report, " (build ");
    add(report, crash_config.build_id ? crash_config.build_id : "unknown");
    add(report, "): ");
}

static void write_to(int fd, const char *data, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t n = write(fd, data + done, bytes - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

/* `kind` is how the file's name begins. */
static int open_report_file(const char *kind)
{
    if (crash_config.directory[0] == '\0')
        return -1;
    Report path = { .bytes = 0 };
    add(&path, crash_config.directory);
    add(&path, "/");
    add(&path, kind);
    add(&path, "-");
    add_number(&path, (uint64_t)getpid());
    add_bytes(&path, ".txt", sizeof ".txt");
    return open(path.data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* One thread reports. Another that crashes meanwhile waits for the end of the process; the same
 * thread, crashing in its own report, goes on to die of its signal. */
static bool begin_report(void)
{
    if (thread_is_reporting)
        return false;
    while (atomic_flag_test_and_set(&report_started))
        pause();
    thread_is_reporting = true;
    return true;
}

static void flush(Report *report, int file)
{
    write_to(STDERR_FILENO, report->data, report->bytes);
    if (file >= 0)
        write_to(file, report->data, report->bytes);
    report->bytes = 0;
}

/* What is known already is out before a frame is asked to describe itself: that may crash too. */
static void write_frame(Report *report, int file, const CrashFrame *frame)
{
    add(report, "  while ");
    add(report, frame->what);
    flush(report, file);
    char buffer[FRAME_BYTES];
    Text text;
    text_init_fixed(&text, buffer, sizeof buffer);
    if (frame->describe)
        frame->describe(frame->argument, &text);
    add_bytes(report, text.data, text.bytes);
    add(report, text_is_full(&text) ? "...\n" : "\n");
    flush(report, file);
}

static void write_report(Report *report, const char *kind)
{
    int file = open_report_file(kind);
    flush(report, file);
    int count = 0;
    const CrashFrame *frame = newest_frame;
    for (; frame && count < FRAMES_MAX; frame = frame->outer, count++)
        write_frame(report, file, frame);
    if (frame) {
        add(report, "  ...\n");
        flush(report, file);
    }
    if (file >= 0)
        close(file);
}

__attribute__((noreturn)) void assert_fail(const char *condition, const char *file, int line,
                                           const char *function)
{
    if (begin_report()) {
        Report report = { .bytes = 0 };
        add_heading(&report);
        add(&report, "assertion failed: ");
        add(&report, condition);
        add(&report, " at ");
        add(&report, file);
        add(&report, ":");
        add_number(&report, line > 0 ? (uint64_t)line : 0);
        add(&report, " in ");
        add(&report, function);
        add(&report, "\n");
        write_report(&report, "crash");
    }
    abort();
}

void crash_report_survived(const char *what)
{
    Report report = { .bytes = 0 };
    add_heading(&report);
    add(&report, "survived, the process lives on: ");
    add(&report, what);
    add(&report, "\n");
    write_report(&report, "survived");
}

/* ---- signals ---- */

/* A sanitizer's own report of a bad access says more than ours. */
#if RSC_ASAN || RSC_TSAN
static const int reported_signals[] = { SIGABRT };
#else
static const int reported_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
#endif

/* The handler is one-shot (SA_RESETHAND): raising the signal again ends the process by it. */
static void on_signal(int signal_number)
{
    if (begin_report()) {
        Report report = { .bytes = 0 };
        add_heading(&report);
        add(&report, "killed by SIG");
        add(&report, sigabbrev_np(signal_number));
        add(&report, "\n");
        write_report(&report, "crash");
    }
    if (crash_config.exit_code != 0)
        _exit(crash_config.exit_code);
    raise(signal_number);
}

void crash_set_exit_code(int exit_code)
{
    crash_config.exit_code = exit_code;
}

/* A sanitizer gives each thread a stack of its own for this, and takes back whatever is set when
 * the thread ends. */
void crash_thread_init(void)
{
    if (RSC_ASAN || RSC_TSAN)
        return;
    stack_t stack = { .ss_sp = signal_stack, .ss_size = sizeof signal_stack };
    rsc_assert(sigaltstack(&stack, NULL) == 0);
}

void crash_install(const char *program, const char *build_id, const char *directory)
{
    crash_config.program = program;
    crash_config.build_id = build_id;
    size_t bytes = directory ? strlen(directory) : 0;
    if (bytes < DIRECTORY_BYTES)
        memcpy(crash_config.directory, directory ? directory : "", bytes + 1);
    crash_thread_init();
    struct sigaction action = { .sa_handler = on_signal,
                                .sa_flags = SA_ONSTACK | (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_COUNT(reported_signals); i++)
        rsc_assert(sigaction(reported_signals[i], &action, NULL) == 0);
}
