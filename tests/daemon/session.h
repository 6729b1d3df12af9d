/* A user's session for one test: directories of its own, so that it has daemons of its own, and
 * ways to run rscc in it. */
#ifndef RSCC_TESTS_DAEMON_SESSION_H
#define RSCC_TESTS_DAEMON_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"
#include "unit/unit.h"

/* Deadlines are for what hangs, so they are far beyond what a busy machine needs. No test asserts a
 * duration. */
enum { TEST_SECONDS_MAX = 200, WAIT_SECONDS_MAX = 120, ARGUMENTS_MAX = 64 };

typedef struct {
    Arena *arena;
    const char *dir;       /* holds everything */
    const char *workspace; /* <dir>/ws, with a Cargo.toml; where rscc is run */
    const char *program;   /* rscc */
    const char *bin;       /* the directory of all programs */
    bool expects_reports;  /* of sanitizers in the daemon's log */
} Session;

/* cmocka's set-up and tear-down. Tear-down stops the daemon and fails if any process of the
 * session is left, or a sanitizer complained in one. */
int session_set_up(void **state);
int session_tear_down(void **state);

/* A running rscc (or another program) with pipes. */
typedef struct {
    pid_t pid;
    int out, err; /* read ends */
} Process;

typedef struct {
    int exit_code; /* -signal if it died of one */
    Str out, err;
} Result;

/* Arguments up to NULL. */
Process session_start(Session *session, const char *const *arguments);
Result session_finish(Session *session, Process *process);
Result session_run(Session *session, const char *const *arguments);
#define RUN(session, ...)   session_run((session), (const char *const[]){ __VA_ARGS__, NULL })
#define START(session, ...) session_start((session), (const char *const[]){ __VA_ARGS__, NULL })

/* `rscc build` with these steps of the fake driver (fake_driver.c). */
Result session_build(Session *session, const char *const *steps);
Process session_start_build(Session *session, const char *const *steps);
#define BUILD(session, ...) session_build((session), (const char *const[]){ __VA_ARGS__, NULL })
#define START_BUILD(session, ...) \
    session_start_build((session), (const char *const[]){ __VA_ARGS__, NULL })

/* A path in the session's directory. */
const char *session_path(Session *session, const char *name);
bool path_exists(const char *path);
/* The content; empty if there is none. */
Str session_read(Session *session, const char *path);
void session_write(Session *session, const char *path, const char *text);

/* A moment for waiting, and what ends the wait: `for (Wait w = wait_begin(); !done();
 * wait_more(&w))` fails the test after WAIT_SECONDS_MAX. */
typedef struct {
    int64_t deadline_ms;
} Wait;
Wait wait_begin(void);
void wait_more(const Wait *wait);

/* Wait for a file to exist, to have this content, or for a process to be gone. */
void wait_for_file(const char *path);
void wait_for_content(Session *session, const char *path, const char *content);
void wait_for_end(pid_t pid);
bool process_is_alive(pid_t pid);

/* Of the session's daemon, whether it runs or not: "sock", "lock" or "start". */
const char *session_daemon_file(Session *session, const char *suffix);

/* From `rscc daemon status --json`: a number by name, the first after `after` ("" for the first);
 * -1 if there is none. */
long status_number(Session *session, const char *after, const char *name);
/* Waits until the number is this: engines tell the supervisor what they do after they tell the
 * client. */
void wait_for_status(Session *session, const char *name, long value);
pid_t daemon_pid(Session *session);
pid_t engine_pid(Session *session);
/* Waits until there is one. */
pid_t helper_pid(Session *session);
/* Processes of the session, this one apart. */
uint32_t session_process_count(const Session *session);

bool has(Str text, const char *part);
void assert_text(Str text, const char *expected);
void assert_ok(Result result);
/* No engine crashed; shows the log otherwise. */
void assert_no_crashes(Session *session);

#endif
