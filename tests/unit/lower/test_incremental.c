/* What an edit makes run again: nothing above span tables for what only moves, the readers of a
 * name for a name. */
#include "lower/lower.h"
#include "unit/support/support.h"
#include "unit/unit.h"

/* As a check does: every header, every body. */
static void lower_all(Job *job, void *argument)
{
    DefId crate = *(DefId *)argument;
    const DefList *items = q_crate_items(job, crate), *bodies = q_crate_bodies(job, crate);
    for (uint32_t i = 0; i < items->count; i++)
        q_hir_item_demand(job, items->items[i]);
    for (uint32_t i = 0; i < bodies->count; i++)
        q_hir_body_demand(job, bodies->items[i]);
    q_crate_impls_demand(job, crate);
}

static const char source[] = "#![feature(no_core)]#![no_core]\n"
                             "macro_rules! twice { ($e:expr) => { $e + $e } }\n"
                             "mod util;\n"
                             "use util::helper;\n"
                             "struct S { a: i32 }\n"
                             "trait T { fn m(&self) -> i32; }\n"
                             "impl T for S { fn m(&self) -> i32 { self.a } }\n"
                             "fn first(x: i32) -> i32 { helper(x) + 1 }\n"
                             "fn second(s: S) -> i32 { let y = first(2); twice!(y) }\n"
                             "fn third() -> i32 { fn nested() -> i32 { 3 } nested() }\n";

static TestWorkspace *start(DefId *crate)
{
    TestWorkspace *ws = workspace_new();
    workspace_file(ws, "src/lib.rs", source);
    workspace_file(ws, "src/util.rs", "pub fn helper(x: i32) -> i32 { x }\n");
    *crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    workspace_run(ws, lower_all, crate);
    assert_string_equal(workspace_diagnostics(ws), "");
    return ws;
}

/* The source with one piece replaced. */
static void edit(TestWorkspace *ws, const char *from, const char *to)
{
    const char *at = strstr(source, from);
    assert_non_null(at);
    workspace_file(ws, "src/lib.rs",
                   arena_printf(workspace_arena(ws), "%.*s%s%s", (int)(at - source), source, to,
                                at + strlen(from)));
}

#define RAN(kind, lines) assert_string_equal(workspace_trace(ws, Q_##kind), lines)

static void moving_code_runs_nothing(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "struct S", "\n\n/* a comment */ struct   S");
    workspace_run(ws, lower_all, &crate);
    edit(ws, "let y = ", "// why\n let  y =\n ");
    workspace_run(ws, lower_all, &crate);
    RAN(crate_def_map, "");
    RAN(lowered_body, "");
    RAN(lowered_item, "");
    RAN(scope_name, "");
    RAN(header_ast, "");
    RAN(body_ast, "");
    RAN(expansion_full, "");
    workspace_free(ws);
}

static void a_literal_runs_one_body(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "helper(x) + 1", "helper(x) + 100");
    workspace_run(ws, lower_all, &crate);
    RAN(lowered_body, "lowered_body app::first\n");
    RAN(hir_body, "hir_body app::first\n");
    RAN(crate_def_map, "");
    RAN(crate_bodies, "");
    RAN(lowered_item, "");
    RAN(scope_name, "");
    workspace_free(ws);
}

static void a_new_private_function_runs_no_body_but_its_own(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "fn first", "fn fresh() -> i32 { first(1) }\nfn first");
    workspace_run(ws, lower_all, &crate);
    RAN(crate_def_map, "crate_def_map app\n");
    RAN(lowered_body, "lowered_body app::fresh\n");
    RAN(hir_body, "hir_body app::fresh\n");
    RAN(lowered_item, "lowered_item app::fresh\n");
    workspace_free(ws);
}

static void a_name_that_was_missing_is_found_when_it_comes(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "let y = first(2);", "let y = later(2);");
    workspace_run(ws, lower_all, &crate);
    assert_string_equal(workspace_errors(ws),
                        "9:34 E0425 cannot find function `later` in this scope\n");
    workspace_file(ws, "src/lib.rs",
                   arena_printf(workspace_arena(ws), "%s\nfn later(x: i32) -> i32 { x }\n",
                                "#![feature(no_core)]#![no_core]\n"
                                "macro_rules! twice { ($e:expr) => { $e + $e } }\n"
                                "mod util;\n"
                                "use util::helper;\n"
                                "struct S { a: i32 }\n"
                                "trait T { fn m(&self) -> i32; }\n"
                                "impl T for S { fn m(&self) -> i32 { self.a } }\n"
                                "fn first(x: i32) -> i32 { helper(x) + 1 }\n"
                                "fn second(s: S) -> i32 { let y = later(2); twice!(y) }\n"
                                "fn third() -> i32 { fn nested() -> i32 { 3 } nested() }\n"));
    workspace_run(ws, lower_all, &crate);
    assert_string_equal(workspace_errors(ws), "");
    RAN(lowered_body, "lowered_body app::later\nlowered_body app::second\n");
    workspace_free(ws);
}

static void a_shadowing_name_changes_its_readers(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "fn third() -> i32 { fn nested",
         "fn third() -> i32 { fn first(x: i32) -> i32 { x } fn nested");
    workspace_run(ws, lower_all, &crate);
    RAN(lowered_body, "lowered_body app::third\nlowered_body app::third::first\nlowered_body "
                      "app::third::nested\n");
    workspace_free(ws);
}

static void a_macro_body_runs_its_users(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "{ $e + $e }", "{ $e * $e }");
    workspace_run(ws, lower_all, &crate);
    RAN(macro_definition, "macro_definition src/lib.rs::twice\n");
    RAN(lowered_body, "lowered_body app::second\n");
    RAN(crate_def_map, "");
    workspace_free(ws);
}

static void another_file_touches_what_looked_into_it(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    workspace_file(ws, "src/util.rs", "pub fn helper(x: i32) -> i32 { x + 1 }\n");
    workspace_run(ws, lower_all, &crate);
    RAN(lowered_body, "lowered_body app::util::helper\n");
    workspace_file(ws, "src/util.rs", "fn helper(x: i32) -> i32 { x + 1 }\n");
    workspace_run(ws, lower_all, &crate);
    assert_string_equal(workspace_errors(ws), "4:11 E0603 function `helper` is private\n");
    workspace_free(ws);
}

static void an_impl_runs_the_index(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "fn first", "impl S { fn n(&self) -> i32 { self.a } }\nfn first");
    workspace_run(ws, lower_all, &crate);
    RAN(crate_impls, "crate_impls app\n");
    RAN(lowered_body, "lowered_body app::<impl S>::n\n");
    workspace_free(ws);
}

static void going_back_gives_the_same_values(void **state)
{
    (void)state;
    DefId crate;
    TestWorkspace *ws = start(&crate);
    edit(ws, "struct S { a: i32 }", "struct S { a: i32, b: Missing }");
    workspace_run(ws, lower_all, &crate);
    assert_string_equal(workspace_errors(ws),
                        "5:23 E0425 cannot find type `Missing` in this scope\n");
    RAN(lowered_body, "");
    workspace_file(ws, "src/lib.rs", source);
    workspace_run(ws, lower_all, &crate);
    assert_string_equal(workspace_errors(ws), "");
    RAN(lowered_body, "");
    workspace_free(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving_code_runs_nothing),
        cmocka_unit_test(a_literal_runs_one_body),
        cmocka_unit_test(a_new_private_function_runs_no_body_but_its_own),
        cmocka_unit_test(a_name_that_was_missing_is_found_when_it_comes),
        cmocka_unit_test(a_shadowing_name_changes_its_readers),
        cmocka_unit_test(a_macro_body_runs_its_users),
        cmocka_unit_test(another_file_touches_what_looked_into_it),
        cmocka_unit_test(an_impl_runs_the_index),
        cmocka_unit_test(going_back_gives_the_same_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
