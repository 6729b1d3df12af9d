#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "unit/unit.h"

enum { LIMIT = 1 << 20 };

typedef struct {
    Arena *arena;
    char directory[64];
} Fixture;

static const char *in_directory(Fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->directory, name);
}

static int fixture_make(void **state)
{
    Fixture *f = heap_alloc_zeroed(sizeof *f);
    f->arena = arena_new(NULL);
    strcpy(f->directory, "/tmp/rscc-test-file-XXXXXX");
    *state = f;
    return mkdtemp(f->directory) ? 0 : -1;
}

static int fixture_free(void **state)
{
    Fixture *f = *state;
    const char *command = arena_printf(f->arena, "rm -rf '%s'", f->directory);
    int failed = system(command);
    arena_free(f->arena);
    heap_free(f);
    return failed;
}

static void written_bytes_are_read_back(void **state)
{
    Fixture *f = *state;
    const char *path = in_directory(f, "file");
    assert_true(status_ok(file_write_atomic(path, STR("one\0two"), 0640)));
    Str bytes;
    FileStat stat_read, stat_path;
    assert_true(status_ok(file_read(path, f->arena, LIMIT, &bytes, &stat_read)));
    assert_true(str_eq(bytes, STR("one\0two")));
    assert_int_equal(bytes.data[bytes.bytes], '\0');
    assert_true(status_ok(file_stat(path, &stat_path)));
    assert_int_equal(stat_read.size, 7);
    assert_int_equal(stat_read.mtime_ns, stat_path.mtime_ns);
    assert_int_equal(stat_read.inode, stat_path.inode);
    assert_int_equal(stat_read.mode & 0700, 0600);
    assert_true(status_ok(file_write_atomic(path, STR(""), 0640)));
    assert_true(status_ok(file_read(path, f->arena, LIMIT, &bytes, NULL)));
    assert_int_equal(bytes.bytes, 0);
}

static int count_entries(Fixture *f)
{
    const char *command = arena_printf(f->arena, "ls -A '%s' | wc -l", f->directory);
    FILE *pipe = popen(command, "r");
    int count = -1;
    assert_int_equal(fscanf(pipe, "%d", &count), 1);
    pclose(pipe);
    return count;
}

static void a_failed_write_leaves_nothing(void **state)
{
    Fixture *f = *state;
    const char *directory = in_directory(f, "directory");
    assert_true(status_ok(dir_make_all(in_directory(f, "directory/inner"))));
    assert_false(status_ok(file_write_atomic(directory, STR("x"), 0644)));
    assert_int_equal(count_entries(f), 1);
    Status absent = file_write_atomic(in_directory(f, "no/such/dir/file"), STR("x"), 0644);
    assert_int_equal(absent.code, STATUS_NOT_FOUND);
}

static void what_cannot_be_read_is_a_status(void **state)
{
    Fixture *f = *state;
    Str bytes;
    Status status = file_read(in_directory(f, "absent"), f->arena, LIMIT, &bytes, NULL);
    assert_int_equal(status.code, STATUS_NOT_FOUND);
    FileStat ignored;
    status = file_stat(in_directory(f, "absent"), &ignored);
    assert_int_equal(status.code, STATUS_NOT_FOUND);
    assert_false(status_ok(file_read(f->directory, f->arena, LIMIT, &bytes, NULL)));
    const char *fifo = in_directory(f, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_false(status_ok(file_read(fifo, f->arena, LIMIT, &bytes, NULL)));
}

static void the_limit_is_inclusive(void **state)
{
    Fixture *f = *state;
    const char *path = in_directory(f, "file");
    assert_true(status_ok(file_write_atomic(path, STR("12345"), 0644)));
    Str bytes;
    assert_true(status_ok(file_read(path, f->arena, 5, &bytes, NULL)));
    assert_int_equal(file_read(path, f->arena, 4, &bytes, NULL).code, STATUS_TOO_LARGE);
}

/* A file of /proc says it is empty and is not: the same as one that grows at every look. */
static void a_file_that_always_changes_is_busy(void **state)
{
    Fixture *f = *state;
    Str bytes;
    size_t used = arena_used_bytes(f->arena);
    assert_int_equal(file_read("/proc/self/stat", f->arena, LIMIT, &bytes, NULL).code, STATUS_BUSY);
    assert_int_equal(arena_used_bytes(f->arena), used);
}

typedef struct {
    const char *path;
    atomic_bool stop;
} Changer;

/* Rewrites the file in place, each time with another length and another letter. */
static void *keep_changing(void *argument)
{
    Changer *changer = argument;
    for (unsigned i = 0; !atomic_load(&changer->stop); i++) {
        FILE *file = fopen(changer->path, "w");
        for (unsigned k = 0; k < 1 + i % 5000; k++)
            fputc('a' + (int)(i % 26), file);
        fclose(file);
    }
    return NULL;
}

/* Whatever the moment of the read, what is returned agrees with its stat. */
static void a_changing_file_is_read_whole_or_busy(void **state)
{
    Fixture *f = *state;
    Changer changer = { .path = in_directory(f, "file") };
    assert_true(status_ok(file_write_atomic(changer.path, STR(""), 0644)));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, keep_changing, &changer), 0);
    int successes = 0;
    for (int i = 0; i < 2000; i++) {
        Arena *arena = arena_new(NULL);
        Str bytes;
        FileStat stat;
        Status status = file_read(changer.path, arena, LIMIT, &bytes, &stat);
        if (status_ok(status)) {
            successes++;
            assert_int_equal(stat.size, bytes.bytes);
            assert_int_equal(strlen(bytes.data), bytes.bytes);
        } else {
            assert_int_equal(status.code, STATUS_BUSY);
        }
        arena_free(arena);
    }
    atomic_store(&changer.stop, true);
    pthread_join(thread, NULL);
    print_message("%d of 2000 reads found the file at rest\n", successes);
}

static void directories_are_made_with_parents(void **state)
{
    Fixture *f = *state;
    const char *path = in_directory(f, "a/b//c/");
    assert_true(status_ok(dir_make_all(path)));
    assert_true(status_ok(dir_make_all(path)));
    FileStat stat;
    assert_true(status_ok(file_stat(in_directory(f, "a/b/c"), &stat)));
    assert_true(S_ISDIR(stat.mode));
    assert_true(status_ok(file_write_atomic(in_directory(f, "a/file"), STR(""), 0644)));
    assert_false(status_ok(dir_make_all(in_directory(f, "a/file/b"))));
    assert_true(status_ok(dir_make_all("/")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_free)
    const struct CMUnitTest tests[] = {
        TEST(written_bytes_are_read_back),        TEST(a_failed_write_leaves_nothing),
        TEST(what_cannot_be_read_is_a_status),    TEST(the_limit_is_inclusive),
        TEST(a_file_that_always_changes_is_busy), TEST(a_changing_file_is_read_whole_or_busy),
        TEST(directories_are_made_with_parents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
