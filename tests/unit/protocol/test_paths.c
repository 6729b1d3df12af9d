#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "daemon/paths.h"
#include "daemon/socket.h"
#include "unit/unit.h"

/* The environment of the running test. */
static const char *runtime_value, *state_value, *home_value;

static const char *lookup(const char *name)
{
    if (strcmp(name, "XDG_RUNTIME_DIR") == 0)
        return runtime_value;
    if (strcmp(name, "XDG_STATE_HOME") == 0)
        return state_value;
    return strcmp(name, "HOME") == 0 ? home_value : NULL;
}

typedef struct {
    Arena *arena;
    char dir[32];
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = heap_alloc_zeroed(sizeof *fixture);
    fixture->arena = arena_new(NULL);
    memcpy(fixture->dir, "/tmp/rscc-test-XXXXXX", 22);
    if (!mkdtemp(fixture->dir))
        return -1;
    runtime_value = home_value = fixture->dir;
    state_value = arena_printf(fixture->arena, "%s/state", fixture->dir);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    const char *command = arena_printf(fixture->arena, "rm -rf %s", fixture->dir);
    int result = system(command);
    arena_free(fixture->arena);
    heap_free(fixture);
    return result;
}

static void runtime_dir_is_made_private(void **state)
{
    Fixture *f = *state;
    const char *dir;
    assert_true(status_ok(paths_runtime_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, arena_printf(f->arena, "%s/rscc", f->dir));
    FileStat st;
    assert_true(status_ok(file_stat(dir, &st)));
    assert_int_equal(st.mode & 0777, 0700);
}

static const char *fallback_dir(Arena *arena)
{
    return arena_printf(arena, "/tmp/rscc-%u", (unsigned)geteuid());
}

static void open_directories_are_not_trusted(void **state)
{
    Fixture *f = *state;
    const char *open_dir = arena_printf(f->arena, "%s/rscc", f->dir);
    assert_int_equal(mkdir(open_dir, 0700), 0);
    assert_int_equal(chmod(open_dir, 0770), 0);
    const char *dir;
    assert_true(status_ok(paths_runtime_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, fallback_dir(f->arena));
    assert_int_equal(rmdir(open_dir), 0);
    assert_int_equal(symlink("/tmp", open_dir), 0);
    assert_true(status_ok(paths_runtime_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, fallback_dir(f->arena));
}

static void long_and_relative_runtime_dirs_are_passed_over(void **state)
{
    Fixture *f = *state;
    const char *dir;
    runtime_value = "relative";
    assert_true(status_ok(paths_runtime_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, fallback_dir(f->arena));
    Text text;
    text_init(&text, f->arena);
    text_addf(&text, "%s/", f->dir);
    text_add_repeat(&text, 'd', 90);
    assert_int_equal(mkdir(text.data, 0700), 0);
    runtime_value = text.data;
    assert_true(status_ok(paths_runtime_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, fallback_dir(f->arena));
}

static void log_dir_falls_back(void **state)
{
    Fixture *f = *state;
    const char *dir;
    assert_true(status_ok(paths_log_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, arena_printf(f->arena, "%s/state/rscc/log", f->dir));
    state_value = NULL;
    assert_true(status_ok(paths_log_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, arena_printf(f->arena, "%s/.local/state/rscc/log", f->dir));
    home_value = "/proc/nothing";
    assert_true(status_ok(paths_log_dir(lookup, f->arena, &dir)));
    assert_string_equal(dir, arena_printf(f->arena, "%s/rscc", f->dir));
}

static void sockets_are_private_and_replace_stale_ones(void **state)
{
    Fixture *f = *state;
    const char *path = arena_printf(f->arena, "%s/x.sock", f->dir);
    int first, second, client;
    assert_int_equal(socket_connect(path, &client).code, STATUS_NOT_FOUND);
    assert_true(status_ok(socket_listen(path, &first)));
    close(first); /* the file stays, as after kill -9 */
    assert_int_equal(socket_connect(path, &client).code, STATUS_CLOSED);
    mode_t mask = umask(0);
    assert_true(status_ok(socket_listen(path, &second)));
    umask(mask);
    FileStat st;
    assert_true(status_ok(file_stat(path, &st)));
    assert_int_equal(st.mode & 0777, 0600);
    assert_true(status_ok(socket_connect(path, &client)));
    struct ucred peer;
    assert_true(status_ok(socket_peer(client, &peer)));
    assert_int_equal(peer.pid, getpid());
    assert_true(socket_peer_is_trusted(&peer, geteuid()));
    close(client);
    close(second);
}

static void only_the_same_user_is_trusted(void **state)
{
    (void)state;
    assert_true(socket_peer_is_trusted(&(struct ucred){ .pid = 1, .uid = 1000, .gid = 5 }, 1000));
    assert_false(socket_peer_is_trusted(&(struct ucred){ .pid = 1, .uid = 1001, .gid = 5 }, 1000));
    assert_false(socket_peer_is_trusted(&(struct ucred){ .pid = 1, .uid = 0, .gid = 0 }, 1000));
    assert_false(socket_peer_is_trusted(&(struct ucred){ .pid = 1, .uid = 1000, .gid = 0 }, 0));
}

int main(void)
{
#define WITH_DIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_DIR(runtime_dir_is_made_private),
        WITH_DIR(open_directories_are_not_trusted),
        WITH_DIR(long_and_relative_runtime_dirs_are_passed_over),
        WITH_DIR(log_dir_falls_back),
        WITH_DIR(sockets_are_private_and_replace_stale_ones),
        cmocka_unit_test(only_the_same_user_is_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
