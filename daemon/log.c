#include "daemon/log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

struct Log {
    Arena *arena;
    const char *path;
    const char *old_path;
    int fd;
};

static void open_file(Log *log)
{
    log->fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

Log *log_open(const char *path)
{
    Arena *arena = arena_new(NULL);
    Log *log = arena_new_object(arena, Log);
    log->arena = arena;
    log->path = arena_copy_str(arena, str_from_c(path));
    log->old_path = arena_printf(arena, "%s.1", path);
    open_file(log);
    return log;
}

void log_close(Log *log)
{
    if (log->fd >= 0)
        close(log->fd);
    arena_free(log->arena);
}

/* Another daemon may have turned the file over; then ours is the old one by now. */
static bool is_current(const Log *log, const struct stat *ours)
{
    struct stat named;
    return stat(log->path, &named) == 0 && named.st_ino == ours->st_ino &&
           named.st_dev == ours->st_dev;
}

static void turn_over_if_full(Log *log)
{
    struct stat st;
    if (log->fd >= 0 && fstat(log->fd, &st) == 0 && is_current(log, &st)) {
        if (st.st_size < LOG_BYTES_MAX)
            return;
        (void)rename(log->path, log->old_path);
    }
    if (log->fd >= 0)
        close(log->fd);
    open_file(log);
}

static void add_head(Text *out, int pid)
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    text_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ [%d] ", utc.tm_year + 1900, utc.tm_mon + 1,
              utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(now.tv_nsec / 1000000), pid);
}

static void write_text(Log *log, const Text *text)
{
    turn_over_if_full(log);
    if (log->fd >= 0 && write(log->fd, text->data, text->bytes) < 0) {
        /* A full disk loses log lines and nothing else. */
    }
}

void log_line(Log *log, const char *format, ...)
{
    Text text;
    text_init(&text, NULL);
    add_head(&text, (int)getpid());
    va_list arguments;
    va_start(arguments, format);
    text_addv(&text, format, arguments);
    va_end(arguments);
    text_add_char(&text, '\n');
    write_text(log, &text);
    text_release(&text);
}

void log_child_output(Log *log, int pid, Str bytes)
{
    Text text;
    text_init(&text, NULL);
    while (bytes.bytes > 0) {
        const char *newline = memchr(bytes.data, '\n', bytes.bytes);
        size_t line = newline ? (size_t)(newline - bytes.data) : bytes.bytes;
        add_head(&text, pid);
        text_add(&text, (Str){ bytes.data, line });
        text_add_char(&text, '\n');
        size_t used = line + (newline != NULL);
        bytes = (Str){ bytes.data + used, bytes.bytes - used };
    }
    if (text.bytes > 0)
        write_text(log, &text);
    text_release(&text);
}

/* ---- crash reports ---- */

static bool is_report(Str name)
{
    return (str_starts_with(name, STR("crash-")) || str_starts_with(name, STR("survived-"))) &&
           str_ends_with(name, STR(".txt"));
}

/* How many there are, and in the buffer the name of the oldest. */
static uint32_t count_reports(const char *directory, char *oldest, size_t bytes)
{
    uint32_t count = 0;
    int64_t oldest_ns = INT64_MAX;
    DIR *dir = opendir(directory);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat st;
        if (!is_report(str_from_c(entry->d_name)) ||
            fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
            continue;
        count++;
        int64_t ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
        if (ns < oldest_ns) {
            oldest_ns = ns;
            snprintf(oldest, bytes, "%s/%s", directory, entry->d_name);
        }
    }
    if (dir)
        closedir(dir);
    return count;
}

void log_prune_crash_reports(const char *directory)
{
    char oldest[4096];
    while (count_reports(directory, oldest, sizeof oldest) > CRASH_REPORTS_MAX) {
        if (unlink(oldest) != 0)
            return;
    }
}
