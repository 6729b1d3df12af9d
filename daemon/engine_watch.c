#include "daemon/engine_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"

enum {
    EVENT_BYTES = 16 << 10,
    SHARE_OF_LIMIT = 4, /* a quarter of what the user may have is the most we take */
};

static const uint32_t EVENTS = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
                               IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                               IN_ONLYDIR | IN_EXCL_UNLINK;

/* A watched directory. Its index is stable; a free one has path NULL. */
typedef struct {
    char *path;    /* heap */
    int number;    /* inotify's */
    uint32_t seen; /* the update that last named it */
} Directory;
VEC_TYPE(DirectoryVec, directory_vec, Directory)

struct Watch {
    Workspace *workspace;
    int fd; /* -1: scanning */
    bool is_scanning, overflow_is_logged;
    bool has_poll;
    uv_poll_t poll;
    uint32_t free_count; /* of directories */
    uint32_t limit;
    uint32_t updates;
    DirectoryVec directories;
    Map by_path;   /* Fp of the path -> index */
    Map by_number; /* int -> index */
};

static Fp path_key(Str path)
{
    return fp_of_bytes(path.data, path.bytes, 0);
}

/* ---- the fallback ---- */

static void forget(Watch *watch, uint32_t index)
{
    Directory *directory = directory_vec_at(&watch->directories, index);
    Fp key = path_key(str_from_c(directory->path));
    map_remove(&watch->by_path, &key);
    map_remove(&watch->by_number, &directory->number);
    heap_free(directory->path);
    directory->path = NULL;
    watch->free_count++;
}

static void forget_all(Watch *watch)
{
    for (uint32_t i = 0; i < watch->directories.count; i++) {
        if (watch->directories.items[i].path)
            forget(watch, i);
    }
}

static void scan_from_now_on(Watch *watch, const char *why)
{
    fprintf(stderr, "cannot watch all directories (%s): every command looks at all inputs\n", why);
    watch->is_scanning = true;
    forget_all(watch);
    if (watch->fd >= 0) {
        uv_poll_stop(&watch->poll);
        close(watch->fd);
        watch->fd = -1;
    }
    workspace_watch_overflowed(watch->workspace);
}

/* ---- events ---- */

static void take_overflow(Watch *watch)
{
    if (!watch->overflow_is_logged)
        fprintf(stderr,
                "too many changes at once to watch: the next command looks at all inputs\n");
    watch->overflow_is_logged = true;
    workspace_watch_overflowed(watch->workspace);
}

static void take_event(Watch *watch, const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW) {
        take_overflow(watch);
        return;
    }
    uint32_t *index = map_find(&watch->by_number, &event->wd);
    if (!index)
        return;
    const char *path = directory_vec_at(&watch->directories, *index)->path;
    Text text;
    text_init(&text, NULL);
    text_add_c(&text, path);
    if (event->len > 0)
        text_addf(&text, "/%s", event->name);
    workspace_path_touched(watch->workspace, text_str(&text));
    text_release(&text);
    if (event->mask & IN_IGNORED) /* the directory is gone */
        forget(watch, *index);
}

void watch_drain(Watch *watch)
{
    union {
        struct inotify_event event;
        char bytes[EVENT_BYTES];
    } buffer;
    while (watch->fd >= 0) {
        ssize_t bytes = read(watch->fd, buffer.bytes, sizeof buffer.bytes);
        if (bytes < 0 && errno == EINTR)
            continue;
        if (bytes <= 0)
            return;
        for (char *at = buffer.bytes; at < buffer.bytes + bytes;) {
            const struct inotify_event *event = (const void *)at;
            at += sizeof *event + event->len;
            take_event(watch, event);
        }
    }
}

static void on_events(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    watch_drain(handle->data);
}

/* ---- which directories ---- */

static uint32_t new_index(Watch *watch)
{
    for (uint32_t i = 0; watch->free_count > 0 && i < watch->directories.count; i++) {
        if (watch->directories.items[i].path)
            continue;
        watch->free_count--;
        return i;
    }
    return directory_vec_push(&watch->directories, (Directory){ 0 });
}

/* False: no room. A directory that cannot be watched for another reason is looked at by each
 * command anyway. */
static bool add_directory(Watch *watch, Str path)
{
    if (map_count(&watch->by_path) >= watch->limit)
        return false;
    Text text;
    text_init(&text, NULL);
    text_add(&text, path);
    int number = inotify_add_watch(watch->fd, text.bytes ? text.data : "", EVENTS);
    int error = errno;
    /* Two names of one directory share a watch: the first name serves for both. */
    if (number < 0 || map_find(&watch->by_number, &number)) {
        text_release(&text);
        return number >= 0 || (error != ENOSPC && error != ENOMEM);
    }
    uint32_t index = new_index(watch);
    watch->directories.items[index] =
        (Directory){ .path = text.data, .number = number, .seen = watch->updates };
    Fp key = path_key(path);
    *map_put(&watch->by_path, &key, NULL) = index;
    *map_put(&watch->by_number, &number, NULL) = index;
    return true;
}

static void remove_unnamed(Watch *watch)
{
    for (uint32_t i = 0; i < watch->directories.count; i++) {
        Directory *directory = &watch->directories.items[i];
        if (!directory->path || directory->seen == watch->updates)
            continue;
        (void)inotify_rm_watch(watch->fd, directory->number);
        forget(watch, i);
    }
}

void watch_update(Watch *watch)
{
    if (watch->is_scanning)
        return;
    Arena *arena = arena_new(NULL);
    StrVec wanted;
    str_vec_init(&wanted, arena);
    workspace_watch_directories(watch->workspace, arena, &wanted);
    watch->updates++;
    bool has_room = true;
    for (uint32_t i = 0; i < wanted.count && has_room; i++) {
        Fp key = path_key(wanted.items[i]);
        const uint32_t *index = map_find(&watch->by_path, &key);
        if (index)
            watch->directories.items[*index].seen = watch->updates;
        else
            has_room = add_directory(watch, wanted.items[i]);
    }
    if (has_room)
        remove_unnamed(watch);
    else
        scan_from_now_on(watch, "no room for more watches");
    arena_free(arena);
}

/* ---- life ---- */

/* RSCC_WATCHES_MAX, or our share of the user's limit. */
static uint32_t watch_limit(void)
{
    const char *wanted = getenv("RSCC_WATCHES_MAX");
    if (wanted)
        return (uint32_t)strtoul(wanted, NULL, 10);
    unsigned long limit = 0;
    FILE *file = fopen("/proc/sys/fs/inotify/max_user_watches", "re");
    if (file) {
        if (fscanf(file, "%lu", &limit) != 1)
            limit = 0;
        fclose(file);
    }
    unsigned long share = limit / SHARE_OF_LIMIT;
    return share < WATCHES_MAX ? (uint32_t)share : WATCHES_MAX;
}

Watch *watch_new(uv_loop_t *loop, Workspace *workspace)
{
    Watch *watch = heap_alloc_zeroed(sizeof *watch);
    watch->workspace = workspace;
    watch->limit = watch_limit();
    directory_vec_init(&watch->directories, NULL);
    map_init(&watch->by_path, NULL, sizeof(Fp));
    map_init(&watch->by_number, NULL, sizeof(int));
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd < 0) {
        scan_from_now_on(watch, strerror(errno));
        return watch;
    }
    rsc_assert(uv_poll_init(loop, &watch->poll, watch->fd) == 0);
    watch->has_poll = true;
    watch->poll.data = watch;
    uv_poll_start(&watch->poll, UV_READABLE, on_events);
    return watch;
}

static void watch_free(Watch *watch)
{
    forget_all(watch);
    directory_vec_release(&watch->directories);
    map_release(&watch->by_path);
    map_release(&watch->by_number);
    heap_free(watch);
}

static void on_closed(uv_handle_t *handle)
{
    watch_free(handle->data);
}

void watch_close(Watch *watch)
{
    if (watch->fd >= 0) {
        uv_poll_stop(&watch->poll);
        close(watch->fd);
    }
    if (watch->has_poll)
        uv_close((uv_handle_t *)&watch->poll, on_closed);
    else
        watch_free(watch);
}

uint32_t watch_count(const Watch *watch)
{
    return map_count(&watch->by_path);
}

bool watch_is_scanning(const Watch *watch)
{
    return watch->is_scanning;
}
