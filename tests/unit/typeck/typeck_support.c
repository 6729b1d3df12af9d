#include "unit/typeck/typeck_support.h"

#include "base/file.h"
#include "check/check.h"
#include "consteval/consteval.h"
#include "lower/lower.h"
#include "mir/mir.h"
#include "unit/unit.h"

Str typeck_read_file(Arena *arena, const char *path)
{
    Str text;
    Status status = file_read(path, arena, 1 << 20, &text, NULL);
    if (!status_ok(status))
        fail_msg("%s", status_text(status, arena));
    return text;
}

void typeck_fixture_init(TypeckFixture *fixture, const char *minicore)
{
    static const char *const files[] = { "lib", "marker", "ops", "panic" };
    fixture->ws = workspace_new();
    Arena *arena = workspace_arena(fixture->ws);
    workspace_file(fixture->ws, "src/lib.rs", "");
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        const char *path = arena_printf(arena, "%s/src/%s.rs", minicore, files[i]);
        workspace_file(fixture->ws, arena_printf(arena, "minicore/%s.rs", files[i]),
                       arena_copy_str(arena, typeck_read_file(arena, path)));
    }
    const char *const dependencies[] = { "minicore", NULL };
    fixture->minicore =
        workspace_crate(fixture->ws, "minicore", "minicore/lib.rs", EDITION_2021, NULL);
    fixture->app = workspace_crate(fixture->ws, "app", "src/lib.rs", EDITION_2021, dependencies);
}

void typeck_fixture_free(TypeckFixture *fixture)
{
    workspace_free(fixture->ws);
}

void typeck_fixture_app(TypeckFixture *fixture, Str text)
{
    Arena *arena = workspace_arena(fixture->ws);
    const char *rest = memchr(text.data, '\n', text.bytes);
    assert_non_null(rest);
    bool has_features = str_starts_with(text, STR("#![feature("));
    assert_true(has_features || str_starts_with(text, STR("//")));
    int first = has_features ? (int)(rest - text.data) : 0;
    int bytes = (int)(text.bytes - (size_t)(rest - text.data));
    workspace_file(fixture->ws, "src/lib.rs",
                   arena_printf(arena,
                                "%.*s #![feature(no_core)] #![no_core] extern crate minicore; "
                                "extern crate minicore as core; "
                                "use minicore::*;%.*s",
                                first, text.data, bytes, rest));
}

static void check_crate(Job *job, DefId crate)
{
    const DefList *items = q_crate_items(job, crate);
    for (uint32_t i = 0; i < items->count; i++)
        q_item_check(job, items->items[i]);
    const DefList *modules = q_crate_modules(job, crate);
    for (uint32_t i = 0; i < modules->count; i++)
        q_absent_syntax(job, modules->items[i]);
    const DefList *macros = q_crate_macros(job, crate);
    for (uint32_t i = 0; i < macros->count; i++)
        q_item_check(job, macros->items[i]);
    const DefList *bodies = q_crate_bodies(job, crate);
    for (uint32_t i = 0; i < bodies->count; i++) {
        q_pattern_check(job, bodies->items[i]);
        q_mir_optimized(job, bodies->items[i]);
        consteval_item_has_error(job, bodies->items[i]);
    }
}

static void check_root(Job *job, void *argument)
{
    const TypeckFixture *fixture = argument;
    check_crate(job, fixture->minicore);
    check_crate(job, fixture->app);
}

void typeck_fixture_check(TypeckFixture *fixture)
{
    workspace_run(fixture->ws, check_root, fixture);
}
