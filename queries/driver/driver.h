/* The driver: one workspace, its engine, and the commands a client asks of it. It sits above all
 * stages; the daemon's engine process and `rsccd --once` call it, and nothing else does.
 *
 * Threads: driver_command may be called from several threads at once for one workspace; commands
 * over the same inputs share work, commands that need another state of the inputs wait for their
 * turn (interactive ones first). No lock on the target directory. */
#ifndef RSCC_DRIVER_DRIVER_H
#define RSCC_DRIVER_DRIVER_H

#include "base/status.h"
#include "base/vec.h"
#include "link/link_ops.h"

typedef struct Workspace Workspace;
typedef struct Cache Cache;

typedef struct {
    const char *root; /* absolute: the directory of the workspace's Cargo.toml, or of the file for
                         `rscc rustc` */
    const char *epoch;
    uint32_t threads;
    Cache *cache; /* may be NULL; borrowed */
    const char
        *system_root; /* the C toolchain is looked for below it; NULL: the machine's. Borrowed */
    LinkOps link;
    bool verify;                /* RSCC_VERIFY=1 */
    uint32_t idle_sample;       /* nodes that workspace_idle executes again and compares; 0: none */
    size_t memory_budget_bytes; /* 0: default */
} WorkspaceConfig;

Workspace *workspace_open(const WorkspaceConfig *config);
void workspace_close(Workspace *workspace);

/* The file system watcher may say what changed since the last command; without it, or after an
 * overflow, every command stats all inputs. Paths are absolute; a hint is only ever an addition to
 * the stat check. */
void workspace_path_touched(Workspace *workspace, Str path);
void workspace_watch_overflowed(Workspace *workspace);
/* Directories that hold inputs, for the watcher. */
void workspace_watch_directories(Workspace *workspace, Arena *arena, StrVec *out);

typedef enum { STREAM_STDOUT = 1, STREAM_STDERR = 2 } OutputStream;

typedef struct {
    const Str *arguments; /* argv[1..] of the client */
    uint32_t argument_count;
    Str cwd;
    const Str *environment; /* KEY=VALUE, only what requests need */
    uint32_t environment_count;
    bool stdout_is_tty, stderr_is_tty;
    uint32_t terminal_width; /* 0: not a terminal */
    Str standard_input;      /* `rscc rustc -`: all of it; else empty */
    void (*write)(void *context, OutputStream stream,
                  Str bytes); /* any thread, serialized by the driver */
    void *write_context;
} CommandRequest;

typedef struct {
    int exit_code;
    /* `rscc run`: what the client is to exec after the build; NULL otherwise. In the arena given.
     */
    const char *exec_path;
    StrVec exec_arguments; /* argv[1..] of the program */
} CommandResult;

typedef struct CommandHandle CommandHandle;
/* Two steps, so that another thread can cancel: make the handle, run it. */
CommandHandle *command_new(Workspace *workspace);
/* Stores what the command executed: after the result went out to the client, with the arena of
 * command_run alive. Waits for commands that are at work, so not from a thread that others wait
 * for. */
void command_store(CommandHandle *command);
void command_free(CommandHandle *command);
CommandResult command_run(CommandHandle *command, const CommandRequest *request, Arena *arena);
/* Sticky, from any thread: the client went away or pressed Ctrl-C. */
void command_cancel(CommandHandle *command);

/* On a thread of its own while no command runs; one may begin meanwhile, and should not have to
 * wait for it. Idle work: warms LLVM, trims values, stores what is left, checkpoints the store,
 * executes a few nodes again to compare. Resident bytes tell the daemon when to replace the engine.
 */
void workspace_idle(Workspace *workspace);

/* Which workspace a command belongs to: the absolute root directory, found from argv and cwd
 * (--manifest-path, the nearest Cargo.toml upwards and its [workspace], the file's directory for
 * `rscc rustc`). Pure but for file system reads. On failure gives the message a user sees. Used by
 * the supervisor to choose the engine. */
bool workspace_root_find(const CommandRequest *request, Arena *arena, const char **root,
                         const char **error);

#endif
