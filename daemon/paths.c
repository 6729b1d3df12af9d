#include "daemon/paths.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

enum {
    PROGRAMS_HASH_BYTES = 8,
    /* "/<32 hex digits>-<hash>.sock.<pid>", the longest name a socket has while it is made. */
    SOCKET_NAME_BYTES = 1 + 32 + 1 + PROGRAMS_HASH_BYTES + 5 + 1 + 10 + 1,
};

/* Only a directory that is ours alone can hold a socket that a client trusts. */
static Status check_private(const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return status_from_errno(errno, path);
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0)
        return status_make(STATUS_PERMISSION, path);
    return STATUS_SUCCESS;
}

static Status make_private(const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return status_from_errno(errno, path);
    return check_private(path);
}

static bool is_absolute(const char *path)
{
    return path && path[0] == '/';
}

Status paths_runtime_dir(EnvironmentFn environment, Arena *arena, const char **out)
{
    const char *base = environment("XDG_RUNTIME_DIR");
    if (is_absolute(base)) {
        const char *dir = arena_printf(arena, "%s/rscc", base);
        bool fits = strlen(dir) + SOCKET_NAME_BYTES < sizeof(((struct sockaddr_un *)0)->sun_path);
        if (fits && status_ok(make_private(dir))) {
            *out = dir;
            return STATUS_SUCCESS;
        }
    }
    *out = arena_printf(arena, "/tmp/rscc-%u", (unsigned)geteuid());
    return make_private(*out);
}

/* Of the running program; in the arena. */
static Status own_directory(Arena *arena, Str *out)
{
    enum { PATH_BYTES = 4096 };
    char *self = arena_alloc(arena, PATH_BYTES);
    ssize_t bytes = readlink("/proc/self/exe", self, PATH_BYTES);
    if (bytes < 0)
        return status_from_errno(errno, "/proc/self/exe");
    if (bytes == PATH_BYTES)
        return status_make(STATUS_TOO_LARGE, "/proc/self/exe");
    *out = path_parent((Str){ self, (size_t)bytes });
    return STATUS_SUCCESS;
}

Status paths_of_daemon(EnvironmentFn environment, const char *build_id, Arena *arena,
                       DaemonPaths *out)
{
    const char *dir;
    Str programs;
    Status status = paths_runtime_dir(environment, arena, &dir);
    if (status_ok(status))
        status = own_directory(arena, &programs);
    if (!status_ok(status))
        return status;
    FpHex hash = fp_hex(fp_of_bytes(programs.data, programs.bytes, 0));
    const char *name =
        arena_printf(arena, "%s/%s-%.*s", dir, build_id, PROGRAMS_HASH_BYTES, hash.text);
    *out = (DaemonPaths){ .runtime_dir = dir,
                          .socket = arena_printf(arena, "%s.sock", name),
                          .lock = arena_printf(arena, "%s.lock", name),
                          .start_lock = arena_printf(arena, "%s.start", name) };
    return STATUS_SUCCESS;
}

Status paths_log_dir(EnvironmentFn environment, Arena *arena, const char **out)
{
    const char *state = environment("XDG_STATE_HOME"), *home = environment("HOME");
    const char *dir = NULL;
    if (is_absolute(state))
        dir = arena_printf(arena, "%s/rscc/log", state);
    else if (is_absolute(home))
        dir = arena_printf(arena, "%s/.local/state/rscc/log", home);
    if (dir && status_ok(dir_make_all(dir)) && access(dir, W_OK) == 0) {
        *out = dir;
        return STATUS_SUCCESS;
    }
    return paths_runtime_dir(environment, arena, out);
}

const char *paths_log_file(const char *log_dir, Arena *arena)
{
    return arena_printf(arena, "%s/rsccd.log", log_dir);
}

Status paths_sibling_program(const char *name, Arena *arena, const char **out)
{
    Str programs;
    Status status = own_directory(arena, &programs);
    if (status_ok(status))
        *out = arena_printf(arena, "%.*s/%s", (int)programs.bytes, programs.data, name);
    return status;
}
