/* A toy language for testing the engine: sheets of cells with formulas.
 *
 *   include base            names are looked up here, then in included sheets in order
 *   a = + 1 * b c           prefix notation; also:  ? cond then else   (only one arm is asked for)
 *   d = # base              sum of all cells of a sheet, in a parallel group
 *   e = % a                 parity of a cell (a projection of its value)
 *   f = ! 3                 the value with a warning
 *   g = @ a                 the line a cell is on
 *   h = ~                   1, but gives up while the engine has a SERVICE_LINK, a ToyAttempt
 *   i = ^                   aborts the process
 *   j = $                   1; while the engine has a SERVICE_CODEGEN, a ToyMeddler, something else
 * each time
 *
 * A name that is found nowhere is a diagnostic and counts 0. Cells that need themselves are a
 * cycle. */
#ifndef RSCC_TESTS_UNIT_ENGINE_TOY_H
#define RSCC_TESTS_UNIT_ENGINE_TOY_H

#include <stdatomic.h>

#include "engine/engine.h"
#include "engine/engine_hostile.h"
#include "unit/engine/memory_store.h"

typedef struct {
    SymId sheet;
} SheetKey;
typedef struct {
    SymId sheet, name;
} CellKey;
typedef struct {
    uint32_t nothing;
} UnitKey;

typedef struct {
    Str text;
    bool present;
} TextValue;
SLICE_TYPE(SymSlice, SymId)
typedef struct {
    SymSlice names;
} NamesValue;
typedef struct {
    SymId name;
    uint32_t line;
    Str formula;
} TokenLine;
typedef struct {
    const TokenLine *lines;
    uint32_t count;
    NamesValue includes;
} TokensValue;
typedef struct {
    uint64_t number;
    bool found;
    Str note; /* in the arena: the formula's length in letters, to make values of several sizes */
} NumberValue;
typedef struct {
    CellKey cell; /* none: not found */
} TargetValue;

#define TOY_QUERIES(Q, I)                                          \
    I(sheet_list, UnitKey, NamesValue, QF_PERSIST)                 \
    I(sheet_text, SheetKey, TextValue, 0)                          \
    Q(sheet_tokens, SheetKey, TokensValue, QF_NO_HASH | QF_EAGER)  \
    Q(sheet_names, SheetKey, NamesValue, QF_EAGER)                 \
    Q(sheet_includes, SheetKey, NamesValue, QF_EAGER)              \
    Q(cell_formula, CellKey, TextValue, QF_EAGER | QF_DROP_FIRST)  \
    Q(cell_line, CellKey, NumberValue, QF_EAGER)                   \
    Q(cell_target, CellKey, TargetValue, 0)                        \
    Q(cell_value, CellKey, NumberValue, QF_PERSIST | QF_EXPENSIVE) \
    Q(cell_parity, CellKey, NumberValue, 0)                        \
    Q(sheet_sum, SheetKey, NumberValue, 0)                         \
    Q(everything, UnitKey, NumberValue, QF_PERSIST)

enum {
#define TOY_ENUM(name, Key, Value, flags) Q_##name,
    TOY_QUERIES(TOY_ENUM, TOY_ENUM) TOY_QUERY_COUNT
};

#define TOY_DECLARE(name, Key, Value, flags)       QUERY_DECLARE(name, Key, Value, flags, "")
#define TOY_DECLARE_INPUT(name, Key, Value, flags) QUERY_DECLARE_ACCESSOR(name, Key, Value)
TOY_QUERIES(TOY_DECLARE, TOY_DECLARE_INPUT)

/* The files, outside of any engine. */
typedef struct {
    char name[16];
    char *text; /* heap; NULL: absent */
} ToySheet;
enum { TOY_SHEETS_MAX = 16 };
typedef struct {
    ToySheet sheets[TOY_SHEETS_MAX];
    uint32_t count;
} ToyDisk;

void toy_disk_write(ToyDisk *disk, const char *sheet, const char *text);
void toy_disk_remove(ToyDisk *disk, const char *sheet);
const char *toy_disk_read(const ToyDisk *disk, const char *sheet);
void toy_disk_release(ToyDisk *disk);

typedef struct {
    Interners *interners;
    Engine *engine;
    const ToyDisk *disk;
    uint64_t provider_calls; /* not synchronized: single-threaded tests only */
    Text bugs;
    pthread_mutex_t bugs_lock;
} Toy;

/* SERVICE_LINK */
typedef struct {
    Engine *engine;
    uint32_t waiting; /* workers that must wait for another's node before it gives up */
    atomic_uint attempts;
} ToyAttempt;

/* SERVICE_CODEGEN */
typedef struct {
    void (*meddle)(Job *job, void *context); /* called first; may be NULL */
    void *context;
    atomic_uint calls;
} ToyMeddler;

typedef struct {
    uint32_t threads;
    MemoryStore *store;
    bool verify;
    uint32_t history;
    size_t budget;
    uint32_t depth_limit;
    size_t stack;
    uint32_t keep_revisions;
    bool load_late; /* the test calls engine_load itself */
} ToyConfig;

/* An engine over the disk; loads the store if there is one. */
void toy_open(Toy *toy, const ToyDisk *disk, ToyConfig config);
void toy_close(Toy *toy);
/* A revision from what is on disk now. */
uint32_t toy_update(Toy *toy);
/* The same with an owner that may be cancelled. */
uint32_t toy_update_for(Toy *toy, EngineRequest *owner);
/* A revision in which one sheet is read again. */
uint32_t toy_update_sheet(Toy *toy, const char *sheet);

SheetKey toy_sheet(Toy *toy, const char *sheet);
CellKey toy_cell(Toy *toy, const char *sheet, const char *name);

/* A request for one cell. */
typedef struct {
    bool complete;
    uint64_t number;
    EngineRequest *request;
} ToyRun;
ToyRun toy_value(Toy *toy, const char *sheet, const char *name);
/* A request for everything: all cells of the sheets on the list, in parallel. */
ToyRun toy_everything(Toy *toy);
/* The same on a handle prepared by the caller. */
bool toy_run_everything(Toy *toy, EngineRequest *request, uint64_t *number);
/* Everything a user could see of a request: values of all cells, side results, keys and
 * fingerprints of what was reached. */
void toy_dump(Toy *toy, EngineRequest *request, Text *out);
uint64_t toy_executed(EngineRequest *request, QueryKind kind);
/* Executions of all kinds. */
uint64_t toy_executed_all(EngineRequest *request);

#endif
