/* Which files count as changed. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
    assert_true(status_ok(file_stat(entry->path, &entry->seen.stat)));
    entry->seen.at_ns = INT64_MAX / 2;
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

/* Sources, manifests, tools and outputs are witnesses by the bytes of the file: a mark that the
 * lexer never sees is part of them. */
static void a_byte_order_mark_is_content(void **state)
{
    Setup *s = *state;
    load(s);
    write_file(s, "\xEF\xBB\xBFtwo");
    assert_int_equal(changed(s), 1);
    load(s);
    FileEntry *entry = &s->table.entries.items[0];
    Witness witness = { WITNESS_FILE, str_from_c(entry->path), entry->seen };
    assert_false(seen_is_proven(&witness.seen, entry->path));
    assert_true(witness_holds(&witness));
    write_file(s, "two");
    assert_false(witness_holds(&witness));
    assert_int_equal(changed(s), 1);
}

static bool is_proven(const Setup *s, Seen seen)
{
    return seen_is_proven(&seen, s->table.entries.items[0].path);
}

/* Nothing of the stat may differ, and its times lie before the reading by more than any clock's
 * granule. */
static void only_an_old_and_equal_stat_is_proof(void **state)
{
    Setup *s = *state;
    const int64_t granule = 2000000000;
    load(s);
    Seen seen = s->table.entries.items[0].seen;
    assert_false(is_proven(s, seen)); /* it was written just now */
    seen.at_ns = seen.stat.ctime_ns + granule + 1;
    assert_true(seen.stat.mtime_ns <= seen.stat.ctime_ns);
    assert_true(is_proven(s, seen));
    seen.at_ns--;
    assert_false(is_proven(s, seen));
    seen.at_ns = INT64_MAX / 2;
    for (int i = 0; i < 6; i++) {
        Seen other = seen;
        other.stat.size += i == 0;
        other.stat.mtime_ns -= i == 1;
        other.stat.ctime_ns -= i == 2;
        other.stat.inode += i == 3;
        other.stat.device += i == 4;
        other.stat.mode ^= i == 5;
        assert_false(is_proven(s, other));
    }
}

/* Such as one that a clock which ran ahead has stamped. */
static void a_time_in_the_future_is_no_proof(void **state)
{
    Setup *s = *state;
    const char *path = s->table.entries.items[0].path;
    struct timespec times[2] = { { .tv_sec = 4000000000 }, { .tv_sec = 4000000000 } };
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    load(s);
    Seen seen = s->table.entries.items[0].seen;
    seen.at_ns = seen.stat.ctime_ns + (int64_t)3600 * 1000000000;
    assert_false(is_proven(s, seen));
    assert_true(seen_content_holds(&seen, path));
}

static void what_is_absent_stays_absent(void **state)
{
    Setup *s = *state;
    const char *path = arena_printf(s->arena, "%s/b.rs", s->root);
    Str bytes;
    Seen seen = seen_read(path, 0, s->arena, &bytes);
    assert_true(seen_holds(&seen, path));
    assert_int_equal(mkdir(path, 0700), 0); /* there, but no file that could be read */
    assert_false(seen_holds(&seen, path));
    rmdir(path);
    assert_true(seen_holds(&seen, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_touched_file_is_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_an_overflow_all_files_are_looked_at, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unchanged_file_is_trusted_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_is_content, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_an_old_and_equal_stat_is_proof, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_time_in_the_future_is_no_proof, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_absent_stays_absent, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
