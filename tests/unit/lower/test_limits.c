/* Mistakes that lowering reports: once, and counted as errors of what they stand in. */
#include "lower/lower.h"
#include "unit/support/support.h"
#include "unit/unit.h"

static void lower_bodies(Job *job, void *argument)
{
    const DefList *bodies = q_crate_bodies(job, *(DefId *)argument);
    for (uint32_t i = 0; i < bodies->count; i++)
        q_hir_body_demand(job, bodies->items[i]);
}

/* Every item of the crate has an error. */
static void expect_item_errors(Job *job, void *argument)
{
    const DefList *items = q_crate_items(job, *(DefId *)argument);
    assert_true(items->count > 0);
    for (uint32_t i = 0; i < items->count; i++)
        assert_true(q_hir_item(job, items->items[i])->nodes.has_error);
}

static uint32_t count(const char *text, const char *part)
{
    uint32_t found = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        found++;
    return found;
}

static void run(TestWorkspace *ws, const char *source, void (*body)(Job *job, void *argument))
{
    workspace_file(ws, "src/lib.rs", source);
    DefId crate = workspace_crate(ws, "app", "src/lib.rs", EDITION_2021, NULL);
    workspace_run(ws, body, &crate);
}

static void contradicting_hints_are_errors_of_the_item(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    run(ws,
        "#![feature(no_core)]#![no_core]\n"
        "#[repr(u8, i16)] enum A { X }\n"
        "#[repr(packed, align(8))] struct B;\n"
        "#[repr(u8)] enum C {}\n"
        "#[repr(transparent, C)] struct D;\n"
        "#[repr(unknown)] struct E;\n",
        expect_item_errors);
    assert_int_equal(count(workspace_diagnostics(ws), "error"), 5);
    workspace_free(ws);
}

enum { BRANCHES = 2500 };

/* The chain of operators behind it is not blamed for the depth. */
static void a_long_chain_of_branches_is_one_error(void **state)
{
    (void)state;
    TestWorkspace *ws = workspace_new();
    Text source;
    text_init(&source, workspace_arena(ws));
    text_add_c(&source, "#![feature(no_core)]#![no_core]\nfn f(x: bool) {\nif x {}\n");
    for (int i = 0; i < BRANCHES; i++)
        text_add_c(&source, "else if x {}\n");
    text_add_c(&source, "1 + 2 + 3;\n}\n");
    run(ws, source.data, lower_bodies);
    const char *found = workspace_diagnostics(ws);
    assert_int_equal(count(found, "not supported"), 1);
    assert_int_equal(count(found, "a chain of this many `else if`"), 1);
    workspace_free(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contradicting_hints_are_errors_of_the_item),
        cmocka_unit_test(a_long_chain_of_branches_is_one_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
