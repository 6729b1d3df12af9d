/* Who stores, and who waits for whom, at the end of a command. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/cache.h"
#include "driver/driver_priv.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    const char *dir;
    Cache *cache;
    Workspace *workspace;
} Setup;

static int set_up(void **state)
{
    Arena *arena = arena_new(NULL);
    Setup *s = arena_new_object(arena, Setup);
    char template[] = "/tmp/rscc-test-store-XXXXXX";
    assert_non_null(mkdtemp(template));
    s->arena = arena;
    s->dir = arena_copy_str(arena, str_from_c(template));
    CacheConfig cache = { .dir = s->dir, .epoch = "e1", .workspace = s->dir };
    s->cache = cache_open(&cache);
    WorkspaceConfig config = { .root = s->dir, .epoch = "e1", .threads = 1, .cache = s->cache };
    s->workspace = workspace_open(&config);
    s->workspace->is_loaded = true;
    *state = s;
    return 0;
}

static int remove_entry(const char *path, const struct stat *stat, int type, struct FTW *place)
{
    (void)stat, (void)type, (void)place;
    return remove(path);
}

static int tear_down(void **state)
{
    Setup *s = *state;
    workspace_close(s->workspace);
    cache_close(s->cache);
    assert_int_equal(nftw(s->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
    arena_free(s->arena);
    return 0;
}

static void change_an_input(Workspace *w)
{
    CrateGraph graph = { .count = 0 };
    QueryKey key = { { 0, 0 } };
    engine_revision_begin(w->engine);
    engine_input_set(w->engine, Q_workspace_crates, &key, &graph, DURABILITY_MEDIUM);
    engine_revision_end(w->engine);
}

static uint64_t stored_segments(const Setup *s)
{
    CacheStats stats;
    assert_true(status_ok(cache_stats(s->dir, &stats)));
    return stats.segments;
}

/* One that made nothing new leaves the work of others to them: it takes no exclusive phase, for
 * which it would have to wait until they do not run. */
static void without_results_nothing_is_stored_or_waited_for(void **state)
{
    Setup *s = *state;
    CommandHandle *idle = command_new(s->workspace), *busy = command_new(s->workspace);
    change_an_input(s->workspace);
    busy->left_results = true;
    uint64_t phases = engine_stats(s->workspace->engine).exclusive_phases;
    command_store(idle);
    assert_int_equal(engine_stats(s->workspace->engine).exclusive_phases, phases);
    assert_int_equal(stored_segments(s), 0);
    command_store(busy);
    assert_int_equal(stored_segments(s), 1);
    command_free(idle);
    command_free(busy);
}

/* What nobody stored is stored when nobody is at work. */
static void what_is_left_is_stored_in_a_quiet_moment(void **state)
{
    Setup *s = *state;
    change_an_input(s->workspace);
    workspace_idle(s->workspace);
    assert_int_equal(stored_segments(s), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_results_nothing_is_stored_or_waited_for, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_left_is_stored_in_a_quiet_moment, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
