/* `    Building [=====>      ] 3/5: app`: the last line of a terminal while a command that takes
 * longer works. Cargo's line, with packages in place of units. Any output takes it away; a thread
 * of its own draws it again. */
#include <errno.h>
#include <time.h>

#include "driver/driver_priv.h"

enum { FIRST_AFTER_MS = 500, INTERVAL_MS = 100, BAR_COLUMNS = 25, TERMINAL_COLUMNS_MIN = 40 };

struct Progress {
    CommandHandle *command;
    pthread_t thread;
    pthread_cond_t ended;
    /* Of what follows, and of the terminal: the command's output_lock. */
    uint32_t done, total;
    const char *name; /* of what is worked on; in the command's arena */
    bool is_shown, is_ending;
};

static void write_line(Progress *p, const char *text)
{
    const CommandRequest *request = p->command->request;
    request->write(request->write_context, STREAM_STDERR, str_from_c(text));
}

/* With output_lock. */
void progress_hide(CommandHandle *command)
{
    Progress *p = command->progress;
    if (!p || !p->is_shown)
        return;
    write_line(p, "\r\x1b[K");
    p->is_shown = false;
}

static void draw(Progress *p)
{
    uint32_t width = p->command->request->terminal_width;
    char bar[BAR_COLUMNS + 1];
    uint32_t filled = p->done * BAR_COLUMNS / p->total;
    for (uint32_t i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < filled ? '=' : i == filled ? '>' : ' ';
    bar[BAR_COLUMNS] = '\0';
    Arena *arena = arena_new(NULL);
    const char *plain = arena_printf(arena, " [%s] %u/%u: %s", bar, p->done, p->total, p->name);
    size_t room = width - (sizeof "    Building" - 1) - 1;
    int shown = (int)(strlen(plain) < room ? strlen(plain) : room);
    bool color = command_color(p->command);
    write_line(p,
               arena_printf(arena, "\r\x1b[K%s    Building%s%.*s", color ? "\x1b[1m\x1b[96m" : "",
                            color ? "\x1b[0m" : "", shown, plain));
    arena_free(arena);
    p->is_shown = true;
}

static struct timespec after(uint32_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    at.tv_sec += ms / 1000 + at.tv_nsec / 1000000000;
    at.tv_nsec %= 1000000000;
    return at;
}

static void *redraw(void *argument)
{
    Progress *p = argument;
    uint32_t delay = FIRST_AFTER_MS;
    pthread_mutex_lock(&p->command->output_lock);
    while (!p->is_ending) {
        struct timespec until = after(delay);
        int woken = pthread_cond_timedwait(&p->ended, &p->command->output_lock, &until);
        if (woken == ETIMEDOUT && !p->is_ending && p->total)
            draw(p);
        delay = INTERVAL_MS;
    }
    pthread_mutex_unlock(&p->command->output_lock);
    return NULL;
}

static bool is_wanted(const CommandHandle *command)
{
    const CommandRequest *request = command->request;
    return request->stderr_is_tty && request->terminal_width >= TERMINAL_COLUMNS_MIN &&
           !options_has(&command->options, OPTION_QUIET) &&
           command_format(command) != FORMAT_JSON &&
           !str_eq(command_environment(command, STR("TERM")), STR("dumb")) &&
           !command_environment(command, STR("CI")).bytes;
}

void progress_begin(CommandHandle *command)
{
    if (!is_wanted(command))
        return;
    Progress *p = arena_new_object(command->arena, Progress);
    p->command = command;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&p->thread, NULL, redraw, p) == 0)
        command->progress = p;
}

void progress_step(CommandHandle *command, uint32_t done, uint32_t total, Str name)
{
    Progress *p = command->progress;
    if (!p)
        return;
    const char *copy = arena_copy_str(command->arena, name);
    pthread_mutex_lock(&command->output_lock);
    p->done = done;
    p->total = total;
    p->name = copy;
    pthread_mutex_unlock(&command->output_lock);
}

void progress_end(CommandHandle *command)
{
    Progress *p = command->progress;
    if (!p)
        return;
    pthread_mutex_lock(&command->output_lock);
    p->is_ending = true;
    progress_hide(command);
    pthread_cond_signal(&p->ended);
    pthread_mutex_unlock(&command->output_lock);
    pthread_join(p->thread, NULL);
    pthread_cond_destroy(&p->ended);
    command->progress = NULL;
}
