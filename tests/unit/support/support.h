/* A workspace in memory on a real engine, for tests of stages: files and crates from strings, a
 * root function run as a request, diagnostics as text, counters per query.
 *
 *     TestWorkspace *ws = workspace_new();
 *     workspace_file(ws, "src/main.rs", "#![feature(no_core)] #![no_core] fn main() {}");
 *     DefId app = workspace_crate(ws, "app", "src/main.rs", EDITION_2021, NULL);
 *     workspace_run(ws, root, &argument);
 *     assert_string_equal(workspace_diagnostics(ws), "");
 *     workspace_file(ws, "src/main.rs", "...");        // an edit
 *     workspace_run(ws, root, &argument);
 *     assert_int_equal(workspace_executed(ws, Q_hir_body), 1);
 *     workspace_free(ws);
 *
 * The table of queries has every stage that the test links; asking for another one is a bug report.
 */
#ifndef RSCC_TESTS_SUPPORT_H
#define RSCC_TESTS_SUPPORT_H

#include "engine/engine.h"
#include "project/project.h"
#include "query_kinds.h"
#include "source/edition.h"

typedef struct TestWorkspace TestWorkspace;

/* RSCC_TEST_THREADS workers (1), RSCC_TEST_VERIFY=1 for verify mode. */
TestWorkspace *workspace_new(void);
void workspace_free(TestWorkspace *ws);
Engine *workspace_engine(TestWorkspace *ws);
Interners *workspace_interners(TestWorkspace *ws);
/* Lives as long as the workspace. */
Arena *workspace_arena(TestWorkspace *ws);

/* Gives a file its text, now or again; copied. The path is relative to the one package, "". */
FileId workspace_file(TestWorkspace *ws, const char *path, const char *text);
void workspace_remove_file(TestWorkspace *ws, const char *path);
/* A crate that may use `dependencies`: names of crates added before, ended by NULL (NULL: none). */
DefId workspace_crate(TestWorkspace *ws, const char *name, const char *root_path, Edition edition,
                      const char *const *dependencies);
/* The same crate with `cfgs` ("name" or "name=\"value\""), ended by NULL. */
void workspace_set_cfgs(TestWorkspace *ws, DefId crate, const char *const *cfgs);

/* Brings the inputs up to date in a new revision and runs root as a request. Fails the test if the
 * request did not finish. */
void workspace_run(TestWorkspace *ws, void (*root)(Job *job, void *argument), void *argument);

/* Of the last run: one line per diagnostic, `path:line:column: error[E0425]: message`, then its
 * labels and notes, each indented: src/main.rs:3:5: error[E0425]: cannot find value `x` in this
 * scope src/main.rs:3:5: not found in this scope help: ... ordered by place. */
const char *workspace_diagnostics(TestWorkspace *ws);
/* The first lines only: `3:5 E0425 cannot find value ...`, with the path in front if it is not the
 * first file added. */
const char *workspace_errors(TestWorkspace *ws);
/* How many providers of the kind ran in the last run and the revision before it; of all kinds with
 * QUERY_KIND_COUNT. */
uint64_t workspace_executed(TestWorkspace *ws, QueryKind kind);
/* "kind key" of each execution in the last run, a line each, sorted; only the kind's if it is not
 * QUERY_KIND_COUNT. */
const char *workspace_trace(TestWorkspace *ws, QueryKind kind);

#endif
