/* Private to the driver: one workspace, its inputs, and the life of a command.
 *
 * A command goes through: options -> crates wanted (manifests or a command line) -> the turn (see
 * driver_turn.c: inputs are brought up to date, or joined as they are) -> engine requests ->
 * messages -> what it publishes. */
#ifndef RSCC_DRIVER_DRIVER_PRIV_H
#define RSCC_DRIVER_DRIVER_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/file.h"
#include "base/map.h"
#include "cache/cache.h"
#include "codegen/codegen.h"
#include "diag/diag_data.h"
#include "diag/diag_render.h"
#include "driver/driver.h"
#include "link/link.h"
#include "options/options.h"
#include "project/project_profile.h"

typedef struct {
    bool has_error;
} BodyChecked;
typedef struct {
    bool is_complete; /* false after cancellation; what is wrong is in the diagnostics */
} CrateChecked;
#define QUERY QUERY_DECLARE
#include "driver/driver_queries.def"
#undef QUERY

/* ---- driver_registry.c -------------------------------------------------------------------------
 */
/* Index = query kind; QUERY_KIND_COUNT entries. */
extern const QueryInfo query_registry[];

/* ---- driver_seen.c: what was seen of a file, and when that still holds
 * ------------------------------------------------------- */

typedef struct {
    Status status;
    FileStat stat; /* if the status is success */
    int64_t at_ns; /* clock, before it was looked at */
    Fp content;    /* of one that was read: fp_of_bytes of all of it, with seed 0 */
} Seen;

int64_t driver_clock_ns(void);
/* Without reading it. */
Seen seen_stat(const char *path);
/* bytes_max 0: of any size that makes sense. *bytes is in the arena; empty after a failure. */
Seen seen_read(const char *path, size_t bytes_max, Arena *arena, Str *bytes);
/* Whether the stat alone proves that the file is as it was seen: the one rule for that. An absent
 * file is proven by being absent. */
bool seen_is_proven(const Seen *seen, const char *path);
/* Reads the file; one with the same content, or that fails in the same way, is seen anew. */
bool seen_content_holds(Seen *seen, const char *path);
/* Reads the file only if its stat proves nothing. */
bool seen_holds(Seen *seen, const char *path);

/* A path that the result of a command rests on, as it was when the command looked at it. */
typedef enum {
    WITNESS_FILE,      /* its content matters */
    WITNESS_PRESENCE,  /* that there is something or nothing */
    WITNESS_DIRECTORY, /* its listing: the stat stands for it, or nothing does */
} WitnessKind;
typedef struct {
    WitnessKind kind;
    Str path; /* absolute; ends with a NUL */
    Seen seen;
} Witness;
VEC_TYPE(WitnessVec, witness_vec, Witness)
/* The path now; for a file the caller reads it. */
Witness witness_of_path(WitnessKind kind, const char *path);
/* Whether the path is as it was. */
bool witness_holds(Witness *witness);

/* ---- driver_files.c: source files as inputs
 * ------------------------------------------------------- */

/* What was seen of a file when it was last read. */
typedef struct {
    FileId file;
    const char *path; /* absolute */
    Seen seen;
    bool touched; /* the watcher said so: do not trust the stat until the content was read again */
} FileEntry;
VEC_TYPE(FileEntryVec, file_entry_vec, FileEntry)

typedef struct {
    pthread_mutex_t lock;
    Arena *arena;
    Map by_file; /* FileId -> index */
    FileEntryVec entries;
} FileTable;

void file_table_init(FileTable *table);
void file_table_release(FileTable *table);
/* InputOps.load for file_text: reads the file and remembers what was seen. */
void file_table_load(FileTable *table, const Interners *interners, const char *root, FileId file,
                     Arena *out_arena, FileText *out);
/* Files whose content is not what it was when they were loaded: those whose stat differs or cannot
 * be trusted are read and compared. Those given stay so until they are loaded again: whoever asked
 * may be cancelled before that. */
typedef struct {
    FileId *files;
    uint32_t count;
} FileList;
FileList file_table_changed(FileTable *table, Arena *arena);
void file_table_touch(FileTable *table, Str path);
void file_table_touch_all(FileTable *table);
/* No longer looked at. */
void file_table_forget(FileTable *table, FileId file);

/* ---- driver_published.c: files that commands left
 * -------------------------------------------------- */

VEC_TYPE(SeenVec, seen_vec, Seen)

/* Threads: any. */
typedef struct {
    pthread_mutex_t lock; /* a leaf */
    Arena *arena;
    Map by_path; /* Fp of the absolute path -> index */
    SeenVec files;
} PublishedTable;

void published_table_init(PublishedTable *table);
void published_table_release(PublishedTable *table);
/* The file has just been put there. */
void published_note(PublishedTable *table, const char *path, Fp content);
/* Whether the file is there with this content. Reads it only if its stat proves nothing. */
bool published_is_current(PublishedTable *table, const char *path, uint64_t size, Fp content);

/* ---- driver_crates.c: what the command line and the manifests make of the workspace
 * ---------------- */

typedef struct {
    Str name, version;
    Str dir; /* of the package, relative to the workspace root; "" the root itself */
    const char *manifest_path; /* absolute */
    DefId *crates;             /* in crates */
    Str *target_names;         /* of each crate: as users call it, with `-` */
    uint32_t crate_count;
    bool is_primary;
    Str rust_needed; /* a later Rust than ours; empty otherwise */
} ProjectPackage;

typedef struct {
    const CrateInfo *crates; /* dependencies first */
    uint32_t crate_count;
    const ProjectPackage *packages; /* dependencies first; empty for `rscc rustc` */
    uint32_t package_count;
    DefId *selected; /* crates the command is about: all of them are checked, binaries among them
                        linked */
    uint32_t selected_count;
    bool *is_needed;  /* by crate: selected, or a dependency of one that is */
    Str profile_name; /* "dev", "release" */
    Str profile_dir;  /* "debug", "release" */
    CodegenOptions options;
    bool debug_assertions;
    CrateCfgs cfgs; /* of every crate */
    /* What decided any of this: manifests, discovered targets. */
    WitnessVec witnesses;
    Str default_run;
    StrVec warnings; /* about manifests */
} Project;

/* False: *error is the message (a whole rendered text). */
bool project_of_package(Arena *arena, Interners *interners, const char *root,
                        const Options *options, Str cwd, Project *out, const char **error);
bool project_of_file(Arena *arena, Interners *interners, const char *root, const Options *options,
                     Str cwd, Str file, Project *out, const char **error);
const CrateInfo *project_crate(const Project *project, DefId crate);
/* Is the crate selected, or a dependency of one that is? */
bool project_needs(const Project *project, DefId crate);
/* NULL for a crate of `rscc rustc`. *target_name (may be NULL): the crate's target as users call
 * it. */
const ProjectPackage *project_package(const Project *project, DefId crate, Str *target_name);

/* ---- driver_environment.c: files of the C toolchain
 * ------------------------------------------------ */

/* What link_environment was found from; nothing before its first load. Threads: any. */
typedef struct {
    pthread_mutex_t lock; /* held while files are read */
    Arena *arena;         /* of looked */
    WitnessVec looked;
} EnvironmentFiles;

void environment_init(EnvironmentFiles *environment);
void environment_release(EnvironmentFiles *environment);
/* InputOps.load for link_environment. */
void environment_load(EnvironmentFiles *environment, const char *system_root, Arena *out_arena,
                      LinkEnvironment *out);
/* Whether a new load may find something else. */
bool environment_changed(EnvironmentFiles *environment);

/* ---- the workspace
 * --------------------------------------------------------------------------------- */

VEC_TYPE(TraceEntryVec, trace_entry_vec, TraceEntry)

/* What the last command executed, for `why`. arena NULL: there was none. */
typedef struct {
    Arena *arena;
    TraceEntryVec entries;
    Str words; /* "rscc build --release" */
    uint64_t elapsed_ns, verify_steps;
    uint32_t bodies, shards; /* of all crates it needed, executed or not; 0: not counted */
} LastCommand;

struct Workspace {
    WorkspaceConfig config;
    Arena *arena;
    Interners *interners;
    Engine *engine;
    CodegenPool *codegen_pool;
    FileTable files;
    PublishedTable published;
    EnvironmentFiles environment;
    atomic_bool is_loaded; /* the store's nodes are in the engine */

    /* driver_turn.c */
    pthread_mutex_t turn_lock;
    pthread_cond_t turn_changed;
    uint32_t active; /* commands at work on the current inputs */
    uint32_t waiting_interactive;
    bool changing;    /* one command brings the inputs up to date */
    bool is_outdated; /* an input was read again and was another: the next turn makes a revision of
                         it */
    Fp crates_fp;     /* of the crate inputs that are set */
    CommandHandle *commands; /* all that run, for overtaking */

    pthread_mutex_t store_lock; /* one at a time writes to the store */
    pthread_mutex_t last_lock;
    LastCommand last;
};

/* What --timings gathers over the requests of a command. */
typedef struct {
    uint64_t executed, reused, time_ns;
} KindTiming;
typedef struct {
    QueryKind kind;
    QueryKey key;
    uint64_t time_ns; /* children included */
} TimedExecution;
VEC_TYPE(TimedExecutionVec, timed_execution_vec, TimedExecution)
typedef struct {
    KindTiming *kinds; /* by query kind */
    TimedExecutionVec executions;
    uint64_t verify_steps;
} CommandTimings;

typedef struct Progress Progress; /* driver_progress.c */

struct CommandHandle {
    Workspace *workspace;
    CommandHandle *next;
    const CommandRequest *request;
    Arena *arena;
    Options options;
    Project project;
    bool is_background;    /* check from an editor: may be overtaken */
    atomic_bool cancelled; /* by the client */
    atomic_bool overtaken; /* by newer inputs: starts again */
    bool gave_up;          /* it ended without an answer, and said why */
    uint32_t restarts;
    pthread_mutex_t request_lock; /* guards engine_request against cancel */
    EngineRequest *engine_request;
    pthread_mutex_t output_lock;
    Progress *progress; /* NULL: no such line */
    Map reported;       /* fingerprints of the diagnostics that were printed */
    uint64_t start_ns;
    bool changed_inputs; /* of this turn */
    bool keeps_reached;  /* its requests tell what they reached */
    bool left_results;   /* it made something that is to be stored */
    uint32_t noted_requests;
    bool verify_failed;
    CommandTimings *timings; /* NULL: not asked for */
    Text transcript; /* what was printed about the program, for the record: diagnostics and their
                        summary */
    WitnessVec published;
    Str record; /* of the command's turn; empty if it is worth none */
};

/* ---- driver_turn.c
 * --------------------------------------------------------------------------------- */
/* Brings the inputs to what is on disk and on the command line now, waiting for commands that work
 * on another state; afterwards the inputs stay until turn_end. False: cancelled while waiting. */
bool turn_begin(CommandHandle *command);
void turn_end(CommandHandle *command);
/* Runs one engine request of the command. False: cancelled, overtaken, or it gave up, which is told
 * to the user. The request is for reading results; the caller frees it. */
bool command_engine_request(CommandHandle *command, void (*root)(Job *job, void *argument),
                            void *argument, EngineRequest **out);
/* The same for a root that asks for what exists for machine code only. */
bool command_late_request(CommandHandle *command, void (*root)(Job *job, void *argument),
                          void *argument, EngineRequest **out);
bool command_stopped(const CommandHandle *command);
/* Exit code of a command whose request was false. */
int command_broken_off(const CommandHandle *command);

/* Does the key of such queries begin with the crate (of the target) that it is about? */
bool query_is_of_target(QueryKind kind);

/* ---- driver_report.c: diagnostics
 * ------------------------------------------------------------------- */
typedef struct {
    uint32_t errors, warnings;
    StrVec codes; /* of errors that have an explanation, sorted, each once */
} ReportCounts;
/* Renders the diagnostics of a finished request in order of place, but those that the command
 * printed before; counts are per crate of the project, in its order, and of this call alone. False:
 * cut short, so that nothing was shown and nothing is known of errors. */
bool report_diagnostics(CommandHandle *command, EngineRequest *request, ReportCounts *per_crate);

/* As rustc, run by cargo in the workspace root, shows it: relative to the root, but absolute for
 * what lies outside of it. For a single file as it was given. In the command's arena. */
Str shown_path(const CommandHandle *command, FileId file);
bool reports_have_errors(const ReportCounts *per_crate, uint32_t count);
/* rustc's last line: `error: aborting due to 2 previous errors`. */
void report_summary(CommandHandle *command, DiagLevel level, Str message);
/* `For more information about this error, try ...`. crate: what JSON names; NULL for the first one.
 */
void report_explanations(CommandHandle *command, const CrateInfo *crate,
                         const ReportCounts *counts);

/* ---- driver_dump.c
 * ---------------------------------------------------------------------------------- */
/* The MIR of every body of the crate, in order of def path. */
/* driver_source.c: an item as Rust source, from its trees; the root of a file: all of it. */
void source_of_item(Job *job, ItemId item, Text *out);
void dump_crate_mir(Job *job, DefId crate, Text *out);
/* Source files of the crate, in order of first definition; in the job's scratch arena. */
FileList crate_files(Job *job, DefId crate);

/* ---- driver_message.c: cargo's lines
 * ---------------------------------------------------------------- */
typedef enum { FORMAT_HUMAN, FORMAT_SHORT, FORMAT_JSON } MessageFormat;
/* Of diagnostics. */
MessageFormat command_format(const CommandHandle *command);
/* cargo's events on stdout: with every --message-format=json... */
bool command_has_events(const CommandHandle *command);
/* For the human text, also inside JSON. */
RenderOptions command_render_options(const CommandHandle *command);
bool command_color(const CommandHandle *command);
/* Of the client's environment; data is NULL if unset. */
Str command_environment(const CommandHandle *command, Str name);
void message_write(CommandHandle *command, OutputStream stream, Str text);
/* The same to stderr, and into the transcript. */
void message_write_about_program(CommandHandle *command, Str text);
/* `   Compiling app v0.1.0 (path)`: the verb right-aligned to 12 columns. Not with -q. */
void message_status(CommandHandle *command, const char *verb, const char *format, ...)
    RSC_PRINTF(3, 4);
void message_error(CommandHandle *command, const char *format, ...) RSC_PRINTF(2, 3);
/* Not with -q. */
void message_warning(CommandHandle *command, const char *format, ...) RSC_PRINTF(2, 3);
/* An error about the program: also into the transcript. */
void message_failure(CommandHandle *command, const char *format, ...) RSC_PRINTF(2, 3);
/* JSON events of cargo on stdout. */
void message_json_diagnostic(CommandHandle *command, const CrateInfo *crate, Str diagnostic);
void message_json_artifact(CommandHandle *command, const CrateInfo *crate, const char *executable,
                           bool fresh);
void message_json_finished(CommandHandle *command, bool success);

/* ---- driver_progress.c
 * ------------------------------------------------------------------------------ */
/* The line exists from begin to end, if the command's terminal and options want it. */
void progress_begin(CommandHandle *command);
void progress_step(CommandHandle *command, uint32_t done, uint32_t total, Str name);
void progress_end(CommandHandle *command);
/* Takes the line away for other output. Holding output_lock. */
void progress_hide(CommandHandle *command);

/* ---- driver_command.c
 * ------------------------------------------------------------------------------- */
uint64_t command_elapsed_ns(const CommandHandle *command);
/* Takes a turn and does the work; starts again when overtaken by newer inputs. */
CommandResult command_with_turn(CommandHandle *command,
                                CommandResult (*once)(CommandHandle *command));

/* ---- driver_stats.c
 * --------------------------------------------------------------------------------- */
/* Keeps the counters and the trace of a finished request for -vv, --stats, --timings and `rscc
 * why`. */
void command_note_request(CommandHandle *command, EngineRequest *request);
/* One that asked the engine for nothing, since its record was replayed or its manifest is wrong, is
 * the last one too. */
void command_note_end(CommandHandle *command);
void command_note_totals(CommandHandle *command, uint32_t bodies, uint32_t shards);
/* `typeck(app::main)` */
void trace_node_text(const Interners *interners, QueryKind kind, const QueryKey *key, Text *out);
void trace_reason_text(const Interners *interners, const TraceEntry *entry, Text *out);
/* kind(key), changed or same, time, reason; tab-separated, with a newline. */
void trace_line_text(const Interners *interners, const TraceEntry *entry, Text *out);

/* ---- driver_timings.c
 * ------------------------------------------------------------------------------- */
void timings_add(CommandHandle *command, EngineRequest *request);
/* Writes the report into the directory and says so. Nothing without --timings. */
void timings_write(CommandHandle *command, const char *directory);

/* ---- driver_record.c
 * -------------------------------------------------------------------------------- */
/* True: the command was answered, except for cargo's `Finished` and `Running` lines. */
bool record_replay(CommandHandle *command, int *exit_code);
/* In the turn whose result it is, while the inputs are those it was computed from. */
void record_make(CommandHandle *command, int exit_code);
/* After the nodes are stored. */
void record_store(CommandHandle *command);

/* ---- commands
 * --------------------------------------------------------------------------------------- */
CommandResult command_build(CommandHandle *command); /* build, check, run */
CommandResult command_rustc(CommandHandle *command);
CommandResult command_dump(CommandHandle *command);
CommandResult command_why(CommandHandle *command);

#endif
