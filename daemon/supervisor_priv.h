/* The supervisor's parts: its life (supervisor.c), clients (supervisor_client.c), engines
 * (supervisor_engine.c), what `rscc daemon status` shows (supervisor_status.c). All of it belongs
 * to the loop's thread. */
#ifndef RSCC_DAEMON_SUPERVISOR_PRIV_H
#define RSCC_DAEMON_SUPERVISOR_PRIV_H

#include <uv.h>

#include "base/hash.h"
#include "daemon/channel.h"
#include "daemon/log.h"
#include "daemon/outbox.h"
#include "daemon/paths.h"

enum {
    CRASHES_KEPT = 32,
    CRASH_LOOP_COUNT = 3,      /* this many crashes of one workspace ... */
    CRASH_LOOP_MS = 60 * 1000, /* ... within this time, and it is started on demand only */
    STOP_GRACE_MS = 5000,      /* for engines to end by themselves */
};

typedef struct Supervisor Supervisor;
typedef struct Connection Connection;
typedef struct EngineRecord EngineRecord;

/* An engine's end that nobody asked for. Texts are on the heap. */
typedef struct {
    uint64_t engine;
    int64_t at_ms;
    Fp root;
    char *how;
    char *report_path; /* "" if it left none */
} CrashRecord;

struct Supervisor {
    uv_loop_t loop;
    Arena *arena;
    Log *log;
    const char *build_id;
    DaemonPaths paths;
    const char *log_dir, *log_file;
    const char *program; /* our own file, to notice that it was replaced */
    uint64_t program_inode, socket_inode;
    int64_t started_ms, idle_since_ms, idle_exit_ms;
    int listen_fd, lock_fd, session_fd; /* -1: closed */
    uv_poll_t listen_poll, session_poll;
    uv_signal_t sigterm, sigint, sigchld;
    uv_timer_t tick, stop_timer;
    bool is_stopping;
    bool is_in_ci;
    Connection *connections;
    EngineRecord *engines;
    uint64_t next_engine;
    CrashRecord crashes[CRASHES_KEPT]; /* a ring */
    uint32_t crash_count;              /* ever */
    uint64_t routed_count;
};

struct EngineRecord {
    EngineRecord *next;
    Supervisor *supervisor;
    uint64_t serial;
    char *root; /* heap */
    pid_t pid;
    int control_fd, stderr_fd;
    uv_poll_t control_poll, stderr_poll;
    uint32_t open_handles; /* freed when both are closed */
    Channel channel;
    Outbox outbox;
    Message_engine_state state;
    int64_t started_ms, used_ms;
    bool is_stopping;
};

/* ---- supervisor.c ---- */

/* No new work from here on. cancel: running commands are not waited for. Repeating it is harmless.
 */
void supervisor_stop(Supervisor *s, bool cancel, const char *why);
/* Ends the loop if a stop was asked for and no engine is left. */
void supervisor_finish_if_stopped(Supervisor *s);
void supervisor_touch(Supervisor *s);

/* ---- supervisor_client.c ---- */

void connection_close(Connection *connection);
/* All but those that wait for our end. */
void connection_close_all(Supervisor *s);
/* At the end: frees what is left, and leaves it to the end of the process to tell those who wait
 * for it. */
void connection_forget_all(Supervisor *s);
/* Takes clients from now on; again after descriptors had run out. */
void connection_listen(Supervisor *s);
/* Closes those that have been silent for too long. */
void connection_check_deadlines(Supervisor *s);
/* Answers those that ask about this engine. */
void connection_answer_crash(Supervisor *s, uint64_t engine);
/* Whether somebody is connected, those apart that wait for our end. */
bool connection_is_any_active(const Supervisor *s);

/* ---- supervisor_engine.c ---- */

/* The engine of a workspace, started if need be; NULL if that is impossible. */
EngineRecord *engine_for_root(Supervisor *s, const char *root);
/* Gives a client's connection and its RUN payload to the engine. Takes the descriptor. */
void engine_hand_over(EngineRecord *engine, int client_fd, Str run_payload);
void engine_stop(EngineRecord *engine, bool cancel);
void engine_kill_all(Supervisor *s);
/* Collects engines that ended. */
void engine_reap_all(Supervisor *s);
EngineRecord *engine_by_serial(const Supervisor *s, uint64_t serial);
bool engine_is_busy(const EngineRecord *engine);
void engine_forget_crashes(Supervisor *s);
/* NULL if this engine is not known to have crashed. */
const CrashRecord *crash_of_engine(const Supervisor *s, uint64_t serial);

/* ---- supervisor_status.c ---- */

void supervisor_status_text(Supervisor *s, bool json, Text *out);

#endif
