/* Which files count as changed. */
#include <stdio.h>

#include "driver/driver_priv.h"
#include "unit/unit.h"

typedef struct {
    Arena *arena;
    Interners *interners;
    char root[64];
    FileTable table;
    FileId file;
} Setup;

static void write_file(const Setup *s, const char *text)
{
    const char *path = arena_printf(s->arena, "%s/a.rs", s->root);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void load(Setup *s)
{
    FileText text;
    file_table_load(&s->table, s->interners, s->root, s->file, s->arena, &text);
    assert_int_equal(text.state, FILE_TEXT_OK);
}

static uint32_t changed(Setup *s)
{
    return file_table_changed(&s->table, s->arena).count;
}

/* As if the stat were that of the file as it was loaded, and an old one: what a clock that was set
 * back can bring about. */
static void hide_change(Setup *s)
{
    FileEntry *entry = &s->table.entries.items[0];
    assert_true(status_ok(file_stat(entry->path, &entry->stat)));
    entry->read_at_ns = INT64_MAX / 2;
}

static int set_up(void **state)
{
    Arena *arena = arena_new(NULL);
    Setup *s = arena_new_object(arena, Setup);
    *s = (Setup){ .arena = arena,
                  .interners = interners_new(),
                  .root = "/tmp/rscc-test-files-XXXXXX" };
    assert_non_null(mkdtemp(s->root));
    file_table_init(&s->table);
    s->file = file_id_intern(s->interners, sym_intern(s->interners, STR("")),
                             sym_intern(s->interners, STR("a.rs")));
    write_file(s, "one");
    load(s);
    write_file(s, "two");
    hide_change(s);
    assert_int_equal(changed(s), 0);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    Setup *s = *state;
    remove(arena_printf(s->arena, "%s/a.rs", s->root));
    rmdir(s->root);
    file_table_release(&s->table);
    interners_free(s->interners);
    arena_free(s->arena);
    return 0;
}

/* Whoever asks first may be cancelled before it applies the change. */
static void a_hidden_change_is_told_until_the_file_is_loaded(Setup *s)
{
    assert_int_equal(changed(s), 1);
    assert_int_equal(changed(s), 1);
    load(s);
    hide_change(s);
    assert_int_equal(changed(s), 0);
}

static void a_touched_file_is_looked_at(void **state)
{
    Setup *s = *state;
    file_table_touch(&s->table, str_from_c(arena_printf(s->arena, "%s/a.rs", s->root)));
    a_hidden_change_is_told_until_the_file_is_loaded(s);
}

static void after_an_overflow_all_files_are_looked_at(void **state)
{
    Setup *s = *state;
    file_table_touch_all(&s->table);
    a_hidden_change_is_told_until_the_file_is_loaded(s);
}

static void an_unchanged_file_is_trusted_again(void **state)
{
    Setup *s = *state;
    load(s);
    file_table_touch_all(&s->table);
    assert_int_equal(changed(s), 0);
    assert_false(s->table.entries.items[0].touched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_touched_file_is_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_an_overflow_all_files_are_looked_at, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unchanged_file_is_trusted_again, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
